"""The page of a change-over study: what each takes, by minutes, and when to switch."""

from pathlib import Path

import numpy as np

from .. import __version__
from ..studies.changeover import MODES, ChangeOvers, ChangeOverStudy, event_figures
from ..studies.changeover_advice import on
from ..studies.changeover_event import WITHIN, Event, holds_heat
from ..studies.changeover_trial import Trial
from .blocks import Block, Card, Cards, Figure, Key, Notices, Section, Table, Text
from .hours import LEFT, RIGHT, WIDTH
from .material import MWH, label
from .number_text import DASH, fixed, number, power_of_ten, span, typeset
from .page import Page, render_page
from .palette import NETWORK, SERVICES, lighter
from .svg import Panel, Scale, document, nice_range, stroke, ticks

HOUR, DAY = 3600.0, 86400.0

SHOWN = 4.0
"""Of the day after a switch. [h]"""


def write_changeover_report(study: ChangeOverStudy, path: Path) -> None:
    """Write the page of a study.

    Parameters
    ----------
    study : ChangeOverStudy
        From `find_changeovers`.
    path : Path
        The file.
    """
    Path(path).write_text(changeover_page(study), encoding="utf-8")


def changeover_page(study: ChangeOverStudy) -> str:
    """Return the page of a study as a text."""
    scenario = study.system.scenario
    weather = study.profiles.weather.name if study.profiles.weather else "the given series"
    sections = []
    for each in study.circuits:
        sections += [_overview(study, each), _courses(study, each), _advice(study, each)]
    return render_page(
        Page(
            title=scenario.title or scenario.name,
            subtitle="Change-over between heat and cold",
            footer=f"Made by warmtenet {__version__} from scenario “{scenario.name}”; {weather}.",
            masthead=[
                ("Weather", weather),
                ("Steps", _pace(study)),
                ("Scenario", scenario.name),
                ("warmtenet", __version__),
            ],
            sections=[*sections, _method(study)],
        )
    )


def _pace(study: ChangeOverStudy) -> str:
    """Return how long fine steps are."""
    early, later = study.pace
    if early == later:
        return span(early)
    return f"{span(early)}, after three hours {span(later)}"


def _overview(study: ChangeOverStudy, each: ChangeOvers) -> Section:
    blocks: list[Block] = [Cards(cards=_cards(study, each)), _event_table(study, each)]
    return Section(
        id=f"overview-{each.circuit}",
        title=f"Circuit {label(each.circuit)} in short",
        blocks=tuple(blocks),
    )


def _cards(study: ChangeOverStudy, each: ChangeOvers) -> tuple[Card, ...]:
    heats = [event for event in each.events if event.mode > 0]
    colds = [event for event in each.events if event.mode < 0]
    cards = [
        Card(
            label="Change-overs in the run",
            value=str(len(each.events)),
            unit="",
            sentence=f"{len(heats)} to heat, {len(colds)} to cold, pauses passed over.",
        )
    ]
    for events, name in ((heats, "heat"), (colds, "cold")):
        if events:
            cards.append(_flush_card(events, name, holds_heat(study.system)))
    for events, name in ((heats, "heat"), (colds, "cold")):
        waits = [float(np.nanmax(e.wait)) for e in events if np.isfinite(e.wait).any()]
        if waits:
            slow = events[int(np.argmax(waits))]
            figures = event_figures(study, each, slow)
            written, unit = span(max(waits)).rsplit("\u00a0", 1)
            cards.append(
                Card(
                    label=f"Until the last building has its {name}",
                    value=written,
                    unit=unit,
                    sentence=f"{figures['last_building']}, switch {on(_time(study, slow))}; half "
                    f"of them within {span(float(np.nanmedian(slow.wait)))}.",
                    style="network" if name == "cold" else "reference",
                )
            )
    return tuple(cards)


def _flush_card(events: list[Event], name: str, holds: str) -> Card:
    total = sum(event.flushed for event in events) / MWH
    wall = float(np.mean([event.wall_share for event in events]))
    share = f"of water and walls, walls hold {fixed(100.0 * wall)} %"
    if name == "heat":
        sentence = f"Heat that pipes take up when they turn to heat, all together; {share}."
    else:
        sentence = f"Heat that cold removes from pipes that are too warm, all together; {share}."
    return Card(
        label=f"{holds.capitalize()}, to {name}",
        value=number(abs(total)),
        unit="MWh",
        sentence=sentence,
    )


