"""Fields and balance of a block of solved hours."""

from math import inf

import numpy as np

from ...model.water import WaterTable
from .compile import inline, part
from .stores import put
from .tree_figures import lose_heat
from .tree_finish import STANDING
from .tree_rows import (
    ABSOLUTE,
    BACK,
    BACK_C,
    BACK_DROP,
    BACK_LIFT,
    BACK_LOSS,
    BACK_VOLUME,
    DELIVERED,
    DRAWN,
    DROP,
    FLOW,
    FLOW_C,
    LANES,
    LEFT,
    LIFT,
    LOSS,
    LOST,
    PRESSURE_C,
    RUBBED,
    SERVED_C,
    STOOD,
    SUPPLY,
    SUPPLY_C,
)
from .tree_tables import (
    Fields,
    FloatArray,
    IntArray,
    Level,
    Options,
    Outputs,
    Pump,
    Tables,
    TreeTable,
)
from .water import enthalpy, polynomial6

THINGS_AT_ONCE = 64  # written in all their hours before the next ones


@inline
def write_rows(
    block: int,
    hours: int,
    rows: IntArray,
    work: FloatArray,
    place: int,
    field: FloatArray,
    side: int,
) -> None:
    """Write a block of hours of all things into a field, an hour at a time.

    ``rows[k]`` is the row of thing k. What is written next stands next in memory.
    """
    first = block * LANES
    for lane in range(min(LANES, hours - first)):
        for k in range(rows.size):
            field[side, first + lane, k] = work[rows[k], place + lane]


@inline
def put_rows(
    first: int,
    lanes: int,
    things: tuple[int, int],
    rows: IntArray,
    work: FloatArray,
    place: int,
    field: FloatArray,
    side: int,
) -> None:
    """Write the lanes of some things into a field that no kernel reads again.

    ``first`` is the hour of the first lane, ``things`` the first and the one after the last,
    ``rows[k]`` the row of thing k. What is written next stands next in memory. No index is ever
    negative, which the compiler would ask for each value of a signed one.
    """
    for lane in range(lanes):
        for k in range(things[0], things[1]):
            row = np.uint64(rows[np.uint64(k)])
            put(field, side, first + lane, k, work[row, place + lane])


@inline
def put_turned(
    first: int,
    lanes: int,
    things: tuple[int, int],
    rows: IntArray,
    signs: FloatArray,
    work: FloatArray,
    place: int,
    field: FloatArray,
    side: int,
) -> None:
    """Write as `put_rows` does, each value times the sign of its row."""
    for lane in range(lanes):
        for k in range(things[0], things[1]):
            row = np.uint64(rows[np.uint64(k)])
            put(field, side, first + lane, k, signs[row] * work[row, place + lane])


@part
def write_pipes(tree: TreeTable, block: int, hours: int, work: FloatArray, fields: Fields) -> None:
    """Write a block of every pipe's fields in the outputs' sign convention.

    All fields of some pipes at a time: what they are read from fits the first cache.
    """
    flow, inlet, outlet, drop = (
        fields.mass_flow,
        fields.inlet_temperature,
        fields.outlet_temperature,
        fields.pressure_drop,
    )
    own, near, signs = tree.row_of_pipe, tree.near_of_pipe, tree.orientation
    first = block * LANES
    lanes = min(LANES, hours - first)
    for k in range(0, own.size, THINGS_AT_ONCE):
        pipes = (k, min(k + THINGS_AT_ONCE, own.size))
        if flow.size > 0:
            put_turned(first, lanes, pipes, own, signs, work, FLOW, flow, 0)
        if drop.size > 0:
            put_turned(first, lanes, pipes, own, signs, work, DROP, drop, 0)
            put_turned(first, lanes, pipes, own, signs, work, BACK_DROP, drop, 1)
        if inlet.size > 0:
            put_rows(first, lanes, pipes, near, work, SUPPLY, inlet, 0)
            put_rows(first, lanes, pipes, own, work, SUPPLY, outlet, 0)
            put_rows(first, lanes, pipes, own, work, BACK, inlet, 1)
            put_rows(first, lanes, pipes, own, work, LEFT, outlet, 1)
    for k in range(own.size if inlet.size > 0 else 0):
        if signs[own[k]] < 0.0:
            turn_pipe(tree, block, hours, work, inlet, outlet, own[k], k)


@inline
def turn_pipe(
    tree: TreeTable,
    block: int,
    hours: int,
    work: FloatArray,
    inlet: FloatArray,
    outlet: FloatArray,
    row: int,
    pipe: int,
) -> None:
    """Read a pipe that points to the plant in its own direction where its water stands."""
    parent, first = tree.parent[row], block * LANES
    for j in range(min(LANES, hours - first)):
        if work[row, FLOW + j] == 0.0:
            inlet[0, first + j, pipe] = work[row, SUPPLY + j]
            outlet[0, first + j, pipe] = work[parent, SUPPLY + j]
            inlet[1, first + j, pipe] = work[row, LEFT + j]
            outlet[1, first + j, pipe] = work[row, BACK + j]


