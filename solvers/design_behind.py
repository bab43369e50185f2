"""What stands behind the exchangers of a circuit in its design state."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..networks.columns import BoolArray, Circuit, FloatArray
from ..networks.exchangers import find_exchangers
from ..networks.system import System
from ..profiles.boundary import circuit_boundary
from ..profiles.year import Profiles


class Entering(NamedTuple):
    """What a circuit takes in its design state, losses included, and what it returns.

    Parameters
    ----------
    load : float
        Cold negative. [W]
    back : float
        Temperature of the water that returns to its producer. [°C]
    """

    load: float
    back: float


class Behind(NamedTuple):
    """Loads behind the exchangers of a circuit; arrays have shape (consumers,).

    Parameters
    ----------
    stands : array of bool
        Consumers with an exchanger.
    load : array of float
        Not negative, 0 without an exchanger. [W]
    back : array of float
        Return of these consumers, NaN without an exchanger. [°C]
    """

    stands: BoolArray
    load: FloatArray
    back: FloatArray


def loads_behind(
    system: System, circuit: Circuit, entering: Callable[[str], list[Entering]]
) -> tuple[Behind, Behind]:
    """Return the heat and the cold behind the exchangers of a circuit.

    Parameters
    ----------
    system : System
        With or without exchangers.
    circuit : Circuit
        That feeds others, or does not.
    entering : callable
        What a circuit that is fed takes, by its id, heat and cold apart.

    Returns
    -------
    tuple of Behind
        Heat, cold. A consumer's own ``design_load`` comes before what is found behind it.
    """
    shape = len(circuit.consumer_ids)
    stands = np.zeros(shape, dtype=np.bool_)
    heat, cold = np.zeros((2, shape))
    warm, chilled = np.full((2, shape), np.nan)
    for each in find_exchangers(system):
        if each.primary != circuit.id:
            continue
        stands[each.consumer] = True
        for taken in entering(each.secondary):
            if taken.load > 0.0:
                heat[each.consumer], warm[each.consumer] = taken.load, taken.back + each.approach
            else:
                cold[each.consumer] = -taken.load
                chilled[each.consumer] = taken.back - each.approach
        given = circuit.consumers.design_load[each.consumer]
        heat[each.consumer] = heat[each.consumer] if np.isnan(given) else given
    return Behind(stands, heat, warm), Behind(stands, cold, chilled)


def asked_behind(system: System, profiles: Profiles, circuit_id: str) -> dict[str, FloatArray]:
    """Return what is asked for behind each exchanger of a circuit by the hour, without losses.

    Parameters
    ----------
    system : System
        With or without exchangers.
    profiles : Profiles
        Of the hours.
    circuit_id : str
        The circuit that feeds others.

    Returns
    -------
    dict of str to array of float, shape (hours,)
        By the consumer that stands for the exchanger; cold negative. [W]
    """
    asked = {}
    for each in find_exchangers(system):
        if each.primary == circuit_id:
            beyond = asked_behind(system, profiles, each.secondary)
            boundary = circuit_boundary(system, profiles, each.secondary, passed=beyond)
            name = system.circuits[circuit_id].consumer_ids[each.consumer]
            asked[name] = boundary.heat.sum(axis=1)
    return asked
