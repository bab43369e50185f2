"""Water that passes junctions where nothing is added: a pipe in parts is the same pipe."""

from typing import Any

import numpy as np
import pytest
from circuit_factory import scenario
from plug_factory import STEEL, content, pipe, steps, travel, wall_capacity

from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit, FloatArray
from warmtenet.networks.initial import Profile
from warmtenet.solvers.dynamic import move_heat
from warmtenet.solvers.kernels import plug_growth
from warmtenet.solvers.kernels.plug_tables import Out
from warmtenet.solvers.plug_columns import Flows

LOSSLESS = {"heat_loss_coefficient": 0.0}


def outlet(out: Out) -> FloatArray:
    return np.asarray(out.pipe_outlet[:, -1])


bend_between = getattr(plug_growth.bend_between, "py_func", plug_growth.bend_between)
one_of_two = getattr(plug_growth.one_of_two, "py_func", plug_growth.one_of_two)
# parts of kernels carry no code for Python

LENGTH = 100.0
KNOTS = np.array([0.0, 12.0, 20.0, 30.0, 49.5, 100.0])
PROFILE = np.array([30.0, 80.0, 40.0, 70.0, 35.0, 35.0])


def cut(parts: int, profile: Any, **columns: Any) -> tuple[Circuit, list[Profile]]:
    """Return a pipe in parts, and a profile (a temperature at each of `KNOTS`) in them."""
    long = LENGTH / parts
    starts = []
    for row in range(parts):
        low, high = row * long, (row + 1) * long
        at = np.unique(np.concatenate([[low, high], KNOTS[(low < KNOTS) & (high > KNOTS)]]))
        water = np.interp(at, KNOTS, np.broadcast_to(profile, KNOTS.shape))
        starts.append(Profile(pipe=row, side=0, position=at - low, temperature=water))
    return pipe(parts, length=long, inner_diameter=0.05, **columns), starts


def push(circuit: Circuit, starts: list[Profile], driven: Boundary, flow: FloatArray) -> Out:
    """Move the water, from a given profile."""
    flows = Flows(
        pipe=np.repeat(flow[:, None], len(circuit.pipe_ids), axis=1),
        consumer=np.zeros((len(flow), 0)),
        producer=np.stack([flow, -flow], axis=1),
    )
    return move_heat(circuit, driven, scenario(), flows, initial=starts, fields=True)


@pytest.mark.parametrize("parts", [2, 10])
@pytest.mark.parametrize("seconds", [1.0, 3600.0])
def test_a_profile_comes_back_through_junctions(parts: int, seconds: float) -> None:
    whole, start = cut(1, PROFILE, **LOSSLESS)
    pieces, starts = cut(parts, PROFILE, **LOSSLESS)
    there = np.array([0.8, 0.3, 0.0, 1.1, 0.2])
    there *= 0.45 * content(whole) / (there.sum() * seconds)
    flow = np.concatenate([there, -there[::-1], np.full(100, content(whole) / 100.0)])
    driven = steps(whole, np.concatenate([np.full(10, seconds), np.ones(100)]), near=5.0, far=35.0)
    of_parts = steps(
        pieces, np.concatenate([np.full(10, seconds), np.ones(100)]), near=5.0, far=35.0
    )
    at = np.linspace(LENGTH, 0.0, 101)
    fine = np.linspace(0.0, LENGTH, 200_001)
    below = np.concatenate([[0.0], np.cumsum(0.5 * np.diff(fine) * np.add(*_both(fine)))])

    one, many = push(whole, start, driven, flow), push(pieces, starts, of_parts, flow)

    expected = -np.diff(np.interp(at, fine, below))
    assert outlet(many)[10:] == pytest.approx(expected, abs=1e-3)  # a line, but for 1e-4 of it
    assert outlet(many)[10:] == pytest.approx(
        outlet(one)[10:], abs=1e-4 / 8.0 * 50.0
    )  # bow of a slug of 50 K


def _both(at: FloatArray) -> tuple[FloatArray, FloatArray]:
    water = np.interp(at, KNOTS, PROFILE)
    return water[1:], water[:-1]


