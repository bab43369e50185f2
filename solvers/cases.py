"""Plant and source circuits together: dispatch, draw, temperature at the plant, again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from dataclasses import fields as fields_of
from typing import Any

import numpy as np

from ..model.water import WaterTable, heat_capacity, water_table
from ..networks.boundary import Boundary, Outside
from ..networks.columns import BoolArray, Circuit, FloatArray
from ..networks.system import System
from ..profiles.boundary import circuit_boundary
from ..profiles.year import Profiles
from .arrival import (
    ARRIVAL_TOLERANCE,
    Temperatures,
    arrival_temperatures,
    largest_change,
    next_trial,
    standing_sources,
    too_cold_to_draw,
)
from .circuit_year import CircuitYear
from .delivery import Distribution, SourceGround, linked_among
from .exchanger_year import ExchangerYear
from .field_choice import FieldChoice, choose_fields
from .plant import dispatch
from .plant_year import Case, PlantYear
from .roles import source_circuits, source_columns
from .seam import (
    Seam,
    ground_beside,
    ground_moved,
    ground_where,
    seen_water,
    with_exchange,
)
from .steady import solve_steady
from .surroundings import GROUND_TOLERANCE
from .tree_memory import Memory
from .trenches import LinkedHours, solve_linked

MAX_PASSES = 12
"""Passes of plant and source circuits; four to eight are usual."""

MAX_TURNS = 8
"""Turns of plant with source circuits, and of the circuits beside these; three are usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedTrenches:
    """Trenches in which source circuits lie beside circuits that deliver.

    Parameters
    ----------
    seam : Seam
        Where they do.
    guess : mapping of str to Outside
        Ground in which the circuits that deliver were solved first.
    known : Distribution
        Those of them that no ground moves.
    deliver : callable
        Solves the others in another ground.
    """

    seam: Seam
    guess: Mapping[str, Outside]
    known: Distribution
    deliver: Callable[[SourceGround], Distribution]


def solve_cases(
    system: System,
    profiles: Profiles,
    circuits: Mapping[str, CircuitYear],
    *,
    fields: bool | FieldChoice,
    memory: Memory | None = None,
    shared: SharedTrenches | None = None,
) -> dict[str, Case]:
    """Return every case of a system: the plant's dispatch and the circuits it drives.

    Parameters
    ----------
    system : System
        What is asked.
    profiles : Profiles
        Of the hours that are solved.
    circuits : mapping of str to CircuitYear
        The solved distribution circuits, the same in every case but where they share trenches
        with source circuits: then a guess.
    fields : bool or FieldChoice
        Keep flow, temperature and pressure of every pipe and junction of source circuits, or some.
    memory : Memory, optional
        Whose rules say where results are kept.
    shared : SharedTrenches, optional
        Where circuits that deliver and source circuits warm each other.

    Returns
    -------
    dict of str to Case
        ``"base"`` first. Without a plant there is only that one.

    Notes
    -----
    Where they share trenches, plant and source circuits come to rest in the ground that the
    other circuits make; these are solved again in the ground that the source circuits make, and
    so on in turn until no pipe's surroundings move by more than `GROUND_TOLERANCE`. The plant has
    the last turn: what it gives is what these circuits take. Each case has its own.
    """
    if system.scenario.plant is None:
        return {"base": Case(name="base", plant=None, circuits=circuits)}
    outages = {"base": (), **{name: case.out for name, case in system.scenario.cases.items()}}
    rules = choose_fields(fields), Memory() if memory is None else memory
    ground: dict[str, FloatArray] = {}  # at the pipes of source circuits: the same in every pass
    cases: dict[str, Case] = {}
    for name, out in outages.items():
        case = _CaseInput(system, profiles, circuits, name, out, ground, rules)
        if shared is None:
            cases[name] = _solve_case(case)
        else:
            cases[name] = _solve_in_turn(case, shared)
            first = {each: cases["base"].circuits[each] for each in circuits}
            sources = {n: y for n, y in cases["base"].circuits.items() if n not in circuits}
            guess = ground_beside(shared.seam, seen_water(sources))
            circuits, shared = first, replace(shared, guess=guess)
    return cases


@dataclass(frozen=True, slots=True)
class _CaseInput:
    system: System
    profiles: Profiles
    circuits: Mapping[str, CircuitYear]
    name: str
    out: tuple[str, ...]
    ground: dict[str, FloatArray]
    rules: tuple[FieldChoice, Memory]


