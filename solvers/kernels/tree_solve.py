"""The steady tree solver: blocks of hours, from loads to outputs.

What the sweeps need is called from here and not nested deeper: with each level, the compiler
optimises what lies below once more.
"""

from math import sqrt

from ...model.water import WaterTable
from .compile import inline, kernel
from .tree_figures import measure_pipes, measure_pressures
from .tree_finish import hold_pressure, mix_at_plant
from .tree_friction import rub_pipes
from .tree_holders import call_rivals
from .tree_load import load_hours
from .tree_newton import walk_singles
from .tree_output import (
    balance_plant,
    write_consumers,
    write_junctions,
    write_pipes,
    write_water,
)
from .tree_pairs import walk_pairs
from .tree_rows import LANES, NEARLY
from .tree_settle import explain, mark_unsolved, settle
from .tree_start import resume, start_flows, stay_put
from .tree_tables import (
    FloatArray,
    Inputs,
    Level,
    Options,
    Outputs,
    Pump,
    Tables,
    TreeTable,
    Walk,
)

SAFE = 0.05  # of the error that may be left: that a step leaves its square is a rule of thumb
PAIRS_SAFE = 0.2  # of the error: of pairs, whose heat capacities count in no slope, 1e-3 is left
STRICT = 2.0e-6  # error before the last step of a block that had missed its tolerance
ROUGH = 1.0e-3  # the same where water to start from is wanted, friction not yet known
LATE = 10  # Newton steps after which a consumer that is too cold when served is given up


@inline
def converge(
    tree: TreeTable,
    walk: Walk,
    water: WaterTable,
    options: Options,
    work: FloatArray,
    consumers: FloatArray,
    level: Level,
    enough: float,
    heated: bool,
    least: int,
) -> int:
    """Walk until the heat fits; return the number of Newton steps.

    ``enough`` is the error before the last step, which is still to be taken and leaves about its
    square. ``heated`` tells whether the heat of friction is known; ``least`` is 2 where the water
    to begin with is a guess, by which the first step's heat capacities are off.
    """
    steps, worst = 0, 1.0
    while True:
        rubs, late = worst <= NEARLY and not heated, steps >= LATE
        if options.exchange:
            walk_pairs(tree, walk, water, options, work, consumers, level, rubs, late)
        else:
            walk_singles(tree, walk, water, options, work, consumers, level, rubs)
        heated = heated or rubs
        steps += 1
        worst = 0.0
        for j in range(LANES):
            worst = max(worst, level.errors[j])
        done = heated and worst <= enough and steps >= least
        if done or steps >= options.max_iterations:
            return steps


@kernel
def solve_blocks(
    tree: TreeTable,
    walk: Walk,
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
    """Solve the blocks ``first`` to ``last`` (excluded) of `LANES` hours each."""
    work, consumers, level, fields = tables.work, tables.consumers, tables.level, tables.fields
    for block in range(first, last):
        for j in range(LANES):
            level.duration[j] = out.duration[block, j]
        enough, steps, missed = sqrt(SAFE * options.error_left), 0, 1.0
        enough *= PAIRS_SAFE if options.exchange else 1.0
        enough = ROUGH if options.only_water else enough
        while missed > 0.0:
            again = enough == STRICT
            load_hours(tree, walk, inputs, water, block, hours, work, consumers, level)
            resumes = inputs.start_flow.shape[0] > 0
            if again:
                stay_put(tree, work, consumers, options.exchange, LANES)
            elif resumes:
                resume(tree, inputs, block, hours, work, consumers, options.exchange)
                if options.heating:
                    rub_pipes(tree, water, options, work, level.scratch)
            else:
                start_flows(tree, walk, water, work, consumers, level, options)
            known = again or resumes or not options.heating or options.only_water
            least = 1 if again or resumes or options.only_water else 2
            steps += converge(
                tree, walk, water, options, work, consumers, level, enough, known, least
            )
            while steps < options.max_iterations and call_rivals(
                tree, walk, work, consumers, level
            ):
                steps += converge(
                    tree, walk, water, options, work, consumers, level, enough, True, 1
                )
            settle(tree, walk, water, options, work, consumers, level)
            missed = explain(tree, inputs, block, consumers, level, out, again)
            missed = max(missed, mark_unsolved(block, enough, level, out))
            missed, enough = 0.0 if again or options.only_water else missed, STRICT
        mix_at_plant(tree, walk, water, work, level)
        if options.only_water:
            write_water(tree, water, options, block, hours, work, consumers, tables, out)
            continue
        measure_pipes(tree, walk, water, options, block, hours, work, tables)
        hold_pressure(tree, pump, block, work, consumers, level, out)
        write_consumers(block, consumers, out)
        measure_pressures(tree, pump, work, level, tables.figures)
        write_pipes(tree, block, hours, work, fields)
        write_junctions(tree, pump, block, hours, work, fields, level)
        balance_plant(water, block, hours, work, level, steps, out)
