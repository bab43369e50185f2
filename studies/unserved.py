"""Heat and flow that consumers miss: how much, where most, why, and what helps."""

from collections.abc import Iterator

import numpy as np

from ..networks.closed_ways import closing_remedy, closing_valves, cut_off
from ..networks.columns import FloatArray
from ..networks.exchangers import Exchanger, find_exchangers
from ..profiles.boundary import given_flow
from ..profiles.one_line import end_junctions, gates
from ..results.energy import sums_of
from ..results.time_text import time_text
from ..solvers.circuit_year import REASONS, CircuitYear, release_consumers
from ..solvers.prescribed import ALL
from ..solvers.roles import distribution_circuits
from ..solvers.simulation import Simulation
from .full_flow import full_flow, is_full
from .sentences import reader_of, when

NOTHING = 1.0
"""Unserved heat below this is none. [W]"""

CELLS = 2**24
"""Hours times consumers that are looked at together, for the sake of memory."""

MWH, BAR = 3.6e9, 1e5
"""Joules in a MWh, pascals in a bar."""

REMEDIES = {
    "supply_too_cold": "its supply is colder than it needs: raise the supply temperature, "
    "insulate, or give it a bypass",
    "pressure": "the pump cannot give the head: {head}",
    "source": "sources and heat pumps give no more: add units, a source or a larger connection",
}
"""What to do about the reasons of unserved heat; `full_flow` tells of the flow."""

COLD_REMEDIES = REMEDIES | {
    "supply_too_cold": "its supply is warmer than it needs for cold: lower the cooling supply "
    "temperature, insulate, or give it a bypass",
}
"""What to do about each reason of unserved cold."""


WANTS = {
    "flow_limit": "flow within its max_flow",
    "supply_too_cold": "water warm enough",
    "pressure": "pressure",
    "source": "heat from further ahead",
}
"""What an exchanger lacks, by the reason of the consumer that stands for it."""

COLD_WANTS = WANTS | {
    "supply_too_cold": "water cold enough",
    "source": "cold from further ahead",
}
"""The same where it passes cold."""


def unserved_sentences(simulation: Simulation, name: str, year: CircuitYear) -> Iterator[str]:
    """Tell for each reason how much heat or cold is missing, and where most; then missing flow.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    name : str
        Of the circuit.
    year : CircuitYear
        Its hours.
    """
    sums = sums_of(year)
    if (sums.unserved_heat - sums.unserved_cold > NOTHING).any():
        for code in range(len(REASONS)):
            yield from _missing_heat(simulation, name, year, code)
    yield from _missing_flow(simulation, name, year)


def _missing_heat(
    simulation: Simulation, name: str, year: CircuitYear, code: int
) -> Iterator[str]:
    energy = _missing_energy(simulation, year, code)
    if not energy.any():
        return
    worst = int(np.argmax(energy))
    missing = _missing(year, code, slice(worst, worst + 1))[:, 0]
    time = time_text(float(simulation.profiles.duration[missing > 0.0].sum()))
    cause = _cause(simulation, year, REASONS[code], worst, int(np.argmax(missing)))
    yield (
        f"circuit '{name}': {energy.sum() / MWH:,.3g} MWh unserved at "
        f"{np.count_nonzero(energy)} of {len(energy)} consumers, most at "
        f"'{year.circuit.consumer_ids[worst]}' ({time}): {cause}"
    )


