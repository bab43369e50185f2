"""Given flows that bring nothing: water too cold, or too warm, leaves as it came."""

from collections.abc import Iterator

import numpy as np

from ..profiles.boundary import given_flow
from ..results.time_text import time_text
from ..solvers.circuit_year import CircuitYear
from ..solvers.simulation import Simulation
from .sentences import reader_of, when

LEAST_FLOW = 1e-6
"""Less is no flow. [kg/s]"""


def idle_flow_sentences(simulation: Simulation, name: str, year: CircuitYear) -> Iterator[str]:
    """Tell of consumers whose given flow brings neither heat nor cold.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    name : str
        Of the circuit.
    year : CircuitYear
        Its hours.
    """
    circuit, flow, heat = year.circuit, year.consumer_mass_flow, year.consumer_heat
    known = "consumers" in simulation.system.tables
    if circuit.is_one_line or not flow.size or not heat.size or not known:
        return
    given = given_flow(reader_of(simulation), circuit)
    if given is None:
        return
    idle = (given > LEAST_FLOW) & (flow > LEAST_FLOW) & (heat == 0.0)
    counts = idle.sum(axis=0)
    if not counts.any():
        return
    worst = int(np.argmax(counts))
    row = int(np.argmax(idle[:, worst]))
    time = time_text(float(simulation.profiles.duration[idle[:, worst]].sum()))
    others = int(np.count_nonzero(counts)) - 1
    more = f", and {others} more" if others else ""
    supply = year.consumer_supply_temperature[row, worst]
    least = circuit.consumers.min_supply_temperature[worst]
    wrong = (
        f"below its min_supply_temperature of {least:.4g} °C"
        if supply < least
        else "on the wrong side of its return_temperature"
    )
    yield (
        f"circuit '{name}': the flow of consumer '{circuit.consumer_ids[worst]}'{more} brings "
        f"nothing in {time}, first {when(simulation, row)}: water of {supply:.4g} °C comes, "
        f"{wrong}, and leaves as it came: another supply temperature, or a larger flow, helps"
    )
