"""One HTML file that needs nothing else: no server, no network, no second file."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..results.comparison import Comparison
from ..solvers.simulation import Simulation
from ..studies.sensitivity import SensitivityRow
from .assumptions import assumption_section
from .blocks import Figure, Section
from .circuits import circuit_section
from .duration import duration_section
from .dynamics import dynamics_section
from .energy import balance_section, month_section
from .headline import headline
from .limits import limit_section
from .map import map_section
from .material import Material
from .memo import memo_section
from .method import method_section
from .pressure import pressure_section
from .sources import source_section
from .tornado import tornado_section
from .year import year_section

FOLDER = Path(__file__).parent
"""Where template, style and script stand."""

SECTIONS: tuple[Callable[[Material], Section | None], ...] = (
    headline,
    map_section,
    year_section,
    dynamics_section,
    duration_section,
    month_section,
    balance_section,
    source_section,
    pressure_section,
    memo_section,
    tornado_section,
    circuit_section,
    limit_section,
    assumption_section,
    method_section,
)
"""Sections in their order; a section that does not apply returns None."""


def write_report(
    simulation: Simulation,
    summary: Mapping[str, Any],
    comparison: Comparison | None,
    tornado: Sequence[SensitivityRow],
    path: Path,
) -> None:
    """Write the report of a run.

    Parameters
    ----------
    simulation : Simulation
        The solved year.
    summary : mapping
        The figures of ``summary.json``.
    comparison : Comparison or None
        The network against individual heat pumps.
    tornado : sequence of SensitivityRow
        May be empty.
    path : Path
        The file, ``report.html``.
    """
    material = Material(simulation, summary, comparison, tuple(tornado))
    Path(path).write_text(render(material), encoding="utf-8")


def render(material: Material) -> str:
    """Return the page of a run as a text."""
    from jinja2 import Environment, FileSystemLoader

    sections = [section for make in SECTIONS if (section := make(material)) is not None]
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["compact"] = _compact
    page = environment.get_template("report.html")
    return page.render(
        material=material,
        masthead=masthead(material),
        sections=sections,
        style=_read("report.css"),
        script=_read("report.js"),
        data={
            f.id: f.data for s in sections for f in s.blocks if isinstance(f, Figure) and f.data
        },
    )


def masthead(material: Material) -> list[tuple[str, str]]:
    """Return the facts under the title: name and value."""
    clock = material.clock
    facts = [("Weather", material.weather)]
    if clock.times is not None:
        facts.append(
            ("Run", f"{len(clock.seconds):,} hours, {clock.name(0)} to {_last(material)}")
        )
    if material.dwellings:
        facts.append(("Dwellings", f"{material.dwellings:,}"))
    circuits = material.summary.get("circuits", {}).values()
    trench = max((float(c.get("trench_m") or 0.0) for c in circuits), default=0.0)
    facts.append(("Largest circuit", f"{trench / 1e3:,.1f} km of trench"))
    facts.append(("Scenario", f"{material.simulation.system.scenario.name}"))
    facts.append(("warmtenet", str(material.summary.get("version", ""))))
    return facts


def _last(material: Material) -> str:
    return material.clock.name(len(material.clock.seconds) - 1)


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
    text = json.dumps(_finite(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")
