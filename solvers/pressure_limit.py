"""What a pump that is too weak lets through.

Where the head that consumers need passes the producer's largest head, the consumers that are
left without their pressure difference get less flow: as much as leaves them that difference.
"""

from collections.abc import Callable, Collection

import numpy as np

from ..networks.boundary import Boundary
from ..networks.columns import BoolArray, Circuit, FloatArray
from .circuit_year import PRESSURE, CircuitYear
from .kernels.tree_shortage import share_pressure
from .kernels.tree_tables import TreeTable
from .large_arrays import parts_of, release
from .mesh import is_mesh
from .pressure_response import (
    FIELDS,
    FRICTION_FACTOR,
    SPECIFIC_VOLUME,
    borne_flows,
    is_worth_it,
)
from .tree import tree_table

SLACK = 1.0
"""Missing pressure difference that is still taken as enough. [Pa]"""

SPARE = 0.01
"""Of the pressure a path loses: more than this to spare lets a limited flow grow. [1]"""

MOST_PASSES = 60
GROWING_PASSES = 40
"""After these, flows only shrink, so that nobody is left without its difference."""

MOST_TURNS = 4
"""Of a consumer between too little pressure and enough, until it is kept between both flows."""

NEARLY_ALL = 0.999
"""Share of the flow that would leave just enough: keeps the passes from creeping. [1]"""

GROWTH, LEAST_GROWN = 2.0, 1e-3
"""Most by which a flow in loops grows in a pass; share of the largest that it begins with. [1]"""

STRIDE = 8.0
"""Most by which a flow in loops changes in a pass where the answers of pressures are known. [1]"""

WHOLE_PASSES = 10
"""Passes after which steps are half as long, and again after as many more."""

PATIENCE = 4.0
"""Passes in which a consumer may be short before its flow shrinks faster."""

AT_LIMIT = 1.0 - 1e-6
"""Share of its limit at which a flow counts as limited. [1]"""

LEAST_SQUARE = 1e-12
"""Square of the flow below which a pipe stands. [kg2/s2]"""

UNLIMITED = 1e6
"""Flow of a consumer without a largest one. [kg/s]"""

CELLS = 4_000_000
"""Hours times pipes that are looked at together, for the sake of memory."""

ALL_HOURS = slice(None)

Solve = Callable[[Boundary, FloatArray, Collection[str]], CircuitYear]


