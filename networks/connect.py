"""Whether circuits hang together: trees, with a way from every consumer to a producer."""

from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..model.errors import Faults
from .scenario_file import nearest
from .tables import MESHES

Row = Mapping[Any, Any]


def check_circuits(tables: Mapping[str, pd.DataFrame], faults: Faults) -> None:
    """Note circuits that are no trees, and rows that have no way to their producer.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``junctions``, ``pipes``, ``consumers`` and ``producers``.
    faults : Faults
        Receives every fault, circuit by circuit.
    """
    members = {name: _by_circuit(tables[name]) for name in ("pipes", "consumers", "producers")}
    for circuit, pipes in members["pipes"].items():
        producers = members["producers"].get(circuit, [])
        consumers = members["consumers"].get(circuit, [])
        if not consumers:
            faults.add(f"circuit '{circuit}'", "consumers", 0, "at least one consumer")
        if not _check_producers(circuit, producers, list(members["producers"]), faults):
            continue
        _check_tree(circuit, pipes, faults)
        reached = _reached(pipes, producers[0]["junction"])
        rule = f"a way to producer '{producers[0]['id']}' of circuit '{circuit}'"
        for pipe in pipes:
            if pipe["from_junction"] not in reached:
                faults.add(f"pipe '{pipe['id']}'", "from_junction", pipe["from_junction"], rule)
        for consumer in consumers:
            if consumer["junction"] not in reached:
                faults.add(f"consumer '{consumer['id']}'", "junction", consumer["junction"], rule)


def _by_circuit(frame: pd.DataFrame) -> dict[str, list[Row]]:
    """Return the rows of a table by circuit, in the order of the table."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in frame.to_dict("records"):
        if row["circuit"]:
            rows[row["circuit"]].append(row)
    return rows


def _check_producers(
    circuit: str, producers: list[Row], others: list[str], faults: Faults
) -> bool:
    """Note a circuit without a producer, or with several; return whether it has one."""
    if not producers:
        close = nearest(circuit, others)
        hint = f" (or do its pipes belong to circuit '{close}'?)" if close else ""
        rule = f"one producer with role 'pressure'{hint}"
        faults.add(f"circuit '{circuit}'", "producers", 0, rule)
    for producer in producers[1:]:
        rule = f"no second producer in circuit '{circuit}' (not yet: {MESHES})"
        faults.add(f"producer '{producer['id']}'", "circuit", circuit, rule)
    return bool(producers)


def _check_tree(circuit: str, pipes: list[Row], faults: Faults) -> None:
    """Note each pipe that closes a loop."""
    parent: dict[str, str] = {}

    def root(junction: str) -> str:
        path = []
        while parent.setdefault(junction, junction) != junction:
            path.append(junction)
            junction = parent[junction]
        for passed in path:
            parent[passed] = junction
        return junction

    for pipe in pipes:
        start, end = root(pipe["from_junction"]), root(pipe["to_junction"])
        if start != end:
            parent[start] = end
        elif pipe["from_junction"] != pipe["to_junction"]:
            rule = f"a tree: it closes a loop in circuit '{circuit}' (not yet: {MESHES})"
            faults.add(f"pipe '{pipe['id']}'", "to_junction", pipe["to_junction"], rule)


def _reached(pipes: list[Row], start: str) -> set[str]:
    """Return the junctions that pipes connect with ``start``."""
    neighbours: dict[str, list[str]] = defaultdict(list)
    for pipe in pipes:
        neighbours[pipe["from_junction"]].append(pipe["to_junction"])
        neighbours[pipe["to_junction"]].append(pipe["from_junction"])
    reached, waiting = {start}, deque([start])
    while waiting:
        for junction in neighbours[waiting.popleft()]:
            if junction not in reached:
                reached.add(junction)
                waiting.append(junction)
    return reached
