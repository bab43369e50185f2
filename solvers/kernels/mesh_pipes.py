"""Friction and cooling of the pipes of a mesh, whichever way water flows, with derivatives."""

from ...model.water import WaterTable
from .compile import inline, part
from .friction import (
    LEAST_REYNOLDS,
    PER_LN10,
    colebrook_start,
    colebrook_step,
    haaland_root,
    turbulent_share,
)
from .mesh_rows import (
    AIMED,
    BEND,
    COLDEST,
    CONDUCTANCE,
    DROP,
    EARTH,
    FLOW,
    HEATED,
    INLET,
    LAMINAR,
    LANES,
    LEAP,
    LEFT,
    MEAN,
    OUTLET,
    PASS,
    PER_FLOW,
    REYNOLDS,
    ROOT,
    SLOPE,
    STEEP,
    THINNER,
    TWIN_FLOW,
    TWIN_MEAN,
    TWIN_NEAR,
    TWIN_PER,
    VOLUME,
    WARMEST,
    WARMING,
    WATER,
    WEIGHT,
)
from .mesh_tables import MeshTable, MeshWork
from .tree_finish import GRAVITY
from .tree_pairs import pair_shares
from .tree_rows import MOST_WARMING, SMALLEST_FLOW
from .tree_tables import FloatArray, Options
from .water import exp_negative, polynomial6

LEAST_STEEPNESS = 1.0e-4  # Pa/(kg/s), of a pipe without any friction
LEAST_SHARE = 0.05  # of laminar friction, below which no pipe's head follows its flow
NEAR = 0.03  # error of heat and flows below which friction follows the water within a step
LEAST_STIFFNESS = 0.25  # share of a pipe's resistance that warmer, thinner water may leave
SHORT = 1.0e-5  # transfer units below which a mean is that of a straight line
CREEP = 1.0e-12  # kg/s, at which friction is taken where water stands


@inline
def ends_of(mesh: MeshTable, side: int, e: int) -> tuple[int, int, int]:
    """Return the row of a route's pipe on a side, and the rows of its two nodes."""
    junctions = mesh.height.size
    row = side * mesh.start.size + e
    return row, side * junctions + mesh.start[e], side * junctions + mesh.end[e]


@inline
def rub_pipe(
    mesh: MeshTable, water: WaterTable, options: Options, side: int, e: int, work: MeshWork
) -> None:
    """Write a pipe's friction and minor loss, specific volume, and how flow follows head.

    After `cool_pipe`: warmer water is thinner, and warmer where more of it flows. In loops height
    counts with one density, so that no water turns in them by its weight alone.
    """
    nodes, pipes, level, scratch, errors = (
        work.nodes,
        work.pipes,
        work.level,
        work.level.scratch,
        work.level.errors,
    )
    row, a, b = ends_of(mesh, side, e)
    columns, gate, lift = mesh.hydraulics, mesh.gate[side, e], mesh.lift[side, e]
    per_flow, resistance = columns[side, e, 0], columns[side, e, 1]
    slenderness, minor = columns[side, e, 2], columns[side, e, 3]
    relative, rough = columns[side, e, 4], columns[side, e, 5]
    weight, loops = GRAVITY * mesh.rise[e], mesh.in_loop[side, e] > 0.0
    for j in range(LANES):
        flow = pipes[row, FLOW + j]
        one, other = nodes[a, WATER + j], nodes[b, WATER + j]
        inlet = one if flow >= 0.0 else other
        middle = 0.5 * (inlet + pipes[row, OUTLET + j])
        fluidity = polynomial6(water.fluidity, middle)
        scratch[REYNOLDS + j] = per_flow * (abs(flow) + CREEP) * fluidity
        viscosity = 1.0 / fluidity
        scratch[LAMINAR + j] = (64.0 * slenderness * resistance / per_flow) * viscosity
        volume = polynomial6(water.specific_volume, middle)
        pipes[row, VOLUME + j] = volume
        scratch[THINNER + j] = polynomial6(water.fluidity, middle + 1.0) * viscosity - 1.0
    if lift > 0 or (weight != 0.0 and not loops):
        for j in range(LANES):
            lighter = weight / pipes[row, VOLUME + j] - weight / level.volume[side, j]
            pipes[row, WEIGHT + j] = (0.0 if loops else lighter) - level.lift[lift, j]
    if options.colebrook_steps == 1 and not options.fully_rough:
        usual_roots(relative, rough, scratch)
    else:
        other_roots(options, relative, rough, scratch)
    laminar_until, added = options.laminar_until, 1.0 if options.fully_rough else 0.0
    per_width = 1.0 / max(options.turbulent_from - laminar_until, 1e-9)
    for j in range(LANES):
        reynolds, root = scratch[REYNOLDS + j], scratch[ROOT + j]
        share = turbulent_share(reynolds, laminar_until, per_width)
        bend = min(max((reynolds - laminar_until) * per_width, 0.0), 1.0)
        bend = 6.0 * bend * (1.0 - bend) * reynolds * per_width
        laminar, turbulent, slow = 64.0 / reynolds, 1.0 / (root * root), max(1.0 - share, added)
        fast = max(share, added)
        factor = slow * laminar + fast * turbulent
        turning = bend * (turbulent - laminar) * (1.0 - added)
        turning -= slow * laminar + fast * turbulent * scratch[STEEP + j]
        flow, volume = pipes[row, FLOW + j], pipes[row, VOLUME + j]
        size, rests = abs(flow) + CREEP, pipes[row, LEAP + j] == 0.0
        lost = (factor * slenderness + minor) * resistance * volume
        steep = (2.0 * lost + turning * slenderness * resistance * volume) * size
        turned = turning * slenderness * resistance * volume * flow * size
        near = 0.5 if rests and max(errors[j], level.flow_errors[j]) < NEAR else 0.0
        half = near * turned * scratch[THINNER + j]
        slope = pipes[row, SLOPE + j] if flow >= 0.0 else -pipes[row, SLOPE + j]
        firm = max(steep, LEAST_SHARE * scratch[LAMINAR + j] * volume, LEAST_STEEPNESS)
        stiff = max(firm + half * slope, LEAST_STIFFNESS * firm)
        pipes[row, DROP + j] = lost * flow * size
        pipes[row, BEND + j] = half * (1.0 + pipes[row, PASS + j])
        pipes[row, CONDUCTANCE + j] = level.passage[gate, j] / stiff


