"""What passes the exchangers between circuits, and how it drives the circuits on either side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..networks.boundary import Boundary
from ..networks.columns import BoolArray, FloatArray, IntArray
from ..networks.exchangers import Exchanger

LEAST_HEAT = 1000.0
"""Residuals are relative to at least this. [W]"""

UNSOLVED = 1e-5
"""Residual of an hour that is told as not solved [1]: one that is solved among others differs by
some 1e-6 from the same hour among those that moved."""

FALLEN = 0.01
"""From here on a supply counts as other than what its table asks. [K]"""


class Drive(NamedTuple):
    """How an exchanger drives its two circuits; arrays have shape (hours,).

    Parameters
    ----------
    asked : array of float
        Of the primary's consumer: what the secondary would take if all in it were served, cold
        negative. [W]
    back : array of float
        Return of that consumer. [°C]
    supply : array of float
        Leaving the secondary's producer. [°C]
    share : array of float
        Of what the secondary's consumers ask for that is let through, the same for all. [1]
    usual : (float, float), optional
        Supply and back by which the mass of water in pipes is reckoned: in a dynamic run the
        means of the first pass, as else each trial would change what all steps before it hold.
        Default: what the hours themselves say. [°C]
    """

    asked: FloatArray
    back: FloatArray
    supply: FloatArray
    share: FloatArray
    usual: tuple[float, float] | None = None

    def at(self, hours: slice | IntArray) -> "Drive":
        """Return some of the hours."""
        asked, back = self.asked[hours], self.back[hours]
        return Drive(asked, back, self.supply[hours], self.share[hours], self.usual)

    def as_usual(self) -> "Drive":
        """Return what it is by which the mass of water is reckoned."""
        if self.usual is None:
            return self
        supply, back = self.usual
        return self._replace(
            supply=np.full_like(self.supply, supply), back=np.full_like(self.back, back)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangerYear:
    """Solved hours of one exchanger; arrays have shape (hours,), cold is negative.

    Parameters
    ----------
    exchanger : Exchanger
        Which.
    drive : Drive
        How it drives its circuits.
    heat : array of float
        Into the secondary's water. [W]
    taken : array of float
        Out of the primary's water. [W]
    is_cold : array of bool
        Whether cold is asked for behind it.
    asked_supply : array of float
        That the table of the secondary's producer asks for. [°C]
    primary_supply : array of float
        Of the primary at the exchanger; NaN where nothing flows. [°C]
    rest : array of float
        By how much the secondary's supply still moved when the passes ended. [K]
    """

    exchanger: Exchanger
    drive: Drive
    heat: FloatArray
    taken: FloatArray
    is_cold: BoolArray
    asked_supply: FloatArray
    primary_supply: FloatArray
    rest: FloatArray

    @property
    def residual(self) -> FloatArray:
        """Difference between what leaves one circuit and enters the other, over at least 1 kW."""
        size = np.maximum(np.maximum(np.abs(self.heat), np.abs(self.taken)), LEAST_HEAT)
        return np.asarray(np.abs(self.heat - self.taken) / size)

    @property
    def is_restless(self) -> BoolArray:
        """Whether an hour's passes ended before the circuits agreed."""
        return np.asarray((self.residual > UNSOLVED) | (self.rest > 0.0))

    @property
    def missing(self) -> FloatArray:
        """What the secondary would take if all in it were served, and the primary cannot give. [W]

        Nothing where the secondary itself has no use for more.
        """
        return self.drive.asked - self.taken

    @property
    def fall(self) -> FloatArray:
        """By how much the secondary's supply is colder than its table asks for, at least 0. [K]

        For cold, by how much it is warmer.
        """
        sign = np.where(self.is_cold, -1.0, 1.0)
        return np.maximum(sign * (self.asked_supply - self.drive.supply), 0.0)

    @property
    def falls(self) -> FloatArray:
        """1 in the hours in which the primary is too cold (for cold, too warm), else 0."""
        return np.where(self.fall > FALLEN, 1.0, 0.0)


def driven(
    boundary: Boundary, circuit_id: str, drives: Sequence[tuple[Exchanger, Drive]]
) -> Boundary:
    """Return what drives a circuit with what its exchangers decide.

    Parameters
    ----------
    boundary : Boundary
        Of the circuit, without them.
    circuit_id : str
        Which circuit.
    drives : sequence of (Exchanger, Drive)
        Of the same hours; those of other circuits have no part.
    """
    heat, back = boundary.heat, boundary.return_temperature
    given = [(each, drive) for each, drive in drives if each.primary == circuit_id]
    if given:
        heat, back = np.array(heat), np.array(back)
        for each, drive in given:
            heat[:, each.consumer], back[:, each.consumer] = drive.asked, drive.back
    supply = boundary.supply_temperature
    for each, drive in drives:
        if each.secondary == circuit_id:
            supply = np.array(supply)
            supply[:, each.producer] = drive.supply
            heat = heat * drive.share[:, None] if (drive.share < 1.0).any() else heat
    return replace(boundary, heat=heat, return_temperature=back, supply_temperature=supply)
