"""A circuit, the plant and its source beside it in one trench, against a solution by hand.

Four pipes as line sources in the ground: one kernel of ln(image / distance), a four by four
inverse, four linear equations along the trench whose solution is a matrix exponential, and two
flows that scipy finds. Nothing of it is ours but the heat capacity of the water and the rules of
the plant: it gives the circuit what it takes, from waste heat that returns by its two approaches
warmer than the circuit's water.
"""

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.optimize import fsolve
from village import hourly, write_village

from warmtenet.networks.load import load
from warmtenet.solvers.simulate import simulate

LENGTH, SOIL, GROUND = 200.0, 1.6, 10.0
CAPACITY = 4185.0
SENT, BACK, WASTE, APPROACH = 70.0, 40.0, 90.0, 2.0

FILM = 0.0685
"""At the surface, EN 13941-1; counts as that much times the conductivity of soil. [m2 K/W]"""

COEFFICIENTS = {"heat": (0.35, 0.30), "kiln": (0.25, 0.40)}
"""Of supply and return to the ground, each route for itself; pairs exchange nothing. [W/(m K)]"""

PLACES = {"heat": ((0.0, 1.0), (0.35, 1.0)), "kiln": ((0.75, 1.1), (1.1, 1.1))}
"""Of supply and return: across, and depth. [m]"""

SCENARIO = f"""\
name = "by-hand"
crs = "none"
[water]
model = "constant"
heat_capacity = {CAPACITY}
[friction]
heating = false
[solver]
threads = 1
tolerance = 1e-10
[sources.kiln]
kind = "waste_heat"
capacity = "5 MW"
temperature = {WASTE}
circuit = "kiln"
consumer = "plant_kiln"
approach = {APPROACH / 2.0}
[plant]
producers = ["boiler"]
consumers = ["plant_kiln"]
priorities = ["kiln"]
approach = {APPROACH / 2.0}
"""

EXCHANGED = 1e-3
"""Ours takes of the other circuit's pipes the mean water, not its profile. [1]"""

WARMTH = 0.01
"""Plant and source agree to this. [K]"""


class ByHand(NamedTuple):
    """What the equations say."""

    arrives: float
    returns: float
    source_arrives: float
    source_returns: float
    drawn: float
    exchanged: float


def conductances() -> np.ndarray:
    """Return W/(m K) between four line sources, heat's supply and return, then the kiln's."""
    places = [place for name in ("heat", "kiln") for place in PLACES[name]]
    own = [1.0 / each for name in ("heat", "kiln") for each in COEFFICIENTS[name]]
    resistance, more = np.diag(own), 2.0 * FILM * SOIL
    for i, (x, depth) in enumerate(places):
        for j, (other, below) in enumerate(places):
            if i != j:
                apart = math.hypot(x - other, depth - below)
                image = math.hypot(x - other, depth + below + more)
                resistance[i, j] = math.log(image / apart) / (2.0 * math.pi * SOIL)
    return np.linalg.inv(resistance)


