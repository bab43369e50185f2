"""Figures of the pipes of a mesh over a block of hours, and how well mass and heads close."""

from math import inf, isnan

from ...model.water import WaterTable
from .compile import inline, part
from .mesh_output import BOOSTED, LOST, RUBBED, STOOD
from .mesh_pipes import ends_of
from .mesh_rows import (
    DROP,
    FLOW,
    FLOW_C,
    INLET,
    LANES,
    LOSS,
    NOTES,
    OUTLET,
    PRESSURE,
    QUARTER,
    RUB,
    VOLUME,
    WARMING,
    WATER,
    WEIGHT,
)
from .mesh_tables import MeshLevel, MeshTable, MeshWork
from .tree_figures import (
    HEAT_LOSS,
    MAX_PRESSURE,
    MAX_TEMPERATURE,
    MEAN_TEMPERATURE,
    MIN_PRESSURE,
    MIN_TEMPERATURE,
    PEAK_FLOW,
    PEAK_GRADIENT,
    PEAK_VELOCITY,
)
from .tree_finish import GRAVITY, STANDING
from .tree_tables import Fields, FloatArray
from .water import enthalpy

NEVER = inf  # no hour is worse, or none is better


@part
def measure_pipes(
    mesh: MeshTable,
    water: WaterTable,
    static_pressure: float,
    work: MeshWork,
    fields: Fields,
) -> None:
    """Add a block of every pipe's hours to its figures, and sum losses.

    ``level.errors`` and ``flow_errors`` become the largest imbalance of a junction [kg/s] and the
    largest head that is left over along a pipe [Pa].
    """
    level, scratch, lanes = work.level, work.level.scratch, work.level.errors.size
    for j in range(LANES):
        level.errors[j] = 0.0
        level.flow_errors[j] = 0.0
    for side in range(mesh.sides):
        begin_balance(mesh, side, work)
        for e in range(mesh.start.size):
            measure_heat(mesh, water, side, e, work)
            measure_hydraulics(mesh, side, e, static_pressure, work)
            add_notes(scratch, work.figures, side * mesh.start.size + e)
            if fields.heat_loss.size > 0:
                for j in range(LANES):
                    if level.live[j] > 0.0:
                        fields.heat_loss[side, level.hour[j], e] = scratch[LOSS + j]
        for node in range(work.rest.shape[0]):
            for j in range(lanes):
                level.errors[j] = max(level.errors[j], abs(work.rest[node, j]))


@inline
def measure_heat(mesh: MeshTable, water: WaterTable, side: int, e: int, work: MeshWork) -> None:
    """Note a block of a pipe's hours: flow, heat and water; sum losses."""
    nodes, pipes, level, scratch = work.nodes, work.pipes, work.level, work.level.scratch
    row, a, b = ends_of(mesh, side, e)
    sums, lanes, at, mutual = level.sums, level.errors.size, mesh.ground[e], mesh.exchange[e]
    own, twin_loss = mesh.conductance[side, e], mesh.conductance[1 - side, e]
    for j in range(LANES):
        flow, outlet = pipes[row, FLOW + j], pipes[row, OUTLET + j]
        one, other = nodes[a, WATER + j], nodes[b, WATER + j]
        inlet, size = one if flow >= 0.0 else other, abs(flow)
        rubbed = size * heat_of(water, outlet, pipes[row, WARMING + j])
        fall = enthalpy(water, inlet) - enthalpy(water, outlet)
        scratch[INLET + j] = inlet
        scratch[LOSS + j] = size * fall + rubbed
        scratch[RUB + j] = rubbed
    for j in range(lanes):
        sums[LOST, j] += scratch[LOSS + j]
        sums[RUBBED, j] += scratch[RUB + j]
    if mutual > 0.0:
        twin, apart = (1 - side) * mesh.start.size + e, (1 - 2 * side) * mesh.height.size
        for j in range(LANES):
            loss = scratch[LOSS + j]
            from_twin = lost_by(water, work, twin, a + apart, b + apart, j)
            scratch[LOSS + j] = loss - exchanged(own, twin_loss, mutual, loss, from_twin)
    note_water(row, pipes, level)
    source = side * mesh.height.size + mesh.producer_junction[0]
    for j in range(LANES):
        near, stands = nodes[source, WATER + j], abs(pipes[row, FLOW + j])
        stood = own * (near - level.ground[at, j])
        sums[STOOD, j] += stood if stands <= STANDING else 0.0


