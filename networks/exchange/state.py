"""One instant of a circuit: what another program is told of loads and temperatures."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..boundary import Boundary
from ..columns import BoolArray, Circuit, FloatArray


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
    outlet : array of bool, shape (consumers,)
        Open ends of a one-line network, at the pressure of the air.
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
    outlet: BoolArray


class Flows(NamedTuple):
    """Solved flows of one hour.

    Parameters
    ----------
    consumers : array of float, shape (consumers,)
        Drawn. [kg/s]
    producers : array of float, shape (producers,)
        Given. [kg/s]
    """

    consumers: FloatArray
    producers: FloatArray


def state_at(
    circuit: Circuit,
    boundary: Boundary,
    hour: int,
    *,
    pressure_difference: float = 0.0,
    solved: Flows | None = None,
) -> CircuitState:
    """Return one hour of a boundary as a state.

    Parameters
    ----------
    circuit : Circuit
        Its first producers hold the pressure.
    boundary : Boundary
        Of the circuit.
    hour : int
        Row of the boundary.
    pressure_difference : float, optional
        That the first producer of a closed circuit keeps. [Pa]
    solved : Flows, optional
        Of the hour; else producers give what the feed says, and heat draws no flow from a
        one-line network.
    """
    drawn = np.full(len(circuit.consumer_ids), np.nan)
    if boundary.flow is not None:
        drawn = boundary.flow[hour]
    fed = np.zeros(len(circuit.producer_ids))
    if solved is not None:
        fed = solved.producers
        drawn = solved.consumers if circuit.is_one_line else drawn
    elif boundary.feed is not None:
        fed = boundary.feed.mass_flow[hour]
    outlet = np.zeros(len(drawn), dtype=np.bool_)
    return CircuitState(
        heat=boundary.heat[hour],
        flow=drawn,
        return_temperature=boundary.return_temperature[hour],
        temperature_difference=boundary.temperature_difference[hour],
        ground_temperature=boundary.ground_temperature[hour],
        supply_temperature=boundary.supply_temperature[hour],
        mass_flow=fed,
        pressure=_held(circuit, boundary, hour),
        pressure_difference=pressure_difference,
        outlet=outlet if boundary.outlet is None else boundary.outlet,
    )


def _held(circuit: Circuit, boundary: Boundary, hour: int) -> FloatArray:
    """Return the pressure that each producer holds, NaN where it holds none. [Pa]"""
    pressure = np.full(len(circuit.producer_ids), np.nan)
    held = circuit.producers.static_pressure[: circuit.holders]
    pressure[: circuit.holders] = held if boundary.pressure is None else boundary.pressure[hour]
    return pressure


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
