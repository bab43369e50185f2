"""Small plants for tests: two circuits, waste heat, a pool on effluent, a tank."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from profile_factory import star_circuit

from warmtenet.model.scenario import ReferenceSection, Scenario
from warmtenet.networks.columns import FloatArray
from warmtenet.networks.system import System
from warmtenet.profiles.year import Demand, Profiles, SourceProfile, Weather
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.individual import charging, tank_charges

PLANT: Mapping[str, Any] = {
    "name": "test",
    "circuits": {"tap_water": {"service": "tap_water"}, "space": {"service": "space"}},
    "sources": {
        "mosa": {"kind": "waste_heat"},
        "rwzi": {"kind": "effluent", "approach": 1.0, "min_outlet_temperature": 2.0},
    },
    "heat_pumps": {
        "pool": {"source": "rwzi", "capacity": "600 kW", "circuits": ["tap_water", "space"]}
    },
    "buffers": {"tank": {"circuit": "tap_water", "volume": 10.0, "standing_loss": 500.0}},
    "plant": {"producers": ["plant_tap_water", "plant_space"]},
}
"""A scenario with everything that the dispatch knows."""


def plant_scenario(**sections: Any) -> Scenario:
    """Return the scenario; each section given replaces keys of its own, None a whole section."""
    tree = {name: dict(part) if isinstance(part, dict) else part for name, part in PLANT.items()}
    for name, changes in sections.items():
        tree[name] = {**tree[name], **changes} if changes is not None else {}
    return Scenario.model_validate(tree)


def circuit_year(
    name: str, heat: FloatArray, supply: FloatArray | float, back: FloatArray | float
) -> CircuitYear:
    """Return a solved circuit of which only the producer is known."""
    hours = len(heat)
    circuit = star_circuit(name, [{"id": f"{name}_1"}], [{"id": f"plant_{name}"}])
    empty = np.zeros((hours, 1))
    known = {field.name: empty for field in dataclasses.fields(CircuitYear)}
    known |= {
        "circuit": circuit,
        "producer_heat": heat[:, np.newaxis],
        "producer_mass_flow": np.ones((hours, 1)),
        "producer_supply_temperature": np.broadcast_to(supply, (1, hours)).T,
        "producer_return_temperature": np.broadcast_to(back, (1, hours)).T,
        "pump_electricity": empty,
        "fields": {},
    }
    return CircuitYear(**known)


def plant_circuits(tap_water: FloatArray, space: FloatArray) -> dict[str, CircuitYear]:
    """Return solved circuits: 70/40 °C; 45/30 °C in heating and 18/22 °C in cold hours."""
    is_cold = space < 0.0
    supply, back = np.where(is_cold, 18.0, 45.0), np.where(is_cold, 22.0, 30.0)
    return {
        "space": circuit_year("space", space, supply, back),
        "tap_water": circuit_year("tap_water", tap_water, 70.0, 40.0),
    }


def plant_profiles(
    hours: int,
    *,
    waste: FloatArray | float = 0.0,
    waste_temperature: FloatArray | float = 77.0,
    effluent: FloatArray | float = 10.0,
    flow: FloatArray | float = 300.0,
) -> Profiles:
    """Return profiles with two sources and no demand."""

    def each(value: FloatArray | float) -> FloatArray:
        return np.array(np.broadcast_to(value, (hours,)), dtype=float)

    return Profiles(
        weather=None,
        demand=None,
        mode=np.ones(hours, dtype=np.int64),
        times=None,
        seconds=3600.0 * np.arange(hours),
        duration=np.full(hours, 3600.0),
        instants=3600.0 * np.arange(hours),
        sources={
            "mosa": SourceProfile(
                temperature=each(waste_temperature), capacity=each(waste), mass_flow=each(np.inf)
            ),
            "rwzi": SourceProfile(
                temperature=each(effluent), capacity=each(np.inf), mass_flow=each(flow)
            ),
        },
    )


def plant_system(**sections: Any) -> System:
    """Return a system without tables: the dispatch needs its scenario alone."""
    return System(scenario=plant_scenario(**sections), folder=Path(), tables={})


def dwelling_profiles(
    outdoor: FloatArray,
    space_heat: FloatArray,
    tap_water: FloatArray,
    cold: FloatArray | None = None,
) -> Profiles:
    """Return profiles of dwellings; loads have shape (hours, dwellings)."""
    hours, dwellings = space_heat.shape
    times = pd.date_range("2029-01-01", periods=hours, freq="h")
    chill = np.zeros_like(space_heat) if cold is None else cold
    table = pd.DataFrame(
        {"heat_loss_coefficient": 65.0, "balance_temperature": 14.0}, range(dwellings)
    )
    blank = np.zeros(hours)
    return Profiles(
        weather=Weather(
            name="test",
            source="made",
            times=times,
            outdoor_temperature=outdoor,
            solar=blank,
            relative_humidity=blank,
            average_outdoor_temperature=outdoor,
            average_solar=blank,
        ),
        demand=Demand(
            dwellings=table,
            buildings=(),
            space_heat=np.zeros((hours, 0)),
            tap_water=np.zeros((hours, 0)),
            cold=np.zeros((hours, 0)),
            dwelling_space_heat=space_heat.astype(np.float32),
            dwelling_tap_water=tap_water.astype(np.float32),
            dwelling_cold=chill.astype(np.float32),
            riser_loss=np.zeros(0),
        ),
        mode=np.where(chill.sum(axis=1) < 0.0, -1, 1),
        times=times,
        seconds=3600.0 * np.arange(hours),
        duration=np.full(hours, 3600.0),
        instants=3600.0 * np.arange(hours),
        sources={},
    )


def charges_of(
    profiles: Profiles, reference: ReferenceSection, strategy: str
) -> npt.NDArray[np.float32]:
    """Return what the tanks of a strategy ask of their units, shape (dwellings, hours)."""
    assert profiles.demand is not None
    return tank_charges(
        charging(profiles, reference, strategy), profiles.demand.dwelling_tap_water.T
    )
