"""The steady state of a circuit with loops or several producers, in every hour."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

import numpy as np

from ..model.errors import Fault, InvalidInputError
from ..model.scenario import Scenario
from ..model.water import WaterTable, density, water_table
from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray, IntArray
from .circuit_year import CircuitYear, PipeFigures
from .kernels.mesh_rows import LANES
from .kernels.mesh_solve import solve_mesh
from .kernels.mesh_tables import MeshFields, MeshInputs, MeshOutputs, MeshTable, Plan
from .kernels.tree_tables import NO_TEMPERATURE, Options, Pump
from .mesh_memory import label_fields, make_fields, make_outputs, make_work, merge_figures
from .mesh_plan import find_loops, make_plan

NO_PRESSURE = -1e300
"""Least pressure difference of a consumer that is not connected. [Pa]"""

KINDS = 3
"""Flow, share and heat of producers are known to the kernels; limits have become heat before."""

MAX_VELOCITY = 20.0
"""No unlimited consumer draws more than this velocity in the pipes at its junction. [m/s]"""


def is_mesh(circuit: Circuit) -> bool:
    """Return whether a circuit is more than a tree with one producer.

    Parameters
    ----------
    circuit : Circuit
        Connected.
    """
    return len(circuit.producer_ids) > 1 or len(circuit.pipe_ids) >= len(circuit.junctions)


def solve_with_limits(
    circuit: Circuit,
    boundary: Boundary,
    scenario: Scenario,
    options: Options,
    flow_limit: FloatArray | None,
    names: Collection[str],
    *,
    keep: bool,
) -> CircuitYear:
    """Solve a mesh with flow limits, whatever pressure is left.

    Parameters
    ----------
    circuit : Circuit
        Connected; the first producer holds the pressure.
    boundary : Boundary
        Loads and temperatures of every hour.
    scenario : Scenario
        Its ``[water]`` and ``[solver]`` apply.
    options : Options
        How the kernels solve it.
    flow_limit : array of float, shape (hours, consumers), or None
        Flow that the pressure allows. [kg/s]
    names : collection of str
        Fields to keep.
    keep : bool
        Whether to keep what each consumer gets in each hour.

    Returns
    -------
    CircuitYear
        Solved hours.

    Raises
    ------
    InvalidInputError
        If the feed has another shape than the producers.
    """
    hours = len(boundary.duration)
    water = water_table(scenario.water)
    inputs, rows = read_inputs(boundary, flow_limit)
    mesh = mesh_table(circuit, scenario.friction.law, rows)
    plan = make_plan(
        mesh.start, mesh.end, len(circuit.junctions), int(circuit.producers.junction[0])
    )
    out = make_outputs(circuit, boundary.duration, keep=keep)
    fields = make_fields(circuit, hours, names)
    figures = _run(mesh, plan, inputs, water, scenario, options, _pump(circuit), out, fields)
    return _circuit_year(circuit, boundary, water, out, fields, figures)


def mesh_table(circuit: Circuit, law: str, rows: dict[str, IntArray]) -> MeshTable:
    """Return a circuit as the mesh kernels read it.

    Parameters
    ----------
    circuit : Circuit
        Connected.
    law : str
        Friction law; ``"pandapipes"`` divides the relative roughness by 3.71, the others by 3.7.
    rows : dict of str to array of int
        Rows of what pipes and consumers share over the hours.
    """
    pipes, consumers = circuit.pipes, circuit.consumers
    start, end = pipes.from_junction, pipes.to_junction
    junctions, source = len(circuit.junctions), int(circuit.producers.junction[0])
    earth = np.zeros(junctions, dtype=np.int64)
    earth[start], earth[end] = rows["ground"], rows["ground"]
    order = np.argsort(consumers.junction, kind="stable")
    touching = np.flatnonzero((start == source) ^ (end == source))
    loops, outward = find_loops(start, end, junctions, source)
    connected, length = consumers.is_connected, pipes.length
    diameter = pipes.inner_diameter
    return MeshTable(
        start=start.astype(np.int64),
        end=end.astype(np.int64),
        conductance=np.ascontiguousarray(pipes.heat_loss_coefficient * length),
        exchange=pipes.pair_exchange_coefficient * length,
        hydraulics=_hydraulics(circuit, 3.71 if law == "pandapipes" else 3.7),
        area=np.ascontiguousarray(np.pi * diameter**2 / 4.0),
        per_length=np.divide(1.0, length, out=np.zeros_like(length), where=length > 0.0),
        rise=circuit.elevation[end] - circuit.elevation[start],
        height=circuit.elevation - circuit.elevation[source],
        in_loop=loops,
        outward=outward,
        ground=rows["ground"],
        earth=earth,
        consumer_junction=consumers.junction.astype(np.int64),
        first_consumer=np.searchsorted(consumers.junction[order], np.arange(junctions + 1)),
        consumer=order.astype(np.int64),
        returned=rows["returned"],
        difference=rows["difference"],
        limit=rows["limit"],
        bypass_flow=np.where(connected, consumers.bypass_flow, 0.0),
        max_flow=np.where(connected, np.minimum(consumers.max_flow, _largest_flow(circuit)), 0.0),
        bypass_temperature=_given(
            np.where(connected, consumers.bypass_temperature, np.nan), NO_TEMPERATURE
        ),
        min_supply=_given(consumers.min_supply_temperature, -1e9),
        max_supply=_given(consumers.max_supply_temperature, 1e9),
        min_pressure_difference=np.where(
            connected, consumers.min_pressure_difference, NO_PRESSURE
        ),
        producer_junction=circuit.producers.junction.astype(np.int64),
        source_pipe=touching,
        source_sign=np.where(start[touching] == source, 1.0, -1.0),
    )


def read_inputs(
    boundary: Boundary, flow_limit: FloatArray | None
) -> tuple[MeshInputs, dict[str, IntArray]]:
    """Return the hours as the kernels read them, and the rows of what things share.

    Parameters
    ----------
    boundary : Boundary
        Loads and temperatures.
    flow_limit : array of float, shape (hours, consumers), or None
        Flow that the pressure allows. [kg/s]
    """
    hours, consumers = boundary.heat.shape
    unlimited = np.broadcast_to(np.inf, (consumers, hours))
    back, back_row = distinct_rows(boundary.return_temperature.T)
    difference, difference_row = distinct_rows(boundary.temperature_difference.T)
    ground, ground_row = distinct_rows(boundary.ground_temperature.T)
    limit, limit_row = distinct_rows(unlimited if flow_limit is None else flow_limit.T)
    inputs = MeshInputs(
        heat=_own(boundary.heat),
        return_temperature=back,
        temperature_difference=difference,
        flow_limit=limit,
        ground_temperature=ground,
        supply_temperature=_own(boundary.supply_temperature),
        feed=_feed(boundary),
    )
    rows = {
        "returned": back_row,
        "difference": difference_row,
        "ground": ground_row,
        "limit": limit_row,
    }
    return inputs, rows


def _feed(boundary: Boundary) -> FloatArray:
    """Return what the producers after the first one give, shape (3, hours, producers)."""
    shape = boundary.supply_temperature.shape
    if boundary.feed is None:
        return np.full((3, *shape), np.nan)
    wrong = [
        Fault("boundary.feed", name, column.shape, f"shape {shape}")
        for name, column in boundary.feed._asdict().items()
        if column.shape != shape
    ]
    if wrong:
        raise InvalidInputError(*wrong)
    return np.stack(boundary.feed[:KINDS]).astype(np.float64)


def _own(array: FloatArray) -> FloatArray:
    """Return contiguous values that may be written: for read-only ones numba compiles again."""
    return np.require(array, np.float64, ["C", "W"])


def distinct_rows(array: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the rows of a (things, hours) array as contiguous rows, and which is whose.

    Broadcast views, equal for all things or constant in time, are not multiplied out.
    """
    count, hours = array.shape
    if array.strides[0] == 0 and count > 0:
        return _own(array[:1]), np.zeros(count, dtype=np.int64)
    if array.strides[1] == 0 and hours > 0:
        values, row = np.unique(array[:, 0], return_inverse=True)
        return np.repeat(values[:, None], hours, axis=1), row.astype(np.int64).ravel()
    return _own(array), np.arange(count, dtype=np.int64)


