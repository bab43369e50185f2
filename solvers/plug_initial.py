"""What pipes hold at first: a given profile, or the steady state of the first row."""

from dataclasses import dataclass

import numpy as np

from ..model.water import WaterTable, enthalpy, heat_capacity
from ..networks.columns import FloatArray, IntArray
from .kernels.plug_tables import (
    BEND,
    BENT,
    CELLS,
    COUNT,
    EVEN,
    EXCHANGE,
    FADED,
    FIRST,
    LOSS,
    MASS,
    POINT,
    RUB,
    TARGET,
    UNUSED_SLOTS,
    WATER,
    WHOLE,
    Net,
)

FLAT = 1e-4
"""Bend of a slug along which the content changes linearly, but for this share of it."""

MOST_BEND = 50.0

NOWHERE = -1e9
"""A point of linear loss that is not set yet. [J/kg]"""


@dataclass(frozen=True, slots=True)
class Ends:
    """Water at both ends of each line, and what leads from one to the other.

    Parameters
    ----------
    start, end : array of float, shape (lines,)
        [°C]
    ground : array of float, shape (lines,)
        [°C]
    flow : array of float, shape (lines,)
        In the line's own direction. [kg/s]
    rubbed : array of float, shape (lines,)
        What friction adds to the water that leaves, 0 where it warms nothing. [J/kg]
    """

    start: FloatArray
    end: FloatArray
    ground: FloatArray
    flow: FloatArray
    rubbed: FloatArray


def fill_between(net: Net, ends: Ends, water: WaterTable) -> None:
    """Fill every pipe with water that cools from one end to the other, as in a steady state.

    Water that stands is as warm as the ground, which is what a steady state makes of it.

    Parameters
    ----------
    net : Net
        Written.
    ends : Ends
        Water at the ends.
    water : WaterTable
        Of the scenario.
    """
    middle = 0.5 * (ends.start + ends.end)
    capacity = heat_capacity(middle, water)
    content = enthalpy(middle, water)
    moves = ends.flow != 0.0
    toward = content + capacity * (ends.ground - middle)
    ground = np.where(moves, toward, enthalpy(ends.ground, water))
    lost, carried = net.lines[LOSS] + net.lines[EXCHANGE], ends.flow * capacity
    with np.errstate(over="ignore"):  # of a trickle
        bend = -np.divide(lost, carried, out=np.zeros_like(lost), where=moves)
    bend = np.clip(bend, -MOST_BEND, MOST_BEND)
    bend = np.where(np.abs(bend) < FLAT, -FLAT, bend)
    first = enthalpy(ends.start, water) - np.where(ends.flow < 0.0, ends.rubbed, 0.0)
    last = enthalpy(ends.end, water) - np.where(ends.flow > 0.0, ends.rubbed, 0.0)
    first, last = np.where(moves, first, ground), np.where(moves, last, ground)
    square = ends.flow**2
    net.lines[RUB] = np.divide(ends.rubbed, square, out=np.zeros_like(square), where=square > 0.0)
    bent = (last - first) / np.expm1(bend)
    net.lines[TARGET], net.lines[FADED], net.lines[POINT] = ground, 1.0, NOWHERE
    net.places[COUNT] = 1
    net.slugs[:, 0, MASS] = net.lines[WHOLE]
    net.slugs[:, 0, EVEN] = first - bent - ground
    net.slugs[:, 0, BENT], net.slugs[:, 0, BEND] = bent * np.exp(bend), -bend
    lined = np.flatnonzero(net.places[CELLS] > 0)
    if lined.size:
        edges = np.linspace(0.0, 1.0, int(net.places[CELLS].max()) + 1)
        _fill_cells(net, lined, first[lined], last[lined], bend[lined], edges)


def _fill_cells(
    net: Net,
    lined: IntArray,
    first: FloatArray,
    last: FloatArray,
    bend: FloatArray,
    edges: FloatArray,
) -> None:
    """Fill pipes with wall cells: one slug beside each cell, bent as the water there."""
    count = net.places[CELLS, lined]
    at = np.minimum(np.arange(len(edges)) / count[:, None], 1.0)
    bent = (last - first) / np.expm1(bend)
    width = np.diff(at, axis=1)
    total = np.diff(_integral(first, bent, bend, at), axis=1)
    mean = np.divide(total, width, out=np.zeros_like(total), where=width > 0.0)
    write_cells(net, lined, mean)
    exists = np.arange(width.shape[1]) < count[:, None]
    slugs = net.slugs[lined, : width.shape[1]]
    leaning = bent[:, None] * np.exp(bend[:, None] * at[:, 1:])
    slugs[..., EVEN] = np.where(exists, (first - bent)[:, None], 0.0)
    slugs[..., BENT] = np.where(exists, leaning, 0.0)
    slugs[..., BEND] = np.where(exists, -bend[:, None] * width, 0.0)
    net.slugs[lined, : width.shape[1]] = slugs


