"""When a source trips, and the steps around it."""

from collections.abc import Mapping
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
from .fine_steps import MOST_STEP, SLIVER, cut_steps

HOUR, MINUTE = 3600.0, 60.0
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
    stops_early : bool
        Whether the run ends before the outage.
    """

    window: tuple[int, int]
    rows: IntArray
    duration: FloatArray
    since: FloatArray
    fine: int
    stops_early: bool

    @property
    def ends(self) -> FloatArray:
        """End of each step since the trip. [s]"""
        return np.asarray(self.since + self.duration)

    def profiles(self, window: Profiles) -> Profiles:
        """Return the profiles of a window at these steps."""
        taken = take_hours(window, self.rows)
        begin = self.since - self.since[0] + window.seconds[0]
        return replace(taken, duration=self.duration, seconds=begin, instants=begin)

    def boundary(
        self,
        system: System,
        window: Profiles,
        circuit: str,
        passed: Mapping[str, FloatArray] | None = None,
    ) -> Boundary:
        """Return what drives a circuit in these steps; ``passed`` see `circuit_boundary`."""
        driven = circuit_boundary(system, window, circuit, passed=passed).at(self.rows)
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
        If it lies outside the run or too near its begin or end, or none is given and there is no
        weather.
    """
    trip = _instant(profiles, at)
    begin, end = float(profiles.seconds[0]), float(profiles.seconds[-1] + profiles.duration[-1])
    if not begin + SHOWN_BEFORE <= trip <= end - MOST_STEP:
        rule = (
            f"at least {SHOWN_BEFORE / HOUR:g} h after the run begins and "
            f"{MOST_STEP / MINUTE:g} min before it ends"
        )
        raise InvalidInputError(Fault("outage", "--at", at or "7:00 on the coldest day", rule))
    return trip


def _instant(profiles: Profiles, at: str | None) -> float:
    if at is not None:
        row, _ = find_rows(profiles, None, at, command="outage")
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
        Fine steps are no longer; they are cut at the trip and at its end. [s]
    """
    ends = np.append(profiles.seconds, profiles.seconds[-1] + profiles.duration[-1])
    count = len(profiles.duration)

    def row_at(instant: float) -> int:
        return int(np.clip(np.searchsorted(ends, instant + 1e-6, side="right") - 1, 0, count - 1))

    first, begin = row_at(trip - BEFORE), row_at(trip - SHOWN_BEFORE)
    over = min(trip + lasts, float(ends[-1]))
    last = min(int(np.searchsorted(ends, trip + lasts + AFTER - 1e-6)), count)
    pieces, parts = cut_steps(ends[begin:], np.array([trip, over]), step)
    rows = np.searchsorted(ends, (pieces[:-1] + pieces[1:]) / 2.0, side="right") - 1
    fine = np.repeat(np.diff(pieces) / parts, parts)
    duration = np.concatenate([profiles.duration[first:begin], fine])
    return OutageSteps(
        window=(first, last),
        rows=np.concatenate([np.arange(first, begin), np.repeat(rows, parts)]) - first,
        duration=duration,
        since=ends[first] - trip + np.concatenate([[0.0], np.cumsum(duration)[:-1]]),
        fine=begin - first,
        stops_early=trip + lasts > float(ends[-1]) + SLIVER,
    )
