"""The steady year of the circuits that deliver to consumers of their own, in their order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..model.errors import Fault, InvalidInputError
from ..networks.boundary import Boundary, Outside
from ..networks.columns import BoolArray, FloatArray, IntArray
from ..networks.exchangers import Exchanger, find_exchangers
from ..networks.system import System
from ..profiles.boundary import circuit_boundary
from ..profiles.year import Profiles
from .circuit_year import CircuitYear
from .exchanger_year import ExchangerYear, driven
from .exchangers import solve_zones
from .field_choice import FieldChoice
from .roles import distribution_circuits
from .steady import solve_steady
from .tree_memory import Memory
from .trenches import LinkedHours, linked_circuits, solve_linked

ALL = slice(None)
"""Hours."""

NOTHING: Mapping[int, FloatArray] = {}
"""Passed on by consumers of a circuit that feeds no other."""

Distribution = tuple[dict[str, CircuitYear], dict[str, ExchangerYear]]
"""Distribution circuits, and what passed each exchanger between them."""


@dataclass(frozen=True, slots=True)
class SourceGround:
    """What source circuits in shared trenches make of the ground of others.

    Parameters
    ----------
    outside : mapping of str to Outside
        By circuit beside them.
    known : Distribution or None
        What an earlier solve found of circuits that these do not move; None: this is a first
        guess, and what it moves keeps no fields.
    moved : array of bool, shape (hours,), or None
        Hours in which it is not that of the solve before; None: all.
    solved : dict of (str, ...) to LinkedHours
        Circuits that share trenches, as the solve before left them; written.
    """

    outside: Mapping[str, Outside]
    known: Distribution | None = None
    moved: BoolArray | None = None
    solved: dict[tuple[str, ...], LinkedHours] = field(default_factory=dict)


UNDISTURBED = SourceGround({})
"""No source circuit lies beside another one."""


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
    names, exchangers = distribution_circuits(system), find_exchangers(system)
    units = _units(system, names)
    moved = _moved(units, exchangers, ground.outside)
    rough = moved if ground.known is None else set[str]()
    solver = _Solver(system, fields, memory, rough)

    def boundary(name: str, passed: Mapping[int, FloatArray] = NOTHING) -> Boundary:
        ids = system.circuits[name].consumer_ids
        by_id = {ids[row]: heat for row, heat in passed.items()}
        found = circuit_boundary(system, profiles, name, passed=by_id)
        return replace(found, outside=ground.outside.get(name))

    years, exchanged = ({}, {}) if ground.known is None else ground.known
    if ground.known is not None:
        units = [unit for unit in units if moved & set(unit)]
    joined = _joined(exchangers)
    alone = [unit for unit in units if not joined & set(unit)]
    together = _in_order(
        [unit for unit in units if joined & set(unit)],
        {each.secondary: each.primary for each in exchangers},
    )
    solved, passed = dict(years), exchanged
    for unit in alone:
        boundaries = {name: boundary(name) for name in unit}
        if moved & set(unit):
            solved |= solver.linked_hours(unit, ground.solved).solve(boundaries, ground.moved)
        else:
            solved |= solver.solve(unit, boundaries)
    if together:
        zones, passed = solve_zones(together, exchangers, boundary, solver.solve)
        solved |= zones
    return {name: solved[name] for name in names}, passed


def unmoved(system: System, found: Distribution, outside: Collection[str]) -> Distribution:
    """Return what of a solved distribution does not depend on source circuits.

    Parameters
    ----------
    system : System
        What is asked.
    found : Distribution
        Of all its distribution circuits.
    outside : collection of str
        Circuits that lie beside source circuits.
    """
    years, passed = found
    exchangers = find_exchangers(system)
    moved = _moved(_units(system, tuple(years)), exchangers, outside)
    kept = {name: year for name, year in years.items() if name not in moved}
    return kept, {} if moved & _joined(exchangers) else passed


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
        self.linked = set(linked_circuits(system.trenches))
        self.places: dict[str, Memory] = {}
        self.work: dict[str, Memory] = {}

    def solve(
        self, unit: Sequence[str], boundaries: Mapping[str, Boundary], keep: bool = True
    ) -> dict[str, CircuitYear]:
        """Return solved circuits; what is not to ``keep`` has no fields, in memory used again."""
        fields = self.fields if keep and not self.rough & set(unit) else FieldChoice()
        circuits = {name: self.system.circuits[name] for name in unit}
        scenario = self.system.scenario
        if self.linked & set(unit):
            return solve_linked(
                circuits,
                dict(boundaries),
                self.system.trenches,
                scenario,
                fields=fields,
                memory=self.rules if keep else Memory(),
            )
        return {
            name: solve_steady(
                circuit,
                boundaries[name],
                scenario,
                fields=fields,
                memory=self._memory(name, keep=keep),
            )
            for name, circuit in circuits.items()
        }

    def linked_hours(
        self, unit: tuple[str, ...], solved: dict[tuple[str, ...], LinkedHours]
    ) -> LinkedHours:
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


def _units(system: System, names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return circuits by what is solved together: those that share trenches come first."""
    linked = tuple(name for name in linked_circuits(system.trenches) if name in names)
    single: list[tuple[str, ...]] = [(name,) for name in names if name not in linked]
    return [linked, *single] if linked else single


def _joined(exchangers: Sequence[Exchanger]) -> set[str]:
    return {name for each in exchangers for name in (each.primary, each.secondary)}


def _moved(
    units: Sequence[Sequence[str]], exchangers: Sequence[Exchanger], outside: Collection[str]
) -> set[str]:
    """Return the circuits that are solved with any of those outside whose ground others move."""
    moved = {name for unit in units if set(unit) & set(outside) for name in unit}
    joined = _joined(exchangers)
    zones = {name for unit in units if set(unit) & joined for name in unit}
    return moved | zones if moved & zones else moved


def _in_order(units: list[tuple[str, ...]], feeds: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return units so that those that are fed come before those that feed them."""
    unit_of = {name: unit for unit in units for name in unit}
    ordered: list[tuple[str, ...]] = []

    def place(unit: tuple[str, ...]) -> None:
        for fed, feeder in feeds.items():
            if unit_of[feeder] == unit and unit_of[fed] not in ordered:
                place(unit_of[fed])
        if unit not in ordered:
            ordered.append(unit)

    for unit in units:
        place(unit)
    return ordered


def refuse_exchangers(system: System, command: str) -> None:
    """Refuse what does not pass heat between circuits yet.

    Parameters
    ----------
    system : System
        Perhaps with exchangers.
    command : str
        What was asked, e.g. ``"--dynamic"``.

    Raises
    ------
    InvalidInputError
        If there are any.
    """
    names = ", ".join(system.scenario.exchangers)
    if names:
        rule = f"none in {command}: not yet, it does not pass heat between circuits"
        raise InvalidInputError(Fault("scenario.toml", "exchangers", names, rule))
