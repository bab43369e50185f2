"""Newton's method on a tree of single supply pipes, and what pairs of pipes share with it.

Unknown are the flows of the consumers. One walk around the tree is one Newton step: on the way
outward each row takes the step that the walk before left it and is evaluated anew; on the way
back the linearised equations are eliminated exactly (how the flow of a subtree changes with the
supply water at its foot). docs/steady-solver.md derives the equations; `tree_pairs` has those
of pipes that exchange heat with their return pipes.
"""

from ...model.water import WaterTable
from .compile import inline, part
from .tree_consumers import answer, ask_consumer, moved, serve_heat, strayed
from .tree_friction import rub_pipe
from .tree_rows import (
    ENTER,
    FALL,
    FLOW,
    FLOW_C,
    GAIN,
    GAIN_C,
    HEAT_C,
    HEATING,
    LANES,
    LEAF,
    MOST_WARMING,
    NO_HOLD,
    OFFSET,
    OFFSET_C,
    PASS,
    PER_HEAT_C,
    PLANT,
    SLOPE,
    SMALLEST_FLOW,
    STEP,
    SUPPLY,
    WANTED,
)
from .tree_tables import FloatArray, Level, Options, TreeTable, Walk
from .water import exp_negative, polynomial6, slope6

ASKED = (HEAT_C, PER_HEAT_C)
"""What a plain consumer's step needs, asked for in time."""


@inline
def cool(
    water: WaterTable,
    flow: float,
    near: float,
    guess: float,
    ground: float,
    loss: float,
    heating: float,
) -> tuple[float, float, float]:
    """Return the water at a pipe's far end, and how it follows from inlet and flow.

    The heat capacity is that between the inlet and a guess of the outlet, by which the outlet is
    then off in proportion (``bent``); left out, each Newton step would leave a thousandth of it.
    """
    some, middle = flow + SMALLEST_FLOW, 0.5 * (near + guess)
    capacity = polynomial6(water.heat_capacity, middle)
    per = 1.0 / (some * capacity)
    units = loss * per
    left = exp_negative(units)
    warming = min(heating * some * some * some * per, MOST_WARMING)
    passed = (near - ground) * left
    cooled = passed * min(units, 80.0)
    slope = (cooled + 2.0 * warming) * (per * capacity)
    bent = 0.5 * cooled * slope6(water.heat_capacity, middle) * (per * some)
    supply = ground + passed + warming
    supply += bent * (supply - guess)
    return supply, left + bent * (1.0 + left), slope * (1.0 + bent)


@inline
def advance(flow: float, change: float) -> float:
    """Return a row's flow after a Newton step, which may not turn it or blow it up."""
    return min(max(flow + change, 0.2 * flow), 10.0 * flow + 1e-3)


@inline
def step_single(work: FloatArray, row: int, parent: int, owed: float) -> None:
    """Take a row's Newton step.

    The row's sum of flows starts at ``owed`` (-1 or 0) times its own.
    """
    for j in range(LANES):
        behind = work[parent, STEP + j]
        change = work[row, OFFSET + j] + work[row, GAIN + j] * behind
        flow = advance(work[row, FLOW + j], change)
        step = work[row, SLOPE + j] + work[row, PASS + j] * behind
        work[row, FLOW + j] = flow
        work[row, SUPPLY + j] += step
        work[row, STEP + j] = step
        work[row, OFFSET + j] = owed * flow
        work[row, GAIN + j] = 0.0


@inline
def cool_single(
    water: WaterTable,
    loss: float,
    work: FloatArray,
    row: int,
    parent: int,
    ground: FloatArray,
    at: int,
) -> None:
    """Evaluate a row's supply water, of which a guess is known."""
    for j in range(LANES):
        near, flow = work[parent, SUPPLY + j], work[row, FLOW + j]
        guess, heating = work[row, SUPPLY + j], work[row, HEATING + j]
        supply, left, slope = cool(water, flow, near, guess, ground[at, j], loss, heating)
        work[row, SUPPLY + j] = supply
        work[row, PASS + j] = left
        work[row, SLOPE + j] = slope


@inline
def leave_single(work: FloatArray, row: int, parent: int) -> None:
    """Eliminate a row: write its changes as functions of its inlet's, and hand them up."""
    for j in range(LANES):
        offset, gain = work[row, OFFSET + j], work[row, GAIN + j]
        slope = work[row, SLOPE + j]
        inverse = 1.0 / (1.0 - slope * gain)
        step = slope * offset * inverse
        by_inlet = work[row, PASS + j] * inverse
        offset += gain * step
        gain *= by_inlet
        work[row, SLOPE + j] = step
        work[row, PASS + j] = by_inlet
        work[row, OFFSET + j] = offset
        work[row, GAIN + j] = gain
        work[parent, OFFSET + j] += work[row, FLOW + j] + offset
        work[parent, GAIN + j] += gain