def _time(study: ChangeOverStudy, event: Event) -> str:
    return typeset(study.time(event.row))


def _event_table(study: ChangeOverStudy, each: ChangeOvers) -> Table:
    rows = []
    for event in each.events:
        figures = event_figures(study, each, event)
        hours = (figures["hours_until_half"], figures["hours_until_last"])
        rows.append(
            (
                _time(study, event),
                figures["to"],
                fixed(figures["standing_days"], 1),
                fixed(figures["held_before_mwh"], 2),
                fixed(figures["standing_loss_mwh"], 2),
                fixed(figures["flushed_mwh"], 2),
                *(DASH if hour is None else span(hour * HOUR) for hour in hours),
                str(figures["not_reached"]),
                fixed(figures["unserved_kwh"]),
                fixed(figures["peak_hour_kw"]),
            )
        )
    return Table(
        title="Each change-over",
        columns=(
            "Switch",
            "To",
            ">Days standing",
            ">Held before, MWh",
            ">Lost standing",
            ">Taken up",
            ">Half have it in",
            ">Last",
            ">Not reached",
            ">Unserved, kWh",
            ">Peak hour, kW",
        ),
        rows=tuple(rows),
        caption=f"Held, lost and taken up: heat in {_above(study)}; taken up until "
        "they hold most of that day (for cold least: negative, cold removes it). Not reached: "
        "buildings that ask for something and do not have the new water within the day. "
        "Unserved in the day after the switch.",
    )


def _above(study: ChangeOverStudy) -> str:
    """Return what heat is counted in, and from where."""
    held = holds_heat(study.system)
    ground = ", of soil above undisturbed ground" if "soil" in held else ""
    return f"{held}, above 0 °C{ground}"


def _courses(study: ChangeOverStudy, each: ChangeOvers) -> Section:
    colors = _colors(each)
    keys = tuple(
        Key(label=f"{_time(study, e)}, {MODES[e.mode]}", color=color)
        for e, color in zip(each.events, colors, strict=True)
    )
    return Section(
        id=f"course-{each.circuit}",
        title="By minutes",
        blocks=(_reached_figure(each, colors, keys), _load_figure(each, colors, keys)),
    )


def _colors(each: ChangeOvers) -> list[str]:
    """Return a colour for each event: warm for heat, blue for cold, paler one after another."""
    colors, seen = [], {1: 0, -1: 0}
    base = {1: SERVICES["tap_water"], -1: NETWORK}
    for event in each.events:
        paler = min(0.22 * seen[event.mode], 0.75)
        colors.append(lighter(base[event.mode], paler) if paler else base[event.mode])
        seen[event.mode] += 1
    return colors


def _reached_figure(each: ChangeOvers, colors: list[str], keys: tuple[Key, ...]) -> Figure:
    panel = Panel(Scale(0.0, SHOWN, LEFT, RIGHT), Scale(0.0, 100.0, 250.0, 30.0))
    panel.y_axis([0.0, 25.0, 50.0, 75.0, 100.0], "%")
    panel.x_axis(ticks(0.0, SHOWN, 8), "hours since the switch")
    for event, color in zip(each.events, colors, strict=True):
        came = np.sort(event.wait[np.isfinite(event.wait)]) / HOUR
        share = 100.0 * np.arange(came.size + 1) / max(len(event.wait), 1)
        hours = np.concatenate([[0.0], np.minimum(came, SHOWN), [SHOWN]])
        panel.curve(np.repeat(hours, 2)[1:-1], np.repeat(share, 2), stroke(color, 1.8))
    return Figure(
        id=f"reached-{each.circuit}",
        title="Buildings that have the new water",
        svg=document(WIDTH, 290.0, panel.parts, "Share of buildings with the new water"),
        caption=f"A building has it when its supply is within {WITHIN[1]:g} K (heat) or "
        f"{WITHIN[-1]:g} K (cold) of what it would be, had the circuit been in this mode all "
        "along, or within its own limit, and stays so for an hour (our assumption).",
        keys=keys,
    )


