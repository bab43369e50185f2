"""The figures that a council member takes home."""

import numpy as np

from ..results.energy import cold_energy, heat_energy
from ..results.summary import NOTHING_UNSERVED
from ..results.time_text import HOUR, time_text
from ..studies.unserved import missing_flow
from .blocks import Block, Card, Cards, Figure, Section, Text
from .material import Material, source_name
from .number_text import SPACE, energy, fixed, number, percent, quantity, significant
from .palette import REFERENCE
from .svg import document, fill, rectangle, text

WIDTH, BAR = 920.0, 40.0

MEGA = 1000.0
"""From here on heat is written in MW. [kW]"""

WORTH_SAYING = 0.5
"""Unserved heat that the headline mentions. [MWh]"""


def headline(material: Material) -> Section:
    """Return the first section: peaks as bars, and cards."""
    blocks: list[Block] = [Text(paragraphs=(lead_sentence(material),), style="lead")]
    if len(_peaks(material)) > 1:
        blocks.append(_peak_figure(material))
    for cards in (_electric_cards(material), _heat_cards(material)):
        if cards:
            blocks.append(Cards(cards=tuple(cards)))
    return Section(id="headline", title="In short", blocks=tuple(blocks))


def lead_sentence(material: Material) -> str:
    """Say the answer in one breath."""
    comparison = material.comparison
    freed = _freed(material)
    if comparison is None or freed is None or material.reference is None:
        return _plain_lead(material)
    network = comparison.network[material.backup or "base"].peak / 1e3
    reference = material.reference.peak / 1e3
    out = _out_words(material)
    return _unsolved_words(material) + (
        f"One heat and cold network for {material.dwellings:,} dwellings asks for "
        f"{quantity(network, 'kW')} of electricity in its worst hour{out}; as many individual "
        f"air-water heat pumps ask for {quantity(reference, 'kW')}. On the electricity grid that "
        f"leaves room for about {_round_dwellings(freed)} more dwellings with heat pumps."
    )


def _plain_lead(material: Material) -> str:
    circuits = len(material.base.circuits)
    consumers = sum(len(c.circuit.consumer_ids) for c in material.base.circuits.values())
    consumers -= len(material.base.exchangers)
    heat = energy(material.figure("heat", "delivered_mwh"))
    loss = energy(material.figure("heat", "loss_mwh"))
    plural = "circuit" if circuits == 1 else "circuits"
    ends = "consumer" if consumers == 1 else "consumers"
    verbs = ("delivers", "loses") if circuits == 1 else ("deliver", "lose")
    return _unsolved_words(material) + (
        f"{circuits} {plural} with {consumers:,} {ends} {verbs[0]} {heat} of heat and {verbs[1]} "
        f"{loss} to the ground, in {material.length} of {material.weather}."
    )


def _unsolved_words(material: Material) -> str:
    """Return the warning that comes first: time without a solution, whose figures are wrong."""
    if not material.unsolved:
        return ""
    return (
        f"Not solved: {time_text(material.unsolved * HOUR)} of {material.length}; figures of this "
        "report are wrong by what they hold. "
    )


def _out_words(material: Material) -> str:
    section = material.simulation.system.scenario.cases.get(material.backup or "")
    if section is None or not section.out:
        return ""
    return f", with {' and '.join(source_name(name) for name in section.out)} out all year"


def _freed(material: Material) -> float | None:
    if material.comparison is None:
        return None
    freed = material.comparison.by_definition
    backup = freed.get("heat_pumps_backup")
    return backup if backup is not None else freed.get("heat_pumps_base")


def _round_dwellings(freed: float) -> str:
    return f"{significant(freed, 2):,.0f}"


def _peaks(material: Material) -> list[tuple[str, float, str]]:
    comparison = material.comparison
    if comparison is None:
        return []
    peaks = [
        (material.case_label(name), variant.peak / 1e3, material.case_color(name))
        for name, variant in comparison.network.items()
    ]
    if material.reference is not None:
        peaks.append(("Individual heat pumps", material.reference.peak / 1e3, REFERENCE))
    return peaks


