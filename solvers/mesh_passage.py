"""Where water may pass: valves, one-sided routes, boosters, and what they leave connected."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from ..networks.boundary import Boundary
from ..networks.columns import SIDES, SUPPLY, BoolArray, Circuit, FloatArray, IntArray

OPEN, SHUT = 0, 1
"""Rows of `Passage.passage` that hold in every hour."""


class Passage(NamedTuple):
    """What lets water pass in each hour, as `MeshInputs` and `MeshTable` describe it.

    Parameters
    ----------
    passage, lift, reached : array of float, shape (any, hours)
        Distinct rows.
    gate, lift_row : array of int, shape (2, pipes)
        Which is whose.
    reach : array of int, shape (2, junctions)
        Which is whose.
    """

    passage: FloatArray
    lift: FloatArray
    reached: FloatArray
    gate: IntArray
    lift_row: IntArray
    reach: IntArray


def find_passage(circuit: Circuit, boundary: Boundary) -> Passage:
    """Return where water may pass in each hour.

    Parameters
    ----------
    circuit : Circuit
        With or without valves and boosters.
    boundary : Boundary
        Its hours.
    """
    passage, gate = _gates(circuit, boundary)
    lift, lift_row = _lifts(circuit, boundary)
    reached, reach = _reach(circuit, passage, gate)
    passage, gate = _without_islands(circuit, passage, gate, reached, reach)
    return Passage(passage, lift, reached, gate, lift_row, reach)


def _gates(circuit: Circuit, boundary: Boundary) -> tuple[FloatArray, IntArray]:
    """Return 1 or 0 for each kind of pipe and hour, and which kind each pipe is."""
    hours, valves = len(boundary.duration), circuit.valves
    rows = [np.ones(hours), np.zeros(hours)]
    gate = np.where(circuit.has_pipe, OPEN, SHUT).astype(np.int64)
    if boundary.is_open is not None:
        for place, key in enumerate(zip(valves.side, valves.pipe, strict=True)):
            own, kind = boundary.is_open[:, place], gate[key]
            if kind == OPEN:
                gate[key] = len(rows)
                rows.append(np.array(own, dtype=np.float64))
            else:
                rows[kind] *= own
    return np.stack(rows), gate


def _lifts(circuit: Circuit, boundary: Boundary) -> tuple[FloatArray, IntArray]:
    """Return what boosters add from start to end, and which row is whose."""
    hours, boosters = len(boundary.duration), circuit.boosters
    rows, row = [np.zeros(hours)], np.zeros((len(SIDES), len(circuit.pipe_ids)), dtype=np.int64)
    if boundary.pressure_rise is not None:
        for place, key in enumerate(zip(boosters.side, boosters.pipe, strict=True)):
            sign = 1.0 if key[0] == SUPPLY else -1.0
            own = sign * boundary.pressure_rise[:, place]
            if row[key] == 0:
                row[key] = len(rows)
                rows.append(own)
            else:
                rows[row[key]] = rows[row[key]] + own
    return np.stack(rows), row


def _reach(circuit: Circuit, passage: FloatArray, gate: IntArray) -> tuple[FloatArray, IntArray]:
    """Return whether a held pressure reaches each kind of junction, and which kind each is."""
    hours, junctions = passage.shape[1], len(circuit.junctions)
    if not gate.any():
        return np.ones((1, hours)), np.zeros((len(SIDES), junctions), dtype=np.int64)
    patterns, hour = np.unique(passage, axis=1, return_inverse=True)
    held = circuit.producers.junction[: circuit.holders]
    alive = np.stack(
        [
            _connected(circuit, patterns[gate[side], k] > 0.0, held)
            for side in range(len(SIDES))
            for k in range(patterns.shape[1])
        ]
    )
    by_node = alive.reshape(len(SIDES), -1, junctions).transpose(0, 2, 1)
    kinds, kind = np.unique(
        by_node.reshape(len(SIDES) * junctions, -1), axis=0, return_inverse=True
    )
    reached = kinds[:, hour.ravel()].astype(np.float64)
    return reached, kind.reshape(len(SIDES), junctions).astype(np.int64)


def _without_islands(
    circuit: Circuit, passage: FloatArray, gate: IntArray, reached: FloatArray, reach: IntArray
) -> tuple[FloatArray, IntArray]:
    """Return passages, and which is whose, that are shut where no held pressure reaches."""
    kinds = gate * len(reached) + reach[:, circuit.pipes.from_junction]
    found, kind = np.unique(kinds, return_inverse=True)
    rows = passage[found // len(reached)] * reached[found % len(reached)]
    return rows, kind.reshape(gate.shape).astype(np.int64)


def _connected(circuit: Circuit, is_open: BoolArray, held: IntArray) -> BoolArray:
    """Return the junctions that open pipes connect with any held pressure."""
    start, end = circuit.pipes.from_junction[is_open], circuit.pipes.to_junction[is_open]
    size = len(circuit.junctions)
    graph = csr_array((np.ones(start.size), (start, end)), shape=(size, size))
    _, part = connected_components(graph, directed=False)
    return np.isin(part, part[held])
