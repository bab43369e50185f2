"""Plug flow beside a wall against a fine finite-volume solution of the same pipe."""

import numpy as np
import pytest
from circuit_factory import DENSITY, HEAT_CAPACITY, VISCOSITY
from pipe_volumes import FloatArray, Tube, outlet_means
from plug_factory import COPPER, PE, STEEL, pipe, steps, travel, wall_capacity

pytestmark = pytest.mark.validation

ROWS = 240
WALLS = {
    "39 m of steel": (39.0, 0.0525, 0.0039, STEEL, 0.6, 1.2),
    "60 m of copper": (60.0, 0.0196, 0.0012, COPPER, 0.25, 0.12),
    "50 m of PE": (50.0, 0.0326, 0.0037, PE, 0.12, 0.35),
}
"""Length, inner diameter, wall [m], material, loss [W/(m K)], flow [kg/s]."""

rng = np.random.default_rng(2)
TIME = np.arange(ROWS)
INLETS = {
    "step": (np.where(TIME < 5, 20.0, 55.0), np.ones(ROWS)),
    "ramp": (np.clip(20.0 + 0.5 * TIME, 20.0, 60.0), np.ones(ROWS)),
    "noisy flow": (np.where(TIME < 5, 20.0, 55.0), rng.uniform(0.5, 1.5, ROWS)),
    "stops and starts": (40.0 + 15.0 * np.sin(TIME / 9.0), (TIME % 60 < 40).astype(float)),
}
"""Temperature of the water that comes [°C], and share of the flow."""

CELLS = (100, 200, 400)


def conductivity(temperature: float) -> float:
    from iapws import IAPWS97

    return float(IAPWS97(T=temperature + 273.15, P=0.6).k)


@pytest.mark.parametrize("inlet", INLETS)
@pytest.mark.parametrize("wall", WALLS)
def test_outlet_agrees_with_finite_volumes_as_they_are_refined(wall: str, inlet: str) -> None:
    length, diameter, thickness, material, loss, most = WALLS[wall]
    near, share = INLETS[inlet]
    capacity = wall_capacity(diameter, thickness, material)
    circuit = pipe(
        length=length, inner_diameter=diameter, wall=capacity, heat_loss_coefficient=loss
    )
    duration, flow = np.full(ROWS, 2.0), most * share
    flows = flow > 0.0

    def volumes(cells: int, water: float = 40.0) -> FloatArray:
        tube = Tube(
            length=length,
            diameter=diameter,
            water=np.pi / 4.0 * diameter**2 * DENSITY * HEAT_CAPACITY,
            wall=capacity,
            loss=loss,
            viscosity=VISCOSITY,
            conductivity=conductivity(water),
            heat_capacity=HEAT_CAPACITY,
        )
        given = {"ground": 15.0, "at_first": 20.0, "cells": cells}
        return outlet_means(tube, duration, flow, near, **given)[flows]

    out = travel(circuit, steps(circuit, duration, near=near, ground=15.0), flow, at_first=20.0)
    found, solutions = out.pipe_outlet[flows, 0], [volumes(cells) for cells in CELLS]

    errors = [spread(found - solution) for solution in solutions]
    own = spread(solutions[2] - solutions[1])
    film = spread(volumes(CELLS[1], 20.0) - volumes(CELLS[1], 60.0))
    assert errors[1] < errors[0], "finer volumes come nearer"
    assert errors[2] < own + film, "what is left is theirs, and that of water's conductivity"


def spread(difference: FloatArray) -> float:
    """Return the root of the mean square of a difference. [K]"""
    return float(np.sqrt((difference**2).mean()))
