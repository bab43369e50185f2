"""The steady solver on trees so small that a hand, or an exact formula, gives the answer."""

from dataclasses import fields, replace
from math import exp, log10, pi

import numpy as np
import pytest
from circuit_factory import (
    DENSITY,
    HEAT_CAPACITY,
    VISCOSITY,
    drive,
    line,
    scenario,
    solve,
    tree,
    with_flipped,
)
from mesh_factory import with_chords
from scipy.integrate import quad
from scipy.linalg import expm
from scipy.optimize import brentq

from warmtenet.model.errors import InvalidInputError
from warmtenet.model.scenario import Scenario, SolverSection
from warmtenet.model.water import STANDARD_GRAVITY, density, enthalpy, heat_capacity
from warmtenet.networks.columns import RETURN, SUPPLY, FloatArray
from warmtenet.networks.synthetic import synthetic_boundary, synthetic_tree
from warmtenet.solvers.circuit_year import (
    FLOW_LIMIT,
    PRESSURE,
    SERVED,
    SUPPLY_TOO_COLD,
    CircuitYear,
)
from warmtenet.solvers.steady import solve_steady

HAALAND = scenario(law="haaland")
FORK = (0, 1, 1)
"""A trunk and two branches: junctions 2 and 3 hang on junction 1."""


def pair_by_hand(
    start: float, back: float, capacity: float, losses: tuple[float, float, float]
) -> tuple[float, float, float, float]:
    """Return both outlets and both losses of a counter-flow pair above ground at 0 °C.

    With x from 0 to 1 along the pipe the equations are linear, so the matrix exponential is
    exact. ``losses`` are supply to ground, return to ground, and supply to return [W/K].
    """
    own, twin, mutual = losses
    rates = np.zeros((4, 4))
    rates[0, :2] = -(own + mutual) / capacity, mutual / capacity
    rates[1, :2] = -mutual / capacity, (twin + mutual) / capacity
    rates[2, 0], rates[3, 1] = own, twin
    across = expm(rates)
    left = (back - across[1, 0] * start) / across[1, 1]
    far = across @ np.array([start, left, 0.0, 0.0])
    return float(far[0]), left, float(far[2]), float(far[3])


def haaland_drop(flow: float, length: float, diameter: float, zeta: float = 0.0) -> float:
    """Return friction and minor loss of constant water in a pipe of roughness 0.1 mm [Pa]."""
    speed = flow / DENSITY / (pi * diameter**2 / 4.0)
    reynolds = DENSITY * speed * diameter / VISCOSITY
    assert reynolds > 4000.0
    root = -1.8 * log10((1e-4 / 3.7 / diameter) ** 1.11 + 6.9 / reynolds)
    return (length / diameter / root**2 + zeta) * DENSITY * speed**2 / 2.0


def by_hour(year: CircuitYear) -> dict[str, FloatArray]:
    """Return all results that have an hour as their first axis."""
    given = {field.name: getattr(year, field.name) for field in fields(year)}
    arrays = {name: value for name, value in given.items() if isinstance(value, np.ndarray)}
    return arrays | dict(year.fields)


@pytest.mark.parametrize("heat", [1.0, 200.0, 5_000.0, 60_000.0])
def test_single_pipe_cools_by_the_exponential_of_its_loss(heat: float) -> None:
    year = solve(line(length=500.0, heat_loss_coefficient=[[0.3], [0.2]]), heat)

    def missing(flow: float) -> float:
        far = 10.0 + 60.0 * exp(-0.3 * 500.0 / (flow * HEAT_CAPACITY))
        return flow * HEAT_CAPACITY * (far - 40.0) - heat

    flow = brentq(missing, 0.02, 2.0, xtol=1e-15)
    far = 10.0 + 60.0 * exp(-0.3 * 500.0 / (flow * HEAT_CAPACITY))
    left = 10.0 + 30.0 * exp(-0.2 * 500.0 / (flow * HEAT_CAPACITY))
    assert year.consumer_mass_flow[0, 0] == pytest.approx(flow, rel=1e-9)
    assert year.consumer_supply_temperature[0, 0] == pytest.approx(far, abs=1e-7)
    assert year.consumer_return_temperature[0, 0] == pytest.approx(40.0, abs=1e-7)
    assert year.producer_return_temperature[0, 0] == pytest.approx(left, abs=1e-7)
    assert year.producer_heat[0, 0] == pytest.approx(
        flow * HEAT_CAPACITY * (70.0 - left), rel=1e-9
    )
    assert year.fields["pipe_heat_loss"][0, 0] == pytest.approx(
        [flow * HEAT_CAPACITY * (70.0 - far), flow * HEAT_CAPACITY * (40.0 - left)], rel=1e-7
    )


