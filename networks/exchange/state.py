"""One instant of a circuit: what another program is told of loads and temperatures."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..boundary import Boundary
from ..columns import Circuit, FloatArray


class CircuitState(NamedTuple):
    """What drives a circuit at one instant, and the pressures its producers hold.

    Parameters
    ----------
    heat : array of float, shape (consumers,)
        Asked for; cold is negative. [W]
    flow : array of float, shape (consumers,)
        Drawn whatever the heat; NaN where the heat decides. [kg/s]
    return_temperature, temperature_difference : array of float, shape (consumers,)
        Of the substations; one of them is NaN. [°C], [K]
    ground_temperature : array of float, shape (pipes,)
        At the pipes. [°C]
    supply_temperature : array of float, shape (producers,)
        Leaving each producer. [°C]
    mass_flow : array of float, shape (producers,)
        From return to supply; not looked at for the one that holds the pressure. [kg/s]
    pressure : array of float, shape (producers,)
        Held at the return junction of a closed circuit's first producer, or at the junction of
        a producer of an open network; NaN where none is held. Gauge. [Pa]
    pressure_difference : float
        Between the junctions of the first producer of a closed circuit. [Pa]
    """

    heat: FloatArray
    flow: FloatArray
    return_temperature: FloatArray
    temperature_difference: FloatArray
    ground_temperature: FloatArray
    supply_temperature: FloatArray
    mass_flow: FloatArray
    pressure: FloatArray
    pressure_difference: float


def state_at(
    circuit: Circuit,
    boundary: Boundary,
    hour: int,
    *,
    pressure_difference: float,
    mass_flow: FloatArray | None = None,
) -> CircuitState:
    """Return one hour of a boundary as a state.

    Parameters
    ----------
    circuit : Circuit
        Its first producer holds the pressure.
    boundary : Boundary
        Of the circuit.
    hour : int
        Row of the boundary.
    pressure_difference : float
        That the first producer keeps. [Pa]
    mass_flow : array of float, shape (producers,), optional
        Of each producer; default: what the boundary's feed says, 0 for the first. [kg/s]
    """
    if mass_flow is None:
        mass_flow = np.zeros(len(circuit.producer_ids))
        if boundary.feed is not None:
            mass_flow[1:] = boundary.feed.mass_flow[hour, 1:]
    flow = np.full(len(circuit.consumer_ids), np.nan)
    pressure = np.full(len(circuit.producer_ids), np.nan)
    pressure[0] = circuit.producers.static_pressure[0]
    return CircuitState(
        heat=boundary.heat[hour],
        flow=flow if boundary.flow is None else boundary.flow[hour],
        return_temperature=boundary.return_temperature[hour],
        temperature_difference=boundary.temperature_difference[hour],
        ground_temperature=boundary.ground_temperature[hour],
        supply_temperature=boundary.supply_temperature[hour],
        mass_flow=mass_flow,
        pressure=pressure,
        pressure_difference=pressure_difference,
    )


def open_state(
    circuit: Circuit, tables: Mapping[str, pd.DataFrame], ground_temperature: FloatArray
) -> CircuitState:
    """Return the state of a one-line network whose cells do not vary.

    Parameters
    ----------
    circuit : Circuit
        The network as columns.
    tables : mapping of str to DataFrame
        Its consumers draw ``flow``; its producers have a ``pressure`` or a ``mass_flow``.
    ground_temperature : array of float, shape (pipes,)
        At the pipes. [°C]
    """
    consumers = tables["consumers"].set_index("id").loc[list(circuit.consumer_ids)]
    producers = tables["producers"].set_index("id").loc[list(circuit.producer_ids)]
    nothing = np.full(len(consumers), np.nan)
    return CircuitState(
        heat=nothing,
        flow=_numbers(consumers, "flow"),
        return_temperature=nothing,
        temperature_difference=nothing,
        ground_temperature=ground_temperature,
        supply_temperature=_numbers(producers, "supply_temperature"),
        mass_flow=_numbers(producers, "mass_flow"),
        pressure=_numbers(producers, "pressure"),
        pressure_difference=0.0,
    )


def with_resting(
    circuit: Circuit, state: CircuitState, tables: Mapping[str, pd.DataFrame]
) -> CircuitState:
    """Return a state in which consumers that are not connected have the loads of their cells.

    Parameters
    ----------
    circuit : Circuit
        As columns.
    state : CircuitState
        In which they ask for nothing, as nobody solves them.
    tables : mapping of str to DataFrame
        Its consumers may have ``heat`` and ``flow``; cells that vary count as empty.
    """
    rests = ~circuit.consumers.is_connected
    if not rests.any():
        return state
    cells = tables["consumers"].set_index("id").loc[list(circuit.consumer_ids)]
    heat, flow = _numbers(cells, "heat"), _numbers(cells, "flow")
    idle = np.where(np.isnan(heat) & np.isnan(flow), 0.0, heat)
    return state._replace(
        heat=np.where(rests, idle, state.heat), flow=np.where(rests, flow, state.flow)
    )


def _numbers(frame: pd.DataFrame, name: str) -> FloatArray:
    """Return a column of numbers, NaN where it is missing or empty."""
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64)
