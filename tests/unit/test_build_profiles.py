"""Profiles on the clock of a run."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from profile_factory import dwellings_table, hours_series, make_system, seconds_series

from warmtenet.networks.system import System
from warmtenet.profiles.build import build_profiles, select_hours
from warmtenet.profiles.mode import COLD, HEAT, OFF

HOUSES = dwellings_table(("block", "apartment_medium", 4), ("house", "terraced", 1))


def system_with_mode(**scenario: Any) -> System:
    return make_system(scenario={"mode": {"circuits": ["space"]}, **scenario}, dwellings=HOUSES)


def test_year_of_profiles_fits_together() -> None:
    profiles = build_profiles(
        system_with_mode(sources={"s": {"kind": "effluent", "temperature": 9}})
    )

    assert profiles.weather is not None
    assert profiles.demand is not None
    assert profiles.times is not None
    lengths = {
        len(profiles.mode),
        len(profiles.times),
        len(profiles.duration),
        len(profiles.seconds),
        len(profiles.demand.space_heat),
        len(profiles.sources["s"].temperature),
        len(profiles.weather.outdoor_temperature),
    }
    assert lengths == {8760}
    assert set(profiles.mode) == {HEAT, OFF, COLD}


def test_mode_that_names_no_circuit_heats_in_every_hour() -> None:
    profiles = build_profiles(make_system(dwellings=HOUSES))

    assert (profiles.mode == HEAT).all()


def test_heat_series_takes_the_place_of_demand() -> None:
    heat = hours_series("heat", {"C1": 5e3})
    profiles = build_profiles(make_system(dwellings=HOUSES, series=[heat]))

    assert profiles.demand is None
    assert len(profiles.duration) == 8760


def test_seconds_need_no_weather() -> None:
    heat = seconds_series("heat", [60.0, 120.0], {"C1": [5e3, 6e3]})
    profiles = build_profiles(make_system(series=[heat]))

    assert profiles.weather is None
    assert profiles.times is None
    assert profiles.duration.tolist() == [60.0, 60.0]
    assert len(profiles.mode) == 2


def test_selected_hours_are_those_of_the_year() -> None:
    year = build_profiles(system_with_mode())
    part = select_hours(year, 100, 130)

    assert year.demand is not None
    assert part.demand is not None
    assert part.weather is not None
    assert year.times is not None
    assert part.times is not None
    assert part.times.equals(year.times[100:130])
    assert np.array_equal(part.demand.tap_water, year.demand.tap_water[100:130])
    assert np.shares_memory(part.demand.dwelling_cold, year.demand.dwelling_cold)
    assert part.seconds[0] == 100 * 3600.0
    assert len(part.weather.solar) == 30


def test_quarters_of_an_hour_repeat_the_hour() -> None:
    hours = build_profiles(system_with_mode(time={"start": "2029-12-30"}))
    quarters = build_profiles(system_with_mode(time={"start": "2029-12-30", "step": "15 min"}))

    assert hours.demand is not None
    assert quarters.demand is not None
    assert len(hours.duration) == 48
    assert np.array_equal(
        quarters.demand.space_heat, np.repeat(hours.demand.space_heat, 4, axis=0)
    )


def test_outdoor_series_replaces_the_air_and_the_cold_spell() -> None:
    outdoor = hours_series("outdoor_temperature", {"all": 3.0})
    profiles = build_profiles(make_system(series=[outdoor]))

    assert profiles.weather is not None
    assert (profiles.weather.outdoor_temperature == 3.0).all()
    assert (profiles.weather.average_outdoor_temperature == 3.0).all()
    assert "outdoor_temperature.csv" in profiles.weather.name


def test_mode_series_decides_the_mode() -> None:
    mode = np.ones(8760)
    mode[5000:6000] = -1.0
    series = hours_series("mode", {"all": mode})
    system = make_system(scenario={"mode": {"circuits": ["space"]}}, series=[series])

    assert build_profiles(system).mode.tolist() == mode.tolist()


def test_calendar_of_a_source_stands_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("iso_week,availability,heat_mw,supply_c\n1,1,2,70\n")
    sections = {"s": {"kind": "waste_heat", "calendar": "w.csv"}}
    profiles = build_profiles(make_system(scenario={"sources": sections}, folder=tmp_path))

    assert profiles.sources["s"].capacity == pytest.approx(np.full(8760, 2e6))


@pytest.mark.parametrize("step", [7200.0, 5000.0, 86_400.0])
def test_longer_steps_ask_for_the_same_energy(step: float) -> None:
    hourly = build_profiles(system_with_mode())
    longer = build_profiles(system_with_mode(time={"step": step}))

    assert hourly.demand is not None
    assert longer.demand is not None
    for name in ("space_heat", "tap_water", "cold"):
        given, found = getattr(hourly.demand, name), getattr(longer.demand, name)
        assert longer.duration @ found == pytest.approx(hourly.duration @ given, rel=1e-9)
    assert hourly.weather is not None
    assert longer.weather is not None
    mean = hourly.weather.outdoor_temperature.mean()
    found = longer.duration @ longer.weather.outdoor_temperature / longer.duration.sum()
    assert found == pytest.approx(mean, abs=1e-9)
