"""What a block of solved hours of a mesh leaves behind: results, fields, balances."""

from math import inf, nan

from ...model.water import WaterTable
from .compile import inline, part
from .mesh_rows import (
    BACK_C,
    DROP,
    FLOW,
    FLOW_C,
    LANES,
    OUTLET,
    PRESSURE,
    SERVED_C,
    STILL,
    SUPPLY_C,
    WATER,
)
from .mesh_tables import MeshOutputs, MeshTable, MeshWork
from .stores import put
from .tree_finish import GRAVITY, STANDING
from .tree_output import THINGS_AT_ONCE
from .tree_rows import FREEZING
from .tree_tables import Fields
from .water import enthalpy

DELIVERED, ABSOLUTE, LOST, RUBBED, STOOD, PRODUCED, CARRIED, BOOSTED = range(8)
SUMS = 8
CLOSED = 1.0e-6  # residual of a balance that closes
HEADS_CLOSED, LEAST_HEAD = 1.0, 1.0e4  # Pa, left over in loops that close; least it counts beside


@part
def weigh(mesh: MeshTable, work: MeshWork) -> None:
    """Add the weight of standing water to the pressures; where nothing holds one there is none."""
    nodes, volume, reached = work.nodes, work.level.volume, work.level.reached
    junctions = nodes.shape[0] // 2
    for side in range(mesh.sides):
        for node in range(junctions):
            if mesh.height[node] == 0.0 and reached.shape[0] == 1:
                continue
            weight, at = GRAVITY * mesh.height[node], mesh.reach[side, node]
            row = side * junctions + node
            for j in range(LANES):
                known = nodes[row, PRESSURE + j] - weight / volume[side, j]
                nodes[row, PRESSURE + j] = known if reached[at, j] > 0.0 else nan


@part
def write_consumers(mesh: MeshTable, water: WaterTable, work: MeshWork, out: MeshOutputs) -> None:
    """Write what consumers get, if it is kept, and sum it."""
    nodes, consumers, level = work.nodes, work.consumers, work.level
    sums, junctions, zero = level.sums, nodes.shape[0] // 2, enthalpy(water, FREEZING)
    sums[:] = 0.0
    for c in range(mesh.consumer_junction.size):
        for j in range(LANES):
            served = consumers[c, SERVED_C + j]
            sums[DELIVERED, j] += served
            sums[ABSOLUTE, j] += abs(served)
        if mesh.sides == 1:
            for j in range(LANES):
                left = enthalpy(water, consumers[c, BACK_C + j]) - zero
                sums[CARRIED, j] += consumers[c, FLOW_C + j] * left
    if out.consumer_mass_flow.size == 0:
        return
    for k in range(0, mesh.consumer_junction.size, THINGS_AT_ONCE):
        last = min(k + THINGS_AT_ONCE, mesh.consumer_junction.size)
        for j in range(LANES):
            if level.live[j] == 0.0:
                continue
            hour = level.hour[j]
            for c in range(k, last):
                node = mesh.consumer_junction[c]
                apart = nodes[node, PRESSURE + j] - nodes[junctions + node, PRESSURE + j]
                out.consumer_mass_flow[hour, c] = consumers[c, FLOW_C + j]
                out.consumer_supply_temperature[hour, c] = consumers[c, SUPPLY_C + j]
                out.consumer_return_temperature[hour, c] = consumers[c, BACK_C + j]
                out.consumer_heat[hour, c] = consumers[c, SERVED_C + j]
                out.consumer_pressure_difference[hour, c] = level.head[j] + apart


@part
def write_fields(
    mesh: MeshTable,
    static_pressure: float,
    work: MeshWork,
    fields: Fields,
) -> None:
    """Write fields in the outputs' sign convention: the return flows the other way.

    All fields of some pipes, then of some junctions at a time: what they are read from fits the
    first cache.
    """
    pipes, junctions = mesh.start.size, mesh.height.size
    for side in range(mesh.sides):
        for k in range(0, pipes, THINGS_AT_ONCE):
            write_pipes(mesh, side, (k, min(k + THINGS_AT_ONCE, pipes)), work, fields)
        for k in range(0, junctions, THINGS_AT_ONCE):
            things = k, min(k + THINGS_AT_ONCE, junctions)
            write_junctions(side, things, static_pressure, work, fields)


