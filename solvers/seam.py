"""Trenches in which circuits that deliver lie beside circuits that bring sources to the plant.

The plant stands between the two kinds: it draws from the sources what the others take. So each
kind is solved in the ground that the other makes, and what pipes on both sides of this seam
exchange is evaluated once, when all rests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..networks.boundary import Outside
from ..networks.columns import RETURN, SUPPLY, BoolArray, FloatArray, IntArray
from ..networks.system import System
from ..networks.trenches import Trenches
from ..profiles.boundary import circuit_boundary
from ..profiles.year import Profiles
from .circuit_year import CircuitYear
from .kernels.trench import add_rises, exchange_heat
from .roles import source_circuits
from .surroundings import responses, summed, surroundings_change

LOSSES = ("pipe_heat_loss", "pipe_heat_loss_mean")
"""Fields that hold what pipes give to all that is not their own circuit's."""

EXCHANGE = "pipe_exchange"

Water = Mapping[str, FloatArray]
"""By circuit: mean excess of the pipes at the seam, shape (hours, seen, 2), see `Seam`. [K]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seam:
    """Pipes of source circuits and of others that lie in the same trenches.

    Parameters
    ----------
    pipes : mapping of str to array of int, shape (seen,)
        Columns of each circuit's routes that lie beside circuits of the other kind.
    links : mapping of (str, str) to TrenchLinks
        Between circuits of different kinds, both ways; pipes count in ``pipes``.
    """

    pipes: Mapping[str, IntArray]
    links: Trenches


def find_seam(system: System, *, travels: bool = False) -> Seam | None:
    """Return where source circuits lie beside others; None where they do not.

    Parameters
    ----------
    system : System
        With or without trenches.
    travels : bool, optional
        Whether the water of the others is moved step by step: what its ground does to it is
        then reckoned as in `dynamic_trenches`.
    """
    sources = set(source_circuits(system))
    across = {
        (own, other): links
        for (own, other), links in system.trenches.items()
        if (own in sources) != (other in sources)
    }
    if not across:
        return None
    seen: dict[str, list[IntArray]] = {}
    for (own, _), links in across.items():
        seen.setdefault(own, []).append(links.pipe)
    pipes = {name: np.unique(np.concatenate(parts)) for name, parts in seen.items()}
    if travels:
        across |= {
            key: links._replace(response=responses(system.circuits[key[0]], links))
            for key, links in across.items()
            if key[0] not in sources
        }
    return Seam(
        pipes=pipes,
        links={
            (own, other): links._replace(
                pipe=np.searchsorted(pipes[own], links.pipe),
                other_pipe=np.searchsorted(pipes[other], links.other_pipe),
            )
            for (own, other), links in across.items()
        },
    )


def ground_beside(seam: Seam, water: Water) -> dict[str, Outside]:
    """Return what the water of circuits of one kind makes of the ground of the other.

    Parameters
    ----------
    seam : Seam
        Of the system.
    water : mapping of str to array of float, shape (hours, seen, 2)
        Of all circuits of one kind at the seam. [K]

    Returns
    -------
    dict of str to Outside
        By circuit of the other kind.
    """
    rises: dict[str, FloatArray] = {}
    for (own, other), links in seam.links.items():
        if other in water:
            excess = _by_side(water[other])
            shape = (2, len(seam.pipes[own]), excess.shape[2])
            rise = rises.setdefault(own, np.zeros(shape))
            ends = links.side, links.pipe, links.other_side, links.other_pipe
            add_rises(*ends, links.response, excess, rise)
    return {
        name: Outside(pipe=seam.pipes[name], rise=np.transpose(rise, (2, 1, 0)))
        for name, rise in rises.items()
    }


def ground_moved(
    before: Mapping[str, Outside], after: Mapping[str, Outside]
) -> dict[str, FloatArray]:
    """Return the largest change of each circuit's surroundings, shape (hours,). [K]"""
    return {
        name: surroundings_change(_by_side(before[name].rise), _by_side(each.rise))
        for name, each in after.items()
    }


def ground_where(
    moved: BoolArray, before: Mapping[str, Outside], after: Mapping[str, Outside]
) -> dict[str, Outside]:
    """Return the surroundings after a turn in hours that moved, in others those before it.

    Parameters
    ----------
    moved : array of bool, shape (hours,)
        Which.
    before, after : mapping of str to Outside
        Of the same circuits.
    """
    return {
        name: each._replace(rise=np.where(moved[:, None, None], each.rise, before[name].rise))
        for name, each in after.items()
    }


def seen_water(years: Mapping[str, CircuitYear]) -> dict[str, FloatArray]:
    """Return the solved water of circuits at the seam, see `ground_beside`. [K]"""
    return {
        name: year.outside_excess
        for name, year in years.items()
        if year.outside_excess is not None
    }


