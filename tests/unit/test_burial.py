"""Depths of pipes that lie outside trenches: what they lose, and the ground they see."""

from pathlib import Path

import numpy as np
import pytest
from trench_factory import write_district
from village import add_column, edit, fault_lines, write_village

from warmtenet.model.catalogue import read_catalogue
from warmtenet.model.ground_heat import (
    SURFACE_RESISTANCE,
    Burial,
    pair_coefficients,
    uneven_pair_coefficients,
)
from warmtenet.model.scenario import GroundSection
from warmtenet.model.trench import Casing, trench_conductances
from warmtenet.networks.load import load
from warmtenet.profiles.boundary import circuit_boundary
from warmtenet.profiles.build import build_profiles
from warmtenet.profiles.ground import ground_temperature
from warmtenet.solvers.plug_columns import find_lines
from warmtenet.solvers.plug_rings import surroundings

TWIN, SINGLE = "steel-twin-S2-DN50", "steel-single-S1-DN100"


def with_depths(folder: Path, *depths: str) -> Path:
    """Write the village with a depth for each of its four pipes."""
    write_village(folder)
    header, *rows = (folder / "pipes.csv").read_text().splitlines()
    lines = [f"{header},burial_depth", *(f"{r},{d}" for r, d in zip(rows, depths, strict=True))]
    (folder / "pipes.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_a_deeper_pipe_loses_what_its_type_loses_under_more_cover(tmp_path: Path) -> None:
    pipes = load(with_depths(tmp_path / "deep", "2 m", "", "0.9", "")).circuits["heat"].pipes
    plain = load(write_village(tmp_path / "plain")).circuits["heat"].pipes
    kind = read_catalogue()[TWIN]
    u1, u2 = kind.coefficients(cover=2.0 - kind.casing_diameter / 2.0)

    assert pipes.heat_loss_coefficient[:, 0] == pytest.approx([u1 - u2, u1 - u2], rel=1e-12)
    assert pipes.pair_exchange_coefficient[0] == pytest.approx(u2, rel=1e-12)
    assert pipes.heat_loss_coefficient[0, 0] < plain.heat_loss_coefficient[0, 0]
    for name in ("heat_loss_coefficient", "pair_exchange_coefficient"):
        assert getattr(pipes, name)[..., [1, 3]] == pytest.approx(
            getattr(plain, name)[..., [1, 3]], rel=1e-12
        )


def test_the_ground_is_that_of_the_depth(tmp_path: Path) -> None:
    system = load(with_depths(tmp_path, "3", "", "", "0.5"))
    ground = circuit_boundary(system, build_profiles(system), "heat").ground_temperature
    days = np.array([0.5 / 24.0])

    for pipe, depth in ((0, 3.0), (3, 0.5)):
        expected = ground_temperature(GroundSection(), np.array([depth]), days)[0, 0]
        assert ground[0, pipe] == pytest.approx(expected, abs=1e-9)
    assert (ground[:, 1] == ground[:, 2]).all()
    swing = np.ptp(ground, axis=0)
    assert swing[0] < swing[1] < swing[3]


def test_coefficients_of_a_row_come_first(tmp_path: Path) -> None:
    folder = with_depths(tmp_path, "3", "", "", "")
    add_column(folder, "pipes", "heat_loss_coefficient", "0.3")

    assert load(folder).circuits["heat"].pipes.heat_loss_coefficient[0, 0] == 0.3


def test_a_pair_at_two_depths_has_the_conductances_of_its_places() -> None:
    """Line sources against multipoles of higher order: casings small beside depth and distance."""
    kind, soil = read_catalogue()[SINGLE], Burial()
    depths, aside = (0.9, 1.6), kind.casing_diameter + soil.gap
    places = [
        Casing(section=kind.section, pipes=((x, z),))
        for x, z in zip((0.0, aside), depths, strict=True)
    ]
    matrix = trench_conductances(places, [], soil.conductivity)

    supply, back, exchange = uneven_pair_coefficients(kind.section, depths, soil)
    assert (supply, back) == pytest.approx(tuple(matrix.sum(axis=1)), rel=0.005)
    assert exchange == pytest.approx(-matrix[0, 1], rel=0.005)
    u1, u2 = pair_coefficients(kind.section, soil)
    level = uneven_pair_coefficients(kind.section, (0.9, 0.9), soil)
    assert level == pytest.approx((u1 - u2, u1 - u2, u2), rel=1e-12)


def test_each_side_may_have_its_own_depth(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    edit(folder, "pipes.csv", TWIN, SINGLE)
    add_column(folder, "pipes", "burial_depth_return", "1.6")
    edit(folder, "pipes.csv", f"{SINGLE},1.6", f"{SINGLE},1.6,0.9")
    edit(folder, "pipes.csv", "burial_depth_return", "burial_depth_return,burial_depth_supply")
    text = (folder / "pipes.csv").read_text().replace("DN32,1.6", "DN32,1.6,")
    text = text.replace("DN40,1.6", "DN40,1.6,").replace("DN25,1.6", "DN25,1.6,")
    (folder / "pipes.csv").write_text(text)
    pipes = load(folder).circuits["heat"].pipes
    section = read_catalogue()[SINGLE].section
    supply, back, exchange = uneven_pair_coefficients(section, (0.9, 1.6), Burial())

    assert pipes.heat_loss_coefficient[:, 0] == pytest.approx([supply, back], rel=1e-12)
    assert pipes.pair_exchange_coefficient[0] == pytest.approx(exchange, rel=1e-12)
    assert pipes.heat_loss_coefficient[0, 1] == pipes.heat_loss_coefficient[1, 1]


def test_depths_that_cannot_be_are_refused(tmp_path: Path) -> None:
    folder = with_depths(tmp_path, "0.05", "", "1", "")
    add_column(folder, "pipes", "burial_depth_return", "")
    edit(folder, "pipes.csv", "DN40,1,", "DN40,1,1.5")

    assert fault_lines(folder) == [
        "pipe 'P-1': burial_depth = 0.05, expected at least 0.1125 m, half its casing",
        "pipe 'P-3': burial_depth_return = 1.5, expected one depth for both pipes of a twin, that "
        "of its casing",
    ]


def test_a_depth_beside_a_place_in_a_trench_is_refused(tmp_path: Path) -> None:
    folder = write_district(tmp_path)
    add_column(folder, "pipes", "burial_depth", "")
    edit(folder, "pipes.csv", f"J1,100,{SINGLE},", f"J1,100,{SINGLE},1")

    assert fault_lines(folder) == [
        "pipe 'cool-1': burial_depth = 1.0, expected an empty cell: trench_pipes says how deep it "
        "is"
    ]


def test_rings_of_soil_lie_as_deep_as_their_pipe(tmp_path: Path) -> None:
    plain = load(write_village(tmp_path / "plain"))
    deep = load(with_depths(tmp_path / "deep", "2", "", "", ""))
    ground = plain.scenario.ground
    before, after = (
        surroundings(circuit, find_lines(circuit), ground).depth
        for circuit in (plain.circuits["heat"], deep.circuits["heat"])
    )
    film = SURFACE_RESISTANCE * ground.conductivity
    of_first = find_lines(plain.circuits["heat"]).route == 0

    assert after[of_first] == pytest.approx(np.full(2, 2.0 + film), rel=1e-12)
    assert (after[~of_first] == before[~of_first]).all()
