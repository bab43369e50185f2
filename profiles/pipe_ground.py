"""Ground temperature at the pipes of a circuit."""

import numpy as np

from ..model.catalogue import read_catalogue
from ..networks.columns import Circuit, FloatArray
from .clock import HOUR
from .ground import ground_temperature
from .reader import Reader

TYPICAL_CASING = 0.2
"""Outer diameter of a casing where no catalogue type is given: our assumption. [m]"""


def ground_at_pipes(reader: Reader, circuit: Circuit) -> FloatArray:
    """Return the ground at the pipes, shape (hours, pipes). [°C]

    From ``ground_temperature.csv``; else undisturbed ground at the mean depth of the circuit's
    pipes, which differ by a decimetre: the cover and half a casing.
    """
    shape = (reader.hours, len(circuit.pipe_ids))
    series = reader.system.series.get("ground_temperature")
    if series is not None:
        own = [name for name in circuit.pipe_ids if name in series.columns]
        if not own:
            shared = reader.series("ground_temperature", "all", "ground_temperature.csv")
            return np.broadcast_to(shared[:, None], shape)
        by_pipe = [reader.series("ground_temperature", name, name) for name in circuit.pipe_ids]
        return np.stack(by_pipe).T
    section = reader.system.scenario.ground
    times = reader.clock.reading("step")
    if times.times is None:
        day = times.instants / (24.0 * HOUR)
    else:
        of_day = (times.times - times.times.normalize()).total_seconds() / (24.0 * HOUR)
        day = times.times.dayofyear.to_numpy(dtype=float) - 1.0 + np.asarray(of_day)
    depth = np.array([section.cover + mean_casing_radius(circuit)])
    return np.broadcast_to(ground_temperature(section, depth, day), shape)


def mean_casing_radius(circuit: Circuit) -> float:
    """Return half the outer diameter of the casings, mean over the length of the pipes. [m]"""
    catalogue = read_catalogue()
    diameters = np.array(
        [
            catalogue[name].casing_diameter if name in catalogue else TYPICAL_CASING
            for name in circuit.pipe_types
        ]
    )
    length = circuit.pipes.length
    if len(length) == 0 or length.sum() == 0.0:
        return TYPICAL_CASING / 2.0
    return float(np.average(diameters, weights=length)) / 2.0
