"""The steady profile beside a wall: what water and wall of a line would be if nothing changed.

Water above the ground falls from the inlet as exp(-N s), s being the share of the line behind it
and N = U L / (m c); the wall stands between water and ground as film and outside do. Slugs and
cells are moved as what they differ from it: in steady flow by nothing, whatever their size.
"""

from .compile import inline, part
from .plug_growth import grown, mean_growth
from .plug_tables import (
    BEND,
    BENT,
    BEYOND,
    CELLS,
    COUNT,
    EVEN,
    FIRST,
    MASS,
    WATER,
    FloatArray,
    IntArray,
)

MOST_FALL = 100.0  # N of a line so slow that its water is as cold as the ground


@inline
def fall_along(film: float, outside: float, flow: float) -> float:
    """Return N; 0 where no profile is of use."""
    fall = film * outside / ((film + outside) * abs(flow))
    return fall if fall < MOST_FALL else 0.0


@part
def take_profile(
    lines: FloatArray,
    index: IntArray,
    slugs: FloatArray,
    walls: FloatArray,
    line: int,
    forward: bool,
    profile: tuple[float, float, float],
) -> None:
    """Take the steady profile from water and wall; what is left of a slug is its mean.

    ``profile`` is the excess of the water at the inlet [J/kg], N, and the wall's share of the
    water's excess.
    """
    top, fall, wall = profile
    slots, cells, per_mass = slugs.shape[1] - BEYOND, index[CELLS, line], 1.0 / lines[WATER, line]
    here = top if forward else top * grown(-fall)
    for i in range(index[COUNT, line]):
        at = (index[FIRST, line] + i) & slots
        q = fall * slugs[line, at, MASS] * per_mass * (-1.0 if forward else 1.0)
        g = mean_growth(q)
        own = slugs[line, at, BENT] * mean_growth(slugs[line, at, BEND])
        slugs[line, at, EVEN] += own - here * g
        slugs[line, at, BENT] = slugs[line, at, BEND] = 0.0
        here *= 1.0 + q * g
    lean_wall(walls, line, cells, forward, (-top, fall, wall))


@part
def put_profile(
    lines: FloatArray,
    index: IntArray,
    slugs: FloatArray,
    walls: FloatArray,
    line: int,
    forward: bool,
    profile: tuple[float, float, float],
) -> None:
    """Put back what `take_profile` took, where water and wall are by now."""
    top, fall, _ = profile
    slots, cells, per_mass = slugs.shape[1] - BEYOND, index[CELLS, line], 1.0 / lines[WATER, line]
    here = top if forward else top * grown(-fall)
    for i in range(index[COUNT, line]):
        at = (index[FIRST, line] + i) & slots
        q = fall * slugs[line, at, MASS] * per_mass * (-1.0 if forward else 1.0)
        here *= 1.0 + q * mean_growth(q)
        slugs[line, at, BENT], slugs[line, at, BEND] = here, -q
    lean_wall(walls, line, cells, forward, profile)


@inline
def lean_wall(
    walls: FloatArray,
    line: int,
    cells: int,
    forward: bool,
    profile: tuple[float, float, float],
) -> None:
    """Add the wall's part of a steady profile to its cells."""
    top, fall, share = profile
    q = fall / cells * (-1.0 if forward else 1.0)
    g = mean_growth(q)
    here = top * share if forward else top * share * grown(-fall)
    for cell in range(cells):
        walls[line, cell] += here * g
        here *= 1.0 + q * g
