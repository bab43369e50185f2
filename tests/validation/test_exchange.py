"""What is exported solves in pandapipes to our figures, what is imported here to theirs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from village import write_village

from warmtenet.model.scenario import WaterSection
from warmtenet.networks.exchange.export import write_json
from warmtenet.networks.exchange.folder import write_folder
from warmtenet.networks.exchange.library import KELVIN, quiet
from warmtenet.networks.exchange.read import from_pandapipes
from warmtenet.networks.exchange.settings import make_constant_fluid
from warmtenet.networks.load import load
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.simulate import simulate
from warmtenet.studies.export import export_pandapipes
from warmtenet.studies.peer import TIGHT

pytestmark = pytest.mark.validation
pandapipes = pytest.importorskip("pandapipes")
shipped = pytest.importorskip("pandapipes.networks")

# Tolerances of the plan, section 12. Pressures: pandapipes keeps bar, and stops at 1e-9 of them.
MASS_FLOW, TEMPERATURE, PRESSURE_DROP = 1e-4, 0.01, 1e-3
SMALLEST_FLOW, SMALLEST_DROP = 1e-3, 0.1

SAME_PHYSICS = """\
name = "village"
[water]
model = "constant"
[friction]
law = "pandapipes"
heating = false
"""

MESH = {
    "pipes": (
        "id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient,"
        "heat_loss_coefficient_return,roughness,minor_loss_coefficient\n"
        "P-1,heat,plant,tee,80,0.0545,0.21,0.15,5e-5,3\n"
        "P-2,heat,mill,tee,60,0.0431,0.19,,1e-4,0\n"
        "P-3,heat,tee,farm,60,0.0431,0.19,0.18,,2\n"
        "P-4,heat,farm,inn,60,0.0285,0.15,,1e-4,4\n"
        "P-5,heat,mill,inn,140,0.0285,0.15,,1e-4,1\n"
    ),
    "consumers": (
        "id,circuit,junction,heat,flow,return_temperature,temperature_difference\n"
        "mill,heat,mill,40 kW,,40,\n"
        "farm,heat,farm,30 kW,,,28\n"
        "inn,heat,inn,,0.12,35,\n"
    ),
    "producers": (
        "id,circuit,junction,role,supply_temperature,mass_flow,static_pressure\n"
        "boiler,heat,plant,pressure,70,,2 bar\n"
        "solar,heat,farm,flow,74,0.15,\n"
    ),
}


def solve_theirs(network: Any, **options: Any) -> Any:
    with quiet():
        pandapipes.pipeflow(network, **{**TIGHT, **options})
    return network


def solve_ours(folder: Path) -> CircuitYear:
    circuits = simulate(load(folder), at="3600", fields=True).cases["base"].circuits
    (year,) = circuits.values()
    assert year.heat_error.max() < 1e-7
    assert not year.consumer_reason.any()
    return year


def assert_same_pipes(year: CircuitYear, flow: np.ndarray, theirs: Any, back: Any) -> None:
    """Compare flows, temperatures and pressure drops of supply pipes and return pipes."""
    scale = np.maximum(np.abs(flow), SMALLEST_FLOW)
    ours = year.fields["pipe_mass_flow"][0]
    assert (np.abs(ours - flow) / scale).max() < MASS_FLOW
    flows = np.abs(flow) > SMALLEST_FLOW
    for side, rows in enumerate((theirs, back)):
        outlet = rows["t_outlet_k"].to_numpy() - KELVIN
        error = np.abs(year.fields["pipe_outlet_temperature"][0, :, side] - outlet)
        assert error[flows[:, side]].max() < TEMPERATURE


DEVICES = {
    "boosters": "id,pipe,side,pressure_rise\nB1,P-1,supply,0.3 bar\nB2,P-3,return,0.1 bar\n",
    "valves": (
        "id,pipe,side,is_open\nV1,P-5,supply,false\nV2,P-5,return,false\nV3,P-1,return,true\n"
    ),
}


# pandapipes' Colebrook does not converge where a shut valve leaves a pipe without flow.
@pytest.mark.parametrize(
    ("devices", "law"),
    [({}, "pandapipes"), (DEVICES, "rough")],
    ids=["mesh", "boosters and valves"],
)
def test_an_exported_mesh_solves_to_our_flows_temperatures_and_pressures(
    devices: dict[str, str], law: str, tmp_path: Path
) -> None:
    folder = write_village(tmp_path / "village", **MESH, **devices)
    scenario = SAME_PHYSICS.replace('"pandapipes"', f'"{law}"')
    (folder / "scenario.toml").write_text(scenario, encoding="utf-8")
    (folder / "ground_temperature.csv").write_text("time_s,all\n3600,9\n", encoding="utf-8")
    system = load(folder)
    network, instant = export_pandapipes(system)
    write_json(network, tmp_path / "network.json")
    with quiet():
        network = pandapipes.from_json(str(tmp_path / "network.json"))
    assert instant == "3600 s"
    solve_theirs(network, friction_model="nikuradse" if law == "rough" else "colebrook")
    year = solve_ours(folder)

    count = len(system.circuits["heat"].pipe_ids)
    supply, back = network.res_pipe.iloc[:count], network.res_pipe.iloc[count:]
    flow = np.stack([rows["mdot_from_kg_per_s"].to_numpy() for rows in (supply, back)], axis=1)
    assert_same_pipes(year, flow, supply, back)
    consumers = network.res_heat_consumer
    assert year.consumer_mass_flow[0] == pytest.approx(
        consumers["mdot_from_kg_per_s"].to_numpy(), rel=MASS_FLOW
    )
    given = consumers["t_from_k"].to_numpy() - KELVIN
    assert np.abs(year.consumer_supply_temperature[0] - given).max() < TEMPERATURE
    returned = consumers["t_outlet_k"].to_numpy() - KELVIN
    assert np.abs(year.consumer_return_temperature[0] - returned).max() < TEMPERATURE
    size = len(system.circuits["heat"].junctions)
    pressure = network.res_junction["p_bar"].to_numpy()[: 2 * size].reshape(2, size).T * 1e5
    head = pressure.max() - pressure.min()
    assert year.fields["junction_pressure"][0] == pytest.approx(pressure, abs=PRESSURE_DROP * head)


def schutterwald() -> Any:
    """Return the heat network of Schutterwald that comes with pandapipes, of constant water."""
    with quiet():
        network = shipped.schutterwald_heat()
    network["fluid"] = make_constant_fluid(WaterSection())
    del network["user_pf_options"]
    return network


def test_an_imported_district_solves_to_the_flows_and_temperatures_of_pandapipes(
    tmp_path: Path,
) -> None:
    network = solve_theirs(schutterwald(), friction_model="nikuradse")
    imported = from_pandapipes(network)
    assert imported.faults.found == []
    write_folder(imported, tmp_path / "schutterwald")
    year = solve_ours(tmp_path / "schutterwald")

    assert len(year.circuit.pipe_ids) == 243
    assert year.consumer_mass_flow[0] == pytest.approx(0.35, rel=1e-9)
    theirs = network.res_heat_consumer["t_from_k"].to_numpy() - KELVIN
    assert np.abs(year.consumer_supply_temperature[0] - theirs).max() < TEMPERATURE
    heat = network.res_heat_consumer["qext_w"].to_numpy()
    assert year.consumer_heat[0] == pytest.approx(heat, rel=1e-9)
    pump = network.res_circ_pump_pressure.iloc[0]
    assert year.producer_mass_flow[0, 0] == pytest.approx(pump["mdot_from_kg_per_s"], rel=1e-9)
    returned = year.producer_return_temperature[0, 0]
    assert returned == pytest.approx(pump["t_from_k"] - KELVIN, abs=TEMPERATURE)
    drop = network.res_heat_consumer["p_from_bar"] - network.res_heat_consumer["p_to_bar"]
    assert year.consumer_pressure_difference[0] == pytest.approx(
        drop.to_numpy() * 1e5, rel=PRESSURE_DROP
    )


def test_the_bundled_case_solves_to_the_same_instant_after_a_round_trip(tmp_path: Path) -> None:
    system = load("tregazinkwit")
    network, instant = export_pandapipes(system, "2029-01-31T07:00")
    write_folder(from_pandapipes(network), tmp_path / "back")
    here = simulate(system, at=instant).cases["base"].circuits
    there = simulate(load(tmp_path / "back")).cases["base"].circuits

    assert list(there) == list(here) == ["tap_water", "space", "effluent", "waste_heat"]
    for name, year in here.items():
        back = there[name]
        assert back.circuit.consumer_ids == year.circuit.consumer_ids
        # the same circuit and loads: what is left is where the solver stops, 1e-8
        heat = np.abs(back.consumer_heat - year.consumer_heat).max()
        assert heat < 1e-6 * np.abs(year.consumer_heat).max()
        flow = np.abs(back.consumer_mass_flow - year.consumer_mass_flow).max()
        assert flow < 1e-6 * year.consumer_mass_flow.max()
        supply = back.consumer_supply_temperature - year.consumer_supply_temperature
        assert np.abs(supply).max() < 1e-5
        assert back.pressure_difference[0, 0] == pytest.approx(year.pressure_difference[0, 0])


WATER = (
    "water_2eg_two_pipes",
    "water_combined_mixed",
    "water_meshed_2valves",
    "water_meshed_delta",
    "water_meshed_heights",
    "water_one_pipe1",
    "water_one_pipe2",
    "water_one_pipe3",
    "water_simple_strand_net",
    "water_strand_2pipes",
    "water_strand_cross",
    "water_tcross",
    "water_tcross_valves",
)
HEAT = (
    "heat_transfer_delta",
    "heat_transfer_delta_2sinks",
    "heat_transfer_heights",
    "heat_transfer_one_pipe",
    "heat_transfer_one_source",
    "heat_transfer_section_variation",
    "heat_transfer_t_cross",
    "heat_transfer_two_pipes",
)

OPENMODELICA = 0.01
"""Within which pandapipes' own tests find it and OpenModelica to agree in pressure. [1]"""

