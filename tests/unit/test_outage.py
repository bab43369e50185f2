"""A source that trips: what the plant has left, and what reaches the buildings."""

import json
from pathlib import Path

import numpy as np
import pytest
from tripping_village import AT, PLANT, TANK, day_and_night, steady_heat, village
from village import add_column, edit, write_village

from warmtenet import cli
from warmtenet.model.errors import InvalidInputError
from warmtenet.model.start_up import share_started, start_up_parameters
from warmtenet.networks.load import load
from warmtenet.profiles.build import build_profiles
from warmtenet.reports.outage import outage_page
from warmtenet.studies.outage import OutageStudy, find_outage
from warmtenet.studies.outage_figures import (
    after_trip,
    building_figures,
    comes_to_rest,
    outage_figures,
)
from warmtenet.studies.outage_steps import outage_steps, trip_instant
from warmtenet.studies.outage_tables import outage_tables
from warmtenet.studies.outage_words import outage_sentences

BOUNDS = [("consumers", "max_flow", "0.6"), ("producers", "max_pressure_difference", "2 bar")]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> OutageStudy:
    return find_outage(village(tmp_path_factory.mktemp("village")), at=AT, hours=2.0)


def test_running_heat_pumps_give_what_they_have_until_others_start(study: OutageStudy) -> None:
    """Two of four run: 2 x 25 kW x (1 + 0.025 (10 - 1.5 - 10)) of 82 kW, for ten minutes."""
    rows = after_trip(study)
    given, wanted = study.plant.given[rows, 0], study.plant.wanted[rows, 0]

    assert study.units["heat"] == 2
    capacity = 2 * 25e3 * (1.0 + 0.025 * (10.0 - 1.5 - 10.0))
    assert given[:5] == pytest.approx(capacity, rel=1e-9)
    assert given[5] == pytest.approx(capacity * (1.0 + 0.1), rel=1e-9)  # mean of a step of ramp
    assert (wanted[:5] > given[:5] + 25e3).all()
    assert given[10:] == pytest.approx(np.minimum(wanted[10:], 2.0 * capacity), rel=1e-9)
    assert given[-1] == pytest.approx(wanted[-1])
    assert study.plant.direct["kiln"][rows].max() == 0.0
    assert study.plant.direct["kiln"][~rows].min() == pytest.approx(50e3)


def test_supply_is_the_return_and_what_the_plant_has(study: OutageStudy) -> None:
    rows = after_trip(study)
    year, supply = study.circuits["heat"].year, study.circuits["heat"].supply[rows]
    flow, back = year.producer_mass_flow[rows, 0], year.producer_return_temperature[rows, 0]

    heated = back + study.plant.given[rows, 0] / (flow * 4185.0)

    assert supply == pytest.approx(heated, abs=0.1)  # heat capacity of water: 4180 to 4190
    assert supply[:5].max() < 62.0
    assert supply[-1] == 70.0


def test_every_balance_closes(study: OutageStudy) -> None:
    balance = outage_figures(study)["balance"]

    assert balance["heat_relative"] < 1e-9
    assert balance["plant_relative"] < 1e-12
    assert balance["handover_kw"] < 0.1
    assert study.rest < 0.05


def test_the_cold_water_travels_to_the_farthest_building(study: OutageStudy) -> None:
    found = building_figures(study, study.circuits["heat"])

    assert found.worst_after[2] > found.worst_after[1]
    assert (found.change > 5.0).all()
    assert found.unserved.tolist() == [0.0, 0.0, 0.0]  # more water of a lower temperature
    flow = study.circuits["heat"].year.producer_mass_flow[:, 0]
    assert flow.max() > 1.3 * flow[study.steps.fine]


