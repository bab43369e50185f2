"""Junctions of supply and return that are one place: the ends of consumers, pumps and routes."""

from collections import defaultdict, deque
from collections.abc import Iterator

from .elements import Element
from .sides import RETURN, SUPPLY, Loop

SAME_LENGTH = 1e-6
"""Lengths that differ less are the same, relative."""

SAME_HEIGHT = 1e-6
"""Heights that differ less are the same. [m]"""

Partner = dict[int, int]
"""The junction of the other side at the same place, by junction, both ways."""

Neighbours = dict[int, list[tuple[Element, int]]]


def match_sides(loop: Loop, junctions: dict[int, Element]) -> Partner:
    """Return which junctions of supply and return are one place.

    Parameters
    ----------
    loop : Loop
        A closed circuit.
    junctions : dict of int to Element
        Of the network.

    Returns
    -------
    dict of int to int
        Partners, both ways; a junction without one is a place of its own.

    Notes
    -----
    Junctions that we exported say where they belong. Else the ends of consumers and pumps are
    one place, and from there on pipes that run in parallel lead to one place, too: those of equal
    length if there is one of each side, or the last ones that are left.
    """
    partner: Partner = {}
    _match_by_name(loop, junctions, partner)
    for station in loop.stations:
        _match(station.start, station.end, junctions, partner)
    _spread(loop, junctions, partner)
    return partner


def _match(supply: int, back: int, junctions: dict[int, Element], partner: Partner) -> bool:
    """Make two junctions one place if both are free and equally high."""
    heights = [junctions[each].quantities["elevation"] for each in (supply, back)]
    if supply in partner or back in partner or abs(heights[0] - heights[1]) > SAME_HEIGHT:
        return False
    partner[supply], partner[back] = back, supply
    return True


def _match_by_name(loop: Loop, junctions: dict[int, Element], partner: Partner) -> None:
    """Match junctions that carry the same id."""
    named = {
        (junctions[each].cells["id"], side): each
        for each, side in loop.side.items()
        if "id" in junctions[each].cells
    }
    for (name, side), supply in named.items():
        if side == SUPPLY and (name, RETURN) in named:
            _match(supply, named[name, RETURN], junctions, partner)


def _spread(loop: Loop, junctions: dict[int, Element], partner: Partner) -> None:
    """Match along parallel links, from the places that are known."""
    neighbours = _neighbours(loop)
    waiting = deque(each for each in partner if loop.side[each] == SUPPLY)
    while waiting:
        supply = waiting.popleft()
        for one, other in _parallel_ends(neighbours, supply, partner):
            if _match(one, other, junctions, partner):
                near = [end for _, end in neighbours[one] if end in partner]
                waiting.extend([one, *near])


def _neighbours(loop: Loop) -> Neighbours:
    """Return the links at each junction, with their other ends."""
    found: Neighbours = defaultdict(list)
    for link in loop.links:
        found[link.start].append((link, link.end))
        found[link.end].append((link, link.start))
    return found


def _parallel_ends(
    neighbours: Neighbours, supply: int, partner: Partner
) -> Iterator[tuple[int, int]]:
    """Yield ends of links that lead from a place along both sides."""
    free = [
        [(link, end) for link, end in neighbours[junction] if end not in partner]
        for junction in (supply, partner[supply])
    ]
    if len(free[0]) == len(free[1]) == 1:
        yield free[0][0][1], free[1][0][1]
        return
    for link, end in free[0]:
        alike = [each for each in free[0] if is_parallel(link, each[0])]
        across = [each for each in free[1] if is_parallel(link, each[0])]
        if len(alike) == len(across) == 1:
            yield end, across[0][1]


def is_parallel(one: Element, other: Element) -> bool:
    """Return whether two links of equal ends can be the two sides of one route."""
    lengths = one.quantities["length"], other.quantities["length"]
    is_near = abs(lengths[0] - lengths[1]) <= SAME_LENGTH * max(lengths)
    return one.table == other.table and is_near
