"""The fixed point of one exchanger: which supply and which share of the loads it can hold."""

from typing import NamedTuple

import numpy as np

from ..networks.boundary import Boundary
from ..networks.columns import BoolArray, FloatArray, IntArray
from ..networks.exchangers import Exchanger
from .circuit_year import CircuitYear
from .exchanger_year import LEAST_HEAT, Drive, ExchangerYear

SUPPLY_TOLERANCE = 1e-3
"""Change of the secondary's supply that ends the passes. [K]"""

HEAT_TOLERANCE = 1e-7
"""Difference between what leaves the primary and enters the secondary that counts as none. [1]"""

AS_ASKED = 0.5
"""Share of both tolerances within which what is asked of a primary is what was asked before."""

WHOLE, NONE = 2.0, 1.0
"""Controls at which all is served, and at which nothing is but the pipes' losses."""

SLOPES = (-20.0, 0.7)
"""Slopes of a supply by what was tried, beyond which they are not believed. [1]"""

LEAST_SLOPE = 0.01
"""Of heat by control, over what is guessed, below which it is not believed. [1]"""

LEAST_CONTROL = 0.05
"""Below this a supply's heat is not guessed by its control. [1]"""

LEAST_MOVE = 1e-9
"""A trial that moved less tells no slope."""


class Found(NamedTuple):
    """What a primary gives at an exchanger; arrays have shape (hours,).

    Parameters
    ----------
    taken : array of float
        [W]
    supply : array of float
        Water that arrives, or would at best where it is too cold to be drawn; NaN where nothing
        flows. [°C]
    """

    taken: FloatArray
    supply: FloatArray


