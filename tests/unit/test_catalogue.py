"""The catalogue says what its file says, and its heat losses follow from its geometry."""

import pytest

from warmtenet.model.catalogue import read_catalogue

ROUNDING = 6e-4
"""The file gives four decimals of values made from geometry in millimetres. [W/(m K)]"""


def test_catalogue_has_every_family() -> None:
    catalogue = read_catalogue()
    families = {(pipe.medium_pipe, pipe.arrangement) for pipe in catalogue.values()}
    assert len(catalogue) == 120
    assert families == {
        ("steel", "single-pair"),
        ("steel", "twin"),
        ("pe-xa", "single-pair"),
        ("pe-xa", "twin"),
        ("pe-rt", "single-pair"),
    }


def test_values_arrive_in_canonical_units() -> None:
    pipe = read_catalogue()["steel-single-S2-DN100"]
    assert pipe.dn == 100
    assert pipe.inner_diameter == pytest.approx(0.1071)
    assert pipe.roughness == pytest.approx(1e-4)
    assert pipe.max_pressure == pytest.approx(25e5)
    assert pipe.pipe_distance == 0.0


@pytest.mark.parametrize("pipe_id", list(read_catalogue()))
def test_listed_heat_loss_follows_from_the_geometry(pipe_id: str) -> None:
    pipe = read_catalogue()[pipe_id]
    u1, u2 = pipe.coefficients()
    assert u1 == pytest.approx(pipe.u1, abs=ROUNDING)
    assert u2 == pytest.approx(pipe.u2, abs=ROUNDING)


@pytest.mark.parametrize("pipe_id", list(read_catalogue()))
def test_geometry_is_possible(pipe_id: str) -> None:
    pipe = read_catalogue()[pipe_id]
    assert pipe.outer_diameter - 2 * pipe.wall_thickness == pytest.approx(pipe.inner_diameter)
    width = (
        pipe.outer_diameter
        if pipe.arrangement == "single-pair"
        else (2 * pipe.outer_diameter + pipe.pipe_distance)
    )
    assert width < pipe.casing_diameter - 2 * pipe.casing_wall_thickness
    assert {pipe.geometry_status, pipe.cost_status} <= {"source", "assumed"}


def test_catalogue_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        read_catalogue()["new"] = read_catalogue()["pexa-twin-plus-25"]  # type: ignore[index]  # the point of the test
