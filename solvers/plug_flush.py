"""Large trees most of whose lines a step flushes: whether their kernels apply, and their room."""

import numpy as np

from .kernels.flush_tables import BLOCK, FEW, ROOM, Flush
from .kernels.plug_tables import CELLS, SLUG_VALUES, WHOLE, Net, Sides, Steps, Tree


def flushes(net: Net, steps: Steps, tree: Tree) -> bool:
    """Return whether the kernels for large trees apply: see `solve_flush`."""
    is_plain = net.pieces.shape[1] == 1 and net.rings.shape[1] == 0 and not net.places[CELLS].any()
    given = (steps.flow, steps.least)
    return bool(tree.pipe.size) and is_plain and not any((flow < 0.0).any() for flow in given)


def make_flush(net: Net, sides: Sides, tree: Tree) -> Flush:
    """Return room for the kernels of large trees."""
    lines, consumers = net.lines.shape[1], len(sides.consumer_from)
    outward = np.ones(lines)
    outward[tree.pipe] = outward[tree.pipe + net.supplies] = tree.outward
    rooms = {name: np.zeros(lines) for name in BY_LINE}
    return Flush(
        **rooms,
        scratch=np.zeros(ROOM),
        outward=outward,
        few=np.zeros(((FEW + 1) * SLUG_VALUES, lines)),
        most=np.zeros(lines // BLOCK + 1, dtype=np.int64),
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
    "some",
    "held",
    "line_pull",
    "line_yields",
)
"""Values of lines in `Flush`."""
