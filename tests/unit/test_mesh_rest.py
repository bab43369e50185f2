"""What rounds and passes find: flows of rings, of twins, of producers and of weak pumps."""

from pathlib import Path

import numpy as np
import pytest

from warmtenet.networks.load import load
from warmtenet.profiles.boundary import circuit_boundary
from warmtenet.profiles.build import build_profiles
from warmtenet.solvers.circuit_year import PRESSURE, CircuitYear
from warmtenet.solvers.steady import solve_steady

ROUTES = (
    "j0 j1 200,j1 j2 200,j2 j3 200,j3 j4 200,j4 j5 200,j5 j0 200,"
    "j1 j4 200,j3 j6 224,j2 j6 224,j0 j7 181"
)
"""Two loops and a bit: the boiler is at j0, waste heat at j6."""

LOADS = {"j2": 3.0, "j3": 2.25, "j4": 1.5, "j5": 4.99811, "j6": 3.75, "j7": 1.99803, "j1": 1.002}
"""Shares of what the consumers draw, by junction. [1]"""

LIMIT = 150e3
"""Of the waste heat. [W]"""


def solve(folder: Path, **tables: str) -> CircuitYear:
    """Return the hours of a folder's one circuit."""
    folder.mkdir()
    (folder / "scenario.toml").write_text('name = "ring"\ncrs = "none"\n')
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    system = load(folder)
    ((name, circuit),) = system.circuits.items()
    boundary = circuit_boundary(system, build_profiles(system), name)
    return solve_steady(circuit, boundary, system.scenario)


def series(column: str, values: list[float]) -> str:
    """Return a table of one column, by the hour."""
    rows = (f"{3600 * (row + 1)},{value!r}" for row, value in enumerate(values))
    return "\n".join((f"time_s,{column}", *rows, ""))


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> CircuitYear:
    """Return hours in which a little more waste heat turns water between j1 and j2."""
    unit = np.linspace(12_200.0, 12_600.0, 41).tolist()
    pipes = [route.split() for route in ROUTES.split(",")]
    return solve(
        tmp_path_factory.mktemp("rest") / "ring",
        junctions="id,x,y\n" + "".join(f"j{row},0,0\n" for row in range(8)),
        pipes="id,circuit,from_junction,to_junction,length,type\n"
        + "".join(
            f"P{row},ring,{a},{b},{length},steel-single-S2-DN80\n"
            for row, (a, b, length) in enumerate(pipes)
        ),
        consumers="id,circuit,junction,return_temperature,bypass_temperature\n"
        + "".join(f"c-{name},ring,{name},40,50\n" for name in LOADS),
        producers="id,circuit,junction,role,supply_temperature,priority,limit\n"
        f"boiler,ring,j0,pressure,66.84,,\nwaste,ring,j6,heat,75,1,{LIMIT:g}\n",
        heat="\n".join(
            (
                "time_s," + ",".join(f"c-{name}" for name in LOADS),
                *(
                    ",".join(
                        (str(3600 * (row + 1)), *(repr(each * share) for share in LOADS.values()))
                    )
                    for row, each in enumerate(unit)
                ),
                "",
            )
        ),
        ground_temperature=series("all", np.linspace(6.0, 10.0, 41).tolist()),
    )


def test_a_producer_gives_the_most_below_its_limit_where_its_heat_jumps(
    ring: CircuitYear,
) -> None:
    assert ring.heat_error.max() == 0.0
    assert ring.heat_residual.max() < 1e-9
    given = ring.producer_heat[:, 1]
    assert (given < LIMIT * (1.0 + 1e-7)).all()
    assert (given > LIMIT * 0.995).all()
    assert np.count_nonzero(given < LIMIT * (1.0 - 1e-5)) == 2  # the others give it all


def test_twins_of_a_ring_rest_where_their_heat_turns_a_flow(tmp_path: Path) -> None:
    heat = {3: 6267.536, 5: 6148.629, 6: 3725.042, 8: 5513.140, 11: 1415.398}
    year = solve(
        tmp_path / "houses",
        junctions="id,x,y\nplant,0,0\n"
        + "".join(f"n{row},0,0\ns{row},0,0\n" for row in range(12)),
        pipes="id,circuit,from_junction,to_junction,length,type\n"
        "first,w,plant,n0,80,steel-twin-S2-DN50\nlast,w,n11,plant,90,steel-twin-S2-DN50\n"
        + "".join(
            f"p{row},w,n{row - 1},n{row},{40 + 10 * (row % 4)},steel-twin-S2-DN40\n"
            for row in range(1, 12)
        )
        + "".join(f"s{row},w,n{row},s{row},15,steel-twin-S2-DN25\n" for row in range(12)),
        consumers="id,circuit,junction,heat,return_temperature,bypass_temperature\n"
        + "".join(f"c{row},w,s{row},{heat.get(row, 0.0)},30,60\n" for row in range(12)),
        producers="id,circuit,junction,role,supply_temperature\nboiler,w,plant,pressure,70\n",
        ground_temperature=series("all", [10.0]),
    )

    assert year.heat_error.max() == 0.0
    assert year.heat_residual.max() < 1e-9
    assert year.consumer_heat[0] == pytest.approx([heat.get(row, 0.0) for row in range(12)])


