"""Source circuits in the trenches of circuits that deliver: plant and ground between them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from source_trench_factory import (
    ROUTES,
    SCENARIO,
    TANK,
    assert_each_has_what_the_others_give,
    trench_rows,
    write_sources,
)
from village import edit

from warmtenet import cli
from warmtenet.networks.load import load
from warmtenet.networks.system import System
from warmtenet.profiles.build import build_profiles, select_hours
from warmtenet.results.balance import balance, heat_residual
from warmtenet.results.energy import heat_energy
from warmtenet.results.hourly import hourly_columns
from warmtenet.solvers import cases as cases_module
from warmtenet.solvers.arrival import ARRIVAL_TOLERANCE, arrival_temperatures
from warmtenet.solvers.large_arrays import is_large
from warmtenet.solvers.neighbours import neighbours_rise
from warmtenet.solvers.plant import dispatch
from warmtenet.solvers.plant_year import Case
from warmtenet.solvers.seam import find_seam
from warmtenet.solvers.simulate import simulate
from warmtenet.solvers.simulation import Simulation
from warmtenet.studies.changeover_span import warmed_ground
from warmtenet.studies.limits import find_limits

HOURS = (0, 48)
WATER = "pipe_inlet_temperature", "pipe_outlet_temperature"


@pytest.fixture(scope="module", params=["", TANK], ids=["no tank", "tank"])
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> System:
    folder = tmp_path_factory.mktemp("district")
    return load(write_sources(folder, scenario=SCENARIO + request.param))


@pytest.fixture(scope="module")
def solved(system: System) -> Simulation:
    return simulate(system, hours=HOURS, fields=True)


@pytest.fixture(scope="module")
def moved(system: System) -> Simulation:
    return simulate(system, hours=HOURS, fields=True, dynamic=True)


def assert_exchange_closes(simulation: Simulation) -> None:
    """Each has what the others give, to the last digit; every circuit closes, by hour and pipe."""
    duration = simulation.profiles.duration
    for case in simulation.cases.values():
        assert_each_has_what_the_others_give(case)
        for year in case.circuits.values():
            assert heat_residual(year, duration).max() < 1e-9
        by_pipe = [y.exchange_by_pipe for y in case.circuits.values()]
        total = sum(each.sum() for each in by_pipe if each is not None)
        assert total == pytest.approx(0.0, abs=1e-9 * largest(by_pipe))
    assert balance(simulation).plant_relative < 1e-9


def largest(values: list[np.ndarray | None]) -> float:
    return max(np.abs(each).sum() for each in values if each is not None)


def test_source_circuits_and_others_exchange_heat_in_every_case(solved: Simulation) -> None:
    assert_exchange_closes(solved)
    assert list(solved.cases) == ["base", "backup"]
    for case in solved.cases.values():
        for year in case.circuits.values():
            assert set(year.exchange_from) == set(case.circuits) - {year.circuit.id}
    base, backup = solved.cases["base"].circuits, solved.cases["backup"].circuits
    works = np.arange(len(solved.profiles.duration)) % 24 < 23  # then nobody draws anything
    assert (base["river"].exchange_from["heat"][works] > 100.0).all()
    if not solved.system.scenario.buffers:
        assert np.abs(base["river"].exchange_from["heat"][~works]).max() < 0.1
    assert (backup["heat"].exchange_from["kiln"] <= 0.0).all()  # the kiln stands, and is warmed
    assert (base["heat"].exchange != backup["heat"].exchange).any()


def test_the_plant_gives_what_the_circuits_of_its_case_take(solved: Simulation) -> None:
    for case in solved.cases.values():
        assert case.plant is not None
        np.testing.assert_array_equal(
            case.plant.load["heat"], case.circuits["heat"].producer_heat[:, 0]
        )
        for source, heat in case.plant.source_heat.items():
            np.testing.assert_allclose(
                case.circuits[source].consumer_heat[:, 0], heat, rtol=1e-9, atol=1e-6
            )
    loads = [case.circuits["heat"].producer_heat for case in solved.cases.values()]
    assert (loads[0] != loads[1]).any()


def test_plant_and_sources_agree_where_water_flows(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: dict[tuple[str, ...], Mapping[str, np.ndarray]] = {}

    def noted(*arguments, out, arrival_temperature):
        if arrival_temperature is not None:
            tried[out] = arrival_temperature
        return dispatch(*arguments, out=out, arrival_temperature=arrival_temperature)

    monkeypatch.setattr(cases_module, "dispatch", noted)
    simulation = simulate(system, hours=HOURS)
    for out, case in zip(((), ("kiln",)), simulation.cases.values(), strict=True):
        sources = {name: case.circuits[name] for name in ("kiln", "river")}
        for name, found in arrival_temperatures(system, simulation.profiles, sources).items():
            flows = sources[name].producer_mass_flow[:, 0] > 0.0
            assert np.abs(found - tried[out][name])[flows].max(initial=0.0) < ARRIVAL_TOLERANCE
            assert flows.any() == (name not in out)


def test_the_loss_to_the_ground_is_what_the_water_tells(solved: Simulation) -> None:
    """The fixed point rests, whoever was solved last: what is left is what a millikelvin moves."""
    for case in solved.cases.values():
        excess = mean_excess(solved.system, case)
        for name, year in case.circuits.items():
            pipes = solved.system.circuits[name].pipes
            to_others = np.zeros(pipes.heat_loss_coefficient.shape)
            for (own, _), links in solved.system.trenches.items():
                if own == name:
                    np.add.at(to_others, (links.side, links.pipe), links.conductance)
            to_all = pipes.heat_loss_coefficient * pipes.length
            expected = np.transpose((to_all - to_others)[:, :, None] * excess[name], (2, 1, 0))
            loss = year.fields["pipe_heat_loss"]
            assert loss == pytest.approx(expected, abs=1e-3 * to_all.max())


def mean_excess(system: System, case: Case) -> dict[str, np.ndarray]:
    """Return the mean excess of all water, from what pipes lose to the ground and to others."""
    shapes = {n: (2, len(y.circuit.pipe_ids), len(y.heat_loss)) for n, y in case.circuits.items()}
    excess = {name: np.zeros(shape) for name, shape in shapes.items()}
    for _ in range(60):
        rises = {name: np.zeros(shape) for name, shape in shapes.items()}
        for (own, other), links in system.trenches.items():
            for k in range(len(links.pipe)):
                rises[own][links.side[k], links.pipe[k]] += (
                    links.response[k] * excess[other][links.other_side[k], links.other_pipe[k]]
                )
        for name, year in case.circuits.items():
            pipes = system.circuits[name].pipes
            total = year.fields["pipe_heat_loss"].copy()
            if "pipe_exchange" in year.fields:
                total += year.fields["pipe_exchange"]
            twin = pipes.pair_exchange_coefficient * pipes.length
            to_twin = twin[:, None] * (rises[name][0] - rises[name][1])
            lost = np.transpose(total, (2, 1, 0)) + np.stack([to_twin, -to_twin])
            conductance = pipes.heat_loss_coefficient * pipes.length
            excess[name] = rises[name] + lost / conductance[:, :, None]
    return excess


def test_fields_of_pipes_are_the_circuits_figures(solved: Simulation) -> None:
    assert_fields_tell(solved, "pipe_heat_loss")


def assert_fields_tell(simulation: Simulation, loss: str) -> None:
    hours, duration = len(simulation.profiles.duration), simulation.profiles.duration
    for case in simulation.cases.values():
        for year in case.circuits.values():
            name = loss if loss in year.fields else "pipe_heat_loss"
            lost, given = year.fields[name][-hours:], year.fields["pipe_exchange"][-hours:]
            assert lost.sum(axis=(1, 2)) == pytest.approx(year.heat_loss, rel=1e-9, abs=1e-6)
            assert given.sum(axis=(1, 2)) == pytest.approx(-year.exchange, rel=1e-9, abs=1e-6)
            for field, figure in (
                (lost, year.pipe_figures.heat_loss),
                (given, year.exchange_by_pipe),
            ):
                summed = np.tensordot(duration, field, axes=1).T
                assert summed == pytest.approx(figure, rel=1e-9, abs=1.0)


def test_chosen_rows_of_fields_are_those_of_all(system: System, solved: Simulation) -> None:
    some = simulate(
        system, hours=HOURS, fields=["pipe_heat_loss"], fields_for=["river-2", "heat-3", "heat-1"]
    )
    rows = {"river": [1], "heat": [0, 2]}
    for case, circuit in ((c, n) for c in solved.cases for n in rows):
        whole = solved.cases[case].circuits[circuit].fields
        for name, field in some.cases[case].circuits[circuit].fields.items():
            np.testing.assert_array_equal(field, whole[name][:, rows[circuit]])


def test_results_in_files_are_the_same(
    system: System, solved: Simulation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warmtenet.solvers.simulate.IN_MEMORY", 0.0)
    large = simulate(system, hours=HOURS, fields=True, scratch=tmp_path)
    for name, case in solved.cases.items():
        for circuit, year in case.circuits.items():
            other = large.cases[name].circuits[circuit]
            assert is_large(other.consumer_heat)
            for variable, field in year.fields.items():
                np.testing.assert_array_equal(other.fields[variable], field, variable)
    assert not list(tmp_path.iterdir())


def test_hours_in_parts_are_the_hours_together(
    system: System, solved: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warmtenet.solvers.trenches.HOURS_TOGETHER", 32)
    parts = simulate(system, hours=HOURS, fields=True)
    assert_exchange_closes(parts)
    for name, case in solved.cases.items():
        for circuit, year in case.circuits.items():
            other = parts.cases[name].circuits[circuit]
            assert other.exchange == pytest.approx(year.exchange, abs=1.0)
            assert other.producer_heat == pytest.approx(year.producer_heat, rel=1e-4, abs=1.0)


def test_other_cases_leave_the_base_as_it_is(system: System, solved: Simulation) -> None:
    scenario = system.scenario.model_copy(update={"cases": {}})
    alone = simulate(replace(system, scenario=scenario), hours=HOURS).cases["base"]
    for name, year in solved.cases["base"].circuits.items():
        np.testing.assert_array_equal(alone.circuits[name].heat_loss, year.heat_loss)
        np.testing.assert_array_equal(alone.circuits[name].exchange, year.exchange)


def test_what_would_come_too_cold_is_left_alone(solved: Simulation) -> None:
    """By night the kiln's water cools on its way to below what the plant can use."""
    case = solved.cases["base"]
    night = np.arange(len(solved.profiles.duration)) % 24 == 18
    for year in case.circuits.values():
        assert year.heat_error.max() < 1e-3
    assert not find_limits(solved)
    if not solved.system.scenario.buffers:
        assert (case.circuits["kiln"].producer_mass_flow[night] == 0.0).all()
        assert (case.circuits["river"].producer_mass_flow[night] > 0.0).all()


