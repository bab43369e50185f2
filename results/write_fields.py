"""Variables of every pipe, junction, consumer and producer, hour by hour, to disk.

Whatever their size: values are taken a part of the hours at a time, and let go of again.
"""

from pathlib import Path
from typing import Literal

from ..solvers.simulation import Simulation
from .fields import Field, kept_variables, take_field
from .formats import write_wide_csv, write_wide_parquet
from .hourly import field_clock
from .netcdf import write_netcdf

FieldsFormat = Literal["none", "nc", "csv", "parquet"]

CSV_PART = 16.0 * 1024.0**2
"""Values that are turned into text at a time: as objects they take five times as much. [bytes]"""

ROW_GROUP = 512.0 * 1024.0**2
"""Values of a row group of Parquet: each adds an entry for each column. [bytes]"""


def write_fields(
    simulation: Simulation,
    folder: Path,
    kind: FieldsFormat,
    *,
    ids: frozenset[str] = frozenset(),
    names: frozenset[str] = frozenset(),
) -> None:
    """Write the variables of the base case.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    folder : Path
        Gets ``fields.nc``, or a folder ``fields`` with a file for each variable.
    kind : {"none", "nc", "csv", "parquet"}
        Format.
    ids : frozenset of str
        Pipes, junctions, consumers and producers to keep; empty keeps all.
    names : frozenset of str
        Variables to keep; empty keeps all.
    """
    if kind == "none":
        return
    if kind == "nc":
        write_netcdf(simulation, folder / "fields.nc", ids=ids, names=names)
        return
    base = simulation.cases["base"]
    clock = field_clock(simulation, base)
    (folder / "fields").mkdir()
    for name in kept_variables(base, names):
        field: Field = take_field(simulation.system, base, name).only(ids)
        if not field.columns:
            continue
        path = folder / "fields" / f"{name}.{kind}"
        if kind == "csv":
            write_wide_csv(path, clock, field.columns, field.tables(CSV_PART))
        else:
            write_wide_parquet(path, clock, field.columns, field.tables(ROW_GROUP))