@part
def begin_balance(mesh: MeshTable, side: int, work: MeshWork) -> None:
    """Write what producers and consumers put into a side at each junction. [kg/s]"""
    consumers, level, rest = work.consumers, work.level, work.rest
    lanes, sign = level.errors.size, 1.0 - 2.0 * side
    for node in range(rest.shape[0]):
        for j in range(lanes):
            rest[node, j] = 0.0
    for k in range(mesh.producer_junction.size):
        node = mesh.producer_junction[k]
        for j in range(lanes):
            rest[node, j] += sign * level.fed[k, j]
    for c in range(mesh.consumer_junction.size):
        node = mesh.consumer_junction[c]
        for j in range(lanes):
            rest[node, j] -= sign * consumers[c, FLOW_C + j]


@inline
def measure_hydraulics(
    mesh: MeshTable, side: int, e: int, static_pressure: float, work: MeshWork
) -> None:
    """Note a block of a pipe's hours: pressures; sum the power of boosters."""
    nodes, pipes, level, scratch = work.nodes, work.pipes, work.level, work.level.scratch
    row, a, b = ends_of(mesh, side, e)
    per_area, per_length = 1.0 / mesh.area[side, e], mesh.per_length[e]
    gate, lift, pumped = mesh.gate[side, e], mesh.lift[side, e], 1.0 - side
    start, end, rest, lanes = mesh.start[e], mesh.end[e], work.rest, level.errors.size
    reach, weight = mesh.reach[side, mesh.start[e]], GRAVITY * mesh.rise[e]
    if lift > 0:
        for j in range(LANES):
            rise = level.lift[lift, j] * pipes[row, VOLUME + j]
            power = max(pipes[row, FLOW + j] * rise, 0.0) * level.passage[gate, j]
            level.sums[BOOSTED, j] += power
    for j in range(lanes):
        speed = abs(pipes[row, FLOW + j]) * pipes[row, VOLUME + j] * per_area
        gradient, alive = abs(pipes[row, DROP + j]) * per_length, level.live[j] > 0.0
        scratch[NOTES + PEAK_VELOCITY * LANES + j] = speed if alive else -NEVER
        scratch[NOTES + PEAK_GRADIENT * LANES + j] = gradient if alive else -NEVER
    for j in range(LANES):
        base = static_pressure + pumped * level.head[j]
        one, other = nodes[a, PRESSURE + j] + base, nodes[b, PRESSURE + j] + base
        known = not isnan(one) and not isnan(other) and level.live[j] > 0.0
        scratch[NOTES + MAX_PRESSURE * LANES + j] = max(one, other) if known else -NEVER
        scratch[NOTES + MIN_PRESSURE * LANES + j] = min(one, other) if known else NEVER
    for j in range(LANES):
        one, other = nodes[a, PRESSURE + j], nodes[b, PRESSURE + j]
        head = one - other - pipes[row, DROP + j] - pipes[row, WEIGHT + j]
        wrong = abs(head - weight / level.volume[side, j])
        exists = level.passage[gate, j] * level.reached[reach, j] > 0.0
        worst = level.flow_errors[j]
        level.flow_errors[j] = max(worst, wrong if exists else 0.0)
    for j in range(lanes):
        rest[start, j] -= pipes[row, FLOW + j]
    for j in range(lanes):
        rest[end, j] += pipes[row, FLOW + j]


@inline
def note_water(row: int, pipes: FloatArray, level: MeshLevel) -> None:
    """Note a block of a pipe's hours: flow, temperature and loss."""
    scratch = level.scratch
    for j in range(LANES):
        size, inlet, outlet = abs(pipes[row, FLOW + j]), scratch[INLET + j], pipes[row, OUTLET + j]
        alive, duration = level.live[j] > 0.0, level.duration[j]
        moves = size > STANDING and alive
        scratch[NOTES + MIN_TEMPERATURE * LANES + j] = min(inlet, outlet) if moves else NEVER
        scratch[NOTES + MAX_TEMPERATURE * LANES + j] = max(inlet, outlet) if moves else -NEVER
        scratch[NOTES + PEAK_FLOW * LANES + j] = size if alive else -NEVER
        mean, loss = 0.5 * (inlet + outlet) * duration, scratch[LOSS + j] * duration
        scratch[NOTES + MEAN_TEMPERATURE * LANES + j] = mean if alive else 0.0
        scratch[NOTES + HEAT_LOSS * LANES + j] = loss if alive else 0.0


