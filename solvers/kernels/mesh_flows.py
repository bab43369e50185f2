"""The flows of a side at pressures that let them close at every junction."""

from .compile import inline, part
from .mesh_matrix import clear_blocks, eliminate_water, open_blocks
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
    LEAP,
    OUTFLOW,
    PRESSURE,
    STEP,
    STILL,
    WEIGHT,
)
from .mesh_tables import MeshTable, MeshWork, Plan

MOST_FORESEEN = 20.0  # K, by which water may change in a step for friction to follow it
LEAPS, CALM = 0.5, 0.3  # of a flow that it leaps by, or less than which it has come to rest
SHRINKS, MARCHES = 0.8, 0.5  # of the step before: shorter steps come to rest, longer ones go on
TURNED = 1.0e-300  # kg/s, the step of a flow that turned, which tells nothing of the next
LEAST_SHARE = 1.0e-4  # of the source's flow: smaller flows need not be known as well


@part
def close_flows(mesh: MeshTable, plan: Plan, side: int, work: MeshWork) -> None:
    """Take the step of pressures with which flows close with what is drawn now.

    `move_flow` then moves each pipe's flow. Of what heads are off, `MeshLevel.share` is taken.
    Friction and weight follow the step of the water in ``work.right``.
    """
    assemble_flows(mesh, plan, side, work)
    eliminate_water(plan, work.thermal, work.heads, work.level.scratch)
    nodes, heads, level = work.nodes, work.heads, work.level
    errors, some, marches = level.flow_errors, level.total, level.marches
    junctions, lanes = nodes.shape[0] // 2, errors.size
    for j in range(LANES):
        errors[j] = 0.0
        some[j] = 1e-12
        marches[j] = 0.0
    for k in range(mesh.held_at.size):
        for j in range(LANES):
            some[j] += LEAST_SHARE * abs(level.fed[k, j])
    for place in range(plan.node.size):
        node = side * junctions + plan.node[place]
        for j in range(lanes):
            nodes[node, PRESSURE + j] += heads[place, j]


@inline
def move_flow(mesh: MeshTable, plan: Plan, side: int, e: int, work: MeshWork) -> None:
    """Move a pipe's flow with the steps of the pressures at its ends; note how far it moved.

    A flow leaps that turns, or changes by half of itself, until its steps shrink. If they swing
    about a solution, and are small, what leaps leave out of the equations is what they lack.
    """
    pipes, heads, level = work.pipes, work.heads, work.level
    errors, some, restless, marches = level.flow_errors, level.total, level.restless, level.marches
    row, aa, bb = side * mesh.start.size + e, plan.place_start[e], plan.place_end[e]
    loops = mesh.in_loop[side, e] > 0.0
    still = BREATH * mesh.outward[side, e] * (1.0 - 2.0 * side)
    for j in range(LANES):
        before, last = pipes[row, FLOW + j], pipes[row, LEAP + j]
        step = pipes[row, STEP + j] + pipes[row, CONDUCTANCE + j] * (heads[aa, j] - heads[bb, j])
        flow = before + step
        moved = abs(step) / (abs(flow) + some[j])
        turns, limit = flow * before < 0.0, LEAPS if last == 0.0 else CALM
        swings = step * last < 0.0 and moved < CALM
        lasts = last != 0.0 and abs(step) > SHRINKS * abs(last) and not swings
        leap = TURNED if turns else step
        pipes[row, LEAP + j] = leap if turns or lasts or moved > limit else 0.0
        pipes[row, FLOW + j] = flow if abs(flow) > STILL else still
        goes_on = step * last > 0.0 and abs(step) > MARCHES * abs(last) and last != TURNED
        worse = moved > errors[j]
        marches[j] = (1.0 if goes_on else 0.0) if worse else marches[j]
        restless[j] = row if loops and worse else restless[j]
        errors[j] = max(errors[j], moved)


@inline
def assemble_flows(mesh: MeshTable, plan: Plan, side: int, work: MeshWork) -> None:
    """Write how flows follow pressures, and what they lack at every junction."""
    nodes, pipes, matrix, right = work.nodes, work.pipes, work.thermal, work.heads
    scratch, step_of, share = work.level.scratch, work.right, work.level.share
    junctions, lanes = nodes.shape[0] // 2, share.size
    clear_blocks(plan, matrix, LANES)
    right[:] = 0.0
    for k in range(mesh.core_pipe.size):
        e = mesh.core_pipe[k]
        row, a, b = ends_of(mesh, side, e)
        open_blocks(plan, e, matrix, LANES)
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
        work.heads,
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
