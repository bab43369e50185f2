"""Hours whose error does not fall: less of a step, then another sign of a trickle."""

from .compile import part
from .mesh_rows import FLOW, LANES
from .mesh_tables import MeshWork

NEAR_ENOUGH = 1.0e-4  # error from which it need not fall fast
TRIES = 3.0  # with less of a step, before a flow is turned
TURNED, GOLDEN, FARTHER = 1.5, 0.618, 16.0  # of a flow that is turned; how the next one differs
PATIENCE, LEAST_SHARE = 4.0, 1.0 / 8.0  # steps without success before less of a step is taken


@part
def choose_share(work: MeshWork) -> None:
    """Help hours whose error does not fall.

    A flow may keep turning: less of a step is taken. If that does not help, no flow of its sign
    may solve the equations: now and then the most restless trickle is turned, by another factor
    each time. The solution on the other side of a fold may be a flow many times as large.
    """
    level = work.level
    for j in range(LANES):
        error = max(level.errors[j], 0.1 * level.flow_errors[j])
        goes_on = error < NEAR_ENOUGH or level.marches[j] > 0.0
        falls = error < 0.8 * level.best[j] or goes_on
        stuck = 0.0 if falls else level.stuck[j] + 1.0
        share = level.share[j]
        share = min(2.0 * share, 1.0) if falls else share
        if stuck >= PATIENCE:
            level.tries[j] += 1.0
            share = max(0.5 * share, LEAST_SHARE)
        if stuck >= PATIENCE and level.tries[j] >= TRIES and level.tries[j] % 2.0 == 1.0:
            row, far = int(level.restless[j]), FARTHER ** (0.5 * (level.tries[j] - 1.0) % 3.0)
            work.pipes[row, FLOW + j] *= -TURNED * far * (0.5 + (GOLDEN * level.tries[j]) % 1.0)
            share = 1.0
            level.best[j] = 1e300
        level.share[j] = share
        level.stuck[j] = 0.0 if stuck >= PATIENCE else stuck
        level.best[j] = min(level.best[j], error)
