"""Files of columns: CSV, Parquet and GeoPackage, the same bytes for the same figures."""

import csv
import io
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Clock = tuple[str, npt.NDArray[Any]]
"""Name and values of the first column of a series."""

GEOPACKAGE_DATE = "2000-01-01T00:00:00.000Z"
"""Stands as date of change in every GeoPackage, so that equal figures give equal bytes."""


def write_csv(path: Path, columns: Mapping[str, Sequence[Any]]) -> None:
    """Write columns as CSV: UTF-8, lines end in LF, nine significant digits, NaN empty.

    Parameters
    ----------
    path : Path
        File to write.
    columns : mapping of str to sequence
        Values by column name.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(
        [_cell(value) for value in row] for row in zip(*columns.values(), strict=True)
    )
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")


def write_wide_csv(
    path: Path, clock: Clock, names: Sequence[str], tables: Iterable[npt.NDArray[Any]]
) -> None:
    """Write a table of many columns over time as CSV.

    Parameters
    ----------
    path : Path
        File to write.
    clock : (str, array of shape (hours,))
        Name and values of the first column.
    names : sequence of str
        Names of the columns.
    tables : iterable of array of float, shape (some hours, columns)
        Values part by part, written with nine significant digits, NaN empty.
    """
    rows = (row for table in tables for row in table.tolist())
    with path.open("w", encoding="utf-8", newline="\n") as file:
        csv.writer(file, lineterminator="\n").writerow([clock[0], *names])
        for instant, row in zip(_instants(clock[1]), rows, strict=True):
            cells = ",".join([f"{value:.9g}" for value in row])
            file.write(f"{instant},{cells}\n".replace("nan", ""))


def write_wide_parquet(
    path: Path, clock: Clock, names: Sequence[str], tables: Iterable[npt.NDArray[Any]]
) -> None:
    """Write a table of many columns over time as Parquet, a part of the hours a row group.

    Parameters
    ----------
    path : Path
        File to write.
    clock : (str, array of shape (hours,))
        Name and values of the first column.
    names : sequence of str
        Names of the columns.
    tables : iterable of array of float, shape (some hours, columns)
        Values part by part.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    first = _first_column(clock)
    kinds = [(clock[0], first.type), *((name, pa.float64()) for name in names)]
    schema, begin = pa.schema(kinds), 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in tables:
            instants, columns = first.slice(begin, len(table)), np.ascontiguousarray(table.T)
            begin += len(table)
            del table  # a row group stands in memory once
            writer.write_table(pa.table([instants, *map(pa.array, columns)], schema=schema))
            del columns


def write_parquet(path: Path, clock: Clock, columns: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write columns over time as Parquet, without metadata that changes between runs.

    Parameters
    ----------
    path : Path
        File to write.
    clock : (str, array of shape (hours,))
        Name and values of the first column: dates or seconds.
    columns : mapping of str to array, shape (hours,)
        Values by name.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    others = (pa.array(np.ascontiguousarray(values)) for values in columns.values())
    table = pa.table([_first_column(clock), *others], names=[clock[0], *columns])
    pq.write_table(table, path, compression="zstd")


def write_layer(
    path: Path, layer: str, columns: Mapping[str, Sequence[Any]], shapes: Any, crs: str
) -> None:
    """Add one layer to a GeoPackage, which is made where there is none.

    Parameters
    ----------
    path : Path
        The GeoPackage.
    layer : str
        Name of the layer.
    columns : mapping of str to sequence
        Values by column name; texts, numbers and None.
    shapes : array of shapely geometries
        All points or all lines.
    crs : str
        For example ``"EPSG:28992"``; ``"none"`` writes none.
    """
    import pyogrio
    import shapely

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": GEOPACKAGE_DATE})
    with warnings.catch_warnings():  # a schematic has no coordinate system, and says so
        warnings.filterwarnings("ignore", message="'crs' was not provided")
        pyogrio.raw.write(
            path,
            geometry=shapely.to_wkb(shapes),
            field_data=[_column(values) for values in columns.values()],
            fields=np.array(list(columns), dtype=object),
            geometry_type=shapes[0].geom_type,
            crs=None if crs == "none" else crs,
            layer=layer,
            driver="GPKG",
            append=path.exists(),
        )


def _first_column(clock: Clock) -> Any:
    """Return the instants as a column of Parquet."""
    import pyarrow as pa

    instants = clock[1]
    is_date = np.issubdtype(instants.dtype, np.datetime64)
    return pa.array(instants.astype("datetime64[ms]") if is_date else instants)


def _cell(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN is what differs from itself
        return ""
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def _instants(values: npt.NDArray[Any]) -> list[str]:
    if np.issubdtype(values.dtype, np.datetime64):
        return [str(value) for value in np.datetime_as_string(values, unit="m")]
    return [f"{value:.9g}" for value in values.tolist()]


def _column(values: Sequence[Any]) -> npt.NDArray[Any]:
    if any(isinstance(value, str) for value in values):
        return np.array(values, dtype=object)
    numbers = np.array([np.nan if value is None else value for value in values])
    return numbers if numbers.size else numbers.astype(object)
