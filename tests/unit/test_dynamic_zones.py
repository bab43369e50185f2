"""Circuits that feed one another through exchangers, with heat that travels."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from circuit_factory import drive
from trench_factory import write_district
from zone_factory import CHAIN, TABLES, edited, write_zones

import warmtenet
from warmtenet.networks.exchangers import find_exchangers
from warmtenet.networks.load import load
from warmtenet.reports.html import render
from warmtenet.reports.material import Material
from warmtenet.results.balance import balance, heat_residual
from warmtenet.results.hourly import hourly_columns
from warmtenet.results.summary import summarise
from warmtenet.solvers import dynamic_zones
from warmtenet.solvers.circuit_year import FLOW_LIMIT, PRESSURE, SOURCE, CircuitYear
from warmtenet.solvers.dynamic import solve_dynamic
from warmtenet.solvers.exchanger_control import SUPPLY_TOLERANCE
from warmtenet.solvers.exchanger_travel import TRAVEL_TOLERANCE
from warmtenet.solvers.exchanger_year import Drive, ExchangerYear
from warmtenet.solvers.simulation import Simulation
from warmtenet.studies.comparison import compare
from warmtenet.studies.dynamics import find_dynamics
from warmtenet.studies.limits import find_limits
from warmtenet.studies.worst_line import worst_lines

APPROACH = 2.0

LIMITED = edited("consumers", "station,hill,S,,,", "station,hill,S,,,0.2")

VALVE = "id,pipe,side,is_open\nVS,H1,supply,true\n"

LINEAR = 'time.interpolation="linear"'


def series(name: str, values: np.ndarray, step: float) -> str:
    """Return rows of a series with its own clock; ``name`` is its header after the clock."""
    rows = (
        ",".join([f"{step * (k + 1):g}", *(f"{value:.6g}" for value in np.atleast_1d(row))])
        for k, row in enumerate(values)
    )
    return "\n".join([f"time_s,{name}", *rows]) + "\n"


def loads(values: np.ndarray, step: float, ground: float = 10.0) -> dict[str, str]:
    return {
        "heat": series("inn,mill,farm", values, step),
        "ground_temperature": series("all", np.full(len(values), ground), step),
    }


def steady_loads(*each: float, rows: int = 40, step: float = 600.0) -> dict[str, str]:
    return loads(np.tile(each, (rows, 1)), step)


def weak_pumps(hill: str, valley: str) -> dict[str, str]:
    """Return producers whose pumps have so much head at most."""
    head, boiler, pump = TABLES["producers"].splitlines()
    rows = f"{head},max_pressure_difference", f"{boiler},{hill}", f"{pump},{valley}"
    return {"producers": "\n".join(rows) + "\n", **steady_loads(30e3, 60e3, 40e3)}


def move(folder: Path, *overrides: str, **changes: str | None) -> Simulation:
    return warmtenet.dynamic(load(write_zones(folder, **changes), overrides))


def passed(simulation: Simulation, name: str = "station") -> ExchangerYear:
    return simulation.cases["base"].exchangers[name]


def assert_closes(simulation: Simulation) -> None:
    """Assert that every step of every circuit and exchanger closes, and demand is told whole."""
    case, duration = simulation.cases["base"], simulation.profiles.duration
    for year in case.circuits.values():
        assert heat_residual(year, duration).max() < 1e-9
    for each in case.exchangers.values():
        assert each.residual.max() <= TRAVEL_TOLERANCE
        assert not each.is_restless.any()
        primary = case.circuits[each.exchanger.primary]
        secondary = case.circuits[each.exchanger.secondary]
        size = np.maximum(np.abs(each.taken), 1000.0)
        left = primary.consumer_heat[:, each.exchanger.consumer] - each.taken
        entered = secondary.producer_heat[:, each.exchanger.producer] - each.heat
        assert np.abs(left / size).max() < 1e-12
        assert np.abs(entered / size).max() < 1e-12
    found = balance(simulation)
    assert found.exchangers_relative is not None
    assert found.exchangers_relative <= TRAVEL_TOLERANCE


def assert_keeps_approach(simulation: Simulation) -> None:
    """Assert that both ends of the exchanger keep its approach, for heat."""
    each = passed(simulation)
    hill = simulation.cases["base"].circuits["hill"]
    valley = simulation.cases["base"].circuits["valley"]
    flows = (hill.consumer_mass_flow[:, 0] > 0.0) & (each.taken > 100.0)
    warmer = each.drive.back - valley.producer_return_temperature[:, 0]
    assert warmer[flows] == pytest.approx(np.full(flows.sum(), APPROACH), abs=1e-6)
    above = hill.consumer_supply_temperature[:, 0] - each.drive.supply
    assert (above[flows] > APPROACH - 2.0 * SUPPLY_TOLERANCE).all()


@pytest.mark.parametrize("step", [3600.0, 300.0, 30.0])
def test_what_leaves_one_circuit_in_a_step_enters_the_other(step: float, tmp_path: Path) -> None:
    values = np.array([[30, 60, 40], [3, 8, 2], [30, 0, 0], [0.3, 0.2, 0.1], [20, 50, 30]]) * 1e3
    simulation = move(tmp_path, **loads(np.repeat(values, 4, axis=0), step))

    assert passed(simulation).heat.max() > 90e3
    assert_keeps_approach(simulation)
    assert_closes(simulation)


@pytest.mark.parametrize(
    "changes",
    [
        steady_loads(30e3, 60e3, 40e3),
        steady_loads(3e3, 8e3, 2e3),
        steady_loads(300.0, 200.0, 100.0, rows=150),
        {**LIMITED, **steady_loads(30e3, 60e3, 40e3)},
        {**CHAIN, **steady_loads(3e3, 8e3, 2e3)},
        {
            "pipes": TABLES["pipes"] + "V3,valley,V,V2,400,0.05,0.2\n",
            **steady_loads(3e3, 8e3, 2e3),
        },
        weak_pumps("0.52 bar", ""),
        weak_pumps("", "0.52 bar"),
        weak_pumps("0.54 bar", "0.51 bar"),
    ],
    ids=["all", "little", "trickle", "short", "chain", "loop", "weak", "weak zone", "both weak"],
)
def test_steady_loads_end_in_the_steady_answer(
    changes: dict[str, str | None], tmp_path: Path
) -> None:
    """Where no supply falls and nothing is missing, to 1e-6; else to the fixed points' own."""
    system = load(write_zones(tmp_path, **changes))
    steady = warmtenet.simulate(system).cases["base"]

    simulation = warmtenet.dynamic(system)

    case = simulation.cases["base"]
    is_plain = all(
        x.falls[-1] == 0.0 and x.drive.share[-1] == 1.0 for x in steady.exchangers.values()
    )
    kelvin = 1e-6 if is_plain else 3.0 * SUPPLY_TOLERANCE
    for name, other in steady.circuits.items():
        year = case.circuits[name]
        for field in ("consumer_supply_temperature", "producer_return_temperature"):
            found, expected = getattr(year, field)[-1], getattr(other, field)[-1]
            assert found == pytest.approx(expected, abs=kelvin)
        share = 1e-6 if is_plain else 1e-4
        assert year.consumer_heat[-1] == pytest.approx(other.consumer_heat[-1], rel=share)
    for name, each in case.exchangers.items():
        assert each.drive.supply[-1] == pytest.approx(
            steady.exchangers[name].drive.supply[-1], abs=kelvin
        )
    assert_closes(simulation)


