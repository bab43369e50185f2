"""The mesh solver on networks so small that symmetry, or the tree solver, gives the answer."""

from dataclasses import replace

import numpy as np
import pytest
from circuit_factory import HEAT_CAPACITY, drive, scenario, tree
from mesh_factory import imbalance, solve_as_mesh, with_chords, with_producers

from warmtenet.model.scenario import Scenario
from warmtenet.networks.columns import RETURN, SUPPLY
from warmtenet.networks.synthetic import synthetic_boundary, synthetic_tree
from warmtenet.networks.synthetic_mesh import synthetic_mesh
from warmtenet.solvers.kernels.mesh_rows import LANES
from warmtenet.solvers.kernels.mesh_solve import BUNDLE
from warmtenet.solvers.mesh import bundle_size
from warmtenet.solvers.steady import solve_steady

LAWS = ("colebrook", "haaland", "rough", "pandapipes")


@pytest.mark.parametrize("heat", [1.0, 5_000.0, 60_000.0])
def test_two_equal_pipes_carry_half_each(heat: float) -> None:
    circuit = with_chords(tree((0,), [1]), [(1, 0)])
    year = solve_steady(circuit, drive(circuit, heat), scenario(), fields=True)

    flow, total = year.fields["pipe_mass_flow"][0], year.consumer_mass_flow[0, 0]
    assert flow[0] == pytest.approx([total / 2] * 2, rel=1e-9)
    assert flow[1] == pytest.approx([-total / 2] * 2, rel=1e-9)
    assert year.consumer_heat[0, 0] == pytest.approx(heat)


@pytest.mark.parametrize("law", LAWS)
def test_unequal_pipes_side_by_side_lose_the_same_head(law: str) -> None:
    circuit = with_chords(tree((0,), [1]), [(0, 1)], inner_diameter=0.03, length=140.0)
    year = solve_steady(circuit, drive(circuit, 50_000.0), scenario(law=law), fields=True)

    drop = year.fields["pipe_pressure_drop"][0]
    assert drop[0] == pytest.approx(drop[1], rel=1e-9)
    assert (year.fields["pipe_mass_flow"][0, 0] > year.fields["pipe_mass_flow"][0, 1]).all()


def test_the_middle_of_a_symmetric_ring_is_fed_from_both_ways() -> None:
    circuit = with_chords(tree((0, 0, 1), [1, 2, 3]), [(2, 3)])
    year = solve_steady(circuit, drive(circuit, 10_000.0), scenario(), fields=True)

    flow, water = year.fields["pipe_mass_flow"][0], year.fields["junction_temperature"][0]
    assert flow[2] == pytest.approx(flow[3], rel=1e-9)
    assert flow[0] == pytest.approx(flow[1], rel=1e-9)
    assert water[1] == pytest.approx(water[2], abs=1e-8)


@pytest.mark.parametrize("law", LAWS)
def test_a_tree_comes_out_as_from_the_tree_solver(law: str) -> None:
    circuit = synthetic_tree(16)
    boundary = synthetic_boundary(circuit, hours=48)
    given = scenario(model="iapws", law=law)
    tree_year = solve_steady(circuit, boundary, given, fields=True)
    year = solve_as_mesh(circuit, boundary, given)

    for name in (
        "consumer_mass_flow",
        "consumer_supply_temperature",
        "producer_heat",
        "pressure_difference",
        "consumer_pressure_difference",
        "heat_loss",
    ):
        assert getattr(year, name) == pytest.approx(getattr(tree_year, name), rel=1e-8), name
    for name, field in tree_year.fields.items():
        assert year.fields[name] == pytest.approx(field, rel=1e-7, abs=1e-7), name
    figures, others = year.pipe_figures, tree_year.pipe_figures
    for name in figures._fields:
        assert getattr(figures, name) == pytest.approx(getattr(others, name), rel=1e-7), name


def test_nothing_flows_where_nothing_is_drawn() -> None:
    circuit = with_chords(tree((0, 1, 1), [2, 3]), [(2, 3)])
    year = solve_steady(circuit, drive(circuit, 0.0), scenario(), fields=True)

    assert (year.fields["pipe_mass_flow"] == 0.0).all()
    assert all(np.isfinite(field).all() for field in year.fields.values())
    assert year.consumer_supply_temperature[0] == pytest.approx([10.0, 10.0])


