"""scenario.toml and ``--set`` overrides become a `Scenario`, or lines that say what is wrong."""

import difflib
import itertools
import json
import tomllib
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ..model.errors import Faults
from ..model.scenario import LATER, Scenario
from .cells import Verbatim, one_of

Tree = dict[str, Any]
Location = tuple[str, ...]

FILE = "scenario.toml"
OVERRIDE = "--set"

RULES = {
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "a number of at least {ge:g}",
    "less_than": "a number below {lt:g}",
    "less_than_equal": "a number of at most {le:g}",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "finite_number": "a finite number",
    "float_parsing": "a number",
    "float_type": "a number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "a text in quotes",
    "string_pattern_mismatch": "letters, digits, '_', '.' and '-' only, not dots alone",
    "string_too_short": "a text that is not empty",
    "tuple_type": "a list such as ['a', 'b']",
    "dict_type": "a section such as [{where}.ID]",
    "model_type": "a section [{where}]",
}
"""What would have been accepted, by pydantic's type of error."""


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the known name that is most like ``name``, or an empty text.

    Examples
    --------
    >>> nearest("cold_spel", ["file", "cold_spell"])
    'cold_spell'
    """
    lower = {candidate.lower(): candidate for candidate in known}
    wanted = name.lower()
    found = difflib.get_close_matches(wanted, lower, n=5, cutoff=cutoff)
    if not found:
        return ""
    return lower[max(found, key=lambda candidate: _likeness(wanted, candidate))]


def _likeness(wanted: str, candidate: str) -> tuple[float, int]:
    """Return how alike two texts are, and how long they begin alike."""
    ratio = difflib.SequenceMatcher(None, candidate, wanted).ratio()
    alike = itertools.takewhile(
        lambda pair: pair[0] == pair[1], zip(wanted, candidate, strict=False)
    )
    return ratio, len(list(alike))


def expected_name(name: str, known: Iterable[str], otherwise: str, *, most: int = 12) -> str:
    """Return the rule for a name that is not known: the nearest one, or what it should be.

    Of more than ``most`` names none is told.

    Examples
    --------
    >>> expected_name("lenght", ["length", "type"], "a column")
    "'length'"
    >>> expected_name("colour", ["length", "type"], "a column")
    "a column: 'length' or 'type'"
    >>> expected_name("P-1", [], "a pipe")
    'a pipe (there is none)'
    """
    known = list(known)
    close = nearest(name, known)
    if close:
        return f"'{close}'"
    if not known:
        return f"{otherwise} (there is none)"
    return f"{otherwise}: {one_of(known)}" if len(known) <= most else otherwise


def read_scenario(
    path: Path, overrides: Sequence[str], faults: Faults
) -> tuple[Scenario, Tree, bytes]:
    """Read a scenario file and apply overrides.

    Parameters
    ----------
    path : Path
        The file.
    overrides : sequence of str
        Such as ``"weather.cold_spell=false"``, in TOML's syntax or plain text.
    faults : Faults
        Receives every fault; the scenario is then what could be saved of it.

    Returns
    -------
    tuple of Scenario, dict, bytes
        The scenario, its tree as given with overrides, and the bytes of the file.
    """
    content = path.read_bytes()
    tree = _parse(path.name, content, faults)
    if tree is None:
        return Scenario(name="unreadable"), {}, content
    overridden = [_override(tree, text, faults) for text in overrides]
    for section in LATER.keys() & tree.keys():
        value = Verbatim(toml_text(tree.pop(section)))
        faults.add(FILE, section, value, f"no such section (not yet: {LATER[section]})")
    return _validated(tree, [where for where in overridden if where], faults), tree, content


def toml_text(value: object) -> str:
    """Return a value as TOML writes it.

    Examples
    --------
    >>> toml_text({"out": ["mosa"], "cold_spell": True})
    "{out = ['mosa'], cold_spell = true}"
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key} = {toml_text(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml_text(item) for item in value)}]"
    return repr(value) if isinstance(value, str | int | float) else str(value)


def parse_override(text: str) -> tuple[Location, object]:
    """Return the place and the value of an override.

    Raises
    ------
    ValueError
        If the text is no ``section.key=value``.

    Examples
    --------
    >>> parse_override("weather.cold_spell=false")
    (('weather', 'cold_spell'), False)
    >>> parse_override("weather.file=my year.csv")
    (('weather', 'file'), 'my year.csv')
    """
    key, equals, value = text.partition("=")
    where = tuple(part.strip() for part in key.split("."))
    if not equals or not all(where):
        raise ValueError("section.key=value")
    try:
        return where, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return where, value.strip()


