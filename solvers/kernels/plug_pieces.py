"""Water that passes a junction within a step: pieces, one after another."""

from .compile import inline, part
from .plug_growth import STRAIGHT, bend_between, grown, mean_growth
from .plug_tables import BEND_P, CONTENT_P, PIECE_VALUES, SHARE_P, TILT_P, FloatArray

SAME = 0.4  # J/kg, 0.1 mK: pieces past a wall that differ less are one
COARSER, LEAST_BOUND = 4.0, 1.0e-6  # of what pieces lose that join


@inline
def end_of(emitted: FloatArray, k: int, end: float) -> float:
    """Return the content of a piece as it begins to pass (``end`` = 0) or ends to (1)."""
    bend = emitted[k, BEND_P]
    away = grown(bend * end) - mean_growth(bend)
    return float(emitted[k, CONTENT_P] + emitted[k, TILT_P] * away)


@inline
def end_of_piece(pieces: FloatArray, node: int, k: int, end: float) -> float:
    """Return the content of a piece that comes to a node as it begins or ends to pass."""
    bend = pieces[node, k, BEND_P]
    if pieces[node, k, TILT_P] == 0.0:
        return float(pieces[node, k, CONTENT_P])
    away = grown(bend * end) - mean_growth(bend)
    return float(pieces[node, k, CONTENT_P] + pieces[node, k, TILT_P] * away)


@inline
def apart(emitted: FloatArray, k: int) -> float:
    """Return the spread of heat that is lost where a piece joins the next one."""
    one, two = emitted[k, SHARE_P], emitted[k + 1, SHARE_P]
    difference = emitted[k, CONTENT_P] - emitted[k + 1, CONTENT_P]
    return float(one * two / (one + two) * difference * difference)


@part
def crowd(emitted: FloatArray, count: int, most: int) -> int:
    """Join neighbours among pieces until ``most`` are left, those first that lose the least.

    In sweeps, each of which joins what loses up to four times as much as the one before.
    """
    bound = 0.0
    while count > most:
        if bound == 0.0:
            bound = 1.0e300
            for k in range(count - 1):
                bound = min(bound, apart(emitted, k))
            bound = max(bound, LEAST_BOUND)
        bound *= COARSER
        kept, k, left = 0, 0, count
        while k < count:
            if k + 1 < count and left > most and apart(emitted, k) <= bound:
                join_pieces(emitted, k, kept)
                k, left = k + 2, left - 1
            else:
                for value in range(PIECE_VALUES):
                    emitted[kept, value] = emitted[k, value]
                k += 1
            kept += 1
        count = kept
    return count


@part
def join_pieces(emitted: FloatArray, k: int, to: int) -> None:
    """Write a piece and the next one as one, with their mean and outer ends."""
    one, two = emitted[k, SHARE_P], emitted[k + 1, SHARE_P]
    both = one * emitted[k, CONTENT_P] + two * emitted[k + 1, CONTENT_P]
    mean = both / (one + two)
    tilt, bend = bend_between(end_of(emitted, k, 0.0), mean, end_of(emitted, k + 1, 1.0))
    emitted[to, SHARE_P], emitted[to, CONTENT_P] = one + two, mean
    emitted[to, TILT_P], emitted[to, BEND_P] = tilt, bend


@inline
def emit_like(emitted: FloatArray, count: int, share: float, content: float) -> int:
    """Note a piece of one content, as part of the one before if that is the same."""
    if count > 0 and emitted[count - 1, TILT_P] == 0.0:
        before, own = emitted[count - 1, CONTENT_P], emitted[count - 1, SHARE_P]
        if abs(content - before) <= SAME:
            both = own * before + share * content
            emitted[count - 1, SHARE_P] = own + share
            emitted[count - 1, CONTENT_P] = both / (own + share)
            return count
    return emit(emitted, count, share, content, 0.0, 0.0)


@inline
def piece_mean(
    pieces: FloatArray, node: int, count: int, place: tuple[int, float], end: float, start: float
) -> tuple[float, int, float]:
    """Return the mean content of what comes to a node between two shares of the step.

    ``place`` is the piece that comes at ``start``, and when it began; those at ``end`` are
    returned.
    """
    k, began = place
    total, at = 0.0, start
    while True:
        share = pieces[node, k, SHARE_P]
        is_last = k == count - 1
        ends = 1.0 if is_last else began + share
        upto = end if is_last else min(ends, end)
        if upto > at:
            content, tilt = pieces[node, k, CONTENT_P], pieces[node, k, TILT_P]
            if tilt != 0.0:
                bend = pieces[node, k, BEND_P]
                low, high = (at - began) / share, (upto - began) / share
                inside = grown(bend * low) * mean_growth(bend * (high - low))
                content += tilt * (inside - mean_growth(bend))
            total += (upto - at) * content
            at = upto
        if is_last or ends > end:
            break
        k, began = k + 1, ends
    return float(total / (end - start)), k, began


@inline
def emit(
    emitted: FloatArray, count: int, share: float, content: float, tilt: float, bend: float
) -> int:
    """Note a piece of what leaves a line; return how many there are."""
    emitted[count, SHARE_P], emitted[count, CONTENT_P] = share, content
    emitted[count, TILT_P] = tilt if abs(bend) > STRAIGHT else 0.0
    emitted[count, BEND_P] = bend
    return count + 1