@pytest.mark.parametrize("share", [0.2, 0.3, 0.4])
@pytest.mark.parametrize("diameter", [0.02, 0.025, 0.03])
@pytest.mark.parametrize("heat", [20e3, 60e3])
def test_whom_a_share_feeds_gets_what_its_pressure_lets_through(
    tmp_path: Path, share: float, diameter: float, heat: float
) -> None:
    year = solve(
        tmp_path / "share",
        junctions="id,x,y\nj0,0,0\nj1,0,0\nj2,0,0\n",
        pipes="id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient\n"
        f"a,c,j0,j1,200,0.03,0.2\nb,c,j1,j2,200,{diameter},0.2\n",
        consumers="id,circuit,junction,heat,return_temperature,min_pressure_difference\n"
        f"near,c,j0,100 kW,40,30 kPa\nfar,c,j2,{heat},40,30 kPa\n",
        producers="id,circuit,junction,role,supply_temperature,max_pressure_difference,share\n"
        f"P0,c,j0,pressure,70,40 kPa,\nP1,c,j1,flow,70,,{share}\n",
        ground_temperature=series("all", [10.0]),
    )

    left = 40e3 - year.pressure_difference[0, 0]  # that the pump could still give
    apart = year.consumer_pressure_difference[0, 1]
    assert apart > 30e3 - 2.0
    if year.consumer_unserved_heat[0, 1] > 0.0:
        assert year.consumer_reason[0, 1] == PRESSURE
        assert apart + left == pytest.approx(30e3, abs=300.0)


SUPPLY_LOOPS = """\
id,circuit,from_junction,to_junction,length,sides,heat_loss_coefficient,inner_diameter,roughness
p0,c,j1,j0,150,both,0.0782,0.1204,1e-5
p1,c,j2,j1,200,supply,0.3727,0.0530,1e-4
p2,c,j2,j3,117,supply,0.2449,0.1346,1e-4
p3,c,j1,j4,191,supply,0.3729,0.1085,1e-4
p4,c,j3,j5,242,both,0.3853,0.1373,1e-4
p6,c,j5,j7,64,supply,0.1887,0.1094,1e-3
p7,c,j7,j4,10,supply,0.4059,0.0451,1e-3
p8,c,j3,j1,106,both,0.0937,0.0986,1e-4
"""
"""A booster in p3 drives water around by p4 and p8, which run back at a trickle."""


def test_water_that_a_small_booster_drives_around_comes_to_rest(tmp_path: Path) -> None:
    rise = np.geomspace(3.0, 3000.0, 61).tolist()
    heat = 25_800.0
    year = solve(
        tmp_path / "booster",
        junctions="id,x,y\n" + "".join(f"j{row},0,0\n" for row in (0, 1, 2, 3, 4, 5, 7)),
        pipes=SUPPLY_LOOPS,
        consumers=f"id,circuit,junction,heat,return_temperature\nc0,c,j5,{heat},32.37\n",
        producers="id,circuit,junction,role,supply_temperature\nP0,c,j0,pressure,70\n",
        boosters="id,pipe,side,pressure_rise\nb0,p3,supply,series:rise\n",
        rise=series("b0", rise),
        ground_temperature=series("all", [5.12] * len(rise)),
    )

    assert year.heat_error.max() == 0.0
    assert year.heat_residual.max() < 1e-9
    assert year.consumer_heat[:, 0] == pytest.approx(heat)
    assert year.head_residual is not None
    assert year.head_residual.max() < 1e-3


@pytest.mark.parametrize("heat", [3360.0, 2000.0, 500.0])
def test_a_bypass_holds_its_water_at_the_junction_that_holds_pressure(
    tmp_path: Path, heat: float
) -> None:
    held = 48.5
    year = solve(
        tmp_path / "bypass",
        junctions="id,x,y\nP,0,0\nA,0,0\n",
        pipes="id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient\n"
        "a,c,P,A,140,0.06,0.36\n",
        consumers="id,circuit,junction,heat,return_temperature,bypass_flow,bypass_temperature\n"
        f"k,c,P,0,30.4,0.01925,{held}\n",
        producers="id,circuit,junction,role,supply_temperature,heat\n"
        f"p,c,P,pressure,70,\nq,c,A,heat,60,{heat}\n",
        ground_temperature=series("all", [15.9]),
    )

    assert year.heat_error.max() == 0.0
    water, flow = year.consumer_supply_temperature[0, 0], year.consumer_mass_flow[0, 0]
    assert water >= held - 1e-6
    assert water == pytest.approx(held, abs=1e-6) or flow == pytest.approx(0.01925)


