"""What a solve keeps, and in which memory."""

from dataclasses import replace

import numpy as np
import pytest
from circuit_factory import drive, scenario, solve, tree

from warmtenet.model.errors import InvalidInputError
from warmtenet.networks.synthetic import synthetic_boundary, synthetic_tree
from warmtenet.solvers.field_choice import FIELDS
from warmtenet.solvers.steady import solve_steady
from warmtenet.solvers.tree_memory import Memory

CIRCUIT = synthetic_tree(16)
HOURS = 45
"""More than a block, and no whole number of blocks."""


def test_fields_are_kept_by_name() -> None:
    boundary = synthetic_boundary(CIRCUIT, hours=HOURS)
    whole = solve_steady(CIRCUIT, boundary, scenario(), fields=True)
    some = solve_steady(CIRCUIT, boundary, scenario(), fields=["pipe_pressure_drop"])

    assert set(whole.fields) == set(FIELDS)
    assert set(some.fields) == {"pipe_pressure_drop"}
    assert (some.fields["pipe_pressure_drop"] == whole.fields["pipe_pressure_drop"]).all()


def test_field_that_is_none_is_refused_by_name() -> None:
    boundary = synthetic_boundary(CIRCUIT, hours=2)
    with pytest.raises(InvalidInputError, match=r"fields = 'pipe_colour', expected one of pipe_"):
        solve_steady(CIRCUIT, boundary, scenario(), fields=["pipe_colour"])


def test_memory_is_used_again_and_holds_the_later_solve_only() -> None:
    boundary = synthetic_boundary(CIRCUIT, hours=HOURS)
    warmer = replace(boundary, supply_temperature=boundary.supply_temperature + 5.0)
    short = replace(boundary, supply_temperature=boundary.supply_temperature * 0.0 + 30.0)
    memory = Memory()
    first = solve_steady(CIRCUIT, short, scenario(), fields=True, memory=memory)
    assert (first.consumer_unserved_heat > 0.0).any()
    again = solve_steady(CIRCUIT, warmer, scenario(), fields=True, memory=memory)
    fresh = solve_steady(CIRCUIT, warmer, scenario(), fields=True)

    assert np.shares_memory(first.consumer_heat, again.consumer_heat)
    assert (again.consumer_mass_flow == fresh.consumer_mass_flow).all()
    assert (again.consumer_unserved_heat == 0.0).all()
    assert (again.consumer_reason == 0).all()
    for name in FIELDS:
        assert (again.fields[name] == fresh.fields[name]).all(), name


def test_memory_of_another_shape_is_not_used() -> None:
    memory = Memory()
    long, brief = (synthetic_boundary(CIRCUIT, hours=hours) for hours in (70, 10))
    first = solve_steady(CIRCUIT, long, scenario(), memory=memory)
    kept = first.consumer_heat.copy()
    solve_steady(CIRCUIT, brief, scenario(), memory=memory)

    assert (first.consumer_heat == kept).all()


def test_consumers_may_be_left_out_and_change_nothing_else() -> None:
    boundary = synthetic_boundary(CIRCUIT, hours=HOURS)
    whole = solve_steady(CIRCUIT, boundary, scenario())
    lean = solve_steady(CIRCUIT, boundary, scenario(), consumers=False)

    assert lean.consumer_mass_flow.shape == (HOURS, 0)
    assert lean.consumer_unserved_heat.shape == (HOURS, 16)
    assert (lean.producer_heat == whole.producer_heat).all()
    assert (lean.worst_consumer == whole.worst_consumer).all()
    assert (lean.pipe_figures.heat_loss == whole.pipe_figures.heat_loss).all()


def test_bounded_head_keeps_the_consumers_it_needs() -> None:
    circuit = tree((0,), [1])
    weak = circuit.producers._replace(max_pressure_difference=np.array([55_000.0]))
    circuit = replace(circuit, producers=weak)
    year = solve_steady(circuit, drive(circuit, 60_000.0), scenario(), consumers=False)

    assert year.consumer_mass_flow.shape == (1, 1)


@pytest.mark.parametrize("hours", [1, 31, 32, 33, 64, 95])
def test_hours_need_not_fill_whole_blocks(hours: int) -> None:
    boundary = synthetic_boundary(CIRCUIT, hours=hours)
    year = solve_steady(CIRCUIT, boundary, scenario(), fields=True)

    assert year.consumer_heat == pytest.approx(boundary.heat)
    assert year.heat_residual.shape == (hours,)
    assert year.heat_residual.max() < 1e-9
    for name, field in year.fields.items():
        assert field.shape[0] == hours, name
        assert np.isfinite(field).all(), name


def test_one_hard_hour_does_not_disturb_the_others_of_its_block() -> None:
    loads = np.full((32, 2), 8_000.0)
    hard = loads.copy()
    hard[5] = 1.0, 0.0
    circuit = tree((0, 1, 1), [2, 3])
    calm, mixed = (solve(circuit, heat, scenario(model="iapws")) for heat in (loads, hard))

    others = np.arange(32) != 5
    assert mixed.consumer_mass_flow[others] == pytest.approx(
        calm.consumer_mass_flow[others], rel=1e-7
    )
    assert mixed.consumer_heat[5] == pytest.approx([1.0, 0.0], rel=1e-7)


def test_state_without_duration_has_no_mean() -> None:
    boundary = synthetic_boundary(CIRCUIT, hours=1)
    figures = solve_steady(
        CIRCUIT, replace(boundary, duration=np.zeros(1)), scenario()
    ).pipe_figures

    assert np.isnan(figures.mean_temperature).all()
    assert np.isfinite(figures.max_temperature).all()
