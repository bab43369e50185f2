"""The elements of a network of pandapipes, as links along one side and stations across.

A *link* carries water along: a pipe, a valve between junctions, a pump, a heat exchanger that
exchanges nothing. A *station* stands between the sides of a closed circuit, or at one junction
of an open one.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ...model.errors import Faults
from ..cells import Verbatim
from .carry import EXPORTED, Cells, carried_cells
from .quantities import READERS, numbers, quantities

CROSSING = {
    "heat_consumer": ("from_junction", "to_junction"),
    "circ_pump_pressure": ("flow_junction", "return_junction"),
    "circ_pump_mass": ("flow_junction", "return_junction"),
    "flow_control": ("from_junction", "to_junction"),
}
"""Stations between two sides, with their columns of supply and return junction."""

STANDING = ("ext_grid", "sink", "source")
"""Stations at one junction."""

HOLD_PRESSURE = ("circ_pump_pressure", "ext_grid")

LINKS = {
    "pipe": ("from_junction", "to_junction"),
    "valve": ("junction", "element"),
    "pump": ("from_junction", "to_junction"),
    "heat_exchanger": ("from_junction", "to_junction"),
}

FOREIGN = {
    "compressor": "a pump of constant lift: water is not compressed",
    "press_control": "no control of pressure: valves are open or closed",
    "mass_storage": "a sink or a source: tanks are not part of the network",
}
"""Elements that we have no table for, and what could stand in their place."""

MAY_REST = ("heat_consumer", "sink")
"""Elements that our tables know out of service, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One row of a network, in our quantities.

    Parameters
    ----------
    table, index : str, int
        Where it stands.
    name : str
        Its name, where that is its own; else table and index.
    start, end : int
        Junctions: from and to of a link, supply and return of a station; equal at one junction.
    quantities : mapping of str to float
        What pandapipes says, by our columns, in canonical units.
    exported : mapping of str to float
        What it was exported with, NaN where it was not.
    cells : dict of str to str
        Cells of ours that it carries.
    in_service : bool
        Whether it takes part.
    kind : str
        The column ``type``.
    """

    table: str
    index: int
    name: str
    start: int
    end: int
    quantities: Mapping[str, float]
    exported: Mapping[str, float]
    cells: Cells
    in_service: bool = True
    kind: str = ""

    @property
    def item(self) -> str:
        """What messages call it."""
        return f"{self.table} '{self.name}'"


@dataclass(slots=True)
class Elements:
    """Everything of a network that we understand.

    Parameters
    ----------
    junctions : dict of int to Element
        By index.
    links, stations : list of Element
        In the order of the tables.
    pipe_valves : list of Element
        Valves that sit on a pipe, whose index is their ``end``.
    """

    junctions: dict[int, Element] = field(default_factory=dict)
    links: list[Element] = field(default_factory=list)
    stations: list[Element] = field(default_factory=list)
    pipe_valves: list[Element] = field(default_factory=list)


def collect_elements(network: Any, faults: Faults) -> Elements:
    """Return the elements of a network.

    Parameters
    ----------
    network : pandapipesNet
        The network.
    faults : Faults
        Receives every element that our tables have no place for; it is left out.
    """
    for table, rule in FOREIGN.items():
        for item in _rows(network, table):
            faults.add(f"{table} '{item.name}'", "element", Verbatim(table), rule)
    found = Elements()
    for row in _rows(network, "junction"):
        if _is_in_service(row, faults):
            found.junctions[row.index] = row
    for table in LINKS:
        for row in _rows(network, table):
            if _is_in_service(row, faults):
                on_pipe = table == "valve" and network.valve.at[row.index, "et"] == "pi"
                _keep(row, found, found.pipe_valves if on_pipe else found.links, faults)
    for table in (*CROSSING, *STANDING):
        for row in _rows(network, table):
            if _is_in_service(row, faults):
                _keep(row, found, found.stations, faults)
    return found


def _keep(row: Element, found: Elements, kept: list[Element], faults: Faults) -> None:
    """Keep an element whose junctions are there, and whose values we have a place for."""
    ends = (row.start,) if kept is found.pipe_valves else (row.start, row.end)
    missing = [end for end in ends if end not in found.junctions]
    if missing:
        faults.add(row.item, "junction", missing[0], "a junction in service")
    elif _is_sound(row, faults):
        kept.append(row)


FORWARD = {
    "heat_consumer": {
        "flow": ("controlled_mdot_kg_per_s", "at least 0 kg/s"),
        "temperature_difference": ("deltat_k", "a difference with the sign of the heat"),
    },
    "sink": {"flow": ("mdot_kg_per_s", "at least 0 kg/s, or a source")},
    "circ_pump_mass": {"mass_flow": ("mdot_flow_kg_per_s", "at least 0 kg/s")},
}
"""What may not be negative in the network, what it is called there, and the rule."""


def _is_sound(row: Element, faults: Faults) -> bool:
    """Note an element that acts in a way that our tables do not know."""
    given = row.quantities
    for name, (column, rule) in FORWARD.get(row.table, {}).items():
        if given[name] < 0.0:
            faults.add(row.item, column, given[name], rule)
            return False
    if row.table == "flow_control" and given["mass_flow"] > 0.0:
        rule = "at least 0 kg/s"
        faults.add(row.item, "controlled_mdot_kg_per_s", -given["mass_flow"], rule)
        return False
    if row.table == "pump" and not given["pressure_rise"] >= 0.0:
        rule = "a lift that does not depend on the flow"
        faults.add(row.item, "std_type", Verbatim("(a curve)"), rule)
        return True  # it stays as a pipe without length
    if row.table in HOLD_PRESSURE and "p" not in row.kind:
        faults.add(row.item, "type", row.kind, "'p' or 'pt': it holds a pressure")
        return False
    return True


def _is_in_service(row: Element, faults: Faults) -> bool:
    """Note what is out of service where our tables cannot say that."""
    if row.in_service or row.table in MAY_REST:
        return True
    faults.add(row.item, "in_service", False, "True: what is out of service has no row")
    return False


def _rows(network: Any, table: str) -> list[Element]:
    """Return the rows of a table, empty where there is none."""
    frame = network.get(table)
    if frame is None or not len(frame):
        return []
    names = _names(frame, table)
    known = quantities(network, table) if table in READERS else {}
    exported = {name: numbers(frame, EXPORTED + name) for name in known}
    rows = []
    for place, (index, row) in enumerate(frame.to_dict("index").items()):
        start, end = _ends(table, row)
        rows.append(
            Element(
                table=table,
                index=int(index),
                name=names[place],
                start=start,
                end=end,
                quantities={name: float(values[place]) for name, values in known.items()},
                exported={name: float(values[place]) for name, values in exported.items()},
                cells=carried_cells(row),
                in_service=bool(row.get("in_service", True)),
                kind=str(row.get("type", "")),
            )
        )
    return rows


def _ends(table: str, row: Mapping[Any, Any]) -> tuple[int, int]:
    """Return the junctions of a row: from and to, or supply and return."""
    columns = LINKS.get(table) or CROSSING.get(table)
    if columns is None:
        place = int(row.get("junction", -1))
        return place, place
    return int(row[columns[0]]), int(row[columns[1]])


def _names(frame: pd.DataFrame, table: str) -> list[str]:
    """Return the names of rows; one without a name of its own has that of table and index."""
    given = frame["name"] if "name" in frame.columns else [None] * len(frame)
    texts = [name.strip() if isinstance(name, str) else "" for name in given]
    counts = Counter(texts)
    names = []
    for index, text in zip(frame.index, texts, strict=True):
        name = text if text and counts[text] == 1 else f"{table}_{index}"
        names.append(f"{name}_" if name != text and name in counts else name)
    return names
