"""Circuits that share trenches, solved together."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from trench_factory import write_district
from village import edit

from warmtenet import cli
from warmtenet.networks.load import load
from warmtenet.networks.system import System
from warmtenet.profiles.boundary import circuit_boundary
from warmtenet.profiles.build import build_profiles
from warmtenet.results.balance import balance, heat_residual
from warmtenet.results.fields import kept_variables, take_field
from warmtenet.results.hourly import hourly_columns
from warmtenet.solvers import kept_fields, trenches
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.field_choice import FIELDS, FieldChoice
from warmtenet.solvers.large_arrays import is_large
from warmtenet.solvers.simulate import simulate
from warmtenet.solvers.steady import solve_steady
from warmtenet.solvers.tree_memory import Memory


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> System:
    return load(write_district(tmp_path_factory.mktemp("district")))


@pytest.fixture(scope="module")
def solved(system: System) -> dict[str, CircuitYear]:
    return dict(simulate(system, fields=True).cases["base"].circuits)


def test_what_one_gives_is_what_the_other_takes_to_the_last_digit(
    solved: dict[str, CircuitYear],
) -> None:
    warm, cool = solved["warm"], solved["cool"]

    assert (warm.exchange_from["cool"] == -cool.exchange_from["warm"]).all()
    assert (cool.exchange_from["warm"] > 50.0).all()
    assert warm.exchange_by_pipe is not None
    assert cool.exchange_by_pipe is not None
    total = warm.exchange_by_pipe.sum(axis=0) + cool.exchange_by_pipe.sum(axis=0)
    assert total == pytest.approx(np.zeros(3), abs=1e-3)


def test_every_circuit_closes_with_the_exchange_as_a_term(solved: dict[str, CircuitYear]) -> None:
    for year in solved.values():
        assert heat_residual(year).max() < 1e-6
        without = replace(year, exchange_from={})
        assert heat_residual(without).max() > 1e-4


def test_the_loss_to_the_ground_is_what_the_water_tells(
    system: System, solved: dict[str, CircuitYear]
) -> None:
    """The fixed point rests: what is left over is what a millikelvin moves."""
    for name, year in solved.items():
        pipes = system.circuits[name].pipes
        to_others = np.zeros(pipes.heat_loss_coefficient.shape)
        for (own, _), links in system.trenches.items():
            if own == name:
                np.add.at(to_others, (links.side, links.pipe), links.conductance)
        to_all = pipes.heat_loss_coefficient * pipes.length
        loss = year.fields["pipe_heat_loss"]
        excess = _mean_excess(system, solved, name)
        expected = np.transpose((to_all - to_others)[:, :, None] * excess, (2, 1, 0))
        assert loss == pytest.approx(expected, abs=1e-3 * to_all.max())


def _mean_excess(system: System, solved: dict[str, CircuitYear], name: str) -> np.ndarray:
    """Return the mean excess of each pipe's water, from its loss and that of the others."""
    unknown = {n: np.zeros((2, 3, 4)) for n in solved}
    for _ in range(60):
        rises = {n: np.zeros((2, 3, 4)) for n in solved}
        for (own, other), links in system.trenches.items():
            for k in range(len(links.pipe)):
                rises[own][links.side[k], links.pipe[k]] += (
                    links.response[k] * unknown[other][links.other_side[k], links.other_pipe[k]]
                )
        for n, year in solved.items():
            pipes = system.circuits[n].pipes
            conductance = pipes.heat_loss_coefficient * pipes.length
            total = year.fields["pipe_heat_loss"] + year.fields["pipe_exchange"]
            twin = pipes.pair_exchange_coefficient * pipes.length
            to_twin = twin[:, None] * (rises[n][0] - rises[n][1])
            excess = np.transpose(total, (2, 1, 0)) + np.stack([to_twin, -to_twin])
            unknown[n] = rises[n] + excess / conductance[:, :, None]
    return unknown[name]


