"""What the plant takes from its sources, and how its heat pumps work."""

import re
from collections.abc import Sequence

import numpy as np

from ..model.scenario import SourceSection
from ..networks.columns import FloatArray
from ..solvers.plant_year import PlantYear
from .blocks import Block, Figure, Key, Section, Table
from .hours import Curve
from .material import Material, label, source_name
from .number_text import energy, fixed, percent, quantity
from .palette import MUTED, NETWORK, SERVICES
from .svg import Panel, Scale, document, fill, nice_range, stroke, ticks

LEFT, RIGHT = 50.0, 446.0


def source_section(material: Material) -> Section | None:
    """Return source use and the pool's work, None without a plant."""
    plant = material.plant
    if plant is None:
        return None
    blocks: list[Block] = []
    for name, section in material.simulation.system.scenario.sources.items():
        if name in plant.source_heat:
            blocks += _source_figures(material, plant, name, section)
    blocks.append(_use_table(material))
    blocks += _pool_blocks(material)
    return Section(id="sources", title="Sources and heat pumps", blocks=tuple(blocks))


def _source_figures(
    material: Material, plant: PlantYear, name: str, section: SourceSection
) -> list[Block]:
    profile = material.simulation.profiles.sources[name]
    color = material.source_color(section.circuit or "")
    title = source_name(name)
    if np.isfinite(profile.mass_flow).all():
        curves = [
            Curve("Available", MUTED, profile.mass_flow * 3.6),
            Curve("Used", color, plant.source_mass_flow[name] * 3.6),
        ]
        flow = _daily(material, f"{title}: flow used and available", ("m³/h", ()), curves)
        taken = _taken(material, name, color)
        return [flow, _temperatures(material, plant, name, section), taken]
    curves = [Curve("Used", color, np.maximum(plant.source_heat[name], 0.0) / 1e6)]
    if np.isfinite(profile.capacity).all():
        curves.insert(0, Curve("Available", MUTED, profile.capacity / 1e6))
    return [_daily(material, f"{title}: heat used and available", ("MW", ()), curves)]


def _taken(material: Material, name: str, color: str) -> Figure:
    curves = []
    for case, solved in reversed(list(material.simulation.cases.items())):
        if solved.plant is not None:
            heat = np.maximum(solved.plant.source_heat[name], 0.0) / 1e6
            shade = color if case == "base" else material.case_color(case)
            curves.append(Curve(material.case_label(case), shade, heat))
    return _daily(material, f"{source_name(name)}: heat taken", ("MW", ()), curves)


def _temperatures(
    material: Material, plant: PlantYear, name: str, section: SourceSection
) -> Figure:
    profile = material.simulation.profiles.sources[name]
    curves = [
        Curve("Effluent, arriving", SERVICES["tap_water"], profile.temperature),
        Curve("Leaving the exchanger", NETWORK, plant.source_outlet_temperature[name]),
    ]
    limits = ((section.min_outlet_temperature, "lowest outlet allowed"),)
    return _daily(material, f"{source_name(name)}: temperature", ("°C", limits), curves)


def _daily(
    material: Material,
    title: str,
    axis: tuple[str, Sequence[tuple[float, str]]],
    curves: list[Curve],
) -> Figure:
    unit, limits = axis
    everything = np.concatenate([c.values[np.isfinite(c.values)] for c in curves] or [np.zeros(1)])
    low = min(0.0, float(everything.min(initial=0.0)))
    low, high = nice_range(low, max(float(everything.max(initial=0.0)), 1e-3), 5)
    clock = material.clock
    panel = Panel(Scale(0.0, clock.end, LEFT, RIGHT), Scale(low, high, 196.0, 30.0))
    panel.y_axis(ticks(low, high, 5), unit)
    for curve in curves:
        _draw(material, panel, curve)
    for value, words in limits:
        panel.level(value, words)
    _time_axis(material, panel)
    return Figure(
        id="source-" + re.sub(r"[^a-z]+", "-", title.lower()),
        title=title,
        svg=document(450.0, 222.0, panel.parts, title),
        caption=f"Daily mean, band from lowest to highest hour; {material.weather}.",
        keys=tuple(Key(label=c.name, color=c.color) for c in curves),
        is_half=True,
    )


def _time_axis(material: Material, panel: Panel) -> None:
    last = len(material.clock.seconds) - 1
    places, names = material.clock.ticks(0, last)
    if material.clock.are_months(0, last):
        panel.x_axis(places, "", [name[0] for name in names], between=True)
    else:
        panel.x_axis(places, "", [n if i % 2 == 0 else "" for i, n in enumerate(names)])


