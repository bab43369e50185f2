"""A zone in the trenches of the circuit that feeds it: heat passes by ground and exchanger."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from trench_factory import write_district

import warmtenet
from warmtenet.networks.load import load
from warmtenet.networks.system import System
from warmtenet.results.balance import balance, heat_residual
from warmtenet.results.energy import cold_energy, heat_energy
from warmtenet.solvers.exchanger_control import SUPPLY_TOLERANCE
from warmtenet.solvers.exchanger_year import UNSOLVED
from warmtenet.solvers.exchangers import fed_first
from warmtenet.solvers.simulation import Simulation

SECTION = '[exchangers.x]\nconsumer = "station"\nproducer = "cold"\n'

Rows = Sequence[Sequence[float]]

WARM = {"hot": "70", "cool": "45", "backs": ("40", "30")}
FALLS = {"hot": "70", "cool": "69.5", "backs": ("40", "30")}
COLD = {"hot": "6", "cool": "9", "backs": ("16", "18")}
"""Supply temperatures of both circuits, and the returns of their consumers."""

WORK: Rows = [
    (12e3, 12e3, 8e3, 8e3),
    (300, 200, 100, 50),
    (12e3, 0, 0, 0),
    (0, 0, 500, 0),
    (4e3, 2e3, 9e3, 1e3),
]


def text(names: str, rows: Rows) -> str:
    lines = (f"{3600 * k}," + ",".join(f"{v!r}" for v in row) for k, row in enumerate(rows, 1))
    return "\n".join([f"time_s,{names}", *lines]) + "\n"


def district(
    folder: Path,
    kind: dict[str, object],
    rows: Rows,
    *,
    limit: str = "",
    alone: tuple[Rows, Rows, Rows] | None = None,
) -> System:
    """Load two circuits in one row of trenches, the second behind the first.

    With ``alone`` nothing joins them: series give what the station takes, its return and the
    second circuit's supply.
    """
    warm, cool = kind["backs"]  # type: ignore[misc]  # two texts
    back = "series:back" if alone else ""
    consumers = [
        "id,circuit,junction,return_temperature,max_flow",
        *(f"warm-J{k},warm,J{k},{warm}," for k in (2, 3)),
        *(f"cool-J{k},cool,J{k},{cool}," for k in (2, 3)),
        f"station,warm,J2,{back},{limit}",
    ]
    names = "warm-J2,warm-J3,cool-J2,cool-J3"
    files = {
        "consumers": "\n".join(consumers) + "\n",
        "producers": "id,circuit,junction,role,supply_temperature\n"
        f"hot,warm,plant,pressure,{kind['hot']}\ncold,cool,plant,pressure,{kind['cool']}\n",
        "heat": text(names, rows),
        "ground_temperature": text("all", [(10.0,)] * len(rows)),
    }
    if alone:
        taken, returned, supply = alone
        both = [(*own, *more) for own, more in zip(rows, taken, strict=True)]
        files["heat"] = text(f"{names},station", both)
        files["back"] = text("station", returned)
        files["supply_temperature"] = text("cold", supply)
    write_district(folder, **files)
    if not alone:
        path = folder / "scenario.toml"
        path.write_text(path.read_text(encoding="utf-8") + SECTION, encoding="utf-8")
    return load(folder)


def cooled(rows: Rows) -> Rows:
    return [tuple(-value for value in row) for row in rows]


def assert_closes(simulation: Simulation) -> None:
    case, duration = simulation.cases["base"], simulation.profiles.duration
    for year in case.circuits.values():
        assert heat_residual(year, duration).max() < 1e-9
        assert year.heat_error.max() < 1e-5
    warm, cool = case.circuits["warm"], case.circuits["cool"]
    assert (warm.exchange_from["cool"] == -cool.exchange_from["warm"]).all()
    assert not case.exchangers["x"].is_restless.any()
    found = balance(simulation)
    assert found.exchangers_relative is not None
    assert found.exchangers_relative < UNSOLVED


@pytest.mark.parametrize("limit", ["", "0.05"], ids=["whole", "short"])
@pytest.mark.parametrize(
    ("kind", "rows"),
    [(WARM, WORK), (FALLS, WORK), (COLD, cooled(WORK))],
    ids=["warm", "falls", "cold"],
)
def test_heat_passes_by_ground_and_exchanger(
    kind: dict[str, object], rows: Rows, limit: str, tmp_path: Path
) -> None:
    simulation = warmtenet.simulate(district(tmp_path, kind, rows, limit=limit))
    case = simulation.cases["base"]
    each = case.exchangers["x"]

    assert np.abs(each.heat).max() > 1e3
    assert np.abs(case.circuits["cool"].exchange_from["warm"]).max() > 5.0
    assert (each.drive.share < 1.0).any() == bool(limit)
    assert_closes(simulation)
    produced, spent = np.zeros((2, len(rows)))
    for find in (heat_energy, cold_energy):
        energy = find(simulation.system, case)
        produced, spent = produced + energy.produced, spent + energy.delivered + energy.lost
    rubbed = sum(year.hydraulic_power for year in case.circuits.values())
    assert produced + rubbed == pytest.approx(spent, rel=1e-5, abs=0.1)


@pytest.mark.parametrize("order", [1, -1], ids=["primary_first", "secondary_first"])
def test_in_motion_both_end_in_the_steady_state(order: int, tmp_path: Path) -> None:
    """Before the secondary has moved nobody knows what the station returns."""
    district(tmp_path, WARM, [WORK[0]] * 12)
    path = tmp_path / "trench_pipes.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *rows[::order]]) + "\n", encoding="utf-8")
    system = load(tmp_path)
    simulation, steady = warmtenet.dynamic(system), warmtenet.simulate(system, hours=(0, 1))

    assert_closes(simulation)
    for name, year in simulation.cases["base"].circuits.items():
        end = steady.cases["base"].circuits[name].producer_return_temperature[0]
        assert year.producer_return_temperature[-1] == pytest.approx(end, abs=5e-3)


@pytest.mark.parametrize("kind", [WARM, FALLS], ids=["warm", "falls"])
def test_given_what_passes_trenches_alone_find_the_same(
    kind: dict[str, object], tmp_path: Path
) -> None:
    """Two circuits that only trenches join, each with what the exchanger decides."""
    joined = warmtenet.simulate(district(tmp_path / "joined", kind, WORK))
    each = joined.cases["base"].exchangers["x"]
    columns = each.heat, each.drive.back, each.drive.supply
    given = tuple([(float(v),) for v in column] for column in columns)

    alone = warmtenet.simulate(district(tmp_path / "alone", kind, WORK, alone=given))

    for name, year in joined.cases["base"].circuits.items():
        other = alone.cases["base"].circuits[name]
        assert year.producer_heat == pytest.approx(other.producer_heat, rel=1e-5, abs=0.1)
        assert year.exchange == pytest.approx(other.exchange, rel=1e-3, abs=0.1)
        supply = other.consumer_supply_temperature
        assert year.consumer_supply_temperature == pytest.approx(supply, abs=5e-3)


@pytest.mark.parametrize("limit", ["", "0.05"], ids=["whole", "short"])
def test_steady_loads_of_a_dynamic_run_end_in_the_steady_answer(
    limit: str, tmp_path: Path
) -> None:
    system = district(tmp_path, FALLS, [WORK[0]] * 30, limit=limit)
    steady = warmtenet.simulate(system).cases["base"].exchangers["x"]

    simulation = warmtenet.dynamic(system)

    each = simulation.cases["base"].exchangers["x"]
    assert each.heat[-1] == pytest.approx(steady.heat[-1], rel=1e-4)
    assert each.drive.supply[-1] == pytest.approx(
        steady.drive.supply[-1], abs=3.0 * SUPPLY_TOLERANCE
    )
    assert_closes(simulation)


def test_any_steps_of_a_dynamic_run_come_to_rest(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    rows = np.minimum(np.exp(random.normal(8.0, 2.0, (40, 4))), 2e4).round().tolist()
    simulation = warmtenet.dynamic(district(tmp_path, FALLS, rows, limit="0.05"))

    assert (simulation.cases["base"].exchangers["x"].drive.share < 1.0).sum() > 5
    assert_closes(simulation)


def test_a_circuit_outside_may_lie_between_two_in_the_trenches(tmp_path: Path) -> None:
    system = district(tmp_path, FALLS, WORK)
    for name, old, more in (
        ("junctions", "", "M1,200,0\n"),
        ("pipes", "", "M1,middle,J2,M1,100,steel-twin-S2-DN50\n"),
        ("consumers", "", "low,middle,M1,,\n"),
        ("producers", "", "relay,middle,J2,pressure,60\n"),
        (
            "scenario",
            SECTION,
            '[exchangers.x]\nconsumer = "station"\nproducer = "relay"\n'
            '[exchangers.y]\nconsumer = "low"\nproducer = "cold"\n',
        ),
    ):
        path = tmp_path / (f"{name}.toml" if name == "scenario" else f"{name}.csv")
        content = path.read_text(encoding="utf-8")
        path.write_text(content.replace(old, more) if old else content + more, encoding="utf-8")
    system = load(tmp_path)

    for solve in (warmtenet.simulate, warmtenet.dynamic):
        simulation = solve(system)
        case = simulation.cases["base"]
        upper, lower = case.exchangers["x"], case.exchangers["y"]
        assert lower.heat[0] > 16e3
        assert upper.heat[0] > lower.heat[0]
        assert_closes(simulation)


def test_circuits_that_are_fed_come_first(tmp_path: Path) -> None:
    case = warmtenet.simulate(district(tmp_path, WARM, WORK)).cases["base"]

    exchangers = [each.exchanger for each in case.exchangers.values()]
    assert fed_first(("warm", "cool"), exchangers) == ["cool", "warm"]
