"""Substations from the tables: columns, what drives them, and one line for each fault."""

from pathlib import Path

import numpy as np
import pytest
from village import edit, fault_lines, hourly, write_village

from warmtenet.model.errors import InvalidInputError
from warmtenet.networks.load import load
from warmtenet.profiles.boundary import circuit_boundary
from warmtenet.profiles.build import build_profiles
from warmtenet.solvers.design_state import solve_design_state
from warmtenet.solvers.simulate import simulate
from warmtenet.studies.export import snapshot

CONSUMERS = (
    "id,circuit,junction,heat,design_load,substation,return_temperature\n"
    "mill,heat,mill,40 kW,40 kW,plate,\n"
    "farm,heat,farm,30 kW,30 kW,floor,\n"
    "inn,heat,inn,10 kW,,,35\n"
)
HEADER = (
    "id,type,connection,design_supply_temperature,design_return_temperature,"
    "design_secondary_supply_temperature,design_secondary_return_temperature"
)
PLATE = "plate,heat_exchanger,,70,40,60,35"
FLOOR = "floor,floor_heating,mixing,70,,35,28"


def write(folder: Path, column: str = "", value: str = "") -> Path:
    """Write the village with an exchanger, which may have one more cell, and a floor."""
    more = "," if column else ""
    rows = f"{HEADER}{more}{column}\n{PLATE}{more}{value}\n{FLOOR}{more}\n"
    return write_village(folder, consumers=CONSUMERS, substations=rows)


def test_consumers_have_the_columns_of_their_kind(tmp_path: Path) -> None:
    circuit = load(write(tmp_path)).circuits["heat"]

    assert circuit.substations is not None
    assert circuit.substations.kind.tolist() == [1, 2, 0]
    assert circuit.substations.flow_exponent[0] == 0.8
    assert circuit.substations.capacity[:2] == pytest.approx([40e3 / 25.0, 30e3 / 7.0])


def test_the_design_point_gives_largest_flow_and_design_return(tmp_path: Path) -> None:
    consumers = load(write(tmp_path)).circuits["heat"].consumers

    # 30 K and 42 K below 70 °C
    assert consumers.max_flow[:2] == pytest.approx(
        [1.2 * 40e3 / 4180.0 / 30.0, 1.2 * 30e3 / 4180.0 / 42.0], rel=1e-3
    )
    assert consumers.return_temperature.tolist() == [40.0, 28.0, 35.0]


def test_the_design_state_takes_the_design_returns(tmp_path: Path) -> None:
    system = load(write(tmp_path))
    state = solve_design_state(system, build_profiles(system), "heat")

    assert state is not None
    assert state.return_temperature == pytest.approx((40.0 + 28.0 + 35.0) / 3.0)


def test_set_points_and_rooms_follow_series_and_curves(tmp_path: Path) -> None:
    folder = write(tmp_path, column="secondary_supply_temperature", value="series:setpoint")
    (folder / "setpoint.csv").write_text("time_s,all\n3600,60\n7200,55\n", encoding="utf-8")
    system = load(folder)
    far = circuit_boundary(system, build_profiles(system), "heat").far_side

    assert far is not None
    assert far.supply.tolist()[0][:2] == [60.0, 20.0]
    assert far.supply.tolist()[1][:2] == [55.0, 20.0]
    assert far.back[:, 0].tolist() == [35.0, 35.0]
    assert np.isnan(far.back[:, 2]).all()


def test_a_consumer_may_return_cold_by_itself(tmp_path: Path) -> None:
    folder = write(tmp_path)
    edit(
        folder,
        "consumers.csv",
        "return_temperature\n",
        "return_temperature,cooling_return_temperature\n",
    )
    edit(folder, "consumers.csv", "40 kW,40 kW,plate,\n", "-4 kW,40 kW,plate,,80\n")
    edit(folder, "consumers.csv", "floor,\n", "floor,,\n")
    edit(folder, "consumers.csv", ",,,35\n", ",,,35,\n")
    system = load(folder)
    boundary = circuit_boundary(system, build_profiles(system), "heat")

    assert boundary.far_side is not None
    assert np.isnan(boundary.far_side.back[0, 0])
    assert boundary.return_temperature[0, 0] == 80.0


