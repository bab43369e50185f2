"""How each consumer's flow answers to a change of its supply water, and its limits."""

from ...model.water import WaterTable
from .compile import kernel
from .tree_rows import (
    DIFFERENCE_C,
    DROP_C,
    ERROR_C,
    FLOW,
    FLOW_C,
    GAIN,
    GAIN_C,
    GROUND,
    HEAT_C,
    HOLD_C,
    LEAST_C,
    MOST_C,
    NO_HOLD,
    OFFSET,
    OFFSET_C,
    OWN_C,
    RETURN_C,
    RETURN_GAIN,
    RETURN_HEAT,
    RETURN_OFFSET,
    SMALLEST_FLOW,
    SPARE_C,
    STEP,
    SUPPLY,
)
from .tree_tables import FloatArray, TreeTable
from .water import enthalpy, log, polynomial6

LEAST_MARGIN = 4.0  # J/kg: about a thousandth of a kelvin between supply and return
LEAST_LOG = 1.0e-9
HOLD_WEIGHT = 0.05  # error per unit of log distance: 2 mK from the temperature held count as 2e-6
IDLE_FLOW = 1.0e-7  # kg/s, with which a consumer on a warm main may vanish
STEP_WEIGHT = 0.002  # error per kelvin of a step: a millikelvin counts as 2e-6


@kernel
def linearise_consumers(
    tree: TreeTable,
    water: WaterTable,
    exchange: bool,
    lanes: int,
    work: FloatArray,
    consumers: FloatArray,
) -> None:
    """Write each consumer's flow change as OFFSET_C + GAIN_C x (change of its supply water)."""
    clear_sums(work, lanes, exchange)
    for c in range(tree.consumer_row.size):
        row = tree.consumer_row[c]
        linearise_heat(water, lanes, work, row, consumers, c)
        if tree.bypass_temperature[c] > NO_HOLD and row > 0:
            predict_alone(lanes, work, row, consumers, c)
            linearise_hold(lanes, work, row, consumers, c)
        else:
            for j in range(lanes):
                consumers[c, OWN_C, j] = consumers[c, OFFSET_C, j]
        apply_limits(lanes, consumers, c)
        for j in range(lanes):
            work[row, FLOW, j] += consumers[c, FLOW_C, j]
        for j in range(lanes):
            work[row, OFFSET, j] += consumers[c, OFFSET_C, j]
        for j in range(lanes):
            work[row, GAIN, j] += consumers[c, GAIN_C, j]
        if exchange:
            add_return(water, lanes, work, row, consumers, c)


@kernel
def clear_sums(work: FloatArray, lanes: int, exchange: bool) -> None:
    """Set what rows sum from their consumers and subtrees to zero."""
    for row in range(work.shape[0]):
        for value in (FLOW, OFFSET, GAIN):
            for j in range(lanes):
                work[row, value, j] = 0.0
        if exchange:
            for value in (RETURN_HEAT, RETURN_OFFSET, RETURN_GAIN):
                for j in range(lanes):
                    work[row, value, j] = 0.0


@kernel
def linearise_heat(
    water: WaterTable, lanes: int, work: FloatArray, row: int, consumers: FloatArray, c: int
) -> None:
    """Write the change of flow that serves the heat."""
    for j in range(lanes):
        supply, difference = work[row, SUPPLY, j], consumers[c, DIFFERENCE_C, j]
        below = enthalpy(water, supply - difference)
        leaving = below if difference != 0.0 else consumers[c, RETURN_C, j]
        sign = 1.0 if consumers[c, HEAT_C, j] >= 0.0 else -1.0
        consumers[c, DROP_C, j] = sign * (enthalpy(water, supply) - leaving)
    for j in range(lanes):
        heat, flow = consumers[c, HEAT_C, j], consumers[c, FLOW_C, j]
        drop = consumers[c, DROP_C, j]
        offset = (abs(heat) - flow * drop) / max(drop, LEAST_MARGIN)
        consumers[c, OFFSET_C, j] = offset if heat != 0.0 else -flow
    for j in range(lanes):
        heat, flow = consumers[c, HEAT_C, j], consumers[c, FLOW_C, j]
        drop = consumers[c, DROP_C, j]
        sign = -1.0 if heat > 0.0 else 1.0
        sign = sign if heat != 0.0 and consumers[c, DIFFERENCE_C, j] == 0.0 else 0.0
        capacity = polynomial6(water.heat_capacity, work[row, SUPPLY, j])
        consumers[c, GAIN_C, j] = sign * flow * capacity / max(drop, LEAST_MARGIN)
    for j in range(lanes):
        heat = abs(consumers[c, HEAT_C, j])
        missed = heat - consumers[c, FLOW_C, j] * consumers[c, DROP_C, j]
        error = abs(missed) / max(heat, 1e-300)
        consumers[c, ERROR_C, j] = error if heat > 0.0 else 0.0