def test_single_pipe_of_real_water_cools_as_its_heat_capacity_says() -> None:
    year = solve(line(length=1_000.0), 5_000.0, scenario(model="iapws"))
    flow, far = year.consumer_mass_flow[0, 0], year.consumer_supply_temperature[0, 0]

    def slowness(temperature: float) -> float:
        return float(heat_capacity(np.array(temperature))) / (temperature - 10.0)

    length = quad(slowness, far, 70.0)[0] * flow / 0.2
    assert length == pytest.approx(1_000.0, rel=1e-4)
    drop = enthalpy(np.array(far)) - enthalpy(np.array(40.0))
    assert flow * drop == pytest.approx(5_000.0, rel=1e-9)


@pytest.mark.parametrize("coefficients", [(0.3, 0.1, 0.05), (0.1, 0.4, 0.2), (0.0, 0.1, 0.1)])
@pytest.mark.parametrize("heat", [300.0, 3_000.0, 30_000.0])
def test_pair_that_exchanges_heat_follows_the_exact_solution(
    coefficients: tuple[float, float, float], heat: float
) -> None:
    own, twin, mutual = coefficients
    circuit = line(
        length=400.0,
        heat_loss_coefficient=[[own], [twin]],
        pair_exchange_coefficient=mutual,
    )
    year = solve(circuit, heat)

    flow = year.consumer_mass_flow[0, 0]
    losses = (own * 400.0, twin * 400.0, mutual * 400.0)
    far, left, lost, back_lost = pair_by_hand(60.0, 30.0, flow * HEAT_CAPACITY, losses)
    assert year.consumer_supply_temperature[0, 0] == pytest.approx(10.0 + far, abs=1e-6)
    assert year.producer_return_temperature[0, 0] == pytest.approx(10.0 + left, abs=1e-6)
    assert year.fields["pipe_heat_loss"][0, 0] == pytest.approx([lost, back_lost], abs=1e-3)
    assert flow * HEAT_CAPACITY * (far - 30.0) == pytest.approx(heat, rel=1e-9)


def test_standing_water_has_the_temperature_of_the_ground() -> None:
    year = solve(tree(FORK, [2, 3]), 0.0, ground=[9.0, 8.0, 7.0])

    assert all(np.isfinite(field).all() for field in by_hour(year).values())
    assert (year.consumer_mass_flow == 0.0).all()
    assert year.consumer_supply_temperature[0] == pytest.approx([8.0, 7.0])
    assert year.fields["pipe_outlet_temperature"][0, :, SUPPLY] == pytest.approx([9.0, 8.0, 7.0])
    assert year.fields["pipe_mass_flow"].any() == np.False_
    assert year.producer_heat[0, 0] == 0.0
    assert year.heat_loss[0] == 0.0


def test_loss_of_a_standing_branch_is_counted_apart() -> None:
    year = solve(tree(FORK, [2, 3]), [20_000.0, 0.0])

    back = year.producer_return_temperature[0, 0]
    assert year.fields["pipe_heat_loss"][0, 2] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert year.standing_loss[0] == pytest.approx(20.0 * (70.0 - 10.0) + 20.0 * (back - 10.0))


def test_bypass_flow_runs_without_heat_and_returns_at_supply_temperature() -> None:
    year = solve(tree(FORK, [2, 3], bypass_flow=[0.05, 0.01]), 0.0)

    assert year.consumer_mass_flow[0] == pytest.approx([0.05, 0.01], rel=1e-12)
    assert year.consumer_heat[0] == pytest.approx([0.0, 0.0])
    assert year.consumer_return_temperature == pytest.approx(year.consumer_supply_temperature)
    assert year.producer_heat[0, 0] == pytest.approx(year.heat_loss[0])


