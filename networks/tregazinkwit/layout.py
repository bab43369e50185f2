"""Where the trenches of TregaZinkwit lie: a plausible district around real places.

The district is drawn along a gently curved axis, as the river bends: ``across`` counts metres to
the east of the axis, ``along`` metres to the north from the middle of phase 1. Apartment blocks
stand west of the middle street, up to the quay; terraced houses east of it. All of it is our
assumption; the places it hangs on are those of the README beside this file.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

PLANT, MOSA, RWZI = (177122.0, 319201.0), (177151.0, 319090.0), (177230.0, 320314.0)
"""Energy centre, kiln hall and effluent works, EPSG:28992. [m]"""

PHASE_1, PHASE_2 = (177058.0, 319456.0), (176950.0, 319901.0)
"""Middles of the two phases, EPSG:28992. [m]"""

BEND = 1800.0
"""Radius of the district's axis. [m]"""

QUAY, MIDDLE, AVENUE = -112.0, 2.0, 174.0
"""Main streets, as distances across from the axis. [m]"""

SOUTH = -191.0
"""The street along the south of phase 1, as distance along the axis. [m]"""

TERRACED_WIDTH, END_WIDTH = 5.4, 6.0
"""Fronts of houses inside and at the end of a row. [m]"""

ROW_STARTS = (12.0, 49.6, 93.2, 130.8)
"""Western end of the four rows along a street. [m]"""

WIDE_FRONT, NARROW_FRONT = 9.5, 5.0
"""From the middle of a street to the houses: with parking and trees, or a home zone. [m]"""

WIDE_TRENCH = 5.0
"""From the middle of a wide street to the trench in each of its pavements. [m]"""

INNER_BLOCKS = (
    ((-80.0, 19.0, 13.0), (-32.0, 19.0, 13.0)),
    ((-80.0, 19.0, 13.0), (-24.0, 6.5, 38.0)),
)
"""Blocks north of a street, even and odd: middle across, half its width, depth. [m]"""

DOOR = 1.2
"""From a house's western end to its front door. [m]"""

DEPTH_TO_METER = 0.5
"""From the front of a house to its meter cupboard. [m]"""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Trench:
    """One straight trench between two junctions, ``parent`` towards the plant."""

    kind: str
    parent: str
    child: str


@dataclass(frozen=True, slots=True)
class Building:
    """A block or a house with its outline; its connection ends at the junction of its name."""

    id: str
    phase: int
    kind: str
    outline: tuple[Point, ...]


@dataclass(slots=True)
class Plan:
    """Junctions, trenches and buildings, as they are drawn one after another."""

    points: dict[str, Point] = field(default_factory=dict)
    trenches: list[Trench] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def number(self, kind: str) -> int:
        """Return the next number of a kind."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return self.counts[kind]

    def extend(self, parent: str, place: Point, kind: str, name: str = "") -> str:
        """Lay a trench from a junction to a new one at a place; return its name."""
        child = name or f"{kind}-{self.number(kind):03d}"
        self.points[child] = place
        self.trenches.append(Trench(kind, parent, child))
        return child


@dataclass(frozen=True, slots=True)
class Street:
    """A side street: its place along the axis and whether it has a trench in each pavement."""

    along: float
    is_wide: bool


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of building.

    Parameters
    ----------
    number : int
        1 or 2.
    streets : tuple of Street
        From south to north.
    row_sizes : tuple of int
        Houses of each row, in the order of drawing; 0 leaves a green.
    south : float
        Where its southern main crosses the axis. [m]
    blocks_left_out : frozenset of tuple of int
        Street and place of inner blocks that stay open.
    """

    number: int
    streets: tuple[Street, ...]
    row_sizes: tuple[int, ...]
    south: float
    blocks_left_out: frozenset[tuple[int, int]]


