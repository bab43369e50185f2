"""Producers of a mesh: what they put into the supply side and take from the return side."""

from math import inf, isnan, nan

from ...model.water import WaterTable
from .compile import inline, part
from .mesh_rows import (
    BACK_C,
    CONTENT,
    FLOW,
    FLOW_C,
    GAIN,
    INFLOW,
    LANES,
    OUTFLOW,
    WATER,
)
from .mesh_tables import MeshLevel, MeshTable, MeshWork, Plan
from .tree_tables import FloatArray
from .water import enthalpy

GIVEN_FLOW, GIVEN_SHARE, GIVEN_HEAT, GIVEN_LIMIT, RANK, GIVEN_REST = range(6)
FED_BEFORE, ASKED_BEFORE = 6, 7  # of the round before [kg/s]
FEEDS = 8
WHOLE_ROUNDS = 6  # of both sides, in which producers take what is asked for
TURN_ROUNDS = 8  # in which they go along the line of two rounds, before as many of half a change
SLOPES = -30.0, 0.9  # of what is asked for by what is fed: between these it is believed
LAST = 1.0e300  # priority of those without one
LEAST_DROP = 4000.0  # J/kg: a producer warms its water by a kelvin at least
LEAST_DRAWN = 1.0e-9  # kg/s, beside which a change of a flow counts
LEAST_FEED = 1.0e-12  # kg/s of source water, which the pressure holder keeps at its junction


@part
def feed_supply(mesh: MeshTable, plan: Plan, water: WaterTable, work: MeshWork) -> None:
    """Write what producers put into the supply side; pressure holders give what is missing.

    Those that give a share follow what the consumers draw, as it stands in OUTFLOW.
    """
    nodes, level = work.nodes, work.level
    if mesh.producer_junction.size > mesh.held_at.size:
        follow_shares(mesh, plan, work)
    for k in range(mesh.producer_junction.size):
        node = mesh.producer_junction[k]
        for j in range(LANES):
            nodes[node, INFLOW + j] = 0.0
            nodes[node, CONTENT + j] = 0.0
    for k in range(mesh.held_at.size, mesh.producer_junction.size):
        node = mesh.producer_junction[k]
        for j in range(LANES):
            given = max(level.fed[k, j], 0.0)
            nodes[node, INFLOW + j] += given
            nodes[node, CONTENT + j] += given * enthalpy(water, level.supply[k, j])
    for k in range(mesh.held_at.size):
        node = mesh.producer_junction[k]
        for j in range(LANES):
            level.total[j] = nodes[node, OUTFLOW + j] - nodes[node, INFLOW + j]
        sum_at_source(mesh, k, work)
        for j in range(LANES):
            given = max(level.total[j], LEAST_FEED)
            level.fed[k, j] = level.total[j]
            nodes[node, INFLOW + j] += given
            nodes[node, CONTENT + j] += given * enthalpy(water, level.supply[k, j])


@part
def follow_shares(mesh: MeshTable, plan: Plan, work: MeshWork) -> None:
    """Let producers that give a share, or all the rest, give it of what the consumers draw now."""
    nodes, level, holders = work.nodes, work.level, mesh.held_at.size
    for j in range(LANES):
        level.total[j] = 0.0
    for place in range(plan.node.size):
        node = plan.node[place]
        for j in range(LANES):
            level.total[j] += nodes[node, OUTFLOW + j]
    for k in range(holders, level.fed.shape[0]):
        for j in range(LANES):
            level.total[j] -= max(-level.fed[k, j], 0.0)
    for k in range(holders, level.fed.shape[0]):
        for j in range(LANES):
            share = level.feed[GIVEN_SHARE, k, j]
            level.fed[k, j] = level.fed[k, j] if isnan(share) else share * level.total[j]
    for k in range(holders, level.fed.shape[0]):
        for j in range(LANES):
            if not isnan(level.feed[GIVEN_REST, k, j]):
                others = -level.fed[k, j]
                for other in range(holders, level.fed.shape[0]):
                    others += level.fed[other, j]
                level.fed[k, j] = max(level.total[j] - others, 0.0)


@part
def sum_at_source(mesh: MeshTable, holder: int, work: MeshWork) -> None:
    """Add to ``level.total`` what pipes carry away from a pressure holder's supply junction."""
    pipes, total = work.pipes, work.level.total
    for k in range(mesh.held_first[holder], mesh.held_first[holder + 1]):
        row, sign = mesh.source_pipe[k], mesh.source_sign[k]
        for j in range(LANES):
            total[j] += sign * pipes[row, FLOW + j]


@part
def feed_return(mesh: MeshTable, plan: Plan, water: WaterTable, work: MeshWork) -> None:
    """Write what the core's consumers put into the return side, and what producers take."""
    nodes, consumers, level = work.nodes, work.consumers, work.level
    junctions = nodes.shape[0] // 2
    for place in range(plan.node.size):
        node = junctions + plan.node[place]
        for j in range(LANES):
            nodes[node, INFLOW + j] = 0.0
            nodes[node, CONTENT + j] = 0.0
            nodes[node, OUTFLOW + j] = 0.0
            nodes[node, GAIN + j] = 0.0
    for k in range(mesh.core_consumer.size):
        c = mesh.core_consumer[k]
        node = junctions + mesh.consumer_junction[c]
        for j in range(LANES):
            flow = consumers[c, FLOW_C + j]
            nodes[node, INFLOW + j] += flow
            nodes[node, CONTENT + j] += flow * enthalpy(water, consumers[c, BACK_C + j])
    for k in range(mesh.producer_junction.size):
        near = mesh.producer_junction[k]
        node = junctions + near
        for j in range(LANES):
            taken, given = max(level.fed[k, j], 0.0), max(-level.fed[k, j], 0.0)
            nodes[node, OUTFLOW + j] += taken
            nodes[node, INFLOW + j] += given
            nodes[node, CONTENT + j] += given * enthalpy(water, nodes[near, WATER + j])


