"""The wall of a pipe as water sees it: how far its mean temperature is from its inner face."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def wall_resistance(
    inner_diameter: FloatArray, thickness: FloatArray, conductivity: FloatArray
) -> FloatArray:
    r"""Return the resistance from a wall's inner face to its mean temperature, times length.

    Parameters
    ----------
    inner_diameter, thickness : array of float
        NaN where there is no wall. [m]
    conductivity : array of float
        Infinite where the wall is of one temperature. [W/(m K)]

    Returns
    -------
    array of float
        0 where there is no wall. [m K/W]

    Notes
    -----
    The wall is warmed evenly and gives nothing off outside. Through radius :math:`r` then flows
    :math:`S \pi (r_2^2 - r^2)` for a wall that takes up :math:`S` per volume; its mean fall of
    temperature, over what flows in at :math:`r_1`, is with :math:`a = r_1^2, b = r_2^2`

    .. math:: R = \frac{\frac14 b^2 \ln(b / a) - \frac14 b (b - a) - \frac18 (b - a)^2}
              {\pi k (b - a)^2}

    In a thin wall that is a third of thickness over conductivity. It holds for changes slower
    than the wall's own time :math:`e^2 / (\pi^2 \alpha)`: 0.1 s in 4 mm of steel, 5 s in 3 mm of
    PE-X, before which less of a plastic wall takes part than this says.

    Examples
    --------
    >>> wall_resistance(np.array([0.026]), np.array([0.003]), np.array([0.38])).round(4)
    array([0.0321])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (inner_diameter / 2.0) ** 2, (inner_diameter / 2.0 + thickness) ** 2
        span = b - a
        drop = 0.25 * b * b * np.log(b / a) - 0.25 * b * span - 0.125 * span * span
        found = drop / (np.pi * conductivity * span**2)
    return np.where(np.isfinite(found) & (thickness > 0.0), found, 0.0)
