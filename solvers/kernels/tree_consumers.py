"""How each consumer's flow answers to a change of its supply water, and its limits."""

from ...model.water import WaterTable
from .ahead import LINE, ask
from .compile import inline
from .tree_rows import (
    DIFFERENCE_C,
    ENTER,
    ERROR_C,
    FLOW_C,
    FREEZING,
    GAIN_C,
    HEAT_C,
    HOLD_C,
    LANES,
    LEAST_C,
    MOST_C,
    NEARLY,
    NO_HOLD,
    OFFSET_C,
    OWN,
    PER_HEAT_C,
    SMALLEST_FLOW,
    STEP,
    SUPPLY,
    WANTED,
)
from .tree_tables import FloatArray, Level, Walk
from .water import enthalpy, log, polynomial6

LEAST_MARGIN = 4.0  # J/kg: about a thousandth of a kelvin between supply and return
LEAST_LOG = 1.0e-9
LEAST_EXCESS = 1.0e-9  # K between water and ground
COLDER = -20.72326583694641  # log(LEAST_EXCESS), where the water is colder than the ground
MOST_STRAYED = 1.0e-6  # of a consumer's flow
LEAST_STRAYED = 1.0e-8  # kg/s, less is no matter
JUMP = 1.0e-2  # of a consumer's flow, in the last step; and kg/s, of which that share is no matter
AHEAD = 2  # steps of the walk after which a consumer is met that is asked for
IDLE_FLOW = 1.0e-7  # kg/s, with which a consumer on a warm main may vanish


@inline
def moved(flow: float, change: float, least: float, most: float) -> float:
    """Return a consumer's flow after a Newton step, between its limits."""
    wanted = min(max(flow + change, 0.2 * flow), 10.0 * flow + 1e-6)
    return min(max(wanted, least), most)


@inline
def strayed(flow: float, wanted: float, error: float) -> float:
    """Return the error of a consumer whose flow could not take the step that was wanted.

    The flows of the rows towards the plant have taken it: one more step makes them its sum.
    """
    return (
        max(error, NEARLY) if abs(flow - wanted) > MOST_STRAYED * flow + LEAST_STRAYED else error
    )


@inline
def jumped(flow: float, before: float, wanted: float) -> float:
    """Return 1 if the last step is too large to be the last, else 0."""
    jumps = abs(wanted - before) > JUMP * (before + JUMP)
    return 1.0 if jumps or strayed(flow, wanted, 0.0) > 0.0 else 0.0


@inline
def leave_at(
    water: WaterTable, returned: float, supply: float, difference: float, apart: bool
) -> tuple[float, float]:
    """Return the content of a consumer's return water, and what it gains per kelvin of supply.

    The return content given, or that of water colder by the difference, but never ice.
    """
    if apart:
        cooled = supply - difference
        level = enthalpy(water, max(cooled, FREEZING))
        gain = polynomial6(water.heat_capacity, cooled) if cooled > FREEZING else 0.0
        is_apart = difference != 0.0
        return level if is_apart else returned, gain if is_apart else 0.0
    return returned, 0.0


@inline
def serve_heat(
    water: WaterTable,
    heat: float,
    per_heat: float,
    leaving: float,
    flow: float,
    supply: float,
    fixed: bool,
) -> tuple[float, float, float, float]:
    """Return what serves the heat.

    Change of the flow and the same per kelvin, both times the drop of content; that drop [J/kg];
    and the error. ``fixed`` tells whether the return water keeps its content when the supply
    water changes.
    """
    some = heat != 0.0
    sign = 1.0 if heat >= 0.0 else -1.0
    drop = sign * (enthalpy(water, supply) - leaving)
    missed = abs(heat) - flow * drop
    least = max(drop, LEAST_MARGIN)
    gain = -sign * flow * polynomial6(water.heat_capacity, supply)
    return (
        missed if some else -flow * least,
        gain if some and fixed else 0.0,
        least,
        abs(missed * per_heat),
    )


@inline
def stay_within(
    own: float,
    offset: float,
    gain: float,
    error: float,
    flow: float,
    least: float,
    most: float,
) -> tuple[float, float, float]:
    """Fix the flow at a limit that it stands at and would pass: ``own`` tells which way."""
    at_least = flow <= least and own <= 0.0
    at_most = flow >= most and own >= 0.0
    limit = most if at_most else least
    fixed = at_least or at_most
    return (
        limit - flow if fixed else offset,
        0.0 if fixed else gain,
        0.0 if fixed else error,
    )


