"""Friction of water in pipes, written into the kernels that use it."""

from .compile import inline
from .water import log

PER_LN10 = 0.4342944819032518
LEAST_REYNOLDS = 10.0  # below, turbulent laws have no meaning and hardly any pressure drop


@inline
def haaland_root(rough: float, reynolds: float) -> float:
    """Return 1/sqrt(f) by Haaland (1983); ``rough`` is (k / 3.7 d)^1.11."""
    return -1.8 * PER_LN10 * log(rough + 6.9 / reynolds)


@inline
def colebrook_step(x: float, relative: float, viscous: float) -> float:
    """Return 1/sqrt(f) after one Newton step on Colebrook's equation (1939)."""
    inside = relative + viscous * x
    step = (x + 2 * PER_LN10 * log(inside)) / (1 + 2 * PER_LN10 * viscous / inside)
    return max(x - step, 0.5 * x)


@inline
def turbulent_share(reynolds: float, laminar_until: float, turbulent_from: float) -> float:
    """Return 0 below ``laminar_until``, 1 above ``turbulent_from``, smooth between."""
    width = max(turbulent_from - laminar_until, 1e-9)
    s = min(max((reynolds - laminar_until) / width, 0.0), 1.0)
    return s * s * (3.0 - 2.0 * s)
