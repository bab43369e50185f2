"""Consumers that draw a given flow: their heat follows.

To the kernels such a consumer asks for more heat than any network has, and may draw no more than
its flow. What it then gets is what its flow gives, and nothing is missing.
"""

from dataclasses import replace

import numpy as np

from ..networks.boundary import Boundary
from ..networks.columns import FloatArray
from .circuit_year import SERVED, CircuitYear

BOUNDLESS = 1e12
"""More heat than any network has. [W]"""

ALL = 1.0 - 1e-9
"""Share of the given flow that counts as all of it. [1]"""


def ask_for_flow(boundary: Boundary) -> tuple[Boundary, FloatArray | None]:
    """Return loads that draw the given flows, and the limits that hold them to these.

    Parameters
    ----------
    boundary : Boundary
        Perhaps with ``flow``.

    Returns
    -------
    Boundary
        With heat only.
    array of float, shape (hours, consumers), or None
        Largest flows, infinite where heat decides [kg/s]; None where no flow is given.
    """
    if boundary.flow is None:
        return boundary, None
    given = ~np.isnan(boundary.flow)
    above = boundary.supply_temperature.max(axis=1)[:, None] - boundary.return_temperature
    apart = np.where(np.isnan(above), boundary.temperature_difference, above)
    heat = np.where(apart < 0.0, -BOUNDLESS, BOUNDLESS) * (boundary.flow > 0.0)
    asked = replace(boundary, heat=np.where(given, heat, boundary.heat), flow=None)
    return asked, np.where(given, boundary.flow, np.inf)


def count_as_served(year: CircuitYear, boundary: Boundary) -> CircuitYear:
    """Return the year with what the given flows miss in place of what they were made to ask.

    Parameters
    ----------
    year : CircuitYear
        Solved for `ask_for_flow`.
    boundary : Boundary
        With ``flow``.
    """
    if boundary.flow is None:
        return year
    given, flow = ~np.isnan(boundary.flow), year.consumer_mass_flow
    whole = flow >= boundary.flow * ALL
    short = np.where(whole, 0.0, boundary.flow / np.maximum(flow, 1e-12) - 1.0)
    missing = np.where(given, year.consumer_heat * short, year.consumer_unserved_heat)
    reason = np.where(given & whole, SERVED, year.consumer_reason).astype(np.int8)
    return replace(year, consumer_unserved_heat=missing, consumer_reason=reason)
