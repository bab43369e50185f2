"""What a block of solved hours of a mesh leaves behind: results, figures, fields, balances."""

from math import inf, isnan, nan

from ...model.water import WaterTable
from .compile import inline, kernel
from .mesh_pipes import ends_of
from .mesh_rows import (
    BACK_C,
    DROP,
    FLOW,
    FLOW_C,
    INFLOW,
    INLET,
    LANES,
    LOSS,
    OUTFLOW,
    OUTLET,
    PRESSURE,
    RUB,
    SERVED_C,
    STILL,
    SUPPLY_C,
    VOLUME,
    WARMING,
    WATER,
    WEIGHT,
)
from .mesh_sources import LEAST_FEED
from .mesh_tables import MeshLevel, MeshOutputs, MeshTable, MeshWork
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
from .tree_finish import GRAVITY, STANDING
from .tree_tables import Fields, FloatArray
from .water import enthalpy

DELIVERED, ABSOLUTE, LOST, RUBBED, STOOD, PRODUCED, CARRIED, BOOSTED = range(8)
SUMS = 8
CLOSED = 1.0e-6  # residual of a balance that closes


@kernel
def weigh(mesh: MeshTable, work: MeshWork) -> None:
    """Add the weight of standing water to the pressures; where nothing holds one there is none."""
    nodes, volume, reached = work.nodes, work.level.volume, work.level.reached
    junctions = nodes.shape[0] // 2
    for side in range(mesh.sides):
        for node in range(junctions):
            weight, at = GRAVITY * mesh.height[node], mesh.reach[side, node]
            row = side * junctions + node
            for j in range(LANES):
                known = nodes[row, PRESSURE + j] - weight / volume[side, j]
                nodes[row, PRESSURE + j] = known if reached[at, j] > 0.0 else nan


@kernel
def write_consumers(mesh: MeshTable, water: WaterTable, work: MeshWork, out: MeshOutputs) -> None:
    """Write what consumers get, if it is kept, and sum it."""
    nodes, consumers, level = work.nodes, work.consumers, work.level
    sums, junctions = level.sums, nodes.shape[0] // 2
    sums[:] = 0.0
    for c in range(mesh.consumer_junction.size):
        for j in range(LANES):
            served = consumers[c, SERVED_C + j]
            sums[DELIVERED, j] += served
            sums[ABSOLUTE, j] += abs(served)
        if mesh.sides == 1:
            for j in range(LANES):
                carried = consumers[c, FLOW_C + j] * enthalpy(water, consumers[c, BACK_C + j])
                sums[CARRIED, j] += carried
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


@kernel
def measure_pipes(
    mesh: MeshTable,
    water: WaterTable,
    static_pressure: float,
    work: MeshWork,
    fields: Fields,
) -> None:
    """Add a block of every pipe's hours to its figures, and sum losses."""
    nodes, pipes, level, figures = work.nodes, work.pipes, work.level, work.figures
    count, junctions, sums = mesh.start.size, nodes.shape[0] // 2, work.level.sums
    source, scratch = mesh.producer_junction[0], work.level.scratch
    for side in range(mesh.sides):
        first = side * junctions
        for e in range(count):
            row, a, b = ends_of(mesh, side, e)
            at, keeps = mesh.ground[e], fields.heat_loss.size > 0
            lost_standing, twin = mesh.conductance[side, e], (1 - side) * count + e
            twin_loss, mutual = mesh.conductance[1 - side, e], mesh.exchange[e]
            twin_a, twin_b = a + (1 - 2 * side) * junctions, b + (1 - 2 * side) * junctions
            for j in range(LANES):
                flow, outlet = pipes[row, FLOW + j], pipes[row, OUTLET + j]
                one, other = nodes[a, WATER + j], nodes[b, WATER + j]
                inlet, size = one if flow >= 0.0 else other, abs(flow)
                rubbed = size * heat_of(water, outlet, pipes[row, WARMING + j])
                fall = enthalpy(water, inlet) - enthalpy(water, outlet)
                scratch[INLET + j] = inlet
                scratch[LOSS + j] = size * fall + rubbed
                scratch[RUB + j] = rubbed
            for j in range(LANES):
                sums[LOST, j] += scratch[LOSS + j]
                sums[RUBBED, j] += scratch[RUB + j]
            if mutual > 0.0:
                for j in range(LANES):
                    loss, own = scratch[LOSS + j], lost_standing
                    from_twin = lost_by(water, work, twin, twin_a, twin_b, j)
                    scratch[LOSS + j] = loss - exchanged(own, twin_loss, mutual, loss, from_twin)
            measure_water(row, pipes, level, figures[row])
            for j in range(LANES):
                near, stands = nodes[first + source, WATER + j], abs(pipes[row, FLOW + j])
                stood = lost_standing * (near - level.ground[at, j])
                sums[STOOD, j] += stood if stands <= STANDING else 0.0
            measure_hydraulics(mesh, side, e, static_pressure, work)
            if keeps:
                for j in range(LANES):
                    if level.live[j] > 0.0:
                        fields.heat_loss[side, level.hour[j], e] = scratch[LOSS + j]


