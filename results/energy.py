"""Heat and cold of one case, hour by hour: the figures that summary and year are read from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from ..networks.columns import FloatArray
from ..networks.exchangers import find_exchangers
from ..networks.system import System
from ..solvers.circuit_year import CircuitYear
from ..solvers.large_arrays import release
from ..solvers.plant_year import Case
from ..solvers.roles import distribution_circuits

BLOCK = 128
"""Hours looked at together: their consumers stay in the processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Energy:
    """Heat, or cold, of the distribution circuits; arrays have shape (hours,).

    Cold is negative throughout.

    Parameters
    ----------
    delivered : array of float
        To consumers. [W]
    lost : array of float
        To the ground, and from buffers; negative where the ground warms the water. [W]
    exchanged : array of float
        To circuits that are none of these now (they cool, or heat, or bring a source), in shared
        trenches. [W]
    produced : array of float
        By the plant after buffers, or by the producers where there is no plant. [W]
    before_buffers : array of float
        What the circuits take in the hour. [W]
    unserved : array of float
        Asked for and not delivered, whatever the reason. [W]
    carried : array of float
        Above 0 °C, that leaves one-line networks with the water, beside what is delivered. [W]
    """

    delivered: FloatArray
    lost: FloatArray
    exchanged: FloatArray
    produced: FloatArray
    before_buffers: FloatArray
    unserved: FloatArray
    carried: FloatArray


class Sums(NamedTuple):
    """Sums of one circuit over its consumers and producers; arrays have shape (hours,).

    Parameters
    ----------
    is_cold : array of float
        1 in the hours in which it carries cold, else 0.
    given : array of float
        By the producers. [W]
    heat, cold : array of float
        Delivered; cold is negative. [W]
    unserved_heat, unserved_cold : array of float
        Asked for and not delivered; cold is negative. [W]
    delivered, unserved : array of float
        Heat and cold together. [W]
    """

    is_cold: FloatArray
    given: FloatArray
    heat: FloatArray
    cold: FloatArray
    unserved_heat: FloatArray
    unserved_cold: FloatArray
    delivered: FloatArray
    unserved: FloatArray


_KNOWN: WeakKeyDictionary[CircuitYear, Sums] = WeakKeyDictionary()


def sums_of(year: CircuitYear) -> Sums:
    """Return the sums of a solved circuit; they are taken once, as long as it lives."""
    if year not in _KNOWN:
        given = year.producer_heat.sum(axis=1)
        delivered, heat, cold = _over_consumers(year.consumer_heat)
        unserved, unserved_heat, unserved_cold = _over_consumers(year.consumer_unserved_heat)
        _KNOWN[year] = Sums(
            is_cold=np.where(given + delivered < 0.0, 1.0, 0.0),
            given=given,
            heat=heat,
            cold=cold,
            unserved_heat=unserved_heat,
            unserved_cold=unserved_cold,
            delivered=delivered,
            unserved=unserved,
        )
    return _KNOWN[year]


def is_cold(year: CircuitYear) -> FloatArray:
    """Return 1 in the hours in which a circuit carries cold, else 0, shape (hours,)."""
    return sums_of(year).is_cold


def heat_energy(system: System, case: Case) -> Energy:
    """Return the heat of one case.

    Parameters
    ----------
    system : System
        Says which circuits distribute.
    case : Case
        Solved dispatch and circuits.

    Returns
    -------
    Energy
        In the hours and circuits that carry heat. What passes from one circuit to another counts
        where it enters the first and where it is delivered by the last.

    Notes
    -----
    Produced = delivered + lost + exchanged + carried, up to friction that warms the water, which
    is in none of them, and to what the buffers hold back for a later hour. What sources and heat
    pumps could not give is taken from the delivered heat: the circuits are solved as if it came.
    """
    years, passed = _distribution(system, case), _passed(system, case)
    given = _total(case, (sums_of(year).given * (1.0 - is_cold(year)) for year in years))
    given = given - _total(case, (each.given * (1.0 - each.is_cold) for each in passed))
    lost = _total(case, (year.heat_loss * (1.0 - is_cold(year)) for year in years))
    exchanged = _total(case, (-year.exchange * (1.0 - is_cold(year)) for year in years))
    served = _total(case, (positive_heat(year) for year in years))
    served = served - _total(case, (np.maximum(each.taken, 0.0) for each in passed))
    carried = _total(case, (_carried(year) * (1.0 - is_cold(year)) for year in years))
    unserved = _total(case, (sums_of(year).unserved_heat for year in years))
    unserved = unserved - _total(case, (np.maximum(each.missed, 0.0) for each in passed))
    if case.plant is None:
        return Energy(
            delivered=served,
            lost=lost,
            exchanged=exchanged,
            produced=given,
            before_buffers=given,
            unserved=unserved,
            carried=carried,
        )
    missing = _total(case, (np.clip(part, 0.0, None) for part in case.plant.unserved.values()))
    return Energy(
        delivered=served - missing,
        lost=lost + _total(case, case.plant.buffer_loss.values()),
        exchanged=exchanged,
        produced=case.plant.need,
        before_buffers=case.plant.before_buffers,
        unserved=unserved + missing,
        carried=carried,
    )


