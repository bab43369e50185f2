"""Branches of a mesh: trees that hang from its loops, walked as a tree without any matrix.

A branch ends in consumers alone, so that the water it draws flows outward, and its flows are sums.
To the junction that it hangs from it is one more consumer, whose flow answers to the water there;
the return side brings what was drawn back. Arrays name the pipe, the far junction and the near
junction of each step outward, root first.
"""

from ...model.water import WaterTable
from .compile import inline, kernel
from .mesh_consumers import (
    add_answer,
    add_flow,
    answer_consumer,
    enlarge_consumer,
    move_consumer,
)
from .mesh_pipes import cool_pipe, rub_pipe
from .mesh_rows import (
    BREATH,
    CHANGE,
    CONTENT,
    DROP,
    ENERGY,
    FLOW,
    GAIN,
    INFLOW,
    LANES,
    OUTFLOW,
    OUTLET,
    PASS,
    PRESSURE,
    ROUNDED,
    SLOPE,
    STILL,
    WATER,
    WEIGHT,
)
from .mesh_tables import MeshTable, MeshWork, Plan
from .tree_rows import SMALLEST_FLOW
from .tree_tables import Options
from .water import enthalpy, temperature

RUBBED_PASSES = 3  # each leaves less than a thousandth of what friction warms
MOST_MORE = 100.0  # times the friction of a step before
LEAST_PART = 0.05  # of a change of flow that its own water takes back, at most 20 times


@kernel
def settle_outward(mesh: MeshTable, water: WaterTable, options: Options, work: MeshWork) -> None:
    """Let supply water flow from the core to the ends of the branches, warmed by friction.

    What that still moves is added to `MeshLevel.water_errors`; what the core's water moves is not.
    """
    nodes, pipes, level = work.nodes, work.pipes, work.level
    passes = 2 if options.heating else 1
    for k in range(mesh.branch_pipe.size):
        e, node = mesh.branch_pipe[k], mesh.branch_node[k]
        at = mesh.earth[node]
        for number in range(passes):
            cool_pipe(mesh, water, options, 0, e, work)
            rub_pipe(mesh, water, options, 0, e, work)
            for j in range(LANES):
                flow = abs(pipes[e, FLOW + j])
                stands = SMALLEST_FLOW * level.ground[at, j]
                here = (flow * pipes[e, OUTLET + j] + stands) / (flow + SMALLEST_FLOW)
                moved = abs(here - nodes[node, WATER + j])
                error = level.water_errors[j]
                level.water_errors[j] = max(error, moved) if number > 0 else error
                nodes[node, WATER + j] = here


@kernel
def flow_outward(mesh: MeshTable, water: WaterTable, options: Options, work: MeshWork) -> None:
    """Let supply water flow to the ends of the branches, and let what is drawn there answer.

    Each junction of the core is told how what is drawn beyond it follows the water there: a pipe's
    far water changes by what arrives and by its flow, and the flow by that water.
    """
    nodes, pipes, level = work.nodes, work.pipes, work.level
    for tree in range(mesh.tree_first.size - 1):
        first, last = mesh.tree_first[tree], mesh.tree_first[tree + 1]
        for k in range(first, last):
            e, node = mesh.branch_pipe[k], mesh.branch_node[k]
            at = mesh.earth[node]
            cool_pipe(mesh, water, options, 0, e, work)
            for j in range(LANES):
                flow = abs(pipes[e, FLOW + j])
                stands = SMALLEST_FLOW * level.ground[at, j]
                here = (flow * pipes[e, OUTLET + j] + stands) / (flow + SMALLEST_FLOW)
                nodes[node, WATER + j] = here
                nodes[node, OUTFLOW + j] = 0.0
                nodes[node, GAIN + j] = 0.0
        for k in range(last - 1, first - 1, -1):
            e, node, near = mesh.branch_pipe[k], mesh.branch_node[k], mesh.branch_near[k]
            for place in range(mesh.served_first[k], mesh.served_first[k + 1]):
                answer_consumer(mesh, water, mesh.served[place], node, work)
                add_answer(work, mesh.served[place], node)
            for j in range(LANES):
                flow, gain = abs(pipes[e, FLOW + j]), nodes[node, GAIN + j]
                arrives = pipes[e, PASS + j] * flow / (flow + SMALLEST_FLOW)
                part = 1.0 / max(1.0 - gain * pipes[e, SLOPE + j], LEAST_PART)
                nodes[near, OUTFLOW + j] += flow + (nodes[node, OUTFLOW + j] - flow) * part
                nodes[near, GAIN + j] += gain * arrives * part


@kernel
def note_change(plan: Plan, work: MeshWork) -> None:
    """Write what was solved for the water at the core's junctions."""
    nodes, right = work.nodes, work.right
    for place in range(plan.node.size):
        node = plan.node[place]
        for j in range(LANES):
            nodes[node, CHANGE + j] = right[place, ENERGY + j]


