"""What the plant's kernel needs, from scenario, profiles and solved circuits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..model.scenario import BufferSection, HeatPumpSection, Scenario
from ..model.water import heat_capacity, water_table
from ..networks.columns import BoolArray, FloatArray
from ..networks.system import System
from ..profiles.year import Profiles
from .circuit_year import CircuitYear

Stream = tuple[FloatArray, FloatArray]
"""Temperature of water that enters and leaves. [°C]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantLoad:
    """What the circuits ask of the plant; circuits in order of priority.

    Parameters
    ----------
    circuits : tuple of str
        Ids: those of the heat pumps in their order, then tap water, then others.
    load : array of float, shape (hours, circuits)
        Cold negative. [W]
    supply_temperature, return_temperature : array of float, shape (hours, circuits)
        At the plant. [°C]
    pump_electricity : array of float, shape (hours,)
        Of the circuits' pumps. [W]
    """

    circuits: tuple[str, ...]
    load: FloatArray
    supply_temperature: FloatArray
    return_temperature: FloatArray
    pump_electricity: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Effluent:
    """The source behind the heat pumps, hour by hour.

    Parameters
    ----------
    id : str
        Of the source; empty where there is none.
    temperature : array of float, shape (hours,)
        Of the water that reaches the plant. [°C]
    mass_flow : array of float, shape (hours,)
        Available. [kg/s]
    heat_capacity : array of float, shape (hours,)
        [J/(kg K)]
    cooling, warming : array of float, shape (hours,)
        Change of temperature that design, permit and least outlet allow. [K]
    approach : float
        Loss of temperature in the loop to the plant. [K]
    capacity : array of float, shape (hours,)
        Most heat it gives by scenario and profile; 0 where it is out. [W]
    """

    id: str
    temperature: FloatArray
    mass_flow: FloatArray
    heat_capacity: FloatArray
    cooling: FloatArray
    warming: FloatArray
    approach: float
    capacity: FloatArray

    @property
    def heat_limit(self) -> FloatArray:
        """Heat that it can give. [W]"""
        return np.minimum(_power(self.mass_flow * self.heat_capacity, self.cooling), self.capacity)

    @property
    def cold_limit(self) -> FloatArray:
        """Heat that it can take. [W]"""
        limit = _power(self.mass_flow * self.heat_capacity, self.warming)
        return np.where(self.capacity > 0.0, limit, 0.0)


def _power(capacity_flow: FloatArray, difference: FloatArray) -> FloatArray:
    """Return the product, 0 where the difference is 0 also at an infinite flow. [W]"""
    is_open = difference > 0.0
    return np.where(is_open, capacity_flow * np.where(is_open, difference, 1.0), 0.0)


def the_pool(scenario: Scenario) -> HeatPumpSection | None:
    """Return the pool of heat pumps, if there is one."""
    return next(iter(scenario.heat_pumps.values()), None)


def layered_tank(scenario: Scenario, circuit: str) -> BufferSection | None:
    """Return the tank of layers of a circuit, if it has one."""
    tanks = scenario.buffers.values()
    return next((tank for tank in tanks if tank.circuit == circuit and tank.layers > 1), None)


def charge_excess(scenario: Scenario, circuits: Sequence[str]) -> FloatArray:
    """Return by how much the plant's water is warmer than the circuits' supply. [K]"""
    tanks = [layered_tank(scenario, name) for name in circuits]
    return np.array([tank.charge_excess if tank else 0.0 for tank in tanks])


def waste_sources(scenario: Scenario) -> tuple[str, ...]:
    """Return the sources of waste heat in merit order: as ``priorities`` says, then as listed."""
    names = [name for name, source in scenario.sources.items() if source.kind == "waste_heat"]
    order = () if scenario.plant is None else scenario.plant.priorities
    return tuple(
        sorted(names, key=lambda name: order.index(name) if name in order else len(order))
    )


