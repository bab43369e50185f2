"""Space heat of dwellings: heat loss below a balance temperature, behind a day's lag."""

from dataclasses import dataclass

import numpy as np

from ..model.scenario import DemandSection
from ..networks.columns import FloatArray
from .households import BLOCK, SPACE_HEAT, Households
from .year import Float32Array

LARGEST_DEVIATION = 3.0
"""Balance temperatures stay within this many standard deviations: our assumption."""

DESIGN_OUTDOOR = -10.0
"""Outdoor temperature of the design load; Dutch guarantee practice. [°C]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatLoss:
    """What decides a dwelling's space heat; arrays have shape (dwellings,).

    Parameters
    ----------
    coefficient : array of float
        Heat for each kelvin below the balance temperature. [W/K]
    balance_temperature : array of float
        Lagged outdoor temperature above which nothing is asked for. [°C]
    """

    coefficient: FloatArray
    balance_temperature: FloatArray

    @property
    def design_load(self) -> FloatArray:
        """Space heat at -10 °C outdoors, steady. [W]"""
        load: FloatArray = self.coefficient * (self.balance_temperature - DESIGN_OUTDOOR)
        return load


def heat_losses(
    homes: Households, demand: DemandSection, lagged_outdoor: FloatArray, shape: FloatArray
) -> HeatLoss:
    """Return the heat losses with which an average year asks for the scenario's heat.

    Parameters
    ----------
    homes : Households
        The dwellings.
    demand : DemandSection
        Mean per dwelling in the average year, balance temperature and spreads.
    lagged_outdoor : array of float, shape (hours,)
        Of the average year. [°C]
    shape : array of float, shape (hours,)
        Demand relative to the day's mean. [1]

    Returns
    -------
    HeatLoss
        The mean of each type meets its share of the yearly heat exactly.
    """
    deviation = np.empty(homes.count)
    factor = np.empty(homes.count)
    sigma = np.sqrt(np.log1p(demand.loss_spread**2))
    for type_row, rows in homes.rows_by_type().items():
        normal = homes.stream(SPACE_HEAT, type_row).standard_normal((len(rows), 2))
        deviation[rows] = np.clip(normal[:, 0], -LARGEST_DEVIATION, LARGEST_DEVIATION)
        factor[rows] = np.exp(sigma * normal[:, 1] - sigma**2 / 2.0)
    balance = demand.balance_temperature + demand.balance_spread * deviation
    raw = factor * degree_hours(balance, lagged_outdoor, shape)
    target = homes.targets_kwh("space_heat_kwh", demand.space_heat_kwh) * 1e3
    for rows in homes.rows_by_type().values():
        mean = raw[rows].mean()
        factor[rows] *= target[rows] / mean if mean > 0.0 else 0.0
    return HeatLoss(coefficient=factor, balance_temperature=balance)


def degree_hours(balance: FloatArray, outdoor: FloatArray, shape: FloatArray) -> FloatArray:
    """Return the weighted kelvin hours below each balance temperature.

    Parameters
    ----------
    balance : array of float, shape (dwellings,)
        Balance temperatures. [°C]
    outdoor : array of float, shape (hours,)
        Lagged outdoor temperature. [°C]
    shape : array of float, shape (hours,)
        Weight of each hour. [1]

    Returns
    -------
    array of float, shape (dwellings,)
        Sum over the hours of shape * max(0, balance - outdoor). [K h]

    Examples
    --------
    >>> degree_hours(np.array([14.0]), np.array([4.0, 13.0, 20.0]), np.array([1.0, 0.5, 1.0]))
    array([10.5])
    """
    order = np.argsort(outdoor)
    weight = np.concatenate([[0.0], np.cumsum(shape[order])])
    weighted = np.concatenate([[0.0], np.cumsum(shape[order] * outdoor[order])])
    below = np.searchsorted(outdoor[order], balance)
    hours: FloatArray = balance * weight[below] - weighted[below]
    return hours


def space_heat(loss: HeatLoss, lagged_outdoor: FloatArray, shape: FloatArray) -> Float32Array:
    """Return the space heat of each dwelling: H max(0, T_balance - T_lagged) shape.

    Parameters
    ----------
    loss : HeatLoss
        Of the dwellings.
    lagged_outdoor : array of float, shape (hours,)
        Outdoor temperature behind the building's lag. [°C]
    shape : array of float, shape (hours,)
        Demand relative to the day's mean. [1]

    Returns
    -------
    array of float32, shape (dwellings, hours)
        Mean of each hour. [W]
    """
    outdoor = lagged_outdoor.astype(np.float32)
    weight = shape.astype(np.float32)
    balance = loss.balance_temperature.astype(np.float32)[:, None]
    coefficient = loss.coefficient.astype(np.float32)[:, None]
    heat = np.empty((len(balance), len(outdoor)), dtype=np.float32)
    for first in range(0, len(balance), BLOCK):
        rows = slice(first, first + BLOCK)
        part = heat[rows]
        np.subtract(balance[rows], outdoor, out=part)
        np.maximum(part, 0.0, out=part)
        part *= weight
        part *= coefficient[rows]
    return heat
