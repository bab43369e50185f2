"""The water of a side at flows as they are: cooled along pipes, mixed at junctions."""

from ...model.water import WaterTable
from .compile import inline, kernel, part
from .mesh_matrix import clear_blocks, open_blocks
from .mesh_pipes import cool_pipe, ends_of
from .mesh_rows import (
    CAPACITY,
    COLDEST,
    CONTENT,
    FLOW,
    HELD_ABACK,
    HELD_AHEAD,
    INFLOW,
    KEPT_ABACK,
    KEPT_AHEAD,
    LANES,
    OUTLET,
    PASS,
    REST_ABACK,
    REST_AHEAD,
    ROUNDED,
    SCRATCH,
    WARMEST,
    WATER,
)
from .mesh_tables import MeshTable, MeshWork, Plan
from .tree_rows import SMALLEST_FLOW
from .tree_tables import FloatArray, Options
from .water import enthalpy, polynomial6

PER_CAPACITY = 1.0 / CAPACITY


@part
def mix_side(
    mesh: MeshTable, plan: Plan, water: WaterTable, options: Options, side: int, work: MeshWork
) -> None:
    """Find the water at the core's junctions of a side at its flows."""
    assemble_water(mesh, plan, water, options, side, work)
    eliminate_water(plan, work.thermal, work.mixed, work.level.scratch)
    nodes, mixed, errors = work.nodes, work.mixed, work.level.water_errors
    junctions = nodes.shape[0] // 2
    for j in range(LANES):
        errors[j] = 0.0
    for place in range(plan.node.size):
        node = side * junctions + plan.node[place]
        for j in range(LANES):
            here = min(max(nodes[node, WATER + j] + mixed[place, j], COLDEST), WARMEST)
            errors[j] = max(errors[j], abs(here - nodes[node, WATER + j]))
            nodes[node, WATER + j] = here


@inline
def assemble_water(
    mesh: MeshTable, plan: Plan, water: WaterTable, options: Options, side: int, work: MeshWork
) -> None:
    """Cool the core's pipes; write how their water mixes, and by how much it is off."""
    nodes, pipes, matrix, right = work.nodes, work.pipes, work.thermal, work.mixed
    scratch, ground = work.level.scratch, work.level.ground
    junctions, lanes = nodes.shape[0] // 2, work.level.errors.size
    clear_blocks(plan, matrix)
    right[:] = 0.0
    for k in range(mesh.core_pipe.size):
        e = mesh.core_pipe[k]
        row, a, b = ends_of(mesh, side, e)
        cool_pipe(mesh, water, options, side, e, work)
        for j in range(LANES):
            flow = pipes[row, FLOW + j]
            ahead, outlet = flow >= 0.0, pipes[row, OUTLET + j]
            one, other = nodes[a, WATER + j], nodes[b, WATER + j]
            there = other if ahead else one
            capacity = polynomial6(water.heat_capacity, outlet) * PER_CAPACITY
            own = polynomial6(water.heat_capacity, there) * PER_CAPACITY
            apart = (enthalpy(water, outlet) - enthalpy(water, there)) * PER_CAPACITY
            forth, back = max(flow, 0.0), max(-flow, 0.0)
            scratch[KEPT_AHEAD + j] = forth * capacity * pipes[row, PASS + j]
            scratch[KEPT_ABACK + j] = back * capacity * pipes[row, PASS + j]
            scratch[HELD_AHEAD + j] = forth * own
            scratch[HELD_ABACK + j] = back * own
            scratch[REST_AHEAD + j] = forth * apart
            scratch[REST_ABACK + j] = back * apart
        open_blocks(plan, e, matrix)
        ab, ba, aa, bb = plan.ahead[e], plan.aback[e], plan.place_start[e], plan.place_end[e]
        for j in range(lanes):
            matrix[ab, j] -= scratch[KEPT_ABACK + j]
        for j in range(lanes):
            matrix[ba, j] -= scratch[KEPT_AHEAD + j]
        for j in range(lanes):
            matrix[aa, j] += scratch[HELD_ABACK + j]
            right[aa, j] += scratch[REST_ABACK + j]
        for j in range(lanes):
            matrix[bb, j] += scratch[HELD_AHEAD + j]
            right[bb, j] += scratch[REST_AHEAD + j]
    for place in range(plan.node.size):
        node, at = side * junctions + plan.node[place], mesh.earth[plan.node[place]]
        still = (1.0 - mesh.is_held[plan.node[place]] * (1.0 - side)) * SMALLEST_FLOW
        for j in range(LANES):
            here, inflow = nodes[node, WATER + j], nodes[node, INFLOW + j]
            own = polynomial6(water.heat_capacity, here) * PER_CAPACITY
            brought = (nodes[node, CONTENT + j] - inflow * enthalpy(water, here)) * PER_CAPACITY
            right[place, j] += brought + still * (ground[at, j] - here)
            matrix[place, j] = (matrix[place, j] + inflow * own + still) * ROUNDED


@kernel
def eliminate_water(
    plan: Plan, matrix: FloatArray, right: FloatArray, scratch: FloatArray
) -> None:
    """Solve a matrix of single numbers in the order of the plan; the solution is in ``right``."""
    update, places, lanes = 0, plan.node.size, scratch.size // SCRATCH * LANES
    for place in range(places):
        for j in range(lanes):
            matrix[place, j] = 1.0 / matrix[place, j]
        first, last = plan.first[place], plan.first[place + 1]
        for row in range(first, last):
            lower, at = plan.lower[row], plan.later[row]
            for j in range(lanes):
                scratch[j] = matrix[lower, j] * matrix[place, j]
            for column in range(first, last):
                target, upper = plan.target[update], plan.upper[column]
                for j in range(lanes):
                    matrix[target, j] -= scratch[j] * matrix[upper, j]
                update += 1
            for j in range(lanes):
                right[at, j] -= scratch[j] * right[place, j]
    for place in range(places - 1, -1, -1):
        for k in range(plan.first[place], plan.first[place + 1]):
            block, at = plan.upper[k], plan.later[k]
            for j in range(lanes):
                right[place, j] -= matrix[block, j] * right[at, j]
        for j in range(lanes):
            right[place, j] *= matrix[place, j]
