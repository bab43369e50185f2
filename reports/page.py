"""One HTML file that needs nothing else: no server, no network, no second file."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .blocks import Figure, Section

FOLDER = Path(__file__).parent
"""Where template, style and script stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page shows.

    Parameters
    ----------
    title, subtitle, footer : str
        Head and foot.
    masthead : list of (str, str)
        Facts under the title: name and value.
    sections : list of Section
        In their order.
    """

    title: str
    subtitle: str
    footer: str
    masthead: list[tuple[str, str]]
    sections: list[Section]


def render_page(page: Page) -> str:
    """Return a page as a text.

    Parameters
    ----------
    page : Page
        What it shows.
    """
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["compact"] = _compact
    blocks = [block for section in page.sections for block in section.blocks]
    return environment.get_template("report.html").render(
        page=page,
        style=_read("report.css"),
        script=_read("report.js"),
        data={b.id: b.data for b in blocks if isinstance(b, Figure) and b.data},
    )


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _finite(value: Any) -> Any:
    """Replace what JSON cannot write by null."""
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _compact(value: object) -> str:
    """Write JSON that may stand inside a script element."""
    try:
        text = _dumps(value)
    except (TypeError, ValueError):  # seldom: a number not finite, a mapping that is no dict
        text = _dumps(_finite(value))
    return text.replace("<", "\\u003c")


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