def _draw(material: Material, panel: Panel, curve: Curve) -> None:
    clock = material.clock
    if not clock.is_long:
        panel.curve(clock.hours, curve.values, stroke(curve.color, 1.6))
        return
    known = np.isfinite(curve.values)
    filled = np.where(known, curve.values, 0.0)
    share = clock.daily(known.astype(float)).mean
    day = clock.daily(filled)
    mean = np.where(share > 0.0, day.mean / np.maximum(share, 1e-9), np.nan)
    if known.all():
        panel.area(day.hour, day.low, day.high, fill(curve.color, 0.2))
    panel.curve(day.hour, mean, stroke(curve.color, 1.5))


def _use_table(material: Material) -> Table:
    rows = []
    for case, solved in material.simulation.cases.items():
        plant = solved.plant
        if plant is None:
            continue
        for name, heat in plant.source_heat.items():
            rows.append(_use_row(material, (case, name), heat))
    return Table(
        title="What each source gives",
        columns=("Case", "Source", ">Heat taken", ">Peak", ">Hours in use", ">Share available"),
        rows=tuple(rows),
        caption="Hours with heat from the source. Share available: heat taken over the heat on "
        "offer, where the source has a calendar.",
    )


def _use_row(material: Material, what: tuple[str, str], heat: FloatArray) -> tuple[str, ...]:
    case, name = what
    taken = np.maximum(heat, 0.0)
    capacity = material.simulation.profiles.sources[name].capacity
    offered = material.mwh(capacity) if np.isfinite(capacity).all() else 0.0
    share = material.mwh(taken) / offered if offered else None
    out = name in getattr(material.simulation.system.scenario.cases.get(case), "out", ())
    hours = float(((taken > 0.0) * material.clock.duration).sum() / 3600.0)
    return (
        material.case_label(case),
        source_name(name),
        energy(material.mwh(taken)),
        quantity(float(taken.max(initial=0.0)) / 1e6, "MW"),
        fixed(hours),
        "out" if out else percent(share),
    )


def _pool_blocks(material: Material) -> list[Block]:
    pumps = material.simulation.system.scenario.heat_pumps
    if not pumps or material.plant is None:
        return []
    figures: list[Block] = [
        _units_figure(material, case)
        for case in (["base", material.backup] if material.backup else ["base"])
        if case
    ]
    return [*figures, _cop_table(material)]


def _units_figure(material: Material, case: str) -> Figure:
    plant = material.simulation.cases[case].plant
    assert plant is not None
    total = sum(pump.units for pump in material.simulation.system.scenario.heat_pumps.values())
    clock = material.clock
    panel = Panel(Scale(0.0, clock.end, LEFT, RIGHT), Scale(0.0, float(total), 196.0, 30.0))
    panel.y_axis([float(n) for n in range(total + 1)], "units")
    under = np.zeros(len(clock.day_starts)) if clock.is_long else np.zeros(len(clock.hours))
    for name, units in plant.units.items():
        values = units.astype(float)
        hours = clock.daily(values).hour if clock.is_long else clock.hours
        heights = clock.daily(values).mean if clock.is_long else values
        panel.area(hours, under, under + heights, fill(_duty_color(material, name), 0.85))
        under = under + heights
    _time_axis(material, panel)
    title = f"Heat-pump units at work · {material.case_label(case).lower()}"
    return Figure(
        id=f"units-{case}",
        title=title.replace("mosa", "Mosa"),
        svg=document(450.0, 222.0, panel.parts, title),
        caption=f"Daily mean of units on duty, of {total}; {material.weather}.",
        keys=tuple(
            Key(label=label(n).capitalize(), color=_duty_color(material, n), shape="area")
            for n in plant.units
        ),
        is_half=True,
    )


def _duty_color(material: Material, duty: str) -> str:
    return SERVICES["cold"] if duty == "cold" else material.color(duty)


def _cop_table(material: Material) -> Table:
    rows = []
    for case, solved in material.simulation.cases.items():
        plant = solved.plant
        if plant is None:
            continue
        for name, heat in plant.heat_pump_heat.items():
            rows.append(_cop_row(material, (case, name), heat, plant))
    return Table(
        title="The heat pumps at work",
        columns=(
            "Case",
            "Duty",
            ">Heat",
            ">Electricity",
            ">Seasonal COP",
            ">Lowest COP",
            ">Hours",
        ),
        rows=tuple(rows),
        caption="Seasonal COP: heat over compressor electricity; plant pumps and controls not "
        "included.",
    )


def _cop_row(
    material: Material, what: tuple[str, str], heat: FloatArray, plant: PlantYear
) -> tuple[str, ...]:
    case, name = what
    made, driven = material.mwh(heat), material.mwh(plant.heat_pump_electricity[name])
    runs = heat > 0.0
    cop = plant.cop[name][runs & np.isfinite(plant.cop[name])]
    return (
        material.case_label(case),
        label(name).capitalize(),
        energy(made),
        energy(driven),
        fixed(made / driven if driven > 0.0 else None, 2),
        fixed(float(cop.min()) if cop.size else None, 2),
        fixed(float((runs * material.clock.duration).sum() / 3600.0)),
    )
