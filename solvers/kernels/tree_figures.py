"""Figures of every pipe over all hours.

A figure is kept as a quarter of a block's lanes: taking the larger of two rows is a vector
operation, finding the largest in a row is not. The rest is done once, after the last block.
"""

from ...model.water import Coefficients, WaterTable
from .compile import kernel
from .tree_rows import (
    BACK,
    BACK_DROP,
    BACK_LIFT,
    BACK_LOSS,
    DROP,
    FLOW,
    LEFT,
    LIFT,
    LOSS,
    SUPPLY,
)
from .tree_tables import FloatArray, TreeTable
from .water import polynomial6

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
QUARTERS = 4

STANDS = 1.0e-9  # kg/s, below which a pipe's temperatures are not noted as extremes


@kernel
def sweep_figures(
    tree: TreeTable,
    water: WaterTable,
    lanes: int,
    work: FloatArray,
    pressures: FloatArray,
    duration: FloatArray,
    figures: FloatArray,
    notes: FloatArray,
) -> None:
    """Add a block of every pipe's hours to the figures, supply then return."""
    volume = water.specific_volume
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        parent, pipe, per_length = tree.parent[row], tree.pipe[row], tree.per_length[row]
        ends, lift = (parent, SUPPLY, row, SUPPLY), (parent, row, LIFT)
        note_water(volume, 1.0 / tree.area[0, row], lanes, work, ends, duration, notes)
        places = (DROP, LOSS, 0)
        note_rest(per_length, lanes, work, lift, places, pressures, duration, notes)
        add_notes(lanes, notes, figures, 0, pipe)
        ends, lift = (row, BACK, row, LEFT), (parent, row, BACK_LIFT)
        note_water(volume, 1.0 / tree.area[1, row], lanes, work, ends, duration, notes)
        places = (BACK_DROP, BACK_LOSS, 1)
        note_rest(per_length, lanes, work, lift, places, pressures, duration, notes)
        add_notes(lanes, notes, figures, 1, pipe)


@kernel
def note_water(
    volume: Coefficients,
    per_area: float,
    lanes: int,
    work: FloatArray,
    ends: tuple[int, int, int, int],
    duration: FloatArray,
    notes: FloatArray,
) -> None:
    """Note flow, velocity and temperatures; ``ends`` are row and value of either end's water."""
    near_row, near, row, far = ends
    for j in range(lanes):
        notes[PEAK_FLOW, j] = work[row, FLOW, j]
    for j in range(lanes):
        middle = 0.5 * (work[near_row, near, j] + work[row, far, j])
        notes[PEAK_VELOCITY, j] = work[row, FLOW, j] * polynomial6(volume, middle) * per_area
    for j in range(lanes):
        middle = 0.5 * (work[near_row, near, j] + work[row, far, j])
        notes[MEAN_TEMPERATURE, j] = middle * duration[j]
    for j in range(lanes):
        stands = 1e9 if work[row, FLOW, j] <= STANDS else 0.0
        a, b = work[near_row, near, j], work[row, far, j]
        notes[MIN_TEMPERATURE, j] = min(a, b) + stands
        notes[MAX_TEMPERATURE, j] = max(a, b) - stands


@kernel
def note_rest(
    per_length: float,
    lanes: int,
    work: FloatArray,
    lift: tuple[int, int, int],
    places: tuple[int, int, int],
    pressures: FloatArray,
    duration: FloatArray,
    notes: FloatArray,
) -> None:
    """Note gradient, heat loss and pressures.

    ``lift`` are near row, row and value of a lift, ``places`` the values of drop and loss, and
    the row of ``pressures``.
    """
    near_row, row, value = lift
    drop, loss, side = places
    for j in range(lanes):
        notes[PEAK_GRADIENT, j] = work[row, drop, j] * per_length
    for j in range(lanes):
        notes[HEAT_LOSS, j] = work[row, loss, j] * duration[j]
    for j in range(lanes):
        a, b = work[near_row, value, j], work[row, value, j]
        notes[MAX_PRESSURE, j] = pressures[side, j] + max(a, b)
        notes[MIN_PRESSURE, j] = pressures[side, j] + min(a, b)


@kernel
def add_notes(lanes: int, notes: FloatArray, figures: FloatArray, side: int, pipe: int) -> None:
    """Add a block of one pipe's notes to its figures, four quarters of the lanes at once."""
    q = lanes // QUARTERS
    for value in LARGEST:
        for j in range(q):
            first = max(notes[value, j], notes[value, j + q])
            last = max(notes[value, j + 2 * q], notes[value, j + 3 * q])
            most = max(first, last)
            figures[side, pipe, value, j] = max(figures[side, pipe, value, j], most)
    for value in LEAST:
        for j in range(q):
            first = min(notes[value, j], notes[value, j + q])
            last = min(notes[value, j + 2 * q], notes[value, j + 3 * q])
            least = min(first, last)
            figures[side, pipe, value, j] = min(figures[side, pipe, value, j], least)
    for value in SUMMED:
        for j in range(q):
            first = notes[value, j] + notes[value, j + q]
            last = notes[value, j + 2 * q] + notes[value, j + 3 * q]
            figures[side, pipe, value, j] += first + last
