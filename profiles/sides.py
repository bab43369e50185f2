"""A supply must lie on the right side of the return, and the return within water's range."""

from collections.abc import Callable

import numpy as np

from ..model.errors import Faults
from ..model.water import VALID_FROM, VALID_UNTIL
from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray, IntArray
from ..networks.system import System
from .reader import narrow

Best = Callable[..., FloatArray]
"""The largest or the smallest over an axis."""

DIFFERENCE = "temperature_difference"


def refuse_wrong_side(circuit: Circuit, boundary: Boundary) -> None:
    """Refuse supplies at or beyond the return for the sign of the demand.

    Heat needs a producer warmer than the consumer's return, or a difference above 0; cold the
    other way round.

    Raises
    ------
    InvalidInputError
        For heat and for cold, the first consumer and hour, and how many hours are wrong.
    """
    faults = Faults()
    checks: tuple[tuple[str, float, Best], ...] = (("above", 1.0, np.max), ("below", -1.0, np.min))
    for word, sign, best in checks:
        supply = best(boundary.supply_temperature, axis=1)
        _refuse_side(circuit, boundary, supply, (word, sign), faults)
    faults.raise_any()


def _refuse_side(
    circuit: Circuit,
    boundary: Boundary,
    supply: FloatArray,
    side: tuple[str, float],
    faults: Faults,
) -> None:
    word, sign = side
    returned, difference = boundary.return_temperature, boundary.temperature_difference
    hours = _suspicious_hours(boundary, supply, sign)
    if len(hours) == 0:
        return
    asked = boundary.heat[hours] * sign > 0.0
    margin = (supply[hours, None] - returned[hours]) * sign
    wrong = asked & ((margin <= 0.0) | (difference[hours] * sign <= 0.0))
    rows, consumers = np.nonzero(wrong)
    if len(rows) == 0:
        return
    first, consumer = int(hours[rows[0]]), int(consumers[0])
    limit = returned[first, consumer]
    against = f"the return of {limit:.4g} °C" if np.isfinite(limit) else "its return"
    name = circuit.consumer_ids[consumer]
    demand = "heat" if sign > 0.0 else "cold"
    faults.add(
        f"circuit '{circuit.id}'",
        "supply_temperature",
        round(float(supply[first]), 4),
        f"a temperature {word} {against} of consumer '{name}', which asks for {demand} "
        f"(first in hour {first}, {len(np.unique(rows))} hours in all)",
    )


def refuse_lost_returns(system: System, circuit: Circuit, boundary: Boundary) -> None:
    """Refuse differences that bring the return out of the range in which water is known.

    Only what is certain counts: no consumer has water warmer, or for cold colder, than both the
    producer and the ground.

    Raises
    ------
    InvalidInputError
        For heat and for cold, the first consumer and hour, and how many others there are.
    """
    faults = Faults()
    checks: tuple[tuple[float, Best, float], ...] = (
        (1.0, np.max, VALID_FROM),
        (-1.0, np.min, VALID_UNTIL),
    )
    for sign, best, limit in checks:
        _refuse_difference(system, circuit, boundary, (sign, best, limit), faults)
    faults.raise_any()


def _refuse_difference(
    system: System,
    circuit: Circuit,
    boundary: Boundary,
    check: tuple[float, Best, float],
    faults: Faults,
) -> None:
    sign, best, limit = check
    supply, difference = best(boundary.supply_temperature, axis=1), boundary.temperature_difference
    largest = _per_hour(difference, sign)
    hours = np.flatnonzero((supply - largest - limit) * sign < 0.0)
    if len(hours) == 0:
        return
    ground = best(boundary.ground_temperature[hours], axis=1)
    water = best(np.stack([supply[hours], ground]), axis=0)
    left = (water[:, None] - difference[hours] - limit) * sign
    rows, consumers = np.nonzero((boundary.heat[hours] * sign > 0.0) & (left < 0.0))
    if len(rows) == 0:
        return
    name, first = circuit.consumer_ids[consumers[0]], hours[rows[0]]
    others = len(np.unique(consumers)) - 1
    twin = system.cells("consumers", f"cooling_{DIFFERENCE}", (name,))[0]
    faults.add(
        f"consumer '{name}'{f' and {others} more' if others else ''}",
        f"cooling_{DIFFERENCE}" if sign < 0.0 and twin is not None else DIFFERENCE,
        round(abs(float(difference[first, consumers[0]])), 4),
        f"at most {abs(water[rows[0]] - limit):.4g} K, so that water of {water[rows[0]]:.4g} °C "
        f"returns at {limit:g} °C or {'above' if sign > 0.0 else 'below'} "
        f"(first in hour {first}, {len(np.unique(rows))} hours in all)",
    )


def _suspicious_hours(boundary: Boundary, supply: FloatArray, sign: float) -> IntArray:
    """Return the hours in which some return or difference might be on the wrong side."""
    if boundary.heat.size == 0:
        return np.empty(0, dtype=np.int64)
    extreme = boundary.heat.max(axis=1) if sign > 0.0 else boundary.heat.min(axis=1)
    worst = _per_hour(boundary.return_temperature, sign)
    least = _per_hour(boundary.temperature_difference, -sign)
    may_be_wrong = ((supply - worst) * sign <= 0.0) | (least * sign <= 0.0)
    return np.flatnonzero((extreme * sign > 0.0) & may_be_wrong)


def _per_hour(values: FloatArray, sign: float) -> FloatArray:
    """Return the largest (sign 1) or smallest (-1) of each hour, NaN left out, shape (hours,)."""
    few = narrow(values)
    reduced = np.fmax.reduce(few, axis=1) if sign > 0.0 else np.fmin.reduce(few, axis=1)
    return np.broadcast_to(reduced, len(values))
