"""Heat between the supply and the return pipe of a route, in a mesh.

Beside a twin that flows the other way a pipe cools by the exact solution of the pair, with the
twin's flow and inlet as they were solved last; both sides are solved in turn until these rest. In
the rare pipe whose twin flows the same way the twin counts by its mean water. What one gives the
other is found once for both, so that it cancels to the last digit.
"""

from ...model.water import WaterTable
from .compile import part
from .mesh_rows import (
    FLOW,
    LANES,
    MEAN,
    TWIN_FLOW,
    TWIN_MEAN,
    TWIN_NEAR,
    TWIN_PER,
    WATER,
)
from .mesh_tables import MeshTable, MeshWork
from .tree_finish import STANDING
from .water import polynomial6

CRAWL = 1.0e-7  # kg/s, with which a twin flows at least: its water is then that of ground and pipe


@part
def start_twins(mesh: MeshTable, work: MeshWork) -> None:
    """Let twins stand at ground temperature, until their water is known."""
    pipes, ground, count = work.pipes, work.level.ground, mesh.start.size
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
def couple_twins(mesh: MeshTable, water: WaterTable, work: MeshWork) -> float:
    """Tell every pipe of its twin; return the largest change of the twins' water. [K]

    It is added to ``unrest`` of each lane.
    """
    nodes, pipes, count = work.nodes, work.pipes, mesh.start.size
    junctions, worst, live = nodes.shape[0] // 2, 0.0, work.level.live
    unrest = work.level.unrest
    for e in range(count):
        if mesh.exchange[e] <= 0.0:
            continue
        for side in range(2):
            row, twin = side * count + e, (1 - side) * count + e
            a, b = (1 - side) * junctions + mesh.start[e], (1 - side) * junctions + mesh.end[e]
            for j in range(LANES):
                moves = abs(pipes[twin, FLOW + j]) > STANDING
                flow = pipes[twin, FLOW + j] if moves else 0.0
                near = nodes[a, WATER + j] if flow >= 0.0 else nodes[b, WATER + j]
                capacity = polynomial6(water.heat_capacity, pipes[twin, MEAN + j])
                per = 1.0 / (max(abs(flow), CRAWL) * capacity)
                change = abs(near - pipes[row, TWIN_NEAR + j]) if moves else 0.0
                change += abs(pipes[twin, MEAN + j] - pipes[row, TWIN_MEAN + j])
                unrest[j] = max(unrest[j], change)
                worst = max(worst, change * live[j])
                pipes[row, TWIN_NEAR + j] = near
                pipes[row, TWIN_MEAN + j] = pipes[twin, MEAN + j]
                pipes[row, TWIN_PER + j] = per
                pipes[row, TWIN_FLOW + j] = flow
    return worst
