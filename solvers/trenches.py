"""Circuits whose pipes share trenches: each solved in the ground that the others make.

Pipes of other routes enter a circuit as the temperature that its water would take up if it stood
(`TrenchLinks.response`): with it, the pair's own equations hold as they are, exactly, for supply
and return. Circuits are solved in turn until these temperatures rest.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..model.scenario import Scenario
from ..networks.boundary import Boundary
from ..networks.columns import RETURN, SUPPLY, BoolArray, Circuit, FloatArray
from ..networks.trenches import Trenches, links_between
from .circuit_year import CircuitYear
from .field_choice import FIELDS, FieldChoice, choose_fields
from .join_years import PartMemory, join_years
from .kept_fields import dimension_of
from .kernels.trench import add_rises, exchange_heat
from .mesh import is_mesh
from .one_ground import mean_ground
from .steady import LOSS, START, solve_steady
from .surroundings import (
    GROUND_TOLERANCE,
    is_at_rest,
    lost_excess,
    outside_excess,
    summed,
    surroundings_change,
)
from .tree_memory import Memory
from .trench_guess import flowing_pipes, surest_first, usual_excess

MAX_PASSES = 12
"""Passes over the circuits; two are usual."""

HOURS_TOGETHER = 1024
"""Hours that come to rest together, in whole blocks of the kernels: their water fits in memory."""

EXCHANGE = "pipe_exchange"

ALL = slice(None)


def linked_circuits(trenches: Trenches) -> tuple[str, ...]:
    """Return the circuits whose pipes share trenches with other routes, in order.

    Parameters
    ----------
    trenches : mapping of (str, str) to TrenchLinks
        Of a system.
    """
    return tuple(dict.fromkeys(name for name, _ in trenches))


def solve_linked(
    circuits: Mapping[str, Circuit],
    boundaries: Mapping[str, Boundary],
    trenches: Trenches,
    scenario: Scenario,
    *,
    fields: bool | Collection[str] | FieldChoice = False,
    memory: Memory | None = None,
) -> dict[str, CircuitYear]:
    """Solve circuits that exchange heat in trenches, in every hour.

    Parameters
    ----------
    circuits : mapping of str to Circuit
        All that the trenches link, but for those of which the boundaries say what they make of
        the ground.
    boundaries : mapping of str to Boundary
        Of the same hours, with undisturbed ground.
    trenches : mapping of (str, str) to TrenchLinks
        Of the system.
    scenario : Scenario
        Its ``[water]``, ``[friction]`` and ``[solver]`` apply.
    fields : bool, collection of str or FieldChoice, optional
        See `solve_steady`; beside ``pipe_heat_loss`` stands ``pipe_exchange``.
    memory : Memory, optional
        Whose rules say where results are kept.

    Returns
    -------
    dict of str to CircuitYear
        With ``exchange_from`` and ``exchange_by_pipe`` between these circuits; ``heat_loss`` is
        that to the ground, and to circuits that are not among these (`Seam.shared`).

    Notes
    -----
    Of a pipe the mean water counts, as its loss tells it: the exchange between two pipes is their
    conductance times the difference of these means, evaluated once and added with both signs.
    What the fixed point leaves (`GROUND_TOLERANCE`) is in the loss to the ground, so that every
    circuit closes as well as its own solution. Standing water is what its surroundings make it,
    and passes nothing on. Where they do not rest, ``heat_error`` is the change that was left. [K]
    """
    return LinkedHours(circuits, trenches, scenario, fields=fields, memory=memory).solve(
        boundaries
    )


class LinkedHours:
    """Hours of circuits that share trenches, in parts that come to rest together.

    Parameters
    ----------
    circuits, trenches, scenario, fields, memory
        See `solve_linked`.
    """

    def __init__(
        self,
        circuits: Mapping[str, Circuit],
        trenches: Trenches,
        scenario: Scenario,
        *,
        fields: bool | Collection[str] | FieldChoice = False,
        memory: Memory | None = None,
    ) -> None:
        self._circuits, self._scenario = circuits, scenario
        self._links = links_between(trenches, circuits)
        self._choice = choose_fields(fields)
        self._rules = Memory() if memory is None else memory
        self._places: dict[str, PartMemory] = {}
        self._work = {name: Memory() for name in circuits}
        self._again = set(surest_first(circuits)[:-1])
        self._parts: dict[int, dict[str, CircuitYear]] = {}

    def solve(
        self, boundaries: Mapping[str, Boundary], moved: BoolArray | None = None
    ) -> dict[str, CircuitYear]:
        """Return the solved hours of every circuit.

        Parameters
        ----------
        boundaries : mapping of str to Boundary
            See `solve_linked`; of the same hours each time.
        moved : array of bool, shape (hours,), optional
            Hours whose boundaries are not those of the solve before, whose results are
            overwritten: parts without any stay as they are. Default: all.
        """
        duration = next(iter(boundaries.values())).duration
        hours = len(duration)
        if not self._places:
            self._places = {name: PartMemory(hours, self._rules) for name in self._circuits}
        parts = [
            slice(first, min(first + HOURS_TOGETHER, hours))
            for first in range(0, hours, HOURS_TOGETHER)
        ]
        for rows in parts:
            if moved is None or rows.start not in self._parts or moved[rows].any():
                self._parts[rows.start] = self._solve_part(boundaries, rows)
        durations = [duration[rows] for rows in parts]
        return {
            name: join_years(
                [self._parts[rows.start][name] for rows in parts], durations, self._places[name]
            )
            for name in self._circuits
        }

    def _solve_part(
        self, boundaries: Mapping[str, Boundary], rows: slice
    ) -> dict[str, CircuitYear]:
        for each in self._places.values():
            each.first = rows.start
        block = _Block(
            self._circuits,
            {name: boundary.at(rows) for name, boundary in boundaries.items()},
            self._links,
            self._scenario,
            self._choice,
            self._places,
            self._work,
        )
        years, self._again = block.solve(self._again)
        return years


@dataclass(frozen=True, slots=True)
class _Block:
    """Hours that come to rest together."""

    circuits: Mapping[str, Circuit]
    boundaries: Mapping[str, Boundary]
    trenches: Trenches
    scenario: Scenario
    choice: FieldChoice
    memory: Mapping[str, PartMemory]
    work: Mapping[str, Memory]
    """What every block needs, kept so that pages are not cleared anew for each."""

    def solve(self, again: set[str]) -> tuple[dict[str, CircuitYear], set[str]]:
        """Return the hours of every circuit, and which had to be solved more than once.

        Those that are expected to be solved ``again`` begin with no more than that needs.
        """
        order = surest_first(self.circuits)
        guess = self._first_guess(order)
        excess: dict[str, FloatArray] = {}
        rises: dict[str, FloatArray] = {}
        left: dict[str, FloatArray] = {}
        years: dict[str, CircuitYear] = {}
        rough, often = set[str](), set[str]()
        unchecked = set(order)
        for _ in range(MAX_PASSES):
            for name in order:
                if name not in unchecked | rough:
                    continue
                unchecked.discard(name)
                rise = self._rise(name, excess, guess, apart_from=rises.get(name))
                known = name in rises
                if known:
                    left[name] = surroundings_change(rises[name], rise)
                is_still = known and is_at_rest(left[name])
                if is_still and name not in rough:
                    continue
                often |= {name} if known and not is_still else set()
                only_water = name in again and name not in years
                (rough.add if only_water else rough.discard)(name)
                years[name] = self._solve_in(name, rise, years.get(name), only_water=only_water)
                loss, place = years[name].fields[LOSS], self._place(name, "excess")
                excess[name] = lost_excess(self.circuits[name], loss, rise, place)
                rises[name], left[name] = rise, np.zeros(rise.shape[2])
                unchecked |= {own for own, other in self.trenches if other == name}
            if not unchecked | rough:
                break
        else:
            for name in order:
                rise = self._rise(name, excess, guess, apart_from=rises[name])
                left[name] = surroundings_change(rises[name], rise)
        for name, year in years.items():
            error = np.where(left[name] > GROUND_TOLERANCE, left[name], 0.0)
            years[name] = replace(year, heat_error=np.maximum(year.heat_error, error))
        return self._exchange(years, excess, rises), often

    def _first_guess(self, order: tuple[str, ...]) -> dict[str, FloatArray]:
        """Return the excess of the water that others see before its circuit is solved.

        Standing water is as the others would raise it. Shape (2, pipes, hours), or (2, 1, hours)
        where it is that of all pipes. [K]
        """
        place = {name: k for k, name in enumerate(order)}
        seen = {other for own, other in self.trenches if place[other] >= place[own]}
        flows = {name: self._flows(name) for name in order if name in seen}
        usual = {name: self._usual(name, flowing) for name, flowing in flows.items()}
        if not all(flowing.all() for flowing in flows.values()):
            usual |= {n: self._usual(n, self._flows(n)) for n in order if n not in seen}
        return {
            name: usual[name]
            if flowing.all()
            else np.where(flowing, usual[name], self._rise(name, {}, usual))
            for name, flowing in flows.items()
        }

    def _flows(self, name: str) -> BoolArray:
        return flowing_pipes(self.circuits[name], self.boundaries[name])

    def _usual(self, name: str, flows: BoolArray) -> FloatArray:
        return usual_excess(self.circuits[name], self.boundaries[name], flows)[:, None, :]

    def _place(self, name: str, what: str, *, zeros: bool = False) -> FloatArray:
        """Return an array of a circuit that is used again, shape (2, pipes, hours)."""
        hours = len(self.boundaries[name].duration)
        shape = (2, len(self.circuits[name].pipe_ids), hours)
        return self.work[name].array(what, shape, zeros=zeros)

    def _rise(
        self,
        name: str,
        excess: Mapping[str, FloatArray],
        guess: Mapping[str, FloatArray],
        *,
        apart_from: FloatArray | None = None,
    ) -> FloatArray:
        """Return how far standing water would be above undisturbed ground, (2, pipes, hours).

        Where the others' excess is not known yet, the guess serves. It stands where no other
        one does but ``apart_from``. [K]
        """
        circuit = self.circuits[name]
        rise = self._place(name, "rise")
        rise = self._place(name, "other rise") if rise is apart_from else rise
        rise.fill(0.0)
        outside = self.boundaries[name].outside
        if outside is not None:
            rise[:, outside.pipe] = np.transpose(outside.rise, (2, 1, 0))
        for (own, other), links in self.trenches.items():
            if own == name:
                water = excess[other] if other in excess else guess[other]
                is_one = water.shape[1] == 1
                column = np.zeros_like(links.other_pipe) if is_one else links.other_pipe
                add_rises(
                    links.side, links.pipe, links.other_side, column, links.response, water, rise
                )
        if is_mesh(circuit):
            rise[:] = mean_ground(circuit, rise[SUPPLY].T, rise[RETURN].T).T
        return rise

    def _solve_in(
        self, name: str, rise: FloatArray, start: CircuitYear | None, *, only_water: bool
    ) -> CircuitYear:
        """Return the circuit's hours in the ground that the others make."""
        boundary = self.boundaries[name]
        ground = np.add(boundary.ground_temperature.T, rise, out=self._place(name, "ground"))
        surrounded = replace(
            boundary,
            ground_temperature=ground[SUPPLY].T,
            return_ground_temperature=ground[RETURN].T,
        )
        every_pipe = FieldChoice(self.choice.names | set(START))
        return solve_steady(
            self.circuits[name],
            surrounded,
            self.scenario,
            fields=every_pipe,
            memory=self.memory[name],
            start=start,
            only_water=only_water,
        )

    def _exchange(
        self,
        years: Mapping[str, CircuitYear],
        excess: Mapping[str, FloatArray],
        rises: Mapping[str, FloatArray],
    ) -> dict[str, CircuitYear]:
        """Return the years with what their pipes exchange taken out of their losses."""
        given = {name: self._place(name, "given", zeros=True) for name in years}
        heat: dict[str, dict[str, FloatArray]] = {name: {} for name in years}
        names = list(self.circuits)
        for (own, other), links in self.trenches.items():
            if names.index(own) > names.index(other):
                continue
            once = links.of(links.pipe < links.other_pipe) if own == other else links
            total = np.zeros(excess[own].shape[2])
            exchange_heat(
                once.side,
                once.pipe,
                once.other_side,
                once.other_pipe,
                once.conductance,
                excess[own],
                excess[other],
                given[own],
                given[other],
                total,
            )
            if own != other:
                heat[own][other], heat[other][own] = -total, total
        return {
            name: replace(
                self._label(year, given[name], heat[name], rises[name]),
                outside_excess=outside_excess(self.boundaries[name], excess[name]),
            )
            for name, year in years.items()
        }

    def _label(
        self,
        year: CircuitYear,
        given: FloatArray,
        heat: Mapping[str, FloatArray],
        rise: FloatArray,
    ) -> CircuitYear:
        """Return a year whose losses to the ground and exchange stand apart.

        To the solver, twins exchange what their water differs beyond the rises of the two; what
        the rises themselves let pass is in the losses, and belongs to the twin.
        """
        duration, pipes = self.boundaries[year.circuit.id].duration, year.circuit.pipes
        twin = pipes.pair_exchange_coefficient * pipes.length
        fields = {name: year.fields[name] for name in FIELDS if name in self.choice.names}
        if LOSS in fields:
            fields[EXCHANGE] = np.transpose(given, (2, 1, 0))
            to_twin = (twin[:, None] * (rise[SUPPLY] - rise[RETURN])).T
            lost = fields[LOSS] - fields[EXCHANGE]
            fields[LOSS] = lost - np.stack([to_twin, -to_twin], axis=-1)
        by_pipe, warmth = summed(given, duration), summed(rise, duration)
        all_to_twin = twin * (warmth[SUPPLY] - warmth[RETURN])
        loss = year.pipe_figures.heat_loss - by_pipe - np.stack([all_to_twin, -all_to_twin])
        figures = year.pipe_figures._replace(heat_loss=loss)
        labelled = replace(
            year,
            fields=self._keep(year.circuit, fields),
            field_rows=self.choice.rows_of(year.circuit),
            pipe_figures=figures,
            exchange_from=heat,
            exchange_by_pipe=by_pipe,
        )
        return replace(labelled, heat_loss=year.heat_loss + labelled.exchange)

    def _keep(self, circuit: Circuit, fields: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """Return the rows asked for, in their places of the year."""
        chosen, place = self.choice.rows_of(circuit), self.memory[circuit.id]
        return {
            name: place.keep(name, field[:, chosen.get(dimension_of(name), ALL)])
            for name, field in fields.items()
        }
