"""Water in a pipe as a ring of slugs: what leaves when other water is pushed in.

All water of a pipe loses heat at one rate k: dh/dt = -k (h - h_ground). A label s for each
particle and two numbers for the whole pipe describe that exactly at any time: h = G + A s, with
G' = -k (G - h_ground) and A' = -k A. So slugs are touched only when they enter or leave. Water
that enters during a step at constant content has, along the slug, the label
EVEN + BENT exp(BEND x). docs/dynamic-solver.md derives the equations.
"""

from .compile import inline, part
from .plug_growth import grown, mean_growth, one_of_two
from .plug_pieces import emit
from .plug_tables import (
    BEND,
    BEND_P,
    BENT,
    BEYOND,
    CONTENT_P,
    COUNT,
    EVEN,
    FADED,
    FIRST,
    KEPT,
    LABELS,
    MASS,
    SHARE_P,
    SINK,
    SLUG_VALUES,
    TARGET,
    TILT_P,
    UNITS,
    FloatArray,
    IntArray,
)

DUST = 1.0e-15  # of a pipe's content, less is no slug
FAINT = 1.0e-3  # where A is smaller, labels are written anew


@inline
def arrival(
    lines: FloatArray,
    index: IntArray,
    slugs: FloatArray,
    pieces: FloatArray,
    emitted: FloatArray,
    line: int,
    inlet: int,
    entering: int,
    forward: bool,
    pushed: float,
) -> tuple[float, int]:
    """Look ahead: return the mean content of what a step would push out, and its pieces. [J/kg]

    Parameters
    ----------
    lines, index, slugs, pieces, emitted : array
        Of `Net`; SINK and UNITS are those of the step.
    line : int
        Which.
    inlet, entering : int
        Node that the water comes from, and number of its pieces.
    forward : bool
        Whether the flow goes in the line's own direction.
    pushed : float
        Mass that the step moves, above 0. [kg]
    """
    slots, emits = slugs.shape[1] - BEYOND, pieces.shape[1] > 1
    first, count = index[FIRST, line], index[COUNT, line]
    faded, ground, inverse = lines[FADED, line], lines[SINK, line], 1.0 / pushed
    base, per = lines[TARGET, line] - ground, lines[UNITS, line] * inverse
    left, ago, heat, i, made = pushed, 1.0, 0.0, 0, 0
    while left > 0.0 and i < count:
        at = (first + (count - 1 - i if forward else i)) & slots
        i += 1
        mass, bend = slugs[line, at, MASS], slugs[line, at, BEND]
        bent = slugs[line, at, BENT] * faded
        if not forward:
            bent *= grown(bend)
            bend = -bend
        taken, part = mass, bend
        if mass > left:
            taken, part = left, bend * (left / mass)
        even, z = base + faded * slugs[line, at, EVEN], taken * per
        steady, moving = mean_growth(-z), mean_growth(part - z)
        gone = ago * (even * steady + bent * moving)
        heat += taken * gone
        if emits:
            mean = even * steady + bent * moving
            tilt, bend = one_of_two(even, -z, bent, part - z, mean)
            made = emit(emitted, made, taken * inverse, ground + gone, ago * tilt, bend)
        ago *= 1.0 - z * steady
        left -= taken
    k = 0
    while left > 0.0 and k < entering:
        taken = min(left, pushed * pieces[inlet, k, SHARE_P])
        if k == entering - 1:
            taken = left
        content = pieces[inlet, k, CONTENT_P]
        if pieces[inlet, k, TILT_P] != 0.0 and taken < pushed * pieces[inlet, k, SHARE_P]:
            bend = pieces[inlet, k, BEND_P]
            part = bend * taken / (pushed * pieces[inlet, k, SHARE_P])
            content += pieces[inlet, k, TILT_P] * (mean_growth(part) - mean_growth(bend))
        gone = (content - ground) * ago
        heat += taken * gone
        if emits:
            made = emit(emitted, made, taken * inverse, ground + gone, 0.0, 0.0)
        left -= taken
        k += 1
    return float(ground + heat * inverse), made


