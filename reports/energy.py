"""Energy by month, and where the heat of the year comes from and goes."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..networks.columns import FloatArray
from ..results.balance import gained_heat
from ..results.energy import own_heat, passed_on, sums_of
from ..solvers.circuit_year import CircuitYear
from ..solvers.plant_year import PlantYear
from .blocks import Block, Figure, Key, Section, Table
from .exchangers import exchanger_blocks
from .flows import Link, Node, draw_flows
from .material import Material, label, source_name
from .number_text import MONTHS, energy, energy_unit, fixed, power_of_ten
from .palette import ELECTRICITY, SERVICES
from .producers import producer_blocks
from .svg import Panel, Scale, document, nice_range, text, ticks
from .trenches import trench_blocks

Bars = list[tuple[str, str, FloatArray]]
"""Name, colour and MWh of each month."""


def month_section(material: Material) -> Section | None:
    """Return monthly energy, None where the run has no calendar or is short."""
    clock = material.clock
    if clock.times is None or not clock.is_long:
        return None
    blocks: list[Block] = [
        _bar_figure(
            material,
            "delivered",
            "Heat and cold delivered, and lost",
            _delivered(material),
        )
    ]
    supplied = _supplied(material)
    if supplied:
        blocks.append(_bar_figure(material, "supplied", "What the plant makes it from", supplied))
    return Section(id="months", title="Month by month", blocks=tuple(blocks))


def _delivered(material: Material) -> Bars:
    bars: Bars = []
    cold = np.zeros(12)
    loss = np.zeros(12)
    for name, year in material.distribution.items():
        sums = sums_of(year)
        heat = own_heat(material.simulation.system, material.base, name)
        bars.append((_title(name), material.color(name), _months(material, heat)))
        cold += _months(material, sums.cold)
        loss += _months(material, np.maximum(year.heat_loss, 0.0))
    bars.append(("Loss to the ground", SERVICES["loss"], loss))
    return bars + ([("Cold", SERVICES["cold"], cold)] if cold.any() else [])


def _supplied(material: Material) -> Bars:
    plant = material.plant
    if plant is None:
        return []
    scenario = material.simulation.system.scenario
    bars: Bars = [
        (source_name(name), material.source_color(section.circuit or ""), heat)
        for name, section in scenario.sources.items()
        if name in plant.source_heat
        and (heat := _months(material, np.maximum(plant.source_heat[name], 0.0))).any()
    ]
    compressors = _total(plant.heat_pump_electricity, plant.need)
    return [*bars, ("Compressor electricity", ELECTRICITY, _months(material, compressors))]


def _total(parts: Mapping[str, FloatArray], like: FloatArray) -> FloatArray:
    return np.asarray(np.sum([np.zeros_like(like), *parts.values()], axis=0), dtype=float)


def _months(material: Material, power: FloatArray) -> FloatArray:
    return np.asarray(material.clock.monthly(power) / 3.6e9)


def _title(circuit: str) -> str:
    return label(circuit)[:1].upper() + label(circuit)[1:]


def _bar_figure(material: Material, key: str, title: str, bars: Bars) -> Figure:
    values = np.array([month for _, _, month in bars])
    low = float(np.minimum(values, 0.0).sum(axis=0).min())
    high = float(np.maximum(values, 0.0).sum(axis=0).max())
    low, high = nice_range(low, high or 1.0, 6)
    panel = Panel(Scale(0.0, 12.0, 48.0, 446.0), Scale(low, high, 270.0, 30.0))
    panel.y_axis(ticks(low, high, 6), "MWh")
    for month in range(12):
        panel.bars(month + 0.5, 23.0, [(float(v[month]), color) for _, color, v in bars])
        place = panel.x(month + 0.5)
        panel.add(text(place, 287.0, MONTHS[month], 'class="tick middle"'))
    return Figure(
        id=key,
        title=title,
        svg=document(450.0, 294.0, panel.parts, title),
        caption=f"{material.weather_sentence}; base case.",
        keys=tuple(Key(label=name, color=color, shape="area") for name, color, _ in bars),
        data=_hover(panel, bars),
        is_half=True,
    )


def _hover(panel: Panel, bars: Bars) -> dict[str, object]:
    return {
        "kind": "hover",
        "top": panel.y.end,
        "bottom": panel.y.start,
        "x": [round(panel.x(month + 0.5), 1) for month in range(12)],
        "names": list(MONTHS),
        "series": [
            {"name": name, "color": color, "unit": "MWh", "v": np.round(v, 1).tolist()}
            for name, color, v in bars
        ],
    }


def balance_section(material: Material) -> Section:
    """Return the heat balance as a flow picture and as tables."""
    blocks: list[Block] = []
    plant = material.plant
    if plant is not None:
        blocks.append(_flow_figure(material, plant))
    blocks.append(_circuit_table(material))
    blocks += exchanger_blocks(material)
    blocks += producer_blocks(material)
    blocks += trench_blocks(material)
    if plant is not None:
        blocks.append(_plant_table(material, plant))
    return Section(id="balance", title="Heat balance", blocks=tuple(blocks))


def _flow_figure(material: Material, plant: PlantYear) -> Figure:
    nodes, links = _plant_side(material, plant)
    for name in plant.load:
        _circuit_side(material, plant, name, nodes, links)
    for last in ("loss", "trenches", "buffers"):
        if last in nodes:
            nodes[last] = nodes.pop(last)
    svg = draw_flows(nodes, [link for link in links if link.value > 0.0])
    return Figure(
        id="flows",
        title=f"The {material.period}'s heat, from source to dwelling",
        svg=svg,
        caption=f"Heat only, MWh; widths to scale. Base case, {material.weather}.",
    )


def _plant_side(material: Material, plant: PlantYear) -> tuple[dict[str, Node], list[Link]]:
    scenario = material.simulation.system.scenario
    nodes = {
        name: Node(0, source_name(name), material.source_color(section.circuit or ""))
        for name, section in scenario.sources.items()
    }
    nodes["electricity"] = Node(0, "Compressors (electricity)", ELECTRICITY)
    nodes["direct"] = Node(1, "Exchanger, direct", "#8d99a4")
    nodes["pool"] = Node(1, "Heat pumps", "#5d6b78")
    links = []
    for (source, circuit), heat in plant.direct_heat.items():
        links.append(Link(source, "direct", material.mwh(heat)))
        links.append(Link("direct", circuit, material.mwh(heat)))
    made = material.mwh(_total(plant.heat_pump_heat, plant.need))
    driven = material.mwh(_total(plant.heat_pump_electricity, plant.need))
    source = next((pump.source for pump in scenario.heat_pumps.values()), "")
    if source:
        links.append(Link(source, "pool", made - driven))
    links.append(Link("electricity", "pool", driven))
    links += [Link("pool", n, material.mwh(heat)) for n, heat in plant.heat_pump_heat.items()]
    return nodes, links


def _circuit_side(
    material: Material,
    plant: PlantYear,
    name: str,
    nodes: dict[str, Node],
    links: list[Link],
) -> None:
    year = material.base.circuits[name]
    heating = plant.load[name] > 0.0
    nodes[name] = Node(2, _title(name), material.color(name))
    nodes[f"{name} served"] = Node(3, f"Delivered, {label(name)}", material.color(name))
    nodes["loss"] = Node(3, "Lost to the ground", SERVICES["loss"])
    nodes["buffers"] = Node(3, "Lost by buffers", SERVICES["loss"])
    passed = passed_on(material.simulation.system, material.base, name)
    links.append(Link(name, f"{name} served", material.mwh(sums_of(year).heat - passed)))
    if passed.any():
        nodes[f"{name} passed"] = Node(3, "To circuits behind exchangers", material.color(name))
        links.append(Link(name, f"{name} passed", material.mwh(passed)))
    links.append(Link(name, "loss", material.mwh(np.where(heating, year.heat_loss, 0.0))))
    given = np.where(heating, np.maximum(-year.exchange, 0.0), 0.0)
    if _share_trenches(material):
        nodes["trenches"] = Node(3, "To other circuits", SERVICES["loss"])
        links.append(Link(name, "trenches", material.mwh(given)))
    links.append(Link(name, "buffers", material.mwh(_buffer_loss(material, plant, name))))


def _buffer_loss(material: Material, plant: PlantYear, circuit: str) -> FloatArray:
    buffers = material.simulation.system.scenario.buffers
    mine = {
        name: loss
        for name, loss in plant.buffer_loss.items()
        if name in buffers and buffers[name].circuit == circuit
    }
    return _total(mine, plant.need)


def _circuit_table(material: Material) -> Table:
    terms = {n: _terms(material, year) for n, year in material.base.circuits.items()}
    unit, scale = energy_unit(abs(value) for row in terms.values() for value in row.values())
    shown = [name for name in next(iter(terms.values()), {}) if _has_term(material, name)]
    rows = tuple(
        (
            _title(name),
            *(fixed(row[term] * scale, 1) for term in shown),
            fixed(sum(SIGNS.get(term, 1.0) * value for term, value in row.items()) * scale, 3),
            power_of_ten(float(material.base.circuits[name].heat_residual.max(initial=0.0))),
        )
        for name, row in terms.items()
    )
    worst = f"Worst {material.step}, relative"
    columns = ("Circuit", *(f">{term}" for term in shown), ">Sum", f">{worst}")
    return Table(
        title="Every circuit closes",
        columns=columns,
        rows=rows,
        caption=f"{unit} in the {material.period}; heat is positive, cold negative. The sum "
        f"should be nothing; the worst {material.step} is the largest imbalance over the sum of "
        "absolute terms.",
    )


EXCHANGE, CARRIED, STORED, RINGS = (
    "From other circuits",
    "Left with the water",
    "Stored in water and walls",
    "Stored in water, walls and ground",
)
"""Terms of a circuit's balance that not every run has."""

