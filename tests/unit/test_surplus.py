"""Sentences about heat that producers were told to give and that nobody takes."""

from pathlib import Path

from village import write_village

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


def test_water_that_runs_back_through_the_holder_is_told(tmp_path: Path) -> None:
    found = sentences(tmp_path, "waste,heat,inn,flow,70,,2.0")

    back = [line for line in found if "run back through it" in line]
    assert len(back) == 1
    assert back[0].startswith("producer 'boiler': up to 1.")
    assert back[0].endswith("lower what 'waste' feeds (2 kg/s)")
