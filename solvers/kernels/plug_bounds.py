"""Between what contents water and wall of a line are, and that they stay there.

Beside a trickle the cells of a wall are long: what water then differs from the steady profile is
moved within a percent of that profile, which where water turns or stops may be outside of all
that warms and cools it. That part goes to what else the line holds.
"""

from .compile import inline, part
from .plug_growth import grown, mean_growth
from .plug_pieces import end_of_piece
from .plug_tables import (
    BEND,
    BENT,
    BEYOND,
    CELLS,
    CONTENT_P,
    COUNT,
    EVEN,
    FIRST,
    HIGH,
    LOW,
    MASS,
    SHARE_P,
    TILT_P,
    WATER,
    WHOLE,
    FloatArray,
    Net,
)

NOISE = 1.0e-3  # J/kg: rounding is no water outside


@inline
def forget_bounds(lines: FloatArray, line: int) -> None:
    """Let `contents_between` look at a line anew."""
    lines[LOW, line], lines[HIGH, line] = 1.0, 0.0


@part
def contents_between(net: Net, line: int, inlet: int, entering: int) -> tuple[float, float]:
    """Return between which contents water and wall of a line, and what comes, are. [J/kg]"""
    if net.lines[LOW, line] > net.lines[HIGH, line]:
        see_bounds(net, line)
    low, high = net.lines[LOW, line], net.lines[HIGH, line]
    for k in range(entering):
        if net.pieces[inlet, k, TILT_P] == 0.0:
            content = net.pieces[inlet, k, CONTENT_P]
            low, high = min(low, content), max(high, content)
        else:
            one = end_of_piece(net.pieces, inlet, k, 0.0)
            two = end_of_piece(net.pieces, inlet, k, 1.0)
            low, high = min(low, one, two), max(high, one, two)
    return low, high


@part
def see_bounds(net: Net, line: int) -> None:
    """Write between which contents water and wall of a line are."""
    slugs, index, slots = net.slugs, net.places, net.slugs.shape[1] - BEYOND
    first, count = index[FIRST, line], index[COUNT, line]
    low, high = net.walls[line, 0], net.walls[line, 0]
    for cell in range(1, index[CELLS, line]):
        content = net.walls[line, cell]
        low, high = min(low, content), max(high, content)
    for i in range(count):
        one, two = slug_ends(slugs, line, (first + i) & slots)
        low, high = min(low, one, two), max(high, one, two)
    net.lines[LOW, line], net.lines[HIGH, line] = low, high


@inline
def slug_ends(slugs: FloatArray, line: int, at: int) -> tuple[float, float]:
    """Return the contents at both ends of a slug whose label is its content."""
    even, bent = slugs[line, at, EVEN], slugs[line, at, BENT]
    return even + bent, even + bent * grown(slugs[line, at, BEND])


@part
def hold_within(
    net: Net,
    line: int,
    bounds: tuple[float, float],
    more: float,
    pushed: float,
    left: float,
    made: int,
) -> float:
    """Give a line heat, and hold water and wall, and what left, between ``bounds``.

    ``more`` is that heat [J]; what is cut off goes to what else the line holds. ``left`` is the
    mean content of what left, ``pushed`` its mass [kg], ``made`` its pieces. Return that mean as
    it is then. [J/kg]
    """
    lines, low, high = net.lines, bounds[0] - NOISE, bounds[1] + NOISE
    kept = left - trim_pieces(net.emitted, made, low, high)
    kept = min(max(kept, low), high)
    see_bounds(net, line)
    spare = more + pushed * (left - kept)
    if lines[LOW, line] < low or lines[HIGH, line] > high:
        spare += trim_slugs(net, line, low, high) + trim_cells(net, line, low, high)
        forget_bounds(lines, line)
    if spare != 0.0:
        take_spare(net, line, spare, high if spare > 0.0 else low)
        forget_bounds(lines, line)
    return kept


@part
def trim_pieces(emitted: FloatArray, made: int, low: float, high: float) -> float:
    """Hold the pieces of what left between two contents; return by how much their mean falls."""
    cut, shares = 0.0, 0.0
    for k in range(made):
        share, content = emitted[k, SHARE_P], emitted[k, CONTENT_P]
        shares += share
        if content < low or content > high:
            emitted[k, CONTENT_P], emitted[k, TILT_P] = min(max(content, low), high), 0.0
            cut += share * (content - emitted[k, CONTENT_P])
    return cut / shares if cut != 0.0 else 0.0


@part
def trim_slugs(net: Net, line: int, low: float, high: float) -> float:
    """Hold the water of a line between two contents; return the heat that is cut off. [J]"""
    slugs, index, slots, spare = net.slugs, net.places, net.slugs.shape[1] - BEYOND, 0.0
    for i in range(index[COUNT, line]):
        at = (index[FIRST, line] + i) & slots
        one, two = slug_ends(slugs, line, at)
        if min(one, two) < low or max(one, two) > high:
            bent = slugs[line, at, BENT] * mean_growth(slugs[line, at, BEND])
            mean = slugs[line, at, EVEN] + bent
            held = min(max(mean, low), high)
            slugs[line, at, EVEN], slugs[line, at, BENT] = held, 0.0
            slugs[line, at, BEND] = 0.0
            spare += slugs[line, at, MASS] * (mean - held)
    return spare


@part
def trim_cells(net: Net, line: int, low: float, high: float) -> float:
    """Hold the wall of a line between two contents; return the heat that is cut off. [J]"""
    walls, cells, spare = net.walls, net.places[CELLS, line], 0.0
    for cell in range(cells):
        content = walls[line, cell]
        if content < low or content > high:
            walls[line, cell] = min(max(content, low), high)
            spare += content - walls[line, cell]
    return float(spare * (net.lines[WHOLE, line] - net.lines[WATER, line]) / cells)


@part
def take_spare(net: Net, line: int, spare: float, most: float) -> None:
    """Give heat to water and wall of a line, to each as it is from a content; the rest evenly."""
    slugs, walls, index = net.slugs, net.walls, net.places
    slots, cells = net.slugs.shape[1] - BEYOND, index[CELLS, line]
    whole = net.lines[WHOLE, line]
    wall, room = (whole - net.lines[WATER, line]) / cells, 0.0
    for i in range(index[COUNT, line]):
        at = (index[FIRST, line] + i) & slots
        one, two = slug_ends(slugs, line, at)
        room += slugs[line, at, MASS] * nearest(most, one, two)
    for cell in range(cells):
        room += wall * (most - walls[line, cell])
    share = spare / room if abs(room) > abs(spare) else 1.0
    rest = (spare - share * room) / whole
    for i in range(index[COUNT, line]):
        at = (index[FIRST, line] + i) & slots
        one, two = slug_ends(slugs, line, at)
        slugs[line, at, EVEN] += share * nearest(most, one, two) + rest
    for cell in range(cells):
        walls[line, cell] += share * (most - walls[line, cell]) + rest


@inline
def nearest(most: float, one: float, two: float) -> float:
    """Return how far a content is from the nearer of two others."""
    away, other = most - one, most - two
    return away if abs(away) < abs(other) else other