def _missing_energy(simulation: Simulation, year: CircuitYear, code: int) -> FloatArray:
    """Return what each consumer misses for one reason over all hours, some consumers at a time."""
    hours, consumers = year.consumer_unserved_heat.shape
    energy, step = np.zeros(consumers), max(CELLS // max(hours, 1), 1)
    for first in range(0, consumers, step):
        some = slice(first, first + step)
        energy[some] = simulation.profiles.duration @ _missing(year, code, some)
        release_consumers(year)
    return energy


def _missing(year: CircuitYear, code: int, consumers: slice) -> FloatArray:
    """Return what consumers miss for one reason, shape (hours, consumers); 0 for any other. [W]"""
    size = np.abs(year.consumer_unserved_heat[:, consumers])
    counts = (year.consumer_reason[:, consumers] == code) & (size > NOTHING)
    return np.where(counts, size, 0.0)


def missing_flow(
    simulation: Simulation, name: str, year: CircuitYear
) -> tuple[FloatArray, FloatArray] | None:
    """Return given flow, and what of it is not drawn where no missing heat tells of it.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    name : str
        Of the circuit.
    year : CircuitYear
        Its hours.

    Returns
    -------
    (array of float, array of float) or None
        Flow that consumers should draw, shape (hours, consumers) [kg/s], and what each of them
        misses over all hours, shape (consumers,) [kg]; None where nothing is missed.

    Notes
    -----
    Water that does not come is worth no heat, so that none is missing.
    """
    system = simulation.system
    if "consumers" not in system.tables or name not in distribution_circuits(system):
        return None
    asked = given_flow(reader_of(simulation), year.circuit)
    if asked is None or not year.consumer_mass_flow.size:
        return None
    if year.instant and system.scenario.time.interpolation == "linear":
        asked = _least_nearby(asked)  # a step sees the mean of the instants at its ends
    mass, step = np.zeros(asked.shape[1]), max(CELLS // len(asked), 1)
    for first in range(0, len(mass), step):
        some = slice(first, first + step)
        mass[some] = simulation.profiles.duration @ _short(year, asked, some)
        release_consumers(year)
    return (asked, mass) if mass.any() else None


def _least_nearby(asked: FloatArray) -> FloatArray:
    """Return the least of each row and its neighbours."""
    before = np.concatenate([asked[:1], asked[:-1]])
    after = np.concatenate([asked[1:], asked[-1:]])
    least: FloatArray = np.minimum(np.minimum(before, asked), after)
    return least


def _missing_flow(simulation: Simulation, name: str, year: CircuitYear) -> Iterator[str]:
    found = missing_flow(simulation, name, year)
    if found is None:
        return
    asked, mass = found
    worst = int(np.argmax(mass))
    short = _short(year, asked, slice(worst, worst + 1))[:, 0]
    row = int(np.argmax(short))
    time = time_text(float(simulation.profiles.duration[short > 0.0].sum()))
    reason = REASONS[year.consumer_reason[row, worst]]
    yield (
        f"circuit '{name}': {mass.sum():,.3g} kg of given flow undelivered at "
        f"{np.count_nonzero(mass)} of {len(mass)} consumers, most at "
        f"'{year.circuit.consumer_ids[worst]}' ({time}, as much as {short[row]:.3g} of "
        f"{asked[row, worst]:.3g} kg/s): "
        + _cause(simulation, year, reason, worst, row, is_told=True)
    )


def _short(year: CircuitYear, asked: FloatArray, consumers: slice) -> FloatArray:
    """Return by how much consumers draw less than they should, shape (hours, consumers). [kg/s]"""
    wanted, drawn = asked[:, consumers], year.consumer_mass_flow[:, consumers]
    untold = np.abs(year.consumer_unserved_heat[:, consumers]) <= NOTHING
    return np.where(untold & (drawn < wanted * ALL), wanted - drawn, 0.0)


def _cause(
    simulation: Simulation,
    year: CircuitYear,
    reason: str,
    consumer: int,
    row: int,
    *,
    is_told: bool = False,
) -> str:
    """Return why a consumer misses heat or flow, and what helps; told for its worst hour.

    ``is_told`` says that its flow is given.
    """
    closed = _closed(simulation, year, consumer, row)
    if closed:
        return closed
    if reason == "flow_limit" or (not reason and is_full(year, consumer, row)):
        return full_flow(year, consumer, row, is_told=is_told)
    if reason == "source" and year.circuit.id in _fed_by(simulation):
        return _beyond(simulation, year.circuit.id, row)
    if reason != "pressure":
        misses_cold = year.consumer_unserved_heat[row, consumer] < 0.0
        remedies = COLD_REMEDIES if misses_cold else REMEDIES
        return remedies.get(reason, "no reason was found")
    head = _head_remedy(year)
    if year.missing_head is not None and year.missing_head[row] > 0.0:
        weak = year.missing_head[row] / BAR
        return f"{when(simulation, row)} the pump is too weak by {weak:.2g} bar: {head}"
    return REMEDIES[reason].format(head=head)


def _fed_by(simulation: Simulation) -> dict[str, Exchanger]:
    """Return the exchanger that feeds each circuit that has one ahead of it."""
    return {each.secondary: each for each in find_exchangers(simulation.system)}


def _beyond(simulation: Simulation, name: str, row: int) -> str:
    """Return which exchanger gives no more to a circuit in an hour, and where the cause lies."""
    exchanger = _fed_by(simulation)[name]
    year = simulation.cases["base"].circuits[exchanger.primary]
    consumer = year.circuit.consumer_ids[exchanger.consumer]
    reason = REASONS[year.consumer_reason[row, exchanger.consumer]]
    is_cold = simulation.cases["base"].exchangers[exchanger.id].is_cold[row]
    wants = COLD_WANTS if is_cold else WANTS
    words = f" for want of {wants[reason]}" if reason in wants else ""
    return (
        f"exchanger '{exchanger.id}' gives no more{words}: see consumer '{consumer}' of circuit "
        f"'{exchanger.primary}'"
    )


def _closed(simulation: Simulation, year: CircuitYear, consumer: int, row: int) -> str:
    """Return which valves leave no open way to a consumer in an hour; empty where one is open."""
    circuit, reader = year.circuit, reader_of(simulation)
    gate = gates(reader, circuit)
    if gate is None or not cut_off(circuit, gate[row], end_junctions(reader, circuit))[consumer]:
        return ""
    remedy = closing_remedy(closing_valves(circuit, gate[row], consumer))
    return f"no open pipe leads to it {when(simulation, row)}: {remedy}"


def _head_remedy(year: CircuitYear) -> str:
    """Return which cell bounds the head, and what else helps."""
    fixed = year.circuit.producers.pressure_difference[0]
    name = "max_pressure_difference" if np.isnan(fixed) else "pressure_difference"
    return f"raise {name} or widen the pipes"
