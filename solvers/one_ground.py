"""Ground that differs from the undisturbed: one for both pipes of a route, or warmed by others."""

from dataclasses import replace

import numpy as np

from ..networks.boundary import Boundary
from ..networks.columns import RETURN, SUPPLY, Circuit, FloatArray


def with_one_ground(circuit: Circuit, boundary: Boundary) -> Boundary:
    """Return the boundary with one ground for supply and return of each route.

    Parameters
    ----------
    circuit : Circuit
        What is solved.
    boundary : Boundary
        Perhaps with a ground of its own for the return pipes.

    Returns
    -------
    Boundary
        With the mean ground, weighed by the loss coefficients: both pipes together lose what
        they would lose to their own grounds. How they share it is off by the coefficient times
        half the difference of the grounds; and a standing pair takes up the mean.
    """
    if boundary.return_ground_temperature is None:
        return boundary
    ground = mean_ground(circuit, boundary.ground_temperature, boundary.return_ground_temperature)
    return replace(boundary, ground_temperature=ground, return_ground_temperature=None)


def mean_ground(circuit: Circuit, supply: FloatArray, back: FloatArray) -> FloatArray:
    """Return the mean of what supply and return see, weighed by their loss coefficients.

    Of a route with one side, what this side sees.

    Parameters
    ----------
    circuit : Circuit
        With the coefficients.
    supply, back : array of float, shape (hours, pipes)
        [°C] or [K]
    """
    coefficient = np.where(circuit.has_pipe, circuit.pipes.heat_loss_coefficient, 0.0)
    total = coefficient[SUPPLY] + coefficient[RETURN]
    share = np.where(total > 0.0, coefficient[RETURN] / np.where(total > 0.0, total, 1.0), 0.5)
    return np.asarray(supply + share * (back - supply))


def surrounded(boundary: Boundary, rise: FloatArray | None) -> Boundary:
    """Return a boundary whose ground is so much warmer, or as it is.

    Parameters
    ----------
    boundary : Boundary
        Its steps.
    rise : array of float, shape (2, pipes, steps), or None
        By side. [K]
    """
    if rise is None:
        return boundary
    ground, back = boundary.ground_temperature, boundary.return_ground_temperature
    return replace(
        boundary,
        ground_temperature=ground + rise[SUPPLY].T,
        return_ground_temperature=(ground if back is None else back) + rise[RETURN].T,
    )
