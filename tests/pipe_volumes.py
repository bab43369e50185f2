"""A pipe and its wall as fine finite volumes: an independent solution for the dynamic solver.

Method of lines: fluxes by MUSCL with van Leer's limiter, time by Heun's method with steps that
are a share of what stability allows. It shares nothing with the package but the physics: water
of constant properties, a film between water and wall, a loss from the wall.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

COURANT = 0.4
QUICKEST = 0.05
"""Of the time in which a wall follows its water."""


@dataclass(frozen=True)
class Tube:
    """A pipe: geometry, heat capacities per metre [J/(m K)] and conductances [W/(m K)]."""

    length: float
    diameter: float
    water: float
    wall: float
    loss: float
    viscosity: float
    conductivity: float
    heat_capacity: float

    def film(self, flow: float) -> float:
        """Return the film's conductance by Gnielinski's equation, or laminar. [W/(m K)]"""
        reynolds = 4.0 * abs(flow) / (np.pi * self.diameter * self.viscosity)
        prandtl = self.viscosity * self.heat_capacity / self.conductivity

        def turbulent(number: float) -> float:
            eighth = (0.79 * np.log(number) - 1.64) ** -2 / 8.0
            below = 1.0 + 12.7 * np.sqrt(eighth) * (prandtl ** (2.0 / 3.0) - 1.0)
            return float(eighth * (number - 1000.0) * prandtl / below)

        share = np.clip((reynolds - 2300.0) / 1700.0, 0.0, 1.0)
        number = (1.0 - share) * 3.66 + (share * turbulent(max(reynolds, 4000.0)))
        return float(np.pi * self.conductivity * number)


def outlet_means(
    tube: Tube,
    duration: FloatArray,
    flow: FloatArray,
    inlet: FloatArray,
    *,
    ground: float,
    at_first: float,
    cells: int,
) -> FloatArray:
    """Return the mean temperature of what leaves in each step; flow is positive. [°C]"""
    water, wall = np.full(cells, at_first), np.full(cells, at_first)
    width, means = tube.length / cells, np.empty(len(duration))
    for row, seconds in enumerate(duration):
        film = tube.film(flow[row])
        outside = tube.loss * film / (film - tube.loss)
        carried = flow[row] * tube.heat_capacity
        speed = carried / tube.water
        stable = min(COURANT * width / max(speed, 1e-12), QUICKEST * tube.wall / film)
        parts = int(np.ceil(seconds / stable))
        part, left = seconds / parts, 0.0

        def rates(
            water: FloatArray,
            wall: FloatArray,
            *,
            film: float = film,
            outside: float = outside,
            carried: float = carried,
            entering: float = float(inlet[row]),
        ) -> tuple[FloatArray, FloatArray, float]:
            faces = _faces(water, entering)
            given = film * (water - wall)
            moved = -carried * np.diff(faces) / width
            warmed = given - outside * (wall - ground)
            return (moved - given) / tube.water, warmed / tube.wall, float(faces[-1])

        for _ in range(parts):
            a, b, first = rates(water, wall)
            c, d, second = rates(water + part * a, wall + part * b)
            water, wall = water + 0.5 * part * (a + c), wall + 0.5 * part * (b + d)
            left += 0.5 * (first + second) / parts
        means[row] = left
    return means


def _faces(water: FloatArray, entering: float) -> FloatArray:
    """Return the water at the faces of the cells, limited linear."""
    padded = np.concatenate([[entering, entering], water, [water[-1]]])
    up, down = np.diff(padded)[:-1], np.diff(padded)[1:]
    product = up * down
    slope = np.zeros_like(product)
    np.divide(2.0 * product, up + down, out=slope, where=product > 0.0)
    inner = padded[1:-1] + 0.5 * slope
    inner[0] = entering
    return inner
