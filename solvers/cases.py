"""Plant and source circuits together: dispatch, draw, temperature at the plant, again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of

import numpy as np

from ..model.water import WaterTable, heat_capacity, water_table
from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray
from ..networks.system import System
from ..profiles.boundary import circuit_boundary
from ..profiles.year import Profiles
from .circuit_year import CircuitYear
from .field_choice import FieldChoice, choose_fields
from .plant import dispatch
from .plant_year import Case, PlantYear
from .roles import source_circuits, source_columns
from .steady import solve_steady
from .tree_memory import Memory

ARRIVAL_TOLERANCE = 0.01
"""Change of source temperature at the plant that ends the fixed point. [K]"""

MAX_PASSES = 12
"""Passes of plant and source circuits; four to eight are usual."""

LEAST_MOVE, SLOPES = 1e-6, (-20.0, 0.7)
"""A trial that moved less tells no slope [K]; slopes beyond these are not believed. [1]"""

Temperatures = Mapping[str, FloatArray]
"""Of the sources at the plant, shape (hours,). [°C]"""


def solve_cases(
    system: System,
    profiles: Profiles,
    circuits: Mapping[str, CircuitYear],
    *,
    fields: bool | FieldChoice,
    memory: Memory | None = None,
) -> dict[str, Case]:
    """Return every case of a system: the plant's dispatch and the circuits it drives.

    Parameters
    ----------
    system : System
        What is asked.
    profiles : Profiles
        Of the hours that are solved.
    circuits : mapping of str to CircuitYear
        The solved distribution circuits, the same in every case.
    fields : bool or FieldChoice
        Keep flow, temperature and pressure of every pipe and junction of source circuits, or some.
    memory : Memory, optional
        Whose rules say where results are kept.

    Returns
    -------
    dict of str to Case
        ``"base"`` first. Without a plant there is only that one.
    """
    if system.scenario.plant is None:
        return {"base": Case(name="base", plant=None, circuits=circuits)}
    outages = {"base": (), **{name: case.out for name, case in system.scenario.cases.items()}}
    rules = choose_fields(fields), Memory() if memory is None else memory
    ground: dict[str, FloatArray] = {}  # at the pipes of source circuits: the same in every pass
    return {
        name: _solve_case(_CaseInput(system, profiles, circuits, name, out, ground, rules))
        for name, out in outages.items()
    }


@dataclass(frozen=True, slots=True)
class _CaseInput:
    system: System
    profiles: Profiles
    circuits: Mapping[str, CircuitYear]
    name: str
    out: tuple[str, ...]
    ground: dict[str, FloatArray]
    rules: tuple[FieldChoice, Memory]


def _solve_case(case: _CaseInput) -> Case:
    arrival: Temperatures | None = None
    passes: list[tuple[Temperatures, Temperatures]] = []
    solved: dict[str, tuple[Boundary, CircuitYear]] = {}
    for _ in range(MAX_PASSES):
        plant = dispatch(
            case.system, case.profiles, case.circuits, out=case.out, arrival_temperature=arrival
        )
        _solve_sources(case, plant, solved)
        sources = {name: year for name, (_, year) in solved.items()}
        found = arrival_temperatures(case.system, case.profiles, sources)
        if arrival is not None:
            if _largest_change(arrival, found) < ARRIVAL_TOLERANCE:
                break
            passes.append((arrival, found))
        arrival = next_trial(passes[-2:]) if len(passes) > 1 else found
    everything = {**case.circuits, **sources}
    ordered = {name: everything[name] for name in case.system.circuits}
    return Case(name=case.name, plant=plant, circuits=ordered)


def next_trial(passes: list[tuple[Temperatures, Temperatures]]) -> dict[str, FloatArray]:
    """Return the source temperatures to try after two passes.

    Parameters
    ----------
    passes : list of two (tried, found)
        Source temperatures at the plant that a dispatch was tried with, and those that its draw
        brings; the last pass last. [°C]

    Returns
    -------
    dict of str to array of float, shape (hours,)
        As found where an hour stands; else where the line through both passes meets its own
        trial. Plain passes swing for ever in an hour whose little flow cools much on its way.
        [°C]

    Examples
    --------
    An hour that brings 30 °C less what was tried swings between 10 and 20; 15 brings itself:

    >>> tried, found = ({"rwzi": np.array([each])} for each in (20.0, 10.0))
    >>> next_trial([(found, tried), (tried, found)])
    {'rwzi': array([15.])}
    """
    (tried_before, found_before), (tried, found) = passes
    trial = {}
    for name, brought in found.items():
        moved, change = tried[name] - tried_before[name], brought - tried[name]
        slope = np.divide(
            brought - found_before[name],
            moved,
            out=np.zeros_like(moved),
            where=np.abs(moved) > LEAST_MOVE,
        )
        step = change / (1.0 - np.clip(slope, *SLOPES))
        trial[name] = np.where(np.abs(change) < ARRIVAL_TOLERANCE, brought, tried[name] + step)
    return trial


def _largest_change(before: Temperatures, after: Temperatures) -> float:
    changes = [np.abs(after[name] - before[name]).max(initial=0.0) for name in after]
    return float(max(changes, default=0.0))


def arrival_temperatures(
    system: System, profiles: Profiles, solved: Mapping[str, CircuitYear]
) -> dict[str, FloatArray]:
    """Return the water temperature at the plant of each source that comes by a circuit.

    Parameters
    ----------
    system : System
        With the sources and the circuits that bring them.
    profiles : Profiles
        Temperatures that the sources send.
    solved : mapping of str to CircuitYear
        The source circuits, as the plant draws on them.

    Returns
    -------
    dict of str to array of float, shape (hours,)
        By source. Where no water flows, the temperature sent: what would come, not what has
        cooled in the pipe. [°C]
    """
    arrivals = {}
    for name, column in source_columns(system, solved).items():
        circuit, consumer = column
        year = solved[circuit]
        arrivals[name] = np.where(
            year.consumer_mass_flow[:, consumer] > 0.0,
            year.consumer_supply_temperature[:, consumer],
            profiles.sources[name].temperature,
        )
    return arrivals


def _solve_sources(
    case: _CaseInput, plant: PlantYear, solved: dict[str, tuple[Boundary, CircuitYear]]
) -> None:
    """Solve the source circuits into ``solved``, those whose draw is no longer the same."""
    for name in source_circuits(case.system):
        circuit = case.system.circuits[name]
        boundary = _source_boundary(case, plant, circuit)
        if name not in solved or not _is_same(solved[name][0], boundary):
            choice, memory = case.rules
            year = solve_steady(
                circuit, boundary, case.system.scenario, fields=choice, memory=memory.another()
            )
            solved[name] = boundary, year


def _is_same(before: Boundary, after: Boundary) -> bool:
    """Return whether a circuit is driven by the same arrays."""
    pairs = (
        (getattr(before, each.name), getattr(after, each.name)) for each in fields_of(Boundary)
    )
    return all(
        one is other or (one is not None and np.array_equal(one, other, equal_nan=True))
        for one, other in pairs
    )


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