def plant_load(system: System, circuits: Mapping[str, CircuitYear]) -> PlantLoad:
    """Collect what the circuits behind the plant's producers take from it.

    Parameters
    ----------
    system : System
        With a plant.
    circuits : mapping of str to CircuitYear
        Solved distribution circuits.

    Returns
    -------
    PlantLoad
        Temperatures weighted by flow where a circuit has several producers at the plant.
    """
    plant, pool = system.scenario.plant, the_pool(system.scenario)
    assert plant is not None, "dispatch needs a plant"
    fed = [
        name
        for name, year in circuits.items()
        if set(year.circuit.producer_ids) & set(plant.producers)
    ]
    first = [name for name in (pool.circuits if pool else ()) if name in fed]
    rest = [name for name in fed if name not in first]
    order = (*first, *sorted(rest, key=lambda name: not _is_tap_water(system, name)))
    parts = [_at_plant(circuits[name], plant.producers) for name in order]
    return PlantLoad(
        circuits=order,
        load=np.column_stack([part[0] for part in parts]),
        supply_temperature=np.column_stack([part[1] for part in parts]),
        return_temperature=np.column_stack([part[2] for part in parts]),
        pump_electricity=np.sum(
            [_per_hour(circuits[name].pump_electricity) for name in order], axis=0
        ),
    )


def _is_tap_water(system: System, name: str) -> bool:
    section = system.scenario.circuits.get(name)
    return section is not None and section.service == "tap_water"


def _per_hour(values: FloatArray) -> FloatArray:
    return np.asarray(values.reshape(len(values), -1).sum(axis=1))


