"""Exchangers and emitters: design points, limits worked by hand, and the compiled kernels."""

from dataclasses import replace

import numpy as np
import pytest
from substation_factory import (
    BEHIND,
    CHILLED,
    CONSTANT,
    INDIRECT,
    MIXED,
    PLAIN,
    THROTTLED,
    emitter_water,
    far_ends,
    table,
)

from warmtenet.model.scenario import WaterSection
from warmtenet.model.substation import EXCHANGER, Substation, logarithmic_mean
from warmtenet.model.water import water_table
from warmtenet.solvers.kernels.substation import end_ratio
from warmtenet.solvers.kernels.substation_returns import (
    SubstationInputs,
    SubstationOutputs,
    update_returns,
)

LOAD = 20e3
CP = 4185.0
WATER = water_table(
    WaterSection(model="constant", density=983.0, viscosity=4.7e-4, heat_capacity=CP)
)


def returned(
    substation: Substation,
    heat: float,
    supply: float,
    *,
    most: float = 10.0,
    compiled: bool = True,
) -> tuple[float, float, bool]:
    """Return return temperature, heat that passes at most, and whether the supply is too cold."""
    hot, cold = far_ends(substation)

    def one(value: float) -> np.ndarray:
        return np.full((1, 1), float(value))

    given = SubstationInputs(
        heat=one(heat),
        hot=one(hot),
        cold=one(cold),
        most=one(most),
        flow=one(0.0),
        supply=one(0.0),
        warmest=np.array([supply]),
        coldest=np.array([supply]),
        ground=np.array([10.0]),
    )
    out = SubstationOutputs(
        returned=one(np.nan),
        difference=one(np.nan),
        too_cold=np.zeros((1, 1), np.int8),
        change=np.zeros(1),
        share=np.zeros(1),
    )
    update = update_returns if compiled else update_returns.py_func
    update(WATER, table([substation], np.array([LOAD])), given, 0, 1, out)
    back = float(out.returned[0, 0])
    return back, most * CP * abs(supply - back), bool(out.too_cold[0, 0])


def test_design_flows_are_of_the_water_that_flows() -> None:
    columns = replace(MIXED, supply=70.0, back=40.0).sized_for(LOAD, WATER)

    assert columns["design_flow"] == pytest.approx(LOAD / (CP * 30.0))
    apart = MIXED.secondary_supply - MIXED.secondary_back
    assert columns["circulation"] == pytest.approx(LOAD / (CP * apart))


def test_conductance_follows_from_the_design_point() -> None:
    columns = INDIRECT.sized_for(LOAD)

    mean = (10.0 - 5.0) / np.log(10.0 / 5.0)
    whole = columns["network_resistance"] + columns["secondary_resistance"]
    assert 1.0 / whole == pytest.approx(LOAD / mean)
    assert columns["capacity"] == pytest.approx(LOAD / 25.0)


@pytest.mark.parametrize("substation", [INDIRECT, PLAIN, BEHIND, MIXED, THROTTLED])
def test_design_point_returns_its_own_return(substation: Substation) -> None:
    # flows of the design are those of real water, 0.1 % off constant ones
    back, _, too_cold = returned(substation, LOAD, substation.supply)

    assert back == pytest.approx(substation.back, abs=0.01)
    assert not too_cold


def test_design_point_of_cold_returns_its_own_return() -> None:
    back, _, too_cold = returned(CHILLED, -LOAD, 6.0)

    assert back == pytest.approx(14.0, abs=1e-6)
    assert not too_cold


def test_equal_capacity_flows_have_one_difference_throughout() -> None:
    # 60 / 40 beside 35 / 55: 5 K at both ends, effectiveness NTU / (1 + NTU)
    even = Substation(
        kind=EXCHANGER,
        supply=60.0,
        back=40.0,
        secondary_supply=55.0,
        secondary_back=35.0,
        **CONSTANT,
    )
    back, _, _ = returned(even, LOAD, 60.0)
    units = 20.0 / 5.0

    assert back == pytest.approx(40.0, abs=1e-6)
    assert (60.0 - back) / (60.0 - 35.0) == pytest.approx(units / (1.0 + units))


def test_an_endless_exchanger_returns_at_the_secondary_return() -> None:
    # at a thousandth of the load there are some 1,000 transfer units for 20 K at the warm end
    back, _, _ = returned(PLAIN, LOAD / 1000.0, 80.0)

    assert back == pytest.approx(35.0, abs=1e-6)


@pytest.mark.parametrize("most", [0.05, 0.15, 0.3])
def test_at_the_largest_flow_passes_what_effectiveness_ntu_gives(most: float) -> None:
    supply, heat = 66.0, 1.4 * LOAD
    _, passed, _ = returned(PLAIN, heat, supply, most=most)
    whole = LOAD / logarithmic_mean(10.0, 5.0)
    own, other = most * CP, heat / 25.0
    least, ratio = min(own, other), min(own, other) / max(own, other)
    decay = np.exp(-whole / least * (1.0 - ratio))
    expected = least * (supply - 35.0) * (1.0 - decay) / (1.0 - ratio * decay)

    assert passed < heat
    assert passed == pytest.approx(expected, rel=1e-7)


