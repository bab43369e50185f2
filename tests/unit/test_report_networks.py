"""Reports of networks that are no district: rings, one line, short runs, unsolved hours."""

import dataclasses
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import report_factory as factory
from changing_village import changing
from line_factory import write_line
from village import add_column, edit, write_village

from warmtenet.networks.load import load
from warmtenet.reports.clock import Clock
from warmtenet.reports.headline import headline
from warmtenet.reports.hours import Curve, time_panel
from warmtenet.reports.html import write_report
from warmtenet.reports.material import Material
from warmtenet.studies.run import RunResult, run_scenario

TIMES = "time_s,all\n3600,10\n7200,10\n"


def run(folder: Path) -> tuple[RunResult, str]:
    """Run a folder and return the words of its report."""
    result = run_scenario(load(folder), folder / "out", report=write_report)
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    page = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    return result, " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, str]:
    folder = write_village(tmp_path_factory.mktemp("ring"), ground_temperature=TIMES)
    edit(folder, "pipes.csv", "P-4,", "P-5,heat,mill,inn,140,steel-twin-S2-DN32\nP-4,")
    producers = "id,circuit,junction,role,supply_temperature,heat\n"
    producers += "boiler,heat,plant,pressure,70,\nwaste,heat,inn,heat,65,15 kW\n"
    (folder / "producers.csv").write_text(producers, encoding="utf-8")
    boosters = "id,pipe,side,pressure_rise\nB1,P-1,supply,0.2 bar\n"
    (folder / "boosters.csv").write_text(boosters, encoding="utf-8")
    return run(folder)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = write_line(
        tmp_path_factory.mktemp("line"),
        junctions="id,x,y,elevation\na,0,0,12\nb,1,0,4\n",
        pipes="P1,w,a,b,200,0.06,0.4,1e-4",
        consumers="id,circuit,junction,flow\ntap,w,b,1\n",
        producers="id,circuit,junction,role,supply_temperature,pressure\ntank,w,a,pressure,60,2e5\n",
        ground_temperature="time_s,all\n900,10\n1800,10\n",
    )
    return run(folder)[1]


def test_producers_and_boosters_have_columns_and_rows(ring: tuple[RunResult, str]) -> None:
    result, words = ring
    hours = pd.read_parquet(result.folder / "hourly.parquet")
    year = result.simulation.cases["base"].circuits["heat"]

    for column, name in enumerate(year.circuit.producer_ids):
        heat, flow = f"heat_producer_{name}_kw", f"heat_producer_{name}_flow_kg_s"
        assert hours[heat].to_numpy() == pytest.approx(year.producer_heat[:, column] / 1e3)
        assert hours[flow].to_numpy() == pytest.approx(year.producer_mass_flow[:, column])
    assert hours["heat_producer_waste_kw"].to_numpy() == pytest.approx([15.0, 15.0], rel=1e-6)
    through = year.producer_mass_flow[0, 0] / 985.0  # m3/s of warm water, by hand
    power = through * 0.2e5 / 0.6 / 1e3
    assert hours["heat_boosters_kw"][0] == pytest.approx(power, rel=0.02)
    assert "Who gives what" in words
    assert re.search(r"Heat waste 0.0300 \d+", words)
    assert "Heat booster B1" in words


def test_a_ring_is_solved_on_junctions_in_its_report(ring: tuple[RunResult, str]) -> None:
    _, words = ring

    assert "Newton's method on the pressures" in words.replace("&#39;", "'")
    assert "whole tree" not in words
    assert "Each line is a supply and a return pipe" in words
    assert "Electricity of the network" in words
    assert "Figures that others plan with" not in words
    assert "Heat and cold network · 2 hours in 2 steps" in words
    assert "1 circuit with 3 consumers delivers" in words
    assert "Every consumer gets its heat in every hour." in words


def test_one_line_for_half_an_hour(line: str) -> None:
    assert "1 circuit with 1 consumer delivers" in line
    assert "· 30 min in 2 steps" in line
    assert "Each line is a pipe; width" in line
    assert (
        "Pipes lose heat to the ground around them. Friction is Haaland's, water is of constant"
        in line.replace("&#39;", "'")
    )


@pytest.mark.parametrize("step", [900.0, 3600.0, 360_000.0])
def test_ticks_of_a_run_without_a_calendar_differ(step: float) -> None:
    starts = np.array([0.0, step])
    clock = Clock(None, starts, np.full(2, step), starts + step)
    places, names = clock.ticks(0, 1)

    assert places[0] == 0.0
    assert places[-1] == pytest.approx(2.0 * step / 3600.0)
    assert len(set(names)) == len(names) >= 5


