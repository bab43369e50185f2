"""What twins of a large tree see of each other near steady flow, as `plug_twins` does it."""

from .compile import inline, part
from .flush_tables import Flush
from .plug_pipe import FLOOR, friction_heat, mean_temperature
from .plug_tables import (
    EARTH,
    EXCHANGE,
    MIXED,
    POINT,
    POINT_C,
    POINT_T,
    RUB,
    SINK,
    SPAN,
    TWIN,
    FloatArray,
    Net,
    Steps,
    Work,
)
from .plug_twins import felt_share, steady_shift, within_twin


@part
def has_twins(net: Net) -> bool:
    """Return whether any supply line exchanges heat with its return line."""
    for line in range(net.supplies):
        if net.lines[EXCHANGE, line] > 0.0 and net.places[TWIN, line] >= 0:
            return True
    return False


@inline
def see_ends(lines: FloatArray, work: Work, line: int, flow: float) -> None:
    """Write between what a line's water came in and left, without the heat of friction."""
    first = work.heat_in[line]
    last = work.heat_out[line] - friction_heat(lines[RUB, line], flow)
    moved = first - last if flow > 0.0 else 0.0
    lines[MIXED, line], lines[SPAN, line] = 0.5 * (first + last), moved


@part
def keep_ends(net: Net, work: Work, room: Flush) -> None:
    """Keep as a step ends between what the water of return lines came in and left."""
    for line in range(net.supplies):
        twin = net.places[TWIN, line]
        if net.lines[EXCHANGE, line] > 0.0 and twin >= 0:
            see_ends(net.lines, work, twin, room.through[twin])


@part
def shift_sinks(
    net: Net, steps: Steps, step: int, work: Work, room: Flush, as_supply: bool
) -> None:
    """Correct what supply lines, or return lines, lose heat to by `steady_shift`."""
    lines, ground, through = net.lines, steps.ground, room.through
    for line in range(net.supplies):
        twin = net.places[TWIN, line]
        if lines[EXCHANGE, line] == 0.0 or twin < 0:
            continue
        if not as_supply:
            see_ends(lines, work, line, through[line])
        earth, flows = ground[step, net.places[EARTH, line]], (through[line], through[twin])
        if flows[0] == 0.0 or flows[1] == 0.0 or earth != ground[step, net.places[EARTH, twin]]:
            continue
        shift, back = steady_shift(lines, line, twin, flows, earth, FLOOR)
        if not as_supply:
            lines[SINK, twin] += lines[POINT_C, twin] * back
        elif felt_share(lines, line, twin, flows[1], steps.duration[step]) == 1.0:
            beside = mean_temperature(lines, twin)
            sink = within_twin(lines, twin, beside, earth, room.sink[line] + shift)
            room.sink[line] = sink
            rise = sink - lines[POINT_T, line]
            lines[SINK, line] = lines[POINT, line] + lines[POINT_C, line] * rise
