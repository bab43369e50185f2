"""What is known of values over time when a system is loaded, before any weather is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .cells import Curve, FloatArray, SeriesName, SourceName, is_empty, parse_varying
from .system import Series

ALL = "all"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and most that a value can be at each instant.

    Parameters
    ----------
    lower, upper : array of float, shape (rows,) or ()
        Equal where the value is known. In the unit of its column.
    """

    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True, slots=True)
class Known:
    """Series of a system, read at the instants of one of them.

    Parameters
    ----------
    series : mapping of str to Series
        By name.
    instants : array of float, shape (rows,)
        Instants of interest; values of series with other rows count by their extremes. [s]
    """

    series: Mapping[str, Series]
    instants: FloatArray

    def bounds(self, cell: object, unit: str, row: str) -> Bounds | None:
        """Return what is known of a varying cell in a table's ``row``; None if nothing is."""
        if is_empty(cell):
            return None
        value = parse_varying(cell, unit)
        if isinstance(value, SeriesName):
            return self.column(value.name, row)
        if isinstance(value, Curve):
            return self._curve(value)
        if isinstance(value, SourceName):
            return None
        number = np.asarray(value)
        return Bounds(number, number)

    def column(self, name: str, row: str) -> Bounds | None:
        """Return a series' column of a row's id, else its column ``all``, else None."""
        series = self.series.get(name)
        column = None if series is None else column_of(series, row)
        if series is None or column is None:
            return None
        if np.array_equal(series.instants, self.instants):
            return Bounds(column, column)
        return Bounds(column.min(), column.max())

    def _curve(self, curve: Curve) -> Bounds:
        outdoor = self.series.get("outdoor_temperature")
        if outdoor is not None and np.array_equal(outdoor.instants, self.instants):
            values = curve.at(outdoor.values[:, 0])
            return Bounds(values, values)
        return Bounds(np.asarray(min(curve.values)), np.asarray(max(curve.values)))


def column_of(series: Series, row: str) -> FloatArray | None:
    """Return the values of a row's column, else those of ``all``, else None.

    Returns
    -------
    array of float, shape (rows,), or None
        In the unit of the series.
    """
    for name in (row, ALL):
        if name in series.columns:
            return series.values[:, series.columns.index(name)]
    return None


def supply_bounds(known: Known, producer: Mapping[Any, Any], *, cold: bool) -> Bounds | None:
    """Return what is known of a producer's supply temperature. [°C]

    A column of ``supply_temperature.csv`` replaces the cell; for cold, the cooling supply
    is meant where there is one.
    """
    row = str(producer["id"])
    if cold and not is_empty(producer["cooling_supply_temperature"]):
        return known.bounds(producer["cooling_supply_temperature"], "°C", row)
    given = known.series.get("supply_temperature")
    if given is not None and row in given.columns:
        return known.column("supply_temperature", row)
    return known.bounds(producer["supply_temperature"], "°C", row)
