"""The flows and the water from which Newton's method starts."""

from math import isnan

from ...model.water import WaterTable
from .compile import inline, part
from .friction import LEAST_REYNOLDS, colebrook_start
from .tree_consumers import LEAST_MARGIN, ask_consumer
from .tree_rows import (
    DIFFERENCE_C,
    ENTER,
    FLOW,
    FLOW_C,
    GAIN,
    GAIN_C,
    HEAT_C,
    HEATING,
    HOLD_C,
    LANES,
    LEAF,
    LEAST_C,
    MOST_C,
    NO_HOLD,
    OFFSET,
    OFFSET_C,
    OWN_C,
    PASS,
    PER_ROOM_C,
    PLANT,
    RETURN,
    RETURN_GAIN,
    RETURN_HEATING,
    RETURN_LEFT,
    RETURN_OFFSET,
    REYNOLDS,
    ROOM,
    SLOPE,
    SMALLEST_FLOW,
    SOURCE,
    SUPPLY,
    TURNED,
    VOLUME,
)
from .tree_tables import FloatArray, Inputs, Level, Options, TreeTable, Walk
from .water import enthalpy, log, polynomial6

ASKED = (FLOW_C, HEAT_C, PER_ROOM_C, OWN_C, MOST_C, HOLD_C, DIFFERENCE_C)
"""What turning a consumer's flow needs, asked for in time."""

START_MORE = 1.1  # times the flow without losses
TO_TWIN = 0.5  # of what is lost to the ground, by the same coefficient: the return is warmer
START_SHARE = 0.8  # of the range a path may lose at most
NEAR_ROOM = 1.1  # times which there is still water to serve heat
START_PASSES = 6  # towards flows that lose it, at most
START_CLOSE = 0.2  # change of a flow that is close enough: the next is about its square


@part
def start_flows(
    tree: TreeTable,
    walk: Walk,
    water: WaterTable,
    work: FloatArray,
    consumers: FloatArray,
    level: Level,
    options: Options,
) -> None:
    """Start near the solution, or on the side of flows that are too large.

    From there Newton's way is monotone. Where heat alone decides, a consumer's flow takes steps
    as if all flows of its path grew alike; else, and until these steps have water to serve heat,
    its path loses about 0.8 of the logarithmic range between its supply water and the coldest
    supply water that could still serve it, or less.
    """
    guess_flows(tree, walk, water, work, consumers, level)
    sum_flows(tree, work, consumers, level.errors.size)
    for _ in range(START_PASSES):
        turn_flows(tree, walk, work, consumers, level)
        worst = 0.0
        for j in range(LANES):
            worst = max(worst, level.errors[j])
        if worst == 0.0:
            break
    start_water(tree, walk, water, work, level, options)
    if options.exchange:
        stay_put(tree, work, consumers, options.exchange, level.errors.size)


@part
def resume(
    tree: TreeTable,
    inputs: Inputs,
    block: int,
    hours: int,
    work: FloatArray,
    consumers: FloatArray,
    exchange: bool,
) -> None:
    """Take up flows and water of an earlier solution; the heat of friction is still to be set."""
    first, last = block * LANES, hours - 1
    for c in range(tree.consumer_row.size):
        for j in range(LANES):
            flow = inputs.start_flow[min(first + j, last), c]
            consumers[c, FLOW_C + j] = min(flow, consumers[c, MOST_C + j])
    sum_flows(tree, work, consumers, LANES)
    stay_put(tree, work, consumers, exchange, LANES)
    for row in range(1, tree.parent.size):
        at = tree.junction[row]
        for j in range(LANES):
            work[row, SUPPLY + j] = inputs.start_water[0, min(first + j, last), at]
            work[row, HEATING + j] = 0.0
        if exchange:
            for j in range(LANES):
                work[row, RETURN + j] = inputs.start_water[1, min(first + j, last), at]
                work[row, RETURN_LEFT + j] = work[row, RETURN + j]
                work[row, RETURN_HEATING + j] = 0.0


@part
def stay_put(
    tree: TreeTable, work: FloatArray, consumers: FloatArray, exchange: bool, lanes: int
) -> None:
    """Forget the steps not yet taken: the next walk evaluates the flows as they are."""
    for c in range(tree.consumer_row.size):
        for j in range(lanes):
            consumers[c, OFFSET_C + j] = 0.0
            consumers[c, GAIN_C + j] = 0.0
    for row in range(tree.parent.size):
        for j in range(lanes):
            work[row, OFFSET + j] = 0.0
            work[row, GAIN + j] = 0.0
            work[row, PASS + j] = 0.0
            work[row, SLOPE + j] = 0.0
        if exchange:
            for j in range(lanes):
                work[row, RETURN_OFFSET + j] = 0.0
                work[row, RETURN_GAIN + j] = 0.0


