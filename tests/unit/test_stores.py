"""Stores past the cache, and how wide the compiler's vectors are."""

import os
import subprocess
import sys

import numpy as np
import pytest

from warmtenet.networks.columns import FloatArray
from warmtenet.solvers.kernels.compile import kernel
from warmtenet.solvers.kernels.stores import put

FEATURES = """
from numba import config
import warmtenet.solvers.kernels.compile
print(config.CPU_FEATURES)
"""


def fill(field: FloatArray, values: FloatArray) -> None:
    """Store all values but those of the last thing."""
    for side in range(values.shape[0]):
        for hour in range(values.shape[1]):
            for thing in range(values.shape[2] - 1):
                put(field, side, hour, thing, values[side, hour, thing])


@pytest.mark.parametrize("function", [fill, kernel(fill)], ids=["plain", "compiled"])
def test_what_is_stored_past_the_cache_stands_in_its_place(function: object) -> None:
    values = np.random.default_rng(1).normal(size=(2, 3, 5))
    values[0, 0, 0], values[1, 1, 1] = np.nan, -0.0
    field = np.full(values.shape, 7.0)
    function(field, values)  # type: ignore[operator] # plain or compiled
    assert field[..., :-1].tobytes() == values[..., :-1].tobytes()
    assert (field[..., -1] == 7.0).all()


def test_features_that_the_user_gives_prevail() -> None:
    given = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "+sse2"}
    done = subprocess.run(
        [sys.executable, "-c", FEATURES],
        env=os.environ | given,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "+sse2"
