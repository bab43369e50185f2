"""Water that flows past the wall of its pipe, through a step.

It is moved slug by slug, from the outlet on, each past all the cells that it passes in the step
(see `plug_passage`). Slugs end where the water changes, so that a front stays one wherever it
stands in a step or a cell. What slugs and cells hold is above the steady profile.
"""

from math import ceil, exp

from ...model.water import WaterTable
from .compile import inline, part
from .plug_films import STEEPEST, lean_films, share_films, tell_films
from .plug_passage import Passage, pass_cells
from .plug_pieces import crowd, emit_like, piece_mean
from .plug_slugs import add_slug, join_slugs
from .plug_tables import (
    BEYOND,
    CELLS,
    COUNT,
    EVEN,
    FILM_A,
    FIRST,
    MASS,
    PLACE_A,
    PROFILE_A,
    SHARE_P,
    SINK,
    WATER,
    WHOLE,
    FloatArray,
    IntArray,
    Net,
)

QUICK = 0.05  # exchange of a wall's cell with a slug that passes a line wholly, at most
BRISK = 0.25  # exchange of a slug and a cell beyond which slugs are halves of a cell
FRONT = 400.0  # J/kg: between waters less apart a slug of less than half a cell is not kept
SAME = 1.0  # J/kg: parts of a cell that differ less are one slug
MANY = 4  # times the pieces that a node keeps, from which they are joined on the way
SLOPED = 3  # slugs that tell a slope
WHOLLY = 1.0e-12  # of a slug: what may stay of one that leaves


@part
def pass_water(
    net: Net,
    water: WaterTable,
    line: int,
    flow: float,
    inlet: int,
    entering: int,
    film: float,
    outside: float,
    seconds: float,
    profile: tuple[float, float, float],
    bounds: tuple[float, float],
) -> tuple[float, int]:
    """Move the water of a step past the wall; return the mean content that leaves, and pieces.

    ``film`` is the line's own, ``outside`` the conductance from the wall to the ground, over the
    heat capacity of water [kg/s]. ``profile`` is the steady profile's top, its N, and its end,
    ``bounds`` what `contents_between` returns.
    """
    lines, walls, along, ground = net.lines, net.walls, net.along, net.lines[SINK, line]
    top, fall, below = profile
    cells, held, through = net.places[CELLS, line], lines[WATER, line], abs(flow)
    wall, size = lines[WHOLE, line] - held, held / cells
    low, high = bounds
    least = film * outside / ((film + outside) * STEEPEST * cells * through)
    per, gaps, block = tell_films(net, water, line, flow, least, bounds)
    share_films(along, gaps, 1.0 + held / wall)
    lean_films(along, gaps, film / (cells * through), fall / cells)
    passage = Passage(
        line,
        cells,
        flow >= 0.0,
        through * seconds / size,
        size,
        held / wall,
        outside / wall * size / through,
        per,
        gaps,
        block,
    )
    kept, here = exp(-fall / cells), top * exp(-0.5 * fall / cells)
    for i in range(cells):
        along[PROFILE_A, i], along[PLACE_A, i] = here, (ground + here - low) * per
        here *= kept
        walls[line, i] -= ground
    heat, made, cut, whole, ended = push_out(net, passage, below)
    rest = (heat, made, cut, whole, ended)
    heat, made, cut, whole, ended = push_in(net, passage, inlet, entering, top, below, rest)
    if cut > 0.0:
        within = (low - below - ended, high - below - ended)
        ended += lean_cut(net.places, net.slugs, passage, cut, whole, within)
        heat += cut * ended
        made = note_piece(net, made, cut / passage.pushed, ended + below)
    for i in range(cells):
        walls[line, i] += ground
    return heat / passage.pushed + below, made


