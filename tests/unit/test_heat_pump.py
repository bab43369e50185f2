"""Large heat pumps: edges of their models."""

import numpy as np
import pytest

from warmtenet.model.heat_pump import (
    capacity_factor,
    cooling_ratio,
    ideal_lorenz_cop,
    is_lift_valid,
    jesper_cop,
    log_mean_temperature,
    lorenz_cop,
    part_load_factor,
    water_water_cop,
)


def test_a_lift_below_the_range_counts_as_its_lower_end() -> None:
    assert jesper_cop(3.0) == jesper_cop(10.0)
    assert not is_lift_valid(3.0)


def test_a_lift_above_the_range_is_flagged_and_not_flattered() -> None:
    assert not is_lift_valid(79.0)
    assert jesper_cop(90.0) < jesper_cop(78.0)


def test_cop_never_falls_below_an_element() -> None:
    assert jesper_cop(1000.0) == 1.0


@pytest.mark.parametrize(
    ("share", "factor"), [(1.0, 1.0), (0.8, 1.015), (0.6, 1.03), (0.3, 0.97), (0.0, 0.97)]
)
def test_part_load_goes_through_its_points(share: float, factor: float) -> None:
    assert part_load_factor(share) == pytest.approx(factor)


def test_a_unit_that_goes_on_and_off_has_the_cop_of_its_least_load() -> None:
    assert part_load_factor(0.1, min_load=0.45) == part_load_factor(0.45)


def test_capacity_changes_by_a_fixed_share_per_kelvin_between_0_and_20_degrees() -> None:
    assert capacity_factor([-5.0, 0.0, 6.0, 20.0, 25.0], 0.025).tolist() == [
        0.75, 0.75, 0.9, 1.25, 1.25,
    ]  # fmt: skip


def test_log_mean_of_equal_temperatures_is_that_temperature() -> None:
    assert log_mean_temperature(20.0, 20.0) == pytest.approx(293.15)


def test_reversible_cop_is_infinite_without_lift() -> None:
    assert ideal_lorenz_cop((20.0, 20.0), (18.0, 18.0)) == np.inf
    assert lorenz_cop((20.0, 20.0), (18.0, 18.0)) == jesper_cop(10.0)


def test_cooling_is_capped() -> None:
    assert cooling_ratio((22.0, 18.0), (21.0, 26.0), 8.0) == 8.0
    assert cooling_ratio((22.0, 18.0), (10.0, 15.0), 8.0) == 8.0


def test_the_scenario_names_the_model() -> None:
    streams = (8.0, 4.0), (40.0, 70.0)

    assert water_water_cop("jesper", *streams) == jesper_cop(62.0)
    assert water_water_cop("lorenz", *streams) == lorenz_cop(*streams)
