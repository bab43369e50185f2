"""Exchangers that cannot be are refused, one line for each fault."""

from pathlib import Path

import pytest
from village import fault_lines
from zone_factory import CHAIN, SCENARIO, TABLES, edited, write_zones

FILE = "scenario.toml [exchangers."


def section(name: str, consumer: str, producer: str) -> dict[str, str]:
    """Return the scenario with one exchanger more."""
    more = f'[exchangers.{name}]\nconsumer = "{consumer}"\nproducer = "{producer}"\n'
    return {"scenario": SCENARIO + more}


@pytest.mark.parametrize(
    ("column", "cell", "shown"),
    [
        ("heat", "5000", "5000.0"),
        ("flow", "0.1", "0.1"),
        ("return_temperature", "40", "40.0"),
        ("temperature_difference", "20", "20.0"),
        ("cooling_return_temperature", "20", "20.0"),
        ("building", "B1", "'B1'"),
    ],
)
def test_what_the_zone_decides_may_not_be_given(
    column: str, cell: str, shown: str, tmp_path: Path
) -> None:
    head, *rows = TABLES["consumers"].splitlines()
    names = head.split(",")
    if column not in names:
        names.append(column)
    cells = [dict(zip(names, row.split(","), strict=False)) for row in rows]
    cells[0][column] = cell
    text = "\n".join([",".join(names), *(",".join(r.get(n, "") for n in names) for r in cells)])
    (line,) = fault_lines(write_zones(tmp_path, consumers=f"{text}\n"))
    rule = "expected an empty cell: exchanger 'station' decides it"
    assert line == f"consumer 'station': {column} = {shown}, {rule}"


@pytest.mark.parametrize("name", ["heat", "flow"])
def test_a_series_of_its_consumer_is_refused(name: str, tmp_path: Path) -> None:
    given = TABLES["heat"].replace("farm\n", "farm,station\n").replace("0\n", "0,1\n")
    flow = "time_s,station\n3600,0.1\n7200,0.1\n10800,0.1\n14400,0.1\n"
    (line,) = fault_lines(write_zones(tmp_path, **{name: given if name == "heat" else flow}))
    assert line == f"{name}.csv: column = 'station', expected no such column: exchanger " + (
        "'station' decides it"
    )


def test_ids_that_do_not_exist_are_named(tmp_path: Path) -> None:
    changed = SCENARIO.replace('"station"', '"sttion"').replace('"valley_pump"', '"pump"')
    lines = fault_lines(write_zones(tmp_path, scenario=changed))
    assert lines[0] == (
        f"{FILE}station]: consumer = 'sttion', expected the id of a consumer, perhaps 'station'"
    )
    assert lines[1].startswith(f"{FILE}station]: producer = 'pump', expected the id of a producer")


def test_a_negative_approach_is_refused(tmp_path: Path) -> None:
    folder = write_zones(tmp_path, scenario=SCENARIO.replace("2 K", "-1 K"))
    (line,) = fault_lines(folder)
    assert line.startswith(f"{FILE}station]: approach = ")


def test_a_producer_is_fed_once(tmp_path: Path) -> None:
    changed = {
        **section("second", "inn", "valley_pump"),
        "consumers": TABLES["consumers"].replace("inn,hill,A,,45,", "inn,hill,A,,,"),
        "heat": "time_s,mill,farm\n3600,1,1\n7200,1,1\n10800,1,1\n14400,1,1\n",
    }
    (line,) = fault_lines(write_zones(tmp_path, **changed))
    rule = "expected a producer that nothing else feeds: exchanger 'station' does"
    assert line == f"{FILE}second]: producer = 'valley_pump', {rule}"


def test_a_producer_of_the_plant_is_fed_already(tmp_path: Path) -> None:
    plant = '[plant]\nproducers = ["boiler", "valley_pump"]\n'
    (line,) = fault_lines(write_zones(tmp_path, scenario=SCENARIO + plant))
    rule = "expected a producer that nothing else feeds: [plant] does"
    assert line == f"{FILE}station]: producer = 'valley_pump', {rule}"


def test_a_consumer_has_one_exchanger(tmp_path: Path) -> None:
    changed = {**CHAIN, "scenario": CHAIN["scenario"].replace('"low_station"', '"station"')}
    lines = fault_lines(write_zones(tmp_path, **changed))
    rule = "expected a consumer of its own: exchanger 'station' has this one"
    assert f"{FILE}lower]: consumer = 'station', {rule}" in lines


