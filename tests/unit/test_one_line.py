"""One-line networks: fixed pressures, given flows, open ends, boosters and valves."""

from pathlib import Path

import numpy as np
import pytest
from line_factory import (
    DENSITY,
    GRAVITY,
    HEAT_CAPACITY,
    column,
    friction,
    solve_folder,
    write_line,
)
from scipy.optimize import brentq
from village import fault_lines

from warmtenet.networks.load import load
from warmtenet.solvers.simulate import simulate
from warmtenet.studies.limits import find_limits

JUNCTIONS = "id,x,y,elevation\na,0,0,12\nb,1,0,4\nc,2,0,0\n"
PRODUCERS = "id,circuit,junction,role,supply_temperature,pressure,mass_flow\n"
HELD = f"{PRODUCERS}tank,w,a,pressure,60,2 bar,\n"
DRAWN = "id,circuit,junction,flow\ntap,w,b,3\n"
LONG, SHORT = "P1,w,a,b,200,0.06,0.4,1e-4", "P2,w,b,c,80,0.05,0.4,1e-4"


def test_a_pipe_from_a_held_pressure_to_a_given_flow(tmp_path: Path) -> None:
    year = solve_folder(
        write_line(
            tmp_path,
            junctions="id,x,y,elevation\na,0,0,12\nb,1,0,4\n",
            pipes=LONG,
            consumers=DRAWN,
            producers=HELD,
        )
    )

    lost = friction(3.0, 200.0, 0.06, 1e-4)
    left = np.exp(-0.4 * 200.0 / (3.0 * HEAT_CAPACITY))
    assert column(year, "pipe_pressure_drop", "P1")[0] == pytest.approx(lost, rel=1e-9)
    pressure = 2e5 + DENSITY * GRAVITY * 8.0 - lost
    assert column(year, "junction_pressure", "b")[0] == pytest.approx(pressure, rel=1e-9)
    water = 10.0 + 50.0 * left
    assert year.consumer_supply_temperature[0, 0] == pytest.approx(water, abs=1e-9)
    assert year.consumer_heat[0, 0] == pytest.approx(3.0 * HEAT_CAPACITY * water, rel=1e-9)
    assert year.producer_heat[0, 0] == pytest.approx(3.0 * HEAT_CAPACITY * 60.0, rel=1e-9)
    assert np.isnan(year.consumer_return_temperature).all()
    assert (year.pump_electricity == 0.0).all()
    assert year.heat_residual.max() < 1e-12


def test_the_return_side_of_a_one_line_network_is_null(tmp_path: Path) -> None:
    year = solve_folder(
        write_line(
            tmp_path,
            junctions="id,x,y,elevation\na,0,0,12\nb,1,0,4\n",
            pipes=LONG,
            consumers=DRAWN,
            producers=HELD,
        )
    )

    for name, field in year.fields.items():
        assert np.isnan(field[..., 1]).all(), name
        assert np.isfinite(field[..., 0]).all(), name


def test_an_open_end_takes_what_a_producer_pushes(tmp_path: Path) -> None:
    year = solve_folder(
        write_line(
            tmp_path,
            junctions="id,x,y,elevation\na,0,0,12\nb,1,0,4\n",
            pipes=LONG,
            consumers="id,circuit,junction\nend,w,b\n",
            producers=f"{PRODUCERS}pump,w,a,flow,55,,2.5\n",
        )
    )

    assert year.circuit.producer_ids == ("pump",)
    assert year.producer_mass_flow.shape == (2, 1)
    assert year.producer_mass_flow[:, 0] == pytest.approx([2.5, 2.5])
    assert year.consumer_mass_flow[:, 0] == pytest.approx([2.5, 2.5])
    assert column(year, "junction_pressure", "b")[0] == pytest.approx(0.0, abs=1e-6)
    lost = friction(2.5, 200.0, 0.06, 1e-4)
    assert column(year, "junction_pressure", "a")[0] == pytest.approx(
        lost - DENSITY * GRAVITY * 8.0
    )
    left = np.exp(-0.4 * 200.0 / (2.5 * HEAT_CAPACITY))
    assert year.consumer_supply_temperature[0, 0] == pytest.approx(10.0 + 45.0 * left)


def test_a_limit_at_an_open_end_is_refused(tmp_path: Path) -> None:
    folder = write_line(
        tmp_path,
        junctions=JUNCTIONS,
        pipes=f"{LONG}\n{SHORT}",
        consumers="id,circuit,junction,max_flow\nend,w,c,2\n",
        producers=HELD,
    )

    (line,) = fault_lines(folder)
    assert line.startswith("consumer 'end': max_flow = 2.0, expected none: nothing holds")


def test_water_that_comes_in_through_an_open_end_is_told(tmp_path: Path) -> None:
    folder = write_line(
        tmp_path,
        junctions="id,x,y,elevation\na,0,0,0\nb,1,0,50\n",  # 4.9 bar above a tank of 2
        pipes=LONG,
        consumers="id,circuit,junction\nend,w,b\n",
        producers=HELD,
    )
    simulation = simulate(load(folder))
    (year,) = simulation.cases["base"].circuits.values()
    found = [line for line in find_limits(simulation) if line.startswith("consumer 'end'")]

    assert (year.consumer_mass_flow < -1.0).all()
    assert len(found) == 1
    assert (
        f"up to {-year.consumer_mass_flow.min():.3g} kg/s come in through its open end" in found[0]
    )
    assert found[0].endswith("put a check valve before it")


