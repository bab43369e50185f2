"""The fixed point of one exchanger in a dynamic run: supply and share of every step.

Other than in steady hours (`exchanger_control`), what is tried in one step is felt in later ones.
Every pass therefore says for all steps what would fit the water that came; where one step's own
answer to what it is tried with is known from two passes, the line through both is followed.
"""

import numpy as np

from ..model.water import WaterTable, heat_capacity
from ..networks.boundary import Boundary
from ..networks.columns import BoolArray, FloatArray
from ..networks.exchangers import Exchanger
from .circuit_year import CircuitYear
from .exchanger_control import AS_ASKED, SUPPLY_TOLERANCE, Found
from .exchanger_year import LEAST_HEAT, Drive, ExchangerYear
from .plug_columns import time_weights

TRAVEL_TOLERANCE = 1e-5
"""Difference between what leaves the primary and enters the secondary that counts as none [1]:
flows of a dynamic run are found less exactly than those of a steady one, and what a step takes
moves by some 1e-6 with what came before."""

SLOPES = (-3.0, 0.9)
"""Slopes of what fits by what was tried, beyond which they are not believed. [1]"""

LEAST_SHARE = 1e-5
"""A share below this is none. [1]"""

LEAST_MOVE = 1e-9
"""A trial that moved less tells no slope. [K] or [1]"""


