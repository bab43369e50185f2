"""Flows of a tree of supply and return pipes that serve given heat, many hours at a time.

Work arrays are ``[row, value, lane]``: a row is a pipe and the node at its far end (row 0 is
the plant), a lane is an hour of the block. Rows stand parents first. Sweeps visit them through
an array of indices: with a plain counter the compiler hoists one alias check over the whole
sweep, the check fails, and the scalar loop runs.

Unknown are the flows of the consumers. An upward sweep eliminates the linearised equations
exactly (how flow and return water of a subtree change with the supply water at its foot), a
downward sweep sets in. docs/steady_solver.md derives the equations.

A loop over lanes writes one or two rows: with more, the compiler gives up proving that they do
not overlap, and runs the loop one lane at a time.
"""

from math import sqrt

from .compile import kernel
from .water import enthalpy, exp_negative, log, polynomial6, temperature

# Values of a row.
FLOW, SUPPLY, GROUND, PASS, SLOPE, OFFSET, GAIN, STEP, STEP_GAIN, HEATING = range(10)
RETURN, RETURN_HEAT, RETURN_OFFSET, RETURN_GAIN = 10, 11, 12, 13
MIX, RETURN_PASS, RETURN_MIX, PER, BACK_PER, HALF, ROOT = 14, 15, 16, 17, 18, 19, 20
LEAVING, BACK_SLOPE = HALF, ROOT
VALUES, EXCHANGE_VALUES = 10, 21

# Values of a consumer.
FLOW_C, HEAT_C, RETURN_C, DIFFERENCE_C, HOLD_C, LEAST_C, MOST_C, OFFSET_C, GAIN_C = range(9)
DROP_C, OWN_C, SPARE_C, ERROR_C = 9, 10, 11, 12
CONSUMER_VALUES = 13

SMALLEST_FLOW = 1.0e-14  # kg/s, keeps divisions finite where water stands
LEAST_MARGIN = 4.0  # J/kg: about a thousandth of a kelvin between supply and return
LEAST_LOG = 1.0e-9
MOST_WARMING = 1.0  # K by friction in one pipe: 42 bar, more than any pipe bears
COLDEST, WARMEST = 0.0, 140.0  # °C, where the water's polynomials end
NO_HOLD = -1.0e8  # °C, colder than any bypass temperature that is given


@kernel
def copy_hours(source, hour, inside, lanes, target):
    """Copy hours of one thing; lanes past the end repeat the last hour."""
    for j in range(inside):
        target[j] = source[hour + j]
    for j in range(inside, lanes):
        target[j] = source[hour + inside - 1]


@kernel
def load_hours(tree, inputs, water, hour, lanes, hours, work, consumers):
    """Copy a block of hours into the work arrays."""
    inside = min(lanes, hours - hour)
    copy_hours(inputs.supply_temperature, hour, inside, lanes, work[0, SUPPLY])
    for j in range(lanes):
        work[0, STEP, j] = 0.0
        work[0, GROUND, j] = 0.0
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        ground = inputs.ground_temperature[inputs.ground_row[tree.pipe[row]]]
        copy_hours(ground, hour, inside, lanes, work[row, GROUND])
    for c in range(tree.consumer_row.size):
        mine = consumers[c]
        copy_hours(inputs.heat[c], hour, inside, lanes, mine[HEAT_C])
        back = inputs.return_temperature[inputs.return_row[c]]
        copy_hours(back, hour, inside, lanes, mine[RETURN_C])
        difference = inputs.temperature_difference[inputs.difference_row[c]]
        copy_hours(difference, hour, inside, lanes, mine[DIFFERENCE_C])
        copy_hours(inputs.flow_limit[inputs.limit_row[c]], hour, inside, lanes, mine[MOST_C])
        set_limits(
            water,
            tree.max_flow[c],
            tree.bypass_flow[c],
            tree.bypass_temperature[c],
            lanes,
            work[0, SUPPLY],
            mine,
        )


