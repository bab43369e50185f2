"""What producers with a limit give of what a circuit needs, in the order of their priority.

The mesh kernels know flows, shares and heat. What is needed follows from the solution (losses
depend on who feeds), so that hours are solved again until the heat of these producers rests.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..networks.boundary import Boundary, Feed
from ..networks.columns import FloatArray, IntArray
from .circuit_year import CircuitYear

MOST_PASSES = 40
CLOSE = 1e-7
"""Change of a producer's heat, of the circuit's, that counts as none. [1]"""

LEAST_HEAT = 1e-3
"""A change smaller than this is none either. [W]"""

Solve = Callable[[Boundary, IntArray], CircuitYear]


def has_limits(boundary: Boundary) -> bool:
    """Return whether any producer gives what is needed up to a limit.

    Parameters
    ----------
    boundary : Boundary
        Of a circuit.
    """
    return boundary.feed is not None and not bool(np.isnan(boundary.feed.limit).all())


def find_heat(boundary: Boundary, solve: Solve) -> Boundary:
    """Return the boundary with the heat of producers that have a limit.

    Parameters
    ----------
    boundary : Boundary
        With limits among what producers give.
    solve : callable
        Solves a boundary without limits; is told which hours they are.

    Returns
    -------
    Boundary
        Without limits.

    Notes
    -----
    The producer of the smallest priority gives first; the one that holds the pressure gives the
    rest, so that it never gives less than nothing. Hours that rest drop out.
    """
    assert boundary.feed is not None
    feed, hours = boundary.feed, np.arange(len(boundary.heat))
    ranked = ~np.isnan(feed.limit)
    heat = np.where(ranked, 0.0, feed.heat)
    known = replace(boundary, feed=_with_heat(feed, heat))
    for _ in range(MOST_PASSES):
        year = solve(known.at(hours), hours)
        asked = np.where(ranked[hours], _by_priority(boundary.at(hours), year), heat[hours])
        moved = np.abs(np.nan_to_num(asked - heat[hours]))
        total = np.abs(year.producer_heat).sum(axis=1, keepdims=True)
        heat[hours] = asked
        known = replace(boundary, feed=_with_heat(feed, heat))
        hours = hours[(moved > CLOSE * total + LEAST_HEAT).any(axis=1)]
        if not hours.size:
            break
    return known


def _with_heat(feed: Feed, heat: FloatArray) -> Feed:
    return feed._replace(heat=heat, limit=np.full_like(feed.limit, np.nan))


def _by_priority(boundary: Boundary, year: CircuitYear) -> FloatArray:
    """Return what each producer with a limit gives of what the others leave. [W]"""
    assert boundary.feed is not None
    limit, rank = boundary.feed.limit, boundary.feed.priority
    ranked = ~np.isnan(limit)
    ranked[:, 0] = False
    others = np.where(ranked, 0.0, year.producer_heat)[:, 1:].sum(axis=1)
    need = year.producer_heat.sum(axis=1) - others
    order = np.argsort(np.where(ranked, np.nan_to_num(rank, nan=np.inf), np.inf), axis=1)
    most = np.take_along_axis(np.where(ranked, limit, 0.0), order, axis=1)
    before = np.cumsum(most, axis=1) - most
    given = np.clip(np.abs(need)[:, None] - before, 0.0, most) * np.sign(need)[:, None]
    heat = np.zeros(given.shape)
    np.put_along_axis(heat, order, given, axis=1)
    return heat
