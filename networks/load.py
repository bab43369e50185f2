"""The one door: a scenario and its tables become a checked `System`, or all faults at once."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ..model.buffer import check_buffers
from ..model.errors import Fault, Faults, InvalidInputError
from ..model.scenario import Scenario
from .bundled import bundled_folder, bundled_names
from .cells import Verbatim
from .check import check_circuit_ids, check_scenario, check_table, one_line_circuits
from .circuits import build_circuits
from .conform import conform_table
from .connect import check_circuits
from .contract import Table
from .drivers import (
    check_files,
    check_loads,
    check_mode,
    check_series,
    check_substation_drivers,
    check_supplies,
    read_cell_series,
)
from .exchanger_check import check_exchangers
from .producer_check import check_shares
from .read import RawFolder, RawTable, read_folder, refuse_strange_files
from .scenario_file import FILE, Tree, nearest, read_scenario
from .system import System
from .tables import TABLES
from .temperatures import check_temperatures
from .trench_layout import check_trenches, read_trenches
from .trenches import lay_in_trenches

KNOWN_CRS = ("none", "EPSG:28992")
"""Coordinate systems that need no look-up."""

WHOLE = ("junctions", "pipes", "consumers", "producers")
"""Tables without which no circuit can be checked."""

TRENCHED = ("pipes", "trenches", "trench_pipes")
"""Tables whose cells must be sound before the places of pipes in trenches can be checked."""


def load(scenario: str | Path, overrides: Sequence[str] = ()) -> System:
    """Read and check a scenario and its tables.

    Parameters
    ----------
    scenario : str or Path
        A bundled name, a ``scenario.toml``, or its folder.
    overrides : sequence of str
        Such as ``"weather.cold_spell=false"``.

    Returns
    -------
    System
        Checked whole; nothing downstream checks it again.

    Raises
    ------
    InvalidInputError
        With every fault that was found, in the order of the files: scenario, tables, series,
        then what ties them together.
    """
    path = scenario_path(scenario)
    faults = Faults()
    settings, tree, content = read_scenario(path, overrides, faults)
    sound_scenario = not faults.found
    check_crs(settings.crs, faults)
    raw = read_folder(path.parent, settings.crs, table_faults := Faults())
    raw.inputs[path.name] = hashlib.sha256(content).hexdigest()
    tables = _conform(raw, settings, table_faults)
    check_files(tree, raw, faults)
    check_scenario(tree, tables, faults)
    if sound_scenario:
        check_buffers(settings, faults)
    read_cell_series(raw, tables, tree, table_faults)
    check_series(raw.series, tables, table_faults)
    check_mode(settings.mode, raw.series, table_faults)
    check_exchangers(tree, tables, raw.series, faults)
    refuse_strange_files(raw, faults)
    faults.extend(table_faults.found)
    if all(name in tables for name in WHOLE):
        _check_together(tables, raw, tree, faults)
    if faults.found or not sound_scenario:
        raise InvalidInputError(*dict.fromkeys(faults.found))
    circuits = build_circuits(tables, settings, faults, raw.series)
    circuits, trenches = lay_in_trenches(circuits, read_trenches(tables), faults)
    check_temperatures(tables, raw.series, settings.mode.circuits, faults)
    faults.raise_any()
    return System(
        scenario=settings,
        folder=path.parent,
        tables=tables,
        series=raw.series,
        circuits=circuits,
        trenches=trenches,
        inputs=dict(sorted(raw.inputs.items())),
    )


def scenario_path(scenario: str | Path) -> Path:
    """Return the scenario file that a bundled name, a file or a folder means.

    Raises
    ------
    InvalidInputError
        If there is none.
    """
    if str(scenario) in bundled_names():
        return bundled_folder(str(scenario)) / FILE
    path = Path(scenario)
    if path.is_dir():
        if (path / FILE).is_file():
            return path / FILE
        rule = f"a file {FILE} in it (`warmtenet new FOLDER` writes one)"
        raise InvalidInputError(Fault("scenario", "folder", str(scenario), rule))
    if path.is_file() and path.suffix == ".toml":
        return path
    close = nearest(str(scenario), bundled_names())
    names = ", ".join(bundled_names())
    rule = f"'{close}'" if close else f"a bundled name ({names}), a {FILE} or its folder"
    raise InvalidInputError(Fault("scenario", "name", str(scenario), rule))


def _conform(raw: RawFolder, scenario: Scenario, faults: Faults) -> dict[str, pd.DataFrame]:
    """Return the tables as the contract wants them; faults come table by table."""
    by_table = {name: Faults() for name in raw.tables}
    tables = {
        name: conform_table(raw.tables[name], TABLES[name], by_table[name])
        for name in TABLES
        if name in raw.tables
    }
    tables = {name: frame for name, frame in tables.items() if not frame.empty}
    for name in tables:
        check_table(name, tables, scenario, by_table[name])
        _call_by_line(raw.tables[name], TABLES[name], by_table[name])
    for name in TABLES:
        if name in by_table:
            faults.extend(by_table[name].found)
    tables = _without_consumers(tables, faults)
    if not any(by_table[name].found for name in TRENCHED if name in by_table):
        check_trenches(tables, faults)
    check_circuit_ids(tables, faults)
    return tables


def _call_by_line(raw: RawTable, table: Table, faults: Faults) -> None:
    """Call rows of a table without ids by their line, as faults of their cells do."""
    if table.column("id") is not None:
        return
    lines = {
        f"{table.noun} '{number}'": f"{raw.source} line {line}"
        for number, line in enumerate(raw.lines, start=1)
    }
    faults.found[:] = [
        replace(fault, item=lines.get(fault.item, fault.item)) for fault in faults.found
    ]


def _without_consumers(tables: dict[str, pd.DataFrame], faults: Faults) -> dict[str, pd.DataFrame]:
    """Add an empty table of consumers, and forget that it misses, to one-line networks alone.

    Water may flow there from one held pressure to another.
    """
    if "consumers" in tables or "pipes" not in tables:
        return tables
    if one_line_circuits(tables) != set(tables["pipes"]["circuit"]):
        return tables
    faults.found[:] = [
        fault
        for fault in faults.found
        if not (fault.field == CONSUMERS or (fault.item == CONSUMERS and fault.field == "rows"))
    ]
    table = TABLES["consumers"]
    nothing: dict[str, list[object]] = {c.name: [] for c in table.columns if c.required}
    empty = RawTable(source=CONSUMERS, columns=nothing, lines=[])
    return {**tables, "consumers": conform_table(empty, table, Faults())}


CONSUMERS = "consumers.csv"


def _check_together(
    tables: dict[str, pd.DataFrame], raw: RawFolder, tree: Tree, faults: Faults
) -> None:
    """Check what ties tables, series and scenario together, where nothing broken hides it."""
    already = {(fault.item, fault.field) for fault in faults.found}
    broken = {fault.item.split(".")[0] for fault in faults.found}
    found = Faults()
    if "supply_temperature" not in broken:
        check_supplies(tables, raw.series, found)
    if not broken & {"heat", "flow"}:
        check_loads(tables, raw.series, tree, found)
    check_substation_drivers(tables, raw.series, tree, found)
    if not any(fault.field == "id" for fault in faults.found):
        check_circuits(tables, raw.series, found)
    check_shares(tables["producers"], raw.series, found)
    faults.extend(fault for fault in found.found if (fault.item, fault.field) not in already)


def check_crs(crs: str, faults: Faults) -> None:
    """Note a coordinate system that does not exist.

    Parameters
    ----------
    crs : str
        Such as ``"EPSG:28992"``, or ``"none"``.
    faults : Faults
        Receives it.
    """
    if crs in KNOWN_CRS:
        return
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        CRS.from_user_input(crs)
    except CRSError:
        faults.add(
            FILE, "crs", Verbatim(repr(crs)), "an EPSG code such as 'EPSG:28992', or 'none'"
        )
