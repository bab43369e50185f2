"""The steady state of a circuit in every hour."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

import numpy as np

from ..model.errors import Fault, InvalidInputError
from ..model.scenario import Scenario
from ..model.water import WaterTable, density, water_table
from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray, IntArray
from .circuit_year import CircuitYear, PipeFigures
from .kernels.tree_figures import FIGURES, LEAST, QUARTERS, SUMMED
from .kernels.tree_rows import CONSUMER_VALUES, EXCHANGE_VALUES, VALUES
from .kernels.tree_solve import solve_blocks
from .kernels.tree_tables import Fields, Inputs, Options, Outputs, Pump, Tables, TreeTable
from .pressure_limit import pressure_limit
from .tree import tree_table

COLEBROOK_STEPS = {"colebrook": 2, "haaland": 0, "rough": 0, "pandapipes": 3}
"""Newton steps on Colebrook's equation: two reach 1e-10 above Re = 2000, three above 100."""

MOST_LANES, FEWEST_LANES = 64, 32
"""Hours of a block, where there are enough."""

NEVER_FLOWED = 1e8
"""Least temperature that the kernels leave where no water ever flowed. [°C]"""

WORK_BYTES = 1_500_000
"""Work array of a thread that should stay in the second-level cache."""


def solve_steady(
    circuit: Circuit,
    boundary: Boundary,
    scenario: Scenario,
    *,
    fields: bool = False,
) -> CircuitYear:
    r"""Solve flows, temperatures and pressures of a circuit in every hour.

    Parameters
    ----------
    circuit : Circuit
        A tree with one producer, which holds the pressure.
    boundary : Boundary
        Loads and temperatures of every hour.
    scenario : Scenario
        Its ``[water]``, ``[friction]`` and ``[solver]`` apply.
    fields : bool, optional
        Keep the fields of every pipe and junction. Default: consumers and figures only.

    Returns
    -------
    CircuitYear
        Solved hours.

    Raises
    ------
    InvalidInputError
        If the circuit is no tree or a shape does not fit.

    Notes
    -----
    Each consumer's flow is the largest of: the flow that serves its heat,
    :math:`\dot m (h(T_s) - h(T_r)) = Q`; its bypass flow; the flow that holds its bypass
    temperature; and at most its ``max_flow``. Water cools along a pipe by
    :math:`T = T_g + (T_{in} - T_g) \exp(-U L / (\dot m c_p))`, or by the exact solution of the
    counter-flow pair where supply and return exchange heat. Newton's method on the whole tree,
    eliminated exactly in two sweeps. Heat stored in water and walls is neglected.

    References
    ----------
    .. [1] EN 13941-1:2019, Design and installation of thermal insulated bonded single and twin
       pipe systems (loss coefficients of pairs).
    .. [2] Colebrook, C. F., "Turbulent flow in pipes", J. Inst. Civ. Eng. 11 (1939).
    """
    _check_shapes(circuit, boundary, len(boundary.duration))

    def solve(some: Boundary, limit: FloatArray | None, *, fields: bool = False) -> CircuitYear:
        return _solve(circuit, some, scenario, limit, fields=fields)

    year = solve(boundary, None, fields=fields)
    limit = pressure_limit(circuit, boundary, year, solve)
    return year if limit is None else solve(boundary, limit, fields=fields)


def _solve(
    circuit: Circuit,
    boundary: Boundary,
    scenario: Scenario,
    flow_limit: FloatArray | None,
    *,
    fields: bool,
) -> CircuitYear:
    """Solve with flow limits, whatever pressure is left."""
    hours = len(boundary.duration)
    tree = tree_table(circuit, scenario.friction.law)
    water = water_table(scenario.water)
    inputs = _inputs(boundary, flow_limit)
    outputs = _outputs(boundary.duration, len(circuit.consumer_ids), hours)
    kept = _fields(circuit, hours if fields else 0)
    figures = _run(tree, inputs, water, scenario, _pump(circuit), outputs, kept)
    return _circuit_year(circuit, boundary, water, outputs, kept, figures)


def _check_shapes(circuit: Circuit, boundary: Boundary, hours: int) -> None:
    consumers, pipes = len(circuit.consumer_ids), len(circuit.pipe_ids)
    expected = {
        "heat": (hours, consumers),
        "supply_temperature": (hours, len(circuit.producer_ids)),
        "return_temperature": (hours, consumers),
        "temperature_difference": (hours, consumers),
        "ground_temperature": (hours, pipes),
    }
    wrong = [
        Fault(f"boundary of {circuit.id!r}", name, getattr(boundary, name).shape, f"shape {shape}")
        for name, shape in expected.items()
        if getattr(boundary, name).shape != shape
    ]
    if wrong:
        raise InvalidInputError(*wrong)


