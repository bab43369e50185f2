"""The plant's rules, one at a time."""

from dataclasses import replace

import numpy as np
import pytest
from plant_factory import plant_circuits, plant_profiles, plant_system

from warmtenet.model.buffer import buffer_capacity
from warmtenet.model.errors import InvalidInputError
from warmtenet.model.heat_pump import jesper_cop
from warmtenet.model.scenario import BufferSection
from warmtenet.networks.columns import FloatArray
from warmtenet.solvers.kernels.plant import dispatch_hours
from warmtenet.solvers.plant import dispatch, dispatch_power
from warmtenet.solvers.plant_pool import plan_buffer
from warmtenet.solvers.plant_year import PlantYear

DAY = np.ones(24)


def run(tap_water: FloatArray, space: FloatArray, **keywords: object) -> PlantYear:
    """Dispatch a plant without tank; keywords of profiles first, then sections."""
    names = ("waste", "waste_temperature", "effluent", "flow")
    weather = {name: keywords.pop(name) for name in names if name in keywords}
    out = keywords.pop("out", ())
    system = plant_system(**{"buffers": None, **keywords})
    profiles = plant_profiles(len(space), **weather)
    return dispatch(system, profiles, plant_circuits(tap_water, space), out=out)


def test_waste_heat_goes_to_tap_water_first() -> None:
    plant = run(3e5 * DAY, 8e5 * DAY, waste=5e5)

    assert plant.direct_heat["mosa", "tap_water"] == pytest.approx(3e5)
    assert plant.direct_heat["mosa", "space"] == pytest.approx(2e5)
    assert plant.heat_pump_heat["space"] == pytest.approx(6e5)
    assert plant.source_heat["mosa"] == pytest.approx(5e5)


def test_waste_heat_that_reaches_one_circuit_alone_serves_that_one() -> None:
    plant = run(3e5 * DAY, 8e5 * DAY, waste=1e6, waste_temperature=60.0)

    assert plant.direct_heat["mosa", "tap_water"].max() == 0.0
    assert plant.direct_heat["mosa", "space"] == pytest.approx(8e5)


def test_waste_heat_passes_two_approaches() -> None:
    warm = run(3e5 * DAY, 0.0 * DAY, waste=1e6, waste_temperature=73.5)
    cool = run(3e5 * DAY, 0.0 * DAY, waste=1e6, waste_temperature=73.4)

    assert warm.source_heat["mosa"] == pytest.approx(3e5)
    assert cool.source_heat["mosa"].max() == 0.0
    assert warm.source_outlet_temperature["mosa"] == pytest.approx(40.0 + 3.5)


def test_a_source_that_is_out_gives_nothing() -> None:
    plant = run(3e5 * DAY, 8e5 * DAY, waste=5e5, out=("mosa",))

    assert plant.source_heat["mosa"].max() == 0.0
    assert plant.source_mass_flow["mosa"].max() == 0.0
    assert np.isnan(plant.source_outlet_temperature["mosa"]).all()
    assert np.isfinite(plant.source_outlet_temperature["rwzi"]).all()
    assert sum(plant.unserved.values()).max() == 0.0


def test_without_sources_everything_is_unserved() -> None:
    plant = run(3e5 * DAY, 8e5 * DAY, waste=5e5, out=("mosa", "rwzi"))

    assert plant.unserved["tap_water"] == pytest.approx(3e5)
    assert plant.unserved["space"] == pytest.approx(8e5)
    assert plant.need.max() == 0.0
    assert plant.residual.max() < 1e-12


def test_cop_is_that_of_the_lift_with_both_approaches_and_part_load() -> None:
    plant = run(0.0 * DAY, 600e3 * 0.975 * DAY, heat_pumps={"pool": pool(units=1)})

    assert plant.cop["space"] == pytest.approx(float(jesper_cop(45.0 + 2.0 - (10.0 - 1.0))))
    assert np.isnan(plant.cop["tap_water"]).all()


def pool(**changes: object) -> dict[str, object]:
    """Return a pool with some keys changed."""
    usual = {"source": "rwzi", "capacity": "600 kW", "circuits": ["tap_water", "space"]}
    return {**usual, **changes}


def test_units_share_a_load_where_they_are_best() -> None:
    plant = run(0.0 * DAY, 6e5 * DAY)

    assert (plant.units["space"] == 2).all()


