"""Calendars of sources: CSV files beside the scenario, by ISO week or by month."""

from pathlib import Path

import numpy as np
import pandas as pd

from ..model.errors import Fault, Faults, InvalidInputError
from ..networks.columns import FloatArray, IntArray

MONTHS = 12


def read_calendar(path: Path, item: str, key: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read a calendar, indexed by its key.

    Parameters
    ----------
    path : Path
        The file; lines that begin with ``#`` carry its sources.
    item : str
        What it belongs to, for messages, e.g. ``"source 'mosa'"``.
    key : str
        ``"iso_week"`` or ``"month"``.
    columns : tuple of str
        Columns that must be there, in numbers. An empty cell is NaN.

    Returns
    -------
    DataFrame
        The columns as numbers, sorted by the key.

    Raises
    ------
    InvalidInputError
        If the file is missing, lacks a column, repeats a key or holds no numbers.
    """
    try:
        table = pd.read_csv(path, comment="#", skipinitialspace=True)
    except FileNotFoundError as error:
        fault = Fault(item, "calendar", path.name, "a CSV file beside the scenario")
        raise InvalidInputError(fault) from error
    except (pd.errors.EmptyDataError, pd.errors.ParserError, UnicodeDecodeError) as error:
        rule = f"a table in UTF-8 with columns {', '.join((key, *columns))}"
        raise InvalidInputError(Fault(item, "calendar", path.name, rule)) from error
    missing = [name for name in (key, *columns) if name not in table]
    if missing:
        rule = f"columns {', '.join((key, *columns))}"
        raise InvalidInputError(Fault(path.name, "columns", ", ".join(table.columns), rule))
    faults = Faults()
    for name in (key, *columns):
        given = table[name]
        table[name] = pd.to_numeric(given, errors="coerce")
        wrong = np.flatnonzero(table[name].isna() & (given.notna() | (name == key)))
        if len(wrong):
            faults.add(f"{path.name} row {wrong[0] + 1}", name, given[wrong[0]], "a number")
    if bool(table[key].duplicated().any()):
        twice = int(table[key][table[key].duplicated()].iloc[0])
        faults.add(path.name, key, twice, f"each {key} once")
    faults.raise_any()
    return table.set_index(table[key].astype(int)).sort_index()[list(columns)]


def weekly(table: pd.DataFrame, column: str, times: pd.DatetimeIndex) -> FloatArray:
    """Return the value of each hour's ISO week; a week without a row has that of the one before.

    Parameters
    ----------
    table : DataFrame
        Indexed by ISO week, from `read_calendar`.
    column : str
        Which of its columns; empty cells have the last value before them.
    times : DatetimeIndex, shape (hours,)
        CET.

    Returns
    -------
    array of float, shape (hours,)
        In the column's unit.
    """
    values = table[column].reindex(range(1, 54)).ffill().bfill().to_numpy(dtype=float)
    week = times.isocalendar().week.to_numpy(dtype=np.int64)
    hourly: FloatArray = values[week - 1]
    return hourly


def month_rows(times: pd.DatetimeIndex) -> IntArray:
    """Return the month of each hour, from 0, shape (hours,)."""
    return times.month.to_numpy(dtype=np.int64) - 1


def between_months(monthly: FloatArray, times: pd.DatetimeIndex) -> FloatArray:
    """Return values that go straight from mid-month to mid-month, shape (hours,)."""
    hour, middle = _middles(times)
    course: FloatArray = np.interp(hour, middle, monthly, period=float(len(times)))
    return course


def _middles(times: pd.DatetimeIndex) -> tuple[FloatArray, FloatArray]:
    """Return the middle of every hour and of every month, in hours of the year."""
    month = month_rows(times)
    hour = np.arange(len(times)) + 0.5
    counts = np.bincount(month, minlength=MONTHS)
    middle: FloatArray = np.asarray(np.bincount(month, hour, minlength=MONTHS) / counts)
    return hour.astype(np.float64), middle


def smooth_months(monthly: FloatArray, times: pd.DatetimeIndex) -> FloatArray:
    """Return a yearly course without jumps whose mean in each month is the month's value.

    Parameters
    ----------
    monthly : array of float, shape (12,)
        January to December.
    times : DatetimeIndex, shape (hours,)
        Every hour of a year.

    Returns
    -------
    array of float, shape (hours,)
        Straight from mid-month to mid-month, around the year, through twelve values found so
        that the means hold.
    """
    month = month_rows(times)
    basis = np.array([between_months(one, times) for one in np.eye(MONTHS)])
    means = np.array([basis[:, month == each].mean(axis=1) for each in range(MONTHS)])
    return between_months(np.linalg.solve(means, monthly), times)
