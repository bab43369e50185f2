"""Heat that leaves a one-line network with the water its consumers do not send back."""

from dataclasses import replace

import numpy as np

from ..model.water import WaterTable, enthalpy
from ..networks.columns import FloatArray
from .circuit_year import CircuitYear
from .large_arrays import parts_of, release

FREEZING = 0.0
"""Heat of a one-line network counts from water of this temperature. [°C]"""


def with_carried_heat(year: CircuitYear, water: WaterTable) -> CircuitYear:
    """Return a year that says what leaves a one-line network beside the heat delivered.

    Parameters
    ----------
    year : CircuitYear
        Solved; one with a return side, or without its consumers, is returned as it is.
    water : WaterTable
        Of the scenario.

    Notes
    -----
    Water comes to a consumer with all its heat above 0 °C; what is not delivered leaves with it,
    at the return temperature where it is given, as it came where nothing is served.
    """
    if not year.circuit.is_one_line or len(year.consumer_heat) != len(year.heat_loss):
        return year
    return replace(year, carried_heat=_carried(year, water))


def _carried(year: CircuitYear, water: WaterTable) -> FloatArray:
    """Return the heat that comes to consumers and is not delivered, shape (hours,). [W]"""
    carried, zero = np.zeros(len(year.heat_loss)), enthalpy(np.array(FREEZING), water)
    for rows in parts_of(len(carried), year.consumer_heat.nbytes):
        flow, heat = year.consumer_mass_flow[rows], year.consumer_heat[rows]
        comes = enthalpy(year.consumer_supply_temperature[rows], water) - zero
        carried[rows] = np.where(flow == 0.0, 0.0, flow * comes - heat).sum(axis=1)
        release(flow, heat, year.consumer_supply_temperature[rows])
    return carried
