"""Values with units."""

import math

import pytest

from warmtenet.model.units import UNITS, parse_quantity


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("250 kW", "W", 250e3),
        ("250kW", "W", 250e3),
        ("0.6 bar", "Pa", 60e3),
        (" 1e-1 mm ", "m", 1e-4),
        ("36 m3/h", "m3/s", 0.01),
        ("3.6 t/h", "kg/s", 1.0),
        ("343.15 K", "°C", 70.0),
        ("70 degC", "°C", 70.0),
        ("-6 K", "K", -6.0),
        ("24 h", "s", 86400.0),
        ("60 %", "1", 0.6),
        ("4.187 kJ/(kg K)", "J/(kg K)", 4187.0),
        ("12", "W", 12.0),
        (12, "W", 12.0),
        (12.5, "W", 12.5),
    ],
)
def test_texts_become_the_canonical_unit(text: object, unit: str, value: float) -> None:
    assert parse_quantity(text, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "rule"),
    [
        ("250 kg", "W", "a value in W, kW or MW"),
        ("70 F", "°C", "a value in °C, degC, C or K"),
        ("3 m2", "m", "a value in m, km, cm or mm"),
        ("1,5", "m", "with a decimal point"),
        ("warm", "°C", "a number in °C"),
        ("", "W", "a number in W"),
        (True, "W", "a number in W"),
        (None, "W", "a number in W"),
        ("nan", "W", "a finite number in W"),
        ("-inf", "W", "a finite number in W"),
        (math.nan, "1", "a finite number"),
        (math.inf, "Pa", "a finite number in Pa"),
    ],
)
def test_anything_else_names_what_would_be_right(text: object, unit: str, rule: str) -> None:
    with pytest.raises(ValueError, match=rule.replace("(", r"\(")):
        parse_quantity(text, unit)


@pytest.mark.parametrize("unit", UNITS)
def test_every_canonical_unit_knows_itself(unit: str) -> None:
    name = "" if unit == "1" else unit

    assert parse_quantity(f"2.5 {name}", unit) == 2.5
