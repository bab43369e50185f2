"""Systems at one instant as networks of pandapipes."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from exchange_factory import HEAD, exported
from village import add_column, edit, write_village

from warmtenet import cli
from warmtenet.model import water
from warmtenet.model.errors import Faults, InvalidInputError
from warmtenet.model.scenario import FrictionSection, Scenario, WaterSection
from warmtenet.networks.exchange import library
from warmtenet.networks.exchange.folder import write_folder
from warmtenet.networks.exchange.library import KELVIN, quiet
from warmtenet.networks.exchange.read import from_pandapipes
from warmtenet.networks.exchange.settings import make_fluid, read_settings, solver_options
from warmtenet.networks.load import load
from warmtenet.networks.system import System
from warmtenet.networks.write import as_texts
from warmtenet.solvers.simulate import simulate
from warmtenet.studies.export import export_pandapipes, snapshot

pandapipes = pytest.importorskip("pandapipes")
shipped = pytest.importorskip("pandapipes.networks")

GROUND = "time_s,all\n3600,9\n"
SUPPLY_CURVE = "curve:outdoor -10:75 12:65"


@pytest.fixture
def village(tmp_path: Path) -> System:
    return load(write_village(tmp_path / "village", ground_temperature=GROUND))


def texts(tables: Any) -> dict[str, list[dict[str, str]]]:
    """Return tables as they are written, rows by id."""
    return {
        name: as_texts(name, frame).sort_values("id").to_dict("records")
        for name, frame in tables.items()
    }


def test_supply_and_return_are_pipes_of_their_own(village: System) -> None:
    network = exported(village)
    pipes = network.pipe.set_index("name")

    assert len(network.junction) == 2 * 5
    assert len(pipes) == 2 * 4
    forth, back = pipes.loc["P-2"], pipes.loc["P-2_return"]
    names = network.junction["name"]
    assert [names[forth[end]] for end in ("from_junction", "to_junction")] == ["tee", "mill"]
    ends = [names[back[end]] for end in ("from_junction", "to_junction")]
    assert ends == ["mill_return", "tee_return"]
    assert forth["length_km"] == pytest.approx(0.05)
    assert forth["text_k"] == pytest.approx(9.0 + KELVIN)
    circuit = village.circuits["heat"]
    inner = circuit.pipes.inner_diameter[0, 1]
    assert forth["inner_diameter_mm"] == pytest.approx(1e3 * inner)
    loss = forth["u_w_per_m2k"] * np.pi * forth["outer_diameter_mm"] / 1e3
    assert loss == pytest.approx(circuit.pipes.heat_loss_coefficient[0, 1])


def test_consumers_and_producers_stand_between_the_sides(village: System) -> None:
    network = exported(village)
    consumer = network.heat_consumer.set_index("name").loc["farm"]
    pump = network.circ_pump_pressure.iloc[0]

    assert consumer["qext_w"] == 30e3
    assert consumer["treturn_k"] == pytest.approx(40.0 + KELVIN)
    assert pump["t_flow_k"] == pytest.approx(70.0 + KELVIN)
    assert pump["plift_bar"] * 1e5 == pytest.approx(HEAD)
    assert pump["p_flow_bar"] * 1e5 == pytest.approx(300_000.0 + HEAD)


def test_what_pandapipes_does_not_know_travels_in_columns(village: System) -> None:
    network = exported(village)

    assert set(network.pipe["warmtenet_type"]) == {
        "steel-twin-S2-DN50",
        "steel-twin-S2-DN32",
        "steel-twin-S2-DN40",
        "steel-twin-S2-DN25",
    }
    assert network.circ_pump_pressure["warmtenet_pump_efficiency"].tolist() == ["0.6"]
    assert network.warmtenet["scenario"] == {"name": "village"}


def test_cells_that_vary_have_the_value_of_the_instant(tmp_path: Path) -> None:
    folder = write_village(tmp_path / "village")
    edit(folder, "producers.csv", ",70", f",{SUPPLY_CURVE}")
    edit(folder, "consumers.csv", "30 kW", "curve:outdoor -10:30kW 12:3kW")
    (folder / "outdoor_temperature.csv").write_text(
        "time_s,all\n3600,12\n7200,1\n10800,-10\n", encoding="utf-8"
    )
    system = load(folder)

    for at, supply, heat in (("3600", 65.0, 3e3), ("7200", 70.0, 16.5e3), (None, 75.0, 30e3)):
        taken = snapshot(system, at)
        assert taken.tables["producers"]["supply_temperature"].tolist() == [supply]
        assert taken.tables["consumers"]["heat"].tolist() == [40e3, heat, 10e3]
        assert taken.states["heat"].supply_temperature.tolist() == [supply]
        assert taken.states["heat"].heat.tolist() == [40e3, heat, 10e3]
    assert taken.instant == "10800 s"


def test_who_is_not_connected_keeps_its_load(tmp_path: Path) -> None:
    folder = write_village(tmp_path / "village", ground_temperature=GROUND)
    add_column(folder, "consumers", "is_connected", "true")
    edit(folder, "consumers.csv", "35,true", "35,false")
    network, _ = export_pandapipes(load(folder))
    (consumer,) = network.heat_consumer[~network.heat_consumer["in_service"]].to_dict("records")

    assert (consumer["name"], consumer["qext_w"]) == ("inn", 10e3)


CHILLED = {
    "scenario": 'name = "village"\n[mode]\ncircuits = ["heat"]\n',
    "mode": "time_s,all\n3600,cold\n",
    "producers": (
        "id,circuit,junction,role,supply_temperature,cooling_supply_temperature\n"
        "boiler,heat,plant,pressure,70,8\n"
    ),
}
"""A village that cools, but for its consumers."""

COLD_CONSUMER = (
    "id,circuit,junction,heat,flow,return_temperature,cooling_return_temperature,"
    "cooling_temperature_difference,is_connected\n"
)


def write_chilled(folder: Path, consumers: str) -> Path:
    """Write a village whose circuit cools at the one instant it describes."""
    tables = {**CHILLED, "consumers": COLD_CONSUMER + consumers, "ground_temperature": GROUND}
    return write_village(folder, **tables)


@pytest.mark.parametrize(
    "cells",
    [
        ",0.5,35,14,,true",
        ",0.5,35,,6,true",
        "0,,35,,6,true",
        "-4000,,35,,6,true",
        "5000,,35,,6,false",
        "-5000,,35,,6,false",
    ],
    ids=["flow and return", "flow and difference", "idle", "cold", "heat at rest", "cold at rest"],
)
@pytest.mark.parametrize("other", ["mill,heat,mill,-10000,,35,14,,true\n", ""])
def test_a_circuit_that_cools_comes_back(cells: str, other: str, tmp_path: Path) -> None:
    system = load(write_chilled(tmp_path / "village", f"{other}inn,heat,inn,{cells}\n"))
    network, _ = export_pandapipes(system)
    done = from_pandapipes(network)
    assert done.faults.found == []
    write_folder(done, tmp_path / "back")
    back = load(tmp_path / "back")

    assert texts(back.tables) == texts(system.tables)
    here, there = (simulate(each).cases["base"].circuits["heat"] for each in (system, back))
    assert there.consumer_heat == pytest.approx(here.consumer_heat, rel=1e-9)
    assert there.consumer_mass_flow == pytest.approx(here.consumer_mass_flow, rel=1e-9)
    returned = here.consumer_return_temperature
    assert there.consumer_return_temperature == pytest.approx(returned, abs=1e-9, nan_ok=True)
    supply = here.producer_supply_temperature
    assert there.producer_supply_temperature == pytest.approx(supply, abs=1e-9)


def test_a_changed_difference_of_given_flow_that_cools_is_kept(tmp_path: Path) -> None:
    system = load(write_chilled(tmp_path / "village", "inn,heat,inn,,0.5,35,,6,true\n"))
    network, _ = export_pandapipes(system)
    network.heat_consumer["deltat_k"] = [-4.0]
    (consumer,) = from_pandapipes(network).tables["consumers"].to_dict("records")

    assert consumer["cooling_temperature_difference"] == 4.0
    assert consumer["return_temperature"] == "35"


def test_heat_given_to_a_circuit_that_cools_is_refused(tmp_path: Path) -> None:
    system = load(write_chilled(tmp_path / "village", "inn,heat,inn,-4000,,35,14,,true\n"))
    network, _ = export_pandapipes(system)
    network.heat_consumer["qext_w"] = [3e3]

    (fault,) = from_pandapipes(network).faults.found
    line = "qext_w = 3000.0, expected at most 0 W: the mode of its circuit is cold"
    assert str(fault) == f"heat_consumer 'inn': {line}"


def test_the_fluid_has_our_water() -> None:
    fluid = make_fluid(WaterSection())
    celsius = np.linspace(0.0, 140.0, 29)

    for name in ("density", "viscosity", "heat_capacity"):
        ours = getattr(water, name)(celsius)
        assert fluid.get_property(name, celsius + KELVIN) == pytest.approx(ours, rel=2e-4)


@pytest.mark.parametrize("model", ["iapws", "constant"])
def test_water_comes_back(model: str) -> None:
    scenario = Scenario(name="a", water=WaterSection(model=model, density=990.0))
    network = pandapipes.create_empty_network()
    network["fluid"] = make_fluid(scenario.water)
    pandapipes.set_user_pf_options(network, **solver_options(scenario))
    section = read_settings(network, {}, Faults())["water"]

    assert WaterSection(**section).model == model
    assert model == "iapws" or WaterSection(**section) == scenario.water


@pytest.mark.parametrize("law", ["colebrook", "haaland", "rough", "pandapipes"])
def test_our_law_of_friction_comes_back_unless_it_was_changed(law: str) -> None:
    scenario = Scenario(name="a", friction=FrictionSection(law=law))
    network = pandapipes.create_empty_network(fluid="water")
    pandapipes.set_user_pf_options(network, **solver_options(scenario))
    carried = {"name": "a", "friction": {"law": law}}
    assert read_settings(network, carried, Faults())["friction"] == {"law": law}

    other = "colebrook" if law == "rough" else "nikuradse"
    pandapipes.set_user_pf_options(network, friction_model=other)
    changed = read_settings(network, carried, Faults())["friction"]["law"]
    assert changed == {"colebrook": "pandapipes", "nikuradse": "rough"}[other]


def test_boosters_and_valves_go_out_and_come_back(tmp_path: Path) -> None:
    folder = write_village(
        tmp_path / "village",
        ground_temperature=GROUND,
        boosters="id,pipe,side,pressure_rise\nB1,P-1,supply,0.5 bar\nB2,P-3,return,2e4\n",
        valves="id,pipe,side,is_open\nV1,P-1,supply,true\nV2,P-2,return,series:gates\n",
        gates="time_s,V2\n3600,0\n",
    )
    network, _ = export_pandapipes(load(folder))
    assert network.pump["name"].tolist() == ["B1", "B2"]
    assert network.valve[["name", "opened"]].values.tolist() == [["V1", True], ["V2", False]]
    done = from_pandapipes(network)

    assert done.faults.found == []
    edit(folder, "valves.csv", "series:gates", "false")
    assert texts(done.tables) == texts(load(folder).tables)


def test_a_booster_that_takes_pressure_is_refused(village: System) -> None:
    rows = [{"id": "B1", "pipe": "P-1", "side": "supply", "pressure_rise": -5e4}]
    village.tables["boosters"] = pd.DataFrame(rows)

    with pytest.raises(InvalidInputError, match=r"booster 'B1': pressure_rise = -50000\.0"):
        exported(village)


@pytest.mark.parametrize("name", ["water_combined_mixed", "water_meshed_2valves"])
def test_an_open_network_goes_out_and_comes_back(name: str, tmp_path: Path) -> None:
    with quiet():
        given = getattr(shipped, name)()
    write_folder(from_pandapipes(given), tmp_path / "first")
    system = load(tmp_path / "first")
    network = exported(system)
    second = from_pandapipes(network)

    assert second.faults.found == []
    assert texts(second.tables) == texts(system.tables)
    for table, columns in {
        "sink": ["junction", "mdot_kg_per_s"],
        "source": ["junction", "mdot_kg_per_s"],
        "ext_grid": ["junction", "p_bar", "t_k"],
    }.items():
        if table in given and len(given[table]):
            found = network[table][columns].to_numpy(dtype=float)
            assert found == pytest.approx(given[table][columns].to_numpy(dtype=float), rel=1e-12)
    pipes = network.pipe.iloc[: len(given.pipe)]
    for column in ("length_km", "inner_diameter_mm", "k_mm", "loss_coefficient"):
        assert pipes[column].to_numpy() == pytest.approx(given.pipe[column].to_numpy(), rel=1e-12)


def test_an_open_end_is_a_grid_at_the_pressure_of_the_air(tmp_path: Path) -> None:
    folder = write_village(tmp_path / "village", ground_temperature=GROUND)
    add_column(folder, "pipes", "sides", "supply")
    edit(folder, "consumers.csv", "inn,10 kW,35", "inn,,")
    edit(folder, "producers.csv", "supply_temperature\n", "supply_temperature,pressure\n")
    edit(folder, "producers.csv", "pressure,70\n", "pressure,70,3 bar\n")
    system = load(folder)
    network, _ = export_pandapipes(system)

    grids = network.ext_grid.set_index("name")
    assert grids["p_bar"].to_dict() == {"inn": 0.0, "boiler": 3.0}
    assert grids["type"].to_dict() == {"inn": "p", "boiler": "pt"}
    assert network.sink["name"].tolist() == ["mill", "farm"]
    assert (network.sink["mdot_kg_per_s"] > 0.1).all()
    assert texts(from_pandapipes(network).tables) == texts(system.tables)
    network.ext_grid = network.ext_grid.drop(
        columns=[c for c in network.ext_grid.columns if c.startswith(("warmtenet", "exported"))]
    )
    consumers = from_pandapipes(network).tables["consumers"].set_index("id")
    assert consumers.loc["inn", "flow"] == ""


def test_export_and_import_from_the_command_line(
    village: System, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, folder = tmp_path / "out" / "village.json", tmp_path / "back"

    assert cli.main(["export", str(village.folder), "--to", "pandapipes", "--out", str(file)]) == 0
    assert capsys.readouterr().out == f"{file} is written: heat at 3600 s\n"
    assert cli.main(["import", str(file), str(folder)]) == 0
    assert "5 junctions, 4 pipes, 3 consumers, 1 producers" in capsys.readouterr().out
    assert cli.main(["check", str(folder)]) == 0
    assert texts(load(folder).tables) == texts(village.tables)


def test_import_tells_what_it_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, folder = tmp_path / "network.json", tmp_path / "back"
    with quiet():
        pandapipes.to_json(shipped.water_strand_pump(), str(file))
    line = "pump 'pump_0': std_type = (a curve), expected a lift that does not depend on the flow"

    assert cli.main(["import", str(file), str(folder)]) == 2
    assert capsys.readouterr().err == f"{line}\n"
    assert not folder.exists()
    assert cli.main(["import", str(file), str(folder), "--skip"]) == 0
    assert capsys.readouterr().err == f"left out: {line}\n"
    assert (folder / "pipes.csv").exists()


def test_a_missing_library_is_told_with_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(library, "find_spec", lambda _: None)
    folder = write_village(tmp_path / "village")
    line = (
        "exchange: library = (missing), expected pandapipes (python -m pip install "
        "'warmtenet[pandapower]')\n"
    )

    assert cli.main(["export", str(folder), "--to", "pandapipes"]) == 2
    assert capsys.readouterr().err == line
    assert cli.main(["import", "network.json", str(tmp_path / "back")]) == 2
    assert capsys.readouterr().err == line


def test_import_refuses_a_coordinate_system_that_does_not_exist(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["import", "a.json", str(tmp_path / "back"), "--crs", "EPSG:0"]) == 2
    assert "expected an EPSG code such as 'EPSG:28992', or 'none'" in capsys.readouterr().err
