"""What drives a circuit: cells, series, mode, sides."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from profile_factory import dwellings_table, hours_series, make_system, seconds_series

from warmtenet.model.errors import InvalidInputError
from warmtenet.networks.boundary import Boundary
from warmtenet.networks.system import Series, System
from warmtenet.profiles.boundary import circuit_boundary
from warmtenet.profiles.build import build_profiles, select_hours
from warmtenet.profiles.mode import COLD, HEAT, OFF
from warmtenet.profiles.out_of_mode import out_of_mode
from warmtenet.profiles.year import Profiles

HOUSES = dwellings_table(("block", "apartment_medium", 12), ("house", "terraced", 1))


def district(
    *, space: dict[str, Any] | None = None, plant: dict[str, Any] | None = None
) -> System:
    consumer = {"return_temperature": 30.0, "cooling_return_temperature": 22.0, **(space or {})}
    producer = {
        "supply_temperature": "curve:outdoor -10:45 12:35",
        "cooling_supply_temperature": 18.0,
        **(plant or {}),
    }
    return make_system(
        scenario={
            "circuits": {"space": {"service": "space"}, "tap": {"service": "tap_water"}},
            "mode": {"circuits": ["space"]},
        },
        circuits={
            "space": (
                [
                    {"id": "S1", "building": "block", **consumer},
                    {"id": "S2", "building": "house", **consumer},
                ],
                [{"id": "plant_space", **producer}],
            ),
            "tap": (
                [
                    {"id": "T1", "building": "block", "return_temperature": 35.0},
                    {"id": "T2", "building": "block", "return_temperature": 35.0},
                ],
                [{"id": "plant_tap", "supply_temperature": 70.0}],
            ),
        },
        dwellings=HOUSES,
    )


def driven(
    consumers: list[dict[str, Any]], *series: Series, supply: object = 70.0, **scenario: Any
) -> tuple[System, Profiles]:
    """A circuit that series drive, and its profiles."""
    producer = {"id": "plant", "supply_temperature": supply}
    system = make_system(
        circuits={"net": (consumers, [producer])}, series=series, scenario=scenario
    )
    return system, build_profiles(system)


def net(consumers: list[dict[str, Any]], *series: Series, **other: Any) -> Boundary:
    return circuit_boundary(*driven(consumers, *series, **other), "net")


SYSTEM = district()
PROFILES = build_profiles(SYSTEM)


def test_space_circuit_draws_heat_cold_or_nothing_by_its_mode() -> None:
    boundary = circuit_boundary(SYSTEM, PROFILES, "space")
    demand, mode = PROFILES.demand, PROFILES.mode

    assert demand is not None
    assert np.array_equal(boundary.heat[mode == HEAT], demand.space_heat[mode == HEAT])
    assert np.array_equal(boundary.heat[mode == COLD], demand.cold[mode == COLD])
    assert not boundary.heat[mode == OFF].any()


def test_demand_and_its_part_out_of_mode_are_all_there_is() -> None:
    boundary = circuit_boundary(SYSTEM, PROFILES, "space")
    heat, cold = out_of_mode(SYSTEM, PROFILES)
    demand = PROFILES.demand

    assert demand is not None
    served = boundary.heat.sum() * 3600.0
    assert served + heat + cold == pytest.approx((demand.space_heat + demand.cold).sum() * 3600.0)
    assert heat > 0.0 > cold


def test_tap_water_is_drawn_in_all_hours_and_shared_by_a_building() -> None:
    boundary = circuit_boundary(SYSTEM, PROFILES, "tap")
    demand = PROFILES.demand

    assert demand is not None
    assert boundary.heat.sum(axis=1) == pytest.approx(demand.tap_water[:, 0])
    assert np.array_equal(boundary.heat[:, 0], boundary.heat[:, 1])


def test_temperatures_of_a_circuit_follow_its_mode() -> None:
    boundary = circuit_boundary(SYSTEM, PROFILES, "space")
    weather, is_cold = PROFILES.weather, PROFILES.mode == COLD

    assert weather is not None
    curve = np.interp(weather.outdoor_temperature, [-10.0, 12.0], [45.0, 35.0])
    assert (boundary.supply_temperature[is_cold] == 18.0).all()
    assert boundary.supply_temperature[~is_cold, 0] == pytest.approx(curve[~is_cold])
    assert (boundary.return_temperature[is_cold] == 22.0).all()
    assert (boundary.return_temperature[~is_cold] == 30.0).all()
    assert np.isnan(boundary.temperature_difference).all()


def test_differences_of_a_circuit_change_sign_with_its_mode() -> None:
    system = district(
        space={
            "return_temperature": None,
            "cooling_return_temperature": None,
            "temperature_difference": 12.0,
            "cooling_temperature_difference": 4.0,
        }
    )
    boundary = circuit_boundary(system, PROFILES, "space")

    assert set(boundary.temperature_difference[PROFILES.mode == COLD].ravel()) == {-4.0}
    assert set(boundary.temperature_difference[PROFILES.mode != COLD].ravel()) == {12.0}
    assert np.isnan(boundary.return_temperature).all()


def test_return_in_heat_and_difference_in_cold_go_together() -> None:
    system = district(
        space={"cooling_return_temperature": None, "cooling_temperature_difference": 4.0}
    )
    boundary = circuit_boundary(system, PROFILES, "space")
    is_cold = PROFILES.mode == COLD

    assert np.isnan(boundary.return_temperature[is_cold]).all()
    assert (boundary.temperature_difference[is_cold] == -4.0).all()
    assert (boundary.return_temperature[~is_cold] == 30.0).all()
    assert np.isnan(boundary.temperature_difference[~is_cold]).all()


def test_what_does_not_vary_is_a_view_and_heat_is_contiguous_by_consumer() -> None:
    boundary = circuit_boundary(SYSTEM, PROFILES, "tap")

    assert boundary.heat.T.flags.c_contiguous
    assert boundary.return_temperature.strides == (0, 0)
    assert boundary.ground_temperature.strides[1] == 0
    assert boundary.ground_temperature.shape == (8760, 2)


def test_ground_lies_at_cover_and_half_a_casing() -> None:
    ground = circuit_boundary(SYSTEM, PROFILES, "tap").ground_temperature[:, 0]

    assert ground.min() == pytest.approx(5.1, abs=0.1)
    assert ground.argmin() / 24 == pytest.approx(49.7, abs=1.0)


def test_selected_hours_give_the_rows_of_the_year() -> None:
    whole = circuit_boundary(SYSTEM, PROFILES, "space")
    part = circuit_boundary(SYSTEM, select_hours(PROFILES, 4300, 4500), "space")

    for name in ("heat", "supply_temperature", "return_temperature", "ground_temperature"):
        assert np.array_equal(getattr(part, name), getattr(whole, name)[4300:4500]), name


def test_given_heat_is_taken_as_it_is() -> None:
    heat = np.full((8760, 2), 1e3)

    assert circuit_boundary(SYSTEM, PROFILES, "tap", heat).heat is heat


def test_heat_series_comes_before_the_cell_and_the_cell_serves_without() -> None:
    consumers = [
        {"id": "a", "heat": 1e3, "return_temperature": 40.0},
        {"id": "b", "heat": 2e3, "return_temperature": 40.0},
    ]
    boundary = net(consumers, seconds_series("heat", [60.0, 120.0], {"a": [7.0, 8.0]}))

    assert boundary.heat.tolist() == [[7.0, 2e3], [8.0, 2e3]]


def test_consumer_without_heat_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"consumer 'a': heat = '\(none\)', expected a"):
        net([{"id": "a", "return_temperature": 40.0}])


def test_consumer_that_is_not_connected_asks_for_nothing() -> None:
    consumers = [{"id": "a", "heat": 1e3, "return_temperature": 40.0, "is_connected": False}]

    assert not net(consumers).heat.any()


def test_cells_read_series_by_the_id_of_their_row_else_all() -> None:
    series = hours_series("flow_line", {"all": 60.0, "b": 50.0})
    consumers = [
        {"id": name, "heat": 1e3, "return_temperature": "series:flow_line"} for name in "ab"
    ]
    boundary = net(consumers, series)

    assert boundary.return_temperature[0].tolist() == [60.0, 50.0]


def test_supply_series_replaces_the_cell() -> None:
    consumers = [{"id": "a", "heat": 1e3, "return_temperature": 40.0}]
    series = hours_series("supply_temperature", {"plant": np.linspace(60.0, 80.0, 8760)})

    assert net(consumers, series).supply_temperature[[0, -1], 0].tolist() == [60.0, 80.0]


def test_source_gives_the_supply_temperature() -> None:
    consumers = [{"id": "a", "heat": 1e3, "return_temperature": 40.0}]
    sources = {"mosa": {"kind": "waste_heat", "temperature": 77.0}}

    assert net(consumers, supply="source:mosa", sources=sources).supply_temperature[5, 0] == 77.0


def test_unknown_source_and_series_are_refused() -> None:
    consumers = [{"id": "a", "heat": 1e3, "return_temperature": 40.0}]

    with pytest.raises(InvalidInputError, match="supply_temperature = 'source:sun', expected one"):
        net(consumers, supply="source:sun")
    with pytest.raises(InvalidInputError, match=r"expected a file sun\.csv with a column 'plant'"):
        net(consumers, supply="series:sun")


def test_ground_series_serves_all_pipes_or_each() -> None:
    consumers = [{"id": n, "heat": 1e3, "return_temperature": 40.0} for n in "ab"]
    shared = net(consumers, hours_series("ground_temperature", {"all": 9.0}))
    own = net(consumers, hours_series("ground_temperature", {"P1": 8.0, "P2": 12.0}))

    assert shared.ground_temperature.strides == (8, 0) or set(shared.ground_temperature[0]) == {
        9.0
    }
    assert own.ground_temperature[0].tolist() == [8.0, 12.0]


def test_sign_of_each_consumer_decides_where_no_mode_does() -> None:
    consumers = [
        {"id": n, "return_temperature": 40.0, "cooling_return_temperature": 80.0} for n in "ab"
    ]
    heat = seconds_series("heat", [60.0, 120.0], {"a": [1e3, -1e3], "b": [-1e3, -1e3]})
    boundary = net(consumers, heat)

    assert boundary.return_temperature.tolist() == [[40.0, 80.0], [80.0, 80.0]]


def test_heat_series_is_cut_to_the_mode_of_its_circuit() -> None:
    consumers = [{"id": "a", "return_temperature": 40.0, "cooling_return_temperature": 80.0}]
    heat = seconds_series("heat", [1.0, 2.0, 3.0, 4.0], {"a": [5.0, -5.0, 5.0, -5.0]})
    mode = seconds_series("mode", [1.0, 2.0, 3.0, 4.0], {"all": [1.0, 1.0, -1.0, -1.0]})
    boundary = net(consumers, heat, mode, mode={"circuits": ["net"]})

    assert boundary.heat[:, 0].tolist() == [5.0, 0.0, 0.0, -5.0]


def test_curve_without_weather_reads_the_outdoor_series() -> None:
    consumers = [{"id": "a", "heat": 1e3, "return_temperature": 20.0}]
    outdoor = seconds_series("outdoor_temperature", [60.0, 120.0], {"all": [-10.0, 12.0]})
    boundary = net(consumers, outdoor, supply="curve:outdoor -10:45 12:35")

    assert boundary.supply_temperature[:, 0].tolist() == [45.0, 35.0]


def test_curve_without_any_outdoor_temperature_is_refused() -> None:
    consumers = [{"id": "a", "return_temperature": 20.0}]
    heat = seconds_series("heat", [60.0], {"a": [1e3]})

    with pytest.raises(InvalidInputError, match=r"expected outdoor_temperature\.csv, as the run"):
        net(consumers, heat, supply="curve:outdoor -10:45 12:35")


def test_supply_on_the_wrong_side_names_first_hour_and_count() -> None:
    consumers = [{"id": n, "return_temperature": 40.0} for n in "ab"]
    heat = hours_series("heat", {"a": np.where(np.arange(8760) < 100, 0.0, 1e3), "b": 0.0})
    supply = np.where(np.arange(8760) < 200, 30.0, 70.0)

    with pytest.raises(
        InvalidInputError,
        match=r"circuit 'net': supply_temperature = 30\.0, expected a temperature above the "
        r"return of 40 °C of consumer 'a', which asks for heat \(first in hour 100, "
        r"100 hours in all\)",
    ):
        net(consumers, heat, hours_series("supply_temperature", {"plant": supply}))


def test_cold_from_a_warm_supply_is_refused() -> None:
    system = district(plant={"cooling_supply_temperature": None})

    with pytest.raises(InvalidInputError, match=r"a temperature below the return of 22 °C"):
        circuit_boundary(system, PROFILES, "space")


def test_a_difference_that_freezes_the_return_is_refused() -> None:
    consumers = [
        {"id": name, "temperature_difference": difference}
        for name, difference in (("a", 70.0), ("b", 80.0), ("c", 75.0))
    ]
    heat = hours_series("heat", {"a": 1e3, "b": np.maximum(np.arange(8760) - 99.0, 0.0), "c": 1e3})

    with pytest.raises(InvalidInputError) as caught:
        net(consumers, heat)
    assert str(caught.value) == (
        "consumer 'c' and 1 more: temperature_difference = 75.0, expected at most 70 K, so that "
        "water of 70 °C returns at 0 °C or above (first in hour 0, 8760 hours in all)"
    )
    assert net(consumers[:1], hours_series("heat", {"a": 1e3})).heat.all()


def test_a_difference_that_boils_the_return_of_cold_is_refused() -> None:
    heat = hours_series("heat", {"a": -1e3})

    with pytest.raises(
        InvalidInputError,
        match=r"consumer 'a': cooling_temperature_difference = 136\.0, expected at most 135 K, so "
        r"that water of 5 °C returns at 140 °C or below \(first in hour 0, 8760 hours in all\)",
    ):
        net([{"id": "a", "cooling_temperature_difference": 136.0}], heat, supply=5.0)


def test_a_difference_is_no_fault_where_the_ground_may_warm_the_water_or_nothing_is_drawn() -> (
    None
):
    heat, ground = (
        hours_series("heat", {"a": 1e3}),
        hours_series("ground_temperature", {"all": 9.0}),
    )

    assert net([{"id": "a", "temperature_difference": 5.0}], heat, ground, supply=3.0).heat.all()
    assert not net([{"id": "a", "temperature_difference": 80.0, "heat": 0.0}]).heat.any()


def test_wrong_side_without_demand_is_no_fault() -> None:
    consumers = [{"id": "a", "heat": 0.0, "return_temperature": 40.0}]

    assert net(consumers, supply=30.0).supply_temperature[0, 0] == 30.0


def test_only_solved_hours_are_checked() -> None:
    consumers = [{"id": "a", "heat": 1e3, "return_temperature": 40.0}]
    supply = np.where(np.arange(8760) < 200, 30.0, 70.0)
    system, profiles = driven(consumers, hours_series("supply_temperature", {"plant": supply}))

    assert len(circuit_boundary(system, select_hours(profiles, 200, 300), "net").heat) == 100


def test_out_of_mode_is_nothing_without_a_mode() -> None:
    system, profiles = driven([{"id": "a", "heat": 1.0, "return_temperature": 40.0}])

    assert out_of_mode(system, profiles) == (0.0, 0.0)


BOTH = {"return_temperature": 40.0, "cooling_return_temperature": 80.0}
SWITCHED = seconds_series("mode", [10.0, 20.0, 40.0, 50.0], {"all": [HEAT, HEAT, COLD, OFF]})


def test_given_loads_outside_their_mode_are_counted() -> None:
    heat = seconds_series("heat", [10.0, 20.0, 40.0, 50.0], {"a": [5.0, -5.0, 7.0, -9.0]})
    consumers = [{"id": "a", **BOTH}, {"id": "b", "heat": 2.0, **BOTH}]
    system, profiles = driven(consumers, heat, SWITCHED, mode={"circuits": ["net"]})

    warm, cold = out_of_mode(system, profiles)

    assert warm == 20.0 * (7.0 + 2.0) + 10.0 * 2.0
    assert cold == 10.0 * -5.0 + 10.0 * -9.0


@pytest.mark.parametrize("cells", [{"is_connected": False}, {"flow": 0.1}])
def test_loads_that_nobody_draws_are_not_out_of_mode(cells: dict[str, Any]) -> None:
    consumers = [{"id": "a", "heat": -2.0, **BOTH, **cells}]
    system, profiles = driven(consumers, SWITCHED, mode={"circuits": ["net"]})

    assert out_of_mode(system, profiles) == (0.0, 0.0)


def test_linear_values_between_rows_drive_the_steps() -> None:
    consumers = [{"id": "a", "return_temperature": 40.0}]
    heat = seconds_series("heat", [0.0, 100.0], {"a": [0.0, 10.0]})
    boundary = net(consumers, heat, time={"interpolation": "linear", "step": 50.0})

    assert boundary.heat[:, 0].tolist() == [0.0, 5.0, 10.0]
    assert pd.Series(boundary.duration).sum() == 100.0
