"""One Newton step on all junctions of a side: pressures and water at once.

Unknown are the pressure and the temperature of every junction. A pipe's flow follows from the
pressures at its ends through the linearised law of friction, and takes its step with them, so
that flows close at every junction after each step. docs/mesh-solver.md derives the equations.
"""

from ...model.water import WaterTable
from .compile import inline, part
from .mesh_matrix import clear_blocks, eliminate, open_blocks, substitute
from .mesh_pipes import ends_of
from .mesh_rows import (
    ABACK,
    AHEAD,
    BEND,
    BENT_ABACK,
    BENT_AHEAD,
    CAPACITY,
    CONDUCTANCE,
    CONTENT,
    DRAWN,
    DROP,
    EARTH,
    ENERGY,
    ENERGY_PRESSURE,
    ENERGY_WATER,
    FLOW,
    GAIN,
    HELD_ABACK,
    HELD_AHEAD,
    INFLOW,
    KEPT_ABACK,
    KEPT_AHEAD,
    LANES,
    MASS,
    MASS_PRESSURE,
    MASS_WATER,
    NEW,
    OUTFLOW,
    OUTLET,
    PASS,
    PRESSURE,
    REST_ABACK,
    REST_AHEAD,
    ROUNDED,
    SLOPE,
    STEP,
    TURNS,
    WARMING,
    WATER,
    WEIGHT,
)
from .mesh_tables import MeshTable, MeshWork, Plan
from .tree_rows import SMALLEST_FLOW
from .water import enthalpy, polynomial6

PER_CAPACITY = 1.0 / CAPACITY
LEAST_LOST = 1.0e-6  # K, keeps a division finite
MOST_TURNS = 1.25  # of a flow; then what either way would do counts half


@inline
def add_pipe(plan: Plan, e: int, row: int, work: MeshWork) -> None:
    """Add a pipe's terms, noted in ``scratch``, to the rows of its two junctions."""
    pipes, matrix, right, scratch = work.pipes, work.matrix, work.right, work.level.scratch
    open_blocks(plan, e, matrix)
    ab, ba, aa, bb = plan.ahead[e], plan.aback[e], plan.place_start[e], plan.place_end[e]
    for j in range(LANES):
        matrix[ab, MASS_PRESSURE + j] -= pipes[row, CONDUCTANCE + j]
        matrix[ab, MASS_WATER + j] -= scratch[BENT_ABACK + j]
        matrix[ab, ENERGY_PRESSURE + j] -= scratch[ABACK + j]
        matrix[ab, ENERGY_WATER + j] -= scratch[KEPT_ABACK + j]
    for j in range(LANES):
        matrix[ba, MASS_PRESSURE + j] -= pipes[row, CONDUCTANCE + j]
        matrix[ba, MASS_WATER + j] += scratch[BENT_AHEAD + j]
        matrix[ba, ENERGY_PRESSURE + j] -= scratch[AHEAD + j]
        matrix[ba, ENERGY_WATER + j] -= scratch[KEPT_AHEAD + j]
    for j in range(LANES):
        matrix[aa, MASS_PRESSURE + j] += pipes[row, CONDUCTANCE + j]
        matrix[aa, MASS_WATER + j] -= scratch[BENT_AHEAD + j]
        matrix[aa, ENERGY_PRESSURE + j] += scratch[ABACK + j]
        matrix[aa, ENERGY_WATER + j] += scratch[HELD_ABACK + j]
    for j in range(LANES):
        matrix[bb, MASS_PRESSURE + j] += pipes[row, CONDUCTANCE + j]
        matrix[bb, MASS_WATER + j] += scratch[BENT_ABACK + j]
        matrix[bb, ENERGY_PRESSURE + j] += scratch[AHEAD + j]
        matrix[bb, ENERGY_WATER + j] += scratch[HELD_AHEAD + j]
    for j in range(LANES):
        right[aa, MASS + j] -= scratch[NEW + j]
        right[aa, ENERGY + j] += scratch[REST_ABACK + j]
    for j in range(LANES):
        right[bb, MASS + j] += scratch[NEW + j]
        right[bb, ENERGY + j] += scratch[REST_AHEAD + j]


