"""Tables, columns and files of later versions are read, checked and refused: never ignored."""

from pathlib import Path

import pytest
from village import add_column, fault_lines, write_village

from warmtenet.networks.load import load

DEPTHS = (
    "not yet: depths of single pipes come in a later version; "
    "[ground] cover holds for all, or a trench"
)


ADDED_COLUMNS = {
    ("pipes", "burial_depth", "0.8"): f"burial_depth = 0.8, expected an empty column ({DEPTHS})",
}


@pytest.mark.parametrize(("table", "column", "value"), ADDED_COLUMNS)
def test_columns_of_later_versions_are_refused(
    table: str, column: str, value: str, tmp_path: Path
) -> None:
    folder = write_village(tmp_path)
    add_column(folder, table, column, value)

    assert fault_lines(folder) == [f"{table}.csv: {ADDED_COLUMNS[table, column, value]}"]


@pytest.mark.parametrize("column", ["burial_depth", "trench"])
def test_empty_columns_of_later_versions_do_no_harm(column: str, tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    add_column(folder, "pipes", column, "")

    assert "heat" in load(folder).circuits
