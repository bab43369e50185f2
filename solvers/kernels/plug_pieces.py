"""Water that passes a junction within a step: pieces, one after another."""

from .compile import inline, part
from .plug_growth import STRAIGHT, bend_between, grown, mean_growth
from .plug_tables import BEND_P, CONTENT_P, PIECE_VALUES, SHARE_P, TILT_P, FloatArray

SAME = 1.0e-12  # of a content: pieces that differ less are one


@inline
def end_of(emitted: FloatArray, k: int, end: float) -> float:
    """Return the content of a piece as it begins to pass (``end`` = 0) or ends to (1)."""
    bend = emitted[k, BEND_P]
    away = grown(bend * end) - mean_growth(bend)
    return float(emitted[k, CONTENT_P] + emitted[k, TILT_P] * away)


@part
def crowd(emitted: FloatArray, count: int, most: int) -> int:
    """Join neighbours among pieces until ``most`` are left, those first that lose the least."""
    while count > most:
        best, least = 0, 1.0e300
        for k in range(count - 1):
            one, two = emitted[k, SHARE_P], emitted[k + 1, SHARE_P]
            apart = emitted[k, CONTENT_P] - emitted[k + 1, CONTENT_P]
            damage = one * two / (one + two) * apart * apart
            if damage < least:
                best, least = k, damage
        one, two = emitted[best, SHARE_P], emitted[best + 1, SHARE_P]
        both = one * emitted[best, CONTENT_P] + two * emitted[best + 1, CONTENT_P]
        mean, ends = (
            both / (one + two),
            (end_of(emitted, best, 0.0), end_of(emitted, best + 1, 1.0)),
        )
        tilt, bend = bend_between(ends[0], mean, ends[1])
        emitted[best, SHARE_P], emitted[best, CONTENT_P] = one + two, mean
        emitted[best, TILT_P], emitted[best, BEND_P] = tilt, bend
        for k in range(best + 1, count - 1):
            for value in range(PIECE_VALUES):
                emitted[k, value] = emitted[k + 1, value]
        count -= 1
    return count


@inline
def emit_like(emitted: FloatArray, count: int, share: float, content: float) -> int:
    """Note a piece of one content, as part of the one before if that is the same."""
    if count > 0 and emitted[count - 1, TILT_P] == 0.0:
        before, own = emitted[count - 1, CONTENT_P], emitted[count - 1, SHARE_P]
        if abs(content - before) <= SAME * abs(before):
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
