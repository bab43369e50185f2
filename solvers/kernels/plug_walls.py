"""Water in a pipe whose wall has a temperature of its own.

Water that flows passes the cells of the wall (see `plug_stream`). Water that stands, or creeps so
that it meets a cell long before it has passed it, exchanges heat with the cells beside it, by the
exact solution of both temperatures: a step is cut into parts in which water moves no further than
a cell, with half of a part's exchange before it and half after (Strang's splitting). The loss
leaves from the wall. What slugs and cells hold above the steady profile is moved (see
`plug_profile`). Labels are contents here: G = 0, A = 1.
"""

from math import exp, sqrt

from ...model.water import WaterTable
from .compile import inline, part
from .plug_bounds import contents_between, hold_within
from .plug_film import film_conductance
from .plug_films import STEEPEST
from .plug_growth import grown
from .plug_pieces import crowd, emit_like, piece_mean
from .plug_profile import fall_along, put_profile, take_profile
from .plug_slugs import DUST, add_slug, join_slugs, sum_labels
from .plug_stream import pass_water
from .plug_tables import (
    BEYOND,
    CELLS,
    COUNT,
    DIAMETER,
    EVEN,
    FILM,
    FIRST,
    MASS,
    POINT,
    POINT_C,
    POINT_T,
    SINK,
    WALL,
    WATER,
    WHOLE,
    FloatArray,
    IntArray,
    Net,
)

SOFT = 0.5  # of the time in which water and wall meet: longest part of a step
SHARE = 0.25  # of a cell, that water moves at least in a part of a step
SLOW = 1.0  # of film over a cell's share of the flow, beyond which water meets cells as it stands
COARSE = 0.25  # the same of the loss: beyond, the steady profile falls too much along a cell
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
    water: WaterTable,
    line: int,
    flow: float,
    inlet: int,
    entering: int,
    mean: float,
    film: float,
    outside: float,
    around: tuple[float, float],
    spare: float,
    seconds: float,
) -> tuple[float, int]:
    """Move water past the wall for a step; return the mean content of what leaves, and pieces.

    ``mean`` is the mean content of what comes in, ``film`` and ``outside`` (from the wall to the
    ground) are conductances over the heat capacity of water [kg/s]. ``around`` are the contents
    between which all is that the line exchanges heat with; it gets ``spare`` [J] as the step ends.
    """
    lines, index, slugs, walls = net.lines, net.places, net.slugs, net.walls
    held, forward = lines[WATER, line], flow >= 0.0
    low, high = contents_between(net, line, inlet, entering if flow != 0.0 else 0)
    within = (min(low, around[0]), max(high, around[1]))
    if flow == 0.0:
        take_profile(lines, index, slugs, walls, line, forward, (0.0, 0.0, 0.0))
        wall = lines[WHOLE, line] - held
        shares = exchange_shares(film, outside, held, wall, seconds)
        meet_wall(lines, index, slugs, walls, line, shares)
        hold_within(net, line, within, spare, 0.0, low, 0)
        return 0.0, 0
    fall = fall_along(film, outside, flow)
    top = mean - lines[SINK, line] if fall > 0.0 else 0.0
    below = top * grown(-fall)
    if fall > 0.0:
        middle = min(max(lines[SINK, line] + 0.5 * (top + below), low), high)
        film, outside = profile_film(lines, water, line, flow, middle, film, outside)
    profile = (top, fall, film / (film + outside))
    take_profile(lines, index, slugs, walls, line, forward, profile)
    slow = index[CELLS, line] * abs(flow)
    if film < SLOW * slow and film * outside < COARSE * slow * (film + outside):
        ends = (top, fall, below)
        left, made = pass_water(
            net, water, line, flow, inlet, entering, film, outside, seconds, ends, (low, high)
        )
    else:
        left, made = creep(net, line, flow, inlet, entering, film, outside, seconds, (top, below))
    put_profile(lines, index, slugs, walls, line, forward, profile)
    return hold_within(net, line, within, spare, abs(flow) * seconds, left, made), made


@part
def profile_film(
    lines: FloatArray,
    water: WaterTable,
    line: int,
    flow: float,
    middle: float,
    film: float,
    outside: float,
) -> tuple[float, float]:
    """Return film and outside conductance as `pass_wall` has them, for water of the profile.

    ``middle`` is the content of its middle, ``film`` and ``outside`` are those of the water at
    the middle between inlet and outlet in the step before: the same in steady flow.
    """
    loss = film * outside / (film + outside)
    t = lines[POINT_T, line] + (middle - lines[POINT, line]) / lines[POINT_C, line]
    found = film_conductance(water, flow, lines[DIAMETER, line], lines[FILM, line], t)
    found /= lines[POINT_C, line] * (1.0 + found * lines[WALL, line])
    found = max(found, loss / STEEPEST)
    return found, found * loss / (found - loss)


@part
def creep(
    net: Net,
    line: int,
    flow: float,
    inlet: int,
    entering: int,
    film: float,
    outside: float,
    seconds: float,
    ends: tuple[float, float],
) -> tuple[float, int]:
    """Move water that creeps, above a steady profile from the first of ``ends`` to the second.

    Parameters and what returns are those of `pass_wall`.
    """
    lines, index, slugs, walls = net.lines, net.places, net.slugs, net.walls
    held, cells, forward = lines[WATER, line], index[CELLS, line], flow >= 0.0
    wall, size = lines[WHOLE, line] - held, held / cells
    pushed, most = abs(flow) * seconds, net.pieces.shape[1]
    moves = min(pushed / size, TURNS * cells)
    quick = SOFT / (film / held + (film + outside) / wall)
    parts = int(max(moves, seconds / max(quick, SHARE * seconds / moves))) + 1
    part, moved, heat, made = seconds / parts, pushed / parts, 0.0, 0
    crowded = min(MANY * most, net.emitted.shape[0] - 1)
    whole = exchange_shares(film, outside, held, wall, part)
    half = exchange_shares(film, outside, held, wall, 0.5 * part)
    meet_wall(lines, index, slugs, walls, line, half)
    at, began = 0, 0.0
    for k in range(parts):
        content, at, began = piece_mean(
            net.pieces, inlet, entering, (at, began), (k + 1) / parts, k / parts
        )
        left = shift_water(index, slugs, line, forward, moved, content - ends[0], SMALLEST * size)
        if most > 1:
            made = emit_like(net.emitted, made, 1.0 / parts, left / moved + ends[1])
            if made == crowded:
                made = crowd(net.emitted, made, crowded // 2)
        heat += left
        meet_wall(lines, index, slugs, walls, line, half if k == parts - 1 else whole)
    return heat / pushed + ends[1], made


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
