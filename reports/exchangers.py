"""What passes the exchangers between circuits, and where the first of them is too cold."""

from collections.abc import Mapping
from typing import Any

from .blocks import Block, Table
from .material import Material, label
from .number_text import energy_unit, fixed, number, power_of_ten

ENERGIES = ("heat_mwh", "cold_mwh", "missing_mwh")
"""Figures that share a unit."""


def exchanger_blocks(material: Material) -> list[Block]:
    """Return a table of the exchangers between circuits; nothing where there are none.

    Parameters
    ----------
    material : Material
        The run.
    """
    figures: Mapping[str, Mapping[str, Any]] = material.summary.get("exchangers") or {}
    if not figures:
        return []
    unit, scale = energy_unit(abs(each[key]) for each in figures.values() for key in ENERGIES)
    residual = power_of_ten(material.figure("balance", "exchangers_relative") or 0.0)
    return [
        Table(
            title="Between the circuits",
            columns=(
                "Exchanger",
                "From, to",
                f">Heat, {unit}",
                f">Cold, {unit}",
                ">Highest, kW",
                ">Hours too cold",
                ">Largest fall, K",
                f">Missing, {unit}",
            ),
            rows=tuple(_row(name, each, scale) for name, each in figures.items()),
            caption="What passes each exchanger, part of both circuits' balances above. Too cold: "
            "the first circuit's water, less the approach, is colder (for cold, warmer) than the "
            "second one's table asks for, whose supply falls by so much. Missing: what the first "
            "circuit cannot give, unserved (or colder) behind the exchanger. Largest difference "
            f"between what leaves one circuit and enters the other in an hour: {residual}.",
        )
    ]


def _row(name: str, figures: Mapping[str, Any], scale: float) -> tuple[str, ...]:
    return (
        name,
        f"{label(figures['from_circuit']).capitalize()} to {label(figures['to_circuit'])}",
        fixed(figures["heat_mwh"] * scale, 1),
        fixed(figures["cold_mwh"] * scale, 1),
        fixed(figures["peak_kw"], 1),
        number(figures["too_cold_hours"]),
        fixed(figures["largest_fall_k"], 1),
        fixed(figures["missing_mwh"] * scale, 1),
    )
