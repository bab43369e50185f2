"""How consumers' pressures answer to each other's flows in a network with loops.

Around a solved hour a kg/s more at one consumer takes pressure from itself and from all who share
its way. That matrix tells what flows the pressure bears: who has pressure to spare draws what it
wants, everybody else what leaves exactly the difference it needs.
"""

from math import pi

import numpy as np

from ..networks.columns import BoolArray, Circuit, FloatArray, IntArray
from .circuit_year import CircuitYear

MOST_JUNCTIONS, MOST_CONSUMERS = 150, 100
"""Of a circuit, and of those whose flows are sought together, up to which this is worth it."""

VALUES = 4_000_000
"""Of the matrices that are in memory at once."""

FRICTION_FACTOR, SPECIFIC_VOLUME = 0.03, 1e-3
"""Of pipes that stand, until water flows through them [1, m3/kg]."""

FIELDS = ("pipe_mass_flow", "pipe_pressure_drop")
"""Fields that tell what each pipe takes."""

CREEPS = 0.02
"""Of the largest flow: with less, a pipe is taken to answer as with this. [1]"""

STEPS = 20_000
"""Of one consumer's flow, given what the others leave it, in all sweeps: some ten sweeps are
usual, hundreds where all draw by one pipe."""

ENOUGH = 1e-8
"""Change of a flow, of the largest, after which sweeps end. [1]"""

FAINT, TINY = 1e-9, 1e-12
"""Of the largest entry, so that what no pipe reaches has a pressure; keeps divisions finite."""


def is_worth_it(circuit: Circuit, active: BoolArray) -> bool:
    """Return whether matrices of the consumers that are ``active`` in any hour are small enough.

    Parameters
    ----------
    circuit : Circuit
        Whose.
    active : array of bool, shape (hours, consumers)
        Whose flows are sought.
    """
    several = int(active.any(axis=0).sum())
    return len(circuit.junctions) <= MOST_JUNCTIONS and several <= MOST_CONSUMERS


def borne_flows(
    circuit: Circuit,
    year: CircuitYear,
    spare: FloatArray,
    wanted: FloatArray,
    active: BoolArray,
    shares: FloatArray,
) -> FloatArray:
    """Return flows that leave everybody its pressure difference, as far as lines say.

    Parameters
    ----------
    circuit : Circuit
        What was solved; its first producer holds the pressure.
    year : CircuitYear
        Solved hours with flows and pressure drops of all pipes.
    spare : array of float, shape (hours, consumers)
        Pressure beyond what each needs, if the pump gave its most. [Pa]
    wanted : array of float, shape (hours, consumers)
        Most that each would draw. [kg/s]
    active : array of bool, shape (hours, consumers)
        Whose flows are sought; the others draw what they drew.
    shares : array of float, shape (hours, producers)
        Of what is drawn more, what each producer sends more beside the first. [1]

    Returns
    -------
    array of float, shape (hours, consumers)
        Between 0 and ``wanted``. [kg/s]

    Notes
    -----
    Drops grow with the square of a flow, so that a pipe's answer is twice its drop over its flow.
    The flows solve a linear complementarity problem (without shares its matrix is symmetric and
    positive semidefinite) by projected Gauss-Seidel sweeps (Cottle, Pang, Stone: The Linear
    Complementarity Problem, 1992, section 5.2).
    """
    found = np.array(year.consumer_mass_flow)
    who = np.flatnonzero(active.any(axis=0))
    largest = max(len(circuit.junctions), len(who), 1)
    parts = -(-len(found) * largest**2 // VALUES)
    for rows in np.array_split(np.arange(len(found)), max(parts, 1)):
        response = _responses(circuit, year, rows, circuit.consumers.junction[who], shares)
        take = np.ix_(rows, who)
        found[take] = _balanced(response, found[take], (spare[take], wanted[take]), active[take])
    return found


def _balanced(
    response: FloatArray,
    drawn: FloatArray,
    bounds: tuple[FloatArray, FloatArray],
    active: BoolArray,
) -> FloatArray:
    """Sweep over the consumers, all hours at once, until flows rest."""
    spare, wanted = bounds
    flow, left = drawn.copy(), spare.copy()
    own = np.maximum(np.einsum("hii->hi", response), TINY)
    for _ in range(STEPS // max(flow.shape[1], 1)):
        moved = 0.0
        for i in range(flow.shape[1]):
            aim = np.clip(flow[:, i] + left[:, i] / own[:, i], 0.0, wanted[:, i])
            change = np.where(active[:, i], aim - flow[:, i], 0.0)
            left -= response[:, :, i] * change[:, None]
            flow[:, i] += change
            moved = max(moved, float(np.abs(change).max(initial=0.0)))
        if moved <= ENOUGH * float(drawn.max(initial=TINY)):
            break
    return flow


def _responses(
    circuit: Circuit, year: CircuitYear, rows: IntArray, at: IntArray, shares: FloatArray
) -> FloatArray:
    """Return what a kg/s at one junction takes from another, shape (hours, at, at). [Pa s/kg]"""
    flow, drop = (np.abs(np.nan_to_num(year.fields[name][rows])) for name in FIELDS)
    pipes, root = circuit.pipes, circuit.producers.junction[0]
    both = np.concatenate([at, circuit.producers.junction])
    places, column = np.unique(both, return_inverse=True)
    total = np.zeros((len(rows), len(at), len(both)))
    least = np.maximum(CREEPS * flow.max(axis=(1, 2), initial=0.0), TINY)[:, None]
    for side in range(2):
        bore = pipes.inner_diameter[side]
        turbulent = FRICTION_FACTOR * pipes.length / bore + pipes.minor_loss_coefficient[side]
        resistance = turbulent * SPECIFIC_VOLUME * 8.0 / (pi * bore**2) ** 2
        creeps = flow[:, :, side] < least
        slope = np.where(
            creeps,
            2.0 * resistance * least,
            2.0 * drop[:, :, side] / np.maximum(flow[:, :, side], TINY),
        )
        bears = np.where(circuit.has_pipe[side], 1.0 / np.maximum(slope, TINY), 0.0)
        inverse = np.linalg.solve(
            _network(circuit, bears, root), np.eye(len(circuit.junctions))[:, places]
        )
        total += inverse[:, at][:, :, column]
    own, fed = np.split(total, [len(at)], axis=2)
    return np.asarray(own - np.einsum("hip,hp->hi", fed, shares[rows])[:, :, None])


def _network(circuit: Circuit, bears: FloatArray, root: int) -> FloatArray:
    """Return what flows into each junction per pressure of all, the root's pressure held."""
    hours, count = len(bears), len(circuit.junctions)
    a, b = circuit.pipes.from_junction, circuit.pipes.to_junction
    flat = np.zeros((count * count, hours))
    for one, other, sign in ((a, a, 1.0), (b, b, 1.0), (a, b, -1.0), (b, a, -1.0)):
        np.add.at(flat, one * count + other, sign * bears.T)
    matrix = np.ascontiguousarray(flat.T).reshape(hours, count, count)
    size = np.einsum("hii->hi", matrix).max(axis=1, initial=TINY)
    diagonal = np.arange(count)
    matrix[:, diagonal, diagonal] += (FAINT * size)[:, None]
    matrix[:, root, :] = 0.0
    matrix[:, :, root] = 0.0
    matrix[:, root, root] = size
    return matrix