@inline
def note_piece(net: Net, made: int, share: float, content: float) -> int:
    """Note a piece of what leaves, where anybody asks for pieces; return how many there are."""
    most, emitted = net.pieces.shape[1], net.emitted
    if most == 1:
        return made
    made = emit_like(emitted, made, share, content)
    crowded = min(MANY * most, emitted.shape[0] - 1)
    return crowd(emitted, made, crowded // 2) if made == crowded else made


@part
def push_out(net: Net, passage: Passage, below: float) -> tuple[float, int, float, float, float]:
    """Move the water that stands in a line, that at the outlet first.

    Return the heat of slugs that leave wholly, their pieces, and of one that is cut the part that
    leaves, its mass, and its content.
    """
    index, slugs, line, ground = net.places, net.slugs, passage.line, net.lines[SINK, passage.line]
    slots, forward, size = slugs.shape[1] - BEYOND, passage.forward, passage.size
    pushed, cells = passage.pushed, passage.cells
    count, first, front, staying = index[COUNT, line], index[FIRST, line], float(cells), 0
    heat, made, cut, whole, ended = 0.0, 0, 0.0, 0.0, 0.0
    for i in range(count):
        at = (first + (count - 1 - i if forward else i)) & slots
        mass = slugs[line, at, MASS] / size
        back = max(front - mass, 0.0)
        excess = slugs[line, at, EVEN] - ground
        content = ground + pass_cells(net.walls, net.along, passage, back, mass, excess)
        leaves = min(front + pushed - cells, mass)
        slugs[line, at, EVEN] = content
        if leaves >= mass * (1.0 - WHOLLY):
            heat += leaves * content
            made = note_piece(net, made, leaves / pushed, content + below)
        else:
            staying += 1
            if leaves > 0.0:
                cut, whole, ended = leaves, mass, content
                slugs[line, at, MASS] = (mass - leaves) * size
        front = back
    index[COUNT, line] = staying
    if not forward:
        index[FIRST, line] = (first + count - staying) & slots
    return heat, made, cut, whole, ended


@part
def push_in(
    net: Net,
    passage: Passage,
    inlet: int,
    entering: int,
    top: float,
    below: float,
    rest: tuple[float, int, float, float, float],
) -> tuple[float, int, float, float, float]:
    """Put in the water that comes, and move it; ``rest`` and what returns are as of `push_out`."""
    ground, pieces, size = net.lines[SINK, passage.line], net.pieces, passage.size
    pushed, cells = passage.pushed, passage.cells
    heat, made, cut, whole, ended = rest
    film = net.along[FILM_A, 0]
    slug = 0.5 if film * (1.0 + passage.ratio) > BRISK else 1.0
    through = max(pushed - cells, 0.0)  # comes and leaves, in slugs as large as the wall allows
    large = max(min(through / cells, QUICK / (film * passage.ratio)), slug)
    entered, place, began, start, k = 0.0, 0, 0.0, 0.0, 0
    ended_piece = pushed if entering == 1 else pushed * pieces[inlet, 0, SHARE_P]
    while k < entering:
        before, most = entered, slug
        upto = ended_piece
        if before < through * (1.0 - WHOLLY):
            upto, most = min(upto, through), large
        parts = ceil((upto - before) / most * (1.0 - WHOLLY))
        for j in range(parts):
            mass, end = (upto - before) / parts, before + (upto - before) * (j + 1) / parts
            content, place, began = piece_mean(
                pieces, inlet, entering, (place, began), end / pushed, start
            )
            start, excess = end / pushed, content - top - ground
            excess = pass_cells(net.walls, net.along, passage, -end, mass, excess)
            content, leaves = ground + excess, min(max(pushed - entered - cells, 0.0), mass)
            entered = end
            if leaves >= mass * (1.0 - WHOLLY):
                heat += leaves * content
                made = note_piece(net, made, leaves / pushed, content + below)
                continue
            if leaves > 0.0:
                cut, whole, ended = leaves, mass, content
            put_behind(net.places, net.slugs, passage, (mass - leaves) * size, content)
        entered = upto
        if upto == ended_piece:
            k += 1
            if k < entering:
                ended_piece += pushed * pieces[inlet, k, SHARE_P]
            if k == entering - 1:
                ended_piece = pushed
    return heat, made, cut, whole, ended


@inline
def put_behind(
    index: IntArray, slugs: FloatArray, passage: Passage, mass: float, content: float
) -> None:
    """Add a slug at the inlet, or join it to the one before: parts of a cell that are alike."""
    line, forward, size = passage.line, passage.forward, passage.size
    slots, count, first = slugs.shape[1] - BEYOND, index[COUNT, line], index[FIRST, line]
    last = (first if forward else first + count - 1) & slots
    if count > 0:
        before, both = slugs[line, last, MASS], slugs[line, last, MASS] + mass
        apart = abs(content - slugs[line, last, EVEN])
        is_cut = apart < SAME and both <= size and mass + 0.5 * before < 0.5 * size
        if is_cut or (both < 0.5 * size and apart < FRONT):
            total = before * slugs[line, last, EVEN] + mass * content
            slugs[line, last, MASS], slugs[line, last, EVEN] = both, total / both
            return
    if count > slots:
        join_slugs(slugs, index, line)
    add_slug(index, slugs, line, forward, mass, content, 0.0, 0.0)


@part
def lean_cut(
    index: IntArray,
    slugs: FloatArray,
    passage: Passage,
    cut: float,
    whole: float,
    within: tuple[float, float],
) -> float:
    """Return what the part of a slug that left has above its mean; take it from what stays.

    ``cut`` is that part, ``whole`` the slug, in cells. The slope is that of the water behind,
    where it goes on; ``within`` is how far water of the line and what comes is from that mean.
    """
    line, size = passage.line, passage.size
    slots, count, first = slugs.shape[1] - BEYOND, index[COUNT, line], index[FIRST, line]
    if count < SLOPED:
        return 0.0
    last, turn = (first + count - 1, -1) if passage.forward else (first, 1)
    edge, near, far = last & slots, (last + turn) & slots, (last + 2 * turn) & slots
    one = slugs[line, edge, EVEN] - slugs[line, near, EVEN]
    two = slugs[line, near, EVEN] - slugs[line, far, EVEN]
    if one * two <= 0.0:
        return 0.0
    one *= 2.0 / (whole * size + slugs[line, near, MASS])
    two *= 2.0 / (slugs[line, near, MASS] + slugs[line, far, MASS])
    slope = one if abs(one) < abs(two) else two
    more, stays = 0.5 * slope * (whole - cut) * size, slugs[line, edge, MASS] / size
    low, high = min(within[0], 0.0), max(within[1], 0.0)
    least, most = max(low, -high * stays / cut), min(high, -low * stays / cut)
    more = min(max(more, least), most)
    slugs[line, edge, EVEN] -= more * cut / stays
    return float(more)
