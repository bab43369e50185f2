"""An outage in figures: how cold, how long, what was not served, and who gave what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..model.start_up import start_up_parameters
from ..networks.columns import BoolArray, Circuit, FloatArray
from ..solvers.circuit_year import CircuitYear
from .outage import ENOUGH, Course, OutageStudy
from .outage_pumps import kept_by_pumps, pump_figures, pumping

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
    worst : array of float
        Lowest (of cold: highest) supply after the trip, as steps end in which it asks for heat or
        cold. [°C]
    worst_after : array of float
        When, since the trip. [s]
    change : array of float
        Most by which its supply is colder (of cold: warmer) than at the same instant without the
        outage. [K]
    limit : array of float
        Its ``min_supply_temperature``, else its ``bypass_temperature``; of cold its
        ``max_supply_temperature``; NaN without. [°C]
    beyond, beyond_calm : array of float
        Time below (of cold: above) that, with and without the outage. [s]
    unserved : array of float
        Not served because of the outage, cold negative. [J]
    """

    worst: FloatArray
    worst_after: FloatArray
    change: FloatArray
    limit: FloatArray
    beyond: FloatArray
    beyond_calm: FloatArray
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
    asks, sense = _asks(course)[rows], sense_of(study, course)
    empty = ~asks.any(axis=0)
    ranked = np.where(empty, 0.0, np.where(asks, sense * supply, np.inf))
    limit = _limits(course.year.circuit, sense)[course.buildings]
    unserved = course.year.consumer_unserved_heat - course.calm.consumer_unserved_heat
    unserved = unserved[:, course.buildings]
    away = np.where(asks, sense * (calm - supply), -np.inf)
    return Buildings(
        worst=np.where(empty, np.nan, sense * ranked.min(axis=0)),
        worst_after=np.where(empty, np.nan, ends[ranked.argmin(axis=0)]),
        change=np.where(empty, np.nan, away.max(axis=0)),
        limit=limit,
        beyond=duration @ (asks & (sense * (supply - limit) < 0.0)),
        beyond_calm=duration @ (asks & (sense * (calm - limit) < 0.0)),
        unserved=duration @ unserved[rows],
    )


def sense_of(study: OutageStudy, course: Course) -> float:
    """Return 1 where a circuit carries heat in the outage, -1 where it carries cold."""
    load = taken_heat(study, course.calm)[after_trip(study)]
    return -1.0 if float(load.sum()) < 0.0 else 1.0


def _limits(circuit: Circuit, sense: float) -> FloatArray:
    consumers = circuit.consumers
    if sense < 0.0:
        return consumers.max_supply_temperature
    own, bypass = consumers.min_supply_temperature, consumers.bypass_temperature
    return np.where(np.isnan(own), bypass, own)


def _asks(course: Course) -> BoolArray:
    """Return whether each building asks for heat or draws water, shape (steps, consumers)."""
    rows = course.buildings
    draws = course.year.consumer_mass_flow[:, rows] > 0.0
    return np.asarray((course.boundary.heat[:, rows] != 0.0) | draws)


