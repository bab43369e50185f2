"""The order in which lines are moved: each after all that feed its inlet."""

from .compile import part
from .plug_tables import END, START, Net, Work

ORDERED, CIRCLES = 0, 1


@part
def keeps_order(work: Work) -> bool:
    """Return whether every line flows the way it did when the order was made, or rests."""
    for line in range(work.flow.size):
        flow = work.flow[line]
        sign = 1.0 if flow > 0.0 else -1.0 if flow < 0.0 else 0.0
        if sign not in (0.0, work.sign[line]):
            return False
    return True


@part
def order_side(net: Net, work: Work, low: int, high: int) -> int:
    """Order the lines ``low`` to ``high`` of one side; nodes come when all that feeds them has.

    Returns `CIRCLES` where water runs in a circle, which no order can follow.
    """
    waiting, first, following = work.waiting, work.first_out, work.next_out
    queue, head, tail, placed = work.queue, 0, 0, low
    for node in range(first.size):
        waiting[node] = 0
        first[node] = -1
    for line in range(low, high):
        flow = work.flow[line]
        forward = flow >= 0.0
        work.sign[line] = 1.0 if flow > 0.0 else -1.0 if flow < 0.0 else 0.0
        inlet, outlet = (
            (net.places[START, line], net.places[END, line])
            if forward
            else (net.places[END, line], net.places[START, line])
        )
        following[line] = first[inlet]
        first[inlet] = line
        if flow != 0.0:
            waiting[outlet] += 1
    for node in range(first.size):
        if first[node] >= 0 and waiting[node] == 0:
            queue[tail] = node
            tail += 1
    while head < tail:
        line = first[queue[head]]
        head += 1
        while line >= 0:
            work.order[placed] = line
            placed += 1
            outlet = net.places[END, line] if work.sign[line] >= 0.0 else net.places[START, line]
            if work.flow[line] != 0.0:
                waiting[outlet] -= 1
                if waiting[outlet] == 0 and first[outlet] >= 0:
                    queue[tail] = outlet
                    tail += 1
            line = following[line]
    return ORDERED if placed == high else CIRCLES
