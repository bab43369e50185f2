"""Losses and figures of every pipe over all hours.

A figure is kept as a quarter of a block's lanes: taking the larger of two rows is a vector
operation, finding the largest in a row is not. The rest is done once, after the last block.
"""

from ...model.water import WaterTable
from .compile import inline, part
from .tree_finish import STANDING
from .tree_rows import (
    BACK,
    BACK_DROP,
    BACK_LIFT,
    BACK_LOSS,
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
    SUPPLY,
)
from .tree_tables import FloatArray, Level, Options, Pump, Tables, TreeTable
from .water import enthalpy, polynomial6

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


@part
def measure_pipes(
    tree: TreeTable,
    water: WaterTable,
    options: Options,
    pump: Pump,
    block: int,
    hours: int,
    work: FloatArray,
    tables: Tables,
) -> None:
    """Sum the circuit's losses, and add a block of every pipe's hours to its figures."""
    level, figures, fields = tables.level, tables.figures, tables.fields
    sums, losses, keeps = level.sums, fields.heat_loss, fields.heat_loss.size > 0
    warms = 1.0 if options.heating else 0.0
    for j in range(LANES):
        sums[LOST + j] = 0.0
        sums[RUBBED + j] = 0.0
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        parent, pipe = tree.parent[row], tree.pipe[row]
        lose_heat(tree, water, warms, work, row, parent, level)
        ends, places = (parent, SUPPLY, SUPPLY), (DROP, LIFT, LOSS)
        note_pipe(tree, water, pump, work, row, parent, 0, ends, places, level)
        add_notes(level.notes, figures, pipe)
        ends, places = (row, BACK, LEFT), (BACK_DROP, BACK_LIFT, BACK_LOSS)
        note_pipe(tree, water, pump, work, row, parent, 1, ends, places, level)
        add_notes(level.notes, figures, tree.pipe.size - 1 + pipe)
        if keeps:
            for side in range(2):
                for j in range(min(LANES, hours - block * LANES)):
                    losses[side, block * LANES + j, pipe] = level.scratch[LOSS + side * LANES + j]


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

    What the two exchange is taken out of the one and put into the other as the same number, so
    that it cancels to the last digit.
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
        volume = polynomial6(water.specific_volume, 0.5 * (back + left))
        warmed = warms * work[row, HEATING + j] * some * some * flow
        back_warmed = warms * work[row, BACK_DROP + j] * volume * flow
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
    water: WaterTable,
    pump: Pump,
    work: FloatArray,
    row: int,
    parent: int,
    side: int,
    ends: tuple[int, int, int],
    places: tuple[int, int, int],
    level: Level,
) -> None:
    """Note a block of one pipe.

    ``ends`` are the row and the place of its inlet's water and the place of its outlet's,
    ``places`` those of drop, lift and loss.
    """
    inlet_row, inlet, outlet = ends
    drop, lift, loss = places
    notes, per_area, per_length = level.notes, 1.0 / tree.area[side, row], tree.per_length[row]
    pumped = 1.0 - side
    for j in range(LANES):
        flow, a, b = work[row, FLOW + j], work[inlet_row, inlet + j], work[row, outlet + j]
        middle, stands = 0.5 * (a + b), 1e9 if flow <= STANDING else 0.0
        volume, duration = polynomial6(water.specific_volume, middle), level.duration[j]
        base = pump.static_pressure + pumped * level.head[j]
        low, high = work[parent, lift + j], work[row, lift + j]
        notes[PEAK_FLOW * LANES + j] = flow
        notes[PEAK_VELOCITY * LANES + j] = flow * volume * per_area
        notes[PEAK_GRADIENT * LANES + j] = work[row, drop + j] * per_length
        notes[MEAN_TEMPERATURE * LANES + j] = middle * duration
        notes[MIN_TEMPERATURE * LANES + j] = min(a, b) + stands
        notes[MAX_TEMPERATURE * LANES + j] = max(a, b) - stands
        notes[HEAT_LOSS * LANES + j] = level.scratch[loss + j] * duration
        notes[MAX_PRESSURE * LANES + j] = base + max(low, high)
        notes[MIN_PRESSURE * LANES + j] = base + min(low, high)


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
        loss, high, low = (
            HEAT_LOSS * QUARTER + j,
            MAX_PRESSURE * QUARTER + j,
            MIN_PRESSURE * QUARTER + j,
        )
        f = figures
        f[thing, flow] = max(f[thing, flow], largest(notes, PEAK_FLOW, j))
        f[thing, speed] = max(f[thing, speed], largest(notes, PEAK_VELOCITY, j))
        f[thing, gradient] = max(f[thing, gradient], largest(notes, PEAK_GRADIENT, j))
        f[thing, mean] += summed(notes, MEAN_TEMPERATURE, j)
        f[thing, cold] = min(f[thing, cold], least(notes, MIN_TEMPERATURE, j))
        f[thing, warm] = max(f[thing, warm], largest(notes, MAX_TEMPERATURE, j))
        f[thing, loss] += summed(notes, HEAT_LOSS, j)
        f[thing, high] = max(f[thing, high], largest(notes, MAX_PRESSURE, j))
        f[thing, low] = min(f[thing, low], least(notes, MIN_PRESSURE, j))
