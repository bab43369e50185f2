"""Reading folders: CSV, GeoPackage, series with three clocks."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet
from village import edit, hourly, write_village

from warmtenet.model.errors import Faults, InvalidInputError
from warmtenet.networks import series as series_module
from warmtenet.networks.load import load
from warmtenet.networks.read import read_folder
from warmtenet.networks.series import read_series_file
from warmtenet.networks.system import Series
from warmtenet.networks.tables import SERIES_FILES

HEAT = SERIES_FILES["heat"]


def read(folder: Path, text: str, name: str = "heat") -> tuple[Series | None, list[str]]:
    """Return the series of a text, and its fault lines."""
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    faults = Faults()
    series = read_series_file(path, SERIES_FILES[name], faults)
    return series, [str(fault) for fault in faults.found]


def test_hours_of_a_year_need_no_clock(tmp_path: Path) -> None:
    series, lines = read(tmp_path, hourly("a,b", "1,2"))

    assert lines == []
    assert series is not None
    assert (series.clock, series.columns, series.values.shape) == ("hours", ("a", "b"), (8760, 2))
    assert series.instants[1] == 3600.0


def test_calendar_times_count_from_new_year(tmp_path: Path) -> None:
    series, _ = read(tmp_path, "time,a\n2029-01-02T00:00,1\n2029-01-02T01:00,2\n")

    assert series is not None
    assert (series.clock, series.year) == ("time", 2029)
    assert series.instants.tolist() == [86400.0, 90000.0]


def test_times_with_an_offset_become_cet(tmp_path: Path) -> None:
    series, _ = read(tmp_path, "time,a\n2029-01-02T00:00Z,1\n2029-01-02T01:00Z,2\n")

    assert series is not None
    assert series.instants.tolist() == [90000.0, 93600.0]


def test_seconds_may_be_uneven_and_carry_units(tmp_path: Path) -> None:
    series, lines = read(tmp_path, "time_s,a\n0,1 kW\n10,2 kW\n1 h,3 kW\n")

    assert lines == []
    assert series is not None
    assert series.instants.tolist() == [0.0, 10.0, 3600.0]
    assert series.values[:, 0].tolist() == [1e3, 2e3, 3e3]


def test_comments_before_the_header_are_skipped(tmp_path: Path) -> None:
    series, lines = read(tmp_path, "# measured by us\n\n" + hourly("a", "1"))

    assert lines == []
    assert series is not None


def test_modes_are_words(tmp_path: Path) -> None:
    series, _ = read(tmp_path, "time_s,all\n0,heat\n1,off\n2,Cold\n", "mode")

    assert series is not None
    assert series.values[:, 0].tolist() == [1.0, 0.0, -1.0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            hourly("a", "1", 8759),
            "heat.csv: rows = 8759, expected 8760 or 8784 rows (hours of a year), "
            "or a column 'time' or 'time_s'",
        ),
        (
            "time_s,a\n0,1\n10,\n20,3\n",
            "heat.csv row 2: a = (empty), expected a finite number in W, without gaps",
        ),
        (
            "time_s,a,b\n0,1,1\n10,1,nan\n20,1,NaN\n30,1,\n",
            "heat.csv row 2: b = nan, expected a finite number in W (and 2 more rows)",
        ),
        (
            "time_s,a\n0,1\n10,inf\n20,-inf\n",
            "heat.csv row 2: a = inf, expected a finite number in W (and 1 more row)",
        ),
        (
            "time_s,a\n0,1\n10,250 kg\n",
            "heat.csv row 2: a = '250 kg', expected a value in W, kW or MW",
        ),
        (
            "time_s,a\n0,1\n20,1\n10,1\n",
            "heat.csv row 3: time_s = 10.0, expected an instant after that of the row before",
        ),
        (
            "time_s,a\n-1,1\n20,1\n",
            "heat.csv row 1: time_s = -1.0, expected a number at least 0 s",
        ),
        (
            "time,a\n2029-01-01T00:00,1\n2029-01-01T01:00,1\n2029-01-01T03:00,1\n",
            "heat.csv row 3: time = '2029-01-01T03:00', "
            "expected 3600 s after the row before, like the others",
        ),
        (
            "time,a\n2029-01-01T00:00,1\n31/01/2029,1\n",
            "heat.csv row 2: time = '31/01/2029', expected an instant such as 2025-01-31T13:00, "
            "in CET",
        ),
        ("time_s,a,a\n0,1,2\n", "heat.csv: column = 'a', expected each column once"),
        ("time_s\n0\n", "heat.csv: columns = 0, expected at least one column of values"),
        ("a\n", "heat.csv: rows = 0, expected at least one row"),
        ("", "heat.csv: rows = 0, expected a header and at least one row"),
        ("time_s;a\n0;1\n", "heat.csv: header = 'time_s;a', expected columns separated by commas"),
        ("time_s,a,b\n0,1,2\n1,2\n", "heat.csv row 2: cells = 2, expected 3 as in the header"),
    ],
)
def test_a_bad_series_is_one_line(text: str, line: str, tmp_path: Path) -> None:
    series, lines = read(tmp_path, text)

    assert series is None
    assert lines == [line]


def test_unknown_modes_are_refused(tmp_path: Path) -> None:
    _, lines = read(tmp_path, "time_s,all\n0,heat\n1,warm\n", "mode")

    assert lines == ["mode.csv row 2: all = 'warm', expected 'heat', 'off' or 'cold'"]


@pytest.mark.parametrize(("cell", "shown"), [(None, "(empty)"), (float("nan"), "nan")])
def test_a_gap_and_a_nan_are_told_apart_in_parquet_too(
    cell: float | None, shown: str, tmp_path: Path
) -> None:
    table = pa.table({"time_s": [0.0, 10.0], "a": pa.array([1.0, cell], pa.float64())})
    path = tmp_path / "heat.parquet"
    parquet.write_table(table, path)
    faults = Faults()

    assert read_series_file(path, SERIES_FILES["heat"], faults) is None
    rule = "a finite number in W" + ", without gaps" * (cell is None)
    assert [str(fault) for fault in faults.found] == [
        f"heat.parquet row 2: a = {shown}, expected {rule}"
    ]


@pytest.mark.parametrize("as_index", [True, False])
def test_parquet_serves_as_well(as_index: bool, tmp_path: Path) -> None:
    times = pd.date_range("2029-01-01", periods=3, freq="h", name="time")
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0]}, index=times)
    path = tmp_path / "heat.parquet"
    (frame if as_index else frame.reset_index()).to_parquet(path)
    series = read_series_file(path, HEAT, faults := Faults())

    assert faults.found == []
    assert series is not None
    assert series.clock == "time"
    assert series.values[:, 0].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("names", [["a", "a.b", "a.b.c", "d"], [f"c{k}" for k in range(600)]])
@pytest.mark.parametrize("clock", [False, True])
def test_parquet_of_plain_numbers_is_read_some_columns_at_a_time(
    names: list[str], clock: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = np.arange(8760.0 * len(names)).reshape(-1, len(names))
    frame = pd.DataFrame(values, columns=names)
    if clock:
        frame.insert(0, "time", pd.date_range("2029-01-01", periods=8760, freq="h"))
    path, faults = tmp_path / "heat.parquet", Faults()
    frame.to_parquet(path, index=False)
    fast = read_series_file(path, HEAT, faults)
    monkeypatch.setattr(series_module, "read_numbers", lambda _: None)
    slow = read_series_file(path, HEAT, faults)

    assert fast is not None
    assert slow is not None
    assert (fast.clock, fast.columns, fast.year) == (slow.clock, slow.columns, slow.year)
    assert fast.columns == tuple(names)
    np.testing.assert_array_equal(fast.instants, slow.instants)
    np.testing.assert_array_equal(fast.values, slow.values)


def test_a_broken_parquet_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "heat.parquet"
    path.write_bytes(b"not parquet")
    read_series_file(path, HEAT, faults := Faults())

    assert str(faults.found[0]) == (
        "heat.parquet: format = '(unreadable)', expected a parquet file"
    )


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        (
            "heat",
            hourly("mill,frm", "1,2"),
            "heat.csv: column = 'frm', expected the id of a consumer, perhaps 'farm'",
        ),
        (
            "supply_temperature",
            hourly("boiler_1", "70"),
            "supply_temperature.csv: column = 'boiler_1', "
            "expected the id of a producer, perhaps 'boiler'",
        ),
        (
            "ground_temperature",
            hourly("P-1,P-2,P-3", "9,9,9"),
            "ground_temperature.csv: columns = no 'P-4', expected a column for every pipe, "
            "or 'all'",
        ),
        (
            "outdoor_temperature",
            hourly("all", "283.15"),
            "outdoor_temperature.csv row 1: all = 283.15, expected a number at least -60 and at "
            "most 60 °C (and 8759 more rows)",
        ),
        (
            "supply_temperature",
            hourly("boiler", "343.15"),
            "supply_temperature.csv row 1: boiler = 343.15, expected a number at least 0 and at "
            "most 140 °C (and 8759 more rows)",
        ),
        (
            "outdoor_temperature",
            hourly("here,there", "9,9"),
            "outdoor_temperature.csv: columns = here, there, expected one column 'all'",
        ),
    ],
)
def test_columns_of_series_belong_to_rows(name: str, text: str, line: str, tmp_path: Path) -> None:
    folder = write_village(tmp_path, **{name: text})
    with pytest.raises(InvalidInputError) as caught:
        load(folder)

    assert str(caught.value) == line


def test_clocks_must_go_together(tmp_path: Path) -> None:
    folder = write_village(
        tmp_path,
        heat="time_s,mill\n0,1\n100,2\n",
        ground_temperature="time_s,all\n0,9\n50,9\n",
        supply_temperature=hourly("boiler", "70"),
    )
    with pytest.raises(InvalidInputError) as caught:
        load(folder)

    assert str(caught.value).splitlines() == [
        "supply_temperature.csv: first column = 'hours', expected 'time_s', as in heat.csv",
        "ground_temperature.csv: last time_s = 50.0, expected rows until 100 s, "
        "as in the other series, or one row at 0 s for a constant",
    ]


@pytest.mark.parametrize("early", ["heat", "ground_temperature"])
def test_a_series_of_one_row_reaches_the_end_or_is_a_constant_at_0(
    early: str, tmp_path: Path
) -> None:
    texts = {name: "time_s,mill\n3600,9\n7200,9\n" for name in ("heat", "ground_temperature")}
    texts |= {early: "time_s,mill\n3600,9\n"}
    texts["ground_temperature"] = texts["ground_temperature"].replace("mill", "all")
    folder = write_village(tmp_path, **texts)
    with pytest.raises(InvalidInputError) as caught:
        load(folder)

    assert str(caught.value) == (
        f"{early}.csv: last time_s = 3600.0, expected rows until 7200 s, as in the other series, "
        "or one row at 0 s for a constant"
    )
    path = folder / f"{early}.csv"
    path.write_text(path.read_text().replace("3600", "0"))
    assert early in load(folder).series


def test_the_first_bad_hour_and_their_number_are_told(tmp_path: Path) -> None:
    supply = "boiler\n" + "70\n" * 100 + "30\n" * 12 + "70\n" * 8648
    heat = hourly("mill,farm", "5 kW,0")
    folder = write_village(tmp_path, supply_temperature=supply, heat=heat)
    edit(folder, "consumers.csv", "10 kW", "0")
    with pytest.raises(InvalidInputError) as caught:
        load(folder)

    assert str(caught.value) == (
        "producer 'boiler': supply_temperature = 30.0, expected a temperature above the return of "
        "40 °C of consumer 'mill', which draws heat (first in row 101, 12 rows)"
    )


def test_named_series_serve_cells(tmp_path: Path) -> None:
    folder = write_village(tmp_path, flow_line=hourly("all", "72"))
    edit(folder, "producers.csv", "pressure,70", "pressure,series:flow_line")
    system = load(folder)

    assert system.series["flow_line"].values.mean() == 72.0
    assert "flow_line.csv" in system.inputs


def test_named_series_need_a_column_of_the_row(tmp_path: Path) -> None:
    folder = write_village(tmp_path, flow_line=hourly("boiler_2", "72"))
    edit(folder, "producers.csv", "pressure,70", "pressure,series:flow_line")
    with pytest.raises(InvalidInputError, match="a column 'boiler' or 'all'"):
        load(folder)


def test_same_rows_in_any_encoding_of_line_ends(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    path = folder / "pipes.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")

    assert load(folder).circuits["heat"].pipe_ids == ("P-1", "P-2", "P-3", "P-4")


def test_two_geopackages_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "a.gpkg").write_bytes(b"")
    (tmp_path / "b.gpkg").write_bytes(b"")
    read_folder(tmp_path, "none", faults := Faults())

    assert str(faults.found[0]).startswith("folder: GeoPackage = ['a.gpkg', 'b.gpkg'], expected")
    assert str(faults.found[1]) == "a.gpkg: format = '(unreadable)', expected a GeoPackage"


def test_a_large_series_is_read_as_it_is(tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(size=(8760, 20))
    path = tmp_path / "heat.csv"
    pd.DataFrame(values, columns=[f"c{k}" for k in range(20)]).to_csv(path, index=False)
    series = read_series_file(path, HEAT, Faults())

    assert series is not None
    assert np.array_equal(series.values, values)


def test_a_geopackage_beside_csv_tables_is_said_to_be_left_out(tmp_path: Path) -> None:
    folder = write_village(tmp_path, junctions=None)
    (folder / "network.gpkg").write_bytes(b"")
    with pytest.raises(InvalidInputError) as caught:
        load(folder)

    assert str(caught.value).splitlines()[0] == (
        f"folder: junctions.csv = '(missing)', expected a table of junctions in {folder.name}; "
        "network.gpkg is not read beside CSV tables of the network"
    )


def test_seconds_beyond_any_run_are_refused(tmp_path: Path) -> None:
    _, lines = read(tmp_path, "time_s,mill\n1,0\n1e300,0\n")

    assert lines == ["heat.csv row 2: time_s = 1e+300, expected a number at most 1e+11 s"]