def test_a_standing_circuit_takes_up_its_surroundings_and_passes_nothing_on(
    solved: dict[str, CircuitYear],
) -> None:
    cool = solved["cool"]
    standing = 1

    assert cool.producer_mass_flow[standing, 0] == 0.0
    assert cool.heat_loss[standing] == pytest.approx(cool.exchange[standing], rel=1e-12)
    assert cool.exchange[standing] > 100.0
    water = cool.fields["pipe_outlet_temperature"][standing, 1:]
    assert (water > 10.5).all()
    assert (water < 13.0).all()
    passed = cool.fields["pipe_heat_loss"][standing] + cool.fields["pipe_exchange"][standing]
    assert passed.sum(axis=1) == pytest.approx(np.zeros(3), abs=1e-9)


def test_each_is_the_same_from_scratch_in_the_ground_that_was_found(
    system: System, monkeypatch: pytest.MonkeyPatch, solved: dict[str, CircuitYear]
) -> None:
    """The starts from earlier passes, and passes without pressures, leave no trace."""

    def from_scratch(circuit, boundary, scenario, **how) -> CircuitYear:
        return solve_steady(circuit, boundary, scenario, fields=how["fields"])

    monkeypatch.setattr(trenches, "solve_steady", from_scratch)
    anew = simulate(system, fields=True).cases["base"].circuits
    for name, year in solved.items():
        for variable, field in year.fields.items():
            assert field == pytest.approx(anew[name].fields[variable], rel=1e-4, abs=2e-3), (
                variable
            )
        assert year.producer_heat == pytest.approx(anew[name].producer_heat, rel=1e-6)


def test_parts_of_the_year_are_the_year(
    system: System, monkeypatch: pytest.MonkeyPatch, solved: dict[str, CircuitYear]
) -> None:
    monkeypatch.setattr(trenches, "HOURS_TOGETHER", 32)
    profiles = build_profiles(system)
    boundaries = {name: circuit_boundary(system, profiles, name) for name in system.circuits}
    rows = np.tile(np.arange(4), 20)
    long = {name: boundary.at(rows) for name, boundary in boundaries.items()}
    years = trenches.solve_linked(
        system.circuits, long, system.trenches, system.scenario, fields=True
    )
    for name, year in years.items():
        short = solved[name]
        assert year.consumer_heat == pytest.approx(short.consumer_heat[rows], abs=1e-3)
        assert year.heat_loss == pytest.approx(short.heat_loss[rows], abs=0.05)
        assert year.fields["pipe_exchange"].shape == (80, 3, 2)
        figures, once = year.pipe_figures, short.pipe_figures
        assert figures.heat_loss == pytest.approx(20.0 * once.heat_loss, rel=1e-4, abs=1e4)
        assert figures.mean_temperature == pytest.approx(once.mean_temperature, abs=1e-3)
        for figure in ("peak_mass_flow", "peak_gradient", "max_pressure", "min_pressure"):
            expected = getattr(once, figure)
            assert getattr(figures, figure) == pytest.approx(expected, rel=1e-5)


def test_parts_in_which_nothing_moved_are_not_solved_again(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trenches, "HOURS_TOGETHER", 32)
    profiles, rows = build_profiles(system), np.tile(np.arange(4), 20)
    given = {n: circuit_boundary(system, profiles, n).at(rows) for n in system.circuits}
    moved = np.zeros(len(rows), dtype=np.bool_)
    moved[40:44] = True
    more = np.where(moved[:, None], 1.1, 1.0)
    changed = {n: replace(each, heat=each.heat * more) for n, each in given.items()}
    arguments = system.circuits, system.trenches, system.scenario
    hours = trenches.LinkedHours(*arguments, fields=True)
    hours.solve(given)
    solved: list[int] = []

    def counted(circuit, boundary, *rest, **how) -> CircuitYear:
        solved.append(len(boundary.duration))
        return solve_steady(circuit, boundary, *rest, **how)

    monkeypatch.setattr(trenches, "solve_steady", counted)
    some = hours.solve(changed, moved)
    in_parts = len(solved)
    whole = trenches.LinkedHours(*arguments, fields=True).solve(changed)

    assert in_parts < len(solved) - in_parts
    for name, year in some.items():
        other = whole[name]
        for column in ("consumer_heat", "producer_heat", "heat_loss", "exchange"):
            found, expected = getattr(year, column), getattr(other, column)
            assert found == pytest.approx(expected, rel=1e-5, abs=1e-2)
        assert year.fields["pipe_exchange"] == pytest.approx(
            other.fields["pipe_exchange"], rel=1e-4, abs=1e-2
        )
        figures = zip(year.pipe_figures, other.pipe_figures, strict=True)
        for found, expected in figures:
            assert found == pytest.approx(expected, rel=1e-4)


