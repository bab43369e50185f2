"""Lines of a tree in one step, many at once.

A step that pushes more than a line holds flushes it: what one slug held leaves first, then water
that came in during the step and stayed the same time. What leaves is linear in the content at the
inlet, and new water fills the line with one slug again. Other lines are odd: `flush_odd`.
Loops work on blocks of constant length, with scratch, and have no branches.
"""

import numpy as np

from ...model.water import WaterTable
from .compile import inline, part
from .flush_tables import (
    BLOCK,
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    R10,
    R11,
    R12,
    Flush,
    fetch,
    store,
)
from .plug_growth import SMALL, mean_growth_small
from .plug_pipe import APART, FLOOR, MOST_UNITS, friction_heat
from .plug_tables import (
    AS_LOST,
    BEND_WHOLE,
    BENT_WHOLE,
    COUNT,
    EARTH,
    EXCHANGE,
    GIVEN,
    HELD,
    LOSS,
    POINT,
    POINT_C,
    POINT_T,
    RUB,
    SINK,
    TARGET,
    UNITS,
    WHOLE,
    FloatArray,
    Net,
    Steps,
    Work,
)
from .water import polynomial6

NOTHING = 1.0e-300  # keeps a quotient of zeros finite
STEEP = SMALL  # stay or bend, beyond which a line is odd


@part
def set_chords(
    net: Net, water: WaterTable, work: Work, room: Flush, low: int, high: int, as_back: float
) -> None:
    """Draw the lines along which temperature follows the content, as `set_point` does.

    ``as_back`` is 1 for return lines, 0 for supply lines.
    """
    lines = net.lines
    heat_in, heat_out, warm_in, warm_out = work.heat_in, work.heat_out, work.warm_in, work.warm_out
    s = room.scratch
    a, b, c, d = R0, R1, R2, R3
    for at in range(low, high, BLOCK):
        many = min(BLOCK, high - at)
        fetch(s, a, heat_in, at, many)
        fetch(s, b, heat_out, at, many)
        fetch(s, c, warm_in, at, many)
        fetch(s, d, warm_out, at, many)
        for i in range(BLOCK):
            span, apart, first = s[a + i] - s[b + i], s[c + i] - s[d + i], s[c + i]
            middle, t = 0.5 * (s[a + i] + s[b + i]), 0.5 * (s[c + i] + s[d + i])
            capacity = polynomial6(water.heat_capacity, t)
            lost_at = t + as_back * (first - t)
            tells = abs(apart) > APART
            chord = span / (apart if tells else 1.0)
            s[a + i], s[b + i] = middle, t
            s[c + i] = chord if tells else capacity
            s[d + i] = polynomial6(water.heat_capacity, lost_at)
        store(lines[POINT], s, a, at, many)
        store(lines[POINT_T], s, b, at, many)
        store(lines[POINT_C], s, c, at, many)
        store(lines[AS_LOST], s, d, at, many)


@part
def set_sinks(
    net: Net, steps: Steps, step: int, room: Flush, low: int, high: int, as_supply: bool
) -> None:
    """Write what each line loses heat to, and how fast, as `prepare` does."""
    lines, earth, ground, seconds = net.lines, net.places, steps.ground, steps.duration[step]
    through, per_whole = room.through, room.per_whole
    sinks, per_loss = room.sink, room.per_loss
    other, each = net.supplies if as_supply else -net.supplies, 1.0 / seconds
    s = room.scratch
    t, loss, mutual, mean, held = R0, R1, R2, R3, R4
    per, point, capacity, whole, flow = R5, R6, R7, R8, R9
    lost_at, spread, given = R10, R11, R12
    for at in range(low, high, BLOCK):
        many, seen = min(BLOCK, high - at), at + (other if as_supply else 0)
        for i in range(many):
            s[t + i] = ground[step, earth[EARTH, at + i]]
        fetch(s, loss, lines[LOSS], at, many)
        fetch(s, mutual, lines[EXCHANGE], at, many)
        fetch(s, held, lines[HELD], seen, many)
        fetch(s, per, per_whole, seen, many)
        fetch(s, point, lines[POINT], seen, many)
        fetch(s, mean, lines[POINT_T], seen, many)
        fetch(s, capacity, lines[POINT_C], seen, many)
        for i in range(BLOCK):
            s[mean + i] += (s[held + i] * s[per + i] - s[point + i]) / s[capacity + i]
        if as_supply:
            fetch(s, whole, lines[WHOLE], seen, many)
            fetch(s, flow, through, seen, many)
            for i in range(BLOCK):
                felt = min(s[mutual + i], s[capacity + i] * max(s[whole + i] * each, s[flow + i]))
                both = s[loss + i] + felt
                s[given + i] = 1.0 / max(both, NOTHING)
                s[t + i] = (s[loss + i] * s[t + i] + felt * s[mean + i]) * s[given + i]
                s[spread + i] = both
            store(sinks, s, t, at, many)
            store(per_loss, s, given, at, many)
        else:
            fetch(s, given, lines[GIVEN], at + other, many)
            for i in range(BLOCK):
                s[spread + i] = max(s[loss + i], FLOOR * s[mutual + i])
                own = (s[spread + i] - s[loss + i]) * s[mean + i]
                s[t + i] = (s[loss + i] * s[t + i] + own + s[given + i]) / max(
                    s[spread + i], NOTHING
                )
        fetch(s, per, per_whole, at, many)
        fetch(s, lost_at, lines[AS_LOST], at, many)
        fetch(s, point, lines[POINT], at, many)
        fetch(s, mean, lines[POINT_T], at, many)
        fetch(s, capacity, lines[POINT_C], at, many)
        for i in range(BLOCK):
            s[spread + i] = min(
                s[spread + i] * (seconds * s[per + i]) / s[lost_at + i], MOST_UNITS
            )
            s[t + i] = s[point + i] + s[capacity + i] * (s[t + i] - s[mean + i])
        store(lines[UNITS], s, spread, at, many)
        store(lines[SINK], s, t, at, many)