@kernel
def set_limits(water, max_flow, bypass_flow, bypass_temperature, lanes, source, mine):
    """Write the limits of a consumer's flow; heat that no flow can serve is left out."""
    heat, back, difference = mine[HEAT_C], mine[RETURN_C], mine[DIFFERENCE_C]
    most, least, hold = mine[MOST_C], mine[LEAST_C], mine[HOLD_C]
    for j in range(lanes):
        most[j] = min(max_flow, most[j])
    for j in range(lanes):
        difference[j] = difference[j] if back[j] != back[j] else 0.0
    for j in range(lanes):
        useless = difference[j] == 0.0 and (source[j] - back[j]) * heat[j] < 0.0
        open_wide = useless and most[j] < 1e30
        least[j] = most[j] if open_wide else min(bypass_flow, most[j])
    for j in range(lanes):
        useless = difference[j] == 0.0 and (source[j] - back[j]) * heat[j] <= 0.0
        heat[j] = 0.0 if useless or most[j] == 0.0 else heat[j]
    for j in range(lanes):
        holds = source[j] > bypass_temperature + 1e-6 and most[j] > 0.0
        hold[j] = bypass_temperature if holds else 2.0 * NO_HOLD
    for j in range(lanes):
        back[j] = 0.0 if difference[j] != 0.0 else enthalpy(water, back[j])


@kernel
def start_flows(tree, water, lanes, work, consumers):
    """Start on the side of flows that are too large, from where Newton's way is monotone.

    The path of every consumer then loses at most 0.4 of the logarithmic range between its
    supply water and the coldest supply water that could still serve it.
    """
    for c in range(tree.consumer_row.size):
        guess_flow(water, lanes, work[0, SUPPLY], consumers[c])
    sum_flows(tree, lanes, work, consumers)
    for j in range(lanes):
        work[0, PASS, j] = 0.0
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        above = work[tree.parent[row], PASS]
        units = (tree.conductance[0, row] + tree.exchange[row]) / 4185.0
        for j in range(lanes):
            work[row, PASS, j] = above[j] + units / (work[row, FLOW, j] + SMALLEST_FLOW)
    for c in range(tree.consumer_row.size):
        row = tree.consumer_row[c]
        enlarge_flow(
            water, lanes, work[0, SUPPLY], work[row, GROUND], work[row, PASS], consumers[c]
        )


@kernel
def guess_flow(water, lanes, source, mine):
    """Write the flow a consumer would need without losses on the way."""
    for j in range(lanes):
        drop = enthalpy(water, source[j]) - mine[RETURN_C, j]
        difference = mine[DIFFERENCE_C, j]
        drop = drop if difference == 0.0 else 4185.0 * difference
        heat = mine[HEAT_C, j]
        flow = max(1.1 * heat / drop, 0.0) if heat != 0.0 else 0.0
        flow = max(flow, mine[LEAST_C, j])
        flow = max(flow, 1e-6) if mine[HOLD_C, j] > NO_HOLD else flow
        mine[FLOW_C, j] = min(flow, mine[MOST_C, j])


@kernel
def enlarge_flow(water, lanes, source, ground, units, mine):
    """Enlarge a consumer's flow until its path loses little of the range it may lose."""
    for j in range(lanes):
        serves = mine[DIFFERENCE_C, j] == 0.0 and mine[HEAT_C, j] != 0.0
        lowest = temperature(water, mine[RETURN_C, j])
        range_now = source[j] - ground[j]
        ratio = range_now / (lowest - ground[j]) if serves else -1.0
        hold = mine[HOLD_C, j]
        hold_ratio = range_now / (hold - ground[j])
        binds = hold > NO_HOLD and (ratio < 0.0 or hold_ratio < ratio)
        ratio = hold_ratio if binds else ratio
        room = 0.4 * log(max(ratio, 1e-3)) if ratio > 1.0 else 1e300
        factor = max(1.0, units[j] / max(room, 1e-6))
        mine[FLOW_C, j] = min(mine[FLOW_C, j] * factor, mine[MOST_C, j])


@kernel
def zero_flows(work, rows, lanes):
    """Set the flows of all rows to zero."""
    for row in range(rows):
        for j in range(lanes):
            work[row, FLOW, j] = 0.0


@kernel
def sum_flows(tree, lanes, work, consumers):
    """Sum the consumers' flows from the leaves to the plant."""
    rows = tree.parent.size
    zero_flows(work, rows, lanes)
    for c in range(tree.consumer_row.size):
        row = tree.consumer_row[c]
        for j in range(lanes):
            work[row, FLOW, j] += consumers[c, FLOW_C, j]
    for k in range(rows - 2, -1, -1):
        row = tree.order[k]
        parent = tree.parent[row]
        for j in range(lanes):
            work[parent, FLOW, j] += work[row, FLOW, j]


