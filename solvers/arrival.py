"""How warm sources arrive at the plant, from pass to pass of plant and source circuits."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..networks.columns import BoolArray, FloatArray
from ..networks.system import System
from ..profiles.year import Profiles
from .circuit_year import CircuitYear
from .roles import source_columns

ARRIVAL_TOLERANCE = 0.01
"""Change of source temperature at the plant that ends the fixed point. [K]"""

LEAST_MOVE, SLOPES = 1e-6, (-20.0, 0.7)
"""A trial that moved less tells no slope [K]; slopes beyond these are not believed. [1]"""

Temperatures = Mapping[str, FloatArray]
"""Of the sources at the plant, shape (hours,). [°C]"""


def next_trial(passes: list[tuple[Temperatures, Temperatures]]) -> dict[str, FloatArray]:
    """Return the source temperatures to try after two passes.

    Parameters
    ----------
    passes : list of two (tried, found)
        Source temperatures at the plant that a dispatch was tried with, and those that its draw
        brings; the last pass last. [°C]

    Returns
    -------
    dict of str to array of float, shape (hours,)
        As found where an hour stands; else where the line through both passes meets its own
        trial. Plain passes swing for ever in an hour whose little flow cools much on its way.
        [°C]

    Examples
    --------
    An hour that brings 30 °C less what was tried swings between 10 and 20; 15 brings itself:

    >>> tried, found = ({"rwzi": np.array([each])} for each in (20.0, 10.0))
    >>> next_trial([(found, tried), (tried, found)])
    {'rwzi': array([15.])}
    """
    (tried_before, found_before), (tried, found) = passes
    trial = {}
    for name, brought in found.items():
        moved, change = tried[name] - tried_before[name], brought - tried[name]
        slope = np.divide(
            brought - found_before[name],
            moved,
            out=np.zeros_like(moved),
            where=np.abs(moved) > LEAST_MOVE,
        )
        step = change / (1.0 - np.clip(slope, *SLOPES))
        trial[name] = np.where(np.abs(change) < ARRIVAL_TOLERANCE, brought, tried[name] + step)
    return trial


def largest_change(before: Temperatures, after: Temperatures) -> float:
    """Return the largest difference of any source and hour. [K]"""
    changes = [np.abs(after[name] - before[name]).max(initial=0.0) for name in after]
    return float(max(changes, default=0.0))


def arrival_temperatures(
    system: System, profiles: Profiles, solved: Mapping[str, CircuitYear]
) -> dict[str, FloatArray]:
    """Return the water temperature at the plant of each source that comes by a circuit.

    Parameters
    ----------
    system : System
        With the sources and the circuits that bring them.
    profiles : Profiles
        Temperatures that the sources send.
    solved : mapping of str to CircuitYear
        The source circuits, as the plant draws on them.

    Returns
    -------
    dict of str to array of float, shape (hours,)
        By source. Where no water flows, the temperature sent: what would come, not what has
        cooled in the pipe. [°C]
    """
    arrivals = {}
    for name, column in source_columns(system, solved).items():
        circuit, consumer = column
        year = solved[circuit]
        arrivals[name] = np.where(
            year.consumer_mass_flow[:, consumer] > 0.0,
            year.consumer_supply_temperature[:, consumer],
            profiles.sources[name].temperature,
        )
    return arrivals


def standing_sources(system: System, solved: Mapping[str, CircuitYear]) -> dict[str, BoolArray]:
    """Return where no water of a source flows, by source, shape (hours,).

    Parameters
    ----------
    system : System
        With the sources and the circuits that bring them.
    solved : mapping of str to CircuitYear
        The source circuits, as the plant draws on them.
    """
    return {
        name: solved[circuit].consumer_mass_flow[:, consumer] == 0.0
        for name, (circuit, consumer) in source_columns(system, solved).items()
    }


def too_cold_to_draw(
    passes: Sequence[tuple[Temperatures, Temperatures]], stands: Sequence[Mapping[str, BoolArray]]
) -> dict[str, FloatArray]:
    """Return the temperatures at which the plant leaves a source alone in hours that swing.

    Parameters
    ----------
    passes : sequence of (tried, found)
        As for `next_trial`. [°C]
    stands : sequence of mapping of str to array of bool, shape (hours,)
        Where no water flowed, in each of these passes.

    Returns
    -------
    dict of str to array of float, shape (hours,)
        The lowest that was tried while the water stood, in hours whose last pass still moved it:
        what the plant draws at a higher one cools on its way to below what it can use. NaN in
        all other hours. [°C]

    Examples
    --------
    Water of 60 °C is not drawn, so that 90 °C could come; drawn, it comes at 60:

    >>> tried, found = ({"kiln": np.array([each])} for each in (60.0, 90.0))
    >>> drawn, still = ({"kiln": np.array([each])} for each in (False, True))
    >>> too_cold_to_draw([(found, tried), (tried, found)], [drawn, still])
    {'kiln': array([60.])}
    """
    tried, found = passes[-1]
    held = {}
    for name, brought in found.items():
        moves = np.abs(brought - tried[name]) >= ARRIVAL_TOLERANCE
        left = [
            np.where(still[name], each[name], np.inf)
            for (each, _), still in zip(passes, stands, strict=True)
        ]
        lowest = np.min(left, axis=0)
        held[name] = np.where(moves & np.isfinite(lowest), lowest, np.nan)
    return held
