"""In which order the junctions of a mesh are eliminated, and where every block stands."""

from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from ..networks.columns import BoolArray, FloatArray, IntArray
from .kernels.mesh_tables import Plan


class Branches(NamedTuple):
    """Trees that hang from a network, each route with its far and its near junction, root first.

    Parameters
    ----------
    pipe, node, near : array of int, shape (any,)
        Routes, the junctions that they lead to, and those that they lead from.
    """

    pipe: IntArray
    node: IntArray
    near: IntArray

    def core(self, pipes: int) -> IntArray:
        """Return the other routes of a network of so many ``pipes``, in order."""
        return np.setdiff1d(np.arange(pipes), self.pipe)

    def served_by(self, junction: IntArray) -> "Served":
        """Return whom the branches serve.

        Parameters
        ----------
        junction : array of int, shape (consumers,)
            Of each consumer.
        """
        roots = np.flatnonzero(~np.isin(self.near, self.node))
        begins = np.flatnonzero(np.diff(self.near[roots], prepend=-1))
        row = np.full(max(junction.max(initial=-1), self.node.max(initial=-1)) + 1, -1)
        row[self.node] = np.arange(len(self.node))
        at = row[junction]
        served = np.flatnonzero(at >= 0)
        count = np.bincount(at[served], minlength=len(self.node))
        alone = (count == 1) & ~np.isin(self.node, self.near)
        leaf = np.full(len(self.node), -1, dtype=np.int64)
        leaf[at[served]] = served
        return Served(
            leaf=np.where(alone, leaf, -1),
            tree_first=np.append(roots[begins], len(self.node)).astype(np.int64),
            served_first=np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
            served=served[np.argsort(at[served], kind="stable")].astype(np.int64),
            core_consumer=np.flatnonzero(at < 0).astype(np.int64),
        )


class Served(NamedTuple):
    """Where trees and their consumers begin, as `MeshTable` has it."""

    leaf: IntArray
    tree_first: IntArray
    served_first: IntArray
    served: IntArray
    core_consumer: IntArray


