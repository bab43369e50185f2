"""Circuits that feed one another through exchangers: heat, temperatures, and what counts once."""

from pathlib import Path

import numpy as np
import pytest
from trench_factory import write_district
from village import edit
from zone_factory import CHAIN, TABLES, edited, write_zones

from warmtenet.model.water import heat_capacity, water_table
from warmtenet.networks.exchangers import feeding_circuit
from warmtenet.networks.load import load
from warmtenet.reports.exchangers import exchanger_blocks
from warmtenet.reports.html import render
from warmtenet.reports.material import Material
from warmtenet.reports.terminal import summary_text
from warmtenet.results.balance import balance, heat_residual
from warmtenet.results.electricity import network_electricity
from warmtenet.results.energy import cold_energy, heat_energy, own_heat
from warmtenet.results.hourly import hourly_columns
from warmtenet.results.summary import summarise
from warmtenet.solvers.circuit_year import FLOW_LIMIT, PRESSURE, SOURCE, SUPPLY_TOO_COLD
from warmtenet.solvers.simulate import simulate
from warmtenet.solvers.simulation import Simulation
from warmtenet.studies.boiling import find_boiling
from warmtenet.studies.comparison import compare
from warmtenet.studies.export import snapshot
from warmtenet.studies.limits import find_limits
from warmtenet.studies.worst_line import worst_lines

APPROACH = 2.0

LIMITED = edited("consumers", "station,hill,S,,,", "station,hill,S,,,0.2")

COLD = {
    "producers": TABLES["producers"].replace("pressure,80", "pressure,8").replace("70", "11"),
    "consumers": TABLES["consumers"].replace("45", "18").replace("40", "20").replace("35", "22"),
    "heat": "time_s,inn,mill,farm\n3600,-30000,-60000,-40000\n7200,-3000,-8000,-2000\n",
    "ground_temperature": "time_s,all\n3600,12\n7200,12\n",
}


def run(folder: Path, **changes: str | None) -> Simulation:
    return simulate(load(write_zones(folder, **changes)))


