"""Heat that pipes in one trench give to the ground and to each other, from where they lie.

Pipes in one trench warm the soil around each other, whichever circuit they belong to. With the
water of pipe j at theta_j above the undisturbed ground, pipe i loses per metre

    q_i = sum over j of A_ij theta_j

where A is symmetric: its diagonal is positive, all else negative, and what a row sums to is the
loss to the surface when all pipes are equally warm. So -A_ij is the conductance between the water
of two pipes. For a pair of equal pipes A is [[U1, -U2], [-U2, U1]], see `ground_heat`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .ground_heat import SURFACE_RESISTANCE, PipeSection

FloatArray = npt.NDArray[np.float64]
ComplexArray = npt.NDArray[np.complex128]

ORDER = 6
"""Multipoles of each circle: 0.01 % of a coefficient, also where casings nearly touch."""

POINTS_PER_ORDER, LEAST_POINTS = 8, 16
"""Of a circle, on which the conditions are weighed."""

Place = tuple[float, float]
"""x and depth of a centre. [m]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Casing:
    """One casing in a trench, with one pipe at its centre or two beside it.

    Parameters
    ----------
    section : PipeSection
        Of its pipe, or of each of the two.
    pipes : tuple of (float, float)
        x and depth of each pipe's centre; the casing's centre lies in their middle. [m]
    """

    section: PipeSection
    pipes: tuple[Place, ...]

    @property
    def centre(self) -> Place:
        """X and depth of the casing's centre. [m]"""
        x, depth = (sum(part) / len(self.pipes) for part in zip(*self.pipes, strict=True))
        return x, depth

    @property
    def radius(self) -> float:
        """Outside. [m]"""
        return self.section.casing_diameter / 2.0

    @property
    def filling(self) -> float:
        """Conductivity of what lies between pipe and soil, as if it were one layer. [W/(m K)]

        Foam and casing in series around one pipe; around two the thin casing counts as foam.
        """
        section = self.section
        if len(self.pipes) > 1:
            return section.insulation_conductivity
        layers = section.resistance - section.wall_resistance
        return math.log(section.casing_diameter / section.outer_diameter) / (2 * math.pi * layers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One pipe of which no more is known than what it loses: a line source of heat.

    Parameters
    ----------
    place : (float, float)
        x and depth of its centre. [m]
    resistance : float
        From its water to the undisturbed ground, no other pipe near. [m K/W]
    """

    place: Place
    resistance: float


def trench_conductances(
    casings: Sequence[Casing],
    lines: Sequence[Line],
    soil_conductivity: float,
    *,
    order: int = ORDER,
) -> FloatArray:
    """Return the conductances of all pipes in a trench.

    Parameters
    ----------
    casings : sequence of Casing
        Pipes of known cross-section.
    lines : sequence of Line
        Pipes of which the loss alone is known.
    soil_conductivity : float
        Of the soil. [W/(m K)]
    order : int, optional
        Multipoles of each circle; 0: line sources in the casings' centres.

    Returns
    -------
    array of float, shape (pipes, pipes)
        A, symmetric; first the pipes of the casings in their order, then the lines. [W/(m K)]

    Notes
    -----
    Pipes of known cross-section: multipoles of the given order in the soil, around each casing,
    mirrored at the surface, and in each casing, around its pipes; temperature and heat flow are
    equal on both sides of each casing, weighed with the same functions. Film at the surface counts
    as soil, as for a pair; the pipes' own walls are added in series. Lines meet all others by
    R_ij = ln(D'_ij / D_ij) / (2 pi k), with the distances D_ij of the centres and D'_ij to the
    other's mirror image: EN 13941's R_m for a pair at equal depth.
    Homogeneous soil, steady heat (the seasons reach the pipes through the ground's temperature
    alone), pipes parallel. Lines lose their meaning where they lie closer to another pipe than
    some casing diameters.

    References
    ----------
    J. Claesson, G. Hellström, "Multipole method to calculate borehole thermal resistances in a
    borehole heat exchanger", HVAC&R Research 17(6), 2011, 895-911 (the method for pipes in one
    circle); P. Wallentén, report TVBH-3017, Lund, 1991 (for buried pipes). Neither was at hand:
    the equations are derived anew, with more than one casing.

    Examples
    --------
    >>> dn100 = PipeSection(inner_diameter=0.1071, outer_diameter=0.1143, casing_diameter=0.2,
    ...     casing_wall_thickness=0.0032, wall_conductivity=52.0, insulation_conductivity=0.027)
    >>> pair = [Casing(section=dn100, pipes=((x, 0.9),)) for x in (0.0, 0.35)]
    >>> a = trench_conductances(pair, [], 1.6)
    >>> round(float(a[0, 0]), 4), round(float(-a[0, 1]), 4)
    (0.2926, 0.0151)
    """
    known = np.linalg.inv(_conductances_of(tuple(casings), soil_conductivity, order))
    centres = [casing.centre for casing in casings for _ in casing.pipes]
    count = len(centres)
    places = [*centres, *(line.place for line in lines)]
    resistance = mutual_resistances(places, soil_conductivity)
    resistance[:count, :count] = known
    rows = np.arange(count, len(places))
    resistance[rows, rows] = [line.resistance for line in lines]
    inverse = np.linalg.inv(resistance)
    return np.asarray(0.5 * (inverse + inverse.T))


def mutual_resistances(places: Sequence[Place], soil_conductivity: float) -> FloatArray:
    """Return what a watt per metre from one line source warms the place of another.

    Parameters
    ----------
    places : sequence of (float, float)
        x and depth of each. [m]
    soil_conductivity : float
        Of the soil. [W/(m K)]

    Returns
    -------
    array of float, shape (places, places)
        Infinite on the diagonal and where two lie in one place. [m K/W]
    """
    at = _complex(places, soil_conductivity)
    apart, image = np.abs(at[:, None] - at), np.abs(at[:, None] - at.conj())
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(image / apart) / (2.0 * math.pi * soil_conductivity))


def _complex(places: Sequence[Place], soil_conductivity: float) -> ComplexArray:
    """Return places as complex numbers, the film at the surface added as soil. [m]"""
    x, depth = np.array(places, dtype=np.float64).reshape(-1, 2).T
    return np.asarray(x - 1j * (depth + SURFACE_RESISTANCE * soil_conductivity))


class _Circle(NamedTuple):
    centre: complex
    radius: float


@lru_cache(maxsize=4096)
def _conductances_of(
    casings: tuple[Casing, ...], soil_conductivity: float, order: int
) -> FloatArray:
    """Return the conductances of pipes of known cross-section, their walls in series."""
    pipes = sum(len(casing.pipes) for casing in casings)
    if not pipes:
        return np.empty((0, 0))
    matrix, right, heat = _equations(casings, soil_conductivity, order)
    lost = np.linalg.solve(matrix, right)[heat]
    walls = [casing.section.wall_resistance for casing in casings for _ in casing.pipes]
    lost = np.linalg.inv(np.linalg.inv(0.5 * (lost + lost.T)) + np.diag(walls))
    return np.asarray(0.5 * (lost + lost.T))


def _equations(
    casings: Sequence[Casing], soil: float, order: int
) -> tuple[FloatArray, FloatArray, list[int]]:
    """Return matrix and right-hand sides, one for each pipe at 1 K, and where the heats stand.

    Unknown are, by casing, the sources in the soil and the smooth field in the filling, and by
    pipe the sources in the filling; sources begin with the heat given. [W/m]
    """
    size = 2 * order + 1
    outer = [_circle(casing.centre, casing.radius, soil) for casing in casings]
    inner = [
        [_circle(place, casing.section.outer_diameter / 2.0, soil) for place in casing.pipes]
        for casing in casings
    ]
    count = sum(len(pipes) for pipes in inner)
    total = size * (2 * len(casings) + count)
    matrix, right = np.zeros((total, total)), np.zeros((total, count))
    heat: list[int] = []
    at = 2 * size * len(casings)
    for k, casing in enumerate(casings):
        warmth = slice(2 * k * size, (2 * k + 1) * size)
        flow = slice(warmth.stop, warmth.stop + size)
        points, weights = _sample(outer[k], order)
        for other, circle in enumerate(outer):
            columns = slice(2 * other * size, (2 * other + 1) * size)
            field, slope = _sources(circle, points, outer[k], order, soil, mirrored=True)
            matrix[warmth, columns], matrix[flow, columns] = weights @ field, weights @ slope
        smooth = flow
        field, slope = _smooth(outer[k], points, order, casing.filling)
        matrix[warmth, smooth], matrix[flow, smooth] = -weights @ field, -weights @ slope
        rows = [slice(at + size * i, at + size * (i + 1)) for i in range(len(inner[k]))]
        at += size * len(rows)
        for own, pipe in zip(rows, inner[k], strict=True):
            field, slope = _sources(pipe, points, outer[k], order, casing.filling)
            matrix[warmth, own], matrix[flow, own] = -weights @ field, -weights @ slope
            there, weights_there = _sample(pipe, order)
            matrix[own, smooth] = weights_there @ _smooth(outer[k], there, order, 1.0)[0]
            for columns, source in zip(rows, inner[k], strict=True):
                field, _ = _sources(source, there, pipe, order, casing.filling)
                matrix[own, columns] = weights_there @ field
            right[own.start, len(heat)] = 1.0
            heat.append(own.start)
    return matrix, right, heat


def _circle(place: Place, radius: float, soil: float) -> _Circle:
    return _Circle(complex(_complex([place], soil)[0]), radius)


def _sample(circle: _Circle, order: int) -> tuple[ComplexArray, FloatArray]:
    """Return points of a circle, and the weights of the mean, cosines and sines over them."""
    count = LEAST_POINTS + POINTS_PER_ORDER * order
    angle = 2.0 * np.pi * np.arange(count) / count
    waves = [np.ones(count)]
    for n in range(1, order + 1):
        waves += [np.cos(n * angle), np.sin(n * angle)]
    points = circle.centre + circle.radius * np.exp(1j * angle)
    return points, np.stack(waves) / count


def _sources(
    circle: _Circle,
    points: ComplexArray,
    around: _Circle,
    order: int,
    conductivity: float,
    *,
    mirrored: bool = False,
) -> tuple[FloatArray, FloatArray]:
    """Return temperature and outward heat flow of a circle's sources at points of another.

    Shape (points, 2 order + 1): a line source of 1 W/m, then multipoles of 1 K. With
    ``mirrored``, each has its negative image above the surface. [K], [W/m2]
    """
    normal = (points - around.centre) / around.radius
    away = points - circle.centre
    unit = 1.0 / (2.0 * math.pi * conductivity)
    fields, slopes = [-unit * np.log(away / circle.radius)], [-unit / away]
    image = points - np.conj(circle.centre)
    if mirrored:
        fields[0] = fields[0] + unit * np.log(image / circle.radius)
        slopes[0] = slopes[0] + unit / image
    for n in range(1, order + 1):
        field = (circle.radius / away) ** n
        slope = -n * field / away
        mirror = (circle.radius / image) ** n if mirrored else np.zeros_like(image)
        turned = -n * mirror / image
        fields += [field - mirror, 1j * (field + mirror)]
        slopes += [slope - turned, 1j * (slope + turned)]
    return np.stack(fields, axis=1).real, conductivity * (
        np.stack(slopes, axis=1) * normal[:, None]
    ).real


def _smooth(
    circle: _Circle, points: ComplexArray, order: int, conductivity: float
) -> tuple[FloatArray, FloatArray]:
    """Return temperature and outward heat flow of fields without a source in a circle."""
    inside = (points - circle.centre) / circle.radius
    fields, slopes = [np.ones_like(inside)], [np.zeros_like(inside)]
    for n in range(1, order + 1):
        fields += [inside**n, 1j * inside**n]
        slopes += [n * inside**n / circle.radius, 1j * n * inside**n / circle.radius]
    return np.stack(fields, axis=1).real, conductivity * np.stack(slopes, axis=1).real