def test_a_second_producer_gives_the_flow_it_is_told() -> None:
    circuit = tree((0, 1, 2), [1, 2, 3])
    circuit, boundary = with_producers(
        circuit, drive(circuit, 20_000.0), [3], [("mass_flow", 0.4, 60.0)]
    )
    year = solve_steady(circuit, boundary, scenario(), fields=True)

    assert year.producer_mass_flow[0, 1] == pytest.approx(0.4)
    assert np.abs(imbalance(year)).max() < 1e-9
    assert year.fields["pipe_mass_flow"][0, 2, SUPPLY] < 0.0  # from the end towards the middle
    assert year.fields["junction_temperature"][0, 3, SUPPLY] == pytest.approx(60.0, abs=1e-6)
    back = year.producer_return_temperature[0, 1]
    assert year.producer_heat[0, 1] == pytest.approx(0.4 * HEAT_CAPACITY * (60.0 - back), rel=1e-9)
    assert year.heat_residual.max() < 1e-9


def test_shares_are_those_of_all_that_is_drawn() -> None:
    circuit = with_chords(tree((0, 1, 2), [1, 2, 3]), [(0, 3)])
    circuit, boundary = with_producers(
        circuit, drive(circuit, 20_000.0), [2, 3], [("share", 0.3, 70.0)] * 2
    )
    year = solve_steady(circuit, boundary, scenario(), fields=True)

    drawn = year.consumer_mass_flow.sum()
    assert year.producer_mass_flow[0] == pytest.approx([0.4 * drawn, 0.3 * drawn, 0.3 * drawn])
    assert year.heat_residual.max() < 1e-9


def test_what_others_give_too_much_flows_back_through_the_pressure_holder() -> None:
    circuit = tree((0, 1, 2), [1, 2])
    circuit, boundary = with_producers(
        circuit, drive(circuit, 5_000.0), [3], [("mass_flow", 0.5, 70.0)]
    )
    year = solve_steady(circuit, boundary, scenario(), fields=True)

    assert year.producer_mass_flow[0, 0] < 0.0
    assert year.producer_heat[0, 0] == 0.0
    assert np.abs(imbalance(year)).max() < 1e-9
    assert year.heat_residual.max() < 1e-9
    water = year.fields["junction_temperature"][0, 0]
    assert water[RETURN] == pytest.approx(water[SUPPLY], abs=1e-6)


def test_head_is_what_the_worst_point_needs() -> None:
    circuit = with_chords(tree((0, 1, 2, 3), [2, 4]), [(1, 4)])
    year = solve_steady(circuit, drive(circuit, 30_000.0), scenario(), fields=True)

    least = year.consumer_pressure_difference[0].min()
    assert least == pytest.approx(50_000.0, abs=1e-6)
    assert year.head_residual.max() < 1e-6


def test_a_pump_too_weak_leaves_heat_unserved_for_pressure() -> None:
    circuit = with_chords(
        tree((0, 1, 2, 3), [2, 4], pressure_difference=60_000.0, length=400.0), [(1, 4)]
    )
    year = solve_steady(circuit, drive(circuit, 60_000.0), scenario())

    assert (year.consumer_reason == 3).any()
    assert year.consumer_heat + year.consumer_unserved_heat == pytest.approx(60_000.0)
    assert year.consumer_pressure_difference.min() > 49_990.0


@pytest.mark.parametrize("head", [75_000.0, 82_000.0])
def test_nobody_in_a_loop_goes_short_who_has_pressure_to_spare(head: float) -> None:
    least = np.array([50_000.0, 80_000.0, 0.0])
    street = tree(
        (0, 1, 2),
        [1, 2, 3],
        pressure_difference=head,
        min_pressure_difference=least,
        length=300.0,
        inner_diameter=0.05,
    )
    circuit = with_chords(street, [(3, 0)])
    loads = [100_000.0, 150_000.0, 20_000.0]
    year = solve_steady(circuit, drive(circuit, loads, supply=80.0), scenario())

    spare = year.consumer_pressure_difference[0] - least
    lost = year.pressure_difference[0, 0] - year.consumer_pressure_difference[0]
    misses = year.consumer_unserved_heat[0] > 0.0
    assert (spare[misses] <= 0.02 * lost[misses] + 1.0).all()
    assert (spare[year.consumer_mass_flow[0] > 1e-9] >= -SHORT).all()
    assert misses.any()


SHORT = 1.0
"""Pressure difference by which a consumer may miss what it needs. [Pa]"""


def test_a_bypass_that_comes_to_nothing_begins_again() -> None:
    street = tree((0,), [1, 1], length=270.0, inner_diameter=0.05, heat_loss_coefficient=0.3)
    street = with_chords(street, [(0, 1)], length=274.0)
    held = street.consumers._replace(bypass_temperature=np.array([51.63, np.nan]))
    circuit = replace(street, consumers=held)
    loads = np.stack([np.zeros(80), np.linspace(500.0, 8000.0, 80)], axis=1)
    year = solve_steady(circuit, drive(circuit, loads), scenario())

    idle = year.consumer_mass_flow[:, 0] < 1e-6
    water = year.consumer_supply_temperature[:, 0]
    assert not year.heat_error.any()
    assert 10 < idle.sum() < 70
    assert water[~idle] == pytest.approx(51.63, abs=1e-4)
    assert (water[idle] > 51.63 - 1e-4).all()


