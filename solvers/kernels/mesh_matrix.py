"""Elimination of a sparse matrix of 2 x 2 blocks, the same for every hour of a block.

The order of elimination and the places of all blocks are known beforehand (`Plan`): what remains
are multiplications over lanes. No pivots are sought; a node's block is inverted as it stands.
"""

from .compile import inline, kernel, part
from .mesh_rows import (
    BLOCK_VALUES,
    ENERGY,
    ENERGY_PRESSURE,
    ENERGY_WATER,
    L00,
    L01,
    L10,
    L11,
    LANES,
    MASS,
    MASS_PRESSURE,
    MASS_WATER,
    PRODUCT,
    SCRATCH,
    SIDE_VALUES,
)
from .mesh_tables import Plan
from .tree_tables import FloatArray, IntArray


@inline
def clear_blocks(plan: Plan, matrix: FloatArray, values: int) -> None:
    """Begin with blocks of zeros, but for those that `open_blocks` clears.

    ``values`` are those of a block, told so that the compiler knows.
    """
    for k in range(plan.cleared.size):
        block = plan.cleared[k]
        for j in range(values):
            matrix[block, j] = 0.0


@inline
def open_blocks(plan: Plan, e: int, matrix: FloatArray, values: int) -> None:
    """Clear the two blocks beside the diagonal that a pipe is the first to write to."""
    if plan.opens[e] > 0:
        ahead, aback = plan.ahead[e], plan.aback[e]
        for j in range(values):
            matrix[ahead, j] = 0.0
        for j in range(values):
            matrix[aback, j] = 0.0


@kernel
def eliminate(plan: Plan, matrix: FloatArray, right: FloatArray, scratch: FloatArray) -> None:
    """Factorise the matrix in place and eliminate the right side."""
    update, lanes = 0, scratch.size // SCRATCH * LANES
    for place in range(plan.node.size):
        for j in range(LANES):
            a, b = matrix[place, MASS_PRESSURE + j], matrix[place, MASS_WATER + j]
            c, d = matrix[place, ENERGY_PRESSURE + j], matrix[place, ENERGY_WATER + j]
            per = 1.0 / (a * d - b * c)
            matrix[place, MASS_PRESSURE + j] = d * per
            matrix[place, MASS_WATER + j] = -b * per
            matrix[place, ENERGY_PRESSURE + j] = -c * per
            matrix[place, ENERGY_WATER + j] = a * per
        first, last = plan.first[place], plan.first[place + 1]
        for row in range(first, last):
            lower = plan.lower[row]
            for j in range(lanes):
                a, b = matrix[lower, MASS_PRESSURE + j], matrix[lower, MASS_WATER + j]
                c, d = matrix[lower, ENERGY_PRESSURE + j], matrix[lower, ENERGY_WATER + j]
                p, q = matrix[place, MASS_PRESSURE + j], matrix[place, MASS_WATER + j]
                r, s = matrix[place, ENERGY_PRESSURE + j], matrix[place, ENERGY_WATER + j]
                scratch[L00 + j] = a * p + b * r
                scratch[L01 + j] = a * q + b * s
                scratch[L10 + j] = c * p + d * r
                scratch[L11 + j] = c * q + d * s
            for column in range(first, last):
                subtract_product(matrix, plan.target[update], plan.upper[column], scratch)
                update += 1
            at = plan.later[row]
            for j in range(LANES):
                e, f = right[place, MASS + j], right[place, ENERGY + j]
                right[at, MASS + j] -= scratch[L00 + j] * e + scratch[L01 + j] * f
                right[at, ENERGY + j] -= scratch[L10 + j] * e + scratch[L11 + j] * f


