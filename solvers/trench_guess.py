"""What pipes in shared trenches begin with, before any of their circuits is solved."""

import numpy as np

from ..networks.boundary import Boundary
from ..networks.columns import SUPPLY, BoolArray, Circuit, FloatArray
from ..networks.trenches import TrenchLinks


def usual_excess(circuit: Circuit, boundary: Boundary) -> tuple[FloatArray, BoolArray]:
    """Return about how far a circuit's water is above the ground, and whether nothing is drawn.

    Parameters
    ----------
    circuit : Circuit
        That is to be solved.
    boundary : Boundary
        Its hours.

    Returns
    -------
    array of float, shape (2, hours)
        Of water as it is sent and returned, less where the heat drawn is little beside what is
        lost. [K]
    array of bool, shape (hours,)
        Whether all water stands.
    """
    supply, given = boundary.supply_temperature[:, 0], boundary.return_temperature
    by_difference = supply[:, None] - boundary.temperature_difference
    back = np.where(np.isnan(given), by_difference, given)
    water = np.stack([supply, back.mean(axis=1) if back.size else supply])
    excess = water - boundary.ground_temperature.mean(axis=1)
    consumers, pipes = circuit.consumers, circuit.pipes
    bypass = (consumers.bypass_flow > 0.0) | ~np.isnan(consumers.bypass_temperature)
    if (bypass & consumers.is_connected).any():
        return excess, np.zeros(len(supply), dtype=np.bool_)
    draws = (boundary.heat != 0.0).any(axis=1)
    if boundary.flow is not None:
        draws |= (np.nan_to_num(boundary.flow) > 0.0).any(axis=1)
        return excess, ~draws
    heat = np.maximum(np.abs(boundary.heat.sum(axis=1)), 1.0)
    lost = float(pipes.heat_loss_coefficient[SUPPLY] @ pipes.length) * np.abs(water[0] - water[1])
    units = np.maximum(lost / heat, 1e-6)
    return -excess * np.expm1(-units) / units, ~draws


def mean_response(links: TrenchLinks) -> FloatArray:
    """Return how far all pipes of a circuit rise on average for a kelvin of all others.

    Parameters
    ----------
    links : TrenchLinks
        Of the circuit with another one.

    Returns
    -------
    array of float, shape (2, 2)
        By own side and other side. [1]
    """
    pipes = max(len(np.unique(links.pipe)), 1)
    sums = np.bincount(2 * links.side + links.other_side, links.response, minlength=4)
    return sums.reshape(2, 2) / pipes
