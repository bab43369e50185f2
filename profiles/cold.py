"""Cold of dwellings: warmth outdoors and sun, up to what the floors take up."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..model.scenario import DemandSection
from ..networks.columns import BoolArray, FloatArray
from .assumptions import assumptions
from .filters import lagged, trailing_mean
from .households import COLD, Households
from .space_heat import LARGEST_DEVIATION
from .year import Float32Array

BISECTIONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdNeed:
    """What decides a dwelling's cold; arrays have shape (dwellings,).

    Parameters
    ----------
    area : array of float
        Floor area with the spread between dwellings and the scaling to the year. [m2]
    limit : array of float
        Most that the floors take up. [W]
    """

    area: FloatArray
    limit: FloatArray


def cooling_per_area(
    outdoor: FloatArray, solar: FloatArray, times: pd.DatetimeIndex, demand: DemandSection
) -> FloatArray:
    """Return the cold that a square metre of floor asks for, before scaling and limits.

    Parameters
    ----------
    outdoor, solar : array of float, shape (hours,)
        Weather of a year. [°C], [W/m2]
    times : DatetimeIndex, shape (hours,)
        Start of each hour, CET.
    demand : DemandSection
        Time constant and balance temperature of the dwellings.

    Returns
    -------
    array of float, shape (hours,)
        U max(0, T_lagged - 19 °C) + 25 % of the solar gain of the last six hours, May to
        September. [W/m2]

    Notes
    -----
    The solar part counts only while it is too warm for any dwelling to ask for heat, so that
    none asks for both in one hour. All figures are assumptions (``assumptions.csv``).
    """
    figures = assumptions()
    warm = lagged(outdoor, demand.time_constant)
    excess = np.maximum(warm - figures["cooling_base_temperature"], 0.0)
    sun = trailing_mean(solar, round(figures["cooling_solar_hours"]))
    heated_below = demand.balance_temperature + LARGEST_DEVIATION * demand.balance_spread
    aperture = figures["cooling_solar_share"] * figures["cooling_aperture_per_area"]
    gain = np.where(warm > heated_below, aperture * sun, 0.0)
    month = times.month.to_numpy()
    in_season = (month >= figures["cooling_first_month"]) & (
        month <= figures["cooling_last_month"]
    )
    need: FloatArray = np.where(in_season, figures["cooling_loss_per_area"] * excess + gain, 0.0)
    return need


def cold_needs(
    homes: Households, demand: DemandSection, per_area: FloatArray, is_cold: BoolArray
) -> ColdNeed:
    """Return the needs with which an average year asks for the scenario's cold in cold mode.

    Parameters
    ----------
    homes : Households
        The dwellings.
    demand : DemandSection
        Mean cold per dwelling and the spread between dwellings.
    per_area : array of float, shape (hours,)
        From `cooling_per_area`, of the average year. [W/m2]
    is_cold : array of bool, shape (hours,)
        Whether the average year's hour is in cold mode.

    Returns
    -------
    ColdNeed
        Each type meets its share, unless even ``cooling_max_scale`` leaves it below: then the
        year is too cool for the figure, and asks for less. Without an hour of cold mode nothing
        is scaled.
    """
    area = homes.figure("floor_area") * homes.spread(COLD, demand.loss_spread)
    limit = homes.figure("cooling_peak")
    target = homes.targets_kwh("cooling_kwh", demand.cold_kwh) * 1e3
    served = np.sort(per_area[is_cold])
    for rows in homes.rows_by_type().values():
        wanted = float(target[rows].sum())
        area[rows] *= _scale(served, area[rows], limit[rows], wanted)
    return ColdNeed(area=area, limit=limit)


def _scale(served: FloatArray, area: FloatArray, limit: FloatArray, wanted: float) -> float:
    """Return the factor on the areas with which the year's cold is what is wanted."""
    if wanted == 0.0 or len(served) == 0:
        return 0.0 if wanted == 0.0 else 1.0
    low, high = 0.0, assumptions()["cooling_max_scale"]
    if limited_sum(served, area * high, limit) <= wanted:
        return high
    for _ in range(BISECTIONS):
        middle = (low + high) / 2.0
        is_enough = limited_sum(served, area * middle, limit) >= wanted
        low, high = (low, middle) if is_enough else (middle, high)
    return (low + high) / 2.0


def limited_sum(served: FloatArray, area: FloatArray, limit: FloatArray) -> float:
    """Return the sum over hours and dwellings of min(area * per_area, limit).

    Parameters
    ----------
    served : array of float, shape (hours,)
        Cold per area, rising. [W/m2]
    area, limit : array of float, shape (dwellings,)
        [m2], [W]

    Examples
    --------
    >>> limited_sum(np.array([0.0, 1.0, 4.0]), np.array([10.0]), np.array([20.0]))
    30.0
    """
    total = np.concatenate([[0.0], np.cumsum(served)])
    with np.errstate(divide="ignore", over="ignore"):
        free = np.searchsorted(served, limit / area)
    return float(np.sum(area * total[free] + limit * (len(served) - free)))


def cold(need: ColdNeed, per_area: FloatArray) -> Float32Array:
    """Return the cold of each dwelling, zero or negative, whatever the mode.

    Parameters
    ----------
    need : ColdNeed
        Of the dwellings.
    per_area : array of float, shape (hours,)
        From `cooling_per_area`, of the run's weather. [W/m2]

    Returns
    -------
    array of float32, shape (dwellings, hours)
        Mean of each hour. [W]
    """
    demand = np.zeros((len(need.area), len(per_area)), dtype=np.float32)
    hours = np.flatnonzero(per_area > 0.0)
    if len(hours) == 0:
        return demand
    season = slice(int(hours[0]), int(hours[-1]) + 1)
    part = demand[:, season]
    np.multiply(
        per_area[season].astype(np.float32), -need.area.astype(np.float32)[:, None], out=part
    )
    np.maximum(part, -need.limit.astype(np.float32)[:, None], out=part)
    return demand