def _inputs(boundary: Boundary, flow_limit: FloatArray | None) -> Inputs:
    """Turn the boundary so that hours stand last; equal rows are kept once."""
    hours, consumers = boundary.heat.shape
    unlimited = np.broadcast_to(np.inf, (consumers, hours))
    back, back_row = _distinct_rows(boundary.return_temperature.T)
    difference, difference_row = _distinct_rows(boundary.temperature_difference.T)
    ground, ground_row = _distinct_rows(boundary.ground_temperature.T)
    limit, limit_row = _distinct_rows(unlimited if flow_limit is None else flow_limit.T)
    return Inputs(
        heat=_own(boundary.heat.T),
        return_temperature=back,
        return_row=back_row,
        temperature_difference=difference,
        difference_row=difference_row,
        supply_temperature=_own(boundary.supply_temperature[:, 0]),
        ground_temperature=ground,
        ground_row=ground_row,
        flow_limit=limit,
        limit_row=limit_row,
    )


def _own(array: FloatArray) -> FloatArray:
    """Return contiguous values that may be written: for read-only ones numba compiles again."""
    return np.require(array, np.float64, ["C", "W"])


def _distinct_rows(array: FloatArray) -> tuple[FloatArray, IntArray]:
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


def _outputs(duration: FloatArray, consumers: int, hours: int) -> Outputs:
    def by_consumer() -> FloatArray:
        return np.zeros((consumers, hours))

    def by_hour() -> FloatArray:
        return np.zeros(hours)

    return Outputs(
        duration=_own(duration),
        consumer_mass_flow=by_consumer(),
        consumer_supply_temperature=by_consumer(),
        consumer_return_temperature=by_consumer(),
        consumer_heat=by_consumer(),
        consumer_unserved_heat=by_consumer(),
        consumer_reason=np.zeros((consumers, hours), dtype=np.int8),
        consumer_pressure_difference=by_consumer(),
        producer_heat=by_hour(),
        producer_mass_flow=by_hour(),
        producer_return_temperature=by_hour(),
        pressure_difference=by_hour(),
        worst_consumer=np.zeros(hours, dtype=np.int64),
        heat_loss=by_hour(),
        hydraulic_power=by_hour(),
        standing_loss=by_hour(),
        heat_residual=by_hour(),
        mass_residual=by_hour(),
        heat_error=by_hour(),
        iterations=np.zeros(hours, dtype=np.int64),
    )


def _fields(circuit: Circuit, hours: int) -> Fields:
    by_pipe, by_junction = (2, len(circuit.pipe_ids), hours), (2, len(circuit.junctions), hours)
    return Fields(
        mass_flow=np.empty(by_pipe),
        inlet_temperature=np.empty(by_pipe),
        outlet_temperature=np.empty(by_pipe),
        pressure_drop=np.empty(by_pipe),
        heat_loss=np.empty(by_pipe),
        junction_temperature=np.empty(by_junction),
        junction_pressure=np.empty(by_junction),
    )


def _run(
    tree: TreeTable,
    inputs: Inputs,
    water: WaterTable,
    scenario: Scenario,
    pump: Pump,
    outputs: Outputs,
    fields: Fields,
) -> FloatArray:
    """Solve all blocks on the threads allowed; return the pipes' figures of all hours."""
    options = solver_options(scenario, exchange=bool((tree.exchange > 0.0).any()))
    hours = len(outputs.duration)
    lanes = _lanes(len(tree.parent), hours, exchange=options.exchange)
    blocks = -(-hours // lanes)
    threads = min(scenario.solver.threads or cpu_count() or 1, blocks)
    edges = np.linspace(0, blocks, threads + 1).astype(np.int64)
    tables = [_tables(tree, lanes, fields, exchange=options.exchange) for _ in range(threads)]

    def part(k: int) -> None:
        first, last = int(edges[k]), int(edges[k + 1])
        solve_blocks(tree, inputs, water, options, pump, first, last, hours, outputs, tables[k])

    if threads == 1:
        part(0)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(part, range(threads)))
    return _merge_figures([table.figures for table in tables], float(outputs.duration.sum()))


def solver_options(scenario: Scenario, *, exchange: bool) -> Options:
    """Return how the kernels solve a scenario.

    Parameters
    ----------
    scenario : Scenario
        Its ``[friction]`` and ``[solver]`` apply.
    exchange : bool
        Whether the pipes of a pair exchange heat.
    """
    friction = scenario.friction
    always_turbulent = friction.law in ("rough", "pandapipes")
    return Options(
        colebrook_steps=COLEBROOK_STEPS[friction.law],
        fully_rough=friction.law == "rough",
        laminar_until=-1.0 if always_turbulent else friction.laminar_until,
        turbulent_from=0.0 if always_turbulent else friction.turbulent_from,
        heating=friction.heating,
        exchange=exchange,
        error_left=scenario.solver.tolerance,
        max_iterations=scenario.solver.max_iterations,
    )