def test_bypass_flow_serves_small_heat_and_returns_what_is_left() -> None:
    year = solve(line(bypass_flow=0.05), 1_000.0)

    cooled = year.consumer_supply_temperature[0, 0] - year.consumer_return_temperature[0, 0]
    assert year.consumer_mass_flow[0, 0] == pytest.approx(0.05, rel=1e-12)
    assert cooled == pytest.approx(1_000.0 / 0.05 / HEAT_CAPACITY)
    assert year.consumer_heat[0, 0] == 1_000.0


def test_bypass_temperature_is_held_with_no_more_flow_than_needed() -> None:
    circuit = tree((0, 1, 2, 1, 4), [2, 3, 3, 5], length=200.0, bypass_temperature=60.0)
    heat = np.array([[0.0, 0.0, 0.0, 0.0], [30_000.0, 200.0, 0.0, 1.0], [0.0, 500.0, 9e3, 2e4]])
    year = solve(circuit, heat)

    supply, flow = year.consumer_supply_temperature, year.consumer_mass_flow
    assert supply.min() > 60.0 - 1e-4
    held = np.abs(supply - 60.0) < 1e-4
    by_heat = heat / (HEAT_CAPACITY * (supply - 40.0))
    assert (held | (np.abs(flow - by_heat) < 1e-7)).all()
    assert (flow >= by_heat - 1e-7).all()
    assert held[0, 3]
    assert not held[2, 3]
    assert year.heat_error.max() < 1e-9


def test_bypass_temperature_is_not_held_by_a_supply_that_is_colder() -> None:
    year = solve(line(bypass_temperature=60.0), 5_000.0, supply=55.0)

    assert year.consumer_heat[0, 0] == 5_000.0
    assert year.consumer_reason[0, 0] == SERVED


def test_flow_limit_leaves_heat_unserved() -> None:
    year = solve(line(max_flow=0.1), 30_000.0)

    supply = year.consumer_supply_temperature[0, 0]
    served = 0.1 * HEAT_CAPACITY * (supply - 40.0)
    assert year.consumer_mass_flow[0, 0] == pytest.approx(0.1, rel=1e-12)
    assert year.consumer_heat[0, 0] == pytest.approx(served, rel=1e-9)
    assert year.consumer_unserved_heat[0, 0] == pytest.approx(30_000.0 - served, rel=1e-9)
    assert year.consumer_reason[0, 0] == FLOW_LIMIT
    assert year.heat_error[0] == 0.0


def test_supply_colder_than_the_return_serves_nothing() -> None:
    year = solve(line(max_flow=0.5), 10_000.0, supply=35.0)

    assert year.consumer_heat[0, 0] == 0.0
    assert year.consumer_unserved_heat[0, 0] == 10_000.0
    assert year.consumer_reason[0, 0] == SUPPLY_TOO_COLD
    assert year.heat_error[0] == 0.0


def test_cold_water_warmer_than_the_return_serves_no_cold() -> None:
    year = solve(line(max_flow=0.5), -10_000.0, supply=20.0, back=16.0)

    assert year.consumer_heat[0, 0] == 0.0
    assert year.consumer_unserved_heat[0, 0] == -10_000.0
    assert year.consumer_reason[0, 0] == SUPPLY_TOO_COLD


def test_supply_below_the_least_temperature_serves_nothing() -> None:
    circuit = tree(FORK, [2, 3], min_supply_temperature=[60.0, 70.0])
    year = solve(circuit, 10_000.0)

    assert year.consumer_heat[0].tolist() == [10_000.0, 0.0]
    assert year.consumer_unserved_heat[0].tolist() == [0.0, 10_000.0]
    assert year.consumer_reason[0].tolist() == [SERVED, SUPPLY_TOO_COLD]
    assert year.heat_residual[0] < 1e-9


def test_supply_above_the_highest_temperature_serves_no_cold() -> None:
    circuit = tree(FORK, [2, 3], max_supply_temperature=[10.0, 8.0])
    year = solve(circuit, -5_000.0, supply=8.0, back=14.0, ground=16.0)

    assert year.consumer_heat[0].tolist() == [-5_000.0, 0.0]
    assert year.consumer_reason[0].tolist() == [SERVED, SUPPLY_TOO_COLD]


