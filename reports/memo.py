"""The memo's figures beside ours, planning figures, and all ways to count freed dwellings."""

from ..results.comparison import Comparison, Target
from .blocks import Block, Section, Table, Text
from .material import Material, label
from .number_text import fixed, number, quantity, typeset

DEFINITIONS = {
    "heat_pumps": "N (1 − network peak / individual peak)",
    "dwelling": "(individual peak − network peak) / (individual peak per dwelling + household)",
}
"""How freed dwellings are counted."""


def memo_section(material: Material) -> Section | None:
    """Return the comparison's tables, None without anything to compare."""
    comparison = material.comparison
    if comparison is None:
        return None
    blocks: list[Block] = []
    if comparison.targets:
        blocks.append(_targets(comparison.targets))
    if any(value is not None for value in comparison.by_definition.values()):
        blocks.append(_freed(material, comparison))
        blocks.append(_strategies(comparison))
    blocks += _common(material, comparison)
    if comparison.planning and material.dwellings:
        blocks.append(_planning(comparison))
    if not blocks:
        return None
    title = "Beside the memo" if comparison.targets else "Network and individual heat pumps"
    return Section(id="memo", title=title, blocks=tuple(blocks), breaks=True)


def _targets(targets: tuple[Target, ...]) -> Table:
    return Table(
        title="The memo's figures and this run's",
        columns=(
            "",
            "Figure",
            ">Memo",
            ">Range",
            ">This run",
            "",
            "Kind",
            "What makes the difference",
        ),
        rows=tuple(_target(target) for target in targets),
        caption="Memo: Memorandum bij Raadsvoorstel Investeringsbesluit warmte- en koudenet "
        "TregaZinkwit, gemeente Maastricht. Range: where a model should land. “Model” figures "
        "follow from the run; “calibrated” ones were chosen to match and prove nothing. "
        "● inside the range, ○ outside.",
        style="targets",
    )


def _target(target: Target) -> tuple[str, ...]:
    verdict = {True: "●", False: "○", None: ""}[target.is_met]
    return (
        target.id,
        f"{target.name}, {target.unit}",
        number(target.memo),
        f"{number(target.low)} – {number(target.high)}",
        number(target.value),
        verdict,
        target.kind,
        typeset(target.driver),
    )


def _freed(material: Material, comparison: Comparison) -> Table:
    strategies = list(comparison.by_strategy)
    rows = []
    for definition in comparison.by_definition:
        how, _, case = definition.rpartition("_")
        values = [comparison.by_strategy[s].get(definition) for s in strategies]
        rows.append(
            (
                definition,
                DEFINITIONS.get(how, how),
                material.case_label(case),
                *(fixed(v) for v in values),
            )
        )
    return Table(
        title="Freed dwellings, every definition and every tap-water strategy",
        columns=("Definition", "Formula", "Case", *(f">{label(s)}" for s in strategies)),
        rows=tuple(rows),
        caption=f"The run's reference is “{label(comparison.strategy or '')}”. Household share of "
        f"the evening peak: {quantity(comparison.household_peak / 1e3, 'kW', 2)} per dwelling.",
    )


def _strategies(comparison: Comparison) -> Table:
    count = comparison.dwellings or 1
    rows = tuple(
        (
            label(name),
            fixed(variant.peak / 1e3),
            fixed(variant.peak / 1e3 / count, 2),
            fixed(variant.energy / 3.6e9),
            fixed(variant.energy / 3.6e6 / count),
        )
        for name, variant in comparison.reference.items()
    )
    mean = comparison.dwelling_peak_mean
    alone = (
        ""
        if mean is None
        else f" Each dwelling by itself peaks at {quantity(mean / 1e3, 'kW', 2)}, on average."
    )
    return Table(
        title="Individual heat pumps by tap-water strategy",
        columns=("Strategy", ">Peak, kW", ">kW per dwelling", ">MWh", ">kWh per dwelling"),
        rows=rows,
        caption=f"Coincident: all {count:,} dwellings together.{alone}",
    )


def _common(material: Material, comparison: Comparison) -> list[Block]:
    sentences = [
        f"{material.case_label(name)} and individual heat pumps together ask for most on "
        f"{material.clock.name(hour.row)}: {quantity(hour.network / 1e3, 'kW')} against "
        f"{quantity(hour.reference / 1e3, 'kW')}. In the reference's own peak hour the network "
        f"asks for {quantity(hour.network_at_reference_peak / 1e3, 'kW')}."
        for name, hour in comparison.common_hour.items()
    ]
    return [Text(paragraphs=tuple(sentences))] if sentences else []


def _range(low: float, high: float) -> str:
    return number(low, 2) if low == high else f"{number(low, 2)} – {number(high, 2)}"


def _planning(comparison: Comparison) -> Table:
    rows = tuple(
        (
            typeset(figure.name),
            _range(figure.low_kw, figure.high_kw),
            f"[{figure.mark}]",
            typeset(figure.source),
        )
        for figure in comparison.planning
    )
    return Table(
        title="Figures that others plan with",
        columns=("What", ">kW per dwelling", "Mark", "Source"),
        rows=rows,
        caption="Beside the computed peak, never in place of it.",
    )
