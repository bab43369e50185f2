"""Two zones with an exchanger between them, against a calculation by hand."""

import json
from pathlib import Path
from typing import Any

import pytest
from village import write_village

from warmtenet.networks.load import load
from warmtenet.solvers.simulate import simulate

pytestmark = pytest.mark.validation

CASE = json.loads(
    (Path(__file__).parent / "cases" / "two_zones_by_hand.json").read_text(encoding="utf-8")
)


def write_case(folder: Path, state: dict[str, Any]) -> Path:
    """Write both circuits, one pipe pair each."""
    pipe = ",".join(str(value) for value in CASE["circuits"].values())
    return write_village(
        folder,
        scenario=(
            'name = "zones"\ncrs = "none"\n[water]\nmodel = "constant"\n'
            f"heat_capacity = {CASE['heat_capacity']}\n[friction]\nheating = false\n"
            '[exchangers.station]\nconsumer = "station"\nproducer = "valley_pump"\n'
            f"approach = {CASE['approach']}\n"
        ),
        junctions="id,x,y\nplant,0,0\nS,500,0\nmill,1000,0\n",
        pipes=(
            "id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient\n"
            f"H,hill,plant,S,{pipe}\nV,valley,S,mill,{pipe}\n"
        ),
        consumers=(
            "id,circuit,junction,heat,return_temperature\nstation,hill,S,,\n"
            f"mill,valley,mill,{state['consumer_heat']!r},{CASE['return_temperature']}\n"
        ),
        producers=(
            "id,circuit,junction,role,supply_temperature\n"
            f"boiler,hill,plant,pressure,{state['boiler_supply']!r}\n"
            f"valley_pump,valley,S,pressure,{CASE['asked_supply']}\n"
        ),
        ground_temperature=f"time_s,all\n3600,{CASE['ground']}\n",
    )


@pytest.mark.parametrize("name", CASE["states"])
def test_zones_are_as_calculated_by_hand(name: str, tmp_path: Path) -> None:
    assert CASE["source"], "a case without a source validates nothing"
    state, tolerance = CASE["states"][name], CASE["tolerance"]
    case = simulate(load(write_case(tmp_path, state))).cases["base"]
    hill, valley = case.circuits["hill"], case.circuits["valley"]
    found = {
        "exchanger_heat": case.exchangers["station"].heat[0],
        "valley_supply": valley.producer_supply_temperature[0, 0],
        "valley_consumer_supply": valley.consumer_supply_temperature[0, 0],
        "valley_return": valley.producer_return_temperature[0, 0],
        "valley_flow": valley.producer_mass_flow[0, 0],
        "hill_supply": hill.consumer_supply_temperature[0, 0],
        "hill_return": hill.consumer_return_temperature[0, 0],
        "hill_flow": hill.consumer_mass_flow[0, 0],
        "boiler_return": hill.producer_return_temperature[0, 0],
        "boiler_heat": hill.producer_heat[0, 0],
    }
    assert found.keys() == state["expected"].keys()
    for key, expected in state["expected"].items():
        if key.endswith("heat"):
            assert found[key] == pytest.approx(expected, rel=tolerance["heat_relative"]), key
        elif key.endswith("flow"):
            assert found[key] == pytest.approx(expected, rel=tolerance["flow_relative"]), key
        else:
            assert found[key] == pytest.approx(expected, abs=tolerance["temperature"]), key
