"""One run from a checked system to its folder of results."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict, Unpack

from numba.core import event

from ..model.errors import Fault, InvalidInputError
from ..networks.system import System
from ..results.comparison import Comparison
from ..results.fields import DIMENSIONS, UNITS, labels_of
from ..results.formats import write_csv
from ..results.summary import summarise
from ..results.whole_folder import check_folder
from ..results.write import room_beside, write_outputs
from ..results.write_fields import FieldsFormat
from ..solvers.field_choice import BESIDE, FIELDS
from ..solvers.simulate import Progress, simulate
from ..solvers.simulation import Simulation
from .comparison import compare
from .dynamics import delay_columns, find_dynamics
from .limits import find_limits
from .no_state import refuse_no_state
from .sensitivity import SensitivityRow, tornado
from .worst_line import worst_line_columns, worst_lines

DONE, TARGET_MISSED = 0, 1
"""Exit status of a run."""

Report = Callable[[Simulation, dict[str, Any], Comparison, list[SensitivityRow], Path], None]
"""Writes the report of a run to a path."""


class RunOptions(TypedDict, total=False):
    """What a run may be asked besides its system.

    Parameters
    ----------
    fields : {"none", "nc", "csv", "parquet"}
        Format of the variables of every pipe, junction, consumer and producer.
    fields_for : sequence of str
        Ids to keep in them; with ids or an instant and no format, CSV is written.
    fields_only : sequence of str
        Variables to keep; with these and no format, CSV is written.
    hours : (int, int)
        First row and the row after the last.
    at : str
        Only this instant: ISO time in CET, or seconds on the clock ``time_s``.
    dynamic : bool
        Let heat travel with the water.
    load_seconds : float
        What loading took, for the summary. [s]
    """

    fields: FieldsFormat
    fields_for: tuple[str, ...]
    fields_only: tuple[str, ...]
    hours: tuple[int, int] | None
    at: str | None
    dynamic: bool
    load_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a run came to.

    Parameters
    ----------
    simulation : Simulation
        The solved year.
    comparison : Comparison
        The network against individual heat pumps.
    summary : dict
        The contents of ``summary.json``.
    status : int
        `DONE`, or `TARGET_MISSED` where ``warnings`` tell of one.
    warnings : list of str
        Unserved heat and broken limits, a sentence each.
    folder : Path
        Where everything was written.
    notes : list of str
        What of the input plays no part, a sentence each; no target is missed by it.
    """

    simulation: Simulation
    comparison: Comparison
    summary: dict[str, Any]
    status: int
    warnings: list[str]
    folder: Path
    notes: list[str] = field(default_factory=list)

    @property
    def told(self) -> list[str]:
        """Warnings, then notes."""
        return [*self.warnings, *self.notes]


def run_scenario(
    system: System,
    folder: Path,
    *,
    report: Report | None = None,
    progress: Progress = lambda _: None,
    **options: Unpack[RunOptions],
) -> RunResult:
    """Solve a system, compare it, and write its folder.

    Parameters
    ----------
    system : System
        Checked whole.
    folder : Path
        Where to; see `write_outputs`.
    report : callable, optional
        Writes ``report.html``.
    progress : callable
        Called with the name of each stage as it begins.
    **options
        See `RunOptions`.

    Returns
    -------
    RunResult
        Figures, exit status and warnings.

    Raises
    ------
    InvalidInputError
        If an option names what does not exist, ``folder`` is not ours, or no state has numbers.
    """
    check_folder(folder)
    ids = frozenset(options.get("fields_for", ()))
    names = frozenset(options.get("fields_only", ()))
    _check_ids(system, ids, names)
    kind = _fields_format(options)
    compiled: list[float] = []
    begin = time.perf_counter()
    with event.install_timer("numba:compile", compiled.append):
        simulation = simulate(
            system,
            hours=options.get("hours"),
            at=options.get("at"),
            fields=_kept(kind, names),
            fields_for=ids,
            scratch=room_beside(folder),
            progress=progress,
            dynamic=options.get("dynamic", False),
        )
        refuse_no_state(simulation)
        solved = time.perf_counter()
        progress("studies")
        comparison, rows = compare(simulation), tornado(simulation)
    load = options.get("load_seconds", 0.0)
    seconds = {"load": load, "solve": solved - begin, "compile": sum(compiled)}
    seconds["studies"] = time.perf_counter() - solved
    summary = summarise(simulation, comparison, seconds)

    def extras(unfinished: Path) -> None:
        start = time.perf_counter()
        if report is not None:
            progress("report")
            report(simulation, summary, comparison, rows, unfinished / "report.html")
        lines = worst_lines(simulation)
        if lines:
            write_csv(unfinished / "worst_lines.csv", worst_line_columns(lines))
        dynamics = find_dynamics(simulation)
        if dynamics is not None and dynamics.delay:
            write_csv(unfinished / "delays.csv", delay_columns(simulation, dynamics))
        summary["seconds"]["report"] = time.perf_counter() - start
        summary["seconds"]["total"] = load + time.perf_counter() - begin

    progress("files")
    write_outputs(
        simulation,
        summary,
        folder,
        extras=extras,
        fields=kind,
        fields_for=ids,
        fields_only=names,
    )
    warnings = find_limits(simulation)
    return RunResult(
        simulation=simulation,
        comparison=comparison,
        summary=summary,
        status=TARGET_MISSED if warnings else DONE,
        warnings=warnings,
        folder=folder,
        notes=_notes(system, dynamic=options.get("dynamic", False)),
    )


def _notes(system: System, *, dynamic: bool) -> list[str]:
    if dynamic or "initial" not in system.tables:
        return []
    return ["initial.csv plays no part in a steady run: --dynamic begins with its water"]


def _fields_format(options: RunOptions) -> FieldsFormat:
    kind = options.get("fields", "none")
    chosen = options.get("fields_for") or options.get("fields_only")
    narrowed = bool(chosen) or options.get("at") is not None
    return "csv" if kind == "none" and narrowed else kind


def _kept(kind: FieldsFormat, names: frozenset[str]) -> bool | tuple[str, ...]:
    """Return the fields of pipes and junctions that a solve keeps."""
    if kind == "none":
        return False
    return tuple(name for name in (*FIELDS, *BESIDE) if name in names) if names else True


def _check_ids(system: System, ids: frozenset[str], names: frozenset[str]) -> None:
    known = {
        label.rpartition("/")[2]
        for dimension in set(DIMENSIONS.values())
        for labels in labels_of(system, dimension).values()
        for label in labels
    }
    rule = "an id of a pipe, junction, consumer or producer"
    faults = [Fault("run", "--fields-for", name, rule) for name in sorted(ids - known)]
    rule = f"one of {', '.join(UNITS)}"
    faults += [Fault("run", "--fields-only", name, rule) for name in sorted(names - set(UNITS))]
    if faults:
        raise InvalidInputError(*faults)
