"""A tree of twelve consumers against a dense solution of all its equations at once."""

import numpy as np
import pytest
from circuit_factory import HEAT_CAPACITY, drive, scenario, tree
from scipy.optimize import fsolve

from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit, FloatArray
from warmtenet.solvers.steady import solve_steady

pytestmark = pytest.mark.validation

PARENTS = (0, 1, 2, 3, 4, 1, 6, 2, 8, 3, 10, 4, 12, 5, 5, 7)
AT = (2, 3, 4, 6, 7, 9, 11, 13, 14, 15, 16, 16)
LOADS = {"winter": 15_000.0, "summer": 1_500.0}


def dense_tree(exchange: float) -> Circuit:
    """Return a tree with consumers along the trunk, at the ends, and two at one junction."""
    rng = np.random.default_rng(4)
    pipes = len(PARENTS)
    return tree(
        PARENTS,
        AT,
        length=rng.uniform(20.0, 120.0, pipes),
        heat_loss_coefficient=rng.uniform(0.1, 0.3, (2, pipes)),
        pair_exchange_coefficient=rng.uniform(0.02, 0.08, pipes) * exchange,
    )


def two_port(
    circuit: Circuit, pipe: int, flow: float, supply: float, back: float
) -> tuple[float, float]:
    """Return both outlets of a pair, above the ground, from the eigenvectors of its equations."""
    columns = circuit.pipes
    own, twin = columns.heat_loss_coefficient[:, pipe]
    mutual, length = columns.pair_exchange_coefficient[pipe], columns.length[pipe]
    rates = np.array([[-own - mutual, mutual], [-mutual, twin + mutual]]) / flow / HEAT_CAPACITY
    values, vectors = np.linalg.eig(rates)
    ends = np.stack([vectors[0], vectors[1] * np.exp(values * length)])
    weights = np.linalg.solve(ends, [supply, back])
    far = float(vectors[0] @ (weights * np.exp(values * length)))
    return far, float(vectors[1] @ weights)


def residuals(unknown: FloatArray, circuit: Circuit, boundary: Boundary) -> FloatArray:
    """Return what is left of all equations; temperatures are above the ground.

    Unknown are the logarithms of the consumers' flows, and at the far end of every pipe the
    supply temperature, the mixed return temperature, and what leaves the return pipe.
    """
    pipes = len(PARENTS)
    flow = np.exp(unknown[: len(AT)])
    supply, mixed, left = unknown[len(AT) :].reshape(3, pipes)
    at_junction = np.concatenate([[boundary.supply_temperature[0, 0] - 10.0], supply])
    back = boundary.return_temperature[0] - 10.0
    through = np.zeros(pipes + 1)
    np.add.at(through, np.array(AT), flow)
    for pipe in range(pipes - 1, -1, -1):
        through[PARENTS[pipe]] += through[pipe + 1]
    heat = flow * HEAT_CAPACITY * (at_junction[list(AT)] - back) / boundary.heat[0] - 1.0
    mix = -through[1:] * mixed
    np.add.at(mix, np.array(AT) - 1, flow * back)
    cooling = np.zeros((2, pipes))
    for pipe, parent in enumerate(PARENTS):
        inlet, own = at_junction[parent], through[pipe + 1]
        far, near = two_port(circuit, pipe, own, inlet, mixed[pipe])
        cooling[:, pipe] = supply[pipe] - far, left[pipe] - near
        if parent > 0:
            mix[parent - 1] += own * left[pipe]
    return np.concatenate([heat, cooling.ravel(), mix / through[1:]])


@pytest.mark.parametrize("exchange", [0.0, 1.0], ids=["apart", "exchange"])
@pytest.mark.parametrize("season", LOADS)
def test_flows_and_temperatures_are_those_of_the_dense_equations(
    season: str, exchange: float
) -> None:
    circuit = dense_tree(exchange)
    load = LOADS[season] * np.linspace(0.5, 1.5, len(AT))
    boundary = drive(circuit, load)
    pipes = len(PARENTS)
    start = np.concatenate(
        [
            np.log(1.5 * load / HEAT_CAPACITY / 30.0),
            np.full(pipes, 58.0),
            np.full(2 * pipes, 29.0),
        ]
    )
    found, _, status, message = fsolve(
        residuals, start, args=(circuit, boundary), xtol=1e-13, full_output=True
    )
    rest = np.abs(residuals(found, circuit, boundary)).max()
    assert status == 1 or rest < 1e-10, message
    year = solve_steady(circuit, boundary, scenario(), fields=True)

    flow = np.exp(found[: len(AT)])
    supply, mixed, left = found[len(AT) :].reshape(3, pipes)
    assert year.consumer_mass_flow[0] == pytest.approx(flow, rel=1e-6)
    temperature = year.fields["junction_temperature"][0, 1:] - 10.0
    assert temperature == pytest.approx(np.stack([supply, mixed], axis=1), abs=1e-5)
    outlet = year.fields["pipe_outlet_temperature"][0, :, 1] - 10.0
    assert outlet == pytest.approx(left, abs=1e-5)
