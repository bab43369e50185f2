"""Tanks of layers as the plant's kernel reads them."""

import numpy as np

from ..model.buffer import layer_rates, water_heat
from ..model.scenario import BufferSection, Scenario
from ..networks.columns import FloatArray
from .kernels.plant_tables import PlantColumns, Tanks
from .kernels.tank import WITHOUT_END, drawable, fill_layers, stand_hour
from .plant_columns import PlantLoad, charge_excess, layered_tank


def sent_temperature(scenario: Scenario, asked: PlantLoad) -> FloatArray:
    """Return the water that the plant makes for each circuit, shape (hours, circuits). [°C]

    The circuit's supply, and what its tank of layers is charged above it.
    """
    return np.asarray(asked.supply_temperature + charge_excess(scenario, asked.circuits))


def tank_capacity(scenario: Scenario, asked: PlantLoad, column: int) -> FloatArray | None:
    """Return the heat of a circuit's full tank of layers, shape (hours,). [J]

    Above the mean return; 0 in hours in which the circuit takes cold. None without such a tank.
    """
    tank = layered_tank(scenario, asked.circuits[column])
    if tank is None:
        return None
    hot = sent_temperature(scenario, asked)[:, column]
    above = np.maximum(hot - _mean(asked, asked.return_temperature, column), 0.0)
    return np.asarray(np.where(asked.load[:, column] < 0.0, 0.0, water_heat(tank) * above))


def make_tanks(scenario: Scenario, asked: PlantLoad) -> Tanks:
    """Return the tanks of layers, full of return water.

    Parameters
    ----------
    scenario : Scenario
        With its buffers.
    asked : PlantLoad
        Temperatures of the circuits, in whose order tanks stand.

    Notes
    -----
    What a tank gives counts only at or above the circuit's supply temperature: it is mixed with
    return water down to that. Where the circuit takes cold, the tank stands by itself.
    """
    tanks = [layered_tank(scenario, name) for name in asked.circuits]
    number, most = len(tanks), max((tank.layers for tank in tanks if tank), default=0)
    hours = len(asked.load) if most else 0
    modes, rates = np.zeros((number, 2, most, most)), np.zeros((number, most))
    now, room, reference = np.zeros((number, most)), np.zeros(number), np.zeros(number)
    sent = sent_temperature(scenario, asked)
    for column, tank in enumerate(tanks):
        if tank is not None:
            n, full = tank.layers, _mean(asked, sent, column)
            rates[column, :n], shapes = np.linalg.eigh(layer_rates(tank, full))
            modes[column, :, :n, :n] = shapes, shapes.T
            room[column] = tank.room_temperature
            reference[column] = _mean(asked, asked.return_temperature, column)
            now[column, :n] = reference[column]
    is_cold = asked.load < 0.0
    return Tanks(
        layers=np.array([tank.layers if tank else 0 for tank in tanks], dtype=np.int64),
        layer_heat=np.array([_layer_heat(tank) for tank in tanks]),
        modes=modes,
        rates=np.maximum(rates, 0.0),
        room=room,
        reference=reference,
        need=np.where(is_cold, np.inf, asked.supply_temperature)[:hours],
        hot=np.where(is_cold, -np.inf, sent)[:hours],
        back=np.ascontiguousarray(asked.return_temperature[:hours]),
        now=now,
        kept=np.zeros((hours + 1, number, most)),
        work=np.zeros(2 * most + 2),
    )


def plan_of_filling(
    columns: PlantColumns,
    tanks: Tanks,
    circuit: int,
    filling: FloatArray,
    steps: tuple[int, int],
) -> FloatArray:
    """Return the content a tank of layers should have so that it is filled at a given rate. [J]

    Parameters
    ----------
    columns : PlantColumns
        Loads of all steps.
    tanks : Tanks
        With the layers kept as the first step begins.
    circuit : int
        Which circuit.
    filling : array of float, shape (all steps, circuits)
        Heat made beyond the load, negative to draw. [W]
    steps : (int, int)
        First step, and the one after the last.

    Returns
    -------
    array of float, shape (steps,)
        What can be delivered when each step ends, counted as `want_filling` does.
    """
    first, last = steps
    alone = tanks._replace(now=tanks.kept[first].copy())
    layers, number = alone.now[circuit], int(alone.layers[circuit])
    planned = np.zeros(last - first)
    for step in range(first, last):
        duration = float(columns.duration[step])
        stand_hour(alone, circuit, duration)
        need, back = float(tanks.need[step, circuit]), float(tanks.back[step, circuit])
        depth, given = drawable(layers, number, need, back, WITHOUT_END)
        held = given + depth * (back - tanks.reference[circuit])
        more = float(filling[step, circuit])
        planned[step - first] = held * tanks.layer_heat[circuit] + more * duration
        made = max(float(columns.heat[step, circuit]) + more, 0.0)
        fill_layers(step, alone, circuit, columns, made)
    return planned


def deliverable_heat(tanks: Tanks, circuit: int, step: int) -> float:
    """Return the heat of a tank's warm layers above the circuit's return, as a step begins. [J]

    Parameters
    ----------
    tanks : Tanks
        With the layers kept.
    circuit, step : int
        Which.
    """
    need, back = float(tanks.need[step, circuit]), float(tanks.back[step, circuit])
    number = int(tanks.layers[circuit])
    _, given = drawable(tanks.kept[step, circuit], number, need, back, WITHOUT_END)
    return float(given * tanks.layer_heat[circuit])


def _layer_heat(tank: BufferSection | None) -> float:
    return water_heat(tank) / tank.layers if tank else 1.0


def _mean(asked: PlantLoad, temperature: FloatArray, column: int) -> float:
    """Return a circuit's mean temperature, weighted by its heat. [°C]"""
    heat = np.maximum(asked.load[:, column], 0.0)
    weight = heat if heat.any() else np.ones(len(heat))
    return float(np.average(temperature[:, column], weights=weight))
