"""Series files: values over time from CSV or parquet, with one of three clocks."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..model.errors import Faults
from ..model.units import parse_quantity
from .cells import FloatArray, Verbatim, one_of
from .contract import SeriesFile
from .series_parquet import CLOCKS, read_numbers
from .system import Series

HOUR = 3600.0
HOURS_OF_A_YEAR = (8760, 8784)

PAIR = 2


@dataclass(frozen=True, slots=True)
class Grid:
    """A file of values over time as it was found.

    Parameters
    ----------
    source : str
        File name.
    clock : str
        ``"time"``, ``"time_s"`` or ``"hours"``.
    stamps : list
        First column, as given; empty for ``"hours"``.
    columns : tuple of str
        Names of the other columns.
    cells : array of float, or of object where some cell is no plain number
        Shape (rows, columns).
    """

    source: str
    clock: str
    stamps: list[Any]
    columns: tuple[str, ...]
    cells: Any


def read_series_file(path: Path, file: SeriesFile, faults: Faults) -> Series | None:
    """Read a series file.

    Parameters
    ----------
    path : Path
        CSV or parquet.
    file : SeriesFile
        What the contract says about its values.
    faults : Faults
        Receives cells that are no finite numbers, gaps, and clocks that do not tick evenly.

    Returns
    -------
    Series or None
        None where something is at fault.
    """
    found = len(faults.found)
    grid = _read_parquet(path, faults) if path.suffix == ".parquet" else _read_csv(path, faults)
    if grid is None or not _is_sound(grid, faults):
        return None
    instants = read_instants(grid, faults)
    values = _values(grid, file, faults)
    if instants is None or len(faults.found) > found:
        return None
    return Series(
        name=path.stem,
        clock=grid.clock,
        instants=instants,
        columns=grid.columns,
        values=values,
        year=_calendar_times(grid)[0].year if grid.clock == "time" else None,
    )


def read_instants(grid: Grid, faults: Faults) -> FloatArray | None:
    """Return the instants of the rows, or None where the clock is at fault.

    Returns
    -------
    array of float, shape (rows,), or None
        Since the start of the year, or since 0 for ``time_s``. [s]
    """
    rows = len(grid.cells)
    if grid.clock == "hours":
        if rows not in HOURS_OF_A_YEAR:
            rule = "8760 or 8784 rows (hours of a year), or a column 'time' or 'time_s'"
            faults.add(grid.source, "rows", rows, rule)
            return None
        return np.arange(rows, dtype=np.float64) * np.float64(HOUR)
    instants = _seconds(grid, faults) if grid.clock == "time_s" else _since_new_year(grid, faults)
    if instants is None or not _ticks(grid, instants, faults):
        return None
    return instants


def _read_csv(path: Path, faults: Faults) -> Grid | None:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        faults.add(f"{path.name} line {line}", "bytes", content[error.start : error.end], "UTF-8")
        return None
    lines = text.splitlines(keepends=True)
    while lines and (lines[0].startswith("#") or not lines[0].strip()):
        lines.pop(0)
    if not lines:
        faults.add(path.name, "rows", 0, "a header and at least one row")
        return None
    header = [name.strip() for name in next(csv.reader(lines[:1]))]
    body = "".join(lines[1:])
    frame = _parse_fast(header, body) if len(set(header)) == len(header) else None
    if frame is None:
        frame = _parse_slowly(path.name, header, body, faults)
    return None if frame is None else _grid(path.name, header, frame)


def _parse_fast(header: list[str], body: str) -> pd.DataFrame | None:
    """Parse a body of plain numbers, or return None where there is anything else, or nothing."""
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    types = {name: pa.string() if name == "time" else pa.float64() for name in header}
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(body.encode()),
            arrow_csv.ReadOptions(column_names=header),
            convert_options=arrow_csv.ConvertOptions(column_types=types),
        )
    except pa.ArrowInvalid:
        return None
    if any(table.column(name).null_count for name in header):
        return None
    return pd.DataFrame({name: table.column(name).to_pandas() for name in header})


def _parse_slowly(
    source: str, header: list[str], body: str, faults: Faults
) -> pd.DataFrame | None:
    rows = [row for row in csv.reader(io.StringIO(body, newline="")) if row]
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            faults.add(
                f"{source} row {number}", "cells", len(row), f"{len(header)} as in the header"
            )
            return None
    return pd.DataFrame(rows, columns=header, dtype=object)


def _read_parquet(path: Path, faults: Faults) -> Grid | None:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        plain = read_numbers(path)
        if plain is not None:
            columns = tuple(plain.columns)
            return Grid(path.name, plain.clock, plain.stamps, columns, plain.values)
        table = parquet.read_table(path)
    except (pa.ArrowInvalid, OSError):
        faults.add(path.name, "format", "(unreadable)", "a parquet file")
        return None
    frame = table.to_pandas()
    if frame.index.name in CLOCKS:
        frame = frame.reset_index()
    frame.columns = frame.columns.map(str)
    for name in frame.columns:
        once = table.column_names.count(name) == 1
        if once and table.column(name).null_count:  # a gap is told apart from a NaN
            frame[name] = pd.Series(table.column(name).to_pylist(), dtype=object)
    return _grid(path.name, list(frame.columns), frame)


def _grid(source: str, header: list[str], frame: pd.DataFrame) -> Grid:
    clock = header[0] if header[0] in CLOCKS else "hours"
    first = 0 if clock == "hours" else 1
    cells = frame.iloc[:, first:].to_numpy()
    stamps = frame.iloc[:, 0].tolist() if first else []
    return Grid(source, clock, stamps, tuple(header[first:]), cells)


def _is_sound(grid: Grid, faults: Faults) -> bool:
    found = len(faults.found)
    if not len(grid.cells):
        faults.add(grid.source, "rows", 0, "at least one row")
    if not grid.columns:
        faults.add(grid.source, "columns", 0, "at least one column of values")
    if len(grid.columns) == 1 and ";" in grid.columns[0]:
        faults.add(grid.source, "header", grid.columns[0], "columns separated by commas")
    count = Counter(grid.columns)
    for name in sorted(name for name in count if count[name] > 1):
        faults.add(grid.source, "column", name or "(empty)", "each column once")
    return len(faults.found) == found


def _seconds(grid: Grid, faults: Faults) -> FloatArray | None:
    seconds = np.empty(len(grid.stamps))
    for row, stamp in enumerate(grid.stamps):
        try:
            seconds[row] = parse_quantity(stamp, "s")
        except ValueError as error:
            faults.add(f"{grid.source} row {row + 1}", "time_s", _shown(stamp), str(error))
            return None
    if seconds[0] < 0:
        faults.add(f"{grid.source} row 1", "time_s", float(seconds[0]), "a number at least 0 s")
        return None
    beyond = np.flatnonzero(~(seconds <= LATEST))
    if beyond.size:
        item = f"{grid.source} row {beyond[0] + 1}"
        faults.add(item, "time_s", float(seconds[beyond[0]]), f"a number at most {LATEST:g} s")
        return None
    return seconds


LATEST = 1e11
"""Of a run that counts seconds: three thousand years. [s]"""


def _since_new_year(grid: Grid, faults: Faults) -> FloatArray | None:
    texts = pd.Series(grid.stamps)
    times = pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True)
    wrong = np.flatnonzero(times.isna())
    if len(wrong):
        stamp, more = _shown(grid.stamps[wrong[0]]), _and_more(len(wrong))
        rule = f"an instant such as 2025-01-31T13:00, in CET{more}"
        faults.add(f"{grid.source} row {wrong[0] + 1}", "time", stamp, rule)
        return None
    cet = _calendar_times(grid)
    new_year = pd.Timestamp(year=cet[0].year, month=1, day=1)
    return np.asarray((cet - new_year).total_seconds(), dtype=np.float64)


def _calendar_times(grid: Grid) -> pd.DatetimeIndex:
    """Return a sound ``time`` column as CET; with an offset given, UTC becomes CET."""
    times = pd.DatetimeIndex(pd.to_datetime(grid.stamps, format="ISO8601", utc=True))
    has_offset = "+" in str(grid.stamps[0]) or str(grid.stamps[0]).endswith("Z")
    return times.tz_localize(None) + pd.Timedelta(hours=1 if has_offset else 0)


def _ticks(grid: Grid, instants: FloatArray, faults: Faults) -> bool:
    """Return whether instants rise and, for calendar times, have equal steps."""
    steps = np.diff(instants)
    falls = np.flatnonzero(steps <= 0)
    uneven = np.flatnonzero(steps != steps[0]) if grid.clock == "time" and len(steps) else falls
    for rows, rule in (
        (falls, "an instant after that of the row before"),
        (uneven, f"{steps[0] if len(steps) else 0:g} s after the row before, like the others"),
    ):
        if len(rows):
            row = int(rows[0]) + 1
            stamp = _shown(grid.stamps[row])
            where = f"{grid.source} row {row + 1}"
            faults.add(where, grid.clock, stamp, f"{rule}{_and_more(len(rows))}")
            return False
    return True


def _values(grid: Grid, file: SeriesFile, faults: Faults) -> FloatArray:
    """Return the cells as numbers; one fault for each column that has bad ones."""
    if grid.cells.dtype.kind == "f" and np.isfinite(grid.cells).all() and not file.words:
        values = np.ascontiguousarray(grid.cells, dtype=np.float64)
        _check_limits(grid, file, values, faults)
        return values
    values = np.full(grid.cells.shape, np.nan)
    for place, name in enumerate(grid.columns):
        _read_column(grid, place, file, values)
        wrong = np.flatnonzero(np.isnan(values[:, place]))
        if len(wrong):
            cell = grid.cells[wrong[0], place]
            rule = _rule(cell, file) + _and_more(len(wrong))
            where = f"{grid.source} row {wrong[0] + 1}"
            faults.add(where, name, _shown(cell), rule)
    _check_limits(grid, file, values, faults)
    return values


def _check_limits(grid: Grid, file: SeriesFile, values: FloatArray, faults: Faults) -> None:
    """Note the first value of each column that is outside the file's limits."""
    limits = {"least": file.at_least, "most": file.at_most}
    told = [f"at {name} {limit:g}" for name, limit in limits.items() if limit is not None]
    low = -np.inf if file.at_least is None else file.at_least
    high = np.inf if file.at_most is None else file.at_most
    outside = (values < low) | (values > high)
    for place in np.flatnonzero(outside.any(axis=0)):
        rows = np.flatnonzero(outside[:, place])
        rule = f"a number {' and '.join(told)} {file.unit}"
        where = f"{grid.source} row {rows[0] + 1}"
        value = float(values[rows[0], place])
        faults.add(where, grid.columns[place], value, f"{rule}{_and_more(len(rows))}")