@kernel
def measure_hydraulics(
    mesh: MeshTable, side: int, e: int, static_pressure: float, work: MeshWork
) -> None:
    """Add a block of a pipe's hours to its figures of pressures; sum the power of boosters."""
    nodes, pipes, level, figures = work.nodes, work.pipes, work.level, work.figures
    row, a, b = ends_of(mesh, side, e)
    per_area, per_length = 1.0 / mesh.area[side, e], mesh.per_length[e]
    gate, lift, pumped = mesh.gate[side, e], mesh.lift[side, e], 1.0 - side
    if lift > 0:
        for j in range(LANES):
            rise = level.lift[lift, j] * pipes[row, VOLUME + j]
            power = max(pipes[row, FLOW + j] * rise, 0.0) * level.passage[gate, j]
            level.sums[BOOSTED, j] += power
    for j in range(LANES):
        speed = abs(pipes[row, FLOW + j]) * pipes[row, VOLUME + j] * per_area
        gradient = abs(pipes[row, DROP + j]) * per_length
        alive = level.live[j] > 0.0
        fast, steep = figures[row, PEAK_VELOCITY, j], figures[row, PEAK_GRADIENT, j]
        figures[row, PEAK_VELOCITY, j] = max(fast, speed) if alive else fast
        figures[row, PEAK_GRADIENT, j] = max(steep, gradient) if alive else steep
    for j in range(LANES):
        base = static_pressure + pumped * level.head[j]
        one, other = nodes[a, PRESSURE + j] + base, nodes[b, PRESSURE + j] + base
        known = not isnan(one) and not isnan(other) and level.live[j] > 0.0
        high, low = figures[row, MAX_PRESSURE, j], figures[row, MIN_PRESSURE, j]
        figures[row, MAX_PRESSURE, j] = max(high, one, other) if known else high
        figures[row, MIN_PRESSURE, j] = min(low, one, other) if known else low


@inline
def measure_water(row: int, pipes: FloatArray, level: MeshLevel, f: FloatArray) -> None:
    """Add a block of a pipe's hours to its figures of flow, temperature and loss."""
    scratch = level.scratch
    for j in range(LANES):
        size, inlet, outlet = abs(pipes[row, FLOW + j]), scratch[INLET + j], pipes[row, OUTLET + j]
        alive = level.live[j] > 0.0
        moves = size > STANDING and alive
        low, high = f[MIN_TEMPERATURE, j], f[MAX_TEMPERATURE, j]
        f[MIN_TEMPERATURE, j] = min(low, inlet, outlet) if moves else low
        f[MAX_TEMPERATURE, j] = max(high, inlet, outlet) if moves else high
        most = f[PEAK_FLOW, j]
        f[PEAK_FLOW, j] = max(most, size) if alive else most
    for j in range(LANES):
        alive, duration = level.live[j] > 0.0, level.duration[j]
        middle = 0.5 * (scratch[INLET + j] + pipes[row, OUTLET + j])
        f[MEAN_TEMPERATURE, j] += middle * duration if alive else 0.0
        f[HEAT_LOSS, j] += scratch[LOSS + j] * duration if alive else 0.0


@inline
def lost_by(water: WaterTable, work: MeshWork, row: int, a: int, b: int, j: int) -> float:
    """Return what a pipe loses to ground and twin. [W]"""
    nodes, pipes = work.nodes, work.pipes
    flow, outlet = pipes[row, FLOW + j], pipes[row, OUTLET + j]
    inlet = nodes[a, WATER + j] if flow >= 0.0 else nodes[b, WATER + j]
    rubbed = heat_of(water, outlet, pipes[row, WARMING + j])
    fall = enthalpy(water, inlet) - enthalpy(water, outlet)
    return float(abs(flow) * (fall + rubbed))


