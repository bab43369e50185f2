"""The design state of a trunk with two branches, by hand."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from circuit_factory import DENSITY, HEAT_CAPACITY, tree
from profile_factory import dwellings_table, seconds_series

from warmtenet.model.dwelling import read_dwelling_types
from warmtenet.model.scenario import Scenario
from warmtenet.networks.sizing import ds439_load
from warmtenet.networks.system import System
from warmtenet.profiles.boundary import circuit_boundary
from warmtenet.profiles.year import Demand, Profiles
from warmtenet.solvers import design_state as module
from warmtenet.solvers.circuit_year import DesignState
from warmtenet.solvers.design_state import METHODS, solve_design_state

DIFFERENCE = 30.0
LENGTHS, DIAMETERS = (100.0, 50.0, 150.0), (0.08, 0.05, 0.05)


def design_system(loads: Any = (60e3, 30e3), method: str = "sum", **columns: Any) -> System:
    """Return a trunk and two branches of 70/40 °C with a consumer at each end."""
    circuit = tree(
        (0, 1, 1),
        [2, 3],
        **{
            "length": LENGTHS,
            "inner_diameter": DIAMETERS,
            "return_temperature": 40.0,
            "design_load": loads,
            **columns,
        },
    )
    scenario = Scenario.model_validate(
        {
            "name": "test",
            "water": {
                "model": "constant",
                "density": DENSITY,
                "viscosity": 4.7e-4,
                "heat_capacity": HEAT_CAPACITY,
            },
            "friction": {"law": "haaland"},
            "ground": {"mean_temperature": 10.0, "amplitude": 0.0},
            "circuits": {"tree": {"design_method": method, "service": "tap_water"}},
        }
    )
    tables = {
        "consumers": pd.DataFrame(
            {
                "id": circuit.consumer_ids,
                "return_temperature": 40.0,
                "heat": [10e3, 20e3],
            },
            dtype=object,
        ),
        "producers": pd.DataFrame({"id": ["plant"], "supply_temperature": [70.0]}, dtype=object),
        "pipes": pd.DataFrame({"id": circuit.pipe_ids}, dtype=object),
    }
    return System(scenario=scenario, folder=Path(), tables=tables, circuits={"tree": circuit})


def hours(demand: Demand | None = None) -> Profiles:
    """Return two hours without weather."""
    return Profiles(
        weather=None,
        demand=demand,
        mode=np.ones(2, dtype=np.int64),
        times=None,
        seconds=np.array([0.0, 3600.0]),
        duration=np.full(2, 3600.0),
        instants=np.array([3600.0, 7200.0]),
        sources={},
    )


def solved(system: System, profiles: Profiles | None = None) -> DesignState:
    state = solve_design_state(system, profiles or hours(), "tree")
    assert state is not None
    return state


def drop(flow: float, pipe: int) -> float:
    """Return the friction of one pipe by Haaland [Pa]."""
    speed = flow / DENSITY / (np.pi * DIAMETERS[pipe] ** 2 / 4.0)
    reynolds = DENSITY * speed * DIAMETERS[pipe] / 4.7e-4
    root = -1.8 * np.log10((1e-4 / 3.7 / DIAMETERS[pipe]) ** 1.11 + 6.9 / reynolds)
    return float(LENGTHS[pipe] / DIAMETERS[pipe] / root**2 * DENSITY * speed**2 / 2.0)


def test_sum_carries_every_load_to_the_plant() -> None:
    state = solved(design_system())

    load = np.array([90e3, 60e3, 30e3])
    flow = load / HEAT_CAPACITY / DIFFERENCE
    assert state.method == METHODS["sum"]
    assert state.mode == "heat"
    assert state.governed_by == ("heat",) * 3
    assert state.load == pytest.approx(load)
    assert state.plant_load == pytest.approx(90e3)
    assert state.mass_flow == pytest.approx(np.stack([flow, flow]))
    assert state.plant_mass_flow == pytest.approx(flow[0])
    assert state.supply_temperature == 70.0
    assert state.return_temperature == 40.0


def test_pressures_are_those_of_the_worst_path() -> None:
    state = solved(
        design_system(plant_pressure_loss=20_000.0, design_flow=1.0, pump_efficiency=0.5)
    )

    flow = np.array([90e3, 60e3, 30e3]) / HEAT_CAPACITY / DIFFERENCE
    drops = np.array([drop(each, pipe) for pipe, each in enumerate(flow)])
    head = 2.0 * drops[0] + 2.0 * drops[1:].max() + 50_000.0
    assert state.pressure_drop == pytest.approx(np.stack([drops, drops]), rel=1e-9)
    assert state.gradient[0] == pytest.approx(drops / LENGTHS, rel=1e-9)
    areas = np.pi * np.array(DIAMETERS) ** 2 / 4.0
    assert state.velocity[1] == pytest.approx(flow / DENSITY / areas, rel=1e-9)
    assert state.worst_consumer == f"C{1 + drops[1:].argmax()}"
    assert state.pressure_difference == pytest.approx(head, rel=1e-9)
    assert state.pump_head == pytest.approx(head + 20_000.0 * flow[0] ** 2, rel=1e-9)
    assert state.pump_electricity == pytest.approx(
        flow[0] / DENSITY * state.pump_head / 0.5, rel=1e-9
    )
    assert state.max_pressure == pytest.approx(200_000.0 + head, rel=1e-9)
    assert state.min_pressure == pytest.approx(200_000.0, rel=1e-9)


def test_supply_cools_on_its_way_to_the_farther_consumer() -> None:
    state = solved(design_system())

    flow = np.array([90e3, 60e3, 30e3]) / HEAT_CAPACITY / DIFFERENCE
    units = 0.2 * np.array(LENGTHS) / flow / HEAT_CAPACITY
    farther = units[0] + units[1:].max()
    assert state.min_supply_temperature == pytest.approx(10.0 + 60.0 * np.exp(-farther))
    # Flows of a design state do not add up, so that its loss is an estimate.
    assert state.heat_loss == pytest.approx(0.2 * sum(LENGTHS) * (60.0 + 30.0), rel=0.02)


def test_consumer_that_is_not_connected_has_no_part() -> None:
    state = solved(design_system(is_connected=[True, False]))

    assert state.load == pytest.approx([60e3, 60e3, 0.0])
    assert state.worst_consumer == "C1"


def test_sum_without_design_loads_takes_the_largest_hours() -> None:
    state = solved(design_system(loads=np.nan))

    assert state.load == pytest.approx([30e3, 10e3, 20e3])


def test_ds439_counts_the_dwellings_behind_each_pipe() -> None:
    system = design_system(method="ds439")
    circuit = replace(system.circuits["tree"], buildings=("flat", "house"))
    homes = dwellings_table(*[("flat", "apartment_medium", 1)] * 5, ("house", "terraced", 1))
    nothing = np.zeros((2, 2))
    small = np.zeros((2, 6), dtype=np.float32)
    demand = Demand(
        dwellings=homes,
        buildings=("flat", "house"),
        space_heat=nothing,
        tap_water=nothing,
        cold=nothing,
        dwelling_space_heat=small,
        dwelling_tap_water=small,
        dwelling_cold=small,
        riser_loss=np.zeros(2),
    )
    state = solved(replace(system, circuits={"tree": circuit}), hours(demand))

    exchangers = read_dwelling_types()
    flats, house = 5.0 * exchangers["apartment_medium"].exchanger, exchangers["terraced"].exchanger
    coincident = ds439_load(np.array([6.0, 5.0, 1.0]))
    expected = np.minimum(coincident, [flats + house, flats, house])
    assert state.method == METHODS["ds439"]
    assert coincident[0] == expected[0]
    assert coincident[2] > house
    assert state.load == pytest.approx(expected)
    assert state.plant_load == pytest.approx(expected[0])


def test_circuit_without_any_load_has_no_design_state() -> None:
    assert solve_design_state(design_system(loads=0.0), hours(), "tree") is None


def test_cold_that_asks_for_more_flow_than_heat_governs() -> None:
    system = design_system(loads=(6e3, 3e3), cooling_return_temperature=22.0)
    tables = dict(system.tables)
    tables["consumers"] = tables["consumers"].assign(
        heat=[-6e3, -3e3], cooling_return_temperature=22.0
    )
    tables["producers"] = tables["producers"].assign(cooling_supply_temperature=18.0)
    state = solve_design_state(replace(system, tables=tables), hours(), "tree")

    assert state is not None
    assert state.mode == "cold"
    assert state.governed_by == ("cold", "cold", "cold")
    assert np.isnan(state.min_supply_temperature)
    assert state.plant_mass_flow == pytest.approx(9e3 / (HEAT_CAPACITY * 4.0), rel=1e-9)


def test_lowest_supply_is_that_of_heat_also_where_cold_governs() -> None:
    system = design_system(loads=np.nan, cooling_return_temperature=22.0)
    tables = dict(system.tables)
    tables["consumers"] = tables["consumers"].assign(cooling_return_temperature=22.0)
    tables["producers"] = tables["producers"].assign(cooling_supply_temperature=18.0)
    loads = {"C1": [6e3, -6e3], "C2": [3e3, -6e3]}
    series = {"heat": seconds_series("heat", [3600.0, 7200.0], loads)}
    state = solved(replace(system, tables=tables, series=series))

    flow = np.array([9e3, 6e3, 3e3]) / HEAT_CAPACITY / DIFFERENCE
    units = 0.2 * np.array(LENGTHS) / flow / HEAT_CAPACITY
    assert state.mode == "cold"
    assert state.supply_temperature == 18.0
    farther = units[0] + units[1:].max()
    assert state.min_supply_temperature == pytest.approx(10.0 + 60.0 * np.exp(-farther))


@pytest.mark.parametrize("cooling", [np.nan, 22.0])
def test_what_drives_a_circuit_is_read_once(
    monkeypatch: pytest.MonkeyPatch, cooling: float
) -> None:
    read = []

    def counted(*arguments: Any, **keywords: Any) -> Any:
        read.append(arguments)
        return circuit_boundary(*arguments, **keywords)

    monkeypatch.setattr(module, "circuit_boundary", counted)
    solved(design_system(loads=np.nan, cooling_return_temperature=cooling))

    assert len(read) == 1