def test_tap_water_comes_first_when_units_are_short() -> None:
    plant = run(5e5 * DAY, 9e5 * DAY, heat_pumps={"pool": pool(units=2)})

    assert plant.unserved["tap_water"].max() == 0.0
    assert plant.unserved["space"] == pytest.approx(9e5 - 6e5 * 0.975)
    assert plant.units["tap_water"].tolist() == plant.units["space"].tolist() == [1] * 24


def test_capacity_follows_the_temperature_of_the_source() -> None:
    warm, cold = (run(0.0 * DAY, 9e6 * DAY, effluent=effluent).need[0] for effluent in (15.0, 7.0))

    assert cold / warm == pytest.approx((1 - 0.025 * 4) / (1 + 0.025 * 4))


def test_cold_effluent_first_takes_more_flow_then_less_heat() -> None:
    usual = run(0.0 * DAY, 8e5 * DAY, effluent=10.0)
    cold = run(0.0 * DAY, 8e5 * DAY, effluent=4.0)
    scarce = run(0.0 * DAY, 8e5 * DAY, effluent=4.0, flow=40.0)
    frozen = run(0.0 * DAY, 8e5 * DAY, effluent=2.0)

    assert usual.source_outlet_temperature["rwzi"] == pytest.approx(5.0)
    assert cold.source_outlet_temperature["rwzi"] == pytest.approx(2.0)
    assert cold.source_mass_flow["rwzi"][0] > 2.0 * usual.source_mass_flow["rwzi"][0]
    assert cold.unserved["space"].max() == 0.0
    assert scarce.source_mass_flow["rwzi"].max() <= 40.0
    assert scarce.unserved["space"].min() > 0.0
    assert frozen.unserved["space"] == pytest.approx(8e5)


def test_cold_is_free_where_effluent_and_approach_reach_the_supply() -> None:
    plant = run(0.0 * DAY, -4e5 * DAY, effluent=17.0)

    assert plant.free_cold == pytest.approx(-4e5)
    assert plant.source_heat["rwzi"] == pytest.approx(-4e5)
    assert plant.chiller_electricity.max() == 0.0
    assert plant.source_outlet_temperature["rwzi"] == pytest.approx(22.0)


def test_effluent_between_supply_and_return_cools_in_part() -> None:
    plant = run(0.0 * DAY, -4e5 * DAY, effluent=20.0)

    assert plant.free_cold == pytest.approx(-1e5)
    assert plant.chiller_cold == pytest.approx(-3e5)
    assert plant.rejected_heat == pytest.approx(3e5 + plant.chiller_electricity)
    assert (plant.units["cold"] > 0).all()


def test_heat_of_cooling_serves_tap_water() -> None:
    apart = run(0.0 * DAY, -3e5 * DAY, effluent=21.0)
    together = run(1e5 * DAY, -3e5 * DAY, effluent=21.0)
    alone = run(1e5 * DAY, 0.0 * DAY, effluent=21.0)

    assert together.reused_heat == pytest.approx(1e5)
    assert together.heat_pump_heat["tap_water"].max() == 0.0
    assert together.residual.max() < 1e-12
    assert (
        total_electricity(together)[0] < (total_electricity(apart) + total_electricity(alone))[0]
    )


def total_electricity(plant: PlantYear) -> FloatArray:
    """Return compressors and auxiliaries."""
    pumps = sum(plant.heat_pump_electricity.values())
    return pumps + plant.chiller_electricity + plant.auxiliary_electricity


def test_literal_cooling_works_on_the_effluent_itself() -> None:
    """From 22 °C to 17 °C and let go at 21 °C: five kelvin of work for four of cold."""
    plant = run(0.0 * DAY, -4e5 * DAY, effluent=22.0, plant={"cooling": "literal"})

    assert plant.chiller_cold == pytest.approx(-4e5)
    assert plant.source_heat["rwzi"] == pytest.approx(1e5)
    assert plant.chiller_electricity == pytest.approx(5e5 / 8.0, rel=0.04)
    assert plant.residual.max() < 1e-12


def test_the_connection_sheds_space_before_tap_water() -> None:
    free = run(2e5 * DAY, 1e6 * DAY)
    held = run(2e5 * DAY, 1e6 * DAY, plant={"connection_limit": "200 kW"})

    assert total_electricity(free)[0] > 3e5
    assert total_electricity(held) == pytest.approx(2e5, rel=1e-6)
    assert total_electricity(held).max() <= 2e5
    assert held.unserved["tap_water"].max() == 0.0
    assert held.unserved["space"].min() > 0.0
    assert held.residual.max() < 1e-12


