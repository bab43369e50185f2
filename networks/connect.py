"""Whether circuits hang together: a held pressure, and a way from every row to it."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ..model.errors import MOST_ALIKE, Faults
from .cells import is_empty
from .check import one_line_circuits
from .columns import SIDES
from .scenario_file import nearest
from .system import Series

Row = Mapping[Any, Any]
Tables = Mapping[str, pd.DataFrame]


def check_circuits(tables: Tables, series: Mapping[str, Series], faults: Faults) -> None:
    """Note circuits without a held pressure, and rows that have no way to where it is held.

    All valves count as open: what shuts off whom is a matter of hours.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``junctions``, ``pipes``, ``consumers`` and ``producers``.
    series : mapping of str to Series
        By name; tells the open ends of one-line networks.
    faults : Faults
        Receives every fault, circuit by circuit.
    """
    members = {name: _by_circuit(tables[name]) for name in ("pipes", "consumers", "producers")}
    one_line = one_line_circuits(tables)
    for circuit, pipes in members["pipes"].items():
        producers = members["producers"].get(circuit, [])
        consumers = members["consumers"].get(circuit, [])
        if not consumers and circuit not in one_line:
            faults.add(f"circuit '{circuit}'", "consumers", 0, "at least one consumer")
        if circuit in one_line:
            held = _held(circuit, producers, consumers, series, faults)
            _check_ways(pipes, [*producers, *consumers], held, ("supply",), faults)
            continue
        if all(pipe["sides"] == "return" for pipe in pipes):
            rule = "'supply' for a one-line network, or 'both'"
            faults.add(f"circuit '{circuit}'", "sides", "return", rule)
            continue
        holder = _holder(circuit, producers, list(members["producers"]), faults)
        if holder is not None:
            _check_ways(pipes, [*consumers, *producers], [holder], SIDES, faults)


def is_outlet(consumer: Row, series: Mapping[str, Series]) -> bool:
    """Return whether nothing says what a consumer draws: in a one-line network, an open end.

    Parameters
    ----------
    consumer : mapping
        Row of the table.
    series : mapping of str to Series
        By name.
    """
    given = any(consumer["id"] in series[name].columns for name in DRAWN if name in series)
    empty = all(is_empty(consumer[name]) for name in (*DRAWN, "building"))
    return empty and not given and bool(consumer["is_connected"])


DRAWN = ("heat", "flow")
"""Columns, and series, that say what a consumer draws."""


def _by_circuit(frame: pd.DataFrame) -> dict[str, list[Row]]:
    """Return the rows of a table by circuit, in the order of the table."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in frame.to_dict("records"):
        if row["circuit"]:
            rows[row["circuit"]].append(row)
    return rows


def _held(
    circuit: str,
    producers: list[Row],
    consumers: list[Row],
    series: Mapping[str, Series],
    faults: Faults,
) -> list[Row]:
    """Return the producers and open ends that hold a pressure in a one-line network."""
    holders = [row for row in producers if row["role"] == "pressure"]
    ends = [row for row in consumers if is_outlet(row, series)]
    for row in ends:
        if not is_empty(row["max_flow"]):
            rule = (
                "none: nothing holds an open end back; a flow, or a valve that lets less through"
            )
            faults.add(f"consumer '{row['id']}'", "max_flow", row["max_flow"], rule)
    first: dict[str, Row] = {}
    for row in (*holders, *ends):
        other = first.setdefault(row["junction"], row)
        if other is not row:
            rule = f"another junction: '{other['id']}' holds the pressure there"
            noun = "producer" if row in holders else "consumer"
            faults.add(f"{noun} '{row['id']}'", "junction", row["junction"], rule)
    if not first:
        rule = "a producer with role 'pressure', or a consumer without flow and heat: an open end"
        faults.add(f"circuit '{circuit}'", "pressure", "nowhere held", rule)
    return list(first.values())


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


def _check_ways(
    pipes: list[Row], rows: list[Row], held: list[Row], sides: Iterable[str], faults: Faults
) -> None:
    """Note pipes and rows from which no pipes lead to where a pressure is held, once each.

    Where nothing leads there, its own junction is the fault, and the only one.
    """
    if not held:
        return
    starts = {row["junction"] for row in held}
    if all(not _touched(pipe, starts) for pipe in pipes):
        _tell_apart(held[0], faults)
        return
    is_even = all(pipe["sides"] == "both" for pipe in pipes)
    to = f"a way to {_noun(held[0])} '{held[0]['id']}' of circuit '{held[0]['circuit']}'"
    told: set[tuple[str, str]] = set()
    for side in ("supply",) if is_even else sides:
        own = [pipe for pipe in pipes if pipe["sides"] in ("both", side)]
        neighbours = _neighbours(own)
        reached = _reached(neighbours, starts)
        rule = to if is_even else f"{to} on the {side} side"
        for noun, column, members in (
            ("pipe", "from_junction", own),
            ("consumer", "junction", [row for row in rows if _noun(row) == "consumer"]),
            ("producer", "junction", [row for row in rows if _noun(row) == "producer"]),
        ):
            lost = [row for row in members if row[column] not in reached]
            new = [row for row in lost if (noun, row["id"]) not in told]
            told |= {(noun, row["id"]) for row in new}
            for part in _parts(neighbours, new, column):
                _tell_part(noun, column, part, rule, faults)


def _tell_apart(row: Row, faults: Faults) -> None:
    """Note that no pipe leads to where a pressure is held, unless its junction is told already."""
    item = f"{_noun(row)} '{row['id']}'"
    if not any(fault.item == item and fault.field == "junction" for fault in faults.found):
        rule = f"a junction of the pipes of circuit '{row['circuit']}'"
        faults.add(item, "junction", row["junction"], rule)


def _touched(pipe: Row, junctions: set[str]) -> bool:
    return pipe["from_junction"] in junctions or pipe["to_junction"] in junctions


def _parts(
    neighbours: Mapping[str, list[str]], rows: list[Row], column: str
) -> Iterable[list[Row]]:
    """Return rows by the part of the network that they belong to, in their order."""
    part_of: dict[str, str] = {}
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        junction = row[column]
        if junction not in part_of:
            part_of |= {reached: junction for reached in _reached(neighbours, {junction})}
        parts[part_of[junction]].append(row)
    return parts.values()


def _tell_part(noun: str, column: str, part: list[Row], rule: str, faults: Faults) -> None:
    """Note rows that are cut off together; many of them share a line."""
    if len(part) <= MOST_ALIKE:
        for row in part:
            faults.add(f"{noun} '{row['id']}'", column, row[column], rule)
        return
    item = f"{noun} '{part[0]['id']}' and {len(part) - 1} more of one part"
    faults.add(item, column, part[0][column], rule)


def _noun(row: Row) -> str:
    return "producer" if "role" in row else "consumer"


def _neighbours(pipes: list[Row]) -> dict[str, list[str]]:
    """Return the junctions at the other ends of the pipes of each junction."""
    neighbours: dict[str, list[str]] = defaultdict(list)
    for pipe in pipes:
        neighbours[pipe["from_junction"]].append(pipe["to_junction"])
        neighbours[pipe["to_junction"]].append(pipe["from_junction"])
    return neighbours


def _reached(neighbours: Mapping[str, list[str]], starts: set[str]) -> set[str]:
    """Return the junctions that pipes connect with any of ``starts``."""
    reached, waiting = set(starts), deque(starts)
    while waiting:
        for junction in neighbours.get(waiting.popleft(), ()):
            if junction not in reached:
                reached.add(junction)
                waiting.append(junction)
    return reached
