"""The weather of a scenario: bundled or own, average or design year."""

from pathlib import Path

import numpy as np
import pytest

from warmtenet.model.errors import InvalidInputError
from warmtenet.model.scenario import Scenario
from warmtenet.profiles.weather import CREDIT, coldest_week, load_weather, shift_coldest_week


def scenario(**weather: object) -> Scenario:
    return Scenario.model_validate({"name": "test", "weather": weather})


def test_bundled_weather_names_and_credits_its_origin() -> None:
    weather = load_weather(scenario(), Path())

    assert weather.name == "Maastricht design year"
    assert weather.source == CREDIT
    assert "Deutscher Wetterdienst" in weather.source


def test_average_year_is_named_and_has_no_cold_spell() -> None:
    weather = load_weather(scenario(cold_spell=False), Path())

    assert weather.name == "Maastricht average year"
    assert np.array_equal(weather.outdoor_temperature, weather.average_outdoor_temperature)


def test_design_year_keeps_the_average_year_beside_it() -> None:
    weather = load_weather(scenario(cold_spell_shift=-4.0), Path())
    shift = weather.outdoor_temperature - weather.average_outdoor_temperature

    assert np.count_nonzero(shift) == 7 * 24
    assert shift.min() == pytest.approx(-4.0)


def test_coldest_week_of_any_year_is_found_by_whole_days() -> None:
    outdoor = np.full(365 * 24, 10.0)
    outdoor[50 * 24 : 57 * 24] = -3.0
    shifted = shift_coldest_week(outdoor, -6.0)

    assert coldest_week(outdoor) == 50
    assert (shifted[50 * 24 : 57 * 24] == -9.0).all()
    assert (np.delete(shifted, np.arange(50 * 24, 57 * 24)) == 10.0).all()


def test_hours_of_the_bundled_year_begin_on_a_monday_in_cet() -> None:
    times = load_weather(scenario(), Path()).times

    assert len(times) == 8760
    assert times[0].dayofweek == 0
    assert times.tz is None


def test_calendar_year_follows_the_start_of_the_run() -> None:
    given = Scenario.model_validate({"name": "test", "time": {"start": "2028-06-01"}})
    times = load_weather(given, Path()).times

    assert times[0].year == 2028
    assert len(times) == 8760
    assert not ((times.month == 2) & (times.day == 29)).any()


def test_start_that_is_no_instant_is_refused() -> None:
    given = Scenario.model_validate({"name": "test", "time": {"start": "soon"}})

    with pytest.raises(InvalidInputError, match=r"scenario.toml \[time\]: start = 'soon'"):
        load_weather(given, Path())


def test_missing_weather_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"file = 'gone.csv', expected 'maastricht' or"):
        load_weather(scenario(file="gone.csv"), tmp_path)


def test_own_file_is_named_after_its_file(tmp_path: Path) -> None:
    rows = "\n".join(["5.0,0"] * 8760)
    (tmp_path / "mine.csv").write_text(f"outdoor_temperature,solar\n{rows}\n")

    assert load_weather(scenario(file="mine.csv"), tmp_path).name == "mine design year"