@inline
def put_in(
    lines: FloatArray,
    index: IntArray,
    slugs: FloatArray,
    pieces: FloatArray,
    line: int,
    inlet: int,
    entering: int,
    forward: bool,
    pushed: float,
) -> None:
    """Put in the water of a step, a slug for each piece, before anything has left.

    Parameters are those of `arrival`.
    """
    ground, faint, units = lines[SINK, line], 1.0 / lines[FADED, line], lines[UNITS, line]
    even, older, labels, rest = (ground - lines[TARGET, line]) * faint, faint, 0.0, pushed
    for k in range(entering):
        share = pieces[inlet, k, SHARE_P]
        mass = rest if k == entering - 1 else pushed * share
        own = units * share
        bent, gone, flat = (pieces[inlet, k, CONTENT_P] - ground) * older, mean_growth(own), even
        growth = 1.0 + own * gone
        tilt, bend = pieces[inlet, k, TILT_P] * older, pieces[inlet, k, BEND_P]
        if tilt != 0.0:
            beside = bent - tilt * mean_growth(bend)
            mean = beside * gone + tilt * mean_growth(own + bend)
            bent, own = one_of_two(beside, own, tilt, own + bend, mean)
            gone = mean_growth(own)
            flat += mean - bent * gone
        labels += mass * (flat + bent * gone)
        if index[COUNT, line] > slugs.shape[1] - BEYOND:
            join_slugs(slugs, index, line)
        if not forward:
            bent, own = bent * grown(own), -own
        add_slug(index, slugs, line, forward, mass, flat, bent, own)
        older *= growth
        rest -= mass
    lines[LABELS, line] += labels


@inline
def take_out(
    lines: FloatArray,
    index: IntArray,
    slugs: FloatArray,
    emitted: FloatArray,
    line: int,
    forward: bool,
    pushed: float,
    emits: bool,
) -> tuple[float, int]:
    """Take out what a step pushes out; return its mean content, and the number of pieces. [J/kg]

    The water that comes in stands in the line already. ``emits`` tells whether anybody asks
    for pieces.
    """
    slots = slugs.shape[1] - BEYOND
    first, count = index[FIRST, line], index[COUNT, line]
    faded, ground, inverse = lines[FADED, line], lines[SINK, line], 1.0 / pushed
    base, per, dust = lines[TARGET, line] - ground, lines[UNITS, line] * inverse, DUST * pushed
    left, ago, heat, labels, made = pushed, 1.0, 0.0, lines[LABELS, line], 0
    while left > dust and count > 0:
        at = (first + (count - 1 if forward else 0)) & slots
        mass, even, bent = slugs[line, at, MASS], slugs[line, at, EVEN], slugs[line, at, BENT]
        bend = slugs[line, at, BEND]
        if not forward:
            bent *= grown(bend)
            bend = -bend
        taken, part = mass, bend
        if mass > left + dust:
            taken, part = left, bend * (left / mass)
        z, inside = taken * per, mean_growth(part)
        steady, moving = mean_growth(-z), mean_growth(part - z)
        labels -= taken * (even + bent * inside)
        still, own = base + faded * even, faded * bent
        gone = ago * (still * steady + own * moving)
        heat += taken * gone
        if emits:
            mean = still * steady + own * moving
            tilt, lean = one_of_two(still, -z, own, part - z, mean)
            made = emit(emitted, made, taken * inverse, ground + gone, ago * tilt, lean)
        ago *= 1.0 - z * steady
        left -= taken
        if taken == mass:
            count -= 1
            first = first if forward else (first + 1) & slots
        else:
            slugs[line, at, MASS] = mass - taken
            slugs[line, at, BEND] *= 1.0 - taken / mass
            if forward:
                slugs[line, at, BENT] = bent * grown(part)
    if count == 1 and first != 0:  # the same slot again, which the cache still has
        for value in range(SLUG_VALUES):
            slugs[line, 0, value] = slugs[line, first, value]
        first = 0
    index[FIRST, line], index[COUNT, line], lines[LABELS, line] = first, count, labels
    return float(ground + heat * inverse), made


@inline
def age_water(lines: FloatArray, index: IntArray, slugs: FloatArray, line: int) -> None:
    """Let all water of a line lose heat through a step."""
    left, ground = lines[KEPT, line], lines[SINK, line]
    lines[TARGET, line] = ground + (lines[TARGET, line] - ground) * left
    lines[FADED, line] *= left
    if lines[FADED, line] < FAINT:
        renew_labels(lines, index, slugs, line)


