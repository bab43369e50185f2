"""Columns of the heat pumps and plans of the tanks, for the plant's kernel."""

from dataclasses import dataclass

import numpy as np

from ..model.buffer import buffer_capacity, buffer_loss_rate
from ..model.heat_pump import capacity_factor, cooling_ratio, part_load_table, water_water_cop
from ..model.scenario import HeatPumpSection, Scenario
from ..networks.columns import FloatArray
from .kernels.buffer import pull_tight
from .kernels.plant_tables import PlantRules
from .plant_columns import ColdDuty, Effluent, PlantLoad, charge_excess, the_pool
from .tanks import tank_capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolColumns:
    """What the units of the pool can do in each hour; names as in `PlantColumns`.

    Parameters
    ----------
    cop : array of float, shape (hours, circuits)
        [1]
    unit_heat, unit_cold, unit_reuse : array of float, shape (hours,)
        [W]
    eer, reuse_cop : array of float, shape (hours,)
        [1]
    """

    cop: FloatArray
    unit_heat: FloatArray
    unit_cold: FloatArray
    unit_reuse: FloatArray
    eer: FloatArray
    reuse_cop: FloatArray


def reuse_circuit(scenario: Scenario, asked: PlantLoad) -> int:
    """Return the column of the circuit that takes heat of cooling: tap water; -1 for none."""
    pool = the_pool(scenario)
    for column, name in enumerate(asked.circuits):
        section = scenario.circuits.get(name)
        if pool and name in pool.circuits and section and section.service == "tap_water":
            return column
    return -1


def pool_columns(
    scenario: Scenario, asked: PlantLoad, effluent: Effluent, cold: ColdDuty
) -> PoolColumns:
    """Return performance and capacity of the units, hour by hour.

    Parameters
    ----------
    scenario : Scenario
        With the pool.
    asked : PlantLoad
        Temperatures at which circuits want their heat.
    effluent : Effluent
        Temperatures at which it gives it; capacity 0 where it is out.
    cold : ColdDuty
        Temperatures of cooling.

    Notes
    -----
    Water enters evaporators one approach of the source below the effluent and leaves
    condensers one approach of the plant above the circuit's supply, and above what a tank of
    layers is charged with.
    """
    pool, hours = the_pool(scenario), len(effluent.temperature)
    if pool is None:
        none, one = np.zeros(hours), np.ones(hours)
        return PoolColumns(
            cop=np.zeros(asked.load.shape),
            unit_heat=none,
            unit_cold=none,
            unit_reuse=none,
            eer=one,
            reuse_cop=one,
        )
    is_on = effluent.capacity > 0.0
    inlet = effluent.temperature - effluent.approach
    source = (inlet, inlet - effluent.cooling)
    cop = np.zeros(asked.load.shape)
    for column, name in enumerate(asked.circuits):
        if name in pool.circuits:
            cop[:, column] = _cop(scenario, pool, source, (asked, column))
    ratio = pool.cop_factor * cooling_ratio(cold.evaporator, cold.condenser, np.inf)
    eer = np.maximum(np.minimum(ratio, pool.max_eer), 1.0)
    warm = pool.capacity * capacity_factor(cold.evaporator[0], pool.capacity_per_kelvin)
    column = reuse_circuit(scenario, asked)
    return PoolColumns(
        cop=cop,
        unit_heat=is_on * pool.capacity * capacity_factor(inlet, pool.capacity_per_kelvin),
        unit_cold=is_on * warm * eer / (eer + 1.0),
        unit_reuse=warm,
        eer=eer,
        reuse_cop=np.ones(hours)
        if column < 0
        else _cop(scenario, pool, cold.evaporator, (asked, column)),
    )


def _cop(
    scenario: Scenario,
    pool: HeatPumpSection,
    source: tuple[FloatArray, FloatArray],
    target: tuple[PlantLoad, int],
) -> FloatArray:
    """Return the COP from source water into one circuit, at least 1."""
    assert scenario.plant is not None, "heat pumps stand in a plant"
    asked, column = target
    excess = charge_excess(scenario, asked.circuits)[column]
    sink = (
        asked.return_temperature[:, column] + scenario.plant.approach,
        asked.supply_temperature[:, column] + excess + scenario.plant.approach,
    )
    return np.maximum(pool.cop_factor * water_water_cop(pool.cop_model, source, sink), 1.0)


