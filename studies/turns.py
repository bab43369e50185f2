"""Where a circuit turns between heat and cold, and what it stores within a day."""

from dataclasses import dataclass

import numpy as np

from ..networks.columns import FloatArray, IntArray
from ..profiles.mode import COLD, OFF
from ..profiles.year import Profiles

DAY = 86400.0
"""[s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A circuit that begins another mode than it had before.

    Parameters
    ----------
    row : int
        First step of the new mode.
    mode : int
        The new one: 1 heat, -1 cold.
    standing : float
        Time between both modes. [s]
    left, found, settled : float
        Heat in water and walls, above 0 °C, when the old mode ended, when the new one began, and
        a day later (or when that ended). [J]
    peak, steady_peak : float
        Largest load of the circuit at its producers within that day, with the sign of the mode,
        beside that of the same hours without storage. [W]
    """

    row: int
    mode: int
    standing: float
    left: float
    found: float
    settled: float
    peak: float
    steady_peak: float


def daily_swing(stored: FloatArray, duration: FloatArray, turns: list[int]) -> FloatArray:
    """Return what a circuit takes up and gives back within each whole day.

    Parameters
    ----------
    stored : array of float, shape (steps + 1,)
        At the start and after each step. [J]
    duration : array of float, shape (steps,)
        Of the steps. [s]
    turns : list of int
        Steps that begin another mode: their day and the next are left out.

    Returns
    -------
    array of float, shape (days,)
        [J]

    Notes
    -----
    Largest less smallest content, less what the day as a whole gained or lost: pipes that stand
    and cool give nothing back.

    Examples
    --------
    >>> content = np.array([5.0, 7.0, 6.0, 4.0, 2.0])
    >>> daily_swing(content, np.full(4, 43200.0), []).tolist()
    [1.0, 0.0]
    """
    ends = np.concatenate([[0.0], np.cumsum(duration)])
    days = int(ends[-1] / DAY + 1e-9)
    if not days:
        return np.empty(0)
    first = np.searchsorted(ends, np.arange(days) * DAY - 1e-6)
    last = np.searchsorted(ends, np.arange(1, days + 1) * DAY - 1e-6)
    bounds = np.stack([first, last + 1], axis=1).ravel()
    padded = np.append(stored, stored[-1])
    most = np.maximum.reduceat(padded, bounds)[::2]
    least = np.minimum.reduceat(padded, bounds)[::2]
    turned = np.floor(ends[np.array(turns, dtype=np.int64)] / DAY + 1e-9).astype(np.int64)
    left_out = np.isin(np.arange(days), np.concatenate([turned, turned + 1]))
    gained = np.abs(stored[last] - stored[first])
    return np.asarray(np.maximum(most - least - gained, 0.0)[~left_out])


def mode_turns(mode: IntArray) -> list[tuple[int, int]]:
    """Return where a series of modes begins another one than it last had, off apart.

    Parameters
    ----------
    mode : array of int, shape (steps,)
        1 heat, 0 off, -1 cold.

    Returns
    -------
    list of (int, int)
        First step of the new mode, and first step after the old one.

    Examples
    --------
    >>> mode_turns(np.array([1, 0, 1, 1, 0, 0, -1, 1]))
    [(6, 4), (7, 7)]
    """
    active = np.flatnonzero(mode != OFF)
    turned = np.flatnonzero(np.diff(mode[active]) != 0)
    return [(int(active[row + 1]), int(active[row]) + 1) for row in turned]


def find_turns(
    profiles: Profiles, stored: FloatArray, load: FloatArray, steady: FloatArray
) -> tuple[Turn, ...]:
    """Return the change-overs of a circuit that follows the mode of the run.

    Parameters
    ----------
    profiles : Profiles
        Mode and length of the steps.
    stored : array of float, shape (steps + 1,)
        In its water and walls. [J]
    load, steady : array of float, shape (steps,)
        At its producers, and as if nothing were stored. [W]
    """
    ends = np.concatenate([[0.0], np.cumsum(profiles.duration)])
    turns = []
    for row, ended in mode_turns(profiles.mode):
        other = np.flatnonzero(profiles.mode[row:] != profiles.mode[row])
        day = int(np.searchsorted(ends, ends[row] + DAY - 1e-6))
        last = min(day, row + int(other[0]) if other.size else day, len(profiles.duration))
        sign = -1.0 if profiles.mode[row] == COLD else 1.0
        rows = slice(row, max(last, row + 1))
        turns.append(
            Turn(
                row=row,
                mode=int(profiles.mode[row]),
                standing=float(ends[row] - ends[ended]),
                left=float(stored[ended]),
                found=float(stored[row]),
                settled=float(stored[rows.stop]),
                peak=float(sign * (sign * load[rows]).max()),
                steady_peak=float(sign * (sign * steady[rows]).max()),
            )
        )
    return tuple(turns)
