"""Steps of minutes: how long they may be, and where they are cut."""

import numpy as np

from ..model.errors import Fault, InvalidInputError
from ..networks.columns import FloatArray, IntArray

MOST_STEP = 300.0
"""Half the start time of a heat pump (10 min): longer steps blur what they should show. [s]"""

SLIVER = 1e-3
"""An edge of the run that is so near a cut gives way to it. [s]"""


def check_step(study: str, step: float) -> None:
    """Refuse a fine step that is too long.

    Parameters
    ----------
    study : str
        Its verb.
    step : float
        [s]

    Raises
    ------
    InvalidInputError
        Above `MOST_STEP`.
    """
    if not step <= MOST_STEP:
        rule = f"at most {MOST_STEP:g} s"
        raise InvalidInputError(Fault(study, "--step", f"{step:g}", rule))


def cut_steps(edges: FloatArray, cuts: FloatArray, step: float) -> tuple[FloatArray, IntArray]:
    """Cut steps of a run, and say how many fine steps each piece has.

    Parameters
    ----------
    edges : array of float, shape (steps + 1,)
        Of the run's steps, rising. [s]
    cuts : array of float, shape (cuts,)
        Instants at which a step must begin or end; the last ends all. [s]
    step : float
        No fine step is longer. [s]

    Returns
    -------
    tuple of array of float, shape (pieces + 1,), and array of int, shape (pieces,)
        Edges of the pieces [s], and fine steps in each.

    Examples
    --------
    >>> pieces, parts = cut_steps(np.array([0.0, 600.0, 1200.0]), np.array([450.0, 900.0]), 200.0)
    >>> pieces.tolist(), parts.tolist()
    ([0.0, 450.0, 600.0, 900.0], [3, 1, 2])
    """
    away = np.abs(edges[:, None] - cuts).min(axis=1) > SLIVER
    pieces = np.unique(np.concatenate([edges[away & (edges < cuts[-1])], cuts]))
    parts = np.ceil(np.diff(pieces) / step - 1e-9)
    return pieces, np.maximum(parts, 1.0).astype(np.int64)
