"""What leaves a one-line network with the water at its consumers' return temperature."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from line_factory import HEAT_CAPACITY, SCENARIO, write_line

from warmtenet.networks.load import load
from warmtenet.reports.html import write_report
from warmtenet.results.balance import heat_residual
from warmtenet.studies.run import RunResult, run_scenario

BACK = 25.0


def solve(folder: Path, *, dynamic: bool, interpolation: str = "step") -> RunResult:
    """Run a tap of given flow with a return temperature, a heater, and an open end."""
    network = write_line(
        folder / "line",
        scenario=f'{SCENARIO}\n[time]\ninterpolation = "{interpolation}"\n',
        junctions="id,x,y\na,0,0\nb,1,0\nc,2,0\nd,3,0\n",
        pipes="P1,w,a,b,200,0.06,0.4,1e-4 P2,w,b,c,80,0.05,0.4,1e-4 P3,w,b,d,60,0.05,0.4,1e-4",
        consumers=f"id,circuit,junction,return_temperature\ntap,w,b,{BACK}\nbath,w,c,30\nend,w,d,\n",
        producers="id,circuit,junction,role,supply_temperature,pressure\ntank,w,a,pressure,60,2e5\n",
        flow="time_s,tap\n600,0.3\n1200,0.1\n1800,0.4\n",
        heat="time_s,bath\n600,9000\n1200,3000\n1800,12000\n",
        ground_temperature="time_s,all\n600,10\n1200,10\n1800,10\n",
    )
    if interpolation == "linear":
        for table in ("flow", "heat", "ground_temperature"):
            file = network / f"{table}.csv"
            rows = file.read_text(encoding="utf-8").replace("\n600,", "\n0,")
            file.write_text(rows, encoding="utf-8")
    return run_scenario(load(network), folder / "out", report=write_report, dynamic=dynamic)


@pytest.mark.parametrize("interpolation", ["step", "linear"])
@pytest.mark.parametrize("dynamic", [False, True])
def test_a_one_line_network_closes_in_its_own_results(
    dynamic: bool, interpolation: str, tmp_path: Path
) -> None:
    solved = solve(tmp_path, dynamic=dynamic, interpolation=interpolation)
    (year,) = solved.simulation.cases["base"].circuits.values()
    rows = pd.read_parquet(solved.folder / "hourly.parquet")
    duration = rows["duration_s"].to_numpy()

    assert heat_residual(year, duration).max() < 1e-9
    rest = rows["w_produced_kw"] + rows["w_friction_kw"] - rows["w_delivered_kw"]
    rest = rest - rows["w_carried_kw"] - rows["w_loss_kw"]
    if dynamic:
        assert year.stored_heat is not None
        gained = np.diff(year.stored_heat) / np.where(duration > 0.0, duration, np.inf)
        rest = np.where(duration > 0.0, rest - gained / 1e3, 0.0)
    assert np.abs(rest).max() < 1e-6


def test_what_leaves_is_the_flow_times_the_return_temperature(tmp_path: Path) -> None:
    solved = solve(tmp_path, dynamic=False)
    (year,) = solved.simulation.cases["base"].circuits.values()
    tap, bath, _ = year.consumer_mass_flow.T  # the open end delivers all that it carries

    expected = HEAT_CAPACITY * (tap * BACK + bath * 30.0)
    assert year.carried_heat == pytest.approx(expected, rel=1e-9)
    figures = solved.summary["circuits"]["w"]
    assert figures["carried_mwh"] == pytest.approx(600.0 * expected.sum() / 3.6e9)
    heat = solved.summary["heat"]
    spent = heat["delivered_mwh"] + heat["loss_mwh"] + heat["carried_mwh"]
    assert heat["produced_mwh"] == pytest.approx(spent)


@pytest.mark.parametrize("dynamic", [False, True])
def test_the_report_shows_what_leaves_and_its_sum_is_nothing(
    dynamic: bool, tmp_path: Path
) -> None:
    solved = solve(tmp_path, dynamic=dynamic)
    page = (solved.folder / "report.html").read_text(encoding="utf-8")
    table = page[page.index("Every circuit closes") :]
    head, row = (part.split("</tr>")[0] for part in table.split("<tr>")[1:3])

    assert "Left with the water" in head
    assert ">0.000<" in row
