"""What a solved year misses: unserved heat and broken limits, each in a plain sentence."""

from collections.abc import Iterator

import numpy as np

from ..model.water import VALID_FROM, VALID_UNTIL
from ..networks.columns import Circuit, FloatArray
from ..profiles.one_line import gates
from ..profiles.reader import Reader
from ..results.electricity import network_electricity
from ..results.energy import sums_of
from ..results.instants import instant_name
from ..solvers.circuit_year import (
    REASONS,
    SOURCE,
    CircuitYear,
    DesignState,
    release_consumers,
)
from ..solvers.plant_year import Case
from ..solvers.simulation import Simulation
from .boiling import boiling_sentences

NOTHING = 1.0
"""Unserved heat below this is none. [W]"""

AT_END = 1e-3
"""Water so near to where its properties end is there. [K]"""

MOST_NAMED = 3
"""Valves that a sentence names."""

CELLS = 2**24
"""Hours times consumers that are looked at together, for the sake of memory."""

ROUNDING = 1.001
"""A limit counts as broken above so many times its value. [1]"""

KW, MWH, BAR = 1e3, 3.6e9, 1e5
"""Watts in a kW, joules in a MWh, pascals in a bar."""

HEAD = "raise max_pressure_difference or widen the pipes"
"""What helps where the head is missing."""

REMEDIES = {
    "flow_limit": "its max_flow is reached: raise it, or cool the return further",
    "supply_too_cold": "its supply is colder than it needs: raise the supply temperature, "
    "insulate, or give it a bypass",
    "pressure": f"the pump cannot give the head: {HEAD}",
    "source": "sources and heat pumps give no more: add units, a source or a larger connection",
}
"""What to do about each reason of unserved heat."""


def find_limits(simulation: Simulation) -> list[str]:
    """Return a sentence for every target that a run misses.

    Parameters
    ----------
    simulation : Simulation
        What was solved.

    Returns
    -------
    list of str
        Component, cause and remedy; empty where all is served within all limits.
    """
    found = list(_solver(simulation))
    base = simulation.cases["base"]
    for name, year in base.circuits.items():
        found += _unserved(simulation, name, year)
        found += _range(name, year)
        found += _hydraulics(simulation, name, year)
    for case in simulation.cases.values():
        found += _plant(simulation, case)
    for name, state in simulation.design.items():
        found += _design(simulation, name, state)
    return found


def _solver(simulation: Simulation) -> Iterator[str]:
    tolerance = simulation.system.scenario.solver.tolerance
    for case in simulation.cases.values():
        for name, year in case.circuits.items():
            worst = int(np.argmax(year.heat_error)) if len(year.heat_error) else 0
            if len(year.heat_error) and year.heat_error[worst] > tolerance:
                hours = int(np.count_nonzero(year.heat_error > tolerance))
                when = _when(simulation, worst) + (f" and {hours - 1} more" if hours > 1 else "")
                yield (
                    f"circuit '{name}', case '{case.name}': {when} did not converge: relative "
                    f"heat error {year.heat_error[worst]:.2g} after {year.iterations[worst]} "
                    f"iterations; {_suspect(year, worst)}"
                )


def _suspect(year: CircuitYear, hour: int) -> str:
    """Return what likely keeps an hour from converging, and what helps."""
    drawn = float(year.consumer_mass_flow[hour].sum()) if year.consumer_mass_flow.size else np.nan
    fed = year.producer_mass_flow[hour, 1:]
    if fed.size and fed.max() > drawn:
        name = year.circuit.producer_ids[1 + int(fed.argmax())]
        return (
            f"producer '{name}' feeds {fed.max():.3g} kg/s, consumers draw {drawn:.3g}: lower "
            "what it gives"
        )
    if year.head_residual is not None:
        return (
            f"flows near zero keep turning in its loops ({drawn:.3g} kg/s drawn): a bypass_flow "
            "at a dead end, or a valve that opens the loop, settles them"
        )
    return "raise solver.max_iterations"


