"""What a network of pandapipes and our tables both know, in our names and units."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..columns import FloatArray
from .library import BAR, CELL, KELVIN, cold_circuits

PUMP_DIAMETER = 0.1
"""Of the pipe without length that a pump stands in, as pandapipes has it. [m]"""

Quantities = dict[str, FloatArray]
"""Columns of our tables by name, a value for each row of a table of pandapipes."""


def quantities(network: Any, table: str) -> Quantities:
    """Return what a table of pandapipes says about columns of ours.

    Parameters
    ----------
    network : pandapipesNet
        The network.
    table : str
        A key of `READERS`.

    Returns
    -------
    dict of str to array of float, shape (rows,)
        In canonical units; NaN where pandapipes has no value.
    """
    return READERS[table](network, network[table])


def numbers(frame: pd.DataFrame, name: str, default: float = np.nan) -> FloatArray:
    """Return a column of numbers, ``default`` where it is missing or empty."""
    if name not in frame.columns:
        return np.full(len(frame), default)
    values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64)
    return np.where(np.isnan(values), default, values)


def _junction(network: Any, frame: pd.DataFrame) -> Quantities:
    places = network.get("junction_geodata", pd.DataFrame()).reindex(frame.index)
    return {
        "elevation": numbers(frame, "height_m", 0.0),
        "x": numbers(places, "x"),
        "y": numbers(places, "y"),
    }


def _pipe(_: Any, frame: pd.DataFrame) -> Quantities:
    """Refer heat loss to the outer diameter, which is the inner one where it is not given.

    pandapipes counts ``loss_coefficient`` once in each of a pipe's sections.
    """
    inner = numbers(frame, "inner_diameter_mm") / 1e3
    outer = numbers(frame, "outer_diameter_mm") / 1e3
    outer = np.where(np.isnan(outer), inner, outer)
    sections = np.maximum(numbers(frame, "sections", 1.0), 1.0)
    return {
        "length": numbers(frame, "length_km") * 1e3,
        "inner_diameter": inner,
        "roughness": numbers(frame, "k_mm") / 1e3,
        "minor_loss_coefficient": numbers(frame, "loss_coefficient", 0.0) * sections,
        "heat_loss_coefficient": numbers(frame, "u_w_per_m2k", 0.0) * np.pi * outer,
        "ground_temperature": numbers(frame, "text_k") - KELVIN,
    }


def _heat_consumer(network: Any, frame: pd.DataFrame) -> Quantities:
    """Return a difference by the sign of its heat: cold has both negative.

    Where the flow is given, the mode of its circuit tells; it has no sign where nothing is drawn.
    """
    heat, apart = numbers(frame, "qext_w"), numbers(frame, "deltat_k")
    cold = heat < 0.0
    if CELL + "circuit" in frame.columns:
        chilled = frame[CELL + "circuit"].isin(cold_circuits(network)).to_numpy()
        cold |= np.isnan(heat) & chilled
    is_idle = (heat == 0.0) | (numbers(frame, "in_service", 1.0) == 0.0)
    return {
        "heat": heat,
        "flow": numbers(frame, "controlled_mdot_kg_per_s"),
        "return_temperature": numbers(frame, "treturn_k") - KELVIN,
        "temperature_difference": np.where(is_idle, np.abs(apart), np.where(cold, -apart, apart)),
    }


def _sink(_: Any, frame: pd.DataFrame) -> Quantities:
    return {"flow": _scaled(frame)}


def _source(_: Any, frame: pd.DataFrame) -> Quantities:
    return {"mass_flow": _scaled(frame)}


def _scaled(frame: pd.DataFrame) -> FloatArray:
    return numbers(frame, "mdot_kg_per_s") * numbers(frame, "scaling", 1.0)


def _circ_pump_pressure(_: Any, frame: pd.DataFrame) -> Quantities:
    lift = numbers(frame, "plift_bar")
    return {
        "supply_temperature": numbers(frame, "t_flow_k") - KELVIN,
        "pressure_difference": lift * BAR,
        "static_pressure": (numbers(frame, "p_flow_bar") - lift) * BAR,
    }


def _circ_pump_mass(_: Any, frame: pd.DataFrame) -> Quantities:
    return {
        "supply_temperature": numbers(frame, "t_flow_k") - KELVIN,
        "mass_flow": numbers(frame, "mdot_flow_kg_per_s"),
    }


def _flow_control(_: Any, frame: pd.DataFrame) -> Quantities:
    return {"mass_flow": -numbers(frame, "controlled_mdot_kg_per_s")}


def _ext_grid(_: Any, frame: pd.DataFrame) -> Quantities:
    return {
        "supply_temperature": numbers(frame, "t_k") - KELVIN,
        "pressure": numbers(frame, "p_bar") * BAR,
    }


def _valve(_: Any, frame: pd.DataFrame) -> Quantities:
    return {**_point(frame), "is_open": frame["opened"].to_numpy(dtype=np.float64)}


def _heat_exchanger(_: Any, frame: pd.DataFrame) -> Quantities:
    return {**_point(frame), "heat": numbers(frame, "qext_w", 0.0)}


def _point(frame: pd.DataFrame) -> Quantities:
    """Return the pipe without length that an element amounts to; it has no roughness."""
    nothing = np.zeros(len(frame))
    return {
        "length": nothing,
        "inner_diameter": numbers(frame, "inner_diameter_mm") / 1e3,
        "roughness": nothing,
        "minor_loss_coefficient": numbers(frame, "loss_coefficient", 0.0),
        "heat_loss_coefficient": nothing,
    }


def _pump(network: Any, frame: pd.DataFrame) -> Quantities:
    """Return the lift of pumps, and the pipes without length or loss in which they stand."""
    lifts = [constant_lift(network, name) for name in frame["std_type"]]
    as_pipe = {**_point(frame), "inner_diameter": np.full(len(frame), PUMP_DIAMETER)}
    return {**as_pipe, "pressure_rise": np.array(lifts, dtype=np.float64) * BAR}


def constant_lift(network: Any, std_type: str) -> float:
    """Return the lift of a pump that does not depend on the flow, NaN if it does. [bar]

    Parameters
    ----------
    network : pandapipesNet
        With its standard types.
    std_type : str
        Name of the pump's type, whose coefficients begin with the highest power.
    """
    pump = network["std_types"]["pump"].get(std_type)
    if pump is None or pump.reg_par is None:
        return np.nan
    *powers, constant = np.atleast_1d(pump.reg_par).tolist()
    return float(constant) if not any(powers) and constant >= 0.0 else np.nan


READERS: Mapping[str, Callable[[Any, pd.DataFrame], Quantities]] = {
    "junction": _junction,
    "pipe": _pipe,
    "heat_consumer": _heat_consumer,
    "sink": _sink,
    "source": _source,
    "circ_pump_pressure": _circ_pump_pressure,
    "circ_pump_mass": _circ_pump_mass,
    "flow_control": _flow_control,
    "ext_grid": _ext_grid,
    "valve": _valve,
    "heat_exchanger": _heat_exchanger,
    "pump": _pump,
}
"""Tables of pandapipes that we understand."""
