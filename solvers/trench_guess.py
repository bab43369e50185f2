"""What pipes in shared trenches begin with, before any of their circuits is solved."""

from collections.abc import Mapping

import numpy as np

from ..networks.boundary import Boundary
from ..networks.columns import SUPPLY, BoolArray, Circuit, FloatArray
from ..networks.sizing import downstream_sums
from .mesh import is_mesh
from .tree import tree_table

STEPS = 5
"""Of Newton's method for a guess: convex, so that even large steps end on the safe side."""


def surest_first(circuits: Mapping[str, Circuit]) -> tuple[str, ...]:
    """Return circuits in the order in which they are best solved.

    Parameters
    ----------
    circuits : mapping of str to Circuit
        That share trenches.

    Returns
    -------
    tuple of str
        First those whose bypasses keep water moving: what they see of the others hardly moves it,
        so that a guess of these serves. The others then see their solved water.
    """
    return tuple(sorted(circuits, key=lambda name: not _bypasses(circuits[name]).any()))


def flowing_pipes(circuit: Circuit, boundary: Boundary) -> BoolArray:
    """Return where water moves: in pipes with a consumer behind them that draws.

    Parameters
    ----------
    circuit : Circuit
        That is to be solved.
    boundary : Boundary
        Its hours.

    Returns
    -------
    array of bool, shape (pipes, hours)
        In circuits with loops and with several producers, all pipes while anyone draws.
    """
    draws = (boundary.heat != 0.0) | _bypasses(circuit)
    if boundary.flow is not None:
        draws |= np.nan_to_num(boundary.flow) > 0.0
    shape = len(circuit.pipe_ids), len(draws)
    if is_mesh(circuit):
        return np.broadcast_to(draws.any(axis=1), shape)
    if draws.all():  # every hour is like the first
        draws = draws[:1]
    tree = tree_table(circuit)
    above = tree.parent.copy()
    above[0] = -1
    behind = downstream_sums(above, np.ones(above.size)).astype(np.int64)
    order = np.argsort(tree.consumer_row, kind="stable")
    row = tree.consumer_row[order]
    before = np.zeros((len(order) + 1, len(draws)), dtype=np.int32)
    np.cumsum(draws.T[order], axis=0, out=before[1:])
    first = np.searchsorted(row, tree.row_of_pipe)
    last = np.searchsorted(row, tree.row_of_pipe + behind[tree.row_of_pipe])
    return np.broadcast_to(before[last] > before[first], shape)


def usual_excess(circuit: Circuit, boundary: Boundary, flows: BoolArray) -> FloatArray:
    """Return about how far a circuit's moving water is above the ground.

    Parameters
    ----------
    circuit : Circuit
        That is to be solved.
    boundary : Boundary
        Its hours.
    flows : array of bool, shape (pipes, hours)
        Where water moves.

    Returns
    -------
    array of float, shape (2, hours)
        Of water as it is sent and returned, less where the heat drawn is little beside what is
        lost; 0 where nothing moves. [K]
    """
    ground, given = boundary.ground_temperature.mean(axis=1), boundary.return_temperature
    supply = boundary.supply_temperature[:, 0] if circuit.producer_ids else ground
    by_difference = supply[:, None] - boundary.temperature_difference
    back = np.where(np.isnan(given), by_difference, given)
    has_return = back.size > 0 and not circuit.is_one_line
    back = _mean_of_known(back, 0.5 * (supply + ground)) if has_return else supply
    excess = np.stack([supply, back]) - ground
    if _bypasses(circuit).any() or boundary.flow is not None:
        return np.where(flows.any(axis=0), excess, 0.0)
    pipes = circuit.pipes
    per_kelvin = (pipes.heat_loss_coefficient[SUPPLY] * pipes.length) @ flows
    heat = np.maximum(np.abs(boundary.heat.sum(axis=1)), 1.0)
    units = np.maximum(_transfer_units(excess, heat / np.maximum(per_kelvin, 1e-6)), 1e-6)
    return np.where(flows.any(axis=0), -excess * np.expm1(-units) / units, 0.0)


def _mean_of_known(values: FloatArray, otherwise: FloatArray) -> FloatArray:
    """Return the mean of each row: of exchangers nobody knows yet what they return."""
    known = ~np.isnan(values)
    total, count = np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), otherwise)


def _transfer_units(excess: FloatArray, drawn: FloatArray) -> FloatArray:
    """Return loss over capacity flow of a pipe with one consumer at its end.

    ``drawn`` is the heat over the loss per kelvin [K]. Water that cools on its way flows the
    faster for it: units x drawn = sent exp(-units) - returned, by Newton's method from the left.
    """
    sent, back = excess
    lifted = np.where(sent > back, 1.0, -1.0)
    cools = lifted * sent > 0.0
    units = np.where(cools, 0.0, np.abs(sent - back) / drawn)
    for _ in range(STEPS):
        arrives = lifted * sent * np.exp(-units)
        missing = arrives - lifted * back - units * drawn
        units += np.where(cools, missing / (arrives + drawn), 0.0)
    return np.asarray(units)


def _bypasses(circuit: Circuit) -> BoolArray:
    """Return which consumers keep water moving by themselves."""
    consumers = circuit.consumers
    holds = (consumers.bypass_flow > 0.0) | ~np.isnan(consumers.bypass_temperature)
    return np.asarray(holds & consumers.is_connected)