class TravelControl:
    """Steps of one exchanger on their way to rest; arrays have shape (steps,).

    Parameters
    ----------
    exchanger : Exchanger
        Which.
    base : Boundary
        Of the secondary, with the supply that its table asks for.
    water : WaterTable
        Of the scenario.

    Notes
    -----
    The supply is what the table asks for, and at most the primary's water less the approach (for
    cold: at least, and more). Where the primary gives less than the secondary takes, the share
    of the consumers' loads falls until both agree; where nothing is left to withhold, or the
    primary is colder than the return, the supply falls to the return and what comes.
    """

    def __init__(self, exchanger: Exchanger, base: Boundary, water: WaterTable) -> None:
        steps = len(base.duration)
        self.exchanger, self.water = exchanger, water
        self.wanted = np.array(base.supply_temperature[:, exchanger.producer])
        self.ground = np.asarray(base.ground_temperature.mean(axis=1))
        self.sign = np.where(self.wanted < self.ground, -1.0, 1.0)
        self.supply, self.limit, self.best = self.wanted.copy(), self.wanted.copy(), self.wanted
        self.share = np.ones(steps)
        self.back, self.returned = self.ground.copy(), self.wanted.copy()
        self.asked, self.heat, self.taken, self.loads, self.flow = np.zeros((5, steps))
        self.arrives, self.fits = np.full((2, steps), np.nan)
        self.last = np.full((4, steps), np.nan)
        self.per_share = np.full(steps, LEAST_MOVE)
        self.weight = time_weights(base)
        self.usual: tuple[float, float] | None = None
        self.moves = np.ones(steps, dtype=np.bool_)
        self.waits: int | None = None
        self.kept: list[float] = []

    @property
    def drive(self) -> Drive:
        """How the exchanger drives both circuits now."""
        return Drive(self.asked, self.back, self.supply, self.share, self.usual)

    def begin_with(self, drive: Drive) -> None:
        """Try supplies and shares that are likely, instead of all that the table asks for."""
        self.supply = self._at_most(self.wanted, drive.supply)
        self.limit, self.share = self.supply.copy(), np.array(drive.share)

    def ask(self, year: CircuitYear, loads: FloatArray) -> None:
        """Take over what the secondary takes.

        Parameters
        ----------
        year : CircuitYear
            The secondary.
        loads : array of float, shape (steps,)
            What all of its consumers ask for together. [W]
        """
        column, approach = self.exchanger.producer, self.exchanger.approach
        self.flow = np.maximum(year.producer_mass_flow[:, column], 0.0)
        self.heat = np.array(year.producer_heat[:, column])
        came = year.producer_return_temperature[:, column]
        flows = (self.flow > 0.0) & np.isfinite(came)
        self.returned = np.where(flows, came, self.supply)
        self.loads = loads
        self.sign = np.where(loads != 0.0, np.sign(loads), self.sign)
        best = np.where(self._is_too_cold(), self.best, self.limit)
        above = self.sign * (best - self.supply)
        lacks = self._floats() & (above > SUPPLY_TOLERANCE)
        lacks = np.where(lacks, self.sign * self._heat_of(above), 0.0)
        asked = self.heat + lacks + loads * (1.0 - self.share)
        self.asked = np.where(self.sign * asked > 0.0, asked, 0.0)
        self.back = np.where(flows, self.returned + self.sign * approach, self.back)
        if self.waits is not None:
            self.asked[self.waits], self.back[self.waits] = self.kept

    def stays(self, before: Drive) -> bool:
        """Return whether what is asked of the primary is all but what was asked ``before``."""
        size = np.maximum(np.maximum(np.abs(self.asked), np.abs(before.asked)), LEAST_HEAT)
        is_same = np.abs(self.asked - before.asked) <= AS_ASKED * TRAVEL_TOLERANCE * size
        back = np.abs(self.back - before.back)
        return bool((is_same & (back <= AS_ASKED * SUPPLY_TOLERANCE)).all())

    def answer(self, found: Found, sent: FloatArray) -> BoolArray:
        """Take over what the primary gives; return which steps still move.

        Parameters
        ----------
        found : Found
            What comes to the primary's consumer.
        sent : array of float, shape (steps,)
            Best water that the primary's producers send. [°C]
        """
        approach = self.exchanger.approach
        self.taken, self.arrives = np.array(found.taken), np.array(found.supply)
        if self.usual is None:
            supply, back = (np.average(c, weights=self.weight) for c in (self.supply, self.back))
            self.usual = (float(supply), float(back))
        self.best = self._at_most(self.wanted, sent - self.sign * approach)
        reaches = self._at_most(self.wanted, self.arrives - self.sign * approach)
        self.limit = np.where(np.isnan(self.arrives), self.limit, reaches)
        self._note_answers()
        self.fits = self._fitting_supply()
        moves = np.abs(self.fits - self.supply) > SUPPLY_TOLERANCE
        moves |= self._floats() & (self._missed() != 0.0) & (self.fits != self.supply)
        self.moves = np.asarray(moves | (self._fitting_share() != self.share))
        return self.moves

    def rests(self) -> BoolArray:
        """Return in which steps supply and share are those of the pass before."""
        supply, _, share, _ = self.last
        moved = np.abs(self.supply - supply)
        return np.asarray((moved <= SUPPLY_TOLERANCE) & (np.abs(self.share - share) <= LEAST_MOVE))

    def step(self, upstream_rests: BoolArray, waits: int | None = None) -> None:
        """Set what all steps are tried with next.

        Parameters
        ----------
        upstream_rests : array of bool
            Where what feeds the primary was the same in the last two passes: else what its water
            did says nothing of how it answers to this exchanger.
        waits : int, optional
            A step that is tried with the same again, and asks for the same.
        """
        self.waits = waits
        tried = [] if waits is None else [self.supply[waits], self.share[waits]]
        self.kept = [] if waits is None else [self.asked[waits], self.back[waits]]
        share, fits_share = self.share, self._fitting_share()
        supply, fits = self.supply, self.fits
        supply_before, fits_before, share_before, fits_share_before = self.last
        self.last = np.stack([supply, fits, share, fits_share])
        moved = _along(supply, fits, supply_before, fits_before, upstream_rests)
        is_close = ~self._floats() & (np.abs(fits - supply) <= SUPPLY_TOLERANCE)
        ends = (self.wanted, self.ground, self.returned)
        moved = np.clip(moved, np.minimum.reduce(ends), np.maximum.reduce(ends))
        self.supply = np.where(is_close, supply, moved)
        moved = _along(share, fits_share, share_before, fits_share_before, upstream_rests)
        moved = np.where(moved < LEAST_SHARE, 0.0, np.minimum(moved, 1.0))
        moved = np.where(fits_share == 1.0, 1.0, moved)
        self.share = np.where(fits_share == share, share, moved)
        if waits is not None:
            self.supply[waits], self.share[waits] = tried

    def _heat_of(self, difference: FloatArray) -> FloatArray:
        """Return what the secondary's flow takes for a difference of its supply. [W]"""
        return np.asarray(self.flow * heat_capacity(self.supply, self.water) * difference)

    def _at_most(self, one: FloatArray, other: FloatArray) -> FloatArray:
        """Return the less useful of two temperatures: the colder, for cold the warmer."""
        return np.asarray(self.sign * np.minimum(self.sign * one, self.sign * other))

    def _is_too_cold(self) -> BoolArray:
        """Return whether the primary's water cannot warm what comes back (cool, for cold)."""
        return np.asarray((self.flow > 0.0) & (self.sign * (self.limit - self.returned) <= 0.0))

    def _floats(self) -> BoolArray:
        """Return whether the supply is what the heat that comes makes of the return."""
        has_none = (self.share <= 0.0) | (self.loads == 0.0)
        return np.asarray((self.flow > 0.0) & (has_none | self._is_too_cold()))

    def _missed(self) -> FloatArray:
        """Return by how much the secondary takes more than the primary gives; dust is none. [W]"""
        missed = self.sign * (self.heat - self.taken)
        size = np.maximum(np.maximum(np.abs(self.heat), np.abs(self.taken)), LEAST_HEAT)
        return np.where(np.abs(missed) > TRAVEL_TOLERANCE * size, missed, 0.0)

    def _withholds(self) -> BoolArray:
        """Return whether a share of what consumers ask for is what is to move."""
        missed, can = self._missed(), self.loads != 0.0
        is_full = self.sign * (self.limit - self.supply) <= SUPPLY_TOLERANCE
        takes = (missed > 0.0) & (self.share > 0.0)
        gives = (missed < 0.0) & (self.share < 1.0) & is_full
        return np.asarray(can & (takes | gives) & ~self._is_too_cold())

    def _note_answers(self) -> None:
        """Note how the heat follows the share; where all is withheld, how it did."""
        loads = np.maximum(np.abs(self.loads), LEAST_MOVE)
        known = np.divide(np.abs(self.heat), self.share, out=loads.copy(), where=self.share > 0.0)
        kept = np.maximum(self.per_share, loads)
        self.per_share = np.where(self.share > 0.0, np.maximum(known, loads), kept)

    def _gives_all(self) -> BoolArray:
        """Return whether the primary gives all that the secondary would take."""
        size = np.maximum(np.abs(self.asked), LEAST_HEAT)
        lacks = self.sign * (self.asked - self.taken)
        return np.asarray(lacks <= TRAVEL_TOLERANCE * size)

    def _fitting_share(self) -> FloatArray:
        """Return the share at which nothing would be missed, if heat were in proportion."""
        fits = np.clip(self.share - self._missed() / self.per_share, 0.0, 1.0)
        fits = np.where(self._withholds(), fits, self.share)
        return np.where(self._is_too_cold() | self._gives_all(), 1.0, fits)

    def _fitting_supply(self) -> FloatArray:
        """Return the supply that the primary lets the secondary have. [°C]"""
        carried = self._heat_of(np.ones_like(self.flow))
        change = np.divide(
            self._missed(), carried, out=np.zeros_like(carried), where=carried > 0.0
        )
        balanced = self.supply - self.sign * change
        lowered = np.where(self._is_too_cold(), balanced, self._at_most(self.limit, balanced))
        return np.where(self._floats(), lowered, self.limit)

    def record(self) -> ExchangerYear:
        """Return the solved steps."""
        rest = np.abs(self.fits - self.supply)
        return ExchangerYear(
            exchanger=self.exchanger,
            drive=self.drive,
            heat=self.heat,
            taken=self.taken,
            is_cold=self.sign < 0.0,
            asked_supply=self.wanted,
            primary_supply=self.arrives,
            rest=np.where(rest > 2.0 * SUPPLY_TOLERANCE, rest, 0.0),
        )


def _along(
    tried: FloatArray,
    fits: FloatArray,
    tried_before: FloatArray,
    fits_before: FloatArray,
    is_own: BoolArray,
) -> FloatArray:
    """Return where the line through two passes meets its own trial; without one, what fits."""
    moved = tried - tried_before
    known = is_own & (np.abs(moved) > LEAST_MOVE)
    slope = np.divide(fits - fits_before, moved, out=np.zeros_like(moved), where=known)
    return np.asarray(tried + (fits - tried) / (1.0 - np.clip(slope, *SLOPES)))