def test_a_tank_halves_the_peak_of_an_even_morning() -> None:
    load = np.where(np.arange(24) % 12 < 6, 2e5, 4e5)

    content = plan_buffer(load, np.full(24, 3600.0), 1e5 * 6 * 3600.0)
    made = load + np.diff(content, prepend=0.0) / 3600.0

    assert made == pytest.approx(3e5)


def test_a_tank_that_is_too_small_is_filled_to_the_brim() -> None:
    load = np.where(np.arange(24) % 12 < 6, 2e5, 4e5)

    content = plan_buffer(load, np.full(24, 3600.0), 1e5 * 3 * 3600.0)
    made = load + np.diff(content, prepend=0.0) / 3600.0

    assert content.max() == pytest.approx(1e5 * 3 * 3600.0)
    assert made.max() == pytest.approx(3.5e5)


def test_the_tank_ends_as_it_began_and_its_loss_is_made() -> None:
    tap_water = np.tile([1e5, 4e5], 12)
    system = plant_system()
    circuits = plant_circuits(tap_water, 0.0 * DAY)

    plant = dispatch(system, plant_profiles(24), circuits)

    assert plant.buffer_energy["tank"][-1] == pytest.approx(0.0, abs=1e-3)
    assert plant.buffer_energy["tank"].max() > 0.0
    assert plant.need.sum() - tap_water.sum() == pytest.approx(plant.buffer_loss["tank"].sum())
    assert plant.need.max() < plant.before_buffers.max()


def test_a_tank_bridges_an_hour_without_heat_before_anything_is_unserved() -> None:
    tap_water = np.tile([1e5, 4e5], 12)
    flow = np.where(np.arange(24) == 13, 0.0, 300.0)
    system = plant_system()

    plant = dispatch(system, plant_profiles(24, flow=flow), plant_circuits(tap_water, 0.0 * DAY))

    assert plant.need[13] == 0.0
    assert 0.0 < plant.unserved["tap_water"][13] < 4e5
    assert plant.unserved["tap_water"].sum() == plant.unserved["tap_water"][13]
    assert plant.residual.max() < 1e-12


def test_a_state_without_length_is_dispatched_and_leaves_the_tank() -> None:
    system, load = plant_system(), np.full(3, 3e5)
    profiles = replace(plant_profiles(3), duration=np.array([0.0, 60.0, 240.0]))

    plant = dispatch(system, profiles, plant_circuits(load, 0.0 * load))

    assert plant.need[0] == pytest.approx(3e5)
    assert plant.buffer_energy["tank"][0] == pytest.approx(0.0, abs=1.0)
    assert plant.residual.max() < 1e-9


@pytest.mark.parametrize(
    ("sections", "rule"),
    [
        ({"heat_pumps": {"two": pool()}}, "one pool"),
        ({"heat_pumps": {"pool": pool(source="mosa")}}, "kind 'effluent'"),
        ({"plant": {"priorities": ["rwzi", "mosa"]}}, "waste heat before effluent"),
    ],
)
def test_what_is_not_built_yet_is_refused(sections: dict[str, object], rule: str) -> None:
    with pytest.raises(InvalidInputError, match=rule):
        run(DAY, DAY, **sections)


def test_a_plant_without_heat_pumps_runs_on_waste_heat() -> None:
    plant = run(3e5 * DAY, 8e5 * DAY, waste=5e5, heat_pumps=None)

    assert plant.unserved["space"] == pytest.approx(6e5)
    assert plant.residual.max() < 1e-12


@pytest.mark.compiled
def test_compiled_and_plain_dispatch_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    hour = np.arange(24)
    tap_water, space = 2e5 + 1e5 * np.sin(hour), 1e6 * np.cos(hour / 4.0)
    keywords = {"waste": 2e5, "effluent": 19.0, "plant": {"connection_limit": "150 kW"}}
    compiled = run(tap_water, space, **keywords)
    monkeypatch.setattr("warmtenet.solvers.plant_run.dispatch_hours", dispatch_hours.py_func)
    plain = run(tap_water, space, **keywords)

    assert total_electricity(plain) == pytest.approx(total_electricity(compiled), rel=1e-12)
    assert plain.need == pytest.approx(compiled.need, rel=1e-12)


