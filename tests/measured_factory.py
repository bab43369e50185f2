"""Folders of tables of measured pipes and networks, as a user would write them."""

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from warmtenet.networks.columns import FloatArray
from warmtenet.networks.load import load
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.simulate import dynamic, simulate

MEASURED = Path(__file__).parent / "validation" / "measured"

PIPE = "id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient"
WALL = "outer_diameter,wall_density,wall_specific_heat"

LIEGE_FLOWS = {"liege_150801": 1.245, "liege_151202": 0.589, "liege_151204": 1.251}
"""Mass flow of each experiment on 39 m of steel. [kg/s]"""


def read_columns(name: str) -> dict[str, FloatArray]:
    """Return the columns of a measured series."""
    with (MEASURED / f"{name}.csv").open(encoding="utf-8") as lines:
        header, *rows = csv.reader(lines)
    values = np.array(rows, dtype=np.float64)
    return {column: values[:, place] for place, column in enumerate(header)}


def write_tables(folder: Path, scenario: str, tables: Mapping[str, Iterable[str]]) -> Path:
    """Write a schematic network; each table is its header and rows."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.toml").write_text(f'name = "measured"\ncrs = "none"\n{scenario}\n')
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")
    return folder


def series(time: FloatArray, **columns: FloatArray | float) -> list[str]:
    """Return header and rows of a series by seconds."""
    names, values = columns.keys(), np.broadcast_arrays(time, *columns.values())
    rows = (",".join(f"{v:.10g}" for v in row) for row in zip(*values, strict=True))
    return [f"time_s,{','.join(names)}", *rows]


def solved(folder: Path, *, travels: bool = True) -> CircuitYear:
    """Load and solve a folder of one circuit, with all fields."""
    run = dynamic if travels else simulate
    (year,) = run(load(folder), fields=True).cases["base"].circuits.values()
    return year


def insulated(inner: float, outer: float, conductivity: float, film: float = math.inf) -> float:
    """Return the loss through insulation, and from its surface to air. [W/(m K)]"""
    shell = math.log(outer / inner) / (2.0 * math.pi * conductivity)
    return 1.0 / (shell + 1.0 / (math.pi * outer * film))


def write_liege(folder: Path, name: str, *, scenario: str = "", wall: bool = True) -> Path:
    """Write 39 m of steel: geometry, materials, 5 W/(m2 K) to air of 18 °C as its source says."""
    data, loss = read_columns(name), insulated(0.0603, 0.0863, 0.04, 5.0)
    time, inlet, outlet = data["time_s"], data["inlet"], data["outlet"]
    steel = "0.0603,7800,480" if wall else ",,"
    tables = {
        "junctions": ["id,x,y", "in,0,0", "out,39,0"],
        "pipes": [f"{PIPE},sides,{WALL}", f"p,w,in,out,39,0.05248,{loss},supply,{steel}"],
        "producers": [
            "id,circuit,junction,role,mass_flow,supply_temperature",
            f"boiler,w,in,flow,{LIEGE_FLOWS[name]},",
        ],
        "consumers": ["id,circuit,junction", "sewer,w,out"],
        "supply_temperature": series(time, boiler=inlet),
        "ground_temperature": series(time[[0, -1]], all=18.0),
        "initial": [
            "pipe,side,position,temperature",
            f"p,supply,0,{inlet[0]}",
            f"p,supply,39,{outlet[0]}",
        ],
    }
    return write_tables(folder, scenario or '[time]\ninterpolation = "linear"', tables)


def write_copper(folder: Path) -> Path:
    """Write 60 m of copper: 13 mm of foam of 0.0442 W/(m K), 8.4 W/(m2 K) to air."""
    data, loss = read_columns("copper"), insulated(0.022, 0.048, 0.0442, 8.4)
    time = data["time_s"]
    tables = {
        "junctions": ["id,x,y", "in,0,0", "out,60,0"],
        "pipes": [
            f"{PIPE},roughness,sides,{WALL}",
            f"p,w,in,out,60.33,0.02,{loss},1.5e-6,supply,0.022,8930,385",
        ],
        "producers": ["id,circuit,junction,role,supply_temperature", "heater,w,in,pressure,20"],
        "consumers": ["id,circuit,junction", "meter,w,out"],
        "flow": series(time, meter=data["mass_flow"]),
        "supply_temperature": series(time, heater=data["inlet"]),
        "ground_temperature": series(time[[0, -1]], all=np.array([23.14, 23.23])),
        "initial": ["pipe,side,position,temperature", "p,supply,0,27.51", "p,supply,60.33,27.38"],
    }
    return write_tables(folder, '[time]\ninterpolation = "linear"', tables)


PONGAU = (
    ("pip0", "p1", "n0", 20.0, 0.0825),
    ("pip1", "n0", "n1", 115.0, 0.0825),
    ("pip5", "n1", "n5", 20.0, 0.0825),
    ("pip4", "n1", "p4", 29.0, 0.0273),
    ("pip2", "n5", "p2", 76.0, 0.0273),
    ("pip3", "n5", "p3", 38.0, 0.0273),
)
"""Pipe, both ends, length and inner diameter. [m]"""

NO_FLOW = 0.001
"""Noise of the meter at point 4. [kg/s]"""

PASSING = 28.0
"""Flow through the first 20 m for all that lies beyond the branch, about. [kg/s]"""


def write_pongau(folder: Path) -> Path:
    """Write a branch in Austria: foam of 0.024, soil of 2.4 W/(m K), to the outdoor air."""
    data = read_columns("pongau")
    time, junctions = data["time_s"], ("p1", "n0", "n1", "n5", "p2", "p3", "p4")
    pipes = []
    for name, a, b, length, inner in PONGAU:
        outer, casing = (0.0889, 0.18) if inner > 0.05 else (0.0337, 0.07)
        foam, soil = insulated(outer, casing, 0.024), insulated(casing, 2.0, 2.4)
        loss = 1.0 / (1.0 / foam + 1.0 / soil)
        pipes.append(f"{name},w,{a},{b},{length},{inner},{loss},supply,{outer},8000,500")
    fourth = np.where(data["flow_4"] <= NO_FLOW, 0.0, data["flow_4"])
    tables = {
        "junctions": ["id,x,y", *(f"{name},{k},0" for k, name in enumerate(junctions))],
        "pipes": [f"{PIPE},sides,{WALL}", *pipes],
        "producers": ["id,circuit,junction,role,supply_temperature", "P1,w,p1,pressure,90"],
        "consumers": ["id,circuit,junction", "P2,w,p2", "P3,w,p3", "P4,w,p4", "rest,w,n0"],
        "flow": series(time, P2=data["flow_2"], P3=data["flow_3"], P4=fourth, rest=PASSING),
        "supply_temperature": series(time, P1=data["supply"]),
        "ground_temperature": series(time, all=data["air"]),
    }
    return write_tables(folder, '[time]\ninterpolation = "linear"', tables)


BUILDINGS = tuple(str(number) for number in range(1, 17))

DESTEST_BYPASS = 0.0005
"""Least flow of a building. [kg/s]"""


def write_destest(folder: Path) -> Path:
    """Write 16 buildings of equal heat: 50 °C, cooled by 20 K; insulation of 0.035 W/(m K)."""
    with (MEASURED / "destest_pipes.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    pipes = []
    for row in rows:
        inner, foam = float(row["inner_diameter"]), float(row["insulation"])
        loss = insulated(inner, inner + 2.0 * foam, 0.035)
        ends = f"{row['from']},{row['to']}"
        pipes.append(f"{row['from']}-{row['to']},w,{ends},{row['length']},{inner},{loss}")
    heat = read_columns("destest_heat")
    tables = {
        "junctions": ["id,x,y", *(f"{name},0,0" for name in (*BUILDINGS, *"abcdefghi"))],
        "pipes": [PIPE, *pipes],
        "producers": ["id,circuit,junction,role,supply_temperature", "plant,w,i,pressure,50"],
        "consumers": [
            "id,circuit,junction,temperature_difference,bypass_flow,heat",
            *(f"{name},w,{name},20,{DESTEST_BYPASS},series:demand" for name in BUILDINGS),
        ],
        "demand": series(heat["time_s"], all=heat["all"]),
        "ground_temperature": series(heat["time_s"][[0, -1]], all=12.0),
    }
    return write_tables(folder, "", tables)
