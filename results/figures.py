"""Figures of the year of every consumer, pipe, junction and producer, as plain columns."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..networks.columns import RETURN, SUPPLY, FloatArray
from ..networks.system import System
from ..solvers.circuit_year import REASONS, ByteArray, CircuitYear, DesignState
from ..solvers.simulation import Simulation

Columns = dict[str, list[Any]]

KW, MWH, BAR, MM, HOUR = 1e3, 3.6e9, 1e5, 1e-3, 3600.0
"""Watts in a kW, joules in a MWh, pascals in a bar, metres in a millimetre, seconds in an hour."""

BLOCK = 16
"""Consumers whose figures are taken at a time."""


def consumer_figures(simulation: Simulation) -> Columns:
    """Return the figures of the year of every consumer, the unit at the end of each name."""
    years = simulation.cases["base"].circuits
    duration = simulation.profiles.duration
    return _joined([_consumers(year, duration) for year in years.values()])


def pipe_figures(simulation: Simulation) -> Columns:
    """Return the figures of the year, and of the design state, of every route."""
    years = simulation.cases["base"].circuits
    return _joined([_pipes(year, simulation.design.get(name)) for name, year in years.items()])


def junction_figures(system: System) -> Columns:
    """Return place and elevation of every junction, each once."""
    rows: dict[str, tuple[float, float, float]] = {}
    for circuit in system.circuits.values():
        places = zip(circuit.x, circuit.y, circuit.elevation, strict=True)
        rows |= dict(zip(circuit.junctions, places, strict=True))
    x, y, elevation = (list(part) for part in zip(*rows.values(), strict=True))
    return {"id": list(rows), "x": x, "y": y, "elevation_m": elevation}


def producer_figures(simulation: Simulation) -> Columns:
    """Return the figures of the year of every producer."""
    years = simulation.cases["base"].circuits
    duration = simulation.profiles.duration
    return _joined([_producers(year, duration) for year in years.values()])


def _joined(parts: Sequence[Mapping[str, Any]]) -> Columns:
    return {name: [value for part in parts for value in part[name]] for name in parts[0]}


def _consumers(year: CircuitYear, duration: FloatArray) -> dict[str, Any]:
    circuit, table = year.circuit, year.circuit.consumers
    columns = len(circuit.consumer_ids)
    blocks = [
        _consumer_block(year, duration, slice(begin, begin + BLOCK))
        for begin in range(0, columns, BLOCK)
    ]
    return {
        "id": circuit.consumer_ids,
        "circuit": [circuit.id] * columns,
        "junction": [circuit.junctions[row] for row in table.junction],
        "building": circuit.buildings,
        "x": circuit.x[table.junction],
        "y": circuit.y[table.junction],
        "design_load_kw": table.design_load / KW,
        **_joined(blocks),
    }


def _consumer_block(year: CircuitYear, duration: FloatArray, block: slice) -> dict[str, Any]:
    """Return the figures of a few consumers: their hours stay in the processor's cache."""
    given = year.consumer_heat[:, block]
    heat, flow = np.maximum(given, 0.0), year.consumer_mass_flow[:, block]
    missing = year.consumer_unserved_heat[:, block]
    asked, unserved = given + missing, np.abs(missing)
    with np.errstate(invalid="ignore", divide="ignore"):
        warmth = duration @ (flow * year.consumer_return_temperature[:, block])
        mean_return = warmth / (duration @ flow)
    return {
        "heat_mwh": duration @ heat / MWH,
        "cold_mwh": duration @ (given - heat) / MWH,
        "peak_heat_kw": heat.max(axis=0) / KW,
        "peak_cold_kw": np.minimum(given.min(axis=0), 0.0) / KW,
        "peak_flow_kg_s": flow.max(axis=0),
        "min_supply_temperature_c": _lowest(year.consumer_supply_temperature[:, block], asked),
        "mean_return_temperature_c": mean_return,
        "min_pressure_difference_bar": year.consumer_pressure_difference[:, block].min(axis=0)
        / BAR,
        "unserved_mwh": duration @ unserved / MWH,
        "unserved_hours": duration @ (unserved > 1.0) / HOUR,
        "unserved_reason": _reasons(year.consumer_reason[:, block], unserved),
    }


