"""Heat between the supply and the return pipe of a route, in a mesh.

Beside a twin that flows the other way a pipe cools by the exact solution of the pair, with the
twin's flow and inlet as they were solved last; both sides are solved in turn until these rest. In
the rare pipe whose twin flows the same way the twin counts by its mean water. What one gives the
other is found once for both, so that it cancels to the last digit.
"""

from math import inf

from ...model.water import WaterTable
from .compile import inline, part
from .mesh_rows import (
    FLOW,
    LANES,
    MEAN,
    OUTLET,
    TWIN_FLOW,
    TWIN_MEAN,
    TWIN_NEAR,
    TWIN_PER,
    WATER,
)
from .mesh_tables import MeshLevel, MeshTable, MeshWork
from .tree_finish import STANDING
from .water import polynomial6

CRAWL = 1.0e-7  # kg/s, with which a twin flows at least: its water is then that of ground and pipe
WHOLE = 8  # rounds in which twins take the water they are told of
FALLS = 0.7  # of the change of a round, to which the next falls at least: else twins go less far
LEAST_SHARE = 0.25  # of a change


@part
def start_twins(mesh: MeshTable, work: MeshWork) -> None:
    """Let twins stand at ground temperature, until their water is known."""
    pipes, ground, count = work.pipes, work.level.ground, mesh.start.size
    for j in range(LANES):
        work.level.twin_share[j], work.level.twin_change[j] = 1.0, inf
    for side in range(2):
        for e in range(count):
            if mesh.exchange[e] <= 0.0:
                continue
            row, at = side * count + e, mesh.ground[e]
            for j in range(LANES):
                pipes[row, TWIN_NEAR + j] = ground[at, j]
                pipes[row, TWIN_MEAN + j] = ground[at, j]
                pipes[row, TWIN_PER + j] = 1.0 / (CRAWL * 4186.0)
                pipes[row, TWIN_FLOW + j] = 0.0
                pipes[row, MEAN + j] = ground[at, j]


@part
def couple_twins(mesh: MeshTable, water: WaterTable, work: MeshWork, number: int) -> float:
    """Tell every pipe of its twin; return the largest change of the twins' water. [K]

    It is added to ``unrest`` of each lane. Where a flow turns with the water of its twin, and back
    with the next, changes do not fall: twins then take a share of theirs.
    """
    nodes, pipes, level, count = work.nodes, work.pipes, work.level, mesh.start.size
    junctions, share = nodes.shape[0] // 2, level.twin_share
    for j in range(LANES):
        level.total[j] = 0.0
    for e in range(count):
        if mesh.exchange[e] <= 0.0:
            continue
        for side in range(2):
            row, twin = side * count + e, (1 - side) * count + e
            a, b = (1 - side) * junctions + mesh.start[e], (1 - side) * junctions + mesh.end[e]
            mixed = 0.5 * side  # the twin's heat capacity is that by which `cool_pipe` cools it
            for j in range(LANES):
                moves = abs(pipes[twin, FLOW + j]) > STANDING
                flow = pipes[twin, FLOW + j] if moves else 0.0
                near = nodes[a, WATER + j] if flow >= 0.0 else nodes[b, WATER + j]
                middle = near + mixed * (pipes[twin, OUTLET + j] - near)
                capacity = polynomial6(water.heat_capacity, middle)
                nearer = near - pipes[row, TWIN_NEAR + j]
                warmer = pipes[twin, MEAN + j] - pipes[row, TWIN_MEAN + j]
                faster = flow - pipes[row, TWIN_FLOW + j]
                change = (abs(nearer) if moves else 0.0) + abs(warmer)
                level.total[j] = max(level.total[j], change)
                pipes[row, TWIN_NEAR + j] += share[j] * nearer
                pipes[row, TWIN_MEAN + j] += share[j] * warmer
                pipes[row, TWIN_FLOW + j] += share[j] * faster
                size = max(abs(pipes[row, TWIN_FLOW + j]), CRAWL)
                pipes[row, TWIN_PER + j] = 1.0 / (size * capacity)
    return go_less_far(level, number)


@inline
def go_less_far(level: MeshLevel, number: int) -> float:
    """Take less of the twins' next change where that of this round, in ``total``, did not fall."""
    worst = 0.0
    for j in range(LANES):
        change, share = level.total[j], level.twin_share[j]
        falls = number < WHOLE or change <= FALLS * level.twin_change[j]
        level.twin_share[j] = min(2.0 * share, 1.0) if falls else max(0.5 * share, LEAST_SHARE)
        level.twin_change[j] = change
        level.unrest[j] = max(level.unrest[j], change)
        worst = max(worst, change * level.live[j])
    return worst
