"""A flow picture (Sankey): bands as wide as the energy they carry."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .number_text import energy
from .svg import document, fill, rectangle, text

WIDTH, HEIGHT, TOP, BAR = 920.0, 380.0, 26.0, 15.0
GAP = 26.0
"""Between two nodes of a column."""


class Node(NamedTuple):
    """A place that energy passes: its column, name and colour."""

    column: int
    name: str
    color: str


class Link(NamedTuple):
    """Energy from one node to another. [MWh]"""

    start: str
    end: str
    value: float


class Box(NamedTuple):
    """Where a node stands on the picture."""

    x: float
    y: float
    height: float
    value: float


def draw_flows(nodes: Mapping[str, Node], links: Sequence[Link]) -> str:
    """Draw nodes in columns with bands between them.

    Examples
    --------
    >>> nodes = {"a": Node(0, "In", "red"), "b": Node(1, "Out", "blue")}
    >>> draw_flows(nodes, [Link("a", "b", 5.0)]).count("<rect")
    2
    """
    boxes = _boxes(nodes, links)
    parts = _bands(nodes, links, boxes)
    last = max((node.column for node in nodes.values()), default=0)
    for name, box in boxes.items():
        node = nodes[name]
        parts.append(rectangle(box.x, box.y, BAR, max(box.height, 1.0), fill(node.color)))
        parts += _label(node, box, last)
    return document(WIDTH, HEIGHT, parts, "Flow of the year's heat")


def _value(name: str, links: Sequence[Link]) -> float:
    into = sum(link.value for link in links if link.end == name)
    out = sum(link.value for link in links if link.start == name)
    return max(into, out)


def _boxes(nodes: Mapping[str, Node], links: Sequence[Link]) -> dict[str, Box]:
    values = {name: value for name in nodes if (value := _value(name, links)) > 0.0}
    columns: dict[int, list[str]] = {}
    for name in values:
        columns.setdefault(nodes[name].column, []).append(name)
    free = HEIGHT - TOP - 12.0
    scale = min(
        (free - GAP * (len(names) - 1)) / sum(values[n] for n in names)
        for names in columns.values()
    )
    last = max(columns)
    boxes = {}
    for column, names in columns.items():
        used = sum(values[n] for n in names) * scale
        gap = min((free - used) / max(len(names) - 1, 1), 2.2 * GAP)
        y = TOP + (free - used - gap * (len(names) - 1)) / 2.0
        x = 4.0 + column / max(last, 1) * (WIDTH - BAR - 180.0)
        for name in names:
            boxes[name] = Box(x, y, values[name] * scale, values[name])
            y += values[name] * scale + gap
    return boxes


def _bands(
    nodes: Mapping[str, Node], links: Sequence[Link], boxes: Mapping[str, Box]
) -> list[str]:
    leaving = {name: box.y for name, box in boxes.items()}
    arriving = dict(leaving)
    order = {name: rank for rank, name in enumerate(nodes)}
    parts = []
    for link in sorted(links, key=lambda link: (order[link.start], order[link.end])):
        start, end = boxes[link.start], boxes[link.end]
        thick = link.value * start.height / start.value
        color = nodes[link.end if nodes[link.start].column else link.start].color
        parts.append(
            _band((start.x + BAR, leaving[link.start]), (end.x, arriving[link.end]), thick, color)
        )
        leaving[link.start] += thick
        arriving[link.end] += thick
    return parts


def _band(start: tuple[float, float], end: tuple[float, float], thick: float, color: str) -> str:
    (x0, y0), (x1, y1) = start, end
    middle = (x0 + x1) / 2.0
    there = f"M{x0:.1f},{y0:.1f}C{middle:.1f},{y0:.1f} {middle:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
    low0, low1 = y0 + thick, y1 + thick
    back = f"V{low1:.1f}C{middle:.1f},{low1:.1f} {middle:.1f},{low0:.1f} {x0:.1f},{low0:.1f}Z"
    return f'<path d="{there}{back}" {fill(color, 0.38)}/>'


def _label(node: Node, box: Box, last: int) -> list[str]:
    words = energy(box.value)
    if node.column in (0, last):
        middle = box.y + box.height / 2.0
        x = box.x + BAR + 7
        return [
            text(x, middle - 1, node.name, 'class="flow-name halo"'),
            text(x, middle + 14, words, 'class="flow-value halo"'),
        ]
    return [text(box.x, box.y - 6, f"{node.name} · {words}", 'class="flow-name halo"')]
