"""Small meshes against a dense solution of all their equations at once."""

from dataclasses import dataclass
from math import log10

import numpy as np
import pytest
from circuit_factory import DENSITY, HEAT_CAPACITY, VISCOSITY, drive, scenario, tree
from mesh_factory import with_chords, with_producers
from scipy.optimize import fsolve

from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit, FloatArray
from warmtenet.solvers.steady import solve_steady

pytestmark = pytest.mark.validation

TURBULENT_FROM = 4000.0
"""The flows of these meshes are turbulent, so that no rule for the transition is needed. [1]"""


@dataclass(frozen=True)
class Mesh:
    """Tree, chords, consumers and further producers of flow in a small mesh."""

    parents: tuple[int, ...]
    chords: tuple[tuple[int, int], ...]
    at: tuple[int, ...]
    load: tuple[float, ...]
    producers: tuple[tuple[int, float, float], ...] = ()
    """Junction, flow [kg/s] and supply temperature [°C]."""


ONE_LOOP = Mesh((0, 1, 2), ((3, 0),), (1, 2, 3), (40e3, 60e3, 15e3))
TWO_LOOPS = Mesh((0, 1, 2, 3), ((4, 0), (2, 0)), (1, 2, 3, 4), (30e3, 120e3, 50e3, 20e3))
TWO_PRODUCERS = Mesh(
    (0, 1, 2, 3), ((4, 1),), (1, 2, 3, 4), (60e3, 50e3, 90e3, 40e3), ((3, 0.8, 62.0),)
)
MESHES = {"one loop": ONE_LOOP, "two loops": TWO_LOOPS, "two producers": TWO_PRODUCERS}


def build(mesh: Mesh) -> tuple[Circuit, Boundary]:
    """Return the circuit, with pipes of random length and of one size, and its hour."""
    circuit = with_chords(tree(mesh.parents, mesh.at, roughness=2e-4), mesh.chords)
    rng = np.random.default_rng(7)
    count = len(circuit.pipe_ids)
    circuit.pipes.length[:] = rng.uniform(60.0, 200.0, count)
    circuit.pipes.inner_diameter[:] = rng.uniform(0.04, 0.06, (2, count))
    circuit.pipes.heat_loss_coefficient[:] = rng.uniform(0.15, 0.3, (2, count))
    given = [("mass_flow", flow, supply) for _, flow, supply in mesh.producers]
    return with_producers(
        circuit, drive(circuit, mesh.load), [row[0] for row in mesh.producers], given
    )


def friction_drop(circuit: Circuit, pipe: int, side: int, flow: float) -> float:
    """Return the drop of a turbulent flow, after 60 fixed-point steps on Colebrook. [Pa]"""
    diameter = circuit.pipes.inner_diameter[side, pipe]
    relative = circuit.pipes.roughness[side, pipe] / diameter / 3.7
    reynolds = max(4.0 * abs(flow) / (np.pi * diameter * VISCOSITY), 1000.0)
    root = 7.0
    for _ in range(60):
        root = -2.0 * log10(relative + 2.51 * root / reynolds)
    area = np.pi * diameter**2 / 4.0
    slenderness = circuit.pipes.length[pipe] / diameter
    return float(slenderness / root**2 * flow * abs(flow) / (2.0 * DENSITY * area**2))


@dataclass(frozen=True)
class Unknown:
    """What the dense equations are solved for; both sides flow from start to end.

    Parameters
    ----------
    drawn : array, shape (consumers,)
    flow : array, shape (2, pipes)
    pressure, water : array, shape (2, junctions)
        Pressure in bar beside junction 0 of the same side.
    """

    drawn: FloatArray
    flow: FloatArray
    pressure: FloatArray
    water: FloatArray


def unpack(x: FloatArray, circuit: Circuit) -> Unknown:
    sizes = len(circuit.consumer_ids), 2 * len(circuit.pipe_ids), 2 * len(circuit.junctions)
    drawn, flow, pressure, water = np.split(x, np.cumsum([*sizes]))
    return Unknown(drawn, flow.reshape(2, -1), pressure.reshape(2, -1), water.reshape(2, -1))


def outlet(circuit: Circuit, pipe: int, side: int, flow: float, inlet: float) -> float:
    """Return the temperature at the end of a pipe in ground of 10 °C."""
    loss = circuit.pipes.heat_loss_coefficient[side, pipe] * circuit.pipes.length[pipe]
    return 10.0 + (inlet - 10.0) * float(np.exp(-loss / max(abs(flow), 1e-6) / HEAT_CAPACITY))


