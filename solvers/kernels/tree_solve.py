"""The steady tree solver: blocks of hours, from loads to outputs.

What the sweeps need is called from here and not nested deeper: with each level, the compiler
optimises what lies below once more.
"""

from ...model.water import WaterTable
from .compile import kernel
from .tree_consumers import linearise_consumers, move_consumers
from .tree_finish import plant_pressure, return_sweep, set_friction_heat, supply_drops
from .tree_newton import cool_singles, eliminate_singles, set_in
from .tree_output import balance_plant, measure_pipes, measure_standing
from .tree_pairs import cool_pairs, eliminate_pairs, move_returns
from .tree_rows import BACK_HEAT, FLOW, GROUND, SUPPLY
from .tree_serve import serve
from .tree_start import load_hours, start_flows, start_temperatures, sum_flows
from .tree_tables import FloatArray, Inputs, IntArray, Options, Outputs, Pump, Tables, TreeTable
from .water import temperature

SMALL = 2.0e-6  # error before the last step, at most
NEARLY = 1.0e-2  # error of the heat below which friction factors may be taken as known


@kernel
def converge(
    tree: TreeTable,
    water: WaterTable,
    options: Options,
    lanes: int,
    work: FloatArray,
    consumers: FloatArray,
    scratch: FloatArray,
    errors: FloatArray,
) -> int:
    """Iterate until the heat fits; return the number of Newton steps.

    The error is that before the last step; it is taken to shrink at least as it did before.
    """
    heated = not options.heating
    steps, worst, before = 0, 1e300, 1.0
    while True:
        if options.exchange:
            cool_pairs(tree, water, lanes, work)
        else:
            cool_singles(tree, water, lanes, work)
        if worst <= NEARLY and not heated:
            set_friction_heat(tree, water, options, lanes, work, scratch)
            heated, worst = True, NEARLY
            continue
        enough = heated and worst <= SMALL and worst * worst <= options.error_left * before
        if enough or steps == options.max_iterations:
            return steps
        linearise_consumers(tree, water, options.exchange, lanes, work, consumers)
        if options.exchange:
            eliminate_pairs(tree, water, lanes, work)
        else:
            eliminate_singles(tree, lanes, work)
        set_in(tree, lanes, work)
        if options.exchange:
            move_returns(tree, lanes, work)
        move_consumers(tree, lanes, work, consumers, errors)
        steps += 1
        before = min(max(worst, options.error_left), 1.0)
        worst = 0.0
        for j in range(lanes):
            worst = max(worst, errors[j])


@kernel
def mix_at_plant(
    tree: TreeTable,
    water: WaterTable,
    hour: int,
    inside: int,
    lanes: int,
    work: FloatArray,
    plant_return: FloatArray,
    steps: int,
    iterations: IntArray,
) -> None:
    """Write the return water of the plant, and the Newton steps of the block."""
    for j in range(lanes):
        flow = work[0, FLOW, j]
        if flow > 0.0:
            plant_return[j] = temperature(water, work[0, BACK_HEAT, j] / flow)
        else:
            plant_return[j] = work[1, GROUND, j] if tree.parent.size > 1 else work[0, SUPPLY, j]
    for j in range(inside):
        iterations[hour + j] = steps


@kernel
def solve_blocks(
    tree: TreeTable,
    inputs: Inputs,
    water: WaterTable,
    options: Options,
    pump: Pump,
    first: int,
    last: int,
    hours: int,
    out: Outputs,
    tables: Tables,
) -> None:
    """Solve the blocks ``first`` to ``last`` (excluded) of ``lanes`` hours each."""
    work, consumers, scratch = tables.work, tables.consumers, tables.scratch
    plant_return, sums, lanes = tables.plant_return, tables.sums, tables.work.shape[2]
    for block in range(first, last):
        hour = block * lanes
        inside = min(lanes, hours - hour)
        load_hours(tree, inputs, water, hour, lanes, hours, work, consumers)
        start_flows(tree, water, lanes, work, consumers)
        start_temperatures(tree, lanes, work, options.exchange)
        steps = converge(tree, water, options, lanes, work, consumers, scratch, tables.errors)
        sum_flows(tree, lanes, work, consumers)
        serve(tree, inputs, water, hour, inside, lanes, work, consumers, out)
        return_sweep(tree, water, options, lanes, work, scratch)
        mix_at_plant(tree, water, hour, inside, lanes, work, plant_return, steps, out.iterations)
        supply_drops(tree, water, options, lanes, work, scratch)
        plant_pressure(tree, pump, hour, inside, lanes, work, out, tables.head, scratch[0])
        measure_standing(tree, hour, inside, lanes, work, plant_return, sums, out)
        measure_pipes(tree, water, options, pump, hour, inside, lanes, work, out, tables)
        balance_plant(tree, water, hour, inside, lanes, work, plant_return, sums, out)