def place(across: float, along: float) -> Point:
    """Return the coordinates of a point given along the curved axis.

    Parameters
    ----------
    across, along : float
        [m]

    Returns
    -------
    tuple of float
        EPSG:28992, to the centimetre. [m]
    """
    chord = (PHASE_2[0] - PHASE_1[0], PHASE_2[1] - PHASE_1[1])
    distance = math.hypot(*chord)
    start = math.atan2(-chord[0], chord[1]) - math.asin(distance / (2.0 * BEND))
    heading = start + along / BEND
    x = PHASE_1[0] + BEND * (math.cos(heading) - math.cos(start)) + across * math.cos(heading)
    y = PHASE_1[1] + BEND * (math.sin(heading) - math.sin(start)) + across * math.sin(heading)
    return round(x, 2), round(y, 2)


MIDDLE_OF_PHASE_2 = 2.0 * BEND * math.asin(math.dist(PHASE_1, PHASE_2) / (2.0 * BEND))
"""Along the axis. [m]"""


def _phase_1() -> Phase:
    streets = tuple(Street(53.5 * (k - 2.5), k % 2 == 1) for k in range(6))
    sizes = [6] * 48
    sizes[18], sizes[27], sizes[41] = 0, 0, 7
    return Phase(1, streets, tuple(sizes), SOUTH, frozenset())


def _phase_2() -> Phase:
    streets = tuple(Street(MIDDLE_OF_PHASE_2 + 59.0 * (k - 1.5), True) for k in range(4))
    sizes = [6] * 32
    for green in (15, 19, 31):
        sizes[green] = 0
    sizes[2] = 5
    south = streets[0].along - 45.0
    return Phase(2, streets, tuple(sizes), south, frozenset({(2, 0)}))


PHASES = (_phase_1(), _phase_2())


def district() -> Plan:
    """Return the trenches that carry both distribution pairs, and the buildings on them."""
    plan = Plan(points={"plant": PLANT})
    gate = plan.extend("plant", place(60.0, SOUTH), "main")
    middle = plan.extend(gate, place(MIDDLE, SOUTH), "main")
    first, second = PHASES
    end = _draw_phase(plan, first, middle, gate)
    crossing = plan.extend(
        end, place(MIDDLE, (first.streets[-1].along + second.south) / 2), "main"
    )
    crossing = plan.extend(crossing, place(MIDDLE, second.south), "main")
    _draw_phase(plan, second, crossing, crossing)
    return plan


def _draw_phase(plan: Plan, phase: Phase, middle: str, eastern: str) -> str:
    """Draw three mains and what hangs on them; return the northern end of the middle one."""
    quay = plan.extend(middle, place(QUAY, phase.south), "main")
    avenue = plan.extend(eastern, place(AVENUE, phase.south), "main")
    per_street = 2 * len(ROW_STARTS)
    for number, street in enumerate(phase.streets):
        quay = plan.extend(quay, place(QUAY, street.along), "main")
        _draw_blocks(plan, phase, number, quay)
        sizes = phase.row_sizes[number * per_street : (number + 1) * per_street]
        middle, avenue = _draw_houses(plan, phase, street, (middle, avenue), sizes)
    return middle


def _draw_blocks(plan: Plan, phase: Phase, number: int, quay: str) -> None:
    """Draw a block on the quay and two along the street that leads to it.

    In every second street the inner one stands end on, so that the blocks enclose a court.
    """
    along = phase.streets[number].along
    wall = place(QUAY - 9.0, along)
    outline = _rectangle((QUAY - 9.0, QUAY - 23.0), (along - 20.0, along + 20.0))
    _connect_block(plan, phase, quay, ("quay", wall, outline))
    tee = quay
    for inner, (middle, half, depth) in enumerate(INNER_BLOCKS[number % 2]):
        if (number, inner) in phase.blocks_left_out:
            continue
        tee = plan.extend(tee, place(middle, along), "street")
        wall = place(middle, along + 8.0)
        outline = _rectangle((middle - half, middle + half), (along + 8.0, along + 8.0 + depth))
        _connect_block(plan, phase, tee, ("inner", wall, outline))


