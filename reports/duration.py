"""Load-duration curves: how many hours a year the load is above a level."""

import numpy as np

from ..networks.columns import IntArray
from .blocks import Block, Figure, Key, Section
from .hours import Curve, electric_curves, hover_data
from .material import Material
from .palette import INK, MUTED
from .svg import Panel, Scale, document, nice_range, stroke, text, ticks

TOP_HOURS = 100
"""Hours of the peak shown on their own."""

POINTS = 400
"""Points of a curve on the page."""


def duration_section(material: Material) -> Section | None:
    """Return the load-duration curves of electricity and of heat."""
    blocks: list[Block] = []
    curves = electric_curves(material, strategies=True)
    if curves:
        blocks.append(_figure(material, curves, "Electricity", "kW"))
    heat = _heat_curves(material)
    if heat:
        blocks.append(_figure(material, heat, "Heat", "MW"))
    if not blocks:
        return None
    return Section(id="duration", title="Load-duration curves", blocks=tuple(blocks))


def _heat_curves(material: Material) -> list[Curve]:
    plant = material.plant
    if plant is None:
        return []
    curves = [
        Curve("Made by the plant, after buffers", INK, plant.need / 1e6),
        Curve("Before buffers", MUTED, plant.before_buffers / 1e6, "5 3"),
    ]
    return curves + [
        Curve(name.replace("_", " ").capitalize(), material.color(name), np.maximum(load, 0) / 1e6)
        for name, load in plant.load.items()
    ]


def _figure(material: Material, curves: list[Curve], what: str, unit: str) -> Figure:
    ranked = [curve._replace(values=np.sort(curve.values)[::-1]) for curve in curves]
    size = len(ranked[0].values)
    low, high = nice_range(0.0, max(float(c.values[0]) for c in ranked), 6)
    hours = material.clock.end
    whole = Panel(Scale(0.0, hours, 56.0, 600.0), Scale(low, high, 300.0, 34.0))
    whole.y_axis(ticks(low, high, 6), unit)
    whole.x_axis(ticks(0.0, hours, 8), "hours with at least this load")
    for curve in ranked:
        _draw(whole, curve, hours)
    parts = whole.parts + _close_up(ranked, (low, high), hours / size).parts
    return Figure(
        id=f"duration-{what.lower()}",
        title=f"{what}: the {material.period}'s hours, highest first",
        svg=document(920.0, 340.0, parts, f"Load-duration curve of {what.lower()}"),
        caption=f"Left the whole run, right its highest hours. {material.weather}.",
        keys=tuple(
            Key(label=c.name, color=c.color, shape="dash" if c.dash else "line") for c in curves
        ),
        data=_hover(whole, ranked, unit, hours / size),
    )


def _draw(panel: Panel, curve: Curve, hours: float) -> None:
    rows = _sample(len(curve.values))
    places = np.asarray((rows + 0.5) * hours / len(curve.values), dtype=np.float64)
    panel.curve(places, curve.values[rows], stroke(curve.color, 1.8, curve.dash))


def _sample(size: int) -> IntArray:
    """Rows of a ranked curve: dense at the peak, thin along the slope."""
    rows = np.unique(np.round((size - 1) * np.linspace(0.0, 1.0, POINTS) ** 1.6).astype(int))
    return rows.astype(np.int64)


def _close_up(ranked: list[Curve], range_: tuple[float, float], step: float) -> Panel:
    count = min(TOP_HOURS, len(ranked[0].values))
    panel = Panel(Scale(0.0, count * step, 672.0, 908.0), Scale(*range_, 300.0, 34.0))
    panel.y_axis(ticks(*range_, 6), "", [""] * len(ticks(*range_, 6)))
    panel.x_axis(ticks(0.0, count * step, 4), "highest hours")
    for curve in ranked:
        places = np.asarray((np.arange(count) + 0.5) * step, dtype=np.float64)
        panel.curve(places, curve.values[:count], stroke(curve.color, 1.8, curve.dash))
    panel.add(text(672, 20, f"the highest {count}", 'class="note"'))
    return panel


def _hover(panel: Panel, ranked: list[Curve], unit: str, step: float) -> dict[str, object]:
    rows = np.linspace(0, len(ranked[0].values) - 1, 300).astype(int)
    thin = [curve._replace(values=curve.values[rows]) for curve in ranked]
    names = [f"{(row + 1) * step:,.0f} h at or above" for row in rows]
    return hover_data(panel, names, thin, slice(0, len(rows)), unit)
