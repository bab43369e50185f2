"""The order of elimination, and the elimination itself against a dense solution."""

import numpy as np
import pytest

from warmtenet.solvers.kernels.mesh_matrix import (
    eliminate,
    eliminate_again,
    eliminate_water,
    substitute,
)
from warmtenet.solvers.kernels.mesh_rows import LANES, SCRATCH
from warmtenet.solvers.mesh_plan import find_branches, find_loops, make_plan, order_junctions

START = np.array([0, 1, 2, 3, 1, 5, 6, 2, 6])
END = np.array([1, 2, 3, 4, 5, 6, 3, 7, 6 - 1])
SIZE = 8


def test_a_tree_is_eliminated_without_fill() -> None:
    start, end = np.array([0, 1, 1, 3, 3]), np.array([1, 2, 3, 4, 5])
    _, later = order_junctions(start, end, 6, 0)

    assert [len(found) for found in later] == [1, 1, 1, 1, 1, 0]


def test_the_source_comes_last() -> None:
    assert make_plan(START, END, SIZE, np.array([3, 6])).node[-1] == 3


def test_loops_and_bridges_are_told_apart() -> None:
    in_loop, _ = find_loops(START, END, SIZE, np.array([0]), np.ones(9, dtype=bool))

    assert in_loop.tolist() == [0, 1, 1, 0, 1, 1, 1, 0, 1]


def test_pipes_between_two_held_pressures_are_part_of_a_loop() -> None:
    in_loop, _ = find_loops(START, END, SIZE, np.array([0, 4]), np.ones(9, dtype=bool))

    assert in_loop.tolist() == [1, 1, 1, 1, 1, 1, 1, 0, 1]


def test_a_ring_without_one_of_its_pipes_is_none() -> None:
    exists = np.array([True] * 4 + [False] + [True] * 4)
    in_loop, _ = find_loops(START, END, SIZE, np.array([0]), exists)

    assert in_loop.tolist() == [0, 0, 0, 0, 1, 1, 0, 0, 1]


def test_the_rows_of_all_held_pressures_are_known() -> None:
    plan = make_plan(START, END, SIZE, np.array([0, 4]))
    rows = {int(plan.place[0]), int(plan.place[4])}
    blocks = {
        block
        for k in range(SIZE)
        for entry in range(plan.first[k], plan.first[k + 1])
        for row, block in ((k, plan.upper[entry]), (plan.later[entry], plan.lower[entry]))
        if row in rows
    }

    assert set(plan.held.tolist()) == blocks


def test_each_block_is_cleared_once_beside_parallel_pipes_and_rings_of_one() -> None:
    start, end = np.append(START, [3, 7]), np.append(END, [2, 7])
    plan = make_plan(start, end, SIZE, np.array([0]))
    first = np.flatnonzero(plan.opens)
    cleared = [*plan.cleared.tolist(), *plan.ahead[first].tolist(), *plan.aback[first].tolist()]
    blocks = max(plan.upper.max(), plan.lower.max()) + 1

    assert sorted(cleared) == list(range(blocks))
    assert plan.opens.tolist() == [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]


def dense(plan: object, matrix: np.ndarray, lane: int, width: int) -> np.ndarray:
    """Return one lane's matrix as it stands in its blocks."""
    whole = np.zeros((SIZE, SIZE, width, width))
    places = [(k, k, k) for k in range(SIZE)]
    for k in range(SIZE):
        for entry in range(plan.first[k], plan.first[k + 1]):
            places.append((k, plan.later[entry], plan.upper[entry]))
            places.append((plan.later[entry], k, plan.lower[entry]))
    for row, column, block in places:
        whole[row, column] = matrix[block].reshape(width, width, LANES)[:, :, lane]
    return whole.transpose(0, 2, 1, 3).reshape(width * SIZE, width * SIZE)


@pytest.mark.parametrize("width", [1, 2])
def test_elimination_gives_the_solution_of_the_dense_matrix(width: int) -> None:
    plan, rng = make_plan(START, END, SIZE, np.array([0])), np.random.default_rng(2)
    blocks = int(max(plan.upper.max(), plan.lower.max())) + 1
    matrix = rng.normal(size=(blocks, width * width * LANES))
    matrix[:SIZE] += 8.0 * np.repeat(np.eye(width).ravel(), LANES)
    right = rng.normal(size=(SIZE, width * LANES))
    again = rng.normal(size=right.shape)
    expected = [
        np.linalg.solve(
            dense(plan, matrix, lane, width), side.reshape(width * SIZE, LANES)[:, lane]
        )
        for lane in range(LANES)
        for side in (right, again)
    ]
    if width == 1:
        eliminate_water(plan, matrix, right, np.zeros(SCRATCH))
        sides = [right]
    else:
        eliminate(plan, matrix, right, np.zeros(SCRATCH))
        substitute(plan.later, plan.upper, plan.first, matrix, right)
        eliminate_again(plan, matrix, again)
        substitute(plan.later, plan.upper, plan.first, matrix, again)
        sides = [right, again]

    for lane in range(LANES):
        for k, side in enumerate(sides):
            found = side.reshape(width * SIZE, LANES)[:, lane]
            assert found == pytest.approx(expected[2 * lane + k], rel=1e-9, abs=1e-12)


def test_branches_are_trees_of_consumers_root_first() -> None:
    start, end = np.array([0, 1, 2, 3, 3, 5, 4, 1]), np.array([1, 2, 3, 1, 4, 4, 6, 7])
    free = np.ones(8, dtype=bool)
    branches = find_branches(start, end, 8, np.array([0, 7]), free)
    served = branches.served_by(np.array([6, 2, 5, 6]))

    assert branches.pipe.tolist()[0] == 4
    assert sorted(branches.node.tolist()) == [4, 5, 6]
    for k, near in enumerate(branches.near.tolist()):
        assert near == 3 or near in branches.node[:k]
    assert served.tree_first.tolist() == [0, 3]
    assert served.core_consumer.tolist() == [1]
    by_node = {
        int(node): served.served[served.served_first[k] : served.served_first[k + 1]].tolist()
        for k, node in enumerate(branches.node)
    }
    assert by_node == {4: [], 5: [2], 6: [0, 3]}
    alone = dict(zip(branches.node.tolist(), served.leaf.tolist(), strict=True))
    assert alone == {4: -1, 5: 2, 6: -1}


def test_a_consumer_on_the_way_to_another_is_no_leaf() -> None:
    free = np.ones(2, dtype=bool)
    branches = find_branches(np.array([0, 1]), np.array([1, 2]), 3, np.array([0]), free)
    served = branches.served_by(np.array([1, 2]))

    assert branches.node.tolist() == [1, 2]
    assert served.leaf.tolist() == [-1, 1]


def test_what_is_not_plain_is_no_branch() -> None:
    start, end = np.array([0, 1, 2, 3, 3]), np.array([1, 2, 3, 1, 4])
    plain = np.array([True, True, True, True, False])

    assert find_branches(start, end, 5, np.array([0]), plain).pipe.size == 0
