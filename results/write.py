"""Every output of a run, in one folder."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..networks.columns import Circuit
from ..solvers.simulation import Simulation
from .figures import (
    Columns,
    consumer_figures,
    junction_figures,
    pipe_figures,
    producer_figures,
)
from .formats import write_csv, write_layer, write_parquet
from .hourly import clock_column, hourly_columns
from .manifest import FILE, build_manifest
from .whole_folder import whole_folder, write_json
from .write_fields import FieldsFormat, write_fields


def room_beside(folder: Path) -> Path:
    """Return the folder that exists and is nearest to where an output shall stand: for scratch.

    Parameters
    ----------
    folder : Path
        Where outputs shall go.
    """
    target = folder.resolve()
    return next((each for each in target.parents if each.is_dir()), target)


def write_outputs(
    simulation: Simulation,
    summary: Mapping[str, Any],
    folder: Path,
    *,
    extras: Callable[[Path], None] = lambda _: None,
    fields: FieldsFormat = "none",
    fields_for: frozenset[str] = frozenset(),
    fields_only: frozenset[str] = frozenset(),
) -> None:
    """Write every output of a run.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    summary : mapping
        The summary; written after ``extras``, which may still add to its ``seconds``.
    folder : Path
        Where to. It is written beside under another name and renamed when complete; one
        that we wrote before is replaced.
    extras : callable
        Called with the unfinished folder, to add files of its own: the report.
    fields : {"none", "nc", "csv", "parquet"}
        Format of the variables of every pipe, junction, consumer and producer.
    fields_for : frozenset of str
        Ids to keep in them; empty keeps all.
    fields_only : frozenset of str
        Variables to keep; empty keeps all.

    Raises
    ------
    InvalidInputError
        If ``folder`` exists without our manifest.
    """
    with whole_folder(folder) as unfinished:
        _write_data(simulation, unfinished)
        write_fields(simulation, unfinished, fields, ids=fields_for, names=fields_only)
        extras(unfinished)
        write_json(unfinished / "summary.json", summary)
        write_json(unfinished / FILE, build_manifest(simulation, summary, unfinished))


def _write_data(simulation: Simulation, folder: Path) -> None:
    write_parquet(folder / "hourly.parquet", clock_column(simulation), hourly_columns(simulation))
    consumers, pipes = consumer_figures(simulation), pipe_figures(simulation)
    write_csv(folder / "consumers.csv", consumers)
    write_csv(folder / "pipes.csv", pipes)
    _write_map(simulation, folder / "network.gpkg", consumers, pipes)


def _write_map(simulation: Simulation, path: Path, consumers: Columns, pipes: Columns) -> None:
    import numpy as np
    import shapely

    crs = simulation.system.scenario.crs
    points = {
        "junctions": junction_figures(simulation.system),
        "consumers": consumers,
        "producers": producer_figures(simulation),
    }
    write_layer(path, "pipes", pipes, np.array(_routes(simulation)), crs)
    for layer, columns in points.items():
        if columns["id"]:
            write_layer(path, layer, columns, shapely.points(columns["x"], columns["y"]), crs)


def _routes(simulation: Simulation) -> list[Any]:
    """Return a line for each pipe: its own geometry where the tables give one."""
    import shapely

    system = simulation.system
    lines = []
    for circuit in system.circuits.values():
        given = system.cells("pipes", "geometry", circuit.pipe_ids)
        straight = shapely.linestrings(_ends(circuit))
        lines += [
            line if text is None else shapely.from_wkt(str(text))
            for line, text in zip(straight, given, strict=True)
        ]
    return lines


def _ends(circuit: Circuit) -> Any:
    import numpy as np

    places = np.stack((circuit.x, circuit.y), axis=1)
    ends = (circuit.pipes.from_junction, circuit.pipes.to_junction)
    return np.stack([places[end] for end in ends], axis=1)
