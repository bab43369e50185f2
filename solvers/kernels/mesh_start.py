"""Flows from which Newton's method starts on a mesh: on the side of flows that are too large."""

from ...model.water import WaterTable
from .compile import inline, part
from .mesh_flows import close_flows, move_flow
from .mesh_growth import grow_flows, guess_flows
from .mesh_matrix import clear_blocks, eliminate_water, open_blocks
from .mesh_newton import rub_pipes
from .mesh_rows import (
    BACK_C,
    BREATH,
    CHANGE,
    CONDUCTANCE,
    DROP,
    EARTH,
    FLOW,
    FLOW_C,
    GAIN,
    HEATING,
    INFLOW,
    LANES,
    LEAP,
    OUTLET,
    PRESSURE,
    ROUNDED,
    STILL,
    VOLUME,
    WATER,
)
from .mesh_sources import feed_supply
from .mesh_tables import MeshTable, MeshWork, Plan
from .mesh_water import mix_side
from .tree_finish import GRAVITY
from .tree_rows import SMALLEST_FLOW
from .tree_tables import Options
from .water import exp_negative, log, polynomial6

START_SPEED = 0.3  # m/s, at which friction is taken before any flow is known
START_PASSES, CAREFUL_PASSES = 5, 4  # towards flows that lose what they may, at most
LEAST_PASSES, FEW_FAR = 2, 3  # before flows may be close enough, but for a few hours
BY_UNITS = 1  # passes on flows before water is mixed
LEAST_ABOVE = 1.0e-30  # of what the source's water is above the ground


@part
def start_supply(
    mesh: MeshTable,
    plan: Plan,
    water: WaterTable,
    options: Options,
    work: MeshWork,
    careful: bool,
) -> None:
    """Find flows that close at every junction and lose about what consumers can bear.

    In each pass flows close with what is drawn, and what is drawn grows with what its way loses:
    first by transfer units that mix as flows do, then by water that is mixed. A ``careful`` start
    stays on the side of flows that are too large.
    """
    level, known = work.level, BY_UNITS if careful else 0
    for j in range(LANES):
        level.flow_errors[j] = 1.0
        level.share[j] = 1.0
    guess_flows(mesh, water, work)
    start_pipes(mesh, plan, water, options, work)
    grow_flows(mesh, plan, water, work, False, careful)
    feed_supply(mesh, plan, water, work)
    for number in range(CAREFUL_PASSES if careful else START_PASSES):
        if number > 0:
            rub_pipes(mesh, plan, water, options, 0, work, False, False)
        if careful or number < BY_UNITS:
            distribute(mesh, plan, water, work)
            start_water(mesh, plan, work)
        else:
            mix_again(mesh, plan, water, options, work)
            note_units(mesh, plan, work)
        if number >= known:
            grow_flows(mesh, plan, water, work, True, careful)
            feed_supply(mesh, plan, water, work)
            far = 0
            for j in range(LANES):
                far += level.errors[j] * level.live[j] > 0.0
            if number >= LEAST_PASSES and far <= (0 if careful else FEW_FAR):
                break
    rub_pipes(mesh, plan, water, options, 0, work, False, False)
    mix_again(mesh, plan, water, options, work)
    start_branches(mesh, work)


@part
def mix_again(
    mesh: MeshTable, plan: Plan, water: WaterTable, options: Options, work: MeshWork
) -> None:
    """Let the core's supply flows close with what is drawn now, and mix its water."""
    work.right[:] = 0.0
    mix_side(mesh, plan, water, options, 0, work, True)


@inline
def note_units(mesh: MeshTable, plan: Plan, work: MeshWork) -> None:
    """Write the transfer units that the core's water tells of."""
    nodes, level = work.nodes, work.level
    for place in range(plan.node.size):
        node = plan.node[place]
        at = mesh.earth[node]
        for j in range(LANES):
            earth = level.ground[at, j]
            kept = (nodes[node, WATER + j] - earth) / (level.supply[0, j] - earth)
            kept = kept if kept > LEAST_ABOVE else LEAST_ABOVE
            nodes[node, CHANGE + j] = max(-log(kept), 0.0)


