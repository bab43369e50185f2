"""Cells on the way back: as they were exported, unless the network says otherwise by now."""

import math

from .elements import Element

Row = dict[str, object]
"""Cells of a row of our tables: numbers, texts as they were carried, booleans."""

SAME, LEAST = 1e-9, 1e-13
"""What is written to a file keeps 15 decimals: values that differ less are the same."""

DIGITS = 13
"""That are kept of a number in other units."""

PSEUDO = ("table", "side")
"""What rows carry that is no column of our tables."""


def is_unchanged(element: Element, column: str) -> bool:
    """Return whether a row of ours still says what it was exported with."""
    if not element.cells:
        return False
    now, was = element.quantities[column], element.exported.get(column, math.nan)
    if math.isnan(now) or math.isnan(was):
        return math.isnan(now) and math.isnan(was)
    return math.isclose(now, was, rel_tol=SAME, abs_tol=LEAST)


def restored(element: Element, column: str) -> object:
    """Return the cell of a column: as it was carried, else what the network says."""
    if is_unchanged(element, column):
        return element.cells.get(column, "")
    return rounded(element.quantities[column])


def rounded(value: float) -> float:
    """Return a number without the last digits, which the change of units has made.

    Examples
    --------
    >>> rounded(6.0 * 1e5 + 1e-10), rounded(312.57 - 273.15)
    (600000.0, 39.42)
    """
    return float(f"{value:.{DIGITS}g}")


def carried_row(element: Element) -> Row:
    """Return the cells that a row carries for its table of ours."""
    return {name: cell for name, cell in element.cells.items() if name not in PSEUDO}


def link_cells(links: dict[str, Element]) -> Row:
    """Return the columns of a route that may differ between its sides.

    A column is given once where both sides agree, else for each side; one side alone has it once.
    """
    cells: Row = {}
    for column in SIDED:
        if all(is_unchanged(link, column) for link in links.values()):
            carried = next(iter(links.values())).cells
            names = (column, f"{column}_supply", f"{column}_return")
            cells |= {name: carried.get(name, "") for name in names}
            continue
        values = {side: rounded(link.quantities[column]) for side, link in links.items()}
        together = len(set(values.values())) == 1
        cells[column] = next(iter(values.values())) if together else ""
        for side in ("supply", "return"):
            cells[f"{column}_{side}"] = "" if together else values[side]
    return cells


SIDED = ("inner_diameter", "roughness", "minor_loss_coefficient", "heat_loss_coefficient")
"""Columns of pipes that each side may have of its own."""
