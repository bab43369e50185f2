"""What a later version brings is read and refused: never ignored."""

import pytest

from warmtenet.model.errors import Faults
from warmtenet.networks.conform import conform_table
from warmtenet.networks.contract import Column, Table
from warmtenet.networks.read import RawTable

LATER = "leaks come in a later version"
TABLE = Table(
    name="pipes",
    noun="pipe",
    columns=(Column(name="id", kind="id", required=True), Column(name="leak", later=LATER)),
)


@pytest.mark.parametrize(
    ("leaks", "lines"),
    [
        (["", "3"], [f"pipes.csv: leak = 3, expected an empty column (not yet: {LATER})"]),
        (["", ""], []),
    ],
)
def test_columns_of_later_versions_are_refused_unless_empty(
    leaks: list[object], lines: list[str]
) -> None:
    raw = RawTable(source="pipes.csv", columns={"id": ["a", "b"], "leak": leaks}, lines=[2, 3])
    faults = Faults()
    frame = conform_table(raw, TABLE, faults)

    assert [str(fault) for fault in faults.found] == lines
    assert list(frame.columns) == ["id"]
