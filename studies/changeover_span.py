"""Steps around a change-over, and what drives a circuit in them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..networks.boundary import Boundary
from ..networks.columns import FloatArray, IntArray
from ..networks.system import System
from ..profiles.boundary import circuit_boundary
from ..profiles.build import select_hours
from ..profiles.year import Profiles
from ..solvers.neighbours import neighbours_rise
from ..solvers.one_ground import surrounded

DAY = 86400.0
"""[s]"""

REACH = (3, 8)
"""Days before the old mode ends in which a run's first step is sought, one after the other."""


EARLY = 3.0 * 3600.0
"""So long after a switch steps are the shortest: new water is on its way. [s]"""


class Pace(NamedTuple):
    """Lengths of fine steps.

    Parameters
    ----------
    early, later : float
        Until `EARLY` after the switch, and from then on. [s]
    """

    early: float
    later: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Steps of a run around a change-over: coarse before, fine from the switch on.

    Parameters
    ----------
    rows : array of int, shape (steps,)
        Step of the run that each belongs to.
    duration : array of float, shape (steps,)
        [s]
    switch : int
        First fine step.
    """

    rows: IntArray
    duration: FloatArray
    switch: int

    def by_row(self, values: FloatArray) -> FloatArray:
        """Return the means of the run's own steps, from the first to the last of the span."""
        place, count = self.rows - self.rows[0], int(self.rows[-1] - self.rows[0]) + 1
        total = np.bincount(place, values * self.duration, count)
        lasts = np.bincount(place, self.duration, count)
        return np.divide(total, lasts, out=np.zeros(count), where=lasts > 0.0)


def first_row(profiles: Profiles, load: FloatArray, ended: int) -> int:
    """Return where the steps before a change-over begin.

    Parameters
    ----------
    profiles : Profiles
        Of the run.
    load : array of float, shape (steps of the run,)
        Of the circuit, absolute. [W]
    ended : int
        First step after the old mode.

    Returns
    -------
    int
        A run begins in the steady state of its first step: that of the largest load within the
        third and second day before the old mode ends (within a week, where nothing is asked for
        then), so that the pipes hold what really came.
    """
    ends = np.concatenate([[0.0], np.cumsum(profiles.duration)])
    until = min(int(np.searchsorted(ends, ends[ended] - DAY - 1e-6)), ended - 1)
    for days in REACH:
        since = min(int(np.searchsorted(ends, ends[ended] - days * DAY - 1e-6)), until)
        if load[since : until + 1].any():
            return since + int(np.argmax(load[since : until + 1]))
    return until


def asked_load(system: System, profiles: Profiles, circuit: str) -> FloatArray:
    """Return what all consumers of a circuit ask for, absolute, shape (steps,). [W]

    Parameters
    ----------
    system, profiles
        The run.
    circuit : str
        Id.
    """
    return np.asarray(np.abs(circuit_boundary(system, profiles, circuit).heat).sum(axis=1))


def span_around(
    profiles: Profiles, load: FloatArray, turn: tuple[int, int], pace: Pace, last: float
) -> Span:
    """Return the steps around a change-over.

    Parameters
    ----------
    profiles : Profiles
        Of the run.
    load : array of float, shape (steps of the run,)
        See `first_row`.
    turn : (int, int)
        First step of the new mode, and first after the old one.
    pace : Pace
        Lengths of the fine steps. [s]
    last : float
        Fine steps end so long after the switch, or where the new mode ends. [s]

    Notes
    -----
    Coarse steps begin a day or more before the old mode ends: the pipes hold what it left.
    """
    row, ended = turn
    ends = np.concatenate([[0.0], np.cumsum(profiles.duration)])
    first = first_row(profiles, load, ended)
    other = np.flatnonzero(profiles.mode[row:] != profiles.mode[row])
    stop = row + int(other[0]) if other.size else len(profiles.duration)
    stop = max(min(stop, int(np.searchsorted(ends, ends[row] + last - 1e-6))), row + 1)
    length = profiles.duration[row:stop]
    fine_step = np.where(ends[row:stop] - ends[row] < EARLY - 1e-6, pace.early, pace.later)
    parts = np.maximum(np.round(length / fine_step), 1.0).astype(np.int64)
    fine = np.repeat(np.arange(row, stop), parts)
    return Span(
        rows=np.concatenate([np.arange(first, row), fine]),
        duration=np.concatenate([profiles.duration[first:row], np.repeat(length / parts, parts)]),
        switch=row - first,
    )


class WarmedGround(NamedTuple):
    """What other circuits in the same trenches make of a circuit's ground, from a step on.

    Parameters
    ----------
    first : int
        Step of the run that ``rise`` begins with.
    rise : array of float, shape (2, pipes, steps), or None
        Above the undisturbed, see `neighbours_rise`. [K]
    """

    first: int
    rise: FloatArray | None

    def at(self, rows: IntArray) -> FloatArray | None:
        """Return the rise in steps of the run."""
        return None if self.rise is None else self.rise[:, :, rows - self.first]


def warmed_ground(
    system: System, profiles: Profiles, circuit: str, first: int, last: int
) -> WarmedGround:
    """Return the ground of a circuit from one step of the run to another (excluded)."""
    return WarmedGround(
        first, neighbours_rise(system, select_hours(profiles, first, last), circuit)
    )


def span_boundary(
    system: System,
    profiles: Profiles,
    circuit: str,
    span: Span,
    ground: WarmedGround,
    passed: Mapping[str, FloatArray] | None = None,
) -> Boundary:
    """Return what drives a circuit in the steps of a span.

    Parameters
    ----------
    system, profiles
        The run; its mode may have been changed.
    circuit : str
        Id.
    span : Span
        Steps.
    ground : WarmedGround
        Of these steps at least.
    passed : mapping of str to array of float, optional
        See `circuit_boundary`, by the run's own steps. [W]
    """
    first = int(span.rows[0])
    some = select_hours(profiles, first, int(span.rows[-1]) + 1)
    boundary = circuit_boundary(system, some, circuit, passed=passed).at(span.rows - first)
    return surrounded(replace(boundary, duration=span.duration), ground.at(span.rows))