APART_FROM_OPENMODELICA = "water_tcross_valves"
"""Where pandapipes' own tests allow 0.4, for the pressure behind a valve of a given loss."""

AIR_AND_GRAVITY = 4e-4
"""pandapipes takes 9.81 m/s2, we 9.80665: share of the height by which pressures differ. [1]"""


def gauge_as_ours(network: Any) -> np.ndarray:
    """Return their pressures above the air at the height of the first external grid. [Pa]

    Theirs are above the air at each junction's own height.
    """
    from pandapipes.component_models.component_toolbox import p_correction_height_air

    air = p_correction_height_air(network.junction["height_m"].to_numpy(dtype=float))
    grid = network.junction.index.get_loc(network.ext_grid["junction"].iloc[0])
    return 1e5 * (network.res_junction["p_bar"].to_numpy() + air - air[grid])


@pytest.mark.parametrize("name", [*WATER, *HEAT])
def test_an_imported_open_network_solves_to_their_pressures_and_temperatures(
    name: str, tmp_path: Path
) -> None:
    mode = "hydraulics" if name in WATER else "bidirectional"
    with quiet():
        network = getattr(shipped, name)()
        pandapipes.set_user_pf_options(network, friction_model="colebrook")
    solve_theirs(network, mode=mode)
    imported = from_pandapipes(network)
    assert imported.faults.found == []
    write_folder(imported, tmp_path / name)
    year = solve_ours(tmp_path / name)

    theirs = network.res_pipe["mdot_from_kg_per_s"].to_numpy()
    flow = year.fields["pipe_mass_flow"][0, : len(theirs), 0]
    scale = np.maximum(np.abs(theirs), SMALLEST_FLOW * np.abs(theirs).max())
    assert (np.abs(flow - theirs) / scale).max() < MASS_FLOW
    pressure, wanted = year.fields["junction_pressure"][0, :, 0], gauge_as_ours(network)
    height = 1000.0 * 9.81 * np.ptp(network.junction["height_m"])
    within = PRESSURE_DROP * drop_of(network) + AIR_AND_GRAVITY * height
    assert np.abs(pressure - wanted).max() < within
    if name in HEAT:
        found = year.fields["junction_temperature"][0, :, 0]
        kelvin = network.res_junction["t_k"].to_numpy()
        assert np.abs(found - kelvin + KELVIN).max() < TEMPERATURE
    elif name != APART_FROM_OPENMODELICA:
        known = network.junction["p_om"].notna().to_numpy()
        openmodelica = 1e5 * network.junction["p_om"].to_numpy()
        agrees = np.abs(1.0 - pressure[known] / openmodelica[known])
        assert agrees.max() < OPENMODELICA


