"""Means of an exponential over a slug or a step."""

from math import exp

from .compile import inline, part

SMALL = 0.5
PURE = 1.0e-6  # of an exponential: what may lie beside it for it to be kept
STRAIGHT = 1.0e-9  # a smaller bend is none
LEAST_BEND = 1.0e-4  # with which an exponential stands for a straight line
MOST_AWAY = 0.48  # of a mean from the middle between its ends, of their difference: bend 50
LITTLE = 0.05  # bend below which the first estimate is kept


@inline
def mean_growth(z: float) -> float:
    """Return the mean of exp(z u) for u from 0 to 1, (exp(z) - 1) / z."""
    if abs(z) > SMALL:
        return (exp(z) - 1.0) / z
    return mean_growth_small(z)


@inline
def mean_growth_small(z: float) -> float:
    r"""Return `mean_growth` where \|z\| is at most `SMALL`, without a branch.

    A series near 0, to 2e-15, doubled twice: the mean over twice the range is g (1 + y g / 2).
    """
    x = 0.25 * z
    y = x * x
    w = y * y
    low = (1.0 + x * (1 / 2)) + y * (1 / 6 + x * (1 / 24))
    high = (1 / 120 + x * (1 / 720)) + y * (1 / 5040 + x * (1 / 40320)) + w * (1 / 362880)
    g = low + w * high
    g *= 1.0 + 0.5 * x * g
    return g * (1.0 + x * g)


@inline
def grown(z: float) -> float:
    """Return exp(z), to the last digit however small: where water turns, it is taken back."""
    if abs(z) > SMALL:
        return exp(z)
    return 1.0 + z * mean_growth_small(z)


@part
def bend_between(first: float, mean: float, last: float) -> tuple[float, float]:
    """Return B and b of the exponential c + B exp(b u), u from 0 to 1, with these ends and mean.

    The mean is 1 / b - 1 / (exp(b) - 1) of the way. The first estimate has that function's slope
    at 0 and its limit at infinity; two steps of Newton's method follow.
    """
    span = last - first
    if abs(span) <= STRAIGHT * (abs(first) + abs(last)):
        return 0.0, 0.0
    way = min(max((mean - first) / span, 0.5 - MOST_AWAY), 0.5 + MOST_AWAY)
    away = 0.5 - way
    bend = away * (12.0 - 16.0 * away * away) / (1.0 - 4.0 * away * away)
    if abs(bend) > LITTLE:
        for _ in range(2):
            rise = exp(bend) - 1.0
            slope = (rise + 1.0) / (rise * rise) - 1.0 / (bend * bend)
            bend -= (1.0 / bend - 1.0 / rise - way) / slope
    if abs(bend) < LEAST_BEND:
        bend = LEAST_BEND
    return span / (bend * mean_growth(bend)), bend


@part
def one_of_two(even: float, a: float, bent: float, b: float, mean: float) -> tuple[float, float]:
    """Return B and b of the exponential c + B exp(b u) nearest to even exp(a u) + bent exp(b u).

    Where one of the two is all, or constant, that is exact; else it has the same ends and mean.
    """
    if abs(even) <= PURE * abs(bent) or abs(a) < STRAIGHT:
        return bent, b
    if abs(bent) <= PURE * abs(even) or abs(b) < STRAIGHT:
        return even, a
    return bend_between(even + bent, mean, even * grown(a) + bent * grown(b))