@part
def turn_producers(
    mesh: MeshTable, water: WaterTable, work: MeshWork, same: float, number: int
) -> float:
    """Turn producers to the flows that give their heat; note their return water.

    Where the first producer's flow turns, the water that returns may turn with it: after some
    rounds each goes along the line of the last two rounds, and takes half of a change, in turns.
    Flows that changed by no more than the share ``same`` stay: they are those of the pipes.
    Returns the largest share by which a flow changed, of all lanes; ``unrest`` is that of each.
    """
    nodes, consumers, level, worst = work.nodes, work.consumers, work.level, 0.0
    junctions, producers = nodes.shape[0] // 2, mesh.producer_junction.size
    for j in range(LANES):
        drawn = 0.0
        for c in range(mesh.consumer_junction.size):
            drawn += consumers[c, FLOW_C + j]
        for k in range(producers):
            level.back_water[k, j] = nodes[junctions + mesh.producer_junction[k], WATER + j]
            level.asked[k, j] = level.fed[k, j]
        ask_in_turn(mesh, water, level, j, drawn)
        change = 0.0
        for k in range(producers):
            moved = abs(level.asked[k, j] - level.fed[k, j])
            change = max(change, moved / (drawn + LEAST_DRAWN))
        level.unrest[j] = change
        worst = max(worst, change * level.live[j])
        for k in range(mesh.held_at.size, producers):
            if change > same:
                level.fed[k, j] = next_feed(level, k, j, number)
    return worst


@inline
def next_feed(level: MeshLevel, k: int, j: int, number: int) -> float:
    """Return the flow through a producer in the next round."""
    feed, fed, asked = level.feed, level.fed[k, j], level.asked[k, j]
    moved, follows = fed - feed[FED_BEFORE, k, j], asked - feed[ASKED_BEFORE, k, j]
    feed[FED_BEFORE, k, j], feed[ASKED_BEFORE, k, j] = fed, asked
    if asked == fed or number < WHOLE_ROUNDS:
        return float(asked)
    slope = follows / moved if moved != 0.0 else 0.0
    along = (number - WHOLE_ROUNDS) // TURN_ROUNDS % 2 == 0
    slope = min(max(slope, SLOPES[0]), SLOPES[1]) if along else -1.0
    return float(max(fed + (asked - fed) / (1.0 - slope), 0.0))


@part
def ask_in_turn(
    mesh: MeshTable, water: WaterTable, level: MeshLevel, j: int, drawn: float
) -> None:
    """Ask producers of heat for flow: those that are told how much, then by priority.

    Each gives no more than what is ``drawn`` and not given yet: nobody pushes water back through
    the producer that holds the pressure, which has no use for its heat. Whoever gives all the rest
    follows what is drawn from then on.
    """
    holders, producers, feed = mesh.held_at.size, mesh.producer_junction.size, level.feed
    left, later = drawn, 0
    for k in range(holders, producers):
        by_heat = not isnan(feed[GIVEN_HEAT, k, j]) or not isnan(feed[GIVEN_LIMIT, k, j])
        left -= 0.0 if by_heat else level.fed[k, j]
        later += by_heat
    helps = enthalpy(water, level.supply[0, j]) - enthalpy(water, level.back_water[0, j])
    rank, row = -inf, -1
    for _ in range(later):
        rank, row = next_in_turn(feed, holders, j, rank, row)
        told, limit = feed[GIVEN_HEAT, row, j], feed[GIVEN_LIMIT, row, j]
        heat = limit if isnan(told) else abs(told)
        sign = helps if isnan(told) else told
        apart = enthalpy(water, level.supply[row, j])
        apart -= enthalpy(water, level.back_water[row, j])
        apart = apart if sign >= 0.0 else -apart
        flow = heat / max(apart, LEAST_DROP) if apart > 0.0 else 0.0
        feed[GIVEN_REST, row, j] = 1.0 if flow > left > 0.0 else nan
        level.asked[row, j] = min(flow, max(left, 0.0))
        left -= level.asked[row, j]


@inline
def next_in_turn(
    feed: FloatArray, holders: int, j: int, rank: float, row: int
) -> tuple[float, int]:
    """Return the priority and the row of the producer of heat that comes after another one."""
    best, found = inf, -1
    for k in range(holders, feed.shape[1]):
        told, limit, priority = feed[GIVEN_HEAT, k, j], feed[GIVEN_LIMIT, k, j], feed[RANK, k, j]
        if isnan(told) and isnan(limit):
            continue
        own = -LAST if not isnan(told) else (LAST if isnan(priority) else priority)
        comes_after = own > rank or (own == rank and k > row)
        if comes_after and own < best:
            best, found = own, k
    return best, found
