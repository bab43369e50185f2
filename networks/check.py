"""Rules that tie the rows of tables, and the scenario, together."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ..model.catalogue import PipeType, read_catalogue
from ..model.dwelling import read_dwelling_types
from ..model.errors import Fault, Faults
from ..model.scenario import Scenario
from .burial import check_burial
from .cells import Verbatim, is_empty
from .columns import SIDES
from .conform import EMPTY, ids_of
from .contract import side_names
from .initial import check_initial
from .plant_check import check_plant
from .producer_check import check_producers
from .scenario_file import FILE, Tree, expected_name, nearest
from .substation_check import check_substation_cell, check_substations
from .tables import TABLES

Tables = Mapping[str, pd.DataFrame]

SHORTEST_SHARE = 0.9
"""A pipe may not be shorter than this share of the straight way between its junctions."""

STAND_INS = {
    "return_temperature": ("return_temperature", "temperature_difference", "substation"),
    **{name: (name, *side_names(name)) for name in ("inner_diameter", "heat_loss_coefficient")},
}
"""Columns of which one is enough, by the one that is missed."""


def id_rule(name: str, known: Iterable[str], noun: str) -> str:
    """Return the rule for an id that does not exist, with the nearest one that does.

    Examples
    --------
    >>> id_rule("plnt", ["plant", "J1"], "junction")
    "the id of a junction, perhaps 'plant'"
    """
    close = nearest(name, known)
    return f"the id of a {noun}{f', perhaps {close!r}' if close else ''}"


def check_table(name: str, tables: Tables, scenario: Scenario, faults: Faults) -> None:
    """Check the rows of one table against each other and against the other tables.

    Parameters
    ----------
    name : str
        Of the table.
    tables : mapping of str to DataFrame
        All tables, as `conform.conform_table` returns them.
    scenario : Scenario
        For the coordinate system.
    faults : Faults
        With the faults of the table's cells; receives every other fault, by row. A cell that is
        at fault counts as empty by now, but nobody is told that.
    """
    told = {(fault.item, fault.field) for fault in faults.found}
    found = Faults()
    _check_references(name, tables, found)
    if name == "pipes":
        _check_pipes(tables, found, measured=scenario.crs != "none")
        check_burial(tables, found)
    elif name == "consumers":
        behind = {exchanger.consumer for exchanger in scenario.exchangers.values()}
        _check_consumers(tables, behind, found)
    elif name == "substations":
        check_substations(tables["substations"], found)
    elif name == "producers":
        check_producers(tables["producers"], one_line_circuits(tables), found)
    elif name in ("valves", "boosters"):
        _check_placed(name, tables, found)
    elif name == "initial":
        plant = scenario.plant
        check_initial(tables, () if plant is None else plant.consumers, found)
    elif name == "dwellings":
        _check_dwellings(tables, found)
    faults.extend(fault for fault in found.found if not _is_told(fault, told))


def _is_told(fault: Fault, told: set[tuple[str, str]]) -> bool:
    """Return whether a cell is empty only because what it, or its stand-in, held is at fault."""
    names = STAND_INS.get(fault.field, (fault.field,))
    return fault.value is EMPTY and any((fault.item, name) in told for name in names)


def _check_references(name: str, tables: Tables, faults: Faults) -> None:
    """Note cells that name a row of another table which does not exist."""
    noun = TABLES[name].noun
    frame = tables[name]
    for column in TABLES[name].columns:
        if not column.refers_to or column.name not in frame or column.refers_to not in tables:
            continue
        if column.refers_to == "substations":  # noted with what else goes with them
            continue
        known = set(ids_of(tables, column.refers_to))
        target = TABLES[column.refers_to].noun
        ids = frame["id"] if "id" in frame else range(1, len(frame) + 1)
        for row, cell in zip(ids, frame[column.name], strict=True):
            if not is_empty(cell) and cell not in known:
                rule = id_rule(str(cell), known, target)
                faults.add(f"{noun} '{row}'", column.name, cell, rule)


def _check_pipes(tables: Tables, faults: Faults, *, measured: bool) -> None:
    catalogue = read_catalogue()
    places = _places(tables)
    for pipe in tables["pipes"].to_dict("records"):
        item = f"pipe '{pipe['id']}'"
        if pipe["from_junction"] and pipe["from_junction"] == pipe["to_junction"]:
            faults.add(item, "to_junction", pipe["to_junction"], "another one than from_junction")
        kind = pipe["type"]
        if kind and kind not in catalogue:
            close = nearest(kind, catalogue)
            hint = f"'{close}'" if close else "an id that `warmtenet catalogue` lists"
            faults.add(item, "type", kind, hint)
        if not kind:
            _check_untyped(pipe, item, faults)
        _check_wall(pipe, catalogue.get(kind), item, faults)
        if measured:
            _check_length(pipe, places, item, faults)


def _check_untyped(pipe: Mapping[Any, Any], item: str, faults: Faults) -> None:
    for name in ("inner_diameter", "heat_loss_coefficient"):
        wanted = SIDES if pipe["sides"] not in SIDES else (pipe["sides"],)
        sides = [pipe.get(f"{name}_{side}") for side in wanted]
        if is_empty(pipe[name]) and any(is_empty(value) for value in sides):
            faults.add(item, name, EMPTY, "a number, or a 'type' of the catalogue")


def _check_wall(pipe: Mapping[Any, Any], kind: PipeType | None, item: str, faults: Faults) -> None:
    """Note outer diameters that leave no room for a wall."""
    narrow: dict[str, float] = {}
    for outer, inner in zip(
        side_names("outer_diameter"), side_names("inner_diameter"), strict=True
    ):
        name = "outer_diameter" if is_empty(pipe.get(outer)) else outer
        given = (pipe.get(inner), pipe["inner_diameter"], kind.inner_diameter if kind else 0.0)
        clear = next(float(value) for value in given if value is not None and not is_empty(value))
        if pipe[name] < clear:
            narrow[name] = max(clear, narrow.get(name, clear))
    for name, clear in narrow.items():
        faults.add(item, name, pipe[name], f"at least the inner diameter, {clear:g} m")


def _check_length(
    pipe: Mapping[Any, Any], places: Mapping[str, tuple[float, float]], item: str, faults: Faults
) -> None:
    ends = [places.get(pipe[name]) for name in ("from_junction", "to_junction")]
    if ends[0] is None or ends[1] is None:
        return
    straight, length = math.dist(ends[0], ends[1]), pipe["length"]
    if 0.0 < length < SHORTEST_SHARE * straight:
        rule = f"at least 0.9 of the {straight:.1f} m between its junctions (or crs = 'none')"
        faults.add(item, "length", length, rule)


def _places(tables: Tables) -> dict[str, tuple[float, float]]:
    if "junctions" not in tables:
        return {}
    frame = tables["junctions"]
    return {name: (x, y) for name, x, y in zip(frame["id"], frame["x"], frame["y"], strict=True)}


def _check_consumers(tables: Tables, behind: set[str], faults: Faults) -> None:
    """Check consumers; those with an exchanger ``behind`` them need no return of their own."""
    buildings = set(tables["dwellings"]["building"]) if "dwellings" in tables else None
    one_line = one_line_circuits(tables)
    for consumer in tables["consumers"].to_dict("records"):
        item = f"consumer '{consumer['id']}'"
        needs_return = consumer["circuit"] not in one_line and consumer["id"] not in behind
        if not is_empty(consumer["substation"]):
            check_substation_cell(consumer, item, tables, faults)
            if consumer["circuit"] in one_line:
                rule = "an empty cell in a one-line network, which has no return"
                faults.add(item, "substation", consumer["substation"], rule)
            needs_return = False
        _check_returns(consumer, item, faults, needed=needs_return)
        building = consumer["building"]
        if building and buildings is not None and building not in buildings:
            close = nearest(building, buildings)
            rule = f"a building of dwellings.csv{f', perhaps {close!r}' if close else ''}"
            faults.add(item, "building", building, rule)


def _check_returns(
    consumer: Mapping[Any, Any], item: str, faults: Faults, *, needed: bool
) -> None:
    """Note a consumer whose return is ``needed`` and not given, or given twice."""
    for prefix in ("", "cooling_"):
        names = (f"{prefix}return_temperature", f"{prefix}temperature_difference")
        given = [name for name in names if not is_empty(consumer[name])]
        if len(given) > 1:
            faults.add(item, given[1], consumer[given[1]], f"either this or {given[0]}")
    missing = is_empty(consumer["return_temperature"])
    if needed and missing and is_empty(consumer["temperature_difference"]):
        rule = "a value in °C, a temperature_difference, or a substation"
        faults.add(item, "return_temperature", EMPTY, rule)


def one_line_circuits(tables: Tables) -> set[str]:
    """Return the circuits whose pipes all lie on the supply side alone.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Conforming tables.
    """
    if "pipes" not in tables:
        return set()
    pipes = tables["pipes"]
    return set(pipes["circuit"]) - set(pipes["circuit"][pipes["sides"] != "supply"])


def _check_placed(name: str, tables: Tables, faults: Faults) -> None:
    """Note valves and boosters on a side on which their pipe's route has none."""
    if "pipes" not in tables:
        return
    sides = dict(zip(tables["pipes"]["id"], tables["pipes"]["sides"], strict=True))
    for row in tables[name].to_dict("records"):
        has = sides.get(row["pipe"], "both")
        if has not in ("both", row["side"]) and row["side"] in SIDES:
            rule = f"'{has}', the side that pipe '{row['pipe']}' has"
            faults.add(f"{TABLES[name].noun} '{row['id']}'", "side", row["side"], rule)