def _hydraulics(circuit: Circuit, roughness_divisor: float) -> FloatArray:
    """Return the hydraulic columns of all routes, as in `TreeTable`."""
    pipes = circuit.pipes
    diameter = pipes.inner_diameter
    relative = pipes.roughness / diameter / roughness_divisor
    columns = (
        4.0 / (np.pi * diameter),
        8.0 / (np.pi**2 * diameter**4),
        pipes.length / diameter,
        pipes.minor_loss_coefficient,
        relative,
        relative**1.11,
    )
    return np.ascontiguousarray(np.stack(columns, axis=-1))


def _largest_flow(circuit: Circuit) -> FloatArray:
    """Return, per consumer, the flow at which the widest pipe of its junction reaches 20 m/s."""
    pipes = circuit.pipes
    widest = np.zeros(len(circuit.junctions))
    diameter = pipes.inner_diameter.max(axis=0)
    np.maximum.at(widest, pipes.from_junction, diameter)
    np.maximum.at(widest, pipes.to_junction, diameter)
    area = np.pi * widest[circuit.consumers.junction] ** 2 / 4.0
    return np.where(area > 0.0, MAX_VELOCITY * 1000.0 * area, np.inf)


def _given(column: FloatArray, absent: float) -> FloatArray:
    return np.where(np.isnan(column), absent, column)


