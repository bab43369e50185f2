"""Substations in a network: limits, bypasses, pressure, several producers, and what is kept."""

from dataclasses import replace

import numpy as np
import pytest
from circuit_factory import HEAT_CAPACITY, drive, line, scenario, tree
from mesh_factory import with_chords, with_producers
from substation_factory import FOUR, INDIRECT, MIXED, PLAIN, with_substations

from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit
from warmtenet.solvers.circuit_year import (
    FLOW_LIMIT,
    PRESSURE,
    SERVED,
    SUPPLY_TOO_COLD,
    CircuitYear,
)
from warmtenet.solvers.fixed_point import Acceleration
from warmtenet.solvers.steady import solve_steady

LOAD = 20e3


def one(
    heat: float, supply: float, substation=PLAIN, reserve: float = 1.2, **columns: float
) -> CircuitYear:
    """Return one hour of one consumer at the end of a pipe."""
    circuit = line(**columns)
    boundary = drive(circuit, [heat], supply=supply)
    circuit, boundary = with_substations(circuit, boundary, [substation], LOAD, reserve)
    return solve_steady(circuit, boundary, scenario())


@pytest.mark.parametrize(
    ("heat", "supply", "reason"),
    [
        (LOAD, 71.0, SERVED),
        (1.4 * LOAD, 71.0, FLOW_LIMIT),
        (LOAD, 61.0, SUPPLY_TOO_COLD),
        (LOAD, 34.0, SUPPLY_TOO_COLD),
    ],
)
def test_what_cannot_pass_is_unserved_for_its_reason(
    heat: float, supply: float, reason: int
) -> None:
    year = one(heat, supply)

    assert year.consumer_reason[0, 0] == reason
    assert (year.consumer_unserved_heat[0, 0] > 0.0) == (reason != SERVED)
    assert year.consumer_heat[0, 0] + year.consumer_unserved_heat[0, 0] == pytest.approx(heat)
    assert year.heat_residual[0] < 1e-9


def test_water_that_is_too_cold_still_gives_what_it_can() -> None:
    year = one(LOAD, 61.0)
    most, supply = year.consumer_mass_flow[0, 0], year.consumer_supply_temperature[0, 0]
    own, other = most * HEAT_CAPACITY, LOAD / 25.0
    units = LOAD / 7.2134752 / min(own, other)
    ratio = min(own, other) / max(own, other)
    decay = np.exp(-units * (1.0 - ratio))
    share = (1.0 - decay) / (1.0 - ratio * decay)

    assert year.consumer_heat[0, 0] == pytest.approx(
        share * min(own, other) * (supply - 35.0), rel=1e-6
    )


def test_a_least_supply_temperature_serves_nothing_below() -> None:
    year = one(LOAD, 71.0, min_supply_temperature=72.0)

    assert year.consumer_heat[0, 0] == 0.0
    assert year.consumer_reason[0, 0] == SUPPLY_TOO_COLD


def test_a_bypass_mixes_into_the_return() -> None:
    own = one(LOAD / 10.0, 75.0)
    mixed = one(LOAD / 10.0, 75.0, bypass_flow=0.1)
    supply = mixed.consumer_supply_temperature[0, 0]

    assert own.consumer_mass_flow[0, 0] < 0.1
    assert mixed.consumer_mass_flow[0, 0] == pytest.approx(0.1)
    assert mixed.consumer_return_temperature[0, 0] == pytest.approx(
        supply - LOAD / 10.0 / (0.1 * HEAT_CAPACITY)
    )


def test_a_temperature_held_by_a_bypass_is_held_beside_the_substation() -> None:
    year = one(1.0, 75.0, bypass_temperature=68.0)

    assert year.consumer_supply_temperature[0, 0] == pytest.approx(68.0, abs=1e-5)
    assert year.consumer_unserved_heat[0, 0] == 0.0


def test_a_weak_pump_leaves_heat_unserved_for_pressure() -> None:
    circuit = line(inner_diameter=0.02, max_pressure_difference=60_000.0)
    boundary = drive(circuit, [LOAD], supply=75.0)
    circuit, boundary = with_substations(circuit, boundary, [PLAIN], LOAD)
    year = solve_steady(circuit, boundary, scenario())

    assert year.consumer_reason[0, 0] == PRESSURE
    assert 0.0 < year.consumer_heat[0, 0] < LOAD
    assert year.consumer_pressure_difference[0, 0] == pytest.approx(50_000.0, abs=500.0)


