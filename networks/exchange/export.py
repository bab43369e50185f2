"""A system at one instant as a network of pandapipes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ...model.errors import Faults
from ...model.scenario import Scenario
from ..columns import SIDES, Circuit
from ..write import as_texts
from .build import NOWHERE, Built, add_circuit
from .carry import carry_columns, carry_rows, remember_exported
from .devices import add_devices
from .library import KEY, quiet, require_pandapipes
from .settings import carried_scenario, make_fluid, solver_options
from .state import CircuitState, with_resting

Tables = Mapping[str, pd.DataFrame]

TRAVELLERS = ("trenches", "trench_pipes", "dwellings")
"""Tables of which pandapipes has no row: they travel whole."""


def to_pandapipes(
    tables: Tables,
    circuits: Mapping[str, Circuit],
    states: Mapping[str, CircuitState],
    scenario: Scenario,
    *,
    cold: Sequence[str] = (),
) -> Any:
    """Return circuits at one instant as one network of pandapipes.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The system's tables; cells that vary have the value of the instant.
    circuits : mapping of str to Circuit
        Those to export, by id.
    states : mapping of str to CircuitState
        Loads, temperatures and pressures of each.
    scenario : Scenario
        Its water becomes the fluid, its friction an option of the solver.
    cold : sequence of str, optional
        Circuits whose mode is cold.

    Returns
    -------
    pandapipesNet
        ``pandapipes.pipeflow(network)`` solves it as it stands, unless a solver option is set
        otherwise. What pandapipes does not know travels in columns ``warmtenet_<column>``.

    Raises
    ------
    InvalidInputError
        If pandapipes is missing, or cannot hold something that would change the solution.

    Notes
    -----
    pandapipes does not act on exchange between supply and return, bypasses, limits of flow and
    temperature, check valves, losses in the plant, or the heat of friction.
    """
    require_pandapipes()
    import pandapipes

    faults = Faults()
    with quiet():
        network = pandapipes.create_empty_network(name=scenario.name)
        network[KEY] = _travelling(scenario, tables, cold)
        network["fluid"] = make_fluid(scenario.water)
        pandapipes.set_user_pf_options(network, **solver_options(scenario))
        for name, circuit in circuits.items():
            state = with_resting(circuit, states[name], tables)
            built = add_circuit(network, circuit, state)
            _carry_circuit(network, circuit, built, tables)
            for table, placed in add_devices(network, circuit, built, tables, faults).items():
                by_id = {row: [place] for row, place in placed.items()}
                if by_id:
                    carry_rows(network, table, tables[table], by_id)
            _draw_pipes(network, circuit, built, tables)
        remember_exported(network)
    faults.raise_any()
    return network


def _travelling(scenario: Scenario, tables: Tables, cold: Sequence[str]) -> dict[str, Any]:
    """Return what travels with the network as a whole."""
    return {
        "scenario": carried_scenario(scenario),
        "tables": {name: _lists(name, tables[name]) for name in TRAVELLERS if name in tables},
        "cold": list(cold),
    }


def write_json(network: Any, path: Path) -> None:
    """Write a network to a file that ``pandapipes.from_json`` reads."""
    import pandapipes

    path.parent.mkdir(parents=True, exist_ok=True)
    with quiet():
        pandapipes.to_json(network, str(path))


def _carry_circuit(network: Any, circuit: Circuit, built: Built, tables: Tables) -> None:
    """Let every row of a circuit travel beside the rows of pandapipes that stand for it."""
    for name, ids, table, places in (
        ("junctions", circuit.junctions, "junction", built.junctions),
        ("pipes", circuit.pipe_ids, "pipe", built.pipes),
    ):
        placed: dict[str, list[tuple[str, int]]] = {}
        for side, side_name in enumerate(SIDES):
            there = [int(index) for index in places[side] if index != NOWHERE]
            for row, index in zip(ids, places[side], strict=True):
                if index != NOWHERE:
                    placed.setdefault(row, []).append((table, int(index)))
            carry_columns(network, table, there, {"side": [side_name] * len(there)})
        carry_rows(network, name, tables[name], placed)
    consumers = zip(circuit.consumer_ids, ([each] for each in built.consumers), strict=True)
    carry_rows(network, "consumers", tables["consumers"], dict(consumers))
    producers = zip(circuit.producer_ids, ([each] for each in built.producers), strict=True)
    carry_rows(network, "producers", tables["producers"], dict(producers))


def _draw_pipes(network: Any, circuit: Circuit, built: Built, tables: Tables) -> None:
    """Give the pipes the bends of their geometry, where it is given."""
    import shapely

    pipes = tables["pipes"]
    if "geometry" not in pipes.columns:
        return
    shapes = dict(zip(pipes["id"], pipes["geometry"], strict=True))
    for side, row_places in enumerate(built.pipes):
        for row, index in zip(circuit.pipe_ids, row_places, strict=True):
            if index != NOWHERE and shapes[row]:
                bends = [list(point[:2]) for point in shapely.from_wkt(shapes[row]).coords]
                drawn = bends if side == 0 else bends[::-1]
                network.pipe_geodata.at[int(index), "coords"] = drawn


def _lists(name: str, frame: pd.DataFrame) -> dict[str, list[str]]:
    texts = as_texts(name, frame)
    return {str(column): list(texts[column]) for column in texts.columns}
