"""Figures of the year of every consumer, pipe, junction and producer, as plain columns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..networks.columns import RETURN, SUPPLY, FloatArray
from ..networks.system import System
from ..solvers.circuit_year import REASONS, CircuitYear, DesignState, release_consumers
from ..solvers.simulation import Simulation
from .energy import hour_blocks

Columns = dict[str, list[Any]]

KW, MWH, BAR, MM, HOUR = 1e3, 3.6e9, 1e5, 1e-3, 3600.0
"""Watts in a kW, joules in a MWh, pascals in a bar, metres in a millimetre, seconds in an hour."""


def consumer_figures(simulation: Simulation) -> Columns:
    """Return the figures of the year of every consumer, the unit at the end of each name."""
    years = simulation.cases["base"].circuits
    duration = simulation.profiles.duration
    return _joined([_consumers(year, duration) for year in years.values()])


def pipe_figures(simulation: Simulation) -> Columns:
    """Return the figures of the year, and of the design state, of every route."""
    years = simulation.cases["base"].circuits
    shared = any(year.exchange_by_pipe is not None for year in years.values())
    parts = [_pipes(year, simulation.design.get(name)) for name, year in years.items()]
    if shared:
        for part, year in zip(parts, years.values(), strict=True):
            part["exchange_mwh"] = _given_to_others(year)
    return _joined(parts)


def _given_to_others(year: CircuitYear) -> FloatArray:
    """Return what both pipes of each route gave to pipes of other routes in trenches. [MWh]"""
    given = year.exchange_by_pipe
    return np.zeros(len(year.circuit.pipe_ids)) if given is None else given.sum(axis=0) / MWH


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
    return {
        "id": circuit.consumer_ids,
        "circuit": [circuit.id] * columns,
        "junction": [circuit.junctions[row] for row in table.junction],
        "building": circuit.buildings,
        "x": circuit.x[table.junction],
        "y": circuit.y[table.junction],
        "design_load_kw": table.design_load / KW,
        **_consumer_hours(year, duration),
    }


class _Tally(NamedTuple):
    """Sums over hours, and extremes, of each consumer; arrays have shape (consumers,)."""

    heat: FloatArray
    cold: FloatArray
    flow: FloatArray
    warmth: FloatArray
    unserved: FloatArray
    unserved_time: FloatArray
    peak_heat: FloatArray
    peak_cold: FloatArray
    peak_flow: FloatArray
    lowest_supply: FloatArray
    lowest_difference: FloatArray


HIGHEST, LOWEST = (6, 8), (7, 9, 10)
"""Places in a tally of largest and of smallest values; the others are sums."""


def _tally(year: CircuitYear, duration: FloatArray, rows: slice) -> _Tally:
    given, flow, time = year.consumer_heat[rows], year.consumer_mass_flow[rows], duration[rows]
    heat, missing = np.maximum(given, 0.0), year.consumer_unserved_heat[rows]
    asked, unserved = given, np.zeros((1, given.shape[1]))
    if missing.any():
        asked, unserved = given + missing, np.abs(missing)
    supply = np.where(asked > 0.0, year.consumer_supply_temperature[rows], np.inf)
    short = time[: len(unserved)]
    return _Tally(
        heat=time @ heat,
        cold=time @ (given - heat),
        flow=time @ flow,
        warmth=time @ (flow * year.consumer_return_temperature[rows]),
        unserved=short @ unserved,
        unserved_time=short @ (unserved > 1.0),
        peak_heat=heat.max(axis=0),
        peak_cold=given.min(axis=0),
        peak_flow=flow.max(axis=0),
        lowest_supply=supply.min(axis=0),
        lowest_difference=year.consumer_pressure_difference[rows].min(axis=0),
    )


def _tallies(year: CircuitYear, duration: FloatArray) -> Iterator[_Tally]:
    for rows in hour_blocks(len(duration)):
        yield _tally(year, duration, rows)
        release_consumers(year, rows)


def _consumer_hours(year: CircuitYear, duration: FloatArray) -> dict[str, Any]:
    """Return what the hours of each consumer come to."""
    parts = np.array([*_tallies(year, duration)])
    merged = parts.sum(axis=0)
    for place in HIGHEST:
        merged[place] = parts[:, place].max(axis=0)
    for place in LOWEST:
        merged[place] = parts[:, place].min(axis=0)
    tally = _Tally(*merged)
    lowest = tally.lowest_supply
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_return = tally.warmth / tally.flow
    return {
        "heat_mwh": tally.heat / MWH,
        "cold_mwh": tally.cold / MWH,
        "peak_heat_kw": tally.peak_heat / KW,
        "peak_cold_kw": np.minimum(tally.peak_cold, 0.0) / KW,
        "peak_flow_kg_s": tally.peak_flow,
        "min_supply_temperature_c": np.where(np.isfinite(lowest), lowest, np.nan),
        "mean_return_temperature_c": mean_return,
        "min_pressure_difference_bar": tally.lowest_difference / BAR,
        "unserved_mwh": tally.unserved / MWH,
        "unserved_hours": tally.unserved_time / HOUR,
        "unserved_reason": _reasons(year, tally.unserved),
    }


def _reasons(year: CircuitYear, unserved: FloatArray) -> list[str]:
    """Return for each consumer the reason of its worst hour, empty where all was served."""
    reasons = [""] * len(unserved)
    for column in np.flatnonzero(unserved > 0.0):
        worst = int(np.abs(year.consumer_unserved_heat[:, column]).argmax())
        reasons[column] = REASONS[year.consumer_reason[worst, column]]
    release_consumers(year)
    return reasons


def _pipes(year: CircuitYear, state: DesignState | None) -> dict[str, Any]:
    circuit, table, figures = year.circuit, year.circuit.pipes, year.pipe_figures
    diameter = np.where(circuit.has_pipe, table.inner_diameter / MM, np.nan)
    return {
        "id": circuit.pipe_ids,
        "circuit": [circuit.id] * len(circuit.pipe_ids),
        "from_junction": [circuit.junctions[row] for row in table.from_junction],
        "to_junction": [circuit.junctions[row] for row in table.to_junction],
        "type": circuit.pipe_types,
        "length_m": table.length,
        "inner_diameter_supply_mm": diameter[SUPPLY],
        "inner_diameter_return_mm": diameter[RETURN],
        "peak_flow_kg_s": figures.peak_mass_flow.max(axis=0),
        "peak_velocity_m_s": figures.peak_velocity.max(axis=0),
        "peak_gradient_pa_m": figures.peak_gradient.max(axis=0),
        "mean_supply_temperature_c": figures.mean_temperature[SUPPLY],
        "mean_return_temperature_c": figures.mean_temperature[RETURN],
        "min_supply_temperature_c": figures.min_temperature[SUPPLY],
        "max_supply_temperature_c": figures.max_temperature[SUPPLY],
        "heat_loss_mwh": figures.heat_loss.sum(axis=0) / MWH,
        "max_pressure_bar": np.fmax.reduce(figures.max_pressure, axis=0) / BAR,
        "min_pressure_bar": np.fmin.reduce(figures.min_pressure, axis=0) / BAR,
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
