"""Pressure drop of the rows of a tree, one side of one row at a time."""

from ...model.water import WaterTable
from .compile import inline, kernel, part
from .friction import (
    LEAST_REYNOLDS,
    colebrook_start,
    colebrook_step,
    colebrook_steps,
    haaland_root,
    turbulent_share,
)
from .tree_rows import (
    BACK,
    BACK_DROPPED,
    BACK_FACTOR,
    BACK_REYNOLDS,
    BACK_VOLUME,
    DROPPED,
    FACTOR,
    FLOW,
    HEATING,
    LANES,
    LEFT,
    RETURN,
    RETURN_HEATING,
    RETURN_LEFT,
    REYNOLDS,
    SCRATCH,
    SMALLEST_FLOW,
    SUPPLY,
    VOLUME,
)
from .tree_tables import FloatArray, Options, TreeTable
from .water import polynomial6


@inline
def mixed_factor(reynolds: float, root: float, laminar: float, turbulent: float) -> float:
    """Return the sum of laminar and turbulent friction factors with their shares."""
    some, square = max(reynolds, 1e-12), root * root
    return (64.0 * laminar * square + turbulent * some) / (some * square)


@inline
def friction_factors(options: Options, relative: float, rough: float, scratch: FloatArray) -> None:
    """Write Darcy's friction factors of one pipe to FACTOR.

    The laws differ in the number of steps on Colebrook's equation and in how laminar and
    turbulent flow are put together; the loops over lanes stay free of branches.
    """
    if options.fully_rough:
        constant = haaland_root((relative * (3.7 / 3.71)) ** (2.0 / 1.8), 1e300)
        for j in range(LANES):
            scratch[FACTOR + j] = constant
    elif options.colebrook_steps == 0:
        for j in range(LANES):
            scratch[FACTOR + j] = haaland_root(rough, max(scratch[REYNOLDS + j], LEAST_REYNOLDS))
    else:
        for j in range(LANES):
            inverse = 1.0 / max(scratch[REYNOLDS + j], LEAST_REYNOLDS)
            start = colebrook_start(rough, inverse)
            scratch[FACTOR + j] = colebrook_step(start, relative, 2.51 * inverse)
    for _ in range(options.colebrook_steps - 1):
        for j in range(LANES):
            viscous = 2.51 / max(scratch[REYNOLDS + j], LEAST_REYNOLDS)
            scratch[FACTOR + j] = colebrook_step(scratch[FACTOR + j], relative, viscous)
    laminar_until, added = options.laminar_until, 1.0 if options.fully_rough else 0.0
    per_width = 1.0 / max(options.turbulent_from - laminar_until, 1e-9)
    for j in range(LANES):
        reynolds, root = scratch[REYNOLDS + j], scratch[FACTOR + j]
        share = turbulent_share(reynolds, laminar_until, per_width)
        scratch[FACTOR + j] = mixed_factor(
            reynolds, root, max(1.0 - share, added), max(share, added)
        )


@part
def other_drops(
    options: Options,
    hydraulics: FloatArray,
    side: int,
    pipe: int,
    flows: FloatArray,
    row: int,
    place: int,
    scratch: FloatArray,
) -> None:
    """Write the drops by any law, where Reynolds numbers and volumes are known."""
    resistance, slenderness = hydraulics[side, pipe, 1], hydraulics[side, pipe, 2]
    minor = hydraulics[side, pipe, 3]
    friction_factors(options, hydraulics[side, pipe, 4], hydraulics[side, pipe, 5], scratch)
    for j in range(LANES):
        flow = flows[row, place + j]
        lost = (scratch[FACTOR + j] * slenderness + minor) * resistance
        scratch[DROPPED + j] = lost * flow * flow * scratch[VOLUME + j]


