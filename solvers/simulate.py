"""The whole year of a system: profiles, circuits, plant and reference, in their order."""

import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..model.errors import Fault, InvalidInputError
from ..networks.system import System
from ..profiles.build import build_profiles, select_hours
from ..profiles.out_of_mode import out_of_mode
from ..profiles.year import Profiles
from .cases import SharedTrenches, solve_cases
from .circuit_year import DesignState
from .delivery import UNDISTURBED, Distribution, SourceGround, unmoved
from .design_state import solve_design_state
from .distribution import solve_distribution
from .dynamic_distribution import travel_distribution
from .field_choice import choose_fields
from .individual import solve_individual
from .plant_year import ReferenceYear
from .seam import Seam, find_seam, ground_beside, sent_water
from .simulation import Simulation
from .travel import dynamic_profiles
from .tree_memory import Memory
from .window import find_rows

STRATEGIES = ("on_demand", "spread", "night")
"""Tap-water strategies of individual heat pumps; every run solves all."""

IN_MEMORY = 1024.0**3
"""Results by the hour beyond this go to disk. [bytes]"""

Progress = Callable[[str], None]


@dataclass(slots=True)
class Stopwatch:
    """Wall time by stage, said aloud as each begins.

    Parameters
    ----------
    progress : callable
        Called with the name of each stage.
    seconds : dict of str to float
        Filled as stages end. [s]
    """

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside as part of ``name``."""
        self.progress(name)
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def simulate(
    system: System,
    *,
    hours: tuple[int, int] | None = None,
    at: str | None = None,
    fields: bool | Collection[str] = False,
    fields_for: Collection[str] = (),
    scratch: Path | None = None,
    progress: Progress = lambda _: None,
    dynamic: bool = False,
) -> Simulation:
    """Solve every hour of a system.

    Parameters
    ----------
    system : System
        What is asked.
    hours : (int, int), optional
        First row and the row after the last; default: all.
    at : str, optional
        Only the step that holds this instant, solved by itself: ISO time in CET, or seconds
        where the clock is ``time_s``.
    fields : bool or collection of str
        Keep flow, temperature and pressure of every pipe and junction, or some of these by name.
    fields_for : collection of str
        Pipes and junctions whose fields are kept; empty keeps all.
    scratch : Path, optional
        Folder for results by the hour that are too large for memory: in files without a name,
        which vanish with the results. Default: the system's folder for temporary files.
    progress : callable
        Called with the name of each stage as it begins.
    dynamic : bool
        Let heat travel with the water of the distribution circuits, see `dynamic`.

    Returns
    -------
    Simulation
        Cases, design states, reference and what they were driven by.

    Raises
    ------
    InvalidInputError
        If ``hours`` or ``at`` lie outside the run, or both are given; if ``scratch`` has no room;
        or ``at`` with ``dynamic``: an instant has no history.

    Notes
    -----
    Distribution circuits come first, those that share trenches together, those behind exchangers
    before those that feed them (`solve_zones`). Their load drives the plant, the plant's draw
    drives the source circuits, whose temperature at the plant drives the plant again, until it
    moves by less than `arrival.ARRIVAL_TOLERANCE`. Where source circuits lie in the trenches of
    others, these are a guess first, and solved again in every case (`cases.solve_cases`).
    """
    watch, choice = Stopwatch(progress), choose_fields(fields, fields_for)
    folder = Path(tempfile.gettempdir()) if scratch is None else scratch
    memory = Memory(folder, IN_MEMORY)
    with watch.stage("profiles"):
        whole = build_profiles(system)
        if dynamic:
            _refuse_instant(at)
            whole = dynamic_profiles(whole, system.scenario.time.interpolation)
        profiles = select_hours(whole, *find_rows(whole, hours, at))
    with watch.stage("circuits"):
        seam = find_seam(system, travels=dynamic)
        solve = travel_distribution if dynamic else solve_distribution

        def deliver(ground: SourceGround) -> Distribution:
            return solve(system, profiles, choice, memory, ground)

        shared, (circuits, passed) = _first_circuits(system, profiles, seam, deliver)
    with watch.stage("design"):
        design = _design_states(system, whole, tuple(circuits))
    with watch.stage("plant"):
        cases = solve_cases(
            system, profiles, circuits, fields=choice, memory=memory, shared=shared
        )
        if shared is None:
            cases = {name: replace(case, exchangers=passed) for name, case in cases.items()}
    with watch.stage("reference"):
        reference = _solve_reference(system, profiles)
    heat, cold = out_of_mode(system, profiles)
    return Simulation(
        system=system,
        profiles=profiles,
        cases=cases,
        design=design,
        reference=reference,
        out_of_mode_heat=heat,
        out_of_mode_cold=cold,
        seconds=watch.seconds,
    )


def dynamic(
    system: System,
    *,
    hours: tuple[int, int] | None = None,
    fields: bool = False,
    progress: Progress = lambda _: None,
) -> Simulation:
    """Solve every step of a system with the heat that water and pipe walls hold.

    Parameters
    ----------
    system : System
        What is asked.
    hours : (int, int), optional
        First row and the row after the last; default: all.
    fields : bool
        Keep flow, temperature and pressure of every pipe and junction.
    progress : callable
        Called with the name of each stage as it begins.

    Returns
    -------
    Simulation
        As `simulate` gives it. Results of distribution circuits are means of each step; what
        the outputs show begins with the state at the start, see `CircuitYear.instant`.

    Notes
    -----
    Distribution circuits start from ``initial.csv``, else from the steady state of the first
    row. The plant sees their load step by step; circuits that bring it a source stay steady.
    """
    return simulate(system, hours=hours, fields=fields, progress=progress, dynamic=True)


def _refuse_instant(at: str | None) -> None:
    if at is not None:
        rule = "no --at beside --dynamic: what an instant holds follows from what was before"
        raise InvalidInputError(Fault("run", "--at", at, rule))


def _first_circuits(
    system: System,
    profiles: Profiles,
    seam: Seam | None,
    deliver: Callable[[SourceGround], Distribution],
) -> tuple[SharedTrenches | None, Distribution]:
    """Return the distribution circuits; a guess, and how to go on, where sources warm them."""
    if seam is None:
        return None, deliver(UNDISTURBED)
    guess = ground_beside(seam, sent_water(system, profiles, seam))
    first = deliver(SourceGround(guess))
    known = unmoved(system, first, guess)
    return SharedTrenches(seam=seam, guess=guess, known=known, deliver=deliver), first


def _design_states(
    system: System, profiles: Profiles, names: tuple[str, ...]
) -> dict[str, DesignState]:
    states = {name: solve_design_state(system, profiles, name) for name in names}
    return {name: state for name, state in states.items() if state is not None}


def _solve_reference(system: System, profiles: Profiles) -> dict[str, ReferenceYear]:
    if profiles.demand is None or profiles.weather is None:
        return {}
    chosen = system.scenario.reference.tap_water
    ordered = sorted(STRATEGIES, key=lambda strategy: strategy != chosen)
    return {name: solve_individual(profiles, system.scenario, name) for name in ordered}
