"""What a pump that is too weak lets through.

Where the head that consumers need passes the producer's largest head, the consumers that are
left without their pressure difference get less flow: as much as leaves them that difference.
"""

from collections.abc import Callable
from dataclasses import fields as dataclass_fields

import numpy as np

from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray
from .circuit_year import CircuitYear

SLACK = 1.0
"""Missing pressure difference that is still taken as enough. [Pa]"""

MOST_PASSES = 40
NEARLY_ALL = 0.999
"""Share of the flow that would leave just enough: keeps the passes from creeping. [1]"""

Solve = Callable[[Boundary, FloatArray], CircuitYear]


def pressure_limit(
    circuit: Circuit, boundary: Boundary, year: CircuitYear, solve: Solve
) -> FloatArray | None:
    """Return the flows that the available pressure lets through.

    Parameters
    ----------
    circuit : Circuit
        What was solved.
    boundary : Boundary
        Its hours.
    year : CircuitYear
        Solved without regard to missing pressure.
    solve : callable
        Solves some hours with flow limits (hours, consumers).

    Returns
    -------
    array of float, shape (hours, consumers), or None
        Largest flow of each consumer, infinite where pressure does not matter [kg/s]; None
        where no consumer misses pressure in any hour.
    """
    if not head_is_bounded(circuit):
        return None
    hours = np.flatnonzero(_missing(circuit, year).any(axis=1))
    if not hours.size:
        return None
    some = select(boundary, hours)
    limit = np.full(some.heat.shape, np.inf)
    state = solve(some, limit)
    for _ in range(MOST_PASSES):
        short = _missing(circuit, state)
        if not short.any():
            break
        limit = np.where(short, _allowed(circuit, state), limit)
        state = solve(some, limit)
    whole = np.full(boundary.heat.shape, np.inf)
    whole[hours] = limit
    return whole


def head_is_bounded(circuit: Circuit) -> bool:
    """Return whether the head of the producer may be less than the worst point needs.

    Parameters
    ----------
    circuit : Circuit
        With one producer.
    """
    bounds = circuit.producers.pressure_difference[0], circuit.producers.max_pressure_difference[0]
    return not np.isnan(bounds).all()


def _missing(
    circuit: Circuit, year: CircuitYear
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return which consumers draw water without their pressure difference."""
    consumers = circuit.consumers
    short = year.consumer_pressure_difference < consumers.min_pressure_difference - SLACK
    return short & consumers.is_connected & (year.consumer_mass_flow > 0.0)


def _allowed(circuit: Circuit, year: CircuitYear) -> FloatArray:
    """Return the flow at which the path would lose no more than there is."""
    least = circuit.consumers.min_pressure_difference
    head = year.pressure_difference
    lost = np.maximum(head - year.consumer_pressure_difference, 1e-9)
    share = np.sqrt(np.clip((head - least) / lost, 0.0, 1.0))
    return np.asarray(year.consumer_mass_flow * share * NEARLY_ALL)


def select(boundary: Boundary, hours: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Boundary:
    """Return some hours of a boundary."""
    return Boundary(
        **{
            field.name: getattr(boundary, field.name)[hours]
            for field in dataclass_fields(boundary)
        }
    )
