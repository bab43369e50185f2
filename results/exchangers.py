"""Figures of the exchangers between circuits, for the summary."""

from typing import Any

import numpy as np

from ..networks.columns import FloatArray
from ..solvers.exchanger_year import ExchangerYear
from ..solvers.simulation import Simulation

KW, MWH, HOUR = 1e3, 3.6e9, 3600.0
"""Watts in a kW, joules in a MWh, seconds in an hour."""

NOTHING = 1.0
"""Heat that is missing below this is none. [W]"""


def summarise_exchangers(simulation: Simulation) -> dict[str, dict[str, Any]]:
    """Return the figures of every exchanger in the case ``base``.

    Parameters
    ----------
    simulation : Simulation
        What was solved.

    Returns
    -------
    dict of str to dict
        By id: circuits that it joins, what passes (cold negative), the largest hour of it, the
        hours in which the primary is too cold for the supply that the secondary asks for (for
        cold, too warm) and by how much at most, and what the primary cannot give.
    """
    years = simulation.cases["base"].exchangers
    return {name: _figures(year, simulation.profiles.duration) for name, year in years.items()}


def _figures(year: ExchangerYear, duration: FloatArray) -> dict[str, Any]:
    heat, cold = np.maximum(year.heat, 0.0), np.minimum(year.heat, 0.0)
    largest = int(np.argmax(np.abs(year.heat)))
    missing = np.abs(year.missing)
    return {
        "from_circuit": year.exchanger.primary,
        "to_circuit": year.exchanger.secondary,
        "heat_mwh": float(heat @ duration) / MWH,
        "cold_mwh": float(cold @ duration) / MWH,
        "peak_kw": float(year.heat[largest]) / KW,
        "too_cold_hours": float(year.falls @ duration) / HOUR,
        "largest_fall_k": float(np.max(year.fall * year.falls, initial=0.0)),
        "missing_mwh": float(missing @ duration) / MWH,
        "missing_hours": float((missing > NOTHING) @ duration) / HOUR,
    }