def test_three_reservoirs_share_as_their_heads_let_them(tmp_path: Path) -> None:
    year = solve_folder(
        write_line(
            tmp_path,
            junctions="id,x,y,elevation\na,0,0,30\nb,1,0,20\nc,2,0,5\nmid,1,1,8\n",
            pipes="P1,w,a,mid,400,0.1,0,2e-4 P2,w,mid,b,300,0.08,0,2e-4 "
            "P3,w,mid,c,500,0.09,0,2e-4",
            consumers="id,circuit,junction,flow\ntap,w,mid,0\n",
            producers=PRODUCERS
            + "A,w,a,pressure,60,0,\nB,w,b,pressure,50,0.4 bar,\nC,w,c,pressure,40,1 bar,\n",
        )
    )

    weight = DENSITY * GRAVITY
    heads = (weight * 30.0, weight * 20.0 + 4e4, weight * 5.0 + 1e5)
    sizes = ((400.0, 0.1), (300.0, 0.08), (500.0, 0.09))

    def flow(head: float, length: float, diameter: float) -> float:
        size = brentq(
            lambda m: friction(m, length, diameter, 2e-4) - abs(head), 1e-3, 100.0, xtol=1e-13
        )
        return float(np.copysign(size, head))

    def surplus(middle: float) -> float:
        return sum(flow(h - middle, *size) for h, size in zip(heads, sizes, strict=True))

    middle = brentq(surplus, min(heads) + 1.0, max(heads) - 1.0, xtol=1e-8)
    flows = [flow(h - middle, *size) for h, size in zip(heads, sizes, strict=True)]
    assert year.producer_mass_flow[0] == pytest.approx(flows, rel=1e-7)
    assert flows[2] < 0.0 < flows[0]
    pressure = column(year, "junction_pressure", "mid")[0]
    assert pressure == pytest.approx(middle - weight * 8.0, rel=1e-7)
    taken = column(year, "junction_temperature", "c")[0] * flows[2] * HEAT_CAPACITY
    assert year.producer_heat[0, 2] == pytest.approx(taken, rel=1e-9)
    assert year.heat_residual.max() < 1e-12


def test_a_booster_adds_its_pressure_whatever_flows(tmp_path: Path) -> None:
    tables = {
        "junctions": JUNCTIONS,
        "pipes": f"{LONG} {SHORT}",
        "consumers": "id,circuit,junction,flow\ntap,w,c,2\n",
        "producers": HELD,
    }
    plain = solve_folder(write_line(tmp_path / "plain", **tables))
    raised = solve_folder(
        write_line(
            tmp_path / "raised",
            boosters="id,pipe,side,pressure_rise\nB1,P2,supply,0.5 bar\n",
            **tables,
        )
    )

    for year in (plain, raised):
        assert year.consumer_mass_flow[:, 0] == pytest.approx([2.0, 2.0])
    gained = column(raised, "junction_pressure", "c") - column(plain, "junction_pressure", "c")
    assert gained == pytest.approx([5e4, 5e4])
    drop = column(raised, "pipe_pressure_drop", "P2")
    assert drop == pytest.approx(column(plain, "pipe_pressure_drop", "P2"), rel=1e-12)
    power = 2.0 / DENSITY * 5e4 / 0.6
    assert raised.pump_electricity[:, 0] == pytest.approx([power, power])


def test_a_shut_valve_leaves_what_lies_behind_it_without_pressure(tmp_path: Path) -> None:
    year = solve_folder(
        write_line(
            tmp_path,
            junctions=JUNCTIONS,
            pipes=f"{LONG} {SHORT}",
            consumers="id,circuit,junction,flow\ntap,w,b,1\nfar,w,c,2\n",
            producers=HELD,
            valves="id,pipe,side,is_open\nV1,P2,supply,true\n",
            open="time_s,V1\n3600,1\n7200,0\n",
        )
    )

    assert year.consumer_mass_flow.tolist() == [[1.0, 2.0], [1.0, 0.0]]
    pressure = column(year, "junction_pressure", "c")
    assert np.isfinite(pressure[0])
    assert np.isnan(pressure[1])
    assert year.consumer_reason.tolist() == [[0, 0], [0, 3]]
    assert np.isfinite(column(year, "junction_pressure", "b")).all()
    assert year.mass_residual.max() < 1e-12
    assert year.producer_mass_flow[:, 0] == pytest.approx([3.0, 1.0])


