"""Consumers of a large tree, many at once: the flows that serve the heat, and what they get.

The rules are those of `plug_consumers`, without branches and on blocks of constant length.
"""

from math import isnan

from ...model.water import WaterTable
from .compile import inline, part
from .flush_tables import BLOCK, R0, R1, R2, R3, R4, R5, R6, R7, R8, Flush, fetch, store
from .plug_consumers import (
    BACK_C,
    CAP,
    DUST,
    FLOW_C,
    FREE_C,
    FREEZING,
    FULL,
    LEAST_CAP,
    LEAST_DROP,
    LEAST_FLOW,
    LEAST_L,
    LEAVING_C,
    MAX_SUPPLY_L,
    MIN_SUPPLY_L,
    MOST_L,
    OFF,
    SERVED_C,
    TRIED_C,
    serve_all,
)
from .plug_tables import CONTENT, END_CONTENT, FloatArray, Net, Out, Sides, Steps, Work
from .water import enthalpy, temperature

LARGEST = 5.0  # times supply less return in one look: the most it may be in the next
HALF = 0.5  # of a correction, where it takes back more than half of the last
LACKS = 0.125  # of what a flow lacks as its water is: counts where Newton's step corrects little


@part
def see_water(
    net: Net, sides: Sides, water: WaterTable, steps: Steps, step: int, room: Flush
) -> None:
    """Write what arrives at each consumer, and the return water that it should have."""
    content, leaves, nodes, from_node = room.content, room.leaves, net.nodes, sides.consumer_from
    returned, place, told = steps.returned, steps.returned_place, 0.0
    for c in range(content.size):
        content[c] = nodes[CONTENT, from_node[c]]
        leaves[c] = returned[step, place[c]]
        told += leaves[c]
    difference, apart_place = steps.difference, steps.difference_place
    feels = room.feels
    if isnan(told):
        for c in range(content.size):
            feels[c] = 0.0 if isnan(leaves[c]) else 1.0
            if isnan(leaves[c]):
                apart = difference[step, apart_place[c]]
                cooled = max(temperature(water, content[c]) - apart, FREEZING)
                leaves[c] = enthalpy(water, cooled)


@part
def guess_flows(sides: Sides, steps: Steps, step: int, work: Work, room: Flush) -> None:
    """Guess the flows of a step from what the last one showed, as `first_flows` does."""
    consumer, limits, heats, least = work.consumer, sides.limits, steps.heat, steps.least
    source, leaves, drops = steps.supply[step, 0], room.leaves, room.drop
    lowest, high, s = room.low, room.high, room.scratch
    heat, flow, drop, back, low = R0, R1, R2, R3, R4
    most, helps = R5, R6
    for at in range(0, leaves.size, BLOCK):
        many = min(BLOCK, leaves.size - at)
        fetch(s, heat, heats[step], at, many)
        fetch(s, drop, drops, at, many)
        fetch(s, back, leaves, at, many)
        fetch(s, low, limits[LEAST_L], at, many)
        fetch(s, most, limits[MOST_L], at, many)
        for i in range(BLOCK):
            s[helps + i] = 0.0
        raise_least(least, step, s, low, at, many)
        raise_least(steps.helps, step, s, helps, at, many)
        for i in range(BLOCK):
            sign, asked = (1.0 if s[heat + i] > 0.0 else -1.0), abs(s[heat + i])
            span = max(sign * (source - s[back + i]), LEAST_CAP)
            floor = min(s[low + i], s[most + i])
            s[low + i] = floor
            cap = max(CAP * asked / span, s[helps + i])
            s[most + i] = min(max(cap, floor), s[most + i])
            new = asked / (s[drop + i] if s[drop + i] > LEAST_DROP else span)
            s[flow + i] = min(max(new, floor), s[most + i]) if asked >= DUST else floor
        store(lowest, s, low, at, many)
        store(high, s, most, at, many)
        store(consumer[FLOW_C], s, flow, at, many)
    consumer[FREE_C, :], consumer[TRIED_C, :] = 0.0, 0.0
    take_given(steps, step, work)


@inline
def raise_least(least: FloatArray, step: int, s: FloatArray, low: int, at: int, many: int) -> None:
    """Raise least flows of a block to those of the step, where there are any."""
    if least.shape[0] > 0:
        for i in range(many):
            s[low + i] = max(s[low + i], least[step, at + i])


@part
def take_given(steps: Steps, step: int, work: Work) -> None:
    """Take the flows that are given; no heat is asked for beside them."""
    if steps.flow.shape[0] > 0:
        for c in range(work.consumer.shape[1]):
            if not isnan(steps.flow[step, c]):
                work.consumer[FLOW_C, c] = steps.flow[step, c]