@pytest.fixture(scope="module")
def zones(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    return run(tmp_path_factory.mktemp("zones"))


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    return run(tmp_path_factory.mktemp("limited"), **LIMITED)


def assert_closes(simulation: Simulation, left: float = 1e-6) -> None:
    """Assert that circuits, exchangers and totals close, nothing counted twice."""
    case = simulation.cases["base"]
    for year in case.circuits.values():
        assert heat_residual(year).max() < 1e-9
    found = balance(simulation)
    assert found.exchangers_relative is not None
    assert found.exchangers_relative < left
    produced, spent = np.zeros((2, len(simulation.profiles.duration)))
    for find in (heat_energy, cold_energy):
        energy = find(simulation.system, case)
        produced, spent = produced + energy.produced, spent + energy.delivered + energy.lost
    assert produced == pytest.approx(spent, rel=1e-6, abs=1.0)


def test_what_leaves_the_first_circuit_enters_the_second(zones: Simulation) -> None:
    case = zones.cases["base"]
    passed = case.exchangers["station"]
    hill, valley = case.circuits["hill"], case.circuits["valley"]

    assert passed.heat == pytest.approx(valley.producer_heat[:, 0], rel=1e-12)
    assert hill.consumer_heat[:, 0] == pytest.approx(valley.producer_heat[:, 0], rel=1e-8)
    assert passed.heat[[0, 1, 3]].min() > 1000.0
    assert passed.heat[2] == hill.consumer_mass_flow[2, 0] == 0.0
    assert_closes(zones)


def test_both_ends_of_the_exchanger_keep_its_approach(zones: Simulation) -> None:
    case = zones.cases["base"]
    hill, valley = case.circuits["hill"], case.circuits["valley"]
    flows = hill.consumer_mass_flow[:, 0] > 0.0

    warmer = hill.consumer_return_temperature - valley.producer_return_temperature
    assert warmer[flows, 0] == pytest.approx(np.full(3, APPROACH), abs=1e-6)
    above = hill.consumer_supply_temperature - valley.producer_supply_temperature
    assert (above[flows, 0] > APPROACH - 2e-3).all()


def test_the_supply_falls_to_what_the_first_circuit_lets_it_have(zones: Simulation) -> None:
    passed = zones.cases["base"].exchangers["station"]

    assert list(passed.falls) == [0.0, 1.0, 0.0, 1.0]
    assert passed.drive.supply[[0, 2]] == pytest.approx([70.0, 70.0])
    reachable = passed.primary_supply[[1, 3]] - APPROACH
    assert passed.drive.supply[[1, 3]] == pytest.approx(reachable, abs=2e-3)
    assert reachable.max() < 70.0 - 1.0
    assert passed.rest.max() == 0.0


def test_a_zone_is_the_circuit_that_stands_alone(zones: Simulation, tmp_path: Path) -> None:
    """Given what the exchanger decides, each circuit is solved as if there were no other."""
    passed = zones.cases["base"].exchangers["station"]
    rows = zip(passed.drive.supply, passed.heat, passed.drive.back, strict=True)
    supply, heat, back = zip(*rows, strict=True)
    cells = TABLES["consumers"].replace("station,hill,S,,,", "station,hill,S,,series:back,")
    alone = run(
        tmp_path,
        scenario=TABLES["scenario"].partition("[exchangers")[0],
        consumers=cells,
        heat=_with_column(TABLES["heat"], "station", heat),
        supply_temperature=_with_column(CLOCK, "valley_pump", supply),
        back=_with_column(CLOCK, "station", back),
    )
    for name, year in zones.cases["base"].circuits.items():
        other = alone.cases["base"].circuits[name]
        assert year.producer_heat == pytest.approx(other.producer_heat, rel=1e-7, abs=1e-3)
        highest = other.pipe_figures.max_pressure
        assert year.pipe_figures.max_pressure == pytest.approx(highest, rel=1e-9)


CLOCK = "time_s\n3600\n7200\n10800\n14400\n"


def _with_column(text: str, name: str, values: tuple[float, ...]) -> str:
    lines = text.splitlines()
    rows = [f"{line},{float(v)!r}" for line, v in zip(lines[1:], values, strict=True)]
    return "\n".join([f"{lines[0]},{name}", *rows]) + "\n"


def test_cold_passes_the_other_way_round(tmp_path: Path) -> None:
    simulation = run(tmp_path, **COLD)
    case = simulation.cases["base"]
    hill, valley = case.circuits["hill"], case.circuits["valley"]

    assert (valley.producer_heat < -5000.0).all()
    assert hill.consumer_heat[:, 0] == pytest.approx(valley.producer_heat[:, 0], rel=1e-8)
    colder = valley.producer_return_temperature - hill.consumer_return_temperature
    assert colder[:, 0] == pytest.approx(np.full(2, APPROACH), abs=1e-6)
    delivered = cold_energy(simulation.system, case).delivered
    assert delivered == pytest.approx([-130e3, -13e3])
    assert not heat_energy(simulation.system, case).delivered.any()
    assert_closes(simulation)


def test_cold_that_comes_too_warm_warms_the_supply(tmp_path: Path) -> None:
    warm = COLD["producers"].replace("pressure,8,", "pressure,12,")
    simulation = run(tmp_path, **{**COLD, "producers": warm})
    passed = simulation.cases["base"].exchangers["station"]

    assert (passed.drive.supply > 13.9).all()
    assert passed.drive.supply == pytest.approx(passed.primary_supply + APPROACH, abs=2e-3)
    assert_closes(simulation)


def test_cold_ground_that_does_it_all_asks_for_nothing(tmp_path: Path) -> None:
    """Pipes lose more than the consumers give: the supply is what it becomes, not warmed up."""
    changes = {
        **COLD,
        "heat": "time_s,inn,mill,farm\n3600,-30000,-600,-400\n",
        "ground_temperature": "time_s,all\n3600,4\n",
    }
    simulation = run(tmp_path, **changes)
    case = simulation.cases["base"]
    passed = case.exchangers["station"]

    assert passed.heat == pytest.approx([0.0], abs=1e-3)
    assert case.circuits["valley"].consumer_heat[0] == pytest.approx([-600.0, -400.0])
    assert 4.0 < passed.drive.supply[0] < 11.0
    assert not passed.falls.any()
    assert_closes(simulation)


@pytest.mark.parametrize(
    ("asked", "ground"),
    [(200.0, 12.0), (1000.0, 12.0), (6000.0, 12.0), (200.0, 4.0), (2000.0, 4.0), (4000.0, 4.0)],
)
def test_cold_at_part_load_is_served_however_cold_it_is_wanted(
    asked: float, ground: float, tmp_path: Path
) -> None:
    """The primary's water gives 13 °C; 7 °C are wanted, and the return is 14 °C."""
    station = {
        "producers": TABLES["producers"].replace("pressure,80", "pressure,8").replace("70", "7"),
        "consumers": (
            "id,circuit,junction,heat,return_temperature,max_flow\n"
            "station,hill,S,,,\ninn,hill,A,,18,\nmill,valley,V1,,14,20\n"
        ),
        "scenario": TABLES["scenario"].replace("2 K", "5 K"),
        "heat": f"time_s,inn,mill\n3600,-5000,{-asked}\n",
        "ground_temperature": f"time_s,all\n3600,{ground}\n",
    }
    simulation = run(tmp_path, **station)
    valley = simulation.cases["base"].circuits["valley"]

    assert valley.consumer_heat[0, 0] == pytest.approx(-asked, rel=2e-3)
    assert_closes(simulation, left=1e-4)


def test_a_chain_of_three_passes_heat_twice_and_delivers_it_once(tmp_path: Path) -> None:
    simulation = run(tmp_path, **CHAIN)
    case = simulation.cases["base"]
    upper, lower = case.exchangers["station"], case.exchangers["lower"]

    assert (upper.heat > lower.heat).all()
    assert lower.heat == pytest.approx(case.circuits["low"].producer_heat[:, 0])
    asked = np.array([130e3, 13e3, 30e3, 600.0]) + 20e3
    assert heat_energy(simulation.system, case).delivered == pytest.approx(asked)
    own = own_heat(simulation.system, case, "valley")
    assert own == pytest.approx([100e3, 10e3, 0.0, 300.0], abs=1e-3)
    assert_closes(simulation)


def test_what_the_first_circuit_cannot_give_is_missing_behind_it(limited: Simulation) -> None:
    case = limited.cases["base"]
    passed, valley = case.exchangers["station"], case.circuits["valley"]

    share = passed.drive.share[0]
    assert 0.2 < share < 0.5
    assert valley.consumer_heat[0] == pytest.approx(share * np.array([60e3, 40e3]))
    assert valley.consumer_unserved_heat[0] == pytest.approx(
        (1.0 - share) * np.array([60e3, 40e3])
    )
    assert list(valley.consumer_reason[0]) == [SOURCE, SOURCE]
    assert case.circuits["hill"].consumer_reason[0, 0] == FLOW_LIMIT
    assert case.circuits["hill"].consumer_mass_flow[0, 0] == pytest.approx(0.2)
    unserved = heat_energy(limited.system, case).unserved
    assert unserved == pytest.approx(valley.consumer_unserved_heat.sum(axis=1), abs=1.0)
    assert_closes(limited)


def test_what_is_missing_is_told_with_where_its_cause_lies(limited: Simulation) -> None:
    told = [line for line in find_limits(limited) if line.startswith("circuit 'valley'")]

    assert len(told) == 1
    assert "exchanger 'station' gives no more for want of flow within its max_flow" in told[0]
    assert "see consumer 'station' of circuit 'hill'" in told[0]


def in_a_row(plant: float, valley: float, low: float) -> dict[str, str]:
    """Return tables of three circuits, the supply of each asked for."""
    return {
        "scenario": CHAIN["scenario"].replace("approach = 3", "approach = 2"),
        "junctions": "id,x,y\nplant,0,0\nS,200,0\nV2,400,0\nL1,600,0\n",
        "pipes": (
            "id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient\n"
            "H,hill,plant,S,200,0.1,0.3\nV,valley,S,V2,150,0.08,0.3\nL,low,V2,L1,120,0.06,0.3\n"
        ),
        "consumers": (
            "id,circuit,junction,heat,return_temperature\ninn,hill,S,50 kW,40\n"
            "mill,valley,V2,40 kW,40\nquay,low,L1,12 kW,35\nstation,hill,S,,\n"
            "low_station,valley,V2,,\n"
        ),
        "producers": (
            "id,circuit,junction,role,supply_temperature\n"
            f"boiler,hill,plant,pressure,{plant}\nvalley_pump,valley,S,pressure,{valley}\n"
            f"low_pump,low,V2,pressure,{low}\n"
        ),
        "heat": "time_s,inn\n3600,50000\n",
        "ground_temperature": "time_s,all\n3600,10\n",
    }


@pytest.mark.parametrize(
    "asked", [(57, 70, 75), (57, 60, 60), (60, 58, 57), (50, 55, 55), (65, 70, 70), (80, 80, 80)]
)
def test_a_chain_passes_on_what_its_water_allows(
    asked: tuple[float, float, float], tmp_path: Path
) -> None:
    """Where both supplies must fall, that of the second station is not blamed for the first."""
    simulation = run(tmp_path, **in_a_row(*asked))
    case = simulation.cases["base"]

    assert case.circuits["low"].consumer_heat[0, 0] == pytest.approx(12e3)
    for station in case.exchangers.values():
        secondary = case.circuits[station.exchanger.secondary]
        primary = case.circuits[station.exchanger.primary]
        arrives = primary.consumer_supply_temperature[0, station.exchanger.consumer]
        wanted = station.asked_supply[0]
        sent = secondary.producer_supply_temperature[0, 0]
        assert sent == pytest.approx(min(wanted, arrives - 2.0), abs=5e-3)
    assert_closes(simulation)


def test_short_in_the_middle_of_a_chain_is_short_below(tmp_path: Path) -> None:
    cells = CHAIN["consumers"].replace("\nstation,hill,S,,,", "\nstation,hill,S,,,0.4")
    simulation = run(tmp_path, **{**CHAIN, "consumers": cells})
    case = simulation.cases["base"]
    low = case.circuits["low"]

    assert low.consumer_unserved_heat[0, 0] > 5000.0
    assert case.circuits["valley"].consumer_reason[0, 2] == SOURCE
    ends = [case.circuits[name].consumer_unserved_heat for name in ("valley", "low")]
    missing = ends[0][:, :2].sum(axis=1) + ends[1].sum(axis=1)
    assert heat_energy(simulation.system, case).unserved == pytest.approx(missing, abs=1.0)
    assert_closes(simulation)


def test_where_pipes_lose_more_than_comes_the_supply_falls(tmp_path: Path) -> None:
    """Nothing is left to withhold from consumers: the water of the bypass gets colder."""
    rows = TABLES["consumers"].replace("max_flow\n", "max_flow,bypass_flow\n")
    rows = rows.replace("hill,S,,,\n", "hill,S,,,0.02,\n").replace("35,\n", "35,,0.05\n")
    rows = rows.replace("45,\n", "45,,\n").replace("40,\n", "40,,\n")
    simulation = run(tmp_path, consumers=rows)
    passed = simulation.cases["base"].exchangers["station"]

    assert (passed.drive.share == 0.0).all()
    assert (passed.drive.supply < 50.0).all()
    assert (passed.heat > 1000.0).all()
    assert_closes(simulation)


def test_behind_a_shut_valve_nothing_passes(tmp_path: Path) -> None:
    simulation = run(
        tmp_path,
        valves="id,pipe,side,is_open\nVS,H1,supply,true\n",
        open="time_s,VS\n3600,1\n7200,0\n10800,1\n14400,1\n",
    )
    case = simulation.cases["base"]

    assert case.exchangers["station"].heat[1] == 0.0
    assert case.circuits["hill"].consumer_reason[1, 0] == PRESSURE
    assert case.circuits["valley"].consumer_unserved_heat[1] == pytest.approx([8000.0, 2000.0])
    assert_closes(simulation)


def test_given_flow_comes_colder_where_heat_is_short(tmp_path: Path) -> None:
    """Flow that is given cannot be withheld."""
    simulation = run(
        tmp_path,
        consumers=(
            "id,circuit,junction,flow,heat,return_temperature,max_flow\n"
            "station,hill,S,,,,0.3\ninn,hill,A,,,45,\n"
            "mill,valley,V1,0.5,,40,\nfarm,valley,V2,0.3,,35,\n"
        ),
        heat="time_s,inn\n3600,30000\n7200,3000\n10800,30000\n14400,300\n",
    )
    case = simulation.cases["base"]

    assert case.circuits["valley"].consumer_mass_flow[0] == pytest.approx([0.5, 0.3])
    assert (case.exchangers["station"].drive.supply < 55.0).all()
    assert_closes(simulation)


def test_a_first_circuit_colder_than_the_return_serves_nobody_behind_it(tmp_path: Path) -> None:
    simulation = run(
        tmp_path,
        producers=TABLES["producers"].replace("pressure,80", "pressure,35"),
        consumers=TABLES["consumers"].replace("inn,hill,A,,45", "inn,hill,A,,30"),
    )
    case = simulation.cases["base"]
    valley = case.circuits["valley"]

    assert not case.exchangers["station"].heat.any()
    assert valley.consumer_unserved_heat[[0, 1, 3]].sum(axis=1) == pytest.approx([1e5, 1e4, 300.0])
    assert case.circuits["hill"].consumer_reason[0, 0] == SUPPLY_TOO_COLD
    assert not any("converge" in line for line in find_limits(simulation))
    assert_closes(simulation)


@pytest.mark.parametrize(
    ("circuit", "pipe"),
    [("valley", "V3,valley,V,V2,400,0.05,0.2"), ("hill", "H3,hill,plant,A,700,0.05,0.2")],
)
def test_either_circuit_may_have_loops(circuit: str, pipe: str, tmp_path: Path) -> None:
    simulation = run(tmp_path, pipes=f"{TABLES['pipes']}{pipe}\n", **LIMITED)

    assert simulation.cases["base"].circuits[circuit].head_residual is not None
    assert simulation.cases["base"].exchangers["station"].drive.share[0] < 0.5
    assert_closes(simulation)


def test_any_hours_come_to_rest(tmp_path: Path) -> None:
    random, hours = np.random.default_rng(3), 200
    loads = np.minimum(np.exp(random.normal(np.log(5000.0), 2.0, (hours, 3))), 90e3)
    clock = [3600 * (hour + 1) for hour in range(hours)]
    rows = [",".join(f"{load:.1f}" for load in row) for row in loads]
    heat = [f"{at},{row}" for at, row in zip(clock, rows, strict=True)]
    simulation = run(
        tmp_path,
        heat="\n".join(["time_s,inn,mill,farm", *heat]) + "\n",
        ground_temperature="time_s,all\n0,10\n",
        **LIMITED,
    )
    passed = simulation.cases["base"].exchangers["station"]

    assert 50 < np.count_nonzero(passed.drive.share < 1.0) < 150
    assert not passed.is_restless.any()
    assert_closes(simulation)


def test_bypasses_that_hold_more_than_comes_are_named(tmp_path: Path) -> None:
    """A bypass opens or stays shut: between the two there is no state."""
    rows = TABLES["consumers"].replace("max_flow\n", "max_flow,bypass_temperature\n")
    rows = rows.replace("hill,S,,,\n", "hill,S,,,0.05,\n").replace("35,\n", "35,0.4,60\n")
    rows = rows.replace("45,\n", "45,,\n").replace("40,\n", "40,0.5,\n")
    told = find_limits(run(tmp_path, consumers=rows))

    assert any(
        "did not come to rest: " in line and "by exchanger 'station', " in line for line in told
    )


PLANT = """
[sources.waste]
kind = "waste_heat"
capacity = 1e6
temperature = 95
[plant]
producers = ["boiler"]
priorities = ["waste"]
"""


def test_the_plant_feeds_the_first_circuit_alone(zones: Simulation, tmp_path: Path) -> None:
    simulation = run(tmp_path, scenario=TABLES["scenario"] + PLANT)
    case = simulation.cases["base"]
    assert case.plant is not None

    hill = case.circuits["hill"]
    assert list(case.plant.load) == ["hill"]
    assert case.plant.load["hill"] == pytest.approx(hill.producer_heat[:, 0])
    assert not case.plant.unserved["hill"].any()
    energy = heat_energy(simulation.system, case)
    alone = heat_energy(zones.system, zones.cases["base"])
    assert energy.produced == pytest.approx(alone.produced, rel=1e-6)
    assert energy.delivered == pytest.approx(alone.delivered)
    pumps = sum(year.pump_electricity[:, 0] for year in case.circuits.values())
    assert network_electricity(case).pumps == pytest.approx(pumps)
    assert_closes(simulation)


def test_pumps_of_zones_are_not_on_the_plants_connection(tmp_path: Path) -> None:
    first = run(tmp_path, scenario=TABLES["scenario"] + PLANT)
    case = first.cases["base"]
    pumped = case.circuits["valley"].pump_electricity.sum(axis=1)
    total = network_electricity(case).total
    row = int(np.argmax(total))
    assert pumped[row] > 1.0
    limit = total[row] - 0.5 * pumped[row]
    second = run(tmp_path, scenario=f"{TABLES['scenario']}{PLANT}connection_limit = {limit:.3f}\n")
    assert not any("exceeds the connection" in line for line in find_limits(second))


def test_all_heat_of_a_chain_comes_from_its_first_circuit(tmp_path: Path) -> None:
    system = load(write_zones(tmp_path, **CHAIN))

    assert [feeding_circuit(system, name) for name in system.circuits] == ["hill"] * 3


def test_the_design_load_of_the_exchanger_is_what_the_zone_takes(tmp_path: Path) -> None:
    rows = TABLES["consumers"].replace("max_flow\n", "max_flow,design_load\n")
    for end, given in (("45,", "30 kW"), ("40,", "60 kW"), ("35,", "40 kW"), ("S,,,", "")):
        rows = rows.replace(f"{end}\n", f"{end},{given}\n")
    simulation = run(tmp_path, consumers=rows)
    hill, valley = simulation.design["hill"], simulation.design["valley"]

    assert valley.plant_load == pytest.approx(100e3)
    entering = valley.plant_load + valley.heat_loss
    assert hill.load[0] == pytest.approx(30e3 + entering)
    mean = (30e3 * 45.0 + entering * (valley.return_temperature + 2.0)) / (30e3 + entering)
    assert hill.return_temperature == pytest.approx(mean)
    told = run(tmp_path, consumers=rows.replace("S,,,,\n", "S,,,,80 kW\n"))
    assert told.design["hill"].load[0] == pytest.approx(110e3)


def test_design_without_loads_is_that_of_the_largest_hours(zones: Simulation) -> None:
    hill, valley = zones.design["hill"], zones.design["valley"]

    assert hill.plant_load == pytest.approx(30e3 + valley.plant_load + valley.heat_loss)


def test_figures_and_series_name_what_passes(limited: Simulation) -> None:
    summary = summarise(limited, compare(limited))
    figures = summary["exchangers"]["station"]
    passed = limited.cases["base"].exchangers["station"]

    assert (figures["from_circuit"], figures["to_circuit"]) == ("hill", "valley")
    assert figures["heat_mwh"] == pytest.approx(passed.heat.sum() / 1e6)
    assert figures["peak_kw"] == pytest.approx(passed.heat.max() / 1e3)
    assert figures["too_cold_hours"] == 2.0
    assert figures["missing_mwh"] == pytest.approx(passed.missing.sum() / 1e6)
    assert figures["missing_hours"] == 1.0
    columns = hourly_columns(limited)
    assert columns["exchanger_station_kw"] == pytest.approx(passed.heat / 1e3)
    assert "Exchanger" in summary_text(summary)


def test_the_report_has_one_table_of_them(limited: Simulation, zones: Simulation) -> None:
    comparison = compare(limited)
    material = Material(limited, summarise(limited, comparison), comparison, ())
    (table,) = exchanger_blocks(material)

    assert len(table.rows) == 1
    assert table.rows[0][:2] == ("station", "Hill to valley")
    assert "Between the circuits" in render(material)
    assert exchanger_blocks(Material(zones, {}, None, ())) == []


def test_hours_are_solved_again_as_they_were(zones: Simulation) -> None:
    """The way to the worst consumer, and water near boiling, need the exchanger's hour."""
    hill = zones.cases["base"].circuits["hill"]
    peaks = [line for line in worst_lines(zones) if line.state == "peak"]
    assert {line.circuit.id for line in peaks} == {"hill", "valley"}
    head = next(line.supply[0] - line.back[0] for line in peaks if line.circuit.id == "hill")
    assert head == pytest.approx(hill.pressure_difference.max(), rel=1e-6)
    assert find_boiling(zones, hill) is None


def test_an_instant_goes_out_with_what_the_exchanger_decides(zones: Simulation) -> None:
    taken = snapshot(zones.system, "5400")
    passed = zones.cases["base"].exchangers["station"]
    row = taken.tables["consumers"].set_index("id").loc["station"]

    assert float(row["heat"]) == pytest.approx(passed.heat[1], rel=1e-6)
    assert float(row["return_temperature"]) == pytest.approx(passed.drive.back[1], abs=1e-4)


def test_a_zone_behind_circuits_in_trenches(tmp_path: Path) -> None:
    folder = write_district(tmp_path)
    for name, rows in {
        "junctions": "V1,200,0\n",
        "consumers": "station,warm,J3,\nmill,valley,V1,35\n",
        "producers": "valley_pump,valley,J3,pressure,55\n",
        "pipes": "V1,valley,J3,V1,150,steel-twin-S2-DN40\n",
    }.items():
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
    edit(folder, "consumers.csv", "return_temperature\n", "return_temperature,heat\n")
    lines = (folder / "consumers.csv").read_text(encoding="utf-8").splitlines()
    cells = [lines[0], *(f"{line},{'9000' if 'mill' in line else ''}" for line in lines[1:])]
    (folder / "consumers.csv").write_text("\n".join(cells) + "\n", encoding="utf-8")
    path = folder / "scenario.toml"
    section = '[exchangers.x]\nconsumer = "station"\nproducer = "valley_pump"\n'
    path.write_text(path.read_text(encoding="utf-8") + section, encoding="utf-8")
    simulation = simulate(load(folder))
    case = simulation.cases["base"]

    assert case.circuits["warm"].exchange_from["cool"].any()
    assert case.exchangers["x"].heat.min() > 9000.0
    for year in case.circuits.values():
        assert heat_residual(year).max() < 1e-6
    assert case.exchangers["x"].residual.max() < 1e-6


def test_flow_and_heat_agree_at_the_exchanger(zones: Simulation) -> None:
    """Water of the two circuits: flow times heat capacity times difference, by hand."""
    year = zones.cases["base"].circuits["hill"]
    drop = year.consumer_supply_temperature[:, 0] - year.consumer_return_temperature[:, 0]
    water = water_table(zones.system.scenario.water)
    capacity = heat_capacity(np.array(60.0), water)
    heat = year.consumer_mass_flow[:, 0] * capacity * drop
    assert heat == pytest.approx(year.consumer_heat[:, 0], rel=1e-6)