def test_a_cold_primary_ends_in_the_steady_answer(tmp_path: Path) -> None:
    """Pipes hold cold water at first; the first steps have their own supply, the last have not."""
    rows = [f"{p},{s},0,{t}\n" for p in ("H1", "H2") for s, t in (("supply", 15), ("return", 12))]
    changes = {
        **steady_loads(30e3, 60e3, 40e3),
        "initial": "pipe,side,position,temperature\n" + "".join(rows),
    }
    system = load(write_zones(tmp_path, **changes))

    simulation = warmtenet.dynamic(system)

    each = passed(simulation)
    assert each.primary_supply[0] < 50.0
    assert each.drive.supply[0] < 60.0
    assert each.drive.supply[-1] == 70.0
    steady = passed(warmtenet.simulate(system))
    assert each.heat[-1] == pytest.approx(steady.heat[-1], rel=1e-9)
    assert_closes(simulation)


def test_given_what_passes_each_circuit_moves_alone(tmp_path: Path) -> None:
    """With what the exchanger decides as series, circuits that nothing joins do the same."""
    values = np.repeat([[30e3, 60e3, 40e3], [3e2, 2e2, 1e2], [9e3, 9e3, 0.0]], 20, axis=0)
    joined = move(tmp_path / "joined", **loads(values, 300.0))
    each = passed(joined)
    assert each.falls.any()

    def column(name: str, found: np.ndarray) -> str:
        clock = 300.0 * np.arange(1, len(found) + 1)
        rows = [f"{at:g},{float(v)!r}\n" for at, v in zip(clock, found, strict=True)]
        return f"time_s,{name}\n" + "".join(rows)

    taken = column("station", each.heat).splitlines()
    heat = loads(values, 300.0)["heat"].splitlines()
    both = [f"{line},{more.partition(',')[2]}" for line, more in zip(heat, taken, strict=True)]
    alone = move(
        tmp_path / "alone",
        **{
            **loads(values, 300.0),
            "scenario": TABLES["scenario"].partition("[exchangers")[0],
            "consumers": TABLES["consumers"].replace(
                "station,hill,S,,,", "station,hill,S,,series:back,"
            ),
            "heat": "\n".join(both) + "\n",
            "back": column("station", each.drive.back),
            "supply_temperature": column("valley_pump", each.drive.supply),
        },
    )

    for name, year in joined.cases["base"].circuits.items():
        other = alone.cases["base"].circuits[name]
        assert year.producer_heat == pytest.approx(other.producer_heat, rel=1e-9, abs=1e-3)
        assert year.stored_heat == pytest.approx(other.stored_heat, rel=1e-12)
        supply = other.consumer_supply_temperature
        assert year.consumer_supply_temperature == pytest.approx(supply, abs=1e-9)


