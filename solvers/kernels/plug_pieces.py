"""Water that passes a junction within a step: pieces, one after another."""

from .compile import inline, part
from .plug_tables import BEND_P, CONTENT_P, PIECE_VALUES, SHARE_P, TILT_P, FloatArray

STRAIGHT = 1.0e-9  # a smaller bend of a piece is none


@inline
def leaning(
    one: float, bend: float, mean: float, other: float, other_bend: float, other_mean: float
) -> tuple[float, float]:
    """Return the one exponential that changes as much as two do together: its factor and bend.

    The bend is that of the larger; a line filled along a slope is the small difference of two
    large ones. ``mean`` and ``other_mean`` are the means of both without their factors.
    """
    change = one * bend * mean + other * other_bend * other_mean
    if abs(other) > abs(one):
        bend, mean = other_bend, other_mean
    return (change / (bend * mean) if abs(bend) > STRAIGHT else 0.0), bend


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
        emitted[best, SHARE_P], emitted[best, CONTENT_P] = one + two, both / (one + two)
        emitted[best, TILT_P] = 0.0
        for k in range(best + 1, count - 1):
            for value in range(PIECE_VALUES):
                emitted[k, value] = emitted[k + 1, value]
        count -= 1
    return count


@inline
def emit(
    emitted: FloatArray, count: int, share: float, content: float, tilt: float, bend: float
) -> int:
    """Note a piece of what leaves a line; return how many there are."""
    emitted[count, SHARE_P], emitted[count, CONTENT_P] = share, content
    emitted[count, TILT_P] = tilt if abs(bend) > STRAIGHT else 0.0
    emitted[count, BEND_P] = bend
    return count + 1
