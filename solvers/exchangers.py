"""Circuits that feed one another through heat exchangers: what passes, and how warm it arrives.

A secondary is solved first: what its producer gives is the load of the primary's consumer, and
its return with the approach is that consumer's. The primary says how warm its water arrives there
and what it can give. Hours in which that is too little are solved again until both agree.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..networks.boundary import Boundary
from ..networks.columns import BoolArray, FloatArray, IntArray
from ..networks.exchangers import Exchanger
from .circuit_year import SERVED, SOURCE, SUPPLY_TOO_COLD, CircuitYear
from .exchanger_control import ExchangerControl, Found
from .exchanger_year import Drive, ExchangerYear, driven
from .large_arrays import parts_of, release

MAX_PASSES = 40
"""Passes over the hours that still move; one or two are usual."""

MAX_TURNS = 8
"""Turns of circuits in one row of trenches that feed one another; two to four are usual."""

SHARE_TOLERANCE = 1e-4
"""Share of the loads that needs no reason: what `SUPPLY_TOLERANCE` is of ten kelvins. [1]"""

Years = dict[str, CircuitYear]
Boundaries = Mapping[str, Boundary]
Solve = Callable[[Sequence[str], Boundaries, bool], Years]
"""Solves circuits together: their ids, what drives them, and whether results are to be kept."""

MakeBoundary = Callable[[str, Mapping[int, FloatArray]], Boundary]
"""Returns what drives a circuit, given what consumers pass on, by their rows."""


def solve_zones(
    units: Sequence[Sequence[str]],
    exchangers: Sequence[Exchanger],
    boundary_of: MakeBoundary,
    solve: Solve,
) -> tuple[Years, dict[str, ExchangerYear]]:
    """Solve circuits that exchangers join, in every hour.

    Parameters
    ----------
    units : sequence of sequences of str
        Circuits that are solved together, those that are fed before those that feed them.
    exchangers : sequence of Exchanger
        Between them; also between circuits of one unit.
    boundary_of : callable
        Makes the boundary of a circuit from what its consumers pass on.
    solve : callable
        Solves the circuits of a unit.

    Returns
    -------
    dict of str to CircuitYear
        Every circuit; what an exchanger could not give is unserved at the consumers behind it.
    dict of str to ExchangerYear
        What passed each exchanger.

    Notes
    -----
    The secondary's supply is what its table asks for, but no warmer than the primary's water at
    the exchanger less the approach (for cold: no colder than that plus the approach); the
    primary's return is the secondary's with the approach. So both ends of the exchanger keep it.

    Where the primary gives less than is asked of it, all consumers behind it get the same share
    of what they ask for; where even their pipes lose more than comes, the supply falls until they
    do not. Heat that leaves one circuit is heat that enters the other.

    All hours are solved once; those in which a supply has to fall, or heat is missing, again by
    themselves until the supply moves by less than `SUPPLY_TOLERANCE` and the heat agrees within
    `HEAT_TOLERANCE`; then all hours once more. What is left is `ExchangerYear.rest`, and part of
    the secondary's ``heat_error``.
    """
    zones = _Zones(units, exchangers, boundary_of, solve)
    every = slice(None)
    years, moving = zones.solve(every)
    for _ in range(MAX_PASSES):
        if not moving.size:
            break
        years = {}
        zones.step(moving)
        moving = moving[zones.solve(moving)[1]]
    if not years:
        years, _ = zones.solve(every)
    return zones.explain(years)


def fed_first(names: Collection[str], exchangers: Sequence[Exchanger]) -> list[str]:
    """Return circuits so that those that are fed come before those that feed them.

    Parameters
    ----------
    names : collection of str
        Circuits.
    exchangers : sequence of Exchanger
        Between them; no ring.

    Examples
    --------
    >>> chain = [Exchanger("x", "hill", "valley", 0, 0, 2.0)]
    >>> fed_first(("hill", "valley"), chain)
    ['valley', 'hill']
    """
    feeds = {each.secondary: each.primary for each in exchangers}

    def behind(name: str) -> int:
        return 1 + behind(feeds[name]) if name in feeds else 0

    return sorted(names, key=behind, reverse=True)


class _Zones:
    """Circuits, the exchangers between them, and where their fixed point has come to."""

    def __init__(
        self,
        units: Sequence[Sequence[str]],
        exchangers: Sequence[Exchanger],
        boundary_of: MakeBoundary,
        solve: Solve,
    ) -> None:
        self.units, self.exchangers = units, exchangers
        self.boundary_of, self.run = boundary_of, solve
        self.bases: dict[str, Boundary] = {}
        self.controls: dict[str, ExchangerControl] = {}

    def solve(self, hours: slice | IntArray) -> tuple[Years, IntArray]:
        """Solve some hours of all circuits; return them and which of these hours still move.

        Results are to be kept where all hours are solved.
        """
        years: Years = {}
        for unit in self.units:
            years |= self._solve_unit(unit, hours)
        moves = [self._answer(each, years, hours) for each in self.exchangers]
        return years, np.flatnonzero(np.logical_or.reduce(moves))

    def _solve_unit(self, unit: Sequence[str], hours: slice | IntArray) -> Years:
        """Solve some hours of circuits that are solved together.

        Where one of them feeds another, they are solved with what was asked the turn before,
        until that stays; at first each by itself, those that are fed first.
        """
        within = [each for each in self.exchangers if {each.primary, each.secondary} <= set(unit)]
        if within and not set(unit) <= self.bases.keys():
            for name in fed_first(unit, within):
                self._turn((name,), hours)
            for each in within:
                self.controls[each.id].forget()
        for _ in range(MAX_TURNS if within else 1):
            asked = {each.id: _copied(self.controls[each.id].drive, hours) for each in within}
            years = self._turn(unit, hours)
            if all(self.controls[name].stays(hours, before) for name, before in asked.items()):
                break
        return years

    def _turn(self, unit: Sequence[str], hours: slice | IntArray) -> Years:
        """Solve some hours of circuits, and note what their exchangers ask for."""
        boundaries = {name: self._boundary(name, hours) for name in unit}
        years = self.run(unit, boundaries, isinstance(hours, slice))
        for each in self._fed(unit):
            self._ask(each, years[each.secondary], hours)
        return years

    def step(self, hours: IntArray) -> None:
        """Set what some hours are tried with next."""
        rests = {each.id: self._rests_upstream(each, hours) for each in self.exchangers}
        for name, control in self.controls.items():
            control.step(hours, rests[name])

    def _rests_upstream(self, each: Exchanger, hours: IntArray) -> BoolArray:
        """Return where what feeds the primary of an exchanger did not move in the last step."""
        feeding = [self.controls[other.id] for other in self._fed((each.primary,))]
        stays = [control.rests(hours) for control in feeding]
        return np.asarray(np.logical_and.reduce([np.ones(len(hours), dtype=np.bool_), *stays]))

    def _fed(self, unit: Collection[str]) -> list[Exchanger]:
        return [each for each in self.exchangers if each.secondary in unit]

    def _boundary(self, name: str, hours: slice | IntArray) -> Boundary:
        if name not in self.bases:
            given = [each for each in self.exchangers if each.primary == name]
            passed = {each.consumer: self.controls[each.id].asked for each in given}
            self.bases[name] = self.boundary_of(name, passed)
            for each in self._fed((name,)):
                self.controls[each.id] = ExchangerControl(each, self.bases[name])
        whole, drives = isinstance(hours, slice), self._drives(name, hours)
        return driven(self.bases[name] if whole else self.bases[name].at(hours), name, drives)

    def _drives(self, name: str, hours: slice | IntArray) -> list[tuple[Exchanger, Drive]]:
        return [
            (each, self.controls[each.id].drive.at(hours))
            for each in self.exchangers
            if name in (each.primary, each.secondary)
        ]

    def _ask(self, each: Exchanger, year: CircuitYear, hours: slice | IntArray) -> None:
        """Note what a secondary takes, and would take if all in it were served."""
        base = self.bases[each.secondary]
        asked = base.heat[hours].sum(axis=1)
        for other, drive in self._drives(each.secondary, hours):
            if other.primary == each.secondary:
                asked = asked + drive.asked - base.heat[hours, other.consumer]
        self.controls[each.id].ask(hours, year, asked)

    def _answer(self, each: Exchanger, years: Years, hours: slice | IntArray) -> BoolArray:
        """Note what a primary gives; return which hours move."""
        year, column = years[each.primary], each.consumer
        flows = year.consumer_mass_flow[:, column] > 0.0
        is_refused = year.consumer_reason[:, column] == SUPPLY_TOO_COLD
        sent = year.producer_supply_temperature
        best = np.where(self.controls[each.id].cold[hours], sent.min(axis=1), sent.max(axis=1))
        arrives = year.consumer_supply_temperature[:, column]
        found = Found(
            taken=np.array(year.consumer_heat[:, column]),
            supply=np.where(flows, arrives, np.where(is_refused, best, np.nan)),
        )
        return self.controls[each.id].answer(hours, found)

    def explain(self, years: Years) -> tuple[Years, dict[str, ExchangerYear]]:
        """Return the years with what exchangers could not give, and what passed these."""
        records = {each.id: self.controls[each.id].record() for each in self.exchangers}
        for each in self.exchangers:
            record, name = records[each.id], each.secondary
            self._withhold(years[name], record.drive.share, self._drives(name, slice(None)))
            left = np.maximum(record.residual, record.rest)
            error = np.maximum(np.where(record.is_restless, left, 0.0), years[name].heat_error)
            years[name] = replace(years[name], heat_error=error)
        return years, records

    def _withhold(
        self,
        year: CircuitYear,
        share: FloatArray,
        drives: Sequence[tuple[Exchanger, Drive]],
    ) -> None:
        """Count what consumers were not let ask for as unserved, in place."""
        if not (share < 1.0).any():
            return
        base, name = self.bases[year.circuit.id], year.circuit.id
        for rows in parts_of(len(share), year.consumer_unserved_heat.nbytes):
            kept = np.ones_like(share[rows])
            open_drives = [(e, d.at(rows)._replace(share=kept)) for e, d in drives]
            asked = driven(base.at(rows), name, open_drives).heat
            missed = asked * (1.0 - share[rows])[:, None]
            missing, reason = year.consumer_unserved_heat[rows], year.consumer_reason[rows]
            lacks = (missed != 0.0) & (share[rows] < 1.0 - SHARE_TOLERANCE)[:, None]
            np.copyto(reason, SOURCE, where=lacks & (reason == SERVED))
            missing += missed
            release(missing, reason)


def _copied(drive: Drive, hours: slice | IntArray) -> Drive:
    """Return some hours of a drive as they are now."""
    some = drive.at(hours)
    return Drive(some.asked.copy(), some.back.copy(), some.supply.copy(), some.share.copy())
