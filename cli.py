"""Command line: parse, call one function, print."""

import argparse
import gc
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __version__
from .cli_parser import BAD_INPUT, Parser
from .cli_studies import add_studies

if TYPE_CHECKING:
    from .model.errors import Fault

DONE, OUR_FAULT, INTERRUPTED = 0, 3, 130
"""Exit status; 1, a target missed, comes from the run itself, 2 is `BAD_INPUT`."""

NEW_OBJECTS = 100_000
"""Before garbage is looked for: imports make more than this, and keep them."""

DEFAULT_SCENARIO = "tregazinkwit"
FORMATS = ("none", "nc", "csv", "parquet")

FIELDS_ONLY = "variables of --fields: pipe_mass_flow,consumer_heat"

Given = argparse.Namespace


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Default: those of the process.

    Returns
    -------
    int
        0 done; 1 solved, with a target missed; 2 the input is at fault; 3 a fault of ours.
    """
    for library in ("OPENBLAS", "MKL"):  # numpy's sums are too small to wake threads for
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    given = _parser().parse_args(arguments)
    gc.set_threshold(NEW_OBJECTS)
    command: Callable[[Given], int] = given.call
    try:
        return command(given)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nobody reads: end without a traceback
        return DONE
    except Exception as error:  # the last line of defence: a user never meets a traceback
        return _report(error)


def _report(error: Exception) -> int:
    """Print what went wrong and return the exit status that says whose fault it is."""
    from .model.errors import InvalidInputError

    if isinstance(error, InvalidInputError):
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    if isinstance(error, OSError) and error.filename is not None:
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
        return BAD_INPUT
    if os.environ.get("WARMTENET_DEBUG"):
        traceback.print_exception(error, file=sys.stderr)
    cause = " ".join(f"{type(error).__name__}: {error}".split())
    sys.stderr.write(
        f"warmtenet {__version__}: a fault of ours ({cause}); please report it in the project's "
        "issues, with the output of the same command under WARMTENET_DEBUG=1\n"
    )
    return OUR_FAULT


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="warmtenet",
        description="Size and judge district heating and cooling networks.",
        epilog="Exit status: 0 done; 1 solved, with a target missed; 2 the input is at fault; "
        "3 a fault of ours.",
    )
    parser.add_argument("--version", action="version", version=f"warmtenet {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_run(commands)
    check = commands.add_parser("check", help="read and check a scenario without solving it")
    _add_scenario(check, _check)
    check.add_argument("--json", action="store_true", help="print JSON, for other programs")
    listing = commands.add_parser("list", help="bundled scenarios")
    listing.add_argument("--json", action="store_true", help="print JSON, for other programs")
    listing.set_defaults(call=_list)
    new = commands.add_parser("new", help="write a commented example that runs")
    new.add_argument("folder", metavar="FOLDER", type=Path, help="new or empty")
    new.set_defaults(call=_new)
    schema = commands.add_parser("schema", help="every key of scenario.toml, as JSON Schema")
    schema.set_defaults(call=_schema)
    catalogue = commands.add_parser("catalogue", help="pipes that the column 'type' may name")
    catalogue.add_argument("--json", action="store_true", help="print JSON, for other programs")
    catalogue.set_defaults(call=_catalogue)
    benchmark = commands.add_parser("benchmark", help="time the solvers on synthetic networks")
    benchmark.add_argument("--quick", action="store_true", help="the two small cases only")
    benchmark.add_argument("--json", action="store_true", help="print JSON, for other programs")
    benchmark.set_defaults(call=_benchmark)
    _add_exchange(commands)
    add_studies(commands, _add_scenario)
    compiling = commands.add_parser("compile", help="compile the solvers ahead of the first run")
    compiling.set_defaults(call=_compile)
    return parser


def _add_exchange(commands: "argparse._SubParsersAction[Parser]") -> None:
    export = commands.add_parser("export", help="write one instant for another program")
    _add_scenario(export, _export)
    export.add_argument("--to", choices=("pandapipes",), required=True, help="which program")
    export.add_argument("--out", metavar="FILE", type=Path, help="default: out/<scenario>.json")
    export.add_argument("--at", metavar="TIME", help="default: the step of the largest demand")
    export.add_argument("--json", action="store_true", help="print JSON, for other programs")
    taken = commands.add_parser("import", help="write a network of pandapipes as a folder")
    taken.add_argument("file", metavar="FILE", type=Path, help="as pandapipes.to_json writes it")
    taken.add_argument("folder", metavar="FOLDER", type=Path, help="new or empty")
    taken.add_argument("--crs", metavar="CRS", help="of its coordinates; default: as exported")
    taken.add_argument("--skip", action="store_true", help="leave out what has no table")
    taken.set_defaults(call=_import)


def _add_run(commands: "argparse._SubParsersAction[Parser]") -> None:
    run = commands.add_parser("run", help="solve a scenario and write figures and report")
    _add_scenario(run, _run)
    run.add_argument("--out", metavar="DIR", type=Path, help="default: out/<name of the scenario>")
    run.add_argument("--json", action="store_true", help="print the summary as JSON, nothing else")
    run.add_argument("--quiet", action="store_true", help="print nothing but faults")
    run.add_argument("--at", metavar="TIME", help="one instant only: 2029-01-31T07:00, or time_s")
    run.add_argument("--dynamic", action="store_true", help="heat travels, water and walls store")
    run.add_argument("--fields", choices=FORMATS, default="none", help="values of every pipe")
    run.add_argument("--fields-for", metavar="IDS", type=_ids, default=(), help="P-1,P-2,house")
    run.add_argument("--fields-only", metavar="NAMES", type=_names, default=(), help=FIELDS_ONLY)
    run.add_argument("--hours", metavar="A:B", type=_hours, help="rows from A up to, not with, B")


def _add_scenario(parser: argparse.ArgumentParser, call: Callable[[Given], int]) -> None:
    parser.add_argument(
        "scenario",
        metavar="SCENARIO",
        nargs="?",
        default=DEFAULT_SCENARIO,
        help=f"a bundled name, a scenario.toml or its folder (default: {DEFAULT_SCENARIO})",
    )
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        dest="overrides",
        help="override a key, e.g. weather.cold_spell=false",
    )
    parser.set_defaults(call=call)


def _ids(text: str) -> tuple[str, ...]:
    """Return ids that are separated by commas."""
    ids = tuple(name.strip() for name in text.split(",") if name.strip())
    if not ids:
        raise argparse.ArgumentTypeError(f"{text!r}, expected ids such as P-1,P-2")
    return ids


def _names(text: str) -> tuple[str, ...]:
    """Return names of variables that are separated by commas."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise argparse.ArgumentTypeError(f"{text!r}, expected variables such as pipe_mass_flow")
    return names


