"""Branches of a mesh: trees that hang from its loops, walked as a tree without any matrix.

A branch ends in consumers alone, so that the water it draws flows outward, and its flows are sums.
To the junction that it hangs from it is one more consumer, whose flow answers to the water there;
the return side brings what was drawn back. Arrays name the pipe, the far junction and the near
junction of each step outward, root first. Most pipes of a district are leaves with one consumer:
these are done on the way outward, while what they read is at hand.
"""

from ...model.water import WaterTable
from .compile import inline, part
from .mesh_consumers import add_flow, answer_at, answer_consumer, move_consumer
from .mesh_outward import cool_inward, cool_outward, note_along, rub_along, where_flows
from .mesh_rows import (
    BACK_C,
    BREATH,
    CHANGE,
    CONTENT,
    DROP,
    ENERGY,
    FLOW,
    FLOW_C,
    GAIN,
    GAIN_C,
    HEATING,
    INFLOW,
    LANES,
    OFFSET_C,
    OUTFLOW,
    OUTLET,
    OWN,
    PASS,
    PASS_HERE,
    PRESSURE,
    SLOPE,
    SLOPE_HERE,
    STEP,
    STILL,
    WARMED,
    WARMING,
    WATER,
    WATER_HERE,
    WEIGHT,
)
from .mesh_tables import MeshTable, MeshWork, Plan
from .tree_tables import FloatArray, Options
from .water import enthalpy, temperature

# Looks at the branches: friction is found in the first and kept for the second, then found anew
# each time; pressures and what goes with them are written in the last.
FIRST_LOOK, SECOND_LOOK, LATER_LOOK, LAST_LOOK = range(4)
LEAST_PART = 0.05  # of a change of flow that its own water takes back, at most 20 times


@part
def flow_outward(
    mesh: MeshTable, water: WaterTable, options: Options, work: MeshWork, look: int
) -> None:
    """Let supply water flow to the ends of the branches, and let what is drawn there answer.

    Each junction of the core is told how what is drawn beyond it follows the water there: a pipe's
    far water changes by what arrives and by its flow, and the flow by that water. ``look`` tells
    what to do about friction, and what it warms.
    """
    nodes, pipes, level, lanes = work.nodes, work.pipes, work.level, work.level.errors.size
    scratch = level.scratch
    for tree in range(mesh.tree_first.size - 1):
        first, last = mesh.tree_first[tree], mesh.tree_first[tree + 1]
        for k in range(first, last):
            e, node, near = mesh.branch_pipe[k], mesh.branch_node[k], mesh.branch_near[k]
            at, leaf = mesh.earth[node], mesh.branch_leaf[k]
            bring_outward(mesh, water, options, e, near, at, work, look)
            if leaf < 0 or look == LAST_LOOK:
                for j in range(lanes):
                    nodes[node, WATER + j] = scratch[WATER_HERE + j]
            if leaf >= 0:
                answer_consumer(mesh, water, leaf, at, work)
                hand_from_leaf(work, e, near, leaf)
            else:
                for j in range(lanes):
                    pipes[e, PASS + j] = scratch[PASS_HERE + j]
                    pipes[e, SLOPE + j] = scratch[SLOPE_HERE + j]
                for j in range(lanes):
                    nodes[node, OUTFLOW + j] = -abs(pipes[e, FLOW + j])
                for j in range(LANES):
                    nodes[node, GAIN + j] = 0.0
        for k in range(last - 1, first - 1, -1):
            if mesh.branch_leaf[k] >= 0:
                continue
            e, node, near = mesh.branch_pipe[k], mesh.branch_node[k], mesh.branch_near[k]
            for place in range(mesh.served_first[k], mesh.served_first[k + 1]):
                answer_at(mesh, water, mesh.served[place], node, work)
            hand_inward(work, e, node, near)


@inline
def bring_outward(
    mesh: MeshTable,
    water: WaterTable,
    options: Options,
    e: int,
    near: int,
    at: int,
    work: MeshWork,
    look: int,
) -> None:
    """Cool a pipe's water, friction found anew before unless it is the second ``look``.

    ``at`` is the row of the ground temperature at its far end.
    """
    pipes, scratch, lanes = work.pipes, work.level.scratch, work.level.errors.size
    if look == SECOND_LOOK:
        for j in range(lanes):
            scratch[WARMED + j] = pipes[e, HEATING + j]
    else:
        rub_along(mesh, water, options, 0, e, near, work)
    if look == FIRST_LOOK:
        for j in range(lanes):
            pipes[e, HEATING + j] = scratch[WARMED + j]
    if look == LAST_LOOK:
        note_along(mesh, 0, e, work)
    cool_outward(mesh, water, options, e, near, at, work)
    if look == LAST_LOOK:
        for j in range(lanes):
            pipes[e, WARMING + j] = scratch[WARMED + j]


