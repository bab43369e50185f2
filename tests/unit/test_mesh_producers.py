"""Several producers on a line and on a ring: what they give, by hand."""

from math import exp, nan

import numpy as np
import pytest
from circuit_factory import HEAT_CAPACITY, drive, scenario, tree
from mesh_factory import with_chords, with_producers
from scipy.optimize import brentq

from warmtenet.networks.synthetic import synthetic_boundary
from warmtenet.networks.synthetic_mesh import synthetic_mesh
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.steady import solve_steady

GROUND, BACK, LOSS = 10.0, 40.0, 0.3
LENGTH = 500.0


def cooled(supply: float, flow: float, length: float = LENGTH) -> float:
    """Return the water at the end of a pipe. [°C]"""
    return GROUND + (supply - GROUND) * exp(-LOSS * length / (flow * HEAT_CAPACITY))


def line(heat: float, kind: str, much: float, **feed: float) -> CircuitYear:
    """Solve: pressure holder, pipe, consumer, pipe, another producer at 80 °C."""
    circuit = tree((0, 1), [1], length=LENGTH, heat_loss_coefficient=LOSS, inner_diameter=0.05)
    boundary = drive(circuit, heat, supply=80.0, back=BACK, ground=GROUND)
    circuit, boundary = with_producers(circuit, boundary, [2], [(kind, much, 80.0)])
    assert boundary.feed is not None
    for name, value in feed.items():
        getattr(boundary.feed, name)[:, 1] = value
    year = solve_steady(circuit, boundary, scenario())
    assert year.heat_error.max() == 0.0
    assert year.heat_residual.max() < 1e-9
    return year


def needed(heat: float) -> float:
    """Return the flow that serves a consumer at the end of one pipe. [kg/s]"""

    def lacks(flow: float) -> float:
        return flow * HEAT_CAPACITY * (cooled(80.0, flow) - BACK) - heat

    return float(brentq(lacks, 1e-3, 100.0, xtol=1e-14))


LOADS = [2.0, 200.0, 2e3, 20e3, 200e3]


@pytest.mark.parametrize("heat", LOADS)
@pytest.mark.parametrize(
    ("kind", "much"), [("share", 1.0), ("heat", 1e6), ("limit", 1e6)], ids=str
)
def test_one_who_gives_all_leaves_the_pressure_holder_at_rest(
    heat: float, kind: str, much: float
) -> None:
    year = line(heat, kind, much)

    assert year.producer_mass_flow[0, 0] == pytest.approx(0.0, abs=1e-9)
    assert year.producer_mass_flow[0, 1] == pytest.approx(needed(heat), rel=1e-7)


@pytest.mark.parametrize("kind", ["heat", "limit"])
def test_a_limit_below_the_need_is_given_whole(kind: str) -> None:
    year = line(20e3, kind, 5e3)

    assert year.producer_heat[0, 1] == pytest.approx(5e3, rel=1e-7)
    assert year.producer_heat[0, 0] > 15e3


def test_heat_that_would_cool_the_network_is_not_given() -> None:
    year = line(20e3, "heat", -5e3)

    assert year.producer_mass_flow[0, 1] == 0.0
    assert year.producer_mass_flow[0, 0] == pytest.approx(needed(20e3), rel=1e-7)


@pytest.mark.parametrize(("length", "fed"), [(400.0, 0.05), (1000.0, 0.1), (400.0, 0.071)])
def test_a_holder_gives_what_cooler_water_at_its_junction_leaves(
    length: float, fed: float
) -> None:
    circuit = tree((0,), [0], length=length, heat_loss_coefficient=LOSS, inner_diameter=0.05)
    boundary = drive(circuit, 2e3, supply=80.0, back=BACK, ground=GROUND)
    given = with_producers(circuit, boundary, [1], [("mass_flow", fed, 75.0)])
    year = solve_steady(*given, scenario())

    comes = fed * (cooled(75.0, fed, length) - BACK)
    expected = (2e3 / HEAT_CAPACITY - comes) / (80.0 - BACK)
    if expected < 0.0:  # what comes is more than enough
        expected = 2e3 / HEAT_CAPACITY / (comes / fed) - fed
    assert year.heat_error.max() == 0.0
    assert year.producer_mass_flow[0, 0] == pytest.approx(expected, rel=1e-7)


def test_producers_take_their_turn() -> None:
    circuit = tree((0, 1, 2), [1, 2, 3], length=50.0, heat_loss_coefficient=LOSS)
    circuit = with_chords(circuit, [(0, 3)])
    boundary = drive(circuit, [30e3, 30e3, 30e3], supply=80.0, back=BACK, ground=GROUND)
    many = [("limit", 50e3, 80.0), ("limit", 20e3, 80.0), ("heat", 10e3, 80.0)]
    circuit, boundary = with_producers(circuit, boundary, [1, 2, 3], many)
    assert boundary.feed is not None
    boundary.feed.priority[:] = [[nan, 2.0, 1.0, nan]]
    year = solve_steady(circuit, boundary, scenario())

    _, last, first, told = year.producer_heat[0]
    assert (told, first, last) == pytest.approx((10e3, 20e3, 50e3), rel=1e-7)
    assert year.producer_heat.sum() == pytest.approx(90e3 + year.heat_loss[0], rel=1e-9)


def test_hours_that_wait_for_others_come_out_as_alone() -> None:
    circuit = synthetic_mesh(300, loops=5)
    boundary = synthetic_boundary(circuit).at(slice(None, None, 25))
    together = solve_steady(circuit, boundary, scenario(), fields=("pipe_mass_flow",))
    slow = np.argsort(together.iterations)[-3:]
    assert len(boundary.duration) > len(slow)

    for hour in slow:
        alone = solve_steady(
            circuit, boundary.at(slice(hour, hour + 1)), scenario(), fields=("pipe_mass_flow",)
        )
        assert together.producer_heat[hour] == pytest.approx(alone.producer_heat[0], rel=1e-8)
        flow = alone.fields["pipe_mass_flow"][0]
        apart = np.abs(together.fields["pipe_mass_flow"][hour] - flow)
        assert apart.max() < 1e-7 * np.abs(flow).max()
