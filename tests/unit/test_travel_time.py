"""How long water is on its way: by hand, and against fronts that the dynamic solver moves."""

from dataclasses import replace

import numpy as np
import pytest
from circuit_factory import DENSITY, drive, line, scenario, tree

from warmtenet.networks.columns import Circuit, FloatArray
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.dynamic import solve_dynamic
from warmtenet.solvers.kernels.travel_time import trace_back
from warmtenet.solvers.travel_time import OLDEST, find_way, travel_times, wall_delay

CONTENT = np.pi / 4.0 * 0.05**2 * 100.0 * DENSITY
"""Of a pipe of 100 m. [kg]"""


def moved(circuit: Circuit, flow: FloatArray, seconds: float, supply: FloatArray) -> CircuitYear:
    """Return a circuit through which given flows have moved."""
    boundary = drive(circuit, np.zeros(flow.shape), supply=supply[:, None])
    boundary = replace(boundary, flow=flow, duration=np.full(len(flow), seconds))
    return solve_dynamic(circuit, boundary, scenario())


def ages(circuit: Circuit, flow: FloatArray, seconds: float) -> FloatArray:
    duration = np.full(len(flow), seconds)
    year = moved(circuit, flow, seconds, np.full(len(flow), 70.0))
    return travel_times(year, duration, find_way(year, duration, scenario()))


def test_a_steady_flow_takes_content_over_flow() -> None:
    age = ages(line(3), np.full((30, 1), 1.0), 60.0)

    assert age[-1, 0] == pytest.approx(3.0 * CONTENT, rel=1e-9)
    late = int(np.ceil(3.0 * CONTENT / 60.0 - 0.5))
    assert np.isnan(age[:late]).all()
    assert not np.isnan(age[late:]).any()


def test_a_flow_that_halves_and_stands_is_followed_back() -> None:
    """Water in mid of the last minute needs the 193 kg before it: 0.5 x 30 s, none, 1 kg/s."""
    flow = np.concatenate([np.full(10, 1.0), np.zeros(5), np.full(1, 0.5)])[:, None]

    age = ages(line(), flow, 60.0)

    assert np.isnan(age[10:15]).all()
    assert age[15, 0] == pytest.approx(30.0 + 300.0 + (CONTENT - 15.0), rel=1e-9)


def test_a_pipe_cut_in_ten_takes_the_same_time() -> None:
    flow = np.random.default_rng(3).uniform(0.1, 1.0, (60, 1))

    whole, cut = ages(line(length=200.0), flow, 60.0), ages(line(10, length=20.0), flow, 60.0)

    assert cut == pytest.approx(whole, rel=1e-9, nan_ok=True)


def test_ages_are_those_of_the_water_that_the_solver_moves() -> None:
    """Supply warms by 0.01 K/s: what arrives tells by its temperature when it left."""
    circuit = tree([0, 1, 1, 3, 3], [2, 4, 5], heat_loss_coefficient=0.0)
    steps, seconds = 400, 10.0
    flow = np.random.default_rng(5).uniform(0.1, 0.9, (steps, 3))
    supply = 30.0 + 0.1 * np.arange(steps)

    year = moved(circuit, flow, seconds, supply)
    duration = np.full(steps, seconds)
    age = travel_times(year, duration, find_way(year, duration, scenario()))

    middle = (np.arange(steps) + 0.5) * seconds
    told = middle[:, None] - (year.consumer_supply_temperature - 30.0 + 0.05) / 0.01
    known = np.isfinite(age)
    assert known.sum() > 900
    assert np.abs(age - told)[known].max() < 2.0 * seconds
    assert abs((age - told)[known].mean()) < 0.5


def test_water_that_stood_for_days_is_not_told() -> None:
    rows = int(OLDEST / 3600.0) + 10
    flow = np.concatenate([np.full(2, 1.0), np.zeros(rows), np.full(1, 0.01)])[:, None]

    assert np.isnan(ages(line(), flow, 3600.0)[-1, 0])


def test_long_runs_are_traced_in_parts() -> None:
    flow = np.random.default_rng(4).uniform(0.001, 0.01, (2300, 1))
    age = ages(line(length=50.0), flow, 3600.0)
    late = ages(line(length=50.0), flow[1000:], 3600.0)

    assert age[-1200:] == pytest.approx(late[-1200:], rel=1e-9)


def test_walls_make_heat_later_than_water() -> None:
    circuit = replace(line(), wall_heat_capacity=np.full((2, 1), 1000.0))
    year = moved(circuit, np.full((3, 1), 1.0), 60.0, np.full(3, 70.0))
    content = find_way(year, np.full(3, 60.0), scenario()).content

    assert wall_delay(year, content, 4185.0) == pytest.approx(100_000.0 / CONTENT / 4185.0)
    assert wall_delay(moved(line(), np.full((3, 1), 1.0), 60.0, np.full(3, 70.0)), content, 1) == 0


@pytest.mark.compiled
def test_compiled_and_plain_agree() -> None:
    rng = np.random.default_rng(2)
    ends = np.concatenate([[0.0], np.cumsum(rng.uniform(1.0, 9.0, 40))])
    drawn = rng.uniform(0.0, 1.0, (40, 2)) * (rng.random((40, 2)) > 0.3)
    through = np.stack([drawn.sum(axis=1), drawn[:, 1]]) * np.diff(ends)
    passed = np.concatenate([np.zeros((2, 1)), np.cumsum(through, axis=1)], axis=1)
    given = (ends, passed, np.array([3.0, 0.0]), np.array([-1, 0]), np.array([0, 1]), drawn)
    one, other = np.empty((40, 2)), np.empty((40, 2))

    trace_back(*given, one)
    trace_back.py_func(*given, other)

    assert np.isfinite(one).sum() > 40
    assert one == pytest.approx(other, nan_ok=True)
