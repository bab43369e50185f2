"""A report of any period, in steps of any length, says so."""

import re
from pathlib import Path

import numpy as np
import pytest
from village import write_village

import warmtenet
from warmtenet.networks.load import load
from warmtenet.reports.clock import Clock, coldest_week
from warmtenet.reports.duration import rank
from warmtenet.reports.hours import Curve
from warmtenet.reports.html import render
from warmtenet.reports.material import Material
from warmtenet.reports.terminal import summary_text
from warmtenet.solvers.simulation import Simulation


def written(simulation: Simulation) -> tuple[str, str]:
    """Return the page and the text of a terminal."""
    comparison = warmtenet.compare(simulation)
    summary = warmtenet.summarise(simulation, comparison)
    return render(Material(simulation, summary, comparison, ())), summary_text(summary)


def solved(folder: Path, mill: list[float], step: float = 3600.0) -> Simulation:
    """Return a dynamic run in which the mill alone asks for heat."""
    rows = "".join(f"{step * (row + 1):g},{heat:g},0,0\n" for row, heat in enumerate(mill))
    return warmtenet.dynamic(
        load(write_village(folder, heat=f"time_s,mill,farm,inn\n{rows}")),
    )


def captions(page: str) -> list[str]:
    found = re.findall(r"<figcaption[^>]*>(.*?)</figcaption>", page, flags=re.DOTALL)
    return [re.sub(r"<[^>]+>", "", caption).strip() for caption in found]


SELDOM = [40e3 if row in (3, 8) else 0.0 for row in range(12)]


def test_a_delay_that_makes_no_curve_has_no_panel_and_a_sentence(tmp_path: Path) -> None:
    page, _ = written(solved(tmp_path, SELDOM))

    assert "The farthest building draws too seldom for a curve of its delay." in page
    assert "Bottom: how long ago" not in page
    assert "Delay, heat" not in page
    assert "Delay between plant and building" in page

    page, _ = written(solved(tmp_path, [40e3] * 12))
    assert "Bottom: how long ago" in page
    assert "too seldom" not in page


def test_a_run_in_which_nobody_draws_tells_no_delay(tmp_path: Path) -> None:
    page, _ = written(solved(tmp_path, [0.0] * 12))

    assert "No building draws water that left the plant within the run, so no delay" in page
    assert "Delay between plant and building" not in page


def test_captions_are_sentences_and_name_the_period(tmp_path: Path) -> None:
    page, text = written(solved(tmp_path, SELDOM * 4, step=900.0))

    assert "  run  " in text
    assert "year" not in text
    assert "The run, step by step" in page
    assert "gradient of the year" not in page
    assert "orst hour" not in page
    shown = captions(page)
    assert len(shown) > 3
    for caption in shown:
        assert not re.search(r"\. [a-z]", caption), caption
        assert re.match(r"[A-Z].*\.$", caption, flags=re.DOTALL), caption
    assert "Drag to look closer" not in page  # seconds have no chart that zooms


def test_a_duration_curve_counts_time_and_not_rows() -> None:
    curve = Curve("Load", "#000", np.array([1.0, 5.0, 3.0, 9.0]))
    ranked = rank(curve, np.array([10.0, 0.5, 2.0, 0.0]))

    assert ranked.values.tolist() == [5.0, 3.0, 1.0]
    assert ranked.ends.tolist() == [0.5, 2.5, 12.5]
    assert ranked.hours.tolist() == [0.25, 1.5, 7.5]


@pytest.mark.parametrize("dynamic", [False, True], ids=["steady", "dynamic"])
def test_a_state_that_holds_for_no_time_has_a_report(tmp_path: Path, *, dynamic: bool) -> None:
    folder = write_village(tmp_path, heat="time_s,mill,farm,inn\n0,40e3,30e3,10e3\n")
    solve = warmtenet.dynamic if dynamic else warmtenet.simulate
    page, _ = written(solve(load(folder)))

    assert "Load-duration curves" not in page
    assert "nan" not in "".join(captions(page))


@pytest.mark.parametrize("step", [900.0, 3600.0])
def test_a_week_is_a_week_in_steps_of_any_length(step: float) -> None:
    rows = round(30 * 86400.0 / step)
    starts = np.arange(rows) * step
    clock = Clock(None, starts, np.full(rows, step), starts)
    outdoor = np.where((starts >= 10 * 86400.0) & (starts < 17 * 86400.0), -5.0, 5.0)

    week = coldest_week(outdoor, clock.week)
    assert (week.start * step, week.stop * step) == (10 * 86400.0, 17 * 86400.0)
