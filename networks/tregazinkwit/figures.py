"""Totals of the TregaZinkwit network, as Markdown for its README."""

import math
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from ..columns import FloatArray
from ..sizing import friction_gradient, path_sums, velocity
from .design import (
    DISTRIBUTION,
    HEAT_CAPACITY,
    SPACE_DIFFERENCE,
    WATER_TEMPERATURE,
    Design,
    Route,
    parents_of,
)

HEAT_PER_YEAR_MWH = 1300 * (2.832 + 1.111)
"""Space heat and tap water of the memo's bill, all dwellings. [MWh]"""

CLASSES = ("main", "street", "connection")


def figures(design: Design) -> str:
    """Return trenches, pipes, loads and the design state as Markdown tables.

    Parameters
    ----------
    design : Design
        From `design.make_design`.
    """
    parts = (_trenches(design), _pipes(design), _loads(design), _design_state(design))
    return "\n\n".join(parts) + "\n"


def _trenches(design: Design) -> str:
    rows = []
    four = [route for route in design.routes if route.circuit == DISTRIBUTION[0]]
    for kind in CLASSES:
        own = [route for route in four if route.kind == kind]
        rows.append((f"{kind}, four pipes", len(own), f"{_length(own):.0f}"))
    rows.append(("all with four pipes", len(four), f"{_length(four):.0f}"))
    for circuit in ("effluent", "waste_heat"):
        own = [route for route in design.routes if route.circuit == circuit]
        rows.append((f"{circuit}, two pipes", len(own), f"{_length(own):.0f}"))
    density = HEAT_PER_YEAR_MWH / _length(four)
    text = (
        f"{sum(sum(mix.values()) for mix in design.dwellings.values())} dwellings in "
        f"{len(design.dwellings)} buildings; {len(design.routes)} routes, "
        f"{2 * len(design.routes)} single pipes; {_length(four) / 1300:.1f} m of four-pipe trench "
        f"a dwelling; heat density {density:.2f} MWh/(m a) over both services."
    )
    return _table(("trench", "routes", "m"), rows) + f"\n\n{text}"


def _pipes(design: Design) -> str:
    found: dict[str, list[Route]] = defaultdict(list)
    for route in design.routes:
        found[route.circuit].append(route)
    rows = []
    for circuit, routes in found.items():
        of_type: dict[str, float] = defaultdict(float)
        for route in sorted(routes, key=lambda route: route.type.inner_diameter):
            of_type[route.type.id] += route.length
        kinds = ", ".join(f"{name} {length:.0f}" for name, length in of_type.items())
        volume = sum(2 * r.length * math.pi / 4 * r.type.inner_diameter**2 for r in routes)
        rows.append((circuit, len(routes), f"{volume:.1f}", kinds))
    return _table(("circuit", "routes", "m3, both sides", "m of trench by type"), rows)


def _loads(design: Design) -> str:
    loads = design.loads
    heating = loads.heat / SPACE_DIFFERENCE / HEAT_CAPACITY
    by_cold = (loads.space_flow > heating).sum() - 1
    rows = [
        ("space heat", f"{loads.heat[0] / 1e3:.0f}", f"{heating[0]:.1f}"),
        ("cold", f"{loads.cold[0] / 1e3:.0f}", f"{loads.space_flow[0]:.1f}"),
        ("tap water", f"{loads.tap_water[0] / 1e3:.0f}", f"{loads.tap_water_flow[0]:.1f}"),
    ]
    text = f"Cold governs {by_cold} of {loads.heat.size - 1} space pipes."
    return _table(("coincident at the plant", "kW", "kg/s"), rows) + f"\n\n{text}"


def _design_state(design: Design) -> str:
    """Return friction along the worst path and the largest gradients, without minor losses."""
    names, parent = list(design.plan.points), parents_of(design.plan)
    at = {name: row for row, name in enumerate(names)}
    rows = []
    for circuit in DISTRIBUTION:
        routes = [route for route in design.routes if route.circuit == circuit]
        ends = np.array([at[route.to_junction] for route in routes])
        loads = design.loads
        flow = (loads.space_flow if circuit == "space" else loads.tap_water_flow)[ends]
        gradient, speed = _friction(routes, flow, WATER_TEMPERATURE[circuit])
        drop = np.zeros(len(names))
        drop[ends] = 2.0 * gradient * np.array([route.length for route in routes])
        path = path_sums(parent, drop)
        worst = int(path.argmax())
        rows.append(
            (
                circuit,
                f"{path[worst] / 1e3:.0f}",
                names[worst],
                f"{gradient.max():.0f}",
                f"{speed.max():.2f}",
            )
        )
    head = ("circuit", "worst path, both ways, kPa", "to", "largest Pa/m", "largest m/s")
    return _table(head, rows)


def _friction(
    routes: list[Route], flow: FloatArray, temperature: float
) -> tuple[FloatArray, FloatArray]:
    pairs = list(zip(routes, flow[:, None], strict=True))
    gradient = [friction_gradient(own, route.type, temperature) for route, own in pairs]
    speed = [velocity(own, route.type, temperature) for route, own in pairs]
    return np.concatenate(gradient), np.concatenate(speed)


def _length(routes: Iterable[Route]) -> float:
    return sum(route.length for route in routes)


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
