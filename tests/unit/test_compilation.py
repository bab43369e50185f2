"""Compiling ahead: every kernel, told stage by stage; and a run that tells when it compiles."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple, cast

import numba
import numpy as np
import pytest
from village import write_village

from warmtenet import cli
from warmtenet.networks.columns import FloatArray
from warmtenet.reports.progress import Progress
from warmtenet.solvers.compilation import USUAL, kernel_folder, told_of_compiling
from warmtenet.solvers.kernels.compile import OPTIONS, inline, kernel, part
from warmtenet.studies import run as run_module

COVERAGE = """
import json, pkgutil, sys
from importlib import import_module
from numba.core.dispatcher import Dispatcher
import warmtenet.solvers.kernels as kernels
from warmtenet.networks.load import load
from warmtenet.solvers.compilation import compile_kernels
from warmtenet.solvers.simulate import simulate

def compiled():
    names = [f"{kernels.__name__}.{each.name}" for each in pkgutil.iter_modules(kernels.__path__)]
    things = [each for name in names for each in vars(import_module(name)).values()]
    found = [each for each in things if isinstance(each, Dispatcher)]
    return sorted({(each.__name__, str(one)) for each in found for one in each.signatures})

for _ in compile_kernels():
    pass
before = compiled()
for folder in sys.argv[1:]:
    simulate(load(folder), hours=(0, 3), fields=True)
print(json.dumps({"kernels": [name for name, _ in before], "more": compiled() != before}))
"""


def fresh() -> object:
    """Return a function that nobody has compiled yet."""
    return numba.njit(lambda value: value + 1)


class Rows(NamedTuple):
    """Arrays that belong together."""

    one: FloatArray
    other: FloatArray


@part
def scaled(value: float, side: int, keeps: bool) -> float:
    """Depend on what callers pass as constants."""
    return value if keeps else value * (side + 1)


@kernel
def with_constants(value: float) -> float:
    """Call a part with different constants."""
    return scaled(value, 0, True) + scaled(value, 1, False) + scaled(value, 2, keeps=False)


@inline
def add(rows: Rows, row: int) -> None:
    """Add one array to the other, in one place."""
    one, other = rows.one, rows.other
    one[row] += other[row]


@pytest.mark.compiled
def test_kernels_do_not_count_who_holds_an_array() -> None:
    """Not once for each of its arrays in each pass of a loop that calls a formula."""

    @numba.njit(**OPTIONS)
    def add_all(rows: Rows) -> None:
        one = rows.one
        for row in range(one.size):
            if one[row] > 0.0:
                continue
            add(rows, row)

    rows = Rows(np.array([0.0, 5.0, 0.0]), np.arange(3.0))
    add_all(rows)
    assert rows.one.tolist() == [0.0, 5.0, 2.0]
    (code,) = add_all.inspect_llvm().values()
    assert "add_all" in code
    assert "NRT_" not in code


@pytest.mark.compiled
def test_a_part_is_compiled_once_whatever_constants_are_passed() -> None:
    assert with_constants(2.0) == 2.0 + 4.0 + 6.0
    assert len(cast(Any, scaled).signatures) == 1


@pytest.mark.compiled
def test_every_kernel_is_compiled_ahead(tmp_path: Path) -> None:
    """What plant, trees, loops and valves then call is there, in the one form they call it in."""
    assert cli.main(["compile"]) == 0  # what compiles here would count what it calls, too
    loop = "P-5,heat,mill,inn,120,steel-twin-S2-DN25\n"
    write_village(tmp_path / "tree")
    write_village(tmp_path / "mesh")
    with (tmp_path / "mesh" / "pipes.csv").open("a", encoding="utf-8") as file:
        file.write(loop)
    folders = [str(tmp_path / "tree"), str(tmp_path / "mesh"), "tregazinkwit"]
    done = subprocess.run(
        [sys.executable, "-c", COVERAGE, *folders], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)

    assert told["kernels"] == [
        "add_rises",
        "dispatch_hours",
        "drop_each",
        "exchange_heat",
        "largest_change",
        "mean_excess",
        "pull_tight",
        "run_unit_hours",
        "settle_walls",
        "share_pressure",
        "solve_blocks",
        "solve_flush",
        "solve_mesh",
        "solve_steps",
        "trace_back",
        "update_returns",
    ]
    assert not told["more"]


@pytest.mark.compiled
def test_compile_tells_its_stages_and_where_the_cache_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["compile"]) == 0
    first = capsys.readouterr().out.splitlines()
    assert cli.main(["compile"]) == 0
    again = capsys.readouterr().out.splitlines()

    assert first[0] == (
        f"Compiled solvers are kept in {kernel_folder()}; without them this takes {USUAL}."
    )
    assert [line.removesuffix(" ...") for line in again[1::2]] == [
        "trees",
        "pumps that are too weak",
        "loops and several producers",
        "substations",
        "plant, shared trenches and individual heat pumps",
        "heat that travels, tanks of layers",
    ]
    assert all("in the cache already" in line for line in again[2::2])
    assert any(kernel_folder().rglob("*.nbi"))


@pytest.mark.compiled
def test_compiling_is_told_once_and_only_when_it_happens() -> None:
    told: list[str] = []
    first, second = fresh(), fresh()
    assert callable(first)
    assert callable(second)
    with told_of_compiling(lambda: told.append("compiles")):
        assert told == []
        assert (first(1), second(2)) == (2, 3)
    assert told == ["compiles"]
    with told_of_compiling(lambda: told.append("again")):
        assert first(1) == 2
    assert told == ["compiles"]


class Terminal(io.StringIO):
    """Takes what is shown on a terminal."""

    def isatty(self) -> bool:
        """Be one."""
        return True


@pytest.mark.compiled
@pytest.mark.parametrize("is_cold", [True, False])
def test_first_run_says_that_it_compiles(
    is_cold: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert cli.main(["compile"]) == 0
    folder, usual, terminal = write_village(tmp_path / "village"), run_module.simulate, Terminal()

    def simulate(*arguments: object, **options: object) -> object:
        for cold in (fresh(), fresh()) if is_cold else ():
            assert callable(cold)
            cold(1)
        return usual(*arguments, **options)

    monkeypatch.setattr(run_module, "simulate", simulate)
    monkeypatch.setattr(sys, "stderr", terminal)
    assert cli.main(["run", str(folder), "--hours", "0:3", "--out", str(tmp_path / "out")]) == 0

    shown = " ".join(terminal.getvalue().split())
    assert shown.count("First run: compiling the solvers") == int(is_cold)
    assert (USUAL in shown) == is_cold


def test_nothing_is_told_where_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, terminal = io.StringIO(), Terminal()
    for stream, quiet in ((pipe, False), (terminal, True)):
        monkeypatch.setattr(sys, "stderr", stream)
        with Progress(quiet=quiet) as progress:
            progress.show("circuits")
        assert stream.getvalue() == ""
