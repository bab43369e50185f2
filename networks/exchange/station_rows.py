"""Consumers and producers of our tables from the stations of a network."""

import math
from typing import Any

from ...model.errors import Faults
from ..cells import Verbatim
from .elements import STANDING, Element
from .library import KELVIN, cold_circuits
from .restore import Row, carried_row, is_unchanged, restored, rounded
from .sides import Loop

RETURNS = ("return_temperature", "temperature_difference")

NO_HEAT = 1.0
"""Difference of a consumer that draws no heat: its bypass passes water as it is. [K]"""

GIVEN = ("share", "heat", "limit", "priority")
"""Cells of a producer that no longer hold where its flow has been changed."""


def station_id(station: Element) -> str:
    """Return the id that a station carries, else its name."""
    return station.cells.get("id", station.name)


def consumer_row(network: Any, station: Element, circuit: str, faults: Faults) -> Row | None:
    """Return the row of a consumer, None where our tables have no place for what it does.

    Parameters
    ----------
    network : pandapipesNet
        For its fluid.
    station : Element
        A heat consumer, an exchanger of controlled flow, a flow control alone, or a sink.
    circuit : str
        Id of its circuit.
    faults : Faults
        Receives heat that is fed at a given flow, or drawn where the mode is cold.
    """
    row: Row = {"id": station_id(station), **carried_row(station)}
    row["circuit"] = circuit
    if not station.cells and station.table not in STANDING:
        row |= {"min_pressure_difference": 0.0}
    row["is_connected"] = station.in_service
    if station.table == "ext_grid":
        return row
    if station.table == "sink":
        return row | {"flow": restored(station, "flow")}
    if station.table == "flow_control":
        flow = -station.quantities["mass_flow"]
        return row | {"heat": 0.0, "bypass_flow": flow, "temperature_difference": NO_HEAT}
    return _heat_row(network, station, row, faults)


def _heat_row(network: Any, station: Element, row: Row, faults: Faults) -> Row | None:
    """Add load and return of a heat consumer, by the two of its four values that are given."""
    heat, flow = (station.quantities[name] for name in ("heat", "flow"))
    is_cold = row["circuit"] in cold_circuits(network)
    if is_cold and heat > 0.0 and station.in_service:
        faults.add(station.item, "qext_w", heat, "at most 0 W: the mode of its circuit is cold")
        return None
    if not station.cells and not math.isnan(heat) and not math.isnan(flow):
        return _at_given_flow(network, station, row, faults)
    row |= {name: restored(station, name) for name in ("heat", "flow")}
    if all(is_unchanged(station, name) for name in RETURNS):
        return row
    chilled = (is_cold or heat < 0.0) and any(
        station.cells.get(f"cooling_{name}") for name in RETURNS
    )
    prefix = "cooling_" if chilled else ""
    return row | {prefix + name: rounded(station.quantities[name]) for name in RETURNS}


def _at_given_flow(network: Any, station: Element, row: Row, faults: Faults) -> Row | None:
    """Return a consumer of given heat and flow: the difference follows from both."""
    heat, flow = (station.quantities[name] for name in ("heat", "flow"))
    if heat < 0.0:
        rule = "at least 0 W where the flow is given"
        faults.add(station.item, "qext_w", heat, rule)
        return None
    if heat == 0.0 or flow == 0.0:
        return row | {"heat": heat, "bypass_flow": flow, "temperature_difference": NO_HEAT}
    kelvin = float(network.junction.at[station.start, "tfluid_k"])
    capacity = float(network["fluid"].get_heat_capacity(kelvin))
    return row | {"flow": flow, "temperature_difference": rounded(heat / (flow * capacity))}


