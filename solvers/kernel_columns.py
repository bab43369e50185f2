"""Pipes, consumers and pump of a circuit as the kernels read them, whatever its shape."""

import numpy as np

from ..networks.columns import Circuit, FloatArray
from .kernels.tree_tables import NO_TEMPERATURE, Pump

NO_PRESSURE = -1e300
"""Least pressure difference of a consumer that is not connected. [Pa]"""

MAX_VELOCITY = 20.0
"""No unlimited consumer draws more than this velocity in the pipes at its junction. [m/s]"""


def pipe_columns(circuit: Circuit, law: str) -> dict[str, FloatArray]:
    """Return the hydraulic and thermal columns of all routes, as `TreeTable` describes them.

    Parameters
    ----------
    circuit : Circuit
        Of any shape.
    law : str
        Friction law; ``"pandapipes"`` divides the relative roughness by 3.71, the others by 3.7.

    Returns
    -------
    dict of str to array of float
        ``hydraulics``, ``conductance``, ``exchange``, ``area`` and ``per_length``, by pipe.
    """
    pipes = circuit.pipes
    length, diameter = pipes.length, pipes.inner_diameter
    relative = pipes.roughness / diameter / (3.71 if law == "pandapipes" else 3.7)
    hydraulics = (
        4.0 / (np.pi * diameter),
        8.0 / (np.pi**2 * diameter**4),
        length / diameter,
        pipes.minor_loss_coefficient,
        relative,
        relative**1.11,
    )
    return {
        "hydraulics": np.ascontiguousarray(np.stack(hydraulics, axis=-1)),
        "conductance": np.ascontiguousarray(pipes.heat_loss_coefficient * length),
        "exchange": pipes.pair_exchange_coefficient * length,
        "area": np.ascontiguousarray(np.pi * diameter**2 / 4.0),
        "per_length": np.divide(1.0, length, out=np.zeros_like(length), where=length > 0.0),
    }


def consumer_columns(circuit: Circuit) -> dict[str, FloatArray]:
    """Return the consumers' limits, with numbers that stand for "not given".

    Parameters
    ----------
    circuit : Circuit
        Of any shape.
    """
    consumers = circuit.consumers
    connected = consumers.is_connected
    most = np.minimum(consumers.max_flow, largest_flows(circuit))
    return {
        "bypass_flow": np.where(connected, consumers.bypass_flow, 0.0),
        "max_flow": np.where(connected, most, 0.0),
        "bypass_temperature": _given(
            np.where(connected, consumers.bypass_temperature, np.nan), NO_TEMPERATURE
        ),
        "min_supply": _given(consumers.min_supply_temperature, -1e9),
        "max_supply": _given(consumers.max_supply_temperature, 1e9),
        "min_pressure_difference": np.where(
            connected, consumers.min_pressure_difference, NO_PRESSURE
        ),
    }


def pump_of(circuit: Circuit) -> Pump:
    """Return how the first producer, which holds the pressure, does so.

    Parameters
    ----------
    circuit : Circuit
        Of any shape.
    """
    producers = circuit.producers
    least, most = producers.min_pressure_difference[0], producers.max_pressure_difference[0]
    static = producers.static_pressure[0]
    return Pump(
        static_pressure=0.0 if np.isnan(static) else float(static),
        fixed_head=float(producers.pressure_difference[0]),
        min_head=0.0 if np.isnan(least) else float(least),
        max_head=np.inf if np.isnan(most) else float(most),
    )


def largest_flows(circuit: Circuit) -> FloatArray:
    """Return the flows at which the widest pipe of each consumer's junction reaches 20 m/s. [kg/s]

    Parameters
    ----------
    circuit : Circuit
        Of any shape.

    Returns
    -------
    array of float, shape (consumers,)
        Infinite where no pipe leads to a consumer.
    """
    pipes = circuit.pipes
    widest = np.zeros(len(circuit.junctions))
    diameter = pipes.inner_diameter.max(axis=0)
    np.maximum.at(widest, pipes.from_junction, diameter)
    np.maximum.at(widest, pipes.to_junction, diameter)
    area = np.pi * widest[circuit.consumers.junction] ** 2 / 4.0
    return np.where(area > 0.0, MAX_VELOCITY * 1000.0 * area, np.inf)


def _given(column: FloatArray, absent: float) -> FloatArray:
    return np.where(np.isnan(column), absent, column)
