"""What a solved year misses: unserved heat and broken limits, each in a plain sentence."""

from collections.abc import Iterator

import numpy as np

from ..networks.columns import FloatArray
from ..networks.exchangers import Exchanger
from ..profiles.boundary import producer_feed
from ..results.balance import CLOSED, worst_residual
from ..results.electricity import network_electricity
from ..results.time_text import time_text
from ..solvers.circuit_year import FLOW_LIMIT, PRESSURE, REASONS, SOURCE, CircuitYear
from ..solvers.plant_year import Case
from ..solvers.simulation import Simulation
from .hydraulic_limits import ROUNDING, design_sentences, hydraulic_sentences
from .idle_flow import idle_flow_sentences
from .sentences import reader_of, when
from .surplus import surplus_sentences
from .suspects import is_unheld, range_sentences, suspect
from .tank_limits import tank_sentences
from .unserved import NOTHING, REMEDIES, unserved_sentences

KW, MWH = 1e3, 3.6e9
"""Watts in a kW, joules in a MWh."""


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
    found = [*_solver(simulation), *_open_balances(simulation)]
    base = simulation.cases["base"]
    for name, year in base.circuits.items():
        found += unserved_sentences(simulation, name, year)
        found += idle_flow_sentences(simulation, name, year)
        found += range_sentences(simulation, name, year)
        found += surplus_sentences(simulation, year)
        found += hydraulic_sentences(simulation, name, year)
    for case in simulation.cases.values():
        found += _plant(simulation, case)
        found += tank_sentences(simulation, case)
    for name, state in simulation.design.items():
        found += design_sentences(simulation, name, state)
    return found


def _restless(case: Case, name: str, row: int) -> str:
    """Return which exchanger keeps a circuit from being solved in an hour; empty for none."""
    for each in case.exchangers.values():
        if each.exchanger.secondary == name and each.is_restless[row]:
            return (
                f"{each.taken[row] / KW:,.3g} kW leave circuit '{each.exchanger.primary}' by "
                f"exchanger '{each.exchanger.id}', {each.heat[row] / KW:,.3g} kW enter; "
                f"{_why_restless(case, each.exchanger, row)}"
            )
    return ""


def _why_restless(case: Case, exchanger: Exchanger, row: int) -> str:
    """Return what may keep an exchanger from coming to rest, and the remedy."""
    primary, secondary = case.circuits[exchanger.primary], case.circuits[exchanger.secondary]
    if not np.isnan(secondary.circuit.consumers.bypass_temperature).all():
        return "a bypass_temperature behind it may ask for more than it gives"
    if primary.consumer_reason[row, exchanger.consumer] in (FLOW_LIMIT, PRESSURE):
        station = primary.circuit.consumer_ids[exchanger.consumer]
        return (
            f"consumer '{station}' draws all it can, and what it gets moves with what is withheld "
            "behind it: more max_flow or pressure there lets it rest"
        )
    return "what it is asked for moves with what it gives: try other steps"


def _pumped_elsewhere(case: Case) -> FloatArray:
    """Return what pumps of circuits behind exchangers use: no plant connects them. [W]"""
    fed = {each.exchanger.secondary for each in case.exchangers.values()}
    pumps = (case.circuits[name].pump_electricity.sum(axis=1) for name in sorted(fed))
    return sum(pumps, start=np.zeros(1))


def _solver(simulation: Simulation) -> Iterator[str]:
    tolerance = simulation.system.scenario.solver.tolerance
    for case in simulation.cases.values():
        for name, year in case.circuits.items():
            worst = int(np.argmax(year.heat_error)) if len(year.heat_error) else 0
            if len(year.heat_error) and year.heat_error[worst] > tolerance:
                steps = int(np.count_nonzero(year.heat_error > tolerance))
                more = f" and {steps - 1} more" if steps > 1 else ""
                feed = producer_feed(reader_of(simulation), year.circuit)
                left = f"{_left(year, worst)}; {suspect(year, worst, feed)}"
                if restless := _restless(case, name, worst):
                    left = f"come to rest: {restless}"
                yield (
                    f"circuit '{name}', case '{case.name}': {when(simulation, worst)}{more} did "
                    f"not {left}"
                )


def _open_balances(simulation: Simulation) -> Iterator[str]:
    """Tell of heat that comes from nowhere or goes nowhere, in hours that seem solved."""
    tolerance = simulation.system.scenario.solver.tolerance
    for case in simulation.cases.values():
        for name, year in case.circuits.items():
            residual = worst_residual(year, simulation.profiles.duration)
            left = np.where(year.heat_error > tolerance, 0.0, np.nan_to_num(residual, nan=np.inf))
            if not len(left) or left.max() <= CLOSED:
                continue
            worst, steps = int(np.argmax(left)), int(np.count_nonzero(left > CLOSED))
            more = f" and {steps - 1} more" if steps > 1 else ""
            yield (
                f"circuit '{name}', case '{case.name}': {when(simulation, worst)}{more} the heat "
                f"balance stays open by {left[worst]:.2g} of its terms, expected at most "
                f"{CLOSED:g}: what is shown of these steps does not hold; please report it"
            )


def _left(year: CircuitYear, row: int) -> str:
    """Return what a step was to do and did not, and by how much it missed it."""
    error = f"{year.heat_error[row]:.2g} after {year.iterations[row]}"
    if not year.instant:
        return f"converge: relative heat error {error} iterations"
    if is_unheld(year, row):
        lost = f"{year.heat_error[row]:.2g}"
        return f"find the steady flows that hold its bypasses: relative heat error {lost}"
    others = ", or K of the ground in shared trenches" if year.exchange_from else ""
    return f"come to rest: flows still move by {error} passes (relative{others})"


def _plant(simulation: Simulation, case: Case) -> Iterator[str]:
    if case.plant is None or simulation.system.scenario.plant is None:
        return
    duration = simulation.profiles.duration
    for name, missing in case.plant.unserved.items():
        size = np.abs(missing)
        worst = int(np.argmax(size))
        if size[worst] > NOTHING:
            time = time_text(float(duration[size > NOTHING].sum()))
            yield (
                f"plant, case '{case.name}': {float(size @ duration) / MWH:,.3g} MWh unserved in "
                f"circuit '{name}' in {time}, most {when(simulation, worst)} "
                f"({size[worst] / KW:,.0f} kW): {REMEDIES[REASONS[SOURCE]]}"
            )
    limit = simulation.system.scenario.plant.connection_limit
    total = network_electricity(case).total - _pumped_elsewhere(case)
    worst = int(np.argmax(total))
    if limit is not None and total[worst] > limit * ROUNDING:
        yield (
            f"plant, case '{case.name}': {total[worst] / KW:,.0f} kW of electricity "
            f"{when(simulation, worst)} exceeds the connection of {limit / KW:,.0f} kW: larger "
            "buffers or a larger connection"
        )
