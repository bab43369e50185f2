"""Sweeps over a large tree: flows and corrections, water on its way out and home."""

import numpy as np

from ...model.water import WaterTable
from .compile import part
from .flush_odd import AHEAD, ask_slugs, move_in_turn
from .flush_tables import Flush, place
from .plug_consumers import BACK_C, FLOW_C
from .plug_tables import (
    ARRIVES,
    CONTENT,
    COUNT,
    DRAWN,
    END_CONTENT,
    END_HEAT,
    HEAT,
    Head,
    Net,
    Sides,
    Tree,
    Work,
)

LEAST_DAMPING = -0.5  # of Newton's step, where water turns colder with more flow


@part
def gather_flows(net: Net, sides: Sides, tree: Tree, work: Work, room: Flush) -> None:
    """Sum the consumers' flows from the leaves to the plant."""
    drawn, through, from_node = net.nodes[DRAWN], room.through, sides.consumer_from
    lines, near, far, flows = tree.pipe, tree.near, tree.far, work.consumer[FLOW_C]
    for node in range(drawn.size):
        drawn[node] = 0.0
    for c in range(from_node.size):
        drawn[place(from_node, c)] += flows[c]
    for k in range(lines.size - 1, -1, -1):
        flow = drawn[place(far, k)]
        through[place(lines, k)] = flow
        drawn[place(near, k)] += flow


@part
def carry(net: Net, tree: Tree, room: Flush) -> None:
    """Write the water that would come to each node of the supply side."""
    contents, share, rest, lean = net.nodes[CONTENT], room.share, room.rest, room.lean
    lean_share, lean_rest = room.lean_share, room.lean_rest
    lines, near, far = tree.pipe, tree.near, tree.far
    for k in range(lines.size):
        line, content = place(lines, k), contents[place(near, k)]
        contents[place(far, k)] = share[line] * content + rest[line]
        lean[line] = lean_share[line] * content + lean_rest[line]


@part
def share_corrections(sides: Sides, tree: Tree, room: Flush) -> None:
    """Find how the water of all nodes changes when all consumers correct their flows.

    Newton's step on the whole tree: home from the leaves goes what the flow beyond a line lacks
    and how it answers to the water at its inlet; out from the plant goes the change.
    """
    share, lean, shift = room.share, room.lean, room.shift
    pull, yields, line_pull, line_yields = (
        room.node_pull,
        room.node_yields,
        room.line_pull,
        room.line_yields,
    )
    from_node, of_consumer, answers = sides.consumer_from, room.pull, room.yields
    lines, near, far = tree.pipe, tree.near, tree.far
    for node in range(shift.size):
        pull[node], yields[node] = 0.0, 0.0
    for c in range(from_node.size):
        node_of = place(from_node, c)
        pull[node_of] += of_consumer[c]
        yields[node_of] += answers[c]
    for k in range(lines.size - 1, -1, -1):
        line, node, before = place(lines, k), place(far, k), place(near, k)
        damped = 1.0 / (1.0 + max(-yields[node] * lean[line], LEAST_DAMPING))
        line_pull[line], line_yields[line] = (
            pull[node] * damped,
            yields[node] * damped * share[line],
        )
        pull[before] += line_pull[line]
        yields[before] += line_yields[line]
    shift[near[0]] = 0.0
    for k in range(lines.size):
        line, change = place(lines, k), shift[place(near, k)]
        more = line_pull[line] + line_yields[line] * change
        shift[place(far, k)] = share[line] * change + lean[line] * more


@part
def go_out(
    net: Net, water: WaterTable, seconds: float, tree: Tree, work: Work, room: Flush
) -> None:
    """Move water out through the supply lines; those with rings are moved as their turn comes."""
    contents, share, rest, heat_in = net.nodes[CONTENT], room.share, room.rest, work.heat_in
    lines, near, far, outward = tree.pipe, tree.near, tree.far, tree.outward
    slugs = net.places[COUNT]
    for k in range(lines.size):
        line, later, content = (
            place(lines, k),
            min(k + AHEAD, lines.size - 1),
            contents[place(near, k)],
        )
        heat_in[line] = content
        if slugs[place(lines, later)] > 0:
            ask_slugs(net.places, net.slugs, lines[later], outward[later])
        if slugs[line] > 0:
            move_in_turn(net, water, seconds, work, room, lines[k], outward[k], content)
        contents[place(far, k)] = share[line] * content + rest[line]


