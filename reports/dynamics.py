"""What a dynamic run shows that a steady one hides: delay, peaks, storage, change-over."""

import numpy as np

from ..networks.columns import FloatArray
from ..networks.exchangers import feeding_circuit
from ..profiles.mode import HEAT
from ..studies.dynamics import Delay, Dynamics
from ..studies.turns import Turn
from .blocks import Block, Card, Cards, Figure, Key, Section, Table, Text
from .clock import coldest_week
from .hours import WIDTH, Curve, curve_keys, hover_data, time_axis, time_panel
from .material import MWH, Material, label
from .number_text import SPACE, energy, energy_unit, fixed, number, percent, quantity, span
from .palette import MUTED, NETWORK, lighter
from .svg import Panel, Scale, document, nice_range, stroke, ticks

STEADY = "6 3"
"""Dashes of what a steady run would show."""

HALF_WIDTH = 450.0

MINUTE, DAY = 60.0, 86400.0
"""[s]"""

FEW = 0.1
"""Less is written in kWh. [MWh]"""

WINTER = (12, 1, 2)
"""Months of the mean day."""


def dynamics_section(material: Material) -> Section | None:
    """Return what heat that travels and is stored changes; None for a steady run."""
    found = material.dynamics
    if found is None:
        return None
    blocks: list[Block] = [Cards(cards=tuple(_cards(material, found)))]
    blocks.append(_load_figure(material, found))
    if any(np.isfinite(next(iter(d.shown.values()))).any() for d in found.delay.values()):
        blocks += _delay_blocks(material, found)
    blocks += _turn_blocks(material, found)
    blocks.append(Text(paragraphs=(_basis(found),), style="note"))
    return Section(id="dynamics", title="What a steady run hides", blocks=tuple(blocks))


def _basis(found: Dynamics) -> str:
    walls = [f"{label(n)} {percent(d.wall_share)}" for n, d in found.delay.items()]
    later = f" Heat is later than water, as walls take part: {', '.join(walls)}." * bool(walls)
    told = any(np.isfinite(t).any() for d in found.delay.values() for t in d.shown.values())
    how = (
        "Delay: water that a building draws, followed back through its pipes with the flows that "
        f"were solved; mean over what is drawn.{later}"
    )
    others = [label(name) for name in found.load if name not in found.delay]
    if others:
        names = ", ".join(others)
        how += f" None of {names}: water of loops or of several producers has many ways."
    if not found.delay:
        how = "Delays are told of circuits that are trees with one producer."
    elif not told:
        how = "No building draws water that left the plant within the run, so no delay is told."
    return (
        "The steady run beside it has the same steps and loads, in ground that no other circuit "
        f"warms; it stores nothing, so that every change arrives at once. {how}"
    )


def _cards(material: Material, found: Dynamics) -> list[Card]:
    cards = []
    for name, delay in found.delay.items():
        season, times = next(iter(delay.shown.items()))
        if np.isfinite(times[delay.farthest]):
            cards.append(_delay_card(material, name, delay, season))
    cards.append(_peak_card(material, found))
    day = _mean_day(material, found)
    if day is not None:
        cards.append(_morning_card(*day))
    swings = [swing for swing in found.swing.values() if swing.size]
    if swings:
        cards.append(_swing_card(found))
    return cards


def _delay_card(material: Material, name: str, delay: Delay, season: str) -> Card:
    times = delay.shown[season]
    building = material.base.circuits[name].circuit.consumer_ids[delay.farthest]
    value, unit = span(float(times[delay.farthest])).rsplit("\u00a0", 1)
    half = span(float(np.nanmedian(times)))
    system = material.simulation.system
    start = "the plant" if feeding_circuit(system, name) == name else "its exchanger"
    return Card(
        label=f"Delay to the farthest building, {label(name)}",
        value=value,
        unit=unit,
        sentence=f"{building}, {delay.distance[delay.farthest]:,.0f} m from {start}; half of "
        f"the buildings have theirs within {half} ({season}).",
        style="network",
    )


def _peak_card(material: Material, found: Dynamics) -> Card:
    row, steady = int(np.argmax(found.total)), int(np.argmax(found.steady_total))
    peak, other = float(found.total[row]) / 1e3, float(found.steady_total[steady]) / 1e3
    begins = [label(name) for name in found.turns if _has_begun(material, row)]
    why = f", as circuit {begins[0]} begins to heat" if begins else ""
    return Card(
        label="Largest heat load of the circuits",
        value=number(peak),
        unit="kW",
        sentence=f"{material.clock.name(row)}{why}. Steady: {quantity(other, 'kW')}, "
        f"{material.clock.name(steady)}.",
    )


def _has_begun(material: Material, row: int) -> bool:
    """Return whether circuits with a mode began to heat within the day before a step."""
    mode, seconds = material.simulation.profiles.mode, material.clock.seconds
    other = np.flatnonzero(mode[: row + 1] != HEAT)
    return bool(other.size and other[-1] < row and seconds[row] - seconds[other[-1]] < DAY)


