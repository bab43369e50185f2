"""Which fields of pipes and junctions a solve keeps, and of which of them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..model.errors import Fault, InvalidInputError
from ..networks.columns import Circuit, IntArray

FIELDS = {
    "pipe_mass_flow": "mass_flow",
    "pipe_inlet_temperature": "inlet_temperature",
    "pipe_outlet_temperature": "outlet_temperature",
    "pipe_pressure_drop": "pressure_drop",
    "pipe_heat_loss": "heat_loss",
    "junction_temperature": "junction_temperature",
    "junction_pressure": "junction_pressure",
}
"""Fields that may be kept, as they are called in the outputs and in the kernels."""

BESIDE = {"pipe_exchange": "pipe_heat_loss"}
"""Fields that circuits in shared trenches have beside one of `FIELDS`."""

TOGETHER = {"pipe_inlet_temperature", "pipe_outlet_temperature"}
"""Written by the kernels both or not at all."""

Dimension = Literal["pipe", "junction"]

DIMENSIONS: tuple[Dimension, ...] = ("pipe", "junction")


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """What to keep of every hour.

    Parameters
    ----------
    names : frozenset of str
        Keys of `FIELDS`.
    ids : frozenset of str
        Pipes and junctions to keep; empty keeps all.
    """

    names: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()

    def rows(self, circuit: Circuit, dimension: Dimension) -> IntArray | None:
        """Return the rows of a circuit's pipes or junctions to keep; None keeps all.

        Parameters
        ----------
        circuit : Circuit
            Whose rows.
        dimension : {"pipe", "junction"}
            What they are.
        """
        if not self.ids:
            return None
        names = circuit.pipe_ids if dimension == "pipe" else circuit.junctions
        return np.array(chosen_rows(names, self.ids), dtype=np.int64)

    def rows_of(self, circuit: Circuit) -> dict[str, IntArray]:
        """Return the rows of a circuit to keep, by what they are; no entry where all are kept.

        Parameters
        ----------
        circuit : Circuit
            Whose rows.
        """
        chosen = {each: self.rows(circuit, each) for each in DIMENSIONS}
        return {each: rows for each, rows in chosen.items() if rows is not None}


def chosen_rows(names: Collection[str], ids: frozenset[str]) -> list[int]:
    """Return the places of names that are asked for; ``circuit/id`` counts as the id.

    Parameters
    ----------
    names : collection of str
        In order.
    ids : frozenset of str
        What is asked for.
    """
    return [row for row, name in enumerate(names) if name.rpartition("/")[2] in ids]


def choose_fields(
    fields: bool | Collection[str] | FieldChoice, ids: Collection[str] = ()
) -> FieldChoice:
    """Return the choice that a caller means.

    Parameters
    ----------
    fields : bool, collection of str, or FieldChoice
        All, none, or some by name.
    ids : collection of str
        Pipes and junctions to keep; empty keeps all.

    Raises
    ------
    InvalidInputError
        If a name is none of `FIELDS` or `BESIDE`.
    """
    if isinstance(fields, FieldChoice):
        return fields
    if isinstance(fields, bool):
        return FieldChoice(frozenset(FIELDS if fields else ()), frozenset(ids))
    names = {BESIDE.get(name, name) for name in fields}
    unknown = sorted(names - set(FIELDS))
    if unknown:
        rule = f"one of {', '.join(FIELDS)}"
        raise InvalidInputError(*(Fault("solve_steady", "fields", n, rule) for n in unknown))
    names |= TOGETHER if TOGETHER & names else set()
    return FieldChoice(frozenset(names), frozenset(ids))
