"""Dwelling types of the bundled table."""

import dataclasses

import pytest

from warmtenet.model.dwelling import read_dwelling_types
from warmtenet.model.errors import InvalidInputError


def test_table_holds_five_types_of_two_classes() -> None:
    types = read_dwelling_types()

    assert len(types) == 5
    assert [each.is_apartment for each in types.values()] == [True, True, True, False, False]


def test_design_load_is_the_loss_over_24_kelvin() -> None:
    for each in read_dwelling_types().values():
        assert each.design_load == pytest.approx(24.0 * each.heat_loss_coefficient, abs=6.0)


def test_floors_take_up_15_watt_per_square_metre() -> None:
    for each in read_dwelling_types().values():
        assert each.cooling_peak / each.floor_area == pytest.approx(15.0, abs=0.1)


def test_type_without_floor_is_refused() -> None:
    known = read_dwelling_types()["terraced"]

    with pytest.raises(
        InvalidInputError, match=r"'terraced': floor_area = 0\.0, expected a value"
    ):
        dataclasses.replace(known, floor_area=0.0)
