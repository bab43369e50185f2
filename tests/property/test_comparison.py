import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmtenet.studies.comparison import freed_dwellings

powers = st.floats(1.0, 1e8)
counts = st.integers(1, 100_000)


@given(powers, counts)
def test_equal_peaks_free_nothing(peak, dwellings):
    assert freed_dwellings(peak, peak, dwellings) == 0.0


@given(powers, counts)
def test_a_network_without_electricity_frees_every_dwelling(peak, dwellings):
    assert freed_dwellings(0.0, peak, dwellings) == pytest.approx(dwellings)


@given(powers, powers, counts, st.floats(1.0, 1e5))
def test_counting_households_never_frees_more(network, individual, dwellings, household):
    plain = freed_dwellings(network, individual, dwellings)
    counted = freed_dwellings(network, individual, dwellings, household)

    assert abs(counted) <= abs(plain)


@given(powers, powers, counts)
def test_freed_and_used_make_all_dwellings(network, individual, dwellings):
    freed = freed_dwellings(network, individual, dwellings)

    used = network / (individual / dwellings)
    assert freed + used == pytest.approx(dwellings)
