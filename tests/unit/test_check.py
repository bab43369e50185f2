"""Bad inputs: each mutation of a valid folder gives exactly the lines that a user should read."""

from pathlib import Path

import pandas as pd
import pytest
from village import add_column, edit, fault_lines, hourly, write_village

from warmtenet.networks.load import load

EDITS = {
    "negative length": (
        ("pipes.csv", "tee,80,", "tee,-3.0,"),
        "pipe 'P-1': length = -3.0, expected a number at least 0 m and at most 100000 m",
    ),
    "wrong unit": (
        ("consumers.csv", "40 kW", "250 kg"),
        "consumer 'mill': heat = '250 kg', expected a value in W, kW or MW",
    ),
    "nan": (
        ("consumers.csv", "10 kW", "nan"),
        "consumer 'inn': heat = nan, expected a finite number in W",
    ),
    "infinite": (
        ("junctions.csv", "200,0", "inf,0"),
        "junction 'inn': x = inf, expected a finite number in m",
    ),
    "decimal comma": (
        ("consumers.csv", "40 kW", '"0,5 kW"'),
        "consumer 'mill': heat = '0,5 kW', expected a value in W, kW or MW, with a decimal point",
    ),
    "empty required cell": (
        ("junctions.csv", "mill,80,50", "mill,,50"),
        "junction 'mill': x = (empty), expected a value in m",
    ),
    "unknown junction": (
        ("consumers.csv", "heat,farm,", "heat,fram,"),
        "consumer 'farm': junction = 'fram', expected the id of a junction, perhaps 'farm'",
    ),
    "unknown circuit": (
        ("consumers.csv", "farm,heat,", "farm,haet,"),
        "consumer 'farm': circuit = 'haet', expected 'heat'",
    ),
    "unknown type": (
        ("pipes.csv", "S2-DN50", "S2-DN5"),
        "pipe 'P-1': type = 'steel-twin-S2-DN5', expected 'steel-twin-S2-DN50'",
    ),
    "unknown column": (
        ("pipes.csv", "to_junction,length", "to_junction,lenght"),
        "pipes.csv: column = 'lenght', expected 'length'",
    ),
    "strange column": (
        ("junctions.csv", "elevation", "colour"),
        "junctions.csv: column = 'colour', expected no such column: 'elevation' or 'geometry'",
    ),
    "missing column": (
        ("producers.csv", "junction,role", "role,junction"),
        None,
    ),
    "duplicate id": (
        ("pipes.csv", "P-3", "P-2"),
        "pipe 'P-2': id = 'P-2' in line 4, expected an id of its own (line 3 has it, too)",
    ),
    "duplicate column": (
        ("junctions.csv", "elevation", "x"),
        "junctions.csv: header = 'x', expected each column once, with a name",
    ),
    "ragged row": (
        ("pipes.csv", "50,steel-twin-S2-DN32", "50"),
        "pipes.csv line 3: cells = 5, expected 6 as in the header",
    ),
    "pipe onto itself": (
        ("pipes.csv", "farm,inn", "farm,farm"),
        "pipe 'P-4': to_junction = 'farm', expected another one than from_junction",
    ),
    "much too short": (
        ("pipes.csv", "mill,50", "mill,40"),
        "pipe 'P-2': length = 40.0, expected at least 0.9 of the 50.0 m between its junctions "
        "(or crs = 'none')",
    ),
    "no diameter": (
        ("pipes.csv", "steel-twin-S2-DN25", ""),
        "pipe 'P-4': inner_diameter = (empty), expected a number, or a 'type' of the catalogue",
    ),
    "no return": (
        ("consumers.csv", "10 kW,35", "10 kW,"),
        "consumer 'inn': return_temperature = (empty), expected a value in °C, "
        "a temperature_difference, or a substation",
    ),
    "no heat": (
        ("consumers.csv", "10 kW", ""),
        "consumer 'inn': heat = (empty), expected a number in W, or a column in heat.csv",
    ),
    "no supply": (
        ("producers.csv", "pressure,70", "pressure,"),
        "producer 'boiler': supply_temperature = (empty), expected a value in °C, "
        "or a column in supply_temperature.csv",
    ),
    "supply below return": (
        ("producers.csv", "pressure,70", "pressure,38"),
        "producer 'boiler': supply_temperature = 38.0, expected a temperature above the return of "
        "40 °C of consumer 'mill' and 1 more, which draw heat",
    ),
    "cold with a warm supply": (
        ("consumers.csv", "10 kW", "-10 kW"),
        "producer 'boiler': supply_temperature = 70.0, expected a temperature below the return of "
        "35 °C of consumer 'inn', which draws cold",
    ),
    "curve wholly below return": (
        ("producers.csv", "pressure,70", "pressure,curve:outdoor -10:38 12:36"),
        "producer 'boiler': supply_temperature = 38.0, expected a temperature above the return of "
        "40 °C of consumer 'mill' and 1 more, which draw heat",
    ),
    "water that boils": (
        ("producers.csv", "pressure,70", "pressure,343.15"),
        "producer 'boiler': supply_temperature = 343.15, "
        "expected a number at least 0 °C and at most 140 °C",
    ),
    "curve in kelvin": (
        ("producers.csv", "pressure,70", "pressure,curve:outdoor -10:348 12:338"),
        "producer 'boiler': supply_temperature = 'curve:outdoor -10:348 12:338', "
        "expected a number at least 0 °C and at most 140 °C at every point",
    ),
    "bad curve": (
        ("producers.csv", "pressure,70", "pressure,curve:outdoor -10:75"),
        "producer 'boiler': supply_temperature = 'curve:outdoor -10:75', "
        "expected a curve such as 'curve:outdoor -10:45 12:35'",
    ),
    "falling curve": (
        ("producers.csv", "pressure,70", "pressure,curve:outdoor 12:65 -10:75"),
        "producer 'boiler': supply_temperature = 'curve:outdoor 12:65 -10:75', "
        "expected a curve whose outdoor temperatures rise",
    ),
    "series that is not there": (
        ("producers.csv", "pressure,70", "pressure,series:flow_line"),
        "producer 'boiler': supply_temperature = 'series:flow_line', "
        "expected a file flow_line.csv beside the tables",
    ),
    "source that is not there": (
        ("producers.csv", "pressure,70", "pressure,source:mosa"),
        "producer 'boiler': supply_temperature = 'source:mosa', expected the id of a source",
    ),
    "unknown role": (
        ("producers.csv", "pressure,70", "presure,70"),
        "producer 'boiler': role = 'presure', expected 'pressure', 'flow' or 'heat'",
    ),
    "nobody holds the pressure": (
        (
            "producers.csv",
            "role,supply_temperature\nboiler,heat,plant,pressure,",
            "role,limit,supply_temperature\nboiler,heat,plant,heat,1 MW,",
        ),
        "producer 'boiler': role = 'heat', expected 'pressure' for one producer of circuit 'heat'",
    ),
    "role without its figure": (
        ("producers.csv", "pressure,70\n", "pressure,70\nspare,heat,inn,heat,70\n"),
        "producer 'spare': heat = (empty), expected a value, or a limit, for role 'heat'",
    ),
    "semicolons": (
        ("producers.csv", "id,circuit,junction,role,supply_temperature", "id;circuit;junction"),
        "producers.csv: header = 'id;circuit;junction', expected columns separated by commas",
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_one_bad_cell_gives_its_line(name: str, tmp_path: Path) -> None:
    (file, old, new), expected = EDITS[name]
    folder = write_village(tmp_path)
    edit(folder, file, old, new)
    if expected is None:
        edit(folder, file, "role,junction", "role")
        expected = "producers.csv: column = (missing), expected 'junction'"

    assert expected in fault_lines(folder)


@pytest.mark.parametrize(
    "name", [name for name, (_, line) in EDITS.items() if name != "unknown column"]
)
def test_one_bad_cell_gives_few_lines(name: str, tmp_path: Path) -> None:
    (file, old, new), expected = EDITS[name]
    folder = write_village(tmp_path)
    edit(folder, file, old, new)
    if expected is not None:
        assert len(fault_lines(folder)) <= 2


@pytest.mark.parametrize("table", ["junctions", "pipes", "consumers", "producers"])
def test_missing_table_is_named(table: str, tmp_path: Path) -> None:
    folder = write_village(tmp_path / "my", **{table: None})

    assert f"folder: {table}.csv = '(missing)', expected a table of {table} in my" in fault_lines(
        folder
    )


@pytest.mark.parametrize("text", ["", "id,circuit,junction,role,supply_temperature\n"])
def test_empty_table_is_named(text: str, tmp_path: Path) -> None:
    folder = write_village(tmp_path, producers=text)

    assert fault_lines(folder)[0].startswith("producers.csv: rows = 0, expected ")


def test_misspelt_file_is_named(tmp_path: Path) -> None:
    folder = write_village(tmp_path, suply_temperature=hourly("boiler", "70"))

    assert fault_lines(folder) == [
        "folder: file = 'suply_temperature.csv', expected 'supply_temperature.csv'"
    ]


def test_bytes_that_are_not_utf8_are_placed(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    path = folder / "junctions.csv"
    path.write_bytes(path.read_bytes().replace(b"mill", b"m\xfcll"))

    assert fault_lines(folder)[0] == "junctions.csv line 4: bytes = b'\\xfc', expected UTF-8"


def test_disconnected_pipe_and_consumer_are_named(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    edit(folder, "junctions.csv", "inn,", "hut,140,60,0\ninn,")
    edit(folder, "pipes.csv", "P-4,heat,farm,inn", "P-4,heat,hut,inn")
    edit(folder, "pipes.csv", "inn,60,", "inn,100,")

    way = "expected a way to producer 'boiler' of circuit 'heat'"
    assert fault_lines(folder) == [
        f"pipe 'P-4': from_junction = 'hut', {way}",
        f"consumer 'inn': junction = 'inn', {way}",
    ]


def test_a_wrong_junction_of_the_producer_is_one_line(tmp_path: Path) -> None:
    unknown, apart = write_village(tmp_path / "unknown"), write_village(tmp_path / "apart")
    edit(unknown, "producers.csv", "heat,plant", "heat,plnt")
    edit(apart, "junctions.csv", "inn,", "yard,0,20,40\ninn,")
    edit(apart, "producers.csv", "heat,plant", "heat,yard")

    assert fault_lines(unknown) == [
        "producer 'boiler': junction = 'plnt', expected the id of a junction, perhaps 'plant'"
    ]
    assert fault_lines(apart) == [
        "producer 'boiler': junction = 'yard', expected a junction of the pipes of circuit 'heat'"
    ]


def test_a_part_that_is_cut_off_has_a_line_for_its_pipes(tmp_path: Path) -> None:
    rows = range(6)
    folder = write_village(
        tmp_path,
        junctions="id,x,y,elevation\nplant,0,0,0\nend,9,0,0\n"
        + "".join(f"j{row},{20 + row},0,0\n" for row in (*rows, 6)),
        pipes="id,circuit,from_junction,to_junction,length,type\n"
        "P,heat,plant,end,80,steel-twin-S2-DN50\n"
        + "".join(f"P-{k},heat,j{k},j{k + 1},40,steel-twin-S2-DN50\n" for k in rows),
        consumers="id,circuit,junction,heat,return_temperature\n"
        "mill,heat,j6,40 kW,40\ninn,heat,end,40 kW,40\n",
    )

    way = "expected a way to producer 'boiler' of circuit 'heat'"
    assert fault_lines(folder) == [
        f"pipe 'P-0' and 5 more of one part: from_junction = 'j0', {way}",
        f"consumer 'mill': junction = 'j6', {way}",
    ]


def test_circuit_without_a_producer_is_named(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    edit(folder, "pipes.csv", "P-4,heat", "P-4,haet")

    assert fault_lines(folder) == [
        "consumer 'inn': junction = 'inn', expected a way to producer 'boiler' of circuit 'heat'",
        "circuit 'haet': consumers = 0, expected at least one consumer",
        "circuit 'haet': producers = 0, expected one producer with role 'pressure' "
        "(or do its pipes belong to circuit 'heat'?)",
    ]


def test_second_producer_that_holds_the_pressure_is_refused(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    edit(folder, "producers.csv", "pressure,70\n", "pressure,70\nspare,heat,inn,pressure,70\n")

    assert fault_lines(folder) == [
        "producer 'spare': role = 'pressure', expected 'flow' or 'heat': 'boiler' holds the "
        "pressure of circuit 'heat'"
    ]


def test_bypass_hotter_than_the_supply_is_refused(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    add_column(folder, "consumers", "bypass_temperature", "60")
    edit(folder, "consumers.csv", "35,60", "35,70")

    assert fault_lines(folder) == [
        "consumer 'inn': bypass_temperature = 70.0, expected below the supply temperature of "
        "producer 'boiler' (70 °C)"
    ]


def test_supply_colder_than_all_bypasses_is_one_fault_of_the_producer(tmp_path: Path) -> None:
    folder = write_village(
        tmp_path,
        heat="time_s,mill,farm,inn\n60,1,1,1\n120,1,1,1\n180,1,1,1\n",
        supply_temperature="time_s,boiler\n60,70\n120,55\n180,55\n",
    )
    add_column(folder, "consumers", "bypass_temperature", "60")

    assert fault_lines(folder) == [
        "producer 'boiler': supply_temperature = 55.0, expected a temperature above the "
        "bypass_temperature of 60 °C of consumer 'mill' and 2 more (first in row 2, 2 rows)"
    ]


def test_bypass_flow_above_the_largest_flow_is_refused(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    add_column(folder, "consumers", "max_flow", "0.5")
    add_column(folder, "consumers", "bypass_flow", "0.6")

    assert (
        "consumer 'inn': bypass_flow = 0.6, expected at most max_flow = 0.5 kg/s"
        in fault_lines(folder)
    )


@pytest.mark.parametrize(
    ("table", "column", "value", "without"),
    [
        ("consumers", "return_temperature", "-20", ""),
        ("consumers", "temperature_difference", "0", "return_temperature"),
        ("pipes", "inner_diameter", "0", "type"),
        ("pipes", "inner_diameter_return", "0", "type"),
        ("producers", "design_flow", "0", ""),
        ("producers", "supply_temperature", "500", ""),
    ],
)
def test_a_cell_at_fault_is_not_called_empty_as_well(
    table: str, column: str, value: str, without: str, tmp_path: Path
) -> None:
    folder = write_village(tmp_path)
    frame = pd.read_csv(folder / f"{table}.csv", dtype=str).drop(columns=without or [])
    if table == "pipes":
        frame = frame.assign(heat_loss_coefficient="0.2", inner_diameter_supply="0.05")
    if column == "design_flow":
        frame["plant_pressure_loss"] = "30 kPa"
    frame[column] = value
    frame.to_csv(folder / f"{table}.csv", index=False)

    assert all(f": {column} = {value}, expected a number" in line for line in fault_lines(folder))


def test_plant_loss_needs_its_flow(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    add_column(folder, "producers", "plant_pressure_loss", "30 kPa")

    assert fault_lines(folder) == [
        "producer 'boiler': design_flow = (empty), expected the flow at which the plant loses "
        "plant_pressure_loss, in kg/s"
    ]


def test_both_returns_are_refused(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    add_column(folder, "consumers", "temperature_difference", "30")

    assert fault_lines(folder)[0] == (
        "consumer 'mill': temperature_difference = 30.0, "
        "expected either this or return_temperature"
    )


def test_values_over_time_where_none_can_be(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    add_column(folder, "consumers", "max_flow", "series:limits")

    assert fault_lines(folder)[0] == (
        "consumer 'mill': max_flow = 'series:limits', "
        "expected one number in kg/s (not yet: values over time here)"
    )


def test_all_faults_come_at_once_in_the_order_of_the_files(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    edit(folder, "scenario.toml", "\n", "\n[weather]\ncold_spel = true\n")
    edit(folder, "junctions.csv", "80,50", "x,50")
    edit(folder, "pipes.csv", "tee,80", "tee,-80")
    edit(folder, "consumers.csv", "30 kW", "30 kg")
    edit(folder, "producers.csv", "pressure", "presure")

    starts = [line.split(",")[0] for line in fault_lines(folder)]
    assert starts == [
        "scenario.toml [weather]: cold_spel = true",
        "junction 'mill': x = 'x'",
        "pipe 'P-1': length = -80",
        "consumer 'farm': heat = '30 kg'",
        "producer 'boiler': role = 'presure'",
    ]


def test_dwellings_are_tied_to_buildings(tmp_path: Path) -> None:
    table = "id,building,type,count\nd1,B-1,terrased,2\nd2,B-2,terraced,1.5\n"
    folder = write_village(tmp_path, dwellings=table)
    add_column(folder, "consumers", "building", "B-1")
    edit(folder, "consumers.csv", "40,B-1", "40,B-11")

    assert fault_lines(folder) == [
        "consumer 'mill': building = 'B-11', expected a building of dwellings.csv, perhaps 'B-1'",
        "dwellings 'd1': type = 'terrased', expected 'terraced'",
        "dwellings 'd2': count = 1.5, expected a whole number",
        "dwellings 'd2': building = 'B-2', expected a building that a consumer names, "
        "perhaps 'B-1'",
    ]


def test_dwellings_need_a_service(tmp_path: Path) -> None:
    table = "id,building,type,count\nd1,B-1,terraced,2\n"
    folder = write_village(tmp_path, dwellings=table)
    add_column(folder, "consumers", "building", "B-1")
    edit(folder, "consumers.csv", "10 kW", "")

    assert fault_lines(folder) == [
        "consumer 'inn': heat = (empty), expected a number in W, or a column in heat.csv, or "
        "[circuits.heat] service = 'space' or 'tap_water'"
    ]


def test_one_fault_of_the_loads_is_one_line(tmp_path: Path) -> None:
    consumers = (
        "id,circuit,junction,return_temperature\n"
        "mill,heat,mill,40\nfarm,heat,farm,40\ninn,heat,inn,35\n"
    )
    heat = hourly("mill,farm,inn", "1000,1000,1000", 100)
    lines = fault_lines(write_village(tmp_path / "village", consumers=consumers, heat=heat))

    assert len(lines) == 1
    assert lines[0].startswith("heat.csv: rows = 100")


def test_a_duplicated_pipe_is_no_loop(tmp_path: Path) -> None:
    folder = write_village(tmp_path / "village")
    edit(folder, "pipes.csv", "P-4,heat", "P-3,heat")
    lines = fault_lines(folder)

    assert len(lines) == 1
    assert "expected an id of its own" in lines[0]


def test_an_outer_diameter_leaves_room_for_a_wall_on_each_side(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    frame = pd.read_csv(folder / "pipes.csv", dtype=str)
    frame = frame.assign(inner_diameter_return="0.30", outer_diameter="0.2")
    frame.to_csv(folder / "pipes.csv", index=False)

    assert fault_lines(folder) == [
        "pipe 'P-1' and 3 more: outer_diameter = 0.2, expected at least the inner diameter, 0.3 m"
    ]


def test_an_outer_diameter_is_larger_than_the_types_inner_one(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    add_column(folder, "pipes", "outer_diameter", "0.001")

    lines = fault_lines(folder)

    assert all("outer_diameter = 0.001, expected at least the inner" in line for line in lines)


@pytest.mark.parametrize(
    ("fixed", "least", "most", "line"),
    [
        ("70000", "90000", "100000", "at least min_pressure_difference = 90000 Pa"),
        ("70000", "", "60000", "at most max_pressure_difference = 60000 Pa"),
    ],
)
def test_a_fixed_head_outside_its_own_limits_is_refused(
    fixed: str, least: str, most: str, line: str, tmp_path: Path
) -> None:
    folder = write_village(tmp_path)
    for name, value in (("", fixed), ("min_", least), ("max_", most)):
        add_column(folder, "producers", f"{name}pressure_difference", value)

    assert fault_lines(folder) == [
        f"producer 'boiler': pressure_difference = 70000.0, expected {line}"
    ]


def test_shares_of_more_than_all_are_refused(tmp_path: Path) -> None:
    producers = (
        "id,circuit,junction,role,supply_temperature,share\nboiler,heat,plant,pressure,70,\n"
        "sun,heat,mill,flow,65,{}\nwaste,heat,inn,flow,65,{}\n"
    )
    day = "time_s,sun,waste\n3600,0.7,0.3\n7200,0.2,0.9\n"
    folder = write_village(tmp_path, producers=producers.format(0.7, 0.7), day=day)

    assert fault_lines(folder) == [
        "producer 'waste': share = 0.7, expected shares of at most 1 with 'sun'; together they "
        "are 1.4"
    ]
    (folder / "producers.csv").write_text(producers.format("series:day", "series:day"))
    assert fault_lines(folder) == [
        "producer 'waste': share = 'series:day', expected shares of at most 1 with 'sun'; "
        "together they are 1.1"
    ]
    (folder / "day.csv").write_text(day.replace("0.9", "0.8"))
    assert "heat" in load(folder).circuits


def test_ids_that_a_clock_has_are_refused(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    edit(folder, "consumers.csv", "inn,heat", "time_s,heat")

    assert fault_lines(folder) == [
        "consumer 'time_s': id = 'time_s', expected another id: the first column of series and "
        "fields has this name"
    ]
