"""Tables, columns and files of later versions are read, checked and refused: never ignored."""

from pathlib import Path

import pytest
from village import add_column, fault_lines, write_village

from warmtenet.networks.load import load

TRENCHES = "not yet: pipes that exchange heat in one trench come in a later version"
DYNAMICS = "not yet: walls and standing water come with the dynamic solver"


ADDED_COLUMNS = {
    ("pipes", "wall_thickness", "2.9 mm"): f"wall_thickness = '2.9 mm', expected an empty column "
    f"({DYNAMICS})",
    ("pipes", "burial_depth", "0.8"): f"burial_depth = 0.8, expected an empty column ({TRENCHES})",
    ("pipes", "trench", "T1"): f"trench = 'T1', expected an empty column ({TRENCHES})",
}


@pytest.mark.parametrize(("table", "column", "value"), ADDED_COLUMNS)
def test_columns_of_later_versions_are_refused(
    table: str, column: str, value: str, tmp_path: Path
) -> None:
    folder = write_village(tmp_path)
    add_column(folder, table, column, value)

    assert fault_lines(folder) == [f"{table}.csv: {ADDED_COLUMNS[table, column, value]}"]


@pytest.mark.parametrize("column", ["wall_thickness", "burial_depth", "trench", "outer_diameter"])
def test_empty_columns_of_later_versions_do_no_harm(column: str, tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    add_column(folder, "pipes", column, "")

    assert "heat" in load(folder).circuits


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        (
            "trenches",
            "id,soil_conductivity\nT1,1.6\n",
            f"rows = 1, expected no such table ({TRENCHES})",
        ),
        (
            "trench_pipes",
            "trench,pipe,side,x,depth\nT1,P-1,supply,0,0.8\n",
            f"rows = 1, expected no such table ({TRENCHES})",
        ),
        (
            "initial",
            "pipe,side,position,temperature\nP-1,supply,0,70\n",
            f"file = 'initial.csv', expected no such file ({DYNAMICS})",
        ),
    ],
)
def test_files_of_later_versions_are_refused(
    name: str, text: str, line: str, tmp_path: Path
) -> None:
    folder = write_village(tmp_path, **{name: text})

    assert fault_lines(folder) == [f"{name}.csv: {line}"]


def test_tables_of_later_versions_are_checked_all_the_same(tmp_path: Path) -> None:
    folder = write_village(tmp_path, trench_pipes="trench,pipe,side,x,depth\nT,P-9,left,0,-1\n")

    assert fault_lines(folder) == [
        "trench_pipes.csv line 2: side = 'left', expected 'supply' or 'return'",
        "trench_pipes.csv line 2: depth = -1, expected a number above 0 m",
        f"trench_pipes.csv: rows = 1, expected no such table ({TRENCHES})",
        "trench pipe '1': pipe = 'P-9', expected the id of a pipe, perhaps 'P-4'",
    ]
