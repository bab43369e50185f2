"""What a run was made of and how well it was solved; the mark by which we know our folders."""

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from .. import __version__
from ..networks.system import System
from ..solvers.arrival import ARRIVAL_TOLERANCE
from ..solvers.exchanger_control import SUPPLY_TOLERANCE
from ..solvers.simulation import Simulation
from .balance import balance

FILE = "manifest.json"
MAKER = "warmtenet"
PACKAGES = ("numpy", "numba", "scipy", "pandas", "pyarrow", "xarray", "pydantic", "pyogrio")
"""Packages whose version may change a figure or a file."""


def build_manifest(
    simulation: Simulation, summary: Mapping[str, Any], folder: Path
) -> dict[str, Any]:
    """Return the manifest of a run.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    summary : mapping
        The run's summary: its ``seconds`` are kept here by stage.
    folder : Path
        Where the other files stand; each is listed with its SHA-256.

    Returns
    -------
    dict
        Inputs, versions, seeds, tolerances, residuals, seconds by stage, files.
    """
    scenario = simulation.system.scenario
    years = simulation.cases["base"].circuits
    return {
        "made_by": MAKER,
        "version": __version__,
        "scenario": scenario.name,
        "inputs": dict(sorted(simulation.system.inputs.items())),
        "settings": scenario.model_dump(mode="json"),
        "versions": _versions(),
        "seeds": {"demand": scenario.demand.seed},
        "tolerances": {
            "consumer_heat_relative": scenario.solver.tolerance,
            "source_temperature_k": ARRIVAL_TOLERANCE,
            "exchanger_supply_k": SUPPLY_TOLERANCE,
        },
        "residuals": asdict(balance(simulation)),
        "iterations": {name: int(year.iterations.max()) for name, year in years.items()},
        "seconds": {**summary["seconds"], "stages": dict(simulation.seconds)},
        "files": _files(folder),
    }


def study_manifest(system: System, study: str, folder: Path) -> dict[str, Any]:
    """Return the manifest of a study.

    Parameters
    ----------
    system : System
        What was asked.
    study : str
        Its name.
    folder : Path
        Where the other files stand; each is listed with its SHA-256.
    """
    scenario = system.scenario
    return {
        "made_by": MAKER,
        "version": __version__,
        "study": study,
        "scenario": scenario.name,
        "inputs": dict(sorted(system.inputs.items())),
        "settings": scenario.model_dump(mode="json"),
        "versions": _versions(),
        "seeds": {"demand": scenario.demand.seed},
        "files": _files(folder),
    }


def is_ours(folder: Path) -> bool:
    """Return whether a folder carries a manifest that we wrote."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("made_by") == MAKER


def _files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder).as_posix()): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {
        name: metadata.version(name) for name in PACKAGES
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:  # fields may be larger than memory
        return hashlib.file_digest(file, "sha256").hexdigest()