def test_the_supply_falls_step_by_step(tmp_path: Path) -> None:
    values = np.repeat([[30e3, 60e3, 40e3], [3e2, 2e2, 1e2]], [6, 60], axis=0)
    simulation = move(tmp_path, **loads(values, 600.0))
    each = passed(simulation)

    assert (each.drive.supply[:6] == 70.0).all()
    assert each.drive.supply[-1] < 60.0
    reachable = each.primary_supply[-10:] - APPROACH
    assert each.drive.supply[-10:] == pytest.approx(reachable, abs=2.0 * SUPPLY_TOLERANCE)
    assert_keeps_approach(simulation)
    assert_closes(simulation)


def test_what_the_first_circuit_cannot_give_is_missing_behind_it(tmp_path: Path) -> None:
    simulation = move(tmp_path, **{**LIMITED, **steady_loads(30e3, 60e3, 40e3, rows=6)})
    each, case = passed(simulation), simulation.cases["base"]
    valley, share = case.circuits["valley"], each.drive.share[:, None]
    asked = np.tile([60e3, 40e3], (6, 1))

    assert (share < 0.5).all()
    assert valley.consumer_heat == pytest.approx(share * asked, rel=1e-9)
    assert valley.consumer_heat + valley.consumer_unserved_heat == pytest.approx(asked, rel=1e-9)
    assert (valley.consumer_reason == SOURCE).all()
    assert (case.circuits["hill"].consumer_reason[:, 0] == FLOW_LIMIT).all()
    shown = valley.instant["consumer_unserved_heat"]
    assert shown[1:] == pytest.approx(valley.consumer_unserved_heat)
    assert shown[0] == pytest.approx(shown[1])
    told = [line for line in find_limits(simulation) if line.startswith("circuit 'valley'")]
    assert len(told) == 1
    assert "exchanger 'station' gives no more for want of flow within its max_flow" in told[0]
    assert_closes(simulation)