@inline
def hold_temperature(
    offset: float,
    gain: float,
    error: float,
    flow: float,
    warmer: float,
    source: float,
    hold: float,
    some: float,
) -> tuple[float, float, float, float]:
    """Where holding the bypass temperature asks for more flow than the heat, let it.

    ``source`` and ``hold`` are logarithms of what the plant's water and the water held are
    warmer than the ground. With distance = log((T - T_ground) / (T_hold - T_ground)) the
    equation is flow x distance = 0, which for a single pipe is linear in the flow; where the
    water is too cold it is distance = 0, whose linearisation never turns its sign. Which of
    the two decides is asked with all flows of the path moving alike. From below a flow grows by
    itself in a step, and by ``some`` [kg/s], so that one that has come to nothing returns.
    """
    here = log(max(abs(warmer), LEAST_EXCESS))
    slope = warmer * max(source - here, 0.0) / (flow + SMALLEST_FLOW)
    own = offset / (1.0 - min(gain * slope, 0.5))
    apart = (here if warmer > 0.0 else COLDER) - hold
    apart = apart if abs(apart) > LEAST_LOG else LEAST_LOG
    toward = flow + some if apart < 0.0 else -flow
    alone = -abs(toward) * apart / max(source - hold, 1e-6)
    binds = hold > NO_HOLD and alone > own
    stiff = -abs(toward) / (max(warmer, LEAST_EXCESS) * max(abs(apart), LEAST_LOG))
    held = 0.0 if apart > 0.0 and flow < IDLE_FLOW else abs(apart)
    return (
        alone if binds else own,
        toward if binds else offset,
        stiff if binds else gain,
        held if binds else error,
    )


@inline
def ask_consumer(walk: Walk, k: int, consumers: FloatArray, places: tuple[int, ...]) -> None:
    """Ask for what is needed of the first consumer that the walk meets soon after step ``k``."""
    soon = min(k + AHEAD, walk.row.size - 1)
    row = walk.row[soon]
    if walk.kind[soon] != ENTER and walk.start[row] < walk.start[row + 1]:
        c = walk.consumer[walk.start[row]]
        for place in places:
            for j in range(0, LANES, LINE):
                ask(consumers, c, place + j)


@inline
def answer(
    water: WaterTable,
    work: FloatArray,
    row: int,
    consumers: FloatArray,
    c: int,
    level: Level,
    at: int,
    back: int,
    apart: bool,
    holds: bool,
) -> None:
    """Move a consumer's flow, and write how it changes next with its supply water.

    ``apart`` tells whether a difference between supply and return is given in any hour,
    ``holds`` whether a bypass temperature is.
    """
    ground, sources, returned, scratch = level.ground, level.source, level.returned, level.scratch
    errors = level.errors
    for j in range(LANES):
        change = consumers[c, OFFSET_C + j] + consumers[c, GAIN_C + j] * work[row, STEP + j]
        least, most = consumers[c, LEAST_C + j], consumers[c, MOST_C + j]
        before = consumers[c, FLOW_C + j]
        consumers[c, FLOW_C + j] = moved(before, change, least, most)
        scratch[WANTED + j] = before + change
    for j in range(LANES):
        flow, supply = consumers[c, FLOW_C + j], work[row, SUPPLY + j]
        difference = consumers[c, DIFFERENCE_C + j]
        leaving, cooled = leave_at(water, returned[back, j], supply, difference, apart)
        fixed = cooled == 0.0
        heat, per_heat = consumers[c, HEAT_C + j], consumers[c, PER_HEAT_C + j]
        offset, gain, drop, error = serve_heat(water, heat, per_heat, leaving, flow, supply, fixed)
        per = 1.0 / drop
        consumers[c, OFFSET_C + j] = offset * per
        consumers[c, GAIN_C + j] = gain * per
        consumers[c, ERROR_C + j] = error
        scratch[OWN + j] = offset * per
    if holds:
        for j in range(LANES):
            own, offset, gain, error = hold_temperature(
                consumers[c, OFFSET_C + j],
                consumers[c, GAIN_C + j],
                consumers[c, ERROR_C + j],
                consumers[c, FLOW_C + j],
                work[row, SUPPLY + j] - ground[at, j],
                sources[at, j],
                consumers[c, HOLD_C + j],
                0.0,
            )
            scratch[OWN + j] = own
            consumers[c, OFFSET_C + j] = offset
            consumers[c, GAIN_C + j] = gain
            consumers[c, ERROR_C + j] = error
    for j in range(LANES):
        flow, least, most = (
            consumers[c, FLOW_C + j],
            consumers[c, LEAST_C + j],
            consumers[c, MOST_C + j],
        )
        offset, gain, error = stay_within(
            scratch[OWN + j],
            consumers[c, OFFSET_C + j],
            consumers[c, GAIN_C + j],
            consumers[c, ERROR_C + j],
            flow,
            least,
            most,
        )
        consumers[c, OFFSET_C + j] = offset
        consumers[c, GAIN_C + j] = gain
        consumers[c, ERROR_C + j] = strayed(flow, scratch[WANTED + j], error)
    for j in range(errors.size):
        errors[j] = max(errors[j], consumers[c, ERROR_C + j])
