"""Circuits as networks of pandapipes: every route is a pipe of each side.

Supply pipes run from ``from_junction`` to ``to_junction`` and return pipes the other way, so that
flows have our signs. Circuits whose pipes have one side alone are built as open networks.
"""

from typing import Any, NamedTuple

import numpy as np

from ..columns import RETURN, SUPPLY, BoolArray, Circuit, FloatArray, IntArray
from .library import BAR, KELVIN
from .state import CircuitState

NOWHERE = -1
"""Index of a junction or pipe that a side does not have."""


class Built(NamedTuple):
    """Where the rows of a circuit stand in a network of pandapipes.

    Parameters
    ----------
    junctions : array of int, shape (2, junctions)
        On the supply and the return side; `NOWHERE` where a side has none.
    pipes : array of int, shape (2, pipes)
        Likewise.
    consumers, producers : tuple of (str, int)
        Table and index of each.
    """

    junctions: IntArray
    pipes: IntArray
    consumers: tuple[tuple[str, int], ...]
    producers: tuple[tuple[str, int], ...]


def add_circuit(network: Any, circuit: Circuit, state: CircuitState) -> Built:
    """Add a circuit to a network of pandapipes.

    Parameters
    ----------
    network : pandapipesNet
        With its fluid; it is changed.
    circuit : Circuit
        What to add. Of its consumers loads, flows and returns are used, of its producers
        pressures, flows and supply temperatures.
    state : CircuitState
        Loads and temperatures.

    Returns
    -------
    Built
        Where its rows are.
    """
    exists, closed = circuit.has_pipe, not circuit.is_one_line
    junctions = _add_junctions(network, circuit, state, exists, closed=closed)
    pipes = np.full(exists.shape, NOWHERE)
    for side in (SUPPLY, RETURN):
        rows = np.flatnonzero(exists[side])
        pipes[side, rows] = _add_pipes(network, circuit, state, side, (rows, junctions[side]))
    add_consumers, add_producers = (
        (_add_consumers, _add_producers) if closed else (_add_outflows, _add_inflows)
    )
    consumers = add_consumers(network, circuit, state, junctions)
    producers = add_producers(network, circuit, state, junctions)
    return Built(junctions, pipes, tuple(consumers), tuple(producers))


def _add_junctions(
    network: Any, circuit: Circuit, state: CircuitState, exists: BoolArray, *, closed: bool
) -> IntArray:
    """Add the junctions that a side has, and return where they are, shape (2, junctions)."""
    import pandapipes

    bottom = float(state.pressure[0])
    pressures = (bottom + state.pressure_difference, bottom)
    stations = np.concatenate([circuit.consumers.junction, circuit.producers.junction])
    placed = np.full((2, len(circuit.junctions)), NOWHERE)
    for side in (SUPPLY, RETURN):
        ends = [circuit.pipes.from_junction[exists[side]], circuit.pipes.to_junction[exists[side]]]
        wanted = np.concatenate([*ends, stations] if closed or side == SUPPLY else ends)
        rows = np.unique(wanted)
        if not rows.size:
            continue
        suffix = "_return" if side == RETURN else ""
        placed[side, rows] = pandapipes.create_junctions(
            network,
            rows.size,
            pn_bar=pressures[side] / BAR,
            tfluid_k=float(state.supply_temperature[0]) + KELVIN,
            height_m=circuit.elevation[rows],
            name=[f"{circuit.junctions[row]}{suffix}" for row in rows],
            geodata=np.stack([circuit.x[rows], circuit.y[rows]], axis=1),
        )
    return placed


def _add_pipes(
    network: Any,
    circuit: Circuit,
    state: CircuitState,
    side: int,
    where: tuple[IntArray, IntArray],
) -> IntArray:
    """Add one side of the routes ``where[0]`` between the junctions ``where[1]``.

    pandapipes refers the coefficient of heat loss to the outer diameter, which is the inner one
    where it is not given.
    """
    import pandapipes

    rows, junctions = where
    if not rows.size:
        return rows
    table = circuit.pipes
    ends = (junctions[table.from_junction[rows]], junctions[table.to_junction[rows]])
    diameter = table.inner_diameter[side, rows]
    suffix = "_return" if side == RETURN else ""
    return np.asarray(
        pandapipes.create_pipes_from_parameters(
            network,
            *(ends if side == SUPPLY else ends[::-1]),
            length_km=table.length[rows] / 1e3,
            inner_diameter_mm=diameter * 1e3,
            outer_diameter_mm=diameter * 1e3,
            k_mm=table.roughness[side, rows] * 1e3,
            loss_coefficient=table.minor_loss_coefficient[side, rows],
            u_w_per_m2k=table.heat_loss_coefficient[side, rows] / (np.pi * diameter),
            text_k=state.ground_temperature[rows] + KELVIN,
            name=[f"{circuit.pipe_ids[row]}{suffix}" for row in rows],
        )
    )