def solve_by_hand(load_at_end: float) -> ByHand:
    """Return the state in which the plant gives what the circuit takes."""
    matrix = conductances()
    start = np.array([load_at_end / (CAPACITY * (SENT - BACK)), load_at_end / (CAPACITY * 45.0)])

    def state(flows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return all water at the plant and at the far end, and the mean between, less ground.

        The heat circuit runs from the plant, the kiln's water towards it.
        """
        capacity = np.repeat(flows, 2) * CAPACITY * np.array([1.0, -1.0, -1.0, 1.0])
        slope = -matrix / capacity[:, None]
        way = expm(slope * LENGTH)
        # unknown at the plant: all four; known: what is sent and returned, at its end of the way
        rows, given = np.zeros((4, 4)), np.zeros(4)
        rows[0, 0], given[0] = 1.0, SENT - GROUND
        rows[1], given[1] = way[1], BACK - GROUND
        rows[2], given[2] = way[2], WASTE - GROUND
        rows[3] = [0.0, -1.0, 0.0, 1.0]  # the kiln's water leaves the plant by the approach warmer
        given[3] = APPROACH
        near = np.linalg.solve(rows, given)
        mean = np.linalg.solve(slope * LENGTH, (way - np.eye(4)) @ near)
        return near, way @ near, mean

    def missing(flows: np.ndarray) -> list[float]:
        near, far, _ = state(flows)
        served = flows[0] * CAPACITY * (far[0] - far[1]) - load_at_end
        given = flows[0] * CAPACITY * (near[0] - near[1])
        drawn = flows[1] * CAPACITY * (near[2] - near[3])
        return [served / load_at_end, (drawn - given) / load_at_end]

    flows, _, found, _ = fsolve(missing, start, full_output=True, xtol=1e-13)
    assert found == 1
    near, far, mean = state(flows)
    between = -matrix[:2, 2:]
    return ByHand(
        arrives=far[0] + GROUND,
        returns=near[1] + GROUND,
        source_arrives=near[2] + GROUND,
        source_returns=far[3] + GROUND,
        drawn=flows[1] * CAPACITY * (near[2] - near[3]),
        exchanged=LENGTH * float((between * (mean[None, 2:] - mean[:2, None])).sum()),
    )


def write(folder: Path, load_at_end: float) -> Path:
    """Write the trench as tables."""
    head = "id,circuit,from_junction,to_junction,length,inner_diameter"
    of_sides = ",".join(f"heat_loss_coefficient_{side}" for side in ("supply", "return"))
    ends = {"heat": "plant,end", "kiln": "end,plant"}
    rows = [
        f"{name},{name},{ends[name]},{LENGTH},0.08,{u[0]},{u[1]}"
        for name, u in COEFFICIENTS.items()
    ]
    lies = [
        f"T,{name},{side},{x},{depth}"
        for name, places in PLACES.items()
        for side, (x, depth) in zip(("supply", "return"), places, strict=True)
    ]
    return write_village(
        folder,
        scenario=SCENARIO,
        junctions="id,x,y\nplant,0,0\nend,1,0\n",
        pipes="\n".join([f"{head},{of_sides}", *rows]) + "\n",
        consumers="id,circuit,junction,return_temperature\n"
        f"mill,heat,end,{BACK}\nplant_kiln,kiln,plant,{BACK}\n",
        producers="id,circuit,junction,role,supply_temperature\n"
        f"boiler,heat,plant,pressure,{SENT}\nkiln,kiln,end,pressure,source:kiln\n",
        trenches=f"id,soil_conductivity\nT,{SOIL}\n",
        trench_pipes="trench,pipe,side,x,depth\n" + "\n".join(lies) + "\n",
        heat=hourly("mill", f"{load_at_end}"),
        ground_temperature=hourly("all", f"{GROUND}"),
    )


@pytest.mark.validation
@pytest.mark.parametrize("load_at_end", [150e3, 40e3, 15e3])
def test_circuit_plant_and_source_match_the_equations(tmp_path: Path, load_at_end: float) -> None:
    expected = solve_by_hand(load_at_end)
    case = simulate(load(write(tmp_path, load_at_end)), hours=(0, 1)).cases["base"]
    heat, kiln = case.circuits["heat"], case.circuits["kiln"]

    assert heat.exchange_from["kiln"][0] == pytest.approx(expected.exchanged, rel=EXCHANGED)
    assert kiln.exchange_from["heat"][0] == -heat.exchange_from["kiln"][0]
    assert heat.consumer_supply_temperature[0, 0] == pytest.approx(expected.arrives, abs=WARMTH)
    assert heat.producer_return_temperature[0, 0] == pytest.approx(expected.returns, abs=WARMTH)
    arrives, returns = expected.source_arrives, expected.source_returns
    assert kiln.consumer_supply_temperature[0, 0] == pytest.approx(arrives, abs=WARMTH)
    assert kiln.producer_return_temperature[0, 0] == pytest.approx(returns, abs=WARMTH)
    assert case.plant is not None
    assert case.plant.source_heat["kiln"][0] == pytest.approx(expected.drawn, rel=1e-4)