def test_any_steps_come_to_rest(tmp_path: Path) -> None:
    random, steps = np.random.default_rng(3), 120
    values = np.minimum(np.exp(random.normal(np.log(5000.0), 2.0, (steps, 3))), 90e3)
    simulation = move(tmp_path, **{**LIMITED, **loads(values, 600.0)})

    assert np.count_nonzero(passed(simulation).drive.share < 1.0) > 20
    assert_closes(simulation)


def test_a_zone_that_wakes_cold_and_short_comes_to_rest(tmp_path: Path) -> None:
    """Cold water that comes back takes many times what the consumers ask for."""
    values = np.repeat([[100.0, 0.0, 0.0], [30e3, 60e3, 40e3]], [60, 36], axis=0)
    short = edited("consumers", "station,hill,S,,,", "station,hill,S,,,0.5")
    simulation = move(tmp_path, **{**short, **loads(values, 300.0)})
    each = passed(simulation)

    assert not each.heat[:60].any()
    assert (each.drive.share[62:66] < 0.2).all()
    assert (each.heat[64:] > 70e3).all()
    assert_closes(simulation)


@pytest.mark.parametrize("most", [2.0, 1.5])
def test_a_chain_behind_a_weak_station_comes_to_rest(most: float, tmp_path: Path) -> None:
    """The shares of two stations fall in the same steps: each follows its own trials alone."""
    clock = 600.0 * np.arange(1, 145)
    swing = 1.0 + 0.4 * np.sin(clock / 4000.0) * (clock < 51840.0)
    heat = np.outer(swing, (40e3, 90e3, 60e3))
    boiler = np.where((clock < 17280.0) | (clock > 38880.0), 85.0, 68.0)
    sent = np.column_stack([boiler, np.full_like(clock, 75.0), np.full_like(clock, 65.0)])
    end = ",steel-single-S1-DN80\n"
    simulation = move(
        tmp_path,
        scenario=CHAIN["scenario"].replace("approach = 3", "approach = 1.5"),
        junctions="id,x,y\nplant,0,0\nS,500,0\nV1,900,0\nV2,1000,0\nA,300,300\nL1,1200,0\n",
        pipes=(
            f"id,circuit,from_junction,to_junction,length,type\nH1,hill,plant,S,400{end}"
            f"H2,hill,plant,A,200{end}V1,valley,S,V1,400{end}V2,valley,V1,V2,100{end}"
            f"L1,low,V2,L1,400{end}"
        ),
        consumers=(
            "id,circuit,junction,return_temperature,max_flow\n"
            f"station,hill,S,,{most}\ninn,hill,A,40,\nmill,valley,V1,40,\n"
            "low_station,valley,V2,,\nquay,low,L1,40,\n"
        ),
        producers=(
            "id,circuit,junction,role,supply_temperature\nboiler,hill,plant,pressure,85\n"
            "valley_pump,valley,S,pressure,75\nlow_pump,low,V2,pressure,65\n"
        ),
        heat=series("inn,mill,quay", heat, 600.0),
        supply_temperature=series("boiler,valley_pump,low_pump", sent, 600.0),
        ground_temperature=series("all", np.full(144, 12.0), 600.0),
    )

    case = simulation.cases["base"]
    assert case.circuits["low"].consumer_unserved_heat.max() > 1e3
    assert max(year.heat_error.max() for year in case.circuits.values()) == 0.0
    assert_closes(simulation)


