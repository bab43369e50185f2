"""Water that moves to and fro: no colder than what is coldest, no warmer than what is warmest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plug_factory import pipe, steps, travel, wall_capacity

from warmtenet.model.scenario import Scenario
from warmtenet.networks.synthetic import synthetic_boundary
from warmtenet.networks.synthetic_mesh import synthetic_mesh
from warmtenet.solvers.dynamic import solve_dynamic

COLDEST, WARMEST, GROUND = 20.0, 90.0, 10.0
BESIDE_WALL = 0.02  # of the step of a wall's cells, where its water turns [K]


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    pipes=st.integers(1, 6),
    length=st.sampled_from([5.0, 40.0, 300.0]),
    diameter=st.sampled_from([0.02, 0.05]),
    coefficient=st.sampled_from([0.0, 0.2, 3.0, 30.0]),
    duration=st.sampled_from([10.0, 60.0, 600.0, 3600.0]),
    has_wall=st.booleans(),
)
def test_no_water_leaves_the_range_of_what_warms_and_cools_it(
    seed: int,
    pipes: int,
    length: float,
    diameter: float,
    coefficient: float,
    duration: float,
    has_wall: bool,
) -> None:
    random = np.random.default_rng(seed)
    rows = int(random.integers(2, 60))
    wall = wall_capacity(diameter, 0.003, (7850.0, 500.0)) if has_wall else 0.0
    circuit = pipe(
        pipes,
        wall=wall,
        length=length,
        inner_diameter=diameter,
        heat_loss_coefficient=coefficient,
    )
    uneven = duration * random.choice([0.3, 1.0, 2.0], rows)
    near, far = random.uniform(COLDEST, WARMEST, (2, rows))
    flow = random.choice([-1.0, 0.0, 1.0, 1.0], rows) * 10.0 ** random.uniform(-4.0, 0.0, rows)

    out = travel(circuit, steps(circuit, uneven, near=near, far=far, ground=GROUND), flow)

    slack = BESIDE_WALL if has_wall else 1e-6
    for name in ("pipe_inlet", "pipe_outlet", "pipe_inlet_end", "pipe_outlet_end"):
        found = getattr(out, name)
        assert found.max() <= WARMEST + slack, name
        assert found.min() >= GROUND - slack, name
    assert out.heat_residual.max() < 1e-9


@pytest.mark.parametrize("first", [3600, 5000])
def test_a_mesh_of_light_loads_comes_to_rest_in_every_step(first: int) -> None:
    circuit = synthetic_mesh(130, loops=3)
    boundary = synthetic_boundary(circuit).at(slice(first, first + 168))

    year = solve_dynamic(circuit, boundary, Scenario(name="summer"))

    assert year.heat_error.max() == 0.0
    assert year.heat_residual.max() < 1e-9
    assert year.consumer_supply_temperature.max() <= boundary.supply_temperature.max() + 0.01
    demand = year.consumer_heat + year.consumer_unserved_heat
    assert demand == pytest.approx(boundary.heat, rel=1e-9, abs=1e-6)
    assert year.consumer_unserved_heat.sum() < 1e-3 * boundary.heat.sum()
