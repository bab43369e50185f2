"""Which junctions shut valves, and valves that pass water one way, cut off."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .columns import RETURN, SUPPLY, BoolArray, Circuit, FloatArray, IntArray

SHUT = 0.0
"""Gate of a valve that is shut; any other is open."""

MOST_NAMED = 3
"""Valves that a sentence names."""

NO_ENDS: IntArray = np.empty(0, dtype=np.int64)


class Side(NamedTuple):
    """The pipes of one side that hold water.

    Parameters
    ----------
    start, end : array of int, shape (pipes,)
        Rows of junctions; water may pass from the first to the second.
    pipe : array of int, shape (pipes,)
        Rows of the circuit's pipes.
    is_shut : array of bool, shape (pipes,)
        Whether any of its valves is shut.
    is_one_way : array of bool, shape (pipes,)
        Whether water cannot pass from ``end`` to ``start``, as the way from a producer goes.
    """

    start: IntArray
    end: IntArray
    pipe: IntArray
    is_shut: BoolArray
    is_one_way: BoolArray


class Closing(NamedTuple):
    """Valves that leave no way to a junction.

    Parameters
    ----------
    shut : tuple of tuple of str
        Valves that are shut, for each side that is: any way to it passes one of these, or a check
        valve.
    wrong_way : tuple of str
        Check valves that point away from it.
    """

    shut: tuple[tuple[str, ...], ...]
    wrong_way: tuple[str, ...]


def without_way(circuit: Circuit, gate: FloatArray, ends: IntArray = NO_ENDS) -> BoolArray:
    """Return which junctions have no open way, shape (junctions,).

    Parameters
    ----------
    circuit : Circuit
        Of any shape.
    gate : array of float, shape (valves,)
        0 where a valve is shut.
    ends : array of int
        Junctions of open ends, which hold a pressure as some producers do.

    Notes
    -----
    An open way leads from a junction to where a pressure is held, on each side; and water can
    come from some producer without passing a check valve against its direction.
    """
    producers, size = circuit.producers.junction, len(circuit.junctions)
    holders = np.concatenate([producers[: circuit.holders], ends])
    lost = np.zeros(size, dtype=np.bool_)
    for side in _sides(circuit, gate):
        both_ways = side._replace(is_one_way=np.zeros_like(side.is_one_way))
        lost |= ~_spread(both_ways, holders, size)
        lost |= ~_spread(side, np.concatenate([producers, ends]), size)
    return lost


def cut_off(circuit: Circuit, gate: FloatArray, ends: IntArray = NO_ENDS) -> BoolArray:
    """Return which consumers have no open way, shape (consumers,); see `without_way`."""
    return without_way(circuit, gate, ends)[circuit.consumers.junction]


def valves_around(circuit: Circuit, gate: FloatArray, junction: int) -> Closing:
    """Return the valves that cut a junction off, on the sides where no way is open.

    Parameters
    ----------
    circuit : Circuit
        Of any shape.
    gate : array of float, shape (valves,)
        0 where a valve is shut.
    junction : int
        Its row.
    """
    shut = []
    wrong: dict[str, None] = {}
    start, holders = np.array([junction]), circuit.producers.junction
    holders = holders[: circuit.holders]
    for row, side in enumerate(_sides(circuit, gate)):
        backwards = side._replace(start=side.end, end=side.start)
        near = _spread(backwards, start, len(circuit.junctions))
        if near[holders].any():
            continue
        inside = near[side.start], near[side.end]
        border = inside[0] != inside[1]
        shut.append(tuple(_names(circuit, row, side.pipe[border & side.is_shut], gate == SHUT)))
        wrong |= _names(circuit, row, side.pipe[border & ~side.is_shut], circuit.checks)
    return Closing(tuple(shut), tuple(wrong))


def closing_valves(circuit: Circuit, gate: FloatArray, consumer: int) -> Closing:
    """Return the valves that cut a consumer off, by its row; see `valves_around`."""
    return valves_around(circuit, gate, int(circuit.consumers.junction[consumer]))


def closing_remedy(closing: Closing) -> str:
    """Return what opens a way to a consumer that valves cut off.

    Parameters
    ----------
    closing : Closing
        At least one valve.

    Examples
    --------
    >>> closing_remedy(Closing((("V1", "V2"), ("V4",)), ()))
    "open one of 'V1', 'V2' and 'V4'"
    >>> closing_remedy(Closing(((), ()), ("V3",)))
    "turn check valve 'V3', which lets no water towards it"
    """
    shut, wrong_way = closing
    opened = " and ".join(_one_of(names) for names in shut if names)
    remedies = [f"open {opened}"] if opened else []
    if wrong_way:
        remedies.append(f"turn check valve {_or(wrong_way)}, which lets no water towards it")
    return ", or ".join(remedies)


def has_loop(circuit: Circuit) -> bool:
    """Return whether water can go around in the pipes of any side.

    Parameters
    ----------
    circuit : Circuit
        Of any shape; valves count as open.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = len(circuit.junctions)
    for side in _sides(circuit, np.ones(len(circuit.valves.ids))):
        links = coo_array((np.ones(side.pipe.size), (side.start, side.end)), shape=(size, size))
        parts, _ = connected_components(links, directed=False)
        if side.pipe.size > size - parts:
            return True
    return False


def _sides(circuit: Circuit, gate: FloatArray) -> Iterator[Side]:
    """Yield supply and return; a one-line network has the first alone."""
    pipes, valves = circuit.pipes, circuit.valves
    checks = circuit.checks if circuit.checks.size else np.zeros(gate.size, dtype=np.bool_)
    for side in (SUPPLY,) if circuit.is_one_line else (SUPPLY, RETURN):
        flags = np.zeros((2, len(circuit.pipe_ids)), dtype=np.bool_)
        here = valves.side == side
        for flag, holds in zip(flags, (gate == SHUT, checks), strict=True):
            flag[valves.pipe[here & holds]] = True
        exists = slice(None) if circuit.sides is None else np.flatnonzero(circuit.sides[side])
        rows = np.arange(len(circuit.pipe_ids))[exists]
        yield Side(pipes.from_junction[rows], pipes.to_junction[rows], rows, *flags[:, rows])


def _spread(side: Side, starts: IntArray, size: int) -> BoolArray:
    """Return the junctions that water comes to from ``starts``, shape (junctions,)."""
    reached = np.zeros(size, dtype=np.bool_)
    reached[starts] = True
    start, end = side.start[~side.is_shut], side.end[~side.is_shut]
    two_way, count = ~side.is_one_way[~side.is_shut], 0
    while np.count_nonzero(reached) > count:
        count = int(np.count_nonzero(reached))
        reached[end[reached[start]]] = True
        reached[start[reached[end] & two_way]] = True
    return reached


def _names(circuit: Circuit, side: int, pipes: IntArray, which: BoolArray) -> dict[str, None]:
    """Return the ids of valves in some pipes of a side, in the order of the rows."""
    valves = circuit.valves
    if not which.size:
        return {}
    here = (valves.side == side) & np.isin(valves.pipe, pipes) & which
    return {valves.ids[row]: None for row in np.flatnonzero(here)}


def _one_of(names: tuple[str, ...]) -> str:
    return f"one of {_or(names)}" if len(names) > 1 else _or(names)


def _or(names: tuple[str, ...]) -> str:
    """Return the first of some ids, with a comma between them."""
    more = ", ..." if len(names) > MOST_NAMED else ""
    return ", ".join(f"'{name}'" for name in names[:MOST_NAMED]) + more