def _parse(name: str, content: bytes, faults: Faults) -> Tree | None:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        faults.add(name, f"line {line}", content[error.start : error.end], "text in UTF-8")
    except tomllib.TOMLDecodeError as error:
        faults.add(name, "syntax", Verbatim(str(error)), "TOML (https://toml.io)")
    return None


def _override(tree: Tree, text: str, faults: Faults) -> Location | None:
    """Put one override into the tree and return its place."""
    try:
        where, value = parse_override(text)
    except ValueError as error:
        faults.add(OVERRIDE, "override", text, str(error))
        return None
    branch = tree
    for part in where[:-1]:
        branch = branch.setdefault(part, {})
        if not isinstance(branch, dict):
            faults.add(OVERRIDE, "override", text, f"a section: '{part}' is a value")
            return None
    branch[where[-1]] = value
    return where


def _validated(tree: Tree, overridden: list[Location], faults: Faults) -> Scenario:
    """Return the scenario; note faults and go on without the keys that have them."""
    saved: Tree = json.loads(json.dumps(tree, default=str))
    for first in (True, False, False):
        try:
            return Scenario.model_validate(saved)
        except ValidationError as error:
            details = error.errors(include_url=False)
        if first:
            for detail in _in_order(details, tree):
                _add(detail, overridden, faults)
        for detail in details:
            _prune(saved, _place(detail))
        saved.setdefault("name", "unreadable")
    return Scenario(name="unreadable")


def _in_order(details: Sequence[ErrorDetails], tree: Tree) -> list[ErrorDetails]:
    """Return errors in the order of the file; what is missing comes first in its section."""

    def position(detail: ErrorDetails) -> list[int]:
        ranks, branch = [], tree
        for part in _place(detail):
            keys = list(branch) if isinstance(branch, dict) else []
            ranks.append(keys.index(part) if part in keys else -1)
            branch = branch.get(part, {}) if isinstance(branch, dict) else {}
        return ranks

    return sorted(details, key=position)


def _place(detail: ErrorDetails) -> Location:
    return tuple(str(part) for part in detail["loc"])


def _add(detail: ErrorDetails, overridden: list[Location], faults: Faults) -> None:
    """Note one of pydantic's errors as a fault of ours."""
    place = _place(detail)
    names = [part for part in place if not part.isdigit()]
    section, key = ".".join(names[:-1]), names[-1]
    told = any(place[: len(where)] == where for where in overridden)
    if detail["type"] == "extra_forbidden":  # perhaps a section that an override made
        told = told or any(where[: len(place)] == place for where in overridden)
    item = OVERRIDE if told else FILE
    item = f"{item} [{section}]" if section else item
    if detail["type"] == "missing":
        faults.add(item, key, Verbatim("(missing)"), _required(names))
        return
    faults.add(item, key, Verbatim(toml_text(detail["input"])), _rule(detail, names))


def _required(names: list[str]) -> str:
    """Return the rule for a key that is missing."""
    model = _model_at(names[:-1])
    field = model.model_fields[names[-1]] if model else None
    if field and typing.get_origin(field.annotation) is Literal:
        return one_of(typing.get_args(field.annotation))
    return (field and field.description) or "a value"


def _rule(detail: ErrorDetails, names: list[str]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        model = _model_at(names[:-1])
        known = model.model_fields if model else {}
        return expected_name(names[-1], known, "no such key; known are", most=len(known))
    if kind == "literal_error":
        return str(context["expected"])
    if kind == "value_error":
        return str(context["error"])
    if kind in RULES:
        return RULES[kind].format(where=".".join(names), **context)
    return detail["msg"][0].lower() + detail["msg"][1:]


def _model_at(names: Sequence[str]) -> type[BaseModel] | None:
    """Return the model of a section by its path, e.g. ``("circuits", "space")``."""
    model: Any = Scenario
    for name in names:
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            model = typing.get_args(model)[1]  # a mapping of ids to sections
            continue
        if name not in model.model_fields:
            return None
        model = _without_none(model.model_fields[name].annotation)
    return model if isinstance(model, type) and issubclass(model, BaseModel) else None


def _without_none(annotation: Any) -> Any:
    if isinstance(annotation, types.UnionType):
        return next(part for part in typing.get_args(annotation) if part is not type(None))
    return annotation


def _prune(tree: Tree, place: Location) -> None:
    """Remove what a location names, or the section that misses it."""
    *parents, last = [part for part in place if not part.isdigit()]
    branch = tree
    for depth, part in enumerate(parents):
        child = branch.get(part)
        if not isinstance(child, dict) or (depth == len(parents) - 1 and last not in child):
            branch.pop(part, None)
            return
        branch = child
    branch.pop(last, None)
