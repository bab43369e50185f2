"""What physics promises for every tree, load and season."""

from dataclasses import replace

import numpy as np
import pytest
from circuit_factory import drive, scenario, tree, with_flipped, with_halves, with_rows_moved
from hypothesis import given, settings
from hypothesis import strategies as st
from sameness import assert_same, assert_same_results, assert_turned

from warmtenet.model.water import STANDARD_GRAVITY, density
from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import RETURN, SUPPLY, Circuit
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.steady import solve_steady

Case = tuple[Circuit, Boundary]

MOST_LOAD = 40_000.0
HOURS = 3
HEATED = scenario(model="iapws", heating=True)
PLAIN = scenario(model="iapws")
SEASONS = {
    "heat": {"supply": 70.0, "back": 40.0, "ground": 10.0},
    "cold": {"supply": 8.0, "back": 14.0, "ground": 16.0},
}
EXAMPLES = settings(max_examples=50)


@st.composite
def trees(draw: st.DrawFn, *, exchange: bool | None = None) -> Case:
    """Return a random tree and a few hours of heat or of cold; 0 and 1 W are common loads."""
    pipes = draw(st.integers(1, 12))
    parents = [draw(st.integers(0, junction)) for junction in range(pipes)]
    at = draw(st.lists(st.integers(0, pipes), min_size=1, max_size=8))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    mutual = draw(st.booleans()) if exchange is None else exchange
    bypass = draw(st.sampled_from(["none", "flow", "temperature"]))
    season = draw(st.sampled_from(sorted(SEASONS)))
    circuit = tree(
        parents,
        at,
        length=rng.uniform(5.0, 250.0, pipes),
        inner_diameter=rng.uniform(0.05, 0.15, (2, pipes)),
        minor_loss_coefficient=rng.uniform(0.0, 5.0, (2, pipes)),
        heat_loss_coefficient=rng.uniform(0.1, 0.5, (2, pipes)),
        pair_exchange_coefficient=rng.uniform(0.0, 0.1, pipes) * mutual,
        elevation=rng.uniform(-20.0, 20.0, pipes + 1),
        min_pressure_difference=rng.uniform(2e4, 8e4, len(at)),
        max_flow=rng.uniform(0.05, 1.0, len(at)),
        bypass_flow=rng.uniform(0.0, 0.02, len(at)) * (bypass == "flow"),
        bypass_temperature=60.0 if bypass == "temperature" and season == "heat" else np.nan,
        flipped=np.flatnonzero(rng.random(pipes) < 0.5),
    )
    some = st.one_of(st.sampled_from([0.0, 1.0, 50.0]), st.floats(1.0, MOST_LOAD))
    rows = [[draw(some) for _ in at] for _ in range(HOURS)]
    heat = np.array(rows) * (1.0 if season == "heat" else -1.0)
    return circuit, drive(circuit, heat, **SEASONS[season])


def solved(case: Case, given_scenario: object = HEATED) -> CircuitYear:
    return solve_steady(*case, given_scenario, fields=True)


def path_of(circuit: Circuit, junction: int) -> list[tuple[int, bool]]:
    """Return the pipes from the plant to a junction, and whether each is drawn outward."""
    pipes, found = circuit.pipes, {0: []}
    while junction not in found:
        for pipe, ends in enumerate(zip(pipes.from_junction, pipes.to_junction, strict=True)):
            for outward, (near, far) in ((True, ends), (False, ends[::-1])):
                if int(near) in found and int(far) not in found:
                    found[int(far)] = [*found[int(near)], (pipe, outward)]
    return found[junction]


@EXAMPLES
@given(trees())
def test_heat_and_mass_close_in_every_hour(case: Case) -> None:
    year = solved(case)

    assert year.heat_residual.max() < 1e-6
    assert year.mass_residual.max() < 1e-9
    assert year.heat_error.max() <= HEATED.solver.tolerance
    assert all(np.isfinite(field).all() for field in year.fields.values())


@EXAMPLES
@given(trees())
def test_what_is_delivered_and_what_is_not_is_what_was_asked_for(case: Case) -> None:
    circuit, boundary = case
    year = solved(case)
    delivered, left = year.consumer_heat, year.consumer_unserved_heat

    assert delivered + left == pytest.approx(boundary.heat, rel=1e-12)
    assert (delivered * boundary.heat >= 0.0).all()
    assert (np.abs(delivered) <= np.abs(boundary.heat)).all()
    assert ((year.consumer_reason == 0) == (left == 0.0)).all()
    assert (year.consumer_mass_flow <= circuit.consumers.max_flow * (1.0 + 1e-12)).all()
    assert (year.consumer_mass_flow >= circuit.consumers.bypass_flow * (1.0 - 1e-12)).all()


@EXAMPLES
@given(trees())
def test_flow_into_a_junction_leaves_it(case: Case) -> None:
    circuit, _ = case
    year = solved(case)

    for side, sign in ((SUPPLY, 1.0), (RETURN, -1.0)):
        rest = np.zeros((HOURS, len(circuit.junctions)))
        flow = sign * year.fields["pipe_mass_flow"][:, :, side]
        for pipe in range(len(circuit.pipe_ids)):
            signed = flow[:, pipe] * sign
            rest[:, circuit.pipes.from_junction[pipe]] -= signed
            rest[:, circuit.pipes.to_junction[pipe]] += signed
        for consumer, junction in enumerate(circuit.consumers.junction):
            rest[:, junction] -= year.consumer_mass_flow[:, consumer]
        rest[:, 0] += year.producer_mass_flow[:, 0]
        assert np.abs(rest).max() < 1e-9


