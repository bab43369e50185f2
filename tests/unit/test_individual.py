"""Individual heat pumps, one rule at a time."""

import numpy as np
import pytest
from plant_factory import charges_of, dwelling_profiles

from warmtenet.model.air_heat_pump import air_water_cop
from warmtenet.model.scenario import Scenario
from warmtenet.networks.columns import FloatArray
from warmtenet.solvers.individual import solve_individual
from warmtenet.solvers.kernels.individual import run_unit_hours

SCENARIO = Scenario.model_validate(
    {"name": "test", "reference": {"tank_loss_kwh_per_day": 0.0, "auxiliary_power": 0.0}}
)
WITH_MODE = SCENARIO.model_copy(
    update={"mode": SCENARIO.mode.model_copy(update={"circuits": ("space",)})}
)
STRATEGIES = ("on_demand", "spread", "night")


def constant(value: float, hours: int = 48, dwellings: int = 1) -> FloatArray:
    return np.full((hours, dwellings), value)


def one_draw(hour: int, heat: float) -> FloatArray:
    draws = constant(0.0)
    draws[hour] = heat
    return draws


def test_space_heat_takes_its_cop_in_the_field() -> None:
    profiles = dwelling_profiles(np.full(48, -10.0), constant(1500.0), constant(0.0))

    year = solve_individual(profiles, SCENARIO, "on_demand")

    assert year.electricity == pytest.approx(1500.0 / (0.87 * float(air_water_cop(-10.0, 38.0))))
    assert year.backup.max() == 0.0


def test_tap_water_at_mild_air_is_capped() -> None:
    profiles = dwelling_profiles(np.full(48, 25.0), constant(0.0), constant(360.0))

    assert solve_individual(profiles, SCENARIO, "on_demand").electricity == pytest.approx(100.0)


def test_on_demand_follows_the_draw() -> None:
    profiles = dwelling_profiles(np.full(48, 5.0), constant(0.0), one_draw(31, 2400.0))

    year = solve_individual(profiles, SCENARIO, "on_demand")

    assert np.flatnonzero(year.tap_water).tolist() == [31]


def test_spread_takes_the_day_of_the_draw_evenly() -> None:
    profiles = dwelling_profiles(np.full(48, 5.0), constant(0.0), one_draw(31, 2400.0))

    charges = charges_of(profiles, SCENARIO.reference, "spread")[0]

    assert charges[:24].max() == 0.0
    assert charges[24:] == pytest.approx(100.0)


def test_night_takes_six_hours_of_the_day_of_the_draw() -> None:
    profiles = dwelling_profiles(np.full(48, 5.0), constant(0.0), one_draw(31, 2400.0))

    charges = charges_of(profiles, SCENARIO.reference, "night")[0]

    assert np.flatnonzero(charges).tolist() == [24, 25, 26, 27, 28, 29]
    assert charges[24:30] == pytest.approx(400.0)


def test_dwellings_in_blocks_are_dwellings_together(monkeypatch: pytest.MonkeyPatch) -> None:
    space = np.linspace(0.0, 4000.0, 48 * 5).reshape(48, 5)
    profiles = dwelling_profiles(np.linspace(-10.0, 5.0, 48), space, space[::-1] / 4.0)
    together = [solve_individual(profiles, SCENARIO, each) for each in STRATEGIES]

    monkeypatch.setattr("warmtenet.solvers.individual.BLOCK", 2)

    for whole, strategy in zip(together, STRATEGIES, strict=True):
        blocks = solve_individual(profiles, SCENARIO, strategy)
        assert (blocks.electricity == whole.electricity).all()
        assert (blocks.dwelling_peak == whole.dwelling_peak).all()


def test_tanks_lose_heat_all_day() -> None:
    profiles = dwelling_profiles(np.full(24, 5.0), constant(0.0, 24), constant(0.0, 24))
    reference = SCENARIO.reference.model_copy(update={"tank_loss_kwh_per_day": 1.2})

    charges = charges_of(profiles, reference, "on_demand")

    assert charges == pytest.approx(50.0)


def test_a_large_draw_delays_space_heat_and_needs_no_element() -> None:
    """3.5 kW unit: 3.3 kW of tap water leave 0.2 of the 1.2 kW of space heat for later."""
    profiles = dwelling_profiles(np.full(48, -7.0), constant(1200.0), one_draw(10, 3300.0))

    year = solve_individual(profiles, SCENARIO, "on_demand")

    assert year.space_heat[10] == pytest.approx(year.space_heat[9] / 6.0, rel=1e-6)
    assert year.space_heat[11] == pytest.approx(year.space_heat[9] * 2200 / 1200, rel=1e-6)
    assert year.backup.max() == 0.0


def test_the_element_makes_what_the_floor_cannot_wait_for() -> None:
    """Capacity 3.5 kW at -7 °C; 4.5 kW asked: 1 kW short, 3 kWh behind after three hours."""
    profiles = dwelling_profiles(np.full(48, -7.0), constant(4500.0), constant(0.0))

    year = solve_individual(profiles, SCENARIO, "on_demand")

    assert year.backup[:3].max() == 0.0
    assert year.backup[3:-1] == pytest.approx(1000.0)
    assert year.backup[-1] == pytest.approx(4000.0)


def test_cold_is_served_in_its_mode_alone() -> None:
    profiles = dwelling_profiles(
        np.full(48, 30.0), constant(500.0), constant(0.0), cold=constant(-560.0)
    )

    served = solve_individual(profiles, WITH_MODE, "on_demand")
    unnamed = solve_individual(profiles, SCENARIO, "on_demand")

    assert served.cooling == pytest.approx(100.0)
    assert served.space_heat.max() == 0.0
    assert unnamed.cooling.max() == 0.0
    assert unnamed.space_heat.min() > 0.0


def test_auxiliaries_run_for_part_of_the_hour_below_the_least_modulation() -> None:
    scenario = SCENARIO.model_copy(
        update={"reference": SCENARIO.reference.model_copy(update={"auxiliary_power": 60.0})}
    )
    profiles = dwelling_profiles(np.full(48, -7.0), constant(525.0), constant(0.0))

    assert solve_individual(profiles, scenario, "on_demand").auxiliary == pytest.approx(30.0)


def test_a_compressor_never_does_worse_than_its_element() -> None:
    profiles = dwelling_profiles(np.full(48, -20.0), constant(0.0), constant(500.0))

    assert solve_individual(profiles, SCENARIO, "on_demand").tap_water == pytest.approx(500.0)


@pytest.mark.compiled
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_compiled_and_plain_units_agree(strategy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    loads = random.uniform(0.0, 4000.0, (2, 48, 3))
    profiles = dwelling_profiles(random.uniform(-15.0, 20.0, 48), loads[0], loads[1] / 4.0)
    compiled = solve_individual(profiles, SCENARIO, strategy)
    monkeypatch.setattr("warmtenet.solvers.individual.run_unit_hours", run_unit_hours.py_func)
    plain = solve_individual(profiles, SCENARIO, strategy)

    assert plain.electricity == pytest.approx(compiled.electricity, rel=1e-6)
    assert plain.dwelling_peak == pytest.approx(compiled.dwelling_peak, rel=1e-6)
