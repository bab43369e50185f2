"""Slugs of a line in rows: how they come there from its own values or its ring, and back.

A line of a large tree is in one of three states: one slug with the values of the line, a few in
rows (`Flush.some` of them), or a ring (``places[COUNT]`` of them). In rows slugs are counted, and
their bends reckoned, from where water leaves the line.
"""

from .compile import inline, part
from .flush_lines import STEEP
from .flush_tables import FEW, Flush
from .plug_growth import grown, mean_growth_small
from .plug_tables import (
    BEND,
    BEND_WHOLE,
    BENT,
    BENT_WHOLE,
    BEYOND,
    COUNT,
    EVEN,
    FADED,
    FIRST,
    LABELS,
    MASS,
    SLUG_VALUES,
    WHOLE,
    FloatArray,
    IntArray,
    Net,
)


@inline
def turned(bent: float, bend: float, forward: bool) -> tuple[float, float]:
    """Return the bend of a slug from its other end, unless its line goes ``forward``."""
    return (bent, bend) if forward else (bent * grown(bend), -bend)


@inline
def clear_rows(few: FloatArray, line: int) -> None:
    """Take all slugs of a line out of its rows."""
    for slot in range(FEW + 1):
        few[SLUG_VALUES * slot + MASS, line] = 0.0


@inline
def place_few(lines: FloatArray, few: FloatArray, some: FloatArray, line: int) -> None:
    """Put the one slug of a line into its rows."""
    bent, bend = lines[BENT_WHOLE, line], lines[BEND_WHOLE, line]
    lines[FADED, line] = 1.0
    lines[LABELS, line] = lines[WHOLE, line] * bent * mean_growth_small(bend)
    clear_rows(few, line)
    few[MASS, line], few[EVEN, line] = lines[WHOLE, line], 0.0
    few[BENT, line], few[BEND, line] = bent, bend
    some[line] = 1.0


@part
def few_to_ring(net: Net, room: Flush, line: int) -> None:
    """Put the few slugs of a line into its ring."""
    few, some, slugs, places = room.few, room.some, net.slugs, net.places
    count, forward = int(some[line]), room.outward[line] > 0.0
    for j in range(count):
        at, row = count - 1 - j if forward else j, SLUG_VALUES * j
        bent, bend = turned(few[row + BENT, line], few[row + BEND, line], forward)
        slugs[line, at, MASS], slugs[line, at, EVEN] = few[row + MASS, line], few[row + EVEN, line]
        slugs[line, at, BENT], slugs[line, at, BEND] = bent, bend
    places[FIRST, line], places[COUNT, line], some[line] = 0, count, 0.0


@inline
def ring_to_few(places: IntArray, slugs: FloatArray, room: Flush, line: int, out: float) -> None:
    """Put the few slugs of a ring into rows where none is much bent."""
    few, slots = room.few, slugs.shape[1] - BEYOND
    first, count, forward = places[FIRST, line], places[COUNT, line], out > 0.0
    least, most = 0.0, 0.0
    clear_rows(few, line)
    for j in range(count):
        at, row = (first + (count - 1 - j if forward else j)) & slots, SLUG_VALUES * j
        bent, bend = turned(slugs[line, at, BENT], slugs[line, at, BEND], forward)
        few[row + MASS, line], few[row + EVEN, line] = slugs[line, at, MASS], slugs[line, at, EVEN]
        few[row + BENT, line], few[row + BEND, line] = bent, bend
        least, most = min(least, bend), max(most, bend)
    if least >= 0.0 and most <= STEEP:
        places[FIRST, line], places[COUNT, line], room.some[line] = 0, 0, float(count)


@part
def renew_few(net: Net, room: Flush, line: int) -> None:
    """Write the labels of the few slugs of a line for A = 1, as `renew_labels` does."""
    lines, few = net.lines, room.few
    faded = lines[FADED, line]
    for j in range(FEW + 1):
        few[SLUG_VALUES * j + EVEN, line] *= faded
        few[SLUG_VALUES * j + BENT, line] *= faded
    lines[LABELS, line] *= faded
    lines[FADED, line] = 1.0


@part
def recount_few(net: Net, room: Flush, line: int) -> None:
    """Sum what a line of few slugs holds."""
    lines, few, total = net.lines, room.few, 0.0
    for j in range(int(room.some[line])):
        row = SLUG_VALUES * j
        mean = few[row + BENT, line] * mean_growth_small(few[row + BEND, line])
        total += few[row + MASS, line] * (few[row + EVEN, line] + mean)
    lines[LABELS, line] = total
