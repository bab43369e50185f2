"""Small meshes for tests of the mesh solver: a tree with chords, and further producers."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from warmtenet.model.scenario import Scenario
from warmtenet.networks.boundary import Boundary, Feed
from warmtenet.networks.columns import Circuit, FloatArray, PipeTable
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.field_choice import FIELDS
from warmtenet.solvers.mesh import solve_with_limits
from warmtenet.solvers.steady import solver_options

KINDS = ("mass_flow", "share", "heat")

Given = tuple[str, FloatArray | float, float]
"""Kind of what a further producer gives, how much in each hour, and its supply temperature."""


def with_chords(circuit: Circuit, ends: Sequence[tuple[int, int]], **columns: float) -> Circuit:
    """Return the circuit with more pipes, like pipe 0 but for ``columns``."""
    count = len(ends)
    table = PipeTable(
        *(
            np.concatenate([column, np.repeat(column[..., :1], count, axis=-1)], axis=-1)
            for column in circuit.pipes
        )
    )
    first = len(circuit.pipe_ids)
    for name, value in columns.items():
        getattr(table, name)[..., first:] = value
    for row, (start, end) in enumerate(ends):
        table.from_junction[first + row], table.to_junction[first + row] = start, end
    return replace(
        circuit,
        id="mesh",
        pipe_ids=(*circuit.pipe_ids, *(f"chord{row + 1}" for row in range(count))),
        pipes=table,
        pipe_types=(*circuit.pipe_types, *("",) * count),
        pressure_rating=np.append(circuit.pressure_rating, np.full(count, np.inf)),
    )


def with_producers(
    circuit: Circuit, boundary: Boundary, at: Sequence[int], given: Sequence[Given]
) -> tuple[Circuit, Boundary]:
    """Return circuit and boundary with a producer at each junction of ``at``."""
    if not at:
        return circuit, boundary
    count, hours = len(at), len(boundary.heat)
    table = type(circuit.producers)(
        *(np.append(column, np.repeat(column[:1], count)) for column in circuit.producers)
    )
    table.junction[1:] = at
    supply = np.repeat(boundary.supply_temperature, 1 + count, axis=1)
    columns = {name: np.full((hours, 1 + count), np.nan) for name in Feed._fields}
    for row, (kind, much, temperature) in enumerate(given):
        columns[kind][:, 1 + row] = much
        supply[:, 1 + row] = temperature
    more = replace(
        circuit,
        producer_ids=(*circuit.producer_ids, *(f"producer{row + 2}" for row in range(count))),
        producers=table,
    )
    return more, replace(boundary, supply_temperature=supply, feed=Feed(**columns))


def solve_as_mesh(circuit: Circuit, boundary: Boundary, given: Scenario) -> CircuitYear:
    """Solve any circuit with the mesh solver, with all fields."""
    exchange = bool((circuit.pipes.pair_exchange_coefficient > 0.0).any())
    options = solver_options(given, exchange=exchange)
    return solve_with_limits(circuit, boundary, given, options, None, tuple(FIELDS), keep=True)


def imbalance(year: CircuitYear) -> FloatArray:
    """Return what flows into each junction less what leaves it, (hours, junctions, sides)."""
    circuit, flow = year.circuit, year.fields["pipe_mass_flow"]
    rest = np.zeros((flow.shape[0], len(circuit.junctions), 2))
    for side, sign in ((0, 1.0), (1, -1.0)):
        for pipe in range(len(circuit.pipe_ids)):
            signed = sign * flow[:, pipe, side]
            rest[:, circuit.pipes.from_junction[pipe], side] -= signed
            rest[:, circuit.pipes.to_junction[pipe], side] += signed
        for consumer, junction in enumerate(circuit.consumers.junction):
            rest[:, junction, side] -= sign * year.consumer_mass_flow[:, consumer]
        for producer, junction in enumerate(circuit.producers.junction):
            rest[:, junction, side] += sign * year.producer_mass_flow[:, producer]
    return rest