NO_BRANCHES = Branches(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


def find_branches(
    start: IntArray, end: IntArray, junctions: int, sources: IntArray, plain: BoolArray
) -> Branches:
    """Return the trees that end in consumers alone.

    Parameters
    ----------
    start, end : array of int, shape (pipes,)
        Junctions of each route.
    junctions : int
        Number of junctions.
    sources : array of int, shape (producers,)
        Junctions of producers.
    plain : array of bool, shape (pipes,)
        Routes that may be part of a branch: open in every hour, on both sides.

    Examples
    --------
    >>> start, end = np.array([0, 1, 2, 3, 3, 5]), np.array([1, 2, 3, 1, 4, 4])
    >>> branches = find_branches(start, end, 6, np.array([0]), np.ones(6, dtype=bool))
    >>> branches.pipe.tolist(), branches.node.tolist(), branches.near.tolist()
    ([4, 5], [4, 5], [3, 4])
    """
    routes: list[list[int]] = [[] for _ in range(junctions)]
    for e, (a, b) in enumerate(zip(start.tolist(), end.tolist(), strict=True)):
        routes[a].append(e)
        routes[b].append(e)
    degree = [len(found) for found in routes]
    stays = set(sources.tolist())
    ends = [n for n in range(junctions) if degree[n] == 1]
    gone: set[int] = set()
    steps = []
    while ends:
        node = ends.pop()
        left = [e for e in routes[node] if e not in gone]
        if node in stays or not left or not plain[left[0]]:
            continue
        e = left[0]
        near = int(start[e] + end[e]) - node
        gone.add(e)
        steps.append((e, node, near))
        degree[near] -= 1
        if degree[near] == 1:
            ends.append(near)
    if not steps:
        return NO_BRANCHES
    pipe, far, nearer = np.array(steps[::-1], dtype=np.int64).T
    root = np.arange(junctions)
    for node, near in zip(far.tolist(), nearer.tolist(), strict=True):
        root[node] = root[near]
    order = np.argsort(root[far], kind="stable")
    return Branches(pipe[order], far[order], nearer[order])


def make_plan(
    start: IntArray,
    end: IntArray,
    junctions: int,
    held: IntArray,
    branches: Branches = NO_BRANCHES,
) -> Plan:
    """Return the elimination of a network's equations.

    Parameters
    ----------
    start, end : array of int, shape (pipes,)
        Junctions of each route.
    junctions : int
        Number of junctions.
    held : array of int, shape (holders,)
        Junctions of the pressure holders; the first comes last.
    branches : Branches, optional
        Routes and junctions that the plan leaves out.

    Returns
    -------
    Plan
        Junctions with the fewest neighbours first, so that chains go without fill.
    """
    core = branches.core(len(start))
    outside = set(branches.node.tolist())
    node, later_sets = order_junctions(start[core], end[core], junctions, int(held[0]))
    inside = [k for k, n in enumerate(node) if n not in outside]
    node, later_sets = [node[k] for k in inside], [later_sets[k] for k in inside]
    place = np.full(junctions, -1, dtype=np.int64)
    place[node] = np.arange(len(node))
    later = [sorted(int(place[n]) for n in found) for found in later_sets]
    first = np.concatenate([[0], np.cumsum([len(found) for found in later])]).astype(np.int64)
    block = {(k, k): k for k in range(len(node))}
    upper, lower = [], []
    for k, found in enumerate(later):
        for n in found:
            upper.append(block.setdefault((k, n), len(block)))
            lower.append(block.setdefault((n, k), len(block)))
    target = [block[i, n] for found in later for i in found for n in found]
    fixed = set(place[held].tolist())
    ends = list(zip(place[start].tolist(), place[end].tolist(), strict=True))
    opened: dict[tuple[int, int], int] = {}
    for e in core.tolist():
        a, b = ends[e]
        if a != b:
            opened.setdefault((min(a, b), max(a, b)), e)
    opens = np.zeros(len(start), dtype=np.int64)
    opens[list(opened.values())] = 1
    return Plan(
        node=_whole(node),
        place=place,
        first=first,
        later=_whole([n for found in later for n in found]),
        upper=_whole(upper),
        lower=_whole(lower),
        target=_whole(target),
        place_start=place[start],
        place_end=place[end],
        ahead=_whole([block.get((a, b), -1) for a, b in ends]),
        aback=_whole([block.get((b, a), -1) for a, b in ends]),
        opens=opens,
        cleared=_whole(
            [at for (i, n), at in block.items() if (min(i, n), max(i, n)) not in opened]
        ),
        held=_whole([at for (i, n), at in block.items() if i in fixed and n != i]),
    )


def order_junctions(
    start: IntArray, end: IntArray, junctions: int, source: int
) -> tuple[list[int], list[set[int]]]:
    """Return junctions in the order of elimination, and the neighbours each has by then.

    Parameters
    ----------
    start, end : array of int, shape (pipes,)
        Junctions of each route.
    junctions : int
        Number of junctions.
    source : int
        Junction that comes last.
    """
    neighbours: list[set[int]] = [set() for _ in range(junctions)]
    for a, b in zip(start.tolist(), end.tolist(), strict=True):
        if a != b:
            neighbours[a].add(b)
            neighbours[b].add(a)
    waiting = [(len(found), n) for n, found in enumerate(neighbours) if n != source]
    heapify(waiting)
    order: list[int] = []
    later: list[set[int]] = []
    gone = [False] * junctions
    while waiting:
        degree, n = heappop(waiting)
        found = neighbours[n]
        if gone[n] or degree != len(found):
            continue
        gone[n] = True
        order.append(n)
        later.append(found)
        for other in found:
            near = neighbours[other]
            near.remove(n)
            near |= found
            near.discard(other)
            if other != source:
                heappush(waiting, (len(near), other))
    return [*order, source], [*later, set()]


def find_loops(
    start: IntArray, end: IntArray, junctions: int, held: IntArray, exists: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return which pipes are part of a loop, and which way each leads from a source.

    Parameters
    ----------
    start, end : array of int, shape (pipes,)
        Junctions of each route.
    junctions : int
        Number of junctions.
    held : array of int, shape (holders,)
        Junctions with a held pressure: ways begin at the first, and between them is a loop.
    exists : array of bool, shape (pipes,)
        Whether the route has a pipe here; those that have none count as part of a loop.

    Returns
    -------
    in_loop : array of float, shape (pipes,)
        1 for pipes of loops, 0 for bridges.
    outward : array of float, shape (pipes,)
        1 where the start is nearer to the source, else -1.

    Examples
    --------
    >>> start, end = np.array([0, 1, 2, 3]), np.array([1, 2, 3, 1])
    >>> in_loop, outward = find_loops(start, end, 4, np.array([0]), np.ones(4, dtype=bool))
    >>> in_loop.tolist(), outward.tolist()
    ([0.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, -1.0])
    """
    real, pipes = np.flatnonzero(exists), start.size
    far_start, far_end = start, end
    start = np.concatenate([start[real], np.repeat(held[:1], held.size - 1)])
    end = np.concatenate([end[real], held[1:]])
    graph = csr_array((np.ones(start.size), (start, end)), shape=(junctions, junctions))
    order, before = breadth_first_order(graph, int(held[0]), directed=False)
    distance = np.zeros(junctions, dtype=np.int64)
    for n in order[1:]:
        distance[n] = distance[before[n]] + 1
    # A chord leaves a mark at its ends that cancels where both are behind a pipe.
    marks = np.zeros(junctions, dtype=np.int64)
    chord = np.ones(start.size, dtype=np.bool_)
    by_way = np.full(junctions, -1, dtype=np.int64)
    for e, (a, b) in enumerate(zip(start.tolist(), end.tolist(), strict=True)):
        far = b if before[b] == a and by_way[b] < 0 else a
        if before[far] == a + b - far and by_way[far] < 0:
            by_way[far], chord[e] = e, False
    noise = np.random.default_rng(0).integers(1, 2**62, start.size)
    np.bitwise_xor.at(marks, start[chord], noise[chord])
    np.bitwise_xor.at(marks, end[chord], noise[chord])
    among = chord.astype(np.float64)
    for n in order[:0:-1]:
        among[by_way[n]] = float(marks[n] != 0)
        marks[before[n]] ^= marks[n]
    in_loop = np.ones(pipes)
    in_loop[real] = among[: real.size]
    return in_loop, np.where(distance[far_start] <= distance[far_end], 1.0, -1.0)


def _whole(numbers: list[int]) -> IntArray:
    return np.array(numbers, dtype=np.int64)
