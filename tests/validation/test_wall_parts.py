"""A pipe with a wall, whole and cut in ten, against water that is shifted a cell at a time."""

import numpy as np
import pytest
from circuit_factory import DENSITY, HEAT_CAPACITY, VISCOSITY
from pipe_shifts import shifted_means, whole_cells
from pipe_volumes import Tube
from plug_factory import COPPER, STEEL, pipe, steps, travel, wall_capacity

pytestmark = pytest.mark.validation

PIPES = {
    "DN15": (40.0, 0.016, 0.0026, STEEL, 0.2, 0.08),
    "copper": (60.0, 0.0196, 0.0012, COPPER, 0.25, 0.12),
    "DN50": (60.0, 0.0525, 0.0039, STEEL, 0.6, 0.8),
    "DN50 without loss": (39.0, 0.0525, 0.0039, STEEL, 0.0, 1.2),
}
"""Length, inner diameter, wall [m], material, loss [W/(m K)], flow [kg/s]."""

PARTS, CELLS, JUMP = 10, (400, 800), 50.0


@pytest.mark.parametrize("seconds", [5.0, 20.0, 60.0])
@pytest.mark.parametrize("inlet", ["jump", "random"])
@pytest.mark.parametrize("name", PIPES)
def test_whole_and_in_parts_it_is_the_pipe(name: str, inlet: str, seconds: float) -> None:
    length, diameter, thickness, material, loss, flow = PIPES[name]
    capacity, rows = wall_capacity(diameter, thickness, material), 40
    near = 30.0 + JUMP * np.random.default_rng(1).random(rows)
    if inlet == "jump":
        near = np.where(np.arange(rows) < 2, 30.0, 30.0 + JUMP)
    tube = Tube(
        length=length,
        diameter=diameter,
        water=np.pi / 4.0 * diameter**2 * DENSITY * HEAT_CAPACITY,
        wall=capacity,
        loss=loss,
        viscosity=VISCOSITY,
        conductivity=np.nan,
        heat_capacity=HEAT_CAPACITY,
    )
    _, flow = whole_cells(tube, seconds, flow, CELLS[0] // 2)
    coarse, fine = (shifted_means(tube, seconds, flow, near, 30.0, cells) for cells in CELLS)
    expected = fine + (fine - coarse) / 3.0
    own = np.abs(expected - fine).max()

    whole, cut = (
        travel(each, steps(each, np.full(rows, seconds), near=near), flow, at_first=30.0)
        for each in (
            pipe(parts, length=length / parts, **_columns(diameter, loss, capacity))
            for parts in (1, PARTS)
        )
    )

    assert whole.pipe_outlet[:, -1] == pytest.approx(expected, abs=2e-4 * JUMP + own)
    assert cut.pipe_outlet[:, -1] == pytest.approx(expected, abs=2e-4 * JUMP + own)
    assert cut.pipe_outlet[:, -1] == pytest.approx(whole.pipe_outlet[:, -1], abs=2e-4 * JUMP)


def _columns(diameter: float, loss: float, capacity: float) -> dict[str, float]:
    return {"inner_diameter": diameter, "heat_loss_coefficient": loss, "wall": capacity}
