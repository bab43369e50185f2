"""What circuits in shared trenches begin with."""

from pathlib import Path

import numpy as np
import pytest
from trench_factory import write_district
from village import write_village

from warmtenet.networks.boundary import Boundary
from warmtenet.networks.load import load
from warmtenet.networks.system import System
from warmtenet.profiles.boundary import circuit_boundary
from warmtenet.profiles.build import build_profiles
from warmtenet.solvers import trenches
from warmtenet.solvers.simulate import simulate
from warmtenet.solvers.steady import solve_steady
from warmtenet.solvers.trench_guess import flowing_pipes, surest_first, usual_excess

WARM = (
    "id,circuit,junction,return_temperature,bypass_temperature\n"
    "warm-J2,warm,J2,40,60\nwarm-J3,warm,J3,40,60\n"
    "cool-J2,cool,J2,22,\ncool-J3,cool,J3,22,\n"
)


def boundary_of(system: System, name: str) -> Boundary:
    return circuit_boundary(system, build_profiles(system), name)


def test_water_moves_on_the_way_to_those_who_draw(tmp_path: Path) -> None:
    heat = "time_s,mill,farm,inn\n3600,1e4,0,0\n7200,0,0,1e3\n10800,0,0,0\n"
    system = load(write_village(tmp_path, heat=heat))
    flows = flowing_pipes(system.circuits["heat"], boundary_of(system, "heat"))

    assert flows.tolist() == [  # P-1 to all, P-2 to the mill, P-3 and P-4 to the inn
        [True, True, False],
        [True, False, False],
        [False, True, False],
        [False, True, False],
    ]


def test_bypasses_keep_water_moving(tmp_path: Path) -> None:
    heat = "time_s,mill,farm,inn\n3600,0,0,0\n"
    head = "id,circuit,junction,return_temperature,bypass_flow\n"
    rows = "mill,heat,mill,40,0\nfarm,heat,farm,40,0.01\ninn,heat,inn,35,0\n"
    system = load(write_village(tmp_path, heat=heat, consumers=head + rows))
    flows = flowing_pipes(system.circuits["heat"], boundary_of(system, "heat"))

    assert flows[:, 0].tolist() == [True, False, True, False]


@pytest.mark.parametrize("kilowatts", [100.0, 5.0, 0.5, 0.01])
def test_the_usual_excess_is_near_that_of_one_pipe(tmp_path: Path, kilowatts: float) -> None:
    """However little is drawn: the less, the nearer the water comes to what is returned."""
    head = "id,circuit,junction,heat,return_temperature\n"
    folder = write_village(
        tmp_path,
        pipes="id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient\n"
        "P,heat,plant,tee,400,0.08,0.2\n",
        consumers=head + f"mill,heat,tee,{kilowatts} kW,40\n",
        junctions="id,x,y\nplant,0,0\ntee,400,0\n",
    )
    system = load(folder)
    circuit, boundary = system.circuits["heat"], boundary_of(system, "heat")
    usual = usual_excess(circuit, boundary, flowing_pipes(circuit, boundary))
    year = solve_steady(circuit, boundary, system.scenario, fields=["pipe_heat_loss"])
    expected = year.fields["pipe_heat_loss"][:, 0].T / (0.2 * 400.0)

    assert usual == pytest.approx(expected, rel=0.02)


def test_nothing_moves_where_nothing_is_drawn(tmp_path: Path) -> None:
    system = load(write_village(tmp_path, heat="time_s,mill,farm,inn\n3600,0,0,0\n"))
    circuit, boundary = system.circuits["heat"], boundary_of(system, "heat")

    assert (usual_excess(circuit, boundary, flowing_pipes(circuit, boundary)) == 0.0).all()


def test_the_circuit_with_bypasses_comes_first(tmp_path: Path) -> None:
    system = load(write_district(tmp_path, consumers=WARM))
    backwards = dict(reversed(system.circuits.items()))

    assert surest_first(system.circuits) == surest_first(backwards) == ("warm", "cool")


def test_three_solves_bring_a_circuit_with_bypasses_and_another_to_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved = []

    def counted(circuit, boundary, scenario, **how):
        solved.append((circuit.id, how["only_water"]))
        return solve_steady(circuit, boundary, scenario, **how)

    monkeypatch.setattr(trenches, "solve_steady", counted)
    years = simulate(load(write_district(tmp_path, consumers=WARM))).cases["base"].circuits

    assert solved == [("warm", True), ("cool", False), ("warm", False)]
    assert np.max([year.heat_error for year in years.values()]) < 1e-6
