"""Networks with loops and several producers, from their tables to their flows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from circuit_factory import drive, scenario, tree
from mesh_factory import with_chords
from village import edit, fault_lines, write_village

from warmtenet.networks.load import load
from warmtenet.solvers import steady
from warmtenet.solvers.circuit_year import PRESSURE, CircuitYear
from warmtenet.solvers.simulate import simulate
from warmtenet.solvers.steady import solve_steady

HEADER = "id,circuit,junction,role,supply_temperature,heat,limit,priority,share,mass_flow\n"


def ring(folder: Path, *producers: str) -> Path:
    """Write the village with a pipe that makes it a ring, and further producers."""
    write_village(folder)
    edit(folder, "pipes.csv", "P-4,", "P-5,heat,mill,inn,140,steel-twin-S2-DN32\nP-4,")
    rows = [*producers, "boiler,heat,plant,pressure,70,,,,,"]
    (folder / "producers.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


def solved(folder: Path) -> CircuitYear:
    year = simulate(load(folder), hours=(0, 3), fields=True).cases["base"].circuits["heat"]
    assert year.heat_residual.max() < 1e-8
    assert year.mass_residual.max() < 1e-9
    assert year.head_residual is not None
    assert year.head_residual.max() < 1e-3
    assert (year.heat_error == 0.0).all()
    return year


def test_flows_around_a_ring_take_the_same_head_both_ways(tmp_path: Path) -> None:
    year = solved(ring(tmp_path))

    place = {name: column for column, name in enumerate(year.circuit.pipe_ids)}
    flow, drop = year.fields["pipe_mass_flow"][0], year.fields["pipe_pressure_drop"][0]
    to_inn = flow[[place["P-4"], place["P-5"]], 0].sum()
    assert to_inn == pytest.approx(year.consumer_mass_flow[0, 2], rel=1e-9)
    one, other = ([place["P-2"], place["P-5"]], [place["P-3"], place["P-4"]])
    for side in (0, 1):
        assert drop[one, side].sum() == pytest.approx(drop[other, side].sum(), abs=1e-3)
        assert abs(drop[one, side].sum()) > 1.0
    assert year.consumer_heat[0] == pytest.approx([40e3, 30e3, 10e3])


def test_each_producer_gives_what_its_row_says(tmp_path: Path) -> None:
    folder = ring(
        tmp_path,
        "waste,heat,inn,heat,65,,15 kW,1,,",
        "sun,heat,farm,flow,68,,,,,0.02",
        "pumps,heat,mill,flow,66,,,,0.2,",
        "gas,heat,tee,heat,70,4 kW,,,,",
    )
    year = solved(folder)

    assert year.circuit.producer_ids == ("boiler", "waste", "sun", "pumps", "gas")
    heat, flow = year.producer_heat[0], year.producer_mass_flow[0]
    assert heat[1] == pytest.approx(15e3, rel=1e-6)
    assert flow[2] == pytest.approx(0.02, rel=1e-12)
    assert flow[3] == pytest.approx(0.2 * year.consumer_mass_flow[0].sum(), rel=1e-6)
    assert heat[4] == pytest.approx(4e3, rel=1e-6)
    assert heat.sum() == pytest.approx(80e3 + year.heat_loss[0], rel=1e-4)


def test_limits_are_used_in_the_order_of_priority_and_never_beyond_the_need(
    tmp_path: Path,
) -> None:
    folder = ring(
        tmp_path,
        "second,heat,inn,heat,70,,100 kW,2,,",
        "first,heat,farm,heat,70,,50 kW,1,,",
    )
    year = solved(folder)

    boiler, second, first = year.producer_heat[0]
    assert first == pytest.approx(50e3, rel=1e-6)
    assert second == pytest.approx(30e3 + year.heat_loss[0], rel=1e-3)
    assert abs(boiler) < 50.0


@pytest.mark.parametrize("heat", [200.0, 5e3, 40e3])
def test_pairs_of_a_mesh_exchange_heat_as_the_exact_pairs_of_a_tree(
    heat: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    circuit = tree((0, 1, 1), [2, 3], length=200.0, pair_exchange_coefficient=0.03)
    given = drive(circuit, [heat, 0.5 * heat])
    exact = solve_steady(circuit, given, scenario(), fields=True)
    monkeypatch.setattr(steady, "is_mesh", lambda _: True)
    mesh = solve_steady(circuit, given, scenario(), fields=True)

    for name in ("consumer_supply_temperature", "producer_return_temperature"):
        assert getattr(mesh, name) == pytest.approx(getattr(exact, name), abs=1e-6)
    assert mesh.heat_loss == pytest.approx(exact.heat_loss, rel=1e-7)
    lost = mesh.fields["pipe_heat_loss"]
    assert lost == pytest.approx(exact.fields["pipe_heat_loss"], rel=1e-6)
    assert lost.sum() == pytest.approx(mesh.heat_loss[0], rel=1e-9)


def test_given_flow_and_weak_pump_in_a_ring() -> None:
    street = tree((0, 1, 2), [1, 2, 3], length=300.0, max_pressure_difference=6e4)
    circuit = with_chords(street, [(3, 0)])
    given = drive(circuit, [10e3, 0.0, 80e3])
    given = replace(given, flow=np.array([[np.nan, 0.05, np.nan]]))
    year = solve_steady(circuit, given, scenario())

    assert year.consumer_mass_flow[0, 1] == pytest.approx(0.05, rel=1e-9)
    assert year.consumer_heat[0, 0] == pytest.approx(10e3)
    assert year.consumer_reason[0, 2] == PRESSURE
    assert (year.consumer_pressure_difference[0] > 5e4 - 2.0).all()


def test_what_cannot_be_is_one_line(tmp_path: Path) -> None:
    folder = ring(tmp_path, "waste,heat,inn,flow,65,,15 kW,1,,")

    assert fault_lines(folder) == [
        "producer 'waste': limit = 15000.0, expected an empty cell, or role 'heat'",
        "producer 'waste': mass_flow = (empty), expected a value, or a share, for role 'flow'",
    ]


def test_a_role_that_changes_by_the_hour_is_a_row_for_each(tmp_path: Path) -> None:
    rows = "by_flow,heat,inn,flow,65,,,,,series:feed", "by_heat,heat,inn,heat,65,series:warm,,,,"
    folder = ring(tmp_path, *rows)
    (folder / "feed.csv").write_text("time_s,by_flow\n3600,0.2\n7200,0\n", encoding="utf-8")
    (folder / "warm.csv").write_text("time_s,by_heat\n3600,0\n7200,9 kW\n", encoding="utf-8")
    year = simulate(load(folder)).cases["base"].circuits["heat"]
    place = {name: k for k, name in enumerate(year.circuit.producer_ids)}

    assert year.heat_error.max() < 1e-8
    flow = year.producer_mass_flow[:, place["by_flow"]]
    heat = year.producer_heat[:, place["by_heat"]]
    assert flow == pytest.approx([0.2, 0.0], abs=1e-9)
    assert heat == pytest.approx([0.0, 9e3], rel=1e-7, abs=1e-6)
    assert year.consumer_heat == pytest.approx(np.array([[40e3, 30e3, 10e3]] * 2), rel=1e-7)


def test_roles_and_ranks_as_series_are_refused_with_the_way_to_say_it(tmp_path: Path) -> None:
    folder = ring(
        tmp_path, "a,heat,inn,series:role,65,,,,,", "b,heat,inn,heat,65,,9 kW,series:r,,"
    )

    assert fault_lines(folder)[:2] == [
        "producer 'a': role = 'series:role', expected 'pressure', 'flow' or 'heat' (a role that "
        "changes: a row for each role at the junction, whose series is 0 while it rests)",
        "producer 'b': priority = 'series:r', expected one number (a rank that changes: a row for "
        "each at the junction, whose limit is 0 while it rests)",
    ]
