"""Layers with which a tank begins a run so that it ends as it began."""

import numpy as np

from ..networks.columns import FloatArray
from .kernels.plant_tables import Tanks

MEMORY = 6
"""Earlier runs that tell how the end follows the beginning."""

WORSE = 2.0
"""A run that misses by this much more than the best so far makes what was learnt void. [1]"""


class PeriodicStart:
    """Seeks the layers that a run of the plant gives back, from one run to the next.

    Parameters
    ----------
    tanks : Tanks
        Of layers.

    Notes
    -----
    What a run ends with follows what it begins with; in a large tank and a short run nearly as it
    was, so that runs one after the other would take hundreds to come to rest. Anderson's method
    takes the mixture of the last beginnings whose ends miss them least. Guesses stay within the
    temperatures that reach the tank, and are sorted: water that is warmer lies above.

    References
    ----------
    D. G. Anderson, Iterative procedures for nonlinear integral equations, J. ACM 12 (1965),
    doi:10.1145/321296.321305.
    """

    def __init__(self, tanks: Tanks) -> None:
        self._tanks = tanks
        self._begins: list[FloatArray] = []
        self._misses: list[FloatArray] = []

    def after(self, begin: FloatArray, end: FloatArray) -> FloatArray:
        """Return the layers to begin the next run with, shape (circuits, layers). [°C]

        Parameters
        ----------
        begin, end : array of float, shape (circuits, layers)
            Of the last run. [°C]
        """
        miss = (end - begin).ravel()
        best = min((float(np.linalg.norm(each)) for each in self._misses), default=np.inf)
        if np.linalg.norm(miss) > WORSE * best:
            self._begins, self._misses = [], []
        self._begins = [*self._begins[-MEMORY:], begin.ravel().copy()]
        self._misses = [*self._misses[-MEMORY:], miss]
        if len(self._misses) == 1:
            return end
        change = np.diff(np.array(self._misses), axis=0).T
        moved = np.diff(np.array(self._begins), axis=0).T + change
        share = np.linalg.lstsq(change, miss, rcond=1e-10)[0]
        return self._within(begin + (miss - moved @ share).reshape(begin.shape), end)

    def _within(self, guess: FloatArray, end: FloatArray) -> FloatArray:
        """Return layers as a tank may have them."""
        found = end.copy()
        for circuit in np.flatnonzero(self._tanks.layers):
            number = int(self._tanks.layers[circuit])
            hot, back = self._tanks.hot[:, circuit], self._tanks.back[:, circuit]
            own, room = end[circuit, :number], self._tanks.room[circuit]
            hottest = max(float(own.max()), float(np.max(hot, initial=-np.inf)))
            coldest = min(float(own.min()), float(back.min()), float(room))
            found[circuit, :number] = np.sort(np.clip(guess[circuit, :number], coldest, hottest))
        return found