def test_source_circuits_that_share_a_trench_with_each_other_leave_the_others_alone(
    tmp_path: Path,
) -> None:
    beside = load(write_sources(tmp_path / "beside", ROUTES[1:]))
    apart = load(
        write_sources(
            tmp_path / "apart",
            trenches="id,soil_conductivity\nT1,1.6\nT2,1.6\n",
            trench_pipes=trench_rows(ROUTES[1:2])
            + trench_rows(ROUTES[2:]).replace("T1,", "T2,").partition("\n")[2],
        )
    )
    assert find_seam(beside) is None
    years = simulate(beside, hours=HOURS, fields=True)
    others = simulate(apart, hours=HOURS).cases["base"].circuits
    assert_exchange_closes(years)
    heat = years.cases["base"].circuits["heat"]
    np.testing.assert_array_equal(heat.producer_heat, others["heat"].producer_heat)
    assert heat.exchange_from == {}
    river = years.cases["base"].circuits["river"]
    assert (river.exchange_from["kiln"] >= 0.0).all()
    assert river.exchange_from["kiln"][0] > 100.0
    assert river.consumer_supply_temperature.mean() > (
        others["river"].consumer_supply_temperature.mean()
    )


def test_routes_of_one_source_circuit_share_a_trench(tmp_path: Path) -> None:
    rows = trench_rows(("river-1", "river-2"))
    folder = write_sources(tmp_path, trench_pipes=rows)
    edit(folder, "pipes.csv", "river-1,river,works,bend,300", "river-1,river,works,bend,400")
    simulation = simulate(load(folder), hours=HOURS)
    river = simulation.cases["base"].circuits["river"]

    assert_exchange_closes(simulation)
    assert river.exchange_from == {}
    assert river.exchange_by_pipe is not None
    assert river.exchange_by_pipe[0].any()


