"""Pipes in one trench beside finite volumes, and circuits in it beside their own equations."""

from pathlib import Path

import numpy as np
import pytest
from finite_volumes import finite_volume_conductances
from scipy.integrate import solve_bvp
from trench_factory import single, trench_rows, twin, write_district

from warmtenet.model.catalogue import read_catalogue
from warmtenet.model.trench import Casing, trench_conductances
from warmtenet.networks.load import load
from warmtenet.profiles.boundary import circuit_boundary
from warmtenet.profiles.build import build_profiles
from warmtenet.solvers.trenches import solve_linked

CELL = 0.002
"""Of the finite volumes. [m]"""

STAIRCASE = 0.02
"""Circles as squares of that size: halving them moves the diagonal by as much. [1]"""

STAIRCASE_BETWEEN = 0.04
"""The same for what two pipes exchange. [1]"""


def upright(kind: str, x: float) -> Casing:
    lying = twin(kind, x)
    (a, depth), (b, _) = lying.pipes
    half = (b - a) / 2.0
    return Casing(section=lying.section, pipes=((x, depth - half), (x, depth + half)))


def twins() -> list[Casing]:
    first, second = "pexa-twin-plus-63", "steel-twin-S2-DN50"
    widths = [read_catalogue()[kind].casing_diameter / 2.0 for kind in (first, second)]
    return [twin(first, 0.0), twin(second, sum(widths) + 0.15)]


def singles() -> list[Casing]:
    wide = "steel-single-S2-DN150"
    return [
        single(wide, 0.0),
        single(wide, read_catalogue()[wide].casing_diameter + 0.15),
        single("steel-single-S1-DN50", 0.9),
        single("steel-single-S1-DN50", 1.2),
    ]


TRENCHES = {
    "two twins": twins(),
    "four singles": singles(),
    "upright twin": [upright("pexa-twin-plus-63", 0.0), single("steel-single-S1-DN50", 0.35)],
}


@pytest.mark.validation
@pytest.mark.parametrize("name", TRENCHES)
def test_conductances_match_finite_volumes(name: str) -> None:
    found = trench_conductances(TRENCHES[name], [], 1.6)
    expected = finite_volume_conductances(TRENCHES[name], 1.6, CELL)

    assert np.diag(found) == pytest.approx(np.diag(expected), rel=STAIRCASE)
    assert found.sum(axis=1) == pytest.approx(expected.sum(axis=1), rel=STAIRCASE)
    assert found == pytest.approx(expected, rel=STAIRCASE_BETWEEN)


@pytest.mark.validation
def test_one_trench_matches_the_equations_of_its_four_pipes(tmp_path: Path) -> None:
    """Four coupled equations along the trench, solved by collocation.

    Ours takes of the other circuit's pipes the mean water; their profile along 400 m changes the
    exchange by some 1e-3, which is the tolerance.
    """
    length, ground = 400.0, 10.0
    folder = write_district(
        tmp_path,
        pipes="id,circuit,from_junction,to_junction,length,type\n"
        f"warm-1,warm,plant,J1,{length},steel-twin-S2-DN50\n"
        f"cool-1,cool,plant,J1,{length},steel-single-S1-DN100\n",
        junctions="id,x,y\nplant,0,0\nJ1,1,0\n",
        consumers="id,circuit,junction,return_temperature\nw,warm,J1,40\nc,cool,J1,22\n",
        trenches="id,soil_conductivity\nT1,1.6\n",
        trench_pipes=trench_rows((("T1", "1"),)),
        heat="time_s,w,c\n3600,30000,-9000\n14400,30000,-9000\n",
        scenario='name = "one"\ncrs = "none"\n[water]\nmodel = "constant"\n'
        "[friction]\nheating = false\n[solver]\nthreads = 1\ntolerance = 1e-10\n",
    )
    system = load(folder)
    profiles = build_profiles(system)
    names = tuple(system.circuits)
    years = solve_linked(
        system.circuits,
        {name: circuit_boundary(system, profiles, name) for name in names},
        system.trenches,
        system.scenario,
    )
    warm, cool = years["warm"], years["cool"]
    capacity = system.scenario.water.heat_capacity
    flow = np.array([year.producer_mass_flow[0, 0] for year in (warm, warm, cool, cool)])
    matrix = trench_conductances([twin("steel-twin-S2-DN50", 0.0), *_cool_casings()], [], 1.6)
    sign = np.array([1.0, -1.0, -1.0, 1.0])  # return, supply in the order of the places
    ends = [70.0, 40.0, 22.0, 18.0]

    def slopes(_: np.ndarray, water: np.ndarray) -> np.ndarray:
        lost = matrix @ (water - ground)
        return -lost * sign[:, None] / (flow * capacity)[:, None]

    def fixed(near: np.ndarray, far: np.ndarray) -> np.ndarray:
        return np.array([near[0] - 70.0, far[1] - 40.0, far[2] - 22.0, near[3] - 18.0])

    x = np.linspace(0.0, length, 41)
    exact = solve_bvp(slopes, fixed, x, np.tile(np.array(ends)[:, None], x.size), tol=1e-9)
    assert exact.success
    outlets = {"supply": exact.y[0, -1], "back": exact.y[1, 0]}
    assert warm.consumer_supply_temperature[0, 0] == pytest.approx(outlets["supply"], abs=2e-3)
    assert warm.producer_return_temperature[0, 0] == pytest.approx(outlets["back"], abs=2e-3)
    assert cool.consumer_supply_temperature[0, 0] == pytest.approx(exact.y[3, -1], abs=2e-3)
    assert cool.producer_return_temperature[0, 0] == pytest.approx(exact.y[2, 0], abs=2e-3)
    mean = np.trapezoid(exact.sol(np.linspace(0.0, length, 4001)), dx=length / 4000.0)
    between = -matrix[:2, 2:]
    heat = (between * (mean[:2, None] - mean[None, 2:])).sum()
    assert cool.exchange_from["warm"][0] == pytest.approx(heat, rel=1e-3)


def _cool_casings() -> list[Casing]:
    """Return the casings of the cool circuit's return and supply, as the district has them."""
    warm, cool = "steel-twin-S2-DN50", "steel-single-S1-DN100"
    kinds = read_catalogue()
    wide = kinds[cool].casing_diameter
    first = kinds[warm].casing_diameter / 2.0 + 0.15 + wide / 2.0
    return [single(cool, first), single(cool, first + wide + 0.15)]
