"""Delays for any flows: first in, first out; never less than content over the largest flow."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from warmtenet.networks.columns import FloatArray
from warmtenet.profiles.mode import COLD, HEAT, OFF
from warmtenet.solvers.kernels.travel_time import trace_back
from warmtenet.studies.changeover_trial import moved_mode
from warmtenet.studies.turns import mode_turns

STEPS = 40
flows = arrays(
    np.float64,
    (STEPS,),
    elements=st.one_of(st.just(0.0), st.floats(0.01, 5.0)),
)
durations = arrays(np.float64, (STEPS,), elements=st.floats(1.0, 3600.0))
contents = arrays(np.float64, (3,), elements=st.floats(0.0, 2000.0))


def ages(flow: FloatArray, duration: FloatArray, content: FloatArray) -> FloatArray:
    """Return the ages behind three pipes in a row."""
    ends = np.concatenate([[0.0], np.cumsum(duration)])
    passed = np.tile(np.concatenate([[0.0], np.cumsum(flow * duration)]), (3, 1))
    found = np.empty((STEPS, 1))
    upstream = np.array([-1, 0, 1])
    trace_back(ends, passed, content, upstream, np.array([2]), flow[:, None], found)
    return found[:, 0]


@given(flows, durations, contents)
def test_water_leaves_in_its_order_and_fills_the_pipes(
    flow: FloatArray, duration: FloatArray, content: FloatArray
) -> None:
    ends = np.concatenate([[0.0], np.cumsum(duration)])
    middle = 0.5 * (ends[1:] + ends[:-1])

    age = ages(flow, duration, content)
    known = np.isfinite(age)
    left = middle[known] - age[known]

    assert (age[known] >= -1e-6).all()
    assert (np.diff(left) >= -1e-5).all()
    passed = np.concatenate([[0.0], np.cumsum(flow * duration)])
    since = np.interp(middle[known], ends, passed) - np.interp(left, ends, passed)
    assert np.abs(since - content.sum()).max(initial=0.0) < 1e-5 * max(passed[-1], 1.0)


@given(st.lists(st.sampled_from([HEAT, OFF, COLD]), min_size=2, max_size=60), st.data())
def test_a_moved_change_over_begins_where_it_shall(modes: list[int], data: st.DataObject) -> None:
    mode = np.array(modes)
    for turn in mode_turns(mode):
        start = data.draw(st.integers(1, len(mode) - 1))
        moved = moved_mode(mode, turn, start)

        row = turn[0]
        new = moved[min(start, row) : max(start, row)]
        assert (new == mode[row]).all() if start < row else (new != mode[row]).all()
        assert (np.delete(moved, np.arange(min(start, row), max(start, row))).tolist()) == (
            np.delete(mode, np.arange(min(start, row), max(start, row))).tolist()
        )
