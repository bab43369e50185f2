"""A part of a year: the same profiles, fewer hours."""

from dataclasses import fields, replace
from typing import TypeVar

import numpy as np
import pandas as pd

from ..model.errors import Fault, InvalidInputError
from ..networks.columns import IntArray
from ..profiles.year import Demand, Profiles, SourceProfile, Weather

Shape = TypeVar("Shape", Weather, Demand, SourceProfile)

NO_HOURS = {"name", "source", "dwellings", "buildings", "riser_loss"}
"""Fields of the shapes whose first axis is not time."""


def find_rows(
    profiles: Profiles, hours: tuple[int, int] | None, at: str | None, *, command: str = "run"
) -> tuple[int, int]:
    """Return the rows of a run that are asked for.

    Parameters
    ----------
    profiles : Profiles
        Of the whole run.
    hours : (int, int) or None
        First row and the row after the last; None takes all.
    at : str or None
        Instant that takes one row alone: ISO time in CET, or seconds on the clock ``time_s``.
        A row that is known by the instant comes first, else the row whose step holds it.
    command : str
        Of the command line, that a fault names.

    Returns
    -------
    (int, int)
        First row and the row after the last.

    Raises
    ------
    InvalidInputError
        If they lie outside the run, or both are given.
    """
    count = len(profiles.duration)
    if at is not None:
        if hours is not None:
            rows = f"{hours[0]}:{hours[1]}"
            raise InvalidInputError(Fault("run", "--hours", rows, "no --hours beside --at"))
        row = _row_at(profiles, at, command)
        return row, row + 1
    first, last = (0, count) if hours is None else hours
    if not 0 <= first < last <= count:
        rule = f"A:B with 0 <= A < B <= {count}"
        raise InvalidInputError(Fault("run", "--hours", f"{first}:{last}", rule))
    return first, last


def _row_at(profiles: Profiles, at: str, command: str) -> int:
    """Return the row of the step that holds an instant."""
    starts, durations = profiles.seconds, profiles.duration
    if profiles.times is None:
        rule = f"seconds from {starts[0]:g} to {starts[-1] + durations[-1]:g}"
    else:
        last = profiles.times[-1] + pd.Timedelta(seconds=float(durations[-1]))
        rule = f"a time from {profiles.times[0]:%Y-%m-%dT%H:%M} to {last:%Y-%m-%dT%H:%M}, CET"
    fault = InvalidInputError(Fault(command, "--at", at, rule))
    try:
        if profiles.times is None:
            seconds = float(at)
        else:
            into = (pd.Timestamp(at) - profiles.times[0]).total_seconds()
            seconds = float(starts[0]) + into
    except (ValueError, TypeError) as error:
        raise fault from error
    own = np.flatnonzero(profiles.instants == seconds)
    if own.size:
        return int(own[0])
    row = int(np.searchsorted(starts, seconds, side="right")) - 1
    if not (row >= 0 and seconds < starts[-1] + durations[-1]):
        raise fault
    return row


def take_hours(profiles: Profiles, rows: IntArray) -> Profiles:
    """Return the profiles of some hours only.

    Parameters
    ----------
    profiles : Profiles
        Of the whole year.
    rows : array of int
        Rows of the hours to keep, in order; they need not be contiguous.

    Returns
    -------
    Profiles
        The same, with fewer rows; ``seconds`` still count from the start of the year.
    """
    return replace(
        profiles,
        weather=None if profiles.weather is None else _take(profiles.weather, rows),
        demand=None if profiles.demand is None else _take(profiles.demand, rows),
        mode=profiles.mode[rows],
        times=None if profiles.times is None else profiles.times[rows],
        seconds=profiles.seconds[rows],
        duration=profiles.duration[rows],
        instants=profiles.instants[rows],
        sources={name: _take(source, rows) for name, source in profiles.sources.items()},
    )


def _take(shape: Shape, rows: IntArray) -> Shape:
    hourly = {item.name for item in fields(shape)} - NO_HOURS
    return replace(shape, **{name: getattr(shape, name)[rows] for name in hourly})