def _check_dwellings(tables: Tables, faults: Faults) -> None:
    frame = tables["dwellings"]
    served = set(tables["consumers"]["building"]) if "consumers" in tables else None
    types = read_dwelling_types()
    for row in frame.to_dict("records"):
        item = f"dwellings '{row['id']}'"
        if row["type"] and row["type"] not in types:
            rule = expected_name(row["type"], types, "a type of dwelling")
            faults.add(item, "type", row["type"], rule)
        if not float(row["count"]).is_integer() and not is_empty(row["count"]):
            faults.add(item, "count", row["count"], "a whole number")
        building = row["building"]
        if building and served is not None and building not in served:
            rule = "a building that a consumer names"
            close = nearest(building, served)
            faults.add(
                item, "building", building, f"{rule}{f', perhaps {close!r}' if close else ''}"
            )


def check_circuit_ids(tables: Tables, faults: Faults) -> None:
    """Note consumers and producers of a circuit that has no pipes."""
    known = list(dict.fromkeys(tables["pipes"]["circuit"])) if "pipes" in tables else []
    for name in ("consumers", "producers"):
        for row in tables[name].to_dict("records") if name in tables else ():
            circuit = row["circuit"]
            if known and circuit and circuit not in known:
                rule = expected_name(circuit, known, "a circuit that has pipes")
                faults.add(f"{TABLES[name].noun} '{row['id']}'", "circuit", circuit, rule)


