"""What physics promises of pipes in one trench, however they lie."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtenet.model.catalogue import PipeType, read_catalogue
from warmtenet.model.trench import Casing, trench_conductances

pipe_types = st.sampled_from(list(read_catalogue().values()))
gaps = st.floats(0.02, 1.0)
covers = st.floats(0.3, 3.0)
soils = st.floats(0.5, 3.0)


@st.composite
def trenches(draw: st.DrawFn) -> list[Casing]:
    """Casings side by side at any cover, twins lying or standing."""
    casings, edge = [], 0.0
    for kind in draw(st.lists(pipe_types, min_size=1, max_size=3)):
        for _ in range(1 if kind.arrangement == "twin" else 2):
            radius = kind.casing_diameter / 2.0
            centre = (edge + radius, draw(covers) + radius)
            casings.append(_casing(kind, centre, stands=draw(st.booleans())))
            edge += kind.casing_diameter + draw(gaps)
    return casings


def _casing(kind: PipeType, centre: tuple[float, float], *, stands: bool) -> Casing:
    if kind.arrangement != "twin":
        return Casing(section=kind.section, pipes=(centre,))
    half = (kind.pipe_distance + kind.outer_diameter) / 2.0
    dx, dz = (0.0, half) if stands else (half, 0.0)
    (x, z) = centre
    return Casing(section=kind.section, pipes=((x - dx, z - dz), (x + dx, z + dz)))


@given(trenches(), soils)
def test_heat_flows_from_warm_to_cold_and_to_the_surface(
    casings: list[Casing], soil: float
) -> None:
    found = trench_conductances(casings, [], soil)

    assert (found == found.T).all()
    assert (np.diag(found) > 0.0).all()
    assert (found - np.diag(np.diag(found)) <= 1e-12).all()
    assert (found.sum(axis=1) > 0.0).all()
    assert (np.linalg.eigvalsh(found) > 0.0).all()


@given(trenches(), soils, st.floats(-100.0, 100.0))
def test_where_the_trench_begins_and_its_mirror_image_change_nothing(
    casings: list[Casing], soil: float, shift: float
) -> None:
    def moved(sign: float) -> list[Casing]:
        return [
            Casing(section=c.section, pipes=tuple((sign * x + shift, z) for x, z in c.pipes))
            for c in casings
        ]

    found = trench_conductances(casings, [], soil)
    for sign in (1.0, -1.0):
        assert trench_conductances(moved(sign), [], soil) == pytest.approx(
            found, rel=1e-7, abs=1e-12
        )


@given(trenches(), soils)
def test_one_pipe_more_lowers_what_the_others_lose_to_the_surface(
    casings: list[Casing], soil: float
) -> None:
    more = trench_conductances(casings, [], soil)
    pipes = len(casings[-1].pipes)
    fewer = trench_conductances(casings[:-1], [], soil) if len(casings) > 1 else np.empty((0, 0))
    kept = more.shape[0] - pipes

    loss = more.sum(axis=1)[:kept]
    assert (loss <= fewer.sum(axis=1) * (1.0 + 1e-6)).all()
