"""Kernels for large trees, most of whose lines a step flushes, on small ones."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from circuit_factory import drive, scenario, tree, with_flipped
from hypothesis import given, settings
from hypothesis import strategies as st

from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit
from warmtenet.solvers import moving_water, plug_columns
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.dynamic import move_heat, solve_dynamic
from warmtenet.solvers.kernels.flush_solve import solve_flush
from warmtenet.solvers.plug_columns import Flows, find_lines
from warmtenet.solvers.plug_flush import flushes
from warmtenet.solvers.steady import solve_steady

PARENTS, HOUSES = [0, 1, 1, 3, 3, 4, 4], [2, 5, 6, 7]


@pytest.fixture(autouse=True)
def _as_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand on the mean of a step, as large networks do: then their kernels take over."""
    monkeypatch.setattr(plug_columns, "PIECES_IN_ALL", 1)
    monkeypatch.setattr(moving_water, "ENOUGH", 1e-6)


def village(**columns: Any) -> Circuit:
    """Return four consumers, two of them at the ends of a street with a long pipe before it."""
    length = [400.0, 15.0, 90.0, 60.0, 12.0, 30.0, 20.0]
    return tree(PARENTS, HOUSES, **{"length": length, "inner_diameter": 0.0372, **columns})


def flipped_at(circuit: Circuit, *pipes: int) -> Circuit:
    """Return the same network with some pipes drawn the other way."""
    for pipe in pipes:
        circuit = with_flipped(circuit, pipe)
    return circuit


def noisy(
    circuit: Circuit, duration: list[float], *, seed: int = 3, least: float = 0.0
) -> Boundary:
    """Return loads that jump from step to step, and a supply that wanders."""
    rng, rows = np.random.default_rng(seed), len(duration)
    loads = rng.uniform(least, 9000.0, (rows, len(circuit.consumer_ids)))
    given = drive(circuit, loads, ground=rng.uniform(5.0, 12.0, (rows, 1)))
    supply = 70.0 + np.cumsum(rng.uniform(-1.0, 1.0, (rows, 1)), axis=0)
    return replace(given, duration=np.array(duration), supply_temperature=supply)


def moved_with_its_flows(circuit: Circuit, boundary: Boundary, year: CircuitYear, law: Any) -> Any:
    """Return what other kernels make of the flows that were found."""
    lines = find_lines(circuit)
    flows = Flows(
        pipe=np.ascontiguousarray(year.fields["pipe_mass_flow"][:, lines.route, lines.side]),
        consumer=year.consumer_mass_flow,
        producer=year.producer_mass_flow,
    )
    return move_heat(circuit, boundary, law, flows, fields=True)


STEPS = {
    "flushed": [3600.0] * 30,
    "partly": [300.0] * 60,
    "standing_in_parts": [60.1] * 200,
    "uneven": [3600.0, 200.0, 900.0, 61.0, 3600.0, 1800.0] * 8,
}


@pytest.mark.parametrize("flipped", [(), (0, 3, 5)])
@pytest.mark.parametrize("name", STEPS)
def test_flows_that_are_given_move_the_same_heat(name: str, flipped: tuple[int, ...]) -> None:
    circuit = flipped_at(village(pair_exchange_coefficient=0.05), *flipped)
    boundary, law = noisy(circuit, STEPS[name]), scenario(heating=True)
    year = solve_dynamic(circuit, boundary, law, fields=True)
    other = moved_with_its_flows(circuit, boundary, year, law)

    for field, kernel in (
        ("pipe_inlet_temperature_mean", other.pipe_inlet),
        ("pipe_outlet_temperature_mean", other.pipe_outlet),
        ("pipe_outlet_temperature", other.pipe_outlet_end),
        ("pipe_inlet_temperature", other.pipe_inlet_end),
    ):
        lines = find_lines(circuit)
        found = year.fields[field][:, lines.route, lines.side]
        assert np.abs(found - kernel).max() < 1e-9, field
    assert year.producer_heat == pytest.approx(other.producer_heat, rel=1e-12)
    assert year.heat_loss == pytest.approx(other.heat_loss, rel=1e-12)
    assert year.stored_heat == pytest.approx(other.stored, rel=1e-12)
    assert year.consumer_heat == pytest.approx(other.consumer_heat, rel=1e-12)
    drop = year.fields["pipe_pressure_drop"][:, lines.route, lines.side]
    assert drop == pytest.approx(other.pipe_drop, rel=1e-12)