@kernel
def cool_single(water, loss, lanes, inlet, mine):
    """Write the supply temperature of a row, and how it follows from its inlet and flow."""
    ground, flow, supply, share = mine[GROUND], mine[FLOW], mine[SUPPLY], mine[PASS]
    slope, heating = mine[SLOPE], mine[HEATING]
    for j in range(lanes):
        capacity = polynomial6(water.heat_capacity, 0.5 * (inlet[j] + supply[j]))
        slope[j] = 1.0 / ((flow[j] + SMALLEST_FLOW) * capacity)
    for j in range(lanes):
        share[j] = exp_negative(loss * slope[j])
    for j in range(lanes):
        some = flow[j] + SMALLEST_FLOW
        warming = min(heating[j] * some * some * some * slope[j], MOST_WARMING)
        supply[j] = ground[j] + (inlet[j] - ground[j]) * share[j] + warming
    for j in range(lanes):
        some = flow[j] + SMALLEST_FLOW
        excess = (inlet[j] - ground[j]) * share[j] * min(loss * slope[j], 80.0)
        warming = min(heating[j] * some * some * some * slope[j], MOST_WARMING)
        slope[j] = (excess + 2.0 * warming) / some


@kernel
def cool_pair(water, loss, twin_loss, mutual, lanes, inlet, mine):
    """The same for a pipe that exchanges heat with its return pipe; losses include the exchange.

    The exact solution of the counter-flow pair with constant heat capacities, see
    docs/steady_solver.md.
    """
    ground, flow, supply, back = mine[GROUND], mine[FLOW], mine[SUPPLY], mine[RETURN]
    passed, mix, back_passed, back_mix = mine[PASS], mine[MIX], mine[RETURN_PASS], mine[RETURN_MIX]
    per, back_per, down, up = mine[PER], mine[BACK_PER], passed, back_passed
    for j in range(lanes):
        middle = 0.5 * (inlet[j] + supply[j])
        per[j] = 1.0 / ((flow[j] + SMALLEST_FLOW) * polynomial6(water.heat_capacity, middle))
    for j in range(lanes):
        capacity = polynomial6(water.heat_capacity, back[j])
        back_per[j] = 1.0 / ((flow[j] + SMALLEST_FLOW) * capacity)
    half, root = mine[HALF], mine[ROOT]
    for j in range(lanes):
        half[j] = 0.5 * (loss * per[j] + twin_loss * back_per[j])
    for j in range(lanes):
        product = mutual * mutual * per[j] * back_per[j]
        root[j] = sqrt(max(half[j] * half[j] - product, 0.0))
    for j in range(lanes):
        lean = 0.5 * (loss * per[j] - twin_loss * back_per[j])
        down[j] = exp_negative(root[j] + lean)
    for j in range(lanes):
        lean = 0.5 * (loss * per[j] - twin_loss * back_per[j])
        up[j] = exp_negative(root[j] - lean)
    share = half
    for j in range(lanes):
        both = down[j] * up[j]
        mix[j] = 1.0 - both
        share[j] = 1.0 / (root[j] * (1.0 + both) + half[j] * (1.0 - both) + 1e-300)
    for j in range(lanes):
        back_mix[j] = mix[j] * mutual * back_per[j] * share[j]
    for j in range(lanes):
        mix[j] *= mutual * per[j] * share[j]
    for j in range(lanes):
        factor = 2.0 * root[j] * share[j]
        passed[j] = down[j] * factor if root[j] > 0.0 else down[j]
        back_passed[j] = up[j] * factor if root[j] > 0.0 else up[j]
    for j in range(lanes):
        some = flow[j] + SMALLEST_FLOW
        warming = min(mine[HEATING, j] * some * some * some * per[j], MOST_WARMING)
        own = passed[j] * (inlet[j] - ground[j])
        supply[j] = ground[j] + own + mix[j] * (back[j] - ground[j]) + warming
    for j in range(lanes):
        some = flow[j] + SMALLEST_FLOW
        units = min(loss / (4185.0 * some), 80.0)
        mine[SLOPE, j] = passed[j] * units * (inlet[j] - ground[j]) / some


