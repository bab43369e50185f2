"""Consumers that are buildings: those that stand for no exchanger between circuits."""

import numpy as np

from ..networks.columns import Circuit, IntArray
from ..networks.system import System


def buildings_of(system: System, circuit: Circuit) -> IntArray:
    """Return the rows of a circuit's consumers that stand for no exchanger.

    Parameters
    ----------
    system : System
        With or without exchangers.
    circuit : Circuit
        One of its circuits.
    """
    behind = {each.consumer for each in system.scenario.exchangers.values()}
    rows = [row for row, name in enumerate(circuit.consumer_ids) if name not in behind]
    return np.array(rows, dtype=np.int64)
