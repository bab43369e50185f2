"""Balance, losses and fields of a block of solved hours."""

from ...model.water import WaterTable
from .compile import kernel
from .tree_figures import sweep_figures
from .tree_rows import (
    BACK,
    BACK_DROP,
    BACK_LIFT,
    BACK_LOSS,
    DROP,
    FLOW,
    GROUND,
    HEATING,
    LEFT,
    LIFT,
    LOSS,
    SMALLEST_FLOW,
    SUPPLY,
)
from .tree_tables import Fields, FloatArray, Options, Outputs, Pump, Tables, TreeTable
from .water import enthalpy, polynomial6

STANDING = 1.0e-9  # kg/s, below which a pipe's temperatures are not noted as extremes


@kernel
def sweep_losses(
    tree: TreeTable,
    water: WaterTable,
    options: Options,
    lanes: int,
    work: FloatArray,
    losses: FloatArray,
    sums: FloatArray,
) -> None:
    """Write the losses of every pair [W] to LOSS and BACK_LOSS, and their sums.

    ``losses`` has rows supply and return, and how friction warms either; ``sums`` has rows
    heat loss and hydraulic power.
    """
    warms = 1.0 if options.heating else 0.0
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        parent, mutual = tree.parent[row], tree.exchange[row]
        for j in range(lanes):
            some = work[row, FLOW, j] + SMALLEST_FLOW
            losses[2, j] = warms * work[row, HEATING, j] * some * some * work[row, FLOW, j]
        for j in range(lanes):
            middle = 0.5 * (work[row, BACK, j] + work[row, LEFT, j])
            power = work[row, BACK_DROP, j] * polynomial6(water.specific_volume, middle)
            losses[3, j] = warms * power * work[row, FLOW, j]
        for j in range(lanes):
            sums[1, j] += losses[2, j] + losses[3, j]
        for j in range(lanes):
            near = enthalpy(water, work[parent, SUPPLY, j])
            given = near - enthalpy(water, work[row, SUPPLY, j])
            losses[0, j] = work[row, FLOW, j] * given + losses[2, j]
        for j in range(lanes):
            given = enthalpy(water, work[row, BACK, j]) - enthalpy(water, work[row, LEFT, j])
            losses[1, j] = work[row, FLOW, j] * given + losses[3, j]
        if mutual > 0.0:
            own, twin = tree.conductance[0, row], tree.conductance[1, row]
            take_exchange(own, twin, mutual, lanes, losses)
        for j in range(lanes):
            sums[0, j] += losses[0, j] + losses[1, j]
        for j in range(lanes):
            work[row, LOSS, j] = losses[0, j]
        for j in range(lanes):
            work[row, BACK_LOSS, j] = losses[1, j]


@kernel
def take_exchange(own: float, twin: float, mutual: float, lanes: int, losses: FloatArray) -> None:
    """Leave of what the waters of a pair lose what goes to the ground.

    What the two exchange is taken out of the one and put into the other as the same number, so
    that it cancels to the last digit.
    """
    a, d = own + mutual, twin + mutual
    determinant = a * d - mutual * mutual
    known = determinant > 0.0
    per = mutual / determinant if known else 0.0
    direct = 0.0 if known else 1.0
    for j in range(lanes):
        balance = (d - mutual) * losses[0, j] - (a - mutual) * losses[1, j]
        exchange = direct * losses[0, j] + per * balance
        losses[0, j] -= exchange
        losses[1, j] += exchange


@kernel
def write_field(
    factor: float,
    hour: int,
    inside: int,
    work: FloatArray,
    row: int,
    value: int,
    field: FloatArray,
    side: int,
    thing: int,
) -> None:
    """Write a block of hours of one pipe or junction into one field, times ``factor``."""
    for j in range(inside):
        field[side, thing, hour + j] = factor * work[row, value, j]


@kernel
def turn_ends(
    hour: int,
    inside: int,
    work: FloatArray,
    row: int,
    far_row: int,
    far: int,
    near_row: int,
    near: int,
    fields: Fields,
    side: int,
    pipe: int,
) -> None:
    """Read standing water in the direction of a pipe that points to the plant."""
    for j in range(inside):
        if work[row, FLOW, j] == 0.0:
            fields.inlet_temperature[side, pipe, hour + j] = work[far_row, far, j]
            fields.outlet_temperature[side, pipe, hour + j] = work[near_row, near, j]


