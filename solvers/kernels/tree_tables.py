"""What the tree kernels read: a circuit as rows, its hours, and how to solve them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ByteArray = npt.NDArray[np.int8]

NO_TEMPERATURE = -1.0e9
"""Stands for a bypass temperature that is not given. [°C]"""


class TreeTable(NamedTuple):
    """A circuit as rows, parents first; row 0 is the plant.

    Parameters
    ----------
    order : array of int, shape (rows - 1,)
        1, 2, ..., rows - 1.
    row_of_pipe, near_of_pipe : array of int, shape (pipes,)
        Row of each pipe, and row at its near end.
    row_of_junction : array of int, shape (junctions,)
    parent : array of int, shape (rows,)
        Row at the near end of each pipe; that of the plant is 0.
    pipe : array of int, shape (rows,)
        Column of the circuit's pipes; -1 for the plant.
    junction : array of int, shape (rows,)
        Junction at the far end of each pipe.
    orientation : array of float, shape (rows,)
        1 where the pipe's from_junction is nearer to the plant, else -1.
    conductance : array of float, shape (2, rows)
        Heat loss to the ground per kelvin. [W/K]
    exchange : array of float, shape (rows,)
        Between supply and return per kelvin. [W/K]
    hydraulics : array of float, shape (2, rows, 6)
        Of each pipe: Reynolds number per flow and fluidity 4 / (pi d) [1/m], resistance
        8 / (pi^2 d^4) [1/m4], length over diameter, sum of zeta, k / (3.7 d) and its power 1.11.
    area : array of float, shape (2, rows)
        Clear cross-section. [m2]
    per_length : array of float, shape (rows,)
        Inverse of the length; 0 for a pipe without length. [1/m]
    rise : array of float, shape (rows,)
        Elevation of the far end above the near end. [m]
    consumer_row : array of int, shape (consumers,)
        Row whose far end the consumer stands at.
    bypass_flow, max_flow : array of float, shape (consumers,)
        Least and most flow; 0 both where it is not connected. [kg/s]
    bypass_temperature : array of float, shape (consumers,)
        Held at least; -1e9 where none. [°C]
    rival_start : array of int, shape (points + 1,)
        Where the rivals of each point begin in ``rival``; the points stand in any order.
    rival : array of int, shape (any,)
        Consumers that hold a temperature of the same water as another one.
    min_supply, max_supply : array of float, shape (consumers,)
        Outside, nothing is served; -1e9 and 1e9 where none. [°C]
    min_pressure_difference : array of float, shape (consumers,)
        -1e300 where it is not connected. [Pa]
    """

    order: IntArray
    row_of_pipe: IntArray
    near_of_pipe: IntArray
    row_of_junction: IntArray
    parent: IntArray
    pipe: IntArray
    junction: IntArray
    orientation: FloatArray
    conductance: FloatArray
    exchange: FloatArray
    hydraulics: FloatArray
    area: FloatArray
    per_length: FloatArray
    rise: FloatArray
    consumer_row: IntArray
    bypass_flow: FloatArray
    max_flow: FloatArray
    bypass_temperature: FloatArray
    rival_start: IntArray
    rival: IntArray
    min_supply: FloatArray
    max_supply: FloatArray
    min_pressure_difference: FloatArray


class Walk(NamedTuple):
    """The way around the tree, and where rows and consumers find what they share.

    Parameters
    ----------
    row : array of int, shape (steps,)
        Row of each step; every row is entered after its parent and left before it.
    kind : array of int, shape (steps,)
        `ENTER`, `LEAVE`, `PLANT` (the last step), or `LEAF`: a row that ends at one plain
        consumer, entered and left in one. A consumer is plain if no bypass temperature, no
        difference and no limit by the hour bind it.
    ground, back_ground : array of int, shape (rows,)
        Row of `Level.ground` that the supply and the return pipe see.
    asked : array of int, shape (any,)
        Rows of `Level.ground` where consumers stand, each once.
    start : array of int, shape (rows + 1,)
        Where the consumers of each row begin in ``consumer``.
    consumer : array of int, shape (consumers,)
        Consumers in the order of their rows.
    returned : array of int, shape (consumers,)
        Row of `Level.returned`.
    apart : array of bool, shape (consumers,)
        Whether a difference between supply and return is given in any hour.
    """

    row: IntArray
    kind: IntArray
    ground: IntArray
    back_ground: IntArray
    asked: IntArray
    start: IntArray
    consumer: IntArray
    returned: IntArray
    apart: BoolArray


class Level(NamedTuple):
    """What a block of hours shares, by lane.

    Parameters
    ----------
    ground : array of float, shape (any, lanes)
        [°C]
    back, returned : array of float, shape (any, lanes)
        Return water of consumers, temperature (NaN where a difference is given) and content.
        [°C], [J/kg]
    difference, limit : array of float, shape (any, lanes)
        Of consumers. [K], [kg/s]
    source : array of float, shape (any, lanes)
        Logarithm of how far the plant's supply water is from each ground where consumers stand.
    errors, plant_return, head, duration : array of float, shape (lanes,)
    scratch : array of float, shape (6 x lanes,)
        Of one row.
    sums : array of float, shape (8 x lanes,)
        Over all rows or consumers.
    notes : array of float, shape (9 x lanes,)
        Of one pipe and block, on the way into the figures.
    """

    ground: FloatArray
    back: FloatArray
    returned: FloatArray
    difference: FloatArray
    limit: FloatArray
    source: FloatArray
    errors: FloatArray
    plant_return: FloatArray
    head: FloatArray
    duration: FloatArray
    scratch: FloatArray
    sums: FloatArray
    notes: FloatArray


class Options(NamedTuple):
    """How the equations are solved.

    Parameters
    ----------
    colebrook_steps : int
        Newton steps on Colebrook's equation after Haaland's estimate.
    fully_rough : bool
        Fully rough friction plus laminar friction, at every Reynolds number.
    laminar_until, turbulent_from : float
        Reynolds numbers of the blend. [1]
    heating : bool
        Whether friction warms the water.
    exchange : bool
        Whether any pipe exchanges heat with its twin.
    only_water : bool
        Whether flows, water and losses alone are asked for: no pressures, no figures.
    error_left : float
        Newton stops when the error of any consumer's heat after the step, were it to shrink as
        in the step before, is no larger than this. [1]
    max_iterations : int
        Newton steps at most.
    """

    colebrook_steps: int
    fully_rough: bool
    laminar_until: float
    turbulent_from: float
    heating: bool
    exchange: bool
    only_water: bool
    error_left: float
    max_iterations: int


class Inputs(NamedTuple):
    """Hours as the kernel reads them; values stand by row, and ``*_row`` says whose they are.

    Parameters
    ----------
    heat : array of float, shape (hours, consumers)
        [W]
    return_temperature, temperature_difference : array of float, shape (any, hours)
        One of both, the other NaN. [°C], [K]
    difference_row : array of int, shape (consumers,)
        Row of each consumer.
    supply_temperature : array of float, shape (hours,)
        [°C]
    ground_temperature, return_ground_temperature : array of float, shape (any, hours)
        Of supply pipes, and of return pipes where theirs is another. [°C]
    flow_limit : array of float, shape (any, hours)
        Flow that the pressure allows; infinite where it does not matter. [kg/s]
    limit_row : array of int, shape (consumers,)
        Row of each consumer.
    start_flow : array of float, shape (hours, consumers) or (0, consumers)
        Flows of an earlier solution to begin with; none: they are looked for. [kg/s]
    start_water : array of float, shape (2, hours, junctions) or (2, 0, junctions)
        Supply and return water of that solution. [°C]
    """

    heat: FloatArray
    return_temperature: FloatArray
    temperature_difference: FloatArray
    difference_row: IntArray
    supply_temperature: FloatArray
    ground_temperature: FloatArray
    return_ground_temperature: FloatArray
    flow_limit: FloatArray
    limit_row: IntArray
    start_flow: FloatArray
    start_water: FloatArray


class Pump(NamedTuple):
    """How the producer holds the pressure.

    Parameters
    ----------
    static_pressure : float
        At its return junction, gauge. [Pa]
    fixed_head : float
        NaN: the worst point decides. [Pa]
    min_head, max_head : float
        Limits of the head between its junctions. [Pa]
    """

    static_pressure: float
    fixed_head: float
    min_head: float
    max_head: float


class Outputs(NamedTuple):
    """What the kernel writes for every hour; see `CircuitYear`.

    Arrays are (blocks, lanes) or (blocks, lanes, consumers).
    """

    duration: FloatArray
    consumer_mass_flow: FloatArray
    consumer_supply_temperature: FloatArray
    consumer_return_temperature: FloatArray
    consumer_heat: FloatArray
    consumer_unserved_heat: FloatArray
    consumer_reason: ByteArray
    consumer_pressure_difference: FloatArray
    producer_heat: FloatArray
    producer_mass_flow: FloatArray
    producer_return_temperature: FloatArray
    pressure_difference: FloatArray
    worst_consumer: IntArray
    heat_loss: FloatArray
    hydraulic_power: FloatArray
    standing_loss: FloatArray
    heat_residual: FloatArray
    mass_residual: FloatArray
    heat_error: FloatArray
    iterations: IntArray


class Fields(NamedTuple):
    """Fields over all hours; empty where not kept.

    (2, hours, pipes or junctions), but ``mass_flow`` (1, ...): it is the same on both
    sides.
    """

    mass_flow: FloatArray
    inlet_temperature: FloatArray
    outlet_temperature: FloatArray
    pressure_drop: FloatArray
    heat_loss: FloatArray
    junction_temperature: FloatArray
    junction_pressure: FloatArray


class Tables(NamedTuple):
    """Work arrays of one thread, and what it writes for pipes.

    Parameters
    ----------
    work : array of float, shape (rows, values x lanes)
    consumers : array of float, shape (consumers, values x lanes)
    level : Level
    figures : array of float, shape (2 x pipes, 9 x lanes / 4)
        Of this thread's hours; the lanes' figures are not joined yet.
    fields : Fields
        Shared by all threads.
    """

    work: FloatArray
    consumers: FloatArray
    level: Level
    figures: FloatArray
    fields: Fields
