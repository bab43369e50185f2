"""Temperature of undisturbed ground by depth and season."""

import numpy as np

from ..model.scenario import GroundSection
from ..networks.columns import FloatArray

DAYS_PER_YEAR = 365.0


def ground_temperature(ground: GroundSection, depth: FloatArray, day: FloatArray) -> FloatArray:
    """Return the temperature of undisturbed ground at depths and days of the year.

    Parameters
    ----------
    ground : GroundSection
        Mean, amplitude and coldest day at the surface; thermal diffusivity.
    depth : array of float, shape (pipes,)
        Below the surface. [m]
    day : array of float, shape (hours,)
        Days since 1 January 00:00. [d]

    Returns
    -------
    array of float, shape (hours, pipes)
        Temperature. [°C]

    Notes
    -----
    T(z, t) = T_mean - A exp(-z/d) cos(2 pi/365 (t - t_0 - 365 z/(2 pi d))), with the damping
    depth d = sqrt(365 a / pi). Pure conduction in uniform ground: groundwater that moves, snow
    and single days of weather are left out, so it holds from about 0.3 m down.

    References
    ----------
    Kusuda, Achenbach, "Earth temperature and thermal diffusivity at selected stations in the
    United States", ASHRAE Transactions 71 (1965). The form is cited from our reference notes;
    the parameters (moist loam under mixed paving) are our assumption.

    Examples
    --------
    >>> year = ground_temperature(GroundSection(), np.array([1.0]), np.arange(365.0) + 0.5)
    >>> f"{year.min():.1f} {year.max():.1f}"
    '5.4 16.6'
    """
    damping_depth = np.sqrt(DAYS_PER_YEAR * ground.diffusivity_m2_per_day / np.pi)
    lag = DAYS_PER_YEAR * depth / (2.0 * np.pi * damping_depth)
    swing = ground.amplitude * np.exp(-depth / damping_depth)
    phase = 2.0 * np.pi / DAYS_PER_YEAR * (day[:, None] - ground.coldest_day - lag)
    temperature: FloatArray = ground.mean_temperature - swing * np.cos(phase)
    return temperature
