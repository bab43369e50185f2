"""The design state of TregaZinkwit's pipes: coincident loads, flows and the choice of pipes.

Every figure here is our assumption unless it says otherwise; the README lists them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ...model.catalogue import PipeType, read_catalogue
from ...model.dwelling import read_dwelling_types
from ..columns import FloatArray, IntArray
from ..sizing import (
    SizingRule,
    catalogue_ladder,
    choose_pipes,
    downstream_sums,
    ds439_load,
)
from .dwellings import dwellings_of
from .layout import Plan, Point, district, effluent_route, waste_heat_route

HEAT_CAPACITY = 4186.0
"""Of water, for design flows. [J/(kg K)]"""

BALANCE_TEMPERATURE, DESIGN_TEMPERATURE = 14.0, -9.0
"""No heat above, and between the -8 °C day and the -10 °C hour of the design year. [°C]"""

SPACE_DIFFERENCE, COLD_DIFFERENCE, TAP_WATER_DIFFERENCE = 15.0, 4.0, 35.0
"""45/30, 18/22 and 70/35 °C. [K]"""

DISTRIBUTION = ("space", "tap_water")
"""Circuits that share the trenches of the district."""

LIMITS: Mapping[str, tuple[float, float]] = {
    "main": (150.0, 2.0),
    "street": (100.0, 1.5),
    "connection": (200.0, 1.0),
}
"""Largest friction and velocity by class of trench. [Pa/m], [m/s]"""

WATER_TEMPERATURE: Mapping[str, float] = {"space": 20.0, "tap_water": 50.0}
"""For the viscosity: cold governs the space pipes; middle of supply and return. [°C]"""

SMALL_STEEL_TWINS = tuple(f"steel-twin-S2-DN{dn}" for dn in (40, 50, 65, 80, 100, 125))
LARGE_STEEL_TWINS = SMALL_STEEL_TWINS[2:]
STEEL_SINGLES = tuple(f"steel-single-S2-DN{dn}" for dn in (150, 200, 250, 300))


EFFLUENT_PIPE = "steel-single-S1-DN400"
"""As in the memo's oversizing, which the reference reads as DN 250 to DN 400 [assumed]."""

EFFLUENT_LOAD, EFFLUENT_DIFFERENCE = 7.4e6, 5.0
"""Heat of the effluent [memo], and how far it is cooled [assumed]. [W], [K]"""

WASTE_HEAT_LOAD, WASTE_HEAT_DIFFERENCE = 1.2e6, 32.0
"""Of the kilns, 77 to 45 °C [assumed]. [W], [K]"""

EFFLUENT_FLOW = EFFLUENT_LOAD / EFFLUENT_DIFFERENCE / HEAT_CAPACITY
"""That brings all the effluent's heat. [kg/s]"""

WASTE_HEAT_FLOW = WASTE_HEAT_LOAD / WASTE_HEAT_DIFFERENCE / HEAT_CAPACITY
"""That brings all the kilns' heat. [kg/s]"""


class Loads(NamedTuple):
    """Coincident loads at every junction of the district: what its pipe carries.

    Parameters
    ----------
    dwellings, heat, cold, tap_water : array of float, shape (junctions,)
        Dwellings behind it, and their loads. [1], [W]
    """

    dwellings: FloatArray
    heat: FloatArray
    cold: FloatArray
    tap_water: FloatArray

    @property
    def space_flow(self) -> FloatArray:
        """The larger of heating and cooling flow. [kg/s]"""
        heating, cooling = self.heat / SPACE_DIFFERENCE, self.cold / COLD_DIFFERENCE
        return np.asarray(np.maximum(heating, cooling) / HEAT_CAPACITY)

    @property
    def tap_water_flow(self) -> FloatArray:
        """Flow of the tap-water circuit. [kg/s]"""
        return np.asarray(self.tap_water / TAP_WATER_DIFFERENCE / HEAT_CAPACITY)


def parents_of(plan: Plan) -> IntArray:
    """Return the row of the junction towards the plant for every junction, -1 at the plant."""
    row = {name: number for number, name in enumerate(plan.points)}
    parent = np.full(len(row), -1)
    for trench in plan.trenches:
        parent[row[trench.child]] = row[trench.parent]
    return parent


def design_loads(plan: Plan, dwellings: Mapping[str, Mapping[str, int]]) -> Loads:
    """Return the coincident loads along the trenches.

    Parameters
    ----------
    plan : Plan
        Trenches; a building's connection ends at the junction of its name.
    dwellings : mapping of str to mapping of str to int
        Dwellings of each type by building.

    Returns
    -------
    Loads
        Space heat is the degree-day value between day and hour, coincident by itself; cold
        is the sum of what the floors take up, since 700 kWh in some 800 hours of cold mode
        keep them at it together; tap water follows DS 439, at most the sum of the exchangers.
    """
    types = read_dwelling_types()
    own = np.array(
        [[dwellings.get(name, {}).get(kind, 0) for kind in types] for name in plan.points],
        dtype=np.float64,
    )
    behind = downstream_sums(parents_of(plan), own)
    count = behind.sum(axis=1)
    kinds = types.values()
    excess = BALANCE_TEMPERATURE - DESIGN_TEMPERATURE
    exchangers = behind @ np.array([kind.exchanger for kind in kinds])
    return Loads(
        dwellings=count,
        heat=behind @ np.array([kind.heat_loss_coefficient for kind in kinds]) * excess,
        cold=behind @ np.array([kind.cooling_peak for kind in kinds]),
        tap_water=np.minimum(ds439_load(count), exchangers),
    )


