"""A change-over of two circuits, one behind an exchanger of the other."""

from pathlib import Path

import numpy as np
import pytest
from trench_factory import write_district
from zone_factory import TABLES, write_zones

import warmtenet
from warmtenet.networks.load import load
from warmtenet.profiles.build import select_hours
from warmtenet.reports.changeover import changeover_page
from warmtenet.solvers.distribution import solved_boundary
from warmtenet.solvers.exchanger_travel import TRAVEL_TOLERANCE
from warmtenet.solvers.neighbours import neighbours_rise
from warmtenet.solvers.steady import solve_steady
from warmtenet.studies.changeover import (
    ChangeOverStudy,
    changeover_figures,
    changeover_tables,
    find_changeovers,
)

DAYS, TURN = 6, 72
"""Days of the run, and the hour in which heat turns into cold (or back)."""


def changing_zones(folder: Path, *, first: str) -> Path:
    """Write a hill and a valley behind it that heat for three days and cool for three."""
    warm = (np.arange(24 * DAYS) < TURN) == (first == "heat")
    heat, mode, ground = "time,inn,mill,farm\n", "time,all\n", "time,all\n"
    for row, is_warm in enumerate(warm):
        time = f"2029-05-{1 + row // 24:02d}T{row % 24:02d}:00"
        sign = 1.0 if is_warm else -0.3
        heat += f"{time},{30e3 * sign:.0f},{60e3 * sign:.0f},{40e3 * sign:.0f}\n"
        mode += f"{time},{'heat' if is_warm else 'cold'}\n"
        ground += f"{time},12\n"
    head, *rows = TABLES["consumers"].splitlines()
    own, *producers = TABLES["producers"].splitlines()
    cold = {"boiler": "8", "valley_pump": "11"}
    return write_zones(
        folder,
        scenario=TABLES["scenario"] + '[mode]\ncircuits = ["hill", "valley"]\n',
        consumers="\n".join(
            [
                f"{head},cooling_return_temperature",
                *(f"{row}{'' if row.startswith('station') else ',20'}" for row in rows),
            ]
        ).replace("hill,S,,,", "hill,S,,,,")
        + "\n",
        producers="\n".join(
            [
                f"{own},cooling_supply_temperature",
                *(f"{row},{cold[row.partition(',')[0]]}" for row in producers),
            ]
        )
        + "\n",
        heat=heat,
        mode=mode,
        ground_temperature=ground,
    )


@pytest.fixture(scope="module", params=["heat", "cold"])
def study(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> ChangeOverStudy:
    folder = changing_zones(tmp_path_factory.mktemp("zones"), first=request.param)
    return find_changeovers(load(folder), step=120.0)


def test_every_step_balances_on_both_sides(study: ChangeOverStudy) -> None:
    figures = changeover_figures(study)["balance"]

    assert figures["heat_relative"] < 1e-9
    assert figures["exchangers_relative"] <= TRAVEL_TOLERANCE


def test_the_zone_turns_after_the_circuit_that_feeds_it(study: ChangeOverStudy) -> None:
    """Its water comes only once the first circuit has the new water at the exchanger."""
    hill, valley = (each.events[0] for each in study.circuits)

    assert [each.consumers for each in study.circuits] == [("inn",), ("mill", "farm")]
    assert 60.0 < valley.wait[0] < 3600.0
    far = valley.supply[-1]
    assert valley.mode * (far - valley.supply[0]) > 0.0  # not there at once
    assert abs(far - valley.supply.mean()) < 5.0
    assert hill.supply[0] == hill.supply[-1]  # the plant holds it


def test_what_the_zone_takes_is_load_of_the_first_circuit(study: ChangeOverStudy) -> None:
    hill, valley = (each.events[0] for each in study.circuits)
    duration = np.diff(hill.seconds, prepend=0.0)
    own = 0.3 * 30e3 if hill.mode < 0 else 30e3

    passed = float(duration @ hill.delivered) - hill.mode * own * duration.sum()
    missed = float(hill.unserved.sum())
    assert passed + missed == pytest.approx(float(duration @ valley.load), rel=1e-6)


def test_tables_and_page_know_no_exchanger_as_a_building(study: ChangeOverStudy) -> None:
    tables = changeover_tables(study)

    assert tables["buildings"]["consumer"] == ["inn", "mill", "farm"]
    assert set(tables["switches"]["circuit"]) == {"hill", "valley"}
    assert "station" not in changeover_page(study)


def test_a_zone_in_the_trenches_of_its_primary_turns_too(tmp_path: Path) -> None:
    """Both see the other with the water of its steady hours, what passes included."""
    folder = write_district(tmp_path)
    warm = np.arange(24 * 4) < 48
    times = [f"2029-05-{1 + row // 24:02d}T{row % 24:02d}:00" for row in range(len(warm))]
    load_rows = ("9000,9000,8000,8000", "-3000,-3000,-2000,-2000")
    tables = {
        "heat.csv": ["time,warm-J2,warm-J3,cool-J2,cool-J3"]
        + [f"{time},{load_rows[0 if w else 1]}" for time, w in zip(times, warm, strict=True)],
        "mode.csv": ["time,all"]
        + [f"{time},{'heat' if w else 'cold'}" for time, w in zip(times, warm, strict=True)],
        "ground_temperature.csv": ["time,all", *(f"{time},10" for time in times)],
        "consumers.csv": [
            "id,circuit,junction,return_temperature,cooling_return_temperature",
            *(f"warm-J{k},warm,J{k},40,18" for k in (2, 3)),
            *(f"cool-J{k},cool,J{k},35,20" for k in (2, 3)),
            "station,warm,J2,,",
        ],
        "producers.csv": [
            "id,circuit,junction,role,supply_temperature,cooling_supply_temperature",
            "hot,warm,plant,pressure,70,8",
            "cold,cool,plant,pressure,60,12",
        ],
    }
    for name, lines in tables.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    path = folder / "scenario.toml"
    more = '[exchangers.x]\nconsumer = "station"\nproducer = "cold"\n'
    more += '[mode]\ncircuits = ["warm", "cool"]\n'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    system = load(folder)

    study = find_changeovers(system, step=300.0)

    figures = changeover_figures(study)
    assert figures["balance"]["heat_relative"] < 1e-9
    assert figures["balance"]["exchangers_relative"] <= TRAVEL_TOLERANCE
    profiles = select_hours(study.profiles, 0, 48)
    rise = neighbours_rise(system, profiles, "cool")
    assert rise is not None
    passed = warmtenet.simulate(system, hours=(0, 48)).cases["base"].exchangers
    boundary = solved_boundary(system, profiles, "warm", passed)
    warm_year = solve_steady(system.circuits["warm"], boundary, system.scenario, fields=True)
    fields = warm_year.fields
    mean = 0.5 * (fields["pipe_inlet_temperature"] + fields["pipe_outlet_temperature"])
    links, pipes = system.trenches["cool", "warm"], system.circuits["cool"].pipes
    expected = np.zeros(2)
    for k in np.flatnonzero(links.pipe == 0):
        side, other = links.side[k], links.other_side[k]
        conductance = pipes.heat_loss_coefficient[side, 0] * pipes.length[0]
        excess = mean[0, links.other_pipe[k], other] - 10.0
        expected[side] += links.conductance[k] / conductance * excess
    assert rise[:, 0, 0] == pytest.approx(expected, rel=1e-3)
    assert boundary.heat[0, 2] > 16e3  # the zone's load is in the pipes beside it