def _mean_day(material: Material, found: Dynamics) -> tuple[FloatArray, FloatArray] | None:
    """Return the mean load by hour of the day in winter, dynamic and steady. [kW]"""
    times = material.clock.times
    if times is None:
        return None
    winter = np.isin(times.month, WINTER)
    hour = times.hour.to_numpy()[winter]
    count = np.bincount(hour, minlength=24)
    if not count.all():
        return None
    both = (found.total[winter], found.steady_total[winter])
    one, other = (np.bincount(hour, weights=load, minlength=24) / count / 1e3 for load in both)
    return one, other


def _morning_card(day: FloatArray, steady: FloatArray) -> Card:
    change = day.max() - steady.max()
    verb = "take off" if change < 0.0 else "add"
    return Card(
        label="Morning peak of the mean winter day",
        value=number(float(day.max())),
        unit="kW",
        sentence=f"At {int(np.argmax(day))}:00; steady: {quantity(float(steady.max()), 'kW')}. "
        f"Water and walls {verb} {quantity(abs(float(change)), 'kW', 2)}.",
        style="good" if change < 0.0 else "",
    )


def _swing_card(found: Dynamics) -> Card:
    usual = sum(float(np.median(swing)) for swing in found.swing.values() if swing.size) / MWH
    most = {n: float(s.max()) / MWH for n, s in found.swing.items() if s.size}
    parts = ", ".join(f"{label(name)} {energy(value)}" for name, value in most.items())
    value, unit = energy(usual).split(SPACE)
    return Card(
        label="Water and walls take up and give back in a day",
        value=value,
        unit=unit,
        sentence=f"On half of the days without change-over; at most: {parts}.",
    )


def _load_figure(material: Material, found: Dynamics) -> Figure:
    clock = material.clock
    rows = slice(0, len(clock.seconds))
    weather = material.simulation.profiles.weather
    title = "Load of the circuits"
    if clock.is_long and weather is not None:
        rows = coldest_week(weather.outdoor_temperature, clock.week)
        title = f"Load of the circuits in the coldest week, from {clock.name(rows.start)}"
    curves = [
        Curve("Water and walls store", NETWORK, found.total / 1e3),
        Curve("Steady", MUTED, found.steady_total / 1e3, STEADY),
    ]
    unit, scale = _stored_unit(found, rows)
    stored = [
        Curve(
            f"Stored, {label(name)}",
            material.color(name),
            _around_mean(content[1:], rows) / scale,
            is_at_end=True,
        )
        for name, content in found.stored.items()
    ]
    late = [
        Curve(f"Delay, {label(name)}", material.color(name), delay.by_step / MINUTE, "2 2")
        for name, delay in found.delay.items()
        if _makes_a_line(delay.by_step[rows])
    ]
    is_silent = bool(found.delay) and not late
    groups = [("kW", curves, 30.0, 190.0), (unit, stored, 230.0, 320.0)]
    groups += [("min", late, 360.0, 450.0)] if late else []
    panels = [time_panel(material, group, rows) for group in groups]
    time_axis(material, panels[-1], rows)
    parts = [part for panel in panels for part in panel.parts]
    names = [clock.name(row) for row in range(rows.start, rows.stop)]
    return Figure(
        id="dynamic-load",
        title=title,
        svg=document(WIDTH, 478.0 if late else 348.0, parts, title),
        caption="Top: means of each step at the producers, all circuits together. Middle: heat in "
        "water and pipe walls at the end of each step, above or below its mean. "
        + "Bottom: how long ago the water that the farthest building draws left the plant. "
        * bool(late)
        + "The farthest building draws too seldom for a curve of its delay. " * is_silent
        + f"{material.weather_sentence}.",
        keys=curve_keys([*curves, *stored, *late]),
        data=hover_data(panels[0], names, curves, rows, places=clock.hours[rows]),
    )


def _makes_a_line(values: FloatArray) -> bool:
    """Return whether two neighbours are known, so that a curve shows."""
    known = np.isfinite(values)
    return bool((known[1:] & known[:-1]).any())


def _around_mean(content: FloatArray, rows: slice) -> FloatArray:
    """Return what is stored beyond the mean of some rows. [J]"""
    return np.asarray(content - content[rows].mean())


def _stored_unit(found: Dynamics, rows: slice) -> tuple[str, float]:
    """Return a unit in which what is stored can be read, and its joules."""
    most = max(float(np.ptp(content[1:][rows])) for content in found.stored.values())
    return ("MWh", MWH) if most >= FEW * MWH else ("kWh", MWH / 1e3)


def _delay_blocks(material: Material, found: Dynamics) -> list[Block]:
    known = [np.isfinite(t).sum() for d in found.delay.values() for t in d.shown.values()]
    blocks: list[Block] = [_delay_figure(material, found)] if max(known) > 1 else []
    day = _mean_day(material, found)
    if day is not None:
        blocks.append(_day_figure(material, *day))
    blocks.append(_delay_table(material, found))
    return blocks


