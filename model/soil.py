"""Soil around a buried pipe as rings: what they hold, conduct, and how they warm up.

The resistance between water and undisturbed ground is that of the tables. What part of it the soil
has, and over which radii, follows from the casing, the depth and what the pipe exchanges with its
twin, by the same line sources and images as `ground_heat`.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

MOST_SOIL = 0.95
"""Of the whole resistance, that soil may have where tables say less than it would alone. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """How one pipe lies in the soil; arrays have shape (pipes,).

    Parameters
    ----------
    loss, exchange : array of float
        Coefficients of the tables: to the ground, and to the twin (0 without one). [W/(m K)]
    casing : array of float
        Outer diameter. [m]
    depth : array of float
        Of the centre, the surface film added as soil. [m]
    is_twin : array of bool
        Whether supply and return share the casing.
    conductivity : array of float
        Of the soil. [W/(m K)]
    """

    loss: FloatArray
    exchange: FloatArray
    casing: FloatArray
    depth: FloatArray
    is_twin: npt.NDArray[np.bool_]
    conductivity: FloatArray


@dataclass(frozen=True, slots=True)
class Shells:
    """Soil that a pipe has for itself, then soil that it shares evenly with its twin.

    Parameters
    ----------
    inner, middle, outer : array of float, shape (pipes,)
        Radii of the casing, of where sharing begins, and of the undisturbed ground. [m]
    """

    inner: FloatArray
    middle: FloatArray
    outer: FloatArray


def soil_shells(around: Surroundings) -> Shells:
    r"""Return the shells of soil around pipes.

    Parameters
    ----------
    around : Surroundings
        Of pipes with a loss above 0.

    Notes
    -----
    A single pipe of casing radius *r* at depth *Z* has the resistance
    :math:`R_g = \ln(2 Z / r) / (2 \pi \lambda)`: that of a ring from *r* to *2 Z*. Two pipes at
    equal temperature each have :math:`R_g + R_m`, with

    .. math:: R_m = (1/U_{loss} - 1/(U_{loss} + 2 U_{exchange})) / 2

    from the tables. To distance *E* of each other, :math:`R_g - R_m = \ln(E / r)/(2 \pi \lambda)`,
    each has soil of its own; beyond, each has half of the rings, twice the resistance. A twin
    shares from its casing on. Where the tables leave no room for that much soil (at most
    `MOST_SOIL`), rings end sooner. Near the surface rings stand for half-planes: early and late
    times are right, in between the response is that of an infinite medium up to *2 Z*.

    Examples
    --------
    >>> one = np.array([1.0])
    >>> pipe = Surroundings(loss=0.29 * one, exchange=0.0 * one, casing=0.2 * one, depth=one,
    ...     is_twin=np.array([False]), conductivity=1.6 * one)
    >>> soil_shells(pipe).outer.round(3).tolist()
    [2.0]
    """
    per = 2.0 * math.pi * around.conductivity
    alone = np.log(4.0 * around.depth / around.casing)
    whole = per / around.loss
    mutual = 0.5 * (whole - per / (around.loss + 2.0 * around.exchange))
    mutual = np.where(around.is_twin, alone, np.minimum(mutual, alone))
    soil = alone + mutual
    scale = np.minimum(1.0, MOST_SOIL * whole / soil)
    middle = scale * (alone - mutual)
    inner = around.casing / 2.0
    return Shells(
        inner=inner,
        middle=inner * np.exp(middle),
        outer=inner * np.exp(middle + scale * mutual),
    )


def ring_chain(
    around: Surroundings, heat_capacity: float, rings: int
) -> tuple[FloatArray, FloatArray]:
    """Return what joins water, rings and undisturbed ground, per metre of pipe.

    Parameters
    ----------
    around : Surroundings
        Of pipes with a loss above 0.
    heat_capacity : float
        Of the soil. [J/(m3 K)]
    rings : int
        Around each pipe, at least 1; their radii grow by one factor.

    Returns
    -------
    conductance : array of float, shape (pipes, rings + 1)
        From the water to the first ring, from ring to ring, from the last to undisturbed ground.
        In series they are the loss coefficient of the tables. [W/(m K)]
    capacity : array of float, shape (pipes, rings)
        [J/(m K)]

    Examples
    --------
    >>> one = np.array([1.0])
    >>> pipe = Surroundings(loss=0.29 * one, exchange=0.0 * one, casing=0.2 * one, depth=one,
    ...     is_twin=np.array([False]), conductivity=1.6 * one)
    >>> conductance, capacity = ring_chain(pipe, 2.5e6, 8)
    >>> round(float(1.0 / (1.0 / conductance).sum()), 12)
    0.29
    """
    shells = soil_shells(around)
    whole = np.log(shells.outer / shells.inner)
    middle = np.log(shells.middle / shells.inner)
    per = 2.0 * math.pi * around.conductivity
    steps = np.arange(2 * rings + 1) / (2 * rings)
    place = whole[:, None] * steps  # logarithm of the radius: faces and middles of the rings
    beyond = np.maximum(place - middle[:, None], 0.0)
    resistance = (place + beyond) / per[:, None]
    between = np.diff(resistance[:, 1::2], axis=1)
    first = 1.0 / around.loss - resistance[:, -1] + resistance[:, 1]
    last = resistance[:, -1] - resistance[:, -2]
    chain = np.column_stack([first, between, last])
    square = shells.inner[:, None] ** 2 * np.exp(2.0 * place[:, ::2])
    shared = np.maximum(square - shells.middle[:, None] ** 2, 0.0)
    held = np.diff(math.pi * (square - 0.5 * shared), axis=1)
    return 1.0 / chain, held * heat_capacity
