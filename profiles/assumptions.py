"""Single figures behind the profiles, each with its mark, from one bundled table."""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
"""Folder of the bundled tables."""


def read_rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a bundled table; lines that begin with ``#`` carry its sources."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


@cache
def assumptions() -> Mapping[str, float]:
    """Return the figures of ``assumptions.csv`` by key, each in its canonical unit.

    Examples
    --------
    >>> assumptions()["cooling_base_temperature"]
    19.0
    """
    return {row["key"]: float(row["value"]) for row in read_rows("assumptions.csv")}
