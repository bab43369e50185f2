"""The key assumptions as this run used them, each with its mark and source."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from .blocks import Section, Table
from .material import Material, label
from .number_text import SPACE, typeset

FILE = Path(__file__).parent / "assumptions.csv"
"""Names, units, marks and sources; values come from the scenario that ran."""

DATA = ("model/data", "profiles/data")
"""Folders of the package's own data files."""


NAMES = {"ds439": "DS 439", "jesper": "Jesper et al."}
"""Of what is called after its source."""

TINY, FIVE_DIGITS = 1e-6, 1e4
"""A number this near to a whole one, or this large, is written without decimals."""


class Asked(NamedTuple):
    """A value of the scenario: the path to it, and what stands there."""

    path: str
    value: object


def assumption_section(material: Material) -> Section:
    """Return the table of key assumptions and the table of data files."""
    blocks = (_key_table(material), _file_table(material))
    return Section(id="assumptions", title="Assumptions", blocks=blocks, breaks=True)


def _key_table(material: Material) -> Table:
    with FILE.open(encoding="utf-8", newline="") as file:
        entries = list(csv.DictReader(file))
    rows = []
    for entry in entries:
        rivals = [each for each in entries if each["key"] == entry["key"]]
        found = _values(material, entry["key"])
        rows += _rows(entry, [each for each in found if _told_by(rivals, each.value) is entry])
    return Table(
        title="Key assumptions, as this run used them",
        columns=("Topic", "Assumption", ">Value", "Mark", "Why"),
        rows=_without_repeats(rows),
        caption="[memo] stated in the memo; [source] from a named document or data set; [assumed] "
        "an engineering assumption, to be bettered; [set] this scenario gives another value than "
        "the one the remark explains.",
        style="assumptions",
    )


def _told_by(rivals: list[dict[str, str]], value: object) -> dict[str, str]:
    """Return which entry of one key tells a value: the one that knows it, else the first."""
    return next((entry for entry in rivals if _is_known(entry, value)), rivals[0])


def _without_repeats(rows: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Name a topic once, in the first of its rows."""
    before = ["", *(row[0] for row in rows)]
    return tuple(
        ("" if row[0] == last else row[0], *row[1:])
        for row, last in zip(rows, before, strict=False)
    )


def _values(material: Material, key: str) -> list[Asked]:
    scenario = material.simulation.system.scenario
    if key == "dwellings":
        return [Asked("", material.dwellings)] if material.dwellings else []
    if key.startswith(("reference.", "demand.")) and not material.dwellings:
        return []
    return [found for found in _walk(scenario, key.split(".")) if found.value is not None]


def _walk(item: object, keys: list[str], path: str = "") -> Iterator[Asked]:
    if not keys:
        yield Asked(path, item)
    elif keys[0].startswith("*") and isinstance(item, Mapping):
        kind = keys[0][1:]
        for name, child in item.items():
            if not kind or child.kind == kind:
                yield from _walk(child, keys[1:], str(name))
    elif isinstance(item, BaseModel):
        yield from _walk(getattr(item, keys[0]), keys[1:], path)


def _rows(entry: Mapping[str, str], found: list[Asked]) -> list[tuple[str, ...]]:
    """Return a row for each value that differs; where all agree, one without names."""
    by_value: dict[str, list[Asked]] = {}
    for asked in found:
        by_value.setdefault(_written(entry, asked.value), []).append(asked)
    rows: list[tuple[str, ...]] = []
    for words, same in by_value.items():
        names = ", ".join(label(asked.path) for asked in same if asked.path)
        name = f"{entry['name']}, {names}" if names and len(by_value) > 1 else entry["name"]
        is_known = _is_known(entry, same[0].value)
        mark = f"[{entry['mark'] if is_known else 'set'}]"
        source = typeset(entry["source"]) if is_known else ""
        rows.append((entry["topic"], typeset(name), words, mark, source))
    return rows


def _written(entry: Mapping[str, str], value: object) -> str:
    if not isinstance(value, int | float):
        return NAMES.get(str(value)) or label(str(value))
    shown = float(value) * float(entry["factor"])
    is_whole = abs(shown - round(shown)) < TINY or abs(shown) >= FIVE_DIGITS
    words = f"{shown:,.0f}" if is_whole else f"{shown:,.4g}"
    return words.replace("-", "−") + (f"{SPACE}{entry['unit']}" if entry["unit"] else "")


def _is_known(entry: Mapping[str, str], value: object) -> bool:
    known = entry["value"]
    if not known or not isinstance(value, int | float):
        return not known or str(value) == known
    shown = float(value) * float(entry["factor"])
    return abs(shown - float(known)) <= 1e-6 * max(abs(shown), 1.0)


def _file_table(material: Material) -> Table:
    root = Path(__file__).parents[1]
    folders = [*(root / folder for folder in DATA), material.simulation.system.folder]
    rows = []
    for folder in folders:
        for path in sorted(folder.glob("*.csv")) if folder.is_dir() else []:
            marks = _marks(path)
            if marks:
                rows.append((path.stem.replace("_", " "), *marks))
    return Table(
        title="Data files and their marks",
        columns=("File", ">Rows", "Marks"),
        rows=tuple(rows),
        caption="Every row of these tables carries its mark; the files stand in the package and "
        "in the scenario's folder.",
    )


def _marks(path: Path) -> tuple[str, str] | None:
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.reader(line for line in file if not line.startswith("#"))
        names = next(table, [])
        columns = [k for k, c in enumerate(names) if c in ("mark", "status") or "_status" in c]
        rows = [row for row in table if row] if columns else []
    if not rows:
        return None
    cells = Counter(cell for row in rows for k, cell in enumerate(row) if k in columns)
    counts: Counter[str] = Counter()
    for cell, count in cells.items():
        counts[_mark(cell)] += count
    told = ", ".join(f"{mark} {count:,}" for mark, count in counts.most_common())
    return f"{len(rows):,}", told


def _mark(cell: str) -> str:
    return next((mark for mark in ("memo", "source", "assumed") if mark in cell), "unmarked")
