"""Rules for substations: what each kind needs, the order of its temperatures, who may have one."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from ..model.errors import Faults
from .cells import is_empty
from .conform import EMPTY, ids_of
from .scenario_file import nearest

Row = Mapping[Any, Any]
Tables = Mapping[str, pd.DataFrame]

SUPPLY, RETURN = "design_supply_temperature", "design_return_temperature"
SECONDARY_SUPPLY = "design_secondary_supply_temperature"
SECONDARY_RETURN = "design_secondary_return_temperature"
ROOM = "design_room_temperature"
SET_POINTS = ("secondary_supply_temperature", "secondary_return_temperature")
COOLING_SET_POINTS = tuple(f"cooling_{name}" for name in SET_POINTS)
COOLING_DESIGN = ("cooling_design_supply_temperature", "cooling_design_return_temperature")
ROOMS = ("room_temperature", "cooling_room_temperature")

EXCHANGER_ENDS = (
    (SUPPLY, SECONDARY_SUPPLY),
    (RETURN, SECONDARY_RETURN),
    (SUPPLY, RETURN),
    (SECONDARY_SUPPLY, SECONDARY_RETURN),
)
ORDERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "": EXCHANGER_ENDS,
    "exchanger": (*EXCHANGER_ENDS, (SECONDARY_RETURN, ROOM)),
    "mixing": (
        (SUPPLY, SECONDARY_SUPPLY),
        (SECONDARY_SUPPLY, SECONDARY_RETURN),
        (SECONDARY_RETURN, ROOM),
    ),
    "throttling": ((SUPPLY, RETURN), (RETURN, ROOM)),
}
"""Temperatures of the design point of which the first is the warmer one when it heats."""


def check_substations(frame: pd.DataFrame, faults: Faults) -> None:
    """Note rows of ``substations.csv`` that cannot be.

    Parameters
    ----------
    frame : DataFrame
        Conforming; cells at fault are empty.
    faults : Faults
        Receives every fault, by row.
    """
    for row in frame.to_dict("records"):
        item, connection = f"substation '{row['id']}'", row["connection"]
        is_floor = row["type"] == "floor_heating"
        if not row["type"]:  # noted where the cell was read
            continue
        if is_floor and not connection:
            words = "'mixing', 'throttling' or 'exchanger'"
            faults.add(item, "connection", EMPTY, words)
            continue
        if not is_floor and connection:
            faults.add(item, "connection", connection, "an empty cell, or type 'floor_heating'")
            connection = ""
        _check_cells(row, item, connection, faults)
        _check_order(row, item, ORDERS[connection], faults)


def _check_cells(row: Row, item: str, connection: str, faults: Faults) -> None:
    """Note temperatures that a kind needs, and those that mean nothing for it."""
    needed = {name for pair in ORDERS[connection] for name in pair} - {ROOM}
    unwanted = {RETURN, SECONDARY_SUPPLY, SECONDARY_RETURN} - needed
    unwanted |= set(ROOMS) if connection == "" else {*SET_POINTS, *COOLING_SET_POINTS}
    cooling = COOLING_SET_POINTS if connection == "" else ROOMS[1:]
    given = [name for name in (*cooling, *COOLING_DESIGN) if not is_empty(row[name])]
    if given:
        needed |= {*cooling, *COOLING_DESIGN}
    for name in row:
        if name in needed and is_empty(row[name]):
            beside = f", beside {given[0]}" if name.startswith("cooling_") else ""
            faults.add(item, name, EMPTY, f"a value in °C{beside}")
        if name in unwanted and not is_empty(row[name]):
            kind = f"connection '{connection}'" if connection else "type 'heat_exchanger'"
            faults.add(item, name, row[name], f"an empty cell for {kind}")


def _check_order(row: Row, item: str, order: Iterable[tuple[str, str]], faults: Faults) -> None:
    """Note temperatures of the design point on the wrong side of one another."""
    pairs = [pair for pair in order if not any(is_empty(row[name]) for name in pair)]
    if not pairs:
        return
    warm, cold = pairs[0][0], pairs[-1][1]
    sign, word = (1.0, "above") if row[warm] >= row[cold] else (-1.0, "below")
    for first, second in pairs:
        if (row[first] - row[second]) * sign <= 0.0:
            rule = f"a temperature {word} {second} = {row[second]:g} °C"
            faults.add(item, first, row[first], rule)
    supply, back = (row[name] for name in COOLING_DESIGN)
    if not (is_empty(supply) or is_empty(back)) and supply >= back:
        rule = f"a temperature below {COOLING_DESIGN[1]} = {back:g} °C"
        faults.add(item, COOLING_DESIGN[0], supply, rule)


def check_substation_cell(consumer: Row, item: str, tables: Tables, faults: Faults) -> None:
    """Note a consumer whose substation does not exist, or that needs or has other cells.

    Parameters
    ----------
    consumer : mapping
        Row of ``consumers.csv`` with a substation.
    item : str
        What messages call it.
    tables : mapping of str to DataFrame
        Conforming tables.
    faults : Faults
        Receives every fault.
    """
    name, known = consumer["substation"], ids_of(tables, "substations")
    if name not in known:
        close = nearest(str(name), known)
        hint = f", perhaps {close!r}" if close else ""
        faults.add(item, "substation", name, f"the id of a row in substations.csv{hint}")
    for other in ("return_temperature", "temperature_difference"):
        if not is_empty(consumer[other]):
            faults.add(item, other, consumer[other], "an empty cell: the substation decides")
    if not is_empty(consumer["flow"]):
        faults.add(item, "flow", consumer["flow"], "an empty cell: the substation decides")
    if is_empty(consumer["design_load"]) or consumer["design_load"] == 0.0:
        value = EMPTY if is_empty(consumer["design_load"]) else consumer["design_load"]
        rule = f"a load above 0 W, for which substation '{name}' is sized"
        faults.add(item, "design_load", value, rule)


def check_driven(
    tables: Tables, drawn: Collection[str], plant: Collection[str], faults: Faults
) -> None:
    """Note substations of consumers whose flow, or return, something else decides.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Conforming tables.
    drawn : collection of str
        Consumers with a column in ``flow.csv``.
    plant : collection of str
        Consumers that stand for the plant on its sources' circuits.
    faults : Faults
        Receives every fault, by consumer.
    """
    for consumer in tables["consumers"].to_dict("records") if "consumers" in tables else ():
        if is_empty(consumer["substation"]):
            continue
        item, name = f"consumer '{consumer['id']}'", consumer["substation"]
        if consumer["id"] in drawn:
            rule = "an empty cell, as flow.csv gives its flow"
            faults.add(item, "substation", name, rule)
        if consumer["id"] in plant:
            rule = "an empty cell, as the plant decides what it takes and returns"
            faults.add(item, "substation", name, rule)
