"""Producers of a mesh that give heat: the flows that give it, found in rounds of both sides."""

from math import inf, isnan, nan

from ...model.water import WaterTable
from .compile import inline, part
from .mesh_rows import FLOW_C, LANES, WATER
from .mesh_sources import (
    ASKED_BEFORE,
    CORNERED,
    FED_BEFORE,
    GIVEN_HEAT,
    GIVEN_LIMIT,
    GIVEN_REST,
    HIGH,
    LOW,
    RANK,
)
from .mesh_tables import MeshLevel, MeshTable, MeshWork
from .tree_tables import FloatArray
from .water import enthalpy

UNSOLVED = 1.0e-5  # error of an hour that is told
WHOLE_ROUNDS = 6  # of both sides, in which producers take what is asked for
TURN_ROUNDS = 8  # in which they go along the line of two rounds, before as many of half a change
BOUND_ROUNDS = 22  # from which flows are kept between too little and too much
SLOPES = -30.0, 0.9  # of what is asked for by what is fed: between these it is believed
NARROW = 1.0e-5  # of a flow, between too little and too much where it jumps
LESS = 0.9  # of a flow from which the hour is not solved
STOPS_SHORT = 0.01  # of a limit, before which a producer may stop where its flow jumps
LAST = 1.0e300  # priority of those without one
LEAST_DROP = 4000.0  # J/kg: a producer warms its water by a kelvin at least
LEAST_DRAWN = 1.0e-9  # kg/s, beside which a change of a flow counts


@part
def turn_producers(
    mesh: MeshTable, water: WaterTable, work: MeshWork, same: float, number: int
) -> float:
    """Turn producers to the flows that give their heat; note their return water.

    Where the first producer's flow turns, the water that returns may turn with it: after some
    rounds each goes along the line of the last two rounds, and takes half of a change, in turns;
    then it is kept between flows that gave too little and too much. Where water in a loop turns at
    once, no flow may give what is told: a producer gives the most below it.
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
        change, missed = 0.0, 0.0
        for k in range(mesh.held_at.size, producers):
            moved = abs(level.asked[k, j] - level.fed[k, j]) / (drawn + LEAST_DRAWN)
            rests = number > BOUND_ROUNDS and rests_below(level, k, j)
            change = max(change, 0.0 if rests else moved)
            missed = max(missed, moved if rests and not stops_short(level, k, j) else 0.0)
        level.unrest[j] = max(change, missed)
        worst = max(worst, change * level.live[j])
        for k in range(mesh.held_at.size, producers):
            if change > same:
                level.fed[k, j] = next_feed(level, k, j, number)
            if number >= BOUND_ROUNDS and level.fed[k, j] < level.asked[k, j]:
                level.feed[GIVEN_REST, k, j] = nan
    return worst


@inline
def rests_below(level: MeshLevel, k: int, j: int) -> bool:
    """Return whether a producer gives the most below what is told, as no flow gives that."""
    is_solved = level.best[j] <= UNSOLVED
    return bool(level.feed[CORNERED, k, j] and is_solved and level.asked[k, j] >= level.fed[k, j])


@inline
def stops_short(level: MeshLevel, k: int, j: int) -> bool:
    """Return whether a producer gives its limit but for a share that does not count."""
    given, asked = level.fed[k, j], level.asked[k, j]
    return bool(isnan(level.feed[GIVEN_HEAT, k, j]) and asked - given <= STOPS_SHORT * asked)


@inline
def next_feed(level: MeshLevel, k: int, j: int, number: int) -> float:
    """Return the flow through a producer in the next round."""
    feed, fed, asked = level.feed, level.fed[k, j], level.asked[k, j]
    moved, follows = fed - feed[FED_BEFORE, k, j], asked - feed[ASKED_BEFORE, k, j]
    feed[FED_BEFORE, k, j], feed[ASKED_BEFORE, k, j] = fed, asked
    if number <= BOUND_ROUNDS:
        feed[LOW, k, j], feed[HIGH, k, j], feed[CORNERED, k, j] = -inf, inf, 0.0
    if asked == fed or number < WHOLE_ROUNDS:
        return float(asked)
    slope = follows / moved if moved != 0.0 else 0.0
    along = (number - WHOLE_ROUNDS) // TURN_ROUNDS % 2 == 0
    slope = min(max(slope, SLOPES[0]), SLOPES[1]) if along else -1.0
    aim = max(fed + (asked - fed) / (1.0 - slope), 0.0)
    return keep_between(level, k, j, aim) if number >= BOUND_ROUNDS else float(aim)


@inline
def keep_between(level: MeshLevel, k: int, j: int, aim: float) -> float:
    """Return a flow between one that gave too little and one that gave too much.

    Where they are one, the smaller; where that gives too much now, less of it. A flow with which
    the hour is not solved counts as too much.
    """
    feed, fed, asked = level.feed, level.fed[k, j], level.asked[k, j]
    is_solved = level.best[j] <= UNSOLVED
    if is_solved and asked >= fed:
        if feed[CORNERED, k, j]:
            return float(fed)
        feed[LOW, k, j] = fed
        feed[HIGH, k, j] = feed[HIGH, k, j] if feed[HIGH, k, j] > fed else inf
    else:
        aim = min(aim, fed) if is_solved else LESS * fed
        if feed[CORNERED, k, j]:
            return float(aim)
        feed[HIGH, k, j] = fed
        feed[LOW, k, j] = feed[LOW, k, j] if feed[LOW, k, j] < fed else -inf
    low, high = feed[LOW, k, j], feed[HIGH, k, j]
    if low == -inf or high == inf:
        return float(aim)
    if high - low <= NARROW * high:
        feed[CORNERED, k, j] = 1.0
        return float(low)
    return float(0.5 * (low + high))


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
