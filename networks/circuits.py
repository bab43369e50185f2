"""Checked tables become circuits: labels and columns for the solvers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..model.catalogue import WALL_CONDUCTIVITY, WALL_HEAT, PipeType, read_catalogue
from ..model.errors import Faults
from ..model.scenario import GroundSection, Scenario
from ..model.substation import Substation
from ..model.wall import wall_resistance
from ..model.water import WaterTable, water_table
from .burial import given_by_side, given_depths, typed_coefficients
from .columns import (
    NO_CHECKS,
    NOWHERE,
    RETURN,
    SIDES,
    SUPPLY,
    BoolArray,
    Circuit,
    ConsumerTable,
    FloatArray,
    IntArray,
    PipeTable,
    Placed,
    ProducerTable,
)
from .flow_limit import flow_limit
from .substations import read_substations, substation_of, tabulate_substations
from .system import Series
from .varying import Known

Tables = Mapping[str, pd.DataFrame]

ROUGHNESS = 1e-4
"""Of a pipe without a type, where none is given. [m]"""

NO_SERIES: Mapping[str, Series] = {}

Given = tuple[Known, Mapping[str, Substation], WaterTable]
"""Series, substations by name, and water."""


def build_circuits(
    tables: Tables, scenario: Scenario, faults: Faults, series: Mapping[str, Series] = NO_SERIES
) -> dict[str, Circuit]:
    """Return the circuits of a system as columns.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Checked tables, in canonical units.
    scenario : Scenario
        For the order of circuits and the ground that typed pipes lie in.
    faults : Faults
        Receives a flow limit that cannot be told.
    series : mapping of str to Series
        For supply temperatures that vary over time.

    Returns
    -------
    dict of str to Circuit
        Circuits that the scenario names first, in its order; then in the order of the pipes.
    """
    present = list(dict.fromkeys(tables["pipes"]["circuit"]))
    order = [name for name in scenario.circuits if name in present]
    order += [name for name in present if name not in order]
    known = Known(series, np.empty(0))
    given = (known, read_substations(tables), water_table(scenario.water))
    return {name: _build(name, tables, scenario.ground, given, faults) for name in order}


def _build(
    name: str, tables: Tables, ground: GroundSection, given: Given, faults: Faults
) -> Circuit:
    pipes, consumers, producers = (
        tables[table][tables[table]["circuit"] == name]
        for table in ("pipes", "consumers", "producers")
    )
    producers = producers.sort_values(
        "role", key=lambda role: role != "pressure", kind="stable"
    )  # those that hold a pressure come first
    ends = {*pipes["from_junction"], *pipes["to_junction"]}
    junctions = tables["junctions"]
    junctions = junctions[junctions["id"].isin(ends)]
    row = {label: place for place, label in enumerate(junctions["id"])}
    types = [read_catalogue()[kind] if kind else None for kind in pipes["type"]]
    return Circuit(
        id=name,
        junctions=tuple(junctions["id"]),
        pipe_ids=tuple(pipes["id"]),
        consumer_ids=tuple(consumers["id"]),
        producer_ids=tuple(producers["id"]),
        x=_numbers(junctions, "x"),
        y=_numbers(junctions, "y"),
        elevation=_numbers(junctions, "elevation"),
        pipes=_tabulate_pipes(pipes, row, types, ground),
        consumers=_tabulate_consumers(consumers, producers, row, given, faults),
        producers=_tabulate_producers(producers, row),
        pipe_types=tuple(pipes["type"]),
        pressure_rating=np.array([kind.max_pressure if kind else np.inf for kind in types]),
        buildings=tuple(consumers["building"]),
        sides=_sides(pipes),
        valves=_placed(tables, "valves", pipes),
        boosters=_placed(tables, "boosters", pipes),
        checks=_checks(tables, pipes),
        holders=int((producers["role"] == "pressure").sum()),
        substations=tabulate_substations(consumers, *given[1:]),
        burial_depth=_depths(pipes),
        **_walls(pipes, types),
    )


def _depths(pipes: pd.DataFrame) -> FloatArray | None:
    depths = given_depths(pipes)
    return None if np.isnan(depths).all() else depths


def _walls(pipes: pd.DataFrame, types: list[PipeType | None]) -> dict[str, FloatArray]:
    """Return heat capacity [J/(m K)] and resistance [m K/W] of the walls, shape (2, pipes).

    A thickness comes before an outer diameter; without either, density or specific heat, and
    without a type that has them, a wall holds nothing.
    """

    def column(name: str, otherwise: list[float]) -> FloatArray:
        return _both_sides(pipes, name, otherwise)

    none = [np.nan] * len(types)
    inner = column("inner_diameter", [kind.inner_diameter if kind else np.nan for kind in types])
    thickness, outer = column("wall_thickness", none), column("outer_diameter", none)
    typed = [kind.wall_thickness if kind else 0.0 for kind in types]
    thickness = np.where(np.isnan(thickness), (outer - inner) / 2.0, thickness)
    thickness = np.where(np.isnan(thickness), typed, thickness)
    known = [WALL_HEAT[kind.medium_pipe] if kind else (0.0, 0.0) for kind in types]
    density = column("wall_density", [density for density, _ in known])
    specific_heat = column("wall_specific_heat", [heat for _, heat in known])
    capacity = np.pi * thickness * (inner + thickness) * density * specific_heat
    conducts = [WALL_CONDUCTIVITY[kind.medium_pipe] if kind else np.inf for kind in types]
    resistance = wall_resistance(inner, thickness, column("wall_conductivity", conducts))
    return {"wall_heat_capacity": np.asarray(capacity), "wall_resistance": resistance}


def _sides(pipes: pd.DataFrame) -> BoolArray | None:
    """Return which routes have a pipe on which side; None where all have both."""
    if (pipes["sides"] == "both").all():
        return None
    sides = np.ones((len(SIDES), len(pipes)), dtype=np.bool_)
    sides[SUPPLY] = pipes["sides"] != "return"
    sides[RETURN] = pipes["sides"] != "supply"
    return sides


def _placed(tables: Tables, name: str, pipes: pd.DataFrame) -> Placed:
    """Return the valves, or boosters, in a circuit's pipes."""
    if name not in tables:
        return NOWHERE
    row = {label: place for place, label in enumerate(pipes["id"])}
    rows = tables[name][tables[name]["pipe"].isin(row)]
    side = np.array([SIDES.index(side) for side in rows["side"]], dtype=np.int64)
    return Placed(tuple(rows["id"]), _rows(rows["pipe"], row), side)


