"""What an outage promises of tanks, whatever they are like and whichever source trips."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tripping_village import PLANT, day_and_night, village

from warmtenet.studies.outage import find_outage
from warmtenet.studies.outage_figures import after_trip

LOOSE = 1e-3
"""Rounding of heat that is told in watts. [W]"""


@settings(max_examples=15)
@given(
    layers=st.sampled_from([1, 2, 3, 7, 30]),
    volume=st.floats(0.2, 12.0),
    loss=st.floats(0.0, 3000.0),
    excess=st.floats(0.0, 5.0),
    source=st.sampled_from(["kiln", "river"]),
    minute=st.integers(0, 24 * 60 - 1),
    step=st.sampled_from([120.0, 200.0, 300.0]),
)
def test_a_tank_gives_what_it_had_and_is_not_filled(
    layers: int,
    volume: float,
    loss: float,
    excess: float,
    source: str,
    minute: int,
    step: float,
) -> None:
    tank = f'[buffers.heat]\ncircuit = "heat"\nvolume = {volume}\nstanding_loss = {loss}\n'
    if layers > 1:
        tank += f"layers = {layers}\ncharge_excess = {excess}\n"
    with tempfile.TemporaryDirectory() as folder:
        system = village(Path(folder) / "village", PLANT + tank, heat=day_and_night())
    at = f"2029-03-01T{minute // 60:02d}:{minute % 60:02d}"
    study = find_outage(system, source=source, at=at, hours=0.7, step=step)
    plant, rows, duration = study.plant, after_trip(study), study.steps.duration

    assert plant.residual.max() < 1e-9
    assert (plant.given <= plant.wanted + LOOSE).all()
    gave, lost = plant.from_tanks[rows] * duration[rows], plant.tank_loss[rows] * duration[rows]
    scale = max(float(np.abs(plant.content).max()), 1e6)
    change = np.diff(plant.content[:, 0])[rows]
    assert np.abs(change + gave + lost).max() < 1e-9 * scale
    if layers > 1:
        assert plant.from_tanks[rows].min() > -LOOSE
