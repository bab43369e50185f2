"""What the contract says about a table, a column, or a file of values over time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "text", "choice", "number", "boolean", "geometry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        As in the header.
    kind : str
        ``"id"`` (of this table, or of ``refers_to``), ``"text"``, ``"choice"``,
        ``"number"``, ``"boolean"`` or ``"geometry"`` (WKT).
    unit : str
        Canonical unit of a number, a key of `model.units.UNITS`.
    required : bool
        Every row must have a value.
    default : float, str, bool or None
        Fills empty cells; None leaves a number NaN and a text empty.
    choices : tuple of str
        Values of a choice, or words that may stand in place of a number (kept as NaN).
    refers_to : str
        Table whose ids the cells name.
    at_least, above, at_most : float or None
        Limits of a number.
    varies : bool
        A cell may be ``series:NAME`` or ``curve:outdoor ...``.
    per_side : bool
        ``<name>_supply`` and ``<name>_return`` give one side another value.
    over_time : str
        What to do where a value would have to change by the hour and cannot.
    meaning : str
        In a few words.
    """

    name: str
    kind: Kind = "number"
    unit: str = "1"
    required: bool = False
    default: float | str | bool | None = None
    choices: tuple[str, ...] = ()
    refers_to: str = ""
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    varies: bool = False
    per_side: bool = False
    over_time: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: a CSV file or a layer.

    Parameters
    ----------
    name : str
        File name without suffix.
    columns : tuple of Column
        In the order in which they are written.
    required : bool
        A network cannot do without it.
    noun : str
        What a row is called in messages, e.g. ``"pipe"``.
    """

    name: str
    columns: tuple[Column, ...]
    required: bool = False
    noun: str = ""

    def column(self, name: str) -> Column | None:
        """Return the column that a header cell names, also ``<name>_supply``, or None."""
        for column in self.columns:
            if name == column.name:
                return column
            if column.per_side and name in side_names(column.name):
                return column
        return None

    def header_names(self) -> list[str]:
        """Return every name that a header may carry."""
        names = []
        for column in self.columns:
            names.append(column.name)
            if column.per_side:
                names.extend(side_names(column.name))
        return names


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesFile:
    """One file of values over time.

    Parameters
    ----------
    name : str
        File name without suffix.
    unit : str
        Canonical unit of its values; empty for words.
    columns : str
        Table whose ids name its columns.
    allows_all : bool
        A column ``all`` may serve every row of the table.
    words : mapping of str to float
        Words that stand for values, for example modes.
    at_least, at_most : float or None
        Limits of its values.
    """

    name: str
    unit: str = "1"
    columns: str = ""
    allows_all: bool = False
    words: Mapping[str, float] | None = None
    at_least: float | None = None
    at_most: float | None = None


def side_names(name: str) -> tuple[str, str]:
    """Return the names of a column's values for one side.

    Examples
    --------
    >>> side_names("roughness")
    ('roughness_supply', 'roughness_return')
    """
    return f"{name}_supply", f"{name}_return"
