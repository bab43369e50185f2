"""Rings of soil around pipes: steady as the tables say, and as slow as soil is."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from circuit_factory import HEAT_CAPACITY, drive, scenario, tree
from plug_factory import STEEL, pipe, steps, travel, wall_capacity

from warmtenet.model.scenario import CircuitSection, GroundSection, Scenario
from warmtenet.model.soil import Surroundings, ring_chain, soil_shells
from warmtenet.networks.columns import Circuit, FloatArray
from warmtenet.solvers.dynamic import solve_dynamic
from warmtenet.solvers.plug_columns import find_lines
from warmtenet.solvers.plug_rings import soil_heat_capacity, surroundings
from warmtenet.solvers.steady import solve_steady

DAY = 86400.0


def with_rings(rings: int = 8, **water: Any) -> Scenario:
    """Return a scenario whose ground remembers."""
    return scenario(**water).model_copy(update={"ground": GroundSection(radial_cells=rings)})


def village(**columns: Any) -> Circuit:
    """Return three consumers at the ends of a branching street."""
    given = {"length": [120.0, 15.0, 90.0, 12.0, 30.0], "inner_diameter": 0.0372, **columns}
    return tree([0, 1, 1, 3, 3], [2, 4, 5], **given)


def lying(**changes: Any) -> Surroundings:
    """Return one pipe of 0.2 m casing in the ground."""
    usual = {
        "loss": 0.25,
        "exchange": 0.0,
        "casing": 0.2,
        "depth": 1.0,
        "is_twin": False,
        "conductivity": 1.6,
    }
    return Surroundings(
        **{name: np.array([value]) for name, value in {**usual, **changes}.items()}
    )


@pytest.mark.parametrize("rings", [1, 2, 8, 33])
@pytest.mark.parametrize("changes", [{}, {"exchange": 0.015}, {"is_twin": True}, {"loss": 40.0}])
def test_rings_in_series_are_the_coefficient_of_the_tables(
    rings: int, changes: dict[str, Any]
) -> None:
    around = lying(**changes)

    conductance, capacity = ring_chain(around, 2.5e6, rings)

    assert 1.0 / (1.0 / conductance).sum() == pytest.approx(around.loss[0], rel=1e-13)
    assert (conductance > 0.0).all()
    assert (capacity > 0.0).all()


def test_soil_of_one_pipe_and_of_a_pair_reaches_as_deep_again() -> None:
    """A pair by EN 13941, casings of 0.2 m and 0.15 m between: shared from their distance on."""
    distance, depth, soil = 0.35, 1.0, 1.6
    own = np.log(4.0 * depth / 0.2) / (2 * np.pi * soil) + 2.5
    mutual = np.log(1.0 + (2.0 * depth / distance) ** 2) / (4 * np.pi * soil)
    determinant = own**2 - mutual**2
    pair = lying(loss=(own - mutual) / determinant, exchange=mutual / determinant)

    one, both = soil_shells(lying()), soil_shells(pair)

    assert (one.middle, one.outer) == (pytest.approx(2.0), pytest.approx(2.0))
    assert both.middle == pytest.approx(distance, rel=0.02)
    assert both.outer == pytest.approx(2.0 * depth, rel=0.02)


def test_a_pair_shares_the_soil_that_a_single_pipe_has_for_itself() -> None:
    _, alone = ring_chain(lying(), 2.5e6, 12)
    _, twin = ring_chain(lying(is_twin=True), 2.5e6, 12)

    assert alone.sum() == pytest.approx(2.5e6 * np.pi * (2.0**2 - 0.1**2))
    assert twin.sum() == pytest.approx(alone.sum() / 2.0)


def test_types_of_the_catalogue_bring_their_casing() -> None:
    circuit = replace(village(), pipe_types=("steel-twin-S2-DN50", "", "", "", ""))

    around = surroundings(circuit, find_lines(circuit), GroundSection())

    assert around.casing[:2].tolist() == [0.225, 0.2]
    assert around.is_twin[:2].tolist() == [True, False]


def test_heat_capacity_is_that_of_the_diffusivity_unless_given() -> None:
    assert soil_heat_capacity(GroundSection()) == pytest.approx(1.6 * DAY / 0.05)
    assert soil_heat_capacity(GroundSection(heat_capacity="2.2 MJ/(m3 K)")) == 2.2e6


@pytest.mark.parametrize("seconds", [20.0, 900.0, 3600.0])
@pytest.mark.parametrize("exchange", [0.0, 0.02])
def test_a_steady_state_stays_as_it_is(seconds: float, exchange: float) -> None:
    circuit = village(pair_exchange_coefficient=exchange)
    circuit = replace(circuit, wall_heat_capacity=np.full((2, 5), 900.0))
    boundary = drive(circuit, [9000.0, 14_000.0, 4000.0])
    steady = solve_steady(circuit, boundary, scenario())
    driven = boundary.at(np.zeros(49, dtype=np.int64))
    driven = replace(driven, duration=np.concatenate([[0.0], np.full(48, seconds)]))

    year = solve_dynamic(circuit, driven, with_rings())

    away = np.abs(year.consumer_supply_temperature[-1] - steady.consumer_supply_temperature[0])
    assert away.max() < 1e-3
    assert year.heat_loss[[0, -1]] == pytest.approx(steady.heat_loss[0], rel=1e-4)
    assert year.stored_heat is not None
    assert year.stored_heat[-1] == pytest.approx(year.stored_heat[0], rel=1e-4)


@pytest.mark.parametrize("parts", [1, 4])
def test_one_ring_for_a_line_is_as_near_as_its_water_is_even(parts: int) -> None:
    """The loss is off by at most N^2 / 12 r / (1 - r), r the soil's share; cut in parts, less."""
    loss, flow, length = 0.3, 0.02, 200.0
    circuit = pipe(parts, length=length / parts, heat_loss_coefficient=loss)
    boundary = steps(circuit, np.full(600, 6 * 3600.0), near=60.0)

    out = travel(circuit, boundary, flow, given=with_rings())

    capacity = flow * HEAT_CAPACITY
    units = loss * length / capacity
    exact = capacity * 50.0 * -np.expm1(-units)
    share = np.log(4.0 * 1.01 / 0.2) / (2.0 * np.pi * 1.6) * loss
    bound = (units / parts) ** 2 / 12.0 * share / (1.0 - share)
    assert units > 0.6
    assert abs(out.pipe_loss[-1].sum() / exact - 1.0) < bound
    assert out.heat_residual.max() < 1e-9


