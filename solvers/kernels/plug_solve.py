"""All steps of a network of plug-flow pipes."""

from ...model.water import WaterTable
from .compile import inline, kernel, part
from .plug_bounds import forget_bounds
from .plug_consumers import serve_all
from .plug_friction import drop_pressures, lift_pressures, water_in_lines, write_pressures
from .plug_ground import ground_heat, passed_now, start_ground, warm_ground
from .plug_network import (
    clear_nodes,
    feed,
    find_flows,
    flows_at_rest,
    give_back,
    move_side,
    move_supply,
    pass_ends,
    prepare_side,
    settle_nodes,
    take_flows,
)
from .plug_order import CIRCLES, keeps_order, order_side
from .plug_pipe import prepare, recount, set_point, span_ends, wall_conductances
from .plug_record import (
    note_lines,
    note_pressures,
    record_balance,
    record_consumers,
    record_fields,
    record_producers,
)
from .plug_tables import (
    CELLS,
    EARTH,
    HELD,
    MIXED,
    RINGS,
    RUB,
    SINK,
    WHOLE,
    FloatArray,
    Head,
    Net,
    Out,
    Sides,
    Steps,
    Tree,
    Work,
)
from .plug_trial import move_until_served
from .tree_tables import Options, Pump

RECOUNT = 32  # steps after which what lines hold is summed anew from their slugs
A_SECOND = 1.0


@kernel
def solve_steps(
    net: Net,
    sides: Sides,
    tree: Tree,
    head: Head,
    steps: Steps,
    water: WaterTable,
    options: Options,
    pump: Pump,
    work: Work,
    out: Out,
) -> int:
    """Move the network through all steps; return the step at which water runs in circles, or -1.

    A step without duration shows the state as it is.
    """
    begin(net, water, steps, work)
    for step in range(steps.duration.size):
        if steps.duration[step] > 0.0:
            done = advance(net, sides, tree, steps, step, water, work, out)
        else:
            done = show(net, sides, tree, steps, step, water, work, out)
        if not done:
            return step
        finish_step(net, sides, tree, head, steps, step, water, options, pump, work, out)
        if step % RECOUNT == RECOUNT - 1:
            for line in range(work.flow.size):
                recount(net.lines, net.places, net.slugs, net.walls, line)
    return -1


@part
def keep_flows(net: Net, work: Work) -> None:
    """Keep the flows of the last step, and the friction heat that follows from them."""
    for line in range(work.flow.size):
        work.last_flow[line], work.last_rub[line] = work.flow[line], net.lines[RUB, line]
    for value in range(work.consumer.shape[0]):
        for c in range(work.consumer.shape[1]):
            work.last_consumer[value, c] = work.consumer[value, c]


@part
def take_back_flows(net: Net, work: Work) -> None:
    """Have the flows of the last step again: a row that was shown changes nothing after it."""
    for line in range(work.flow.size):
        work.flow[line], net.lines[RUB, line] = work.last_flow[line], work.last_rub[line]
    for value in range(work.consumer.shape[0]):
        for c in range(work.consumer.shape[1]):
            work.consumer[value, c] = work.last_consumer[value, c]


@inline
def finish_step(
    net: Net,
    sides: Sides,
    tree: Tree,
    head: Head,
    steps: Steps,
    step: int,
    water: WaterTable,
    options: Options,
    pump: Pump,
    work: Work,
    out: Out,
) -> None:
    """Find the pressures of a step whose water has moved, and keep what is asked for.

    After a row that was shown the flows are those of the step before again, if there is one.
    """
    water_in_lines(water, work)
    drop_pressures(net, water, options, work)
    if tree.pipe.size > 0:
        lift_pressures(net, sides, tree, head, pump, work, step, out)
        note_pressures(net, head, pump, step, out)
        if out.node_pressure.shape[0] > 0:
            write_pressures(net, head, pump, step, out)
    note_lines(net, steps.duration[step], work, out)
    record_fields(net, water, steps, step, work, out)
    if step > 0 and steps.duration[step] == 0.0:
        take_back_flows(net, work)


