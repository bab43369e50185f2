"""Names of a run's instants."""

from ..profiles.year import Profiles

SECONDS_PER_HOUR = 3600.0


def hour_number(profiles: Profiles, row: int) -> int:
    """Return the hour since the start of the year in which a row begins.

    Parameters
    ----------
    profiles : Profiles
        Of the run.
    row : int
        Row of an hour.

    Returns
    -------
    int
        0 is the first hour of the year, also where the run is a part of it.
    """
    return int(profiles.seconds[row] // SECONDS_PER_HOUR)


def instant_name(profiles: Profiles, row: int) -> str:
    """Return the instant by which a row is known: ISO form, CET, or seconds.

    Parameters
    ----------
    profiles : Profiles
        Of the run.
    row : int
        Row of an hour.

    Returns
    -------
    str
        For example ``"2010-12-03T07:00"``; where the clock is ``time_s``, ``"7200 s"``.
    """
    if profiles.times is None:
        return f"{profiles.instants[row]:.10g} s"
    return str(profiles.times[row].strftime("%Y-%m-%dT%H:%M"))
