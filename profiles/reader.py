"""Cells and series of a system, read at the steps of a run."""

from dataclasses import dataclass

import numpy as np

from ..model.errors import Fault, InvalidInputError
from ..networks.cells import Curve, SeriesName, SourceName, is_empty, parse_varying
from ..networks.columns import FloatArray
from ..networks.system import System
from ..networks.varying import column_of
from .clock import Clock
from .series_reading import read_series
from .year import Profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads cells and series of a system at the steps of a run."""

    system: System
    profiles: Profiles

    @property
    def clock(self) -> Clock:
        """Clock of the run."""
        profiles = self.profiles
        return Clock(
            times=profiles.times,
            seconds=profiles.seconds,
            duration=profiles.duration,
            instants=profiles.instants,
        )

    @property
    def hours(self) -> int:
        """Number of steps."""
        return len(self.profiles.duration)

    def cells(self, table: str, column: str, ids: tuple[str, ...], unit: str) -> FloatArray:
        """Return the values of a column for rows, shape (hours, rows); NaN where it is empty.

        Constant where no cell varies: then, and where every row says the same, a view.
        """
        numbers = self.system.numbers(table, column, ids)
        if numbers is not None:
            return np.broadcast_to(numbers, (self.hours, len(ids)))
        cells = self.system.cells(table, column, ids)
        if not any(isinstance(cell, str) for cell in cells):
            row = np.array([np.nan if is_empty(cell) else float(str(cell)) for cell in cells])
            return np.broadcast_to(row, (self.hours, len(ids)))
        columns = {
            key: self.cell(key[0], key[1], unit)
            for key in dict.fromkeys(
                self._key(cell, row) for cell, row in zip(cells, ids, strict=True)
            )
        }
        if len(columns) == 1:
            (values,) = columns.values()
            return np.broadcast_to(values[:, None], (self.hours, len(ids)))
        by_row = [columns[self._key(cell, row)] for cell, row in zip(cells, ids, strict=True)]
        return np.stack(by_row).T

    @staticmethod
    def _key(cell: object, row: str) -> tuple[object, str]:
        """Rows whose cell says the same share one reading, unless a series has their column."""
        return (cell, row if isinstance(cell, str) and cell.startswith("series:") else "")

    def cell(self, cell: object, row: str, unit: str) -> FloatArray:
        """Return the values of one cell, shape (hours,), in the column's unit."""
        if is_empty(cell):
            return np.full(self.hours, np.nan)
        value = parse_varying(cell, unit)
        if isinstance(value, SeriesName):
            return self.series(value.name, row, cell)
        if isinstance(value, Curve):
            return value.at(self.outdoor())
        if isinstance(value, SourceName):
            return self._source(value.name, cell)
        return np.full(self.hours, value)

    def outdoor(self) -> FloatArray:
        """Return the outdoor temperature, shape (hours,). [°C]"""
        if "outdoor_temperature" in self.system.series:
            return self.series("outdoor_temperature", "all", "outdoor_temperature.csv")
        if self.profiles.weather is None:
            rule = "outdoor_temperature.csv, as the run has no weather"
            raise InvalidInputError(Fault("circuits", "curve:outdoor", "(no weather)", rule))
        return self.profiles.weather.outdoor_temperature

    def series(self, name: str, row: str, given: object, *, means: bool = True) -> FloatArray:
        """Return the column of a row in a series, else its column ``all``, shape (hours,).

        Steps that see several rows have their mean (see `read_series`), but not where ``means``
        is false.
        """
        series = self.system.series.get(name)
        column = None if series is None else column_of(series, row)
        if series is None or column is None:
            rule = f"a file {name}.csv with a column '{row}' or 'all'"
            raise InvalidInputError(Fault(f"row '{row}'", "cell", given, rule))
        interpolation = self.system.scenario.time.interpolation
        return read_series(series, column, self.clock, interpolation, means=means)

    def _source(self, name: str, given: object) -> FloatArray:
        source = self.profiles.sources.get(name)
        if source is None:
            rule = f"one of the sources {', '.join(self.profiles.sources) or '(none)'}"
            raise InvalidInputError(Fault("producer", "supply_temperature", given, rule))
        return source.temperature


def narrow(values: FloatArray) -> FloatArray:
    """Return one row, one column or one value of an array that repeats it.

    Parameters
    ----------
    values : array of float, shape (hours, rows)
        Perhaps a broadcast view.

    Returns
    -------
    array of float, shape (hours or 1, rows or 1)
        A view that broadcasts to the same.

    Examples
    --------
    >>> narrow(np.broadcast_to(30.0, (8760, 5))).shape
    (1, 1)
    """
    if values.size == 0:
        return values
    if values.strides[0] == 0:
        values = values[:1]
        if np.array_equal(values, np.broadcast_to(values[:, :1], values.shape), equal_nan=True):
            return values[:, :1]
    return values[:, :1] if values.strides[1] == 0 else values
