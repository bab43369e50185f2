"""The steady mesh solver: blocks of hours, from loads to outputs."""

from math import inf

from ...model.water import WaterTable
from .compile import inline, kernel
from .mesh_branches import (
    collect_branches,
    flow_outward,
    lower_branches,
    move_branches,
    note_change,
    settle_outward,
)
from .mesh_consumers import (
    answer_core,
    draw_alone,
    draw_core,
    limit_consumer,
    load_hours,
    move_core,
)
from .mesh_exchange import couple_twins, start_twins
from .mesh_flows import close_flows
from .mesh_newton import step_side
from .mesh_output import balance, measure_pipes, weigh, write_consumers, write_fields
from .mesh_pipes import cool_pipes, rub_pipes
from .mesh_rows import FLOW, LANES
from .mesh_settle import explain_all, hold_head, serve_all
from .mesh_shares import follow_draw, shares_given
from .mesh_sources import feed_return, feed_supply, turn_producers
from .mesh_start import start_return, start_supply
from .mesh_tables import MeshInputs, MeshLevel, MeshOutputs, MeshTable, MeshWork, Plan
from .mesh_water import mix_side
from .tree_tables import Fields, FloatArray, Options, Pump

NEARLY = 1.0e-4  # error before the last step, which leaves about its square
STRICT = 1.0e-8  # error of the heat that may be left
WHOLE_ROUNDS = 6  # then producers take half of a change
UNSOLVED = 1.0e-5  # error that is told
SETTLED_FLOW, SETTLED_WATER = 1.0e-8, 1.0e-7  # share of a flow and kelvin, before a last step
SETTLE_STEPS = 40
SAME_TWIN = 1.0e-6  # K by which the water of twins may still move
ROUNDS, SAME_FEED = 40, 1.0e-8  # of both sides, until flows of producers stay
TRIES = 3.0  # with less of a step, before a flow is turned
TURNED, GOLDEN = 1.5, 0.618  # of a flow that is turned, and how the next factor differs
PATIENCE, LEAST_SHARE = 4.0, 1.0 / 8.0  # steps without success before less of a step is taken
BUNDLE = 16  # blocks that are solved together
FEW, EARLY = 2, 6  # hours left in a block that wait for others as slow, after so many steps
ATTEMPTS = 4  # of an hour: the last waits for nothing
WARM = 1.0e-2  # error of the heat below which friction warms the water as it should


@kernel
def largest(errors: FloatArray, live: FloatArray) -> float:
    """Return the largest error of the hours of a block."""
    worst = 0.0
    for j in range(LANES):
        worst = max(worst, errors[j] * live[j])
    return worst


@kernel
def leave_few(level: MeshLevel, enough: float, few: int) -> bool:
    """Return whether all hours are close enough, but for a ``few``, which then wait."""
    count = 0
    for j in range(LANES):
        count += level.live[j] > 0.0 and not error_of(level, j) <= enough
    if count > few:
        return False
    for j in range(LANES):
        level.live[j] *= error_of(level, j) <= enough
    return True


@inline
def error_of(level: MeshLevel, j: int) -> float:
    """Return the error of a lane after a Newton step."""
    loose = max(level.water_errors[j], level.flow_errors[j])
    return float(max(level.errors[j], 0.01 * loose))


@kernel
def choose_share(work: MeshWork) -> None:
    """Help hours whose error does not fall.

    A flow may keep turning: less of a step is taken. If that does not help, no flow of its sign
    may solve the equations: now and then the most restless trickle is turned, by another factor
    each time.
    """
    level = work.level
    for j in range(LANES):
        error = max(level.errors[j], 0.1 * level.flow_errors[j])
        falls = error < 0.8 * level.best[j] or error < NEARLY
        stuck = 0.0 if falls else level.stuck[j] + 1.0
        share = level.share[j]
        share = min(2.0 * share, 1.0) if falls else share
        if stuck >= PATIENCE:
            level.tries[j] += 1.0
            share = max(0.5 * share, LEAST_SHARE)
        if stuck >= PATIENCE and level.tries[j] >= TRIES and level.tries[j] % 2.0 == 1.0:
            row = int(level.restless[j])
            work.pipes[row, FLOW + j] *= -TURNED * (0.5 + (GOLDEN * level.tries[j]) % 1.0)
            share = 1.0
            level.best[j] = 1e300
        level.share[j] = share
        level.stuck[j] = 0.0 if stuck >= PATIENCE else stuck
        level.best[j] = min(level.best[j], error)


