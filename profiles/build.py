"""Everything a run needs from outside, on the clock of the run."""

from dataclasses import fields, replace
from typing import TypeVar

import numpy as np
import pandas as pd

from ..networks.columns import FloatArray, IntArray
from ..networks.system import System
from ..networks.varying import column_of
from .clock import HOUR, Clock, hourly_clock, run_clock, year_rows
from .demand import generate_demand
from .mode import HEAT, hourly_mode
from .series_reading import hourly_steps, read_series
from .sources import source_profiles
from .step_mean import mean_over, straddles
from .weather import load_weather
from .year import Demand, Float32Array, Profiles, SourceProfile, Weather

Hourly = TypeVar("Hourly", FloatArray, Float32Array)

Shape = TypeVar("Shape", Weather, Demand, SourceProfile)

Rows = IntArray | slice
"""Rows of the hour axis that are kept, or read more than once."""


def build_profiles(system: System) -> Profiles:
    """Return weather, demand, mode and sources of a system at every step of its run.

    Parameters
    ----------
    system : System
        Checked whole.

    Returns
    -------
    Profiles
        Without weather where the run counts seconds from 0; without demand where heat is given
        as a series or no dwellings stand behind the buildings.

    Raises
    ------
    InvalidInputError
        If weather, calendars or clocks hold faults.
    """
    scenario = system.scenario
    weather = _with_outdoor_series(system, load_weather(scenario, system.folder))
    clock = run_clock(scenario.time, system.series, weather.times)
    if clock.times is None:
        rows = np.minimum((clock.seconds / HOUR).astype(np.int64), len(weather.times) - 1)
    else:
        rows = year_rows(clock.times, len(weather.times))
    demand = None if clock.times is None else _demand(system, weather)
    year = Profiles(
        weather=weather,
        demand=demand,
        mode=_year_mode(system, weather),
        times=weather.times,
        seconds=clock.seconds,
        duration=clock.duration,
        instants=clock.instants,
        sources=source_profiles(scenario, system.folder, weather),
    )
    profiles = _at_rows(year, _as_slice(rows, len(weather.times)))
    return _on_clock(system, _with_means(profiles, year, clock), clock)


def select_hours(profiles: Profiles, start: int, stop: int) -> Profiles:
    """Return the steps from ``start`` up to, not including, ``stop``.

    Parameters
    ----------
    profiles : Profiles
        Of a whole run.
    start, stop : int
        Rows, from 0.

    Returns
    -------
    Profiles
        Arrays are views.
    """
    rows = slice(start, stop)
    kept = _at_rows(profiles, rows)
    return replace(
        kept,
        seconds=profiles.seconds[rows],
        duration=profiles.duration[rows],
        instants=profiles.instants[rows],
    )


def _demand(system: System, weather: Weather) -> Demand | None:
    table = system.tables.get("dwellings")
    if table is None or table.empty or "heat" in system.series:
        return None
    average = weather.average_outdoor_temperature
    average_mode = hourly_mode(system.scenario.mode, average, weather.times)
    return generate_demand(system, weather, average_mode)


def _year_mode(system: System, weather: Weather) -> IntArray:
    section = system.scenario.mode
    if not section.circuits:
        return np.full(len(weather.times), HEAT, dtype=np.int64)
    return hourly_mode(section, weather.outdoor_temperature, weather.times)


def _with_outdoor_series(system: System, weather: Weather) -> Weather:
    """Return the weather with the air temperature of ``outdoor_temperature.csv``, if it is there.

    Where its rows are seconds from 0 it belongs to no year, and the weather stays.
    """
    series = system.series.get("outdoor_temperature")
    if series is None or series.clock == "time_s":
        return weather
    hours = hourly_clock(weather.times)
    outdoor = read_series(series, series.values[:, 0], hours, system.scenario.time.interpolation)
    return replace(
        weather,
        name=f"{weather.name}, air temperature from outdoor_temperature.csv",
        outdoor_temperature=outdoor,
        average_outdoor_temperature=outdoor,
    )


