"""Valves that let water pass one way only: which of them are shut in which hour.

The mesh kernels know open and shut. Hours are solved again until no check valve carries water
backwards, and none is shut that the pressures beside it would push open.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..model.water import WaterTable, density
from ..networks.boundary import Boundary
from ..networks.columns import SUPPLY, Circuit, FloatArray
from .circuit_year import CircuitYear

MOST_PASSES = 20
BACKWARDS = 1e-9
"""Flow against the valve that counts as none. [kg/s]"""

PUSH = 0.1
"""Pressure that opens a valve. [Pa]"""

MOST_TURNS = 4
"""Changes of a valve in an hour; then it stays shut: no state suits its pressures."""

GRAVITY = 9.80665

FIELDS = ("pipe_mass_flow", "junction_pressure")

Solve = Callable[[Boundary], CircuitYear]


def has_checks(circuit: Circuit) -> bool:
    """Return whether any valve lets water pass one way only.

    Parameters
    ----------
    circuit : Circuit
        Of any shape.
    """
    return bool(circuit.checks.any())


def shut_checks(circuit: Circuit, boundary: Boundary, water: WaterTable, solve: Solve) -> Boundary:
    """Return the boundary in which check valves are shut where water would flow backwards.

    Parameters
    ----------
    circuit : Circuit
        With check valves.
    boundary : Boundary
        With ``is_open``: a check valve that is shut there stays so.
    water : WaterTable
        Of the scenario.
    solve : callable
        Solves a boundary and keeps `FIELDS`.
    """
    shape = (len(boundary.duration), len(circuit.valves.ids))
    given = np.ones(shape) if boundary.is_open is None else boundary.is_open
    may_open = (given > 0.0) & circuit.checks
    is_open = np.array(given, dtype=np.float64)
    turns = np.zeros(is_open.shape, dtype=np.int64)
    hours = np.arange(len(is_open))
    for _ in range(MOST_PASSES):
        state = replace(boundary.at(hours), is_open=is_open[hours])
        year = solve(state)
        now = is_open[hours] > 0.0
        backwards = now & circuit.checks & (_flow(circuit, year) < -BACKWARDS)
        pushed = ~now & may_open[hours] & (_push(circuit, state, year, water) > PUSH)
        pushed &= turns[hours] < MOST_TURNS
        turns[hours] += backwards | pushed
        is_open[hours] = np.where(backwards, 0.0, np.where(pushed, 1.0, is_open[hours]))
        hours = hours[(backwards | pushed).any(axis=1)]
        if not hours.size:
            break
    return replace(boundary, is_open=is_open)


def _flow(circuit: Circuit, year: CircuitYear) -> FloatArray:
    """Return the flow through each valve, shape (hours, valves). [kg/s]"""
    return year.fields["pipe_mass_flow"][:, circuit.valves.pipe, circuit.valves.side]


def _push(
    circuit: Circuit, boundary: Boundary, year: CircuitYear, water: WaterTable
) -> FloatArray:
    """Return the pressure that pushes each valve open, shape (hours, valves). [Pa]

    Infinite where nothing else holds a pressure behind the valve, so that what is drawn there
    would open it; minus infinite where there is none before it.
    """
    valves, pipes = circuit.valves, circuit.pipes
    supplies = valves.side == SUPPLY
    start = np.where(supplies, pipes.from_junction[valves.pipe], pipes.to_junction[valves.pipe])
    end = np.where(supplies, pipes.to_junction[valves.pipe], pipes.from_junction[valves.pipe])
    pressure = year.fields["junction_pressure"]
    before, behind = pressure[:, start, valves.side], pressure[:, end, valves.side]
    weight = _weight(boundary, year, water)[:, valves.side]
    lift = circuit.elevation[end] - circuit.elevation[start]
    push = before - behind - weight * lift + _rises(circuit, boundary)
    return np.where(np.isnan(before), -np.inf, np.where(np.isnan(behind), np.inf, push))


def _weight(boundary: Boundary, year: CircuitYear, water: WaterTable) -> FloatArray:
    """Return the weight of a metre of standing water on each side, shape (hours, 2). [Pa/m]"""
    flow = np.maximum(year.consumer_mass_flow, 0.0) + 1e-9
    back = np.nan_to_num(year.consumer_return_temperature)
    mixed = (flow * back).sum(axis=1) / flow.sum(axis=1) if flow.size else back.sum(axis=1)
    both = np.stack([boundary.supply_temperature[:, 0], mixed], axis=1)
    return np.asarray(GRAVITY * density(both, water))


def _rises(circuit: Circuit, boundary: Boundary) -> FloatArray | float:
    """Return what boosters in the valves' pipes add, shape (hours, valves). [Pa]"""
    if boundary.pressure_rise is None:
        return 0.0
    valves, boosters = circuit.valves, circuit.boosters
    same = (valves.pipe[:, None] == boosters.pipe) & (valves.side[:, None] == boosters.side)
    return np.asarray(boundary.pressure_rise @ same.T.astype(np.float64))
