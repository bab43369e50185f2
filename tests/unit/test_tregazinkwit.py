"""The bundled district has the size that was asked for, and its script writes its very tables."""

import csv
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from warmtenet.model.catalogue import read_catalogue
from warmtenet.model.dwelling import read_dwelling_types
from warmtenet.networks import tregazinkwit
from warmtenet.networks.load import load
from warmtenet.networks.sizing import friction_gradient, velocity
from warmtenet.networks.tregazinkwit.design import (
    LIMITS,
    WATER_TEMPERATURE,
    Design,
    make_design,
)
from warmtenet.networks.tregazinkwit.dwellings import apportion
from warmtenet.networks.tregazinkwit.make import make

FOLDER = Path(tregazinkwit.__path__[0])
TABLES = ("junctions", "pipes", "consumers", "producers", "dwellings")


@pytest.fixture(scope="module")
def design() -> Design:
    return make_design()


def read(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_script_writes_the_bundled_tables_and_readme(tmp_path: Path) -> None:
    make(tmp_path)
    for name in [*(f"{table}.csv" for table in TABLES), "README.md"]:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_bundled_case_loads_without_a_fault() -> None:
    system = load("tregazinkwit")
    sizes = {name: len(circuit.pipe_ids) for name, circuit in system.circuits.items()}
    assert sizes == {"tap_water": 934, "space": 934, "effluent": 6, "waste_heat": 3}
    assert system.scenario.dwellings == 1300


def test_dwellings_are_those_of_the_reference_mix() -> None:
    found: Counter[str] = Counter()
    for row in read("dwellings"):
        found[row["type"]] += int(row["count"])
    assert found == {
        "apartment_small": 350,
        "apartment_medium": 350,
        "apartment_large": 150,
        "terraced": 300,
        "end_or_semi": 150,
    }
    assert set(found) == set(read_dwelling_types())


def test_phases_hold_800_and_500_dwellings(design: Design) -> None:
    phase = {building.id: building.phase for building in design.plan.buildings}
    found: Counter[int] = Counter()
    for building, mix in design.dwellings.items():
        found[phase[building]] += sum(mix.values())
    assert found == {1: 800, 2: 500}


def test_blocks_and_houses(design: Design) -> None:
    blocks = [name for name in design.dwellings if name.startswith("block")]
    assert 25 <= len(blocks) <= 35
    assert len(design.dwellings) - len(blocks) == 450
    assert all(len(design.dwellings[name]) == 3 for name in blocks)


@pytest.mark.parametrize(
    ("kind", "length"), [("main", 2500), ("street", 3500), ("connection", 2500)]
)
def test_trenches_are_as_long_as_assumed(design: Design, kind: str, length: float) -> None:
    own = [r.length for r in design.routes if r.circuit == "space" and r.kind == kind]
    assert sum(own) == pytest.approx(length, rel=0.1)


def test_both_circuits_share_every_trench(design: Design) -> None:
    ends = {
        circuit: {(r.from_junction, r.to_junction) for r in design.routes if r.circuit == circuit}
        for circuit in ("space", "tap_water")
    }
    assert ends["space"] == ends["tap_water"]


def test_source_routes_have_the_assumed_length(design: Design) -> None:
    effluent = sum(r.length for r in design.routes if r.circuit == "effluent")
    waste_heat = sum(r.length for r in design.routes if r.circuit == "waste_heat")
    assert effluent == pytest.approx(1200.0, rel=0.1)
    assert waste_heat == pytest.approx(150.0, rel=0.1)


def test_no_two_buildings_overlap(design: Design) -> None:
    shapely = pytest.importorskip("shapely")
    outlines = [shapely.Polygon(building.outline) for building in design.plan.buildings]
    tree = shapely.STRtree(outlines)
    for first, second in zip(*tree.query(outlines, predicate="intersects"), strict=True):
        if first < second:
            assert outlines[first].intersection(outlines[second]).area < 0.5


def test_lengths_are_the_distances_between_junctions() -> None:
    places = {row["id"]: (float(row["x"]), float(row["y"])) for row in read("junctions")}
    for row in read("pipes"):
        distance = math.dist(places[row["from_junction"]], places[row["to_junction"]])
        assert float(row["length"]) == pytest.approx(distance, abs=0.01)


def test_pipes_keep_the_limits_of_their_trench(design: Design) -> None:
    at = {name: row for row, name in enumerate(design.plan.points)}
    flows = {"space": design.loads.space_flow, "tap_water": design.loads.tap_water_flow}
    for route in design.routes:
        if route.circuit not in flows:
            continue
        flow = flows[route.circuit][[at[route.to_junction]]]
        water = WATER_TEMPERATURE[route.circuit]
        gradient, speed = LIMITS[route.kind]
        assert friction_gradient(flow, route.type, water)[0] <= gradient, route.id
        assert velocity(flow, route.type, water)[0] <= speed, route.id


def test_tap_water_pipes_bear_their_temperature(design: Design) -> None:
    tap_water = [route.type for route in design.routes if route.circuit == "tap_water"]
    assert min(pipe.max_temperature for pipe in tap_water) >= 80.0


def test_every_building_has_a_consumer_in_both_circuits() -> None:
    found: dict[str, set[str]] = {}
    for row in read("consumers"):
        if row["building"]:
            found.setdefault(row["building"], set()).add(row["circuit"])
    assert set(found) == {row["building"] for row in read("dwellings")}
    assert all(circuits == {"space", "tap_water"} for circuits in found.values())


def test_coincident_loads_are_near_the_hand_calculation(design: Design) -> None:
    """1.55 kW of space heat a dwelling, DS 439 for 1,300 dwellings: 1.41 MW."""
    assert design.loads.heat[0] == pytest.approx(1300 * 1550.0, rel=0.01)
    assert design.loads.tap_water[0] == pytest.approx(1.414e6, rel=1e-3)
    assert design.loads.cold[0] == pytest.approx(1.705e6, rel=1e-3)


def test_every_type_is_in_the_catalogue() -> None:
    assert {row["type"] for row in read("pipes")} <= set(read_catalogue())


def test_apportioned_numbers_add_up() -> None:
    shares = np.array([0.3, 1.1, 2.7, 0.9])
    for total in range(40):
        assert apportion(total, shares).sum() == total
