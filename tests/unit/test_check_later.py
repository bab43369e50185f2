"""Tables, columns and files of later versions are read, checked and refused: never ignored."""

from pathlib import Path

import pytest
from village import add_column, fault_lines, write_village

from warmtenet.networks.load import load

DEPTHS = (
    "not yet: depths of single pipes come in a later version; "
    "[ground] cover holds for all, or a trench"
)
DYNAMICS = "not yet: walls and standing water come with the dynamic solver"


ADDED_COLUMNS = {
    ("pipes", "wall_thickness", "2.9 mm"): f"wall_thickness = '2.9 mm', expected an empty column "
    f"({DYNAMICS})",
    ("pipes", "burial_depth", "0.8"): f"burial_depth = 0.8, expected an empty column ({DEPTHS})",
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
