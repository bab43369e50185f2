"""Circuits that share trenches, step by step: each moved in the ground that the others make.

As in `trenches`, circuits are solved in turn until what their pipes see of each other rests; a
pass is a dynamic solve of the whole run. Conductances are those of the steady state, at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..model.scenario import Scenario
from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray
from ..networks.exchangers import Exchanger
from ..networks.initial import Profile
from ..networks.trenches import Trenches, TrenchLinks, links_between
from .circuit_year import CircuitYear
from .exchanger_year import Drive
from .kernels.trench import add_rises, exchange_heat
from .surroundings import (
    GROUND_TOLERANCE,
    is_at_rest,
    lost_excess,
    outside_excess,
    responses,
    summed,
    surroundings_change,
)
from .travel import travel_year
from .tree_memory import Memory
from .trench_guess import flowing_pipes, usual_excess
from .trenches import EXCHANGE

MAX_PASSES = 8
"""Passes over the circuits; two or three are usual."""

LOSS_MEAN, LOSS_END = "pipe_heat_loss_mean", "pipe_heat_loss"
INLET, OUTLET = "pipe_inlet_temperature_mean", "pipe_outlet_temperature_mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Circuits that are to be moved together.

    Parameters
    ----------
    circuits : mapping of str to Circuit
        All that the trenches link, but for those of which the boundaries say what they make of
        the ground.
    boundaries : mapping of str to Boundary
        Of the same steps, with undisturbed ground.
    trenches : mapping of (str, str) to TrenchLinks
        Of the system.
    scenario : Scenario
        See `solve_dynamic`.
    initial : mapping of str to collection of Profile
        Water in pipes at the start, by circuit.
    fields : collection of str
        Fields to keep, see `solve_dynamic`.
    rows_start : bool
        See `travel_year`.
    drives : mapping of str to sequence of (Exchanger, Drive), optional
        Of the exchangers of each circuit, see `travel_year`.
    """

    circuits: Mapping[str, Circuit]
    boundaries: Mapping[str, Boundary]
    trenches: Trenches
    scenario: Scenario
    initial: Mapping[str, Collection[Profile]]
    fields: Collection[str]
    rows_start: bool
    drives: Mapping[str, Sequence[tuple[Exchanger, Drive]]] = field(default_factory=dict)

    @property
    def links(self) -> Trenches:
        """Between these circuits."""
        return links_between(self.trenches, self.circuits)


def travel_linked(linked: Linked, memory: Memory) -> dict[str, CircuitYear]:
    """Move circuits that exchange heat in trenches through all steps.

    Parameters
    ----------
    linked : Linked
        What is asked.
    memory : Memory
        Whose rules say where results are kept.

    Returns
    -------
    dict of str to CircuitYear
        With ``exchange_from`` and ``exchange_by_pipe``; ``heat_loss`` is that to the ground alone,
        and so is ``pipe_heat_loss`` (at the end of a step less the exchange of its mean).

    Notes
    -----
    Another pipe raises the ground of a pipe by conductance times its own excess, over all that
    the pipe loses per kelvin: then it loses to each what the conductance between the two says. Of
    a pipe the mean water of the step counts, as its loss tells it; where the ground has a memory,
    the mean of inlet and outlet. Exchange is evaluated once and added with both signs, so that
    every circuit closes; what the passes leave (`GROUND_TOLERANCE`) is in the loss to the ground.
    Where they do not rest, ``heat_error`` is the change that was left. [K]
    """
    places = {name: memory.another() for name in linked.circuits}
    shares = {key: responses(linked.circuits[key[0]], own) for key, own in linked.links.items()}
    guess = {name: _guess(linked.circuits[name], own) for name, own in linked.boundaries.items()}
    excess: dict[str, FloatArray] = {}
    rises: dict[str, FloatArray] = {}
    years: dict[str, CircuitYear] = {}
    for _ in range(MAX_PASSES):
        moved = False
        for name in linked.circuits:
            rise = _rise(linked, name, shares, (excess, guess))
            if name in rises and is_at_rest(surroundings_change(rises[name], rise)):
                continue
            years[name] = _travel(linked, name, rise, places[name])
            excess[name] = _excess(linked, name, years[name], rise)
            rises[name], moved = rise, True
        if not moved:
            break
    for name, year in years.items():
        left = surroundings_change(rises[name], _rise(linked, name, shares, (excess, guess)))
        error = np.where(left > GROUND_TOLERANCE, left, 0.0)
        years[name] = replace(year, heat_error=np.maximum(year.heat_error, error))
    return _exchanged(linked, years, excess)


def _guess(circuit: Circuit, boundary: Boundary) -> FloatArray:
    """Return the excess of all supply and return water alike, shape (2, 1, steps). [K]"""
    return usual_excess(circuit, boundary, flowing_pipes(circuit, boundary))[:, None, :]