@part
def find_shares(net: Net, seconds: float, room: Flush, low: int, high: int) -> None:
    """Write what leaves each line at the flows as they are, and list those that are odd.

    How the bent part of old water leans on the flow is told to first order.
    """
    lines, places, through, odd, some = net.lines, net.places, room.through, room.odd, room.some
    share, rest, stay, kept, plain = room.share, room.rest, room.stay, room.kept, room.plain
    s = room.scratch
    flow, whole, units, target, bent = R0, R1, R2, R3, R4
    bend, sink, rub, slugs, rows = R5, R6, R7, R8, R9
    lean_share, lean_rest, per_second = room.lean_share, room.lean_rest, 1.0 / seconds
    found = 0
    for at in range(low, high, BLOCK):
        many = min(BLOCK, high - at)
        fetch(s, flow, through, at, many)
        fetch(s, slugs, places[COUNT], at, many)
        fetch(s, rows, some, at, many)
        fetch(s, whole, lines[WHOLE], at, many)
        fetch(s, units, lines[UNITS], at, many)
        fetch(s, target, lines[TARGET], at, many)
        fetch(s, sink, lines[SINK], at, many)
        fetch(s, bent, lines[BENT_WHOLE], at, many)
        fetch(s, bend, lines[BEND_WHOLE], at, many)
        fetch(s, rub, lines[RUB], at, many)
        for i in range(BLOCK):
            per_flow = 1.0 / max(s[flow + i], NOTHING)
            first = s[whole + i] * per_second * per_flow
            z = s[units + i] * first
            small = (
                (first <= 1.0)
                & (z <= STEEP)
                & (abs(s[bend + i]) <= STEEP)
                & (s[slugs + i] + s[rows + i] == 0.0)
            )
            even, uneven = mean_growth_small(-z), mean_growth_small(s[bend + i] - z)
            gone, fresh, above = z * even, 1.0 - first, s[target + i] - s[sink + i]
            left, old = 1.0 - gone, s[sink + i] + above * even + s[bent + i] * uneven
            turned = above * (even - left) + 0.5 * z * s[bent + i] * uneven
            stays, warmed = fresh * z * left, friction_heat(s[rub + i], s[flow + i])
            s[slugs + i] = 1.0 if small else 0.0
            s[whole + i], s[target + i] = (
                fresh * left,
                first * old + fresh * gone * s[sink + i] + warmed,
            )
            s[flow + i] = (first * left + stays) * per_flow
            s[rub + i] = (
                first * (turned - old + gone * s[sink + i]) - stays * s[sink + i]
            ) * per_flow
            s[units + i], s[bend + i] = z, even
        store(share, s, whole, at, many)
        store(rest, s, target, at, many)
        store(lean_share, s, flow, at, many)
        store(lean_rest, s, rub, at, many)
        store(stay, s, units, at, many)
        store(kept, s, bend, at, many)
        store(plain, s, slugs, at, many)
        for i in range(many):
            if s[slugs + i] == 0.0:
                odd[found] = at + i
                found += 1
    room.odd_count[0] = found


