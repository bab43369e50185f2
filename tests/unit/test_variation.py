from dataclasses import replace

import numpy as np
import pytest
from factories import small_profiles, small_scenario
from profile_factory import dwellings_table, make_system

from warmtenet.profiles.build import build_profiles
from warmtenet.studies.assumptions import with_section
from warmtenet.studies.variation import has_whole_year, with_balance_temperature, with_space_heat


@pytest.fixture(scope="module")
def year():
    table = dwellings_table(("a", "terraced", 3), ("b", "apartment_small", 4))
    system = make_system(dwellings=table)
    return system.scenario, build_profiles(system)


def test_two_days_are_no_year():
    assert not has_whole_year(small_profiles())


def test_without_a_change_the_demand_is_its_own(year):
    scenario, profiles = year
    rows = np.arange(8100, 8200)
    same = with_space_heat(profiles, scenario, rows)

    np.testing.assert_allclose(
        same.demand.dwelling_space_heat, profiles.demand.dwelling_space_heat[rows], rtol=1e-5
    )
    np.testing.assert_allclose(
        same.demand.space_heat, profiles.demand.space_heat[rows], rtol=1e-5, atol=1e-3
    )


def test_colder_weather_asks_for_more(year):
    scenario, profiles = year
    rows = np.arange(8100, 8200)
    colder = with_space_heat(
        profiles, scenario, rows, outdoor=profiles.weather.outdoor_temperature - 1.0
    )

    coefficient = profiles.demand.dwellings["heat_loss_coefficient"].sum()
    more = colder.demand.space_heat.sum(axis=1) - profiles.demand.space_heat[rows].sum(axis=1)
    assert more.mean() == pytest.approx(coefficient, rel=0.05)


def test_another_balance_temperature_keeps_the_yearly_heat(year):
    scenario, profiles = year
    homes = with_balance_temperature(profiles, scenario, 1.0)
    average = replace(
        profiles.weather, outdoor_temperature=profiles.weather.average_outdoor_temperature
    )
    usual = replace(profiles, weather=average)
    hours = np.arange(8760)
    before = with_space_heat(usual, scenario, hours).demand.space_heat.sum()
    after = with_space_heat(usual, scenario, hours, dwellings=homes).demand.space_heat.sum()

    assert after == pytest.approx(before, rel=1e-4)
    shift = homes["balance_temperature"] - profiles.demand.dwellings["balance_temperature"]
    np.testing.assert_allclose(shift, 1.0)


def test_a_section_is_changed_and_the_scenario_stays():
    scenario = small_scenario()
    changed = with_section(scenario, "heat_pumps", {"cop_factor": 1.1})

    assert changed.heat_pumps["pool"].cop_factor == 1.1
    assert scenario.heat_pumps["pool"].cop_factor == 1.0
    assert with_section(scenario, "reference", {"field_factor": 0.8}).reference.field_factor == 0.8
