"""The dynamic solver on circuits: where it ends, what consumers get, and what a run shows."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from circuit_factory import drive, line, scenario, tree, with_flipped
from mesh_factory import with_chords
from plug_factory import STEEL, wall_capacity
from village import edit, fault_lines, write_village

import warmtenet
from warmtenet.model.errors import InvalidInputError
from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit, FloatArray
from warmtenet.networks.load import load
from warmtenet.networks.synthetic import synthetic_boundary, synthetic_tree
from warmtenet.solvers import dynamic, moving_water
from warmtenet.solvers.circuit_year import PRESSURE, CircuitYear
from warmtenet.solvers.dynamic import solve_dynamic
from warmtenet.solvers.steady import solve_steady
from warmtenet.studies.limits import find_limits

TREE = ([0, 1, 1, 3, 3], [2, 4, 5])


def village(**columns: Any) -> Circuit:
    """Return three consumers at the ends of a branching street."""
    given = {"length": [120.0, 15.0, 90.0, 12.0, 30.0], "inner_diameter": 0.0372, **columns}
    return tree(*TREE, **given)


def through(boundary: Boundary, seconds: float, rows: int) -> Boundary:
    """Return one state that holds through many steps, a row for the start before them."""
    driven = boundary.at(np.zeros(rows + 1, dtype=np.int64))
    return replace(driven, duration=np.concatenate([[0.0], np.full(rows, seconds)]))


def apart(one: CircuitYear, other: CircuitYear) -> float:
    """Return the largest difference of temperatures between last and only rows. [K]"""
    names = (
        "consumer_supply_temperature",
        "consumer_return_temperature",
        "producer_return_temperature",
    )
    return max(float(np.abs(getattr(one, n)[-1] - getattr(other, n)[0]).max()) for n in names)


@pytest.mark.parametrize("seconds", [20.0, 900.0, 3600.0])
def test_a_steady_state_stays_as_it_is(seconds: float) -> None:
    circuit, given = village(), scenario(heating=True)
    boundary = drive(circuit, [9000.0, 14_000.0, 4000.0])
    steady = solve_steady(circuit, boundary, given, fields=True)

    year = solve_dynamic(circuit, through(boundary, seconds, 12), given, fields=True)

    assert apart(year, steady) < 1e-6
    assert year.consumer_mass_flow[-1] == pytest.approx(steady.consumer_mass_flow[0], rel=1e-7)
    assert year.heat_loss[-1] == pytest.approx(steady.heat_loss[0], rel=1e-6)
    outlet = year.fields["pipe_outlet_temperature"]
    away = np.abs(outlet - steady.fields["pipe_outlet_temperature"])
    assert away[-1].max() < 1e-6
    assert away.max() < 1e-4
    drop = year.fields["pipe_pressure_drop"][-1]
    assert drop == pytest.approx(steady.fields["pipe_pressure_drop"][0], rel=1e-6)
    assert year.pressure_difference[-1] == pytest.approx(steady.pressure_difference[0], rel=1e-6)
    pressure = year.fields["junction_pressure"][-1]
    assert pressure == pytest.approx(steady.fields["junction_pressure"][0], rel=1e-7)


@pytest.mark.parametrize(
    ("model", "wall"), [("constant", 0.0), ("iapws", 0.0), ("iapws", 2500.0), ("constant", 900.0)]
)
def test_steady_inputs_end_in_the_steady_answer(model: str, wall: float) -> None:
    circuit = village()
    circuit = replace(circuit, wall_heat_capacity=np.full((2, 5), wall))
    given = scenario(model=model)
    cold = drive(circuit, [2000.0, 1000.0, 900.0], supply=55.0, ground=5.0)
    warm = drive(circuit, [9000.0, 14_000.0, 4000.0], supply=80.0)
    steady = solve_steady(circuit, warm, given)
    boundary = through(warm, 600.0, 80)
    boundary.heat[0], boundary.supply_temperature[0] = cold.heat[0], cold.supply_temperature[0]

    year = solve_dynamic(circuit, boundary, given)

    assert apart(year, steady) < (1e-6 if model == "constant" else 3e-6)


@pytest.mark.parametrize("seconds", [10.0, 60.0])
def test_a_steady_state_beside_walls_stays_as_it_is(seconds: float) -> None:
    circuit = replace(village(), wall_heat_capacity=np.full((2, 5), 1500.0))
    given = scenario(heating=True)
    boundary = drive(circuit, [1500.0, 900.0, 700.0])
    steady = solve_steady(circuit, boundary, given, fields=True)

    year = solve_dynamic(circuit, through(boundary, seconds, 40), given, fields=True)

    assert apart(year, steady) < 1e-6
    assert year.consumer_mass_flow[-1] == pytest.approx(steady.consumer_mass_flow[0], rel=1e-6)
    assert year.heat_loss[-1] == pytest.approx(steady.heat_loss[0], rel=1e-6)
    away = np.abs(
        year.fields["pipe_outlet_temperature"] - steady.fields["pipe_outlet_temperature"]
    )
    assert away[-1].max() < 1e-6
    assert away.max() < 1e-4


def noisy(circuit: Circuit, rows: int, seconds: float) -> Boundary:
    """Return loads and supply temperatures that jump."""
    rng = np.random.default_rng(7)
    consumers = len(circuit.consumer_ids)
    heat = rng.uniform(500.0, 20_000.0, (rows, consumers)) * (rng.random((rows, consumers)) > 0.2)
    supply = np.repeat(rng.uniform(60.0, 85.0, rows // 10 + 1), 10)[:rows, None]
    boundary = drive(circuit, heat, supply=supply)
    return replace(boundary, duration=np.full(rows, seconds))


@pytest.mark.parametrize("seconds", [10.0, 900.0, 3600.0])
@pytest.mark.parametrize("wall", [0.0, 1500.0])
def test_served_and_unserved_make_the_demand_and_every_step_balances(
    seconds: float, wall: float
) -> None:
    circuit = replace(village(bypass_flow=0.001), wall_heat_capacity=np.full((2, 5), wall))
    boundary = noisy(circuit, 120, seconds)

    year = solve_dynamic(circuit, boundary, scenario(model="iapws", heating=True))

    whole = year.consumer_heat + year.consumer_unserved_heat
    assert whole == pytest.approx(boundary.heat, rel=1e-12, abs=1e-9)
    assert np.abs(year.consumer_unserved_heat).max() == 0.0
    assert year.heat_residual.max() < 1e-9
    assert year.stored_heat is not None
    given = year.producer_heat.sum(axis=1) + year.hydraulic_power
    rest = given - year.consumer_heat.sum(axis=1) - year.heat_loss
    gained = np.diff(year.stored_heat) / seconds
    scale = np.abs(given) + year.heat_loss
    assert (np.abs(rest[1:] - gained) / scale[1:]).max() < 1e-9


@pytest.mark.parametrize("seconds", [60.5, 900.0, 3600.0])
def test_flow_follows_from_the_water_that_comes_within_the_step(seconds: float) -> None:
    circuit = village()
    boundary = noisy(circuit, 150, seconds)

    year = solve_dynamic(circuit, boundary, scenario())

    draws = boundary.heat > 0.0
    cooled = year.consumer_supply_temperature - year.consumer_return_temperature
    missed = np.abs(year.consumer_return_temperature - 40.0)[draws]
    assert np.median(missed) < 5e-3
    assert missed.max() < 0.15
    power = year.consumer_mass_flow * 4185.0 * cooled
    assert power[draws] == pytest.approx(boundary.heat[draws], rel=1e-9)


@pytest.mark.parametrize("seconds", [20.0, 60.0])
@pytest.mark.parametrize("jump", [(46.0, 80.0), (80.0, 46.0), (60.0, 80.0)])
def test_beside_walls_flow_follows_from_the_water_that_comes_within_the_step(
    jump: tuple[float, float], seconds: float
) -> None:
    walls = np.full((2, 2), 2700.0)  # DN65 of steel [J/(m K)]
    circuit = replace(line(2, length=400.0, inner_diameter=0.07), wall_heat_capacity=walls)
    boundary = through(drive(circuit, 200e3), seconds, int(7200.0 / seconds))
    late = np.arange(len(boundary.duration)) * seconds > 1200.0
    boundary.supply_temperature[:, 0] = np.where(late, jump[1], jump[0])

    year = solve_dynamic(circuit, boundary, scenario())

    assert year.heat_error.max() == 0.0
    assert year.consumer_unserved_heat.max() == 0.0
    assert abs(year.consumer_supply_temperature[-1, 0] - jump[1]) < 4.0  # the front has come
    assert np.abs(year.consumer_return_temperature - 40.0).max() < 2e-3 * (max(jump) - 40.0)
    assert year.heat_residual.max() < 1e-9


def test_a_pipe_drawn_the_other_way_is_the_same_pipe() -> None:
    circuit = village()
    boundary = noisy(circuit, 60, 600.0)
    turned = with_flipped(with_flipped(circuit, 2), 3)

    one, other = (
        solve_dynamic(each, boundary, scenario(), fields=True) for each in (circuit, turned)
    )

    for name in ("consumer_supply_temperature", "producer_heat", "heat_loss", "pump_head"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-7), name
    flow = one.fields["pipe_mass_flow"][:, 3], other.fields["pipe_mass_flow"][:, 3]
    assert flow[0] == pytest.approx(-flow[1])


@pytest.mark.parametrize("seconds", [60.0, 900.0])
@pytest.mark.parametrize("wall", [0.0, 900.0])
def test_water_that_stands_at_first_is_as_warm_as_the_ground(wall: float, seconds: float) -> None:
    """Whichever way its pipe is drawn; then somebody draws it out."""
    circuit = village()
    circuit = replace(circuit, wall_heat_capacity=np.full((2, 5), wall))
    heat = np.full((6, 3), 20e3)
    heat[:3, 1] = 0.0
    boundary = replace(drive(circuit, heat, ground=9.0), duration=np.full(6, seconds))

    years = [
        solve_dynamic(each, boundary, scenario(), fields=True)
        for each in (circuit, with_flipped(circuit, 3))
    ]

    for year in years:
        water = year.fields["pipe_outlet_temperature_mean"]
        assert water[:3, 3] == pytest.approx(np.full((3, 2), 9.0), abs=1e-9)
        assert water.min() >= 9.0 - 1e-6
        assert year.heat_residual.max() < 1e-9
    one, other = years
    for name in ("consumer_supply_temperature", "producer_heat", "heat_loss", "stored_heat"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-7), name


def test_a_cold_start_is_unserved_until_warm_water_comes() -> None:
    circuit = line(length=200.0, inner_diameter=0.05, max_flow=1.0, min_supply_temperature=55.0)
    rows = 60
    boundary = replace(drive(circuit, np.full((rows, 1), 40_000.0)), duration=np.full(rows, 30.0))
    boundary.supply_temperature[0] = 45.0

    year = solve_dynamic(circuit, boundary, scenario())

    assert year.consumer_heat[1, 0] == 0.0
    assert year.consumer_unserved_heat[1, 0] == 40_000.0
    assert year.consumer_heat[-1, 0] == 40_000.0
    late = int(np.argmax(year.consumer_heat[1:, 0] > 0.0))
    assert 0 < late < rows - 20


@pytest.mark.parametrize("share", [1.0, 0.1, 0.02])
@pytest.mark.parametrize("exchange", [0.01, 0.05, 0.2])
def test_twins_that_exchange_heat_end_in_the_exact_pair(exchange: float, share: float) -> None:
    circuit = village(pair_exchange_coefficient=exchange)
    boundary = drive(circuit, [share * 9000.0, share * 14_000.0, share * 4000.0])
    steady = solve_steady(circuit, boundary, scenario(), fields=True)

    year = solve_dynamic(circuit, through(boundary, 600.0, 600), scenario(), fields=True)

    assert apart(year, steady) < 1e-6
    assert year.heat_loss[-1] == pytest.approx(steady.heat_loss[0], rel=1e-6)
    assert year.heat_residual.max() < 1e-9


@pytest.mark.parametrize("chords", [[], [(2, 4)]])
@pytest.mark.parametrize("seconds", [20.0, 60.0, 600.0])
def test_twins_of_real_water_with_friction_and_walls_end_in_the_exact_pair(
    seconds: float, chords: list[tuple[int, int]]
) -> None:
    narrow = {"inner_diameter": 0.022, "pair_exchange_coefficient": 0.1}
    circuit = with_chords(village(**narrow), chords, length=60.0, **narrow)
    walls = np.full((2, circuit.pipes.length.size), 900.0)
    circuit, law = (
        replace(circuit, wall_heat_capacity=walls),
        scenario(heating=True, model="iapws"),
    )
    boundary = drive(circuit, [5000.0, 9000.0, 3000.0])
    steady = solve_steady(circuit, boundary, law, fields=True)
    driven = through(boundary, seconds, int(24_000.0 / seconds))
    driven.supply_temperature[:5] = 66.0

    year = solve_dynamic(circuit, driven, law, fields=True)

    away = year.fields["pipe_outlet_temperature"][-1] - steady.fields["pipe_outlet_temperature"]
    assert np.abs(away).max() < 3e-6
    assert year.heat_residual.max() < 1e-9


def test_a_mesh_ends_in_the_steady_answer_and_balances() -> None:
    circuit = with_chords(village(), [(2, 4)])
    boundary = drive(circuit, [9000.0, 14_000.0, 4000.0])
    steady = solve_steady(circuit, boundary, scenario())
    driven = through(boundary, 600.0, 60)
    driven.supply_temperature[:5] = 62.0

    year = solve_dynamic(circuit, driven, scenario())

    assert apart(year, steady) < 1e-4
    assert year.heat_residual.max() < 1e-9
    whole = year.consumer_heat + year.consumer_unserved_heat
    assert whole == pytest.approx(driven.heat, rel=1e-9)


@pytest.mark.parametrize("seconds", [60.0, 300.0, 1800.0])
def test_rounds_of_hydraulics_and_heat_end_where_a_tree_does(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    circuit, rng = village(), np.random.default_rng(4)
    boundary = through(drive(circuit, [9000.0, 14_000.0, 4000.0]), seconds, 20)
    boundary = replace(
        boundary,
        heat=boundary.heat * rng.uniform(0.7, 1.3, boundary.heat.shape),
        supply_temperature=rng.uniform(65.0, 75.0, (21, 1)),
    )
    on_tree = solve_dynamic(circuit, boundary, scenario())
    monkeypatch.setattr(dynamic, "is_mesh", lambda _: True)
    in_rounds = solve_dynamic(circuit, boundary, scenario())

    assert in_rounds.heat_error.max() == 0.0
    flow = on_tree.consumer_mass_flow
    assert np.abs(in_rounds.consumer_mass_flow - flow).max() < 5e-3 * flow.max()
    assert np.abs(in_rounds.consumer_return_temperature - 40.0).max() < 0.2
    assert np.abs(in_rounds.consumer_unserved_heat).max() < 5e-3 * boundary.heat.max()


def test_linear_inputs_are_seen_by_their_means() -> None:
    circuit = line(length=50.0, heat_loss_coefficient=0.0)
    rows = 40
    boundary = replace(
        drive(circuit, np.zeros((rows, 1)), supply=np.linspace(50.0, 70.0, rows)[:, None]),
        duration=np.concatenate([[0.0], np.full(rows - 1, 60.0)]),
        flow=np.full((rows, 1), 0.5),
    )
    given = scenario()
    linear = given.model_copy(
        update={"time": given.time.model_copy(update={"interpolation": "linear"})}
    )

    year = solve_dynamic(circuit, boundary, linear)

    entered = np.cumsum(np.concatenate([[0.0], np.full(rows - 1, 30.0)]))
    heat = np.concatenate(
        [
            [0.0],
            np.cumsum(
                30.0
                * (boundary.supply_temperature[1:, 0] + boundary.supply_temperature[:-1, 0])
                / 2.0
                - 30.0 * 50.0
            ),
        ]
    )
    mass = np.pi / 4.0 * 0.05**2 * 50.0 * 983.0
    expected = 50.0 + np.diff(np.interp(entered - mass, entered, heat)) / 30.0
    assert year.consumer_supply_temperature[1:, 0] == pytest.approx(expected, abs=1e-6)


SERIES = "time_s,mill,farm,inn\n" + "".join(
    f"{60 * row},{20_000 + 500 * row},30000,{8000 if row % 7 else 0}\n" for row in range(1, 61)
)
INITIAL = "pipe,side,position,temperature\nP-1,supply,0,70\nP-1,supply,80,50\nP-1,return,0,30\n"


def run_village(folder: Path, **files: str) -> warmtenet.System:
    ground = "time_s,all\n60,9\n3600,9\n"
    return load(write_village(folder, heat=SERIES, ground_temperature=ground, **files))


def test_a_run_shows_the_state_at_the_start_and_the_ends_of_the_steps(tmp_path: Path) -> None:
    system = run_village(tmp_path / "in", initial=INITIAL)

    simulation = warmtenet.dynamic(system, fields=True)
    warmtenet.write_outputs(
        simulation, {"seconds": {}, "scenario": "x"}, tmp_path / "out", fields="csv"
    )

    def read(name: str) -> FloatArray:
        path = tmp_path / "out" / "fields" / f"{name}.csv"
        return np.genfromtxt(path, delimiter=",", names=True, deletechars="")

    end, mean = (read(f"pipe_outlet_temperature{tail}") for tail in ("", "_mean"))
    assert end["time_s"].tolist() == [60.0 * row for row in range(61)]
    assert mean["time_s"].tolist() == end["time_s"].tolist()
    assert end["P-1:supply"][0] == pytest.approx(50.0, abs=0.03)  # half a cell of the wall
    assert end["P-1:return"][0] == pytest.approx(30.0, abs=0.001)
    assert end["P-1:supply"][-1] > 65.0
    year = simulation.cases["base"].circuits["heat"]
    assert len(year.consumer_heat) == 60
    assert year.stored_heat is not None
    assert len(year.stored_heat) == 61
    assert warmtenet.simulate(system).cases["base"].circuits["heat"].stored_heat is None


LINEAR = 'name = "village"\n[time]\ninterpolation = "linear"\n'


def test_with_linear_inputs_the_end_of_a_step_is_the_instant_of_its_row(tmp_path: Path) -> None:
    from warmtenet.results.balance import balance

    rows = [f"{60 * row},{60 + (row % 10)}" for row in range(61)]
    supply = "\n".join(["time_s,boiler", *rows]) + "\n"
    heat = SERIES.replace("time_s,mill,farm,inn\n", "time_s,mill,farm,inn\n0,20000,30000,8000\n")
    ground = "time_s,all\n0,9\n3600,9\n"
    system = load(
        write_village(
            tmp_path,
            scenario=LINEAR,
            heat=heat,
            supply_temperature=supply,
            ground_temperature=ground,
        )
    )

    simulation = warmtenet.dynamic(system, fields=True)

    year = simulation.cases["base"].circuits["heat"]
    asked = np.genfromtxt(heat.splitlines(), delimiter=",", skip_header=1)
    shown, means = year.instant["consumer_heat"], year.instant["consumer_heat_mean"]
    assert len(shown) == 61
    assert shown[20:] == pytest.approx(asked[20:, 1:], rel=1e-3)
    halves = 0.5 * (asked[20:, 1:] + asked[19:-1, 1:])
    assert means[20:] == pytest.approx(halves, rel=1e-9)
    assert year.consumer_heat[20:] == pytest.approx(halves, rel=1e-9)
    near = year.fields["pipe_inlet_temperature"][:, year.circuit.pipe_ids.index("P-1"), 0]
    assert near[1:] == pytest.approx([60.0 + row % 10 for row in range(1, 61)], abs=1e-6)
    assert len(year.fields["pipe_inlet_temperature_mean"]) == 61
    assert balance(simulation).heat_relative < 1e-9


def test_water_that_leaves_for_good_has_no_return_and_raises_no_alarm(tmp_path: Path) -> None:
    from warmtenet.studies.limits import find_limits

    ground = "time_s,all\n60,9\n3600,9\n"
    folder = write_village(
        tmp_path,
        scenario='name = "line"\ncrs = "none"\n',
        junctions="id,x,y\na,0,0\nb,1,0\n",
        pipes=f"{LINE}\nP,heat,a,b,50,0.05,0.3,supply\n",
        producers="id,circuit,junction,role,supply_temperature,pressure\nA,heat,a,pressure,60,0\n",
        consumers="id,circuit,junction,flow\nB,heat,b,1\n",
        ground_temperature=ground,
    )

    simulation = warmtenet.dynamic(load(folder), fields=True)

    year = simulation.cases["base"].circuits["heat"]
    assert np.isnan(year.instant["consumer_return_temperature"]).all()
    assert np.isnan(year.fields["junction_temperature"][..., 1]).all()
    assert np.isnan(year.pipe_figures.min_temperature[1]).all()
    assert year.pipe_figures.heat_loss[1, 0] == 0.0
    assert year.pipe_figures.min_temperature[0, 0] > 59.0
    assert find_limits(simulation) == []


def test_where_pressures_decide_linear_heat_is_served_within_its_own_step(tmp_path: Path) -> None:
    time = np.arange(0.0, 3601.0, 60.0)
    heat = 20e3 + 20e3 * np.sin(time / 600.0) ** 2
    rows = "".join(f"{second:g},{watts:.6f}\n" for second, watts in zip(time, heat, strict=True))
    folder = write_village(
        tmp_path,
        scenario=f'{LINEAR}[water]\nmodel = "constant"\n',
        junctions="id,x,y\na,0,0\nb,5,0\n",
        pipes=f"{LINE}\nP,heat,a,b,5,0.03,0,supply\n",
        producers="id,circuit,junction,role,supply_temperature,pressure\nA,heat,a,pressure,70,3e5\n",
        consumers="id,circuit,junction,return_temperature\nB,heat,b,40\n",
        heat=f"time_s,B\n{rows}",
        ground_temperature="time_s,all\n0,9\n3600,9\n",
    )

    year = warmtenet.dynamic(load(folder)).cases["base"].circuits["heat"]

    wanted = 0.5 * (heat[1:] + heat[:-1]) / (4185.0 * 30.0)
    assert year.consumer_mass_flow[1:, 0] == pytest.approx(wanted, rel=1e-3)
    assert np.abs(year.consumer_unserved_heat).max() < 1.0
    assert year.instant["consumer_heat"][1:, 0] == pytest.approx(heat[1:], rel=1e-3)


LINE = "id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient,sides"


def test_a_dynamic_run_closes_the_balance_of_its_summary(tmp_path: Path) -> None:
    from warmtenet.results.balance import balance

    simulation = warmtenet.dynamic(run_village(tmp_path))

    assert balance(simulation).heat_relative < 1e-9


FAULTS = {
    "P-9,supply,0,60": "pipe = 'P-9', expected the id of a pipe, perhaps 'P-4'",
    "P-1,left,0,60": "side = 'left', expected 'supply' or 'return'",
    "P-1,supply,81,60": "position = 81.0, expected at most 80 m, the length of 'P-1'",
    "P-1,supply,0,200": "temperature = 200, expected a number at least 0 °C and at most 140 °C",
}


@pytest.mark.parametrize("row", FAULTS)
def test_a_profile_that_cannot_be_is_refused(row: str, tmp_path: Path) -> None:
    folder = write_village(tmp_path, initial=f"pipe,side,position,temperature\n{row}\n")

    (line,) = fault_lines(folder)

    assert line == f"initial.csv line 2: {FAULTS[row]}"


def test_a_wall_comes_from_the_type_or_from_the_cells(tmp_path: Path) -> None:
    typed = load(write_village(tmp_path / "typed")).circuits["heat"].wall_heat_capacity
    pipes = (tmp_path / "typed" / "pipes.csv").read_text().splitlines()
    extra = "outer_diameter,wall_thickness,wall_density,wall_specific_heat"
    rows = [f"{pipes[0]},{extra}", f"{pipes[1]},,2 mm,8960,385", f"{pipes[2]},50 mm,,,"]
    others = [f"{row},,,," for row in pipes[3:]]
    given = write_village(tmp_path / "given", pipes="\n".join([*rows, *others]) + "\n")
    cells = load(given).circuits["heat"].wall_heat_capacity

    assert typed is not None
    assert cells is not None
    assert typed[0, 0] == pytest.approx(wall_capacity(0.0545, 0.0029, STEEL), rel=0.02)
    assert cells[0, 0] == pytest.approx(wall_capacity(0.0545, 0.002, (8960.0, 385.0)))
    assert cells[1, 1] > typed[1, 1]
    assert cells[0, 2:] == pytest.approx(typed[0, 2:])


def test_a_wall_conducts_by_type_by_cell_or_without_resistance(tmp_path: Path) -> None:
    typed = load(write_village(tmp_path / "typed")).circuits["heat"].wall_resistance
    pipes = (tmp_path / "typed" / "pipes.csv").read_text().splitlines()
    rows = [f"{pipes[0]},wall_conductivity", f"{pipes[1]},0.38", *(f"{row}," for row in pipes[2:])]
    given = write_village(tmp_path / "given", pipes="\n".join(rows) + "\n")
    cells = load(given).circuits["heat"].wall_resistance
    bare = pipes[0].replace(",type", ",inner_diameter,heat_loss_coefficient,wall_thickness")
    walls = [f"{row.rsplit(',', 1)[0]},0.05,0.3,0.003" for row in pipes[1:]]
    free = write_village(tmp_path / "free", pipes="\n".join([bare, *walls]) + "\n")

    assert typed is not None
    assert cells is not None
    assert typed[0, 0] == pytest.approx(0.0029 / 3.0 / 52.0 / np.pi / 0.0545, rel=0.03)
    assert cells[0, 0] == pytest.approx(typed[0, 0] * 52.0 / 0.38)
    assert cells[:, 1:] == pytest.approx(typed[:, 1:])
    assert np.all(load(free).circuits["heat"].wall_resistance == 0.0)


def test_a_wall_thinner_than_nothing_is_refused(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    path = folder / "pipes.csv"
    text = path.read_text().replace("length,type", "length,type,inner_diameter,outer_diameter")
    path.write_text(
        text.replace("DN50\n", "DN50,0.05,0.04\n")
        .replace("DN32\n", "DN32,,\n")
        .replace("DN40\n", "DN40,,\n")
        .replace("DN25\n", "DN25,,\n")
    )

    assert fault_lines(folder) == [
        "pipe 'P-1': outer_diameter = 0.04, expected at least the inner diameter, 0.05 m"
    ]


def test_an_instant_has_no_history(tmp_path: Path) -> None:
    from warmtenet.solvers.simulate import simulate

    with pytest.raises(InvalidInputError, match="expected no --at beside --dynamic"):
        simulate(run_village(tmp_path), at="600", dynamic=True)


def test_an_unknown_field_is_refused() -> None:
    circuit = line()
    with pytest.raises(InvalidInputError, match="fields = 'pipe_warmth', expected one of"):
        solve_dynamic(circuit, drive(circuit, 1000.0), scenario(), fields=("pipe_warmth",))


def test_whom_a_valve_cuts_off_misses_heat_for_want_of_pressure(tmp_path: Path) -> None:
    folder = write_village(
        tmp_path,
        valves="id,pipe,side,is_open\nV1,P-4,supply,false\n",
        ground_temperature="time_s,all\n3600,10\n7200,10\n",
    )
    edit(folder, "pipes.csv", "P-4,", "P-5,heat,mill,farm,140,steel-twin-S2-DN32\nP-4,")
    run = warmtenet.dynamic(load(folder))
    year = run.cases["base"].circuits["heat"]

    assert year.consumer_unserved_heat[:, 2] == pytest.approx(np.full(2, 10e3))
    assert (year.consumer_reason[:, 2] == PRESSURE).all()
    assert (year.consumer_reason[:, :2] != PRESSURE).all()
    assert find_limits(run)[0].endswith("no open pipe leads to it at 3600 s: open 'V1'")


def test_flows_rest_where_a_front_turns_cold_water_warm_within_a_hairs_breadth() -> None:
    circuit = synthetic_tree(60, bypass_flow=0.0)
    summer = synthetic_boundary(circuit).at(slice(4200, 4210))
    quarters = replace(summer, duration=np.full(10, 900.0))
    year = solve_dynamic(circuit, quarters, scenario(heating=True, model="iapws"))

    assert year.iterations.max() > 10
    assert not year.heat_error.any()


@pytest.mark.parametrize("heating", [False, True])
@pytest.mark.parametrize("exchange", [0.0, 0.5])
def test_rows_without_duration_change_nothing_after_them(
    exchange: float, heating: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving_water, "ENOUGH", 1e-8)
    circuit = line(1, length=300.0, pair_exchange_coefficient=exchange)
    loads = np.random.default_rng(1).uniform(500.0, 9000.0, (60, 1))
    given = replace(drive(circuit, loads), duration=np.full(60, 900.0))
    rows = np.sort(np.r_[np.arange(60), np.arange(5, 60, 6)])
    is_shown = np.r_[rows[1:] == rows[:-1], False]
    shown = replace(given.at(rows), duration=np.where(is_shown, 0.0, 900.0))

    plain = solve_dynamic(circuit, given, scenario(heating=heating), fields=True)
    with_rows = solve_dynamic(circuit, shown, scenario(heating=heating), fields=True)

    for name in ("pipe_outlet_temperature_mean", "pipe_mass_flow"):
        assert plain.fields[name] == pytest.approx(with_rows.fields[name][~is_shown], abs=1e-9)
