"""The summary of a run as text for a terminal: a few lines that fit on one screen."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..model.catalogue import PipeType

Figures = Mapping[str, Any]

NOTHING = "–"
"""Stands where a figure does not apply."""

FULL_YEAR = 8760.0
"""[h]"""

TOLD = 0.005
"""Energy that is told: less reads 0.00. [MWh]"""


def summary_text(summary: Figures, warnings: Sequence[str] = ()) -> str:
    """Return the headline of a run.

    Parameters
    ----------
    summary : mapping
        As in ``summary.json``.
    warnings : sequence of str
        Unserved heat and broken limits, a sentence each.

    Returns
    -------
    str
        Lines without a final newline.
    """
    parts = [
        [_title(summary)],
        _electricity(summary),
        _heat(summary),
        _circuits(summary["circuits"]),
        _exchangers(summary["exchangers"]) if summary.get("exchangers") else [],
        [f"! {warning}" for warning in warnings],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def number(value: float | None, unit: str = "", digits: int | None = None) -> str:
    """Return a figure with thousands separated, or a dash; by default with about three digits.

    Examples
    --------
    >>> number(1234.56, "kW"), number(12.34, "MWh"), number(None), number(0.5263)
    ('1,235 kW', '12.3 MWh', '–', '0.53')
    """
    if value is None:
        return NOTHING
    if digits is None:
        digits = 0 if value == 0.0 else max(0, min(2, 2 - int(math.log10(max(1.0, abs(value))))))
    rounded = round(value, digits) + 0.0
    return f"{rounded:,.{digits}f}{' ' if unit else ''}{unit}"


def align(rows: Sequence[Sequence[str]], indent: str = "  ") -> list[str]:
    """Return rows as lines: the first column to the left, the others to the right.

    Examples
    --------
    >>> align([["a", "10"], ["long", "2"]])
    ['  a     10', '  long   2']
    """
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        first, *others = row
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append((indent + "  ".join(cells)).rstrip())
    return lines


def _title(summary: Figures) -> str:
    facts = [summary["scenario"], summary["weather"], number(summary["hours"], "hours", 0)]
    if summary["dwellings"]:
        facts.append(number(summary["dwellings"], "dwellings", 0))
    return " · ".join(fact for fact in facts if fact)


def _electricity(summary: Figures) -> list[str]:
    ours, theirs = summary["electricity"], summary["reference"]
    rows = [["Electricity", "network"]]
    columns = [ours]
    for name, case in summary["cases"].items():
        rows[0].append(name)
        columns.append(case["electricity"])
    if theirs["peak_kw"] is not None:
        rows[0].append("individual heat pumps")
        columns.append(theirs)
    rows.append(["peak", *(number(figures["peak_kw"], "kW") for figures in columns)])
    rows.append(["when", *(_when(figures["peak_time"]) for figures in columns)])
    period = "year" if summary["hours"] >= FULL_YEAR else "run"
    rows.append([period, *(number(figures["annual_mwh"], "MWh") for figures in columns)])
    return [line.removeprefix("  ") if at == 0 else line for at, line in _titled(rows)] + (
        _freed(summary["comparison"])
    )


def _titled(rows: list[list[str]]) -> list[tuple[int, str]]:
    """Return aligned lines, the first row's label two places further to the left."""
    rows = [[f"  {row[0]}" if at else row[0], *row[1:]] for at, row in enumerate(rows)]
    return list(enumerate(align(rows, indent="")))


def _when(instant: str | None) -> str:
    return NOTHING if instant is None else instant.replace("T", " ")[:16]


def _freed(comparison: Figures) -> list[str]:
    freed, ratio = comparison["freed_dwellings"], comparison["peak_ratio"]
    if freed is None or ratio is None:
        return []
    others = ", ".join(
        f"{name} {number(value, digits=0)}"
        for name, value in comparison["by_definition"].items()
        if value is not None
    )
    return [
        f"  peak ratio {number(ratio, digits=3)}: room for {number(freed, digits=0)} "
        f"dwellings more ({comparison['definition']})",
        f"  by definition: {others}",
    ]


