"""What consumers of a mesh draw of water that travels, found in rounds."""

import numpy as np

from ..networks.boundary import Boundary
from ..networks.columns import BoolArray, FloatArray
from .circuit_year import CircuitYear
from .kernels.plug_tables import Out
from .moving_water import Run

LEAST_APART = 1.0
"""Between producer and return, with which the largest flow is reckoned. [K]"""

CAP = 10.0
"""Times the flow that the heat needs at the producer's own temperature. [1]"""

TWICE = 2.0
"""Times the steady flow of a light load on long pipes: so much may bring warmth, too. [1]"""

HEAT_CAPACITY = 4185.0
"""To reckon the largest flow with. [J/(kg K)]"""

MOST = np.log(2.0)
"""By which the logarithm of a flow moves in a round."""

MOST_LACKED = np.log(1e6)
"""By which the logarithm of a flow moves that a weak pump holds back."""

MOST_GAIN = 10.0
"""Slope of ln(supply less return) over ln(flow). [1]"""

TELLING = 1e-4
"""Move of the logarithm of a flow that tells a slope."""


def largest_flows(boundary: Boundary) -> FloatArray:
    """Return flows beyond which more brings no warmth, shape (steps, consumers). [kg/s]

    Parameters
    ----------
    boundary : Boundary
        What is asked; without heat nothing bounds a flow.
    """
    source = np.where(
        boundary.heat >= 0.0,
        boundary.supply_temperature.max(axis=1, keepdims=True),
        boundary.supply_temperature.min(axis=1, keepdims=True),
    )
    apart = np.where(
        np.isnan(boundary.return_temperature),
        boundary.temperature_difference,
        np.abs(source - boundary.return_temperature),
    )
    apart = np.maximum(np.nan_to_num(apart), LEAST_APART)
    cap: FloatArray = CAP * np.abs(boundary.heat) / (HEAT_CAPACITY * apart)
    return np.where(boundary.heat == 0.0, np.inf, cap)


def helpful_flows(year: CircuitYear, boundary: Boundary) -> FloatArray:
    """Return flows up to which more brings warmth though they are beyond the largest. [kg/s]

    Parameters
    ----------
    year : CircuitYear
        The steady states of the steps.
    boundary : Boundary
        What is asked.

    Returns
    -------
    array of float, shape (steps, consumers)
        `TWICE` the steady flow where that is beyond the largest and all heat is served, else 0.
    """
    flow = TWICE * year.consumer_mass_flow
    is_light = (flow > largest_flows(boundary)) & (year.consumer_unserved_heat == 0.0)
    return np.where(is_light, flow, 0.0)


class Drawing:
    """Flows of consumers from round to round, each learning how its water answers.

    A flow of which the heat asked for would be served is sought: ``lacks``, the logarithm of that
    heat over what the water could give, is nought there. It falls as the flow rises, by one and by
    what warmer water adds; two rounds tell how fast.

    Parameters
    ----------
    run : Run
        What is asked.
    helps : array of float, shape (steps, consumers)
        See `helpful_flows`. [kg/s]
    """

    def __init__(self, run: Run, helps: FloatArray) -> None:
        self.run, self.helps = run, helps
        self.before: tuple[FloatArray, FloatArray] | None = None

    def next_flows(self, out: Out, weak: BoolArray) -> FloatArray | None:
        """Return what consumers would draw of the water that came; None where no heat decides.

        Parameters
        ----------
        out : Out
            Of the round.
        weak : array of bool, shape (steps, consumers)
            Whom the pump gives less than they ask for: they ask for what water like that which
            came would need.

        Returns
        -------
        array of float, shape (steps, consumers), or None
            [kg/s]
        """
        boundary, consumers = self.run.boundary, self.run.circuit.consumers
        by_heat = np.ones(boundary.heat.shape, dtype=np.bool_)
        if boundary.flow is not None:
            by_heat &= np.isnan(boundary.flow)
        if boundary.outlet is not None:
            by_heat &= ~boundary.outlet
        asks = by_heat & (boundary.heat != 0.0)
        if not asks.any():
            return None
        flow = out.consumer_mass_flow
        place = np.log(np.maximum(flow, np.finfo(float).tiny))
        lacks = np.where(asks & (flow > 0.0), self._lacks(out), 0.0)
        step = np.clip(lacks / (1.0 + self._gain(place, lacks)), -MOST, MOST)
        wanted = flow * np.exp(np.where(weak, np.clip(lacks, -MOST, MOST_LACKED), step))
        self.before = place, lacks
        most, largest = (
            np.where(consumers.is_connected, consumers.max_flow, 0.0),
            largest_flows(boundary),
        )
        wanted = np.where(weak & asks, np.maximum(wanted, largest / CAP), wanted)
        wanted = np.minimum(wanted, np.maximum(largest, self.helps))
        wanted = np.clip(wanted, np.minimum(consumers.bypass_flow, most), most)
        other = np.nan if boundary.flow is None else boundary.flow
        return np.where(by_heat, wanted, other)

    def _lacks(self, out: Out) -> FloatArray:
        """Return ln(heat asked for / heat that the water could give at this flow)."""
        boundary = self.run.boundary
        apart = np.where(
            np.isnan(boundary.return_temperature),
            boundary.temperature_difference,
            out.consumer_supply - boundary.return_temperature,
        )
        came = out.consumer_supply - out.consumer_return
        helps = apart * boundary.heat > 0.0
        short = out.consumer_unserved != 0.0
        served = np.where(out.consumer_heat != 0.0, out.consumer_heat, np.nan)
        ratio = np.where(short, boundary.heat / served, came / np.where(helps, apart, np.nan))
        known = helps & np.isfinite(ratio) & (ratio > 0.0)
        lacks: FloatArray = np.where(known, np.log(np.where(known, ratio, 1.0)), MOST)
        return lacks

    def _gain(self, place: FloatArray, lacks: FloatArray) -> FloatArray:
        """Return how fast the water answers, from this round and the one before."""
        if self.before is None:
            return np.zeros_like(place)
        moved, fell = place - self.before[0], self.before[1] - lacks
        tells = np.abs(moved) > TELLING
        gain = np.where(tells, fell / np.where(tells, moved, 1.0) - 1.0, 0.0)
        return np.asarray(np.clip(gain, 0.0, MOST_GAIN))