@pytest.mark.parametrize("seconds", [7.0, 900.0, 3600.0])
@pytest.mark.parametrize("exchange", [0.0, 0.02])
def test_every_step_balances_with_what_the_ground_holds(seconds: float, exchange: float) -> None:
    circuit = village(pair_exchange_coefficient=exchange)
    circuit = replace(circuit, wall_heat_capacity=np.full((2, 5), 900.0))
    rng = np.random.default_rng(3)
    boundary = drive(
        circuit,
        rng.uniform(0.0, 15_000.0, (60, 3)),
        ground=rng.uniform(2.0, 16.0, (60, 1)),
        supply=rng.uniform(55.0, 85.0, (60, 1)),
    )
    uneven = seconds * rng.uniform(0.2, 1.8, 60)

    year = solve_dynamic(circuit, replace(boundary, duration=uneven), with_rings(model="iapws"))

    assert year.heat_residual.max() < 1e-9
    assert year.stored_heat is not None
    gained = np.diff(year.stored_heat) / uneven[1:]
    given = year.producer_heat.sum(axis=1) - year.consumer_heat.sum(axis=1) - year.heat_loss
    assert given[1:] == pytest.approx(gained, abs=1e-6 * np.abs(gained).max())


def warmed(rings: int, rows: int, seconds: float, **changes: Any) -> FloatArray:
    """Return what a pipe loses in cold ground after warm water has filled it. [W]"""
    circuit = pipe(length=50.0, heat_loss_coefficient=0.3, **changes)
    boundary = steps(circuit, np.full(rows, seconds), near=60.0, ground=10.0)
    out = travel(circuit, boundary, 5.0, at_first=10.0, given=with_rings(rings))
    return np.asarray(out.pipe_loss[:, 0])


def test_cold_ground_takes_more_at_first_and_comes_to_rest_at_the_tables() -> None:
    early = warmed(8, 24, 3600.0)
    late = warmed(8, 400, 5 * DAY)

    assert early[1] > 1.05 * 0.3 * 50.0 * 50.0
    assert (np.diff(early[1:]) < 0.0).all()
    assert late[-1] == pytest.approx(0.3 * 50.0 * 50.0, rel=2e-3)


def test_warm_ground_gives_back_what_it_holds() -> None:
    """Cold water after a warm past is warmed, and in the end no more."""
    circuit = pipe(length=50.0, heat_loss_coefficient=0.3)
    rows = 60
    boundary = steps(circuit, np.full(rows, DAY), near=10.0, ground=10.0)

    out = travel(circuit, boundary, 0.5, at_first=60.0, given=with_rings())

    lost = out.pipe_loss[:, 0]
    assert lost[1] < -20.0
    assert (np.diff(lost[1:]) > 0.0).all()
    assert abs(lost[-1]) < 0.1 * abs(lost[1])
    assert out.heat_residual.max() < 1e-9


def test_a_step_may_have_any_length() -> None:
    """The ground is exact for one mean temperature of the water, which holds here."""
    short, long = warmed(8, 24, 3600.0), warmed(8, 2, 12 * 3600.0)

    assert short[12:].mean() == pytest.approx(long[1], rel=1e-3)


def test_rings_work_beside_a_film() -> None:
    wall = wall_capacity(0.05, 0.003, STEEL)
    bare, walled = warmed(8, 200, 10.0), warmed(8, 200, 10.0, wall=wall)

    assert walled[-1] == pytest.approx(bare[-1], rel=0.02)


def test_pipes_in_a_building_have_no_soil_around_them() -> None:
    circuit = pipe(length=100.0, heat_loss_coefficient=0.3)
    near = np.repeat([70.0, 20.0], 50)
    driven = steps(circuit, np.full(100, 3600.0), near=near, ground=20.0)
    buried, bare = with_rings(), scenario()
    inside = buried.model_copy(update={"circuits": {circuit.id: CircuitSection(trench=False)}})

    in_soil, in_air, plain = (
        travel(circuit, driven, 0.5, at_first=20.0, given=given)
        for given in (buried, inside, bare)
    )

    assert in_air.stored == pytest.approx(plain.stored, rel=1e-12)
    assert in_air.heat_loss == pytest.approx(plain.heat_loss, abs=1e-9)
    assert in_soil.stored[40] > 1.1 * plain.stored[40]
