"""What water gives a cell of the wall as it passes, by its own temperature.

The film is told for some contents between the coldest and the warmest of a line, and is linear
between two of them.
"""

from math import exp, sqrt

from ...model.water import WaterTable
from .compile import inline, part
from .plug_film import film_conductance
from .plug_tables import (
    BASE_A,
    CELLS,
    DIAMETER,
    FILM,
    FILM_A,
    LEAN_A,
    LEANS_A,
    SLOPE_A,
    WALL,
    FloatArray,
    Net,
)
from .water import polynomial6, temperature

STEEPEST = 0.9  # of the film: most that a line's loss is; a film that passes less is that large
AT_ONCE = 1.0  # exchange of a slug and a cell beyond which it is the exponential of both
APART = 20_000.0  # J/kg between two contents for which the film is told
ALIKE = 1000.0  # J/kg within which it is one
NEAR = 6.0e-4  # of the film: what it is off where a slug keeps it through some cells, at most


@inline
def film_at(
    net: Net, water: WaterTable, line: int, flow: float, content: float, least: float
) -> float:
    """Return the film's conductance per cell over the heat capacity of the flow."""
    lines, t = net.lines, temperature(water, content)
    film = film_conductance(water, flow, lines[DIAMETER, line], lines[FILM, line], t)
    film /= polynomial6(water.heat_capacity, t) * (1.0 + film * lines[WALL, line])
    return float(max(film / (net.places[CELLS, line] * abs(flow)), least))


@part
def tell_films(
    net: Net,
    water: WaterTable,
    line: int,
    flow: float,
    least: float,
    bounds: tuple[float, float],
) -> tuple[float, int, int]:
    """Write the film at contents between ``bounds``, nowhere less than ``least``.

    Return the inverse of their distance (0: the film is one), how many lie above the first, and
    in how many cells a slug may keep its film: the more, the less that changes.
    """
    along, cells = net.along, net.places[CELLS, line]
    low, high = bounds
    if high - low < ALIKE:
        film = film_at(net, water, line, flow, 0.5 * (low + high), least)
        along[FILM_A, 0], along[FILM_A, 1] = film, film
        return 0.0, 1, cells
    gaps = min(int((high - low) / APART) + 1, along.shape[1] - 1)
    for k in range(gaps + 1):
        content = low + (high - low) * k / gaps
        along[FILM_A, k] = film_at(net, water, line, flow, content, least)
    least, most = along[FILM_A, 0], along[FILM_A, 0]
    for k in range(1, gaps + 1):
        least, most = min(least, along[FILM_A, k]), max(most, along[FILM_A, k])
    kept = sqrt(NEAR * least / max(most - least, NEAR * least)) / most
    return gaps / (high - low), gaps, min(int(kept) + 1, cells)


@inline
def given_share(film: float, weight: float) -> float:
    """Return what water gives a cell as it passes, of its excess above it.

    ``film`` is per heat capacity of the flow, ``weight`` 1 and the ratio of the masses. Both
    exchange by the mean of what they are before and after.
    """
    reach = film * weight
    if reach < AT_ONCE:
        return film / (1.0 + 0.5 * reach)
    return (1.0 - exp(-reach)) / weight


@part
def share_films(along: FloatArray, gaps: int, weight: float) -> None:
    """Write what the water beside a cell gives it, for the contents of `tell_films`."""
    here = given_share(along[FILM_A, 0], weight)
    for k in range(gaps):
        there = given_share(along[FILM_A, k + 1], weight)
        along[SLOPE_A, k] = there - here
        along[BASE_A, k] = here - k * (there - here)
        here = there


@part
def lean_films(along: FloatArray, gaps: int, film: float, fall: float) -> None:
    """Write what the wall has in steady flow beyond the profile's own, for the same contents.

    As shares of the water's excess; ``film`` is that of the profile, ``fall`` its N in a cell.
    """
    for k in range(gaps):
        here = fall / film - fall / along[FILM_A, k]
        there = fall / film - fall / along[FILM_A, k + 1]
        along[LEANS_A, k] = there - here
        along[LEAN_A, k] = here - k * (there - here)


@inline
def told_share(along: FloatArray, place: float, gaps: int) -> tuple[float, float]:
    """Return what `share_films` and `lean_films` wrote, at a place among the contents."""
    place = min(max(place, 0.0), float(gaps))
    k = min(int(place), gaps - 1)
    told = along[BASE_A, k] + along[SLOPE_A, k] * place
    return told, along[LEAN_A, k] + along[LEANS_A, k] * place
