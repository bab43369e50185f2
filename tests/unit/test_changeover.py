"""Change-over as an event: what pipes take, when buildings have their water, when to switch."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from changing_village import TURN, changing
from village import add_column, write_village

from warmtenet import cli
from warmtenet.model.errors import InvalidInputError
from warmtenet.networks.load import load
from warmtenet.profiles.build import build_profiles
from warmtenet.reports.changeover import changeover_page
from warmtenet.studies.changeover import (
    ChangeOverStudy,
    changeover_figures,
    changeover_tables,
    event_figures,
    find_changeovers,
)
from warmtenet.studies.changeover_advice import advise, on
from warmtenet.studies.changeover_event import Event, settled_supply, waits
from warmtenet.studies.changeover_move import warmed_grounds
from warmtenet.studies.changeover_span import Pace, span_around
from warmtenet.studies.changeover_trial import try_switches

MWH, KWH = 3.6e9, 3.6e6


@pytest.fixture(scope="module", params=["heat", "cold"])
def study(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    folder = changing(tmp_path_factory.mktemp("village"), first=request.param, pause=0)
    return find_changeovers(load(folder), step=61.0)


def event_of(study: ChangeOverStudy) -> Event:
    (each,) = study.circuits
    (event,) = each.events
    return event


def test_every_step_balances(study: ChangeOverStudy) -> None:
    assert event_of(study).residual < 1e-9


def test_what_pipes_take_up_is_their_content_times_the_change(study: ChangeOverStudy) -> None:
    """70/40 °C against 16/22 °C in water and steel; what cools on the way is a few percent."""
    event, circuit = event_of(study), study.system.circuits["heat"]
    area = np.pi / 4.0 * circuit.pipes.inner_diameter**2
    water = 988.0 * 4182.0 * (area * circuit.pipes.length).sum(axis=1)
    assert circuit.wall_heat_capacity is not None
    wall = (circuit.wall_heat_capacity * circuit.pipes.length).sum(axis=1)
    expected = float(((water + wall) * np.array([70.0 - 16.0, 40.0 - 22.0])).sum())

    assert event.mode * event.flushed == pytest.approx(expected, rel=0.06)
    assert event.wall_share == pytest.approx(wall.sum() / (wall + water).sum(), rel=0.02)


def test_the_farthest_building_waits_longest(study: ChangeOverStudy) -> None:
    event = event_of(study)

    assert np.isfinite(event.wait).all()
    assert event.wait.argmax() == 2  # the inn, behind the farm
    assert 0.0 < event.wait.min() < event.wait.max() < 6 * 3600.0


@pytest.mark.parametrize("first", ["heat", "cold"])
def test_waits_follow_arrival_whatever_the_step(first: str, tmp_path: Path) -> None:
    """Warm water of other pipes passes the inn, whose own supply is 2.4 K below the plant's."""
    folder = changing(tmp_path, first=first)
    add_column(folder, "consumers", "max_flow", "0.6")
    system = load(folder)

    coarse, fine = (event_of(find_changeovers(system, step=step)) for step in (120.0, 61.0))

    assert fine.wait.argmax() == 2  # the inn, behind the farm
    assert 240.0 < fine.wait.max() < 900.0
    assert coarse.wait == pytest.approx(fine.wait, abs=130.0)
    assert np.nanmedian(fine.wait) > 60.0


def test_a_building_that_draws_nothing_has_no_settled_water(tmp_path: Path) -> None:
    system = load(changing(tmp_path, first="cold", pause=0))
    heat = system.series["heat"].values.copy()
    heat[:, 1] = 0.0
    heat[TURN + 1 :, 1] = 20e3
    series = dict(system.series) | {"heat": replace(system.series["heat"], values=heat)}
    system = replace(system, series=series)
    profiles = build_profiles(system)
    turn = (TURN - 24, TURN - 24)
    span = span_around(profiles, np.ones(len(heat)), turn, Pace(600.0, 1800.0), 86400.0 + 7200.0)
    grounds = warmed_grounds(system, profiles, "heat", span.rows[0], span.rows[-1] + 1)

    settled = settled_supply(system, profiles, "heat", span, grounds)

    assert settled.shape == (18 + 46, 3)
    assert np.isnan(settled[:-2, 1]).all()
    assert 60.0 < settled[-1, 1] < 70.0
    assert (settled[:, [0, 2]] > 60.0).all()
    assert span.duration[span.switch :][[0, 17, 18]].tolist() == [600.0, 600.0, 1800.0]


def test_water_that_passes_within_a_step_counts() -> None:
    seconds = 600.0 * np.arange(24)
    arrived, passing = np.full((24, 2), 60.0), np.full((23, 2), 60.0)
    passing[2, 0] = 40.0  # between the third instant and the fourth
    passing[:, 1] = np.nan  # nothing flows

    found = waits(seconds, arrived, passing, np.full((24, 2), 55.0), 1)

    assert found.tolist() == [1800.0, 0.0]


