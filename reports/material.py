"""What a report is made of, with the questions that every section asks of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..networks.columns import FloatArray
from ..results.comparison import Comparison, Variant
from ..results.time_text import HOUR, time_text
from ..solvers.circuit_year import CircuitYear
from ..solvers.plant_year import Case, PlantYear
from ..solvers.simulation import Simulation
from ..studies.dynamics import Dynamics, find_dynamics
from ..studies.limits import find_limits
from ..studies.sensitivity import SensitivityRow
from ..studies.worst_line import WorstLine, worst_lines
from .clock import Clock
from .number_text import number_of
from .palette import BACKUP, EXTRA, NETWORK, SERVICES, SOURCES

SHORT_NAME = 4
"""Letters of a source's name that is an abbreviation, if it has hardly a vowel."""

FULL_YEAR = 8760.0
"""[h]"""

MWH = 3.6e9
"""Joules in a megawatt hour."""


@dataclass(frozen=True)
class Material:
    """Everything a report shows.

    Parameters
    ----------
    simulation : Simulation
        The solved year.
    summary : mapping
        The figures of ``summary.json``.
    comparison : Comparison or None
        None without plant or dwellings.
    tornado : sequence of SensitivityRow
        Empty where no sensitivity was asked for.
    """

    simulation: Simulation
    summary: Mapping[str, Any]
    comparison: Comparison | None
    tornado: tuple[SensitivityRow, ...]

    @cached_property
    def clock(self) -> Clock:
        """Instants of the run."""
        profiles = self.simulation.profiles
        return Clock(
            times=profiles.times,
            seconds=profiles.seconds,
            duration=profiles.duration,
            instants=profiles.instants,
        )

    @property
    def base(self) -> Case:
        """The base case."""
        return self.simulation.cases["base"]

    @cached_property
    def worst_lines(self) -> list[WorstLine]:
        """Pressures on the way to each circuit's worst consumer."""
        return worst_lines(self.simulation)

    @cached_property
    def dynamics(self) -> Dynamics | None:
        """What a dynamic run shows beside a steady one; None for a steady run."""
        return find_dynamics(self.simulation)

    @property
    def plant(self) -> PlantYear | None:
        """Dispatch of the base case."""
        return self.base.plant

    @property
    def weather(self) -> str:
        """The weather's name, as it stands under every figure."""
        weather = self.simulation.profiles.weather
        return weather.name if weather else "the given series"

    @property
    def weather_sentence(self) -> str:
        """The weather at the head of a sentence."""
        return self.weather[:1].upper() + self.weather[1:]

    @property
    def title(self) -> str:
        """The scenario's title."""
        scenario = self.simulation.system.scenario
        return scenario.title or scenario.name

    @property
    def period(self) -> str:
        """The time that a run covers, in a word: a year, or less."""
        return "year" if self.clock.end >= FULL_YEAR else "run"

    @property
    def length(self) -> str:
        """The time that a run covers: "8,760 hours", "15 min"."""
        hours = self.clock.end
        if hours < 1.0:
            return time_text(hours * HOUR)
        return "1 hour" if hours == 1.0 else f"{number_of(hours)} hours"

    @property
    def subtitle(self) -> str:
        """What the run is made of, under the title."""
        steps = len(self.clock.seconds)
        if self.period == "year" and (self.clock.duration == HOUR).all():
            return "a year of hours"
        return f"{self.length} in {steps:,} {'step' if steps == 1 else 'steps'}"

    @cached_property
    def step(self) -> str:
        """What a row of the run is called: an hour, or a step of any other length."""
        duration = self.clock.duration[self.clock.duration > 0.0]
        return "hour" if (duration == HOUR).all() else "step"

    @cached_property
    def unsolved(self) -> float:
        """Time in which a circuit of any case was not solved. [h]"""
        tolerance = self.simulation.system.scenario.solver.tolerance
        wrong = np.zeros(len(self.clock.seconds), dtype=np.bool_)
        for case in self.simulation.cases.values():
            for year in case.circuits.values():
                wrong |= year.heat_error > tolerance
        return float(self.clock.duration[wrong].sum()) / HOUR

    @cached_property
    def missed(self) -> list[str]:
        """Every target that the run misses, a sentence each."""
        return find_limits(self.simulation)

    @property
    def ends(self) -> str:
        """What heat is delivered to: dwellings, or consumers where none are known."""
        return "dwellings" if self.dwellings else "consumers"

    @property
    def dwellings(self) -> int:
        """Count of dwellings; 0 where there are none."""
        return int(self.summary.get("dwellings") or 0)

    @cached_property
    def distribution(self) -> dict[str, CircuitYear]:
        """Circuits that serve consumers: all but those from a source to the plant."""
        return {
            name: year
            for name, year in self.base.circuits.items()
            if self.service(name) != "source"
        }

    def service(self, circuit: str) -> str:
        """Return what a circuit is for."""
        section = self.simulation.system.scenario.circuits.get(circuit)
        return section.service if section else "none"

    def color(self, circuit: str) -> str:
        """Return the colour of a circuit, the same in every figure."""
        services = [self.service(name) for name in self.base.circuits]
        names = list(self.base.circuits)
        service = self.service(circuit)
        if service in ("space", "tap_water") and services.count(service) == 1:
            return SERVICES[service]
        if service == "source":
            return self.source_color(circuit)
        return EXTRA[names.index(circuit) % len(EXTRA)]

    def source_color(self, circuit: str) -> str:
        """Return the colour of a circuit that brings a source."""
        for section in self.simulation.system.scenario.sources.values():
            if section.circuit == circuit:
                return SOURCES[section.kind]
        return SERVICES["source"]

    @cached_property
    def backup(self) -> str | None:
        """Name of the case with a source out, if there is one."""
        return next((name for name in self.simulation.cases if name != "base"), None)

    @property
    def reference(self) -> Variant | None:
        """Individual heat pumps in the scenario's own tap-water strategy, if any."""
        comparison = self.comparison
        if comparison is None or comparison.strategy is None:
            return None
        return comparison.reference.get(comparison.strategy)

    def case_label(self, case: str) -> str:
        """Return a case's name for people."""
        section = self.simulation.system.scenario.cases.get(case)
        if section is None or not section.out:
            return "Network" if case == "base" else f"Network, {label(case)}"
        return f"Network, {' and '.join(source_name(name) for name in section.out)} out"

    @staticmethod
    def case_color(case: str) -> str:
        """Return the colour of a case."""
        return NETWORK if case == "base" else BACKUP

    def mwh(self, power: FloatArray) -> float:
        """Return the energy of a power over the run. [MWh]"""
        return float(np.dot(power, self.clock.duration)) / MWH

    def figure(self, *keys: str) -> float | None:
        """Return a figure of the summary, None where it does not apply."""
        found: Any = self.summary
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        return float(found) if found is not None and np.isfinite(found) else None


def label(circuit: str) -> str:
    """Return a circuit's name for people.

    Examples
    --------
    >>> label("tap_water")
    'tap water'
    """
    return circuit.replace("_", " ")


def source_name(source: str) -> str:
    """Return a source's name for people: short ones are abbreviations.

    Examples
    --------
    >>> source_name("mosa"), source_name("rwzi")
    ('Mosa', 'RWZI')
    """
    plain = label(source)
    vowels = sum(letter in "aeiou" for letter in plain)
    is_short = len(plain) <= SHORT_NAME and vowels <= 1
    return plain.upper() if is_short else plain[:1].upper() + plain[1:]