@inline
def assemble(mesh: MeshTable, plan: Plan, water: WaterTable, side: int, work: MeshWork) -> None:
    """Write the equations of all pipes and junctions of a side."""
    nodes, pipes, scratch = work.nodes, work.pipes, work.level.scratch
    clear_blocks(plan, work.matrix)
    work.right[:] = 0.0
    for k in range(mesh.core_pipe.size):
        e = mesh.core_pipe[k]
        row, a, b = ends_of(mesh, side, e)
        for j in range(LANES):
            flow, drop = pipes[row, FLOW + j], pipes[row, DROP + j]
            head = nodes[a, PRESSURE + j] - nodes[b, PRESSURE + j]
            step = pipes[row, CONDUCTANCE + j] * (head - pipes[row, WEIGHT + j] - drop)
            pipes[row, STEP + j] = step
            scratch[NEW + j] = flow + step
        for j in range(LANES):
            flow, step = pipes[row, FLOW + j], pipes[row, STEP + j]
            earth = pipes[row, EARTH + j]
            steep = pipes[row, CONDUCTANCE + j]
            ahead, outlet = flow >= 0.0, pipes[row, OUTLET + j]
            one, other = nodes[a, WATER + j], nodes[b, WATER + j]
            there = other if ahead else one
            capacity = polynomial6(water.heat_capacity, outlet) * PER_CAPACITY
            own = polynomial6(water.heat_capacity, there) * PER_CAPACITY
            apart = (enthalpy(water, outlet) - enthalpy(water, there)) * PER_CAPACITY
            size, sign = abs(flow), 1.0 if ahead else -1.0
            kappa = apart + size * capacity * pipes[row, SLOPE + j]
            here = one if ahead else other
            passed = (there - earth) * pipes[row, PASS + j]
            turned = polynomial6(water.heat_capacity, here) * PER_CAPACITY
            lost = pipes[row, OUTLET + j] - pipes[row, WARMING + j] - earth
            units = pipes[row, SLOPE + j] * size / (lost if abs(lost) > LEAST_LOST else LEAST_LOST)
            contrary = turned * (earth + passed * (1.0 + min(max(units, 0.0), 80.0)) - here)
            wavers = pipes[row, TURNS + j] > MOST_TURNS
            contrary = 0.5 * contrary if wavers else 0.0
            kappa = 0.5 * kappa if wavers else kappa
            kept, held = size * capacity * pipes[row, PASS + j], size * own
            bent = steep * pipes[row, BEND + j]
            rest, other = size * apart + kappa * sign * step, -contrary * sign * step
            kept -= sign * kappa * bent
            scratch[BENT_AHEAD + j] = bent if ahead else 0.0
            scratch[BENT_ABACK + j] = 0.0 if ahead else bent
            scratch[AHEAD + j] = steep * (kappa if ahead else contrary)
            scratch[ABACK + j] = steep * (contrary if ahead else kappa)
            scratch[KEPT_AHEAD + j] = kept if ahead else 0.0
            scratch[KEPT_ABACK + j] = 0.0 if ahead else kept
            scratch[HELD_AHEAD + j] = held if ahead else 0.0
            scratch[HELD_ABACK + j] = 0.0 if ahead else held
            scratch[REST_AHEAD + j] = rest if ahead else other
            scratch[REST_ABACK + j] = other if ahead else rest
        add_pipe(plan, e, row, work)
    add_junctions(mesh, plan, water, side, work)


