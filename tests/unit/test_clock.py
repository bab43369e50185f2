"""The clock of a run and series read at its instants."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from profile_factory import hours_series, seconds_series

from warmtenet.model.errors import InvalidInputError
from warmtenet.model.scenario import TimeSection
from warmtenet.networks.system import Series
from warmtenet.profiles.clock import Clock, run_clock
from warmtenet.profiles.series_reading import read_series

YEAR = pd.date_range("2029-01-01", periods=8760, freq="h")


def clock_of(*series: Series, **section: Any) -> Clock:
    return run_clock(
        TimeSection.model_validate(section), {each.name: each for each in series}, YEAR
    )


def dated_series(name: str, first: str, step: float, values: list[float]) -> Series:
    start = pd.Timestamp(first)
    begin = (start - pd.Timestamp(year=start.year, month=1, day=1)).total_seconds()
    return Series(
        name=name,
        clock="time",
        instants=begin + step * np.arange(len(values)),
        columns=("all",),
        values=np.array(values)[:, None],
        year=start.year,
    )


def read(series: Series, clock: Clock, interpolation: str = "step") -> list[float]:
    return read_series(series, series.values[:, 0], clock, interpolation).tolist()


def test_run_without_series_has_the_hours_of_the_weather() -> None:
    clock = clock_of()

    assert clock.times is not None
    assert clock.times.equals(YEAR)
    assert (clock.duration == 3600.0).all()


def test_start_leaves_the_rest_of_the_year() -> None:
    clock = clock_of(start="2029-12-31T12:00")

    assert len(clock.duration) == 12
    assert clock.seconds[0] == 0.0


def test_shorter_step_divides_the_hours_and_the_last_is_shortened() -> None:
    quarter = clock_of(start="2029-12-31", step=900.0)
    odd = clock_of(start="2029-12-31T22:00", step=3000.0)

    assert len(quarter.duration) == 96
    assert odd.duration.tolist() == [3000.0, 3000.0, 1200.0]


def test_start_after_the_year_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"\[time\]: start = '2031-01-01', expected an"):
        clock_of(start="2031-01-01")


def test_rows_in_seconds_hold_since_the_row_before() -> None:
    series = seconds_series("heat", [60.0, 300.0], {"all": [1.0, 2.0]})
    clock = clock_of(series)

    assert clock.times is None
    assert clock.seconds.tolist() == [0.0, 60.0]
    assert clock.instants.tolist() == [60.0, 300.0]
    assert clock.duration.tolist() == [60.0, 240.0]
    assert read(series, clock) == [1.0, 2.0]


def test_row_at_0_is_a_state_without_length() -> None:
    series = seconds_series("heat", [0.0, 60.0, 300.0], {"all": [9.0, 1.0, 2.0]})
    clock = clock_of(series)

    assert clock.instants.tolist() == [0.0, 60.0, 300.0]
    assert clock.duration.tolist() == [0.0, 60.0, 240.0]
    assert read(series, clock) == [9.0, 1.0, 2.0]


def test_series_with_other_rows_are_read_at_all_of_them() -> None:
    coarse = seconds_series("ground_temperature", [300.0], {"all": [8.0]})
    fine = seconds_series("heat", [100.0, 200.0, 300.0], {"all": [1.0, 2.0, 3.0]})
    clock = clock_of(coarse, fine)

    assert read(fine, clock) == [1.0, 2.0, 3.0]
    assert read(coarse, clock) == [8.0, 8.0, 8.0]


def test_steps_are_independent_of_the_rows() -> None:
    series = seconds_series("heat", [100.0, 250.0], {"all": [1.0, 2.0]})
    clock = clock_of(series, step=60.0)

    assert clock.instants.tolist() == [60.0, 120.0, 180.0, 240.0, 250.0]
    assert clock.duration.tolist() == [60.0, 60.0, 60.0, 60.0, 10.0]
    assert read(series, clock) == pytest.approx([1.0, 80.0 / 60.0, 2.0, 2.0, 2.0])


def test_steps_meet_rows_at_the_same_instant_despite_rounding() -> None:
    series = seconds_series("heat", [0.1, 0.2, 0.3, 0.4], {"all": [1.0, 2.0, 3.0, 4.0]})

    assert read(series, clock_of(series, step=0.1)) == [1.0, 2.0, 3.0, 4.0]


def test_one_row_at_0_is_one_state_also_with_a_step() -> None:
    series = seconds_series("heat", [0.0], {"all": [1.0]})

    for clock in (clock_of(series), clock_of(series, step=60.0)):
        assert clock.instants.tolist() == clock.duration.tolist() == [0.0]
        assert read(series, clock) == [1.0]


def test_linear_values_hold_at_the_instants() -> None:
    series = seconds_series("heat", [0.0, 100.0, 400.0], {"all": [0.0, 10.0, 40.0]})
    rows = clock_of(series, interpolation="linear")
    steps = clock_of(series, interpolation="linear", step=150.0)

    assert read(series, rows, "linear") == [0.0, 10.0, 40.0]
    assert rows.instants.tolist() == [0.0, 100.0, 400.0]
    assert rows.seconds.tolist() == [0.0, 50.0, 250.0]
    assert rows.duration.tolist() == [50.0, 200.0, 150.0]
    assert read(series, steps, "linear") == pytest.approx([0.0, 15.0, 30.0, 40.0])


def test_linear_rows_of_several_columns_are_read_together() -> None:
    series = seconds_series("heat", [0.0, 100.0], {"a": [0.0, 10.0], "b": [1.0, 1.0]})
    clock = clock_of(series, interpolation="linear", step=50.0)

    assert read_series(series, series.values, clock, "linear").tolist() == [
        [0.0, 1.0],
        [5.0, 1.0],
        [10.0, 1.0],
    ]


def test_dated_rows_mark_the_start_of_their_steps() -> None:
    series = dated_series("heat", "2024-03-05T00:00", 3600.0, [1.0, 2.0, 3.0])
    clock = clock_of(series)

    assert clock.times is not None
    assert str(clock.times[0]) == "2024-03-05 00:00:00"
    assert clock.duration.tolist() == [3600.0] * 3
    assert read(series, clock) == [1.0, 2.0, 3.0]


def test_dated_rows_one_step_after_new_year_mark_the_ends() -> None:
    series = dated_series("heat", "2029-01-01T01:00", 3600.0, [1.0, 2.0])
    clock = clock_of(series)

    assert clock.times is not None
    assert str(clock.times[0]) == "2029-01-01 00:00:00"
    assert read(series, clock) == [1.0, 2.0]


def test_run_spans_what_dated_series_have_in_common() -> None:
    heat = dated_series("heat", "2029-02-01T00:00", 3600.0, [1.0, 2.0, 3.0])
    supply = dated_series("supply_temperature", "2029-02-01T01:00", 1800.0, [70.0, 71.0])
    clock = clock_of(heat, supply)

    assert clock.duration.tolist() == [1800.0, 1800.0]
    assert read(heat, clock) == [2.0, 2.0]
    assert read(supply, clock) == [70.0, 71.0]


def test_dated_series_without_a_common_time_are_refused() -> None:
    early = dated_series("heat", "2029-02-01", 3600.0, [1.0])
    late = dated_series("mode", "2029-03-01", 3600.0, [1.0])

    with pytest.raises(InvalidInputError, match="nothing in common"):
        clock_of(early, late)


def test_seconds_do_not_mix_with_hours() -> None:
    heat = seconds_series("heat", [60.0], {"all": [1.0]})

    with pytest.raises(InvalidInputError, match="'time_s' in every series, or in none"):
        clock_of(heat, hours_series("mode", {"all": 1.0}))


def test_series_that_ends_early_is_refused() -> None:
    heat = seconds_series("heat", [60.0, 120.0], {"all": [1.0, 1.0]})
    short = seconds_series("supply_temperature", [30.0, 60.0], {"all": [70.0, 70.0]})

    with pytest.raises(InvalidInputError, match=r"supply_temperature\.csv: last time_s = 60\.0"):
        clock_of(heat, short)


def test_hours_of_a_leap_year_are_read_in_a_common_year() -> None:
    leap = hours_series("heat", {"all": np.arange(8784.0)}, 8784)
    values = read(leap, clock_of(leap))

    assert values[58 * 24] == 58 * 24
    assert values[59 * 24] == 60 * 24


def test_hours_series_of_the_same_year_is_read_without_a_copy() -> None:
    series = hours_series("heat", {"all": np.arange(8760.0)})
    column = series.values[:, 0]

    assert np.shares_memory(read_series(series, column, clock_of(series), "step"), column)


def test_a_row_at_the_start_stays_whatever_the_step() -> None:
    series = Series(
        name="load",
        clock="time_s",
        instants=np.array([0.0, 100.0, 200.0]),
        columns=("all",),
        values=np.array([[1.0], [2.0], [3.0]]),
    )
    for clock in (clock_of(series), clock_of(series, step=50.0)):
        assert clock.instants[0] == 0.0
        assert clock.duration[0] == 0.0
        assert read(series, clock)[0] == 1.0


def test_more_steps_than_any_memory_holds_are_refused() -> None:
    with pytest.raises(
        InvalidInputError, match=r"\[time\]: step = 0\.001, expected steps of which"
    ):
        clock_of(step=0.001)


@pytest.mark.parametrize("step", [700.0, 1800.0, 5000.0, 7200.0])
def test_steps_that_see_several_rows_have_their_mean_over_time(step: float) -> None:
    values = [20.0, 30.0, 60.0, 50.0, 80.0, 20.0, 70.0, 65.0, 40.0, 30.0, 90.0, 50.0]
    rows = 600.0 * np.arange(1, 13)
    counted = seconds_series("heat", rows.tolist(), {"all": values})
    starts = dated_series("heat", "2029-01-01T00:00", 600.0, values)
    ends = dated_series("heat", "2029-01-01T00:10", 600.0, values)

    def by_hand(begin: float, end: float) -> float:
        under = np.minimum(end, rows) - np.maximum(begin, rows - 600.0)
        return float(np.clip(under, 0.0, None) @ values / (end - begin))

    for series in (counted, starts, ends):
        clock = clock_of(series, step=step)
        begin = clock.seconds
        mean = [by_hand(a, b) for a, b in zip(begin, begin + clock.duration, strict=True)]
        assert read(series, clock) == pytest.approx(mean, rel=1e-9)
        assert np.array(read(series, clock)) @ clock.duration == pytest.approx(600.0 * sum(values))


def test_longer_steps_of_a_year_have_the_mean_of_its_hours() -> None:
    values = np.random.default_rng(1).uniform(0.0, 9.0, 8760)
    series = hours_series("heat", {"all": values})

    for step in (7200.0, 5000.0):
        clock = clock_of(series, step=step)
        found = np.array(read(series, clock))
        assert found @ clock.duration == pytest.approx(3600.0 * values.sum(), rel=1e-12)
    assert found[0] == pytest.approx((3600.0 * values[0] + 1400.0 * values[1]) / 5000.0)


def test_linear_states_further_apart_than_rows_keep_the_mean_of_the_line() -> None:
    values = [0.0, 8.0, 2.0, 6.0, 6.0, 1.0, 3.0]
    series = seconds_series("heat", (10.0 * np.arange(7)).tolist(), {"all": values})
    line = 10.0 * (sum(values) - 0.5 * (values[0] + values[-1]))

    for step in (30.0, 20.0, 25.0, 12.0, 7.0, 4.0):
        clock = clock_of(series, interpolation="linear", step=step)
        states = np.array(read(series, clock, "linear"))
        assert states @ clock.duration == pytest.approx(line)
        assert states.min() >= 0.0
        assert states.max() <= 8.0
    shorter = clock_of(series, interpolation="linear", step=5.0)
    on_line = np.interp(shorter.instants, 10.0 * np.arange(7), values)
    assert read(series, shorter, "linear") == pytest.approx(on_line.tolist())


@pytest.mark.parametrize("step", [7.0, 20.0, 33.0, 50.0, 130.0])
@pytest.mark.parametrize(
    "instants", [10.0 * np.arange(31), [0.0, 12.0, 100.0, 144.0, 200.0, 300.0]], ids=len
)
def test_linear_states_of_any_steps_stay_among_the_rows(
    step: float, instants: list[float]
) -> None:
    rows = len(instants)
    for values in (np.where(np.arange(rows) // 3 % 2 == 0, 0.0, 20.0), np.arange(rows) * 0.7):
        series = seconds_series("heat", list(instants), {"all": values.tolist()})
        clock = clock_of(series, interpolation="linear", step=step)
        states = np.array(read(series, clock, "linear"))

        assert states.min() >= values.min()
        assert states.max() <= values.max()
        assert states @ clock.duration == pytest.approx(np.trapezoid(values, instants))


def test_words_are_read_and_not_averaged() -> None:
    series = seconds_series("open", [10.0, 20.0, 30.0], {"all": [1.0, 0.0, 0.0]})
    clock = clock_of(series, step=30.0)

    assert read_series(series, series.values[:, 0], clock, "step", means=False).tolist() == [0.0]


def test_linear_steps_of_a_dynamic_run_keep_the_mean_of_the_line() -> None:
    values = [0.0, 8.0, 2.0, 6.0, 6.0, 1.0, 3.0]
    series = seconds_series("heat", (10.0 * np.arange(7)).tolist(), {"all": values})
    instants = clock_of(series, interpolation="linear", step=25.0).instants
    gaps = np.diff(instants, prepend=instants[0])  # each state ends the gap before it
    clock = Clock(times=None, seconds=instants - gaps, duration=gaps, instants=instants)

    states = np.array(read(series, clock, "linear"))
    means = 0.5 * (states[1:] + states[:-1])
    line = 10.0 * (sum(values) - 0.5 * (values[0] + values[-1]))
    assert means @ gaps[1:] == pytest.approx(line)
