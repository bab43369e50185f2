"""Consumers whose flow is given, from their tables to their heat."""

from pathlib import Path

import numpy as np
import pytest
from village import add_column, edit, fault_lines, hourly, write_village

from warmtenet.networks.load import load
from warmtenet.solvers.simulate import simulate


def test_flow_of_a_cell_or_a_series_is_drawn_and_no_heat_is_asked_for(tmp_path: Path) -> None:
    folder = write_village(tmp_path, flow=hourly("mill", "720 kg/h"))
    add_column(folder, "consumers", "flow", "")
    edit(folder, "consumers.csv", "farm,heat,farm,30 kW,40,", "farm,heat,farm,,40,0.1")
    edit(folder, "consumers.csv", "mill,heat,mill,40 kW,40,", "mill,heat,mill,,40,")
    year = simulate(load(folder), hours=(0, 3)).cases["base"].circuits["heat"]

    flow, fall = year.consumer_mass_flow, year.consumer_supply_temperature - 40.0
    assert flow[:, :2] == pytest.approx(np.tile([0.2, 0.1], (3, 1)), rel=1e-12)
    assert year.consumer_heat[:, :2] == pytest.approx(flow[:, :2] * 4184.0 * fall[:, :2], rel=2e-3)
    assert year.consumer_heat[:, 2] == pytest.approx(np.full(3, 10e3))
    assert (year.consumer_unserved_heat == 0.0).all()


def test_negative_flow_is_refused(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    add_column(folder, "consumers", "flow", "-0.1")

    assert fault_lines(folder)[0].endswith("flow = -0.1, expected a number at least 0 kg/s")


def test_negative_flow_in_a_series_is_refused(tmp_path: Path) -> None:
    folder = write_village(tmp_path, flow="time_s,mill\n60,0.2\n120,-0.1\n180,-0.2\n")

    (fault,) = fault_lines(folder)
    assert fault.startswith("flow.csv row 2: mill = -0.1, expected a number at least 0 kg/s")