def test_steps_are_short_while_new_water_is_on_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warmtenet.studies.changeover.PACE", Pace(early=120.0, later=1800.0))
    study = find_changeovers(load(changing(tmp_path)))

    duration = np.diff(event_of(study).seconds, prepend=0.0)
    figures = changeover_figures(study)

    assert duration == pytest.approx([120.0] * 90 + [1800.0] * 42)
    assert (figures["step_s"], figures["later_step_s"]) == (120.0, 1800.0)
    assert "after three hours" in changeover_page(study)


def test_a_coarser_step_finds_the_same_waits(study: ChangeOverStudy) -> None:
    event, coarse = event_of(study), event_of(find_changeovers(study.system, step=240.0))

    assert coarse.wait == pytest.approx(event.wait, abs=2 * 240.0)
    assert coarse.flushed == pytest.approx(event.flushed, rel=0.02)


def test_a_later_switch_misses_what_is_asked_for_in_between(tmp_path: Path) -> None:
    """Demand turns at 48 h; the mode does so too, or later: each hour of delay is missed."""
    system = load(changing(tmp_path, pause=0))
    profiles = build_profiles(system)
    turn = (TURN - 24, TURN - 24)

    trials = try_switches(system, (profiles, np.ones(len(profiles.mode))), "heat", [turn], 0)

    by_row = {trial.row: trial for trial in trials if trial.kind == "day"}
    assert sorted(by_row) == [24, 48, 72, 96, 120]
    series = system.series["heat"].values.sum(axis=1)
    own = by_row[48]
    assert (own.missed_heat, own.missed_cold) == (0.0, 0.0)
    assert by_row[72].missed_cold == pytest.approx(series[48:72].sum() * 3600.0)
    assert by_row[24].missed_heat == pytest.approx(series[24:48].sum() * 3600.0)
    assert own.cost(-1) < by_row[72].cost(-1) < by_row[96].cost(-1)
    hours = [trial.row for trial in trials if trial.kind == "hour"]
    assert hours == list(range(48, 72, 3))


def test_neighbouring_changeovers_keep_a_day(tmp_path: Path) -> None:
    system = load(changing(tmp_path))
    profiles = build_profiles(system)
    mode = profiles.mode.copy()
    mode[TURN + 36 :] = 1
    turns = [(TURN, TURN - 24), (TURN + 36, TURN + 36)]

    run = replace(profiles, mode=mode), np.ones(len(mode))
    trials = try_switches(system, run, "heat", turns, 1)

    assert min(trial.row for trial in trials) >= TURN + 24


def test_pauses_let_the_pipes_cool(tmp_path: Path) -> None:
    event = event_of(find_changeovers(load(changing(tmp_path)), step=120.0))

    assert event.standing == 86400.0
    assert event.standing_loss > 0.3 * event.left
    assert abs(event.flushed) < 0.5 * event.standing_loss


def test_water_that_leaves_again_does_not_count() -> None:
    seconds = 600.0 * np.arange(24)
    arrived = np.full((24, 3), 60.0)
    arrived[:8, 0] = 20.0  # comes after 80 minutes
    arrived[3:5, 1] = 20.0  # leaves again
    arrived[12:, 2] = 20.0

    found = waits(seconds, arrived, arrived[1:], np.full((24, 3), 55.0), 1)

    assert found.tolist() == [8 * 600.0, 5 * 600.0, 0.0]
    assert np.isnan(waits(seconds[:3], arrived[:3], arrived[1:3], np.full((3, 3), 55.0), 1)).all()


def test_steps_before_a_switch_are_those_of_the_run(tmp_path: Path) -> None:
    profiles = build_profiles(load(changing(tmp_path)))

    asked = np.zeros(len(profiles.duration))
    asked[20] = 5e3
    span = span_around(profiles, asked, (TURN, TURN - 24), Pace(600.0, 600.0), 7200.0)

    assert span.switch == 52
    assert span.duration.tolist() == [3600.0] * 52 + [600.0] * 12
    assert span.rows.tolist() == [*range(20, TURN), *[TURN] * 6, *[TURN + 1] * 6]
    standing = span_around(profiles, 0.0 * asked, (TURN, TURN - 24), Pace(600.0, 600.0), 7200.0)
    assert standing.rows[0] == 24  # nothing flows before: a day serves


def test_figures_tables_and_page_tell_the_same(study: ChangeOverStudy) -> None:
    figures, tables = changeover_figures(study), changeover_tables(study)
    json.dumps(figures, allow_nan=False)
    (event,) = figures["circuits"]["heat"]["events"]

    assert event["last_building"] == "inn"
    assert event["to"] in ("heat", "cold")
    assert tables["changeovers"]["flushed_mwh"] == [event["flushed_mwh"]]
    assert tables["buildings"]["consumer"] == ["mill", "farm", "inn"]
    assert max(tables["buildings"]["hours"]) == event["hours_until_last"]
    assert tables["course"]["buildings_reached"][-1] == 3
    assert len(tables["course"]["hours"]) == 1416
    page = changeover_page(study)
    assert f"{event['flushed_mwh']:.2f}".replace("-", "−") in page
    assert "nan" not in page.partition("<main>")[2].partition("</main>")[0]


