"""What the plant promises for every load, temperature and capacity."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from plant_factory import plant_circuits, plant_profiles, plant_system

from warmtenet.networks.columns import FloatArray
from warmtenet.solvers.plant import dispatch
from warmtenet.solvers.plant_pool import plan_buffer
from warmtenet.solvers.plant_year import PlantYear

HOURS = 30


def hourly(low: float, high: float) -> st.SearchStrategy[FloatArray]:
    """Return values for each hour, often at the ends of their range."""
    return arrays(float, HOURS, elements=st.floats(low, high) | st.sampled_from([low, high]))


@st.composite
def plants(draw: st.DrawFn) -> tuple[Any, Any, Any]:
    """Return system, profiles and circuits of a random plant."""
    system = plant_system(
        heat_pumps={
            "pool": {
                "source": "rwzi",
                "capacity": draw(st.floats(1e5, 1e6)),
                "units": draw(st.integers(1, 6)),
                "circuits": ["tap_water", "space"],
                "cop_model": draw(st.sampled_from(["jesper", "lorenz"])),
                "min_load": draw(st.floats(0.0, 0.6)),
            }
        },
        buffers={
            "tank": {
                "circuit": "tap_water",
                "volume": draw(st.floats(0.1, 100.0)),
                "standing_loss": draw(st.floats(0.0, 2000.0)),
                **draw(st.sampled_from([{}, {"layers": 12}])),
            }
        },
        plant={
            "cooling": draw(st.sampled_from(["chiller", "literal"])),
            "connection_limit": draw(st.none() | st.floats(1e4, 1e6)),
        },
    )
    profiles = plant_profiles(
        HOURS,
        waste=draw(hourly(0.0, 2e6)),
        waste_temperature=draw(hourly(30.0, 90.0)),
        effluent=draw(hourly(1.0, 25.0)),
        flow=draw(hourly(0.0, 400.0)),
    )
    return system, profiles, plant_circuits(draw(hourly(0.0, 8e5)), draw(hourly(-2e6, 2.5e6)))


@given(plants())
def test_the_balance_closes_in_every_hour(plant: tuple[Any, Any, Any]) -> None:
    year = dispatch(*plant)

    assert year.residual.max() < 1e-8


@given(plants())
def test_no_more_is_unserved_than_asked_for(plant: tuple[Any, Any, Any]) -> None:
    year = dispatch(*plant)

    for name, load in year.load.items():
        missing = year.unserved[name]
        assert (missing * np.sign(load) >= -1e-6).all()
        assert (np.abs(missing) <= np.abs(load) * (1 + 1e-9) + 1e-6).all()


@given(plants())
def test_no_unit_has_two_duties(plant: tuple[Any, Any, Any]) -> None:
    year = dispatch(*plant)
    pool = plant[0].scenario.heat_pumps["pool"]
    capacity = pool.capacity * 1.25

    assert (sum(year.units.values()) <= pool.units).all()
    for name, heat in year.heat_pump_heat.items():
        assert (heat <= year.units[name] * capacity * (1 + 1e-6) + 1e-6).all()
    assert (year.units["cold"][year.chiller_electricity > 0.0] > 0).all()


@given(plants())
def test_tanks_hold_what_they_can_and_end_as_they_began(plant: tuple[Any, Any, Any]) -> None:
    year = dispatch(*plant)
    content = year.buffer_energy["tank"]
    tank = plant[0].scenario.buffers["tank"]

    if tank.layers > 1:
        layers = year.buffer_layers["tank"]
        assert layers.min() >= tank.room_temperature - 1e-6
        assert layers.max() <= 72.0 + 1e-6
        assert np.diff(layers, axis=1).min() >= -1e-9
    else:
        assert (content >= 0.0).all()
        assert (content <= tank.volume * 983.5 * 4190.0 * 30.0).all()
        assert content[-1] == pytest.approx(0.0, abs=1.0)


@given(plants())
def test_sources_are_not_asked_for_more_than_they_have(plant: tuple[Any, Any, Any]) -> None:
    system, profiles, _ = plant
    year = dispatch(*plant)
    mosa, rwzi = profiles.sources["mosa"], profiles.sources["rwzi"]
    outlet = year.source_outlet_temperature["rwzi"]

    assert (year.source_heat["mosa"] <= mosa.capacity * (1 + 1e-12)).all()
    assert (year.source_mass_flow["rwzi"] <= rwzi.mass_flow).all()
    is_cooled = year.source_heat["rwzi"] - year.rejected_heat > 0.0
    is_cooled &= year.source_mass_flow["rwzi"] > 0.0  # a draw may be too small for any flow
    floor = system.scenario.sources["rwzi"].min_outlet_temperature
    assert (outlet[is_cooled] >= np.minimum(floor, rwzi.temperature[is_cooled]) - 1e-6).all()


@given(plants())
def test_the_connection_is_respected(plant: tuple[Any, Any, Any]) -> None:
    year = dispatch(*plant)
    limit = plant[0].scenario.plant.connection_limit
    heat_pumps = sum(year.heat_pump_electricity.values()) + year.chiller_electricity
    total = heat_pumps + year.auxiliary_electricity

    if limit is not None:
        fixed = 0.005 * sum(year.direct_heat.values()) - 0.015 * year.free_cold
        assert (total <= np.maximum(limit, fixed) * (1 + 1e-9)).all()


@given(plants(), st.floats(1.0, 1.5))
def test_more_waste_heat_never_takes_more_compressor_power(
    plant: tuple[Any, Any, Any], more: float
) -> None:
    """Where nothing is cold or unserved: else what was short before takes what is freed."""
    system, profiles, circuits = plant
    heat_only = plant_circuits(
        circuits["tap_water"].producer_heat[:, 0],
        np.maximum(circuits["space"].producer_heat[:, 0], 0.0),
    )
    mosa = profiles.sources["mosa"]
    richer = dataclasses.replace(mosa, capacity=mosa.capacity * more + 1e4)
    sources = {**profiles.sources, "mosa": richer}

    before = dispatch(system, profiles, heat_only)
    after = dispatch(system, dataclasses.replace(profiles, sources=sources), heat_only)
    is_served = (sum(before.unserved.values()) == 0.0) & (before.need == after.need)

    assert (compressors(after) <= compressors(before) * (1 + 1e-9) + 1e-6)[is_served].all()


def compressors(year: PlantYear) -> FloatArray:
    """Return the electricity of the heat pumps."""
    return np.asarray(sum(year.heat_pump_electricity.values()) + year.chiller_electricity)


@given(plants(), st.floats(0.0, 1.0))
def test_less_heat_never_takes_more_electricity(plant: tuple[Any, Any, Any], share: float) -> None:
    system, profiles, circuits = plant
    scenario = system.scenario.model_copy(update={"buffers": {}})
    system = dataclasses.replace(system, scenario=scenario)
    tap_water = circuits["tap_water"].producer_heat[:, 0]
    space = np.maximum(circuits["space"].producer_heat[:, 0], 0.0)

    more = dispatch(system, profiles, plant_circuits(tap_water, space))
    less = dispatch(system, profiles, plant_circuits(tap_water * share, space * share))
    is_served = sum(more.unserved.values()) == 0.0

    assert (compressors(less) <= compressors(more) * (1 + 1e-9) + 1e-6)[is_served].all()


@given(hourly(0.0, 1e6), st.floats(1.0, 1e11))
def test_a_tank_only_smooths(load: FloatArray, capacity: float) -> None:
    duration = np.full(HOURS, 3600.0)
    content = plan_buffer(load, duration, capacity)
    made = load + np.diff(content, prepend=0.0) / duration

    assert (content >= 0.0).all()
    assert (content <= capacity).all()
    assert content[-1] == 0.0
    assert (made >= load.min() - 1.0).all()
    assert (made <= load.max() + 1.0).all()
    assert (made**2).sum() <= (load**2).sum() * (1 + 1e-9) + 1.0


@given(hourly(0.0, 1e6), st.floats(1.0, 1e11), st.floats(1.0, 10.0))
def test_a_larger_tank_never_raises_the_peak(
    load: FloatArray, capacity: float, factor: float
) -> None:
    duration = np.full(HOURS, 3600.0)
    small, large = (
        (load + np.diff(plan_buffer(load, duration, size), prepend=0.0) / duration).max()
        for size in (capacity, capacity * factor)
    )

    assert large <= small + 1.0
