"""The synthetic tree of 130 consumers against pandapipes: same fluid, friction and hours."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from warmtenet.model.scenario import FrictionSection, Scenario, SolverSection, WaterSection
from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit
from warmtenet.networks.synthetic import synthetic_boundary, synthetic_tree
from warmtenet.solvers.steady import solve_steady
from warmtenet.studies.peer import TIGHT, Peer, PeerHour, without_extras

pytestmark = pytest.mark.validation

CONSUMERS = 130
HOURS_WANTED = 24
STRIDE = 2333  # h; a prime, so that candidates meet every season and hour of the day soon
CANDIDATES = [(index * STRIDE) % 8760 for index in range(60)]

# Both solvers see constant water and Colebrook at every Reynolds number; pump heat is left out
# of ours, as pandapipes has none. Below this flow a pipe stands: pandapipes gives it the air.
SCENARIO = Scenario(
    name="beside-pandapipes",
    water=WaterSection(model="constant"),
    friction=FrictionSection(law="pandapipes", heating=False),
    solver=SolverSection(tolerance=1e-10),
)
STANDING = 1e-6  # kg/s

# Tolerances of the plan, section 12.
MASS_FLOW = 1e-4  # relative
TEMPERATURE = 0.01  # K
PRESSURE_DROP = 1e-3  # relative
SMALLEST_DROP = 1e-3  # Pa; pandapipes keeps pressures in bar, so that less is rounding


@dataclass(frozen=True)
class Pair:
    """The same hours from both; arrays have shape (hours, pipes, 2)."""

    hours: list[int]
    ours: PeerHour
    theirs: PeerHour
    flows: np.ndarray


def peer_hours(circuit: Circuit, year: Boundary) -> dict[int, PeerHour]:
    """Return the first hours of the candidates that pandapipes solves."""
    peer = Peer(circuit, year, SCENARIO.water)
    solved: dict[int, PeerHour] = {}
    for hour in CANDIDATES:
        if len(solved) == HOURS_WANTED:
            break
        if peer.solve(hour, TIGHT):
            solved[hour] = peer.read()
    return solved


@pytest.fixture(scope="module")
def pair() -> Pair:
    pytest.importorskip("pandapipes")
    circuit = without_extras(synthetic_tree(CONSUMERS))
    year = synthetic_boundary(circuit)
    solved = peer_hours(circuit, year)
    assert len(solved) == HOURS_WANTED, f"pandapipes solved {sorted(solved)} of {CANDIDATES}"
    hours = list(solved)
    fields = solve_steady(circuit, year.at(np.array(hours)), SCENARIO, fields=True).fields
    theirs = PeerHour(
        **{
            name: np.stack([getattr(solved[hour], name) for hour in hours])
            for name in PeerHour.__slots__
        }
    )
    ours = PeerHour(
        mass_flow=fields["pipe_mass_flow"],
        inlet_temperature=fields["pipe_inlet_temperature"],
        outlet_temperature=fields["pipe_outlet_temperature"],
        pressure_drop=fields["pipe_pressure_drop"],
        reynolds=theirs.reynolds,
    )
    return Pair(hours, ours, theirs, np.abs(theirs.mass_flow) > STANDING)


def largest(error: np.ndarray, pair: Pair) -> str:
    """Return where the largest error stands, for the message of a failed comparison."""
    hour, pipe, side = np.unravel_index(np.argmax(error), error.shape)
    return f"{error.max():.2e} in hour {pair.hours[hour]}, pipe {pipe}, side {side}"


def test_hours_are_spread_over_the_year(
    pair: Pair, record_property: Callable[[str, object], None]
) -> None:
    tried = CANDIDATES.index(pair.hours[-1]) + 1
    record_property("pandapipes_converged", f"{len(pair.hours)} of {tried} hours tried")

    assert len({hour // 730 for hour in pair.hours}) >= 9, sorted(pair.hours)
    assert pair.flows.mean() > 0.5


def test_mass_flows_agree(pair: Pair) -> None:
    scale = np.maximum(np.abs(pair.theirs.mass_flow), STANDING)
    error = np.where(pair.flows, np.abs(pair.ours.mass_flow - pair.theirs.mass_flow) / scale, 0.0)

    assert error.max() < MASS_FLOW, largest(error, pair)


@pytest.mark.parametrize("end", ["inlet_temperature", "outlet_temperature"])
def test_temperatures_agree(pair: Pair, end: str) -> None:
    difference = np.abs(getattr(pair.ours, end) - getattr(pair.theirs, end))
    error = np.where(pair.flows, difference, 0.0)

    assert error.max() < TEMPERATURE, largest(error, pair)


def test_pressure_drops_agree(pair: Pair) -> None:
    theirs = pair.theirs.pressure_drop
    counts = pair.flows & (np.abs(theirs) > SMALLEST_DROP)
    scale = np.where(counts, np.abs(theirs), 1.0)
    error = np.where(counts, np.abs(pair.ours.pressure_drop - theirs) / scale, 0.0)

    assert error.max() < PRESSURE_DROP, largest(error, pair)
