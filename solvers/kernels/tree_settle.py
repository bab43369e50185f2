"""The last walk: flows and supply water as solved, what consumers get, and the return side."""

from ...model.water import WaterTable
from .compile import inline, part
from .tree_consumers import ask_consumer, jumped, leave_at, moved
from .tree_friction import both_drops
from .tree_newton import cool_single, step_single
from .tree_pairs import cool_pair, step_pair
from .tree_rows import (
    ABSOLUTE,
    ASKED_C,
    BACK,
    BACK_C,
    BACK_DROP,
    BACK_DROPPED,
    BACK_VOLUME,
    CONTENT,
    DELIVERED,
    DIFFERENCE_C,
    DRAWN,
    DROP,
    DROPPED,
    DUST,
    FLOW,
    FLOW_C,
    GAIN,
    GAIN_C,
    JUMPED,
    LANES,
    LEAF,
    LEAST_C,
    LEFT,
    LEFT_CONTENT,
    MISSED,
    MOST_C,
    OFFSET,
    OFFSET_C,
    PER_CAPACITY,
    PER_HEAT_C,
    PLANT,
    RETURN_MIX,
    RETURN_PASS,
    SERVED_C,
    SLOPE,
    SMALLEST_FLOW,
    STEP,
    SUPPLY,
    SUPPLY_C,
    TOTAL,
)
from .tree_tables import (
    FloatArray,
    Inputs,
    Level,
    Options,
    Outputs,
    TreeTable,
    Walk,
)
from .water import enthalpy, exp_negative, polynomial6, temperature

ASKED = (FLOW_C, ASKED_C, PER_HEAT_C, SERVED_C, BACK_C)
"""What the last step of a plain consumer needs and writes, asked for in time."""

SERVED, FLOW_LIMIT, SUPPLY_TOO_COLD, PRESSURE = 0, 1, 2, 3
FULL = 1.0 - 1.0e-7  # share of the heat asked for that counts as all of it
ALL = 1.0 - 1.0e-9  # share of a limit that counts as all of it


@part
def settle(
    tree: TreeTable,
    walk: Walk,
    water: WaterTable,
    options: Options,
    work: FloatArray,
    consumers: FloatArray,
    level: Level,
) -> None:
    """Walk around the tree once more: outward the supply water, back the return water."""
    ground = level.ground
    for j in range(LANES):
        work[0, TOTAL + j] = 0.0
        work[0, CONTENT + j] = 0.0
        level.sums[DELIVERED + j] = 0.0
        level.sums[ABSOLUTE + j] = 0.0
        level.sums[DRAWN + j] = 0.0
        level.sums[MISSED + j] = 0.0
        level.sums[JUMPED + j] = 0.0
    for k in range(walk.row.size):
        row, kind = walk.row[k], walk.kind[k]
        parent, at, mutual = tree.parent[row], walk.ground[row], tree.exchange[row]
        both = (at, walk.back_ground[row])
        losses = (tree.conductance[0, row] + mutual, tree.conductance[1, row] + mutual, mutual)
        ask_consumer(walk, k, consumers, ASKED)
        if kind == LEAF:
            move_leaf(tree, walk, work, row, parent, consumers, level.sums)
        if kind <= LEAF and options.exchange:
            step_pair(work, row, parent, level.scratch)
            cool_pair(water, losses, work, row, ground, both, level.scratch)
        elif kind <= LEAF:
            step_single(work, row, parent, 0.0)
            cool_single(water, losses[0], work, row, parent, ground, at)
        if kind >= LEAF:
            for i in range(walk.start[row], walk.start[row + 1]):
                c = walk.consumer[i]
                if kind != LEAF:
                    move(work, row, consumers, c, level.sums)
                serve(tree, walk, water, work, row, consumers, c, level)
            if kind != PLANT:
                c = walk.consumer[walk.start[row]] if kind == LEAF else -1
                mix_water(water, work, row, ground, both[1], consumers, c)
                return_water(tree, water, options, work, row, parent, ground, both, level.scratch)


