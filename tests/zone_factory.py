"""Circuits behind one another's exchangers, as tables on disk."""

from pathlib import Path

from village import write_village

SCENARIO = """\
name = "zones"
crs = "none"
[water]
model = "constant"
heat_capacity = 4185
[friction]
heating = false
[solver]
threads = 1
[exchangers.station]
consumer = "station"
producer = "valley_pump"
approach = "2 K"
"""

TABLES = {
    "scenario": SCENARIO,
    "junctions": (
        "id,x,y,elevation\nplant,0,0,0\nS,500,0,0\nA,550,50,0\n"
        "V,500,0,0\nV1,600,0,-80\nV2,700,0,-90\n"
    ),
    "pipes": (
        "id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient\n"
        "H1,hill,plant,S,500,0.08,0.3\n"
        "H2,hill,S,A,80,0.05,0.25\n"
        "V1,valley,V,V1,200,0.08,0.25\n"
        "V2,valley,V1,V2,150,0.05,0.2\n"
    ),
    "consumers": (
        "id,circuit,junction,heat,return_temperature,max_flow\n"
        "station,hill,S,,,\n"
        "inn,hill,A,,45,\n"
        "mill,valley,V1,,40,\n"
        "farm,valley,V2,,35,\n"
    ),
    "producers": (
        "id,circuit,junction,role,supply_temperature,static_pressure\n"
        "boiler,hill,plant,pressure,80,2 bar\n"
        "valley_pump,valley,V,pressure,70,9 bar\n"
    ),
    "heat": (
        "time_s,inn,mill,farm\n"
        "3600,30000,60000,40000\n"
        "7200,3000,8000,2000\n"
        "10800,30000,0,0\n"
        "14400,300,200,100\n"
    ),
    "ground_temperature": "time_s,all\n" + "".join(f"{3600 * k},10\n" for k in range(1, 5)),
}
"""Two zones, four hours: work, little work, one zone alone, a trickle."""


def write_zones(folder: Path, **changes: str | None) -> Path:
    """Write a hill whose exchanger feeds a valley; ``changes`` replace files by stem."""
    return write_village(folder, **{**TABLES, **changes})


def edited(stem: str, old: str, new: str) -> dict[str, str]:
    """Return one of the tables with a text replaced, as a change."""
    assert old in TABLES[stem]
    return {stem: TABLES[stem].replace(old, new, 1)}


CHAIN = {
    "scenario": SCENARIO
    + '[exchangers.lower]\nconsumer = "low_station"\nproducer = "low_pump"\napproach = 3\n',
    "junctions": TABLES["junctions"] + "L,700,0,-90\nL1,900,0,-150\n",
    "pipes": TABLES["pipes"] + "L1,low,L,L1,200,0.06,0.2\n",
    "consumers": TABLES["consumers"] + "low_station,valley,V2,,,\nquay,low,L1,20 kW,30,\n",
    "producers": TABLES["producers"] + "low_pump,low,L,pressure,60,14 bar\n",
}
"""The same with a third circuit behind the second."""
