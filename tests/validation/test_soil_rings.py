"""Rings of soil against the exact cylinder in infinite soil, and against fine finite volumes."""

import numpy as np
import pytest
from circuit_factory import scenario
from plug_factory import pipe, steps, travel
from scipy.integrate import quad, solve_ivp
from scipy.linalg import expm
from scipy.special import j1, y1

from warmtenet.model.ground_heat import SURFACE_RESISTANCE
from warmtenet.model.scenario import GroundSection
from warmtenet.model.soil import Surroundings, ring_chain, soil_shells
from warmtenet.networks.columns import FloatArray

pytestmark = pytest.mark.validation

SOIL, HEAT = 1.6, 2.5e6
"""Conductivity [W/(m K)] and heat capacity [J/(m3 K)]."""

RADIUS, DEPTH, LOSS = 0.1, 1.0, 0.3
HOUR = 3600.0


def one_pipe(**changes: float) -> Surroundings:
    usual = {"loss": LOSS, "exchange": 0.0, "casing": 2 * RADIUS, "depth": DEPTH}
    known = {name: np.array([value]) for name, value in {**usual, **changes}.items()}
    return Surroundings(**known, is_twin=np.array([False]), conductivity=np.array([SOIL]))


def exact_rise(seconds: float) -> float:
    """Return the rise of a cylinder's surface for 1 W/m of constant heat, in infinite soil. [K]

    H. S. Carslaw, J. C. Jaeger, Conduction of heat in solids, region outside a cylinder with
    constant flux (the book was not at hand: the integral is checked below against its own limits).
    """
    fourier = SOIL / HEAT * seconds / RADIUS**2

    def part(s: float) -> float:
        u = np.exp(s)
        return float(-np.expm1(-fourier * u * u) / (u * u * (j1(u) ** 2 + y1(u) ** 2)))

    value, _ = quad(part, -16.0, 14.0, limit=800)
    return value * 4.0 / (np.pi**2 * SOIL) / (2.0 * np.pi)


def chain_matrix(conductance: FloatArray) -> FloatArray:
    """Return what rings give to each other and beyond, the water's side closed. [W/(m K)]"""
    between = conductance[1:-1]
    matrix = np.diag(np.append(between, conductance[-1]) + np.append(0.0, between))
    return np.asarray(matrix - np.diag(between, 1) - np.diag(between, -1))


def ring_rise(rings: int, seconds: float) -> float:
    """Return the same with rings, from their matrix alone."""
    conductance, capacity = (part[0] for part in ring_chain(one_pipe(), HEAT, rings))
    rate = chain_matrix(conductance) / capacity[:, None]
    source = np.zeros(rings)
    source[0] = 1.0 / capacity[0]
    rest = np.linalg.solve(rate, source)
    first = (rest - expm(-rate * seconds) @ rest)[0]
    soil = 1.0 / (2.0 * np.pi * SOIL) * np.log(2.0 * DEPTH / RADIUS)
    to_surface = 1.0 / conductance[0] - (1.0 / LOSS - soil)
    return float(first + to_surface)


def test_the_exact_rise_has_the_known_limits() -> None:
    short, long = 20.0, 5e7
    flat = 2.0 * np.sqrt(short / (np.pi * SOIL * HEAT)) / (2.0 * np.pi * RADIUS)
    line = np.log(4.0 * SOIL / HEAT * long / RADIUS**2) - np.euler_gamma

    assert exact_rise(short) == pytest.approx(flat, rel=0.02)
    assert exact_rise(long) == pytest.approx(line / (4.0 * np.pi * SOIL), rel=2e-3)


@pytest.mark.parametrize("hours", [6.0, 24.0, 72.0, 168.0])
def test_rings_follow_the_exact_cylinder_as_they_are_refined(hours: float) -> None:
    """As long as what is warm stays within 2 Z, where the rings end."""
    exact = exact_rise(hours * HOUR)

    errors = [abs(ring_rise(rings, hours * HOUR) / exact - 1.0) for rings in (8, 16, 32)]

    assert errors[0] < 0.005
    assert errors[1] < 0.3 * errors[0]
    assert errors[2] < 0.3 * errors[1]


