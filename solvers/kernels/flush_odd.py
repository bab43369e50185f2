"""Lines of a large tree whose slugs stand in rings, one by one.

Those that hold more than a few slugs, that lose so much that a slug is much bent, or that stand.
"""

from ...model.water import WaterTable
from .ahead import ask
from .compile import inline, part
from .flush_lines import STEEP
from .flush_rows import few_to_ring, place_few, recount_few, ring_to_few, turned
from .flush_tables import BLOCK, FEW, Flush
from .plug_growth import grown, mean_growth, mean_growth_small
from .plug_pipe import friction_heat, keep_held, recount, stand_still
from .plug_slugs import add_slug, age_water, content_at, join_slugs, take_out
from .plug_tables import (
    BEND,
    BEND_WHOLE,
    BENT,
    BENT_WHOLE,
    BEYOND,
    COUNT,
    EVEN,
    FADED,
    FIRST,
    HELD,
    KEPT,
    LABELS,
    LAST_IN,
    LAST_OUT,
    LAST_STEP,
    MASS,
    RUB,
    SEEN_FLOW,
    SEEN_IN,
    SEEN_OUT,
    SINK,
    TARGET,
    UNITS,
    WHOLE,
    FloatArray,
    IntArray,
    Net,
    Work,
)

NEARLY = 1.0e-3  # of a flow
AHEAD = 4  # lines before a line's slugs are needed


@inline
def as_slug(
    lines: FloatArray, places: IntArray, slugs: FloatArray, line: int, outward: float
) -> None:
    """Make a slug of the water of a line that has none."""
    bent, bend = lines[BENT_WHOLE, line], lines[BEND_WHOLE, line]
    lines[FADED, line] = 1.0
    lines[LABELS, line] = lines[WHOLE, line] * bent * mean_growth(bend)
    bent, bend = turned(bent, bend, outward > 0.0)
    places[FIRST, line], places[COUNT, line] = 0, 1
    slugs[line, 0, MASS], slugs[line, 0, EVEN] = lines[WHOLE, line], 0.0
    slugs[line, 0, BENT], slugs[line, 0, BEND] = bent, bend


@inline
def as_whole(
    lines: FloatArray, places: IntArray, slugs: FloatArray, line: int, outward: float
) -> None:
    """Where a line holds one slug that is not too bent, keep its values with the line's."""
    at = places[FIRST, line]
    if places[COUNT, line] == 1 and abs(slugs[line, at, BEND]) <= STEEP:
        bent, bend = turned(
            lines[FADED, line] * slugs[line, at, BENT], slugs[line, at, BEND], outward > 0.0
        )
        lines[TARGET, line] += lines[FADED, line] * slugs[line, at, EVEN]
        lines[BENT_WHOLE, line], lines[BEND_WHOLE, line] = bent, bend
        places[FIRST, line], places[COUNT, line] = 0, 0


@inline
def ask_slugs(places: IntArray, slugs: FloatArray, line: int, outward: float) -> None:
    """Ask for the slug at a line's outlet, and the place of one more at its inlet."""
    slots, first, count = slugs.shape[1] - BEYOND, places[FIRST, line], places[COUNT, line]
    last = first + count - 1
    ask(slugs, line, (last if outward > 0.0 else first) & slots)
    ask(slugs, line, (first - 1 if outward > 0.0 else last + 1) & slots)


@part
def as_slugs(net: Net, room: Flush) -> None:
    """Make slugs of the water of all lines."""
    lines, places, slugs, outward = net.lines, net.places, net.slugs, room.outward
    for line in range(outward.size):
        if room.some[line] > 0.0:
            few_to_ring(net, room, line)
        elif places[COUNT, line] == 0:
            as_slug(lines, places, slugs, line, outward[line])


@part
def as_wholes(net: Net, room: Flush) -> None:
    """Keep the water of all lines that hold one slug with the lines."""
    lines, places, slugs, outward = net.lines, net.places, net.slugs, room.outward
    for line in range(outward.size):
        as_whole(lines, places, slugs, line, outward[line])


