"""The year hour by hour, and its coldest week."""

import base64

import numpy as np

from ..networks.columns import FloatArray
from .blocks import Block, Figure, Section
from .clock import coldest_week
from .dispatch import dispatch_figures
from .hours import (
    LEFT,
    RIGHT,
    WIDTH,
    Curve,
    curve_keys,
    electric_curves,
    hover_data,
    outdoor_curve,
    time_axis,
    time_panel,
)
from .material import Material
from .svg import document


def year_section(material: Material) -> Section | None:
    """Return hourly charts of the variants, None where nothing uses electricity."""
    curves = electric_curves(material)
    if not curves:
        return None
    blocks: list[Block] = [_year_figure(material, curves)]
    outdoor = outdoor_curve(material)
    if material.clock.is_long and outdoor:
        week = coldest_week(outdoor.values, material.clock.week)
        blocks.append(_week_figure(material, curves, week))
        blocks += dispatch_figures(material, week)
    step = material.step
    return Section(
        id="year",
        title=f"The {material.period}, {step} by {step}",
        blocks=tuple(blocks),
        breaks=True,
    )


def _year_figure(material: Material, curves: list[Curve]) -> Figure:
    outdoor = outdoor_curve(material)
    groups = [("°C", [outdoor], 30.0, 100.0)] if outdoor else []
    top = 140.0 if outdoor else 30.0
    groups.append(("kW", curves, top, top + 260.0))
    rows = slice(0, len(material.clock.seconds))
    panels = [time_panel(material, group, rows) for group in groups]
    time_axis(material, panels[-1], rows)
    parts = [part for panel in panels for part in panel.parts]
    reading = (
        "Bands: lowest to highest hour of each day; lines: daily mean. " * material.clock.is_long
    )
    zoom = _zoom_data(material, groups, _windows(material, curves))
    reading += "Drag to look closer, double-click for the whole run. " * bool(zoom)
    return Figure(
        id="hourly",
        title=f"Electricity of {'the network' if len(curves) == 1 else 'both variants'}",
        svg=document(
            WIDTH, top + 290.0, ['<g class="live">', *parts, "</g>"], "Electricity by hour"
        ),
        caption=f"{reading}{material.weather_sentence}"
        f"{'; CET' if material.clock.times is not None else ''}.",
        keys=curve_keys([*curves, *([outdoor] if outdoor else [])]),
        data=zoom,
    )


def _windows(material: Material, curves: list[Curve]) -> list[dict[str, object]]:
    size = len(material.clock.seconds)
    windows: list[dict[str, object]] = [{"name": "Whole run", "from": 0, "to": size}]
    outdoor = outdoor_curve(material)
    if not material.clock.is_long or outdoor is None:
        return windows
    week, day = material.clock.week, max(1, material.clock.week // 7)
    cold, warm = coldest_week(outdoor.values, week), coldest_week(-outdoor.values, week)
    peak = int(np.argmax(curves[-1].values)) // day * day
    chosen = [("Coldest week", cold), ("Warmest week", warm)]
    chosen.append(("Peak day", slice(max(peak - day, 0), min(peak + 2 * day, size))))
    return windows + [{"name": n, "from": s.start, "to": s.stop} for n, s in chosen]


def _zoom_data(
    material: Material,
    groups: list[tuple[str, list[Curve], float, float]],
    windows: list[dict[str, object]],
) -> dict[str, object]:
    clock = material.clock
    if clock.times is None or np.ptp(clock.duration) > 0.0:
        return {}
    return {
        "kind": "zoom",
        "start": clock.times[0].isoformat(),
        "step": float(clock.duration[0]),
        "left": LEFT,
        "right": RIGHT,
        "windows": windows,
        "panels": [
            {
                "unit": unit,
                "top": top,
                "bottom": bottom,
                "series": [{"name": c.name, "color": c.color} | _packed(c.values) for c in curves],
            }
            for unit, curves, top, bottom in groups
        ],
    }


def _packed(values: FloatArray) -> dict[str, object]:
    """Pack values in two bytes each."""
    scale = max(float(np.abs(values).max()) / 32000.0, 1e-9)
    whole = np.round(values / scale).astype("<i2")
    return {"scale": scale, "data": base64.b64encode(whole.tobytes()).decode("ascii")}


def _week_figure(material: Material, curves: list[Curve], week: slice) -> Figure:
    outdoor = outdoor_curve(material)
    assert outdoor is not None
    panels = [
        time_panel(material, ("°C", [outdoor], 30.0, 100.0), week),
        time_panel(material, ("kW", curves, 140.0, 370.0), week),
    ]
    time_axis(material, panels[-1], week)
    parts = [part for panel in panels for part in panel.parts]
    clock = material.clock
    return Figure(
        id="week",
        title=f"The coldest week: {clock.name(week.start)} to {clock.name(week.stop - 1)}",
        svg=document(WIDTH, 400.0, parts, "Electricity in the coldest week"),
        caption=f"Hourly means; {material.weather}; CET.",
        keys=curve_keys([*curves, outdoor]),
        data=hover_data(panels[-1], [clock.name(r) for r in _rows(week)], curves, week),
    )


def _rows(rows: slice) -> range:
    return range(rows.start, rows.stop)
