from dataclasses import replace

import numpy as np
import pytest
from factories import HOURS, small_simulation, solved_circuit

from warmtenet.networks.boundary import Boundary
from warmtenet.solvers import cases as cases_module
from warmtenet.solvers.arrival import arrival_temperatures
from warmtenet.solvers.cases import solve_cases, source_draw
from warmtenet.solvers.roles import distribution_circuits, source_circuits


@pytest.fixture
def simulation():
    return small_simulation()


@pytest.fixture
def passes(monkeypatch, simulation):
    """Let the plant draw more from colder water, and the pipe cool it by 1 K; tell each pass."""
    seen = []

    def dispatch(_, __, circuits, *, out, arrival_temperature):
        assert set(circuits) == {"tap_water", "space"}
        at_plant = 11.0 if arrival_temperature is None else arrival_temperature["rwzi"]
        seen.append((out, at_plant))
        plant = simulation.cases["base"].plant
        drawn = np.full(HOURS, 20e3) / np.mean(at_plant)
        return replace(plant, source_heat={"rwzi": drawn})

    def boundary(_, profiles, __, heat, _ground):
        empty = np.full(heat.shape, np.nan)
        return Boundary(
            heat=heat,
            supply_temperature=np.full((HOURS, 1), 11.0),
            return_temperature=empty + 5.0,
            temperature_difference=empty,
            ground_temperature=empty,
            duration=profiles.duration,
        )

    def solve(circuit, boundary, *_, **__):
        assert np.isnan(boundary.return_temperature).all()
        year = solved_circuit(circuit, boundary.heat)
        return replace(year, consumer_supply_temperature=np.full(boundary.heat.shape, 10.0))

    monkeypatch.setattr(cases_module, "dispatch", dispatch)
    monkeypatch.setattr(cases_module, "circuit_boundary", boundary)
    monkeypatch.setattr(cases_module, "solve_steady", solve)
    return seen


def test_circuits_that_hold_the_plants_consumers_are_sources(simulation):
    assert source_circuits(simulation.system) == ("effluent",)
    assert distribution_circuits(simulation.system) == ("tap_water", "space")


def test_plant_and_source_circuit_repeat_until_the_temperature_stands(simulation, passes):
    circuits = dict(simulation.cases["base"].circuits)
    del circuits["effluent"]
    found = solve_cases(simulation.system, simulation.profiles, circuits, fields=False)

    assert list(found) == ["base", "backup"]
    assert list(found["base"].circuits) == ["effluent", "tap_water", "space"]
    assert [out for out, _ in passes] == [(), (), ("mosa",), ("mosa",)]
    assert np.all(passes[1][1] == 10.0)
    np.testing.assert_allclose(found["base"].circuits["effluent"].consumer_heat, 2e3)


def test_without_a_plant_there_is_one_case(simulation):
    scenario = simulation.system.scenario.model_copy(update={"plant": None})
    system = replace(simulation.system, scenario=scenario)
    circuits = simulation.cases["base"].circuits
    found = solve_cases(system, simulation.profiles, circuits, fields=False)

    assert list(found) == ["base"]
    assert found["base"].plant is None
    assert found["base"].circuits is circuits


def test_standing_water_arrives_as_it_is_sent(simulation):
    year = simulation.cases["base"].circuits["effluent"]
    flow = year.consumer_mass_flow.copy()
    flow[5:] = 0.0
    found = arrival_temperatures(
        simulation.system,
        simulation.profiles,
        {"effluent": replace(year, consumer_mass_flow=flow)},
    )

    assert found["rwzi"][:5].tolist() == [60.0] * 5
    assert set(found["rwzi"][5:]) == {11.0}


def test_rejected_heat_is_given_back_to_the_heat_pumps_source(simulation):
    plant = simulation.cases["base"].plant
    plant = replace(plant, rejected_heat=np.full(HOURS, 7e3))

    np.testing.assert_allclose(
        source_draw(simulation.system, plant, "rwzi"), plant.source_heat["rwzi"] - 7e3
    )
    np.testing.assert_array_equal(
        source_draw(simulation.system, plant, "mosa"), plant.source_heat["mosa"]
    )


def test_an_hour_that_swings_between_passes_comes_to_rest(simulation, passes, monkeypatch):
    """Colder water is drawn more, and more water stays warmer on its way: tried + found = 21."""
    tried = {}

    def dispatch(_, __, ___, *, out, arrival_temperature):
        at_plant = 11.0 if arrival_temperature is None else arrival_temperature["rwzi"]
        tried["rwzi"] = at_plant + np.zeros(HOURS)
        passes.append((out, at_plant))
        plant = simulation.cases["base"].plant
        return replace(plant, source_heat={"rwzi": 20e3 + 1e3 * tried["rwzi"]})

    def solve(circuit, boundary, *_, **__):
        year = solved_circuit(circuit, boundary.heat)
        return replace(year, consumer_supply_temperature=21.0 - tried["rwzi"][:, None])

    monkeypatch.setattr(cases_module, "dispatch", dispatch)
    monkeypatch.setattr(cases_module, "solve_steady", solve)
    circuits = dict(simulation.cases["base"].circuits)
    del circuits["effluent"]
    solve_cases(simulation.system, simulation.profiles, circuits, fields=False)

    of_base = [at_plant for out, at_plant in passes if not out]
    assert len(of_base) < 6
    np.testing.assert_allclose(of_base[-1], 10.5)


def test_a_source_circuit_with_the_same_draw_is_not_solved_again(simulation, passes, monkeypatch):
    solve, solved = cases_module.solve_steady, []

    def counted(circuit, *arguments, **keywords):
        solved.append(circuit.id)
        return solve(circuit, *arguments, **keywords)

    def dispatch(*_, out, **__):
        passes.append((out, None))
        return simulation.cases["base"].plant

    monkeypatch.setattr(cases_module, "solve_steady", counted)
    monkeypatch.setattr(cases_module, "dispatch", dispatch)
    circuits = dict(simulation.cases["base"].circuits)
    del circuits["effluent"]
    solve_cases(simulation.system, simulation.profiles, circuits, fields=False)

    assert len(passes) == 4
    assert solved == ["effluent", "effluent"]  # once in each case