@part
def keep_new_water(net: Net, seconds: float, work: Work, room: Flush, low: int, high: int) -> None:
    """Let the lines hold what the step leaves in them, and write what left and what was lost.

    Heat to the ground stands in ``work.loss`` with that to the twin still in it.
    """
    lines, heat_in, heat_out, front = net.lines, work.heat_in, work.heat_out, work.front
    through, odd_held, losses = room.through, room.held, work.loss
    share, rest, stay, kept, plain = room.share, room.rest, room.stay, room.kept, room.plain
    s = room.scratch
    h, out, sink, whole, flow = R0, R1, R2, R3, R4
    z, even, rub, flag, before = R5, R6, R7, R8, R9
    other, part, stood = R10, R11, R12
    each = 1.0 / seconds
    for at in range(low, high, BLOCK):
        many = min(BLOCK, high - at)
        fetch(s, h, heat_in, at, many)
        fetch(s, sink, lines[SINK], at, many)
        fetch(s, part, share, at, many)
        fetch(s, out, rest, at, many)
        fetch(s, flow, through, at, many)
        fetch(s, rub, lines[RUB], at, many)
        fetch(s, flag, plain, at, many)
        fetch(s, z, stay, at, many)
        fetch(s, even, kept, at, many)
        fetch(s, stood, heat_out, at, many)
        fetch(s, whole, lines[WHOLE], at, many)
        fetch(s, before, lines[HELD], at, many)
        fetch(s, other, odd_held, at, many)
        for i in range(BLOCK):
            above, warmed = s[h + i] - s[sink + i], friction_heat(s[rub + i], s[flow + i])
            runs, stands = s[part + i] * s[h + i] + s[out + i], s[stood + i]
            bent = above * (1.0 - s[z + i] * s[even + i])
            held, odd = s[whole + i] * (s[sink + i] + above * s[even + i]), s[other + i]
            held = held if s[flag + i] > 0.0 else odd
            lost = s[flow + i] * (s[h + i] - (runs - warmed)) - (held - s[before + i]) * each
            s[even + i], s[before + i], s[rub + i], s[other + i] = (
                bent,
                held,
                lost,
                s[sink + i] + bent + warmed,
            )
            s[out + i] = runs if s[flow + i] > 0.0 else stands
        copy_marked(lines[TARGET], s, sink, flag, at, many)
        copy_marked(lines[BENT_WHOLE], s, even, flag, at, many)
        copy_marked(lines[BEND_WHOLE], s, z, flag, at, many)
        copy_marked(front, s, other, flag, at, many)
        store(lines[HELD], s, before, at, many)
        store(losses, s, rub, at, many)
        store(heat_out, s, out, at, many)


@inline
def copy_marked(
    target: FloatArray, s: FloatArray, source: int, flag: int, at: int, many: int
) -> None:
    """Write a value of the lines of a block that are marked."""
    for i in range(many):
        place = np.uint64(at + i)
        new, old = s[source + i], target[place]
        target[place] = new if s[flag + i] > 0.0 else old


@part
def part_losses(
    net: Net,
    steps: Steps,
    step: int,
    work: Work,
    room: Flush,
    low: int,
    high: int,
    as_supply: bool,
) -> None:
    """Part what lines lost into what goes to the ground and to the twin, as `lost_to_ground`."""
    lines, earth, ground = net.lines, net.places, steps.ground
    losses, first, sink, per_loss = work.loss, net.supplies, room.sink, room.per_loss
    if not as_supply:
        for line in range(low, high):
            losses[line] += lines[GIVEN, line - first]
        return
    s = room.scratch
    lost, t, per, loss, around = R0, R1, R2, R3, R4
    mutual = R5
    for at in range(low, high, BLOCK):
        many = min(BLOCK, high - at)
        for i in range(many):
            s[around + i] = ground[step, earth[EARTH, at + i]]
        fetch(s, lost, losses, at, many)
        fetch(s, t, sink, at, many)
        fetch(s, per, per_loss, at, many)
        fetch(s, loss, lines[LOSS], at, many)
        fetch(s, mutual, lines[EXCHANGE], at, many)
        for i in range(BLOCK):
            every = s[lost + i]
            to_ground = s[loss + i] * (s[t + i] + every * s[per + i] - s[around + i])
            to_ground = to_ground if s[mutual + i] > 0.0 else every
            s[lost + i], s[t + i] = to_ground, every - to_ground
        store(losses, s, lost, at, many)
        store(lines[GIVEN], s, t, at, many)
