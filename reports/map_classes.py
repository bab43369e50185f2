"""What pipes can be coloured by: six classes of each quantity, and their names."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..networks.columns import RETURN, SUPPLY, FloatArray, IntArray
from ..solvers.circuit_year import CircuitYear
from .number_text import number
from .palette import CLASSES, RISING, WARM_CLASSES
from .svg import ticks

BORDERS = 5
"""Between six classes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A property of every pipe on the map, in classes.

    Parameters
    ----------
    id, name, unit : str
        What it is.
    values : array of float, shape (pipes,)
        Of all circuits one after the other.
    edges : tuple of float
        Five borders between six classes.
    colors : tuple of str
        Of the six classes.
    has_limit : bool
        Whether the last class is beyond the design limit.
    """

    id: str
    name: str
    unit: str
    values: FloatArray
    edges: tuple[float, ...]
    colors: tuple[str, ...]
    has_limit: bool = False

    @property
    def classes(self) -> IntArray:
        """Class of each pipe, 0 to 5."""
        return np.searchsorted(np.array(self.edges), self.values, side="right").astype(np.int64)

    @property
    def names(self) -> list[str]:
        """Name of each class."""
        edges = [number(edge, 2) for edge in self.edges]
        middle = [f"{a} – {b}" for a, b in pairwise(edges)]
        last = f"above {edges[-1]}" + (", beyond the design limit" if self.has_limit else "")
        return [f"below {edges[0]}", *middle, last]


def quantities(
    years: list[CircuitYear], limits: tuple[float, float], seconds: float
) -> list[Quantity]:
    """Return what pipes can be coloured by.

    Parameters
    ----------
    years : list of CircuitYear
        Circuits, in the order of the map.
    limits : (float, float)
        Design limits of velocity [m/s] and gradient [Pa/m].
    seconds : float
        Length of the run. [s]

    Returns
    -------
    list of Quantity
        Peak flow, velocity, gradient, mean supply temperature, loss per metre.
    """
    figures = [year.pipe_figures for year in years]
    flow = np.concatenate([f.peak_mass_flow.max(axis=0) for f in figures])
    speed = np.concatenate([f.peak_velocity.max(axis=0) for f in figures])
    slope = np.concatenate([f.peak_gradient.max(axis=0) for f in figures])
    warm = np.concatenate([f.mean_temperature[SUPPLY] for f in figures])
    lost = np.concatenate([loss_per_metre(year, seconds) for year in years])
    velocity, gradient = limits
    return [
        _rising(("flow", "Peak flow", "kg/s"), flow, _geometric(flow)),
        _limited(("velocity", "Peak velocity", "m/s"), speed, velocity),
        _limited(("gradient", "Peak gradient", "Pa/m"), slope, gradient),
        _warmth(("temperature", "Mean supply temperature", "°C"), warm),
        _rising(("loss", "Loss of the pair", "W/m"), lost, _even(lost)),
    ]


def loss_per_metre(year: CircuitYear, seconds: float) -> FloatArray:
    """Return the mean loss of each supply and return pipe together, over so long. [W/m]"""
    length = np.maximum(year.circuit.pipes.length, 1e-6)
    lost = year.pipe_figures.heat_loss[SUPPLY] + year.pipe_figures.heat_loss[RETURN]
    return np.asarray(lost / length / max(seconds, 1.0))


def _rising(what: tuple[str, str, str], values: FloatArray, edges: tuple[float, ...]) -> Quantity:
    key, name, unit = what
    return Quantity(id=key, name=name, unit=unit, values=values, edges=edges, colors=RISING)


def _limited(what: tuple[str, str, str], values: FloatArray, limit: float) -> Quantity:
    key, name, unit = what
    edges = tuple(limit * share for share in (0.2, 0.4, 0.6, 0.8, 1.0))
    return Quantity(
        id=key, name=name, unit=unit, values=values, edges=edges, colors=CLASSES, has_limit=True
    )


def _warmth(what: tuple[str, str, str], values: FloatArray) -> Quantity:
    key, name, unit = what
    edges = _even(values)
    return Quantity(id=key, name=name, unit=unit, values=values, edges=edges, colors=WARM_CLASSES)


def _geometric(values: FloatArray) -> tuple[float, ...]:
    """Return five round borders from the small values to the largest, in like ratios."""
    steps = [m * 10.0**p for p in range(-4, 5) for m in (1, 2, 5)]
    low, top = float(np.quantile(values, 0.25)), float(values.max())
    inner = [step for step in steps if low < step < top]
    if len(inner) < BORDERS:
        below = [step for step in steps if step < top]
        inner = below[-BORDERS:] if len(below) >= BORDERS else steps[:BORDERS]
    places = np.round(np.linspace(0, len(inner) - 1, BORDERS)).astype(int)
    return tuple(inner[place] for place in places)


def _even(values: FloatArray) -> tuple[float, ...]:
    """Return five round borders spread over the values."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    high = max(high, low + 1e-3 * max(abs(low), 1.0))
    inner = [tick for tick in ticks(low, high, 6) if low < tick < high]
    step = (high - low) / 6.0
    even = [low + step * k for k in range(1, 6)]
    return tuple(inner if len(inner) == len(even) else even)
