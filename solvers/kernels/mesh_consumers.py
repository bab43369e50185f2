"""Consumers of a mesh: their hours, their limits, and how their flow answers to their water."""

from math import isnan, nan

from ...model.water import WaterTable
from .compile import inline, part
from .mesh_rows import (
    CHANGE,
    DIFFERENCE_C,
    DRAWN,
    ERROR,
    FLOW,
    FLOW_C,
    GAIN,
    GAIN_C,
    GIVEN_UP_C,
    HEAT_C,
    HOLD_C,
    LANES,
    LEAST_C,
    MOST_C,
    OFFSET_C,
    OUTFLOW,
    OWN,
    PER_HEAT_C,
    WATER,
    WATER_HERE,
)
from .mesh_sources import GIVEN_REST
from .mesh_tables import MeshInputs, MeshLevel, MeshTable, MeshWork, Plan
from .tree_consumers import hold_temperature, moved, serve_heat, stay_within
from .tree_rows import DUST, FREEZING, NO_HOLD
from .tree_tables import FloatArray, IntArray
from .water import enthalpy, log

TRACE = 1.0e-11  # kg/s, above what counts as a pipe that stands
RETURNING = 3.0e-3  # kg/s, with which a bypass that had come to nothing begins again


@part
def load_hours(mesh: MeshTable, inputs: MeshInputs, water: WaterTable, work: MeshWork) -> None:
    """Copy a block of hours, those of `MeshLevel.hour`, into the work arrays.

    Producers give nothing where no open pipe leads from them to a pressure holder, on either side.
    """
    level, hours = work.level, work.level.hour
    load_rows(inputs.ground_temperature, hours, level.ground)
    load_rows(inputs.return_temperature, hours, level.back)
    load_rows(inputs.temperature_difference, hours, level.difference)
    load_rows(inputs.flow_limit, hours, level.limit)
    load_rows(inputs.passage, hours, level.passage)
    load_rows(inputs.lift, hours, level.lift)
    load_rows(inputs.reached, hours, level.reached)
    for j in range(LANES):
        hour = hours[j]
        level.warmest[j], level.coldest[j] = -1e9, 1e9
        for k in range(mesh.held_at.size):
            level.pressure[k, j] = inputs.pressure[hour, k]
        for k in range(mesh.producer_junction.size):
            node, supply = mesh.producer_junction[k], inputs.supply_temperature[hour, k]
            level.supply[k, j] = supply
            reached = level.reached[mesh.reach[0, node], j]
            reached *= level.reached[mesh.reach[mesh.sides - 1, node], j]
            given = inputs.feed[0, hour, k] if reached > 0.0 else 0.0
            level.fed[k, j] = 0.0 if isnan(given) else given
            level.feed[GIVEN_REST, k, j] = nan
            for kind in range(inputs.feed.shape[0]):
                level.feed[kind, k, j] = inputs.feed[kind, hour, k] if reached > 0.0 else nan
            level.warmest[j] = max(level.warmest[j], supply)
            level.coldest[j] = min(level.coldest[j], supply)
    for row in range(level.back.shape[0]):
        for j in range(LANES):
            kept = level.back[row, j]
            level.returned[row, j] = 0.0 if isnan(kept) else enthalpy(water, kept)
    for c in range(mesh.consumer_junction.size):
        for j in range(LANES):
            work.consumers[c, HEAT_C + j] = inputs.heat[hours[j], c]
            work.consumers[c, GIVEN_UP_C + j] = 0.0
    limit_all(mesh, work)


@part
def load_rows(rows: FloatArray, hours: IntArray, lanes: FloatArray) -> None:
    """Copy the hours of a block."""
    for row in range(rows.shape[0]):
        for j in range(LANES):
            lanes[row, j] = rows[row, hours[j]]


