"""The report: one offline file with every section that applies, and none that does not."""

import dataclasses
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import report_factory as factory

from warmtenet.model.scenario import CircuitSection, Scenario
from warmtenet.reports.assumptions import assumption_section
from warmtenet.reports.blocks import Figure, Notices, Table
from warmtenet.reports.html import SECTIONS, render, write_report
from warmtenet.reports.limits import limit_section
from warmtenet.reports.material import Material
from warmtenet.reports.tornado import tornado_section
from warmtenet.results.comparison import Comparison
from warmtenet.solvers.plant_year import Case
from warmtenet.solvers.simulation import Simulation

VOID = {"meta", "br", "link", "input"}


class Tags(HTMLParser):
    """Collects ids and checks that every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


@pytest.fixture(scope="module")
def solved() -> Simulation:
    return factory.simulation()


@pytest.fixture(scope="module")
def material(solved: Simulation) -> Material:
    return Material(
        solved, factory.summary(), factory.comparison(solved), tuple(factory.tornado())
    )


@pytest.fixture(scope="module")
def page(material: Material) -> str:
    return render(material)


def circuits_alone(solved: Simulation) -> Material:
    """Return a run without plant, dwellings, weather, calendar or reference."""
    scenario = Scenario(name="village", crs="none")
    base = solved.cases["base"]
    alone = {"space": base.circuits["space"]}
    profiles = dataclasses.replace(solved.profiles, weather=None, times=None, sources={})
    simulation = dataclasses.replace(
        solved,
        system=dataclasses.replace(solved.system, scenario=scenario),
        profiles=profiles,
        cases={"base": Case(name="base", plant=None, circuits=alone)},
        design={},
        reference={},
    )
    summary = factory.summary()
    summary |= {"dwellings": None, "weather": None, "scenario": "village", "cases": {}}
    summary["circuits"] = {"space": summary["circuits"]["space"]}
    return Material(simulation, summary, nothing_compared(solved), ())


def nothing_compared(solved: Simulation) -> Comparison:
    compared = factory.comparison(solved)
    return dataclasses.replace(
        compared,
        dwellings=None,
        strategy=None,
        network={"base": compared.network["base"]},
        reference={},
        by_definition=dict.fromkeys(compared.by_definition),
        by_strategy={},
        targets=(),
        dwelling_peak_mean=None,
    )


def test_report_is_one_file_that_asks_for_nothing_else(page: str) -> None:
    outside = re.findall(r"""(?:src|href)\s*=\s*["'](?!#)[^"']*|@import|url\(|fetch\(""", page)

    assert outside == []
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page


def test_report_is_well_formed_and_every_id_is_unique(page: str) -> None:
    tags = Tags()
    tags.feed(page)

    assert tags.faults == []
    assert tags.open == []
    assert len(tags.ids) == len(set(tags.ids))


def test_report_has_every_section_in_order(page: str, material: Material) -> None:
    made = [section for make in SECTIONS if (section := make(material)) is not None]

    assert len(made) == len(SECTIONS) - 1  # a steady run hides what a dynamic one shows
    places = [page.index(f'<section id="{section.id}"') for section in made]
    assert places == sorted(places)


def test_every_hourly_figure_names_its_weather(page: str) -> None:
    figures = re.findall(r"<figure.*?</figure>", page, flags=re.DOTALL)

    assert len(figures) > 12
    small = [figure for figure in figures if 'class="small-map"' not in figure]
    assert all("Maastricht design year" in figure for figure in small)


def test_report_is_small_enough_to_mail(page: str) -> None:
    assert len(page.encode()) < 8e6


def test_data_for_the_script_is_json_without_gaps(page: str) -> None:
    text = re.search(r'id="data">(.*?)</script>', page, flags=re.DOTALL)
    assert text is not None

    data = json.loads(text.group(1))

    assert {"hourly", "network-map", "week"} <= set(data)
    assert len(data["network-map"]["ids"]) == sum(data["network-map"]["counts"])


def test_headline_says_the_peaks_of_both_variants(page: str, material: Material) -> None:
    assert material.comparison is not None
    for variant in (*material.comparison.network.values(), material.reference):
        assert variant is not None
        assert f"{variant.peak / 1e3:,.0f}" in page


def test_circuits_alone_make_a_report_without_the_other_sections(solved: Simulation) -> None:
    page = render(circuits_alone(solved))

    present = set(re.findall(r'<section id="([a-z]+)"', page))
    assert {"headline", "map", "balance", "circuits", "limits", "method"} <= present
    assert present.isdisjoint({"sources", "tornado", "months"})


def test_report_without_comparison_is_made(solved: Simulation) -> None:
    alone = circuits_alone(solved)
    page = render(Material(alone.simulation, alone.summary, None, ()))

    assert '<section id="year"' not in page


def test_write_report_writes_the_file(tmp_path: Path, solved: Simulation) -> None:
    path = tmp_path / "report.html"

    write_report(solved, factory.summary(), factory.comparison(solved), [], path)

    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_same_run_gives_the_same_bytes(material: Material) -> None:
    assert render(material) == render(material)


def test_names_of_the_scenario_cannot_break_out_of_the_page(material: Material) -> None:
    scenario = material.simulation.system.scenario
    bad = scenario.model_copy(update={"title": "</script><b>x"})
    system = dataclasses.replace(material.simulation.system, scenario=bad)
    simulation = dataclasses.replace(material.simulation, system=system)

    page = render(dataclasses.replace(material, simulation=simulation))

    assert "</script><b>" not in page


def test_unserved_heat_is_a_warning_with_its_reason(solved: Simulation) -> None:
    base = solved.cases["base"]
    year = base.circuits["space"]
    missing = np.zeros_like(year.consumer_heat)
    missing[5, 3] = 4e3
    reason = np.zeros_like(year.consumer_reason)
    reason[5, 3] = 1
    short = dataclasses.replace(year, consumer_unserved_heat=missing, consumer_reason=reason)
    case = dataclasses.replace(base, circuits={**base.circuits, "space": short})
    simulation = dataclasses.replace(solved, cases={**solved.cases, "base": case})

    page = render(Material(simulation, factory.summary(), factory.comparison(solved), ()))

    assert re.search(r'class="bad">Circuit .*space.* max_flow is reached', page)


def test_warm_discharge_is_told(solved: Simulation) -> None:
    base = solved.cases["base"]
    assert base.plant is not None
    leaving = base.plant.source_outlet_temperature["rwzi"].copy()
    leaving[:100] = np.nan
    leaving[4000:4010] = 28.0
    warm = {**base.plant.source_outlet_temperature, "rwzi": leaving}
    plant = dataclasses.replace(base.plant, source_outlet_temperature=warm)
    cases = {**solved.cases, "base": dataclasses.replace(base, plant=plant)}
    changed = dataclasses.replace(solved, cases=cases)
    compared = factory.comparison(solved)
    notices = limit_section(Material(changed, factory.summary(), compared, ())).blocks[0]

    assert isinstance(notices, Notices)
    told = [text for _, text in notices.entries if "discharge" in text]
    assert len(told) == 1
    assert "28.0" in told[0]
    assert "for 10 hours above" in told[0]


def test_tornado_says_where_the_pool_grew_and_what_is_unserved(material: Material) -> None:
    first, *others = material.tornado
    grown = dataclasses.replace(
        first,
        low=dataclasses.replace(first.low, units_added=1),
        high=dataclasses.replace(first.high, unserved=206e3),
    )
    changed = dataclasses.replace(material, tornado=(grown, *others))
    section = tornado_section(changed)
    assert section is not None
    figure, table = section.blocks
    assert isinstance(figure, Figure)
    assert isinstance(table, Table)

    assert any("(+1 unit)" in cell for row in table.rows for cell in row)
    assert any("(206 kW unserved)" in cell for row in table.rows for cell in row)
    assert "join the pool" in table.caption
    assert "0.9, +1 unit" in figure.svg
    assert "1.1, 206 kW unserved" in figure.svg


def test_each_way_to_a_design_state_has_its_own_mark(material: Material) -> None:
    sections = {
        "tap_water": CircuitSection(design_method="ds439"),
        "space": CircuitSection(design_method="degree_day"),
    }
    asked = material.simulation.system.scenario.model_copy(update={"circuits": sections})
    system = dataclasses.replace(material.simulation.system, scenario=asked)
    simulation = dataclasses.replace(material.simulation, system=system)
    table = assumption_section(dataclasses.replace(material, simulation=simulation)).blocks[0]
    assert isinstance(table, Table)
    marks = {row[2]: row[3] for row in table.rows if row[1].startswith("Coincidence")}

    assert marks == {"DS 439": "[source]", "degree day": "[assumed]"}
