"""The steady mesh solver: blocks of hours, from loads to outputs."""

from math import inf

from ...model.water import WaterTable
from .compile import inline, kernel, part
from .mesh_branches import (
    FIRST_LOOK,
    LAST_LOOK,
    LATER_LOOK,
    SECOND_LOOK,
    collect_branches,
    flow_outward,
    lower_branches,
    move_branches,
    note_change,
)
from .mesh_consumers import (
    answer_core,
    draw_core,
    limit_all,
    load_hours,
    move_core,
)
from .mesh_exchange import couple_twins, start_twins
from .mesh_figures import measure_pipes
from .mesh_newton import rub_pipes, step_side
from .mesh_output import balance, weigh, write_consumers, write_fields
from .mesh_rows import LANES
from .mesh_settle import explain_all, give_up_cold, hold_head, serve_all
from .mesh_shares import follow_draw, shares_given
from .mesh_sources import feed_return, feed_supply
from .mesh_start import start_return, start_supply
from .mesh_stuck import choose_share, close_again
from .mesh_tables import MeshInputs, MeshLevel, MeshOutputs, MeshTable, MeshWork, Plan
from .mesh_turns import UNSOLVED, turn_producers
from .mesh_water import mix_side
from .tree_tables import Fields, FloatArray, Options, Pump

NEARLY = 2.0e-5  # error before the last step, which leaves about its square
STRICT = 1.0e-8  # error of the heat that may be left
SETTLED_FLOW, SETTLED_WATER = 2.0e-9, 2.0e-8  # share of a flow and kelvin, before a last step
SETTLE_STEPS = 40
FORETELLING = 1.0e5  # times what counts as settled; from there on each step leaves a share
SAME_TWIN = 1.0e-6  # K by which the water of twins may still move
ROUNDS, SAME_FEED = 100, 1.0e-8  # of both sides, until flows of producers stay
GIVING_UP = 50  # rounds after which no more is served who is too cold then
BUNDLE = 32  # blocks that are solved together, at most
FEW, EARLY = 3, 3  # hours of a block that wait for others as slow, after so many steps
FEW_MISS = 1  # hours of a block that wait as they miss by a little: two are worth one more step
CHECKS = 3  # of the heat: steps go on from the first two, the last is of hours without rest
LATE = 12  # steps after which any number waits
ATTEMPTS = 3  # of an hour: the last waits for nothing
PLAIN_STEPS = 4  # of the return side, before its water takes part in the step


@part
def largest(errors: FloatArray, live: FloatArray) -> float:
    """Return the largest error of the hours of a block."""
    worst = 0.0
    for j in range(LANES):
        worst = max(worst, errors[j] * live[j])
    return worst


@part
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


@inline
def converge_supply(
    mesh: MeshTable,
    plan: Plan,
    water: WaterTable,
    options: Options,
    work: MeshWork,
    enough: float,
    few: int,
    late: int,
    answered: bool,
) -> int:
    """Take Newton steps until heat, flows and water of the supply side fit; return how many.

    Friction in branches, and the heat of it, is found anew in the first step, and again once flows
    are known by about a per cent. If consumers have ``answered``, flows are known so well, and the
    first step goes on from there.
    A ``few`` hours may be left, at first one less, after ``late`` steps any number: they are no
    more ``live``.
    """
    level, steps, shares = work.level, 0, shares_given(mesh, work)
    for j in range(LANES):
        level.share[j], level.best[j], level.stuck[j] = 1.0, 1e300, 0.0
        level.flow_errors[j], level.tries[j], level.opens[j] = 0.0, 0.0, 0.0
    if not answered:
        draw_core(mesh, plan, work)
        feed_supply(mesh, plan, water, work)
    is_done = False
    while not is_done:
        rubs = options.heating and (steps != 1 or answered)
        if steps > 0 or not answered:
            look = SECOND_LOOK if not rubs else (FIRST_LOOK if steps == 0 else LATER_LOOK)
            answer_core(mesh, plan, water, work)
            flow_outward(mesh, water, options, work, look)
        choose_share(mesh, work)
        step_side(mesh, plan, water, options, 0, work)
        if shares:
            follow_draw(mesh, plan, water, work)
        note_change(plan, work)
        move_core(mesh, plan, work)
        move_branches(mesh, work)
        feed_supply(mesh, plan, water, work)
        mix_side(mesh, plan, water, options, 0, work, True)
        steps += 1
        some = 0 if steps < EARLY else (few if steps > EARLY else max(few - 1, 0))
        is_close = leave_few(level, enough, LANES if steps >= late else some)
        is_done = is_close and (rubs or not options.heating)
        is_done = is_done or steps >= options.max_iterations
    for j in range(LANES):
        if level.opens[j] > 0.0:
            close_again(mesh, work, j)
    return steps


@part
def unsettled(level: MeshLevel) -> float:
    """Return how far the next step would move flows and water, 1 for what counts as settled.

    Near rest each step of an hour leaves as much of its error as the one before; of one that is
    far off nothing is foretold.
    """
    worst, last = 0.0, level.last_errors
    for j in range(LANES):
        water, flow = level.water_errors[j] / SETTLED_WATER, level.flow_errors[j] / SETTLED_FLOW
        error = max(water, flow) * level.live[j]
        falls = min(1.0, error / last[j]) if error < FORETELLING else 1.0
        worst = max(worst, error * falls)
        last[j] = max(error, 1e-300)
    return worst