@kernel
def converge_supply(
    mesh: MeshTable,
    plan: Plan,
    water: WaterTable,
    options: Options,
    work: MeshWork,
    enough: float,
    few: int,
) -> int:
    """Take Newton steps until heat, flows and water of the supply side fit; return how many.

    A ``few`` hours may be left: they are no more ``live``.
    """
    level, steps, shares = work.level, 0, shares_given(mesh, work)
    for j in range(LANES):
        level.share[j], level.best[j], level.stuck[j] = 1.0, 1e300, 0.0
        level.flow_errors[j], level.tries[j] = 0.0, 0.0
    draw_core(mesh, plan, work)
    feed_supply(mesh, plan, water, work)
    warms = options.heating
    while True:
        cool_pipes(mesh, water, options, 0, work)
        rub_pipes(mesh, water, options, 0, mesh.core_pipe, work)
        answer_core(mesh, plan, water, work)
        flow_outward(mesh, water, options, work)
        choose_share(work)
        step_side(mesh, plan, water, 0, work)
        if shares:
            follow_draw(mesh, plan, water, work)
        note_change(plan, work)
        move_core(mesh, plan, work)
        move_branches(mesh, work)
        feed_supply(mesh, plan, water, work)
        close_flows(mesh, plan, 0, work)
        feed_supply(mesh, plan, water, work)
        mix_side(mesh, plan, water, options, 0, work)
        steps += 1
        if warms and largest(level.errors, level.live) < WARM:
            rub_pipes(mesh, water, options, 0, mesh.branch_pipe, work)
            warms = False
        if leave_few(level, enough, few if steps >= EARLY else 0):
            return steps
        if steps >= options.max_iterations:
            return steps


@kernel
def settle_side(
    mesh: MeshTable, plan: Plan, water: WaterTable, options: Options, side: int, work: MeshWork
) -> int:
    """Let pressures and water of a side settle while what is drawn stays; return the steps."""
    level, steps = work.level, 0
    for j in range(LANES):
        level.share[j] = 1.0
    while True:
        if side == 0:
            feed_supply(mesh, plan, water, work)
        cool_pipes(mesh, water, options, side, work)
        rub_pipes(mesh, water, options, side, mesh.core_pipe, work)
        step_side(mesh, plan, water, side, work)
        close_flows(mesh, plan, side, work)
        if side == 0:
            feed_supply(mesh, plan, water, work)
        mix_side(mesh, plan, water, options, side, work)
        if side == 0:
            settle_outward(mesh, water, options, work)
        steps += 1
        error = largest(level.water_errors, level.live) / SETTLED_WATER
        error = max(error, largest(level.flow_errors, level.live) / SETTLED_FLOW)
        if error <= 1.0 or steps >= SETTLE_STEPS:
            break
    cool_pipes(mesh, water, options, side, work)
    rub_pipes(mesh, water, options, side, mesh.core_pipe, work)
    lower_branches(mesh, side, work)
    return steps


@kernel
def settle_supply(
    mesh: MeshTable, plan: Plan, water: WaterTable, options: Options, work: MeshWork, few: int
) -> int:
    """Converge the supply side and let it settle; return the Newton steps."""
    steps = converge_supply(mesh, plan, water, options, work, NEARLY, few)
    settle_side(mesh, plan, water, options, 0, work)
    answer_core(mesh, plan, water, work)
    flow_outward(mesh, water, options, work)
    if largest(work.level.errors, work.level.live) > STRICT:
        steps += converge_supply(mesh, plan, water, options, work, STRICT, 0)
        settle_side(mesh, plan, water, options, 0, work)
        answer_core(mesh, plan, water, work)
        flow_outward(mesh, water, options, work)
    for j in range(LANES):
        work.level.best[j] = work.level.errors[j]
    return steps


