"""Which side of which circuit every junction of a network of pandapipes is on.

Circulation pumps and consumers tell: a pump's flow junction and a consumer's inlet are on the
supply side, the other ends on the return side, and links spread that along. What hangs on external
grids is an open network of supply pipes alone.
"""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass

from ...model.errors import Faults
from ..cells import Verbatim
from .elements import STANDING, Element, Elements
from .groups import Groups

SUPPLY, RETURN, MIXED = "supply", "return", "both"

TELLING = ("circ_pump_pressure", "circ_pump_mass", "heat_consumer", "heat_exchanger")
"""Stations that tell the sides; a flow control alone may stand anywhere."""

ONE_SIDE = "one side: no pipe, valve or pump may join the water before and behind consumers"


@dataclass(slots=True, kw_only=True)
class Loop:
    """A circuit as it was found.

    Parameters
    ----------
    side : dict of int to str
        ``"supply"`` or ``"return"`` of each of its junctions, by index.
    links, stations : list of Element
        Of its own.
    is_open : bool
        A one-line network.
    """

    side: dict[int, str]
    links: list[Element]
    stations: list[Element]
    is_open: bool


def find_loops(elements: Elements, faults: Faults) -> list[Loop]:
    """Return the circuits of a network.

    Parameters
    ----------
    elements : Elements
        Of the network.
    faults : Faults
        Receives junctions that nobody feeds or that are on both sides, and stations that stand
        where our tables have no place for them; these are left out.

    Returns
    -------
    list of Loop
        In the order of their first junctions.
    """
    parts = Groups(elements.junctions)
    for link in elements.links:
        parts.join(link.start, link.end)
    sides = _told_sides(elements, parts, faults)
    stations = []
    for each in elements.stations:
        if _has_place(each, parts, sides):
            stations.append(each)
        else:
            _note_place(each, elements, faults)
    circuits = Groups(elements.junctions)
    for each in (*elements.links, *stations):
        circuits.join(each.start, each.end)
    members: dict[Hashable, list[int]] = defaultdict(list)
    for junction in elements.junctions:
        members[circuits.of(junction)].append(junction)
    loops = []
    for name, junctions in members.items():
        own = [each for each in stations if circuits.of(each.start) == name]
        if not own and any(sides.get(parts.of(each)) == MIXED for each in junctions):
            continue  # which has its line
        if not own:
            item = elements.junctions[junctions[0]].item
            rule = "a way to a circulation pump or an external grid"
            faults.add(item, "connection", Verbatim("(none)"), rule)
            continue
        is_open = all(each.table in STANDING for each in own)
        loops.append(
            Loop(
                side={each: sides.get(parts.of(each), SUPPLY) for each in junctions},
                links=[each for each in elements.links if circuits.of(each.start) == name],
                stations=own,
                is_open=is_open,
            )
        )
    return loops


def _told_sides(elements: Elements, parts: Groups, faults: Faults) -> dict[Hashable, str]:
    """Return the side of each part that is told one, and note those that are told both."""
    told: dict[Hashable, dict[str, int]] = defaultdict(dict)
    for station in elements.stations:
        if station.table in TELLING:
            told[parts.of(station.start)].setdefault(SUPPLY, station.start)
            told[parts.of(station.end)].setdefault(RETURN, station.end)
    for found in told.values():
        if len(found) > 1:
            item = elements.junctions[found[SUPPLY]].item
            faults.add(item, "side", "supply and return", ONE_SIDE)
    return {part: MIXED if len(found) > 1 else next(iter(found)) for part, found in told.items()}


def _has_place(station: Element, parts: Groups, sides: dict[Hashable, str]) -> bool:
    """Return whether our tables have a place for where a station stands."""
    start, end = (sides.get(parts.of(junction)) for junction in (station.start, station.end))
    if station.table in STANDING:
        return start is None
    return (start, end) == (SUPPLY, RETURN)


def _note_place(station: Element, elements: Elements, faults: Faults) -> None:
    """Note where a station stands; of those that tell the sides their junctions have a line."""
    if station.table in STANDING:
        at = elements.junctions[station.start].name
        rule = "a junction of an open network: this one is part of a closed circuit"
        faults.add(station.item, "junction", at, rule)
    elif station.table not in TELLING:
        end = elements.junctions[station.end].name
        rule = "a junction of the return side, with from_junction on the supply side"
        faults.add(station.item, "to_junction", end, rule)
