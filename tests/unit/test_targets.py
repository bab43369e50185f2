from dataclasses import replace

import pytest
from factories import small_simulation

from warmtenet.studies.comparison import compare


def named(simulation, name):
    scenario = simulation.system.scenario.model_copy(update={"name": name})
    return replace(simulation, system=replace(simulation.system, scenario=scenario))


@pytest.fixture
def targets():
    return {
        target.id: target for target in compare(named(small_simulation(), "tregazinkwit")).targets
    }


def test_only_the_memos_own_scenario_has_targets():
    assert compare(small_simulation()).targets == ()


def test_every_target_has_its_kind_mark_range_and_driver(targets):
    assert set(targets) == {"T2", "T3", "T4", "T5", "T6"}
    for target in targets.values():
        assert target.low < target.high
        assert target.kind.startswith(("model", "calibrated"))
        assert target.mark in {"memo", "source", "assumed"}
        assert target.driver


def test_need_is_the_highest_hour_after_buffers(targets):
    need = max(small_simulation().cases["base"].plant.need)

    assert targets["T3"].value == pytest.approx(need / 1e6)
    assert targets["T3"].is_met is False
    assert "tap water 0.03, space 0.01" in targets["T3"].driver


def test_what_a_run_cannot_give_has_no_value(targets):
    assert targets["T2"].value is None
    assert targets["T2"].is_met is None
    assert targets["T5"].value is None


def test_freed_dwellings_are_those_of_the_back_up_case(targets):
    found = compare(small_simulation())

    assert targets["T6"].value == found.by_definition["heat_pumps_backup"]
    assert "kW per dwelling" in targets["T6"].driver
