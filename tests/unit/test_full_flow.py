"""Which limit holds the flow of a consumer that misses heat or water in a dynamic run."""

from pathlib import Path

import pytest
from village import add_column, edit, write_village

from warmtenet.networks.load import load
from warmtenet.solvers import dynamic as dynamic_solver
from warmtenet.solvers.simulate import simulate
from warmtenet.studies.limits import find_limits

MESHED = ("P-4,heat", "P-5,heat,mill,inn,150,steel-twin-S2-DN25\nP-4,heat")
"""One pipe more, that closes a ring."""

IDLE = [(18000.0 * row, 0.0) for row in range(1, 11)]
DRAWN = [(180000.0 + 20.0 * row, 10e3) for row in range(1, 31)]


def told(folder: Path) -> list[str]:
    return find_limits(simulate(load(folder), dynamic=True))


def woken(folder: Path, load: list[tuple[float, float]]) -> Path:
    """Write the village with a load at the inn alone, whose pipes have been standing."""
    rows = "".join(f"{second:g},0,0,{heat:g}\n" for second, heat in load)
    write_village(
        folder,
        heat=f"time_s,mill,farm,inn\n{rows}",
        ground_temperature="time_s,all\n0,22\n",
        consumers="id,circuit,junction,return_temperature\n"
        + "".join(f"{name},heat,{name},20\n" for name in ("mill", "farm", "inn")),
    )
    return folder


@pytest.mark.parametrize("meshed", [False, True], ids=["tree", "mesh"])
def test_water_that_stood_until_it_is_as_cold_as_the_return_is_told(
    tmp_path: Path, *, meshed: bool
) -> None:
    folder = woken(tmp_path, IDLE + DRAWN)
    if meshed:
        edit(folder, "pipes.csv", *MESHED)
    (found,) = [line for line in told(folder) if "unserved" in line]

    assert "most at 'inn'" in found
    assert found.endswith(
        "the water that comes, of 22 °C, is nearly as cold as its return of 20, so that even 10 "
        "times the flow that its producer's own water would take, the most that is counted with, "
        "brings too little: give it a bypass, raise the supply temperature, or insulate"
    )


def test_a_largest_flow_of_its_own_is_told_as_that(tmp_path: Path) -> None:
    folder = woken(tmp_path, IDLE + DRAWN)
    add_column(folder, "consumers", "max_flow", "0.06")
    (found,) = [line for line in told(folder) if "unserved" in line]

    assert found.endswith("its max_flow is reached: raise it, or cool the return further")


def restless() -> str:
    """Return rows of twelve hours in which all draw in the first, and from the eleventh on."""
    loads = ("20e3,10e3,5e3", "0,0,0", "40e3,30e3,10e3")
    return "".join(f"{900 * row},{loads[(row > 1) + (row > 40)]}\n" for row in range(1, 49))


def test_a_flow_that_was_not_found_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamic_solver, "ROUNDS", 12)  # with 30 it is found
    folder = write_village(tmp_path, heat=f"time_s,mill,farm,inn\n{restless()}")
    edit(folder, "pipes.csv", *MESHED)
    edit(folder, "producers.csv", "pressure,70", "pressure,52")
    (found,) = [line for line in told(folder) if "unserved" in line]

    assert "most at 'mill' (15 min): the flow that serves it was not found, " in found
    assert found.endswith(
        "as its water stood and cooled: give it a bypass, or the run longer steps ([time] step)"
    )
    add_column(folder, "consumers", "bypass_flow", "0.02")
    assert not [line for line in told(folder) if "unserved" in line]


@pytest.mark.parametrize("meshed", [False, True], ids=["tree", "mesh"])
@pytest.mark.parametrize("dynamic", [False, True], ids=["steady", "dynamic"])
def test_given_flow_beyond_the_largest_is_not_drawn_and_told(
    tmp_path: Path, *, dynamic: bool, meshed: bool
) -> None:
    folder = write_village(tmp_path, flow="time_s,mill\n300,0.2\n600,0.2\n")
    add_column(folder, "consumers", "max_flow", "")
    edit(folder, "consumers.csv", "40 kW,40,", "40 kW,40,0.15")
    if meshed:
        edit(folder, "pipes.csv", *MESHED)
    simulation = simulate(load(folder), dynamic=dynamic)
    drawn = simulation.cases["base"].circuits["heat"].consumer_mass_flow[:, 0]
    (found,) = [line for line in find_limits(simulation) if "'mill'" in line]

    assert drawn == pytest.approx([0.15, 0.15], rel=1e-9)
    assert "its max_flow is reached" in found


def test_flows_that_do_not_rest_are_to_have_a_bypass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamic_solver, "ROUNDS", 12)  # with 30 they rest
    folder = write_village(tmp_path, heat=f"time_s,mill,farm,inn\n{restless()}")
    edit(folder, "pipes.csv", *MESHED)
    edit(folder, "producers.csv", "pressure,70", "pressure,52")
    (found,) = [line for line in told(folder) if "come to rest" in line]

    assert "circuit 'heat', case 'base': at 36900 s and 3 more did not come to rest" in found
    assert "max_iterations" not in found
    assert found.endswith(
        "water that stood and cooled comes and goes with them: a bypass where nobody draws for "
        "hours keeps it warm, and longer steps ([time] step) outlast it"
    )
    edit(folder, "scenario.toml", "\n", "\n[time]\nstep = 3600\n")
    assert not [line for line in told(folder) if "come to rest" in line]
    edit(folder, "scenario.toml", "step = 3600", "step = 900")
    add_column(folder, "consumers", "bypass_flow", "0.02")
    assert not [line for line in told(folder) if "come to rest" in line]
