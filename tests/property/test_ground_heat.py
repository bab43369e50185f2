"""What physics promises of buried pipes for every geometry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtenet.model.catalogue import PipeType, read_catalogue
from warmtenet.model.ground_heat import Burial, pair_coefficients, single_coefficient

pipe_types = st.sampled_from(list(read_catalogue().values()))
covers = st.floats(0.4, 3.0)
gaps = st.floats(0.05, 1.0)
soils = st.floats(0.5, 3.0)


@given(pipe_types, covers, gaps, soils)
def test_both_coefficients_are_positive_and_the_loss_too(
    pipe: PipeType, cover: float, gap: float, conductivity: float
) -> None:
    u1, u2 = pipe.coefficients(cover=cover, gap=gap, conductivity=conductivity)
    assert 0.0 < u2 < u1


@given(pipe_types, covers, gaps, soils)
def test_deeper_pipes_lose_less(
    pipe: PipeType, cover: float, gap: float, conductivity: float
) -> None:
    u1, u2 = pipe.coefficients(cover=cover, gap=gap, conductivity=conductivity)
    v1, v2 = pipe.coefficients(cover=cover + 0.5, gap=gap, conductivity=conductivity)
    assert v1 - v2 < u1 - u2


@given(pipe_types, covers, gaps, st.floats(0.5, 1.5))
def test_wetter_ground_takes_more(
    pipe: PipeType, cover: float, gap: float, conductivity: float
) -> None:
    u1, u2 = pipe.coefficients(cover=cover, gap=gap, conductivity=conductivity)
    v1, v2 = pipe.coefficients(cover=cover, gap=gap, conductivity=2.0 * conductivity)
    assert v1 - v2 > u1 - u2


@given(pipe_types.filter(lambda pipe: pipe.arrangement == "single-pair"), covers, soils)
def test_a_neighbour_far_away_is_no_neighbour(
    pipe: PipeType, cover: float, conductivity: float
) -> None:
    burial = Burial(cover=cover, gap=1e4, conductivity=conductivity)
    u1, u2 = pair_coefficients(pipe.section, burial)
    assert u1 == pytest.approx(single_coefficient(pipe.section, burial), rel=1e-9)
    assert u2 == pytest.approx(0.0, abs=1e-6)
