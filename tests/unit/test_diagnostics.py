"""What a run says of hours that miss something: hour, component, size, cause and remedy."""

from pathlib import Path

from line_factory import write_line
from village import add_column, write_village

from warmtenet.networks.load import load
from warmtenet.solvers.simulate import simulate
from warmtenet.studies.limits import find_limits

TIMES = "time_s,all\n3600,10\n7200,10\n"


def told(folder: Path) -> list[str]:
    return find_limits(simulate(load(folder)))


def test_a_valve_on_the_only_way_is_named(tmp_path: Path) -> None:
    folder = write_village(
        tmp_path,
        valves="id,pipe,side,is_open\nV1,P-4,supply,true\nV2,P-3,return,true\n",
        open="time_s,V1\n3600,1\n7200,0\n",
        ground_temperature=TIMES,
    )

    assert told(folder) == [
        "circuit 'heat': 0.01 MWh unserved at 1 of 3 consumers, most at 'inn' (1 h): no open pipe "
        "leads to it at 7200 s: open one of 'V1'"
    ]


def test_a_weak_pump_is_told_by_how_much(tmp_path: Path) -> None:
    folder = write_village(tmp_path, ground_temperature=TIMES)
    add_column(folder, "producers", "max_pressure_difference", "0.52 bar")
    (found,) = told(folder)

    assert "at 3600 s the pump is too weak by 0." in found
    assert found.endswith(" bar: raise max_pressure_difference or widen the pipes")


def test_a_booster_that_drives_a_ring_is_suspected(tmp_path: Path) -> None:
    folder = write_line(
        tmp_path,
        junctions="id,x,y,elevation\na,0,0,0\nb,1,0,0\nc,2,0,0\n",
        pipes="P1,w,a,b,50,0.1,0.001,1e-4 P2,w,b,c,50,0.1,0.001,1e-4 P3,w,c,b,50,0.1,0.001,1e-4",
        consumers="id,circuit,junction,flow\ntap,w,a,0.1\n",
        producers="id,circuit,junction,role,supply_temperature,pressure\nA,w,a,pressure,60,0\n",
        boosters="id,pipe,side,pressure_rise\nB,P2,supply,6 bar\n",
    )
    text = (folder / "scenario.toml").read_text().replace("heating = false", "heating = true")
    (folder / "scenario.toml").write_text(text)

    assert told(folder)[0] == (
        "circuit 'w': water in pipe 'P2' is held at 140 °C, where what is known of it ends, and "
        "its heat is not right: does a booster drive it around a ring, or heat flow in that "
        "nobody draws?"
    )
