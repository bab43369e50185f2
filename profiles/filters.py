"""Lags and means over the hours of a year that repeats itself."""

import numpy as np

from ..networks.columns import FloatArray


def lagged(values: FloatArray, time_constant: float, step: float = 3600.0) -> FloatArray:
    """Return values behind a first-order lag, in a year that repeats itself.

    Parameters
    ----------
    values : array of float, shape (hours,)
        Means over each step.
    time_constant : float
        Of the lag. [s]
    step : float, default 3600
        Between the values. [s]

    Returns
    -------
    array of float, shape (hours,)
        Lagged value at the end of each step.

    Notes
    -----
    y_k = y_(k-1) + (x_k - y_(k-1)) (1 - exp(-step / time constant)), exact for values that are
    constant within a step, with y_0 following y_n: a circular convolution, done by its
    frequencies.

    Examples
    --------
    >>> lagged(np.array([0.0, 8.0]), 3600.0 / np.log(2.0)).round(6)
    array([2.666667, 5.333333])
    """
    keep = np.exp(-step / time_constant)
    count = len(values)
    delay = np.exp(-2j * np.pi * np.arange(count // 2 + 1) / count)
    response = (1.0 - keep) / (1.0 - keep * delay)
    lag: FloatArray = np.fft.irfft(np.fft.rfft(values) * response, count)
    return lag


def trailing_mean(values: FloatArray, window: int) -> FloatArray:
    """Return the mean of the last ``window`` values, in a year that repeats itself.

    Parameters
    ----------
    values : array of float, shape (hours,)
        Means of each hour.
    window : int
        Hours in the mean, the present one included.

    Returns
    -------
    array of float, shape (hours,)
        Mean at the end of each hour.

    Examples
    --------
    >>> trailing_mean(np.array([0.0, 2.0, 4.0]), 2)
    array([2., 1., 3.])
    """
    count = len(values)
    repeats = -(-window // count)
    wrapped = np.concatenate([np.tile(values, repeats)[-window:], values])
    total = np.concatenate([[0.0], np.cumsum(wrapped)])
    mean = (total[window + 1 :] - total[1 : count + 1]) / window
    # A mean that equals a threshold must not pass it by the rounding of a long sum.
    rounded: FloatArray = np.round(mean, 9)
    return rounded