def test_a_chain_that_starts_cold_behind_a_weak_station_comes_to_rest(tmp_path: Path) -> None:
    """Warm water comes in a step to whom draws much: who is asked waits for who feeds it."""
    clock = 120.0 * np.arange(1, 61) - 60.0
    large, small = 150e3 * (1.0 + 0.6 * np.sin(clock / 1800.0)), 1.0 + 0.9 * np.cos(clock / 1100.0)
    pair = ",steel-twin-S2-"
    simulation = move(
        tmp_path,
        scenario=CHAIN["scenario"].replace("approach = 3", "approach = 2"),
        junctions="id,x,y\nplant,0,0\nS,600,0\nA,700,0\nV1,800,0\nV2,900,0\nL1,1200,0\n",
        pipes=(
            f"id,circuit,from_junction,to_junction,length,type\nH1,hill,plant,S,600{pair}DN80\n"
            f"H2,hill,S,A,100{pair}DN65\nV1,valley,S,V1,200{pair}DN65\n"
            f"V2,valley,V1,V2,100{pair}DN65\nL1,low,V2,L1,300{pair}DN40\n"
        ),
        consumers=(
            "id,circuit,junction,return_temperature,max_flow\n"
            "station,hill,S,,3\ninn,hill,A,40,1\nmill,valley,V1,40,2.6\n"
            "low_station,valley,V2,,\nquay,low,L1,40,1\n"
        ),
        producers=(
            "id,circuit,junction,role,supply_temperature\nboiler,hill,plant,pressure,75\n"
            "valley_pump,valley,S,pressure,70\nlow_pump,low,V2,pressure,60\n"
        ),
        initial="pipe,side,position,temperature\n"
        + "".join(
            f"{pipe},{side},0,15\n"
            for pipe in ("H1", "H2", "V1", "V2", "L1")
            for side in ("supply", "return")
        ),
        heat=series("inn,mill,quay", np.column_stack([20e3 * small, large, 40e3 * small]), 120.0),
        ground_temperature=series("all", np.full(60, 10.0), 120.0),
    )

    low = simulation.cases["base"].circuits["low"]
    assert low.consumer_supply_temperature[0].max() < 16.0
    assert low.consumer_supply_temperature[-1].min() > 55.0
    assert_closes(simulation)


def test_what_a_later_step_is_tried_with_changes_nothing_before_it(tmp_path: Path) -> None:
    system = load(write_zones(tmp_path, **steady_loads(30e3, 60e3, 40e3, step=60.0)))
    (each,) = find_exchangers(system)
    valley, steps = system.circuits[each.secondary], 40
    given = drive(valley, np.tile([60e3, 40e3], (steps, 1)), supply=70.0)
    given = replace(given, duration=np.full(steps, 60.0))
    none = np.zeros(steps)

    def found(last: float) -> CircuitYear:
        supply = np.full(steps, 70.0)
        supply[-5:] = last
        tried = Drive(none, none, supply, np.ones(steps), usual=(70.0, 40.0))
        return solve_dynamic(valley, given, system.scenario, drives=[(each, tried)])

    warm, cold = found(70.0), found(20.0)

    before = slice(0, steps - 5)
    assert warm.heat_loss[-1] - cold.heat_loss[-1] > 0.01 * warm.heat_loss[-1]
    for name in ("producer_return_temperature", "consumer_supply_temperature", "heat_loss"):
        assert (getattr(warm, name)[before] == getattr(cold, name)[before]).all(), name


