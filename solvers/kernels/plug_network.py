"""A network through one step: supply side, consumers, return side."""

from math import isnan

from ...model.water import WaterTable
from .compile import inline, part
from .plug_consumers import BACK_C, FLOW_C, correct_flows, first_flows
from .plug_ground import loss_now, set_ground
from .plug_pieces import crowd
from .plug_pipe import (
    keep_held,
    lost_in_step,
    lost_to_ground,
    move_past_wall,
    prepare,
    rubbed,
    shown_front,
    stand_still,
)
from .plug_slugs import age_water, arrival, content_at, put_in, take_out
from .plug_tables import (
    AROUND,
    ARRIVES,
    CELLS,
    CONTENT,
    CONTENT_P,
    DRAWN,
    EARTH,
    END,
    END_CONTENT,
    END_HEAT,
    HEAT,
    HELD,
    PIECE_VALUES,
    PIECES,
    SEEN_FLOW,
    SEEN_IN,
    SEEN_OUT,
    SHARE_P,
    SOURCES,
    START,
    TILT_P,
    TWIN,
    FloatArray,
    Net,
    Sides,
    Steps,
    Tree,
    Work,
)

MOST_LOOKS = 40
LARGE = 1.0e9
PATIENT, FIRMER = 8, 0.5  # looks before steps become shorter, and by how much with each
LATE = 20  # looks before flows are kept between those that brought too little and too much
UNBOUND = -1.0


@part
def prepare_side(
    net: Net, water: WaterTable, steps: Steps, step: int, work: Work, low: int, high: int
) -> None:
    """Prepare the lines ``low`` to ``high``."""
    lines, index, ground, flow = net.lines, net.places, steps.ground, work.flow
    seconds, remembers = steps.duration[step], net.rings.shape[1] > 0
    for line in range(low, high):
        around = ground[step, index[EARTH, line]]
        if remembers:
            around = set_ground(net, line, around, seconds)
        twin = index[TWIN, line]
        alike = not remembers and around == ground[step, index[EARTH, max(twin, 0)]]
        prepare(lines, index, flow, water, line, line >= net.supplies, around, seconds, alike)
        lines[SEEN_FLOW, line] = 0.0


@part
def clear_nodes(net: Net) -> None:
    """Forget what arrived in the step before."""
    nodes = net.nodes
    for node in range(nodes.shape[1]):
        nodes[ARRIVES, node] = 0.0
        nodes[HEAT, node] = 0.0
        nodes[END_HEAT, node] = 0.0
        nodes[SOURCES, node] = 0.0


@inline
def pour(nodes: FloatArray, node: int, flow: float, content: float, front: float) -> None:
    """Add water that arrives at a node: its mean content, and that when the step ends."""
    nodes[ARRIVES, node] += flow
    nodes[HEAT, node] += flow * content
    nodes[END_HEAT, node] += flow * front
    nodes[SOURCES, node] += 1.0
    nodes[PIECES, node] = 0.0


@inline
def hand_on(
    nodes: FloatArray, pieces: FloatArray, emitted: FloatArray, node: int, made: int, more: float
) -> None:
    """Keep at a node the pieces of what left the one line that feeds it, ``more`` in each."""
    if made > 0 and nodes[SOURCES, node] == 1.0:
        made = crowd(emitted, made, pieces.shape[1])
        nodes[PIECES, node] = made
        for k in range(made):
            for value in range(PIECE_VALUES):
                pieces[node, k, value] = emitted[k, value]
            pieces[node, k, CONTENT_P] += more


@part
def move_side(
    net: Net, water: WaterTable, steps: Steps, step: int, work: Work, low: int, high: int
) -> None:
    """Move the lines at places ``low`` to ``high`` of the order."""
    lines, index, nodes, slugs = net.lines, net.places, net.nodes, net.slugs
    pieces, emitted, seconds = net.pieces, net.emitted, steps.duration[step]
    emits = pieces.shape[1] > 1
    flows, order, ground = work.flow, work.order, steps.ground
    remembers = net.rings.shape[1] > 0
    heat_in, heat_out, fronts, losses = work.heat_in, work.heat_out, work.front, work.loss
    for place in range(low, high):
        line = order[place]
        flow = flows[line]
        around = net.soil[line, AROUND] if remembers else ground[step, index[EARTH, line]]
        forward, pushed, before = flow >= 0.0, abs(flow) * seconds, lines[HELD, line]
        inlet = index[START, line] if forward else index[END, line]
        outlet = index[END, line] if forward else index[START, line]
        entering, left, made, count = 0.0, 0.0, 0, int(nodes[PIECES, inlet])
        if flow != 0.0:
            entering = nodes[HEAT, inlet] / nodes[ARRIVES, inlet]
        else:
            stand_still(lines, water, line)
        if count == 0:  # one water through the step, mixed or from a producer
            count = 1
            pieces[inlet, 0, SHARE_P], pieces[inlet, 0, CONTENT_P] = 1.0, entering
            pieces[inlet, 0, TILT_P] = 0.0
        if index[CELLS, line] > 0:
            left, made = move_past_wall(
                net, water, line, flow, inlet, count, entering, around, seconds
            )
        else:
            if flow != 0.0:
                put_in(lines, index, slugs, pieces, line, inlet, count, forward, pushed)
                left, made = take_out(lines, index, slugs, emitted, line, forward, pushed, emits)
            age_water(lines, index, slugs, line)
            keep_held(lines, line)
        lost = lost_in_step(lines, line, pushed, entering, left, before) / seconds
        losses[line] = lost_to_ground(lines, index, line, lost, seconds, around)
        front = shown_front(lines, index, slugs, line, flow)
        if flow != 0.0:
            more = rubbed(lines, line, flow)
            left += more
            pour(nodes, outlet, abs(flow), left, front)
            hand_on(nodes, pieces, emitted, outlet, made, more)
        else:
            entering, left = content_at(lines, index, slugs, line, -1.0), front
        heat_in[line], heat_out[line], fronts[line] = entering, left, front
    settle_nodes(net, low, high)


