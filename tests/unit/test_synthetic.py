"""Synthetic trees have the promised size and shape, and the same bytes for the same seed."""

import numpy as np
import pytest

from warmtenet.networks.sizing import path_sums
from warmtenet.networks.synthetic import synthetic_boundary, synthetic_tree


@pytest.mark.parametrize(
    ("consumers", "routes"), [(1, 4), (16, 26), (130, 200), (1300, 1988), (13000, 19848)]
)
def test_number_of_routes(consumers: int, routes: int) -> None:
    circuit = synthetic_tree(consumers)
    assert len(circuit.pipe_ids) == routes
    assert len(circuit.junctions) == routes + 1
    assert len(set(circuit.consumers.junction.tolist())) == consumers


def test_every_junction_has_a_way_to_the_plant() -> None:
    circuit = synthetic_tree(1300)
    parent = np.full(len(circuit.junctions), -1)
    parent[circuit.pipes.to_junction] = circuit.pipes.from_junction
    assert (parent >= 0).sum() == len(circuit.pipe_ids)
    assert path_sums(parent, np.ones(parent.size)).max() < 100


def test_lengths_are_the_distances_on_the_plan() -> None:
    circuit = synthetic_tree(130)
    start, end = circuit.pipes.from_junction, circuit.pipes.to_junction
    distance = np.hypot(circuit.x[start] - circuit.x[end], circuit.y[start] - circuit.y[end])
    assert circuit.pipes.length == pytest.approx(distance)


def test_pipes_grow_towards_the_plant() -> None:
    circuit = synthetic_tree(1300)
    diameter = np.full(len(circuit.junctions), np.inf)
    diameter[circuit.pipes.to_junction] = circuit.pipes.inner_diameter[0]
    assert (circuit.pipes.inner_diameter[0] <= diameter[circuit.pipes.from_junction]).all()


def test_year_of_loads_has_houses_that_draw_nothing() -> None:
    boundary = synthetic_boundary(synthetic_tree(130))
    assert boundary.heat.shape == (8760, 130)
    assert boundary.heat.min() == 0.0
    assert 0.15 < (boundary.heat == 0.0).mean() < 0.25
    assert boundary.supply_temperature.min() >= 68.0
    assert boundary.supply_temperature.max() <= 80.0
    assert np.isnan(boundary.temperature_difference).all()


def test_fewer_hours_are_the_first_of_the_year() -> None:
    assert synthetic_boundary(synthetic_tree(16), hours=48).heat.shape == (48, 16)


def test_same_seed_gives_the_same_bytes() -> None:
    first, second = synthetic_tree(130, seed=3), synthetic_tree(130, seed=3)
    assert first.pipes.length.tobytes() == second.pipes.length.tobytes()
    heat = [synthetic_boundary(first, hours=100, seed=3).heat.tobytes() for _ in range(2)]
    assert heat[0] == heat[1]
    other = synthetic_tree(130, seed=4)
    assert first.pipes.length.tobytes() != other.pipes.length.tobytes()


def test_bypass_flow_is_a_choice() -> None:
    assert (synthetic_tree(16, bypass_flow=0.0).consumers.bypass_flow == 0.0).all()
