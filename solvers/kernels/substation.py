"""What a substation leaves in its return water: exchangers and emitters, one hour of one consumer.

Temperatures of an exchange are counted along its drop: ``sign`` is 1 for heat, -1 for cold. With
the ends a (supply side) and b (return side) of a counterflow exchanger, or of an emitter in its
room, and the mean difference L that the heat asks for, the equation is
(b - a) / ln(b / a) = L, which is effectiveness-NTU written for what is given here.
"""

from math import exp, expm1, log
from typing import NamedTuple

from ...model.water import WaterTable
from .compile import inline, kernel
from .water import enthalpy, polynomial6, temperature

EXCHANGER, MIXING, THROTTLING, EXCHANGED = 1, 2, 3, 4
"""Values of `SubstationTable.kind`."""

NOTHING = -1.0e6  # K: no return water is cold enough where the supply water is at the far side's
NEARBY = 1.0e-2  # K, of which a Newton step leaves next to nothing
CLOSE = 1.0e-10  # K between the return that the exchange and the one that the flow leaves
NARROW = 1.0e-14  # of a bracket's end: no closer in floating point
MOST_STEPS = 80
NEAR_ROOT = 1.0e-7  # a Newton step that leaves about its square
MOST_TURNS = 40  # Newton steps of a scalar that needs about four
HALVED = 3  # of so many steps of false position one halves the bracket
MOST_POWER = 700.0  # of e, before it overflows
SERIES = 1.0e-5  # below, the series of (e^u - 1) / u is as good


class Unit(NamedTuple):
    """The row of one consumer in `SubstationTable`."""

    kind: int
    design_load: float
    design_flow: float
    capacity: float
    circulation: float
    network_resistance: float
    secondary_resistance: float
    flow_exponent: float
    excess: float
    emitter_exponent: float
    cooling_output_share: float


class Duty(NamedTuple):
    """What one consumer asks of its substation in an hour.

    Parameters
    ----------
    sign, heat : float
        1 or -1 (cold), and the heat without its sign. [W]
    hot, cold : float
        Secondary supply and return; of an emitter the room, twice. [°C]
    """

    sign: float
    heat: float
    hot: float
    cold: float


class Far(NamedTuple):
    """What faces the network's water when some heat passes.

    Parameters
    ----------
    hot, cold : float
        Secondary supply and return. [°C]
    resistance : float
        Between both waters, but for the film on the network's side. [K/W]
    """

    hot: float
    cold: float
    resistance: float


class Path(NamedTuple):
    """How the supply water answers to the consumer's flow m: ground + excess exp(-loss / m).

    As if all flows on the way from the plant moved alike.

    Parameters
    ----------
    ground, excess : float
        Ground, and the plant's water above it. [°C], [K]
    loss : float
        Transfer units of the way, times the flow. [kg/s]
    least : float
        Flow that is drawn whatever the substation needs. [kg/s]
    """

    ground: float
    excess: float
    loss: float
    least: float


@inline
def supply_at(path: Path, per_flow: float) -> tuple[float, float]:
    """Return the supply water at a flow, given by its inverse, and its slope by that inverse."""
    moves = per_flow * path.least < 1.0
    per = per_flow if moves else 1.0 / path.least
    above = path.excess * exp(-path.loss * per)
    return path.ground + above, -path.loss * above if moves else 0.0


@kernel
def end_ratio(mean: float) -> tuple[float, float]:
    """Return u = ln(b / a) if the logarithmic mean of a and b is ``mean`` times a.

    With it the slope of ln(mean) by u. Newton's method on u / (e^u - 1), nearly linear for
    u < 0, and on the logarithm of its inverse beyond.
    """
    per = 1.0 / mean
    u = mean - per if mean < 1.0 else 2.0 * log(mean)
    slope = 0.5
    for _ in range(MOST_TURNS):
        small = abs(u) < SERIES
        rise = expm1(u)
        whole = 1.0 + u * (0.5 + u / 6.0) if small else rise / u
        slope = 0.5 + u / 12.0 if small else (rise + 1.0) / rise - 1.0 / u
        off = whole * per
        step = (1.0 - off) / slope if u < 0.0 else -log(off) / slope
        u += step
        if abs(step) <= NEAR_ROOT * (1.0 + abs(u)):
            break
    return u, slope


@inline
def emitter_ends(unit: Unit, duty: Duty, heat: float) -> tuple[float, float]:
    """Return supply and return of an emitter with its fixed flow at a heat, above the room. [K]"""
    mean = emitter_excess(unit, duty, heat)
    spread = heat / unit.capacity
    back = spread / expm1(min(spread / mean, MOST_POWER))
    return back + spread, back


@inline
def emitter_excess(unit: Unit, duty: Duty, heat: float) -> float:
    """Return the logarithmic mean of an emitter's water above its room that gives a heat. [K]"""
    share = 1.0 if duty.sign > 0.0 else unit.cooling_output_share
    load = heat / (unit.design_load * share)
    return unit.excess * float(load ** (1.0 / unit.emitter_exponent))


@kernel
def far_side(unit: Unit, duty: Duty, heat: float) -> Far:
    """Return what faces the network's water when ``heat`` passes.

    The secondary flow is that of the heat asked for; of emitters it is fixed.
    """
    kind, sign = unit.kind, duty.sign
    hot, cold, resistance = duty.hot, duty.cold, 0.0
    if kind == EXCHANGER:
        capacity = duty.heat / (sign * (duty.hot - duty.cold))
        hot = duty.cold + sign * heat / capacity
        film = (unit.capacity / capacity) ** unit.flow_exponent
        resistance = unit.secondary_resistance * film
    elif kind == THROTTLING:
        resistance = emitter_excess(unit, duty, heat) / heat
    else:
        supply, back = emitter_ends(unit, duty, heat)
        hot, cold = duty.cold + sign * supply, duty.cold + sign * back
        resistance = unit.secondary_resistance
    return Far(hot, cold, resistance)


