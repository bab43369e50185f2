"""A source that trips: temperatures at the buildings until others have taken over."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..model.errors import Fault, InvalidInputError
from ..model.water import WaterTable, enthalpy, heat_capacity, water_table
from ..networks.boundary import Boundary
from ..networks.columns import FloatArray, IntArray
from ..networks.system import System
from ..profiles.build import build_profiles
from ..results.instants import instant_name
from ..solvers.arrival import arrival_temperatures
from ..solvers.circuit_year import CircuitYear
from ..solvers.exchanger_year import ExchangerYear
from ..solvers.plant_columns import plant_load
from ..solvers.plant_pool import planned_content
from ..solvers.plant_year import PlantYear
from ..solvers.simulate import simulate
from ..solvers.simulation import Simulation
from .buildings import buildings_of
from .fine_steps import check_step
from .outage_circuits import CircuitMover
from .outage_plant import PlantCourse, Trip, run_trip, units_at
from .outage_steps import HOUR, OutageSteps, outage_steps, trip_instant
from .outage_tanks import layers_before

STEP, HOURS = 120.0, 6.0
"""Of a fine step [s], and how long the source is out [h], unless another is asked for."""

ENOUGH = 0.05
"""Change of any supply temperature that ends the passes. [K]"""

PASSES = 25

LEAST_FLOW = 1e-6
"""Less counts as none. [kg/s]"""

NEWTON_STEPS = 4
"""The heat capacity of water changes by 0.4 %: three are exact to rounding."""

Years = Mapping[str, CircuitYear]
Boundaries = Mapping[str, Boundary]
ByCircuit = Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One circuit around the outage.

    Parameters
    ----------
    year : CircuitYear
        With the outage, all steps; values at the ends of the steps in ``instant``.
    calm : CircuitYear
        The same steps without it.
    boundary : Boundary
        What is asked for, and the supply temperature that is set.
    supply : array of float, shape (steps,)
        Supply temperature at the plant, or behind the exchanger. [°C]
    buildings : array of int
        Rows of the consumers that stand for no exchanger.
    passed : ExchangerYear or None
        What came by the exchanger that feeds the circuit; None: the plant does.
    """

    year: CircuitYear
    calm: CircuitYear
    boundary: Boundary
    supply: FloatArray
    buildings: IntArray
    passed: ExchangerYear | None = None

    @property
    def setpoint(self) -> FloatArray:
        """Supply temperature that is set, shape (steps,). [°C]"""
        if self.passed is not None:
            return self.passed.asked_supply
        return np.asarray(self.boundary.supply_temperature[:, 0])

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the buildings."""
        return tuple(self.year.circuit.consumer_ids[row] for row in self.buildings)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageStudy:
    """What `find_outage` returns; all steps, also those before the fine ones.

    Parameters
    ----------
    system : System
        What was asked.
    source : str
        That trips.
    time : str
        When: ISO time in CET, or seconds.
    weather : str or None
        Its name.
    outdoor : float or None
        In the step of the trip. [°C]
    steps : OutageSteps
        Of plant and circuits.
    plant : PlantCourse
        With the outage.
    circuits : mapping of str to Course
        Those that the plant feeds, then those behind exchangers.
    units : mapping of str to int
        Heat pumps at work when the source tripped, by circuit.
    lost : float
        Heat that the source gives in the step of the trip, without the outage. [W]
    passes : int
        Of plant and circuits.
    rest : float
        Largest change of a supply temperature in the last pass. [K]
    """

    system: System
    source: str
    time: str
    weather: str | None
    outdoor: float | None
    steps: OutageSteps
    plant: PlantCourse
    circuits: Mapping[str, Course]
    units: Mapping[str, int]
    lost: float
    passes: int
    rest: float


def find_outage(
    system: System,
    *,
    source: str | None = None,
    at: str | None = None,
    hours: float = HOURS,
    step: float = STEP,
    progress: Callable[[str], None] = lambda _: None,
) -> OutageStudy:
    """Let a source trip, and follow plant and circuits by minutes.

    Parameters
    ----------
    system : System
        With a plant.
    source : str, optional
        Which; default: the first in the plant's merit order.
    at : str, optional
        ISO time in CET; default: 7:00 on the day with the lowest mean outdoor temperature.
    hours : float, optional
        The source stays out so long; the study ends with it. [h]
    step : float, optional
        Length of the fine steps. Steps of at most a minute see the film between water and wall,
        which takes twenty times as long. [s]
    progress : callable, optional
        Called with what begins.

    Returns
    -------
    OutageStudy
        Every balance closes.

    Raises
    ------
    InvalidInputError
        If there is no plant, no such source, the step is too long, or the time lies outside the
        run or too near its begin or end.

    Notes
    -----
    Two days before the trip are solved as in a run: they tell what tanks hold, which heat pumps
    run, and how warm the sources are. Then circuits and plant take turns: circuits move their
    water with a supply temperature by steps and say what heat would bring it to where it is set;
    the plant says what it has (`run_trip`); what that makes of the return water is the supply of
    the next pass. A change takes minutes to a building and back, so that a few passes rest.
    """
    check_step("outage", step)
    chosen = _source(system, source)
    progress("profiles")
    profiles = build_profiles(system)
    steps = outage_steps(profiles, trip_instant(profiles, at), hours * HOUR, step)
    progress("the days before")
    calm = simulate(system, hours=steps.window)
    trip = _trip(system, chosen, steps, calm)
    mover = CircuitMover(system, plant_load(system, calm.cases["base"].circuits).circuits)
    boundaries = mover.boundaries(steps, calm.profiles, calm.cases["base"])
    progress("without the outage")
    quiet, passed = mover.move(boundaries)
    years, supply, rest, passes = quiet, _setpoints(mover.fed, boundaries), np.inf, 0
    while rest > ENOUGH and passes < PASSES:
        passes += 1
        progress(f"pass {passes} of plant and circuits")
        at_plant = {name: years[name] for name in mover.fed}
        wanted = {n: _wanted(system, year, boundaries[n]) for n, year in at_plant.items()}
        plant = run_trip(system, trip, _at_setpoint(at_plant, boundaries), wanted)
        found = {name: _supply(system, plant, name, years, boundaries) for name in mover.fed}
        rest = max(float(np.abs(found[name] - supply[name]).max()) for name in found)
        supply = found
        years, passed = mover.move({**boundaries, **_with_supply(boundaries, supply)})
    row = int(steps.rows[np.argmax(trip.is_out)])
    weather = calm.profiles.weather
    return OutageStudy(
        system=system,
        source=chosen,
        time=at or instant_name(calm.profiles, row),
        weather=None if weather is None else weather.name,
        outdoor=None if weather is None else float(weather.outdoor_temperature[row]),
        steps=steps,
        plant=plant,
        circuits=_courses(system, (quiet, years), boundaries, (supply, passed)),
        units=trip.units,
        lost=float(_plant(calm).source_heat[chosen][row]),
        passes=passes,
        rest=rest,
    )


def _source(system: System, source: str | None) -> str:
    """Return the source that trips, or refuse."""
    plant, names = system.scenario.plant, tuple(system.scenario.sources)
    if plant is None or not names:
        rule = "a plant and its sources, without which none can trip"
        raise InvalidInputError(Fault("scenario.toml", "[plant]", "(none)", rule))
    order = [name for name in plant.priorities if name in names]
    if source is None:
        return order[0] if order else names[0]
    if source not in names:
        raise InvalidInputError(Fault("outage", "--source", source, f"one of {', '.join(names)}"))
    return source


def _plant(calm: Simulation) -> PlantYear:
    plant = calm.cases["base"].plant
    assert plant is not None, "a scenario with [plant] has one"
    return plant


def _trip(system: System, source: str, steps: OutageSteps, calm: Simulation) -> Trip:
    """Return what the hours around the trip, solved without it, tell the plant."""
    window, circuits = calm.profiles, calm.cases["base"].circuits
    since = np.round(steps.since, 6)
    row = int(steps.rows[np.argmax(since >= 0.0)])
    arrival = arrival_temperatures(system, window, circuits)
    asked = plant_load(system, circuits)
    planned = planned_content(system.scenario, asked, window.duration)
    ends = np.concatenate([[0.0], np.cumsum(window.duration)])
    from_start = np.minimum(steps.ends, 0.0) - steps.since[0]
    held = np.concatenate([np.zeros((1, planned.shape[1])), planned])
    return Trip(
        source=source,
        profiles=steps.profiles(window),
        since=since,
        arrival={name: column[steps.rows] for name, column in arrival.items()},
        planned={
            name: np.interp(from_start, ends, held[:, column])
            for column, name in enumerate(asked.circuits)
        },
        layers=layers_before(
            system.scenario, asked, (_plant(calm), window.duration), (steps.rows, steps.fine)
        ),
        units=units_at(_plant(calm), row),
    )


def _courses(
    system: System,
    moved: tuple[Years, Years],
    boundaries: Boundaries,
    driven: tuple[ByCircuit, Mapping[str, ExchangerYear]],
) -> dict[str, Course]:
    """Return every circuit without and with the outage, and what its supply is then."""
    (quiet, years), (supply, passed) = moved, driven
    by_zone = {each.exchanger.secondary: each for each in passed.values()}
    return {
        name: Course(
            year=year,
            calm=quiet[name],
            boundary=boundaries[name],
            supply=by_zone[name].drive.supply if name in by_zone else supply[name],
            buildings=buildings_of(system, year.circuit),
            passed=by_zone.get(name),
        )
        for name, year in years.items()
    }


def _setpoints(names: Iterable[str], boundaries: Boundaries) -> dict[str, FloatArray]:
    return {name: boundaries[name].supply_temperature[:, 0] for name in names}


def _with_supply(boundaries: Boundaries, supply: ByCircuit) -> dict[str, Boundary]:
    """Return boundaries whose producers are all as much colder as the first."""
    return {
        name: replace(
            boundaries[name],
            supply_temperature=boundaries[name].supply_temperature
            + (given - boundaries[name].supply_temperature[:, 0])[:, None],
        )
        for name, given in supply.items()
    }


def _at_setpoint(years: Years, boundaries: Boundaries) -> dict[str, CircuitYear]:
    """Return circuits whose water leaves the plant as warm as it is set."""
    return {
        name: replace(year, producer_supply_temperature=boundaries[name].supply_temperature)
        for name, year in years.items()
    }


def _wanted(system: System, year: CircuitYear, boundary: Boundary) -> FloatArray:
    """Return the load that brings a circuit's water to its setpoint. [W]"""
    rows, water = _at_plant(system, year), water_table(system.scenario.water)
    had = enthalpy(year.producer_supply_temperature[:, rows], water)
    asked = enthalpy(boundary.supply_temperature[:, rows], water)
    more = year.producer_mass_flow[:, rows] * (asked - had)
    return np.asarray((year.producer_heat[:, rows] + more).sum(axis=1))


