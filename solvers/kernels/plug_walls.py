"""Water in a pipe whose wall has a temperature of its own.

Slugs move past the cells of the wall. A step is cut into parts in which water moves no further
than a cell; before and after each part slugs and cells exchange heat for half of it (Strang's
splitting), by the exact solution of both temperatures. The loss leaves from the wall. In a step
that moves many times a pipe's content, a part moves several cells. What slugs and cells hold
above the steady profile is moved (see `plug_profile`). Labels are contents here: G = 0, A = 1.
"""

from math import exp, sqrt

from .compile import inline, part
from .plug_growth import grown
from .plug_pieces import crowd, emit_like, piece_mean
from .plug_profile import fall_along, put_profile, take_profile
from .plug_slugs import DUST, add_slug, join_slugs, sum_labels
from .plug_tables import (
    BEYOND,
    CELLS,
    COUNT,
    EVEN,
    FIRST,
    MASS,
    SINK,
    WATER,
    WHOLE,
    FloatArray,
    IntArray,
    Net,
)

SOFT = 0.5  # of the time in which water and wall meet: longest part of a step
SHARE = 0.25  # of a cell, that water moves at least in a part of a step
SMALLEST = 0.5  # of a cell's water: smaller slugs join the one before
MANY = 4  # times the pieces that a node keeps, from which they are joined on the way
TURNS = 2.0  # contents of a pipe moved in a step, beyond which a part moves more than a cell


@inline
def exchange_shares(
    film: float, outside: float, water: float, wall: float, seconds: float
) -> tuple[float, float, float, float]:
    """Return what water and wall keep of their own excess and take of the other's.

    ``film`` and ``outside`` are conductances over heat capacity [kg/s], ``water`` and ``wall``
    masses. [kg]
    """
    a, b, d = film / water, film / wall, outside / wall
    half = 0.5 * (a + b + d)
    root = sqrt(max(half * half - a * d, 0.0))
    slow = exp(-a * d / (half + root) * seconds)
    fast = exp(-(half + root) * seconds)
    even, odd = 0.5 * (slow + fast), (slow - fast) / (2.0 * root)
    return even + odd * (half - a), odd * a, odd * b, even + odd * (half - b - d)


@inline
def meet_wall(
    lines: FloatArray,
    index: IntArray,
    slugs: FloatArray,
    walls: FloatArray,
    line: int,
    shares: tuple[float, float, float, float],
) -> None:
    """Let slugs and the cells beside them exchange heat."""
    slots, cells, ground = slugs.shape[1] - BEYOND, index[CELLS, line], lines[SINK, line]
    own, from_wall, from_water, kept = shares
    size = lines[WATER, line] / cells
    cell, room, warmed = 0, size, 0.0
    for i in range(index[COUNT, line]):
        at = (index[FIRST, line] + i) & slots
        mass, before = slugs[line, at, MASS], slugs[line, at, EVEN] - ground
        left, total = mass, 0.0
        while left > 0.0:
            piece = left if left <= room or cell == cells - 1 else room
            wall = walls[line, cell] - ground
            total += piece * (own * before + from_wall * wall)
            warmed += piece * (from_water * before + kept * wall)
            left -= piece
            room -= piece
            if room <= size * DUST and cell < cells - 1:
                walls[line, cell] = ground + warmed / (size - room)
                cell, room, warmed = cell + 1, size, 0.0
        slugs[line, at, EVEN] = ground + total / mass
    walls[line, cell] = ground + warmed / (size - room)