def test_loops_and_zones_behind_exchangers_lie_beside_source_circuits(tmp_path: Path) -> None:
    """The heat circuit has a loop, and feeds another one through an exchanger."""
    folder = write_sources(
        tmp_path,
        scenario=SCENARIO + '[exchangers.station]\nconsumer = "mill"\nproducer = "below"\n',
    )
    changes = {
        "pipes.csv": "heat-4,heat,mill,farm,50,steel-twin-S2-DN32\n"
        "zone-1,zone,mill,bend,80,steel-twin-S2-DN32\n",
        "producers.csv": "below,zone,mill,pressure,60\n",
        "consumers.csv": "inn,zone,bend,35,\n",
    }
    for name, rows in changes.items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(rows)
    edit(folder, "consumers.csv", "mill,heat,mill,40,", "mill,heat,mill,,")
    edit(folder, "heat.csv", "mill,farm", "inn,farm")
    simulation = simulate(load(folder), hours=(0, 24))

    assert_exchange_closes(simulation)
    for case in simulation.cases.values():
        assert list(case.exchangers) == ["station"]
        passed = case.exchangers["station"]
        assert passed.heat == pytest.approx(passed.taken, rel=1e-6, abs=1.0)
        assert case.circuits["zone"].consumer_heat.sum() > 1e5
    assert not find_limits(simulation)