def _at_plant(system: System, year: CircuitYear) -> list[int]:
    plant = system.scenario.plant
    assert plant is not None, "checked before"
    ids = year.circuit.producer_ids
    return [row for row, name in enumerate(ids) if name in plant.producers]


def _supply(
    system: System, plant: PlantCourse, name: str, years: Years, boundaries: Boundaries
) -> FloatArray:
    """Return the supply temperature that a circuit gets from what the plant has. [°C]"""
    year, water = years[name], water_table(system.scenario.water)
    column = plant.circuits.index(name)
    short = plant.wanted[:, column] - plant.given[:, column]
    flow = year.producer_mass_flow[:, _at_plant(system, year)].sum(axis=1)
    setpoint = boundaries[name].supply_temperature[:, 0]
    less = np.divide(short, flow, out=np.zeros_like(short), where=flow > LEAST_FLOW)
    return np.where(less == 0.0, setpoint, _colder(setpoint, less, water))


def _colder(warm: FloatArray, less: FloatArray, water: WaterTable) -> FloatArray:
    """Return the temperature of water with so much less heat, by Newton's method. [°C], [J/kg]"""
    asked, found = enthalpy(warm, water) - less, warm
    for _ in range(NEWTON_STEPS):
        found = found - (enthalpy(found, water) - asked) / heat_capacity(found, water)
    return np.asarray(found)
