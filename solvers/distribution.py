"""The steady year of the circuits that deliver to consumers of their own, in their order."""

from collections.abc import Mapping, Sequence

from ..model.errors import Fault, InvalidInputError
from ..networks.boundary import Boundary
from ..networks.columns import FloatArray, IntArray
from ..networks.exchangers import find_exchangers
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
from .trenches import linked_circuits, solve_linked

ALL = slice(None)
"""Hours."""

NOTHING: Mapping[int, FloatArray] = {}
"""Passed on by consumers of a circuit that feeds no other."""


def solve_distribution(
    system: System, profiles: Profiles, fields: FieldChoice, memory: Memory
) -> tuple[dict[str, CircuitYear], dict[str, ExchangerYear]]:
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

    Returns
    -------
    dict of str to CircuitYear
        In the order of the system's circuits.
    dict of str to ExchangerYear
        What passed each exchanger between them.
    """
    names, exchangers = distribution_circuits(system), find_exchangers(system)
    solver = _Solver(system, fields, memory)

    def boundary(name: str, passed: Mapping[int, FloatArray] = NOTHING) -> Boundary:
        ids = system.circuits[name].consumer_ids
        by_id = {ids[row]: heat for row, heat in passed.items()}
        return circuit_boundary(system, profiles, name, passed=by_id)

    joined = {name for each in exchangers for name in (each.primary, each.secondary)}
    units = _units(system, names)
    alone = [unit for unit in units if not joined & set(unit)]
    together = _in_order(
        [unit for unit in units if joined & set(unit)],
        {each.secondary: each.primary for each in exchangers},
    )
    solved: dict[str, CircuitYear] = {}
    for unit in alone:
        solved |= solver.solve(unit, {name: boundary(name) for name in unit})
    passed: dict[str, ExchangerYear] = {}
    if together:
        years, passed = solve_zones(together, exchangers, boundary, solver.solve)
        solved |= years
    return {name: solved[name] for name in names}, passed


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

    def __init__(self, system: System, fields: FieldChoice, memory: Memory) -> None:
        self.system, self.fields, self.rules = system, fields, memory
        self.linked = set(linked_circuits(system.trenches))
        self.places: dict[str, Memory] = {}
        self.work: dict[str, Memory] = {}

    def solve(
        self, unit: Sequence[str], boundaries: Mapping[str, Boundary], keep: bool = True
    ) -> dict[str, CircuitYear]:
        """Return solved circuits; what is not to ``keep`` has no fields, in memory used again."""
        fields = self.fields if keep else FieldChoice()
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

    def _memory(self, name: str, *, keep: bool) -> Memory:
        if not keep:
            return self.work.setdefault(name, Memory())
        return self.places.setdefault(name, self.rules.another())


def _units(system: System, names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return circuits by what is solved together: those that share trenches come first."""
    linked = tuple(name for name in linked_circuits(system.trenches) if name in names)
    single: list[tuple[str, ...]] = [(name,) for name in names if name not in linked]
    return [linked, *single] if linked else single


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