@inline
def hand_inward(work: MeshWork, e: int, node: int, near: int) -> None:
    """Eliminate a pipe and what is drawn at its end; tell the near junction of both.

    What is drawn changes by itself (OUTFLOW) and with its water (GAIN).
    """
    nodes, pipes, lanes = work.nodes, work.pipes, work.level.errors.size
    for j in range(lanes):
        flow, slope = abs(pipes[e, FLOW + j]), pipes[e, SLOPE + j]
        offset, gain = nodes[node, OUTFLOW + j], nodes[node, GAIN + j]
        drawn, gains = nodes[near, OUTFLOW + j], nodes[near, GAIN + j]
        kept = pipes[e, PASS + j]
        arrives = kept if flow > STILL else 0.0
        part = 1.0 / max(1.0 - gain * slope, LEAST_PART)
        pipes[e, STEP + j] = slope * offset * part
        pipes[e, PASS + j] = arrives * (1.0 + slope * gain * part)
        nodes[near, OUTFLOW + j] = drawn + flow + offset * part
        nodes[near, GAIN + j] = gains + gain * arrives * part


@inline
def hand_from_leaf(work: MeshWork, e: int, near: int, c: int) -> None:
    """Let a leaf's consumer answer to the water at the near junction; tell that junction."""
    nodes, pipes, consumers, scratch = work.nodes, work.pipes, work.consumers, work.level.scratch
    for j in range(LANES):
        flow, slope, kept = (
            abs(pipes[e, FLOW + j]),
            scratch[SLOPE_HERE + j],
            scratch[PASS_HERE + j],
        )
        offset, gain = consumers[c, OFFSET_C + j], consumers[c, GAIN_C + j]
        arrives = kept if flow > STILL else 0.0
        part = 1.0 / max(1.0 - gain * slope, LEAST_PART)
        consumers[c, OFFSET_C + j] = offset * part
        consumers[c, GAIN_C + j] = gain * arrives * part
    for j in range(LANES):
        drawn, gains = nodes[near, OUTFLOW + j], nodes[near, GAIN + j]
        change = abs(pipes[e, FLOW + j]) + consumers[c, OFFSET_C + j]
        nodes[near, OUTFLOW + j] = drawn + change
        nodes[near, GAIN + j] = gains + consumers[c, GAIN_C + j]


@part
def note_change(plan: Plan, work: MeshWork) -> None:
    """Write what was solved for the water at the core's junctions."""
    nodes, right, lanes = work.nodes, work.right, work.level.errors.size
    for place in range(plan.node.size):
        node = plan.node[place]
        for j in range(lanes):
            nodes[node, CHANGE + j] = right[place, ENERGY + j]


@part
def move_branches(mesh: MeshTable, work: MeshWork) -> None:
    """Move the consumers of the branches with the step of their water, and what pipes carry.

    After `note_change`; what is drawn is added to what is drawn from the core.
    """
    nodes, pipes, lanes = work.nodes, work.pipes, work.level.errors.size
    for tree in range(mesh.tree_first.size - 1):
        first, last = mesh.tree_first[tree], mesh.tree_first[tree + 1]
        for k in range(first, last):
            e, node, near = mesh.branch_pipe[k], mesh.branch_node[k], mesh.branch_near[k]
            leaf = mesh.branch_leaf[k]
            if leaf >= 0:
                move_consumer(work, leaf, near)
                carry_inward(mesh, work, e, near, work.consumers, leaf, FLOW_C)
                continue
            for j in range(lanes):
                comes = pipes[e, PASS + j] * nodes[near, CHANGE + j]
                nodes[node, CHANGE + j] = pipes[e, STEP + j] + comes
            for j in range(LANES):
                nodes[node, OUTFLOW + j] = 0.0
            for place in range(mesh.served_first[k], mesh.served_first[k + 1]):
                move_consumer(work, mesh.served[place], node)
                add_flow(work, mesh.served[place], node)
        for k in range(last - 1, first - 1, -1):
            if mesh.branch_leaf[k] < 0:
                e, node, near = mesh.branch_pipe[k], mesh.branch_node[k], mesh.branch_near[k]
                carry_inward(mesh, work, e, near, nodes, node, OUTFLOW)


