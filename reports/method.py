"""How it was computed, in half a page, and whose weather it is."""

import platform
from importlib import metadata

import numpy as np

from ..model.buffer import tank_height, thermocline
from ..model.scenario import BufferSection
from ..networks.columns import FloatArray
from ..results.fields import is_dynamic
from ..results.time_text import HOUR
from ..solvers.mesh import is_mesh
from ..solvers.plant_year import PlantYear
from .blocks import Block, Section, Table, Text
from .material import Material
from .number_text import fixed, power_of_ten

STEADY = (
    "Every hour of the run is solved as a steady state of every circuit: flows follow from the "
    "heat that each substation asks for and from the water that reaches it; temperatures follow "
    "from the flows, {way}; both are found together by Newton's method on {unknowns}. "
)
TRAVELS = (
    "Heat travels with the water, step by step: each pipe is a row of slugs that move with the "
    "flow and lose heat in time, together with the pipe's wall; each consumer draws what the "
    "water that reaches it within the step can serve (docs/dynamic-solver.md). The ground is at "
    "undisturbed temperature unless rings of soil hold heat; pipes of other circuits in one "
    "trench warm and cool it. {laws} Circuits that bring sources to the plant are steady states."
)
"""How flows and temperatures are found."""

HEAT = (
    "Pipes lose heat to ground whose temperature follows the seasons at their depth, and supply "
    "and return exchange heat with one another (EN 13941); pipes of all circuits in one trench do "
    "so through the soil between them (multipoles). "
)
ONE_LINE_HEAT = "Pipes lose heat to the ground around them. "
"""How heat leaves the pipes."""

LAWS = {
    "colebrook": "Colebrook's",
    "haaland": "Haaland's",
    "rough": "that of rough pipes",
    "pandapipes": "Colebrook's as pandapipes has it",
}
"""Laws of friction by their names in the scenario."""

METHOD = (
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
"""Half a page, after how the circuits were solved."""

PACKAGES = ("numpy", "numba", "scipy", "pandas")


def method_section(material: Material) -> Section:
    """Return the method, the residuals, versions and seconds."""
    blocks: list[Block] = [Text(paragraphs=_paragraphs(material)), _numbers(material)]
    blocks.append(Text(paragraphs=_credits(material), style="note"))
    return Section(id="method", title="How it was computed", blocks=tuple(blocks))


def _paragraphs(material: Material) -> tuple[str, ...]:
    first = _circuits(material)
    if material.plant is None:
        return (first,)
    parts = METHOD if material.simulation.reference else METHOD[:1]
    return (first, *parts, *_layers(material, material.plant))


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


def _circuits(material: Material) -> str:
    """Say how the circuits were solved, and by which laws."""
    circuits = [year.circuit for year in material.base.circuits.values()]
    scenario = material.simulation.system.scenario
    meshes, one_line = (
        [test(circuit) for circuit in circuits] for test in (is_mesh, lambda c: c.is_one_line)
    )
    unknowns = "the whole tree"
    if any(meshes):
        unknowns = "the pressures and temperatures of all junctions"
        unknowns += "" if all(meshes) else ", in circuits without loops on the whole tree"
    way = "along the supply from the plant and back along the return"
    way = "with the water from junction to junction" if any(meshes) else way
    water = "IAPWS" if scenario.water.model == "iapws" else "of constant properties"
    laws = f"Friction is {LAWS[scenario.friction.law]}, water is {water}."
    if is_dynamic(material.base):
        return TRAVELS.format(laws=laws)
    solved = STEADY.format(way=way, unknowns=unknowns)
    if "initial" in material.simulation.system.tables:
        solved += "What initial.csv says of water in the pipes plays no part in a steady run. "
    return solved + (ONE_LINE_HEAT if all(one_line) else HEAT) + laws


def _numbers(material: Material) -> Table:
    figure, seconds = material.figure, material.summary.get("seconds", {})
    pipes = sum(int(year.circuit.has_pipe.sum()) for year in material.base.circuits.values())
    rows = [
        (f"{_rows(material)} × pipes", f"{len(material.clock.seconds):,} × {pipes:,}"),
        ("Largest heat residual, relative", power_of_ten(figure("balance", "heat_relative"))),
        ("Largest mass residual, kg/s", power_of_ten(figure("balance", "mass_kg_s"))),
        ("Largest plant residual, relative", power_of_ten(figure("balance", "plant_relative"))),
    ]
    if material.base.exchangers:
        between = power_of_ten(figure("balance", "exchangers_relative"))
        rows.append(("Largest difference between circuits, relative", between))
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
        f"the worst {material.step} of all cases.",
        style="narrow",
    )


def _rows(material: Material) -> str:
    return "Hours" if (material.clock.duration == HOUR).all() else "Steps"


def _credits(material: Material) -> tuple[str, ...]:
    weather = material.simulation.profiles.weather
    told = () if weather is None else (f"Weather: {weather.name}. {weather.source}",)
    return (
        *told,
        "Nothing in this report is measured at the site. Figures hold for the stated weather, "
        "hour by hour, in CET without daylight saving.",
    )