@inline
def exchanged(own: float, twin: float, mutual: float, loss: float, twin_loss: float) -> float:
    """Return what a pipe gives its twin, found from what both lose in all. [W]"""
    determinant = own * twin + mutual * (own + twin)
    known = determinant > 0.0
    return mutual * (twin * loss - own * twin_loss) / determinant if known else loss


@inline
def heat_of(water: WaterTable, outlet: float, warming: float) -> float:
    """Return the heat that warmed water by friction on its way. [J/kg]"""
    return enthalpy(water, outlet) - enthalpy(water, outlet - warming)


@kernel
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


@kernel
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


@kernel
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
    for k in range(mesh.producer_junction.size):
        node = mesh.producer_junction[k]
        for j in range(LANES):
            if level.live[j] == 0.0:
                continue
            hour = level.hour[j]
            fed, back = level.fed[k, j], level.back_water[k, j]
            flow = fed if abs(fed) > STILL else 0.0
            warm = enthalpy(water, level.supply[k, j]) - enthalpy(water, back)
            apart = nodes[node, PRESSURE + j] - nodes[junctions + node, PRESSURE + j]
            heat = max(flow, 0.0) * warm
            if mesh.sides == 1:
                here = enthalpy(water, nodes[node, WATER + j])
                heat = flow * (enthalpy(water, level.supply[k, j]) if flow > 0.0 else here)
                apart, back = nan, nan
            out.producer_heat[hour, k] = heat
            out.producer_mass_flow[hour, k] = flow
            out.producer_return_temperature[hour, k] = back
            out.pressure_difference[hour, k] = level.head[j] + apart
            sums[PRODUCED, j] += heat
            sums[ABSOLUTE, j] += abs(heat)
    measure_residuals(mesh, work, out)
    for j in range(LANES):
        if level.live[j] == 0.0:
            continue
        hour = level.hour[j]
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


@kernel
def measure_residuals(mesh: MeshTable, work: MeshWork, out: MeshOutputs) -> None:
    """Write the largest imbalance of a junction and of a pipe's head; sum the flow drawn."""
    nodes, level, rest = work.nodes, work.level, work.rest
    junctions = nodes.shape[0] // 2
    for j in range(LANES):
        level.total[j] = 0.0
        level.errors[j] = 0.0
        level.flow_errors[j] = 0.0
    for k in range(mesh.producer_junction.size):
        for j in range(LANES):
            level.total[j] += abs(level.fed[k, j])
    for side in range(mesh.sides):
        for node in range(junctions):
            row = side * junctions + node
            for j in range(LANES):
                rest[node, j] = nodes[row, INFLOW + j] - nodes[row, OUTFLOW + j]
        for k in range(mesh.held_at.size * (1 - side)):
            node = mesh.producer_junction[k]
            for j in range(LANES):
                rest[node, j] += level.fed[k, j] - max(level.fed[k, j], LEAST_FEED)
        measure_heads(mesh, side, work)
        for node in range(junctions):
            for j in range(LANES):
                level.errors[j] = max(level.errors[j], abs(rest[node, j]))
    for j in range(LANES):
        if level.live[j] > 0.0:
            out.mass_residual[level.hour[j]] = level.errors[j]
            out.head_residual[level.hour[j]] = level.flow_errors[j]


@kernel
def measure_heads(mesh: MeshTable, side: int, work: MeshWork) -> None:
    """Add what pipes carry to the junctions' imbalances; note the worst error of a head."""
    nodes, pipes, level, rest = work.nodes, work.pipes, work.level, work.rest
    count, junctions = mesh.start.size, nodes.shape[0] // 2
    for e in range(count):
        a, b, row = mesh.start[e], mesh.end[e], side * count + e
        near, far = side * junctions + a, side * junctions + b
        gate, reach = mesh.gate[side, e], mesh.reach[side, mesh.start[e]]
        for j in range(LANES):
            flow = pipes[row, FLOW + j]
            rest[a, j] -= flow
            rest[b, j] += flow
            head = nodes[near, PRESSURE + j] - nodes[far, PRESSURE + j]
            head -= pipes[row, DROP + j] + pipes[row, WEIGHT + j]
            head -= GRAVITY * mesh.rise[e] / level.volume[side, j]
            exists = level.passage[gate, j] * level.reached[reach, j] > 0.0
            wrong = abs(head) if exists else 0.0
            level.flow_errors[j] = max(level.flow_errors[j], wrong)
