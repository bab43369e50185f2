"""A circuit as single pipes between nodes, and its hours as steps, for the plug-flow kernels."""

from dataclasses import dataclass

import numpy as np

from ..model.water import WaterTable, density, enthalpy, heat_capacity
from ..networks.boundary import Boundary
from ..networks.columns import RETURN, Circuit, FloatArray, IntArray
from .kernel_columns import consumer_columns, pipe_columns
from .kernel_hours import distinct_rows, own
from .kernels.plug_consumers import LEAST_L, LIMIT_VALUES, MAX_SUPPLY_L, MIN_SUPPLY_L, MOST_L
from .kernels.plug_tables import (
    ALONG_VALUES,
    CELLS,
    DIAMETER,
    EARTH,
    END,
    EXCHANGE,
    FILM,
    INDEX_VALUES,
    LINE_VALUES,
    LOSS,
    NODE_VALUES,
    PIECE_VALUES,
    RING_VALUES,
    SLUG_VALUES,
    SOIL_VALUES,
    START,
    TWIN,
    UNUSED_SLOTS,
    WALL,
    WALL_SHARE,
    WATER,
    WHOLE,
    Head,
    Net,
    Sides,
    Steps,
    Tree,
)
from .kernels.tree_rows import COLDEST, WARMEST
from .tree import NEARLY_WARM, tree_table

LONGEST_CELL = 0.1
"""Length of a wall cell, where their number allows it. [m]"""

FEWEST_CELLS, MOST_CELLS = 8, 512

FILM_STEP = 60.0
"""Steps of at most this length see the film between water and wall; longer ones outlast it. [s]"""

FILM_SHARE = 0.05
"""Of the steps of a run: so many short ones make all of them see the film."""

FILMS = 32
"""Contents for which the film of a line is told, at most."""

LEAST_LENGTH = 1e-6
"""Of a pipe of no length, whose wall holds nothing. [m]"""

LEAST_CONTENT = 1e-6
"""Of a pipe without length. [kg]"""

SLOTS_IN_ALL = 2**17
"""Slugs of all pipes together, about; 4 MB."""

FEWEST_SLOTS, MOST_SLOTS = 32, 2048


PIECES_IN_ALL, MOST_PIECES = 2048, 64
"""Of what passes a junction one after another within a step: 64 pieces where lines are few; in a
large network one, the mean of the step."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Which single pipes a circuit has: those of the supply side, then those of the return side.

    Parameters
    ----------
    route, side : array of int, shape (lines,)
        Row of the circuit's pipes, and `SUPPLY` or `RETURN`.
    """

    route: IntArray
    side: IntArray

    def take(self, column: FloatArray) -> FloatArray:
        """Return the values of a column by side and pipe, shape (lines,)."""
        return np.ascontiguousarray(column[self.side, self.route], dtype=np.float64)


def find_lines(circuit: Circuit) -> Lines:
    """Return the single pipes of a circuit."""
    side, route = np.nonzero(circuit.has_pipe)
    return Lines(route.astype(np.int64), side.astype(np.int64))