@part
def recount_all(net: Net, room: Flush) -> None:
    """Sum what the lines hold from what describes their water."""
    lines = net.lines
    for line in range(room.outward.size):
        if room.some[line] > 0.0:
            recount_few(net, room, line)
            keep_held(lines, line)
        elif net.places[COUNT, line] == 0:
            mean = lines[BENT_WHOLE, line] * mean_growth_small(lines[BEND_WHOLE, line])
            lines[HELD, line] = lines[WHOLE, line] * (lines[TARGET, line] + mean)
        else:
            recount(lines, net.places, net.slugs, net.walls, line)


@part
def part_odd(net: Net, room: Flush, low: int, high: int) -> None:
    """Put the slugs of odd lines into rows where they may stand there, and list the others."""
    lines, places, odd, some, most = net.lines, net.places, room.odd, room.some, room.most
    through, outward, others = room.through, room.outward, 0
    for block in range((high - low + BLOCK - 1) // BLOCK):
        most[block] = 0
    for k in range(room.odd_count[0]):
        line = odd[k]
        fits = through[line] > 0.0 and lines[UNITS, line] <= STEEP
        if some[line] > 0.0 and not fits:
            few_to_ring(net, room, line)
        elif some[line] == 0.0 and places[COUNT, line] == 0:
            if fits and 0.0 <= lines[BEND_WHOLE, line] <= STEEP:
                place_few(lines, room.few, some, line)
            else:
                as_slug(lines, places, net.slugs, line, outward[line])
        elif fits and 1 < places[COUNT, line] < FEW:
            ring_to_few(places, net.slugs, room, line, outward[line])
        if places[COUNT, line] > 0:
            odd[others] = line
            others += 1
        else:
            block = (line - low) // BLOCK
            most[block] = max(most[block], int(some[line]))
    room.odd_count[0] = others


@part
def look_at_odd(net: Net, step: int, seconds: float, room: Flush) -> None:
    """Write what leaves the lines with rings at the flows as they are.

    Where the flow is nearly that of the last look in the step, how that leans tells the rest.
    """
    lines, places, slugs, through = net.lines, net.places, net.slugs, room.through
    odd, outward, share, rest = room.odd, room.outward, room.share, room.rest
    lean_share, lean_rest = room.lean_share, room.lean_rest
    count = room.odd_count[0]
    for k in range(count):
        line, later = odd[k], odd[min(k + AHEAD, count - 1)]
        ask_slugs(places, slugs, later, outward[later])
        flow, out = through[line], outward[line]
        if flow == 0.0:
            share[line], rest[line] = 0.0, content_at(lines, places, slugs, line, out)
            lean_share[line], lean_rest[line] = 0.0, 0.0
        else:
            more = flow - lines[SEEN_FLOW, line]
            if step != lines[LAST_STEP, line] or abs(more) > NEARLY * flow:
                lines[SEEN_FLOW, line], lines[LAST_STEP, line], more = flow, step, 0.0
                some, others, more_some, more_others = look_ahead(
                    lines, places, slugs, line, out > 0.0, flow * seconds
                )
                lines[SEEN_IN, line] = some
                lines[SEEN_OUT, line] = others + friction_heat(lines[RUB, line], flow)
                lines[LAST_IN, line] = more_some / flow
                lines[LAST_OUT, line] = more_others / flow
            leans, rests = lines[LAST_IN, line], lines[LAST_OUT, line]
            share[line] = lines[SEEN_IN, line] + more * leans
            rest[line] = lines[SEEN_OUT, line] + more * rests
            lean_share[line], lean_rest[line] = leans, rests


@inline
def look_ahead(
    lines: FloatArray,
    places: IntArray,
    slugs: FloatArray,
    line: int,
    forward: bool,
    pushed: float,
) -> tuple[float, float, float, float]:
    """Return what a step would push out: share of the content at the inlet, and rest [J/kg].

    Then by how much they change where the flow grows by the whole of itself: what leaves last is
    another water than the mean, and all passes sooner, so that it cools less.
    """
    slots, first, count = slugs.shape[1] - BEYOND, places[FIRST, line], places[COUNT, line]
    faded, ground, inverse = lines[FADED, line], lines[SINK, line], 1.0 / pushed
    base, per = lines[TARGET, line] - ground, lines[UNITS, line] * inverse
    left, ago, heat, last, i = pushed, 1.0, 0.0, 0.0, 0
    passed, cooled = 0.0, 0.0
    while left > 0.0 and i < count:
        at = (first + (count - 1 - i if forward else i)) & slots
        i += 1
        mass, bend = slugs[line, at, MASS], slugs[line, at, BEND]
        bent = slugs[line, at, BENT] * faded
        if not forward:
            bent *= grown(bend)
            bend = -bend
        taken, part = mass, bend
        if mass > left:
            taken, part = left, bend * (left / mass)
        even, z = base + faded * slugs[line, at, EVEN], taken * per
        steady = mean_growth(-z)
        gone = ago * (even * steady + bent * mean_growth(part - z))
        heat += taken * gone
        cooled += taken * gone * (passed + 0.5 * z)
        passed += z
        last = ago * (even + bent * grown(part)) * (1.0 - z * steady)
        ago *= 1.0 - z * steady
        left -= taken
    share = max(left, 0.0) * inverse * ago
    last_share, last = (ago, 0.0) if left > 0.0 else (0.0, last)
    more = last_share - share + share * passed
    more_rest = last + (cooled - heat) * inverse - ground * more
    return share, ground * (1.0 - share) + heat * inverse, more, more_rest


@inline
def move_in_turn(
    net: Net,
    water: WaterTable,
    seconds: float,
    work: Work,
    room: Flush,
    line: int,
    outward: float,
    entering: float,
) -> None:
    """Move a line with a ring in its turn of a walk, and write what leaves it as its rest."""
    lines, places, slugs, flow = net.lines, net.places, net.slugs, room.through[line]
    if flow == 0.0:
        stand_still(lines, water, line)
    left, work.front[line], room.held[line] = move_odd(
        lines, places, slugs, net.emitted, line, outward, flow, seconds, entering
    )
    room.share[line], room.rest[line] = 0.0, left
    if flow == 0.0:
        work.heat_out[line] = left
        work.heat_in[line] = content_at(lines, places, slugs, line, -outward)
    as_whole(lines, places, slugs, line, outward)


@inline
def move_odd(
    lines: FloatArray,
    places: IntArray,
    slugs: FloatArray,
    emitted: FloatArray,
    line: int,
    outward: float,
    flow: float,
    seconds: float,
    entering: float,
) -> tuple[float, float, float]:
    """Move an odd line; return the content of what leaves, that of the outlet then, and its heat.

    In a standing line the first two are the same.
    """
    forward, left, warmed = outward > 0.0, 0.0, friction_heat(lines[RUB, line], flow)
    mean = mean_growth(lines[UNITS, line])
    growth = 1.0 + lines[UNITS, line] * mean
    lines[KEPT, line] = 1.0 / growth
    if flow > 0.0:
        pushed = flow * seconds
        let_in(lines, places, slugs, line, forward, pushed, entering, mean, growth)
        left, _ = take_out(lines, places, slugs, emitted, line, forward, pushed, False)
    age_water(lines, places, slugs, line)
    labelled = lines[FADED, line] * lines[LABELS, line]
    held = lines[WHOLE, line] * lines[TARGET, line] + labelled
    front = content_at(lines, places, slugs, line, outward) + warmed
    return (left + warmed if flow > 0.0 else front), front, held


@inline
def let_in(
    lines: FloatArray,
    places: IntArray,
    slugs: FloatArray,
    line: int,
    forward: bool,
    pushed: float,
    entering: float,
    mean: float,
    growth: float,
) -> None:
    """Put in the water of a step, of one content, before anything has left: see `put_in`.

    ``growth`` is exp(UNITS), ``mean`` the mean of exp(UNITS u) for u from 0 to 1.
    """
    ground, faint, bend = lines[SINK, line], 1.0 / lines[FADED, line], lines[UNITS, line]
    flat, bent = (ground - lines[TARGET, line]) * faint, (entering - ground) * faint
    lines[LABELS, line] += pushed * (flat + bent * mean)
    if places[COUNT, line] > slugs.shape[1] - BEYOND:
        join_slugs(slugs, places, line)
    if not forward:
        bent, bend = bent * growth, -bend
    add_slug(places, slugs, line, forward, pushed, flat, bent, bend)
