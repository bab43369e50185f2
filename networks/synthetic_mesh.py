"""Synthetic networks with loops: the synthetic tree, ends of neighbouring streets joined."""

from dataclasses import replace

import numpy as np

from ..model.catalogue import PipeType, read_catalogue
from ..model.errors import Fault, InvalidInputError
from .columns import BoolArray, Circuit, FloatArray, IntArray, PipeTable
from .synthetic import synthetic_tree

RING = "steel-single-S2-DN40"
"""Least pipe of a street that is part of a ring, and the pipe that closes it."""

FARTHEST = 150.0
"""Between the ends of streets that may be joined. [m]"""


def synthetic_mesh(
    consumers: int, *, loops: int, seed: int = 1, bypass_flow: float = 0.002
) -> Circuit:
    """Return the synthetic tree with some ends of neighbouring streets joined.

    Parameters
    ----------
    consumers : int
        Houses; see `synthetic_tree`.
    loops : int
        Joints, spread evenly over the network. 1,300 houses have room for 57.
    seed : int, optional
        Of the random lengths.
    bypass_flow : float, optional
        Least flow through every house. [kg/s]

    Returns
    -------
    Circuit
        All streets have pipes of DN40 at least, so that rings carry flow.

    Raises
    ------
    InvalidInputError
        If there is no room for so many loops.

    Examples
    --------
    >>> circuit = synthetic_mesh(1300, loops=5)
    >>> len(circuit.pipe_ids), len(circuit.junctions)
    (1993, 1989)
    """
    tree = synthetic_tree(consumers, seed=seed, bypass_flow=bypass_flow)
    pairs = _neighbouring_ends(tree)
    if loops > len(pairs):
        rule = f"at most {len(pairs)} with {consumers} consumers"
        raise InvalidInputError(Fault("synthetic_mesh", "loops", loops, rule))
    chosen = pairs[np.unique(np.linspace(0, len(pairs) - 1, loops).round().astype(np.int64))]
    ring = read_catalogue()[RING]
    return _joined(_widened(tree, ring), chosen, ring)


def _neighbouring_ends(tree: Circuit) -> IntArray:
    """Return pairs of junctions at the ends of neighbouring streets, shape (pairs, 2)."""
    pipes = tree.pipes
    is_house = np.zeros(len(tree.junctions), dtype=np.bool_)
    is_house[tree.consumers.junction] = True
    streets = ~is_house[pipes.to_junction]
    goes_on = np.zeros(len(tree.junctions), dtype=np.bool_)
    goes_on[pipes.from_junction[streets]] = True
    ends = np.flatnonzero(~goes_on & ~is_house)
    first, second = ends[:-2], ends[2:]
    near = _distance(tree, first, second) < FARTHEST
    return np.stack([first[near], second[near]], axis=1)


def _distance(circuit: Circuit, one: IntArray, other: IntArray) -> FloatArray:
    return np.hypot(circuit.x[one] - circuit.x[other], circuit.y[one] - circuit.y[other])


def _widened(tree: Circuit, ring: PipeType) -> Circuit:
    """Return the tree with no street narrower than the ring."""
    is_house = np.isin(tree.pipes.to_junction, tree.consumers.junction)
    narrow = (tree.pipes.inner_diameter[0] < ring.inner_diameter) & ~is_house
    types = tuple(
        ring.id if thin else kind for thin, kind in zip(narrow, tree.pipe_types, strict=True)
    )
    return replace(tree, pipes=_as_ring(tree.pipes, narrow, ring), pipe_types=types)


def _as_ring(pipes: PipeTable, which: BoolArray, ring: PipeType) -> PipeTable:
    """Return the pipes with some made of the ring's pipe."""
    return pipes._replace(
        inner_diameter=np.where(which, ring.inner_diameter, pipes.inner_diameter),
        roughness=np.where(which, ring.roughness, pipes.roughness),
        heat_loss_coefficient=np.where(which, ring.u1 - ring.u2, pipes.heat_loss_coefficient),
    )


def _joined(tree: Circuit, pairs: IntArray, ring: PipeType) -> Circuit:
    """Return the circuit with a pipe between the junctions of each pair."""
    count = len(pairs)
    length = _distance(tree, pairs[:, 0], pairs[:, 1])
    both = np.ones((2, count))
    more = PipeTable(
        from_junction=pairs[:, 0],
        to_junction=pairs[:, 1],
        length=length,
        inner_diameter=ring.inner_diameter * both,
        roughness=ring.roughness * both,
        minor_loss_coefficient=0.0 * both,
        heat_loss_coefficient=(ring.u1 - ring.u2) * both,
        pair_exchange_coefficient=np.zeros(count),
    )
    columns = zip(tree.pipes, more, strict=True)
    return replace(
        tree,
        id=f"mesh{count}_{len(tree.consumer_ids)}",
        pipe_ids=(*tree.pipe_ids, *(f"loop{row + 1}" for row in range(count))),
        pipes=PipeTable(*(np.concatenate(pair, axis=-1) for pair in columns)),
        pipe_types=(*tree.pipe_types, *(ring.id,) * count),
        pressure_rating=np.append(tree.pressure_rating, np.full(count, ring.max_pressure)),
    )
