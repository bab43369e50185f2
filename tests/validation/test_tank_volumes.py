"""Layers against a fine finite-volume solution of the same tank, both refined."""

import numpy as np
import pytest
from tank_volumes import Column, fine_profile

from warmtenet.model.buffer import layer_rates, tank_height, tank_losses, water_heat
from warmtenet.model.scenario import BufferSection
from warmtenet.networks.columns import FloatArray
from warmtenet.solvers.kernels.tank import push, stand

pytestmark = pytest.mark.validation

HOT, COLD = 72.0, 40.0
PARTS = 10
DAY = [-0.5] * 6 + [0.0] * 4 + [0.7] * 3 + [-0.31] * 4 + [0.0] * 3 + [0.23] * 4
"""Metres of water an hour: charged, at rest, drawn, charged, at rest, drawn."""


def storage(layers: int, conductivity: float) -> BufferSection:
    """Return a tank of 6 m."""
    return BufferSection(
        circuit="a",
        volume=40.0,
        layers=layers,
        vertical_conductivity=conductivity,
        heat_loss_coefficient=12.0,
    )


def layered(
    layers: int, conductivity: float, moves: list[float], parts: int = 1
) -> tuple[FloatArray, FloatArray]:
    """Return the same as `fine_profile`, from the kernels in ``parts`` steps an hour."""
    tank = storage(layers, conductivity)
    rates, modes = np.linalg.eigh(layer_rates(tank, HOT))
    both, rates = np.stack([modes, modes.T]), np.maximum(rates, 0.0)
    now, work, out = np.full(layers, COLD), np.empty(2 * layers + 2), []
    thickness = tank_height(tank) / layers
    for move in moves:
        out.append((COLD if move > 0.0 else HOT) * abs(move))
        for _ in range(parts):
            stand(now, layers, both, rates, tank.room_temperature, 3600.0 / parts, work)
            before = now.sum()
            push(now, layers, move / thickness / parts, COLD, HOT, work)
            out[-1] += (before - now.sum()) * thickness
    return now.reshape(PARTS, -1).mean(axis=1), np.array(out)


def volumes(cells: int, conductivity: float, moves: list[float]) -> tuple[FloatArray, FloatArray]:
    """Return the solution of the finite volumes."""
    tank = storage(PARTS, conductivity)
    side, end = tank_losses(tank, HOT)
    area = tank.volume / tank_height(tank)
    column = Column(
        height=tank_height(tank),
        diffusivity=conductivity * area * tank_height(tank) / water_heat(tank),
        loss=side / water_heat(tank),
        end_loss=end / water_heat(tank),
        room=tank.room_temperature,
        hot=HOT,
        back=COLD,
    )
    return fine_profile(column, moves, cells, PARTS)


@pytest.mark.parametrize("conductivity", [0.65, 6.0])
def test_layers_come_to_the_fine_solution_as_they_are_refined(conductivity: float) -> None:
    """Two days by the hour; the largest error of any tenth of the tank.

    The fine solution's own error is at most what its last refinement changed. What remains beside
    it comes from the hour: water that stands first and moves then (see the next test).
    """
    moves = DAY * 2
    coarse, fine = (volumes(cells, conductivity, moves)[0] for cells in (240, 480))
    own = np.abs(fine - coarse).max()

    few, usual, many = (
        np.abs(layered(layers, conductivity, moves)[0] - fine).max() for layers in (20, 50, 200)
    )

    assert few > usual > many or many < BY_THE_HOUR
    assert usual < 1.0
    assert many < BY_THE_HOUR + own


BY_THE_HOUR = 0.08
"""Error of hourly steps as measured below. [K]"""


def test_shorter_steps_come_to_the_fine_solution() -> None:
    moves = DAY * 2
    fine, _ = volumes(480, 6.0, moves)

    hour, half, quarter = (
        np.abs(layered(200, 6.0, moves, parts)[0] - fine).max() for parts in (1, 2, 4)
    )

    assert hour < BY_THE_HOUR
    assert half < 0.55 * hour
    assert quarter < 0.55 * half


def test_what_leaves_by_the_hour_agrees() -> None:
    moves = DAY * 2
    drawn = np.abs(moves) > 0.0

    _, fine = volumes(480, 1.5, moves)
    _, found = layered(100, 1.5, moves)

    mean = fine[drawn] / np.abs(moves)[drawn]
    assert found[drawn] / np.abs(moves)[drawn] == pytest.approx(mean, abs=BY_THE_HOUR)
