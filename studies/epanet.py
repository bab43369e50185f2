"""The hydraulics of a circuit in EPANET's C core, for benchmarks: flows given, no heat."""

import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from ..networks.boundary import Boundary
from ..networks.columns import RETURN, SUPPLY, Circuit, FloatArray
from ..solvers.circuit_year import CircuitYear

HEAD = 100.0
"""Held at the plant on both sides. [m]"""

VISCOSITY = 0.4
"""Of warm water, of that at 20 °C. [1]"""

PER_LINE = 12
"""Values of a pattern on a line."""

MM = 1e-3


def is_installed() -> bool:
    """Return whether EPANET can be asked, by way of wntr."""
    return find_spec("wntr") is not None


def seconds_per_hour(circuit: Circuit, boundary: Boundary, year: CircuitYear) -> float:
    """Return the wall time that EPANET takes for an hour. [s]

    Parameters
    ----------
    circuit : Circuit
        A tree or a mesh of pairs of pipes.
    boundary : Boundary
        Its hours.
    year : CircuitYear
        The same hours, solved: what consumers draw.

    Returns
    -------
    float
        Mean over the hours, of reading nothing and writing nothing: `ENrunH` and `ENnextH` alone.
    """
    with np.printoptions():  # wntr would change how numbers are printed
        from wntr.epanet.toolkit import ENepanet

    hours = len(boundary.duration)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.inp"
        path.write_text("\n".join(_lines(circuit, year.consumer_mass_flow)), encoding="utf-8")
        core = ENepanet()
        core.ENopen(*(str(path.with_suffix(end)) for end in (".inp", ".rpt", ".bin")))
        try:
            return _run(core) / hours
        finally:
            core.ENclose()


def _run(core: Any) -> float:
    core.ENopenH()
    core.ENinitH(0)
    start, left = time.perf_counter(), 1
    while left > 0:
        core.ENrunH()
        left = core.ENnextH()
    seconds = time.perf_counter() - start
    core.ENcloseH()
    return seconds


def _lines(circuit: Circuit, flow: FloatArray) -> list[str]:
    """Return the network as EPANET's text: both sides, demands on one and feeds on the other."""
    hours, source = len(flow), int(circuit.producers.junction[0])
    drawn = {int(node): row for row, node in enumerate(circuit.consumers.junction)}
    sides = ((SUPPLY, "S", 1), (RETURN, "R", -1))
    lines = [
        "[OPTIONS]",
        "UNITS LPS",
        "HEADLOSS D-W",
        f"VISCOSITY {VISCOSITY}",
        "ACCURACY 1e-5",
        "TRIALS 100",
        "[TIMES]",
        f"DURATION {hours - 1}:00",
        "HYDRAULIC TIMESTEP 1:00",
        "PATTERN TIMESTEP 1:00",
        "[RESERVOIRS]",
        *(f"{letter}{source} {HEAD}" for _, letter, _ in sides),
        "[JUNCTIONS]",
    ]
    for _, letter, sign in sides:
        for node in range(len(circuit.junctions)):
            if node != source:
                demand = f"{sign} P{drawn[node]}" if node in drawn else "0"
                lines.append(f"{letter}{node} 0 {demand}")
    lines.append("[PIPES]")
    pipes = circuit.pipes
    for side, letter, _ in sides:
        for row, (start, end) in enumerate(
            zip(pipes.from_junction, pipes.to_junction, strict=True)
        ):
            size = pipes.inner_diameter[side, row] / MM, pipes.roughness[side, row] / MM
            lines.append(
                f"{letter}p{row} {letter}{start} {letter}{end} {pipes.length[row]:.4f} "
                f"{size[0]:.4f} {size[1]:.5f} 0 Open"
            )
    lines.append("[PATTERNS]")
    for row, values in enumerate(flow.T):
        for first in range(0, hours, PER_LINE):
            some = " ".join(f"{value:.6g}" for value in values[first : first + PER_LINE])
            lines.append(f"P{row} {some}")
    return [*lines, "[END]"]
