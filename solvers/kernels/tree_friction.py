"""Pressure drop of the rows of a tree, one side of one row at a time."""

from .compile import kernel
from .friction import LEAST_REYNOLDS, colebrook_step, haaland_root, turbulent_share
from .water import polynomial6


@kernel
def friction_factors(options, relative, rough, lanes, reynolds, root):
    """Replace ``root`` by Darcy's friction factors of one pipe.

    The laws differ in the number of Newton steps on Colebrook's equation and in how laminar
    and turbulent flow are put together; the loops over lanes stay free of branches.
    """
    for j in range(lanes):
        root[j] = haaland_root(rough, max(reynolds[j], LEAST_REYNOLDS))
    if options.fully_rough:
        constant = haaland_root((relative * (3.7 / 3.71)) ** (2.0 / 1.8), 1e300)
        for j in range(lanes):
            root[j] = constant
    for _ in range(options.colebrook_steps):
        for j in range(lanes):
            viscous = 2.51 / max(reynolds[j], LEAST_REYNOLDS)
            root[j] = colebrook_step(root[j], relative, viscous)
    laminar_until, turbulent_from = options.laminar_until, options.turbulent_from
    added = 1.0 if options.fully_rough else 0.0
    for j in range(lanes):
        share = turbulent_share(reynolds[j], laminar_until, turbulent_from)
        laminar = (64.0 * max(1.0 - share, added)) / max(reynolds[j], 1e-12)
        root[j] = laminar + max(share, added) / (root[j] * root[j])


@kernel
def pressure_drops(water, options, pipe, lanes, flow, middle, scratch, drop, volume):
    """Write friction and minor losses [Pa] and the specific volume [m3/kg] of each lane.

    ``pipe`` is a column of `TreeTable.hydraulics`, ``middle`` the mean temperature [°C];
    ``scratch`` has two rows of lanes.
    """
    reynolds, factor = scratch[0], scratch[1]
    per_flow, resistance, slenderness, minor = pipe[0], pipe[1], pipe[2], pipe[3]
    for j in range(lanes):
        reynolds[j] = per_flow * flow[j] * polynomial6(water.fluidity, middle[j])
    friction_factors(options, pipe[4], pipe[5], lanes, reynolds, factor)
    for j in range(lanes):
        volume[j] = polynomial6(water.specific_volume, middle[j])
    for j in range(lanes):
        lost = (factor[j] * slenderness + minor) * resistance
        drop[j] = lost * flow[j] * flow[j] * volume[j]


@kernel
def drop_each(water, options, hydraulics, flow, middle, scratch, drop, volume):
    """Write the pressure drops of many pipes in one state each; see `pressure_drops`.

    ``hydraulics`` is (pipes, 6); ``flow``, ``middle``, ``drop`` and ``volume`` are (pipes,).
    """
    for pipe in range(flow.size):
        one = slice(pipe, pipe + 1)
        pressure_drops(
            water,
            options,
            hydraulics[pipe],
            1,
            flow[one],
            middle[one],
            scratch,
            drop[one],
            volume[one],
        )
