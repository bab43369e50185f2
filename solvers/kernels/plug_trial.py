"""Trees beside walls: the supply side is moved, and put back until flows serve the heat.

Where a wall has temperatures of its own, no formula tells what a step would push out: what comes
to the consumers is known when the water has moved. It tells their flows; where these are not
those that moved it, the lines are put back as they were and moved with them.
"""

from ...model.water import WaterTable
from .compile import inline, part
from .plug_consumers import FLOW_C, TRIED_C, correct_flows
from .plug_network import move_supply, sum_flows
from .plug_tables import (
    BEYOND,
    CELLS,
    COUNT,
    FIRST,
    FloatArray,
    IntArray,
    Net,
    Sides,
    Steps,
    Tree,
    Work,
)

MOST_MOVES = 32
PATIENT, FIRMER = 4, 0.5  # moves before steps become shorter, and by how much with each
LATE = 7  # moves before flows are kept between those that brought too little and too much
UNBOUND = -1.0


@part
def move_until_served(
    net: Net, sides: Sides, water: WaterTable, steps: Steps, step: int, tree: Tree, work: Work
) -> tuple[int, float]:
    """Move the supply side with flows that serve the heat; return the moves, and the last error.

    Flows are accepted when the next correction is ``steps.enough`` or less.
    """
    consumer, moved = work.consumer, work.moved
    keep_lines(net, work)
    for c in range(moved.size):
        consumer[TRIED_C, c] = 0.0
    for move in range(MOST_MOVES):
        move_supply(net, sides, water, steps, step, work)
        for c in range(moved.size):
            moved[c] = consumer[FLOW_C, c]
        firm = FIRMER * (move - PATIENT) if move > PATIENT else UNBOUND
        error = correct_flows(
            net, sides, water, steps, step, work, steps.enough, firm, move - LATE
        )
        if error <= steps.enough or move == MOST_MOVES - 1:
            break
        put_back(net, work)
        sum_flows(net, tree, sides, work)
    for c in range(moved.size):
        consumer[FLOW_C, c] = moved[c]
    return move + 1, error if error > steps.enough else 0.0


@part
def keep_lines(net: Net, work: Work) -> None:
    """Keep what the lines of the supply side hold."""
    places = net.places
    for line in range(net.supplies):
        copy_column(net.lines, line, work.kept_lines)
        copy_column(places, line, work.kept_places)
        copy_slugs(net.slugs, places, line, work.kept_slugs)
        for cell in range(places[CELLS, line]):
            work.kept_walls[line, cell] = net.walls[line, cell]


@part
def put_back(net: Net, work: Work) -> None:
    """Give the lines of the supply side what was kept."""
    places = net.places
    for line in range(net.supplies):
        copy_column(work.kept_lines, line, net.lines)
        copy_column(work.kept_places, line, places)
        copy_slugs(work.kept_slugs, places, line, net.slugs)
        for cell in range(places[CELLS, line]):
            net.walls[line, cell] = work.kept_walls[line, cell]


@inline
def copy_column(source: FloatArray | IntArray, line: int, target: FloatArray | IntArray) -> None:
    """Copy the values of one line."""
    for value in range(source.shape[0]):
        target[value, line] = source[value, line]


@inline
def copy_slugs(source: FloatArray, places: IntArray, line: int, target: FloatArray) -> None:
    """Copy the slugs of one line to the same slots."""
    mask, first = source.shape[1] - BEYOND, places[FIRST, line]
    for i in range(places[COUNT, line]):
        at = (first + i) & mask
        for value in range(source.shape[2]):
            target[line, at, value] = source[line, at, value]
