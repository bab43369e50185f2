"""How old the water is that reaches each consumer: the delay between plant and building."""

from dataclasses import dataclass

import numpy as np

from ..model.scenario import Scenario
from ..model.water import density, water_table
from ..networks.columns import SUPPLY, FloatArray, IntArray
from ..networks.sizing import downstream_sums, path_sums
from .circuit_year import CircuitYear
from .kernels.travel_time import trace_back
from .tree import tree_table

OLDEST = 48.0 * 3600.0
"""Water older than this is not told apart. [s]"""

STEPS_TOGETHER = 1024
"""Steps that are traced together, beside those before them that the oldest water needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The supply side of a tree, each line after the one before it.

    Parameters
    ----------
    upstream : array of int, shape (lines,)
        The line before each, -1 at the plant.
    length : array of float, shape (lines,)
        [m]
    content : array of float, shape (lines,)
        Water. [kg]
    consumer_line : array of int, shape (consumers,)
        The line each consumer hangs on; -1 at the plant itself.
    """

    upstream: IntArray
    length: FloatArray
    content: FloatArray
    consumer_line: IntArray

    @property
    def distance(self) -> FloatArray:
        """Way from the plant to each consumer, shape (consumers,). [m]"""
        along = np.append(path_sums(self.upstream, self.length), 0.0)
        return np.asarray(along[self.consumer_line])


def find_way(year: CircuitYear, duration: FloatArray, scenario: Scenario) -> Way:
    """Return the supply side of a solved tree.

    Parameters
    ----------
    year : CircuitYear
        A tree with one producer.
    duration : array of float, shape (steps,)
        Of the steps. [s]
    scenario : Scenario
        Its ``[water]`` applies.

    Notes
    -----
    A line holds the same mass at any temperature: its volume times the density at the mean
    supply temperature of the run, as in the dynamic solver.
    """
    circuit = year.circuit
    tree = tree_table(circuit)
    weight = duration if duration.any() else np.ones(len(duration))
    supply = np.average(year.producer_supply_temperature, axis=0, weights=weight).mean()
    pipe = tree.pipe[1:]
    area = np.pi / 4.0 * circuit.pipes.inner_diameter[SUPPLY, pipe] ** 2
    length = circuit.pipes.length[pipe]
    weighs = float(density(np.array(supply), water_table(scenario.water)))
    return Way(
        upstream=tree.parent[1:] - 1,
        length=length,
        content=area * length * weighs,
        consumer_line=tree.consumer_row - 1,
    )


def travel_times(year: CircuitYear, duration: FloatArray, way: Way) -> FloatArray:
    """Return how long the water that each consumer draws was on its way.

    Parameters
    ----------
    year : CircuitYear
        A solved tree; flows hold through each step.
    duration : array of float, shape (steps,)
        Of its steps. [s]
    way : Way
        From `find_way`.

    Returns
    -------
    array of float, shape (steps, consumers)
        Of the water that arrives in mid-step. NaN where nothing is drawn, where the water was in
        the pipes at the start of the run, and where it is older than `OLDEST`. [s]

    Notes
    -----
    Each particle is followed back through its pipes: it entered one when as much had flowed since
    as the pipe holds. That is exact for plug flow with flows that hold through steps. Heat is
    later than water where walls take part (`wall_delay`).
    """
    ends = np.concatenate([[0.0], np.cumsum(duration)])
    age = np.empty(year.consumer_mass_flow.shape)
    for first in range(0, len(duration), STEPS_TOGETHER):
        last = min(first + STEPS_TOGETHER, len(duration))
        begin = int(np.searchsorted(ends, ends[first] - OLDEST, side="right")) - 1
        rows = slice(max(begin, 0), last)
        drawn = np.ascontiguousarray(year.consumer_mass_flow[rows])
        found = np.empty(drawn.shape)
        marks = ends[rows.start : last + 1]
        passed = _passed(drawn, np.diff(marks), way)
        trace_back(marks, passed, way.content, way.upstream, way.consumer_line, drawn, found)
        age[first:last] = found[first - rows.start :]
    age[age > OLDEST] = np.nan
    return age


def wall_delay(year: CircuitYear, way_water: FloatArray, specific_heat: float) -> float:
    """Return by how much heat is later than water, as a share of the water's time.

    Parameters
    ----------
    year : CircuitYear
        Its circuit may have walls.
    way_water : array of float, shape (lines,)
        Content of the supply lines. [kg]
    specific_heat : float
        Of the water. [J/(kg K)]
    """
    wall = year.circuit.wall_heat_capacity
    if wall is None:
        return 0.0
    held = float((np.nan_to_num(wall[SUPPLY]) * year.circuit.pipes.length).sum())
    return held / max(float(way_water.sum()) * specific_heat, 1.0)


def _passed(drawn: FloatArray, duration: FloatArray, way: Way) -> FloatArray:
    """Return what has left each line since the first instant, shape (lines, steps + 1). [kg]"""
    own = np.zeros((len(way.upstream), len(drawn)))
    hangs = way.consumer_line >= 0
    np.add.at(own, way.consumer_line[hangs], (drawn * duration[:, None]).T[hangs])
    passed = np.zeros((len(way.upstream), len(drawn) + 1))
    np.cumsum(downstream_sums(way.upstream, own), axis=1, out=passed[:, 1:])
    return passed