def pressure_limit(
    circuit: Circuit,
    boundary: Boundary,
    year: CircuitYear,
    solve: Solve,
    given: FloatArray | None = None,
) -> FloatArray | None:
    """Return the flows that the available pressure lets through.

    Parameters
    ----------
    circuit : Circuit
        What was solved.
    boundary : Boundary
        Its hours.
    year : CircuitYear
        Solved without regard to missing pressure.
    solve : callable
        Solves some hours with flow limits (hours, consumers), and keeps the fields named.
    given : array of float, shape (hours, consumers), optional
        Largest flows that hold whatever the pressure. [kg/s]

    Returns
    -------
    array of float, shape (hours, consumers), or None
        Largest flow of each consumer, infinite where pressure does not matter [kg/s]; None
        where no consumer misses pressure in any hour.
    """
    if not head_is_bounded(circuit):
        return None
    hours = np.flatnonzero(_missing(circuit, year).any(axis=1))
    if not hours.size:
        return None
    tree = None if is_mesh(circuit) else tree_table(circuit)
    whole = np.full(boundary.heat.shape, np.inf) if given is None else given.copy()
    parts = -(-hours.size * max(len(circuit.pipe_ids), 1) // CELLS)
    for part in np.array_split(hours, parts):
        whole[part] = _limits(circuit, tree, boundary.at(part), solve, whole[part])
    return whole


def _limits(
    circuit: Circuit, tree: TreeTable | None, boundary: Boundary, solve: Solve, given: FloatArray
) -> FloatArray:
    """Return the limits of some hours; hours that are done drop out of the passes."""
    hours = np.arange(len(boundary.heat))
    whole, limit = given.copy(), given
    enough, toomuch = np.zeros_like(given), np.full_like(given, np.inf)
    fed, turns = np.zeros_like(given, dtype=np.bool_), np.zeros_like(given)
    streak = np.zeros_like(given)
    for step in range(MOST_PASSES):
        state = solve(boundary.at(hours), limit, FIELDS)
        whole[hours] = limit
        limited = (state.consumer_mass_flow >= limit * AT_LIMIT) & (limit < given[hours])
        grows = step < GROWING_PASSES
        wrong = short = _missing(circuit, state)
        sought = limited | short
        if grows:
            wrong = short | (limited & _is_ample(circuit, state))
        open_hours = np.flatnonzero(wrong.any(axis=1))
        if not open_hours.size:
            break
        streak = np.where(short, streak + 1.0, 0.0)
        joint = grows and tree is None and is_worth_it(circuit, sought)
        if not grows:
            limit = np.where(wrong, _allowed(circuit, state, streak), limit)
        elif joint:
            part = 0.5 ** (step // WHOLE_PASSES)
            limit = _borne(circuit, boundary.at(hours), state, sought, part)
        elif tree is None:
            limit = np.where(wrong, _allowed(circuit, state, streak, GROWTH), limit)
        else:
            limit = _shared(circuit, tree, state, sought)
        fed |= _is_fed(state)
        turns += short != (turns % 2 == 1)
        kept = wrong & (fed | (turns > MOST_TURNS)) & (not joint)
        limit = _between(limit, state.consumer_mass_flow, (enough, toomuch), kept, short)
        enough, toomuch = enough[open_hours], toomuch[open_hours]
        fed, turns, streak = fed[open_hours], turns[open_hours], streak[open_hours]
        hours = hours[open_hours]
        limit = np.minimum(limit[open_hours], given[hours])
    return whole


def _between(
    limit: FloatArray,
    flow: FloatArray,
    seen: tuple[FloatArray, FloatArray],
    wrong: BoolArray,
    short: BoolArray,
) -> FloatArray:
    """Return limits between a flow that left enough pressure and one that did not.

    Of those for whom that is ``wrong`` while another producer feeds them, or did in a pass before,
    or who were short and had to spare in turns: what a flow takes of the pressure does not go with
    its square, and the passes would go to and fro between nothing and too much. ``seen`` are the
    largest flow of each consumer that left enough and the smallest that did not, written anew;
    where others moved so much that these contradict each other, the older one is forgotten.
    """
    enough, toomuch = seen
    ample, short = wrong & ~short, wrong & short
    toomuch[short] = np.minimum(toomuch, flow)[short]
    enough[ample] = np.maximum(enough, flow)[ample]
    crossed = enough >= toomuch
    enough[crossed & short] = 0.0
    toomuch[crossed & ample] = np.inf
    is_between = (short & (enough > 0.0)) | (ample & np.isfinite(toomuch))
    return np.where(is_between, 0.5 * (enough + toomuch), limit)


def head_is_bounded(circuit: Circuit) -> bool:
    """Return whether the head of the producer may be less than the worst point needs.

    Parameters
    ----------
    circuit : Circuit
        Whose first producer holds the pressure.
    """
    bounds = circuit.producers.pressure_difference[0], circuit.producers.max_pressure_difference[0]
    return not np.isnan(bounds).all()


def misses_pressure(circuit: Circuit, year: CircuitYear) -> bool:
    """Return whether a pump is too weak for what consumers draw in some hour.

    Parameters
    ----------
    circuit : Circuit
        What was solved.
    year : CircuitYear
        Solved without regard to missing pressure.
    """
    if circuit.is_one_line or not head_is_bounded(circuit):
        return False
    return bool(_missing(circuit, year).any())


def is_held_back(year: CircuitYear, asked: FloatArray | None) -> BoolArray:
    """Return whom the pump gives less than they ask for, shape (hours, consumers).

    Parameters
    ----------
    year : CircuitYear
        As `solve_steady` solves it.
    asked : array of float, shape (hours, consumers), or None
        Flows that were asked for, NaN where heat decides. [kg/s]
    """
    if year.missing_head is None:
        return np.zeros(year.consumer_mass_flow.shape, dtype=np.bool_)
    by_heat = (year.consumer_reason == PRESSURE) & (year.consumer_unserved_heat != 0.0)
    if asked is not None:
        less = year.consumer_mass_flow < asked * AT_LIMIT
        by_heat = np.where(np.isnan(asked), by_heat, less)
    return np.asarray(by_heat & (year.missing_head > SLACK)[:, None])


def missing_head(circuit: Circuit, year: CircuitYear) -> FloatArray:
    """Return by how much the pump is too weak in each hour, shape (hours,). [Pa]

    Parameters
    ----------
    circuit : Circuit
        What was solved.
    year : CircuitYear
        Solved without regard to missing pressure, so that everybody draws what they want.
    """
    apart, least = year.consumer_pressure_difference, circuit.consumers.min_pressure_difference
    largest = np.zeros(len(apart))
    for rows in parts_of(len(apart), apart.nbytes):
        missing = _missing(circuit, year, rows)
        largest[rows] = np.where(missing, least - apart[rows], 0.0).max(axis=1, initial=0.0)
        release(apart[rows], year.consumer_mass_flow[rows])
    return largest


def _missing(circuit: Circuit, year: CircuitYear, rows: slice = ALL_HOURS) -> BoolArray:
    """Return which consumers draw water without their pressure difference."""
    consumers = circuit.consumers
    short = year.consumer_pressure_difference[rows] < consumers.min_pressure_difference - SLACK
    return short & consumers.is_connected & (year.consumer_mass_flow[rows] > 0.0)


def _spare(circuit: Circuit, year: CircuitYear) -> FloatArray:
    """Return the pressure that each consumer would have to spare if the pump gave its most."""
    producers = circuit.producers
    fixed, most = producers.pressure_difference[0], producers.max_pressure_difference[0]
    top = np.nanmin([fixed, most])
    more = np.maximum(top - year.pressure_difference[:, :1], 0.0)
    least = circuit.consumers.min_pressure_difference
    return np.asarray(year.consumer_pressure_difference + more - least)


def _is_ample(circuit: Circuit, year: CircuitYear) -> BoolArray:
    """Return whether a consumer whose flow is limited has clearly too much pressure."""
    lost = np.maximum(year.pressure_difference[:, :1] - year.consumer_pressure_difference, 0.0)
    return np.asarray(_spare(circuit, year) > SPARE * lost + SLACK)


def _is_fed(year: CircuitYear) -> BoolArray:
    """Return who has more pressure than the plant gives: another producer feeds them."""
    return np.asarray(year.consumer_pressure_difference > year.pressure_difference[:, :1] + SLACK)


def _allowed(
    circuit: Circuit, year: CircuitYear, streak: FloatArray, most: float = 1.0
) -> FloatArray:
    """Return the flow at which the path would lose no more than there is, times ``most`` at most.

    In loops nobody knows whose flow takes whose pressure: a flow that grows does so by half of
    what its own way would bear, at least by some of the largest flow where it stood. One that is
    short again and again (``streak`` passes) because others take the pressure shrinks ever faster,
    and gets nothing in the end.
    """
    lost = np.maximum(year.pressure_difference[:, :1] - year.consumer_pressure_difference, 1e-9)
    share = np.sqrt(np.clip(1.0 + _spare(circuit, year) / lost, 0.0, most * most))
    shrunk = share ** np.maximum(streak - PATIENCE, 1.0) * NEARLY_ALL
    share = np.where(share > 1.0, 0.5 * (1.0 + share), shrunk)
    flow = year.consumer_mass_flow
    least = LEAST_GROWN * flow.max(axis=1, initial=0.0, keepdims=True)
    allowed = np.where(share > 1.0, np.maximum(flow, least), flow) * share
    return np.where((streak > PATIENCE) & (allowed < least), 0.0, allowed)


def _borne(
    circuit: Circuit, boundary: Boundary, year: CircuitYear, limited: BoolArray, part: float
) -> FloatArray:
    """Return limits with which each consumer has its difference, in loops.

    Those whose flow was not ``limited`` want no more than they drew; the others' flows take a
    ``part`` of the step that pressures ask for, and grow `STRIDE` times at most.
    """
    drawn = year.consumer_mass_flow
    most = np.nan_to_num(circuit.consumers.max_flow, nan=UNLIMITED)
    wanted = _wanted(most, drawn, limited)
    shares = np.zeros(boundary.supply_temperature.shape)
    if boundary.feed is not None:
        shares = np.nan_to_num(boundary.feed.share)
    flow = borne_flows(circuit, year, _spare(circuit, year), wanted, limited, shares)
    least = LEAST_GROWN * drawn.max(axis=1, initial=0.0, keepdims=True)
    flow = np.minimum(flow, np.maximum(drawn, least) * STRIDE)
    flow = np.where(limited, drawn + part * (flow - drawn), drawn)
    return np.where(flow < wanted * AT_LIMIT, flow, np.inf)


def _shared(
    circuit: Circuit, tree: TreeTable, year: CircuitYear, limited: BoolArray
) -> FloatArray:
    """Return limits with which each consumer has its difference, if drops grow with v^2.

    Those whose flow was not ``limited`` want no more than they drew.
    """
    drawn = np.array(year.consumer_mass_flow)
    wanted = _wanted(tree.max_flow, drawn, limited)
    spare = _spare(circuit, year)
    flow, resistance = _resistances(tree, year)
    share_pressure(tree.parent, tree.consumer_row, resistance, spare, wanted, flow, drawn)
    return np.where(drawn < wanted * AT_LIMIT, drawn, np.inf)


def _wanted(most: FloatArray, drawn: FloatArray, limited: BoolArray) -> FloatArray:
    """Return what consumers would draw at most, who are not ``limited`` what they drew."""
    return np.where(limited, np.maximum(np.minimum(most, UNLIMITED), drawn), drawn)


def _resistances(tree: TreeTable, year: CircuitYear) -> tuple[FloatArray, FloatArray]:
    """Return flow and drop per square of the flow of both pipes of each row, by hour."""
    through, drop = (np.abs(year.fields[name]) for name in FIELDS)
    pipes, columns = tree.pipe[1:], tree.hydraulics[:, 1:]
    factor = FRICTION_FACTOR * columns[..., 2] + columns[..., 3]
    standing = (factor * columns[..., 1]).sum(axis=0) * SPECIFIC_VOLUME
    flow, resistance = np.zeros((2, len(drop), len(tree.parent)))
    flow[:, 1:] = through[:, pipes, 0]
    square = flow[:, 1:] ** 2
    moves = square > LEAST_SQUARE
    lost = drop.sum(axis=-1)[:, pipes]
    resistance[:, 1:] = np.where(moves, lost / np.maximum(square, LEAST_SQUARE), standing)
    return flow, resistance