@inline
def move_leaf(
    tree: TreeTable,
    walk: Walk,
    work: FloatArray,
    row: int,
    parent: int,
    consumers: FloatArray,
    sums: FloatArray,
) -> None:
    """Take the last step of a leaf: the flow of its consumer is its own."""
    c = walk.consumer[walk.start[row]]
    least, most = tree.bypass_flow[c], tree.max_flow[c]
    for j in range(LANES):
        change = work[row, OFFSET + j] + work[row, GAIN + j] * work[parent, STEP + j]
        before = work[row, FLOW + j]
        flow = moved(before, change, least, most)
        sums[JUMPED + j] = max(sums[JUMPED + j], jumped(flow, before, before + change))
        consumers[c, FLOW_C + j] = flow
        work[row, FLOW + j] = flow
        work[row, SLOPE + j] *= change
        work[row, OFFSET + j] = 0.0
        work[row, GAIN + j] = 0.0


@inline
def move(work: FloatArray, row: int, consumers: FloatArray, c: int, sums: FloatArray) -> None:
    """Take the last step of a consumer."""
    for j in range(LANES):
        change = consumers[c, OFFSET_C + j] + consumers[c, GAIN_C + j] * work[row, STEP + j]
        least, most = consumers[c, LEAST_C + j], consumers[c, MOST_C + j]
        before = consumers[c, FLOW_C + j]
        flow = moved(before, change, least, most)
        consumers[c, FLOW_C + j] = flow
        sums[JUMPED + j] = max(sums[JUMPED + j], jumped(flow, before, before + change))


@inline
def serve(
    tree: TreeTable,
    walk: Walk,
    water: WaterTable,
    work: FloatArray,
    row: int,
    consumers: FloatArray,
    c: int,
    level: Level,
) -> None:
    """Keep what a consumer gets, and add its return water to its node."""
    coldest, warmest, back = tree.min_supply[c], tree.max_supply[c], walk.returned[c]
    sums, scratch, apart = level.sums, level.scratch, walk.apart[c]
    for j in range(LANES):
        flow, supply = consumers[c, FLOW_C + j], work[row, SUPPLY + j]
        difference = consumers[c, DIFFERENCE_C + j]
        content = enthalpy(water, supply)
        leaving, _ = leave_at(water, level.returned[back, j], supply, difference, apart)
        asked = consumers[c, ASKED_C + j]
        sign = 1.0 if asked >= 0.0 else -1.0
        possible = max(flow * sign * (content - leaving), 0.0)
        dust = sign * asked < DUST
        full = possible >= sign * asked * FULL or dust
        fits = supply >= coldest if asked > 0.0 else supply <= warmest
        fits = fits and consumers[c, PER_HEAT_C + j] > 0.0
        served = asked if full else sign * possible
        served = served if (fits and flow > 0.0) or dust else 0.0
        used = served / (flow + SMALLEST_FLOW)
        consumers[c, SERVED_C + j] = served
        consumers[c, SUPPLY_C + j] = supply
        scratch[LEFT_CONTENT + j] = content - (used if flow > 0.0 else 0.0)
    for j in range(LANES):
        consumers[c, BACK_C + j] = temperature(water, scratch[LEFT_CONTENT + j])
    for j in range(LANES):
        flow, served = consumers[c, FLOW_C + j], consumers[c, SERVED_C + j]
        work[row, TOTAL + j] += flow
        work[row, CONTENT + j] += flow * scratch[LEFT_CONTENT + j]
        sums[DELIVERED + j] += served
        sums[ABSOLUTE + j] += abs(served)
        sums[DRAWN + j] += flow
        sums[MISSED + j] += abs(consumers[c, ASKED_C + j] - served)


@part
def explain(
    tree: TreeTable,
    inputs: Inputs,
    block: int,
    consumers: FloatArray,
    level: Level,
    out: Outputs,
    again: bool,
) -> float:
    """Write for all consumers why they were not served, in a block where any was or is not.

    Returns the largest share of heat that the solution misses for no reason.
    """
    missed, worst = 0.0, 0.0
    for j in range(LANES):
        missed += level.sums[MISSED + j]
        out.heat_error[block, j] = 0.0
    if missed == 0.0 and not again:
        return 0.0
    for c in range(tree.consumer_row.size):
        most, limit = tree.max_flow[c], inputs.limit_row[c]
        for j in range(LANES):
            asked, served = consumers[c, ASKED_C + j], consumers[c, SERVED_C + j]
            flow, allowed = consumers[c, FLOW_C + j], level.limit[limit, j]
            reason = explain_one(asked, served, flow, most, allowed)
            out.consumer_reason[block, j, c] = reason
            out.consumer_unserved_heat[block, j, c] = asked - served
            if reason == FLOW_LIMIT and flow < consumers[c, MOST_C + j] * ALL:
                error = (asked - served) / asked
                out.heat_error[block, j] = max(out.heat_error[block, j], error)
                worst = max(worst, error)
    return worst


