"""Routes of a network on paper: coordinates, parallel lines, what stands where."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ..networks.columns import Circuit, FloatArray
from ..networks.system import System

NUMBER = re.compile(r"-?\d+\.?\d*(?:[eE][-+]?\d+)?")

MARGIN = 34.0
SPACING = 4.2
"""Between circuits that share a trench, on the page."""


@dataclass(frozen=True, slots=True)
class Paper:
    """From metres to the page; north is up.

    Parameters
    ----------
    left, top : float
        Smallest x and largest y. [m]
    scale : float
        Page units per metre.
    width, height : float
        Of the page.
    shift_x, shift_y : float
        That centre the drawing.
    """

    left: float
    top: float
    scale: float
    width: float
    height: float
    shift_x: float
    shift_y: float

    def __call__(self, places: FloatArray) -> FloatArray:
        """Return page coordinates of places, shape (points, 2)."""
        x = self.shift_x + (places[:, 0] - self.left) * self.scale
        y = self.shift_y + (self.top - places[:, 1]) * self.scale
        return np.column_stack([x, y])


def paper_for(circuits: Iterable[Circuit], width: float, tallest: float) -> Paper:
    """Return the page that all circuits fit on."""
    x = np.concatenate([circuit.x for circuit in circuits])
    y = np.concatenate([circuit.y for circuit in circuits])
    wide, tall = max(float(np.ptp(x)), 1.0), max(float(np.ptp(y)), 1.0)
    inner = width - 2 * MARGIN
    scale = min(inner / wide, (tallest - 2 * MARGIN) / tall)
    height = max(tall * scale + 2 * MARGIN, 300.0)
    return Paper(
        float(x.min()),
        float(y.max()),
        scale,
        width,
        height,
        (width - wide * scale) / 2,
        (height - tall * scale) / 2,
    )


def routes(system: System, circuit: Circuit) -> list[FloatArray]:
    """Return the points of each pipe from start to end, shape (points, 2), in metres."""
    pipes = circuit.pipes
    ends = np.column_stack([circuit.x, circuit.y])
    straight = [
        ends[[int(start), int(end)]]
        for start, end in zip(pipes.from_junction, pipes.to_junction, strict=True)
    ]
    drawn = _geometries(system)
    return [
        drawn.get((circuit.id, name), line)
        for name, line in zip(circuit.pipe_ids, straight, strict=True)
    ]


def _geometries(system: System) -> Mapping[tuple[str, str], FloatArray]:
    pipes = system.tables.get("pipes")
    if pipes is None or "geometry" not in pipes.columns:
        return {}
    cells = zip(pipes["circuit"], pipes["id"], pipes["geometry"], strict=True)
    return {
        (str(circuit), str(name)): line_of(cell)
        for circuit, name, cell in cells
        if isinstance(cell, str) and cell.upper().startswith("LINESTRING")
    }


def line_of(wkt: str) -> FloatArray:
    """Read the first two coordinates of each point of a WKT line.

    Examples
    --------
    >>> line_of("LINESTRING (1 2, 3.5 4)").tolist()
    [[1.0, 2.0], [3.5, 4.0]]
    """
    inner = wkt[wkt.index("(") + 1 : wkt.rindex(")")]
    return np.array([[float(n) for n in NUMBER.findall(pair)[:2]] for pair in inner.split(",")])


SAME_PLACE = 0.01
"""Points this near are one, on the page."""

LEFTWARDS = np.array([-1.0, 1.0])
"""Turns (y, x) of a step into what stands to its left."""


class Lanes:
    """Which side of a shared trench each circuit is drawn on.

    Parameters
    ----------
    lines : mapping of str to list of array
        Page lines by circuit.
    """

    def __init__(self, lines: Mapping[str, list[FloatArray]]) -> None:
        self.members: dict[tuple[float, ...], list[tuple[str, FloatArray]]] = {}
        for circuit, drawn in lines.items():
            for line in drawn:
                self.members.setdefault(_trench(line), []).append((circuit, line))

    def place(self, circuit: str, line: FloatArray) -> FloatArray:
        """Return a line moved sideways, if it shares its trench."""
        members = self.members[_trench(line)]
        if len(members) == 1:
            return line
        rank = next(i for i, (name, _) in enumerate(members) if name == circuit)
        offset = (rank - (len(members) - 1) / 2) * SPACING
        same = bool((np.abs(members[0][1][0] - line[0]) <= SAME_PLACE).all())
        return moved(line, offset if same else -offset)


def _trench(line: FloatArray) -> tuple[float, ...]:
    ends = sorted(line[[0, -1]].round(1).tolist())
    return (*ends[0], *ends[1])


def moved(line: FloatArray, offset: float) -> FloatArray:
    """Move a line sideways, corners kept.

    Examples
    --------
    >>> moved(np.array([[0.0, 0.0], [2.0, 2.0]]), 2**0.5).round(6).tolist()
    [[-1.0, 1.0], [1.0, 3.0]]
    """
    steps = line[1:] - line[:-1]
    length = np.maximum(np.hypot(steps[:, 0], steps[:, 1]), 1e-9)[:, None]
    normal = steps[:, ::-1] * LEFTWARDS / length
    at_points = np.empty_like(line)
    at_points[0], at_points[-1] = normal[0], normal[-1]
    at_points[1:-1] = (normal[1:] + normal[:-1]) / 2.0
    square = np.maximum((at_points**2).sum(axis=1, keepdims=True), 0.25)
    return np.asarray(line + offset * at_points / square)