def _at_plant(
    year: CircuitYear, producers: Collection[str]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return load, supply and return temperature of one circuit at the plant."""
    rows = [row for row, name in enumerate(year.circuit.producer_ids) if name in producers]
    weight = np.abs(year.producer_mass_flow[:, rows]) + 1e-12
    weight /= weight.sum(axis=1, keepdims=True)
    return (
        np.asarray(year.producer_heat[:, rows].sum(axis=1)),
        np.asarray((weight * year.producer_supply_temperature[:, rows]).sum(axis=1)),
        np.asarray((weight * year.producer_return_temperature[:, rows]).sum(axis=1)),
    )


def effluent_source(
    system: System,
    profiles: Profiles,
    out: Collection[str],
    arrival_temperature: Mapping[str, FloatArray],
) -> Effluent:
    """Return the effluent that heat pumps and free cooling stand on.

    Parameters
    ----------
    system : System
        With its sources; the plant's consumer may limit the flow.
    profiles : Profiles
        Temperature and flow by source.
    out : collection of str
        Sources out of service.
    arrival_temperature : mapping of str to array of float, shape (hours,)
        Of the water at the plant, where it is known; else the profile's. [°C]
    """
    scenario, pool = system.scenario, the_pool(system.scenario)
    kinds = [name for name, source in scenario.sources.items() if source.kind == "effluent"]
    name = pool.source if pool else next(iter(kinds), "")
    hours = len(profiles.duration)
    if not name:
        nothing = np.zeros(hours)
        return Effluent(
            id="",
            temperature=nothing,
            mass_flow=nothing,
            heat_capacity=nothing + 1.0,
            cooling=nothing,
            warming=nothing,
            approach=0.0,
            capacity=nothing,
        )
    source, profile = scenario.sources[name], profiles.sources[name]
    temperature = arrival_temperature.get(name, profile.temperature)
    warming = min(source.temperature_difference, source.max_temperature_difference)
    capacity = np.inf if source.capacity is None else source.capacity
    return Effluent(
        id=name,
        temperature=temperature,
        mass_flow=np.fmin(profile.mass_flow, _most_flow(system, name)),
        heat_capacity=heat_capacity(temperature, water_table(scenario.water)),
        cooling=np.clip(temperature - source.min_outlet_temperature, 0.0, warming),
        warming=np.full(hours, warming),
        approach=source.approach,
        capacity=np.zeros(hours) if name in out else np.minimum(profile.capacity, capacity),
    )


def _most_flow(system: System, name: str) -> float:
    """Return what the plant's consumer on the source's circuit lets through. [kg/s]"""
    source = system.scenario.sources[name]
    circuit = system.circuits.get(source.circuit or "")
    if circuit is None or source.consumer not in circuit.consumer_ids:
        return np.inf
    return float(circuit.consumers.max_flow[circuit.consumer_ids.index(source.consumer)])


def waste_columns(
    scenario: Scenario,
    profiles: Profiles,
    asked: PlantLoad,
    out: Collection[str],
    arrival_temperature: Mapping[str, FloatArray],
) -> tuple[FloatArray, BoolArray]:
    """Return capacity [W] and whether it is warm enough; hours, sources, for the latter circuits.

    Waste heat passes two exchangers: the source's own approach and the plant's. It must reach what
    a tank of layers is charged with, too.
    """
    names = waste_sources(scenario)
    sent = asked.supply_temperature + charge_excess(scenario, asked.circuits)
    shape = (len(profiles.duration), len(names))
    capacity, is_warm = np.zeros(shape), np.zeros((*shape, len(asked.circuits)), dtype=np.bool_)
    for row, name in enumerate(names):
        source, profile = scenario.sources[name], profiles.sources[name]
        if name in out:
            continue
        most = np.inf if source.capacity is None else source.capacity
        capacity[:, row] = np.nan_to_num(np.minimum(profile.capacity, most), posinf=np.inf)
        usable = arrival_temperature.get(name, profile.temperature) - waste_approach(
            scenario, name
        )
        is_warm[:, row] = usable[:, np.newaxis] >= sent
    return capacity, is_warm


def waste_approach(scenario: Scenario, name: str) -> float:
    """Return the loss of temperature between a source of waste heat and a circuit. [K]"""
    plant = 0.0 if scenario.plant is None else scenario.plant.approach
    return scenario.sources[name].approach + plant


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdDuty:
    """How cold is made, hour by hour; arrays have shape (hours,).

    Parameters
    ----------
    work : array of float
        Heat that evaporators take for each unit of cold. [1]
    evaporator, condenser : (inlet, outlet), arrays of float
        Water through the machines. [°C]
    """

    work: FloatArray
    evaporator: Stream
    condenser: Stream


def cold_duty(scenario: Scenario, asked: PlantLoad, effluent: Effluent) -> ColdDuty:
    """Return how much of the cold the exchanger makes, and between which temperatures the rest.

    Parameters
    ----------
    scenario : Scenario
        ``plant.cooling`` chooses between two readings of the memo, see Notes.
    asked : PlantLoad
        With the temperatures of the circuits in cold mode.
    effluent : Effluent
        That takes the heat.

    Notes
    -----
    ``chiller``: effluent through an exchanger brings the return as near as its approach; the
    evaporators do what is left down to the supply. ``literal``: the evaporators cool the
    effluent itself below the supply, which then takes the heat of the circuit; it is let go at
    the circuit's return, however warm it came. Both are free where effluent + approach does
    not exceed the supply.
    """
    plant = scenario.plant
    assert plant is not None, "cold duty needs a plant"
    supply, back = _cold_temperatures(asked)
    span = np.maximum(back - supply, 1e-6)
    loop = effluent.temperature + effluent.approach
    if plant.cooling == "literal":
        work = np.maximum(loop - supply, 0.0) / span
        enters, leaves = effluent.temperature, supply - effluent.approach
        hot = effluent.temperature
    else:
        most = _power(effluent.mass_flow * effluent.heat_capacity, back - loop)
        asked_cold = np.maximum(-asked.load, 0.0).sum(axis=1)
        can = most / np.maximum(asked_cold, 1.0)
        work = 1.0 - np.minimum(np.clip((back - loop) / span, 0.0, 1.0), can)
        enters, leaves = supply + work * span - plant.approach, supply - plant.approach
        hot = loop
    work = np.where(effluent.capacity > 0.0, work, 1.0)
    return ColdDuty(
        work=work, evaporator=(enters, leaves), condenser=(hot, hot + effluent.warming)
    )


def _cold_temperatures(asked: PlantLoad) -> Stream:
    """Return supply and return temperature of the circuits that take cold. [°C]"""
    weight = np.maximum(-asked.load, 0.0)
    total = weight.sum(axis=1)
    is_cold = total > 0.0
    weight[is_cold] /= total[is_cold, np.newaxis]
    supply = (weight * asked.supply_temperature).sum(axis=1)
    back = (weight * asked.return_temperature).sum(axis=1)
    return np.where(is_cold, supply, 18.0), np.where(is_cold, back, 22.0)