@part
def leave_supply(net: Net, tree: Tree, work: Work, room: Flush) -> None:
    """Write the water at the nodes of the supply side as the step ends."""
    lines, far, front, through = tree.pipe, tree.far, work.front, room.through
    contents, ends = net.nodes[CONTENT], net.nodes[END_CONTENT]
    ends[tree.near[0]] = contents[tree.near[0]]
    for k in range(lines.size):
        line, node = place(lines, k), place(far, k)
        ends[node] = front[line]
        if through[line] == 0.0:
            contents[node] = front[line]


@part
def flow_home(supplies: int, work: Work, room: Flush) -> None:
    """Give return lines the flows of their twins, and all lines the sign of their direction."""
    through, outward, flow = room.through, room.outward, work.flow
    for line in range(supplies):
        through[line + supplies] = through[line]
    for line in range(flow.size):
        flow[line] = outward[line] * through[line]


@part
def come_home(
    net: Net,
    sides: Sides,
    water: WaterTable,
    seconds: float,
    tree: Tree,
    head: Head,
    work: Work,
    room: Flush,
) -> None:
    """Move water home through the return lines, mixed where they meet."""
    contents, heats, consumer, to_node = (
        net.nodes[CONTENT],
        net.nodes[HEAT],
        work.consumer,
        sides.consumer_to,
    )
    share, rest, through, heat_in = room.share, room.rest, room.through, work.heat_in
    lines, near, far, outward = tree.pipe, tree.near, tree.far, tree.outward
    back, slugs, supplies = head.back, net.places[COUNT], net.supplies
    for node in range(heats.size):
        heats[node] = 0.0
    for c in range(to_node.size):
        heats[place(to_node, c)] += consumer[FLOW_C, c] * consumer[BACK_C, c]
    for k in range(lines.size - 1, -1, -1):
        own, later = lines[k] + supplies, lines[max(k - AHEAD, 0)] + supplies
        line, node = np.uint64(own), place(back, place(far, k))
        if slugs[np.uint64(later)] > 0:
            ask_slugs(net.places, net.slugs, later, outward[max(k - AHEAD, 0)])
        flow = through[line]
        mixed = heats[node] / (flow if flow > 0.0 else 1.0)
        heat_in[line] = mixed
        if slugs[line] > 0:
            move_in_turn(net, water, seconds, work, room, own, outward[k], mixed)
        if flow > 0.0:
            contents[node] = mixed
            heats[place(back, place(near, k))] += flow * (share[line] * mixed + rest[line])


@part
def leave_return(net: Net, sides: Sides, tree: Tree, head: Head, work: Work, room: Flush) -> None:
    """Write the water at the plant's node of the return side, mean and as the step ends."""
    nodes, consumer, to_node = net.nodes, work.consumer, sides.consumer_to
    through, front, root, place = room.through, work.front, head.root, head.root_back
    lines, near, supplies = tree.pipe, tree.near, net.supplies
    arrives, heat = 0.0, 0.0
    for k in range(lines.size):
        if near[k] == root:
            line = lines[k] + supplies
            arrives += through[line]
            heat += through[line] * front[line]
            if arrives == 0.0:
                nodes[CONTENT, place], nodes[END_CONTENT, place] = front[line], front[line]
    for c in range(to_node.size):
        if to_node[c] == place:
            arrives += consumer[FLOW_C, c]
            heat += consumer[FLOW_C, c] * consumer[BACK_C, c]
    nodes[ARRIVES, place] = arrives
    if arrives > 0.0:
        nodes[CONTENT, place] = nodes[HEAT, place] / arrives
        nodes[END_CONTENT, place] = heat / arrives


@part
def end_return(net: Net, sides: Sides, tree: Tree, head: Head, work: Work, room: Flush) -> None:
    """Write the water at the other nodes of the return side, mean and as the step ends."""
    nodes, consumer, to_node, back = net.nodes, work.consumer, sides.consumer_to, head.back
    through, heat_in, front, supplies = room.through, work.heat_in, work.front, net.supplies
    lines, near, far = tree.pipe, tree.near, tree.far
    for node in range(nodes.shape[1]):
        nodes[END_HEAT, node] = 0.0
    for c in range(to_node.size):
        nodes[END_HEAT, to_node[c]] += consumer[FLOW_C, c] * consumer[BACK_C, c]
    for k in range(lines.size - 1, -1, -1):
        line, node = lines[k] + supplies, back[far[k]]
        flow = through[line]
        nodes[END_HEAT, back[near[k]]] += flow * front[line]
        if flow > 0.0:
            nodes[END_CONTENT, node] = nodes[END_HEAT, node] / flow
        else:
            nodes[CONTENT, node], nodes[END_CONTENT, node] = heat_in[line], heat_in[line]
