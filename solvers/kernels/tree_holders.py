"""Which of several consumers holds the temperature of the water that they share."""

from .compile import inline, part
from .tree_rows import FLOW_C, HOLD_C, LANES, LEAVES_HOLD, MOST_C, NO_HOLD, SUPPLY
from .tree_tables import FloatArray, Level, TreeTable, Walk
from .water import log

ALIKE = 0.5  # K between temperatures held, which one flow holds
FULL_FLOW = 1.0 - 1.0e-9  # share of the largest flow that counts as all of it
COLDER = 1.0e-3  # K by which water misses the temperature that is held


@inline
def choose_holder(
    tree: TreeTable, consumers: FloatArray, first: int, last: int, level: Level
) -> None:
    """Let one of the consumers that hold the temperature of the same water hold it.

    Which of them draws the flow would be left to chance. It is the one that holds most; of
    equals the one of largest flow, then the first. What holds clearly less stays: it matters
    where the first has reached its largest flow.
    """
    warmest, chosen = level.scratch, level.errors
    for j in range(LANES):
        warmest[j] = NO_HOLD
        chosen[j] = -1.0
    for i in range(first, last):
        c = tree.rival[i]
        hold = tree.bypass_temperature[c]
        for j in range(LANES):
            most = consumers[c, MOST_C + j]
            holds = consumers[c, HOLD_C + j] > NO_HOLD
            warmer = hold > warmest[j]
            larger = hold == warmest[j] and most > warmest[LANES + j]
            if holds and (warmer or larger):
                warmest[j] = hold
                warmest[LANES + j] = most
                chosen[j] = c
    for i in range(first, last):
        c = tree.rival[i]
        hold = tree.bypass_temperature[c]
        for j in range(LANES):
            holds = consumers[c, HOLD_C + j] > NO_HOLD
            if holds and chosen[j] != c and hold > warmest[j] - ALIKE:
                consumers[c, HOLD_C + j] = LEAVES_HOLD


@part
def call_rivals(
    tree: TreeTable, walk: Walk, work: FloatArray, consumers: FloatArray, level: Level
) -> bool:
    """Let one more consumer hold a temperature where those that hold it draw all they may.

    Returns whether there was one anywhere.
    """
    called = False
    for point in range(tree.rival_start.size - 1):
        first, last = tree.rival_start[point], tree.rival_start[point + 1]
        for j in range(LANES):
            called |= call_rival(tree, walk, work, consumers, level, first, last, j)
    return called


@inline
def call_rival(
    tree: TreeTable,
    walk: Walk,
    work: FloatArray,
    consumers: FloatArray,
    level: Level,
    first: int,
    last: int,
    j: int,
) -> bool:
    """Call the warmest of the consumers of a point that have left holding to others."""
    next_one, warmest, held, drawn = -1, NO_HOLD, NO_HOLD, 0.0
    for i in range(first, last):
        c = tree.rival[i]
        flow, hold, own = (
            consumers[c, FLOW_C + j],
            consumers[c, HOLD_C + j],
            tree.bypass_temperature[c],
        )
        drawn = max(drawn, flow)
        if hold > NO_HOLD and flow < consumers[c, MOST_C + j] * FULL_FLOW:
            held = max(held, own)
        is_cold = work[tree.consumer_row[c], SUPPLY + j] < own - COLDER
        if hold == LEAVES_HOLD and is_cold and own > warmest:
            next_one, warmest = c, own
    if warmest <= held:
        return False
    ground = level.ground[walk.ground[tree.consumer_row[next_one]], j]
    consumers[next_one, HOLD_C + j] = log(max(warmest - ground, 1e-9))
    flow = min(max(drawn, 1e-6), consumers[next_one, MOST_C + j])
    consumers[next_one, FLOW_C + j] = max(flow, consumers[next_one, FLOW_C + j])
    return True
