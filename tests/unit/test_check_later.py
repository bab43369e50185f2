"""Tables, columns and files of later versions are read, checked and refused: never ignored."""

from pathlib import Path

import pytest
from village import add_column, fault_lines, hourly, write_village

from warmtenet.networks.load import load

OPEN = "not yet: open networks come in a later version"
TRENCHES = "not yet: pipes that exchange heat in one trench come in a later version"
DYNAMICS = "not yet: walls and standing water come with the dynamic solver"


ADDED_COLUMNS = {
    ("pipes", "wall_thickness", "2.9 mm"): f"wall_thickness = '2.9 mm', expected an empty column "
    f"({DYNAMICS})",
    ("pipes", "burial_depth", "0.8"): f"burial_depth = 0.8, expected an empty column ({TRENCHES})",
    ("pipes", "trench", "T1"): f"trench = 'T1', expected an empty column ({TRENCHES})",
    ("consumers", "substation", "indirect"): "substation = 'indirect', expected an empty column "
    "(not yet: substations come in a later version; give a return_temperature)",
    ("producers", "pressure", "3 bar"): f"pressure = '3 bar', expected an empty column ({OPEN})",
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


def test_one_sided_pipes_are_refused_for_now(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    add_column(folder, "pipes", "sides", "supply")

    assert fault_lines(folder)[0] == (
        f"pipe 'P-1' and 3 more: sides = 'supply', expected 'both' ({OPEN})"
    )


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
            "boosters",
            "id,pipe,side,pressure_rise\nB,P-1,supply,1 bar\n",
            "rows = 1, expected no such table (not yet: boosters come in a later version)",
        ),
        (
            "valves",
            "id,pipe,side,is_open\nV,P-1,supply,true\n",
            "rows = 1, expected no such table (not yet: valves come in a later version)",
        ),
        (
            "open",
            hourly("V", "1"),
            "file = 'open.csv', expected no such file (not yet: valves come in a later version)",
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
    folder = write_village(tmp_path, valves="id,pipe,side,is_open\nV,P-9,left,perhaps\n")

    assert fault_lines(folder) == [
        "valve 'V': side = 'left', expected 'supply' or 'return'",
        "valve 'V': is_open = 'perhaps', expected true or false",
        "valves.csv: rows = 1, expected no such table (not yet: valves come in a later version)",
        "valve 'V': pipe = 'P-9', expected the id of a pipe, perhaps 'P-4'",
    ]
