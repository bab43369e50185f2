"""Producers of a mesh: what they put into the supply side and take from the return side."""

from math import isnan

from ...model.water import WaterTable
from .compile import part
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
from .mesh_tables import MeshTable, MeshWork, Plan
from .water import enthalpy

GIVEN_FLOW, GIVEN_SHARE, GIVEN_HEAT, GIVEN_LIMIT, RANK, GIVEN_REST = range(6)
FED_BEFORE, ASKED_BEFORE = 6, 7  # of the round before [kg/s]
LOW, HIGH = 8, 9  # flows that give too little, and too much: what is asked for is between [kg/s]
CORNERED = 10  # 1 where the two are one: a flow that gives a little less jumps to one of more
FEEDS = 11
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
