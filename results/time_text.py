"""Lengths of time in words."""

HOUR, MINUTE = 3600.0, 60.0
"""Seconds."""


def time_text(seconds: float) -> str:
    """Return a length of time as a reader says it: hours, else minutes or seconds.

    Parameters
    ----------
    seconds : float
        [s]

    Examples
    --------
    >>> time_text(4 * 3600.0), time_text(5400.0), time_text(900.0), time_text(8.0)
    ('4 h', '1.5 h', '15 min', '8 s')
    """
    if seconds >= HOUR:
        hours = seconds / HOUR
        return f"{hours:.0f} h" if hours.is_integer() else f"{hours:.1f} h"
    if seconds >= MINUTE:
        return f"{seconds / MINUTE:.3g} min"
    return f"{seconds:.3g} s"
