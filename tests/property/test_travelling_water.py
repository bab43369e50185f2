"""Water that moves to and fro: no colder than what is coldest, no warmer than what is warmest."""

from dataclasses import replace

import numpy as np
import pytest
from circuit_factory import drive, line, scenario
from hypothesis import given, settings
from hypothesis import strategies as st
from plug_factory import STEEL, pipe, steps, travel, wall_capacity

from warmtenet.model.scenario import Scenario
from warmtenet.networks.synthetic import synthetic_boundary
from warmtenet.networks.synthetic_mesh import synthetic_mesh
from warmtenet.solvers.dynamic import solve_dynamic

COLDEST, WARMEST, GROUND = 20.0, 90.0, 10.0
BESIDE_WALL = 0.02  # of the step of a wall's cells, where its water turns [K]
ON_A_CHORD = 0.4  # of heat capacity along a pipe whose water slows within a step [K]
BESIDE_TWIN = 0.15  # of what a twin gives within a step, spread over water that trickles [K]


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    pipes=st.integers(1, 6),
    length=st.sampled_from([5.0, 40.0, 300.0]),
    diameter=st.sampled_from([0.02, 0.05]),
    coefficient=st.sampled_from([0.0, 0.2, 3.0, 30.0]),
    duration=st.sampled_from([1.0, 10.0, 60.0, 600.0, 3600.0]),
    has_wall=st.booleans(),
    water=st.sampled_from(["constant", "iapws"]),
)
def test_no_water_leaves_the_range_of_what_warms_and_cools_it(
    seed: int,
    pipes: int,
    length: float,
    diameter: float,
    coefficient: float,
    duration: float,
    has_wall: bool,
    water: str,
) -> None:
    random = np.random.default_rng(seed)
    rows = int(random.integers(2, 60))
    wall = wall_capacity(diameter, 0.003, STEEL) if has_wall else 0.0
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

    driven = steps(circuit, uneven, near=near, far=far, ground=GROUND)
    given = scenario(model="iapws") if water == "iapws" else scenario()
    out = travel(circuit, driven, flow, given=given)

    slack = 1e-6
    if wall > 0.0:
        slack = BESIDE_WALL
    elif water == "iapws":
        slack = ON_A_CHORD
    for name in ("pipe_inlet", "pipe_outlet", "pipe_inlet_end", "pipe_outlet_end"):
        found = getattr(out, name)
        assert found.max() <= WARMEST + slack, name
        assert found.min() >= GROUND - slack, name
    assert out.heat_residual.max() < 1e-9


@settings(max_examples=30)
@given(
    seed=st.integers(0, 2**32 - 1),
    pipes=st.integers(1, 3),
    length=st.sampled_from([2.0, 10.0, 40.0, 300.0]),
    diameter=st.sampled_from([0.012, 0.02, 0.05, 0.2]),
    coefficient=st.sampled_from([0.0, 0.2, 0.5]),
    exchange=st.sampled_from([0.02, 0.05, 0.1]),
    duration=st.sampled_from([1.0, 10.0, 60.0]),
    water=st.sampled_from(["constant", "iapws"]),
)
def test_twins_beside_walls_keep_the_range_whatever_trickles(
    seed: int,
    pipes: int,
    length: float,
    diameter: float,
    coefficient: float,
    exchange: float,
    duration: float,
    water: str,
) -> None:
    """Loads of a watt to the peak, drawn anew in each step: what received heat was 1e26 °C."""
    random = np.random.default_rng(seed)
    rows, peak = int(random.integers(3, 40)), 2e5 * (diameter / 0.05) ** 2
    circuit = line(
        pipes,
        length=length,
        inner_diameter=diameter,
        heat_loss_coefficient=coefficient,
        pair_exchange_coefficient=exchange,
    )
    wall = np.full((2, pipes), wall_capacity(diameter, 0.003, STEEL))
    heat = 10.0 ** random.uniform(-1.0, np.log10(peak), (rows, 1)) * (
        random.random((rows, 1)) < 0.8
    )
    boundary = replace(drive(circuit, heat), duration=np.full(rows, duration))
    given = scenario(model="iapws") if water == "iapws" else scenario()

    year = solve_dynamic(replace(circuit, wall_heat_capacity=wall), boundary, given, fields=True)

    for name in ("pipe_inlet_temperature", "pipe_outlet_temperature"):
        found = year.fields[name]
        assert found.max() <= boundary.supply_temperature.max() + BESIDE_TWIN, name
        assert found.min() >= GROUND - BESIDE_TWIN, name
    assert year.heat_residual.max() < 1e-9


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