def _hours(text: str) -> tuple[int, int]:
    """Return the first row and the row after the last of ``"A:B"``."""
    first, colon, after = text.partition(":")
    if not (colon and first.isdecimal() and after.isdecimal() and int(first) < int(after)):
        raise argparse.ArgumentTypeError(f"{text!r}, expected A:B with A below B, such as 0:168")
    return int(first), int(after)


def _run(given: Given) -> int:
    from .networks.load import load

    start = time.perf_counter()
    system = load(given.scenario, given.overrides)
    seconds = time.perf_counter() - start
    folder = given.out or Path("out") / system.scenario.name
    from .reports.progress import Progress
    from .studies.run import run_scenario

    with Progress(quiet=given.quiet or given.json) as progress:
        result = run_scenario(
            system,
            folder,
            report=_report_writer(),
            progress=progress.show,
            fields=given.fields,
            fields_for=given.fields_for,
            fields_only=given.fields_only,
            hours=given.hours,
            at=given.at,
            dynamic=given.dynamic,
            load_seconds=seconds,
        )
    if given.json:
        _print(_as_json(result.summary))
    elif not given.quiet:
        from .reports.terminal import summary_text

        written = folder / "report.html" if _report_writer() else folder
        _print(f"{summary_text(result.summary, result.told)}\n\nReport: {written}")
    return result.status


def _report_writer() -> Any:
    """Return the writer of the report, or None where its libraries are not installed."""
    try:
        from .reports.html import write_report
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] in ("jinja2", "plotly"):
            return None
        raise
    return write_report


