"""Exchangers between circuits, by the rows that stand for them on either side."""

from typing import NamedTuple

from .system import System


class Exchanger(NamedTuple):
    """A heat exchanger between two circuits.

    Parameters
    ----------
    id : str
        As the scenario calls it.
    primary, secondary : str
        Circuits: the one it takes from, and the one it feeds.
    consumer : int
        Row of the consumer that stands for it in the primary.
    producer : int
        Row of the producer that stands for it in the secondary.
    approach : float
        Least difference between both circuits, at either end. [K]
    """

    id: str
    primary: str
    secondary: str
    consumer: int
    producer: int
    approach: float


def find_exchangers(system: System) -> tuple[Exchanger, ...]:
    """Return the exchangers of a system, in the order of the scenario.

    Parameters
    ----------
    system : System
        Checked whole: no circuit is fed by two, and none feeds itself by others.
    """
    consumers = {name: c for c in system.circuits.values() for name in c.consumer_ids}
    producers = {name: c for c in system.circuits.values() for name in c.producer_ids}
    return tuple(
        Exchanger(
            id=name,
            primary=consumers[section.consumer].id,
            secondary=producers[section.producer].id,
            consumer=consumers[section.consumer].consumer_ids.index(section.consumer),
            producer=producers[section.producer].producer_ids.index(section.producer),
            approach=section.approach,
        )
        for name, section in system.scenario.exchangers.items()
    )


def feeding_circuit(system: System, circuit_id: str) -> str:
    """Return the circuit from which all heat of a circuit comes: itself, or far ahead of it.

    Parameters
    ----------
    system : System
        With or without exchangers.
    circuit_id : str
        One of its circuits.
    """
    feeds = {each.secondary: each.primary for each in find_exchangers(system)}
    while circuit_id in feeds:
        circuit_id = feeds[circuit_id]
    return circuit_id
