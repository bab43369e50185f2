"""A block of hours as work arrays."""

from math import isnan

from ...model.water import WaterTable
from .compile import inline, part
from .tree_holders import choose_holder
from .tree_rows import (
    ASKED_C,
    DIFFERENCE_C,
    DUST,
    HEAT_C,
    HOLD_C,
    LANES,
    LEAST_C,
    MOST_C,
    NO_HOLD,
    PER_HEAT_C,
    STEP,
    SUPPLY,
)
from .tree_tables import FloatArray, Inputs, Level, TreeTable, Walk
from .water import enthalpy, log

HOURS_AT_ONCE = 8  # read together: as many as a line of the cache holds


@part
def load_hours(
    tree: TreeTable,
    walk: Walk,
    inputs: Inputs,
    water: WaterTable,
    block: int,
    hours: int,
    work: FloatArray,
    consumers: FloatArray,
    level: Level,
) -> None:
    """Copy a block of hours into the work arrays; lanes past the end repeat the last hour."""
    hour, last = block * LANES, hours - 1
    for j in range(LANES):
        work[0, SUPPLY + j] = inputs.supply_temperature[min(hour + j, last)]
        work[0, STEP + j] = 0.0
    beside = inputs.ground_temperature.shape[0]
    load_rows(inputs.ground_temperature, hour, last, level.ground)
    load_rows_at(inputs.return_ground_temperature, hour, last, level.ground, beside)
    load_rows(inputs.return_temperature, hour, last, level.back)
    load_rows(inputs.temperature_difference, hour, last, level.difference)
    load_rows(inputs.flow_limit, hour, last, level.limit)
    for k in range(walk.asked.size):
        at = walk.asked[k]
        for j in range(LANES):
            level.source[at, j] = log(abs(work[0, SUPPLY + j] - level.ground[at, j]) + 1e-9)
    for back in range(level.back.shape[0]):
        for j in range(LANES):
            kept = level.back[back, j]
            level.returned[back, j] = 0.0 if isnan(kept) else enthalpy(water, kept)
    load_heat(inputs.heat, hour, last, consumers)
    for c in range(tree.consumer_row.size):
        limit_consumer(tree, walk, inputs, work, consumers, level, c)
    for point in range(tree.rival_start.size - 1):
        choose_holder(tree, consumers, tree.rival_start[point], tree.rival_start[point + 1], level)


@inline
def load_rows(source: FloatArray, hour: int, last: int, target: FloatArray) -> None:
    """Copy a block of hours of all rows; lanes past the end repeat the last hour."""
    load_rows_at(source, hour, last, target, 0)


@inline
def load_rows_at(source: FloatArray, hour: int, last: int, target: FloatArray, at: int) -> None:
    """Copy a block of hours of all rows to the rows from ``at`` on."""
    for row in range(source.shape[0]):
        for j in range(target.shape[1]):
            target[at + row, j] = source[row, min(hour + j, last)]


@inline
def load_heat(heat: FloatArray, hour: int, last: int, consumers: FloatArray) -> None:
    """Copy a block of hours of the consumers' heat, some hours at a time."""
    for lane in range(0, LANES, HOURS_AT_ONCE):
        if hour + lane + HOURS_AT_ONCE <= last + 1:
            for c in range(consumers.shape[0]):
                for j in range(HOURS_AT_ONCE):
                    consumers[c, ASKED_C + lane + j] = heat[hour + lane + j, c]
        else:
            for c in range(consumers.shape[0]):
                for j in range(lane, lane + HOURS_AT_ONCE):
                    consumers[c, ASKED_C + j] = heat[min(hour + j, last), c]


@inline
def limit_consumer(
    tree: TreeTable,
    walk: Walk,
    inputs: Inputs,
    work: FloatArray,
    consumers: FloatArray,
    level: Level,
    c: int,
) -> None:
    """Write the limits of a consumer's flow; heat that no flow can serve is left out."""
    row, back = tree.consumer_row[c], walk.returned[c]
    at, apart, limit = walk.ground[row], inputs.difference_row[c], inputs.limit_row[c]
    max_flow, bypass_flow = tree.max_flow[c], tree.bypass_flow[c]
    bypass_temperature = tree.bypass_temperature[c] if row > 0 else 2.0 * NO_HOLD
    for j in range(LANES):
        most = min(max_flow, level.limit[limit, j])
        source, ground, kept = work[0, SUPPLY + j], level.ground[at, j], level.back[back, j]
        by_return, heat = not isnan(kept), consumers[c, ASKED_C + j]
        useless = by_return and (source - kept) * heat <= 0.0
        idle = abs(heat) < DUST or most == 0.0
        consumers[c, MOST_C + j] = most
        consumers[c, LEAST_C + j] = min(bypass_flow, most)
        left_out = useless or idle
        consumers[c, HEAT_C + j] = 0.0 if left_out else heat
        consumers[c, PER_HEAT_C + j] = 0.0 if left_out else 1.0 / abs(heat)
        consumers[c, DIFFERENCE_C + j] = 0.0 if by_return else level.difference[apart, j]
        consumers[c, HOLD_C + j] = 2.0 * NO_HOLD
    if bypass_temperature > NO_HOLD:
        for j in range(LANES):
            source, ground = work[0, SUPPLY + j], level.ground[at, j]
            holds = source > bypass_temperature + 1e-6 and consumers[c, MOST_C + j] > 0.0
            target = log(max(bypass_temperature - ground, 1e-9))
            consumers[c, HOLD_C + j] = target if holds else 2.0 * NO_HOLD
