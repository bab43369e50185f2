"""Producers that give a share of all that is drawn: their flow follows every consumer's."""

from math import isnan

from ...model.water import WaterTable
from .compile import inline, part
from .mesh_matrix import eliminate_again, substitute
from .mesh_rows import CAPACITY, DRAWN, ENERGY, GAIN, LANES, MASS, OUTFLOW, WATER
from .mesh_sources import GIVEN_REST, GIVEN_SHARE
from .mesh_tables import MeshLevel, MeshTable, MeshWork, Plan
from .water import enthalpy

LEAST_LEFT = 1.0e-3  # of a change of what is drawn, when shares have answered it


@part
def shares_given(mesh: MeshTable, work: MeshWork) -> bool:
    """Return whether any producer gives a share in any hour of the block."""
    feed = work.level.feed
    for k in range(mesh.held_at.size, feed.shape[1]):
        for j in range(LANES):
            if not isnan(feed[GIVEN_SHARE, k, j]) or not isnan(feed[GIVEN_REST, k, j]):
                return True
    return False


@inline
def share_of(level: MeshLevel, k: int, j: int) -> float:
    """Return by how much a producer's flow follows what is drawn; NaN where it does not."""
    if isnan(level.feed[GIVEN_REST, k, j]):
        return float(level.feed[GIVEN_SHARE, k, j])
    left = 1.0
    for other in range(level.feed.shape[1]):
        share = level.feed[GIVEN_SHARE, other, j]
        left -= 0.0 if isnan(share) else share
    return left


@part
def follow_draw(mesh: MeshTable, plan: Plan, water: WaterTable, work: MeshWork) -> None:
    """Let the step of the supply side account for shares of what the consumers draw.

    What is drawn changes by the sum of all answers to the water, one number t more: the step is
    x + t y, with y the answer of all junctions to one more kilogram a second.
    """
    nodes, right, second, level = work.nodes, work.right, work.second, work.level
    second[:] = 0.0
    for k in range(mesh.held_at.size, mesh.producer_junction.size):
        node = mesh.producer_junction[k]
        place = plan.place[node]
        at_source = 1.0 if place == plan.node.size - 1 else 0.0
        for j in range(LANES):
            share = share_of(level, k, j)
            given, here = 0.0 if isnan(share) else share, enthalpy(water, nodes[node, WATER + j])
            brought = enthalpy(water, level.supply[k, j]) - here
            replaced = enthalpy(water, level.supply[0, j]) - here
            replaced *= at_source if level.fed[0, j] > 0.0 else 0.0
            second[place, MASS + j] += given * (1.0 - at_source)
            second[place, ENERGY + j] += given * (brought - replaced) / CAPACITY
    eliminate_again(plan, work.matrix, second)
    substitute(plan.later, plan.upper, plan.first, work.matrix, second)
    for j in range(LANES):
        level.total[j] = 0.0
        level.head[j] = 0.0
    for place in range(plan.node.size):
        node = plan.node[place]
        for j in range(LANES):
            more = nodes[node, OUTFLOW + j] - nodes[node, DRAWN + j]
            level.total[j] += more + nodes[node, GAIN + j] * right[place, ENERGY + j]
            level.head[j] += nodes[node, GAIN + j] * second[place, ENERGY + j]
    for j in range(LANES):
        left = 1.0 - level.head[j]
        least = LEAST_LEFT if left >= 0.0 else -LEAST_LEFT
        level.total[j] /= left if abs(left) > LEAST_LEFT else least
    for place in range(plan.node.size):
        for j in range(LANES):
            right[place, MASS + j] += level.total[j] * second[place, MASS + j]
            right[place, ENERGY + j] += level.total[j] * second[place, ENERGY + j]