@inline
def shift_water(
    index: IntArray,
    slugs: FloatArray,
    line: int,
    forward: bool,
    pushed: float,
    entering: float,
    size: float,
) -> float:
    """Push water in and as much out; return the heat of what leaves. [J]

    A slug joins the one before it where both are smaller than ``size``.
    """
    slots = slugs.shape[1] - BEYOND
    left, heat = pushed, 0.0
    while left > 0.0 and index[COUNT, line] > 0:
        at = (index[FIRST, line] + (index[COUNT, line] - 1 if forward else 0)) & slots
        mass = slugs[line, at, MASS]
        if mass > left * (1.0 + DUST):
            heat += left * slugs[line, at, EVEN]
            slugs[line, at, MASS] = mass - left
            left = 0.0
        else:
            heat += mass * slugs[line, at, EVEN]
            left -= mass
            index[COUNT, line] -= 1
            if not forward:
                index[FIRST, line] = (index[FIRST, line] + 1) & slots
    left = max(left, 0.0)
    heat += left * entering
    first, count = index[FIRST, line], index[COUNT, line]
    last = (first if forward else first + count - 1) & slots
    if count > 0 and slugs[line, last, MASS] + pushed - left < size:
        mass = slugs[line, last, MASS]
        total = mass * slugs[line, last, EVEN] + (pushed - left) * entering
        slugs[line, last, MASS] = mass + pushed - left
        slugs[line, last, EVEN] = total / (mass + pushed - left)
    else:
        if count > slots:
            join_slugs(slugs, index, line)
        add_slug(index, slugs, line, forward, pushed - left, entering, 0.0, 0.0)
    return heat


@part
def pass_wall(
    net: Net,
    line: int,
    flow: float,
    inlet: int,
    entering: int,
    mean: float,
    film: float,
    outside: float,
    seconds: float,
) -> tuple[float, int]:
    """Move water past the wall for a step; return the mean content of what leaves, and pieces.

    ``mean`` is the mean content of what comes in, ``film`` and ``outside`` (from the wall to the
    ground) are conductances over the heat capacity of water [kg/s].
    """
    lines, index, slugs, walls = net.lines, net.places, net.slugs, net.walls
    water, cells = lines[WATER, line], index[CELLS, line]
    wall, size, forward = lines[WHOLE, line] - water, water / cells, flow >= 0.0
    if flow == 0.0:
        take_profile(lines, index, slugs, walls, line, forward, (0.0, 0.0, 0.0))
        shares = exchange_shares(film, outside, water, wall, seconds)
        meet_wall(lines, index, slugs, walls, line, shares)
        return 0.0, 0
    pushed, most = abs(flow) * seconds, net.pieces.shape[1]
    moves = min(pushed / size, TURNS * cells)
    quick = SOFT / (film / water + (film + outside) / wall)
    longest = max(quick, SHARE * seconds / moves)
    parts = int(max(moves, seconds / longest)) + 1
    part, moved, heat, made = seconds / parts, pushed / parts, 0.0, 0
    crowded = min(MANY * most, net.emitted.shape[0] - 1)
    whole = exchange_shares(film, outside, water, wall, part)
    half = exchange_shares(film, outside, water, wall, 0.5 * part)
    fall, ground = fall_along(film, outside, flow), lines[SINK, line]
    top = mean - ground if fall > 0.0 else 0.0
    profile, below = (top, fall, film / (film + outside)), top * grown(-fall)
    take_profile(lines, index, slugs, walls, line, forward, profile)
    meet_wall(lines, index, slugs, walls, line, half)
    at, began = 0, 0.0
    for k in range(parts):
        content, at, began = piece_mean(
            net.pieces, inlet, entering, (at, began), (k + 1) / parts, k / parts
        )
        left = shift_water(index, slugs, line, forward, moved, content - top, SMALLEST * size)
        if most > 1:
            made = emit_like(net.emitted, made, 1.0 / parts, left / moved + below)
            if made == crowded:
                made = crowd(net.emitted, made, crowded // 2)
        heat += left
        meet_wall(lines, index, slugs, walls, line, half if k == parts - 1 else whole)
    put_profile(lines, index, slugs, walls, line, forward, profile)
    return heat / pushed + below, made


@part
def wall_heat(
    lines: FloatArray, index: IntArray, slugs: FloatArray, walls: FloatArray, line: int
) -> float:
    """Return the heat in the water and the wall of a line with cells. [J]"""
    cells, total = index[CELLS, line], 0.0
    for cell in range(cells):
        total += walls[line, cell]
    wall = lines[WHOLE, line] - lines[WATER, line]
    return float(sum_labels(index, slugs, line) + wall / cells * total)
