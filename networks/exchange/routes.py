"""Links of a circuit become routes: one supply pipe and one return pipe, or one of them alone."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .elements import Element, Elements
from .places import Partner, is_parallel
from .sides import RETURN, SUPPLY, Loop


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One row of our table of pipes.

    Parameters
    ----------
    id : str
        Its own in the network.
    start, end : str
        Ids of its junctions.
    links : dict of str to Element
        By side; one or both.
    """

    id: str
    start: str
    end: str
    links: dict[str, Element]

    @property
    def sides(self) -> str:
        """What the column of that name says."""
        return "both" if len(self.links) > 1 else next(iter(self.links))

    def direction(self, side: str, start: str) -> int:
        """Return 1 where a link runs as flows are positive on its side, else -1."""
        runs_on = start == self.start
        return 1 if runs_on == (side == SUPPLY) else -1


def name_places(loop: Loop, junctions: dict[int, Element], partner: Partner) -> dict[int, str]:
    """Return the id of the place of each junction; partners have the supply side's."""
    named: dict[int, str] = {}
    taken = set()
    for side in (SUPPLY, RETURN):
        for index in (each for each, own in loop.side.items() if own == side):
            if side == RETURN and index in partner:
                named[index] = named[partner[index]]
                continue
            name = junctions[index].cells.get("id", junctions[index].name)
            named[index] = f"{name}_{side}" if name in taken else name
            taken.add(named[index])
    return named


def find_routes(
    loop: Loop, place: dict[int, str], grounds: dict[tuple[str, int], float], taken: set[str]
) -> list[Route]:
    """Return the routes of a circuit.

    Parameters
    ----------
    loop : Loop
        The circuit.
    place : dict of int to str
        Id of the place of each junction.
    grounds : dict of (str, int) to float
        Temperature around links, by table and index: the sides of a route share it. [°C]
    taken : set of str
        Ids of routes that are taken; those of the result are added.
    """
    across: dict[frozenset[str], list[Element]] = defaultdict(list)
    for link in loop.links:
        if loop.side[link.start] == RETURN:
            across[frozenset((place[link.start], place[link.end]))].append(link)
    routes = []
    for link in loop.links:
        if loop.side[link.start] == SUPPLY:
            others = across[frozenset((place[link.start], place[link.end]))]
            back = _twin(link, others, grounds)
            links = {SUPPLY: link}
            if back is not None:
                others.remove(back)
                links[RETURN] = back
            routes.append(_route(links, (place[link.start], place[link.end]), taken))
    for link in (each for others in across.values() for each in others):
        routes.append(_route({RETURN: link}, (place[link.end], place[link.start]), taken))
    return routes


def _twin(
    link: Element, others: Iterable[Element], grounds: dict[tuple[str, int], float]
) -> Element | None:
    """Return the link of the other side that shares a link's route, preferring its own id."""
    able = [
        each
        for each in others
        if is_parallel(link, each)
        and math.isclose(
            grounds[link.table, link.index], grounds[each.table, each.index], abs_tol=1e-9
        )
    ]
    own = [each for each in able if each.cells.get("id") == link.cells.get("id")]
    return next(iter(own or able), None)


def _route(links: dict[str, Element], ends: tuple[str, str], taken: set[str]) -> Route:
    """Return a route with an id of its own."""
    link = next(iter(links.values()))
    name = link.cells.get("id", link.name)
    while name in taken:
        name = f"{link.table}_{name}" if link.table not in name else f"{name}_2"
    taken.add(name)
    return Route(id=name, start=ends[0], end=ends[1], links=links)


def put_boosters_on_pipes(elements: Elements) -> tuple[Elements, dict[int, Element]]:
    """Return the elements without pumps that we exported as boosters, and these by pipe.

    Such a pump stands between a pipe and a junction of its own: the pipe takes its place. One
    that has been moved stays a pump.
    """
    boosters: dict[int, Element] = {}
    after = {each.start: each for each in elements.links if each.table == "pipe"}
    moved: dict[int, Element] = {}
    used: dict[int, int] = defaultdict(int)
    for each in elements.links:
        used[each.start] += 1
        used[each.end] += 1
    for pump in (each for each in elements.links if each.cells.get("table") == "boosters"):
        pipe = after.get(pump.end)
        own = pipe is not None and pipe.cells.get("id") == pump.cells.get("pipe")
        if pipe is not None and own and used[pump.end] == len((pump, pipe)):
            boosters[pipe.index] = pump
            moved[pipe.index] = replace(pipe, start=pump.start)
    gone = {pump.end for pump in boosters.values()}
    pumps = {pump.index for pump in boosters.values()}
    links = [
        moved.get(each.index, each) if each.table == "pipe" else each
        for each in elements.links
        if not (each.table == "pump" and each.index in pumps)
    ]
    kept = {index: each for index, each in elements.junctions.items() if index not in gone}
    return replace(elements, junctions=kept, links=links), boosters