@inline
def largest(notes: FloatArray, value: int, j: int) -> float:
    """Return the largest of four lanes of a note."""
    at, q = NOTES + value * LANES + j, QUARTER
    a, b = max(notes[at], notes[at + q]), max(notes[at + 2 * q], notes[at + 3 * q])
    return float(max(a, b))


@inline
def least(notes: FloatArray, value: int, j: int) -> float:
    """Return the least of four lanes of a note."""
    at, q = NOTES + value * LANES + j, QUARTER
    a, b = min(notes[at], notes[at + q]), min(notes[at + 2 * q], notes[at + 3 * q])
    return float(min(a, b))


@inline
def summed(notes: FloatArray, value: int, j: int) -> float:
    """Return the sum of four lanes of a note."""
    at, q = NOTES + value * LANES + j, QUARTER
    return float((notes[at] + notes[at + q]) + (notes[at + 2 * q] + notes[at + 3 * q]))


@inline
def add_notes(notes: FloatArray, f: FloatArray, row: int) -> None:
    """Add a block of a pipe's notes to its figures."""
    for j in range(QUARTER):
        flow, speed = PEAK_FLOW * QUARTER + j, PEAK_VELOCITY * QUARTER + j
        gradient, mean = PEAK_GRADIENT * QUARTER + j, MEAN_TEMPERATURE * QUARTER + j
        cold, warm = MIN_TEMPERATURE * QUARTER + j, MAX_TEMPERATURE * QUARTER + j
        loss, high = HEAT_LOSS * QUARTER + j, MAX_PRESSURE * QUARTER + j
        low = MIN_PRESSURE * QUARTER + j
        f[row, flow] = max(f[row, flow], largest(notes, PEAK_FLOW, j))
        f[row, speed] = max(f[row, speed], largest(notes, PEAK_VELOCITY, j))
        f[row, gradient] = max(f[row, gradient], largest(notes, PEAK_GRADIENT, j))
        f[row, mean] += summed(notes, MEAN_TEMPERATURE, j)
        f[row, cold] = min(f[row, cold], least(notes, MIN_TEMPERATURE, j))
        f[row, warm] = max(f[row, warm], largest(notes, MAX_TEMPERATURE, j))
        f[row, loss] += summed(notes, HEAT_LOSS, j)
        f[row, high] = max(f[row, high], largest(notes, MAX_PRESSURE, j))
        f[row, low] = min(f[row, low], least(notes, MIN_PRESSURE, j))


@inline
def lost_by(water: WaterTable, work: MeshWork, row: int, a: int, b: int, j: int) -> float:
    """Return what a pipe loses to ground and twin. [W]"""
    nodes, pipes = work.nodes, work.pipes
    flow, outlet = pipes[row, FLOW + j], pipes[row, OUTLET + j]
    inlet = nodes[a, WATER + j] if flow >= 0.0 else nodes[b, WATER + j]
    rubbed = heat_of(water, outlet, pipes[row, WARMING + j])
    fall = enthalpy(water, inlet) - enthalpy(water, outlet)
    return float(abs(flow) * (fall + rubbed))


@inline
def exchanged(own: float, twin: float, mutual: float, loss: float, twin_loss: float) -> float:
    """Return what a pipe gives its twin, found from what both lose in all. [W]"""
    determinant = own * twin + mutual * (own + twin)
    known = determinant > 0.0
    return mutual * (twin * loss - own * twin_loss) / determinant if known else loss


@inline
def heat_of(water: WaterTable, outlet: float, warming: float) -> float:
    """Return the heat that warmed water by friction on its way. [J/kg]"""
    return enthalpy(water, outlet) - enthalpy(water, outlet - warming)
