"""Consumers that do not get what they want: what they get instead, why, and what it does."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from circuit_factory import (
    HEAT_CAPACITY,
    drive,
    line,
    scenario,
    solve,
    tree,
)
from scipy.linalg import expm

from warmtenet.networks.load import load
from warmtenet.solvers.circuit_year import (
    FLOW_LIMIT,
    PRESSURE,
    SERVED,
    SUPPLY_TOO_COLD,
    CircuitYear,
)
from warmtenet.solvers.simulate import simulate
from warmtenet.solvers.steady import solve_steady

PAIR = {"length": 1_000.0, "pair_exchange_coefficient": 0.1}


def assert_pair_exchanges(year: CircuitYear, own: float, twin: float, mutual: float) -> None:
    """Compare the only pipe pair with the matrix exponential, above ground at 10 °C."""
    capacity = year.consumer_mass_flow[0, 0] * HEAT_CAPACITY
    rates = np.array([[-(own + mutual), mutual], [-mutual, twin + mutual]]) / capacity
    across = expm(rates)
    start, back = 60.0, year.consumer_return_temperature[0, 0] - 10.0
    left = (back - across[1, 0] * start) / across[1, 1]
    far = across[0, 0] * start + across[0, 1] * left
    assert year.consumer_supply_temperature[0, 0] == pytest.approx(10.0 + far, abs=1e-6)
    assert year.producer_return_temperature[0, 0] == pytest.approx(10.0 + left, abs=1e-6)
    assert year.heat_error[0] == 0.0


@pytest.mark.parametrize("back", [{"back": 40.0}, {"back": np.nan, "difference": 10.0}])
def test_return_of_a_consumer_that_is_cut_off_at_its_largest_flow_warms_its_supply(
    back: dict[str, float],
) -> None:
    year = solve(line(**{**PAIR, "length": 100.0}, max_flow=0.05), 60e3, **back)

    assert year.consumer_reason[0, 0] == FLOW_LIMIT
    apart = year.consumer_supply_temperature[0, 0] - year.consumer_return_temperature[0, 0]
    assert year.consumer_heat[0, 0] == pytest.approx(0.05 * HEAT_CAPACITY * apart, rel=1e-9)
    assert_pair_exchanges(year, 20.0, 20.0, 10.0)


def test_heat_far_beyond_the_largest_flow_of_a_pair_of_real_water_has_an_answer() -> None:
    circuit = line(**{**PAIR, "length": 100.0}, max_flow=0.05)
    year = solve(circuit, 900e3, scenario(model="iapws"), back=np.nan, difference=10.0)

    assert year.heat_residual[0] < 1e-9
    assert year.consumer_supply_temperature[0, 0] == pytest.approx(63.86, abs=0.02)
    served = year.consumer_heat[0, 0]
    assert served == pytest.approx(0.05 * 4186.0 * 10.0, rel=2e-3)


@pytest.mark.parametrize("heat", [100.0, 1_000.0, 3_000.0])
def test_water_too_cold_to_serve_returns_as_it_came_and_warms_its_supply(heat: float) -> None:
    year = solve(line(**PAIR, min_supply_temperature=65.0), heat)

    assert year.consumer_reason[0, 0] == SUPPLY_TOO_COLD
    assert year.consumer_heat[0, 0] == 0.0
    assert year.consumer_return_temperature[0, 0] == pytest.approx(
        year.consumer_supply_temperature[0, 0], abs=1e-7
    )
    assert_pair_exchanges(year, 200.0, 200.0, 100.0)


def test_consumer_warm_enough_only_when_not_served_is_given_up() -> None:
    """Its return water warms its supply: served it gets too cold, and not served warm enough."""
    flow = {"bypass_flow": 0.3, "max_flow": 0.3}
    served = solve(line(**PAIR, **flow), 35e3).consumer_supply_temperature[0, 0]
    idle = solve(line(**PAIR, **flow), 0.0).consumer_supply_temperature[0, 0]
    least = 0.5 * (served + idle)
    year = solve(line(**PAIR, **flow, min_supply_temperature=least), 35e3)

    assert idle > served + 1.0
    assert year.consumer_reason[0, 0] == SUPPLY_TOO_COLD
    assert year.consumer_supply_temperature[0, 0] == pytest.approx(idle, abs=1e-6)
    assert year.heat_error[0] == 0.0


@pytest.mark.parametrize("mutual", [0.0, 0.1])
def test_no_consumer_cools_its_water_to_ice(mutual: float) -> None:
    circuit = line(length=100.0, pair_exchange_coefficient=mutual)
    year = solve(circuit, 10e3, back=np.nan, difference=80.0)

    assert year.consumer_return_temperature[0, 0] == pytest.approx(0.0, abs=1e-7)
    assert year.consumer_heat[0, 0] == 10e3
    assert year.heat_error[0] == 0.0
    supply = year.consumer_supply_temperature[0, 0]
    assert year.consumer_mass_flow[0, 0] == pytest.approx(10e3 / HEAT_CAPACITY / supply)


@pytest.mark.parametrize("mutual", [0.0, 0.1])
def test_ground_below_zero_is_no_trouble(mutual: float) -> None:
    year = solve(line(length=100.0, pair_exchange_coefficient=mutual), 1.0, ground=-10.0)

    assert year.consumer_heat[0, 0] == 1.0
    assert year.iterations[0] < 10


def test_hour_that_does_not_converge_says_so() -> None:
    given = scenario()
    hasty = given.model_copy(
        update={"solver": given.solver.model_copy(update={"max_iterations": 1})}
    )
    circuit = line(length=2_000.0)
    hours = drive(circuit, [[200.0], [60_000.0]])

    assert solve_steady(circuit, hours, hasty).heat_error[0] > given.solver.tolerance
    assert (solve_steady(circuit, hours, given).heat_error == 0.0).all()


def test_supply_on_the_wrong_side_of_the_return_serves_nothing_though_the_ground_helps() -> None:
    year = solve(line(length=200.0, bypass_flow=0.001), -200.0, supply=25.0, back=18.0)

    assert year.consumer_supply_temperature[0, 0] < 18.0
    assert year.consumer_heat[0, 0] == 0.0
    assert year.consumer_reason[0, 0] == SUPPLY_TOO_COLD
    assert year.heat_error[0] == 0.0


def test_flow_that_meets_its_least_on_the_way_down_is_the_flow_of_its_pipe() -> None:
    """0.02 kg/s keeps 60.05 °C: the bypass temperature of 60 °C asks for less, and is idle."""
    circuit = line(length=20.0, heat_loss_coefficient=0.5, bypass_flow=0.02)
    holds = replace(
        circuit, consumers=circuit.consumers._replace(bypass_temperature=np.array([60.0]))
    )
    for some in (circuit, holds):
        year = solve(some, 0.142, supply=66.496, back=31.79, ground=9.31)
        assert year.consumer_mass_flow[0, 0] == 0.02
        expected = 9.31 + (66.496 - 9.31) * np.exp(-10.0 / (0.02 * HEAT_CAPACITY))
        assert year.consumer_supply_temperature[0, 0] == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("length", [500.0, [500.0, 0.0, 0.0]])
def test_first_of_those_that_hold_the_same_water_holds_it(length: object) -> None:
    places = ((0,), [1, 1, 1]) if length == 500.0 else ((0, 1, 1), [1, 2, 3])
    circuit = tree(*places, length=length, bypass_temperature=60.0)
    heat = np.tile([[100.0, 200.0, 1_000.0], [0.0, 500.0, 0.0]], (40, 1))
    year = solve(circuit, heat)

    flow = heat / HEAT_CAPACITY / 20.0
    assert year.consumer_supply_temperature == pytest.approx(np.full_like(heat, 60.0), abs=1e-5)
    assert year.consumer_mass_flow[:, 1:] == pytest.approx(flow[:, 1:], rel=1e-5, abs=1e-9)
    assert (year.consumer_mass_flow[:, 0] > 0.05).all()
    assert (year.consumer_heat == heat).all()
    for hour in (0, 1):
        alone = solve(circuit, heat[hour : hour + 1])
        assert alone.consumer_mass_flow[0] == pytest.approx(
            year.consumer_mass_flow[hour], rel=1e-5, abs=1e-9
        )


@pytest.mark.parametrize("mutual", [0.0, 0.1])
def test_next_consumer_holds_where_the_first_draws_all_it_may(mutual: float) -> None:
    circuit = tree(
        (0,),
        [1, 1, 1],
        length=500.0,
        bypass_temperature=60.0,
        max_flow=[0.05, 0.03, 0.1],
        pair_exchange_coefficient=mutual,
    )
    year = solve(circuit, [100.0, 200.0, 1_000.0])

    assert year.consumer_supply_temperature[0] == pytest.approx([60.0] * 3, abs=1e-5)
    assert year.consumer_mass_flow[0].sum() > 0.13
    assert year.consumer_reason[0].tolist() == [SERVED] * 3


def test_colder_bypass_takes_over_where_the_warmer_one_is_at_its_largest_flow() -> None:
    circuit = tree(
        (0,), [1, 1], length=500.0, bypass_temperature=[60.0, 50.0], max_flow=[0.02, np.inf]
    )
    year = solve(circuit, [0.0, 0.0])

    assert year.consumer_mass_flow[0, 0] == 0.02
    assert year.consumer_supply_temperature[0, 0] == pytest.approx(50.0, abs=1e-5)


@pytest.mark.parametrize("heat", [30e3, 60e3, 200e3])
def test_weak_pump_limits_nobody_who_has_pressure_to_spare(heat: float) -> None:
    circuit = tree(
        range(4),
        [1, 2, 3, 4],
        length=300.0,
        max_pressure_difference=1e5,
        min_pressure_difference=5e4,
    )
    year = solve(circuit, heat)

    drawn = year.consumer_mass_flow[0] > 1e-3
    assert (year.consumer_pressure_difference[0] >= 5e4 - 1.0)[drawn].all()
    cut = year.consumer_reason[0] == PRESSURE
    assert cut[-1]
    assert year.pressure_difference[0, 0] == pytest.approx(1e5, rel=0.005)
    assert (year.consumer_pressure_difference[0][cut] < 5e4 + 600.0).all()
    assert year.consumer_heat[0][~cut] == pytest.approx(heat)


def test_no_hours_have_no_results() -> None:
    circuit = line()
    year = solve_steady(circuit, drive(circuit, np.zeros((0, 1))), scenario())

    assert year.consumer_heat.shape == (0, 1)
    assert year.producer_heat.shape == (0, 1)


@pytest.mark.parametrize("mutual", [0.0, 0.1])
def test_given_flow_is_drawn_and_its_heat_follows(mutual: float) -> None:
    circuit = tree((0, 1, 1), [2, 3, 3], length=500.0, pair_exchange_coefficient=mutual)
    given = drive(circuit, [20e3, 7e3, 9e3])
    year = solve_steady(
        circuit, replace(given, flow=np.array([[np.nan, 0.3, 0.0]])), scenario(), fields=True
    )

    assert year.consumer_heat[0, 0] == 20e3
    assert year.consumer_mass_flow[0, 1:].tolist() == [0.3, 0.0]
    fall = year.consumer_supply_temperature[0, 1] - 40.0
    assert year.consumer_heat[0, 1] == pytest.approx(0.3 * HEAT_CAPACITY * fall, rel=1e-9)
    assert year.consumer_heat[0, 2] == 0.0
    assert year.consumer_reason[0].tolist() == [SERVED] * 3
    assert (year.consumer_unserved_heat == 0.0).all()
    assert year.heat_residual[0] < 1e-9


def test_given_flow_that_the_pump_cannot_bring_is_cut() -> None:
    circuit = line(length=500.0, max_pressure_difference=6e4)
    given = replace(drive(circuit, 0.0), flow=np.array([[0.5]]))
    year = solve_steady(circuit, given, scenario())

    flow = year.consumer_mass_flow[0, 0]
    assert 0.05 < flow < 0.4
    assert year.consumer_reason[0, 0] == PRESSURE
    heat, missing = year.consumer_heat[0, 0], year.consumer_unserved_heat[0, 0]
    assert missing == pytest.approx(heat * (0.5 / flow - 1.0), rel=1e-9)
    assert year.consumer_pressure_difference[0, 0] == pytest.approx(5e4, abs=5.0)


@pytest.mark.parametrize(("asked", "others"), [(6_650.0, ()), (10_000.0, ()), (10_000.0, (38e3,))])
def test_a_weak_pump_beside_a_producer_that_feeds_starves_nobody(
    tmp_path: Path, asked: float, others: tuple[float, ...]
) -> None:
    """Where 47 kPa are left, the consumer may draw 8.35 kW (flows that are given tell it)."""
    far = [f"far{row},c,F,28,44500,{heat}" for row, heat in enumerate(others)]
    tables = {
        "junctions.csv": "id,x,y\nP,0,0\nA,0,0\nF,0,0\n",
        "pipes.csv": "id,circuit,from_junction,to_junction,length,inner_diameter,"
        "heat_loss_coefficient\nPA,c,P,A,400,0.02,0.2\nPF,c,P,F,400,0.017,0.2\n",
        "consumers.csv": "id,circuit,junction,return_temperature,min_pressure_difference,heat\n"
        + "\n".join([f"near,c,A,40,47000,{asked}", *far]),
        "producers.csv": "id,circuit,junction,role,supply_temperature,max_pressure_difference,"
        "mass_flow\np,c,P,pressure,70,42000,\nq,c,A,flow,74,,0.0834\n",
        "scenario.toml": 'name = "x"\ncrs = "none"\n[friction]\nheating = false\n[water]\n'
        'model = "constant"\ndensity = 983\nviscosity = 0.00047\nheat_capacity = 4185\n',
        "ground_temperature.csv": "time_s,all\n3600,6\n",
    }
    for name, text in tables.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    year = simulate(load(tmp_path)).cases["base"].circuits["c"]

    assert year.consumer_heat[0, 0] == pytest.approx(min(asked, 8_350.8), rel=1e-4)
    if asked > 8_350.8:
        assert year.consumer_pressure_difference[0, 0] == pytest.approx(47_000.0, abs=1.0)
