"""Tanks of layers: hot water above, cold below, the boundary moving with what is drawn.

Layers are of equal mass, the first at the bottom. Water moves as a plug, with a straight profile
within each layer that is steepest where its neighbours allow it (minmod): what is pushed out and
what stays add up whatever the step, and no layer leaves the range of its neighbours. At rest,
conduction and standing loss are solved exactly by their modes. Heat inside these functions is
counted in kelvin times layers.
"""

from math import exp

from ...networks.columns import FloatArray
from .compile import inline, kernel
from .plant_tables import PlantColumns, Tanks

NEARLY = 1e-6
"""By which water may be colder than needed: rounding. [K]"""

ROUNDING = 1e-9
"""Of a load: less is not missing."""

WITHOUT_END = 1e300


@inline
def slope(layers: FloatArray, number: int, layer: int) -> float:
    """Return how much warmer the top of a layer is than its bottom. [K]"""
    if layer == 0 or layer == number - 1:
        return 0.0
    above, below = layers[layer + 1] - layers[layer], layers[layer] - layers[layer - 1]
    return float(max(min(above, below), 0.0))


@inline
def part_with(heat: float, edge: float, bend: float) -> float:
    """Return the part of a layer with so much heat: ``edge`` K at first, ``bend`` K less after."""
    return float(2.0 * heat / (edge + max(edge * edge - 2.0 * bend * heat, 0.0) ** 0.5))


@kernel
def drawable(
    layers: FloatArray, number: int, need: float, back: float, most: float
) -> tuple[float, float]:
    """Return the layers drawn from the top, and the heat that they give above ``back``.

    Only water at or above ``need`` counts, and no more than ``most`` is drawn. [K]
    """
    depth, given, least = 0.0, 0.0, max(need - NEARLY, back)
    for layer in range(number - 1, -1, -1):
        bend = slope(layers, number, layer)
        top, bottom = layers[layer] + 0.5 * bend, layers[layer] - 0.5 * bend
        if top <= least:
            break
        part = 1.0 if bottom >= least else (top - least) / bend
        heat = part * (top - back) - 0.5 * bend * part * part
        if given + heat >= most:
            return depth + part_with(most - given, top - back, bend), most
        depth, given = depth + part, given + heat
        if part < 1.0:
            break
    return depth, given


@kernel
def chargeable(layers: FloatArray, number: int, hot: float, most: float) -> tuple[float, float]:
    """Return the layers that hot water from the top pushes out below, and the heat it brings. [K]

    Only water below ``hot`` is pushed out, and no more than ``most`` is brought.
    """
    depth, taken = 0.0, 0.0
    for layer in range(number):
        bend = slope(layers, number, layer)
        low, high = layers[layer] - 0.5 * bend, layers[layer] + 0.5 * bend
        if low >= hot:
            break
        part = 1.0 if high <= hot else (hot - low) / bend
        heat = part * (hot - low) - 0.5 * bend * part * part
        if taken + heat >= most:
            return depth + part_with(most - taken, hot - low, bend), most
        depth, taken = depth + part, taken + heat
        if part < 1.0:
            break
    return depth, taken


@inline
def heat_below(
    layers: FloatArray, sums: FloatArray, number: int, height: float, back: float, hot: float
) -> float:
    """Return the heat between the bottom and a height, beyond the tank in what flows in. [K]"""
    if height <= 0.0:
        return float(back * height)
    if height >= number:
        return float(sums[number] + hot * (height - number))
    layer = min(int(height), number - 1)
    part = height - layer
    bent = 0.5 * slope(layers, number, layer) * (part * part - part)
    return float(sums[layer] + layers[layer] * part + bent)


@kernel
def push(
    layers: FloatArray, number: int, depth: float, back: float, hot: float, sums: FloatArray
) -> None:
    """Push water up (``depth`` above 0) from below, or down from above, and mix what inverts.

    ``sums`` (2 x layers + 2,) is work space.
    """
    if depth == 0.0:
        return
    sums[0] = 0.0
    for layer in range(number):
        sums[layer + 1] = sums[layer] + layers[layer]
    moved = sums[number + 1 :]
    low = heat_below(layers, sums, number, -depth, back, hot)
    for layer in range(number):
        high = heat_below(layers, sums, number, layer + 1 - depth, back, hot)
        moved[layer] = high - low
        low = high
    for layer in range(number):
        layers[layer] = moved[layer]
    mix_inverted(layers, number)


