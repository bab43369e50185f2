"""Columns of ours that travel in the tables of pandapipes, so that nothing is lost on the way.

Each row carries its cells as texts in ``warmtenet_<column>``, and what it was exported with in
``exported_<column>``: on the way back a cell stands as it was where the network still says the
same, and follows the network where somebody has changed it there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ..write import as_texts
from .library import CELL
from .quantities import READERS, quantities

EXPORTED = "exported_"
"""Prefix of the columns that say what a row was exported with."""

Cells = dict[str, str]
"""Cells of a row of our tables, as texts, by column."""

Placed = Mapping[str, Sequence[tuple[str, int]]]
"""Tables and indices of pandapipes in which a row of ours stands, by id."""


def carry_rows(network: Any, name: str, frame: pd.DataFrame, placed: Placed) -> None:
    """Write the cells of one of our tables beside the rows of pandapipes that stand for it.

    Parameters
    ----------
    network : pandapipesNet
        It is changed.
    name : str
        Of our table.
    frame : DataFrame
        Its rows.
    placed : mapping of str to sequence of (str, int)
        Where each row stands, by id.
    """
    texts = as_texts(name, frame)
    rows = {row: place for place, row in enumerate(texts["id"])}
    by_table: dict[str, list[tuple[int, int]]] = {}
    for row, places in placed.items():
        for table, index in places:
            by_table.setdefault(table, []).append((index, rows[row]))
    for table, pairs in by_table.items():
        own = [pair[0] for pair in pairs]
        cells = texts.iloc[[pair[1] for pair in pairs]]
        columns = {str(column): list(cells[column]) for column in cells.columns}
        carry_columns(network, table, own, {**columns, "table": [name] * len(own)})


def carry_columns(
    network: Any, table: str, index: Sequence[int], columns: Mapping[str, Sequence[str]]
) -> None:
    """Write texts of ours into some rows of a table of pandapipes."""
    frame = network[table]
    for column, texts in columns.items():
        if CELL + column not in frame.columns:
            frame[CELL + column] = ""
        frame.loc[index, CELL + column] = list(texts)


def remember_exported(network: Any) -> None:
    """Keep beside each row what pandapipes was told, so that later changes show."""
    for table in READERS:
        if table in network and len(network[table]):
            for column, values in quantities(network, table).items():
                network[table][EXPORTED + column] = values


def carried_cells(row: Mapping[Any, Any]) -> Cells:
    """Return the cells that a row carries, empty if it is none of ours.

    Examples
    --------
    >>> carried_cells({"warmtenet_id": "P-1", "warmtenet_type": None, "length_km": 0.1})
    {'id': 'P-1'}
    """
    return {
        str(name).removeprefix(CELL): value
        for name, value in row.items()
        if str(name).startswith(CELL) and isinstance(value, str) and value
    }
