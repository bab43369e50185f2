"""What circuits give each other through the ground of shared trenches, and what it costs."""

from itertools import permutations
from typing import NamedTuple

import numpy as np

from ..networks.columns import FloatArray
from ..results.energy import is_cold, sums_of
from ..solvers.plant_year import PlantYear
from .blocks import Block, Table, Text
from .material import Material, label
from .number_text import energy, energy_unit, fixed

WORTH_SAYING = 0.05
"""Energy that a sentence is made of. [MWh]"""


class _Hours(NamedTuple):
    """Whether a circuit heats, stands or cools in each hour, shape (hours,)."""

    heats: FloatArray
    stands: FloatArray
    cools: FloatArray


def trench_blocks(material: Material) -> list[Block]:
    """Return a table of what circuits exchange in trenches, and what it costs; else nothing."""
    years = {name: year for name, year in material.base.circuits.items() if year.exchange_from}
    rows = []
    for giver, taker in permutations(years, 2):
        heat = years[taker].exchange_from.get(giver)
        if heat is None or heat @ material.clock.duration < 0.0:
            continue
        parts = [material.mwh(heat * hours) for hours in _hours(material, taker)]
        names = f"{label(giver).capitalize()} to {label(taker)}"
        rows.append((names, [material.mwh(heat), *parts]))
    if not rows:
        return []
    unit, scale = energy_unit(abs(value) for _, cells in rows for value in cells)
    table = Table(
        title="Through the ground of shared trenches",
        columns=("From, to", f">{unit}", ">while it heats", ">stands", ">cools"),
        rows=tuple(
            (names, *(fixed(value * scale, 1) for value in cells)) for names, cells in rows
        ),
        caption="What the pipes of one circuit give those of another; hours by what the "
        "receiving circuit does. The exchange is part of each circuit's balance above.",
        style="narrow",
    )
    sentences = _cost(material)
    return [table, Text(paragraphs=sentences, style="note")] if sentences else [table]


def _hours(material: Material, circuit: str) -> _Hours:
    year = material.base.circuits[circuit]
    moves = np.abs(year.producer_mass_flow).sum(axis=1) > 0.0
    cools = is_cold(year) * moves
    return _Hours(heats=moves - cools, stands=1.0 - moves, cools=cools)


def _cost(material: Material) -> tuple[str, ...]:
    """Return sentences on the cold lost, and on the electricity that the exchange asks for."""
    plant, warmed, cold = material.plant, 0.0, 0.0
    for name, year in material.distribution.items():
        if year.exchange_from:
            warmed += material.mwh(year.exchange * _hours(material, name).cools)
            cold -= material.mwh(sums_of(year).cold)
    sentences = []
    if warmed > WORTH_SAYING and cold > 0.0:
        sentences.append(
            f"Warmer pipes beside them take {energy(warmed)} of cold from the circuits that cool: "
            f"{fixed(100.0 * warmed / cold, 2)} % of the cold delivered."
        )
    if plant is not None:
        power = sum(
            _electricity(material, plant, name, year.exchange)
            for name, year in material.distribution.items()
            if year.exchange_from and name in plant.load
        )
        has_sources = any(
            year.exchange_from
            for name, year in material.base.circuits.items()
            if name not in material.distribution
        )
        more = ", nor is what warmer sources bring" if has_sources else ""
        sentences.append(
            "At the electricity that each hour's heat and cold take on average, the exchange "
            f"asks for {energy(power)} of heat-pump electricity in the {material.period}: what "
            "the giving circuit must make up for and the cold lost, less what others are spared. "
            f"That each pipe loses less to the surface beside warm ones is not part of it{more}."
        )
    return tuple(sentences)


def _electricity(
    material: Material, plant: PlantYear, circuit: str, received: FloatArray
) -> float:
    """Return the electricity that heat received costs a circuit; spared is negative. [MWh]"""
    load, none = plant.load[circuit], np.zeros_like(received)
    driven = plant.heat_pump_electricity.get(circuit, none)
    per_heat = np.divide(driven, load, out=none.copy(), where=load > 0.0)
    per_cold = np.divide(plant.chiller_electricity, -load, out=none.copy(), where=load < 0.0)
    return material.mwh(received * (per_cold - per_heat))