def test_circuits_the_plant_draws_from_have_none(tmp_path: Path) -> None:
    plant = '[plant]\nproducers = ["valley_pump"]\nconsumers = ["inn"]\n'
    lines = fault_lines(write_zones(tmp_path, scenario=SCENARIO + plant))
    rule = "expected a consumer elsewhere: the plant draws from circuit 'hill'"
    assert f"{FILE}station]: consumer = 'station', {rule}" in lines


def test_circuits_in_a_ring_are_one_fault(tmp_path: Path) -> None:
    changed = {
        "scenario": section("back", "mill", "boiler")["scenario"],
        "consumers": TABLES["consumers"].replace("mill,valley,V1,,40,", "mill,valley,V1,,,"),
        "heat": "time_s,inn,farm\n3600,30000,40000\n7200,0,0\n10800,0,0\n14400,0,0\n",
    }
    (line,) = fault_lines(write_zones(tmp_path, **changed))
    rule = "expected circuits that feed one another one way: 'valley' feeds 'hill' feeds 'valley'"
    assert line == f"{FILE}station]: producer = 'valley_pump', {rule}"


def test_a_circuit_does_not_feed_itself(tmp_path: Path) -> None:
    scenario = SCENARIO.replace('"valley_pump"', '"boiler"')
    (line,) = fault_lines(write_zones(tmp_path, scenario=scenario))
    rule = "expected a producer of another circuit than 'hill'"
    assert line == f"{FILE}station]: producer = 'boiler', {rule}"


def test_the_producer_holds_the_pressure(tmp_path: Path) -> None:
    head = TABLES["producers"].replace("static_pressure\n", "static_pressure,mass_flow\n")
    rows = head.replace("2 bar\n", "2 bar,\n").replace("9 bar\n", "9 bar,\n")
    changed = {
        "producers": f"{rows}well,valley,V2,flow,70,,0.1\n",
        "scenario": SCENARIO.replace('"valley_pump"', '"well"'),
    }
    (line,) = fault_lines(write_zones(tmp_path, **changed))
    rule = "expected a producer with role 'pressure'"
    assert line == f"{FILE}station]: producer = 'well', {rule}"


def test_one_line_networks_have_no_exchanger(tmp_path: Path) -> None:
    pipes = TABLES["pipes"].replace("coefficient\n", "coefficient,sides\n")
    for end in ("0.3\n", "0.25\n", "0.2\n"):
        pipes = pipes.replace(end, f"{end.strip()},both\n")
    pipes = pipes.replace("200,0.08,0.25,both", "200,0.08,0.25,supply")
    pipes = pipes.replace("150,0.05,0.2,both", "150,0.05,0.2,supply")
    lines = fault_lines(write_zones(tmp_path, pipes=pipes))
    rule = "expected a producer of a circuit with a return side"
    assert f"{FILE}station]: producer = 'valley_pump', {rule}" in lines


def test_a_consumer_that_is_not_connected_passes_nothing_on(tmp_path: Path) -> None:
    rows = TABLES["consumers"].replace("max_flow\n", "max_flow,is_connected\n")
    rows = rows.replace("station,hill,S,,,\n", "station,hill,S,,,,false\n")
    (line,) = fault_lines(write_zones(tmp_path, consumers=rows.replace(",\n", ",,\n")))
    assert line == (
        "consumer 'station': is_connected = False, expected true: exchanger 'station' stands "
        "behind it"
    )


def test_a_substation_is_refused(tmp_path: Path) -> None:
    changed = edited("consumers", "max_flow\n", "max_flow,substation,design_load\n")
    rows = changed["consumers"].replace("S,,,\n", "S,,,,floor,50 kW\n")
    rows = rows.replace("45,\n", "45,,,\n").replace("40,\n", "40,,,\n").replace("35,\n", "35,,,\n")
    kinds = (
        "id,type,connection,design_supply_temperature,design_return_temperature,"
        "design_room_temperature\nfloor,floor_heating,throttling,45,35,20\n"
    )
    lines = fault_lines(write_zones(tmp_path, consumers=rows, substations=kinds))
    rule = "expected an empty cell: exchanger 'station' decides it"
    assert f"consumer 'station': substation = 'floor', {rule}" in lines
