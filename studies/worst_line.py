"""Pressure along the way to the worst consumer: the hydraulic grade line, as data."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from ..networks.cells import is_empty
from ..networks.columns import RETURN, SUPPLY, Circuit, FloatArray
from ..results.circuit_summary import worst_consumer
from ..results.instants import instant_name
from ..solvers.circuit_year import CircuitYear, DesignState
from ..solvers.distribution import solved_boundary
from ..solvers.roles import distribution_circuits
from ..solvers.simulation import Simulation
from ..solvers.steady import solve_steady
from ..solvers.window import take_hours

METRE = 9806.65
"""Pressure of a metre of cold water. [Pa]"""

BAR = 1e5
"""Pascals in a bar."""

FIELDS = ("junction_pressure", "pipe_mass_flow")


class Way(NamedTuple):
    """Pipes from a producer to a consumer, and the junctions between them, in order."""

    pipes: list[int]
    junctions: list[int]
    distance: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstLine:
    """Gauge pressures on the way to a circuit's worst consumer, in one state.

    Parameters
    ----------
    circuit : Circuit
        What was solved.
    consumer : str
        Where the way ends.
    state : str
        ``"design"`` or ``"peak"``.
    row : int
        Of the peak's hour; -1 for the design state.
    instant : str
        Of the peak; empty for the design state.
    way : Way
        From the producer.
    supply, back : array of float, shape (junctions,)
        On each side of the way's junctions; NaN where a side has none. [Pa]
    """

    circuit: Circuit
    consumer: str
    state: str
    row: int
    instant: str
    way: Way
    supply: FloatArray
    back: FloatArray


def worst_lines(simulation: Simulation) -> list[WorstLine]:
    """Return the way to the worst consumer of every circuit that delivers.

    Parameters
    ----------
    simulation : Simulation
        What was solved.

    Returns
    -------
    list of WorstLine
        The design state, where there is one, and the hour of the largest flow. That hour is
        solved again for its pressures; in a dynamic run with the flows that its consumers drew
        as the step ended and water in the steady state of these, or, where the run kept all
        pressures and flows, it is the state at the end of the step.
    """
    years = simulation.cases["base"].circuits
    names = distribution_circuits(simulation.system)
    return [line for name in names if name in years for line in _lines(simulation, name)]


def worst_line_columns(lines: list[WorstLine]) -> dict[str, list[Any]]:
    """Return the lines as columns of a table, a junction a row.

    Parameters
    ----------
    lines : list of WorstLine
        Of any circuits.
    """
    rows = [
        (
            line.circuit.id,
            line.state,
            line.instant,
            line.consumer,
            line.circuit.pipe_ids[line.way.pipes[place - 1]] if place else "",
            line.circuit.junctions[junction],
            float(line.way.distance[place]),
            float(line.circuit.elevation[junction]),
            float(line.supply[place]) / BAR,
            float(line.back[place]) / BAR,
        )
        for line in lines
        for place, junction in enumerate(line.way.junctions)
    ]
    return {name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)}


COLUMNS = (
    "circuit",
    "state",
    "time",
    "consumer",
    "pipe",
    "junction",
    "distance_m",
    "elevation_m",
    "supply_pressure_bar",
    "return_pressure_bar",
)
"""Of `worst_line_columns`; the pipe is the one that leads to the junction."""


def way_to(circuit: Circuit, consumer: str, flow: FloatArray | None = None) -> Way | None:
    """Return the way from a producer to a consumer, None where there is none.

    Parameters
    ----------
    circuit : Circuit
        Of any shape.
    consumer : str
        Where the way ends.
    flow : array of float, shape (pipes,), optional
        On the supply side: the way follows the largest flow upstream. Else it is the one of
        the fewest pipes from the first producer. [kg/s]
    """
    end = int(circuit.consumers.junction[circuit.consumer_ids.index(consumer)])
    found = None if flow is None else _upstream(circuit, end, flow)
    found = _fewest(circuit, end) if found is None else found
    if found is None or not found[0]:
        return None
    pipes, junctions = found
    distance = np.concatenate([[0.0], np.cumsum(circuit.pipes.length[pipes])])
    return Way(pipes, junctions, distance)


def _upstream(circuit: Circuit, end: int, flow: FloatArray) -> tuple[list[int], list[int]] | None:
    """Return pipes and junctions of the largest flow to ``end``; None where it has no source."""
    start, stop = circuit.pipes.from_junction, circuit.pipes.to_junction
    sources = set(circuit.producers.junction[: circuit.holders].tolist())
    pipes: list[int] = []
    junctions = [end]
    while junctions[0] not in sources:
        here = junctions[0]
        into = np.where(stop == here, flow, np.where(start == here, -flow, 0.0))
        pipe = int(np.argmax(np.nan_to_num(into)))
        before = int(start[pipe] if stop[pipe] == here else stop[pipe])
        if not into[pipe] > 0.0 or before in junctions:
            return None
        pipes.insert(0, pipe)
        junctions.insert(0, before)
    return pipes, junctions


def _fewest(circuit: Circuit, end: int) -> tuple[list[int], list[int]] | None:
    """Return pipes and junctions of the way of the fewest pipes from the first producer."""
    start = int(circuit.producers.junction[0])
    before = _tree(circuit, start)
    if end not in before:
        return None
    pipes: list[int] = []
    junctions = [end]
    while junctions[0] != start:
        pipe, junction = before[junctions[0]]
        pipes.insert(0, pipe)
        junctions.insert(0, junction)
    return pipes, junctions


def _tree(circuit: Circuit, start: int) -> dict[int, tuple[int, int]]:
    """Return the supply pipe and the junction before each junction, nearest by pipes."""
    neighbours: dict[int, list[tuple[int, int]]] = {}
    exists = circuit.has_pipe[SUPPLY]
    ends = zip(circuit.pipes.from_junction, circuit.pipes.to_junction, strict=True)
    for pipe, (a, b) in enumerate(ends):
        if exists[pipe]:
            neighbours.setdefault(int(a), []).append((pipe, int(b)))
            neighbours.setdefault(int(b), []).append((pipe, int(a)))
    before = {start: (-1, start)}
    queue = [start]
    for junction in queue:
        for pipe, other in neighbours.get(junction, []):
            if other not in before:
                before[other] = (pipe, junction)
                queue.append(other)
    return before


def _lines(simulation: Simulation, name: str) -> Iterator[WorstLine]:
    year = simulation.cases["base"].circuits[name]
    design = simulation.design.get(name)
    consumer = design.worst_consumer if design is not None else _worst(year)
    if consumer not in year.circuit.consumer_ids:
        return
    if design is not None:
        way = way_to(year.circuit, consumer)
        if way is not None:
            yield _design_line(year.circuit, consumer, design, way)
    yield from _peak_line(simulation, year, consumer)


def _worst(year: CircuitYear) -> str:
    """Return the worst consumer; of a one-line network the one of the least pressure."""
    found = worst_consumer(year)
    if found is not None or not year.consumer_pressure_difference.size:
        return found or ""
    drawn = np.where(year.consumer_mass_flow > 0.0, year.consumer_pressure_difference, np.inf)
    least = np.nan_to_num(drawn, nan=np.inf).min(axis=0)
    return year.circuit.consumer_ids[int(np.argmin(least))] if np.isfinite(least).any() else ""


def _peak_line(simulation: Simulation, year: CircuitYear, consumer: str) -> Iterator[WorstLine]:
    """Yield the hour of the largest flow, with the pressure of every junction."""
    flow, circuit = np.clip(year.producer_mass_flow, 0.0, None).sum(axis=1), year.circuit
    if not (flow.size and has_loads(simulation, circuit)):
        return
    row = int(np.argmax(flow))
    pressure, through = _kept_state(year, row) or _solved_state(simulation, year, row)
    way = way_to(circuit, consumer, through)
    if way is None or not np.isfinite(pressure[way.junctions, SUPPLY]).all():
        return
    yield WorstLine(
        circuit=circuit,
        consumer=consumer,
        state="peak",
        row=row,
        instant=instant_name(simulation.profiles, row),
        way=way,
        supply=pressure[way.junctions, SUPPLY],
        back=pressure[way.junctions, RETURN],
    )


def _kept_state(year: CircuitYear, row: int) -> tuple[FloatArray, FloatArray] | None:
    """Return pressures and supply flows of a dynamic step; None where they are not all kept."""
    if year.stored_heat is None or year.field_rows or not set(FIELDS) <= set(year.fields):
        return None
    pressure, flow = (year.fields[name] for name in FIELDS)
    at = row + len(pressure) - len(year.heat_loss)  # variables may begin with the start
    return pressure[at], flow[at, :, SUPPLY]


def _solved_state(
    simulation: Simulation, year: CircuitYear, row: int
) -> tuple[FloatArray, FloatArray]:
    """Solve a row again: of a dynamic run its pressures alone, at the flows that were drawn."""
    hour = take_hours(simulation.profiles, np.array([row]))
    boundary = solved_boundary(
        simulation.system,
        hour,
        year.circuit.id,
        simulation.cases["base"].exchangers,
        np.array([row]),
    )
    if year.stored_heat is not None:
        flows = year.instant["consumer_mass_flow"]  # as the step ends
        drawn = flows[[row + len(flows) - len(year.heat_loss)]]
        ends = False if boundary.outlet is None else boundary.outlet
        boundary = replace(boundary, flow=np.where(ends, np.nan, drawn))
    solved = solve_steady(year.circuit, boundary, simulation.system.scenario, fields=FIELDS)
    return solved.fields["junction_pressure"][0], solved.fields["pipe_mass_flow"][0, :, SUPPLY]


def has_loads(simulation: Simulation, circuit: Circuit) -> bool:
    """Return whether what the circuit's consumers draw follows from the system alone.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    circuit : Circuit
        One of its circuits.
    """
    system = simulation.system
    if "consumers" not in system.tables:
        return False
    behind = {each.consumer for each in system.scenario.exchangers.values()}
    if behind & set(circuit.consumer_ids):
        return True
    if simulation.profiles.demand is not None or {"heat", "flow"} & set(system.series):
        return True
    cells = (system.cells("consumers", name, circuit.consumer_ids) for name in ("heat", "flow"))
    return any(not is_empty(cell) for column in cells for cell in column)


def _design_line(circuit: Circuit, consumer: str, design: DesignState, way: Way) -> WorstLine:
    height = circuit.elevation[way.junctions]
    lift = (height - height[0]) * METRE
    drop = np.abs(design.pressure_drop[:, way.pipes])
    fallen = np.concatenate([np.zeros((2, 1)), np.cumsum(drop, axis=1)], axis=1)
    static = float(np.nan_to_num(circuit.producers.static_pressure[0]))
    return WorstLine(
        circuit=circuit,
        consumer=consumer,
        state="design",
        row=-1,
        instant="",
        way=way,
        supply=static + design.pressure_difference - fallen[SUPPLY] - lift,
        back=static + fallen[RETURN] - lift,
    )
