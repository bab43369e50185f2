"""How the flows from which Newton's method starts grow towards those that serve the heat."""

from ...model.water import WaterTable
from .compile import inline, part
from .mesh_branches import carry_inward
from .mesh_consumers import add_flow, clear_core, take_water
from .mesh_rows import (
    CHANGE,
    DIFFERENCE_C,
    ERROR,
    FLOW,
    FLOW_C,
    HEAT_C,
    HOLD_C,
    LANES,
    LEAST_C,
    LEFT,
    MOST_C,
    OUTFLOW,
    OWN,
    OWN_C,
    ROOM_C,
    STILL,
)
from .mesh_tables import MeshTable, MeshWork, Plan
from .tree_consumers import LEAST_MARGIN
from .tree_rows import NO_HOLD
from .tree_start import NEAR_ROOM, START_MORE, START_SHARE
from .water import enthalpy, exp_negative, log

LEAST_CHANGE = 1.0e-7  # kg/s
START_CLOSE, CAREFUL_CLOSE = 0.1, 0.02  # change of a flow that is close enough
ABOVE = LEFT  # K, of a consumer's water above the ground


@part
def guess_flows(mesh: MeshTable, water: WaterTable, work: MeshWork) -> None:
    """Write the flow each consumer would need without losses, and what its path may lose.

    The latter in transfer units (ROOM_C), as in the tree solver.
    """
    consumers, level = work.consumers, work.level
    for c in range(mesh.consumer_junction.size):
        at, back = mesh.earth[mesh.consumer_junction[c]], mesh.returned[c]
        for j in range(LANES):
            ground = level.ground[at, j]
            heat, difference = consumers[c, HEAT_C + j], consumers[c, DIFFERENCE_C + j]
            source = level.warmest[j] if heat >= 0.0 else level.coldest[j]
            by_return = difference == 0.0
            drop = enthalpy(water, source) - level.returned[back, j]
            drop = drop if by_return else 4185.0 * difference
            holds = consumers[c, HOLD_C + j] > NO_HOLD
            flow = max(heat / drop, 0.0) if heat != 0.0 else 0.0
            flow = max(flow, consumers[c, LEAST_C + j])
            flow = max(flow, 1e-6) if holds else flow
            flow = min(flow, consumers[c, MOST_C + j])
            kept = level.back[back, j] if by_return else source
            ratio = (source - ground) / (kept - ground)
            serves = by_return and heat != 0.0 and ratio > 1.0
            by_heat = log(min(max(ratio, 1e-3), 1e30)) if serves else 1e300
            reach = log(abs(level.warmest[j] - ground) + 1e-9)
            by_hold = reach - consumers[c, HOLD_C + j] if holds else 1e300
            room = min(by_heat, by_hold if by_hold > 0.0 else 1e300)
            consumers[c, FLOW_C + j] = min(START_MORE * flow, consumers[c, MOST_C + j])
            consumers[c, OWN_C + j] = flow
            consumers[c, ROOM_C + j] = max(START_SHARE * room, 1e-6)


