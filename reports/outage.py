"""The page of an outage: who gives the heat, how cold the buildings get, how long."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__
from ..networks.columns import FloatArray
from ..studies.outage import Course, OutageStudy
from ..studies.outage_figures import (
    building_figures,
    calm_power,
    leaves_unserved,
    missing_power,
    outage_figures,
    supply_at_buildings,
)
from ..studies.outage_words import outage_sentences
from .blocks import Block, Card, Cards, Figure, Key, Section, Table, Text
from .hours import LEFT, RIGHT, WIDTH
from .material import label, source_name
from .number_text import DASH, fixed, number, power_of_ten, span, typeset
from .page import Page, render_page
from .palette import BACKUP, INK, MUTED, NETWORK, SERVICES, SOURCES, lighter
from .svg import Panel, Scale, document, fill, nice_range, stroke, ticks

MINUTE, KW, KWH = 60.0, 1e3, 3.6e6

MOST_ROWS = 12
"""Of the table of buildings."""

FELT = 0.1
"""Smaller drops are not worth a table. [K]"""

MISSING = "#a31621"
"""Colour of heat that nobody has."""


def write_outage_report(study: OutageStudy, path: Path) -> None:
    """Write the page of a study.

    Parameters
    ----------
    study : OutageStudy
        From `find_outage`.
    path : Path
        The file.
    """
    Path(path).write_text(outage_page(study), encoding="utf-8")


def outage_page(study: OutageStudy) -> str:
    """Return the page of a study as a text."""
    scenario, figures = study.system.scenario, outage_figures(study)
    weather = study.weather or "the given series"
    sections = [_overview(figures), _plant_section(study)]
    sections += [_circuit_section(study, name, c) for name, c in study.circuits.items()]
    return render_page(
        Page(
            title=scenario.title or scenario.name,
            subtitle=f"Outage of {source_name(study.source)}, {typeset(study.time)}",
            footer=f"Made by warmtenet {__version__} from scenario “{scenario.name}”; {weather}.",
            masthead=[
                ("Weather", weather),
                ("Out for", span(float(study.steps.ends[-1]))),
                ("Steps", span(float(study.steps.duration[-1]))),
                ("Scenario", scenario.name),
                ("warmtenet", __version__),
            ],
            sections=[*sections, _method(study, figures)],
        )
    )


def _overview(figures: Mapping[str, Any]) -> Section:
    plant = figures["plant"]
    cards = [
        Card(
            label="Missing at the plant, at most",
            value=number(plant["missing_peak_kw"]),
            unit="kW",
            sentence=f"{number(figures['lost_kw'])} kW tripped; all together "
            f"{number(plant['missing_kwh'])} kWh less than without the outage.",
            style="bad" if plant["missing_kwh"] else "good",
        ),
        Card(
            label="Others have taken over after",
            value=_minutes(plant["restored_after_min"]),
            unit="min" if plant["restored_after_min"] is not None else "",
            sentence="The plant holds every setpoint from then on."
            if plant["restored_after_min"] is not None
            else "Not within the study.",
        ),
        Card(
            label="From tanks",
            value=number(plant["from_tanks_kwh"]),
            unit="kWh",
            sentence=f"They held {number(plant['tanks_at_trip_kwh'])} kWh when it tripped, "
            f"{number(plant['tanks_usable_at_trip_kwh'])} of them warm enough.",
        ),
        _unserved_card(figures),
    ]
    told = tuple(typeset(words) for words in outage_sentences(figures, (source_name, label)))
    blocks: list[Block] = [Cards(cards=tuple(cards)), Text(paragraphs=told)]
    blocks.append(_circuit_table(figures))
    return Section(id="overview", title="In short", blocks=tuple(blocks))


def _unserved_card(figures: Mapping[str, Any]) -> Card:
    kept, unserved = figures["kept_by_pumps_kwh"], figures["unserved_kwh"]
    sentence = "More than without the outage, all circuits."
    if kept:
        sentence = (
            f"All circuits; {number(kept)} kWh of it is friction of pumps that no network has."
        )
    return Card(
        label="Not served",
        value=number(unserved + kept),
        unit="kWh",
        sentence=sentence,
        style="bad" if leaves_unserved(figures) else "good",
    )


def _minutes(value: float | None) -> str:
    return DASH if value is None else fixed(value)


def _circuit_table(figures: Mapping[str, Any]) -> Table:
    rows = [
        (
            label(name)[:1].upper() + label(name)[1:],
            fixed(each["setpoint_c"], 1),
            fixed(each["worst_at_plant_c"], 1),
            fixed(each["worst_at_building_c"], 1),
            each["worst_building"] or DASH,
            fixed(each["largest_change_k"], 1),
            str(each["buildings_beyond_limit"]),
            fixed(each["longest_beyond_limit_min"]),
            fixed(each["unserved_kwh"], 1),
            fixed(each["peak_head_bar"], 1),
            fixed(each["peak_pump_kw"], 1),
            _minutes(each["restored_after_min"]),
        )
        for name, each in figures["circuits"].items()
    ]
    return Table(
        title="By circuit",
        columns=(
            "Circuit",
            ">Set, °C",
            ">Worst at plant or exchanger",
            ">Worst at a building",
            "Which",
            ">Largest change, K",
            ">Buildings beyond limit",
            ">Longest, min",
            ">Unserved, kWh",
            ">Pumps, bar",
            ">Pumps, kW",
            ">Back after, min",
        ),
        rows=tuple(rows),
        caption="Worst: lowest supply, of cold the highest. Change, beyond limit and unserved: "
        "more than in the same minutes without the outage. Limit: the building's "
        "min_supply_temperature, else its bypass_temperature; of cold its max_supply_temperature. "
        "Pumps: largest head, and electric power of a step. "
        "Back: every building within 1 K of its supply without the outage (our assumption); – : "
        "not within the study.",
    )


def _shown(study: OutageStudy) -> tuple[slice, FloatArray]:
    """Return the fine steps, and their edges in minutes since the trip."""
    fine = slice(study.steps.fine, None)
    return fine, np.append(study.steps.since[fine], study.steps.ends[-1]) / MINUTE


def _minute_axis(panel: Panel, edges: FloatArray) -> None:
    panel.x_axis(ticks(float(edges[0]), float(edges[-1]), 10), "minutes since the trip")


def _steps(edges: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the corners of a curve that holds through each step."""
    return np.repeat(edges, 2)[1:-1], np.repeat(values, 2)


