"""Friction of water in pipes, written into the kernels that use it."""

import numpy as np

from .compile import inline
from .water import log, log_of, split

PER_LN10 = 0.4342944819032518
LEAST_REYNOLDS = 10.0  # below, turbulent laws have no meaning and hardly any pressure drop


@inline
def haaland_root(rough: float, reynolds: float) -> float:
    """Return 1/sqrt(f) by Haaland (1983); ``rough`` is (k / 3.7 d)^1.11."""
    return -1.8 * PER_LN10 * log(rough + 6.9 / reynolds)


@inline
def colebrook_start(rough: float, inverse_reynolds: float) -> float:
    """Return 1/sqrt(f) within 1 % of Colebrook's: Haaland's estimate, its logarithm to 2e-6."""
    x = rough + 6.9 * inverse_reynolds
    i = np.float64(x).view(np.int64)
    e = (i - 0x3FE6A09E667F3BCD) >> 52
    s = np.int64(i - (e << 52)).view(np.float64) - 1.0
    y = s * s
    low = (-1.1042986619e-06 + 1.0000130326941 * s) + y * (-0.49978616922 + 0.33228941808 * s)
    high = (-0.25564770996 + 0.22294994555 * s) - y * 0.13931262020
    return -1.8 * PER_LN10 * (np.float64(e) * 0.6931471805599453 + low + y * y * high)


@inline
def colebrook_step(x: float, relative: float, viscous: float) -> float:
    """Return 1/sqrt(f) after one step on Colebrook's equation (1939), of fourth order.

    Newton's step and three more terms of the inverted Taylor series: from 1 % off to 1e-11
    above a Reynolds number of 2000, with one logarithm and one division for all.
    """
    inside = relative + viscous * x
    steep = inside + 2.0 * PER_LN10 * viscous
    product = inside * steep
    e, m = split(inside)
    shared = 1.0 / (product * (m + 1.0))
    logarithm = log_of(e, (m - 1.0) * (shared * product))
    return stepped(x, viscous, inside, steep, shared * (m + 1.0), logarithm)


@inline
def colebrook_steps(
    x: float, relative: float, viscous: float, y: float, other: float, sticky: float
) -> tuple[float, float]:
    """Return what `colebrook_step` does for two pipes, with one division for both.

    ``y``, ``other`` and ``sticky`` are root, relative roughness and viscous term of the second.
    """
    inside, within = relative + viscous * x, other + sticky * y
    steep, rise = inside + 2.0 * PER_LN10 * viscous, within + 2.0 * PER_LN10 * sticky
    e, m = split(inside)
    f, n = split(within)
    product, second = inside * steep, within * rise
    one, two = product * (m + 1.0), second * (n + 1.0)
    shared = 1.0 / (one * two)
    per_one, per_two = shared * two, shared * one
    first_log = log_of(e, (m - 1.0) * (per_one * product))
    second_log = log_of(f, (n - 1.0) * (per_two * second))
    return (
        stepped(x, viscous, inside, steep, per_one * (m + 1.0), first_log),
        stepped(y, sticky, within, rise, per_two * (n + 1.0), second_log),
    )


@inline
def stepped(
    x: float, viscous: float, inside: float, steep: float, both: float, logarithm: float
) -> float:
    """Return the root after a step; ``both`` is the inverse of ``inside`` times ``steep``."""
    w, per = viscous * both * steep, inside * inside * both
    step = (x + 2.0 * PER_LN10 * logarithm) * per
    bend = -PER_LN10 * w * w * per
    third = -(2.0 / 3.0) * w * bend
    fourth = 0.5 * w * w * bend
    cubic = 2.0 * bend * bend - third
    quartic = 5.0 * bend * (bend * bend - third) + fourth
    found = x - step * (1.0 + step * (bend + step * (cubic + step * quartic)))
    return max(found, 0.5 * x)


@inline
def turbulent_share(reynolds: float, laminar_until: float, per_width: float) -> float:
    """Return 0 below ``laminar_until``, 1 from 1 / ``per_width`` above it, smooth between."""
    s = min(max((reynolds - laminar_until) * per_width, 0.0), 1.0)
    return s * s * (3.0 - 2.0 * s)
