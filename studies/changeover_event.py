"""One change-over by minutes: when each building has the other water, and what that takes."""

from dataclasses import dataclass

import numpy as np

from ..model.water import density, heat_capacity, water_table
from ..networks.columns import FloatArray
from ..networks.system import System
from ..profiles.mode import COLD, HEAT
from ..profiles.year import Profiles
from ..solvers.circuit_year import CircuitYear
from .changeover_move import Grounds, Moved, move_span, warmed_grounds
from .changeover_span import Span

HOUR = 3600.0
"""[s]"""

WITHIN = {HEAT: 2.0, COLD: 1.0}
"""A building has its water when that is so near what it would be, had the circuit been in this
mode all along, where no limit of its own is given: our assumption. [K]"""

STAYS = HOUR
"""For so long the water must stay so near. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A change-over that was followed step by step; buildings in the circuit's order.

    Parameters
    ----------
    row, mode : int
        Step of the run in which the new mode begins, and which it is: 1 heat, -1 cold.
    standing : float
        Time since the old mode ended. [s]
    seconds : array of float, shape (steps,)
        Since the switch, at the end of each step. [s]
    load : array of float, shape (steps,)
        Of the circuit at its producers, cold negative. [W]
    delivered, lost, rubbed : array of float, shape (steps,)
        To consumers, to the ground, and friction that warms the water. [W]
    supply : array of float, shape (steps,)
        Leaving the producer. [°C]
    stored : array of float, shape (steps + 1,)
        In what `holds_heat` names: water and walls, above 0 °C, and rings of soil, above
        undisturbed ground, from the switch on. [J]
    left : float
        Stored when the old mode ended. [J]
    wall_share : float
        Of the heat capacity of water and walls. [1]
    wait : array of float, shape (buildings,)
        Time from the switch until each has its water and keeps it; NaN where it does not come.
        [s]
    asked, unserved : array of float, shape (buildings,)
        Within these steps, cold negative. [J]
    handed : float
        See `Moved`. [1]
    """

    row: int
    mode: int
    standing: float
    seconds: FloatArray
    load: FloatArray
    delivered: FloatArray
    lost: FloatArray
    rubbed: FloatArray
    supply: FloatArray
    stored: FloatArray
    left: float
    wall_share: float
    wait: FloatArray
    asked: FloatArray
    unserved: FloatArray
    handed: float

    @property
    def flushed(self) -> float:
        """Heat that water and walls (and soil) take up until they hold most. [J]

        For cold until they hold least: negative, that is cooled away; about 0 where pipes that
        stood are colder than the supply.
        """
        return float(self.mode * (self.mode * self.stored[1:]).max() - self.stored[0])

    @property
    def standing_loss(self) -> float:
        """Heat that the pipes lost between both modes. [J]"""
        return self.left - float(self.stored[0])

    @property
    def residual(self) -> float:
        """Largest imbalance of a step, over the sum of the absolute terms, at least 1 kW."""
        duration = np.diff(self.seconds, prepend=0.0)
        gained = np.diff(self.stored) / duration
        terms = (self.load, self.rubbed, -self.delivered, -self.lost, -gained)
        scale = np.maximum(sum(np.abs(term) for term in terms), 1000.0)
        return float((np.abs(sum(terms)) / scale).max())

    @property
    def peak_hour(self) -> float:
        """Largest load of an hour since the switch, with the sign of the mode. [W]"""
        edges = np.arange(0.0, self.seconds[-1] + HOUR / 2.0, HOUR)
        ends = np.concatenate([[0.0], self.seconds])
        given = np.concatenate([[0.0], np.cumsum(self.load * np.diff(ends))])
        hourly = np.diff(np.interp(edges, ends, given)) / HOUR
        return float(self.mode * (self.mode * hourly).max()) if hourly.size else 0.0


def holds_heat(system: System) -> str:
    """Return what the heat of a change-over is counted in.

    Parameters
    ----------
    system : System
        Whose ``[ground] radial_cells`` give the soil a memory; results do not part it from walls.
    """
    rings = system.scenario.ground.radial_cells
    return "water, walls and soil" if rings > 0 else "water and walls"


def follow(
    system: System, profiles: Profiles, circuit: str, turn: tuple[int, int], span: Span
) -> Event:
    """Follow a change-over step by step.

    Parameters
    ----------
    system, profiles
        The run.
    circuit : str
        One that follows the mode.
    turn : (int, int)
        First step of the new mode, and first after the old one.
    span : Span
        Steps.

    Returns
    -------
    Event
        The producer holds its supply temperature whatever flows.
    """
    first, last = int(span.rows[0]), int(span.rows[-1]) + 1
    grounds = warmed_grounds(system, profiles, circuit, first, last)
    moved = move_span(system, profiles, circuit, span, grounds)
    year, buildings = moved.year, moved.buildings
    rows = slice(span.switch, None)
    assert year.stored_heat is not None, "a dynamic solve says what is stored"
    duration, mode = span.duration[rows], int(profiles.mode[turn[0]])
    ended = span.switch - (turn[0] - turn[1])
    seconds = np.cumsum(duration)
    instants = np.concatenate([[0.0], seconds])
    arrived = year.instant["consumer_supply_temperature"][span.switch - 1 :, buildings]
    settled = settled_supply(system, profiles, circuit, span, grounds)
    limit = _limits(moved, mode, np.where(np.isnan(settled), moved.promised[rows, None], settled))
    passing = year.consumer_supply_temperature[rows][:, buildings]
    return Event(
        row=turn[0],
        mode=mode,
        standing=float(span.duration[ended : span.switch].sum()),
        seconds=seconds,
        load=year.producer_heat[rows].sum(axis=1),
        delivered=year.consumer_heat[rows].sum(axis=1),
        lost=year.heat_loss[rows],
        rubbed=year.hydraulic_power[rows],
        supply=moved.supply[rows],
        stored=year.stored_heat[span.switch - 1 :],
        left=float(year.stored_heat[ended - 1]),
        wall_share=_wall_share(system, year),
        wait=waits(instants, arrived, passing, limit, mode),
        asked=duration @ moved.boundary.heat[rows][:, buildings],
        unserved=duration @ year.consumer_unserved_heat[rows][:, buildings],
        handed=moved.handed,
    )