@inline
def step_leaf(
    tree: TreeTable,
    walk: Walk,
    work: FloatArray,
    row: int,
    parent: int,
    scratch: FloatArray,
) -> None:
    """Take the Newton step of a row that ends at one plain consumer, whose flow is the row's.

    The consumer's own is written once, when it has settled.
    """
    c = walk.consumer[walk.start[row]]
    least, most = tree.bypass_flow[c], tree.max_flow[c]
    for j in range(LANES):
        behind, before = work[parent, STEP + j], work[row, FLOW + j]
        change = work[row, OFFSET + j] + work[row, GAIN + j] * behind
        flow = moved(before, change, least, most)
        guess = work[row, SUPPLY + j] + work[row, SLOPE + j] * change
        work[row, FLOW + j] = flow
        work[row, SUPPLY + j] = guess + work[row, PASS + j] * behind
        scratch[WANTED + j] = before + change


@inline
def leave_leaf(
    tree: TreeTable,
    walk: Walk,
    water: WaterTable,
    work: FloatArray,
    row: int,
    parent: int,
    consumers: FloatArray,
    level: Level,
) -> None:
    """Let the plain consumer at the end of a row answer, and eliminate both."""
    c = walk.consumer[walk.start[row]]
    least, most, back = tree.bypass_flow[c], tree.max_flow[c], walk.returned[c]
    returned, errors, scratch = level.returned, level.errors, level.scratch
    for j in range(LANES):
        flow, supply = work[row, FLOW + j], work[row, SUPPLY + j]
        heat, per_heat = consumers[c, HEAT_C + j], consumers[c, PER_HEAT_C + j]
        leaving = returned[back, j]
        offset, gain, drop, error = serve_heat(water, heat, per_heat, leaving, flow, supply, True)
        least_step, most_step = (least - flow) * drop, (most - flow) * drop
        at_least = flow <= least and offset <= 0.0
        at_most = flow >= most and offset >= 0.0
        fixed = at_least or at_most
        offset = (most_step if at_most else least_step) if fixed else offset
        gain, error = 0.0 if fixed else gain, 0.0 if fixed else error
        work[row, OFFSET + j] = offset
        work[row, GAIN + j] = gain
        scratch[FALL + j] = drop
        scratch[WANTED + j] = strayed(flow, scratch[WANTED + j], error)
    for j in range(LANES):
        offset, gain = work[row, OFFSET + j], work[row, GAIN + j]
        inverse = 1.0 / (scratch[FALL + j] - work[row, SLOPE + j] * gain)
        offset *= inverse
        gain *= work[row, PASS + j] * inverse
        work[row, OFFSET + j] = offset
        work[row, GAIN + j] = gain
        work[parent, OFFSET + j] += work[row, FLOW + j] + offset
        work[parent, GAIN + j] += gain
    for j in range(errors.size):
        errors[j] = max(errors[j], scratch[WANTED + j])


@part
def walk_singles(
    tree: TreeTable,
    walk: Walk,
    water: WaterTable,
    options: Options,
    work: FloatArray,
    consumers: FloatArray,
    level: Level,
    rubs: bool,
) -> None:
    """Take one Newton step on all rows; ``level.errors`` are those before the next step.

    ``rubs`` tells whether to find anew how friction heats, of the flows after the step.

    In several loops for each row, so that the processor works on several hours at once instead
    of waiting for one chain of divisions.
    """
    errors, ground, scratch = level.errors, level.ground, level.scratch
    for j in range(LANES):
        errors[j] = 0.0
        work[0, OFFSET + j] = 0.0
        work[0, GAIN + j] = 0.0
    for k in range(walk.row.size):
        row, kind = walk.row[k], walk.kind[k]
        parent, at = tree.parent[row], walk.ground[row]
        ask_consumer(walk, k, consumers, ASKED)
        if kind == LEAF:
            step_leaf(tree, walk, work, row, parent, scratch)
        elif kind == ENTER:
            step_single(work, row, parent, -1.0)
        if kind <= LEAF:
            if rubs:
                rub_pipe(water, options, tree.hydraulics, work, row, parent, scratch)
            cool_single(water, tree.conductance[0, row], work, row, parent, ground, at)
        if kind == LEAF:
            leave_leaf(tree, walk, water, work, row, parent, consumers, level)
        elif kind != ENTER:
            for i in range(walk.start[row], walk.start[row + 1]):
                c = walk.consumer[i]
                back = walk.returned[c]
                holds = tree.bypass_temperature[c] > NO_HOLD
                answer(water, work, row, consumers, c, level, at, back, walk.apart[c], holds)
                for j in range(LANES):
                    flow = consumers[c, FLOW_C + j]
                    work[row, OFFSET + j] += flow + consumers[c, OFFSET_C + j]
                    work[row, GAIN + j] += consumers[c, GAIN_C + j]
            if kind != PLANT:
                leave_single(work, row, parent)
