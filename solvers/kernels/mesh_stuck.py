"""Hours whose error does not fall: consumers open, less of a step, another sign of a trickle."""

from .compile import inline, part
from .mesh_rows import FLOW, FLOW_C, LANES, LEAST_C, MOST_C, OFFSET_C
from .mesh_tables import MeshTable, MeshWork

NEAR_ENOUGH = 1.0e-4  # error from which it need not fall fast
REMEDIES, OPENING, SHORTENING, TURNING = 3.0, 1.0, 2.0, 0.0  # in turn
TURNED, GOLDEN, FARTHER = 1.5, 0.618, 16.0  # of a flow that is turned; how the next one differs
OPENS, OPENED = 1.5, 1.0e-3  # times what consumers lack; error at which they may close again
PATIENCE, OPEN_PATIENCE = 4.0, 12.0  # steps without success; while consumers open, one by one
LEAST_SHARE = 1.0 / 8.0  # of a step


@part
def choose_share(mesh: MeshTable, work: MeshWork) -> None:
    """Help hours whose error does not fall: three remedies in turn, the next when one fails.

    Consumers who lack heat open (`open_lacking`). A flow may keep turning: less of a step is
    taken. No flow of its sign may solve the equations: the most restless trickle is turned, by
    another factor each time, as the solution on the other side of a fold may be a flow many times
    as large.
    """
    level, opened = work.level, 0.0
    for j in range(LANES):
        error = max(level.errors[j], 0.1 * level.flow_errors[j])
        goes_on = error < NEAR_ENOUGH or level.marches[j] > 0.0
        falls = error < 0.8 * level.best[j] or goes_on
        stuck = 0.0 if falls else level.stuck[j] + 1.0
        patience = OPEN_PATIENCE if level.opens[j] > 0.0 else PATIENCE
        share, is_stuck = level.share[j], stuck >= patience
        share = min(2.0 * share, 1.0) if falls else share
        level.tries[j] += 1.0 if is_stuck else 0.0
        tries = level.tries[j]
        remedy = tries % REMEDIES
        if is_stuck:
            less = max(0.5 ** (1.0 + tries // REMEDIES), LEAST_SHARE)
            share = less if remedy == SHORTENING else 1.0
        if is_stuck and remedy == TURNING:
            row, far = int(level.restless[j]), FARTHER ** ((tries // REMEDIES) % 3.0)
            work.pipes[row, FLOW + j] *= -TURNED * far * (0.5 + (GOLDEN * tries) % 1.0)
            level.best[j] = 1e300
        served = error < OPENED or (is_stuck and remedy != OPENING)
        if level.opens[j] > 0.0 and served:
            close_again(mesh, work, j)
            level.best[j] = 1e300
        elif is_stuck and remedy == OPENING:
            level.opens[j] = 1.0
        opened += level.opens[j]
        level.share[j] = share
        level.stuck[j] = 0.0 if is_stuck else stuck
        level.best[j] = min(level.best[j], error)
    if opened > 0.0:
        open_lacking(mesh, work)


@inline
def close_again(mesh: MeshTable, work: MeshWork, j: int) -> None:
    """Give consumers of a lane their own least flow back; what was reckoned with it is no rest."""
    consumers, level = work.consumers, work.level
    for c in range(mesh.consumer_junction.size):
        consumers[c, LEAST_C + j] = min(mesh.bypass_flow[c], consumers[c, MOST_C + j])
    level.opens[j], level.errors[j] = 0.0, 1.0


@inline
def open_lacking(mesh: MeshTable, work: MeshWork) -> None:
    """Let no consumer who lacks heat draw less than now, and what it lacks.

    More of its draw may bring colder water, until it is so much that it comes warm; short of that
    fold, Newton's method would close it.
    """
    consumers, level = work.consumers, work.level
    for c in range(mesh.consumer_junction.size):
        for j in range(LANES):
            lacks, least = consumers[c, OFFSET_C + j], consumers[c, LEAST_C + j]
            wanted = min(consumers[c, FLOW_C + j] + OPENS * lacks, consumers[c, MOST_C + j])
            opens = level.opens[j] > 0.0 and lacks > 0.0 and wanted > least
            consumers[c, LEAST_C + j] = wanted if opens else least
