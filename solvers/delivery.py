"""Which circuits that deliver are solved, what of them together, and in which order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..networks.boundary import Boundary, Outside
from ..networks.columns import BoolArray, FloatArray
from ..networks.exchangers import Exchanger, find_exchangers
from ..networks.system import System
from ..profiles.boundary import circuit_boundary
from ..profiles.year import Profiles
from .circuit_year import CircuitYear
from .exchanger_year import ExchangerYear
from .roles import distribution_circuits
from .trenches import LinkedHours, linked_circuits

Distribution = tuple[dict[str, CircuitYear], dict[str, ExchangerYear]]
"""Distribution circuits, and what passed each exchanger between them."""

Unit = tuple[str, ...]
"""Circuits that are solved together."""


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
    solved: dict[Unit, LinkedHours] = field(default_factory=dict)

    @property
    def found(self) -> Distribution:
        """What need not be solved again; to be added to."""
        years, passed = ({}, {}) if self.known is None else self.known
        return dict(years), dict(passed)


UNDISTURBED = SourceGround({})
"""No source circuit lies beside another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What is to be solved of a system's distribution circuits.

    Parameters
    ----------
    names : tuple of str
        All of them, in the order of the system.
    exchangers : tuple of Exchanger
        Between them.
    alone : list of tuples of str
        Units that no exchanger joins.
    together : list of tuples of str
        Units that exchangers join; those that are fed come first.
    moved : set of str
        Circuits that source circuits move, directly or with others.
    rough : set of str
        Circuits that keep no fields: they are solved in a guess.
    """

    names: tuple[str, ...]
    exchangers: tuple[Exchanger, ...]
    alone: list[Unit]
    together: list[Unit]
    moved: set[str]
    rough: set[str]


def find_delivery(system: System, ground: SourceGround = UNDISTURBED) -> Delivery:
    """Return what is to be solved of the distribution circuits.

    Parameters
    ----------
    system : System
        What is asked.
    ground : SourceGround, optional
        What circuits that bring sources to the plant make of it.
    """
    names, exchangers = distribution_circuits(system), find_exchangers(system)
    units = solved_together(system, names, exchangers)
    moved = _moved(units, exchangers, ground.outside)
    if ground.known is not None:
        units = [unit for unit in units if moved & set(unit)]
    alone, together = joined_last(units, exchangers)
    return Delivery(
        names=names,
        exchangers=tuple(exchangers),
        alone=alone,
        together=together,
        moved=moved,
        rough=moved if ground.known is None else set(),
    )


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
    moved = _moved(solved_together(system, tuple(years), exchangers), exchangers, outside)
    kept = {name: year for name, year in years.items() if name not in moved}
    return kept, {} if moved & _joined(exchangers) else passed


def delivered(
    system: System,
    profiles: Profiles,
    name: str,
    ground: SourceGround,
    passed: Mapping[int, FloatArray],
) -> Boundary:
    """Return what drives a distribution circuit.

    Parameters
    ----------
    system : System
        What is asked.
    profiles : Profiles
        Of the hours.
    name : str
        Which circuit.
    ground : SourceGround
        What circuits that bring sources to the plant make of it.
    passed : mapping of int to array of float, shape (hours,)
        What consumers pass on to circuits that they feed, by their rows. [W]
    """
    ids = system.circuits[name].consumer_ids
    by_id = {ids[row]: heat for row, heat in passed.items()}
    boundary = circuit_boundary(system, profiles, name, passed=by_id)
    return replace(boundary, outside=ground.outside.get(name))


def linked_among(system: System, names: Collection[str]) -> tuple[str, ...]:
    """Return those of some circuits whose pipes share trenches with other routes, in order.

    Parameters
    ----------
    system : System
        Whose trenches link circuits.
    names : collection of str
        Which circuits count.
    """
    return tuple(name for name in linked_circuits(system.trenches) if name in names)


def solved_together(
    system: System, names: Sequence[str], exchangers: Sequence[Exchanger] = ()
) -> list[Unit]:
    """Return circuits by what is solved together: those that share trenches come first.

    Parameters
    ----------
    system : System
        Whose trenches link circuits.
    names : sequence of str
        Circuits that are solved.
    exchangers : sequence of Exchanger, optional
        Between them: circuits through which one in the trenches feeds another join these.
    """
    linked = [*linked_among(system, names)]
    feeds = {each.secondary: each.primary for each in exchangers}
    for name in tuple(linked):
        way = [name]
        while way[-1] in feeds:
            way.append(feeds[way[-1]])
            if way[-1] in linked:
                linked += [each for each in way if each not in linked]
    single: list[Unit] = [(name,) for name in names if name not in linked]
    return [tuple(linked), *single] if linked else single


def joined_last(
    units: Sequence[Unit], exchangers: Sequence[Exchanger]
) -> tuple[list[Unit], list[Unit]]:
    """Return units that no exchanger joins, and the others: those that are fed come first.

    Parameters
    ----------
    units : sequence of tuples of str
        Circuits that are solved together.
    exchangers : sequence of Exchanger
        Between circuits of these units, also of one of them.
    """
    joined = _joined(exchangers)
    alone = [unit for unit in units if not joined & set(unit)]
    feeds = {each.secondary: each.primary for each in exchangers}
    return alone, _fed_first([unit for unit in units if joined & set(unit)], feeds)


def _joined(exchangers: Sequence[Exchanger]) -> set[str]:
    return {name for each in exchangers for name in (each.primary, each.secondary)}


def _moved(
    units: Sequence[Unit], exchangers: Sequence[Exchanger], outside: Collection[str]
) -> set[str]:
    """Return the circuits that are solved with any of those outside whose ground others move."""
    moved = {name for unit in units if set(unit) & set(outside) for name in unit}
    joined = _joined(exchangers)
    zones = {name for unit in units if set(unit) & joined for name in unit}
    return moved | zones if moved & zones else moved


def _fed_first(units: list[Unit], feeds: Mapping[str, str]) -> list[Unit]:
    """Return units so that those that are fed come before those that feed them."""
    unit_of = {name: unit for unit in units for name in unit}
    ordered: list[Unit] = []

    def place(unit: Unit) -> None:
        for fed, feeder in feeds.items():
            if unit_of[feeder] == unit != unit_of[fed] and unit_of[fed] not in ordered:
                place(unit_of[fed])
        if unit not in ordered:
            ordered.append(unit)

    for unit in units:
        place(unit)
    return ordered
