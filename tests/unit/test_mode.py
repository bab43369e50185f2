"""Heating, off, cooling: hysteresis, stay and calendar."""

import numpy as np
import pandas as pd
import pytest

from warmtenet.model.errors import InvalidInputError
from warmtenet.model.scenario import ModeSection
from warmtenet.profiles.mode import COLD, HEAT, OFF, calendar_mode, hourly_mode, hysteresis_mode

YEAR = pd.date_range("2029-01-01", periods=8760, freq="h")


def modes_of(*stretches: tuple[float, int], **section: float) -> list[int]:
    means = np.concatenate([np.full(hours, mean) for mean, hours in stretches])
    found = hysteresis_mode(ModeSection.model_validate(section), means)
    return [int(found[0]), *(int(mode) for mode in found[1:][np.diff(found) != 0])]


def test_modes_follow_a_rising_and_falling_mean() -> None:
    rise_and_fall = [(mean, 100) for mean in (10.0, 15.0, 20.0, 15.0, 10.0)]

    assert modes_of(*rise_and_fall) == [HEAT, OFF, COLD, OFF, HEAT]


def test_mean_between_the_thresholds_changes_nothing() -> None:
    assert modes_of((10.0, 100), (13.9, 100), (14.0, 100)) == [HEAT]
    assert modes_of((20.0, 100), (18.0, 100)) == [COLD]


def test_mode_stays_its_least_time() -> None:
    found = hysteresis_mode(ModeSection(), np.array([10.0] * 10 + [15.0] * 5 + [10.0] * 200))
    left = np.flatnonzero(np.diff(found)) + 1

    assert left.tolist() == [10, 10 + 72]


def test_without_stay_each_crossing_counts() -> None:
    assert modes_of((10.0, 2), (15.0, 2), (10.0, 2), minimum_stay=0.0) == [HEAT, OFF, HEAT]


def test_constant_cold_year_only_heats() -> None:
    assert (hourly_mode(ModeSection(), np.full(8760, 5.0), YEAR) == HEAT).all()


def test_calendar_cools_from_first_to_last_day_inclusive() -> None:
    found = calendar_mode(ModeSection(method="calendar"), YEAR)
    cold = YEAR[found == COLD]

    assert str(cold[0]) == "2029-05-01 00:00:00"
    assert str(cold[-1]) == "2029-09-30 23:00:00"
    assert set(found) == {HEAT, COLD}


def test_calendar_day_that_is_none_is_refused() -> None:
    section = ModeSection(method="calendar", cooling_from="May 1")

    with pytest.raises(InvalidInputError, match="cooling_from = 'May 1', expected a day as MM-DD"):
        hourly_mode(section, np.zeros(8760), YEAR)


def test_thresholds_out_of_order_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="do not fall in this order"):
        hourly_mode(ModeSection(heating_on=15.0), np.zeros(8760), YEAR)
