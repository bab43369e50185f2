"""Newton's method on a tree whose supply pipes exchange heat with their return pipes."""

from math import sqrt

from ...model.water import WaterTable
from .compile import inline, part
from .tree_consumers import answer, leave_at
from .tree_friction import rub_pipe, rub_return
from .tree_newton import advance
from .tree_rows import (
    BACK_PER,
    BACK_SLOPE,
    BEHIND,
    CARRIED,
    CARRIED_GAIN,
    CARRIED_OFFSET,
    COLDEST,
    DIFFERENCE_C,
    FLOW,
    FLOW_C,
    GAIN,
    GAIN_C,
    HEAT_C,
    HEATING,
    LANES,
    LEAF,
    MIX,
    MOST_WARMING,
    NEAR,
    NO_HOLD,
    OFFSET,
    OFFSET_C,
    PASS,
    PER,
    PER_HEAT_C,
    PLANT,
    RETURN,
    RETURN_GAIN,
    RETURN_HEAT,
    RETURN_HEATING,
    RETURN_LEFT,
    RETURN_MIX,
    RETURN_OFFSET,
    RETURN_PASS,
    SCRATCH,
    SLOPE,
    SMALLEST_FLOW,
    SPARE,
    STEP,
    SUM,
    SUPPLY,
    WARMEST,
)
from .tree_tables import FloatArray, Level, Options, TreeTable, Walk
from .water import enthalpy, exp_negative, polynomial6, temperature

LEAST_ROOT = 1.0e-6  # where neither pipe loses heat the solution is a limit; this is within 1e-12
STEP_WEIGHT = 0.02  # error per kelvin by which a pipe's outlet is off: 5 mK count as 1e-4


@inline
def pair_shares(
    own: float, twin: float, outward: float, inward: float
) -> tuple[float, float, float, float]:
    """Return what the outlets of a pair keep of their own inlet and take from the other's.

    The exact solution of the counter-flow pair with constant heat capacities, see
    docs/steady-solver.md. ``own`` and ``twin`` are the transfer units of supply and return,
    exchange included; ``outward`` and ``inward`` those of the exchange alone.
    """
    half, lean = 0.5 * (own + twin), 0.5 * (own - twin)
    root = max(sqrt(max(half * half - outward * inward, 0.0)), LEAST_ROOT)
    ahead, aback = exp_negative(root + lean), exp_negative(root - lean)
    both = ahead * aback
    per = 1.0 / (root * (1.0 + both) + half * (1.0 - both))
    kept, taken = 2.0 * root * per, (1.0 - both) * per
    return kept * ahead, taken * outward, kept * aback, taken * inward


@inline
def step_pair(work: FloatArray, row: int, parent: int, scratch: FloatArray) -> None:
    """Take a row's Newton step, and forget what it has summed."""
    lanes = scratch.size // SCRATCH * LANES
    for j in range(lanes):
        scratch[NEAR + j] = work[parent, SUPPLY + j]
    for j in range(lanes):
        scratch[BEHIND + j] = work[parent, STEP + j]
    for j in range(LANES):
        behind = scratch[BEHIND + j]
        change = work[row, OFFSET + j] + work[row, GAIN + j] * behind
        step = work[row, SLOPE + j] + work[row, PASS + j] * behind
        back = work[row, RETURN + j] + work[row, RETURN_OFFSET + j]
        back = min(max(back + work[row, RETURN_GAIN + j] * step, COLDEST), WARMEST)
        work[row, FLOW + j] = advance(work[row, FLOW + j], change)
        work[row, STEP + j] = step
        work[row, SUPPLY + j] = min(max(work[row, SUPPLY + j] + step, COLDEST), WARMEST)
        work[row, RETURN + j] = back
        work[row, OFFSET + j] = 0.0
        work[row, GAIN + j] = 0.0
        work[row, SUM + j] = 0.0
        work[row, RETURN_HEAT + j] = 0.0
        work[row, RETURN_OFFSET + j] = 0.0
        work[row, RETURN_GAIN + j] = 0.0


