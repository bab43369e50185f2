"""Pressure drops of all pipes in one step, and pressures of a tree."""

from ...model.water import WaterTable
from .compile import inline, part
from .friction import (
    LEAST_REYNOLDS,
    colebrook_start,
    colebrook_step,
    haaland_root,
    turbulent_share,
)
from .plug_tables import LIFT, RUB, Head, IntArray, Net, Out, Sides, Tree, Work
from .tree_finish import GRAVITY
from .tree_friction import mixed_factor
from .tree_tables import Options, Pump
from .water import polynomial6, temperature

RESTING = 0.05  # Reynolds number times viscosity (Re 100 or less) [Pa s], below which friction
# heat keeps its coefficient: that of a trickle, over its square, would warm the flow that follows


@inline
def factor_root(options: Options, relative: float, rough: float, reynolds: float) -> float:
    """Return 1/sqrt(f) of turbulent flow by the law asked for."""
    some = max(reynolds, LEAST_REYNOLDS)
    if options.fully_rough:
        return haaland_root((relative * (3.7 / 3.71)) ** (2.0 / 1.8), 1e300)
    if options.colebrook_steps == 0:
        return haaland_root(rough, some)
    root = colebrook_start(rough, 1.0 / some)
    for _ in range(options.colebrook_steps):
        root = colebrook_step(root, relative, 2.51 / some)
    return root


@part
def water_in_lines(water: WaterTable, work: Work) -> None:
    """Write temperatures and specific volumes of all lines."""
    heat_in, heat_out, volume = work.heat_in, work.heat_out, work.volume
    warm_in, warm_out = work.warm_in, work.warm_out
    for line in range(volume.size):
        warm_in[line] = temperature(water, heat_in[line])
        warm_out[line] = temperature(water, heat_out[line])
        middle = 0.5 * (warm_in[line] + warm_out[line])
        volume[line] = polynomial6(water.specific_volume, middle)


@part
def drop_pressures(net: Net, water: WaterTable, options: Options, work: Work) -> None:
    """Write friction and minor losses of all lines, with the sign of the flow."""
    columns, lines, flows, drops, volume = (
        net.hydraulics,
        net.lines,
        work.flow,
        work.drop,
        work.volume,
    )
    warm_in, warm_out, laminar_until = work.warm_in, work.warm_out, options.laminar_until
    per_width = 1.0 / max(options.turbulent_from - laminar_until, 1e-9)
    if options.colebrook_steps == 1:
        for line in range(flows.size):
            flow, middle = abs(flows[line]), 0.5 * (warm_in[line] + warm_out[line])
            reynolds = columns[0, line] * flow * polynomial6(water.fluidity, middle)
            inverse = 1.0 / max(reynolds, LEAST_REYNOLDS)
            root = colebrook_start(columns[5, line], inverse)
            root = colebrook_step(root, columns[4, line], 2.51 * inverse)
            share = turbulent_share(reynolds, laminar_until, per_width)
            factor = mixed_factor(reynolds, root, 1.0 - share, share)
            lost = (factor * columns[2, line] + columns[3, line]) * columns[1, line]
            drops[line] = lost * volume[line]
    else:
        other_drops(net, water, options, work)
    if options.heating:
        rub, per_flow = lines[RUB], columns[0]
        for line in range(flows.size):
            new, before = drops[line] * volume[line], rub[line]
            rub[line] = new if per_flow[line] * abs(flows[line]) > RESTING else before
    for line in range(flows.size):
        drops[line] *= abs(flows[line]) * flows[line]


@part
def other_drops(net: Net, water: WaterTable, options: Options, work: Work) -> None:
    """Write the drops over the square of the flow by any law but the usual one.

    That has a loop of its own.
    """
    columns, laminar_until = net.hydraulics, options.laminar_until
    per_width = 1.0 / max(options.turbulent_from - laminar_until, 1e-9)
    added = 1.0 if options.fully_rough else 0.0
    for line in range(work.flow.size):
        flow = abs(work.flow[line])
        middle = 0.5 * (work.warm_in[line] + work.warm_out[line])
        reynolds = columns[0, line] * flow * polynomial6(water.fluidity, middle)
        root = factor_root(options, columns[4, line], columns[5, line], reynolds)
        share = turbulent_share(reynolds, laminar_until, per_width)
        factor = mixed_factor(reynolds, root, max(1.0 - share, added), max(share, added))
        lost = (factor * columns[2, line] + columns[3, line]) * columns[1, line]
        work.drop[line] = lost * work.volume[line]


@part
def lift_pressures(
    net: Net, sides: Sides, tree: Tree, head: Head, pump: Pump, work: Work, step: int, out: Out
) -> None:
    """Sweep a tree for pressures relative to the plant's, and find the head of its pump."""
    nodes, drops, volume, back = net.nodes, work.drop, work.volume, head.back
    order, ends, rise, supplies = tree.pipe, (tree.near, tree.far), head.rise, net.supplies
    outward, from_node, pressure = tree.outward, sides.consumer_from, out.consumer_pressure
    least = head.min_pressure_difference
    nodes[LIFT, head.root] = 0.0
    nodes[LIFT, head.root_back] = 0.0
    for k in range(order.size):
        line, near, far = order[k], ends[0][k], ends[1][k]
        twin, weight = line + supplies, GRAVITY * rise[k]
        fall = outward[k] * drops[line] + weight / volume[line]
        gain = outward[k] * drops[twin] - weight / volume[twin]
        nodes[LIFT, far] = nodes[LIFT, near] - fall
        nodes[LIFT, back[far]] = nodes[LIFT, back[near]] + gain
    most, worst = pump.min_head, -1
    for c in range(from_node.size):
        node = from_node[c]
        want = least[c] - nodes[LIFT, node] + nodes[LIFT, back[node]]
        if want > most:
            most, worst = want, c
    most = pump.fixed_head if pump.fixed_head == pump.fixed_head else most
    most = min(most, pump.max_head)
    out.head[step], out.worst[step] = most, worst
    for c in range(from_node.size):
        node = from_node[c]
        pressure[step, c] = most + nodes[LIFT, node] - nodes[LIFT, back[node]]


@inline
def base_pressure(back: IntArray, pump: Pump, raised: float, node: int) -> float:
    """Return the pressure that a node's lift counts from. [Pa]"""
    return pump.static_pressure + (raised if back[node] >= 0 else 0.0)


@part
def write_pressures(net: Net, head: Head, pump: Pump, step: int, out: Out) -> None:
    """Write the pressure of every node, gauge. [Pa]"""
    target, back, raised = out.node_pressure, head.back, out.head[step]
    for node in range(back.size):
        target[step, node] = base_pressure(back, pump, raised, node) + net.nodes[LIFT, node]
