"""Writes the tables of TregaZinkwit: ``python -m warmtenet.networks.tregazinkwit.make``.

Deterministic: the same code writes the same bytes. `layout` draws the trenches, `dwellings`
fills the buildings, `design` chooses the pipes; here they become the tables beside this file.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...model.catalogue import PipeType
from .design import (
    EFFLUENT_DIFFERENCE,
    EFFLUENT_FLOW,
    EFFLUENT_LOAD,
    WASTE_HEAT_FLOW,
    WASTE_HEAT_LOAD,
    Design,
    make_design,
)
from .figures import figures
from .layout import elevation

FOLDER = Path(__file__).parent

Row = Mapping[str, object]

FLOW_RESERVE = 1.2
"""Largest flow of a connection over its design flow [assumed]. [1]"""

MINOR_LOSS = {"main": 0.5, "street": 0.2, "connection": 2.0, "source": 1.0}
"""Sum of zeta values of a trench's tee, bends and valves, by class [assumed]. [1]"""

MEAN_RETURN = {"space": 30.0, "tap_water": 35.0}
"""Of the substations [assumed]. [°C]"""

COOLING_RETURN, BYPASS_TEMPERATURE = 22.0, 60.0
"""Of the floors on cooling duty; held at every dead end of the tap-water net [assumed]. [°C]"""

LEAST_PRESSURE_DIFFERENCE = 50_000.0
"""Across every substation [assumed]. [Pa]"""

COVER, GAP, SOIL = 0.80, 0.15, 1.6
"""Ground above casings [m], free between casings [m], conductivity of the soil [W/(m K)]:
[assumed], as in the scenario's ``[ground]``."""

ORDER_IN_TRENCH = {"space": ("supply", "return"), "tap_water": ("return", "supply")}
"""From the edge of the trench inwards and on [assumed]."""

FIGURES = "## Figures (written by `make.py`)"


def tables(design: Design) -> dict[str, list[Row]]:
    """Return the rows of every table of the folder.

    Parameters
    ----------
    design : Design
        From `design.make_design`.
    """
    return {
        "junctions": _junctions(design),
        "pipes": _pipes(design),
        "trenches": _trenches(design),
        "trench_pipes": _trench_pipes(design),
        "consumers": [*_source_consumers(), *_building_consumers(design)],
        "producers": _producers(design),
        "dwellings": _dwellings(design),
    }


def make(folder: Path = FOLDER) -> None:
    """Write every table, and the figures at the end of the README.

    Parameters
    ----------
    folder : Path, optional
        Default: beside this file.
    """
    design = make_design()
    for name, rows in tables(design).items():
        (folder / f"{name}.csv").write_text(_as_csv(rows), encoding="utf-8", newline="\n")
    text = (FOLDER / "README.md").read_text(encoding="utf-8").partition(FIGURES)[0]
    readme = f"{text}{FIGURES}\n\n{figures(design)}"
    (folder / "README.md").write_text(readme, encoding="utf-8", newline="\n")


