"""Where water was: back along its way, pipe by pipe, through the steps."""

import numpy as np

from ...networks.columns import FloatArray, IntArray
from .compile import kernel


@kernel
def trace_back(
    ends: FloatArray,
    passed: FloatArray,
    content: FloatArray,
    upstream: IntArray,
    consumer_line: IntArray,
    drawn: FloatArray,
    age: FloatArray,
) -> None:
    """Write how long ago the water that reaches each consumer in mid-step left the plant.

    Shapes: ``ends`` (steps + 1,) [s]; ``passed`` (lines, steps + 1), what has left each line
    since the start [kg]; ``content`` (lines,) [kg]; ``upstream`` (lines,), the line before or -1;
    ``consumer_line`` (consumers,), the line it hangs on or -1; ``drawn`` and ``age``
    (steps, consumers) [kg/s], [s]. NaN where nothing is drawn, and of water that was in the pipes
    at the start.
    """
    steps, consumers = age.shape
    for consumer in range(consumers):
        for step in range(steps):
            age[step, consumer] = np.nan
            if drawn[step, consumer] <= 0.0:
                continue
            arrives = 0.5 * (ends[step] + ends[step + 1])
            instant, within, line = arrives, step, consumer_line[consumer]
            while line >= 0:
                length = ends[within + 1] - ends[within]
                share = (instant - ends[within]) / length if length > 0.0 else 1.0
                gained = passed[line, within + 1] - passed[line, within]
                mark = passed[line, within] + share * gained - content[line]
                if mark < 0.0:
                    instant = np.nan
                    break
                while passed[line, within] > mark:
                    within -= 1
                gained = passed[line, within + 1] - passed[line, within]
                if gained > 0.0:
                    length = ends[within + 1] - ends[within]
                    share = (mark - passed[line, within]) / gained
                    instant = ends[within] + share * length
                line = upstream[line]
            age[step, consumer] = arrives - instant
