"""Hours of a run, grouped by day and by month for the charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..networks.columns import FloatArray, IntArray
from .number_text import MONTHS

WEEK = 168.0 * 3600.0
"""[s]"""


class Daily(NamedTuple):
    """Extremes and mean of each day; ``hour`` is the day's middle from the start [h]."""

    hour: FloatArray
    low: FloatArray
    mean: FloatArray
    high: FloatArray


@dataclass(frozen=True)
class Clock:
    """Instants of a run.

    Parameters
    ----------
    times : DatetimeIndex or None
        Start of each step.
    seconds, duration : array of float, shape (hours,)
        Start since the start of the run, and length. [s]
    instants : array of float, shape (hours,)
        By which each step is known, since the start of the run. [s]
    """

    times: pd.DatetimeIndex | None
    seconds: FloatArray
    duration: FloatArray
    instants: FloatArray

    @cached_property
    def hours(self) -> FloatArray:
        """Middle of each step since the start of the run. [h]"""
        return np.asarray((self.seconds - self.seconds[0] + self.duration / 2.0) / 3600.0)

    @property
    def end(self) -> float:
        """End of the run since its start. [h]"""
        return float((self.seconds[-1] - self.seconds[0] + self.duration[-1]) / 3600.0)

    @property
    def is_long(self) -> bool:
        """Whether daily figures serve a chart better than hours."""
        return self.end > 40.0 * 24.0 and len(self.seconds) > 2 * len(self.day_starts)

    @property
    def week(self) -> int:
        """Rows of a week, of steps of the usual length."""
        lasting = self.duration[self.duration > 0.0]
        return max(1, round(WEEK / float(np.median(lasting)))) if lasting.size else 1

    @cached_property
    def day_starts(self) -> IntArray:
        """Row at which each day starts."""
        offset = 0.0
        if self.times is not None:
            first = self.times[0]
            offset = (first - first.normalize()).total_seconds()
        day = np.floor((self.seconds - self.seconds[0] + offset) / 86400.0 + 1e-9)
        return np.flatnonzero(np.diff(day, prepend=-1.0)).astype(np.int64)

    def daily(self, values: FloatArray) -> Daily:
        """Group hours by day."""
        starts = self.day_starts
        count = np.diff(np.append(starts, len(values)))
        return Daily(
            np.add.reduceat(self.hours, starts) / count,
            np.minimum.reduceat(values, starts),
            np.add.reduceat(values, starts) / count,
            np.maximum.reduceat(values, starts),
        )

    @cached_property
    def month(self) -> IntArray:
        """Calendar month of each step, 0 to 11; all 0 without a calendar."""
        if self.times is None:
            return np.zeros(len(self.seconds), dtype=np.int64)
        return np.asarray(self.times.month, dtype=np.int64) - 1

    def monthly(self, power: FloatArray) -> FloatArray:
        """Return the energy of each calendar month. [J]"""
        energy = np.bincount(self.month, weights=power * self.duration, minlength=12)
        return energy.astype(np.float64)

    def name(self, row: int) -> str:
        """Write the instant of a row.

        Examples
        --------
        >>> starts = np.array([0.0, 3600.0])
        >>> times = pd.date_range("2025-01-01", periods=2, freq="h")
        >>> clock = Clock(times, starts, np.array([3600.0, 3600.0]), starts)
        >>> clock.name(1)
        '1 Jan 01:00'
        """
        if self.times is None:
            return f"{self.instants[row]:,.10g} s"
        instant = self.times[row]
        return f"{instant.day} {MONTHS[instant.month - 1]} {instant:%H:%M}"

    def ticks(self, first: int, last: int) -> tuple[list[float], list[str]]:
        """Return places [h] and names of ticks between two rows."""
        if self.times is None:
            half = self.duration / 7200.0
            return _plain_ticks(self.hours[first] - half[first], self.hours[last] + half[last])
        begin = self.hours - self.duration / 7200.0
        if self.are_months(first, last):
            starts = np.flatnonzero(np.diff(self.month, prepend=-1))
            rows = starts[(starts >= first) & (starts <= last)].tolist()
            return [float(begin[r]) for r in rows], [MONTHS[self.month[r]] for r in rows]
        rows = [int(r) for r in self.day_starts if first <= r <= last]
        return [float(begin[r]) for r in rows], [self._day(r) for r in rows]

    def are_months(self, first: int, last: int) -> bool:
        """Whether ticks between two rows stand at months: their names then go between them."""
        return self.times is not None and last - first > 24 * 45

    def _day(self, row: int) -> str:
        assert self.times is not None
        instant = self.times[row]
        return f"{instant.day} {MONTHS[instant.month - 1]}"


def _plain_ticks(low: float, high: float) -> tuple[list[float], list[str]]:
    from .svg import ticks

    places = ticks(float(low), float(high), 8)
    return places, [f"{place:,.10g} h" for place in places]


def coldest_week(outdoor: Sequence[float] | FloatArray, rows: int = 168) -> slice:
    """Return the stretch of ``rows`` hours with the lowest mean temperature.

    Examples
    --------
    >>> coldest_week(np.array([5.0, 1.0, 2.0, 9.0]), 2)
    slice(1, 3, None)
    """
    values = np.asarray(outdoor, dtype=float)
    rows = min(rows, len(values))
    sums = np.convolve(values, np.ones(rows), mode="valid")
    start = int(np.argmin(sums))
    return slice(start, start + rows)
