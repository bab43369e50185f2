"""Comparison of two solutions that must be the same but for the order of rows or a sign."""

from collections.abc import Callable, Sequence

import numpy as np

from warmtenet.networks.columns import FloatArray
from warmtenet.solvers.circuit_year import CircuitYear

TOTALS = ("producer_heat", "producer_mass_flow", "pressure_difference", "heat_loss")
AT_CONSUMERS = (
    "consumer_mass_flow",
    "consumer_supply_temperature",
    "consumer_heat",
    "consumer_pressure_difference",
)

Least = Callable[[str], float]

SMALL = 1e-3
"""Least scale of comparison where no other is given."""


def assert_same(
    one: FloatArray, other: FloatArray, tolerance: float, name: str, least: Least | None = None
) -> None:
    """Compare relative to the largest value: small differences of flows cancel in sums."""
    scale = max(float(np.abs(other).max(initial=0.0)), least(name) if least else SMALL)
    assert np.abs(one - other).max(initial=0.0) <= tolerance * scale, name


def assert_same_results(
    one: CircuitYear,
    other: CircuitYear,
    tolerance: float,
    *,
    consumers: Sequence[int] | slice = slice(None),
    least: Least | None = None,
) -> None:
    """Compare totals and consumers; ``consumers`` has those of ``other`` in ``one``'s order."""
    for name in TOTALS:
        assert_same(getattr(one, name), getattr(other, name), tolerance, name, least)
    for name in AT_CONSUMERS:
        theirs = getattr(other, name)[:, consumers]
        assert_same(getattr(one, name), theirs, tolerance, name, least)


def assert_turned(
    turned: CircuitYear,
    year: CircuitYear,
    pipe: int,
    tolerance: float,
    *,
    least: Least | None = None,
) -> None:
    """Compare with the same network in which one pipe is drawn the other way."""
    assert_same_results(turned, year, tolerance, least=least)
    sign = np.where(np.arange(len(year.circuit.pipe_ids)) == pipe, -1.0, 1.0)[:, None]
    for name in ("pipe_mass_flow", "pipe_pressure_drop"):
        assert_same(turned.fields[name], year.fields[name] * sign, tolerance, name, least)
    loss = turned.fields["pipe_heat_loss"], year.fields["pipe_heat_loss"]
    assert_same(*loss, tolerance, "loss", least)