@inline
def guess_friction_heat(tree: TreeTable, work: FloatArray, row: int, scratch: FloatArray) -> None:
    """Write about how friction will heat a supply pipe per square of its flow.

    Haaland's law with the plant's supply water (VOLUME, REYNOLDS): some per cent off, until flows
    are nearly known and `rub_pipe` takes the law that is asked for.
    """
    per_flow, resistance = tree.hydraulics[0, row, 0], tree.hydraulics[0, row, 1]
    slenderness, minor = tree.hydraulics[0, row, 2], tree.hydraulics[0, row, 3]
    rough = tree.hydraulics[0, row, 5]
    for j in range(LANES):
        reynolds = per_flow * work[row, FLOW + j] * scratch[REYNOLDS + j]
        root = colebrook_start(rough, 1.0 / max(reynolds, LEAST_REYNOLDS))
        lost = (slenderness / (root * root) + minor) * resistance
        work[row, HEATING + j] = lost * scratch[VOLUME + j] * scratch[VOLUME + j]


@part
def guess_flows(
    tree: TreeTable,
    walk: Walk,
    water: WaterTable,
    work: FloatArray,
    consumers: FloatArray,
    level: Level,
) -> None:
    """Write the flow each consumer would need without losses, and what its path may lose.

    The latter as its inverse, in transfer units (PER_ROOM_C).
    """
    scratch, last_at, last_back = level.scratch, -1, -1
    for j in range(LANES):
        scratch[SOURCE + j] = enthalpy(water, work[0, SUPPLY + j])
    for c in range(tree.consumer_row.size):
        row, back = tree.consumer_row[c], walk.returned[c]
        at = walk.ground[row]
        if at != last_at or back != last_back:
            room_for_heat(work, level, at, back)
            last_at, last_back = at, back
        for j in range(LANES):
            heat, difference = consumers[c, HEAT_C + j], consumers[c, DIFFERENCE_C + j]
            by_return = difference == 0.0
            drop = scratch[SOURCE + j] - level.returned[back, j]
            drop = drop if by_return else 4185.0 * difference
            holds = consumers[c, HOLD_C + j] > NO_HOLD
            flow = max(heat / drop, 0.0) if heat != 0.0 else 0.0
            flow = max(flow, consumers[c, LEAST_C + j])
            flow = max(flow, 1e-6) if holds else flow
            flow = min(flow, consumers[c, MOST_C + j])
            by_heat = scratch[ROOM + j] if by_return and heat != 0.0 else 1e300
            by_hold = level.source[at, j] - consumers[c, HOLD_C + j] if holds else 1e300
            room = min(by_heat, by_hold if by_hold > 0.0 else 1e300)
            consumers[c, FLOW_C + j] = min(START_MORE * flow, consumers[c, MOST_C + j])
            consumers[c, OWN_C + j] = flow
            consumers[c, OFFSET_C + j] = 0.0
            consumers[c, PER_ROOM_C + j] = 1.0 / max(START_SHARE * room, 1e-6)


@inline
def room_for_heat(work: FloatArray, level: Level, at: int, back: int) -> None:
    """Write what a path may lose before its water is as cold as the return water it serves.

    In transfer units, to ROOM of ``level.scratch``.
    """
    for j in range(LANES):
        ground = level.ground[at, j]
        ratio = (work[0, SUPPLY + j] - ground) / (level.back[back, j] - ground)
        some = log(min(max(ratio, 1e-3), 1e30))
        level.scratch[ROOM + j] = some if ratio > 1.0 else 1e300


@part
def turn_flows(
    tree: TreeTable,
    walk: Walk,
    work: FloatArray,
    consumers: FloatArray,
    level: Level,
) -> None:
    """Turn each consumer's flow to what its path's transfer units ask for.

    ``level.errors`` are the largest changes beyond `START_CLOSE`, by lane.
    """
    changes, lanes = level.errors, level.errors.size
    for j in range(LANES):
        changes[j] = 0.0
        work[0, PASS + j] = 0.0
        work[0, OFFSET + j] = 0.0
    for k in range(walk.row.size):
        row, kind = walk.row[k], walk.kind[k]
        parent, at = tree.parent[row], walk.ground[row]
        ask_consumer(walk, k, consumers, ASKED)
        if kind <= LEAF:
            units = (tree.conductance[0, row] + TO_TWIN * tree.exchange[row]) / 4185.0
            for j in range(LANES):
                per = 1.0 / (work[row, FLOW + j] + SMALLEST_FLOW)
                work[row, PASS + j] = work[parent, PASS + j] + units * per
                work[row, OFFSET + j] = 0.0
        if kind != ENTER:
            for i in range(walk.start[row], walk.start[row + 1]):
                c = walk.consumer[i]
                turn_flow(work, row, consumers, c, level, at, walk.returned[c])
            for j in range(lanes):
                flow = work[row, OFFSET + j]
                work[row, FLOW + j] = flow
                work[parent, OFFSET + j] += flow if kind != PLANT else 0.0


