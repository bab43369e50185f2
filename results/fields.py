"""Variables with labels: what a solved case says of every pipe, junction, consumer, producer."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..networks.columns import SIDES, FloatArray
from ..networks.system import System
from ..solvers.circuit_year import CircuitYear
from ..solvers.field_choice import chosen_rows
from ..solvers.large_arrays import parts_of, release
from ..solvers.plant_year import Case

CONSUMER_VARIABLES = {
    "consumer_supply_temperature": "°C",
    "consumer_return_temperature": "°C",
    "consumer_mass_flow": "kg/s",
    "consumer_heat": "W",
    "consumer_unserved_heat": "W",
    "consumer_pressure_difference": "Pa",
}
"""Unit of each variable over consumers."""

PRODUCER_VARIABLES = {
    "producer_heat": "W",
    "producer_mass_flow": "kg/s",
    "producer_return_temperature": "°C",
}
"""Unit of each variable over producers."""

PIPE_VARIABLES = {
    "pipe_mass_flow": "kg/s",
    "pipe_inlet_temperature": "°C",
    "pipe_outlet_temperature": "°C",
    "pipe_heat_loss": "W",
    "pipe_exchange": "W",
    "pipe_pressure_drop": "Pa",
}
"""Unit of each variable over pipes and sides; kept only on request."""

JUNCTION_VARIABLES = {"junction_temperature": "°C", "junction_pressure": "Pa"}
"""Unit of each variable over junctions and sides, pressure gauge; kept only on request."""

MEANS = (
    "consumer_supply_temperature",
    "consumer_return_temperature",
    "consumer_heat",
    "producer_heat",
    "producer_return_temperature",
    "pipe_inlet_temperature",
    "pipe_outlet_temperature",
    "pipe_heat_loss",
    "junction_temperature",
)
"""Variables that change within a step of a dynamic run, which has ``*_mean`` of them, too."""

INSTANT_UNITS = CONSUMER_VARIABLES | PRODUCER_VARIABLES | PIPE_VARIABLES | JUNCTION_VARIABLES

UNITS = {
    name: unit
    for plain, unit in INSTANT_UNITS.items()
    for name in ((plain, f"{plain}_mean") if plain in MEANS else (plain,))
}
"""Unit of every variable, in the order in which they are written."""

DIMENSIONS = {name: name.partition("_")[0] for name in UNITS}
"""What each variable is over, beside time and side."""


class Part(NamedTuple):
    """What one circuit has of a variable.

    Parameters
    ----------
    values : array of float, shape (hours, items) or (hours, items, 2)
        The last axis, where there is one, is the side.
    rows : list of int or None
        Items that count; None: all.
    """

    values: FloatArray
    rows: list[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One variable of a case: values stay where they are until hours are asked for.

    Parameters
    ----------
    name, unit, dimension : str
        Key of `UNITS`, its unit, and ``pipe``, ``junction``, ``consumer`` or ``producer``.
    labels : tuple of str
        Along the second axis.
    parts : tuple of Part
        Circuit after circuit.
    """

    name: str
    unit: str
    dimension: str
    labels: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def has_sides(self) -> bool:
        """Whether supply and return have their own values."""
        return self.parts[0].values.ndim > 2  # noqa: PLR2004 - hours and items, no side

    @property
    def hours(self) -> int:
        """Number of hours."""
        return len(self.parts[0].values)

    @property
    def columns(self) -> tuple[str, ...]:
        """Name of each column of a file: the label, with the side where there are two."""
        if not self.has_sides:
            return self.labels
        return tuple(f"{label}:{side}" for label in self.labels for side in SIDES)

    @property
    def size(self) -> int:
        """What all values take. [bytes]"""
        return 8 * self.hours * len(self.columns)

    def at(self, hours: slice = slice(None)) -> FloatArray:
        """Return values of some hours, shape (hours, items) or (hours, items, 2)."""
        return np.concatenate(
            [
                values[hours] if rows is None else values[hours][:, rows]
                for values, rows in self.parts
            ],
            axis=1,
        )

    def tables(self, part: float) -> Iterator[FloatArray]:
        """Yield values with the sides beside each other, shape (hours, columns).

        Part after part of the hours, none of them larger than ``part`` bytes (or an hour).
        """
        for hours in parts_of(self.hours, self.size, part):
            yield self._table(hours)  # and keep no reference: while the next is made it may go

    def _table(self, hours: slice) -> FloatArray:
        table = self.at(hours)
        release(*(values[hours] for values, _ in self.parts))
        return table.reshape(len(table), -1)

    def only(self, ids: frozenset[str]) -> "Field":
        """Return the rows of ``ids``; all of them where none is named."""
        if not ids:
            return self
        parts, labels, first = [], [], 0
        for part in self.parts:
            items = part.values.shape[1] if part.rows is None else len(part.rows)
            names = self.labels[first : first + items]
            chosen, first = chosen_rows(names, ids), first + items
            labels += [names[row] for row in chosen]
            rows = chosen if part.rows is None else [part.rows[row] for row in chosen]
            parts.append(Part(part.values, rows))
        return replace(self, labels=tuple(labels), parts=tuple(parts))