@part
def weigh_flows(steps: Steps, step: int, work: Work, room: Flush) -> None:
    """Write what each consumer's flow lacks, and how it answers to other water.

    Where the flow is free it is heat over supply less return; see `bounded` for its limits.
    """
    consumer, heats, lowest, high = work.consumer, steps.heat, room.low, room.high
    content, leaves, drops = room.content, room.leaves, room.drop
    feels, pulls, yields, wanted = room.feels, room.pull, room.yields, work.wanted
    s = room.scratch
    heat, flow, back, felt, supply = R0, R1, R2, R3, R4
    low, most = R5, R6
    for at in range(0, content.size, BLOCK):
        many = min(BLOCK, content.size - at)
        fetch(s, heat, heats[step], at, many)
        fetch(s, flow, consumer[FLOW_C], at, many)
        fetch(s, supply, content, at, many)
        fetch(s, back, leaves, at, many)
        fetch(s, felt, feels, at, many)
        fetch(s, low, lowest, at, many)
        fetch(s, most, high, at, many)
        for i in range(BLOCK):
            sign, asked = (1.0 if s[heat + i] > 0.0 else -1.0), abs(s[heat + i])
            drop = sign * (s[supply + i] - s[back + i])
            falls, asks = drop > LEAST_DROP, asked >= DUST
            per_drop, opened = 1.0 / (drop if falls else LEAST_CAP), CAP * s[flow + i]
            free = asked * per_drop
            opened = opened if s[flow + i] > 0.0 else free
            new = free if falls else opened
            kept = min(max(new, s[low + i]), s[most + i])
            gives = falls & asks & (kept == new)
            s[low + i] = 1.0 if falls & (kept >= new) else 0.0
            s[supply + i] = -sign * s[felt + i] * free * per_drop if gives else 0.0
            s[heat + i] = kept if asks else s[flow + i]
            s[most + i] = s[heat + i] - s[flow + i]
            s[back + i] = drop
        store(consumer[FREE_C], s, low, at, many)
        store(yields, s, supply, at, many)
        store(pulls, s, most, at, many)
        store(wanted, s, heat, at, many)
        store(drops, s, back, at, many)


@part
def mend_flows(
    sides: Sides, steps: Steps, step: int, work: Work, room: Flush, firm: float, enough: float
) -> float:
    """Correct the flows by the water that comes when all are corrected (``room.shift``).

    The new flow is heat over what supply less return would be; where that falls, Newton's step,
    which is exact for water that stood and is flushed. Returns by how much the largest correction
    is over ``enough`` of its flow. [kg/s] Of a correction ``firm`` is taken, half where it takes
    back much of the last.
    """
    consumer, heats = work.consumer, steps.heat
    drops, yields, wanted, lowest, high = room.drop, room.yields, work.wanted, room.low, room.high
    shift, from_node, worst = room.shift, sides.consumer_from, -1.0
    s = room.scratch
    heat, flow, drop, low, new = R0, R1, R2, R3, R4
    most, gives, moved, last = R5, R6, R7, R8
    for at in range(0, wanted.size, BLOCK):
        many = min(BLOCK, wanted.size - at)
        for i in range(many):
            s[moved + i] = shift[from_node[at + i]]
        fetch(s, heat, heats[step], at, many)
        fetch(s, flow, consumer[FLOW_C], at, many)
        fetch(s, drop, drops, at, many)
        fetch(s, gives, yields, at, many)
        fetch(s, new, wanted, at, many)
        fetch(s, low, lowest, at, many)
        fetch(s, most, high, at, many)
        fetch(s, last, consumer[TRIED_C], at, many)
        for i in range(BLOCK):
            asked, before, stays = abs(s[heat + i]), s[drop + i], s[new + i]
            more = s[moved + i] if s[heat + i] > 0.0 else -s[moved + i]
            felt, turns = min(before + more, LARGEST * before), s[gives + i] != 0.0
            over, under = asked * (before - more), before * before
            over, under = over if more < 0.0 else asked, under if more < 0.0 else felt
            found = over / (under if turns else 1.0)
            found = min(max(found, s[low + i]), s[most + i])
            found = found if turns else stays
            off, lacks = found - s[flow + i], abs(stays - s[flow + i])
            far = max(abs(off), LACKS * lacks)
            turns_back = (off * s[last + i] < 0.0) & (abs(off) > HALF * abs(s[last + i]))
            off *= HALF if turns_back else firm
            s[low + i] = far - enough * found
            s[last + i], s[new + i] = off, s[flow + i] + off
        store(consumer[FLOW_C], s, new, at, many)
        store(consumer[TRIED_C], s, last, at, many)
        for i in range(many):
            worst = max(worst, s[low + i])
    take_given(steps, step, work)
    return worst