def test_a_building_with_a_minimum_tells_how_long_it_was_below(tmp_path: Path) -> None:
    system = village(tmp_path)
    consumers = (tmp_path / "consumers.csv").read_text(encoding="utf-8").splitlines()
    text = [f"{consumers[0]},min_supply_temperature", *(f"{row},62" for row in consumers[1:])]
    (tmp_path / "consumers.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
    system = load(tmp_path)

    study = find_outage(system, at=AT, hours=2.0)
    found = building_figures(study, study.circuits["heat"])

    assert found.limit.tolist() == [62.0] * 3
    assert found.beyond.min() >= 300.0
    assert 600.0 <= found.beyond.max() <= 1800.0
    assert found.beyond_calm.tolist() == [0.0] * 3
    assert found.unserved.min() > 0.2 * 600.0 * 10e3  # too cold to serve anything
    figures = outage_figures(study)
    assert figures["circuits"]["heat"]["buildings_beyond_limit"] == 3
    assert figures["unserved_kwh"] == pytest.approx(found.unserved.sum() / 3.6e6)


def test_without_the_river_the_kiln_alone_is_left(tmp_path: Path) -> None:
    study = find_outage(village(tmp_path), source="river", at=AT, hours=2.0)
    rows = after_trip(study)

    assert study.plant.given[rows, 0] == pytest.approx(50e3)
    assert study.plant.heat_pumps[rows].max() == 0.0
    figures = outage_figures(study)
    assert figures["plant"]["restored_after_min"] is None
    assert figures["circuits"]["heat"]["restored_after_min"] is None
    told = " ".join(outage_sentences(figures))
    assert "heat pumps behind it, 2 of them at work, stop, too" in told
    assert "does not hold its supply temperatures again within 2 h" in told
    assert "still so after 2 h" in told


def test_pumps_that_no_network_has_are_told_and_count_as_not_served(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The kiln has 50 of 122 kW; buildings without a most flow draw until friction is the rest."""
    system = village(tmp_path, heat=steady_heat(1.5))
    study = find_outage(system, source="river", at=AT, hours=1.0)
    figures = outage_figures(study)
    each, rows = figures["circuits"]["heat"], after_trip(study)
    course = study.circuits["heat"]

    assert (each["buildings_without_limit"], each["leans_on_pumps"]) == (3, True)
    assert each["peak_head_bar"] == course.year.pump_head[rows].max() / 1e5 > 10.0
    assert each["peak_head_without_outage_bar"] < 2.0
    more = (course.year.hydraulic_power - course.calm.hydraulic_power)[rows].sum() * 120.0
    assert figures["kept_by_pumps_kwh"] == pytest.approx(more / 3.6e6)
    assert figures["kept_by_pumps_kwh"] > 0.3 * figures["plant"]["missing_kwh"]
    told = " ".join(outage_sentences(figures))
    assert "3 buildings draw without bound, which asks for up to" in told
    assert "Give consumers a max_flow or design_load, or producers a max_pressure_diff" in told
    assert "friction of pumps that no network has" in outage_page(study)
    arguments = ["outage", str(tmp_path), "--source", "river", "--at", AT, "--hours", "1"]
    assert cli.main([*arguments, "--out", str(tmp_path / "out")]) == 1
    assert "which count as not served" in capsys.readouterr().out


@pytest.mark.parametrize(("table", "column", "value"), BOUNDS)
def test_with_a_bound_what_is_short_is_unserved(
    table: str, column: str, value: str, tmp_path: Path
) -> None:
    village(tmp_path, heat=steady_heat(1.5))
    add_column(tmp_path, table, column, value)

    figures = outage_figures(find_outage(load(tmp_path), source="river", at=AT, hours=1.0))

    assert figures["kept_by_pumps_kwh"] == 0.0
    assert figures["circuits"]["heat"]["peak_head_bar"] < 5.0
    assert figures["unserved_kwh"] > 0.3 * figures["plant"]["missing_kwh"]


def test_what_the_rest_covers_is_told_as_nothing_missing(tmp_path: Path) -> None:
    study = find_outage(village(tmp_path, heat=steady_heat(0.2)), source="river", at=AT, hours=0.5)

    told = outage_sentences(outage_figures(study))

    assert told[1].startswith("Nothing is missing at the plant: it holds its supply temp")


def test_tanks_bridge_until_heat_pumps_run_and_are_not_filled_again(tmp_path: Path) -> None:
    bare = find_outage(village(tmp_path / "bare", heat=day_and_night()), at=AT, hours=1.0)
    full = find_outage(
        village(tmp_path / "tank", PLANT + TANK, heat=day_and_night()), at=AT, hours=1.0
    )

    rows = after_trip(full)
    content = full.plant.content[1:][rows].sum(axis=1)
    assert full.plant.content[:-1][rows][0].sum() > 20.0 * 3.6e6
    assert (np.diff(content) <= 1e-3).all()
    gave = -np.diff(full.plant.content.sum(axis=1))[rows] - full.plant.tank_loss[rows] * 120.0
    assert full.plant.from_tanks[rows] * 120.0 == pytest.approx(gave, abs=1.0)
    assert gave.sum() > 5.0 * 3.6e6
    missing = [outage_figures(each)["plant"]["missing_kwh"] for each in (bare, full)]
    assert missing[1] < 0.2 * missing[0]


def test_cold_that_fails_warms_the_supply(tmp_path: Path) -> None:
    """Heat pumps behind the river make all cold: without it supply is as warm as the return."""
    head = "id,circuit,junction,return_temperature,cooling_return_temperature"
    most = {"mill": 1.8, "farm": 1.4, "inn": 0.5}
    rows = "".join(f"{name},heat,{name},40,22,19,{flow}\n" for name, flow in most.items())
    feed = "id,circuit,junction,role,supply_temperature,cooling_supply_temperature\n"
    system = village(
        tmp_path,
        PLANT.replace("temperature = 10", "temperature = 25"),
        heat="mill,farm,inn\n" + "-40000,-30000,-10000\n" * 8760,
        consumers=f"{head},max_supply_temperature,max_flow\n{rows}",
        producers=f"{feed}boiler,heat,plant,pressure,70,16\n",
    )

    study = find_outage(system, source="river", at=AT, hours=1.0)
    figures = outage_figures(study)["circuits"]["heat"]

    assert study.units["cold"] > 0
    assert figures["carries"] == "cold"
    assert figures["setpoint_c"] == 16.0
    assert figures["worst_at_plant_c"] == pytest.approx(22.0, abs=0.5)
    assert 19.0 < figures["worst_at_building_c"] < 23.0
    assert figures["buildings_beyond_limit"] == 3
    assert figures["unserved_kwh"] > 30.0
    assert "supply at the plant rises from 16.0" in " ".join(
        outage_sentences(outage_figures(study))
    )
    assert "Cold" in outage_page(study)


def test_passes_that_do_not_rest_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmtenet.studies.outage.PASSES", 1)
    figures = outage_figures(find_outage(village(tmp_path), at=AT, hours=0.5))

    assert figures["balance"]["rest_k"] > 5.0
    assert outage_sentences(figures)[-1].startswith("Plant and circuits did not come to rest")


def test_missing_heat_is_that_of_the_calm_run(study: OutageStudy) -> None:
    plant = outage_figures(study)["plant"]
    calm = study.circuits["heat"].calm.producer_heat[after_trip(study)].sum(axis=1)
    given = study.plant.given[after_trip(study)].sum(axis=1)

    short = np.maximum(calm - given, 0.0)
    assert plant["missing_peak_kw"] == pytest.approx(short.max() / 1e3)
    assert plant["missing_kwh"] == pytest.approx(short.sum() * 120.0 / 3.6e6)
    assert short[-1] < 1.0


def test_the_coldest_day_is_chosen_and_the_trip_starts_a_step(study: OutageStudy) -> None:
    profiles = build_profiles(study.system)
    assert profiles.weather is not None
    assert profiles.times is not None
    daily = profiles.weather.outdoor_temperature.reshape(365, 24).mean(axis=1)

    trip = trip_instant(profiles, None)

    assert trip == (int(daily.argmin()) * 24 + 7) * 3600.0
    assert trip_instant(profiles, "2029-01-05T07:30") == (4 * 24 + 7.5) * 3600.0
    steps = outage_steps(profiles, trip, 7200.0, 600.0)
    assert steps.since[steps.fine] == -3600.0
    assert steps.ends[-1] == 7200.0
    assert steps.duration[steps.fine :].tolist() == [600.0] * 18
    assert steps.duration[: steps.fine].tolist() == [3600.0] * 47
    early = outage_steps(profiles, 1800.0, 3600.0, 600.0)
    assert (early.window[0], early.fine) == (0, 0)
    assert 0.0 in early.since


def test_steps_are_cut_at_the_trip_and_at_its_end(study: OutageStudy) -> None:
    profiles = build_profiles(study.system)

    steps = outage_steps(profiles, 86400.0 + 777.0, 4000.0, 300.0)

    after = steps.since >= 0.0
    assert steps.since[after][0] == 0.0
    assert steps.duration[after].sum() == pytest.approx(4000.0, abs=1e-6)
    assert steps.duration[steps.fine :].max() <= 300.0
    assert steps.ends == pytest.approx(np.append(steps.since[1:], 4000.0), abs=1e-6)
    hours = (steps.since + steps.duration / 2.0 + 86400.0 + 777.0) // 3600.0
    assert (steps.rows + steps.window[0]).tolist() == hours.tolist()
    assert not steps.stops_early


def test_a_trip_within_a_step_misses_as_much_as_one_between(study: OutageStudy) -> None:
    """Same load in each hour: 50 kW of 82 go, wherever the trip falls."""
    within = find_outage(study.system, at="2029-03-01T07:31:40", hours=0.5, step=300.0)

    peak = outage_figures(within)["plant"]["missing_peak_kw"]
    assert peak == pytest.approx(outage_figures(study)["plant"]["missing_peak_kw"], rel=0.02)
    assert peak > 30.0


def test_an_outage_beyond_the_run_says_so(study: OutageStudy) -> None:
    figures = outage_figures(find_outage(study.system, at="2029-12-31T23:30", hours=5.0))

    assert (figures["hours"], figures["stops_with_the_run"]) == (0.5, True)
    told = " ".join(outage_sentences(figures))
    assert "The run ends 30 min after the trip, before the outage does" in told
    assert not outage_figures(study)["stops_with_the_run"]


def test_a_clock_of_seconds_has_figures_in_json(tmp_path: Path) -> None:
    """Its first row has no duration."""
    heat = "time_s,mill,farm,inn\n" + "".join(f"{3600 * k},40000,30000,10000\n" for k in range(30))
    system = village(tmp_path, heat=heat, ground_temperature="time_s,all\n0,9\n")

    figures = outage_figures(find_outage(system, at="90000", hours=0.02))

    json.dumps(figures, allow_nan=False)
    assert figures["balance"]["plant_relative"] < 1e-12
    assert figures["plant"]["missing_peak_kw"] > 30.0
    assert "within 1.2 min" in " ".join(outage_sentences(figures))


def test_machines_start_as_the_data_file_says() -> None:
    times = start_up_parameters()
    start, ramp = times["heat_pump_start_time"], times["heat_pump_ramp_time"]
    edges = np.linspace(0.0, 3600.0, 61)

    share = share_started(edges[:-1], edges[1:], start, ramp)

    assert share[edges[1:] <= start].max() == 0.0
    assert share[edges[:-1] >= start + ramp].min() == 1.0
    assert (share * np.diff(edges)).sum() == pytest.approx(3600.0 - start - ramp / 2.0)
    at_once = share_started(np.array([0.0]), np.array([60.0]), 0.0, 0.0)
    assert at_once.tolist() == pytest.approx([1.0])


def test_figures_tables_and_page_tell_the_same(study: OutageStudy) -> None:
    figures, tables = outage_figures(study), outage_tables(study)
    json.dumps(figures, allow_nan=False)
    lowest = figures["circuits"]["heat"]["worst_at_building_c"]

    assert min(tables["buildings"]["worst_supply_c"]) == lowest
    assert list(tables["supply_temperature"]) == ["minutes", "mill", "farm", "inn"]
    assert len(tables["course"]["minutes"]) == 90
    page = outage_page(study)
    assert f"{lowest:.1f}" in page
    assert "nan" not in page.partition("<main>")[2].partition("</main>")[0]


def test_the_command_writes_a_folder_and_its_status_tells_of_unserved_heat(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    village(tmp_path / "village")
    out = tmp_path / "out"
    arguments = [
        "outage",
        str(tmp_path / "village"),
        "--out",
        str(out),
        "--at",
        AT,
        "--hours",
        "1",
    ]

    assert cli.main([*arguments, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((out / "outage.json").read_text(encoding="utf-8"))
    names = {"outage.json", "buildings.csv", "course.csv", "supply_temperature.csv"}
    assert {path.name for path in out.iterdir()} == names | {"report.html", "manifest.json"}
    consumers = tmp_path / "village" / "consumers.csv"
    limited = consumers.read_text(encoding="utf-8").replace(
        "temperature", "temperature,max_flow", 1
    )
    for row in ("40 kW,40", "30 kW,40", "10 kW,35"):
        limited = limited.replace(row, f"{row},0.34" if row.startswith("40") else f"{row},")
    consumers.write_text(limited, encoding="utf-8")
    assert cli.main(arguments) == 1
    assert "kWh are not served" in capsys.readouterr().out


FAULTS = {
    ("--source", "wind"): "outage: --source = 'wind', expected one of kiln, river",
    ("--at", "soon"): "outage: --at = 'soon', expected a time from 2029-01-01T00:00 to 2030-",
    ("--at", "2029-01-01T00:00"): "outage: --at = '2029-01-01T00:00', expected at least 1 h after "
    "the run begins and 5 min before it ends",
    ("--at", "2029-12-31T23:59:59"): "outage: --at = '2029-12-31T23:59:59', expected at least 1 h",
    ("--step", "301"): "outage: --step = '301', expected at most 300 s",
}


@pytest.mark.parametrize("options", FAULTS)
def test_faults_are_one_line(
    options: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    village(tmp_path / "village")

    out = tmp_path / "out"
    assert cli.main(["outage", str(tmp_path / "village"), "--out", str(out), *options]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith(FAULTS[options])
    assert shown.count("\n") == 1
    assert not out.exists()


def test_without_a_plant_nothing_can_trip(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"\[plant\] = '\(none\)', expected a plant"):
        find_outage(load(write_village(tmp_path)))


def test_a_run_without_weather_needs_a_time(tmp_path: Path) -> None:
    heat = "time_s,mill,farm,inn\n" + "".join(f"{3600 * k},9,9,9\n" for k in range(1, 30))
    with pytest.raises(InvalidInputError, match=r"--at = .*expected a time of the run"):
        find_outage(village(tmp_path, heat=heat, ground_temperature="time_s,all\n0,9\n"))


@pytest.mark.parametrize("hours", ["0", "-1", "x", "1000", "nan"])
def test_hours_are_bounded(hours: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["outage", f"--hours={hours}"])

    assert caught.value.code == 2
    assert f"--hours = '{hours}', expected hours from 0.01 to 72" in capsys.readouterr().err


def test_faults_of_several_options_are_told_together(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["outage", "--hours=inf", "--step", "nan", "--colour", "red"])

    told = capsys.readouterr().err.splitlines()
    assert caught.value.code == 2
    assert [line.split(" =")[0] for line in told[:2]] == ["outage: --hours", "outage: --step"]
    assert "--colour" in told[2]
    assert len(told) == 3


def test_cold_water_still_on_its_way_as_the_outage_ends_is_told(tmp_path: Path) -> None:
    village(tmp_path, heat=steady_heat(1.2))
    long = "P-1,heat,plant,tee,1500,steel-twin-S2-DN80"
    edit(tmp_path, "pipes.csv", "P-1,heat,plant,tee,80,steel-twin-S2-DN50", long)
    add_column(tmp_path, "consumers", "max_flow", "0.6")
    short, whole = (
        outage_figures(find_outage(load(tmp_path), source="river", at=AT, hours=hours, step=120.0))
        for hours in (0.4, 3.0)
    )

    assert short["circuits"]["heat"]["on_its_way"]
    assert short["circuits"]["heat"]["restored_after_min"] is None
    assert any("comes to no building: a longer outage" in told for told in outage_sentences(short))
    assert whole["circuits"]["heat"]["largest_change_k"] > 5.0


def test_an_outage_that_does_not_come_to_rest_is_no_success(study: OutageStudy) -> None:
    figures = outage_figures(study)
    assert comes_to_rest(figures)

    off = figures | {"balance": figures["balance"] | {"rest_k": 0.46}}
    assert not comes_to_rest(off)
    heat = figures["circuits"]["heat"] | {"restless": True}
    assert not comes_to_rest(figures | {"circuits": {"heat": heat}})
