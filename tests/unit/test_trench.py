"""Conductances of pipes in one trench."""

import math

import numpy as np
import pytest
from trench_factory import single, twin

from warmtenet.model.catalogue import read_catalogue
from warmtenet.model.ground_heat import Burial, pair_coefficients, single_coefficient
from warmtenet.model.trench import Line, mutual_resistances, trench_conductances


@pytest.mark.parametrize("kind", ["steel-single-S1-DN50", "steel-single-S2-DN250"])
@pytest.mark.parametrize("gap", [0.1, 0.15, 1.0])
def test_line_sources_of_a_pair_are_the_formula_of_en_13941(kind: str, gap: float) -> None:
    section = read_catalogue()[kind].section
    pair = [single(kind, 0.0), single(kind, section.casing_diameter + gap)]
    found = trench_conductances(pair, [], 1.6, order=0)

    u1, u2 = pair_coefficients(section, Burial(gap=gap))
    assert found == pytest.approx(np.array([[u1, -u2], [-u2, u1]]), rel=1e-6)


@pytest.mark.parametrize("kind", ["steel-single-S1-DN50", "steel-single-S2-DN250"])
def test_multipoles_of_a_pair_are_near_en_13941(kind: str) -> None:
    section = read_catalogue()[kind].section
    pair = [single(kind, 0.0), single(kind, section.casing_diameter + 0.15)]
    found = trench_conductances(pair, [], 1.6)

    u1, u2 = pair_coefficients(section, Burial())
    assert found[0, 0] == pytest.approx(u1, rel=0.005)
    assert found[0, 1] == pytest.approx(-u2, rel=0.025)


def test_a_pipe_far_from_all_others_is_a_single_pipe() -> None:
    kind = "steel-single-S2-DN100"
    found = trench_conductances([single(kind, 0.0), single(kind, 1e4)], [], 1.6)

    alone = single_coefficient(read_catalogue()[kind].section, Burial())
    assert found[0, 0] == pytest.approx(alone, rel=0.005)
    assert found[0, 1] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("gap", [0.02, 0.15])
def test_multipoles_converge(gap: float) -> None:
    first = read_catalogue()["pexa-twin-plus-75"].casing_diameter / 2.0
    second = read_catalogue()["steel-single-S1-DN150"].casing_diameter / 2.0
    trench = [
        twin("pexa-twin-plus-75", 0.0),
        single("steel-single-S1-DN150", first + second + gap),
    ]
    orders = [trench_conductances(trench, [], 1.6, order=order) for order in (2, 4, 6, 14)]

    errors = [np.abs(found / orders[-1] - 1.0).max() for found in orders[:-1]]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 1e-3 if gap < 0.1 else errors[2] < 1e-4


def test_lines_between_casings_meet_them_as_line_sources() -> None:
    kind = read_catalogue()["steel-single-S1-DN100"]
    casing = single(kind.id, 0.0)
    place, soil = (0.6, 0.9), 1.6
    depth = Burial().depth(kind.casing_diameter)
    own = math.log(4.0 * depth / kind.casing_diameter) / (2.0 * math.pi * soil)
    line = Line(place=place, resistance=own + kind.section.resistance)

    found = trench_conductances([casing], [line], soil)
    mutual = mutual_resistances([casing.centre, place], soil)[0, 1]
    expected = np.array([[line.resistance, mutual], [mutual, line.resistance]])
    assert np.linalg.inv(found) == pytest.approx(expected, rel=0.002)


def test_pipes_are_told_apart_by_order_only() -> None:
    a, b = twin("steel-twin-S2-DN50", 0.0), single("steel-single-S1-DN50", 0.5)
    found = trench_conductances([a, b], [], 1.2)
    turned = trench_conductances([b, a], [], 1.2)

    assert turned == pytest.approx(found[np.ix_([2, 0, 1], [2, 0, 1])], rel=1e-12)