def test_a_limit_is_not_passed_where_its_heat_jumps_far(tmp_path: Path) -> None:
    limits = np.linspace(15e3, 60e3, 46)
    year = solve(
        tmp_path / "limit",
        junctions="id,x,y\n" + "".join(f"j{row},0,0\n" for row in range(7)),
        pipes="id,circuit,from_junction,to_junction,length,sides,heat_loss_coefficient,"
        "inner_diameter_supply,inner_diameter_return\n"
        "p0,c,j1,j0,63.2,both,0.176,0.1147,0.0976\np1,c,j1,j2,122.1,both,0.250,0.1267,0.0969\n"
        "p2,c,j2,j3,205.8,both,0.0719,0.0973,0.1452\np3,c,j4,j3,246.7,both,0.393,0.0825,0.1419\n"
        "p4,c,j0,j5,211.5,both,0.491,0.0983,0.0656\np5,c,j6,j0,117.3,both,0.171,0.0865,0.0447\n"
        "p6,c,j5,j6,22.6,supply,0.283,0.1424,0.1226\n",
        consumers="id,circuit,junction,heat,temperature_difference,return_temperature,max_flow\n"
        "c0,c,j2,34552,26.46,,0.2498\nc1,c,j0,39044,,32.02,0.1839\nc2,c,j3,31787,28.61,,0.0536\n",
        producers="id,circuit,junction,role,supply_temperature,limit,priority\n"
        "P0,c,j0,pressure,70,,\nP1,c,j4,heat,67.41,series:limit,3\n",
        limit=series("P1", limits.tolist()),
        ground_temperature=series("all", [10.0] * limits.size),
    )

    assert (year.producer_heat[:, 1] <= limits * (1.0 + 1e-6)).all()
    assert year.heat_residual.max() < 1e-9


def twin_line(folder: Path, least: float, drawn: str, *, others: bool) -> CircuitYear:
    """Solve one pair with exchange whose consumer takes heat from a temperature on."""
    column, value = drawn.split("=")
    other = "Z,c,A,flow,70,0\n" if others else ""
    return solve(
        folder,
        junctions="id,x,y\nP,0,0\nA,0,0\n",
        pipes="id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient,"
        "pair_exchange_coefficient\nPA,c,P,A,38.7,0.1,0.525,0.0431\n",
        consumers="id,circuit,junction,return_temperature,min_supply_temperature,"
        f"{column}\nk,c,A,29.8,{least},{value}\n",
        producers="id,circuit,junction,role,supply_temperature,mass_flow\n"
        f"P,c,P,pressure,70,\n{other}",
        ground_temperature=series("all", [3.8]),
    )


@pytest.mark.parametrize("drawn", ["flow=0.03932", "heat=5400"])
@pytest.mark.parametrize("least", [62.0, 62.11, 62.3])
def test_who_is_warm_enough_only_unserved_is_not_served_as_in_a_tree(
    tmp_path: Path, drawn: str, least: float
) -> None:
    tree = twin_line(tmp_path / "tree", least, drawn, others=False)
    mesh = twin_line(tmp_path / "mesh", least, drawn, others=True)

    assert mesh.heat_error.max() == tree.heat_error.max() == 0.0
    assert mesh.consumer_heat == pytest.approx(tree.consumer_heat)
    water = tree.consumer_supply_temperature
    assert mesh.consumer_supply_temperature == pytest.approx(water, abs=1e-4)
    assert (mesh.consumer_reason == tree.consumer_reason).all()


@pytest.mark.parametrize("loss", [0.0, 0.1])
def test_a_bypass_that_its_neighbour_keeps_warm_rests_after_a_closed_valve(
    tmp_path: Path, loss: float
) -> None:
    year = solve(
        tmp_path / "valve",
        junctions="id,x,y\n" + "".join(f"{name},0,0\n" for name in "PABC"),
        pipes="id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient\n"
        f"PA,c,P,A,220,0.1,0.5\nAB,c,A,B,190,0.1,0.75\nBC,c,B,C,45,0.1,{loss}\n",
        consumers="id,circuit,junction,heat,return_temperature,bypass_temperature\n"
        "b,c,B,300,40.2,\nk,c,C,0,36.2,35.9\n",
        producers="id,circuit,junction,role,supply_temperature\np,c,P,pressure,50\n",
        valves="id,pipe,side,is_open\nv,AB,supply,true\n",
        open="time_s,v\n3600,false\n7200,true\n10800,true\n",
        ground_temperature=series("all", [8.4] * 3),
    )

    assert year.heat_error.max() == 0.0
    assert year.consumer_heat[1:, 0] == pytest.approx(300.0)
    assert year.consumer_supply_temperature[1:, 1].min() >= 35.9 - 1e-6


