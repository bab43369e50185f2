"""What producers were told to give and could not, and water that runs back through the holder."""

from collections.abc import Iterator

import numpy as np

from ..profiles.boundary import producer_feed
from ..results.time_text import time_text
from ..solvers.circuit_year import CircuitYear
from ..solvers.simulation import Simulation
from .sentences import reader_of, when

LEAST_SHARE = 1e-3
"""Of the heat told, or of the flow drawn: less is nothing. [1]"""

LEAST_HEAT, LEAST_FLOW = 10.0, 1e-6
"""Nor is less than this anything. [W], [kg/s]"""

KW = 1e3
"""Watts in a kW."""


def surplus_sentences(simulation: Simulation, year: CircuitYear) -> Iterator[str]:
    """Tell of heat that nobody could take, and of water that runs back.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    year : CircuitYear
        A circuit's hours.
    """
    circuit = year.circuit
    if len(circuit.producer_ids) == 1 or circuit.is_one_line:
        return
    yield from _untaken(simulation, year)
    yield from _running_back(simulation, year)


def _untaken(simulation: Simulation, year: CircuitYear) -> Iterator[str]:
    feed = producer_feed(reader_of(simulation), year.circuit)
    if feed is None:
        return
    told = np.abs(np.nan_to_num(feed.heat))
    left = told - np.abs(year.producer_heat)
    left[left < LEAST_SHARE * told + LEAST_HEAT] = 0.0
    for row in np.flatnonzero(left.any(axis=0)):
        worst = int(np.argmax(left[:, row]))
        time = time_text(float(simulation.profiles.duration[left[:, row] > 0.0].sum()))
        yield (
            f"producer '{year.circuit.producer_ids[row]}': told {told[worst, row] / KW:,.4g} kW, "
            f"gives {abs(year.producer_heat[worst, row]) / KW:,.4g} kW "
            f"{when(simulation, worst)}, less than told in {time}: no more is drawn, or its "
            "supply is too near to the return; lower its heat, or give a limit and a priority"
        )


def _running_back(simulation: Simulation, year: CircuitYear) -> Iterator[str]:
    drawn = year.consumer_mass_flow.sum(axis=1) if year.consumer_mass_flow.size else 0.0
    back = -year.producer_mass_flow[:, 0]
    back = np.where(back > LEAST_SHARE * drawn + LEAST_FLOW, back, 0.0)
    if not back.any():
        return
    worst = int(np.argmax(back))
    fed = int(np.argmax(year.producer_mass_flow[worst, 1:])) + 1
    names = year.circuit.producer_ids
    time = time_text(float(simulation.profiles.duration[back > 0.0].sum()))
    yield (
        f"producer '{names[0]}': up to {back[worst]:.3g} kg/s run back through it from supply to "
        f"return, most {when(simulation, worst)}, in {time} in all: lower what '{names[fed]}' "
        f"feeds ({year.producer_mass_flow[worst, fed]:.3g} kg/s)"
    )
