"""Pipes are chosen by friction, velocity and what stands behind them."""

import numpy as np
import pytest

from warmtenet.networks.sizing import (
    SizingRule,
    catalogue_ladder,
    choose_pipes,
    downstream_sums,
    ds439_load,
    friction_gradient,
    path_sums,
    velocity,
)

LADDER = catalogue_ladder("steel-single-S2")


def rule(max_gradient: float = 100.0, max_velocity: float = 2.0) -> SizingRule:
    return SizingRule(
        ladder=LADDER, max_gradient=max_gradient, max_velocity=max_velocity, temperature=57.0
    )


def test_ladder_rises() -> None:
    diameters = [pipe.inner_diameter for pipe in LADDER]
    assert diameters == sorted(diameters)
    assert len(LADDER) == 15


@pytest.mark.parametrize("dn", [20, 50, 100, 200, 400])
def test_flow_at_100_pascal_per_metre_is_the_one_of_the_catalogue(dn: int) -> None:
    """The catalogue lists the flow for water of 57 °C with two decimals."""
    listed = {20: 0.13, 50: 1.53, 100: 9.13, 200: 53.75, 400: 278.33}
    pipe = next(pipe for pipe in LADDER if pipe.dn == dn)
    gradient = friction_gradient(np.array([listed[dn]]), pipe, 57.0)
    assert gradient == pytest.approx(100.0, rel=0.08 if dn == 20 else 0.01)


def test_no_flow_means_no_friction() -> None:
    assert friction_gradient(np.zeros(1), LADDER[0], 57.0) == pytest.approx(0.0)


def test_chosen_pipe_keeps_the_rule_and_the_next_smaller_does_not() -> None:
    flows = np.geomspace(0.01, 200.0, 60)
    for flow, pipe in zip(flows, choose_pipes(flows, rule()), strict=True):
        own = np.array([flow])
        assert friction_gradient(own, pipe, 57.0)[0] <= 100.0
        assert velocity(own, pipe, 57.0)[0] <= 2.0
        smaller = LADDER.index(pipe) - 1
        if smaller >= 0:
            assert friction_gradient(own, LADDER[smaller], 57.0)[0] > 100.0


def test_velocity_alone_can_decide() -> None:
    flow = np.array([60.0])
    (slow,) = choose_pipes(flow, rule(max_gradient=1e4, max_velocity=1.0))
    assert velocity(flow, slow, 57.0)[0] <= 1.0


def test_beyond_the_ladder_the_largest_is_returned() -> None:
    assert choose_pipes(np.array([1e5]), rule())[0] is LADDER[-1]


def test_sums_along_a_tree_in_any_order_of_rows() -> None:
    parent = np.array([3, -1, 1, 2, 3])
    assert downstream_sums(parent, np.array([1.0, 0.0, 0.0, 0.0, 5.0])).tolist() == [
        1.0,
        6.0,
        6.0,
        6.0,
        5.0,
    ]
    assert path_sums(parent, np.ones(5)).tolist() == [4.0, 1.0, 2.0, 3.0, 4.0]


def test_tap_water_load_of_the_reference_table() -> None:
    """Dwellings and kW as tabulated for DS 439 with 2.0 persons a dwelling."""
    table = {1: 32, 5: 53, 20: 95, 100: 228, 400: 574, 1300: 1414}
    load = ds439_load(np.array(list(table), dtype=float)) / 1000.0
    assert load == pytest.approx(list(table.values()), abs=0.5)
