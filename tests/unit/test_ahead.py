"""Asking for memory ahead changes nothing, wherever it points."""

import numpy as np
import pytest

from warmtenet.networks.columns import FloatArray
from warmtenet.solvers.kernels.ahead import LINE, ask
from warmtenet.solvers.kernels.compile import kernel


def ask_around(table: FloatArray, rows: int) -> None:
    """Ask for each line of the rows, the table's and others."""
    for row in range(-rows, rows):
        for place in range(0, table.shape[1], LINE):
            ask(table, row, place)


@pytest.mark.parametrize("function", [ask_around, kernel(ask_around)], ids=["plain", "compiled"])
def test_asking_changes_nothing_within_a_table_and_beyond(function: object) -> None:
    table = np.random.default_rng(1).normal(size=(3, 5 * LINE))
    before = table.copy()
    function(table, 1_000_000)  # type: ignore[operator] # plain or compiled
    assert table.tobytes() == before.tobytes()
