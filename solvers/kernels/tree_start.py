"""A block of hours as work arrays, and the flows from which Newton's method starts."""

from math import isnan

from ...model.water import WaterTable
from .compile import kernel
from .tree_rows import (
    DIFFERENCE_C,
    DUST,
    FLOW,
    FLOW_C,
    GROUND,
    HEAT_C,
    HEATING,
    HOLD_C,
    LEAST_C,
    MOST_C,
    NO_HOLD,
    OWN_C,
    PASS,
    RETURN,
    RETURN_C,
    SMALLEST_FLOW,
    SPARE_C,
    STEP,
    SUPPLY,
)
from .tree_tables import FloatArray, Inputs, TreeTable
from .water import enthalpy, log, temperature

START_SHARE = 0.8  # of the range a path may lose at most
START_PASSES = 6  # towards flows that lose it


@kernel
def copy_hours(
    source: FloatArray,
    thing: int,
    hour: int,
    inside: int,
    lanes: int,
    target: FloatArray,
    row: int,
    value: int,
) -> None:
    """Copy hours of one thing; lanes past the end repeat the last hour."""
    for j in range(inside):
        target[row, value, j] = source[thing, hour + j]
    for j in range(inside, lanes):
        target[row, value, j] = source[thing, hour + inside - 1]


@kernel
def load_hours(
    tree: TreeTable,
    inputs: Inputs,
    water: WaterTable,
    hour: int,
    lanes: int,
    hours: int,
    work: FloatArray,
    consumers: FloatArray,
) -> None:
    """Copy a block of hours into the work arrays."""
    inside = min(lanes, hours - hour)
    for j in range(lanes):
        work[0, SUPPLY, j] = inputs.supply_temperature[min(hour + j, hours - 1)]
        work[0, STEP, j] = 0.0
        work[0, GROUND, j] = 0.0
    ground = inputs.ground_temperature
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        thing = inputs.ground_row[tree.pipe[row]]
        copy_hours(ground, thing, hour, inside, lanes, work, row, GROUND)
    back, difference, limit = (
        inputs.return_temperature,
        inputs.temperature_difference,
        inputs.flow_limit,
    )
    for c in range(tree.consumer_row.size):
        copy_hours(inputs.heat, c, hour, inside, lanes, consumers, c, HEAT_C)
        copy_hours(back, inputs.return_row[c], hour, inside, lanes, consumers, c, RETURN_C)
        thing = inputs.difference_row[c]
        copy_hours(difference, thing, hour, inside, lanes, consumers, c, DIFFERENCE_C)
        copy_hours(limit, inputs.limit_row[c], hour, inside, lanes, consumers, c, MOST_C)
        set_limits(
            water,
            tree.max_flow[c],
            tree.bypass_flow[c],
            tree.bypass_temperature[c],
            lanes,
            work,
            consumers,
            c,
        )


@kernel
def set_limits(
    water: WaterTable,
    max_flow: float,
    bypass_flow: float,
    bypass_temperature: float,
    lanes: int,
    work: FloatArray,
    consumers: FloatArray,
    c: int,
) -> None:
    """Write the limits of a consumer's flow; heat that no flow can serve is left out."""
    for j in range(lanes):
        consumers[c, MOST_C, j] = min(max_flow, consumers[c, MOST_C, j])
    for j in range(lanes):
        back, difference = consumers[c, RETURN_C, j], consumers[c, DIFFERENCE_C, j]
        consumers[c, DIFFERENCE_C, j] = difference if isnan(back) else 0.0
    for j in range(lanes):
        consumers[c, LEAST_C, j] = min(bypass_flow, consumers[c, MOST_C, j])
    for j in range(lanes):
        drop = work[0, SUPPLY, j] - consumers[c, RETURN_C, j]
        heat = consumers[c, HEAT_C, j]
        useless = consumers[c, DIFFERENCE_C, j] == 0.0 and drop * heat <= 0.0
        idle = abs(heat) < DUST or consumers[c, MOST_C, j] == 0.0
        consumers[c, HEAT_C, j] = 0.0 if useless or idle else heat
    for j in range(lanes):
        warm = work[0, SUPPLY, j] > bypass_temperature + 1e-6
        holds = warm and consumers[c, MOST_C, j] > 0.0
        consumers[c, HOLD_C, j] = bypass_temperature if holds else 2.0 * NO_HOLD
    for j in range(lanes):
        back = enthalpy(water, consumers[c, RETURN_C, j])
        consumers[c, RETURN_C, j] = 0.0 if consumers[c, DIFFERENCE_C, j] != 0.0 else back


