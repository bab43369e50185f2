"""Generated demand: yearly means, diversity, seeds, buildings."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from profile_factory import dwellings_table, make_system

from warmtenet.model.errors import InvalidInputError
from warmtenet.model.scenario import ModeSection, Scenario
from warmtenet.networks.system import System
from warmtenet.profiles.demand import generate_demand
from warmtenet.profiles.households import households
from warmtenet.profiles.mode import COLD, hourly_mode
from warmtenet.profiles.tap_water import tap_water_shape
from warmtenet.profiles.weather import load_weather
from warmtenet.profiles.year import Demand, Weather

TABLE = dwellings_table(
    ("block", "apartment_small", 30),
    ("house_1", "terraced", 1),
    ("block", "apartment_large", 10),
    ("house_2", "end_or_semi", 1),
    ("row", "terraced", 8),
)


def weather_of(*, cold_spell: bool) -> Weather:
    section = {"name": "test", "weather": {"cold_spell": cold_spell}}
    return load_weather(Scenario.model_validate(section), Path())


AVERAGE, DESIGN = weather_of(cold_spell=False), weather_of(cold_spell=True)
MODE = hourly_mode(ModeSection(), AVERAGE.outdoor_temperature, AVERAGE.times)


def system_of(table: pd.DataFrame = TABLE, **demand: Any) -> System:
    return make_system(scenario={"demand": demand}, dwellings=table)


def demand_of(weather: Weather = AVERAGE, **demand: Any) -> Demand:
    return generate_demand(system_of(**demand), weather, MODE)


def test_average_year_has_the_means_of_the_scenario() -> None:
    demand = demand_of()
    mean = demand.dwellings.mean(numeric_only=True)

    assert mean["space_heat_kwh"] == pytest.approx(2832.0, rel=1e-5)
    assert mean["tap_water_kwh"] == pytest.approx(1111.0, rel=1e-5)
    in_mode = demand.dwelling_cold[MODE == COLD].sum(dtype=float) / 50 / 1e3
    assert in_mode == pytest.approx(-700.0, rel=1e-4)


def test_types_keep_their_shares_of_the_yearly_heat() -> None:
    mean = demand_of().dwellings.groupby("type").mean(numeric_only=True)

    heat, water = mean["space_heat_kwh"], mean["tap_water_kwh"]
    assert heat["terraced"] / heat["apartment_small"] == pytest.approx(3949 / 1619, rel=1e-4)
    assert water["terraced"] / water["apartment_small"] == pytest.approx(1354 / 812, rel=1e-4)


def test_design_year_asks_for_more_space_heat_of_the_same_dwellings() -> None:
    average, design = demand_of(), demand_of(DESIGN)
    column = "heat_loss_coefficient"

    assert np.array_equal(average.dwellings[column], design.dwellings[column])
    assert design.space_heat.sum() > average.space_heat.sum() * 1.01
    assert np.array_equal(average.tap_water, design.tap_water)


def test_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    first, second, other = demand_of(), demand_of(), demand_of(seed=2)

    for name in ("dwelling_space_heat", "dwelling_tap_water", "dwelling_cold", "space_heat"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()
        assert not np.array_equal(getattr(first, name), getattr(other, name))


def test_one_service_does_not_reshuffle_another() -> None:
    usual, changed = demand_of(), demand_of(balance_spread=0.0, loss_spread=0.5)

    assert np.array_equal(usual.dwelling_tap_water, changed.dwelling_tap_water)


def test_another_type_does_not_reshuffle_the_draws() -> None:
    more = pd.concat([TABLE, dwellings_table(("new", "apartment_medium", 5))])
    usual = households(system_of())
    changed = households(system_of(more))

    row = 3
    assert usual.types[row].name == "terraced"
    assert usual.stream(2, row).random() == changed.stream(2, row).random()


def test_buildings_are_sums_of_their_dwellings() -> None:
    demand = demand_of()
    rows = (demand.dwellings["building"] == "block").to_numpy()
    block = demand.buildings.index("block")

    assert demand.buildings == ("block", "house_1", "house_2", "row")
    assert rows.sum() == 40
    assert demand.space_heat[:, block] == pytest.approx(
        demand.dwelling_space_heat[:, rows].sum(axis=1, dtype=float), rel=1e-5
    )
    assert demand.cold[:, block] == pytest.approx(
        demand.dwelling_cold[:, rows].sum(axis=1, dtype=float), rel=1e-5
    )


def test_risers_of_apartments_add_to_tap_water_in_every_hour() -> None:
    without, usual = demand_of(riser_loss=0.0), demand_of()

    assert usual.riser_loss.tolist() == [800.0, 0.0, 0.0, 0.0]
    difference = usual.tap_water - without.tap_water
    assert difference == pytest.approx(np.broadcast_to(usual.riser_loss, difference.shape))


def test_no_dwelling_asks_for_heat_and_cold_in_one_hour() -> None:
    demand = demand_of(balance_spread=2.0)

    assert not ((demand.dwelling_space_heat > 0.0) & (demand.dwelling_cold < 0.0)).any()


def test_cold_keeps_the_limit_of_the_floors_and_the_season() -> None:
    demand = demand_of()
    limit = households(system_of()).figure("cooling_peak")
    asked = demand.dwelling_cold.min(axis=0)

    assert (demand.dwelling_cold <= 0.0).all()
    assert (asked >= -limit * (1.0 + 1e-6)).all()
    months = AVERAGE.times[(demand.cold < 0.0).any(axis=1)].month
    assert set(months) <= {5, 6, 7, 8, 9}


def test_cool_year_asks_for_less_cold_than_the_scenario() -> None:
    cool = dataclasses.replace(
        AVERAGE,
        outdoor_temperature=AVERAGE.outdoor_temperature - 8.0,
        average_outdoor_temperature=AVERAGE.outdoor_temperature - 8.0,
    )
    mode = hourly_mode(ModeSection(), cool.outdoor_temperature, cool.times)
    demand = generate_demand(system_of(), cool, mode)

    assert demand.dwellings["cold_kwh"].mean() > -700.0


def test_tap_water_peak_per_dwelling_falls_with_their_number() -> None:
    table = dwellings_table(*((f"b{row}", "apartment_medium", 1) for row in range(800)))
    demand = generate_demand(system_of(table, riser_loss=0.0), AVERAGE, MODE)
    mean = demand.tap_water.mean()
    assert np.array_equal(demand.tap_water, demand.dwelling_tap_water)
    peaks = [demand.tap_water[:, :count].mean(axis=1).max() / mean for count in (1, 10, 100, 800)]

    assert (np.diff(peaks) < 0.0).all()
    assert peaks[0] > 20.0
    expected = tap_water_shape(AVERAGE.times).max()
    assert expected == pytest.approx(2.52 * 1.1, rel=0.02)
    assert expected < peaks[-1] < 1.35 * expected


def test_typical_day_of_tap_water_peaks_at_2_5_times_its_mean() -> None:
    days = tap_water_shape(AVERAGE.times)[: 24 * 5].reshape(5, 24)

    assert days.max(axis=1) / days.mean(axis=1) == pytest.approx(np.full(5, 2.52), rel=1e-3)


def test_tap_water_follows_civil_time() -> None:
    shape = tap_water_shape(AVERAGE.times).reshape(365, 24)
    tuesday_in_january, tuesday_in_july = shape[8], shape[190]

    assert tuesday_in_january.argmax() == 7
    assert tuesday_in_july.argmax() == 6


def test_demand_is_laid_out_by_consumer() -> None:
    demand = demand_of()

    for name in ("space_heat", "tap_water", "cold", "dwelling_space_heat", "dwelling_tap_water"):
        assert getattr(demand, name).T.flags.c_contiguous, name
    assert demand.dwelling_cold.dtype == np.float32


def test_number_of_dwellings_can_be_given_by_the_scenario() -> None:
    system = make_system(scenario={"dwellings": 25}, dwellings=TABLE)
    homes = households(system)

    assert homes.count == 25
    assert np.bincount(homes.building_row).tolist() == [20, 1, 0, 4]
    demand = generate_demand(system, AVERAGE, MODE)
    assert (demand.space_heat.sum(axis=0) > 0.0).tolist() == [True, True, False, True]
    assert demand.space_heat.sum() == pytest.approx(demand.dwelling_space_heat.sum(dtype=float))


def test_services_can_be_switched_off() -> None:
    demand = demand_of(space_heat_kwh=0.0, tap_water_kwh=0.0, cold_kwh=0.0, riser_loss=0.0)

    assert not demand.space_heat.any()
    assert not demand.tap_water.any()
    assert not demand.cold.any()


def test_unknown_types_and_broken_counts_are_refused_together() -> None:
    table = dwellings_table(("a", "castle", 1), ("b", "terraced", 1))
    table.loc[1, "count"] = 0
    system = system_of(table)

    with pytest.raises(InvalidInputError, match="type = 'castle', expected one of") as caught:
        households(system)
    assert [fault.field for fault in caught.value.faults] == ["type", "count"]
