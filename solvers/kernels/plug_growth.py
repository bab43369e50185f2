"""Means of an exponential over a slug or a step."""

from math import exp

from .compile import inline

SMALL = 0.5


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
    """Return exp(z)."""
    return 1.0 + z * mean_growth(z)