@kernel
def predict_alone(lanes: int, work: FloatArray, row: int, consumers: FloatArray, c: int) -> None:
    """Write how far the flow would move if all flows of its path moved alike (OWN_C)."""
    for j in range(lanes):
        warmer = work[row, SUPPLY, j] - work[row, GROUND, j]
        source = abs(work[0, SUPPLY, j] - work[row, GROUND, j]) + 1e-9
        units = log(source / (abs(warmer) + 1e-9))
        slope = warmer * max(units, 0.0) / (consumers[c, FLOW_C, j] + SMALLEST_FLOW)
        stiffness = 1.0 - min(consumers[c, GAIN_C, j] * slope, 0.5)
        consumers[c, OWN_C, j] = consumers[c, OFFSET_C, j] / stiffness


@kernel
def linearise_hold(lanes: int, work: FloatArray, row: int, consumers: FloatArray, c: int) -> None:
    """Where holding the bypass temperature asks for more flow than the heat, let it.

    With distance = log((T - T_ground) / (T_hold - T_ground)) the equation is flow x distance = 0,
    which for a single pipe is linear in the flow; where the water is too cold it is
    distance = 0, whose linearisation never turns its sign.
    """
    for j in range(lanes):
        ground, hold = work[row, GROUND, j], consumers[c, HOLD_C, j]
        target = max(hold - ground if hold > NO_HOLD else 1.0, 1e-9)
        apart = log(max(work[row, SUPPLY, j] - ground, 1e-9) / target)
        apart = apart if abs(apart) > LEAST_LOG else LEAST_LOG
        room = log(max(work[0, SUPPLY, j] - ground, 1e-9) / target)
        alone = -consumers[c, FLOW_C, j] * apart / max(room, 1e-6)
        binds = hold > NO_HOLD and alone > consumers[c, OWN_C, j]
        consumers[c, SPARE_C, j] = apart if binds else 0.0
        consumers[c, OWN_C, j] = alone if binds else consumers[c, OWN_C, j]
    for j in range(lanes):
        distance, flow = consumers[c, SPARE_C, j], consumers[c, FLOW_C, j]
        toward = flow if distance < 0.0 else -flow
        consumers[c, OFFSET_C, j] = toward if distance != 0.0 else consumers[c, OFFSET_C, j]
    for j in range(lanes):
        distance, flow = consumers[c, SPARE_C, j], consumers[c, FLOW_C, j]
        excess = max(work[row, SUPPLY, j] - work[row, GROUND, j], 1e-9)
        gain = -flow / (excess * max(abs(distance), LEAST_LOG))
        consumers[c, GAIN_C, j] = gain if distance != 0.0 else consumers[c, GAIN_C, j]
    for j in range(lanes):
        distance = consumers[c, SPARE_C, j]
        idle = distance > 0.0 and consumers[c, FLOW_C, j] < IDLE_FLOW
        held = HOLD_WEIGHT * abs(distance)
        error = held if distance != 0.0 else consumers[c, ERROR_C, j]
        consumers[c, ERROR_C, j] = 0.0 if idle else error


