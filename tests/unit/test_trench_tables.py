"""Trenches as tables: what they do to circuits, and what is wrong with them."""

from pathlib import Path

import numpy as np
import pytest
from trench_factory import single, trench_rows, twin, write_district
from village import add_column, edit, fault_lines

from warmtenet.model.catalogue import read_catalogue
from warmtenet.model.trench import trench_conductances
from warmtenet.networks.load import load

WARM, COOL = "steel-twin-S2-DN50", "steel-single-S1-DN100"


def casings():
    kinds = read_catalogue()
    wide = kinds[COOL].casing_diameter
    first = kinds[WARM].casing_diameter / 2.0 + 0.15 + wide / 2.0
    return [twin(WARM, 0.0), single(COOL, first), single(COOL, first + wide + 0.15)]


def test_circuits_have_the_coefficients_of_their_trench(tmp_path: Path) -> None:
    system = load(write_district(tmp_path))
    matrix = trench_conductances(casings(), [], 1.6)

    pipes = system.circuits["warm"].pipes
    exchange = -matrix[0, 1]
    assert pipes.pair_exchange_coefficient == pytest.approx(np.full(3, exchange), rel=1e-5)
    assert pipes.heat_loss_coefficient[0] == pytest.approx(matrix[0, 0] - exchange, rel=1e-5)
    assert pipes.heat_loss_coefficient[1] == pytest.approx(matrix[1, 1] - exchange, rel=1e-5)


def test_links_hold_the_conductance_of_each_pair_of_pipes(tmp_path: Path) -> None:
    system = load(write_district(tmp_path))
    matrix = trench_conductances(casings(), [], 1.6)
    links, back = system.trenches["warm", "cool"], system.trenches["cool", "warm"]

    assert len(links.pipe) == 12
    chosen = (links.side == 0) & (links.other_side == 1) & (links.pipe == 0)
    assert links.conductance[chosen] == pytest.approx(-matrix[0, 2] * 100.0, rel=1e-5)
    assert sorted(links.conductance) == sorted(back.conductance)


def test_standing_water_passes_nothing_on(tmp_path: Path) -> None:
    links = load(write_district(tmp_path)).trenches["cool", "warm"]
    matrix = trench_conductances(casings(), [], 1.6)
    water = np.array([60.0, 30.0])  # above the ground, of the warm supply and return
    rise = np.zeros(2)
    for side, other, share, pipe in zip(
        links.side, links.other_side, links.response, links.pipe, strict=True
    ):
        if pipe == 0:
            rise[side] += share * water[other]

    # The rows of the cool pipes are return, supply.
    excess = np.array([*water, rise[1], rise[0]])
    assert (matrix @ excess)[2:] == pytest.approx([0.0, 0.0], abs=1e-4)


def test_a_pair_in_a_trench_of_its_own_has_no_links(tmp_path: Path) -> None:
    rows = trench_rows((("T1", "1"),)).splitlines()
    alone = "\n".join(row for row in rows if "cool" not in row) + "\n"
    folder = write_district(
        tmp_path, trenches="id,soil_conductivity\nT1,1.6\n", trench_pipes=alone
    )
    system = load(folder)

    assert system.trenches == {}
    matrix = trench_conductances([twin(WARM, 0.0)], [], 1.6)
    exchange = system.circuits["warm"].pipes.pair_exchange_coefficient
    assert exchange[0] == pytest.approx(-matrix[0, 1], rel=1e-5)
    assert exchange[1] == pytest.approx(read_catalogue()[WARM].coefficients()[1])


def test_coefficients_of_a_row_are_the_loss_of_its_pipes_alone(tmp_path: Path) -> None:
    """Two pairs far apart: what the rows say is what the trench gives."""
    folder = write_district(tmp_path, pipes=_untyped())
    rows = (
        trench_rows()
        .replace("cool-1,return,", "cool-1,return,9")
        .replace("cool-1,supply,", "cool-1,supply,9")
    )
    (folder / "trench_pipes.csv").write_text(rows, encoding="utf-8")
    pipes = load(folder).circuits["cool"].pipes

    sums = pipes.heat_loss_coefficient[:, 0] + pipes.pair_exchange_coefficient[0]
    alone = (0.3 * 0.3 + 2 * 0.3 * 0.02) / (0.3 + 0.02)
    assert sums == pytest.approx([alone, alone], rel=0.02)


def _untyped() -> str:
    head = (
        "id,circuit,from_junction,to_junction,length,type,inner_diameter,"
        "heat_loss_coefficient,pair_exchange_coefficient\n"
    )
    ends = (("plant", "J1", 100), ("J1", "J2", 60), ("J1", "J3", 80))
    return head + "".join(
        f"{circuit}-{k},{circuit},{a},{b},{length},{cells}\n"
        for circuit, cells in (("warm", f"{WARM},,,"), ("cool", ",0.1,0.3,0.02"))
        for k, (a, b, length) in enumerate(ends, start=1)
    )


