"""Whether heat, water and the plant balance, in every hour of every case."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..networks.columns import FloatArray
from ..solvers.circuit_year import CircuitYear
from ..solvers.simulation import Simulation
from .energy import sums_of

CLOSED = 1e-6
"""Relative residual up to which a heat balance closes. [1]"""

SMALLEST_SCALE = 1000.0
"""Residuals are relative to at least 1 kW. [W]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Worst residuals of a run, over all hours, circuits and cases.

    Parameters
    ----------
    heat_relative : float
        |producers + hydraulic power + exchange from other circuits - consumers - what leaves
        one-line networks with the water - loss to ground| over the sum of the absolute terms, at
        least 1 kW.
    mass_kg_s : float
        Largest imbalance of a junction.
    plant_relative : float or None
        The same as ``heat_relative`` for the plant; None without one.
    exchangers_relative : float or None
        Heat that leaves one circuit less heat that enters the one behind its exchanger, over the
        larger of both, at least 1 kW; None without exchangers.
    """

    heat_relative: float
    mass_kg_s: float
    plant_relative: float | None
    exchangers_relative: float | None


def balance(simulation: Simulation) -> Balance:
    """Return the worst residuals of a run.

    Parameters
    ----------
    simulation : Simulation
        What was solved.

    Returns
    -------
    Balance
        Residuals; those of the circuits are formed again here, from what was delivered,
        and the larger of both is given.
    """
    years = _distinct(
        year for case in simulation.cases.values() for year in case.circuits.values()
    )
    plants = [case.plant for case in simulation.cases.values() if case.plant is not None]
    duration = simulation.profiles.duration
    heat = [_worst(worst_residual(year, duration)) for year in years]
    return Balance(
        heat_relative=max(heat, default=0.0),
        mass_kg_s=max((_worst(year.mass_residual) for year in years), default=0.0),
        plant_relative=max((_worst(plant.residual) for plant in plants), default=None),
        exchangers_relative=max(
            (_worst(x.residual) for c in simulation.cases.values() for x in c.exchangers.values()),
            default=None,
        ),
    )


def worst_residual(year: CircuitYear, duration: FloatArray) -> FloatArray:
    """Return the larger of the residuals of the solver and of the results, for each hour.

    Parameters
    ----------
    year : CircuitYear
        A solved circuit.
    duration : array of float, shape (hours,)
        Of its steps. [s]

    Returns
    -------
    array of float, shape (hours,)
        See `heat_residual`.
    """
    return np.asarray(np.maximum(year.heat_residual, heat_residual(year, duration)))


def heat_residual(year: CircuitYear, duration: FloatArray | None = None) -> FloatArray:
    """Return the relative heat residual of each hour of a circuit, from its own results.

    Parameters
    ----------
    year : CircuitYear
        A solved circuit.
    duration : array of float, shape (hours,), optional
        Of the steps of a dynamic run: what is stored counts, and a step without duration, which
        shows a state, balances by itself. [s]

    Returns
    -------
    array of float, shape (hours,)
        |sum| / max(sum of absolute terms, 1 kW).
    """
    producers, consumers = year.producer_heat.sum(axis=1), sums_of(year).delivered
    terms = [producers, year.hydraulic_power, year.exchange, -consumers, -year.heat_loss]
    if year.carried_heat is not None:
        terms.append(-year.carried_heat)
    if year.stored_heat is not None and duration is not None:
        gained = gained_heat(year, duration)
        terms.append(-np.where(duration > 0.0, gained, sum(terms)))
    scale = np.maximum(sum(np.abs(term) for term in terms), SMALLEST_SCALE)
    return np.asarray(np.abs(sum(terms)) / scale)


def gained_heat(year: CircuitYear, duration: FloatArray) -> FloatArray:
    """Return the heat that water, pipe walls and rings of soil take up, shape (hours,). [W]

    Parameters
    ----------
    year : CircuitYear
        A solved circuit.
    duration : array of float, shape (hours,)
        Of its steps. [s]

    Returns
    -------
    array of float, shape (hours,)
        Mean of each step; 0 in a steady run, and where a step has no duration.
    """
    if year.stored_heat is None:
        return np.zeros_like(year.heat_loss)
    seconds = np.where(duration > 0.0, duration, np.inf)
    return np.asarray(np.diff(year.stored_heat) / seconds)


def _distinct(years: Iterable[CircuitYear]) -> list[CircuitYear]:
    return list({id(year): year for year in years}.values())


def _worst(values: FloatArray) -> float:
    return float(np.max(np.abs(values), initial=0.0))