@inline
def near_film(unit: Unit, per_flow: float) -> float:
    """Return the resistance of the film on the network's side. [K/W]"""
    share = per_flow * unit.design_flow
    return unit.network_resistance * float(share**unit.flow_exponent)


@kernel
def surplus(
    water: WaterTable,
    unit: Unit,
    sign: float,
    heat: float,
    far: Far,
    per_flow: float,
    supply: float,
    slope: float,
) -> tuple[float, float]:
    """Return by how much the return water may be colder than it is when ``heat`` passes. [K]

    And how that follows from the inverse of the flow, by which the supply water has ``slope``.
    Below 0 less heat passes than ``heat``.
    """
    content = enthalpy(water, supply) - sign * heat * per_flow
    back = temperature(water, content)
    gained = polynomial6(water.heat_capacity, supply) * slope - sign * heat
    end, end_slope = (
        sign * (back - far.cold),
        sign * gained / polynomial6(water.heat_capacity, back),
    )
    if unit.kind == MIXING:
        return end, end_slope
    first = sign * (supply - far.hot)
    if first <= 0.0:
        return NOTHING + first, 0.0
    film = near_film(unit, per_flow)
    mean = heat * (film + far.resistance)
    u, log_slope = end_ratio(mean / first)
    needed = first * exp(min(u, MOST_POWER))
    film_slope = heat * film * unit.flow_exponent / per_flow if per_flow > 0.0 else 0.0
    first_slope = sign * slope / first
    turned = (film_slope / mean - first_slope) / log_slope
    return end - needed, end_slope - needed * (first_slope + turned)


@kernel
def draw(
    water: WaterTable, unit: Unit, duty: Duty, path: Path, most: float, near: float
) -> tuple[float, float]:
    """Return the heat that passes and the inverse of the flow that the substation needs for it.

    The whole heat if at most ``most`` serves it, else what ``most`` gives. ``near`` is an
    inverse of a flow to begin with, 0 if none is known. Newton's last step is not looked at
    again: the passes that call this come to rest only where there is none to take.

    Ground or neighbours may better the water: with less flow it comes better, until what is
    drawn is too little. Of two flows that would serve, the smaller is drawn.
    """
    low = 1.0 / most
    sign, heat, far = duty.sign, duty.heat, far_side(unit, duty, duty.heat)
    betters = sign * path.excess < 0.0 and path.loss > 0.0
    best = enthalpy(water, path.ground + (0.0 if betters else path.excess))
    high = sign * (best - enthalpy(water, far.cold)) / heat
    is_sure = False  # that the largest flow serves the heat
    per_flow = min(max(near, low), high) if near > 0.0 else high
    for _ in range(MOST_STEPS):
        if high <= low:
            break
        supply, slope = supply_at(path, per_flow)
        rest, rest_slope = surplus(water, unit, sign, heat, far, per_flow, supply, slope)
        if rest >= 0.0:
            low, is_sure = per_flow, True
        elif betters and rest_slope >= 0.0:
            low = per_flow
        else:
            high = per_flow
        is_sure = is_sure or abs(rest) < CLOSE
        if abs(rest) < CLOSE or high - low < NARROW * high:
            break
        moved = per_flow - rest / rest_slope if rest_slope < 0.0 else -1.0
        if abs(rest) < NEARBY and low < moved < high:
            return heat, moved
        if moved <= low and not is_sure:
            moved = low
        elif not low < moved < high:
            moved = 0.5 * (low + high)
        per_flow = moved
    if is_sure:
        return heat, per_flow
    per_flow = 1.0 / most
    supply, _ = supply_at(path, per_flow)
    return pass_at_most(water, unit, duty, per_flow, supply), per_flow


@kernel
def pass_at_most(
    water: WaterTable, unit: Unit, duty: Duty, per_flow: float, supply: float
) -> float:
    """Return the heat that passes at a flow, less than what is asked for. [W]

    False position with bisection: the surplus falls with the heat.
    """
    low, high, heat = 0.0, duty.heat, 0.5 * duty.heat
    rest_low, rest_high = 0.0, 0.0
    for step in range(1, MOST_STEPS):
        far = far_side(unit, duty, heat)
        rest, _ = surplus(water, unit, duty.sign, heat, far, per_flow, supply, 0.0)
        if rest >= 0.0:
            low, rest_low = heat, rest
            rest_high *= 0.5
        else:
            high, rest_high = heat, rest
            rest_low *= 0.5
        if abs(rest) < CLOSE or high - low < NARROW * duty.heat:
            break
        straight = rest_low > 0.0 > rest_high > 0.1 * NOTHING and step % HALVED > 0
        share = rest_low / (rest_low - rest_high) if straight else 0.5
        heat = low + min(max(share, 1e-6), 1.0 - 1e-6) * (high - low)
    return heat


@inline
def is_too_cold(water: WaterTable, unit: Unit, duty: Duty, supply: float, most: float) -> bool:
    """Return whether no flow of a supply water would serve the heat."""
    if unit.kind == MIXING:
        return most >= unit.circulation
    far = far_side(unit, duty, duty.heat)
    rest, _ = surplus(water, unit, duty.sign, duty.heat, far, 0.0, supply, 0.0)
    return rest < 0.0