def _unserved(simulation: Simulation, name: str, year: CircuitYear) -> Iterator[str]:
    """Tell for each reason how much is missing, and where most."""
    sums = sums_of(year)
    if not (sums.unserved_heat - sums.unserved_cold > NOTHING).any():
        return
    for code, reason in enumerate(REASONS):
        energy = _missing_energy(simulation, year, code)
        if not energy.any():
            continue
        worst = int(np.argmax(energy))
        missing = _missing(year, code, slice(worst, worst + 1))[:, 0]
        hours = int(np.count_nonzero(missing))
        cause = _cause(simulation, year, reason, worst, missing)
        yield (
            f"circuit '{name}': {energy.sum() / MWH:,.3g} MWh unserved at "
            f"{np.count_nonzero(energy)} of {len(energy)} consumers, most at "
            f"'{year.circuit.consumer_ids[worst]}' ({hours} h): {cause}"
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


def _cause(
    simulation: Simulation, year: CircuitYear, reason: str, consumer: int, missing: FloatArray
) -> str:
    """Return why a consumer misses heat, and what helps; told for its worst hour."""
    if reason != "pressure":
        return REMEDIES.get(reason, "no reason was found")
    hour = int(np.argmax(missing))
    reader = Reader(system=simulation.system, profiles=simulation.profiles)
    gate = gates(reader, year.circuit)
    apart = year.consumer_pressure_difference
    if gate is not None and apart.size and np.isnan(apart[hour, consumer]):
        valves = np.array(year.circuit.valves.ids)[gate[hour] == 0.0]
        names = ", ".join(f"'{name}'" for name in valves[:MOST_NAMED])
        names += ", ..." if valves.size > MOST_NAMED else ""
        return f"no open pipe leads to it {_when(simulation, hour)}: open one of {names}"
    if year.missing_head is not None and year.missing_head[hour] > 0.0:
        weak = year.missing_head[hour] / BAR
        return f"{_when(simulation, hour)} the pump is too weak by {weak:.2g} bar: {HEAD}"
    return REMEDIES[reason]


def _plant(simulation: Simulation, case: Case) -> Iterator[str]:
    if case.plant is None or simulation.system.scenario.plant is None:
        return
    for name, missing in case.plant.unserved.items():
        size = np.abs(missing)
        worst = int(np.argmax(size))
        if size[worst] > NOTHING:
            energy = float(size @ simulation.profiles.duration) / MWH
            yield (
                f"plant, case '{case.name}': {energy:,.3g} MWh unserved in circuit '{name}' in "
                f"{np.count_nonzero(size > NOTHING)} h, most {_when(simulation, worst)} "
                f"({size[worst] / KW:,.0f} kW): {REMEDIES[REASONS[SOURCE]]}"
            )
    limit = simulation.system.scenario.plant.connection_limit
    total = network_electricity(case).total
    worst = int(np.argmax(total))
    if limit is not None and total[worst] > limit * ROUNDING:
        yield (
            f"plant, case '{case.name}': {total[worst] / KW:,.0f} kW of electricity "
            f"{_when(simulation, worst)} exceeds the connection of {limit / KW:,.0f} kW: larger "
            "buffers or a larger connection"
        )


def _range(name: str, year: CircuitYear) -> Iterator[str]:
    """Tell of water that is held at the end of the range in which it is known."""
    figures, pipes = year.pipe_figures, year.circuit.pipe_ids
    hottest = np.fmax.reduce(figures.max_temperature, axis=0)
    coldest = np.fmin.reduce(figures.min_temperature, axis=0)
    for wrong, limit, why in (
        (
            hottest >= VALID_UNTIL - AT_END,
            VALID_UNTIL,
            ", and its heat is not right: does a booster drive it around a ring, or heat flow in "
            "that nobody draws?",
        ),
        (
            coldest <= VALID_FROM + AT_END,
            VALID_FROM,
            ": does a temperature_difference cool it so far, or (and then its heat is not right) "
            "more cold flow in than is drawn?",
        ),
    ):
        if wrong.any():
            yield (
                f"circuit '{name}': water in pipe '{pipes[int(np.argmax(wrong))]}' is held at "
                f"{limit:g} °C, where what is known of it ends{why}"
            )


def _hydraulics(simulation: Simulation, name: str, year: CircuitYear) -> Iterator[str]:
    section = simulation.system.scenario.circuits.get(name)
    figures, circuit = year.pipe_figures, year.circuit
    if section is not None:
        yield from _above(
            circuit,
            figures.peak_velocity.max(axis=0),
            np.full(len(circuit.pipe_ids), section.max_velocity),
            ("velocity", "m/s", 1.0, "a larger diameter, or a smaller max_flow"),
        )
    rating = circuit.pressure_rating
    if section is not None and section.max_pressure is not None:
        rating = np.minimum(rating, section.max_pressure)
    highest = np.fmax.reduce(figures.max_pressure, axis=0)
    yield from _above(
        circuit,
        highest,
        rating,
        ("pressure", "bar", BAR, "a higher rating or less static pressure"),
    )
    yield from boiling_sentences(simulation, name, year)


def _design(simulation: Simulation, name: str, state: DesignState) -> Iterator[str]:
    section = simulation.system.scenario.circuits.get(name)
    circuit = simulation.system.circuits[name]
    if section is None:
        return
    pipes = len(circuit.pipe_ids)
    limits = (
        (state.velocity, section.max_velocity, ("design velocity", "m/s", 1.0, "a larger size")),
        (state.gradient, section.max_gradient, ("design gradient", "Pa/m", 1.0, "a larger size")),
    )
    for values, limit, words in limits:
        yield from _above(circuit, np.abs(values).max(axis=0), np.full(pipes, limit), words)


def _above(
    circuit: Circuit, values: FloatArray, limits: FloatArray, words: tuple[str, str, float, str]
) -> Iterator[str]:
    """Tell which pipe exceeds its limit most, and how many do."""
    quantity, unit, scale, remedy = words
    share = values / limits
    broken = np.flatnonzero(share > ROUNDING)
    if broken.size:
        worst = int(broken[np.argmax(share[broken])])
        others = f" ({broken.size} pipes exceed it)" if broken.size > 1 else ""
        yield (
            f"circuit '{circuit.id}': {quantity} in pipe '{circuit.pipe_ids[worst]}' is "
            f"{values[worst] / scale:.3g} {unit}, limit {limits[worst] / scale:.3g}{others}: "
            f"{remedy}"
        )


def _when(simulation: Simulation, row: int) -> str:
    return f"at {instant_name(simulation.profiles, row)}"