@inline
def usual_roots(relative: float, rough: float, scratch: FloatArray) -> None:
    """Write what `other_roots` does by one step on Colebrook's equation, in short loops."""
    for j in range(LANES):
        inverse = 1.0 / max(scratch[REYNOLDS + j], LEAST_REYNOLDS)
        scratch[STEEP + j] = inverse
        scratch[ROOT + j] = colebrook_start(rough, inverse)
    for j in range(LANES):
        root, inverse = scratch[ROOT + j], scratch[STEEP + j]
        scratch[ROOT + j] = colebrook_step(root, relative, 2.51 * inverse)
    for j in range(LANES):
        viscous = 2.51 * scratch[STEEP + j]
        inside = relative + viscous * scratch[ROOT + j] + 2.0 * PER_LN10 * viscous
        turning = 2.0 * (2.0 * PER_LN10) * viscous / inside
        scratch[STEEP + j] = turning if scratch[REYNOLDS + j] > LEAST_REYNOLDS else 0.0


@part
def other_roots(options: Options, relative: float, rough: float, scratch: FloatArray) -> None:
    """Write 1/sqrt(f) of turbulent flow by any law, and minus how log(f) follows log(Re)."""
    steps, by_haaland = options.colebrook_steps, options.colebrook_steps == 0
    if options.fully_rough:
        constant = haaland_root((relative * (3.7 / 3.71)) ** (2.0 / 1.8), 1e300)
        for j in range(LANES):
            scratch[ROOT + j] = constant
            scratch[STEEP + j] = 0.0
        return
    for j in range(LANES):
        scratch[ROOT + j] = colebrook_start(
            rough, 1.0 / max(scratch[REYNOLDS + j], LEAST_REYNOLDS)
        )
    for _ in range(steps):
        for j in range(LANES):
            viscous = 2.51 / max(scratch[REYNOLDS + j], LEAST_REYNOLDS)
            scratch[ROOT + j] = colebrook_step(scratch[ROOT + j], relative, viscous)
    if by_haaland:
        for j in range(LANES):
            reynolds = max(scratch[REYNOLDS + j], LEAST_REYNOLDS)
            root, viscous = haaland_root(rough, reynolds), 6.9 / reynolds
            scratch[ROOT + j] = root
            scratch[STEEP + j] = 3.6 * PER_LN10 * viscous / ((rough + viscous) * root)
    else:
        for j in range(LANES):
            root = scratch[ROOT + j]
            viscous = 2.51 / max(scratch[REYNOLDS + j], LEAST_REYNOLDS)
            inside = relative + viscous * root + 2.0 * PER_LN10 * viscous
            turning = 2.0 * (2.0 * PER_LN10) * viscous / inside
            scratch[STEEP + j] = turning if scratch[REYNOLDS + j] > LEAST_REYNOLDS else 0.0