def test_cold_warms_along_the_pipe_and_counts_as_negative_heat() -> None:
    year = solve(line(length=300.0), -8_000.0, supply=8.0, back=14.0, ground=16.0)

    flow = year.consumer_mass_flow[0, 0]
    far = 16.0 - 8.0 * exp(-0.2 * 300.0 / (flow * HEAT_CAPACITY))
    left = 16.0 - 2.0 * exp(-0.2 * 300.0 / (flow * HEAT_CAPACITY))
    assert flow * HEAT_CAPACITY * (far - 14.0) == pytest.approx(-8_000.0, rel=1e-9)
    assert year.producer_heat[0, 0] == pytest.approx(flow * HEAT_CAPACITY * (8.0 - left))
    assert (year.fields["pipe_heat_loss"] < 0.0).all()


def test_consumer_that_is_not_connected_neither_draws_nor_decides() -> None:
    circuit = tree(
        FORK,
        [2, 3],
        is_connected=[True, False],
        min_pressure_difference=[4e4, 9e4],
        bypass_flow=0.1,
    )
    alone = tree(FORK, [2], min_pressure_difference=4e4, bypass_flow=0.1)
    year, other = solve(circuit, [10_000.0, 20_000.0]), solve(alone, 10_000.0)

    assert year.consumer_mass_flow[0, 1] == 0.0
    assert year.consumer_heat[0, 1] == 0.0
    assert year.worst_consumer[0] == 0
    assert year.pressure_difference == pytest.approx(other.pressure_difference, rel=1e-12)
    assert year.producer_heat == pytest.approx(other.producer_heat, rel=1e-12)


def test_prescribed_difference_cools_the_water_by_it() -> None:
    year = solve(line(), 20_000.0, back=np.nan, difference=25.0)

    supply, back = year.consumer_supply_temperature, year.consumer_return_temperature
    assert (supply - back)[0, 0] == pytest.approx(25.0, abs=1e-7)
    assert year.consumer_mass_flow[0, 0] == pytest.approx(20_000.0 / 25.0 / HEAT_CAPACITY)


def test_prescribed_difference_may_return_water_colder_than_the_return_of_others() -> None:
    year = solve(line(), 20_000.0, supply=35.0, back=np.nan, difference=30.0, ground=0.0)

    assert year.consumer_reason[0, 0] == SERVED
    assert year.consumer_return_temperature[0, 0] < 5.0


def test_prescribed_difference_of_cold_is_negative() -> None:
    cold = {"supply": 8.0, "back": np.nan, "difference": -6.0, "ground": 16.0}
    year = solve(line(), -20_000.0, **cold)

    supply, back = year.consumer_supply_temperature, year.consumer_return_temperature
    assert (supply - back)[0, 0] == pytest.approx(-6.0, abs=1e-7)
    assert year.consumer_heat[0, 0] == -20_000.0


def test_head_is_what_the_worst_point_needs() -> None:
    circuit = tree(
        FORK,
        [2, 3],
        length=[100.0, 50.0, 150.0],
        inner_diameter=[0.05, 0.04, 0.04],
        minor_loss_coefficient=[[1.0, 2.0, 3.0], [0.0, 0.0, 4.0]],
        min_pressure_difference=[50_000.0, 60_000.0],
        elevation=[0.0, 10.0, 30.0, -20.0],
        heat_loss_coefficient=0.0,
    )
    year = solve(circuit, [50_000.0, 40_000.0], HAALAND)

    flow = np.array([5e4, 4e4]) / HEAT_CAPACITY / 30.0
    trunk = [haaland_drop(flow.sum(), 100.0, 0.05, zeta) for zeta in (1.0, 0.0)]
    near = [haaland_drop(flow[0], 50.0, 0.04, zeta) for zeta in (2.0, 0.0)]
    far = [haaland_drop(flow[1], 150.0, 0.04, zeta) for zeta in (3.0, 4.0)]
    head = sum(trunk) + sum(far) + 60_000.0
    assert year.worst_consumer[0] == 1
    assert year.pressure_difference[0, 0] == pytest.approx(head, rel=1e-9)
    assert year.consumer_pressure_difference[0] == pytest.approx(
        [head - sum(trunk) - sum(near), 60_000.0], rel=1e-9
    )
    weight = DENSITY * STANDARD_GRAVITY
    pressure = year.fields["junction_pressure"][0]
    assert pressure[0] == pytest.approx([200_000.0 + head, 200_000.0])
    assert pressure[3] == pytest.approx(
        [
            200_000.0 + head - trunk[SUPPLY] - far[SUPPLY] + 20.0 * weight,
            200_000.0 + trunk[RETURN] + far[RETURN] + 20.0 * weight,
        ],
        rel=1e-9,
    )