@inline
def explain_one(asked: float, served: float, flow: float, most: float, allowed: float) -> int:
    """Return why a consumer was not served; ``allowed`` is the flow that the pressure allows."""
    reason = FLOW_LIMIT
    if served == asked:
        reason = SERVED
    elif allowed < most and flow >= allowed * ALL:
        reason = PRESSURE
    elif served == 0.0 and (flow > 0.0 or most > 0.0):
        reason = SUPPLY_TOO_COLD
    return reason


@part
def mark_unsolved(block: int, enough: float, level: Level, out: Outputs) -> float:
    """Keep the error of hours in which Newton's method stopped before it had come near.

    Returns the largest.
    """
    worst = 0.0
    for j in range(LANES):
        error = max(level.errors[j], level.sums[JUMPED + j])
        if not error <= enough:
            out.heat_error[block, j] = max(out.heat_error[block, j], error)
            worst = max(worst, error)
    return worst


@inline
def mix_water(
    water: WaterTable,
    work: FloatArray,
    row: int,
    ground: FloatArray,
    at: int,
    consumers: FloatArray,
    c: int,
) -> None:
    """Write the return water at a row's far end: mixed, or that of the only consumer ``c``.

    With nothing added the compiler would choose between two addresses, lane by lane.
    """
    if c >= 0:
        for j in range(ground.shape[1]):
            flow, back = work[row, TOTAL + j], consumers[c, BACK_C + j]
            work[row, BACK + j] = back + 0.0 if flow > 0.0 else ground[at, j]
            work[row, FLOW + j] = flow
        return
    for j in range(LANES):
        flow = work[row, TOTAL + j]
        content = work[row, CONTENT + j] / (flow + SMALLEST_FLOW)
        work[row, BACK + j] = temperature(water, content) if flow > 0.0 else ground[at, j]
        work[row, FLOW + j] = flow


@inline
def return_water(
    tree: TreeTable,
    water: WaterTable,
    options: Options,
    work: FloatArray,
    row: int,
    parent: int,
    ground: FloatArray,
    at: tuple[int, int],
    scratch: FloatArray,
) -> None:
    """Cool a row's return water to its near end, and write the drops of both sides."""
    warms, loss = 1.0 if options.heating else 0.0, tree.conductance[1, row]
    own, twin = at
    if options.exchange:
        for j in range(LANES):
            near, earth, back = work[parent, SUPPLY + j], ground[twin, j], work[row, BACK + j]
            passed = work[row, RETURN_PASS + j] * (back - earth)
            taken = work[row, RETURN_MIX + j] * (near - ground[own, j])
            work[row, LEFT + j] = earth + passed + taken
            scratch[PER_CAPACITY + j] = 1.0 / polynomial6(water.heat_capacity, back)
    else:
        for j in range(LANES):
            some, earth = work[row, FLOW + j] + SMALLEST_FLOW, ground[twin, j]
            back = work[row, BACK + j]
            per = 1.0 / (some * polynomial6(water.heat_capacity, back))
            work[row, LEFT + j] = earth + (back - earth) * exp_negative(loss * per)
            scratch[PER_CAPACITY + j] = some * per
    both_drops(water, options, tree.hydraulics, work, row, parent, scratch)
    for j in range(LANES):
        left, flow = work[row, LEFT + j], work[row, FLOW + j]
        warmed = warms * scratch[BACK_DROPPED + j] * scratch[BACK_VOLUME + j]
        left += warmed * scratch[PER_CAPACITY + j]
        work[row, DROP + j] = scratch[DROPPED + j]
        work[row, BACK_DROP + j] = scratch[BACK_DROPPED + j]
        work[row, LEFT + j] = left
        work[parent, TOTAL + j] += flow
        work[parent, CONTENT + j] += flow * enthalpy(water, left)