def _plant_section(study: OutageStudy) -> Section:
    fine, edges = _shown(study)
    plant, scenario = study.plant, study.system.scenario
    tanks = plant.from_tanks[fine]
    parts = [
        (source_name(name), SOURCES[scenario.sources[name].kind], heat[fine])
        for name, heat in plant.direct.items()
    ]
    parts.append(("Heat pumps", SOURCES["effluent"], plant.heat_pumps[fine]))
    parts.append(("Tanks", BACKUP, np.maximum(tanks, 0.0)))
    missing, cold_missing = (each[fine] for each in missing_power(study))
    calm, cold_calm = (each[fine] for each in calm_power(study))
    parts.append(("Missing", MISSING, missing))
    cold = np.maximum(-plant.given[fine], 0.0).sum(axis=1)
    down = [("Cold", SERVICES["cold"], cold), ("Cold missing", MISSING, cold_missing)]
    down = down if cold_calm.any() else []
    top = max(np.sum([values for *_, values in parts], axis=0).max(), calm.max()) / KW
    low, high = nice_range(-float((cold + cold_missing).max()) / KW * bool(down), float(top))
    panel = Panel(Scale(edges[0], edges[-1], LEFT, RIGHT), Scale(low, high, 290.0, 30.0))
    panel.y_axis(ticks(low, high), "kW")
    _stack(panel, edges, parts, 1.0 / KW)
    _stack(panel, edges, down, -1.0 / KW)
    panel.curve(*_steps(edges, calm / KW), stroke(INK, 1.4))
    if down:
        panel.curve(*_steps(edges, -cold_calm / KW), stroke(INK, 1.4))
    _minute_axis(panel, edges)
    keys = [Key(label=name, color=color, shape="area") for name, color, _ in parts + down[:1]]
    figure = Figure(
        id="plant-course",
        title="Who gives the heat",
        svg=document(WIDTH, 330.0, panel.parts, "Heat of the plant by minutes"),
        caption="Stacked means of each step. The line is what the circuits take without the "
        "outage; what is given beyond it fills tanks, or warms pipes that have cooled.",
        keys=(*keys, Key(label="Without the outage", color=INK)),
    )
    return Section(id="plant", title="The plant", blocks=(figure,))


def _stack(
    panel: Panel, edges: FloatArray, parts: list[tuple[str, str, FloatArray]], scale: float
) -> None:
    """Fill areas one upon the other, from zero upwards (or downwards)."""
    base = np.zeros(len(edges) - 1)
    for _, color, values in parts:
        x, lower = _steps(edges, scale * base)
        base = base + values
        panel.area(x, lower, _steps(edges, scale * base)[1], fill(color, 0.85))


def _circuit_section(study: OutageStudy, name: str, course: Course) -> Section:
    return Section(
        id=f"circuit-{name}",
        title=f"Circuit {label(name)}",
        blocks=(_temperature_figure(study, name, course), _felt(study, course)),
    )