def _check(given: Given) -> int:
    from .model.errors import InvalidInputError, message_lines
    from .networks.load import load
    from .profiles.check import check_drivers

    try:
        system = load(given.scenario, given.overrides)
        warnings = check_drivers(system)
    except InvalidInputError as error:
        if given.json:
            _print(_as_json({"faults": _as_dicts(error.faults)}))
        raise
    counts = {
        name: {"pipes": len(circuit.pipe_ids), "consumers": len(circuit.consumer_ids)}
        for name, circuit in system.circuits.items()
    }
    if given.json:
        found = {"faults": [], "warnings": _as_dicts(warnings)}
        _print(_as_json({"scenario": system.scenario.name, "circuits": counts, **found}))
        return DONE
    for name, count in counts.items():
        _print(f"{name}: {count['pipes']} pipes, {count['consumers']} consumers")
    lines = message_lines(warnings)
    for line in lines:
        _print(f"warning: {line}")
    told = f", {len(lines)} warning{'' if len(lines) == 1 else 's'}" if lines else ""
    _print(f"{system.scenario.name}: no faults{told}")
    return DONE


def _as_dicts(faults: "Sequence[Fault]") -> list[dict[str, str]]:
    names = ("item", "field", "value", "rule")
    return [{name: str(getattr(each, name)) for name in names} for each in faults]


def _list(given: Given) -> int:
    from .networks.bundled import bundled_titles

    named = bundled_titles()
    if given.json:
        _print(_as_json(named))
        return DONE
    for name, title in named.items():
        _print(f"{name}  {title}".rstrip())
    return DONE


def _new(given: Given) -> int:
    from .networks.template_copy import write_template

    write_template(given.folder)
    _print(f"{given.folder} is written. Solve it with: warmtenet run {given.folder}")
    return DONE


def _schema(_: Given) -> int:
    from .model.scenario import Scenario

    _print(_as_json(Scenario.model_json_schema()))
    return DONE


def _catalogue(given: Given) -> int:
    from dataclasses import asdict

    from .model.catalogue import read_catalogue
    from .reports.terminal import catalogue_text

    pipes = read_catalogue().values()
    if given.json:
        _print(_as_json({pipe.id: asdict(pipe) for pipe in pipes}))
        return DONE
    _print(catalogue_text(pipes))
    return DONE


def _benchmark(given: Given) -> int:
    from .studies.benchmark import benchmark

    figures = benchmark(quick=given.quick)
    if given.json:
        _print(_as_json(figures))
        return DONE
    from .reports.terminal import benchmark_text

    _print(benchmark_text(figures))
    return DONE


def _export(given: Given) -> int:
    from .networks.exchange.export import write_json
    from .networks.load import load
    from .studies.export import export_pandapipes

    system = load(given.scenario, given.overrides)
    network, instant = export_pandapipes(system, given.at)
    file = given.out or Path("out") / f"{system.scenario.name}.json"
    write_json(network, file)
    if given.json:
        figures = {"file": str(file), "instant": instant, "circuits": list(system.circuits)}
        _print(_as_json({"export": figures}))
    else:
        _print(f"{file} is written: {', '.join(system.circuits)} at {instant}")
    return DONE


def _import(given: Given) -> int:
    from .model.errors import message_lines
    from .networks.exchange.folder import import_pandapipes

    done = import_pandapipes(given.file, given.folder, crs=given.crs, skip=given.skip)
    for line in message_lines(done.faults.found):
        sys.stderr.write(f"left out: {line}\n")
    counts = ", ".join(f"{len(rows)} {name}" for name, rows in done.tables.items())
    _print(f"{given.folder} is written: {counts}. Check it with: warmtenet check {given.folder}")
    return DONE


def _compile(_: Given) -> int:
    from .solvers.compilation import USUAL, compile_kernels, kernel_folder

    _print(f"Compiled solvers are kept in {kernel_folder()}; without them this takes {USUAL}.")
    for stage in compile_kernels(begin=lambda name: _print(f"{name} ...")):
        how = f"{stage.kernels} kernels compiled" if stage.kernels else "in the cache already"
        _print(f"{stage.name}: {how}, {stage.seconds:.1f} s")
    return DONE


def _as_json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False)


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
