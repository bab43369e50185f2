"""Arrays and profiles that a dynamic solve cannot move are refused, one line for each fault."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from warmtenet.model.errors import InvalidInputError
from warmtenet.model.scenario import Scenario
from warmtenet.networks.boundary import Boundary
from warmtenet.networks.initial import Profile
from warmtenet.networks.synthetic import synthetic_boundary, synthetic_tree
from warmtenet.solvers.dynamic import solve_dynamic

CIRCUIT = synthetic_tree(13)
BOUNDARY = synthetic_boundary(CIRCUIT).at(slice(0, 6))
SCENARIO = Scenario(name="small")
OF = "boundary of 'tree_13': "


def refused(boundary: Boundary = BOUNDARY, **options: Any) -> list[str]:
    """Return the lines of the error that a solve ends in."""
    with pytest.raises(InvalidInputError) as error:
        solve_dynamic(CIRCUIT, boundary, SCENARIO, **options)
    return [str(fault) for fault in error.value.faults]


def changed(name: str, value: float) -> Boundary:
    """Return the boundary with one other value in its fourth step."""
    values = np.array(getattr(BOUNDARY, name))
    values[3:4].ravel()[:1] = value
    return replace(BOUNDARY, **{name: values})


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("heat", np.nan, "heat[3, 0] = nan, expected finite numbers"),
        ("supply_temperature", np.inf, "supply_temperature[3, 0] = inf, expected finite numbers"),
        ("ground_temperature", np.nan, "ground_temperature[3, 0] = nan, expected finite numbers"),
        ("duration", -5.0, "duration[3] = -5.0, expected at least 0 s"),
        ("duration", np.nan, "duration[3] = nan, expected at least 0 s"),
    ],
)
def test_a_value_that_is_no_number_is_refused(name: str, value: float, line: str) -> None:
    assert refused(changed(name, value)) == [OF + line]


def test_shapes_that_do_not_fit_have_a_line_each() -> None:
    short = replace(BOUNDARY, duration=BOUNDARY.duration[:4])
    narrow = replace(BOUNDARY, supply_temperature=np.zeros((6, 2)))

    assert refused(short) == [f"{OF}duration.shape = (4,), expected (6,), as heat has"]
    assert refused(narrow) == [f"{OF}supply_temperature.shape = (6, 2), expected (6, 1)"]
    rise = np.zeros((2, 3, 4))
    assert refused(rise=rise) == ["solve_dynamic: rise.shape = (2, 3, 4), expected (2, 22, 6)"]


ALONG = f"expected rising positions from 0 to {CIRCUIT.pipes.length[0]:g} m"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"pipe": 9999}, "pipe = 9999, expected a row of the 22 pipes, from 0"),
        ({"pipe": -1}, "pipe = -1, expected a row of the 22 pipes, from 0"),
        ({"side": 3}, "side = 3, expected 0 for supply or 1 for return"),
        ({"position": []}, "position.shape = (0,), expected (rows,), at least one row"),
        ({"position": [0.0, 1.0, 2.0]}, "temperature.shape = (2,), expected (3,)"),
        ({"position": [5.0, 0.0]}, f"position[1] = 0.0, {ALONG}"),
        ({"position": [0.0, 1e6]}, f"position[1] = 1000000.0, {ALONG}"),
        ({"temperature": [50.0, np.nan]}, "temperature[1] = nan, expected 0 to 140 °C"),
        ({"temperature": [400.0, 50.0]}, "temperature[0] = 400.0, expected 0 to 140 °C"),
    ],
)  # fmt: skip
def test_a_profile_that_lies_in_no_pipe_is_refused(changes: dict[str, Any], line: str) -> None:
    given = {"pipe": 0, "side": 0, "position": [0.0, 5.0], "temperature": [50.0, 60.0], **changes}
    arrays = {name: np.array(given[name]) for name in ("position", "temperature")}

    assert refused(initial=[Profile(**{**given, **arrays})]) == [f"initial profile 1: {line}"]


def test_two_profiles_of_one_pipe_are_refused() -> None:
    one = Profile(pipe=0, side=0, position=np.array([0.0]), temperature=np.array([40.0]))

    rule = f"expected one profile for the supply pipe of '{CIRCUIT.pipe_ids[0]}'"
    assert refused(initial=[one, one]) == [f"initial profile 2: pipe = 0, {rule}"]


def test_the_balance_of_the_first_step_closes_from_the_start() -> None:
    year = solve_dynamic(CIRCUIT, BOUNDARY.with_start(), SCENARIO)

    assert year.stored_heat is not None
    assert len(year.stored_heat) == len(BOUNDARY.duration) + 1
    rows = slice(1, None)
    given = year.producer_heat[rows].sum(axis=1) + year.hydraulic_power[rows]
    spent = year.consumer_heat[rows].sum(axis=1) + year.heat_loss[rows]
    gained = np.diff(year.stored_heat) / BOUNDARY.duration
    assert np.abs(given - spent - gained).max() < 1e-6 * given.max()
