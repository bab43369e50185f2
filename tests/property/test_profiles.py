"""What profiles promise for every input: sums, bounds, order."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from profile_factory import dwellings_table, make_system, seconds_series

from warmtenet.model.scenario import GroundSection, ModeSection, TimeSection
from warmtenet.networks.columns import FloatArray
from warmtenet.profiles.boundary import circuit_boundary
from warmtenet.profiles.build import build_profiles
from warmtenet.profiles.calendars import smooth_months
from warmtenet.profiles.clock import run_clock
from warmtenet.profiles.cold import limited_sum
from warmtenet.profiles.filters import lagged, trailing_mean
from warmtenet.profiles.ground import ground_temperature
from warmtenet.profiles.households import scaled_counts
from warmtenet.profiles.mode import hysteresis_mode
from warmtenet.profiles.out_of_mode import out_of_mode
from warmtenet.profiles.series_reading import read_series
from warmtenet.profiles.space_heat import degree_hours

YEAR = pd.date_range("2029-01-01", periods=8760, freq="h")
temperatures = st.floats(-20.0, 35.0)
series_of_temperatures = arrays(np.float64, st.integers(2, 60), elements=temperatures)


@given(series_of_temperatures, st.floats(600.0, 1e6))
def test_lag_keeps_the_mean_and_the_bounds(values: FloatArray, time_constant: float) -> None:
    lag = lagged(values, time_constant)

    assert lag.mean() == pytest.approx(values.mean(), abs=1e-6)
    assert lag.min() >= values.min() - 1e-6
    assert lag.max() <= values.max() + 1e-6


@given(series_of_temperatures, st.integers(1, 100))
def test_trailing_mean_keeps_the_mean(values: FloatArray, window: int) -> None:
    assert trailing_mean(values, window).mean() == pytest.approx(values.mean(), abs=1e-6)


@given(series_of_temperatures, st.lists(temperatures, min_size=1, max_size=5), st.randoms())
def test_degree_hours_are_the_plain_sum(
    outdoor: FloatArray, balance: list[float], random: np.random.Generator
) -> None:
    shape = np.array([random.uniform(0.5, 1.5) for _ in outdoor])
    found = degree_hours(np.array(balance), outdoor, shape)

    plain = [float((shape * np.maximum(each - outdoor, 0.0)).sum()) for each in balance]
    assert found == pytest.approx(np.array(plain), abs=1e-6)


@given(
    arrays(np.float64, st.integers(0, 40), elements=st.floats(0.0, 50.0)),
    st.lists(st.tuples(st.floats(0.0, 500.0), st.floats(1.0, 5e3)), min_size=1, max_size=5),
)
def test_limited_sum_is_the_plain_sum(
    per_area: FloatArray, dwellings: list[tuple[float, float]]
) -> None:
    area, limit = (np.array(column) for column in zip(*dwellings, strict=True))
    plain = np.minimum(per_area[:, None] * area, limit).sum()

    assert limited_sum(np.sort(per_area), area, limit) == pytest.approx(plain, rel=1e-9, abs=1e-6)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=30), st.integers(1, 5000))
def test_scaled_counts_meet_their_total(counts: list[int], total: int) -> None:
    scaled = scaled_counts(np.array(counts, dtype=float), total)
    exact = np.array(counts) * total / sum(counts)

    assert scaled.sum() == total
    assert (np.abs(scaled - exact) <= 1.0).all()


@given(arrays(np.float64, 800, elements=st.floats(5.0, 25.0)), st.integers(1, 100))
def test_modes_stay_and_pass_through_off(means: FloatArray, stay: int) -> None:
    modes = hysteresis_mode(ModeSection(minimum_stay=stay * 3600.0), means)
    changes = np.flatnonzero(np.diff(modes))

    assert (np.abs(np.diff(modes)) <= 1).all()
    assert (np.diff(changes) >= stay).all()


@given(st.floats(0.0, 20.0), st.floats(0.0, 365.0))
def test_ground_stays_within_its_amplitude(depth: float, day: float) -> None:
    section = GroundSection()
    found = ground_temperature(section, np.array([depth]), np.array([day]))

    assert np.abs(found - section.mean_temperature).max() <= section.amplitude + 1e-9


@settings(max_examples=10)
@given(arrays(np.float64, 12, elements=st.floats(0.0, 25.0)))
def test_smooth_months_keep_the_mean_of_every_month(monthly: FloatArray) -> None:
    course = smooth_months(monthly, YEAR)
    means = pd.Series(course).groupby(YEAR.month).mean().to_numpy()

    assert means == pytest.approx(monthly, abs=1e-8)


@given(
    st.lists(st.integers(1, 50), min_size=1, max_size=10),
    st.sampled_from([1.0, 5.0, 7.0]),
    st.sampled_from([1.0, 0.3, 7.7, 40.0]),
    st.randoms(),
)
def test_step_series_keeps_its_sum_on_steps_of_any_length(
    gaps: list[int], tick: float, longer: float, random: np.random.Generator
) -> None:
    instants, step = np.cumsum(gaps) * tick, tick * longer
    values = np.array([random.uniform(-5.0, 5.0) for _ in gaps])
    series = seconds_series("heat", instants.tolist(), {"all": values})
    clock = run_clock(TimeSection(step=step), {"heat": series}, YEAR)

    on_steps = read_series(series, values, clock, "step") @ clock.duration
    assert on_steps == pytest.approx(values @ (np.array(gaps) * tick), abs=1e-6)


@settings(max_examples=5)
@given(st.integers(0, 1000), st.sampled_from([0.0, 1.0, 2.0]))
def test_served_and_out_of_mode_are_the_demand_of_any_seed(seed: int, spread: float) -> None:
    consumer = {"id": "S1", "building": "b", "return_temperature": 30.0}
    producer = {"id": "p", "supply_temperature": 45.0, "cooling_supply_temperature": 18.0}
    system = make_system(
        scenario={
            "circuits": {"space": {"service": "space"}},
            "mode": {"circuits": ["space"]},
            "demand": {"seed": seed, "balance_spread": spread},
        },
        circuits={"space": ([consumer], [producer])},
        dwellings=dwellings_table(("b", "terraced", 2), ("b", "apartment_small", 1)),
    )
    profiles = build_profiles(system)
    boundary = circuit_boundary(system, profiles, "space")
    demand = profiles.demand

    assert demand is not None
    outside = sum(out_of_mode(system, profiles))
    total = (demand.space_heat + demand.cold).sum() * 3600.0
    assert boundary.heat.sum() * 3600.0 + outside == pytest.approx(total, rel=1e-12)
    assert (demand.space_heat >= 0.0).all()
    assert (demand.tap_water >= 0.0).all()
    assert (demand.cold <= 0.0).all()
