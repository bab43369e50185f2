"""The network against as many individual air-water heat pumps as there are dwellings."""

from collections.abc import Mapping

import numpy as np

from ..model.figures import read_figures
from ..results.comparison import (
    DEFINITIONS,
    HEADLINES,
    CommonHour,
    Comparison,
    PlanningFigure,
    Variant,
)
from ..results.electricity import network_electricity
from ..solvers.simulation import Simulation
from .targets import find_targets

__all__ = ["Comparison", "compare", "freed_dwellings"]


def compare(simulation: Simulation) -> Comparison:
    """Compare the electric peaks of the network and of individual heat pumps.

    Parameters
    ----------
    simulation : Simulation
        What was solved.

    Returns
    -------
    Comparison
        Peaks in their own hour and in a common one, freed dwellings by every definition.

    Notes
    -----
    *heat pumps*: freed = N (1 - P_network / P_individual). *dwelling*: freed =
    (P_individual - P_network) / (P_individual / N + household peak share). P is the highest
    hourly mean in the variant's own hour; N counts dwellings.
    """
    duration = simulation.profiles.duration
    network = {
        name: Variant(name=name, electricity=network_electricity(case).total, duration=duration)
        for name, case in simulation.cases.items()
    }
    reference = {
        name: Variant(name=name, electricity=year.electricity, duration=duration)
        for name, year in simulation.reference.items()
    }
    chosen = simulation.system.scenario.reference.tap_water
    strategy = chosen if chosen in reference else None
    count, household = _dwellings(simulation), simulation.system.scenario.reference.household_peak
    by_strategy = {
        name: by_definition(network, variant, count or 0, household)
        for name, variant in reference.items()
    }
    by_chosen = by_strategy[strategy] if strategy else dict.fromkeys(DEFINITIONS)
    return Comparison(
        dwellings=count,
        strategy=strategy,
        network=network,
        reference=reference,
        definition=next((d for d in HEADLINES if by_chosen[d] is not None), HEADLINES[-1]),
        by_definition=by_chosen,
        by_strategy=by_strategy,
        common_hour={
            name: _common_hour(variant, reference[strategy])
            for name, variant in network.items()
            if strategy
        },
        household_peak=household,
        dwelling_peak_mean=_mean_peak(simulation, strategy),
        planning=_planning(),
        targets=find_targets(simulation, network, by_chosen),
    )


def by_definition(
    network: Mapping[str, Variant], reference: Variant, dwellings: int, household_peak: float
) -> dict[str, float | None]:
    """Return the freed dwellings by each of `DEFINITIONS`.

    Parameters
    ----------
    network : mapping of str to Variant
        By case.
    reference : Variant
        Individual heat pumps of all dwellings.
    dwellings : int
        How many.
    household_peak : float
        A household's share of the evening peak. [W]

    Returns
    -------
    dict of str to float or None
        None where the scenario has no such case.
    """
    freed: dict[str, float | None] = {}
    for definition in DEFINITIONS:
        kind, _, case = definition.rpartition("_")
        extra = household_peak if kind == "dwelling" else 0.0
        freed[definition] = (
            freed_dwellings(network[case].peak, reference.peak, dwellings, extra)
            if case in network
            else None
        )
    return freed


def freed_dwellings(
    network_peak: float, reference_peak: float, dwellings: int, household_peak: float = 0.0
) -> float | None:
    """Return how many dwellings' worth of electric capacity the network frees.

    Parameters
    ----------
    network_peak, reference_peak : float
        Of the network, and of individual heat pumps of all dwellings together. [W]
    dwellings : int
        How many.
    household_peak : float
        Share of the evening peak that counts with each dwelling; 0 counts heat pumps. [W]

    Returns
    -------
    float or None
        None without dwellings, or where they ask for nothing.

    Examples
    --------
    The memo's 665 of 1,300 is a network of 635 times one individual heat pump:

    >>> freed_dwellings(635.0, 1300.0, 1300)
    665.0
    """
    each = reference_peak / dwellings + household_peak if dwellings else 0.0
    return (reference_peak - network_peak) / each if each > 0.0 else None


def _common_hour(network: Variant, reference: Variant) -> CommonHour:
    row = int(np.argmax(network.electricity + reference.electricity))
    return CommonHour(
        case=network.name,
        row=row,
        network=float(network.electricity[row]),
        reference=float(reference.electricity[row]),
        network_at_reference_peak=float(network.electricity[reference.peak_row]),
        reference_at_network_peak=float(reference.electricity[network.peak_row]),
    )


def _dwellings(simulation: Simulation) -> int | None:
    demand = simulation.profiles.demand
    return simulation.system.scenario.dwellings if demand is None else len(demand.dwellings)


def _mean_peak(simulation: Simulation, strategy: str | None) -> float | None:
    if strategy is None:
        return None
    return float(simulation.reference[strategy].dwelling_peak.mean())


def _planning() -> tuple[PlanningFigure, ...]:
    return tuple(
        PlanningFigure(
            name=row["name"],
            low_kw=float(row["low_kw"]),
            high_kw=float(row["high_kw"]),
            mark=row["mark"],
            source=row["source"],
        )
        for row in read_figures("planning_figures")
    )
