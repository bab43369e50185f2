"""A supply must lie on the right side of the return: warmer for heat, colder for cold."""

from collections.abc import Callable

import numpy as np

from ..model.errors import Faults
from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray, IntArray
from .reader import narrow


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
    checks: tuple[tuple[str, float, Callable[..., FloatArray]], ...] = (
        ("above", 1.0, np.max),
        ("below", -1.0, np.min),
    )
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
