"""Water in the pipes at the start: where it counts, and what many rows of it become."""

from pathlib import Path

import numpy as np
import pytest
from circuit_factory import DENSITY, HEAT_CAPACITY
from plug_factory import pipe, steps, travel
from source_trench_factory import write_sources
from village import fault_lines, write_village

from warmtenet.cli import main

HEAD = "pipe,side,position,temperature\n"


def test_water_of_a_circuit_that_stays_steady_is_refused(tmp_path: Path) -> None:
    folder = write_sources(tmp_path, initial=f"{HEAD}kiln-1,supply,0,60\nheat-1,supply,0,60\n")

    assert fault_lines(folder) == [
        "initial.csv line 2: pipe = 'kiln-1', expected a pipe of moving water: circuit 'kiln' "
        "brings a source and stays steady"
    ]


def test_a_steady_run_says_that_it_leaves_the_water_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_village(
        tmp_path / "in",
        initial=f"{HEAD}P-1,supply,0,60\n",
        ground_temperature="time_s,all\n600,10\n1200,10\n",
    )
    line = "initial.csv plays no part in a steady run"

    main(["run", str(folder), "--out", str(tmp_path / "out")])
    assert line in capsys.readouterr().out
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "What initial.csv says of water in the pipes plays no part" in page
    main(["run", str(folder), "--out", str(tmp_path / "out"), "--dynamic"])
    assert line not in capsys.readouterr().out


@pytest.mark.parametrize("rows", [1500, 3000, 10_000])
def test_more_rows_than_a_pipe_can_hold_keep_their_heat(rows: int) -> None:
    circuit = pipe(length=39.0, inner_diameter=0.0525, heat_loss_coefficient=0.0)
    places = np.linspace(0.0, 39.0, rows)
    water = np.random.default_rng(0).uniform(20.0, 90.0, rows)
    profile = list(zip(places.tolist(), water.tolist(), strict=True))

    out = travel(circuit, steps(circuit, [0.0, 60.0]), 0.5, at_first=profile)

    mass = np.pi / 4.0 * 0.0525**2 * DENSITY
    assert out.stored[0] == pytest.approx(
        np.trapezoid(water, places) * mass * HEAT_CAPACITY, rel=1e-5
    )