@dataclass(slots=True)
class _Sources:
    """Source circuits of a case on their way: as solved last, and what drove them."""

    solved: dict[str, tuple[Boundary, CircuitYear]] = field(default_factory=dict)
    arrival: Temperatures | None = None
    rest: bool = False
    """Whether they agreed with the plant."""
    swings: Temperatures = field(default_factory=dict)
    """Where they did not, see `too_cold_to_draw`."""
    held: Temperatures = field(default_factory=dict)
    """How warm they come where they stand because they would come too cold, else NaN."""
    outside: Mapping[str, Outside] = field(default_factory=dict)
    """What other circuits make of their ground."""

    @property
    def years(self) -> dict[str, CircuitYear]:
        return {name: year for name, (_, year) in self.solved.items()}

    def hold(self) -> None:
        """Let sources come too cold in the hours that swing."""
        assert self.arrival is not None, "they swing from pass to pass"
        for name, low in self.swings.items():
            before = self.held.get(name, low)
            self.held = {**self.held, name: np.where(np.isnan(low), before, low)}
        self.arrival = {
            name: np.where(np.isnan(self.held[name]), found, self.held[name])
            for name, found in self.arrival.items()
        }

    def arrive(self, case: "_CaseInput") -> dict[str, FloatArray]:
        """Return how warm each comes; where it is held, and stands, as cold as it would."""
        found = arrival_temperatures(case.system, case.profiles, self.years)
        if self.held:
            stands = standing_sources(case.system, self.years)
            for name, low in self.held.items():
                found[name] = np.where(stands[name] & ~np.isnan(low), low, found[name])
        return found


def _solve_case(case: _CaseInput) -> Case:
    sources = _Sources()
    plant = _settle(case, case.circuits, sources)
    return _case(case, plant, {**case.circuits, **sources.years})


def _case(case: _CaseInput, plant: PlantYear, circuits: Mapping[str, CircuitYear]) -> Case:
    ordered = {name: circuits[name] for name in case.system.circuits}
    return Case(name=case.name, plant=plant, circuits=ordered)


def _settle(case: _CaseInput, circuits: Mapping[str, CircuitYear], sources: _Sources) -> PlantYear:
    """Return the dispatch for some loads with which plant and sources agree."""
    arrival, passes = sources.arrival, list[tuple[Temperatures, Temperatures]]()
    stands: list[Mapping[str, BoolArray]] = []
    for _ in range(MAX_PASSES):
        plant = dispatch(
            case.system, case.profiles, circuits, out=case.out, arrival_temperature=arrival
        )
        _solve_sources(case, plant, sources)
        found = sources.arrive(case)
        if arrival is not None:
            sources.rest = largest_change(arrival, found) < ARRIVAL_TOLERANCE
            if sources.rest:
                break
            passes.append((arrival, found))
            stands.append(standing_sources(case.system, sources.years))
        arrival = next_trial(passes[-2:]) if len(passes) > 1 else found
    sources.arrival = found
    if not sources.rest:
        sources.swings = too_cold_to_draw(passes, stands)
    return plant


def _settle_swings(
    case: _CaseInput, circuits: Mapping[str, CircuitYear], sources: _Sources
) -> PlantYear:
    """Return the dispatch that leaves alone what would cool too much on its way.

    Some hours have no temperature with which plant and sources agree: standing, the source would
    be drawn, and drawn, its little water arrives too cold. Its pipes stand in them.
    """
    plant = _settle(case, circuits, sources)
    if not sources.rest:
        sources.hold()
        plant = _settle(case, circuits, sources)
    return plant


def _solve_in_turn(case: _CaseInput, shared: SharedTrenches) -> Case:
    """Return a case whose source circuits and others warm each other."""
    seam, ground, sources = shared.seam, shared.guess, _Sources()
    circuits, passed = case.circuits, dict[str, ExchangerYear]()
    every = np.ones(len(case.profiles.duration), dtype=np.bool_)
    solved: dict[tuple[str, ...], LinkedHours] = {}
    for turn in range(MAX_TURNS):
        sources.outside = ground_beside(seam, seen_water(circuits))
        plant = _settle_swings(case, circuits, sources)
        asked = ground_beside(seam, seen_water(sources.years))
        left = ground_moved(ground, asked)
        moved = np.any([change > GROUND_TOLERANCE for change in left.values()], axis=0)
        if turn > 0 and (not moved.any() or turn == MAX_TURNS - 1):
            break
        moved = moved if turn > 0 else every  # the first was in a guess
        ground = ground_where(moved, ground, asked)
        circuits, passed = shared.deliver(SourceGround(ground, shared.known, moved, solved))
    years = {**circuits, **sources.years}
    for name, change in left.items():
        error = np.where(change > GROUND_TOLERANCE, change, 0.0)
        years[name] = replace(years[name], heat_error=np.maximum(years[name].heat_error, error))
    found = _case(case, plant, with_exchange(seam, years, case.profiles.duration))
    return replace(found, exchangers=passed)


