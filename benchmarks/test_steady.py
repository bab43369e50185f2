"""Hours of the steady solver on synthetic trees: a street, a district, a town, a city."""

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from warmtenet.model.scenario import Scenario
from warmtenet.networks.synthetic import synthetic_boundary, synthetic_tree
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.steady import solve_steady

HOURS_OF_CONSUMERS = {16: 8760, 130: 8760, 1300: 876, 13000: 64}


@pytest.mark.parametrize(("consumers", "hours"), HOURS_OF_CONSUMERS.items())
@pytest.mark.parametrize("fields", [False, True], ids=["figures", "fields"])
def test_hours_of_a_tree(
    benchmark: BenchmarkFixture, consumers: int, hours: int, fields: bool
) -> None:
    circuit = synthetic_tree(consumers)
    boundary = synthetic_boundary(circuit, hours=hours)
    scenario = Scenario(name="benchmark")

    def solve() -> CircuitYear:
        return solve_steady(circuit, boundary, scenario, fields=fields)

    solve()  # compile before the clock starts
    year = benchmark(solve)

    benchmark.extra_info["pipe_hours"] = 2 * len(circuit.pipe_ids) * hours
    assert year.heat_residual.max() < 1e-6  # a fast wrong answer is no result
    assert year.mass_residual.max() < 1e-9
