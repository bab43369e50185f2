"""What a dynamic run shows beside a steady one: delay, peaks, storage, change-over."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from changing_village import HOURS, TURN, changing
from village import add_column, write_village

import warmtenet
from warmtenet.networks.load import load
from warmtenet.reports.dynamics import _basis
from warmtenet.reports.energy import balance_section
from warmtenet.reports.html import render
from warmtenet.reports.material import Material
from warmtenet.results.hourly import clock_column, field_clock, hourly_columns
from warmtenet.results.year import year_dataset
from warmtenet.solvers.simulation import Simulation
from warmtenet.studies.dynamics import find_dynamics
from warmtenet.studies.turns import daily_swing, mode_turns


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    return warmtenet.dynamic(load(changing(tmp_path_factory.mktemp("village"))))


def page(simulation: Simulation) -> str:
    summary = warmtenet.summarise(simulation, warmtenet.compare(simulation))
    return render(Material(simulation, summary, warmtenet.compare(simulation), ()))


def test_loads_differ_by_what_is_stored_and_lost(solved: Simulation) -> None:
    found = find_dynamics(solved)
    assert found is not None
    year = solved.cases["base"].circuits["heat"]

    gained = np.diff(found.stored["heat"]) / 3600.0
    rest = found.load["heat"] - gained - year.consumer_heat.sum(axis=1) - year.heat_loss
    assert rest == pytest.approx(-year.hydraulic_power, abs=1e-3)
    heats = slice(24, TURN - 24)
    assert found.total[heats].sum() == pytest.approx(found.steady_total[heats].sum(), rel=0.005)
    assert found.total[heats] == pytest.approx(found.steady_total[heats], rel=0.02)


def test_the_change_over_is_found_with_what_the_pipes_hold(solved: Simulation) -> None:
    found = find_dynamics(solved)
    assert found is not None
    (turn,) = found.turns["heat"]

    assert (turn.row, turn.mode, turn.standing) == (TURN, -1, 86400.0)
    assert turn.left > turn.found > turn.settled > 0.0
    stored = found.stored["heat"]
    assert (turn.left, turn.found, turn.settled) == tuple(stored[[TURN - 24, TURN, TURN + 24]])
    load, steady = found.load["heat"][TURN], found.steady_load["heat"][TURN]
    assert load < steady - 3000.0  # what the pipes held is cooled as well
    assert turn.peak == found.load["heat"][TURN : TURN + 24].min()
    assert turn.steady_peak == found.steady_load["heat"][TURN : TURN + 24].min()
    assert found.swing["heat"].size == HOURS // 24 - 2


def test_delays_grow_with_the_way(solved: Simulation) -> None:
    found = find_dynamics(solved)
    assert found is not None
    delay = found.delay["heat"]

    times = delay.by_season["the run"]
    assert solved.cases["base"].circuits["heat"].circuit.consumer_ids == ("mill", "farm", "inn")
    assert times[2] > times[1] > 0.0
    assert delay.farthest == 2
    assert delay.distance.tolist() == [130.0, 140.0, 200.0]
    assert np.isnan(delay.by_step[TURN - 24 : TURN]).all()
    assert 0.0 < delay.wall_share < 0.5


def test_a_steady_run_has_nothing_of_this(solved: Simulation) -> None:
    steady = warmtenet.simulate(solved.system)

    assert find_dynamics(steady) is None
    assert 'id="dynamics"' not in page(steady)


def test_the_report_shows_the_section_with_its_figures(solved: Simulation) -> None:
    shown = page(solved)

    section = shown[shown.index('id="dynamics"') :]
    section = section[: section.index("</section>")]
    for part in ("Delay to the farthest building", "Change-overs of circuit heat", "4 May 00:00"):
        assert part in section, part
    assert "nan" not in section
    assert "solved as a steady state of every circuit" not in shown


def test_the_table_of_the_balance_closes_with_what_is_stored(solved: Simulation) -> None:
    material = Material(solved, {}, None, ())
    table = next(b for b in balance_section(material).blocks if b.kind == "table")
    row = dict(zip(table.columns, table.rows[0], strict=True))
    stored = solved.cases["base"].circuits["heat"].stored_heat
    assert stored is not None

    scale = {"kWh": 3.6e6, "MWh": 3.6e9}[table.caption.split()[0]]
    assert abs(stored[-1] - stored[0]) / scale > 0.1
    told = float(row[">Stored in water and walls"].replace("−", "-"))
    assert told == pytest.approx((stored[-1] - stored[0]) / scale, abs=0.05)
    assert row[">Sum"] == "0.000"
    steady = Material(warmtenet.simulate(solved.system), {}, None, ())
    columns = next(b for b in balance_section(steady).blocks if b.kind == "table").columns
    assert not any("Stored" in column for column in columns)


def test_what_is_stored_is_a_column_that_closes_the_balance(solved: Simulation) -> None:
    columns = hourly_columns(solved)
    data = year_dataset(solved)

    gained = np.diff(columns["heat_stored_mwh"]) * 1e3  # steps are hours
    rest = columns["heat_produced_kw"] - columns["heat_delivered_kw"] - columns["heat_loss_kw"]
    year = solved.cases["base"].circuits["heat"]
    assert gained == pytest.approx((rest + year.hydraulic_power / 1e3)[1:], abs=1e-6)
    assert year.stored_heat is not None
    assert data["heat_stored_mwh"].values == pytest.approx(year.stored_heat / 3.6e9)
    assert "heat_stored_mwh" not in hourly_columns(warmtenet.simulate(solved.system))


def test_demand_is_the_mean_served_and_what_is_not(tmp_path: Path) -> None:
    folder = changing(tmp_path / "village")
    add_column(folder, "consumers", "max_flow", "0.2")
    solved = warmtenet.dynamic(load(folder))
    year = solved.cases["base"].circuits["heat"]

    asked = year.consumer_heat + year.consumer_unserved_heat
    served, missing = (
        year.instant[name][1:] for name in ("consumer_heat_mean", "consumer_unserved_heat")
    )
    assert missing.max() > 1000.0
    assert served + missing == pytest.approx(asked)
    demand = np.genfromtxt(folder / "heat.csv", delimiter=",", skip_header=1, usecols=(1, 2, 3))
    heats = slice(0, TURN - 24)
    assert asked[heats] == pytest.approx(demand[heats], abs=1.0)
    hourly, fields = clock_column(solved)[1], field_clock(solved, solved.cases["base"])[1]
    assert len(fields) == len(hourly) + 1 == HOURS + 1
    assert fields[0] == hourly[0]
    assert (fields[1:] - hourly == np.timedelta64(1, "h")).all()


@pytest.mark.parametrize("interpolation", ["step", "linear"])
def test_linear_inputs_are_compared_with_their_means(tmp_path: Path, interpolation: str) -> None:
    heat = "time_s,mill,farm,inn\n" + "".join(
        f"{3600 * row},{10_000 + 4000 * (row % 7)},20000,9000\n" for row in range(49)
    )
    ground = "time_s,all\n0,9\n172800,9\n"
    folder = write_village(tmp_path, heat=heat, ground_temperature=ground)
    system = load(folder, [f"time.interpolation={interpolation}"])

    found = find_dynamics(warmtenet.dynamic(system))

    assert found is not None
    away = np.abs(found.total - found.steady_total)[5:]
    assert away.max() < 0.12 * found.total.mean()
    assert np.corrcoef(found.total[5:], found.steady_total[5:])[0, 1] > 0.9


def test_a_dynamic_run_writes_the_delay_of_every_consumer(tmp_path: Path) -> None:
    from warmtenet.studies.run import run_scenario

    system = load(changing(tmp_path / "village"))
    result = run_scenario(system, tmp_path / "out", dynamic=True)

    found = find_dynamics(result.simulation)
    assert found is not None
    assert found is find_dynamics(result.simulation)
    rows = (tmp_path / "out" / "delays.csv").read_text(encoding="utf-8").splitlines()
    names = "circuit,consumer,distance_m,delay_min_the_run,delay_min_heating,delay_min_cooling"
    assert rows[0] == names
    assert [row.split(",")[1] for row in rows[1:]] == ["mill", "farm", "inn"]
    minutes = [float(row.split(",")[3]) * 60.0 for row in rows[1:]]
    assert minutes == pytest.approx(found.delay["heat"].by_season["the run"].tolist(), rel=1e-7)
    assert not (run_scenario(system, tmp_path / "steady").folder / "delays.csv").exists()


def test_delays_of_heating_and_of_cooling_are_told_apart(tmp_path: Path) -> None:
    """Cold water flows faster, as it changes less: one mean of both tells of neither."""
    simulation = warmtenet.dynamic(load(changing(tmp_path)))
    found = find_dynamics(simulation)
    assert found is not None
    delay = found.delay["heat"]

    run, heating, cooling = (delay.by_season[n][2] for n in ("the run", "heating", "cooling"))

    assert list(delay.shown) == ["heating", "cooling"]
    assert min(heating, cooling) < run < max(heating, cooling)
    assert abs(heating - cooling) > 120.0


def test_circuits_without_a_delay_are_named(solved: Simulation) -> None:
    found = find_dynamics(solved)
    assert found is not None
    loop = {"ring": found.load["heat"]}

    told = _basis(replace(found, load={**found.load, **loop}))

    assert "None of ring: water of loops or of several producers has many ways" in told
    assert "None of" not in _basis(found)


def test_standing_pipes_give_nothing_back() -> None:
    content = 100.0 - 1e-3 * np.arange(49.0)

    assert daily_swing(content, np.full(48, 3600.0), []).tolist() == [0.0, 0.0]


def test_turns_pass_over_pauses() -> None:
    assert mode_turns(np.array([0, 1, 0, 1, -1, 0, 0, 1])) == [(4, 4), (7, 5)]
    assert mode_turns(np.zeros(3, dtype=np.int64)) == []


def test_days_with_a_turn_are_left_out_of_the_swing() -> None:
    content = np.concatenate([np.tile([1.0, 3.0], 4), [9.0]])
    duration = np.full(8, 43200.0)

    assert daily_swing(content, duration, []).tolist() == [2.0, 2.0, 2.0, 0.0]
    assert daily_swing(content, duration, [2]).tolist() == [2.0, 0.0]
    assert daily_swing(content[:2], duration[:1], []).size == 0