@part
def limit_all(mesh: MeshTable, work: MeshWork) -> None:
    """Write the limits of all consumers' flows anew."""
    for c in range(mesh.consumer_junction.size):
        limit_consumer(mesh, work.consumers, work.level, c)
        if mesh.bypass_temperature[c] > NO_HOLD:
            hold_consumer(mesh, work.consumers, work.level, c)


@inline
def limit_consumer(mesh: MeshTable, consumers: FloatArray, level: MeshLevel, c: int) -> None:
    """Write the limits of a consumer's flow; heat that no flow can serve is left out.

    Where no open pipe leads to a pressure holder, nothing flows.
    """
    back, apart, limit = mesh.returned[c], mesh.difference[c], mesh.limit[c]
    node, other_side = mesh.consumer_junction[c], mesh.sides - 1
    supplied, returns = mesh.reach[0, node], mesh.reach[other_side, node]
    for j in range(LANES):
        reached = level.reached[supplied, j] * level.reached[returns, j]
        allowed = min(mesh.max_flow[c], level.limit[limit, j])
        most = allowed if reached > 0.0 else 0.0
        kept, heat = level.back[back, j], consumers[c, HEAT_C + j]
        by_return = not isnan(kept)
        source = level.warmest[j] if heat >= 0.0 else level.coldest[j]
        useless = by_return & ((source - kept) * heat <= 0.0)
        left_out = useless | (abs(heat) < DUST) | (most == 0.0)  # without branches: vectors
        consumers[c, MOST_C + j] = most
        consumers[c, LEAST_C + j] = min(mesh.bypass_flow[c], most)
        consumers[c, HEAT_C + j] = 0.0 if left_out else heat
        consumers[c, PER_HEAT_C + j] = 0.0 if left_out else 1.0 / max(abs(heat), DUST)
        consumers[c, DIFFERENCE_C + j] = 0.0 if by_return else level.difference[apart, j]
        consumers[c, HOLD_C + j] = 2.0 * NO_HOLD
        consumers[c, OFFSET_C + j] = 0.0
        consumers[c, GAIN_C + j] = 0.0


@part
def hold_consumer(mesh: MeshTable, consumers: FloatArray, level: MeshLevel, c: int) -> None:
    """Write what a bypass that holds a temperature aims at, after the limits of its consumer."""
    node, bypass_temperature = mesh.consumer_junction[c], mesh.bypass_temperature[c]
    at, at_source, alone = (
        mesh.earth[node],
        mesh.is_held[node] > 0.0,
        mesh.producer_junction.size == 1,
    )
    for j in range(LANES):
        most, least = consumers[c, MOST_C + j], consumers[c, LEAST_C + j]
        idle = consumers[c, HEAT_C + j] == 0.0 and least == 0.0
        holds = most > 0.0 and level.warmest[j] > bypass_temperature + 1e-6
        if holds and at_source:
            holds = is_moved(mesh, consumers, level, j) if idle else not alone
            holds = holds or is_lifted(level, j)
        target = log(max(bypass_temperature - level.ground[at, j], 1e-9))
        consumers[c, HOLD_C + j] = target if holds else 2.0 * NO_HOLD


@inline
def is_lifted(level: MeshLevel, j: int) -> bool:
    """Return whether any booster turns in an hour: water may then come round to where it began."""
    lifted = False
    for row in range(level.lift.shape[0]):
        lifted = lifted or level.lift[row, j] != 0.0
    return lifted


@part
def is_moved(mesh: MeshTable, consumers: FloatArray, level: MeshLevel, j: int) -> bool:
    """Return whether water moves in an hour without bypasses at the pressure holder's junctions.

    Else it stands there as warm as that producer sends it, and needs no bypass.
    """
    moved = False
    for k in range(mesh.producer_junction.size):
        moved = moved or level.fed[k, j] != 0.0
    for c in range(mesh.consumer_junction.size):
        holds = mesh.bypass_temperature[c] > NO_HOLD
        holds = holds and mesh.is_held[mesh.consumer_junction[c]] == 0.0
        draws = abs(consumers[c, HEAT_C + j]) >= DUST or mesh.bypass_flow[c] > 0.0
        moved = moved or holds or draws
    return moved and mesh.producer_junction.size > 1


