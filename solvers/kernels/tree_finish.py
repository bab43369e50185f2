"""Return side, pressures and outputs of a block of hours whose flows are known."""

from .compile import kernel
from .tree_friction import pressure_drops
from .tree_newton import (
    DIFFERENCE_C,
    DROP_C,
    FLOW,
    FLOW_C,
    GAIN,
    GAIN_C,
    GROUND,
    HEATING,
    LEAST_C,
    MOST_C,
    OFFSET,
    OFFSET_C,
    PASS,
    RETURN_C,
    RETURN_MIX,
    RETURN_PASS,
    SLOPE,
    SMALLEST_FLOW,
    SPARE_C,
    STEP,
    STEP_GAIN,
    SUPPLY,
    copy_hours,
)
from .water import enthalpy, exp_negative, polynomial6, temperature

# Places in the work array that the iterations no longer need.
BACK_HEAT, BACK, LEFT = OFFSET, GAIN, SLOPE  # return water: content, far end, near end
DROP, BACK_DROP, LIFT, BACK_LIFT = STEP, STEP_GAIN, PASS, OFFSET

SERVED, FLOW_LIMIT, SUPPLY_TOO_COLD, PRESSURE = 0, 1, 2, 3
GRAVITY = 9.80665
FULL = 1.0 - 1.0e-7  # share of the heat asked for that counts as all of it


@kernel
def set_friction_heat(tree, water, options, lanes, work, scratch):
    """Write how friction heats each supply pipe per square of its flow [J/kg / (kg/s)^2]."""
    middle, drop, volume = scratch[2], scratch[3], scratch[4]
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        parent = tree.parent[row]
        for j in range(lanes):
            middle[j] = 0.5 * (work[parent, SUPPLY, j] + work[row, SUPPLY, j])
        pipe = tree.hydraulics[0, row]
        pressure_drops(
            water, options, pipe, lanes, work[row, FLOW], middle, scratch, drop, volume
        )
        for j in range(lanes):
            flow = work[row, FLOW, j] + SMALLEST_FLOW
            work[row, HEATING, j] = drop[j] * volume[j] / (flow * flow)


@kernel
def serve(tree, inputs, water, hour, lanes, hours, work, consumers, out):
    """Settle what each consumer got, why not more, and what it returns."""
    inside = min(lanes, hours - hour)
    for row in range(tree.parent.size):
        for j in range(lanes):
            work[row, BACK_HEAT, j] = 0.0
    for c in range(tree.consumer_row.size):
        row = tree.consumer_row[c]
        mine, supply = consumers[c], work[row, SUPPLY]
        copy_hours(inputs.heat[c], hour, inside, lanes, mine[OFFSET_C])
        limit = mine[LEAST_C]
        copy_hours(inputs.flow_limit[inputs.limit_row[c]], hour, inside, lanes, limit)
        coldest, warmest = tree.min_supply[c], tree.max_supply[c]
        serve_one(water, coldest, warmest, lanes, supply, mine)
        explain_one(
            coldest,
            warmest,
            tree.max_flow[c],
            hour,
            inside,
            supply,
            mine,
            out.consumer_reason[c],
            out.heat_error,
        )
        for j in range(lanes):
            work[row, BACK_HEAT, j] += mine[FLOW_C, j] * mine[SPARE_C, j]
        copy_out(mine[FLOW_C], hour, inside, out.consumer_mass_flow[c])
        copy_out(supply, hour, inside, out.consumer_supply_temperature[c])
        copy_out(mine[GAIN_C], hour, inside, out.consumer_heat[c])
        note_rest(water, lanes, mine)
        copy_out(mine[OFFSET_C], hour, inside, out.consumer_unserved_heat[c])
        copy_out(mine[SPARE_C], hour, inside, out.consumer_return_temperature[c])