class ExchangerControl:
    """Hours of one exchanger on their way to rest; arrays have shape (hours,).

    One number an hour says how much the secondary is let take: from 2 to 1 the share of its
    consumers' loads falls from all to none, from 1 to 0 its supply falls to where it idles: the
    ground, or for cold the return that it had. Its heat grows with that number.

    Where the ground does all that the consumers ask for, and more (cold in cold ground), nothing
    is asked of the primary, and the supply is what it becomes by itself.

    Parameters
    ----------
    exchanger : Exchanger
        Which.
    base : Boundary
        Of the secondary, with the supply that its table asks for.
    """

    def __init__(self, exchanger: Exchanger, base: Boundary) -> None:
        hours = len(base.duration)
        self.exchanger = exchanger
        self.wanted = np.array(base.supply_temperature[:, exchanger.producer])
        self.idle = np.array(base.ground_temperature.mean(axis=1))
        self.cold, self.floats = np.zeros((2, hours), dtype=np.bool_)
        self.control = np.full(hours, WHOLE)
        self.top, self.reached = self.wanted.copy(), self.wanted.copy()
        self.asked, self.back, self.heat, self.taken, self.loads = np.zeros((5, hours))
        self.arrives = np.full(hours, np.nan)
        self.last = np.full((4, hours), np.nan)
        self.is_known = False

    @property
    def drive(self) -> Drive:
        """How the exchanger drives both circuits now."""
        lowered = np.clip(self.control, 0.0, NONE)
        return Drive(
            asked=self.asked,
            back=self.back,
            supply=np.where(
                lowered < NONE, self.idle + lowered * (self.top - self.idle), self.top
            ),
            share=np.where(self.floats, 1.0, np.clip(self.control - NONE, 0.0, 1.0)),
        )

    def ask(self, hours: slice | IntArray, year: CircuitYear, loads: FloatArray) -> None:
        """Take over what the secondary takes.

        Parameters
        ----------
        hours : slice or array of int
            Which hours were solved.
        year : CircuitYear
            The secondary in these hours.
        loads : array of float, shape (hours,)
            What all of its consumers ask for together. [W]
        """
        column, approach = self.exchanger.producer, self.exchanger.approach
        heat, back = year.producer_heat[:, column], year.producer_return_temperature[:, column]
        if not self.is_known:
            self.cold = np.where(loads != 0.0, loads, heat) < 0.0
            self.floats = np.zeros_like(self.cold)
        self._float(hours, heat, loads)
        is_lowered = self.control[hours] < NONE  # then what it took before says what it wants
        chills = self.cold[hours] & ~self.floats[hours] & np.isfinite(back) & ~is_lowered
        warmest = np.maximum(back, self.idle[hours]) if self.is_known else back
        self.idle[hours] = np.where(chills, warmest, self.idle[hours])
        self.heat[hours], self.loads[hours] = heat, loads
        withheld = loads * (1.0 - self.drive.share[hours])
        asked = np.where(is_lowered, self.asked[hours], heat + withheld)
        self.asked[hours] = np.where(self.floats[hours], 0.0, asked)
        sign = np.where(self.asked[hours] < 0.0, -1.0, 1.0)
        back = np.where(np.isfinite(back), back, self.idle[hours]) + sign * approach
        stands = year.producer_mass_flow[:, column] == 0.0
        self.back[hours] = np.where(stands & self.is_known, self.back[hours], back)
        self.is_known = True

    def _float(self, hours: slice | IntArray, heat: FloatArray, loads: FloatArray) -> None:
        """Ask nothing more where the ground does all and more though all loads are served."""
        is_whole = (self.control[hours] == WHOLE) & (loads != 0.0)
        floats = is_whole & np.where(self.cold[hours], heat > 0.0, heat < 0.0)
        self.floats[hours] |= floats
        self.control[hours] = np.where(floats, NONE, self.control[hours])

    def forget(self) -> None:
        """Let the next solve of all hours tell anew which of them need nothing."""
        self.is_known, self.control = False, np.full(len(self.control), WHOLE)

    def stays(self, hours: slice | IntArray, before: Drive) -> bool:
        """Return whether what is asked of the primary is all but what was asked ``before``."""
        asked = np.abs(self.asked[hours] - before.asked)
        back = np.abs(self.back[hours] - before.back)
        is_same = asked <= AS_ASKED * HEAT_TOLERANCE * self._size(hours)
        return bool((is_same & (back <= AS_ASKED * SUPPLY_TOLERANCE)).all())

    def answer(self, hours: slice | IntArray, found: Found) -> BoolArray:
        """Take over what the primary gives; return which of these hours still move."""
        self.taken[hours], self.arrives[hours] = found
        self.reached[hours] = self._reachable(hours)
        moves = np.abs(self.reached - self.top)[hours] > SUPPLY_TOLERANCE
        missed, bound = self._missed(hours), HEAT_TOLERANCE * self._size(hours)
        control = self.control[hours]
        moves |= (missed > bound) & (control > 0.0)
        moves |= (missed < -bound) & (control < np.where(self.floats[hours], NONE, WHOLE))
        return np.asarray(moves)

    def _reachable(self, hours: slice | IntArray) -> FloatArray:
        """Return the supply that the primary's water lets the secondary have. [°C]

        Where none flows what would come is not known, and it stands.
        """
        wanted, idle, cold = self.wanted[hours], self.idle[hours], self.cold[hours]
        approach, arrives = self.exchanger.approach, self.arrives[hours]
        warm = np.clip(arrives - approach, np.minimum(wanted, idle), wanted)
        chilled = np.clip(arrives + approach, wanted, np.maximum(wanted, idle))
        return np.where(np.isnan(arrives), self.top[hours], np.where(cold, chilled, warm))

    def _missed(self, hours: slice | IntArray) -> FloatArray:
        """Return by how much the secondary takes more than the primary gives. [W]"""
        sign = np.where(self.cold[hours] != self.floats[hours], -1.0, 1.0)
        return np.asarray(sign * (self.heat[hours] - self.taken[hours]))

    def _size(self, hours: slice | IntArray) -> FloatArray:
        return np.maximum(np.abs(self.asked[hours]), LEAST_HEAT)

    def rests(self, hours: IntArray) -> BoolArray:
        """Return where the last step left the secondary's supply and control as they were."""
        top, _, control, _ = self.last[:, hours]
        moved = np.abs(self.top[hours] - top)
        is_same = np.abs(self.control[hours] - control) <= LEAST_MOVE
        return np.asarray((moved <= SUPPLY_TOLERANCE) & is_same)

    def step(self, hours: IntArray, upstream_rests: BoolArray) -> None:
        """Set control and supply of some hours for the next pass.

        Cold water that the primary could not take at a supply says nothing of warmer ones.

        Parameters
        ----------
        hours : array of int
            Which.
        upstream_rests : array of bool
            Where what feeds the primary was the same in the last two passes: else what its water
            did says nothing of how it answers to this exchanger.
        """
        top, reached = self.top[hours], self.reached[hours]
        control, missed = self.control[hours], self._missed(hours)
        top_before, reached_before, control_before, missed_before = self.last[:, hours]
        self.last[:, hours] = top, reached, control, missed
        slope = _slope(reached - reached_before, top - top_before, 0.0) * upstream_rests
        moved = top + (reached - top) / (1.0 - np.clip(slope, *SLOPES))
        stands = self.cold[hours] & (self.taken[hours] == 0.0)
        is_close = np.abs(reached - top) <= np.where(stands, LEAST_MOVE, SUPPLY_TOLERANCE)
        low, high = np.sort([self.wanted[hours], self.idle[hours]], axis=0)
        self.top[hours] = np.where(is_close, top, np.clip(moved, low, high))
        moved = self._next_control(hours, control, missed, (control_before, missed_before))
        self.control[hours] = np.where(stands & ~is_close, control, moved)

    def _next_control(
        self,
        hours: IntArray,
        control: FloatArray,
        missed: FloatArray,
        before: tuple[FloatArray, FloatArray],
    ) -> FloatArray:
        """Return the controls at which nothing would be missed, by the line of two passes."""
        falls = (control < NONE) | ((control == NONE) & (missed > 0.0))
        by_share = np.abs(self.loads[hours])
        by_supply = np.abs(self.heat[hours]) / np.maximum(control, LEAST_CONTROL)
        guess = np.maximum(np.where(falls, by_supply, by_share), LEAST_MOVE)
        control_before, missed_before = before
        same = np.where(falls, control_before <= NONE, control_before >= NONE)
        slope = _slope(missed - missed_before, control - control_before, np.nan)
        is_sound = same & (slope > LEAST_SLOPE * guess)
        moved = control - missed / np.where(is_sound, slope, guess)
        falls |= self.floats[hours]
        moved = np.where(falls, np.clip(moved, 0.0, NONE), np.clip(moved, NONE, WHOLE))
        return np.where(np.abs(missed) <= HEAT_TOLERANCE * self._size(hours), control, moved)

    def record(self) -> ExchangerYear:
        """Return the solved hours."""
        rest = np.abs(self.reached - self.top)
        return ExchangerYear(
            exchanger=self.exchanger,
            drive=self.drive,
            heat=self.heat,
            taken=self.taken,
            is_cold=self.cold,
            asked_supply=self.wanted,
            primary_supply=self.arrives,
            rest=np.where(rest > 2.0 * SUPPLY_TOLERANCE, rest, 0.0),
        )


def _slope(change: FloatArray, by: FloatArray, otherwise: float) -> FloatArray:
    """Return a change over another, where that is one."""
    known = np.abs(by) > LEAST_MOVE
    none = np.full_like(change, otherwise)
    return np.divide(change, by, out=none, where=known & np.isfinite(change))
