"""Losses and figures of every pipe over all hours.

A figure is kept as a quarter of a block's lanes: taking the larger of two rows is a vector
operation, finding the largest in a row is not. The rest is done once, after the last block.
"""

from ...model.water import WaterTable
from .ahead import LINE, ask
from .compile import inline, part
from .tree_finish import STANDING, lift_pipes
from .tree_rows import (
    BACK,
    BACK_DROP,
    BACK_LIFT,
    BACK_LOSS,
    BACK_VOLUME,
    DROP,
    FLOW,
    HEATING,
    LANES,
    LEFT,
    LIFT,
    LOSS,
    LOST,
    QUARTER,
    RUBBED,
    SMALLEST_FLOW,
    STOOD,
    SUPPLY,
    VOLUME,
)
from .tree_tables import FloatArray, Level, Options, Pump, Tables, TreeTable, Walk
from .water import enthalpy

(
    PEAK_FLOW,
    PEAK_VELOCITY,
    PEAK_GRADIENT,
    MEAN_TEMPERATURE,
    MIN_TEMPERATURE,
    MAX_TEMPERATURE,
    HEAT_LOSS,
    MAX_PRESSURE,
    MIN_PRESSURE,
) = range(9)
FIGURES = 9
LARGEST = (PEAK_FLOW, PEAK_VELOCITY, PEAK_GRADIENT, MAX_TEMPERATURE, MAX_PRESSURE)
LEAST = (MIN_TEMPERATURE, MIN_PRESSURE)
SUMMED = (MEAN_TEMPERATURE, HEAT_LOSS)

AHEAD = 4  # rows whose pressures are asked for before they are needed


@part
def measure_pipes(
    tree: TreeTable,
    walk: Walk,
    water: WaterTable,
    options: Options,
    block: int,
    hours: int,
    work: FloatArray,
    tables: Tables,
) -> None:
    """Sweep from the plant: pressures relative to its own, losses, and what figures need of both.

    Sums the circuit's losses, and adds a block of every pipe's hours to its figures but those of
    pressure, for which the head is still to be found (`measure_pressures`).
    """
    level, figures, fields = tables.level, tables.figures, tables.fields
    sums, losses, keeps = level.sums, fields.heat_loss, fields.heat_loss.size > 0
    warms = 1.0 if options.heating else 0.0
    for j in range(LANES):
        sums[LOST + j] = 0.0
        sums[RUBBED + j] = 0.0
        sums[STOOD + j] = 0.0
        work[0, LIFT + j] = 0.0
        work[0, BACK_LIFT + j] = 0.0
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        parent, pipe = tree.parent[row], tree.pipe[row]
        ask_figures(tree, figures, k + 1, PEAK_FLOW, FIGURES)
        lift_pipes(tree, walk, water, work, row, parent, level)
        lose_heat(tree, water, warms, work, row, parent, level)
        ends, places = (parent, SUPPLY, SUPPLY), (DROP, VOLUME, LOSS)
        note_pipe(tree, work, row, 0, ends, places, level)
        add_notes(level.notes, figures, pipe)
        ends, places = (row, BACK, LEFT), (BACK_DROP, BACK_VOLUME, BACK_LOSS)
        note_pipe(tree, work, row, 1, ends, places, level)
        add_notes(level.notes, figures, tree.pipe.size - 1 + pipe)
        if keeps:
            for side in range(2):
                for j in range(min(LANES, hours - block * LANES)):
                    losses[side, block * LANES + j, pipe] = level.scratch[LOSS + side * LANES + j]


