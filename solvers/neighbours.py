"""What circuits in the same trenches do to one that is studied by itself."""

import numpy as np

from ..networks.columns import Circuit, FloatArray
from ..networks.system import System
from ..networks.trenches import TrenchLinks
from ..profiles.boundary import circuit_boundary
from ..profiles.year import Profiles
from .kernels.trench import add_rises
from .roles import source_circuits
from .steady import LOSS, solve_steady
from .surroundings import lost_excess


def neighbours_rise(system: System, profiles: Profiles, circuit_id: str) -> FloatArray | None:
    """Return how far other circuits raise the ground of a circuit's pipes.

    Parameters
    ----------
    system : System
        With trenches.
    profiles : Profiles
        Of the hours.
    circuit_id : str
        The circuit that is studied.

    Returns
    -------
    array of float, shape (2, pipes, hours), or None
        Above undisturbed ground; None where no other circuit lies in its trenches. [K]

    Notes
    -----
    The others' water is that of their steady hours, each by itself: what the studied circuit gives
    them in turn is left out, some per cent of what they give it. What the plant draws from source
    circuits is not known here: their water is that which they send, and which comes back to them.
    """
    circuit, rise, sources = system.circuits[circuit_id], None, source_circuits(system)
    for (own, other), links in system.trenches.items():
        if own != circuit_id or other == circuit_id:
            continue
        find = sent_excess if other in sources else _steady_excess
        excess = find(system, profiles, other)
        if rise is None:
            rise = np.zeros((2, len(circuit.pipe_ids), excess.shape[2]))
        ends = links.side, links.pipe, links.other_side, links.other_pipe
        add_rises(*ends, responses(circuit, links), excess, rise)
    return rise


def responses(circuit: Circuit, links: TrenchLinks) -> FloatArray:
    """Return how far each link raises its pipe's ground for a kelvin of the other pipe.

    Parameters
    ----------
    circuit : Circuit
        Whose pipes are warmed.
    links : TrenchLinks
        Of this circuit and another.

    Returns
    -------
    array of float, shape (links,)
        Conductance between the two over all that the pipe loses per kelvin. [1]
    """
    conductance = circuit.pipes.heat_loss_coefficient * circuit.pipes.length
    return np.asarray(links.conductance / conductance[links.side, links.pipe])


def sent_excess(system: System, profiles: Profiles, name: str) -> FloatArray:
    """Return how far the water of a source circuit is above the ground, as sent to the plant.

    Parameters
    ----------
    system : System
        With the circuit.
    profiles : Profiles
        Of the hours.
    name : str
        Its id.

    Returns
    -------
    array of float, shape (2, pipes, hours)
        As if the plant drew in every hour and nothing cooled on the way: known before anything is
        solved. [K]
    """
    nothing = np.zeros((len(profiles.duration), len(system.circuits[name].consumer_ids)))
    boundary = circuit_boundary(system, profiles, name, heat=nothing)
    sent, given = boundary.supply_temperature[:, :1], boundary.return_temperature
    by_difference = sent - boundary.temperature_difference
    back = np.where(np.isnan(given), by_difference, given).mean(axis=1, keepdims=True)
    ground = boundary.ground_temperature
    return np.stack([(sent - ground).T, (back - ground).T])


def _steady_excess(system: System, profiles: Profiles, name: str) -> FloatArray:
    """Return the mean excess of a circuit's water by itself, shape (2, pipes, hours). [K]"""
    circuit, boundary = system.circuits[name], circuit_boundary(system, profiles, name)
    year = solve_steady(circuit, boundary, system.scenario, fields=(LOSS,))
    loss = year.fields[LOSS]
    return lost_excess(circuit, loss, np.zeros((2, loss.shape[1], loss.shape[0])))
