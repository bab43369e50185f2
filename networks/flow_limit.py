"""Largest flow of a substation, where a design load but no flow is given."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..model.substation import Substation
from ..model.water import IAPWS, WaterTable, heat_capacity
from .cells import is_empty
from .varying import Known, supply_bounds

Row = Mapping[Any, Any]

FLOW_RESERVE = 1.2
"""Largest over design flow of a substation (design of the tables). [1]"""

LEAST_DIFFERENCE = 1.0
"""Where supply and return of the design nearly meet. [K]"""


def flow_limit(
    consumer: Row,
    producer: Row,
    known: Known,
    substation: Substation | None = None,
    water: WaterTable = IAPWS,
) -> float:
    """Return 1.2 times the flow that the design load asks for.

    Where cooling is given, too, it counts with the same load, since a connection's design
    load is known for heat only; the larger flow decides.

    Parameters
    ----------
    consumer, producer : mapping of str to object
        Rows of the tables.
    known : Known
        Series that they may name.
    substation : Substation, optional
        Of the consumer: its design point then says supply and return.
    water : WaterTable, optional
        What flows.

    Returns
    -------
    float
        Infinite without a design load. [kg/s]
    """
    load = consumer["design_load"]
    if is_empty(load) or load == 0.0 or not isinstance(load, float):
        return float("inf")
    flows = [
        load / (float(heat_capacity(np.array(middle), water)) * difference)
        for difference, middle in (
            _difference_of(substation, consumer, producer, known, cold=cold)
            for cold in (False, True)
        )
        if not np.isnan(difference)
    ]
    return FLOW_RESERVE * max(flows, default=float("inf"))


def _difference_of(
    substation: Substation | None, consumer: Row, producer: Row, known: Known, *, cold: bool
) -> tuple[float, float]:
    """Return supply less return of the design, above 0, and their middle. [K], [°C]"""
    if substation is None:
        return _design_difference(consumer, producer, known, cold=cold)
    supply, back = substation.supply, substation.back
    if cold:
        supply, back = substation.cooling_supply, substation.cooling_back
    if np.isnan(supply):
        return _design_difference(consumer, producer, known, cold=cold)
    return max(abs(supply - back), LEAST_DIFFERENCE), 0.5 * (supply + back)


def _design_difference(
    consumer: Row, producer: Row, known: Known, *, cold: bool
) -> tuple[float, float]:
    """Return supply less return of the design, above 0, and their middle. [K], [°C]

    The design hour is taken as the one with the hottest supply (coldest, for cold).
    """
    prefix, extreme, sign = ("cooling_", np.min, -1.0) if cold else ("", np.max, 1.0)
    row = str(consumer["id"])
    supply = supply_bounds(known, producer, cold=cold)
    difference = known.bounds(consumer[f"{prefix}temperature_difference"], "K", row)
    back = known.bounds(consumer[f"{prefix}return_temperature"], "°C", row)
    if supply is None or (difference is None and back is None):
        return float("nan"), float("nan")
    start = float(extreme(extreme([supply.lower, supply.upper])))
    if difference is not None:
        cooling = float(np.min(difference.lower))
    else:
        assert back is not None
        cooling = sign * (start - float(extreme(extreme([back.lower, back.upper]))))
    cooling = max(cooling, LEAST_DIFFERENCE)
    return cooling, start - sign * cooling / 2.0