def cold_energy(system: System, case: Case) -> Energy:
    """Return the cold of one case, negative.

    Parameters
    ----------
    system : System
        Says which circuits distribute.
    case : Case
        Solved dispatch and circuits.

    Returns
    -------
    Energy
        In the hours and circuits that carry cold.
    """
    years, passed = _distribution(system, case), _passed(system, case)
    given = _total(case, (sums_of(year).given * is_cold(year) for year in years))
    given = given - _total(case, (each.given * each.is_cold for each in passed))
    lost = _total(case, (year.heat_loss * is_cold(year) for year in years))
    exchanged = _total(case, (-year.exchange * is_cold(year) for year in years))
    served = _total(case, (sums_of(year).cold for year in years))
    served = served - _total(case, (np.minimum(each.taken, 0.0) for each in passed))
    carried = _total(case, (_carried(year) * is_cold(year) for year in years))
    unserved = _total(case, (sums_of(year).unserved_cold for year in years))
    unserved = unserved - _total(case, (np.minimum(each.missed, 0.0) for each in passed))
    if case.plant is None:
        return Energy(
            delivered=served,
            lost=lost,
            exchanged=exchanged,
            produced=given,
            before_buffers=given,
            unserved=unserved,
            carried=carried,
        )
    missing = _total(case, (np.clip(part, None, 0.0) for part in case.plant.unserved.values()))
    return Energy(
        delivered=served - missing,
        lost=lost,
        exchanged=exchanged,
        produced=case.plant.free_cold + case.plant.chiller_cold,
        before_buffers=given,
        unserved=unserved + missing,
        carried=carried,
    )


def _carried(year: CircuitYear) -> FloatArray:
    """Return what leaves a one-line network with the water, 0 for others, (hours,). [W]"""
    return np.zeros_like(year.heat_loss) if year.carried_heat is None else year.carried_heat


def positive_heat(year: CircuitYear) -> FloatArray:
    """Return the heat that a circuit delivers to all consumers, without cold, (hours,). [W]"""
    return sums_of(year).heat


def own_heat(system: System, case: Case, circuit_id: str) -> FloatArray:
    """Return the heat that a circuit delivers, without what it passes on to others, (hours,). [W]

    Parameters
    ----------
    system : System
        With or without exchangers.
    case : Case
        Solved circuits.
    circuit_id : str
        Which circuit.
    """
    heat = positive_heat(case.circuits[circuit_id])
    return heat - passed_on(system, case, circuit_id)


def passed_on(system: System, case: Case, circuit_id: str) -> FloatArray:
    """Return the heat, not the cold, that a circuit passes on to others, (hours,). [W]"""
    given = (each for each in _passed(system, case) if each.primary == circuit_id)
    return _total(case, (np.maximum(each.taken, 0.0) for each in given))


class _Passed(NamedTuple):
    """What an exchanger takes from one circuit and gives another, so that none counts it twice."""

    primary: str
    given: FloatArray
    is_cold: FloatArray
    taken: FloatArray
    missed: FloatArray


def _passed(system: System, case: Case) -> list[_Passed]:
    """Return what passes each exchanger, shape (hours,) each. [W]"""
    return [
        _Passed(
            primary=each.primary,
            given=case.circuits[each.secondary].producer_heat[:, each.producer],
            is_cold=is_cold(case.circuits[each.secondary]),
            taken=case.circuits[each.primary].consumer_heat[:, each.consumer],
            missed=case.circuits[each.primary].consumer_unserved_heat[:, each.consumer],
        )
        for each in find_exchangers(system)
    ]


def _distribution(system: System, case: Case) -> list[CircuitYear]:
    return [case.circuits[name] for name in distribution_circuits(system)]


def hour_blocks(hours: int) -> Iterator[slice]:
    """Yield the hours in blocks that stay in the processor's cache."""
    for begin in range(0, hours, BLOCK):
        yield slice(begin, begin + BLOCK)


def _over_consumers(values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return sums over the consumers: of all, of what is above, and below zero; (hours,) each."""
    net, above, below = np.zeros((3, len(values)))
    if not values.size:
        return net, above, below
    for rows in hour_blocks(len(values)):
        some = values[rows]
        net[rows] = some.sum(axis=1)
        if not some.max() <= 0.0:
            above[rows] = np.maximum(some, 0.0).sum(axis=1)
        if not some.min() >= 0.0:
            below[rows] = np.minimum(some, 0.0).sum(axis=1)
        release(some)
    return net, above, below


def _total(case: Case, parts: Iterable[FloatArray]) -> FloatArray:
    hours = len(next(iter(case.circuits.values())).heat_loss)
    return sum(parts, start=np.zeros(hours))