def _integral(first: FloatArray, bent: FloatArray, bend: FloatArray, at: FloatArray) -> FloatArray:
    """Return the content of a bent slug from its start to places, in parts of its length."""
    even = (first - bent)[:, None]
    return np.asarray(even * at + bent[:, None] * np.expm1(bend[:, None] * at) / bend[:, None])


def write_cells(net: Net, lined: IntArray, mean: FloatArray) -> None:
    """Write one slug for each cell of pipes with wall cells, and the wall beside it.

    Parameters
    ----------
    net : Net
        Written.
    lined : array of int
        Which pipes.
    mean : array of float, shape (these pipes, most cells)
        Content of the water beside each cell. [J/kg]
    """
    cells = np.arange(mean.shape[1])
    exists = cells < net.places[CELLS, lined][:, None]
    slugs = np.zeros((len(lined), mean.shape[1], net.slugs.shape[2]))
    slugs[..., MASS] = np.where(
        exists, (net.lines[WATER, lined] / net.places[CELLS, lined])[:, None], 0.0
    )
    slugs[..., EVEN] = np.where(exists, mean, 0.0)
    net.slugs[lined, : mean.shape[1]] = slugs
    net.walls[lined, : mean.shape[1]] = np.where(exists, mean, 0.0)
    net.places[COUNT, lined] = net.places[CELLS, lined]
    net.lines[TARGET, lined] = 0.0
    net.lines[FADED, lined] = 1.0


def fill_profile(
    net: Net,
    line: int,
    place: FloatArray,
    temperature: FloatArray,
    ground: float,
    water: WaterTable,
) -> None:
    """Fill one pipe with a profile, linear between places and constant beyond.

    Parameters
    ----------
    net : Net
        Written.
    line : int
        Which pipe.
    place : array of float
        From the line's start, as a share of its length; rising. [1]
    temperature : array of float
        There. [°C]
    ground : float
        [°C]
    water : WaterTable
        Of the scenario.
    """
    knots = np.unique(np.clip(np.concatenate([[0.0], place, [1.0]]), 0.0, 1.0))
    content = enthalpy(np.interp(knots, place, temperature), water)
    if net.places[CELLS, line] > 0:
        edges = np.linspace(0.0, 1.0, int(net.places[CELLS, line]) + 1)
        mean = _means_between(edges, knots, content)
        padded = np.zeros((1, net.walls.shape[1]))
        padded[0, : mean.size] = mean
        write_cells(net, np.array([line]), padded)
        return
    parts, slots = np.diff(knots), net.slugs.shape[1] - UNUSED_SLOTS
    target = float(enthalpy(np.array([ground]), water)[0])
    if parts.size > slots:  # more rows than slugs: each has the mean of its part
        edges = np.linspace(0.0, 1.0, slots + 1)
        even, bent, parts = _means_between(edges, knots, content), np.zeros(slots), np.diff(edges)
    else:
        bent = -np.diff(content) / np.expm1(FLAT)
        even = content[1:] - bent
    net.slugs[line] = 0.0
    rows = net.slugs[line, : parts.size]
    rows[:, MASS] = parts * net.lines[WHOLE, line]
    rows[:, EVEN] = even - target
    rows[:, BENT], rows[:, BEND] = bent, FLAT
    net.places[FIRST, line], net.places[COUNT, line] = 0, parts.size
    net.lines[TARGET, line], net.lines[FADED, line] = target, 1.0
    net.lines[POINT, line] = NOWHERE


def _means_between(edges: FloatArray, knots: FloatArray, content: FloatArray) -> FloatArray:
    """Return the mean of a course, linear between its knots, from each edge to the next."""
    every = np.unique(np.concatenate([knots, edges]))
    values = np.interp(every, knots, content)
    area = 0.5 * (values[1:] + values[:-1]) * np.diff(every)
    total = np.concatenate([[0.0], np.cumsum(area)])
    return np.asarray(np.diff(np.interp(edges, every, total)) / np.diff(edges))
