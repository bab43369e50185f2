"""Synthetic trees of any size: the same shape every time, for benchmarks and tests.

A plant feeds a trunk; at each junction of the trunk two districts begin, one to each side. A
district is a collector with branch streets on both sides; a street has tees, and at each tee
stand two houses with a connection of their own. Everything here is our assumption: a plausible
new-build network, no real place.
"""

from typing import NamedTuple

import numpy as np

from ..model.catalogue import PipeType
from .boundary import Boundary
from .columns import Circuit, ConsumerTable, FloatArray, IntArray, PipeTable, ProducerTable
from .sizing import SizingRule, catalogue_ladder, choose_pipes, downstream_sums, path_sums

HOUSES_PER_TEE, HOUSES_PER_STREET, HOUSES_PER_DISTRICT = 2, 20, 320

CONNECTION_LOAD = 12_000.0
"""Design load of one house connection: its tap-water exchanger behind a small store. [W]"""

COINCIDENT_LOAD = 7_500.0
"""Design load of a house before the simultaneity of many. [W]"""

RETURN_TEMPERATURE, GROUND_TEMPERATURE = 40.0, 10.0
"""Of the substations and of the ground. [°C]"""

COLDEST_SUPPLY, WARMEST_SUPPLY = 68.0, 80.0
"""Ends of the supply curve, at +15 and -12 °C outdoors. [°C]"""

DRAW_PROBABILITY = np.array(
    [0.05] * 6
    + [0.50, 0.60, 0.45, 0.30, 0.25, 0.25, 0.30, 0.25, 0.20]
    + [0.20, 0.25, 0.40, 0.50, 0.55, 0.45, 0.35, 0.20, 0.10]
)
"""Chance that a house draws tap water in each hour of the day. [1]"""

DESIGN_GRADIENT, DESIGN_VELOCITY = 100.0, 3.0
"""Largest friction and velocity in the pipes. [Pa/m], [m/s]"""

HOURS_AT_ONCE = 730
"""Hours of demand drawn together, so that scratch memory stays small."""


class _Tree(NamedTuple):
    """Junctions in the order plant, trunk, collectors, tees, houses.

    Each but the plant hangs on its ``parent`` by a pipe of ``length``.
    """

    parent: IntArray
    length: FloatArray
    x: FloatArray
    y: FloatArray
    first_house: int


def synthetic_tree(consumers: int, *, seed: int = 1, bypass_flow: float = 0.002) -> Circuit:
    """Return a tree with one plant and the given number of houses, pipes sized.

    Parameters
    ----------
    consumers : int
        Houses; 1,300 give 1,988 routes, 3,976 single pipes.
    seed : int, optional
        Of the random lengths.
    bypass_flow : float, optional
        Least flow through every house. [kg/s]

    Returns
    -------
    Circuit
        Steel singles of series 2, the smallest with at most 100 Pa/m at the coincident load.

    Examples
    --------
    >>> circuit = synthetic_tree(1300)
    >>> len(circuit.pipe_ids), len(circuit.consumer_ids)
    (1988, 1300)
    """
    tree = _grow(consumers, np.random.default_rng(seed))
    types = _size(tree)
    junctions = tuple(f"j{row}" for row in range(tree.x.size))
    return Circuit(
        id=f"tree_{consumers}",
        junctions=junctions,
        pipe_ids=tuple(f"p{row}" for row in range(1, tree.x.size)),
        consumer_ids=tuple(f"c{row}" for row in range(1, consumers + 1)),
        producer_ids=("plant",),
        x=tree.x,
        y=tree.y,
        elevation=np.zeros(tree.x.size),
        pipes=_pipe_table(tree, types),
        consumers=_consumer_table(consumers, tree.first_house, bypass_flow),
        producers=_producer_table(),
        pipe_types=tuple(pipe.id for pipe in types),
        pressure_rating=np.array([pipe.max_pressure for pipe in types]),
        buildings=("",) * consumers,
    )


