"""The memo's figures beside ours, each with what drives the difference in this very run."""

from collections.abc import Callable, Mapping

import numpy as np

from ..model.figures import read_figures
from ..model.water import density, heat_capacity
from ..results.comparison import Target, Variant
from ..results.energy import heat_energy, own_heat
from ..results.instants import instant_name
from ..solvers.roles import distribution_circuits
from ..solvers.simulation import Simulation
from .average_year import average_year_reference

KW, MW, GWH, KWH = 1e3, 1e6, 3.6e12, 3.6e6
"""Watts in a kW and a MW, joules in a GWh and a kWh."""

LEAST_TOLD = 0.0005
"""Unserved heat that is worth telling. [GWh]"""

Freed = Mapping[str, float | None]
Found = tuple[float | None, str]


def find_targets(
    simulation: Simulation, network: Mapping[str, Variant], freed: Freed
) -> tuple[Target, ...]:
    """Return the targets of a scenario with this run's values.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    network : mapping of str to Variant
        Electricity of the network by case.
    freed : mapping of str to float or None
        Freed dwellings by definition.

    Returns
    -------
    tuple of Target
        Empty for a scenario that has none.
    """
    finders: dict[str, Callable[[], Found]] = {
        "T2": lambda: _reference_electricity(simulation),
        "T3": lambda: _need(simulation),
        "T4": lambda: _annual_heat(simulation),
        "T5": lambda: _effluent_capacity(simulation),
        "T6": lambda: _freed(simulation, network, freed),
    }
    rows = [
        row
        for row in read_figures("targets")
        if row["scenario"] == simulation.system.scenario.name
    ]
    return tuple(_target(row, *finders[row["id"]]()) for row in rows)


def _target(row: Mapping[str, str], value: float | None, driver: str) -> Target:
    return Target(
        id=row["id"],
        name=row["name"],
        unit=row["unit"],
        memo=float(row["memo"]),
        low=float(row["low"]),
        high=float(row["high"]),
        kind=row["kind"],
        mark=row["mark"],
        source=row["source"],
        value=value,
        driver=driver,
    )


def _reference_electricity(simulation: Simulation) -> Found:
    found = average_year_reference(simulation)
    demand = simulation.profiles.demand
    if found is None or demand is None:
        return None, "no individual heat pumps in this run"
    count = len(demand.dwellings)
    strategy = simulation.system.scenario.reference.tap_water
    year = simulation.reference[strategy]
    here = float(year.electricity @ simulation.profiles.duration)
    each = {
        name: float(getattr(year, name) @ simulation.profiles.duration) / KWH / count
        for name in ("space_heat", "tap_water", "cooling", "backup", "auxiliary")
    }
    parts = ", ".join(f"{name.replace('_', ' ')} {value:,.0f}" for name, value in each.items())
    return found / KWH / count, (
        f"this run's weather gives {here / KWH / count:,.0f} kWh: {parts}; the memo's bill names "
        "no parts, and no cooling or tank losses"
    )


def _need(simulation: Simulation) -> Found:
    case = simulation.cases["base"]
    energy = heat_energy(simulation.system, case)
    row = int(np.argmax(energy.produced))
    parts = [
        f"{name.replace('_', ' ')} {own_heat(simulation.system, case, name)[row] / MW:.2f}"
        for name in distribution_circuits(simulation.system)
    ]
    held = (energy.before_buffers[row] - energy.produced[row]) / MW
    weather = simulation.profiles.weather
    air = "" if weather is None else f" at {weather.outdoor_temperature[row]:.1f} °C"
    air = air.replace("-", "−")
    return float(energy.produced[row]) / MW, (
        f"{instant_name(simulation.profiles, row)}{air}: {', '.join(parts)}, lost by pipes and "
        f"tanks {energy.lost[row] / MW:.2f}, from buffers {held:.2f} MW; hand calculation: space "
        "2.01, tap water 0.25 behind buffers, losses 0.20 MW"
    )


def _annual_heat(simulation: Simulation) -> Found:
    demand = simulation.profiles.demand
    energy = heat_energy(simulation.system, simulation.cases["base"])
    delivered = float(energy.delivered @ simulation.profiles.duration) / GWH
    if demand is None:
        return delivered, "heat as given in the series"
    riser = float(demand.riser_loss.sum() * simulation.profiles.duration.sum()) / GWH
    unserved = float(energy.unserved @ simulation.profiles.duration) / GWH
    outside = simulation.out_of_mode_heat / GWH
    asked = float(demand.dwellings[["space_heat_kwh", "tap_water_kwh"]].to_numpy().sum()) / 1e6
    missing = f" and unserved heat {unserved:.3f}" if unserved > LEAST_TOLD else ""
    return delivered, (
        f"the dwellings ask for {asked:.2f} GWh in this weather; riser losses add {riser:.2f}, "
        f"demand outside the heating mode takes {outside:.2f}{missing} GWh"
    )


def _effluent_capacity(simulation: Simulation) -> Found:
    effluents = [s for s in simulation.system.scenario.sources.values() if s.kind == "effluent"]
    if not effluents or effluents[0].flow is None:
        return None, "the scenario names no flow of effluent"
    source = effluents[0]
    temperature = np.array([11.0])
    per_volume = float((density(temperature) * heat_capacity(temperature))[0])
    flow, difference = float(source.flow or 0.0), source.temperature_difference
    memo_flow = 7.4 * MW / (per_volume * difference) * 3600.0
    return flow * per_volume * difference / MW, (
        f"mean flow {flow * 3600.0:,.0f} m³/h (assumed) cooled by {difference:g} K; 7.4 MW would "
        f"be {memo_flow:,.0f} m³/h"
    )


def _freed(simulation: Simulation, network: Mapping[str, Variant], freed: Freed) -> Found:
    strategy = simulation.system.scenario.reference.tap_water
    demand = simulation.profiles.demand
    if strategy not in simulation.reference or "backup" not in network or demand is None:
        return None, "needs dwellings and a case 'backup'"
    individual = float(simulation.reference[strategy].electricity.max())
    count, ours = len(demand.dwellings), network["backup"].peak
    unserved = heat_energy(simulation.system, simulation.cases["backup"]).unserved
    missing = float(unserved.max()) / KW
    short = f"; flattered by {missing:,.0f} kW of unserved heat at worst" if missing > 1 else ""
    each = individual / count
    return freed["heat_pumps_backup"], (
        f"network {ours / KW:,.0f} kW against {each / KW:.2f} kW per dwelling: "
        f"{ours / each:,.0f} heat pumps, where the memo's 665 needs "
        f"{count - 665:,.0f}; hand calculation: 690 kW against "
        f"1.12 kW at −10 °C, tap water charged together{short}"
    )