@kernel
def mix_inverted(layers: FloatArray, number: int) -> None:
    """Mix each layer that is colder than one below it with all it sinks through."""
    for layer in range(1, number):
        total, count, low = layers[layer], 1, layer
        while low > 0 and total < layers[low - 1] * count:
            low -= 1
            total += layers[low]
            count += 1
        if count > 1:
            mean = total / count
            for mixed in range(low, layer + 1):
                layers[mixed] = mean


@kernel
def stand(
    layers: FloatArray,
    number: int,
    modes: FloatArray,
    rates: FloatArray,
    room: float,
    seconds: float,
    excess: FloatArray,
) -> float:
    """Let a tank stand; return the heat that it loses to its room. [K]

    ``modes`` (2, number, number) and ``rates`` (modes,) are those of conduction and loss, the
    former by layer and mode, then by mode and layer; ``excess`` (modes,) is work space.
    """
    before, after = 0.0, 0.0
    for mode in range(number):
        excess[mode] = 0.0
    for layer in range(number):
        before += layers[layer]
        above = layers[layer] - room
        for mode in range(number):
            excess[mode] += modes[0, layer, mode] * above
    for layer in range(number):
        layers[layer] = room
    for mode in range(number):
        left = excess[mode] * exp(-rates[mode] * seconds)
        for layer in range(number):
            layers[layer] += modes[1, mode, layer] * left
    for layer in range(number):
        after += layers[layer]
    mix_inverted(layers, number)
    return before - after


@kernel
def stand_hour(tanks: Tanks, circuit: int, duration: float) -> float:
    """Let a circuit's tank stand for the step before it is moved; return what it loses. [J]

    Water that comes in during the step has its first conduction and loss in the next one:
    docs/buffers.md tells how much that is.
    """
    lost = stand(
        tanks.now[circuit],
        tanks.layers[circuit],
        tanks.modes[circuit],
        tanks.rates[circuit],
        tanks.room[circuit],
        duration,
        tanks.work,
    )
    return float(lost * tanks.layer_heat[circuit])


@kernel
def want_filling(hour: int, tanks: Tanks, circuit: int, planned: float) -> float:
    """Return the heat that brings what a tank can deliver to its plan, negative to draw. [J]

    The plan counts above the mean return; what is drawn is replaced by that of the hour.
    """
    now, number, size = tanks.now[circuit], tanks.layers[circuit], tanks.layer_heat[circuit]
    back = tanks.back[hour, circuit]
    depth, given = drawable(now, number, tanks.need[hour, circuit], back, WITHOUT_END)
    _, room = chargeable(now, number, tanks.hot[hour, circuit], WITHOUT_END)
    held = given + depth * (back - tanks.reference[circuit])
    return float(max(min(planned - held * size, room * size), -given * size))


@kernel
def fill_layers(
    hour: int, tanks: Tanks, circuit: int, columns: PlantColumns, made: float
) -> float:
    """Charge a tank with what is made beyond the load, or draw on it; return what misses. [W]"""
    now, number, size = tanks.now[circuit], tanks.layers[circuit], tanks.layer_heat[circuit]
    hot, back = tanks.hot[hour, circuit], tanks.back[hour, circuit]
    load, duration = columns.heat[hour, circuit], columns.duration[hour]
    surplus = (made - load) * duration / size
    if surplus >= 0.0:
        depth, taken = chargeable(now, number, hot, surplus)
        push(now, number, -depth, back, hot, tanks.work)
        for layer in range(number):  # nothing is left but for rounding
            now[layer] += (surplus - taken) / number
        return 0.0
    depth, given = drawable(now, number, tanks.need[hour, circuit], back, -surplus)
    push(now, number, depth, back, hot, tanks.work)
    missing = (-surplus - given) * size / duration
    return missing if missing > ROUNDING * load else 0.0


@kernel
def keep_layers(place: int, tanks: Tanks, circuit: int) -> float:
    """Keep the layers as an hour begins; return the content above the mean return. [J]"""
    total = 0.0
    for layer in range(tanks.layers[circuit]):
        tanks.kept[place, circuit, layer] = tanks.now[circuit, layer]
        total += tanks.now[circuit, layer] - tanks.reference[circuit]
    return float(total * tanks.layer_heat[circuit])
