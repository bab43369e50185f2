"""Results that do not fit in memory: the same values, from files that nobody has to remove."""

import hashlib
import subprocess
import sys
import tracemalloc
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray as xr
from line_factory import write_line
from village import add_column, edit, write_village

from warmtenet import cli
from warmtenet.model.errors import InvalidInputError
from warmtenet.model.scenario import Scenario
from warmtenet.networks.load import load
from warmtenet.networks.read import RawFolder
from warmtenet.networks.synthetic import synthetic_boundary, synthetic_tree
from warmtenet.networks.synthetic_mesh import synthetic_mesh
from warmtenet.networks.system import System
from warmtenet.results import manifest, netcdf, write_fields
from warmtenet.solvers import distribution, kept_fields, large_arrays, simulate
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.field_choice import FIELDS, FieldChoice
from warmtenet.solvers.large_arrays import fleeting, in_file, is_large, parts_of, release
from warmtenet.solvers.steady import solve_steady
from warmtenet.solvers.tree_memory import Memory

HOURS = 150
"""Some blocks and a part of one."""

NETWORKS = {"tree": synthetic_tree(16), "mesh": synthetic_mesh(130, loops=1)}
SCENARIO = Scenario(name="large")

linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is let go of by Linux")


@pytest.fixture
def small_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing fit in memory, and work on a few hours at a time."""
    monkeypatch.setattr(simulate, "IN_MEMORY", 0.0)
    monkeypatch.setattr(kept_fields, "PART", 4096)
    monkeypatch.setattr(netcdf, "SMALL", 0.0)
    monkeypatch.setattr(netcdf, "RECORDS", 4096.0)
    monkeypatch.setattr(write_fields, "CSV_PART", 1024.0)


def same(one: CircuitYear, other: CircuitYear) -> None:
    """Fail where two years differ in a bit."""
    for column in fields(one):
        mine, theirs = getattr(one, column.name), getattr(other, column.name)
        if isinstance(mine, np.ndarray):
            assert mine.dtype == theirs.dtype
            np.testing.assert_array_equal(mine, theirs, column.name)
    assert set(one.fields) == set(other.fields)
    for name in one.fields:
        np.testing.assert_array_equal(one.fields[name], other.fields[name], name)


def test_array_in_a_file_keeps_what_is_released_and_leaves_no_name(tmp_path: Path) -> None:
    array = in_file((3, 2000), np.float64, tmp_path)
    assert not list(tmp_path.iterdir())
    assert not array.any()
    array[:] = np.arange(2000.0)
    release(array, array[1])

    assert is_large(array[1:, ::2].T)
    assert (array == np.arange(2000.0)).all()


def test_array_without_values_needs_no_file(tmp_path: Path) -> None:
    array = in_file((4, 0), np.float64, tmp_path)
    release(array)

    assert array.shape == (4, 0)
    assert not is_large(array)


@linux
def test_part_that_is_released_is_zero_again_and_its_neighbours_are_not() -> None:
    array = fleeting((10, 1000), np.float64)
    array[:] = 1.0
    release(array[3:7], np.ones(3))

    assert (array[:3] == 1.0).all()
    assert (array[7:] == 1.0).all()
    assert (array[4:6] == 0.0).all()


def test_no_room_on_the_disk_is_told_before_solving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_arrays.shutil, "disk_usage", lambda _: SimpleNamespace(free=5e8))
    with pytest.raises(InvalidInputError) as caught:
        in_file((1_000_000, 1_000), np.float64, tmp_path)

    assert str(caught.value) == (
        f"folder '{tmp_path}': free GB = 0.5, expected 8 GB more for results that do not fit in "
        "memory"
    )


def test_parts_cover_all_hours_once() -> None:
    hours = [hour for part in parts_of(100, 100 * 80.0, part=250.0) for hour in range(100)[part]]

    assert hours == list(range(100))
    assert list(parts_of(0, 0.0)) == []
    assert list(parts_of(5, 0.0)) == [slice(0, 5)]
    assert len(list(parts_of(5, 1e9, part=1.0))) == 5


@pytest.mark.parametrize("name", NETWORKS)
def test_results_in_files_are_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_fields, "PART", 20_000)
    circuit = NETWORKS[name]
    boundary = synthetic_boundary(circuit, hours=HOURS)
    usual = solve_steady(circuit, boundary, SCENARIO, fields=True)
    large = solve_steady(circuit, boundary, SCENARIO, fields=True, memory=Memory(tmp_path, 0.0))

    same(usual, large)
    assert all(is_large(field) for field in large.fields.values())
    assert is_large(large.consumer_heat)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", NETWORKS)
def test_rows_that_are_chosen_are_those_of_the_whole(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_fields, "PART", 20_000)
    circuit = NETWORKS[name]
    boundary = synthetic_boundary(circuit, hours=HOURS)
    rows = {"pipe": [2, 5], "junction": [7]}
    ids = {circuit.pipe_ids[row] for row in rows["pipe"]} | {circuit.junctions[7]}
    whole = solve_steady(circuit, boundary, SCENARIO, fields=True)
    some = solve_steady(
        circuit, boundary, SCENARIO, fields=FieldChoice(frozenset(FIELDS), frozenset(ids))
    )

    assert {each: list(kept) for each, kept in some.field_rows.items()} == rows
    for field, values in some.fields.items():
        chosen = whole.fields[field][:, rows[field.partition("_")[0]]]
        np.testing.assert_array_equal(values, chosen, field)


def test_memory_shares_its_room_and_gives_it_back(tmp_path: Path) -> None:
    first = Memory(tmp_path, 10_000.0)
    kept = first.array("one", (1000,))
    second = first.another()

    assert not is_large(kept)
    assert is_large(second.array("one", (1000,)))
    del kept
    first.array("one", (1,))
    assert not is_large(second.array("two", (1000,)))


def weak_village(folder: Path) -> System:
    """Return a village with a given flow and a pump that is too weak."""
    write_village(folder)
    add_column(folder, "consumers", "flow", "")
    edit(folder, "consumers.csv", "inn,heat,inn,10 kW,35,", "inn,heat,inn,,35,0.1")
    add_column(folder, "producers", "max_pressure_difference", "0.501 bar")
    return load(folder)


def open_line(folder: Path) -> System:
    """Return a one-line network with an open end and a consumer that draws."""
    return load(
        write_line(
            folder,
            pipes="P-1,line,A,B,500,0.2,0,1e-4 P-2,line,B,C,300,0.15,0,1e-4",
            junctions="id,x,y\nA,0,0\nB,500,0\nC,800,0\n",
            consumers="id,circuit,junction,flow\ntap,line,B,0.5\nend,line,C,\n",
            producers="id,circuit,junction,role,pressure,supply_temperature\n"
            "tank,line,A,pressure,2 bar,20\n",
        )
    )


@pytest.mark.parametrize("build", [weak_village, open_line])
def test_odd_networks_are_the_same_from_files(
    build: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(build)
    system = build(tmp_path / "tables")
    hours = (0, min(48, 2 if system.scenario.name == "line" else 48))
    usual = simulate.simulate(system, hours=hours, fields=True).cases["base"].circuits
    monkeypatch.setattr(simulate, "IN_MEMORY", 0.0)
    large = simulate.simulate(system, hours=hours, fields=True, scratch=tmp_path)

    for name, year in large.cases["base"].circuits.items():
        same(usual[name], year)
        assert is_large(year.consumer_heat)


def written(folder: Path) -> dict[str, bytes]:
    """Return all data files of an output by their path; what tells the time is left out."""
    told = {"summary.json", "manifest.json", "report.html"}
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in told
    }


@pytest.fixture
def village(tmp_path: Path) -> list[str]:
    """Return the arguments of a short run."""
    folder = write_village(tmp_path / "village")
    return ["run", str(folder), "--hours", "0:90", "--quiet"]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("more", [[], ["--fields-for", "P-2,mill"]])
def test_files_from_files_have_the_same_bytes(
    kind: str, more: list[str], tmp_path: Path, village: list[str], request: pytest.FixtureRequest
) -> None:
    usual, large = tmp_path / "usual", tmp_path / "large"
    assert cli.main([*village, "--fields", kind, *more, "--out", str(usual)]) == 0
    request.getfixturevalue("small_memory")
    assert cli.main([*village, "--fields", kind, *more, "--out", str(large)]) == 0

    assert written(large) == written(usual)
    assert f"fields/pipe_heat_loss.{kind}" in written(large)
    assert {path.name for path in tmp_path.iterdir()} == {"usual", "large", "village"}


def test_records_of_hours_are_the_same_data_set(
    tmp_path: Path, village: list[str], request: pytest.FixtureRequest
) -> None:
    usual, large = tmp_path / "usual", tmp_path / "large"
    assert cli.main([*village, "--fields", "nc", "--out", str(usual)]) == 0
    request.getfixturevalue("small_memory")
    assert cli.main([*village, "--fields", "nc", "--out", str(large)]) == 0

    with (
        xr.open_dataset(usual / "fields.nc", engine="scipy") as small,
        xr.open_dataset(large / "fields.nc", engine="scipy") as records,
    ):
        assert records.encoding["unlimited_dims"] == {"time"}
        xr.testing.assert_identical(records.load(), small.load())
    assert (large / "fields.nc").read_bytes() != (usual / "fields.nc").read_bytes()


def test_row_groups_are_one_table(
    tmp_path: Path, village: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_fields, "ROW_GROUP", 30 * 8 * 8.0)
    out = tmp_path / "out"
    assert cli.main([*village, "--fields", "parquet", "--out", str(out)]) == 0
    path = out / "fields" / "pipe_mass_flow.parquet"
    table = pd.read_parquet(path)

    assert pq.ParquetFile(path).num_row_groups == 3
    assert table["time"].tolist() == pd.date_range("2029-01-01", periods=90, freq="h").tolist()
    assert table.shape == (90, 1 + 2 * 4)
    assert (table["P-1:supply"] > 0.0).all()


def test_only_the_variables_asked_for_are_kept_and_written(
    tmp_path: Path, village: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    usual = distribution.solve_steady

    def solve(*arguments: object, **options: object) -> CircuitYear:
        seen.append(usual(*arguments, **options))
        return seen[-1]

    monkeypatch.setattr(distribution, "solve_steady", solve)
    asked = ["--fields-only", "pipe_heat_loss,consumer_heat", "--out", str(tmp_path / "out")]
    assert cli.main([*village, *asked]) == 0

    files = {path.name for path in (tmp_path / "out" / "fields").iterdir()}
    assert files == {"pipe_heat_loss.csv", "consumer_heat.csv"}
    assert [set(year.fields) for year in seen] == [{"pipe_heat_loss"}]


def test_variable_that_is_none_is_refused(
    tmp_path: Path, village: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "out")]
    assert cli.main([*village, "--fields-only", "pipe_colour", *out]) == 2
    assert capsys.readouterr().err.startswith(
        "run: --fields-only = 'pipe_colour', expected one of consumer_supply_temperature, "
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("small_memory")
def test_a_run_that_fails_leaves_nothing_behind(
    tmp_path: Path, village: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("broken")

    monkeypatch.setattr(netcdf, "year_dataset", fail)
    out = tmp_path / "results" / "out"
    assert cli.main([*village, "--fields", "nc", "--out", str(out)]) == 3
    assert not list((tmp_path / "results").iterdir())


@pytest.mark.parametrize("where", ["manifest", "inputs"])
def test_a_large_file_is_hashed_without_reading_it_whole(where: str, tmp_path: Path) -> None:
    path, size = tmp_path / "fields.nc", 64 * 1024**2
    with path.open("wb") as file:
        file.truncate(size)
    raw = RawFolder(folder=tmp_path)
    tracemalloc.start()
    try:
        found = manifest._digest(path) if where == "manifest" else raw.note(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert (found or raw.inputs["fields.nc"]) == hashlib.sha256(bytes(size)).hexdigest()
    assert peak < size / 8


PEAK = """
import re, sys
from pathlib import Path
from warmtenet.model.scenario import Scenario
from warmtenet.networks.synthetic import synthetic_boundary, synthetic_tree
from warmtenet.solvers import kept_fields
from warmtenet.solvers.field_choice import FIELDS, FieldChoice
from warmtenet.solvers.steady import solve_steady
from warmtenet.solvers.tree_memory import Memory

folder, way = sys.argv[1:]
kept_fields.PART = 2**20  # a block of hours at a time
circuit = synthetic_tree(1300)
boundary = synthetic_boundary(circuit, hours=800)
scenario = Scenario(name="peak")
solve_steady(circuit, boundary.at(slice(0, 32)), scenario)
ids = frozenset(circuit.pipe_ids[:3]) if way == "rows" else frozenset()
year = solve_steady(
    circuit, boundary, scenario, fields=FieldChoice(frozenset(FIELDS), ids),
    memory=Memory(Path(folder), 0.0) if way == "files" else None,
)
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@linux
@pytest.mark.compiled
def test_peak_of_memory_is_bounded(tmp_path: Path) -> None:
    """200 MB of fields and 70 MB of consumers: held, in files, and of three pipes alone."""
    peak = {}
    for way in ("held", "files", "rows"):
        done = subprocess.run(
            [sys.executable, "-c", PEAK, str(tmp_path), way],
            capture_output=True,
            text=True,
            check=True,
        )
        peak[way] = int(done.stdout) / 1024.0

    assert peak["files"] < peak["held"] - 150.0, peak
    assert peak["rows"] < peak["held"] - 120.0, peak
