"""Small hand-made solved systems, consistent by construction, for tests of what follows."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from warmtenet.model.scenario import Scenario
from warmtenet.networks.columns import (
    Circuit,
    ConsumerTable,
    FloatArray,
    PipeTable,
    ProducerTable,
)
from warmtenet.networks.system import System
from warmtenet.profiles.year import Demand, Profiles, SourceProfile, Weather
from warmtenet.solvers.circuit_year import CircuitYear, PipeFigures
from warmtenet.solvers.plant_year import Case, PlantYear, ReferenceYear
from warmtenet.solvers.simulation import Simulation

HOURS = 48
LOSS = 2_000.0
"""Heat loss of every distribution circuit. [W]"""


def small_scenario(**changes: Any) -> Scenario:
    content: dict[str, Any] = {
        "name": "small",
        "circuits": {
            "effluent": {"service": "source"},
            "tap_water": {"service": "tap_water"},
            "space": {"service": "space"},
        },
        "sources": {
            "rwzi": {"kind": "effluent", "circuit": "effluent", "consumer": "plant_rwzi"},
            "mosa": {"kind": "waste_heat", "capacity": 10e3},
        },
        "heat_pumps": {
            "pool": {"source": "rwzi", "capacity": 100e3, "circuits": ["tap_water", "space"]}
        },
        "buffers": {"tank": {"circuit": "tap_water", "volume": 4.0}},
        "plant": {"producers": ["p_tap_water", "p_space"], "consumers": ["plant_rwzi"]},
        "cases": {"backup": {"out": ["mosa"]}},
        "mode": {"circuits": ["space"]},
    }
    return Scenario.model_validate(content | changes)


def line_circuit(name: str, consumers: tuple[str, ...]) -> Circuit:
    """Return a plant and consumers one behind another, 100 m apart on junctions J0, J1, ..."""
    size = len(consumers)
    empty = np.full(size, np.nan)
    rows = np.arange(size)
    return Circuit(
        id=name,
        junctions=tuple(f"J{row}" for row in range(size + 1)),
        pipe_ids=tuple(f"{name}-{row}" for row in range(size)),
        consumer_ids=consumers,
        producer_ids=(f"p_{name}",),
        x=176_000.0 + 100.0 * np.arange(size + 1.0),
        y=np.full(size + 1, 319_000.0),
        elevation=np.zeros(size + 1),
        pipes=PipeTable(
            from_junction=rows,
            to_junction=rows + 1,
            length=np.full(size, 100.0),
            inner_diameter=np.full((2, size), 0.1),
            roughness=np.full((2, size), 1e-4),
            minor_loss_coefficient=np.zeros((2, size)),
            heat_loss_coefficient=np.full((2, size), 0.2),
            pair_exchange_coefficient=np.zeros(size),
        ),
        consumers=ConsumerTable(rows + 1, *(empty,) * 11, is_connected=np.ones(size, dtype=bool)),
        producers=ProducerTable(np.array([0]), *(np.array([np.nan]),) * 7),
        pipe_types=("",) * size,
        pressure_rating=np.full(size, 10e5),
        buildings=consumers,
    )


def solved_circuit(circuit: Circuit, heat: FloatArray, loss: float = LOSS) -> CircuitYear:
    """Return a solved circuit that balances: producers give heat and loss."""
    hours, consumers = heat.shape
    each, hourly = np.ones((hours, consumers)), np.ones(hours)
    flow = np.abs(heat) / (4186.0 * 20.0)
    total = heat.sum(axis=1)[:, None]
    return CircuitYear(
        circuit=circuit,
        consumer_mass_flow=flow,
        consumer_supply_temperature=60.0 * each,
        consumer_return_temperature=40.0 * each,
        consumer_heat=heat,
        consumer_unserved_heat=0.0 * each,
        consumer_reason=np.zeros(heat.shape, dtype=np.int8),
        consumer_pressure_difference=6e4 * each,
        producer_heat=total + loss,
        producer_mass_flow=flow.sum(axis=1)[:, None],
        producer_supply_temperature=60.0 * hourly[:, None],
        producer_return_temperature=40.0 * hourly[:, None],
        pressure_difference=1e5 * hourly[:, None],
        pump_head=1.2e5 * hourly[:, None],
        pump_electricity=100.0 * hourly[:, None],
        heat_loss=loss * hourly,
        hydraulic_power=0.0 * hourly,
        standing_loss=0.0 * hourly,
        heat_residual=0.0 * hourly,
        mass_residual=1e-13 * hourly,
        heat_error=0.0 * hourly,
        worst_consumer=np.full(hours, consumers - 1),
        iterations=np.full(hours, 4),
        pipe_figures=pipe_figures(consumers),
        fields={},
    )


def pipe_figures(pipes: int) -> PipeFigures:
    both = np.ones((2, pipes))
    return PipeFigures(
        peak_mass_flow=0.5 * both,
        peak_velocity=1.0 * both,
        peak_gradient=100.0 * both,
        mean_temperature=50.0 * both,
        min_temperature=40.0 * both,
        max_temperature=60.0 * both,
        heat_loss=1e9 * both,
        max_pressure=6e5 * both,
        min_pressure=2e5 * both,
    )


def with_fields(year: CircuitYear) -> CircuitYear:
    hours, circuit = len(year.heat_loss), year.circuit
    pipe = np.arange(hours * len(circuit.pipe_ids) * 2.0).reshape(hours, -1, 2)
    junction = np.arange(hours * len(circuit.junctions) * 2.0).reshape(hours, -1, 2)
    return replace(
        year,
        fields={"pipe_mass_flow": pipe, "junction_pressure": junction, "pipe_heat_loss": pipe},
    )


def small_plant(heat: FloatArray, cold: FloatArray, compressors: FloatArray) -> PlantYear:
    """Return a plant that gives ``heat`` (tap water) and ``cold``; half of it by exchanger."""
    none = np.zeros_like(heat)
    return PlantYear(
        load={"tap_water": heat, "space": cold},
        source_heat={"rwzi": heat - compressors, "mosa": none},
        direct_heat={("mosa", "tap_water"): none},
        heat_pump_heat={"tap_water": heat, "space": none},
        heat_pump_electricity={"tap_water": compressors, "space": none},
        cop={"tap_water": np.full_like(heat, 3.0), "space": np.full_like(heat, np.nan)},
        units={"tap_water": np.ones(len(heat), dtype=np.int64)},
        free_cold=cold / 2.0,
        chiller_cold=cold / 2.0,
        chiller_electricity=none,
        rejected_heat=none,
        reused_heat=none,
        buffer_energy={"tank": none},
        buffer_loss={"tank": none},
        auxiliary_electricity=np.full_like(heat, 50.0),
        unserved={"tap_water": none, "space": none},
        before_buffers=heat + 500.0,
        need=heat,
        source_mass_flow={"rwzi": np.ones_like(heat)},
        source_outlet_temperature={"rwzi": np.full_like(heat, 6.0)},
        residual=np.full_like(heat, 1e-12),
    )


def small_profiles() -> Profiles:
    times = pd.date_range("2029-01-01", periods=HOURS, freq="h")
    hourly = np.ones(HOURS)
    outdoor = 5.0 + 3.0 * np.sin(np.arange(HOURS) / 4.0)
    return Profiles(
        weather=Weather(
            name="two made-up days",
            source="none",
            times=times,
            outdoor_temperature=outdoor,
            solar=0.0 * hourly,
            relative_humidity=np.nan * hourly,
            average_outdoor_temperature=outdoor,
            average_solar=0.0 * hourly,
        ),
        demand=small_demand(),
        mode=np.where(np.arange(HOURS) < 40, 1, -1),
        times=times,
        seconds=3600.0 * np.arange(HOURS),
        instants=3600.0 * np.arange(HOURS),
        duration=3600.0 * hourly,
        sources={
            "rwzi": SourceProfile(
                temperature=11.0 * hourly, capacity=np.inf * hourly, mass_flow=5.0 * hourly
            ),
            "mosa": SourceProfile(
                temperature=75.0 * hourly, capacity=10e3 * hourly, mass_flow=np.inf * hourly
            ),
        },
    )


def small_demand() -> Demand:
    each = np.full((HOURS, 2), 1_000.0)
    homes = pd.DataFrame(
        {
            "building": ["a", "b"],
            "type": ["terraced", "terraced"],
            "class": ["ground_bound", "ground_bound"],
            "heat_loss_coefficient": [60.0, 80.0],
            "balance_temperature": [14.0, 13.0],
            "space_heat_kwh": [24.0, 24.0],
            "tap_water_kwh": [10.0, 10.0],
            "cold_kwh": [0.0, 0.0],
            "design_space_heat": [1440.0, 1840.0],
        }
    )
    return Demand(
        dwellings=homes,
        buildings=("a", "b"),
        space_heat=each,
        tap_water=each,
        cold=0.0 * each,
        dwelling_space_heat=each.astype(np.float32),
        dwelling_tap_water=each.astype(np.float32),
        dwelling_cold=0.0 * each.astype(np.float32),
        riser_loss=np.zeros(2),
    )


def small_reference(strategy: str, electricity: FloatArray) -> ReferenceYear:
    none = 0.0 * electricity
    return ReferenceYear(
        strategy=strategy,
        electricity=electricity,
        space_heat=electricity,
        tap_water=none,
        cooling=none,
        backup=none,
        auxiliary=none,
        dwelling_peak=np.full(2, electricity.max() / 2.0),
        dwelling_annual=np.full(2, electricity.sum() * 1800.0),
    )


def small_simulation(*, fields: bool = False) -> Simulation:
    """Return two days of two dwellings: heat on tap_water, cold at the end on space."""
    hour = np.arange(HOURS)
    tap = 10e3 + 4e3 * np.sin(hour / 5.0)[:, None] * np.ones((1, 2))
    space = np.where(hour < 40, 3e3, -2e3)[:, None] * np.ones((1, 2))
    circuits = {
        "effluent": line_circuit("effluent", ("plant_rwzi",)),
        "tap_water": line_circuit("tap_water", ("tap-a", "tap-b")),
        "space": line_circuit("space", ("space-a", "space-b")),
    }
    years = {
        "effluent": solved_circuit(circuits["effluent"], tap.sum(axis=1)[:, None] / 2.0),
        "tap_water": solved_circuit(circuits["tap_water"], tap),
        "space": solved_circuit(circuits["space"], space),
    }
    if fields:
        years = {name: with_fields(year) for name, year in years.items()}
    heat = tap.sum(axis=1) + LOSS + np.where(hour < 40, space.sum(axis=1) + LOSS, 0.0)
    cold = np.where(hour < 40, 0.0, space.sum(axis=1) + LOSS)
    cases = {
        name: Case(name=name, plant=small_plant(heat, cold, heat / cop), circuits=years)
        for name, cop in (("base", 4.0), ("backup", 3.0))
    }
    individual = 6e3 + 2e3 * np.cos(hour / 7.0)
    return Simulation(
        system=System(
            scenario=small_scenario(),
            folder=Path("small"),
            tables={
                "pipes": pd.DataFrame({"id": [p for c in circuits.values() for p in c.pipe_ids]})
            },
            circuits=circuits,
            inputs={"scenario.toml": "0" * 64},
        ),
        profiles=small_profiles(),
        cases=cases,
        design={},
        reference={
            name: small_reference(name, scale * individual)
            for name, scale in (("on_demand", 1.0), ("spread", 0.9), ("night", 1.2))
        },
        out_of_mode_heat=7.2e9,
        out_of_mode_cold=-3.6e9,
        seconds={"profiles": 0.1},
    )


def without_plant(simulation: Simulation) -> Simulation:
    """Return the circuits alone, driven by series."""
    system = simulation.system
    scenario = system.scenario.model_copy(update={"plant": None, "cases": {}})
    base = replace(simulation.cases["base"], plant=None)
    return replace(
        simulation,
        system=replace(system, scenario=scenario),
        profiles=replace(simulation.profiles, demand=None, weather=None),
        cases={"base": base},
        reference={},
        out_of_mode_heat=0.0,
        out_of_mode_cold=0.0,
    )
