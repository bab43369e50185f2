"""Ground temperature at the pipes of a circuit."""

import numpy as np

from ..model.catalogue import read_catalogue
from ..networks.columns import Circuit, FloatArray
from ..networks.system import System
from .clock import HOUR
from .ground import ground_temperature
from .reader import Reader

TYPICAL_CASING = 0.2
"""Outer diameter of a casing where no catalogue type is given: our assumption. [m]"""


def ground_at_pipes(reader: Reader, circuit: Circuit) -> FloatArray:
    """Return the ground at the pipes, shape (hours, pipes). [°C]

    From ``ground_temperature.csv``; else undisturbed ground: at a pipe's ``burial_depth``, the
    mean of supply and return; and at the mean depth of the circuit's other pipes, which differ
    by a decimetre: in trenches as given, else the cover and half a casing.
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
    given = own_depths(circuit)
    depth = np.where(np.isnan(given), mean_depth(reader.system, circuit, given), given)
    levels, level = np.unique(depth, return_inverse=True)
    ground = ground_temperature(section, levels, day)
    return np.broadcast_to(ground, shape) if len(levels) == 1 else ground[:, level]


def own_depths(circuit: Circuit) -> FloatArray:
    """Return the ``burial_depth`` of each route, mean of its sides; NaN without, (pipes,). [m]"""
    if circuit.burial_depth is None:
        return np.full(len(circuit.pipe_ids), np.nan)
    return np.asarray(circuit.burial_depth.mean(axis=0))


def mean_depth(system: System, circuit: Circuit, own: FloatArray) -> float:
    """Return the depth of the centres of pipes without one of their ``own``, by length. [m]"""
    catalogue, cover = read_catalogue(), system.scenario.ground.cover
    casing = [
        catalogue[name].casing_diameter if name in catalogue else TYPICAL_CASING
        for name in circuit.pipe_types
    ]
    depth, length = cover + np.array(casing) / 2.0, circuit.pipes.length
    if "trench_pipes" in system.tables:
        given = system.tables["trench_pipes"].groupby("pipe")["depth"].mean()
        in_trench = given.reindex(circuit.pipe_ids).to_numpy()
        depth = np.where(np.isnan(in_trench), depth, in_trench)
    length = np.where(np.isnan(own), length, 0.0)
    if len(length) == 0 or length.sum() == 0.0:
        return cover + TYPICAL_CASING / 2.0
    return float(np.average(depth, weights=length))
