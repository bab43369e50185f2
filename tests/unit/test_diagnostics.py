"""What a run says of hours that miss something: hour, component, size, cause and remedy."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from factories import solved_circuit
from line_factory import write_line
from village import add_column, edit, write_village

from warmtenet.networks.boundary import Feed
from warmtenet.networks.closed_ways import closing_valves, cut_off, has_loop
from warmtenet.networks.load import load
from warmtenet.solvers.simulate import simulate
from warmtenet.studies.limits import find_limits
from warmtenet.studies.suspects import suspect

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
        "leads to it at 7200 s: open 'V1'"
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


def test_water_supplied_at_the_end_of_its_range_is_lifted_above_by_friction(
    tmp_path: Path,
) -> None:
    folder = write_line(
        tmp_path,
        junctions="id,x,y,elevation\na,0,0,0\nb,1,0,0\n",
        pipes="P1,w,a,b,50,0.05,0,1e-4",
        consumers="id,circuit,junction,flow\ntap,w,b,2\n",
        producers="id,circuit,junction,role,supply_temperature,pressure\nA,w,a,pressure,140,5e5\n",
    )
    text = (folder / "scenario.toml").read_text().replace("heating = false", "heating = true")
    (folder / "scenario.toml").write_text(text)

    (found,) = [line for line in told(folder) if "140" in line]
    assert found == (
        "circuit 'w': water in pipe 'P1' is held at 140 °C, where what is known of it ends: "
        "producer 'A' supplies 140 °C, and friction lifts it above; what lies above is left out "
        "of its heat: supply it a kelvin colder"
    )
    edit(folder, "producers.csv", "140", "139")
    assert not any("140" in line for line in told(folder))


RING = "id,x,y,elevation\na,0,0,20\nb,1,0,0\nc,0,1,5\nd,1,1,0\n"
AROUND = (
    "P1,w,a,b,100,0.05,0.3,1e-4 P2,w,b,d,100,0.05,0.3,1e-4 "
    "P3,w,a,c,100,0.05,0.3,1e-4 P4,w,c,d,100,0.05,0.3,1e-4"
)
TANK = "id,circuit,junction,role,supply_temperature,pressure\ntank,w,a,pressure,60,3 bar\n"
SHUT = "id,pipe,side,is_open\nV1,P2,supply,0\nV2,P4,supply,0\nV3,P1,supply,1\n"


def test_given_flow_that_valves_hold_back_is_told_where_no_heat_is_missing(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    consumers = "id,circuit,junction,flow\nnear,w,b,0.2\ntap,w,d,1.5\n"
    folder = write_line(
        tmp_path, junctions=RING, pipes=AROUND, consumers=consumers, producers=TANK, valves=SHUT
    )

    assert told(folder) == [
        "circuit 'w': 1.08e+04 kg of given flow undelivered at 1 of 2 consumers, most at 'tap' "
        "(2 h, as much as 1.5 of 1.5 kg/s): no open pipe leads to it at 3600 s: open one of "
        "'V1', 'V2'"
    ]
    assert not recwarn.list
    (folder / "valves.csv").write_text("id,pipe,side,is_open\nV1,P2,supply,0\n")
    assert told(folder) == []


def test_a_check_valve_against_the_only_way_is_named(tmp_path: Path) -> None:
    for side in ("supply", "return"):
        folder = write_village(
            tmp_path / side,
            valves=f"id,pipe,side,is_open,is_check\nC1,P-4,{side},true,true\n",
            ground_temperature=TIMES,
        )
        assert told(folder) == []
        edit(folder, "pipes.csv", "P-4,heat,farm,inn", "P-4,heat,inn,farm")
        (found,) = told(folder)
        assert "consumers, most at 'inn' (2 h): no open pipe leads to it at 3600 s: " in found
        assert found.endswith("turn check valve 'C1', which lets no water towards it")


def test_a_fixed_head_is_to_be_raised_itself(tmp_path: Path) -> None:
    folder = write_village(tmp_path, ground_temperature=TIMES)
    add_column(folder, "producers", "pressure_difference", "0.52 bar")
    (found,) = told(folder)

    assert found.endswith(" bar: raise pressure_difference or widen the pipes")


def test_time_is_counted_and_not_rows(tmp_path: Path) -> None:
    quarters = "time_s,all\n900,10\n1800,10\n2700,10\n3600,10\n"
    folder = write_village(tmp_path, ground_temperature=quarters)
    add_column(folder, "consumers", "max_flow", "0.15")
    (found,) = told(folder)

    assert "most at 'mill' (1 h): its max_flow is reached" in found


def narrow(folder: Path, bore: str, length: str = "60") -> Path:
    """Write the village with one untyped pipe to the inn."""
    write_village(folder, ground_temperature=TIMES)
    pipes = (
        (folder / "pipes.csv").read_text().replace("P-4,heat,farm,inn,60,steel-twin-S2-DN25\n", "")
    )
    header, *rows = pipes.splitlines()
    lines = [f"{header},inner_diameter,heat_loss_coefficient", *(f"{row},," for row in rows)]
    lines.append(f"P-4,heat,farm,inn,{length},,{bore},0.2")
    (folder / "pipes.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_a_consumer_without_a_largest_flow_is_limited_by_its_pipe(tmp_path: Path) -> None:
    found = told(narrow(tmp_path, "0.002"))

    assert found[0].endswith(
        "most at 'inn' (2 h): 20 m/s, the most that is counted with, is reached in pipe 'P-4' of "
        "0.002 m: widen it"
    )


def test_limits_hold_without_a_section(tmp_path: Path) -> None:
    folder = narrow(tmp_path, "0.008")
    without = told(folder)
    (folder / "scenario.toml").write_text('name = "village"\n[circuits.heat]\n')

    assert "design gradient in pipe 'P-4'" in without[-1]
    assert told(folder) == without


def test_a_ring_has_its_gradients_checked_by_the_hours(tmp_path: Path) -> None:
    folder = write_line(
        tmp_path,
        junctions=RING,
        pipes=AROUND,
        consumers="id,circuit,junction,flow\ntap,w,d,5\n",
        producers=TANK,
    )
    (found,) = told(folder)

    assert found.startswith("circuit 'w': gradient in pipe 'P1' is ")
    assert ", limit 250 (4 pipes exceed it): " in found


def test_a_pressure_that_no_pipe_bears_names_its_booster_or_its_pipe(tmp_path: Path) -> None:
    boosted = write_village(
        tmp_path / "boosted",
        boosters="id,pipe,side,pressure_rise\nB,P-4,supply,1e9\n",
        ground_temperature=TIMES,
    )
    (found,) = [line for line in told(boosted) if "no pipe bears" in line]
    assert found.endswith(": booster 'B' raises it by 1e+04 bar: lower its pressure_rise")
    assert not any("boils" in line for line in told(boosted))

    found = next(line for line in told(narrow(tmp_path / "n", "0.003")) if "bears" in line)
    assert re.search(r"bears: pipe 'P-4' takes [0-9,.e+]+ bar at [0-9.]+ m/s: widen it", found)


def test_only_a_loop_is_suspected_where_there_is_one(tmp_path: Path) -> None:
    tree = load(write_village(tmp_path / "tree")).circuits["heat"]
    folder = write_village(tmp_path / "ring")
    edit(folder, "pipes.csv", "P-4,", "P-5,heat,mill,inn,140,steel-twin-S2-DN32\nP-4,")
    ring = load(folder).circuits["heat"]

    assert not has_loop(tree)
    assert has_loop(ring)
    flow = np.array([[0.1, 0.3, 0.0]])
    named = replace(tree, producer_ids=("boiler", "waste", "sun"))
    year = replace(
        solved_circuit(tree, np.zeros((1, 3))),
        circuit=named,
        consumer_mass_flow=np.full((1, 3), 0.2),
        producer_mass_flow=flow,
    )
    assert suspect(year, 0) == (
        "of 0.6 kg/s drawn 0.3 come from 'waste' and not from what holds the pressure: lower that"
    )
    assert "keep turning in its loops" in suspect(replace(year, circuit=ring), 0)
    alone = replace(year, producer_mass_flow=flow[:, :1])
    assert suspect(alone, 0) == "raise solver.max_iterations"


def test_a_bypass_that_does_not_find_its_flow_is_named(tmp_path: Path) -> None:
    tree = load(write_village(tmp_path)).circuits["heat"]
    held = tree.consumers._replace(bypass_temperature=np.array([50.0, np.nan, 55.0]))
    circuit = replace(tree, consumers=held)
    year = replace(
        solved_circuit(circuit, np.zeros((1, 3))),
        consumer_mass_flow=np.full((1, 3), 0.2),
        consumer_supply_temperature=np.array([[49.5, 30.0, 51.0]]),
    )
    inn = circuit.consumer_ids[2]
    told = suspect(year, 0)
    assert told.startswith(f"the bypass of consumer '{inn}' does not find the flow that holds")
    assert "at 55 °C (51 come)" in told


def test_a_producer_that_gives_less_than_told_is_named(tmp_path: Path) -> None:
    tree = load(write_village(tmp_path)).circuits["heat"]
    circuit = replace(tree, producer_ids=("boiler", "waste", "sun"))
    year = replace(
        solved_circuit(circuit, np.zeros((1, 3))),
        consumer_mass_flow=np.full((1, 3), 0.2),
        producer_mass_flow=np.array([[0.3, 0.2, 0.1]]),
        producer_heat=np.array([[40e3, 20e3, 9.9995e3]]),
    )
    none, told_heat = np.full((1, 3), np.nan), np.array([[np.nan, 25e3, np.nan]])
    limit = np.array([[np.nan, np.nan, 10e3]])
    feed = Feed(mass_flow=none, share=none, heat=told_heat, limit=limit, priority=none)

    assert suspect(year, 0, feed).startswith("producer 'waste' gives 20 of the 25 kW it is told: ")
    less = feed._replace(heat=none)
    assert suspect(year, 0, less).startswith("of 0.6 kg/s drawn 0.3 come from 'waste', 'sun'")


def test_a_consumer_that_takes_heat_or_none_is_named(tmp_path: Path) -> None:
    tree = load(write_village(tmp_path)).circuits["heat"]
    least = tree.consumers._replace(min_supply_temperature=np.array([np.nan, 62.0, 55.0]))
    circuit = replace(tree, consumers=least, producer_ids=("boiler", "waste"))
    year = replace(
        solved_circuit(circuit, np.zeros((1, 3))),
        consumer_mass_flow=np.full((1, 3), 0.2),
        consumer_supply_temperature=np.array([[70.0, 61.995, 58.0]]),
        consumer_reason=np.array([[0, 2, 0]], dtype=np.int8),
        producer_mass_flow=np.array([[0.4, 0.2]]),
    )

    edge = f"consumer '{circuit.consumer_ids[1]}' takes heat from 62 °C on"
    assert suspect(year, 0).startswith(edge)
    served = replace(year, consumer_reason=np.zeros((1, 3), dtype=np.int8))
    assert not suspect(served, 0).startswith(edge)


def test_a_supply_that_is_all_but_the_return_is_named(tmp_path: Path) -> None:
    circuit = load(write_village(tmp_path)).circuits["heat"]
    year = replace(
        solved_circuit(circuit, np.array([[1.0, 0.0, 5e3]])),
        consumer_mass_flow=np.array([[0.4, 0.5, 0.1]]),
        consumer_supply_temperature=np.array([[40.0006, 40.0, 52.0]]),
        consumer_return_temperature=np.full((1, 3), 40.0),
    )
    first = circuit.consumer_ids[0]
    assert suspect(year, 0).startswith(
        f"consumer '{first}' draws 0.4 kg/s for 1 W, as its supply of 40 °C is all but its return"
    )


def test_water_beyond_what_is_known_is_told_where_heat_does_not_close(tmp_path: Path) -> None:
    circuit = load(write_village(tmp_path)).circuits["heat"]
    year = replace(
        solved_circuit(circuit, np.zeros((1, 3))),
        consumer_mass_flow=np.full((1, 3), 0.2),
        heat_residual=np.array([0.03]),
    )
    assert suspect(year, 0).startswith("its water would have to be colder than 0 or hotter")


def test_a_difference_larger_than_the_supply_is_named(tmp_path: Path) -> None:
    folder = write_village(tmp_path, ground_temperature=TIMES)
    consumers = (folder / "consumers.csv").read_text().replace(",40\n", ",69.999\n")
    consumers = consumers.replace(",35\n", ",30\n").replace("return_temp", "temp")
    (folder / "consumers.csv").write_text(consumers.replace("erature\n", "erature_difference\n"))
    found = next(line for line in told(folder) if "held at 0 °C" in line)

    assert found.endswith(
        ": the temperature_difference of consumer 'mill' is larger than its supply is above "
        "0 °C: lower it, or raise the supply"
    )


def test_only_valves_on_the_side_that_is_shut_are_named(tmp_path: Path) -> None:
    folder = write_village(
        tmp_path,
        valves="id,pipe,side,is_open\nV1,P-4,return,false\nV2,P-2,supply,false\n",
        ground_temperature=TIMES,
    )
    (found,) = told(folder)

    assert "at 2 of 3 consumers, most at 'mill'" in found
    circuit = load(folder).circuits["heat"]
    gate = np.zeros(2)
    assert cut_off(circuit, gate).tolist() == [True, False, True]
    assert closing_valves(circuit, gate, 2) == ((("V1",),), ())
    assert closing_valves(circuit, gate, 0) == ((("V2",),), ())
