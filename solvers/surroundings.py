"""Water of shared trenches: how far above the ground it is, and how its surroundings move."""

import numpy as np

from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray
from ..networks.trenches import TrenchLinks
from .kernels.trench import largest_change, mean_excess

GROUND_TOLERANCE = 1e-3
"""Change of what any pipe's standing water would take up that ends the fixed point. [K]"""


def lost_excess(
    circuit: Circuit, loss: FloatArray, rise: FloatArray, out: FloatArray | None = None
) -> FloatArray:
    """Return the mean excess of each pipe's water, as its loss tells it.

    Parameters
    ----------
    circuit : Circuit
        Whose pipes.
    loss : array of float, shape (hours, pipes, 2)
        To the ground that the others make. [W]
    rise : array of float, shape (2, pipes, hours)
        Of that ground above the undisturbed. [K]
    out : array of float, shape (2, pipes, hours), optional
        Where the result is written.

    Returns
    -------
    array of float, shape (2, pipes, hours)
        Above the undisturbed ground. [K]
    """
    conductance = circuit.pipes.heat_loss_coefficient * circuit.pipes.length
    loses = conductance > 0.0
    per = np.where(loses, 1.0 / np.where(loses, conductance, 1.0), 0.0)
    excess = np.empty_like(rise) if out is None else out
    mean_excess(np.ascontiguousarray(np.moveaxis(loss, 2, 0)), rise, per, excess)
    return excess


def outside_excess(boundary: Boundary, excess: FloatArray) -> FloatArray | None:
    """Return the water that circuits solved elsewhere see.

    Parameters
    ----------
    boundary : Boundary
        Which pipes these are.
    excess : array of float, shape (2, pipes, hours)
        Of all water of the circuit. [K]

    Returns
    -------
    array of float, shape (hours, seen, 2), or None
        A copy; None where nobody sees any. [K]
    """
    if boundary.outside is None:
        return None
    return np.transpose(excess[:, boundary.outside.pipe], (2, 1, 0))


def summed(values: FloatArray, duration: FloatArray) -> FloatArray:
    """Return values of shape (2, pipes, hours) times the time each stands for, (2, pipes)."""
    return (values.reshape(-1, len(duration)) @ duration).reshape(values.shape[:2])


def is_at_rest(change: FloatArray) -> bool:
    """Return whether no pipe's surroundings moved beyond the tolerance."""
    return bool(change.max(initial=0.0) <= GROUND_TOLERANCE)


def surroundings_change(before: FloatArray, after: FloatArray) -> FloatArray:
    """Return the largest change of any pipe, shape (hours,). [K]"""
    change = np.zeros(before.shape[2])
    largest_change(before, after, change)
    return change


def responses(circuit: Circuit, links: TrenchLinks) -> FloatArray:
    """Return how far each link raises its pipe's ground for a kelvin of the other pipe.

    Parameters
    ----------
    circuit : Circuit
        Whose pipes are warmed.
    links : TrenchLinks
        Of this circuit and another.

    Returns
    -------
    array of float, shape (links,)
        Conductance between the two over all that the pipe loses per kelvin. [1]
    """
    conductance = circuit.pipes.heat_loss_coefficient * circuit.pipes.length
    return np.asarray(links.conductance / conductance[links.side, links.pipe])