def _lowest(values: FloatArray, asked: FloatArray) -> FloatArray:
    """Return the lowest value of each consumer while it asks for heat, NaN where it never does."""
    lowest = np.where(asked > 0.0, values, np.inf).min(axis=0)
    return np.where(np.isfinite(lowest), lowest, np.nan)


def _reasons(codes: ByteArray, unserved: FloatArray) -> list[str]:
    """Return for each consumer the reason of its worst hour, empty where all was served."""
    worst = unserved.argmax(axis=0)
    return [REASONS[codes[row, column]] for column, row in enumerate(worst)]


def _pipes(year: CircuitYear, state: DesignState | None) -> dict[str, Any]:
    circuit, table, figures = year.circuit, year.circuit.pipes, year.pipe_figures
    return {
        "id": circuit.pipe_ids,
        "circuit": [circuit.id] * len(circuit.pipe_ids),
        "from_junction": [circuit.junctions[row] for row in table.from_junction],
        "to_junction": [circuit.junctions[row] for row in table.to_junction],
        "type": circuit.pipe_types,
        "length_m": table.length,
        "inner_diameter_supply_mm": table.inner_diameter[SUPPLY] / MM,
        "inner_diameter_return_mm": table.inner_diameter[RETURN] / MM,
        "peak_flow_kg_s": figures.peak_mass_flow.max(axis=0),
        "peak_velocity_m_s": figures.peak_velocity.max(axis=0),
        "peak_gradient_pa_m": figures.peak_gradient.max(axis=0),
        "mean_supply_temperature_c": figures.mean_temperature[SUPPLY],
        "mean_return_temperature_c": figures.mean_temperature[RETURN],
        "min_supply_temperature_c": figures.min_temperature[SUPPLY],
        "max_supply_temperature_c": figures.max_temperature[SUPPLY],
        "heat_loss_mwh": figures.heat_loss.sum(axis=0) / MWH,
        "max_pressure_bar": figures.max_pressure.max(axis=0) / BAR,
        "min_pressure_bar": figures.min_pressure.min(axis=0) / BAR,
        **_design(state, len(circuit.pipe_ids)),
    }


def _design(state: DesignState | None, pipes: int) -> dict[str, Any]:
    if state is None:
        names = ("load_kw", "flow_kg_s", "velocity_m_s", "gradient_pa_m", "governed_by")
        return {f"design_{name}": [None] * pipes for name in names}
    return {
        "design_load_kw": state.load / KW,
        "design_flow_kg_s": np.abs(state.mass_flow).max(axis=0),
        "design_velocity_m_s": np.abs(state.velocity).max(axis=0),
        "design_gradient_pa_m": np.abs(state.gradient).max(axis=0),
        "design_governed_by": state.governed_by,
    }


def _producers(year: CircuitYear, duration: FloatArray) -> dict[str, Any]:
    circuit = year.circuit
    junction = circuit.producers.junction
    heat = np.clip(year.producer_heat, 0.0, None)
    return {
        "id": circuit.producer_ids,
        "circuit": [circuit.id] * len(circuit.producer_ids),
        "junction": [circuit.junctions[row] for row in junction],
        "x": circuit.x[junction],
        "y": circuit.y[junction],
        "heat_mwh": duration @ heat / MWH,
        "cold_mwh": duration @ (year.producer_heat - heat) / MWH,
        "peak_heat_kw": heat.max(axis=0) / KW,
        "peak_flow_kg_s": np.abs(year.producer_mass_flow).max(axis=0),
        "peak_head_bar": year.pump_head.max(axis=0) / BAR,
        "pump_mwh": duration @ year.pump_electricity / MWH,
    }