@kernel
def apply_limits(lanes: int, consumers: FloatArray, c: int) -> None:
    """Fix the flow at a limit that it stands at and would pass."""
    for j in range(lanes):
        own, flow = consumers[c, OWN_C, j], consumers[c, FLOW_C, j]
        at_least = flow <= consumers[c, LEAST_C, j] and own <= 0.0
        fixed = at_least or (flow >= consumers[c, MOST_C, j] and own >= 0.0)
        consumers[c, GAIN_C, j] = 0.0 if fixed else consumers[c, GAIN_C, j]
        consumers[c, ERROR_C, j] = 0.0 if fixed else consumers[c, ERROR_C, j]
    for j in range(lanes):
        own, flow = consumers[c, OWN_C, j], consumers[c, FLOW_C, j]
        least, most = consumers[c, LEAST_C, j], consumers[c, MOST_C, j]
        toward = least - flow
        fixed = flow <= least and own <= 0.0
        offset = toward if fixed else consumers[c, OFFSET_C, j]
        consumers[c, OFFSET_C, j] = most - flow if flow >= most and own >= 0.0 else offset


@kernel
def add_return(
    water: WaterTable, lanes: int, work: FloatArray, row: int, consumers: FloatArray, c: int
) -> None:
    """Add a consumer's return water: fixed while heat decides the flow, else what heat leaves."""
    for j in range(lanes):
        flow, heat = consumers[c, FLOW_C, j], consumers[c, HEAT_C, j]
        by_heat = heat != 0.0 and consumers[c, DIFFERENCE_C, j] == 0.0
        given = by_heat and flow * consumers[c, DROP_C, j] <= abs(heat) * 1.000001
        consumers[c, SPARE_C, j] = 1.0 if given else 0.0
    for j in range(lanes):
        flow, given = consumers[c, FLOW_C, j], consumers[c, SPARE_C, j] > 0.0
        returned = flow * enthalpy(water, work[row, SUPPLY, j]) - consumers[c, HEAT_C, j]
        work[row, RETURN_HEAT, j] += flow * consumers[c, RETURN_C, j] if given else returned
    for j in range(lanes):
        content = enthalpy(water, work[row, SUPPLY, j])
        level = consumers[c, RETURN_C, j] if consumers[c, SPARE_C, j] > 0.0 else content
        work[row, RETURN_OFFSET, j] += level * consumers[c, OFFSET_C, j]
    for j in range(lanes):
        supply, given = work[row, SUPPLY, j], consumers[c, SPARE_C, j] > 0.0
        level = consumers[c, RETURN_C, j] if given else enthalpy(water, supply)
        with_supply = consumers[c, FLOW_C, j] * polynomial6(water.heat_capacity, supply)
        change = level * consumers[c, GAIN_C, j] + (0.0 if given else with_supply)
        work[row, RETURN_GAIN, j] += change


@kernel
def move_consumers(
    tree: TreeTable, lanes: int, work: FloatArray, consumers: FloatArray, errors: FloatArray
) -> None:
    """Move the consumers' flows; ``errors`` are the largest of before, by lane.

    The step of the supply water counts too: where a limit fixes the flow, it alone tells.
    """
    for j in range(lanes):
        errors[j] = 0.0
    for c in range(tree.consumer_row.size):
        row = tree.consumer_row[c]
        for j in range(lanes):
            step = STEP_WEIGHT * abs(work[row, STEP, j])
            errors[j] = max(errors[j], consumers[c, ERROR_C, j], step)
        for j in range(lanes):
            flow = consumers[c, FLOW_C, j]
            change = consumers[c, OFFSET_C, j] + consumers[c, GAIN_C, j] * work[row, STEP, j]
            wanted = min(max(flow + change, 0.2 * flow), 10.0 * flow + 1e-6)
            wanted = max(wanted, consumers[c, LEAST_C, j])
            consumers[c, FLOW_C, j] = min(wanted, consumers[c, MOST_C, j])