def drop_of(network: Any) -> float:
    """Return the largest pressure drop of a pipe. [Pa]"""
    pipes = network.res_pipe
    return float(np.abs(pipes["p_from_bar"] - pipes["p_to_bar"]).max()) * 1e5


def test_consumers_that_share_one_side_alone_solve_to_the_flows_of_pandapipes(
    tmp_path: Path,
) -> None:
    with quiet():
        network = pandapipes.create_empty_network()
        network["fluid"] = make_constant_fluid(WaterSection())
        a, b, c, d, e = pandapipes.create_junctions(network, 5, pn_bar=5.0, tfluid_k=350.0)
        for start, end, length in ((a, b, 0.1), (c, d, 0.2), (e, d, 0.07)):
            pandapipes.create_pipe_from_parameters(
                network, start, end, length, 40.0, u_w_per_m2k=3.0, text_k=283.15
            )
        pandapipes.create_heat_consumer(network, b, c, qext_w=40e3, treturn_k=313.15)
        pandapipes.create_heat_consumer(network, b, e, qext_w=25e3, deltat_k=20.0)
        pandapipes.create_circ_pump_const_pressure(network, d, a, 5.0, 2.0, 353.15)
        pandapipes.set_user_pf_options(network, friction_model="colebrook")
    solve_theirs(network)
    write_folder(from_pandapipes(network), tmp_path / "ring")
    year = solve_ours(tmp_path / "ring")

    theirs = network.res_heat_consumer
    assert year.consumer_mass_flow[0] == pytest.approx(
        theirs["mdot_from_kg_per_s"].to_numpy(), rel=MASS_FLOW
    )
    given = theirs["t_from_k"].to_numpy() - KELVIN
    assert np.abs(year.consumer_supply_temperature[0] - given).max() < TEMPERATURE
    apart = 1e5 * (theirs["p_from_bar"] - theirs["p_to_bar"]).to_numpy()
    assert year.consumer_pressure_difference[0] == pytest.approx(apart, rel=PRESSURE_DROP)
    returned = network.res_circ_pump_pressure["t_from_k"].iloc[0] - KELVIN
    assert year.producer_return_temperature[0, 0] == pytest.approx(returned, abs=TEMPERATURE)


