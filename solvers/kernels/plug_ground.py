"""The ground's memory: rings of soil around a line, told by the modes in which they cool.

What rings hold is counted above the undisturbed ground, whose own seasons go on without pipes.
With the line's mean water *u* above it, a mode's amplitude follows a' = -rate a + fed u. So the
heat that the line loses is linear in *u*, and through a step with one mean *u* all of it is exact:
it is that to a ground of another temperature (AROUND) and another coefficient (LOSS), with which
the water is moved as ever. docs/dynamic-solver.md has the equations.
"""

from math import expm1

from .compile import part
from .plug_pipe import mean_temperature, telling_temperature
from .plug_slugs import sum_labels
from .plug_tables import (
    AMPLITUDE,
    AROUND,
    CELLS,
    CLOSE,
    DRAINED,
    EARTH,
    FED,
    LAST_STEP,
    LOSS,
    MEAN_KEPT,
    POINT,
    POINT_C,
    POINT_T,
    RATE,
    RING_STEP,
    RINGS,
    STORED,
    WATER,
    Net,
    Steps,
    Work,
)


@part
def set_ground(net: Net, line: int, earth: float, seconds: float) -> float:
    """Write what surrounds a line through a step, and the loss to it; return the former. [°C]"""
    lines, index, rings, soil = net.lines, net.places, net.rings, net.soil
    soil[line, AROUND] = earth
    if index[RINGS, line] > 0:
        if soil[line, RING_STEP] != seconds:
            set_step(net, line, seconds)
        pulled = 0.0
        for mode in range(index[RINGS, line]):
            fed, kept = rings[line, mode, FED], rings[line, mode, MEAN_KEPT]
            pulled += fed * kept * rings[line, mode, AMPLITUDE]
        soil[line, AROUND] = earth + pulled / lines[LOSS, line]
    return float(soil[line, AROUND])


@part
def set_step(net: Net, line: int, seconds: float) -> None:
    """Write the loss of a line over a step of another length: less, the longer the step."""
    lines, rings, loss = net.lines, net.rings, net.soil[line, CLOSE]
    for mode in range(net.places[RINGS, line]):
        fade = rings[line, mode, RATE] * seconds
        kept = -expm1(-fade) / fade
        rings[line, mode, MEAN_KEPT] = kept
        loss -= rings[line, mode, FED] ** 2 * (1.0 - kept) / rings[line, mode, RATE]
    lines[LOSS, line], net.soil[line, RING_STEP], lines[LAST_STEP, line] = loss, seconds, -1.0


@part
def water_temperature(net: Net, line: int) -> float:
    """Return the mean temperature of a line's water, beside whose wall a film may lie. [°C]"""
    lines = net.lines
    if net.places[CELLS, line] == 0:
        return float(mean_temperature(lines, line))
    mean = sum_labels(net.places, net.slugs, line) / lines[WATER, line]
    return float(lines[POINT_T, line] + (mean - lines[POINT, line]) / lines[POINT_C, line])


@part
def start_ground(net: Net, line: int, earth: float) -> None:
    """Give the rings the steady state beside the water that the line holds."""
    above = water_temperature(net, line) - earth
    for mode in range(net.places[RINGS, line]):
        fed, rate = net.rings[line, mode, FED], net.rings[line, mode, RATE]
        net.rings[line, mode, AMPLITUDE] = fed * above / rate


@part
def warm_ground(net: Net, steps: Steps, step: int, work: Work) -> None:
    """Let the rings take what their lines lost in a step; write what passes on beyond them."""
    lines, index, rings, seconds = net.lines, net.places, net.rings, steps.duration[step]
    for line in range(work.loss.size):
        work.edge[line] = work.loss[line]
        if index[RINGS, line] > 0:
            around = net.soil[line, AROUND] - steps.ground[step, index[EARTH, line]]
            above, passed = work.loss[line] / lines[LOSS, line] + around, 0.0
            for mode in range(index[RINGS, line]):
                rate, kept = rings[line, mode, RATE], rings[line, mode, MEAN_KEPT]
                before, driven = rings[line, mode, AMPLITUDE], rings[line, mode, FED] * above
                mean = before * kept + driven * (1.0 - kept) / rate
                rings[line, mode, AMPLITUDE] = before + seconds * (driven - rate * mean)
                passed += rings[line, mode, DRAINED] * mean
            work.edge[line] = passed


@part
def ground_heat(net: Net, line: int) -> float:
    """Return the heat in the rings above undisturbed ground. [J]"""
    held = 0.0
    for mode in range(net.places[RINGS, line]):
        held += net.rings[line, mode, STORED] * net.rings[line, mode, AMPLITUDE]
    return held


@part
def loss_now(net: Net, line: int, earth: float) -> float:
    """Return the heat that a line loses at an instant. [W]"""
    lines, rings = net.lines, net.rings
    if net.places[RINGS, line] == 0:
        return float(lines[LOSS, line] * (telling_temperature(net, line) - earth))
    lost = net.soil[line, CLOSE] * (water_temperature(net, line) - earth)
    for mode in range(net.places[RINGS, line]):
        lost -= rings[line, mode, FED] * rings[line, mode, AMPLITUDE]
    return float(lost)


@part
def passed_now(net: Net, line: int, lost: float) -> float:
    """Return the heat that passes beyond the rings at an instant; without rings, ``lost``. [W]"""
    if net.places[RINGS, line] == 0:
        return lost
    passed = 0.0
    for mode in range(net.places[RINGS, line]):
        passed += net.rings[line, mode, DRAINED] * net.rings[line, mode, AMPLITUDE]
    return passed
