"""Settings shared by all kinds of test."""

import os

import pytest
from hypothesis import settings

# As on the command line, and before numpy comes: on busy cores threads that wait for each other's
# small sums take three times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# The first call of a kernel compiles it: a deadline would fail on that one call only. The seed
# is fixed, so that CI never fails by luck.
settings.register_profile("kernels", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("kernels")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests marked ``compiled`` where NUMBA_DISABLE_JIT=1 measures coverage."""
    import numba

    if numba.config.DISABLE_JIT:
        for item in items:
            if item.get_closest_marker("compiled"):
                item.add_marker(pytest.mark.skip(reason="NUMBA_DISABLE_JIT is set"))
