"""What a dynamic run shows that a steady one hides: delay, peaks, storage, change-over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from ..model.water import heat_capacity, water_table
from ..networks.columns import BoolArray, FloatArray
from ..networks.exchangers import feeding_circuit, find_exchangers
from ..networks.system import System
from ..profiles.boundary import circuit_boundary
from ..profiles.build import select_hours
from ..profiles.mode import COLD, HEAT
from ..profiles.year import Profiles
from ..solvers.circuit_year import CircuitYear
from ..solvers.distribution import solve_distribution
from ..solvers.field_choice import FieldChoice
from ..solvers.mesh import is_mesh
from ..solvers.simulation import Simulation
from ..solvers.steady import solve_steady
from ..solvers.travel_time import find_way, travel_times, wall_delay
from ..solvers.tree_memory import Memory
from .buildings import buildings_of
from .turns import DAY, Turn, daily_swing, find_turns

LONG_RUN = 40.0 * DAY
"""From here on winter and summer are told apart. [s]"""

SEASONS = {"December to February": (12, 1, 2), "June to August": (6, 7, 8)}
"""Months by the name of their season."""

MODES = {"heating": HEAT, "cooling": COLD}
"""Parts of a short run, of circuits that do both in it."""

STEPS_TOGETHER = 2190
"""Steps of the steady run beside it that are solved together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How long the supply water of a tree is on its way; arrays by consumer in their order.

    Parameters
    ----------
    by_season : mapping of str to array of float, shape (consumers,)
        Mean over a season, weighted by what each consumer draws; NaN of one that draws nothing
        or only water older than `travel_time.OLDEST`. [s]
    distance : array of float, shape (consumers,)
        Way from the plant. [m]
    farthest : int
        Row of the consumer whose water is longest on its way, by the first season.
    by_step : array of float, shape (steps,)
        Of the farthest; NaN while it draws nothing. [s]
    wall_share : float
        By how much heat is later than water, as walls take part. [1]
    """

    by_season: Mapping[str, FloatArray]
    distance: FloatArray
    farthest: int
    by_step: FloatArray
    wall_share: float

    @property
    def shown(self) -> Mapping[str, FloatArray]:
        """Seasons worth telling: heating and cooling in place of a run that has both."""
        parts = {name: self.by_season[name] for name in MODES if name in self.by_season}
        return parts or self.by_season


@dataclass(frozen=True, kw_only=True)
class Dynamics:
    """A dynamic run beside a steady one of the same steps.

    Parameters
    ----------
    load, steady_load : mapping of str to array of float, shape (steps,)
        Of each circuit at its producers, cold negative; the latter as if nothing were stored.
        [W]
    stored : mapping of str to array of float, shape (steps + 1,)
        In water and walls, above 0 °C, at the start and after each step. [J]
    swing : mapping of str to array of float, shape (days,)
        Largest less smallest content of each whole day without a change-over. [J]
    delay : mapping of str to Delay
        Of the circuits that are trees.
    turns : mapping of str to tuple of Turn
        Of the circuits that follow the mode.
    first : tuple of str
        Circuits that no exchanger feeds: their load holds that of the others.
    """

    load: Mapping[str, FloatArray]
    steady_load: Mapping[str, FloatArray]
    stored: Mapping[str, FloatArray]
    swing: Mapping[str, FloatArray]
    delay: Mapping[str, Delay]
    turns: Mapping[str, tuple[Turn, ...]]
    first: tuple[str, ...]

    @cached_property
    def total(self) -> FloatArray:
        """Load of all circuits, what passes exchangers counted once, shape (steps,). [W]"""
        return np.asarray(sum(self.load[name] for name in self.first))

    @cached_property
    def steady_total(self) -> FloatArray:
        """The same as if nothing were stored, shape (steps,). [W]"""
        return np.asarray(sum(self.steady_load[name] for name in self.first))


_KNOWN: WeakKeyDictionary[CircuitYear, Dynamics] = WeakKeyDictionary()


def find_dynamics(simulation: Simulation) -> Dynamics | None:
    """Return what a dynamic run shows; None for a steady one. It is found once.

    Parameters
    ----------
    simulation : Simulation
        Solved.

    Notes
    -----
    The steady loads beside it are solved here, in ground that no other circuit warms; circuits
    that exchangers join as a steady run solves them, neighbours in trenches included.
    """
    years = {
        name: year
        for name, year in simulation.cases["base"].circuits.items()
        if year.stored_heat is not None
    }
    if not years:
        return None
    first = next(iter(years.values()))
    if first not in _KNOWN:
        _KNOWN[first] = _compare(simulation, years)
    return _KNOWN[first]


def _compare(simulation: Simulation, years: Mapping[str, CircuitYear]) -> Dynamics:
    duration = simulation.profiles.duration
    load = {name: np.asarray(year.producer_heat.sum(axis=1)) for name, year in years.items()}
    steady = _steady_loads(simulation, years)
    stored = {n: y.stored_heat for n, y in years.items() if y.stored_heat is not None}
    turns = {
        name: find_turns(simulation.profiles, stored[name], load[name], steady[name])
        for name in years
        if name in simulation.system.scenario.mode.circuits
    }
    follow = simulation.system.scenario.mode.circuits
    seasons = [_seasons(simulation.profiles, follows=follows) for follows in (False, True)]
    return Dynamics(
        load=load,
        steady_load=steady,
        stored=stored,
        swing={
            name: daily_swing(stored[name], duration, [turn.row for turn in turns.get(name, ())])
            for name in years
        },
        delay={
            name: find_delay(simulation, year, seasons[name in follow])
            for name, year in years.items()
            if not is_mesh(year.circuit)
        },
        turns=turns,
        first=tuple(n for n in years if feeding_circuit(simulation.system, n) == n),
    )


def delay_columns(simulation: Simulation, found: Dynamics) -> dict[str, list[Any]]:
    """Return the delay of every consumer as columns, for ``delays.csv``.

    Parameters
    ----------
    simulation : Simulation
        Solved.
    found : Dynamics
        From `find_dynamics`.

    Returns
    -------
    dict of str to list
        Circuit, consumer, way in m, and a column of minutes for each season.
    """
    columns: dict[str, list[Any]] = {}
    for name, delay in found.delay.items():
        ids = simulation.cases["base"].circuits[name].circuit.consumer_ids
        part: dict[str, list[Any]] = {"circuit": [name] * len(ids), "consumer": list(ids)}
        part["distance_m"] = delay.distance.tolist()
        nothing = np.full(len(ids), np.nan)
        for season in dict.fromkeys(s for each in found.delay.values() for s in each.by_season):
            times = delay.by_season.get(season, nothing)
            part[f"delay_min {season}".lower().replace(" ", "_")] = (times / 60.0).tolist()
        columns = {key: columns.get(key, []) + values for key, values in part.items()}
    return columns


def _seasons(profiles: Profiles, *, follows: bool) -> dict[str, BoolArray]:
    """Return the seasons of a run and their steps; a short run has one, and modes beside it."""
    is_long = float(profiles.duration.sum()) >= LONG_RUN
    if profiles.times is not None and is_long:
        month = profiles.times.month.to_numpy()
        found = {name: np.isin(month, months) for name, months in SEASONS.items()}
        return {name: rows for name, rows in found.items() if rows.any()} or _whole(profiles)
    modes = {name: profiles.mode == mode for name, mode in MODES.items()}
    has_both = follows and all(rows.any() for rows in modes.values())
    return _whole(profiles) | modes if has_both else _whole(profiles)


def _whole(profiles: Profiles) -> dict[str, BoolArray]:
    return {"the run": np.ones(len(profiles.duration), dtype=np.bool_)}


def find_delay(
    simulation: Simulation, year: CircuitYear, seasons: Mapping[str, BoolArray]
) -> Delay:
    """Return how long the supply water of a solved tree is on its way.

    Parameters
    ----------
    simulation : Simulation
        With the steps and their scenario.
    year : CircuitYear
        One of its circuits, a tree.
    seasons : mapping of str to array of bool, shape (steps,)
        Which steps belong to each.
    """
    duration, scenario = simulation.profiles.duration, simulation.system.scenario
    way = find_way(year, duration, scenario)
    age = travel_times(year, duration, way)
    drawn = np.where(np.isfinite(age), year.consumer_mass_flow * duration[:, None], 0.0)
    by_season = {name: _weighted(age[rows], drawn[rows]) for name, rows in seasons.items()}
    first = next(iter(by_season.values()))
    buildings = buildings_of(simulation.system, year.circuit)
    order = np.nan_to_num(first[buildings], nan=-1.0)
    farthest = int(buildings[np.argmax(order)]) if len(buildings) else 0
    warm = np.array(float(np.average(year.producer_supply_temperature.mean(axis=1))))
    return Delay(
        by_season=by_season,
        distance=way.distance,
        farthest=farthest,
        by_step=np.array(age[:, farthest]),
        wall_share=wall_delay(
            year, way.content, float(heat_capacity(warm, water_table(scenario.water)))
        ),
    )


def _weighted(age: FloatArray, drawn: FloatArray) -> FloatArray:
    total = drawn.sum(axis=0)
    summed = (np.nan_to_num(age) * drawn).sum(axis=0)
    nothing = np.full(len(total), np.nan)
    return np.asarray(np.divide(summed, total, out=nothing, where=total > 0.0))


def _steady_loads(simulation: Simulation, names: Iterable[str]) -> dict[str, FloatArray]:
    """Return what circuits would take in each step if they stored nothing. [W]

    With ``linear`` inputs a step sees the mean of the states at its ends, as the dynamic run
    does.
    """
    system, profiles = simulation.system, simulation.profiles
    steps, parts = len(profiles.duration), []
    for first in range(0, steps, STEPS_TOGETHER):
        some = select_hours(profiles, first, min(first + STEPS_TOGETHER, steps))
        parts.append(_steady_part(system, some, names))
    loads = {name: np.concatenate([part[name] for part in parts]) for name in names}
    if system.scenario.time.interpolation != "linear":
        return loads
    return {name: _between(load, ends=profiles.times is None) for name, load in loads.items()}


def _steady_part(
    system: System, profiles: Profiles, names: Iterable[str]
) -> dict[str, FloatArray]:
    """Return the loads of some steps: circuits that exchangers join are solved together."""
    pairs = [(each.primary, each.secondary) for each in find_exchangers(system)]
    joined = {name for pair in pairs for name in pair}
    together = solve_distribution(system, profiles, FieldChoice(), Memory())[0] if joined else {}
    loads = {}
    for name in names:
        year = together.get(name) if name in joined else None
        if year is None:
            boundary = circuit_boundary(system, profiles, name)
            year = solve_steady(system.circuits[name], boundary, system.scenario)
        loads[name] = np.asarray(year.producer_heat.sum(axis=1))
    return loads


def _between(load: FloatArray, *, ends: bool) -> FloatArray:
    """Return the means of steps from a load at their ends, or at their starts."""
    other = (load[:1], load[:-1]) if ends else (load[1:], load[-1:])
    return np.asarray(0.5 * (load + np.concatenate(other)))