@inline
def add_junctions(
    mesh: MeshTable, plan: Plan, water: WaterTable, side: int, work: MeshWork
) -> None:
    """Add what flows in and out from outside, and hold pressures where they are given."""
    nodes, matrix, right, level = work.nodes, work.matrix, work.right, work.level
    ground = level.ground
    junctions = nodes.shape[0] // 2
    for place in range(plan.node.size):
        node, at = side * junctions + plan.node[place], mesh.earth[plan.node[place]]
        reach = mesh.reach[side, plan.node[place]]
        still = (1.0 - mesh.is_held[plan.node[place]] * (1.0 - side)) * SMALLEST_FLOW
        for j in range(LANES):
            here, inflow = nodes[node, WATER + j], nodes[node, INFLOW + j]
            own = polynomial6(water.heat_capacity, here) * PER_CAPACITY
            brought = (nodes[node, CONTENT + j] - inflow * enthalpy(water, here)) * PER_CAPACITY
            known = level.reached[reach, j]
            lacks = right[place, MASS + j] + inflow - nodes[node, OUTFLOW + j]
            right[place, MASS + j] = lacks * known
            right[place, ENERGY + j] += brought + still * (ground[at, j] - here)
            matrix[place, MASS_PRESSURE + j] += 1.0 - known
            matrix[place, MASS_WATER + j] += nodes[node, GAIN + j] * known
            holds = matrix[place, ENERGY_WATER + j] + inflow * own + still
            matrix[place, ENERGY_WATER + j] = holds * ROUNDED
    if side == 0:
        follow_sources(mesh, plan, water, work)
    for k in range(mesh.held_at.size):
        last = mesh.held_at[k]
        for j in range(LANES):
            matrix[last, MASS_PRESSURE + j] = 1.0
            matrix[last, MASS_WATER + j] = 0.0
            right[last, MASS + j] = 0.0
    for k in range(plan.held.size):
        block = plan.held[k]
        for j in range(LANES):
            matrix[block, MASS_PRESSURE + j] = 0.0
            matrix[block, MASS_WATER + j] = 0.0


@part
def follow_sources(mesh: MeshTable, plan: Plan, water: WaterTable, work: MeshWork) -> None:
    """Let the flows of pressure holders, which close the balance, follow pipes and consumers.

    It matters where other water flows to their junctions, too. Which way they flow is told by the
    state before the step: consumers' answers at water as it is may be far beyond it.
    """
    nodes, pipes, matrix, right, level = (
        work.nodes,
        work.pipes,
        work.matrix,
        work.right,
        work.level,
    )
    warmer = level.scratch
    for holder in range(mesh.held_at.size):
        node, last = mesh.producer_junction[holder], mesh.held_at[holder]
        for j in range(LANES):
            supply, here = level.supply[holder, j], nodes[node, WATER + j]
            apart = enthalpy(water, supply) - enthalpy(water, here)
            warmer[j] = apart * PER_CAPACITY if level.fed[holder, j] > 0.0 else 0.0
        for j in range(LANES):
            more = nodes[node, OUTFLOW + j] - nodes[node, DRAWN + j]
            matrix[last, ENERGY_WATER + j] -= warmer[j] * nodes[node, GAIN + j]
            right[last, ENERGY + j] += warmer[j] * more
        for k in range(mesh.held_first[holder], mesh.held_first[holder + 1]):
            e, sign = mesh.source_pipe[k], mesh.source_sign[k]
            block = plan.ahead[e] if sign > 0.0 else plan.aback[e]
            for j in range(LANES):
                matrix[block, ENERGY_PRESSURE + j] += warmer[j] * pipes[e, CONDUCTANCE + j]
            for j in range(LANES):
                right[last, ENERGY + j] += warmer[j] * sign * pipes[e, STEP + j]


@part
def step_side(mesh: MeshTable, plan: Plan, water: WaterTable, side: int, work: MeshWork) -> None:
    """Solve for the step of pressures and water of a side, into ``work.right``."""
    assemble(mesh, plan, water, side, work)
    eliminate(plan, work.matrix, work.right, work.level.scratch)
    substitute(plan.later, plan.upper, plan.first, work.matrix, work.right)
