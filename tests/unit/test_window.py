from dataclasses import replace

import numpy as np
import pytest
from factories import small_profiles

from warmtenet.model.errors import InvalidInputError
from warmtenet.solvers.window import find_rows, take_hours


def test_all_hours_by_default():
    assert find_rows(small_profiles(), None, None) == (0, 48)


@pytest.mark.parametrize("hours", [(-1, 5), (5, 5), (0, 49), (7, 3)])
def test_hours_outside_the_run_are_refused(hours):
    with pytest.raises(InvalidInputError, match=r"run: --hours = .*A:B with 0 <= A < B <= 48"):
        find_rows(small_profiles(), hours, None)


def test_hours_beside_an_instant_are_refused():
    with pytest.raises(InvalidInputError, match=r"--hours = '0:24', expected no --hours beside"):
        find_rows(small_profiles(), (0, 24), "2029-01-02T03:30")


def test_an_instant_takes_the_step_that_holds_it():
    assert find_rows(small_profiles(), None, "2029-01-02T03:30") == (27, 28)


def test_seconds_serve_on_a_clock_of_seconds():
    bare = replace(small_profiles(), times=None)

    assert find_rows(bare, None, "7200") == (2, 3)
    with pytest.raises(InvalidInputError, match="expected seconds from 0 to 172800"):
        find_rows(bare, None, "172800")


def test_a_row_in_seconds_is_found_by_its_own_instant_and_back_to_the_row_before():
    seconds = np.array([0.0, 0.0, 60.0])
    rows = take_hours(replace(small_profiles(), times=None), np.arange(3))
    rows = replace(
        rows,
        seconds=seconds,
        duration=np.array([0.0, 60.0, 240.0]),
        instants=np.array([0.0, 60.0, 300.0]),
    )

    found = [find_rows(rows, None, at)[0] for at in ("0", "1", "60", "60.5", "300")]
    assert found == [0, 1, 1, 2, 2]
    with pytest.raises(InvalidInputError, match="expected seconds from 0 to 300"):
        find_rows(rows, None, "301")


@pytest.mark.parametrize("at", ["2028-12-31T23:00", "2029-01-03", "soon", ""])
def test_an_instant_outside_the_run_is_refused(at):
    with pytest.raises(
        InvalidInputError, match="a time from 2029-01-01T00:00 to 2029-01-03T00:00"
    ):
        find_rows(small_profiles(), None, at)


def test_every_hourly_array_loses_the_same_rows():
    rows = np.array([3, 4, 20])
    taken = take_hours(small_profiles(), rows)

    assert taken.weather is not None
    assert taken.demand is not None
    assert taken.seconds.tolist() == [10800.0, 14400.0, 72000.0]
    assert taken.instants.tolist() == [10800.0, 14400.0, 72000.0]
    assert len(taken.weather.times) == len(taken.weather.solar) == 3
    assert taken.demand.dwelling_cold.shape == (3, 2)
    assert taken.demand.riser_loss.shape == (2,)
    assert taken.sources["rwzi"].temperature.shape == (3,)
