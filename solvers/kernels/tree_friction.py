"""Pressure drop of the rows of a tree, one side of one row at a time."""

from ...model.water import WaterTable
from .compile import kernel
from .friction import LEAST_REYNOLDS, colebrook_step, haaland_root, turbulent_share
from .tree_tables import FloatArray, Options
from .water import polynomial6

MIDDLE, VOLUME, DROPPED, REYNOLDS, FACTOR = 0, 1, 2, 3, 4
"""Rows of ``scratch``: mean temperature [°C], specific volume [m3/kg], drop [Pa]; two inside."""


@kernel
def friction_factors(
    options: Options, relative: float, rough: float, lanes: int, scratch: FloatArray
) -> None:
    """Replace FACTOR by Darcy's friction factors of one pipe.

    The laws differ in the number of Newton steps on Colebrook's equation and in how laminar
    and turbulent flow are put together; the loops over lanes stay free of branches.
    """
    if options.fully_rough:
        constant = haaland_root((relative * (3.7 / 3.71)) ** (2.0 / 1.8), 1e300)
        for j in range(lanes):
            scratch[FACTOR, j] = constant
    else:
        for j in range(lanes):
            scratch[FACTOR, j] = haaland_root(rough, max(scratch[REYNOLDS, j], LEAST_REYNOLDS))
    for _ in range(options.colebrook_steps):
        for j in range(lanes):
            viscous = 2.51 / max(scratch[REYNOLDS, j], LEAST_REYNOLDS)
            scratch[FACTOR, j] = colebrook_step(scratch[FACTOR, j], relative, viscous)
    laminar_until, turbulent_from = options.laminar_until, options.turbulent_from
    added = 1.0 if options.fully_rough else 0.0
    for j in range(lanes):
        reynolds, root = scratch[REYNOLDS, j], scratch[FACTOR, j]
        share = turbulent_share(reynolds, laminar_until, turbulent_from)
        laminar = (64.0 * max(1.0 - share, added)) / max(reynolds, 1e-12)
        scratch[FACTOR, j] = laminar + max(share, added) / (root * root)


@kernel
def pressure_drops(
    water: WaterTable,
    options: Options,
    hydraulics: FloatArray,
    side: int,
    pipe: int,
    lanes: int,
    flows: FloatArray,
    row: int,
    value: int,
    scratch: FloatArray,
) -> None:
    """Write friction and minor losses and specific volumes to DROPPED and VOLUME of ``scratch``.

    ``hydraulics`` is that of `TreeTable`, read at ``side`` and ``pipe``; the flows stand in
    ``flows[row, value]``, the mean temperatures in MIDDLE.
    """
    per_flow, resistance = hydraulics[side, pipe, 0], hydraulics[side, pipe, 1]
    slenderness, minor = hydraulics[side, pipe, 2], hydraulics[side, pipe, 3]
    for j in range(lanes):
        fluidity = polynomial6(water.fluidity, scratch[MIDDLE, j])
        scratch[REYNOLDS, j] = per_flow * flows[row, value, j] * fluidity
    friction_factors(options, hydraulics[side, pipe, 4], hydraulics[side, pipe, 5], lanes, scratch)
    for j in range(lanes):
        scratch[VOLUME, j] = polynomial6(water.specific_volume, scratch[MIDDLE, j])
    for j in range(lanes):
        flow = flows[row, value, j]
        lost = (scratch[FACTOR, j] * slenderness + minor) * resistance
        scratch[DROPPED, j] = lost * flow * flow * scratch[VOLUME, j]


@kernel
def drop_each(
    water: WaterTable,
    options: Options,
    hydraulics: FloatArray,
    flow: FloatArray,
    middle: FloatArray,
    scratch: FloatArray,
    drop: FloatArray,
    volume: FloatArray,
) -> None:
    """Write the pressure drops of many pipes in one state each; see `pressure_drops`.

    ``hydraulics`` is (pipes, 6); ``flow``, ``middle``, ``drop`` and ``volume`` are (pipes,);
    ``scratch`` is (5, 1).
    """
    columns = hydraulics.reshape((1, flow.size, hydraulics.shape[1]))
    flows = flow.reshape((flow.size, 1, 1))
    for pipe in range(flow.size):
        scratch[MIDDLE, 0] = middle[pipe]
        pressure_drops(water, options, columns, 0, pipe, 1, flows, pipe, 0, scratch)
        drop[pipe] = scratch[DROPPED, 0]
        volume[pipe] = scratch[VOLUME, 0]