@pytest.mark.parametrize("sections", [1, 10])
def test_minor_losses_of_pipes_in_sections_are_those_of_pandapipes(
    sections: int, tmp_path: Path
) -> None:
    with quiet():
        network = pandapipes.create_empty_network()
        network["fluid"] = make_constant_fluid(WaterSection())
        a, b = pandapipes.create_junctions(network, 2, pn_bar=3.0, tfluid_k=300.0)
        pandapipes.create_pipe_from_parameters(
            network, a, b, 0.05, 50.0, k_mm=0.1, loss_coefficient=10.0, sections=sections
        )
        pandapipes.create_ext_grid(network, a, 4.0, 300.0)
        pandapipes.create_sink(network, b, 2.0)
        pandapipes.set_user_pf_options(network, friction_model="colebrook")
    solve_theirs(network)
    write_folder(from_pandapipes(network), tmp_path / "line")
    system = load(tmp_path / "line")
    pressure = solve_ours(tmp_path / "line").fields["junction_pressure"][0, :, 0]

    assert pressure[0] - pressure[1] == pytest.approx(drop_of(network), rel=PRESSURE_DROP)
    exported, _ = export_pandapipes(system)
    assert drop_of(solve_theirs(exported)) == pytest.approx(drop_of(network), rel=1e-6)
    (pipe,) = from_pandapipes(exported).tables["pipes"].to_dict("records")
    assert float(pipe["minor_loss_coefficient"]) == 10.0 * sections
