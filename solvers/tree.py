"""A circuit without loops as rows for the tree kernels."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import depth_first_order

from ..model.errors import Fault, InvalidInputError
from ..networks.columns import BoolArray, Circuit, FloatArray, IntArray
from ..networks.sizing import downstream_sums, path_sums
from .kernel_columns import consumer_columns, pipe_columns
from .kernels.tree_rows import ENTER, LEAF, LEAVE, PLANT
from .kernels.tree_tables import NO_TEMPERATURE, TreeTable, Walk

NEARLY_WARM = 1e-3
"""Supply water this much colder than its least temperature still counts as warm enough. [K]

A bypass that holds exactly that temperature holds it to rounding only."""


def tree_table(circuit: Circuit, law: str = "colebrook") -> TreeTable:
    """Order the pipes of a tree from its producer outward.

    Parameters
    ----------
    circuit : Circuit
        A connected circuit without loops and with one producer.
    law : str
        Friction law; ``"pandapipes"`` divides the relative roughness by 3.71, the others by 3.7.

    Returns
    -------
    TreeTable
        Rows in depth-first order, so that a subtree stands together.

    Raises
    ------
    InvalidInputError
        If the pipes do not form one tree with the producer.
    """
    root = int(circuit.producers.junction[0])
    junction, pipe, parent = _walk(circuit, root)
    rows = len(junction)
    row_of_junction = np.full(len(circuit.junctions), -1, dtype=np.int64)
    row_of_junction[junction] = np.arange(rows)
    pipes = circuit.pipes
    forward = np.ones(rows)
    forward[1:] = np.where(pipes.to_junction[pipe[1:]] == junction[1:], 1.0, -1.0)
    elevation = circuit.elevation[junction]
    consumer_row = row_of_junction[circuit.consumers.junction]
    by_pipe, columns = pipe_columns(circuit, law), consumer_columns(circuit)
    columns |= {name: _by_row(column, pipe) for name, column in by_pipe.items()}
    columns["min_supply"] -= NEARLY_WARM
    columns["max_supply"] += NEARLY_WARM
    loses = columns["conductance"][0] + columns["exchange"] > 0.0
    holds = columns["bypass_temperature"] > NO_TEMPERATURE
    rival_start, rival = _rivals(_points(parent, loses)[consumer_row], holds)
    row_of_pipe = np.argsort(pipe[1:]) + 1
    return TreeTable(
        order=np.arange(1, rows, dtype=np.int64),
        row_of_pipe=row_of_pipe,
        near_of_pipe=parent[row_of_pipe],
        row_of_junction=row_of_junction,
        parent=parent,
        pipe=pipe,
        junction=junction,
        orientation=forward,
        rise=elevation - elevation[parent],
        consumer_row=consumer_row,
        rival_start=rival_start,
        rival=rival,
        **columns,
    )


def plan_walk(
    tree: TreeTable,
    ground_row: IntArray,
    back_ground_row: IntArray,
    return_row: IntArray,
    is_apart: BoolArray,
    is_plain: BoolArray,
) -> Walk:
    """Return the way around a tree.

    Parameters
    ----------
    tree : TreeTable
        Rows in depth-first order.
    ground_row, back_ground_row : array of int, shape (pipes,)
        Which ground temperature each supply and each return pipe has.
    return_row : array of int, shape (consumers,)
        Which return temperature each consumer has.
    is_apart : array of bool, shape (consumers,)
        Whether a difference between supply and return is given in any hour.
    is_plain : array of bool, shape (consumers,)
        Whether heat, a bypass flow and a largest flow alone decide a consumer's flow.
    """
    count = len(tree.parent)
    consumer = np.argsort(tree.consumer_row, kind="stable")
    start = np.searchsorted(tree.consumer_row[consumer], np.arange(count + 1))
    above = tree.parent.copy()
    above[0] = -1
    depth = path_sums(above, np.ones(count)).astype(np.int64) - 1
    behind = downstream_sums(above, np.ones(count)).astype(np.int64)
    rows = np.arange(1, count)
    enter = 2 * (rows - 1) - (depth[1:] - 1)
    leave = enter + 2 * behind[1:] - 1
    row, kind = np.zeros(2 * (count - 1), np.int64), np.full(2 * (count - 1), ENTER)
    row[enter] = row[leave] = rows
    kind[leave] = LEAVE
    alone = (behind[1:] == 1) & (np.diff(start)[1:] == 1)
    ends = alone & np.append(is_plain, False)[np.append(consumer, -1)[start[1:-1]]]
    kind[enter[ends]] = LEAF
    kept = np.ones(row.size, dtype=np.bool_)
    kept[leave[ends]] = False
    row, kind = np.append(row[kept], 0), np.append(kind[kept], PLANT)
    ground, back_ground = np.zeros(count, np.int64), np.zeros(count, np.int64)
    ground[1:] = ground_row[tree.pipe[1:]]
    back_ground[1:] = back_ground_row[tree.pipe[1:]]
    return Walk(
        row=row,
        kind=kind,
        ground=ground,
        back_ground=back_ground,
        asked=np.unique(ground[tree.consumer_row]),
        start=start,
        consumer=consumer,
        returned=return_row,
        apart=is_apart,
    )


def _walk(circuit: Circuit, root: int) -> tuple[IntArray, IntArray, IntArray]:
    """Return junction, pipe and parent row of each row, from the producer outward."""
    pipes = circuit.pipes
    size, count = len(circuit.junctions), len(pipes.length)
    ends = (pipes.from_junction, pipes.to_junction)
    graph = csr_array((np.arange(1, count + 1), ends), shape=(size, size))
    order, before = depth_first_order(graph, root, directed=False)
    if len(order) != count + 1:
        raise InvalidInputError(
            Fault(
                f"circuit {circuit.id!r}",
                "pipes",
                f"{count} pipes reach {len(order) - 1} junctions from the producer",
                "one tree: as many junctions as pipes, no loop, every pipe connected",
            )
        )
    junction = order.astype(np.int64)
    row_of_junction = np.zeros(size, dtype=np.int64)
    row_of_junction[junction] = np.arange(len(junction))
    parent = np.zeros(len(junction), dtype=np.int64)
    parent[1:] = row_of_junction[before[junction[1:]]]
    row_a, row_b = row_of_junction[ends[0]], row_of_junction[ends[1]]
    pipe = np.full(len(junction), -1, dtype=np.int64)
    pipe[np.where(parent[row_b] == row_a, row_b, row_a)] = np.arange(count)
    return junction, pipe, parent


def _points(parent: IntArray, loses: BoolArray) -> IntArray:
    """Return the first row that has the same supply water as each row."""
    point = np.where(loses, np.arange(len(parent)), parent)
    while True:
        further = point[point]
        if np.array_equal(further, point):
            return point
        point = further


def _rivals(point: IntArray, holds: BoolArray) -> tuple[IntArray, IntArray]:
    """Return where the rivals of each point begin, and the rivals.

    ``point`` and ``holds`` are by consumer.
    """
    holders = np.flatnonzero(holds)
    rivals = holders[np.bincount(point[holders], minlength=1)[point[holders]] > 1]
    rivals = rivals[np.argsort(point[rivals], kind="stable")]
    first = np.flatnonzero(np.diff(point[rivals], prepend=-1))
    return np.append(first, len(rivals)).astype(np.int64), rivals.astype(np.int64)


def _by_row(column: FloatArray, pipe: IntArray) -> FloatArray:
    """Return a column of pipes in the order of the rows, with a zero for the plant's."""
    axis = 0 if column.ndim == 1 else 1
    before = [(0, 0)] * column.ndim
    before[axis] = (1, 0)
    return np.ascontiguousarray(np.pad(column.take(pipe[1:], axis=axis), before))
