"""Hours of a circuit as the kernels read them, and the threads that share them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

import numpy as np

from ..model.scenario import Scenario
from ..networks.columns import FloatArray, IntArray


def own(array: FloatArray) -> FloatArray:
    """Return contiguous values that may be written: for read-only ones numba compiles again."""
    return np.require(array, np.float64, ["C", "W"])


def distinct_rows(array: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the rows of a (things, hours) array as contiguous rows, and which is whose.

    Broadcast views, equal for all things or constant in time, are not multiplied out.
    """
    count, hours = array.shape
    if array.strides[0] == 0 and count > 0:
        return own(array[:1]), np.zeros(count, dtype=np.int64)
    if array.strides[1] == 0 and hours > 0:
        values, row = np.unique(array[:, 0], return_inverse=True)
        return np.repeat(values[:, None], hours, axis=1), row.astype(np.int64).ravel()
    return own(array), np.arange(count, dtype=np.int64)


def solve_parts(
    scenario: Scenario, blocks: int, solver: Callable[[], Callable[[int, int], None]]
) -> None:
    """Solve all blocks on the threads that the scenario allows.

    Parameters
    ----------
    scenario : Scenario
        Its ``[solver]`` applies.
    blocks : int
        Number of blocks.
    solver : callable
        Returns, once for each thread, what solves the blocks from a first to a last (excluded).
    """
    threads = max(min(scenario.solver.threads or cpu_count() or 1, blocks), 1)
    edges = np.linspace(0, blocks, threads + 1).astype(np.int64)
    parts = [(solver(), int(edges[k]), int(edges[k + 1])) for k in range(threads)]
    if threads == 1:
        solve, first, last = parts[0]
        solve(first, last)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda part: part[0](*part[1:]), parts))
