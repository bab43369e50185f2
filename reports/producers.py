"""What each of several producers gives, and what boosters use."""

from collections.abc import Iterator

import numpy as np

from ..networks.columns import FloatArray
from ..solvers.circuit_year import CircuitYear
from .blocks import Block, Table
from .material import Material, label
from .number_text import fixed, number, percent

MOST_ROWS = 30
"""Producers that a table shows."""


def producer_blocks(material: Material) -> list[Block]:
    """Return a table of the producers of circuits that have several, and of boosters.

    Parameters
    ----------
    material : Material
        The run.
    """
    rows = [
        row for name, year in material.base.circuits.items() for row in _rows(material, name, year)
    ]
    if not rows:
        return []
    more = f" The first {MOST_ROWS} of {len(rows)}." if len(rows) > MOST_ROWS else ""
    table = Table(
        title="Who gives what",
        columns=(
            "Circuit",
            "Producer",
            ">MWh",
            ">Share",
            ">Highest, kW",
            ">Highest flow, kg/s",
            ">Pump, MWh",
        ),
        rows=tuple(rows[:MOST_ROWS]),
        caption=f"Into the water in the {material.period}; taken from it is negative. The pump of "
        f"the first producer includes the boosters. By the hour: hourly.parquet.{more}",
    )
    return [table]


def _rows(material: Material, name: str, year: CircuitYear) -> Iterator[tuple[str, ...]]:
    ids = year.circuit.producer_ids
    total = material.mwh(year.producer_heat.sum(axis=1))
    for column, producer in enumerate(ids if len(ids) > 1 else ()):
        heat, flow = year.producer_heat[:, column], year.producer_mass_flow[:, column]
        given = material.mwh(heat)
        yield (
            label(name).capitalize(),
            producer,
            number(given),
            percent(given / total if total else None),
            fixed(_extreme(heat) / 1e3, 1),
            fixed(_extreme(flow), 2),
            number(material.mwh(year.pump_electricity[:, column])),
        )
    if year.booster_electricity is not None:
        used, names = year.booster_electricity, year.circuit.boosters.ids
        what = f"booster {names[0]}" if len(names) == 1 else f"{len(names)} boosters"
        nothing = ("", "", "", "")
        yield (label(name).capitalize(), what, *nothing, number(material.mwh(used)))


def _extreme(values: FloatArray) -> float:
    """Return the value farthest from nothing."""
    return float(values[int(np.argmax(np.abs(values)))]) if values.size else 0.0
