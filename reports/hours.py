"""Curves over the hours of a run, and the panels they are drawn in."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..networks.columns import FloatArray
from ..results.comparison import Variant
from .blocks import Key
from .material import Material, label
from .palette import MUTED, REFERENCE, REFERENCE_SHADES
from .svg import Panel, Scale, fill, nice_range, stroke, ticks

LEFT, RIGHT, WIDTH = 56.0, 908.0, 920.0
"""Of a chart as wide as the page."""

MOST_POINTS = 1000
"""Of a curve hour by hour; longer ones are drawn as daily bands."""


class Curve(NamedTuple):
    """One quantity over time: its name, colour and values in the unit of its panel.

    Values stand in the middle of their steps, or, where they are states, at the end.
    """

    name: str
    color: str
    values: FloatArray
    dash: str = ""
    is_at_end: bool = False


def electric_curves(material: Material, *, strategies: bool = False) -> list[Curve]:
    """Return the electricity of every variant in kW, the reference last."""
    comparison = material.comparison
    if comparison is None:
        return []
    network = [
        Curve(material.case_label(name), material.case_color(name), _kw(variant))
        for name, variant in comparison.network.items()
    ]
    return network + [
        Curve(
            f"Individual heat pumps{', ' + label(name) if strategies else ''}",
            REFERENCE_SHADES.get(name, REFERENCE),
            _kw(variant),
            "" if name == comparison.strategy else "6 3",
        )
        for name, variant in comparison.reference.items()
        if strategies or name == comparison.strategy
    ]


def _kw(variant: Variant) -> FloatArray:
    return np.asarray(variant.electricity / 1e3, dtype=float)


def outdoor_curve(material: Material) -> Curve | None:
    """Return the outdoor temperature, None where the run has no weather. [°C]"""
    weather = material.simulation.profiles.weather
    if weather is None:
        return None
    return Curve("Outdoor temperature", MUTED, weather.outdoor_temperature)


def curve_keys(curves: Sequence[Curve]) -> tuple[Key, ...]:
    """Return the legend of curves."""
    shapes = ["dash" if curve.dash else "line" for curve in curves]
    return tuple(
        Key(label=curve.name, color=curve.color, shape=shape)
        for curve, shape in zip(curves, shapes, strict=True)
    )


def time_panel(
    material: Material, group: tuple[str, list[Curve], float, float], rows: slice
) -> Panel:
    """Draw curves over some rows of the run.

    Parameters
    ----------
    material : Material
        The run.
    group : (str, list of Curve, float, float)
        Unit, curves, and top and bottom on the page.
    rows : slice
        Hours shown; many are drawn as daily bands.

    Returns
    -------
    Panel
        Without its time axis.
    """
    unit, curves, top, bottom = group
    clock = material.clock
    low = min(0.0, *(float(np.nanmin(c.values[rows])) for c in curves))
    high = max(float(np.nanmax(c.values[rows])) for c in curves)
    count = max(3, int((bottom - top) / 45))
    low, high = nice_range(low, high, count)
    begin = clock.hours[rows.start] - clock.duration[rows.start] / 7200.0
    end = clock.hours[rows.stop - 1] + clock.duration[rows.stop - 1] / 7200.0
    panel = Panel(Scale(begin, end, LEFT, RIGHT), Scale(low, high, bottom, top))
    panel.y_axis(ticks(low, high, count), unit)
    for curve in curves:
        if clock.is_long and rows.stop - rows.start > MOST_POINTS:
            day = clock.daily(curve.values)
            panel.area(day.hour, day.low, day.high, fill(curve.color, 0.22))
            panel.curve(day.hour, day.mean, stroke(curve.color, 1.5))
        else:
            style = stroke(curve.color, 1.6, curve.dash)
            later = clock.duration[rows] / 7200.0 if curve.is_at_end else 0.0
            panel.curve(clock.hours[rows] + later, curve.values[rows], style)
    return panel


def time_axis(material: Material, panel: Panel, rows: slice) -> None:
    """Draw days or months below a panel."""
    places, names = material.clock.ticks(rows.start, rows.stop - 1)
    is_year = material.clock.are_months(rows.start, rows.stop - 1)
    panel.x_axis(places, "", names, between=is_year)


def hover_data(
    panel: Panel,
    names: Sequence[str],
    curves: Sequence[Curve],
    rows: slice,
    unit: str = "kW",
    *,
    places: FloatArray | None = None,
) -> dict[str, object]:
    """Return what the page's script shows where a reader points at a chart.

    Names stand at ``places`` of the horizontal axis; by default they share it evenly.
    """
    if places is None:
        edges = np.linspace(panel.x.start, panel.x.end, len(names) + 1)
        middles = (edges[1:] + edges[:-1]) / 2.0
    else:
        middles = panel.x.all(places)
    return {
        "kind": "hover",
        "top": panel.y.end,
        "bottom": panel.y.start,
        "x": np.round(middles, 1).tolist(),
        "names": list(names),
        "series": [
            {"name": c.name, "color": c.color, "unit": unit, "v": _compact(c.values[rows])}
            for c in curves
        ],
    }


def _compact(values: FloatArray) -> list[float]:
    return [float(f"{value:.4g}") for value in values]
