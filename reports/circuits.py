"""Figures of every circuit, in the year and in its design state."""

from collections.abc import Mapping
from typing import Any

from .blocks import Section, Table, Text
from .material import Material, label
from .number_text import energy_unit, fixed, percent, typeset

ROWS = (
    ("pipes", "Single pipes", "", 0),
    ("trench_m", "Trench", "m", 0),
    ("volume_m3", "Water in the pipes", "m³", 1),
    ("heat_delivered_mwh", "Heat delivered", "MWh", 0),
    ("cold_delivered_mwh", "Cold delivered", "MWh", 0),
    ("heat_loss_mwh", "Heat lost", "MWh", 0),
    ("loss_share", "Loss over heat sent", "%", 0),
    ("exchange_mwh", "From other circuits in shared trenches", "MWh", 1),
    ("pump_mwh", "Pump electricity", "MWh", 1),
    ("peak_flow_kg_s", "Peak flow", "kg/s", 1),
    ("peak_velocity_m_s", "Peak velocity", "m/s", 2),
    ("peak_gradient_pa_m", "Peak gradient", "Pa/m", 0),
    ("worst_consumer", "Worst consumer", "", 0),
    ("min_supply_temperature_c", "Lowest supply to a consumer that asks for heat", "°C", 1),
    ("max_pressure_bar", "Highest pressure, gauge", "bar", 1),
    ("min_pressure_bar", "Lowest pressure, gauge", "bar", 1),
)
"""Keys of the summary, their names, units and decimals."""


def circuit_section(material: Material) -> Section:
    """Return a table with two columns for each circuit: the year and the design state."""
    circuits: Mapping[str, Mapping[str, Any]] = material.summary["circuits"]
    columns = ["Figure", "Unit"]
    cells: list[Mapping[str, Any]] = []
    for name, figures in circuits.items():
        columns.append(f">{label(name).capitalize()}")
        cells.append(figures)
        if name in material.simulation.design:
            columns.append(">design state")
            cells.append(figures.get("design") or {})
    energies = [key for key, _, unit, _ in ROWS if unit == "MWh"]
    shown, scale = energy_unit(abs(found.get(key) or 0.0) for found in cells for key in energies)
    rows = tuple(
        _row([found.get(key) for found in cells], title, unit, decimals)
        if unit != "MWh" or shown == unit
        else _row([_times(found.get(key), scale) for found in cells], title, shown, 1)
        for key, title, unit, decimals in ROWS
        if any(found.get(key) is not None for found in cells)
    )
    methods = tuple(
        f"{label(name).capitalize()}, design state: {typeset(state.method)}; the larger flow "
        f"is asked for by {state.mode}. {_governed(state.governed_by)}"
        for name, state in material.simulation.design.items()
    )
    note = f"First column of a circuit: extremes over {material.weather}, base case."
    table = Table(title="", columns=tuple(columns), rows=rows, caption=note, style="figures")
    blocks = (table, Text(paragraphs=methods, style="note")) if methods else (table,)
    return Section(id="circuits", title="The circuits in figures", blocks=blocks)


def _row(values: list[Any], title: str, unit: str, decimals: int) -> tuple[str, ...]:
    return (title, unit, *(_cell(value, unit, decimals) for value in values))


def _times(value: float | None, scale: float) -> float | None:
    return None if value is None else value * scale


def _governed(governed: tuple[str, ...]) -> str:
    cold = sum(mode == "cold" for mode in governed)
    if not cold:
        return "Heating governs every route."
    if cold == len(governed):
        return "Cooling governs every route."
    return f"Cooling governs {cold:,} of {len(governed):,} routes, heating the rest."


def _cell(value: Any, unit: str, decimals: int) -> str:
    if isinstance(value, str):
        return value
    return percent(value).removesuffix("\u00a0%") if unit == "%" else fixed(value, decimals)
