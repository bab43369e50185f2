"""Flows of a dynamic run: that they are found, and that no heat is served without water."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from circuit_factory import drive, scenario, tree
from line_factory import HEAT_CAPACITY, write_line
from village import edit, write_village

import warmtenet
from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit
from warmtenet.networks.load import load
from warmtenet.solvers import dynamic, plug_columns
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.dynamic import solve_dynamic
from warmtenet.solvers.kernels import plug_growth
from warmtenet.solvers.steady import solve_steady
from warmtenet.studies.limits import find_limits

IDLE = {
    "length": [10.0, 0.03, 10.0, 10.0, 10.0],
    "heat_loss_coefficient": [0.0, 0.3, 0.0, 0.3, 0.3],
    "pair_exchange_coefficient": [0.0, 0.0, 0.05, 0.0, 0.0],
    "bypass_temperature": [50.0, np.nan, np.nan],
}
"""A consumer behind a pipe that loses nothing but to its twin: a bypass that hardly flows."""


def idle() -> tuple[Circuit, Boundary]:
    """Return that consumer and two others, which ask for heat in turns of some hours."""
    circuit = tree([0, 1, 2, 2, 3], [3, 4, 5], **IDLE)
    heat = [
        [12_792.105674495173, 0.0, 4624.739377381563],
        [0.0, 13_307.223949, 0.0],
        [0.0, 0.0, 3213.1148394362754],
        [17_374.58761500248, 0.0, 14_716.02526714],
    ]
    boundary = drive(
        circuit,
        heat,
        supply=np.array([[79.53750390012667], [79.93221130673243], [79.6], [79.32472435308252]]),
        back=[30.0, 40.0, np.nan],
        difference=20.0,
        ground=np.array([[14.370670550273116], [8.495081837021253], [7.0146], [9.97937991]]),
    )
    return circuit, replace(boundary, duration=np.array([0.0, 15_086.185, 5928.2, 6769.0]))


@pytest.mark.parametrize("pieces", [1, plug_columns.PIECES_IN_ALL])
@pytest.mark.parametrize("model", ["constant", "iapws"])
def test_a_consumer_that_asks_for_heat_again_has_water(
    model: str, pieces: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plug_columns, "PIECES_IN_ALL", pieces)
    circuit, boundary = idle()

    year = solve_dynamic(circuit, boundary, scenario(model=model, heating=True), fields=True)

    served = year.consumer_heat > 1.0
    span = year.consumer_supply_temperature - year.consumer_return_temperature
    assert served[3, 0]
    assert (year.consumer_mass_flow * HEAT_CAPACITY * span)[served] == pytest.approx(
        year.consumer_heat[served], rel=5e-3
    )
    assert not year.heat_error.any()
    outlet = year.fields["pipe_outlet_temperature"]
    assert outlet.min() > 7.0
    assert outlet.max() < 79.94


def morning(buildings: int, seed: int) -> tuple[Circuit, Boundary]:
    """Return a street that asks for nothing till five o'clock, and its morning by quarters."""
    parents = [p for k in range(buildings) for p in ([3 * k - 2] if k else [0]) + [3 * k + 1] * 2]
    houses = [j for k in range(buildings) for j in (3 * k + 2, 3 * k + 3)]
    rows = np.arange(buildings)
    main = np.interp(rows, [0, buildings - 1], [0.07, 0.037])
    inner = np.stack([main, np.full(buildings, 0.0217), np.full(buildings, 0.0217)], axis=1)
    length = np.stack(
        [np.where(rows, 24.0, 60.0), np.full(buildings, 12.0), np.full(buildings, 12.0)], axis=1
    )
    circuit = tree(parents, houses, length=length.ravel(), inner_diameter=inner.ravel())
    circuit = replace(circuit, wall_heat_capacity=np.full((2, 3 * buildings), 1500.0))
    loads = np.random.default_rng(seed).uniform(1700.0, 4400.0, 2 * buildings)
    share = np.array([0.0] * 20 + [1.0, 1.0, 1.02, 1.1, 1.4, 1.9, 2.7, 3.6])
    boundary = drive(circuit, share[:, None] * loads, ground=8.0)
    return circuit, replace(boundary, duration=np.full(len(share), 900.0))


@pytest.mark.parametrize(("buildings", "seed"), [(2, 1), (4, 1), (5, 0), (8, 7), (10, 3)])
def test_a_street_whose_water_stood_all_night_finds_its_flows(buildings: int, seed: int) -> None:
    circuit, boundary = morning(buildings, seed)

    year = solve_dynamic(circuit, boundary, scenario(model="iapws", heating=True))

    assert not year.heat_error.any()
    assert year.iterations.max() > 10
    whole = year.consumer_heat + year.consumer_unserved_heat
    assert whole == pytest.approx(boundary.heat, rel=1e-12, abs=1e-9)
    assert (year.consumer_unserved_heat[21:] == 0.0).all()