def _connect_block(
    plan: Plan, phase: Phase, tee: str, block: tuple[str, Point, tuple[Point, ...]]
) -> None:
    kind, wall, outline = block
    name = f"block-{plan.number('block'):02d}"
    plan.extend(tee, wall, "connection", name)
    plan.buildings.append(Building(name, phase.number, kind, outline))


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of houses on one side of a street: +1 north, -1 south."""

    start: float
    side: int
    houses: int

    def houses_along(self) -> list[tuple[float, float, str]]:
        """Return western end, width and kind of each house."""
        edges, at = [], self.start
        for house in range(self.houses):
            is_end = house in {0, self.houses - 1}
            width = END_WIDTH if is_end else TERRACED_WIDTH
            edges.append((round(at, 2), width, "end_or_semi" if is_end else "terraced"))
            at += width
        return edges


def _draw_houses(
    plan: Plan, phase: Phase, street: Street, mains: tuple[str, str], sizes: Sequence[int]
) -> tuple[str, str]:
    """Draw the rows of a street, its western half on the middle main; return the new mains."""
    rows = [
        _Row(start, side, size)
        for (side, start), size in zip(
            ((side, start) for side in (-1, 1) for start in ROW_STARTS), sizes, strict=True
        )
        if size
    ]
    middle, avenue = mains
    for side in (-1, 1) if street.is_wide else (0,):
        at = street.along + side * WIDE_TRENCH
        served = [row for row in rows if side in {0, row.side}]
        western = [row for row in served if row.start < ROW_STARTS[2]]
        eastern = [row for row in served if row.start >= ROW_STARTS[2]]
        if western:
            middle = plan.extend(middle, place(MIDDLE, at), "main")
            _draw_half(plan, phase, street, (middle, at, western))
        if eastern:
            avenue = plan.extend(avenue, place(AVENUE, at), "main")
            _draw_half(plan, phase, street, (avenue, at, eastern))
    return middle, avenue


def _draw_half(
    plan: Plan, phase: Phase, street: Street, half: tuple[str, float, list[_Row]]
) -> None:
    """Draw one trench with a tee at every door, from the main outwards."""
    tee, at, rows = half
    outwards = -1.0 if rows[0].start >= ROW_STARTS[2] else 1.0
    front = WIDE_FRONT if street.is_wide else NARROW_FRONT
    houses = [(row.side, *house) for row in rows for house in row.houses_along()]
    houses.sort(key=lambda house: (outwards * house[1], house[0]))
    reached = math.nan
    for side, start, width, kind in houses:
        door = round(start + DOOR, 1)
        if door != reached:
            tee, reached = plan.extend(tee, place(door, at), "street"), door
        wall = street.along + side * front
        name = f"house-{plan.number('house'):03d}"
        plan.extend(tee, place(door, wall + side * DEPTH_TO_METER), "connection", name)
        outline = _rectangle((start, start + width), (wall, wall + side * 10.0))
        plan.buildings.append(Building(name, phase.number, kind, outline))


def _rectangle(across: Point, along: Point) -> tuple[Point, ...]:
    corners = ((0, 0), (1, 0), (1, 1), (0, 1))
    return tuple(place(across[i], along[j]) for i, j in corners)


def effluent_route() -> tuple[Point, ...]:
    """Return the way from the effluent works round the district's east to the plant."""
    return (
        RWZI,
        place(260.0, 600.0),
        place(205.0, 420.0),
        place(196.0, 120.0),
        place(192.0, -203.0),
        place(72.0, -212.0),
        PLANT,
    )


def waste_heat_route() -> tuple[Point, ...]:
    """Return the way from the kiln hall over the works' yard to the plant."""
    return (MOSA, (177171.0, 319140.0), (177160.0, 319190.0), PLANT)


def elevation(point: Point) -> float:
    """Return the height of the ground: 46 m at the kilns, 44 m at the works. [m NAP]"""
    southern, northern = MOSA[1], RWZI[1]
    share = (point[1] - southern) / (northern - southern)
    return round(46.0 - 2.0 * min(max(share, 0.0), 1.0), 2)
