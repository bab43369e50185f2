"""Sweeps over a large tree: flows and corrections, water on its way out and home."""

from ...model.water import WaterTable
from .compile import part
from .flush_odd import (
    AHEAD,
    as_whole,
    ask_slugs,
    move_odd,
)
from .flush_tables import Flush
from .plug_consumers import BACK_C, FLOW_C
from .plug_pipe import stand_still
from .plug_slugs import content_at
from .plug_tables import (
    ARRIVES,
    CONTENT,
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
    nodes, through, from_node = net.nodes, room.through, sides.consumer_from
    lines, near, far, flows = tree.pipe, tree.near, tree.far, work.consumer
    for node in range(nodes.shape[1]):
        nodes[DRAWN, node] = 0.0
    for c in range(from_node.size):
        nodes[DRAWN, from_node[c]] += flows[FLOW_C, c]
    for k in range(lines.size - 1, -1, -1):
        flow = nodes[DRAWN, far[k]]
        through[lines[k]] = flow
        nodes[DRAWN, near[k]] += flow


@part
def carry(net: Net, tree: Tree, room: Flush) -> None:
    """Write the water that would come to each node of the supply side."""
    nodes, share, rest, lean = net.nodes, room.share, room.rest, room.lean
    lean_share, lean_rest = room.lean_share, room.lean_rest
    lines, near, far = tree.pipe, tree.near, tree.far
    for k in range(lines.size):
        line, content = lines[k], nodes[CONTENT, near[k]]
        nodes[CONTENT, far[k]] = share[line] * content + rest[line]
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
        pull[from_node[c]] += of_consumer[c]
        yields[from_node[c]] += answers[c]
    for k in range(lines.size - 1, -1, -1):
        line, node = lines[k], far[k]
        damped = 1.0 / (1.0 + max(-yields[node] * lean[line], LEAST_DAMPING))
        line_pull[line], line_yields[line] = (
            pull[node] * damped,
            yields[node] * damped * share[line],
        )
        pull[near[k]] += line_pull[line]
        yields[near[k]] += line_yields[line]
    shift[near[0]] = 0.0
    for k in range(lines.size):
        line, before = lines[k], shift[near[k]]
        change = line_pull[line] + line_yields[line] * before
        shift[far[k]] = share[line] * before + lean[line] * change


@part
def go_out(
    net: Net, water: WaterTable, seconds: float, tree: Tree, work: Work, room: Flush
) -> None:
    """Move water out through the supply lines; odd ones are moved as their turn comes."""
    nodes, share, rest, heat_in, plain = net.nodes, room.share, room.rest, work.heat_in, room.plain
    lines, near, far, outward = tree.pipe, tree.near, tree.far, tree.outward
    values, places, slugs = net.lines, net.places, net.slugs
    emitted = net.emitted
    heat_out, front, through, held = work.heat_out, work.front, room.through, room.held
    for k in range(lines.size):
        line, later = lines[k], min(k + AHEAD, lines.size - 1)
        if plain[lines[later]] == 0.0:
            ask_slugs(places, slugs, lines[later], outward[later])
        content = nodes[CONTENT, near[k]]
        heat_in[line] = content
        if plain[line] == 0.0:
            if through[line] == 0.0:
                stand_still(values, water, line)
            left, front[line], held[line] = move_odd(
                values,
                places,
                slugs,
                emitted,
                line,
                outward[k],
                through[line],
                seconds,
                content,
            )
            share[line], rest[line] = 0.0, left
            if through[line] == 0.0:
                heat_out[line] = left
                heat_in[line] = content_at(values, places, slugs, line, -outward[k])
            as_whole(values, places, slugs, line, outward[k])
        nodes[CONTENT, far[k]] = share[line] * content + rest[line]


@part
def leave_supply(net: Net, tree: Tree, work: Work, room: Flush) -> None:
    """Write the water at the nodes of the supply side as the step ends."""
    nodes, lines, far, front, through = net.nodes, tree.pipe, tree.far, work.front, room.through
    nodes[END_CONTENT, tree.near[0]] = nodes[CONTENT, tree.near[0]]
    for k in range(lines.size):
        line, node = lines[k], far[k]
        nodes[END_CONTENT, node] = front[line]
        if through[line] == 0.0:
            nodes[CONTENT, node] = front[line]


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
    nodes, consumer, to_node, back = net.nodes, work.consumer, sides.consumer_to, head.back
    share, rest, through, heat_in = room.share, room.rest, room.through, work.heat_in
    plain = room.plain
    for node in range(nodes.shape[1]):
        nodes[HEAT, node] = 0.0
    for c in range(to_node.size):
        nodes[HEAT, to_node[c]] += consumer[FLOW_C, c] * consumer[BACK_C, c]
    lines, near, far, outward = tree.pipe, tree.near, tree.far, tree.outward
    values, places, slugs = net.lines, net.places, net.slugs
    emitted = net.emitted
    heat_out, front, held, supplies = work.heat_out, work.front, room.held, net.supplies
    for k in range(lines.size - 1, -1, -1):
        line, later = lines[k] + supplies, max(k - AHEAD, 0)
        if plain[lines[later] + supplies] == 0.0:
            ask_slugs(places, slugs, lines[later] + supplies, outward[later])
        flow = through[line]
        mixed = nodes[HEAT, back[far[k]]] / (flow if flow > 0.0 else 1.0)
        heat_in[line] = mixed
        if plain[line] == 0.0:
            if flow == 0.0:
                stand_still(values, water, line)
            left, front[line], held[line] = move_odd(
                values, places, slugs, emitted, line, outward[k], flow, seconds, mixed
            )
            share[line], rest[line] = 0.0, left
            if flow == 0.0:
                heat_out[line] = left
                heat_in[line] = content_at(values, places, slugs, line, -outward[k])
            as_whole(values, places, slugs, line, outward[k])
        if flow > 0.0:
            nodes[CONTENT, back[far[k]]] = mixed
            nodes[HEAT, back[near[k]]] += flow * (share[line] * mixed + rest[line])


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
