"""The solved year as one labelled data set."""

from typing import TYPE_CHECKING

import numpy as np

from ..networks.columns import SIDES, FloatArray, IntArray
from ..solvers.simulation import Simulation
from .fields import DIMENSIONS, kept_variables, labels_of, take_field
from .hourly import MWH, field_clock, hourly_columns, stored_column

if TYPE_CHECKING:
    import xarray as xr


ALL = slice(None)
"""Hours."""


def year_dataset(
    simulation: Simulation,
    case: str = "base",
    ids: frozenset[str] = frozenset(),
    *,
    names: frozenset[str] = frozenset(),
    hours: slice = ALL,
) -> "xr.Dataset":
    """Return the solved hours of one case with labels.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    case : str
        ``"base"`` or a key of the scenario's cases.
    ids : frozenset of str
        Pipes, junctions, consumers and producers to keep; empty keeps all.
    names : frozenset of str
        Variables of these to keep; empty keeps all.
    hours : slice
        Which to keep.

    Returns
    -------
    xarray.Dataset
        Dimensions ``time, pipe, junction, consumer, producer, side``. Series of the system,
        variables of consumers and producers, and, where the run kept them, of pipes and
        junctions; each variable says its ``units``.
    """
    import xarray as xr

    solved = simulation.cases[case]
    clock = field_clock(simulation, solved)[1]
    rows, clock = len(clock), clock[hours]
    is_date = np.issubdtype(clock.dtype, np.datetime64)
    time = clock.astype("datetime64[ns]") if is_date else clock
    data = xr.Dataset(coords={"time": time, "side": list(SIDES)})
    for name, values in started_columns(simulation, rows).items():
        data[name] = ("time", values[hours])
    for name in kept_variables(solved, names):
        field = take_field(simulation.system, solved, name).only(ids)
        axes = ("time", field.dimension, "side")[: 3 if field.has_sides else 2]
        data = data.assign_coords({field.dimension: list(field.labels)})
        data[name] = (axes, field.at(hours), {"units": field.unit})
    return data.assign_coords(_circuit_coordinates(simulation, data)).assign_attrs(
        scenario=simulation.system.scenario.name, case=case
    )


def started_columns(simulation: Simulation, rows: int) -> dict[str, FloatArray | IntArray]:
    """Return the series of the system with a row for the start, where variables have one.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    rows : int
        Those of the variables: one more than steps where they begin with a state at the start.

    Returns
    -------
    dict of str to array, shape (rows,)
        What is stored is known at the start; other series repeat their first row.
    """
    columns = {
        name: with_start(name, values, rows) for name, values in hourly_columns(simulation).items()
    }
    for name, year in simulation.cases["base"].circuits.items():
        if year.stored_heat is not None and len(year.stored_heat) == rows:
            columns[stored_column(name)] = year.stored_heat / MWH
    return columns


def with_start(name: str, values: FloatArray | IntArray, rows: int) -> FloatArray | IntArray:
    """Return a series whose first row stands for the start, which has no duration, too.

    Parameters
    ----------
    name : str
        Of the series.
    values : array, shape (hours,)
        Its rows.
    rows : int
        Those of the variables: one more where they begin with a state at the start.
    """
    if len(values) == rows:
        return values
    first = np.zeros_like(values[:1]) if name == "duration_s" else values[:1]
    return np.concatenate([first, values])


def _circuit_coordinates(
    simulation: Simulation, data: "xr.Dataset"
) -> dict[str, tuple[str, list[str]]]:
    """Return the circuit of each pipe, junction, consumer and producer."""
    coordinates = {}
    for dimension in sorted(set(DIMENSIONS.values()) & set(data.dims)):
        labels = labels_of(simulation.system, dimension)
        owner = {label: name for name, members in labels.items() for label in members}
        values = [owner[str(label)] for label in data[dimension].values]
        coordinates[f"{dimension}_circuit"] = (dimension, values)
    return coordinates
