"""Load-duration curves: how many hours a year the load is above a level."""

from typing import NamedTuple

import numpy as np

from ..networks.columns import FloatArray, IntArray
from .blocks import Block, Figure, Key, Section
from .hours import Curve, electric_curves, hover_data
from .material import Material
from .palette import INK, MUTED
from .svg import Panel, Scale, document, nice_range, stroke, text, ticks

TOP_HOURS = 100
"""Hours of the peak shown on their own."""

ROUNDING = 1e-9
"""Of sums of hours. [h]"""

POINTS = 400
"""Points of a curve on the page."""


def duration_section(material: Material) -> Section | None:
    """Return the load-duration curves of electricity and of heat; None of an instant."""
    if not material.clock.duration.any():
        return None
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
    ranked = [rank(curve, material.clock.duration / 3600.0) for curve in curves]
    low, high = nice_range(0.0, max(float(c.values[0]) for c in ranked), 6)
    hours = material.clock.end
    whole = Panel(Scale(0.0, hours, 56.0, 600.0), Scale(low, high, 300.0, 34.0))
    whole.y_axis(ticks(low, high, 6), unit)
    whole.x_axis(ticks(0.0, hours, 8), "hours with at least this load")
    for curve in ranked:
        rows = _sample(len(curve.values))
        whole.curve(curve.hours[rows], curve.values[rows], curve.style)
    parts = whole.parts + _close_up(ranked, (low, high)).parts
    return Figure(
        id=f"duration-{what.lower()}",
        title=f"{what}: the {material.period}'s hours, highest first",
        svg=document(920.0, 340.0, parts, f"Load-duration curve of {what.lower()}"),
        caption=f"Left the whole run, right its highest hours. {material.weather_sentence}.",
        keys=tuple(
            Key(label=c.name, color=c.color, shape="dash" if c.dash else "line") for c in curves
        ),
        data=_hover(whole, ranked, curves, unit),
    )


class Ranked(NamedTuple):
    """Values from the highest down, the middle of the time each holds, and its end. [h]"""

    values: FloatArray
    hours: FloatArray
    ends: FloatArray
    style: str


def rank(curve: Curve, duration: FloatArray) -> Ranked:
    """Return a curve from its highest value down, each with the time it holds.

    Parameters
    ----------
    curve : Curve
        Of a run.
    duration : array of float, shape (hours,)
        Of each of its rows; rows without length count nothing. [h]
    """
    order = np.argsort(-curve.values, kind="stable")
    order = order[duration[order] > 0.0]
    ends = np.cumsum(duration[order])
    style = stroke(curve.color, 1.8, curve.dash)
    return Ranked(curve.values[order], ends - duration[order] / 2.0, ends, style)


def _sample(size: int) -> IntArray:
    """Rows of a ranked curve: dense at the peak, thin along the slope."""
    rows = np.unique(np.round((size - 1) * np.linspace(0.0, 1.0, POINTS) ** 1.6).astype(int))
    return rows.astype(np.int64)


def _close_up(ranked: list[Ranked], range_: tuple[float, float]) -> Panel:
    size = len(ranked[0].values)
    count = min(TOP_HOURS, size)
    hours = float(ranked[0].ends[-1]) * count / size
    panel = Panel(Scale(0.0, hours, 672.0, 908.0), Scale(*range_, 300.0, 34.0))
    panel.y_axis(ticks(*range_, 6), "", [""] * len(ticks(*range_, 6)))
    panel.x_axis(ticks(0.0, hours, 4), "highest hours")
    for curve in ranked:
        shown = curve.hours < hours
        panel.curve(curve.hours[shown], curve.values[shown], curve.style)
    panel.add(text(672, 20, f"the highest {hours:,.4g} h", 'class="note"'))
    return panel


def _hover(
    panel: Panel, ranked: list[Ranked], curves: list[Curve], unit: str
) -> dict[str, object]:
    ends = ranked[0].ends
    rows = np.linspace(0, len(ends) - 1, 300).astype(int)
    thin = [
        curve._replace(values=_at_or_above(found, ends[rows]))
        for curve, found in zip(curves, ranked, strict=True)
    ]
    names = [f"{end:,.4g} h at or above" for end in ends[rows]]
    return hover_data(panel, names, thin, slice(0, len(rows)), unit, places=ends[rows])


def _at_or_above(curve: Ranked, ends: FloatArray) -> FloatArray:
    """Return the load that is reached or passed for so many hours."""
    rows = np.searchsorted(curve.ends, ends - ROUNDING)
    return np.asarray(curve.values[np.minimum(rows, len(curve.values) - 1)])
