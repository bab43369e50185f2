"""Heat loss of buried pipes beside published values and an independent numerical solution."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from warmtenet.model.catalogue import read_catalogue
from warmtenet.model.ground_heat import (
    Burial,
    PipeSection,
    pair_coefficients,
    twin_coefficients,
)

CASES = Path(__file__).parent / "cases"
ISOPLUS = json.loads((CASES / "isoplus_heat_loss.json").read_text(encoding="utf-8"))
TWINS = json.loads((CASES / "twin_finite_volume.json").read_text(encoding="utf-8"))


@pytest.mark.validation
@pytest.mark.parametrize("pipe", ISOPLUS["pipes"], ids=lambda pipe: pipe["name"])
def test_heat_loss_of_a_pair_matches_the_manufacturer(pipe: dict[str, Any]) -> None:
    assert ISOPLUS["source"], "a case without a source validates nothing"
    section = PipeSection(
        inner_diameter=pipe["inner_diameter"],
        outer_diameter=pipe["outer_diameter"],
        casing_diameter=pipe["casing_diameter"],
        casing_wall_thickness=pipe["casing_wall_thickness"],
        wall_conductivity=ISOPLUS["wall_conductivity"],
        insulation_conductivity=ISOPLUS["insulation_conductivity"],
    )
    burial = Burial(
        cover=ISOPLUS["cover"], gap=ISOPLUS["gap"], conductivity=ISOPLUS["conductivity"]
    )
    u1, u2 = pair_coefficients(section, burial)
    assert u1 - u2 == pytest.approx(pipe["expected"], rel=ISOPLUS["relative_tolerance"])


@pytest.mark.validation
@pytest.mark.parametrize("pipe", TWINS["pipes"], ids=lambda pipe: pipe["id"])
def test_heat_loss_of_a_twin_matches_finite_volumes(pipe: dict[str, Any]) -> None:
    assert TWINS["source"], "a case without a source validates nothing"
    twin = read_catalogue()[pipe["id"]]
    section = dataclasses.replace(
        twin.section, casing_wall_thickness=TWINS["casing_wall_thickness"]
    )
    burial = Burial(cover=TWINS["cover"], gap=0.0, conductivity=TWINS["conductivity"])
    u1, u2 = twin_coefficients(section, twin.pipe_distance, burial)
    warm, cool = TWINS["supply_excess"], TWINS["return_excess"]
    supply, back = u1 * warm - u2 * cool, u1 * cool - u2 * warm
    expected, tolerance = pipe["expected"], TWINS["tolerance"]
    total = expected["supply"] + expected["return"]
    assert supply == pytest.approx(expected["supply"], abs=tolerance["single"])
    assert back == pytest.approx(expected["return"], abs=tolerance["single"])
    assert supply + back == pytest.approx(total, rel=tolerance["sum_relative"])
