"""The command line: exit status, what goes to which stream, and folders that stay whole."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from village import edit, write_village

from warmtenet import cli
from warmtenet.networks.load import load

SUMMARY_KEYS = [
    "scenario",
    "version",
    "weather",
    "hours",
    "dwellings",
    "electricity",
    "reference",
    "comparison",
    "heat",
    "cold",
    "circuits",
    "exchangers",
    "balance",
    "cases",
    "seconds",
]


def test_help_waits_for_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "warmtenet", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}

    assert "usage: warmtenet" in done.stdout
    assert not imported & {"numpy", "numba", "pandas", "pydantic", "rich", "geopandas", "plotly"}


def test_no_command_is_a_fault_of_the_input() -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main([])

    assert caught.value.code == 2


def test_new_writes_a_folder_that_is_valid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my street"

    assert cli.main(["new", str(folder)]) == 0
    assert cli.main(["check", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "street: 5 pipes, 3 consumers",
        "my_street: no faults",
    ]
    assert not (folder / "__init__.py").exists()


def test_new_leaves_what_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    assert cli.main(["new", str(tmp_path)]) == 2
    assert "expected a new or an empty folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_check_prints_every_fault_on_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_village(tmp_path)
    edit(folder, "pipes.csv", "tee,80", "tee,-80")
    edit(folder, "consumers.csv", "30 kW", "30 kg")

    assert cli.main(["check", str(folder)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines() == [
        "pipe 'P-1': length = -80, expected a number at least 0 m and at most 100000 m",
        "consumer 'farm': heat = '30 kg', expected a value in W, kW or MW",
    ]


def test_check_warns_of_ways_that_never_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_village(
        tmp_path,
        valves="id,pipe,side,is_open,is_check\nV1,P-3,return,series:day,false\n"
        "V2,P-3,supply,false,false\nC1,P-2,supply,true,true\n",
        day="time_s,V1\n3600,0\n7200,1\n",
    )

    assert cli.main(["check", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:] == [
        *(
            f"warning: consumer '{name}': way = never open, expected a way that is open in some "
            "hour: open 'V2' and 'V1'"
            for name in ("farm", "inn")
        ),
        "village: no faults, 2 warnings",
    ]
    edit(folder, "valves.csv", "supply,false,false", "supply,true,false")
    edit(folder, "pipes.csv", "tee,mill", "mill,tee")
    assert cli.main(["check", str(folder), "--json"]) == 0
    (warning,) = json.loads(capsys.readouterr().out)["warnings"]
    assert warning["item"] == "consumer 'mill'"
    assert warning["rule"].endswith("turn check valve 'C1', which lets no water towards it")


def test_check_tells_programs_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_village(tmp_path)

    assert cli.main(["check", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "scenario": "village",
        "circuits": {"heat": {"pipes": 4, "consumers": 3}},
        "faults": [],
        "warnings": [],
    }
    edit(folder, "pipes.csv", "tee,80", "tee,-80")
    assert cli.main(["check", str(folder), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["faults"] == [
        {
            "item": "pipe 'P-1'",
            "field": "length",
            "value": "-80",
            "rule": "a number at least 0 m and at most 100000 m",
        }
    ]


def test_check_reads_the_weather_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_village(tmp_path)
    (folder / "weather.csv").write_text("temperature\n1\n", encoding="utf-8")

    assert cli.main(["check", str(folder), "--set", "weather.file=weather.csv"]) == 2
    assert capsys.readouterr().err.startswith("weather file 'weather.csv'")


def test_list_names_the_bundled_cases(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["list"]) == 0
    assert capsys.readouterr().out.startswith("tregazinkwit  ")
    assert cli.main(["list", "--json"]) == 0
    assert "tregazinkwit" in json.loads(capsys.readouterr().out)


def test_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["required"] == ["name"]


def test_catalogue_names_every_type(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["catalogue"]) == 0
    assert "steel-twin-S2-DN50" in capsys.readouterr().out
    assert cli.main(["catalogue", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 120


def test_benchmark_prints_a_row_for_each_case(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = {
        "tree_130": {
            "pipes": 398,
            "hours": 8760,
            "seconds": 0.05,
            "pipe_hours_per_s": 7e7,
            "ratio_to_stream": 8.0,
            "ratio_to_pandapipes": None,
            "ratio_to_pandapipes_reason": "not installed",
            "threads": 2,
        }
    }

    def fake(*, quick: bool) -> dict[str, Any]:
        assert quick
        return figures

    monkeypatch.setattr("warmtenet.studies.benchmark.benchmark", fake)

    assert cli.main(["benchmark", "--quick"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[:3] == ["tree_130", "398", "8760"]
    assert cli.main(["benchmark", "--quick", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == figures


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (
            ["--dynamic", "--at", "2029-01-01T07:00"],
            "run: --at = '2029-01-01T07:00', expected no --at beside --dynamic: what an instant",
        ),
        (["--set", "weather.cold_spel=true"], "--set [weather]: cold_spel = true, expected"),
        (["--fields-for", "P-9"], "run: --fields-for = 'P-9', expected an id of"),
        (["--at", "soon"], "run: --at = 'soon', expected a time from 2029-01-01T00:00 to 2030-"),
        (
            ["--at", "2029-01-01T07:00", "--hours", "0:24"],
            "run: --hours = '0:24', expected no --hours beside --at\n",
        ),
    ],
)
def test_faults_of_a_run_leave_no_folder(
    options: list[str], line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = write_village(tmp_path / "village"), tmp_path / "out"

    assert cli.main(["run", str(folder), "--out", str(out), *options]) == 2
    assert capsys.readouterr().err.startswith(line)
    assert not out.exists()


@pytest.mark.parametrize("hours", ["5", "5:5", "a:b", "-1:4", "0:4:5", ""])
def test_hours_are_two_rows(hours: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["run", f"--hours={hours}"])

    assert caught.value.code == 2
    assert capsys.readouterr() == (
        "",
        f"run: --hours = '{hours}', expected A:B with A below B, such as 0:168 "
        "(see `warmtenet run --help`)\n",
    )


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "warmtenet: COMMAND = (missing), expected a value (see `warmtenet --help`)"),
        (["rn"], "warmtenet: COMMAND = 'rn', expected one of "),
        (["new"], "new: FOLDER = (missing), expected a value"),
        (["run", "--at"], "run: --at = (missing), expected a value"),
        (["run", "--hours", "-1:4"], "run: --hours = (missing), expected a value"),
        (["run", "--fields", "xls"], "run: --fields = 'xls', expected one of "),
        (
            ["run", "--field", "csv"],
            "run: option = '--field', expected one of --fields, --fields-",
        ),
        (["run", "--fields-for", ","], "run: --fields-for = ',', expected ids such as P-1,P-2"),
        (["run", "--json=yes"], "run: --json = 'yes', expected no value"),
        (["run", "a", "b\nc"], "warmtenet: arguments = 'b c', expected no such arguments"),
        (["run", "--hourz=3"], "warmtenet: arguments = '--hourz=3', expected no such arguments"),
    ],
)
def test_a_malformed_command_is_one_line(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)

    assert caught.value.code == 2
    shown = capsys.readouterr()
    assert shown.err.startswith(line)
    assert (shown.out, shown.err.count("\n")) == ("", 1)


def test_a_folder_that_is_not_ours_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = write_village(tmp_path / "village"), tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine", encoding="utf-8")
    monkeypatch.setattr("warmtenet.studies.run.simulate", lambda *_, **__: pytest.fail("solved"))

    assert cli.main(["run", str(folder), "--out", str(out)]) == 2
    assert "--out" in capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == ["thesis.txt"]


def test_run_writes_and_summarises(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = write_village(tmp_path / "village"), tmp_path / "out"
    arguments = ["run", str(folder), "--out", str(out), "--hours", "0:24"]

    assert cli.main(arguments) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert shown.out.startswith("village · Maastricht design year · 24 hours")
    assert {"summary.json", "manifest.json"} <= {path.name for path in out.iterdir()}
    assert cli.main([*arguments, "--json"]) == 0  # over our own folder
    assert list(json.loads(capsys.readouterr().out)) == SUMMARY_KEYS
    assert cli.main([*arguments, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_states_in_seconds_carry_the_instants_of_their_rows(tmp_path: Path) -> None:
    heat = "time_s,mill,farm,inn\n0,9000,9000,9000\n60,9000,9000,8000\n300,8000,9000,20000\n"
    folder, out = write_village(tmp_path / "village", heat=heat), tmp_path / "out"
    arguments = ["run", str(folder), "--out", str(out), "--quiet", "--fields", "csv"]

    assert cli.main(arguments) == 0
    hourly = pd.read_parquet(out / "hourly.parquet")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    fields = pd.read_csv(out / "fields" / "consumer_heat.csv")
    assert hourly["time_s"].tolist() == fields["time_s"].tolist() == [0.0, 60.0, 300.0]
    assert hourly["duration_s"].tolist() == [0.0, 60.0, 240.0]
    assert fields["inn"].tolist() == pytest.approx([9000.0, 8000.0, 20000.0])
    assert summary["electricity"]["peak_time"] == "300 s"
    assert summary["hours"] == pytest.approx(300.0 / 3600.0)

    assert cli.main([*arguments, "--at", "0"]) == 0  # a state without length
    assert pd.read_csv(out / "fields" / "consumer_heat.csv")["time_s"].tolist() == [0.0]
    assert cli.main([*arguments, "--at", "60"]) == 0
    assert pd.read_csv(out / "fields" / "consumer_heat.csv")["time_s"].tolist() == [60.0]


def test_run_that_misses_a_target_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_village(tmp_path / "village")
    edit(folder, "consumers.csv", "return_temperature", "return_temperature,max_flow")
    for row in ("40 kW,40", "30 kW,40", "10 kW,35"):
        edit(folder, "consumers.csv", row, f"{row},0.05")

    out = tmp_path / "out"
    assert cli.main(["run", str(folder), "--out", str(out), "--hours", "0:24"]) == 1
    assert "! " in capsys.readouterr().out


def test_a_fault_of_ours_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr("warmtenet.networks.bundled.bundled_names", broken)

    assert cli.main(["list"]) == 3
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert "a fault of ours (TypeError: " in shown or "a fault of ours (ZeroDivision" in shown
    monkeypatch.setenv("WARMTENET_DEBUG", "1")
    assert cli.main(["list"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_the_users(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    assert cli.main(["new", str(tmp_path / "file" / "below")]) == 2
    assert "Not a directory" in capsys.readouterr().err


def test_module_and_function_are_the_same(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "warmtenet", "check", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0
    assert load(folder).scenario.name in done.stdout