@part
def measure_pressures(
    tree: TreeTable, pump: Pump, work: FloatArray, level: Level, figures: FloatArray
) -> None:
    """Add a block of the pressures at both ends of every pipe to its figures."""
    base, still, pipes = level.scratch, pump.static_pressure, tree.pipe.size - 1
    for j in range(LANES):
        base[j] = still + level.head[j]
    for k in range(pipes):
        row = tree.order[k]
        parent, pipe = tree.parent[row], tree.pipe[row]
        ask_figures(tree, figures, k + AHEAD, MAX_PRESSURE, FIGURES)
        for j in range(figures.shape[1] // FIGURES):
            a, b = higher(work, row, parent, LIFT, j), lower(work, row, parent, LIFT, j)
            high, low = base[j] + a, base[j] + b
            for q in range(QUARTER, LANES, QUARTER):
                high = max(high, base[q + j] + higher(work, row, parent, LIFT, q + j))
                low = min(low, base[q + j] + lower(work, row, parent, LIFT, q + j))
            add_pressures(figures, pipe, j, high, low)
        for j in range(figures.shape[1] // FIGURES):
            high, low = (
                higher(work, row, parent, BACK_LIFT, j),
                lower(work, row, parent, BACK_LIFT, j),
            )
            for q in range(QUARTER, LANES, QUARTER):
                high = max(high, higher(work, row, parent, BACK_LIFT, q + j))
                low = min(low, lower(work, row, parent, BACK_LIFT, q + j))
            add_pressures(figures, pipes + pipe, j, still + high, still + low)


@inline
def ask_figures(tree: TreeTable, figures: FloatArray, k: int, first: int, last: int) -> None:
    """Ask for some figures, ``last`` excluded, of both pipes of the row that comes ``k``-th."""
    pipes = tree.pipe.size - 1
    pipe = tree.pipe[tree.order[min(k, pipes - 1)]]
    for place in range(first * QUARTER, last * QUARTER, LINE):
        ask(figures, pipe, place)
        ask(figures, pipes + pipe, place)


@inline
def higher(work: FloatArray, row: int, parent: int, place: int, j: int) -> float:
    """Return the larger of two rows' values."""
    return float(max(work[row, place + j], work[parent, place + j]))


@inline
def lower(work: FloatArray, row: int, parent: int, place: int, j: int) -> float:
    """Return the lesser of two rows' values."""
    return float(min(work[row, place + j], work[parent, place + j]))


@inline
def add_pressures(figures: FloatArray, thing: int, j: int, high: float, low: float) -> None:
    """Add a pipe's highest and lowest pressure of four lanes to its figures."""
    above, below = MAX_PRESSURE * QUARTER + j, MIN_PRESSURE * QUARTER + j
    figures[thing, above] = max(figures[thing, above], high)
    figures[thing, below] = min(figures[thing, below], low)


@inline
def lose_heat(
    tree: TreeTable,
    water: WaterTable,
    warms: float,
    work: FloatArray,
    row: int,
    parent: int,
    level: Level,
) -> None:
    """Write what both pipes of a row lose to the ground, and add it up.

    Of the return water the specific volume is known (BACK_VOLUME). What the two exchange is taken
    out of the one and put into the other as the same number, so that it cancels to the last digit.
    """
    scratch, sums, mutual = level.scratch, level.sums, tree.exchange[row]
    a, d = tree.conductance[0, row] + mutual, tree.conductance[1, row] + mutual
    determinant = a * d - mutual * mutual
    known, coupled = determinant > 0.0, 1.0 if mutual > 0.0 else 0.0
    per = coupled * mutual / determinant if known else 0.0
    direct = 0.0 if known else coupled
    for j in range(LANES):
        flow, back, left = work[row, FLOW + j], work[row, BACK + j], work[row, LEFT + j]
        some = flow + SMALLEST_FLOW
        warmed = warms * work[row, HEATING + j] * some * some * flow
        back_warmed = warms * work[row, BACK_DROP + j] * scratch[BACK_VOLUME + j] * flow
        near, far = work[parent, SUPPLY + j], work[row, SUPPLY + j]
        loss = flow * (enthalpy(water, near) - enthalpy(water, far)) + warmed
        back_loss = flow * (enthalpy(water, back) - enthalpy(water, left)) + back_warmed
        exchange = direct * loss + per * ((d - mutual) * loss - (a - mutual) * back_loss)
        loss -= exchange
        back_loss += exchange
        scratch[LOSS + j] = loss
        scratch[BACK_LOSS + j] = back_loss
        sums[LOST + j] += loss + back_loss
        sums[RUBBED + j] += warmed + back_warmed


@inline
def note_pipe(
    tree: TreeTable,
    work: FloatArray,
    row: int,
    side: int,
    ends: tuple[int, int, int],
    places: tuple[int, int, int],
    level: Level,
) -> None:
    """Note a block of one pipe.

    ``ends`` are the row and the place of its inlet's water and the place of its outlet's,
    ``places`` that of its drop, and those of specific volume and loss in ``level.scratch``.
    """
    inlet_row, inlet, outlet = ends
    drop, volume, loss = places
    notes, scratch = level.notes, level.scratch
    per_area, per_length = 1.0 / tree.area[side, row], tree.per_length[row]
    for j in range(LANES):
        flow, a, b = work[row, FLOW + j], work[inlet_row, inlet + j], work[row, outlet + j]
        middle, stands = 0.5 * (a + b), 1e9 if flow <= STANDING else 0.0
        duration = level.duration[j]
        notes[PEAK_FLOW * LANES + j] = flow
        notes[PEAK_VELOCITY * LANES + j] = flow * scratch[volume + j] * per_area
        notes[PEAK_GRADIENT * LANES + j] = work[row, drop + j] * per_length
        notes[MEAN_TEMPERATURE * LANES + j] = middle * duration
        notes[MIN_TEMPERATURE * LANES + j] = min(a, b) + stands
        notes[MAX_TEMPERATURE * LANES + j] = max(a, b) - stands
        notes[HEAT_LOSS * LANES + j] = scratch[loss + j] * duration


@inline
def largest(notes: FloatArray, value: int, j: int) -> float:
    """Return the largest of four lanes of a note."""
    at, q = value * LANES + j, QUARTER
    a, b = max(notes[at], notes[at + q]), max(notes[at + 2 * q], notes[at + 3 * q])
    return float(max(a, b))


@inline
def least(notes: FloatArray, value: int, j: int) -> float:
    """Return the least of four lanes of a note."""
    at, q = value * LANES + j, QUARTER
    a, b = min(notes[at], notes[at + q]), min(notes[at + 2 * q], notes[at + 3 * q])
    return float(min(a, b))


@inline
def summed(notes: FloatArray, value: int, j: int) -> float:
    """Return the sum of four lanes of a note."""
    at, q = value * LANES + j, QUARTER
    return float((notes[at] + notes[at + q]) + (notes[at + 2 * q] + notes[at + 3 * q]))


@inline
def add_notes(notes: FloatArray, figures: FloatArray, thing: int) -> None:
    """Add a block of one pipe's notes to its figures, four quarters of the lanes at once.

    The compiler does not know how far the loop runs, or it would write it out value by value.
    """
    for j in range(figures.shape[1] // FIGURES):
        flow, speed = PEAK_FLOW * QUARTER + j, PEAK_VELOCITY * QUARTER + j
        gradient, mean = PEAK_GRADIENT * QUARTER + j, MEAN_TEMPERATURE * QUARTER + j
        cold, warm = MIN_TEMPERATURE * QUARTER + j, MAX_TEMPERATURE * QUARTER + j
        loss, f = HEAT_LOSS * QUARTER + j, figures
        f[thing, flow] = max(f[thing, flow], largest(notes, PEAK_FLOW, j))
        f[thing, speed] = max(f[thing, speed], largest(notes, PEAK_VELOCITY, j))
        f[thing, gradient] = max(f[thing, gradient], largest(notes, PEAK_GRADIENT, j))
        f[thing, mean] += summed(notes, MEAN_TEMPERATURE, j)
        f[thing, cold] = min(f[thing, cold], least(notes, MIN_TEMPERATURE, j))
        f[thing, warm] = max(f[thing, warm], largest(notes, MAX_TEMPERATURE, j))
        f[thing, loss] += summed(notes, HEAT_LOSS, j)
