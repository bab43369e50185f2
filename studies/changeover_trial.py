"""Switching earlier or later: what stays out of mode, what the pipes take, what the plant sees."""

from dataclasses import dataclass, replace

import numpy as np

from ..networks.columns import FloatArray, IntArray
from ..networks.system import System
from ..profiles.boundary import circuit_boundary
from ..profiles.build import select_hours
from ..profiles.mode import COLD, HEAT, OFF
from ..profiles.year import Profiles
from .changeover_move import Grounds, move_span, warmed_grounds
from .changeover_span import DAY, REACH, Span, first_row

DAYS = (-3, -2, -1, 0, 1, 2, 3)
"""Switches that are tried, before and after the run's own. [days]"""

CLOCK = tuple(range(0, 24, 3))
"""Hours of the run's own day at which a switch is tried. [h]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A switch at another time; demand is counted over the same days for all.

    Parameters
    ----------
    row : int
        Step of the run in which the new mode would begin.
    kind : str
        ``"day"``: so many days from the run's own; ``"hour"``: another hour of its day.
    missed_heat, missed_cold : float
        Asked for outside its mode, cold negative. [J]
    unserved : float
        Asked for in its mode and not served after the switch, absolute. [J]
    flushed : float
        Heat that water and walls (and soil) take up from the switch until they hold most (heat)
        or least (cold, negative: that is cooled away) of those days. [J]
    peak : float
        Largest load of a step in the day after the switch at the producers, with the sign of the
        mode. [W]
    """

    row: int
    kind: str
    missed_heat: float
    missed_cold: float
    unserved: float
    flushed: float
    peak: float

    def cost(self, mode: int) -> float:
        """Return what is missed, and what the plant must make for the pipes alone. [J]"""
        paid = max(mode * self.flushed, 0.0)
        return self.missed_heat - self.missed_cold + self.unserved + paid


@dataclass(frozen=True, slots=True)
class _Room:
    """Steps of the run within which a switch may be moved, and what is asked for there."""

    first: int
    last: int
    heat: FloatArray
    cold: FloatArray
    load: FloatArray
    """Of the whole run, absolute. [W]"""
    grounds: Grounds


def try_switches(
    system: System,
    run: tuple[Profiles, FloatArray],
    circuit: str,
    turns: list[tuple[int, int]],
    place: int,
) -> tuple[Trial, ...]:
    """Try one change-over of a run at other times.

    Parameters
    ----------
    system : System
        What is asked.
    run : (Profiles, array of float, shape (steps,))
        The run, and what the circuit's consumers ask for in it, absolute. [W]
    circuit : str
        One that follows the mode.
    turns : list of (int, int)
        All change-overs of the run, see `turns.mode_turns`.
    place : int
        Which of them is moved; the others stay.

    Returns
    -------
    tuple of Trial
        By day, then by hour of the day; only such as lie at least a day from the change-overs
        before and after.
    """
    (profiles, _), (row, ended) = run, turns[place]
    ends = np.concatenate([[0.0], np.cumsum(profiles.duration)])
    room = _room(system, run, circuit, turns, place)
    wanted = [("day", ends[row] + days * DAY) for days in DAYS]
    if profiles.times is not None:
        begins = profiles.times[row]
        midnight = ends[row] - (begins - begins.normalize()).total_seconds()
        wanted += [("hour", midnight + 3600.0 * hour) for hour in CLOCK]
    trials = []
    for kind, instant in wanted:
        start = int(np.searchsorted(ends, instant - 1e-6))
        if max(room.first, 1) <= start < room.last - 1:
            trials.append(_try(system, (profiles, circuit), (row, ended), (kind, start), room))
    return tuple(trials)


def _room(
    system: System,
    run: tuple[Profiles, FloatArray],
    circuit: str,
    turns: list[tuple[int, int]],
    place: int,
) -> _Room:
    (profiles, load), (row, _) = run, turns[place]
    ends = np.concatenate([[0.0], np.cumsum(profiles.duration)])
    before = ends[turns[place - 1][0]] if place else -np.inf
    after = ends[turns[place + 1][1]] if place + 1 < len(turns) else np.inf
    low = max(before + DAY, ends[row] + (DAYS[0] - 1) * DAY, 0.0)
    high = min(after, ends[row] + (DAYS[-1] + 2) * DAY, ends[-1])
    first, last = (int(np.searchsorted(ends, edge - 1e-6)) for edge in (low, high))
    some = select_hours(profiles, first, last)
    power = [
        circuit_boundary(system, replace(some, mode=np.full(last - first, mode)), circuit).heat
        for mode in (HEAT, COLD)
    ]
    heat, cold = (each.sum(axis=1) * some.duration for each in power)
    reach = ends[min(first, turns[place][1])] - REACH[-1] * DAY
    begin = int(np.searchsorted(ends, max(reach, 0.0) - 1e-6))
    grounds = warmed_grounds(system, profiles, circuit, begin, last)
    return _Room(first, last, heat, cold, load, grounds)


def moved_mode(mode: IntArray, turn: tuple[int, int], start: int) -> IntArray:
    """Return the modes of a run with one change-over at another step.

    Parameters
    ----------
    mode : array of int, shape (steps,)
        Of the run.
    turn : (int, int)
        First step of the new mode, and first after the old one.
    start : int
        Where the new mode shall begin.

    Returns
    -------
    array of int, shape (steps,)
        A pause between both modes is cut or grows; without one the old mode goes on.

    Examples
    --------
    >>> moved_mode(np.array([1, 1, 0, -1, -1, -1]), (3, 2), 1).tolist()
    [1, -1, -1, -1, -1, -1]
    >>> moved_mode(np.array([1, 1, 0, -1, -1, -1]), (3, 2), 5).tolist()
    [1, 1, 0, 0, 0, -1]
    """
    row, ended = turn
    moved = mode.copy()
    moved[row:start] = OFF if row > ended else mode[ended - 1]
    moved[start:row] = mode[row]
    return moved


def _try(
    system: System,
    run: tuple[Profiles, str],
    turn: tuple[int, int],
    switch: tuple[str, int],
    room: _Room,
) -> Trial:
    (profiles, circuit), (kind, start) = run, switch
    moved = replace(profiles, mode=moved_mode(profiles.mode, turn, start))
    mode = int(profiles.mode[turn[0]])
    since = min(turn[1], start)
    first = first_row(profiles, room.load, since)
    rows = np.arange(first, room.last)
    span = Span(rows=rows, duration=profiles.duration[rows], switch=start - first)
    found = move_span(system, moved, circuit, span, room.grounds)
    year = found.year
    assert year.stored_heat is not None, "a dynamic solve says what is stored"
    after = slice(span.switch, None)
    stored = year.stored_heat[span.switch - 1 :]
    load = year.producer_heat[after].sum(axis=1)
    day = np.cumsum(span.duration[after]) <= DAY + 1e-6
    short = np.abs(year.consumer_unserved_heat[after][:, found.buildings]).sum(axis=1)
    there = moved.mode[room.first : room.last]
    return Trial(
        row=start,
        kind=kind,
        missed_heat=float(room.heat[there != HEAT].sum()),
        missed_cold=float(room.cold[there != COLD].sum()),
        unserved=float(short @ span.duration[after]),
        flushed=float(mode * (mode * stored[1:]).max() - stored[0]),
        peak=float(mode * (mode * load[day]).max()),
    )
