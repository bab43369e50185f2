"""Large trees most of whose lines a step flushes: whether their kernels apply, and their room."""

import numpy as np

from ..networks.boundary import Boundary
from .kernels.flush_tables import BLOCK, ROOMS, Flush
from .kernels.plug_consumers import LEAST_L
from .kernels.plug_tables import CELLS, WHOLE, Net, Out, Sides, Steps, Tree


def flushes(net: Net, steps: Steps, tree: Tree) -> bool:
    """Return whether the kernels for large trees apply: see `solve_flush`."""
    is_plain = net.pieces.shape[1] == 1 and net.rings.shape[1] == 0 and not net.places[CELLS].any()
    given = (steps.flow, steps.least)
    return bool(tree.pipe.size) and is_plain and not any((flow < 0.0).any() for flow in given)


OFF = 0.1
"""Of supply less return: return water further off than this tells that a flow is not found. [1]"""

DUST = 1e-6
"""Less is no heat. [W]"""

ROWS = 512
"""Steps that are looked through at once."""


def serves_as_asked(boundary: Boundary, steps: Steps, sides: Sides, out: Out) -> bool:
    """Return whether all flows were found, and are what the heat takes.

    Newton's method on a tree may not rest where more flow brings colder water (supply that falls
    below what is asked for). Return water far from what is asked for would tell a false rest.

    Parameters
    ----------
    boundary : Boundary
        What was asked.
    steps : Steps
        The same for the kernels.
    sides : Sides
        Consumers.
    out : Out
        What `solve_flush` wrote.
    """
    if out.heat_error.any():
        return False
    least = sides.limits[LEAST_L]
    for first in range(0, len(steps.duration), ROWS):
        rows = slice(first, first + ROWS)
        moves = steps.duration[rows] > 0.0
        supply, given = out.consumer_supply[rows], boundary.return_temperature[rows]
        asked = np.where(np.isnan(given), supply - boundary.temperature_difference[rows], given)
        floor = np.maximum(least, steps.least[rows]) if steps.least.size else least
        is_off = np.abs(out.consumer_return[rows] - asked) > OFF * np.abs(supply - asked)
        is_free = out.consumer_mass_flow[rows] > floor * (1.0 + OFF)
        is_served = (np.abs(steps.heat[rows]) > DUST) & (out.consumer_unserved[rows] == 0.0)
        if (is_off & is_free & is_served)[moves].any():
            return False
    return True


def make_flush(net: Net, sides: Sides, tree: Tree) -> Flush:
    """Return room for the kernels of large trees."""
    lines, consumers = net.lines.shape[1], len(sides.consumer_from)
    outward = np.ones(lines)
    outward[tree.pipe] = outward[tree.pipe + net.supplies] = tree.outward
    rooms = {name: np.zeros(lines) for name in BY_LINE}
    return Flush(
        **rooms,
        scratch=np.zeros(ROOMS * BLOCK),
        outward=outward,
        odd=np.zeros(lines, dtype=np.int64),
        odd_count=np.zeros(1, dtype=np.int64),
        per_whole=1.0 / net.lines[WHOLE],
        low=np.zeros(consumers),
        high=np.zeros(consumers),
        content=np.zeros(consumers),
        leaves=np.zeros(consumers),
        feels=np.ones(consumers),
        drop=np.zeros(consumers),
        pull=np.zeros(consumers),
        yields=np.zeros(consumers),
        node_pull=np.zeros(net.nodes.shape[1]),
        node_yields=np.zeros(net.nodes.shape[1]),
        shift=np.zeros(net.nodes.shape[1]),
    )


BY_LINE = (
    "through",
    "share",
    "rest",
    "lean_share",
    "lean_rest",
    "lean",
    "stay",
    "kept",
    "sink",
    "per_loss",
    "plain",
    "held",
    "line_pull",
    "line_yields",
)
"""Values of lines in `Flush`."""
