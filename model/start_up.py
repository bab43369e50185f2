"""How soon standing heat pumps give heat.

The figures stand in ``data/start_up.csv``, each with its reason and mark.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from . import data

FloatArray = npt.NDArray[np.float64]


@cache
def start_up_parameters() -> Mapping[str, float]:
    """Return the parameters of starting heat pumps by name. [s]

    Examples
    --------
    >>> start_up_parameters()["heat_pump_start_time"]
    600.0
    """
    text = (files(data) / "start_up.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["name"]: float(row["value"]) for row in rows})


def share_started(
    begin: FloatArray, end: FloatArray, start_time: float, ramp_time: float
) -> FloatArray:
    """Return the share of its capacity that a machine has on the mean of a step.

    Parameters
    ----------
    begin, end : array of float, shape (steps,)
        Of each step, since the machine was called. [s]
    start_time : float
        Until the first heat. [s]
    ramp_time : float
        From then to full load, along a straight line. [s]

    Returns
    -------
    array of float, shape (steps,)
        [1]

    Examples
    --------
    >>> share_started(np.array([0.0, 600.0, 900.0]), np.array([600.0, 900.0, 1500.0]),
    ...     600.0, 600.0).tolist()
    [0.0, 0.25, 0.875]
    """
    length = np.maximum(end - begin, 1e-9)
    return (_run_up(end, start_time, ramp_time) - _run_up(begin, start_time, ramp_time)) / length


def _run_up(instant: FloatArray, start_time: float, ramp_time: float) -> FloatArray:
    """Return the integral of the share since the call. [s]"""
    since = np.maximum(instant - start_time, 0.0)
    on_ramp = np.minimum(since, ramp_time)
    return np.asarray(0.5 * on_ramp**2 / max(ramp_time, 1e-9) + (since - on_ramp))
