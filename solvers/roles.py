"""Which circuits bring heat to the plant, and which deliver to consumers of their own."""

from collections.abc import Container

from ..networks.system import System


def source_circuits(system: System) -> tuple[str, ...]:
    """Return the circuits from which the plant draws: those that hold its consumers."""
    plant = system.scenario.plant
    drawn = set() if plant is None else set(plant.consumers)
    return tuple(
        name for name, circuit in system.circuits.items() if drawn & set(circuit.consumer_ids)
    )


def distribution_circuits(system: System) -> tuple[str, ...]:
    """Return the circuits that deliver to consumers of their own: all but source circuits."""
    drawn = source_circuits(system)
    return tuple(name for name in system.circuits if name not in drawn)


def source_columns(system: System, circuits: Container[str]) -> dict[str, tuple[str, int]]:
    """Return for each source its circuit and the column of the plant's consumer there."""
    columns = {}
    for name, source in system.scenario.sources.items():
        if source.circuit in circuits and source.consumer is not None:
            ids = system.circuits[str(source.circuit)].consumer_ids
            columns[name] = (str(source.circuit), ids.index(source.consumer))
    return columns
