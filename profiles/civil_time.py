"""Civil time: habits follow the clock on the wall, series are in CET all year."""

from typing import NamedTuple

import pandas as pd

from ..networks.columns import BoolArray, IntArray

CIVIL_ZONE = "Europe/Amsterdam"
"""Zone of the dwellings; daylight saving by the rules of its year."""


class CivilTime(NamedTuple):
    """Civil clock at the start of each hour; arrays have shape (hours,).

    Parameters
    ----------
    hour : array of int
        0 to 23.
    is_weekend : array of bool
        Whether the civil day is a Saturday or a Sunday.
    """

    hour: IntArray
    is_weekend: BoolArray


def civil_time(times: pd.DatetimeIndex) -> CivilTime:
    """Return the civil clock for instants in CET without daylight saving.

    Parameters
    ----------
    times : DatetimeIndex, shape (hours,)
        Naive, CET.

    Returns
    -------
    CivilTime
        Hour and weekend at each instant.

    Examples
    --------
    >>> civil_time(pd.DatetimeIndex(["2029-07-01 06:00", "2029-12-03 06:00"])).hour
    array([7, 6])
    """
    local = times.tz_localize("Etc/GMT-1").tz_convert(CIVIL_ZONE)
    saturday = 5
    return CivilTime(
        hour=local.hour.to_numpy().astype("int64"),
        is_weekend=(local.dayofweek >= saturday).astype(bool),
    )