@kernel
def linearise_consumers(tree, water, exchange, lanes, work, consumers):
    """Write each consumer's flow change as OFFSET_C + GAIN_C x (change of its supply water)."""
    for row in range(tree.parent.size):
        for value in (FLOW, OFFSET, GAIN):
            for j in range(lanes):
                work[row, value, j] = 0.0
        if exchange:
            for value in (RETURN_HEAT, RETURN_OFFSET, RETURN_GAIN):
                for j in range(lanes):
                    work[row, value, j] = 0.0
    for c in range(tree.consumer_row.size):
        row = tree.consumer_row[c]
        mine = consumers[c]
        supply, ground = work[row, SUPPLY], work[row, GROUND]
        linearise_heat(water, lanes, supply, mine)
        predict_alone(row > 0, lanes, work[0, SUPPLY], supply, ground, mine)
        linearise_hold(row > 0, lanes, work[0, SUPPLY], supply, ground, mine)
        apply_limits(lanes, mine)
        add_consumer(lanes, work[row], mine)
        if exchange:
            add_return(water, lanes, work[row], mine)


@kernel
def linearise_heat(water, lanes, supply, mine):
    """Write the change of flow that serves the heat."""
    for j in range(lanes):
        heat, back = mine[HEAT_C, j], mine[RETURN_C, j]
        difference = mine[DIFFERENCE_C, j]
        sign = 1.0 if heat >= 0.0 else -1.0
        leaving = enthalpy(water, supply[j] - difference) if difference != 0.0 else back
        drop = sign * (enthalpy(water, supply[j]) - leaving)
        mine[DROP_C, j] = drop
    for j in range(lanes):
        heat, flow = abs(mine[HEAT_C, j]), mine[FLOW_C, j]
        offset = (heat - flow * mine[DROP_C, j]) / max(mine[DROP_C, j], LEAST_MARGIN)
        mine[OFFSET_C, j] = offset if heat != 0.0 else -flow
    for j in range(lanes):
        heat, flow = mine[HEAT_C, j], mine[FLOW_C, j]
        sign = -1.0 if heat > 0.0 else 1.0
        sign = sign if heat != 0.0 and mine[DIFFERENCE_C, j] == 0.0 else 0.0
        capacity = polynomial6(water.heat_capacity, supply[j])
        mine[GAIN_C, j] = sign * flow * capacity / max(mine[DROP_C, j], LEAST_MARGIN)
    for j in range(lanes):
        heat = abs(mine[HEAT_C, j])
        missed = abs(heat - mine[FLOW_C, j] * mine[DROP_C, j]) / max(heat, 1e-300)
        mine[ERROR_C, j] = missed if heat > 0.0 else 0.0


@kernel
def predict_alone(has_pipe, lanes, source, supply, ground, mine):
    """Write how far the flow would move if all flows of its path moved alike (OWN_C)."""
    for j in range(lanes):
        excess = abs(supply[j] - ground[j]) + 1e-9
        units = log((abs(source[j] - ground[j]) + 1e-9) / excess) if has_pipe else 0.0
        slope = (supply[j] - ground[j]) * max(units, 0.0) / (mine[FLOW_C, j] + SMALLEST_FLOW)
        stiffness = 1.0 - min(mine[GAIN_C, j] * slope, 0.5)
        mine[OWN_C, j] = mine[OFFSET_C, j] / stiffness


@kernel
def linearise_hold(has_pipe, lanes, source, supply, ground, mine):
    """Where holding the bypass temperature asks for more flow than the heat, let it.

    With distance = log((T - T_ground) / (T_hold - T_ground)) the equation is flow x distance = 0,
    which for a single pipe is linear in the flow; where the water is too cold it is
    distance = 0, whose linearisation never turns its sign.
    """
    hold, own, flow = mine[HOLD_C], mine[OWN_C], mine[FLOW_C]
    offset, gain, distance = mine[OFFSET_C], mine[GAIN_C], mine[SPARE_C]
    for j in range(lanes):
        holds = hold[j] > NO_HOLD and has_pipe
        target = hold[j] - ground[j] if holds else 1.0
        excess = max(supply[j] - ground[j], 1e-9)
        apart = log(excess / max(target, 1e-9))
        apart = apart if abs(apart) > LEAST_LOG else LEAST_LOG
        room = log(max(source[j] - ground[j], 1e-9) / max(target, 1e-9))
        alone = -flow[j] * apart / max(room, 1e-6)
        distance[j] = apart if holds and alone > own[j] else 0.0
    for j in range(lanes):
        target = max(hold[j] - ground[j], 1e-9)
        room = log(max(source[j] - ground[j], 1e-9) / target) if distance[j] != 0.0 else 1.0
        own[j] = -flow[j] * distance[j] / max(room, 1e-6) if distance[j] != 0.0 else own[j]
    for j in range(lanes):
        toward = flow[j] if distance[j] < 0.0 else -flow[j]
        offset[j] = toward if distance[j] != 0.0 else offset[j]
    for j in range(lanes):
        excess = max(supply[j] - ground[j], 1e-9) * max(abs(distance[j]), LEAST_LOG)
        gain[j] = -flow[j] / excess if distance[j] != 0.0 else gain[j]
    for j in range(lanes):
        mine[ERROR_C, j] = abs(distance[j]) if distance[j] != 0.0 else mine[ERROR_C, j]