def test_behind_a_shut_valve_water_goes_round_and_cools(tmp_path: Path) -> None:
    """Nothing passes: the supply is the return, and bypasses send it round for hours."""
    rows = TABLES["consumers"].replace("max_flow\n", "max_flow,bypass_flow\n")
    rows = rows.replace("45,\n", "45,,\n").replace("40,\n", "40,,\n")
    rows = rows.replace("35,\n", "35,,0.05\n").replace("hill,S,,,\n", "hill,S,,,,\n")
    is_open = np.where((np.arange(72) >= 12) & (np.arange(72) < 60), 0.0, 1.0)
    simulation = move(
        tmp_path,
        **{
            **steady_loads(30e3, 8e3, 2e3, rows=72),
            "consumers": rows,
            "valves": VALVE,
            "open": series("VS", is_open, 600.0),
        },
    )
    each, case = passed(simulation), simulation.cases["base"]
    shut, valley = slice(13, 60), case.circuits["valley"]

    assert np.abs(each.heat[shut]).max() < 1.0
    assert (case.circuits["hill"].consumer_reason[shut, 0] == PRESSURE).all()
    assert (valley.producer_mass_flow[shut, 0] > 0.04).all()
    returned = valley.producer_return_temperature[shut, 0]
    assert each.drive.supply[shut] == pytest.approx(returned, abs=2.0 * SUPPLY_TOLERANCE)
    assert valley.stored_heat is not None
    assert (np.diff(valley.stored_heat[13:61]) < 0.0).all()
    assert each.drive.supply[-1] > 60.0
    assert_closes(simulation)


def test_cold_passes_the_other_way_round(tmp_path: Path) -> None:
    cold = {
        "producers": TABLES["producers"].replace("pressure,80", "pressure,12").replace("70", "11"),
        "consumers": TABLES["consumers"]
        .replace("45", "18")
        .replace("40", "20")
        .replace("35", "22"),
        **loads(-np.repeat([[30e3, 60e3, 40e3], [3e3, 8e3, 2e3]], 12, axis=0), 600.0, 12.0),
    }
    simulation = move(tmp_path, **cold)
    each = passed(simulation)

    assert (each.heat < -5e3).all()
    assert each.is_cold.all()
    arrives = each.primary_supply + APPROACH
    assert each.drive.supply == pytest.approx(arrives, abs=2.0 * SUPPLY_TOLERANCE)
    assert_closes(simulation)


def test_given_flow_comes_colder_where_heat_is_short(tmp_path: Path) -> None:
    simulation = move(
        tmp_path,
        consumers=(
            "id,circuit,junction,flow,heat,return_temperature,max_flow\n"
            "station,hill,S,,,,0.3\ninn,hill,A,,,45,\n"
            "mill,valley,V1,0.5,,40,\nfarm,valley,V2,0.3,,35,\n"
        ),
        heat="time_s,inn\n3600,30000\n7200,3000\n10800,30000\n14400,300\n",
    )

    assert (passed(simulation).drive.supply < 55.0).all()
    assert_closes(simulation)


@pytest.mark.parametrize("pipe", ["V3,valley,V,V2,400,0.05,0.2", "H3,hill,plant,A,700,0.05,0.2"])
@pytest.mark.parametrize("overrides", [(), (LINEAR,)], ids=["step", "linear"])
def test_loops_and_instants_close_too(
    pipe: str, overrides: tuple[str, ...], tmp_path: Path
) -> None:
    simulation = move(tmp_path, *overrides, pipes=f"{TABLES['pipes']}{pipe}\n", **LIMITED)

    assert passed(simulation).drive.share[0] < 0.5
    assert_closes(simulation)


