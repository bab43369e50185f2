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


def instant_name(profiles: Profiles, row: int) -> str | None:
    """Return the start of a row in ISO form, CET; None where the clock has no calendar.

    Parameters
    ----------
    profiles : Profiles
        Of the run.
    row : int
        Row of an hour.

    Returns
    -------
    str or None
        For example ``"2010-12-03T07:00"``.
    """
    if profiles.times is None:
        return None
    return str(profiles.times[row].strftime("%Y-%m-%dT%H:%M"))
