"""Flows that a bounded head lets through, where every drop grows with the square of its flow."""

from math import sqrt

from .compile import kernel, part
from .tree_tables import FloatArray, IntArray

MOST_SWEEPS = 400
EVEN_SWEEPS = 12  # in which each consumer takes half of what it could, so that all get some
CLOSE = 1.0e-6  # largest change of a flow in a sweep, of the largest flow


@part
def climb(
    parent: IntArray,
    foot: int,
    resistance: FloatArray,
    flow: FloatArray,
    room: float,
    drawn: float,
    wanted: float,
    share: float,
) -> float:
    """Change one consumer's flow, and that of its path, to where the path loses its ``room``.

    Only a ``share`` of the way. Returns the consumer's flow.
    """
    square, slope, lost, row = 0.0, 0.0, 0.0, foot
    while row > 0:
        square += resistance[row]
        slope += 2.0 * resistance[row] * flow[row]
        lost += resistance[row] * flow[row] * flow[row]
        row = parent[row]
    spare = room - lost
    root = slope + sqrt(max(slope * slope + 4.0 * square * spare, 0.0))
    whole = 2.0 * spare / root if root > 0.0 else (wanted if spare > 0.0 else -wanted)
    after = min(max(drawn + share * whole, 0.0), wanted)
    row = foot
    while row > 0:
        flow[row] = max(flow[row] + after - drawn, 0.0)
        row = parent[row]
    return after


@kernel
def share_pressure(
    parent: IntArray,
    consumer_row: IntArray,
    resistance: FloatArray,
    spare: FloatArray,
    wanted: FloatArray,
    flow: FloatArray,
    drawn: FloatArray,
) -> None:
    """Change consumers' flows until each has just its pressure difference, or all it wants.

    These flows maximise a concave function: what all may lose, times their flow, less a third
    of what pipes take. It is climbed one consumer after the other, each to its own top.

    Parameters
    ----------
    parent : array of int, shape (rows,)
        Row at the near end of each pipe.
    consumer_row : array of int, shape (consumers,)
    resistance : array of float, shape (hours, rows)
        Drop of supply and return per square of the flow. [Pa/(kg/s)^2]
    spare : array of float, shape (hours, consumers)
        What each consumer has above its least pressure difference; changed to what its path may
        lose. [Pa]
    wanted : array of float, shape (hours, consumers)
        Largest flow. [kg/s]
    flow : array of float, shape (hours, rows)
        Of the pipes, changed. [kg/s]
    drawn : array of float, shape (hours, consumers)
        Of the consumers, changed. [kg/s]
    """
    for hour in range(drawn.shape[0]):
        for c in range(drawn.shape[1]):
            row = consumer_row[c]
            while row > 0:
                spare[hour, c] += resistance[hour, row] * flow[hour, row] ** 2
                row = parent[row]
        for sweep in range(MOST_SWEEPS):
            changed, largest = 0.0, 0.0
            for c in range(drawn.shape[1]):
                after = climb(
                    parent,
                    consumer_row[c],
                    resistance[hour],
                    flow[hour],
                    spare[hour, c],
                    drawn[hour, c],
                    wanted[hour, c],
                    0.5 if sweep < EVEN_SWEEPS else 1.0,
                )
                changed = max(changed, abs(after - drawn[hour, c]))
                largest = max(largest, after)
                drawn[hour, c] = after
            if changed <= CLOSE * largest and sweep >= EVEN_SWEEPS:
                break