def _load_figure(each: ChangeOvers, colors: list[str], keys: tuple[Key, ...]) -> Figure:
    loads = [event.load / 1e3 for event in each.events]
    low, high = nice_range(min(0.0, *(x.min() for x in loads)), max(x.max() for x in loads))
    panel = Panel(Scale(0.0, SHOWN, LEFT, RIGHT), Scale(low, high, 270.0, 30.0))
    panel.y_axis(ticks(low, high), "kW")
    panel.x_axis(ticks(0.0, SHOWN, 8), "hours since the switch")
    for event, load, color in zip(each.events, loads, colors, strict=True):
        hours = np.concatenate([[0.0], event.seconds / HOUR])
        kept = int(np.searchsorted(hours, SHOWN, side="right"))
        steps = np.repeat(hours[:kept], 2)[1:-1]
        panel.curve(steps, np.repeat(load[: kept - 1], 2), stroke(color, 1.4))
    return Figure(
        id=f"load-{each.circuit}",
        title="What the plant is asked for",
        svg=document(WIDTH, 310.0, panel.parts, "Load at the producer after each switch"),
        caption="Mean of each step at the producer, which holds its supply temperature here "
        "whatever flows. While wrong water stands at their doors all buildings open their valves "
        "as far as they go; a plant with less heat delays the change by as much.",
        keys=keys,
    )


def _advice(study: ChangeOverStudy, each: ChangeOvers) -> Section:
    entries = tuple(("note", typeset(words)) for words in study.advice(each))
    blocks: list[Block] = [Notices(entries=entries)]
    blocks += [
        table
        for kind, title in (("day", "Cost of other days"), ("hour", "Peak by hour of that day"))
        if (table := _trial_table(study, each, kind, title)) is not None
    ]
    return Section(id=f"advice-{each.circuit}", title="When to switch", blocks=tuple(blocks))


def _trial_table(study: ChangeOverStudy, each: ChangeOvers, kind: str, title: str) -> Table | None:
    """Return a row for each event and a column for each other time."""
    names = sorted(
        {_place(study, event, trial) for event, trial in _pairs(each, kind)},
    )
    if not names:
        return None
    rows = []
    for event, trials in zip(each.events, each.trials, strict=True):
        cells = {
            _place(study, event, trial): _cell(event, trial, kind)
            for trial in trials
            if trial.kind == kind
        }
        rows.append(
            (
                f"{_time(study, event)}, {MODES[event.mode]}",
                *(cells.get(name, DASH) for name in names),
            )
        )
    heads = {
        "day": [f">{name:+d} d" if name else ">0" for name in names],
        "hour": [f">{name}:00" for name in names],
    }
    captions = {
        "day": "MWh missed (out of mode or unserved) and made for the pipes alone, over the same "
        "days in each row. – : too near another change-over.",
        "hour": "Largest load of a step of the run in the day after the switch, kW.",
    }
    return Table(
        title=title,
        columns=("Switch of the run", *(name.replace("-", "−") for name in heads[kind])),
        rows=tuple(rows),
        caption=captions[kind],
    )


def _pairs(each: ChangeOvers, kind: str) -> list[tuple[Event, Trial]]:
    return [
        (event, trial)
        for event, trials in zip(each.events, each.trials, strict=True)
        for trial in trials
        if trial.kind == kind
    ]


def _place(study: ChangeOverStudy, event: Event, trial: Trial) -> int:
    """Return the days from the run's own switch, or the hour of the day."""
    if trial.kind == "hour":
        assert study.profiles.times is not None, "hours of the day need a calendar"
        return int(study.profiles.times[trial.row].hour)
    seconds = study.profiles.seconds
    return round(float(seconds[trial.row] - seconds[event.row]) / DAY)


def _cell(event: Event, trial: Trial, kind: str) -> str:
    if kind == "day":
        return fixed(trial.cost(event.mode) / MWH, 1)
    return fixed(abs(trial.peak) / 1e3)


def _method(study: ChangeOverStudy) -> Section:
    holds = holds_heat(study.system)
    worst = max(event.residual for each in study.circuits for event in each.events)
    told = (
        "The circuit runs dynamically from a day before the old mode ends: with the run's own "
        f"steps until the switch, then for a day with steps of {_pace(study)}. Heat made = "
        f"delivered + lost + taken up by {holds} in every step; largest residual "
        f"{power_of_ten(worst)} of the terms.",
        "Other times: the mode of the run with this one switch moved, a pause before it cut or "
        "made longer, in steps of the run. Missed is what buildings ask for outside its mode, "
        "heat and cold alike, and what is not served; for the pipes is the heat (cold) that "
        f"{holds} take from the switch until they hold most (least) of these days.",
    )
    return Section(id="method", title="How it was computed", blocks=(Text(paragraphs=told),))