def _rise(
    linked: Linked,
    name: str,
    shares: Mapping[tuple[str, str], FloatArray],
    water: tuple[Mapping[str, FloatArray], Mapping[str, FloatArray]],
) -> FloatArray:
    """Return how far a circuit's ground is above the undisturbed, shape (2, pipes, steps). [K]

    Where the others' excess is not known yet, the guess serves for all their pipes.
    """
    excess, guess = water
    rise = np.zeros((2, len(linked.circuits[name].pipe_ids), guess[name].shape[2]))
    outside = linked.boundaries[name].outside
    if outside is not None:
        rise[:, outside.pipe] = np.transpose(outside.rise, (2, 1, 0))
    for (own, other), links in linked.links.items():
        if own == name:
            known = other in excess
            column = links.other_pipe if known else np.zeros_like(links.other_pipe)
            values = excess[other] if known else guess[other]
            ends = links.side, links.pipe, links.other_side, column
            add_rises(*ends, shares[own, other], values, rise)
    return rise


def _travel(linked: Linked, name: str, rise: FloatArray, memory: Memory) -> CircuitYear:
    """Return the steps of a circuit in the ground that the others make."""
    return travel_year(
        linked.circuits[name],
        linked.boundaries[name],
        linked.scenario,
        initial=linked.initial[name],
        fields=sorted({*linked.fields, LOSS_MEAN, INLET, OUTLET}),
        memory=memory,
        rows_start=linked.rows_start,
        rise=rise,
        drives=linked.drives.get(name, ()),
    )


def _excess(linked: Linked, name: str, year: CircuitYear, rise: FloatArray) -> FloatArray:
    """Return the mean excess of each pipe's water, shape (2, pipes, steps). [K]"""
    steps = rise.shape[2]
    if linked.scenario.ground.radial_cells > 0:
        water = 0.5 * (year.fields[INLET][-steps:] + year.fields[OUTLET][-steps:])
        ground = linked.boundaries[name].ground_temperature
        return np.ascontiguousarray(np.transpose(water - ground[:, :, None], (2, 1, 0)))
    return lost_excess(linked.circuits[name], year.fields[LOSS_MEAN][-steps:], rise)


def _exchanged(
    linked: Linked, years: Mapping[str, CircuitYear], excess: Mapping[str, FloatArray]
) -> dict[str, CircuitYear]:
    """Return the years with what their pipes exchange taken out of their losses."""
    given = {name: np.zeros_like(excess[name]) for name in years}
    heat: dict[str, dict[str, FloatArray]] = {name: {} for name in years}
    names = list(linked.circuits)
    for (own, other), links in linked.links.items():
        if names.index(own) > names.index(other):
            continue
        once = links.of(links.pipe < links.other_pipe) if own == other else links
        total = _give(once, (excess[own], excess[other]), (given[own], given[other]))
        if own != other:
            heat[own][other], heat[other][own] = -total, total
    return {
        name: replace(
            _label(linked, year, given[name], heat[name]),
            outside_excess=outside_excess(linked.boundaries[name], excess[name]),
        )
        for name, year in years.items()
    }


def _give(
    links: TrenchLinks,
    excess: tuple[FloatArray, FloatArray],
    given: tuple[FloatArray, FloatArray],
) -> FloatArray:
    """Add what pipes give to each other; return the sum, shape (steps,). [W]"""
    total = np.zeros(excess[0].shape[2])
    ends = links.side, links.pipe, links.other_side, links.other_pipe
    exchange_heat(*ends, links.conductance, *excess, *given, total)
    return total


def _label(
    linked: Linked, year: CircuitYear, given: FloatArray, heat: Mapping[str, FloatArray]
) -> CircuitYear:
    """Return a year whose losses to the ground and exchange stand apart."""
    steps = given.shape[2]
    by_step = np.transpose(given, (2, 1, 0))
    kept = {name: field for name, field in year.fields.items() if name in linked.fields}
    for name in (LOSS_MEAN, LOSS_END):
        if name in kept:
            field = kept[name].copy()
            field[-steps:] -= by_step
            if len(field) > steps:  # the start
                field[0] -= by_step[0]
            kept[name] = field
    if LOSS_END in kept:
        starts = len(kept[LOSS_END]) > steps
        kept[EXCHANGE] = np.concatenate([by_step[:1], by_step]) if starts else by_step
    by_pipe = summed(given, linked.boundaries[year.circuit.id].duration)
    figures = year.pipe_figures._replace(heat_loss=year.pipe_figures.heat_loss - by_pipe)
    labelled = replace(
        year, fields=kept, pipe_figures=figures, exchange_from=heat, exchange_by_pipe=by_pipe
    )
    return replace(labelled, heat_loss=year.heat_loss + labelled.exchange)