@kernel
def move_branches(mesh: MeshTable, work: MeshWork) -> None:
    """Move the consumers of the branches with the step of their water, and what pipes carry.

    After `note_change`; what is drawn is added to what is drawn from the core.
    """
    nodes, pipes = work.nodes, work.pipes
    for tree in range(mesh.tree_first.size - 1):
        first, last = mesh.tree_first[tree], mesh.tree_first[tree + 1]
        for k in range(first, last):
            e, node, near = mesh.branch_pipe[k], mesh.branch_node[k], mesh.branch_near[k]
            for j in range(LANES):
                flow, gain = abs(pipes[e, FLOW + j]), nodes[node, GAIN + j]
                arrives = pipes[e, PASS + j] * flow / (flow + SMALLEST_FLOW)
                comes = arrives * nodes[near, CHANGE + j]
                part = 1.0 / max(1.0 - gain * pipes[e, SLOPE + j], LEAST_PART)
                change = (nodes[node, OUTFLOW + j] - flow + gain * comes) * part
                nodes[node, CHANGE + j] = comes + pipes[e, SLOPE + j] * change
            for j in range(LANES):
                nodes[node, OUTFLOW + j] = 0.0
            for place in range(mesh.served_first[k], mesh.served_first[k + 1]):
                move_consumer(work, mesh.served[place], node)
                add_flow(work, mesh.served[place], node)
        sum_tree(mesh, first, last, work)


@kernel
def grow_branches(mesh: MeshTable, work: MeshWork, known: bool) -> None:
    """Turn the consumers of the branches to what the transfer units on their way ask for.

    After `note_change`, which tells those of the core; not before they are ``known``.
    """
    nodes, pipes = work.nodes, work.pipes
    for tree in range(mesh.tree_first.size - 1):
        first, last = mesh.tree_first[tree], mesh.tree_first[tree + 1]
        for k in range(first, last):
            e, node, near = mesh.branch_pipe[k], mesh.branch_node[k], mesh.branch_near[k]
            units = (mesh.conductance[0, e] + mesh.exchange[e]) / 4185.0
            for j in range(LANES):
                flow = abs(pipes[e, FLOW + j])
                comes = flow * nodes[near, CHANGE + j] + (units if flow > STILL else 0.0)
                nodes[node, CHANGE + j] = comes / ((flow + SMALLEST_FLOW) * ROUNDED)
                nodes[node, OUTFLOW + j] = 0.0
            for place in range(mesh.served_first[k], mesh.served_first[k + 1]):
                if known:
                    enlarge_consumer(work, mesh.served[place], node)
                add_flow(work, mesh.served[place], node)
        sum_tree(mesh, first, last, work)


@inline
def sum_tree(mesh: MeshTable, first: int, last: int, work: MeshWork) -> None:
    """Let the pipes of a branch carry what is drawn beyond them."""
    nodes, pipes = work.nodes, work.pipes
    for k in range(last - 1, first - 1, -1):
        e, node, near = mesh.branch_pipe[k], mesh.branch_node[k], mesh.branch_near[k]
        sign = 1.0 if mesh.start[e] == near else -1.0
        for j in range(LANES):
            drawn = nodes[node, OUTFLOW + j]
            nodes[near, OUTFLOW + j] += drawn
            flow = sign * (drawn if drawn > STILL else BREATH)
            more = flow / pipes[e, FLOW + j]  # friction follows, until it is found anew
            pipes[e, DROP + j] *= min(more * more, MOST_MORE)
            pipes[e, FLOW + j] = flow


@kernel
def collect_branches(mesh: MeshTable, water: WaterTable, options: Options, work: MeshWork) -> None:
    """Let return water flow inward, mixing on its way, and add it to the core's inflows.

    After `feed_return`, which tells what consumers give. Friction and the warmth that it gives
    follow from each other.
    """
    nodes, pipes, level = work.nodes, work.pipes, work.level
    junctions, count = nodes.shape[0] // 2, mesh.start.size
    passes = RUBBED_PASSES if options.heating else 1
    for k in range(mesh.branch_pipe.size - 1, -1, -1):
        e, node = mesh.branch_pipe[k], junctions + mesh.branch_node[k]
        row, near, at = count + e, junctions + mesh.branch_near[k], mesh.earth[mesh.branch_node[k]]
        for j in range(LANES):
            inflow, ground = nodes[node, INFLOW + j], level.ground[at, j]
            mixed = temperature(water, nodes[node, CONTENT + j] / (inflow + BREATH))
            comes = inflow * mixed if inflow > 0.0 else 0.0
            here = (comes + SMALLEST_FLOW * ground) / (inflow + SMALLEST_FLOW)
            moved = abs(here - nodes[node, WATER + j])
            level.water_errors[j] = max(level.water_errors[j], moved)
            nodes[node, WATER + j] = here
        for _ in range(passes):
            cool_pipe(mesh, water, options, 1, e, work)
            rub_pipe(mesh, water, options, 1, e, work)
        for j in range(LANES):
            inflow, content = nodes[node, INFLOW + j], enthalpy(water, pipes[row, OUTLET + j])
            nodes[near, INFLOW + j] += inflow
            nodes[near, CONTENT + j] += inflow * content


@kernel
def lower_branches(mesh: MeshTable, side: int, work: MeshWork) -> None:
    """Write the pressures of a side's branches, from those of the core."""
    nodes, pipes = work.nodes, work.pipes
    first, count = side * (nodes.shape[0] // 2), mesh.start.size
    for k in range(mesh.branch_pipe.size):
        e, node, near = mesh.branch_pipe[k], mesh.branch_node[k], mesh.branch_near[k]
        sign, row = 1.0 if mesh.start[e] == near else -1.0, side * count + e
        for j in range(LANES):
            taken = pipes[row, DROP + j] + pipes[row, WEIGHT + j]
            nodes[first + node, PRESSURE + j] = nodes[first + near, PRESSURE + j] - sign * taken
