"""A made-up solved year with the real shapes: what the report's tests draw."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from warmtenet.model.scenario import Scenario
from warmtenet.networks.columns import Circuit, ConsumerTable, PipeTable, ProducerTable
from warmtenet.networks.system import System
from warmtenet.profiles.year import Profiles, SourceProfile, Weather
from warmtenet.results.comparison import Comparison, Target, Variant
from warmtenet.solvers.circuit_year import CircuitYear, DesignState, PipeFigures
from warmtenet.solvers.plant_year import Case, PlantYear, ReferenceYear
from warmtenet.solvers.simulation import Simulation
from warmtenet.studies.sensitivity import Outcome, SensitivityRow

HOURS = 8760
STREETS, HOUSES = 4, 9


def scenario() -> Scenario:
    return Scenario.model_validate(
        {
            "name": "tregazinkwit",
            "title": "TregaZinkwit, Maastricht",
            "circuits": {
                "effluent": {"service": "source"},
                "waste_heat": {"service": "source"},
                "tap_water": {"service": "tap_water"},
                "space": {"service": "space"},
            },
            "sources": {
                "mosa": {"kind": "waste_heat", "circuit": "waste_heat", "consumer": "plant_mosa"},
                "rwzi": {"kind": "effluent", "circuit": "effluent", "consumer": "plant_rwzi"},
            },
            "heat_pumps": {
                "pool": {"source": "rwzi", "capacity": 650e3, "circuits": ["tap_water", "space"]}
            },
            "buffers": {"tap_water": {"circuit": "tap_water", "volume": 40.0}},
            "plant": {
                "producers": ["plant_tap_water", "plant_space"],
                "consumers": ["plant_mosa", "plant_rwzi"],
                "priorities": ["mosa", "rwzi"],
            },
            "cases": {"backup": {"out": ["mosa"]}},
        }
    )


def layout() -> tuple[list[tuple[str, float, float]], list[tuple[str, int, int]]]:
    """Return junctions (name, x, y) and routes (name, from, to): a main with four streets."""
    junctions = [("plant", 177122.0, 319201.0)]
    routes = []
    last = 0
    for street in range(STREETS):
        junctions.append((f"S{street}", 177060.0 - 20 * street, 319330.0 + 150 * street))
        corner = len(junctions) - 1
        routes.append((f"main-{street}", last, corner))
        last = previous = corner
        for house in range(HOUSES):
            side = 1 if house % 2 else -1
            x, y = junctions[corner][1] - 30 * (house + 1), junctions[corner][2] + 6 * house
            junctions.append((f"S{street}.{house}", x, y))
            junctions.append((f"H{street}.{house}", x, y + 28 * side))
            node = len(junctions) - 2
            routes.append((f"street-{street}-{house}", previous, node))
            routes.append((f"house-{street}-{house}", node, node + 1))
            previous = node
    return junctions, routes


def tree(name: str) -> Circuit:
    junctions, routes = layout()
    return _circuit(name, junctions, routes, [j for j in range(len(junctions)) if _house(j)])


def _house(row: int) -> bool:
    return layout()[0][row][0].startswith("H")


def link(name: str, producer: str, x: float, y: float) -> Circuit:
    junctions = [(producer, x, y), (f"{name}-bend", (x + 177122) / 2 + 40, (y + 319201) / 2)]
    junctions.append(("plant", 177122.0, 319201.0))
    routes = [(f"{name}-1", 0, 1), (f"{name}-2", 1, 2)]
    return _circuit(name, junctions, routes, [2])


def _circuit(name: str, junctions: Any, routes: Any, consumers: list[int]) -> Circuit:
    x, y = (np.array([j[k] for j in junctions]) for k in (1, 2))
    start, end = (np.array([r[k] for r in routes]) for k in (1, 2))
    size = len(routes)
    bore = np.full((2, size), 0.08)
    pipes = PipeTable(
        start,
        end,
        np.hypot(x[end] - x[start], y[end] - y[start]),
        bore,
        np.full((2, size), 1e-4),
        np.zeros((2, size)),
        np.full((2, size), 0.14),
        np.zeros(size),
    )
    empty = np.full(len(consumers), np.nan)
    return Circuit(
        id=name,
        junctions=tuple(j[0] for j in junctions),
        pipe_ids=tuple(f"{name}-{r[0]}" for r in routes),
        consumer_ids=tuple(f"{name}-{junctions[c][0]}" for c in consumers),
        producer_ids=(f"plant_{name}" if len(consumers) > 1 else junctions[0][0],),
        x=x,
        y=y,
        elevation=45.0 + 0.4 * np.sin(x / 90.0) - (y - y.min()) * 1e-3,
        pipes=pipes,
        consumers=ConsumerTable(
            np.array(consumers), *(empty for _ in range(11)), empty == empty[:1]
        )._replace(is_connected=np.ones(len(consumers), dtype=bool)),
        producers=ProducerTable(np.array([0]), np.array([3.5e5]), *(np.full(1, 0.6),) * 6),
        pipe_types=tuple("steel-single-S2-DN80" for _ in range(size)),
        pressure_rating=np.full(size, 10e5),
        buildings=tuple(junctions[c][0] for c in consumers),
    )


def weather() -> Weather:
    hours = np.arange(HOURS)
    noise = np.random.default_rng(1).normal(size=HOURS)
    slow = np.convolve(noise, np.exp(-np.arange(200) / 60.0), mode="same") / 5.0
    outdoor = 10.4 - 7.5 * np.cos(2 * np.pi * (hours - 500) / HOURS) + 3.0 * slow
    outdoor += 3.0 * np.sin(2 * np.pi * (hours % 24 - 9) / 24)
    outdoor[8000:8168] -= 9.0
    sun = np.clip(np.sin(2 * np.pi * (hours % 24 - 6) / 24), 0, None) * 500
    return Weather(
        name="Maastricht design year",
        source="DWD TRY 2010 region 5 by way of demandlib; Deutscher Wetterdienst",
        times=pd.date_range("2025-01-01", periods=HOURS, freq="h"),
        outdoor_temperature=outdoor,
        solar=sun,
        relative_humidity=np.full(HOURS, 0.8),
        average_outdoor_temperature=outdoor,
        average_solar=sun,
    )


def year(circuit: Circuit, total: np.ndarray, supply: float, back: float) -> CircuitYear:
    """Spread a total load over the consumers and give it flows of the right size."""
    consumers = len(circuit.consumer_ids)
    share = np.random.default_rng(2).uniform(0.5, 1.5, consumers)
    heat = np.outer(total, share / share.sum())
    flow = np.abs(heat) / (4186.0 * abs(supply - back)) + 1e-3
    loss = np.full(len(total), 11.0 * circuit.pipes.length.sum() / 2)
    plant = (total + loss)[:, None]
    every = np.ones_like(heat)
    one = np.ones((len(total), 1))
    head = 0.6e5 + 2.5e5 * (flow.sum(axis=1) / flow.sum(axis=1).max()) ** 2
    return CircuitYear(
        circuit=circuit,
        consumer_mass_flow=flow,
        consumer_supply_temperature=(supply - 2.0) * every,
        consumer_return_temperature=back * every,
        consumer_heat=heat,
        consumer_unserved_heat=0.0 * every,
        consumer_reason=np.zeros(heat.shape, dtype=np.int8),
        consumer_pressure_difference=6e4 * every,
        producer_heat=plant,
        producer_mass_flow=flow.sum(axis=1)[:, None],
        producer_supply_temperature=supply * one,
        producer_return_temperature=(back + 1.0) * one,
        pressure_difference=head[:, None],
        pump_head=head[:, None] * 1.1,
        pump_electricity=head[:, None] * flow.sum(axis=1)[:, None] / 600.0,
        heat_loss=loss,
        hydraulic_power=0.0 * loss,
        standing_loss=0.0 * loss,
        heat_residual=np.full(len(total), 3e-12),
        mass_residual=np.full(len(total), 2e-13),
        iterations=np.full(len(total), 4),
        pipe_figures=figures(circuit, supply, back),
        heat_error=np.zeros(len(total)),
        worst_consumer=np.full(len(total), consumers - 1),
        fields={},
    )


def behind(circuit: Circuit) -> np.ndarray:
    """Count consumers behind each route; routes are in the order of the tree."""
    count = np.zeros(len(circuit.junctions))
    np.add.at(count, circuit.consumers.junction, 1.0)
    for pipe in range(len(circuit.pipe_ids) - 1, -1, -1):
        count[circuit.pipes.from_junction[pipe]] += count[circuit.pipes.to_junction[pipe]]
    return count[circuit.pipes.to_junction]


def figures(circuit: Circuit, supply: float, back: float) -> PipeFigures:
    share = behind(circuit) / behind(circuit).max()
    both = np.ones((2, 1))
    temperature = np.array([[supply], [back]]) - 3.0 * (1 - share)
    return PipeFigures(
        peak_mass_flow=both * 25.0 * share,
        peak_velocity=both * (0.2 + 1.4 * share),
        peak_gradient=both * (20.0 + 260.0 * share),
        mean_temperature=temperature,
        min_temperature=temperature - 2.0,
        max_temperature=temperature + 1.0,
        heat_loss=both * 9.0 * circuit.pipes.length * 3.15e7,
        max_pressure=both * 6.2e5 + 0.0 * share,
        min_pressure=both * 2.1e5 + 0.0 * share,
    )


def design(circuit: Circuit) -> DesignState:
    share = behind(circuit) / behind(circuit).max()
    both = np.ones((2, 1))
    gradient = both * (30.0 + 180.0 * share)
    return DesignState(
        method="every consumer at its design load",
        mode="heat",
        load=2.2e6 * share,
        mass_flow=both * 28.0 * share,
        velocity=both * (0.2 + 1.5 * share),
        gradient=gradient,
        pressure_drop=gradient * circuit.pipes.length,
        governed_by=tuple("cold" if s > 0.5 else "heat" for s in share),
        plant_load=2.2e6,
        plant_mass_flow=28.0,
        pressure_difference=4.1e5,
        pump_head=4.5e5,
        pump_electricity=19e3,
        worst_consumer=circuit.consumer_ids[-1],
        max_pressure=7.6e5,
        min_pressure=3.3e5,
        supply_temperature=45.0,
        return_temperature=29.0,
        min_supply_temperature=43.2,
        heat_loss=80e3,
    )


def plant(load: Mapping[str, np.ndarray], cold: np.ndarray, mosa: np.ndarray) -> PlantYear:
    need = sum(load.values())
    tap = np.minimum(load["tap_water"], mosa)
    space = np.minimum(load["space"], mosa - tap)
    lifted = {"tap_water": load["tap_water"] - tap, "space": load["space"] - space}
    cop = {"tap_water": np.full(HOURS, 2.6), "space": np.full(HOURS, 4.4)}
    power = {name: lifted[name] / cop[name] for name in lifted}
    drawn = sum(lifted[name] - power[name] for name in lifted)
    free, chiller = 0.6 * cold, 0.4 * cold
    none = np.zeros(HOURS)
    return PlantYear(
        load={"tap_water": load["tap_water"], "space": load["space"] + cold},
        source_heat={"mosa": tap + space, "rwzi": drawn + free},
        direct_heat={("mosa", "tap_water"): tap, ("mosa", "space"): space},
        heat_pump_heat=lifted,
        heat_pump_electricity=power,
        cop={name: np.where(lifted[name] > 0, cop[name], np.nan) for name in cop},
        units={
            "tap_water": np.ceil(lifted["tap_water"] / 650e3).astype(np.int64),
            "space": np.ceil(lifted["space"] / 650e3).astype(np.int64),
            "cold": (chiller < 0).astype(np.int64),
        },
        free_cold=free,
        chiller_cold=chiller,
        chiller_electricity=-chiller / 8.0,
        rejected_heat=-chiller * 1.125,
        reused_heat=none,
        buffer_energy={"tap_water": none},
        buffer_loss={"tap_water": none + 500.0},
        auxiliary_electricity=0.005 * need + 5e3,
        unserved={"tap_water": none, "space": none},
        before_buffers=need * 1.05,
        need=need,
        source_mass_flow={"mosa": mosa / 1.3e5, "rwzi": drawn / 2.1e4},
        source_outlet_temperature={"mosa": none + 45.0, "rwzi": none + 7.0},
        residual=np.full(HOURS, 1e-12),
    )


def simulation() -> Simulation:
    """Return a year of 1,300 dwellings behind 36 substations."""
    air = weather()
    clock = np.arange(HOURS) % 24
    mode = np.where(air.outdoor_temperature < 13, 1, np.where(air.outdoor_temperature > 21, -1, 0))
    heat = np.clip(14.0 - air.outdoor_temperature, 0, None) * 87e3 * (mode == 1)
    cold = -np.clip(air.outdoor_temperature - 20.0, 0, None) * 120e3 * (mode == -1)
    tap = 165e3 * (1 + 0.9 * np.sin(2 * np.pi * (clock - 3) / 12) * (clock > 5))
    circuits = {
        "effluent": year(link("effluent", "rwzi", 177230.0, 320314.0), heat * 0.5, 11.0, 6.0),
        "waste_heat": year(link("waste_heat", "mosa", 177151.0, 319090.0), tap, 77.0, 45.0),
        "tap_water": year(tree("tap_water"), tap, 70.0, 40.0),
        "space": year(tree("space"), heat + cold, 45.0, 29.0),
    }
    load = {"tap_water": tap + 60e3, "space": heat + 50e3 * (mode == 1)}
    week = np.arange(HOURS) // 168
    mosa = np.where(np.isin(week, [31, 32, 51]), 0.0, 1.2e6)
    cases = {
        "base": Case(name="base", plant=plant(load, cold, mosa), circuits=circuits),
        "backup": Case(name="backup", plant=plant(load, cold, 0 * mosa), circuits=circuits),
    }
    effluent = 14.0 - 5.0 * np.cos(2 * np.pi * (np.arange(HOURS) - 900) / HOURS)
    never = np.full(HOURS, np.inf)
    steps = np.full(HOURS, 3600.0)
    profiles = Profiles(
        weather=air,
        demand=None,
        mode=mode,
        times=air.times,
        seconds=np.arange(HOURS) * 3600.0,
        duration=steps,
        instants=np.arange(HOURS) * 3600.0,
        sources={
            "mosa": SourceProfile(temperature=0 * steps + 77, capacity=mosa, mass_flow=never),
            "rwzi": SourceProfile(temperature=effluent, capacity=never, mass_flow=steps / 10),
        },
    )
    asked = scenario()
    return Simulation(
        system=System(
            scenario=asked,
            folder=Path("tregazinkwit"),
            tables={},
            circuits={name: solved.circuit for name, solved in circuits.items()},
        ),
        profiles=profiles,
        cases=cases,
        design={name: design(circuits[name].circuit) for name in ("tap_water", "space")},
        reference={name: reference(name, heat, tap) for name in ("on_demand", "spread", "night")},
        out_of_mode_heat=4.2e11,
        out_of_mode_cold=-1.1e11,
        seconds={"load": 0.4, "solve": 1.2, "studies": 0.5},
    )


def reference(strategy: str, heat: np.ndarray, tap: np.ndarray) -> ReferenceYear:
    clock = np.arange(HOURS) % 24
    night = np.where(clock < 6, 4.0, 0.05) * tap.mean()
    drawn = {"on_demand": tap, "spread": 0 * tap + tap.mean(), "night": night}[strategy] / 2.0
    parts = {"space_heat": heat / 2.9, "tap_water": drawn, "cooling": 0 * heat}
    total = sum(parts.values()) + 60e3
    return ReferenceYear(
        strategy=strategy,
        electricity=total,
        **parts,
        backup=0 * heat,
        auxiliary=0 * heat + 60e3,
        dwelling_peak=np.full(1300, 2.4e3),
        dwelling_annual=np.full(1300, total.sum() * 3600 / 1300),
    )


def comparison(solved: Simulation) -> Comparison:
    steps = solved.profiles.duration
    network = {}
    for name, case in solved.cases.items():
        assert case.plant is not None
        power = sum(case.plant.heat_pump_electricity.values()) + case.plant.auxiliary_electricity
        pumps = sum(c.pump_electricity.sum(axis=1) for c in case.circuits.values())
        network[name] = Variant(name=name, electricity=power + pumps, duration=steps)
    individual = {
        name: Variant(name=name, electricity=ref.electricity, duration=steps)
        for name, ref in solved.reference.items()
    }
    freed = {
        "heat_pumps_base": 1020.0,
        "heat_pumps_backup": 573.0,
        "dwelling_base": 610.0,
        "dwelling_backup": 390.0,
    }
    return Comparison(
        dwellings=1300,
        strategy="on_demand",
        network=network,
        reference=individual,
        definition="heat_pumps_base",
        by_definition=freed,
        by_strategy={name: freed for name in individual},
        common_hour={},
        household_peak=900.0,
        dwelling_peak_mean=2.4e3,
        planning=(),
        targets=(
            Target(
                id="T3",
                name="heat need after buffers",
                unit="MW",
                memo=2.5,
                low=2.3,
                high=2.7,
                kind="model",
                mark="memo",
                source="memo 2.2",
                value=2.46,
                driver="the coldest hour of the design year is −13.6 °C",
            ),
            Target(
                id="T6",
                name="freed dwellings, back-up",
                unit="dwellings",
                memo=665.0,
                low=500.0,
                high=800.0,
                kind="model",
                mark="memo",
                source="memo 2.2",
                value=573.0,
                driver="own peak hours of both variants",
            ),
        ),
    )


def tornado() -> list[SensitivityRow]:
    def outcome(value: float | str, freed: float) -> Outcome:
        return Outcome(
            value=value,
            network_peak=710e3,
            reference_peak=1.26e6,
            freed_dwellings=freed,
            freed_base=freed + 400,
            freed_dwelling=freed - 180,
        )

    rows = [
        ("heat_pumps.pool.cop_factor", "COP of the plant", "-", 0.9, 1.1, 500.0, 634.0),
        ("reference.field_factor", "field factor of individual units", "-", 0.8, 0.95, 640, 510),
        ("reference.tap_water", "tap-water strategy", "", "night", "spread", 470.0, 520.0),
    ]
    return [
        SensitivityRow(
            id=key,
            name=name,
            unit=unit,
            mark="assumed",
            base=outcome(1.0, 573.0),
            low=outcome(low, below),
            high=outcome(high, above),
            note="",
        )
        for key, name, unit, low, high, below, above in rows
    ]


def summary() -> dict[str, Any]:
    """Return the contract's figures for the made-up year."""
    electricity = {"peak_kw": 402.0, "peak_hour": 8060, "peak_time": "2025-12-02T20:00:00"}
    electricity |= {"annual_mwh": 980.0, "heat_pumps_mwh": 850.0, "pumps_mwh": 80.0}
    electricity |= {"auxiliary_mwh": 50.0}
    heat = {"delivered_mwh": 5210.0, "loss_mwh": 1010.0, "produced_mwh": 6240.0}
    heat |= {"peak_kw": 2460.0, "peak_before_buffers_kw": 2580.0, "unserved_mwh": 0.0}
    heat |= {"by_source_mwh": {"mosa": 4500.0, "rwzi": 1200.0}, "unserved_hours": 0}
    heat |= {"out_of_mode_mwh": 116.7}
    cold = {"delivered_mwh": -820.0, "gain_mwh": 30.0, "produced_mwh": -850.0, "peak_kw": -1500.0}
    cold |= {"free_share": 0.61, "unserved_mwh": 0.0, "out_of_mode_mwh": -30.5}
    one = {"pipes": 160, "trench_m": 3720.0, "volume_m3": 19.0, "heat_delivered_mwh": 3700.0}
    one |= {"cold_delivered_mwh": -820.0, "heat_loss_mwh": 320.0, "loss_share": 0.08}
    one |= {"pump_mwh": 31.0, "peak_flow_kg_s": 26.0, "peak_velocity_m_s": 1.6}
    one |= {"peak_gradient_pa_m": 280.0, "worst_consumer": "space-H3.8"}
    one |= {"min_supply_temperature_c": 33.1, "max_pressure_bar": 7.1, "min_pressure_bar": 2.1}
    circuits = {name: one | {"design": dict(one)} for name in ("tap_water", "space")}
    circuits |= {name: one | {"design": None} for name in ("effluent", "waste_heat")}
    return {
        "scenario": "tregazinkwit",
        "version": "0.1.0",
        "weather": "Maastricht design year",
        "hours": HOURS,
        "dwellings": 1300,
        "electricity": electricity,
        "reference": {
            "peak_kw": 1260.0,
            "peak_hour": 8066,
            "peak_time": "2025-12-03T02:00:00",
            "annual_mwh": 1790.0,
            "peak_kw_per_dwelling": 0.97,
            "annual_kwh_per_dwelling": 1377.0,
        },
        "comparison": {
            "peak_ratio": 0.32,
            "freed_dwellings": 1020.0,
            "definition": "heat_pumps_base",
            "by_definition": {
                "heat_pumps_base": 1020.0,
                "heat_pumps_backup": 573.0,
                "dwelling_base": 610.0,
                "dwelling_backup": 390.0,
            },
        },
        "heat": heat,
        "cold": cold,
        "circuits": circuits,
        "balance": {"heat_relative": 3e-12, "mass_kg_s": 2e-13, "plant_relative": 1e-12},
        "cases": {
            "backup": {
                "electricity": electricity | {"peak_kw": 704.0},
                "heat": heat,
                "cold": cold,
            }
        },
        "seconds": {
            "load": 0.4,
            "solve": 1.2,
            "studies": 0.5,
            "report": None,
            "total": 2.6,
            "compile": 14.2,
        },
    }
