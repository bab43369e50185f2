"""Circuits that feed one another through heat exchangers, step by step.

As in `exchangers`, a secondary is moved before what feeds it; a pass moves all circuits through
the whole run. An exchanger stores nothing: what leaves one circuit in a step enters the other in
the same step.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..model.water import WaterTable
from ..networks.boundary import Boundary
from ..networks.columns import BoolArray, FloatArray
from ..networks.exchangers import Exchanger
from .circuit_year import SERVED, SOURCE, SUPPLY_TOO_COLD, CircuitYear
from .exchanger_control import Found
from .exchanger_travel import TravelControl
from .exchanger_year import Drive, ExchangerYear, driven
from .exchangers import MAX_TURNS, Boundaries, MakeBoundary, Years, fed_first

MAX_PASSES = 400
"""Passes of all circuits through the run; one to five are usual."""

PATIENCE = 80
"""Passes within which the first step that is not at rest comes to rest."""

TURNS = 6
"""Passes within which a step comes to rest with all of its exchangers moved at once."""

Drives = Mapping[str, Sequence[tuple[Exchanger, Drive]]]
"""Of the exchangers of each circuit."""

Travel = Callable[[Sequence[str], Boundaries, Drives], Years]
"""Moves circuits together: their ids, what drives them but for the exchangers, and these."""


def travel_zones(
    units: Sequence[Sequence[str]],
    exchangers: Sequence[Exchanger],
    boundary_of: MakeBoundary,
    travel: Travel,
    water: WaterTable,
    start: Mapping[str, Drive] | None = None,
) -> tuple[Years, dict[str, ExchangerYear]]:
    """Move circuits that exchangers join through all steps.

    Parameters
    ----------
    units : sequence of sequences of str
        Circuits that are moved together, those that are fed before those that feed them.
    exchangers : sequence of Exchanger
        Between them; also between circuits of one unit.
    boundary_of : callable
        Makes the boundary of a circuit from what its consumers pass on.
    travel : callable
        Moves the circuits of a unit.
    water : WaterTable
        Of the scenario.
    start : mapping of str to Drive, optional
        Supplies and shares of exchangers to begin with; without, nothing falls or is withheld.

    Returns
    -------
    dict of str to CircuitYear
        Every circuit; what an exchanger could not give is unserved at the consumers behind it.
    dict of str to ExchangerYear
        What passed each exchanger, means of the steps.

    Notes
    -----
    The rules are those of `solve_zones`, for the means of each step; `TravelControl` has what
    differs. Passes end where no supply moves by more than `SUPPLY_TOLERANCE` and what leaves one
    circuit is what enters the other within `TRAVEL_TOLERANCE`. What a step is tried with reaches
    later steps with the water, so that passes rest from the start of the run on; they end, too,
    where the first step that moves does so `PATIENCE` times. What is left then is part of the
    secondary's ``heat_error``.
    """
    zones = _TravellingZones(exchangers, boundary_of, travel, water, start or {})
    settled = [0]
    while True:
        years, first = zones.move(units)
        settled.append(max(first, settled[-1]))
        waits = len(settled) > PATIENCE and settled[-1] == settled[-PATIENCE]
        if first == zones.steps or waits or len(settled) > MAX_PASSES:
            break
        zones.step(first if settled.count(settled[-1]) > TURNS else None)
    return zones.explain(years)


class _TravellingZones:
    """Circuits, the exchangers between them, and where their fixed point has come to."""

    def __init__(
        self,
        exchangers: Sequence[Exchanger],
        boundary_of: MakeBoundary,
        travel: Travel,
        water: WaterTable,
        start: Mapping[str, Drive],
    ) -> None:
        self.exchangers, self.water, self.start = exchangers, water, start
        self.boundary_of, self.travel = boundary_of, travel
        self.bases: dict[str, Boundary] = {}
        self.controls: dict[str, TravelControl] = {}

    def move(self, units: Sequence[Sequence[str]]) -> tuple[Years, int]:
        """Move all circuits once; return them, and the first step that is not at rest."""
        years: Years = {}
        for unit in units:
            years |= self._move_unit(unit)
        moves = np.logical_or.reduce([self._answer(each, years) for each in self.exchangers])
        return years, int(np.argmax(moves)) if moves.any() else self.steps

    def step(self, in_turn: int | None) -> None:
        """Set what all steps are tried with next.

        In step ``in_turn`` an exchanger waits for those that feed its primary: moved at once, they
        may go to and fro where water comes in the step to whom draws much, and not to others.
        """
        rests = {each.id: self._rests_upstream(each) for each in self.exchangers}
        waits = [e.id for e in self.exchangers if in_turn is not None and self._waits(e, in_turn)]
        for name, control in self.controls.items():
            control.step(rests[name], in_turn if name in waits else None)

    def _waits(self, each: Exchanger, step: int) -> bool:
        """Return whether what feeds the primary of an exchanger moves in a step."""
        return any(bool(control.moves[step]) for control in self._feeding(each))

    def _feeding(self, each: Exchanger) -> list[TravelControl]:
        return [self.controls[o.id] for o in self.exchangers if o.secondary == each.primary]

    def _rests_upstream(self, each: Exchanger) -> BoolArray:
        """Return in which steps what feeds the primary of an exchanger did not move."""
        feeding = self._feeding(each)
        every = np.ones(self.steps, dtype=np.bool_)
        return np.asarray(np.logical_and.reduce([every, *(c.rests() for c in feeding)]))

    def _move_unit(self, unit: Sequence[str]) -> Years:
        """Move circuits that are moved together, see `exchangers.MAX_TURNS`."""
        within = [each for each in self.exchangers if {each.primary, each.secondary} <= set(unit)]
        if within and not set(unit) <= self.bases.keys():
            for name in fed_first(unit, within):
                self._turn((name,))
        for _ in range(MAX_TURNS if within else 1):
            asked = {each.id: self.controls[each.id].drive for each in within}
            years = self._turn(unit)
            if all(self.controls[name].stays(before) for name, before in asked.items()):
                break
        return years

    def _turn(self, unit: Sequence[str]) -> Years:
        """Move circuits once, and note what their exchangers ask for."""
        boundaries = {name: self._base(name) for name in unit}
        years = self.travel(unit, boundaries, {name: self._drives(name) for name in unit})
        for each in self.exchangers:
            if each.secondary in unit:
                self.controls[each.id].ask(years[each.secondary], self._loads(each.secondary))
        return years

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(next(iter(self.bases.values())).duration)

    def _base(self, name: str) -> Boundary:
        if name not in self.bases:
            given = [each for each in self.exchangers if each.primary == name]
            passed = {each.consumer: self.controls[each.id].asked for each in given}
            self.bases[name] = self.boundary_of(name, passed)
            for each in self.exchangers:
                if each.secondary == name:
                    control = TravelControl(each, self.bases[name], self.water)
                    if each.id in self.start:
                        control.begin_with(self.start[each.id])
                    self.controls[each.id] = control
        return self.bases[name]

    def _drives(self, name: str) -> list[tuple[Exchanger, Drive]]:
        return [
            (each, self.controls[each.id].drive)
            for each in self.exchangers
            if name in (each.primary, each.secondary)
        ]

    def _loads(self, name: str) -> FloatArray:
        """Return what all consumers of a circuit ask for together, nothing withheld. [W]"""
        return np.asarray(self._asked(name).sum(axis=1))

    def _asked(self, name: str) -> FloatArray:
        whole = [(e, d._replace(share=np.ones_like(d.share))) for e, d in self._drives(name)]
        return driven(self.bases[name], name, whole).heat

    def _answer(self, each: Exchanger, years: Years) -> BoolArray:
        """Note what a primary gives; return which steps move."""
        year, column = years[each.primary], each.consumer
        control = self.controls[each.id]
        sent = year.producer_supply_temperature
        best = np.where(control.sign < 0.0, sent.min(axis=1), sent.max(axis=1))
        flows = year.consumer_mass_flow[:, column] > 0.0
        is_refused = year.consumer_reason[:, column] == SUPPLY_TOO_COLD
        arrives = year.consumer_supply_temperature[:, column]
        supply = np.where(flows, arrives, np.where(is_refused, best, np.nan))
        return control.answer(Found(year.consumer_heat[:, column], supply), best)

    def explain(self, years: Years) -> tuple[Years, dict[str, ExchangerYear]]:
        """Return the years with what exchangers could not give, and what passed these."""
        records = {each.id: self.controls[each.id].record() for each in self.exchangers}
        for each in self.exchangers:
            record, year = records[each.id], years[each.secondary]
            left = np.where(record.is_restless, np.maximum(record.residual, record.rest), 0.0)
            year = replace(year, heat_error=np.maximum(year.heat_error, left))
            missed = self._asked(each.secondary) * (1.0 - record.drive.share)[:, None]
            years[each.secondary] = withheld(year, missed)
        return years, records


def withheld(year: CircuitYear, missed: FloatArray) -> CircuitYear:
    """Return a year in which consumers also miss what they were not let ask for.

    Parameters
    ----------
    year : CircuitYear
        Of a dynamic run.
    missed : array of float, shape (steps, consumers)
        [W]
    """
    if not missed.any():
        return year
    is_new = (missed != 0.0) & (year.consumer_reason == SERVED)
    shown = dict(year.instant)
    if UNSERVED in shown:
        starts = len(shown[UNSERVED]) - len(missed)
        shown[UNSERVED] = shown[UNSERVED] + missed[np.arange(-starts, len(missed)).clip(0)]
    return replace(
        year,
        consumer_unserved_heat=year.consumer_unserved_heat + missed,
        consumer_reason=np.where(is_new, SOURCE, year.consumer_reason).astype(np.int8),
        instant=shown,
    )


UNSERVED = "consumer_unserved_heat"
"""As the outputs show it."""
