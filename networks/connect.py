"""Whether circuits hang together: one pressure, and a way from every consumer to it."""

from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..model.errors import Faults
from .scenario_file import nearest

Row = Mapping[Any, Any]


def check_circuits(tables: Mapping[str, pd.DataFrame], faults: Faults) -> None:
    """Note circuits without one pressure, and rows that have no way to who holds it.

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
        holder = _holder(circuit, producers, list(members["producers"]), faults)
        if holder is None:
            continue
        reached = _reached(pipes, holder["junction"])
        rule = f"a way to producer '{holder['id']}' of circuit '{circuit}'"
        for pipe in pipes:
            if pipe["from_junction"] not in reached:
                faults.add(f"pipe '{pipe['id']}'", "from_junction", pipe["from_junction"], rule)
        for noun, rows in (("consumer", consumers), ("producer", producers)):
            for row in rows:
                if row["junction"] not in reached:
                    faults.add(f"{noun} '{row['id']}'", "junction", row["junction"], rule)


def _by_circuit(frame: pd.DataFrame) -> dict[str, list[Row]]:
    """Return the rows of a table by circuit, in the order of the table."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in frame.to_dict("records"):
        if row["circuit"]:
            rows[row["circuit"]].append(row)
    return rows


def _holder(circuit: str, producers: list[Row], others: list[str], faults: Faults) -> Row | None:
    """Return the producer that holds the pressure; note a circuit without one, or with several."""
    holders = [producer for producer in producers if producer["role"] == "pressure"]
    if not producers:
        close = nearest(circuit, others)
        hint = f" (or do its pipes belong to circuit '{close}'?)" if close else ""
        rule = f"one producer with role 'pressure'{hint}"
        faults.add(f"circuit '{circuit}'", "producers", 0, rule)
    elif not holders and all(producer["role"] for producer in producers):
        rule = f"'pressure' for one producer of circuit '{circuit}'"
        faults.add(f"producer '{producers[0]['id']}'", "role", producers[0]["role"], rule)
    for producer in holders[1:]:
        rule = f"'flow' or 'heat': '{holders[0]['id']}' holds the pressure of circuit '{circuit}'"
        faults.add(f"producer '{producer['id']}'", "role", producer["role"], rule)
    return holders[0] if len(holders) == 1 else None


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
