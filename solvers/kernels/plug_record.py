"""What is kept of a step: consumers, producers, balance, fields and figures of the pipes."""

from math import inf, isnan

from ...model.water import WaterTable
from .compile import inline, part
from .plug_consumers import BACK_C, FLOW_C, LEAVING_C, SERVED_C
from .plug_friction import base_pressure
from .plug_ground import ground_heat, loss_now
from .plug_network import producer_flow
from .plug_pipe import rubbed
from .plug_tables import (
    CONTENT,
    EARTH,
    END,
    END_CONTENT,
    HELD,
    LIFT,
    START,
    FloatArray,
    Head,
    Net,
    Out,
    Sides,
    Steps,
    Work,
)
from .tree_figures import (
    HEAT_LOSS,
    MAX_PRESSURE,
    MAX_TEMPERATURE,
    MEAN_TEMPERATURE,
    MIN_PRESSURE,
    MIN_TEMPERATURE,
    PEAK_FLOW,
    PEAK_GRADIENT,
    PEAK_VELOCITY,
)
from .tree_finish import STANDING
from .tree_tables import Pump
from .water import temperature


@part
def record_consumers(
    net: Net, sides: Sides, water: WaterTable, steps: Steps, step: int, work: Work, out: Out
) -> None:
    """Write what each consumer gets."""
    nodes, consumer, from_node, heat = net.nodes, work.consumer, sides.consumer_from, steps.heat
    flows, served_heat, supply = out.consumer_mass_flow, out.consumer_heat, out.consumer_supply
    back, supply_end, back_end = (
        out.consumer_return,
        out.consumer_supply_end,
        out.consumer_return_end,
    )
    heat_end = out.consumer_heat_end
    for c in range(from_node.size):
        node, flow, served = from_node[c], consumer[FLOW_C, c], consumer[SERVED_C, c]
        front = nodes[END_CONTENT, node] if flow >= 0.0 else steps.supply[step, 0]
        left = left_at_end(consumer, c, heat[step, c], front)
        flows[step, c] = flow
        served_heat[step, c] = served
        supply[step, c] = temperature(water, nodes[CONTENT, node])
        back[step, c] = temperature(water, consumer[BACK_C, c])
        supply_end[step, c] = temperature(water, nodes[END_CONTENT, node])
        back_end[step, c] = temperature(water, left)
        heat_end[step, c] = flow * (front - left)


@inline
def left_at_end(consumer: FloatArray, c: int, asked: float, front: float) -> float:
    """Return the content of a consumer's return water as a step ends. [J/kg]"""
    flow, served, leaves = consumer[FLOW_C, c], consumer[SERVED_C, c], consumer[LEAVING_C, c]
    if isnan(asked):  # water from which it takes nothing leaves as it came
        return float(front if flow > 0.0 and served * (front - leaves) <= 0.0 else leaves)
    left = front - (served / flow if flow > 0.0 else 0.0)
    return float(leaves if served * (left - leaves) < 0.0 else left)


@part
def record_producers(
    net: Net, sides: Sides, water: WaterTable, steps: Steps, step: int, out: Out
) -> tuple[float, float]:
    """Write what each producer gives; return the sum, and that of absolute values. [W]"""
    nodes, total, absolute = net.nodes, 0.0, 0.0
    for producer in range(sides.producer_to.size):
        flow = producer_flow(net, sides, steps, step, producer)
        own, to = sides.producer_from[producer], sides.producer_to[producer]
        sent, sent_end = steps.supply[step, producer], steps.supply[step, producer]
        if flow < 0.0:
            sent, sent_end = nodes[CONTENT, to], nodes[END_CONTENT, to]
        back, back_end = steps.zero, steps.zero
        if own >= 0 and flow < 0.0:
            back, back_end = sent, sent_end
        elif own >= 0:
            back, back_end = nodes[CONTENT, own], nodes[END_CONTENT, own]
        shown = to if own < 0 else own
        out.producer_mass_flow[step, producer] = flow
        out.producer_heat[step, producer] = flow * (sent - back)
        out.producer_heat_end[step, producer] = flow * (sent_end - back_end)
        out.producer_return[step, producer] = temperature(water, nodes[CONTENT, shown])
        out.producer_return_end[step, producer] = temperature(water, nodes[END_CONTENT, shown])
        total += flow * (sent - back)
        absolute += abs(flow * (sent - back))
    return total, absolute


