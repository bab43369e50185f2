"""Whether the plant, its sources, heat pumps and tanks meet the circuits as they must."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ..model.errors import Faults
from .cells import Verbatim
from .scenario_file import FILE, Tree

Tables = Mapping[str, pd.DataFrame]

PLANT = f"{FILE} [plant]"


def check_plant(tree: Tree, tables: Tables, faults: Faults) -> None:
    """Note sources without their consumer, and what the plant would leave out in silence.

    Parameters
    ----------
    tree : dict
        The scenario as given; names that do not exist are noted elsewhere.
    tables : mapping of str to DataFrame
        The tables.
    faults : Faults
        Receives every fault.
    """
    consumers, producers = (_circuits(tables, name) for name in ("consumers", "producers"))
    plant = _section(tree, "plant")
    behind = _names(plant.get("consumers"))
    _check_sources(tree, behind, consumers, faults)
    if not plant:
        return
    for key in ("producers", "consumers", "priorities"):
        twice = [name for name, count in Counter(_names(plant.get(key))).items() if count > 1]
        for name in twice:
            faults.add(PLANT, key, name, "each of them once")
    drawn = {consumers[name]: name for name in behind if name in consumers}
    for name in dict.fromkeys(_names(plant.get("producers"))):
        if producers.get(name) in drawn:
            rule = f"no producer of circuit '{producers[name]}', from which the plant draws"
            faults.add(PLANT, "producers", name, rule)
    for name, circuit in consumers.items():
        if circuit in drawn and name not in behind:
            rule = (
                f"another circuit, or '{name}' in [plant] consumers: from '{circuit}' the plant "
                f"alone draws, by '{drawn[circuit]}'"
            )
            faults.add(f"consumer '{name}'", "circuit", circuit, rule)
    fed = {producers[name] for name in _names(plant.get("producers")) if name in producers}
    _check_served(tree, fed - set(drawn), faults)


def _check_sources(
    tree: Tree, behind: list[str], consumers: Mapping[str, str], faults: Faults
) -> None:
    """Note sources whose consumer misses, stands elsewhere or serves another source as well."""
    taken: dict[str, str] = {}
    for name, source in _sections(tree, "sources"):
        place = f"{FILE} [sources.{name}]"
        circuit, consumer = source.get("circuit"), source.get("consumer")
        if circuit is not None and consumer is None:
            rule = f"the plant's consumer on circuit '{circuit}'"
            faults.add(place, "consumer", Verbatim("(missing)"), rule)
        if not isinstance(consumer, str):
            continue
        if consumer not in behind:
            faults.add(place, "consumer", consumer, "one of [plant] consumers")
        elif consumer in consumers and circuit != consumers[consumer]:
            value = Verbatim("(missing)") if circuit is None else circuit
            rule = f"'{consumers[consumer]}', the circuit of consumer '{consumer}'"
            faults.add(place, "circuit", value, rule)
        elif consumer in taken:
            rule = f"a consumer of its own: '{consumer}' brings source '{taken[consumer]}'"
            faults.add(place, "consumer", consumer, rule)
        taken.setdefault(consumer, name)
    for name in dict.fromkeys(behind):
        if name in consumers and name not in taken:
            rule = f"consumers that a source names: [sources.ID] consumer = '{name}'"
            faults.add(PLANT, "consumers", name, rule)


def _check_served(tree: Tree, fed: set[str], faults: Faults) -> None:
    """Note heat pumps and tanks on circuits that the plant does not feed."""
    if not fed:
        return
    rule = f"a circuit that [plant] producers feed: {', '.join(sorted(fed))}"
    for name, pool in _sections(tree, "heat_pumps"):
        served = pool.get("circuits")
        if served == []:
            faults.add(f"{FILE} [heat_pumps.{name}]", "circuits", Verbatim("[]"), rule)
        for circuit in _names(served):
            if circuit not in fed:
                faults.add(f"{FILE} [heat_pumps.{name}]", "circuits", circuit, rule)
    for name, tank in _sections(tree, "buffers"):
        if isinstance(tank.get("circuit"), str) and tank["circuit"] not in fed:
            faults.add(f"{FILE} [buffers.{name}]", "circuit", tank["circuit"], rule)


def _circuits(tables: Tables, table: str) -> dict[str, str]:
    """Return the circuit of each row of a table."""
    if table not in tables:
        return {}
    frame = tables[table]
    return dict(zip(frame["id"].astype(str), frame["circuit"].astype(str), strict=True))


def _names(value: object) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def _section(tree: Tree, name: str) -> dict[str, Any]:
    section = tree.get(name, {})
    return section if isinstance(section, dict) else {}


def _sections(tree: Tree, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, part in _section(tree, name).items():
        if isinstance(part, dict):
            yield key, part
