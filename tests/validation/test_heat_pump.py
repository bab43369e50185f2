"""Heat-pump models against the grids of their sources, and the hand calculation's figures."""

import csv
from importlib import resources

import numpy as np
import pytest

from warmtenet.model.air_heat_pump import air_water_cop
from warmtenet.model.heat_pump import ideal_lorenz_cop, jesper_cop, lorenz_cop

pytestmark = pytest.mark.validation

PRINTED = 0.0051
"""The grids are printed with two decimals."""


def grid(name: str) -> dict[str, np.ndarray]:
    """Return the columns of a data file; NaN where a cell is empty."""
    text = (resources.files("warmtenet.model.data") / name).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert all(row["source"] and row["mark"] for row in rows)
    columns = [name for name in rows[0] if name not in {"source", "mark"}]
    return {name: np.array([float(row[name] or "nan") for row in rows]) for name in columns}


def test_large_heat_pumps_match_the_regression_of_jesper_and_others() -> None:
    rows = grid("heatpump_waterwater_cop.csv")

    assert jesper_cop(rows["lift"]) == pytest.approx(rows["cop_jesper"], abs=PRINTED)


def test_reversible_cop_matches_the_grid() -> None:
    rows = grid("heatpump_waterwater_cop.csv")
    source = rows["source_inlet_temperature"], rows["source_outlet_temperature"]
    sink = rows["sink_inlet_temperature"], rows["sink_outlet_temperature"]

    assert ideal_lorenz_cop(source, sink) == pytest.approx(rows["cop_ideal_lorenz"], abs=PRINTED)


def test_both_models_of_large_heat_pumps_agree_on_cold_effluent() -> None:
    rows = grid("heatpump_waterwater_cop.csv")
    source = rows["source_inlet_temperature"], rows["source_outlet_temperature"]
    sink = rows["sink_inlet_temperature"], rows["sink_outlet_temperature"]
    is_usual = (source[0] <= 10.0) & (sink[1] <= 70.0)

    assert lorenz_cop(source, sink)[is_usual] == pytest.approx(
        jesper_cop(rows["lift"])[is_usual], rel=0.09
    )


def test_air_water_fit_matches_the_grid_in_laboratory_and_field() -> None:
    rows = grid("heatpump_airwater_cop.csv")
    cop = air_water_cop(rows["air_temperature"], rows["supply_temperature"])

    assert cop == pytest.approx(rows["cop_laboratory"], abs=PRINTED)
    assert 0.87 * cop == pytest.approx(rows["cop_field"], abs=PRINTED)


def test_air_water_fit_lies_as_it_should_beside_an_older_regression() -> None:
    """Staffell et al. (2012), older units: newer ones are better at mild air, not in frost."""
    rows = grid("heatpump_airwater_cop.csv")
    air, other = rows["air_temperature"], rows["cop_staffell_2012"]
    excess = air_water_cop(air, rows["supply_temperature"]) - other
    is_known = ~np.isnan(other)

    assert (excess[is_known & (air <= -10.0)] < 0.01).all()
    assert (excess[is_known & (air >= 5.0)] > 0.5).all()


@pytest.mark.parametrize(
    ("air", "supply", "laboratory"),
    [(-10, 35, 2.62), (-7, 35, 3.02), (2, 35, 4.30), (7, 35, 5.05),
     (-10, 55, 1.51), (-7, 55, 1.84), (2, 55, 2.90), (7, 55, 3.53)],
)  # fmt: skip
def test_air_water_fit_at_standard_points(air: float, supply: float, laboratory: float) -> None:
    assert air_water_cop(air, supply) == pytest.approx(laboratory, abs=PRINTED)


def test_coincident_peak_of_the_hand_calculation() -> None:
    """1.12 kW per dwelling at -10 °C: 1.55 kW of space heat, tap water twice its mean, 60 W."""
    space = 1.55 / (0.87 * air_water_cop(-10.0, 38.0))
    tap_water = (1111 / 365 * 1.1 + 1.5) / 24 * 2.0 / (0.87 * air_water_cop(-10.0, 57.0))

    assert space + tap_water + 0.06 == pytest.approx(1.12, abs=0.005)


def test_network_peak_of_the_hand_calculation() -> None:
    """0.69 MW with effluent of 8 °C and waste heat out, approaches and part load left out."""
    space, tap_water = 1300 * 1.55e-3 + 0.09, 1300 * 0.19e-3 + 0.11
    peak = space / jesper_cop(37.0) + tap_water / jesper_cop(62.0) + 0.02 * (space + tap_water)

    assert peak == pytest.approx(0.69, abs=0.005)
