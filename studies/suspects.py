"""What likely keeps an hour from being solved, or its water from what is known of water."""

from collections.abc import Iterator

import numpy as np

from ..model.water import VALID_FROM, VALID_UNTIL
from ..networks.boundary import Feed
from ..networks.closed_ways import has_loop
from ..networks.columns import FloatArray
from ..results.balance import CLOSED
from ..solvers.circuit_year import SUPPLY_TOO_COLD, CircuitYear
from ..solvers.kernels.mesh_output import HEADS_CLOSED
from ..solvers.kernels.plug_network import MOST_LOOKS
from ..solvers.mesh import is_mesh
from ..solvers.simulation import Simulation
from .sentences import reader_of

AT_END = 1e-3
"""Water so near to where its properties end is there. [K]"""

BELOW = 0.1
"""So much below 0 °C water counts as frozen. [K]"""

BY_FRICTION = 1.0
"""By so much the friction of a network warms its water at most: 40 bar. [K]"""

MOST_NAMED = 3
"""Producers that a sentence names."""

UNHELD, NO_WATER = 0.01, -1e3
"""Water so much below its bypass temperature is not held [K]; less is none [°C]."""

ALIKE = 0.1
"""Supply and return of a consumer so near to each other are all but one. [K]"""

ON_EDGE = 0.01
"""Supply so near to the least that a consumer takes heat from may pass it either way. [K]"""

LACKS = 1e-4
"""Share of what a producer is told that it lacks, if it is named."""

FEEDS = 1e-9
"""Flow that counts as fed in. [kg/s]"""


KW = 1e3
"""Watts in a kW."""


MORE = "raise solver.max_iterations"
MORE_WITH_SUBSTATIONS = (
    f"{MORE}, or if that is far off, the returns of its substations keep moving: a bypass_flow, "
    "or a supply farther from their set points, settles them"
)
"""What is left to try."""


def suspect(year: CircuitYear, hour: int, feed: Feed | None = None) -> str:
    """Return what likely keeps an hour from converging, and what helps.

    Parameters
    ----------
    year : CircuitYear
        Solved hours.
    hour : int
        Row of the hour.
    feed : Feed, optional
        What producers that hold no pressure are told.
    """
    drawn = float(year.consumer_mass_flow[hour].sum()) if year.consumer_mass_flow.size else np.nan
    fed = year.producer_mass_flow[hour, 1:]
    names = year.circuit.producer_ids[1:]
    if fed.size and fed.max() > drawn:
        return (
            f"producer '{names[int(fed.argmax())]}' feeds {fed.max():.3g} kg/s, consumers draw "
            f"{drawn:.3g}: lower what it gives"
        )
    if year.instant:
        return (
            "a bypass_flow in place of a bypass_temperature settles it"
            if is_unheld(year, hour)
            else "water that stood and cooled comes and goes with them: a bypass where nobody "
            "draws for hours keeps it warm, and longer steps ([time] step) outlast it"
        )
    known = (
        _heads_left(year, hour)
        or _beyond_water(year, hour)
        or _all_but_cold(year, hour)
        or _on_edge(year, hour)
        or _less_than_told(year, hour, feed)
        or _unheld(year, hour)
    )
    if known:
        return known
    if has_loop(year.circuit):
        return (
            f"flows near zero keep turning in its loops ({drawn:.3g} kg/s drawn): a bypass_flow "
            "at a dead end, or a valve that opens the loop, settles them"
        )
    if fed.size and fed.max() > FEEDS:
        return _from_others(names, fed, drawn)
    return MORE if year.circuit.substations is None else MORE_WITH_SUBSTATIONS


def _heads_left(year: CircuitYear, hour: int) -> str:
    """Return that flows do not fit their pressures, where that is so."""
    if year.head_residual is None or not year.head_residual[hour] > HEADS_CLOSED:
        return ""
    circuit = year.circuit
    beside = len(circuit.boosters.ids) > 0 or bool(circuit.checks.any())
    without = "without the boosters or check valves beside it, or " if beside else ""
    return (
        f"the flows of a loop leave {year.head_residual[hour]:.3g} Pa over and are not to be "
        f"relied on: {without}with one of its pipes closed they come to rest"
    )


def _beyond_water(year: CircuitYear, hour: int) -> str:
    """Return that an hour's heat does not close, as its water is held in its range; else empty."""
    if year.heat_residual[hour] <= CLOSED:
        return ""
    return (
        f"its water would have to be colder than {VALID_FROM:g} or hotter than "
        f"{VALID_UNTIL:g} °C, where what is known of it ends"
    )


