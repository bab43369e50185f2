"""Routes with one side in shared trenches: a line of one pipe beside a pair."""

from pathlib import Path

import numpy as np
import pytest
from trench_factory import COVER, GAP, single, twin, write_district
from village import fault_lines

import warmtenet
from warmtenet.model.catalogue import read_catalogue
from warmtenet.model.trench import trench_conductances
from warmtenet.networks.load import load
from warmtenet.results.balance import heat_residual
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.simulate import simulate

WARM, LINE = "steel-twin-S2-DN50", "steel-single-S1-DN100"
GROUND, SENT = 10.0, 12.0
HOURS = range(1, 5)


def places(side: str) -> str:
    """Return where the pair and the one pipe beside it lie."""
    kinds = read_catalogue()
    warm, line = kinds[WARM], kinds[LINE]
    half = (warm.pipe_distance + warm.outer_diameter) / 2.0
    depth = COVER + warm.casing_diameter / 2.0
    x = warm.casing_diameter / 2.0 + GAP + line.casing_diameter / 2.0
    rows = (
        ("warm", "supply", -half, depth),
        ("warm", "return", half, depth),
        ("line", side, x, COVER + line.casing_diameter / 2.0),
    )
    return "trench,pipe,side,x,depth\n" + "".join(
        f"T{k},{circuit}-{k},{one},{x:.6f},{z:.6f}\n"
        for k in (1, 2, 3)
        for circuit, one, x, z in rows
    )


def district(folder: Path, *, kind: str = LINE, side: str = "supply", **changes: str) -> Path:
    """Write a warm pair and, beside it in its trenches, a line that carries cool water away."""
    ends = (("plant", "J1", 100), ("J1", "J2", 60), ("J1", "J3", 80))
    files = {
        "pipes": "id,circuit,from_junction,to_junction,length,type,sides\n"
        + "".join(
            f"{circuit}-{k},{circuit},{a},{b},{length},{each},{sides}\n"
            for circuit, each, sides in (("warm", WARM, "both"), ("line", kind, "supply"))
            for k, (a, b, length) in enumerate(ends, start=1)
        ),
        "consumers": "id,circuit,junction,return_temperature\n"
        + "".join(f"warm-J{k},warm,J{k},40\nline-J{k},line,J{k},\n" for k in (2, 3)),
        "producers": "id,circuit,junction,role,supply_temperature,static_pressure\n"
        f"hot,warm,plant,pressure,70,\nlake,line,plant,pressure,{SENT:g},3 bar\n",
        "heat": "time_s,warm-J2,warm-J3\n" + "".join(f"{3600 * k},40000,60000\n" for k in HOURS),
        "flow": "time_s,line-J2,line-J3\n3600,4,3\n7200,0.1,0.08\n10800,0,0.2\n14400,0,0\n",
        "ground_temperature": "time_s,all\n" + "".join(f"{3600 * k},10\n" for k in HOURS),
        "trench_pipes": places(side),
    }
    return write_district(folder, **(files | changes))


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CircuitYear]:
    system = load(district(tmp_path_factory.mktemp("trench") / "line"))
    return dict(simulate(system, fields=True).cases["base"].circuits)


def conductances() -> np.ndarray:
    """Return the conductances of warm supply, warm return and the line."""
    kinds = read_catalogue()
    x = kinds[WARM].casing_diameter / 2.0 + GAP + kinds[LINE].casing_diameter / 2.0
    return np.asarray(trench_conductances([twin(WARM, 0.0), single(LINE, x)], [], 1.6))


def test_coefficients_are_those_of_three_pipes(tmp_path: Path) -> None:
    system = load(district(tmp_path / "line"))
    matrix, line = conductances(), system.circuits["line"].pipes

    assert line.heat_loss_coefficient[0] == pytest.approx(np.full(3, matrix[2, 2]), rel=1e-5)
    assert (line.pair_exchange_coefficient == 0.0).all()
    links = system.trenches["line", "warm"]
    assert len(links.pipe) == 6  # supply and return of the pair for each of three trenches
    assert (links.side == 0).all()
    first = (links.pipe == 0) & (links.other_side == 1)
    assert links.conductance[first] == pytest.approx(-matrix[2, 1] * 100.0, rel=1e-5)


def test_a_fast_line_takes_what_three_pipes_at_their_water_give(
    solved: dict[str, CircuitYear],
) -> None:
    warm, line, matrix = solved["warm"], solved["line"], conductances()
    given = line.fields["pipe_exchange"][0, 0, 0]  # of its first pipe, 7 kg/s: 12 °C throughout

    ends = (warm.fields[f"pipe_{end}_temperature"][0, 0] for end in ("inlet", "outlet"))
    mean = 0.5 * sum(ends)
    taken = 100.0 * sum(-matrix[2, side] * (mean[side] - SENT) for side in (0, 1))
    assert -given == pytest.approx(taken, rel=2e-3)


def test_heat_passes_without_loss_and_every_circuit_closes(
    solved: dict[str, CircuitYear],
) -> None:
    warm, line = solved["warm"], solved["line"]

    assert (warm.exchange_from["line"] == -line.exchange_from["warm"]).all()
    assert (line.exchange_from["warm"][:3] > 20.0).all()
    for year in solved.values():
        assert year.heat_error.max() == 0.0
        assert heat_residual(year).max() < 1e-9


def test_standing_water_of_a_line_is_what_its_neighbours_make_it(
    solved: dict[str, CircuitYear],
) -> None:
    line, standing = solved["line"], 3

    assert line.producer_mass_flow[standing, 0] == 0.0
    assert line.heat_loss[standing] == pytest.approx(line.exchange[standing], rel=1e-9)


def test_a_line_moves_beside_a_pair_step_by_step(tmp_path: Path) -> None:
    steps = range(1, 25)
    folder = district(
        tmp_path / "line",
        heat="time_s,warm-J2,warm-J3\n" + "".join(f"{3600 * k},40000,60000\n" for k in steps),
        flow="time_s,line-J2,line-J3\n" + "".join(f"{3600 * k},0.4,0.3\n" for k in steps),
        ground_temperature="time_s,all\n" + "".join(f"{3600 * k},10\n" for k in steps),
    )
    system = load(folder)
    simulation = warmtenet.dynamic(system)
    moved = dict(simulation.cases["base"].circuits)
    steady = dict(simulate(system).cases["base"].circuits)

    for name, year in moved.items():
        assert heat_residual(year, simulation.profiles.duration).max() < 1e-9
        rest = steady[name].exchange[-1]
        assert year.exchange[-1] == pytest.approx(rest, rel=1e-3)
    assert (moved["warm"].exchange_from["line"] == -moved["line"].exchange_from["warm"]).all()


ALONE = "pipe 'line-{}' has its supply alone"

FAULTS: dict[str, tuple[dict[str, str], list[str]]] = {
    "a side that it lacks": (
        {"side": "return"},
        [
            f"trench pipe 'line-{k} {side}': {cell}"
            for k in (1, 2, 3)
            for side, cell in (
                ("return", f"trench = 'T{k}', expected no row: {ALONE.format(k)}"),
                ("supply", "rows = 0, expected a row"),
            )
        ],
    ),
    "a twin": (
        {"kind": WARM},
        [
            f"pipe 'line-{k}': type = '{WARM}', expected the type of a single pipe: a twin has "
            "both sides in one casing"
            for k in (1, 2, 3)
        ],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_line(name: str, tmp_path: Path) -> None:
    changes, lines = FAULTS[name]
    assert sorted(fault_lines(district(tmp_path / "line", **changes))) == sorted(lines)