@pytest.mark.parametrize(
    ("column", "least"), [("outer_diameter", "0.110"), ("wall_thickness", "0.320")]
)
def test_pipes_of_coefficients_do_not_overlap(tmp_path: Path, column: str, least: str) -> None:
    """By what is known of them: the inner diameter, 0.1 m, or the outer one."""
    folder = write_district(tmp_path, pipes=_untyped())
    rows = (folder / "trench_pipes.csv").read_text().replace("cool-1,return,", "cool-1,return,9")
    near = rows.replace("cool-1,supply,0.7125", "cool-1,supply,90.4700")
    (folder / "trench_pipes.csv").write_text(near, encoding="utf-8")
    load(folder)
    add_column(folder, "pipes", column, "0.11")
    (found,) = fault_lines(folder)

    assert f"expected more than {least} m from" in found


FAULTS = {
    "unknown trench": (
        ("trench_pipes.csv", "T1,warm-1,supply", "T9,warm-1,supply"),
        "trench_pipes.csv line 2: trench = 'T9', expected the id of a trench",
    ),
    "unknown pipe": (
        ("trench_pipes.csv", "T1,warm-1,supply", "T1,warm-9,supply"),
        "trench_pipes.csv line 2: pipe = 'warm-9', expected the id of a pipe, perhaps 'warm-3'",
    ),
    "unequal length": (
        ("pipes.csv", "cool-2,cool,J1,J2,60", "cool-2,cool,J1,J2,61"),
        "pipe 'cool-2': length = 61.0, expected 60 m, as pipe 'warm-2' in trench 'T2'",
    ),
    "one side only": (
        ("trench_pipes.csv", "T3,cool-3,return", "T3,cool-3,supply"),
        "trench pipe 'cool-3 supply': trench = 'T3', expected one row for each side of a pipe "
        "(trench 'T3' has this one, too)",
    ),
    "two trenches": (
        ("trench_pipes.csv", "T3,cool-3,return", "T2,cool-3,return"),
        "trench pipe 'cool-3 return': trench = 'T2', expected 'T3', as for its supply",
    ),
    "empty trench": (
        ("trenches.csv", "T1,1.6", "T1,1.6\nT4,1.6"),
        "trench 'T4': pipes = (none), expected at least one route, a row in trench_pipes for each "
        "of its sides",
    ),
    "no soil": (
        ("trenches.csv", "T1,1.6", "T1,0"),
        "trench 'T1': soil_conductivity = 0, expected a number above 0 W/(m K) and "
        "at most 20 W/(m K)",
    ),
    "above ground": (
        ("trench_pipes.csv", "T1,cool-1,return,0.362500,0.900000", "T1,cool-1,return,0.3625,0.05"),
        "trench pipe 'cool-1 return': depth = 0.05, expected at least 0.1 m, half its diameter",
    ),
    "overlap": (
        ("trench_pipes.csv", "T1,cool-1,return,0.362500", "T1,cool-1,return,0.2"),
        "trench pipe 'warm-1 supply': place = 0.200 m, expected more than 0.213 m from trench "
        "pipe 'cool-1 return', or they overlap",
    ),
    "no twin": (
        ("trench_pipes.csv", "T1,warm-1,return,0.040150", "T1,warm-1,return,0.06"),
        "trench pipe 'warm-1 return': place = 0.100 m, expected 0.080 m between the pipes of type "
        "'steel-twin-S2-DN50', centre to centre",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_line(name: str, tmp_path: Path) -> None:
    change, line = FAULTS[name]
    folder = write_district(tmp_path)
    edit(folder, *change)

    assert line in fault_lines(folder)


def test_tables_that_miss_each_other_are_named(tmp_path: Path) -> None:
    folder = write_district(tmp_path)
    (folder / "trenches.csv").unlink()
    assert fault_lines(folder) == [
        "trench_pipes.csv: rows = 12, expected a table trenches.csv that says their soil"
    ]
    folder = write_district(tmp_path)
    (folder / "trench_pipes.csv").unlink()
    assert fault_lines(folder) == [
        "trenches.csv: rows = 3, expected a table trench_pipes.csv that says where their pipes lie"
    ]


def test_the_trench_of_a_pipe_must_be_the_one_it_lies_in(tmp_path: Path) -> None:
    folder = write_district(tmp_path)
    add_column(folder, "pipes", "trench", "")
    edit(folder, "pipes.csv", "60,steel-twin-S2-DN50,", "60,steel-twin-S2-DN50,T3")
    edit(folder, "pipes.csv", "80,steel-twin-S2-DN50,", "80,steel-twin-S2-DN50,T3")

    assert fault_lines(folder) == [
        "pipe 'warm-2': trench = 'T3', expected 'T2', as in trench_pipes"
    ]


def test_coefficients_too_large_for_their_places_are_refused(tmp_path: Path) -> None:
    folder = write_district(tmp_path, pipes=_untyped().replace("0.3,0.02", "9.0,0.02"))

    assert fault_lines(folder)[0] == (
        "trench 'T1': places = too close for the coefficients of its pipes, expected pipes "
        "further apart, or smaller coefficients"
    )


def test_pipes_without_loss_have_no_place_in_a_trench(tmp_path: Path) -> None:
    folder = write_district(tmp_path, pipes=_untyped().replace("0.3,0.02", "0,0"))

    assert fault_lines(folder)[0] == (
        "pipe 'cool-1': heat_loss_coefficient = 0.0, expected above 0 W/(m K) in a trench"
    )