@inline
def cool_pair(
    water: WaterTable,
    losses: tuple[float, float, float],
    work: FloatArray,
    row: int,
    ground: FloatArray,
    at: tuple[int, int],
    scratch: FloatArray,
) -> None:
    """Evaluate a row's supply water, of which a guess is known; `step_pair` left the inlet's.

    ``losses`` are those of supply and return, exchange included, and the exchange [W/K]; ``at``
    are the rows of the ground that supply and return see.
    """
    loss, twin_loss, mutual = losses
    own, twin = at
    for j in range(LANES):
        some, near, guess = (
            work[row, FLOW + j] + SMALLEST_FLOW,
            scratch[NEAR + j],
            work[row, SUPPLY + j],
        )
        capacity = polynomial6(water.heat_capacity, 0.5 * (near + guess))
        back_capacity = polynomial6(water.heat_capacity, work[row, RETURN + j])
        both = 1.0 / (some * capacity * back_capacity)
        work[row, PER + j] = both * back_capacity
        scratch[BACK_PER + j] = both * capacity
    for j in range(LANES):
        per, back_per = work[row, PER + j], scratch[BACK_PER + j]
        kept, taken, back_kept, back_taken = pair_shares(
            loss * per, twin_loss * back_per, mutual * per, mutual * back_per
        )
        work[row, PASS + j] = kept
        work[row, MIX + j] = taken
        work[row, RETURN_PASS + j] = back_kept
        work[row, RETURN_MIX + j] = back_taken
    for j in range(LANES):
        some, earth = work[row, FLOW + j] + SMALLEST_FLOW, ground[own, j]
        above, back_above = scratch[NEAR + j] - earth, work[row, RETURN + j] - ground[twin, j]
        warming = work[row, HEATING + j] * some * some * some * work[row, PER + j]
        passed = work[row, PASS + j] * above + work[row, MIX + j] * back_above
        work[row, SUPPLY + j] = earth + passed + min(warming, MOST_WARMING)


@inline
def add_return(
    tree: TreeTable,
    walk: Walk,
    water: WaterTable,
    work: FloatArray,
    row: int,
    consumers: FloatArray,
    c: int,
    returned: FloatArray,
    late: bool,
) -> None:
    """Add a consumer's flow and the return water that it leaves behind, as `serve` will.

    What its flow can give is less than its heat: the water leaves as the consumer leaves it at
    most. Else the water lacks the heat. Where the supply water is too cold nothing is served.
    Served it may be too cold, and not served warm enough, because its return water warms its
    supply: when it is ``late``, such a consumer is given up.
    """
    coldest, warmest, back = tree.min_supply[c], tree.max_supply[c], walk.returned[c]
    apart = walk.apart[c]
    for j in range(LANES):
        flow, heat = consumers[c, FLOW_C + j], consumers[c, HEAT_C + j]
        offset, gain = consumers[c, OFFSET_C + j], consumers[c, GAIN_C + j]
        supply, difference = work[row, SUPPLY + j], consumers[c, DIFFERENCE_C + j]
        content, sign = enthalpy(water, supply), 1.0 if heat >= 0.0 else -1.0
        leaving, cooled = leave_at(water, returned[back, j], supply, difference, apart)
        per_heat, drop = consumers[c, PER_HEAT_C + j], sign * (content - leaving)
        fits = supply >= coldest if heat > 0.0 else supply <= warmest
        serves = fits and per_heat > 0.0
        given = serves and drop > 0.0 and flow * drop <= abs(heat)
        whole = serves and flow * drop > abs(heat)
        level = leaving if given else content
        follows = cooled if given else polynomial6(water.heat_capacity, supply)
        consumers[c, PER_HEAT_C + j] = per_heat if fits or not late else -abs(per_heat)
        work[row, SUM + j] += flow
        work[row, OFFSET + j] += offset
        work[row, GAIN + j] += gain
        work[row, RETURN_HEAT + j] += flow * level - (heat if whole else 0.0)
        work[row, RETURN_OFFSET + j] += level * offset
        work[row, RETURN_GAIN + j] += level * gain + flow * follows


