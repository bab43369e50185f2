"""Boosters and valves of a circuit in a network of pandapipes: both sit on a pipe."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ...model.errors import Faults
from ..columns import SIDES, Circuit
from .build import Built
from .library import BAR

Placed = dict[str, tuple[str, int]]
"""Table and index of each row, by id."""


def add_devices(
    network: Any,
    circuit: Circuit,
    built: Built,
    tables: Mapping[str, pd.DataFrame],
    faults: Faults,
) -> dict[str, Placed]:
    """Add the boosters and valves of a circuit, as pumps of constant lift and valves of pipes.

    Parameters
    ----------
    network : pandapipesNet
        With the circuit; it is changed.
    circuit : Circuit
        Of whose pipes they are.
    built : Built
        Where its pipes stand.
    tables : mapping of str to DataFrame
        Perhaps with ``boosters`` and ``valves``.
    faults : Faults
        Receives boosters that take pressure.

    Returns
    -------
    dict of str to dict
        For each of the two tables where its rows are, by id.
    """
    placed: dict[str, Placed] = {"boosters": {}, "valves": {}}
    adders = {"boosters": _add_booster, "valves": _add_valve}
    pipe_rows = {name: row for row, name in enumerate(circuit.pipe_ids)}
    for table, add in adders.items():
        rows = tables[table].to_dict("records") if table in tables else []
        for device in rows:
            row = pipe_rows.get(device["pipe"])
            if row is None:
                continue
            rise = float(device.get("pressure_rise", 0.0))
            if rise < 0.0:
                rule = "at least 0 Pa: a pump of pandapipes takes no pressure"
                faults.add(f"booster '{device['id']}'", "pressure_rise", rise, rule)
                continue
            pipe = int(built.pipes[SIDES.index(device["side"]), row])
            placed[table][device["id"]] = add(network, pipe, device)
    return placed


def _add_booster(network: Any, pipe: int, booster: Mapping[Any, Any]) -> tuple[str, int]:
    """Put a pump of constant lift before a pipe, with a junction between them."""
    import pandapipes

    start = int(network.pipe.at[pipe, "from_junction"])
    before = network.junction.loc[start]
    between = pandapipes.create_junction(
        network,
        pn_bar=before.pn_bar,
        tfluid_k=before.tfluid_k,
        height_m=before.height_m,
        name=f"{booster['id']}_outlet",
        geodata=tuple(network.junction_geodata.loc[start, ["x", "y"]]),
    )
    network.pipe.at[pipe, "from_junction"] = between
    index = pandapipes.create_pump_from_parameters(
        network,
        start,
        between,
        new_std_type_name=f"constant lift of {booster['id']}",
        poly_coefficents=[float(booster["pressure_rise"]) / BAR],
        name=booster["id"],
    )
    return "pump", int(index)


def _add_valve(network: Any, pipe: int, valve: Mapping[Any, Any]) -> tuple[str, int]:
    """Put a valve without loss at the beginning of a pipe."""
    import pandapipes

    index = pandapipes.create_valve(
        network,
        int(network.pipe.at[pipe, "from_junction"]),
        pipe,
        et="pi",
        inner_diameter_mm=float(network.pipe.at[pipe, "inner_diameter_mm"]),
        opened=bool(valve["is_open"]),
        name=valve["id"],
    )
    return "valve", int(index)
