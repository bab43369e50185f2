"""A circuit moved through the steps around a change-over, with those on its exchangers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..model.water import water_table
from ..networks.boundary import Boundary
from ..networks.columns import FloatArray, IntArray
from ..networks.exchangers import feeding_circuit, find_exchangers
from ..networks.system import System
from ..profiles.year import Profiles
from ..solvers.circuit_year import CircuitYear
from ..solvers.delivery import joined_last
from ..solvers.dynamic import solve_dynamic
from ..solvers.dynamic_zones import Drives, travel_zones
from ..solvers.exchanger_year import ExchangerYear
from ..solvers.roles import distribution_circuits
from .buildings import buildings_of
from .changeover_span import Span, WarmedGround, asked_load, span_boundary, warmed_ground

Grounds = Mapping[str, WarmedGround]
"""Of every circuit that is moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A circuit in the steps of a span.

    Parameters
    ----------
    year : CircuitYear
        Solved.
    boundary : Boundary
        What is asked for; what passes on through exchangers is left out.
    buildings : array of int
        Rows of the consumers that stand for no exchanger.
    supply : array of float, shape (steps,)
        Leaving the producer. [°C]
    promised : array of float, shape (steps,)
        What it is to be: that of the tables, behind an exchanger at best what that gives. [°C]
    handed : float
        Largest difference of any step between what leaves a circuit and enters the one behind its
        exchanger, over the larger of both; 0 without exchangers. [1]
    """

    year: CircuitYear
    boundary: Boundary
    buildings: IntArray
    supply: FloatArray
    promised: FloatArray
    handed: float


def circuits_with(system: System, circuit: str) -> tuple[str, ...]:
    """Return the circuits that exchangers join with one, itself among them.

    Parameters
    ----------
    system : System
        With or without exchangers.
    circuit : str
        Id.
    """
    first = feeding_circuit(system, circuit)
    names = distribution_circuits(system)
    return tuple(name for name in names if feeding_circuit(system, name) == first)


def load_behind(system: System, profiles: Profiles, circuit: str) -> FloatArray:
    """Return what is asked for in a circuit and behind its exchangers, absolute, (steps,). [W]

    Parameters
    ----------
    system, profiles
        The run.
    circuit : str
        Id.
    """
    feeds = {each.secondary: each.primary for each in find_exchangers(system)}
    total = asked_load(system, profiles, circuit)
    for name in circuits_with(system, circuit):
        ahead = name
        while ahead != circuit and ahead in feeds:
            ahead = feeds[ahead]
        if ahead == circuit != name:
            total = total + asked_load(system, profiles, name)
    return total


def warmed_grounds(
    system: System, profiles: Profiles, circuit: str, first: int, last: int
) -> dict[str, WarmedGround]:
    """Return the ground of a circuit and those on its exchangers, see `warmed_ground`."""
    names = circuits_with(system, circuit)
    return {name: warmed_ground(system, profiles, name, first, last) for name in names}


def move_span(
    system: System, profiles: Profiles, circuit: str, span: Span, grounds: Grounds
) -> Moved:
    """Move a circuit through the steps of a span.

    Parameters
    ----------
    system, profiles
        The run; its mode may have been changed.
    circuit : str
        Id.
    span : Span
        Steps.
    grounds : mapping of str to WarmedGround
        Of the circuit and those on its exchangers, of these steps at least.
    """
    if len(grounds) == 1:
        boundary = span_boundary(system, profiles, circuit, span, grounds[circuit])
        year = solve_dynamic(system.circuits[circuit], boundary, system.scenario)
        return _moved(system, year, boundary, {})
    bases: dict[str, Boundary] = {}

    def boundary_of(name: str, passed: Mapping[int, FloatArray]) -> Boundary:
        ids = system.circuits[name].consumer_ids
        by_id = {ids[row]: span.by_row(heat) for row, heat in passed.items()}
        bases[name] = span_boundary(system, profiles, name, span, grounds[name], by_id)
        return bases[name]

    def travel(
        unit: Sequence[str], boundaries: Mapping[str, Boundary], drives: Drives
    ) -> dict[str, CircuitYear]:
        return {
            name: solve_dynamic(
                system.circuits[name], boundaries[name], system.scenario, drives=drives[name]
            )
            for name in unit
        }

    exchangers = [each for each in find_exchangers(system) if each.primary in grounds]
    _, units = joined_last([(name,) for name in grounds], exchangers)
    water = water_table(system.scenario.water)
    years, passed = travel_zones(units, exchangers, boundary_of, travel, water)
    return _moved(system, years[circuit], bases[circuit], passed)


def _moved(
    system: System, year: CircuitYear, boundary: Boundary, passed: Mapping[str, ExchangerYear]
) -> Moved:
    promised = supply = boundary.supply_temperature.mean(axis=1)
    for each in passed.values():
        if each.exchanger.secondary == year.circuit.id:
            supply = each.drive.supply
            promised = _at_best(each)
    return Moved(
        year=year,
        boundary=boundary,
        buildings=buildings_of(system, year.circuit),
        supply=supply,
        promised=promised,
        handed=max((float(each.residual.max()) for each in passed.values()), default=0.0),
    )


def _at_best(passed: ExchangerYear) -> FloatArray:
    """Return the supply asked for, but no better than the best of the steps alike. [°C]"""
    best = passed.asked_supply.copy()
    for is_cold, sign in ((False, 1.0), (True, -1.0)):
        alike = passed.is_cold == is_cold
        if alike.any():
            most = (sign * passed.drive.supply[alike]).max()
            best[alike] = sign * np.minimum(sign * best[alike], most)
    return best
