"""Pipes of branches, through which water flows one way: cooled and rubbed in short loops."""

from ...model.water import WaterTable
from .compile import inline
from .friction import LEAST_REYNOLDS, colebrook_start, colebrook_step, turbulent_share
from .mesh_pipes import aim, mean_share, other_roots
from .mesh_rows import (
    AIMED,
    COLDEST,
    DROP,
    FLOW,
    HEATED,
    LANES,
    LEFT,
    LOST_HERE,
    MEAN,
    OUTLET,
    PASS_HERE,
    PER_FLOW,
    REYNOLDS,
    ROOT,
    SLOPE_HERE,
    STEEP,
    STILL,
    TWIN_FLOW,
    TWIN_MEAN,
    TWIN_NEAR,
    TWIN_PER,
    VOLUME,
    VOLUME_HERE,
    WARMED,
    WARMEST,
    WARMING,
    WATER,
    WATER_HERE,
    WEIGHT,
)
from .mesh_tables import MeshTable, MeshWork
from .tree_finish import GRAVITY
from .tree_friction import mixed_factor
from .tree_rows import MOST_WARMING, SMALLEST_FLOW
from .tree_tables import Options
from .water import exp_negative, polynomial6, slope6


@inline
def where_flows(flow: float, moving: float, standing: float) -> float:
    """Return the water where it flows, else that which stands.

    With nothing added the compiler would choose between their addresses, lane by lane.
    """
    return moving + 0.0 if flow > STILL else standing


@inline
def rub_along(
    mesh: MeshTable,
    water: WaterTable,
    options: Options,
    side: int,
    e: int,
    inlet: int,
    work: MeshWork,
) -> None:
    """Find friction and minor loss of a branch's pipe; write to ``scratch`` what they warm.

    ``inlet`` is the row of the node that its water comes from. No derivatives: its flow is known.
    """
    nodes, pipes, scratch = work.nodes, work.pipes, work.level.scratch
    row, columns = side * mesh.start.size + e, mesh.hydraulics
    per_flow, resistance = columns[side, e, 0], columns[side, e, 1]
    slenderness, minor = columns[side, e, 2], columns[side, e, 3]
    relative, rough = columns[side, e, 4], columns[side, e, 5]
    laminar_until, added = options.laminar_until, 1.0 if options.fully_rough else 0.0
    per_width = 1.0 / max(options.turbulent_from - laminar_until, 1e-9)
    for j in range(LANES):
        flow = abs(pipes[row, FLOW + j])
        middle = 0.5 * (nodes[inlet, WATER + j] + pipes[row, OUTLET + j])
        scratch[REYNOLDS + j] = per_flow * flow * polynomial6(water.fluidity, middle)
        scratch[VOLUME_HERE + j] = polynomial6(water.specific_volume, middle)
    if options.colebrook_steps == 1 and not options.fully_rough:
        for j in range(LANES):
            inverse = 1.0 / max(scratch[REYNOLDS + j], LEAST_REYNOLDS)
            scratch[STEEP + j] = inverse
            scratch[ROOT + j] = colebrook_start(rough, inverse)
        for j in range(LANES):
            root, inverse = scratch[ROOT + j], scratch[STEEP + j]
            scratch[ROOT + j] = colebrook_step(root, relative, 2.51 * inverse)
    else:
        other_roots(options, relative, rough, scratch)
    for j in range(LANES):
        reynolds, volume = scratch[REYNOLDS + j], scratch[VOLUME_HERE + j]
        share = turbulent_share(reynolds, laminar_until, per_width)
        slow, fast = max(1.0 - share, added), max(share, added)
        factor = mixed_factor(reynolds, scratch[ROOT + j], slow, fast)
        lost = (factor * slenderness + minor) * resistance * volume
        scratch[WARMED + j] = lost * volume
        scratch[LOST_HERE + j] = lost


@inline
def note_along(mesh: MeshTable, side: int, e: int, work: MeshWork) -> None:
    """Write friction and minor loss, specific volume and weight of a branch's pipe.

    After `rub_along`: only once flows are known are they of any use.
    """
    pipes, scratch, level = work.pipes, work.level.scratch, work.level
    row, weight, lanes = side * mesh.start.size + e, GRAVITY * mesh.rise[e], level.errors.size
    for j in range(lanes):
        flow = pipes[row, FLOW + j]
        pipes[row, VOLUME + j] = scratch[VOLUME_HERE + j]
        pipes[row, DROP + j] = scratch[LOST_HERE + j] * flow * abs(flow)
    if weight != 0.0:
        for j in range(LANES):
            volume, mean = scratch[VOLUME_HERE + j], level.volume[side, j]
            pipes[row, WEIGHT + j] = weight * (mean - volume) / (mean * volume)