def supply_at_buildings(course: Course, rows: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return the supply at the buildings as steps end, with and without the outage. [°C]"""
    with_it, without = (
        year.instant["consumer_supply_temperature"][rows][:, course.buildings]
        for year in (course.year, course.calm)
    )
    return with_it, without


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
    plant = _plant_figures(study, rows)
    missing = KWH * plant["missing_kwh"]
    circuits = {
        name: _circuit_figures(study, each) | pump_figures(pumping(study, each, rows, missing))
        for name, each in study.circuits.items()
    }
    return {
        "scenario": study.system.scenario.name,
        "weather": study.weather,
        "source": study.source,
        "time": study.time,
        "outdoor_temperature_c": study.outdoor,
        "hours": float(study.steps.ends[-1]) / 3600.0,
        "stops_with_the_run": study.steps.stops_early,
        "step_s": float(study.steps.duration[-1]),
        "lost_kw": study.lost / KW,
        "heat_pumps_running": dict(study.units),
        "heat_pumps_stop": study.source in _behind_pumps(study),
        "heat_pump_start_s": times["heat_pump_start_time"],
        "heat_pump_ramp_s": times["heat_pump_ramp_time"],
        "plant": plant,
        "circuits": circuits,
        "unserved_kwh": sum(each["unserved_kwh"] for each in circuits.values()),
        "kept_by_pumps_kwh": kept_by_pumps(circuits),
        "balance": {
            "heat_relative": max(
                float(c.year.heat_residual.max()) for c in study.circuits.values()
            ),
            "plant_relative": float(study.plant.residual.max()),
            "exchangers_relative": max(
                (float(c.passed.residual.max()) for c in study.circuits.values() if c.passed),
                default=None,
            ),
            "handover_kw": handover(study) / KW,
            "rest_k": study.rest,
        },
        "passes": study.passes,
    }


def _behind_pumps(study: OutageStudy) -> set[str]:
    return {pump.source for pump in study.system.scenario.heat_pumps.values()}


def missing_power(study: OutageStudy) -> tuple[FloatArray, FloatArray]:
    """Return what the plant gives less than the circuits take without the outage. [W]

    Returns
    -------
    tuple of array of float, shape (steps,)
        Of heat and of cold, both at least 0: what is given beyond, to pipes that have cooled,
        counts as none.
    """
    plant = study.plant
    heat, cold = (np.zeros(len(study.steps.since)) for _ in range(2))
    for column, name in enumerate(plant.circuits):
        calm, given = taken_heat(study, study.circuits[name].calm), plant.given[:, column]
        heat += np.maximum(np.maximum(calm, 0.0) - np.maximum(given, 0.0), 0.0)
        cold += np.maximum(np.maximum(-calm, 0.0) - np.maximum(-given, 0.0), 0.0)
    out = after_trip(study)
    return np.where(out, heat, 0.0), np.where(out, cold, 0.0)


def calm_power(study: OutageStudy) -> tuple[FloatArray, FloatArray]:
    """Return the heat, and the cold, that circuits take without the outage, (steps,). [W]"""
    fed = (study.circuits[name] for name in study.plant.circuits)
    loads = np.array([taken_heat(study, each.calm) for each in fed])
    return np.maximum(loads, 0.0).sum(axis=0), np.maximum(-loads, 0.0).sum(axis=0)


def handover(study: OutageStudy) -> float:
    """Return by how much plant and circuits differ on the heat of any step. [W]"""
    plant = study.plant
    return max(
        float(np.abs(taken_heat(study, study.circuits[name].year) - plant.given[:, column]).max())
        for column, name in enumerate(plant.circuits)
    )


def taken_heat(study: OutageStudy, year: CircuitYear) -> FloatArray:
    """Return what a circuit takes from the plant, or from its exchanger, shape (steps,). [W]"""
    plant, ids = study.system.scenario.plant, year.circuit.producer_ids
    at_plant = [row for row, name in enumerate(ids) if plant and name in plant.producers]
    heat = year.producer_heat[:, at_plant] if at_plant else year.producer_heat
    return np.asarray(heat.sum(axis=1))


def _plant_figures(study: OutageStudy, rows: BoolArray) -> dict[str, Any]:
    plant, duration = study.plant, study.steps.duration[rows]
    short: FloatArray = np.abs(plant.wanted - plant.given)[rows].sum(axis=1)
    missing = np.add(*missing_power(study))[rows]
    is_short: BoolArray = np.asarray(short > SHORT, dtype=np.bool_)
    before = int(np.argmax(rows)) - 1
    return {
        "missing_kwh": float(missing @ duration) / KWH,
        "missing_peak_kw": float(missing.max()) / KW,
        "from_tanks_kwh": float(np.maximum(plant.from_tanks[rows], 0.0) @ duration) / KWH,
        "tanks_at_trip_kwh": float(plant.content[before + 1].sum()) / KWH,
        "tanks_usable_at_trip_kwh": float(plant.usable.sum()) / KWH,
        "heat_pumps_before_kw": float(plant.heat_pumps[before]) / KW,
        "heat_pumps_peak_kw": float(plant.heat_pumps[rows].max()) / KW,
        "restored_after_min": restored_after(study, is_short),
    }


def _circuit_figures(study: OutageStudy, course: Course) -> dict[str, Any]:
    rows = after_trip(study)
    found, ids = building_figures(study, course), course.ids
    supply, calm = supply_at_buildings(course, rows)
    sense = sense_of(study, course)
    away: BoolArray = np.any(_asks(course)[rows] & (sense * (calm - supply) > NEAR), axis=1)
    has = np.isfinite(found.change).any()
    worst = int(np.nanargmin(sense * found.worst)) if has else None
    changed = int(np.nanargmax(found.change)) if has else None
    more = found.beyond - found.beyond_calm
    away_at_plant = sense * (course.setpoint - course.supply)[rows] > NEAR
    felt = changed is not None and float(found.change[changed]) >= NEAR
    on_its_way = bool(away_at_plant[-1] or (away_at_plant.any() and not felt))
    return {
        "carries": "cold" if sense < 0.0 else "heat",
        "exchanger": None if course.passed is None else course.passed.exchanger.id,
        "restless": course.passed is not None and bool(course.passed.is_restless.any()),
        "setpoint_c": float(course.setpoint[rows][0]),
        "worst_at_plant_c": sense * float((sense * course.supply[rows]).min()),
        "worst_at_building_c": None if worst is None else float(found.worst[worst]),
        "worst_building": None if worst is None else ids[worst],
        "largest_change_k": None if changed is None else float(found.change[changed]),
        "largest_change_building": None if changed is None else ids[changed],
        "buildings_beyond_limit": int((more > 0.0).sum()),
        "longest_beyond_limit_min": float(np.max(more, initial=0.0)) / MINUTE,
        "buildings_unserved": int((np.abs(found.unserved) > NOTHING * KWH).sum()),
        "unserved_kwh": float(np.abs(found.unserved).sum()) / KWH,
        "restored_after_min": None if on_its_way else restored_after(study, away),
        "on_its_way": on_its_way,
    }


def comes_to_rest(figures: Mapping[str, Any]) -> bool:
    """Return whether plant, circuits and exchangers agree on what passes between them.

    Parameters
    ----------
    figures : mapping
        From `outage_figures`.
    """
    restless = any(each["restless"] for each in figures["circuits"].values())
    return bool(figures["balance"]["rest_k"] <= ENOUGH and not restless)


def leaves_unserved(figures: Mapping[str, Any]) -> bool:
    """Return whether an outage leaves heat unserved, or serves it by pumps that no network has.

    Parameters
    ----------
    figures : mapping
        From `outage_figures`.
    """
    leans = any(each["leans_on_pumps"] for each in figures["circuits"].values())
    return bool(figures["unserved_kwh"] > NOTHING or leans)