def producer_rows(
    network: Any, loop: Loop, circuit: str, faults: Faults
) -> list[tuple[Element, Row]]:
    """Return the producers of a circuit with their rows.

    Parameters
    ----------
    network : pandapipesNet
        For the temperature of water that a source brings.
    loop : Loop
        The circuit.
    circuit : str
        Its id.
    faults : Faults
        Receives a circuit whose pressure nobody, or more than one, holds.
    """
    producers = [each for each in loop.stations if is_producer(each)]
    holder = _holder(loop, producers, circuit, faults)
    rows = []
    for station in producers:
        if station.table == "circ_pump_pressure" and station is not holder:
            continue
        row: Row = {"id": station_id(station), **carried_row(station)}
        row["circuit"] = circuit
        if "supply_temperature" in station.quantities:
            row["supply_temperature"] = _temperature(station, faults)
        elif not station.cells:
            row["supply_temperature"] = _junction_temperature(network, station)
        rows.append((station, row | _given(station, is_holder=station is holder)))
    return rows


def is_producer(station: Element) -> bool:
    """Return whether a station is a producer: a pump, an external grid, a source."""
    if station.cells:
        return station.cells.get("table") == "producers"
    if station.table == "ext_grid":  # one at the pressure of the air that brings no water
        return not (station.kind == "p" and station.quantities["pressure"] == 0.0)
    return station.table in ("circ_pump_pressure", "circ_pump_mass", "source")


def _given(station: Element, *, is_holder: bool) -> Row:
    """Return what a producer holds or gives."""
    if station.table == "ext_grid":
        return {"role": "pressure", "pressure": restored(station, "pressure")}
    if is_holder:
        columns = [
            c for c in ("pressure_difference", "static_pressure") if c in station.quantities
        ]
        return {"role": "pressure", **{name: restored(station, name) for name in columns}}
    known = "mass_flow" if "mass_flow" in station.quantities else "flow"
    if is_unchanged(station, known):
        return {}
    flow = station.quantities[known]
    taken = {"role": "flow", "mass_flow": flow if known == "mass_flow" else -flow}
    return {**taken, **dict.fromkeys(GIVEN, "")}


def _temperature(station: Element, faults: Faults) -> object:
    """Return the supply temperature of a producer; pandapipes can do without one."""
    if math.isnan(station.quantities["supply_temperature"]):
        column = "t_k" if station.table == "ext_grid" else "t_flow_k"
        faults.add(station.item, column, Verbatim("(empty)"), "a supply temperature in K")
        return ""
    return restored(station, "supply_temperature")


def _junction_temperature(network: Any, station: Element) -> float:
    """Return the temperature of a junction, at which a source brings its water there. [°C]

    As it was solved last, else the initial one.
    """
    solved = network.get("res_junction")
    if solved is not None and "t_k" in solved and station.start in solved.index:
        kelvin = float(solved.at[station.start, "t_k"])
        if math.isfinite(kelvin):
            return rounded(kelvin - KELVIN)
    return rounded(float(network.junction.at[station.start, "tfluid_k"]) - KELVIN)


def _holder(loop: Loop, producers: list[Element], circuit: str, faults: Faults) -> Element | None:
    """Return the pump that holds the pressure of a closed circuit; open ones have grids."""
    if loop.is_open:
        if not any(each.table == "ext_grid" for each in loop.stations):
            rule = "an external grid that holds the pressure"
            faults.add(f"circuit '{circuit}'", "ext_grid", 0, rule)
        return None
    holders = [each for each in producers if each.table == "circ_pump_pressure"]
    for other in holders[1:]:
        rule = f"a circ_pump_mass: '{holders[0].name}' holds the pressure of circuit '{circuit}'"
        faults.add(other.item, "element", Verbatim(other.table), rule)
    for other in (each for each in producers if each.table == "circ_pump_mass" and holders):
        if "p" in other.kind:
            rule = f"'t': '{holders[0].name}' holds the pressure of circuit '{circuit}'"
            faults.add(other.item, "type", other.kind, rule)
    if holders:
        return holders[0]
    rule = "a circ_pump_pressure, whose flow is what consumers draw"
    if producers:
        faults.add(producers[0].item, "element", Verbatim(producers[0].table), rule)
        return producers[0]
    faults.add(f"circuit '{circuit}'", "circ_pump_pressure", 0, rule)
    return None