@kernel
def apply_limits(lanes, mine):
    """Fix the flow at a limit that it stands at and would pass."""
    own, flow, offset, gain = mine[OWN_C], mine[FLOW_C], mine[OFFSET_C], mine[GAIN_C]
    least, most = mine[LEAST_C], mine[MOST_C]
    for j in range(lanes):
        fixed = (flow[j] <= least[j] and own[j] <= 0.0) or (flow[j] >= most[j] and own[j] >= 0.0)
        gain[j] = 0.0 if fixed else gain[j]
        mine[ERROR_C, j] = 0.0 if fixed else mine[ERROR_C, j]
    for j in range(lanes):
        offset[j] = least[j] - flow[j] if flow[j] <= least[j] and own[j] <= 0.0 else offset[j]
    for j in range(lanes):
        offset[j] = most[j] - flow[j] if flow[j] >= most[j] and own[j] >= 0.0 else offset[j]


@kernel
def add_consumer(lanes, node, mine):
    """Add a consumer's flow and its linearisation to its node."""
    for j in range(lanes):
        node[FLOW, j] += mine[FLOW_C, j]
    for j in range(lanes):
        node[OFFSET, j] += mine[OFFSET_C, j]
    for j in range(lanes):
        node[GAIN, j] += mine[GAIN_C, j]


@kernel
def add_return(water, lanes, node, mine):
    """Add a consumer's return water: fixed while heat decides the flow, else what heat leaves."""
    for j in range(lanes):
        flow, heat = mine[FLOW_C, j], mine[HEAT_C, j]
        by_heat = heat != 0.0 and mine[DIFFERENCE_C, j] == 0.0
        given = by_heat and flow * mine[DROP_C, j] <= abs(heat) * 1.000001
        mine[SPARE_C, j] = 1.0 if given else 0.0
    for j in range(lanes):
        given = mine[SPARE_C, j] > 0.0
        flow, content = mine[FLOW_C, j], enthalpy(water, node[SUPPLY, j])
        returned = flow * content - mine[HEAT_C, j]
        node[RETURN_HEAT, j] += flow * mine[RETURN_C, j] if given else returned
    for j in range(lanes):
        content = enthalpy(water, node[SUPPLY, j])
        level = mine[RETURN_C, j] if mine[SPARE_C, j] > 0.0 else content
        node[RETURN_OFFSET, j] += level * mine[OFFSET_C, j]
    for j in range(lanes):
        given = mine[SPARE_C, j] > 0.0
        level = mine[RETURN_C, j] if given else enthalpy(water, node[SUPPLY, j])
        capacity = polynomial6(water.heat_capacity, node[SUPPLY, j])
        with_supply = 0.0 if given else mine[FLOW_C, j] * capacity
        node[RETURN_GAIN, j] += level * mine[GAIN_C, j] + with_supply


@kernel
def eliminate_singles(tree, lanes, work):
    """Sweep from the leaves: write each row's changes as functions of its inlet's change."""
    for k in range(tree.parent.size - 2, -1, -1):
        row = tree.order[k]
        mine, above = work[row], work[tree.parent[row]]
        step, step_gain, slope = mine[STEP], mine[STEP_GAIN], mine[SLOPE]
        offset, gain, flow = mine[OFFSET], mine[GAIN], mine[FLOW]
        for j in range(lanes):
            per = 1.0 / (1.0 - slope[j] * gain[j])
            step[j] = slope[j] * offset[j] * per
            step_gain[j] = mine[PASS, j] * per
        for j in range(lanes):
            offset[j] += gain[j] * step[j]
            gain[j] *= step_gain[j]
        for j in range(lanes):
            above[OFFSET, j] += offset[j]
        for j in range(lanes):
            above[GAIN, j] += gain[j]
        for j in range(lanes):
            above[FLOW, j] += flow[j]


