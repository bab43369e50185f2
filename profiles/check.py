"""What a load of the files cannot tell: weather, calendars, drivers, and ways that stay shut."""

from collections.abc import Iterator

import numpy as np

from ..model.errors import Fault, Faults, InvalidInputError
from ..networks.cells import Verbatim
from ..networks.closed_ways import closing_remedy, closing_valves, cut_off
from ..networks.columns import Circuit
from ..networks.system import System
from .boundary import circuit_boundary
from .build import build_profiles
from .one_line import end_junctions, gates
from .reader import Reader

NEVER = Verbatim("never open")


def check_drivers(system: System) -> list[Fault]:
    """Build everything that drives a system, so that its faults come to light.

    Parameters
    ----------
    system : System
        As loaded.

    Returns
    -------
    list of Fault
        Warnings: connected consumers that valves cut off in every hour. A valve may well be shut
        all year; the run goes on, and tells what they miss.

    Raises
    ------
    InvalidInputError
        With the faults of weather and sources, or of all circuits.
    """
    profiles = build_profiles(system)
    plant = system.scenario.plant
    drawn = set() if plant is None else set(plant.consumers)
    faults = Faults()
    for name, circuit in system.circuits.items():
        if drawn & set(circuit.consumer_ids):
            continue
        try:
            circuit_boundary(system, profiles, name)
        except InvalidInputError as error:
            faults.extend(error.faults)
    faults.raise_any()
    reader = Reader(system=system, profiles=profiles)
    return [each for circuit in system.circuits.values() for each in _never_open(reader, circuit)]


def _never_open(reader: Reader, circuit: Circuit) -> Iterator[Fault]:
    """Yield the connected consumers to which no way opens in any hour."""
    gate = gates(reader, circuit)
    if gate is None:
        return
    states, ends = np.unique(gate, axis=0), end_junctions(reader, circuit)
    lost = circuit.consumers.is_connected
    for state in states:
        if not lost.any():
            return
        lost = lost & cut_off(circuit, state, ends)
    for consumer in np.flatnonzero(lost):
        remedy = closing_remedy(closing_valves(circuit, states[0], int(consumer)))
        rule = f"a way that is open in some hour: {remedy}"
        yield Fault(f"consumer '{circuit.consumer_ids[consumer]}'", "way", NEVER, rule)
