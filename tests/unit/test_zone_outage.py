"""A source that trips, felt behind the exchangers of the circuit that it feeds."""

import numpy as np
import pytest
from zone_factory import TABLES, write_zones

from warmtenet.networks.load import load
from warmtenet.reports.outage import outage_page
from warmtenet.solvers.exchanger_control import SUPPLY_TOLERANCE
from warmtenet.solvers.exchanger_travel import TRAVEL_TOLERANCE
from warmtenet.studies.outage import OutageStudy, find_outage
from warmtenet.studies.outage_figures import after_trip, outage_figures
from warmtenet.studies.outage_tables import outage_tables
from warmtenet.studies.outage_words import outage_sentences

PLANT = """
[sources.kiln]
kind = "waste_heat"
capacity = "100 kW"
temperature = 90
[sources.river]
kind = "effluent"
flow = "50 m3/h"
temperature = 10
[heat_pumps.pool]
source = "river"
units = 4
capacity = "40 kW"
circuits = ["hill"]
[plant]
producers = ["boiler"]
priorities = ["kiln", "river"]
"""

CLOCK = [3600 * (k + 1) for k in range(12)]

LIMITS = (
    TABLES["consumers"]
    .replace("hill,S,,,", "hill,S,,,1.2")
    .replace("45,", "45,0.4")
    .replace("40,", "40,0.8")
    .replace("35,", "35,0.6")
)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> OutageStudy:
    folder = write_zones(
        tmp_path_factory.mktemp("zones"),
        scenario=TABLES["scenario"] + PLANT,
        consumers=LIMITS,
        heat="time_s,inn,mill,farm\n" + "".join(f"{at},30000,60000,40000\n" for at in CLOCK),
        ground_temperature="time_s,all\n" + "".join(f"{at},10\n" for at in CLOCK),
    )
    return find_outage(load(folder), at="21600", hours=2.0)


def test_the_zone_gets_colder_after_the_circuit_that_feeds_it(study: OutageStudy) -> None:
    rows = after_trip(study)
    hill, valley = (study.circuits[name] for name in ("hill", "valley"))
    assert valley.passed is not None

    assert hill.supply[rows][0] < 65.0
    fell = valley.supply[rows] < valley.setpoint[rows] - 1.0
    arrives = valley.passed.primary_supply[rows]
    assert 600.0 < study.steps.since[rows][np.argmax(fell)] < 3600.0
    expected = np.minimum(70.0, arrives - 2.0)
    assert valley.supply[rows] == pytest.approx(expected, abs=2.0 * SUPPLY_TOLERANCE)
    assert valley.supply[rows].min() < 60.0


def test_heat_that_leaves_the_circuit_enters_the_zone(study: OutageStudy) -> None:
    figures = outage_figures(study)

    assert figures["balance"]["heat_relative"] < 1e-9
    assert figures["balance"]["plant_relative"] < 1e-12
    assert figures["balance"]["exchangers_relative"] <= TRAVEL_TOLERANCE
    assert figures["balance"]["handover_kw"] < 0.1
    assert study.rest < 0.05


def test_the_exchanger_is_no_building(study: OutageStudy) -> None:
    figures, tables = outage_figures(study), outage_tables(study)

    assert study.circuits["hill"].ids == ("inn",)
    assert study.circuits["valley"].ids == ("mill", "farm")
    assert tables["buildings"]["consumer"] == ["inn", "mill", "farm"]
    assert list(tables["supply_temperature"]) == ["minutes", "inn", "mill", "farm"]
    assert figures["circuits"]["hill"]["exchanger"] is None
    assert figures["circuits"]["valley"]["exchanger"] == "station"
    assert not figures["circuits"]["valley"]["restless"]
    each = [circuit["unserved_kwh"] for circuit in figures["circuits"].values()]
    assert figures["unserved_kwh"] == pytest.approx(sum(each))


def test_sentences_and_page_tell_of_the_zone(study: OutageStudy) -> None:
    told = outage_sentences(outage_figures(study))

    assert any("Circuit valley: supply behind its exchanger falls from 70.0" in x for x in told)
    assert "Supply temperature at exchanger and buildings" in outage_page(study)