def test_hot_supply_is_lighter_than_the_return_of_a_consumer_on_a_hill() -> None:
    circuit = line(inner_diameter=0.3, heat_loss_coefficient=0.0, elevation=[0.0, 50.0])
    year = solve(circuit, 10_000.0, scenario(model="iapws"))

    lift = density(np.array(40.0)) - density(np.array(70.0))
    drops = year.fields["pipe_pressure_drop"][0, 0]
    assert drops.max() < 1.0
    assert year.pressure_difference[0, 0] == pytest.approx(
        50_000.0 + drops.sum() - lift * STANDARD_GRAVITY * 50.0, rel=1e-9
    )


def test_worst_point_counts_at_zero_flow() -> None:
    year = solve(tree((0, 0), [1, 2], min_pressure_difference=[1e4, 8e4]), [10_000.0, 0.0])

    assert year.worst_consumer[0] == 1
    assert year.pressure_difference[0, 0] == pytest.approx(8e4)


def test_fixed_pressure_difference_is_kept() -> None:
    year = solve(line(pressure_difference=123_000.0), 20_000.0)

    drops = year.fields["pipe_pressure_drop"][0].sum()
    assert year.pressure_difference[0, 0] == 123_000.0
    assert year.consumer_pressure_difference[0, 0] == pytest.approx(123_000.0 - drops)


def test_head_stays_between_its_limits() -> None:
    circuit = line(max_pressure_difference=4e4)
    producers = line().producers._replace(min_pressure_difference=np.array([9e4]))
    low = replace(circuit, producers=producers)

    assert solve(low, 1_000.0).pressure_difference[0, 0] == 9e4
    assert solve(low, 1_000.0).worst_consumer[0] == -1
    assert solve(circuit, 1_000.0).pressure_difference[0, 0] == 4e4


def test_plant_loss_is_part_of_the_pumps_head() -> None:
    circuit = line(
        plant_pressure_loss=30_000.0,
        design_flow=0.4,
        pump_efficiency=0.5,
        heat_loss_coefficient=0.0,
    )
    year = solve(circuit, 20_000.0)

    flow = 20_000.0 / HEAT_CAPACITY / 30.0
    head = year.pressure_difference[0, 0] + 30_000.0 * (flow / 0.4) ** 2
    assert year.pump_head[0, 0] == pytest.approx(head, rel=1e-9)
    assert year.pump_electricity[0, 0] == pytest.approx(flow / DENSITY * head / 0.5, rel=1e-9)


def test_friction_warms_the_water_of_a_pipe_without_loss() -> None:
    circuit = line(length=1_000.0, heat_loss_coefficient=0.0)
    year = solve(circuit, 200_000.0, scenario(heating=True))

    drops = year.fields["pipe_pressure_drop"][0, 0]
    warmer = year.fields["pipe_outlet_temperature"] - year.fields["pipe_inlet_temperature"]
    power = year.consumer_mass_flow[0, 0] / DENSITY * drops.sum()
    assert drops.min() > 1e5
    assert warmer[0, 0] == pytest.approx(drops / DENSITY / HEAT_CAPACITY, abs=1e-5)
    assert year.heat_loss[0] == pytest.approx(0.0, abs=1e-3)
    assert year.hydraulic_power[0] == pytest.approx(power, rel=2e-4)
    assert year.producer_heat[0, 0] + power == pytest.approx(200_000.0, rel=1e-6)