@inline
def cool_along(
    mesh: MeshTable,
    water: WaterTable,
    side: int,
    e: int,
    inlet: int,
    mixed: float,
    work: MeshWork,
) -> None:
    """Write to ``scratch`` what cools a branch's pipe.

    That is: heat capacity, inverse of the capacity flow, share of the excess that is kept, and
    what the water cools towards. ``mixed`` tells at which water the capacity is taken: 0 at the
    inlet, 1 at the outlet.
    """
    nodes, pipes, scratch, ground = work.nodes, work.pipes, work.level.scratch, work.level.ground
    row, mutual, at = side * mesh.start.size + e, mesh.exchange[e], mesh.ground[e]
    own, twin = mesh.conductance[side, e], mesh.conductance[1 - side, e]
    loss = own + mutual
    for j in range(LANES):
        some, near = abs(pipes[row, FLOW + j]) + SMALLEST_FLOW, nodes[inlet, WATER + j]
        middle = near + mixed * (pipes[row, OUTLET + j] - near)
        capacity = polynomial6(water.heat_capacity, middle)
        per = 1.0 / (some * capacity)
        scratch[HEATED + j] = capacity
        scratch[PER_FLOW + j] = per
        scratch[LEFT + j] = exp_negative(loss * per)
        scratch[AIMED + j] = ground[at, j]
    if mutual > 0.0:
        for j in range(LANES):
            beside = (
                pipes[row, TWIN_NEAR + j],
                pipes[row, TWIN_PER + j],
                pipes[row, TWIN_FLOW + j],
                pipes[row, TWIN_MEAN + j],
            )
            flow, per, near = pipes[row, FLOW + j], scratch[PER_FLOW + j], nodes[inlet, WATER + j]
            earth, left = aim((own, twin, mutual), per, ground[at, j], flow, beside)
            scratch[AIMED + j] = earth
            scratch[LEFT + j] = left
            pipes[row, MEAN + j] = earth + (near - earth) * mean_share(loss * per, left)


@inline
def cool_outward(
    mesh: MeshTable,
    water: WaterTable,
    options: Options,
    e: int,
    near: int,
    at: int,
    work: MeshWork,
) -> None:
    """Write the water at the far end of a supply pipe.

    As `tree_newton.cool`: the heat capacity is that of a guess of the outlet, and the derivatives
    account for it. ``scratch`` has what friction warms per square of the flow, and then what it
    warms, how the outlet follows inlet and flow, and the water at the junction there: where none
    flows, that of the ground in row ``at``.
    """
    nodes, pipes, scratch, ground = work.nodes, work.pipes, work.level.scratch, work.level.ground
    loss = mesh.conductance[0, e] + mesh.exchange[e]
    warms = 1.0 if options.heating else 0.0
    cool_along(mesh, water, 0, e, near, 0.5, work)
    for j in range(LANES):
        some, per = abs(pipes[e, FLOW + j]) + SMALLEST_FLOW, scratch[PER_FLOW + j]
        inlet, guess = nodes[near, WATER + j], pipes[e, OUTLET + j]
        earth, left = scratch[AIMED + j], scratch[LEFT + j]
        warming = min(warms * scratch[WARMED + j] * some * some * some * per, MOST_WARMING)
        passed = (inlet - earth) * left
        cooled = passed * min(loss * per, 80.0)
        slope = (cooled + 2.0 * warming) * (per * scratch[HEATED + j])
        middle = 0.5 * (inlet + guess)
        bent = 0.5 * cooled * slope6(water.heat_capacity, middle) * (per * some)
        supply = earth + passed + warming
        supply += bent * (supply - guess)
        scratch[WARMED + j] = warming
        supply = min(max(supply, COLDEST), WARMEST)
        pipes[e, OUTLET + j] = supply
        scratch[WATER_HERE + j] = where_flows(abs(pipes[e, FLOW + j]), supply, ground[at, j])
        scratch[PASS_HERE + j] = left + bent * (1.0 + left)
        scratch[SLOPE_HERE + j] = slope * (1.0 + bent)


@inline
def cool_inward(
    mesh: MeshTable, water: WaterTable, options: Options, e: int, far: int, work: MeshWork
) -> None:
    """Write the water at the near end of a return pipe, its friction, and what that warms."""
    nodes, pipes, scratch = work.nodes, work.pipes, work.level.scratch
    row, warms = mesh.start.size + e, 1.0 if options.heating else 0.0
    lanes = work.level.errors.size
    cool_along(mesh, water, 1, e, far, 0.0, work)
    for j in range(lanes):
        earth, near = scratch[AIMED + j], nodes[far, WATER + j]
        pipes[row, OUTLET + j] = earth + (near - earth) * scratch[LEFT + j]
    rub_along(mesh, water, options, 1, e, far, work)
    note_along(mesh, 1, e, work)
    for j in range(LANES):
        some = abs(pipes[row, FLOW + j]) + SMALLEST_FLOW
        warmed = scratch[WARMED + j] * some * some * some * scratch[PER_FLOW + j]
        warming = min(warms * warmed, MOST_WARMING)
        pipes[row, WARMING + j] = warming
        pipes[row, OUTLET + j] = min(max(pipes[row, OUTLET + j] + warming, COLDEST), WARMEST)
