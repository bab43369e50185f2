"""Circuits whose sides differ, and valves and boosters in closed circuits."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from circuit_factory import drive, scenario, tree
from mesh_factory import imbalance, with_chords
from village import add_column, fault_lines, write_village

from warmtenet.networks.columns import RETURN, SUPPLY, Circuit, IntArray, Placed
from warmtenet.networks.load import load
from warmtenet.networks.synthetic import synthetic_boundary, synthetic_tree
from warmtenet.networks.synthetic_mesh import synthetic_mesh
from warmtenet.solvers.simulate import simulate
from warmtenet.solvers.steady import solve_steady

BY_CONSUMER = (
    "consumer_mass_flow",
    "consumer_supply_temperature",
    "consumer_heat",
    "consumer_pressure_difference",
    "producer_heat",
    "pressure_difference",
    "heat_loss",
)


def split_sides(circuit: Circuit) -> Circuit:
    """Return the circuit with a row for each pipe: first all supply, then all return pipes."""
    count = len(circuit.pipe_ids)
    twice = type(circuit.pipes)(*(np.concatenate([c, c], axis=-1) for c in circuit.pipes))
    sides = np.zeros((2, 2 * count), dtype=np.bool_)
    sides[SUPPLY, :count] = sides[RETURN, count:] = True
    return replace(
        circuit,
        pipe_ids=(
            *(f"{name} supply" for name in circuit.pipe_ids),
            *(f"{name} return" for name in circuit.pipe_ids),
        ),
        pipes=twice,
        pipe_types=("",) * (2 * count),
        pressure_rating=np.full(2 * count, np.inf),
        sides=sides,
    )


def valve(pipe: int, side: int) -> Placed:
    return Placed(("V1",), whole(pipe), whole(side))


def whole(number: int) -> IntArray:
    return np.array([number], dtype=np.int64)


@pytest.mark.parametrize("loops", [0, 3])
def test_a_row_for_each_pipe_gives_what_a_row_for_both_gives(loops: int) -> None:
    circuit = synthetic_mesh(130, loops=loops) if loops else synthetic_tree(16)
    pipes = circuit.pipes._replace(
        pair_exchange_coefficient=np.zeros_like(circuit.pipes.pair_exchange_coefficient)
    )
    circuit = replace(circuit, pipes=pipes)
    boundary = synthetic_boundary(circuit, hours=24)
    given = scenario(model="iapws")
    year = solve_steady(circuit, boundary, given, fields=True)
    ground = np.concatenate([boundary.ground_temperature] * 2, axis=1)
    split = solve_steady(
        split_sides(circuit), replace(boundary, ground_temperature=ground), given, fields=True
    )

    for name in BY_CONSUMER:
        assert getattr(split, name) == pytest.approx(getattr(year, name), rel=1e-7), name
    count = len(circuit.pipe_ids)
    for name in ("pipe_mass_flow", "pipe_outlet_temperature", "pipe_pressure_drop"):
        field, other = year.fields[name], split.fields[name]
        assert other[:, :count, SUPPLY] == pytest.approx(field[..., SUPPLY], rel=1e-6, abs=1e-7)
        assert other[:, count:, RETURN] == pytest.approx(field[..., RETURN], rel=1e-6, abs=1e-7)
        assert np.isnan(other[:, count:, SUPPLY]).all()
    assert split.heat_residual.max() < 1e-9


@pytest.mark.parametrize("side", [SUPPLY, RETURN])
def test_a_shut_valve_is_as_good_as_no_pipe(side: int) -> None:
    ring = with_chords(tree((0, 0, 1), [1, 2, 3]), [(2, 3)])
    boundary = drive(ring, [30e3, 10e3, 20e3])
    shut = replace(ring, valves=valve(3, side))
    sides = np.ones((2, 4), dtype=np.bool_)
    sides[side, 3] = False
    year = solve_steady(shut, replace(boundary, is_open=np.zeros((1, 1))), scenario(), fields=True)
    other = solve_steady(replace(ring, sides=sides), boundary, scenario(), fields=True)

    assert year.fields["pipe_mass_flow"][0, 3, side] == 0.0
    for name in BY_CONSUMER:
        assert getattr(year, name) == pytest.approx(getattr(other, name), rel=1e-9), name


def test_an_open_valve_changes_nothing() -> None:
    ring = with_chords(tree((0, 0, 1), [1, 2, 3]), [(2, 3)])
    boundary = drive(ring, [30e3, 10e3, 20e3])
    plain = solve_steady(ring, boundary, scenario(), fields=True)
    year = solve_steady(
        replace(ring, valves=valve(3, SUPPLY)),
        replace(boundary, is_open=np.ones((1, 1))),
        scenario(),
        fields=True,
    )

    for name in BY_CONSUMER:
        assert (getattr(year, name) == getattr(plain, name)).all(), name


@pytest.mark.parametrize("side", [SUPPLY, RETURN])
def test_consumers_behind_a_shut_valve_are_told_apart(side: int) -> None:
    circuit = replace(tree((0, 1, 2), [1, 2, 3]), valves=valve(2, side))
    boundary = drive(circuit, [[30e3, 10e3, 20e3]] * 2)
    boundary = replace(boundary, is_open=np.array([[1.0], [0.0]]))
    year = solve_steady(circuit, boundary, scenario(), fields=True)

    assert year.consumer_unserved_heat.tolist() == [[0.0, 0.0, 0.0], [0.0, 0.0, 20e3]]
    assert year.consumer_reason[1].tolist() == [0, 0, 3]
    assert np.isnan(year.consumer_pressure_difference[1, 2])
    assert np.isnan(year.fields["junction_pressure"][1, 3, side])
    assert np.isfinite(year.fields["junction_pressure"][0]).all()
    assert np.isfinite(year.pressure_difference).all()
    assert np.nanmax(np.abs(imbalance(year))) < 1e-9
    assert year.heat_error.max() < 1e-9
    assert np.isfinite(year.pipe_figures.max_pressure).all()


def test_boosters_on_the_way_spare_the_pump() -> None:
    circuit = tree((0, 1, 2), [1, 2, 3])
    boundary = drive(circuit, [30e3, 10e3, 60e3])
    plain = solve_steady(circuit, boundary, scenario(), fields=True)
    both = Placed(("B1", "B2"), np.array([2, 2]), np.array([SUPPLY, RETURN]))
    year = solve_steady(
        replace(circuit, boosters=both),
        replace(boundary, pressure_rise=np.array([[2_000.0, 1_000.0]])),
        scenario(),
        fields=True,
    )

    assert plain.worst_consumer[0] == 2
    spared = plain.pressure_difference[0, 0] - year.pressure_difference[0, 0]
    assert spared == pytest.approx(3_000.0, rel=1e-9)
    for name in ("consumer_mass_flow", "consumer_supply_temperature", "heat_loss"):
        assert getattr(year, name) == pytest.approx(getattr(plain, name), rel=1e-9), name
    assert year.head_residual is not None
    assert year.head_residual.max() < 1e-6
    flow, total = year.consumer_mass_flow[0, 2], year.producer_mass_flow[0, 0]
    work = year.pressure_difference[0, 0] * total + 3_000.0 * flow
    before = plain.pressure_difference[0, 0] * total / plain.pump_electricity[0, 0]
    assert work / year.pump_electricity[0, 0] == pytest.approx(before, rel=1e-9)


def test_a_consumer_needs_a_way_back(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    header, *rows = (folder / "pipes.csv").read_text().splitlines()
    rows = [f"{row},{'supply' if row.startswith('P-4') else ''}" for row in rows]
    (folder / "pipes.csv").write_text("\n".join([f"{header},sides", *rows]) + "\n")

    assert fault_lines(folder) == [
        "consumer 'inn': junction = 'inn', expected a way to producer 'boiler' of circuit 'heat' "
        "on the return side"
    ]


def test_return_pipes_alone_make_no_circuit(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    add_column(folder, "pipes", "sides", "return")

    assert fault_lines(folder) == [
        "circuit 'heat': sides = 'return', expected 'supply' for a one-line network, or 'both'"
    ]


def test_a_closed_circuit_has_no_fixed_pressure(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    add_column(folder, "producers", "pressure", "3 bar")

    assert fault_lines(folder) == [
        "producer 'boiler': pressure = 300000.0, expected an empty cell: a circuit with a return "
        "side has static_pressure"
    ]


@pytest.mark.parametrize("side", ["supply", "return"])
def test_a_route_of_one_side_needs_no_diameter_of_the_other(tmp_path: Path, side: str) -> None:
    years = []
    for name in (f"inner_diameter_{side}", "inner_diameter"):
        folder = write_village(tmp_path / name)
        add_column(folder, "pipes", "sides", "both")
        frame = pd.read_csv(folder / "pipes.csv", dtype=str)
        row = {"id": "X", "circuit": "heat", "from_junction": "mill", "to_junction": "inn"}
        row |= {"length": "120", "sides": side, "heat_loss_coefficient": "0.2", name: "0.03"}
        pd.concat([frame, pd.DataFrame([row])]).to_csv(folder / "pipes.csv", index=False)
        years.append(simulate(load(folder), fields=True).cases["base"].circuits["heat"])

    one, other = years
    assert one.heat_error.max() < 1e-6
    assert np.array_equal(one.consumer_mass_flow, other.consumer_mass_flow)
    assert np.array_equal(one.heat_loss, other.heat_loss)