def _solve_sources(case: _CaseInput, plant: PlantYear, sources: _Sources) -> None:
    """Solve the source circuits whose draw, or ground, is no longer the same."""
    system, solved, (choice, memory) = case.system, sources.solved, case.rules
    names, asked, together = source_circuits(system), {}, {}
    for name in names:
        boundary = _source_boundary(case, plant, system.circuits[name])
        boundary = replace(boundary, outside=sources.outside.get(name))
        if name not in solved or not _is_same(solved[name][0], boundary):
            asked[name] = boundary
    linked = linked_among(system, names)
    if set(linked) & set(asked):
        together = {n: asked.pop(n) if n in asked else solved[n][0] for n in linked}
    for name, boundary in asked.items():
        year = solve_steady(
            system.circuits[name],
            boundary,
            system.scenario,
            fields=choice,
            memory=memory.another(),
        )
        solved[name] = boundary, year
    if together:
        circuits = {name: system.circuits[name] for name in together}
        arguments = circuits, together, system.trenches, system.scenario
        years = solve_linked(*arguments, fields=choice, memory=memory)
        solved.update({name: (together[name], year) for name, year in years.items()})


def _is_same(before: Boundary, after: Boundary) -> bool:
    """Return whether a circuit is driven by the same arrays."""
    pairs = (
        (getattr(before, each.name), getattr(after, each.name)) for each in fields_of(Boundary)
    )
    return all(_equal(one, other) for one, other in pairs)


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):  # columns
        return all(_equal(*pair) for pair in zip(one, other, strict=True))
    return one is other or (one is not None and np.array_equal(one, other, equal_nan=True))


def _source_boundary(case: _CaseInput, plant: PlantYear, circuit: Circuit) -> Boundary:
    """Return what the plant draws from a source circuit, at the flow that it chose."""
    hours = len(case.profiles.duration)
    draw = np.zeros((hours, len(circuit.consumer_ids)))
    difference = np.full(draw.shape, np.nan)
    water = water_table(case.system.scenario.water)
    for source, (_, column) in source_columns(case.system, {circuit.id: circuit}).items():
        drawn = source_draw(case.system, plant, source)
        draw[:, column] = drawn
        difference[:, column] = _temperature_difference(plant, source, drawn, water)
    ground = case.ground.get(circuit.id)
    boundary = circuit_boundary(case.system, case.profiles, circuit.id, draw, ground)
    case.ground[circuit.id] = boundary.ground_temperature
    is_known = np.isfinite(difference)
    return replace(
        boundary,
        temperature_difference=np.where(is_known, difference, boundary.temperature_difference),
        return_temperature=np.where(is_known, np.nan, boundary.return_temperature),
    )


def source_draw(system: System, plant: PlantYear, source: str) -> FloatArray:
    """Return what the plant takes from a source, less what cooling gives back to it.

    Parameters
    ----------
    system : System
        Whose heat pumps say which source takes rejected heat.
    plant : PlantYear
        Dispatch of one case.
    source : str
        Id of the source.

    Returns
    -------
    array of float, shape (hours,)
        Negative where cooling warms the source. [W]
    """
    drawn = plant.source_heat.get(source, np.zeros_like(plant.rejected_heat))
    takes_rejected = source in {pump.source for pump in system.scenario.heat_pumps.values()}
    return drawn - plant.rejected_heat if takes_rejected else drawn


def _temperature_difference(
    plant: PlantYear, source: str, draw: FloatArray, water: WaterTable
) -> FloatArray:
    """Return draw over flow; NaN where nothing flows or is drawn. [K]"""
    difference = np.full_like(draw, np.nan)
    if source in plant.source_mass_flow:
        mass_flow = plant.source_mass_flow[source]
        outlet = plant.source_outlet_temperature[source]
        flows = (mass_flow > 0.0) & (draw != 0.0)
        difference[flows] = draw[flows] / (mass_flow[flows] * heat_capacity(outlet[flows], water))
    return difference
