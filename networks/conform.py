"""Tables as read become tables as the contract wants them: known columns, typed cells."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..model.errors import Fault, Faults
from .cells import Verbatim, is_empty, read_cell
from .contract import Column, Table
from .read import RawTable
from .scenario_file import expected_name
from .series_parquet import CLOCKS

EMPTY = Verbatim("(empty)")
MISSING = Verbatim("(missing)")

Placed = tuple[int, int, Fault]
"""A fault with the row and column that it stands in."""


def conform_table(raw: RawTable, table: Table, faults: Faults) -> pd.DataFrame:
    """Return a table with every column of the contract that works, in canonical units.

    Parameters
    ----------
    raw : RawTable
        The table as read.
    table : Table
        Its contract.
    faults : Faults
        Receives unknown and missing columns, and cells that break the contract, row by row.

    Returns
    -------
    DataFrame
        Numbers are floats (NaN where empty), texts empty where not given, booleans bool;
        a column in which some cell varies over time holds objects.
    """
    if not _check_header(raw, table, faults):
        return pd.DataFrame(columns=table.header_names())
    labels = _labels(raw, table)
    placed: list[Placed] = []
    columns: dict[str, pd.Series[Any]] = {}
    for place, name in enumerate(_names(raw, table)):
        column = table.column(name)
        assert column is not None
        cells = raw.columns.get(name)
        if cells is None:
            values = [_empty_value(name, column)] * len(raw.lines)
        else:
            values = _read_column(name, column, cells, labels, place, placed)
        columns[name] = _as_series(values, column)
    _check_ids(raw, table, labels, placed)
    faults.extend(fault for _, _, fault in sorted(placed, key=lambda found: found[:2]))
    return pd.DataFrame(columns)


def _names(raw: RawTable, table: Table) -> list[str]:
    """Return the columns of the result: the contract's, and per-side ones that were given."""
    plain = {column.name for column in table.columns if column.kind != "geometry"}
    return [name for name in table.header_names() if name in plain or name in raw.columns]


def _check_header(raw: RawTable, table: Table, faults: Faults) -> bool:
    """Note unknown and missing columns; return whether the cells can be read."""
    known = table.header_names()
    unknown = [name for name in raw.columns if table.column(name) is None]
    for name in unknown:
        rule = expected_name(name, [k for k in known if k not in raw.columns], "no such column")
        faults.add(raw.source, "column", name, rule)
    missing = [c.name for c in table.columns if c.required and c.name not in raw.columns]
    hinted = {fault.rule for fault in faults.found if fault.item == raw.source}
    for name in missing:
        if f"'{name}'" not in hinted:
            faults.add(raw.source, "column", MISSING, f"'{name}'")
    return "id" not in missing


def _labels(raw: RawTable, table: Table) -> list[str]:
    """Return what each row is called in messages."""
    by_line = [f"{raw.source} line {line}" for line in raw.lines]
    if "id" not in raw.columns or table.column("id") is None:
        return by_line
    ids = [read_cell(cell, table.columns[0]) for cell in raw.columns["id"]]
    return [
        f"{table.noun} '{name}'" if name else line for name, line in zip(ids, by_line, strict=True)
    ]


def _read_column(
    name: str,
    column: Column,
    cells: list[object],
    labels: list[str],
    place: int,
    placed: list[Placed],
) -> list[object]:
    """Read the cells of one column; note faults by row and ``place``."""
    empty = _empty_value(name, column)
    values: list[object] = []
    for row, cell in enumerate(cells):
        value = empty
        if not is_empty(cell):
            try:
                value = read_cell(cell, column)
            except ValueError as error:
                placed.append((row, place, Fault(labels[row], name, _shown(cell), str(error))))
        elif column.required:
            rule = f"a value in {column.unit}" if column.kind == "number" else "a value"
            placed.append((row, place, Fault(labels[row], name, EMPTY, rule)))
        values.append(value)
    return values


def _empty_value(name: str, column: Column) -> object:
    """Return what an empty cell of a column becomes."""
    if column.default is not None and name == column.name:
        return column.default
    return float("nan") if column.kind == "number" else ""


def _shown(cell: object) -> object:
    """Return a cell as a fault shows it: a text that is a number without quotation marks."""
    if not isinstance(cell, str):
        return cell
    try:
        float(cell)
    except ValueError:
        return cell.strip()
    return Verbatim(cell.strip())


def _as_series(values: list[object], column: Column) -> "pd.Series[Any]":
    if column.kind == "number" and not any(isinstance(value, str) for value in values):
        return pd.Series(np.array(values, dtype=np.float64))
    if column.kind == "boolean" and not any(isinstance(value, str) for value in values):
        return pd.Series([bool(value) for value in values], dtype=bool)
    return pd.Series(values, dtype=object)


def _check_ids(raw: RawTable, table: Table, labels: list[str], placed: list[Placed]) -> None:
    """Note ids that occur twice, at the second place, and those that a clock has."""
    if table.column("id") is None:
        return
    first: dict[str, int] = {}
    for row, cell in enumerate(raw.columns["id"]):
        name = str(read_cell(cell, table.columns[0]))
        if name in CLOCKS:
            rule = "another id: the first column of series and fields has this name"
            placed.append((row, 0, Fault(labels[row], "id", name, rule)))
        if name and name in first:
            rule = f"an id of its own (line {raw.lines[first[name]]} has it, too)"
            line = Verbatim(f"'{name}' in line {raw.lines[row]}")
            placed.append((row, 0, Fault(labels[row], "id", line, rule)))
        first.setdefault(name, row)


def ids_of(tables: Mapping[str, pd.DataFrame], name: str) -> list[str]:
    """Return the ids of a table, empty where it is absent."""
    return list(tables[name]["id"]) if name in tables and "id" in tables[name] else []