@inline
def enlarge_consumer(
    mesh: MeshTable, water: WaterTable, c: int, node: int, work: MeshWork, careful: bool
) -> None:
    """Turn a consumer's flow to what the transfer units of its way ask for.

    As in the tree solver: heat alone asks for a Newton step in which all flows of the way grow
    alike, where its water would still be warm enough; else, or to be ``careful``, the way may lose
    no more than its room. ``level.errors`` are the largest changes beyond what is close enough.
    """
    nodes, consumers, level, scratch = work.nodes, work.consumers, work.level, work.level.scratch
    at, back, changes = mesh.earth[node], mesh.returned[c], work.level.errors
    close, more = CAREFUL_CLOSE if careful else START_CLOSE, START_MORE if careful else 1.0
    near_room = 0.0 if careful else NEAR_ROOM
    for j in range(LANES):
        ground, heat = level.ground[at, j], consumers[c, HEAT_C + j]
        warmest, coldest = level.warmest[j], level.coldest[j]
        source = warmest if heat >= 0.0 else coldest
        scratch[ABOVE + j] = (source - ground) * exp_negative(max(nodes[node, CHANGE + j], 0.0))
    for j in range(LANES):
        heat, flow, above = consumers[c, HEAT_C + j], consumers[c, FLOW_C + j], scratch[ABOVE + j]
        sign = 1.0 if heat >= 0.0 else -1.0
        content = enthalpy(water, level.ground[at, j] + above)
        drop = sign * (content - level.returned[back, j])
        grows = max(sign * above * nodes[node, CHANGE + j] * 4185.0, 0.0)
        scratch[OWN + j] = flow + (abs(heat) - flow * drop) / max(drop + grows, LEAST_MARGIN)
    for j in range(LANES):
        flow, units, room = (
            consumers[c, FLOW_C + j],
            nodes[node, CHANGE + j],
            consumers[c, ROOM_C + j],
        )
        least, most, grown = (
            consumers[c, OWN_C + j],
            consumers[c, MOST_C + j],
            scratch[OWN + j],
        )
        heats = consumers[c, HEAT_C + j] != 0.0 and consumers[c, DIFFERENCE_C + j] == 0.0
        near = units < near_room * room and heats and consumers[c, HOLD_C + j] <= NO_HOLD
        turned = grown if near else flow * (units / room)
        turned = min(max(turned, more * least), most)
        scratch[ERROR + j] = abs(turned - flow) - close * turned - LEAST_CHANGE
        consumers[c, FLOW_C + j] = turned
    for j in range(changes.size):
        changes[j] = max(changes[j], scratch[ERROR + j])


@part
def enlarge_at(
    mesh: MeshTable, water: WaterTable, c: int, node: int, work: MeshWork, careful: bool
) -> None:
    """Turn a consumer's flow: called where this need not be inline."""
    enlarge_consumer(mesh, water, c, node, work, careful)


@part
def grow_flows(
    mesh: MeshTable, plan: Plan, water: WaterTable, work: MeshWork, known: bool, careful: bool
) -> None:
    """Turn consumers to what the transfer units on their way ask for, if ``known``; sum flows.

    CHANGE tells the transfer units of the core's junctions.
    """
    for j in range(LANES):
        work.level.errors[j] = 0.0
    clear_core(plan, work)
    for k in range(mesh.core_consumer.size):
        c = mesh.core_consumer[k]
        if known:
            enlarge_at(mesh, water, c, mesh.consumer_junction[c], work, careful)
        add_flow(work, c, mesh.consumer_junction[c])
    take_water(mesh, work)
    grow_branches(mesh, water, work, known, careful)


@inline
def grow_branches(
    mesh: MeshTable, water: WaterTable, work: MeshWork, known: bool, careful: bool
) -> None:
    """Turn the consumers of the branches, and let the pipes carry what they draw."""
    nodes, pipes, lanes = work.nodes, work.pipes, work.level.errors.size
    for tree in range(mesh.tree_first.size - 1):
        first, last = mesh.tree_first[tree], mesh.tree_first[tree + 1]
        for k in range(first, last):
            e, node, near = mesh.branch_pipe[k], mesh.branch_node[k], mesh.branch_near[k]
            units = (mesh.conductance[0, e] + mesh.exchange[e]) / 4185.0
            leaf = mesh.branch_leaf[k]
            for j in range(lanes):
                flow = abs(pipes[e, FLOW + j])
                before = nodes[near, CHANGE + j]
                nodes[node, CHANGE + j] = before + units / flow if flow > STILL else 0.0
            if leaf < 0:
                for j in range(LANES):
                    nodes[node, OUTFLOW + j] = 0.0
            for place in range(mesh.served_first[k], mesh.served_first[k + 1]):
                c = mesh.served[place]
                if known:
                    enlarge_consumer(mesh, water, c, node, work, careful)
                if leaf < 0:
                    add_flow(work, c, node)
                else:
                    carry_inward(mesh, work, e, near, work.consumers, c, FLOW_C)
        for k in range(last - 1, first - 1, -1):
            if mesh.branch_leaf[k] >= 0:
                continue
            e, node, near = mesh.branch_pipe[k], mesh.branch_node[k], mesh.branch_near[k]
            carry_inward(mesh, work, e, near, nodes, node, OUTFLOW)
