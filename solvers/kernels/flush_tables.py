"""What the kernels read and write that move a large tree, most of whose lines a step flushes."""

from typing import Any, NamedTuple

import numpy as np

from .compile import inline
from .plug_tables import SLUG_VALUES, FloatArray, IntArray

BLOCK = 128
"""Lines or consumers in a run of vector instructions: a constant, so that loops need no rest."""


VALUES = 15
R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11, R12, R13, R14 = range(0, VALUES * BLOCK, BLOCK)
"""Where the blocks of `Flush.scratch` begin; those of slugs follow."""

FEW = 4
"""Slugs of a line that stand in rows between two steps; there is room for one more."""

SLOT = SLUG_VALUES * BLOCK
S0, S1, S2, S3, S4 = range(VALUES * BLOCK, VALUES * BLOCK + (FEW + 1) * SLOT, SLOT)
"""Where the blocks of slugs begin: constants, so that loops are vectors."""

ROOM = S4 + SLOT
"""Values of `Flush.scratch`."""


class Flush(NamedTuple):
    """Values of the step at hand, beside those of `Work`.

    What leaves a line holds ``share`` times the content at its inlet, and ``rest``.

    Parameters
    ----------
    scratch : array of float, shape (ROOM,)
        Blocks of values that loops read and write.
    through : array of float, shape (lines,)
        Flow, without sign: out on the supply side, home on the return side. [kg/s]
    outward : array of float, shape (lines,)
        1 where that is the line's own direction, else -1.
    share, rest : array of float, shape (lines,)
        [1], [J/kg]
    lean_share, lean_rest : array of float, shape (lines,)
        By how much what leaves changes with the flow, in the same two parts.
        [1/(kg/s)], [J/kg / (kg/s)]
    lean : array of float, shape (lines,)
        Sum of both at the content of the inlet. [J/kg / (kg/s)]
    stay, kept : array of float, shape (lines,)
        Loss over heat content times the time that water stays [1]; mean of exp(-stay u) for u
        from 0 to 1.
    per_whole : array of float, shape (lines,)
        Inverse of what the line holds. [1/kg]
    sink, per_loss : array of float, shape (lines,)
        What supply lines lose heat to [°C]; inverse of the loss to ground and twin [K/W].
    plain : array of float, shape (lines,)
        1 where the step flushes a line that one slug fills; else it is one of ``odd``.
    some : array of float, shape (lines,)
        Number of slugs of a line that stand in rows, see `flush_few`.
    few : array of float, shape (20, lines)
        Rows of each of these slugs, its four values, from where water leaves the line.
    most : array of int, shape (blocks,)
        Most slugs in rows that a line of a block of the side at hand has.
    odd : array of int, shape (lines,)
        Lines of one side with rings, moved slug by slug; ``odd_count[0]`` of them.
    held : array of float, shape (lines,)
        Heat in lines that are not plain as the step ends. [J]
    odd_count : array of int, shape (1,)
    low, high : array of float, shape (consumers,)
        Least and largest flow of a consumer in the step. [kg/s]
    content : array of float, shape (consumers,)
        Of the water that arrives. [J/kg]
    leaves : array of float, shape (consumers,)
        Of the return water that is asked for. [J/kg]
    feels : array of float, shape (consumers,)
        1 where the return water does not follow the supply water, else 0.
    drop, pull, yields : array of float, shape (consumers,)
        Supply less return (cold: return less supply) [J/kg]; correction of the flow if the water
        stays [kg/s], and what a change of its content adds [kg/s / (J/kg)].
    line_pull, line_yields : array of float, shape (lines,)
        The same of all beyond a supply line, for a change at its inlet.
    node_pull, node_yields, shift : array of float, shape (nodes,)
        The same of all beyond a node; change of its content. [J/kg]
    """

    scratch: FloatArray
    through: FloatArray
    outward: FloatArray
    share: FloatArray
    rest: FloatArray
    lean_share: FloatArray
    lean_rest: FloatArray
    lean: FloatArray
    stay: FloatArray
    kept: FloatArray
    per_whole: FloatArray
    sink: FloatArray
    per_loss: FloatArray
    plain: FloatArray
    some: FloatArray
    few: FloatArray
    most: IntArray
    odd: IntArray
    held: FloatArray
    odd_count: IntArray
    low: FloatArray
    high: FloatArray
    content: FloatArray
    leaves: FloatArray
    feels: FloatArray
    drop: FloatArray
    pull: FloatArray
    yields: FloatArray
    line_pull: FloatArray
    line_yields: FloatArray
    node_pull: FloatArray
    node_yields: FloatArray
    shift: FloatArray


@inline
def fetch(s: FloatArray, to: int, row: FloatArray, at: int, many: int) -> None:
    """Read ``many`` values of a row, from ``at`` on. Indices without sign need no checks."""
    for i in range(many):
        s[to + i] = row[np.uint64(at + i)]


@inline
def store(row: FloatArray, s: FloatArray, of: int, at: int, many: int) -> None:
    """Write ``many`` values to a row, from ``at`` on."""
    for i in range(many):
        row[np.uint64(at + i)] = s[of + i]


@inline
def place(row: IntArray, k: int) -> Any:
    """Return the place that a row tells. Indices without sign need no checks."""
    return np.uint64(row[np.uint64(k)])
