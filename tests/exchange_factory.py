"""Random networks as folders, for round trips through other programs."""

from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from warmtenet.networks.exchange.export import to_pandapipes
from warmtenet.networks.exchange.state import state_at
from warmtenet.networks.load import load
from warmtenet.networks.system import System
from warmtenet.networks.write import write_tables
from warmtenet.profiles.boundary import circuit_boundary
from warmtenet.profiles.build import build_profiles

HEAD = 123_456.0
"""Between the junctions of the producer, as if the worst point asked for it. [Pa]"""

TYPES = ("", "steel-twin-S2-DN50", "steel-single-S2-DN40")


def numbers(least: float, most: float) -> st.SearchStrategy[float]:
    """Draw a number; pandas reads none from JSON that is smaller than doubles usually are."""
    return st.floats(least, most, allow_nan=False).map(lambda drawn: round(drawn, 9))


def blank_or(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.just(""), values)


@st.composite
def networks(draw: st.DrawFn) -> dict[str, pd.DataFrame]:
    """Draw the tables of one circuit: a tree with chords, consumers and further producers."""
    count = draw(st.integers(2, 7))
    parents = [draw(st.integers(0, row - 1)) for row in range(1, count)]
    ends = [(parent, row + 1) for row, parent in enumerate(parents)]
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count) if (a, b) not in ends]
    chords = draw(st.lists(st.sampled_from(pairs), max_size=2, unique=True)) if pairs else []
    ends += [pair[:: draw(st.sampled_from([1, -1]))] for pair in chords]
    lengths = draw(
        st.lists(numbers(0.5, 800.0), min_size=len(ends), max_size=len(ends), unique=True)
    )
    places = draw(st.lists(st.integers(1, count - 1), min_size=1, max_size=4, unique=True))
    feeds = draw(st.lists(st.integers(1, count - 1), max_size=2, unique=True))
    return {
        "junctions": pd.DataFrame([_junction(draw, row) for row in range(count)]),
        "pipes": pd.DataFrame(
            [_pipe(draw, row, *ends[row], lengths[row]) for row in range(len(ends))]
        ),
        "consumers": pd.DataFrame([_consumer(draw, place) for place in places]),
        "producers": pd.DataFrame([_feed(draw, place) for place in feeds] + [_holder(draw)]),
    }


def _junction(draw: st.DrawFn, row: int) -> dict[str, Any]:
    return {
        "id": f"00{row}",
        "x": draw(numbers(-1e5, 1e5)),
        "y": draw(numbers(-1e5, 1e5)),
        "elevation": draw(numbers(-20.0, 300.0)),
    }


def _pipe(draw: st.DrawFn, row: int, start: int, end: int, length: float) -> dict[str, Any]:
    kind = draw(st.sampled_from(TYPES))

    def given(values: st.SearchStrategy[float]) -> st.SearchStrategy[Any]:
        return blank_or(values) if kind else values

    return {
        "id": f"P-{row}",
        "circuit": "heat",
        "from_junction": f"00{start}",
        "to_junction": f"00{end}",
        "length": length,
        "type": kind,
        "inner_diameter": draw(given(numbers(0.02, 0.6))),
        "inner_diameter_return": draw(blank_or(numbers(0.02, 0.6))),
        "heat_loss_coefficient": draw(given(numbers(0.0, 1.0))),
        "heat_loss_coefficient_supply": draw(blank_or(numbers(0.0, 1.0))),
        "pair_exchange_coefficient": draw(blank_or(numbers(0.0, 0.1))),
        "roughness": draw(blank_or(numbers(1e-6, 1e-3))),
        "minor_loss_coefficient": draw(blank_or(numbers(0.0, 30.0))),
        "geometry": draw(st.sampled_from(["", "LINESTRING (0 0, 5 7.5, 10 0)"])),
    }


def _consumer(draw: st.DrawFn, place: int) -> dict[str, Any]:
    by_heat, by_return = draw(st.booleans()), draw(st.booleans())
    return {
        "id": f"house {place}",
        "circuit": "heat",
        "junction": f"00{place}",
        "heat": draw(numbers(0.0, 1e5)) if by_heat else "",
        "flow": "" if by_heat else draw(numbers(0.0, 5.0)),
        "return_temperature": draw(numbers(20.0, 60.0)) if by_return else "",
        "temperature_difference": "" if by_return else draw(numbers(1.0, 40.0)),
        "cooling_return_temperature": draw(blank_or(numbers(10.0, 30.0))),
        "min_supply_temperature": draw(blank_or(numbers(20.0, 60.0))),
        "max_flow": draw(blank_or(numbers(1.0, 9.0))),
        "bypass_flow": draw(blank_or(numbers(0.0, 0.01))),
        "bypass_temperature": draw(blank_or(numbers(40.0, 60.0))),
        "design_load": draw(blank_or(numbers(1e5, 2e5))),
        "building": draw(st.sampled_from(["", "mill"])),
        "is_connected": draw(st.sampled_from(["true", "false"])),
    }


def _holder(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "id": "boiler",
        "circuit": "heat",
        "junction": "000",
        "role": "pressure",
        "supply_temperature": draw(numbers(70.0, 110.0)),
        "pressure_difference": draw(st.sampled_from(["", "200000"])),
        "static_pressure": draw(numbers(1e5, 5e5)),
        "pump_efficiency": draw(numbers(0.3, 0.9)),
    }


def _feed(draw: st.DrawFn, place: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(["mass_flow", "share", "heat", "limit"]))
    most = {"mass_flow": 1.0, "share": 0.3, "heat": 1e4, "limit": 1e4}[kind]
    least = -1.0 if kind == "mass_flow" else 0.0
    return {
        "id": f"feed {place}",
        "circuit": "heat",
        "junction": f"00{place}",
        "role": "flow" if kind in ("mass_flow", "share") else "heat",
        "supply_temperature": draw(numbers(70.0, 110.0)),
        kind: draw(numbers(least, most)),
    }


def write_network(tables: dict[str, pd.DataFrame], folder: Path) -> System:
    """Write tables as a folder that describes one instant, and load it."""
    folder.mkdir()
    write_tables({name: frame.fillna("") for name, frame in tables.items()}, folder)
    (folder / "scenario.toml").write_text('name = "drawn"\ncrs = "none"\n', encoding="utf-8")
    ground = "time_s,all\n3600,7.5\n"
    (folder / "ground_temperature.csv").write_text(ground, encoding="utf-8")
    return load(folder)


def exported(system: System) -> Any:
    """Return a system of closed circuits that do not vary as a network, without solving it."""
    profiles = build_profiles(system)
    states = {}
    for name, circuit in system.circuits.items():
        boundary = circuit_boundary(system, profiles, name)
        states[name] = state_at(circuit, boundary, 0, pressure_difference=HEAD)
    return to_pandapipes(system.tables, system.circuits, states, system.scenario)
