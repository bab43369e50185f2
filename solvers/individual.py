"""The reference: every dwelling its own air-water heat pump."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..model.air_heat_pump import air_water_capacity, air_water_cop, air_water_eer
from ..model.heat_pump import heat_pump_parameters
from ..model.scenario import ReferenceSection, Scenario
from ..networks.columns import BoolArray, FloatArray, IntArray
from ..profiles.year import Profiles
from .kernels.individual import Float32Array, UnitColumns, UnitSums, run_unit_hours
from .plant_year import ReferenceYear

COLD_END, MILD_END = -10.0, 14.0
"""Outdoor temperatures between which the floor's supply is linear. [°C]"""

NIGHT_HOURS = 6.0
"""Tap water of strategy ``night`` is made from 0 to 6 h. [h]"""

BLOCK = 32
"""Dwellings that run together: what their tanks ask for stays in the cache."""

HOUR, DAY, KWH = 3600.0, 86400.0, 3.6e6
"""[s], [s], [J]"""


def solve_individual(profiles: Profiles, scenario: Scenario, strategy: str) -> ReferenceYear:
    """Run an air-water heat pump in every dwelling, on the same demand and weather.

    Parameters
    ----------
    profiles : Profiles
        With weather and the demand of each dwelling.
    scenario : Scenario
        Its ``[reference]`` and the circuits of its ``[mode]``.
    strategy : str
        When tanks are charged: ``"on_demand"`` in the hour of the draw, ``"spread"`` evenly
        over the day, ``"night"`` from 0 to 6 h; standing losses evenly, or with the charge.

    Returns
    -------
    ReferenceYear
        Coincident electricity by hour and use, peak and sum of each dwelling.

    Notes
    -----
    Hourly means. The COP is that of `air_water_cop` times the field factor, which holds
    defrost; the floor's supply follows the outdoor temperature; a compressor never does worse
    than its element. A unit meets its dwelling's design load at the bivalent temperature, but
    is no smaller than the market's smallest. Tap water comes first. What the unit misses in
    the hour is carried over: for tap water by the tank, for space by the floor, which may be
    behind by 3 kWh; the element makes what is beyond that, and settles the last hour. Space
    heat and cold are served in the hours in which the network serves them. The auxiliary power
    counts while the unit runs; below 30 % of its capacity it goes on and off.

    Left out: the weekly heating of the tank from 57 to 60 °C by the element (180 l: 0.6 kWh,
    some 20 kWh a year, at night), the limit of the unit's capacity for cold (1-2 kW).
    """
    demand, weather = profiles.demand, profiles.weather
    assert demand is not None, "individual heat pumps need dwellings"
    assert weather is not None, "individual heat pumps need weather"
    reference = scenario.reference
    columns = unit_columns(profiles, scenario, weather.outdoor_temperature)
    dwellings = len(demand.dwellings)
    sums = _no_sums(len(profiles.duration), dwellings)
    sizes, rule = unit_sizes(demand.dwellings, reference), charging(profiles, reference, strategy)
    space, draws, cold = (
        np.ascontiguousarray(each.T)
        for each in (demand.dwelling_space_heat, demand.dwelling_tap_water, demand.dwelling_cold)
    )
    for begin in range(0, dwellings, BLOCK):
        rows = slice(begin, begin + BLOCK)
        own = sums._replace(peak=sums.peak[rows], annual=sums.annual[rows])
        charges = tank_charges(rule, draws[rows])
        run_unit_hours(columns, sizes[rows], space[rows], charges, cold[rows], own)
    parts = (sums.space_heat, sums.tap_water, sums.cooling, sums.backup, sums.auxiliary)
    return ReferenceYear(
        strategy=strategy,
        electricity=np.sum(parts, axis=0),
        space_heat=sums.space_heat,
        tap_water=sums.tap_water,
        cooling=sums.cooling,
        backup=sums.backup,
        auxiliary=sums.auxiliary,
        dwelling_peak=sums.peak,
        dwelling_annual=sums.annual,
    )


def _no_sums(hours: int, dwellings: int) -> UnitSums:
    return UnitSums(
        space_heat=np.zeros(hours),
        tap_water=np.zeros(hours),
        cooling=np.zeros(hours),
        backup=np.zeros(hours),
        auxiliary=np.zeros(hours),
        peak=np.zeros(dwellings),
        annual=np.zeros(dwellings),
    )


def unit_columns(
    profiles: Profiles, scenario: Scenario, outdoor_temperature: FloatArray
) -> UnitColumns:
    """Return what holds for every unit alike, hour by hour.

    Parameters
    ----------
    profiles : Profiles
        With mode and duration of the hours.
    scenario : Scenario
        With its ``[reference]``.
    outdoor_temperature : array of float, shape (hours,)
        [°C]
    """
    reference, parameters = scenario.reference, heat_pump_parameters()
    air = outdoor_temperature
    supply = floor_supply(air, reference)
    space = reference.field_factor * air_water_cop(air, supply)
    tap = reference.field_factor * air_water_cop(air, reference.tap_water_temperature)
    heat, cold = served_hours(profiles, scenario)
    return UnitColumns(
        duration=np.ascontiguousarray(profiles.duration),
        space_cop=np.maximum(space, 1.0),
        tap_water_cop=np.clip(tap, 1.0, max(reference.max_tap_water_cop, 1.0)),
        eer=air_water_eer(air, reference.cooling_eer),
        capacity=air_water_capacity(air),
        serves_heat=heat.astype(float),
        serves_cold=cold.astype(float),
        auxiliary_power=reference.auxiliary_power,
        min_modulation=parameters["air_min_modulation"],
        debt_limit=parameters["floor_heat_debt"],
    )