@kernel
def serve_one(water, coldest, warmest, lanes, supply, mine):
    """Write a consumer's heat (GAIN_C) and the content of its return water (SPARE_C)."""
    asked, drop, flow, heat = mine[OFFSET_C], mine[DROP_C], mine[FLOW_C], mine[GAIN_C]
    back, difference, content = mine[RETURN_C], mine[DIFFERENCE_C], mine[SPARE_C]
    for j in range(lanes):
        below = enthalpy(water, supply[j] - difference[j])
        drop[j] = enthalpy(water, supply[j]) - (below if difference[j] != 0.0 else back[j])
    for j in range(lanes):
        sign = 1.0 if asked[j] >= 0.0 else -1.0
        possible = max(flow[j] * sign * drop[j], 0.0)
        full = possible >= sign * asked[j] * FULL
        fits = supply[j] >= coldest if asked[j] > 0.0 else supply[j] <= warmest
        served = asked[j] if full else sign * possible
        heat[j] = served if fits and flow[j] > 0.0 else 0.0
    for j in range(lanes):
        left = heat[j] / (flow[j] + SMALLEST_FLOW)
        content[j] = enthalpy(water, supply[j]) - (left if flow[j] > 0.0 else 0.0)


@kernel
def explain_one(
    coldest, warmest, max_flow, hour, inside, supply, mine, reasons, heat_error
):
    """Write why a consumer was not served, and what the solution misses for no reason."""
    for j in range(inside):
        asked, flow = mine[OFFSET_C, j], mine[FLOW_C, j]
        if mine[GAIN_C, j] == asked:
            reasons[hour + j] = SERVED
            continue
        sign = 1.0 if asked >= 0.0 else -1.0
        fits = supply[j] >= coldest if asked > 0.0 else supply[j] <= warmest
        if not fits or sign * mine[DROP_C, j] <= 0.0:
            reasons[hour + j] = SUPPLY_TOO_COLD
        else:
            reasons[hour + j] = PRESSURE if mine[LEAST_C, j] < max_flow else FLOW_LIMIT
            if flow < mine[MOST_C, j] * (1.0 - 1e-9):
                missed = (asked - mine[GAIN_C, j]) / asked
                heat_error[hour + j] = max(heat_error[hour + j], missed)


@kernel
def note_rest(water, lanes, mine):
    """Write what was not served (OFFSET_C) and the return temperature (SPARE_C)."""
    for j in range(lanes):
        mine[OFFSET_C, j] -= mine[GAIN_C, j]
    for j in range(lanes):
        mine[SPARE_C, j] = temperature(water, mine[SPARE_C, j])


@kernel
def copy_out(source, hour, inside, target):
    """Copy a block of hours to where they belong in the year."""
    for j in range(inside):
        target[hour + j] = source[j]


@kernel
def mix_return(water, lanes, mine):
    """Write the return water that enters a row's return pipe at its far end."""
    heat, flow, ground, back = mine[BACK_HEAT], mine[FLOW], mine[GROUND], mine[BACK]
    for j in range(lanes):
        content = heat[j] + SMALLEST_FLOW * enthalpy(water, ground[j])
        back[j] = temperature(water, content / (flow[j] + SMALLEST_FLOW))


@kernel
def cool_return_single(water, loss, lanes, mine):
    """Write the return water that leaves a row at its near end."""
    flow, ground, back, left = mine[FLOW], mine[GROUND], mine[BACK], mine[LEFT]
    for j in range(lanes):
        capacity = polynomial6(water.heat_capacity, back[j])
        units = loss / ((flow[j] + SMALLEST_FLOW) * capacity)
        left[j] = ground[j] + (back[j] - ground[j]) * exp_negative(units)


@kernel
def cool_return_pair(lanes, inlet, mine):
    """The same for a pipe that exchanges heat with its supply pipe."""
    ground, back = mine[GROUND], mine[BACK]
    for j in range(lanes):
        passed = mine[RETURN_PASS, j] * (back[j] - ground[j])
        mixed = mine[RETURN_MIX, j] * (inlet[j] - ground[j])
        mine[LEFT, j] = ground[j] + passed + mixed


