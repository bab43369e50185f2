"""Room for what the plant's kernel writes, and the run itself."""

import numpy as np

from ..networks.columns import FloatArray
from .kernels.plant import dispatch_hours
from .kernels.plant_tables import Duties, PlantColumns, PlantFlows, PlantRules, Tanks
from .periodic_start import PeriodicStart

AS_BEFORE = 1e-6
"""Layers that end within this of their beginning end as they began. [K]"""

ROUNDS, MOST_ROUNDS, HOURS = 20, 60, 20 * 8760
"""Runs until they do, at most: the first for long runs; short ones have as many as come to so many
hours, up to the second."""


def run_plant(
    columns: PlantColumns, rules: PlantRules, tanks: Tanks, rounds: int | None = None
) -> PlantFlows:
    """Allocate, call the kernel, and return what the plant did in each hour.

    Parameters
    ----------
    columns : PlantColumns
        By hour.
    rules : PlantRules
        For all hours.
    tanks : Tanks
        Of layers; written. They begin as they end: the hours are run again until they do.
    rounds : int, optional
        Runs at most; 1: tanks begin as given, and end as they may.
    """
    hours, circuits = columns.heat.shape
    most = min(max(ROUNDS, HOURS // hours), MOST_ROUNDS) if rounds is None else rounds
    waste, duties, totals = columns.waste_capacity.shape[1], circuits + 1, rules.units + 1

    def each(*shape: int) -> FloatArray:
        return np.zeros((hours, *shape))

    flows = PlantFlows(
        direct=each(waste, circuits),
        heat=each(circuits),
        electricity=each(circuits),
        units=np.zeros((hours, duties), dtype=np.int64),
        cold=each(),
        chiller_electricity=each(),
        reused=each(),
        rejected=each(),
        auxiliary=each(),
        content=np.zeros((hours + 1, circuits)),
        loss=each(circuits),
        unserved=each(circuits),
    )
    work = Duties(
        output=np.zeros(duties),
        asked=np.zeros(duties),
        ratio=np.zeros(duties),
        capacity=np.zeros(duties),
        auxiliary=np.zeros(duties),
        power=np.zeros(duties),
        working=np.zeros(duties, dtype=np.int64),
        least=np.zeros((duties + 1, totals)),
        choice=np.zeros((duties, totals), dtype=np.int64),
    )
    start = PeriodicStart(tanks)
    for left in reversed(range(most)):
        before = tanks.now.copy()
        dispatch_hours(columns, rules, tanks, flows, work, np.zeros(circuits))
        if left == 0 or np.abs(tanks.now - before).max(initial=0.0) <= AS_BEFORE:
            break
        tanks.now[:] = start.after(before, tanks.now)
    return flows