def labels_of(system: System, dimension: str) -> dict[str, tuple[str, ...]]:
    """Return the labels of a dimension by circuit.

    Parameters
    ----------
    system : System
        With its circuits.
    dimension : str
        ``pipe``, ``junction``, ``consumer`` or ``producer``.

    Returns
    -------
    dict of str to tuple of str
        Ids; a junction that several circuits share is told apart as ``circuit/id``.
    """
    attribute = "junctions" if dimension == "junction" else f"{dimension}_ids"
    ids = {name: getattr(circuit, attribute) for name, circuit in system.circuits.items()}
    count = Counter(label for labels in ids.values() for label in labels)
    return {
        name: tuple(label if count[label] == 1 else f"{name}/{label}" for label in labels)
        for name, labels in ids.items()
    }


def kept_variables(case: Case, names: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the variables that a case holds, in the order of `UNITS`.

    Parameters
    ----------
    case : Case
        A solved case.
    names : frozenset of str
        Those asked for, means of a dynamic run with them; empty asks for all.
    """
    kept = {name for year in case.circuits.values() for name in (*year.fields, *year.instant)}
    kept |= set(CONSUMER_VARIABLES | PRODUCER_VARIABLES)
    return tuple(
        name
        for name in UNITS
        if name in kept and (not names or {name, name.removesuffix("_mean")} & names)
    )


def take_field(system: System, case: Case, name: str) -> Field:
    """Return one variable over all circuits.

    Parameters
    ----------
    system : System
        With its circuits.
    case : Case
        A solved case.
    name : str
        One of `kept_variables`.

    Returns
    -------
    Field
        Circuits one after another, in the order of the system.
    """
    labels, parts = [], []
    for circuit, names in labels_of(system, DIMENSIONS[name]).items():
        year = case.circuits[circuit]
        rows = year.field_rows.get(DIMENSIONS[name])
        labels += list(names) if rows is None else [names[row] for row in rows]
        parts.append(Part(_values(year, name, starts=has_start(case))))
    return Field(
        name=name,
        unit=UNITS[name],
        dimension=DIMENSIONS[name],
        labels=tuple(labels),
        parts=tuple(parts),
    )


def is_dynamic(case: Case) -> bool:
    """Return whether heat travelled: variables are then states, beside means of the steps."""
    return any(year.instant for year in case.circuits.values())


def has_start(case: Case) -> bool:
    """Return whether variables begin with a state at the start that is no row of the run."""
    return any(
        len(year.instant["consumer_heat"]) > len(year.consumer_heat)
        for year in case.circuits.values()
        if year.instant
    )


def _values(year: CircuitYear, name: str, *, starts: bool) -> FloatArray:
    """Return a variable of one circuit; a steady one beside others that start has its first."""
    if name == "pipe_exchange" and name not in year.fields:  # no pipe shares a trench
        pipes = len(year.field_rows.get("pipe", year.circuit.pipe_ids))
        return np.broadcast_to(0.0, (len(year.heat_loss) + starts, pipes, len(SIDES)))
    for kept in (year.fields, year.instant):
        if name in kept:
            found: FloatArray = kept[name]
            return found if year.instant or not starts else _started(found)
    plain = name.removesuffix("_mean")
    values: FloatArray = year.fields[plain] if plain in year.fields else getattr(year, plain)
    return _started(values) if starts else values


def _started(values: FloatArray) -> FloatArray:
    return np.concatenate([values[:1], values])