@part
def begin(net: Net, water: WaterTable, steps: Steps, work: Work) -> None:
    """Count what lines and the ground around them hold at first, and write the nodes' water."""
    lines, index = net.lines, net.places
    for line in range(work.flow.size):
        recount(lines, index, net.slugs, net.walls, line)
        work.held[line] = lines[HELD, line]
        lines[MIXED, line] = lines[HELD, line] / lines[WHOLE, line]
        if index[CELLS, line] > 0:
            span_ends(lines, index, net.slugs, line)
            forget_bounds(lines, line)
        set_point(lines, water, line, line >= net.supplies)
        if index[RINGS, line] > 0:
            start_ground(net, line, steps.ground[0, index[EARTH, line]])
            work.held[line] += ground_heat(net, line)
    clear_nodes(net)
    settle_nodes(net, 0, work.flow.size)


@kernel
def settle_walls(net: Net, water: WaterTable, steps: Steps, work: Work, flow: FloatArray) -> None:
    """Give each wall the temperature that it has beside steady water of its cell."""
    lines, index, walls = net.lines, net.places, net.walls
    begin(net, water, steps, work)
    for line in range(flow.size):
        if index[CELLS, line] > 0:
            earth = steps.ground[0, index[EARTH, line]]
            prepare(lines, index, flow, water, line, line >= net.supplies, earth, A_SECOND, False)
            film, outside = wall_conductances(lines, water, line, flow[line], A_SECOND)
            share = outside / (film + outside)
            for cell in range(index[CELLS, line]):
                walls[line, cell] -= share * (walls[line, cell] - lines[SINK, line])


@part
def set_order(net: Net, work: Work) -> bool:
    """Order the lines anew if their flows turned; return whether there is an order."""
    if keeps_order(work):
        return True
    supply = order_side(net, work, 0, net.supplies)
    back = order_side(net, work, net.supplies, work.flow.size)
    return CIRCLES not in (supply, back)


@part
def show(
    net: Net,
    sides: Sides,
    tree: Tree,
    steps: Steps,
    step: int,
    water: WaterTable,
    work: Work,
    out: Out,
) -> bool:
    """Show a state as it stands; return whether its flows have an order."""
    supplies, every = net.supplies, work.flow.size
    keep_flows(net, work)
    if tree.pipe.size > 0:
        flows_at_rest(net, sides, water, steps, step, tree, work)
    else:
        take_flows(steps, step, work)
        if not set_order(net, work):
            return False
    clear_nodes(net)
    feed(net, sides, steps, step, work)
    pass_ends(net, steps, step, work, 0, supplies)
    serve_all(net, sides, water, steps, step, work, out)
    give_back(net, sides, steps, step, work)
    pass_ends(net, steps, step, work, supplies, every)
    record_consumers(net, sides, water, steps, step, work, out)
    record_producers(net, sides, water, steps, step, out)
    for line in range(every):
        out.heat_loss[step] += passed_now(net, line, work.loss[line])
        out.stored[step] += net.lines[HELD, line]
        if net.places[RINGS, line] > 0:
            out.stored[step] += ground_heat(net, line)
    return True


@part
def advance(
    net: Net,
    sides: Sides,
    tree: Tree,
    steps: Steps,
    step: int,
    water: WaterTable,
    work: Work,
    out: Out,
) -> bool:
    """Move the network through one step; return whether its flows have an order."""
    supplies, every = net.supplies, work.flow.size
    if tree.pipe.size > 0:
        prepare_side(net, water, steps, step, work, 0, supplies)
        looks, error = find_flows(net, sides, water, steps, step, tree, work)
        moves = 0
        if work.kept_lines.shape[1] > 0:
            moves, error = move_until_served(net, sides, water, steps, step, tree, work)
        else:
            move_supply(net, sides, water, steps, step, work)
        out.passes[step], out.heat_error[step] = looks + moves, error
    else:
        prepare_side(net, water, steps, step, work, 0, supplies)  # as where flows are sought
        take_flows(steps, step, work)
        if not set_order(net, work):
            return False
        move_supply(net, sides, water, steps, step, work)
    serve_all(net, sides, water, steps, step, work, out)
    prepare_side(net, water, steps, step, work, supplies, every)
    give_back(net, sides, steps, step, work)
    move_side(net, water, steps, step, work, supplies, every)
    if net.rings.shape[1] > 0:
        warm_ground(net, steps, step, work)
    record_consumers(net, sides, water, steps, step, work, out)
    given = record_producers(net, sides, water, steps, step, out)
    record_balance(net, sides, steps, step, work, out, given)
    return True