def synthetic_boundary(circuit: Circuit, *, hours: int = 8760, seed: int = 1) -> Boundary:
    """Return a year of loads and temperatures for a synthetic tree.

    Parameters
    ----------
    circuit : Circuit
        From `synthetic_tree`.
    hours : int, optional
        From 1 January.
    seed : int, optional
        Of weather, houses and draws.

    Returns
    -------
    Boundary
        Space heat below 15 °C plus random tap-water draws: no heat at all in about a fifth of
        all hours of a house and year. Temperatures of the consumers and the ground are
        broadcast views.

    Examples
    --------
    >>> boundary = synthetic_boundary(synthetic_tree(16))
    >>> boundary.heat.shape, bool(0.15 < (boundary.heat == 0.0).mean() < 0.25)
    ((8760, 16), True)
    """
    rng = np.random.default_rng(seed)
    consumers = len(circuit.consumer_ids)
    outdoor = _outdoor_temperature(hours, rng)
    slope = (WARMEST_SUPPLY - COLDEST_SUPPLY) / 27.0
    supply = COLDEST_SUPPLY + slope * np.clip(15.0 - outdoor, 0.0, 27.0)
    return Boundary(
        heat=_heat(outdoor, consumers, rng),
        supply_temperature=supply[:, None],
        return_temperature=np.broadcast_to(RETURN_TEMPERATURE, (hours, consumers)),
        temperature_difference=np.broadcast_to(np.nan, (hours, consumers)),
        ground_temperature=np.broadcast_to(GROUND_TEMPERATURE, (hours, len(circuit.pipe_ids))),
        duration=np.full(hours, 3600.0),
    )


def simultaneity(dwellings: FloatArray) -> FloatArray:
    """Return the share of the summed loads that many dwellings draw at once.

    Parameters
    ----------
    dwellings : array of float
        Number behind a pipe.

    Notes
    -----
    Fitted for up to 200 dwellings of classic building; beyond it levels off at 0.45.

    References
    ----------
    W. Winter, T. Haslauer, I. Obernberger, Untersuchungen der Gleichzeitigkeit in kleinen und
    mittleren Nahwärmenetzen, Euroheat & Power, 2001 (constants as in public implementations).

    Examples
    --------
    >>> simultaneity(np.array([1.0, 20.0, 1300.0])).round(3).tolist()
    [1.0, 0.919, 0.452]
    """
    spread = 1.0 + (dwellings / 53.84382) ** 1.762743268
    return np.asarray(0.449677646267461 + 0.551234688 / spread)


class _Houses(NamedTuple):
    """Where every house stands, as whole numbers that follow from its own number."""

    district: IntArray
    street: IntArray
    tee: IntArray
    trunk_key: IntArray
    collector_key: IntArray
    tee_key: IntArray


