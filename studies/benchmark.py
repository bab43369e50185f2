"""How fast the solvers are: beside streaming the same arrays, and beside pandapipes."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from ..model.scenario import Scenario
from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray
from ..networks.synthetic import synthetic_boundary, synthetic_tree
from ..networks.synthetic_mesh import synthetic_mesh
from ..solvers.circuit_year import CircuitYear
from ..solvers.dynamic import solve_dynamic
from ..solvers.steady import solve_steady
from ..solvers.tree_memory import Memory
from . import epanet, peer

STREAMED = (
    "pipe_mass_flow",
    "pipe_inlet_temperature",
    "pipe_outlet_temperature",
    "pipe_pressure_drop",
)
"""The fields that are kept, and streamed for comparison: float64, every pipe and hour."""

WINTER_HOUR = 340
"""First of the hours given to pandapipes: it converges in winter, seldom in summer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One network to time.

    Parameters
    ----------
    consumers : int
        Size of the synthetic tree.
    every : int
        1 takes all hours of the year, 6 every sixth: fields of large networks must fit memory.
    peer_hours : int
        Hours solved by pandapipes in a round.
    loops : int
        Streets of the tree that are joined into rings.
    epanet_hours : int
        Hours of hydraulics solved by EPANET's C core in a round; 0: it takes no part.
    step : float
        Of a dynamic run; 0: steady hours. [s]
    """

    consumers: int
    every: int = 1
    peer_hours: int
    loops: int = 0
    epanet_hours: int = 0
    step: float = 0.0


CASES = {
    "tree_130": Case(consumers=130, peer_hours=6),
    "tree_1300": Case(consumers=1300, peer_hours=3, epanet_hours=48),
    "tree_13000": Case(consumers=13000, every=6, peer_hours=1),
    "mesh5_1300": Case(consumers=1300, every=6, peer_hours=2, loops=5),
    "mesh50_1300": Case(consumers=1300, every=6, peer_hours=2, loops=50),
    "dynamic_1300_1h": Case(consumers=1300, peer_hours=0, step=3600.0),
    "dynamic_1300_15min": Case(consumers=1300, peer_hours=0, step=900.0),
}

QUICK = ("tree_130", "tree_1300")


def benchmark(*, quick: bool = False, rounds: int = 3) -> dict[str, dict[str, Any]]:
    """Time the solvers on synthetic networks.

    Parameters
    ----------
    quick : bool
        Only the cases of `QUICK`.
    rounds : int
        Solver, stream and pandapipes take turns; the median of the rounds counts.

    Returns
    -------
    dict
        For each case ``pipes`` (single pipes: a route has two), ``hours``, ``seconds``
        (compiled, all fields of `STREAMED` in memory that the solve before used; what consumers
        get stands in them too, at the ends of their pipes),
        ``pipe_hours_per_s``, ``ratio_to_stream`` (how many times as long
        as writing the `STREAMED` arrays to warm memory with as many threads),
        ``ratio_to_pandapipes`` (how many times as fast for each hour; null, with
        ``ratio_to_pandapipes_reason``, where pandapipes is not there), ``threads`` and, of steady
        cases, ``unsolved_hours`` (which miss the tolerance); of networks with loops also
        ``ratio_to_tree`` (how many times as long as the tree without the pipes that close them,
        in the same rounds), and where EPANET (wntr) is installed
        ``ratio_to_epanet`` of one tree: how many times as fast for each hour as its C core, which
        solves hydraulics alone.
    """
    names = QUICK if quick else tuple(CASES)
    return {name: measure(CASES[name], rounds=rounds) for name in names}


def measure(case: Case, *, rounds: int = 3) -> dict[str, Any]:
    """Time one case; the result is that of `benchmark`."""
    if case.step:
        return measure_dynamic(case, rounds=rounds)
    scenario = Scenario(name="benchmark")
    threads = scenario.solver.threads or os.cpu_count() or 1
    tree = synthetic_tree(case.consumers)
    circuit = synthetic_mesh(case.consumers, loops=case.loops) if case.loops else tree
    year = synthetic_boundary(circuit)
    some = slice(None, None, case.every)
    boundary = year.at(some)
    hours, pipes = len(boundary.duration), 2 * len(circuit.pipe_ids)

    solve = _solver(circuit, boundary, scenario)
    solved = solve()  # compiles, and touches the memory for the first time
    unsolved = int((solved.heat_error > scenario.solver.tolerance).sum())
    bare = None
    if case.loops:
        bare = _solver(tree, synthetic_boundary(tree).at(some), scenario)
        bare()
    arrays = [np.ones((hours, pipes)) for _ in STREAMED]
    rival = _Rival(circuit, year.at(slice(WINTER_HOUR, WINTER_HOUR + case.peer_hours)))
    race_epanet = _epanet_race(circuit, year, case.epanet_hours, scenario)
    seconds, streaming, without, epanet_seconds = [], [], [], []
    for _ in range(rounds):
        epanet_seconds += race_epanet()
        seconds.append(timed(solve))
        streaming.append(timed(lambda: stream(arrays, threads)))
        without += [timed(bare)] if bare else []
        rival.race()
    ratio, reason = rival.verdict(median(seconds) / hours)
    return {
        **_speed(pipes, hours, seconds, streaming),
        "ratio_to_pandapipes": ratio,
        "threads": threads,
        "unsolved_hours": unsolved,
        **({"ratio_to_pandapipes_reason": reason} if reason else {}),
        **(
            {"ratio_to_epanet": round(median(epanet_seconds) * hours / median(seconds), 2)}
            if epanet_seconds
            else {}
        ),
        **({"ratio_to_tree": round(median(seconds) / median(without), 2)} if bare else {}),
    }


def measure_dynamic(case: Case, *, rounds: int = 3) -> dict[str, Any]:
    """Time a year of a dynamic run, in parts of a quarter: fields of a year need not fit memory.

    Pipes have no wall. ``hours`` are those of the year; nobody else solves it, so that
    ``ratio_to_pandapipes`` is null.
    """
    scenario = Scenario(name="benchmark")
    circuit = synthetic_tree(case.consumers)
    year = synthetic_boundary(circuit)
    hours, pipes = len(year.duration), 2 * len(circuit.pipe_ids)
    repeat = round(3600.0 / case.step)
    parts = [
        _in_steps(year.at(rows), repeat, case.step)
        for rows in np.array_split(np.arange(hours), QUARTERS)
    ]
    memory = Memory()

    def solve() -> None:
        for part in parts:
            solve_dynamic(circuit, part, scenario, fields=DYNAMIC_STREAMED, memory=memory)

    solve_dynamic(circuit, parts[0], scenario, fields=DYNAMIC_STREAMED, memory=memory)
    arrays = [np.ones((len(parts[0].duration), pipes)) for _ in STREAMED]
    seconds, streaming = [], []
    for _ in range(rounds):
        seconds.append(timed(solve))
        streaming.append(QUARTERS * timed(lambda: stream(arrays, 1)))
    return {
        **_speed(pipes, hours, seconds, streaming),
        "ratio_to_pandapipes": None,
        "threads": 1,
        "ratio_to_pandapipes_reason": "it has no travelling heat of this kind",
    }


QUARTERS = 4
"""Parts of a year that a dynamic run is timed in."""

DYNAMIC_STREAMED = (
    "pipe_mass_flow",
    "pipe_inlet_temperature_mean",
    "pipe_outlet_temperature_mean",
    "pipe_pressure_drop",
)
"""`STREAMED`, of a dynamic run."""


def _speed(
    pipes: int, hours: int, seconds: list[float], streaming: list[float]
) -> dict[str, float]:
    """Return what every case tells of its rounds."""
    return {
        "pipes": pipes,
        "hours": hours,
        "seconds": round(median(seconds), 5),
        "pipe_hours_per_s": round(pipes * hours / median(seconds)),
        "ratio_to_stream": round(median(seconds) / median(streaming), 2),
    }


def _in_steps(boundary: Boundary, repeat: int, step: float) -> Boundary:
    """Return hours cut into steps of one length."""
    rows = np.repeat(np.arange(len(boundary.duration)), repeat)
    return replace(boundary.at(rows), duration=np.full(len(rows), step))


def _solver(circuit: Circuit, boundary: Boundary, scenario: Scenario) -> Callable[[], CircuitYear]:
    """Return a solve that uses its own memory again."""
    memory = Memory()
    return lambda: solve_steady(
        circuit, boundary, scenario, fields=STREAMED, consumers=False, memory=memory
    )


def _epanet_race(
    circuit: Circuit, year: Boundary, hours: int, scenario: Scenario
) -> Callable[[], list[float]]:
    """Return what times EPANET once [s an hour], or nothing where it takes no part."""
    if not hours or not epanet.is_installed():
        return list
    some = year.at(slice(WINTER_HOUR, WINTER_HOUR + hours))
    solved = solve_steady(circuit, some, scenario)
    return lambda: [epanet.seconds_per_hour(circuit, some, solved)]


def timed(call: Callable[[], object]) -> float:
    """Return the wall time of a call [s]."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def stream(arrays: list[FloatArray], threads: int) -> None:
    """Write every value of the arrays, rows split among threads: the limit set by memory."""
    bounds = np.linspace(0, len(arrays[0]), threads + 1).astype(int)
    parts = [array[a:b] for a, b in pairwise(bounds) for array in arrays]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda part: part.fill(1.0), parts))


class _Rival:
    """pandapipes on the same network, if it is there: times of the hours that converged."""

    def __init__(self, circuit: Circuit, boundary: Boundary) -> None:
        self.hours = range(len(boundary.duration))
        self.seconds: list[float] = []
        self.peer: peer.Peer | None = None
        if peer.is_installed():
            water = Scenario(name="benchmark").water
            self.peer = peer.Peer(peer.without_extras(circuit), boundary, water)
            self.peer.solve(0)  # pandapipes compiles at its first call

    def race(self) -> None:
        """Solve the hours once."""
        if self.peer is None:
            return
        for hour in self.hours:
            start = time.perf_counter()
            if self.peer.solve(hour):
                self.seconds.append(time.perf_counter() - start)

    def verdict(self, seconds_per_hour: float) -> tuple[int | None, str]:
        """Return the ratio, or None and why."""
        if self.seconds:
            return round(median(self.seconds) / seconds_per_hour), ""
        return None, "not installed" if self.peer is None else "no hour converged"