@inline
def settle_side(
    mesh: MeshTable, plan: Plan, water: WaterTable, options: Options, side: int, work: MeshWork
) -> None:
    """Let pressures and water of a side's core settle while what is drawn stays.

    Return water hardly depends on flows: there the water of the step before serves, unless it
    does not settle soon.
    """
    level, right, steps, left = work.level, work.right, 0, 2.0
    for j in range(LANES):
        level.share[j] = 1.0
        level.last_errors[j] = 1e-300
    while left > 1.0 and steps < SETTLE_STEPS:
        if side == 0:
            feed_supply(mesh, plan, water, work)
        if side == 0 or steps >= PLAIN_STEPS:
            step_side(mesh, plan, water, options, side, work)
        else:
            rub_pipes(mesh, plan, water, options, side, work, True, False)
            right[:] = 0.0
        mix_side(mesh, plan, water, options, side, work, True)
        steps += 1
        left = unsettled(level)
    rub_pipes(mesh, plan, water, options, side, work, True, False)


@inline
def settle_supply(
    mesh: MeshTable,
    plan: Plan,
    water: WaterTable,
    options: Options,
    work: MeshWork,
    few: int,
    late: int,
) -> int:
    """Converge the supply side and let it settle, once more if it must; return the steps.

    Most hours that miss a little of their heat then need one step more.
    """
    level, steps = work.level, 0
    for check in range(CHECKS):
        enough, answered = NEARLY if check < CHECKS - 1 else STRICT, check > 0
        steps += converge_supply(mesh, plan, water, options, work, enough, few, late, answered)
        settle_side(mesh, plan, water, options, 0, work)
        answer_core(mesh, plan, water, work)
        flow_outward(mesh, water, options, work, LAST_LOOK)
        if leave_few(level, STRICT, min(few, FEW_MISS)) or steps >= options.max_iterations:
            break
    for j in range(LANES):
        level.best[j] = level.errors[j]
    return steps


@part
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
    bundle: int,
    first: int,
    last: int,
    work: MeshWork,
    out: MeshOutputs,
    fields: Fields,
) -> None:
    """Solve the bundles ``first`` to ``last`` (excluded), of ``bundle`` hours each.

    Hours that take more steps than the others of their block wait, and are solved together, the
    last of them from a more careful start.
    """
    level, waiting, hours = work.level, work.waiting, out.heat_loss.size
    for number in range(first, last):
        begin = number * bundle
        count = min(bundle, hours - begin)
        for k in range(count):
            waiting[k] = begin + k
        for attempt in range(ATTEMPTS):
            waits, left = attempt < ATTEMPTS - 1, 0
            late = LATE if waits else options.max_iterations + 1
            few = FEW if waits and count > LANES else 0
            for k in range(0, count, LANES):
                for j in range(LANES):
                    level.hour[j] = waiting[min(k + j, count - 1)]
                    level.live[j] = 1.0 if k + j < count else 0.0
                    level.duration[j] = out.duration[level.hour[j]]
                solve_block(
                    mesh,
                    plan,
                    inputs,
                    water,
                    options,
                    pump,
                    work,
                    out,
                    fields,
                    few,
                    late,
                    attempt == ATTEMPTS - 1,
                )
                for j in range(min(LANES, count - k)):
                    waiting[left] = level.hour[j]
                    left += level.live[j] == 0.0
            count = left
            if count == 0:
                break


@inline
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
    late: int,
    careful: bool,
) -> None:
    """Solve the hours of a block, but for those that wait, which are not written.

    A ``few`` may wait; after ``late`` steps any number.
    """
    level = work.level
    load_hours(mesh, inputs, water, work)
    start_twins(mesh, work)
    start_supply(mesh, plan, water, options, work, careful)
    steps = 0
    for j in range(LANES):
        level.unrest[j] = 0.0
    for number in range(ROUNDS):
        if number > 0:
            limit_all(mesh, work)
        steps += settle_supply(mesh, plan, water, options, work, few, late)
        if largest(level.live, level.live) == 0.0:
            return
        serve_all(mesh, inputs, water, work)
        if mesh.sides == 1:
            break
        start_return(mesh, plan, water, work)
        feed_return(mesh, plan, water, work)
        collect_branches(mesh, water, options, work)
        mix_side(mesh, plan, water, options, 1, work, False)
        settle_side(mesh, plan, water, options, 1, work)
        is_last = number == ROUNDS - 1  # what is written is what was solved
        if number >= GIVING_UP:
            give_up_cold(mesh, work)
        fed = turn_producers(mesh, water, work, inf if is_last else SAME_FEED, number)
        moved = couple_twins(mesh, water, work, number)
        if fed <= SAME_FEED and moved <= SAME_TWIN:
            break
    for side in range(mesh.sides):
        lower_branches(mesh, side, work)
    weigh(mesh, work)
    explain_all(mesh, work, out)
    mark_unsolved(level, out)
    hold_head(mesh, pump.fixed_head, pump.min_head, pump.max_head, work, out)
    write_consumers(mesh, water, work, out)
    measure_pipes(mesh, water, pump.static_pressure, work, fields)
    write_fields(mesh, pump.static_pressure, work, fields)
    balance(mesh, water, work, out, steps)
