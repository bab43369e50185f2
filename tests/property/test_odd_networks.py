"""What physics promises for one-line networks, one-sided routes, valves and boosters."""

from dataclasses import replace

import numpy as np
import pytest
from circuit_factory import drive, scenario, tree, with_flipped
from hypothesis import given, settings
from hypothesis import strategies as st
from mesh_cases import meshes, with_random_pipes
from mesh_factory import with_chords

from warmtenet.networks.boundary import Boundary, Feed
from warmtenet.networks.columns import SUPPLY, Circuit, FloatArray, Placed, ProducerTable
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.mesh_passage import find_passage
from warmtenet.solvers.steady import solve_steady

Case = tuple[Circuit, Boundary]

HOURS = 3
CONSTANT = scenario(heating=True)
EXAMPLES = settings(max_examples=25)
KELVIN = 2e-6
"""By which the water of two solutions may differ. [K]"""

MISSED = 1e-3
"""Share of the heat that a trickle beside a booster may leave unsolved, which is told. [1]"""

LAW_SLACK = 1e-3
"""Rounding of a head beside pressures of many bars. [Pa]"""


@st.composite
def lines(draw: st.DrawFn) -> Case:
    """Return a one-line network of several pressures, with all that may stand in it."""
    pipes = draw(st.integers(2, 9))
    parents = [draw(st.integers(0, junction)) for junction in range(pipes)]
    apart = st.tuples(st.integers(0, pipes), st.integers(0, pipes)).filter(lambda x: x[0] != x[1])
    ends = draw(st.lists(apart, max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    at = draw(st.lists(st.integers(0, pipes), min_size=1, max_size=4))
    circuit = tree(parents, at, elevation=rng.uniform(-20.0, 20.0, pipes + 1))
    circuit = with_random_pipes(with_chords(circuit, ends), rng, exchange=False)
    places = rng.permutation(pipes + 1)
    holders = draw(st.integers(1, min(3, pipes)))
    feeds, open_ends = draw(st.integers(0, 1)), draw(st.booleans())
    circuit = with_feeds(circuit, places[: holders + feeds], holders)
    count = len(circuit.pipe_ids)
    sides = np.stack([np.ones(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)])
    valves, boosters = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    circuit = replace(
        circuit,
        sides=sides,
        valves=in_pipes("V", rng.integers(0, count, valves)),
        boosters=in_pipes("B", rng.integers(0, count, boosters)),
    )
    outlet = np.zeros(len(at), dtype=np.bool_)
    outlet[0] = open_ends and at[0] not in circuit.producers.junction
    flow = rng.uniform(0.0, 2.0, (HOURS, len(at)))
    nothing = np.full((HOURS, holders + feeds), np.nan)
    inflow = nothing.copy()
    inflow[:, holders:] = rng.uniform(-1.0, 2.0, (HOURS, feeds))
    boundary = drive(circuit, np.zeros((HOURS, len(at))), back=0.0)
    return circuit, replace(
        boundary,
        supply_temperature=rng.uniform(20.0, 80.0, (HOURS, holders + feeds)),
        flow=np.where(outlet, np.nan, flow),
        feed=Feed(inflow, nothing, nothing, nothing, nothing) if feeds else None,
        pressure=rng.uniform(0.0, 6e5, (HOURS, holders)),
        outlet=outlet,
        is_open=(rng.random((HOURS, valves)) < 0.6).astype(float) if valves else None,
        pressure_rise=rng.uniform(-1e5, 3e5, (HOURS, boosters)) if boosters else None,
    )


def with_feeds(circuit: Circuit, at: FloatArray, holders: int) -> Circuit:
    """Return the circuit with producers at junctions, of which the first hold a pressure."""
    table = ProducerTable(*(np.repeat(column[:1], len(at)) for column in circuit.producers))
    return replace(
        circuit,
        producers=table._replace(junction=np.array(at, dtype=np.int64)),
        producer_ids=tuple(f"producer{k}" for k in range(len(at))),
        holders=holders,
    )


def in_pipes(letter: str, pipes: FloatArray) -> Placed:
    ids = tuple(f"{letter}{k}" for k in range(len(pipes)))
    return Placed(ids, np.array(pipes, dtype=np.int64), np.full(len(pipes), SUPPLY))


@st.composite
def valved(draw: st.DrawFn, *, exchange: bool | None = None) -> Case:
    """Return a closed mesh with valves and boosters on either side."""
    circuit, boundary = draw(meshes(producers=1, exchange=exchange))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    pipes, hours = len(circuit.pipe_ids), len(boundary.heat)
    valves, boosters = draw(st.integers(1, 3)), draw(st.integers(0, 2))
    both = [
        in_pipes(letter, rng.integers(0, pipes, n))
        for letter, n in (("V", valves), ("B", boosters))
    ]
    placed = [part._replace(side=rng.integers(0, 2, len(part.ids))) for part in both]
    return replace(circuit, valves=placed[0], boosters=placed[1]), replace(
        boundary,
        is_open=(rng.random((hours, valves)) < 0.6).astype(float),
        pressure_rise=rng.uniform(0.0, 2e4, (hours, boosters)) if boosters else None,
    )


@st.composite
def one_sided(draw: st.DrawFn) -> Case:
    """Return a closed mesh, some chords of which have one side; hours from no load to full."""
    circuit, boundary = draw(meshes(exchange=False, loops=4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    pipes = len(circuit.pipe_ids)
    sides = np.ones((2, pipes), dtype=np.bool_)
    for chord in range(len(circuit.junctions) - 1, pipes):
        missing = rng.integers(0, 3)
        if missing < 2:
            sides[missing, chord] = False
    boosters = draw(st.integers(0, 2))
    placed = in_pipes("B", rng.choice(len(circuit.junctions) - 1, boosters))
    placed = placed._replace(side=rng.integers(0, 2, boosters))
    boundary = boundary.at(np.zeros(len(LOADS), dtype=np.int64))
    return replace(circuit, sides=sides, boosters=placed), replace(
        boundary,
        heat=boundary.heat * LOADS[:, None],
        pressure_rise=rng.uniform(0.0, 6e4, (len(LOADS), boosters)) if boosters else None,
    )


LOADS = np.array([1.0, 0.0, 0.3, 0.01, 0.0, 1.0])
"""Of the load, hour by hour: those without any stand beside others in a block."""


def solved(case: Case) -> CircuitYear:
    return solve_steady(*case, CONSTANT, fields=True)


def alive(case: Case) -> FloatArray:
    """Return 1 where a held pressure reaches a junction, (hours, junctions, sides)."""
    circuit, boundary = case
    ends = circuit.consumers.junction[boundary.outlet] if boundary.outlet is not None else []
    held = [*circuit.producers.junction[: circuit.holders], *ends]
    circuit = with_feeds(circuit, np.array(held), len(held))
    passage = find_passage(circuit, boundary)
    return np.moveaxis(passage.reached[passage.reach], -1, 0).transpose(0, 2, 1)


@EXAMPLES
@given(lines())
def test_heat_mass_and_heads_close_in_one_line_networks(case: Case) -> None:
    year = solved(case)

    assert year.heat_residual.max() < 1e-6
    assert year.mass_residual.max() < 1e-9
    assert year.head_residual is not None
    assert year.head_residual.max() < LAW_SLACK
    assert (year.heat_error == 0.0).all()


@EXAMPLES
@given(lines())
def test_what_flows_in_flows_out(case: Case) -> None:
    year = solved(case)

    into, out = year.producer_mass_flow.sum(axis=1), year.consumer_mass_flow.sum(axis=1)
    assert into == pytest.approx(out, abs=1e-8)


@EXAMPLES
@given(lines())
def test_pressures_are_those_that_are_held(case: Case) -> None:
    circuit, boundary = case
    year = solved(case)
    pressure = year.fields["junction_pressure"][..., SUPPLY]

    held = circuit.producers.junction[: circuit.holders]
    assert boundary.pressure is not None
    assert pressure[:, held] == pytest.approx(boundary.pressure, rel=1e-9, abs=1e-3)
    assert (np.isfinite(pressure) == (alive(case)[..., SUPPLY] > 0.0)).all()


@EXAMPLES
@given(lines())
def test_given_flows_are_drawn_wherever_a_pressure_reaches(case: Case) -> None:
    circuit, boundary = case
    year = solved(case)
    reached = alive(case)[:, circuit.consumers.junction, SUPPLY]

    assert boundary.flow is not None
    given_flow = ~np.isnan(boundary.flow)
    drawn = np.where(reached > 0.0, boundary.flow, 0.0)
    assert year.consumer_mass_flow[given_flow] == pytest.approx(drawn[given_flow], rel=1e-9)


@EXAMPLES
@given(lines(), st.data())
def test_a_pipe_drawn_the_other_way_carries_the_same(case: Case, data: st.DataObject) -> None:
    circuit, boundary = case
    free = sorted(set(range(len(circuit.pipe_ids))) - set(circuit.boosters.pipe.tolist()))
    if not free:
        return
    pipe = data.draw(st.sampled_from(free))
    year, turned = solved(case), solved((with_flipped(circuit, pipe), boundary))

    flow, other = year.fields["pipe_mass_flow"], turned.fields["pipe_mass_flow"].copy()
    other[:, pipe] *= -1.0
    scale = np.abs(flow[..., SUPPLY]).max() + 1e-9
    assert other[..., SUPPLY] == pytest.approx(flow[..., SUPPLY], abs=1e-6 * scale)
    assert turned.consumer_heat == pytest.approx(year.consumer_heat, rel=1e-6, abs=1e-3)


@EXAMPLES
@given(valved())
def test_heat_mass_and_heads_close_whatever_valves_shut(case: Case) -> None:
    year = solved(case)

    assert year.heat_residual.max() < 1e-6
    assert year.mass_residual.max() < 1e-9
    assert year.head_residual is not None
    assert year.head_residual.max() < LAW_SLACK
    assert (year.heat_error == 0.0).all()
    assert np.isfinite(year.pressure_difference).all()


@EXAMPLES
@given(valved())
def test_consumers_that_are_cut_off_get_nothing_and_the_others_theirs(case: Case) -> None:
    circuit, boundary = case
    year = solved(case)
    reached = alive(case)[:, circuit.consumers.junction].min(axis=2) > 0.0

    whole = year.consumer_heat + year.consumer_unserved_heat
    assert whole == pytest.approx(boundary.heat, rel=1e-12)
    assert (year.consumer_mass_flow[~reached] == 0.0).all()
    cut = ~reached & (boundary.heat != 0.0)
    assert (year.consumer_reason[cut] == 3).all()
    assert (np.isnan(year.consumer_pressure_difference) == ~reached).all()


@EXAMPLES
@given(valved(exchange=False))
def test_a_shut_pipe_is_as_good_as_none(case: Case) -> None:
    circuit, boundary = case
    assert boundary.is_open is not None
    much = boundary.heat + 1e3 * np.sign(boundary.heat)  # a few watts may have two solutions
    boundary = replace(boundary, heat=much)
    shut = replace(boundary, is_open=np.zeros_like(boundary.is_open))
    sides = np.ones((2, len(circuit.pipe_ids)), dtype=np.bool_)
    sides[circuit.valves.side, circuit.valves.pipe] = False
    year = solved((circuit, shut))
    other = solved((replace(circuit, sides=sides), boundary))

    supply, flow = year.consumer_supply_temperature, year.consumer_mass_flow
    assert supply == pytest.approx(other.consumer_supply_temperature, abs=KELVIN)
    assert year.consumer_heat == pytest.approx(other.consumer_heat, rel=1e-9)
    apart = np.abs(supply - year.consumer_return_temperature) + 1e-12
    slack = flow * (1e-6 + KELVIN / apart)  # a flow is as sure as the difference that it has
    assert (np.abs(flow - other.consumer_mass_flow) <= slack).all()
    assert (year.fields["pipe_mass_flow"][:, circuit.valves.pipe, circuit.valves.side] == 0).all()


@EXAMPLES
@given(one_sided())
def test_heat_mass_and_heads_close_where_supply_and_return_differ(case: Case) -> None:
    year = solved(case)

    assert year.heat_residual.max() < 1e-6
    assert year.mass_residual.max() < 1e-9
    assert year.head_residual is not None
    assert year.head_residual.max() < LAW_SLACK
    assert (year.heat_error <= MISSED).all()
