"""Consumers of a network with moving water: the flow that serves the heat in each step.

Which water arrives depends on the flow of the step itself. Flows are found by looking ahead
again and again; each consumer learns how its water answers to its flow (GAIN, the slope of the
logarithm of supply less return), so that one or two looks are enough.
"""

from math import inf, isnan

from ...model.water import WaterTable
from .compile import inline, part
from .plug_tables import CONTENT, FloatArray, Net, Out, Sides, Steps, Work
from .water import enthalpy, exp_negative, log, temperature

# Values of a consumer: flow [kg/s]; supply less return in the last look [J/kg]; GAIN; flow and
# supply less return of the look before; heat served [W], content of the return water, and what
# it would have if nothing but the return temperature decided [J/kg]; 1 where no limit holds the
# flow down; flows that brought too little and too much in late looks [kg/s].
FLOW_C, DROP_C, GAIN_C, TRIED_C, TRIED_DROP_C, SERVED_C, BACK_C, LEAVING_C, FREE_C = range(9)
TOO_LITTLE_C, TOO_MUCH_C = 9, 10
# Limits of a consumer: most and least flow [kg/s]; outside of which contents nothing is served.
MOST_L, LEAST_L, MIN_SUPPLY_L, MAX_SUPPLY_L = range(4)
CONSUMER_VALUES, LIMIT_VALUES = 11, 4

DUST = 1.0e-6  # W, less is no heat
LEAST_DROP = 4.0  # J/kg, about a thousandth of a kelvin
LEAST_CAP = 4185.0  # J/kg between producer and return, with which the largest flow is reckoned
CAP = 10.0  # times the flow at the producer's own temperature: more brings nobody warmth
TRACE = 1.0e-3  # times that flow: less is no flow that brings heat, however warm the water
LEAST_FLOW = 1.0e-9  # kg/s, beside which a correction counts
LEAST_GAIN, MOST_GAIN = -0.5, 30.0
TELLING = 1.0e-3  # of a flow: a smaller change tells no slope
NEARLY = 0.01  # of a flow: a ratio so near 1 needs no logarithm
UNMOVED = 2.0e-4  # of a flow: a smaller correction waits until the last
FULL = 1.0 - 1.0e-3  # share of the heat that counts as all: the return makes up for the rest
OFF = 0.1  # of a flow: one further off than this was not found
FREEZING = 0.0
SERVED, FLOW_LIMIT, SUPPLY_TOO_COLD = 0, 1, 2


@inline
def leaving(
    water: WaterTable,
    returned: FloatArray,
    difference: FloatArray,
    step: int,
    places: tuple[int, int],
    content: float,
) -> float:
    """Return the content that a consumer's return water should have. [J/kg]"""
    leaves = returned[step, places[0]]
    if isnan(leaves):
        apart = difference[step, places[1]]
        leaves = enthalpy(water, max(temperature(water, content) - apart, FREEZING))
    return float(leaves)


@inline
def turned(flow: float, ratio: float, gain: float) -> float:
    """Return the flow that changes flow times supply less return by a ratio."""
    if abs(ratio - 1.0) < NEARLY:
        return flow * (1.0 + (ratio - 1.0) / (1.0 + gain))
    x = log(ratio) / (1.0 + gain)
    return flow / exp_negative(x) if x >= 0.0 else flow * exp_negative(-x)


@inline
def bounded(
    flow: float,
    limits: FloatArray,
    c: int,
    least: float,
    heat: float,
    apart: float,
    helps: float,
) -> float:
    """Return a flow within its limits.

    ``apart`` is what the producer's own water is over the return water [J/kg]; up to ``helps``
    more flow brings warmth [kg/s].
    """
    most, alone = limits[MOST_L, c], abs(heat) / max(apart, LEAST_CAP)
    flow = min(max(flow, TRACE * alone), max(CAP * alone, helps))
    return float(min(max(flow, least), most))


@inline
def helpful_flow(helps: FloatArray, step: int, c: int) -> float:
    """Return the flow up to which more brings a consumer warmth, beside `CAP`. [kg/s]"""
    return float(helps[step, c]) if helps.shape[0] > 0 else 0.0


@inline
def least_flow(limits: FloatArray, least: FloatArray, step: int, c: int) -> float:
    """Return the least flow of a consumer. [kg/s]"""
    flow = limits[LEAST_L, c]
    return float(max(flow, least[step, c]) if least.shape[0] > 0 else flow)