def fine_losses(cells: int, exchange: float, rows: int) -> FloatArray:
    """Return the hourly means of what 60 °C water loses after cold hours, by scipy. [W/m]"""
    around = one_pipe(exchange=exchange)
    shells = soil_shells(around)
    inner, middle, outer = shells.inner[0], shells.middle[0], shells.outer[0]
    faces = inner * (outer / inner) ** np.linspace(0.0, 1.0, cells + 1)
    radius = np.sqrt(faces[1:] * faces[:-1])
    share = np.where(radius < middle, 1.0, 0.5)
    size = HEAT * np.pi * np.diff(faces**2) * share
    log = np.diff(np.log(np.concatenate([[inner], radius, [outer]])))
    halves = np.append(share, share[-1]) * 0.5 + np.append(share[0], share) * 0.5
    joins = 2.0 * np.pi * SOIL * halves / log
    rest = 1.0 / LOSS - (1.0 / joins).sum()
    joins[0] = 1.0 / (1.0 / joins[0] + rest)

    def change(_: float, state: FloatArray, water: float) -> FloatArray:
        heat = joins * -np.diff(np.concatenate([[water], state[:-1], [0.0]]))
        return np.append(-np.diff(heat) / size, heat[0])

    state, losses = np.zeros(cells + 1), []
    for row in range(rows):
        state[-1] = 0.0
        end = solve_ivp(
            change,
            (0.0, HOUR),
            state,
            method="LSODA",
            rtol=1e-8,
            atol=1e-8,
            args=(0.0 if row < 2 else 50.0,),
            lband=1,
            uband=1,
        )
        state = end.y[:, -1].copy()
        losses.append(state[-1] / HOUR)
    return np.array(losses)


def ring_losses(rings: int, exchange: float, rows: int) -> FloatArray:
    """Return the same at the ends of the hours, from the rings' matrix alone."""
    chain = ring_chain(one_pipe(exchange=exchange), HEAT, rings)
    conductance, capacity = (part[0] for part in chain)
    matrix = chain_matrix(conductance)
    matrix[0, 0] += conductance[0]
    rate, source = matrix / capacity[:, None], np.zeros(rings)
    source[0] = 50.0 * conductance[0] / capacity[0]
    rest, after = np.linalg.solve(rate, source), expm(-rate * HOUR)
    state, ends = np.zeros(rings), []
    for row in range(rows):
        state = rest + after @ (state - rest) if row > 1 else state
        ends.append(conductance[0] * (50.0 * (row > 1) - state[0]))
    return np.array(ends)


@pytest.mark.parametrize("exchange", [0.0, 0.015])
def test_soil_of_a_pair_agrees_with_finite_volumes(exchange: float) -> None:
    rows = 72
    fine = fine_losses(200, exchange, rows)

    errors = []
    for rings in (4, 8, 16):
        ends = ring_losses(rings, exchange, rows)
        middle = 0.5 * (ends[9:-1] + ends[10:])
        errors.append(np.abs(middle - fine[10:]).max() / fine[-1])

    assert errors[0] > errors[1] > errors[2]
    assert errors[1] < 1e-3
    assert errors[2] < 4e-4


def test_what_a_pipe_loses_to_cold_soil_agrees_with_finite_volumes() -> None:
    """Water runs so fast that it has one temperature; it turns warm within a minute."""
    rows, length = 72, 20.0
    coarse, fine = (fine_losses(cells, 0.0, rows) for cells in (100, 200))
    own = np.abs(fine - coarse).max() / fine[-1]
    circuit = pipe(length=length, heat_loss_coefficient=LOSS)
    near = np.where(np.arange(rows) < 2, 10.0, 60.0)
    boundary = steps(circuit, np.full(rows, HOUR), near=near, ground=10.0)
    cover = DEPTH - RADIUS - SURFACE_RESISTANCE * SOIL

    def error(rings: int) -> float:
        ground = GroundSection(
            radial_cells=rings, heat_capacity=HEAT, conductivity=SOIL, cover=cover
        )
        given = scenario().model_copy(update={"ground": ground})
        out = travel(circuit, boundary, 20.0, at_first=10.0, given=given)
        assert out.heat_residual.max() < 1e-9
        return float(np.abs(out.pipe_loss[3:, 0] / length - fine[3:]).max() / fine[-1])

    few, usual, many = (error(rings) for rings in (4, 8, 16))

    assert few > usual > many
    assert usual < 5e-4
    assert many < 1e-4 + own
