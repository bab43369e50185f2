"""Ground temperature by depth and season."""

import numpy as np
import pytest

from warmtenet.model.scenario import GroundSection
from warmtenet.profiles.ground import ground_temperature

DAYS = np.arange(8760) / 24.0


@pytest.mark.parametrize(
    ("depth", "monthly"),
    [
        (1.0, [6.5, 5.4, 5.8, 7.6, 10.2, 13.1, 15.4, 16.6, 16.2, 14.4, 11.7, 8.8]),
        (0.8, [5.8, 4.9, 5.5, 7.7, 10.6, 13.8, 16.1, 17.1, 16.4, 14.3, 11.2, 8.2]),
    ],
)
def test_middle_of_each_month_has_its_tabulated_ground(depth: float, monthly: list[float]) -> None:
    middle = np.array([15, 46, 74, 105, 135, 166, 196, 227, 258, 288, 319, 349])

    found = ground_temperature(GroundSection(), np.array([depth]), middle)[:, 0]
    assert found == pytest.approx(np.array(monthly), abs=0.1)


def test_deeper_ground_swings_less_and_later() -> None:
    hourly = ground_temperature(GroundSection(), np.array([0.5, 1.0, 3.0]), DAYS)
    swing = hourly.max(axis=0) - hourly.min(axis=0)
    coldest = hourly.argmin(axis=0)

    assert (np.diff(swing) < 0.0).all()
    assert (np.diff(coldest) > 0).all()


def test_surface_is_coldest_on_its_day() -> None:
    hourly = ground_temperature(GroundSection(), np.array([0.0]), DAYS)[:, 0]

    assert hourly.argmin() == 28 * 24
    assert hourly.min() == pytest.approx(11.0 - 8.5)
