"""Single pipes and small networks whose water moves, for tests of the dynamic solver.

A one-line pipe has a producer at each end, so that water may come from either; flows are given.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from circuit_factory import DENSITY, HEAT_CAPACITY, drive, line, scenario

from warmtenet.model.scenario import Scenario
from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit, FloatArray
from warmtenet.networks.initial import Profile
from warmtenet.solvers.dynamic import move_heat
from warmtenet.solvers.kernels.plug_tables import Out
from warmtenet.solvers.plug_columns import Flows

STEEL, COPPER, PE = (7850.0, 500.0), (8960.0, 385.0), (940.0, 2300.0)
"""Density and specific heat of walls. [kg/m3], [J/(kg K)]"""


def wall_capacity(diameter: float, thickness: float, material: tuple[float, float]) -> float:
    """Return the heat capacity of a wall per metre, by hand. [J/(m K)]"""
    density, heat = material
    return float(np.pi * thickness * (diameter + thickness) * density * heat)


def pipe(pipes: int = 1, *, wall: float = 0.0, **columns: Any) -> Circuit:
    """Return a one-line pipe, perhaps in parts, with a producer at each end."""
    circuit = line(pipes, **columns)
    producers = circuit.producers
    both = {
        name: np.repeat(column, 2)
        for name, column in producers._asdict().items()
        if name != "junction"
    }
    sides = np.zeros((2, pipes), dtype=np.bool_)
    sides[0] = True
    ends = np.array([0, pipes])
    consumers = circuit.consumers
    return replace(
        circuit,
        sides=sides,
        producers=type(producers)(junction=ends, **both),
        producer_ids=("near", "far"),
        consumer_ids=(),
        buildings=(),
        consumers=type(consumers)(*(column[:0] for column in consumers)),
        wall_heat_capacity=np.full((2, pipes), wall),
    )


def steps(
    circuit: Circuit,
    duration: FloatArray | Sequence[float],
    *,
    near: Any = 60.0,
    far: Any = 60.0,
    ground: Any = 10.0,
) -> Boundary:
    """Return what drives a one-line pipe: the water that comes from either end."""
    length = np.asarray(duration, dtype=float)
    given = drive(circuit, np.zeros((len(length), 0)), ground=np.asarray(ground, dtype=float))
    supply = [np.broadcast_to(np.asarray(one, dtype=float), len(length)) for one in (near, far)]
    return replace(given, duration=length, supply_temperature=np.stack(supply, axis=1))


def travel(
    circuit: Circuit,
    boundary: Boundary,
    flow: Any,
    *,
    at_first: Any = 60.0,
    given: Scenario | None = None,
    fields: bool = True,
) -> Out:
    """Return what becomes of water that moves with a given flow, positive from near to far.

    ``at_first`` is one temperature of all water at the start, or pairs (position, temperature)
    in a pipe that is one piece.
    """
    rows, pipes = len(boundary.duration), len(circuit.pipe_ids)
    through = np.broadcast_to(np.asarray(flow, dtype=float), rows)
    flows = Flows(
        pipe=np.repeat(through[:, None], pipes, axis=1),
        consumer=np.zeros((rows, 0)),
        producer=np.stack([through, -through], axis=1),
    )
    if np.ndim(at_first) == 0:
        at_first = [(0.0, at_first)]
    position, temperature = np.array(at_first, dtype=float).T
    initial = [
        Profile(pipe=row, side=0, position=position, temperature=temperature)
        for row in range(pipes)
    ]
    return move_heat(circuit, boundary, given or scenario(), flows, initial=initial, fields=fields)


def content(circuit: Circuit) -> float:
    """Return the mass of water in a one-line pipe of constant water. [kg]"""
    pipes = circuit.pipes
    return float((np.pi * pipes.inner_diameter[0] ** 2 / 4.0 * pipes.length).sum() * DENSITY)


def stored(out: Out) -> FloatArray:
    """Return the heat gained in each step. [J]"""
    return np.diff(out.stored, prepend=np.nan)


__all__ = ["HEAT_CAPACITY", "content", "pipe", "steps", "travel", "wall_capacity"]