@pytest.mark.parametrize("seconds", [10.0, 600.0])
def test_parts_agree_while_the_ground_and_the_flow_change(seconds: float) -> None:
    rng = np.random.default_rng(4)
    rows = 120
    flow = rng.uniform(0.1, 1.0, rows) * np.sign(np.sin(np.arange(rows) / 9.0 + 0.1))
    near, far = rng.uniform(40.0, 90.0, rows), rng.uniform(20.0, 50.0, rows)
    ground = rng.uniform(0.0, 20.0, rows)[:, None]
    found = []
    for parts in (1, 10):
        circuit, starts = cut(parts, PROFILE, heat_loss_coefficient=0.5)
        driven = steps(circuit, np.full(rows, seconds), near=near, far=far, ground=ground)
        out = push(circuit, starts, driven, flow)
        found.append(np.where(flow > 0.0, out.pipe_outlet[:, -1], out.pipe_outlet[:, 0]))
        assert out.heat_residual.max() < 1e-9

    assert found[1] == pytest.approx(found[0], abs=1e-3)


@pytest.mark.parametrize("seconds", [20.0, 60.0])
@pytest.mark.parametrize("inlet", ["random", "front"])
def test_parts_with_wall_cells_are_nearly_the_same_pipe(seconds: float, inlet: str) -> None:
    rng = np.random.default_rng(2)
    rows = 120
    flow, near = rng.uniform(0.1, 1.0, rows), rng.uniform(40.0, 90.0, rows)
    if inlet == "front":
        near = np.where(np.arange(rows) > 20, 80.0, 50.0)
    wall, found = wall_capacity(0.05, 0.003, STEEL), []
    for parts in (1, 10):
        circuit, starts = cut(parts, 50.0, wall=wall, heat_loss_coefficient=0.3)
        driven = steps(circuit, np.full(rows, seconds), near=near)
        found.append(outlet(push(circuit, starts, driven, flow)))

    assert found[1] == pytest.approx(found[0], abs=5e-3)  # of 50 K; cells are 0.2, 0.1 m


@pytest.mark.parametrize(
    ("diameter", "flow", "apart"), [(0.016, 0.02, 0.2), (0.016, 0.08, 5e-3), (0.0525, 0.1, 0.1)]
)
def test_parts_agree_where_the_film_follows_the_water(
    diameter: float, flow: float, apart: float
) -> None:
    """Warm water is turbulent, cold water laminar (but for the second): the film is ten times."""
    rows, found = 90, []
    near = np.where(np.arange(rows) > 1, 80.0, 30.0)
    wall = wall_capacity(diameter, 0.003, STEEL)
    for parts in (1, 10):
        circuit = pipe(
            parts,
            length=40.0 / parts,
            inner_diameter=diameter,
            wall=wall,
            heat_loss_coefficient=0.2,
        )
        driven = steps(circuit, np.full(rows, 60.0), near=near)
        out = travel(circuit, driven, flow, at_first=30.0, given=scenario(model="iapws"))
        assert out.heat_residual.max() < 1e-9
        found.append(outlet(out))

    assert found[1] == pytest.approx(found[0], abs=apart)  # it was up to 5 K


@pytest.mark.parametrize("bend", [-40.0, -3.0, -0.2, -1e-3, 1e-3, 0.04, 0.5, 8.0, 45.0])
def test_an_exponential_is_found_from_its_ends_and_mean(bend: float) -> None:
    first, tilt = 250_000.0, 90_000.0 / np.exp(max(bend, 0.0))
    mean = first + tilt * (np.expm1(bend) / bend - 1.0)

    found, bent = bend_between(first, mean, first + tilt * np.expm1(bend))

    u = np.linspace(0.0, 1.0, 9)
    assert found * np.expm1(bent * u) == pytest.approx(
        tilt * np.expm1(bend * u), abs=0.5
    )  # 1e-4 K


def test_one_exponential_has_the_ends_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plug_growth, "bend_between", bend_between)
    even, a, bent, b = -6e4, -0.3, 9e4, 0.8
    mean = even * np.expm1(a) / a + bent * np.expm1(b) / b

    tilt, bend = one_of_two(even, a, bent, b, mean)

    ends = even * np.exp(a) + bent * np.exp(b) - even - bent
    assert tilt * np.expm1(bend) == pytest.approx(ends)
    assert mean - tilt * np.expm1(bend) / bend == pytest.approx(even + bent - tilt, abs=1.0)
    assert one_of_two(0.0, a, bent, b, mean) == (bent, b)
    assert one_of_two(even, 0.0, bent, b, mean) == (bent, b)
    assert one_of_two(even, a, 0.0, b, mean) == (even, a)
