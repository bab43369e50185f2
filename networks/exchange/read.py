"""A network of pandapipes becomes tables of ours."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isnan
from typing import Any

import pandas as pd

from ...model.errors import Faults
from ..tables import TABLES
from .elements import Element, collect_elements
from .exchangers import join_exchangers
from .library import KEY, cold_circuits, quiet, require_pandapipes
from .network_rows import (
    add_valve_losses,
    booster_rows,
    draw_places,
    ground_temperatures,
    junction_row,
    pipe_row,
    tie_row,
    valve_rows,
)
from .places import match_sides
from .restore import Row
from .routes import Route, find_routes, name_places, put_boosters_on_pipes
from .settings import Section, read_settings
from .sides import RETURN, SUPPLY, Loop, find_loops
from .station_rows import consumer_row, is_producer, producer_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A network as our tables.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By name; cells are numbers, or texts as they were carried.
    ground_temperature : mapping of str to float
        By pipe. [°C]
    settings : dict
        Sections of the scenario; circuits with a mode are those that cool.
    faults : Faults
        What has no place in our tables, a line for each; the tables lack it.
    """

    tables: Mapping[str, pd.DataFrame]
    ground_temperature: Mapping[str, float]
    settings: Section
    faults: Faults


def from_pandapipes(network: Any) -> Imported:
    """Return what a network of pandapipes is in our tables.

    Parameters
    ----------
    network : pandapipesNet
        Closed circuits with circulation pumps of constant pressure and heat consumers, or open
        networks on external grids with sinks and sources.

    Returns
    -------
    Imported
        Look at its ``faults`` before using the tables.

    Raises
    ------
    InvalidInputError
        If pandapipes is missing.
    """
    require_pandapipes()
    faults = Faults()
    carried: Mapping[str, Any] = network.get(KEY) or {}
    settings = read_settings(network, dict(carried.get("scenario", {})), faults)
    with quiet():
        reading = _read_network(network, faults)
    tables = {name: pd.DataFrame(rows) for name, rows in reading.rows.items() if rows}
    cold = sorted({str(row["circuit"]) for row in reading.rows["pipes"]} & cold_circuits(network))
    if cold:
        settings["mode"] = {"circuits": cold}
    tables |= {name: pd.DataFrame(columns) for name, columns in carried.get("tables", {}).items()}
    return Imported(
        tables={name: tables[name].fillna("") for name in TABLES if name in tables},
        ground_temperature=reading.ground,
        settings=settings,
        faults=faults,
    )


def _read_network(network: Any, faults: Faults) -> "_Reading":
    """Return the rows of every circuit of a network."""
    collected = join_exchangers(collect_elements(network, faults), faults)
    elements, boosters = put_boosters_on_pipes(collected)
    valves: dict[int, list[Element]] = defaultdict(list)
    for valve in elements.pipe_valves:
        valves[valve.end].append(valve)
    losses = add_valve_losses(elements.links, valves)
    reading = _Reading(
        network=network,
        faults=faults,
        junctions=elements.junctions,
        boosters=boosters,
        valves=valves,
        grounds=ground_temperatures(network, elements.links),
    )
    links = [_with_loss(link, losses) for link in elements.links]
    loops = find_loops(replace(elements, links=links), faults)
    for number, loop in enumerate(loops, start=1):
        name = _circuit_id(loop, number if len(loops) > 1 else None)
        taken = {row["circuit"] for row in reading.rows["pipes"]}
        reading.read_loop(loop, f"{name}_{number}" if name in taken else name)
    return reading


def _circuit_id(loop: Loop, number: int | None) -> str:
    """Return the id that a circuit carries, else one by its number."""
    carried = [each.cells["circuit"] for each in loop.links if "circuit" in each.cells]
    return carried[0] if carried else f"network{number or ''}"


@dataclass(slots=True, kw_only=True)
class _Reading:
    """Rows of our tables as circuit after circuit is read."""

    network: Any
    faults: Faults
    junctions: dict[int, Element]
    boosters: dict[int, Element]
    valves: dict[int, list[Element]]
    grounds: dict[tuple[str, int], float]
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    ground: dict[str, float] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    placed: dict[str, Row] = field(default_factory=dict)
    named: set[tuple[str, str]] = field(default_factory=set)

    def read_loop(self, loop: Loop, circuit: str) -> None:
        """Add the rows of a circuit."""
        partner = {} if loop.is_open else match_sides(loop, self.junctions)
        place = name_places(loop, self.junctions, partner)
        routes = find_routes(loop, place, self.grounds, self.taken)
        for route in routes:
            link = next(iter(route.links.values()))
            self.rows["pipes"].append(pipe_row(self.network, route, circuit))
            self.rows["valves"] += valve_rows(route, self.valves)
            self.rows["boosters"] += booster_rows(route, place, self.boosters)
            self.ground[route.id] = self.grounds[link.table, link.index]
        self._add_junctions(loop, place, routes)
        self._add_stations(loop, circuit, place)

    def _add_junctions(self, loop: Loop, place: dict[int, str], routes: list[Route]) -> None:
        """Add the places of a circuit that no other has added, drawn where need be."""
        found = {place[index]: index for index in place}
        found |= {place[index]: index for index in place if loop.side[index] == SUPPLY}
        unplaced = any(isnan(self.junctions[index].quantities["x"]) for index in found.values())
        starts = [place[each.start] for each in loop.stations if is_producer(each)]
        drawn = draw_places(routes, list(dict.fromkeys(starts))) if unplaced else {}
        for name in (each for each in found if each not in self.placed):
            row = junction_row(name, self.junctions[found[name]], drawn.get(name))
            self.placed[name] = row
            self.rows["junctions"].append(row)

    def _add_stations(self, loop: Loop, circuit: str, place: dict[int, str]) -> None:
        """Add consumers and producers at their places."""
        for station in (each for each in loop.stations if not is_producer(each)):
            row = consumer_row(self.network, station, circuit, self.faults)
            if row is not None:
                self._add_station("consumers", station, row, place)
        for station, row in producer_rows(self.network, loop, circuit, self.faults):
            self._add_station("producers", station, row, place)

    def _add_station(self, table: str, station: Element, row: Row, place: dict[int, str]) -> None:
        """Add the row of a station under an id of its own."""
        if (table, row["id"]) in self.named:
            row["id"] = f"{station.table}_{row['id']}"
        self.named.add((table, str(row["id"])))
        row["junction"] = place[station.start]
        self.rows[table].append(row)
        if place[station.start] != place[station.end]:
            self._tie(station, row, place)

    def _tie(self, station: Element, row: Row, place: dict[int, str]) -> None:
        """Give a station a place of its own, tied to its two by pipes without length."""
        name = f"{station.table}_{row['id']}"
        row["junction"] = name
        at = self.placed[place[station.start]]
        self.rows["junctions"].append({**at, "id": name})
        for side, junction in ((SUPPLY, station.start), (RETURN, station.end)):
            tie = tie_row(f"{name}_{side}", (place[junction], name), side)
            self.rows["pipes"].append({**tie, "circuit": row["circuit"]})
            self.ground[f"{name}_{side}"] = next(iter(self.ground.values()))


def _with_loss(link: Element, losses: dict[int, float]) -> Element:
    """Return a pipe with the minor loss of the valves on it."""
    if link.table != "pipe" or link.index not in losses:
        return link
    own = link.quantities["minor_loss_coefficient"]
    loss = {"minor_loss_coefficient": own + losses[link.index]}
    return replace(link, quantities={**link.quantities, **loss})
