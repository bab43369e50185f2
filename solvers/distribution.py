"""The steady year of the circuits that deliver to consumers of their own, in their order."""

from collections.abc import Collection, Mapping, Sequence

from ..networks.boundary import Boundary
from ..networks.columns import FloatArray, IntArray
from ..networks.system import System
from ..profiles.boundary import circuit_boundary
from ..profiles.year import Profiles
from .circuit_year import CircuitYear
from .delivery import (
    UNDISTURBED,
    Distribution,
    SourceGround,
    Unit,
    delivered,
    find_delivery,
    linked_among,
)
from .exchanger_year import ExchangerYear, driven
from .exchangers import solve_zones
from .field_choice import FieldChoice
from .roles import distribution_circuits
from .steady import solve_steady
from .tree_memory import Memory
from .trenches import LinkedHours, solve_linked

ALL = slice(None)
"""Hours."""

NOTHING: Mapping[int, FloatArray] = {}
"""Passed on by consumers of a circuit that feeds no other."""


def solve_distribution(
    system: System,
    profiles: Profiles,
    fields: FieldChoice,
    memory: Memory,
    ground: SourceGround = UNDISTURBED,
) -> Distribution:
    """Solve every hour of the distribution circuits.

    Parameters
    ----------
    system : System
        What is asked.
    profiles : Profiles
        Of the hours.
    fields : FieldChoice
        Fields of pipes and junctions to keep.
    memory : Memory
        Whose rules say where results are kept.
    ground : SourceGround, optional
        What circuits that bring sources to the plant make of it.

    Returns
    -------
    dict of str to CircuitYear
        In the order of the system's circuits.
    dict of str to ExchangerYear
        What passed each exchanger between them.
    """
    asked = find_delivery(system, ground)
    solver = _Solver(system, fields, memory, asked.rough)

    def boundary(name: str, passed: Mapping[int, FloatArray] = NOTHING) -> Boundary:
        return delivered(system, profiles, name, ground, passed)

    solved, passed = ground.found
    for unit in asked.alone:
        boundaries = {name: boundary(name) for name in unit}
        if asked.moved & set(unit):
            solved |= solver.linked_hours(unit, ground.solved).solve(boundaries, ground.moved)
        else:
            solved |= solver.solve(unit, boundaries)
    if asked.together:
        zones, passed = solve_zones(asked.together, asked.exchangers, boundary, solver.solve)
        solved |= zones
    return {name: solved[name] for name in asked.names}, passed


def solved_boundary(
    system: System,
    profiles: Profiles,
    circuit_id: str,
    exchangers: Mapping[str, ExchangerYear],
    hours: slice | IntArray = ALL,
) -> Boundary:
    """Return what drove a solved distribution circuit, to solve some of its hours again.

    Parameters
    ----------
    system : System
        What was asked.
    profiles : Profiles
        Of these hours.
    circuit_id : str
        Which circuit.
    exchangers : mapping of str to ExchangerYear
        Of the case in which it was solved.
    hours : slice or array of int
        Rows of ``exchangers`` that the profiles have.
    """
    drives = [(each.exchanger, each.drive.at(hours)) for each in exchangers.values()]
    ids = system.circuits[circuit_id].consumer_ids
    given = [(each, drive) for each, drive in drives if each.primary == circuit_id]
    passed = {ids[each.consumer]: drive.asked for each, drive in given}
    boundary = circuit_boundary(system, profiles, circuit_id, passed=passed)
    return driven(boundary, circuit_id, drives)


class _Solver:
    """Solves circuits together that share trenches, others by themselves."""

    def __init__(
        self, system: System, fields: FieldChoice, memory: Memory, rough: Collection[str]
    ) -> None:
        self.system, self.fields, self.rules = system, fields, memory
        self.rough = set(rough)
        """Circuits that keep no fields."""
        self.linked = set(linked_among(system, distribution_circuits(system)))
        self.places: dict[str, Memory] = {}
        self.work: dict[str, Memory] = {}

    def solve(
        self, unit: Sequence[str], boundaries: Mapping[str, Boundary], keep: bool = True
    ) -> dict[str, CircuitYear]:
        """Return solved circuits; what is not to ``keep`` has no fields, in memory used again.

        Circuits that share trenches exchange heat where all of them are in the unit.
        """
        fields = self.fields if keep and not self.rough & set(unit) else FieldChoice()
        linked = [name for name in unit if name in self.linked <= set(unit)]
        years = {
            name: solve_steady(
                self.system.circuits[name],
                boundaries[name],
                self.system.scenario,
                fields=fields,
                memory=self._memory(name, keep=keep),
            )
            for name in unit
            if name not in linked
        }
        if linked:
            years |= solve_linked(
                {name: self.system.circuits[name] for name in linked},
                {name: boundaries[name] for name in linked},
                self.system.trenches,
                self.system.scenario,
                fields=fields,
                memory=self.rules if keep else Memory(),
            )
        return years

    def linked_hours(self, unit: Unit, solved: dict[Unit, LinkedHours]) -> LinkedHours:
        """Return the hours of circuits that share trenches, as they were left."""
        if unit not in solved:
            circuits = {name: self.system.circuits[name] for name in unit}
            arguments = circuits, self.system.trenches, self.system.scenario
            fields = FieldChoice() if self.rough & set(unit) else self.fields
            solved[unit] = LinkedHours(*arguments, fields=fields, memory=self.rules)
        return solved[unit]

    def _memory(self, name: str, *, keep: bool) -> Memory:
        if not keep:
            return self.work.setdefault(name, Memory())
        return self.places.setdefault(name, self.rules.another())
