"""Newton's method on a tree whose supply pipes exchange heat with their return pipes."""

from math import sqrt

from ...model.water import WaterTable
from .compile import kernel
from .tree_newton import hand_up
from .tree_rows import (
    BACK_PER,
    BACK_SLOPE,
    COLDEST,
    FLOW,
    GAIN,
    GROUND,
    HALF,
    HEATING,
    LEAVING,
    MIX,
    MOST_WARMING,
    OFFSET,
    PASS,
    PER,
    RETURN,
    RETURN_GAIN,
    RETURN_HEAT,
    RETURN_MIX,
    RETURN_OFFSET,
    RETURN_PASS,
    ROOT,
    SLOPE,
    SMALLEST_FLOW,
    STEP,
    STEP_GAIN,
    SUPPLY,
    WARMEST,
)
from .tree_tables import FloatArray, TreeTable
from .water import enthalpy, exp_negative, polynomial6, temperature

LEAST_ROOT = 1.0e-6  # where neither pipe loses heat the solution is a limit; this is within 1e-12


@kernel
def cool_pairs(tree: TreeTable, water: WaterTable, lanes: int, work: FloatArray) -> None:
    """Sweep from the plant: supply temperatures, and how both outlets follow from the inlets.

    The exact solution of the counter-flow pair with constant heat capacities, see
    docs/steady-solver.md. Losses ``loss`` and ``twin_loss`` include the exchange.
    """
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        parent, mutual = tree.parent[row], tree.exchange[row]
        loss, twin_loss = tree.conductance[0, row] + mutual, tree.conductance[1, row] + mutual
        for j in range(lanes):
            middle = 0.5 * (work[parent, SUPPLY, j] + work[row, SUPPLY, j])
            capacity = polynomial6(water.heat_capacity, middle)
            work[row, PER, j] = 1.0 / ((work[row, FLOW, j] + SMALLEST_FLOW) * capacity)
        for j in range(lanes):
            capacity = polynomial6(water.heat_capacity, work[row, RETURN, j])
            work[row, BACK_PER, j] = 1.0 / ((work[row, FLOW, j] + SMALLEST_FLOW) * capacity)
        pair_shares(loss, twin_loss, mutual, lanes, work, row)
        for j in range(lanes):
            some, ground = work[row, FLOW, j] + SMALLEST_FLOW, work[row, GROUND, j]
            warming = work[row, HEATING, j] * some * some * some * work[row, PER, j]
            own = work[row, PASS, j] * (work[parent, SUPPLY, j] - ground)
            mixed = work[row, MIX, j] * (work[row, RETURN, j] - ground)
            work[row, SUPPLY, j] = ground + own + mixed + min(warming, MOST_WARMING)


@kernel
def pair_shares(
    loss: float, twin_loss: float, mutual: float, lanes: int, work: FloatArray, row: int
) -> None:
    """Write what either outlet of a pair keeps of its own inlet and takes from the other's."""
    for j in range(lanes):
        work[row, HALF, j] = 0.5 * (loss * work[row, PER, j] + twin_loss * work[row, BACK_PER, j])
    for j in range(lanes):
        half = work[row, HALF, j]
        product = mutual * mutual * work[row, PER, j] * work[row, BACK_PER, j]
        work[row, ROOT, j] = max(sqrt(max(half * half - product, 0.0)), LEAST_ROOT)
    for j in range(lanes):
        lean = 0.5 * (loss * work[row, PER, j] - twin_loss * work[row, BACK_PER, j])
        work[row, PASS, j] = exp_negative(work[row, ROOT, j] + lean)
    for j in range(lanes):
        lean = 0.5 * (loss * work[row, PER, j] - twin_loss * work[row, BACK_PER, j])
        work[row, RETURN_PASS, j] = exp_negative(work[row, ROOT, j] - lean)
    for j in range(lanes):
        both, root = work[row, PASS, j] * work[row, RETURN_PASS, j], work[row, ROOT, j]
        whole = root * (1.0 + both) + work[row, HALF, j] * (1.0 - both)
        work[row, MIX, j] = 1.0 - both
        work[row, HALF, j] = 1.0 / whole
    for j in range(lanes):
        mixed = work[row, MIX, j] * mutual * work[row, HALF, j]
        work[row, RETURN_MIX, j] = mixed * work[row, BACK_PER, j]
        work[row, MIX, j] = mixed * work[row, PER, j]
    for j in range(lanes):
        root = work[row, ROOT, j]
        factor = 2.0 * root * work[row, HALF, j]
        work[row, PASS, j] *= factor
        work[row, RETURN_PASS, j] *= factor


@kernel
def move_returns(tree: TreeTable, lanes: int, work: FloatArray) -> None:
    """Move the return water at each row's far end with its supply water."""
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        for j in range(lanes):
            change = work[row, RETURN_OFFSET, j] + work[row, RETURN_GAIN, j] * work[row, STEP, j]
            moved = work[row, RETURN, j] + change
            work[row, RETURN, j] = min(max(moved, COLDEST), WARMEST)


