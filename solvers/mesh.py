"""The steady state of a circuit with loops or several producers, in every hour."""

from collections.abc import Callable, Collection

import numpy as np

from ..model.errors import Fault, InvalidInputError
from ..model.scenario import Scenario
from ..model.water import WaterTable, water_table
from ..networks.boundary import Boundary, Feed
from ..networks.columns import BoolArray, Circuit, FloatArray, IntArray
from .circuit_year import CircuitYear
from .field_choice import FieldChoice, choose_fields
from .kept_fields import KeptFields, make_fields, pause_for
from .kernel_columns import consumer_columns, pipe_columns, pump_of
from .kernel_hours import distinct_rows, own, solve_parts
from .kernels.mesh_rows import LANES
from .kernels.mesh_solve import BUNDLE, solve_mesh
from .kernels.mesh_tables import MeshInputs, MeshOutputs, MeshTable, Plan
from .kernels.tree_tables import Options, Pump
from .label_year import label_year
from .mesh_memory import make_outputs, make_work
from .mesh_passage import Passage, find_passage
from .mesh_plan import Branches, find_branches, find_loops, make_plan
from .tree_memory import Memory, merge_figures

ATMOSPHERE = Pump(static_pressure=0.0, fixed_head=0.0, min_head=0.0, max_head=np.inf)
"""What a one-line network's pressures count from: all are held by producers."""

EVENLY, LEAST_BUNDLE = 4, 4
"""Bundles come in multiples, so that two or four threads have as much to do; blocks of one."""


def is_mesh(circuit: Circuit) -> bool:
    """Return whether a circuit is more than a tree of pairs of pipes with one producer.

    Parameters
    ----------
    circuit : Circuit
        Connected.
    """
    fitted = circuit.sides is not None or circuit.valves.ids or circuit.boosters.ids
    several = len(circuit.producer_ids) > 1 or circuit.holders != 1
    return bool(fitted) or several or len(circuit.pipe_ids) >= len(circuit.junctions)


def solve_with_limits(
    circuit: Circuit,
    boundary: Boundary,
    scenario: Scenario,
    options: Options,
    flow_limit: FloatArray | None,
    fields: Collection[str] | FieldChoice,
    *,
    keep: bool,
    memory: Memory | None = None,
) -> CircuitYear:
    """Solve a mesh with flow limits, whatever pressure is left.

    Parameters
    ----------
    circuit : Circuit
        Connected; the first producer holds the pressure, in a one-line network the first
        ``holders`` do.
    boundary : Boundary
        Loads and temperatures of every hour.
    scenario : Scenario
        Its ``[water]`` and ``[solver]`` apply.
    options : Options
        How the kernels solve it.
    flow_limit : array of float, shape (hours, consumers), or None
        Flow that the pressure allows. [kg/s]
    fields : collection of str, or FieldChoice
        Fields to keep.
    keep : bool
        Whether to keep what each consumer gets in each hour.
    memory : Memory, optional
        Where results are kept.

    Returns
    -------
    CircuitYear
        Solved hours.

    Raises
    ------
    InvalidInputError
        If the feed has another shape than the producers.
    """
    hours, memory = len(boundary.duration), Memory() if memory is None else memory
    water = water_table(scenario.water)
    passage = find_passage(circuit, boundary)
    inputs, rows = read_inputs(circuit, boundary, flow_limit, passage)
    branches = find_branches(
        circuit.pipes.from_junction,
        circuit.pipes.to_junction,
        len(circuit.junctions),
        circuit.producers.junction,
        _always_open(circuit, passage),
    )
    plan = make_plan(
        circuit.pipes.from_junction,
        circuit.pipes.to_junction,
        len(circuit.junctions),
        circuit.producers.junction[: circuit.holders],
        branches,
    )
    mesh = mesh_table(circuit, scenario.friction.law, rows, passage, plan, branches)
    out = make_outputs(circuit, boundary.duration, memory, keep=keep)
    kept = make_fields(circuit, hours, choose_fields(fields), memory, flow_sides=2)
    pump = ATMOSPHERE if circuit.is_one_line else pump_of(circuit)
    figures = _run(mesh, plan, inputs, water, scenario, options, pump, out, kept)
    return label_year(circuit, boundary, water, out, kept, figures)


