"""The whole job in one call: what ``warmtenet run`` does, for scripts and notebooks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..networks.load import load
from ..studies.run import run_scenario
from .html import write_report


def run(
    scenario: str | Path = "tregazinkwit",
    folder: str | Path | None = None,
    *,
    overrides: Sequence[str] = (),
) -> dict[str, Any]:
    """Load, solve and compare a scenario, write its results and report.

    Parameters
    ----------
    scenario : str or Path
        A bundled name, a ``scenario.toml``, or its folder.
    folder : str or Path, optional
        Where to; default: ``out/<name of the scenario>``. It appears whole; one that stands there
        is replaced only if warmtenet wrote it.
    overrides : sequence of str
        Such as ``"weather.cold_spell=false"``.

    Returns
    -------
    dict
        The contents of ``summary.json``.

    Raises
    ------
    InvalidInputError
        With every fault of the input, or if ``folder`` is not ours.
    """
    system = load(scenario, overrides)
    target = Path("out") / system.scenario.name if folder is None else Path(folder)
    return run_scenario(system, target, report=write_report).summary