@kernel
def eliminate_pairs(tree: TreeTable, water: WaterTable, lanes: int, work: FloatArray) -> None:
    """Sweep from the leaves: write each row's changes as functions of its inlet's change."""
    for k in range(tree.parent.size - 2, -1, -1):
        row = tree.order[k]
        parent, mutual = tree.parent[row], tree.exchange[row]
        loss, twin_loss = tree.conductance[0, row] + mutual, tree.conductance[1, row] + mutual
        mix_back(water, lanes, work, row)
        pair_slopes(loss, twin_loss, mutual, lanes, work, row, parent)
        for j in range(lanes):
            some, ground = work[row, FLOW, j] + SMALLEST_FLOW, work[row, GROUND, j]
            warming = work[row, HEATING, j] * some * some * some * work[row, PER, j]
            own = work[row, PASS, j] * (work[parent, SUPPLY, j] - ground)
            outlet = own + work[row, MIX, j] * (work[row, RETURN, j] - ground)
            outlet = ground + outlet + min(warming, MOST_WARMING)
            work[row, STEP, j] = outlet - work[row, SUPPLY, j]
        for j in range(lanes):
            slope, mix = work[row, SLOPE, j], work[row, MIX, j]
            inverse = 1.0 - slope * work[row, GAIN, j] - mix * work[row, RETURN_GAIN, j]
            change = slope * work[row, OFFSET, j] + mix * work[row, RETURN_OFFSET, j]
            work[row, STEP, j] = (work[row, STEP, j] + change) / inverse
            work[row, STEP_GAIN, j] = work[row, PASS, j] / inverse
        hand_up(lanes, work, row, parent)
        hand_back(water, lanes, work, row, parent)


@kernel
def mix_back(water: WaterTable, lanes: int, work: FloatArray, row: int) -> None:
    """Write the mixed return water at a row's far end, and how it follows from its supply."""
    for j in range(lanes):
        ground = enthalpy(water, work[row, GROUND, j])
        content = work[row, RETURN_HEAT, j] + SMALLEST_FLOW * ground
        work[row, RETURN_HEAT, j] = content / (work[row, FLOW, j] + SMALLEST_FLOW)
    for j in range(lanes):
        work[row, RETURN, j] = temperature(water, work[row, RETURN_HEAT, j])
    for j in range(lanes):
        capacity = polynomial6(water.heat_capacity, work[row, RETURN, j])
        work[row, BACK_PER, j] = 1.0 / ((work[row, FLOW, j] + SMALLEST_FLOW) * capacity)
    for j in range(lanes):
        change = work[row, RETURN_OFFSET, j] - work[row, RETURN_HEAT, j] * work[row, OFFSET, j]
        work[row, RETURN_OFFSET, j] = change * work[row, BACK_PER, j]
    for j in range(lanes):
        change = work[row, RETURN_GAIN, j] - work[row, RETURN_HEAT, j] * work[row, GAIN, j]
        work[row, RETURN_GAIN, j] = change * work[row, BACK_PER, j]


@kernel
def pair_slopes(
    loss: float,
    twin_loss: float,
    mutual: float,
    lanes: int,
    work: FloatArray,
    row: int,
    parent: int,
) -> None:
    """Write how both outlets of a pair follow from its flow, at given inlets."""
    for j in range(lanes):
        some, ground = work[row, FLOW, j] + SMALLEST_FLOW, work[row, GROUND, j]
        per = work[row, PER, j]
        a, b, mix = loss * per, mutual * per, work[row, MIX, j]
        c, d = mutual * work[row, BACK_PER, j], twin_loss * work[row, BACK_PER, j]
        by_mix = b - (a + d) * mix + c * mix * mix
        slope = work[row, PASS, j] * (a - c * mix) * (work[parent, SUPPLY, j] - ground)
        slope -= by_mix * (work[row, RETURN, j] - ground)
        warming = min(work[row, HEATING, j] * some * some * some * per, MOST_WARMING)
        work[row, SLOPE, j] = (slope + 2.0 * warming) / some
    for j in range(lanes):
        some, ground = work[row, FLOW, j] + SMALLEST_FLOW, work[row, GROUND, j]
        c, d = mutual * work[row, BACK_PER, j], twin_loss * work[row, BACK_PER, j]
        slope = (d - c * work[row, MIX, j]) * (work[row, RETURN, j] - ground)
        slope -= c * work[row, PASS, j] * (work[parent, SUPPLY, j] - ground)
        work[row, BACK_SLOPE, j] = work[row, RETURN_PASS, j] * slope / some


@kernel
def hand_back(water: WaterTable, lanes: int, work: FloatArray, row: int, parent: int) -> None:
    """Hand a pair's return water to the parent, and how it follows from the parent's supply."""
    for j in range(lanes):
        ground = work[row, GROUND, j]
        own = work[row, RETURN_PASS, j] * (work[row, RETURN, j] - ground)
        mixed = work[row, RETURN_MIX, j] * (work[parent, SUPPLY, j] - ground)
        work[row, LEAVING, j] = ground + own + mixed
    for j in range(lanes):
        content = enthalpy(water, work[row, LEAVING, j])
        work[parent, RETURN_HEAT, j] += work[row, FLOW, j] * content
    for j in range(lanes):
        leaving, offset = work[row, LEAVING, j], work[row, OFFSET, j]
        change = work[row, RETURN_OFFSET, j] + work[row, RETURN_GAIN, j] * work[row, STEP, j]
        change = work[row, RETURN_PASS, j] * change + work[row, BACK_SLOPE, j] * offset
        change *= work[row, FLOW, j] * polynomial6(water.heat_capacity, leaving)
        work[parent, RETURN_OFFSET, j] += enthalpy(water, leaving) * offset + change
    for j in range(lanes):
        leaving, gain = work[row, LEAVING, j], work[row, GAIN, j]
        change = work[row, RETURN_PASS, j] * work[row, RETURN_GAIN, j] * work[row, STEP_GAIN, j]
        change += work[row, RETURN_MIX, j] + work[row, BACK_SLOPE, j] * gain
        change *= work[row, FLOW, j] * polynomial6(water.heat_capacity, leaving)
        work[parent, RETURN_GAIN, j] += enthalpy(water, leaving) * gain + change