@kernel
def sweep_fields(
    tree: TreeTable,
    hour: int,
    inside: int,
    work: FloatArray,
    fields: Fields,
    pressures: FloatArray,
    plant_return: FloatArray,
) -> None:
    """Write a block of every pipe's and junction's fields in the outputs' sign convention."""
    inlet, outlet, level = (
        fields.inlet_temperature,
        fields.outlet_temperature,
        fields.junction_temperature,
    )
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        parent, pipe, node = tree.parent[row], tree.pipe[row], tree.junction[row]
        forward = tree.orientation[row]
        for side in range(2):
            write_field(forward, hour, inside, work, row, FLOW, fields.mass_flow, side, pipe)
        write_field(forward, hour, inside, work, row, DROP, fields.pressure_drop, 0, pipe)
        write_field(forward, hour, inside, work, row, BACK_DROP, fields.pressure_drop, 1, pipe)
        write_field(1.0, hour, inside, work, parent, SUPPLY, inlet, 0, pipe)
        write_field(1.0, hour, inside, work, row, SUPPLY, outlet, 0, pipe)
        write_field(1.0, hour, inside, work, row, BACK, inlet, 1, pipe)
        write_field(1.0, hour, inside, work, row, LEFT, outlet, 1, pipe)
        if forward < 0.0:
            turn_ends(hour, inside, work, row, row, SUPPLY, parent, SUPPLY, fields, 0, pipe)
            turn_ends(hour, inside, work, row, row, LEFT, row, BACK, fields, 1, pipe)
        write_field(1.0, hour, inside, work, row, LOSS, fields.heat_loss, 0, pipe)
        write_field(1.0, hour, inside, work, row, BACK_LOSS, fields.heat_loss, 1, pipe)
        write_field(1.0, hour, inside, work, row, SUPPLY, level, 0, node)
        write_field(1.0, hour, inside, work, row, BACK, level, 1, node)
    write_pressures(tree, hour, inside, work, fields.junction_pressure, pressures)
    for j in range(inside):
        level[0, tree.junction[0], hour + j] = work[0, SUPPLY, j]
        level[1, tree.junction[0], hour + j] = plant_return[j]


@kernel
def write_pressures(
    tree: TreeTable,
    hour: int,
    inside: int,
    work: FloatArray,
    pressure: FloatArray,
    pressures: FloatArray,
) -> None:
    """Write a block of every junction's pressures; LIFT and BACK_LIFT of the plant are zero."""
    for row in range(tree.parent.size):
        node = tree.junction[row]
        for j in range(inside):
            pressure[0, node, hour + j] = pressures[0, j] + work[row, LIFT, j]
        for j in range(inside):
            pressure[1, node, hour + j] = pressures[1, j] + work[row, BACK_LIFT, j]


@kernel
def measure_pipes(
    tree: TreeTable,
    water: WaterTable,
    options: Options,
    pump: Pump,
    hour: int,
    inside: int,
    lanes: int,
    work: FloatArray,
    out: Outputs,
    tables: Tables,
) -> None:
    """Write losses, figures and fields of every pipe, and sum the circuit's losses."""
    pressures, duration, sums = tables.pressures, tables.duration, tables.sums
    for j in range(lanes):
        pressures[0, j] = pump.static_pressure + tables.head[j]
        pressures[1, j] = pump.static_pressure
        duration[j] = out.duration[hour + j] if j < inside else 0.0
        sums[0, j] = 0.0
        sums[1, j] = 0.0
    sweep_losses(tree, water, options, lanes, work, tables.losses, sums)
    sweep_figures(tree, water, lanes, work, pressures, duration, tables.figures, tables.notes)
    if tables.fields.mass_flow.size > 0:
        sweep_fields(tree, hour, inside, work, tables.fields, pressures, tables.plant_return)
    for j in range(inside):
        out.heat_loss[hour + j] = sums[0, j]
        out.hydraulic_power[hour + j] = sums[1, j]


@kernel
def balance_plant(
    tree: TreeTable,
    water: WaterTable,
    hour: int,
    inside: int,
    lanes: int,
    work: FloatArray,
    plant_return: FloatArray,
    sums: FloatArray,
    out: Outputs,
) -> None:
    """Write what the plant gives, and how well heat and mass close.

    ``sums`` has rows delivered heat, its absolute sum, and the consumers' flow.
    """
    for j in range(lanes):
        sums[0, j] = 0.0
        sums[1, j] = 0.0
        sums[2, j] = 0.0
    for c in range(tree.consumer_row.size):
        for j in range(inside):
            sums[0, j] += out.consumer_heat[c, hour + j]
        for j in range(inside):
            sums[1, j] += abs(out.consumer_heat[c, hour + j])
        for j in range(inside):
            sums[2, j] += out.consumer_mass_flow[c, hour + j]
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
def measure_standing(
    tree: TreeTable,
    hour: int,
    inside: int,
    lanes: int,
    work: FloatArray,
    plant_return: FloatArray,
    sums: FloatArray,
    out: Outputs,
) -> None:
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
    for j in range(inside):
        out.standing_loss[hour + j] = sums[0, j] if work[0, FLOW, j] > STANDING else 0.0
