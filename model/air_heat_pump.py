"""Individual air-water heat pumps: performance, capacity and cooling by outdoor temperature."""

import numpy as np
import numpy.typing as npt

from .heat_pump import FloatArray, heat_pump_parameters

EER_AT_30 = "air_eer_at_30"
"""Parameter that `ReferenceSection.cooling_eer` replaces."""


def air_water_cop(air: npt.ArrayLike, supply: npt.ArrayLike) -> FloatArray:
    """Return the COP of a regulated air-water heat pump in the laboratory.

    Parameters
    ----------
    air : array of float
        Outdoor temperature. [°C]
    supply : array of float
        Water that leaves the unit. [°C]

    Returns
    -------
    array of float
        Never below 1. In the field multiply by about 0.87 (defrost, cycling, pump). [1]

    Notes
    -----
    ``COP = 7.5727 - 0.12376 L + 6.2387e-4 L^2 + 0.0651 T_air`` with ``L = T_supply - T_air``,
    at least 15 K. A least-squares fit to the medians of 251 outdoor units up to 9 kW at the
    points of EN 14825, from A-7 to A12 and W24 to W52; RMSE 0.05, one standard deviation
    between units 0.3-0.6. The points are part-load values of inverter machines: at mild air
    and high supply temperature the fit is optimistic, hence the cap on tap water.

    References
    ----------
    hplib 1.9 (MIT licence), a database of Heat Pump Keymark certificates; the fit is ours.

    Examples
    --------
    >>> air_water_cop([-10.0, 7.0], 35.0).round(2).tolist()
    [2.62, 5.05]
    """
    p = heat_pump_parameters()
    air = np.asarray(air, dtype=float)
    lift = np.maximum(np.asarray(supply, dtype=float) - air, p["air_min_lift"])
    polynomial = p["air_cop_constant"] + lift * (
        p["air_cop_lift"] + lift * p["air_cop_lift_squared"]
    )
    return np.asarray(np.maximum(polynomial + p["air_cop_air"] * air, 1.0))


def air_water_capacity(air: npt.ArrayLike) -> FloatArray:
    """Return the capacity of a unit over its capacity at -7 °C air.

    Parameters
    ----------
    air : array of float
        Outdoor temperature. [°C]

    Returns
    -------
    array of float
        3.3 % per kelvin, between 0.5 and 1.3; our assumption, from 0.90 at -10 °C. [1]

    Examples
    --------
    >>> air_water_capacity([-10.0, -7.0, 12.0]).round(2).tolist()
    [0.9, 1.0, 1.3]
    """
    p = heat_pump_parameters()
    above = np.asarray(air, dtype=float) - p["air_capacity_reference"]
    factor = 1.0 + p["air_capacity_per_kelvin"] * above
    return np.asarray(np.clip(factor, p["air_capacity_min"], p["air_capacity_max"]))


def air_water_eer(air: npt.ArrayLike, at_30: float) -> FloatArray:
    """Return cold over electricity with water of 18 °C.

    Parameters
    ----------
    air : array of float
        Outdoor temperature. [°C]
    at_30 : float
        The ratio at 30 °C; the others keep their proportion to it. [1]

    Returns
    -------
    array of float
        Linear between 25, 30 and 35 °C, constant outside. [1]

    Examples
    --------
    >>> air_water_eer([20.0, 30.0, 35.0], 5.6).round(2).tolist()
    [7.1, 5.6, 4.0]
    """
    p = heat_pump_parameters()
    known = np.array([p["air_eer_at_25"], p[EER_AT_30], p["air_eer_at_35"]])
    ratio = np.interp(np.asarray(air, dtype=float), [25.0, 30.0, 35.0], known)
    return np.asarray(ratio * at_30 / p[EER_AT_30])