@inline
def carry_inward(
    mesh: MeshTable,
    work: MeshWork,
    e: int,
    near: int,
    values: FloatArray,
    row: int,
    place: int,
) -> None:
    """Let a pipe carry what ``values`` say is drawn at its end, and draw it from its near end."""
    nodes, pipes, lanes = work.nodes, work.pipes, work.level.errors.size
    sign = 1.0 if mesh.start[e] == near else -1.0
    for j in range(lanes):
        drawn, others = values[row, place + j], nodes[near, OUTFLOW + j]
        nodes[near, OUTFLOW + j] = others + drawn
        pipes[e, FLOW + j] = sign * (drawn if drawn > STILL else BREATH)


@part
def collect_branches(mesh: MeshTable, water: WaterTable, options: Options, work: MeshWork) -> None:
    """Let return water flow inward, mixing on its way, and add it to the core's inflows.

    After `feed_return`, which tells what consumers of the core give.
    """
    nodes, pipes, level, consumers = work.nodes, work.pipes, work.level, work.consumers
    junctions, count, lanes = nodes.shape[0] // 2, mesh.start.size, level.errors.size
    scratch = level.scratch
    for k in range(mesh.branch_node.size):
        node = junctions + mesh.branch_node[k]
        if mesh.branch_leaf[k] < 0:
            for j in range(LANES):
                nodes[node, INFLOW + j] = 0.0
            for j in range(LANES):
                nodes[node, CONTENT + j] = 0.0
    for k in range(mesh.branch_pipe.size - 1, -1, -1):
        e, node, leaf = mesh.branch_pipe[k], junctions + mesh.branch_node[k], mesh.branch_leaf[k]
        row, near, at = count + e, junctions + mesh.branch_near[k], mesh.earth[mesh.branch_node[k]]
        if leaf >= 0:
            for j in range(lanes):
                mixed, ground = consumers[leaf, BACK_C + j], level.ground[at, j]
                inflow = consumers[leaf, FLOW_C + j]
                scratch[OWN + j] = inflow
                nodes[node, WATER + j] = where_flows(inflow, mixed, ground)
        else:
            for place in range(mesh.served_first[k], mesh.served_first[k + 1]):
                give_back(water, work, mesh.served[place], node)
            for j in range(LANES):
                inflow, ground = nodes[node, INFLOW + j], level.ground[at, j]
                mixed = temperature(water, nodes[node, CONTENT + j] / (inflow + BREATH))
                scratch[OWN + j] = inflow
                nodes[node, WATER + j] = where_flows(inflow, mixed, ground)
        for j in range(lanes):
            pipes[row, FLOW + j] = -pipes[e, FLOW + j]
        cool_inward(mesh, water, options, e, node, work)
        for j in range(LANES):
            inflow, content = scratch[OWN + j], enthalpy(water, pipes[row, OUTLET + j])
            flows, contents = nodes[near, INFLOW + j], nodes[near, CONTENT + j]
            nodes[near, INFLOW + j] = flows + inflow
            nodes[near, CONTENT + j] = contents + inflow * content


@inline
def give_back(water: WaterTable, work: MeshWork, c: int, node: int) -> None:
    """Add what a consumer gives back to its return junction."""
    nodes, consumers = work.nodes, work.consumers
    for j in range(LANES):
        flow, content = consumers[c, FLOW_C + j], enthalpy(water, consumers[c, BACK_C + j])
        flows, contents = nodes[node, INFLOW + j], nodes[node, CONTENT + j]
        nodes[node, INFLOW + j] = flows + flow
        nodes[node, CONTENT + j] = contents + flow * content


@part
def lower_branches(mesh: MeshTable, side: int, work: MeshWork) -> None:
    """Write the pressures of a side's branches, from those of the core."""
    nodes, pipes, lanes = work.nodes, work.pipes, work.level.errors.size
    first, count = side * (nodes.shape[0] // 2), mesh.start.size
    for k in range(mesh.branch_pipe.size):
        e, node, near = mesh.branch_pipe[k], mesh.branch_node[k], mesh.branch_near[k]
        sign, row = 1.0 if mesh.start[e] == near else -1.0, side * count + e
        for j in range(lanes):
            taken = pipes[row, DROP + j] + pipes[row, WEIGHT + j]
            nodes[first + node, PRESSURE + j] = nodes[first + near, PRESSURE + j] - sign * taken