@part
def start_pipes(
    mesh: MeshTable, plan: Plan, water: WaterTable, options: Options, work: MeshWork
) -> None:
    """Begin in the core with no flow, no pressures, source water.

    Friction is a line through a usual flow.
    """
    nodes, pipes, level = work.nodes, work.pipes, work.level
    for j in range(LANES):
        level.volume[0, j] = polynomial6(water.specific_volume, level.supply[0, j])
    for place in range(plan.node.size):
        node = plan.node[place]
        for j in range(LANES):
            nodes[node, WATER + j] = level.supply[0, j]
            nodes[node, PRESSURE + j] = level.pressure[0, j]
    for k in range(mesh.held_at.size):
        node = mesh.producer_junction[k]
        weight = GRAVITY * mesh.height[node] * (2.0 - mesh.sides)
        for j in range(LANES):
            held = level.pressure[k, j] + weight / level.volume[0, j]
            nodes[node, PRESSURE + j] = held
    for k in range(mesh.core_pipe.size):
        e = mesh.core_pipe[k]
        at = mesh.ground[e]
        for j in range(LANES):
            pipes[e, EARTH + j] = level.ground[at, j]
            pipes[e, OUTLET + j] = level.supply[0, j]
            pipes[e, VOLUME + j] = level.volume[0, j]
            pipes[e, FLOW + j] = START_SPEED * 1000.0 * mesh.area[0, e]
    rub_pipes(mesh, plan, water, options, 0, work, False, False)
    for k in range(mesh.core_pipe.size):
        e = mesh.core_pipe[k]
        for j in range(LANES):
            flow, drop = pipes[e, FLOW + j], pipes[e, DROP + j]
            pipes[e, CONDUCTANCE + j] = min(flow / max(drop, 1e-9), pipes[e, CONDUCTANCE + j])
            pipes[e, FLOW + j] = BREATH
            pipes[e, DROP + j] = 0.0


@part
def distribute(mesh: MeshTable, plan: Plan, water: WaterTable, work: MeshWork) -> None:
    """Let the core's flows close with what is drawn, and solve for the transfer units they mix."""
    nodes, matrix, right = work.nodes, work.thermal, work.mixed
    work.right[:] = 0.0
    close_flows(mesh, plan, 0, work)
    clear_blocks(plan, matrix, LANES)
    right[:] = 0.0
    for k in range(mesh.core_pipe.size):
        e = mesh.core_pipe[k]
        move_flow(mesh, plan, 0, e, work)
        open_blocks(plan, e, matrix, LANES)
        mix_units(mesh, plan, e, work)
    feed_supply(mesh, plan, water, work)
    for place in range(plan.node.size):
        node = plan.node[place]
        for j in range(LANES):
            passes = matrix[place, j] + nodes[node, INFLOW + j] + SMALLEST_FLOW
            matrix[place, j] = passes * ROUNDED
    eliminate_water(plan, matrix, right, work.level.scratch)


@inline
def mix_units(mesh: MeshTable, plan: Plan, e: int, work: MeshWork) -> None:
    """Write how a pipe brings the transfer units of its inlet and its own to its outlet."""
    pipes, matrix, right, lanes = work.pipes, work.thermal, work.mixed, work.level.errors.size
    ab, ba, aa, bb = plan.ahead[e], plan.aback[e], plan.place_start[e], plan.place_end[e]
    units = (mesh.conductance[0, e] + mesh.exchange[e]) / 4185.0
    for j in range(lanes):
        back = max(-pipes[e, FLOW + j], 0.0)
        matrix[ab, j] -= back
    for j in range(lanes):
        forth = max(pipes[e, FLOW + j], 0.0)
        matrix[ba, j] -= forth
    for j in range(LANES):
        back = max(-pipes[e, FLOW + j], 0.0)
        matrix[aa, j] += back
        right[aa, j] += units if back > 0.0 else 0.0
    for j in range(LANES):
        forth = max(pipes[e, FLOW + j], 0.0)
        matrix[bb, j] += forth
        right[bb, j] += units if forth > 0.0 else 0.0