@pytest.mark.parametrize("chords", [[], [(0, 1)]])
def test_heat_of_friction_in_a_return_pipe_reaches_the_supply_beside_it(
    chords: list[tuple[int, int]],
) -> None:
    alike = {"length": 500.0, "heat_loss_coefficient": 0.2, "pair_exchange_coefficient": 0.2}
    circuit = with_chords(line(2, **alike), chords, **alike)
    year = solve(circuit, 150_000.0, scenario(heating=True))

    flow, drop = year.fields["pipe_mass_flow"][0], year.fields["pipe_pressure_drop"][0]
    inlet, outlet = (year.fields[f"pipe_{end}_temperature"][0] for end in ("inlet", "outlet"))
    warmer = np.abs(drop) / DENSITY / HEAT_CAPACITY
    assert warmer[1].min() > 0.01
    for pipe in range(2 + len(chords)):
        start, back = inlet[pipe] - 10.0
        capacity = float(flow[pipe, SUPPLY]) * HEAT_CAPACITY
        far, left, _, _ = pair_by_hand(start, back, capacity, (100.0, 100.0, 100.0))
        assert outlet[pipe] == pytest.approx(10.0 + np.array([far, left]) + warmer[pipe], abs=1e-6)


def test_balance_includes_friction_heat_and_loss() -> None:
    circuit = tree(FORK, [2, 3], length=600.0, pair_exchange_coefficient=0.05)
    year = solve(circuit, [90_000.0, 60_000.0], scenario(heating=True, model="iapws"))

    assert year.hydraulic_power[0] > 100.0
    given = year.producer_heat[0, 0] + year.hydraulic_power[0]
    assert given == pytest.approx(150_000.0 + year.heat_loss[0], rel=1e-9)
    assert year.heat_loss[0] == pytest.approx(year.fields["pipe_heat_loss"].sum(), rel=1e-9)
    without = solve(circuit, [90_000.0, 60_000.0], scenario(model="iapws"))
    assert without.hydraulic_power[0] == 0.0


def test_fields_follow_the_pipe_in_sign_and_the_flow_in_ends() -> None:
    year = solve(line(), 20_000.0).fields
    turned = solve(with_flipped(line(), 0), 20_000.0).fields

    flow, drop = year["pipe_mass_flow"][0, 0], year["pipe_pressure_drop"][0, 0]
    assert flow[SUPPLY] > 0.0
    assert flow[RETURN] == flow[SUPPLY]
    assert (drop > 0.0).all()
    assert turned["pipe_mass_flow"][0, 0] == pytest.approx(-flow)
    assert turned["pipe_pressure_drop"][0, 0] == pytest.approx(-drop)
    for fields_of in (year, turned):
        inlet, outlet = (fields_of[f"pipe_{end}_temperature"][0, 0] for end in ("inlet", "outlet"))
        assert inlet == pytest.approx([70.0, 40.0], abs=1e-7)
        assert (outlet < inlet).all()
        assert (fields_of["pipe_heat_loss"][0, 0] > 0.0).all()
        assert fields_of["junction_temperature"][0, 1, SUPPLY] == outlet[SUPPLY]
        assert fields_of["junction_temperature"][0, 0, RETURN] == outlet[RETURN]


def test_standing_pipe_is_read_in_its_own_direction() -> None:
    year = solve(with_flipped(line(), 0), 0.0).fields

    assert year["pipe_outlet_temperature"][0, 0, SUPPLY] == year["junction_temperature"][0, 0, 0]
    assert year["pipe_inlet_temperature"][0, 0, SUPPLY] == year["junction_temperature"][0, 1, 0]


def test_figures_of_the_year_agree_with_the_fields() -> None:
    circuit = synthetic_tree(16)
    boundary = synthetic_boundary(circuit, hours=80)
    year = solve_steady(circuit, boundary, scenario(model="iapws", threads=2), fields=True)

    kept, figures = year.fields, year.pipe_figures
    flow = np.abs(kept["pipe_mass_flow"])
    ends = np.stack([kept["pipe_inlet_temperature"], kept["pipe_outlet_temperature"]])
    volume = 1.0 / density(ends.mean(axis=0))
    speed = flow * volume / (np.pi * circuit.pipes.inner_diameter.T**2 / 4.0)
    gradient = np.abs(kept["pipe_pressure_drop"]) / circuit.pipes.length[:, None]
    pressure = kept["junction_pressure"]
    at_ends = np.stack(
        [pressure[:, circuit.pipes.from_junction], pressure[:, circuit.pipes.to_junction]]
    )
    expected = {
        "peak_mass_flow": flow.max(axis=0),
        "peak_velocity": speed.max(axis=0),
        "peak_gradient": gradient.max(axis=0),
        "mean_temperature": ends.mean(axis=(0, 1)),
        "min_temperature": ends.min(axis=(0, 1)),
        "max_temperature": ends.max(axis=(0, 1)),
        "heat_loss": kept["pipe_heat_loss"].sum(axis=0) * 3600.0,
        "max_pressure": at_ends.max(axis=(0, 1)),
        "min_pressure": at_ends.min(axis=(0, 1)),
    }
    for name, value in expected.items():
        assert getattr(figures, name) == pytest.approx(value.T, rel=1e-9), name


