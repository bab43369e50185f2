"""What every consumer of a solved mesh gets, and why where it gets less."""

from math import inf, isnan

from ...model.water import WaterTable
from .compile import inline, part
from .mesh_rows import (
    BACK_C,
    DIFFERENCE_C,
    FLOW_C,
    GIVEN_UP_C,
    HEAT_C,
    LANES,
    MOST_C,
    PRESSURE,
    SERVED_C,
    SUPPLY_C,
    WATER,
)
from .mesh_sources import CORNERED, HIGH, LOW
from .mesh_tables import MeshInputs, MeshOutputs, MeshTable, MeshWork
from .tree_rows import DUST, FREEZING, SMALLEST_FLOW
from .tree_settle import ALL, FLOW_LIMIT, FULL, SERVED, explain_one
from .water import enthalpy, temperature


@part
def serve_all(mesh: MeshTable, inputs: MeshInputs, water: WaterTable, work: MeshWork) -> None:
    """Settle every consumer: heat served, supply and return water."""
    nodes, consumers, level = work.nodes, work.consumers, work.level
    for c in range(mesh.consumer_junction.size):
        node, back = mesh.consumer_junction[c], mesh.returned[c]
        coldest, warmest = mesh.min_supply[c], mesh.max_supply[c]
        for j in range(LANES):
            consumers[c, HEAT_C + j] = inputs.heat[level.hour[j], c]
        for j in range(LANES):
            flow, supply = consumers[c, FLOW_C + j], nodes[node, WATER + j]
            difference, content = consumers[c, DIFFERENCE_C + j], enthalpy(water, supply)
            by_difference = enthalpy(water, max(supply - difference, FREEZING))
            leaving = level.returned[back, j] if difference == 0.0 else by_difference
            asked = consumers[c, HEAT_C + j]
            sign = 1.0 if asked >= 0.0 else -1.0
            possible = max(flow * sign * (content - leaving), 0.0)
            dust = sign * asked < DUST
            full = possible >= sign * asked * FULL or dust
            fits = supply >= coldest if asked > 0.0 else supply <= warmest
            fits = fits and consumers[c, GIVEN_UP_C + j] == 0.0
            served = asked if full else sign * possible
            served = served if (fits and flow > 0.0) or dust else 0.0
            used = served / (flow + SMALLEST_FLOW)
            consumers[c, SERVED_C + j] = served
            consumers[c, SUPPLY_C + j] = supply
            consumers[c, BACK_C + j] = temperature(water, content - (used if flow > 0.0 else 0.0))


@part
def give_up_cold(mesh: MeshTable, work: MeshWork) -> None:
    """Serve those no more whose supply is too cold, in hours that do not come to rest.

    Served it may be too cold, and not served warm enough: what returns from them warms their
    supply, or changes what producers of heat give. Flows of these are then sought anew.
    """
    consumers, level = work.consumers, work.level
    for c in range(mesh.consumer_junction.size):
        for j in range(LANES):
            asked, supply = consumers[c, HEAT_C + j], consumers[c, SUPPLY_C + j]
            fits = supply >= mesh.min_supply[c] if asked > 0.0 else supply <= mesh.max_supply[c]
            if (
                fits
                or asked == 0.0
                or level.unrest[j] <= 0.0
                or consumers[c, GIVEN_UP_C + j] > 0.0
            ):
                continue
            consumers[c, GIVEN_UP_C + j] = 1.0
            level.twin_share[j], level.twin_change[j] = 1.0, inf
            for k in range(mesh.held_at.size, mesh.producer_junction.size):
                level.feed[LOW, k, j], level.feed[HIGH, k, j] = -inf, inf
                level.feed[CORNERED, k, j] = 0.0


@part
def explain_all(mesh: MeshTable, work: MeshWork, out: MeshOutputs) -> None:
    """Write why consumers were not served, and the share of heat missed for no reason."""
    consumers, level = work.consumers, work.level
    hour, live = level.hour, level.live
    for j in range(LANES):
        if live[j] > 0.0:
            out.heat_error[hour[j]] = 0.0
    if is_served(mesh, work):
        return
    for c in range(mesh.consumer_junction.size):
        most, limit, node = mesh.max_flow[c], mesh.limit[c], mesh.consumer_junction[c]
        supplied, returns = mesh.reach[0, node], mesh.reach[mesh.sides - 1, node]
        for j in range(LANES):
            if live[j] == 0.0:
                continue
            at = hour[j]
            asked, served = consumers[c, HEAT_C + j], consumers[c, SERVED_C + j]
            reached = level.reached[supplied, j] * level.reached[returns, j]
            flow = consumers[c, FLOW_C + j]
            allowed = level.limit[limit, j] if reached > 0.0 else 0.0
            reason = explain_one(asked, served, flow, most, allowed)
            if reason != SERVED:  # memory holds zeros
                out.consumer_reason[at, c] = reason
                out.consumer_unserved_heat[at, c] = asked - served
            if reason == FLOW_LIMIT and flow < consumers[c, MOST_C + j] * ALL:
                error = (asked - served) / asked
                out.heat_error[at] = max(out.heat_error[at], error)


@inline
def is_served(mesh: MeshTable, work: MeshWork) -> bool:
    """Return whether every consumer gets the heat it asks for, in all hours of the block."""
    consumers, missed, all_missed = work.consumers, work.level.total, 0.0
    for j in range(LANES):
        missed[j] = 0.0
    for c in range(mesh.consumer_junction.size):
        for j in range(missed.size):
            missed[j] += abs(consumers[c, HEAT_C + j] - consumers[c, SERVED_C + j])
    for j in range(LANES):
        all_missed += missed[j]
    return all_missed == 0.0


@part
def hold_head(
    mesh: MeshTable,
    fixed_head: float,
    min_head: float,
    max_head: float,
    work: MeshWork,
    out: MeshOutputs,
) -> None:
    """Find the worst point and with it the head between the pressure holder's junctions."""
    nodes, level, junctions = work.nodes, work.level, work.nodes.shape[0] // 2
    head, worst = level.head, level.errors
    for j in range(LANES):
        head[j] = min_head
        worst[j] = -1.0
    for c in range(mesh.consumer_junction.size):
        node, least = mesh.consumer_junction[c], mesh.min_pressure_difference[c]
        for j in range(LANES):
            want = least - nodes[node, PRESSURE + j] + nodes[junctions + node, PRESSURE + j]
            worst[j] = c if want > head[j] else worst[j]
            head[j] = want if want > head[j] else head[j]
    is_fixed = not isnan(fixed_head)
    for j in range(LANES):
        head[j] = min(fixed_head if is_fixed else head[j], max_head)
    for j in range(LANES):
        if level.live[j] > 0.0:
            out.worst_consumer[level.hour[j]] = int(worst[j])