@inline
def leave_pair(
    water: WaterTable,
    losses: tuple[float, float, float],
    work: FloatArray,
    row: int,
    parent: int,
    ground: FloatArray,
    at: tuple[int, int],
    scratch: FloatArray,
    errors: FloatArray,
) -> None:
    """Eliminate a row: write its changes as functions of its inlet's, and hand them up."""
    own, twin = at
    for j in range(errors.size):
        scratch[NEAR + j] = work[parent, SUPPLY + j]
    mix_back(water, work, row, ground, twin, scratch)
    eliminate_pair(losses, work, row, ground, at, scratch)
    for j in range(LANES):
        total, earth, back_earth = work[row, FLOW + j], ground[own, j], ground[twin, j]
        offset, gain = work[row, OFFSET + j], work[row, GAIN + j]
        back_kept, back_taken = work[row, RETURN_PASS + j], work[row, RETURN_MIX + j]
        back_offset, back_gain = work[row, RETURN_OFFSET + j], work[row, RETURN_GAIN + j]
        above, back_above = scratch[NEAR + j] - earth, work[row, RETURN + j] - back_earth
        step, by_inlet = work[row, SLOPE + j], work[row, PASS + j]
        cooled = back_earth + back_kept * back_above + back_taken * above
        some = total + SMALLEST_FLOW
        warming = work[row, RETURN_HEATING + j] * some * some * some * scratch[BACK_PER + j]
        warming = min(warming, MOST_WARMING)
        leaving = cooled + warming
        left, capacity = enthalpy(water, leaving), polynomial6(water.heat_capacity, leaving)
        back_slope = scratch[BACK_SLOPE + j] + 2.0 * warming / some
        change = back_kept * (back_offset + back_gain * step) + back_slope * offset
        by_near = back_kept * back_gain * by_inlet + back_taken + back_slope * gain
        work[row, RETURN_LEFT + j] = cooled
        scratch[CARRIED + j] = total * left
        scratch[CARRIED_OFFSET + j] = left * offset + change * total * capacity
        scratch[CARRIED_GAIN + j] = left * gain + by_near * total * capacity
    for j in range(errors.size):
        work[parent, SUM + j] += work[row, FLOW + j]
        work[parent, OFFSET + j] += work[row, OFFSET + j]
        work[parent, GAIN + j] += work[row, GAIN + j]
    for j in range(errors.size):
        work[parent, RETURN_HEAT + j] += scratch[CARRIED + j]
        work[parent, RETURN_OFFSET + j] += scratch[CARRIED_OFFSET + j]
        work[parent, RETURN_GAIN + j] += scratch[CARRIED_GAIN + j]
    for j in range(errors.size):
        errors[j] = max(errors[j], STEP_WEIGHT * abs(work[row, SPARE + j]))


@inline
def mix_back(
    water: WaterTable,
    work: FloatArray,
    row: int,
    ground: FloatArray,
    at: int,
    scratch: FloatArray,
) -> None:
    """Write the mixed return water at a row's far end, and how it follows from its supply."""
    for j in range(LANES):
        some = work[row, SUM + j] + SMALLEST_FLOW
        one = 1.0 / some
        still = SMALLEST_FLOW * enthalpy(water, ground[at, j])
        content = (work[row, RETURN_HEAT + j] + still) * one
        back = temperature(water, content)
        back_per = one / polynomial6(water.heat_capacity, back)
        change = work[row, RETURN_OFFSET + j] - content * work[row, OFFSET + j]
        by_supply = work[row, RETURN_GAIN + j] - content * work[row, GAIN + j]
        work[row, RETURN + j] = back
        work[row, RETURN_OFFSET + j] = change * back_per
        work[row, RETURN_GAIN + j] = by_supply * back_per
        scratch[BACK_PER + j] = back_per


