"""Means of an exponential over a slug or a step."""

from math import exp

from .compile import inline

SMALL = 1.0


@inline
def mean_growth(z: float) -> float:
    """Return the mean of exp(z u) for u from 0 to 1, (exp(z) - 1) / z.

    A series near 0, doubled twice: the mean over twice the range is g (1 + y g / 2).
    """
    if abs(z) > SMALL:
        return (exp(z) - 1.0) / z
    x = 0.25 * z
    y = x * x
    low = (1.0 + x * (1 / 2)) + y * (1 / 6 + x * (1 / 24))
    mid = (1 / 120 + x * (1 / 720)) + y * (1 / 5040 + x * (1 / 40320))
    high = (1 / 362880 + x * (1 / 3628800)) + y * (1 / 39916800)
    w = y * y
    g = low + w * (mid + w * high)
    g *= 1.0 + 0.5 * x * g
    return g * (1.0 + x * g)


@inline
def grown(z: float) -> float:
    """Return exp(z)."""
    return 1.0 + z * mean_growth(z)