def check_scenario(tree: Tree, tables: Tables, faults: Faults) -> None:
    """Note ids in the scenario that exist neither in the tables nor in the scenario.

    Parameters
    ----------
    tree : dict
        The scenario as given, so that a section with faults still counts as there.
    tables : mapping of str to DataFrame
        The tables.
    faults : Faults
        Receives every fault, in the order of the sections.
    """
    circuits = list(dict.fromkeys(tables["pipes"]["circuit"])) if "pipes" in tables else None
    known: dict[str, list[str] | None] = {
        "circuit": circuits,
        "producer": ids_of(tables, "producers") if "producers" in tables else None,
        "consumer": ids_of(tables, "consumers") if "consumers" in tables else None,
        "source": list(_section(tree, "sources")),
    }
    for name in _section(tree, "circuits"):
        _check_name("[circuits]", "circuit", name, known["circuit"], faults)
    for place, key, noun in REFERENCES:
        for section, content in _sections(tree, place):
            value = content.get(key)
            values = value if isinstance(value, list) else [value] if value is not None else []
            for name in values:
                _check_name(f"[{section}] {key}", noun, name, known[noun], faults)
    check_plant(tree, tables, faults)
    if "base" in _section(tree, "cases"):
        faults.add(f"{FILE} [cases]", "base", Verbatim("[cases.base]"), "another name for a case")


REFERENCES = (
    ("sources.*", "circuit", "circuit"),
    ("sources.*", "consumer", "consumer"),
    ("heat_pumps.*", "source", "source"),
    ("heat_pumps.*", "circuits", "circuit"),
    ("buffers.*", "circuit", "circuit"),
    ("exchangers.*", "consumer", "consumer"),
    ("exchangers.*", "producer", "producer"),
    ("plant", "producers", "producer"),
    ("plant", "consumers", "consumer"),
    ("plant", "priorities", "source"),
    ("cases.*", "out", "source"),
    ("mode", "circuits", "circuit"),
)
"""Keys of the scenario that hold ids, and of what."""


def _check_name(
    place: str, noun: str, name: object, known: list[str] | None, faults: Faults
) -> None:
    if known is None or name in known:
        return
    section, _, key = place.partition(" ")
    faults.add(f"{FILE} {section}", key or noun, name, id_rule(str(name), known, noun))


def _section(tree: Tree, name: str) -> dict[str, Any]:
    section = tree.get(name, {})
    return section if isinstance(section, dict) else {}


def _sections(tree: Tree, place: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the sections that a place such as ``"sources.*"`` names."""
    name, _, star = place.partition(".")
    section = _section(tree, name)
    if not star:
        return [(name, section)]
    return [(f"{name}.{key}", part) for key, part in section.items() if isinstance(part, dict)]
