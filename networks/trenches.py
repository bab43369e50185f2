"""Trenches as columns: what each pipe's surroundings follow from, and what pipes exchange."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations, product
from typing import NamedTuple

import numpy as np

from ..model.errors import Faults
from ..model.trench import Casing, Line, trench_conductances
from .cells import Verbatim
from .columns import RETURN, SUPPLY, BoolArray, Circuit, FloatArray, IntArray
from .trench_layout import LaidRoute, LaidTrench

ROUNDING = 1e-9
"""Below this, a wrong sign is rounding. [W/(m K)]"""


class TrenchLinks(NamedTuple):
    """What pipes of one circuit owe to pipes of other routes, a pair of pipes each.

    All arrays have shape (links,).

    Parameters
    ----------
    side, pipe : array of int
        Of the pipe that is warmed: side and column of its circuit.
    other_side, other_pipe : array of int
        Of the pipe that warms it, in the other circuit.
    response : array of float
        How far the water of the first would rise if it stood, for each kelvin that the other is
        above the undisturbed ground. [1]
    conductance : array of float
        Between the water of the two, for the whole length. [W/K]
    """

    side: IntArray
    pipe: IntArray
    other_side: IntArray
    other_pipe: IntArray
    response: FloatArray
    conductance: FloatArray

    def of(self, rows: BoolArray) -> "TrenchLinks":
        """Return some of the links."""
        return TrenchLinks(**{name: column[rows] for name, column in self._asdict().items()})


Trenches = Mapping[tuple[str, str], TrenchLinks]
"""Links by (circuit, other circuit); a circuit may have links with routes of its own."""


def links_between(trenches: Trenches, circuits: Container[str]) -> Trenches:
    """Return the links of which both ends lie in some circuits.

    Parameters
    ----------
    trenches : mapping of (str, str) to TrenchLinks
        Of a system.
    circuits : container of str
        Ids.
    """
    return {
        (own, other): links
        for (own, other), links in trenches.items()
        if own in circuits and other in circuits
    }


@dataclass(frozen=True, slots=True)
class _Group:
    """Trenches in which pipes of the same circuits lie alike.

    ``columns`` has shape (trenches, routes), ``length`` (trenches,), ``resistance`` (routes, 2);
    the last is that of pipes without a cross-section, NaN for others. [m], [m K/W]
    """

    like: LaidTrench
    columns: IntArray
    length: FloatArray
    resistance: FloatArray

    @property
    def circuits(self) -> tuple[str, ...]:
        """Circuit of each route."""
        return tuple(route.circuit for route in self.like.routes)


def lay_in_trenches(
    circuits: Mapping[str, Circuit], trenches: Sequence[LaidTrench], faults: Faults
) -> tuple[dict[str, Circuit], dict[tuple[str, str], TrenchLinks]]:
    """Return the circuits with the coefficients of their trenches, and what links their pipes.

    Parameters
    ----------
    circuits : mapping of str to Circuit
        With the coefficients of pairs that lie alone.
    trenches : sequence of LaidTrench
        Checked.
    faults : Faults
        Receives coefficients that contradict the places of their pipes.

    Returns
    -------
    dict of str to Circuit
        ``pair_exchange_coefficient`` is that between supply and return in the trench,
        ``heat_loss_coefficient`` that to the ground and to the pipes of all other routes.
    dict of (str, str) to TrenchLinks
        Links of pipes of different routes, by circuit and other circuit.

    Notes
    -----
    A route of the catalogue has its cross-section. A route with coefficients of its own is a
    pair of line sources (one, where it has one side) of which the loss alone is known: the two
    coefficients tell the resistance of each pipe to the ground (the diagonal of the inverse of
    [[h_s + x, -x], [-x, h_r + x]]), taken to hold at its depth in this soil. What it shares with
    its twin and with others then follows from the places.
    """
    pipes = {name: _own_coefficients(circuit) for name, circuit in circuits.items()}
    soil = {name: np.full(len(circuit.pipe_ids), np.nan) for name, circuit in circuits.items()}
    parts: dict[tuple[str, str], list[TrenchLinks]] = {}
    for group in _groups(circuits, trenches):
        conductances = _conductances(group, faults)
        if conductances is not None:
            _set_coefficients(group, conductances, pipes)
            for k, name in enumerate(group.circuits):
                soil[name][group.columns[:, k]] = group.like.soil_conductivity
            for key, links in _links(group, conductances):
                parts.setdefault(key, []).append(links)
    laid = {
        name: replace(
            circuit,
            pipes=circuit.pipes._replace(
                heat_loss_coefficient=pipes[name][0], pair_exchange_coefficient=pipes[name][1]
            ),
            soil_conductivity=None if np.isnan(soil[name]).all() else soil[name],
        )
        for name, circuit in circuits.items()
    }
    return laid, {key: _joined(links) for key, links in parts.items()}


def _own_coefficients(circuit: Circuit) -> tuple[FloatArray, FloatArray]:
    table = circuit.pipes
    return table.heat_loss_coefficient.copy(), table.pair_exchange_coefficient.copy()


def _groups(circuits: Mapping[str, Circuit], trenches: Sequence[LaidTrench]) -> list[_Group]:
    """Return the trenches sorted by what decides their conductances."""
    column = {
        name: {pipe: k for k, pipe in enumerate(circuit.pipe_ids)}
        for name, circuit in circuits.items()
    }
    alike: dict[object, list[LaidTrench]] = {}
    for trench in trenches:
        key = tuple(
            (route.circuit, route.sides, route.places, _cross_section(circuits, column, route))
            for route in trench.routes
        )
        alike.setdefault((trench.soil_conductivity, key), []).append(trench)
    return [
        _Group(
            like=group[0],
            columns=np.array(
                [[column[route.circuit][route.pipe] for route in one.routes] for one in group]
            ),
            length=np.array([one.routes[0].length for one in group]),
            resistance=np.array(
                [
                    [np.nan, np.nan]
                    if route.type is not None
                    else _resistances(circuits, column, route)
                    for route in group[0].routes
                ]
            ),
        )
        for group in alike.values()
    ]


def _cross_section(
    circuits: Mapping[str, Circuit], column: Mapping[str, Mapping[str, int]], route: LaidRoute
) -> object:
    """Return what tells a route's pipes apart from others: the type, or the coefficients."""
    if route.type is not None:
        return route.type.id
    table, k = circuits[route.circuit].pipes, column[route.circuit][route.pipe]
    return (*table.heat_loss_coefficient[:, k].tolist(), float(table.pair_exchange_coefficient[k]))