def test_figures_are_the_same_without_fields() -> None:
    circuit = synthetic_tree(16)
    boundary = synthetic_boundary(circuit, hours=30)
    with_them, without = (
        solve_steady(circuit, boundary, scenario(), fields=kept) for kept in (True, False)
    )

    assert without.fields == {}
    for one, other in zip(with_them.pipe_figures, without.pipe_figures, strict=True):
        assert (one == other).all()


def test_temperatures_of_a_pipe_that_always_stands_are_not_extremes() -> None:
    figures = solve(tree(FORK, [2]), 10_000.0).pipe_figures

    assert np.isnan(figures.min_temperature[:, 2]).all()
    assert np.isnan(figures.max_temperature[:, 2]).all()
    assert np.isfinite(figures.min_temperature[:, :2]).all()


@pytest.mark.parametrize("hour", [0, 41, 79])
def test_hour_alone_is_the_hour_in_the_year(hour: int) -> None:
    circuit = synthetic_tree(16)
    boundary = synthetic_boundary(circuit, hours=80)
    whole = by_hour(solve_steady(circuit, boundary, scenario(), fields=True))
    alone = by_hour(solve_steady(circuit, boundary.at(np.array([hour])), scenario(), fields=True))

    for name in ("heat_residual", "mass_residual", "heat_error", "iterations"):
        del whole[name], alone[name]
    for name, value in alone.items():
        assert value[0] == pytest.approx(whole[name][hour], rel=1e-8, abs=1e-8), name


def test_hours_of_all_seasons_take_few_steps_to_within_a_billionth() -> None:
    circuit = synthetic_tree(60)
    hours = synthetic_boundary(circuit).at(slice(5, None, 61))
    usual = Scenario(name="usual")
    strict = Scenario(name="strict", solver=SolverSection(tolerance=1e-18, max_iterations=12))
    year, best = (solve_steady(circuit, hours, how, fields=True) for how in (usual, strict))

    assert year.iterations.mean() < 4.0
    assert (best.iterations > year.iterations).all()
    assert year.consumer_mass_flow == pytest.approx(best.consumer_mass_flow, rel=1e-9)
    for name in ("consumer_supply_temperature", "consumer_return_temperature"):
        assert getattr(year, name) == pytest.approx(getattr(best, name), abs=1e-7), name


def test_threads_change_no_bit() -> None:
    circuit = synthetic_tree(16)
    boundary = synthetic_boundary(circuit, hours=80)
    one, two = (
        by_hour(solve_steady(circuit, boundary, scenario(threads=threads), fields=True))
        for threads in (1, 2)
    )

    for name, value in one.items():
        assert value.tobytes() == two[name].tobytes(), name


def test_consumer_at_the_plant_draws_without_a_pipe() -> None:
    year = solve(tree((0,), [0, 1]), [30_000.0, 10_000.0])

    assert year.consumer_supply_temperature[0, 0] == 70.0
    assert year.consumer_mass_flow[0, 0] == pytest.approx(1_000.0 / HEAT_CAPACITY)
    assert year.producer_mass_flow[0, 0] == pytest.approx(year.consumer_mass_flow.sum())
    assert year.heat_residual[0] < 1e-9


def test_pipe_without_length_loses_nothing_but_its_minor_loss() -> None:
    circuit = line(2, length=[0.0, 100.0], minor_loss_coefficient=[2.0, 0.0])
    year = solve(circuit, 20_000.0)

    flow, area = year.consumer_mass_flow[0, 0], pi * 0.05**2 / 4.0
    minor = 2.0 * (flow / DENSITY / area) ** 2 * DENSITY / 2.0
    assert year.fields["pipe_pressure_drop"][0, 0] == pytest.approx([minor, minor], rel=1e-9)
    assert year.fields["pipe_outlet_temperature"][0, 0, SUPPLY] == 70.0
    assert year.pipe_figures.peak_gradient[:, 0].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("limit", ["max_pressure_difference", "pressure_difference"])
