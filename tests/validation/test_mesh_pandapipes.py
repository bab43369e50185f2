"""A synthetic mesh of 130 consumers and 5 loops against pandapipes, as the tree beside it."""

import numpy as np
import pytest

from warmtenet.model.scenario import FrictionSection, Scenario, SolverSection, WaterSection
from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit
from warmtenet.networks.synthetic import synthetic_boundary
from warmtenet.networks.synthetic_mesh import synthetic_mesh
from warmtenet.solvers.steady import solve_steady
from warmtenet.studies.peer import TIGHT, Peer, PeerHour, without_extras

pytestmark = pytest.mark.validation

CONSUMERS, LOOPS = 130, 5
HOURS_WANTED = 4
STRIDE = 2333  # h; a prime, so that candidates meet every season and hour of the day soon
CANDIDATES = [(index * STRIDE) % 8760 for index in range(20)]

SCENARIO = Scenario(
    name="beside-pandapipes",
    water=WaterSection(model="constant"),
    friction=FrictionSection(law="pandapipes", heating=False),
    solver=SolverSection(tolerance=1e-10),
)
STANDING = 1e-6  # kg/s; below, pandapipes gives a pipe the air

# Tolerances of the plan, section 12. Flows around loops cancel: they count beside the largest.
MASS_FLOW = 1e-4  # of the largest flow of the hour
TEMPERATURE = 0.01  # K
PRESSURE_DROP = 1e-3  # relative
SMALLEST_DROP = 0.1  # Pa; a pipe where two ways around a loop meet takes almost none

Hours = dict[int, tuple[dict[str, np.ndarray], PeerHour]]


def solve_both(circuit: Circuit, year: Boundary) -> Hours:
    """Return our fields and pandapipes' of the first candidates that it solves."""
    peer = Peer(circuit, year, SCENARIO.water)
    theirs: dict[int, PeerHour] = {}
    for hour in CANDIDATES:
        if len(theirs) < HOURS_WANTED and peer.solve(hour, TIGHT):
            theirs[hour] = peer.read()
    fields = solve_steady(circuit, year.at(np.array(list(theirs))), SCENARIO, fields=True)
    return {
        hour: ({name: field[row] for name, field in fields.fields.items()}, theirs[hour])
        for row, hour in enumerate(theirs)
    }


@pytest.fixture(scope="module")
def hours() -> Hours:
    pytest.importorskip("pandapipes")
    circuit = without_extras(synthetic_mesh(CONSUMERS, loops=LOOPS))
    assert len(circuit.pipe_ids) == len(circuit.junctions) - 1 + LOOPS
    solved = solve_both(circuit, synthetic_boundary(circuit))
    assert len(solved) == HOURS_WANTED, f"pandapipes solved {sorted(solved)} of {CANDIDATES}"
    return solved


def test_loops_carry_flow(hours: Hours) -> None:
    for ours, _ in hours.values():
        flow = np.abs(ours["pipe_mass_flow"])
        assert (flow[-LOOPS:].max(axis=0) > 1e-3 * flow.max()).all()


def test_mass_flows_agree(hours: Hours) -> None:
    for hour, (ours, theirs) in hours.items():
        error = np.abs(ours["pipe_mass_flow"] - theirs.mass_flow)
        assert error.max() < MASS_FLOW * np.abs(theirs.mass_flow).max(), hour


@pytest.mark.parametrize("end", ["inlet_temperature", "outlet_temperature"])
def test_temperatures_agree(hours: Hours, end: str) -> None:
    for hour, (ours, theirs) in hours.items():
        flows = np.abs(theirs.mass_flow) > STANDING
        error = np.where(flows, np.abs(ours[f"pipe_{end}"] - getattr(theirs, end)), 0.0)
        assert error.max() < TEMPERATURE, hour


def test_pressure_drops_agree(hours: Hours) -> None:
    for hour, (ours, theirs) in hours.items():
        counts = np.abs(theirs.pressure_drop) > SMALLEST_DROP
        error = np.abs(ours["pipe_pressure_drop"] - theirs.pressure_drop)[counts]
        assert (error / np.abs(theirs.pressure_drop[counts])).max() < PRESSURE_DROP, hour
