"""Water properties and elementary functions, written into the kernels that use them.

``exp`` and ``log`` are free of branches and calls, so that loops over hours become vector
instructions on any processor; they are tested against the standard library.
"""

import numpy as np

from ...model.water import Coefficients, WaterTable
from .compile import inline

LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
SHIFTER = 6755399441055744.0  # 1.5 * 2**52: adding it rounds to an integer in the low bits


@inline
def polynomial6(c: Coefficients, x: float) -> float:
    """Return c[0] + c[1] x + ... + c[6] x^6, in pairs: a chain of sums would wait for itself."""
    y = x * x
    low, high = c[0] + c[1] * x, (c[4] + c[5] * x) + y * c[6]
    return low + y * ((c[2] + c[3] * x) + y * high)


@inline
def slope6(c: Coefficients, x: float) -> float:
    """Return the slope of `polynomial6`."""
    y = x * x
    low, high = c[1] + (2.0 * c[2]) * x, (5.0 * c[5]) + (6.0 * c[6]) * x
    return low + y * ((3.0 * c[3]) + (4.0 * c[4]) * x + y * high)


@inline
def enthalpy(water: WaterTable, t: float) -> float:
    """Return the specific enthalpy [J/kg] at ``t`` [°C]."""
    c, y = water.enthalpy, t * t
    high = (c[4] + c[5] * t) + y * (c[6] + c[7] * t)
    return ((c[0] + c[1] * t) + y * (c[2] + c[3] * t)) + (y * y) * high


@inline
def temperature(water: WaterTable, h: float) -> float:
    """Return the temperature [°C] at specific enthalpy ``h`` [J/kg], to 1e-9 K."""
    t = polynomial6(water.temperature, h)
    return t - (enthalpy(water, t) - h) / polynomial6(water.heat_capacity, t)


@inline
def exp_negative(x: float) -> float:
    """Return exp(-x) for x >= 0; beyond 80 it is exp(-80), far from subnormal numbers."""
    y = -min(x, 80.0)
    shifted = y * LOG2_E + SHIFTER
    n = shifted - SHIFTER
    r = (y - n * LN2_HIGH) - n * LN2_LOW
    q = r * r
    low = (1 / 2 + r * (1 / 6)) + q * (1 / 24 + r * (1 / 120))
    high = (1 / 720 + r * (1 / 5040)) + q * (1 / 40320 + r * (1 / 362880))
    high += (q * q) * (1 / 3628800 + r * (1 / 39916800))
    p = 1 + (r + q * (low + (q * q) * high))
    bits = np.float64(shifted).view(np.int64) << 52
    return np.int64(np.float64(p).view(np.int64) + bits).view(np.float64)


@inline
def split(x: float) -> tuple[float, float]:
    """Return e and m of a normal x = 2^e m > 0, with m between 0.7 and 1.42."""
    i = np.float64(x).view(np.int64)
    e = (i - 0x3FE6A09E667F3BCD) >> 52
    return np.float64(e), np.int64(i - (e << 52)).view(np.float64)


@inline
def log_of(e: float, s: float) -> float:
    """Return the natural logarithm of 2^e m, where s = (m - 1) / (m + 1)."""
    z = s * s
    y = z * z
    low = (1 / 3 + z * (1 / 5)) + y * (1 / 7 + z * (1 / 9))
    high = (1 / 11 + z * (1 / 13)) + y * (1 / 15 + z * (1 / 17)) + (y * y) * (1 / 19)
    series = 1 + z * (low + (y * y) * high)
    return e * 0.6931471805599453 + 2 * s * series


@inline
def log(x: float) -> float:
    """Return the natural logarithm of a normal x > 0."""
    e, m = split(x)
    return log_of(e, (m - 1.0) / (m + 1.0))
