"""The output folder: it appears whole, or not at all."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..model.errors import Fault, InvalidInputError
from ..networks.system import System
from .formats import write_csv
from .manifest import FILE, is_ours, study_manifest


def check_folder(folder: Path) -> None:
    """Refuse a folder that stands there already and was not written by us.

    Parameters
    ----------
    folder : Path
        Where outputs shall go.

    Raises
    ------
    InvalidInputError
        If it exists without our manifest.
    """
    target = folder.resolve()  # new/.. is no new folder, though its name does not exist
    if target.exists() and not (target.is_dir() and is_ours(target)):
        rule = f"a new folder, or one that warmtenet wrote (it carries {FILE})"
        raise InvalidInputError(Fault("output", "--out", str(folder), rule))


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write in, and put it in its place when it is complete.

    Parameters
    ----------
    folder : Path
        Where to; one that we wrote before is replaced.

    Yields
    ------
    Path
        A folder beside it under another name, removed if anything fails.

    Raises
    ------
    InvalidInputError
        If ``folder`` exists without our manifest.
    """
    check_folder(folder)
    target = folder.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    unfinished.mkdir()
    try:
        yield unfinished
        _replace(unfinished, target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _replace(unfinished: Path, target: Path) -> None:
    check_folder(target)  # it may have come while the run went on
    if target.exists():
        old = unfinished.with_suffix(".old")
        target.rename(old)
        unfinished.rename(target)
        shutil.rmtree(old)
    else:
        unfinished.rename(target)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON: UTF-8, indented, in the order of the keys; NaN is refused."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def write_study(
    folder: Path,
    system: System,
    figures: Mapping[str, Mapping[str, Any]],
    tables: Mapping[str, Mapping[str, Sequence[Any]]],
    *,
    extras: Callable[[Path], None] = lambda _: None,
) -> None:
    """Write what a study came to.

    Parameters
    ----------
    folder : Path
        Where to.
    system : System
        What was asked, for the manifest.
    figures : mapping of one name to its figures
        ``{study: ...}``, as ``--json`` prints it; the file is called by the name.
    tables : mapping of str to columns
        A CSV file for each.
    extras : callable, optional
        Called with the unfinished folder, to add files of its own: the report.
    """
    (name,) = figures
    with whole_folder(folder) as unfinished:
        write_json(unfinished / f"{name}.json", figures)
        for table, columns in tables.items():
            write_csv(unfinished / f"{table}.csv", columns)
        extras(unfinished)
        write_json(unfinished / FILE, study_manifest(system, name, unfinished))
