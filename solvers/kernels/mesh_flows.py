"""The flows of a side at pressures that let them close at every junction."""

from .compile import inline, part
from .mesh_matrix import clear_blocks, open_blocks
from .mesh_pipes import ends_of
from .mesh_rows import (
    BEND,
    BREATH,
    CONDUCTANCE,
    DROP,
    ENERGY,
    FLOW,
    INFLOW,
    LANES,
    OUTFLOW,
    PRESSURE,
    STEP,
    STILL,
    TURNS,
    WEIGHT,
)
from .mesh_tables import MeshTable, MeshWork, Plan
from .mesh_water import eliminate_water

MOST_FORESEEN = 20.0  # K, by which water may change in a step for friction to follow it
MEMORY = 0.85  # of a flow's turns, from step to step
LEAST_SHARE = 1.0e-4  # of the source's flow: smaller flows need not be known as well


@part
def close_flows(mesh: MeshTable, plan: Plan, side: int, work: MeshWork) -> None:
    """Take a step on pressures and flows with what is drawn now; note how far flows moved.

    Of what heads are off, `MeshLevel.share` is taken. Friction and weight follow the step of the
    water in ``work.right``.
    """
    assemble_flows(mesh, plan, side, work)
    eliminate_water(plan, work.thermal, work.mixed, work.level.scratch)
    nodes, pipes, mixed, errors = work.nodes, work.pipes, work.mixed, work.level.flow_errors
    junctions = nodes.shape[0] // 2
    some, restless, lanes = work.level.total, work.level.restless, errors.size
    for j in range(LANES):
        errors[j] = 0.0
        some[j] = 1e-12
    for k in range(mesh.held_at.size):
        for j in range(LANES):
            some[j] += LEAST_SHARE * abs(work.level.fed[k, j])
    for place in range(plan.node.size):
        node = side * junctions + plan.node[place]
        for j in range(lanes):
            nodes[node, PRESSURE + j] += mixed[place, j]
    for k in range(mesh.core_pipe.size):
        e = mesh.core_pipe[k]
        row, aa, bb = side * mesh.start.size + e, plan.place_start[e], plan.place_end[e]
        loops = mesh.in_loop[side, e] > 0.0
        for j in range(LANES):
            head = mixed[aa, j] - mixed[bb, j]
            step = pipes[row, STEP + j] + pipes[row, CONDUCTANCE + j] * head
            flow = pipes[row, FLOW + j] + step
            turned = 1.0 if flow * pipes[row, FLOW + j] < 0.0 else 0.0
            pipes[row, TURNS + j] = MEMORY * pipes[row, TURNS + j] + turned
            still = BREATH * mesh.outward[side, e] * (1.0 - 2.0 * side)
            pipes[row, FLOW + j] = flow if abs(flow) > STILL else still
            moved = abs(step) / (abs(flow) + some[j])
            restless[j] = row if loops and moved > errors[j] else restless[j]
            errors[j] = max(errors[j], moved)


@inline
def assemble_flows(mesh: MeshTable, plan: Plan, side: int, work: MeshWork) -> None:
    """Write how flows follow pressures, and what they lack at every junction."""
    nodes, pipes, matrix, right = work.nodes, work.pipes, work.thermal, work.mixed
    scratch, step_of, share = work.level.scratch, work.right, work.level.share
    junctions, lanes = nodes.shape[0] // 2, share.size
    clear_blocks(plan, matrix)
    right[:] = 0.0
    for k in range(mesh.core_pipe.size):
        e = mesh.core_pipe[k]
        row, a, b = ends_of(mesh, side, e)
        open_blocks(plan, e, matrix)
        ab, ba, aa, bb = plan.ahead[e], plan.aback[e], plan.place_start[e], plan.place_end[e]
        for j in range(LANES):
            ahead = pipes[row, FLOW + j] >= 0.0
            one, other = step_of[aa, ENERGY + j], step_of[bb, ENERGY + j]
            warmer = one if ahead else other
            warmer = min(max(warmer, -MOST_FORESEEN), MOST_FORESEEN)
            head = nodes[a, PRESSURE + j] - nodes[b, PRESSURE + j]
            head -= pipes[row, BEND + j] * warmer
            head -= pipes[row, WEIGHT + j] + pipes[row, DROP + j]
            step = share[j] * pipes[row, CONDUCTANCE + j] * head
            pipes[row, STEP + j] = step
            scratch[j] = pipes[row, FLOW + j] + step
        for j in range(lanes):
            matrix[ab, j] -= pipes[row, CONDUCTANCE + j]
        for j in range(lanes):
            matrix[ba, j] -= pipes[row, CONDUCTANCE + j]
        for j in range(lanes):
            matrix[aa, j] += pipes[row, CONDUCTANCE + j]
            right[aa, j] -= scratch[j]
        for j in range(lanes):
            matrix[bb, j] += pipes[row, CONDUCTANCE + j]
            right[bb, j] += scratch[j]
    for place in range(plan.node.size):
        node = side * junctions + plan.node[place]
        for j in range(lanes):
            right[place, j] += nodes[node, INFLOW + j] - nodes[node, OUTFLOW + j]
    hold_places(mesh, plan, side, work)


@inline
def hold_places(mesh: MeshTable, plan: Plan, side: int, work: MeshWork) -> None:
    """Leave pressures as they are where they are held, and where no open pipe leads."""
    matrix, right, reached, lanes = (
        work.thermal,
        work.mixed,
        work.level.reached,
        work.level.share.size,
    )
    for place in range(plan.node.size):
        at = mesh.reach[side, plan.node[place]]
        for j in range(lanes):
            matrix[place, j] += 1.0 - reached[at, j]
            right[place, j] *= reached[at, j]
    for k in range(mesh.held_at.size):
        for j in range(lanes):
            matrix[mesh.held_at[k], j] = 1.0
            right[mesh.held_at[k], j] = 0.0
    for k in range(plan.held.size):
        for j in range(lanes):
            matrix[plan.held[k], j] = 0.0
