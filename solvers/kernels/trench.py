"""What pipes of different routes in one trench do to each other, over many hours.

Water is counted as excess: how far it is above the undisturbed ground. Arrays of pipes have the
shape (2, pipes, hours), so that a link between two pipes is a loop over hours.
"""

import numpy as np
import numpy.typing as npt

from .compile import kernel

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

HOURS_AT_ONCE = 32  # turned together: their rows stay in the cache


@kernel
def add_rises(
    side: IntArray,
    pipe: IntArray,
    other_side: IntArray,
    other_pipe: IntArray,
    response: FloatArray,
    excess: FloatArray,
    rise: FloatArray,
) -> None:
    """Add how far the other pipes of each link raise what the first would take up standing."""
    for k in range(pipe.size):
        s, p, t, q, share = side[k], pipe[k], other_side[k], other_pipe[k], response[k]
        for hour in range(rise.shape[2]):
            rise[s, p, hour] += share * excess[t, q, hour]


@kernel
def mean_excess(
    loss: FloatArray, rise: FloatArray, per_conductance: FloatArray, excess: FloatArray
) -> None:
    """Write the mean excess of each pipe's water from what it loses.

    ``loss`` has shape (2, hours, pipes): to ground and other routes together. [W]
    """
    hours, pipes = loss.shape[1], loss.shape[2]
    for side in range(2):
        for first in range(0, hours, HOURS_AT_ONCE):
            last = min(first + HOURS_AT_ONCE, hours)
            for p in range(pipes):
                per = per_conductance[side, p]
                for hour in range(first, last):
                    excess[side, p, hour] = rise[side, p, hour] + per * loss[side, hour, p]


@kernel
def exchange_heat(
    side: IntArray,
    pipe: IntArray,
    other_side: IntArray,
    other_pipe: IntArray,
    conductance: FloatArray,
    excess: FloatArray,
    other_excess: FloatArray,
    given: FloatArray,
    other_given: FloatArray,
    total: FloatArray,
) -> None:
    """Add what the first pipe of each link gives to the other; the other gets the same number.

    ``total`` sums it over the links, shape (hours,). [W]
    """
    for k in range(pipe.size):
        s, p, t, q, per_kelvin = side[k], pipe[k], other_side[k], other_pipe[k], conductance[k]
        for hour in range(total.size):
            heat = per_kelvin * (excess[s, p, hour] - other_excess[t, q, hour])
            given[s, p, hour] += heat
            other_given[t, q, hour] -= heat
            total[hour] += heat


@kernel
def largest_change(before: FloatArray, after: FloatArray, change: FloatArray) -> None:
    """Write the largest change of any pipe, shape (hours,)."""
    for hour in range(change.size):
        change[hour] = 0.0
    for side in range(before.shape[0]):
        for p in range(before.shape[1]):
            for hour in range(change.size):
                moved = abs(after[side, p, hour] - before[side, p, hour])
                change[hour] = max(change[hour], moved)