def sources(
    mesh: Mesh, boundary: Boundary, now: Unknown, side: int
) -> list[tuple[int, float, float]]:
    """Return junction, flow into the side (negative: out of it) and temperature of all sources."""
    first = now.drawn.sum() - sum(flow for _, flow, _ in mesh.producers)
    producers = [(0, first, boundary.supply_temperature[0, 0]), *mesh.producers]
    consumers = zip(mesh.at, now.drawn, boundary.return_temperature[0], strict=True)
    sign = 1.0 if side == 0 else -1.0
    return [
        *((at, sign * flow, warm) for at, flow, warm in producers),
        *((at, -sign * flow, back) for at, flow, back in consumers),
    ]


def residuals(x: FloatArray, mesh: Mesh, circuit: Circuit, boundary: Boundary) -> FloatArray:
    """Return what is left of heat, heads, mass and mixing."""
    now = unpack(x, circuit)
    cooled = now.water[0, list(mesh.at)] - boundary.return_temperature[0]
    heat = now.drawn * HEAT_CAPACITY * cooled / boundary.heat[0] - 1.0
    heads = np.zeros(now.flow.shape)
    mass, mix = np.zeros(now.water.shape), np.zeros(now.water.shape)
    ends = list(zip(circuit.pipes.from_junction, circuit.pipes.to_junction, strict=True))
    for side in (0, 1):
        for at, flow, warm in sources(mesh, boundary, now, side):
            mass[side, at] += flow
            mix[side, at] += max(flow, 0.0) * (warm - now.water[side, at])
        for pipe, (start, end) in enumerate(ends):
            flow = now.flow[side, pipe]
            drop = friction_drop(circuit, pipe, side, flow)
            heads[side, pipe] = now.pressure[side, start] - now.pressure[side, end] - drop / 1e5
            mass[side, start] -= flow
            mass[side, end] += flow
            near, far = (start, end) if flow >= 0.0 else (end, start)
            water = outlet(circuit, pipe, side, flow, now.water[side, near])
            mix[side, far] += abs(flow) * (water - now.water[side, far])
    mass[:, 0] = now.pressure[:, 0]
    return np.concatenate([heat, heads.ravel(), mass.ravel(), mix.ravel()])


def solve_dense(mesh: Mesh, circuit: Circuit, boundary: Boundary) -> Unknown:
    """Solve from equal flows away from junction 0, along chords towards it, at 65 and 40 °C."""
    drawn = boundary.heat[0] / HEAT_CAPACITY / 25.0
    pipes, junctions = len(circuit.pipe_ids), len(circuit.junctions)
    outward = np.where(np.arange(pipes) < len(mesh.parents), 1.0, -1.0)
    guess = 0.3 * drawn.sum() * outward
    start = np.concatenate(
        [
            drawn,
            guess,
            -guess,
            np.zeros(2 * junctions),
            np.repeat([65.0, 40.0], junctions),
        ]
    )
    arguments = (mesh, circuit, boundary)
    found, _, _, message = fsolve(
        residuals, start, args=arguments, xtol=1e-13, maxfev=200_000, full_output=True
    )
    rest = np.abs(residuals(found, *arguments)).max()
    assert rest < 1e-9, f"{rest}: {message}"
    return unpack(found, circuit)


@pytest.mark.parametrize("mesh", MESHES.values(), ids=MESHES.keys())
def test_mesh_is_the_solution_of_the_dense_equations(mesh: Mesh) -> None:
    circuit, boundary = build(mesh)
    dense = solve_dense(mesh, circuit, boundary)
    year = solve_steady(circuit, boundary, scenario(), fields=True)
    fields = year.fields

    reynolds = 4.0 * np.abs(dense.flow) / np.pi / circuit.pipes.inner_diameter / VISCOSITY
    assert reynolds.min() > TURBULENT_FROM
    assert year.consumer_mass_flow[0] == pytest.approx(dense.drawn, rel=1e-7)
    sign = np.array([1.0, -1.0])
    flow = fields["pipe_mass_flow"][0] * sign
    assert flow == pytest.approx(dense.flow.T, abs=1e-6)
    assert fields["junction_temperature"][0] == pytest.approx(dense.water.T, abs=1e-5)
    pressure = fields["junction_pressure"][0] - fields["junction_pressure"][0, 0]
    assert pressure == pytest.approx(1e5 * dense.pressure.T, rel=1e-6, abs=0.5)
    spare = 1e5 * (dense.pressure[1] - dense.pressure[0])[list(mesh.at)]
    assert year.pressure_difference[0, 0] == pytest.approx(5e4 + spare.max(), rel=1e-6)
