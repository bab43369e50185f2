"""What sources give in every hour: waste heat by its weekly calendar, effluent by its months."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from ..model.errors import Fault, Faults, InvalidInputError
from ..model.scenario import Scenario, SourceSection
from ..networks.columns import FloatArray
from .assumptions import assumptions
from .calendars import (
    MONTHS,
    between_months,
    month_rows,
    read_calendar,
    smooth_months,
    weekly,
)
from .civil_time import civil_time
from .filters import lagged
from .weather import DAY_HOURS, daily_mean
from .year import SourceProfile, Weather

WATER_DENSITY = 999.5
"""Of water at 12 °C, within 0.2 % from 4 to 23 °C (IAPWS-95). [kg/m3]"""

HOUR = 3600.0

FIRST_GAIN, GAIN_ITERATIONS = 0.5, 12
"""The gains of effluent on air are found step by step from this one. [K/K]"""


def source_profiles(
    scenario: Scenario, folder: Path, weather: Weather
) -> Mapping[str, SourceProfile]:
    """Return the profile of every source of a scenario, by its id.

    Parameters
    ----------
    scenario : Scenario
        Its ``[sources]``.
    folder : Path
        Where their calendars stand.
    weather : Weather
        A whole year.

    Returns
    -------
    mapping of str to SourceProfile
        In the order of the scenario.

    Raises
    ------
    InvalidInputError
        With the faults of every source.
    """
    faults = Faults()
    profiles = {}
    for name, section in scenario.sources.items():
        try:
            if section.kind == "waste_heat":
                profiles[name] = waste_heat(name, section, folder, weather.times)
            else:
                profiles[name] = effluent(name, section, folder, weather)
        except InvalidInputError as error:
            faults.extend(error.faults)
    faults.raise_any()
    return profiles


def waste_heat(
    name: str, section: SourceSection, folder: Path, times: pd.DatetimeIndex
) -> SourceProfile:
    """Return what a factory gives: by ISO week, or constant where it has no calendar.

    The calendar has ``iso_week``, ``availability`` [1], ``heat_mw`` and ``supply_c``. Where the
    scenario gives a ``capacity``, availability counts as its share; else ``heat_mw`` holds. In
    a week without production the temperature is the last one of the calendar.
    """
    if section.calendar is None:
        return _constant_waste_heat(name, section, len(times))
    columns = ("availability", "heat_mw", "supply_c")
    table = read_calendar(folder / section.calendar, f"source '{name}'", "iso_week", columns)
    faults = Faults()
    for column in ("availability", "heat_mw"):
        wrong = table.index[~(table[column] >= 0.0)]
        if len(wrong):
            item = f"{section.calendar} week {wrong[0]}"
            faults.add(item, column, table[column][wrong[0]], "a number at least 0")
    if bool(table["supply_c"].isna().all()):
        faults.add(section.calendar, "supply_c", "(empty)", "a temperature in at least one week")
    faults.raise_any()
    if section.capacity is None:
        capacity = 1e6 * weekly(table, "heat_mw", times)
    else:
        capacity = section.capacity * weekly(table, "availability", times)
    return SourceProfile(
        temperature=weekly(table, "supply_c", times),
        capacity=capacity,
        mass_flow=np.full(len(times), np.inf),
    )


def _constant_waste_heat(name: str, section: SourceSection, hours: int) -> SourceProfile:
    if section.temperature is None:
        rule = "a temperature in °C, or a calendar"
        raise InvalidInputError(Fault(f"source '{name}'", "temperature", None, rule))
    capacity = np.inf if section.capacity is None else section.capacity
    return SourceProfile(
        temperature=np.full(hours, section.temperature),
        capacity=np.full(hours, capacity),
        mass_flow=np.full(hours, np.inf),
    )


def effluent(name: str, section: SourceSection, folder: Path, weather: Weather) -> SourceProfile:
    """Return what a treatment plant sends: by month and weather, or constant without calendar.

    The calendar has ``month``, ``effluent_mean_c``, ``effluent_5pct_min_c`` and
    ``effluent_flow_factor``. Temperature: see `effluent_temperature`, at most ``max_temperature``.
    Flow: the yearly mean times the month's factor (smooth) times a daily swing down to
    ``min_flow_factor``. Storms (more, colder water for hours) are left out: they bring more heat
    than they take.
    """
    times = weather.times
    swing = daily_swing(section.min_flow_factor, times)
    if section.calendar is None:
        if section.temperature is None:
            rule = "a temperature in °C, or a calendar"
            raise InvalidInputError(Fault(f"source '{name}'", "temperature", None, rule))
        temperature, season = np.full(len(times), section.temperature), np.ones(len(times))
    else:
        columns = ("effluent_mean_c", "effluent_5pct_min_c", "effluent_flow_factor")
        table = read_calendar(folder / section.calendar, f"source '{name}'", "month", columns)
        _refuse_months(section.calendar, table)
        mean, minimum, factor = (table[column].to_numpy(dtype=float) for column in columns)
        temperature = effluent_temperature(mean, minimum, weather)
        season = smooth_months(factor, times)
    most = np.inf if section.max_temperature is None else section.max_temperature
    flow = np.inf if section.flow is None else section.flow * WATER_DENSITY
    capacity = np.inf if section.capacity is None else section.capacity
    return SourceProfile(
        temperature=np.minimum(temperature, most),
        capacity=np.full(len(times), capacity),
        mass_flow=flow * season * swing,
    )


def effluent_temperature(mean: FloatArray, minimum: FloatArray, weather: Weather) -> FloatArray:
    """Return the temperature of effluent that follows the season and, in part, the air.

    Parameters
    ----------
    mean, minimum : array of float, shape (12,)
        Mean of each month, and the temperature that 5 % of its days do not exceed. [°C]
    weather : Weather
        A whole year.

    Returns
    -------
    array of float, shape (hours,)
        Temperature. [°C]

    Notes
    -----
    T = smooth course of the months + gain * (lagged air - smooth course of the lagged air). The
    gains, straight from mid-month to mid-month, are such that 5 % of the days of each month of the
    average year are at or below its minimum, nearly; means stay within 0.3 K. A design year is
    colder, but never below the lowest 5 % minimum of the calendar: sewers and the design influent
    of treatment plants (8 °C) bound it. Our assumption throughout.
    """
    times = weather.times
    figures = assumptions()
    time_constant = figures["effluent_air_lag_hours"] * HOUR
    usual = lagged(weather.average_outdoor_temperature, time_constant)
    month = month_rows(times)
    of_month = np.array([usual[month == each].mean() for each in range(MONTHS)])
    course = smooth_months(of_month, times)
    season = smooth_months(mean, times)
    gain = np.full(MONTHS, FIRST_GAIN)
    for _ in range(GAIN_ITERATIONS):
        found = season + between_months(gain, times) * (usual - course)
        coldest = daily_quantiles(found, month, figures["effluent_quantile"])
        gain *= np.clip((mean - minimum) / np.maximum(mean - coldest, 1e-3), 0.5, 2.0)
    anomaly = lagged(weather.outdoor_temperature, time_constant) - course
    temperature = season + between_months(gain, times) * anomaly
    bounded: FloatArray = np.maximum(temperature, minimum.min())
    return bounded


def daily_quantiles(values: FloatArray, month: np.ndarray, share: float) -> FloatArray:
    """Return the quantile of the daily means of each month, shape (12,)."""
    days = daily_mean(values)
    of_day = month[: len(days) * DAY_HOURS : DAY_HOURS]
    return np.array([np.quantile(days[of_day == each], share) for each in range(MONTHS)])


def daily_swing(least: float, times: pd.DatetimeIndex) -> FloatArray:
    """Return flow relative to the day's mean: a cosine on civil time, lowest at 6 h. [1]

    Examples
    --------
    >>> swing = daily_swing(0.5, pd.date_range("2029-01-01", periods=24, freq="h"))
    >>> float(swing.min()), int(swing.argmin())
    (0.5, 6)
    """
    hour = civil_time(times).hour - assumptions()["effluent_minimum_hour"]
    swing: FloatArray = 1.0 - (1.0 - least) * np.cos(2.0 * np.pi * hour / DAY_HOURS)
    return swing


def _refuse_months(name: str, table: pd.DataFrame) -> None:
    faults = Faults()
    missing = sorted(set(range(1, MONTHS + 1)) - set(table.index))
    if missing:
        faults.add(name, "month", f"without {missing}", "the months 1 to 12")
    for column in table.columns:
        if bool(table[column].isna().any()):
            faults.add(name, column, "(empty)", "a number in every month")
    faults.raise_any()
