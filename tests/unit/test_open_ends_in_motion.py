"""Water in motion that comes in by open ends, and given flows of water that is too cold."""

from pathlib import Path

import numpy as np
import pytest
from line_factory import write_line

import warmtenet
from warmtenet.networks.load import load
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.simulate import simulate
from warmtenet.solvers.simulation import Simulation
from warmtenet.studies.limits import find_limits

HOT, BACK = 80.0, 30.0


def series(column: str, values: list[float], step: float) -> str:
    rows = (f"{step * (row + 1)},{value!r}" for row, value in enumerate(values))
    return "\n".join((f"time_s,{column}", *rows, ""))


@pytest.mark.parametrize("step", [1.0, 10.0, 60.0])
@pytest.mark.parametrize("wall", ["", "0.06,7800,480"], ids=["no wall", "steel"])
def test_water_that_comes_in_by_an_open_end_is_as_warm_as_the_producer_sends(
    tmp_path: Path, step: float, wall: str
) -> None:
    flow = [1.0] * 10 + [-1.0] * 30
    folder = write_line(
        tmp_path,
        junctions="id,x,y\na,0,0\nb,40,0\n",
        pipes="p,w,a,b,40,0.05,0.0,1e-4",
        consumers="id,circuit,junction\nc,w,b\n",
        producers=f"id,circuit,junction,role,mass_flow,supply_temperature\nA,w,a,flow,series:mf,{HOT}\n",
        mf=series("A", flow, step),
        initial="pipe,side,position,temperature\np,supply,0,40\np,supply,40,40\n",
        ground_temperature=series("all", [10.0] * len(flow), step),
    )
    if wall:
        table = folder / "pipes.csv"
        head, row = table.read_text().splitlines()
        names = "outer_diameter,wall_density,wall_specific_heat"
        table.write_text(f"{head},{names}\n{row},{wall}\n")
    simulation = warmtenet.dynamic(load(folder), fields=True)
    (year,) = simulation.cases["base"].circuits.values()

    assert year.heat_residual.max() < 1e-9
    assert year.heat_error.max() == 0.0
    water = year.fields["pipe_outlet_temperature_mean"][1:, 0, 0]
    assert water.min() >= 40.0 - 0.02
    assert water.max() <= HOT + 0.02
    if step == 60.0:  # by then the pipe has been filled three times over from the open end
        assert water[-1] == pytest.approx(HOT, abs=0.01)
    assert any("come in through its open end" in told for told in find_limits(simulation))


def test_a_given_flow_of_cold_water_leaves_as_it_came_and_is_told(tmp_path: Path) -> None:
    hours = 12
    folder = write_line(
        tmp_path,
        junctions="id,x,y\na,0,0\nb,100,0\n",
        pipes="p,w,a,b,400,0.1,0.3,1e-4",
        consumers=f"id,circuit,junction,return_temperature\nc,w,b,{BACK}\n",
        producers="id,circuit,junction,role,supply_temperature\nP,w,a,pressure,70\n",
        flow=series("c", [0.01] * hours, 3600.0),
        initial="pipe,side,position,temperature\np,supply,0,12\np,return,0,12\n",
        ground_temperature=series("all", [10.0] * hours, 3600.0),
    )
    table = folder / "pipes.csv"
    table.write_text(table.read_text().replace(",supply\n", ",both\n"))

    def year_of(simulation: Simulation) -> CircuitYear:
        return next(iter(simulation.cases["base"].circuits.values()))

    moving, steady = warmtenet.dynamic(load(folder)), simulate(load(folder))
    for simulation in (moving, steady):
        year = year_of(simulation)
        assert year.consumer_heat == pytest.approx(np.zeros_like(year.consumer_heat))
        assert year.consumer_supply_temperature.max() < BACK
        assert year.consumer_return_temperature == pytest.approx(
            year.consumer_supply_temperature, abs=1e-9
        )
        (told,) = [line for line in find_limits(simulation) if "brings nothing" in line]
        assert "on the wrong side of its return_temperature" in told
    instant = year_of(moving).instant
    assert instant["consumer_heat"].min() >= 0.0


def test_water_that_stands_in_frost_is_told(tmp_path: Path) -> None:
    hours = 48
    folder = write_line(
        tmp_path,
        junctions="id,x,y\na,0,0\nb,100,0\n",
        pipes="p,w,a,b,400,0.05,0.5,1e-4",
        consumers=f"id,circuit,junction,return_temperature\nc,w,b,{BACK}\n",
        producers="id,circuit,junction,role,supply_temperature\nP,w,a,pressure,70\n",
        flow=series("c", [0.2] * 2 + [0.0] * (hours - 2), 3600.0),
        ground_temperature=series("all", [-20.0] * hours, 3600.0),
    )
    table = folder / "pipes.csv"
    table.write_text(table.read_text().replace(",supply\n", ",both\n"))

    told = find_limits(warmtenet.dynamic(load(folder)))
    assert [line for line in told if "it freezes there" in line]