def test_pump_that_is_too_weak_leaves_heat_unserved(limit: str) -> None:
    circuit = line(length=1_000.0, **{limit: 70_000.0})
    year = solve(circuit, 200_000.0)

    assert year.pressure_difference[0, 0] == pytest.approx(70_000.0, abs=100.0)
    assert year.consumer_pressure_difference[0, 0] == pytest.approx(50_000.0, abs=100.0)
    assert year.consumer_reason[0, 0] == PRESSURE
    assert year.consumer_unserved_heat[0, 0] > 10_000.0
    served = year.consumer_heat[0, 0] + year.consumer_unserved_heat[0, 0]
    assert served == pytest.approx(200_000.0, rel=1e-12)


@pytest.mark.parametrize(
    "ends",
    [([0, 1, 0], [1, 2, 2]), ([0, 2, 2], [1, 3, 3])],
    ids=["loop", "loop apart from the plant"],
)
def test_circuit_that_is_no_tree_is_refused_in_one_line(ends: tuple[list[int], list[int]]) -> None:
    circuit = tree((0, 1, 2), [1])
    start, end = np.array(ends)
    pipes = circuit.pipes._replace(from_junction=start, to_junction=end)

    with pytest.raises(InvalidInputError) as caught:
        solve(replace(circuit, pipes=pipes), 1_000.0)
    assert "circuit 'tree'" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_boundary_of_another_shape_is_refused() -> None:
    boundary = drive(line(2), 1_000.0)

    with pytest.raises(InvalidInputError, match=r"ground_temperature.* = \(1, 2\), .*\(1, 1\)"):
        solve_steady(line(), boundary, scenario())


@pytest.mark.parametrize("heat", [1.0, 50.0, 500.0])
def test_pair_with_a_binding_bypass_follows_the_exact_solution(heat: float) -> None:
    circuit = line(
        length=95.0,
        heat_loss_coefficient=[[0.27], [0.30]],
        pair_exchange_coefficient=0.0154,
        bypass_flow=0.0212,
    )
    year = solve(circuit, heat)
    back = year.consumer_return_temperature[0, 0] - 10.0
    losses = (0.27 * 95.0, 0.30 * 95.0, 0.0154 * 95.0)
    far, left, _, _ = pair_by_hand(60.0, back, 0.0212 * HEAT_CAPACITY, losses)
    assert year.consumer_supply_temperature[0, 0] == pytest.approx(10.0 + far, abs=1e-6)
    assert year.producer_return_temperature[0, 0] == pytest.approx(10.0 + left, abs=1e-6)


def test_pair_with_small_loads_of_real_water_is_solved() -> None:
    circuit = tree(
        (0,),
        [1, 1],
        length=139.8,
        inner_diameter=0.177,
        heat_loss_coefficient=[[0.18], [0.52]],
        pair_exchange_coefficient=0.228,
    )
    year = solve(circuit, [215.0, 4.0], scenario(model="iapws"), back=[35.0, 44.0])
    assert year.heat_residual[0] < 1e-9
    assert year.consumer_heat[0] == pytest.approx([215.0, 4.0], rel=1e-9)
    assert year.iterations[0] < 100


def test_cold_with_real_water_is_served_to_the_tolerance() -> None:
    circuit = tree((0, 0), [2, 0, 2], length=[69.0, 78.13], heat_loss_coefficient=0.3)
    cold = {"supply": 8.0, "back": 14.0, "ground": 16.0}
    year = solve(circuit, [-50.0, 0.0, -996.0], scenario(model="iapws"), **cold)
    assert year.heat_error[0] <= 1e-9
    assert (year.consumer_unserved_heat == 0.0).all()


def test_idle_consumer_on_a_warm_trunk_needs_no_more_iterations() -> None:
    year = solve(tree((0, 1), [1, 2], bypass_temperature=60.0), [0.0, 20_000.0])
    assert year.consumer_mass_flow[0, 0] < 1e-6
    assert year.iterations[0] < 30


def test_rounding_dust_in_the_demand_is_no_demand() -> None:
    year = solve(line(length=300.0), 1e-12, scenario(model="iapws"))
    assert year.iterations[0] < 10
    assert (year.consumer_unserved_heat == 0.0).all()
    assert (year.consumer_reason == 0).all()