@inline
def turn_flow(
    work: FloatArray,
    row: int,
    consumers: FloatArray,
    c: int,
    level: Level,
    at: int,
    back: int,
) -> None:
    """Turn one consumer's flow to what its path's transfer units ask for, and add it.

    Heat alone asks for a Newton step in which all flows of the path grow alike, where its water
    would still be warm enough; else the path may lose no more than its room. Four terms of the
    exponential and one heat capacity are enough here.
    """
    scratch, changes, ground = level.scratch, level.errors, level.ground
    for j in range(LANES):
        heat, flow, units = (
            consumers[c, HEAT_C + j],
            consumers[c, FLOW_C + j],
            work[row, PASS + j],
        )
        whole = work[0, SUPPLY + j] - ground[at, j]
        more = 0.5 + units * (1.0 / 6.0 + units * (1.0 / 24.0))
        above = whole / (1.0 + units * (1.0 + units * more))
        sign = 1.0 if heat >= 0.0 else -1.0
        content = scratch[SOURCE + j] - 4185.0 * (whole - above)
        drop = sign * (content - level.returned[back, j])
        grows = max(sign * above * units * 4185.0, 0.0)
        missing = abs(heat) - flow * drop
        scratch[TURNED + j] = flow + missing / max(drop + grows, LEAST_MARGIN)
    for j in range(LANES):
        flow, used = consumers[c, FLOW_C + j], work[row, PASS + j] * consumers[c, PER_ROOM_C + j]
        heats = consumers[c, HEAT_C + j] != 0.0 and consumers[c, DIFFERENCE_C + j] == 0.0
        near = used <= NEAR_ROOM and heats and consumers[c, HOLD_C + j] <= NO_HOLD
        turned = scratch[TURNED + j] if near else flow * used
        turned = min(max(turned, consumers[c, OWN_C + j]), consumers[c, MOST_C + j])
        scratch[TURNED + j] = abs(turned - flow) - START_CLOSE * turned
        consumers[c, FLOW_C + j] = turned
        work[row, OFFSET + j] += turned
    for j in range(changes.size):
        changes[j] = max(changes[j], scratch[TURNED + j])


@part
def sum_flows(tree: TreeTable, work: FloatArray, consumers: FloatArray, lanes: int) -> None:
    """Sum the consumers' flows from the leaves to the plant."""
    for row in range(tree.parent.size):
        for j in range(lanes):
            work[row, FLOW + j] = 0.0
    for c in range(tree.consumer_row.size):
        row = tree.consumer_row[c]
        for j in range(lanes):
            work[row, FLOW + j] += consumers[c, FLOW_C + j]
    for k in range(tree.parent.size - 2, -1, -1):
        row = tree.order[k]
        parent = tree.parent[row]
        for j in range(lanes):
            work[parent, FLOW + j] += work[row, FLOW + j]


@part
def start_water(
    tree: TreeTable,
    walk: Walk,
    water: WaterTable,
    work: FloatArray,
    level: Level,
    options: Options,
) -> None:
    """Write temperatures near those of the first flows, and about how friction will heat them.

    No row has a step to take. Return water is that of the first consumer of the row or behind it,
    where it has one given.
    """
    lanes, last, scratch = level.errors.size, walk.consumer.size - 1, level.scratch
    for j in range(LANES):
        scratch[VOLUME + j] = polynomial6(water.specific_volume, work[0, SUPPLY + j])
        scratch[REYNOLDS + j] = polynomial6(water.fluidity, work[0, SUPPLY + j])
    for j in range(lanes):
        work[0, OFFSET + j] = 0.0
        work[0, GAIN + j] = 0.0
        work[0, SLOPE + j] = 0.0
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        parent, at = tree.parent[row], walk.ground[row]
        for j in range(LANES):
            ground, units = level.ground[at, j], work[row, PASS + j] - work[parent, PASS + j]
            above = (work[parent, SUPPLY + j] - ground) / (1.0 + units)
            work[row, SUPPLY + j] = ground + above
            work[row, HEATING + j] = 0.0
            work[row, OFFSET + j] = 0.0
            work[row, GAIN + j] = 0.0
            work[row, SLOPE + j] = 0.0
        if options.heating:
            guess_friction_heat(tree, work, row, scratch)
        if options.exchange:
            at, some = walk.back_ground[row], walk.consumer.size > 0
            for j in range(lanes):
                work[row, RETURN + j] = 0.5 * (work[0, SUPPLY + j] + level.ground[at, j])
            back = walk.returned[walk.consumer[min(walk.start[row], last)]] if some else 0
            for j in range(lanes if some else 0):
                kept = level.back[back, j]
                work[row, RETURN + j] = work[row, RETURN + j] if isnan(kept) else kept
            for j in range(lanes):
                work[row, RETURN_HEATING + j] = 0.0
