"""Pressures of a block of hours whose flows and temperatures are known."""

from ...model.water import WaterTable
from .compile import inline, part
from .tree_rows import (
    BACK,
    BACK_DROP,
    BACK_LIFT,
    BACK_VOLUME,
    CONTENT,
    DROP,
    FLOW,
    LANES,
    LEFT,
    LIFT,
    PRESSURE_C,
    STOOD,
    SUPPLY,
    TOTAL,
    VOLUME,
)
from .tree_tables import FloatArray, Level, Outputs, Pump, TreeTable, Walk
from .water import polynomial6, temperature

GRAVITY = 9.80665
STANDING = 1.0e-9  # kg/s, below which a pipe stands: its temperatures are no extremes


@part
def mix_at_plant(
    tree: TreeTable, walk: Walk, water: WaterTable, work: FloatArray, level: Level
) -> None:
    """Write the return water of the plant."""
    alone = tree.parent.size == 1
    for j in range(LANES):
        flow, still = work[0, TOTAL + j], work[0, SUPPLY + j]
        content = work[0, CONTENT + j] / (flow if flow > 0.0 else 1.0)
        still = still if alone else level.ground[walk.back_ground[1], j]
        level.plant_return[j] = temperature(water, content) if flow > 0.0 else still
    for j in range(LANES):
        work[0, FLOW + j] = work[0, TOTAL + j]


@inline
def lift_pipes(
    tree: TreeTable,
    walk: Walk,
    water: WaterTable,
    work: FloatArray,
    row: int,
    parent: int,
    level: Level,
) -> None:
    """Write the pressures at a row's far end relative to the plant's, and add its standing loss.

    The water's specific volume in the middle of both pipes goes to VOLUME and BACK_VOLUME.
    """
    scratch, ground, back, sums = level.scratch, level.ground, level.plant_return, level.sums
    at, back_at = walk.ground[row], walk.back_ground[row]
    weight = GRAVITY * tree.rise[row]
    own, twin = tree.conductance[0, row], tree.conductance[1, row]
    for j in range(LANES):
        middle = 0.5 * (work[parent, SUPPLY + j] + work[row, SUPPLY + j])
        back_middle = 0.5 * (work[row, BACK + j] + work[row, LEFT + j])
        volume = polynomial6(water.specific_volume, middle)
        back_volume = polynomial6(water.specific_volume, back_middle)
        shared = weight / (volume * back_volume)
        lost = work[row, DROP + j] + shared * back_volume
        gained = work[row, BACK_DROP + j] - shared * volume
        work[row, LIFT + j] = work[parent, LIFT + j] - lost
        work[row, BACK_LIFT + j] = work[parent, BACK_LIFT + j] + gained
        scratch[VOLUME + j] = volume
        scratch[BACK_VOLUME + j] = back_volume
    for j in range(LANES):
        left_out = own * (work[0, SUPPLY + j] - ground[at, j])
        left_out += twin * (back[j] - ground[back_at, j])
        sums[STOOD + j] += left_out if work[row, FLOW + j] <= STANDING else 0.0


@part
def hold_pressure(
    tree: TreeTable,
    pump: Pump,
    block: int,
    work: FloatArray,
    consumers: FloatArray,
    level: Level,
    out: Outputs,
) -> None:
    """Find the worst point and with it the head between the plant's junctions."""
    head, worst, lanes = level.head, level.errors, level.errors.size
    for j in range(lanes):
        head[j] = pump.min_head
        worst[j] = -1.0
    for c in range(tree.consumer_row.size):
        row = tree.consumer_row[c]
        least = tree.min_pressure_difference[c]
        for j in range(lanes):
            want = least - work[row, LIFT + j] + work[row, BACK_LIFT + j]
            worst[j] = c if want > head[j] else worst[j]
            head[j] = max(want, head[j])
    is_fixed = pump.fixed_head == pump.fixed_head
    for j in range(lanes):
        head[j] = min(pump.fixed_head if is_fixed else head[j], pump.max_head)
        out.pressure_difference[block, j] = head[j]
        out.worst_consumer[block, j] = int(worst[j])
    kept = out.consumer_pressure_difference.size > 0
    for c in range(tree.consumer_row.size if kept else 0):
        row = tree.consumer_row[c]
        for j in range(lanes):
            available = head[j] + work[row, LIFT + j] - work[row, BACK_LIFT + j]
            consumers[c, PRESSURE_C + j] = available
