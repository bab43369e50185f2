"""What producers were told to give and could not, and water that runs back through the holder."""

from collections.abc import Iterator

import numpy as np

from ..networks.boundary import Feed
from ..networks.closed_ways import closing_remedy, valves_around, without_way
from ..networks.columns import BoolArray, FloatArray
from ..profiles.boundary import producer_feed
from ..profiles.one_line import gates, open_ends
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
    if circuit.is_one_line:
        yield from _drawn_in(simulation, year)
    if len(circuit.producer_ids) == 1 or circuit.is_one_line:
        return
    feed = producer_feed(reader_of(simulation), circuit)
    if feed is not None:
        gate = gates(reader_of(simulation), circuit)
        shut = _shut_off(year, gate)
        if gate is not None:
            yield from _behind_valves(simulation, year, feed, gate, shut)
        told = _told(simulation, year, feed)
        moves = _in_motion(year)
        yield from _untaken(simulation, year, told, shut | moves)
        yield from _off_in_motion(simulation, year, told, shut | ~moves)
    yield from _running_back(simulation, year)


def _shut_off(year: CircuitYear, gate: FloatArray | None) -> BoolArray:
    """Return which producers no open way leads to, shape (hours, producers)."""
    if gate is None:
        return np.zeros(year.producer_heat.shape, dtype=np.bool_)
    circuit = year.circuit
    states, state = np.unique(gate, axis=0, return_inverse=True)
    lost = np.stack([without_way(circuit, each) for each in states])
    return np.asarray(lost[state.ravel()][:, circuit.producers.junction])


def _behind_valves(
    simulation: Simulation, year: CircuitYear, feed: Feed, gate: FloatArray, shut: BoolArray
) -> Iterator[str]:
    told = np.nan_to_num(np.stack([feed.heat, feed.mass_flow, feed.share, feed.limit]))
    misses = shut & (told != 0.0).any(axis=0)
    for row in np.flatnonzero(misses.any(axis=0)):
        first = int(np.argmax(misses[:, row]))
        time = time_text(float(simulation.profiles.duration[misses[:, row]].sum()))
        junction = int(year.circuit.producers.junction[row])
        remedy = closing_remedy(valves_around(year.circuit, gate[first], junction))
        yield (
            f"producer '{year.circuit.producer_ids[row]}': gives nothing in {time}, first "
            f"{when(simulation, first)}, as no open pipe leads from it to where the pressure is "
            f"held: {remedy}"
        )


def _told(simulation: Simulation, year: CircuitYear, feed: Feed) -> FloatArray:
    """Return the heat that producers are told to give, shape (hours, producers). [W]

    With ``linear`` inputs a step of a dynamic run sees the mean of the instants at its ends.
    """
    told = np.abs(np.nan_to_num(feed.heat))
    if year.instant and simulation.system.scenario.time.interpolation == "linear":
        return np.asarray(0.5 * (np.concatenate([told[:1], told[:-1]]) + told))
    return told


def _in_motion(year: CircuitYear) -> BoolArray:
    """Return the steps of a dynamic run in which the holder gives, too, shape (hours, 1).

    More than what the others give is drawn then: what they miss or give too much is the motion's.
    """
    gives = year.producer_mass_flow[:, :1] > LEAST_FLOW
    return np.asarray(gives & bool(year.instant))


def _off_in_motion(
    simulation: Simulation, year: CircuitYear, told: FloatArray, skipped: BoolArray
) -> Iterator[str]:
    """Tell of producers whose flow is that of another return than the one that comes."""
    gives, duration = np.abs(year.producer_heat), simulation.profiles.duration
    off = np.where(skipped | (told == 0.0), 0.0, gives - told)
    off[np.abs(off) < LEAST_SHARE * told + LEAST_HEAT] = 0.0
    for row in np.flatnonzero(off.any(axis=0)):
        ends = {int(np.argmin(off[:, row])), int(np.argmax(off[:, row]))}
        parts = [
            f"told {told[k, row] / KW:,.4g} kW, gives {gives[k, row] / KW:,.4g} kW "
            f"{when(simulation, k)}"
            for k in sorted(ends)
            if off[k, row] != 0.0
        ]
        time = time_text(float(duration[off[:, row] != 0.0].sum()))
        share = 100.0 * (off[:, row] @ duration) / (told[:, row] @ duration)
        yield (
            f"producer '{year.circuit.producer_ids[row]}': {'; '.join(parts)}; off in {time}, "
            f"{share:+.2g} % of what it is told in all: its flow is that of the steady return of "
            "each step, and the return that comes is of steps before; give a mass_flow, or the "
            "run longer steps ([time] step)"
        )


def _untaken(
    simulation: Simulation, year: CircuitYear, told: FloatArray, skipped: BoolArray
) -> Iterator[str]:
    left = told - np.abs(year.producer_heat)
    unsolved = (year.heat_error > simulation.system.scenario.solver.tolerance)[:, None]
    left[(left < LEAST_SHARE * told + LEAST_HEAT) | skipped | unsolved] = 0.0
    for row in np.flatnonzero(left.any(axis=0)):
        worst = int(np.argmax(left[:, row]))
        time = time_text(float(simulation.profiles.duration[left[:, row] > 0.0].sum()))
        yield (
            f"producer '{year.circuit.producer_ids[row]}': told {told[worst, row] / KW:,.4g} kW, "
            f"gives {abs(year.producer_heat[worst, row]) / KW:,.4g} kW "
            f"{when(simulation, worst)}, less than told in {time}: no more is drawn, or its "
            "supply is too near to the return; lower its heat, or give a limit and a priority"
        )


def _drawn_in(simulation: Simulation, year: CircuitYear) -> Iterator[str]:
    """Tell of open ends through which more comes in than goes out."""
    ends = open_ends(reader_of(simulation), year.circuit)
    if ends is None or not year.consumer_mass_flow.size:
        return
    comes = np.where(year.consumer_mass_flow < -LEAST_FLOW, -year.consumer_mass_flow, 0.0) * ends
    for row in np.flatnonzero(comes.any(axis=0)):
        worst = int(np.argmax(comes[:, row]))
        time = time_text(float(simulation.profiles.duration[comes[:, row] > 0.0].sum()))
        source = year.circuit.producer_ids[0]
        yield (
            f"consumer '{year.circuit.consumer_ids[row]}': up to {comes[worst, row]:.3g} kg/s "
            f"come in through its open end, most {when(simulation, worst)}, in {time} in all, "
            f"counted as water as warm as producer '{source}' sends: the pressure there falls "
            "below that of the air; raise what is held, or put a check valve before it"
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
