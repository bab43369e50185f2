"""An outage in figures: how cold, how long, what was not served, and who gave what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..model.start_up import start_up_parameters
from ..networks.columns import BoolArray, FloatArray
from ..solvers.circuit_year import CircuitYear
from .outage import Course, OutageStudy

KW, KWH, MWH = 1e3, 3.6e6, 3.6e9
MINUTE = 60.0

NEAR = 1.0
"""A building whose supply is so near that without the outage has it back: our assumption. [K]"""

SHORT = 1.0
"""Less counts as none. [W]"""

NOTHING = 0.05
"""Less unserved counts as none. [kWh]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buildings:
    """Buildings of one circuit; arrays have shape (consumers,), NaN of one that asks for nothing.

    Parameters
    ----------
    lowest : array of float
        Supply after the trip, at the ends of steps in which it asks for heat. [°C]
    lowest_after : array of float
        When, since the trip. [s]
    drop : array of float
        Largest difference to the same instant without the outage. [K]
    minimum : array of float
        Its ``min_supply_temperature``, else its ``bypass_temperature``; NaN without either. [°C]
    below, below_calm : array of float
        Time below that, with and without the outage. [s]
    unserved : array of float
        Not served because of the outage. [J]
    """

    lowest: FloatArray
    lowest_after: FloatArray
    drop: FloatArray
    minimum: FloatArray
    below: FloatArray
    below_calm: FloatArray
    unserved: FloatArray


def after_trip(study: OutageStudy) -> BoolArray:
    """Return the steps in which the source is out, shape (steps,)."""
    return np.round(study.steps.since, 6) >= 0.0


def building_figures(study: OutageStudy, course: Course) -> Buildings:
    """Return what an outage is to each building of a circuit.

    Parameters
    ----------
    study : OutageStudy
        From `find_outage`.
    course : Course
        One of its circuits.
    """
    rows = after_trip(study)
    duration, ends = study.steps.duration[rows], study.steps.ends[rows]
    supply, calm = supply_at_buildings(course, rows)
    asks = _asks(course)[rows]
    empty = ~asks.any(axis=0)
    filled = np.where(empty, 0.0, np.where(asks, supply, np.inf))
    consumers = course.year.circuit.consumers
    own, bypass = consumers.min_supply_temperature, consumers.bypass_temperature
    minimum = np.where(np.isnan(own), bypass, own)
    unserved = course.year.consumer_unserved_heat - course.calm.consumer_unserved_heat
    return Buildings(
        lowest=np.where(empty, np.nan, filled.min(axis=0)),
        lowest_after=np.where(empty, np.nan, ends[filled.argmin(axis=0)]),
        drop=np.where(empty, np.nan, np.where(asks, calm - supply, -np.inf).max(axis=0)),
        minimum=minimum,
        below=duration @ (asks & (supply < minimum)),
        below_calm=duration @ (asks & (calm < minimum)),
        unserved=duration @ unserved[rows],
    )


def _asks(course: Course) -> BoolArray:
    """Return whether each building asks for heat or draws water, shape (steps, consumers)."""
    return np.asarray((course.boundary.heat != 0.0) | (course.year.consumer_mass_flow > 0.0))


