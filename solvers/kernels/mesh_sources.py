"""Producers of a mesh: what they put into the supply side and take from the return side."""

from math import isnan

from ...model.water import WaterTable
from .compile import kernel
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
from .mesh_tables import MeshTable, MeshWork
from .water import enthalpy

GIVEN_FLOW, GIVEN_SHARE, GIVEN_HEAT = range(3)
LEAST_DROP = 4000.0  # J/kg: a producer warms its water by a kelvin at least
LEAST_DRAWN = 1.0e-9  # kg/s, beside which a change of a flow counts
LEAST_FEED = 1.0e-12  # kg/s of source water, which the pressure holder keeps at its junction


@kernel
def feed_supply(mesh: MeshTable, water: WaterTable, work: MeshWork) -> None:
    """Write what producers put into the supply side; pressure holders give what is missing.

    Those that give a share follow what the consumers draw, as it stands in OUTFLOW.
    """
    nodes, level = work.nodes, work.level
    follow_shares(mesh, work)
    for node in range(nodes.shape[0] // 2):
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


@kernel
def follow_shares(mesh: MeshTable, work: MeshWork) -> None:
    """Let producers that give a share give it of what the consumers draw now."""
    nodes, level, holders = work.nodes, work.level, mesh.held_at.size
    for j in range(LANES):
        level.total[j] = 0.0
    for node in range(nodes.shape[0] // 2):
        for j in range(LANES):
            level.total[j] += nodes[node, OUTFLOW + j]
    for k in range(holders, level.fed.shape[0]):
        for j in range(LANES):
            level.total[j] -= max(-level.fed[k, j], 0.0)
    for k in range(holders, level.fed.shape[0]):
        for j in range(LANES):
            share = level.feed[GIVEN_SHARE, k, j]
            level.fed[k, j] = level.fed[k, j] if isnan(share) else share * level.total[j]


@kernel
def sum_at_source(mesh: MeshTable, holder: int, work: MeshWork) -> None:
    """Add to ``level.total`` what pipes carry away from a pressure holder's supply junction."""
    pipes, total = work.pipes, work.level.total
    for k in range(mesh.held_first[holder], mesh.held_first[holder + 1]):
        row, sign = mesh.source_pipe[k], mesh.source_sign[k]
        for j in range(LANES):
            total[j] += sign * pipes[row, FLOW + j]


@kernel
def feed_return(mesh: MeshTable, water: WaterTable, work: MeshWork) -> None:
    """Write what consumers put into the return side, and what producers take from it."""
    nodes, consumers, level = work.nodes, work.consumers, work.level
    junctions = nodes.shape[0] // 2
    for node in range(junctions, 2 * junctions):
        for j in range(LANES):
            nodes[node, INFLOW + j] = 0.0
            nodes[node, CONTENT + j] = 0.0
            nodes[node, OUTFLOW + j] = 0.0
            nodes[node, GAIN + j] = 0.0
    for c in range(mesh.consumer_junction.size):
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


@kernel
def turn_producers(
    mesh: MeshTable, water: WaterTable, work: MeshWork, same: float, part: float
) -> float:
    """Turn producers to the flows that give their heat; note their return water.

    They take a ``part`` of the change: where the first producer's flow turns, the water that
    returns may turn with it. Flows that changed by no more than the share ``same`` stay: they are
    those of the pipes.
    Returns the largest share by which a flow changed.
    """
    nodes, consumers, level, worst = work.nodes, work.consumers, work.level, 0.0
    junctions, producers = nodes.shape[0] // 2, mesh.producer_junction.size
    for j in range(LANES):
        drawn = 0.0
        for c in range(mesh.consumer_junction.size):
            drawn += consumers[c, FLOW_C + j]
        change = 0.0
        for k in range(producers):
            back = nodes[junctions + mesh.producer_junction[k], WATER + j]
            level.back_water[k, j] = back
            level.asked[k, j] = level.fed[k, j]
            heat = level.feed[GIVEN_HEAT, k, j]
            if k >= mesh.held_at.size and not isnan(heat):
                sign = 1.0 if heat >= 0.0 else -1.0
                warmer = sign * (enthalpy(water, level.supply[k, j]) - enthalpy(water, back))
                level.asked[k, j] = abs(heat) / max(warmer, LEAST_DROP)
            moved = abs(level.asked[k, j] - level.fed[k, j])
            change = max(change, moved / (drawn + LEAST_DRAWN))
        worst = max(worst, change)
        for k in range(mesh.held_at.size, producers):
            if change > same:
                level.fed[k, j] += part * (level.asked[k, j] - level.fed[k, j])
    return worst
