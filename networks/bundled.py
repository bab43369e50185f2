"""Bundled cases: folders like a user's own, found by name."""

import tomllib
from importlib.resources import files
from pathlib import Path

from .scenario_file import FILE

TEMPLATE = "template"
"""The folder that `warmtenet new` copies; it is no case of its own."""


def bundled_names() -> tuple[str, ...]:
    """Return the names of the bundled cases, in alphabetical order."""
    root = _root()
    folders = sorted(path for path in root.iterdir() if (path / FILE).is_file())
    return tuple(path.name for path in folders if path.name != TEMPLATE)


def bundled_folder(name: str) -> Path:
    """Return the folder of a bundled case.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    if name not in bundled_names():
        raise KeyError(name)
    return _root() / name


def bundled_titles() -> dict[str, str]:
    """Return the titles of the bundled cases by name, empty where a case has none."""
    texts = {name: (bundled_folder(name) / FILE).read_text("utf-8") for name in bundled_names()}
    return {name: tomllib.loads(text).get("title", "") for name, text in texts.items()}


def template_folder() -> Path:
    """Return the folder of the commented example that runs.

    Examples
    --------
    >>> (template_folder() / "pipes.csv").is_file()
    True
    """
    return _root() / TEMPLATE


def _root() -> Path:
    return Path(str(files(__package__)))
