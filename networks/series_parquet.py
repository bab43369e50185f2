"""Parquet of plain numbers, some columns at a time: a town's year is a GB, and stands once."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .cells import FloatArray

CLOCKS = ("time", "time_s")

COLUMNS = 256
"""Read at a time."""


class Numbers(NamedTuple):
    """What such a file holds.

    Parameters
    ----------
    clock : str
        Name of the column of instants; ``"hours"`` where there is none.
    stamps : list
        Instants as given.
    columns : list of str
        Names of the columns of values.
    values : array of float, shape (rows, columns)
        Rows one after another.
    """

    clock: str
    stamps: list[Any]
    columns: list[str]
    values: FloatArray


def read_numbers(path: Path) -> Numbers | None:
    """Read a file whose columns are floats without gaps, perhaps after one of instants.

    Parameters
    ----------
    path : Path
        Parquet.

    Returns
    -------
    Numbers or None
        None where there is anything else in it.

    Raises
    ------
    pyarrow.ArrowInvalid, OSError
        If it is no Parquet.
    """
    import pyarrow as pa
    from pyarrow import parquet

    with parquet.ParquetFile(path, memory_map=True, pre_buffer=False) as file:
        schema = file.schema_arrow
        names, first = list(schema.names), int(bool(schema.names) and schema.names[0] in CLOCKS)
        index = (schema.pandas_metadata or {}).get("index_columns", [])
        plain = all(pa.types.is_float64(each.type) for each in list(schema)[first:])
        if (
            not plain
            or len(set(names)) < len(names)
            or any(isinstance(each, str) for each in index)
        ):
            return None
        values = np.empty((file.metadata.num_rows, len(names) - first))
        for begin in range(first, len(names), COLUMNS):
            some = names[begin : begin + COLUMNS]
            table = file.read(columns=some)
            gaps = any(column.null_count for column in table.columns)
            if gaps or table.column_names != some:  # a dot in a name may mean a column within
                return None
            for place, column in enumerate(table.columns, start=begin - first):
                values[:, place] = column.to_numpy()
        stamps = file.read(columns=names[:first]).to_pandas().iloc[:, 0].tolist() if first else []
    pa.default_memory_pool().release_unused()
    return Numbers(names[0] if first else "hours", stamps, names[first:], values)


def _is_plain(schema: Any, first: int) -> bool:
    """Return whether columns have names of their own and floats from the first one on."""
    import pyarrow as pa

    index = (schema.pandas_metadata or {}).get("index_columns", [])
    floats = all(pa.types.is_float64(each.type) for each in list(schema)[first:])
    once = len(set(schema.names)) == len(schema.names)
    return floats and once and not any(isinstance(each, str) for each in index)
