"""Where the pipes of each trench lie: the tables, route by route, and what is wrong with them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from ..model.catalogue import PipeType, read_catalogue
from ..model.errors import Faults
from ..model.trench import Place
from .cells import Verbatim, is_empty
from .columns import SIDES
from .contract import side_names

Tables = Mapping[str, pd.DataFrame]

SAME_LENGTH = 0.01
"""Lengths of the routes in a trench may differ by this: they are written to centimetres. [m]"""

TWIN_TOLERANCE = 0.005
"""By which the distance of a twin's pipes may differ from its type's. [m]"""

OVERLAP = 1e-6
"""By which casings may overlap: rounding. [m]"""

NOWHERE = Verbatim("(none)")

BOTH = "both"
"""Sides of a route that has its supply and its return."""

COEFFICIENTS = (
    "heat_loss_coefficient",
    *side_names("heat_loss_coefficient"),
    "pair_exchange_coefficient",
)
"""A cell in one of these columns takes the place of the type's cross-section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidRoute:
    """Supply and return of one route in a trench, or the one side that it has.

    Parameters
    ----------
    pipe : str
        Id of the route.
    circuit : str
        Its circuit.
    length : float
        [m]
    type : PipeType or None
        Its cross-section; None where the row gives coefficients.
    sides : tuple of int
        That it has: supply, return or both.
    places : tuple of (float, float)
        x and depth of each side's centre. [m]
    diameters : tuple of float
        Outer diameter of each: of the type's casing; where the row gives coefficients of the pipe
        itself, as far as it is known, else the inner one. [m]
    """

    pipe: str
    circuit: str
    length: float
    type: PipeType | None
    sides: tuple[int, ...]
    places: tuple[Place, ...]
    diameters: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidTrench:
    """One trench and the routes in it, in the order of ``trench_pipes``.

    Parameters
    ----------
    id : str
        Of the trench.
    soil_conductivity : float
        [W/(m K)]
    routes : tuple of LaidRoute
        At least one.
    """

    id: str
    soil_conductivity: float
    routes: tuple[LaidRoute, ...]


def read_trenches(tables: Tables) -> list[LaidTrench]:
    """Return the trenches of checked tables, with the routes in each.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Checked.
    """
    if "trenches" not in tables:
        return []
    laid = _routes_by_trench(tables)
    return [
        LaidTrench(
            id=row["id"], soil_conductivity=row["soil_conductivity"], routes=laid[row["id"]]
        )
        for row in tables["trenches"].to_dict("records")
    ]


def _routes_by_trench(tables: Tables) -> dict[str, tuple[LaidRoute, ...]]:
    pipes = _pipe_rows(tables)
    places: dict[str, dict[str, dict[int, Place]]] = {}
    for trench, pipe, side, x, depth in _rows(tables):
        at = places.setdefault(trench, {}).setdefault(pipe, {})
        at[SIDES.index(side)] = (x, depth)
    return {
        trench: tuple(_laid(pipe, pipes[pipe], at) for pipe, at in routes.items())
        for trench, routes in places.items()
    }


def _laid(
    pipe: str,
    row: tuple[str, float, PipeType | None, tuple[float, float]],
    at: Mapping[int, Place],
) -> LaidRoute:
    sides = tuple(sorted(at))
    return LaidRoute(
        pipe=pipe,
        circuit=row[0],
        length=row[1],
        type=row[2],
        sides=sides,
        places=tuple(at[side] for side in sides),
        diameters=tuple(row[3][side] for side in sides),
    )


def _rows(tables: Tables) -> list[tuple[str, str, str, float, float]]:
    frame = tables["trench_pipes"]
    columns = [frame[name].tolist() for name in ("trench", "pipe", "side", "x", "depth")]
    return list(zip(*columns, strict=True))


def _pipe_rows(
    tables: Tables,
) -> dict[str, tuple[str, float, PipeType | None, tuple[float, float]]]:
    """Return circuit, length, type and outer diameters of each pipe.

    No type where the row has coefficients.
    """
    frame, catalogue = tables["pipes"], read_catalogue()
    given = frame[[name for name in COEFFICIENTS if name in frame]].notna().any(axis=1)
    rows = {}
    for row, has_coefficients in zip(frame.to_dict("records"), given, strict=True):
        named = catalogue.get(row["type"])
        kind = None if has_coefficients else named
        sizes = [_outer(row, side, named) for side in SIDES]
        if kind is not None:
            sizes = [kind.casing_diameter] * len(SIDES)
        rows[row["id"]] = row["circuit"], row["length"], kind, (sizes[0], sizes[1])
    return rows


def _outer(row: Mapping[Any, Any], side: str, kind: PipeType | None) -> float:
    """Return the outer diameter of one pipe, the inner one where nothing tells of its wall. [m]"""

    def cell(name: str) -> float:
        values = (row.get(f"{name}_{side}"), row.get(name))
        given = (float(value) for value in values if value is not None and not is_empty(value))
        return next(given, math.nan)

    outer, inner, wall = cell("outer_diameter"), cell("inner_diameter"), cell("wall_thickness")
    typed = kind.outer_diameter if kind is not None and math.isnan(inner) else math.nan
    sizes = (outer, typed, inner + 2.0 * wall, inner)
    return next((size for size in sizes if not math.isnan(size)), 0.0)


def check_trenches(tables: Tables, faults: Faults) -> None:
    """Note what is wrong with trenches and the pipes in them.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All tables; cells and references of pipes and trenches are free of faults.
    faults : Faults
        Receives every fault.
    """
    if not _check_presence(tables, faults):
        return
    before = len(faults.found)
    _check_members(tables, faults)
    if len(faults.found) > before:
        return
    for trench in read_trenches(tables):
        _check_lengths(trench, faults)
        _check_places(trench, faults)