SIGNS = {"Delivered": -1.0, CARRIED: -1.0, "To the ground": -1.0, STORED: -1.0, RINGS: -1.0}
"""Of the terms that leave the water."""


def _terms(material: Material, year: CircuitYear) -> dict[str, float]:
    """Return the terms of a circuit's balance over the run. [MWh]"""
    powers = {
        "Into the water": year.producer_heat.sum(axis=1),
        "Friction": year.hydraulic_power,
        EXCHANGE: year.exchange,
        "Delivered": sums_of(year).delivered,
        CARRIED: year.heat_loss * 0.0 if year.carried_heat is None else year.carried_heat,
        "To the ground": year.heat_loss,
        _stored_term(material): gained_heat(year, material.clock.duration),
    }
    return {name: material.mwh(power) for name, power in powers.items()}


def _stored_term(material: Material) -> str:
    has_rings = material.simulation.system.scenario.ground.radial_cells > 0
    return RINGS if has_rings else STORED


def _has_term(material: Material, term: str) -> bool:
    if term == EXCHANGE:
        return _share_trenches(material)
    years = material.base.circuits.values()
    if term == CARRIED:
        return any(year.carried_heat is not None for year in years)
    return term not in (STORED, RINGS) or any(y.stored_heat is not None for y in years)


