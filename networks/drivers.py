"""Whether what drives a system is there: series that cells name, their columns, loads."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ..model.errors import Faults
from ..model.scenario import ModeSection
from .cells import SERIES, SOURCE, Verbatim, is_empty
from .check import id_rule, one_line_circuits
from .conform import EMPTY, ids_of
from .contract import Column, SeriesFile
from .exchanger_check import behind_exchangers
from .read import SUFFIXES, RawFolder, read_named_series
from .scenario_file import FILE, Tree, nearest
from .substation_check import check_driven
from .system import Series, ends_rule
from .tables import SERIES_FILES, TABLES

ALONE = {"outdoor_temperature": ("all", "outdoor_temperature"), "mode": ("all", "mode")}
"""Series of one column, and what it may be called."""

SERVED = ("space", "tap_water")
"""Services of a circuit that dwellings draw on."""

Tables = Mapping[str, pd.DataFrame]


def read_cell_series(raw: RawFolder, tables: Tables, tree: Tree, faults: Faults) -> None:
    """Read every series that a cell names into ``raw``; note files and columns that miss.

    Parameters
    ----------
    raw : RawFolder
        Gains the series.
    tables : mapping of str to DataFrame
        Conforming tables.
    tree : dict
        The scenario as given, for the sources that cells name.
    faults : Faults
        Receives every fault, by table and row.
    """
    sources = _section(tree, "sources")
    tried = set(SERIES_FILES)
    for item, column, cell, row in _varying_cells(tables):
        if cell.startswith(SOURCE):
            name = cell.removeprefix(SOURCE).strip()
            if name not in sources:
                faults.add(item, column.name, cell, id_rule(name, sources, "source"))
            continue
        name = cell.removeprefix(SERIES).strip()
        if not any((raw.folder / f"{name}{end}").exists() for end in SUFFIXES):
            faults.add(item, column.name, cell, f"a file {name}.csv beside the tables")
            continue
        if name not in tried:
            tried.add(name)
            file = SeriesFile(
                name=name, unit=column.unit, at_least=column.at_least, at_most=column.at_most
            )
            read_named_series(name, file, raw, faults)
        columns = raw.series[name].columns if name in raw.series else (row,)
        if row not in columns and "all" not in columns:
            faults.add(item, column.name, cell, f"a column '{row}' or 'all' in {name}.csv")


def _varying_cells(tables: Tables) -> Iterator[tuple[str, Column, str, str]]:
    """Yield item, column, text and row id of each cell that names a series or a source."""
    for table, frame in tables.items():
        for column in TABLES[table].columns:
            if not column.varies or column.name not in frame or frame[column.name].dtype != object:
                continue
            for row, cell in zip(frame["id"], frame[column.name], strict=True):
                if isinstance(cell, str) and cell.startswith((SERIES, SOURCE)):
                    yield f"{TABLES[table].noun} '{row}'", column, cell, row


def check_series(series: Mapping[str, Series], tables: Tables, faults: Faults) -> None:
    """Note columns of series that belong to no row, and clocks that cannot go together.

    Parameters
    ----------
    series : mapping of str to Series
        By name.
    tables : mapping of str to DataFrame
        Conforming tables.
    faults : Faults
        Receives every fault, by file.
    """
    for name, file in SERIES_FILES.items():
        if name in series:
            _check_columns(series[name], file, tables, faults)
    _check_clocks(series, faults)


def _check_columns(given: Series, file: SeriesFile, tables: Tables, faults: Faults) -> None:
    item = f"{given.name}.csv"
    if given.name in ALONE:
        names = ALONE[given.name]
        if len(given.columns) > 1 or (given.columns[0] not in names):
            value = Verbatim(", ".join(given.columns))
            faults.add(item, "columns", value, f"one column '{names[0]}'")
        return
    known = ids_of(tables, file.columns)
    noun = TABLES[file.columns].noun
    for column in given.columns:
        if column not in known and not (file.allows_all and column == "all"):
            faults.add(item, "column", column, id_rule(column, known, noun))
    if given.name == "ground_temperature" and "all" not in given.columns:
        missing = [pipe for pipe in known if pipe not in given.columns]
        if missing:
            more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
            value = Verbatim(f"no '{missing[0]}'{more}")
            faults.add(item, "columns", value, "a column for every pipe, or 'all'")


def _check_clocks(series: Mapping[str, Series], faults: Faults) -> None:
    counting = [given for given in series.values() if given.clock == "time_s"]
    if not counting:
        return
    for given in series.values():
        if given.clock != "time_s":
            rule = f"'time_s', as in {counting[0].name}.csv"
            faults.add(f"{given.name}.csv", "first column", given.clock, rule)
    end = max(float(given.instants[-1]) for given in counting)
    for given in counting:
        last = float(given.instants[-1])
        if last < end and not given.is_constant:
            rule = ends_rule(end)
            faults.add(f"{given.name}.csv", "last time_s", last, rule)


def check_mode(mode: ModeSection, series: Mapping[str, Series], faults: Faults) -> None:
    """Note circuits whose mode nothing tells, on the clock ``time_s``, and a mode of no circuit.

    Parameters
    ----------
    mode : ModeSection
        Of the scenario.
    series : mapping of str to Series
        By name.
    faults : Faults
        Receives the fault.
    """
    counting = [name for name, given in series.items() if given.clock == "time_s"]
    if "mode" in series and not mode.circuits:
        rule = "the circuits that follow mode.csv, such as ['space']"
        faults.add(f"{FILE} [mode]", "circuits", EMPTY, rule)
    if mode.circuits and counting and "mode" not in series:
        rule = (
            f"a file mode.csv ('heat', 'off' or 'cold' by time_s), as the seconds of "
            f"{counting[0]}.csv belong to no year whose days or weather tell the mode"
        )
        faults.add(f"{FILE} [mode]", "method", mode.method, rule)


def check_loads(tables: Tables, series: Mapping[str, Series], tree: Tree, faults: Faults) -> None:
    """Note connected consumers of which nothing says what they draw.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Conforming tables.
    series : mapping of str to Series
        By name.
    tree : dict
        The scenario as given: services of circuits, and what the plant stands behind.
    faults : Faults
        Receives every fault, by consumer.
    """
    heat = series.get("heat")
    columns = {
        column for name in ("heat", "flow") if name in series for column in series[name].columns
    }
    counting = any(given.clock == "time_s" for given in series.values())
    dwellings = "dwellings" in tables and heat is None and not counting
    plant, one_line = _ids(tree, "plant", "consumers"), one_line_circuits(tables)
    decided = {*plant, *behind_exchangers(tree)}
    for consumer in tables["consumers"].to_dict("records"):
        name = consumer["id"]
        if name in columns or name in decided:
            continue
        if not (is_empty(consumer["heat"]) and is_empty(consumer["flow"])):
            continue
        if consumer["circuit"] in one_line:
            continue  # an open end
        if not consumer["is_connected"]:
            continue
        service = _service(tree, consumer["circuit"])
        if not (dwellings and service in SERVED and consumer["building"]):
            rule = _load_rule(dwellings=dwellings, service=service, circuit=consumer["circuit"])
            faults.add(f"consumer '{name}'", "heat", EMPTY, rule)


def check_substation_drivers(
    tables: Tables, series: Mapping[str, Series], tree: Tree, faults: Faults
) -> None:
    """Note substations of consumers whose flow, or return, something else decides."""
    drawn = series["flow"].columns if "flow" in series else ()
    check_driven(tables, drawn, _ids(tree, "plant", "consumers"), faults)


def check_supplies(tables: Tables, series: Mapping[str, Series], faults: Faults) -> None:
    """Note producers without a supply temperature, in a cell or in its series."""
    given = series.get("supply_temperature")
    for producer in tables["producers"].to_dict("records"):
        has_column = given is not None and producer["id"] in given.columns
        if is_empty(producer["supply_temperature"]) and not has_column:
            rule = "a value in °C, or a column in supply_temperature.csv"
            faults.add(f"producer '{producer['id']}'", "supply_temperature", EMPTY, rule)


def _load_rule(*, dwellings: bool, service: str, circuit: str) -> str:
    rule = "a number in W, or a column in heat.csv"
    if not dwellings:
        return rule
    if service not in SERVED:
        return f"{rule}, or [circuits.{circuit}] service = 'space' or 'tap_water'"
    return f"{rule}, or a building of dwellings.csv"


def _service(tree: Tree, circuit: str) -> str:
    section = _section(tree, "circuits").get(circuit, {})
    return str(section.get("service", "none")) if isinstance(section, dict) else "none"


def _ids(tree: Tree, section: str, key: str) -> list[Any]:
    values = _section(tree, section).get(key, [])
    return values if isinstance(values, list) else []


def _section(tree: Tree, name: str) -> Tree:
    section = tree.get(name, {})
    return section if isinstance(section, dict) else {}


def check_files(tree: Tree, raw: RawFolder, faults: Faults) -> None:
    """Note files that the scenario names and that are not there; hash those that are."""
    weather = _section(tree, "weather")
    if weather.get("format") != "maastricht":
        _check_file(raw, f"{FILE} [weather]", "file", weather.get("file", "maastricht"), faults)
    for name, source in _section(tree, "sources").items():
        if isinstance(source, dict) and source.get("calendar") is not None:
            place = f"{FILE} [sources.{name}]"
            _check_file(raw, place, "calendar", source["calendar"], faults)


def _check_file(raw: RawFolder, item: str, key: str, given: object, faults: Faults) -> None:
    if not isinstance(given, str) or (key == "file" and given == "maastricht"):
        return
    path = raw.folder / given
    if path.is_file():
        raw.note(path)
        return
    others = [other.name for other in sorted(Path(raw.folder).iterdir()) if other.is_file()]
    close = nearest(given, others) or (nearest(given, ["maastricht"]) if key == "file" else "")
    hint = f", perhaps '{close}'" if close else ""
    faults.add(item, key, given, f"a file beside {FILE}{hint}")