def _all_but_cold(year: CircuitYear, hour: int) -> str:
    """Return whose supply is all but its return, so that any flow serves it; else empty."""
    if not year.consumer_heat.size:
        return ""
    heat, flow = year.consumer_heat[hour], year.consumer_mass_flow[hour]
    supply = year.consumer_supply_temperature[hour]
    apart = np.abs(supply - year.consumer_return_temperature[hour])
    consumers = year.circuit.consumers
    held = np.abs(supply - np.nan_to_num(consumers.bypass_temperature, nan=np.inf)) < 1.0
    by_bypass = held | (flow <= consumers.bypass_flow * (1.0 + LACKS))
    asks = (heat != 0.0) & (flow > FEEDS) & (apart < ALIKE) & ~by_bypass
    if not asks.any():
        return ""
    worst = int(np.argmax(np.where(asks, flow, 0.0)))
    return (
        f"consumer '{year.circuit.consumer_ids[worst]}' draws {flow[worst]:.3g} kg/s for "
        f"{abs(heat[worst]):.3g} W, as its supply of {supply[worst]:.4g} °C is all but its "
        "return: another supply temperature, insulation or a bypass_flow settles it"
    )


def _on_edge(year: CircuitYear, hour: int) -> str:
    """Return who takes heat or none as its supply passes the least it bears; empty where none."""
    supply, consumers = year.consumer_supply_temperature, year.circuit.consumers
    if not supply.size or year.producer_mass_flow.shape[1] == 1:
        return ""
    least = consumers.min_supply_temperature
    near = np.abs(np.nan_to_num(supply[hour] - least, nan=np.inf)) < ON_EDGE
    near &= year.consumer_reason[hour] == SUPPLY_TOO_COLD
    if not near.any():
        return ""
    one = int(np.argmax(near))
    return (
        f"consumer '{year.circuit.consumer_ids[one]}' takes heat from {least[one]:.4g} °C on "
        "(min_supply_temperature): where it does, what returns to the producers changes, and "
        "colder water comes; a lower one, or hotter water from them, settles it"
    )


def _less_than_told(year: CircuitYear, hour: int, feed: Feed | None) -> str:
    """Return which producer gives less heat than it is told, though more is drawn; else empty."""
    if feed is None or year.producer_mass_flow[hour, 0] <= FEEDS:
        return ""
    told = np.where(np.isnan(feed.heat[hour]), feed.limit[hour], np.abs(feed.heat[hour]))
    told = np.nan_to_num(told)
    given = np.abs(year.producer_heat[hour])
    lacks = np.where(told > 0.0, 1.0 - given / np.maximum(told, FEEDS), 0.0)
    worst = int(np.argmax(lacks))
    if lacks[worst] < LACKS:
        return ""
    return (
        f"producer '{year.circuit.producer_ids[worst]}' gives {given[worst] / KW:.4g} of the "
        f"{told[worst] / KW:.4g} kW it is told: with a little more flow, water elsewhere turns, "
        "its return changes, and it gives another heat at once; tell it a little less"
    )


def is_unheld(year: CircuitYear, hour: int) -> bool:
    """Return whether flows of a tree in motion rest, but what should hold a bypass was not found.

    Parameters
    ----------
    year : CircuitYear
        Solved steps, with a ``heat_error`` in this one.
    hour : int
        Row of the step.
    """
    holds = not np.isnan(year.circuit.consumers.bypass_temperature).all()
    return bool(
        holds and year.instant and not is_mesh(year.circuit) and year.iterations[hour] < MOST_LOOKS
    )


def _unheld(year: CircuitYear, hour: int) -> str:
    """Return whose bypass does not find the flow that holds its water; empty where all do."""
    held, water = year.circuit.consumers.bypass_temperature, year.consumer_supply_temperature
    if not water.size:
        return ""
    open_ones = year.circuit.consumers.is_connected & (water[hour] > NO_WATER)
    lacks = np.where(open_ones, np.nan_to_num(held - water[hour]), 0.0)
    worst = int(np.argmax(lacks)) if lacks.size else 0
    if not lacks.size or lacks[worst] < UNHELD:
        return ""
    return (
        f"the bypass of consumer '{year.circuit.consumer_ids[worst]}' does not find the flow that "
        f"holds its water at {held[worst]:.4g} °C ({water[hour, worst]:.4g} come): a bypass_flow "
        "in place of its bypass_temperature settles it"
    )


