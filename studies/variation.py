"""The same dwellings under other assumptions, for some hours, without building them anew."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from ..model.scenario import Scenario
from ..networks.columns import BoolArray, FloatArray, IntArray
from ..profiles.demand import space_heat_shape
from ..profiles.filters import lagged
from ..profiles.space_heat import HeatLoss, degree_hours, space_heat
from ..profiles.year import Demand, Profiles, Weather
from ..solvers.window import take_hours

YEAR = 8760 * 3600.0
"""A run this long holds a whole year. [s]"""


def has_whole_year(profiles: Profiles) -> bool:
    """Return whether profiles hold the weather of a whole year and dwellings in it."""
    has_both = profiles.weather is not None and profiles.demand is not None
    return has_both and profiles.times is not None and float(profiles.duration.sum()) >= YEAR


def whole_days(wanted: BoolArray) -> IntArray:
    """Return the rows of all days that hold a wanted hour, in order.

    Parameters
    ----------
    wanted : array of bool, shape (hours,)
        Hours of a year, from midnight.

    Returns
    -------
    array of int
        Rows, each day whole.

    Examples
    --------
    >>> rows = whole_days(np.arange(72) == 30)
    >>> int(rows[0]), int(rows[-1]), len(rows)
    (24, 47, 24)
    """
    day = np.arange(len(wanted)) // 24
    return np.flatnonzero(np.isin(day, np.unique(day[wanted])))


def with_space_heat(
    profiles: Profiles,
    scenario: Scenario,
    rows: IntArray,
    *,
    outdoor: FloatArray | None = None,
    dwellings: pd.DataFrame | None = None,
) -> Profiles:
    """Return some hours of a year with space heat for other weather or other dwellings.

    Parameters
    ----------
    profiles : Profiles
        Of a whole year.
    scenario : Scenario
        Says how the dwellings lag behind the weather.
    rows : array of int
        Hours to return.
    outdoor : array of float, shape (hours of the year,), optional
        Other outdoor temperature. [°C]
    dwellings : DataFrame, optional
        The same dwellings with other columns ``heat_loss_coefficient`` [W/K],
        ``balance_temperature`` [°C] and ``design_space_heat`` [W].

    Returns
    -------
    Profiles
        With space heat and weather replaced; tap water and cold are as they were.
    """
    weather, demand = _whole(profiles)
    air = weather.outdoor_temperature if outdoor is None else outdoor
    homes = demand.dwellings if dwellings is None else dwellings
    loss = HeatLoss(
        coefficient=homes["heat_loss_coefficient"].to_numpy(),
        balance_temperature=homes["balance_temperature"].to_numpy(),
    )
    lag = lagged(air, scenario.demand.time_constant)[rows]
    times = pd.DatetimeIndex(weather.times[rows])
    heat = space_heat(loss, lag, space_heat_shape(times)).T
    window = take_hours(profiles, rows)
    assert window.demand is not None, "the demand was there"
    assert window.weather is not None, "the weather was there"
    return replace(
        window,
        weather=replace(window.weather, outdoor_temperature=air[rows]),
        demand=replace(
            window.demand,
            dwellings=homes,
            dwelling_space_heat=heat,
            space_heat=_by_building(heat.astype(np.float64), homes["building"], demand.buildings),
        ),
    )


def total_space_heat(
    profiles: Profiles,
    scenario: Scenario,
    buildings: Collection[str],
    *,
    outdoor: FloatArray | None = None,
    dwellings: pd.DataFrame | None = None,
) -> FloatArray:
    """Return the space heat of all dwellings of some buildings, in every hour of the year.

    Parameters
    ----------
    profiles : Profiles
        Of a whole year.
    scenario : Scenario
        Says how the dwellings lag behind the weather.
    buildings : collection of str
        Whose dwellings count.
    outdoor : array of float, shape (hours,), optional
        Other outdoor temperature. [°C]
    dwellings : DataFrame, optional
        As for `with_space_heat`.

    Returns
    -------
    array of float, shape (hours,)
        Sum of H max(0, T_balance - T_lagged), times the hour's shape. [W]
    """
    weather, demand = _whole(profiles)
    homes = demand.dwellings if dwellings is None else dwellings
    homes = homes[homes["building"].isin(list(buildings))].sort_values("balance_temperature")
    air = weather.outdoor_temperature if outdoor is None else outdoor
    lag = lagged(air, scenario.demand.time_constant)
    balance = homes["balance_temperature"].to_numpy()
    coefficient = homes["heat_loss_coefficient"].to_numpy()
    above = np.searchsorted(balance, lag, side="right")
    loss = _sum_from(coefficient)[above]
    return (_sum_from(coefficient * balance)[above] - lag * loss) * space_heat_shape(weather.times)


def with_balance_temperature(
    profiles: Profiles, scenario: Scenario, change: float
) -> pd.DataFrame:
    """Return the dwellings with another balance temperature and the same yearly heat.

    Parameters
    ----------
    profiles : Profiles
        Of a whole year.
    scenario : Scenario
        Says how the dwellings lag behind the weather.
    change : float
        Of every balance temperature. [K]

    Returns
    -------
    DataFrame
        As the demand's ``dwellings``; each type asks for as much in the average year as before.
    """
    weather, demand = _whole(profiles)
    homes = demand.dwellings.copy()
    lag = lagged(weather.average_outdoor_temperature, scenario.demand.time_constant)
    shape = space_heat_shape(weather.times)
    coefficient, balance = homes["heat_loss_coefficient"], homes["balance_temperature"]
    before = coefficient * degree_hours(balance.to_numpy(), lag, shape)
    after = coefficient * degree_hours(balance.to_numpy() + change, lag, shape)
    kind = homes["type"]
    scale = before.groupby(kind).sum() / after.groupby(kind).sum()
    homes["heat_loss_coefficient"] = coefficient * kind.map(scale)
    homes["balance_temperature"] = balance + change
    design = HeatLoss(
        coefficient=homes["heat_loss_coefficient"].to_numpy(),
        balance_temperature=homes["balance_temperature"].to_numpy(),
    )
    homes["design_space_heat"] = design.design_load
    return homes


def _whole(profiles: Profiles) -> tuple[Weather, Demand]:
    assert profiles.weather is not None, "has_whole_year was asked before"
    assert profiles.demand is not None, "has_whole_year was asked before"
    return profiles.weather, profiles.demand


def _sum_from(values: FloatArray) -> FloatArray:
    """Return the sums of the values from each place to the end, then 0."""
    return np.append(np.cumsum(values[::-1])[::-1], 0.0)


def _by_building(heat: FloatArray, building: pd.Series, labels: tuple[str, ...]) -> FloatArray:
    """Sum over the dwellings of each building, shape (hours, buildings)."""
    row = pd.Index(labels).get_indexer(pd.Index(building))
    order = np.argsort(row, kind="stable")
    occupied, first = np.unique(row[order], return_index=True)
    sums = np.zeros((len(heat), len(labels)))
    sums[:, occupied] = np.add.reduceat(heat[:, order], first, axis=1)
    return sums