def _number_houses(consumers: int) -> _Houses:
    house = np.arange(consumers)
    per_district = -(-consumers // -(-consumers // HOUSES_PER_DISTRICT))
    district, in_district = np.divmod(house, per_district)
    street, in_street = np.divmod(in_district, HOUSES_PER_STREET)
    tee = in_street // HOUSES_PER_TEE
    return _Houses(
        district=district,
        street=street,
        tee=tee,
        trunk_key=district // 2,
        collector_key=district * per_district + street // 2,
        tee_key=(district * per_district + street) * HOUSES_PER_STREET + tee,
    )


def _grow(consumers: int, rng: np.random.Generator) -> _Tree:
    houses = _number_houses(consumers)
    trunk = np.unique(houses.trunk_key, return_inverse=True)[1]
    _, at_collector, collector = np.unique(
        houses.collector_key, return_index=True, return_inverse=True
    )
    _, at_tee, tee = np.unique(houses.tee_key, return_index=True, return_inverse=True)
    trunks, collectors, tees = int(trunk[-1]) + 1, at_collector.size, at_tee.size
    first_collector, first_tee = 1 + trunks, 1 + trunks + collectors
    parent = np.concatenate(
        [
            np.arange(trunks + 1) - 1,
            np.where(
                houses.street[at_collector] < HOUSES_PER_TEE,
                1 + trunk[at_collector],
                first_collector + np.arange(collectors) - 1,
            ),
            np.where(
                houses.tee[at_tee] == 0,
                first_collector + collector[at_tee],
                first_tee + np.arange(tees) - 1,
            ),
            first_tee + tee,
        ]
    )
    length = _lengths((trunks, collectors, tees, consumers), rng)
    north = np.where(houses.district % 2 == 0, 1.0, -1.0)
    east = np.where(houses.street % 2 == 0, 1.0, -1.0)
    kerb = np.where(np.arange(consumers) % 2 == 0, 1.0, -1.0)
    zeros = np.zeros
    eastward = np.concatenate(
        [[0.0], np.ones(trunks), zeros(collectors), east[at_tee], zeros(consumers)]
    )
    northward = np.concatenate([zeros(1 + trunks), north[at_collector], zeros(tees), kerb])
    x, y = path_sums(parent, length * eastward), path_sums(parent, length * northward)
    return _Tree(parent, length, x, y, first_tee + tees)


def _lengths(counts: tuple[int, int, int, int], rng: np.random.Generator) -> FloatArray:
    """Return the length of the pipe to each junction: trunk, collector, street, house. [m]"""
    ranges = ((330.0, 370.0), (50.0, 70.0), (10.0, 16.0), (7.0, 13.0))
    parts = [rng.uniform(*span, count) for span, count in zip(ranges, counts, strict=True)]
    return np.concatenate([[0.0], *parts])


def _size(tree: _Tree) -> tuple[PipeType, ...]:
    """Return the pipe to each junction but the plant."""
    is_house = np.arange(tree.x.size) >= tree.first_house
    houses = downstream_sums(tree.parent, is_house.astype(np.float64))[1:]
    load = np.maximum(houses * simultaneity(houses) * COINCIDENT_LOAD, CONNECTION_LOAD)
    mass_flow = load / (4190.0 * (WARMEST_SUPPLY - RETURN_TEMPERATURE))
    rule = SizingRule(
        ladder=catalogue_ladder("steel-single-S2"),
        max_gradient=DESIGN_GRADIENT,
        max_velocity=DESIGN_VELOCITY,
        temperature=60.0,
    )
    return choose_pipes(mass_flow, rule)


def _pipe_table(tree: _Tree, types: tuple[PipeType, ...]) -> PipeTable:
    def both(values: list[float]) -> FloatArray:
        return np.broadcast_to(np.array(values), (2, len(values))).copy()

    return PipeTable(
        from_junction=tree.parent[1:],
        to_junction=np.arange(1, tree.x.size),
        length=tree.length[1:],
        inner_diameter=both([pipe.inner_diameter for pipe in types]),
        roughness=both([pipe.roughness for pipe in types]),
        minor_loss_coefficient=both([0.0] * len(types)),
        heat_loss_coefficient=both([pipe.u1 - pipe.u2 for pipe in types]),
        pair_exchange_coefficient=np.zeros(len(types)),
    )


def _consumer_table(consumers: int, first_house: int, bypass_flow: float) -> ConsumerTable:
    def column(value: float) -> FloatArray:
        return np.full(consumers, value)

    return ConsumerTable(
        junction=np.arange(first_house, first_house + consumers),
        return_temperature=column(RETURN_TEMPERATURE),
        temperature_difference=column(np.nan),
        cooling_return_temperature=column(np.nan),
        cooling_temperature_difference=column(np.nan),
        min_supply_temperature=column(np.nan),
        max_supply_temperature=column(np.nan),
        min_pressure_difference=column(50_000.0),
        max_flow=column(np.inf),
        bypass_flow=column(bypass_flow),
        bypass_temperature=column(np.nan),
        design_load=column(CONNECTION_LOAD),
        is_connected=np.ones(consumers, dtype=np.bool_),
    )


def _producer_table() -> ProducerTable:
    return ProducerTable(
        junction=np.array([0]),
        static_pressure=np.array([300_000.0]),
        pressure_difference=np.array([np.nan]),
        min_pressure_difference=np.array([np.nan]),
        max_pressure_difference=np.array([np.nan]),
        plant_pressure_loss=np.array([0.0]),
        design_flow=np.array([np.nan]),
        pump_efficiency=np.array([0.6]),
    )


def _outdoor_temperature(hours: int, rng: np.random.Generator) -> FloatArray:
    """Return a year's swing, a day's swing and weather that drifts. [°C]"""
    from scipy.signal import lfilter  # half a second to import, and a run needs no synthetic year

    time = np.arange(hours)
    drift = lfilter([1.0], [1.0, -0.985], rng.normal(0.0, 0.35, hours))
    year = 10.0 * np.cos(2.0 * np.pi * (time - 15 * 24) / 8760)
    day = 3.0 * np.cos(2.0 * np.pi * (time % 24 - 3) / 24)
    return np.asarray(9.5 - year - day + drift)


def _heat(outdoor: FloatArray, consumers: int, rng: np.random.Generator) -> FloatArray:
    """Return the heat asked for, hours drawn some hundreds at a time. [W]"""
    hours = outdoor.size
    heat_loss = 120.0 * rng.lognormal(0.0, 0.2, consumers)
    heat = np.empty((hours, consumers))
    chance = DRAW_PROBABILITY[np.arange(hours) % 24]
    for first in range(0, hours, HOURS_AT_ONCE):
        some = slice(first, min(first + HOURS_AT_ONCE, hours))
        part = heat[some]
        rng.standard_normal(out=part)
        part *= 0.15
        part += 1.0
        np.maximum(part, 0.0, out=part)
        part *= heat_loss
        part *= np.maximum(15.0 - outdoor[some], 0.0)[:, None]
        draws = rng.random(part.shape, dtype=np.float32) < chance[some, None]
        part[draws] += rng.gamma(2.0, 500.0, int(draws.sum()))
    return heat