def sent_water(system: System, profiles: Profiles, seam: Seam) -> dict[str, FloatArray]:
    """Return the water of source circuits at the seam as it is sent to the plant and back.

    Parameters
    ----------
    system : System
        With the seam.
    profiles : Profiles
        Of the hours.
    seam : Seam
        Of the system.

    Returns
    -------
    dict of str to array of float, shape (hours, seen, 2)
        See `sent_excess`. [K]
    """
    return {
        name: np.transpose(sent_excess(system, profiles, name)[:, seam.pipes[name]], (2, 1, 0))
        for name in source_circuits(system)
        if name in seam.pipes
    }


def sent_excess(system: System, profiles: Profiles, name: str) -> FloatArray:
    """Return how far the water of a source circuit is above the ground, as sent to the plant.

    Parameters
    ----------
    system : System
        With the circuit.
    profiles : Profiles
        Of the hours.
    name : str
        Its id.

    Returns
    -------
    array of float, shape (2, pipes, hours)
        As if the plant drew in every hour and nothing cooled on the way: known before anything is
        solved. [K]
    """
    nothing = np.zeros((len(profiles.duration), len(system.circuits[name].consumer_ids)))
    boundary = circuit_boundary(system, profiles, name, heat=nothing)
    sent, given = boundary.supply_temperature[:, :1], boundary.return_temperature
    by_difference = sent - boundary.temperature_difference
    back = np.where(np.isnan(given), by_difference, given).mean(axis=1, keepdims=True)
    ground = boundary.ground_temperature
    return np.stack([(sent - ground).T, (back - ground).T])


def with_exchange(
    seam: Seam, years: Mapping[str, CircuitYear], duration: FloatArray
) -> dict[str, CircuitYear]:
    """Return solved circuits with what crosses the seam taken out of their losses.

    Parameters
    ----------
    seam : Seam
        Of the system.
    years : mapping of str to CircuitYear
        All at the seam, and perhaps others. Their fields of losses are written anew: they are
        too large to be held twice.
    duration : array of float, shape (hours,)
        Of the hours. [s]

    Returns
    -------
    dict of str to CircuitYear
        What one circuit gives is what the other has, to the last digit; what the fixed point
        left is in the losses to the ground.
    """
    excess = {name: _by_side(water) for name, water in seen_water(years).items()}
    given = {name: np.zeros_like(water) for name, water in excess.items()}
    heat: dict[str, dict[str, FloatArray]] = {name: {} for name in given}
    names = list(years)
    for (own, other), links in seam.links.items():
        if names.index(own) < names.index(other):
            total = np.zeros(len(duration))
            ends = links.side, links.pipe, links.other_side, links.other_pipe
            exchange_heat(
                *ends,
                links.conductance,
                excess[own],
                excess[other],
                given[own],
                given[other],
                total,
            )
            heat[own][other], heat[other][own] = -total, total
    return {
        name: _shared(year, seam.pipes[name], given[name], heat[name], duration)
        if name in given
        else year
        for name, year in years.items()
    }


def _shared(
    year: CircuitYear,
    pipes: IntArray,
    given: FloatArray,
    heat: Mapping[str, FloatArray],
    duration: FloatArray,
) -> CircuitYear:
    """Return a circuit whose exchange across the seam stands apart from its losses."""
    _write_exchange(year, pipes, given)
    assert year.exchange_by_pipe is not None, "circuits at the seam are solved as linked ones"
    by_pipe, loss = year.exchange_by_pipe.copy(), year.pipe_figures.heat_loss.copy()
    across = summed(given, duration)
    for side in (SUPPLY, RETURN):
        by_pipe[side, pipes] += across[side]
        loss[side, pipes] -= across[side]
    return replace(
        year,
        heat_loss=year.heat_loss + sum(heat.values(), np.zeros_like(year.heat_loss)),
        exchange_from={**year.exchange_from, **heat},
        exchange_by_pipe=by_pipe,
        pipe_figures=year.pipe_figures._replace(heat_loss=loss),
    )


def _write_exchange(year: CircuitYear, pipes: IntArray, given: FloatArray) -> None:
    """Move what pipes give across the seam from their fields of losses to that of exchange.

    Fields of a dynamic run begin with the state at its start.
    """
    rows = year.field_rows.get("pipe", np.arange(len(year.circuit.pipe_ids)))
    here, of_given = _places(rows, pipes)
    by_hour = np.transpose(given[:, of_given], (2, 1, 0))
    for name, field in year.fields.items():
        if name in LOSSES or name == EXCHANGE:
            starts = len(field) - len(by_hour)
            moved = np.concatenate([by_hour[:starts], by_hour])
            field[:, here] += moved if name == EXCHANGE else -moved


def _places(rows: IntArray, pipes: IntArray) -> tuple[IntArray, IntArray]:
    """Return where ``rows`` holds pipes, and which of the pipes these are."""
    _, here, which = np.intersect1d(rows, pipes, return_indices=True)
    return here, which


def _by_side(values: FloatArray) -> FloatArray:
    """Return values of shape (hours, seen, 2) as the kernels have them, (2, seen, hours)."""
    return np.ascontiguousarray(np.transpose(values, (2, 1, 0)))