@inline
def answer_consumer(mesh: MeshTable, water: WaterTable, c: int, at: int, work: MeshWork) -> None:
    """Write how a consumer's flow changes with its water; note the error of its heat.

    ``scratch`` has its water; ``at`` is the row of the ground temperature there.
    """
    consumers, level, scratch = work.consumers, work.level, work.level.scratch
    returned, errors = level.returned, level.errors
    back = mesh.returned[c]
    for j in range(LANES):
        flow, supply = consumers[c, FLOW_C + j], scratch[WATER_HERE + j]
        difference = consumers[c, DIFFERENCE_C + j]
        cooled, kept = supply - difference, returned[back, j]
        by_difference = enthalpy(water, max(cooled, FREEZING))  # never ice
        leaving = kept if difference == 0.0 else by_difference
        fixed = difference == 0.0 or cooled <= FREEZING
        heat, per_heat = consumers[c, HEAT_C + j], consumers[c, PER_HEAT_C + j]
        offset, gain, drop, error = serve_heat(water, heat, per_heat, leaving, flow, supply, fixed)
        per = 1.0 / drop
        consumers[c, OFFSET_C + j] = offset * per
        consumers[c, GAIN_C + j] = gain * per
        scratch[ERROR + j] = error
        scratch[OWN + j] = offset * per
    if mesh.bypass_temperature[c] > NO_HOLD:
        for j in range(LANES):
            ground = level.ground[at, j]
            own, offset, gain, error = hold_temperature(
                consumers[c, OFFSET_C + j],
                consumers[c, GAIN_C + j],
                scratch[ERROR + j],
                consumers[c, FLOW_C + j],
                scratch[WATER_HERE + j] - ground,
                log(abs(level.warmest[j] - ground) + 1e-9),
                consumers[c, HOLD_C + j],
                RETURNING,
            )
            scratch[OWN + j] = own
            consumers[c, OFFSET_C + j] = offset
            consumers[c, GAIN_C + j] = gain
            scratch[ERROR + j] = error
    for j in range(LANES):
        least, most = consumers[c, LEAST_C + j], consumers[c, MOST_C + j]
        flow, offset, gain = (
            consumers[c, FLOW_C + j],
            consumers[c, OFFSET_C + j],
            consumers[c, GAIN_C + j],
        )
        own, error = scratch[OWN + j], scratch[ERROR + j]
        offset, gain, error = stay_within(own, offset, gain, error, flow, least, most)
        consumers[c, OFFSET_C + j] = offset
        consumers[c, GAIN_C + j] = gain
        scratch[ERROR + j] = error
    for j in range(errors.size):
        errors[j] = max(errors[j], scratch[ERROR + j])


@part
def answer_at(mesh: MeshTable, water: WaterTable, c: int, node: int, work: MeshWork) -> None:
    """Let a consumer answer, and add it to its junction: called where this need not be inline."""
    nodes, scratch, lanes = work.nodes, work.level.scratch, work.level.errors.size
    for j in range(lanes):
        scratch[WATER_HERE + j] = nodes[node, WATER + j]
    answer_consumer(mesh, water, c, mesh.earth[node], work)
    add_answer(work, c, node)


@inline
def add_answer(work: MeshWork, c: int, node: int) -> None:
    """Add what a consumer would draw, and how that follows the water, to its junction."""
    nodes, consumers, lanes = work.nodes, work.consumers, work.level.errors.size
    for j in range(lanes):
        nodes[node, OUTFLOW + j] += consumers[c, FLOW_C + j] + consumers[c, OFFSET_C + j]
        nodes[node, GAIN + j] += consumers[c, GAIN_C + j]