def _check_presence(tables: Tables, faults: Faults) -> bool:
    """Note tables that miss each other; return whether both are there."""
    if "trench_pipes" in tables and "trenches" not in tables:
        rows = len(tables["trench_pipes"])
        faults.add("trench_pipes.csv", "rows", rows, "a table trenches.csv that says their soil")
    elif "trenches" not in tables and "pipes" in tables:
        named = [name for name in tables["pipes"]["trench"] if name]
        if named:
            faults.add("pipes.csv", "trench", named[0], "a table trenches.csv that has it")
    elif "trenches" in tables and "trench_pipes" not in tables:
        rule = "a table trench_pipes.csv that says where their pipes lie"
        faults.add("trenches.csv", "rows", len(tables["trenches"]), rule)
    return "trenches" in tables and "trench_pipes" in tables and "pipes" in tables


def _check_members(tables: Tables, faults: Faults) -> None:
    """Note pipes that lie in no place, in two, or without one of their sides; empty trenches."""
    lies: dict[str, dict[str, str]] = {}
    for trench, pipe, side, *_ in _rows(tables):
        sides = lies.setdefault(pipe, {})
        if side in sides:
            rule = f"one row for each side of a pipe (trench '{sides[side]}' has this one, too)"
            faults.add(_item(pipe, side), "trench", trench, rule)
        sides.setdefault(side, trench)
    sides_of = dict(zip(tables["pipes"]["id"], tables["pipes"]["sides"], strict=True))
    for pipe, sides in lies.items():
        _check_sides(pipe, sides_of.get(pipe, BOTH), sides, faults)
    for pipe, trench in zip(tables["pipes"]["id"], tables["pipes"]["trench"], strict=True):
        found = set(lies.get(pipe, {}).values())
        if trench and found != {trench}:
            rule = f"'{found.pop()}', as in trench_pipes" if found else "its rows in trench_pipes"
            faults.add(f"pipe '{pipe}'", "trench", trench, rule)
    used = {trench for sides in lies.values() for trench in sides.values()}
    for trench in tables["trenches"]["id"]:
        if trench not in used:
            rule = "at least one route, a row in trench_pipes for each of its sides"
            faults.add(f"trench '{trench}'", "pipes", NOWHERE, rule)


def _check_sides(pipe: str, has: str, sides: Mapping[str, str], faults: Faults) -> None:
    """Note sides of a route that lie nowhere, that it does not have, or in two trenches."""
    for side, other in (SIDES, SIDES[::-1]):
        if has == BOTH and side not in sides:
            faults.add(_item(pipe, side), "rows", 0, f"a row, as for its {other}")
        if has == other and side in sides:
            rule = f"no row: pipe '{pipe}' has its {other} alone"
            faults.add(_item(pipe, side), "trench", sides[side], rule)
        if has == other and other not in sides:
            faults.add(_item(pipe, other), "rows", 0, "a row")
    if has == BOTH and len(set(sides.values())) > 1:
        rule = f"'{sides[SIDES[0]]}', as for its supply"
        faults.add(_item(pipe, SIDES[1]), "trench", sides[SIDES[1]], rule)


def _item(pipe: str, side: str) -> str:
    return f"trench pipe '{pipe} {side}'"


def _check_lengths(trench: LaidTrench, faults: Faults) -> None:
    first = trench.routes[0]
    for route in trench.routes[1:]:
        if abs(route.length - first.length) > SAME_LENGTH:
            rule = f"{first.length:g} m, as pipe '{first.pipe}' in trench '{trench.id}'"
            faults.add(f"pipe '{route.pipe}'", "length", route.length, rule)


def _check_places(trench: LaidTrench, faults: Faults) -> None:
    """Note pipes that stick out of the ground, overlap, or do not fit their twin."""
    casings = []
    for route in trench.routes:
        if route.type is not None and route.type.arrangement == "twin":
            if not _check_twin(route, faults):
                continue
            (x, depth), (x2, depth2) = route.places
            place = ((x + x2) / 2.0, (depth + depth2) / 2.0)
            item = _item(route.pipe, SIDES[0])
            casings.append((item, place, route.type.casing_diameter / 2.0))
            continue
        for side, place, size in zip(route.sides, route.places, route.diameters, strict=True):
            casings.append((_item(route.pipe, SIDES[side]), place, size / 2.0))
    for item, (_, depth), radius in casings:
        if depth < radius:
            faults.add(item, "depth", depth, f"at least {radius:g} m, half its diameter")
    for (item, place, radius), (other, at, beside) in combinations(casings, 2):
        apart, least = math.dist(place, at), radius + beside
        if apart < least - OVERLAP or apart == 0.0:
            rule = f"more than {least:.3f} m from {other}, or they overlap"
            faults.add(item, "place", Verbatim(f"{apart:.3f} m"), rule)


def _check_twin(route: LaidRoute, faults: Faults) -> bool:
    """Note places that do not fit a twin; return whether both its pipes are there."""
    assert route.type is not None, "a twin has a type"
    if len(route.sides) == 1:
        rule = "the type of a single pipe: a twin has both sides in one casing"
        faults.add(f"pipe '{route.pipe}'", "type", route.type.id, rule)
        return False
    wanted = route.type.outer_diameter + route.type.pipe_distance
    apart = math.dist(*route.places)
    if abs(apart - wanted) > TWIN_TOLERANCE:
        rule = f"{wanted:.3f} m between the pipes of type '{route.type.id}', centre to centre"
        faults.add(_item(route.pipe, SIDES[1]), "place", Verbatim(f"{apart:.3f} m"), rule)
    return True
