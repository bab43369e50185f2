"""What each consumer of a block of hours got, why not more, and what it returns."""

from ...model.water import WaterTable
from .compile import kernel
from .tree_rows import (
    BACK_HEAT,
    DIFFERENCE_C,
    DROP_C,
    DUST,
    FLOW_C,
    GAIN_C,
    LEAST_C,
    MOST_C,
    OFFSET_C,
    RETURN_C,
    SMALLEST_FLOW,
    SPARE_C,
    SUPPLY,
)
from .tree_start import copy_hours
from .tree_tables import ByteArray, FloatArray, Inputs, Outputs, TreeTable
from .water import enthalpy, temperature

SERVED, FLOW_LIMIT, SUPPLY_TOO_COLD, PRESSURE = 0, 1, 2, 3
FULL = 1.0 - 1.0e-7  # share of the heat asked for that counts as all of it


@kernel
def serve(
    tree: TreeTable,
    inputs: Inputs,
    water: WaterTable,
    hour: int,
    inside: int,
    lanes: int,
    work: FloatArray,
    consumers: FloatArray,
    out: Outputs,
) -> None:
    """Settle every consumer and add its return water to its node."""
    for row in range(tree.parent.size):
        for j in range(lanes):
            work[row, BACK_HEAT, j] = 0.0
    limit = inputs.flow_limit
    for c in range(tree.consumer_row.size):
        row = tree.consumer_row[c]
        copy_hours(inputs.heat, c, hour, inside, lanes, consumers, c, OFFSET_C)
        copy_hours(limit, inputs.limit_row[c], hour, inside, lanes, consumers, c, LEAST_C)
        coldest, warmest = tree.min_supply[c], tree.max_supply[c]
        serve_one(water, coldest, warmest, lanes, work, row, consumers, c)
        explain_one(
            coldest,
            warmest,
            tree.max_flow[c],
            hour,
            inside,
            work,
            row,
            consumers,
            c,
            out.consumer_reason,
            out.heat_error,
        )
        for j in range(lanes):
            work[row, BACK_HEAT, j] += consumers[c, FLOW_C, j] * consumers[c, SPARE_C, j]
        for j in range(inside):
            out.consumer_mass_flow[c, hour + j] = consumers[c, FLOW_C, j]
        for j in range(inside):
            out.consumer_supply_temperature[c, hour + j] = work[row, SUPPLY, j]
        for j in range(inside):
            out.consumer_heat[c, hour + j] = consumers[c, GAIN_C, j]
        for j in range(inside):
            rest = consumers[c, OFFSET_C, j] - consumers[c, GAIN_C, j]
            out.consumer_unserved_heat[c, hour + j] = rest
        for j in range(inside):
            back = temperature(water, consumers[c, SPARE_C, j])
            out.consumer_return_temperature[c, hour + j] = back


@kernel
def serve_one(
    water: WaterTable,
    coldest: float,
    warmest: float,
    lanes: int,
    work: FloatArray,
    row: int,
    consumers: FloatArray,
    c: int,
) -> None:
    """Write a consumer's heat (GAIN_C) and the content of its return water (SPARE_C)."""
    for j in range(lanes):
        supply, difference = work[row, SUPPLY, j], consumers[c, DIFFERENCE_C, j]
        below = enthalpy(water, supply - difference)
        leaving = below if difference != 0.0 else consumers[c, RETURN_C, j]
        consumers[c, DROP_C, j] = enthalpy(water, supply) - leaving
    for j in range(lanes):
        asked, flow = consumers[c, OFFSET_C, j], consumers[c, FLOW_C, j]
        supply = work[row, SUPPLY, j]
        sign = 1.0 if asked >= 0.0 else -1.0
        possible = max(flow * sign * consumers[c, DROP_C, j], 0.0)
        dust = sign * asked < DUST
        full = possible >= sign * asked * FULL or dust
        fits = supply >= coldest if asked > 0.0 else supply <= warmest
        served = asked if full else sign * possible
        consumers[c, GAIN_C, j] = served if (fits and flow > 0.0) or dust else 0.0
    for j in range(lanes):
        flow, content = consumers[c, FLOW_C, j], enthalpy(water, work[row, SUPPLY, j])
        left = consumers[c, GAIN_C, j] / (flow + SMALLEST_FLOW)
        consumers[c, SPARE_C, j] = content - (left if flow > 0.0 else 0.0)


@kernel
def explain_one(
    coldest: float,
    warmest: float,
    max_flow: float,
    hour: int,
    inside: int,
    work: FloatArray,
    row: int,
    consumers: FloatArray,
    c: int,
    reasons: ByteArray,
    heat_error: FloatArray,
) -> None:
    """Write why a consumer was not served, and what the solution misses for no reason."""
    for j in range(inside):
        asked, flow = consumers[c, OFFSET_C, j], consumers[c, FLOW_C, j]
        if consumers[c, GAIN_C, j] == asked:
            reasons[c, hour + j] = SERVED
            continue
        supply, sign = work[row, SUPPLY, j], 1.0 if asked >= 0.0 else -1.0
        fits = supply >= coldest if asked > 0.0 else supply <= warmest
        limit = consumers[c, LEAST_C, j]
        if limit < max_flow and flow >= limit * (1.0 - 1e-9):
            reasons[c, hour + j] = PRESSURE
        elif max_flow > 0.0 and (flow == 0.0 or not fits or sign * consumers[c, DROP_C, j] <= 0.0):
            reasons[c, hour + j] = SUPPLY_TOO_COLD
        else:
            reasons[c, hour + j] = FLOW_LIMIT
            if flow < consumers[c, MOST_C, j] * (1.0 - 1e-9):
                missed = (asked - consumers[c, GAIN_C, j]) / asked
                heat_error[hour + j] = max(heat_error[hour + j], missed)