@part
def subtract_product(matrix: FloatArray, target: int, upper: int, scratch: FloatArray) -> None:
    """Subtract the block in ``scratch`` times the block ``upper`` from the block ``target``.

    The product is kept in ``scratch``: beside a block that is read and written in one array the
    compiler would take lane by lane.
    """
    for j in range(LANES):
        p, q = matrix[upper, MASS_PRESSURE + j], matrix[upper, MASS_WATER + j]
        r, s = matrix[upper, ENERGY_PRESSURE + j], matrix[upper, ENERGY_WATER + j]
        scratch[PRODUCT + MASS_PRESSURE + j] = scratch[L00 + j] * p + scratch[L01 + j] * r
        scratch[PRODUCT + MASS_WATER + j] = scratch[L00 + j] * q + scratch[L01 + j] * s
        scratch[PRODUCT + ENERGY_PRESSURE + j] = scratch[L10 + j] * p + scratch[L11 + j] * r
        scratch[PRODUCT + ENERGY_WATER + j] = scratch[L10 + j] * q + scratch[L11 + j] * s
    for j in range(BLOCK_VALUES):
        matrix[target, j] -= scratch[PRODUCT + j]


@kernel
def substitute(
    later: IntArray, upper: IntArray, first: IntArray, matrix: FloatArray, right: FloatArray
) -> None:
    """Turn the eliminated right side into the solution, the last node first."""
    lanes = right.shape[1] // SIDE_VALUES * LANES
    for place in range(right.shape[0] - 1, -1, -1):
        for k in range(first[place], first[place + 1]):
            block, at = upper[k], later[k]
            for j in range(lanes):
                x, y = right[at, MASS + j], right[at, ENERGY + j]
                p, q = matrix[block, MASS_PRESSURE + j], matrix[block, MASS_WATER + j]
                r, s = matrix[block, ENERGY_PRESSURE + j], matrix[block, ENERGY_WATER + j]
                right[place, MASS + j] -= p * x + q * y
                right[place, ENERGY + j] -= r * x + s * y
        for j in range(lanes):
            e, f = right[place, MASS + j], right[place, ENERGY + j]
            p, q = matrix[place, MASS_PRESSURE + j], matrix[place, MASS_WATER + j]
            r, s = matrix[place, ENERGY_PRESSURE + j], matrix[place, ENERGY_WATER + j]
            right[place, MASS + j] = p * e + q * f
            right[place, ENERGY + j] = r * e + s * f


@kernel
def eliminate_again(plan: Plan, matrix: FloatArray, right: FloatArray) -> None:
    """Eliminate another right side with a matrix that is factorised already."""
    for place in range(plan.node.size):
        for k in range(plan.first[place], plan.first[place + 1]):
            lower, at = plan.lower[k], plan.later[k]
            for j in range(LANES):
                e, f = right[place, MASS + j], right[place, ENERGY + j]
                p, q = matrix[place, MASS_PRESSURE + j], matrix[place, MASS_WATER + j]
                r, s = matrix[place, ENERGY_PRESSURE + j], matrix[place, ENERGY_WATER + j]
                x, y = p * e + q * f, r * e + s * f
                a, b = matrix[lower, MASS_PRESSURE + j], matrix[lower, MASS_WATER + j]
                c, d = matrix[lower, ENERGY_PRESSURE + j], matrix[lower, ENERGY_WATER + j]
                right[at, MASS + j] -= a * x + b * y
                right[at, ENERGY + j] -= c * x + d * y


@kernel
def eliminate_water(
    plan: Plan, matrix: FloatArray, right: FloatArray, scratch: FloatArray
) -> None:
    """Solve a matrix of single numbers in the order of the plan; the solution is in ``right``."""
    update, places, lanes = 0, plan.node.size, scratch.size // SCRATCH * LANES
    for place in range(places):
        for j in range(lanes):
            matrix[place, j] = 1.0 / matrix[place, j]
        first, last = plan.first[place], plan.first[place + 1]
        for row in range(first, last):
            lower, at = plan.lower[row], plan.later[row]
            for j in range(lanes):
                scratch[j] = matrix[lower, j] * matrix[place, j]
            for column in range(first, last):
                target, upper = plan.target[update], plan.upper[column]
                for j in range(lanes):
                    matrix[target, j] -= scratch[j] * matrix[upper, j]
                update += 1
            for j in range(lanes):
                right[at, j] -= scratch[j] * right[place, j]
    for place in range(places - 1, -1, -1):
        for k in range(plan.first[place], plan.first[place + 1]):
            block, at = plan.upper[k], plan.later[k]
            for j in range(lanes):
                right[place, j] -= matrix[block, j] * right[at, j]
        for j in range(lanes):
            right[place, j] *= matrix[place, j]
