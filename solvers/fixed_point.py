"""Anderson's acceleration of a fixed point that many hours are on their way to, side by side."""

import numpy as np

from ..networks.columns import BoolArray, FloatArray

DEPTH = 2
"""Passes before the last that have a part in a step."""

NEAR = 0.5
"""Largest change of an hour's values below which their course tells where it ends. [K]"""

FARTHEST = 5.0
"""Largest part of a step that is not the plain one, of the hour's largest change. [1]"""

RIDGE = 1e-10
"""Of the largest square: keeps passes that say the same from being told apart. [1]"""


class Acceleration:
    """The last passes of the hours that still move.

    Each pass turns values *x* into *g(x)*; its change is *f = g(x) - x*. The next values are those
    whose change would vanish if it were linear in the last passes; plain *g(x)* where an hour is
    far from rest or its change did not shrink.

    References
    ----------
    .. [1] Walker, H. F., Ni, P., "Anderson acceleration for fixed-point iterations", SIAM J.
       Numer. Anal. 49 (2011), DOI 10.1137/10078356X.
    """

    def __init__(self) -> None:
        self._values: list[FloatArray] = []
        self._changes: list[FloatArray] = []

    def add(self, values: FloatArray, change: FloatArray, moves: BoolArray) -> None:
        """Add a pass, and drop the hours that rest.

        Parameters
        ----------
        values, change : array of float, shape (hours, values)
            What the pass began with, and what it added. [K]
        moves : array of bool, shape (hours,)
            Hours that go on.
        """
        kept = slice(-DEPTH - 1, None)
        self._values = [each[moves] for each in (*self._values, values)][kept]
        self._changes = [each[moves] for each in (*self._changes, change)][kept]

    def step(self) -> FloatArray:
        """Return the values to go on with, shape (hours that move, values). [K]"""
        values, change = self._values[-1], self._changes[-1]
        if len(self._values) == 1:
            return values + change
        moved = np.diff(np.stack(self._values, axis=-1), axis=-1)
        turned = np.diff(np.stack(self._changes, axis=-1), axis=-1)
        turned = turned * self._counts()[:, None, :]
        square = np.einsum("hcm,hcn->hmn", turned, turned)
        most = np.einsum("hmm->hm", square).max(axis=1)[:, None, None]
        square += (RIDGE * most + np.finfo(float).tiny) * np.eye(square.shape[-1])
        weight = np.linalg.solve(square, np.einsum("hcm,hc->hm", turned, change)[..., None])[
            ..., 0
        ]
        extra = -np.einsum("hcm,hm->hc", moved + turned, weight)
        far = FARTHEST * np.abs(change).max(axis=1, keepdims=True)
        return np.asarray(values + change + np.clip(extra, -far, far))

    def _counts(self) -> BoolArray:
        """Return which of the passes before count: all since when changes are small and shrink."""
        largest = np.stack([np.abs(each).max(axis=1) for each in self._changes], axis=-1)
        calm = (largest[:, 1:] < NEAR) & (largest[:, 1:] < largest[:, :-1])
        return np.logical_and.accumulate(calm[:, ::-1], axis=1)[:, ::-1]