def plan_buffer(
    load: FloatArray, duration: FloatArray, capacity: float | FloatArray
) -> FloatArray:
    """Return the content of a tank that makes production as smooth as it allows.

    Parameters
    ----------
    load : array of float, shape (hours,)
        Heat taken by the circuit, at least 0. [W]
    duration : array of float, shape (hours,)
        Length of each step. [s]
    capacity : float, or array of float, shape (hours,)
        Content of the full tank, by the end of each step. [J]

    Returns
    -------
    array of float, shape (hours,)
        At the end of each step; the last is 0, as the content before the first. [J]

    Notes
    -----
    Cumulative production is a string between cumulative load (tank empty) and cumulative load
    plus capacity (tank full). Pulled tight it has the lowest peak, and the least sum of
    squares, of all productions that the tank allows; with as much tank as load it is the mean.
    Demand is taken as known for as long ahead as the tank lasts (hours, for tap water): our
    assumption of a good day-ahead forecast. The year begins and ends with an empty tank.

    References
    ----------
    Davies, Kovac, "Local extremes, runs, strings and multiresolution", Annals of Statistics
    29 (2001) 1-65: the taut string.

    Examples
    --------
    >>> plan_buffer(np.array([0.0, 2.0, 0.0, 2.0]), np.ones(4), 10.0).tolist()
    [1.0, 0.0, 1.0, 0.0]
    """
    instant = np.concatenate([[0.0], np.cumsum(duration)])
    lower = np.concatenate([[0.0], np.cumsum(load * duration)])
    upper = lower.copy()
    upper[1:] += capacity
    upper[[0, -1]] = lower[[0, -1]]
    string = np.empty_like(lower)
    pull_tight(instant, lower, upper, string)
    return np.asarray(np.clip((string - lower)[1:], 0.0, capacity))


def planned_content(scenario: Scenario, asked: PlantLoad, duration: FloatArray) -> FloatArray:
    """Return the content that tanks should have, shape (hours, circuits). [J]"""
    content = np.zeros(asked.load.shape)
    for column, name in enumerate(asked.circuits):
        tanks = [tank for tank in scenario.buffers.values() if tank.circuit == name]
        capacity = tank_capacity(scenario, asked, column)
        if capacity is None:
            capacity = np.full(len(duration), sum(buffer_capacity(tank) for tank in tanks))
        if capacity.any():
            load = np.maximum(asked.load[:, column], 0.0)
            content[:, column] = plan_buffer(load, duration, capacity)
    return content


def plant_rules(scenario: Scenario, asked: PlantLoad) -> PlantRules:
    """Return what the kernel needs that does not change with the hour.

    Parameters
    ----------
    scenario : Scenario
        With plant, pool and buffers.
    asked : PlantLoad
        Whose order of circuits counts.
    """
    pool, plant = the_pool(scenario), scenario.plant
    assert plant is not None, "dispatch needs a plant"
    share, factor = part_load_table()
    return PlantRules(
        units=pool.units if pool else 0,
        min_load=pool.min_load if pool else 0.0,
        share=share,
        factor=factor,
        best_factor=float(factor.max()),
        worst_factor=float(factor.min()),
        auxiliary_share=plant.auxiliary_share,
        loop_share=pool.source_pump_share if pool else 0.0,
        reuse_circuit=reuse_circuit(scenario, asked),
        loss_rate=np.array([_loss_rate(scenario, name) for name in asked.circuits]),
    )


def _loss_rate(scenario: Scenario, circuit: str) -> float:
    """Return the loss rate of all tanks of a circuit, which fill evenly. [1/s]"""
    tanks = [tank for tank in scenario.buffers.values() if tank.circuit == circuit]
    capacity = sum(buffer_capacity(tank) for tank in tanks)
    lost = sum(buffer_loss_rate(tank) * buffer_capacity(tank) for tank in tanks)
    return lost / capacity if capacity > 0.0 else 0.0
