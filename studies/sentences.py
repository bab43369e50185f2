"""What sentences about a run share: how they read its cells, and how they name its steps."""

from ..profiles.reader import Reader
from ..results.instants import instant_name
from ..solvers.simulation import Simulation


def reader_of(simulation: Simulation) -> Reader:
    """Return what reads cells and series at the steps of a run.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    """
    return Reader(system=simulation.system, profiles=simulation.profiles)


def when(simulation: Simulation, row: int) -> str:
    """Return a step of a run as a sentence names it, such as ``at 2029-01-01T00:00``.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    row : int
        Of the step.
    """
    return f"at {instant_name(simulation.profiles, row)}"