@inline
def add_flow(work: MeshWork, c: int, node: int) -> None:
    """Add what a consumer draws to its junction."""
    nodes, consumers, lanes = work.nodes, work.consumers, work.level.errors.size
    for j in range(lanes):
        nodes[node, OUTFLOW + j] += consumers[c, FLOW_C + j]


@inline
def move_consumer(work: MeshWork, c: int, node: int) -> None:
    """Move a consumer's flow with the step of the water at the junction that it answers to.

    A bypass that comes to nothing goes on with a trace, as long as its water is warm by itself:
    of a pipe that stands nothing is known but the ground.
    """
    nodes, consumers = work.nodes, work.consumers
    for j in range(LANES):
        change = consumers[c, OFFSET_C + j] + consumers[c, GAIN_C + j] * nodes[node, CHANGE + j]
        least, most = consumers[c, LEAST_C + j], consumers[c, MOST_C + j]
        flow, share = consumers[c, FLOW_C + j], work.level.share[j]
        wanted = max(moved(flow, change, least, most), min(flow, TRACE))
        consumers[c, FLOW_C + j] = flow + share * (wanted - flow)


@part
def answer_core(mesh: MeshTable, plan: Plan, water: WaterTable, work: MeshWork) -> None:
    """Sum what consumers of the core would draw, and how that follows the water.

    What was drawn before is kept (DRAWN); errors of their heat begin anew.
    """
    nodes = work.nodes
    for j in range(LANES):
        work.level.errors[j] = 0.0
    for place in range(plan.node.size):
        node = plan.node[place]
        for j in range(work.level.errors.size):
            nodes[node, DRAWN + j] = nodes[node, OUTFLOW + j]
    clear_core(plan, work)
    for k in range(mesh.core_consumer.size):
        c = mesh.core_consumer[k]
        answer_at(mesh, water, c, mesh.consumer_junction[c], work)
    take_water(mesh, work)


@part
def move_core(mesh: MeshTable, plan: Plan, work: MeshWork) -> None:
    """Move the consumers of the core with the step of their water; sum what they draw."""
    clear_core(plan, work)
    for k in range(mesh.core_consumer.size):
        c = mesh.core_consumer[k]
        move_consumer(work, c, mesh.consumer_junction[c])
        add_flow(work, c, mesh.consumer_junction[c])
    take_water(mesh, work)


@inline
def clear_core(plan: Plan, work: MeshWork) -> None:
    """Let nothing be drawn from the core."""
    nodes = work.nodes
    for place in range(plan.node.size):
        node = plan.node[place]
        for j in range(LANES):
            nodes[node, OUTFLOW + j] = 0.0
        for j in range(LANES):
            nodes[node, GAIN + j] = 0.0


@inline
def take_water(mesh: MeshTable, work: MeshWork) -> None:
    """Add what producers take from the supply side."""
    nodes, lanes = work.nodes, work.level.errors.size
    for k in range(mesh.held_at.size, mesh.producer_junction.size):
        node = mesh.producer_junction[k]
        for j in range(lanes):
            nodes[node, OUTFLOW + j] += max(-work.level.fed[k, j], 0.0)


@part
def draw_core(mesh: MeshTable, plan: Plan, work: MeshWork) -> None:
    """Sum what is drawn from the core now, by its consumers and by the branches."""
    nodes, pipes = work.nodes, work.pipes
    clear_core(plan, work)
    for k in range(mesh.core_consumer.size):
        c = mesh.core_consumer[k]
        add_flow(work, c, mesh.consumer_junction[c])
    for k in range(mesh.branch_pipe.size):
        e, near = mesh.branch_pipe[k], mesh.branch_near[k]
        if plan.place[near] >= 0:
            for j in range(work.level.errors.size):
                nodes[near, OUTFLOW + j] += abs(pipes[e, FLOW + j])
    take_water(mesh, work)
