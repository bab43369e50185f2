"""The weather of a run: bundled or from a file, as an average or as a design year."""

from pathlib import Path

import numpy as np
import pandas as pd

from ..model.errors import Fault, InvalidInputError
from ..model.scenario import Scenario, WeatherSection
from ..networks.columns import FloatArray
from .assumptions import DATA
from .weather_files import YEAR_HOURS, WeatherYear, read_weather_file
from .year import Weather

BUNDLED = "maastricht"
"""Name of the bundled year."""

CREDIT = (
    "Deutscher Wetterdienst, test reference year TRY 2010 region 5 (Essen), mean year 1988-2007, "
    "by way of demandlib 0.2.2; data basis: Deutscher Wetterdienst, values processed; free to use "
    "with this credit (GeoNutzV)"
)
"""Source of the bundled year, with credit and terms."""

CALENDAR_YEAR = 2029
"""Calendar of a made year: begins on a Monday, and the first dwellings connect in it [memo]."""

LEAP_YEAR = 2028
"""Calendar of a made year of 8,784 hours."""

SPELL_DAYS = 7
DAY_HOURS = 24


def load_weather(scenario: Scenario, folder: Path) -> Weather:
    """Return the weather of a scenario.

    Parameters
    ----------
    scenario : Scenario
        Its ``[weather]`` says which file, and whether the coldest week is shifted.
    folder : Path
        Where the scenario's files stand.

    Returns
    -------
    Weather
        All hours of the year, 8,760 or 8,784.

    Raises
    ------
    InvalidInputError
        If the file is missing or holds faults.

    Notes
    -----
    The design year is the file's year with its coldest week (seven whole days with the lowest
    mean) shifted by ``cold_spell_shift``: our assumption for design.

    Examples
    --------
    >>> weather = load_weather(Scenario(name="example"), Path())
    >>> weather.name, round(float(weather.outdoor_temperature.min()), 1)
    ('Maastricht design year', -13.6)
    """
    section = scenario.weather
    is_bundled = BUNDLED in {section.format, section.file}
    path = DATA / "maastricht.csv" if is_bundled else folder / section.file
    year = read_weather_file(path, "csv" if is_bundled else section.format, section.year)
    outdoor, shifted = year.outdoor_temperature, _design_temperature(section, year)
    return Weather(
        name=weather_name("Maastricht" if is_bundled else path.stem, section, year),
        source=CREDIT if is_bundled else path.name,
        times=year_times(calendar_year(scenario, year), len(outdoor)),
        outdoor_temperature=shifted,
        solar=year.solar,
        relative_humidity=year.relative_humidity,
        average_outdoor_temperature=outdoor,
        average_solar=year.solar,
    )


def weather_name(label: str, section: WeatherSection, year: WeatherYear) -> str:
    """Return the name shown beside every figure, e.g. ``"Maastricht design year"``."""
    if year.calendar_year is not None:
        label = f"{label} {year.calendar_year}"
        return f"{label} design year" if section.cold_spell else label
    return f"{label} {'design' if section.cold_spell else 'average'} year"


def _design_temperature(section: WeatherSection, year: WeatherYear) -> FloatArray:
    if not section.cold_spell:
        return year.outdoor_temperature
    return shift_coldest_week(year.outdoor_temperature, section.cold_spell_shift)


def shift_coldest_week(outdoor: FloatArray, shift: float) -> FloatArray:
    """Return temperatures with the seven coldest days in a row shifted.

    Parameters
    ----------
    outdoor : array of float, shape (hours,)
        Outdoor temperature. [°C]
    shift : float
        Added to the week with the lowest mean, from midnight to midnight. [K]

    Returns
    -------
    array of float, shape (hours,)
        A new array. [°C]
    """
    first = coldest_week(outdoor)
    shifted = outdoor.copy()
    shifted[first * DAY_HOURS : (first + SPELL_DAYS) * DAY_HOURS] += shift
    return shifted


def coldest_week(outdoor: FloatArray) -> int:
    """Return the first day, from 0, of the seven days in a row with the lowest mean.

    Examples
    --------
    >>> coldest_week(np.repeat([5.0] * 3 + [-1.0] * 7 + [5.0] * 3, 24))
    3
    """
    daily = daily_mean(outdoor)
    weekly = np.convolve(daily, np.full(SPELL_DAYS, 1.0 / SPELL_DAYS), mode="valid")
    return int(np.argmin(weekly))


def daily_mean(values: FloatArray) -> FloatArray:
    """Return the mean of each whole day, shape (days,), of hourly values."""
    days: FloatArray = values[: len(values) // DAY_HOURS * DAY_HOURS].reshape(-1, DAY_HOURS)
    means: FloatArray = days.mean(axis=1)
    return means


def calendar_year(scenario: Scenario, year: WeatherYear) -> int:
    """Return the calendar year: the measured one, that of ``time.start``, or the default."""
    if year.calendar_year is not None:
        return year.calendar_year
    if len(year.outdoor_temperature) == max(YEAR_HOURS):
        return LEAP_YEAR
    start = scenario.time.start
    return CALENDAR_YEAR if start is None else int(start_instant(start).year)


def start_instant(start: str) -> pd.Timestamp:
    """Return ``[time] start`` as an instant in CET; with an offset given, it is converted.

    Raises
    ------
    InvalidInputError
        If the text is no instant.

    Examples
    --------
    >>> str(start_instant("2029-06-01T12:00Z"))
    '2029-06-01 13:00:00'
    """
    try:
        instant = pd.Timestamp(start)
    except ValueError as error:
        rule = "an instant such as '2029-01-01T00:00', CET"
        raise InvalidInputError(Fault("scenario.toml [time]", "start", start, rule)) from error
    return instant if instant.tz is None else instant.tz_convert("Etc/GMT-1").tz_localize(None)


def year_times(year: int, hours: int) -> pd.DatetimeIndex:
    """Return the start of each hour of a year; without 29 February where the hours are 8,760.

    Examples
    --------
    >>> str(year_times(2028, 8760)[59 * 24])
    '2028-03-01 00:00:00'
    """
    times = pd.date_range(f"{year}-01-01", f"{year + 1}-01-01", freq="h", inclusive="left")
    if len(times) > hours:
        times = times[~((times.month == 2) & (times.day == 29))]  # noqa: PLR2004 (the leap day)
    return pd.DatetimeIndex(times[:hours])
