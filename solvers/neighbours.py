"""What circuits in the same trenches do to one that is studied by itself."""

from collections.abc import Mapping

import numpy as np

from ..networks.columns import FloatArray
from ..networks.exchangers import find_exchangers
from ..networks.system import System
from ..profiles.year import Profiles
from .distribution import solve_distribution, solved_boundary
from .exchanger_year import ExchangerYear
from .field_choice import FieldChoice
from .kernels.trench import add_rises
from .roles import source_circuits
from .seam import sent_excess
from .steady import LOSS, solve_steady
from .surroundings import lost_excess, responses
from .tree_memory import Memory


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
    them in turn is left out, some per cent of what they give it. What passes their exchangers is
    that of steady hours, too. What the plant draws from source circuits is not known here: their
    water is that which they send, and which comes back to them.
    """
    circuit, rise, sources = system.circuits[circuit_id], None, source_circuits(system)
    passed: dict[str, ExchangerYear] | None = None
    for (own, other), links in system.trenches.items():
        if own != circuit_id or other == circuit_id:
            continue
        if other in sources:
            excess = sent_excess(system, profiles, other)
        else:
            passed = _passed(system, profiles) if passed is None else passed
            excess = _steady_excess(system, profiles, other, passed)
        if rise is None:
            rise = np.zeros((2, len(circuit.pipe_ids), excess.shape[2]))
        ends = links.side, links.pipe, links.other_side, links.other_pipe
        add_rises(*ends, responses(circuit, links), excess, rise)
    return rise


def _steady_excess(
    system: System, profiles: Profiles, name: str, exchangers: Mapping[str, ExchangerYear]
) -> FloatArray:
    """Return the mean excess of a circuit's water by itself, shape (2, pipes, hours). [K]"""
    circuit = system.circuits[name]
    boundary = solved_boundary(system, profiles, name, exchangers)
    year = solve_steady(circuit, boundary, system.scenario, fields=(LOSS,))
    loss = year.fields[LOSS]
    return lost_excess(circuit, loss, np.zeros((2, loss.shape[1], loss.shape[0])))


def _passed(system: System, profiles: Profiles) -> dict[str, ExchangerYear]:
    """Return what passes the exchangers in steady hours."""
    if not find_exchangers(system):
        return {}
    return solve_distribution(system, profiles, FieldChoice(), Memory())[1]
