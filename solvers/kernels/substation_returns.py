"""Return water of a circuit's substations for the supply water that an earlier solve found."""

from math import inf, isnan, log, nan
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...model.water import WaterTable
from ...networks.columns import FloatArray, SubstationTable
from .compile import inline, kernel
from .substation import Duty, Path, Unit, draw, is_too_cold, supply_at
from .tree_rows import DUST
from .water import enthalpy, temperature

NO_DROP = 1.0e-6  # K, stands for none
LEAST_DROP = 1.0e-3  # K between supply and return, of which a share counts
DRIVEN = 1.0 + 1.0e-6  # heat that a flow could give over the heat drawn: above, a bypass decides

CLOSE_TO_GROUND = 0.02  # of the way from the plant's water to the ground

ByteArray = npt.NDArray[np.int8]


class SubstationInputs(NamedTuple):
    """Hours of a circuit's substations, and what an earlier solve found.

    Parameters
    ----------
    heat : array of float, shape (hours, consumers)
        Asked for; cold is negative. [W]
    hot, cold : array of float, shape (hours, consumers)
        Secondary supply and return, of an emitter the room; NaN where no substation decides. [°C]
    most : array of float, shape (hours, consumers)
        Largest flow. [kg/s]
    flow, supply : array of float, shape (hours, consumers)
        As solved with the returns of before; flow 0 where nothing is known. [kg/s], [°C]
    warmest, coldest : array of float, shape (hours,)
        Supply of the producers. [°C]
    ground : array of float, shape (hours,)
        [°C]
    """

    heat: FloatArray
    hot: FloatArray
    cold: FloatArray
    most: FloatArray
    flow: FloatArray
    supply: FloatArray
    warmest: FloatArray
    coldest: FloatArray
    ground: FloatArray


class SubstationOutputs(NamedTuple):
    """What the kernel writes.

    Parameters
    ----------
    returned : array of float, shape (hours, consumers)
        Return water of each substation; read as the earlier solve had it. [°C]
    difference : array of float, shape (hours, consumers)
        Supply less return where the largest flow serves less than is asked for, else NaN: the
        flow is then known, whatever the supply water; read as the earlier solve had it. [K]
    too_cold : array of int8, shape (hours, consumers)
        1 where no flow would serve the heat.
    change : array of float, shape (hours,)
        Largest change of a return. [K]
    share : array of float, shape (hours,)
        The same over the drop from supply to return. [1]
    """

    returned: FloatArray
    difference: FloatArray
    too_cold: ByteArray
    change: FloatArray
    share: FloatArray


@kernel
def update_returns(
    water: WaterTable,
    table: SubstationTable,
    given: SubstationInputs,
    first: int,
    last: int,
    out: SubstationOutputs,
) -> None:
    """Write the returns of the hours from ``first`` to ``last`` (excluded)."""
    for hour in range(first, last):
        change, share, ground = 0.0, 0.0, given.ground[hour]
        for c in range(table.kind.size):
            hot, cold = given.hot[hour, c], given.cold[hour, c]
            if table.kind[c] == 0 or isnan(cold):
                continue
            unit, asked, most = unit_of(table, c), given.heat[hour, c], given.most[hour, c]
            sign = 1.0 if asked >= 0.0 else -1.0
            duty = Duty(sign, abs(asked), hot, cold)
            source = given.warmest[hour] if sign > 0.0 else given.coldest[hour]
            flow, supply = given.flow[hour, c], given.supply[hour, c]
            before, was_short = out.returned[hour, c], not isnan(out.difference[hour, c])
            back, drop, is_short, is_cold = return_of(
                water, unit, duty, most, ground, source, flow, supply, before, was_short
            )
            out.returned[hour, c], out.too_cold[hour, c] = back, 1 if is_cold else 0
            out.difference[hour, c] = sign * max(drop, NO_DROP) if is_short else nan
            if drop > 0.0:
                moved = inf if isnan(before) else abs(back - before)
                change = max(change, moved)
                share = max(share, moved / max(drop, LEAST_DROP))
        out.change[hour], out.share[hour] = change, share


@inline
def unit_of(table: SubstationTable, c: int) -> Unit:
    """Return the row of a consumer."""
    return Unit(
        table.kind[c],
        table.design_load[c],
        table.design_flow[c],
        table.capacity[c],
        table.circulation[c],
        table.network_resistance[c],
        table.secondary_resistance[c],
        table.flow_exponent[c],
        table.excess[c],
        table.emitter_exponent[c],
        table.cooling_output_share[c],
    )


@kernel
def return_of(
    water: WaterTable,
    unit: Unit,
    duty: Duty,
    most: float,
    ground: float,
    source: float,
    flow: float,
    supply: float,
    before: float,
    was_short: bool,
) -> tuple[float, float, bool, bool]:
    """Return a substation's return water and how far it is from the supply water.

    The latter is 0 where nothing is drawn. Then whether the largest flow serves less than is asked
    for, and whether any flow would. ``flow``, ``supply``, ``before`` and ``was_short`` are those
    of the state that was solved.
    """
    if duty.heat < DUST or most <= 0.0:
        return duty.cold, 0.0, False, False
    if duty.sign * (source - duty.cold) <= 0.0:
        return duty.cold, 0.0, False, True
    path = path_of(water, duty, ground, source, flow, supply, before, was_short)
    served, per_flow = draw(water, unit, duty, path, most, 1.0 / flow if flow > 0.0 else 0.0)
    arrived, _ = supply_at(path, per_flow)
    back = temperature(water, enthalpy(water, arrived) - duty.sign * served * per_flow)
    is_short = served < duty.heat
    is_cold = is_short and is_too_cold(water, unit, duty, arrived, most)
    return back, abs(arrived - back), is_short, is_cold


@inline
def path_of(
    water: WaterTable,
    duty: Duty,
    ground: float,
    source: float,
    flow: float,
    supply: float,
    back: float,
    is_short: bool,
) -> Path:
    """Return how the supply water answers to the flow: through the state that was solved.

    All flows on the way are taken to move alike. What the water tends to is the ground, or its own
    return, or just beyond the supply water where a twin brought it there.
    """
    if flow <= 0.0:
        return Path(ground, source - ground, 0.0, 0.0)
    whole, left = source - ground, supply - ground
    is_way = CLOSE_TO_GROUND * whole * whole <= left * whole <= whole * whole  # to the ground
    is_twin = (supply - back) * (source - supply) > 0.0  # between the source and its own return
    beyond = back if is_twin else supply - CLOSE_TO_GROUND * (source - supply)
    end = ground if is_way else beyond
    left, whole = supply - end, source - end
    is_on_the_way = left * whole > 0.0 and abs(whole) > abs(left)
    loss = flow * log(whole / left) if is_on_the_way else 0.0
    drop = enthalpy(water, supply) - enthalpy(water, back)
    bypasses = not is_short and flow * abs(drop) > duty.heat * DRIVEN
    return Path(end, whole if is_on_the_way else left, loss, flow if bypasses else 0.0)
