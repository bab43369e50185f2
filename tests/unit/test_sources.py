"""Waste heat by week and effluent by month."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from warmtenet.model.errors import InvalidInputError
from warmtenet.model.scenario import Scenario
from warmtenet.profiles.calendars import smooth_months
from warmtenet.profiles.sources import WATER_DENSITY, source_profiles
from warmtenet.profiles.weather import daily_mean, load_weather
from warmtenet.profiles.year import SourceProfile, Weather

MEAN = [11.0, 10.5, 11.5, 13.5, 16.2, 18.8, 20.8, 21.6, 20.2, 17.4, 14.2, 12.0]
MINIMUM = [7.5, 7.0, 8.0, 10.5, 13.5, 16.0, 18.5, 19.0, 17.0, 14.0, 10.5, 8.5]
FACTOR = [1.25, 1.2, 1.1, 0.95, 0.9, 0.85, 0.8, 0.8, 0.9, 1.0, 1.1, 1.2]


def weather_of(*, cold_spell: bool) -> Weather:
    section = {"name": "test", "weather": {"cold_spell": cold_spell}}
    return load_weather(Scenario.model_validate(section), Path())


AVERAGE, DESIGN = weather_of(cold_spell=False), weather_of(cold_spell=True)


def write_months(folder: Path) -> None:
    table = pd.DataFrame(
        {
            "month": range(1, 13),
            "effluent_mean_c": MEAN,
            "effluent_5pct_min_c": MINIMUM,
            "effluent_flow_factor": FACTOR,
        }
    )
    table.to_csv(folder / "months.csv", index=False)


def write_weeks(folder: Path, text: str = "") -> None:
    rows = "".join(
        f"{week},{0.0 if week in (31, 52) else 1.0},{0.0 if week in (31, 52) else 1.2},"
        f"{'' if week in (31, 52) else 70 + week},\n"
        for week in range(1, 53)
    )
    head = "# where it comes from\niso_week,availability,heat_mw,supply_c,remark\n"
    (folder / "weeks.csv").write_text(head + (text or rows))


def source(folder: Path, weather: Weather = AVERAGE, **section: Any) -> SourceProfile:
    scenario = Scenario.model_validate({"name": "test", "sources": {"it": section}})
    return source_profiles(scenario, folder, weather)["it"]


def test_waste_heat_follows_its_weeks(tmp_path: Path) -> None:
    write_weeks(tmp_path)
    profile = source(tmp_path, kind="waste_heat", calendar="weeks.csv")
    in_stop = AVERAGE.times.isocalendar().week.to_numpy() == 31

    assert in_stop.sum() == 168
    assert (profile.capacity[in_stop] == 0.0).all()
    assert (profile.temperature[in_stop] == 100.0).all()
    assert profile.capacity[0] == 1.2e6
    assert np.isinf(profile.mass_flow).all()


def test_given_capacity_counts_with_the_availability(tmp_path: Path) -> None:
    write_weeks(tmp_path)
    profile = source(tmp_path, kind="waste_heat", calendar="weeks.csv", capacity="2 MW")

    assert set(profile.capacity) == {0.0, 2e6}


def test_waste_heat_without_calendar_is_constant(tmp_path: Path) -> None:
    profile = source(tmp_path, kind="waste_heat", temperature=77.0, capacity="1 MW")

    assert set(profile.capacity) == {1e6}
    assert set(profile.temperature) == {77.0}


def test_effluent_has_the_means_of_its_months_in_the_average_year(tmp_path: Path) -> None:
    write_months(tmp_path)
    profile = source(tmp_path, kind="effluent", calendar="months.csv", flow="1300 m3/h")
    by_month = pd.Series(profile.temperature).groupby(AVERAGE.times.month).mean()

    assert by_month.to_numpy() == pytest.approx(np.array(MEAN), abs=0.25)


def test_effluent_meets_its_minima_on_about_5_percent_of_the_days(tmp_path: Path) -> None:
    write_months(tmp_path)
    profile = source(tmp_path, kind="effluent", calendar="months.csv")
    days = pd.Series(daily_mean(profile.temperature))
    found = days.groupby(AVERAGE.times[::24].month).quantile(0.05).to_numpy()

    assert found == pytest.approx(np.array(MINIMUM), abs=0.6)
    assert np.abs(found - np.array(MINIMUM)).mean() < 0.2


def test_effluent_is_cold_in_the_coldest_week_and_not_below_its_floor(tmp_path: Path) -> None:
    write_months(tmp_path)
    average = source(tmp_path, kind="effluent", calendar="months.csv")
    design = source(tmp_path, DESIGN, kind="effluent", calendar="months.csv")
    coldest = int(DESIGN.outdoor_temperature.argmin())

    assert design.temperature[coldest] <= 8.0
    assert design.temperature[coldest] < average.temperature[coldest]
    assert design.temperature.min() == min(MINIMUM)
    assert np.abs(np.diff(design.temperature)).max() < 1.0


def test_effluent_flow_has_its_mean_and_its_night_minimum(tmp_path: Path) -> None:
    write_months(tmp_path)
    profile = source(tmp_path, kind="effluent", calendar="months.csv", flow="1300 m3/h")
    mean = 1300 / 3600 * WATER_DENSITY
    by_day = profile.mass_flow.reshape(365, 24)

    assert profile.mass_flow.mean() == pytest.approx(mean * np.mean(FACTOR), rel=0.005)
    assert (by_day.min(axis=1) / by_day.mean(axis=1))[20] == pytest.approx(0.5, abs=0.01)
    assert by_day[20].argmin() == 6
    assert by_day[200].argmin() == 5


def test_smooth_months_keep_every_mean_and_meet_at_new_year() -> None:
    course = smooth_months(np.array(MEAN), AVERAGE.times)
    by_month = pd.Series(course).groupby(AVERAGE.times.month).mean()

    assert by_month.to_numpy() == pytest.approx(np.array(MEAN), abs=1e-9)
    assert abs(course[0] - course[-1]) < 0.01


def test_constant_effluent_needs_no_calendar(tmp_path: Path) -> None:
    profile = source(tmp_path, kind="effluent", temperature=12.0)

    assert set(profile.temperature) == {12.0}
    assert np.isinf(profile.mass_flow).all()


def test_leap_year_has_a_source_profile_too(tmp_path: Path) -> None:
    write_months(tmp_path)
    times = pd.date_range("2028-01-01", periods=8784, freq="h")
    longer = np.append(AVERAGE.outdoor_temperature, AVERAGE.outdoor_temperature[:24])
    leap = dataclasses.replace(
        AVERAGE, times=times, outdoor_temperature=longer, average_outdoor_temperature=longer
    )

    assert len(source(tmp_path, leap, kind="effluent", calendar="months.csv").mass_flow) == 8784


def test_faults_of_all_sources_are_reported_together(tmp_path: Path) -> None:
    write_weeks(tmp_path, "1,1.0,-1.2,77,\n")
    sections = {
        "a": {"kind": "waste_heat", "calendar": "gone.csv"},
        "b": {"kind": "waste_heat", "calendar": "weeks.csv"},
        "c": {"kind": "effluent"},
    }
    scenario = Scenario.model_validate({"name": "test", "sources": sections})

    with pytest.raises(InvalidInputError, match=r"source 'a': calendar = 'gone\.csv'") as caught:
        source_profiles(scenario, tmp_path, AVERAGE)
    assert [fault.item for fault in caught.value.faults] == [
        "source 'a'",
        "weeks.csv week 1",
        "source 'c'",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,x,1.2,77,\n", "row 1: availability = 'x', expected a number"),
        ("1,1,1.2,77,\n1,1,1.2,77,\n", "iso_week = 1, expected each iso_week once"),
        ("1,0,0,,\n", "supply_c = '.empty.', expected a temperature"),
    ],
)
def test_broken_weeks_are_refused(tmp_path: Path, text: str, message: str) -> None:
    write_weeks(tmp_path, text)

    with pytest.raises(InvalidInputError, match=message):
        source(tmp_path, kind="waste_heat", calendar="weeks.csv")


def test_months_that_are_missing_are_refused(tmp_path: Path) -> None:
    write_months(tmp_path)
    lines = (tmp_path / "months.csv").read_text().splitlines()
    (tmp_path / "months.csv").write_text("\n".join(lines[:-1]))

    with pytest.raises(InvalidInputError, match=r"month = 'without \[12\]', expected the months"):
        source(tmp_path, kind="effluent", calendar="months.csv")


def test_effluent_is_never_warmer_than_its_bound_and_the_same_below(tmp_path: Path) -> None:
    write_months(tmp_path)
    free = source(tmp_path, DESIGN, kind="effluent", calendar="months.csv").temperature
    section = {"kind": "effluent", "calendar": "months.csv", "max_temperature": 23.0}
    bounded = source(tmp_path, DESIGN, **section).temperature

    assert free.max() > 25.0
    assert bounded.max() == 23.0
    assert (bounded == np.minimum(free, 23.0)).all()
    for month, mean in ((7, 20.8), (8, 21.6)):  # still the summer of the calendar
        assert abs(bounded[DESIGN.times.month == month].mean() - mean) < 0.3