@part
def write_junctions(
    tree: TreeTable,
    pump: Pump,
    block: int,
    hours: int,
    work: FloatArray,
    fields: Fields,
    level: Level,
) -> None:
    """Write a block of every junction's fields."""
    water, pressure, rows = (
        fields.junction_temperature,
        fields.junction_pressure,
        tree.row_of_junction,
    )
    first, plant = block * LANES, tree.junction[0]
    if water.size > 0:
        write_rows(block, hours, rows, work, SUPPLY, water, 0)
        write_rows(block, hours, rows, work, BACK, water, 1)
    if pressure.size > 0:
        write_rows(block, hours, rows, work, LIFT, pressure, 0)
        write_rows(block, hours, rows, work, BACK_LIFT, pressure, 1)
    for j in range(min(LANES, hours - first)):
        if water.size > 0:
            water[1, first + j, plant] = level.plant_return[j]
        if pressure.size > 0:
            base = pump.static_pressure
            for k in range(rows.size):
                pressure[0, first + j, k] += base + level.head[j]
                pressure[1, first + j, k] += base


@part
def write_water(
    tree: TreeTable,
    water: WaterTable,
    options: Options,
    block: int,
    hours: int,
    work: FloatArray,
    consumers: FloatArray,
    tables: Tables,
    out: Outputs,
) -> None:
    """Write a block of the consumers' flows, the junctions' water and the pipes' losses."""
    losses, junctions, level = (
        tables.fields.heat_loss,
        tables.fields.junction_temperature,
        tables.level,
    )
    warms, scratch = 1.0 if options.heating else 0.0, level.scratch
    write_values(block, consumers, FLOW_C, out.consumer_mass_flow)
    write_rows(block, hours, tree.row_of_junction, work, SUPPLY, junctions, 0)
    write_rows(block, hours, tree.row_of_junction, work, BACK, junctions, 1)
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        for j in range(LANES):
            middle = 0.5 * (work[row, BACK + j] + work[row, LEFT + j])
            scratch[BACK_VOLUME + j] = polynomial6(water.specific_volume, middle)
        lose_heat(tree, water, warms, work, row, tree.parent[row], level)
        for j in range(min(LANES, hours - block * LANES)):
            losses[0, block * LANES + j, tree.pipe[row]] = scratch[LOSS + j]
            losses[1, block * LANES + j, tree.pipe[row]] = scratch[BACK_LOSS + j]


@part
def write_consumers(block: int, consumers: FloatArray, out: Outputs) -> None:
    """Write what a block of consumers gets."""
    flow, supply, back, heat, pressure = (
        out.consumer_mass_flow,
        out.consumer_supply_temperature,
        out.consumer_return_temperature,
        out.consumer_heat,
        out.consumer_pressure_difference,
    )
    if flow.size == 0:
        return
    write_values(block, consumers, FLOW_C, flow)
    write_values(block, consumers, SUPPLY_C, supply)
    write_values(block, consumers, BACK_C, back)
    write_values(block, consumers, SERVED_C, heat)
    write_values(block, consumers, PRESSURE_C, pressure)


@inline
def write_values(block: int, consumers: FloatArray, place: int, output: FloatArray) -> None:
    """Write a block of hours of one value of all consumers, an hour at a time."""
    for lane in range(LANES):
        for c in range(consumers.shape[0]):
            output[block, lane, c] = consumers[c, place + lane]


@part
def balance_plant(
    water: WaterTable,
    block: int,
    hours: int,
    work: FloatArray,
    level: Level,
    steps: int,
    out: Outputs,
) -> None:
    """Write what the plant gives, and how well heat and mass close."""
    sums = level.sums
    for j in range(min(LANES, hours - block * LANES)):
        flow, back = work[0, FLOW + j], level.plant_return[j]
        heat = flow * (enthalpy(water, work[0, SUPPLY + j]) - enthalpy(water, back))
        lost, rubbed = sums[LOST + j], sums[RUBBED + j]
        out.producer_mass_flow[block, j] = flow
        out.producer_return_temperature[block, j] = back
        out.producer_heat[block, j] = heat
        out.heat_loss[block, j] = lost
        out.hydraulic_power[block, j] = rubbed
        out.standing_loss[block, j] = sums[STOOD + j] if flow > STANDING else 0.0
        terms = abs(heat) + abs(rubbed) + sums[ABSOLUTE + j] + abs(lost)
        rest = heat + rubbed - sums[DELIVERED + j] - lost
        out.heat_residual[block, j] = abs(rest) / max(terms, 1000.0)
        out.mass_residual[block, j] = abs(flow - sums[DRAWN + j])
        if not abs(rest) < inf:
            out.heat_error[block, j] = inf
        out.iterations[block, j] = steps