def supply_at_buildings(course: Course, rows: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return the supply at the buildings as steps end, with and without the outage. [°C]"""
    name = "consumer_supply_temperature"
    return course.year.instant[name][rows], course.calm.instant[name][rows]


def restored_after(study: OutageStudy, is_short: BoolArray) -> float | None:
    """Return how long after the trip something was short for the last time. [min]

    Parameters
    ----------
    study : OutageStudy
        The study.
    is_short : array of bool, shape (steps after the trip,)
        Whether it is.

    Returns
    -------
    float or None
        0 if it never was; None if it still is as the study ends.
    """
    if not is_short.any():
        return 0.0
    if is_short[-1]:
        return None
    last = int(np.flatnonzero(is_short)[-1])
    return float(study.steps.ends[after_trip(study)][last]) / MINUTE


def outage_figures(study: OutageStudy) -> dict[str, Any]:
    """Return the study as texts, numbers, None and dicts of them, for JSON.

    Parameters
    ----------
    study : OutageStudy
        From `find_outage`.
    """
    rows, times = after_trip(study), start_up_parameters()
    circuits = {name: _circuit_figures(study, c) for name, c in study.circuits.items()}
    return {
        "scenario": study.system.scenario.name,
        "weather": study.weather,
        "source": study.source,
        "time": study.time,
        "outdoor_temperature_c": study.outdoor,
        "hours": float(study.steps.ends[-1]) / 3600.0,
        "step_s": float(study.steps.duration[-1]),
        "lost_kw": study.lost / KW,
        "heat_pumps_running": dict(study.units),
        "heat_pumps_stop": study.source in _behind_pumps(study),
        "heat_pump_start_s": times["heat_pump_start_time"],
        "heat_pump_ramp_s": times["heat_pump_ramp_time"],
        "plant": _plant_figures(study, rows),
        "circuits": circuits,
        "unserved_kwh": sum(each["unserved_kwh"] for each in circuits.values()),
        "balance": {
            "heat_relative": max(
                float(c.year.heat_residual.max()) for c in study.circuits.values()
            ),
            "plant_relative": float(study.plant.residual.max()),
            "handover_kw": handover(study) / KW,
        },
        "passes": study.passes,
    }


def _behind_pumps(study: OutageStudy) -> set[str]:
    return {pump.source for pump in study.system.scenario.heat_pumps.values()}


def missing_heat(study: OutageStudy) -> FloatArray:
    """Return what the plant gives less than the circuits take without the outage, (steps,). [W]

    Heat and cold alike; what it gives more, to warm pipes that have cooled, counts as 0.
    """
    plant, missing = study.plant, np.zeros(len(study.steps.since))
    for name, course in study.circuits.items():
        calm, given = taken_heat(study, course.calm), plant.given[:, plant.circuits.index(name)]
        missing += np.maximum(np.abs(calm) - np.abs(given), 0.0)
    return np.where(np.round(study.steps.since, 6) >= 0.0, missing, 0.0)


def calm_load(study: OutageStudy) -> FloatArray:
    """Return the heat that the circuits take without the outage, shape (steps,). [W]"""
    loads = [np.maximum(taken_heat(study, each.calm), 0.0) for each in study.circuits.values()]
    return np.asarray(sum(loads))


def handover(study: OutageStudy) -> float:
    """Return by how much plant and circuits differ on the heat of any step. [W]"""
    plant = study.plant
    return max(
        float(np.abs(taken_heat(study, c.year) - plant.given[:, plant.circuits.index(name)]).max())
        for name, c in study.circuits.items()
    )


def taken_heat(study: OutageStudy, year: CircuitYear) -> FloatArray:
    """Return what a circuit takes from the plant, shape (steps,). [W]"""
    plant = study.system.scenario.plant
    ids = year.circuit.producer_ids
    at_plant = [row for row, name in enumerate(ids) if plant and name in plant.producers]
    return np.asarray(year.producer_heat[:, at_plant].sum(axis=1))


def _plant_figures(study: OutageStudy, rows: BoolArray) -> dict[str, Any]:
    plant, duration = study.plant, study.steps.duration[rows]
    short: FloatArray = np.abs(plant.wanted - plant.given)[rows].sum(axis=1)
    missing = missing_heat(study)[rows]
    is_short: BoolArray = np.asarray(short > SHORT, dtype=np.bool_)
    before = int(np.argmax(rows)) - 1
    return {
        "missing_kwh": float(missing @ duration) / KWH,
        "missing_peak_kw": float(missing.max()) / KW,
        "from_tanks_kwh": float(np.maximum(plant.from_tanks[rows], 0.0) @ duration) / KWH,
        "tanks_at_trip_kwh": float(plant.content[before + 1].sum()) / KWH,
        "heat_pumps_before_kw": float(plant.heat_pumps[before]) / KW,
        "heat_pumps_peak_kw": float(plant.heat_pumps[rows].max()) / KW,
        "restored_after_min": restored_after(study, is_short),
    }


def _circuit_figures(study: OutageStudy, course: Course) -> dict[str, Any]:
    rows = after_trip(study)
    found, ids = building_figures(study, course), course.year.circuit.consumer_ids
    supply, calm = supply_at_buildings(course, rows)
    away: BoolArray = np.any(_asks(course)[rows] & (calm - supply > NEAR), axis=1)
    coldest = int(np.nanargmin(found.lowest)) if np.isfinite(found.lowest).any() else None
    worst = int(np.nanargmax(found.drop)) if np.isfinite(found.drop).any() else None
    more = found.below - found.below_calm
    return {
        "setpoint_c": float(course.setpoint[rows][0]),
        "lowest_at_plant_c": float(course.supply[rows].min()),
        "lowest_at_building_c": None if coldest is None else float(found.lowest[coldest]),
        "coldest_building": None if coldest is None else ids[coldest],
        "largest_drop_k": None if worst is None else float(found.drop[worst]),
        "largest_drop_building": None if worst is None else ids[worst],
        "buildings_below_minimum": int((more > 0.0).sum()),
        "longest_below_minimum_min": float(np.max(more, initial=0.0)) / MINUTE,
        "buildings_unserved": int((np.abs(found.unserved) > NOTHING * KWH).sum()),
        "unserved_kwh": float(np.abs(found.unserved).sum()) / KWH,
        "restored_after_min": restored_after(study, away),
    }


def outage_sentences(
    figures: Mapping[str, Any],
    named: tuple[Callable[[str], str], Callable[[str], str]] = (str, str),
) -> list[str]:
    """Return an outage in a few sentences.

    Parameters
    ----------
    figures : mapping
        From `outage_figures`.
    named : (callable, callable)
        How ids of sources and of circuits are written.
    """
    plant, outdoor = figures["plant"], figures["outdoor_temperature_c"]
    air = "" if outdoor is None else f", {outdoor:.1f} °C outdoors"
    running = sum(figures["heat_pumps_running"].values())
    pool = f"{running} heat pumps run, others give heat after "
    pool += f"{figures['heat_pump_start_s'] / MINUTE:.0f} min."
    if figures["heat_pumps_stop"]:
        pool = f"the {running} heat pumps that run stop, too."
    told = [
        f"{named[0](figures['source'])} trips at {figures['time']}{air}, and "
        f"{figures['lost_kw']:,.0f} kW with it; {pool}",
        f"Up to {plant['missing_peak_kw']:,.0f} kW are missing at the plant; it holds its supply "
        f"temperatures again {_again(plant['restored_after_min'], figures)}; tanks give "
        f"{plant['from_tanks_kwh']:,.0f} kWh.",
    ]
    for circuit, each in figures["circuits"].items():
        name = named[1](circuit)
        if each["largest_drop_k"] is None or each["largest_drop_k"] < NEAR:
            told.append(f"Circuit {name} does not feel it: no building is {NEAR:g} K colder.")
            continue
        told.append(
            f"Circuit {name}: supply at the plant falls from {each['setpoint_c']:.1f} to "
            f"{each['lowest_at_plant_c']:.1f} °C, at {each['coldest_building']} to "
            f"{each['lowest_at_building_c']:.1f} °C; buildings are colder by up to "
            f"{each['largest_drop_k']:.1f} K, {_until(each['restored_after_min'], figures)}; "
            f"{each['unserved_kwh']:,.0f} kWh are not served."
        )
    return told


def _again(minutes: float | None, figures: Mapping[str, Any]) -> str:
    if minutes is None:
        return f"not within {figures['hours']:g} h"
    return f"after {minutes:.0f} min"


def _until(minutes: float | None, figures: Mapping[str, Any]) -> str:
    if minutes is None:
        return f"still so after {figures['hours']:g} h"
    return f"until {minutes:.0f} min after the trip"
