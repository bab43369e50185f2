"""What is asked of circuits while their mode is another one: reported, never served."""

from collections.abc import Iterator

import numpy as np

from ..networks.columns import FloatArray
from ..networks.system import System
from .boundary import draws_heat, given_flow, given_heat, service_of
from .mode import COLD, HEAT
from .one_line import open_ends
from .reader import Reader
from .year import Profiles


def out_of_mode(system: System, profiles: Profiles) -> tuple[float, float]:
    """Return the heat and cold asked for outside their mode.

    Parameters
    ----------
    system : System
        Where no circuit of service ``space`` is named by ``[mode]``, dwellings are served heat in
        every hour and cold in none. Loads given by series or cells count in circuits that it
        names.
    profiles : Profiles
        Of the solved steps.

    Returns
    -------
    tuple of float
        Heat outside heat mode, and cold (negative) outside cold mode. [J]
    """
    heat, cold = _of_dwellings(system, profiles)
    idle = profiles.duration * (profiles.mode != HEAT), profiles.duration * (profiles.mode != COLD)
    for load in _given_loads(Reader(system=system, profiles=profiles)):
        heat += float(np.maximum(load, 0.0) @ idle[0])
        cold += float(np.minimum(load, 0.0) @ idle[1])
    return heat, cold


def _of_dwellings(system: System, profiles: Profiles) -> tuple[float, float]:
    demand = profiles.demand
    spaces = [name for name in system.circuits if service_of(system, name) == "space"]
    if demand is None or not spaces:
        return 0.0, 0.0
    follows = any(name in system.scenario.mode.circuits for name in spaces)
    mode = profiles.mode if follows else np.full_like(profiles.mode, HEAT)
    heat = demand.space_heat.sum(axis=1) * (mode != HEAT)
    cold = demand.cold.sum(axis=1) * (mode != COLD)
    return float(heat @ profiles.duration), float(cold @ profiles.duration)


def _given_loads(reader: Reader) -> Iterator[FloatArray]:
    """Yield each load given to a consumer of a circuit with a mode, shape (hours,). [W]"""
    plant = reader.system.scenario.plant
    behind = () if plant is None else plant.consumers
    for name in reader.system.scenario.mode.circuits:
        circuit = reader.system.circuits[name]
        load = given_heat(reader, circuit)
        draws = draws_heat(circuit, given_flow(reader, circuit), open_ends(reader, circuit))
        for row in np.flatnonzero(draws):
            own = None if circuit.consumer_ids[row] in behind else load(int(row))
            if own is not None:
                yield own
