"""All steps of a large tree, most of whose lines a step flushes."""

from ...model.water import WaterTable
from .compile import inline, kernel, part
from .flush_consumers import (
    flow_error,
    guess_flows,
    mend_flows,
    record_block,
    see_water,
    serve_block,
    weigh_flows,
)
from .flush_few import look_at_few, move_few
from .flush_lines import (
    find_shares,
    keep_new_water,
    part_losses,
    set_chords,
    set_sinks,
)
from .flush_odd import (
    as_slugs,
    as_wholes,
    look_at_odd,
    part_odd,
    recount_all,
)
from .flush_sweeps import (
    carry,
    come_home,
    end_return,
    flow_home,
    gather_flows,
    go_out,
    leave_return,
    leave_supply,
    share_corrections,
)
from .flush_tables import Flush
from .flush_twins import has_twins, keep_ends, shift_sinks
from .plug_consumers import OFF
from .plug_friction import water_in_lines
from .plug_network import MOST_LOOKS, PATIENT
from .plug_record import record_balance, record_producers
from .plug_slugs import content_at
from .plug_solve import RECOUNT, begin, finish_step, show
from .plug_tables import (
    CONTENT,
    Head,
    Net,
    Out,
    Sides,
    Steps,
    Tree,
    Work,
)
from .tree_tables import Options, Pump

ONCE_MORE = 5.0  # times what flows may be off: a last correction so large leaves less than that
HALF = 0.5  # of a correction, where flows do not rest


@kernel
def solve_flush(
    net: Net,
    sides: Sides,
    tree: Tree,
    head: Head,
    steps: Steps,
    water: WaterTable,
    options: Options,
    pump: Pump,
    work: Work,
    room: Flush,
    out: Out,
) -> None:
    """Move a tree through all steps as `solve_steps` does; its water runs in no circle.

    Its lines have no walls of their own temperature, no rings of soil and hand on the mean of a
    step; no flow is negative.
    """
    begin(net, water, steps, work)
    stand(net, work, room)
    water_in_lines(water, work)
    has_slugs, paired = True, has_twins(net)
    for step in range(steps.duration.size):
        if steps.duration[step] > 0.0:
            if has_slugs:
                as_wholes(net, room)
                has_slugs = False
            advance_tree(net, sides, tree, head, steps, step, water, work, room, out, paired)
        else:
            as_slugs(net, room)
            has_slugs = True
            show(net, sides, tree, steps, step, water, work, out)
        finish_step(net, sides, tree, head, steps, step, water, options, pump, work, out)
        if step % RECOUNT == RECOUNT - 1:
            recount_all(net, room)


@part
def stand(net: Net, work: Work, room: Flush) -> None:
    """Write the water that stands at the ends of the lines, from where the first chords go."""
    lines, places, slugs, outward = net.lines, net.places, net.slugs, room.outward
    heat_in, heat_out, through, flow = work.heat_in, work.heat_out, room.through, work.flow
    for line in range(outward.size):
        heat_in[line] = content_at(lines, places, slugs, line, -outward[line])
        heat_out[line] = content_at(lines, places, slugs, line, outward[line])
        through[line] = abs(flow[line])


@inline
def advance_tree(
    net: Net,
    sides: Sides,
    tree: Tree,
    head: Head,
    steps: Steps,
    step: int,
    water: WaterTable,
    work: Work,
    room: Flush,
    out: Out,
    paired: bool,
) -> None:
    """Move the tree through one step; ``paired`` where lines exchange heat with their twins."""
    supplies, every, seconds = net.supplies, work.flow.size, steps.duration[step]
    set_chords(net, water, work, room, 0, supplies, 0.0)
    set_chords(net, water, work, room, supplies, every, 1.0)
    set_sinks(net, steps, step, room, 0, supplies, True)
    if paired:
        shift_sinks(net, steps, step, work, room, True)
    looks, error = seek_flows(net, sides, water, steps, step, tree, work, room)
    out.passes[step], out.heat_error[step] = looks, error
    see_shares(net, seconds, room, 0, supplies)
    go_out(net, water, seconds, tree, work, room)
    move_few(net, seconds, work, room, 0, supplies)
    keep_new_water(net, seconds, work, room, 0, supplies)
    part_losses(net, steps, step, work, room, 0, supplies, True)
    leave_supply(net, tree, work, room)
    see_water(net, sides, water, steps, step, room)
    if serve_block(net, sides, water, steps, step, work, room, out) > 0.0:
        out.heat_error[step] = max(out.heat_error[step], OFF)
    set_sinks(net, steps, step, room, supplies, every, False)
    flow_home(supplies, work, room)
    if paired:
        shift_sinks(net, steps, step, work, room, False)
    see_shares(net, seconds, room, supplies, every)
    come_home(net, sides, water, seconds, tree, head, work, room)
    move_few(net, seconds, work, room, supplies, every)
    keep_new_water(net, seconds, work, room, supplies, every)
    part_losses(net, steps, step, work, room, supplies, every, False)
    leave_return(net, sides, tree, head, work, room)
    if out.node.shape[0] + out.node_end.shape[0] + out.pipe_inlet_end.shape[0] > 0:
        end_return(net, sides, tree, head, work, room)
    if paired:
        keep_ends(net, work, room)
    record_block(net, sides, water, steps, step, work, room, out)
    given = record_producers(net, sides, water, steps, step, out)
    record_balance(net, sides, steps, step, work, out, given)


@inline
def see_shares(net: Net, seconds: float, room: Flush, low: int, high: int) -> None:
    """Write what leaves lines of a side at the flows as they are; list those with rings."""
    find_shares(net, seconds, room, low, high)
    part_odd(net, room, low, high)
    look_at_few(net, seconds, room, low, high)


@inline
def seek_flows(
    net: Net,
    sides: Sides,
    water: WaterTable,
    steps: Steps,
    step: int,
    tree: Tree,
    work: Work,
    room: Flush,
) -> tuple[int, float]:
    """Find the flows in which heat decides; return the looks, and what flows are off. [1]"""
    see_water(net, sides, water, steps, step, room)
    guess_flows(sides, steps, step, work, room)
    net.nodes[CONTENT, sides.producer_to[0]] = steps.supply[step, 0]
    seconds = steps.duration[step]
    looks, error, enough = 0, 1.0, ONCE_MORE * steps.enough
    while error > 0.0 and looks < MOST_LOOKS:
        gather_flows(net, sides, tree, work, room)
        see_shares(net, seconds, room, 0, net.supplies)
        look_at_odd(net, step, seconds, room)
        carry(net, tree, room)
        see_water(net, sides, water, steps, step, room)
        weigh_flows(steps, step, work, room)
        share_corrections(sides, tree, room)
        firm = 1.0 if looks < PATIENT else HALF
        error = mend_flows(sides, steps, step, work, room, firm, enough)
        looks += 1
    gather_flows(net, sides, tree, work, room)
    return looks, flow_error(work) if error > 0.0 else 0.0
