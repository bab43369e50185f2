"""The network on a map: every pipe by circuit, flow, velocity, gradient, temperature or loss."""

from collections.abc import Sequence

import numpy as np

from ..networks.columns import RETURN, SUPPLY, Circuit, FloatArray
from ..solvers.circuit_year import CircuitYear
from .blocks import Block, Figure, Key, Section
from .map_classes import Quantity, quantities
from .map_geometry import Lanes, Paper, paper_for, routes
from .material import Material, label, source_name
from .palette import INK, MUTED
from .svg import document, fill, line, path, points, rectangle, stroke, text

WIDTH, TALLEST = 640.0, 800.0
BUILDING = "#3c4a56"

LONGEST_BAR, KILOMETRE = 150.0, 1000.0
LETTER = 8.0
"""Width of a letter of a place's name, about. On the page."""

MOST_PIPES = 20000
"""Beyond this a map is too heavy for a page: pipes without their figures."""


def map_section(material: Material) -> Section:
    """Return the map with its figures, and small maps for paper."""
    drawn = _Drawing(material)
    blocks: list[Block] = [drawn.figure()]
    blocks += drawn.small_maps()
    return Section(id="map", title="The network", blocks=tuple(blocks), breaks=True)


class _Drawing:
    """Everything on the map, on the page's coordinates."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.years: list[CircuitYear] = list(material.base.circuits.values())
        self.circuits = [year.circuit for year in self.years]
        self.paper: Paper = paper_for(self.circuits, WIDTH, TALLEST)
        system = material.simulation.system
        lines = {c.id: [self.paper(r) for r in routes(system, c)] for c in self.circuits}
        lanes = Lanes(lines)
        self.lines = [lanes.place(name, line) for name, drawn in lines.items() for line in drawn]
        self.bodies = [points(*line.T) for line in self.lines]
        self.owner = np.repeat(
            np.arange(len(self.circuits)), [len(c.pipe_ids) for c in self.circuits]
        )
        seconds = float(material.clock.duration.sum())
        self.quantities = quantities(self.years, _limits(material), seconds)

    def figure(self) -> Figure:
        """Return the map that a reader can point at."""
        parts = [*self._pipes(), *self._buildings(), *self._plants(), *self._furniture()]
        return Figure(
            id="network-map",
            title="Pipes, plant and buildings",
            svg=document(WIDTH, self.paper.height, parts, "Map of the network"),
            caption=f"{_what_lines_are(self.circuits)}; width grows with the diameter. "
            "Circuits in one trench are drawn side by side. Peaks and means over "
            f"{self.material.weather}, base case.",
            keys=self._keys(),
            data=self._data(),
            kind="map",
        )

    def _keys(self) -> tuple[Key, ...]:
        circuits = [(label(c.id).capitalize(), self.material.color(c.id)) for c in self.circuits]
        keys = [Key(label=name, color=color) for name, color in circuits]
        building = Key(label="Building, larger with more dwellings", color=BUILDING, shape="area")
        return (*keys, building)

    def _pipes(self) -> list[str]:
        bore = np.concatenate([c.pipes.inner_diameter.max(axis=0) for c in self.circuits])
        width = np.round(0.9 + 3.1 * np.sqrt(bore / max(float(bore.max()), 1e-9)), 1)
        parts = ['<g class="pipes" fill="none" stroke-linecap="round">']
        for which, circuit in enumerate(self.circuits):
            color = self.material.color(circuit.id)
            parts.append(f'<g data-circuit="{which}" stroke="{color}">')
            for pipe in np.flatnonzero(self.owner == which):
                parts.append(f'<path d="M{self.bodies[pipe]}" stroke-width="{width[pipe]}"/>')
            parts.append("</g>")
        return [*parts, "</g>"]

    def _buildings(self) -> list[str]:
        seen: dict[tuple[float, float], tuple[str, float]] = {}
        counts = self._dwellings()
        for year in self.material.distribution.values():
            circuit = year.circuit
            for row, building in zip(circuit.consumers.junction, circuit.buildings, strict=True):
                place = (float(circuit.x[row]), float(circuit.y[row]))
                seen.setdefault(place, (building, counts.get(building, 1.0)))
        parts = ['<g class="buildings">']
        for place, (building, count) in seen.items():
            x, y = self.paper(np.array([place]))[0]
            side = min(3.0 + 1.1 * np.sqrt(count), 12.0)
            name = f"<title>{building}: {count:,.0f} dwellings</title>" if building else ""
            square = rectangle(x - side / 2, y - side / 2, side, side, "")
            parts.append(square.replace("/>", f">{name}</rect>"))
        return [*parts, "</g>"]

    def _dwellings(self) -> dict[str, float]:
        table = self.material.simulation.system.tables.get("dwellings")
        if table is None or "building" not in table.columns:
            return {}
        count = table["count"] if "count" in table.columns else table["building"].map(lambda _: 1)
        sums = count.astype(float).groupby(table["building"]).sum()
        return {str(name): float(value) for name, value in sums.items()}

    def _plants(self) -> list[str]:
        names: dict[tuple[float, float], str] = {}
        exchangers = self.material.simulation.system.scenario.exchangers
        stations = {each.producer: f"Exchanger {label(name)}" for name, each in exchangers.items()}
        for circuit in self.circuits:
            is_source = self.material.service(circuit.id) == "source"
            for row, producer in zip(
                circuit.producers.junction, circuit.producer_ids, strict=True
            ):
                place = (float(circuit.x[row]), float(circuit.y[row]))
                name = source_name(producer) if is_source else "Energy centre"
                if not is_source and self.material.plant is None:
                    name = source_name(producer)
                name = stations.get(producer, name)
                names.setdefault(place, name)
        parts = []
        for place, name in names.items():
            x, y = self.paper(np.array([place]))[0]
            parts.append(rectangle(x - 7, y - 7, 14, 14, fill(INK) + ' stroke="#fff"'))
            left = x > WIDTH - 150 or self._is_crossed(x, y, LETTER * len(name))
            side = 'class="place halo end"' if left else 'class="place halo"'
            parts.append(text(x - 12 if left else x + 12, y + 5, name, side))
        return parts

    def _is_crossed(self, x: float, y: float, width: float) -> bool:
        """Return whether more pipes bend in the place of a name to the right than to the left."""
        bends = np.concatenate(self.lines) - (x, y)
        bends = bends[(np.abs(bends[:, 1]) < LETTER) & (np.abs(bends[:, 0]) < width + LETTER)]
        right = np.count_nonzero(bends[:, 0] > LETTER)
        return bool(right > np.count_nonzero(bends[:, 0] < -LETTER))

    def _furniture(self) -> list[str]:
        if self.material.simulation.system.scenario.crs == "none":
            return []
        return [*_scale_bar(self.paper), *_north_arrow()]

    def _data(self) -> dict[str, object]:
        if len(self.lines) > MOST_PIPES:
            return {}
        named = [{"name": label(c.id), "color": self.material.color(c.id)} for c in self.circuits]
        return {
            "kind": "map",
            "circuits": named,
            "counts": [len(c.pipe_ids) for c in self.circuits],
            "ids": [name for c in self.circuits for name in c.pipe_ids],
            "types": [name for c in self.circuits for name in c.pipe_types],
            "columns": [self._column(*column) for column in self._columns()],
            "quantities": [_classified(quantity) for quantity in self.quantities],
        }

    def _columns(self) -> list[tuple[str, str, FloatArray, int]]:
        def together(pick: str, side: int) -> FloatArray:
            parts = [getattr(year.pipe_figures, pick)[side] for year in self.years]
            return np.concatenate(parts)

        length = np.concatenate([c.pipes.length for c in self.circuits])
        bore = np.concatenate([c.pipes.inner_diameter[SUPPLY] for c in self.circuits])
        heat = together("heat_loss", SUPPLY) + together("heat_loss", RETURN)
        flow, speed, slope, _, lost = (quantity.values for quantity in self.quantities)
        return [
            ("Length", "m", length, 1),
            ("Inner diameter", "mm", bore * 1e3, 1),
            ("Peak flow", "kg/s", flow, 2),
            ("Peak velocity", "m/s", speed, 2),
            ("Peak gradient", "Pa/m", slope, 0),
            ("Supply, mean", "°C", together("mean_temperature", SUPPLY), 1),
            ("Supply, lowest", "°C", together("min_temperature", SUPPLY), 1),
            ("Return, mean", "°C", together("mean_temperature", RETURN), 1),
            ("Loss of the pair", "MWh/yr", heat / 3.6e9, 2),
            ("Loss per metre", "W/m", lost, 1),
        ]

    @staticmethod
    def _column(name: str, unit: str, values: FloatArray, decimals: int) -> dict[str, object]:
        rounded = np.round(np.nan_to_num(values), decimals) + 0.0
        plain = rounded.astype(int).tolist() if decimals == 0 else rounded.tolist()
        return {"name": name, "unit": unit, "decimals": decimals, "v": plain}

    def small_maps(self) -> list[Figure]:
        """Return maps in classes, three side by side, for paper."""
        chosen = [q for q in self.quantities if q.id in ("flow", "gradient", "temperature")]
        return [self._small(quantity) for quantity in chosen]

    def _small(self, quantity: Quantity) -> Figure:
        parts = []
        for rank, color in enumerate(quantity.colors):
            rows = np.flatnonzero(quantity.classes == rank)
            body = "".join("M" + self.bodies[row] for row in rows)
            if body:
                style = f'fill="none" {stroke(color, 3.2)} stroke-linecap="round"'
                parts.append(f'<path d="{body}" {style}/>')
        keys = zip(quantity.names, quantity.colors, strict=True)
        used = set(quantity.classes.tolist())
        return Figure(
            id=f"map-{quantity.id}",
            title=f"{quantity.name}, {quantity.unit}",
            svg=document(WIDTH, self.paper.height, parts, quantity.name),
            caption=f"{self.material.weather_sentence}.",
            keys=tuple(
                Key(label=name, color=color) for i, (name, color) in enumerate(keys) if i in used
            ),
            kind="small",
        )


def _what_lines_are(circuits: list[Circuit]) -> str:
    """Return what a line of the map stands for."""
    if all(circuit.is_one_line for circuit in circuits):
        return "Each line is a pipe"
    if all(circuit.sides is None for circuit in circuits):
        return "Each line is a supply and a return pipe"
    return "Each line is a supply and a return pipe, or the one that its route has"


def _limits(material: Material) -> tuple[float, float]:
    sections = [
        section
        for name, section in material.simulation.system.scenario.circuits.items()
        if name in material.base.circuits
    ]
    if not sections:
        return 2.0, 250.0
    return max(s.max_velocity for s in sections), max(s.max_gradient for s in sections)


def _classified(quantity: Quantity) -> dict[str, object]:
    return {
        "id": quantity.id,
        "name": quantity.name,
        "unit": quantity.unit,
        "names": quantity.names,
        "colors": list(quantity.colors),
        "classes": "".join(map(str, quantity.classes.tolist())),
    }


def _scale_bar(paper: Paper) -> list[str]:
    metres = next(
        m * 10.0**p
        for p in range(5, -2, -1)
        for m in (5, 2, 1)
        if m * 10.0**p * paper.scale <= LONGEST_BAR
    )
    x, y, length = 14.0, paper.height - 16.0, metres * paper.scale
    ends: Sequence[float] = (x, x + length)
    parts = [line((x, y), (x + length, y), stroke(INK, 1.4))]
    parts += [line((end, y - 4), (end, y + 4), stroke(INK, 1.4)) for end in ends]
    words = f"{metres / 1e3:g} km" if metres >= KILOMETRE else f"{metres:g} m"
    return [
        '<g class="fixed">',
        *parts,
        text(x + length + 8, y + 4, words, 'class="tick"'),
        "</g>",
    ]


def _north_arrow() -> list[str]:
    x, y = WIDTH - 20.0, 18.0
    arrow = path([x - 5, x, x + 5, x, x - 5], [y + 20, y + 2, y + 20, y + 15, y + 20], fill(INK))
    arrow = arrow.replace('fill="none" ', "")
    label_ = text(x, y, "N", f'class="tick middle" fill="{MUTED}"')
    return ['<g class="fixed">', arrow, label_, "</g>"]