@pytest.mark.parametrize("share", [0.1, 1e-3])
def test_a_pass_at_the_largest_flow_is_no_bypass(share: float) -> None:
    # alone on a long pair: at the largest flow the set point is just reached, below it is not
    circuit = line(
        length=128.5,
        inner_diameter=0.08,
        heat_loss_coefficient=0.1,
        pair_exchange_coefficient=0.05,
        bypass_flow=0.003,
    )
    boundary = drive(circuit, [share * 2_000.0], supply=70.03)
    circuit, boundary = with_substations(circuit, boundary, [INDIRECT], 2_000.0)
    year = solve_steady(circuit, boundary, scenario())

    assert year.heat_error[0] == 0.0
    assert year.consumer_reason[0, 0] == SERVED
    # the warm end closes, as the secondary return's 35 °C is far
    assert 60.0 - 1e-6 < year.consumer_supply_temperature[0, 0] < 60.1


def street() -> tuple[Circuit, Boundary]:
    """Return a street of four kinds at three loads."""
    circuit = tree([0, 1, 2, 3], [1, 2, 3, 4])
    heat = np.array([[1.0], [0.2], [0.01]]) * np.full((3, 4), LOAD)
    return with_substations(circuit, drive(circuit, heat, supply=75.0), FOUR, LOAD)


def test_hours_do_not_depend_on_one_another() -> None:
    circuit, boundary = street()
    whole = solve_steady(circuit, boundary, scenario())
    for hour in range(3):
        alone = solve_steady(circuit, boundary.at(slice(hour, hour + 1)), scenario())
        assert alone.consumer_return_temperature[0] == pytest.approx(
            whole.consumer_return_temperature[hour], abs=5e-5
        )


def test_what_is_kept_does_not_change_what_is_solved() -> None:
    circuit, boundary = street()
    kept = solve_steady(circuit, boundary, scenario(), fields=True)
    lean = solve_steady(circuit, boundary, scenario(), consumers=False)

    assert lean.consumer_mass_flow.shape[1] == 0
    assert lean.producer_heat == pytest.approx(kept.producer_heat, rel=1e-12)


def test_consumers_with_and_without_a_substation_stand_side_by_side() -> None:
    circuit, boundary = street()
    assert circuit.substations is not None
    assert boundary.far_side is not None
    kind = circuit.substations.kind.copy()
    kind[0] = 0
    back = boundary.return_temperature.copy()
    back[:, 0] = 42.0
    circuit = replace(circuit, substations=circuit.substations._replace(kind=kind))
    year = solve_steady(circuit, replace(boundary, return_temperature=back), scenario())

    assert year.consumer_return_temperature[:, 0] == pytest.approx(42.0)
    assert year.consumer_unserved_heat.max() == 0.0


def test_a_producer_with_a_limit_feeds_a_ring_of_substations() -> None:
    circuit, boundary = street()
    ring = with_chords(circuit, [(1, 4)], length=80.0)
    ground = np.full((3, len(ring.pipe_ids)), 10.0)
    ring, boundary = with_producers(
        ring, replace(boundary, ground_temperature=ground), [3], [("limit", 30e3, 75.0)]
    )
    year = solve_steady(ring, boundary, scenario())

    assert year.producer_heat[0, 1] == pytest.approx(30e3, rel=1e-5)
    assert year.producer_heat[1, 1] == pytest.approx(year.producer_heat[1].sum(), rel=1e-5)
    assert year.consumer_unserved_heat.max() == 0.0
    assert year.heat_residual.max() < 1e-6


def test_mixing_takes_no_more_than_the_floor_moves() -> None:
    year = one(LOAD, 33.0, substation=MIXED, reserve=10.0)
    moved = LOAD / (4179.0 * 7.0)

    assert year.consumer_mass_flow[0, 0] == pytest.approx(moved, rel=1e-3)
    assert year.consumer_reason[0, 0] == SUPPLY_TOO_COLD


def test_flow_and_return_follow_the_supply() -> None:
    years = [one(LOAD / 2.0, supply, substation=INDIRECT) for supply in (66.0, 72.0, 80.0)]
    flows = [year.consumer_mass_flow[0, 0] for year in years]

    assert flows == sorted(flows, reverse=True)


def test_acceleration_ends_a_linear_course_at_once() -> None:
    # x -> x/2 + 1 has its end at 2; two plain passes tell the course
    course, values = Acceleration(), np.array([[1.9, 2.0]])
    every = np.array([True])
    for _ in range(2):
        change = 0.5 * values + 1.0 - values
        course.add(values, change, every)
        values = course.step()

    assert values == pytest.approx(np.array([[2.0, 2.0]]), abs=1e-9)