def _resistances(
    circuits: Mapping[str, Circuit], column: Mapping[str, Mapping[str, int]], route: LaidRoute
) -> tuple[float, float]:
    """Return the resistances of supply and return to the ground, each alone. [m K/W]

    Of a route with one side, that of this side stands for both.
    """
    table, k = circuits[route.circuit].pipes, column[route.circuit][route.pipe]
    supply, back = table.heat_loss_coefficient[:, k].tolist()
    mutual = float(table.pair_exchange_coefficient[k])
    if len(route.sides) == 1:
        own = (supply, back)[route.sides[0]]
        alone = 1.0 / own if own > 0.0 else np.inf
        return alone, alone
    determinant = supply * back + mutual * (supply + back)
    if determinant <= 0.0:
        return np.inf, np.inf
    return (back + mutual) / determinant, (supply + mutual) / determinant


def _conductances(group: _Group, faults: Faults) -> FloatArray | None:
    """Return the conductances of a group, None if there are none.

    Shape (routes, 2, routes, 2), zero for sides that a route does not have. [W/(m K)]
    """
    trench, routes = group.like, len(group.like.routes)
    lossless = np.flatnonzero(np.isinf(group.resistance).any(axis=1))
    for k in lossless:
        rule = "above 0 W/(m K) in a trench"
        faults.add(f"pipe '{trench.routes[k].pipe}'", "heat_loss_coefficient", 0.0, rule)
    if len(lossless):
        return None
    casings, lines, order = _sources(group)
    matrix = trench_conductances(casings, lines, trench.soil_conductivity)
    to_others = matrix - np.diag(np.diag(matrix))
    if to_others.max() > ROUNDING or matrix.sum(axis=1).min() < -ROUNDING:
        faults.add(
            f"trench '{trench.id}'",
            "places",
            Verbatim("too close for the coefficients of its pipes"),
            "pipes further apart, or smaller coefficients",
        )
        return None
    placed = np.zeros((2 * routes, 2 * routes))
    placed[np.ix_(order, order)] = matrix
    return placed.reshape(routes, 2, routes, 2)


def _sources(group: _Group) -> tuple[list[Casing], list[Line], list[int]]:
    """Return casings and line sources, and the place (2 x route + side) of each of their pipes."""
    casings, lines = [], []
    in_casings, as_lines = [], []
    for k, route in enumerate(group.like.routes):
        own = [2 * k + side for side in route.sides]
        if route.type is None:
            pairs = zip(route.places, group.resistance[k, list(route.sides)].tolist(), strict=True)
            lines += [Line(place=place, resistance=resistance) for place, resistance in pairs]
            as_lines += own
            continue
        section, is_twin = route.type.section, route.type.arrangement == "twin"
        shares = [route.places] if is_twin else [(place,) for place in route.places]
        casings += [Casing(section=section, pipes=places) for places in shares]
        in_casings += own
    return casings, lines, in_casings + as_lines


def _set_coefficients(
    group: _Group, matrix: FloatArray, pipes: Mapping[str, tuple[FloatArray, FloatArray]]
) -> None:
    """Write what the pipes of a group lose to all but their twin, and exchange with it."""
    for k, name in enumerate(group.circuits):
        loss, exchange = pipes[name]
        mutual = 0.0 - matrix[k, SUPPLY, k, RETURN]
        exchange[group.columns[:, k]] = mutual
        for side in group.like.routes[k].sides:
            loss[side, group.columns[:, k]] = matrix[k, side, k, side] - mutual


def _links(group: _Group, matrix: FloatArray) -> Iterator[tuple[tuple[str, str], TrenchLinks]]:
    """Yield the links of each route with each other one."""
    routes, shape = group.like.routes, (len(group.columns),)
    for k, other in permutations(range(len(group.circuits)), 2):
        own, between = list(routes[k].sides), -matrix[k, :, other, :]
        response = np.zeros((2, 2))
        response[own] = np.linalg.solve(matrix[k][np.ix_(own, [k], own)][:, 0], between[own])
        for side, other_side in product(own, routes[other].sides):
            yield (
                (group.circuits[k], group.circuits[other]),
                TrenchLinks(
                    side=np.full(shape, side),
                    pipe=group.columns[:, k],
                    other_side=np.full(shape, other_side),
                    other_pipe=group.columns[:, other],
                    response=np.full(shape, response[side, other_side]),
                    conductance=between[side, other_side] * group.length,
                ),
            )


def _joined(links: list[TrenchLinks]) -> TrenchLinks:
    """Return links in one table, those of one pipe together."""
    table = TrenchLinks(*(np.concatenate(parts) for parts in zip(*links, strict=True)))
    order = np.lexsort((table.pipe, table.side))
    return TrenchLinks(**{name: column[order] for name, column in table._asdict().items()})
