import json

import numpy as np
import pytest
from factories import small_simulation

from warmtenet.model.errors import InvalidInputError
from warmtenet.studies import run as run_module
from warmtenet.studies.run import DONE, TARGET_MISSED, run_scenario


@pytest.fixture
def solved(monkeypatch):
    """Let runs find a solved simulation, and tell what was asked."""
    asked = {}

    def simulate(_, *, progress, **options):
        asked.update(options)
        progress("circuits")
        return small_simulation(fields=options["fields"])

    monkeypatch.setattr(run_module, "simulate", simulate)
    return asked


def test_a_run_returns_what_it_wrote(tmp_path, solved):
    system = small_simulation().system
    result = run_scenario(system, tmp_path / "out", load_seconds=0.25)

    written = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert written == result.summary
    assert result.status == DONE
    assert result.warnings == []
    assert solved == {
        "hours": None,
        "at": None,
        "fields": False,
        "fields_for": frozenset(),
        "scratch": tmp_path,
        "dynamic": False,
    }


@pytest.mark.usefixtures("solved")
def test_seconds_are_told_by_stage(tmp_path):
    result = run_scenario(small_simulation().system, tmp_path / "out", load_seconds=0.25)

    seconds = result.summary["seconds"]
    assert seconds["load"] == 0.25
    assert seconds["compile"] == 0.0
    assert seconds["total"] >= seconds["load"] + seconds["solve"] + seconds["studies"]


@pytest.mark.usefixtures("solved")
def test_the_report_is_given_everything_and_a_path(tmp_path):
    seen = []

    def report(simulation, summary, comparison, _, path):
        seen.append((simulation.system.scenario.name, summary["scenario"], comparison.dwellings))
        path.write_text("report")

    run_scenario(small_simulation().system, tmp_path / "out", report=report)

    assert seen == [("small", "small", 2)]
    assert (tmp_path / "out" / "report.html").read_text() == "report"


@pytest.mark.usefixtures("solved")
def test_stages_are_said_as_they_begin(tmp_path):
    stages = []
    run_scenario(small_simulation().system, tmp_path / "out", progress=stages.append)

    assert stages == ["circuits", "studies", "files"]


def test_an_instant_writes_its_state_as_csv(tmp_path, solved):
    run_scenario(small_simulation().system, tmp_path / "out", at="2029-01-01T05:00")

    assert solved["at"] == "2029-01-01T05:00"
    assert solved["fields"] is True
    assert (tmp_path / "out" / "fields" / "pipe_mass_flow.csv").exists()


def test_unknown_ids_are_refused_together_before_solving(tmp_path, solved):
    with pytest.raises(InvalidInputError) as caught:
        run_scenario(
            small_simulation().system, tmp_path / "out", fields_for=("tap-a", "tap-z", "J9")
        )

    assert str(caught.value).splitlines() == [
        "run: --fields-for = 'J9', expected an id of a pipe, junction, consumer or producer",
        "run: --fields-for = 'tap-z', expected an id of a pipe, junction, consumer or producer",
    ]
    assert solved == {}
    assert not (tmp_path / "out").exists()


def test_scratch_goes_where_the_output_will_stand(tmp_path, solved):
    run_scenario(small_simulation().system, tmp_path / "new" / "out")

    assert solved["scratch"] == tmp_path
    assert (tmp_path / "new" / "out" / "summary.json").exists()


def test_variables_that_are_asked_for_alone_are_solved_and_written(tmp_path, solved):
    run_scenario(
        small_simulation().system,
        tmp_path / "out",
        fields_only=("pipe_mass_flow", "producer_heat"),
        fields_for=("p_space", "space-0"),
    )

    assert solved["fields"] == ("pipe_mass_flow",)
    assert solved["fields_for"] == {"p_space", "space-0"}
    files = {path.name for path in (tmp_path / "out" / "fields").iterdir()}
    assert files == {"pipe_mass_flow.csv", "producer_heat.csv"}


def test_a_missed_target_gives_status_one(tmp_path, monkeypatch):
    def simulate(_, **__):
        simulation = small_simulation()
        year = simulation.cases["base"].circuits["tap_water"]
        year.consumer_unserved_heat[0, 0] = 1e4
        np.testing.assert_equal(year.consumer_reason[0, 0], 0)
        year.consumer_reason[0, 0] = 3
        return simulation

    monkeypatch.setattr(run_module, "simulate", simulate)
    result = run_scenario(small_simulation().system, tmp_path / "out")

    assert result.status == TARGET_MISSED
    assert "the pump cannot give the head" in result.warnings[0]
    assert result.summary["heat"]["unserved_hours"] == 1