def _as_csv(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _junctions(design: Design) -> list[Row]:
    return [
        {"id": name, "x": f"{x:.2f}", "y": f"{y:.2f}", "elevation": f"{elevation((x, y)):.2f}"}
        for name, (x, y) in design.places.items()
    ]


def _pipes(design: Design) -> list[Row]:
    return [
        {
            "id": route.id,
            "circuit": route.circuit,
            "from_junction": route.from_junction,
            "to_junction": route.to_junction,
            "length": f"{route.length:.2f}",
            "type": route.type.id,
            "minor_loss_coefficient": MINOR_LOSS[route.kind],
        }
        for route in design.routes
    ]


def _trenches(design: Design) -> list[Row]:
    """Return a trench for every way with four pipes, named by where it leads."""
    return [{"id": trench.child, "soil_conductivity": SOIL} for trench in design.plan.trenches]


def _trench_pipes(design: Design) -> list[Row]:
    """Return where the pipes of every trench lie, from the western or southern edge.

    Supply, return; return, supply: the cooler pipes in the middle. The casings lie at one cover,
    a gap apart.
    """
    routes = {(route.circuit, route.to_junction): route for route in design.routes}
    rows: list[Row] = []
    for trench in design.plan.trenches:
        edge = 0.0
        for circuit, sides in ORDER_IN_TRENCH.items():
            route = routes[circuit, trench.child]
            for side, (x, depth) in zip(sides, _places(route.type, edge), strict=True):
                rows.append(
                    {
                        "trench": trench.child,
                        "pipe": route.id,
                        "side": side,
                        "x": f"{x:.4f}",
                        "depth": f"{depth:.4f}",
                    }
                )
            edge += _width(route.type) + GAP
    return rows


def _width(kind: PipeType) -> float:
    """Return how much of a trench the casings of a pair take, the gap between them too. [m]"""
    single = kind.arrangement == "single-pair"
    return 2.0 * kind.casing_diameter + GAP if single else kind.casing_diameter


def _places(kind: PipeType, edge: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return x and depth of two pipes whose casings begin at ``edge``. [m]"""
    casing, depth = kind.casing_diameter, COVER + kind.casing_diameter / 2.0
    if kind.arrangement == "single-pair":
        first = edge + casing / 2.0
        return (first, depth), (first + casing + GAP, depth)
    half, middle = (kind.outer_diameter + kind.pipe_distance) / 2.0, edge + casing / 2.0
    return (middle - half, depth), (middle + half, depth)


def _consumer(name: str, circuit: str, junction: str, values: Row) -> Row:
    """Return a row with every column, empty where ``values`` say nothing."""
    columns = (
        "building",
        "return_temperature",
        "temperature_difference",
        "cooling_return_temperature",
        "cooling_temperature_difference",
        "bypass_temperature",
        "max_flow",
        "design_load",
    )
    row: dict[str, object] = {"id": name, "circuit": circuit, "junction": junction}
    row |= {column: values.get(column, "") for column in columns}
    return row | {"min_pressure_difference": f"{LEAST_PRESSURE_DIFFERENCE:.0f}"}


def _source_consumers() -> list[Row]:
    """Return the plant's exchangers on the source circuits."""
    rwzi: Row = {
        "temperature_difference": EFFLUENT_DIFFERENCE,
        "cooling_temperature_difference": EFFLUENT_DIFFERENCE,
        "max_flow": f"{FLOW_RESERVE * EFFLUENT_FLOW:.1f}",
        "design_load": f"{EFFLUENT_LOAD:.0f}",
    }
    mosa: Row = {
        "return_temperature": 45.0,
        "max_flow": f"{FLOW_RESERVE * WASTE_HEAT_FLOW:.2f}",
        "design_load": f"{WASTE_HEAT_LOAD:.0f}",
    }
    return [
        _consumer("plant_rwzi", "effluent", "plant", rwzi),
        _consumer("plant_mosa", "waste_heat", "plant", mosa),
    ]


def _building_consumers(design: Design) -> list[Row]:
    """Return two substations for every building: space and tap water.

    Cold needs the larger flow: it decides the largest of a space connection. The largest of a
    tap-water connection follows from its load.
    """
    loads, rows = design.loads, []
    at = {name: row for row, name in enumerate(design.plan.points)}
    for building in design.dwellings:
        row = at[building]
        space: Row = {
            "building": building,
            "return_temperature": MEAN_RETURN["space"],
            "cooling_return_temperature": COOLING_RETURN,
            "max_flow": f"{FLOW_RESERVE * loads.space_flow[row]:.4f}",
            "design_load": f"{loads.heat[row]:.0f}",
        }
        tap: Row = {
            "building": building,
            "return_temperature": MEAN_RETURN["tap_water"],
            "bypass_temperature": BYPASS_TEMPERATURE,
            "design_load": f"{loads.tap_water[row]:.0f}",
        }
        rows.append(_consumer(f"space-{building}", "space", building, space))
        rows.append(_consumer(f"tap-{building}", "tap_water", building, tap))
    return rows


def _producers(design: Design) -> list[Row]:
    """Return who holds the pressure of each circuit; design flows are those of the pipes."""
    space, tap_water = design.loads.space_flow[0], design.loads.tap_water_flow[0]
    curve = "curve:outdoor -10:45 12:35"
    rows = (
        ("rwzi", "effluent", "rwzi", "source:rwzi", "", EFFLUENT_FLOW),
        ("mosa", "waste_heat", "mosa", "source:mosa", "", WASTE_HEAT_FLOW),
        ("plant_tap_water", "tap_water", "plant", 70.0, "", tap_water),
        ("plant_space", "space", "plant", curve, 18.0, space),
    )
    return [
        {
            "id": name,
            "circuit": circuit,
            "junction": junction,
            "role": "pressure",
            "supply_temperature": supply,
            "cooling_supply_temperature": cooling,
            "pressure_difference": "worst_point",
            "min_pressure_difference": 60_000,
            "static_pressure": 300_000,
            "plant_pressure_loss": 70_000,
            "design_flow": f"{flow:.2f}",
            "pump_efficiency": 0.6,
        }
        for name, circuit, junction, supply, cooling, flow in rows
    ]


def _dwellings(design: Design) -> list[Row]:
    return [
        {
            "id": f"{building}-{kind.removeprefix('apartment_')}",
            "building": building,
            "type": kind,
            "count": count,
        }
        for building, mix in design.dwellings.items()
        for kind, count in mix.items()
        if count
    ]


if __name__ == "__main__":
    make()