LOOP = "cool-4,cool,J2,J3,90,steel-single-S1-DN50\n"


def with_loop(folder: Path) -> Path:
    """Return a district whose cool circuit has a loop."""
    junctions = "id,x,y\nplant,0,0\n" + "".join(f"J{k},{k},0\n" for k in (1, 2, 3))
    write_district(folder, junctions=junctions)
    with (folder / "pipes.csv").open("a", encoding="utf-8") as file:
        file.write(LOOP)
    return folder


@pytest.mark.parametrize("write", [write_district, with_loop])
def test_parts_of_the_year_in_files_with_chosen_rows_are_the_same(
    write: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trenches, "HOURS_TOGETHER", 32)
    monkeypatch.setattr(kept_fields, "PART", 4096)
    system = load(write(tmp_path / "district"))
    profiles, rows = build_profiles(system), np.tile(np.arange(4), 20)
    given = {n: circuit_boundary(system, profiles, n).at(rows) for n in system.circuits}
    choice = FieldChoice(frozenset(FIELDS), frozenset({"warm-2", "cool-1", "cool-3", "J3"}))
    arguments = system.circuits, given, system.trenches, system.scenario
    usual = trenches.solve_linked(*arguments, fields=True)
    folder = tmp_path / "scratch"
    folder.mkdir()
    large = trenches.solve_linked(*arguments, fields=choice, memory=Memory(folder, 0.0))

    kept = {"warm": {"pipe": [1], "junction": [3]}, "cool": {"pipe": [0, 2], "junction": [3]}}
    for name, year in large.items():
        assert {each: list(some) for each, some in year.field_rows.items()} == kept[name]
        assert set(year.fields) == {*FIELDS, "pipe_exchange"}
        assert is_large(year.consumer_heat)
        assert year.consumer_heat.shape == (80, 2)
        for column in ("consumer_heat", "consumer_reason", "producer_heat", "heat_loss"):
            np.testing.assert_array_equal(getattr(year, column), getattr(usual[name], column))
        for variable, field in year.fields.items():
            chosen = usual[name].fields[variable][:, kept[name][variable.partition("_")[0]]]
            np.testing.assert_array_equal(field, chosen, variable)
            assert is_large(field)
    assert not list(folder.iterdir())


def test_exchange_alone_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    folder = write_district(tmp_path / "district")
    run = ["run", str(folder), "--quiet", "--out"]
    assert cli.main([*run, str(tmp_path / "all"), "--fields", "csv"]) == 0
    some = ["--fields-only", "pipe_exchange", "--fields-for", "warm-2,cool-3"]
    assert cli.main([*run, str(tmp_path / "some"), *some]) == 0

    files = list((tmp_path / "some" / "fields").iterdir())
    assert [file.name for file in files] == ["pipe_exchange.csv"]
    found = pd.read_csv(files[0], index_col=0)
    whole = pd.read_csv(tmp_path / "all" / "fields" / "pipe_exchange.csv", index_col=0)
    assert list(found) == ["warm-2:supply", "warm-2:return", "cool-3:supply", "cool-3:return"]
    pd.testing.assert_frame_equal(found, whole[list(found)])