@inline
def pressure_drops(
    water: WaterTable,
    options: Options,
    hydraulics: FloatArray,
    side: int,
    pipe: int,
    work: FloatArray,
    row: int,
    place: int,
    near_row: int,
    near: int,
    far: int,
    scratch: FloatArray,
) -> None:
    """Write friction and minor losses and specific volumes to DROPPED and VOLUME of ``scratch``.

    ``hydraulics`` is that of `TreeTable`, read at ``side`` and ``pipe``; the flows stand in
    ``work[row, place]``, the temperatures in ``work[near_row, near]`` and ``work[row, far]``.
    The usual law, one step on Colebrook's equation, has loops of its own: short ones, so that the
    processor works on several hours at once instead of waiting for a chain of divisions.
    """
    per_flow, resistance = hydraulics[side, pipe, 0], hydraulics[side, pipe, 1]
    slenderness, minor = hydraulics[side, pipe, 2], hydraulics[side, pipe, 3]
    relative, rough = hydraulics[side, pipe, 4], hydraulics[side, pipe, 5]
    laminar_until = options.laminar_until
    per_width = 1.0 / max(options.turbulent_from - laminar_until, 1e-9)
    for j in range(LANES):
        flow, middle = (
            work[row, place + j],
            0.5 * (work[near_row, near + j] + work[row, far + j]),
        )
        scratch[VOLUME + j] = polynomial6(water.specific_volume, middle)
        scratch[REYNOLDS + j] = per_flow * flow * polynomial6(water.fluidity, middle)
    if options.colebrook_steps == 1:
        for j in range(LANES):
            inverse = 1.0 / max(scratch[REYNOLDS + j], LEAST_REYNOLDS)
            scratch[DROPPED + j] = inverse
            scratch[FACTOR + j] = colebrook_start(rough, inverse)
        for j in range(LANES):
            root, inverse = scratch[FACTOR + j], scratch[DROPPED + j]
            scratch[FACTOR + j] = colebrook_step(root, relative, 2.51 * inverse)
        for j in range(LANES):
            reynolds, flow = scratch[REYNOLDS + j], work[row, place + j]
            share = turbulent_share(reynolds, laminar_until, per_width)
            factor = mixed_factor(reynolds, scratch[FACTOR + j], 1.0 - share, share)
            lost = (factor * slenderness + minor) * resistance
            scratch[DROPPED + j] = lost * flow * flow * scratch[VOLUME + j]
    else:
        other_drops(options, hydraulics, side, pipe, work, row, place, scratch)


@inline
def both_drops(
    water: WaterTable,
    options: Options,
    hydraulics: FloatArray,
    work: FloatArray,
    row: int,
    parent: int,
    scratch: FloatArray,
) -> None:
    """Write what `pressure_drops` does for both pipes of a row at once.

    That of the return pipe goes to BACK_DROPPED and BACK_VOLUME. The processor works on two
    chains instead of one, and each division serves both.
    """
    per_flow, back_per_flow = hydraulics[0, row, 0], hydraulics[1, row, 0]
    resistance, back_resistance = hydraulics[0, row, 1], hydraulics[1, row, 1]
    slender, back_slender = hydraulics[0, row, 2], hydraulics[1, row, 2]
    minor, back_minor = hydraulics[0, row, 3], hydraulics[1, row, 3]
    relative, back_relative = hydraulics[0, row, 4], hydraulics[1, row, 4]
    rough, back_rough = hydraulics[0, row, 5], hydraulics[1, row, 5]
    laminar_until = options.laminar_until
    per_width = 1.0 / max(options.turbulent_from - laminar_until, 1e-9)
    for j in range(LANES):
        flow, middle = (
            work[row, FLOW + j],
            0.5 * (work[parent, SUPPLY + j] + work[row, SUPPLY + j]),
        )
        back = 0.5 * (work[row, BACK + j] + work[row, LEFT + j])
        scratch[VOLUME + j] = polynomial6(water.specific_volume, middle)
        scratch[REYNOLDS + j] = per_flow * flow * polynomial6(water.fluidity, middle)
        scratch[BACK_VOLUME + j] = polynomial6(water.specific_volume, back)
        scratch[BACK_REYNOLDS + j] = back_per_flow * flow * polynomial6(water.fluidity, back)
    if options.colebrook_steps != 1:
        other_drops(options, hydraulics, 0, row, work, row, FLOW, scratch)
        other_drops(options, hydraulics, 1, row, work, row, FLOW, scratch[BACK_VOLUME:])
        return
    for j in range(LANES):
        reynolds = max(scratch[REYNOLDS + j], LEAST_REYNOLDS)
        back_reynolds = max(scratch[BACK_REYNOLDS + j], LEAST_REYNOLDS)
        shared = 1.0 / (reynolds * back_reynolds)
        inverse, back_inverse = shared * back_reynolds, shared * reynolds
        scratch[DROPPED + j] = inverse
        scratch[BACK_DROPPED + j] = back_inverse
        scratch[FACTOR + j] = colebrook_start(rough, inverse)
        scratch[BACK_FACTOR + j] = colebrook_start(back_rough, back_inverse)
    for j in range(LANES):
        root, back_root = colebrook_steps(
            scratch[FACTOR + j],
            relative,
            2.51 * scratch[DROPPED + j],
            scratch[BACK_FACTOR + j],
            back_relative,
            2.51 * scratch[BACK_DROPPED + j],
        )
        scratch[FACTOR + j] = root
        scratch[BACK_FACTOR + j] = back_root
    for j in range(LANES):
        reynolds, back_reynolds = scratch[REYNOLDS + j], scratch[BACK_REYNOLDS + j]
        root, back_root = scratch[FACTOR + j], scratch[BACK_FACTOR + j]
        square, back_square = root * root, back_root * back_root
        some, back_some = max(reynolds, 1e-12), max(back_reynolds, 1e-12)
        share = turbulent_share(reynolds, laminar_until, per_width)
        back_share = turbulent_share(back_reynolds, laminar_until, per_width)
        flow = work[row, FLOW + j]
        one, two = some * square, back_some * back_square
        force = flow * flow / (one * two)
        factor = (64.0 * (1.0 - share) * square + share * some) * slender + minor * one
        back_factor = 64.0 * (1.0 - back_share) * back_square + back_share * back_some
        back_factor = back_factor * back_slender + back_minor * two
        scratch[DROPPED + j] = factor * two * force * resistance * scratch[VOLUME + j]
        back_dropped = back_factor * one * force * back_resistance
        scratch[BACK_DROPPED + j] = back_dropped * scratch[BACK_VOLUME + j]


