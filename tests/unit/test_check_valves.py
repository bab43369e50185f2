"""Valves that let water pass one way only."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from circuit_factory import drive, scenario, tree
from line_factory import column, solve_folder, write_line
from mesh_factory import with_chords

from warmtenet.networks.columns import RETURN, SUPPLY, Placed
from warmtenet.solvers.steady import solve_steady

JUNCTIONS = "id,x,y,elevation\na,0,0,0\nb,1,0,30\nc,2,0,0\n"
PIPES = "P1,w,a,b,200,0.06,0.4,1e-4 P2,w,c,b,80,0.05,0.4,1e-4"
PRODUCERS = (
    "id,circuit,junction,role,supply_temperature,pressure\n"
    "high,w,a,pressure,60,6 bar\nlow,w,c,pressure,50,series:low\n"
)


def solve_two_tanks(folder: Path, is_check: str) -> object:
    return solve_folder(
        write_line(
            folder,
            junctions=JUNCTIONS,
            pipes=PIPES,
            consumers="id,circuit,junction,flow\ntap,w,b,1\n",
            producers=PRODUCERS,
            low="time_s,low\n3600,1e5\n7200,8e5\n",
            valves=f"id,pipe,side,is_open,is_check\nV1,P2,supply,true,{is_check}\n",
        )
    )


def test_no_water_flows_back_into_the_lower_tank(tmp_path: Path) -> None:
    plain = solve_two_tanks(tmp_path / "plain", "false")
    checked = solve_two_tanks(tmp_path / "checked", "true")

    assert plain.producer_mass_flow[0, 1] < -1.0
    assert checked.producer_mass_flow[0] == pytest.approx([1.0, 0.0], abs=1e-9)
    assert column(checked, "pipe_mass_flow", "P2")[0] == 0.0
    assert column(checked, "pipe_mass_flow", "P2")[1] > 1.0  # now it feeds, as without a valve
    assert checked.producer_mass_flow[1] == pytest.approx(plain.producer_mass_flow[1], rel=1e-9)
    assert checked.circuit.checks.tolist() == [True]


@pytest.mark.parametrize("side", [SUPPLY, RETURN])
def test_a_booster_does_not_drive_water_back_past_itself(side: int) -> None:
    circuit = with_chords(tree((0, 1, 2), [2, 3]), [(1, 2)])
    boundary = drive(circuit, [20e3, 60e3])
    both = replace(
        circuit,
        boosters=Placed(("B",), np.array([1]), np.array([side])),
        valves=Placed(("V",), np.array([3]), np.array([side])),
        checks=np.array([True]),
    )
    raised = replace(boundary, pressure_rise=np.array([[8e3]]))
    year = solve_steady(both, raised, scenario(), fields=True)
    without = solve_steady(
        replace(both, checks=np.array([False])), raised, scenario(), fields=True
    )

    assert without.fields["pipe_mass_flow"][0, 3, side] < 0.0
    assert year.fields["pipe_mass_flow"][0, 3, side] == 0.0
    total = year.producer_mass_flow[0, 0]
    assert year.fields["pipe_mass_flow"][0, 1, side] == pytest.approx(total, rel=1e-9)
    assert year.heat_error.max() < 1e-9


def test_a_check_valve_with_the_flow_changes_nothing() -> None:
    circuit = tree((0, 1), [2])
    plain = solve_steady(circuit, drive(circuit, 30e3), scenario(), fields=True)
    valves = Placed(("V1", "V2"), np.array([1, 1]), np.array([SUPPLY, RETURN]))
    checked = replace(circuit, valves=valves, checks=np.ones(2, dtype=np.bool_))
    year = solve_steady(checked, drive(circuit, 30e3), scenario(), fields=True)

    assert year.consumer_heat == pytest.approx(plain.consumer_heat)
    assert year.fields["pipe_mass_flow"] == pytest.approx(plain.fields["pipe_mass_flow"], rel=1e-7)