@inline
def eliminate_pair(
    losses: tuple[float, float, float],
    work: FloatArray,
    row: int,
    ground: FloatArray,
    at: tuple[int, int],
    scratch: FloatArray,
) -> None:
    """Write a row's changes as functions of its inlet's, its outlet's residual to SPARE."""
    loss, twin_loss, mutual = losses
    own, twin = at
    for j in range(LANES):
        total, earth, per = work[row, SUM + j], ground[own, j], work[row, PER + j]
        back_per, some = scratch[BACK_PER + j], total + SMALLEST_FLOW
        offset, gain = work[row, OFFSET + j], work[row, GAIN + j]
        kept, taken, back_kept = (
            work[row, PASS + j],
            work[row, MIX + j],
            work[row, RETURN_PASS + j],
        )
        above, back_above = scratch[NEAR + j] - earth, work[row, RETURN + j] - ground[twin, j]
        a, b, c, d = loss * per, mutual * per, mutual * back_per, twin_loss * back_per
        one = 1.0 / some
        warming = min(work[row, HEATING + j] * some * some * some * per, MOST_WARMING)
        slope = kept * (a - c * taken) * above + 2.0 * warming
        slope -= (b - (a + d) * taken + c * taken * taken) * back_above
        slope *= one
        outlet = earth + kept * above + taken * back_above + warming
        residual = outlet - work[row, SUPPLY + j] + slope * (total - work[row, FLOW + j])
        inverse = 1.0 / (1.0 - slope * gain - taken * work[row, RETURN_GAIN + j])
        step = residual + slope * offset + taken * work[row, RETURN_OFFSET + j]
        step *= inverse
        by_inlet = kept * inverse
        back_slope = (d - c * taken) * back_above - c * kept * above
        scratch[BACK_SLOPE + j] = back_kept * one * back_slope
        work[row, FLOW + j] = total
        work[row, SLOPE + j] = step
        work[row, PASS + j] = by_inlet
        work[row, OFFSET + j] = offset + gain * step
        work[row, GAIN + j] = gain * by_inlet
        work[row, SPARE + j] = residual


@part
def walk_pairs(
    tree: TreeTable,
    walk: Walk,
    water: WaterTable,
    options: Options,
    work: FloatArray,
    consumers: FloatArray,
    level: Level,
    rubs: bool,
    late: bool,
) -> None:
    """Take one Newton step on all rows; ``level.errors`` are those before the next step.

    ``rubs`` tells whether to find anew how friction heats, of the flows after the step.
    """
    errors, ground, returned = level.errors, level.ground, level.returned
    for j in range(LANES):
        errors[j] = 0.0
        work[0, SUM + j] = 0.0
        work[0, OFFSET + j] = 0.0
        work[0, GAIN + j] = 0.0
        work[0, RETURN_HEAT + j] = 0.0
        work[0, RETURN_OFFSET + j] = 0.0
        work[0, RETURN_GAIN + j] = 0.0
    for k in range(walk.row.size):
        row, kind = walk.row[k], walk.kind[k]
        parent, at, mutual = tree.parent[row], walk.ground[row], tree.exchange[row]
        both = (at, walk.back_ground[row])
        losses = (tree.conductance[0, row] + mutual, tree.conductance[1, row] + mutual, mutual)
        if kind <= LEAF:
            step_pair(work, row, parent, level.scratch)
            if rubs:
                rub_pipe(water, options, tree.hydraulics, work, row, parent, level.scratch)
                rub_return(water, options, tree.hydraulics, work, row, level.scratch)
            cool_pair(water, losses, work, row, ground, both, level.scratch)
            continue
        for i in range(walk.start[row], walk.start[row + 1]):
            c = walk.consumer[i]
            back = walk.returned[c]
            holds = tree.bypass_temperature[c] > NO_HOLD
            answer(water, work, row, consumers, c, level, at, back, walk.apart[c], holds)
            add_return(tree, walk, water, work, row, consumers, c, returned, late)
        if kind != PLANT:
            leave_pair(water, losses, work, row, parent, ground, both, level.scratch, errors)