def _peak_figure(material: Material) -> Figure:
    peaks = _peaks(material)
    longest = max(value for _, value, _ in peaks) or 1.0
    parts = []
    for row, (name, value, color) in enumerate(peaks):
        top = 8.0 + row * (BAR + 14.0)
        length = value / longest * (WIDTH - 370.0)
        parts.append(text(190, top + 25, name, 'class="bar-name end"'))
        parts.append(rectangle(204, top, length, BAR, fill(color)))
        parts += _bar_words(material, value, (214 + length, top + 20))
    height = 8.0 + len(peaks) * (BAR + 14.0)
    return Figure(
        id="peaks",
        title=f"Electric peak: the highest {material.step} of the {material.period}",
        svg=document(WIDTH, height, parts, "Electric peaks of the variants"),
        caption=f"Highest {'hourly mean' if material.step == 'hour' else 'mean of a step'}, "
        f"each variant in its own worst {material.step}; compressors, pumps "
        f"and controls; {material.weather}.",
    )


def _bar_words(material: Material, value: float, place: tuple[float, float]) -> list[str]:
    x, y = place
    if not material.dwellings:
        return [text(x, y + 7, quantity(value, "kW"), 'class="bar-value"')]
    each = f"{fixed(value / material.dwellings, 2)}{SPACE}kW per dwelling"
    return [
        text(x, y, quantity(value, "kW"), 'class="bar-value"'),
        text(x, y + 17, each, 'class="note"'),
    ]


def _electric_cards(material: Material) -> list[Card]:
    comparison = material.comparison
    if comparison is None:
        return []
    cards = [
        Card(
            label=f"Electric peak · {_lower(material.case_label(name))}",
            value=number(variant.peak / 1e3),
            unit="kW",
            sentence=f"Highest {material.step}: {material.clock.name(variant.peak_row)}. In the "
            f"{material.period} {energy(variant.energy / 3.6e9)}.",
            style="network" if name == "base" else "backup",
        )
        for name, variant in comparison.network.items()
    ]
    return cards + _reference_cards(material) + _freed_cards(material)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _reference_cards(material: Material) -> list[Card]:
    variant = material.reference
    if variant is None:
        return []
    sentence = f"Highest {material.step}: {material.clock.name(variant.peak_row)}. "
    sentence += f"In the {material.period} {energy(variant.energy / 3.6e9)}"
    if material.dwellings:
        each = variant.energy / 3.6e6 / material.dwellings
        sentence += f", {quantity(each, 'kWh')} per dwelling"
    label = "Electric peak · individual heat pumps"
    value = number(variant.peak / 1e3)
    return [Card(label=label, value=value, unit="kW", sentence=sentence + ".", style="reference")]


def _freed_cards(material: Material) -> list[Card]:
    freed = _freed(material)
    if freed is None or material.comparison is None:
        return []
    base = material.comparison.by_definition.get("heat_pumps_base")
    beside = f" With every source running: {_round_dwellings(base)}." if base is not None else ""
    if _short_in_backup(material):
        beside += " Flattered: in that case not all heat is served."
    return [
        Card(
            label="Grid capacity freed" + (" · back-up case" if material.backup else ""),
            value=f"≈ {_round_dwellings(freed)}",
            unit="dwellings",
            sentence="Counted in individual heat pumps: N (1 − network peak / individual peak)."
            + beside,
            style="good",
        )
    ]


def _heat_cards(material: Material) -> list[Card]:
    figure = material.figure
    peak = figure("heat", "peak_kw")
    cards = []
    if peak:
        before = figure("heat", "peak_before_buffers_kw")
        buffers = material.simulation.system.scenario.buffers
        tail = f" Without buffers {quantity(before / 1e3, 'MW')}." if before and buffers else ""
        sentence = f"Most heat that the plant makes in one {material.step}." + tail
        value, unit = (number(peak / 1e3), "MW") if peak >= MEGA else (number(peak), "kW")
        cards.append(Card(label="Heat need", value=value, unit=unit, sentence=sentence))
    cards += _energy_cards(material)
    return cards