def _pump(circuit: Circuit) -> Pump:
    producers = circuit.producers
    least, most = producers.min_pressure_difference[0], producers.max_pressure_difference[0]
    static = producers.static_pressure[0]
    return Pump(
        static_pressure=0.0 if np.isnan(static) else float(static),
        fixed_head=float(producers.pressure_difference[0]),
        min_head=0.0 if np.isnan(least) else float(least),
        max_head=np.inf if np.isnan(most) else float(most),
    )


def _run(
    mesh: MeshTable,
    plan: Plan,
    inputs: MeshInputs,
    water: WaterTable,
    scenario: Scenario,
    options: Options,
    pump: Pump,
    out: MeshOutputs,
    fields: MeshFields,
) -> FloatArray:
    """Solve all blocks on the threads allowed; return the pipes' figures of all hours."""
    hours = len(out.heat_loss)
    blocks = -(-hours // LANES)
    threads = min(scenario.solver.threads or cpu_count() or 1, blocks)
    edges = np.linspace(0, blocks, threads + 1).astype(np.int64)
    works = [make_work(mesh, plan, inputs) for _ in range(threads)]

    def part(k: int) -> None:
        first, last = int(edges[k]), int(edges[k + 1])
        solve_mesh(mesh, plan, inputs, water, options, pump, first, last, works[k], out, fields)

    if threads == 1:
        part(0)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(part, range(threads)))
    return merge_figures([work.figures for work in works], float(out.duration.sum()))


def _circuit_year(
    circuit: Circuit,
    boundary: Boundary,
    water: WaterTable,
    out: MeshOutputs,
    fields: MeshFields,
    figures: FloatArray,
) -> CircuitYear:
    """Label what the kernel wrote."""
    producers = circuit.producers
    share = np.nan_to_num(out.producer_mass_flow / producers.design_flow, nan=0.0)
    plant_loss = np.nan_to_num(producers.plant_pressure_loss, nan=0.0) * share**2
    head = out.pressure_difference + plant_loss
    volume = out.producer_mass_flow / density(out.producer_return_temperature, water)
    return CircuitYear(
        circuit=circuit,
        consumer_mass_flow=out.consumer_mass_flow,
        consumer_supply_temperature=out.consumer_supply_temperature,
        consumer_return_temperature=out.consumer_return_temperature,
        consumer_heat=out.consumer_heat,
        consumer_unserved_heat=out.consumer_unserved_heat,
        consumer_reason=out.consumer_reason,
        consumer_pressure_difference=out.consumer_pressure_difference,
        producer_heat=out.producer_heat,
        producer_mass_flow=out.producer_mass_flow,
        producer_supply_temperature=np.array(boundary.supply_temperature),
        producer_return_temperature=out.producer_return_temperature,
        pressure_difference=out.pressure_difference,
        pump_head=head,
        pump_electricity=np.maximum(volume * head, 0.0) / producers.pump_efficiency,
        heat_loss=out.heat_loss,
        hydraulic_power=out.hydraulic_power,
        standing_loss=out.standing_loss,
        heat_residual=out.heat_residual,
        mass_residual=out.mass_residual,
        heat_error=out.heat_error,
        worst_consumer=out.worst_consumer,
        iterations=out.iterations,
        pipe_figures=PipeFigures(*np.moveaxis(figures, -1, 0)),
        fields=label_fields(fields),
        head_residual=out.head_residual,
    )
