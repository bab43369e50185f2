"""Hours of two synthetic trees, one behind an exchanger of the other, with heat that travels."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from warmtenet.model.scenario import Scenario
from warmtenet.model.water import water_table
from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit
from warmtenet.networks.exchangers import Exchanger
from warmtenet.networks.synthetic import synthetic_boundary, synthetic_tree
from warmtenet.results.balance import heat_residual
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.dynamic_zones import Drives, travel_zones
from warmtenet.solvers.travel import travel_year
from warmtenet.solvers.tree_memory import Memory

HOURS_OF_CONSUMERS = {130: 876, 1300: 2000}

STATION = 3
"""Row of the first tree's consumer that stands for the exchanger."""

EXCHANGER = Exchanger("x", "first", "second", STATION, 0, 2.0)

WIDE = 0.4
"""Inner diameter of the pipes that lead to it. [m]"""

SHORT = 20.0 / 1300.0
"""Flow to it for each consumer behind it: too little in the coldest hours. [kg/s]"""


def with_station(circuit: Circuit, max_flow: float) -> Circuit:
    """Return a tree with one consumer at wide pipes."""
    ends = zip(circuit.pipes.from_junction, circuit.pipes.to_junction, strict=True)
    ahead = {int(end): (int(start), pipe) for pipe, (start, end) in enumerate(ends)}
    diameter = np.array(circuit.pipes.inner_diameter)
    junction = int(circuit.consumers.junction[STATION])
    while junction in ahead:
        junction, pipe = ahead[junction]
        diameter[..., pipe] = WIDE
    most = np.array(circuit.consumers.max_flow)
    most[STATION] = max_flow
    return replace(
        circuit,
        pipes=circuit.pipes._replace(inner_diameter=diameter),
        consumers=circuit.consumers._replace(max_flow=most),
    )


@pytest.mark.parametrize(("consumers", "hours"), HOURS_OF_CONSUMERS.items())
@pytest.mark.parametrize("kind", ["whole", "falls", "short"])
def test_hours_of_a_zone(
    benchmark: BenchmarkFixture, consumers: int, hours: int, kind: str
) -> None:
    first = replace(synthetic_tree(consumers), id="first")
    first = with_station(first, SHORT * consumers if kind == "short" else 1e9)
    circuits = {"first": first, "second": replace(synthetic_tree(consumers, seed=2), id="second")}
    driven = {name: synthetic_boundary(each, hours=hours) for name, each in circuits.items()}
    warmer = 0.0 if kind == "falls" else 10.0
    own = driven["first"]
    driven["first"] = replace(own, supply_temperature=own.supply_temperature + warmer)
    scenario, passes = Scenario(name="benchmark"), [0]
    places = {name: Memory() for name in circuits}

    def travel(
        unit: Sequence[str], boundaries: dict[str, Boundary], drives: Drives
    ) -> dict[str, CircuitYear]:
        passes[0] += "second" in unit
        return {
            name: travel_year(
                circuits[name],
                boundaries[name],
                scenario,
                memory=places[name],
                drives=drives[name],
            )
            for name in unit
        }

    def solve():
        passes[0] = 0
        return travel_zones(
            [("second",), ("first",)],
            [EXCHANGER],
            lambda name, _: driven[name],
            travel,
            water_table(scenario.water),
        )

    solve()  # compile before the clock starts
    years, passed = benchmark.pedantic(solve, rounds=1)

    benchmark.extra_info["passes"] = passes[0]
    benchmark.extra_info["short_hours"] = int((passed["x"].drive.share < 1.0).sum())
    assert not passed["x"].is_restless.any()
    for year in years.values():
        assert heat_residual(year, own.duration).max() < 1e-9
