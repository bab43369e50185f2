"""Verbs of the studies: parse, call one function, write, print."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

DONE, TARGET_MISSED = 0, 1

LEAST_HOURS, MOST_HOURS = 0.01, 72.0
"""Of an outage. [h]"""

Given = argparse.Namespace

AddScenario = Callable[[argparse.ArgumentParser, Callable[[Given], int]], None]
"""Adds SCENARIO and --set to a parser, and what it calls."""

Figures = Mapping[str, Mapping[str, Any]]


def add_studies(commands: Any, add_scenario: AddScenario) -> None:
    """Add the verbs of the studies.

    Parameters
    ----------
    commands : subparsers of argparse
        Of the command line.
    add_scenario : callable
        Adds what all verbs that read a scenario have.
    """
    help_text = "follow each change between heat and cold by minutes, and when to switch"
    changeover = commands.add_parser("changeover", help=help_text)
    _add_study(changeover, add_scenario, _changeover)
    default = "default: 30 for three hours after a switch, then 300"
    changeover.add_argument("--step", metavar="SECONDS", type=_seconds, help=default)
    outage = commands.add_parser("outage", help="let a source trip and follow it by minutes")
    _add_study(outage, add_scenario, _outage)
    outage.add_argument("--source", metavar="ID", help="default: the first in merit order")
    outage.add_argument("--at", metavar="TIME", help="default: 7:00 on the coldest day")
    outage.add_argument("--hours", metavar="N", type=_hours, default=6.0, help="default: 6")
    outage.add_argument(
        "--step", metavar="SECONDS", type=_seconds, default=120.0, help="default: 120"
    )


def _add_study(
    parser: argparse.ArgumentParser, add_scenario: AddScenario, call: Callable[[Given], int]
) -> None:
    add_scenario(parser, call)
    name = parser.prog.rpartition(" ")[2]
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help=f"default: out/<name of the scenario>-{name}"
    )
    parser.add_argument("--json", action="store_true", help="print the study as JSON")


def _seconds(text: str) -> float:
    """Return a length of time above zero."""
    return _number(
        text, lambda value: 0.0 < value < float("inf"), "expected seconds above 0, such as 120"
    )


def _hours(text: str) -> float:
    """Return hours, three days at most."""
    rule = f"expected hours from {LEAST_HOURS:g} to {MOST_HOURS:g}"
    return _number(text, lambda value: LEAST_HOURS <= value <= MOST_HOURS, rule)


def _number(text: str, fits: Callable[[float], bool], rule: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not fits(value):
        raise argparse.ArgumentTypeError(f"{text!r}, {rule}")
    return value


def _changeover(given: Given) -> int:
    from .networks.load import load
    from .reports.progress import Progress
    from .results.whole_folder import check_folder
    from .studies.changeover import changeover_figures, changeover_tables, find_changeovers

    system = load(given.scenario, given.overrides)
    folder = _folder(given, system.scenario.name, "changeover")
    check_folder(folder)
    with Progress(quiet=given.json) as progress:
        study = find_changeovers(system, step=given.step, progress=progress.show)
    figures = changeover_figures(study)

    def report(path: Path) -> None:
        from .reports.changeover import write_changeover_report

        write_changeover_report(study, path)

    _write(folder, system, {"changeover": figures}, changeover_tables(study), report)
    told = [words for circuit in figures["circuits"].values() for words in circuit["advice"]]
    _tell(given, {"changeover": figures}, told, folder)
    return DONE


def _outage(given: Given) -> int:
    from .networks.load import load
    from .reports.progress import Progress
    from .results.whole_folder import check_folder
    from .studies.outage import find_outage
    from .studies.outage_figures import comes_to_rest, leaves_unserved, outage_figures
    from .studies.outage_tables import outage_tables
    from .studies.outage_words import outage_sentences

    system = load(given.scenario, given.overrides)
    folder = _folder(given, system.scenario.name, "outage")
    check_folder(folder)
    with Progress(quiet=given.json) as progress:
        study = find_outage(
            system,
            source=given.source,
            at=given.at,
            hours=given.hours,
            step=given.step,
            progress=progress.show,
        )
    figures = outage_figures(study)

    def report(path: Path) -> None:
        from .reports.outage import write_outage_report

        write_outage_report(study, path)

    _write(folder, system, {"outage": figures}, outage_tables(study), report)
    _tell(given, {"outage": figures}, outage_sentences(figures), folder)
    missed = leaves_unserved(figures) or not comes_to_rest(figures)
    return TARGET_MISSED if missed else DONE


def _folder(given: Given, scenario: str, study: str) -> Path:
    return given.out or Path("out") / f"{scenario}-{study}"


def _write(
    folder: Path,
    system: Any,
    figures: Figures,
    tables: Mapping[str, Mapping[str, Sequence[Any]]],
    report: Callable[[Path], None],
) -> None:
    """Write a study's folder, with its report where the libraries for it are installed."""
    from importlib.util import find_spec

    from .results.whole_folder import write_study

    def extras(unfinished: Path) -> None:
        if find_spec("jinja2") is not None:
            report(unfinished / "report.html")

    write_study(folder, system, figures, tables, extras=extras)


def _tell(given: Given, figures: Figures, sentences: Sequence[str], folder: Path) -> None:
    if given.json:
        text = json.dumps(figures, indent=2, ensure_ascii=False)
    else:
        text = "\n".join([*sentences, "", f"Written: {folder}"])
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
