"""Rings in which water turns: flows that the rounds of producers and of twins find."""

from pathlib import Path

import numpy as np
import pytest

from warmtenet.networks.load import load
from warmtenet.profiles.boundary import circuit_boundary
from warmtenet.profiles.build import build_profiles
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.steady import solve_steady

ROUTES = (
    "j0 j1 200,j1 j2 200,j2 j3 200,j3 j4 200,j4 j5 200,j5 j0 200,"
    "j1 j4 200,j3 j6 224,j2 j6 224,j0 j7 181"
)
"""Two loops and a bit: the boiler is at j0, waste heat at j6."""

LOADS = {"j2": 3.0, "j3": 2.25, "j4": 1.5, "j5": 4.99811, "j6": 3.75, "j7": 1.99803, "j1": 1.002}
"""Shares of what the consumers draw, by junction. [1]"""

LIMIT = 150e3
"""Of the waste heat. [W]"""


def solve(folder: Path, **tables: str) -> CircuitYear:
    """Return the hours of a folder's one circuit."""
    folder.mkdir()
    (folder / "scenario.toml").write_text('name = "ring"\ncrs = "none"\n')
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    system = load(folder)
    ((name, circuit),) = system.circuits.items()
    boundary = circuit_boundary(system, build_profiles(system), name)
    return solve_steady(circuit, boundary, system.scenario)


def series(column: str, values: list[float]) -> str:
    """Return a table of one column, by the hour."""
    rows = (f"{3600 * (row + 1)},{value!r}" for row, value in enumerate(values))
    return "\n".join((f"time_s,{column}", *rows, ""))


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> CircuitYear:
    """Return hours in which a little more waste heat turns water between j1 and j2."""
    unit = np.linspace(12_200.0, 12_600.0, 41).tolist()
    pipes = [route.split() for route in ROUTES.split(",")]
    return solve(
        tmp_path_factory.mktemp("rest") / "ring",
        junctions="id,x,y\n" + "".join(f"j{row},0,0\n" for row in range(8)),
        pipes="id,circuit,from_junction,to_junction,length,type\n"
        + "".join(
            f"P{row},ring,{a},{b},{length},steel-single-S2-DN80\n"
            for row, (a, b, length) in enumerate(pipes)
        ),
        consumers="id,circuit,junction,return_temperature,bypass_temperature\n"
        + "".join(f"c-{name},ring,{name},40,50\n" for name in LOADS),
        producers="id,circuit,junction,role,supply_temperature,priority,limit\n"
        f"boiler,ring,j0,pressure,66.84,,\nwaste,ring,j6,heat,75,1,{LIMIT:g}\n",
        heat="\n".join(
            (
                "time_s," + ",".join(f"c-{name}" for name in LOADS),
                *(
                    ",".join(
                        (str(3600 * (row + 1)), *(repr(each * share) for share in LOADS.values()))
                    )
                    for row, each in enumerate(unit)
                ),
                "",
            )
        ),
        ground_temperature=series("all", np.linspace(6.0, 10.0, 41).tolist()),
    )


def test_a_producer_gives_the_most_below_its_limit_where_its_heat_jumps(
    ring: CircuitYear,
) -> None:
    assert ring.heat_error.max() == 0.0
    assert ring.heat_residual.max() < 1e-9
    given = ring.producer_heat[:, 1]
    assert (given < LIMIT * (1.0 + 1e-7)).all()
    assert (given > LIMIT * 0.995).all()
    assert np.count_nonzero(given < LIMIT * (1.0 - 1e-5)) == 2  # the others give it all


def test_twins_of_a_ring_rest_where_their_heat_turns_a_flow(tmp_path: Path) -> None:
    heat = {3: 6267.536, 5: 6148.629, 6: 3725.042, 8: 5513.140, 11: 1415.398}
    year = solve(
        tmp_path / "houses",
        junctions="id,x,y\nplant,0,0\n"
        + "".join(f"n{row},0,0\ns{row},0,0\n" for row in range(12)),
        pipes="id,circuit,from_junction,to_junction,length,type\n"
        "first,w,plant,n0,80,steel-twin-S2-DN50\nlast,w,n11,plant,90,steel-twin-S2-DN50\n"
        + "".join(
            f"p{row},w,n{row - 1},n{row},{40 + 10 * (row % 4)},steel-twin-S2-DN40\n"
            for row in range(1, 12)
        )
        + "".join(f"s{row},w,n{row},s{row},15,steel-twin-S2-DN25\n" for row in range(12)),
        consumers="id,circuit,junction,heat,return_temperature,bypass_temperature\n"
        + "".join(f"c{row},w,s{row},{heat.get(row, 0.0)},30,60\n" for row in range(12)),
        producers="id,circuit,junction,role,supply_temperature\nboiler,w,plant,pressure,70\n",
        ground_temperature=series("all", [10.0]),
    )

    assert year.heat_error.max() == 0.0
    assert year.heat_residual.max() < 1e-9
    assert year.consumer_heat[0] == pytest.approx([heat.get(row, 0.0) for row in range(12)])