@kernel
def mark_unsolved(level: MeshLevel, out: MeshOutputs) -> None:
    """Keep the error of hours in which Newton's method, or the two sides, did not come to rest."""
    for j in range(LANES):
        hour, error = level.hour[j], max(level.best[j], level.unrest[j])
        if level.live[j] > 0.0 and not error <= UNSOLVED:
            out.heat_error[hour] = max(out.heat_error[hour], error)


@kernel
def solve_mesh(
    mesh: MeshTable,
    plan: Plan,
    inputs: MeshInputs,
    water: WaterTable,
    options: Options,
    pump: Pump,
    first: int,
    last: int,
    work: MeshWork,
    out: MeshOutputs,
    fields: Fields,
) -> None:
    """Solve the bundles ``first`` to ``last`` (excluded) of `BUNDLE` blocks of `LANES` hours each.

    Hours that take more steps than the others of their block wait, and are solved together.
    """
    level, waiting, hours = work.level, work.waiting, out.heat_loss.size
    for bundle in range(first, last):
        begin = bundle * BUNDLE * LANES
        count = min(BUNDLE * LANES, hours - begin)
        for k in range(count):
            waiting[k] = begin + k
        for attempt in range(ATTEMPTS):
            waits, left = attempt < ATTEMPTS - 1 and count > LANES, 0
            for k in range(0, count, LANES):
                for j in range(LANES):
                    level.hour[j] = waiting[min(k + j, count - 1)]
                    level.live[j] = 1.0 if k + j < count else 0.0
                    level.duration[j] = out.duration[level.hour[j]]
                solve_block(
                    mesh, plan, inputs, water, options, pump, work, out, fields, FEW * waits
                )
                for j in range(min(LANES, count - k)):
                    waiting[left] = level.hour[j]
                    left += level.live[j] == 0.0
            count = left
            if count == 0:
                break


@kernel
def solve_block(
    mesh: MeshTable,
    plan: Plan,
    inputs: MeshInputs,
    water: WaterTable,
    options: Options,
    pump: Pump,
    work: MeshWork,
    out: MeshOutputs,
    fields: Fields,
    few: int,
) -> None:
    """Solve the hours of a block, but for a ``few``, which are not written."""
    level = work.level
    load_hours(mesh, inputs, water, work)
    start_twins(mesh, work)
    start_supply(mesh, plan, water, options, work)
    rub_pipes(mesh, water, options, 0, mesh.branch_pipe, work)
    mix_side(mesh, plan, water, options, 0, work)
    steps = 0
    for j in range(LANES):
        level.unrest[j] = 0.0
    for number in range(ROUNDS):
        for c in range(mesh.consumer_junction.size):
            limit_consumer(mesh, work.consumers, level, c)
        steps += settle_supply(mesh, plan, water, options, work, few)
        serve_all(mesh, inputs, water, work)
        if mesh.sides == 1:
            break
        start_return(mesh, water, work)
        feed_return(mesh, water, work)
        collect_branches(mesh, water, options, work)
        settle_side(mesh, plan, water, options, 1, work)
        is_last = number == ROUNDS - 1  # what is written is what was solved
        part = 1.0 if number < WHOLE_ROUNDS else 0.5
        fed = turn_producers(mesh, water, work, inf if is_last else SAME_FEED, part)
        moved = couple_twins(mesh, water, work)
        if fed <= SAME_FEED and moved <= SAME_TWIN:
            break
    draw_alone(mesh, work)
    if mesh.sides > 1:
        feed_return(mesh, water, work)
    weigh(mesh, work)
    explain_all(mesh, work, out)
    mark_unsolved(level, out)
    hold_head(mesh, pump.fixed_head, pump.min_head, pump.max_head, work, out)
    write_consumers(mesh, water, work, out)
    measure_pipes(mesh, water, pump.static_pressure, work, fields)
    write_fields(mesh, pump.static_pressure, work, fields)
    balance(mesh, water, work, out, steps)
