"""Individual air-water heat pumps, hour by hour and dwelling by dwelling."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...networks.columns import FloatArray
from .compile import inline, kernel

Float32Array = npt.NDArray[np.float32]


class UnitColumns(NamedTuple):
    """What holds for every unit alike.

    Parameters
    ----------
    duration : array of float, shape (hours,)
        [s]
    space_cop, tap_water_cop, eer : array of float, shape (hours,)
        [1]
    capacity : array of float, shape (hours,)
        Over nominal capacity. [1]
    serves_heat, serves_cold : array of float, shape (hours,)
        1 in hours of the mode, else 0.
    auxiliary_power : float
        While a unit runs. [W]
    min_modulation : float
        Share of its capacity below which a unit goes on and off. [1]
    debt_limit : float
        Space heat that a floor may be behind before the element helps. [J]
    """

    duration: FloatArray
    space_cop: FloatArray
    tap_water_cop: FloatArray
    eer: FloatArray
    capacity: FloatArray
    serves_heat: FloatArray
    serves_cold: FloatArray
    auxiliary_power: float
    min_modulation: float
    debt_limit: float


class UnitSums(NamedTuple):
    """What the kernel writes.

    Parameters
    ----------
    space_heat, tap_water, cooling, backup, auxiliary : array of float, shape (hours,)
        Electricity of all units, by use. [W]
    peak, annual : array of float, shape (dwellings,)
        Highest hour [W] and sum of the year [J] of each unit.
    """

    space_heat: FloatArray
    tap_water: FloatArray
    cooling: FloatArray
    backup: FloatArray
    auxiliary: FloatArray
    peak: FloatArray
    annual: FloatArray


@inline
def ratio(share: float, whole: float) -> float:
    """Return a quotient; most of the hours' are of nothing, and a division takes long."""
    return share / whole if share != 0.0 else 0.0


@kernel
def run_unit_hours(
    columns: UnitColumns,
    nominal: FloatArray,
    space_heat: Float32Array,
    tap_water: Float32Array,
    cold: Float32Array,
    sums: UnitSums,
) -> None:
    """Run every unit through all hours; see `solve_individual` for the rules.

    Shapes: ``space_heat``, ``tap_water`` (what the tank wants), ``cold`` (dwellings, hours) [W];
    ``nominal`` (dwellings,) [W].
    """
    dwellings, hours = space_heat.shape
    for unit in range(dwellings):
        space_debt, tap_debt, peak, annual = 0.0, 0.0, 0.0, 0.0
        for hour in range(hours):
            duration = columns.duration[hour]
            last = 1.0 if hour == hours - 1 else 0.0
            capacity = columns.capacity[hour] * nominal[unit]
            late = ratio(space_debt, duration)
            asked = columns.serves_heat[hour] * space_heat[unit, hour] + late
            wanted = tap_water[unit, hour] + ratio(tap_debt, duration)
            charged = min(wanted, capacity)
            heated = min(asked, capacity - charged)
            missed = asked - heated
            element = 0.0
            if missed > 0.0:
                limit = columns.debt_limit / duration * (1.0 - last)
                element = max(missed - limit, 0.0)
            space_debt = (missed - element) * duration
            tap_debt = (1.0 - last) * (wanted - charged) * duration
            backup = element + last * (wanted - charged)
            cooled = -columns.serves_cold[hour] * cold[unit, hour]
            least = columns.min_modulation * capacity
            busy = 1.0 if charged + heated >= least else (charged + heated) / least
            space = ratio(heated, columns.space_cop[hour])
            tap = ratio(charged, columns.tap_water_cop[hour])
            cooling = ratio(cooled, columns.eer[hour])
            auxiliary = busy * columns.auxiliary_power
            power = space + tap + cooling + backup + auxiliary
            sums.space_heat[hour] += space
            sums.tap_water[hour] += tap
            sums.cooling[hour] += cooling
            sums.backup[hour] += backup
            sums.auxiliary[hour] += auxiliary
            peak = max(peak, power)
            annual += power * duration
        sums.peak[unit], sums.annual[unit] = peak, annual
