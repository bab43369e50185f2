"""Which dwellings stand behind which building: the mix of each block, and the houses."""

from collections.abc import Mapping

import numpy as np

from ..columns import FloatArray, IntArray
from .layout import Building

APARTMENTS: Mapping[int, Mapping[str, int]] = {
    1: {"apartment_small": 216, "apartment_medium": 215, "apartment_large": 92},
    2: {"apartment_small": 134, "apartment_medium": 135, "apartment_large": 58},
}
"""Apartments of each phase by type: 350, 350 and 150 in all [assumed]."""

LEANING: Mapping[str, Mapping[str, float]] = {
    "quay": {"apartment_small": 0.9, "apartment_medium": 1.3, "apartment_large": 2.0},
    "inner": {"apartment_small": 1.1, "apartment_medium": 0.9, "apartment_large": 0.6},
}
"""Relative share of each type in a block on the quay and behind it [assumed]."""


def dwellings_of(buildings: tuple[Building, ...]) -> dict[str, dict[str, int]]:
    """Return how many dwellings of each type stand behind every building.

    Parameters
    ----------
    buildings : tuple of Building
        Blocks and houses of both phases.

    Returns
    -------
    dict of str to dict of str to int
        By building, then by type.
    """
    found = {
        building.id: {building.kind: 1} for building in buildings if building.kind not in LEANING
    }
    for phase, mix in APARTMENTS.items():
        blocks = [b for b in buildings if b.phase == phase and b.kind in LEANING]
        for kind, total in mix.items():
            shares = np.array([LEANING[block.kind][kind] for block in blocks])
            for block, count in zip(blocks, apportion(total, shares), strict=True):
                found.setdefault(block.id, {})[kind] = int(count)
    return {building.id: found[building.id] for building in buildings}


def apportion(total: int, shares: FloatArray) -> IntArray:
    """Return whole numbers that add up to ``total``, by the largest remainders of the shares.

    Examples
    --------
    >>> apportion(10, np.array([1.0, 1.0, 1.5])).tolist()
    [3, 3, 4]
    """
    exact = total * shares / shares.sum()
    whole: IntArray = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole
