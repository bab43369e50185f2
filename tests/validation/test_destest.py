"""The DESTEST network of 16 buildings in one steady state, beside seven tools."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from measured_factory import BUILDINGS, PIPE, solved, write_tables

from warmtenet.solvers.circuit_year import CircuitYear

pytestmark = pytest.mark.validation

CASE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "cases" / "destest_network_0.json").read_text(encoding="utf-8")
)


def write_network(folder: Path) -> Path:
    """Write the network: constant water, given flows, equal differences."""
    pipes = []
    for pipe in CASE["pipes"]:
        inner = pipe["inner_diameter"]
        outer = inner + 2.0 * pipe["wall"]
        wall = math.log(outer / inner) / CASE["wall_conductivity"]
        foam = math.log(1.0 + 2.0 * pipe["insulation"] / outer) / CASE["insulation_conductivity"]
        loss = 2.0 * math.pi / (wall + foam)
        ends = f"{pipe['from']},{pipe['to']}"
        name = ends.replace(",", "-")
        pipes.append(f"{name},w,{ends},{pipe['length']},{inner},{loss},{CASE['roughness']}")
    fluid, flow = CASE["fluid"], CASE["flow_kg_h"] / 3600.0
    water = "".join(f"{name} = {value}\n" for name, value in fluid.items())
    drawn = f"{CASE['temperature_difference']},{flow}"
    tables = {
        "junctions": ["id,x,y", *(f"{name},0,0" for name in (*BUILDINGS, *"abcdefghi"))],
        "pipes": [f"{PIPE},roughness", *pipes],
        "consumers": [
            "id,circuit,junction,temperature_difference,flow",
            *(f"{name},w,{name},{drawn}" for name in BUILDINGS),
        ],
        "producers": [
            "id,circuit,junction,role,supply_temperature",
            f"plant,w,i,pressure,{CASE['supply_temperature']}",
        ],
        "ground_temperature": ["time_s,all", f"0,{CASE['ground']}"],
    }
    scenario = f'[water]\nmodel = "constant"\n{water}[friction]\nheating = false'
    return write_tables(folder, scenario, tables)


def quantities(year: CircuitYear) -> dict[str, float]:
    """Return what the exercise asks for, under its names."""
    at = {name: place for place, name in enumerate(year.circuit.junctions)}
    warm, pressure = year.fields["junction_temperature"][0], year.fields["junction_pressure"][0]
    found = {
        f"{side}_{name}": warm[at[name], place]
        for place, side in enumerate(("supply", "return"))
        for name in ("i", "h", "g", "f", "e", "1")
    }
    lost = year.fields["pipe_heat_loss"][0, year.circuit.pipe_ids.index("i-h"), 0]
    return found | {
        "mass_flow_kg_h": float(year.producer_mass_flow[0, 0]) * 3600.0,
        "drop_supply_i_e": pressure[at["i"], 0] - pressure[at["e"], 0],
        "drop_return_a_i": pressure[at["a"], 1] - pressure[at["i"], 1],
        "drop_return_h_i": pressure[at["h"], 1] - pressure[at["i"], 1],
        "loss_supply_i_h": float(lost),
        "heat": float(year.producer_heat[0, 0]),
    }


def test_one_state_of_sixteen_buildings_lies_among_seven_tools(tmp_path: Path) -> None:
    found = quantities(solved(write_network(tmp_path), travels=False))
    tolerance = CASE["tolerance"]

    for name, value in found.items():
        others = np.array([tool[name] for tool in CASE["results"].values()])
        assert others.min() - 1e-3 <= value <= others.max() + 1e-3, name
        middle = float(np.median(others))
        if name.startswith(("supply_", "return_")):
            assert value == pytest.approx(middle, abs=tolerance["temperature"]), name
        elif name.startswith("drop_"):
            assert value == pytest.approx(middle, rel=tolerance["drop"]), name
        elif name in ("heat", "mass_flow_kg_h"):
            assert value == pytest.approx(middle, rel=tolerance["heat"]), name