def _delay_figure(material: Material, found: Dynamics) -> Figure:
    lines = []
    for name, delay in found.delay.items():
        for place, (season, times) in enumerate(delay.shown.items()):
            color = lighter(material.color(name), 0.45) if place else material.color(name)
            minutes = np.sort(times[np.isfinite(times)]) / MINUTE
            lines.append((f"{_named(name)}, {season}", color, minutes))
    low, high = nice_range(0.0, max((float(m[-1]) for *_, m in lines if m.size), default=1.0))
    panel = Panel(Scale(0.0, 100.0, 48.0, 446.0), Scale(low, high, 270.0, 30.0))
    panel.y_axis(ticks(low, high), "min")
    panel.x_axis([0.0, 25.0, 50.0, 75.0, 100.0], "% of the buildings")
    for _, color, minutes in lines:
        if minutes.size:
            share = 100.0 * np.arange(1, minutes.size + 1) / minutes.size
            panel.curve(share, minutes, stroke(color, 1.8))
    return Figure(
        id="delay",
        title="How long the water is on its way",
        svg=document(HALF_WIDTH, 310.0, panel.parts, "Delay of the water, by share of buildings"),
        caption="Buildings in the order of their delay, each a mean over what it draws.",
        keys=tuple(Key(label=name, color=color) for name, color, _ in lines),
        is_half=True,
    )


def _day_figure(material: Material, day: FloatArray, steady: FloatArray) -> Figure:
    low, high = nice_range(0.0, float(max(day.max(), steady.max())))
    panel = Panel(Scale(0.0, 24.0, 48.0, 446.0), Scale(low, high, 270.0, 30.0))
    panel.y_axis(ticks(low, high), "kW")
    panel.x_axis([0.0, 6.0, 12.0, 18.0, 24.0], "hour of the day, CET")
    middle = np.arange(24, dtype=np.float64) + 0.5
    panel.curve(middle, steady, stroke(MUTED, 1.6, STEADY))
    panel.curve(middle, day, stroke(NETWORK, 1.8))
    return Figure(
        id="mean-day",
        title="The mean winter day at the plant",
        svg=document(HALF_WIDTH, 310.0, panel.parts, "Mean load by hour of the day in winter"),
        caption=f"Load of all circuits before buffers, December to February; {material.weather}.",
        keys=(
            Key(label="Water and walls store", color=NETWORK),
            Key(label="Steady", color=MUTED, shape="dash"),
        ),
        is_half=True,
    )


def _delay_table(material: Material, found: Dynamics) -> Table:
    rows = []
    for name, delay in found.delay.items():
        ids = material.base.circuits[name].circuit.consumer_ids
        for season, times in delay.shown.items():
            known = times[np.isfinite(times)]
            if known.size:
                quarters = np.percentile(known, [25.0, 50.0, 75.0, 100.0]) / MINUTE
                last = int(np.nanargmax(times))
                rows.append(
                    (
                        _named(name),
                        season,
                        *(fixed(float(value)) for value in quarters),
                        ids[last],
                        fixed(float(delay.distance[last])),
                    )
                )
    return Table(
        title="Delay between plant and building",
        columns=(
            "Circuit",
            "Season",
            ">25 % within, min",
            ">50 %",
            ">75 %",
            ">All",
            "Last building",
            ">Its way, m",
        ),
        rows=tuple(rows),
        caption="Buildings that draw nothing in the season, or only water of more than two days, "
        "are left out.",
    )


def _turn_blocks(material: Material, found: Dynamics) -> list[Block]:
    tables: list[Block] = []
    for name, turns in found.turns.items():
        if turns:
            tables.append(_turn_table(material, name, turns))
    return tables


def _turn_table(material: Material, name: str, turns: tuple[Turn, ...]) -> Table:
    unit, scale = energy_unit(
        abs(held) / MWH for turn in turns for held in (turn.left, turn.found, turn.settled)
    )
    rows = [
        (
            material.clock.name(turn.row),
            "heat" if turn.mode > 0 else "cold",
            fixed(turn.standing / DAY, 1),
            fixed(turn.left / MWH * scale, 2),
            fixed(turn.found / MWH * scale, 2),
            fixed((turn.settled - turn.found) / MWH * scale, 2),
            fixed(turn.peak / 1e3),
            fixed(turn.steady_peak / 1e3),
        )
        for turn in turns
    ]
    moved = sum(abs(turn.settled - turn.found) for turn in turns) / MWH
    return Table(
        title=f"Change-overs of circuit {label(name)}",
        columns=(
            "Switch",
            "To",
            ">Days of standing",
            f">Held before, {unit}",
            ">At the switch",
            ">Taken up that day",
            ">Peak, kW",
            ">Steady",
        ),
        rows=tuple(rows),
        caption=f"Held: heat in water and walls above 0 °C. All change-overs together move "
        f"{energy(moved)} in or out of the pipes.",
    )


def _named(circuit: str) -> str:
    return label(circuit)[:1].upper() + label(circuit)[1:]