def test_an_hour_cut_short_says_so() -> None:
    circuit = synthetic_mesh(130, loops=3)
    given, boundary = scenario(), synthetic_boundary(circuit).at(slice(3000, 3016))
    hasty = given.model_copy(
        update={"solver": given.solver.model_copy(update={"max_iterations": 1})}
    )
    year = solve_steady(circuit, boundary, hasty)

    assert year.heat_error.max() > given.solver.tolerance


def test_a_trickle_is_led_to_the_far_side_of_a_fold() -> None:
    circuit = synthetic_mesh(300, loops=1)
    boundary = synthetic_boundary(circuit).at(slice(3000, 3001))
    year = solve_steady(circuit, boundary, Scenario(name="fold"), fields=True)

    flow = np.abs(year.fields["pipe_mass_flow"][0, :, SUPPLY])
    assert year.heat_error[0] == 0.0
    assert year.heat_residual[0] < 1e-9
    assert 1e-4 < flow.min() < 2e-3  # near zero, where Newton's method stays, nothing solves it


@pytest.mark.parametrize("hour", [3252, 3408])
def test_a_trickle_before_a_fold_rests_in_few_steps(hour: int) -> None:
    circuit = synthetic_mesh(1300, loops=5)
    boundary = synthetic_boundary(circuit).at(slice(hour, hour + 1))
    year = solve_steady(circuit, boundary, Scenario(name="fold"))

    assert year.heat_error[0] == 0.0
    assert year.iterations[0] <= 15  # 37 and 33 where every slope counts, whichever way it leads


@pytest.mark.parametrize("hour", [2386, 2867, 3926, 5236, 5902, 6110, 6623])
def test_who_lacks_heat_before_a_fold_opens_until_it_is_served(hour: int) -> None:
    circuit = synthetic_mesh(1300, loops=50)
    boundary = synthetic_boundary(circuit).at(slice(hour, hour + 1))
    year = solve_steady(circuit, boundary, Scenario(name="fold"))

    assert year.heat_error[0] == 0.0  # 0.0007 to 0.48 where Newton's step closes it
    assert year.consumer_unserved_heat[0].max() <= 1e-8 * boundary.heat[0].max()
    assert year.heat_residual[0] < 1e-9


def test_hours_that_wait_for_others_are_solved_as_alone() -> None:
    circuit = synthetic_mesh(130, loops=3)
    boundary = synthetic_boundary(circuit).at(slice(0, None, 200))
    year = solve_steady(circuit, boundary, scenario())

    for hour in range(0, len(boundary.duration), 9):
        alone = solve_steady(circuit, boundary.at(slice(hour, hour + 1)), scenario())
        expected = alone.producer_heat[0]
        assert year.producer_heat[hour] == pytest.approx(expected, rel=1e-7)


def test_threads_change_no_bit_of_a_mesh() -> None:
    circuit = synthetic_mesh(130, loops=3)
    boundary = synthetic_boundary(circuit, hours=1040)
    one, two = (
        solve_steady(circuit, boundary, scenario(threads=threads), fields=True)
        for threads in (1, 2)
    )

    for name, value in one.fields.items():
        assert value.tobytes() == two.fields[name].tobytes(), name
    for name in ("consumer_heat", "producer_heat", "heat_residual", "iterations"):
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes(), name


@pytest.mark.parametrize("hours", [1, 24, 500, 1460, 4000, 8760, 8784, 35136])
def test_two_threads_have_as_many_hours_of_a_mesh_each(hours: int) -> None:
    size = bundle_size(hours)
    bundles = -(-hours // size)
    first = min((bundles // 2) * size, hours)

    assert size <= BUNDLE * LANES
    assert hours < 500 or abs(2 * first - hours) <= 0.06 * hours


def test_nobody_cools_water_to_ice_in_a_loop() -> None:
    circuit = with_chords(tree((0, 1), [1, 2], length=300.0, inner_diameter=0.05), [(0, 2)])
    boundary = drive(circuit, [[20_000.0, 10_000.0], [300.0, 100.0], [10.0, 1.0]])
    boundary = replace(
        boundary,
        return_temperature=np.full((3, 2), np.nan),
        temperature_difference=np.full((3, 2), 30.0),
    )
    year = solve_steady(circuit, boundary, scenario())

    assert year.consumer_return_temperature.min() >= -1e-9
    assert year.heat_residual.max() < 1e-9
    assert (year.heat_error == 0.0).all()
