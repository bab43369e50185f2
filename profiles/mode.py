"""Heating, off or cooling: one mode per hour for circuits that serve both."""

import re

import numpy as np
import pandas as pd

from ..model.errors import Fault, InvalidInputError
from ..model.scenario import ModeSection
from ..networks.columns import FloatArray, IntArray
from .filters import trailing_mean

HEAT, OFF, COLD = 1, 0, -1
"""Values of a mode."""

HOUR = 3600.0
MONTH_DAY = re.compile(r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")


def hourly_mode(section: ModeSection, outdoor: FloatArray, times: pd.DatetimeIndex) -> IntArray:
    """Return the mode of every hour of a year.

    Parameters
    ----------
    section : ModeSection
        Method and its thresholds.
    outdoor : array of float, shape (hours,)
        Outdoor temperature. [°C]
    times : DatetimeIndex, shape (hours,)
        Start of each hour, CET.

    Returns
    -------
    array of int, shape (hours,)
        1 heat, 0 off, -1 cold.

    Raises
    ------
    InvalidInputError
        If a day of the calendar is no MM-DD, or the thresholds are out of order.
    """
    if section.method == "calendar":
        return calendar_mode(section, times)
    _refuse_disorder(section)
    window = max(1, round(section.window / HOUR))
    return hysteresis_mode(section, trailing_mean(outdoor, window))


def hysteresis_mode(section: ModeSection, mean_outdoor: FloatArray) -> IntArray:
    """Return the mode that follows a mean outdoor temperature, with hysteresis.

    Parameters
    ----------
    section : ModeSection
        Thresholds and shortest stay.
    mean_outdoor : array of float, shape (hours,)
        Mean outdoor temperature over the section's window. [°C]

    Returns
    -------
    array of int, shape (hours,)
        1 heat, 0 off, -1 cold. Heating and cooling meet only by way of off.
    """
    stay = section.minimum_stay / HOUR
    first = float(mean_outdoor[0])
    state = COLD if first > section.cooling_on else OFF if first > section.heating_off else HEAT
    entered = -stay
    modes = []
    for hour, mean in enumerate(mean_outdoor.tolist()):
        wanted = _next_mode(section, state, mean)
        if wanted != state and hour - entered >= stay:
            state, entered = wanted, float(hour)
        modes.append(state)
    return np.array(modes, dtype=np.int64)


def _next_mode(section: ModeSection, state: int, mean: float) -> int:
    if state == HEAT:
        return OFF if mean > section.heating_off else HEAT
    if state == COLD:
        return OFF if mean < section.cooling_off else COLD
    if mean < section.heating_on:
        return HEAT
    return COLD if mean > section.cooling_on else OFF


def calendar_mode(section: ModeSection, times: pd.DatetimeIndex) -> IntArray:
    """Return cold between the section's days (both included) and heat outside them."""
    faults = [
        Fault("scenario.toml [mode]", name, value, "a day as MM-DD")
        for name, value in (
            ("cooling_from", section.cooling_from),
            ("cooling_until", section.cooling_until),
        )
        if not MONTH_DAY.match(value)
    ]
    if faults:
        raise InvalidInputError(*faults)
    day = np.asarray(times.month * 100 + times.day)
    first, last = (
        int(text.replace("-", "")) for text in (section.cooling_from, section.cooling_until)
    )
    after, before = day >= first, day <= last
    is_cold = (after & before) if first <= last else (after | before)
    return np.where(is_cold, COLD, HEAT).astype(np.int64)


def _refuse_disorder(section: ModeSection) -> None:
    """Hysteresis needs heating_on <= heating_off <= cooling_off <= cooling_on."""
    rising = (section.heating_on, section.heating_off, section.cooling_off, section.cooling_on)
    if list(rising) != sorted(rising):
        raise InvalidInputError(
            Fault(
                "scenario.toml [mode]",
                "heating_on, heating_off, cooling_off, cooling_on",
                rising,
                "temperatures that do not fall in this order",
            )
        )
