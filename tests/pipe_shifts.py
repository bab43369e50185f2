"""A pipe and its wall whose water moves a cell at a time: what the dynamic solver is held against.

Water is shifted by exactly one cell, so that no front is blurred; before and after, water and wall
beside it exchange heat for half the time (Strang's splitting, midpoint rule). The film is that of
the water's own temperature. Errors go with the square of the cell: two runs give the answer of
none. It shares nothing with the package but the physics.
"""

from dataclasses import replace
from functools import cache

import numpy as np
from circuit_factory import DENSITY
from pipe_volumes import FloatArray, Tube

GROUND = 10.0
GRID = np.linspace(5.0, 100.0, 20)
"""Temperatures for which the film is told. [°C]"""


@cache
def conductivity(temperature: float) -> float:
    """Return that of water. [W/(m K)]"""
    from iapws import IAPWS97

    return float(IAPWS97(T=temperature + 273.15, P=0.6).k)


def whole_cells(tube: Tube, seconds: float, flow: float, cells: int) -> tuple[int, float]:
    """Return by how many cells a step moves the water, and the flow near ``flow`` that does."""
    held = np.pi / 4.0 * tube.diameter**2 * tube.length * DENSITY
    parts = round(flow * seconds / held * cells)
    return parts, parts * held / cells / seconds


def shifted_means(
    tube: Tube, seconds: float, flow: float, inlet: FloatArray, at_first: float, cells: int
) -> FloatArray:
    """Return the mean temperature of what leaves in each step. [°C]"""
    parts, exact = whole_cells(tube, seconds, flow, cells)
    assert abs(exact - flow) < 1e-9 * flow, "a step moves whole cells"
    films = np.array([replace(tube, conductivity=conductivity(t)).film(flow) for t in GRID])
    water, wall, half = np.full(cells, at_first), np.full(cells, at_first), 0.5 * seconds / parts
    means = np.zeros(len(inlet))

    def rates(water: FloatArray, wall: FloatArray) -> tuple[FloatArray, FloatArray]:
        film = np.interp(water, GRID, films)
        given = film * (water - wall)
        lost = film * tube.loss / (film - tube.loss) * (wall - GROUND)
        return -given / tube.water, (given - lost) / tube.wall

    def meet(water: FloatArray, wall: FloatArray) -> tuple[FloatArray, FloatArray]:
        a, b = rates(water, wall)
        a, b = rates(water + 0.5 * half * a, wall + 0.5 * half * b)
        return water + half * a, wall + half * b

    for row, entering in enumerate(inlet):
        for _ in range(parts):
            water, wall = meet(water, wall)
            means[row] += water[-1] / parts
            water = np.concatenate([[entering], water[:-1]])
            water, wall = meet(water, wall)
    return means
