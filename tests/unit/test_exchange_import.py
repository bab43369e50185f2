"""Networks of pandapipes become tables, and what has no place in them has one line."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from warmtenet.model.errors import InvalidInputError
from warmtenet.networks.exchange.folder import import_pandapipes, write_folder
from warmtenet.networks.exchange.library import quiet
from warmtenet.networks.exchange.read import from_pandapipes

pandapipes = pytest.importorskip("pandapipes")
shipped = pytest.importorskip("pandapipes.networks")

CURVE = "std_type = (a curve), expected a lift that does not depend on the flow"


def ring(*, back_length: float = 0.1, **pump: Any) -> Any:
    """Return a pump, a supply pipe, a consumer and a return pipe."""
    network = pandapipes.create_empty_network(fluid="water")
    a, b, c, d = pandapipes.create_junctions(network, 4, pn_bar=5.0, tfluid_k=350.0)
    for start, end, length in ((a, b, 0.1), (c, d, back_length)):
        pandapipes.create_pipe_from_parameters(network, start, end, length, 50.0, text_k=283.15)
    pandapipes.create_heat_consumer(network, b, c, qext_w=20e3, treturn_k=313.15)
    given = {"p_flow_bar": 5.0, "plift_bar": 2.0, "t_flow_k": 353.15, **pump}
    pandapipes.create_circ_pump_const_pressure(network, d, a, **given)
    return network


def line(*, grid: bool = True) -> Any:
    """Return a grid, a pipe and a sink, and one more junction without anything."""
    network = pandapipes.create_empty_network(fluid="water")
    a, b = pandapipes.create_junctions(network, 2, pn_bar=5.0, tfluid_k=300.0)
    pandapipes.create_pipe_from_parameters(network, a, b, 0.5, 80.0, k_mm=0.3, text_k=283.15)
    pandapipes.create_sink(network, b, 0.6, scaling=2.0, name="tap")
    if grid:
        pandapipes.create_ext_grid(network, a, p_bar=4.0, t_k=323.15, name="waterworks")
    return network


def tables_of(network: Any) -> dict[str, pd.DataFrame]:
    done = from_pandapipes(network)
    assert [str(fault) for fault in done.faults.found] == []
    return dict(done.tables)


def faults_of(network: Any) -> list[str]:
    return [str(fault) for fault in from_pandapipes(network).faults.found]


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    with quiet():
        yield


SHIPPED = {
    "heat_transfer_delta": (3, 3, 1, 1),
    "heat_transfer_delta_2sinks": (3, 3, 2, 1),
    "heat_transfer_heights": (5, 4, 4, 1),
    "heat_transfer_one_pipe": (2, 1, 1, 1),
    "heat_transfer_one_source": (3, 2, 1, 2),
    "heat_transfer_section_variation": (4, 4, 2, 2),
    "heat_transfer_t_cross": (4, 3, 2, 1),
    "heat_transfer_two_pipes": (3, 2, 2, 1),
    "schutterwald_heat": (244, 243, 44, 1),
    "water_2eg_two_pipes": (3, 2, 1, 2),
    "water_combined_mixed": (6, 6, 4, 2),
    "water_district_grid": (15, 15, 14, 1),
    "water_meshed_2valves": (6, 6, 1, 1),
    "water_meshed_delta": (3, 3, 1, 2),
    "water_meshed_heights": (4, 4, 2, 1),
    "water_one_pipe1": (2, 1, 1, 1),
    "water_simple_strand_net": (9, 8, 8, 1),
    "water_strand_2pipes": (3, 2, 1, 1),
    "water_strand_cross": (5, 4, 1, 4),
    "water_tcross": (4, 3, 2, 1),
    "water_tcross_valves": (4, 3, 2, 1),
}
"""Networks that come with pandapipes: junctions, pipes, consumers and producers that we find."""


@pytest.mark.parametrize("name", SHIPPED)
def test_network_that_comes_with_pandapipes_is_read_whole(name: str) -> None:
    network = getattr(shipped, name)()
    tables = tables_of(network)

    found = tuple(len(tables[t]) for t in ("junctions", "pipes", "consumers", "producers"))
    assert found == SHIPPED[name]
    length = tables["pipes"]["length"].astype(float) * tables["pipes"]["sides"].map(
        {"both": 2.0, "supply": 1.0, "return": 1.0}
    )
    assert length.sum() == pytest.approx(1e3 * network.pipe.length_km.sum())


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("water_strand_pump", [f"pump 'pump_0': {CURVE}"]),
        ("water_meshed_pumps", [f"pump 'pump_0': {CURVE}", f"pump 'pump_1': {CURVE}"]),
        ("water_strand_net_2pumps", [f"pump 'pump_0': {CURVE}", f"pump 'pump_1': {CURVE}"]),
        ("water_combined_versatility", [f"pump 'pump_0': {CURVE}"]),
        (
            "gas_one_pipe1",
            [
                "network: fluid = 'STANET_fluid', expected water, or a liquid of constant "
                "properties"
            ],
        ),
    ],
)
def test_what_our_tables_cannot_say_has_one_line(name: str, lines: list[str]) -> None:
    network = getattr(shipped, name)()

    assert faults_of(network) == lines


def test_a_ring_becomes_a_route_with_consumer_and_producer() -> None:
    tables = tables_of(ring())

    (pipe,) = tables["pipes"].to_dict("records")
    assert (pipe["from_junction"], pipe["to_junction"]) == ("junction_0", "junction_1")
    assert (pipe["sides"], pipe["length"], pipe["inner_diameter"]) == ("both", 100.0, 0.05)
    (consumer,) = tables["consumers"].to_dict("records")
    assert (consumer["junction"], consumer["heat"]) == ("junction_1", 20e3)
    assert (consumer["return_temperature"], consumer["is_connected"]) == (40.0, True)
    (producer,) = tables["producers"].to_dict("records")
    assert (producer["junction"], producer["role"]) == ("junction_0", "pressure")
    assert (producer["static_pressure"], producer["pressure_difference"]) == (3e5, 2e5)
    assert producer["supply_temperature"] == 80.0


def test_sides_of_unequal_length_are_rows_of_their_own() -> None:
    tables = tables_of(ring(back_length=0.2))

    pipes = tables["pipes"].set_index("sides")
    assert pipes.loc["supply", "length"] == 100.0
    assert pipes.loc["return", "length"] == 200.0
    assert (pipes["from_junction"] == "junction_0").all()
    assert (pipes["to_junction"] == "junction_1").all()


def test_sides_that_differ_have_columns_of_their_own() -> None:
    network = ring()
    network.pipe.loc[1, ["inner_diameter_mm", "u_w_per_m2k"]] = [40.0, 2.0]
    network.pipe.loc[1, "outer_diameter_mm"] = 60.0
    (pipe,) = tables_of(network)["pipes"].to_dict("records")

    assert (pipe["inner_diameter"], pipe["inner_diameter_supply"]) == ("", 0.05)
    assert pipe["inner_diameter_return"] == 0.04
    assert pipe["heat_loss_coefficient_return"] == pytest.approx(2.0 * 3.14159265 * 0.06)
    assert pipe["roughness"] == 2e-4


def test_a_second_consumer_on_one_side_alone_gets_a_place_of_its_own() -> None:
    network = ring()
    tables_before = tables_of(network)
    other = pandapipes.create_junction(network, 5.0, 350.0)
    pandapipes.create_pipe_from_parameters(network, other, 3, 0.07, 50.0, text_k=283.15)
    pandapipes.create_heat_consumer(network, 1, other, qext_w=5e3, deltat_k=20.0)
    tables = tables_of(network)

    ties = tables["pipes"][tables["pipes"]["length"] == 0.0]
    assert sorted(ties["sides"]) == ["return", "supply"]
    second = tables["consumers"].iloc[1]
    assert set(ties["to_junction"]) == {second["junction"]}
    assert second["temperature_difference"] == 20.0
    assert len(tables["junctions"]) == len(tables_before["junctions"]) + 2


def test_an_open_network_becomes_a_line_of_supply_pipes() -> None:
    tables = tables_of(line())

    (pipe,) = tables["pipes"].to_dict("records")
    assert (pipe["sides"], pipe["length"], pipe["roughness"]) == ("supply", 500.0, 3e-4)
    (consumer,) = tables["consumers"].to_dict("records")
    assert (consumer["id"], consumer["flow"]) == ("tap", 1.2)
    (producer,) = tables["producers"].to_dict("records")
    assert (producer["role"], producer["pressure"]) == ("pressure", 4e5)
    assert producer["supply_temperature"] == 50.0


def test_a_source_injects_at_the_temperature_of_its_junction() -> None:
    network = line()
    pandapipes.create_source(network, 1, 0.2, name="well")
    producers = tables_of(network)["producers"].set_index("id")

    assert producers.loc["well", ["role", "mass_flow"]].tolist() == ["flow", 0.2]
    assert producers.loc["well", "supply_temperature"] == pytest.approx(26.85)


def test_pumps_and_valves_become_boosters_and_valves_on_pipes() -> None:
    network = line()
    c, d = pandapipes.create_junctions(network, 2, pn_bar=5.0, tfluid_k=300.0)
    pandapipes.create_pump_from_parameters(network, 1, c, "two bar", poly_coefficents=[2.0])
    pandapipes.create_valve(network, c, d, "ju", 80.0, opened=False, loss_coefficient=3.0)
    pandapipes.create_valve(network, 0, 0, "pi", 40.0, loss_coefficient=0.5, name="tap valve")
    pandapipes.create_sink(network, d, 0.1, name="end")
    network.valve.loc[0, "name"] = "gate"
    tables = tables_of(network)

    pipes = tables["pipes"].set_index("id")
    (booster,) = tables["boosters"].to_dict("records")
    assert (booster["side"], booster["pressure_rise"]) == ("supply", 2e5)
    assert pipes.loc[booster["pipe"], "length"] == 0.0
    valves = tables["valves"].set_index("id")
    assert valves["is_open"].to_dict() == {"gate": False, "tap valve": True}
    assert pipes.loc[valves.loc["gate", "pipe"], "minor_loss_coefficient"] == 3.0
    # the loss of a valve refers to its own diameter, 40 mm in a pipe of 80 mm
    assert valves.loc["tap valve", "pipe"] == "pipe_0"
    assert pipes.loc["pipe_0", "minor_loss_coefficient"] == pytest.approx(0.5 * 16.0)


def test_a_flow_control_between_the_sides_is_a_bypass() -> None:
    network = ring()
    pandapipes.create_flow_control(network, 1, 2, 0.05, name="bypass")
    consumers = tables_of(network)["consumers"].set_index("id")

    assert consumers.loc["bypass", ["heat", "bypass_flow"]].tolist() == [0.0, 0.05]


def test_heat_at_a_given_flow_tells_the_difference() -> None:
    network = ring()
    network.fluid = pandapipes.create_constant_fluid(
        "liquid", "liquid", density=1000.0, viscosity=1e-3, heat_capacity=4000.0
    )
    network.heat_consumer.loc[0, ["controlled_mdot_kg_per_s", "treturn_k"]] = [0.25, None]
    (consumer,) = tables_of(network)["consumers"].to_dict("records")

    assert (consumer["flow"], consumer["temperature_difference"]) == (0.25, 20.0)
    assert from_pandapipes(network).settings["water"] == {
        "model": "constant",
        "density": 1000.0,
        "viscosity": 1e-3,
        "heat_capacity": 4000.0,
    }


@pytest.mark.parametrize(
    ("model", "law"), [(None, "rough"), ("nikuradse", "rough"), ("colebrook", "pandapipes")]
)
def test_the_law_of_friction_is_that_of_pandapipes(model: str | None, law: str) -> None:
    network = ring()
    if model is not None:
        pandapipes.set_user_pf_options(network, friction_model=model)

    assert from_pandapipes(network).settings["friction"] == {"law": law, "heating": False}


def test_circuits_that_do_not_touch_are_named_apart() -> None:
    network = ring()
    a, b = pandapipes.create_junctions(network, 2, pn_bar=5.0, tfluid_k=300.0)
    pandapipes.create_pipe_from_parameters(network, a, b, 0.5, 80.0)
    pandapipes.create_sink(network, b, 0.6)
    pandapipes.create_ext_grid(network, a, p_bar=4.0, t_k=323.15)
    tables = tables_of(network)

    assert tables["pipes"]["circuit"].tolist() == ["network1", "network2"]
    assert tables["consumers"]["circuit"].tolist() == ["network1", "network2"]


def test_a_network_without_coordinates_is_drawn_by_steps_from_the_producer() -> None:
    junctions = tables_of(line())["junctions"]

    assert junctions[["x", "y"]].values.tolist() == [[0.0, 0.0], [100.0, 0.0]]


def series(network: Any, table: str, **cells: Any) -> Any:
    for column, value in cells.items():
        network[table].loc[0, column] = value
    return network


def with_mass_pump_alone(network: Any) -> Any:
    pump = network.circ_pump_pressure.loc[0].to_dict()
    network.circ_pump_pressure = network.circ_pump_pressure.iloc[:0]
    pandapipes.create_circ_pump_const_mass_flow(
        network, pump["return_junction"], pump["flow_junction"], 5.0, 0.2, 353.15, name="main"
    )
    return network


def with_foreign(network: Any) -> Any:
    pandapipes.create_compressor(network, 0, 1, pressure_ratio=1.5, name="K1")
    return network


def with_exchanger(network: Any) -> Any:
    pandapipes.create_heat_exchanger(network, 0, 1, 5e3, 50.0, name="boiler")
    return network


def with_second_pump(network: Any) -> Any:
    pandapipes.create_circ_pump_const_pressure(network, 2, 1, 5.0, 2.0, 350.0, name="second")
    return network


def with_grid(network: Any) -> Any:
    pandapipes.create_ext_grid(network, 0, p_bar=4.0, t_k=323.15, name="grid")
    return network


def with_short_cut(network: Any) -> Any:
    pandapipes.create_pipe_from_parameters(network, 1, 2, 0.01, 20.0)
    return network


def with_inner_control(network: Any) -> Any:
    end = pandapipes.create_junction(network, 5.0, 350.0)
    pandapipes.create_flow_control(network, 1, end, 0.05, name="valve")
    return network


@pytest.mark.parametrize(
    ("network", "lines"),
    [
        (
            lambda: with_foreign(line()),
            [
                "compressor 'K1': element = compressor, expected a pump of constant lift: water "
                "is not compressed"
            ],
        ),
        (
            lambda: with_exchanger(line()),
            [
                "heat_exchanger 'boiler': qext_w = 5000.0, expected 0 W, or a flow_control in "
                "line with it, or a heat_consumer in its place"
            ],
        ),
        (
            lambda: series(ring(), "pipe", in_service=False),
            [
                "pipe 'pipe_0': in_service = False, expected True: what is out of service has "
                "no row",
            ],
        ),
        (
            lambda: line(grid=False),
            ["circuit 'network': ext_grid = 0, expected an external grid that holds the pressure"],
        ),
        (
            lambda: with_second_pump(ring()),
            [
                "circ_pump_pressure 'second': element = circ_pump_pressure, expected a "
                "circ_pump_mass: 'circ_pump_pressure_0' holds the pressure of circuit 'network'"
            ],
        ),
        (
            lambda: with_mass_pump_alone(ring()),
            [
                "circ_pump_mass 'main': element = circ_pump_mass, expected a circ_pump_pressure, "
                "whose flow is what consumers draw"
            ],
        ),
        (
            lambda: series(ring(), "heat_consumer", treturn_k=None, deltat_k=-20.0),
            [
                "heat_consumer 'heat_consumer_0': deltat_k = -20.0, expected a difference with "
                "the sign of the heat"
            ],
        ),
        (
            lambda: series(line(), "sink", mdot_kg_per_s=-0.25),
            ["sink 'tap': mdot_kg_per_s = -0.5, expected at least 0 kg/s, or a source"],
        ),
        (
            lambda: with_grid(ring()),
            [
                "ext_grid 'grid': junction = 'junction_0', expected a junction of an open "
                "network: this one is part of a closed circuit"
            ],
        ),
        (
            lambda: with_short_cut(ring()),
            [
                "junction 'junction_1': side = 'supply and return', expected one side: no pipe, "
                "valve or pump may join the water before and behind consumers"
            ],
        ),
        (
            lambda: with_inner_control(ring()),
            [
                "flow_control 'valve': to_junction = 'junction_4', expected a junction of the "
                "return side, with from_junction on the supply side",
                "junction 'junction_4': connection = (none), expected a way to a circulation pump "
                "or an external grid",
            ],
        ),
        (
            lambda: series(ring(t_flow_k=None, type="p"), "pipe"),
            [
                "circ_pump_pressure 'circ_pump_pressure_0': t_flow_k = (empty), expected a supply "
                "temperature in K"
            ],
        ),
    ],
    ids=[
        "foreign",
        "exchanger",
        "out of service",
        "no grid",
        "two pumps",
        "mass pump alone",
        "difference of the other sign",
        "negative sink",
        "grid",
        "short cut",
        "inner control",
        "no temperature",
    ],
)
def test_each_element_without_a_place_has_its_line(network: Any, lines: list[str]) -> None:
    assert faults_of(network()) == lines


def test_nothing_is_written_where_something_is_left_out(tmp_path: Path) -> None:
    network = shipped.water_strand_net_2pumps()
    pandapipes.to_json(network, str(tmp_path / "network.json"))

    with pytest.raises(InvalidInputError, match=r"pump 'pump_0': std_type"):
        import_pandapipes(tmp_path / "network.json", tmp_path / "folder")
    assert not (tmp_path / "folder").exists()


def test_skip_leaves_it_out_and_writes_the_rest(tmp_path: Path) -> None:
    network = shipped.water_strand_net_2pumps()
    pandapipes.to_json(network, str(tmp_path / "network.json"))
    done = import_pandapipes(tmp_path / "network.json", tmp_path / "folder", skip=True)

    assert len(done.faults.found) == 2
    assert len(pd.read_csv(tmp_path / "folder" / "pipes.csv")) == 3 + 2
    assert not (tmp_path / "folder" / "boosters.csv").exists()


def test_a_folder_has_scenario_and_ground(tmp_path: Path) -> None:
    network = ring()
    network.pipe["text_k"] = [280.15, 280.15]
    write_folder(from_pandapipes(network), tmp_path / "my ring", crs="EPSG:28992")

    text = (tmp_path / "my ring" / "scenario.toml").read_text(encoding="utf-8")
    assert text.splitlines()[:2] == ['name = "my_ring"', 'crs = "EPSG:28992"']
    ground = (tmp_path / "my ring" / "ground_temperature.csv").read_text(encoding="utf-8")
    assert ground == "time_s,all\n3600,7.0\n"


@pytest.mark.parametrize("content", ["", "{}", "[1, 2]", '{"a": "b"', "id,x\n"])
def test_a_file_that_is_no_network_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "file.json").write_text(content, encoding="utf-8")

    with pytest.raises(InvalidInputError, match=r"expected a network that pandapipes\.to_json"):
        import_pandapipes(tmp_path / "file.json", tmp_path / "folder")
    assert not (tmp_path / "folder").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(InvalidInputError, match=r"expected a new or an empty folder"):
        import_pandapipes(tmp_path / "network.json", tmp_path)


def test_a_pipe_loses_its_coefficient_in_each_of_its_sections() -> None:
    network = ring()
    network.pipe[["sections", "loss_coefficient"]] = [4, 2.5]
    (pipe,) = tables_of(network)["pipes"].to_dict("records")

    assert pipe["minor_loss_coefficient"] == 10.0


def test_cold_has_heat_and_difference_negative() -> None:
    network = ring()
    network.heat_consumer.loc[0, ["qext_w", "treturn_k", "deltat_k"]] = [-8e3, None, -4.0]
    (consumer,) = tables_of(network)["consumers"].to_dict("records")

    assert (consumer["heat"], consumer["temperature_difference"]) == (-8e3, 4.0)


@pytest.mark.parametrize("control_first", [True, False])
def test_an_exchanger_in_line_with_a_flow_control_is_a_consumer(control_first: bool) -> None:
    network = ring()
    network.fluid = pandapipes.create_constant_fluid(
        "liquid", "liquid", density=1000.0, viscosity=1e-3, heat_capacity=4000.0
    )
    between = pandapipes.create_junction(network, 5.0, 350.0)
    ends = [(1, between), (between, 2)]
    control, exchanger = ends if control_first else ends[::-1]
    pandapipes.create_flow_control(network, *control, 0.1)
    pandapipes.create_heat_exchanger(network, *exchanger, 6e3, 50.0, name="old house")
    tables = tables_of(network)

    consumer = tables["consumers"].set_index("id").loc["old house"]
    assert consumer[["junction", "flow"]].tolist() == ["junction_1", 0.1]
    assert consumer["temperature_difference"] == 15.0
    assert len(tables["junctions"]) == 2


def test_an_exchanger_that_exchanges_nothing_is_a_minor_loss() -> None:
    network = line()
    end = pandapipes.create_junction(network, 5.0, 300.0)
    pandapipes.create_heat_exchanger(network, 1, end, 0.0, 60.0, 2.5, name="idle")
    pandapipes.create_sink(network, end, 0.1)
    pipe = tables_of(network)["pipes"].set_index("id").loc["idle"]

    assert pipe[["length", "inner_diameter", "minor_loss_coefficient"]].tolist() == [
        0.0,
        0.06,
        2.5,
    ]


def test_consumers_and_producers_may_have_one_name() -> None:
    network = ring()
    network.heat_consumer["name"], network.circ_pump_pressure["name"] = "school", "school"
    pandapipes.create_flow_control(network, 1, 2, 0.05, name="school")
    tables = tables_of(network)

    consumers = tables["consumers"].set_index("id")["junction"].to_dict()
    assert consumers == {"school": "junction_1", "flow_control_school": "junction_1"}
    assert tables["producers"].set_index("id")["junction"].to_dict() == {"school": "junction_0"}
