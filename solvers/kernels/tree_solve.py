"""The steady tree solver: blocks of hours, from loads to outputs."""

from .compile import kernel
from .tree_finish import (
    BACK_HEAT,
    plant_pressure,
    return_pairs,
    return_singles,
    serve,
    set_friction_heat,
    supply_drops,
)
from .tree_newton import (
    FLOW,
    GROUND,
    HEATING,
    RETURN,
    SUPPLY,
    cool_pair,
    cool_single,
    eliminate_pairs,
    eliminate_singles,
    linearise_consumers,
    load_hours,
    move_consumers,
    start_flows,
    sum_flows,
    update_pairs,
    update_singles,
)
from .tree_output import balance_plant, measure_pipes, measure_standing
from .water import temperature

NEARLY = 1.0e-2  # error of the heat below which friction factors may be taken as known


@kernel
def start_temperatures(tree, water, options, lanes, work):
    """Write first temperatures for the starting flows."""
    for row in range(1, tree.parent.size):
        for j in range(lanes):
            work[row, SUPPLY, j] = work[0, SUPPLY, j]
            work[row, HEATING, j] = 0.0
    if options.exchange:
        for row in range(1, tree.parent.size):
            for j in range(lanes):
                work[row, RETURN, j] = 0.5 * (work[0, SUPPLY, j] + work[row, GROUND, j])
    cool_all(tree, water, options, lanes, work)


@kernel
def cool_all(tree, water, options, lanes, work):
    """Write the supply temperatures for the flows as they are."""
    if options.exchange:
        for k in range(tree.parent.size - 1):
            row = tree.order[k]
            mutual = tree.exchange[row]
            loss, twin_loss = tree.conductance[0, row] + mutual, tree.conductance[1, row] + mutual
            inlet = work[tree.parent[row], SUPPLY]
            cool_pair(water, loss, twin_loss, mutual, lanes, inlet, work[row])
    else:
        for k in range(tree.parent.size - 1):
            row = tree.order[k]
            inlet = work[tree.parent[row], SUPPLY]
            cool_single(water, tree.conductance[0, row], lanes, inlet, work[row])


@kernel
def newton_step(tree, water, options, lanes, work, consumers, errors):
    """Move all flows and temperatures once; return the largest error there was before."""
    linearise_consumers(tree, water, options.exchange, lanes, work, consumers)
    if options.exchange:
        eliminate_pairs(tree, water, lanes, work)
        update_pairs(tree, water, lanes, work)
    else:
        eliminate_singles(tree, lanes, work)
        update_singles(tree, water, lanes, work)
    move_consumers(tree, lanes, work, consumers, errors)
    worst = 0.0
    for j in range(lanes):
        worst = max(worst, errors[j])
    return worst


@kernel
def converge(tree, water, options, lanes, work, consumers, scratch, errors):
    """Iterate until the heat fits; return the number of Newton steps.

    The error is that before the last step, which squares it.
    """
    heated = not options.heating
    for iteration in range(options.max_iterations):
        worst = newton_step(tree, water, options, lanes, work, consumers, errors)
        if worst <= options.error_before_last_step and heated:
            return iteration + 1
        if worst <= NEARLY and not heated:
            set_friction_heat(tree, water, options, lanes, work, scratch)
            cool_all(tree, water, options, lanes, work)
            heated = True
    return options.max_iterations


@kernel
def solve_block(tree, inputs, water, options, pump, hour, lanes, hours, out, tables):
    """Solve the hours from ``hour`` on, as many as there are lanes."""
    work, consumers, scratch = tables.work, tables.consumers, tables.scratch
    load_hours(tree, inputs, water, hour, lanes, hours, work, consumers)
    start_flows(tree, water, lanes, work, consumers)
    sum_flows(tree, lanes, work, consumers)
    start_temperatures(tree, water, options, lanes, work)
    steps = converge(tree, water, options, lanes, work, consumers, scratch, tables.errors)
    sum_flows(tree, lanes, work, consumers)
    serve(tree, inputs, water, hour, lanes, hours, work, consumers, out)
    if options.exchange:
        return_pairs(tree, water, options, lanes, work, scratch)
    else:
        return_singles(tree, water, options, lanes, work, scratch)
    plant_return = tables.plant_return
    for j in range(lanes):
        flow = work[0, FLOW, j]
        if flow > 0.0:
            plant_return[j] = temperature(water, work[0, BACK_HEAT, j] / flow)
        else:
            plant_return[j] = work[1, GROUND, j] if tree.parent.size > 1 else work[0, SUPPLY, j]
    for j in range(min(lanes, hours - hour)):
        out.iterations[hour + j] = steps
    supply_drops(tree, water, options, lanes, work, scratch)
    plant_pressure(tree, pump, hour, lanes, hours, work, out, tables.head, scratch[0])
    measure_standing(tree, hour, lanes, hours, work, plant_return, tables.sums, out)
    measure_pipes(tree, water, options, pump, hour, lanes, hours, work, out, tables)
    balance_plant(tree, water, hour, lanes, hours, work, plant_return, tables.sums, out)


@kernel
def solve_blocks(tree, inputs, water, options, pump, first, last, hours, out, tables):
    """Solve the blocks ``first`` to ``last`` (excluded) of ``lanes`` hours each."""
    lanes = tables.work.shape[2]
    for block in range(first, last):
        solve_block(
            tree, inputs, water, options, pump, block * lanes, lanes, hours, out, tables
        )
