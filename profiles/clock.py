"""The clock of a run: which instants are solved, and how series are read at them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..model.errors import Fault, InvalidInputError
from ..model.scenario import TimeSection
from ..networks.columns import FloatArray, IntArray
from ..networks.system import Series, ends_rule
from .step_mean import ROUNDING
from .weather import start_instant

HOUR = 3600.0
LEAP_DAY = 59 * 24
"""First hour of 29 February in a leap year."""

LEAP_YEAR_HOURS = 8784

NANO = 1e9
"""Nanoseconds in a second."""

MOST_STEPS = 40_000_000
"""Of a run: a year by the second has 31.5 million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Steps of a run; arrays have shape (hours,), one row for each state.

    Parameters
    ----------
    times : DatetimeIndex or None
        Start of each step, CET; None where the run counts seconds from 0.
    seconds : array of float
        Start, since that of the run, of the time that each state stands for. [s]
    duration : array of float
        Time that each state stands for; 0 for a row at 0 that holds since the row before. [s]
    instants : array of float
        By which each state is known: the row's own, since the start of the run. [s]
    """

    times: pd.DatetimeIndex | None
    seconds: FloatArray
    duration: FloatArray
    instants: FloatArray

    def reading(self, interpolation: str) -> "Clock":
        """Return the clock with its instants where series are read.

        A value that holds through a step of a calendar is met in its middle, whether its rows
        mark starts or ends. Where the run counts seconds, states are read where they stand.
        """
        if interpolation == "linear" or self.times is None:
            return self
        half = self.duration / 2.0
        times = self.times + pd.TimedeltaIndex(np.round(half * NANO).astype("timedelta64[ns]"))
        return replace(self, times=times, instants=self.seconds + half)


def run_clock(section: TimeSection, series: Mapping[str, Series], year: pd.DatetimeIndex) -> Clock:
    """Return the clock of a run.

    Parameters
    ----------
    section : TimeSection
        Step, interpolation and start.
    series : mapping of str to Series
        Every series of the system. With ``time_s`` the run spans them and needs no weather; with
        ``time`` it spans what they have in common; else it spans the year.
    year : DatetimeIndex, shape (hours,)
        Start of each hour of the weather's year.

    Returns
    -------
    Clock
        Rows of the series, all together, or steps of ``section.step``.

    Raises
    ------
    InvalidInputError
        If clocks cannot go together, a series ends early, or nothing is left to solve.
    """
    clocks = {each.clock for each in series.values()}
    if "time_s" in clocks:
        if len(clocks) > 1:
            rule = "'time_s' in every series, or in none"
            raise InvalidInputError(Fault("series", "first column", sorted(clocks), rule))
        return _counting_clock(section, series)
    if "time" in clocks:
        dated = [each for each in series.values() if each.clock == "time"]
        return _dated_clock(section, dated, year)
    return _year_clock(section, year)


def _counting_clock(section: TimeSection, series: Mapping[str, Series]) -> Clock:
    """Return the clock of seconds from 0: a row holds since the row before, and ends there."""
    end = max(float(each.instants[-1]) for each in series.values())
    for name, each in series.items():
        last = float(each.instants[-1])
        if last < end and not each.is_constant:
            raise InvalidInputError(Fault(f"{name}.csv", "last time_s", last, ends_rule(end)))
    instants = np.unique(np.concatenate([each.instants for each in series.values()]))
    if section.interpolation == "linear":
        if section.step is not None:
            instants = np.append(_every(section.step, 0.0, end - ROUNDING), end)
        weights = state_weights(instants)
        starts = instants[0] + np.concatenate([[0.0], np.cumsum(weights[:-1])])
        return Clock(times=None, seconds=starts, duration=weights, instants=instants)
    if section.step is not None and end > 0.0:
        begin = instants[:1][instants[:1] == 0.0]  # a row at 0 s is the state at the start
        steps = _every(section.step, section.step, end - ROUNDING)
        instants = np.concatenate([begin, steps, [end]])
    starts = np.concatenate([[0.0], instants[:-1]])
    return Clock(times=None, seconds=starts, duration=instants - starts, instants=instants)


def _every(step: float, begin: float, end: float) -> FloatArray:
    """Return instants from ``begin`` up to, not with, ``end``. [s]"""
    if end - begin > step * MOST_STEPS:
        rule = f"steps of which the run of {end - begin:.6g} s has at most {MOST_STEPS:,}"
        raise InvalidInputError(Fault("scenario.toml [time]", "step", step, rule))
    return np.arange(begin, end, step)


def state_weights(instants: FloatArray) -> FloatArray:
    """Return the time that states at instants stand for: half of each neighbouring gap. [s]

    Examples
    --------
    >>> state_weights(np.array([0.0, 10.0, 40.0]))
    array([ 5., 20., 15.])
    """
    if len(instants) == 1:
        return np.array([HOUR])
    gaps = np.diff(instants)
    weights: FloatArray = (np.append(gaps, 0.0) + np.insert(gaps, 0, 0.0)) / 2.0
    return weights


def _dated_clock(section: TimeSection, dated: list[Series], year: pd.DatetimeIndex) -> Clock:
    """Return the clock of rows with dates, over what the series have in common."""
    spans = [_span(each) for each in dated]
    begin, end = max(first for first, _ in spans), min(last for _, last in spans)
    new_year = pd.Timestamp(year=series_year(dated, year), month=1, day=1)
    if section.start is not None:
        begin = max(begin, (start_instant(section.start) - new_year).total_seconds())
    if not end > begin:
        rule = "series and a start that have a time in common"
        raise InvalidInputError(Fault("series", "time", "(nothing in common)", rule))
    if section.step is None:
        marks = np.unique(np.concatenate([each.instants for each in dated]))
        starts = np.unique(np.append(marks[(marks > begin) & (marks < end)], begin))
    else:
        starts = _every(section.step, begin, end)
    times = new_year + pd.to_timedelta(starts, unit="s")
    seconds, duration = starts - begin, np.diff(starts, append=end)
    return Clock(times=times, seconds=seconds, duration=duration, instants=seconds)


def _span(series: Series) -> tuple[float, float]:
    """Return the first and last second of a series with dates: rows mark the start of their step.

    A series that begins one step after New Year marks the ends.
    """
    step = row_step(series)
    shift = step if marks_ends(series) else 0.0
    return float(series.instants[0]) - shift, float(series.instants[-1]) - shift + step


def row_step(series: Series) -> float:
    """Return the time between the rows of a series with dates. [s]"""
    rows = series.instants
    return float(rows[1] - rows[0]) if len(rows) > 1 else HOUR


def marks_ends(series: Series) -> bool:
    """Return whether the rows of a series with dates mark the ends of their steps."""
    return float(series.instants[0]) == row_step(series)


def series_year(dated: list[Series], year: pd.DatetimeIndex) -> int:
    """Return the calendar year of series with dates, or that of the weather."""
    years = sorted({each.year for each in dated if each.year is not None})
    if len(years) > 1:
        raise InvalidInputError(Fault("series", "time", years, "series of one year"))
    return years[0] if years else int(year[0].year)


def _year_clock(section: TimeSection, year: pd.DatetimeIndex) -> Clock:
    """Return the clock of a year of hours, or of what is left of it after ``start``."""
    begin = year.searchsorted(start_instant(section.start)) if section.start else 0
    hours = year[begin:]
    if len(hours) == 0:
        rule = f"an instant of {year[0].year}, the year of the weather"
        fault = Fault("scenario.toml [time]", "start", section.start, rule)
        raise InvalidInputError(fault)
    if section.step is None or section.step == HOUR:
        return hourly_clock(hours)
    end = len(hours) * HOUR
    starts = _every(section.step, 0.0, end)
    whole, rest = np.divmod(starts, HOUR)
    times = hours[whole.astype(np.int64)] + pd.to_timedelta(rest, unit="s")
    duration = np.diff(starts, append=end)
    return Clock(times=times, seconds=starts, duration=duration, instants=starts)


def hourly_clock(hours: pd.DatetimeIndex) -> Clock:
    """Return the clock of whole hours, each known by its start."""
    starts = np.arange(len(hours), dtype=np.float64) * np.float64(HOUR)
    return Clock(times=hours, seconds=starts, duration=np.full(len(hours), HOUR), instants=starts)


def year_rows(times: pd.DatetimeIndex, hours: int) -> IntArray:
    """Return the hour of the year of each instant, in a year of ``hours`` hours.

    In a common year 29 February reads 28 February.

    Examples
    --------
    >>> year_rows(pd.DatetimeIndex(["2029-01-01 05:30", "2028-03-01", "2028-02-29"]), 8760)
    array([   5, 1416, 1392])
    """
    rows = ((times.dayofyear - 1) * 24 + times.hour).to_numpy(dtype=np.int64)
    is_later = rows >= LEAP_DAY
    if hours >= LEAP_YEAR_HOURS:
        rows = rows + 24 * (is_later & ~times.is_leap_year)
    else:
        rows = rows - 24 * (is_later & times.is_leap_year)
    return np.minimum(rows, hours - 1)
