"""Circuits that share trenches, with heat that travels."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from trench_factory import write_district

import warmtenet
from warmtenet.networks.load import load
from warmtenet.profiles.boundary import circuit_boundary
from warmtenet.results.balance import heat_residual
from warmtenet.results.fields import kept_variables, take_field
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.neighbours import neighbours_rise
from warmtenet.solvers.simulation import Simulation
from warmtenet.solvers.steady import solve_steady

ROWS = 30


def district(folder: Path, *overrides: str, loads: tuple[int, int] = (12_000, -4000)) -> Any:
    """Load a warm and a cool circuit with the same load through many hours."""
    warm, cool = loads
    rows = [f"{3600 * k},{warm},{warm},{cool},{cool}\n" for k in range(1, ROWS + 1)]
    head = "time_s,warm-J2,warm-J3,cool-J2,cool-J3\n"
    ground = "time_s,all\n" + "".join(f"{3600 * k},10\n" for k in range(1, ROWS + 1))
    given = {"heat": head + "".join(rows), "ground_temperature": ground}
    return load(write_district(folder, **given), overrides)


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    """The district's own four hours, each with another load."""
    system = load(write_district(tmp_path_factory.mktemp("district")))
    return warmtenet.dynamic(system, fields=True)


def years(simulation: Simulation) -> tuple[CircuitYear, CircuitYear]:
    circuits = simulation.cases["base"].circuits
    return circuits["warm"], circuits["cool"]


def test_what_one_gives_the_other_takes_and_both_close(moved: Simulation) -> None:
    warm, cool = years(moved)

    assert (warm.exchange_from["cool"] == -cool.exchange_from["warm"]).all()
    assert (cool.exchange_from["warm"] > 50.0).all()
    assert warm.exchange_by_pipe is not None
    assert cool.exchange_by_pipe is not None
    both = warm.exchange_by_pipe.sum(axis=0) + cool.exchange_by_pipe.sum(axis=0)
    assert both == pytest.approx(np.zeros(3), abs=1e-3)
    for year in (warm, cool):
        assert heat_residual(year, moved.profiles.duration).max() < 1e-9
        assert year.heat_error.max() < 1e-3


def test_losses_and_exchange_by_pipe_are_those_of_the_circuit(moved: Simulation) -> None:
    case = moved.cases["base"]
    assert "pipe_exchange" in kept_variables(case)
    lost, given = (
        take_field(moved.system, case, n) for n in ("pipe_heat_loss_mean", "pipe_exchange")
    )
    for place, year in enumerate(case.circuits.values()):
        steps = len(year.heat_loss)
        loss = lost.parts[place].values[-steps:].sum(axis=(1, 2))
        exchange = given.parts[place].values[-steps:].sum(axis=(1, 2))
        assert loss == pytest.approx(year.heat_loss, rel=1e-9)
        assert exchange == pytest.approx(-year.exchange, rel=1e-9)


@pytest.mark.parametrize("rings", [0, 6])
def test_steady_loads_end_in_the_steady_exchange(tmp_path: Path, rings: int) -> None:
    system = district(tmp_path, f"ground.radial_cells={rings}")
    steady = years(warmtenet.simulate(system))

    simulation = warmtenet.dynamic(system)

    for year, other in zip(years(simulation), steady, strict=True):
        assert year.exchange[-1] == pytest.approx(other.exchange[-1], rel=2e-3)
        assert year.heat_loss[-1] == pytest.approx(other.heat_loss[-1], rel=2e-3)
        assert heat_residual(year, simulation.profiles.duration).max() < 1e-9


def test_neighbours_raise_the_ground_by_what_their_steady_water_makes(
    tmp_path: Path, moved: Simulation
) -> None:
    system = load(write_district(tmp_path))
    profiles = moved.profiles
    rise = neighbours_rise(system, profiles, "cool")

    assert rise is not None
    warm = solve_steady(
        system.circuits["warm"],
        circuit_boundary(system, profiles, "warm"),
        system.scenario,
        fields=True,
    )
    links, pipes = system.trenches["cool", "warm"], system.circuits["cool"].pipes
    mean = 0.5 * (warm.fields["pipe_inlet_temperature"] + warm.fields["pipe_outlet_temperature"])
    expected = np.zeros(2)
    for k in np.flatnonzero(links.pipe == 0):
        side, other = links.side[k], links.other_side[k]
        conductance = pipes.heat_loss_coefficient[side, 0] * pipes.length[0]
        excess = mean[0, links.other_pipe[k], other] - 10.0
        expected[side] += links.conductance[k] / conductance * excess
    assert rise[:, 0, 0] == pytest.approx(expected, rel=1e-3)
