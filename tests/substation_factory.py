"""Substations for tests: kinds, circuits whose consumers have them, and what they obey."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from warmtenet.model.substation import (
    EXCHANGED,
    EXCHANGER,
    MIXING,
    THROTTLING,
    Substation,
    substation_defaults,
)
from warmtenet.networks.boundary import Boundary, FarSide
from warmtenet.networks.columns import Circuit, FloatArray, SubstationTable
from warmtenet.solvers.circuit_year import CircuitYear

KINDS = ("flow_exponent", "network_resistance_share", "emitter_exponent", "cooling_output_share")
DEFAULTS = {name: substation_defaults()[name] for name in KINDS}
CONSTANT = DEFAULTS | {"flow_exponent": 0.0}
ROOM = 20.0

INDIRECT = Substation(
    kind=EXCHANGER,
    supply=70.0,
    back=40.0,
    secondary_supply=60.0,
    secondary_back=35.0,
    **DEFAULTS,
)
SLACK = 5e-5
"""Returns rest to 1e-6 K; flows are known to some 1e-6 of themselves. [K]"""

PLAIN = replace(INDIRECT, flow_exponent=0.0)
"""The same with a UA that no flow changes."""

CHILLED = replace(PLAIN, supply=6.0, back=14.0, secondary_supply=9.0, secondary_back=16.0)
MIXED = Substation(
    kind=MIXING,
    supply=70.0,
    back=28.0,
    secondary_supply=35.0,
    secondary_back=28.0,
    room=ROOM,
    **DEFAULTS,
)
THROTTLED = Substation(
    kind=THROTTLING,
    supply=70.0,
    back=40.0,
    secondary_supply=70.0,
    secondary_back=40.0,
    room=ROOM,
    **(DEFAULTS | {"emitter_exponent": 1.3}),
)
BEHIND = replace(MIXED, kind=EXCHANGED, back=31.0)
FOUR = (INDIRECT, MIXED, THROTTLED, BEHIND)


def far_ends(substation: Substation) -> tuple[float, float]:
    """Return secondary supply and return at the design, of an emitter its room."""
    if substation.is_emitter:
        return substation.room, substation.room
    return substation.secondary_supply, substation.secondary_back


def table(substations: Sequence[Substation], loads: FloatArray) -> SubstationTable:
    """Return columns of consumers with substations made for loads."""
    rows = [each.sized_for(float(load)) for each, load in zip(substations, loads, strict=True)]
    return SubstationTable(
        **{
            name: np.array([row[name] for row in rows], np.int64 if name == "kind" else float)
            for name in SubstationTable._fields
        }
    )


def with_substations(
    circuit: Circuit,
    boundary: Boundary,
    substations: Sequence[Substation],
    loads: Any,
    reserve: float = 1.2,
) -> tuple[Circuit, Boundary]:
    """Return circuit and boundary whose consumers have substations made for ``loads``.

    The largest flow is ``reserve`` times that of the design point.
    """
    columns = table(substations, np.broadcast_to(loads, len(substations)).astype(float))
    most = reserve * columns.design_flow
    ends = np.array([far_ends(each) for each in substations]).T
    shape = boundary.heat.shape
    return (
        replace(
            circuit,
            substations=columns,
            consumers=circuit.consumers._replace(max_flow=most),
        ),
        replace(
            boundary,
            return_temperature=np.full(shape, np.nan),
            far_side=FarSide(*(np.broadcast_to(end, shape) for end in ends)),
        ),
    )


def mean_of(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the logarithmic mean of two differences, 0 where one is none."""
    low = np.maximum(np.minimum(first, second), 0.0)
    high = np.maximum(np.maximum(first, second), 1e-300)
    ratio = np.where(low > 0.0, low / high, 1e-300)
    alike = ratio > 1.0 - 1e-7
    ratio = np.where(alike, 0.5, ratio)
    mean = np.where(alike, 0.5 * (low + high), high * (ratio - 1.0) / np.log(ratio))
    return np.where(low > 0.0, mean, 0.0)


def emitter_water(substation: Substation, load: float, heat: FloatArray) -> FloatArray:
    """Return supply and return of an emitter with its design flow, (2, ...). [°C]"""
    part = heat / load
    spread = (substation.secondary_supply - substation.secondary_back) * part
    excess = emitter_excess(substation, load, heat)
    back = spread / np.expm1(spread / excess)
    return substation.room + np.stack([back + spread, back])


def emitter_excess(substation: Substation, load: float, heat: FloatArray) -> FloatArray:
    """Return the logarithmic excess of an emitter that gives a heat. [K]"""
    design = mean_of(
        np.array(substation.secondary_supply - substation.room),
        np.array(substation.secondary_back - substation.room),
    )
    return design * (heat / load) ** (1.0 / substation.emitter_exponent)


def conductance(substation: Substation, load: float, flow: Any, secondary: Any) -> FloatArray:
    """Return UA at shares of both design flows. [W/K]"""
    ends = (
        substation.supply - substation.secondary_supply,
        substation.back - substation.secondary_back,
    )
    design = load / abs(float(mean_of(*map(np.array, ends))))
    near, power = substation.network_resistance_share, -substation.flow_exponent
    films = near * np.asarray(flow) ** power + (1.0 - near) * np.asarray(secondary) ** power
    return np.asarray(design / films)


def assert_obeyed(
    year: CircuitYear, substations: Sequence[Substation], loads: FloatArray, design: FloatArray
) -> None:
    """Assert that every served consumer's waters pass its heat through its substation.

    More passes with both waters `SLACK` warmer, less with both colder. Only consumers whose whole
    flow passes their substation count; ``design`` are design flows.
    """
    for c, (substation, load) in enumerate(zip(substations, loads, strict=True)):
        served = (year.consumer_reason[:, c] == 0) & (year.consumer_heat[:, c] > 0.0)
        heat, flow = year.consumer_heat[served, c], year.consumer_mass_flow[served, c]
        supply = year.consumer_supply_temperature[served, c]
        back = year.consumer_return_temperature[served, c]
        hot, cold = np.full((2, len(heat)), np.array(far_ends(substation))[:, None])
        if substation.kind in (MIXING, EXCHANGED):
            hot, cold = emitter_water(substation, load, heat)
        if substation.kind == MIXING:
            assert back == pytest.approx(cold, abs=SLACK)
            assert (supply > hot - 0.05).all()  # the pump's flow is that of one heat capacity
            continue
        if substation.kind == THROTTLING:
            whole = heat / emitter_excess(substation, load, heat)
        else:
            secondary = heat / load if substation.kind == EXCHANGER else np.ones_like(heat)
            whole = conductance(substation, load, flow / design[c], secondary)
        for slack, side in ((SLACK, 1.0), (-SLACK, -1.0)):
            passed = whole * mean_of(supply + slack - hot, back + slack - cold)
            assert ((passed - heat) * side >= 0.0).all()