def mesh_table(
    circuit: Circuit,
    law: str,
    rows: dict[str, IntArray],
    passage: Passage,
    plan: Plan,
    branches: Branches,
) -> MeshTable:
    """Return a circuit as the mesh kernels read it.

    Parameters
    ----------
    circuit : Circuit
        Connected.
    law : str
        Friction law, see `pipe_columns`.
    rows : dict of str to array of int
        Rows of what pipes and consumers share over the hours.
    passage : Passage
        Where water may pass.
    plan : Plan
        Order of the junctions.
    branches : Branches
        What is no part of the plan.
    """
    pipes, consumers = circuit.pipes, circuit.consumers
    start, end = pipes.from_junction, pipes.to_junction
    held = circuit.producers.junction[: circuit.holders]
    junctions, source = len(circuit.junctions), int(held[0])
    earth = np.zeros(junctions, dtype=np.int64)
    earth[start], earth[end] = rows["ground"], rows["ground"]
    served = branches.served_by(consumers.junction)
    core = branches.core(len(start))
    touching = [core[(start[core] == node) ^ (end[core] == node)] for node in held]
    signs = [
        np.where(start[at] == node, 1.0, -1.0) for at, node in zip(touching, held, strict=True)
    ]
    shapes = [find_loops(start, end, junctions, held, has) for has in circuit.has_pipe]
    columns = pipe_columns(circuit, law)
    columns["conductance"] = columns["conductance"] * circuit.has_pipe
    columns["exchange"] = columns["exchange"] * circuit.has_pipe.all(axis=0)
    return MeshTable(
        start=start.astype(np.int64),
        end=end.astype(np.int64),
        rise=circuit.elevation[end] - circuit.elevation[start],
        height=circuit.elevation - circuit.elevation[source],
        in_loop=np.stack([loops for loops, _ in shapes]),
        outward=np.stack([outward for _, outward in shapes]),
        gate=passage.gate,
        lift=passage.lift_row,
        reach=passage.reach,
        ground=rows["ground"],
        earth=earth,
        consumer_junction=consumers.junction.astype(np.int64),
        returned=rows["returned"],
        difference=rows["difference"],
        limit=rows["limit"],
        producer_junction=circuit.producers.junction.astype(np.int64),
        held_at=plan.place[held],
        held_first=np.cumsum([0, *(at.size for at in touching)]).astype(np.int64),
        source_pipe=np.concatenate(touching).astype(np.int64),
        source_sign=np.concatenate(signs),
        is_held=np.isin(np.arange(junctions), held).astype(np.float64),
        core_pipe=core.astype(np.int64),
        branch_pipe=branches.pipe,
        branch_node=branches.node,
        branch_near=branches.near,
        branch_leaf=served.leaf,
        tree_first=served.tree_first,
        served_first=served.served_first,
        served=served.served,
        core_consumer=served.core_consumer,
        sides=1 if circuit.is_one_line else 2,
        **columns,
        **consumer_columns(circuit),
    )


def _always_open(circuit: Circuit, passage: Passage) -> BoolArray:
    """Return the routes whose pipes pass water in every hour, without any booster."""
    is_open = np.all(passage.passage > 0.0, axis=1)
    lifts = np.any(passage.lift != 0.0, axis=1)
    sides = slice(0, 1 if circuit.is_one_line else 2)
    free = is_open[passage.gate[sides]] & ~lifts[passage.lift_row[sides]]
    return np.asarray(np.all(free, axis=0))


def read_inputs(
    circuit: Circuit, boundary: Boundary, flow_limit: FloatArray | None, passage: Passage
) -> tuple[MeshInputs, dict[str, IntArray]]:
    """Return the hours as the kernels read them, and the rows of what things share.

    Parameters
    ----------
    circuit : Circuit
        Whose hours.
    boundary : Boundary
        Loads and temperatures.
    flow_limit : array of float, shape (hours, consumers), or None
        Flow that the pressure allows. [kg/s]
    passage : Passage
        Where water may pass.
    """
    hours, consumers = boundary.heat.shape
    unlimited = np.broadcast_to(np.inf, (consumers, hours))
    back, back_row = distinct_rows(boundary.return_temperature.T)
    difference, difference_row = distinct_rows(boundary.temperature_difference.T)
    ground, ground_row = distinct_rows(boundary.ground_temperature.T)
    limit, limit_row = distinct_rows(unlimited if flow_limit is None else flow_limit.T)
    inputs = MeshInputs(
        heat=own(boundary.heat),
        return_temperature=back,
        temperature_difference=difference,
        flow_limit=limit,
        ground_temperature=ground,
        supply_temperature=own(boundary.supply_temperature),
        feed=_feed(boundary),
        pressure=own(
            np.zeros((hours, circuit.holders)) if boundary.pressure is None else boundary.pressure
        ),
        passage=own(passage.passage),
        lift=own(passage.lift),
        reached=own(passage.reached),
    )
    rows = {
        "returned": back_row,
        "difference": difference_row,
        "ground": ground_row,
        "limit": limit_row,
    }
    return inputs, rows


def _feed(boundary: Boundary) -> FloatArray:
    """Return what the producers after the first one give, shape (5, hours, producers)."""
    shape = boundary.supply_temperature.shape
    if boundary.feed is None:
        return np.full((len(Feed._fields), *shape), np.nan)
    wrong = [
        Fault("boundary.feed", name, column.shape, f"shape {shape}")
        for name, column in boundary.feed._asdict().items()
        if column.shape != shape
    ]
    if wrong:
        raise InvalidInputError(*wrong)
    return np.ascontiguousarray(np.stack(boundary.feed), dtype=np.float64)


def _run(
    mesh: MeshTable,
    plan: Plan,
    inputs: MeshInputs,
    water: WaterTable,
    scenario: Scenario,
    options: Options,
    pump: Pump,
    out: MeshOutputs,
    fields: KeptFields,
) -> FloatArray:
    """Solve all blocks on the threads allowed; return the pipes' figures of all hours."""
    figures, hours = [], len(out.heat_loss)
    bundle = bundle_size(hours)

    def solver() -> Callable[[int, int], None]:
        work = make_work(mesh, plan, inputs)
        figures.append(work.figures)
        return lambda first, last: solve_mesh(
            mesh,
            plan,
            inputs,
            water,
            options,
            pump,
            bundle,
            first,
            last,
            work,
            out,
            fields.written,
        )

    pause = pause_for(fields, out, hours, bundle)
    solve_parts(scenario, -(-hours // bundle), solver, pause)
    return merge_figures(figures, float(out.duration.sum()))


def bundle_size(hours: int) -> int:
    """Return how many hours are solved together: bundles are as many for each thread.

    It does not depend on the number of threads, nor do the results.

    Parameters
    ----------
    hours : int
        Of the solve.
    """
    blocks = -(-hours // LANES)
    bundles = EVENLY * -(-blocks // (EVENLY * BUNDLE))
    return LANES * max(-(-blocks // bundles), LEAST_BUNDLE)
