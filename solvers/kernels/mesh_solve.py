"""The steady mesh solver: blocks of hours, from loads to outputs."""

from math import inf

from ...model.water import WaterTable
from .compile import kernel
from .mesh_consumers import answer_all, draw, limit_consumer, load_hours, move_consumers
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
TURNED, GOLDEN = 1.5, 0.618  # of a flow that is turned, and how the next factor differs
PATIENCE, LEAST_SHARE = 4.0, 1.0 / 8.0  # steps without success before less of a step is taken


@kernel
def largest(errors: FloatArray) -> float:
    """Return the largest error of all lanes."""
    worst = 0.0
    for j in range(LANES):
        worst = max(worst, errors[j])
    return worst


@kernel
def choose_share(work: MeshWork) -> None:
    """Help hours whose error does not fall.

    A flow may keep turning: less of a step is taken. Every second time no flow of its sign may
    solve the equations: the most restless trickle is turned, by another factor each time.
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
        if stuck >= PATIENCE and level.tries[j] % 2.0 == 0.0:
            row = int(level.restless[j])
            work.pipes[row, FLOW + j] *= -TURNED * (0.5 + (GOLDEN * level.tries[j]) % 1.0)
            share = 1.0
            level.best[j] = 1e300
        level.share[j] = share
        level.stuck[j] = 0.0 if stuck >= PATIENCE else stuck
        level.best[j] = min(level.best[j], error)


@kernel
def converge_supply(
    mesh: MeshTable, plan: Plan, water: WaterTable, options: Options, work: MeshWork, enough: float
) -> int:
    """Take Newton steps until heat, flows and water of the supply side fit; return how many."""
    level, steps, shares = work.level, 0, shares_given(mesh, work)
    for j in range(LANES):
        level.share[j], level.best[j], level.stuck[j] = 1.0, 1e300, 0.0
        level.flow_errors[j], level.tries[j] = 0.0, 0.0
    while True:
        cool_pipes(mesh, water, options, 0, work)
        rub_pipes(mesh, water, options, 0, work)
        answer_all(mesh, water, work)
        choose_share(work)
        draw(mesh, work, True)
        feed_supply(mesh, water, work)
        step_side(mesh, plan, water, 0, work)
        if shares:
            follow_draw(mesh, plan, water, work)
        move_consumers(mesh, plan, work)
        draw(mesh, work, False)
        feed_supply(mesh, water, work)
        close_flows(mesh, plan, 0, work)
        feed_supply(mesh, water, work)
        mix_side(mesh, plan, water, options, 0, work)
        steps += 1
        error = max(largest(level.errors), 0.01 * largest(level.water_errors))
        error = max(error, 0.01 * largest(level.flow_errors))
        if error <= enough or steps >= options.max_iterations:
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
            draw(mesh, work, False)
            feed_supply(mesh, water, work)
        cool_pipes(mesh, water, options, side, work)
        rub_pipes(mesh, water, options, side, work)
        step_side(mesh, plan, water, side, work)
        close_flows(mesh, plan, side, work)
        if side == 0:
            draw(mesh, work, False)
            feed_supply(mesh, water, work)
        mix_side(mesh, plan, water, options, side, work)
        steps += 1
        error = largest(level.water_errors) / SETTLED_WATER
        error = max(error, largest(level.flow_errors) / SETTLED_FLOW)
        if error <= 1.0 or steps >= SETTLE_STEPS:
            break
    cool_pipes(mesh, water, options, side, work)
    rub_pipes(mesh, water, options, side, work)
    return steps


@kernel
def settle_supply(
    mesh: MeshTable, plan: Plan, water: WaterTable, options: Options, work: MeshWork
) -> int:
    """Converge the supply side and let it settle; return the Newton steps."""
    steps = converge_supply(mesh, plan, water, options, work, NEARLY)
    settle_side(mesh, plan, water, options, 0, work)
    answer_all(mesh, water, work)
    if largest(work.level.errors) > STRICT:
        steps += converge_supply(mesh, plan, water, options, work, STRICT)
        settle_side(mesh, plan, water, options, 0, work)
        answer_all(mesh, water, work)
    for j in range(LANES):
        work.level.best[j] = work.level.errors[j]
    return steps


@kernel
def mark_unsolved(first: int, restless: float, level: MeshLevel, out: MeshOutputs) -> None:
    """Keep the error of hours in which Newton's method, or the two sides, did not come to rest.

    `MeshLevel.best` has the former; ``restless`` is what still moved: kelvins of twins, shares of
    a producer's flow.
    """
    for j in range(min(LANES, out.heat_loss.size - first)):
        error = max(level.best[j], restless)
        if not error <= UNSOLVED:
            out.heat_error[first + j] = max(out.heat_error[first + j], error)


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
    """Solve the blocks ``first`` to ``last`` (excluded) of `LANES` hours each."""
    hours = out.heat_loss.size
    for block in range(first, last):
        hour = block * LANES
        for j in range(LANES):
            work.level.duration[j] = out.duration[min(hour + j, hours - 1)]
        load_hours(mesh, inputs, water, hour, work)
        start_twins(mesh, work)
        start_supply(mesh, plan, water, options, work)
        mix_side(mesh, plan, water, options, 0, work)
        steps, restless = 0, 1.0
        for number in range(ROUNDS):
            for c in range(mesh.consumer_junction.size):
                limit_consumer(mesh, work.consumers, work.level, c)
            steps += settle_supply(mesh, plan, water, options, work)
            serve_all(mesh, inputs, water, hour, work)
            if mesh.sides == 1:
                restless = 0.0
                break
            start_return(mesh, water, work)
            feed_return(mesh, water, work)
            settle_side(mesh, plan, water, options, 1, work)
            is_last = number == ROUNDS - 1  # what is written is what was solved
            part = 1.0 if number < WHOLE_ROUNDS else 0.5
            fed = turn_producers(mesh, water, work, inf if is_last else SAME_FEED, part)
            moved = couple_twins(mesh, water, work)
            restless = max(fed, moved)
            if fed <= SAME_FEED and moved <= SAME_TWIN:
                break
        weigh(mesh, work)
        explain_all(mesh, hour, work, out)
        mark_unsolved(hour, restless, work.level, out)
        hold_head(mesh, pump.fixed_head, pump.min_head, pump.max_head, hour, work, out)
        write_consumers(mesh, water, hour, work, out)
        measure_pipes(mesh, water, pump.static_pressure, hour, work, out, fields)
        write_fields(mesh, pump.static_pressure, hour, work, fields, hours)
        balance(mesh, water, hour, work, out, steps)
