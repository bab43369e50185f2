"""Circuits around an outage: those that the plant feeds, and those behind their exchangers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..model.water import water_table
from ..networks.boundary import Boundary
from ..networks.exchangers import Exchanger, feeding_circuit, find_exchangers
from ..networks.system import System
from ..profiles.year import Profiles
from ..solvers.circuit_year import CircuitYear
from ..solvers.delivery import joined_last
from ..solvers.dynamic import solve_dynamic
from ..solvers.dynamic_zones import Drives, travel_zones
from ..solvers.exchanger_year import Drive, ExchangerYear
from ..solvers.plant_year import Case
from ..solvers.roles import distribution_circuits
from .outage_steps import OutageSteps

Boundaries = Mapping[str, Boundary]
Moved = tuple[dict[str, CircuitYear], dict[str, ExchangerYear]]
"""Circuits, and what passed the exchangers between them."""


@dataclass(frozen=True, slots=True)
class CircuitMover:
    """Moves circuits through the steps of an outage; each of its own, trenches left out.

    Parameters
    ----------
    system : System
        What is asked.
    fed : sequence of str
        Circuits that the plant feeds.
    """

    system: System
    fed: Sequence[str]
    last: dict[str, Drive] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Circuits that the plant feeds, then those behind exchangers."""
        behind = (
            name
            for name in distribution_circuits(self.system)
            if name not in self.fed and feeding_circuit(self.system, name) in self.fed
        )
        return (*self.fed, *behind)

    @property
    def exchangers(self) -> tuple[Exchanger, ...]:
        """Exchangers between these circuits."""
        names = self.names
        return tuple(each for each in find_exchangers(self.system) if each.secondary in names)

    def boundaries(self, steps: OutageSteps, window: Profiles, calm: Case) -> dict[str, Boundary]:
        """Return what drives the circuits in these steps, with what passes without the outage.

        Parameters
        ----------
        steps : OutageSteps
            Around the trip.
        window : Profiles
            Of the hours that were solved without the outage.
        calm : Case
            These hours: they tell whether heat or cold passes.
        """
        found = {}
        for name in self.names:
            ids = self.system.circuits[name].consumer_ids
            passed = {
                ids[each.exchanger.consumer]: each.drive.asked
                for each in calm.exchangers.values()
                if each.exchanger.primary == name
            }
            found[name] = steps.boundary(self.system, window, name, passed)
        return found

    def move(self, boundaries: Boundaries) -> Moved:
        """Return the circuits moved through all steps, from what passed the time before.

        Parameters
        ----------
        boundaries : mapping of str to Boundary
            What drives them.
        """
        alone, together = joined_last([(name,) for name in self.names], self.exchangers)
        years: dict[str, CircuitYear] = {}
        for unit in alone:
            years |= self._travel(unit, boundaries, {})
        passed: dict[str, ExchangerYear] = {}
        if together:
            zones, passed = travel_zones(
                together,
                self.exchangers,
                lambda name, _: boundaries[name],
                self._travel,
                water_table(self.system.scenario.water),
                self.last,
            )
            years |= zones
        self.last.update({name: each.drive for name, each in passed.items()})
        return {name: years[name] for name in self.names}, passed

    def _travel(
        self, unit: Sequence[str], boundaries: Boundaries, drives: Drives
    ) -> dict[str, CircuitYear]:
        return {
            name: solve_dynamic(
                self.system.circuits[name],
                boundaries[name],
                self.system.scenario,
                drives=drives.get(name, ()),
            )
            for name in unit
        }
