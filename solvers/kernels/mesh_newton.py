"""One Newton step on all junctions of a side: pressures and water at once.

Unknown are the pressure and the temperature of every junction. A pipe's flow follows from the
pressures at its ends through the linearised law of friction, and takes its step with them, so
that flows close at every junction after each step. docs/mesh-solver.md derives the equations.
"""

from ...model.water import WaterTable
from .compile import inline, part
from .mesh_matrix import clear_blocks, eliminate, open_blocks, substitute
from .mesh_pipes import cool_pipe, ends_of, rub_pipe
from .mesh_rows import (
    ABACK,
    AHEAD,
    BEND,
    BENT_ABACK,
    BENT_AHEAD,
    BLOCK_VALUES,
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
    LEAP,
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
    WATER,
    WEIGHT,
)
from .mesh_tables import MeshTable, MeshWork, Plan
from .tree_rows import SMALLEST_FLOW
from .tree_tables import Options
from .water import enthalpy, polynomial6

PER_CAPACITY = 1.0 / CAPACITY


@part
def rub_pipes(
    mesh: MeshTable,
    plan: Plan,
    water: WaterTable,
    options: Options,
    side: int,
    work: MeshWork,
    cools: bool,
    writes: bool,
) -> None:
    """Find the friction of the core's pipes on a side, their water cooled before if it ``cools``.

    If it ``writes``, their equations go into the matrix while what they read is at hand.
    """
    if writes:
        clear_blocks(plan, work.matrix, BLOCK_VALUES)
        work.right[:] = 0.0
    for k in range(mesh.core_pipe.size):
        e = mesh.core_pipe[k]
        if cools:
            cool_pipe(mesh, water, options, side, e, work)
        rub_pipe(mesh, water, options, side, e, work)
        if writes:
            write_pipe(mesh, water, side, e, work)
            add_pipe(plan, e, side * mesh.start.size + e, work)


@inline
def write_pipe(mesh: MeshTable, water: WaterTable, side: int, e: int, work: MeshWork) -> None:
    """Note the terms of a pipe's equations in ``scratch``.

    Where its flow leaps, only what brings the flow to rest counts: more of a trickle may bring
    colder water, which draws more of it, and beyond a fold no such slope leads to a solution.
    """
    nodes, pipes, scratch, level = work.nodes, work.pipes, work.level.scratch, work.level
    row, a, b = ends_of(mesh, side, e)
    for j in range(level.errors.size):
        flow, drop = pipes[row, FLOW + j], pipes[row, DROP + j]
        head = nodes[a, PRESSURE + j] - nodes[b, PRESSURE + j]
        step = pipes[row, CONDUCTANCE + j] * (head - pipes[row, WEIGHT + j] - drop)
        pipes[row, STEP + j] = step
        scratch[NEW + j] = flow + step
    for j in range(LANES):
        flow, step = pipes[row, FLOW + j], pipes[row, STEP + j]
        steep = pipes[row, CONDUCTANCE + j]
        ahead, outlet = flow >= 0.0, pipes[row, OUTLET + j]
        one, other = nodes[a, WATER + j], nodes[b, WATER + j]
        there = other if ahead else one
        capacity = polynomial6(water.heat_capacity, outlet) * PER_CAPACITY
        own = polynomial6(water.heat_capacity, there) * PER_CAPACITY
        apart = (enthalpy(water, outlet) - enthalpy(water, there)) * PER_CAPACITY
        size, sign = abs(flow), 1.0 if ahead else -1.0
        kappa = apart + size * capacity * pipes[row, SLOPE + j]
        warm = level.supply[0, j] >= pipes[row, EARTH + j]
        warmer, colder = max(kappa, 0.0), min(kappa, 0.0)
        rests = warmer if warm else colder
        whole = pipes[row, LEAP + j] == 0.0 or level.tries[j] % 2.0 == 1.0
        kappa = kappa if whole else rests
        bent = steep * pipes[row, BEND + j]
        kept, held = size * capacity * pipes[row, PASS + j] - sign * kappa * bent, size * own
        follows, rest = steep * kappa, size * apart + kappa * sign * step
        scratch[BENT_AHEAD + j] = bent if ahead else 0.0
        scratch[BENT_ABACK + j] = 0.0 if ahead else bent
        scratch[AHEAD + j] = follows if ahead else 0.0
        scratch[ABACK + j] = 0.0 if ahead else follows
        scratch[KEPT_AHEAD + j] = kept if ahead else 0.0
        scratch[KEPT_ABACK + j] = 0.0 if ahead else kept
        scratch[HELD_AHEAD + j] = held if ahead else 0.0
        scratch[HELD_ABACK + j] = 0.0 if ahead else held
        scratch[REST_AHEAD + j] = rest if ahead else 0.0
        scratch[REST_ABACK + j] = 0.0 if ahead else rest


@inline
def add_pipe(plan: Plan, e: int, row: int, work: MeshWork) -> None:
    """Add a pipe's terms, noted in ``scratch``, to the rows of its two junctions."""
    pipes, matrix, right, scratch = work.pipes, work.matrix, work.right, work.level.scratch
    open_blocks(plan, e, matrix, BLOCK_VALUES)
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
def step_side(
    mesh: MeshTable, plan: Plan, water: WaterTable, options: Options, side: int, work: MeshWork
) -> None:
    """Solve for the step of pressures and water of a side, into ``work.right``.

    Its pipes are cooled, and their friction is found, before.
    """
    rub_pipes(mesh, plan, water, options, side, work, True, True)
    add_junctions(mesh, plan, water, side, work)
    eliminate(plan, work.matrix, work.right, work.level.scratch)
    substitute(plan.later, plan.upper, plan.first, work.matrix, work.right)