def _checks(tables: Tables, pipes: pd.DataFrame) -> BoolArray:
    """Return which valves of a circuit let water pass one way only."""
    if "valves" not in tables:
        return NO_CHECKS
    rows = tables["valves"][tables["valves"]["pipe"].isin(set(pipes["id"]))]
    return np.asarray(rows["is_check"].to_numpy(), dtype=np.bool_)


def _tabulate_pipes(
    pipes: pd.DataFrame,
    row: Mapping[str, int],
    types: list[PipeType | None],
    ground: GroundSection,
) -> PipeTable:
    """Return the pipes of a circuit as columns; what a row leaves open its type gives."""
    losses, exchange = typed_coefficients(types, given_depths(pipes), ground)
    diameter = [kind.inner_diameter if kind else np.nan for kind in types]
    roughness = [kind.roughness if kind else ROUGHNESS for kind in types]
    pair = _numbers(pipes, "pair_exchange_coefficient")
    return PipeTable(
        from_junction=_rows(pipes["from_junction"], row),
        to_junction=_rows(pipes["to_junction"], row),
        length=_numbers(pipes, "length"),
        inner_diameter=_both_sides(pipes, "inner_diameter", diameter),
        roughness=_both_sides(pipes, "roughness", roughness),
        minor_loss_coefficient=_both_sides(pipes, "minor_loss_coefficient", [0.0] * len(pipes)),
        heat_loss_coefficient=_both_sides(pipes, "heat_loss_coefficient", losses),
        pair_exchange_coefficient=np.where(np.isnan(pair), exchange, pair),
    )


def _both_sides(pipes: pd.DataFrame, name: str, otherwise: list[float] | FloatArray) -> FloatArray:
    """Return a column for supply and return, shape (2, pipes): side, then both, then type.

    Where a route has no pipe on a side, the value there is that of the other: no number is
    missing from what counts with both.
    """
    sides = given_by_side(pipes, name)
    values = np.where(np.isnan(sides), otherwise, sides)
    exists = _sides(pipes)
    return values if exists is None else np.where(exists, values, values[::-1])


def _tabulate_consumers(
    consumers: pd.DataFrame,
    producers: pd.DataFrame,
    row: Mapping[str, int],
    given: Given,
    faults: Faults,
) -> ConsumerTable:
    """Return the consumers of a circuit as columns."""
    known, substations, water = given
    numbers = {
        name: _numbers(consumers, name)
        for name in ConsumerTable._fields
        if name not in ("junction", "is_connected", "max_flow")
    }
    max_flow = _numbers(consumers, "max_flow")
    producer = producers.iloc[0].to_dict()
    for place, consumer in enumerate(consumers.to_dict("records")):
        substation = substation_of(consumer, substations)
        if np.isnan(max_flow[place]):
            max_flow[place] = flow_limit(consumer, producer, known, substation, water)
        if substation is not None:
            _write_design_returns(numbers, place, substation)
        if max_flow[place] < consumer["bypass_flow"]:
            rule = f"at most max_flow = {max_flow[place]:.4g} kg/s"
            faults.add(
                f"consumer '{consumer['id']}'", "bypass_flow", consumer["bypass_flow"], rule
            )
    return ConsumerTable(
        junction=_rows(consumers["junction"], row),
        is_connected=consumers["is_connected"].to_numpy(dtype=np.bool_),
        max_flow=max_flow,
        **numbers,
    )


def _write_design_returns(
    numbers: dict[str, FloatArray], place: int, substation: Substation
) -> None:
    """Write the returns of a substation's design point where the row gives none."""
    numbers["return_temperature"][place] = substation.back
    names = ("cooling_return_temperature", "cooling_temperature_difference")
    if all(np.isnan(numbers[name][place]) for name in names):
        numbers["cooling_return_temperature"][place] = substation.cooling_back


def _tabulate_producers(producers: pd.DataFrame, row: Mapping[str, int]) -> ProducerTable:
    numbers = {
        name: _numbers(producers, name) for name in ProducerTable._fields if name != "junction"
    }
    return ProducerTable(junction=_rows(producers["junction"], row), **numbers)


def _numbers(frame: pd.DataFrame, name: str) -> FloatArray:
    """Return a column of numbers; cells that vary over time become NaN."""
    return pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64)


def _rows(labels: "pd.Series[Any]", row: Mapping[str, int]) -> IntArray:
    return np.array([row[label] for label in labels], dtype=np.int64)
