"""Networks so far from any that could be built that no state of them has numbers."""

import numpy as np

from ..model.errors import Faults
from ..networks.cells import Verbatim
from ..solvers.circuit_year import CircuitYear
from ..solvers.simulation import Simulation
from .sentences import when


def refuse_no_state(simulation: Simulation) -> None:
    """Refuse results that are no numbers, which nothing downstream can sum or draw.

    Parameters
    ----------
    simulation : Simulation
        What was solved.

    Raises
    ------
    InvalidInputError
        For each circuit the first step, and the pipe that stands out most.
    """
    faults = Faults()
    for name, year in simulation.cases["base"].circuits.items():
        lost = ~np.isfinite(year.producer_heat).all(axis=1)
        if lost.any():
            where = when(simulation, int(np.argmax(lost)))
            rule = f"flows that some pressure could drive: {_suspect(year)}"
            faults.add(f"circuit '{name}'", f"heat {where}", Verbatim("(no number)"), rule)
    faults.raise_any()


def _suspect(year: CircuitYear) -> str:
    """Return the pipe whose water would be the fastest, or meets the largest loss, and why."""
    pipes, figures = year.circuit.pipes, year.pipe_figures
    velocity = np.nan_to_num(figures.peak_velocity, nan=0.0, posinf=np.inf).max(axis=0)
    gradient = np.nan_to_num(figures.peak_gradient, nan=np.inf, posinf=np.inf).max(axis=0)
    row = int(np.lexsort((velocity, gradient))[-1])
    return (
        f"see pipe '{year.circuit.pipe_ids[row]}' of {pipes.inner_diameter[:, row].max():g} m, "
        f"{pipes.length[row]:g} m long, with a minor_loss_coefficient of "
        f"{np.max(pipes.minor_loss_coefficient[..., row]):g}, and the loads behind it"
    )