@kernel
def start_flows(
    tree: TreeTable, water: WaterTable, lanes: int, work: FloatArray, consumers: FloatArray
) -> None:
    """Start on the side of flows that are too large, from where Newton's way is monotone.

    The path of every consumer then loses about 0.8 of the logarithmic range between its
    supply water and the coldest supply water that could still serve it, or less.
    """
    guess_flows(tree, water, lanes, work, consumers)
    allow_units(tree, water, lanes, work, consumers)
    for _ in range(START_PASSES):
        sum_flows(tree, lanes, work, consumers)
        path_units(tree, lanes, work)
        enlarge_flows(tree, lanes, work, consumers)
    sum_flows(tree, lanes, work, consumers)


@kernel
def path_units(tree: TreeTable, lanes: int, work: FloatArray) -> None:
    """Write the sum of the transfer units from the plant to each row's far end to PASS."""
    for j in range(lanes):
        work[0, PASS, j] = 0.0
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        parent = tree.parent[row]
        units = (tree.conductance[0, row] + tree.exchange[row]) / 4185.0
        for j in range(lanes):
            per = 1.0 / (work[row, FLOW, j] + SMALLEST_FLOW)
            work[row, PASS, j] = work[parent, PASS, j] + units * per


@kernel
def guess_flows(
    tree: TreeTable, water: WaterTable, lanes: int, work: FloatArray, consumers: FloatArray
) -> None:
    """Write the flow each consumer would need without losses on the way."""
    for c in range(tree.consumer_row.size):
        for j in range(lanes):
            drop = enthalpy(water, work[0, SUPPLY, j]) - consumers[c, RETURN_C, j]
            difference = consumers[c, DIFFERENCE_C, j]
            drop = drop if difference == 0.0 else 4185.0 * difference
            heat = consumers[c, HEAT_C, j]
            flow = max(1.1 * heat / drop, 0.0) if heat != 0.0 else 0.0
            flow = max(flow, consumers[c, LEAST_C, j])
            flow = max(flow, 1e-6) if consumers[c, HOLD_C, j] > NO_HOLD else flow
            consumers[c, FLOW_C, j] = min(flow, consumers[c, MOST_C, j])
        for j in range(lanes):
            consumers[c, OWN_C, j] = consumers[c, FLOW_C, j]


@kernel
def allow_units(
    tree: TreeTable, water: WaterTable, lanes: int, work: FloatArray, consumers: FloatArray
) -> None:
    """Write the transfer units that each consumer's path may have to SPARE_C."""
    for c in range(tree.consumer_row.size):
        row = tree.consumer_row[c]
        for j in range(lanes):
            heat, difference = consumers[c, HEAT_C, j], consumers[c, DIFFERENCE_C, j]
            serves = difference == 0.0 and heat != 0.0
            lowest = temperature(water, consumers[c, RETURN_C, j])
            ground = work[row, GROUND, j]
            range_now = work[0, SUPPLY, j] - ground
            ratio = range_now / (lowest - ground) if serves else -1.0
            hold = consumers[c, HOLD_C, j]
            hold_ratio = range_now / (hold - ground)
            binds = hold > NO_HOLD and (ratio < 0.0 or hold_ratio < ratio)
            ratio = hold_ratio if binds else ratio
            room = START_SHARE * log(max(ratio, 1e-3)) if ratio > 1.0 else 1e300
            consumers[c, SPARE_C, j] = max(room, 1e-6)


@kernel
def enlarge_flows(tree: TreeTable, lanes: int, work: FloatArray, consumers: FloatArray) -> None:
    """Turn each consumer's flow to what its path's transfer units ask for."""
    for c in range(tree.consumer_row.size):
        row = tree.consumer_row[c]
        for j in range(lanes):
            factor = work[row, PASS, j] / consumers[c, SPARE_C, j]
            turned = max(consumers[c, FLOW_C, j] * factor, consumers[c, OWN_C, j])
            consumers[c, FLOW_C, j] = min(turned, consumers[c, MOST_C, j])


@kernel
def sum_flows(tree: TreeTable, lanes: int, work: FloatArray, consumers: FloatArray) -> None:
    """Sum the consumers' flows from the leaves to the plant."""
    rows = tree.parent.size
    for row in range(rows):
        for j in range(lanes):
            work[row, FLOW, j] = 0.0
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
def start_temperatures(tree: TreeTable, lanes: int, work: FloatArray, exchange: bool) -> None:
    """Write temperatures near which the water of the first flows will be."""
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        for j in range(lanes):
            work[row, SUPPLY, j] = work[0, SUPPLY, j]
        for j in range(lanes):
            work[row, HEATING, j] = 0.0
        if exchange:
            for j in range(lanes):
                work[row, RETURN, j] = 0.5 * (work[0, SUPPLY, j] + work[row, GROUND, j])