def _share_trenches(material: Material) -> bool:
    """Return whether circuits exchange heat in shared trenches."""
    return any(year.exchange_from for year in material.base.circuits.values())


def _plant_table(material: Material, plant: PlantYear) -> Table:
    rows = [(f"From {source_name(n)}", material.mwh(q)) for n, q in plant.source_heat.items()]
    driven = _total(plant.heat_pump_electricity, plant.need) + plant.chiller_electricity
    rows.append(("Compressor electricity", material.mwh(driven)))
    rows += [(f"To {label(n)}", -material.mwh(q)) for n, q in plant.load.items()]
    rows += [(f"Not served, {label(n)}", material.mwh(q)) for n, q in plant.unserved.items()]
    rows.append(("Rejected from cooling", -material.mwh(plant.rejected_heat)))
    rows.append(("Buffers, standing loss", -material.mwh(_total(plant.buffer_loss, plant.need))))
    rest = sum(value for _, value in rows)
    worst = power_of_ten(float(plant.residual.max(initial=0.0)))
    unit, scale = energy_unit(abs(value) for _, value in rows)
    cells = [(name, fixed(value * scale, 1)) for name, value in rows if abs(value) > 0.0]
    return Table(
        title="The plant closes",
        columns=("Term", f">{unit}"),
        rows=(*cells, ("Sum", fixed(rest * scale, 3))),
        caption=f"Positive into the plant's water. Largest imbalance of an hour: {worst}. "
        f"Delivered and lost together: {energy(_leaving(material, list(plant.load)))}.",
        style="narrow total",
    )


def _leaving(material: Material, names: Sequence[str]) -> float:
    years = [material.base.circuits[name] for name in names]
    heat = [np.maximum(y.producer_heat.sum(axis=1), 0.0) for y in years]
    return sum(material.mwh(values) for values in heat)
