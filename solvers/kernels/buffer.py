"""The smoothest production that a tank allows: a string pulled tight between empty and full."""

from ...networks.columns import FloatArray
from .compile import kernel


@kernel
def turning_point(
    instant: FloatArray, lower: FloatArray, upper: FloatArray, start: int, height: float
) -> tuple[int, float]:
    """Return where a tight string that starts at ``height`` next touches a wall, or the end."""
    last = instant.size - 1
    low_slope, low_at = -1e300, start + 1
    high_slope, high_at = 1e300, start + 1
    for row in range(start + 1, last + 1):
        elapsed = instant[row] - instant[start]
        low = (lower[row] - height) / elapsed
        high = (upper[row] - height) / elapsed
        if low > high_slope:
            return high_at, upper[high_at]
        if high < low_slope:
            return low_at, lower[low_at]
        if low >= low_slope:
            low_slope, low_at = low, row
        if high <= high_slope:
            high_slope, high_at = high, row
    return last, lower[last]


@kernel
def pull_tight(
    instant: FloatArray, lower: FloatArray, upper: FloatArray, string: FloatArray
) -> None:
    """Write the shortest line between two walls into ``string``; see `plan_buffer`.

    Shapes: all (instants,). It starts and ends at ``lower``, where ``upper`` should be too.
    """
    last = instant.size - 1
    start, height = 0, lower[0]
    string[0] = height
    while start < last:
        end, end_height = turning_point(instant, lower, upper, start, height)
        slope = (end_height - height) / (instant[end] - instant[start])
        for row in range(start + 1, end):
            string[row] = height + slope * (instant[row] - instant[start])
        string[end] = end_height
        start, height = end, end_height
