"""Pumps that are too weak, in motion: who gets how much, and what stays unserved."""

from dataclasses import replace

import numpy as np
import pytest
from circuit_factory import drive, scenario, tree
from mesh_factory import with_chords

from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit
from warmtenet.solvers.circuit_year import PRESSURE
from warmtenet.solvers.dynamic import solve_dynamic
from warmtenet.solvers.steady import solve_steady

STREET = tree((0, 1, 2, 3), [2, 4], max_pressure_difference=60_000.0, length=400.0)
SHAPES = pytest.mark.parametrize(
    "circuit", [STREET, with_chords(STREET, [(1, 4)])], ids=["tree", "ring"]
)
QUARTER = 900.0
LEAST = 50_000.0  # of each consumer [Pa]
SLACK = 10.0  # of what shares a weak pump out in loops, where the steady solver's own is as much
FOUND = 2e-3  # of a load: flows rest within a thousandth of the largest


def steps(circuit: Circuit, count: int) -> Boundary:
    """Return quarters of an hour of one load."""
    boundary = drive(circuit, 60_000.0).at(np.zeros(count, dtype=np.int64))
    return replace(boundary, duration=np.full(count, QUARTER))


@SHAPES
def test_steady_loads_get_what_the_steady_solver_gives(circuit: Circuit) -> None:
    boundary = steps(circuit, 24)
    steady = solve_steady(circuit, boundary.at(slice(0, 1)), scenario())

    year = solve_dynamic(circuit, boundary, scenario())

    assert year.consumer_mass_flow[-1] == pytest.approx(steady.consumer_mass_flow[0], rel=1e-6)
    assert year.consumer_heat[-1] == pytest.approx(steady.consumer_heat[0], rel=1e-6)
    assert (year.consumer_reason[-1] == PRESSURE).any()
    assert year.missing_head is not None
    assert steady.missing_head is not None
    assert year.missing_head[-1] == pytest.approx(steady.missing_head[0], rel=1e-3)
    assert year.heat_error.max() == 0.0


@SHAPES
def test_a_morning_that_asks_for_too_much_leaves_heat_unserved_for_pressure(
    circuit: Circuit,
) -> None:
    boundary = steps(circuit, 48)
    load = np.array([10_000.0] * 16 + [70_000.0] * 8 + [5_000.0] * 24)[:, None] * np.ones(2)
    boundary = replace(boundary, heat=load)

    year = solve_dynamic(circuit, boundary, scenario())

    assert year.consumer_heat + year.consumer_unserved_heat == pytest.approx(load)
    assert year.heat_error.max() == 0.0
    assert year.heat_residual.max() < 1e-9
    draws = year.consumer_mass_flow > 0.0
    assert year.consumer_pressure_difference[draws].min() > LEAST - SLACK
    morning, night = slice(16, 24), slice(40, 48)
    misses = year.consumer_unserved_heat[morning] > 0.0
    assert misses.any(axis=1).all()
    assert (year.consumer_reason[morning][misses] == PRESSURE).all()
    assert (year.consumer_reason[night] != PRESSURE).all()
    assert (year.consumer_unserved_heat[night] <= FOUND * load[night]).all()


@SHAPES
def test_flows_that_are_told_are_held_back_too(circuit: Circuit) -> None:
    boundary = steps(circuit, 24)
    boundary = replace(boundary, flow=np.full((24, 2), 0.5), heat=np.zeros((24, 2)))
    steady = solve_steady(circuit, boundary.at(slice(0, 1)), scenario())

    year = solve_dynamic(circuit, boundary, scenario())

    for name in ("consumer_mass_flow", "consumer_heat", "consumer_unserved_heat"):
        expected = getattr(steady, name)[0]
        assert getattr(year, name)[-1] == pytest.approx(expected, rel=1e-6, abs=1e-6), name
    assert (year.consumer_reason[-1] == steady.consumer_reason[0])[expected > 0.0].all()


def test_a_pump_strong_enough_changes_no_bit() -> None:
    boundary = replace(steps(STREET, 24), heat=np.full((24, 2), 5_000.0))
    strong = STREET.producers._replace(max_pressure_difference=np.array([1e6]))
    unbounded = STREET.producers._replace(max_pressure_difference=np.array([np.nan]))

    one, other = (
        solve_dynamic(replace(STREET, producers=producers), boundary, scenario())
        for producers in (strong, unbounded)
    )

    assert one.consumer_mass_flow.tobytes() == other.consumer_mass_flow.tobytes()
    assert one.consumer_pressure_difference == pytest.approx(other.consumer_pressure_difference)
