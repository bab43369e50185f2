"""Where and when water would boil: by junction, side and hour, and with the pumps at rest."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..model.water import density, vapour_pressure, water_table
from ..networks.columns import SIDES, FloatArray
from ..results.instants import instant_name
from ..solvers.circuit_year import CircuitYear
from ..solvers.distribution import solved_boundary
from ..solvers.large_arrays import parts_of, release
from ..solvers.roles import distribution_circuits
from ..solvers.simulation import Simulation
from ..solvers.steady import solve_steady
from .worst_line import has_loads

ATMOSPHERE = 101325.0
"""Gauge pressures are above this. [Pa]"""

GRAVITY = 9.80665
BAR = 1e5
"""Pascals in a bar."""

FIELDS = ("junction_pressure", "junction_temperature")
CELLS = 2**24
"""Junctions and hours of a part that is solved again."""


class Boiling(NamedTuple):
    """The junction, side and hour whose water is farthest below its vapour pressure.

    Parameters
    ----------
    junction, side : str
        Where.
    row : int
        Hour.
    pressure, limit : float
        Gauge, and the vapour pressure of its water. [Pa]
    temperature : float
        [°C]
    """

    junction: str
    side: str
    row: int
    pressure: float
    limit: float
    temperature: float


def boiling_sentences(simulation: Simulation, name: str, year: CircuitYear) -> Iterator[str]:
    """Tell where the water of a circuit would boil, and what helps.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    name : str
        Of the circuit.
    year : CircuitYear
        Its hours.

    Notes
    -----
    The figures of the year bound pressures and temperatures of each pipe. Only where these
    bounds would boil, hours are solved again with the pressure of every junction.
    """
    raised = "the pressure that is held" if year.circuit.is_one_line else "static_pressure"
    lowest, limit = _bounds(year)
    if (lowest < limit).any():
        words = _by_hour if _can_be_solved(simulation, year) else _by_pipe
        yield from (
            f"circuit '{name}': {found}: raise {raised}" for found in words(simulation, year)
        )
    if not year.circuit.is_one_line:
        yield from _at_rest(simulation, name, year)


def _by_hour(simulation: Simulation, year: CircuitYear) -> Iterator[str]:
    found = find_boiling(simulation, year)
    if found is not None:
        when = instant_name(simulation.profiles, found.row)
        yield (
            f"junction '{found.junction}' on the {found.side} side has "
            f"{found.pressure / BAR:.2f} bar gauge at {when}, its water of "
            f"{found.temperature:.0f} °C boils below {found.limit / BAR:.2f}"
        )


def _by_pipe(_: Simulation, year: CircuitYear) -> Iterator[str]:
    lowest, limit = _bounds(year)
    worst = int(np.argmin(lowest - limit))
    yield (
        f"pressure at pipe '{year.circuit.pipe_ids[worst]}' falls to "
        f"{lowest[worst] / BAR:.2f} bar gauge, where its water would boil"
    )


def _bounds(year: CircuitYear) -> tuple[FloatArray, FloatArray]:
    """Return the year's lowest pressure of each pipe, and what its warmest water needs. [Pa]"""
    figures = year.pipe_figures
    warmest = np.fmax.reduce(figures.max_temperature, axis=0)
    warmest = np.nan_to_num(warmest, nan=20.0, neginf=20.0)
    lowest = np.fmin.reduce(figures.min_pressure, axis=0)
    return np.nan_to_num(lowest, nan=np.inf), vapour_pressure(warmest) - ATMOSPHERE


def _can_be_solved(simulation: Simulation, year: CircuitYear) -> bool:
    """Return whether pressures by hour are there, or can be: sources give what the plant asks."""
    kept = _has_fields(year)
    delivers = year.circuit.id in distribution_circuits(simulation.system)
    return kept or (delivers and has_loads(simulation, year.circuit))


def _has_fields(year: CircuitYear) -> bool:
    """Return whether pressures and temperatures of every junction were kept."""
    return all(name in year.fields for name in FIELDS) and "junction" not in year.field_rows


def find_boiling(simulation: Simulation, year: CircuitYear) -> Boiling | None:
    """Return the junction and hour that is farthest below its vapour pressure, None if none is.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    year : CircuitYear
        Hours of one of its circuits.
    """
    circuit, worst, found = year.circuit, 0.0, None
    for first, pressure, temperature in _states(simulation, year):
        limit = vapour_pressure(temperature) - ATMOSPHERE
        spare = np.where(np.isfinite(pressure), pressure - limit, np.inf)
        place = np.unravel_index(int(np.argmin(spare)), spare.shape)
        if spare[place] < worst:
            worst = float(spare[place])
            row, junction, side = (int(k) for k in place)
            found = Boiling(
                circuit.junctions[junction],
                SIDES[side],
                first + row,
                float(pressure[place]),
                float(limit[place]),
                float(temperature[place]),
            )
    return found


def _states(
    simulation: Simulation, year: CircuitYear
) -> Iterator[tuple[int, FloatArray, FloatArray]]:
    """Yield the first hour, pressures and temperatures of part after part of the year."""
    if _has_fields(year):
        pressure, temperature = (year.fields[name] for name in FIELDS)
        for some in parts_of(len(pressure), pressure.nbytes):
            yield some.start, pressure[some], temperature[some]
            release(pressure[some], temperature[some])
        return
    exchangers = simulation.cases["base"].exchangers
    boundary = solved_boundary(simulation.system, simulation.profiles, year.circuit.id, exchangers)
    hours = len(boundary.duration)
    rows = max(CELLS // (2 * len(year.circuit.junctions)), 1)
    for first in range(0, hours, rows):
        part = boundary.at(slice(first, min(first + rows, hours)))
        solved = solve_steady(year.circuit, part, simulation.system.scenario, fields=FIELDS)
        yield first, solved.fields[FIELDS[0]], solved.fields[FIELDS[1]]


def _at_rest(simulation: Simulation, name: str, year: CircuitYear) -> Iterator[str]:
    """Tell of junctions so high that their water boils when the pumps stand."""
    circuit, water = year.circuit, water_table(simulation.system.scenario.water)
    static = float(np.nan_to_num(circuit.producers.static_pressure[0]))
    height = circuit.elevation - circuit.elevation[circuit.producers.junction[0]]
    top = int(np.argmax(height))
    hottest = _hottest(year)
    left = static - GRAVITY * height[top] * float(density(np.array([20.0]), water)[0])
    limit = float(vapour_pressure(np.array([hottest]))[0]) - ATMOSPHERE
    if left < limit:
        needed = (static + limit - left) / BAR
        yield (
            f"circuit '{name}': with the pumps at rest junction '{circuit.junctions[top]}', "
            f"{height[top]:.0f} m above the plant, has {left / BAR:.2f} bar gauge, its water of "
            f"{hottest:.0f} °C boils below {limit / BAR:.2f}: raise static_pressure to "
            f"{needed:.1f} bar or more"
        )


def _hottest(year: CircuitYear) -> float:
    """Return the warmest water of the year. [°C]"""
    warmest = year.pipe_figures.max_temperature
    hottest = float(np.fmax.reduce(warmest, axis=None, initial=0.0))
    return hottest if np.isfinite(hottest) else 20.0