def _read_column(grid: Grid, place: int, file: SeriesFile, values: FloatArray) -> None:
    """Fill one column; what cannot be read stays NaN."""
    for row, cell in enumerate(grid.cells[:, place]):
        if file.words is not None:
            word = f"{cell:g}" if isinstance(cell, float) else str(cell).strip().lower()
            values[row, place] = file.words.get(word, np.nan)
            continue
        try:
            values[row, place] = parse_quantity(cell, file.unit)
        except ValueError:
            continue


def _rule(cell: object, file: SeriesFile) -> str:
    if file.words is not None:
        return one_of(list(file.words))
    if _is_gap(cell):
        return f"a finite number in {file.unit}, without gaps"
    try:
        parse_quantity(cell, file.unit)
    except ValueError as error:
        return str(error)
    return f"a finite number in {file.unit}"


def _and_more(rows: int) -> str:
    return "" if rows == 1 else f" (and {rows - 1} more row{'' if rows == PAIR else 's'})"


def _is_gap(cell: object) -> bool:
    """Return whether a cell holds nothing; NaN is something, and wrong."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _shown(cell: object) -> object:
    """Return a cell as it stands in the file: numbers, also ``nan``, without quotation marks."""
    if _is_gap(cell):
        return Verbatim("(empty)")
    if isinstance(cell, float | int):
        return float(cell)
    text = str(cell).strip()
    try:
        float(text)
    except ValueError:
        return text
    return Verbatim(text)
