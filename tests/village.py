"""A valid folder of three consumers that tests write, change and load."""

from pathlib import Path

import pytest

from warmtenet.model.errors import InvalidInputError
from warmtenet.networks.load import load

TABLES = {
    "scenario.toml": 'name = "village"\n',
    "junctions.csv": (
        "id,x,y,elevation\nplant,0,0,40\ntee,80,0,41\nmill,80,50,41\nfarm,140,0,42\ninn,200,0,43\n"
    ),
    "pipes.csv": (
        "id,circuit,from_junction,to_junction,length,type\n"
        "P-1,heat,plant,tee,80,steel-twin-S2-DN50\n"
        "P-2,heat,tee,mill,50,steel-twin-S2-DN32\n"
        "P-3,heat,tee,farm,60,steel-twin-S2-DN40\n"
        "P-4,heat,farm,inn,60,steel-twin-S2-DN25\n"
    ),
    "consumers.csv": (
        "id,circuit,junction,heat,return_temperature\n"
        "mill,heat,mill,40 kW,40\n"
        "farm,heat,farm,30 kW,40\n"
        "inn,heat,inn,10 kW,35\n"
    ),
    "producers.csv": (
        "id,circuit,junction,role,supply_temperature\nboiler,heat,plant,pressure,70\n"
    ),
}
"""Files of the smallest sensible network, by name."""


def write_village(folder: Path, **changes: str | None) -> Path:
    """Write the village; ``changes`` replace files by stem, None leaves one out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in TABLES.items():
        changed = changes.pop(Path(name).stem, text)
        if changed is not None:
            (folder / name).write_text(changed, encoding="utf-8")
    for stem, extra in changes.items():
        assert extra is not None
        (folder / f"{stem}.csv").write_text(extra, encoding="utf-8")
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replace a text that occurs in a file."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def hourly(header: str, row: str, rows: int = 8760) -> str:
    """Return a series file of equal rows without a clock."""
    return header + "\n" + (row + "\n") * rows


def add_column(folder: Path, table: str, column: str, value: str) -> None:
    """Add a column that has the same value in every row."""
    path = folder / f"{table}.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join([f"{header},{column}", *(f"{row},{value}" for row in rows)])
    path.write_text(f"{text}\n", encoding="utf-8")


def fault_lines(folder: Path, *overrides: str) -> list[str]:
    """Return the fault lines of a folder."""
    with pytest.raises(InvalidInputError) as caught:
        load(folder, overrides)
    return str(caught.value).splitlines()
