"""What individual heat pumps promise for every demand and weather."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from plant_factory import charges_of, dwelling_profiles

from warmtenet.model.scenario import Scenario
from warmtenet.profiles.year import Profiles
from warmtenet.solvers.individual import solve_individual, unit_columns

HOURS, DWELLINGS = 72, 3
SCENARIO = Scenario(name="test")
strategies = st.sampled_from(["on_demand", "spread", "night"])


@st.composite
def homes(draw: st.DrawFn) -> Profiles:
    """Return random demand of a few dwellings under random weather."""

    def loads(most: float) -> np.ndarray:
        return draw(arrays(float, (HOURS, DWELLINGS), elements=st.floats(0.0, most)))

    outdoor = draw(arrays(float, HOURS, elements=st.floats(-20.0, 35.0)))
    return dwelling_profiles(outdoor, loads(8000.0), loads(1500.0))


@given(homes(), strategies)
def test_all_heat_is_made(profiles: Profiles, strategy: str) -> None:
    """Electricity times COP, compressors and element, is demand and tank loss."""
    year = solve_individual(profiles, SCENARIO, strategy)
    columns = unit_columns(profiles, SCENARIO, profiles.weather.outdoor_temperature)
    made = year.space_heat @ columns.space_cop + year.tap_water @ columns.tap_water_cop
    loss = 1.5e3 * HOURS / 24 * DWELLINGS
    demand = profiles.demand
    asked = demand.dwelling_space_heat.sum() + demand.dwelling_tap_water.sum() + loss

    assert made + year.backup.sum() == pytest.approx(asked, rel=1e-5)


@given(homes(), strategies)
def test_parts_sum_to_the_whole_and_peaks_bound_the_coincident_one(
    profiles: Profiles, strategy: str
) -> None:
    year = solve_individual(profiles, SCENARIO, strategy)
    parts = year.space_heat + year.tap_water + year.cooling + year.backup + year.auxiliary

    assert parts == pytest.approx(year.electricity)
    assert year.dwelling_annual.sum() == pytest.approx(year.electricity.sum() * 3600.0)
    assert year.electricity.max() <= year.dwelling_peak.sum() * (1 + 1e-9)
    assert min(part.min() for part in (year.space_heat, year.tap_water, year.backup)) >= 0.0


@given(homes(), strategies)
def test_charges_equal_draws_and_losses_of_each_day(profiles: Profiles, strategy: str) -> None:
    charges = charges_of(profiles, SCENARIO.reference, strategy)
    wanted = profiles.demand.dwelling_tap_water.T.reshape(DWELLINGS, -1, 24).sum(axis=2) + 1500.0

    assert charges.reshape(DWELLINGS, -1, 24).sum(axis=2) == pytest.approx(wanted, rel=1e-4)
