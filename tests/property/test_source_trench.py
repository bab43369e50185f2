"""What physics promises of source circuits in the trenches of others, however they lie."""

import tempfile
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_trench_factory import ROUTES, SCENARIO, TANK, loads, trench_rows, write_sources

from warmtenet.networks.load import load
from warmtenet.results.balance import balance, heat_residual
from warmtenet.solvers.simulate import simulate
from warmtenet.solvers.simulation import Simulation

HOURS = (0, 24)

orders = st.permutations(ROUTES)
gaps = st.floats(0.02, 0.8)
soils = st.floats(0.5, 3.0)
shares = st.floats(0.01, 1.0)
kilns = st.sampled_from(["0 kW", "20 kW", "150 kW"])
tanks = st.sampled_from(["", TANK])


def solve(rows: str, soil: float, share: float, kiln: str, tank: str) -> Simulation:
    scenario = SCENARIO.replace('"50 kW"', f'"{kiln}"') + tank
    with tempfile.TemporaryDirectory() as folder:
        system = load(
            write_sources(
                Path(folder),
                scenario=scenario,
                trenches=f"id,soil_conductivity\nT1,{soil}\n",
                trench_pipes=rows,
                heat=loads(share),
            )
        )
        return simulate(system, hours=HOURS)


@settings(max_examples=12)
@given(orders, gaps, soils, shares, kilns, tanks)
def test_what_circuits_and_plant_give_each_other_adds_up(
    order: list[str], gap: float, soil: float, share: float, kiln: str, tank: str
) -> None:
    simulation = solve(trench_rows(order, gap), soil, share, kiln, tank)

    for case in simulation.cases.values():
        for one, other in combinations(case.circuits, 2):
            given_away = case.circuits[one].exchange_from[other]
            assert (given_away == -case.circuits[other].exchange_from[one]).all()
        for year in case.circuits.values():
            assert heat_residual(year).max() < 1e-9
            assert year.heat_error.max() < 1e-3
        assert case.plant is not None
        taken = case.circuits["heat"].producer_heat[:, 0]
        np.testing.assert_array_equal(case.plant.load["heat"], taken)
        for source, heat in case.plant.source_heat.items():
            drawn = case.circuits[source].consumer_heat[:, 0]
            assert drawn == pytest.approx(heat, rel=1e-9, abs=1e-6)
    assert balance(simulation).plant_relative < 1e-9


@settings(max_examples=6)
@given(orders, gaps, shares, tanks)
def test_where_a_trench_begins_and_which_circuit_comes_first_change_nothing(
    order: list[str], gap: float, share: float, tank: str
) -> None:
    """The mirror image of the trench, its rows in reverse."""
    rows = trench_rows(order, gap)
    head, *places = rows.splitlines()
    cells = [place.split(",") for place in reversed(places)]
    mirrored = [",".join([*cell[:3], f"{7.0 - float(cell[3]):.6f}", cell[4]]) for cell in cells]
    first = solve(rows, 1.6, share, "50 kW", tank)
    second = solve("\n".join([head, *mirrored]) + "\n", 1.6, share, "50 kW", tank)

    for name, case in first.cases.items():
        for circuit, year in case.circuits.items():
            other = second.cases[name].circuits[circuit]
            assert other.exchange == pytest.approx(year.exchange, rel=1e-4, abs=0.5)
            assert other.producer_heat == pytest.approx(year.producer_heat, rel=1e-5, abs=0.5)
