"""Pressure along the way to the worst consumer: the hydraulic grade line."""

from typing import NamedTuple

import numpy as np

from ..networks.columns import Circuit
from ..studies.worst_line import BAR, METRE, Way, WorstLine
from .blocks import Block, Figure, Key, Section
from .material import Material, label
from .number_text import fixed, number, typeset
from .palette import MUTED, NETWORK, REFERENCE
from .svg import Panel, Scale, document, fill, nice_range, stroke, text, ticks

RATING = "#7a1f5c"


class Line(NamedTuple):
    """A pair of lines on the chart."""

    name: str
    color: str
    shape: str
    grade: WorstLine


def pressure_section(material: Material) -> Section | None:
    """Return a chart for each distribution circuit, None without any pressure."""
    by_circuit: dict[str, list[WorstLine]] = {}
    for line in material.worst_lines:
        by_circuit.setdefault(line.circuit.id, []).append(line)
    blocks: list[Block] = [_figure(material, lines) for lines in by_circuit.values()]
    if not blocks:
        return None
    title = "Pressure along the way to the worst consumer"
    return Section(id="pressure", title=title, blocks=tuple(blocks))


def _figure(material: Material, found: list[WorstLine]) -> Figure:
    first = found[0]
    lines = [Line(*_look(material, line), line) for line in found]
    return Figure(
        id=f"pressure-{first.circuit.id}",
        title=f"{label(first.circuit.id).capitalize()}: {fixed(first.way.distance[-1])} m to "
        f"{first.consumer}",
        svg=_draw(lines),
        caption=_caption(material, lines),
        keys=tuple(
            Key(label=f"{line.name}: {_sides(line.grade)}", color=line.color, shape=line.shape)
            for line in lines
        ),
    )


LOOKS = {
    "design": ("Design state", NETWORK, "line"),
    "peak": ("Peak hour", REFERENCE, "dash"),
}
"""Name, colour and shape of a state's lines."""


def _look(material: Material, line: WorstLine) -> tuple[str, str, str]:
    """Return name, colour and shape; a peak that is no hour is called a step."""
    name, color, shape = LOOKS[line.state]
    return name.replace("hour", material.step), color, shape


def _sides(grade: WorstLine) -> str:
    return "supply above, return below" if np.isfinite(grade.back).all() else "supply"


def _caption(material: Material, lines: list[Line]) -> str:
    design = material.simulation.design.get(lines[0].grade.circuit.id)
    left = [f"{line.name.lower()} {number(_left(line.grade) / BAR, 2)} bar" for line in lines]
    method = f" Design state: {typeset(design.method)}." if design is not None else ""
    rows = [line.grade.row for line in lines if line.grade.row >= 0]
    peak = f" Peak {material.step}: {material.clock.name(rows[0])}." if rows else ""
    if rows and material.dynamics is not None:
        peak += " It has the flows of that step, with the head that they ask for."
    return (
        f"Head above datum: pressure as metres of water plus elevation. Difference left at the "
        f"consumer: {', '.join(left)}. Weather: {material.weather}.{peak}{method}"
    )


def _left(grade: WorstLine) -> float:
    return float(grade.supply[-1] - np.nan_to_num(grade.back[-1]))


def _draw(lines: list[Line]) -> str:
    circuit, way = lines[0].grade.circuit, lines[0].grade.way
    ground = circuit.elevation[way.junctions]
    static = float(ground[0]) + _static(circuit) / METRE
    heads = [
        circuit.elevation[line.grade.way.junctions] + pressure / METRE
        for line in lines
        for pressure in (line.grade.supply, line.grade.back)
        if np.isfinite(pressure).all()
    ]
    bar = float(circuit.pressure_rating[way.pipes].min()) / 1e5
    rating = ground + bar * 1e5 / METRE
    highest = max(float(h.max()) for h in heads)
    top = highest if circuit.is_one_line else max(static, highest)
    is_rated = bool(np.isfinite(bar)) and float(rating.max()) < top + 70.0
    top = max(top, float(rating.max())) if is_rated else top
    low, high = nice_range(min(float(h.min()) for h in [ground, *heads]), top + 3.0, 6)
    panel = _empty(way, (low, high))
    panel.area(way.distance, np.full_like(ground, low), ground, fill("#c9bfae", 0.55))
    _note(panel, float(ground[-1]), "ground", MUTED)
    if not circuit.is_one_line:
        panel.add(_level(panel, static))
        _note(panel, static, "static", MUTED)
    if is_rated:
        panel.curve(way.distance, rating, stroke(RATING, 1.3, "2 3"))
        _note(panel, float(rating[-1]), f"rating {number(bar, 2)} bar", RATING)
    for line in lines:
        style = stroke(line.color, 2.0, "6 3" if line.shape == "dash" else "")
        heights = circuit.elevation[line.grade.way.junctions]
        for pressure in (line.grade.supply, line.grade.back):
            if np.isfinite(pressure).all():
                panel.curve(line.grade.way.distance, heights + pressure / METRE, style)
    return document(920.0, 344.0, panel.parts, f"Pressure in {circuit.id}")


def _static(circuit: Circuit) -> float:
    return float(np.nan_to_num(circuit.producers.static_pressure[0]))


def _empty(way: Way, heads: tuple[float, float]) -> Panel:
    end = float(way.distance[-1])
    panel = Panel(Scale(0.0, end, 56.0, 826.0), Scale(*heads, 300.0, 30.0))
    panel.y_axis(ticks(*heads, 6), "m above datum")
    panel.x_axis(ticks(0.0, end, 8), "m along the trench from the plant")
    return panel


def _level(panel: Panel, value: float) -> str:
    height = panel.y(value)
    return f'<path d="M{panel.x.start},{height:.1f}H{panel.x.end}" {stroke(MUTED, 1.0, "5 3")}/>'


def _note(panel: Panel, value: float, words: str, color: str) -> None:
    panel.add(text(panel.x.end + 6, panel.y(value) + 4, words, f'class="note" fill="{color}"'))
