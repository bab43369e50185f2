"""A dynamic run of a circuit: the state at its start, then step by step."""

from collections.abc import Collection, Sequence
from dataclasses import fields, replace

import numpy as np

from ..model.scenario import Scenario
from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray, IntArray
from ..networks.exchangers import Exchanger
from ..networks.initial import Profile
from ..profiles.clock import HOUR
from ..profiles.year import Profiles
from .circuit_year import CircuitYear
from .dynamic import solve_dynamic
from .exchanger_year import Drive
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
    rise: FloatArray | None = None,
    drives: Sequence[tuple[Exchanger, Drive]] = (),
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
    rise : array of float, shape (2, pipes, steps), optional
        See `solve_dynamic`.
    drives : sequence of (Exchanger, Drive), optional
        Of the same steps, see `solve_dynamic`.

    Returns
    -------
    CircuitYear
        Rows as in ``boundary``; what the outputs show begins with the state at the start.
    """
    count, linear = len(boundary.duration), scenario.time.interpolation == "linear"
    first = 0 if boundary.duration[0] == 0.0 else 1
    driven, step = boundary, np.arange(count)
    if first:
        ends = np.arange(count + 1).clip(0, count - 1)
        step = np.arange(-1, count).clip(0)
        rows = ends if linear and rows_start else step
        duration = np.concatenate([[0.0], boundary.duration])
        driven = replace(boundary.at(rows), duration=duration)
    if linear:
        driven, step = with_instants(driven), np.repeat(step, 2)[1:]
    year = solve_dynamic(
        circuit,
        driven,
        scenario,
        initial=initial,
        fields=fields,
        memory=memory,
        rise=None if rise is None else rise[:, :, step],
        drives=[(each, drive.at(step)) for each, drive in drives],
    )
    return _as_shown(year, first, linear=linear)


def with_instants(driven: Boundary) -> Boundary:
    """Return a boundary with a row without duration, the state as it stands, after each step.

    Within a step inputs are seen by their mean; as it ends flows and heat are of the instant.

    Examples
    --------
    Durations of 0, 10 and 20 s become 0, 10, 0, 20 and 0 s.
    """
    count = len(driven.duration)
    duration = np.zeros(2 * count - 1)
    duration[1::2] = driven.duration[1:]
    return replace(driven.at(np.repeat(np.arange(count), 2)[1:]), duration=duration)


def _as_shown(year: CircuitYear, first: int, *, linear: bool) -> CircuitYear:
    """Return a year with what its outputs show; its results begin with step ``first``.

    With ``linear`` each step has a row for its mean, then one for the state at its end.
    """
    means: slice | IntArray = slice(None)
    ends = slice(None)
    own: slice | IntArray = slice(first, None)
    if linear:
        places = np.append(0, np.arange(1, len(year.heat_loss), 2))
        means, ends, own = places, slice(None, None, 2), places[first:]
    shown = {name: values[ends] for name, values in year.instant.items()}
    for name in BY_STEP:
        values: FloatArray = getattr(year, name)
        if name in year.instant:
            shown[f"{name}_mean"] = values[means]
        else:
            shown[name] = values[ends]
    kept = {
        name: values[means if name.endswith("_mean") else ends]
        for name, values in year.fields.items()
    }
    stored = year.stored_heat
    assert stored is not None, "a dynamic solve says what is stored"
    steps = {
        item.name: getattr(year, item.name)[own]
        for item in fields(year)
        if item.name not in WHOLE_RUN and getattr(year, item.name) is not None
    }
    return replace(
        year,
        **steps,
        fields=kept,
        instant=shown,
        stored_heat=np.concatenate([stored[:1], stored[own]]),
    )
