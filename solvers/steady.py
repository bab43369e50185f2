"""The steady state of a circuit in every hour."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..model.errors import Fault, InvalidInputError
from ..model.scenario import Scenario
from ..model.water import WaterTable, water_table
from ..networks.boundary import Boundary
from ..networks.columns import NO_CHECKS, Circuit, FloatArray, IntArray
from .carried_heat import with_carried_heat
from .check_valves import FIELDS as CHECKED
from .check_valves import has_checks, shut_checks
from .circuit_year import CircuitYear
from .field_choice import FieldChoice, choose_fields
from .kept_fields import KeptFields, make_fields, pause_for
from .kernel_columns import pump_of
from .kernel_hours import distinct_rows, own, solve_parts
from .kernels.tree_rows import LANES
from .kernels.tree_solve import solve_blocks
from .kernels.tree_tables import (
    NO_TEMPERATURE,
    Inputs,
    Options,
    Outputs,
    Pump,
    TreeTable,
    Walk,
)
from .label_year import BY_PRODUCER, label_year
from .mesh import is_mesh, solve_with_limits
from .one_ground import with_one_ground
from .open_ends import give_ends, has_ends, hold_ends, without_returns
from .prescribed import ask_for_flow, count_as_served
from .pressure_limit import head_is_bounded, missing_head, pressure_limit
from .substations import (
    explain_returns,
    find_returns,
    has_substations,
    moved_at_most,
    with_returns,
)
from .tree import plan_walk, tree_table
from .tree_memory import (
    Memory,
    in_hours,
    make_outputs,
    make_tables,
    merge_figures,
)

LOSS, WATER = START = ("pipe_heat_loss", "junction_temperature")
"""Fields from which a later solve may start."""

COLEBROOK_STEPS = {"colebrook": 1, "haaland": 0, "rough": 0, "pandapipes": 2}
"""Steps on Colebrook's equation: one reaches 1e-10 above Re = 2000, two everywhere."""


class _How(NamedTuple):
    """How a solve begins and what it keeps; see `solve_steady`."""

    fields: FieldChoice
    memory: Memory
    start: CircuitYear | None
    keep: bool
    only_water: bool


