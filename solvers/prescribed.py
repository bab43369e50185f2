"""Consumers that draw a given flow: their heat follows.

To the kernels such a consumer asks for more heat than any network has, and may draw no more than
its flow. What it then gets is what its flow gives, and nothing is missing.
"""

from dataclasses import replace

import numpy as np

from ..networks.boundary import Boundary
from ..networks.columns import FloatArray
from .circuit_year import SERVED, CircuitYear
from .large_arrays import parts_of, release

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
        Solved for `ask_for_flow`; changed in place.
    boundary : Boundary
        With ``flow``.
    """
    if boundary.flow is None:
        return year
    for rows in parts_of(len(boundary.flow), boundary.flow.nbytes):
        asked, flow = boundary.flow[rows], year.consumer_mass_flow[rows]
        given, whole = ~np.isnan(asked), flow >= asked * ALL
        short = np.where(whole, 0.0, asked / np.maximum(flow, 1e-12) - 1.0)
        heat, missing = year.consumer_heat[rows], year.consumer_unserved_heat[rows]
        np.copyto(missing, heat * short, where=given)
        np.copyto(year.consumer_reason[rows], SERVED, where=given & whole)
        release(flow, heat, missing, year.consumer_reason[rows])
    return year
