"""What steps see of rows that are finer than they are, or that they do not divide: means."""

from typing import TypeVar

import numpy as np
from scipy.sparse import csr_array

from ..networks.columns import BoolArray, FloatArray, IntArray

ROUNDING = 1e-6
"""A row is met by an instant so little beside it. [s]"""

Values = TypeVar("Values", bound=np.ndarray)


def straddles(edges: FloatArray, begin: FloatArray, end: FloatArray) -> BoolArray:
    """Return the steps in which more than one row holds.

    Parameters
    ----------
    edges : array of float, shape (rows + 1,)
        Between the rows; a row holds from its edge to the next. [s]
    begin, end : array of float, shape (steps,)
        Of the steps. [s]

    Examples
    --------
    >>> straddles(np.array([0.0, 10.0, 20.0]), np.array([0.0, 5.0]), np.array([10.0, 15.0]))
    array([False,  True])
    """
    first, last = _rows_under(edges, begin, end)
    return np.asarray(last > first)


def mean_over(edges: FloatArray, values: Values, begin: FloatArray, end: FloatArray) -> Values:
    """Return the mean over each step of rows that hold, weighted by time.

    Parameters
    ----------
    edges : array of float, shape (rows + 1,)
        See `straddles`. [s]
    values : array of float, shape (rows,) or (rows, columns)
        The first holds before its edge too, the last beyond the end.
    begin, end : array of float, shape (steps,)
        Of steps that are longer than nothing. [s]

    Examples
    --------
    >>> edges, values = np.array([0.0, 10.0, 20.0, 40.0]), np.array([1.0, 2.0, 4.0])
    >>> mean_over(edges, values, np.array([5.0, 20.0]), np.array([30.0, 40.0]))
    array([2.6, 4. ])
    """
    first, last = _rows_under(edges, begin, end)
    count = last - first + 1
    starts = np.concatenate([[0], np.cumsum(count)])
    step = np.repeat(np.arange(len(count)), count)
    row = np.arange(starts[-1]) - starts[step] + first[step]
    inner = np.concatenate([[-np.inf], edges[1:-1], [np.inf]])
    low, high = np.maximum(inner[row], begin[step]), np.minimum(inner[row + 1], end[step])
    weights = (high - low) / (end - begin)[step]
    mean: Values = csr_array((weights, row, starts), shape=(len(count), len(values))) @ values
    return mean


def _rows_under(
    edges: FloatArray, begin: FloatArray, end: FloatArray
) -> tuple[IntArray, IntArray]:
    """Return the first and the last row of which a step sees more than a rounding."""
    most = len(edges) - 2
    first = (np.searchsorted(edges, begin + ROUNDING, side="right") - 1).clip(0, most)
    last = (np.searchsorted(edges, end - ROUNDING, side="left") - 1).clip(0, most)
    return first, np.maximum(last, first)