def test_a_circuit_that_no_source_moves_is_solved_once(tmp_path: Path) -> None:
    folder = write_sources(tmp_path)
    for name, rows in {
        "pipes.csv": "cool-1,cool,plant,bend,80,steel-twin-S2-DN32\n",
        "producers.csv": "well,cool,plant,pressure,60\n",
        "consumers.csv": "shed,cool,bend,35,\n",
    }.items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(rows)
    edit(folder, "heat.csv", "mill,farm", "mill,shed")
    edit(folder, "consumers.csv", "farm,heat,farm,40,\n", "")
    edit(folder, "pipes.csv", "heat-3,heat,tee,farm,100,steel-twin-S2-DN32\n", "")
    edit(folder, "junctions.csv", "farm,3,0\n", "")
    cases = simulate(load(folder), hours=(0, 24), fields=True).cases

    assert cases["base"].circuits["cool"] is cases["backup"].circuits["cool"]
    assert cases["base"].circuits["heat"] is not cases["backup"].circuits["heat"]
    assert "pipe_mass_flow" in cases["base"].circuits["cool"].fields


def test_water_that_travels_meets_steady_sources(moved: Simulation, solved: Simulation) -> None:
    assert_exchange_closes(moved)
    assert_fields_tell(moved, "pipe_heat_loss_mean")
    for name, case in moved.cases.items():
        for circuit, year in case.circuits.items():
            assert year.heat_error.max() < 1e-3
            steady = solved.cases[name].circuits[circuit]
            assert year.exchange.mean() == pytest.approx(steady.exchange.mean(), rel=0.1, abs=5.0)
        assert case.circuits["heat"].stored_heat is not None


def test_a_changeover_sees_source_circuits_as_they_send_their_water(system: System) -> None:
    profiles = select_hours(build_profiles(system), 0, 3)
    rise = neighbours_rise(system, profiles, "heat")
    assert rise is not None
    sent = {"river": (10.0, 5.0), "kiln": (90.0, 60.0)}
    expected = np.zeros((2, 3))
    pipes = system.circuits["heat"].pipes
    for source, water in sent.items():
        links = system.trenches["heat", source]
        for k, side in enumerate(links.side):
            share = links.conductance[k] / (pipes.heat_loss_coefficient[side, 0] * pipes.length[0])
            expected[side, 0] += share * (water[links.other_side[k]] - 10.0)
    assert rise == pytest.approx(np.repeat(expected[:, :, None], 3, axis=2), rel=1e-9)
    assert warmed_ground(system, profiles, "heat", 0, 3).rise is not None


def test_outputs_tell_the_exchange(tmp_path: Path) -> None:
    folder, out = write_sources(tmp_path / "district"), tmp_path / "out"
    asked = ["run", str(folder), "--quiet", "--hours", "0:48", "--out", str(out)]
    assert cli.main([*asked, "--fields", "csv"]) == 0
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    given = {name: each["exchange_mwh"] for name, each in summary["circuits"].items()}
    assert sum(given.values()) == pytest.approx(0.0, abs=1e-9)
    assert given["river"] > 0.0
    report = (out / "report.html").read_text(encoding="utf-8")
    for words in ("Through the ground of shared trenches", "Heat to river", "Kiln to river"):
        assert words in report
    assert (out / "fields" / "pipe_exchange.csv").exists()


def test_what_the_plant_makes_goes_to_consumers_ground_and_sources(solved: Simulation) -> None:
    for case in solved.cases.values():
        energy, heat = heat_energy(solved.system, case), case.circuits["heat"]
        np.testing.assert_allclose(energy.exchanged, -heat.exchange, atol=1e-9)
        left = energy.produced - energy.delivered - energy.lost - energy.exchanged
        if not solved.system.scenario.buffers:
            assert left == pytest.approx(-heat.hydraulic_power, abs=1e-3)


def test_columns_of_hours_tell_the_exchange(solved: Simulation) -> None:
    columns = hourly_columns(solved)
    total = sum(columns[f"{name}_exchange_kw"] for name in ("heat", "river", "kiln"))
    assert total == pytest.approx(np.zeros(48), abs=1e-9)
    assert (columns["river_exchange_kw"] > 0.0).all()