@inline
def mean_share(units: float, left: float) -> float:
    """Return the mean excess over the inlet's in a pipe that keeps ``left`` of it."""
    return (1.0 - left) / units if units > SHORT else 1.0 - 0.5 * units


@inline
def aim(
    losses: tuple[float, float, float],
    per: float,
    ground: float,
    flow: float,
    twin: tuple[float, float, float, float],
) -> tuple[float, float]:
    """Return what a pipe cools towards beside its twin, and the share it keeps of its excess.

    ``losses`` are its own, its twin's and the exchange [W/K]; ``twin`` is water at its inlet, the
    inverse of its heat capacity flow, its flow, its mean water. Against the flow of the twin this
    is the exact solution of the pair; with it, the twin counts by its mean.
    """
    loss, twin_loss, mutual = losses
    near, twin_per, twin_flow, mean = twin
    kept, taken, _, _ = pair_shares(
        (loss + mutual) * per, (twin_loss + mutual) * twin_per, mutual * per, mutual * twin_per
    )
    against = flow * twin_flow < 0.0
    exact = ground + taken * (near - ground) / max(1.0 - kept, 1e-12)
    about = (loss * ground + mutual * mean) / (loss + mutual)
    left = exp_negative((loss + mutual) * per)
    return exact if against else about, kept if against else left


@inline
def cool_pipe(
    mesh: MeshTable, water: WaterTable, options: Options, side: int, e: int, work: MeshWork
) -> None:
    """Write the water at a pipe's outlet, and how it follows inlet and flow.

    Beside a twin also what it cools towards, else the ground, and its mean water.
    """
    nodes, pipes, scratch, ground = work.nodes, work.pipes, work.level.scratch, work.level.ground
    warms, mixed = 1.0 if options.heating else 0.0, 0.5 if side == 0 else 0.0
    row, a, b = ends_of(mesh, side, e)
    own, twin, mutual = (
        mesh.conductance[side, e],
        mesh.conductance[1 - side, e],
        mesh.exchange[e],
    )
    loss, at = own + mutual, mesh.ground[e]
    for j in range(LANES):
        flow, one, other = pipes[row, FLOW + j], nodes[a, WATER + j], nodes[b, WATER + j]
        inlet = one if flow >= 0.0 else other
        middle = inlet + mixed * (pipes[row, OUTLET + j] - inlet)
        capacity = polynomial6(water.heat_capacity, middle)
        per = 1.0 / ((abs(flow) + SMALLEST_FLOW) * capacity)
        scratch[INLET + j] = inlet
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
            flow, per, inlet = pipes[row, FLOW + j], scratch[PER_FLOW + j], scratch[INLET + j]
            earth, left = aim((own, twin, mutual), per, ground[at, j], flow, beside)
            pipes[row, EARTH + j] = earth
            pipes[row, MEAN + j] = earth + (inlet - earth) * mean_share(loss * per, left)
            scratch[AIMED + j] = earth
            scratch[LEFT + j] = left
    for j in range(LANES):
        flow, earth, inlet = pipes[row, FLOW + j], scratch[AIMED + j], scratch[INLET + j]
        capacity, per, left = scratch[HEATED + j], scratch[PER_FLOW + j], scratch[LEFT + j]
        some, units = abs(flow) + SMALLEST_FLOW, loss * per
        rubbed = warms * abs(pipes[row, DROP + j]) * pipes[row, VOLUME + j]
        warming = min(rubbed * per * some, MOST_WARMING)
        passed = (inlet - earth) * left
        pipes[row, OUTLET + j] = min(max(earth + passed + warming, COLDEST), WARMEST)
        pipes[row, WARMING + j] = warming
        pipes[row, PASS + j] = left
        slope = (passed * min(units, 80.0) + 2.0 * warming) * (per * capacity)
        pipes[row, SLOPE + j] = slope
