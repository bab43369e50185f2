"""What a load of the files cannot tell: weather, calendars and drivers of every circuit."""

from ..model.errors import Faults, InvalidInputError
from ..networks.system import System
from .boundary import circuit_boundary
from .build import build_profiles


def check_drivers(system: System) -> None:
    """Build everything that drives a system, so that its faults come to light.

    Parameters
    ----------
    system : System
        As loaded.

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
