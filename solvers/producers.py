"""What several producers of one circuit give: flows, shares, heat, and what is left to the first.

The mesh kernels know flows. A share is one of the circuit's flow, and heat becomes flow by the
water that returns to the producer; both follow from the solution, so that the hours are solved
again until these flows rest.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..model.water import WaterTable, enthalpy
from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray, IntArray
from .circuit_year import CircuitYear

MOST_PASSES = 60
CLOSE = 1e-9
"""Change of a producer's flow, of the circuit's, that counts as none. [1]"""

LEAST_FLOW = 1e-9
"""A change smaller than this is none either. [kg/s]"""

LEAST_LIFT = 400.0
"""A producer whose return is this near to its supply gives nothing: a tenth of a kelvin. [J/kg]"""

Solve = Callable[[Boundary, IntArray], CircuitYear]


def has_others(boundary: Boundary) -> bool:
    """Return whether any producer but the first has its flow by share, heat or limit.

    Parameters
    ----------
    boundary : Boundary
        Of a circuit.
    """
    given = boundary.producer_share, boundary.producer_heat, boundary.producer_limit
    return any(each is not None and not np.isnan(each).all() for each in given)


def find_flows(
    circuit: Circuit, boundary: Boundary, water: WaterTable, solve: Solve
) -> FloatArray:
    """Return the flows with which producers give their share and heat.

    Parameters
    ----------
    circuit : Circuit
        With several producers, the first of which holds the pressure.
    boundary : Boundary
        With what they give.
    water : WaterTable
        Of the scenario.
    solve : callable
        Solves a boundary whose ``producer_flow`` is known; is told which hours they are.

    Returns
    -------
    array of float, shape (hours, producers)
        From return to supply, 0 for the first. [kg/s]

    Notes
    -----
    Producers with a limit give what the circuit needs, in the order of their priority, and the
    first one the rest: it then never gives less than nothing. Hours that rest drop out.
    """
    hours = np.arange(len(boundary.heat))
    flow = _first_guess(circuit, boundary)
    for _ in range(MOST_PASSES):
        some = boundary.rows(hours)
        year = solve(replace(some, producer_flow=flow[hours]), hours)
        wanted = _wanted(some, year, water)
        total = np.abs(year.producer_mass_flow).sum(axis=1, keepdims=True)
        moves = np.abs(wanted - flow[hours]) > CLOSE * total + LEAST_FLOW
        flow[hours] = wanted
        hours = hours[moves.any(axis=1)]
        if not hours.size:
            break
    return flow


def _first_guess(circuit: Circuit, boundary: Boundary) -> FloatArray:
    """Return the flows that are given, and 0 where they follow from the solution."""
    shape = len(boundary.heat), len(circuit.producer_ids)
    given = boundary.producer_flow
    return np.zeros(shape) if given is None else np.nan_to_num(given, nan=0.0)


def _wanted(boundary: Boundary, year: CircuitYear, water: WaterTable) -> FloatArray:
    """Return the flows that a solution asks for, shape (hours, producers). [kg/s]"""
    shape = year.producer_mass_flow.shape
    given = _array(boundary.producer_flow, shape)
    share, heat = _array(boundary.producer_share, shape), _array(boundary.producer_heat, shape)
    content = enthalpy(year.producer_supply_temperature, water)
    lift = content - enthalpy(year.producer_return_temperature, water)
    by_limit = _by_priority(boundary, year, shape)
    heat = np.where(np.isnan(heat), by_limit, heat)
    useful = (np.abs(lift) > LEAST_LIFT) & (heat * lift > 0.0)
    by_heat = np.where(useful, heat / np.where(useful, lift, 1.0), 0.0)
    total = year.producer_mass_flow.sum(axis=1, keepdims=True)
    flow = np.where(np.isnan(share), by_heat, share * total)
    flow = np.where(np.isnan(given), flow, given)
    flow[:, 0] = 0.0
    return flow


def _by_priority(boundary: Boundary, year: CircuitYear, shape: tuple[int, ...]) -> FloatArray:
    """Return what producers with a limit give of what the others leave, cold negative. [W]"""
    limit, rank = (
        _array(boundary.producer_limit, shape),
        _array(boundary.producer_priority, shape),
    )
    ranked = ~np.isnan(limit)
    ranked[:, 0] = False
    fixed = ~ranked
    fixed[:, 0] = False
    need = year.producer_heat.sum(axis=1) - np.where(fixed, year.producer_heat, 0.0).sum(axis=1)
    order = np.argsort(np.where(ranked, np.nan_to_num(rank, nan=np.inf), np.inf), axis=1)
    most = np.take_along_axis(np.where(ranked, limit, 0.0), order, axis=1)
    before = np.cumsum(most, axis=1) - most
    given = np.clip(np.abs(need)[:, None] - before, 0.0, most) * np.sign(need)[:, None]
    heat = np.empty(shape)
    np.put_along_axis(heat, order, given, axis=1)
    return heat


def _array(values: FloatArray | None, shape: tuple[int, ...]) -> FloatArray:
    return np.full(shape, np.nan) if values is None else np.asarray(values)