@kernel
def eliminate_pairs(tree, water, lanes, work):
    """The same where supply and return pipes exchange heat."""
    for k in range(tree.parent.size - 2, -1, -1):
        row = tree.order[k]
        mutual = tree.exchange[row]
        loss, twin_loss = tree.conductance[0, row] + mutual, tree.conductance[1, row] + mutual
        eliminate_pair(
            water, loss, twin_loss, mutual, lanes, work[row], work[tree.parent[row]]
        )


@kernel
def mix_back(water, lanes, mine):
    """Write the mixed return water at a row's far end, and how it follows from its supply."""
    flow, back, offset, gain = mine[FLOW], mine[RETURN], mine[RETURN_OFFSET], mine[RETURN_GAIN]
    mixed, back_per = mine[RETURN_HEAT], mine[BACK_PER]
    for j in range(lanes):
        content = mixed[j] + SMALLEST_FLOW * enthalpy(water, mine[GROUND, j])
        mixed[j] = content / (flow[j] + SMALLEST_FLOW)
    for j in range(lanes):
        back[j] = temperature(water, mixed[j])
    for j in range(lanes):
        capacity = polynomial6(water.heat_capacity, back[j])
        back_per[j] = 1.0 / ((flow[j] + SMALLEST_FLOW) * capacity)
    for j in range(lanes):
        offset[j] = (offset[j] - mixed[j] * mine[OFFSET, j]) * back_per[j]
    for j in range(lanes):
        gain[j] = (gain[j] - mixed[j] * mine[GAIN, j]) * back_per[j]


@kernel
def pair_slopes(loss, twin_loss, mutual, lanes, inlet, mine):
    """Write how both outlets of a pair follow from its flow, at given inlets."""
    flow, ground, back, per, back_per = (
        mine[FLOW],
        mine[GROUND],
        mine[RETURN],
        mine[PER],
        mine[BACK_PER],
    )
    passed, mix, back_passed = mine[PASS], mine[MIX], mine[RETURN_PASS]
    for j in range(lanes):
        some = flow[j] + SMALLEST_FLOW
        a, b = loss * per[j], mutual * per[j]
        c, d = mutual * back_per[j], twin_loss * back_per[j]
        by_mix = b - (a + d) * mix[j] + c * mix[j] * mix[j]
        slope = passed[j] * (a - c * mix[j]) * (inlet[j] - ground[j])
        warming = min(mine[HEATING, j] * some * some * some * per[j], MOST_WARMING)
        mine[SLOPE, j] = (slope - by_mix * (back[j] - ground[j]) + 2.0 * warming) / some
    for j in range(lanes):
        c, d = mutual * back_per[j], twin_loss * back_per[j]
        slope = (d - c * mix[j]) * (back[j] - ground[j]) - c * passed[j] * (inlet[j] - ground[j])
        mine[BACK_SLOPE, j] = back_passed[j] * slope / (flow[j] + SMALLEST_FLOW)


@kernel
def eliminate_pair(water, loss, twin_loss, mutual, lanes, mine, above):
    """Eliminate a row whose supply and return pipes exchange heat."""
    mix_back(water, lanes, mine)
    inlet = above[SUPPLY]
    pair_slopes(loss, twin_loss, mutual, lanes, inlet, mine)
    flow, ground, back, slope = mine[FLOW], mine[GROUND], mine[RETURN], mine[SLOPE]
    offset, gain, step, step_gain = mine[OFFSET], mine[GAIN], mine[STEP], mine[STEP_GAIN]
    back_offset, back_gain = mine[RETURN_OFFSET], mine[RETURN_GAIN]
    passed, mix = mine[PASS], mine[MIX]
    for j in range(lanes):
        some = flow[j] + SMALLEST_FLOW
        warming = min(mine[HEATING, j] * some * some * some * mine[PER, j], MOST_WARMING)
        outlet = passed[j] * (inlet[j] - ground[j]) + mix[j] * (back[j] - ground[j])
        step[j] = ground[j] + outlet + warming - mine[SUPPLY, j]
    for j in range(lanes):
        inverse = 1.0 / (1.0 - slope[j] * gain[j] - mix[j] * back_gain[j])
        step[j] = (step[j] + slope[j] * offset[j] + mix[j] * back_offset[j]) * inverse
        step_gain[j] = passed[j] * inverse
    for j in range(lanes):
        offset[j] += gain[j] * step[j]
        gain[j] *= step_gain[j]
    for j in range(lanes):
        above[FLOW, j] += flow[j]
    for j in range(lanes):
        above[OFFSET, j] += offset[j]
    for j in range(lanes):
        above[GAIN, j] += gain[j]
    hand_back(water, lanes, mine, above)


