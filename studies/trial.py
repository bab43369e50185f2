"""Peaks once more, under other assumptions, from a year that is solved."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..model.scenario import Scenario
from ..networks.columns import Circuit, FloatArray, IntArray
from ..networks.exchangers import feeding_circuit
from ..profiles.mode import HEAT
from ..profiles.year import Profiles
from ..results.comparison import Variant
from ..results.electricity import network_electricity
from ..solvers.arrival import arrival_temperatures
from ..solvers.circuit_year import CircuitYear
from ..solvers.individual import solve_individual
from ..solvers.plant import dispatch_power
from ..solvers.plant_year import PlantYear
from ..solvers.roles import distribution_circuits, source_circuits
from ..solvers.simulation import Simulation
from ..solvers.window import take_hours
from .comparison import by_definition
from .unserved import NOTHING
from .variation import has_whole_year, total_space_heat, whole_days, with_space_heat

TOP_HOURS = 48
"""Highest hours of the reference whose days are tried, with the day before each."""

KW = 1e3
"""Watts in a kW."""

MOST_ADDED = 12
"""Units that a pool is enlarged by at most, so that a variant serves what the base serves."""

SAME_PEAK = 1e-6
"""Relative difference up to which the days tried give the year's own peaks. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one value of one assumption leads to.

    Parameters
    ----------
    value : float or str
        Of the assumption, in the row's unit.
    network_peak, reference_peak : float
        Electric peak of the case ``backup`` (``base`` without one) and of individual heat
        pumps, each in its own hour. [W]
    freed_dwellings : float
        By ``heat_pumps_backup`` (``heat_pumps_base`` without that case).
    freed_base, freed_dwelling : float
        By ``heat_pumps_base``; by ``dwelling_backup`` (or ``dwelling_base``).
    unserved : float
        Heat and cold that the plant cannot give in its worst hour of any case: it flatters the
        network's peak. [W]
    units_added : int
        Units of the same kind that join the pool, so that it serves what it serves as it stands.
    """

    value: float | str
    network_peak: float
    reference_peak: float
    freed_dwellings: float
    freed_base: float
    freed_dwelling: float
    unserved: float = 0.0
    units_added: int = 0

    @property
    def remark(self) -> str:
        """What must be said beside its figures: a larger pool, unserved heat; else empty."""
        words = []
        if self.units_added:
            words.append(f"+{self.units_added} {'unit' if self.units_added == 1 else 'units'}")
        if self.unserved > NOTHING:
            words.append(f"{self.unserved / KW:,.0f} kW unserved")
        return ", ".join(words)


class Peaks(NamedTuple):
    """Of the network, by case.

    Parameters
    ----------
    electricity : mapping of str to float
        Highest hourly mean. [W]
    unserved : mapping of str to float
        Most heat and cold that the plant cannot give in an hour. [W]
    units_added : int
        Units in the pool beyond those of the scenario.
    """

    electricity: Mapping[str, float]
    unserved: Mapping[str, float]
    units_added: int = 0

    def serves_as_much_as(self, other: "Peaks") -> bool:
        """Return whether no case leaves more unserved than it does in ``other``."""
        return all(self.unserved[name] <= other.unserved[name] + NOTHING for name in self.unserved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What other assumptions are tried on.

    Parameters
    ----------
    simulation : Simulation
        The whole year.
    rows : array of int
        Hours in which individual heat pumps are tried.
    window : Profiles
        Of these hours.
    arrival : mapping of str to mapping of str to array, shape (hours of the year,)
        Source temperature at the plant, by case, then by source. [°C]
    pumps : mapping of str to array, shape (hours of the year,)
        Electricity of all pumps, by case. [W]
    peaks : Peaks
        Of the network as it stands.
    reference_peak : float
        Of individual heat pumps as they stand. [W]
    """

    simulation: Simulation
    rows: IntArray
    window: Profiles
    arrival: Mapping[str, Mapping[str, FloatArray]]
    pumps: Mapping[str, FloatArray]
    peaks: Peaks
    reference_peak: float

    @property
    def scenario(self) -> Scenario:
        """The scenario as it stands."""
        return self.simulation.system.scenario

    @property
    def dwellings(self) -> pd.DataFrame:
        """The dwellings as they stand."""
        assert self.simulation.profiles.demand is not None, "a trial has dwellings"
        return self.simulation.profiles.demand.dwellings

    def outcome(
        self,
        value: float | str,
        *,
        peaks: Peaks | None = None,
        reference_peak: float | None = None,
        household_peak: float | None = None,
    ) -> Outcome:
        """Return the outcome of a value; what is not given is as it stands.

        Parameters
        ----------
        value : float or str
            Of the assumption.
        peaks : Peaks, optional
            Of the network.
        reference_peak : float, optional
            Of individual heat pumps. [W]
        household_peak : float, optional
            A household's share of the evening peak. [W]
        """
        found = self.peaks if peaks is None else peaks
        individual = self.reference_peak if reference_peak is None else reference_peak
        usual = self.scenario.reference.household_peak
        freed = by_definition(
            {name: _variant(name, peak) for name, peak in found.electricity.items()},
            _variant("reference", individual),
            len(self.dwellings),
            usual if household_peak is None else household_peak,
        )
        case = "backup" if "backup" in found.electricity else "base"
        return Outcome(
            value=value,
            network_peak=found.electricity[case],
            reference_peak=individual,
            freed_dwellings=_number(freed[f"heat_pumps_{case}"]),
            freed_base=_number(freed["heat_pumps_base"]),
            freed_dwelling=_number(freed[f"dwelling_{case}"]),
            unserved=max(found.unserved.values()),
            units_added=found.units_added,
        )

    def solve_reference(
        self, scenario: Scenario | None = None, window: Profiles | None = None
    ) -> float:
        """Return the peak of individual heat pumps under another scenario or profiles. [W]"""
        asked = self.scenario if scenario is None else scenario
        hours = self.window if window is None else window
        year = solve_individual(hours, asked, asked.reference.tap_water)
        return float(year.electricity.max())

    def solve_network(
        self,
        *,
        scenario: Scenario | None = None,
        profiles: Profiles | None = None,
        source_shift: Mapping[str, float] | None = None,
        extra_load: Mapping[str, FloatArray] | None = None,
    ) -> Peaks:
        """Return the peaks of the network under other assumptions.

        Where the pool cannot serve what it serves as it stands, units of the same kind join it
        until it does, or until another brings nothing.

        Parameters
        ----------
        scenario : Scenario, optional
            Another scenario.
        profiles : Profiles, optional
            Other profiles of the same year.
        source_shift : mapping of str to float, optional
            Change of each source's temperature at the plant. [K]
        extra_load : mapping of str to array, shape (hours,), optional
            Heat that circuits take in addition; their losses and pumps stay. [W]
        """
        asked = self.scenario if scenario is None else scenario
        year = self.simulation.profiles if profiles is None else profiles
        names = distribution_circuits(self.simulation.system)
        circuits = {
            case: _with_load({name: solved.circuits[name] for name in names}, extra_load or {})
            for case, solved in self.simulation.cases.items()
        }
        found = self._dispatch(asked, year, circuits, source_shift or {})
        for added in range(1, MOST_ADDED + 1):
            if found.serves_as_much_as(self.peaks) or not asked.heat_pumps:
                break
            larger = _with_units(asked, added)
            more = self._dispatch(larger, year, circuits, source_shift or {})
            if sum(more.unserved.values()) >= sum(found.unserved.values()) - NOTHING:
                break
            found = more._replace(units_added=added)
        return found

    def _dispatch(
        self,
        scenario: Scenario,
        profiles: Profiles,
        circuits: Mapping[str, Mapping[str, CircuitYear]],
        shift: Mapping[str, float],
    ) -> Peaks:
        """Return the peaks of every case of a scenario."""
        system = replace(self.simulation.system, scenario=scenario)
        outages = {"base": (), **{name: case.out for name, case in scenario.cases.items()}}
        peaks, unserved = {}, {}
        for name, out in outages.items():
            arrival = {key: t + shift.get(key, 0.0) for key, t in self.arrival[name].items()}
            power, missing = dispatch_power(
                system, profiles, circuits[name], out=out, arrival_temperature=arrival
            )
            peaks[name] = float((power + self.pumps[name]).max())
            unserved[name] = float(missing.max(initial=0.0))
        return Peaks(peaks, unserved)

    def solve_dwellings(
        self, *, outdoor: FloatArray | None = None, dwellings: pd.DataFrame | None = None
    ) -> tuple[Peaks, float]:
        """Return the peaks of network and reference with other weather or dwellings."""
        year, scenario = self.simulation.profiles, self.scenario
        window = with_space_heat(year, scenario, self.rows, outdoor=outdoor, dwellings=dwellings)
        extra = self._extra_load(outdoor, dwellings)
        return self.solve_network(extra_load=extra), self.solve_reference(window=window)

    def _extra_load(
        self, outdoor: FloatArray | None, dwellings: pd.DataFrame | None
    ) -> dict[str, FloatArray]:
        """Return what space circuits take in addition, in hours of heat, shape (hours,). [W]"""
        year, scenario = self.simulation.profiles, self.scenario
        extra: dict[str, FloatArray] = {}
        for name, circuit in self.simulation.system.circuits.items():
            section = scenario.circuits.get(name)
            if section is None or section.service != "space":
                continue
            homes = _connected(circuit)
            feeder = feeding_circuit(self.simulation.system, name)
            change = total_space_heat(
                year, scenario, homes, outdoor=outdoor, dwellings=dwellings
            ) - total_space_heat(year, scenario, homes)
            follows = name in scenario.mode.circuits
            change = np.where(year.mode == HEAT, change, 0.0) if follows else change
            extra[feeder] = change + extra.get(feeder, 0.0)
        return extra


