"""Small systems for tests of profiles: one producer, pipes in a star, given cells and series."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from warmtenet.model.scenario import Scenario
from warmtenet.networks.columns import Circuit, ConsumerTable, PipeTable, ProducerTable
from warmtenet.networks.system import Series, System

Rows = Sequence[Mapping[str, Any]]


def dwellings_table(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Return a table ``dwellings`` from (building, type, count)."""
    cells = [(f"D{place}", *row) for place, row in enumerate(rows)]
    return pd.DataFrame(cells, columns=["id", "building", "type", "count"])


def star_circuit(name: str, consumers: Rows, producers: Rows) -> Circuit:
    """Return a circuit whose consumers each have a pipe to the first producer."""
    count = len(consumers)
    ends = np.arange(count)
    empty = np.full(count, np.nan)
    one = np.full(len(producers), np.nan)
    return Circuit(
        id=name,
        junctions=("J0", *(f"J{row + 1}" for row in ends)),
        pipe_ids=tuple(f"P{row + 1}" for row in ends),
        consumer_ids=tuple(str(row["id"]) for row in consumers),
        producer_ids=tuple(str(row["id"]) for row in producers),
        x=np.arange(count + 1.0),
        y=np.zeros(count + 1),
        elevation=np.zeros(count + 1),
        pipes=PipeTable(
            ends * 0,
            ends + 1,
            np.full(count, 100.0),
            *(np.full((2, count), 0.05),) * 4,
            np.zeros(count),
        ),
        consumers=ConsumerTable(
            ends + 1,
            *(empty,) * 11,
            np.array([row.get("is_connected", True) for row in consumers], dtype=bool),
        ),
        producers=ProducerTable(np.zeros(len(producers), dtype=np.int64), *(one,) * 7),
        pipe_types=("",) * count,
        pressure_rating=np.full(count, np.inf),
        buildings=tuple(str(row.get("building", "")) for row in consumers),
    )


def make_system(
    *,
    scenario: Mapping[str, Any] | None = None,
    circuits: Mapping[str, tuple[Rows, Rows]] | None = None,
    dwellings: pd.DataFrame | None = None,
    series: Sequence[Series] = (),
    folder: Path = Path(),
) -> System:
    """Return a system; ``circuits`` holds (consumers, producers) by name."""
    circuits = circuits or {}
    tables = {
        name: pd.DataFrame(
            [row for pair in circuits.values() for row in pair[place]], dtype=object
        )
        for place, name in enumerate(("consumers", "producers"))
    }
    if dwellings is not None:
        tables["dwellings"] = dwellings
    return System(
        scenario=Scenario.model_validate({"name": "test", **(scenario or {})}),
        folder=folder,
        tables=tables,
        series={each.name: each for each in series},
        circuits={
            name: star_circuit(name, consumers, producers)
            for name, (consumers, producers) in circuits.items()
        },
    )


def hours_series(name: str, columns: Mapping[str, Any], hours: int = 8760) -> Series:
    """Return a series of the hours of a year."""
    values = np.stack([np.broadcast_to(column, (hours,)) for column in columns.values()]).T
    instants = np.arange(hours) * 3600.0
    return Series(
        name=name, clock="hours", instants=instants, columns=tuple(columns), values=values
    )


def seconds_series(name: str, instants: Sequence[float], columns: Mapping[str, Any]) -> Series:
    """Return a series whose rows count seconds from 0."""
    values = np.stack([np.asarray(column, dtype=float) for column in columns.values()]).T
    return Series(
        name=name,
        clock="time_s",
        instants=np.asarray(instants, dtype=float),
        columns=tuple(columns),
        values=values,
    )
