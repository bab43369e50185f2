"""A change-over of two circuits, one behind an exchanger of the other."""

from pathlib import Path

import numpy as np
import pytest
from trench_factory import write_district
from zone_factory import TABLES, write_zones

from warmtenet.model.errors import InvalidInputError
from warmtenet.networks.load import load
from warmtenet.reports.changeover import changeover_page
from warmtenet.solvers.exchanger_travel import TRAVEL_TOLERANCE
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


def test_beside_shared_trenches_exchangers_are_refused(tmp_path: Path) -> None:
    folder = write_district(tmp_path)
    rows = {
        "junctions": "V1,200,0\n",
        "consumers": "station,warm,J3,\nmill,valley,V1,35\n",
        "producers": "valley_pump,valley,J3,pressure,55\n",
        "pipes": "V1,valley,J3,V1,150,steel-twin-S2-DN40\n",
    }
    for name, more in rows.items():
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    heat = (folder / "heat.csv").read_text(encoding="utf-8").splitlines()
    text = "\n".join([f"{heat[0]},mill", *(f"{line},9000" for line in heat[1:])]) + "\n"
    (folder / "heat.csv").write_text(text, encoding="utf-8")
    path = folder / "scenario.toml"
    section = '[exchangers.x]\nconsumer = "station"\nproducer = "valley_pump"\n'
    path.write_text(path.read_text(encoding="utf-8") + section, encoding="utf-8")

    with pytest.raises(InvalidInputError) as caught:
        find_changeovers(load(folder))

    (line,) = str(caught.value).splitlines()
    start = "scenario.toml: exchangers = 'x', expected none beside circuits that share trenches"
    assert line.startswith(start)