def ladder(circuit: str, kind: str) -> tuple[PipeType, ...]:
    """Return the pipes that an engineer here would choose from.

    Flexible plastic twins in streets and to houses: no welds, half the heat loss of a pair, a
    narrow trench beside the second circuit. Steel twins where those end. Steel singles from
    DN 150, where a twin's casing grows beyond 0.5 m.

    Examples
    --------
    >>> [pipe.dn for pipe in ladder("space", "main")]
    [40, 50, 65, 80, 100, 125, 150, 200, 250, 300]
    """
    if kind != "main":
        return catalogue_ladder("pexa-twin-plus", *LARGE_STEEL_TWINS)
    return catalogue_ladder(*SMALL_STEEL_TWINS, *(STEEL_SINGLES if circuit == "space" else ()))


def chosen_pipes(plan: Plan, loads: Loads, circuit: str) -> dict[str, PipeType]:
    """Return the pipe to each junction for a distribution circuit.

    Parameters
    ----------
    plan : Plan
        Trenches.
    loads : Loads
        Of the junctions.
    circuit : str
        ``"space"`` or ``"tap_water"``.

    Returns
    -------
    dict of str to PipeType
        By the junction at the pipe's far end.
    """
    flow = loads.space_flow if circuit == "space" else loads.tap_water_flow
    row = {name: number for number, name in enumerate(plan.points)}
    chosen: dict[str, PipeType] = {}
    for kind, (gradient, velocity) in LIMITS.items():
        ends = [trench.child for trench in plan.trenches if trench.kind == kind]
        rule = SizingRule(
            ladder=ladder(circuit, kind),
            max_gradient=gradient,
            max_velocity=velocity,
            temperature=WATER_TEMPERATURE[circuit],
        )
        chosen |= zip(ends, choose_pipes(flow[[row[end] for end in ends]], rule), strict=True)
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One row of the table of pipes, with the class of its trench."""

    id: str
    circuit: str
    kind: str
    from_junction: str
    to_junction: str
    length: float
    type: PipeType


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Everything the tables are written from.

    Parameters
    ----------
    plan : Plan
        Junctions and trenches of the district.
    dwellings : mapping of str to mapping of str to int
        Dwellings of each type by building.
    loads : Loads
        Along the trenches.
    places : mapping of str to Point
        Every junction, those of the source circuits too.
    routes : tuple of Route
        Pipes of all four circuits.
    """

    plan: Plan
    dwellings: Mapping[str, Mapping[str, int]]
    loads: Loads
    places: Mapping[str, Point]
    routes: tuple[Route, ...]


def make_design() -> Design:
    """Return the district with its dwellings, loads and pipes."""
    plan = district()
    dwellings = dwellings_of(tuple(plan.buildings))
    loads = design_loads(plan, dwellings)
    sources = source_ways()
    places = dict(plan.points)
    for way in sources.values():
        places |= way
    routes = [route for circuit, way in sources.items() for route in _source(circuit, way)]
    for circuit in DISTRIBUTION:
        routes += _distribution(circuit, plan, chosen_pipes(plan, loads, circuit))
    return Design(plan=plan, dwellings=dwellings, loads=loads, places=places, routes=tuple(routes))


def source_ways() -> dict[str, list[tuple[str, Point]]]:
    """Return the junctions of each source circuit, from the source to the plant."""
    return {
        "effluent": _named("rwzi", "effluent", effluent_route()),
        "waste_heat": _named("mosa", "waste-heat", waste_heat_route()),
    }


def _named(source: str, stem: str, way: Sequence[Point]) -> list[tuple[str, Point]]:
    bends = [f"{stem}-{number}" for number in range(1, len(way) - 1)]
    return list(zip([source, *bends, "plant"], way, strict=True))


def _source(circuit: str, way: Sequence[tuple[str, Point]]) -> list[Route]:
    kind = read_catalogue()[EFFLUENT_PIPE] if circuit == "effluent" else waste_heat_pipe()
    return [
        Route(
            id=f"{circuit.replace('_', '-')}-pipe-{number}",
            circuit=circuit,
            kind="source",
            from_junction=start[0],
            to_junction=end[0],
            length=round(math.dist(start[1], end[1]), 2),
            type=kind,
        )
        for number, (start, end) in enumerate(pairwise(way), start=1)
    ]


def waste_heat_pipe() -> PipeType:
    """Return the smallest steel twin for the kilns' design flow."""
    rule = SizingRule(
        ladder=catalogue_ladder(*SMALL_STEEL_TWINS),
        max_gradient=LIMITS["main"][0],
        max_velocity=LIMITS["main"][1],
        temperature=60.0,
    )
    return choose_pipes(np.array([WASTE_HEAT_FLOW]), rule)[0]


def _distribution(circuit: str, plan: Plan, types: Mapping[str, PipeType]) -> list[Route]:
    """Return the pipes of one circuit in the district's trenches; same number, same trench."""
    stem = "tap" if circuit == "tap_water" else circuit
    return [
        Route(
            id=f"{stem}-{trench.child}",
            circuit=circuit,
            kind=trench.kind,
            from_junction=trench.parent,
            to_junction=trench.child,
            length=round(math.dist(plan.points[trench.parent], plan.points[trench.child]), 2),
            type=types[trench.child],
        )
        for trench in plan.trenches
    ]
