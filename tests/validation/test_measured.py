"""The dynamic solver beside measured pipes and networks; nothing is fitted."""

from pathlib import Path

import numpy as np
import pytest
from measured_factory import (
    LIEGE_FLOWS,
    read_columns,
    solved,
    write_copper,
    write_destest,
    write_liege,
    write_pongau,
)

from warmtenet.networks.columns import FloatArray
from warmtenet.solvers.circuit_year import CircuitYear

pytestmark = pytest.mark.validation

SENSOR = 0.55
"""Platinum sensor of class B at 50 °C: 0.30 + 0.005 t (IEC 60751). [K]"""

METER = 0.02
"""Of a flow: class 2 meter (EN 1434); the same share of the time that water takes."""


def outlet(year: CircuitYear, row: int = 0) -> FloatArray:
    """Return the water at a consumer at the end of each step, the start first. [°C]"""
    return np.asarray(year.instant["consumer_supply_temperature"][:, row])


def root_mean_square(error: FloatArray, weight: FloatArray | None = None) -> float:
    """Return the root of the mean square. [K]"""
    return float(np.sqrt(np.average(error**2, weights=weight)))


def half_height(time: FloatArray, water: FloatArray, low: float, high: float) -> float:
    """Return when water first passes the middle between two temperatures. [s]"""
    middle = 0.5 * (low + high)
    after = int(np.argmax(water > middle))
    share = (middle - water[after - 1]) / (water[after] - water[after - 1])
    return float(time[after - 1] + share * (time[after] - time[after - 1]))


@pytest.mark.parametrize("name", LIEGE_FLOWS)
def test_fronts_leave_39_m_of_steel_as_measured(name: str, tmp_path: Path) -> None:
    data = read_columns(name)
    time, measured = data["time_s"], data["outlet"]
    found = outlet(solved(write_liege(tmp_path, name)))
    weight = np.gradient(time)

    low, high = measured[0], measured.max()
    arrives = half_height(time, measured, low, high)
    sample = np.diff(time).max()
    assert root_mean_square(found - measured, weight) < SENSOR
    assert half_height(time, found, low, high) == pytest.approx(
        arrives, abs=METER * arrives + 0.5 * sample
    )
    carried = ((found - low) * weight).sum() / ((measured - low) * weight).sum()
    assert carried == pytest.approx(1.0, abs=METER)


def test_without_its_wall_the_steel_pipe_is_far_off(tmp_path: Path) -> None:
    data = read_columns("liege_150801")
    found = outlet(solved(write_liege(tmp_path, "liege_150801", wall=False)))

    assert root_mean_square(found - data["outlet"]) > 5.0 * SENSOR


def test_39_m_of_steel_come_nearer_than_the_library_that_published_them(tmp_path: Path) -> None:
    data, library = read_columns("liege_151202"), read_columns("liege_151202_ibpsa")
    found = outlet(solved(write_liege(tmp_path, "liege_151202")))

    at = library["time_s"]
    measured = np.interp(at, data["time_s"], data["outlet"])
    ours = root_mean_square(np.interp(at, data["time_s"], found) - measured)
    assert ours < root_mean_square(library["outlet"] - measured)


def test_60_m_of_copper_come_nearer_than_eight_published_tools(tmp_path: Path) -> None:
    data, tools = read_columns("copper"), read_columns("copper_tools")
    found = outlet(solved(write_copper(tmp_path)))
    time, measured = data["time_s"], data["outlet"]

    front = np.isin(time, tools["time_s"])
    ours = root_mean_square(found[front] - measured[front])
    theirs = [
        root_mean_square(water - measured[front])
        for name, water in tools.items()
        if name != "time_s"
    ]
    assert len(theirs) == 8
    assert ours < min(theirs)
    arrives = half_height(time, measured, 27.5, 74.0)
    assert half_height(time, found, 27.5, 74.0) == pytest.approx(arrives, abs=0.5)
    assert found[-1] == pytest.approx(measured[-1], abs=0.2)


READ_TO = 0.5
"""Half of what the log of points 3 and 4 is read to. [K]"""


@pytest.mark.parametrize(("row", "point"), [(0, "point_2"), (1, "point_3")])
def test_a_week_of_a_network_is_as_near_as_the_library_that_published_it(
    row: int, point: str, tmp_path: Path
) -> None:
    data, library = read_columns("pongau"), read_columns("pongau_ibpsa")
    found = outlet(solved(write_pongau(tmp_path)), row)
    time, flow = data["time_s"], data[f"flow_{point[-1]}"]

    at = library["time_s"]
    settled = (at > 10_000.0) & (np.interp(at, time, flow) > 0.005)
    measured = np.interp(at, time, data[point])[settled]
    ours, theirs = np.interp(at, time, found)[settled], library[point][settled]
    assert settled.sum() > 90
    assert root_mean_square(ours - theirs) < READ_TO
    assert abs((ours - theirs).mean()) < 0.2
    assert root_mean_square(ours - measured) < root_mean_square(theirs - measured) + READ_TO


FLUSHED = 1800.0
"""After which the water that stood over night has left. [s]"""


def test_sixteen_buildings_ask_their_source_for_what_two_libraries_find(tmp_path: Path) -> None:
    tools, heat = read_columns("destest_tools"), read_columns("destest_heat")
    year = solved(write_destest(tmp_path))

    at, rows = tools["time_s"], heat["time_s"]
    given = np.interp(at, rows, year.instant["producer_heat"][:, 0])
    drawn = np.interp(at, rows, heat["all"])
    begun = np.interp(at - FLUSHED, rows, heat["all"])
    busy = (drawn > 3000.0) & (begun > 3000.0) & (at > FLUSHED)
    apart = root_mean_square(tools["ibpsa"][busy] - tools["aixlib"][busy])
    assert busy.sum() > 70
    assert apart < 300.0
    for tool in ("ibpsa", "aixlib"):
        assert root_mean_square(given[busy] - tools[tool][busy]) < apart
    lost = np.interp(at, rows, year.heat_loss)
    assert lost[busy].mean() == pytest.approx(tools["ibpsa_loss"][busy].mean(), rel=0.01)
