"""Compiling every kernel ahead of its first use, and telling when one is compiled."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numba import config
from numba.core import event

from ..model.scenario import Scenario
from ..model.substation import EXCHANGER, Substation, substation_defaults
from ..networks.boundary import FarSide
from ..networks.columns import SubstationTable
from ..networks.load import load
from ..networks.synthetic import synthetic_boundary, synthetic_tree
from ..networks.synthetic_mesh import synthetic_mesh
from .dynamic import solve_dynamic
from .kernels.compile import cache_folder
from .simulate import simulate
from .steady import solve_steady
from .travel_time import find_way, travel_times

USUAL = "two to four minutes"
"""What compiling every kernel takes on two cores of a laptop or a small server."""

HOURS = 2

LOAD = 1e4
"""Of a consumer with a substation. [W]"""

CURVES = (
    "flow_exponent",
    "network_resistance_share",
    "emitter_exponent",
    "cooling_output_share",
)
"""What substations have by default."""


class Stage(NamedTuple):
    """What one stage of `compile_kernels` came to.

    Parameters
    ----------
    name : str
        What the kernels of the stage solve.
    kernels : int
        Compiled anew; 0 where all came from the cache.
    seconds : float
        Wall time. [s]
    """

    name: str
    kernels: int
    seconds: float


def compile_kernels(begin: Callable[[str], None] = lambda _: None) -> Iterator[Stage]:
    """Solve something small of each kind, so that every kernel is compiled and kept.

    Parameters
    ----------
    begin : callable
        Called with the name of each stage as it begins.

    Yields
    ------
    Stage
        As each is done.
    """
    stages: dict[str, Callable[[], object]] = {
        "trees": _solve_tree,
        "pumps that are too weak": _solve_weak_pump,
        "loops and several producers": _solve_mesh,
        "substations": _solve_substations,
        "plant, shared trenches and individual heat pumps": _solve_plant,
        "heat that travels, tanks of layers": _solve_dynamic,
    }
    for name, solve in stages.items():
        begin(name)
        compiled = _Count()
        start = time.perf_counter()
        with event.install_listener("numba:compile", compiled):
            solve()
        yield Stage(name, compiled.started, time.perf_counter() - start)


def kernel_folder() -> Path:
    """Return the folder in which compiled kernels are kept."""
    return Path(getattr(config, "CACHE_DIR", "") or cache_folder())


@contextmanager
def told_of_compiling(tell: Callable[[], None]) -> Iterator[None]:
    """Tell once when something is compiled inside: never where the cache has it all.

    Parameters
    ----------
    tell : callable
        Called as the first compilation begins.
    """
    with event.install_listener("numba:compile", _Once(tell)):
        yield


class _Count(event.Listener):
    """Counts how often an event starts, also within another one of its kind."""

    def __init__(self) -> None:
        self.started = 0

    def on_start(self, _: object) -> None:
        """Count."""
        self.started += 1

    def on_end(self, _: object) -> None:
        """Count nothing."""


class _Once(event.Listener):
    """Passes the first start of an event on."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self.tell, self.is_told = tell, False

    def on_start(self, _: object) -> None:
        """Tell, the first time."""
        if not self.is_told:
            self.is_told = True
            self.tell()

    def on_end(self, _: object) -> None:
        """Stay silent."""


def _solve_tree() -> None:
    circuit = synthetic_tree(2)
    boundary = synthetic_boundary(circuit, hours=HOURS)
    solve_steady(circuit, boundary, Scenario(name="trees"), fields=True)


def _solve_weak_pump() -> None:
    circuit = synthetic_tree(2)
    weak = circuit.producers._replace(max_pressure_difference=np.array([1.0]))
    circuit = replace(circuit, producers=weak)
    boundary = synthetic_boundary(circuit, hours=HOURS)
    solve_steady(circuit, boundary, Scenario(name="weak"))


def _solve_mesh() -> None:
    circuit = synthetic_mesh(130, loops=1)
    boundary = synthetic_boundary(circuit, hours=HOURS)
    solve_steady(circuit, boundary, Scenario(name="loops"), fields=True)


def _solve_substations() -> None:
    circuit = synthetic_tree(2)
    boundary = synthetic_boundary(circuit, hours=HOURS)
    defaults = {name: substation_defaults()[name] for name in CURVES}
    kind = Substation(
        kind=EXCHANGER,
        supply=70.0,
        back=40.0,
        secondary_supply=60.0,
        secondary_back=35.0,
        **defaults,
    ).sized_for(LOAD)
    table = {name: np.repeat(kind[name], 2) for name in SubstationTable._fields}
    circuit = replace(circuit, substations=SubstationTable(**table))
    unknown = np.full(boundary.heat.shape, np.nan)
    far = FarSide(*(np.full(boundary.heat.shape, end) for end in (60.0, 35.0)))
    boundary = replace(boundary, return_temperature=unknown, far_side=far)
    solve_steady(circuit, boundary, Scenario(name="substations"))


def _solve_plant() -> None:
    simulate(load("tregazinkwit"), hours=(0, HOURS))


def _solve_dynamic() -> None:
    circuit = synthetic_tree(2)
    solve_dynamic(circuit, synthetic_boundary(circuit, hours=HOURS), Scenario(name="small"))
    system = load("tregazinkwit", ["buffers.tap_water.layers=5"])
    simulation = simulate(system, hours=(0, HOURS), dynamic=True)
    year = simulation.cases["base"].circuits["tap_water"]
    duration = simulation.profiles.duration
    travel_times(year, duration, find_way(year, duration, system.scenario))
