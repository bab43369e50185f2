import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtenet.results.formats import write_csv

texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)


@given(st.lists(st.tuples(texts, numbers), max_size=8))
def test_csv_reads_back_what_was_written(rows):
    columns = {"id": [row[0] for row in rows], "value": [row[1] for row in rows]}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_csv(path, columns)
        with path.open(encoding="utf-8", newline="") as file:
            back = list(csv.DictReader(file))

    assert [row["id"] for row in back] == columns["id"]
    assert [float(row["value"]) for row in back] == pytest.approx(columns["value"], rel=1e-8)