def test_hours_without_a_solution_come_first() -> None:
    solved = factory.simulation()
    base = solved.cases["base"]
    year = base.circuits["space"]
    error = np.zeros_like(year.heat_error)
    error[[4, 9]] = 0.1
    wrong = dataclasses.replace(year, heat_error=error)
    case = dataclasses.replace(base, circuits={**base.circuits, "space": wrong})
    simulation = dataclasses.replace(solved, cases={**solved.cases, "base": case})
    material = Material(simulation, factory.summary(), factory.comparison(solved), ())
    lead, *_, cards = headline(material).blocks
    card = cards.cards[-1]

    assert lead.paragraphs[0].startswith("Not solved: 2 h of ")
    assert card.style == "bad"
    assert card.sentence.startswith("2 h were not solved: their heat is unknown.")


def test_given_flow_that_does_not_come_is_no_green_card(tmp_path: Path) -> None:
    folder = write_line(
        tmp_path,
        junctions="id,x,y,elevation\na,0,0,12\nb,1,0,4\n",
        pipes="P1,w,a,b,200,0.06,0.4,1e-4",
        consumers="id,circuit,junction,flow\ntap,w,b,1\n",
        producers="id,circuit,junction,role,supply_temperature,pressure\ntank,w,a,pressure,60,2e5\n",
        valves="id,pipe,side,is_open\nV1,P1,supply,false\n",
    )
    result, words = run(folder)

    assert result.status == 1
    assert "Given flow does not arrive everywhere: see the warnings." in words
    assert "gets its heat in every hour" not in words


def test_cold_that_is_too_warm_is_counted_and_explained_as_such(tmp_path: Path) -> None:
    folder = changing(tmp_path / "village")
    add_column(folder, "consumers", "max_supply_temperature", "15.9")
    result, words = run(folder)

    (told,) = [line for line in result.warnings if "unserved" in line]
    assert "its supply is warmer than it needs for cold: lower the cooling supply" in told
    assert result.summary["cold"]["unserved_mwh"] < 0.0
    assert result.summary["heat"]["unserved_mwh"] == 0.0
    assert "Heat and cold not served" in words
    assert re.search(r"In [\d.]+ h not all heat and cold arrived\.", words)
    assert "gets its heat and cold in every hour" not in words


def test_a_short_dynamic_run_of_one_consumer_is_readable(tmp_path: Path) -> None:
    folder = write_village(
        tmp_path / "village",
        junctions="id,x,y,elevation\nplant,0,0,40\ntee,80,0,41\n",
        pipes="id,circuit,from_junction,to_junction,length,type\n"
        "P-1,heat,plant,tee,80,steel-twin-S2-DN50\n",
        consumers="id,circuit,junction,return_temperature\nmill,heat,tee,40\n",
        heat="time_s,mill\n0,20000\n"
        + "".join(f"{300 * row},{20000 + 2000 * row}\n" for row in range(1, 9)),
        ground_temperature="time_s,all\n0,9\n2400,9\n",
    )
    result = run_scenario(load(folder), folder / "out", report=write_report, dynamic=True)
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")

    assert result.summary["heat"]["delivered_mwh"] == pytest.approx(0.0193, abs=1e-4)
    assert "19.3\u00a0kWh of heat" in page
    assert "Most heat that the plant makes in one step." in page
    assert "in one hour" not in page
    assert "Peak step: 2,400 s. It has the flows of that step" in page
    assert "kWh in the run; heat is positive" in page
    assert re.search(r"Heat delivered</td><td>kWh</td><td[^>]*>19\.3<", page)
    assert "Delay to the farthest building" in page
    assert "How long the water is on its way" not in page  # one point is no curve


def test_states_stand_at_the_end_of_their_steps() -> None:
    material = Material(factory.simulation(), factory.summary(), None, ())
    values = np.arange(len(material.clock.seconds), dtype=np.float64)
    rows = slice(0, 24)
    paths = [
        time_panel(material, ("kW", [Curve("held", "#000", values, "", end)], 30.0, 190.0), rows)
        for end in (False, True)
    ]
    first = [
        float(re.findall(r'<path[^>]* d="M([\d.]+),', "".join(panel.parts))[-1]) for panel in paths
    ]
    step = paths[0].x(1.0) - paths[0].x(0.0)
    assert first[1] - first[0] == pytest.approx(step / 2.0, abs=0.11)
