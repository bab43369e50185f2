"""What substations promise in any tree, at any load: their equation, balance, and direction."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from circuit_factory import drive, scenario, tree
from hypothesis import given, settings
from hypothesis import strategies as st
from mesh_factory import with_chords
from substation_factory import (
    BEHIND,
    CHILLED,
    FOUR,
    MIXED,
    PLAIN,
    SLACK,
    THROTTLED,
    assert_obeyed,
    with_substations,
)

from warmtenet.model.substation import Substation
from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit, FloatArray
from warmtenet.solvers.circuit_year import FLOW_LIMIT, SERVED, SUPPLY_TOO_COLD, CircuitYear
from warmtenet.solvers.steady import solve_steady

SHARES = np.array([1.3, 1.0, 0.6, 0.3, 0.1, 0.03, 0.01, 1e-3])
"""Of the design load, hour by hour."""


class Case(NamedTuple):
    """A circuit with substations, its hours, and what its substations are."""

    circuit: Circuit
    boundary: Boundary
    substations: list[Substation]
    loads: FloatArray

    def __repr__(self) -> str:
        kinds = [each.kind for each in self.substations]
        pipes, consumers = self.circuit.pipes, self.circuit.consumers
        return f"{kinds} {self.loads.tolist()} {pipes} {consumers.bypass_flow} {self.boundary}"


@st.composite
def cases(draw: st.DrawFn, kinds: tuple[Substation, ...] = FOUR, sign: float = 1.0) -> Case:
    """Return a tree of some consumers, with loads from beyond the peak to a thousandth and 1 W."""
    count = draw(st.integers(2, 8))
    parents = [draw(st.integers(0, row)) for row in range(count)]
    substations = [draw(st.sampled_from(kinds)) for _ in range(count)]
    loads = np.array([draw(st.floats(2e3, 4e4)) for _ in range(count)])
    lengths = [draw(st.floats(5.0, 150.0)) for _ in range(count)]
    circuit = tree(
        parents,
        range(1, count + 1),
        length=np.array(lengths),
        inner_diameter=draw(st.sampled_from([0.04, 0.08])),
        heat_loss_coefficient=draw(st.sampled_from([0.0, 0.1, 0.25])),
        pair_exchange_coefficient=draw(st.sampled_from([0.0, 0.05])),
        bypass_flow=draw(st.sampled_from([0.0, 0.0, 0.003])),
    )
    heat = np.concatenate([SHARES[:, None] * loads, np.ones((1, count)), np.zeros((1, count))])
    off = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    heat[3, off] = 0.0
    supply = draw(st.floats(58.0, 90.0)) if sign > 0.0 else draw(st.floats(3.0, 8.0))
    ground = 10.0 if sign > 0.0 else draw(st.sampled_from([15.0, 1.0]))  # the latter chills, too
    boundary = drive(circuit, sign * heat, supply=supply, ground=ground)
    circuit, boundary = with_substations(circuit, boundary, substations, loads)
    return Case(circuit, boundary, substations, loads)


def solve(case: Case) -> CircuitYear:
    return solve_steady(case.circuit, case.boundary, scenario(), fields=True)


def assert_sound(year: CircuitYear, case: Case) -> None:
    asked = case.boundary.heat
    assert year.heat_error.max() < 1e-6
    assert year.heat_residual.max() < 1e-6
    assert year.consumer_heat + year.consumer_unserved_heat == pytest.approx(asked, abs=1e-9)
    assert set(np.unique(year.consumer_reason)) <= {SERVED, FLOW_LIMIT, SUPPLY_TOO_COLD}
    unserved = year.consumer_reason != SERVED
    most = case.circuit.consumers.max_flow
    full = np.broadcast_to(most, unserved.shape)[unserved]
    # who misses heat draws all it may
    assert year.consumer_mass_flow[unserved] == pytest.approx(full, rel=1e-9)


@given(cases())
@settings(max_examples=60)
def test_returns_obey_their_substations_and_heat_balances(case: Case) -> None:
    year = solve(case)
    table = case.circuit.substations

    assert table is not None
    assert_sound(year, case)
    if not case.circuit.consumers.bypass_flow.any():
        assert_obeyed(year, case.substations, case.loads, table.design_flow)


@given(cases(kinds=(CHILLED,), sign=-1.0))
@settings(max_examples=40)
def test_cold_obeys_the_same_equation(case: Case) -> None:
    year = solve(case)
    mirrored = replace(
        year,
        consumer_heat=-year.consumer_heat,
        consumer_supply_temperature=-year.consumer_supply_temperature,
        consumer_return_temperature=-year.consumer_return_temperature,
    )
    ends = ("supply", "back", "secondary_supply", "secondary_back")
    mirror = replace(CHILLED, **{name: -getattr(CHILLED, name) for name in ends})
    table = case.circuit.substations

    assert table is not None
    assert_sound(year, case)
    if not case.circuit.consumers.bypass_flow.any():
        assert_obeyed(mirrored, [mirror] * len(case.loads), case.loads, table.design_flow)


UNCHANGING = (PLAIN, MIXED, THROTTLED, replace(BEHIND, flow_exponent=0.0))
"""Of constant UA: one that falls with the flow may return warmer water for warmer supply."""


@given(cases(kinds=UNCHANGING), st.floats(0.5, 20.0))
@settings(max_examples=25)
def test_warmer_supply_never_means_more_flow_or_a_warmer_return(case: Case, more: float) -> None:
    supply = case.boundary.supply_temperature
    warmer = case._replace(boundary=replace(case.boundary, supply_temperature=supply + more))
    before, after = solve(case), solve(warmer)
    both = (before.consumer_reason == SERVED) & (after.consumer_reason == SERVED)
    both &= case.boundary.heat > 0.0
    # a neighbour that is served at last may draw more, and return more: only whole hours count
    both &= (before.consumer_reason == after.consumer_reason).all(axis=1)[:, None]

    assert (after.consumer_mass_flow <= before.consumer_mass_flow + 1e-6)[both].all()
    if not case.circuit.consumers.bypass_flow.any():  # else warm water mixes into the return
        more_back = after.consumer_return_temperature - before.consumer_return_temperature
        assert (more_back <= SLACK)[both].all()


@given(cases(kinds=(PLAIN, *FOUR)))
@settings(max_examples=15)
def test_meshes_obey_the_same_equations(case: Case) -> None:
    ring = ring_of(case.circuit)
    alone = np.zeros_like(ring.pipes.pair_exchange_coefficient)
    # Rings of pairs that exchange as much as they lose may end unsolved, and say so: a limit of
    # the mesh solver, not of substations.
    ring = replace(ring, pipes=ring.pipes._replace(pair_exchange_coefficient=alone))
    ground = np.full((len(case.boundary.heat), len(ring.pipe_ids)), 10.0)
    boundary = replace(case.boundary, ground_temperature=ground)
    year = solve(case._replace(circuit=ring, boundary=boundary))
    table = ring.substations

    assert table is not None
    assert year.heat_residual.max() < 1e-6
    assert year.heat_error.max() < 1e-6
    if not ring.consumers.bypass_flow.any():
        assert_obeyed(year, case.substations, case.loads, table.design_flow)


def ring_of(circuit: Circuit) -> Circuit:
    """Return the tree with a chord, and with losses and lengths that are alike nowhere."""
    pipes, more = circuit.pipes, np.arange(len(circuit.pipe_ids))
    pipes = pipes._replace(
        length=pipes.length + 3.0 * more,
        heat_loss_coefficient=pipes.heat_loss_coefficient + 0.05,
    )
    return with_chords(
        replace(circuit, pipes=pipes), [(1, len(circuit.junctions) - 1)], length=61.0
    )
