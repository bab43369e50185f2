"""The assumptions that a tornado moves, each with its range, its mark and how it is tried."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..model.scenario import Scenario
from ..profiles.year import SourceProfile
from .trial import Outcome, Trial
from .variation import with_balance_temperature

LOADS_SCALED = "only heat changes: losses, flows and pumps of the circuits stay as solved"

Value = float | str
Values = tuple[Value, Value, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One assumption.

    Parameters
    ----------
    id, name, unit, mark, note : str
        As in the row of the tornado.
    values : callable
        Value as it stands, low and high.
    solve : callable
        Outcome of a value.
    applies : callable
        Whether the scenario has it.
    """

    id: str
    name: str
    unit: str
    mark: str
    values: Callable[[Trial], Values]
    solve: Callable[[Trial, Any], Outcome]
    applies: Callable[[Trial], bool] = lambda _: True
    note: str = ""


def with_section(scenario: Scenario, section: str, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario with some values of one section, or of all its members, replaced.

    Parameters
    ----------
    scenario : Scenario
        As it stands.
    section : str
        For example ``"reference"`` or ``"heat_pumps"``.
    changes : mapping of str to value
        New values by key.
    """
    old = getattr(scenario, section)
    if isinstance(old, dict):
        new: Any = {name: _changed(member, changes) for name, member in old.items()}
    else:
        new = _changed(old, changes)
    return scenario.model_copy(update={section: new})


def _changed(section: Any, changes: Mapping[str, Any]) -> Any:
    return section.model_copy(update=dict(changes))


def _cop_factor(trial: Trial, value: float) -> Outcome:
    scenario = with_section(trial.scenario, "heat_pumps", {"cop_factor": value})
    return trial.outcome(value, peaks=trial.solve_network(scenario=scenario))


def _reference_key(key: str) -> Callable[[Trial, float], Outcome]:
    def solve(trial: Trial, value: float) -> Outcome:
        scenario = with_section(trial.scenario, "reference", {key: value})
        return trial.outcome(value, reference_peak=trial.solve_reference(scenario))

    return solve


def _strategy(trial: Trial, value: str) -> Outcome:
    peak = float(trial.simulation.reference[value].electricity.max())
    return trial.outcome(value, reference_peak=peak)


def _household(trial: Trial, value: float) -> Outcome:
    return trial.outcome(value, household_peak=value * 1e3)


def _effluent(trial: Trial, value: float) -> Outcome:
    names = [n for n, s in trial.scenario.sources.items() if s.kind == "effluent"]
    warmer: dict[str, SourceProfile] = {
        name: replace(source, temperature=source.temperature + value * (name in names))
        for name, source in trial.simulation.profiles.sources.items()
    }
    peaks = trial.solve_network(
        profiles=replace(trial.simulation.profiles, sources=warmer),
        source_shift=dict.fromkeys(names, value),
    )
    return trial.outcome(value, peaks=peaks)


def _waste_capacity(trial: Trial, value: float) -> Outcome:
    scale = value * 1e6 / _waste_now(trial)
    names = [n for n, s in trial.scenario.sources.items() if s.kind == "waste_heat"]
    sources = {
        name: replace(source, capacity=source.capacity * (scale if name in names else 1.0))
        for name, source in trial.simulation.profiles.sources.items()
    }
    sections = {
        name: _changed(source, {"capacity": source.capacity * scale})
        if name in names and source.capacity is not None
        else source
        for name, source in trial.scenario.sources.items()
    }
    scenario = trial.scenario.model_copy(update={"sources": sections})
    peaks = trial.solve_network(
        scenario=scenario, profiles=replace(trial.simulation.profiles, sources=sources)
    )
    return trial.outcome(value, peaks=peaks)


def _waste_now(trial: Trial) -> float:
    """Return the highest capacity of waste heat in the year, 0 without any. [W]"""
    sources = trial.simulation.profiles.sources
    names = [n for n, s in trial.scenario.sources.items() if s.kind == "waste_heat"]
    return float(sum(np.max(sources[name].capacity) for name in names))


def _space_heat(trial: Trial, value: float) -> Outcome:
    homes = trial.dwellings.copy()
    factor = 1.0 + value / 100.0
    homes["heat_loss_coefficient"] *= factor
    homes["design_space_heat"] *= factor
    peaks, individual = trial.solve_dwellings(dwellings=homes)
    return trial.outcome(value, peaks=peaks, reference_peak=individual)


def _balance(trial: Trial, value: float) -> Outcome:
    change = value - trial.scenario.demand.balance_temperature
    homes = with_balance_temperature(trial.simulation.profiles, trial.scenario, change)
    peaks, individual = trial.solve_dwellings(dwellings=homes)
    return trial.outcome(value, peaks=peaks, reference_peak=individual)


def _cold_spell(trial: Trial, value: float) -> Outcome:
    weather = trial.simulation.profiles.weather
    assert weather is not None, "a trial has weather"
    average = weather.average_outdoor_temperature
    in_spell = weather.outdoor_temperature != average
    peaks, individual = trial.solve_dwellings(outdoor=average + np.where(in_spell, value, 0.0))
    return trial.outcome(value, peaks=peaks, reference_peak=individual)


def _has(section: str, kind: str) -> Callable[[Trial], bool]:
    return lambda trial: any(s.kind == kind for s in getattr(trial.scenario, section).values())


def _reference_values(key: str, low: float, high: float) -> Callable[[Trial], Values]:
    return lambda trial: (getattr(trial.scenario.reference, key), low, high)


ASSUMPTIONS = (
    Assumption(
        id="heat_pumps.cop_factor",
        name="COP of the large heat pumps, factor",
        unit="1",
        mark="assumed",
        values=lambda trial: (
            next(iter(trial.scenario.heat_pumps.values())).cop_factor,
            0.9,
            1.1,
        ),
        solve=_cop_factor,
        applies=lambda trial: bool(trial.scenario.heat_pumps),
    ),
    Assumption(
        id="reference.field_factor",
        name="individual heat pumps, field over laboratory COP",
        unit="1",
        mark="assumed",
        values=_reference_values("field_factor", 0.80, 0.94),
        solve=_reference_key("field_factor"),
    ),
    Assumption(
        id="reference.space_supply_cold",
        name="individual heat pumps, floor supply at -10 °C",
        unit="°C",
        mark="assumed",
        values=_reference_values("space_supply_cold", 35.0, 42.0),
        solve=_reference_key("space_supply_cold"),
    ),
    Assumption(
        id="reference.bivalent_temperature",
        name="individual heat pumps, bivalent temperature",
        unit="°C",
        mark="assumed",
        values=_reference_values("bivalent_temperature", -12.0, -7.0),
        solve=_reference_key("bivalent_temperature"),
    ),
    Assumption(
        id="reference.tap_water",
        name="individual heat pumps, tap-water strategy",
        unit="",
        mark="assumed",
        values=lambda trial: (trial.scenario.reference.tap_water, "spread", "night"),
        solve=_strategy,
    ),
    Assumption(
        id="reference.tank_loss_kwh_per_day",
        name="individual heat pumps, tank loss",
        unit="kWh/day",
        mark="assumed",
        values=_reference_values("tank_loss_kwh_per_day", 1.2, 2.0),
        solve=_reference_key("tank_loss_kwh_per_day"),
    ),
    Assumption(
        id="reference.household_peak",
        name="household share of the evening peak (moves definition 'dwelling' only)",
        unit="kW",
        mark="assumed",
        values=lambda trial: (trial.scenario.reference.household_peak / 1e3, 0.8, 1.0),
        solve=_household,
    ),
    Assumption(
        id="sources.effluent_temperature",
        name="effluent temperature, change",
        unit="K",
        mark="assumed",
        values=lambda _: (0.0, -2.0, 2.0),
        solve=_effluent,
        applies=_has("sources", "effluent"),
        note="the source circuit's own loss stays as solved",
    ),
    Assumption(
        id="sources.waste_heat_capacity",
        name="waste heat capacity (moves case 'base' only)",
        unit="MW",
        mark="assumed",
        values=lambda trial: (
            _waste_now(trial) / 1e6,
            0.6 * _waste_now(trial) / 1e6,
            1.2 * _waste_now(trial) / 1e6,
        ),
        solve=_waste_capacity,
        applies=lambda trial: 0.0 < _waste_now(trial) < np.inf,
    ),
    Assumption(
        id="demand.space_heat",
        name="space heat of the dwellings, change",
        unit="%",
        mark="assumed",
        values=lambda _: (0.0, -10.0, 10.0),
        solve=_space_heat,
        note=LOADS_SCALED,
    ),
    Assumption(
        id="demand.balance_temperature",
        name="balance temperature at the same yearly heat",
        unit="°C",
        mark="assumed",
        values=lambda trial: (trial.scenario.demand.balance_temperature, 13.0, 15.0),
        solve=_balance,
        note=LOADS_SCALED,
    ),
    Assumption(
        id="weather.cold_spell_shift",
        name="cold spell, shift of the coldest week",
        unit="K",
        mark="assumed",
        values=lambda trial: (trial.scenario.weather.cold_spell_shift, -9.0, -3.0),
        solve=_cold_spell,
        applies=lambda trial: trial.scenario.weather.cold_spell,
        note=LOADS_SCALED + "; so do supply temperatures",
    ),
)
"""Every assumption of the tornado; the ranges are our assumptions."""
