"""What the plug-flow kernels read and write: single pipes between nodes, slugs, walls, steps."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ByteArray = npt.NDArray[np.int8]

# Values of a slug; `Net.slugs` is [line, slot, value]. Along a slug, with x from 0 at its end (in
# the line's own direction) to 1 at its start, the water holds G + A (EVEN + BENT exp(BEND x)).
MASS, EVEN, BENT, BEND = range(4)
SLUG_VALUES = 4

# Of a ring's slots two are never used: rings that lie a power of two apart share few places of the
# cache. The number of the others less one, a mask, is the length of the axis less `BEYOND`.
UNUSED_SLOTS = 2
BEYOND = UNUSED_SLOTS + 1

# Values of a line, a single pipe; `Net.lines` is [value, line]. G is the content that water of
# any age moves to, A what is left of its excess: both change with time, the slugs do not.
(
    WATER,  # content [kg]
    WHOLE,  # content and wall, as the water that holds as much heat [kg]
    LOSS,  # to the ground, per kelvin [W/K]
    EXCHANGE,  # with the twin, per kelvin [W/K]
    FILM,  # pi times length, of which Nusselt number and conductivity make the film [m]
    DIAMETER,  # inner [m]
    TARGET,  # G [J/kg]
    FADED,  # A [1]
    LABELS,  # sum over the slugs of mass times mean of EVEN + BENT exp(BEND x) [J]
    POINT,  # content at which the loss is linear [J/kg]
    POINT_T,  # temperature there [°C]
    POINT_C,  # heat capacity there [J/(kg K)]
    UNITS,  # loss over heat content, times the step [1]
    LAST_STEP,  # for which UNITS holds [s]; in large trees, in which SEEN_FLOW was [1]
    MIXED,  # content in mid between inlet and outlet in the last step [J/kg]
    SPAN,  # content at the inlet less that of what left, in the last step [J/kg]
    SEEN_SPAN,  # SPAN for which POINT holds [J/kg]
    AS_LOST,  # heat capacity by which the loss is reckoned [J/(kg K)]
    HELD,  # heat in water and wall [J]
    RUB,  # friction heat over the square of the flow [J/kg / (kg/s)2]
    SINK,  # content of water as warm as what the line loses heat to [J/kg]
    GIVEN,  # heat to the twin [W]
    SEEN_FLOW,  # flow [kg/s], inlet and outlet [J/kg] of the last look ahead
    SEEN_IN,
    SEEN_OUT,
    KEPT,  # exp(-UNITS)
    WALL,  # resistance from the wall's inner face to its mean temperature [K/W]
    BENT_WHOLE,  # of a line without slugs, see `COUNT` [J/kg]
    BEND_WHOLE,  # [1]
    LAST_IN,  # by how much what SEEN_IN and SEEN_OUT tell changes with the flow
    LAST_OUT,
    WALL_SHARE,  # what a wall's mean is above what it loses heat to in steady flow, of the water's
    LOW,  # between which contents water and wall of a line with cells are, as a step ends; HIGH
    HIGH,  # is below LOW until that is known [J/kg]
) = range(34)
LINE_VALUES = 34

# Whole numbers of a line; `Net.places` is [value, line]: nodes at its start and end (its own
# direction), the line on the other side of its route or -1, cells of its wall (0 where wall and
# water have one temperature), column of the ground, slot of its first slug, number of slugs.
# Last the rings of soil around it (0 where the ground has no memory). Without slugs (in trees, see
# `flush_lines`) the water holds G + BENT_WHOLE exp(BEND_WHOLE x), x from 0 where it leaves the
# line to 1 where it comes in.
START, END, TWIN, CELLS, EARTH, FIRST, COUNT, RINGS = range(8)
INDEX_VALUES = 8

# Values of a node; `Net.nodes` is [value, node]: what arrives [kg/s], its heat, and that as the
# step ends [W]; content, and that as the step ends [J/kg]; what leaves outward in a tree [kg/s];
# pressure relative to that of the plant on the same side [Pa]; number of flows that arrive, and
# of pieces in `Net.pieces`.
ARRIVES, HEAT, END_HEAT, CONTENT, END_CONTENT, DRAWN, LIFT, SOURCES, PIECES = range(9)
NODE_VALUES = 9

# Values of a piece; `Net.pieces` is [node, piece, value]: share of the step, mean content, and how
# the content changes while it passes (u from 0 to 1): TILT_P (exp(BEND_P u) - its mean).
SHARE_P, CONTENT_P, TILT_P, BEND_P = range(4)
PIECE_VALUES = 4

# Of a line whose water passes the cells of its wall; `Net.along` is [value, place]: the steady
# profile of the water at each cell, from the inlet on [J/kg], and where that stands among the
# contents for which the film is told; that film, per cell and heat capacity of the flow. Between
# two of these contents BASE_A + SLOPE_A place is what a slug as large as a cell gives it, of
# its excess above it, LEAN_A + LEANS_A place what the wall has in steady flow beyond the
# profile's own, of the water's excess.
PROFILE_A, PLACE_A, FILM_A, BASE_A, SLOPE_A, LEAN_A, LEANS_A = range(7)
ALONG_VALUES = 7

# Values of a mode of the rings around a line; `Net.rings` is [line, mode, value]: how fast it
# fades [1/s], what the water feeds it, what it gives beyond the last ring, heat it stands for, its
# amplitude, and what is left of that on the mean of a step. An amplitude is in K (J/K)^0.5.
RATE, FED, DRAINED, STORED, AMPLITUDE, MEAN_KEPT = range(6)
RING_VALUES = 6

# Values of the soil around a line; `Net.soil` is [line, value]: temperature that the loss of the
# step goes to [°C], conductance from the water to the first ring [W/K], step for which LOSS of a
# line with rings holds [s].
AROUND, CLOSE, RING_STEP = range(3)
SOIL_VALUES = 3


class Net(NamedTuple):
    """Lines between nodes, and what they hold.

    Parameters
    ----------
    lines : array of float, shape (32, lines)
    places : array of int, shape (8, lines)
    nodes : array of float, shape (9, nodes)
    slugs : array of float, shape (lines, slots, 4)
        Rings; the number of slots is a power of two, and `UNUSED_SLOTS`.
    walls : array of float, shape (lines, cells)
        Content of each cell of the wall, as water of its temperature. [J/kg]
    pieces : array of float, shape (nodes, most, 4)
        What came to a node one after another within the step, where it came from one line.
    emitted : array of float, shape (slots + most + 1, 4)
        What leaves the line at hand, in the same form.
    along : array of float, shape (7, most cells)
        Of the line at hand, see `PROFILE_A`.
    area, per_length : array of float, shape (lines,)
        Clear cross-section [m2], inverse of the length [1/m].
    hydraulics : array of float, shape (6, lines)
        As the last axis of `TreeTable.hydraulics`.
    supplies : int
        Lines of the supply side; they come first.
    rings, soil : array of float, shape (lines or 1, modes, 6) and (lines or 1, 3)
        The ground's memory; without it there are no modes.
    """

    lines: FloatArray
    places: IntArray
    nodes: FloatArray
    slugs: FloatArray
    walls: FloatArray
    pieces: FloatArray
    emitted: FloatArray
    along: FloatArray
    area: FloatArray
    per_length: FloatArray
    hydraulics: FloatArray
    supplies: int
    rings: FloatArray
    soil: FloatArray


class Sides(NamedTuple):
    """Who feeds and who draws.

    Parameters
    ----------
    consumer_from, consumer_to : array of int, shape (consumers,)
        Node it draws from, and node its return water goes to (-1: out of the network).
    producer_to, producer_from : array of int, shape (producers,)
        Node it feeds, and node whose water it takes (-1: from outside).
    limits : array of float, shape (4, consumers)
        See `plug_consumers`.
    """

    consumer_from: IntArray
    consumer_to: IntArray
    producer_to: IntArray
    producer_from: IntArray
    limits: FloatArray


class Tree(NamedTuple):
    """The supply side of a tree, from the plant outward; empty in other networks.

    Parameters
    ----------
    pipe : array of int, shape (routes,)
        Supply pipes in the order of a walk.
    near, far : array of int, shape (routes,)
        Nodes at both ends.
    outward : array of float, shape (routes,)
        1 where the pipe's own direction is outward, else -1.
    """

    pipe: IntArray
    near: IntArray
    far: IntArray
    outward: FloatArray


class Steps(NamedTuple):
    """What drives the network, by step; values hold through a step.

    Parameters
    ----------
    duration : array of float, shape (steps,)
        [s]
    heat : array of float, shape (steps, consumers)
        Asked for; cold is negative; NaN where it follows from the flow. [W]
    flow : array of float, shape (steps or 0, consumers)
        Given; NaN where it follows from the heat. [kg/s]
    least : array of float, shape (steps or 0, consumers)
        Least flow by the step, beside the bypass. [kg/s]
    helps : array of float, shape (steps or 0, consumers)
        Flow up to which more brings warmth, where that is more than ten times the flow at the
        producer's own temperature. [kg/s]
    returned : array of float, shape (steps, any)
        Content of return water; NaN where a difference is given. [J/kg]
    returned_place : array of int, shape (consumers,)
        Column of each consumer.
    difference : array of float, shape (steps, any)
        Supply less return. [K]
    difference_place : array of int, shape (consumers,)
    supply : array of float, shape (steps, producers)
        Content of the water that each producer sends. [J/kg]
    producer_flow : array of float, shape (steps or 0, producers)
        From return to supply; empty in a tree, where it follows. [kg/s]
    pipe_flow : array of float, shape (steps or 0, lines)
        In the pipe's own direction; empty in a tree, where it follows. [kg/s]
    ground : array of float, shape (steps, any)
        [°C]
    enough : float
        Correction of a flow after which flows are corrected but not looked at again. [1]
    zero : float
        Content from which heat counts where no return says otherwise. [J/kg]
    """

    duration: FloatArray
    heat: FloatArray
    flow: FloatArray
    least: FloatArray
    helps: FloatArray
    returned: FloatArray
    returned_place: IntArray
    difference: FloatArray
    difference_place: IntArray
    supply: FloatArray
    producer_flow: FloatArray
    pipe_flow: FloatArray
    ground: FloatArray
    enough: float
    zero: float


class Work(NamedTuple):
    """Values of the step at hand.

    Parameters
    ----------
    flow, heat_in, heat_out, loss, front : array of float, shape (lines,)
        Flow in the line's own direction [kg/s]; content of the water at the inlet and of what
        left, means of the step, and of the water at the outlet's end when the step ends [J/kg];
        heat to the ground [W].
    edge : array of float, shape (lines,)
        Of the heat to the ground, what passes beyond the rings. [W]
    warm_in, warm_out, drop, volume : array of float, shape (lines,)
        Water at the inlet and what left, means of the step [°C]; friction and minor losses with
        the sign of the flow [Pa]; specific volume [m3/kg].
    order : array of int, shape (lines,)
        A line comes after all that feed its inlet.
    waiting, queue, first_out : array of int, shape (nodes,)
        Room to find the order.
    next_out : array of int, shape (lines,)
        Room to find the order.
    sign : array of float, shape (lines,)
        Directions for which `order` holds.
    consumer : array of float, shape (9, consumers)
        See `plug_consumers`.
    wanted, moved : array of float, shape (consumers,)
        Corrected flows, and those with which the water last moved. [kg/s]
    held : array of float, shape (lines,)
        Heat in each line and its rings of soil when the step began. [J]
    last_flow, last_rub : array of float, shape (lines,)
        Flow and RUB of the last step that moved water, while a row without duration is shown.
    last_consumer : array of float, shape (9, consumers)
        The same of `consumer`.
    kept_lines, kept_places, kept_slugs, kept_walls : array
        What lines of the supply side held then, as in `Net`; empty where nothing is put back.
    """

    flow: FloatArray
    heat_in: FloatArray
    heat_out: FloatArray
    loss: FloatArray
    edge: FloatArray
    front: FloatArray
    warm_in: FloatArray
    warm_out: FloatArray
    drop: FloatArray
    volume: FloatArray
    order: IntArray
    waiting: IntArray
    queue: IntArray
    first_out: IntArray
    next_out: IntArray
    sign: FloatArray
    consumer: FloatArray
    wanted: FloatArray
    moved: FloatArray
    held: FloatArray
    last_flow: FloatArray
    last_rub: FloatArray
    last_consumer: FloatArray
    kept_lines: FloatArray
    kept_places: IntArray
    kept_slugs: FloatArray
    kept_walls: FloatArray


class Head(NamedTuple):
    """Elevations and what holds the pressure of a tree.

    Parameters
    ----------
    rise : array of float, shape (routes,)
        Elevation of the far end above the near end, in the order of `Tree`. [m]
    root, root_back : int
        Nodes of the plant.
    back : array of int, shape (nodes,)
        Node of the return side at the same junction; -1 for nodes of the return side.
    min_pressure_difference : array of float, shape (consumers,)
        [Pa]
    """

    rise: FloatArray
    root: int
    root_back: int
    back: IntArray
    min_pressure_difference: FloatArray


class Out(NamedTuple):
    """What is kept of each step; temperatures [°C], means of the step but for ``*_end``.

    Arrays are (steps, consumers), (steps, producers), (steps,), and (steps or 0, pipes or nodes).
    """

    consumer_mass_flow: FloatArray
    consumer_supply: FloatArray
    consumer_return: FloatArray
    consumer_heat: FloatArray
    consumer_unserved: FloatArray
    consumer_reason: ByteArray
    consumer_pressure: FloatArray
    consumer_supply_end: FloatArray
    consumer_return_end: FloatArray
    consumer_heat_end: FloatArray
    producer_heat: FloatArray
    producer_mass_flow: FloatArray
    producer_return: FloatArray
    producer_heat_end: FloatArray
    producer_return_end: FloatArray
    heat_loss: FloatArray
    rubbed: FloatArray
    stored: FloatArray
    heat_residual: FloatArray
    heat_error: FloatArray
    passes: IntArray
    head: FloatArray
    worst: IntArray
    pipe_flow: FloatArray
    pipe_inlet: FloatArray
    pipe_outlet: FloatArray
    pipe_drop: FloatArray
    pipe_loss: FloatArray
    pipe_inlet_end: FloatArray
    pipe_outlet_end: FloatArray
    pipe_loss_end: FloatArray
    node: FloatArray
    node_end: FloatArray
    node_pressure: FloatArray
    figures: FloatArray
