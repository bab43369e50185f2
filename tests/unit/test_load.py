"""Loading: what a valid folder becomes, defaults, types, references of the scenario."""

from pathlib import Path

import numpy as np
import pytest
from village import add_column, edit, fault_lines, hourly, write_village

from warmtenet.model.catalogue import read_catalogue
from warmtenet.model.errors import InvalidInputError
from warmtenet.model.water import heat_capacity
from warmtenet.networks.bundled import bundled_names, template_folder
from warmtenet.networks.load import load

PIPES = (
    "id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient,"
    "pair_exchange_coefficient,roughness,roughness_return,heat_loss_coefficient_supply\n"
    "P-1,heat,plant,tee,80,50 mm,0.2,0.03,,,\n"
    "P-2,heat,tee,mill,50,40 mm,0.2,,2e-4,,\n"
    "P-3,heat,tee,farm,60,40 mm,0.2,,2e-4,3e-4,\n"
    "P-4,heat,farm,inn,60,40 mm,0.2,,,,0.25\n"
)


def test_a_name_and_four_tables_are_enough(tmp_path: Path) -> None:
    system = load(write_village(tmp_path))
    circuit = system.circuits["heat"]

    assert circuit.junctions == ("plant", "tee", "mill", "farm", "inn")
    assert circuit.pipes.from_junction.tolist() == [0, 1, 1, 3]
    assert circuit.pipes.to_junction.tolist() == [1, 2, 3, 4]
    assert circuit.consumers.min_pressure_difference.tolist() == [50_000.0] * 3
    assert circuit.producers.pump_efficiency.tolist() == [0.6]
    assert np.isnan(circuit.producers.pressure_difference).all()
    assert np.isinf(circuit.consumers.max_flow).all()
    assert set(system.inputs) == {
        "scenario.toml",
        "junctions.csv",
        "pipes.csv",
        "consumers.csv",
        "producers.csv",
    }


def test_file_and_folder_are_the_same_scenario(tmp_path: Path) -> None:
    folder = write_village(tmp_path)

    assert load(folder).inputs == load(folder / "scenario.toml").inputs == load(str(folder)).inputs


def test_types_give_what_rows_leave_open(tmp_path: Path) -> None:
    circuit = load(write_village(tmp_path)).circuits["heat"]
    kind = read_catalogue()["steel-twin-S2-DN50"]
    u1, u2 = kind.coefficients()

    assert circuit.pipes.inner_diameter[:, 0].tolist() == [kind.inner_diameter] * 2
    assert circuit.pipes.heat_loss_coefficient[:, 0] == pytest.approx([u1 - u2] * 2)
    assert circuit.pipes.pair_exchange_coefficient[0] == pytest.approx(u2)
    assert circuit.pressure_rating[0] == kind.max_pressure
    assert circuit.pipe_types[0] == kind.id