@kernel
def drop_return(water, options, pipe, lanes, mine, above, scratch):
    """Write the pressure drop of a return pipe, and hand its water to the parent."""
    middle, drop, volume = scratch[2], scratch[3], scratch[4]
    flow, left = mine[FLOW], mine[LEFT]
    for j in range(lanes):
        middle[j] = 0.5 * (mine[BACK, j] + left[j])
    pressure_drops(water, options, pipe, lanes, flow, middle, scratch, drop, volume)
    warms = 1.0 if options.heating else 0.0
    for j in range(lanes):
        mine[BACK_DROP, j] = drop[j]
    for j in range(lanes):
        left[j] += warms * drop[j] * volume[j] / polynomial6(water.heat_capacity, left[j])
    for j in range(lanes):
        above[j] += flow[j] * enthalpy(water, left[j])


@kernel
def return_singles(tree, water, options, lanes, work, scratch):
    """Sweep from the leaves: return water and return pressure drops."""
    for k in range(tree.parent.size - 2, -1, -1):
        row = tree.order[k]
        mine, above = work[row], work[tree.parent[row], BACK_HEAT]
        mix_return(water, lanes, mine)
        cool_return_single(water, tree.conductance[1, row], lanes, mine)
        drop_return(water, options, tree.hydraulics[1, row], lanes, mine, above, scratch)


@kernel
def return_pairs(tree, water, options, lanes, work, scratch):
    """The same where supply and return pipes exchange heat."""
    for k in range(tree.parent.size - 2, -1, -1):
        row = tree.order[k]
        parent = tree.parent[row]
        mine, above = work[row], work[parent, BACK_HEAT]
        mix_return(water, lanes, mine)
        cool_return_pair(lanes, work[parent, SUPPLY], mine)
        drop_return(water, options, tree.hydraulics[1, row], lanes, mine, above, scratch)


@kernel
def supply_drops(tree, water, options, lanes, work, scratch):
    """Sweep from the plant: supply pressure drops, and pressures relative to the plant's."""
    middle, drop, volume = scratch[2], scratch[3], scratch[4]
    for j in range(lanes):
        work[0, LIFT, j] = 0.0
        work[0, BACK_LIFT, j] = 0.0
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        parent = tree.parent[row]
        weight = GRAVITY * tree.rise[row]
        for j in range(lanes):
            middle[j] = 0.5 * (work[parent, SUPPLY, j] + work[row, SUPPLY, j])
        pipe = tree.hydraulics[0, row]
        pressure_drops(
            water, options, pipe, lanes, work[row, FLOW], middle, scratch, drop, volume
        )
        for j in range(lanes):
            work[row, DROP, j] = drop[j]
        for j in range(lanes):
            work[row, LIFT, j] = work[parent, LIFT, j] - drop[j] - weight / volume[j]
        for j in range(lanes):
            back_middle = 0.5 * (work[row, BACK, j] + work[row, LEFT, j])
            volume[j] = polynomial6(water.specific_volume, back_middle)
        for j in range(lanes):
            gained = work[row, BACK_DROP, j] - weight / volume[j]
            work[row, BACK_LIFT, j] = work[parent, BACK_LIFT, j] + gained


@kernel
def plant_pressure(tree, pump, hour, lanes, hours, work, out, head, worst):
    """Find the worst point and with it the head between the plant's junctions."""
    inside = min(lanes, hours - hour)
    for j in range(lanes):
        head[j] = pump.min_head
        worst[j] = -1.0
    for c in range(tree.consumer_row.size):
        row = tree.consumer_row[c]
        least = tree.min_pressure_difference[c]
        for j in range(lanes):
            want = least - work[row, LIFT, j] + work[row, BACK_LIFT, j]
            worst[j] = c if want > head[j] else worst[j]
            head[j] = max(want, head[j])
    is_fixed = pump.fixed_head == pump.fixed_head
    for j in range(lanes):
        head[j] = min(pump.fixed_head if is_fixed else head[j], pump.max_head)
    for j in range(inside):
        out.pressure_difference[hour + j] = head[j]
        out.worst_consumer[hour + j] = int(worst[j])
    for c in range(tree.consumer_row.size):
        row = tree.consumer_row[c]
        difference = out.consumer_pressure_difference[c]
        for j in range(inside):
            difference[hour + j] = head[j] + work[row, LIFT, j] - work[row, BACK_LIFT, j]
