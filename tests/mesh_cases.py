"""Random meshes, their loads, seasons and producers, for property tests."""

from dataclasses import replace

import numpy as np
from circuit_factory import drive, tree, with_flipped
from hypothesis import strategies as st
from mesh_factory import KINDS, with_chords, with_producers

from warmtenet.networks.boundary import Boundary
from warmtenet.networks.columns import Circuit

Case = tuple[Circuit, Boundary]

MOST_LOAD, LEAST_FOLLOWED = 40_000.0, 1_000.0
"""Of a consumer; the latter where producers give a share, or heat, that must be of use. [W]"""

LOADS = st.one_of(st.sampled_from([0.0, 1.0, 50.0]), st.floats(1.0, MOST_LOAD))
HOURS = 2
SEASONS = {
    "heat": {"supply": 70.0, "back": 40.0, "ground": 10.0},
    "cold": {"supply": 8.0, "back": 14.0, "ground": 16.0},
}
WARMER = {"heat": (-5.0, 5.0), "cold": (-2.0, 1.0)}
"""By how much the supply of further producers differs from that of the first. [K]"""

MOST_GIVEN = {"mass_flow": 0.05, "share": 0.3, "heat": 0.3}
"""Flow in kg/s; shares of the flow and the heat that all consumers ask for."""


@st.composite
def meshes(
    draw: st.DrawFn, *, exchange: bool | None = None, loops: int = 3, producers: int = 3
) -> Case:
    """Return a tree with chords, further producers, and hours of heat or of cold."""
    pipes = draw(st.integers(2, 10))
    parents = [draw(st.integers(0, junction)) for junction in range(pipes)]
    at = draw(st.lists(st.integers(0, pipes), min_size=1, max_size=6))
    apart = st.tuples(st.integers(0, pipes), st.integers(0, pipes)).filter(lambda x: x[0] != x[1])
    ends = draw(st.lists(apart, min_size=min(loops, 1), max_size=loops))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    mutual = draw(st.booleans()) if exchange is None else exchange
    season, bypass = draw(st.sampled_from(sorted(SEASONS))), draw(st.booleans())
    follows = producers > 1 and draw(st.booleans())
    circuit = tree(
        parents,
        at,
        elevation=rng.uniform(-20.0, 20.0, pipes + 1),
        min_pressure_difference=rng.uniform(2e4, 8e4, len(at)),
        max_flow=rng.uniform(0.05, 1.0, len(at)) + 2.0 * follows,
        bypass_flow=rng.uniform(0.0, 0.02, len(at)) * bypass,
    )
    circuit = with_random_pipes(with_chords(circuit, ends), rng, exchange=mutual)
    sign = 1.0 if season == "heat" else -1.0
    some = st.floats(LEAST_FOLLOWED, MOST_LOAD) if follows else LOADS
    heat = np.array([[draw(some) for _ in at] for _ in range(HOURS)])
    boundary = drive(circuit, sign * heat, **SEASONS[season])
    places = draw(st.lists(st.integers(0, pipes), max_size=producers - 1))
    feeds = []
    for _ in places:
        kind = draw(st.sampled_from(KINDS)) if follows else "mass_flow"
        much = rng.uniform(0.0, MOST_GIVEN[kind])
        whole = boundary.heat.sum(axis=1) if kind == "heat" else 1.0
        feeds.append(
            (kind, much * whole, SEASONS[season]["supply"] + rng.uniform(*WARMER[season]))
        )
    return with_producers(circuit, boundary, places, feeds)


def with_random_pipes(circuit: Circuit, rng: np.random.Generator, *, exchange: bool) -> Circuit:
    """Return the circuit with pipes of random sizes, drawn either way."""
    count = len(circuit.pipe_ids)
    pipes = circuit.pipes._replace(
        length=rng.uniform(5.0, 250.0, count),
        inner_diameter=rng.uniform(0.05, 0.15, (2, count)),
        minor_loss_coefficient=rng.uniform(0.0, 5.0, (2, count)),
        heat_loss_coefficient=rng.uniform(0.1, 0.5, (2, count)),
        pair_exchange_coefficient=rng.uniform(0.0, 0.1, count) * exchange,
    )
    circuit = replace(circuit, pipes=pipes)
    for pipe in np.flatnonzero(rng.random(count) < 0.5):
        circuit = with_flipped(circuit, int(pipe))
    return circuit