def test_a_pipe_without_length_has_its_minor_loss_alone(tmp_path: Path) -> None:
    folder = write_line(
        tmp_path,
        junctions="id,x,y,elevation\na,0,0,0\nb,1,0,0\n",
        pipes="P1,w,a,b,0,0.06,0,1e-4",
        consumers=DRAWN,
        producers=HELD,
    )
    text = (folder / "pipes.csv").read_text().replace("sides", "sides,minor_loss_coefficient")
    (folder / "pipes.csv").write_text(text.replace("supply\n", "supply,4.5\n"))
    year = solve_folder(folder)

    speed = 3.0 / DENSITY / (np.pi * 0.06**2 / 4.0)
    lost = 4.5 * DENSITY * speed**2 / 2.0
    assert column(year, "pipe_pressure_drop", "P1")[0] == pytest.approx(lost, rel=1e-9)


def test_heat_drawn_from_a_one_line_network_sets_its_flow(tmp_path: Path) -> None:
    year = solve_folder(
        write_line(
            tmp_path,
            junctions="id,x,y,elevation\na,0,0,0\nb,1,0,0\n",
            pipes=LONG,
            consumers="id,circuit,junction,heat,return_temperature\ntap,w,b,80 kW,30\n",
            producers=HELD,
        )
    )

    flow, water = year.consumer_mass_flow[0, 0], year.consumer_supply_temperature[0, 0]
    assert flow * HEAT_CAPACITY * (water - 30.0) == pytest.approx(80e3, rel=1e-9)
    assert year.consumer_return_temperature[0, 0] == pytest.approx(30.0)
    assert year.heat_residual.max() < 1e-9


@pytest.mark.parametrize("rows", [None, "id,circuit,junction\n"])
def test_water_flows_between_two_pressures_without_any_consumer(
    rows: str | None, tmp_path: Path
) -> None:
    folder = write_line(
        tmp_path,
        junctions=JUNCTIONS,
        pipes=f"{LONG} {SHORT}",
        consumers=rows or "",
        producers=f"{PRODUCERS}A,w,a,pressure,60,2 bar,\nB,w,c,pressure,50,1 bar,\n",
    )
    if rows is None:
        (folder / "consumers.csv").unlink()
    year = solve_folder(folder)

    into, out = year.producer_mass_flow[0]
    head = 1e5 + DENSITY * GRAVITY * 12.0
    taken = friction(into, 200.0, 0.06, 1e-4) + friction(into, 80.0, 0.05, 1e-4)
    assert taken == pytest.approx(head, rel=1e-9)
    assert out == pytest.approx(-into, rel=1e-12)
    assert year.consumer_mass_flow.shape == (2, 0)


FAULTS = {
    "nowhere held": (
        {"producers": f"{PRODUCERS}pump,w,a,flow,55,,2.5\n"},
        "circuit 'w': pressure = 'nowhere held', expected a producer with role 'pressure', or a "
        "consumer without flow and heat: an open end",
    ),
    "held twice": (
        {"producers": f"{HELD}other,w,a,pressure,55,1 bar,\n"},
        "producer 'other': junction = 'a', expected another junction: 'tank' holds the pressure "
        "there",
    ),
    "heat": (
        {
            "producers": "id,circuit,junction,role,supply_temperature,heat\n"
            "tank,w,a,pressure,60,\nsun,w,c,heat,50,3000\n"
        },
        "producer 'sun': role = 'heat', expected 'pressure' or 'flow' in a one-line network, "
        "which has no return to warm",
    ),
    "no way": (
        {"junctions": f"{JUNCTIONS}d,3,0,0\ne,4,0,0\n", "pipes": f"{LONG} P3,w,d,e,9,0.05,0,1e-4"},
        "pipe 'P3': from_junction = 'd', expected a way to producer 'tank' of circuit 'w' on the "
        "supply side",
    ),
    "no such side": (
        {"valves": "id,pipe,side,is_open\nV1,P1,return,true\n"},
        "valve 'V1': side = 'return', expected 'supply', the side that pipe 'P1' has",
    ),
    "no such word": (
        {
            "valves": "id,pipe,side,is_open\nV1,P1,supply,true\n",
            "open": "time_s,V1\n3600,1\n7200,ajar\n",
        },
        "open.csv row 2: V1 = 'ajar', expected 'true', 'false', '1' or '0'",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_makes_no_one_line_network_is_refused(name: str, tmp_path: Path) -> None:
    changes, line = FAULTS[name]
    tables = {
        "junctions": JUNCTIONS,
        "pipes": f"{LONG} {SHORT}",
        "consumers": DRAWN,
        "producers": HELD,
    }
    folder = write_line(tmp_path, **{**tables, **changes})

    assert fault_lines(folder) == [line]


def test_heads_and_static_pressures_beside_a_held_pressure_are_refused(tmp_path: Path) -> None:
    folder = write_line(
        tmp_path,
        junctions=JUNCTIONS,
        pipes=f"{LONG} {SHORT}",
        consumers=DRAWN,
        producers="id,circuit,junction,role,supply_temperature,pressure,static_pressure,"
        "pressure_difference\ntank,w,a,pressure,60,2 bar,1 bar,50000\n",
    )

    assert fault_lines(folder) == [
        "producer 'tank': pressure_difference = 50000.0, expected an empty cell in a one-line "
        "network, where a pressure is held",
        "producer 'tank': static_pressure = 100000.0, expected either this or pressure",
    ]