def _energy_cards(material: Material) -> list[Card]:
    figure = material.figure
    delivered, loss = figure("heat", "delivered_mwh"), figure("heat", "loss_mwh")
    cards = []
    if delivered:
        sentence = f"Heat at the {material.ends} in the {material.period}"
        if material.dwellings:
            sentence += f": {quantity(delivered * 1e3 / material.dwellings, 'kWh')} each"
        cards.append(_energy_card("Heat delivered", delivered, sentence + "."))
    if loss and delivered:
        share = percent(loss / (delivered + loss))
        sentence = f"{share} of what enters the pipes is lost to the ground."
        cards.append(_energy_card("Heat lost", loss, sentence))
    return cards + _cold_cards(material) + [_unserved_card(material)]


def _cold_cards(material: Material) -> list[Card]:
    cold = material.figure("cold", "delivered_mwh")
    if not cold:
        return []
    free = material.figure("cold", "free_share")
    sentence = "Cold at the dwellings in summer"
    if not material.dwellings:
        sentence = f"Cold at the consumers in the {material.period}"
    sentence += "" if free is None else f"; {percent(free)} straight from the effluent"
    return [_energy_card("Cold delivered", abs(cold), sentence + ".")]


def _unserved_card(material: Material) -> Card:
    missing = material.figure("heat", "unserved_mwh") or 0.0
    cold = abs(material.figure("cold", "unserved_mwh") or 0.0)
    asked = _asked(material, missing, cold)
    sentence = f"Every {material.ends[:-1]} gets its {asked} in every {material.step}."
    if missing or cold or material.figure("heat", "unserved_hours"):
        sentence = f"In {time_text(_short_time(material))} not all {asked} arrived."
    if material.unsolved:
        sentence = f"{time_text(material.unsolved * HOUR)} were not solved: their heat is unknown."
    elif _misses_flow(material):
        sentence = "Given flow does not arrive everywhere: see the warnings."
    short = _short_in_backup(material)
    tail = (
        f" {material.case_label(material.backup or '')}: {energy(short)} short." if short else ""
    )
    value, unit = energy(missing + cold).split(SPACE) if missing or cold else ("0", "MWh")
    return Card(
        label=f"{asked.capitalize()} not served",
        value=value,
        unit=unit,
        sentence=sentence + tail,
        style="bad" if missing or cold or short or _is_doubtful(material) else "good",
    )


def _asked(material: Material, missing: float, cold: float) -> str:
    """Return what the figure of what is not served counts: heat, where cold misses both."""
    if not cold:
        return "heat"
    has_heat = missing or material.figure("heat", "delivered_mwh")
    return "heat and cold" if has_heat else "cold"


def _short_time(material: Material) -> float:
    """Return the time in which not all heat or cold arrived. [s]"""
    heat, cold = (
        find(material.simulation.system, material.base).unserved
        for find in (heat_energy, cold_energy)
    )
    is_short = np.maximum(heat, -cold) > NOTHING_UNSERVED
    return float(material.clock.duration[is_short].sum())


def _is_doubtful(material: Material) -> bool:
    return bool(material.unsolved) or _misses_flow(material)


def _misses_flow(material: Material) -> bool:
    """Return whether flow that consumers were given does not arrive, in any circuit."""
    circuits = material.base.circuits.items()
    return any(missing_flow(material.simulation, *each) is not None for each in circuits)


def _short_in_backup(material: Material) -> float:
    if material.backup is None:
        return 0.0
    missing = material.figure("cases", material.backup, "heat", "unserved_mwh") or 0.0
    return missing if missing > WORTH_SAYING else 0.0


def _energy_card(label: str, mwh: float, sentence: str) -> Card:
    value, unit = energy(mwh).split(SPACE)
    return Card(label=label, value=value, unit=unit, sentence=sentence)
