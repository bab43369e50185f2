"""Variables with labels: what a solved case says of every pipe, junction, consumer, producer."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from ..networks.columns import SIDES, FloatArray
from ..networks.system import System
from ..solvers.circuit_year import CircuitYear
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

UNITS = CONSUMER_VARIABLES | PRODUCER_VARIABLES | PIPE_VARIABLES | JUNCTION_VARIABLES
"""Unit of every variable, in the order in which they are written."""

DIMENSIONS = {name: name.partition("_")[0] for name in UNITS}
"""What each variable is over, beside time and side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One variable of a case.

    Parameters
    ----------
    name, unit, dimension : str
        Key of `UNITS`, its unit, and ``pipe``, ``junction``, ``consumer`` or ``producer``.
    labels : tuple of str
        Along the second axis.
    values : array of float, shape (hours, items) or (hours, items, 2)
        The last axis, where there is one, is the side.
    """

    name: str
    unit: str
    dimension: str
    labels: tuple[str, ...]
    values: FloatArray

    @property
    def columns(self) -> tuple[str, ...]:
        """Name of each column of a file: the label, with the side where there are two."""
        if self.values.ndim == 2:  # noqa: PLR2004 - hours and items, no side
            return self.labels
        return tuple(f"{label}:{side}" for label in self.labels for side in SIDES)

    @property
    def table(self) -> FloatArray:
        """Values with the sides beside each other, shape (hours, columns)."""
        return self.values.reshape(len(self.values), -1)

    def only(self, ids: frozenset[str]) -> "Field":
        """Return the rows of ``ids``; all of them where none is named."""
        if not ids:
            return self
        kept = [row for row, label in enumerate(self.labels) if _plain(label) in ids]
        labels = tuple(self.labels[row] for row in kept)
        return replace(self, labels=labels, values=self.values[:, kept])


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


def kept_variables(case: Case) -> tuple[str, ...]:
    """Return the variables that a case holds, in the order of `UNITS`."""
    kept = {name for year in case.circuits.values() for name in year.fields}
    always = CONSUMER_VARIABLES | PRODUCER_VARIABLES
    return tuple(name for name in UNITS if name in always or name in kept)


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
    labels = labels_of(system, DIMENSIONS[name])
    years = {circuit: case.circuits[circuit] for circuit in system.circuits}
    return Field(
        name=name,
        unit=UNITS[name],
        dimension=DIMENSIONS[name],
        labels=tuple(label for circuit in years for label in labels[circuit]),
        values=np.concatenate([_values(year, name) for year in years.values()], axis=1),
    )


def _values(year: CircuitYear, name: str) -> FloatArray:
    if name == "pipe_exchange" and name not in year.fields:  # no pipe shares a trench
        return np.zeros((len(year.heat_loss), len(year.circuit.pipe_ids), 2))
    values: FloatArray = year.fields[name] if name in year.fields else getattr(year, name)
    return values


def _plain(label: str) -> str:
    return label.rpartition("/")[2]
