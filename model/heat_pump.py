"""Large water-water heat pumps: performance by lift, part load, capacity, cooling.

The figures stand in ``data/heatpump_parameters.csv``, each with its source and mark.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from . import data

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

ABSOLUTE_ZERO = -273.15
"""0 K. [°C]"""

SAME_TEMPERATURE = 1e-9
"""Two temperatures that differ by less count as equal in a logarithmic mean. [K]"""


@cache
def heat_pump_parameters() -> Mapping[str, float]:
    """Return the parameters of all heat-pump models by name.

    Returns
    -------
    mapping of str to float
        In the units of ``data/heatpump_parameters.csv``.

    Examples
    --------
    >>> heat_pump_parameters()["jesper_min_lift"]
    10.0
    """
    text = (files(data) / "heatpump_parameters.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["name"]: float(row["value"]) for row in rows})


def jesper_cop(lift: npt.ArrayLike) -> FloatArray:
    """Return the COP of a large conventional heat pump at full load.

    Parameters
    ----------
    lift : array of float
        Water leaving the condenser less water entering the evaporator. [K]

    Returns
    -------
    array of float
        Heat over electricity, never below 1. [1]

    Notes
    -----
    ``COP = 1.4480e12 (lift + 2 * 88.730)^-4.9460``, a regression over 33 machines on the
    market, sink up to 100 °C, valid for lifts of 10-78 K (`is_lift_valid`). A smaller lift
    counts as 10 K: compressors have a least pressure ratio. Beyond 78 K the curve is followed,
    which is more cautious than holding it.

    References
    ----------
    Jesper, Schlosser, Pag, Walmsley, Schmitt, Vajen, "Large-scale heat pumps: uptake and
    performance modelling of market-available devices", Renewable and Sustainable Energy
    Reviews 137 (2021) 110646. The coefficients are quoted from two public code bases.

    Examples
    --------
    >>> jesper_cop([37.0, 62.0]).round(2).tolist()
    [4.27, 2.47]
    """
    p = heat_pump_parameters()
    held = np.maximum(np.asarray(lift, dtype=float), p["jesper_min_lift"])
    curve = p["jesper_scale"] * (held + p["jesper_offset"]) ** p["jesper_exponent"]
    return np.asarray(np.maximum(curve, 1.0))


def is_lift_valid(lift: npt.ArrayLike) -> BoolArray:
    """Return whether `jesper_cop` is within the range of its regression, 10-78 K.

    Parameters
    ----------
    lift : array of float
        [K]

    Returns
    -------
    array of bool

    Examples
    --------
    >>> is_lift_valid([5.0, 37.0, 80.0]).tolist()
    [False, True, False]
    """
    p = heat_pump_parameters()
    lift = np.asarray(lift, dtype=float)
    return np.asarray((lift >= p["jesper_min_lift"]) & (lift <= p["jesper_max_lift"]))


def log_mean_temperature(one: npt.ArrayLike, other: npt.ArrayLike) -> FloatArray:
    """Return the thermodynamic mean temperature of water between two temperatures. [K]

    Parameters
    ----------
    one, other : array of float
        At the two ends, in any order. [°C]

    Returns
    -------
    array of float
        Absolute. [K]

    Examples
    --------
    >>> float(log_mean_temperature(70.0, 40.0).round(2))
    327.92
    """
    high = np.maximum(one, other) - ABSOLUTE_ZERO
    low = np.minimum(one, other) - ABSOLUTE_ZERO
    is_flat = high - low < SAME_TEMPERATURE
    ratio = np.log(np.where(is_flat, 2.0, high / low))
    return np.asarray(np.where(is_flat, high, (high - low) / ratio))


def ideal_lorenz_cop(
    source: tuple[npt.ArrayLike, ...], sink: tuple[npt.ArrayLike, ...]
) -> FloatArray:
    """Return the COP of the reversible process between two streams that change temperature.

    Parameters
    ----------
    source, sink : (inlet, outlet), arrays of float
        Water through the evaporator and through the condenser. [°C]

    Returns
    -------
    array of float
        Infinite where the sink is not warmer than the source. [1]

    Examples
    --------
    >>> float(ideal_lorenz_cop((8.0, 4.0), (40.0, 70.0)).round(2))
    6.72
    """
    hot, cold = log_mean_temperature(*sink), log_mean_temperature(*source)
    lift = hot - cold
    is_lifted = lift > 0.0
    return np.where(is_lifted, hot / np.where(is_lifted, lift, 1.0), np.inf)


def lorenz_cop(source: tuple[npt.ArrayLike, ...], sink: tuple[npt.ArrayLike, ...]) -> FloatArray:
    """Return the COP as a share of the reversible one: the alternative to `jesper_cop`.

    Parameters
    ----------
    source, sink : (inlet, outlet), arrays of float
        Water through the evaporator and through the condenser. [°C]

    Returns
    -------
    array of float
        Between 1 and the value of `jesper_cop` at its least lift. [1]

    Notes
    -----
    The share is 0.46 for sinks up to 45 °C and falls linearly to 0.40 at 70 °C; our
    assumption, within 9 % of `jesper_cop` for effluent of 6-10 °C and sinks up to 70 °C.

    Examples
    --------
    >>> float(lorenz_cop((8.0, 4.0), (40.0, 70.0)).round(2))
    2.69
    """
    p = heat_pump_parameters()
    efficiency = np.interp(
        np.asarray(sink[1], dtype=float),
        [45.0, 70.0],
        [p["lorenz_efficiency_at_45"], p["lorenz_efficiency_at_70"]],
    )
    best = float(jesper_cop(p["jesper_min_lift"]))
    return np.asarray(np.clip(efficiency * ideal_lorenz_cop(source, sink), 1.0, best))


def water_water_cop(
    model: Literal["jesper", "lorenz"],
    source: tuple[npt.ArrayLike, ...],
    sink: tuple[npt.ArrayLike, ...],
) -> FloatArray:
    """Return the COP at full load by the model that the scenario names.

    Parameters
    ----------
    model : str
        ``"jesper"`` (by lift alone) or ``"lorenz"`` (by all four temperatures).
    source, sink : (inlet, outlet), arrays of float
        Water through the evaporator and through the condenser. [°C]

    Returns
    -------
    array of float
        [1]

    Examples
    --------
    >>> float(water_water_cop("jesper", (8.0, 4.0), (30.0, 45.0)).round(2))
    4.27
    """
    if model == "jesper":
        return jesper_cop(np.asarray(sink[1], dtype=float) - np.asarray(source[0], dtype=float))
    return lorenz_cop(source, sink)


def part_load_table() -> tuple[FloatArray, FloatArray]:
    """Return the points between which the COP changes linearly with load.

    Returns
    -------
    share, factor : array of float, shape (points,)
        Load over capacity, and COP over COP at full load; constant outside. [1]

    Notes
    -----
    Inverter screw or reciprocating machines; our assumption. Below the least load a unit goes
    on and off: its mean power is that of its least load for part of the hour.
    """
    p = heat_pump_parameters()
    share = np.array([0.3, 0.6, 1.0])
    names = ("part_load_at_30_percent", "part_load_at_60_percent", "part_load_at_100_percent")
    return share, np.array([p[name] for name in names])


def part_load_factor(share: npt.ArrayLike, min_load: float = 0.25) -> FloatArray:
    """Return the COP at part load over the COP at full load.

    Parameters
    ----------
    share : array of float
        Load of a unit over its capacity. [1]
    min_load : float
        Below this share the unit goes on and off. [1]

    Returns
    -------
    array of float
        [1]

    Examples
    --------
    >>> part_load_factor([0.1, 0.3, 0.6, 1.0]).tolist()
    [0.97, 0.97, 1.03, 1.0]
    """
    points, factors = part_load_table()
    return np.interp(np.maximum(share, min_load), points, factors)


def capacity_factor(source_inlet: npt.ArrayLike, per_kelvin: float) -> FloatArray:
    """Return the capacity of a unit over its capacity at 10 °C.

    Parameters
    ----------
    source_inlet : array of float
        Water that enters the evaporator, held between 0 and 20 °C. [°C]
    per_kelvin : float
        Relative change. [1/K]

    Returns
    -------
    array of float
        [1]

    Notes
    -----
    By the density of the refrigerant's vapour; our assumption. The heat of a unit is taken as
    the same at every sink: less refrigerating effect, more work of the compressor.

    Examples
    --------
    >>> capacity_factor([6.0, 10.0, 30.0], 0.025).tolist()
    [0.9, 1.0, 1.25]
    """
    p = heat_pump_parameters()
    held = np.clip(source_inlet, p["capacity_min_source"], p["capacity_max_source"])
    return np.asarray(1.0 + per_kelvin * (held - p["capacity_reference_source"]))


def cooling_ratio(
    cold: tuple[npt.ArrayLike, ...], hot: tuple[npt.ArrayLike, ...], max_eer: float
) -> FloatArray:
    """Return cold over electricity of the same machines on cooling duty at full load.

    Parameters
    ----------
    cold, hot : (inlet, outlet), arrays of float
        Water through the evaporator and through the condenser. [°C]
    max_eer : float
        Cap: at a few kelvin of lift the least pressure ratio of the machine rules. [1]

    Returns
    -------
    array of float
        [1]

    Notes
    -----
    ``EER = 0.45 T_cold / (T_hot - T_cold)`` of logarithmic mean temperatures; our assumption.

    Examples
    --------
    >>> cooling_ratio((22.0, 18.0), (np.array([22.0, 60.0]), 70.0), 8.0).round(2).tolist()
    [5.19, 2.93]
    """
    p = heat_pump_parameters()
    low, high = log_mean_temperature(*cold), log_mean_temperature(*hot)
    lift = high - low
    is_lifted = lift > 0.0
    ratio = p["chiller_lorenz_efficiency"] * low / np.where(is_lifted, lift, 1.0)
    return np.where(is_lifted, np.minimum(ratio, max_eer), max_eer)