def make_trial(simulation: Simulation) -> Trial | None:
    """Return the trial of a simulation, None where there is nothing to compare."""
    strategy = simulation.system.scenario.reference.tap_water
    has_plant = simulation.system.scenario.plant is not None
    if not (has_plant and strategy in simulation.reference):
        return None
    if not has_whole_year(simulation.profiles):
        return None
    electricity = simulation.reference[strategy].electricity
    trial = _trial(simulation, _peak_days(electricity))
    if abs(trial.solve_reference() - trial.reference_peak) <= SAME_PEAK * trial.reference_peak:
        return trial
    return _trial(simulation, np.arange(len(electricity)))


def _trial(simulation: Simulation, rows: IntArray) -> Trial:
    system = simulation.system
    sources, cases = source_circuits(system), simulation.cases
    arrival = {}
    for name, case in cases.items():
        solved = {circuit: case.circuits[circuit] for circuit in sources}
        arrival[name] = arrival_temperatures(system, simulation.profiles, solved)
    strategy = system.scenario.reference.tap_water
    return Trial(
        simulation=simulation,
        rows=rows,
        window=take_hours(simulation.profiles, rows),
        arrival=arrival,
        pumps={name: network_electricity(c).pumps for name, c in cases.items()},
        peaks=Peaks(
            {name: float(network_electricity(c).total.max()) for name, c in cases.items()},
            {name: _unserved(case.plant) for name, case in cases.items()},
        ),
        reference_peak=float(simulation.reference[strategy].electricity.max()),
    )


