"""Heat between the supply and the return pipe of a route, in a mesh.

A pipe cools towards a mean of the ground and its twin's mean water, weighted by their
conductances. Both sides are solved in turn until these means rest. What one gives the other is one
number, so that it cancels to the last digit. Taking the twin's mean instead of its water along the
way leaves out a share of the exchange of about a twelfth of the square of its transfer units.
"""

from .compile import kernel
from .mesh_rows import EARTH, LANES, MEAN
from .mesh_tables import MeshTable, MeshWork


@kernel
def start_earth(mesh: MeshTable, work: MeshWork) -> None:
    """Let every pipe cool towards the ground, until the water of its twin is known."""
    pipes, ground, count = work.pipes, work.level.ground, mesh.start.size
    for side in range(2):
        for e in range(count):
            row, at = side * count + e, mesh.ground[e]
            for j in range(LANES):
                pipes[row, EARTH + j] = ground[at, j]
                pipes[row, MEAN + j] = ground[at, j]


@kernel
def couple_twins(mesh: MeshTable, work: MeshWork) -> float:
    """Write what every pipe cools towards; return the largest change. [K]"""
    pipes, ground, count = work.pipes, work.level.ground, mesh.start.size
    worst = 0.0
    for e in range(count):
        mutual, at = mesh.exchange[e], mesh.ground[e]
        if mutual <= 0.0:
            continue
        for side in range(2):
            row, twin = side * count + e, (1 - side) * count + e
            own = mesh.conductance[side, e] / (mesh.conductance[side, e] + mutual)
            for j in range(LANES):
                earth = own * ground[at, j] + (1.0 - own) * pipes[twin, MEAN + j]
                worst = max(worst, abs(earth - pipes[row, EARTH + j]))
                pipes[row, EARTH + j] = earth
    return worst