def slot_count(lines: int) -> int:
    """Return the number of slugs that a pipe may hold: a power of two.

    Examples
    --------
    >>> slot_count(1), slot_count(4000)
    (2048, 32)
    """
    share = int(np.clip(SLOTS_IN_ALL // lines, FEWEST_SLOTS, MOST_SLOTS))
    return int(2 ** int(np.log2(share)))


def plug_net(
    circuit: Circuit,
    boundary: Boundary,
    usual: tuple[float, float],
    water: WaterTable,
    law: str,
    ground_row: IntArray,
) -> Net:
    """Return the single pipes of a circuit as the kernels read them; they hold nothing yet.

    Parameters
    ----------
    circuit : Circuit
        Of any shape.
    boundary : Boundary
        Its hours.
    usual : (float, float)
        Supply and return temperature that give the pipes' contents, see `mean_temperatures`. [°C]
    water : WaterTable
        Of the scenario.
    law : str
        Friction law, see `pipe_columns`.
    ground_row : array of int, shape (2, pipes)
        Which ground temperature each pipe has.
    """
    lines, junctions = find_lines(circuit), len(circuit.junctions)
    pipes, columns = circuit.pipes, pipe_columns(circuit, law)
    warm = np.array(usual)
    length, area = pipes.length[lines.route], lines.take(columns["area"])
    content = np.maximum(area * length * density(warm, water)[lines.side], LEAST_CONTENT)
    walls = np.zeros(circuit.has_pipe.shape)
    if circuit.wall_heat_capacity is not None:
        walls = np.nan_to_num(circuit.wall_heat_capacity)
    wall = lines.take(walls) * length / heat_capacity(warm, water)[lines.side]
    has_film = (wall > 0.0) & sees_film(boundary)
    slots = slot_count(len(length))
    most = int(np.clip(PIECES_IN_ALL // len(length), 1, MOST_PIECES))
    cells = np.where(has_film, _cells(length, slots), 0.0).astype(np.int64)
    twin = _twins(circuit, lines)
    values = np.zeros((LINE_VALUES, len(length)))
    values[WATER], values[WHOLE] = content, content + wall
    values[LOSS] = lines.take(columns["conductance"])
    values[EXCHANGE] = np.where(twin >= 0, columns["exchange"][lines.route], 0.0)
    values[FILM] = np.where(has_film, np.pi * length, 0.0)
    values[WALL_SHARE] = 1.0
    values[DIAMETER] = lines.take(pipes.inner_diameter)
    if circuit.wall_resistance is not None:
        values[WALL] = lines.take(circuit.wall_resistance) / np.maximum(length, LEAST_LENGTH)
    places = np.zeros((INDEX_VALUES, len(length)), dtype=np.int64)
    is_back = lines.side == RETURN
    a, b = pipes.from_junction[lines.route], pipes.to_junction[lines.route]
    places[START] = np.where(is_back, b + junctions, a)
    places[END] = np.where(is_back, a + junctions, b)
    places[TWIN], places[CELLS] = twin, cells
    places[EARTH] = ground_row[lines.side, lines.route]
    return Net(
        lines=values,
        places=places,
        nodes=np.zeros((NODE_VALUES, 2 * junctions)),
        slugs=np.zeros((len(length), slots + UNUSED_SLOTS, SLUG_VALUES)),
        walls=np.zeros((len(length), max(int(cells.max(initial=0)), 1))),
        pieces=np.zeros((2 * junctions, most, PIECE_VALUES)),
        emitted=np.zeros((slots + most + 1, PIECE_VALUES)),
        along=np.zeros((ALONG_VALUES, max(int(cells.max(initial=0)), FILMS))),
        area=area,
        per_length=np.ascontiguousarray(columns["per_length"][lines.route]),
        hydraulics=np.ascontiguousarray(columns["hydraulics"][lines.side, lines.route].T),
        supplies=int((~is_back).sum()),
        rings=np.zeros((1, 0, RING_VALUES)),
        soil=np.zeros((1, SOIL_VALUES)),
    )


def sees_film(boundary: Boundary) -> bool:
    """Return whether steps are short enough to see the film between water and wall.

    A few short ones among long ones, what is left of a longer step, make no run of a year a run
    of minutes.
    """
    steps = boundary.duration[boundary.duration > 0.0]
    return bool(steps.size) and float(np.mean(steps <= FILM_STEP)) >= FILM_SHARE


def _cells(length: FloatArray, slots: int) -> FloatArray:
    most = min(MOST_CELLS, max(slots // 4, FEWEST_CELLS))
    return np.clip(np.ceil(length / LONGEST_CELL), FEWEST_CELLS, most)


def _twins(circuit: Circuit, lines: Lines) -> IntArray:
    """Return the line on the other side of each line's route; -1 without one."""
    place = np.full(circuit.has_pipe.shape, -1, dtype=np.int64)
    place[lines.side, lines.route] = np.arange(len(lines.route))
    return np.ascontiguousarray(place[1 - lines.side, lines.route])


def mean_temperatures(boundary: Boundary) -> tuple[float, float]:
    """Return the mean supply and return temperature of the hours, by time. [°C]"""
    weight = time_weights(boundary)
    supply = np.average(boundary.supply_temperature, axis=0, weights=weight).mean()
    given, difference = boundary.return_temperature, boundary.temperature_difference
    if given.strides[0] == difference.strides[0] == 0:  # the same in all hours
        given, difference, weight = given[:1], difference[:1], np.ones(1)
    given, back = np.where(np.isnan(given), supply - difference, given), supply
    if given.size and not boundary_is_open(boundary):
        back = np.average(given.mean(axis=1), weights=weight)
    return float(supply), float(back)


def time_weights(boundary: Boundary) -> FloatArray:
    """Return by what rows count in a mean by time: duration, or all alike where none has any."""
    return boundary.duration if boundary.duration.any() else np.ones(len(boundary.duration))


def boundary_is_open(boundary: Boundary) -> bool:
    """Return whether water leaves the network at its consumers."""
    return boundary.pressure is not None


def plug_sides(circuit: Circuit, water: WaterTable) -> Sides:
    """Return who feeds and who draws.

    Parameters
    ----------
    circuit : Circuit
        Of any shape.
    water : WaterTable
        Of the scenario.
    """
    columns, junctions = consumer_columns(circuit), len(circuit.junctions)
    at, feeds = circuit.consumers.junction, circuit.producers.junction
    limits = np.empty((LIMIT_VALUES, len(at)))
    limits[MOST_L] = columns["max_flow"]
    limits[LEAST_L] = np.minimum(columns["bypass_flow"], columns["max_flow"])
    coldest = np.maximum(columns["min_supply"] - NEARLY_WARM, COLDEST)
    warmest = np.minimum(columns["max_supply"] + NEARLY_WARM, WARMEST)
    limits[MIN_SUPPLY_L] = enthalpy(coldest, water)
    limits[MAX_SUPPLY_L] = enthalpy(warmest, water)
    return Sides(
        consumer_from=at.astype(np.int64),
        consumer_to=np.where(circuit.is_one_line, -1, at + junctions).astype(np.int64),
        producer_to=feeds.astype(np.int64),
        producer_from=np.where(circuit.is_one_line, -1, feeds + junctions).astype(np.int64),
        limits=limits,
    )


def plug_tree(circuit: Circuit, law: str) -> tuple[Tree, Head]:
    """Return the supply side of a tree from the plant outward, and what its pressures need.

    Parameters
    ----------
    circuit : Circuit
        A tree of pairs of pipes with one producer.
    law : str
        Friction law.
    """
    table, junctions = tree_table(circuit, law), len(circuit.junctions)
    root = int(circuit.producers.junction[0])
    back = np.full(2 * junctions, -1, dtype=np.int64)
    back[:junctions] = np.arange(junctions) + junctions
    order = _sweep_order(table.pipe, table.parent)
    tree = Tree(
        pipe=table.pipe[order],
        near=table.junction[table.parent[order]],
        far=table.junction[order],
        outward=table.orientation[order],
    )
    head = Head(
        rise=table.rise[order],
        root=root,
        root_back=root + junctions,
        back=back,
        min_pressure_difference=own(table.min_pressure_difference),
    )
    return tree, head


def _sweep_order(pipe: IntArray, parent: IntArray) -> IntArray:
    """Return the nodes of a walk but for its first, each after the one nearer to the plant.

    That of the table, where it is such an order: what lies side by side is read side by side.
    Else by depth: pipes as far from the plant as each other do not wait for each other.
    """
    by_table = 1 + np.argsort(pipe[1:], kind="stable")
    place = np.zeros(len(pipe), dtype=np.int64)
    place[by_table] = np.arange(1, len(pipe))
    if (place[parent[1:]] < place[1:]).all():
        return by_table
    depth = np.zeros(len(parent), dtype=np.int64)
    for node in range(1, len(parent)):
        depth[node] = depth[parent[node]] + 1
    return 1 + np.argsort(depth[1:], kind="stable")


def no_tree(nodes: int) -> tuple[Tree, Head]:
    """Return what stands for the tree of a network whose flows are given."""
    none, nothing = np.empty(0, dtype=np.int64), np.empty(0)
    back = np.full(nodes, -1, dtype=np.int64)
    return Tree(none, none, none, nothing), Head(nothing, 0, 0, back, nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Flows that are given by step; None where heat decides. [kg/s]

    Parameters
    ----------
    pipe : array of float, shape (steps, lines)
        In each line's own direction.
    consumer : array of float, shape (steps, consumers)
    producer : array of float, shape (steps, producers)
    """

    pipe: FloatArray
    consumer: FloatArray
    producer: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Between what consumers draw where heat decides, beside their own limits. [kg/s]

    Parameters
    ----------
    least : array of float, shape (steps, consumers), optional
        They draw as much at least.
    helps : array of float, shape (steps, consumers), optional
        Up to here more flow brings warmth, where that is beyond `drawing.CAP`.
    """

    least: FloatArray | None = None
    helps: FloatArray | None = None


def plug_steps(
    boundary: Boundary,
    ground: FloatArray,
    water: WaterTable,
    flows: Flows | None,
    bounds: Bounds,
    enough: float,
) -> Steps:
    """Return the hours as steps.

    Parameters
    ----------
    boundary : Boundary
        Values that hold through each row's duration.
    ground : array of float, shape (any, hours)
        Distinct temperatures of the ground. [°C]
    water : WaterTable
        Of the scenario.
    flows : Flows or None
        All flows, where they are given.
    bounds : Bounds
        Of what consumers draw where heat decides.
    enough : float
        See `Steps`.
    """
    nothing = np.empty((0, boundary.heat.shape[1]))
    back, back_row = distinct_rows(boundary.return_temperature.T)
    difference, difference_row = distinct_rows(boundary.temperature_difference.T)
    heat, drawn = boundary.heat, boundary.flow
    if drawn is not None:
        heat = np.where(np.isnan(drawn), heat, np.nan)
    if boundary.outlet is not None:
        heat = np.where(boundary.outlet, np.nan, heat)
    if flows is not None:
        drawn = flows.consumer
    return Steps(
        duration=own(boundary.duration),
        heat=own(heat),
        flow=nothing if drawn is None else own(drawn),
        least=nothing if bounds.least is None else own(bounds.least),
        helps=nothing if bounds.helps is None else own(bounds.helps),
        returned=own(enthalpy(back, water).T),
        returned_place=back_row,
        difference=own(difference.T),
        difference_place=difference_row,
        supply=own(enthalpy(boundary.supply_temperature, water)),
        producer_flow=np.empty((0, 0)) if flows is None else own(flows.producer),
        pipe_flow=np.empty((0, 0)) if flows is None else own(flows.pipe),
        ground=own(ground.T),
        enough=enough,
        zero=float(enthalpy(np.zeros(1), water)[0]),
    )
