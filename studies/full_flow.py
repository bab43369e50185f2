"""Why a consumer draws no more: its own limit, its pipe's, or water that is too cold to help."""

import numpy as np

from ..model.water import heat_capacity
from ..solvers.circuit_year import CircuitYear
from ..solvers.drawing import CAP, LEAST_APART
from ..solvers.kernel_columns import MAX_VELOCITY, largest_flows

ALL = 1.0 - 1e-6
"""Share of a limit that counts as reached. [1]"""

NEAR = 0.9
"""Share of the solver's largest flow that counts as it: it is reckoned in enthalpies. [1]"""

LIMITED = "its max_flow is reached: raise it, or "


def full_flow(year: CircuitYear, consumer: int, row: int, *, is_told: bool = False) -> str:
    """Return which limit holds the flow of a consumer that misses heat, and what helps.

    Parameters
    ----------
    year : CircuitYear
        Solved steps.
    consumer, row : int
        Which misses heat for its flow, and in which step.
    is_told : bool
        Whether its flow is given, whatever its heat.
    """
    own, pipe = _limits(year, consumer)
    misses_cold = bool(year.consumer_unserved_heat[row, consumer] < 0.0)
    if is_full(year, consumer, row) or not year.instant:
        if pipe < own:
            return _too_fast(year, consumer)
        if is_told:
            return LIMITED + "give it less flow"
        return LIMITED + ("let the return be warmer" if misses_cold else "cool the return further")
    flow = float(year.consumer_mass_flow[row, consumer])
    if flow >= NEAR * _most_that_helps(year, consumer, row):
        return _too_cold(year, consumer, row, misses_cold=misses_cold)
    return (
        f"the flow that serves it was not found, {flow:.3g} kg/s are drawn, as its water stood "
        "and cooled: give it a bypass, or the run longer steps ([time] step)"
    )


def is_full(year: CircuitYear, consumer: int, row: int) -> bool:
    """Return whether a consumer draws as much as it, or its pipe, ever may.

    Parameters
    ----------
    year : CircuitYear
        Solved steps.
    consumer, row : int
        Which consumer, and in which step.
    """
    return bool(year.consumer_mass_flow[row, consumer] >= min(_limits(year, consumer)) * ALL)


def _limits(year: CircuitYear, consumer: int) -> tuple[float, float]:
    """Return the largest flow that is given, and that of the pipe. [kg/s]"""
    own, pipe = year.circuit.consumers.max_flow, largest_flows(year.circuit)
    return float(own[consumer]), float(pipe[consumer])


def _most_that_helps(year: CircuitYear, consumer: int, row: int) -> float:
    """Return the largest flow that a dynamic run counts with, see `drawing.CAP`. [kg/s]

    A consumer that misses heat for its flow gives back what it is asked to.
    """
    asked = year.consumer_heat[row, consumer] + year.consumer_unserved_heat[row, consumer]
    supply, back = (
        year.producer_supply_temperature[row],
        year.consumer_return_temperature[row, consumer],
    )
    apart = float(np.max((supply - back) * np.sign(asked)))
    capacity = float(heat_capacity(np.array([back]))[0])
    return float(CAP * abs(asked) / (capacity * max(apart, LEAST_APART)))


def _too_cold(year: CircuitYear, consumer: int, row: int, *, misses_cold: bool) -> str:
    came = float(year.consumer_supply_temperature[row, consumer])
    back = float(year.consumer_return_temperature[row, consumer])
    nearly, remedy = (
        ("as warm as", "lower the cooling supply temperature")
        if misses_cold
        else ("as cold as", "raise the supply temperature")
    )
    return (
        f"the water that comes, of {came:.4g} °C, is nearly {nearly} its return of {back:.4g}, so "
        f"that even {CAP:g} times the flow that its producer's own water would take, the most "
        f"that is counted with, brings too little: give it a bypass, {remedy}, or insulate"
    )


def _too_fast(year: CircuitYear, consumer: int) -> str:
    """Return which pipe at a consumer is too narrow for what it would draw."""
    circuit, junction = year.circuit, year.circuit.consumers.junction[consumer]
    pipes = circuit.pipes
    near = (pipes.from_junction == junction) | (pipes.to_junction == junction)
    rows = np.flatnonzero(near & circuit.has_pipe.any(axis=0))
    widest = int(rows[np.argmax(pipes.inner_diameter[:, rows].max(axis=0))])
    return (
        f"{MAX_VELOCITY:g} m/s, the most that is counted with, is reached in pipe "
        f"'{circuit.pipe_ids[widest]}' of {pipes.inner_diameter[:, widest].max():g} m: widen it"
    )
