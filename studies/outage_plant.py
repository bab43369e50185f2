"""The plant after a source trips: tanks and running heat pumps first, then those that start.

The plant's own rules run by minutes; what a trip changes is put into their columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..model.start_up import share_started, start_up_parameters
from ..networks.columns import BoolArray, FloatArray
from ..networks.system import System
from ..profiles.year import Profiles
from ..solvers.circuit_year import CircuitYear
from ..solvers.kernels.plant_tables import PlantColumns, PlantFlows, Tanks
from ..solvers.plant import plant_columns
from ..solvers.plant_columns import PlantLoad, effluent_source, plant_load, waste_sources
from ..solvers.plant_pool import plant_rules
from ..solvers.plant_run import run_plant
from ..solvers.plant_year import PlantYear
from .outage_tanks import LayersBefore, plan_around, tanks_around, usable_at

PLANS = 8
"""Of the tanks, until they are not filled after the trip; two or three are usual."""

LEAST_BALANCE = 1000.0
"""The residual is relative to at least this. [W]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A source that trips, on the steps of an outage; arrays have shape (steps, ...).

    Parameters
    ----------
    source : str
        Which.
    profiles : Profiles
        Of the steps.
    since : array of float, shape (steps,)
        Start of each step since the trip, negative before. [s]
    arrival : mapping of str to array of float, shape (steps,)
        Water of the sources at the plant. [°C]
    planned : mapping of str to array of float, shape (steps,)
        What tanks should hold at the end of each step, by circuit; from the trip on what they
        held. [J]
    layers : LayersBefore
        Of the run without the trip, with circuits in the order of the plant.
    units : mapping of str to int
        Heat pumps at work for each circuit when the source trips.
    """

    source: str
    profiles: Profiles
    since: FloatArray
    arrival: Mapping[str, FloatArray]
    planned: Mapping[str, FloatArray]
    layers: LayersBefore
    units: Mapping[str, int]

    @property
    def is_out(self) -> BoolArray:
        """Whether the source is out, shape (steps,)."""
        return np.asarray(self.since >= 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantCourse:
    """What the plant does step by step; circuits in the order of ``circuits``.

    Parameters
    ----------
    circuits : tuple of str
        Ids.
    wanted, given : array of float, shape (steps, circuits)
        For the supply temperature that is set, and what the plant has for it; cold negative. [W]
    direct : mapping of str to array of float, shape (steps,)
        Waste heat by source. [W]
    heat_pumps, electricity : array of float, shape (steps,)
        Heat of the pool for heating, and its compressors. [W]
    content : array of float, shape (steps + 1, circuits)
        Of the tanks. [J]
    usable : array of float, shape (circuits,)
        What the tanks can deliver of it when the source trips. [J]
    tank_loss : array of float, shape (steps,)
        [W]
    residual : array of float, shape (steps,)
        |made - given - loss - d(content)| over the sum of the absolute terms, at least 1 kW.
    """

    circuits: tuple[str, ...]
    wanted: FloatArray
    given: FloatArray
    direct: Mapping[str, FloatArray]
    heat_pumps: FloatArray
    electricity: FloatArray
    content: FloatArray
    usable: FloatArray
    tank_loss: FloatArray
    residual: FloatArray

    @property
    def from_tanks(self) -> FloatArray:
        """Heat that tanks give (negative: take up), shape (steps,). [W]"""
        made = self.heat_pumps + sum(self.direct.values(), np.zeros_like(self.heat_pumps))
        return np.asarray(np.maximum(self.given, 0.0).sum(axis=1) - made)


def run_trip(
    system: System,
    trip: Trip,
    circuits: Mapping[str, CircuitYear],
    wanted: Mapping[str, FloatArray],
) -> PlantCourse:
    """Run the plant through the steps around a trip.

    Parameters
    ----------
    system : System
        With a plant.
    trip : Trip
        What trips, and when.
    circuits : mapping of str to CircuitYear
        The circuits in these steps: their temperatures and pumps count.
    wanted : mapping of str to array of float, shape (steps,)
        Load of each circuit that brings its water to the temperature that is set. [W]

    Returns
    -------
    PlantCourse
        What is short is not given: the circuit's supply is then colder.

    Notes
    -----
    Running heat pumps go on with the duties that they had; others give heat after
    ``heat_pump_start_time`` and rise to their capacity within ``heat_pump_ramp_time``
    (``data/start_up.csv``). Until then every unit counts with the share of the pool that runs:
    the rules know equal units. A circuit that no unit served gets heat from the pool only after
    the start time. Tanks cover what is short, and are not filled again while the source is out.
    Of tanks of layers only water as warm as the circuit is set to counts, in each step anew; what
    is drawn is replaced by the return water of the step.
    """
    asked = plant_load(system, circuits)
    order = asked.circuits
    asked = replace(asked, load=np.stack([wanted[name] for name in order], axis=1))
    columns, rules = _columns(system, trip, asked), plant_rules(system.scenario, asked)

    def tanks() -> Tanks:
        return tanks_around(system.scenario, asked, trip.layers, trip.is_out)

    columns = plan_around(columns, rules, tanks(), trip.layers, trip.is_out)
    moved = tanks()
    flows = run_plant(columns, rules, moved, rounds=1)
    for _ in range(PLANS):
        planned = _never_refilled(trip, columns, flows)
        if np.array_equal(planned, columns.planned_content):
            break
        columns, moved = columns._replace(planned_content=planned), tanks()
        flows = run_plant(columns, rules, moved, rounds=1)
    given = asked.load - _short(columns, asked, flows)
    names = waste_sources(system.scenario)
    direct = {name: flows.direct[:, row, :].sum(axis=1) for row, name in enumerate(names)}
    pool = flows.heat.sum(axis=1) + flows.reused
    return PlantCourse(
        circuits=order,
        wanted=asked.load,
        given=given,
        direct=direct,
        heat_pumps=pool,
        electricity=flows.electricity.sum(axis=1),
        content=flows.content,
        usable=usable_at(moved, flows.content, int(np.argmax(trip.is_out))),
        tank_loss=flows.loss.sum(axis=1),
        residual=_residual(trip, flows, given, pool + sum(direct.values())),
    )


def _never_refilled(trip: Trip, columns: PlantColumns, flows: PlantFlows) -> FloatArray:
    """Return a plan that lets tanks do what they did, but for filling after the trip. [J]

    Tanks of layers keep theirs (`plan_around`).
    """
    planned = flows.content[1:].copy()
    planned[trip.is_out] = np.minimum.accumulate(planned[trip.is_out], axis=0)
    return np.where(trip.layers.has, columns.planned_content, planned)


def _columns(system: System, trip: Trip, asked: PlantLoad) -> PlantColumns:
    scenario, profiles = system.scenario, trip.profiles
    effluent = effluent_source(system, profiles, (), trip.arrival)
    columns = plant_columns(scenario, profiles, asked, effluent, ((), trip.arrival))
    planned = np.stack([trip.planned[name] for name in asked.circuits], axis=1)
    columns = columns._replace(planned_content=planned)
    if trip.source == effluent.id:
        stays = np.where(trip.is_out, 0.0, 1.0)
        names = ("unit_heat", "unit_cold", "unit_reuse", "evaporator_limit", "rejection_limit")
        return columns._replace(**{name: stays * getattr(columns, name) for name in names})
    capacity = columns.waste_capacity.copy()
    capacity[trip.is_out, waste_sources(scenario).index(trip.source)] = 0.0
    return _with_start_up(columns._replace(waste_capacity=capacity), trip, asked, system)


def _with_start_up(
    columns: PlantColumns, trip: Trip, asked: PlantLoad, system: System
) -> PlantColumns:
    """Return columns in which machines that stood need their time."""
    pool = next(iter(system.scenario.heat_pumps.values()), None)
    if pool is None:
        return columns
    times = start_up_parameters()
    start, ramp = times["heat_pump_start_time"], times["heat_pump_ramp_time"]
    begin = np.maximum(trip.since, 0.0)
    end = np.maximum(trip.since + trip.profiles.duration, 0.0)
    running = min(sum(trip.units.values()) / pool.units, 1.0)
    started = running + (1.0 - running) * share_started(begin, end, start, ramp)
    share = np.where(trip.is_out, started, 1.0)
    waits = trip.is_out & (end <= start)
    serves = np.array([trip.units.get(name, 0) > 0 for name in asked.circuits])
    cop = np.where(waits[:, None] & ~serves, 0.0, columns.cop)
    return columns._replace(
        unit_heat=share * columns.unit_heat,
        unit_cold=share * columns.unit_cold,
        unit_reuse=share * columns.unit_reuse,
        cop=cop,
    )


def _short(columns: PlantColumns, asked: PlantLoad, flows: PlantFlows) -> FloatArray:
    """Return heat less cold that the plant has not, shape (steps, circuits). [W]"""
    missing = np.maximum(columns.cold - flows.cold, 0.0)
    share = np.divide(missing, columns.cold, out=np.zeros_like(missing), where=columns.cold > 0.0)
    return np.asarray(flows.unserved - share[:, None] * np.maximum(-asked.load, 0.0))


def _residual(trip: Trip, flows: PlantFlows, given: FloatArray, made: FloatArray) -> FloatArray:
    duration, change = trip.profiles.duration, np.diff(flows.content, axis=0).sum(axis=1)
    gained = np.divide(change, duration, out=np.zeros_like(change), where=duration > 0.0)
    terms = (made, -np.maximum(given, 0.0).sum(axis=1), -flows.loss.sum(axis=1), -gained)
    scale = np.maximum(sum(np.abs(term) for term in terms), LEAST_BALANCE)
    return np.asarray(np.abs(sum(terms)) / scale)


def units_at(plant: PlantYear, row: int) -> dict[str, int]:
    """Return the heat pumps at work for each circuit in an hour; cooling as ``cold``.

    Parameters
    ----------
    plant : PlantYear
        Solved.
    row : int
        Which hour.
    """
    return {name: int(units[row]) for name, units in plant.units.items()}