def test_power_alone_is_that_of_the_dispatch() -> None:
    system = plant_system(buffers=None)
    asked = (plant_profiles(24, waste=5e5), plant_circuits(3e5 * DAY, 8e6 * DAY))
    plant = dispatch(system, *asked, out=("mosa",))

    power, missing = dispatch_power(system, *asked, out=("mosa",))

    compressors = sum(plant.heat_pump_electricity.values(), start=plant.chiller_electricity)
    assert (power == compressors + plant.auxiliary_electricity).all()
    assert missing == pytest.approx(sum(plant.unserved.values()))
    assert missing.max() > 0.0


def layered(**changes: object) -> dict[str, object]:
    """Return buffers with one tank of layers."""
    usual = {"circuit": "tap_water", "volume": 10.0, "standing_loss": 500.0, "layers": 30}
    return {"tank": {**usual, **changes}}


def test_layers_smooth_the_load_and_end_as_they_began() -> None:
    tap_water = np.tile(np.repeat([1e5, 4e5], 3), 8)
    circuits = plant_circuits(tap_water, np.zeros(48))
    system = plant_system(buffers=layered())

    plant = dispatch(system, plant_profiles(48), circuits)
    energy, layers = plant.buffer_energy["tank"], plant.buffer_layers["tank"]

    assert sum(plant.unserved.values()).max() == 0.0
    assert plant.residual.max() < 1e-9
    assert plant.need.max() < 0.95 * plant.before_buffers.max()
    made = plant.need.sum() - tap_water.sum()
    assert made == pytest.approx(plant.buffer_loss["tank"].sum(), rel=1e-3)
    assert layers.shape == (48, 30)
    assert np.diff(layers, axis=1).min() >= -1e-9
    assert layers.max() <= 72.0 + 1e-9
    assert energy.max() > 0.0


def test_layers_without_loss_or_conduction_do_what_the_mixed_tank_does() -> None:
    """Water charged at the need itself: the boundary of one or two layers is too cold then."""
    tap_water = np.tile(np.repeat([1e5, 4e5], 3), 8)
    circuits = plant_circuits(tap_water, np.zeros(48))
    ideal = {"charge_excess": 0.0, "vertical_conductivity": 0.0, "layers": 200}
    mixed = {"tank": {"circuit": "tap_water", "volume": 10.0, "standing_loss": 0.0}}

    one = dispatch(
        plant_system(buffers=layered(standing_loss=0.0, **ideal)), plant_profiles(48), circuits
    )
    other = dispatch(plant_system(buffers=mixed), plant_profiles(48), circuits)

    layer = buffer_capacity(BufferSection(circuit="tap_water", volume=10.0)) / 200
    assert one.need == pytest.approx(other.need, abs=2.0 * layer / 3600.0)
    assert one.need.max() < 0.8 * one.before_buffers.max()


def test_what_a_tank_is_charged_with_costs_compressors_and_waste_heat() -> None:
    tap_water, nothing = np.full(24, 3e5), np.zeros(24)
    mild, hot = (
        dispatch(
            plant_system(buffers=layered(charge_excess=excess)),
            plant_profiles(24, waste=1e6 * (excess > 8.0), waste_temperature=80.0),
            plant_circuits(tap_water, nothing),
        )
        for excess in (1.0, 9.0)
    )

    assert hot.direct_heat["mosa", "tap_water"].max() == 0.0
    assert np.nanmean(hot.cop["tap_water"]) < 0.95 * np.nanmean(mild.cop["tap_water"])


def test_layers_bridge_an_hour_with_what_is_warm_enough() -> None:
    tap_water = np.tile([1e5, 4e5], 12)
    flow = np.where(np.arange(24) == 13, 0.0, 300.0)

    plant = dispatch(
        plant_system(buffers=layered()),
        plant_profiles(24, flow=flow),
        plant_circuits(tap_water, 0.0 * DAY),
    )

    assert plant.need[13] == 0.0
    assert 0.0 < plant.unserved["tap_water"][13] < 4e5
    assert plant.residual.max() < 1e-9


def test_a_tank_of_layers_stands_alone_where_its_circuit_takes_cold() -> None:
    space = np.concatenate([np.tile([1e5, 4e5], 6), np.full(12, -2e5)])
    buffers = layered(circuit="space", standing_loss=0.0)

    plant = dispatch(
        plant_system(buffers=buffers), plant_profiles(24), plant_circuits(0.0 * DAY, space)
    )

    assert plant.heat_pump_heat["space"][12:].max() == 0.0
    energy = plant.buffer_energy["tank"]
    assert energy[:12].max() > 1e8
    assert energy[12:] == pytest.approx(energy[11], abs=1.0)
    assert plant.residual.max() < 1e-9