def settled_supply(
    system: System, profiles: Profiles, circuit: str, span: Span, grounds: Grounds
) -> FloatArray:
    """Return the water that buildings would have, had a circuit been in the new mode all along.

    Returns
    -------
    array of float, shape (fine steps, buildings)
        The coldest (of cold: the warmest) of the run's own step; NaN where a building draws
        nothing in that. [°C]

    Notes
    -----
    A dynamic run of the steps of the run from the switch on, the first of them twice: it begins
    in the steady state of that, and results are those of steps' ends. What water loses on its way
    to a building is no part of its wait.
    """
    fine = span.rows[span.switch :]
    own = np.arange(fine[0], fine[-1] + 1)
    twice = np.concatenate([own[:1], own])
    alone = Span(rows=twice, duration=profiles.duration[twice], switch=1)
    moved = move_span(system, profiles, circuit, alone, grounds)
    mode, rows = int(profiles.mode[fine[0]]), moved.buildings
    ends = moved.year.instant["consumer_supply_temperature"][:, rows]
    draws = moved.year.consumer_mass_flow[:, rows] > 0.0
    begin = np.where(draws[:-1], ends[:-1], ends[1:])
    within = np.stack([begin, moved.year.consumer_supply_temperature[1:, rows], ends[1:]])
    found = mode * (mode * within).min(axis=0)
    return np.asarray(np.where(draws[1:], found, np.nan)[fine - fine[0]])


def _limits(moved: Moved, mode: int, supply: FloatArray) -> FloatArray:
    """Return the temperature at which each building has its water, by instant. [°C]"""
    consumers = moved.year.circuit.consumers
    own = consumers.min_supply_temperature if mode == HEAT else consumers.max_supply_temperature
    own, near = own[moved.buildings], supply - mode * WITHIN[mode]
    limit = np.where(np.isnan(own), near, own)
    return np.concatenate([limit[:1], limit])


def waits(
    instants: FloatArray, arrived: FloatArray, passing: FloatArray, limit: FloatArray, mode: int
) -> FloatArray:
    """Return how long each building waits until it has its water and keeps it.

    Parameters
    ----------
    instants : array of float, shape (instants,)
        Since the switch, from 0. [s]
    arrived : array of float, shape (instants, consumers)
        Water at each building. [°C]
    passing : array of float, shape (instants - 1, consumers)
        Mean of what comes by between two instants; NaN of nothing. [°C]
    limit : array of float, shape (instants, consumers)
        At least this warm for heat, at most for cold. [°C]
    mode : int
        1 heat, -1 cold.

    Returns
    -------
    array of float, shape (consumers,)
        0 where it is there at the switch; NaN where it never stays for `STAYS`. [s]

    Examples
    --------
    >>> minutes = 1800.0 * np.arange(6)
    >>> warm = np.array([[20.0], [40.0], [20.0], [40.0], [40.0], [40.0]])
    >>> waits(minutes, warm, warm[1:], np.full((6, 1), 35.0), 1).tolist()
    [5400.0]
    """
    outside = np.cumsum(mode * (arrived - limit) < 0.0, axis=0)
    between = np.cumsum(mode * (passing - limit[1:]) < 0.0, axis=0)
    between = np.concatenate([np.zeros_like(outside[:1]), between])
    later = np.searchsorted(instants, instants + STAYS - 1e-6)
    whole = later < len(instants)
    if not whole.any():
        return np.full(outside.shape[1], np.nan)
    before = np.concatenate([np.zeros_like(outside[:1]), outside[:-1]])
    stays = outside[later[whole]] == before[: whole.sum()]
    stays &= between[later[whole]] == between[: whole.sum()]
    return np.where(stays.any(axis=0), instants[stays.argmax(axis=0)], np.nan)


def _wall_share(system: System, year: CircuitYear) -> float:
    """Return the share of the pipes' heat capacity that is in their walls."""
    circuit, water = year.circuit, water_table(system.scenario.water)
    if circuit.wall_heat_capacity is None:
        return 0.0
    length = circuit.pipes.length
    warm = np.array(float(year.producer_supply_temperature.mean()))
    per_volume = float(density(warm, water) * heat_capacity(warm, water))
    area = np.where(circuit.has_pipe, np.pi / 4.0 * circuit.pipes.inner_diameter**2, 0.0)
    wall = float((np.nan_to_num(circuit.wall_heat_capacity) * length).sum())
    return wall / max(wall + per_volume * float((area * length).sum()), 1.0)
