"""The report of a run: its sections in their order, on one page."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..results.comparison import Comparison
from ..solvers.simulation import Simulation
from ..studies.sensitivity import SensitivityRow
from .assumptions import assumption_section
from .blocks import Section
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
from .page import Page, render_page
from .pressure import pressure_section
from .sources import source_section
from .tornado import tornado_section
from .year import year_section

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
    scenario = material.simulation.system.scenario.name
    version = str(material.summary.get("version", ""))
    return render_page(
        Page(
            title=material.title,
            subtitle=f"Heat and cold network · {material.subtitle}",
            footer=f"Made by warmtenet {version} from scenario “{scenario}”; {material.weather}.",
            masthead=masthead(material),
            sections=[section for make in SECTIONS if (section := make(material)) is not None],
        )
    )


def masthead(material: Material) -> list[tuple[str, str]]:
    """Return the facts under the title: name and value."""
    clock = material.clock
    facts = [("Weather", material.weather)]
    if clock.times is not None:
        facts.append(("Run", f"{material.length}, {clock.name(0)} to {_last(material)}"))
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