def _temperature_figure(study: OutageStudy, name: str, course: Course) -> Figure:
    fine, edges = _shown(study)
    rows = np.zeros(len(study.steps.since), dtype=np.bool_)
    rows[fine] = True
    supply, calm = supply_at_buildings(course, rows)
    spread = np.percentile(supply, [0.0, 10.0, 50.0, 90.0, 100.0], axis=1)
    middle = np.median(calm, axis=1)
    shown = [spread[0], spread[-1], course.supply[fine], course.setpoint[fine]]
    low, high = nice_range(min(x.min() for x in shown), max(x.max() for x in shown))
    panel = Panel(Scale(edges[0], edges[-1], LEFT, RIGHT), Scale(low, high, 270.0, 30.0))
    panel.y_axis(ticks(low, high), "°C")
    service = study.system.scenario.circuits.get(name)
    color = SERVICES[service.service if service else "none"]
    ends = edges[1:]
    panel.area(ends, spread[0], spread[-1], fill(lighter(color, 0.75)))
    panel.area(ends, spread[1], spread[3], fill(lighter(color, 0.45)))
    panel.curve(ends, middle, stroke(MUTED, 1.2, "6 3"))
    panel.curve(ends, spread[2], stroke(color, 1.8))
    panel.curve(*_steps(edges, course.supply[fine]), stroke(NETWORK, 1.4))
    _minute_axis(panel, edges)
    where = "plant" if course.passed is None else "exchanger"
    return Figure(
        id=f"temperature-{name}",
        title=f"Supply temperature at {where} and buildings",
        svg=document(WIDTH, 310.0, panel.parts, f"Supply temperature, {label(name)}"),
        caption="Buildings: all (pale), the middle four fifths, and their median as each step "
        "ends; dashed the median without the outage.",
        keys=(
            Key(label=f"At the {where}", color=NETWORK),
            Key(label="Buildings, median", color=color),
            Key(label="10 to 90 %", color=lighter(color, 0.45), shape="area"),
            Key(label="All", color=lighter(color, 0.75), shape="area"),
            Key(label="Without the outage", color=MUTED, shape="dash"),
        ),
    )


def _felt(study: OutageStudy, course: Course) -> Table | Text:
    found = building_figures(study, course)
    if (np.nan_to_num(found.change) > FELT).any() or np.abs(found.unserved).max(initial=0.0) > 0.0:
        return _building_table(study, course)
    words = f"No building's supply is {FELT:g} K off what it is without the outage."
    return Text(paragraphs=(words,), style="note")


def _building_table(study: OutageStudy, course: Course) -> Table:
    found, ids = building_figures(study, course), course.ids
    drop = np.nan_to_num(found.change, nan=-1.0)
    order = sorted(range(len(ids)), key=lambda row: (-abs(found.unserved[row]), -drop[row]))
    rows = [
        (
            ids[row],
            fixed(found.worst[row], 1),
            fixed(found.worst_after[row] / MINUTE),
            fixed(found.change[row], 1),
            fixed(found.limit[row], 1),
            fixed(found.beyond[row] / MINUTE),
            fixed(found.beyond_calm[row] / MINUTE),
            fixed(found.unserved[row] / KWH, 2),
        )
        for row in order[:MOST_ROWS]
    ]
    return Table(
        title="Buildings that feel it most",
        columns=(
            "Building",
            ">Worst, °C",
            ">After, min",
            ">Change, K",
            ">Limit, °C",
            ">Beyond it, min",
            ">Without outage",
            ">Unserved, kWh",
        ),
        rows=tuple(rows),
        caption=f"{len(rows)} of {len(ids)}; all are in buildings.csv, every step in "
        "supply_temperature.csv.",
    )


def _method(study: OutageStudy, figures: Mapping[str, Any]) -> Section:
    balance = figures["balance"]
    start, ramp = (figures[f"heat_pump_{name}_s"] for name in ("start", "ramp"))
    told = (
        "Two days before the trip are solved as in a run; from an hour before it, circuits and "
        "plant by minutes. Circuits: dynamic, consumers draw what the water that comes can serve. "
        "Plant: its own rules. Running heat pumps go on; standing ones give heat "
        f"{span(start)} after the trip and rise to their capacity within {span(ramp)} [assumed]; "
        "until then all units count with the share of the pool that runs. A circuit that no unit "
        "served waits for the start. Tanks cover what is short and are not filled again while the "
        "source is out.",
        "Where the plant has less than holds the setpoint, supply is as much colder: return water "
        f"plus what there is. Circuits and plant took {study.passes} turns until supply rested "
        f"(last change {power_of_ten(study.rest)} K).",
        "Left out: tap-water peaks of minutes (demand holds through each step of the run), heat "
        "in the source's own loop, what heat pumps need to change their duty, and pumps at their "
        "limit.",
    )
    rows = (
        (
            "Circuits: heat in = out + lost + stored, relative",
            power_of_ten(balance["heat_relative"]),
        ),
        ("Plant: made = given + tanks, relative", power_of_ten(balance["plant_relative"])),
        ("Given by the plant less taken by circuits, kW", power_of_ten(balance["handover_kw"])),
    )
    table = Table(
        title="Balance", columns=("Largest of any step", ">Value"), rows=rows, style="narrow"
    )
    return Section(id="method", title="How it was computed", blocks=(Text(paragraphs=told), table))
