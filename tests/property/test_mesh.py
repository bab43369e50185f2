"""What physics promises for every mesh, load, season and set of producers."""

import random
from dataclasses import replace

import numpy as np
import pytest
from circuit_factory import scenario, with_flipped, with_halves, with_rows_moved
from hypothesis import given, settings
from hypothesis import strategies as st
from mesh_cases import HOURS, Case, meshes
from sameness import assert_same, assert_same_results, assert_turned

from warmtenet.networks.columns import RETURN, SUPPLY
from warmtenet.solvers import steady
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.steady import solve_steady

HEATED = scenario(model="iapws", heating=True)
EXAMPLES = settings(max_examples=25)
ENOUGH = 10_000.0
"""Load beside which a pipe's loss is small. [W]"""


def solved(case: Case, given_scenario: object = HEATED) -> CircuitYear:
    return solve_steady(*case, given_scenario, fields=True)


@EXAMPLES
@given(meshes())
def test_heat_mass_and_heads_close_in_every_hour(case: Case) -> None:
    year = solved(case)

    assert year.heat_residual.max() < 1e-6
    assert year.mass_residual.max() < 1e-9
    assert year.head_residual is not None
    assert year.head_residual.max() < 1e-3
    assert (year.heat_error == 0.0).all()
    assert all(np.isfinite(field).all() for field in year.fields.values())


@EXAMPLES
@given(meshes())
def test_what_is_delivered_and_what_is_not_is_what_was_asked_for(case: Case) -> None:
    circuit, boundary = case
    year = solved(case)
    delivered, left = year.consumer_heat, year.consumer_unserved_heat

    assert delivered + left == pytest.approx(boundary.heat, rel=1e-12)
    assert (delivered * boundary.heat >= 0.0).all()
    assert (np.abs(delivered) <= np.abs(boundary.heat)).all()
    assert ((year.consumer_reason == 0) == (left == 0.0)).all()
    assert (year.consumer_mass_flow >= 0.0).all()
    assert (year.consumer_mass_flow <= circuit.consumers.max_flow * (1.0 + 1e-12)).all()
    assert (year.consumer_mass_flow >= circuit.consumers.bypass_flow * (1.0 - 1e-12)).all()


@EXAMPLES
@given(meshes())
def test_flow_into_a_junction_leaves_it(case: Case) -> None:
    circuit, _ = case
    year = solved(case)

    for side, sign in ((SUPPLY, 1.0), (RETURN, -1.0)):
        rest = np.zeros((HOURS, len(circuit.junctions)))
        flow = year.fields["pipe_mass_flow"][:, :, side]
        for pipe in range(len(circuit.pipe_ids)):
            rest[:, circuit.pipes.from_junction[pipe]] -= flow[:, pipe]
            rest[:, circuit.pipes.to_junction[pipe]] += flow[:, pipe]
        for consumer, junction in enumerate(circuit.consumers.junction):
            rest[:, junction] -= year.consumer_mass_flow[:, consumer]
        for producer, junction in enumerate(circuit.producers.junction):
            rest[:, junction] += year.producer_mass_flow[:, producer]
        assert np.abs(sign * rest).max() < 1e-9


@EXAMPLES
@given(meshes())
def test_producers_give_what_was_asked_of_them(case: Case) -> None:
    _, boundary = case
    year = solved(case)

    if boundary.feed is not None:
        drawn = year.consumer_mass_flow.sum(axis=1, keepdims=True)
        for asked, got, scale in (
            (boundary.feed.mass_flow, year.producer_mass_flow, 1.0),
            (boundary.feed.share * drawn, year.producer_mass_flow, 1.0),
            (boundary.feed.heat, year.producer_heat, 1e4),
        ):
            assert np.abs(np.nan_to_num(got - asked)).max() < 1e-6 * scale


@EXAMPLES
@given(meshes())
def test_worst_point_has_just_enough(case: Case) -> None:
    circuit, _ = case
    year = solved(case)
    spare = year.consumer_pressure_difference - circuit.consumers.min_pressure_difference

    decides = year.worst_consumer >= 0
    assert spare.min(axis=1)[decides] == pytest.approx(0.0, abs=1e-6)
    assert (spare >= -1e-6).all()


def least(name: str) -> float:
    """Return the least scale of comparison."""
    return 1e-3 if name.endswith("mass_flow") else 1.0


@EXAMPLES
@given(meshes(), st.integers(0, 2**32 - 1))
def test_order_of_rows_changes_nothing(case: Case, seed: int) -> None:
    circuit, boundary = case  # trickles that lose more than is drawn may have two solutions
    much = boundary.heat + ENOUGH * np.sign(boundary.heat)
    case = circuit, replace(boundary, heat=much)
    pipes, consumers = list(range(len(circuit.pipe_ids))), list(range(len(circuit.consumer_ids)))
    shuffle = random.Random(seed).shuffle
    shuffle(pipes)
    shuffle(consumers)
    year, moved = solved(case), solved(with_rows_moved(*case, pipes, consumers))

    assert_same_results(moved, year, 1e-6, consumers=consumers, least=least)
    for name in ("pipe_mass_flow", "pipe_pressure_drop", "pipe_heat_loss"):
        assert_same(moved.fields[name], year.fields[name][:, pipes], 1e-6, name, least)


@EXAMPLES
@given(meshes(), st.data())
def test_flipped_pipe_changes_signs_only(case: Case, data: st.DataObject) -> None:
    circuit, boundary = case
    pipe = data.draw(st.integers(0, len(circuit.pipe_ids) - 1))
    year, turned = solved(case), solved((with_flipped(circuit, pipe), boundary))

    assert_turned(turned, year, pipe, 1e-6, least=least)


@EXAMPLES
@given(meshes(exchange=False), st.data())
def test_two_halves_are_the_whole_pipe(case: Case, data: st.DataObject) -> None:
    """With constant water; else the whole pipe's mean properties differ from the halves'."""
    circuit, _ = case
    pipe = data.draw(st.integers(0, len(circuit.pipe_ids) - 1))
    year = solved(case, scenario())
    halves = solved(with_halves(*case, pipe), scenario())

    assert_same_results(halves, year, 1e-5, least=least)


def assert_tree_through_the_mesh_solver_is_the_tree(
    case: Case, given_scenario: object, tolerance: float
) -> None:
    year = solved(case, given_scenario)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steady, "is_mesh", lambda _: True)
        mesh = solved(case, given_scenario)

    assert year.head_residual is None
    assert mesh.head_residual is not None
    assert_same_results(mesh, year, tolerance, least=least)
    for name in ("pipe_mass_flow", "pipe_pressure_drop", "pipe_heat_loss"):
        assert_same(mesh.fields[name], year.fields[name], tolerance, name, least)


@EXAMPLES
@given(meshes(loops=0, producers=1))
def test_tree_through_the_mesh_solver_is_the_tree(case: Case) -> None:
    assert_tree_through_the_mesh_solver_is_the_tree(case, scenario(), 1e-6)


@EXAMPLES
@given(meshes(loops=0, producers=1))
def test_tree_of_real_water_through_the_mesh_solver_is_the_tree(case: Case) -> None:
    """Pairs that exchange heat, with friction heat: that is frozen at a state of the block."""
    assert_tree_through_the_mesh_solver_is_the_tree(case, HEATED, 1e-5)
