"""Newton's method on a tree of single supply pipes, and what pairs of pipes share with it.

Unknown are the flows of the consumers. An upward sweep eliminates the linearised equations
exactly (how flow and return water of a subtree change with the supply water at its foot), a
downward sweep sets in. docs/steady-solver.md derives the equations; `tree_pairs` has those of
pipes that exchange heat with their return pipes.
"""

from ...model.water import WaterTable
from .compile import kernel
from .tree_rows import (
    COLDEST,
    FLOW,
    GAIN,
    GROUND,
    HEATING,
    MOST_WARMING,
    OFFSET,
    PASS,
    SLOPE,
    SMALLEST_FLOW,
    STEP,
    STEP_GAIN,
    SUPPLY,
    WARMEST,
)
from .tree_tables import FloatArray, TreeTable
from .water import exp_negative, polynomial6


@kernel
def cool_singles(tree: TreeTable, water: WaterTable, lanes: int, work: FloatArray) -> None:
    """Sweep from the plant: supply temperatures, and how each follows from inlet and flow."""
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        parent, loss = tree.parent[row], tree.conductance[0, row]
        for j in range(lanes):
            middle = 0.5 * (work[parent, SUPPLY, j] + work[row, SUPPLY, j])
            capacity = polynomial6(water.heat_capacity, middle)
            work[row, SLOPE, j] = 1.0 / ((work[row, FLOW, j] + SMALLEST_FLOW) * capacity)
        for j in range(lanes):
            work[row, PASS, j] = exp_negative(loss * work[row, SLOPE, j])
        for j in range(lanes):
            some, ground = work[row, FLOW, j] + SMALLEST_FLOW, work[row, GROUND, j]
            warming = work[row, HEATING, j] * some * some * some * work[row, SLOPE, j]
            passed = (work[parent, SUPPLY, j] - ground) * work[row, PASS, j]
            work[row, SUPPLY, j] = ground + passed + min(warming, MOST_WARMING)
        for j in range(lanes):
            some, per = work[row, FLOW, j] + SMALLEST_FLOW, work[row, SLOPE, j]
            warming = min(work[row, HEATING, j] * some * some * some * per, MOST_WARMING)
            passed = (work[parent, SUPPLY, j] - work[row, GROUND, j]) * work[row, PASS, j]
            excess = passed * min(loss * per, 80.0)
            work[row, SLOPE, j] = (excess + 2.0 * warming) / some


@kernel
def eliminate_singles(tree: TreeTable, lanes: int, work: FloatArray) -> None:
    """Sweep from the leaves: write each row's changes as functions of its inlet's change."""
    for k in range(tree.parent.size - 2, -1, -1):
        row = tree.order[k]
        parent = tree.parent[row]
        for j in range(lanes):
            slope = work[row, SLOPE, j]
            per = 1.0 / (1.0 - slope * work[row, GAIN, j])
            work[row, STEP, j] = slope * work[row, OFFSET, j] * per
            work[row, STEP_GAIN, j] = work[row, PASS, j] * per
        hand_up(lanes, work, row, parent)


@kernel
def hand_up(lanes: int, work: FloatArray, row: int, parent: int) -> None:
    """Write a row's flow change by its inlet's change, and add flow and changes to the parent."""
    for j in range(lanes):
        gain = work[row, GAIN, j]
        work[row, OFFSET, j] += gain * work[row, STEP, j]
        work[row, GAIN, j] = gain * work[row, STEP_GAIN, j]
    for j in range(lanes):
        work[parent, OFFSET, j] += work[row, OFFSET, j]
    for j in range(lanes):
        work[parent, GAIN, j] += work[row, GAIN, j]
    for j in range(lanes):
        work[parent, FLOW, j] += work[row, FLOW, j]


@kernel
def set_in(tree: TreeTable, lanes: int, work: FloatArray) -> None:
    """Sweep from the plant: new flows and the linear steps of the supply temperatures.

    The temperatures are moved too, as estimates at which to take the heat capacity.
    """
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        parent = tree.parent[row]
        for j in range(lanes):
            flow = work[row, FLOW, j]
            change = work[row, OFFSET, j] + work[row, GAIN, j] * work[parent, STEP, j]
            work[row, FLOW, j] = min(max(flow + change, 0.2 * flow), 10.0 * flow + 1e-3)
        for j in range(lanes):
            work[row, STEP, j] += work[row, STEP_GAIN, j] * work[parent, STEP, j]
        for j in range(lanes):
            moved = work[row, SUPPLY, j] + work[row, STEP, j]
            work[row, SUPPLY, j] = min(max(moved, COLDEST), WARMEST)
