"""The solved year as NetCDF, whatever its size.

The classic format (64-bit offsets) needs no further library and is read by all that read NetCDF.
A variable of it may have 4 GiB, and what writes and reads it here stops at 2 GiB, unless its first
dimension is the *unlimited* one: then hours follow one another as records, each with all its
variables, and the file may be of any size. So small years have variables one after another,
large ones have hours; both open as the same data set.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..solvers.large_arrays import parts_of, release
from ..solvers.simulation import Simulation
from .fields import Field, kept_variables, take_field
from .hourly import field_clock
from .year import started_columns, year_dataset

SMALL = 256.0 * 1024.0**2
"""Values up to which variables stand one after another, written at once. [bytes]"""

RECORDS = 64.0 * 1024.0**2
"""Records that are written at a time. [bytes]"""

COUNT_AT = 4
"""Place of the number of records in a file. [bytes]"""

Series = Mapping[str, npt.NDArray[Any]]


def write_netcdf(
    simulation: Simulation, path: Path, *, ids: frozenset[str], names: frozenset[str]
) -> None:
    """Write series of the system and variables of the base case.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    path : Path
        The file.
    ids : frozenset of str
        Pipes, junctions, consumers and producers to keep; empty keeps all.
    names : frozenset of str
        Variables to keep; empty keeps all.

    References
    ----------
    Unidata, NetCDF file format specifications: the classic format and its variant with 64-bit
    offsets (CDF-2).
    """
    base = simulation.cases["base"]
    fields = {
        name: take_field(simulation.system, base, name).only(ids)
        for name in kept_variables(base, names)
    }
    if sum(field.size for field in fields.values()) <= SMALL:
        data = year_dataset(simulation, ids=ids, names=names)
        data.to_netcdf(path, engine="scipy", format="NETCDF3_64BIT")
        return
    clock = field_clock(simulation, base)[1]
    rows = len(clock)
    head = year_dataset(simulation, ids=ids, names=names, hours=slice(0, 1))
    if np.issubdtype(clock.dtype, np.datetime64):
        since = np.datetime_as_string(clock[0], unit="m")
        head["time"].encoding = {"units": f"minutes since {since}", "dtype": "int32"}
        clock = (clock - clock[0]) // np.timedelta64(1, "m")
    head.to_netcdf(path, engine="scipy", format="NETCDF3_64BIT", unlimited_dims=["time"])
    series = started_columns(simulation, rows)
    _write_records(path, {"time": clock, **series}, fields)


def _write_records(path: Path, series: Series, fields: Mapping[str, Field]) -> None:
    """Write all hours into a file that has the first one."""
    layout, hours = _record_layout(path), len(series["time"])
    with path.open("r+b") as file:
        file.seek(COUNT_AT)
        file.write(np.array(hours, dtype=">i4").tobytes())
        file.seek(-layout.itemsize, 2)
        for rows in parts_of(hours, float(hours * layout.itemsize), RECORDS):
            records = np.empty(rows.stop - rows.start, dtype=layout)
            for name in layout.names or ():
                if name in fields:
                    records[name] = fields[name].at(rows)
                    release(*(part.values[rows] for part in fields[name].parts))
                else:
                    records[name] = series[name][rows]
            file.write(records.tobytes())


def _record_layout(path: Path) -> np.dtype[Any]:
    """Return how an hour stands in a file: its variables in their order."""
    from scipy.io import netcdf_file

    with netcdf_file(path, "r", mmap=False) as file:
        by_hour = {name: each for name, each in file.variables.items() if each.isrec}
        kinds = [(name, each.data.dtype, each.shape[1:]) for name, each in by_hour.items()]
    layout = np.dtype(kinds)
    assert layout.itemsize % 4 == 0, "the format pads to four bytes"
    return layout
