"""Pumps in an outage: what they must do where nothing bounds what buildings draw."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..networks.columns import BoolArray, FloatArray
from ..solvers.circuit_year import CircuitYear
from .outage import Course, OutageStudy

BAR, KW, KWH = 1e5, 1e3, 3.6e6

LEANS = 0.05
"""A circuit leans on its pumps when they take more, for the outage, than this share of the heat
that is missing: our assumption. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pumping:
    """Pumps of one circuit after the trip.

    Parameters
    ----------
    unbounded : int
        Buildings that draw water and have no most flow.
    head, calm_head : float
        Largest, with and without the outage. [Pa]
    power, calm_power : float
        Largest electric power of a step, with and without the outage. [W]
    heat : float
        More than without the outage, by friction into the water. [J]
    leans : bool
        Whether only pumps without bound serve what is served.
    """

    unbounded: int
    head: float
    calm_head: float
    power: float
    calm_power: float
    heat: float
    leans: bool


def pumping(study: OutageStudy, course: Course, rows: BoolArray, missing: float) -> Pumping:
    """Return what an outage asks of a circuit's pumps.

    Parameters
    ----------
    study : OutageStudy
        From `find_outage`.
    course : Course
        One of its circuits.
    rows : array of bool, shape (steps,)
        In which the source is out.
    missing : float
        At the plant. [J]

    Notes
    -----
    A building without ``max_flow`` or ``design_load`` draws whatever flow brings it its heat.
    Where the plant is short for long, flow grows until its friction makes up for what is missing:
    a balance that closes, and that no pump can hold.
    """
    duration = study.steps.duration[rows]
    most = course.year.circuit.consumers.max_flow[course.buildings]
    draws = course.year.consumer_mass_flow[rows][:, course.buildings].max(axis=0) > 0.0
    unbounded = int((np.isinf(most) & draws).sum())
    power, calm = (_electricity(each)[rows] for each in (course.year, course.calm))
    heat = course.year.hydraulic_power[rows] - course.calm.hydraulic_power[rows]
    more = float(duration @ np.maximum(power - calm, 0.0))
    return Pumping(
        unbounded=unbounded,
        head=_most(course.year.pump_head[rows]),
        calm_head=_most(course.calm.pump_head[rows]),
        power=_most(power),
        calm_power=_most(calm),
        heat=float(duration @ heat),
        leans=unbounded > 0 and missing > 0.0 and more > LEANS * missing,
    )


def _electricity(year: CircuitYear) -> FloatArray:
    return np.asarray(year.pump_electricity.sum(axis=1))


def _most(values: FloatArray) -> float:
    return float(np.max(values, initial=0.0))


def pump_figures(found: Pumping) -> dict[str, Any]:
    """Return the pumps of a circuit as figures.

    Parameters
    ----------
    found : Pumping
        From `pumping`.
    """
    return {
        "buildings_without_limit": found.unbounded,
        "peak_head_bar": found.head / BAR,
        "peak_head_without_outage_bar": found.calm_head / BAR,
        "peak_pump_kw": found.power / KW,
        "peak_pump_without_outage_kw": found.calm_power / KW,
        "pump_heat_kwh": found.heat / KWH,
        "leans_on_pumps": found.leans,
    }


def kept_by_pumps(circuits: Mapping[str, Mapping[str, Any]]) -> float:
    """Return the heat that only pumps without bound bring. [kWh]

    Parameters
    ----------
    circuits : mapping of str to mapping
        Figures of each.
    """
    kept = (c for c in circuits.values() if c["leans_on_pumps"] and c["carries"] == "heat")
    return sum((max(each["pump_heat_kwh"], 0.0) for each in kept), 0.0)


def pump_words(name: str, each: Mapping[str, Any]) -> str:
    """Return that a circuit leans on its pumps: cause, and remedy.

    Parameters
    ----------
    name : str
        As it is written.
    each : mapping
        Figures of the circuit.
    """
    many = each["buildings_without_limit"]
    draw = "1 building draws" if many == 1 else f"{many} buildings draw"
    kept = each["carries"] == "heat" and each["pump_heat_kwh"] > 0.0
    brings = (
        f"; their friction brings {each['pump_heat_kwh']:,.0f} kWh, which no source gives and "
        "which count as not served"
    )
    return (
        f"Circuit {name} is served by pumps that no network has: {draw} without bound, which asks "
        f"for up to {each['peak_head_bar']:,.1f} bar and {each['peak_pump_kw']:,.1f} kW of "
        f"electricity ({each['peak_head_without_outage_bar']:,.1f} bar and "
        f"{each['peak_pump_without_outage_kw']:,.1f} kW without the outage){brings * kept}. Give "
        "consumers a max_flow or design_load, or producers a max_pressure_difference: what is "
        "short then shows as unserved heat."
    )
