"""Individual heat pumps: edges of their models."""

import numpy as np
import pytest

from warmtenet.model.air_heat_pump import air_water_capacity, air_water_cop, air_water_eer


def test_lifts_below_15_kelvin_count_as_15() -> None:
    assert air_water_cop(25.0, 30.0) == air_water_cop(25.0, 40.0)


def test_cop_never_falls_below_one() -> None:
    assert air_water_cop(-20.0, 60.0) == 1.0


def test_capacity_is_held_at_both_ends() -> None:
    assert air_water_capacity([-40.0, 30.0]).tolist() == [0.5, 1.3]


def test_cooling_ratio_scales_with_the_scenario() -> None:
    half = air_water_eer(np.array([20.0, 27.5, 40.0]), 2.8)

    assert half == pytest.approx([3.55, 3.175, 2.0])
