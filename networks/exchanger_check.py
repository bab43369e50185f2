"""Rules for exchangers between circuits: what they may join, and what they decide alone."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ..model.errors import Faults
from .cells import is_empty
from .check import one_line_circuits
from .scenario_file import FILE, Tree
from .system import Series

Row = Mapping[Any, Any]
Tables = Mapping[str, pd.DataFrame]

NEEDED = ("pipes", "consumers", "producers")
"""Tables without which nothing can be said."""

DECIDED = (
    "heat",
    "flow",
    "building",
    "substation",
    "return_temperature",
    "temperature_difference",
    "cooling_return_temperature",
    "cooling_temperature_difference",
)
"""Cells of a consumer that the circuit behind its exchanger decides."""


def behind_exchangers(tree: Tree) -> dict[str, str]:
    """Return the exchanger behind each consumer that has one.

    Parameters
    ----------
    tree : dict
        The scenario as given, so that a section with faults still counts as there.
    """
    behind: dict[str, str] = {}
    for name, section in _sections(tree).items():
        if isinstance(section.get("consumer"), str):
            behind.setdefault(section["consumer"], name)
    return behind


def check_exchangers(
    tree: Tree, tables: Tables, series: Mapping[str, Series], faults: Faults
) -> None:
    """Note exchangers that join what cannot be joined, and cells and series beside them.

    Parameters
    ----------
    tree : dict
        The scenario as given.
    tables : mapping of str to DataFrame
        Conforming tables. Rows that do not exist are noted elsewhere.
    series : mapping of str to Series
        By name.
    faults : Faults
        Receives every fault, exchanger by exchanger.
    """
    sections = _sections(tree)
    if not sections or any(name not in tables for name in NEEDED):
        return
    consumers, producers = _rows(tables, "consumers"), _rows(tables, "producers")
    behind, fed = behind_exchangers(tree), _fed(tree, sections)
    drawn = _drawn(tree, consumers)
    one_line = one_line_circuits(tables)
    feeds: dict[str, tuple[str, str]] = {}
    for name, section in sections.items():
        item = f"{FILE} [exchangers.{name}]"
        consumer = consumers.get(section.get("consumer"))
        producer = producers.get(section.get("producer"))
        if consumer is not None:
            owner = behind.get(consumer["id"], name), name
            _check_consumer(item, consumer, owner, drawn, faults)
            _check_closed(item, "consumer", consumer, one_line, faults)
            if behind.get(consumer["id"]) == name:
                _check_cells(name, consumer, series, faults)
        if producer is not None:
            owner = fed.get(producer["id"], name), name
            _check_producer(item, producer, owner, drawn, faults)
            _check_closed(item, "producer", producer, one_line, faults)
        if consumer is not None and producer is not None:
            feeds.setdefault(producer["circuit"], (consumer["circuit"], name))
    _check_rings(feeds, {n: str(s.get("producer")) for n, s in sections.items()}, faults)


def _sections(tree: Tree) -> dict[str, Tree]:
    given = tree.get("exchangers", {})
    given = given if isinstance(given, dict) else {}
    return {name: section for name, section in given.items() if isinstance(section, dict)}


def _rows(tables: Tables, name: str) -> dict[object, Row]:
    return {row["id"]: row for row in tables[name].to_dict("records")}


def _plant(tree: Tree, key: str) -> Iterable[object]:
    plant = tree.get("plant", {})
    names = plant.get(key, []) if isinstance(plant, dict) else []
    return names if isinstance(names, list) else []


def _fed(tree: Tree, sections: Mapping[str, Tree]) -> dict[object, str]:
    """Return what feeds each producer: the plant, else the first exchanger that names it."""
    fed: dict[object, str] = {}
    for name, section in sections.items():
        fed.setdefault(str(section.get("producer")), name)
    return fed | dict.fromkeys(_plant(tree, "producers"), "")


def _drawn(tree: Tree, consumers: Mapping[object, Row]) -> set[str]:
    """Return the circuits from which the plant draws."""
    rows = (consumers.get(name) for name in _plant(tree, "consumers"))
    return {row["circuit"] for row in rows if row is not None}


def _check_consumer(
    item: str, consumer: Row, owner: tuple[str, str], drawn: set[str], faults: Faults
) -> None:
    first, own = owner
    if first != own:
        rule = f"a consumer of its own: exchanger '{first}' has this one"
        faults.add(item, "consumer", consumer["id"], rule)
    elif consumer["circuit"] in drawn:
        rule = f"a consumer elsewhere: the plant draws from circuit '{consumer['circuit']}'"
        faults.add(item, "consumer", consumer["id"], rule)


def _check_producer(
    item: str, producer: Row, owner: tuple[str, str], drawn: set[str], faults: Faults
) -> None:
    first, own = owner
    if first != own:
        other = f"exchanger '{first}'" if first else "[plant]"
        rule = f"a producer that nothing else feeds: {other} does"
        faults.add(item, "producer", producer["id"], rule)
    elif producer["circuit"] in drawn:
        rule = f"a producer elsewhere: the plant draws from circuit '{producer['circuit']}'"
        faults.add(item, "producer", producer["id"], rule)
    elif producer["role"] in ("flow", "heat"):
        faults.add(item, "producer", producer["id"], "a producer with role 'pressure'")


def _check_closed(item: str, key: str, row: Row, one_line: set[str], faults: Faults) -> None:
    if row["circuit"] in one_line:
        rule = f"a {key} of a circuit with a return side"
        faults.add(item, key, row["id"], rule)


def _check_cells(name: str, consumer: Row, series: Mapping[str, Series], faults: Faults) -> None:
    """Note what is said of a consumer that the circuit behind its exchanger decides."""
    item = f"consumer '{consumer['id']}'"
    for column in DECIDED:
        if not is_empty(consumer[column]):
            rule = f"an empty cell: exchanger '{name}' decides it"
            faults.add(item, column, consumer[column], rule)
    if not consumer["is_connected"]:
        rule = f"true: exchanger '{name}' stands behind it"
        faults.add(item, "is_connected", consumer["is_connected"], rule)
    for file in ("heat", "flow"):
        if file in series and consumer["id"] in series[file].columns:
            rule = f"no such column: exchanger '{name}' decides it"
            faults.add(f"{file}.csv", "column", consumer["id"], rule)


def _check_rings(
    feeds: Mapping[str, tuple[str, str]], producers: Mapping[str, str], faults: Faults
) -> None:
    """Note circuits that feed themselves, each ring once."""
    told: set[str] = set()
    for circuit, (_, name) in feeds.items():
        way = [circuit]
        while way[-1] in feeds and feeds[way[-1]][0] not in way:
            way.append(feeds[way[-1]][0])
        closes = way[-1] in feeds and feeds[way[-1]][0] == circuit
        if not closes or told & set(way):
            continue
        told |= set(way)
        ring = " feeds ".join(f"'{each}'" for each in (circuit, *reversed(way)))
        rule = f"circuits that feed one another one way: {ring}"
        if len(way) == 1:
            rule = f"a producer of another circuit than '{circuit}'"
        faults.add(f"{FILE} [exchangers.{name}]", "producer", producers[name], rule)