def solve_steady(
    circuit: Circuit,
    boundary: Boundary,
    scenario: Scenario,
    *,
    fields: bool | Collection[str] | FieldChoice = False,
    consumers: bool = True,
    memory: Memory | None = None,
    start: CircuitYear | None = None,
    only_water: bool = False,
) -> CircuitYear:
    r"""Solve flows, temperatures and pressures of a circuit in every hour.

    Parameters
    ----------
    circuit : Circuit
        Connected; the first producer holds the pressure. Trees with one producer take the fast
        path.
    boundary : Boundary
        Loads and temperatures of every hour.
    scenario : Scenario
        Its ``[water]``, ``[friction]`` and ``[solver]`` apply.
    fields : bool, collection of str or FieldChoice, optional
        Fields of pipes and junctions to keep: all, some by name (see `CircuitYear`), or those of
        some pipes and junctions. Default: consumers and figures only.
    consumers : bool, optional
        Whether to keep what each consumer gets in each hour. If not, arrays by consumer have no
        columns, but for unserved heat and its reason: for large networks, whose year would not
        fit in memory. A producer of bounded head needs them, and keeps them.
    memory : Memory, optional
        Where consumers' results and fields are kept: those of the solve that used it before are
        overwritten. For many variants in a row: fresh memory costs as much as a solve. With a
        folder, what does not fit is kept there.
    start : CircuitYear, optional
        A solution for the same hours and nearly the same boundary, with its consumers and the
        field ``junction_temperature``: a tree begins with it. Loops begin anew.
    only_water : bool, optional
        Whether the consumers' flows and the fields ``junction_temperature`` and
        ``pipe_heat_loss`` alone are needed, to start from: a tree then leaves out the rest,
        except where the head decides about flows.

    Returns
    -------
    CircuitYear
        Solved hours.

    Raises
    ------
    InvalidInputError
        If a shape does not fit, or no room is left in the memory's folder.

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
    if has_ends(boundary):
        held, hours = hold_ends(circuit, boundary)
        year = solve_steady(held, hours, scenario, fields=fields, memory=memory)
        return give_ends(year, circuit, boundary)
    choice = choose_fields(fields)
    memory = Memory() if memory is None else memory
    if has_checks(circuit):
        plain = replace(circuit, checks=NO_CHECKS)
        water, other = water_table(scenario.water), memory.another()
        shut = shut_checks(
            circuit,
            boundary,
            water,
            lambda some: solve_steady(plain, some, scenario, fields=CHECKED, memory=other),
        )
        year = solve_steady(
            plain, shut, scenario, fields=choice, consumers=consumers, memory=memory
        )
        return replace(year, circuit=circuit)
    asked, given = ask_for_flow(boundary)
    brief = only_water and not head_is_bounded(circuit) and not has_substations(circuit, asked)
    choice = choose_fields(START) if brief else choice

    def solve(
        some: Boundary, limit: FloatArray | None, fields: Collection[str] | FieldChoice
    ) -> CircuitYear:
        is_whole = some is asked
        how = _How(
            fields=choose_fields(fields),
            memory=memory if is_whole else memory.another(),
            start=start if is_whole else None,
            keep=consumers or brief or head_is_bounded(circuit) or given is not None,
            only_water=brief,
        )
        if not has_substations(circuit, some):
            return _solve(circuit, some, scenario, limit, how)
        alone = _How(FieldChoice(), memory.another(), None, keep=True, only_water=False)

        def once(few: Boundary, least: FloatArray | None) -> CircuitYear:
            return _solve(circuit, few, scenario, least, alone)

        limit = moved_at_most(circuit, some, limit)
        found = find_returns(circuit, some, scenario, limit, once)
        year = _solve(circuit, with_returns(some, found), scenario, limit, how)
        return explain_returns(year, found)

    year = solve(asked, given, choice)
    if head_is_bounded(circuit) and not circuit.is_one_line:
        missing = missing_head(circuit, year)
        limit = pressure_limit(circuit, asked, year, solve, given)
        year = year if limit is None else solve(asked, limit, choice)
        year = replace(year, missing_head=missing)
    year = without_returns(count_as_served(year, boundary), boundary)
    return with_carried_heat(year, water_table(scenario.water))


def _solve(
    circuit: Circuit,
    boundary: Boundary,
    scenario: Scenario,
    flow_limit: FloatArray | None,
    how: _How,
) -> CircuitYear:
    """Solve with flow limits, whatever pressure is left."""
    if is_mesh(circuit):
        options = solver_options(scenario, exchange=False)
        return solve_with_limits(
            circuit,
            with_one_ground(circuit, boundary),
            scenario,
            options,
            flow_limit,
            how.fields,
            keep=how.keep,
            memory=how.memory,
        )
    hours = len(boundary.duration)
    tree = tree_table(circuit, scenario.friction.law)
    water = water_table(scenario.water)
    exchange = bool((tree.exchange > 0.0).any())
    options = solver_options(scenario, exchange=exchange, only_water=how.only_water)
    inputs, walk = _inputs(tree, boundary, flow_limit, how, exchange=exchange)
    outputs = make_outputs(boundary.duration, len(circuit.consumer_ids), how.memory, keep=how.keep)
    kept = make_fields(circuit, hours, how.fields, how.memory)
    figures = _run(tree, walk, inputs, water, scenario, options, pump_of(circuit), outputs, kept)
    out = Outputs(*(in_hours(array, hours) for array in outputs))
    by_producer = {
        name: getattr(out, name)[:, None] for name in out._fields if name in BY_PRODUCER
    }
    return label_year(circuit, boundary, water, out._replace(**by_producer), kept, figures)


def _check_shapes(circuit: Circuit, boundary: Boundary, hours: int) -> None:
    consumers, pipes = len(circuit.consumer_ids), len(circuit.pipe_ids)
    expected = {
        "heat": (hours, consumers),
        "supply_temperature": (hours, len(circuit.producer_ids)),
        "return_temperature": (hours, consumers),
        "temperature_difference": (hours, consumers),
        "ground_temperature": (hours, pipes),
    }
    if boundary.return_ground_temperature is not None:
        expected["return_ground_temperature"] = (hours, pipes)
    wrong = [
        Fault(f"boundary of {circuit.id!r}", name, getattr(boundary, name).shape, f"shape {shape}")
        for name, shape in expected.items()
        if getattr(boundary, name).shape != shape
    ]
    if wrong:
        raise InvalidInputError(*wrong)


def _inputs(
    tree: TreeTable,
    boundary: Boundary,
    flow_limit: FloatArray | None,
    how: _How,
    *,
    exchange: bool,
) -> tuple[Inputs, Walk]:
    """Turn the boundary so that hours stand last; equal rows are kept once."""
    (hours, consumers), start = boundary.heat.shape, how.start
    unlimited = np.broadcast_to(np.inf, (consumers, hours))
    back, back_row = distinct_rows(boundary.return_temperature.T)
    difference, difference_row = distinct_rows(boundary.temperature_difference.T)
    ground, ground_row = distinct_rows(boundary.ground_temperature.T)
    beside, back_ground_row = _return_ground(boundary, ground, ground_row)
    limit, limit_row = distinct_rows(unlimited if flow_limit is None else flow_limit.T)
    by_return = np.array(~np.isnan(back).any(axis=1))[back_row]
    limited = np.array(np.isfinite(limit).any(axis=1))[limit_row]
    holds = tree.bypass_temperature > NO_TEMPERATURE
    within = tree.bypass_flow <= tree.max_flow
    is_plain = by_return & ~limited & ~holds & within & (not exchange)
    inputs = Inputs(
        heat=how.memory.own("heat", boundary.heat),
        return_temperature=back,
        temperature_difference=difference,
        difference_row=difference_row,
        supply_temperature=own(boundary.supply_temperature[:, 0]),
        ground_temperature=ground,
        return_ground_temperature=beside,
        flow_limit=limit,
        limit_row=limit_row,
        start_flow=np.empty((0, consumers)) if start is None else own(start.consumer_mass_flow),
        start_water=np.empty((2, 0, len(tree.row_of_junction)))
        if start is None
        else own(np.moveaxis(start.fields[WATER], 2, 0)),
    )
    is_apart = np.array(~np.isnan(difference).all(axis=1))[difference_row]
    return inputs, plan_walk(tree, ground_row, back_ground_row, back_row, is_apart, is_plain)


def _return_ground(
    boundary: Boundary, ground: FloatArray, row: IntArray
) -> tuple[FloatArray, IntArray]:
    """Return the ground that return pipes see beside that of supply pipes, and which is whose."""
    if boundary.return_ground_temperature is None:
        return np.empty((0, ground.shape[1])), row
    beside, back_row = distinct_rows(boundary.return_ground_temperature.T)
    return beside, back_row + len(ground)


def _run(
    tree: TreeTable,
    walk: Walk,
    inputs: Inputs,
    water: WaterTable,
    scenario: Scenario,
    options: Options,
    pump: Pump,
    outputs: Outputs,
    fields: KeptFields,
) -> FloatArray:
    """Solve all blocks on the threads allowed; return the pipes' figures of all hours."""
    hours, figures = len(inputs.supply_temperature), []

    def solver() -> Callable[[int, int], None]:
        tables = make_tables(tree, walk, inputs, fields.written, exchange=options.exchange)
        figures.append(tables.figures)
        return lambda first, last: solve_blocks(
            tree, walk, inputs, water, options, pump, first, last, hours, outputs, tables
        )

    by_hour = [inputs.heat, *(in_hours(array, hours) for array in outputs)]
    pause = pause_for(fields, by_hour, hours, LANES)
    solve_parts(scenario, -(-hours // LANES), solver, pause)
    return merge_figures(figures, float(outputs.duration.sum()))


def solver_options(scenario: Scenario, *, exchange: bool, only_water: bool = False) -> Options:
    """Return how the kernels solve a scenario.

    Parameters
    ----------
    scenario : Scenario
        Its ``[friction]`` and ``[solver]`` apply.
    exchange : bool
        Whether the pipes of a pair exchange heat.
    only_water : bool, optional
        Whether pressures and figures are left out.
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
        only_water=only_water,
        error_left=scenario.solver.tolerance,
        max_iterations=scenario.solver.max_iterations,
    )
