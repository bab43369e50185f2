"""Cells: a number, a text with a unit, ``series:NAME``, ``source:ID`` or a curve.

A curve follows the outdoor temperature: ``curve:outdoor -10:45 12:35``.
"""

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..model.units import parse_quantity
from .contract import Column

FloatArray = npt.NDArray[np.float64]

SERIES, CURVE, SOURCE = "series:", "curve:", "source:"

BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
"""Words for true and false, in lower case."""

FEWEST_POINTS = 2


class Verbatim(str):
    """A text that a fault shows without quotation marks, as the user wrote it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Curve:
    """A value that follows the outdoor temperature, constant beyond its ends.

    Parameters
    ----------
    outdoor : tuple of float
        Outdoor temperatures of the points, rising. [°C]
    values : tuple of float
        Values there, in the column's unit.

    Examples
    --------
    >>> float(Curve((-10.0, 12.0), (45.0, 35.0)).at(np.array(1.0)))
    40.0
    """

    outdoor: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, outdoor_temperature: FloatArray) -> FloatArray:
        """Return the values at outdoor temperatures. [°C] -> the column's unit"""
        return np.interp(outdoor_temperature, self.outdoor, self.values)


@dataclass(frozen=True, slots=True)
class SeriesName:
    """A value that a series file gives: the column of the row's id, else ``all``."""

    name: str


@dataclass(frozen=True, slots=True)
class SourceName:
    """A value that the profile of a source gives: its temperature, by the scenario's id."""

    name: str


def parse_curve(text: str, unit: str) -> Curve:
    """Return the curve that a text such as ``"curve:outdoor -10:45 12:35"`` describes.

    Raises
    ------
    ValueError
        If the text breaks the form. The message is the rule that was broken.

    Examples
    --------
    >>> parse_curve("curve:outdoor -10:45 12:35", "°C").values
    (45.0, 35.0)
    """
    rule = "a curve such as 'curve:outdoor -10:45 12:35'"
    words = text.removeprefix(CURVE).split()
    if len(words) <= FEWEST_POINTS or words[0] != "outdoor":
        raise ValueError(rule)
    try:
        pairs = [word.split(":") for word in words[1:]]
        points = [(parse_quantity(x, "°C"), parse_quantity(y, unit)) for x, y in pairs]
    except ValueError as error:
        raise ValueError(rule) from error
    outdoor, values = zip(*points, strict=True)
    if any(after <= before for before, after in itertools.pairwise(outdoor)):
        raise ValueError("a curve whose outdoor temperatures rise")
    return Curve(outdoor, values)


def parse_varying(cell: object, unit: str) -> float | Curve | SeriesName | SourceName:
    """Return what a cell that may vary over time says.

    Parameters
    ----------
    cell : float or str
        A checked cell of a system's table.
    unit : str
        Canonical unit of its column.

    Raises
    ------
    ValueError
        If the cell is none of the four. The message is the rule that was broken.

    Examples
    --------
    >>> parse_varying("series:flow_line", "°C")
    SeriesName(name='flow_line')
    >>> parse_varying("source:mosa", "°C")
    SourceName(name='mosa')
    >>> parse_varying(70.0, "°C")
    70.0
    """
    text = cell.strip() if isinstance(cell, str) else ""
    if text.startswith(SERIES):
        name = text.removeprefix(SERIES).strip()
        if not name or "/" in name or "\\" in name:
            raise ValueError("'series:NAME', the name of a file NAME.csv beside the tables")
        return SeriesName(name)
    if text.startswith(SOURCE):
        name = text.removeprefix(SOURCE).strip()
        if not name:
            raise ValueError("'source:ID', the id of a source of the scenario")
        return SourceName(name)
    if text.startswith(CURVE):
        return parse_curve(text, unit)
    return parse_quantity(cell, unit)


