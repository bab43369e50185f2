"""Balance, figures over all hours and fields of a block of solved hours."""

from numba import njit

from .compile import kernel
from .tree_finish import BACK, BACK_DROP, BACK_LIFT, DROP, LEFT, LIFT
from .tree_newton import FLOW, GROUND, HEATING, SMALLEST_FLOW, SUPPLY
from .water import enthalpy, polynomial6

(
    PEAK_FLOW,
    PEAK_VELOCITY,
    PEAK_GRADIENT,
    MEAN_TEMPERATURE,
    MIN_TEMPERATURE,
    MAX_TEMPERATURE,
    HEAT_LOSS,
    MAX_PRESSURE,
    MIN_PRESSURE,
) = range(9)
FIGURES = 9

LOSS, BACK_LOSS = HEATING, GROUND  # places that are not needed once losses are known
STANDING = 1.0e-9  # kg/s, below which a pipe's temperatures are not noted as extremes

reduction = njit(cache=True, nogil=True, error_model="numpy", fastmath=True)
"""Sums and extremes may be taken in any order; nothing else is compiled this freely."""


@reduction
def note_flow(flow, drop, near, far, water, area, per_length, duration, lanes, f):
    """Add a block of one pipe's flows, velocities, gradients and temperatures to its figures."""
    peak, speed, steep = f[PEAK_FLOW], f[PEAK_VELOCITY], f[PEAK_GRADIENT]
    cold, warm, mean = f[MIN_TEMPERATURE], f[MAX_TEMPERATURE], f[MEAN_TEMPERATURE]
    for j in range(lanes):
        volume = polynomial6(water.specific_volume, 0.5 * (near[j] + far[j]))
        peak = max(peak, flow[j])
        speed = max(speed, flow[j] * volume / area)
        steep = max(steep, drop[j] * per_length)
        stands = 1e9 if flow[j] <= STANDING else 0.0
        cold = min(cold, min(near[j], far[j]) + stands)
        warm = max(warm, max(near[j], far[j]) - stands)
        mean += 0.5 * (near[j] + far[j]) * duration[j]
    f[PEAK_FLOW], f[PEAK_VELOCITY], f[PEAK_GRADIENT] = peak, speed, steep
    f[MIN_TEMPERATURE], f[MAX_TEMPERATURE], f[MEAN_TEMPERATURE] = cold, warm, mean


@reduction
def note_pressure(base, near, far, loss, duration, lanes, f):
    """Add a block of one pipe's pressures and losses to its figures."""
    high, low, lost = f[MAX_PRESSURE], f[MIN_PRESSURE], f[HEAT_LOSS]
    for j in range(lanes):
        high = max(high, base[j] + max(near[j], far[j]))
        low = min(low, base[j] + min(near[j], far[j]))
        lost += loss[j] * duration[j]
    f[MAX_PRESSURE], f[MIN_PRESSURE], f[HEAT_LOSS] = high, low, lost


@kernel
def measure_losses(water, warms, own, twin, mutual, lanes, near, mine, losses, sums):
    """Write what a pair loses to the ground [W], supply and return, and add it to ``sums``.

    ``losses`` has rows supply and return; ``sums`` has rows heat loss and hydraulic power.
    What the two waters exchange is taken out of the one and put into the other as the same
    number, so that it cancels to the last digit.
    """
    a, d = own + mutual, twin + mutual
    determinant = a * d - mutual * mutual
    known = determinant > 0.0
    per = mutual / determinant if known else 0.0
    direct = 0.0 if known else 1.0
    flow, loss, back_loss = mine[FLOW], losses[0], losses[1]
    far, back, left = mine[SUPPLY], mine[BACK], mine[LEFT]
    warming, back_warming = losses[2], losses[3]
    heating, back_drop = mine[HEATING], mine[BACK_DROP]
    for j in range(lanes):
        some = flow[j] + SMALLEST_FLOW
        warming[j] = warms * heating[j] * some * some * flow[j]
    for j in range(lanes):
        volume = polynomial6(water.specific_volume, 0.5 * (back[j] + left[j]))
        back_warming[j] = warms * back_drop[j] * volume * flow[j]
    for j in range(lanes):
        sums[1, j] += warming[j] + back_warming[j]
    for j in range(lanes):
        loss[j] = flow[j] * (enthalpy(water, near[j]) - enthalpy(water, far[j])) + warming[j]
    for j in range(lanes):
        left_out = enthalpy(water, back[j]) - enthalpy(water, left[j])
        back_loss[j] = flow[j] * left_out + back_warming[j]
    if mutual > 0.0:
        for j in range(lanes):
            balance = (d - mutual) * loss[j] - (a - mutual) * back_loss[j]
            exchange = direct * loss[j] + per * balance
            loss[j] -= exchange
            back_loss[j] += exchange
    for j in range(lanes):
        sums[0, j] += loss[j] + back_loss[j]


