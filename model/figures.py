"""Figures of others that stand beside ours: the memo's targets, planners' values."""

import csv
from importlib import resources
from pathlib import Path


def read_figures(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a data file of figures.

    Parameters
    ----------
    name : str
        ``"targets"`` or ``"planning_figures"``.

    Returns
    -------
    tuple of dict of str to str
        Cells by column name, each row with its ``mark`` and ``source``.

    Examples
    --------
    >>> [row["id"] for row in read_figures("targets")]
    ['T2', 'T3', 'T4', 'T5', 'T6']
    """
    path = resources.files(f"{__package__}.data") / f"{name}.csv"
    with resources.as_file(path) as file:
        text = Path(file).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
