"""Substations beside published exchangers, and a network beside nested root finding."""

import json
from dataclasses import replace
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from circuit_factory import HEAT_CAPACITY, drive, line, scenario
from scipy.optimize import brentq
from substation_factory import (
    BEHIND,
    INDIRECT,
    PLAIN,
    conductance,
    emitter_water,
    with_substations,
)

from warmtenet.model.substation import Substation
from warmtenet.solvers.steady import solve_steady

pytestmark = pytest.mark.validation

CASES = json.loads(
    (Path(__file__).parent / "cases" / "counterflow_exchangers.json").read_text(encoding="utf-8")
)
GROUND, SOURCE = 10.0, 75.0
LOSS, LENGTHS = 0.25, (300.0, 150.0)
LOADS = (30e3, 20e3)


@pytest.mark.parametrize("case", CASES["design_points"], ids=lambda case: case["name"])
def test_conductance_of_a_design_point_is_the_published_one(case: dict[str, Any]) -> None:
    assert case["source"], "a case without a source validates nothing"
    (supply, back), ends = case["network"], case["secondary"]
    exchanger = replace(
        PLAIN, supply=supply, back=back, secondary_supply=ends[0], secondary_back=ends[1]
    )
    columns = exchanger.sized_for(case["heat"])

    found = 1.0 / (columns["network_resistance"] + columns["secondary_resistance"])
    assert found == pytest.approx(case["conductance"], rel=case["relative_tolerance"])


@pytest.mark.parametrize("case", CASES["effectiveness"], ids=lambda case: case["name"])
def test_effectiveness_is_the_published_one(case: dict[str, Any]) -> None:
    assert case["source"], "a case without a source validates nothing"
    # network water is the smaller capacity flow, 80 °C in; the other side enters at 20 °C
    capacity, effectiveness = 1000.0, case["effectiveness"]
    heat = effectiveness * capacity * 60.0
    ends = 20.0 + heat * case["ratio"] / capacity, 20.0
    whole = case["transfer_units"] * capacity
    # any design point of the same conductance: 10 K at both ends
    exchanger = replace(PLAIN, supply=70.0, back=60.0, secondary_supply=60.0, secondary_back=50.0)
    circuit = line(length=0.0)
    boundary = drive(circuit, [heat], supply=80.0)
    circuit, boundary = with_substations(circuit, boundary, [exchanger], whole * 10.0, 10.0)
    assert boundary.far_side is not None
    far = type(boundary.far_side)(*(np.array([[end]]) for end in ends))
    year = solve_steady(circuit, replace(boundary, far_side=far), scenario())

    back = 80.0 - 60.0 * effectiveness
    assert year.consumer_unserved_heat[0, 0] == 0.0
    slack = 60.0 * case["tolerance"] + 1e-6  # returns rest to 1e-6 K
    assert year.consumer_return_temperature[0, 0] == pytest.approx(back, abs=slack)


def passed(substation: Substation, place: int, heat: float, flow: float, supply: float) -> float:
    """Return the heat of effectiveness-NTU at a flow. [W]"""
    load = LOADS[place]
    if substation.is_emitter:
        hot, cold = (float(end) for end in emitter_water(substation, load, np.array(heat)))
        secondary = load / (substation.secondary_supply - substation.secondary_back)
        share = 1.0
    else:
        hot, cold = substation.secondary_supply, substation.secondary_back
        secondary, share = heat / (hot - cold), heat / load
    design = substation.sized_for(load)["design_flow"]
    whole = float(conductance(substation, load, flow / design, share))
    own = flow * HEAT_CAPACITY
    least, ratio = min(own, secondary), min(own, secondary) / max(own, secondary)
    if ratio > 1.0 - 1e-12:
        return least * (supply - cold) * whole / (whole + least)
    decay = exp(-min(whole / least * (1.0 - ratio), 700.0))
    return least * (supply - cold) * (1.0 - decay) / (1.0 - ratio * decay)


def cooled(inlet: float, flow: float, length: float) -> float:
    return GROUND + (inlet - GROUND) * exp(-LOSS * length / (flow * HEAT_CAPACITY))


def independent(substations: tuple[Substation, Substation], heat: tuple[float, float]) -> Any:
    """Return flows and supply temperatures of a line with two consumers, root within root."""

    def near(far_flow: float) -> float:
        """Return the flow of the first consumer beside a flow of the second."""

        def missing(flow: float) -> float:
            supply = cooled(SOURCE, flow + far_flow, LENGTHS[0])
            return passed(substations[0], 0, heat[0], flow, supply) / heat[0] - 1.0

        return float(brentq(missing, 1e-9, 5.0, xtol=1e-15, rtol=1e-14))

    def missing(far_flow: float) -> float:
        middle = cooled(SOURCE, near(far_flow) + far_flow, LENGTHS[0])
        supply = cooled(middle, far_flow, LENGTHS[1])
        return passed(substations[1], 1, heat[1], far_flow, supply) / heat[1] - 1.0

    far_flow = float(brentq(missing, 1e-5, 5.0, xtol=1e-15, rtol=1e-14))
    flows = near(far_flow), far_flow
    middle = cooled(SOURCE, sum(flows), LENGTHS[0])
    return flows, (middle, cooled(middle, far_flow, LENGTHS[1]))


@pytest.mark.parametrize("share", [1.0, 0.3, 0.05, 1e-3, 1e-4])
@pytest.mark.parametrize(
    "substations",
    [(PLAIN, PLAIN), (INDIRECT, INDIRECT), (INDIRECT, BEHIND)],
    ids=["constant", "following", "floor"],
)
def test_a_line_is_solved_as_root_within_root(
    substations: tuple[Substation, Substation], share: float
) -> None:
    heat = LOADS[0] * share, LOADS[1] * share
    flows, supply = independent(substations, heat)
    circuit = line(2, length=np.array(LENGTHS), heat_loss_coefficient=LOSS)
    circuit = replace(
        circuit,
        consumer_ids=("C1", "C2"),
        buildings=("", ""),
        consumers=type(circuit.consumers)(
            *(np.repeat(column, 2) for column in circuit.consumers)
        )._replace(junction=np.array([1, 2])),
    )
    boundary = drive(circuit, list(heat), supply=SOURCE, ground=GROUND)
    circuit, boundary = with_substations(circuit, boundary, substations, LOADS, 3.0)
    year = solve_steady(circuit, boundary, scenario())
    back = np.array(supply) - np.array(heat) / (np.array(flows) * HEAT_CAPACITY)

    # supply and return rest to 1e-6 K; a flow follows from their difference
    slack = 1e-5 / min(np.array(supply) - back) + 1e-6
    assert year.consumer_mass_flow[0] == pytest.approx(flows, rel=slack)
    assert year.consumer_supply_temperature[0] == pytest.approx(supply, abs=2e-5)
    assert year.consumer_return_temperature[0] == pytest.approx(back, abs=2e-5)