def floor_supply(outdoor_temperature: FloatArray, reference: ReferenceSection) -> FloatArray:
    """Return the supply of the floor heating, linear in the outdoor temperature. [°C]

    Parameters
    ----------
    outdoor_temperature : array of float, shape (hours,)
        [°C]
    reference : ReferenceSection
        With the supply at -10 and at 14 °C; constant outside.

    Examples
    --------
    >>> floor_supply(np.array([-20.0, 2.0, 20.0]), ReferenceSection()).tolist()
    [38.0, 34.0, 30.0]
    """
    ends = [reference.space_supply_cold, reference.space_supply_mild]
    return np.interp(outdoor_temperature, [COLD_END, MILD_END], ends)


def served_hours(profiles: Profiles, scenario: Scenario) -> tuple[BoolArray, BoolArray]:
    """Return in which hours space heat, and cold, are served: those of the network.

    Parameters
    ----------
    profiles : Profiles
        With the mode.
    scenario : Scenario
        Where ``[mode]`` names no circuit, heat is served always and cold never.
    """
    if scenario.mode.circuits:
        return profiles.mode == 1, profiles.mode == -1
    always = np.ones(len(profiles.mode), dtype=np.bool_)
    return always, ~always


def unit_sizes(dwellings: pd.DataFrame, reference: ReferenceSection) -> FloatArray:
    """Return the nominal capacity of each dwelling's unit at -7 °C air. [W]

    Parameters
    ----------
    dwellings : DataFrame
        With ``heat_loss_coefficient`` [W/K] and ``balance_temperature`` [°C].
    reference : ReferenceSection
        With the bivalent temperature.

    Examples
    --------
    >>> house = pd.DataFrame({"heat_loss_coefficient": [90.0, 200.0], "balance_temperature": 14.0})
    >>> unit_sizes(house, ReferenceSection()).round(0).tolist()
    [3500.0, 5333.0]
    """
    balance = dwellings["balance_temperature"].to_numpy(dtype=float)
    below = np.maximum(balance - reference.bivalent_temperature, 0.0)
    load = dwellings["heat_loss_coefficient"].to_numpy(dtype=float) * below
    capacity = float(air_water_capacity(reference.bivalent_temperature))
    return np.maximum(load / capacity, heat_pump_parameters()["air_smallest_unit"])


class Charging(NamedTuple):
    """When tanks are charged.

    Parameters
    ----------
    loss : float
        Standing loss of a tank. [W]
    starts : array of int, shape (days,)
        First hour of each day; empty where every hour serves its own draws.
    day : array of int, shape (hours,)
        Row of each hour's day.
    duration : array of float32, shape (hours,)
        [s]
    share : array of float32, shape (hours,)
        Power over the energy of the day. [1/s]
    """

    loss: np.float32
    starts: IntArray
    day: IntArray
    duration: Float32Array
    share: Float32Array


def charging(profiles: Profiles, reference: ReferenceSection, strategy: str) -> Charging:
    """Return when the tanks of a strategy are charged.

    Parameters
    ----------
    profiles : Profiles
        With the clock.
    reference : ReferenceSection
        With the standing loss of a tank.
    strategy : str
        See `solve_individual`.

    Notes
    -----
    Where a run holds no hour of a day's night, that day is spread.
    """
    loss = np.float32(reference.tank_loss_kwh_per_day * KWH / DAY)
    duration = profiles.duration.astype(np.float32)
    if strategy == "on_demand":
        none = np.empty(0, dtype=np.int64)
        return Charging(loss, none, none, duration, np.ones_like(duration))
    day, hour = _calendar(profiles)
    starts = np.flatnonzero(np.diff(day, prepend=day[0] - 1))
    row = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(day)))
    is_chosen = hour < NIGHT_HOURS if strategy == "night" else np.ones(len(day), dtype=np.bool_)
    is_empty = np.add.reduceat(is_chosen.astype(float), starts) == 0.0
    weight = (is_chosen | is_empty[row]) * profiles.duration
    weight = weight / np.add.reduceat(weight, starts)[row] / profiles.duration
    return Charging(loss, starts, row, duration, weight.astype(np.float32))


def tank_charges(rule: Charging, draws: Float32Array) -> Float32Array:
    """Return the heat that each tank asks of its unit, shape (dwellings, hours). [W]

    Parameters
    ----------
    rule : Charging
        When tanks are charged.
    draws : array of float32, shape (dwellings, hours)
        [W]

    Notes
    -----
    Over each day, draws and losses equal charges in every strategy.
    """
    wanted = draws + rule.loss
    if not len(rule.starts):
        return wanted
    wanted *= rule.duration
    by_day = np.add.reduceat(wanted, rule.starts, axis=1)
    np.take(by_day, rule.day, axis=1, out=wanted, mode="clip")
    wanted *= rule.share
    return wanted


def _calendar(profiles: Profiles) -> tuple[FloatArray, FloatArray]:
    """Return the number of the day and the hour of the day of each step."""
    if profiles.times is None:
        return profiles.seconds // DAY, profiles.seconds % DAY / HOUR
    start = (profiles.times - pd.Timestamp(1970, 1, 1)) / pd.Timedelta(seconds=1)
    seconds = start.to_numpy(dtype=float)
    return seconds // DAY, seconds % DAY / HOUR
