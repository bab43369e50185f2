"""Sentences about heat that producers were told to give and that nobody takes."""

from pathlib import Path

import numpy as np
import pytest
from village import edit, write_village

from warmtenet import dynamic
from warmtenet.networks.load import load
from warmtenet.solvers.simulate import simulate
from warmtenet.studies.limits import find_limits

HEADER = "id,circuit,junction,role,supply_temperature,heat,mass_flow\n"


def sentences(folder: Path, second: str) -> list[str]:
    """Return what a run of the village with a second producer misses."""
    write_village(folder)
    rows = f"boiler,heat,plant,pressure,70,,\n{second}\n"
    (folder / "producers.csv").write_text(HEADER + rows, encoding="utf-8")
    return find_limits(simulate(load(folder), hours=(0, 2)))


def test_heat_that_is_taken_is_no_matter(tmp_path: Path) -> None:
    assert sentences(tmp_path, "waste,heat,inn,heat,70,20 kW,") == []


def test_heat_beyond_what_is_drawn_is_told(tmp_path: Path) -> None:
    found = sentences(tmp_path, "waste,heat,inn,heat,70,1 MW,")
    found = [line for line in found if line.startswith("producer")]

    assert len(found) == 1
    assert found[0].startswith("producer 'waste': told 1,000 kW, gives 8")
    assert "less than told in 2 h: no more is drawn" in found[0]


def test_in_motion_heat_that_is_off_is_told_both_ways(tmp_path: Path) -> None:
    write_village(tmp_path)
    rows = "boiler,heat,plant,pressure,70,,\nwaste,heat,inn,heat,70,20 kW,\n"
    (tmp_path / "producers.csv").write_text(HEADER + rows, encoding="utf-8")
    edit(tmp_path, "consumers.csv", "40 kW,40", "series:heat,40")
    edit(tmp_path, "consumers.csv", "30 kW,40", "30 kW,series:back")
    time = [900 * k for k in range(25)]
    loads = "".join(f"{t},{20_000 + 20_000 * (k // 6 % 2)}\n" for k, t in enumerate(time))
    backs = "".join(f"{t},{55 - 20 * (k // 6 % 2)}\n" for k, t in enumerate(time))
    (tmp_path / "heat.csv").write_text("time_s,mill\n" + loads, encoding="utf-8")
    (tmp_path / "back.csv").write_text("time_s,farm\n" + backs, encoding="utf-8")
    edit(tmp_path, "pipes.csv", "farm,inn,60", "farm,inn,600")
    edit(tmp_path, "scenario.toml", "village", "moving")

    run = dynamic(load(tmp_path))

    year = run.cases["base"].circuits["heat"]
    gives = year.producer_heat[:, 1] / 1e3
    assert gives.min() < 19.9
    assert gives.max() > 20.1
    (told,) = (line for line in find_limits(run) if line.startswith("producer 'waste'"))
    assert f"told 20 kW, gives {gives.min():.4g} kW at" in told
    assert f"told 20 kW, gives {gives.max():.4g} kW at" in told
    off = gives[1:] - 20.0  # the first row shows the start, and has no duration
    share = 100.0 * off[np.abs(off) > 0.03].sum() / (20.0 * off.size)
    assert f"{share:+.2g} % of what it is told in all: its flow is that of the steady" in told


def test_water_that_runs_back_through_the_holder_is_told(tmp_path: Path) -> None:
    found = sentences(tmp_path, "waste,heat,inn,flow,70,,2.0")

    back = [line for line in found if "run back through it" in line]
    assert len(back) == 1
    assert back[0].startswith("producer 'boiler': up to 1.")
    assert back[0].endswith("lower what 'waste' feeds (2 kg/s)")


@pytest.mark.parametrize("side", ["supply", "return"])
@pytest.mark.parametrize("told", ["heat,70,20 kW,", "flow,70,,0.1"])
def test_who_is_cut_off_gives_nothing_and_the_valve_is_named(
    tmp_path: Path, told: str, side: str
) -> None:
    write_village(tmp_path)
    with (tmp_path / "junctions.csv").open("a", encoding="utf-8") as file:
        file.write("yard,250,0,43\n")
    with (tmp_path / "pipes.csv").open("a", encoding="utf-8") as file:
        file.write("stub,heat,inn,yard,50,steel-twin-S2-DN25\n")
    producers = f"{HEADER}boiler,heat,plant,pressure,70,,\nwaste,heat,yard,{told}\n"
    (tmp_path / "producers.csv").write_text(producers, encoding="utf-8")
    valve = f"id,pipe,side,is_open\nV,stub,{side},false\n"
    (tmp_path / "valves.csv").write_text(valve, encoding="utf-8")
    simulation = simulate(load(tmp_path), hours=(0, 2))
    year = simulation.cases["base"].circuits["heat"]
    lines = [line for line in find_limits(simulation) if line.startswith("producer 'waste'")]

    assert year.mass_residual.max() < 1e-9
    assert not year.heat_error.any()
    assert not year.producer_mass_flow[:, 1].any()
    assert len(lines) == 1
    assert lines[0].startswith("producer 'waste': gives nothing in 2 h")
    assert lines[0].endswith("open 'V'")
