"""Meshes of 5 and 50 loops, with up to three producers, against pandapipes hour by hour."""

import numpy as np
import pytest
from mesh_factory import with_producers

from warmtenet.model.scenario import FrictionSection, Scenario, SolverSection, WaterSection
from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit
from warmtenet.networks.synthetic import synthetic_boundary
from warmtenet.networks.synthetic_mesh import synthetic_mesh
from warmtenet.solvers.steady import solve_steady
from warmtenet.studies.peer import TIGHT, Peer, without_extras

pytestmark = pytest.mark.validation

SCENARIO = Scenario(
    name="beside-pandapipes",
    water=WaterSection(model="constant"),
    friction=FrictionSection(law="pandapipes", heating=False),
    solver=SolverSection(threads=1),
)
HOURS = [340, 1200, 7300, 8400]
AT_LEAST = 2

# Tolerances of the plan, section 12. Flows near zero, where a loop's water meets, and drops below
# a thousandth of the largest are judged by the largest.
MASS_FLOW, TEMPERATURE, PRESSURE_DROP = 1e-4, 0.01, 1e-3
SMALLEST_FLOW, SMALLEST_DROP = 1e-3, 0.1


def networks(consumers: int, loops: int, producers: int) -> tuple[Circuit, Boundary]:
    """Return a mesh and some hours; further producers at street ends give a steady flow."""
    circuit = without_extras(synthetic_mesh(consumers, loops=loops))
    boundary = synthetic_boundary(circuit).at(np.array(HOURS))
    if producers == 1:
        return circuit, boundary
    places = circuit.pipes.from_junction[-loops:][: producers - 1].tolist()
    return with_producers(circuit, boundary, places, [("mass_flow", 0.05, 72.0)] * len(places))


@pytest.mark.parametrize(
    ("consumers", "loops", "producers"),
    [(130, 5, 1), (130, 5, 2), (130, 5, 3), (1300, 50, 1)],
    ids=["loops5", "loops5-producers2", "loops5-producers3", "loops50"],
)
def test_flows_temperatures_and_drops_are_those_of_pandapipes(
    consumers: int, loops: int, producers: int
) -> None:
    pytest.importorskip("pandapipes")
    circuit, boundary = networks(consumers, loops, producers)
    year = solve_steady(circuit, boundary, SCENARIO, fields=True)
    assert year.heat_error.max() < 1e-7
    peer, solved = Peer(circuit, boundary, SCENARIO.water), 0
    for hour in range(len(HOURS)):
        if not peer.solve(hour, TIGHT):
            continue
        solved += 1
        theirs, ours = peer.read(), year.fields
        flow = ours["pipe_mass_flow"][hour]
        size = np.abs(theirs.mass_flow)
        apart = np.abs(flow - theirs.mass_flow) / np.maximum(size, SMALLEST_FLOW)
        assert apart.max() < MASS_FLOW
        flows = size > SMALLEST_FLOW
        for end in ("inlet_temperature", "outlet_temperature"):
            off = np.abs(ours[f"pipe_{end}"][hour] - getattr(theirs, end))
            assert off[flows].max() < TEMPERATURE, end
        drop, other = ours["pipe_pressure_drop"][hour], theirs.pressure_drop
        off = np.abs(drop - other) / np.maximum(np.abs(other), SMALLEST_DROP)
        assert off.max() < PRESSURE_DROP
    assert solved >= AT_LEAST, f"pandapipes solved {solved} of {len(HOURS)} hours"
