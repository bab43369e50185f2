"""Open ends of a one-line network: consumers that take what comes, at the pressure of the air.

To the kernels an open end is a producer that holds 0 Pa gauge and into which water flows.
"""

from dataclasses import fields, replace

import numpy as np

from ..networks.boundary import Boundary, Feed
from ..networks.columns import Circuit, FloatArray, IntArray, ProducerTable
from .circuit_year import CircuitYear
from .large_arrays import parts_of, release

BY_PRODUCER = (
    "producer_heat",
    "producer_mass_flow",
    "producer_supply_temperature",
    "producer_return_temperature",
    "pressure_difference",
    "pump_head",
    "pump_electricity",
)
"""Results of shape (hours, producers)."""


def has_ends(boundary: Boundary) -> bool:
    """Return whether any consumer is an open end.

    Parameters
    ----------
    boundary : Boundary
        Of a circuit.
    """
    return boundary.outlet is not None and bool(boundary.outlet.any())


def hold_ends(circuit: Circuit, boundary: Boundary) -> tuple[Circuit, Boundary]:
    """Return a circuit, and its hours, in which open ends are producers that hold 0 Pa.

    Parameters
    ----------
    circuit : Circuit
        A one-line network.
    boundary : Boundary
        Its hours, with open ends.

    Returns
    -------
    circuit : Circuit
        Producers are those that hold a pressure, then the open ends, then the others.
    boundary : Boundary
        Without open ends.
    """
    ends = _ends(boundary)
    order = _order(circuit, ends)
    junction = np.concatenate([circuit.producers.junction, circuit.consumers.junction[ends]])
    table = {
        name: np.concatenate([column, np.ones(ends.size)])[order]
        for name, column in circuit.producers._asdict().items()
        if name != "junction"
    }
    ids = (*circuit.producer_ids, *(circuit.consumer_ids[c] for c in ends))
    held = replace(
        circuit,
        producers=ProducerTable(junction=junction[order], **table),
        producer_ids=tuple(ids[k] for k in order),
        holders=circuit.holders + ends.size,
    )
    supply = boundary.supply_temperature
    pressure = np.zeros((len(supply), 0)) if boundary.pressure is None else boundary.pressure
    return held, replace(
        boundary,
        supply_temperature=_more(supply, ends, supply[:, :1])[:, order],
        pressure=_more(pressure, ends, 0.0),
        feed=boundary.feed
        and Feed(*(_more(column, ends, np.nan)[:, order] for column in boundary.feed)),
        outlet=None,
    )


def give_ends(year: CircuitYear, circuit: Circuit, boundary: Boundary) -> CircuitYear:
    """Return a year in which open ends are consumers again.

    Parameters
    ----------
    year : CircuitYear
        Solved for `hold_ends`; its consumers are changed in place.
    circuit : Circuit
        As it was given.
    boundary : Boundary
        With open ends.
    """
    ends = _ends(boundary)
    order = _order(circuit, ends)
    place = np.argsort(order)
    own, as_end = place[: len(circuit.producer_ids)], place[len(circuit.producer_ids) :]
    year.consumer_mass_flow[:, ends] = -year.producer_mass_flow[:, as_end]
    year.consumer_heat[:, ends] = -year.producer_heat[:, as_end]
    year.consumer_pressure_difference[:, ends] = 0.0
    return replace(
        year,
        circuit=circuit,
        **{
            item.name: getattr(year, item.name)[:, own]
            for item in fields(year)
            if item.name in BY_PRODUCER
        },
    )


def _ends(boundary: Boundary) -> IntArray:
    assert boundary.outlet is not None
    return np.flatnonzero(boundary.outlet)


def _order(circuit: Circuit, ends: IntArray) -> IntArray:
    """Return the places of holders, open ends and others in the producers with ends behind."""
    producers = np.arange(len(circuit.producer_ids))
    behind = producers.size + np.arange(ends.size)
    return np.concatenate([producers[: circuit.holders], behind, producers[circuit.holders :]])


def _more(column: FloatArray, ends: IntArray, value: FloatArray | float) -> FloatArray:
    """Return a column by producer with a value for each open end behind it."""
    added = np.broadcast_to(value, (len(column), ends.size))
    return np.concatenate([column, added], axis=1)


def without_returns(year: CircuitYear, boundary: Boundary) -> CircuitYear:
    """Return a year in which outflows of a one-line network show no return temperature.

    Parameters
    ----------
    year : CircuitYear
        Solved; changed in place.
    boundary : Boundary
        In which outflows leave with water of 0 °C: all that they carry counts.
    """
    if not year.circuit.is_one_line or not year.consumer_return_temperature.size:
        return year
    shown = year.consumer_return_temperature
    for rows in parts_of(len(shown), shown.nbytes):
        shown[rows][boundary.return_temperature[rows] == 0.0] = np.nan
        release(shown[rows])
    return year