def is_empty(cell: object) -> bool:
    """Return whether a cell holds nothing: None, NaN or blank text.

    Examples
    --------
    >>> is_empty(" "), is_empty(float("nan")), is_empty(0.0)
    (True, True, False)
    """
    if cell is None:
        return True
    if isinstance(cell, str):
        return not cell.strip()
    return isinstance(cell, float) and bool(np.isnan(cell))


def read_cell(cell: object, column: Column) -> float | str | bool:
    """Return a cell that is not empty in its canonical form.

    Numbers come back in the column's unit, varying values as the text that was given.

    Parameters
    ----------
    cell : str, number or bool
        As it was read.
    column : Column
        What the contract says about it.

    Raises
    ------
    ValueError
        If the cell breaks the contract. The message is the rule that was broken.

    Examples
    --------
    >>> read_cell("250 kW", Column(name="design_load", unit="W"))
    250000.0
    """
    if column.kind == "number":
        return _read_number(cell, column)
    if column.kind == "boolean":
        return _read_boolean(cell, column)
    text = _as_text(cell)
    if column.kind == "choice":
        return _read_choice(text, column)
    return text


def _read_number(cell: object, column: Column) -> float | str:
    text = cell.strip() if isinstance(cell, str) else ""
    if text in column.choices:
        return float("nan")
    if text.startswith((SERIES, CURVE, SOURCE)):
        if not column.varies:
            hint = column.over_time or "not yet: values over time here"
            raise ValueError(f"one number{_in_unit(column)} ({hint})")
        value = parse_varying(text, column.unit)
        points = value.values if isinstance(value, Curve) else ()
        if not all(within(point, column) for point in points):
            raise ValueError(f"{_limits(column)} at every point")
        return text
    try:
        number = parse_quantity(cell, column.unit)
    except ValueError as error:
        words = "".join(f", or {word}" for word in column.choices)
        raise ValueError(f"{error}{words}") from error
    if not within(number, column):
        raise ValueError(_limits(column))
    return number


def _read_boolean(cell: object, column: Column) -> bool | str:
    if column.varies and isinstance(cell, str) and cell.strip().startswith(SERIES):
        parse_varying(cell, column.unit)
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    word = str(cell).strip().lower()
    if word not in BOOLEANS:
        raise ValueError("true or false")
    return BOOLEANS[word]


def _read_choice(text: str, column: Column) -> str:
    if text not in column.choices:
        hint = column.over_time if text.startswith(SERIES) else ""
        raise ValueError(one_of(column.choices) + (f" ({hint})" if hint else ""))
    return text


def _as_text(cell: object) -> str:
    """Return an id as text, also where a layer holds it as a number."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def within(number: float, column: Column) -> bool:
    """Return whether a number keeps the limits of its column.

    Examples
    --------
    >>> within(0.0, Column(name="length", unit="m", at_least=0.0))
    True
    """
    return not (
        (column.above is not None and not number > column.above)
        or (column.at_least is not None and not number >= column.at_least)
        or (column.at_most is not None and not number <= column.at_most)
    )


def _in_unit(column: Column) -> str:
    return "" if column.unit == "1" else f" in {column.unit}"


def _limits(column: Column) -> str:
    """Return the limits of a number as a rule.

    Examples
    --------
    >>> _limits(Column(name="pump_efficiency", above=0.0, at_most=1.0))
    'a number above 0 and at most 1'
    """
    unit = "" if column.unit == "1" else f" {column.unit}"
    bounds = {"above": column.above, "at least": column.at_least, "at most": column.at_most}
    parts = [f"{word} {limit:g}{unit}" for word, limit in bounds.items() if limit is not None]
    return f"a number {' and '.join(parts)}" if parts else ""


def one_of(words: tuple[str, ...] | list[str]) -> str:
    """Return words as an English choice.

    Examples
    --------
    >>> one_of(["heat", "off", "cold"])
    "'heat', 'off' or 'cold'"
    """
    *first, last = [f"'{word}'" for word in words]
    return f"{', '.join(first)} or {last}" if first else last