@pytest.mark.parametrize("head", [100e3, 150e3, 200e3])
@pytest.mark.parametrize("heats", [(250e3, 100e3), (250e3, 250e3), (100e3, 250e3)])
def test_a_weak_pump_serves_a_ring_with_a_thin_chord_as_its_tree(
    tmp_path: Path, head: float, heats: tuple[float, float]
) -> None:
    def served(name: str, chord: str) -> CircuitYear:
        return solve(
            tmp_path / name,
            junctions="id,x,y\nP,0,0\nA,0,0\nB,0,0\n",
            pipes="id,circuit,from_junction,to_junction,length,inner_diameter,"
            "heat_loss_coefficient\n"
            f"PA,c,P,A,300,0.06,0.2\nAB,c,A,B,200,0.06,0.2\n{chord}",
            consumers="id,circuit,junction,heat,return_temperature,min_pressure_difference,"
            f"max_flow\nX,c,B,{heats[0]},40,20e3,20\nY,c,B,{heats[1]},40,50e3,20\n"
            "Z,c,A,200e3,40,0,20\n",
            producers="id,circuit,junction,role,supply_temperature,max_pressure_difference\n"
            f"p,c,P,pressure,70,{head}\n",
            ground_temperature=series("all", [10.0]),
        )

    tree, ring = served("tree", ""), served("ring", "PA2,c,P,A,5000,0.02,0\n")
    flow, apart = ring.consumer_mass_flow[0], ring.consumer_pressure_difference[0]
    assert (apart - [20e3, 50e3, 0.0])[flow > 1e-4].min() > -2.0
    whole = sum(heats) + 200e3
    lacks, more = tree.consumer_unserved_heat.sum(), ring.consumer_unserved_heat.sum()
    assert more == pytest.approx(lacks, abs=0.015 * whole)  # what the chord carries


HOLDER = (
    "id,circuit,junction,heat,flow,return_temperature,bypass_temperature,max_flow\n"
    "idle,c,P,0,,40,60,2\nfar,c,B,{load},40,,2\n"
)
"""Who holds 60 °C at the junction of the pressure holder, and who draws behind it."""


def test_a_bypass_at_the_holder_warms_what_a_booster_drives_round(tmp_path: Path) -> None:
    year = solve(
        tmp_path / "holder",
        junctions="id,x,y\nP,0,0\nB,0,0\n",
        pipes="id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient\n"
        "PB,c,P,B,100,0.05,0.3\nBP,c,B,P,100,0.05,0.3\n",
        consumers=HOLDER.format(load="1000,"),
        producers="id,circuit,junction,role,supply_temperature\np,c,P,pressure,70\n",
        boosters="id,pipe,side,pressure_rise\nb,PB,supply,5e3\n",
        ground_temperature=series("all", [10.0]),
    )

    assert year.heat_error.max() == 0.0
    assert year.consumer_supply_temperature[0, 0] == pytest.approx(60.0, abs=1e-3)
    assert 0.04 < year.consumer_mass_flow[0, 0] < 0.08  # about 3 kW of loss at 10 K


def test_a_bypass_at_the_holder_warms_what_another_producer_sends(tmp_path: Path) -> None:
    year = solve(
        tmp_path / "holder",
        junctions="id,x,y\nP,0,0\nA,0,0\nB,0,0\n",
        pipes="id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient\n"
        "AP,c,A,P,1000,0.1,0.4\nPB,c,P,B,10,0.1,0\n",
        consumers=HOLDER.format(load=",0.3"),
        producers="id,circuit,junction,role,supply_temperature,mass_flow\n"
        "p,c,P,pressure,70,\nq,c,A,flow,65,0.3\n",
        ground_temperature=series("all", [10.0]),
    )

    assert year.consumer_supply_temperature[0, 0] == pytest.approx(60.0, abs=1e-3)
    arrives = 10.0 + 55.0 * np.exp(-400.0 / 0.3 / 4185.0)  # of q's water
    drawn = 0.3 * (60.0 - arrives) / (70.0 - 60.0)
    assert year.consumer_mass_flow[0] == pytest.approx([drawn, 0.3], rel=5e-3)
    assert year.producer_mass_flow[0] == pytest.approx([drawn, 0.3], rel=5e-3)
