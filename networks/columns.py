"""A circuit as columns: the one place where tables become arrays for the solvers."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

SUPPLY, RETURN = 0, 1
"""Index of a side in arrays of shape (2, pipes)."""

SIDES = ("supply", "return")


class PipeTable(NamedTuple):
    """Columns over the routes of a circuit; a row is a supply and a return pipe.

    Parameters
    ----------
    from_junction, to_junction : array of int, shape (pipes,)
        Rows of the circuit's junctions.
    length : array of float, shape (pipes,)
        Length along the trench. [m]
    inner_diameter : array of float, shape (2, pipes)
        Clear diameter of the supply and the return pipe. [m]
    roughness : array of float, shape (2, pipes)
        Sand roughness. [m]
    minor_loss_coefficient : array of float, shape (2, pipes)
        Sum of the zeta values of bends and fittings. [1]
    heat_loss_coefficient : array of float, shape (2, pipes)
        From the water to the undisturbed ground. [W/(m K)]
    pair_exchange_coefficient : array of float, shape (pipes,)
        From the supply to the return water. [W/(m K)]
    """

    from_junction: IntArray
    to_junction: IntArray
    length: FloatArray
    inner_diameter: FloatArray
    roughness: FloatArray
    minor_loss_coefficient: FloatArray
    heat_loss_coefficient: FloatArray
    pair_exchange_coefficient: FloatArray


class ConsumerTable(NamedTuple):
    """Columns over the consumers of a circuit; NaN means "not given".

    Parameters
    ----------
    junction : array of int, shape (consumers,)
        Row of the circuit's junctions.
    return_temperature, cooling_return_temperature : array of float, shape (consumers,)
        Water that leaves the substation while heat, or cold, is drawn; of one that a row of
        ``substations.csv`` describes, at its design point. [°C]
    temperature_difference, cooling_temperature_difference : array of float, shape (consumers,)
        Cooling, or warming, of the water in the substation, in place of the above. [K]
    min_supply_temperature, max_supply_temperature : array of float, shape (consumers,)
        Below (heat), or above (cold), nothing is served. [°C]
    min_pressure_difference : array of float, shape (consumers,)
        Needed across the substation. [Pa]
    max_flow, bypass_flow : array of float, shape (consumers,)
        Most and least flow; infinite and 0 where not given. [kg/s]
    bypass_temperature : array of float, shape (consumers,)
        The supply water is held at this, at least. [°C]
    design_load : array of float, shape (consumers,)
        Load the connection is made for. [W]
    is_connected : array of bool, shape (consumers,)
        Whether it is part of the network this year.
    """

    junction: IntArray
    return_temperature: FloatArray
    temperature_difference: FloatArray
    cooling_return_temperature: FloatArray
    cooling_temperature_difference: FloatArray
    min_supply_temperature: FloatArray
    max_supply_temperature: FloatArray
    min_pressure_difference: FloatArray
    max_flow: FloatArray
    bypass_flow: FloatArray
    bypass_temperature: FloatArray
    design_load: FloatArray
    is_connected: BoolArray


class ProducerTable(NamedTuple):
    """Columns over the producers of a circuit; NaN means "not given".

    Parameters
    ----------
    junction : array of int, shape (producers,)
        Row of the circuit's junctions.
    static_pressure : array of float, shape (producers,)
        Held at its return junction, gauge. [Pa]
    pressure_difference : array of float, shape (producers,)
        Fixed head between its junctions; NaN: the worst point decides. [Pa]
    min_pressure_difference, max_pressure_difference : array of float, shape (producers,)
        Limits of the head. [Pa]
    plant_pressure_loss : array of float, shape (producers,)
        In the plant, on the pump's side of the junctions, at ``design_flow``. [Pa]
    design_flow : array of float, shape (producers,)
        Flow at which the plant loses ``plant_pressure_loss``. [kg/s]
    pump_efficiency : array of float, shape (producers,)
        Hydraulic over electric power. [1]
    """

    junction: IntArray
    static_pressure: FloatArray
    pressure_difference: FloatArray
    min_pressure_difference: FloatArray
    max_pressure_difference: FloatArray
    plant_pressure_loss: FloatArray
    design_flow: FloatArray
    pump_efficiency: FloatArray


class SubstationTable(NamedTuple):
    """Columns over the consumers of a circuit; of those without a substation, kind 0 and NaN.

    Parameters
    ----------
    kind : array of int, shape (consumers,)
        0 none, 1 heat exchanger, 2 emitter with mixing, 3 emitter with throttling, 4 emitter
        behind an exchanger.
    design_load : array of float, shape (consumers,)
        [W]
    design_flow : array of float, shape (consumers,)
        Of the network's water at the design point. [kg/s]
    capacity : array of float, shape (consumers,)
        Capacity flow of the secondary side at the design point. [W/K]
    circulation : array of float, shape (consumers,)
        Most that an emitter with mixing can draw: what its pump moves; infinite for others. [kg/s]
    network_resistance, secondary_resistance : array of float, shape (consumers,)
        Of an exchanger at the design point; the wall counts with the secondary side. [K/W]
    flow_exponent : array of float, shape (consumers,)
        With which a side's coefficient of heat transfer follows its flow. [1]
    excess : array of float, shape (consumers,)
        Logarithmic mean of an emitter's water above its room at the design point. [K]
    emitter_exponent : array of float, shape (consumers,)
        Heat follows the excess with this power. [1]
    cooling_output_share : array of float, shape (consumers,)
        Cold over heat that an emitter gives at the same excess. [1]
    """

    kind: IntArray
    design_load: FloatArray
    design_flow: FloatArray
    capacity: FloatArray
    circulation: FloatArray
    network_resistance: FloatArray
    secondary_resistance: FloatArray
    flow_exponent: FloatArray
    excess: FloatArray
    emitter_exponent: FloatArray
    cooling_output_share: FloatArray


class Placed(NamedTuple):
    """Valves, or boosters: which pipe each is in.

    Parameters
    ----------
    ids : tuple of str
        Labels, in the order of the rows.
    pipe : array of int, shape (rows,)
        Row of the circuit's pipes.
    side : array of int, shape (rows,)
        `SUPPLY` or `RETURN`.
    """

    ids: tuple[str, ...]
    pipe: IntArray
    side: IntArray


NOWHERE = Placed((), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
"""No valves, or no boosters."""


NO_CHECKS: BoolArray = np.zeros(0, dtype=np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """One water loop, or a one-line network, checked, as labels and columns.

    Parameters
    ----------
    id : str
        Name of the circuit.
    junctions, pipe_ids, consumer_ids, producer_ids : tuple of str
        Labels, in the order of the rows.
    x, y, elevation : array of float, shape (junctions,)
        Places. [m]
    pipes : PipeTable
        Routes.
    consumers : ConsumerTable
        Substations.
    producers : ProducerTable
        Plants; the first holds the pressure.
    pipe_types : tuple of str
        Catalogue id of each route, empty where a diameter was given.
    pressure_rating : array of float, shape (pipes,)
        Highest gauge pressure each route bears; infinite where unknown. [Pa]
    buildings : tuple of str
        Building behind each consumer, empty where none is named.
    sides : array of bool, shape (2, pipes), or None
        False where a route has no pipe on a side; None: every route has both.
    valves, boosters : Placed
        What stands in pipes.
    checks : array of bool, shape (valves,)
        Valves that let water pass only with the flow that counts as positive.
    holders : int
        Producers that hold a pressure; one in a closed circuit, any number in a one-line network.
    substations : SubstationTable or None
        Exchangers and emitters of the consumers; None: none has one.
    wall_heat_capacity : array of float, shape (2, pipes), or None
        Of the walls of supply and return pipes, per metre; None: walls hold no heat. Steady
        states do not depend on it. [J/(m K)]
    burial_depth : array of float, shape (2, pipes), or None
        Of the centre of each pipe, NaN where none is given; None: none has one. [m]
    wall_resistance : array of float, shape (2, pipes), or None
        From the inner face of a wall to its mean temperature, times the length; None: none.
        [m K/W]
    soil_conductivity : array of float, shape (pipes,), or None
        Of the trench that a route lies in, NaN in none; None: no route lies in one. The ground's
        memory depends on it. [W/(m K)]
    """

    id: str
    junctions: tuple[str, ...]
    pipe_ids: tuple[str, ...]
    consumer_ids: tuple[str, ...]
    producer_ids: tuple[str, ...]
    x: FloatArray
    y: FloatArray
    elevation: FloatArray
    pipes: PipeTable
    consumers: ConsumerTable
    producers: ProducerTable
    pipe_types: tuple[str, ...]
    pressure_rating: FloatArray
    buildings: tuple[str, ...]
    sides: BoolArray | None = None
    valves: Placed = NOWHERE
    boosters: Placed = NOWHERE
    checks: BoolArray = field(default_factory=lambda: NO_CHECKS)
    holders: int = 1
    substations: SubstationTable | None = None
    wall_heat_capacity: FloatArray | None = None
    burial_depth: FloatArray | None = None
    wall_resistance: FloatArray | None = None
    soil_conductivity: FloatArray | None = None

    @property
    def has_pipe(self) -> BoolArray:
        """Whether a route has a pipe on a side, shape (2, pipes)."""
        both = np.ones((2, len(self.pipe_ids)), dtype=np.bool_)
        return both if self.sides is None else self.sides

    @property
    def is_one_line(self) -> bool:
        """Whether there is no return side: consumers are outflows."""
        return self.sides is not None and not self.sides[RETURN].any()