@part
def move_supply(
    net: Net, sides: Sides, water: WaterTable, steps: Steps, step: int, work: Work
) -> None:
    """Move the supply side with the flows at hand, from its producers on."""
    clear_nodes(net)
    feed(net, sides, steps, step, work)
    move_side(net, water, steps, step, work, 0, net.supplies)


@part
def settle_nodes(net: Net, low: int, high: int) -> None:
    """Write the content of the nodes; where nothing arrives, of water at a line's end there."""
    lines, index, nodes, slugs = net.lines, net.places, net.nodes, net.slugs
    for node in range(nodes.shape[1]):
        flow = nodes[ARRIVES, node]
        if flow > 0.0:
            nodes[CONTENT, node] = nodes[HEAT, node] / flow
            nodes[END_CONTENT, node] = nodes[END_HEAT, node] / flow
    for line in range(low, high):
        start, end = index[START, line], index[END, line]
        if nodes[ARRIVES, start] == 0.0:
            nodes[CONTENT, start] = content_at(lines, index, slugs, line, -1.0)
            nodes[END_CONTENT, start] = nodes[CONTENT, start]
        if nodes[ARRIVES, end] == 0.0:
            nodes[CONTENT, end] = content_at(lines, index, slugs, line, 1.0)
            nodes[END_CONTENT, end] = nodes[CONTENT, end]


@part
def sum_flows(net: Net, tree: Tree, sides: Sides, work: Work) -> None:
    """Sum the consumers' flows of a tree from the leaves to the plant."""
    nodes, flows, consumer, supplies = net.nodes, work.flow, work.consumer, net.supplies
    lines, near, far, outward = tree.pipe, tree.near, tree.far, tree.outward
    from_node = sides.consumer_from
    for node in range(nodes.shape[1]):
        nodes[DRAWN, node] = 0.0
    for c in range(from_node.size):
        nodes[DRAWN, from_node[c]] += consumer[FLOW_C, c]
    for k in range(lines.size - 1, -1, -1):
        line, flow = lines[k], nodes[DRAWN, far[k]]
        flows[line] = outward[k] * flow
        flows[line + supplies] = outward[k] * flow
        nodes[DRAWN, near[k]] += flow


@part
def look_at_side(net: Net, steps: Steps, step: int, tree: Tree, work: Work) -> None:
    """Write the water that would come to each node of a tree's supply side.

    Lines whose flow and inlet are as they were in the last look are not looked at again.
    """
    lines, index, nodes, slugs = net.lines, net.places, net.nodes, net.slugs
    order, near, far, outward = tree.pipe, tree.near, tree.far, tree.outward
    flows, seconds, pieces, emitted = work.flow, steps.duration[step], net.pieces, net.emitted
    for k in range(order.size):
        line, node, target = order[k], near[k], far[k]
        flow, entering = flows[line], nodes[CONTENT, node]
        if flow == 0.0:
            nodes[CONTENT, target] = content_at(lines, index, slugs, line, outward[k])
        elif index[CELLS, line] > 0:
            front = content_at(lines, index, slugs, line, outward[k])
            one_piece(nodes, pieces, target, front + rubbed(lines, line, flow))
        elif flow == lines[SEEN_FLOW, line] and entering == lines[SEEN_IN, line]:
            nodes[CONTENT, target] = lines[SEEN_OUT, line]
        else:
            pushed, forward, count = abs(flow) * seconds, flow > 0.0, int(nodes[PIECES, node])
            found, made = arrival(
                lines, index, slugs, pieces, emitted, line, node, count, forward, pushed
            )
            more = rubbed(lines, line, flow)
            one_piece(nodes, pieces, target, found + more)
            hand_on(nodes, pieces, emitted, target, made, more)
            lines[SEEN_FLOW, line], lines[SEEN_IN, line] = flow, entering
            lines[SEEN_OUT, line] = found + more


@inline
def one_piece(nodes: FloatArray, pieces: FloatArray, node: int, content: float) -> None:
    """Let one water be at a node throughout the step."""
    nodes[CONTENT, node], nodes[PIECES, node], nodes[SOURCES, node] = content, 1.0, 1.0
    pieces[node, 0, SHARE_P], pieces[node, 0, CONTENT_P] = 1.0, content
    pieces[node, 0, TILT_P] = 0.0


@part
def find_flows(
    net: Net, sides: Sides, water: WaterTable, steps: Steps, step: int, tree: Tree, work: Work
) -> tuple[int, float]:
    """Find the flows of a tree in which heat decides; return the looks, and the last error."""
    first_flows(net, sides, water, steps, step, work)
    one_piece(net.nodes, net.pieces, sides.producer_to[0], steps.supply[step, 0])
    looks, error = 0, 1.0
    while error > steps.enough and looks < MOST_LOOKS:
        sum_flows(net, tree, sides, work)
        look_at_side(net, steps, step, tree, work)
        firm = FIRMER * (looks - PATIENT) if looks > PATIENT else UNBOUND
        late = looks - LATE
        error = correct_flows(net, sides, water, steps, step, work, steps.enough, firm, late)
        looks += 1
    sum_flows(net, tree, sides, work)
    return looks, error if error > steps.enough else 0.0


@part
def flows_at_rest(
    net: Net, sides: Sides, water: WaterTable, steps: Steps, step: int, tree: Tree, work: Work
) -> None:
    """Find the flows that a tree has at an instant: its water is that at the lines' ends."""
    lines, index, nodes, slugs = net.lines, net.places, net.nodes, net.slugs
    nodes[CONTENT, sides.producer_to[0]] = steps.supply[step, 0]
    for k in range(tree.pipe.size):
        line = tree.pipe[k]
        front = content_at(lines, index, slugs, line, tree.outward[k])
        nodes[CONTENT, tree.far[k]] = front + rubbed(lines, line, work.flow[line])
    first_flows(net, sides, water, steps, step, work)
    for _ in range(2):
        correct_flows(net, sides, water, steps, step, work, LARGE, UNBOUND, -1)
    sum_flows(net, tree, sides, work)


@part
def pass_ends(net: Net, steps: Steps, step: int, work: Work, low: int, high: int) -> None:
    """Write inlets, outlets and losses of lines at an instant, in which nothing moves."""
    lines, index, nodes, slugs = net.lines, net.places, net.nodes, net.slugs
    for place in range(low, high):
        line = work.order[place]
        flow, earth = work.flow[line], steps.ground[step, index[EARTH, line]]
        forward = flow >= 0.0
        inlet = index[START, line] if forward else index[END, line]
        outlet = index[END, line] if forward else index[START, line]
        front = shown_front(lines, index, slugs, line, flow)
        entering = content_at(lines, index, slugs, line, -1.0 if forward else 1.0)
        if flow != 0.0:
            entering = nodes[HEAT, inlet] / nodes[ARRIVES, inlet]
            pour(nodes, outlet, abs(flow), front, front)
        work.heat_in[line], work.heat_out[line], work.front[line] = entering, front, front
        work.loss[line] = loss_now(net, line, earth)
    settle_nodes(net, low, high)


@part
def take_flows(steps: Steps, step: int, work: Work) -> None:
    """Take the flows of a network in which they are given."""
    for line in range(work.flow.size):
        work.flow[line] = steps.pipe_flow[step, line]
    for c in range(work.consumer.shape[1]):
        flow = steps.flow[step, c]
        work.consumer[FLOW_C, c] = 0.0 if isnan(flow) else flow


@inline
def producer_flow(net: Net, sides: Sides, steps: Steps, step: int, producer: int) -> float:
    """Return what a producer sends out, negative where it takes. [kg/s]"""
    if steps.producer_flow.shape[0] > 0:
        return float(steps.producer_flow[step, producer])
    return float(net.nodes[DRAWN, sides.producer_to[producer]])


@part
def feed(net: Net, sides: Sides, steps: Steps, step: int, work: Work) -> None:
    """Pour in what the producers send, and what comes in by open ends, as the first one sends."""
    for c in range(sides.consumer_from.size):
        flow = work.consumer[FLOW_C, c]
        if flow < 0.0:
            content = steps.supply[step, 0]
            pour(net.nodes, sides.consumer_from[c], -flow, content, content)
    for producer in range(sides.producer_to.size):
        flow = producer_flow(net, sides, steps, step, producer)
        if flow > 0.0:
            content = steps.supply[step, producer]
            pour(net.nodes, sides.producer_to[producer], flow, content, content)


@part
def give_back(net: Net, sides: Sides, steps: Steps, step: int, work: Work) -> None:
    """Pour what consumers, and producers that take water, let into the return side."""
    nodes, consumer = net.nodes, work.consumer
    for c in range(sides.consumer_to.size):
        flow, node = consumer[FLOW_C, c], sides.consumer_to[c]
        if flow > 0.0 and node >= 0:
            pour(nodes, node, flow, consumer[BACK_C, c], consumer[BACK_C, c])
    for producer in range(sides.producer_to.size):
        flow = producer_flow(net, sides, steps, step, producer)
        node, taken = sides.producer_from[producer], sides.producer_to[producer]
        if flow < 0.0 and node >= 0:
            pour(nodes, node, -flow, nodes[CONTENT, taken], nodes[END_CONTENT, taken])