def test_an_instant_for_other_programs_has_the_returns_as_solved(tmp_path: Path) -> None:
    taken = snapshot(load(write(tmp_path)))
    consumers = taken.tables["consumers"].set_index("id")

    assert "substations" not in taken.tables
    assert (consumers["substation"] == "").all()
    assert consumers["return_temperature"]["farm"] == pytest.approx(28.0)
    assert 40.0 < consumers["return_temperature"]["mill"] < 41.0
    assert consumers["return_temperature"]["inn"] == 35.0


def test_an_instant_has_the_heat_that_a_short_substation_gives(tmp_path: Path) -> None:
    folder = write(tmp_path)
    edit(folder, "producers.csv", "pressure,70", "pressure,52")  # the mill wants 60 °C
    system = load(folder)
    year = simulate(system, at="2029-01-01T00:00").cases["base"].circuits["heat"]
    taken = snapshot(system).tables["consumers"].set_index("id")

    assert 1e3 < year.consumer_heat[0, 0] < 39e3
    assert taken["heat"]["mill"] == pytest.approx(year.consumer_heat[0, 0])
    assert taken["heat"]["inn"] == 10e3


@pytest.mark.parametrize("exchange", [0.0, 0.1])
def test_a_hot_boiler_that_rests_is_as_good_as_none(exchange: float, tmp_path: Path) -> None:
    """Trickles of water hardly warmer than their set point of 60 °C, beside one of 95 °C."""
    plates = (
        "id,circuit,junction,design_load,substation\n"
        "mill,heat,mill,80 kW,plate\nfarm,heat,farm,80 kW,plate\ninn,heat,inn,80 kW,plate\n"
    )
    end = f",0.2,{exchange}\n"
    pipes = (
        "id,circuit,from_junction,to_junction,length,inner_diameter,"
        "heat_loss_coefficient,pair_exchange_coefficient\n"
        f"A,heat,plant,mill,100,0.1{end}B,heat,mill,farm,200,0.08{end}C,heat,farm,inn,150,0.08{end}"
    )
    years = []
    for name, row in (("alone", ""), ("beside", "spare,heat,inn,heat,95,0\n")):
        folder = write_village(
            tmp_path / name,
            consumers=plates,
            substations=f"{HEADER}\n{PLATE}\n",
            producers=(
                "id,circuit,junction,role,supply_temperature,heat\n"
                f"boiler,heat,plant,pressure,61,\n{row}"
            ),
            pipes=pipes,
            heat=(
                "time_s,mill,farm,inn\n3600,553.739,14.521,0.697\n7200,11.982,16.363,17.888\n"
                "10800,0.95,0.724,0.703\n14400,797.777,0.678,0.868\n18000,18.954,12.263,516.286\n"
            ),
            ground_temperature="time_s,all\n0,10\n",
        )
        years.append(simulate(load(folder)).cases["base"].circuits["heat"])
    alone, beside = years

    assert max(alone.heat_error.max(), beside.heat_error.max()) < 1e-8
    assert beside.consumer_mass_flow == pytest.approx(alone.consumer_mass_flow, rel=1e-4)
    assert beside.consumer_heat == pytest.approx(alone.consumer_heat, rel=1e-4)


