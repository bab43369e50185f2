"""Lags and means of a year that repeats itself."""

import numpy as np
import pytest

from warmtenet.profiles.filters import lagged, trailing_mean


def test_lag_of_a_step_follows_the_exponential() -> None:
    values = np.zeros(8760)
    values[4000:] = 1.0
    lag = lagged(values, 24 * 3600.0)

    assert lag[3999] == pytest.approx(0.0, abs=1e-12)
    assert lag[4023] == pytest.approx(1.0 - np.exp(-1.0), abs=1e-9)


def test_lag_starts_where_the_year_ends() -> None:
    values = np.random.default_rng(1).normal(size=8760)
    lag = lagged(values, 24 * 3600.0)
    keep = np.exp(-1.0 / 24.0)

    assert lag[0] == pytest.approx(keep * lag[-1] + (1.0 - keep) * values[0], abs=1e-12)


def test_trailing_mean_wraps_around_the_year() -> None:
    values = np.arange(100.0)

    assert trailing_mean(values, 4)[0] == pytest.approx((97 + 98 + 99 + 0) / 4)
    assert trailing_mean(values, 4)[50] == pytest.approx(48.5)
