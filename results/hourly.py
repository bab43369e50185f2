"""Series of the whole system, hour by hour: the columns of ``hourly.parquet``."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from ..networks.columns import FloatArray, IntArray
from ..solvers.circuit_year import CircuitYear
from ..solvers.exchanger_year import ExchangerYear
from ..solvers.plant_year import Case, PlantYear
from ..solvers.simulation import Simulation
from .electricity import network_electricity
from .energy import cold_energy, heat_energy, sums_of
from .fields import has_start, is_dynamic

NANO = 1e9
"""Nanoseconds in a second."""

KW, BAR, MWH = 1e3, 1e5, 3.6e9
"""Watts in a kW, pascals in a bar, joules in a MWh."""

Column = tuple[str, FloatArray | IntArray]


def hourly_columns(simulation: Simulation) -> dict[str, FloatArray | IntArray]:
    """Return the series of the system by name, the unit at the end of each name.

    Parameters
    ----------
    simulation : Simulation
        What was solved.

    Returns
    -------
    dict of str to array, shape (hours,)
        Weather, mode, reference, then each circuit of the base case (``circuit_...``) and each
        exchanger between circuits (``exchanger_...``), then
        for each case (``base_...``) electricity, heat, cold and the plant. Cold is negative.
    """
    columns = dict(_outside(simulation))
    for name, year in simulation.cases["base"].circuits.items():
        columns.update(_circuit(name, year))
    for name, passed in simulation.cases["base"].exchangers.items():
        columns.update(_exchanger(name, passed))
    for case in simulation.cases.values():
        columns.update(_electricity(case))
        columns.update(_energy(simulation, case))
        if case.plant is not None:
            columns.update(_plant(case.name, case.plant))
    return columns


def _outside(simulation: Simulation) -> Iterator[Column]:
    profiles = simulation.profiles
    yield "duration_s", profiles.duration
    if profiles.weather is not None:
        yield "outdoor_temperature_c", profiles.weather.outdoor_temperature
    yield "mode", profiles.mode
    if profiles.demand is not None:
        yield "demand_space_heat_kw", profiles.demand.space_heat.sum(axis=1) / KW
        yield "demand_tap_water_kw", profiles.demand.tap_water.sum(axis=1) / KW
        yield "demand_cold_kw", profiles.demand.cold.sum(axis=1) / KW
    for strategy, year in simulation.reference.items():
        yield f"reference_{strategy}_kw", year.electricity / KW


def _circuit(name: str, year: CircuitYear) -> Iterator[Column]:
    first = 0
    yield f"{name}_produced_kw", year.producer_heat.sum(axis=1) / KW
    yield f"{name}_delivered_kw", sums_of(year).delivered / KW
    yield f"{name}_unserved_kw", sums_of(year).unserved / KW
    if year.carried_heat is not None:
        yield f"{name}_carried_kw", year.carried_heat / KW
    yield f"{name}_loss_kw", year.heat_loss / KW
    yield f"{name}_friction_kw", year.hydraulic_power / KW
    if year.exchange_from:
        yield f"{name}_exchange_kw", year.exchange / KW
    if year.stored_heat is not None:
        yield stored_column(name), year.stored_heat[1:] / MWH
    yield f"{name}_standing_loss_kw", year.standing_loss / KW
    yield f"{name}_pump_kw", year.pump_electricity.sum(axis=1) / KW
    if year.circuit.producer_ids:
        yield f"{name}_flow_kg_s", year.producer_mass_flow.sum(axis=1)
        yield f"{name}_supply_temperature_c", year.producer_supply_temperature[:, first]
        yield f"{name}_return_temperature_c", year.producer_return_temperature[:, first]
        yield f"{name}_pressure_difference_bar", year.pressure_difference[:, first] / BAR
    if year.booster_electricity is not None:
        yield f"{name}_boosters_kw", year.booster_electricity / KW
    yield from _producers(name, year)


def stored_column(circuit: str) -> str:
    """Return the name of what water, walls and rings of soil hold at the end of each step."""
    return f"{circuit}_stored_mwh"


def _producers(name: str, year: CircuitYear) -> Iterator[Column]:
    """Yield what each of several producers gives: heat, and flow from return to supply."""
    ids = year.circuit.producer_ids
    for column, producer in enumerate(ids if len(ids) > 1 else ()):
        yield f"{name}_producer_{producer}_kw", year.producer_heat[:, column] / KW
        yield f"{name}_producer_{producer}_flow_kg_s", year.producer_mass_flow[:, column]


def _exchanger(name: str, year: ExchangerYear) -> Iterator[Column]:
    yield f"exchanger_{name}_kw", year.heat / KW
    yield f"exchanger_{name}_missing_kw", year.missing / KW
    yield f"exchanger_{name}_primary_supply_temperature_c", year.primary_supply
    yield f"exchanger_{name}_supply_temperature_c", year.drive.supply
    yield f"exchanger_{name}_asked_supply_temperature_c", year.asked_supply


def _electricity(case: Case) -> Iterator[Column]:
    parts = network_electricity(case)
    yield f"{case.name}_electricity_kw", parts.total / KW
    yield f"{case.name}_electricity_heat_pumps_kw", parts.heat_pumps / KW
    yield f"{case.name}_electricity_pumps_kw", parts.pumps / KW
    yield f"{case.name}_electricity_auxiliary_kw", parts.auxiliary / KW


def _energy(simulation: Simulation, case: Case) -> Iterator[Column]:
    heat, cold = heat_energy(simulation.system, case), cold_energy(simulation.system, case)
    yield f"{case.name}_heat_produced_kw", heat.produced / KW
    yield f"{case.name}_heat_before_buffers_kw", heat.before_buffers / KW
    yield f"{case.name}_heat_delivered_kw", heat.delivered / KW
    yield f"{case.name}_heat_unserved_kw", heat.unserved / KW
    yield f"{case.name}_cold_produced_kw", cold.produced / KW
    yield f"{case.name}_cold_delivered_kw", cold.delivered / KW
    yield f"{case.name}_cold_unserved_kw", cold.unserved / KW


def _plant(case: str, plant: PlantYear) -> Iterator[Column]:
    for source, heat in plant.source_heat.items():
        yield f"{case}_source_{source}_kw", heat / KW
    for source, flow in plant.source_mass_flow.items():
        yield f"{case}_source_{source}_flow_kg_s", flow
        yield (
            f"{case}_source_{source}_outlet_temperature_c",
            plant.source_outlet_temperature[source],
        )
    for (source, circuit), heat in plant.direct_heat.items():
        yield f"{case}_direct_{source}_{circuit}_kw", heat / KW
    for circuit, heat in plant.heat_pump_heat.items():
        yield f"{case}_heat_pump_{circuit}_kw", heat / KW
    for circuit, power in plant.heat_pump_electricity.items():
        yield f"{case}_heat_pump_{circuit}_electricity_kw", power / KW
    for duty, cop in plant.cop.items():
        yield f"{case}_cop_{duty}", cop
    for duty, units in plant.units.items():
        yield f"{case}_units_{duty}", units
    yield from _cooling(case, plant)
    for buffer, energy in plant.buffer_energy.items():
        yield f"{case}_buffer_{buffer}_mwh", energy / MWH
        yield f"{case}_buffer_{buffer}_loss_kw", plant.buffer_loss[buffer] / KW
    for buffer, layers in plant.buffer_layers.items():
        yield f"{case}_buffer_{buffer}_top_temperature_c", layers[:, -1]
        yield f"{case}_buffer_{buffer}_bottom_temperature_c", layers[:, 0]
        yield f"{case}_buffer_{buffer}_middle_temperature_c", layers[:, layers.shape[1] // 2]
    for circuit, missing in plant.unserved.items():
        yield f"{case}_plant_unserved_{circuit}_kw", missing / KW


def _cooling(case: str, plant: PlantYear) -> Iterator[Column]:
    yield f"{case}_free_cold_kw", plant.free_cold / KW
    yield f"{case}_chiller_cold_kw", plant.chiller_cold / KW
    yield f"{case}_chiller_electricity_kw", plant.chiller_electricity / KW
    yield f"{case}_rejected_heat_kw", plant.rejected_heat / KW
    yield f"{case}_reused_heat_kw", plant.reused_heat / KW


def clock_column(simulation: Simulation) -> tuple[str, npt.NDArray[Any]]:
    """Return the first column of every series file: ``time`` (start of the step) or ``time_s``.

    On ``time_s`` a state stands at its row's own instant: with ``step`` it holds until there.
    """
    profiles = simulation.profiles
    if profiles.times is None:
        return "time_s", profiles.instants
    return "time", profiles.times.to_numpy().astype("datetime64[m]")


def field_clock(simulation: Simulation, case: Case) -> tuple[str, npt.NDArray[Any]]:
    """Return the first column of the variables of pipes, junctions, consumers and producers.

    In a dynamic run the start, then the end of each step; else as `clock_column`.
    """
    profiles, (name, column) = simulation.profiles, clock_column(simulation)
    if not is_dynamic(case):
        return name, column
    ends = profiles.seconds + profiles.duration
    if profiles.times is None:
        first = profiles.seconds[:1] if has_start(case) else profiles.seconds[:0]
        return name, np.concatenate([first, ends])
    since = np.round(np.concatenate([[0.0], ends - profiles.seconds[0]]) * NANO)
    start = profiles.times[:1].to_numpy().astype("datetime64[ns]")
    return name, (start + since.astype("timedelta64[ns]")).astype("datetime64[s]")
