"""What a block of solved hours of a mesh leaves behind: results, fields, balances."""

from math import inf, nan

from ...model.water import WaterTable
from .compile import part
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
from .tree_finish import GRAVITY, STANDING
from .tree_rows import FREEZING
from .tree_tables import Fields
from .water import enthalpy

DELIVERED, ABSOLUTE, LOST, RUBBED, STOOD, PRODUCED, CARRIED, BOOSTED = range(8)
SUMS = 8
CLOSED = 1.0e-6  # residual of a balance that closes


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
    for j in range(LANES):
        if level.live[j] == 0.0:
            continue
        hour = level.hour[j]
        for c in range(mesh.consumer_junction.size):
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
    """Write fields in the outputs' sign convention: the return flows the other way."""
    nodes, pipes, level = work.nodes, work.pipes, work.level
    count, junctions = mesh.start.size, nodes.shape[0] // 2
    for side in range(mesh.sides):
        sign = 1.0 - 2.0 * side
        for j in range(LANES):
            if level.live[j] == 0.0:
                continue
            hour = level.hour[j]
            if fields.mass_flow.size > 0:
                for e in range(count):
                    flow = sign * pipes[side * count + e, FLOW + j]
                    fields.mass_flow[side, hour, e] = flow if abs(flow) > STILL else 0.0
            if fields.pressure_drop.size > 0:
                for e in range(count):
                    drop = sign * pipes[side * count + e, DROP + j]
                    fields.pressure_drop[side, hour, e] = drop
            if fields.inlet_temperature.size > 0:
                for e in range(count):
                    row = side * count + e
                    flow = pipes[row, FLOW + j]
                    a = nodes[side * junctions + mesh.start[e], WATER + j]
                    b = nodes[side * junctions + mesh.end[e], WATER + j]
                    stands = abs(flow) <= STILL
                    ahead = (side == 0) if stands else flow > 0.0
                    standing = b if ahead else a
                    fields.inlet_temperature[side, hour, e] = a if ahead else b
                    outlet = standing if stands else pipes[row, OUTLET + j]
                    fields.outlet_temperature[side, hour, e] = outlet
            write_junctions(side, j, static_pressure, work, fields)


@part
def write_junctions(
    side: int, j: int, static_pressure: float, work: MeshWork, fields: Fields
) -> None:
    """Write the water and the pressures of a side in one hour."""
    nodes, hour, junctions = work.nodes, work.level.hour[j], work.nodes.shape[0] // 2
    head = (1.0 - side) * work.level.head[j] + static_pressure
    if fields.junction_temperature.size > 0:
        for node in range(junctions):
            here = nodes[side * junctions + node, WATER + j]
            fields.junction_temperature[side, hour, node] = here
    if fields.junction_pressure.size > 0:
        for node in range(junctions):
            here = nodes[side * junctions + node, PRESSURE + j]
            fields.junction_pressure[side, hour, node] = here + head


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
        out.iterations[hour] = steps
