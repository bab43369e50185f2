"""How the plant meets the heat of the coldest week, case by case."""

import numpy as np

from ..networks.columns import FloatArray
from ..solvers.plant_year import PlantYear
from .blocks import Figure, Key
from .hours import Curve, hover_data
from .material import Material, label, source_name
from .palette import INK, lighter
from .svg import Panel, Scale, document, fill, nice_range, stroke, ticks


def dispatch_figures(material: Material, week: slice) -> list[Figure]:
    """Return a chart of the week's heat by origin for each case with a plant."""
    plants = {name: case.plant for name, case in material.simulation.cases.items()}
    with_plant = {name: plant for name, plant in plants.items() if plant is not None}
    tallest = max((float(p.need[week].max()) for p in with_plant.values()), default=0.0) / 1e6
    return [
        _figure(material, name, (_origins(material, plant, week), plant.need[week] / 1e6), tallest)
        for name, plant in with_plant.items()
    ]


def _origins(material: Material, plant: PlantYear, week: slice) -> list[Curve]:
    """Return heat by origin, the steadiest first. [MW]"""
    curves = []
    for source, section in material.simulation.system.scenario.sources.items():
        given = [heat for (name, _), heat in plant.direct_heat.items() if name == source]
        if given:
            color = material.source_color(section.circuit or "")
            total = np.sum(given, axis=0)[week] / 1e6
            curves.append(Curve(f"{source_name(source)}, direct", color, total))
    for circuit, heat in plant.heat_pump_heat.items():
        color = lighter(material.color(circuit))
        curves.append(Curve(f"Heat pumps, {label(circuit)}", color, heat[week] / 1e6))
    return [curve for curve in curves if curve.values.any()]


def _figure(
    material: Material, case: str, heat: tuple[list[Curve], FloatArray], tallest: float
) -> Figure:
    origins, need = heat
    hours = np.asarray(np.arange(len(need)) + 0.5, dtype=np.float64)
    low, high = nice_range(0.0, max(tallest, 1e-3), 5)
    panel = Panel(Scale(0.0, float(len(need)), 44.0, 446.0), Scale(low, high, 226.0, 30.0))
    under = np.zeros_like(need)
    for curve in origins:
        panel.area(hours, under, under + curve.values, fill(curve.color))
        under = under + curve.values
    panel.y_axis(ticks(low, high, 5), "MW")
    panel.curve(hours, need, stroke(INK, 1.3))
    days = [float(day) for day in range(0, len(need), 24)]
    panel.x_axis(days, "", [f"day {n + 1}" for n in range(len(days))], between=True)
    names = [f"Hour {n + 1} of the week" for n in range(len(need))]
    curves = [*origins, Curve("Made by the plant", INK, need)]
    title = f"Heat in that week · {material.case_label(case)}"
    return Figure(
        id=f"dispatch-{case}",
        title=title,
        svg=document(450.0, 252.0, panel.parts, title),
        caption=f"Hourly means; {material.weather}.",
        keys=(
            *(Key(label=c.name, color=c.color, shape="area") for c in origins),
            Key(label="Made by the plant", color=INK),
        ),
        data=hover_data(panel, names, curves, slice(0, len(need)), "MW"),
        is_half=True,
    )
