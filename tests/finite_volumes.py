"""Heat between buried pipes by finite volumes: independent of sources, images and multipoles."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

from warmtenet.model.ground_heat import CASING_CONDUCTIVITY, SURFACE_RESISTANCE
from warmtenet.model.trench import Casing

FAR = 15.0
"""To the sides and the bottom, where no heat flows. [m]"""

GROWTH = 1.1
"""From cell to cell outside the trench."""

PARTS = 8
"""Points of a cell along each axis, whose conductivities it averages."""

FIXED = 1e6
"""Conductivity inside a pipe. [W/(m K)]"""


def finite_volume_conductances(casings: Sequence[Casing], soil: float, cell: float) -> np.ndarray:
    """Return the conductances of all pipes, shape (pipes, pipes). [W/(m K)]

    Square cells of size ``cell`` around the casings, wider ones to all sides; film on the top.
    The wall of each pipe is left out here and added in series.
    """
    x, y = _axes(casings, cell)
    conductivity, owner = _materials(casings, soil, x, y)
    matrix, top = _conduction(conductivity, x, y)
    pipes = sum(len(casing.pipes) for casing in casings)
    inside = owner >= 0
    lost = np.zeros((pipes, pipes))
    free, whole = ~inside, matrix + top
    among, between = whole[free][:, free], whole[free][:, inside]
    for source in range(pipes):
        warmth = np.where(owner == source, 1.0, 0.0)
        warmth[free] = spsolve(among, -(between @ warmth[inside]))
        flow = whole @ warmth
        lost[source] = [flow[owner == pipe].sum() for pipe in range(pipes)]
    walls = [casing.section.wall_resistance for casing in casings for _ in casing.pipes]
    return np.linalg.inv(np.linalg.inv(lost) + np.diag(walls))


def _axes(casings: Sequence[Casing], cell: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the edges of the cells; y is the depth, 0 at the surface."""
    left = min(c.centre[0] - c.radius for c in casings) - 4 * cell
    right = max(c.centre[0] + c.radius for c in casings) + 4 * cell
    above = min(c.centre[1] - c.radius for c in casings) - 4 * cell
    below = max(c.centre[1] + c.radius for c in casings) + 4 * cell
    x = np.arange(left, right + cell, cell)
    y = np.arange(above, below + cell, cell)
    steps = cell * GROWTH ** np.arange(1, 200)
    outward = np.cumsum(steps)[np.cumsum(steps) < FAR]
    upward = np.cumsum(steps)[np.cumsum(steps) < y[0] - 0.02]
    x = np.concatenate([x[0] - outward[::-1], x, x[-1] + outward])
    y = np.concatenate([[0.0], y[0] - upward[::-1], y, y[-1] + outward])
    return x, y


def _materials(
    casings: Sequence[Casing], soil: float, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the conductivity of each cell and the pipe that it is part of, else -1."""
    share = (np.arange(PARTS) + 0.5) / PARTS
    fine_x = (x[:-1, None] + np.diff(x)[:, None] * share).ravel()
    fine_y = (y[:-1, None] + np.diff(y)[:, None] * share).ravel()
    fine = np.full((fine_x.size, fine_y.size), soil)
    middle_x, middle_y = (x[1:] + x[:-1]) / 2.0, (y[1:] + y[:-1]) / 2.0
    owner, pipe = np.full((middle_x.size, middle_y.size), -1), 0
    for casing in casings:
        section = casing.section
        distance = np.hypot(fine_x[:, None] - casing.centre[0], fine_y - casing.centre[1])
        thin = section.casing_wall_thickness if len(casing.pipes) == 1 else 0.0
        fine[distance < casing.radius] = CASING_CONDUCTIVITY
        fine[distance < casing.radius - thin] = section.insulation_conductivity
        for place in casing.pipes:
            away = np.hypot(middle_x[:, None] - place[0], middle_y - place[1])
            owner[away < section.outer_diameter / 2.0] = pipe
            pipe += 1
    cells = fine.reshape(x.size - 1, PARTS, y.size - 1, PARTS)
    mean = np.sqrt(cells.mean(axis=(1, 3)) / (1.0 / cells).mean(axis=(1, 3)))
    return np.where(owner >= 0, FIXED, mean), owner.ravel()


def _conduction(conductivity: np.ndarray, x: np.ndarray, y: np.ndarray):
    """Return the matrix of conduction between cells, and to the air above, both sparse."""
    dx, dy = np.diff(x)[:, None], np.diff(y)[None, :]
    cell = np.arange(conductivity.size).reshape(conductivity.shape)
    half_x, half_y = dx / 2.0 / conductivity, dy / 2.0 / conductivity
    sideways = dy / (half_x[:-1] + half_x[1:])
    downwards = dx / (half_y[:, :-1] + half_y[:, 1:])
    pairs = [(cell[:-1], cell[1:], sideways), (cell[:, :-1], cell[:, 1:], downwards)]
    rows, columns, values = [], [], []
    for ends in pairs:
        a, b, g = (part.ravel() for part in ends)
        rows += [a, b, a, b]
        columns += [a, b, b, a]
        values += [g, g, -g, -g]
    size = (conductivity.size,) * 2
    parts = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    film = (dx[:, 0] / (half_y[:, 0] + SURFACE_RESISTANCE)).ravel()
    top = coo_matrix((film, (cell[:, 0], cell[:, 0])), shape=size).tocsc()
    return coo_matrix(parts, shape=size).tocsc(), top