@part
def start_water(mesh: MeshTable, plan: Plan, work: MeshWork) -> None:
    """Write the core's water that follows from the transfer units that were solved for."""
    nodes, pipes, level, mixed = work.nodes, work.pipes, work.level, work.mixed
    for place in range(plan.node.size):
        node = plan.node[place]
        at = mesh.earth[node]
        for j in range(LANES):
            earth, units = level.ground[at, j], max(mixed[place, j], 0.0)
            here = earth + (level.supply[0, j] - earth) * exp_negative(units)
            nodes[node, CHANGE + j] = units
            nodes[node, WATER + j] = here
            nodes[node, GAIN + j] = 0.0
    for k in range(mesh.core_pipe.size):
        e = mesh.core_pipe[k]
        a, b = mesh.start[e], mesh.end[e]
        for j in range(LANES):
            ahead = pipes[e, FLOW + j] >= 0.0
            one, other = nodes[a, WATER + j], nodes[b, WATER + j]
            pipes[e, OUTLET + j] = other if ahead else one
            pipes[e, LEAP + j] = 0.0


@inline
def start_branches(mesh: MeshTable, work: MeshWork) -> None:
    """Write water at the ends of branches as its transfer units have it; no heat of friction."""
    nodes, pipes, level = work.nodes, work.pipes, work.level
    for k in range(mesh.branch_pipe.size):
        e, node = mesh.branch_pipe[k], mesh.branch_node[k]
        at = mesh.earth[node]
        for j in range(LANES):
            earth, units = level.ground[at, j], nodes[node, CHANGE + j]
            pipes[e, OUTLET + j] = earth + (level.supply[0, j] - earth) * exp_negative(units)
            pipes[e, HEATING + j] = 0.0


@part
def start_return(mesh: MeshTable, plan: Plan, water: WaterTable, work: MeshWork) -> None:
    """Let the core's return begin with the supply side's flows, turned, and mixed water."""
    nodes, pipes, consumers, level = work.nodes, work.pipes, work.consumers, work.level
    junctions, count = nodes.shape[0] // 2, mesh.start.size
    for j in range(LANES):
        level.errors[j] = SMALLEST_FLOW
        level.total[j] = SMALLEST_FLOW * level.ground[0, j]
    for c in range(mesh.consumer_junction.size):
        for j in range(LANES):
            flow = consumers[c, FLOW_C + j]
            level.errors[j] += flow
            level.total[j] += flow * consumers[c, BACK_C + j]
    for j in range(LANES):
        mixed = level.total[j] / level.errors[j]
        level.volume[1, j] = polynomial6(water.specific_volume, mixed)
    for place in range(plan.node.size):
        node = plan.node[place]
        for j in range(LANES):
            nodes[junctions + node, WATER + j] = level.total[j] / level.errors[j]
            nodes[junctions + node, PRESSURE + j] = -nodes[node, PRESSURE + j]
    for k in range(mesh.core_pipe.size):
        e = mesh.core_pipe[k]
        at = mesh.ground[e]
        for j in range(LANES):
            pipes[count + e, EARTH + j] = level.ground[at, j]
            flow, open_way = pipes[e, FLOW + j], level.passage[mesh.gate[1, e], j]
            still = abs(flow) <= STILL or open_way == 0.0
            pipes[count + e, FLOW + j] = -BREATH * mesh.outward[1, e] if still else -flow
            pipes[count + e, LEAP + j] = 0.0
            pipes[count + e, OUTLET + j] = level.total[j] / level.errors[j]
            pipes[count + e, VOLUME + j] = level.volume[1, j]
            pipes[count + e, DROP + j] = -pipes[e, DROP + j]
    for j in range(LANES):
        level.errors[j] = 0.0
        level.flow_errors[j] = 1.0
