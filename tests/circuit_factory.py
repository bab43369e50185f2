"""Small trees for tests of the steady solver: circuits, what drives them, and their variants.

Junction 0 is the plant; junction k hangs on a junction before it by pipe k - 1. Columns are given
by name, one number for all rows or one for each; what is not given has the values below.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from warmtenet.model.scenario import FrictionSection, Scenario, SolverSection, WaterSection
from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import (
    Circuit,
    ConsumerTable,
    FloatArray,
    PipeTable,
    ProducerTable,
)
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.steady import solve_steady

DENSITY, VISCOSITY, HEAT_CAPACITY = 983.0, 4.7e-4, 4185.0
"""Of constant water. [kg/m3], [Pa s], [J/(kg K)]"""

PIPES = {
    "length": 100.0,
    "inner_diameter": 0.05,
    "roughness": 1e-4,
    "minor_loss_coefficient": 0.0,
    "heat_loss_coefficient": 0.2,
    "pair_exchange_coefficient": 0.0,
}
CONSUMERS = {
    **dict.fromkeys(ConsumerTable._fields, np.nan),
    "min_pressure_difference": 50_000.0,
    "max_flow": np.inf,
    "bypass_flow": 0.0,
    "is_connected": True,
}
PRODUCER = {
    **dict.fromkeys(ProducerTable._fields, np.nan),
    "static_pressure": 200_000.0,
    "plant_pressure_loss": 0.0,
    "pump_efficiency": 0.6,
}
ONE_COLUMN = ("length", "pair_exchange_coefficient")


def scenario(*, model: str = "constant", threads: int = 1, **friction: Any) -> Scenario:
    """Return a scenario: constant water, Colebrook, no friction heat unless asked for."""
    return Scenario(
        name="test",
        water=WaterSection(
            model=model, density=DENSITY, viscosity=VISCOSITY, heat_capacity=HEAT_CAPACITY
        ),
        friction=FrictionSection(**{"heating": False, **friction}),
        solver=SolverSection(threads=threads),
    )


def tree(parents: Sequence[int], at: Sequence[int], **columns: Any) -> Circuit:
    """Return a tree with consumers at the junctions ``at``.

    ``columns`` are columns of pipes, consumers and producers, ``elevation``, and ``flipped``: the
    pipes that are drawn towards the plant.
    """
    pipes, consumers = len(parents), len(at)
    elevation = np.broadcast_to(columns.pop("elevation", 0.0), pipes + 1).astype(float)
    flipped = columns.pop("flipped", ())
    circuit = Circuit(
        id="tree",
        junctions=tuple(f"J{row}" for row in range(pipes + 1)),
        pipe_ids=tuple(f"P{row + 1}" for row in range(pipes)),
        consumer_ids=tuple(f"C{row + 1}" for row in range(consumers)),
        producer_ids=("plant",),
        x=np.arange(pipes + 1.0),
        y=np.zeros(pipes + 1),
        elevation=elevation,
        pipes=_pipe_table(np.array(parents, dtype=np.int64), columns),
        consumers=_consumer_table(np.array(at, dtype=np.int64), columns),
        producers=_producer_table(columns),
        pipe_types=("",) * pipes,
        pressure_rating=np.full(pipes, np.inf),
        buildings=("",) * consumers,
    )
    assert not columns, f"unknown columns {sorted(columns)}"
    for pipe in flipped:
        circuit = with_flipped(circuit, pipe)
    return circuit


def line(pipes: int = 1, **columns: Any) -> Circuit:
    """Return pipes one behind another with a consumer at the end."""
    return tree(range(pipes), [pipes], **columns)


def _pipe_table(parents: np.ndarray, columns: dict[str, Any]) -> PipeTable:
    count = len(parents)
    values = {}
    for name, default in PIPES.items():
        shape = (count,) if name in ONE_COLUMN else (2, count)
        values[name] = np.broadcast_to(columns.pop(name, default), shape).astype(float)
    return PipeTable(from_junction=parents, to_junction=np.arange(1, count + 1), **values)


def _consumer_table(at: np.ndarray, columns: dict[str, Any]) -> ConsumerTable:
    names = [name for name in ConsumerTable._fields if name != "junction"]
    cells = {name: columns.pop(name, CONSUMERS[name]) for name in names}
    return ConsumerTable(
        at, **{name: np.broadcast_to(cell, at.shape).copy() for name, cell in cells.items()}
    )


def _producer_table(columns: dict[str, Any]) -> ProducerTable:
    names = [name for name in ProducerTable._fields if name != "junction"]
    cells = {name: columns.pop(name, PRODUCER[name]) for name in names}
    return ProducerTable(
        np.array([0]), **{name: np.array([cell], dtype=float) for name, cell in cells.items()}
    )


def drive(
    circuit: Circuit,
    heat: Any,
    *,
    supply: Any = 70.0,
    back: Any = 40.0,
    difference: Any = np.nan,
    ground: Any = 10.0,
) -> Boundary:
    """Return hours of loads; ``heat`` is one number, one for each consumer, or (hours, each)."""
    consumers, pipes = len(circuit.consumer_ids), len(circuit.pipe_ids)
    given = np.asarray(heat, dtype=float)
    hours = len(given) if given.ndim == 2 else 1

    def spread(value: Any, width: int) -> FloatArray:
        return np.broadcast_to(np.asarray(value, dtype=float), (hours, width)).copy()

    return Boundary(
        heat=spread(given, consumers),
        supply_temperature=spread(supply, 1),
        return_temperature=spread(back, consumers),
        temperature_difference=spread(difference, consumers),
        ground_temperature=spread(ground, pipes),
        duration=np.full(hours, 3600.0),
    )


def solve(
    circuit: Circuit, heat: Any, given: Scenario | None = None, **boundary: Any
) -> CircuitYear:
    """Return solved hours with all fields."""
    return solve_steady(
        circuit, drive(circuit, heat, **boundary), given or scenario(), fields=True
    )


def with_flipped(circuit: Circuit, pipe: int) -> Circuit:
    """Return the circuit with one pipe drawn the other way."""
    start, end = circuit.pipes.from_junction.copy(), circuit.pipes.to_junction.copy()
    start[pipe], end[pipe] = end[pipe], start[pipe]
    return replace(circuit, pipes=circuit.pipes._replace(from_junction=start, to_junction=end))


def with_rows_moved(
    circuit: Circuit, boundary: Boundary, pipes: Sequence[int], consumers: Sequence[int]
) -> tuple[Circuit, Boundary]:
    """Return circuit and boundary with the rows of pipes and consumers in another order."""
    moved = replace(
        circuit,
        pipe_ids=tuple(circuit.pipe_ids[k] for k in pipes),
        consumer_ids=tuple(circuit.consumer_ids[k] for k in consumers),
        pipes=PipeTable(*(column[..., list(pipes)] for column in circuit.pipes)),
        consumers=ConsumerTable(*(column[list(consumers)] for column in circuit.consumers)),
    )
    driven = replace(
        boundary,
        heat=boundary.heat[:, consumers],
        return_temperature=boundary.return_temperature[:, consumers],
        temperature_difference=boundary.temperature_difference[:, consumers],
        ground_temperature=boundary.ground_temperature[:, pipes],
    )
    return moved, driven


def with_halves(circuit: Circuit, boundary: Boundary, pipe: int) -> tuple[Circuit, Boundary]:
    """Return circuit and boundary with one pipe cut in the middle; the second half comes last."""
    start, end = circuit.pipes.from_junction[pipe], circuit.pipes.to_junction[pipe]
    middle = len(circuit.junctions)
    table = PipeTable(
        *(
            np.concatenate([column, column[..., pipe : pipe + 1]], axis=-1)
            for column in circuit.pipes
        )
    )
    table.to_junction[pipe], table.from_junction[-1] = middle, middle
    for column in (table.length, table.minor_loss_coefficient[0], table.minor_loss_coefficient[1]):
        column[[pipe, -1]] /= 2.0
    height = 0.5 * (circuit.elevation[start] + circuit.elevation[end])
    cut = replace(
        circuit,
        junctions=(*circuit.junctions, "middle"),
        pipe_ids=(*circuit.pipe_ids, "half"),
        x=np.append(circuit.x, 0.0),
        y=np.append(circuit.y, 0.0),
        elevation=np.append(circuit.elevation, height),
        pipes=table,
        pipe_types=(*circuit.pipe_types, ""),
        pressure_rating=np.append(circuit.pressure_rating, np.inf),
    )
    ground = boundary.ground_temperature
    return cut, replace(
        boundary, ground_temperature=np.concatenate([ground, ground[:, pipe : pipe + 1]], axis=1)
    )
