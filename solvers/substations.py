"""Returns of substations: they follow the heat and the supply water that reaches each consumer.

The kernels of trees and meshes know return temperatures. Hours are solved with returns that are
known, returns are found anew for the water that arrived, until they rest.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..model.scenario import Scenario
from ..model.water import water_table
from ..networks.boundary import Boundary, FarSide
from ..networks.columns import Circuit, FloatArray, IntArray, SubstationTable
from .circuit_year import SERVED, SUPPLY_TOO_COLD, CircuitYear
from .fixed_point import Acceleration
from .kernel_columns import consumer_columns
from .kernel_hours import own, solve_parts
from .kernels.substation_returns import (
    ByteArray,
    SubstationInputs,
    SubstationOutputs,
    update_returns,
)
from .large_arrays import parts_of, release

CLOSE = 1e-6
"""Change of a return that counts as none. [K]"""

MOST_PASSES = 300

CELLS = 4_000_000
"""Hours times consumers that are looked at together, for the sake of memory."""

Solve = Callable[[Boundary, FloatArray | None], CircuitYear]


class Found(NamedTuple):
    """Returns of the substations that agree with the supply water.

    Parameters
    ----------
    temperature : array of float, shape (hours, consumers)
        [°C]
    difference : array of float, shape (hours, consumers)
        Supply less return in place of it where the largest flow serves less than is asked for,
        else NaN. [K]
    too_cold : array of int8, shape (hours, consumers)
        1 where no flow of the supply water would serve the heat.
    error : array of float, shape (hours,)
        Share of the drop by which a return still moved in the last pass; 0 where all rest. [1]
    """

    temperature: FloatArray
    difference: FloatArray
    too_cold: ByteArray
    error: FloatArray


def has_substations(circuit: Circuit, boundary: Boundary) -> bool:
    """Return whether a substation decides the return of any consumer.

    Parameters
    ----------
    circuit : Circuit
        With or without substations.
    boundary : Boundary
        Its hours.
    """
    return circuit.substations is not None and boundary.far_side is not None


def moved_at_most(
    circuit: Circuit, boundary: Boundary, limit: FloatArray | None
) -> FloatArray | None:
    """Return largest flows by the hour, with what the pumps of mixing emitters move.

    Parameters
    ----------
    circuit : Circuit
        With substations.
    boundary : Boundary
        Its hours, with the far side of the substations.
    limit : array of float, shape (hours, consumers), or None
        Largest flows for other reasons. [kg/s]

    Returns
    -------
    array of float, shape (hours, consumers), or None
        None where no pump moves less than its consumer may draw. [kg/s]
    """
    table, far = circuit.substations, boundary.far_side
    assert isinstance(table, SubstationTable)
    assert isinstance(far, FarSide)
    binds = table.circulation < consumer_columns(circuit)["max_flow"]
    if not binds.any():
        return limit
    moved = np.where(binds & ~np.isnan(far.back), table.circulation, np.inf)
    return moved if limit is None else np.minimum(moved, limit)


def find_returns(
    circuit: Circuit,
    boundary: Boundary,
    scenario: Scenario,
    limit: FloatArray | None,
    solve: Solve,
) -> Found:
    r"""Return the returns of all substations, found by solving the circuit.

    Parameters
    ----------
    circuit : Circuit
        With substations.
    boundary : Boundary
        Its hours, with the far side of the substations.
    scenario : Scenario
        Its ``[water]`` and ``[solver]`` apply.
    limit : array of float, shape (hours, consumers), or None
        Largest flows. [kg/s]
    solve : callable
        Solves some hours with given returns and largest flows.

    Returns
    -------
    Found
        At rest to `CLOSE`; hours that are not after `MOST_PASSES` say so.

    Notes
    -----
    A plain fixed point diverges where little is drawn: the return decides the flow, the flow the
    loss on the way, and that the return. So each pass finds the return together with the flow
    from the exchanger's equation and the answer of the way to the flow,
    :math:`T_s = T_g + (T_0 - T_g) \exp(-c / \dot m)`, with *c* from the pass before, as if all
    flows on the way moved alike. What that misses shrinks by about a half each pass, and faster
    once its course is known (`Acceleration`). Hours that rest drop out.

    A consumer whose largest flow serves less than is asked for has its difference given instead
    of its return, so that it draws that flow whatever the supply water.
    """
    hours, consumers = boundary.heat.shape
    found = _unknown(boundary)
    for part in np.array_split(np.arange(hours), -(-hours * max(consumers, 1) // CELLS)):
        some = None if limit is None else limit[part]
        _put(found, part, _rest(circuit, boundary.at(part), scenario, some, solve))
    return found


def _unknown(boundary: Boundary) -> Found:
    """Return returns of which only those without a substation are known."""
    shape = boundary.heat.shape
    return Found(
        temperature=np.array(boundary.return_temperature),
        difference=np.full(shape, np.nan),
        too_cold=np.zeros(shape, np.int8),
        error=np.zeros(len(boundary.heat)),
    )


def _put(found: Found, hours: IntArray, some: Found) -> None:
    """Write the returns of some hours into those of all."""
    found.temperature[hours], found.difference[hours] = some.temperature, some.difference
    found.too_cold[hours], found.error[hours] = some.too_cold, some.error


def _rest(
    circuit: Circuit,
    boundary: Boundary,
    scenario: Scenario,
    limit: FloatArray | None,
    solve: Solve,
) -> Found:
    """Return the returns of some hours; those that rest drop out of the passes."""
    most = np.broadcast_to(consumer_columns(circuit)["max_flow"], boundary.heat.shape)
    most = most if limit is None else np.minimum(most, limit)
    hours, whole = np.arange(len(boundary.heat)), _unknown(boundary)
    year: CircuitYear | None = None
    course = Acceleration()
    for _ in range(MOST_PASSES):
        some, before = boundary.at(hours), whole.temperature[hours]
        given = before, whole.difference[hours]
        out = _update(circuit, some, scenario, most[hours], given, year)
        moves = out.change > CLOSE
        error = np.where(moves, out.share, 0.0)
        _put(whole, hours, Found(out.returned, out.difference, out.too_cold, error))
        hours = hours[moves]
        if not hours.size:
            break
        if year is not None:
            course.add(before, np.nan_to_num(out.returned - before), moves)
            is_short = ~np.isnan(whole.difference[hours])
            whole.temperature[hours] = np.where(is_short, out.returned[moves], course.step())
        known = _known(boundary.at(hours), whole.temperature[hours], whole.difference[hours])
        year = solve(known, None if limit is None else limit[hours])
    return whole


def _update(
    circuit: Circuit,
    boundary: Boundary,
    scenario: Scenario,
    most: FloatArray,
    before: tuple[FloatArray, FloatArray],
    year: CircuitYear | None,
) -> SubstationOutputs:
    """Return returns for the water that arrived; at first, as it leaves the producers.

    ``before`` are returns and differences with which the year was solved.
    """
    table, far = circuit.substations, boundary.far_side
    assert isinstance(table, SubstationTable)
    assert isinstance(far, FarSide)
    hours = len(boundary.heat)
    nothing, (warmest, coldest) = np.zeros_like(most), _sources(boundary, year)
    given = SubstationInputs(
        heat=own(boundary.heat),
        hot=own(far.supply),
        cold=own(far.back),
        most=own(most),
        flow=nothing if year is None else own(year.consumer_mass_flow),
        supply=nothing if year is None else own(year.consumer_supply_temperature),
        warmest=warmest,
        coldest=coldest,
        ground=own(boundary.ground_temperature.mean(axis=1)),
    )
    out = SubstationOutputs(
        returned=before[0].copy(),
        difference=before[1].copy(),
        too_cold=np.zeros(most.shape, np.int8),
        change=np.zeros(hours),
        share=np.zeros(hours),
    )
    water = water_table(scenario.water)
    solve_parts(
        scenario,
        hours,
        lambda: lambda first, last: update_returns(water, table, given, first, last, out),
    )
    return out


def _sources(boundary: Boundary, year: CircuitYear | None) -> tuple[FloatArray, FloatArray]:
    """Return the warmest and the coldest water that producers send, of those who do. [°C]"""
    sent = boundary.supply_temperature
    sends = np.ones(sent.shape, dtype=np.bool_) if year is None else year.producer_mass_flow > 0.0
    sends = sends | ~sends.any(axis=1, keepdims=True)
    warmest = np.where(sends, sent, -np.inf).max(axis=1)
    coldest = np.where(sends, sent, np.inf).min(axis=1)
    return own(warmest), own(coldest)


def with_returns(boundary: Boundary, found: Found) -> Boundary:
    """Return a boundary whose returns are known.

    Parameters
    ----------
    boundary : Boundary
        With the far side of substations.
    found : Found
        For the same hours.
    """
    return _known(boundary, found.temperature, found.difference)


def _known(boundary: Boundary, temperature: FloatArray, difference: FloatArray) -> Boundary:
    """Return a boundary with returns, or differences where these are given."""
    is_short = ~np.isnan(difference)
    if not is_short.any():
        return replace(boundary, return_temperature=temperature, far_side=None)
    return replace(
        boundary,
        return_temperature=np.where(is_short, np.nan, temperature),
        temperature_difference=np.where(is_short, difference, boundary.temperature_difference),
        far_side=None,
    )


def explain_returns(year: CircuitYear, found: Found) -> CircuitYear:
    """Return the year with what substations could not serve named, and returns that still move.

    Parameters
    ----------
    year : CircuitYear
        Solved with the returns found; changed in place.
    found : Found
        As found.
    """
    for rows in parts_of(len(year.consumer_reason), year.consumer_reason.nbytes):
        reason = year.consumer_reason[rows]
        missed = (reason != SERVED) & (found.too_cold[rows] > 0)
        np.copyto(reason, SUPPLY_TOO_COLD, where=missed)
        release(reason)
    return replace(year, heat_error=np.maximum(year.heat_error, found.error))
