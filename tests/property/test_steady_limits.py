"""What holds where consumers are limited, cut off or too cold, and pipes exchange heat."""

import numpy as np
import pytest
from circuit_factory import HEAT_CAPACITY, drive, scenario, tree
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import RETURN, SUPPLY, Circuit
from warmtenet.solvers import pressure_limit, steady
from warmtenet.solvers.circuit_year import PRESSURE, CircuitYear
from warmtenet.solvers.steady import solve_steady

Case = tuple[Circuit, Boundary]

HOURS = 4
EXAMPLES = settings(max_examples=50)
GROUND, SOURCE = 10.0, 70.0


@st.composite
def limited_trees(draw: st.DrawFn, *, weak_pump: bool = False) -> Case:
    """Return a tree of pairs that exchange heat, with limits of every kind."""
    pipes = draw(st.integers(1, 8))
    parents = [draw(st.integers(0, junction)) for junction in range(pipes)]
    at = draw(st.lists(st.integers(0, pipes), min_size=1, max_size=6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = len(at)
    circuit = tree(
        parents,
        at,
        length=rng.uniform(5.0, 250.0, pipes),
        inner_diameter=rng.uniform(0.05, 0.15, (2, pipes)),
        heat_loss_coefficient=rng.uniform(0.1, 0.5, (2, pipes)),
        pair_exchange_coefficient=rng.uniform(0.0, 0.1, pipes) * (not weak_pump),
        max_flow=rng.choice([0.02, 0.1, np.inf], count),
        bypass_flow=rng.choice([0.0, 0.01], count),
        min_supply_temperature=rng.choice([np.nan, 55.0, 65.0], count),
        min_pressure_difference=rng.uniform(2e4, 6e4, count),
        **({"max_pressure_difference": 7e4} if weak_pump else {}),
        flipped=np.flatnonzero(rng.random(pipes) < 0.5),
    )
    heat = rng.choice([0.0, 1.0, 1e3, 2e4, 2e5], (HOURS, count))
    apart = rng.random(count) < 0.5
    back = np.where(apart, np.nan, rng.uniform(25.0, 45.0, count))
    difference = np.where(apart, rng.uniform(5.0, 20.0, count), np.nan)
    return circuit, drive(circuit, heat, supply=SOURCE, back=back, difference=difference)


def solved(case: Case) -> CircuitYear:
    return solve_steady(*case, scenario(), fields=True)


@EXAMPLES
@given(limited_trees())
def test_every_pair_is_the_solution_of_its_two_equations(case: Case) -> None:
    circuit, _ = case
    year = solved(case)
    pipes = circuit.pipes
    flow = np.abs(year.fields["pipe_mass_flow"][..., SUPPLY])
    inlet, outlet = (
        year.fields[f"pipe_{end}_temperature"] - GROUND for end in ("inlet", "outlet")
    )

    assert (year.heat_error == 0.0).all()
    for hour, pipe in np.argwhere(flow > 1e-3):
        own, twin = pipes.heat_loss_coefficient[:, pipe]
        mutual = pipes.pair_exchange_coefficient[pipe]
        rates = np.array([[-(own + mutual), mutual], [-mutual, twin + mutual]])
        across = expm(rates * pipes.length[pipe] / (flow[hour, pipe] * HEAT_CAPACITY))
        near, back = inlet[hour, pipe]
        left = (back - across[1, 0] * near) / across[1, 1]
        far = across[0, 0] * near + across[0, 1] * left
        assert outlet[hour, pipe, SUPPLY] == pytest.approx(far, abs=1e-5)
        assert outlet[hour, pipe, RETURN] == pytest.approx(left, abs=1e-5)


@EXAMPLES
@given(limited_trees())
def test_consumers_leave_what_they_were_not_served_in_their_water(case: Case) -> None:
    circuit, boundary = case
    year = solved(case)
    fall = year.consumer_supply_temperature - year.consumer_return_temperature
    given_up = year.consumer_mass_flow * HEAT_CAPACITY * fall

    assert year.consumer_heat == pytest.approx(given_up, rel=1e-9, abs=1e-6)
    assert year.consumer_heat + year.consumer_unserved_heat == pytest.approx(boundary.heat)
    assert (year.consumer_mass_flow <= circuit.consumers.max_flow).all()
    assert year.heat_residual.max() < 1e-9
    cold = year.consumer_supply_temperature < circuit.consumers.min_supply_temperature - 2e-3
    assert (year.consumer_heat[cold] == 0.0).all()


def assert_weak_pump_cuts_only_those_without_their_difference(case: Case) -> None:
    circuit, _ = case
    year = solved(case)
    least, head = circuit.consumers.min_pressure_difference, year.pressure_difference
    spare = year.consumer_pressure_difference - least
    draws = year.consumer_mass_flow > 1e-4

    assert head.max() <= 7e4
    assert (spare[draws] > -2.0).all()
    cut = year.consumer_reason == PRESSURE
    lost = head - year.consumer_pressure_difference
    assert (spare + (7e4 - head) <= 0.02 * lost + 2.0)[cut].all()


@EXAMPLES
@given(limited_trees(weak_pump=True))
def test_weak_pump_cuts_those_without_their_difference_and_no_others(case: Case) -> None:
    assert_weak_pump_cuts_only_those_without_their_difference(case)


@EXAMPLES
@given(limited_trees(weak_pump=True))
def test_weak_pump_cuts_the_same_where_loops_are_possible(case: Case) -> None:
    """Pressures answer to each other's flows by a matrix there, in place of a tree's way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steady, "is_mesh", lambda _: True)
        patch.setattr(pressure_limit, "is_mesh", lambda _: True)
        assert_weak_pump_cuts_only_those_without_their_difference(case)
