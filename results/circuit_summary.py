"""Figures of one circuit, for the summary."""

from typing import Any

import numpy as np

from ..networks.columns import Circuit, FloatArray
from ..solvers.circuit_year import CircuitYear, DesignState, release_consumers
from ..solvers.simulation import Simulation
from .energy import hour_blocks, is_cold, positive_heat, sums_of

KEYS = (
    "pipes",
    "trench_m",
    "volume_m3",
    "heat_delivered_mwh",
    "cold_delivered_mwh",
    "heat_loss_mwh",
    "cold_gain_mwh",
    "loss_share",
    "exchange_mwh",
    "carried_mwh",
    "pump_mwh",
    "peak_flow_kg_s",
    "peak_velocity_m_s",
    "peak_gradient_pa_m",
    "worst_consumer",
    "min_supply_temperature_c",
    "max_pressure_bar",
    "min_pressure_bar",
)
"""Keys of a circuit, and of its design state."""

MWH, BAR = 3.6e9, 1e5
"""Joules in a MWh, pascals in a bar."""


def summarise_circuit(simulation: Simulation, name: str) -> dict[str, Any]:
    """Return the figures of one circuit in the case ``base``, and of its design state.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    name : str
        Id of the circuit.

    Returns
    -------
    dict
        `KEYS`, and under ``design`` the same keys for the design state, None where a figure
        does not apply. ``pipes`` counts single pipes: a supply and a return are two.
        ``heat_loss_mwh`` is that of hours of heat, ``cold_gain_mwh`` what the ground gives in
        hours of cold (negative where it takes): all pipes lose the one less the other.
        ``carried_mwh`` leaves a one-line network with the water, beside what is delivered.
    """
    year = simulation.cases["base"].circuits[name]
    section = simulation.system.scenario.circuits.get(name)
    trench = trench_length(year.circuit) if section is None or section.trench else 0.0
    shape = {
        "pipes": int(year.circuit.has_pipe.sum()),
        "trench_m": trench,
        "volume_m3": water_volume(year.circuit),
    }
    figures = {**shape, **_energies(simulation, year), **_extremes(year)}
    design = simulation.design.get(name)
    return {**figures, "design": dict.fromkeys(KEYS) | shape | _design(design)}


def trench_length(circuit: Circuit) -> float:
    """Return the length of a circuit's routes, each pair of junctions counted once. [m]"""
    table = circuit.pipes
    ends = np.sort(np.stack((table.from_junction, table.to_junction)), axis=0)
    _, first = np.unique(ends, axis=1, return_index=True)
    return float(table.length[first].sum())


def water_volume(circuit: Circuit) -> float:
    """Return the water in all pipes of a circuit, supply and return. [m3]"""
    area = np.pi / 4.0 * circuit.pipes.inner_diameter**2 * circuit.has_pipe
    return float((area * circuit.pipes.length).sum())


def worst_consumer(year: CircuitYear) -> str | None:
    """Return the consumer that decides the highest head, or has the least pressure to spare.

    Parameters
    ----------
    year : CircuitYear
        A solved circuit.

    Returns
    -------
    str or None
        Id of the consumer; None where nothing has a pressure.
    """
    table = year.circuit.consumers
    head = year.pump_head.max(axis=1, initial=-np.inf)
    if not np.isfinite(head).any() or not table.is_connected.any():
        return None
    row = int(np.nanargmax(head))
    decides = int(year.worst_consumer[row])
    if decides >= 0:
        return year.circuit.consumer_ids[decides]
    spare = year.consumer_pressure_difference[row] - table.min_pressure_difference
    spare = np.where(table.is_connected & np.isfinite(spare), spare, np.inf)
    return year.circuit.consumer_ids[int(np.argmin(spare))]


def _energies(simulation: Simulation, year: CircuitYear) -> dict[str, Any]:
    duration = simulation.profiles.duration
    warm = duration * (1.0 - is_cold(year))
    loss, cold = float(year.heat_loss @ warm), duration - warm
    produced = year.producer_heat
    if year.circuit.is_one_line:  # where water leaves by a producer, that is none of its own
        produced = np.clip(produced, 0.0, None)
    given = float(produced.sum(axis=1) @ warm)
    heat = positive_heat(year)
    net = sums_of(year).delivered
    return {
        "heat_delivered_mwh": float(heat @ duration) / MWH,
        "cold_delivered_mwh": float((net - heat) @ duration) / MWH,
        "heat_loss_mwh": loss / MWH,
        "cold_gain_mwh": 0.0 - float(year.heat_loss @ cold) / MWH if cold.any() else None,
        "loss_share": loss / given if given > 0.0 else None,
        "exchange_mwh": float(year.exchange @ duration) / MWH if year.exchange_from else None,
        "carried_mwh": None
        if year.carried_heat is None
        else float(year.carried_heat @ duration) / MWH,
        "pump_mwh": float(year.pump_electricity.sum(axis=1) @ duration) / MWH,
    }


def _extremes(year: CircuitYear) -> dict[str, Any]:
    figures = year.pipe_figures
    flow = np.clip(year.producer_mass_flow, 0.0, None).sum(axis=1)
    return {
        "peak_flow_kg_s": _highest(flow),
        "peak_velocity_m_s": _highest(figures.peak_velocity),
        "peak_gradient_pa_m": _highest(figures.peak_gradient),
        "worst_consumer": worst_consumer(year),
        "min_supply_temperature_c": _coldest_supply(year),
        "max_pressure_bar": _scaled(_highest(figures.max_pressure), BAR),
        "min_pressure_bar": _scaled(_lowest(figures.min_pressure), BAR),
    }


def _coldest_supply(year: CircuitYear) -> float | None:
    """Return the lowest supply temperature at a consumer while it asks for heat. [°C]

    Served or not: the hours in which the supply is too cold to serve count most.
    """
    coldest = np.inf
    for rows in hour_blocks(len(year.consumer_heat)):
        asked = year.consumer_heat[rows] + year.consumer_unserved_heat[rows]
        supply = np.where(asked > 0.0, year.consumer_supply_temperature[rows], np.inf)
        coldest = min(coldest, float(supply.min(initial=np.inf)))
        release_consumers(year, rows)
    return _finite(coldest)


def _design(state: DesignState | None) -> dict[str, Any]:
    if state is None:
        return dict.fromkeys(("pipes", "trench_m", "volume_m3"))
    load = abs(state.plant_load)
    return {
        "loss_share": state.heat_loss / load if state.mode == "heat" and load > 0.0 else None,
        "peak_flow_kg_s": _finite(state.plant_mass_flow),
        "peak_velocity_m_s": _highest(state.velocity),
        "peak_gradient_pa_m": _highest(state.gradient),
        "worst_consumer": state.worst_consumer or None,
        "min_supply_temperature_c": _finite(state.min_supply_temperature),
        "max_pressure_bar": _scaled(_finite(state.max_pressure), BAR),
        "min_pressure_bar": _scaled(_finite(state.min_pressure), BAR),
    }


def _highest(values: FloatArray) -> float | None:
    return _finite(np.fmax.reduce(values, axis=None, initial=-np.inf))


def _lowest(values: FloatArray) -> float | None:
    return _finite(np.fmin.reduce(values, axis=None, initial=np.inf))


def _scaled(value: float | None, unit: float) -> float | None:
    return None if value is None else value / unit


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
