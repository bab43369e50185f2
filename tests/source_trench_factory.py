"""A plant whose source circuits share a trench with what it heats, as tables on disk."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from trench_factory import COVER, GAP
from village import hourly

from warmtenet.model.catalogue import read_catalogue
from warmtenet.solvers.plant_year import Case

SCENARIO = """\
name = "sources"
crs = "none"
[solver]
tolerance = 1e-8
threads = 1
[sources.kiln]
kind = "waste_heat"
capacity = "50 kW"
temperature = 90
circuit = "kiln"
consumer = "plant_kiln"
[sources.river]
kind = "effluent"
flow = "50 m3/h"
temperature = 10
circuit = "river"
consumer = "plant_river"
[heat_pumps.pool]
source = "river"
units = 4
capacity = "25 kW"
circuits = ["heat"]
[plant]
producers = ["boiler"]
consumers = ["plant_kiln", "plant_river"]
priorities = ["kiln", "river"]
[cases.backup]
out = ["kiln"]
"""

TANK = """\
[buffers.heat]
circuit = "heat"
volume = "3 m3"
temperature_difference = 30
"""

ROUTES = ("heat-1", "river-2", "kiln-1")
"""Side by side in the one trench, as far as they are asked for."""

TWIN, SINGLE = "steel-twin-S2-DN50", "steel-single-S1-DN100"

FULL = (60_000.0, 25_000.0)
"""Load of mill and farm by day. [W]"""


def write_sources(folder: Path, routes: Sequence[str] = ROUTES, **changes: str) -> Path:
    """Write the district; ``routes`` lie in one trench, ``changes`` replace files by stem."""
    files = {
        "scenario.toml": SCENARIO,
        "junctions.csv": "id,x,y\nplant,0,0\ntee,1,0\nmill,2,0\nfarm,3,0\nbend,4,0\nworks,5,0\n",
        "pipes.csv": (
            "id,circuit,from_junction,to_junction,length,type\n"
            f"heat-1,heat,plant,tee,400,{TWIN}\n"
            "heat-2,heat,tee,mill,100,steel-twin-S2-DN40\n"
            "heat-3,heat,tee,farm,100,steel-twin-S2-DN32\n"
            f"river-1,river,works,bend,300,{SINGLE}\n"
            f"river-2,river,bend,plant,400,{SINGLE}\n"
            f"kiln-1,kiln,tee,plant,400,{TWIN}\n"
        ),
        "consumers.csv": (
            "id,circuit,junction,return_temperature,temperature_difference\n"
            "mill,heat,mill,40,\nfarm,heat,farm,40,\n"
            "plant_kiln,kiln,plant,60,\nplant_river,river,plant,,5\n"
        ),
        "producers.csv": (
            "id,circuit,junction,role,supply_temperature\nboiler,heat,plant,pressure,70\n"
            "river,river,works,pressure,source:river\nkiln,kiln,tee,pressure,source:kiln\n"
        ),
        "trenches.csv": "id,soil_conductivity\nT1,1.6\n",
        "trench_pipes.csv": trench_rows(routes),
        "heat.csv": loads(),
        "ground_temperature.csv": hourly("all", "10"),
    }
    for stem, text in changes.items():
        files["scenario.toml" if stem == "scenario" else f"{stem}.csv"] = text
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def trench_rows(routes: Sequence[str], gap: float = GAP) -> str:
    """Return rows of ``trench_pipes`` of routes from left to right."""
    kinds, edge, rows = read_catalogue(), 0.0, []
    for route in routes:
        kind = kinds[SINGLE if route.startswith("river") else TWIN]
        depth = COVER + kind.casing_diameter / 2.0
        centre = edge + kind.casing_diameter / 2.0
        apart = kind.casing_diameter + gap
        if kind.arrangement == "twin":
            half = (kind.pipe_distance + kind.outer_diameter) / 2.0
            places = centre - half, centre + half
            edge += apart
        else:
            places = centre, centre + apart
            edge += 2.0 * apart
        rows += [
            f"T1,{route},{side},{x:.6f},{depth:.6f}"
            for side, x in zip(("supply", "return"), places, strict=True)
        ]
    return "trench,pipe,side,x,depth\n" + "\n".join(rows) + "\n"


def loads(of_full: float = 1.0) -> str:
    """Return the hours of a year: day, evening, a night of little, an hour of nothing."""
    share = [1.0] * 10 + [0.5] * 6 + [0.03] * 7 + [0.0]
    day = [",".join(f"{of_full * full * part:.1f}" for full in FULL) for part in share]
    return "mill,farm\n" + "\n".join(day * 365) + "\n"


def assert_each_has_what_the_others_give(case: Case) -> None:
    """Circuits of a case exchange heat with both signs, to the last digit."""
    for one, other in combinations(case.circuits, 2):
        given = case.circuits[one].exchange_from.get(other)
        if given is not None:
            assert (given == -case.circuits[other].exchange_from[one]).all()
