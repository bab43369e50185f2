"""How it was computed, in half a page, and whose weather it is."""

import platform
from importlib import metadata

import numpy as np

from ..model.buffer import tank_height, thermocline
from ..model.scenario import BufferSection
from ..networks.columns import FloatArray
from ..solvers.plant_year import PlantYear
from .blocks import Block, Section, Table, Text
from .material import Material
from .number_text import fixed, power_of_ten

METHOD = (
    "Every hour of the run is solved as a steady state of every circuit: flows follow from the "
    "heat that each substation asks for and from the water that reaches it; temperatures follow "
    "from the flows, along the supply from the plant and back along the return; both are found "
    "together by Newton's method on the whole tree. Pipes lose heat to ground whose temperature "
    "follows the seasons at their depth, and supply and return exchange heat with one another "
    "(EN 13941); pipes of all circuits in one trench do so through the soil between them "
    "(multipoles). Friction is Colebrook's, water is IAPWS.",
    "The plant then meets the load of the circuits hour by hour: waste heat first, as far as its "
    "calendar and temperature reach, then heat pumps on effluent, unit by unit; buffers smooth "
    "what they can; cold comes by exchange with the effluent where that is cold enough, otherwise "
    "from the heat pumps. Source circuits are solved with what the plant draws, until the "
    "temperature that arrives agrees with the one assumed.",
    "The reference gives every dwelling its own air-water heat pump on the same demand and the "
    "same weather. Peaks are hourly means, each variant in its own worst hour. An hour smooths "
    "what lasts minutes: tap water at one door peaks far above its hourly mean, so pipes are "
    "sized in a separate design state.",
)
"""Half a page."""

TRAVELS = (
    "Heat travels with the water, step by step: each pipe is a row of slugs that move with the "
    "flow and lose heat in time, together with the pipe's wall; each consumer draws what the "
    "water that reaches it within the step can serve (docs/dynamic-solver.md). The ground is at "
    "undisturbed temperature unless rings of soil hold heat; pipes of other circuits in one "
    "trench warm and cool it. Friction is Colebrook's, water is IAPWS. Circuits that bring "
    "sources to the plant are steady states.",
)
"""In place of the first paragraph, where a run is dynamic."""

PACKAGES = ("numpy", "numba", "scipy", "pandas")


def method_section(material: Material) -> Section:
    """Return the method, the residuals, versions and seconds."""
    blocks: list[Block] = [Text(paragraphs=_paragraphs(material)), _numbers(material)]
    blocks.append(Text(paragraphs=_credits(material), style="note"))
    return Section(id="method", title="How it was computed", blocks=tuple(blocks))


def _paragraphs(material: Material) -> tuple[str, ...]:
    is_dynamic = any(year.stored_heat is not None for year in material.base.circuits.values())
    told = (TRAVELS if is_dynamic else METHOD[:1]) + METHOD[1:]
    if material.plant is None:
        return told[:1]
    parts = told if material.simulation.reference else told[:2]
    return (*parts, *_layers(material, material.plant))


def _layers(material: Material, plant: PlantYear) -> tuple[str, ...]:
    """Return what to know of buffers with layers, a sentence each."""
    buffers = material.simulation.system.scenario.buffers
    return tuple(
        f"Buffer {name} stands as {layers.shape[1]} layers, hot above cold, and gives only what "
        f"is as warm as its circuit's supply. Between them lie "
        f"{fixed(_boundary(layers, buffers[name]), 1)} m of "
        f"{fixed(tank_height(buffers[name]), 1)} m in the middle hour in which both are there; "
        f"the top was between "
        f"{fixed(float(layers[:, -1].min()), 1)} and {fixed(float(layers[:, -1].max()), 1)} °C."
        for name, layers in plant.buffer_layers.items()
        if name in buffers
    )


def _boundary(layers: FloatArray, buffer: BufferSection) -> float:
    """Return the median height of the thermocline where there is one. [m]"""
    heights = thermocline(layers, tank_height(buffer))
    return float(np.median(heights[heights > 0.0])) if heights.any() else 0.0


def _numbers(material: Material) -> Table:
    figure, seconds = material.figure, material.summary.get("seconds", {})
    pipes = sum(int(year.circuit.has_pipe.sum()) for year in material.base.circuits.values())
    rows = [
        ("Hours × pipes", f"{len(material.clock.seconds):,} × {pipes:,}"),
        ("Largest heat residual, relative", power_of_ten(figure("balance", "heat_relative"))),
        ("Largest mass residual, kg/s", power_of_ten(figure("balance", "mass_kg_s"))),
        ("Largest plant residual, relative", power_of_ten(figure("balance", "plant_relative"))),
    ]
    rows += [
        (f"Seconds, {stage}", fixed(float(value), 2))
        for stage, value in seconds.items()
        if value is not None
    ]
    rows.append(("warmtenet", str(material.summary.get("version", ""))))
    rows.append(("Python", platform.python_version()))
    rows += [(name, metadata.version(name)) for name in PACKAGES]
    return Table(
        title="Residuals, seconds, versions",
        columns=("What", ">Value"),
        rows=tuple(rows),
        caption="Residual: |sum of terms| over the larger of the sum of absolute terms and 1 kW, "
        "the worst hour of all cases.",
        style="narrow",
    )


def _credits(material: Material) -> tuple[str, ...]:
    weather = material.simulation.profiles.weather
    told = () if weather is None else (f"Weather: {weather.name}. {weather.source}",)
    return (
        *told,
        "Nothing in this report is measured at the site. Figures hold for the stated weather, "
        "hour by hour, in CET without daylight saving.",
    )
