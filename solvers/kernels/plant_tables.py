"""Columns of the plant's kernel: what drives it, its rules, tanks, work space, what it writes."""

from typing import NamedTuple

from ...networks.columns import BoolArray, FloatArray, IntArray


class PlantColumns(NamedTuple):
    """What each hour asks for and allows; circuits in order of priority.

    Parameters
    ----------
    duration : array of float, shape (hours,)
        [s]
    heat, planned_content : array of float, shape (hours, circuits)
        Heat taken by each circuit [W]; content its tank should have when the hour ends [J].
    cold : array of float, shape (hours,)
        Taken by the circuits, positive. [W]
    cold_work : array of float, shape (hours,)
        Heat that evaporators on cooling duty take for each unit of cold: 0 where the
        exchanger does all. [1]
    waste_capacity : array of float, shape (hours, waste sources)
        [W]
    is_warm_enough : array of bool, shape (hours, waste sources, circuits)
        Whether a source serves a circuit without heat pump.
    cop : array of float, shape (hours, circuits)
        At full load, 0 where the pool does not serve the circuit. [1]
    unit_heat : array of float, shape (hours,)
        Capacity of a unit. [W]
    eer, unit_cold : array of float, shape (hours,)
        Cooling duty against the effluent: ratio [1] and capacity of a unit [W].
    reuse_cop, unit_reuse : array of float, shape (hours,)
        Cooling duty against a circuit: heat over electricity [1], heat of a unit [W].
    evaporator_limit, rejection_limit : array of float, shape (hours,)
        Heat that the effluent can give and take. [W]
    electricity_limit : array of float, shape (hours,)
        For compressors and auxiliaries. [W]
    """

    duration: FloatArray
    heat: FloatArray
    planned_content: FloatArray
    cold: FloatArray
    cold_work: FloatArray
    waste_capacity: FloatArray
    is_warm_enough: BoolArray
    cop: FloatArray
    unit_heat: FloatArray
    eer: FloatArray
    unit_cold: FloatArray
    reuse_cop: FloatArray
    unit_reuse: FloatArray
    evaporator_limit: FloatArray
    rejection_limit: FloatArray
    electricity_limit: FloatArray


class Hour(NamedTuple):
    """Numbers of one hour; see `PlantColumns`."""

    cold: float
    cold_work: float
    unit_heat: float
    eer: float
    unit_cold: float
    reuse_cop: float
    unit_reuse: float
    rejection_limit: float


class PlantRules(NamedTuple):
    """What does not change with the hour.

    Parameters
    ----------
    units : int
        Of the pool.
    min_load : float
        Share of its capacity below which a unit goes on and off. [1]
    share, factor : array of float, shape (points,)
        COP over COP at full load, by load over capacity. [1]
    best_factor, worst_factor : float
        Extremes of ``factor``. [1]
    auxiliary_share, loop_share : float
        Electricity over heat and cold made, and over what passes the effluent's loop. [1]
    reuse_circuit : int
        That takes heat of cooling, -1 for none.
    loss_rate : array of float, shape (circuits,)
        Share of its content that a tank loses. [1/s]
    """

    units: int
    min_load: float
    share: FloatArray
    factor: FloatArray
    best_factor: float
    worst_factor: float
    auxiliary_share: float
    loop_share: float
    reuse_circuit: int
    loss_rate: FloatArray


class Tanks(NamedTuple):
    """Tanks of layers, one a circuit at most; see `tank`.

    Parameters
    ----------
    layers : array of int, shape (circuits,)
        0 where a circuit has none: its tanks, if any, are mixed.
    layer_heat : array of float, shape (circuits,)
        Of one layer, per kelvin. [J/K]
    modes, rates : array of float, shape (circuits, 2, most, most) and (circuits, most)
        Of conduction and standing loss: orthonormal, by layer and mode, then by mode and layer;
        and how fast they fade [1/s].
    room, reference : array of float, shape (circuits,)
        Around a tank, and from which its content counts: the mean return. [°C]
    need, hot, back : array of float, shape (hours, circuits)
        Coldest water that serves the circuit, water that charges, and the circuit's return;
        infinite, and minus infinite, in hours in which the tank is left alone. [°C]
    now : array of float, shape (circuits, most)
        Written: the layers from the bottom. [°C]
    kept : array of float, shape (hours + 1, circuits, most)
        Written: the same at the start, and at the end of each hour. [°C]
    work : array of float, shape (2 x most + 2,)
        Work space.
    """

    layers: IntArray
    layer_heat: FloatArray
    modes: FloatArray
    rates: FloatArray
    room: FloatArray
    reference: FloatArray
    need: FloatArray
    hot: FloatArray
    back: FloatArray
    now: FloatArray
    kept: FloatArray
    work: FloatArray


class PlantFlows(NamedTuple):
    """What the kernel writes; the last axis of ``units`` has cooling duty as its last place.

    Parameters
    ----------
    direct : array of float, shape (hours, waste sources, circuits)
        [W]
    heat, electricity : array of float, shape (hours, circuits)
        Of the heat pumps on effluent. [W]
    units : array of int, shape (hours, circuits + 1)
        At work.
    cold : array of float, shape (hours,)
        Served, positive. [W]
    chiller_electricity, reused, rejected : array of float, shape (hours,)
        Compressors on cooling duty, their heat into a circuit, and into the effluent. [W]
    auxiliary : array of float, shape (hours,)
        Controls, lighting, and the pumps of the loop to the effluent. [W]
    content : array of float, shape (hours + 1, circuits)
        Of the tanks at the start, and at the end of each hour. [J]
    loss, unserved : array of float, shape (hours, circuits)
        Of the tanks, and heat not served. [W]
    """

    direct: FloatArray
    heat: FloatArray
    electricity: FloatArray
    units: IntArray
    cold: FloatArray
    chiller_electricity: FloatArray
    reused: FloatArray
    rejected: FloatArray
    auxiliary: FloatArray
    content: FloatArray
    loss: FloatArray
    unserved: FloatArray


class Duties(NamedTuple):
    """Work space of one hour; a duty is a circuit, or cooling as the last one.

    Parameters
    ----------
    output, asked : array of float, shape (duties,)
        Heat (cooling: heat taken by evaporators), now and before anything was shed. [W]
    ratio, capacity : array of float, shape (duties,)
        Output over electricity [1], output of a unit [W].
    auxiliary, power : array of float, shape (duties,)
        Auxiliary electricity over output [1], electricity of compressors [W].
    working : array of int, shape (duties,)
        Units at work.
    least : array of float, shape (duties + 1, units + 1)
        Least electricity of the first duties with so many units. [W]
    choice : array of int, shape (duties, units + 1)
        Units of the last of these duties.
    """

    output: FloatArray
    asked: FloatArray
    ratio: FloatArray
    capacity: FloatArray
    auxiliary: FloatArray
    power: FloatArray
    working: IntArray
    least: FloatArray
    choice: IntArray
