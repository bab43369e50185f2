"""Return side and pressures of a block of hours whose flows are known."""

from ...model.water import WaterTable
from .compile import kernel
from .tree_friction import DROPPED, MIDDLE, VOLUME, pressure_drops
from .tree_rows import (
    BACK,
    BACK_DROP,
    BACK_HEAT,
    BACK_LIFT,
    DROP,
    FLOW,
    GROUND,
    HEATING,
    LEFT,
    LIFT,
    RETURN_MIX,
    RETURN_PASS,
    SMALLEST_FLOW,
    SUPPLY,
)
from .tree_tables import FloatArray, Options, Outputs, Pump, TreeTable
from .water import enthalpy, exp_negative, polynomial6, temperature

GRAVITY = 9.80665


@kernel
def set_friction_heat(
    tree: TreeTable,
    water: WaterTable,
    options: Options,
    lanes: int,
    work: FloatArray,
    scratch: FloatArray,
) -> None:
    """Write how friction heats each supply pipe per square of its flow [J/kg / (kg/s)^2]."""
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        parent = tree.parent[row]
        for j in range(lanes):
            scratch[MIDDLE, j] = 0.5 * (work[parent, SUPPLY, j] + work[row, SUPPLY, j])
        pressure_drops(water, options, tree.hydraulics, 0, row, lanes, work, row, FLOW, scratch)
        for j in range(lanes):
            flow = work[row, FLOW, j] + SMALLEST_FLOW
            work[row, HEATING, j] = scratch[DROPPED, j] * scratch[VOLUME, j] / (flow * flow)


@kernel
def return_sweep(
    tree: TreeTable,
    water: WaterTable,
    options: Options,
    lanes: int,
    work: FloatArray,
    scratch: FloatArray,
) -> None:
    """Sweep from the leaves: return water and return pressure drops."""
    warms = 1.0 if options.heating else 0.0
    for k in range(tree.parent.size - 2, -1, -1):
        row = tree.order[k]
        parent, loss = tree.parent[row], tree.conductance[1, row]
        for j in range(lanes):
            rest = SMALLEST_FLOW * enthalpy(water, work[row, GROUND, j])
            content = (work[row, BACK_HEAT, j] + rest) / (work[row, FLOW, j] + SMALLEST_FLOW)
            work[row, BACK, j] = temperature(water, content)
        if options.exchange:
            cool_return_pair(lanes, work, row, parent)
        else:
            for j in range(lanes):
                back, ground = work[row, BACK, j], work[row, GROUND, j]
                capacity = polynomial6(water.heat_capacity, back)
                units = loss / ((work[row, FLOW, j] + SMALLEST_FLOW) * capacity)
                work[row, LEFT, j] = ground + (back - ground) * exp_negative(units)
        for j in range(lanes):
            scratch[MIDDLE, j] = 0.5 * (work[row, BACK, j] + work[row, LEFT, j])
        pressure_drops(water, options, tree.hydraulics, 1, row, lanes, work, row, FLOW, scratch)
        for j in range(lanes):
            work[row, BACK_DROP, j] = scratch[DROPPED, j]
        for j in range(lanes):
            heat = warms * scratch[DROPPED, j] * scratch[VOLUME, j]
            work[row, LEFT, j] += heat / polynomial6(water.heat_capacity, work[row, LEFT, j])
        for j in range(lanes):
            content = enthalpy(water, work[row, LEFT, j])
            work[parent, BACK_HEAT, j] += work[row, FLOW, j] * content


@kernel
def cool_return_pair(lanes: int, work: FloatArray, row: int, parent: int) -> None:
    """Write the return water that leaves a row whose pipes exchange heat at its near end."""
    for j in range(lanes):
        ground = work[row, GROUND, j]
        passed = work[row, RETURN_PASS, j] * (work[row, BACK, j] - ground)
        mixed = work[row, RETURN_MIX, j] * (work[parent, SUPPLY, j] - ground)
        work[row, LEFT, j] = ground + passed + mixed


@kernel
def supply_drops(
    tree: TreeTable,
    water: WaterTable,
    options: Options,
    lanes: int,
    work: FloatArray,
    scratch: FloatArray,
) -> None:
    """Sweep from the plant: supply pressure drops, and pressures relative to the plant's."""
    for j in range(lanes):
        work[0, LIFT, j] = 0.0
        work[0, BACK_LIFT, j] = 0.0
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        parent = tree.parent[row]
        weight = GRAVITY * tree.rise[row]
        for j in range(lanes):
            scratch[MIDDLE, j] = 0.5 * (work[parent, SUPPLY, j] + work[row, SUPPLY, j])
        pressure_drops(water, options, tree.hydraulics, 0, row, lanes, work, row, FLOW, scratch)
        for j in range(lanes):
            work[row, DROP, j] = scratch[DROPPED, j]
        for j in range(lanes):
            lost = scratch[DROPPED, j] + weight / scratch[VOLUME, j]
            work[row, LIFT, j] = work[parent, LIFT, j] - lost
        for j in range(lanes):
            middle = 0.5 * (work[row, BACK, j] + work[row, LEFT, j])
            volume = polynomial6(water.specific_volume, middle)
            gained = work[row, BACK_DROP, j] - weight / volume
            work[row, BACK_LIFT, j] = work[parent, BACK_LIFT, j] + gained


@kernel
def plant_pressure(
    tree: TreeTable,
    pump: Pump,
    hour: int,
    inside: int,
    lanes: int,
    work: FloatArray,
    out: Outputs,
    head: FloatArray,
    worst: FloatArray,
) -> None:
    """Find the worst point and with it the head between the plant's junctions."""
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
    difference = out.consumer_pressure_difference
    for c in range(tree.consumer_row.size):
        row = tree.consumer_row[c]
        for j in range(inside):
            difference[c, hour + j] = head[j] + work[row, LIFT, j] - work[row, BACK_LIFT, j]
