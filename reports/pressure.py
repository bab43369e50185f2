"""Pressure along the way to the worst consumer: the hydraulic grade line."""

from typing import NamedTuple

import numpy as np

from ..networks.columns import RETURN, SUPPLY, Circuit, FloatArray
from ..profiles.boundary import circuit_boundary
from ..solvers.circuit_year import DesignState
from ..solvers.steady import solve_steady
from ..solvers.window import take_hours
from .blocks import Block, Figure, Key, Section
from .material import Material, label
from .number_text import fixed, number, typeset
from .palette import MUTED, NETWORK, REFERENCE
from .svg import Panel, Scale, document, fill, nice_range, stroke, text, ticks

RATING = "#7a1f5c"

METRE = 9806.65
"""Pressure of a metre of cold water. [Pa]"""


class Way(NamedTuple):
    """Pipes from the plant to a consumer, and the junctions between them, in order."""

    pipes: list[int]
    junctions: list[int]
    distance: FloatArray


class Grade(NamedTuple):
    """Gauge pressure at the junctions of a way, supply and return. [Pa]"""

    supply: FloatArray
    back: FloatArray


class Line(NamedTuple):
    """A pair of lines on the chart."""

    name: str
    color: str
    shape: str
    grade: Grade


def pressure_section(material: Material) -> Section | None:
    """Return a chart for each distribution circuit, None without any pressure."""
    blocks: list[Block] = [
        figure for name in material.distribution if (figure := _figure(material, name)) is not None
    ]
    if not blocks:
        return None
    title = "Pressure along the way to the worst consumer"
    return Section(id="pressure", title=title, blocks=tuple(blocks))


def way_to(circuit: Circuit, consumer: str) -> Way | None:
    """Return the way from the first producer to a consumer, None where there is none."""
    start = int(circuit.producers.junction[0])
    end = int(circuit.consumers.junction[circuit.consumer_ids.index(consumer)])
    before = _tree(circuit, start)
    if end not in before:
        return None
    pipes, junctions = [], [end]
    while junctions[-1] != start:
        pipe, junction = before[junctions[-1]]
        pipes.append(pipe)
        junctions.append(junction)
    pipes, junctions = pipes[::-1], junctions[::-1]
    distance = np.concatenate([[0.0], np.cumsum(circuit.pipes.length[pipes])])
    return Way(pipes, junctions, distance)


def _tree(circuit: Circuit, start: int) -> dict[int, tuple[int, int]]:
    """Return the pipe and junction before each junction, nearest way first by pipes."""
    neighbours: dict[int, list[tuple[int, int]]] = {}
    ends = zip(circuit.pipes.from_junction, circuit.pipes.to_junction, strict=True)
    for pipe, (a, b) in enumerate(ends):
        neighbours.setdefault(int(a), []).append((pipe, int(b)))
        neighbours.setdefault(int(b), []).append((pipe, int(a)))
    before = {start: (-1, start)}
    queue = [start]
    for junction in queue:
        for pipe, other in neighbours.get(junction, []):
            if other not in before:
                before[other] = (pipe, junction)
                queue.append(other)
    return before


def _figure(material: Material, name: str) -> Figure | None:
    year = material.base.circuits[name]
    design = material.simulation.design.get(name)
    consumer = _worst(material, name, design)
    way = way_to(year.circuit, consumer) if consumer in year.circuit.consumer_ids else None
    if way is None:
        return None
    row = int(np.argmax(year.producer_mass_flow[:, 0]))
    lines = _lines(material, name, row, way)
    if not lines:
        return None
    return Figure(
        id=f"pressure-{name}",
        title=f"{label(name).capitalize()}: {fixed(way.distance[-1])} m to {consumer}",
        svg=_draw(year.circuit, way, lines),
        caption=_caption(material, design, row, lines),
        keys=tuple(
            Key(
                label=f"{line.name}: supply above, return below",
                color=line.color,
                shape=line.shape,
            )
            for line in lines
        ),
    )