@part
def first_flows(
    net: Net, sides: Sides, water: WaterTable, steps: Steps, step: int, work: Work
) -> None:
    """Guess the flows of a step from what the last one showed."""
    consumer, nodes, limits, from_node = (
        work.consumer,
        net.nodes,
        sides.limits,
        sides.consumer_from,
    )
    heats, given, least, source = steps.heat, steps.flow, steps.least, steps.supply[step, 0]
    returned, difference, helps = steps.returned, steps.difference, steps.helps
    back_place, apart_place = steps.returned_place, steps.difference_place
    for c in range(from_node.size):
        consumer[TRIED_C, c] = 0.0
        consumer[FREE_C, c] = 0.0
        heat = heats[step, c]
        if given.shape[0] > 0 and not isnan(given[step, c]):
            consumer[FLOW_C, c] = given[step, c]
            continue
        floor = min(least_flow(limits, least, step, c), limits[MOST_L, c])
        if abs(heat) < DUST:
            consumer[FLOW_C, c] = floor
            continue
        flow, drop, content = (
            consumer[FLOW_C, c],
            consumer[DROP_C, c],
            nodes[CONTENT, from_node[c]],
        )
        places = (back_place[c], apart_place[c])
        leaves = leaving(water, returned, difference, step, places, content)
        apart = source - leaves if heat > 0.0 else leaves - source
        if flow * max(apart, LEAST_CAP) > TRACE * abs(heat) and drop > LEAST_DROP:
            flow = turned(flow, abs(heat) / (flow * drop), consumer[GAIN_C, c])
        else:
            here = content - leaves if heat > 0.0 else leaves - content
            flow = abs(heat) / max(here, LEAST_CAP)
        helped = helpful_flow(helps, step, c)
        consumer[FLOW_C, c] = bounded(flow, limits, c, floor, heat, apart, helped)


@part
def correct_flows(
    net: Net,
    sides: Sides,
    water: WaterTable,
    steps: Steps,
    step: int,
    work: Work,
    enough: float,
    firm: float,
    late: int,
) -> float:
    """Correct the flows by the water that would arrive; return the largest correction. [1]

    Small corrections wait until the largest is ``enough`` or less, so that what they would move
    need not be looked at again. ``firm`` is the least GAIN: above 0 steps are shorter than the
    last two looks tell. From ``late`` = 0 on flows stay between those that brought too little and
    too much: a front in the pipe may turn cold water to warm within a hair's breadth of flow.
    """
    consumer, nodes, limits, from_node = (
        work.consumer,
        net.nodes,
        sides.limits,
        sides.consumer_from,
    )
    heats, given, least, source = steps.heat, steps.flow, steps.least, steps.supply[step, 0]
    returned, difference, helps = steps.returned, steps.difference, steps.helps
    back_place, apart_place, wanted = steps.returned_place, steps.difference_place, work.wanted
    worst = 0.0
    if late == 0:
        consumer[TOO_LITTLE_C, :], consumer[TOO_MUCH_C, :] = 0.0, inf
    for c in range(from_node.size):
        heat, flow = heats[step, c], consumer[FLOW_C, c]
        wanted[c] = flow
        if abs(heat) < DUST or isnan(heat):
            continue
        if given.shape[0] > 0 and not isnan(given[step, c]):
            continue
        content, places = nodes[CONTENT, from_node[c]], (back_place[c], apart_place[c])
        leaves = leaving(water, returned, difference, step, places, content)
        drop = content - leaves if heat > 0.0 else leaves - content
        learn(consumer, c, flow, drop)
        new = CAP * flow
        if drop > LEAST_DROP:
            new = abs(heat) / LEAST_CAP
            if flow > 0.0:
                new = turned(flow, abs(heat) / (flow * drop), max(consumer[GAIN_C, c], firm))
        if late >= 0:
            new = between(consumer, c, new, flow * drop < abs(heat), late)
        floor = min(least_flow(limits, least, step, c), limits[MOST_L, c])
        apart = source - leaves if heat > 0.0 else leaves - source
        helped = helpful_flow(helps, step, c)
        wanted[c] = bounded(new, limits, c, floor, heat, apart, helped)
        consumer[FREE_C, c] = 1.0 if drop > LEAST_DROP and wanted[c] >= new else 0.0
        worst = max(worst, abs(wanted[c] - flow) / (wanted[c] + LEAST_FLOW))
    for c in range(from_node.size):
        flow = consumer[FLOW_C, c]
        if worst <= enough or abs(wanted[c] - flow) > UNMOVED * flow:
            consumer[FLOW_C, c] = wanted[c]
    return worst