def test_a_circuit_without_shared_trenches_exchanges_nothing(tmp_path: Path) -> None:
    rows = _both_of_the_warm_circuit()
    folder = write_district(tmp_path, trenches="id,soil_conductivity\nT2,1.6\n", trench_pipes=rows)
    edit(folder, "pipes.csv", "warm-3,warm,J1,J3,80", "warm-3,warm,J1,J3,60")
    system = load(folder)
    for ids in ([], ["warm-3", "cool-2"]):
        case = simulate(system, fields=["pipe_exchange"], fields_for=ids).cases["base"]
        field = take_field(system, case, "pipe_exchange")
        labels = ids or [f"{name}-{k}" for name in ("warm", "cool") for k in (1, 2, 3)]
        assert list(field.labels) == labels
        assert field.at().shape == (4, len(labels), 2)
        from_warm = np.array([label.startswith("warm") for label in labels])
        assert field.at()[:, from_warm].any()
        assert not field.at()[:, ~from_warm].any()


def test_the_other_circuit_makes_warm_water_lose_less_to_the_ground(
    system: System, solved: dict[str, CircuitYear]
) -> None:
    """Were the cool pipes colder than the ground, it would lose more: they are not all of it."""
    profiles = build_profiles(system)
    boundary = circuit_boundary(system, profiles, "warm")
    alone = solve_steady(system.circuits["warm"], boundary, system.scenario)

    assert (solved["warm"].heat_loss < alone.heat_loss).all()


def test_results_tell_the_exchange(system: System) -> None:
    simulation = simulate(system, fields=True)
    assert balance(simulation).heat_relative < 1e-6

    columns = hourly_columns(simulation)
    assert columns["warm_exchange_kw"] == pytest.approx(-columns["cool_exchange_kw"])
    case = simulation.cases["base"]
    assert "pipe_exchange" in kept_variables(case)
    field = take_field(system, case, "pipe_exchange")
    assert field.at().shape == (4, 6, 2)
    assert field.at().sum(axis=(1, 2)) == pytest.approx(np.zeros(4), abs=1e-9)


def test_a_loop_sees_the_mean_of_what_its_two_sides_see(tmp_path: Path) -> None:
    """A mesh in the trench: its total exchange is that of the tree within the split's error."""
    system = load(with_loop(tmp_path))
    years = simulate(system).cases["base"].circuits
    tree = simulate(load(write_district(tmp_path / "tree"))).cases["base"].circuits

    for name, year in years.items():
        assert heat_residual(year).max() < 1e-6
        assert year.heat_error.max() < 1e-3
        fed_alike = slice(0, 3)  # in the last hour the loop feeds what else stands
        expected = tree[name].exchange[fed_alike]
        assert year.exchange[fed_alike] == pytest.approx(expected, rel=0.02)
    assert (years["warm"].exchange == -years["cool"].exchange).all()


def test_routes_of_one_circuit_exchange_heat_and_the_circuit_has_none(tmp_path: Path) -> None:
    rows = _both_of_the_warm_circuit()
    lengths = ("warm-3,warm,J1,J3,80", "warm-3,warm,J1,J3,60")
    folder = write_district(tmp_path, trenches="id,soil_conductivity\nT2,1.6\n", trench_pipes=rows)
    pipes = folder / "pipes.csv"
    pipes.write_text(pipes.read_text(encoding="utf-8").replace(*lengths), encoding="utf-8")
    system = load(folder)
    year = simulate(system, fields=True).cases["base"].circuits["warm"]

    assert list(system.trenches) == [("warm", "warm")]
    assert year.exchange_from == {}
    assert year.exchange_by_pipe is not None
    assert year.exchange_by_pipe[:, 1].sum() == pytest.approx(
        -year.exchange_by_pipe[:, 2].sum(), rel=1e-14
    )
    assert abs(year.exchange_by_pipe[:, 1].sum()) > 0.0
    assert heat_residual(year).max() < 1e-6


def _both_of_the_warm_circuit() -> str:
    head, *rows = (
        "trench,pipe,side,x,depth",
        "T2,warm-2,supply,-0.04015,0.9125",
        "T2,warm-2,return,0.04015,0.9125",
        "T2,warm-3,supply,0.35985,0.9125",
        "T2,warm-3,return,0.44015,0.9125",
    )
    return "\n".join([head, *rows]) + "\n"