@inline
def flow_error(work: Work) -> float:
    """Return the largest share by which a flow is off what its heat takes. [1]"""
    worst = 0.0
    for c in range(work.wanted.size):
        off = abs(work.wanted[c] - work.consumer[FLOW_C, c])
        worst = max(worst, off / max(work.wanted[c], LEAST_FLOW))
    return worst


@part
def serve_block(
    net: Net,
    sides: Sides,
    water: WaterTable,
    steps: Steps,
    step: int,
    work: Work,
    room: Flush,
    out: Out,
) -> float:
    """Settle what every consumer gets of the water that came, as `serve_all` does.

    Returns how many were served with another flow than their heat takes, by more than `OFF`,
    though nothing held it: those flows are not found.
    """
    consumer, limits, heats, lowest = work.consumer, sides.limits, steps.heat, room.low
    content, leaves, odd, lost = room.content, room.leaves, 0.0, 0.0
    unserved, reasons = out.consumer_unserved, out.consumer_reason
    for c in range(content.size):
        asked, flow, leaving = heats[step, c], consumer[FLOW_C, c], leaves[c]
        possible, free = abs(flow * (content[c] - leaving)), consumer[FREE_C, c] > 0.0
        warm = (content[c] >= limits[MIN_SUPPLY_L, c]) & (content[c] > leaving)
        cold = (content[c] <= limits[MAX_SUPPLY_L, c]) & (content[c] < leaving)
        enough = possible >= abs(asked) * (1.0 - OFF if free else FULL)
        could = (warm if asked > 0.0 else cold) & (flow > 0.0) & (abs(asked) >= DUST)
        is_off = (abs(possible - abs(asked)) > OFF * abs(asked)) & free & could
        fits = could & enough
        odd += 0.0 if fits else 1.0
        lost += 1.0 if is_off & (flow > lowest[c] * (1.0 + OFF)) else 0.0
        consumer[SERVED_C, c], consumer[LEAVING_C, c] = asked, leaving
    lost = lost if steps.flow.shape[0] == 0 else 0.0
    if odd > 0.0:
        serve_all(net, sides, water, steps, step, work, out)
        return lost
    for c in range(content.size):
        consumer[BACK_C, c] = content[c] - consumer[SERVED_C, c] / consumer[FLOW_C, c]
    for c in range(content.size):
        unserved[step, c] = 0.0
        reasons[step, c] = 0
    return lost


@part
def record_block(
    net: Net,
    sides: Sides,
    water: WaterTable,
    steps: Steps,
    step: int,
    work: Work,
    room: Flush,
    out: Out,
) -> None:
    """Write what each consumer gets, as `record_consumers` does."""
    consumer, nodes, from_node, heat = work.consumer, net.nodes, sides.consumer_from, steps.heat
    content, leaves, ends = room.content, room.leaves, work.wanted
    for c in range(content.size):
        ends[c] = nodes[END_CONTENT, from_node[c]]
    supply, back = out.consumer_supply[step], out.consumer_return[step]
    flows, served = out.consumer_mass_flow[step], out.consumer_heat[step]
    supply_end, back_end = out.consumer_supply_end[step], out.consumer_return_end[step]
    heat_end = out.consumer_heat_end[step]
    for c in range(content.size):
        flows[c], served[c] = consumer[FLOW_C, c], consumer[SERVED_C, c]
    write_temperatures(water, content, supply)
    write_temperatures(water, consumer[BACK_C], back)
    write_temperatures(water, ends, supply_end)
    for c in range(content.size):
        flow, given, leaving = consumer[FLOW_C, c], consumer[SERVED_C, c], consumer[LEAVING_C, c]
        part = given / (flow if flow > 0.0 else 1.0)
        left = ends[c] - (part if flow > 0.0 else 0.0)
        turned, is_given = given * (left - leaving) < 0.0, isnan(heat[step, c])
        left = leaving if turned | is_given else left
        as_it_came = is_given & (flow > 0.0) & (given * (ends[c] - leaving) <= 0.0)
        leaves[c] = ends[c] if as_it_came else left
    write_temperatures(water, leaves, back_end)
    for c in range(content.size):
        heat_end[c] = consumer[FLOW_C, c] * (ends[c] - leaves[c])


@part
def write_temperatures(water: WaterTable, content: FloatArray, target: FloatArray) -> None:
    """Write the temperatures of water. [°C]"""
    for k in range(content.size):
        target[k] = temperature(water, content[k])