@inline
def write_pipes(
    mesh: MeshTable, side: int, things: tuple[int, int], work: MeshWork, fields: Fields
) -> None:
    """Write flow, head and water of some pipes of a side."""
    nodes, pipes, level = work.nodes, work.pipes, work.level
    sign, own, first = 1.0 - 2.0 * side, side * mesh.start.size, side * mesh.height.size
    for j in range(LANES):
        if level.live[j] == 0.0:
            continue
        hour = level.hour[j]
        if fields.mass_flow.size > 0:
            for e in range(things[0], things[1]):
                flow = sign * pipes[own + e, FLOW + j]
                put(fields.mass_flow, side, hour, e, flow if abs(flow) > STILL else 0.0)
        if fields.pressure_drop.size > 0:
            for e in range(things[0], things[1]):
                put(fields.pressure_drop, side, hour, e, sign * pipes[own + e, DROP + j])
        if fields.inlet_temperature.size > 0:
            for e in range(things[0], things[1]):
                flow = pipes[own + e, FLOW + j]
                ahead = (side == 0) if abs(flow) <= STILL else flow > 0.0
                inlet = mesh.start[e] if ahead else mesh.end[e]
                put(fields.inlet_temperature, side, hour, e, nodes[first + inlet, WATER + j])
            for e in range(things[0], things[1]):
                flow = pipes[own + e, FLOW + j]
                outlet = mesh.end[e] if side == 0 else mesh.start[e]
                standing = nodes[first + outlet, WATER + j]
                moving = pipes[own + e, OUTLET + j]
                shown = standing if abs(flow) <= STILL else moving
                put(fields.outlet_temperature, side, hour, e, shown)


@inline
def write_junctions(
    side: int, things: tuple[int, int], static_pressure: float, work: MeshWork, fields: Fields
) -> None:
    """Write the water and the pressures of some junctions of a side."""
    nodes, level, first = work.nodes, work.level, side * (work.nodes.shape[0] // 2)
    for j in range(LANES):
        if level.live[j] == 0.0:
            continue
        hour, head = level.hour[j], (1.0 - side) * level.head[j] + static_pressure
        if fields.junction_temperature.size > 0:
            for node in range(things[0], things[1]):
                here = nodes[first + node, WATER + j]
                put(fields.junction_temperature, side, hour, node, here)
        if fields.junction_pressure.size > 0:
            for node in range(things[0], things[1]):
                here = nodes[first + node, PRESSURE + j]
                put(fields.junction_pressure, side, hour, node, here + head)


@part
def balance(
    mesh: MeshTable,
    water: WaterTable,
    work: MeshWork,
    out: MeshOutputs,
    steps: int,
) -> None:
    """Write what producers give, and how well heat, mass and heads close."""
    nodes, level, sums, junctions = (
        work.nodes,
        work.level,
        work.level.sums,
        work.nodes.shape[0] // 2,
    )
    for j in range(LANES):
        level.total[j] = 0.0
    for k in range(mesh.producer_junction.size):
        node = mesh.producer_junction[k]
        for j in range(LANES):
            if level.live[j] == 0.0:
                continue
            hour = level.hour[j]
            level.total[j] += abs(level.fed[k, j])
            fed, back = level.fed[k, j], level.back_water[k, j]
            flow = fed if abs(fed) > STILL else 0.0
            warm = enthalpy(water, level.supply[k, j]) - enthalpy(water, back)
            apart = nodes[node, PRESSURE + j] - nodes[junctions + node, PRESSURE + j]
            heat = max(flow, 0.0) * warm
            if mesh.sides == 1:
                here = level.supply[k, j] if flow > 0.0 else nodes[node, WATER + j]
                heat = flow * (enthalpy(water, here) - enthalpy(water, FREEZING))
                apart, back = nan, nan
            out.producer_heat[hour, k] = heat
            out.producer_mass_flow[hour, k] = flow
            out.producer_return_temperature[hour, k] = back
            out.pressure_difference[hour, k] = level.head[j] + apart
            sums[PRODUCED, j] += heat
            sums[ABSOLUTE, j] += abs(heat)
    for j in range(LANES):
        if level.live[j] == 0.0:
            continue
        hour = level.hour[j]
        out.mass_residual[hour] = level.errors[j]
        out.head_residual[hour] = level.flow_errors[j]
        out.booster_power[hour] = sums[BOOSTED, j]
        lost, rubbed = sums[LOST, j], sums[RUBBED, j]
        terms = sums[ABSOLUTE, j] + abs(lost) + abs(rubbed)
        rest = sums[PRODUCED, j] + rubbed - sums[DELIVERED, j] - sums[CARRIED, j] - lost
        moves = level.total[j] > STANDING
        out.heat_loss[hour] = lost
        out.hydraulic_power[hour] = rubbed
        out.standing_loss[hour] = sums[STOOD, j] if moves else 0.0
        residual = abs(rest) / max(terms, 1000.0)
        out.heat_residual[hour] = residual
        if not residual <= CLOSED:  # water beyond what is known of it, for example
            told = out.heat_error[hour]
            out.heat_error[hour] = max(told, residual) if residual > 0.0 else inf
        heads, scale = level.flow_errors[j], max(abs(level.head[j]), LEAST_HEAD)
        if heads > HEADS_CLOSED + CLOSED * scale:
            out.heat_error[hour] = max(out.heat_error[hour], heads / scale)
        out.iterations[hour] = steps