def test_a_zone_behind_circuits_in_trenches(tmp_path: Path) -> None:
    folder = write_district(tmp_path)
    rows = {
        "junctions": "V1,200,0\n",
        "consumers": "station,warm,J3,\nmill,valley,V1,35\n",
        "producers": "valley_pump,valley,J3,pressure,55\n",
        "pipes": "V1,valley,J3,V1,150,steel-twin-S2-DN40\n",
    }
    for name, more in rows.items():
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    heat = (folder / "heat.csv").read_text(encoding="utf-8").splitlines()
    text = "\n".join([f"{heat[0]},mill", *(f"{line},9000" for line in heat[1:])]) + "\n"
    (folder / "heat.csv").write_text(text, encoding="utf-8")
    path = folder / "scenario.toml"
    section = '[exchangers.x]\nconsumer = "station"\nproducer = "valley_pump"\n'
    path.write_text(path.read_text(encoding="utf-8") + section, encoding="utf-8")
    simulation = warmtenet.dynamic(load(folder))
    case = simulation.cases["base"]

    assert case.circuits["warm"].exchange_from["cool"].any()
    assert case.exchangers["x"].heat.min() > 9000.0
    assert_closes(simulation)


def test_series_and_lines_to_the_worst_know_what_passed(tmp_path: Path) -> None:
    simulation = move(tmp_path, **LIMITED)
    each = passed(simulation)
    columns = hourly_columns(simulation)

    assert columns["exchanger_station_kw"] == pytest.approx(each.heat / 1e3)
    assert columns["exchanger_station_supply_temperature_c"] == pytest.approx(each.drive.supply)
    assert {line.circuit.id for line in worst_lines(simulation)} == {"hill", "valley"}


@pytest.mark.parametrize("overrides", [(), (LINEAR,)], ids=["step", "linear"])
def test_loads_beside_a_steady_run_hold_the_zone_once(
    overrides: tuple[str, ...], tmp_path: Path
) -> None:
    simulation = move(tmp_path, *overrides, **steady_loads(30e3, 60e3, 40e3))
    circuits, found = simulation.cases["base"].circuits, find_dynamics(simulation)
    assert found is not None

    assert found.first == ("hill",)
    assert found.total == pytest.approx(circuits["hill"].producer_heat[:, 0])
    assert found.steady_total == pytest.approx(found.total, rel=1e-6)
    assert found.steady_load["valley"] == pytest.approx(found.load["valley"], rel=1e-6)
    assert circuits["hill"].circuit.consumer_ids[found.delay["hill"].farthest] == "inn"
    comparison = compare(simulation)
    page = render(Material(simulation, summarise(simulation, comparison), comparison, ()))
    assert "from its exchanger" in page


def test_steps_that_do_not_rest_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passes that end too early leave what they leave, and say where."""
    monkeypatch.setattr(dynamic_zones, "MAX_PASSES", 2)
    simulation = move(tmp_path, **{**LIMITED, **steady_loads(30e3, 60e3, 40e3, rows=6)})
    each, valley = passed(simulation), simulation.cases["base"].circuits["valley"]

    assert each.is_restless.all()
    assert (valley.heat_error >= each.residual).all()
    (told,) = [line for line in find_limits(simulation) if "did not come to rest" in line]
    assert told.startswith("circuit 'valley', case 'base': ")
    assert "and 5 more" in told
    assert "did not come to rest: " in told
    assert "by exchanger 'station', " in told
    for year in simulation.cases["base"].circuits.values():
        assert heat_residual(year, simulation.profiles.duration).max() < 1e-9


def test_bypasses_that_open_or_shut_at_once_still_close(tmp_path: Path) -> None:
    """Between open and shut there may be no state: what does not rest is named."""
    rows = TABLES["consumers"].replace("max_flow\n", "max_flow,bypass_temperature\n")
    rows = rows.replace("hill,S,,,\n", "hill,S,,,0.05,\n").replace("35,\n", "35,0.4,60\n")
    rows = rows.replace("45,\n", "45,,\n").replace("40,\n", "40,0.5,\n")
    simulation = move(tmp_path, consumers=rows)
    restless = passed(simulation).is_restless
    told = [line for line in find_limits(simulation) if "by exchanger 'station', " in line]

    assert bool(told) == bool(restless.any())
    for year in simulation.cases["base"].circuits.values():
        assert heat_residual(year, simulation.profiles.duration).max() < 1e-9
