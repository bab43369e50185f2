"""Velocities, gradients and pressures above their limits, each in a plain sentence."""

from collections.abc import Iterator

import numpy as np

from ..networks.columns import Circuit, FloatArray
from ..solvers.circuit_year import CircuitYear, DesignState
from ..solvers.large_arrays import parts_of, release
from ..solvers.pressure_limit import head_is_bounded
from ..solvers.simulation import Simulation
from .boiling import boiling_sentences
from .sentences import reader_of, when

ROUNDING = 1.001
"""A limit counts as broken above so many times its value. [1]"""

BAR = 1e5
"""Pascals in a bar."""

NO_PIPE_BEARS = 100e5
"""Pressure of either sign that is absurd in a heat network [Pa]: our assumption, four times the
25 bar for which pipes and fittings of district heating are made."""

SHORT, SHARE = 500.0, 0.02
"""Pressure difference that may be missing without a word [Pa], and share of what is asked for."""

LEAST_SHARE = 1e-4
"""Of the largest flow of any consumer: smaller ones count as none. [1]"""

MOST = 0.5
"""Share of an absurd pressure that names its cause. [1]"""

Words = tuple[str, str, float, str]
"""Quantity, unit, SI units in it, and what helps."""


def hydraulic_sentences(simulation: Simulation, name: str, year: CircuitYear) -> Iterator[str]:
    """Tell of a year's velocities and pressures above their limits, and of boiling water.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    name : str
        Of the circuit.
    year : CircuitYear
        Its hours.

    Notes
    -----
    Gradients are limits of the design state; where there is none, in loops or without a design
    load, the year's peaks count.
    """
    section = simulation.system.scenario.circuit_section(name)
    figures, circuit = year.pipe_figures, year.circuit
    velocity = ("velocity", "m/s", 1.0, "a larger diameter, or a smaller max_flow")
    yield from _above(circuit, figures.peak_velocity, section.max_velocity, velocity)
    if name not in simulation.design:
        gradient = ("gradient", "Pa/m", 1.0, "a larger diameter, or a smaller max_flow")
        yield from _above(circuit, figures.peak_gradient, section.max_gradient, gradient)
    rating = circuit.pressure_rating
    if section.max_pressure is not None:
        rating = np.minimum(rating, section.max_pressure)
    pressure = ("pressure", "bar", BAR, "a higher rating or less static pressure")
    yield from _above(circuit, figures.max_pressure, rating, pressure)
    yield from _short(simulation, year)
    absurd = list(_absurd(simulation, year))
    yield from absurd
    if not absurd:
        yield from boiling_sentences(simulation, name, year)


def design_sentences(simulation: Simulation, name: str, state: DesignState) -> Iterator[str]:
    """Tell of velocities and gradients of a design state above their limits.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    name : str
        Of the circuit.
    state : DesignState
        Of the circuit.
    """
    section = simulation.system.scenario.circuit_section(name)
    circuit = simulation.system.circuits[name]
    for values, limit, quantity, unit in (
        (state.velocity, section.max_velocity, "design velocity", "m/s"),
        (state.gradient, section.max_gradient, "design gradient", "Pa/m"),
    ):
        yield from _above(circuit, np.abs(values), limit, (quantity, unit, 1.0, "a larger size"))


def _above(
    circuit: Circuit, values: FloatArray, limits: FloatArray | float, words: Words
) -> Iterator[str]:
    """Tell which pipe exceeds its limit most on any side, and how many do."""
    quantity, unit, scale, remedy = words
    highest = np.fmax.reduce(values, axis=0)
    limit = np.broadcast_to(limits, highest.shape)
    broken = np.flatnonzero(highest > ROUNDING * limit)
    if broken.size:
        worst = int(broken[np.argmax(highest[broken] / limit[broken])])
        others = f" ({broken.size} pipes exceed it)" if broken.size > 1 else ""
        yield (
            f"circuit '{circuit.id}': {quantity} in pipe '{circuit.pipe_ids[worst]}' is "
            f"{highest[worst] / scale:.3g} {unit}, limit {limit[worst] / scale:.3g}{others}: "
            f"{remedy}"
        )


def _short(simulation: Simulation, year: CircuitYear) -> Iterator[str]:
    """Tell of a consumer that draws though its pressure difference is not there."""
    circuit, apart, flow = year.circuit, year.consumer_pressure_difference, year.consumer_mass_flow
    if circuit.is_one_line or not head_is_bounded(circuit) or not apart.size or not flow.size:
        return
    least = circuit.consumers.min_pressure_difference
    bears, some = least - np.maximum(SHORT, SHARE * least), LEAST_SHARE * flow.max(axis=1)
    most, row, worst = 0.0, 0, 0
    for part in parts_of(len(apart), apart.nbytes):
        lacks = np.where(flow[part] > some[part, None], bears - apart[part], 0.0)
        at = np.unravel_index(int(np.argmax(np.nan_to_num(lacks))), lacks.shape)
        if lacks[at] > most:
            most, row, worst = float(lacks[at]), part.start + int(at[0]), int(at[1])
        release(apart[part], flow[part])
    if most > 0.0:
        yield (
            f"consumer '{circuit.consumer_ids[worst]}': {when(simulation, row)} it draws "
            f"{flow[row, worst]:.3g} kg/s at {apart[row, worst] / BAR:.3g} bar, below its "
            f"min_pressure_difference of {least[worst] / BAR:.3g} bar: what a pump that is too "
            "weak lets through was not shared out to the end; raise its max_pressure_difference"
        )


def _absurd(simulation: Simulation, year: CircuitYear) -> Iterator[str]:
    """Tell of a pressure that no pipe bears, and which booster or pipe makes it."""
    circuit, figures = year.circuit, year.pipe_figures
    both = np.stack([figures.max_pressure, -figures.min_pressure]).reshape(
        -1, len(circuit.pipe_ids)
    )
    size = np.where(np.isfinite(both), both, 0.0).max(axis=0, initial=0.0)
    worst = int(np.argmax(size)) if size.size else 0
    if size.size and size[worst] > NO_PIPE_BEARS:
        yield (
            f"circuit '{circuit.id}': pressure in pipe '{circuit.pipe_ids[worst]}' is as much as "
            f"{size[worst] / BAR:,.3g} bar above or below the air's, which no pipe bears: "
            f"{_maker(simulation, year, size[worst])}"
        )


def _maker(simulation: Simulation, year: CircuitYear, pressure: float) -> str:
    """Return the booster or the pipe behind an absurd pressure, and what helps."""
    circuit, figures = year.circuit, year.pipe_figures
    ids = circuit.boosters.ids
    reader = reader_of(simulation)
    rises = (
        np.abs(reader.cells("boosters", "pressure_rise", ids, "Pa")) if ids else np.zeros((1, 0))
    )
    rise = rises.max(axis=0, initial=0.0)
    if rise.size and rise.max() > MOST * pressure:
        booster = int(np.argmax(rise))
        return (
            f"booster '{ids[booster]}' raises it by {rise[booster] / BAR:,.3g} bar: lower its "
            "pressure_rise"
        )
    drop = figures.peak_gradient * circuit.pipes.length
    side, pipe = np.unravel_index(int(np.argmax(drop)), drop.shape)
    if drop[side, pipe] > MOST * MOST * pressure:
        return (
            f"pipe '{circuit.pipe_ids[pipe]}' takes {drop[side, pipe] / BAR:,.3g} bar at "
            f"{figures.peak_velocity[side, pipe]:.3g} m/s: widen it, or draw less"
        )
    return "see static_pressure, elevations and what the producers hold"
