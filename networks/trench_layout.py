"""Where the pipes of each trench lie: the tables, route by route, and what is wrong with them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from ..model.catalogue import PipeType, read_catalogue
from ..model.errors import Faults
from ..model.scenario import Scenario
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

COEFFICIENTS = (
    "heat_loss_coefficient",
    *side_names("heat_loss_coefficient"),
    "pair_exchange_coefficient",
)
"""A cell in one of these columns takes the place of the type's cross-section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidRoute:
    """Supply and return of one route in a trench.

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
    places : tuple of two (float, float)
        x and depth of the supply and the return pipe's centre. [m]
    diameters : tuple of two float
        Outer diameter of each: of the type's casing; where the row gives coefficients of the pipe
        itself, as far as it is known, else the inner one. [m]
    """

    pipe: str
    circuit: str
    length: float
    type: PipeType | None
    places: tuple[Place, Place]
    diameters: tuple[float, float]


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
    places: dict[str, dict[str, dict[str, Place]]] = {}
    for trench, pipe, side, x, depth in _rows(tables):
        places.setdefault(trench, {}).setdefault(pipe, {})[side] = (x, depth)
    return {
        trench: tuple(
            LaidRoute(
                pipe=pipe,
                circuit=pipes[pipe][0],
                length=pipes[pipe][1],
                type=pipes[pipe][2],
                places=(at[SIDES[0]], at[SIDES[1]]),
                diameters=pipes[pipe][3],
            )
            for pipe, at in routes.items()
        )
        for trench, routes in places.items()
    }


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


def check_trenches(tables: Tables, scenario: Scenario, faults: Faults) -> None:
    """Note what is wrong with trenches and the pipes in them.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All tables; cells and references of pipes and trenches are free of faults.
    scenario : Scenario
        Its plant draws from source circuits.
    faults : Faults
        Receives every fault.
    """
    if not _check_presence(tables, faults):
        return
    before = len(faults.found)
    _check_members(tables, faults)
    if len(faults.found) > before:
        return
    sources = _source_circuits(tables, scenario)
    for trench in read_trenches(tables):
        _check_lengths(trench, faults)
        _check_places(trench, faults)
        _check_circuits(trench, sources, faults)


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
    """Note pipes that lie in no place, in two, or with one side alone; and empty trenches."""
    lies: dict[str, dict[str, str]] = {}
    for trench, pipe, side, *_ in _rows(tables):
        sides = lies.setdefault(pipe, {})
        if side in sides:
            rule = f"one row for each side of a pipe (trench '{sides[side]}' has this one, too)"
            faults.add(_item(pipe, side), "trench", trench, rule)
        sides.setdefault(side, trench)
    for pipe, sides in lies.items():
        for side, other in (SIDES, SIDES[::-1]):
            if side not in sides:
                faults.add(_item(pipe, side), "rows", 0, f"a row, as for its {other}")
        if len(set(sides.values())) > 1:
            rule = f"'{sides[SIDES[0]]}', as for its supply"
            faults.add(_item(pipe, SIDES[1]), "trench", sides[SIDES[1]], rule)
    for pipe, trench in zip(tables["pipes"]["id"], tables["pipes"]["trench"], strict=True):
        found = set(lies.get(pipe, {}).values())
        if trench and found != {trench}:
            rule = f"'{found.pop()}', as in trench_pipes" if found else "its rows in trench_pipes"
            faults.add(f"pipe '{pipe}'", "trench", trench, rule)
    sides_of = dict(zip(tables["pipes"]["id"], tables["pipes"]["sides"], strict=True))
    for pipe in lies:
        if sides_of.get(pipe, "both") != "both":
            rule = "'both' in a trench (not yet: one-sided routes there)"
            faults.add(f"pipe '{pipe}'", "sides", sides_of[pipe], rule)
    used = {trench for sides in lies.values() for trench in sides.values()}
    for trench in tables["trenches"]["id"]:
        if trench not in used:
            rule = "at least one route, two rows in trench_pipes"
            faults.add(f"trench '{trench}'", "pipes", NOWHERE, rule)


def _item(pipe: str, side: str) -> str:
    return f"trench pipe '{pipe} {side}'"


def _source_circuits(tables: Tables, scenario: Scenario) -> set[str]:
    """Return the circuits from which the plant draws."""
    if scenario.plant is None or "consumers" not in tables:
        return set()
    frame = tables["consumers"]
    return set(frame["circuit"][frame["id"].isin(scenario.plant.consumers)])


def _check_circuits(trench: LaidTrench, sources: set[str], faults: Faults) -> None:
    """Note routes of source circuits that share a trench: the plant would be part of the loop."""
    if len(trench.routes) == 1:
        return
    for route in trench.routes:
        if route.circuit in sources:
            rule = "a trench of its own (not yet: source circuits that share one)"
            faults.add(f"pipe '{route.pipe}'", "trench", trench.id, rule)


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
            _check_twin(route, faults)
            (x, depth), (x2, depth2) = route.places
            place = ((x + x2) / 2.0, (depth + depth2) / 2.0)
            casings.append((route.pipe, SIDES[0], place, route.type.casing_diameter / 2.0))
            continue
        for side, place, size in zip(SIDES, route.places, route.diameters, strict=True):
            casings.append((route.pipe, side, place, size / 2.0))
    for pipe, side, (_, depth), radius in casings:
        if depth < radius:
            rule = f"at least {radius:g} m, half its diameter"
            faults.add(_item(pipe, side), "depth", depth, rule)
    for (pipe, side, place, radius), (other, other_side, at, beside) in combinations(casings, 2):
        apart, least = math.dist(place, at), radius + beside
        if apart < least - OVERLAP or apart == 0.0:
            rule = f"more than {least:.3f} m from {_item(other, other_side)}, or they overlap"
            faults.add(_item(pipe, side), "place", Verbatim(f"{apart:.3f} m"), rule)


def _check_twin(route: LaidRoute, faults: Faults) -> None:
    assert route.type is not None, "a twin has a type"
    wanted = route.type.outer_diameter + route.type.pipe_distance
    apart = math.dist(*route.places)
    if abs(apart - wanted) > TWIN_TOLERANCE:
        rule = f"{wanted:.3f} m between the pipes of type '{route.type.id}', centre to centre"
        faults.add(_item(route.pipe, SIDES[1]), "place", Verbatim(f"{apart:.3f} m"), rule)