def _lanes(rows: int, hours: int, *, exchange: bool) -> int:
    """Return the hours of a block: as many as the cache holds, 32 to 64, fewer for few hours."""
    values = EXCHANGE_VALUES if exchange else VALUES
    lanes = MOST_LANES
    while lanes > FEWEST_LANES and rows * values * lanes * 8 > WORK_BYTES:
        lanes //= 2
    while lanes > QUARTERS and lanes // 2 >= hours:
        lanes //= 2
    return lanes


def _tables(tree: TreeTable, lanes: int, fields: Fields, *, exchange: bool) -> Tables:
    rows, consumers = len(tree.parent), len(tree.consumer_row)
    figures = np.zeros((2, rows - 1, FIGURES, lanes // QUARTERS))
    figures[:, :, 4] = np.inf
    figures[:, :, 5] = -np.inf
    figures[:, :, 7] = -np.inf
    figures[:, :, 8] = np.inf
    return Tables(
        work=np.zeros((rows, EXCHANGE_VALUES if exchange else VALUES, lanes)),
        consumers=np.zeros((consumers, CONSUMER_VALUES, lanes)),
        scratch=np.zeros((5, lanes)),
        sums=np.zeros((3, lanes)),
        losses=np.zeros((4, lanes)),
        pressures=np.zeros((2, lanes)),
        errors=np.zeros(lanes),
        plant_return=np.zeros(lanes),
        head=np.zeros(lanes),
        duration=np.zeros(lanes),
        figures=figures,
        notes=np.zeros((FIGURES, lanes)),
        fields=fields,
    )


def _merge_figures(parts: list[FloatArray], seconds: float) -> FloatArray:
    """Join the figures of all threads and lanes."""
    stack = np.concatenate(parts, axis=-1)
    merged: FloatArray = stack.max(axis=-1)
    for summed in SUMMED:
        merged[..., summed] = stack[..., summed, :].sum(axis=-1)
    for least in LEAST:
        merged[..., least] = stack[..., least, :].min(axis=-1)
    merged[..., 3] /= max(seconds, 1e-300)
    flowless = merged[..., 4] >= NEVER_FLOWED
    merged[flowless, 4] = np.nan
    merged[flowless, 5] = np.nan
    return merged


def _circuit_year(
    circuit: Circuit,
    boundary: Boundary,
    water: WaterTable,
    out: Outputs,
    fields: Fields,
    figures: FloatArray,
) -> CircuitYear:
    """Label what the kernel wrote."""
    producers = circuit.producers
    share = np.nan_to_num(out.producer_mass_flow / producers.design_flow[0], nan=0.0)
    plant_loss = np.nan_to_num(producers.plant_pressure_loss[0], nan=0.0) * share**2
    head = out.pressure_difference + plant_loss
    volume = out.producer_mass_flow / density(out.producer_return_temperature, water)
    return CircuitYear(
        circuit=circuit,
        consumer_mass_flow=out.consumer_mass_flow.T,
        consumer_supply_temperature=out.consumer_supply_temperature.T,
        consumer_return_temperature=out.consumer_return_temperature.T,
        consumer_heat=out.consumer_heat.T,
        consumer_unserved_heat=out.consumer_unserved_heat.T,
        consumer_reason=out.consumer_reason.T,
        consumer_pressure_difference=out.consumer_pressure_difference.T,
        producer_heat=out.producer_heat[:, None],
        producer_mass_flow=out.producer_mass_flow[:, None],
        producer_supply_temperature=np.array(boundary.supply_temperature),
        producer_return_temperature=out.producer_return_temperature[:, None],
        pressure_difference=out.pressure_difference[:, None],
        pump_head=head[:, None],
        pump_electricity=(volume * head / producers.pump_efficiency[0])[:, None],
        heat_loss=out.heat_loss,
        hydraulic_power=out.hydraulic_power,
        standing_loss=out.standing_loss,
        heat_residual=out.heat_residual,
        mass_residual=out.mass_residual,
        heat_error=out.heat_error,
        worst_consumer=out.worst_consumer,
        iterations=out.iterations,
        pipe_figures=PipeFigures(*np.moveaxis(figures, -1, 0)),
        fields=_labelled_fields(fields),
    )


def _labelled_fields(fields: Fields) -> Mapping[str, FloatArray]:
    """Return the fields as (hours, pipes or junctions, side), or nothing."""
    if fields.mass_flow.size == 0:
        return {}
    names = {
        "pipe_mass_flow": fields.mass_flow,
        "pipe_inlet_temperature": fields.inlet_temperature,
        "pipe_outlet_temperature": fields.outlet_temperature,
        "pipe_pressure_drop": fields.pressure_drop,
        "pipe_heat_loss": fields.heat_loss,
        "junction_temperature": fields.junction_temperature,
        "junction_pressure": fields.junction_pressure,
    }
    return {name: np.moveaxis(field, (2, 1, 0), (0, 1, 2)) for name, field in names.items()}