def _heat(summary: Figures) -> list[str]:
    rows = [["", "delivered", "loss", "produced", "peak", "unserved"]]
    for name, lost in (("heat", "loss_mwh"), ("cold", "gain_mwh")):
        energy = summary[name]
        if name == "cold" and not energy["delivered_mwh"]:
            continue
        figures = [energy[key] for key in ("delivered_mwh", lost, "produced_mwh")]
        rows.append(
            [
                name.capitalize(),
                *(number(figure, "MWh") for figure in figures),
                number(energy["peak_kw"], "kW"),
                number(energy["unserved_mwh"], "MWh"),
            ]
        )
    lines = align(rows, indent="")
    sources = summary["heat"]["by_source_mwh"] or {}
    if sources:
        share = ", ".join(f"{name} {number(heat, 'MWh')}" for name, heat in sources.items())
        lines.append(f"  from {share}")
    outside = {name: abs(summary[name]["out_of_mode_mwh"]) for name in ("heat", "cold")}
    told = [f"{number(most, 'MWh')} of {name}" for name, most in outside.items() if most >= TOLD]
    if told:
        lines.append(f"  asked for outside its mode, not served: {', '.join(told)}")
    return lines


def _circuits(circuits: Mapping[str, Figures]) -> list[str]:
    header = ["Circuit", "trench", "loss", "pump", "peak flow", "velocity", "gradient"]
    rows = [[*header, "pressure", "coldest supply", "worst consumer"]]
    for name, circuit in circuits.items():
        share = circuit["loss_share"]
        rows.append(
            [
                name,
                number(circuit["trench_m"], "m", 0),
                number(None if share is None else 100.0 * share, "%", 1),
                number(circuit["pump_mwh"], "MWh"),
                number(circuit["peak_flow_kg_s"], "kg/s", 1),
                number(circuit["peak_velocity_m_s"], "m/s", 2),
                number(circuit["peak_gradient_pa_m"], "Pa/m"),
                _range(circuit["min_pressure_bar"], circuit["max_pressure_bar"]),
                number(circuit["min_supply_temperature_c"], "°C", 1),
                circuit["worst_consumer"] or NOTHING,
            ]
        )
    return align(rows, indent="")


def _exchangers(exchangers: Mapping[str, Figures]) -> list[str]:
    header = ["Exchanger", "from", "to", "heat", "cold", "peak", "too cold", "missing"]
    rows = [header]
    for name, figures in exchangers.items():
        rows.append(
            [
                name,
                figures["from_circuit"],
                figures["to_circuit"],
                number(figures["heat_mwh"], "MWh"),
                number(figures["cold_mwh"], "MWh"),
                number(figures["peak_kw"], "kW"),
                number(figures["too_cold_hours"], "hours", 0),
                number(figures["missing_mwh"], "MWh"),
            ]
        )
    return align(rows, indent="")


def _range(least: float | None, most: float | None) -> str:
    if least is None or most is None:
        return NOTHING
    return f"{least:.1f}–{most:.1f} bar"


def catalogue_text(pipes: Iterable[PipeType]) -> str:
    """Return types of pipes as a table, a line each.

    Parameters
    ----------
    pipes : iterable of PipeType
        Of the catalogue.
    """
    rows = [["type", "inner mm", "casing mm", "U1 W/(m K)", "U2 W/(m K)", "°C", "bar", "EUR/m"]]
    rows += [
        [
            pipe.id,
            f"{1e3 * pipe.inner_diameter:.1f}",
            f"{1e3 * pipe.casing_diameter:.0f}",
            f"{pipe.u1:.4f}",
            f"{pipe.u2:.4f}",
            f"{pipe.max_temperature:.0f}",
            f"{pipe.max_pressure / 1e5:.0f}",
            f"{pipe.cost_urban:.0f}",
        ]
        for pipe in pipes
    ]
    return "\n".join(align(rows, indent=""))


BENCHMARK_KEYS = (
    "pipes",
    "hours",
    "seconds",
    "pipe_hours_per_s",
    "ratio_to_stream",
    "ratio_to_pandapipes",
    "threads",
)


def benchmark_text(figures: Mapping[str, Figures]) -> str:
    """Return the figures of a benchmark as a table, a line for each case.

    Parameters
    ----------
    figures : mapping of str to mapping
        As `benchmark` returns them.
    """
    rows = [["case", *BENCHMARK_KEYS]]
    rows += [[name, *(_short(case[k]) for k in BENCHMARK_KEYS)] for name, case in figures.items()]
    return "\n".join(align(rows, indent=""))


def _short(value: object) -> str:
    return (
        NOTHING if value is None else f"{value:,.4g}" if isinstance(value, float) else str(value)
    )
