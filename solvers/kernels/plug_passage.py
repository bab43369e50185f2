"""A slug that passes cells of the wall.

A slug and a cell meet once, as the middle of the one passes that of the other; between the
middles of two cells water keeps its heat. They exchange by the mean of what they are before and
after (a box of length and time), so that mean and variance of the delay are exact whatever the
cells: a front becomes as round as film and wall make it. Contents are above the steady profile.
"""

from math import exp, floor
from typing import NamedTuple

from .compile import inline
from .plug_films import told_share
from .plug_tables import PLACE_A, PROFILE_A, FloatArray

MUCH = 0.1  # of a wall's excess, lost while a slug passes
LEAST = 1.0e-12  # of a wall that a slug fills
BESIDE = 1.0e-9  # of a cell, by which water has to be past its middle: rounding passes nothing


class Passage(NamedTuple):
    """A step of a line whose water passes its wall; lengths are in cells.

    Parameters
    ----------
    line, cells : int
        Which, and cells of its wall.
    forward : bool
        Whether the flow goes in the line's own direction.
    pushed : float
        By how much the water moves.
    size : float
        Water beside a cell. [kg]
    ratio : float
        Mass of the water over that of the wall.
    lost : float
        What the wall loses while the water beside a cell passes, of its own excess. [1]
    per, gaps : float, int
        See `tell_films`.
    block : int
        Cells past which a slug keeps its film.
    """

    line: int
    cells: int
    forward: bool
    pushed: float
    size: float
    ratio: float
    lost: float
    per: float
    gaps: int
    block: int


@inline
def wall_keeps(lost: float) -> tuple[float, float]:
    """Return what a wall keeps of its excess while a slug passes, and of what that gives it.

    ``lost`` is its loss in that time, of its own excess. Little of it is lost as the mean of
    before and after says, much as the exponential.
    """
    half = 0.5 * lost
    if half < MUCH:
        kept = 1.0 / (1.0 + half)
        return kept * (1.0 - half), kept
    own = exp(-lost)
    return own, (1.0 - own) / lost


@inline
def pass_cells(
    walls: FloatArray, along: FloatArray, passage: Passage, back: float, mass: float, excess: float
) -> float:
    """Move a slug past the cells whose middle its own passes in a step; return its excess then.

    ``back`` is its rear end as the step begins, from the inlet. A slug and a cell give each other
    no more than makes the one what the other was.
    """
    line, cells, per, gaps = passage.line, passage.cells, passage.per, passage.gaps
    place, given = back + 0.5 * mass - 0.5 - BESIDE, 0.0
    own, kept = wall_keeps(mass * passage.lost)
    taken = kept * mass * passage.ratio
    most = min(1.0, own / max(taken * kept, LEAST))
    i = max(floor(place) + 1, 0)
    ends = min(floor(place + passage.pushed) + 1, cells)
    more = 0.5 * (taken - passage.ratio)  # than a slug of a cell weighs, for which `told` is
    start, turn = (0, 1) if passage.forward else (cells - 1, -1)
    if i < ends and per > 0.0:
        told, _ = told_share(along, excess * per + along[PLACE_A, i], gaps)
        given = told * (excess - kept * walls[line, start + turn * i])
    while i < ends:
        upto = min(i + passage.block, ends)
        middle = excess - 0.5 * (upto - i) * given
        told, lean = told_share(along, middle * per + along[PLACE_A, i], gaps)
        _, usual = told_share(along, along[PLACE_A, i], gaps)
        told, lean = min(told / (1.0 + told * more), most), lean - usual
        rest, pulled, before = 1.0 - told, told * kept, excess
        for k in range(i, upto):
            at, bias = start + turn * k, lean * along[PROFILE_A, k]
            wall = walls[line, at] - bias
            left = rest * excess + pulled * wall
            walls[line, at] = bias + own * wall + taken * (excess - left)
            excess = left
        given, i = (before - excess) / passage.block, upto
    return excess
