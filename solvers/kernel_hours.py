"""Hours of a circuit as the kernels read them, and the threads that share them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import NamedTuple

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


class Pause(NamedTuple):
    """What is done whenever a thread has solved some blocks more.

    Parameters
    ----------
    blocks : int
        After so many.
    call : callable
        Given the first block and the one after the last.
    """

    blocks: int
    call: Callable[[int, int], None]


def solve_parts(
    scenario: Scenario,
    blocks: int,
    solver: Callable[[], Callable[[int, int], None]],
    pause: Pause | None = None,
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
    pause : Pause, optional
        Between parts of a thread's blocks; default: none.
    """
    threads = max(min(scenario.solver.threads or cpu_count() or 1, blocks), 1)
    edges = np.linspace(0, blocks, threads + 1).astype(np.int64)
    parts = [(solver(), int(edges[k]), int(edges[k + 1])) for k in range(threads)]
    if threads == 1:
        _solve_part(parts[0], pause)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda part: _solve_part(part, pause), parts))


def _solve_part(part: tuple[Callable[[int, int], None], int, int], pause: Pause | None) -> None:
    """Solve the blocks of one thread, with pauses."""
    solve, first, last = part
    if pause is None:
        solve(first, last)
        return
    for begin in range(first, last, pause.blocks):
        end = min(begin + pause.blocks, last)
        solve(begin, end)
        pause.call(begin, end)