@pytest.mark.parametrize("load", [50.0, 100.0, 1000.0])
@pytest.mark.parametrize("solved", ["small", "large", "mesh"])
def test_light_loads_on_long_pipes_are_served_as_in_the_steady_state(
    load: float, solved: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if solved == "large":
        monkeypatch.setattr(plug_columns, "PIECES_IN_ALL", 1)
    monkeypatch.setattr(dynamic, "is_mesh", lambda _: solved == "mesh")
    circuit = tree(
        [0, 1, 2, 1, 2, 3, 3],
        [4, 5, 6, 7],
        length=[200.0, 150.0, 120.0, 30.0, 25.0, 40.0, 15.0],
        inner_diameter=[0.08, 0.0545, 0.0545, 0.0272, 0.0272, 0.0272, 0.0272],
        heat_loss_coefficient=0.25,
    )
    boundary = drive(circuit, [load] * 4)
    steady = solve_steady(circuit, boundary, scenario())

    year = solve_dynamic(circuit, boundary.at(np.zeros(41, dtype=np.int64)), scenario())

    assert not year.heat_error.any()
    assert np.abs(year.consumer_unserved_heat).max() < 1e-6
    supply = steady.consumer_supply_temperature[0]  # 0.1 % of a flow is 3 % of its drop at most
    assert (np.abs(year.consumer_supply_temperature[-1] - supply) < 0.03 * (supply - 40.0)).all()


def test_an_hour_in_which_what_holds_a_bypass_was_not_found_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_village(tmp_path)
    edit(tmp_path, "consumers.csv", "return_temperature", "return_temperature,bypass_temperature")
    edit(tmp_path, "consumers.csv", "40 kW,40", "40 kW,40,")
    edit(tmp_path, "consumers.csv", "30 kW,40", "30 kW,40,")
    edit(tmp_path, "consumers.csv", "10 kW,35", "series:heat,35,60")
    heat = "time_s,inn\n" + "".join(f"{k * 3600},{5000 * (k < 3)}\n" for k in range(6))
    (tmp_path / "heat.csv").write_text(heat, encoding="utf-8")
    assert find_limits(warmtenet.dynamic(load(tmp_path))) == []

    def unsolved(*given: Any, **more: Any) -> CircuitYear:
        year = solve_steady(*given, **more)
        error = np.where(np.arange(len(year.heat_error)) % 2, 0.3, 0.0)
        return replace(year, heat_error=error)

    monkeypatch.setattr(dynamic, "solve_steady", unsolved)
    run = warmtenet.dynamic(load(tmp_path))

    assert run.cases["base"].circuits["heat"].heat_error.tolist() == [0, 0, 0, 0.3, 0, 0.3]
    (told,) = find_limits(run)
    assert "at 10800 s and 1 more did not find the steady flows that hold its bypasses" in told
    assert told.endswith("a bypass_flow in place of a bypass_temperature settles it")


@pytest.mark.parametrize("loss", [0.01, 0.3])
@pytest.mark.parametrize("taken", [0.1, 1.0])
def test_water_filled_along_a_slope_leaves_along_that_slope(
    loss: float, taken: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plug_growth, "bend_between", plug_growth.bend_between.py_func)
    steep, bend = 2.4e9, 1e-4 * taken  # two large exponentials, whose difference is the slope
    means = np.expm1(-loss) / -loss, np.expm1(bend - loss) / (bend - loss)

    mean = steep * ((1.0 + 1e-5) * means[1] - means[0])
    tilt, lean = plug_growth.one_of_two.py_func(
        -steep, -loss, steep * (1.0 + 1e-5), bend - loss, mean
    )

    change = steep * ((1.0 + 1e-5) * np.exp(bend - loss) - np.exp(-loss)) - steep * 1e-5
    assert tilt * np.expm1(lean) == pytest.approx(change, rel=1e-6)


OUTFLOWS = {
    "heat": {"consumers": "id,circuit,junction,return_temperature,heat\no,c,c,20,5000\n"},
    "flow": {"consumers": "id,circuit,junction,return_temperature,flow\no,c,c,20,0.5\n"},
    "open": {"consumers": "id,circuit,junction,flow\no,c,c,0.5\n"},
}
"""Consumers whose water leaves the network: cooled by their heat, as given, or as it comes."""


@pytest.mark.parametrize("outflow", OUTFLOWS)
def test_water_that_leaves_for_good_carries_its_heat_out_of_the_balance(
    outflow: str, tmp_path: Path
) -> None:
    write_line(
        tmp_path,
        junctions="id,x,y\na,0,0\nb,1,0\nc,2,0\n",
        pipes="p1,c,a,b,100,0.05,0.5,1e-4 p2,c,b,c,100,0.05,0.5,1e-4",
        producers="id,circuit,junction,role,pressure,supply_temperature\n"
        "s,c,a,pressure,300000,series:supply_temperature\n",
        ground_temperature="time_s,all\n" + "".join(f"{k * 600.0},10\n" for k in range(12)),
        supply_temperature="time_s,s\n"
        + "".join(f"{k * 600.0},{60 if k < 6 else 70}\n" for k in range(12)),
        **OUTFLOWS[outflow],
    )

    run = warmtenet.dynamic(load(tmp_path))

    year = run.cases["base"].circuits["c"]
    assert year.consumer_mass_flow.min() > 0.0
    assert year.heat_residual.max() < 1e-9
    assert find_limits(run) == []
    assert year.stored_heat is not None
    leaves = np.nan_to_num(year.consumer_return_temperature[1:, 0])
    carried = year.consumer_mass_flow[1:, 0] * HEAT_CAPACITY * leaves
    rest = year.producer_heat[1:, 0] - year.consumer_heat[1:, 0] - year.heat_loss[1:] - carried
    assert rest == pytest.approx(np.diff(year.stored_heat)[1:] / 600.0, abs=0.5)


def test_a_balance_that_stays_open_is_told(tmp_path: Path) -> None:
    run = warmtenet.dynamic(load(write_village(tmp_path)), hours=(0, 3))
    case = run.cases["base"]
    year = case.circuits["heat"]
    assert find_limits(run) == []
    open_year = replace(year, heat_residual=np.array([0.0, 3e-6, 1e-7]))
    circuits = {**case.circuits, "heat": open_year}

    (told,) = find_limits(replace(run, cases={"base": replace(case, circuits=circuits)}))

    assert told.startswith("circuit 'heat', case 'base': at ")
    assert "balance stays open by 3e-06 of its terms, expected at most 1e-06" in told