@inline
def rub_pipe(
    water: WaterTable,
    options: Options,
    hydraulics: FloatArray,
    work: FloatArray,
    row: int,
    parent: int,
    scratch: FloatArray,
) -> None:
    """Write how friction heats a supply pipe per square of its flow [J/kg / (kg/s)^2]."""
    pressure_drops(
        water, options, hydraulics, 0, row, work, row, FLOW, parent, SUPPLY, SUPPLY, scratch
    )
    for j in range(scratch.size // SCRATCH * LANES):
        flow = work[row, FLOW + j] + SMALLEST_FLOW
        work[row, HEATING + j] = scratch[DROPPED + j] * scratch[VOLUME + j] / (flow * flow)


@inline
def rub_return(
    water: WaterTable,
    options: Options,
    hydraulics: FloatArray,
    work: FloatArray,
    row: int,
    scratch: FloatArray,
) -> None:
    """Write the same for the return pipe of a pair that exchanges heat."""
    pressure_drops(
        water, options, hydraulics, 1, row, work, row, FLOW, row, RETURN, RETURN_LEFT, scratch
    )
    for j in range(scratch.size // SCRATCH * LANES):
        flow = work[row, FLOW + j] + SMALLEST_FLOW
        warmed = scratch[DROPPED + j] * scratch[VOLUME + j] / (flow * flow)
        work[row, RETURN_HEATING + j] = warmed


@part
def rub_pipes(
    tree: TreeTable,
    water: WaterTable,
    options: Options,
    work: FloatArray,
    scratch: FloatArray,
) -> None:
    """Write how friction heats each supply pipe per square of its flow, with pairs both."""
    for k in range(tree.parent.size - 1):
        row = tree.order[k]
        rub_pipe(water, options, tree.hydraulics, work, row, tree.parent[row], scratch)
        if options.exchange:
            rub_return(water, options, tree.hydraulics, work, row, scratch)


@kernel
def drop_each(
    water: WaterTable,
    options: Options,
    hydraulics: FloatArray,
    flow: FloatArray,
    middle: FloatArray,
    work: FloatArray,
    scratch: FloatArray,
    drop: FloatArray,
    volume: FloatArray,
) -> None:
    """Write the pressure drops of many pipes in one state each; see `pressure_drops`.

    ``hydraulics`` is (pipes, 6); ``flow``, ``middle``, ``drop`` and ``volume`` are (pipes,);
    ``work`` is (1, 2 x lanes), ``scratch`` as everywhere.
    """
    columns = hydraulics.reshape((1, flow.size, hydraulics.shape[1]))
    for pipe in range(flow.size):
        for j in range(LANES):
            work[0, j] = flow[pipe]
            work[0, LANES + j] = middle[pipe]
        pressure_drops(water, options, columns, 0, pipe, work, 0, 0, 0, LANES, LANES, scratch)
        drop[pipe] = scratch[DROPPED]
        volume[pipe] = scratch[VOLUME]
