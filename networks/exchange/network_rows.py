"""Junctions, pipes, valves and boosters of our tables from the links of a network."""

from collections import deque
from typing import Any

import numpy as np

from ..columns import FloatArray
from .elements import Element
from .library import KELVIN
from .restore import Row, carried_row, is_unchanged, link_cells, restored, rounded
from .routes import Route

AMBIENT = 293.15
"""Around pipes where a network says nothing, as pandapipes has it. [K]"""

TIE_DIAMETER = 0.1
"""Of pipes without length. [m]"""

APART = 100.0
"""Between junctions of a network without coordinates, when it is drawn. [m]"""

BENT = 3
"""Points of a line that is not straight."""


def ground_temperatures(network: Any, links: list[Element]) -> dict[tuple[str, int], float]:
    """Return the temperature around each link, by table and index. [°C]"""
    options = network.get("user_pf_options") or {}
    otherwise = float(options.get("ambient_temperature", AMBIENT)) - KELVIN
    found = {}
    for link in links:
        given = link.quantities.get("ground_temperature", np.nan)
        found[link.table, link.index] = rounded(otherwise if np.isnan(given) else given)
    return found


def junction_row(place: str, junction: Element, where: FloatArray | None) -> Row:
    """Return the row of a place; ``where`` draws one that has no coordinates."""
    row: Row = {**carried_row(junction), "id": place}
    row["elevation"] = restored(junction, "elevation")
    for axis, column in enumerate(("x", "y")):
        row[column] = restored(junction, column) if where is None else float(where[axis])
    return row


def pipe_row(network: Any, route: Route, circuit: str) -> Row:
    """Return the row of a route."""
    link = next(iter(route.links.values()))
    row: Row = {**carried_row(link), "id": route.id, "circuit": circuit}
    if link.table != "pipe":
        row = {"id": route.id, "circuit": circuit}
    row |= {"from_junction": route.start, "to_junction": route.end, "sides": route.sides}
    row["length"] = restored(link, "length")
    row |= link_cells(route.links)
    if link.table == "pipe" and not row.get("geometry"):
        row["geometry"] = _bends(network, link)
    return row


def tie_row(name: str, ends: tuple[str, str], side: str) -> Row:
    """Return a pipe without length on one side, which takes no pressure and no heat."""
    return {
        "id": name,
        "from_junction": ends[0],
        "to_junction": ends[1],
        "length": 0.0,
        "inner_diameter": TIE_DIAMETER,
        "heat_loss_coefficient": 0.0,
        "sides": side,
    }


def _bends(network: Any, pipe: Element) -> str:
    """Return the way of a pipe with its bends, blank where it is straight."""
    geodata = network.get("pipe_geodata")
    if geodata is None or pipe.index not in geodata.index:
        return ""
    points = geodata.at[pipe.index, "coords"]
    if not isinstance(points, list | tuple | np.ndarray) or len(points) < BENT:
        return ""
    return f"LINESTRING ({', '.join(f'{x} {y}' for x, y, *_ in points)})"


def valve_rows(route: Route, valves: dict[int, list[Element]]) -> list[Row]:
    """Return the valves on a route: those that are its links, and those on its pipes."""
    rows = []
    for side, link in route.links.items():
        own = [link] if link.table == "valve" else valves.get(link.index, [])
        if link.table not in ("valve", "pipe"):
            continue
        for valve in own:
            name = valve.cells.get("id", valve.name)
            row: Row = {**carried_row(valve), "id": name, "pipe": route.id, "side": side}
            as_carried = is_unchanged(valve, "is_open") and "is_open" in valve.cells
            is_open = bool(valve.quantities["is_open"])
            rows.append(row | {"is_open": valve.cells["is_open"] if as_carried else is_open})
    return rows


def booster_rows(route: Route, place: dict[int, str], boosters: dict[int, Element]) -> list[Row]:
    """Return the boosters on a route: pumps that are its links, and those put on its pipes."""
    rows = []
    for side, link in route.links.items():
        pump = link if link.table == "pump" else None
        if link.table == "pipe":
            pump = boosters.get(link.index)
        if pump is None or np.isnan(pump.quantities["pressure_rise"]):
            continue
        row: Row = {**carried_row(pump), "id": pump.cells.get("id", pump.name)}
        row |= {"pipe": route.id, "side": side}
        rise = restored(pump, "pressure_rise")
        if route.direction(side, place[link.start]) < 0:
            rise = -float(str(rise))
        rows.append(row | {"pressure_rise": rise})
    return rows


def add_valve_losses(links: list[Element], valves: dict[int, list[Element]]) -> dict[int, float]:
    """Return the minor loss that valves on pipes add to each, referred to its diameter. [1]"""
    losses: dict[int, float] = {}
    for pipe in (each for each in links if each.table == "pipe"):
        for valve in valves.get(pipe.index, []):
            ratio = pipe.quantities["inner_diameter"] / valve.quantities["inner_diameter"]
            loss = valve.quantities["minor_loss_coefficient"] * ratio**4
            losses[pipe.index] = losses.get(pipe.index, 0.0) + loss
    return losses


def draw_places(routes: list[Route], starts: list[str]) -> dict[str, FloatArray]:
    """Return a place for each junction of a network without coordinates.

    Parameters
    ----------
    routes : list of Route
        All.
    starts : list of str
        Junctions of the producers; steps away from them run along x, and y counts the junctions
        of as many steps.

    Returns
    -------
    dict of str to array of float, shape (2,)
        [m]
    """
    near: dict[str, list[str]] = {}
    for route in routes:
        near.setdefault(route.start, []).append(route.end)
        near.setdefault(route.end, []).append(route.start)
    steps = dict.fromkeys(starts, 0)
    waiting = deque(starts)
    while waiting:
        here = waiting.popleft()
        for there in near.get(here, []):
            if there not in steps:
                steps[there] = steps[here] + 1
                waiting.append(there)
    counted: dict[int, int] = {}
    drawn = {}
    for name, step in steps.items():
        drawn[name] = APART * np.array([step, counted.get(step, 0)], dtype=np.float64)
        counted[step] = counted.get(step, 0) + 1
    return drawn
