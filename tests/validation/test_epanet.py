"""Hydraulics of networks that wntr ships, against EPANET with the Darcy-Weisbach law.

EPANET's turbulent friction is the formula of Swamee and Jain, ours the equation of Colebrook.
Where viscosity does not count (about a thousandth of water's: all pipes are fully rough) both are
the same, and so must be all flows and pressures. With water's own viscosity friction differs by
what the formula is off: at most 1 % of f (Swamee and Jain, J. Hydraul. Div. ASCE 102 (1976), for
5e3 < Re < 1e8), so that flows differ by half of that where two ways share one.
"""

from pathlib import Path

import numpy as np
import pytest
from epanet_tables import Solved, solve_epanet, write_tables

from warmtenet.networks.columns import FloatArray
from warmtenet.networks.load import load
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.simulate import simulate

pytestmark = pytest.mark.validation

NETWORKS = {
    "Net1": range(0, 25, 4),
    "Net2": range(0, 50, 7),
    "Net3": range(0, 160, 11),
    "ky4": [0],
}
INVISCID = 1.1e-3
"""Viscosity, of water's: at 1e-3 and below EPANET takes it for an absolute one."""

SAME = 1e-3
"""What design 12 asks for: 0.1 %."""

EPANET_ACCURACY = 1e-4
"""What a pipe's flow is off at most when EPANET stops, of the largest. [1]"""

FORMULA = 0.01
"""Error of the formula of Swamee and Jain. [1]"""


def solve_both(name: str, viscosity: float, folder: Path) -> tuple[CircuitYear, Solved]:
    network, results = solve_epanet(name, viscosity, folder)
    solved = write_tables(folder / "tables", network, results, list(NETWORKS[name]))
    year = simulate(load(folder / "tables"), fields=True).cases["base"].circuits["w"]
    return year, solved


def flows_apart(year: CircuitYear, solved: Solved) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return by how much flows differ, EPANET's, and the largest of each hour. [kg/s]"""
    flow, given = year.fields["pipe_mass_flow"][..., 0], solved.flow.to_numpy()
    ours = flow[:, [year.circuit.pipe_ids.index(name) for name in solved.flow]]
    return np.abs(ours - given), np.abs(given), np.abs(given).max(axis=1, keepdims=True)


def pressures_apart(year: CircuitYear, solved: Solved) -> tuple[FloatArray, float]:
    """Return by how much pressures differ where there is one, and the largest. [Pa]"""
    pressure = year.fields["junction_pressure"][..., 0]
    ours = pressure[:, [year.circuit.junctions.index(name) for name in solved.pressure]]
    assert np.isfinite(ours).mean() > 0.99
    return np.abs(ours - solved.pressure.to_numpy()), float(np.nanmax(np.abs(ours)))


@pytest.mark.parametrize("name", NETWORKS)
def test_rough_flow_is_that_of_epanet(name: str, tmp_path: Path) -> None:
    year, solved = solve_both(name, INVISCID, tmp_path)

    apart, given, largest = flows_apart(year, solved)
    assert (apart <= SAME * given + EPANET_ACCURACY * largest).all()
    pressure, most = pressures_apart(year, solved)
    assert np.nanmax(pressure) <= SAME * most
    assert year.head_residual is not None
    assert year.head_residual.max() < 1e-6
    assert year.mass_residual.max() < 1e-9


@pytest.mark.parametrize("name", NETWORKS)
def test_water_flows_as_in_epanet_within_its_friction(name: str, tmp_path: Path) -> None:
    year, solved = solve_both(name, 1.0, tmp_path)

    apart, _, largest = flows_apart(year, solved)
    assert (apart <= FORMULA * largest).all()
    assert year.heat_error.max() < 1e-9
