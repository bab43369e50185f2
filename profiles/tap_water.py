"""Tap water of dwellings: random draws, so that diversity emerges with their number."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..networks.columns import FloatArray
from .assumptions import assumptions, read_rows
from .civil_time import civil_time
from .households import BLOCK, TAP_WATER, Households
from .year import Float32Array

WATER_HEAT_KWH = 4.19 / 3600.0
"""Heat of a litre of water and kelvin, near 30 °C. [kWh/(l K)]"""


class DrawKind(NamedTuple):
    """A kind of draw: its heat and its share of the yearly tap-water heat."""

    kind: str
    heat_kwh: float
    share: float


@cache
def draw_kinds() -> tuple[DrawKind, ...]:
    """Return the bundled kinds of draw.

    Examples
    --------
    >>> [(draw.kind, round(draw.heat_kwh, 2)) for draw in draw_kinds()][:2]
    [('shower', 1.82), ('bath', 4.19)]
    """
    cold = assumptions()["tap_water_cold_temperature"]
    return tuple(
        DrawKind(
            row["kind"],
            float(row["volume_l"]) * WATER_HEAT_KWH * (float(row["temperature"]) - cold),
            float(row["share"]),
        )
        for row in read_rows("tap_draws.csv")
    )


def tap_water_shape(times: pd.DatetimeIndex) -> FloatArray:
    """Return the expected tap water of each hour relative to the year's mean.

    Parameters
    ----------
    times : DatetimeIndex, shape (hours,)
        Start of each hour of a year, CET.

    Returns
    -------
    array of float, shape (hours,)
        Hourly shape on civil time, by weekday or weekend, times the season. Mean 1. [1]
    """
    rows = list(read_rows("hourly_shapes.csv"))
    weekday, weekend = (
        np.array([float(row[f"tap_water_{day}"]) for row in rows])
        for day in ("weekday", "weekend")
    )
    clock = civil_time(times)
    shape = np.where(clock.is_weekend, weekend[clock.hour], weekday[clock.hour])
    figures = assumptions()
    day = times.dayofyear.to_numpy(dtype=float) - figures["tap_water_seasonal_peak_day"]
    swing = figures["tap_water_seasonal_amplitude"] * np.cos(2.0 * np.pi * day / 365.0)
    seasonal = shape * (figures["tap_water_seasonal_mean"] + swing)
    relative: FloatArray = np.asarray(seasonal / seasonal.mean())
    return relative


def tap_water(homes: Households, mean_kwh: float, times: pd.DatetimeIndex) -> Float32Array:
    """Return the tap water of each dwelling.

    Parameters
    ----------
    homes : Households
        The dwellings.
    mean_kwh : float
        Yearly heat per dwelling, in the mean. [kWh]
    times : DatetimeIndex, shape (hours,)
        Start of each hour of a year, CET.

    Returns
    -------
    array of float32, shape (dwellings, hours)
        Mean of each hour; the mean of each type meets its share of the yearly heat. [W]

    Notes
    -----
    Draws are a Poisson process in every dwelling, with one rate for the dwellings of a type.
    The number of draws in an hour in all of them is then Poisson too, and each falls to any of
    them with equal chance: this is how they are drawn. A draw counts in the hour it begins in.
    """
    rate = tap_water_shape(times) / len(times)
    target = homes.targets_kwh("tap_water_kwh", mean_kwh)
    heat = np.zeros((homes.count, len(times)), dtype=np.float32)
    for type_row, rows in homes.rows_by_type().items():
        kwh = float(target[rows[0]])
        random, total = homes.stream(TAP_WATER, type_row), 0.0
        for block in np.split(rows, np.arange(BLOCK, len(rows), BLOCK)):
            draws = _draws(random, len(block), kwh * rate)
            total += float(draws.sum())
            heat[block] = draws
        factor = kwh * 1e3 * len(rows) / total if total > 0.0 else 0.0
        for row in rows.tolist():  # one by one: a view, no copy
            heat[row] *= np.float32(factor)
    return heat


def _draws(random: np.random.Generator, count: int, expected_kwh: FloatArray) -> FloatArray:
    """Return the heat of random draws, shape (count, hours). [kWh]"""
    hours = len(expected_kwh)
    places, weights = [], []
    for draw in draw_kinds():
        events = random.poisson(expected_kwh * (draw.share / draw.heat_kwh * count))
        place = np.repeat(np.arange(hours), events)
        place += hours * random.integers(0, count, len(place), dtype=np.int32).astype(np.int64)
        places.append(place)
        weights.append(np.full(len(place), draw.heat_kwh))
    place, weight = np.concatenate(places), np.concatenate(weights)
    heat = np.bincount(place, weight, minlength=count * hours)
    return np.asarray(heat, dtype=np.float64).reshape(count, hours)
