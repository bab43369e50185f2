"""Whatever is asked for, a chain of circuits keeps its heat while it travels."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from zone_factory import TABLES, write_zones

import warmtenet
from warmtenet.networks.columns import FloatArray
from warmtenet.networks.load import load
from warmtenet.results.balance import heat_residual
from warmtenet.solvers.exchanger_control import SUPPLY_TOLERANCE
from warmtenet.solvers.exchanger_travel import TRAVEL_TOLERANCE
from warmtenet.solvers.simulation import Simulation

STEPS = 12


def moved(
    demand: list[tuple[float, ...]], step: float, limit: float, hot: float, warm: float
) -> tuple[Simulation, FloatArray]:
    """Return what becomes of the chain, and what its consumers ask for in each step."""
    rows = np.repeat(demand, 3, axis=0)
    clock = step * np.arange(1, STEPS + 1)
    heat = [
        f"{at:g}," + ",".join(f"{v:.1f}" for v in row) for at, row in zip(clock, rows, strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder:
        system = load(
            write_zones(
                Path(folder),
                heat="\n".join(["time_s,inn,mill,farm", *heat]) + "\n",
                ground_temperature="time_s,all\n" + "".join(f"{at:g},10\n" for at in clock),
                consumers=TABLES["consumers"].replace("hill,S,,,", f"hill,S,,,{limit:.4f}"),
                producers=TABLES["producers"]
                .replace("plant,pressure,80", f"plant,pressure,{hot:.3f}")
                .replace("V,pressure,70", f"V,pressure,{warm:.3f}"),
            )
        )
    return warmtenet.dynamic(system), rows


MOST = 80e3
"""Of a load. [W]"""

STEP, LIMIT = st.sampled_from([120.0, 900.0, 3600.0]), st.floats(0.1, 1.5)
HOT, WARM = st.floats(55.0, 95.0), st.floats(50.0, 75.0)


def demands(load: st.SearchStrategy[float]) -> st.SearchStrategy[list[tuple[float, ...]]]:
    return st.lists(st.tuples(load, load, load), min_size=STEPS // 3, max_size=STEPS // 3)


@settings(max_examples=15)
@given(demands(st.floats(0.0, MOST)), STEP, LIMIT, HOT, WARM)
def test_heat_of_the_first_producers_is_delivered_lost_or_stored_or_told_as_left(
    demand: list[tuple[float, ...]], step: float, limit: float, hot: float, warm: float
) -> None:
    simulation, rows = moved(demand, step, limit, hot, warm)

    case, duration = simulation.cases["base"], simulation.profiles.duration
    hill, valley = case.circuits["hill"], case.circuits["valley"]
    each = case.exchangers["station"]
    for year in (hill, valley):
        assert heat_residual(year, duration).max() < 1e-9
    asked = rows[:, 1:]
    told = valley.consumer_heat + valley.consumer_unserved_heat
    assert np.abs(told - asked).max() < 1e-6 * MOST
    assert (each.drive.supply <= each.asked_supply + 1e-9).all()
    restless = each.is_restless  # behind an exchanger that is too cold there may be no state
    assert (np.maximum(hill.heat_error, valley.heat_error)[restless] > 0.0).all()
    flows = hill.consumer_mass_flow[:, 0] > 0.0
    lost_on_the_way = hill.consumer_supply_temperature[:, 0] - each.drive.supply
    is_warm = flows & (each.taken > 1.0) & ~restless
    assert (lost_on_the_way[is_warm] > 2.0 - 2.0 * SUPPLY_TOLERANCE).all()
    assert hill.stored_heat is not None
    assert valley.stored_heat is not None
    gained = np.diff(hill.stored_heat) + np.diff(valley.stored_heat)
    delivered = hill.consumer_heat[:, 1] + valley.consumer_heat.sum(axis=1)
    given_heat = hill.producer_heat[:, 0]
    lost = hill.heat_loss + valley.heat_loss
    left = (given_heat - delivered - lost) * duration - gained
    scale = np.maximum(np.abs(given_heat) + np.abs(gained / duration), 1000.0) * duration
    assert np.abs(left / scale)[~restless].max(initial=0.0) < 2.0 * TRAVEL_TOLERANCE