def test_the_ground_of_the_scenario_decides_what_types_lose(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    dry, wet = (
        load(folder, [f"ground.conductivity={value}"]).circuits["heat"].pipes for value in (1.0, 2)
    )

    assert (dry.heat_loss_coefficient < wet.heat_loss_coefficient).all()


def test_sides_of_a_pipe_may_differ(tmp_path: Path) -> None:
    pipes = load(write_village(tmp_path, pipes=PIPES)).circuits["heat"].pipes

    assert pipes.roughness.tolist() == [[1e-4, 2e-4, 2e-4, 1e-4], [1e-4, 2e-4, 3e-4, 1e-4]]
    assert pipes.heat_loss_coefficient[:, 3].tolist() == [0.25, 0.2]
    assert pipes.pair_exchange_coefficient.tolist() == [0.03, 0.0, 0.0, 0.0]


def test_pipes_of_no_length_are_minor_losses_only(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    edit(folder, "pipes.csv", "inn,60", "inn,0")

    assert load(folder).circuits["heat"].pipes.length[3] == 0.0


def test_schematics_are_not_measured(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    edit(folder, "pipes.csv", "inn,60", "inn,5")

    assert load(folder, ["crs=none"]).circuits["heat"].pipes.length[3] == 5.0


def test_design_load_limits_the_flow(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    edit(folder, "consumers.csv", "return_temperature", "return_temperature,design_load,max_flow")
    edit(folder, "consumers.csv", "40 kW,40", "40 kW,40,60 kW,")
    edit(folder, "consumers.csv", "30 kW,40", "30 kW,40,60 kW,0.3")
    edit(folder, "consumers.csv", "10 kW,35", "10 kW,35,,")
    limits = load(folder).circuits["heat"].consumers.max_flow
    expected = 1.2 * 60e3 / (heat_capacity(np.array([55.0]))[0] * 30.0)

    assert limits[0] == pytest.approx(expected, rel=1e-12)
    assert limits[1:].tolist() == [0.3, np.inf]
    plain = load(folder, ["water.model=constant", "water.heat_capacity=4000"])
    limit = plain.circuits["heat"].consumers.max_flow[0]
    assert limit == pytest.approx(1.2 * 60e3 / (4000.0 * 30.0), rel=1e-12)


def test_circuits_come_in_the_order_of_the_scenario(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    for table, row in {
        "pipes.csv": "Q-1,tap,plant,inn,200,steel-twin-S2-DN25\n",
        "consumers.csv": "inn_tap,tap,inn,5 kW,35\n",
        "producers.csv": "boiler_tap,tap,plant,pressure,70\n",
    }.items():
        with (folder / table).open("a", encoding="utf-8") as file:
            file.write(row)

    assert list(load(folder).circuits) == ["heat", "tap"]
    assert list(load(folder, ["circuits.tap.trench=false"]).circuits) == ["tap", "heat"]
    assert load(folder).circuits["tap"].junctions == ("plant", "inn")


def test_a_consumer_that_is_not_connected_needs_no_load(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    edit(folder, "consumers.csv", "return_temperature", "return_temperature,is_connected")
    for old in ("40 kW,40", "30 kW,40"):
        edit(folder, "consumers.csv", old, f"{old},true")
    edit(folder, "consumers.csv", "10 kW,35", ",35,no")
    with pytest.raises(InvalidInputError, match="'inn': is_connected = 'no', expected true or"):
        load(folder)
    edit(folder, "consumers.csv", ",no", ",0")

    assert load(folder).circuits["heat"].consumers.is_connected.tolist() == [True, True, False]


def test_cold_may_have_a_supply_and_return_of_its_own(tmp_path: Path) -> None:
    folder = write_village(tmp_path, heat=hourly("mill", "-1000"))
    edit(
        folder,
        "consumers.csv",
        "return_temperature",
        "return_temperature,cooling_return_temperature",
    )
    for row in ("40 kW,40", "30 kW,40", "10 kW,35"):
        edit(folder, "consumers.csv", row, f"{row},22")
    edit(
        folder,
        "producers.csv",
        "supply_temperature",
        "supply_temperature,cooling_supply_temperature",
    )
    edit(folder, "producers.csv", ",70", ",70,18")
    consumers = load(folder).circuits["heat"].consumers

    assert consumers.cooling_return_temperature.tolist() == [22.0] * 3


REFERENCES = [
    (
        "[circuits.haet]",
        "[circuits]: circuit = 'haet', expected the id of a circuit, perhaps 'heat'",
    ),
    (
        "[plant]\nproducers = ['boilr']",
        "[plant]: producers = 'boilr', expected the id of a producer, perhaps 'boiler'",
    ),
    (
        "[plant]\nproducers = ['boiler']\nconsumers = ['mosa']",
        "[plant]: consumers = 'mosa', expected the id of a consumer",
    ),
    (
        "[plant]\nproducers = ['boiler']\npriorities = ['mosa']",
        "[plant]: priorities = 'mosa', expected the id of a source",
    ),
    (
        "[sources.mosa]\nkind = 'waste_heat'\ntemperature = 75\ncircuit = 'cold'\n"
        "consumer = 'mill'\n[plant]\nproducers = ['boiler']\nconsumers = ['mill']",
        "[sources.mosa]: circuit = 'cold', expected the id of a circuit",
    ),
    (
        "[sources.mosa]\nkind = 'waste_heat'\ntemperature = 75\ncircuit = 'heat'\n",
        "[sources.mosa]: consumer = (missing), expected the plant's consumer on circuit 'heat'",
    ),
    (
        "[sources.mosa]\nkind = 'waste_heat'\ncalendar = 'mosa.csv'",
        "[sources.mosa]: calendar = 'mosa.csv', expected a file beside scenario.toml",
    ),
    (
        "[heat_pumps.pool]\nsource = 'rwzi'\ncapacity = '1 MW'\ncircuits = ['heat']",
        "[heat_pumps.pool]: source = 'rwzi', expected the id of a source",
    ),
    (
        "[buffers.tank]\ncircuit = 'haet'\nvolume = 40",
        "[buffers.tank]: circuit = 'haet', expected the id of a circuit, perhaps 'heat'",
    ),
    (
        "[cases.backup]\nout = ['mosa']",
        "[cases.backup]: out = 'mosa', expected the id of a source",
    ),
    (
        "[cases.base]\nout = []",
        "[cases]: base = [cases.base], expected another name for a case",
    ),
    (
        "[mode]\ncircuits = ['haet']",
        "[mode]: circuits = 'haet', expected the id of a circuit, perhaps 'heat'",
    ),
    (
        "[weather]\nfile = 'mastricht'",
        "[weather]: file = 'mastricht', expected a file beside scenario.toml, "
        "perhaps 'maastricht'",
    ),
]


@pytest.mark.parametrize(("text", "line"), REFERENCES)
def test_ids_of_the_scenario_exist(text: str, line: str, tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    edit(folder, "scenario.toml", '"village"\n', f'"village"\n{text}\n')
    with pytest.raises(InvalidInputError) as caught:
        load(folder)

    assert f"scenario.toml {line}" in str(caught.value).splitlines()


def test_unknown_coordinates_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="crs = 'EPSG:99999999', expected an EPSG code"):
        load(write_village(tmp_path), ["crs=EPSG:99999999"])


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("tregazinkwt", "'tregazinkwit'"),
        ("nowhere/at/all", "a bundled name (tregazinkwit), a scenario.toml or its folder"),
    ],
)
def test_a_scenario_that_is_not_there_is_one_line(name: str, rule: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        load(name)

    assert str(caught.value) == f"scenario: name = '{name}', expected {rule}"


def test_a_folder_without_a_scenario_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="expected a file scenario"):
        load(tmp_path)


def test_the_template_is_valid() -> None:
    assert len(load(template_folder()).circuits["street"].consumer_ids) == 3


@pytest.mark.parametrize("name", bundled_names())
def test_bundled_cases_are_valid(name: str) -> None:
    assert load(name).circuits


def test_a_valve_may_follow_a_series(tmp_path: Path) -> None:
    valves = "id,pipe,side,is_open\nV1,P-1,supply,true\nV2,P-2,return,series:gates\n"
    gates = "time_s,V2\n3600,0\n7200,1\n"
    system = load(write_village(tmp_path, valves=valves, gates=gates))

    assert system.tables["valves"]["is_open"].tolist() == [True, "series:gates"]
    assert system.series["gates"].values.tolist() == [[0.0], [1.0]]


@pytest.mark.parametrize("method", ["calendar", "hysteresis"])
def test_seconds_of_no_year_tell_no_mode(method: str, tmp_path: Path) -> None:
    heat = "time_s,mill,farm,inn\n3600,1e3,1e3,1e3\n7200,-1e3,-1e3,-1e3\n"
    folder = write_village(tmp_path, heat=heat)
    mode = f"[mode]\ncircuits = ['heat']\nmethod = '{method}'\n"
    edit(folder, "scenario.toml", '"village"\n', f'"village"\n{mode}')

    (line,) = fault_lines(folder)
    assert line == (
        f"scenario.toml [mode]: method = '{method}', expected a file mode.csv ('heat', 'off' or "
        "'cold' by time_s), as the seconds of heat.csv belong to no year whose days or weather "
        "tell the mode"
    )

    (folder / "mode.csv").write_text("time_s,all\n3600,heat\n7200,cold\n")
    add_column(folder, "consumers", "cooling_return_temperature", "80")
    assert load(folder).series["mode"].values[:, 0].tolist() == [1.0, -1.0]


def test_a_mode_that_no_circuit_follows_is_refused(tmp_path: Path) -> None:
    folder = write_village(tmp_path, mode=hourly("all", "cold"))

    assert fault_lines(folder) == [
        "scenario.toml [mode]: circuits = (empty), expected the circuits that follow mode.csv, "
        "such as ['space']"
    ]
