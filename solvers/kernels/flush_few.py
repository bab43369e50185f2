"""Lines of a large tree that hold a few slugs after a step, many at once.

A step that does not flush a line leaves slugs of older steps in it. Up to `FEW` of them, none much
bent, stand in rows (`flush_rows`), and loops without branches look at them and move them. Lines
with more slugs, more bent ones or standing water have rings: `flush_odd`.
"""

from .compile import inline, part
from .flush_lines import NOTHING, copy_marked
from .flush_rows import few_to_ring, renew_few
from .flush_tables import (
    BLOCK,
    FEW,
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
    R13,
    R14,
    S0,
    S1,
    S2,
    S3,
    S4,
    Flush,
    fetch,
    store,
)
from .plug_growth import mean_growth_small
from .plug_pipe import friction_heat
from .plug_slugs import DUST, FAINT
from .plug_tables import (
    BEND,
    BEND_WHOLE,
    BENT,
    BENT_WHOLE,
    EVEN,
    FADED,
    LABELS,
    MASS,
    RUB,
    SINK,
    SLUG_VALUES,
    TARGET,
    UNITS,
    WHOLE,
    FloatArray,
    Net,
    Work,
)

TWO, THREE = 2, 3


@part
def look_at_few(net: Net, seconds: float, room: Flush, low: int, high: int) -> None:
    """Write what leaves the lines of few slugs at the flows as they are, as `look_ahead` does."""
    lines, few, some, through = net.lines, room.few, room.some, room.through
    s = room.scratch
    flow, sink, units, faded, rub, flag = R0, R1, R2, R3, R4, R5
    left, ago, heat, cooled, passed, last = R6, R7, R8, R9, R10, R11
    base = R12
    for at in range(low, high, BLOCK):
        most = room.most[(at - low) // BLOCK]
        if most == 0:
            continue
        many = min(BLOCK, high - at)
        fetch(s, flow, through, at, many)
        fetch(s, sink, lines[SINK], at, many)
        fetch(s, units, lines[UNITS], at, many)
        fetch(s, faded, lines[FADED], at, many)
        fetch(s, base, lines[TARGET], at, many)
        fetch(s, rub, lines[RUB], at, many)
        fetch(s, flag, some, at, many)
        for i in range(BLOCK):
            pushed = max(s[flow + i] * seconds, NOTHING)
            s[base + i] -= s[sink + i]
            s[units + i] = s[units + i] / pushed
            s[left + i], s[ago + i], s[heat + i] = pushed, 1.0, 0.0
            s[cooled + i], s[passed + i], s[last + i] = 0.0, 0.0, 0.0
        see_slug(s, few, 0, S0, at, many)
        if most > 1:
            see_slug(s, few, 1, S1, at, many)
        if most > TWO:
            see_slug(s, few, 2, S2, at, many)
        if most > THREE:
            see_slug(s, few, 3, S3, at, many)
        for i in range(BLOCK):
            over, inverse = s[left + i], 1.0 / max(s[flow + i] * seconds, NOTHING)
            kept, at_last, per_flow = s[ago + i], s[last + i], inverse * seconds
            ends, ahead = kept if over > 0.0 else 0.0, 0.0 if over > 0.0 else at_last
            part_in = over * inverse * kept
            more = ends - part_in + part_in * s[passed + i]
            turned = (s[cooled + i] - s[heat + i]) * inverse
            warmed = friction_heat(s[rub + i], s[flow + i])
            s[units + i] = part_in
            s[faded + i] = s[sink + i] * (1.0 - part_in) + s[heat + i] * inverse + warmed
            s[rub + i] = more * per_flow
            s[base + i] = (ahead + turned - s[sink + i] * more) * per_flow
        copy_marked(room.share, s, units, flag, at, many)
        copy_marked(room.rest, s, faded, flag, at, many)
        copy_marked(room.lean_share, s, rub, flag, at, many)
        copy_marked(room.lean_rest, s, base, flag, at, many)


@inline
def fetch_slug(s: FloatArray, few: FloatArray, j: int, slug: int, at: int, many: int) -> None:
    """Read slug ``j`` of the lines of a block."""
    fetch(s, slug, few[SLUG_VALUES * j + MASS], at, many)
    fetch(s, slug + BLOCK, few[SLUG_VALUES * j + EVEN], at, many)
    fetch(s, slug + 2 * BLOCK, few[SLUG_VALUES * j + BENT], at, many)
    fetch(s, slug + 3 * BLOCK, few[SLUG_VALUES * j + BEND], at, many)


@inline
def store_slug(s: FloatArray, few: FloatArray, j: int, slug: int, at: int, many: int) -> None:
    """Write slug ``j`` of the lines of a block; nobody reads those of lines that have no few."""
    store(few[SLUG_VALUES * j + MASS], s, slug, at, many)
    store(few[SLUG_VALUES * j + EVEN], s, slug + BLOCK, at, many)
    store(few[SLUG_VALUES * j + BENT], s, slug + 2 * BLOCK, at, many)
    store(few[SLUG_VALUES * j + BEND], s, slug + 3 * BLOCK, at, many)


@inline
def see_slug(s: FloatArray, few: FloatArray, j: int, slug: int, at: int, many: int) -> None:
    """Add what slug ``j`` gives to what leaves, and how that changes with the flow.

    Rows are those of `look_at_few`. The last water's own bend counts to second order there.
    """
    per, faded, left, ago, heat = R2, R3, R6, R7, R8
    cooled, passed, last, base = R9, R10, R11, R12
    mass, even, bent, bend = slug, slug + BLOCK, slug + 2 * BLOCK, slug + 3 * BLOCK
    fetch_slug(s, few, j, slug, at, many)
    for i in range(BLOCK):
        whole, rest = s[mass + i], s[left + i]
        taken = min(whole, rest)
        part_bend = s[bend + i] * (taken / max(whole, NOTHING))
        still, own = s[base + i] + s[faded + i] * s[even + i], s[faded + i] * s[bent + i]
        z = taken * s[per + i]
        steady, moving = mean_growth_small(-z), mean_growth_small(part_bend - z)
        gone = taken * s[ago + i] * (still * steady + own * moving)
        kept = 1.0 - z * steady
        grows = 1.0 + part_bend * (1.0 + 0.5 * part_bend)
        ends, before = s[ago + i] * (still + own * grows) * kept, s[last + i]
        s[heat + i] += gone
        s[cooled + i] += gone * (s[passed + i] + 0.5 * z)
        s[passed + i] += z
        s[last + i] = ends if taken > 0.0 else before
        s[ago + i] *= kept
        s[left + i] = rest - taken


@part
def move_few(net: Net, seconds: float, work: Work, room: Flush, low: int, high: int) -> None:
    """Move the lines of few slugs through a step, as `move_odd` does.

    What a step brings in is a slug more, of one content; what it pushes out is taken from the
    first on. What remains moves up, and a line of one slug has no rows any more.
    """
    s, gone = room.scratch, R8
    for at in range(low, high, BLOCK):
        most = room.most[(at - low) // BLOCK]
        if most == 0:
            continue
        many = min(BLOCK, high - at)
        begin_few(net, seconds, work, room, at, many)
        pass_slugs(s, room.few, most, seconds, at, many)
        emptied = 0.0
        while count_above(s, gone, emptied) > 0:
            move_all_up(s, most, emptied)
            emptied += 1.0
        end_few(net, work, room, at, many)
        store_slugs(s, room.few, most, at, many)
        leave_rows(net, room, at, many)


@inline
def begin_few(net: Net, seconds: float, work: Work, room: Flush, at: int, many: int) -> None:
    """Read the lines of a block, and make the slug that comes in; rows are those of all below."""
    lines, s = net.lines, room.scratch
    flow, sink, units, faded, labels, target = R0, R1, R2, R3, R4, R5
    flag, left, gone, kept, new_even, new_bent = R6, R7, R8, R9, R10, R11
    dust = R13
    fetch(s, flow, room.through, at, many)
    fetch(s, sink, lines[SINK], at, many)
    fetch(s, units, lines[UNITS], at, many)
    fetch(s, faded, lines[FADED], at, many)
    fetch(s, labels, lines[LABELS], at, many)
    fetch(s, target, lines[TARGET], at, many)
    fetch(s, flag, room.some, at, many)
    fetch(s, new_bent, work.heat_in, at, many)
    for i in range(BLOCK):
        faint, pushed = 1.0 / s[faded + i], s[flow + i] * seconds
        mean = mean_growth_small(s[units + i])
        flat = (s[sink + i] - s[target + i]) * faint
        bent = (s[new_bent + i] - s[sink + i]) * faint
        s[labels + i] += pushed * (flat + bent * mean)
        s[new_even + i], s[new_bent + i] = flat, bent
        s[kept + i] = 1.0 / (1.0 + s[units + i] * mean)
        s[left + i], s[gone + i], s[dust + i] = pushed, 0.0, DUST * pushed


@inline
def pass_slugs(
    s: FloatArray, few: FloatArray, most: int, seconds: float, at: int, many: int
) -> None:
    """Take from slugs what is pushed out, from the first on; that of the step is among them."""
    pass_slug(s, few, 0, S0, seconds, at, many)
    pass_slug(s, few, 1, S1, seconds, at, many)
    if most > 1:
        pass_slug(s, few, 2, S2, seconds, at, many)
    if most > TWO:
        pass_slug(s, few, 3, S3, seconds, at, many)
    if most > THREE:
        pass_slug(s, few, 4, S4, seconds, at, many)


@inline
def store_slugs(s: FloatArray, few: FloatArray, most: int, at: int, many: int) -> None:
    """Write the slugs of a block."""
    store_slug(s, few, 0, S0, at, many)
    store_slug(s, few, 1, S1, at, many)
    if most > 1:
        store_slug(s, few, 2, S2, at, many)
    if most > TWO:
        store_slug(s, few, 3, S3, at, many)
    if most > THREE:
        store_slug(s, few, 4, S4, at, many)


@inline
def count_above(s: FloatArray, row: int, bound: float) -> int:
    """Return how many values of a block are above a bound."""
    found = 0
    for i in range(BLOCK):
        found += 1 if s[row + i] > bound else 0
    return found


@inline
def leave_rows(net: Net, room: Flush, at: int, many: int) -> None:
    """Write faint labels anew, and put slugs that are no longer few into rings."""
    s, leaves, count, faded = room.scratch, R13, R8, R3
    if count_above(s, leaves, 0.0) > 0:
        for i in range(many):
            if s[leaves + i] > 0.0 and s[faded + i] < FAINT:
                renew_few(net, room, at + i)
            if s[leaves + i] > 0.0 and s[count + i] > FEW:
                few_to_ring(net, room, at + i)


@inline
def pass_slug(
    s: FloatArray, few: FloatArray, j: int, slug: int, seconds: float, at: int, many: int
) -> None:
    """Read slug ``j``, or make it that of the step, and take from it what is yet to be pushed out.

    That of the step comes after the others; beyond it are none. Rows are those of `move_few`.
    """
    flow, units, labels, flag, left, gone = R0, R2, R4, R6, R7, R8
    new_even, new_bent, dust = R10, R11, R13
    mass, even, bent, bend = slug, slug + BLOCK, slug + 2 * BLOCK, slug + 3 * BLOCK
    fetch_slug(s, few, j, slug, at, many)
    for i in range(BLOCK):
        count, rest, little, pushed = s[flag + i], s[left + i], s[dust + i], s[flow + i] * seconds
        is_new, is_old, is_there = count == j, count > j, (count >= j) & (count > 0.0)
        old_mass, old_even, old_bent, old_bend = s[mass + i], s[even + i], s[bent + i], s[bend + i]
        fresh_even, fresh_bent, fresh_bend = s[new_even + i], s[new_bent + i], s[units + i]
        before = old_mass if is_old else 0.0
        whole = pushed if is_new else before
        own_even = fresh_even if is_new else old_even
        own_bent = fresh_bent if is_new else old_bent
        own_bend = fresh_bend if is_new else old_bend
        is_asked, fits = rest > little, whole <= rest + little
        some_of = whole if fits else rest
        taken = some_of if is_asked else 0.0
        ratio = taken / max(whole, NOTHING)
        part_bend = own_bend * ratio
        inside = mean_growth_small(part_bend)
        s[labels + i] -= taken * (own_even + own_bent * inside)
        s[left + i] = rest - taken
        s[mass + i], s[even + i] = whole - taken, own_even
        s[bent + i] = own_bent * (1.0 + part_bend * inside)
        s[bend + i] = own_bend * (1.0 - ratio)
        s[gone + i] += 1.0 if is_asked & fits & is_there else 0.0


@inline
def move_all_up(s: FloatArray, most: int, j: float) -> None:
    """Move the slugs of a line up by one where more than ``j`` are gone."""
    move_up(s, S0, S1, j)
    if most > 1:
        move_up(s, S1, S2, j)
    if most > TWO:
        move_up(s, S2, S3, j)
    if most > THREE:
        move_up(s, S3, S4, j)


@inline
def move_up(s: FloatArray, to: int, beyond: int, j: float) -> None:
    """Put a slug in the place before, which then is empty, where more than ``j`` are gone."""
    move_value(s, to, beyond, j)
    move_value(s, to + BLOCK, beyond + BLOCK, j)
    move_value(s, to + 2 * BLOCK, beyond + 2 * BLOCK, j)
    move_value(s, to + 3 * BLOCK, beyond + 3 * BLOCK, j)
    gone = R8
    for i in range(BLOCK):
        moves, behind = s[gone + i] > j, s[beyond + i]
        s[beyond + i] = 0.0 if moves else behind


@inline
def move_value(s: FloatArray, to: int, beyond: int, j: float) -> None:
    """Copy a value where more than ``j`` slugs are gone."""
    gone = R8
    for i in range(BLOCK):
        moves, behind, here = s[gone + i] > j, s[beyond + i], s[to + i]
        s[to + i] = behind if moves else here


@inline
def end_few(net: Net, work: Work, room: Flush, at: int, many: int) -> None:
    """Age what is in the lines of a block, and write what they hold now."""
    lines, s = net.lines, room.scratch
    flow, sink, rub, faded, labels, target = R0, R1, R2, R3, R4, R5
    flag, front, gone, kept, whole, leaves, one = R6, R7, R8, R9, R12, R13, R14
    even, bent = S0 + EVEN * BLOCK, S0 + BENT * BLOCK
    fetch(s, rub, lines[RUB], at, many)
    fetch(s, whole, lines[WHOLE], at, many)
    for i in range(BLOCK):
        aged = s[sink + i] + (s[target + i] - s[sink + i]) * s[kept + i]
        excess, count = s[faded + i] * s[kept + i], s[flag + i] + 1.0 - s[gone + i]
        single, steady, own = (count == 1.0) & (s[flag + i] > 0.0), s[even + i], s[bent + i]
        warmed, scaled = friction_heat(s[rub + i], s[flow + i]), excess * own
        s[kept + i] = s[whole + i] * aged + excess * s[labels + i]
        s[front + i] = aged + excess * steady + scaled + warmed
        s[target + i] = aged + excess * (steady if single else 0.0)
        s[bent + i] = scaled if single else own
        s[faded + i], s[one + i] = excess, 1.0 if single else 0.0
        ends = (s[flag + i] > 0.0) & ((excess < FAINT) | (count > FEW))
        s[gone + i], s[leaves + i] = 0.0 if single else count, 1.0 if ends else 0.0
    copy_marked(lines[FADED], s, faded, flag, at, many)
    copy_marked(lines[LABELS], s, labels, flag, at, many)
    copy_marked(lines[TARGET], s, target, flag, at, many)
    copy_marked(room.held, s, kept, flag, at, many)
    copy_marked(work.front, s, front, flag, at, many)
    copy_marked(lines[BENT_WHOLE], s, bent, one, at, many)
    copy_marked(lines[BEND_WHOLE], s, S0 + BEND * BLOCK, one, at, many)
    copy_marked(room.some, s, gone, flag, at, many)
