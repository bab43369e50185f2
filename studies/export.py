"""A scenario at one instant for other programs: cells that vary take the instant's value."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..networks.boundary import Boundary
from ..networks.columns import BoolArray, Circuit, FloatArray
from ..networks.exchange.export import to_pandapipes
from ..networks.exchange.library import require_pandapipes
from ..networks.exchange.state import CircuitState, Flows, state_at
from ..networks.system import System
from ..networks.tables import TABLES
from ..profiles.boundary import circuit_boundary
from ..profiles.build import build_profiles, select_hours
from ..profiles.mode import COLD
from ..profiles.one_line import gates
from ..profiles.reader import Reader
from ..profiles.year import Profiles
from ..solvers.circuit_year import CircuitYear
from ..solvers.distribution import solved_boundary
from ..solvers.plant_year import Case
from ..solvers.roles import distribution_circuits
from ..solvers.simulate import simulate
from ..solvers.window import find_rows

HOUR = 0
"""Row of the one hour that is exported."""

RETURNS = tuple(
    f"{prefix}{name}"
    for prefix in ("", "cooling_")
    for name in ("return_temperature", "temperature_difference")
)
"""Columns of consumers that say what water they leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A system at one instant.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The system's tables; loads, and cells that vary, have the value of the instant.
    states : mapping of str to CircuitState
        Loads, temperatures and pressures of each circuit.
    instant : str
        ISO time in CET, or seconds.
    cold : tuple of str
        Circuits whose mode is cold.
    """

    tables: Mapping[str, pd.DataFrame]
    states: Mapping[str, CircuitState]
    instant: str
    cold: tuple[str, ...]


def export_pandapipes(system: System, at: str | None = None) -> tuple[Any, str]:
    """Return a system at one instant as a network of pandapipes.

    Parameters
    ----------
    system : System
        Checked whole.
    at : str, optional
        ISO time in CET, or seconds where the clock is ``time_s``; default: the step in which
        consumers ask for most heat and cold.

    Returns
    -------
    pandapipesNet
        See `to_pandapipes`. Producers keep the head and flow that the instant, solved by us,
        has.
    str
        The instant: ISO time in CET, or seconds.

    Raises
    ------
    InvalidInputError
        If pandapipes is missing, or the instant lies outside the run.
    """
    require_pandapipes()
    taken = snapshot(system, at)
    network = to_pandapipes(
        taken.tables, system.circuits, taken.states, system.scenario, cold=taken.cold
    )
    return network, taken.instant


def snapshot(system: System, at: str | None = None) -> Snapshot:
    """Return a system at one instant, solved; see `export_pandapipes`."""
    whole = build_profiles(system)
    rows = (
        _busiest_rows(system, whole)
        if at is None
        else find_rows(whole, None, at, command="export")
    )
    profiles = select_hours(whole, *rows)
    solved = simulate(system, hours=rows).cases["base"]
    reader = Reader(system=system, profiles=profiles)
    tables = _without_variation(reader)
    states = {}
    for name, year in solved.circuits.items():
        boundary = _boundary(system, profiles, solved, name)
        states[name] = _state(year, boundary)
        _set_loads(tables, year, boundary, states[name])
        _set_valves(tables, reader, year.circuit)
    tables["consumers"] = tables["consumers"].assign(substation="")
    tables.pop("substations", None)  # their returns of the instant stand in the consumers' cells
    times = profiles.times
    seconds = f"{profiles.instants[HOUR]:g} s"
    return Snapshot(
        tables=tables,
        states=states,
        instant=seconds if times is None else f"{times[HOUR]:%Y-%m-%dT%H:%M}",
        cold=_cold_circuits(system, profiles, states),
    )


def _cold_circuits(
    system: System, profiles: Profiles, states: Mapping[str, CircuitState]
) -> tuple[str, ...]:
    """Return the circuits whose mode is cold; none through which heat passes all the same."""
    if profiles.mode[HOUR] != COLD:
        return ()
    named = (name for name in system.scenario.mode.circuits if name in states)
    return tuple(name for name in named if not (states[name].heat > 0.0).any())


def _boundary(system: System, profiles: Profiles, solved: Case, name: str) -> Boundary:
    """Return what drives a circuit; the plant's draw of source circuits is as it was solved."""
    if name in distribution_circuits(system):
        return solved_boundary(system, profiles, name, solved.exchangers)
    year = solved.circuits[name]
    drawn = year.consumer_heat + year.consumer_unserved_heat
    returned = year.consumer_return_temperature
    return replace(
        circuit_boundary(system, profiles, name, drawn),
        return_temperature=returned,
        temperature_difference=np.full_like(returned, np.nan),
    )