def test_a_single_day_tried_is_told_as_such(study: ChangeOverStudy) -> None:
    (each,) = study.circuits
    own = [t for t in each.trials[0] if t.kind == "day" and t.row == each.events[0].row]

    told = advise(each.events, [own], study.time)

    assert told[-1].endswith(
        "No other day was tried: a change-over or an end of the run is too near."
    )
    assert told[0].startswith("1 change-over: ")
    flushed = f"{abs(each.events[0].flushed) / MWH:.4f}"
    assert f" {flushed} MWh of " in told[0]  # below 0.1 MWh: three digits are four decimals


def test_the_edge_of_what_was_tried_is_told(study: ChangeOverStudy) -> None:
    (each,) = study.circuits
    (event,) = each.events
    own = next(t for t in each.trials[0] if t.kind == "day" and t.row == event.row)
    dear, cheap = replace(own, unserved=5.0 * MWH), replace(own, unserved=0.0)

    def last(days: list[int], best: int) -> str:
        tried = [replace(cheap if day == best else dear, row=event.row + 24 * day) for day in days]
        return advise([event], [tried], study.time)[-1]

    assert last([-2, -1, 0, 1], -2).endswith("less; that is the earliest that was tried.")
    assert last([-1, 0, 1], 1).endswith("less; that is the latest that was tried.")
    assert last([-2, -1, 0, 1], -1).endswith(" MWh less.")
    assert on("86400 s") == "at 86400 s"


def test_rings_of_soil_are_named(study: ChangeOverStudy) -> None:
    """Results do not part their heat from that of water and walls."""
    ground = study.system.scenario.ground.model_copy(update={"radial_cells": 4})
    scenario = study.system.scenario.model_copy(update={"ground": ground})
    rings = find_changeovers(replace(study.system, scenario=scenario), step=300.0)

    assert event_of(rings).residual < 1e-9
    page = changeover_page(rings)
    assert "Water, walls and soil, to" in page
    assert "of soil above undisturbed ground" in page
    assert "walls and soil" not in changeover_page(study)


def test_a_step_is_300_s_at_most(study: ChangeOverStudy) -> None:
    with pytest.raises(
        InvalidInputError, match="changeover: --step = '301', expected at most 300"
    ):
        find_changeovers(study.system, step=301.0)


def test_the_command_writes_a_folder_and_prints_the_study(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = changing(tmp_path / "village"), tmp_path / "out"
    arguments = ["changeover", str(folder), "--out", str(out), "--step", "300"]

    assert cli.main([*arguments, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == ["changeover"]
    assert printed == json.loads((out / "changeover.json").read_text(encoding="utf-8"))
    assert {path.name for path in out.iterdir()} == {
        "changeover.json",
        "changeovers.csv",
        "buildings.csv",
        "course.csv",
        "switches.csv",
        "report.html",
        "manifest.json",
    }
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert cli.main(arguments) == 0  # over our own folder, the same bytes
    assert "1 change-over: " in capsys.readouterr().out
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_run_that_never_changes_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_village(tmp_path / "village")

    assert cli.main(["changeover", str(folder), "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == (
        "scenario.toml [mode]: circuits = [], expected a circuit that heats and cools, "
        "and a run in which its mode changes\n"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("step", ["0", "-5", "soon", "inf"])
def test_a_step_is_seconds_above_zero(step: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["changeover", f"--step={step}"])

    assert caught.value.code == 2
    assert f"changeover: --step = '{step}', expected seconds above 0" in capsys.readouterr().err


def test_buildings_whose_flow_nothing_bounds_are_told(study: ChangeOverStudy) -> None:
    (each,) = study.circuits
    most = study.system.circuits[each.circuit].consumers.max_flow
    told = [line for line in study.advice(each) if "have neither a max_flow" in line]

    assert bool(told) == bool(np.isinf(most).any())
    bounded = {
        name: replace(
            circuit, consumers=circuit.consumers._replace(max_flow=np.full(most.shape, 0.5))
        )
        for name, circuit in study.system.circuits.items()
    }
    plain = replace(study, system=replace(study.system, circuits=bounded))
    assert not [line for line in plain.advice(each) if "have neither a max_flow" in line]


def test_a_building_that_asks_for_nothing_is_not_the_last(study: ChangeOverStudy) -> None:
    event = event_of(study)
    idle = event.asked.copy()
    last = int(np.nanargmax(event.wait))
    idle[last] = 0.0
    (each,) = study.circuits

    figures = event_figures(study, each, replace(event, asked=idle))
    assert figures["last_building"] != each.consumers[last]
    assert event_figures(study, each, event)["last_building"] == each.consumers[last]
