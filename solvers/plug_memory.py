"""Memory of a plug-flow solve: work arrays, and what is kept of each step."""

from collections.abc import Collection
from typing import Any

import numpy as np

from ..networks.columns import FloatArray, IntArray
from .kernels.plug_consumers import CONSUMER_VALUES
from .kernels.plug_tables import CELLS, Net, Out, Sides, Tree, Work
from .kernels.tree_figures import FIGURES, LARGEST, LEAST
from .tree_memory import Memory

PIPE_FIELDS = {
    "pipe_mass_flow": "pipe_flow",
    "pipe_inlet_temperature_mean": "pipe_inlet",
    "pipe_outlet_temperature_mean": "pipe_outlet",
    "pipe_pressure_drop": "pipe_drop",
    "pipe_heat_loss_mean": "pipe_loss",
    "pipe_inlet_temperature": "pipe_inlet_end",
    "pipe_outlet_temperature": "pipe_outlet_end",
    "pipe_heat_loss": "pipe_loss_end",
}
"""Fields of pipes as they are called in the outputs and in the kernels."""

NODE_FIELDS = {
    "junction_temperature_mean": "node",
    "junction_temperature": "node_end",
    "junction_pressure": "node_pressure",
}
"""Fields of junctions."""


def make_work(net: Net, sides: Sides, tree: Tree) -> Work:
    """Return work arrays; the order is that of a tree, if it is one."""
    lines, nodes = net.lines.shape[1], net.nodes.shape[1]

    def by_line() -> FloatArray:
        return np.zeros(lines)

    def room(size: int) -> IntArray:
        return np.zeros(size, dtype=np.int64)

    kept = net.supplies if tree.pipe.size and net.places[CELLS].any() else 0
    order = np.arange(lines)
    if tree.pipe.size:
        order = np.concatenate([tree.pipe, tree.pipe[::-1] + net.supplies])
    return Work(
        flow=by_line(),
        heat_in=by_line(),
        heat_out=by_line(),
        loss=by_line(),
        edge=by_line(),
        front=by_line(),
        warm_in=by_line(),
        warm_out=by_line(),
        drop=by_line(),
        volume=by_line(),
        order=order.astype(np.int64),
        waiting=room(nodes),
        queue=room(nodes),
        first_out=room(nodes),
        next_out=room(lines),
        sign=np.full(lines, UNKNOWN),
        consumer=np.zeros((CONSUMER_VALUES, len(sides.consumer_from))),
        wanted=np.zeros(len(sides.consumer_from)),
        moved=np.zeros(len(sides.consumer_from)),
        held=by_line(),
        last_flow=by_line(),
        last_rub=by_line(),
        last_consumer=np.zeros((CONSUMER_VALUES, len(sides.consumer_from))),
        kept_lines=np.zeros((len(net.lines), kept)),
        kept_places=np.zeros((len(net.places), kept), dtype=np.int64),
        kept_slugs=np.zeros((kept, *net.slugs.shape[1:])),
        kept_walls=np.zeros((kept, net.walls.shape[1])),
    )


UNKNOWN = 2.0
"""Sign of a flow before any order."""


def make_out(hours: int, net: Net, sides: Sides, names: Collection[str], memory: Memory) -> Out:
    """Return memory for what is kept of each step.

    Parameters
    ----------
    hours : int
        Steps.
    net, sides : Net, Sides
        The network.
    names : collection of str
        Fields to keep, of `PIPE_FIELDS` and `NODE_FIELDS`.
    memory : Memory
        Where fields and consumers' results are kept.
    """
    lines, nodes = net.lines.shape[1], net.nodes.shape[1]
    consumers, producers = len(sides.consumer_from), len(sides.producer_to)
    wanted = {kernel for name, kernel in (PIPE_FIELDS | NODE_FIELDS).items() if name in names}
    figures = np.zeros((FIGURES, lines))
    figures[list(LARGEST)], figures[list(LEAST)] = -np.inf, np.inf
    shapes = {name: (hours, consumers) for name in Out._fields if name.startswith("consumer_")}
    shapes |= {name: (hours, producers) for name in Out._fields if name.startswith("producer_")}
    for kernel in PIPE_FIELDS.values():
        shapes[kernel] = (hours if kernel in wanted else 0, lines)
    for kernel in NODE_FIELDS.values():
        shapes[kernel] = (hours if kernel in wanted else 0, nodes)
    del shapes["consumer_reason"]
    arrays: dict[str, Any] = {
        name: memory.array(f"plug {name}", shape) for name, shape in shapes.items()
    }
    by_hour = (
        name for name in Out._fields if name not in {*arrays, *WHOLE, "consumer_reason", "figures"}
    )
    return Out(
        consumer_reason=np.zeros((hours, consumers), dtype=np.int8),
        figures=figures,
        passes=np.zeros(hours, dtype=np.int64),
        worst=np.zeros(hours, dtype=np.int64),
        **arrays,
        **{name: np.zeros(hours) for name in by_hour},
    )


WHOLE = ("passes", "worst")
"""Outputs that are whole numbers."""