def _on_clock(system: System, profiles: Profiles, clock: Clock) -> Profiles:
    """Return profiles with the times of the run and the mode of ``mode.csv``, if it is there."""
    mode = profiles.mode
    series = system.series.get("mode")
    if series is not None:
        column = column_of(series, "all")
        values = series.values[:, 0] if column is None else column
        mode = read_series(series, values, clock, "step", means=False).astype(np.int64)
    weather = profiles.weather if clock.times is not None else None
    if weather is not None and clock.times is not None:
        weather = replace(weather, times=clock.times)
    return replace(profiles, weather=weather, mode=mode, times=clock.times)


def _as_slice(rows: IntArray, hours: int) -> Rows:
    """Return rows as a slice where they follow one another, so that arrays need no copy."""
    first = int(rows[0])
    if np.array_equal(rows, np.arange(first, first + len(rows))):
        return slice(first, min(first + len(rows), hours))
    return rows


def _at_rows(profiles: Profiles, rows: Rows) -> Profiles:
    """Return every hourly array at rows; seconds, durations and instants stay."""
    times = profiles.times
    return replace(
        profiles,
        weather=None if profiles.weather is None else _weather_at(profiles.weather, rows),
        demand=None if profiles.demand is None else _demand_at(profiles.demand, rows),
        mode=profiles.mode[rows],
        times=None if times is None else pd.DatetimeIndex(times[rows]),
        sources={name: _source_at(each, rows) for name, each in profiles.sources.items()},
    )


def _with_means(profiles: Profiles, year: Profiles, clock: Clock) -> Profiles:
    """Return profiles with means in the steps that see more than an hour of the year.

    The mode is that of the hour in which a step begins.
    """
    edges, begin, end = hourly_steps(clock, len(year.mode))
    several = straddles(edges, begin, end) & (clock.duration > 0.0)
    if not several.any():
        return profiles

    def mean(at_rows: Hourly, hourly: Hourly) -> Hourly:
        found = at_rows.copy(order="K")
        found[several] = mean_over(edges, hourly, begin[several], end[several])
        return found

    def means(shape: Shape, of_year: Shape) -> Shape:
        given = {item.name: getattr(of_year, item.name) for item in fields(of_year)}
        hourly = {
            name: mean(getattr(shape, name), values)
            for name, values in given.items()
            if isinstance(values, np.ndarray) and name != "riser_loss"
        }
        return replace(shape, **hourly)

    weather, demand = profiles.weather, profiles.demand
    return replace(
        profiles,
        weather=weather and year.weather and means(weather, year.weather),
        demand=demand and year.demand and means(demand, year.demand),
        sources={name: means(each, year.sources[name]) for name, each in profiles.sources.items()},
    )


def _weather_at(weather: Weather, rows: Rows) -> Weather:
    return replace(
        weather,
        times=pd.DatetimeIndex(weather.times[rows]),
        outdoor_temperature=weather.outdoor_temperature[rows],
        solar=weather.solar[rows],
        relative_humidity=weather.relative_humidity[rows],
        average_outdoor_temperature=weather.average_outdoor_temperature[rows],
        average_solar=weather.average_solar[rows],
    )


def _demand_at(demand: Demand, rows: Rows) -> Demand:
    return replace(
        demand,
        space_heat=_columns_at(demand.space_heat, rows),
        tap_water=_columns_at(demand.tap_water, rows),
        cold=_columns_at(demand.cold, rows),
        dwelling_space_heat=_columns_at(demand.dwelling_space_heat, rows),
        dwelling_tap_water=_columns_at(demand.dwelling_tap_water, rows),
        dwelling_cold=_columns_at(demand.dwelling_cold, rows),
    )


def _columns_at(values: Hourly, rows: Rows) -> Hourly:
    """Return rows of an array whose columns are contiguous, and keep them so."""
    kept: Hourly = values.T[:, rows].T
    return kept


def _source_at(source: SourceProfile, rows: Rows) -> SourceProfile:
    return SourceProfile(
        temperature=source.temperature[rows],
        capacity=source.capacity[rows],
        mass_flow=source.mass_flow[rows],
    )