@inline
def between(consumer: FloatArray, c: int, new: float, lacks: bool, late: int) -> float:
    """Return a flow between the last that brought too little heat and that which brought too much.

    Every second one lies in the middle of both, where both are known. What the flows of others
    have made untrue is forgotten.
    """
    flow = consumer[FLOW_C, c]
    if lacks:
        consumer[TOO_LITTLE_C, c] = flow
        if consumer[TOO_MUCH_C, c] <= flow:
            consumer[TOO_MUCH_C, c] = inf
    else:
        consumer[TOO_MUCH_C, c] = flow
        if consumer[TOO_LITTLE_C, c] >= flow:
            consumer[TOO_LITTLE_C, c] = 0.0
    low, high = consumer[TOO_LITTLE_C, c], consumer[TOO_MUCH_C, c]
    fits = low < new < high
    if low > 0.0 and high < inf and not (fits and late % 2 == 0):
        new = 0.5 * (low + high)
    return float(new)


@inline
def learn(consumer: FloatArray, c: int, flow: float, drop: float) -> None:
    """Learn from two looks how a consumer's water answers to its flow."""
    before, drop_before = consumer[TRIED_C, c], consumer[TRIED_DROP_C, c]
    moved = flow - before
    if before > 0.0 and abs(moved) > TELLING * flow and min(drop, drop_before) > LEAST_DROP:
        rise = (drop - drop_before) / (drop + drop_before)
        consumer[GAIN_C, c] = min(max(rise * (flow + before) / moved, LEAST_GAIN), MOST_GAIN)
    consumer[TRIED_C, c], consumer[TRIED_DROP_C, c] = flow, drop
    consumer[DROP_C, c] = drop


@part
def serve_all(
    net: Net, sides: Sides, water: WaterTable, steps: Steps, step: int, work: Work, out: Out
) -> None:
    """Settle what every consumer gets of the water that came, what it misses, and why."""
    consumer, nodes, limits, from_node = (
        work.consumer,
        net.nodes,
        sides.limits,
        sides.consumer_from,
    )
    heats, unserved, reasons = steps.heat, out.consumer_unserved, out.consumer_reason
    returned, difference = steps.returned, steps.difference
    back_place, apart_place = steps.returned_place, steps.difference_place
    source = warmest_supply(steps, step)
    for c in range(from_node.size):
        asked, flow = heats[step, c], consumer[FLOW_C, c]
        content = nodes[CONTENT, from_node[c]] if flow >= 0.0 else steps.supply[step, 0]
        places = (back_place[c], apart_place[c])
        leaves = leaving(water, returned, difference, step, places, content)
        free = consumer[FREE_C, c] > 0.0
        if isnan(asked):
            served, reason = given_heat(limits, c, flow, content, leaves, source), SERVED
        else:
            served, reason = served_heat(limits, c, asked, flow, content, leaves, free)
        consumer[SERVED_C, c], consumer[LEAVING_C, c] = served, leaves
        consumer[BACK_C, c] = content - (served / flow if flow != 0.0 else 0.0)
        unserved[step, c] = 0.0 if isnan(asked) else asked - served
        reasons[step, c] = reason


@part
def warmest_supply(steps: Steps, step: int) -> float:
    """Return the content of the warmest water that a producer sends. [J/kg]"""
    source = steps.supply[step, 0]
    for producer in range(1, steps.supply.shape[1]):
        source = max(source, steps.supply[step, producer])
    return float(source)


@inline
def given_heat(
    limits: FloatArray, c: int, flow: float, content: float, leaves: float, source: float
) -> float:
    """Return what a consumer gets of a flow that is given. [W]

    Whether it takes heat or cold is told by the ``source``: water on the wrong side of the return,
    or of the supply that it bears, leaves as it came. What flows in at an open end brings all.
    """
    sign = 1.0 if source >= leaves else -1.0
    warm, cold = content >= limits[MIN_SUPPLY_L, c], content <= limits[MAX_SUPPLY_L, c]
    takes = sign * (content - leaves) > 0.0 and (warm if sign > 0.0 else cold)
    return flow * (content - leaves) if takes or flow < 0.0 else 0.0


@inline
def served_heat(
    limits: FloatArray,
    c: int,
    asked: float,
    flow: float,
    content: float,
    leaves: float,
    free: bool,
) -> tuple[float, int]:
    """Return what a consumer gets [W], and why not more.

    Where the flow is free, but was found for water a little warmer than what came, the return
    water makes up for it. A flow that is further off was not found: what its water gives counts.
    """
    if abs(asked) < DUST:
        return asked, SERVED
    sign = 1.0 if asked > 0.0 else -1.0
    possible = max(flow * sign * (content - leaves), 0.0)
    warm, cold = content >= limits[MIN_SUPPLY_L, c], content <= limits[MAX_SUPPLY_L, c]
    fits = flow > 0.0 and (warm if asked > 0.0 else cold)
    if not fits or possible == 0.0:
        return 0.0, SUPPLY_TOO_COLD
    if possible >= abs(asked) * (1.0 - OFF if free else FULL):
        return asked, SERVED
    return sign * possible, FLOW_LIMIT