def _lines(material: Material, name: str, row: int, way: Way) -> list[Line]:
    design = material.simulation.design.get(name)
    circuit = material.base.circuits[name].circuit
    lines = []
    if design is not None:
        grade = _design_grade(circuit, design, way)
        lines.append(Line("Design state", NETWORK, "line", grade))
    peak = hour_grade(material, name, row, way)
    if peak is not None:
        lines.append(Line("Peak hour", REFERENCE, "dash", peak))
    return lines


def _worst(material: Material, name: str, design: DesignState | None) -> str:
    if design is not None:
        return design.worst_consumer
    found = material.summary.get("circuits", {}).get(name, {}).get("worst_consumer")
    return str(found or "")


def _caption(
    material: Material,
    design: DesignState | None,
    row: int,
    lines: list[Line],
) -> str:
    left = [f"{line.name.lower()} {number(_left(line.grade) / 1e5, 2)} bar" for line in lines]
    method = f" Design state: {typeset(design.method)}." if design is not None else ""
    return (
        f"Head above datum: pressure as metres of water plus elevation. Difference left at the "
        f"consumer: {', '.join(left)}. Peak hour: {material.clock.name(row)}, "
        f"{material.weather}.{method}"
    )


def hour_grade(material: Material, name: str, row: int, way: Way) -> Grade | None:
    """Solve one hour again, this time with the pressure of every junction."""
    simulation = material.simulation
    if simulation.profiles.demand is None and "heat" not in simulation.system.series:
        return None
    circuit = simulation.system.circuits[name]
    hour = take_hours(simulation.profiles, np.array([row]))
    boundary = circuit_boundary(simulation.system, hour, name)
    solved = solve_steady(circuit, boundary, simulation.system.scenario, fields=True)
    pressure = solved.fields.get("junction_pressure")
    if pressure is None or not np.isfinite(pressure[0, way.junctions]).all():
        return None
    return Grade(pressure[0, way.junctions, SUPPLY], pressure[0, way.junctions, RETURN])


def _design_grade(circuit: Circuit, design: DesignState, way: Way) -> Grade:
    height = circuit.elevation[way.junctions]
    lift = (height - height[0]) * METRE
    drop = np.abs(design.pressure_drop[:, way.pipes])
    fallen = np.concatenate([np.zeros((2, 1)), np.cumsum(drop, axis=1)], axis=1)
    static = _static(circuit)
    supply = static + design.pressure_difference - fallen[SUPPLY] - lift
    return Grade(supply, static + fallen[RETURN] - lift)


def _left(grade: Grade) -> float:
    return float(grade.supply[-1] - grade.back[-1])


def _draw(circuit: Circuit, way: Way, lines: list[Line]) -> str:
    ground = circuit.elevation[way.junctions]
    static = float(ground[0]) + _static(circuit) / METRE
    heads = [ground + p / METRE for line in lines for p in line.grade]
    bar = float(circuit.pressure_rating[way.pipes].min()) / 1e5
    rating = ground + bar * 1e5 / METRE
    top = max(static, *(float(h.max()) for h in heads))
    is_rated = bool(np.isfinite(bar)) and float(rating.max()) < top + 70.0
    top = max(top, float(rating.max())) if is_rated else top
    low, high = nice_range(min(float(h.min()) for h in [ground, *heads]), top + 3.0, 6)
    panel = _empty(way, (low, high))
    panel.area(way.distance, np.full_like(ground, low), ground, fill("#c9bfae", 0.55))
    _note(panel, float(ground[-1]), "ground", MUTED)
    panel.add(_level(panel, static))
    _note(panel, static, "static", MUTED)
    if is_rated:
        panel.curve(way.distance, rating, stroke(RATING, 1.3, "2 3"))
        _note(panel, float(rating[-1]), f"rating {number(bar, 2)} bar", RATING)
    for line in lines:
        style = stroke(line.color, 2.0, "6 3" if line.shape == "dash" else "")
        for pressure in line.grade:
            panel.curve(way.distance, ground + pressure / METRE, style)
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
