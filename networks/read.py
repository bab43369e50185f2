"""Tables as they stand in a folder: CSV files, or the layers of a GeoPackage, as texts."""

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ..model.errors import Faults
from .contract import SeriesFile
from .scenario_file import expected_name, nearest
from .series import read_series_file
from .system import Series
from .tables import SERIES_FILES, TABLES

GEOPACKAGE = ".gpkg"
SUFFIXES = (".csv", ".parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """A table as it was found.

    Parameters
    ----------
    source : str
        File, or file and layer, for messages.
    columns : dict of str to list
        Cells by header name; texts from CSV, whatever the layer holds from a GeoPackage.
    lines : list of int
        Line of the file, or number of the feature, of each row.
    """

    source: str
    columns: dict[str, list[object]]
    lines: list[int]


@dataclass(slots=True, kw_only=True)
class RawFolder:
    """Everything that was read from a folder.

    Parameters
    ----------
    folder : Path
        Where it stands.
    tables : dict of str to RawTable
        Tables by name, unchecked.
    series : dict of str to Series
        Series files of the contract by name, checked by themselves.
    inputs : dict of str to str
        SHA-256 of every file, by name.
    """

    folder: Path
    tables: dict[str, RawTable] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)

    def note(self, path: Path, content: bytes | None = None) -> None:
        """Remember the hash of a file that was read."""
        if content is not None:
            self.inputs[path.name] = hashlib.sha256(content).hexdigest()
            return
        with path.open("rb") as file:  # a town's heat is a GB
            self.inputs[path.name] = hashlib.file_digest(file, "sha256").hexdigest()


def read_folder(folder: Path, crs: str, faults: Faults) -> RawFolder:
    """Read every table and series of a folder.

    Parameters
    ----------
    folder : Path
        With CSV files, or with one GeoPackage, named as the contract says.
    crs : str
        Of the scenario; layers must have the same.
    faults : Faults
        Receives what cannot be read, is unknown, or is missing.

    Returns
    -------
    RawFolder
        What could be read.
    """
    raw = RawFolder(folder=folder)
    packages = sorted(folder.glob(f"*{GEOPACKAGE}"))
    has_csv = (folder / "junctions.csv").exists() or (folder / "pipes.csv").exists()
    if packages and not has_csv:
        _read_geopackage(packages, raw, crs, faults)
    for name, table in TABLES.items():
        path = folder / f"{name}.csv"
        if path.exists():
            read = read_csv_table(path, raw, faults)
            if read is not None:
                raw.tables[name] = read
        elif table.required and name not in raw.tables:
            rule = f"a table of {name} in {folder.name}"
            if packages and has_csv:
                rule += f"; {packages[0].name} is not read beside CSV tables of the network"
            faults.add("folder", f"{name}.csv", "(missing)", rule)
    for name, file in SERIES_FILES.items():
        read_named_series(name, file, raw, faults)
    return raw


def read_csv_table(path: Path, raw: RawFolder, faults: Faults) -> RawTable | None:
    """Read one CSV file as texts; lines that begin with # before the header are skipped."""
    content = path.read_bytes()
    raw.note(path, content)
    text = decode(path.name, content, faults)
    if text is None:
        return None
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    while rows and rows[0][1][0].startswith("#"):
        rows.pop(0)
    if not rows:
        faults.add(path.name, "rows", 0, "a header and at least one row")
        return None
    header = [name.strip() for name in rows[0][1]]
    if not _is_header_sound(path.name, header, faults):
        return None
    return _table(path.name, header, rows[1:], faults)


def read_named_series(
    name: str, file: SeriesFile, raw: RawFolder, faults: Faults
) -> Series | None:
    """Read ``NAME.csv`` or ``NAME.parquet`` of the folder, if there is one."""
    found = [raw.folder / f"{name}{suffix}" for suffix in SUFFIXES]
    found = [path for path in found if path.exists()]
    if len(found) > 1:
        faults.add("folder", name, " and ".join(path.name for path in found), "one file")
    if not found:
        return None
    raw.note(found[0])
    series = read_series_file(found[0], file, faults)
    if series is not None:
        raw.series[name] = series
    return series


def decode(name: str, content: bytes, faults: Faults) -> str | None:
    """Return the text of a file, or None after noting where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        faults.add(f"{name} line {line}", "bytes", content[error.start : error.end], "UTF-8")
        return None


def _is_header_sound(source: str, header: list[str], faults: Faults) -> bool:
    if len(header) == 1 and ";" in header[0]:
        faults.add(source, "header", header[0], "columns separated by commas")
        return False
    twice = sorted({name for name in header if header.count(name) > 1})
    for name in twice:
        faults.add(source, "header", name or "(empty)", "each column once, with a name")
    if not twice and "" in header:
        faults.add(source, "header", "(empty)", "a name for every column")
    return not twice and "" not in header


def _table(
    source: str, header: list[str], rows: list[tuple[int, list[str]]], faults: Faults
) -> RawTable | None:
    if not rows:
        faults.add(source, "rows", 0, "at least one row")
        return None
    sound = []
    for line, row in rows:
        if len(row) == len(header):
            sound.append((line, row))
        else:
            faults.add(
                f"{source} line {line}", "cells", len(row), f"{len(header)} as in the header"
            )
    columns: dict[str, list[object]] = {
        name: [row[place] for _, row in sound] for place, name in enumerate(header)
    }
    return RawTable(source=source, columns=columns, lines=[line for line, _ in sound])


def refuse_strange_files(raw: RawFolder, faults: Faults) -> None:
    """Note files whose name is nearly that of a table or series: they would be ignored.

    Parameters
    ----------
    raw : RawFolder
        With every file that was read, those that cells name among them.
    faults : Faults
        Receives one fault for each file.
    """
    known = [*TABLES, *SERIES_FILES]
    for path in sorted(raw.folder.iterdir()):
        if path.suffix in SUFFIXES and path.stem not in known and path.name not in raw.inputs:
            close = nearest(path.stem, known, cutoff=0.8)
            if close and not (raw.folder / f"{close}{path.suffix}").exists():
                faults.add("folder", "file", path.name, f"'{close}{path.suffix}'")


def _read_geopackage(packages: list[Path], raw: RawFolder, crs: str, faults: Faults) -> None:
    """Read the layers of the folder's GeoPackage."""
    import pyogrio

    if len(packages) > 1:
        faults.add("folder", "GeoPackage", [path.name for path in packages], "one of them")
    path = packages[0]
    raw.note(path)
    try:
        layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except pyogrio.errors.DataSourceError:
        faults.add(path.name, "format", "(unreadable)", "a GeoPackage")
        return
    for layer in layers:
        if layer in TABLES:
            raw.tables[layer] = _read_layer(path, layer, crs, faults)
        elif layer in SERIES_FILES:
            faults.add(path.name, "layer", layer, f"a file {layer}.csv beside the GeoPackage")
        elif nearest(layer, TABLES, cutoff=0.8):
            faults.add(path.name, "layer", layer, expected_name(layer, TABLES, "a table"))


def _read_layer(path: Path, layer: str, crs: str, faults: Faults) -> RawTable:
    """Return a layer as a table; points give ``x`` and ``y``, shapes a ``geometry`` in WKT."""
    import pyogrio

    frame = pyogrio.read_dataframe(path, layer=layer)
    source = f"{path.name} layer '{layer}'"
    columns = {str(name): _cells(frame[name]) for name in frame.columns if name != "geometry"}
    if "geometry" in frame.columns:
        _check_crs(source, frame.crs, crs, faults)
        shapes = frame.geometry
        if layer == "junctions" and "x" not in columns and (shapes.geom_type == "Point").all():
            columns |= {"x": _cells(shapes.x), "y": _cells(shapes.y)}
        columns["geometry"] = ["" if shape is None else shape.wkt for shape in shapes]
    if frame.empty:
        faults.add(source, "rows", 0, "at least one row")
    return RawTable(source=source, columns=columns, lines=list(range(1, len(frame) + 1)))


def _cells(column: "pd.Series[Any]") -> list[object]:
    return ["" if pd.isna(cell) else cell for cell in column.tolist()]


def _check_crs(source: str, found: object, crs: str, faults: Faults) -> None:
    from pyproj import CRS

    if crs != "none" and found is not None and CRS.from_user_input(found) != CRS(crs):
        faults.add(source, "crs", str(found)[:40], f"'{crs}', as in the scenario")


def hashes(raw: RawFolder) -> Mapping[str, str]:
    """Return the SHA-256 of every file that was read, sorted by name."""
    return dict(sorted(raw.inputs.items()))