@pytest.mark.parametrize("share", [1.0, 0.05])
@pytest.mark.parametrize("exchange", [0.02, 0.2])
def test_twins_of_large_trees_end_in_the_exact_pair(exchange: float, share: float) -> None:
    circuit = village(pair_exchange_coefficient=exchange)
    boundary = drive(circuit, [share * load for load in (9000.0, 14_000.0, 4000.0, 7000.0)])
    steady = solve_steady(circuit, boundary, scenario(), fields=True)

    year = solve_dynamic(
        circuit, boundary.at(np.zeros(200, dtype=np.int64)), scenario(), fields=True
    )

    for name in ("pipe_inlet_temperature", "pipe_outlet_temperature"):
        assert np.abs(year.fields[name][-1] - steady.fields[name][0]).max() < 1e-6, name


def test_the_kernels_of_large_trees_are_the_ones_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(moving_water, "flushes", lambda *a: asked.append(flushes(*a)) or asked[-1])
    circuit = village()
    solve_dynamic(circuit, noisy(circuit, [3600.0] * 3), scenario())
    assert asked == [True]


@pytest.mark.parametrize("model", ["constant", "iapws"])
@pytest.mark.parametrize("seconds", [120.0, 3600.0])
def test_steady_inputs_end_in_the_steady_answer(seconds: float, model: str) -> None:
    circuit, law = village(), scenario(heating=True, model=model)
    boundary = drive(circuit, [9000.0, 14_000.0, 4000.0, 500.0])
    steady = solve_steady(circuit, boundary, law, fields=True)
    warmer = replace(boundary, supply_temperature=boundary.supply_temperature + 5.0)
    rows = [warmer.at(np.zeros(3, dtype=np.int64)), boundary.at(np.zeros(400, dtype=np.int64))]
    both = replace(
        rows[0],
        **{
            name: np.concatenate([getattr(row, name) for row in rows])
            for name in (
                "heat",
                "supply_temperature",
                "return_temperature",
                "temperature_difference",
                "ground_temperature",
            )
        },
        duration=np.full(403, seconds),
    )
    year = solve_dynamic(circuit, both, law, fields=True)

    outlet = year.fields["pipe_outlet_temperature_mean"][-1]
    assert np.abs(outlet - steady.fields["pipe_outlet_temperature"][0]).max() < 1e-6
    assert year.consumer_mass_flow[-1] == pytest.approx(steady.consumer_mass_flow[0], rel=1e-6)
    assert year.heat_loss[-1] == pytest.approx(steady.heat_loss[0], rel=1e-5)
    assert year.pressure_difference[-1] == pytest.approx(steady.pressure_difference[0], rel=1e-5)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    lengths=st.lists(st.sampled_from([0.0, 30.0, 300.0, 900.0, 3600.0]), min_size=4, max_size=12),
    calm=st.floats(0.0, 1.0),
    cools=st.booleans(),
    bare=st.booleans(),
    follows=st.booleans(),
)
def test_every_step_balances_and_served_and_unserved_make_the_demand(
    seed: int, lengths: list[float], calm: float, cools: bool, bare: bool, follows: bool
) -> None:
    loss = 3.0 if bare else 0.2
    circuit = flipped_at(village(heat_loss_coefficient=loss, pair_exchange_coefficient=0.05), 1, 4)
    boundary = noisy(circuit, lengths, seed=seed)
    rng = np.random.default_rng(seed)
    heat = np.where(rng.random(boundary.heat.shape) < calm, 0.0, boundary.heat)
    boundary = replace(boundary, heat=heat)
    if cools:
        boundary = replace(
            boundary,
            heat=-0.3 * heat,
            supply_temperature=boundary.supply_temperature - 62.0,
            return_temperature=np.full_like(boundary.return_temperature, 16.0),
        )
    if follows and not cools:
        boundary = replace(
            boundary,
            return_temperature=np.full_like(boundary.return_temperature, np.nan),
            temperature_difference=np.full_like(boundary.temperature_difference, 25.0),
        )
    year = solve_dynamic(circuit, boundary, scenario(heating=True), fields=True)

    moves = boundary.duration > 0.0
    assert year.heat_residual[moves].max(initial=0.0) < 1e-9
    served = year.consumer_heat + year.consumer_unserved_heat
    assert served == pytest.approx(boundary.heat, abs=1e-6)
    assert np.isfinite(year.fields["pipe_outlet_temperature_mean"]).all()
    assert (year.consumer_mass_flow >= 0.0).all()