FAULTS = {
    "unknown": (
        ("consumers.csv", "kW,floor", "kW,flor"),
        "consumer 'farm': substation = 'flor', expected the id of a row in substations.csv, "
        "perhaps 'floor'",
    ),
    "a return as well": (
        ("consumers.csv", "plate,\n", "plate,40\n"),
        "consumer 'mill': return_temperature = 40.0, expected an empty cell: the substation "
        "decides",
    ),
    "no load": (
        ("consumers.csv", "30 kW,30 kW,floor", "30 kW,,floor"),
        "consumer 'farm': design_load = (empty), expected a load above 0 W, for which substation "
        "'floor' is sized",
    ),
    "type": (
        ("substations.csv", "heat_exchanger", "heat_exchange"),
        "substation 'plate': type = 'heat_exchange', expected 'heat_exchanger' or 'floor_heating'",
    ),
    "no connection": (
        ("substations.csv", "mixing", ""),
        "substation 'floor': connection = (empty), expected 'mixing', 'throttling' or 'exchanger'",
    ),
    "connection of an exchanger": (
        ("substations.csv", "heat_exchanger,", "heat_exchanger,mixing"),
        "substation 'plate': connection = 'mixing', expected an empty cell, or type "
        "'floor_heating'",
    ),
    "missing end": (
        ("substations.csv", "70,40,60,35", "70,40,60,"),
        "substation 'plate': design_secondary_return_temperature = (empty), expected a value "
        "in °C",
    ),
    "end without meaning": (
        ("substations.csv", "mixing,70,,", "mixing,70,30,"),
        "substation 'floor': design_return_temperature = 30.0, expected an empty cell for "
        "connection 'mixing'",
    ),
    "crossed ends": (
        ("substations.csv", "70,40,60,35", "70,33,60,35"),
        "substation 'plate': design_return_temperature = 33.0, expected a temperature above "
        "design_secondary_return_temperature = 35 °C",
    ),
    "floor colder than its room": (
        ("substations.csv", "35,28", "35,18"),
        "substation 'floor': design_secondary_return_temperature = 18.0, expected a temperature "
        "above design_room_temperature = 20 °C",
    ),
    "no supply": (
        ("substations.csv", "mixing,70", "mixing,"),
        "substation 'floor': design_supply_temperature = (empty), expected a value in °C",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_one_line(name: str, tmp_path: Path) -> None:
    folder = write(tmp_path)
    change, line = FAULTS[name]
    edit(folder, *change)

    assert fault_lines(folder) == [line]


def test_a_set_point_for_cold_needs_its_design(tmp_path: Path) -> None:
    folder = write(tmp_path, column="cooling_secondary_supply_temperature", value="18")
    lines = fault_lines(folder)

    names = [line.split(": ")[1].split(" =")[0] for line in lines]
    assert names == [
        "cooling_design_supply_temperature",
        "cooling_design_return_temperature",
        "cooling_secondary_return_temperature",
    ]
    assert all(
        line.endswith("a value in °C, beside cooling_secondary_supply_temperature")
        for line in lines
    )


def test_a_given_flow_and_a_substation_are_two(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "flow.csv").write_text(hourly("mill", "0.2"), encoding="utf-8")

    assert fault_lines(folder) == [
        "consumer 'mill': substation = 'plate', expected an empty cell, as flow.csv gives its flow"
    ]


def test_cold_needs_a_substation_that_cools(tmp_path: Path) -> None:
    folder = write(tmp_path)
    edit(folder, "consumers.csv", "40 kW,40 kW,plate", "-4 kW,40 kW,plate")
    system = load(folder)
    with pytest.raises(InvalidInputError) as caught:
        circuit_boundary(system, build_profiles(system), "heat")

    assert str(caught.value) == (
        "consumer 'mill': substation = 'plate', expected one with cooling_ cells in "
        "substations.csv, as cold is asked for (first in hour 0)"
    )


def test_a_set_point_below_its_return_is_refused_with_its_hour(tmp_path: Path) -> None:
    folder = write(tmp_path, column="secondary_supply_temperature", value="series:setpoint")
    (folder / "setpoint.csv").write_text("time_s,all\n3600,60\n7200,30\n", encoding="utf-8")
    system = load(folder)
    with pytest.raises(InvalidInputError) as caught:
        circuit_boundary(system, build_profiles(system), "heat")

    assert str(caught.value) == (
        "substation 'plate': secondary_supply_temperature = 30.0, expected a temperature above "
        "the secondary return of 35 °C while heat is drawn (first in hour 1, 1 hours in all)"
    )