def test_small_exchangers_pass_what_their_conductance_times_the_difference_gives() -> None:
    # NTU -> 0: both waters hardly change, so that heat is UA times the inlets' difference
    tiny = replace(PLAIN, supply=100.0, back=99.0, secondary_supply=36.0, secondary_back=35.0)
    _, passed, _ = returned(tiny, 100.0 * LOAD, 60.0, most=1000.0)
    whole = LOAD / logarithmic_mean(64.0, 64.0)

    assert passed == pytest.approx(whole * (60.0 - 35.0), rel=1e-3)


@pytest.mark.parametrize(
    ("supply", "most", "cold"), [(66.0, 0.15, False), (60.5, 0.15, True), (30.0, 0.15, True)]
)
def test_it_is_told_whether_more_flow_would_help(supply: float, most: float, cold: bool) -> None:
    # with endless flow C2 (1 - exp(-UA / C2)) (supply - 35) passes: 20 kW from 61.6 °C on
    _, passed, too_cold = returned(PLAIN, LOAD, supply, most=most)

    assert passed < LOAD
    assert too_cold is cold


def test_coefficients_follow_the_flows() -> None:
    # half the load with half the flows on both sides: UA is half^0.8 of the design's
    back, _, _ = returned(INDIRECT, LOAD / 2.0, 70.0)
    flow = LOAD / 2.0 / (CP * (70.0 - back)) / INDIRECT.sized_for(LOAD)["design_flow"]
    films = 0.5 * flow**-0.8 + 0.5 * 0.5**-0.8
    whole = LOAD / logarithmic_mean(10.0, 5.0) / films

    assert pytest.approx(whole * logarithmic_mean(10.0, back - 35.0), rel=1e-9) == LOAD / 2.0


def test_mixing_returns_the_floor_water_whatever_the_supply() -> None:
    expected = emitter_water(MIXED, LOAD, np.array(LOAD / 2.0))[1]

    # 7.5 K at full load are 3.5 K of spread at half of it, and 11.1 K of excess 5.9 K
    assert expected == pytest.approx(24.35, abs=0.01)
    assert returned(MIXED, LOAD / 2.0, 70.0)[0] == pytest.approx(expected, abs=1e-9)
    assert returned(MIXED, LOAD / 2.0, 45.0)[0] == pytest.approx(expected, abs=1e-9)


def test_mixing_passes_what_the_floor_gives_with_water_that_is_too_cold() -> None:
    most = MIXED.sized_for(LOAD)["circulation"]
    back, passed, too_cold = returned(MIXED, LOAD, 32.0, most=most)

    assert too_cold
    assert back == pytest.approx(emitter_water(MIXED, LOAD, np.array(passed))[1], abs=1e-6)
    # the floor's own flow alone: its supply is the network's water
    assert emitter_water(MIXED, LOAD, np.array(passed))[0] == pytest.approx(32.0, abs=0.02)


def test_throttling_returns_colder_with_warmer_water() -> None:
    backs = [returned(THROTTLED, LOAD / 2.0, supply)[0] for supply in (55.0, 65.0, 75.0)]
    means = [
        logarithmic_mean(supply - 20.0, back - 20.0)
        for supply, back in zip((55.0, 65.0, 75.0), backs, strict=True)
    ]

    assert backs == sorted(backs, reverse=True)
    assert means == pytest.approx([means[0]] * 3)


def test_no_heat_asked_for_is_no_fault() -> None:
    back, _, too_cold = returned(INDIRECT, 0.0, 70.0)

    assert back == 35.0
    assert not too_cold


@pytest.mark.parametrize("substation", [INDIRECT, BEHIND, MIXED, THROTTLED])
@pytest.mark.parametrize(("heat", "supply"), [(LOAD, 72.0), (LOAD / 50.0, 72.0), (LOAD, 40.0)])
def test_compiled_and_python_agree(substation: Substation, heat: float, supply: float) -> None:
    fast = returned(substation, heat, supply, most=0.2)

    assert returned(substation, heat, supply, most=0.2, compiled=False) == pytest.approx(fast)


@pytest.mark.parametrize("ratio", [1e-30, 1e-3, 0.5, 1.0 - 1e-9, 1.0, 1.0 + 1e-7, 3.0, 1e6])
def test_ends_follow_from_their_mean(ratio: float) -> None:
    mean = 1.0 if ratio == 1.0 else (ratio - 1.0) / np.log(ratio)
    found, _ = end_ratio(mean)

    assert found == pytest.approx(np.log(ratio), rel=1e-9, abs=1e-9)