@kernel
def write_field(forward, hour, lanes, source, target):
    """Write a block of one pipe's hours; ``forward`` is 1, or -1 to turn the sign."""
    for j in range(lanes):
        target[hour + j] = forward * source[j]


@kernel
def write_ends(forward, hour, lanes, flow, near, far, inlet, outlet):
    """Write inlet and outlet temperatures; standing water is read in the pipe's direction."""
    write_field(1.0, hour, lanes, near, inlet)
    write_field(1.0, hour, lanes, far, outlet)
    if forward < 0.0:
        for j in range(lanes):
            if flow[j] == 0.0:
                inlet[hour + j], outlet[hour + j] = far[j], near[j]


@kernel
def write_fields(fields, side, pipe, forward, hour, lanes, mine, near, far, drop):
    """Write a block of one pipe's hours in the sign convention of the outputs."""
    flow = mine[FLOW]
    write_field(forward, hour, lanes, flow, fields.mass_flow[side, pipe])
    inlet, outlet = fields.inlet_temperature[side, pipe], fields.outlet_temperature[side, pipe]
    write_ends(forward, hour, lanes, flow, near, far, inlet, outlet)
    write_field(forward, hour, lanes, drop, fields.pressure_drop[side, pipe])


@kernel
def write_states(fields, pipe, junction, hour, lanes, mine, base, static):
    """Write a block of one row's losses, junction temperatures and pressures."""
    write_field(1.0, hour, lanes, mine[LOSS], fields.heat_loss[0, pipe])
    write_field(1.0, hour, lanes, mine[BACK_LOSS], fields.heat_loss[1, pipe])
    write_field(1.0, hour, lanes, mine[SUPPLY], fields.junction_temperature[0, junction])
    write_field(1.0, hour, lanes, mine[BACK], fields.junction_temperature[1, junction])
    pressure, back = fields.junction_pressure[0, junction], fields.junction_pressure[1, junction]
    for j in range(lanes):
        pressure[hour + j] = base[j] + mine[LIFT, j]
    for j in range(lanes):
        back[hour + j] = static[j] + mine[BACK_LIFT, j]


@kernel
def write_plant(tree, fields, hour, lanes, work, base, static, plant_return):
    """Write the state of the producer's junction."""
    junction = tree.junction[0]
    for j in range(lanes):
        h = hour + j
        fields.junction_temperature[0, junction, h] = work[0, SUPPLY, j]
        fields.junction_temperature[1, junction, h] = plant_return[j]
        fields.junction_pressure[0, junction, h] = base[j]
        fields.junction_pressure[1, junction, h] = static[j]


@kernel
def note_pair(water, areas, per_length, lanes, mine, above, pressures, duration, f, g):
    """Add a block of one pair to the figures ``f`` of its supply and ``g`` of its return pipe."""
    flow, near, far = mine[FLOW], above[SUPPLY], mine[SUPPLY]
    note_flow(flow, mine[DROP], near, far, water, areas[0], per_length, duration, lanes, f)
    note_pressure(pressures[0], above[LIFT], mine[LIFT], mine[LOSS], duration, lanes, f)
    back, left = mine[BACK], mine[LEFT]
    note_flow(flow, mine[BACK_DROP], back, left, water, areas[1], per_length, duration, lanes, g)
    note_pressure(pressures[1], above[BACK_LIFT], mine[BACK_LIFT], mine[BACK_LOSS], duration, lanes, g)


@kernel
def sweep_losses(tree, water, options, lanes, work, losses, sums):
    """Write the losses of every pair to LOSS and BACK_LOSS, and their sums."""
    warms = 1.0 if options.heating else 0.0
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        mine, near = work[row], work[tree.parent[row], SUPPLY]
        own, twin, mutual = tree.conductance[0, row], tree.conductance[1, row], tree.exchange[row]
        measure_losses(water, warms, own, twin, mutual, lanes, near, mine, losses, sums)
        write_field(1.0, 0, lanes, losses[0], mine[LOSS])
        write_field(1.0, 0, lanes, losses[1], mine[BACK_LOSS])