@part
def renew_labels(lines: FloatArray, index: IntArray, slugs: FloatArray, line: int) -> None:
    """Write the labels for A = 1."""
    slots, faded = slugs.shape[1] - BEYOND, lines[FADED, line]
    for i in range(index[COUNT, line]):
        at = (index[FIRST, line] + i) & slots
        slugs[line, at, EVEN] *= faded
        slugs[line, at, BENT] *= faded
    lines[LABELS, line] *= faded
    lines[FADED, line] = 1.0


@inline
def add_slug(
    index: IntArray,
    slugs: FloatArray,
    line: int,
    at_start: bool,
    mass: float,
    even: float,
    bent: float,
    bend: float,
) -> None:
    """Put a slug at a line's start or end; there is room."""
    slots = slugs.shape[1] - BEYOND
    if at_start:
        at = (index[FIRST, line] - 1) & slots
        index[FIRST, line] = at
    else:
        at = (index[FIRST, line] + index[COUNT, line]) & slots
    index[COUNT, line] += 1
    slugs[line, at, MASS] = mass
    slugs[line, at, EVEN] = even
    slugs[line, at, BENT] = bent
    slugs[line, at, BEND] = bend


@part
def join_slugs(slugs: FloatArray, index: IntArray, line: int) -> None:
    """Join the two neighbours that lose the least by it; mass and heat stay to the last digit.

    What is lost is the spread of heat about the mean, m1 m2 / (m1 + m2) (h1 - h2)^2.
    """
    slots = slugs.shape[1] - BEYOND
    first, count = index[FIRST, line], index[COUNT, line]
    best, least = 0, 1.0e300
    before, mean_before = 0.0, 0.0
    for i in range(count):
        at = (first + i) & slots
        mass = slugs[line, at, MASS]
        mean = slugs[line, at, EVEN] + slugs[line, at, BENT] * mean_growth(slugs[line, at, BEND])
        apart = (mean - mean_before) * (mean - mean_before)
        damage = before * mass / (before + mass) * apart
        if i > 0 and damage < least:
            best, least = i, damage
        before, mean_before = mass, mean
    join_pair(slugs, line, (first + best - 1) & slots, (first + best) & slots)
    for i in range(best, count - 1):
        for value in range(slugs.shape[2]):
            following = slugs[line, (first + i + 1) & slots, value]
            slugs[line, (first + i) & slots, value] = following
    index[COUNT, line] = count - 1


@inline
def join_pair(slugs: FloatArray, line: int, a: int, b: int) -> None:
    """Put two neighbours into the first of them: their mean, without a bend."""
    one, two = slugs[line, a, MASS], slugs[line, b, MASS]
    first = slugs[line, a, EVEN] + slugs[line, a, BENT] * mean_growth(slugs[line, a, BEND])
    second = slugs[line, b, EVEN] + slugs[line, b, BENT] * mean_growth(slugs[line, b, BEND])
    slugs[line, a, MASS] = one + two
    slugs[line, a, EVEN] = (one * first + two * second) / (one + two)
    slugs[line, a, BENT] = 0.0
    slugs[line, a, BEND] = 0.0


@part
def sum_labels(index: IntArray, slugs: FloatArray, line: int) -> float:
    """Return the sum of mass times label, from the slugs as they are. [J]"""
    slots, total = slugs.shape[1] - BEYOND, 0.0
    for i in range(index[COUNT, line]):
        at = (index[FIRST, line] + i) & slots
        bent = slugs[line, at, BENT] * mean_growth(slugs[line, at, BEND])
        total += slugs[line, at, MASS] * (slugs[line, at, EVEN] + bent)
    return total


@inline
def content_at(
    lines: FloatArray, index: IntArray, slugs: FloatArray, line: int, end: float
) -> float:
    """Return the content of the water at a line's end (``end`` = 1) or start (-1). [J/kg]"""
    first, count = index[FIRST, line], index[COUNT, line]
    at = (first + (count - 1 if end > 0.0 else 0)) & (slugs.shape[1] - BEYOND)
    bent = slugs[line, at, BENT]
    if end < 0.0:
        bent *= grown(slugs[line, at, BEND])
    label = slugs[line, at, EVEN] + bent
    return float(lines[TARGET, line] + lines[FADED, line] * label)
