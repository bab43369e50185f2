"""One-line networks written as tables, loaded and solved, for tests."""

from pathlib import Path

import numpy as np
from village import write_village

from warmtenet.networks.columns import FloatArray
from warmtenet.networks.load import load
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.simulate import simulate

DENSITY, VISCOSITY, HEAT_CAPACITY = 998.2, 1.0e-3, 4186.0
GRAVITY = 9.80665

SCENARIO = f"""name = "line"
crs = "none"
[water]
model = "constant"
density = {DENSITY}
viscosity = {VISCOSITY}
heat_capacity = {HEAT_CAPACITY}
[friction]
law = "haaland"
heating = false
"""

PIPES = (
    "id,circuit,from_junction,to_junction,length,inner_diameter,heat_loss_coefficient,roughness"
)


def write_line(folder: Path, **tables: str) -> Path:
    """Write a one-line network of tables given as text; pipes are on the supply side alone."""
    rows = [f"{row},supply" for row in tables.pop("pipes").split()]
    tables["pipes"] = "\n".join([f"{PIPES},sides", *rows]) + "\n"
    ground = "time_s,all\n3600,10\n7200,10\n"
    given = {"scenario": SCENARIO, "ground_temperature": ground, **tables}
    return write_village(folder, **given)


def solve_folder(folder: Path) -> CircuitYear:
    """Load and solve a folder of one circuit, with all fields."""
    (year,) = simulate(load(folder), fields=True).cases["base"].circuits.values()
    return year


def friction(flow: float, length: float, diameter: float, roughness: float) -> float:
    """Return the friction of a turbulent flow by Haaland's law, by hand. [Pa]"""
    speed = flow / DENSITY / (np.pi * diameter**2 / 4.0)
    reynolds = abs(speed) * diameter * DENSITY / VISCOSITY
    root = -1.8 * np.log10((roughness / diameter / 3.7) ** 1.11 + 6.9 / reynolds)
    return float(length / diameter / root**2 * DENSITY * speed * abs(speed) / 2.0)


def column(year: CircuitYear, name: str, row: str) -> FloatArray:
    """Return the supply side of a field of a pipe or junction, shape (hours,)."""
    ids = year.circuit.pipe_ids if name.startswith("pipe") else year.circuit.junctions
    return np.asarray(year.fields[name][:, ids.index(row), 0])