def _busiest_rows(system: System, profiles: Profiles) -> tuple[int, int]:
    """Return the step in which consumers ask for most heat and cold, and the one after."""
    asked = np.zeros(len(profiles.duration))
    for name in distribution_circuits(system):
        asked += np.abs(circuit_boundary(system, profiles, name).heat).sum(axis=1)
    row = int(np.argmax(asked))
    return row, row + 1


def _without_variation(reader: Reader) -> dict[str, pd.DataFrame]:
    """Return the tables of a system with numbers in the cells that vary."""
    tables = {}
    for name, frame in reader.system.tables.items():
        varying = [
            column
            for column in TABLES[name].columns
            if column.varies and column.kind == "number"
            if column.name in frame and frame[column.name].dtype == object
        ]
        ids = tuple(frame["id"]) if "id" in frame else ()
        numbers = {c.name: reader.cells(name, c.name, ids, c.unit)[HOUR].copy() for c in varying}
        tables[name] = frame.assign(**numbers)
    return tables


def _state(year: CircuitYear, boundary: Boundary) -> CircuitState:
    """Return the state of a circuit with the head and the flows that were solved."""
    head = 0.0 if year.circuit.is_one_line else float(year.pressure_difference[HOUR, 0])
    flows = Flows(year.consumer_mass_flow[HOUR], year.producer_mass_flow[HOUR])
    returned, apart = boundary.return_temperature, boundary.temperature_difference
    if boundary.far_side is not None:  # substations decide: as they were solved
        decided = np.isnan(returned) & np.isnan(apart)
        returned = np.where(decided, year.consumer_return_temperature, returned)
        served = np.where(
            decided & year.circuit.consumers.is_connected, year.consumer_heat, boundary.heat
        )
        boundary = replace(boundary, heat=served, return_temperature=returned)
    return state_at(year.circuit, boundary, HOUR, pressure_difference=head, solved=flows)


def _set_loads(
    tables: dict[str, pd.DataFrame], year: CircuitYear, boundary: Boundary, state: CircuitState
) -> None:
    """Put the loads and temperatures of a circuit into its cells."""
    circuit = year.circuit
    flow = np.full(len(circuit.consumer_ids), np.nan)
    if boundary.flow is not None:
        flow = boundary.flow[HOUR]
    cells = {"heat": np.where(np.isnan(flow), state.heat, np.nan), "flow": flow}
    asks = circuit.consumers.is_connected & ~state.outlet
    for name, values in cells.items():  # others keep what the tables say
        said = _cells(tables, "consumers", circuit.consumer_ids, name)
        cells[name] = np.where(asks, values, said)
    if not circuit.is_one_line:
        cells |= _new_returns(tables, state, year)
    _put(tables, "consumers", circuit.consumer_ids, cells)
    warm, chilled = (
        _cells(tables, "producers", circuit.producer_ids, f"{kind}supply_temperature")
        for kind in ("", "cooling_")
    )
    supply = np.where(state.supply_temperature == chilled, warm, state.supply_temperature)
    _put(tables, "producers", circuit.producer_ids, {"supply_temperature": supply})


def _set_valves(tables: dict[str, pd.DataFrame], reader: Reader, circuit: Circuit) -> None:
    """Put the positions of the valves of a circuit into their cells."""
    gate = gates(reader, circuit)
    if gate is not None:
        _put(tables, "valves", circuit.valves.ids, {"is_open": gate[HOUR] > 0.0})


def _new_returns(
    tables: Mapping[str, pd.DataFrame], state: CircuitState, year: CircuitYear
) -> dict[str, FloatArray]:
    """Return the cells of consumers whose return is not what the tables say, as at the plant."""
    ids = year.circuit.consumer_ids
    given = {name: _cells(tables, "consumers", ids, name) for name in RETURNS}
    is_said = np.zeros(len(ids), dtype=np.bool_)
    for prefix in ("", "cooling_"):
        is_said |= state.return_temperature == given[f"{prefix}return_temperature"]
        difference = given[f"{prefix}temperature_difference"]
        is_said |= np.abs(state.temperature_difference) == difference
    told = {"return_temperature": state.return_temperature}
    return {
        name: np.where(is_said, cells, told.get(name, np.nan)) for name, cells in given.items()
    }


def _cells(
    tables: Mapping[str, pd.DataFrame], table: str, ids: tuple[str, ...], column: str
) -> FloatArray:
    """Return numbers of a column for rows, in their order."""
    frame = tables[table].set_index("id")
    return frame.loc[list(ids), column].to_numpy(dtype=np.float64)


def _put(
    tables: dict[str, pd.DataFrame],
    table: str,
    ids: tuple[str, ...],
    columns: Mapping[str, FloatArray | BoolArray],
) -> None:
    """Put values into the cells of rows."""
    frame = tables[table].set_index("id", drop=False)
    for column, values in columns.items():
        frame.loc[list(ids), column] = values
    tables[table] = frame.reset_index(drop=True)
