"""Two circuits side by side in one row of trenches, as tables on disk."""

from collections.abc import Sequence
from pathlib import Path

from warmtenet.model.catalogue import read_catalogue
from warmtenet.model.trench import Casing

COVER, GAP = 0.8, 0.15

SCENARIO = """\
name = "trenches"
crs = "none"
[solver]
tolerance = 1e-8
threads = 1
"""


def twin(kind: str, x: float, cover: float = COVER) -> Casing:
    """Return a twin's casing, its pipes side by side around ``x``."""
    pipe = read_catalogue()[kind]
    half, depth = (
        (pipe.pipe_distance + pipe.outer_diameter) / 2.0,
        cover + pipe.casing_diameter / 2,
    )
    return Casing(section=pipe.section, pipes=((x - half, depth), (x + half, depth)))


def single(kind: str, x: float, cover: float = COVER) -> Casing:
    """Return the casing of one pipe."""
    pipe = read_catalogue()[kind]
    return Casing(section=pipe.section, pipes=((x, cover + pipe.casing_diameter / 2.0),))


def write_district(folder: Path, **changes: str) -> Path:
    """Write a warm and a cool circuit of three routes each in three shared trenches.

    ``changes`` replace or add files by stem.
    """
    files = {
        "scenario.toml": SCENARIO,
        "junctions.csv": "id,x,y\nplant,0,0\n" + "".join(f"J{k},{k},0\n" for k in (1, 2, 3)),
        "pipes.csv": _pipes(),
        "consumers.csv": _consumers(),
        "producers.csv": (
            "id,circuit,junction,role,supply_temperature\n"
            "hot,warm,plant,pressure,70\ncold,cool,plant,pressure,18\n"
        ),
        "trenches.csv": "id,soil_conductivity\n" + "".join(f"T{k},1.6\n" for k in (1, 2, 3)),
        "trench_pipes.csv": trench_rows(),
        "heat.csv": _loads(),
        "ground_temperature.csv": "time_s,all\n"
        + "".join(f"{3600 * k},10\n" for k in range(1, 5)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for stem, text in changes.items():
        name = "scenario.toml" if stem == "scenario" else f"{stem}.csv"
        files[name] = text
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _pipes() -> str:
    head = "id,circuit,from_junction,to_junction,length,type\n"
    ends = (("plant", "J1", 100), ("J1", "J2", 60), ("J1", "J3", 80))
    return head + "".join(
        f"{circuit}-{k},{circuit},{a},{b},{length},{kind}\n"
        for circuit, kind in (("warm", "steel-twin-S2-DN50"), ("cool", "steel-single-S1-DN100"))
        for k, (a, b, length) in enumerate(ends, start=1)
    )


def _consumers() -> str:
    return "id,circuit,junction,return_temperature\n" + "".join(
        f"{circuit}-J{k},{circuit},J{k},{back}\n"
        for circuit, back in (("warm", 40), ("cool", 22))
        for k in (2, 3)
    )


def _loads() -> str:
    """Return four hours: both at work, the cool one at rest, both nearly at rest, one end shut."""
    return (
        "time_s,warm-J2,warm-J3,cool-J2,cool-J3\n"
        "3600,40000,60000,-15000,-20000\n"
        "7200,40000,60000,0,0\n"
        "10800,400,300,-200,-100\n"
        "14400,0,30000,-9000,0\n"
    )


def trench_rows(
    routes: Sequence[tuple[str, str]] = (("T1", "1"), ("T2", "2"), ("T3", "3")),
) -> str:
    """Return the rows of ``trench_pipes`` of the district."""
    warm = read_catalogue()["steel-twin-S2-DN50"]
    cool = read_catalogue()["steel-single-S1-DN100"]
    half = (warm.pipe_distance + warm.outer_diameter) / 2.0
    depth = COVER + warm.casing_diameter / 2.0
    first = warm.casing_diameter / 2.0 + GAP + cool.casing_diameter / 2.0
    places = (
        ("warm", "supply", -half, depth),
        ("warm", "return", half, depth),
        ("cool", "return", first, COVER + cool.casing_diameter / 2.0),
        ("cool", "supply", first + cool.casing_diameter + GAP, COVER + cool.casing_diameter / 2.0),
    )
    return "trench,pipe,side,x,depth\n" + "".join(
        f"{trench},{circuit}-{k},{side},{x:.6f},{z:.6f}\n"
        for trench, k in routes
        for circuit, side, x, z in places
    )
