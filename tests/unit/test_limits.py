from dataclasses import replace

import numpy as np
from factories import small_simulation

from warmtenet.solvers.circuit_year import FLOW_LIMIT
from warmtenet.studies.limits import find_limits


def with_circuit(simulation, name, **changes):
    case = simulation.cases["base"]
    circuits = {**case.circuits, name: replace(case.circuits[name], **changes)}
    return replace(
        simulation, cases={**simulation.cases, "base": replace(case, circuits=circuits)}
    )


def figures(simulation, **changes):
    return simulation.cases["base"].circuits["space"].pipe_figures._replace(**changes)


def test_a_served_year_within_its_limits_has_no_warnings():
    assert find_limits(small_simulation()) == []


def test_unserved_heat_names_the_worst_consumer_cause_and_remedy():
    simulation = small_simulation()
    missing, reason = np.zeros((48, 2)), np.zeros((48, 2), dtype=np.int8)
    missing[3:5, 1], reason[3:5, 1] = 2e3, FLOW_LIMIT
    found = find_limits(
        with_circuit(
            simulation, "tap_water", consumer_unserved_heat=missing, consumer_reason=reason
        )
    )

    assert found == [
        "circuit 'tap_water': 0.004 MWh unserved at 1 of 2 consumers, most at 'tap-b' (2 h): "
        "its max_flow is reached: raise it, or cool the return further"
    ]


def test_what_the_plant_cannot_give_is_told_by_case():
    simulation = small_simulation()
    backup = simulation.cases["backup"]
    missing = np.zeros(48)
    missing[10] = 5e3
    plant = replace(backup.plant, unserved={"space": missing})
    cases = {**simulation.cases, "backup": replace(backup, plant=plant)}
    (found,) = find_limits(replace(simulation, cases=cases))

    assert found.startswith(
        "plant, case 'backup': 0.005 MWh unserved in circuit 'space' in 1 h, most at "
        "2029-01-01T10:00 (5 kW): sources and heat pumps give no more"
    )


def test_a_connection_that_is_too_small_is_told():
    simulation = small_simulation()
    plant = simulation.system.scenario.plant.model_copy(update={"connection_limit": 5e3})
    scenario = simulation.system.scenario.model_copy(update={"plant": plant})
    found = find_limits(replace(simulation, system=replace(simulation.system, scenario=scenario)))

    assert [line.split(":")[0] for line in found] == [
        "plant, case 'base'",
        "plant, case 'backup'",
    ]
    assert "exceeds the connection of 5 kW" in found[0]


def test_velocity_pressure_and_boiling_are_told_once_per_circuit():
    simulation = small_simulation()
    both = np.ones((2, 2))
    broken = figures(
        simulation,
        peak_velocity=3.0 * both,
        max_pressure=12e5 * both,
        max_temperature=80.0 * both,
        min_pressure=-0.9e5 * both,
    )
    found = find_limits(with_circuit(simulation, "space", pipe_figures=broken))

    assert len(found) == 3
    assert "velocity in pipe 'space-0' is 3 m/s, limit 2 (2 pipes exceed it)" in found[0]
    assert "pressure in pipe 'space-0' is 12 bar, limit 10" in found[1]
    assert "its water would boil" in found[2]


def test_an_hour_that_did_not_converge_is_named():
    simulation = small_simulation()
    error = np.zeros(48)
    error[30] = 0.2
    (found,) = [
        line
        for line in find_limits(with_circuit(simulation, "space", heat_error=error))
        if "converge" in line
    ]

    assert found.startswith("circuit 'space', case 'base': at 2029-01-02T06:00 did not converge")