def _unserved(plant: PlantYear | None) -> float:
    """Return the most heat and cold that a plant cannot give in an hour. [W]"""
    if plant is None or not plant.unserved:
        return 0.0
    return float(np.max(sum(np.abs(part) for part in plant.unserved.values())))


def _with_units(scenario: Scenario, added: int) -> Scenario:
    """Return a scenario with more units in its pool."""
    pools = {
        name: pool.model_copy(update={"units": pool.units + added})
        for name, pool in scenario.heat_pumps.items()
    }
    return scenario.model_copy(update={"heat_pumps": pools})


def _peak_days(electricity: FloatArray) -> IntArray:
    wanted = np.zeros(len(electricity), dtype=np.bool_)
    top = np.argsort(electricity)[-TOP_HOURS:]
    wanted[top] = True
    wanted[np.maximum(top - 24, 0)] = True
    return whole_days(wanted)


def _connected(circuit: Circuit) -> list[str]:
    """Return the buildings that are connected to a circuit."""
    pairs = zip(circuit.buildings, circuit.consumers.is_connected, strict=True)
    return [building for building, is_connected in pairs if is_connected]


def _with_load(
    circuits: Mapping[str, CircuitYear], extra: Mapping[str, FloatArray]
) -> dict[str, CircuitYear]:
    changed = dict(circuits)
    for name, load in extra.items():
        heat = circuits[name].producer_heat.copy()
        heat[:, 0] += load
        changed[name] = replace(circuits[name], producer_heat=heat)
    return changed


def _variant(name: str, peak: float) -> Variant:
    return Variant(name=name, electricity=np.array([peak]), duration=np.ones(1))


def _number(value: float | None) -> float:
    assert value is not None, "a trial has dwellings and both variants"
    return value
