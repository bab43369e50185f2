"""A dynamic run of a circuit: the state at its start, then step by step."""

from collections.abc import Collection
from dataclasses import fields, replace

import numpy as np

from ..model.scenario import Scenario
from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray
from ..networks.initial import Profile
from ..profiles.clock import HOUR
from ..profiles.year import Profiles
from .circuit_year import CircuitYear
from .dynamic import solve_dynamic
from .tree_memory import Memory

BY_STEP = {
    "consumer_mass_flow",
    "consumer_supply_temperature",
    "consumer_return_temperature",
    "consumer_heat",
    "consumer_unserved_heat",
    "consumer_pressure_difference",
    "producer_heat",
    "producer_mass_flow",
    "producer_return_temperature",
}
"""Results that the outputs show."""

WHOLE_RUN = {
    "circuit",
    "pipe_figures",
    "fields",
    "instant",
    "stored_heat",
    "field_rows",
    "exchange_from",
    "exchange_by_pipe",
}
"""Results that are not rows of steps."""


def dynamic_profiles(profiles: Profiles, interpolation: str) -> Profiles:
    """Return profiles whose durations are those of the steps between states.

    With ``linear`` interpolation rows are instants; steady states count for half of each
    neighbouring gap, a dynamic run for the gap before each.

    Parameters
    ----------
    profiles : Profiles
        Of the run.
    interpolation : str
        ``"step"`` or ``"linear"``.
    """
    if profiles.times is not None or interpolation != "linear":
        return profiles
    instants = profiles.instants
    if len(instants) == 1:
        return replace(profiles, duration=np.array([HOUR]), seconds=np.zeros(1))
    duration = np.diff(instants, prepend=instants[0])
    return replace(profiles, duration=duration, seconds=instants - duration)


def travel_year(
    circuit: Circuit,
    boundary: Boundary,
    scenario: Scenario,
    *,
    initial: Collection[Profile] = (),
    fields: bool | Collection[str] = False,
    memory: Memory | None = None,
    rows_start: bool = True,
) -> CircuitYear:
    """Solve a circuit step by step, and show the state at its start.

    Parameters
    ----------
    circuit : Circuit
        Of any shape.
    boundary : Boundary
        Steps; each row holds through its duration.
    scenario : Scenario
        See `solve_dynamic`.
    initial : collection of Profile, optional
        Water in pipes at the start.
    fields : bool or collection of str, optional
        Fields to keep, see `solve_dynamic`.
    memory : Memory, optional
        Where results are kept.
    rows_start : bool, optional
        Where rows are instants (``linear``): whether each is the start of its step, as in a
        calendar, or its end.

    Returns
    -------
    CircuitYear
        Rows as in ``boundary``; what the outputs show begins with the state at the start.
    """
    count = len(boundary.duration)
    if boundary.duration[0] == 0.0:
        year = solve_dynamic(
            circuit, boundary, scenario, initial=initial, fields=fields, memory=memory
        )
        return _as_shown(year, 0)
    instants = scenario.time.interpolation == "linear" and rows_start
    rows = np.arange(count + 1).clip(0, count - 1) if instants else np.arange(-1, count).clip(0)
    duration = np.concatenate([[0.0], boundary.duration])
    driven = replace(boundary.at(rows), duration=duration)
    year = solve_dynamic(circuit, driven, scenario, initial=initial, fields=fields, memory=memory)
    return _as_shown(year, 1)


def _as_shown(year: CircuitYear, first: int) -> CircuitYear:
    """Return a year with what its outputs show; its results begin with row ``first``."""
    shown: dict[str, FloatArray] = {}
    for name in BY_STEP:
        shown[f"{name}_mean" if name in year.instant else name] = getattr(year, name)
    stored = year.stored_heat
    assert stored is not None, "a dynamic solve says what is stored"
    steps = {
        item.name: getattr(year, item.name)[first:]
        for item in fields(year)
        if item.name not in WHOLE_RUN and getattr(year, item.name) is not None
    }
    return replace(
        year,
        **steps,
        instant=shown | dict(year.instant),
        stored_heat=np.concatenate([stored[:1], stored[first:]]),
    )