@kernel
def sweep_figures(tree, water, inside, work, tables):
    """Add a block of every pipe's hours to the figures."""
    figures, pressures, duration = tables.figures, tables.pressures, tables.duration
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        pipe, mine, above = tree.pipe[row], work[row], work[tree.parent[row]]
        areas, per_length = (tree.area[0, row], tree.area[1, row]), tree.per_length[row]
        f, g = figures[0, pipe], figures[1, pipe]
        note_pair(water, areas, per_length, inside, mine, above, pressures, duration, f, g)


@kernel
def sweep_fields(tree, hour, inside, work, tables):
    """Write a block of every pipe's and junction's fields."""
    fields, base, static = tables.fields, tables.pressures[0], tables.pressures[1]
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        pipe, forward, junction = tree.pipe[row], tree.orientation[row], tree.junction[row]
        mine, near = work[row], work[tree.parent[row], SUPPLY]
        write_fields(fields, 0, pipe, forward, hour, inside, mine, near, mine[SUPPLY], mine[DROP])
        back, left, drop = mine[BACK], mine[LEFT], mine[BACK_DROP]
        write_fields(fields, 1, pipe, forward, hour, inside, mine, back, left, drop)
        write_states(fields, pipe, junction, hour, inside, mine, base, static)
    write_plant(tree, fields, hour, inside, work, base, static, tables.plant_return)


@kernel
def measure_pipes(tree, water, options, pump, hour, lanes, hours, work, out, tables):
    """Write losses, figures and fields of every pipe, and sum the circuit's losses."""
    inside = min(lanes, hours - hour)
    base, static, duration = tables.pressures[0], tables.pressures[1], tables.duration
    for j in range(lanes):
        base[j] = pump.static_pressure + tables.head[j]
        static[j] = pump.static_pressure
        duration[j] = out.duration[hour + j] if j < inside else 0.0
        tables.sums[0, j] = 0.0
        tables.sums[1, j] = 0.0
    sweep_losses(tree, water, options, lanes, work, tables.losses, tables.sums)
    sweep_figures(tree, water, inside, work, tables)
    if tables.fields.mass_flow.size > 0:
        sweep_fields(tree, hour, inside, work, tables)
    for j in range(inside):
        out.heat_loss[hour + j] = tables.sums[0, j]
        out.hydraulic_power[hour + j] = tables.sums[1, j]


@kernel
def balance_plant(tree, water, hour, lanes, hours, work, plant_return, sums, out):
    """Write what the plant gives, and how well heat and mass close.

    ``sums`` has rows delivered heat, its absolute sum, and the consumers' flow.
    """
    inside = min(lanes, hours - hour)
    for j in range(lanes):
        sums[0, j] = 0.0
        sums[1, j] = 0.0
        sums[2, j] = 0.0
    for c in range(tree.consumer_row.size):
        heat, flow = out.consumer_heat[c], out.consumer_mass_flow[c]
        for j in range(inside):
            sums[0, j] += heat[hour + j]
            sums[1, j] += abs(heat[hour + j])
            sums[2, j] += flow[hour + j]
    for j in range(inside):
        h = hour + j
        flow = work[0, FLOW, j]
        heat = flow * (enthalpy(water, work[0, SUPPLY, j]) - enthalpy(water, plant_return[j]))
        out.producer_mass_flow[h] = flow
        out.producer_return_temperature[h] = plant_return[j]
        out.producer_heat[h] = heat
        terms = abs(heat) + abs(out.hydraulic_power[h]) + sums[1, j] + abs(out.heat_loss[h])
        rest = heat + out.hydraulic_power[h] - sums[0, j] - out.heat_loss[h]
        out.heat_residual[h] = abs(rest) / max(terms, 1000.0)
        out.mass_residual[h] = abs(flow - sums[2, j])


@kernel
def measure_standing(tree, hour, lanes, hours, work, plant_return, sums, out):
    """Write the loss of pipes that stand while the plant runs."""
    for j in range(lanes):
        sums[0, j] = 0.0
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        own, twin = tree.conductance[0, row], tree.conductance[1, row]
        for j in range(lanes):
            ground = work[row, GROUND, j]
            left_out = own * (work[0, SUPPLY, j] - ground) + twin * (plant_return[j] - ground)
            sums[0, j] += left_out if work[row, FLOW, j] <= STANDING else 0.0
    for j in range(min(lanes, hours - hour)):
        out.standing_loss[hour + j] = sums[0, j] if work[0, FLOW, j] > STANDING else 0.0