def consumer_columns(state: CircuitState) -> dict[str, FloatArray]:
    """Return the columns of ``heat_consumer`` that a state sets, NaN where a cell is empty.

    pandapipes wants two of four: heat or flow, and return temperature or difference.
    """
    given = ~np.isnan(state.flow)
    by_difference = np.isnan(state.return_temperature)
    return {
        "qext_w": np.where(given, np.nan, state.heat),
        "controlled_mdot_kg_per_s": state.flow,
        "treturn_k": state.return_temperature + KELVIN,
        "deltat_k": np.where(by_difference, state.temperature_difference, np.nan),
    }


def _add_consumers(
    network: Any, circuit: Circuit, state: CircuitState, junctions: IntArray
) -> list[tuple[str, int]]:
    import pandapipes

    at = circuit.consumers.junction
    index = pandapipes.create_heat_consumers(
        network,
        junctions[SUPPLY, at],
        junctions[RETURN, at],
        **consumer_columns(state),
        name=list(circuit.consumer_ids),
        in_service=circuit.consumers.is_connected,
    )
    return [("heat_consumer", int(row)) for row in index]


def _add_producers(
    network: Any, circuit: Circuit, state: CircuitState, junctions: IntArray
) -> list[tuple[str, int]]:
    """Add the producer that holds the pressure, then those that give a flow."""
    import pandapipes

    top = (float(state.pressure[0]) + state.pressure_difference) / BAR
    supply, back = (side[circuit.producers.junction] for side in junctions)
    kelvins = state.supply_temperature + KELVIN
    holder = pandapipes.create_circ_pump_const_pressure(
        network,
        back[0],
        supply[0],
        p_flow_bar=top,
        plift_bar=state.pressure_difference / BAR,
        t_flow_k=kelvins[0],
        name=circuit.producer_ids[0],
    )
    placed = [("circ_pump_pressure", int(holder))]
    for row, name in enumerate(circuit.producer_ids[1:], start=1):
        flow = float(np.nan_to_num(state.mass_flow[row]))
        ends = (int(back[row]), int(supply[row]))
        placed.append(_add_feed(network, name, ends, (flow, float(kelvins[row]), top)))
    return placed


def _add_feed(
    network: Any, name: str, ends: tuple[int, int], given: tuple[float, float, float]
) -> tuple[str, int]:
    """Add a producer that gives a flow; one that lets water back is a flow control."""
    import pandapipes

    (back, supply), (flow, kelvin, pressure) = ends, given
    if flow < 0.0:
        index = pandapipes.create_flow_control(network, supply, back, -flow, name=name)
        return "flow_control", int(index)
    index = pandapipes.create_circ_pump_const_mass_flow(
        network,
        back,
        supply,
        p_flow_bar=pressure,
        mdot_flow_kg_per_s=flow,
        t_flow_k=kelvin,
        type="t",
        name=name,
    )
    return "circ_pump_mass", int(index)


def _add_outflows(
    network: Any, circuit: Circuit, state: CircuitState, junctions: IntArray
) -> list[tuple[str, int]]:
    """Add the consumers of an open network: what they draw leaves it, or what comes at an end."""
    import pandapipes

    at = junctions[SUPPLY, circuit.consumers.junction]
    connected = circuit.consumers.is_connected
    placed = []
    for row, name in enumerate(circuit.consumer_ids):
        given = {"name": name, "in_service": bool(connected[row])}
        if state.outlet[row]:
            index = pandapipes.create_ext_grid(network, int(at[row]), 0.0, None, "p", **given)
            placed.append(("ext_grid", int(index)))
        else:
            flow = float(np.nan_to_num(state.flow[row]))
            placed.append(
                ("sink", int(pandapipes.create_sink(network, int(at[row]), flow, **given)))
            )
    return placed


def _add_inflows(
    network: Any, circuit: Circuit, state: CircuitState, junctions: IntArray
) -> list[tuple[str, int]]:
    """Add the producers of an open network: each holds a pressure, or gives or takes a flow."""
    import pandapipes

    placed = []
    for row, name in enumerate(circuit.producer_ids):
        at = int(junctions[SUPPLY, circuit.producers.junction[row]])
        flow, kelvin = (
            float(np.nan_to_num(state.mass_flow[row])),
            float(state.supply_temperature[row]) + KELVIN,
        )
        if not np.isnan(state.pressure[row]):
            pressure = float(state.pressure[row]) / BAR
            index = pandapipes.create_ext_grid(network, at, pressure, kelvin, name=name)
            placed.append(("ext_grid", int(index)))
        elif flow < 0.0:
            placed.append(("sink", int(pandapipes.create_sink(network, at, -flow, name=name))))
        else:
            placed.append(("source", int(pandapipes.create_source(network, at, flow, name=name))))
    return placed
