"""The dwellings of a system, one row each, and the random numbers that are theirs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..model.dwelling import DwellingType, read_dwelling_types
from ..model.errors import Faults
from ..networks.columns import FloatArray, IntArray
from ..networks.system import System
from .year import Float32Array

SPACE_HEAT, TAP_WATER, COLD = 1, 2, 3
"""Streams of random numbers: one service does not reshuffle another."""


BLOCK = 64
"""Rows that are summed or drawn together: their hours stay in the cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Households:
    """Dwellings in the order of their buildings.

    Parameters
    ----------
    types : tuple of DwellingType
        Every type of the bundled table.
    type_row : array of int, shape (dwellings,)
        Index of each dwelling's type in ``types``.
    building_row : array of int, shape (dwellings,)
        Index of each dwelling's building in ``buildings``; never falls.
    buildings : tuple of str
        Labels, in the order of the table ``dwellings``.
    seed : int
        Of the scenario.
    """

    types: tuple[DwellingType, ...]
    type_row: IntArray
    building_row: IntArray
    buildings: tuple[str, ...]
    seed: int

    @property
    def count(self) -> int:
        """Number of dwellings."""
        return len(self.type_row)

    def figure(self, name: str) -> FloatArray:
        """Return a figure of each dwelling's type, shape (dwellings,)."""
        by_type = np.array([float(getattr(each, name)) for each in self.types])
        return by_type[self.type_row]

    def targets_kwh(self, name: str, mean: float) -> FloatArray:
        """Return yearly figures of each dwelling's type, scaled to a mean over all dwellings.

        The shares of the types stay as in their table. Shape (dwellings,). [kWh]
        """
        raw = self.figure(name)
        scaled: FloatArray = raw * (mean / raw.mean())
        return scaled

    def stream(self, service: int, type_row: int) -> np.random.Generator:
        """Return the random numbers of one service in the dwellings of one type."""
        return np.random.default_rng([self.seed, service, type_row])

    def rows_by_type(self) -> dict[int, IntArray]:
        """Return the rows of the dwellings of each type that is present."""
        present = np.unique(self.type_row)
        return {int(each): np.flatnonzero(self.type_row == each) for each in present}

    def spread(self, service: int, deviation: float) -> FloatArray:
        """Return a factor for each dwelling: log-normal, mean 1, given standard deviation.

        Shape (dwellings,). [1]
        """
        sigma = np.sqrt(np.log1p(deviation**2))
        factors = np.empty(self.count)
        for type_row, rows in self.rows_by_type().items():
            normal = self.stream(service, type_row).standard_normal(len(rows))
            factors[rows] = np.exp(sigma * normal - sigma**2 / 2.0)
        return factors

    def sum_by_building(self, hourly: Float32Array) -> FloatArray:
        """Return the sums over each building of rows per dwelling.

        Parameters
        ----------
        hourly : array of float32, shape (dwellings, hours)
            One row per dwelling.

        Returns
        -------
        array of float, shape (hours, buildings)
            Hours are contiguous within a building.
        """
        occupied, first = np.unique(self.building_row, return_index=True)
        sums = np.zeros((len(self.buildings), hourly.shape[1]))
        bounds = np.append(first, self.count).tolist()
        for place, begin, end in zip(occupied.tolist(), bounds, bounds[1:], strict=False):
            alone = end == begin + 1
            sums[place] = hourly[begin] if alone else np.add.reduceat(hourly[begin:end], [0])[0]
        return sums.T


def households(system: System) -> Households:
    """Return the dwellings that stand behind the buildings of a system.

    Parameters
    ----------
    system : System
        Its table ``dwellings`` (building, type, count); where ``scenario.dwellings`` differs
        from the table's sum, every row is scaled to it (largest remainders first).

    Returns
    -------
    Households
        One row per dwelling, building by building.

    Raises
    ------
    InvalidInputError
        If a type is unknown, or a count no whole number above 0.
    """
    table = system.tables["dwellings"]
    known = read_dwelling_types()
    _refuse_unknown(table, known)
    counts = scaled_counts(table["count"].to_numpy(dtype=float), system.scenario.dwellings)
    buildings = tuple(dict.fromkeys(table["building"].astype(str)))
    place = {name: row for row, name in enumerate(buildings)}
    building = np.array([place[name] for name in table["building"].astype(str)])
    order = np.argsort(building, kind="stable")
    names = list(known)
    type_row = np.array([names.index(name) for name in table["type"]])
    return Households(
        types=tuple(known.values()),
        type_row=np.repeat(type_row[order], counts[order]),
        building_row=np.repeat(building[order], counts[order]),
        buildings=buildings,
        seed=system.scenario.demand.seed,
    )


def _refuse_unknown(table: pd.DataFrame, known: Mapping[str, DwellingType]) -> None:
    faults = Faults()
    for identity, name, count in zip(table["id"], table["type"], table["count"], strict=True):
        if name not in known:
            faults.add(f"dwellings '{identity}'", "type", name, f"one of {', '.join(known)}")
        if not (float(count) > 0.0 and float(count).is_integer()):
            faults.add(f"dwellings '{identity}'", "count", count, "a whole number above 0")
    faults.raise_any()


def scaled_counts(counts: FloatArray, total: int | None) -> IntArray:
    """Return counts scaled to a total, whole numbers, largest remainders rounded up.

    Examples
    --------
    >>> scaled_counts(np.array([2.0, 3.0, 5.0]), 9)
    array([2, 3, 4])
    """
    if total is None:
        return counts.astype(np.int64)
    exact = counts * (total / counts.sum())
    whole = np.floor(exact).astype(np.int64)
    missing = int(total - whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:missing]] += 1
    return np.asarray(whole)