@part
def record_balance(
    net: Net,
    sides: Sides,
    steps: Steps,
    step: int,
    work: Work,
    out: Out,
    given: tuple[float, float],
) -> None:
    """Write losses, what is stored, and how well the step's heat closes.

    Water that leaves the network at a consumer carries what it holds, as that of the producers
    is counted.
    """
    produced, absolute = given
    remembers = net.rings.shape[1] > 0
    losses = work.edge if remembers else work.loss
    lines, flows, heat = net.lines, work.flow, out.consumer_heat
    before, per_second = work.held, 1.0 / steps.duration[step]
    lost, warmed, held, gained, served, carried = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for line in range(flows.size):
        lost += losses[line]
        own = lines[HELD, line]
        if remembers:
            own += ground_heat(net, line)
        gained += (own - before[line]) * per_second
        before[line] = own
        held += own
        warmed += abs(flows[line]) * rubbed(lines, line, flows[line])
    for c in range(heat.shape[1]):
        served += heat[step, c]
        absolute += abs(heat[step, c])
        if sides.consumer_to[c] < 0:
            carried += work.consumer[FLOW_C, c] * (work.consumer[BACK_C, c] - steps.zero)
    rest = produced + warmed - served - carried - lost - gained
    scale = absolute + abs(warmed) + abs(lost) + abs(gained)
    out.heat_loss[step], out.rubbed[step], out.stored[step] = lost, warmed, held
    out.heat_residual[step] = abs(rest) / max(scale, 1000.0)
    if not abs(rest) < inf:
        out.heat_error[step] = inf


@part
def record_fields(
    net: Net, water: WaterTable, steps: Steps, step: int, work: Work, out: Out
) -> None:
    """Write the fields that are kept."""
    index, nodes = net.places, net.nodes
    copy_row(work.flow, out.pipe_flow, step)
    copy_row(work.warm_in, out.pipe_inlet, step)
    copy_row(work.warm_out, out.pipe_outlet, step)
    copy_row(work.drop, out.pipe_drop, step)
    copy_row(work.loss, out.pipe_loss, step)
    if out.pipe_outlet_end.shape[0] > 0:
        for line in range(work.front.size):
            out.pipe_outlet_end[step, line] = temperature(water, work.front[line])
    if out.pipe_inlet_end.shape[0] > 0:
        for line in range(work.flow.size):
            flow, content = work.flow[line], work.heat_in[line]
            if flow != 0.0:
                inlet = index[START, line] if flow > 0.0 else index[END, line]
                content = nodes[END_CONTENT, inlet]
            out.pipe_inlet_end[step, line] = temperature(water, content)
    if out.pipe_loss_end.shape[0] > 0:
        for line in range(work.flow.size):
            earth = steps.ground[step, index[EARTH, line]]
            out.pipe_loss_end[step, line] = loss_now(net, line, earth)
    if out.node.shape[0] > 0:
        for node in range(nodes.shape[1]):
            out.node[step, node] = temperature(water, nodes[CONTENT, node])
    if out.node_end.shape[0] > 0:
        for node in range(nodes.shape[1]):
            out.node_end[step, node] = temperature(water, nodes[END_CONTENT, node])


@inline
def copy_row(source: FloatArray, target: FloatArray, step: int) -> None:
    """Copy a row of values, if it is kept."""
    if target.shape[0] > 0:
        for k in range(source.size):
            target[step, k] = source[k]


@part
def note_lines(net: Net, seconds: float, work: Work, out: Out) -> None:
    """Add a step to the figures of the lines, pressures left out."""
    f, area, per_length, flows = out.figures, net.area, net.per_length, work.flow
    warm_in, warm_out, volume, drops = work.warm_in, work.warm_out, work.volume, work.drop
    losses = work.loss
    for line in range(flows.size):
        flow, a, b = abs(flows[line]), warm_in[line], warm_out[line]
        stands = 1e9 if flow <= STANDING else 0.0
        speed, gradient = flow * volume[line] / area[line], abs(drops[line]) * per_length[line]
        f[PEAK_FLOW, line] = max(f[PEAK_FLOW, line], flow)
        f[PEAK_VELOCITY, line] = max(f[PEAK_VELOCITY, line], speed)
        f[PEAK_GRADIENT, line] = max(f[PEAK_GRADIENT, line], gradient)
        f[MEAN_TEMPERATURE, line] += 0.5 * (a + b) * seconds
        f[MIN_TEMPERATURE, line] = min(f[MIN_TEMPERATURE, line], min(a, b) + stands)
        f[MAX_TEMPERATURE, line] = max(f[MAX_TEMPERATURE, line], max(a, b) - stands)
        f[HEAT_LOSS, line] += losses[line] * seconds


@part
def note_pressures(net: Net, head: Head, pump: Pump, step: int, out: Out) -> None:
    """Add a step's pressures to the figures of the lines."""
    f, nodes, index, back, raised = out.figures, net.nodes, net.places, head.back, out.head[step]
    for line in range(index.shape[1]):
        start, end = index[START, line], index[END, line]
        base, a, b = base_pressure(back, pump, raised, start), nodes[LIFT, start], nodes[LIFT, end]
        f[MAX_PRESSURE, line] = max(f[MAX_PRESSURE, line], base + max(a, b))
        f[MIN_PRESSURE, line] = min(f[MIN_PRESSURE, line], base + min(a, b))