@kernel
def hand_back(water, lanes, mine, above):
    """Hand a pair's return water to the parent, and how it follows from the parent's supply."""
    flow, ground, back, inlet = mine[FLOW], mine[GROUND], mine[RETURN], above[SUPPLY]
    offset, gain, step, step_gain = mine[OFFSET], mine[GAIN], mine[STEP], mine[STEP_GAIN]
    back_passed, back_mix, back_slope = mine[RETURN_PASS], mine[RETURN_MIX], mine[BACK_SLOPE]
    leaving = mine[LEAVING]
    for j in range(lanes):
        own = back_passed[j] * (back[j] - ground[j])
        leaving[j] = ground[j] + own + back_mix[j] * (inlet[j] - ground[j])
    for j in range(lanes):
        above[RETURN_HEAT, j] += flow[j] * enthalpy(water, leaving[j])
    for j in range(lanes):
        change = mine[RETURN_OFFSET, j] + mine[RETURN_GAIN, j] * step[j]
        change = back_passed[j] * change + back_slope[j] * offset[j]
        change *= flow[j] * polynomial6(water.heat_capacity, leaving[j])
        above[RETURN_OFFSET, j] += enthalpy(water, leaving[j]) * offset[j] + change
    for j in range(lanes):
        change = back_passed[j] * mine[RETURN_GAIN, j] * step_gain[j]
        change += back_mix[j] + back_slope[j] * gain[j]
        change *= flow[j] * polynomial6(water.heat_capacity, leaving[j])
        above[RETURN_GAIN, j] += enthalpy(water, leaving[j]) * gain[j] + change


@kernel
def set_in(lanes, above, mine):
    """Write a row's new flow and the linear step of its far end's supply temperature.

    The temperature is moved too, as an estimate at which to take the heat capacity.
    """
    for j in range(lanes):
        flow = mine[FLOW, j]
        change = mine[OFFSET, j] + mine[GAIN, j] * above[j]
        mine[FLOW, j] = min(max(flow + change, 0.2 * flow), 10.0 * flow + 1e-3)
    for j in range(lanes):
        mine[STEP, j] += mine[STEP_GAIN, j] * above[j]
    for j in range(lanes):
        mine[SUPPLY, j] = min(max(mine[SUPPLY, j] + mine[STEP, j], COLDEST), WARMEST)


@kernel
def update_singles(tree, water, lanes, work):
    """Sweep from the plant: move flows and supply temperatures."""
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        above, mine = work[tree.parent[row]], work[row]
        set_in(lanes, above[STEP], mine)
        cool_single(water, tree.conductance[0, row], lanes, above[SUPPLY], mine)


@kernel
def update_pairs(tree, water, lanes, work):
    """The same where supply and return pipes exchange heat."""
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        above, mine = work[tree.parent[row]], work[row]
        set_in(lanes, above[STEP], mine)
        for j in range(lanes):
            mine[RETURN, j] += mine[RETURN_OFFSET, j] + mine[RETURN_GAIN, j] * mine[STEP, j]
        mutual = tree.exchange[row]
        loss, twin_loss = tree.conductance[0, row] + mutual, tree.conductance[1, row] + mutual
        cool_pair(water, loss, twin_loss, mutual, lanes, above[SUPPLY], mine)


@kernel
def move_consumers(tree, lanes, work, consumers, errors):
    """Move the consumers' flows; ``errors`` are the largest of before, by lane."""
    for j in range(lanes):
        errors[j] = 0.0
    for c in range(tree.consumer_row.size):
        mine, step = consumers[c], work[tree.consumer_row[c], STEP]
        flow, least, most, error = mine[FLOW_C], mine[LEAST_C], mine[MOST_C], mine[ERROR_C]
        for j in range(lanes):
            errors[j] = max(errors[j], error[j])
        for j in range(lanes):
            wanted = flow[j] + mine[OFFSET_C, j] + mine[GAIN_C, j] * step[j]
            wanted = min(max(wanted, 0.2 * flow[j]), 10.0 * flow[j] + 1e-6)
            flow[j] = min(max(wanted, least[j]), most[j])