def _from_others(names: tuple[str, ...], fed: FloatArray, drawn: float) -> str:
    """Return how much comes from which producers that hold no pressure, the largest first."""
    rows = [int(row) for row in np.argsort(-fed) if fed[row] > FEEDS]
    told = ", ".join(f"'{names[row]}'" for row in rows[:MOST_NAMED])
    more = ", ..." if len(rows) > MOST_NAMED else ""
    return (
        f"of {drawn:.3g} kg/s drawn {fed[rows].sum():.3g} come from {told}{more} and not from "
        "what holds the pressure: lower that"
    )


def range_sentences(simulation: Simulation, name: str, year: CircuitYear) -> Iterator[str]:
    """Tell of water that is held at the end of the range in which it is known.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    name : str
        Of the circuit.
    year : CircuitYear
        Its hours.
    """
    figures, pipes, frost = year.pipe_figures, year.circuit.pipe_ids, _frost(year)
    hottest = np.fmax.reduce(figures.max_temperature, axis=0)
    coldest = np.fmin.reduce(figures.min_temperature, axis=0)
    for wrong, limit in (
        (hottest >= VALID_UNTIL - AT_END, VALID_UNTIL),
        (coldest <= VALID_FROM + AT_END, VALID_FROM),
    ):
        if wrong.any() and not (frost and limit == VALID_FROM):
            why = _why_hot(year) if limit == VALID_UNTIL else _why_cold(simulation, year)
            yield (
                f"circuit '{name}': water in pipe '{pipes[int(np.argmax(wrong))]}' is held at "
                f"{limit:g} °C, where what is known of it ends{why}"
            )
    if frost:
        yield frost


def _frost(year: CircuitYear) -> str:
    """Return where water of a dynamic run is colder than ice, standing or not; else empty."""
    water = year.instant.get("consumer_supply_temperature") if year.instant else None
    if water is None or not water.size:
        return ""
    coldest = np.fmin.reduce(water, axis=0)
    worst = int(np.argmin(np.nan_to_num(coldest, nan=np.inf)))
    if not coldest[worst] < VALID_FROM - BELOW:
        return ""
    return (
        f"circuit '{year.circuit.id}': water at consumer '{year.circuit.consumer_ids[worst]}' "
        f"comes to {coldest[worst]:.3g} °C in colder ground or air: it freezes there, "
        "which is not reckoned with; a bypass_flow keeps it moving, or drain it"
    )


def _why_hot(year: CircuitYear) -> str:
    """Return whether water is supplied so hot that friction alone lifts it above the range."""
    fed = np.where(year.producer_mass_flow > FEEDS, year.producer_supply_temperature, np.nan)
    fed = np.nan_to_num(fed, nan=-np.inf).max(axis=0, initial=-np.inf)
    hottest = float(fed.max(initial=-np.inf))
    rubbed = year.hydraulic_power.any()
    if rubbed and hottest >= VALID_UNTIL - BY_FRICTION:
        producer = year.circuit.producer_ids[int(np.argmax(fed))]
        return (
            f": producer '{producer}' supplies {hottest:.4g} °C, and friction lifts it above; "
            "what lies above is left out of its heat: supply it a kelvin colder"
        )
    return (
        ", and its heat is not right: does a booster drive it around a ring, or heat flow in that "
        "nobody draws?"
    )


def _why_cold(simulation: Simulation, year: CircuitYear) -> str:
    """Return whether a consumer is to cool its water by more than it has."""
    circuit, supply = year.circuit, year.consumer_supply_temperature
    reader = reader_of(simulation)
    apart = reader.cells("consumers", "temperature_difference", circuit.consumer_ids, "K")
    if supply.shape == apart.shape:
        heats = year.consumer_heat > 0.0
        left = np.where(heats, supply - apart, np.inf).min(axis=0, initial=np.inf)
        left = np.nan_to_num(left, nan=np.inf)
        worst = int(np.argmin(left)) if left.size else 0
        if left.size and left[worst] <= VALID_FROM + AT_END:
            return (
                f": the temperature_difference of consumer '{circuit.consumer_ids[worst]}' is "
                "larger than its supply is above 0 °C: lower it, or raise the supply"
            )
    return ", and its heat is not right: does more cold flow in than is drawn?"
