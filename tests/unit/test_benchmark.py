import numpy as np
import pytest

from warmtenet.networks.synthetic import synthetic_boundary, synthetic_tree
from warmtenet.studies import peer
from warmtenet.studies.benchmark import CASES, QUICK, Case, measure, stream

KEYS = ["pipes", "hours", "seconds", "pipe_hours_per_s"]
KEYS += ["ratio_to_stream", "ratio_to_pandapipes", "threads", "unsolved_hours"]


def test_quick_benchmarks_are_the_first_two() -> None:
    assert tuple(CASES)[:2] == QUICK


def test_a_case_is_measured_without_pandapipes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "is_installed", lambda: False)
    figures = measure(Case(consumers=16, every=365, peer_hours=1), rounds=1)

    assert list(figures) == [*KEYS, "ratio_to_pandapipes_reason"]
    assert figures["hours"] == 24
    assert figures["pipes"] == 2 * len(synthetic_tree(16).pipe_ids)
    assert figures["ratio_to_pandapipes"] is None
    assert figures["seconds"] > 0.0
    assert figures["unsolved_hours"] == 0


def test_epanet_is_timed_on_the_same_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "is_installed", lambda: False)
    case = Case(consumers=16, every=365, peer_hours=1, epanet_hours=5)
    figures = measure(case, rounds=1)

    assert figures["ratio_to_epanet"] > 0.0


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_stream_writes_every_value(threads: int) -> None:
    arrays = [np.zeros((7, 3)) for _ in range(2)]
    stream(arrays, threads)

    assert all((array == 1.0).all() for array in arrays)


def test_hours_of_a_boundary_are_taken_from_every_array() -> None:
    boundary = synthetic_boundary(synthetic_tree(16), hours=48)
    taken = boundary.at(np.array([3, 40]))

    np.testing.assert_array_equal(taken.heat, boundary.heat[[3, 40]])
    assert taken.supply_temperature.shape == (2, 1)
    assert taken.duration.shape == (2,)
