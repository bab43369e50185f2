"""When a source trips, and the steps around it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..model.errors import Fault, InvalidInputError
from ..networks.boundary import Boundary
from ..networks.columns import FloatArray, IntArray
from ..networks.system import System
from ..profiles.boundary import circuit_boundary
from ..profiles.year import Profiles
from ..solvers.window import find_rows, take_hours

HOUR = 3600.0
"""[s]"""

BEFORE, AFTER = 48.0 * HOUR, 24.0 * HOUR
"""Solved before the trip, and beyond the outage for the plan of the tanks. [s]"""

SHOWN_BEFORE = HOUR
"""Fine steps begin so long before the trip. [s]"""

TRIP_HOUR = 7.0
"""Of the coldest day, where no time is given. [h]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageSteps:
    """Steps of an outage: those of the run first, then fine ones.

    Parameters
    ----------
    window : (int, int)
        Rows of the run that are solved without the outage: first, and after the last.
    rows : array of int, shape (steps,)
        Row of the window that each step belongs to.
    duration : array of float, shape (steps,)
        [s]
    since : array of float, shape (steps,)
        Start of each step since the trip; negative before. [s]
    fine : int
        First fine step.
    """

    window: tuple[int, int]
    rows: IntArray
    duration: FloatArray
    since: FloatArray
    fine: int

    @property
    def ends(self) -> FloatArray:
        """End of each step since the trip. [s]"""
        return np.asarray(self.since + self.duration)

    def profiles(self, window: Profiles) -> Profiles:
        """Return the profiles of a window at these steps."""
        taken = take_hours(window, self.rows)
        begin = self.since - self.since[0] + window.seconds[0]
        return replace(taken, duration=self.duration, seconds=begin, instants=begin)

    def boundary(self, system: System, window: Profiles, circuit: str) -> Boundary:
        """Return what drives a circuit in these steps."""
        driven = circuit_boundary(system, window, circuit).at(self.rows)
        return replace(driven, duration=self.duration)


def trip_instant(profiles: Profiles, at: str | None) -> float:
    """Return when a source trips, on the clock of a run.

    Parameters
    ----------
    profiles : Profiles
        Of the whole run.
    at : str or None
        ISO time in CET, or seconds; None: 7:00 on the day with the lowest mean outdoor
        temperature.

    Returns
    -------
    float
        [s]

    Raises
    ------
    InvalidInputError
        If it lies outside the run, or none is given and there is no weather.
    """
    if at is not None:
        row, _ = find_rows(profiles, None, at)
        if profiles.times is None:
            return float(at)
        into = (pd.Timestamp(at) - profiles.times[row]).total_seconds()
        return float(profiles.seconds[row] + into)
    weather, times = profiles.weather, profiles.times
    if weather is None or times is None:
        rule = "a time of the run, as it has no weather to choose by"
        raise InvalidInputError(Fault("outage", "--at", "(none)", rule))
    day = times.normalize()
    mean = pd.Series(weather.outdoor_temperature).groupby(day).mean()
    coldest = pd.Timestamp(mean.index[int(np.argmin(mean.to_numpy()))])
    into = (coldest - times[0]).total_seconds() + TRIP_HOUR * HOUR
    return float(profiles.seconds[0] + into)


def outage_steps(profiles: Profiles, trip: float, lasts: float, step: float) -> OutageSteps:
    """Return the steps around a trip.

    Parameters
    ----------
    profiles : Profiles
        Of the whole run.
    trip : float
        On its clock. [s]
    lasts : float
        The source is out so long; the last step ends with it, or with the run. [s]
    step : float
        Length of a fine step. [s]
    """
    ends = np.append(profiles.seconds, profiles.seconds[-1] + profiles.duration[-1])
    count = len(profiles.duration)

    def row_at(instant: float) -> int:
        return int(np.clip(np.searchsorted(ends, instant + 1e-6, side="right") - 1, 0, count - 1))

    first, begin = row_at(trip - BEFORE), row_at(trip - SHOWN_BEFORE)
    stop = min(int(np.searchsorted(ends, trip + lasts - 1e-6)), count)
    last = min(int(np.searchsorted(ends, trip + lasts + AFTER - 1e-6)), count)
    length = profiles.duration[begin:stop]
    parts = np.maximum(np.round(length / step), 1.0).astype(np.int64)
    rows = np.concatenate([np.arange(first, begin), np.repeat(np.arange(begin, stop), parts)])
    duration = np.concatenate([profiles.duration[first:begin], np.repeat(length / parts, parts)])
    since = ends[first] - trip + np.concatenate([[0.0], np.cumsum(duration)[:-1]])
    kept = since < lasts - 1e-6
    return OutageSteps(
        window=(first, last),
        rows=(rows - first)[kept],
        duration=duration[kept],
        since=since[kept],
        fine=begin - first,
    )
