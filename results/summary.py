"""The figures of ``summary.json``: a contract, so keys are never renamed and always present."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from .. import __version__
from ..networks.columns import FloatArray
from ..solvers.plant_year import Case
from ..solvers.simulation import Simulation
from .balance import balance
from .circuit_summary import summarise_circuit
from .comparison import Comparison
from .electricity import network_electricity
from .energy import cold_energy, heat_energy
from .exchangers import summarise_exchangers
from .instants import hour_number, instant_name

Figures = dict[str, Any]

KW, MWH, KWH = 1e3, 3.6e9, 3.6e6
"""Watts in a kW, joules in a MWh and in a kWh."""

HOUR = 3600.0
"""Seconds in an hour."""

NOTHING_UNSERVED = 1.0
"""An hour counts as unserved above this. [W]"""

STAGES = ("load", "solve", "studies", "report", "total", "compile")
"""Keys of ``seconds``."""


def whole_hours(duration: FloatArray) -> float:
    """Return seconds as hours, a whole number where they are one.

    Examples
    --------
    >>> whole_hours(np.full(8760, 3600.0)), whole_hours(np.array([900.0, 3600.0]))
    (8760, 1.25)
    """
    hours = float(duration.sum()) / HOUR
    return int(hours) if hours.is_integer() else hours


def summarise(
    simulation: Simulation,
    comparison: Comparison,
    seconds: Mapping[str, float] | None = None,
) -> Figures:
    """Return the summary of a run.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    comparison : Comparison
        The network against individual heat pumps.
    seconds : mapping of str to float, optional
        Wall time by stage, the keys of `STAGES`. [s]

    Returns
    -------
    dict
        Only texts, numbers, None and dicts of them. Cold is negative throughout. The top
        level is the case ``base``; None stands where a figure does not apply.
    """
    base = simulation.cases["base"]
    weather = simulation.profiles.weather
    others = {name: case for name, case in simulation.cases.items() if name != "base"}
    return {
        "scenario": simulation.system.scenario.name,
        "version": __version__,
        "weather": None if weather is None else weather.name,
        "hours": whole_hours(simulation.profiles.duration),
        "dwellings": comparison.dwellings,
        "electricity": _electricity(simulation, base),
        "reference": _reference(simulation, comparison),
        "comparison": _comparison(comparison),
        "heat": _heat(simulation, base),
        "cold": _cold(simulation, base),
        "circuits": {
            name: summarise_circuit(simulation, name) for name in simulation.system.circuits
        },
        "exchangers": summarise_exchangers(simulation),
        "balance": asdict(balance(simulation)),
        "cases": {name: _case(simulation, case) for name, case in others.items()},
        "seconds": {stage: (seconds or {}).get(stage) for stage in STAGES},
    }


def _case(simulation: Simulation, case: Case) -> Figures:
    return {
        "electricity": _electricity(simulation, case),
        "heat": _heat(simulation, case),
        "cold": _cold(simulation, case),
    }


def _electricity(simulation: Simulation, case: Case) -> Figures:
    parts = network_electricity(case)
    has_plant = case.plant is not None
    return {
        **_peak(simulation, parts.total),
        "annual_mwh": _mwh(simulation, parts.total),
        "heat_pumps_mwh": _mwh(simulation, parts.heat_pumps) if has_plant else None,
        "pumps_mwh": _mwh(simulation, parts.pumps),
        "auxiliary_mwh": _mwh(simulation, parts.auxiliary) if has_plant else None,
    }


def _peak(simulation: Simulation, power: FloatArray) -> Figures:
    row = int(np.argmax(power))
    return {
        "peak_kw": float(power[row]) / KW,
        "peak_hour": hour_number(simulation.profiles, row),
        "peak_time": instant_name(simulation.profiles, row),
    }


def _reference(simulation: Simulation, comparison: Comparison) -> Figures:
    keys = ("peak_kw", "peak_hour", "peak_time", "annual_mwh")
    if comparison.strategy is None or not comparison.dwellings:
        return dict.fromkeys((*keys, "peak_kw_per_dwelling", "annual_kwh_per_dwelling"))
    chosen = comparison.reference[comparison.strategy]
    return {
        **_peak(simulation, chosen.electricity),
        "annual_mwh": chosen.energy / MWH,
        "peak_kw_per_dwelling": chosen.peak / KW / comparison.dwellings,
        "annual_kwh_per_dwelling": chosen.energy / KWH / comparison.dwellings,
    }


def _comparison(comparison: Comparison) -> Figures:
    applies = comparison.freed_dwellings is not None
    return {
        "peak_ratio": comparison.peak_ratio,
        "freed_dwellings": comparison.freed_dwellings,
        "definition": comparison.definition if applies else None,
        "by_definition": dict(comparison.by_definition),
    }


def _heat(simulation: Simulation, case: Case) -> Figures:
    energy = heat_energy(simulation.system, case)
    sources = None if case.plant is None else case.plant.source_heat
    return {
        "delivered_mwh": _mwh(simulation, energy.delivered),
        "loss_mwh": _mwh(simulation, energy.lost),
        "exchange_mwh": _mwh(simulation, energy.exchanged),
        "carried_mwh": _mwh(simulation, energy.carried),
        "produced_mwh": _mwh(simulation, energy.produced),
        "peak_kw": float(energy.produced.max()) / KW,
        "peak_before_buffers_kw": float(energy.before_buffers.max()) / KW,
        "by_source_mwh": None
        if sources is None
        else {name: _mwh(simulation, np.clip(heat, 0.0, None)) for name, heat in sources.items()},
        "unserved_mwh": _mwh(simulation, energy.unserved),
        "unserved_hours": whole_hours(
            simulation.profiles.duration[energy.unserved > NOTHING_UNSERVED]
        ),
        "out_of_mode_mwh": simulation.out_of_mode_heat / MWH,
    }


def _cold(simulation: Simulation, case: Case) -> Figures:
    energy = cold_energy(simulation.system, case)
    made = _mwh(simulation, energy.produced)
    return {
        "delivered_mwh": _mwh(simulation, energy.delivered),
        "gain_mwh": 0.0 - _mwh(simulation, energy.lost),
        "exchange_mwh": _mwh(simulation, energy.exchanged),
        "carried_mwh": _mwh(simulation, energy.carried),
        "produced_mwh": made,
        "peak_kw": float(energy.produced.min()) / KW,
        "free_share": None
        if case.plant is None or made == 0.0
        else _mwh(simulation, case.plant.free_cold) / made,
        "unserved_mwh": _mwh(simulation, energy.unserved),
        "out_of_mode_mwh": simulation.out_of_mode_cold / MWH,
    }


def _mwh(simulation: Simulation, power: FloatArray) -> float:
    return float(power @ simulation.profiles.duration) / MWH
