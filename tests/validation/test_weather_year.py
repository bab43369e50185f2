"""The bundled year against figures computed independently from its origin."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from warmtenet.model.scenario import Scenario
from warmtenet.profiles.filters import lagged, trailing_mean
from warmtenet.profiles.weather import coldest_week, daily_mean, load_weather

CASES = sorted((Path(__file__).parent / "cases").glob("weather_year_*.json"))


@pytest.mark.validation
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_bundled_year_has_the_figures_of_its_origin(path: Path) -> None:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert case["source"], "a case without a source validates nothing"
    scenario = Scenario.model_validate(
        {"name": "case", "weather": {"cold_spell": case["cold_spell"]}}
    )
    weather = load_weather(scenario, Path())
    outdoor = weather.outdoor_temperature
    daily, mean_48h = daily_mean(outdoor), trailing_mean(outdoor, 48)
    found = {
        "coldest_hour": outdoor.min(),
        "coldest_day": daily.min(),
        "coldest_lagged": lagged(outdoor, 86400.0).min(),
        "mean": outdoor.mean(),
        "warmest_hour": outdoor.max(),
        "solar_kwh_m2": weather.solar.sum() / 1e3,
        "hours_below_0": np.count_nonzero(outdoor < 0.0),
        "hours_below_minus_5": np.count_nonzero(outdoor < -5.0),
        "degree_days_14": np.maximum(14.0 - daily, 0.0).sum(),
        "hours_48h_above_19": np.count_nonzero(mean_48h > 19.0),
        "hours_48h_above_14": np.count_nonzero(mean_48h > 14.0),
    }

    assert coldest_week(weather.average_outdoor_temperature) == case["expected"]["first_day"]
    for name, tolerance in case["tolerance"].items():
        assert found[name] == pytest.approx(case["expected"][name], abs=tolerance), name