@EXAMPLES
@given(trees(), st.data())
def test_drops_along_the_path_add_up_to_the_difference(case: Case, data: st.DataObject) -> None:
    circuit, _ = case
    year = solved(case)
    consumer = data.draw(st.integers(0, len(circuit.consumer_ids) - 1))
    junction = int(circuit.consumers.junction[consumer])
    fields = year.fields
    rest = year.pressure_difference[:, 0].copy()
    for pipe, outward in path_of(circuit, junction):
        start, end = circuit.pipes.from_junction[pipe], circuit.pipes.to_junction[pipe]
        rise = (circuit.elevation[end] - circuit.elevation[start]) * (1.0 if outward else -1.0)
        drop = fields["pipe_pressure_drop"][:, pipe] * (1.0 if outward else -1.0)
        ends = fields["pipe_inlet_temperature"] + fields["pipe_outlet_temperature"]
        weight = density(0.5 * ends[:, pipe]) * STANDARD_GRAVITY * rise
        rest -= drop.sum(axis=1) + weight[:, SUPPLY] - weight[:, RETURN]

    pressure = fields["junction_pressure"][:, junction]
    # Friction heat enters a pipe's mean temperature after its own density was taken.
    assert rest == pytest.approx(year.consumer_pressure_difference[:, consumer], abs=0.5)
    assert pressure[:, SUPPLY] - pressure[:, RETURN] == pytest.approx(
        year.consumer_pressure_difference[:, consumer], abs=1e-6
    )


@EXAMPLES
@given(trees())
def test_worst_point_has_just_enough(case: Case) -> None:
    circuit, _ = case
    year = solved(case)
    spare = year.consumer_pressure_difference - circuit.consumers.min_pressure_difference

    assert spare.min(axis=1) == pytest.approx(np.zeros(HOURS), abs=1e-6)
    assert (np.take_along_axis(spare, year.worst_consumer[:, None], 1) < 1e-6).all()


@EXAMPLES
@given(trees(exchange=False))
def test_every_pipe_loses_what_its_temperatures_say(case: Case) -> None:
    """Flow times the fall of the water's temperature, and never against the ground."""
    _, boundary = case
    year = solved(case, PLAIN)
    fields = year.fields
    warm = boundary.supply_temperature[0, 0] > boundary.ground_temperature[0, 0]
    sign = 1.0 if warm else -1.0

    assert (sign * fields["pipe_heat_loss"] >= -1e-6).all()
    flows = np.abs(fields["pipe_mass_flow"]) > 0.0
    fall = flows * (fields["pipe_inlet_temperature"] - fields["pipe_outlet_temperature"])
    assert (sign * fall >= -1e-9).all()
    own = np.abs(fields["pipe_mass_flow"]) * 4190.0 * fall
    assert fields["pipe_heat_loss"] == pytest.approx(own, rel=0.01, abs=1e-3)
    assert year.heat_loss == pytest.approx(fields["pipe_heat_loss"].sum(axis=(1, 2)), abs=1e-6)


@EXAMPLES
@given(trees(), st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(case: Case, random: object) -> None:
    circuit, _ = case
    pipes, consumers = list(range(len(circuit.pipe_ids))), list(range(len(circuit.consumer_ids)))
    random.shuffle(pipes)
    random.shuffle(consumers)
    year, moved = solved(case), solved(with_rows_moved(*case, pipes, consumers))

    assert_same_results(moved, year, 1e-9, consumers=consumers)
    for name, field in year.fields.items():
        ours = field[:, pipes] if name.startswith("pipe") else field
        assert_same(moved.fields[name], ours, 1e-9, name)


@EXAMPLES
@given(trees(), st.data())
def test_flipped_pipe_changes_signs_only(case: Case, data: st.DataObject) -> None:
    circuit, boundary = case
    pipe = data.draw(st.integers(0, len(circuit.pipe_ids) - 1))
    year, turned = solved(case), solved((with_flipped(circuit, pipe), boundary))

    assert_turned(turned, year, pipe, 1e-9)


@EXAMPLES
@given(trees(exchange=False), st.data())
def test_two_halves_are_the_whole_pipe(case: Case, data: st.DataObject) -> None:
    """With constant water; else the whole pipe's mean properties differ from the halves'."""
    circuit, _ = case
    pipe = data.draw(st.integers(0, len(circuit.pipe_ids) - 1))
    given_scenario = scenario()
    year = solved(case, given_scenario)
    halves = solved(with_halves(*case, pipe), given_scenario)

    assert_same_results(halves, year, 1e-7)


@EXAMPLES
@given(trees(exchange=False), st.data())
def test_more_insulation_never_raises_the_plants_heat(case: Case, data: st.DataObject) -> None:
    """Where all heat is served: a warmer supply otherwise serves more of it."""
    circuit, boundary = case
    free = circuit.consumers._replace(max_flow=np.full(len(circuit.consumer_ids), np.inf))
    circuit = replace(circuit, consumers=free)
    loss = circuit.pipes.heat_loss_coefficient.copy()
    loss[:, data.draw(st.integers(0, loss.shape[1] - 1))] *= data.draw(st.floats(0.1, 0.9))
    better = replace(circuit, pipes=circuit.pipes._replace(heat_loss_coefficient=loss))
    before, after = (solved((each, boundary), scenario()) for each in (circuit, better))

    assert (before.consumer_unserved_heat == 0.0).all()
    assert (np.abs(after.producer_heat) <= np.abs(before.producer_heat) * (1 + 1e-9) + 1e-6).all()
