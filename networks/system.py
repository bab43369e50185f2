"""A system: scenario, tables and circuits, checked whole and immutable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..model.scenario import Scenario
from .columns import Circuit, FloatArray
from .trenches import Trenches


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values over time from one file, as given.

    Parameters
    ----------
    name : str
        File name without suffix, e.g. ``"heat"``.
    clock : str
        What the first column was: ``"time"``, ``"time_s"`` or ``"hours"`` (none).
    instants : array of float, shape (rows,)
        Seconds since the start of the year (``time``, ``hours``) or since 0 (``time_s``). [s]
    columns : tuple of str
        Ids, or ``"all"``.
    values : array of float, shape (rows, columns)
        In canonical units; in ``mode`` 0 off, 1 heat, -1 cold; in ``open`` 0 or 1.
    year : int or None
        Calendar year of the first row of a ``time`` column.
    """

    name: str
    clock: str
    instants: FloatArray
    columns: tuple[str, ...]
    values: FloatArray
    year: int | None = None

    @property
    def is_constant(self) -> bool:
        """Whether one row at 0 holds throughout."""
        return len(self.instants) == 1 and float(self.instants[0]) == 0.0


def ends_rule(end: float) -> str:
    """Return the rule for a series of ``time_s`` that ends before a run does.

    Parameters
    ----------
    end : float
        Of the run. [s]
    """
    return f"rows until {end:g} s, as in the other series, or one row at 0 s for a constant"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Everything a run needs, checked whole.

    Parameters
    ----------
    scenario : Scenario
        The scenario, overrides applied.
    folder : Path
        Where its tables stand.
    tables : mapping of str to DataFrame
        The tables by name, cells in canonical units, defaults filled in; texts that
        stand for a series or a curve are kept as they are. A ``geometry`` column, if any,
        holds WKT texts.
    series : mapping of str to Series
        The series files by name.
    circuits : mapping of str to Circuit
        Circuits as columns, in the order of the scenario, then of the tables.
    trenches : mapping of (str, str) to TrenchLinks
        What links pipes that share a trench, by circuit and other circuit.
    inputs : mapping of str to str
        SHA-256 of each file that was read, by name, for the manifest.
    """

    scenario: Scenario
    folder: Path
    tables: Mapping[str, pd.DataFrame]
    series: Mapping[str, Series] = field(default_factory=dict)
    circuits: Mapping[str, Circuit] = field(default_factory=dict)
    trenches: Trenches = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)

    def cells(self, table: str, column: str, ids: tuple[str, ...]) -> list[object]:
        """Return the cells of a table's column for ``ids``, in their order; None where empty."""
        values = self._column(table, column, ids)
        if values is None:
            return [None] * len(ids)
        return [None if _is_empty(cell) else cell for cell in values.tolist()]

    def numbers(self, table: str, column: str, ids: tuple[str, ...]) -> FloatArray | None:
        """Return a column of numbers for ``ids``, NaN where empty; None where it holds texts."""
        values = self._column(table, column, ids)
        if values is None:
            return np.full(len(ids), np.nan)
        return values.astype(np.float64) if values.dtype.kind == "f" else None

    def _column(self, table: str, column: str, ids: tuple[str, ...]) -> npt.NDArray[Any] | None:
        """Return the values of a table's column for ``ids``; None if there is no such column."""
        frame = self.tables[table]
        if column not in frame.columns:
            return None
        rows = pd.Index(frame["id"]).get_indexer(pd.Index(ids))
        assert (rows >= 0).all(), "ids are those of the table"
        return np.asarray(frame[column].to_numpy()[rows])


def _is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, float) and bool(np.isnan(cell))) or cell == ""
