"""The water of a side at flows as they are: cooled along pipes, mixed at junctions."""

from ...model.water import WaterTable
from .compile import inline, part
from .mesh_flows import close_flows, move_flow
from .mesh_matrix import clear_blocks, eliminate_water, open_blocks
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
    WARMEST,
    WATER,
)
from .mesh_sources import feed_supply
from .mesh_tables import MeshTable, MeshWork, Plan
from .tree_rows import SMALLEST_FLOW
from .tree_tables import Options
from .water import enthalpy, polynomial6

PER_CAPACITY = 1.0 / CAPACITY


@part
def mix_side(
    mesh: MeshTable,
    plan: Plan,
    water: WaterTable,
    options: Options,
    side: int,
    work: MeshWork,
    moves: bool,
) -> None:
    """Find the water at the core's junctions of a side at its flows.

    These close anew at every junction before if it ``moves`` them, see `close_flows`.
    """
    if moves:
        close_flows(mesh, plan, side, work)
    assemble_water(mesh, plan, water, options, side, work, moves)
    if moves and side == 0:
        feed_supply(mesh, plan, water, work)
    mix_junctions(mesh, plan, water, side, work)
    eliminate_water(plan, work.thermal, work.mixed, work.level.scratch)
    nodes, mixed, errors = work.nodes, work.mixed, work.level.water_errors
    junctions = nodes.shape[0] // 2
    for j in range(LANES):
        errors[j] = 0.0
    for place in range(plan.node.size):
        node = side * junctions + plan.node[place]
        for j in range(errors.size):
            here = min(max(nodes[node, WATER + j] + mixed[place, j], COLDEST), WARMEST)
            errors[j] = max(errors[j], abs(here - nodes[node, WATER + j]))
            nodes[node, WATER + j] = here


@inline
def assemble_water(
    mesh: MeshTable,
    plan: Plan,
    water: WaterTable,
    options: Options,
    side: int,
    work: MeshWork,
    moves: bool,
) -> None:
    """Cool the core's pipes, their flows moved before; write how their water mixes."""
    nodes, pipes, matrix, right = work.nodes, work.pipes, work.thermal, work.mixed
    scratch, lanes = work.level.scratch, work.level.errors.size
    clear_blocks(plan, matrix, LANES)
    right[:] = 0.0
    for k in range(mesh.core_pipe.size):
        e = mesh.core_pipe[k]
        row, a, b = ends_of(mesh, side, e)
        if moves:
            move_flow(mesh, plan, side, e, work)
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
        open_blocks(plan, e, matrix, LANES)
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


@inline
def mix_junctions(
    mesh: MeshTable, plan: Plan, water: WaterTable, side: int, work: MeshWork
) -> None:
    """Add what flows in from outside, and by how much the water of junctions is off."""
    nodes, matrix, right = work.nodes, work.thermal, work.mixed
    junctions, ground = nodes.shape[0] // 2, work.level.ground
    for place in range(plan.node.size):
        node, at = side * junctions + plan.node[place], mesh.earth[plan.node[place]]
        still = (1.0 - mesh.is_held[plan.node[place]] * (1.0 - side)) * SMALLEST_FLOW
        for j in range(LANES):
            here, inflow = nodes[node, WATER + j], nodes[node, INFLOW + j]
            own = polynomial6(water.heat_capacity, here) * PER_CAPACITY
            brought = (nodes[node, CONTENT + j] - inflow * enthalpy(water, here)) * PER_CAPACITY
            right[place, j] += brought + still * (ground[at, j] - here)
            matrix[place, j] = (matrix[place, j] + inflow * own + still) * ROUNDED