SUMMER = {
    "idle": {"heat_loss_coefficient": 0.2},
    "bare": {"heat_loss_coefficient": 1.0},
    "close": {"pair_exchange_coefficient": 10.0},
}


@pytest.mark.parametrize("seconds", [61.0, 300.0, 900.0, 3600.0])
@pytest.mark.parametrize("pipes", SUMMER)
def test_houses_that_stood_idle_get_the_flow_that_their_heat_takes(
    seconds: float, pipes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving_water, "solve_steps", lambda *_: pytest.fail("one by one"))
    monkeypatch.setattr(moving_water, "ENOUGH", 5e-3)
    circuit = village(**SUMMER[pipes])
    rng = np.random.default_rng(5)
    loads = np.where(rng.random((240, 4)) < 0.7, 0.0, rng.uniform(100.0, 9000.0, (240, 4)))
    boundary = replace(drive(circuit, loads), duration=np.full(240, seconds))
    year = solve_dynamic(circuit, boundary, scenario())

    span = year.consumer_supply_temperature - boundary.return_temperature
    apart = np.abs(year.consumer_return_temperature - boundary.return_temperature)
    served = (boundary.heat > 0.0) & (year.consumer_unserved_heat == 0.0)
    assert served.sum() > 40
    assert not year.heat_error.any()
    assert (apart[served] < 0.05 * span[served]).all()


def test_flows_that_are_not_found_are_sought_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    circuit, law = village(), scenario()
    boundary = noisy(circuit, [600.0] * 24, least=500.0)
    monkeypatch.setattr(moving_water, "flushes", lambda *_: False)
    one_by_one = solve_dynamic(circuit, boundary, law)
    monkeypatch.setattr(moving_water, "flushes", flushes)

    def unsettled(*given: Any) -> None:
        solve_flush(*given)
        *_, out = given
        assert not out.heat_error.any()
        out.heat_error[3] = 0.1

    monkeypatch.setattr(moving_water, "solve_flush", unsettled)
    year = solve_dynamic(circuit, boundary, law)

    assert year.heat_error[3] < 0.1
    assert np.array_equal(year.consumer_mass_flow, one_by_one.consumer_mass_flow)


def test_a_row_without_duration_shows_the_state_and_changes_nothing() -> None:
    circuit = with_flipped(village(), 3)
    whole = noisy(circuit, [900.0] * 8)
    rows = np.array([0, 1, 2, 3, 3, 4, 5, 6, 7])
    shown = replace(
        whole.at(rows), duration=np.where(np.arange(9) == 4, 0.0, 900.0).astype(np.float64)
    )
    plain = solve_dynamic(circuit, whole, scenario(), fields=True)
    year = solve_dynamic(circuit, shown, scenario(), fields=True)

    kept = [0, 1, 2, 3, 5, 6, 7, 8]
    assert year.stored_heat[4] == pytest.approx(year.stored_heat[3], rel=1e-12)
    assert year.stored_heat[kept] == pytest.approx(plain.stored_heat, rel=1e-9)
    apart = year.fields["pipe_outlet_temperature_mean"][kept]
    assert np.abs(apart - plain.fields["pipe_outlet_temperature_mean"]).max() < 1e-3
