"""Parts of the report: numbers, scales, ways, lanes, classes, flows."""

import numpy as np
import pandas as pd
import pytest
import report_factory as factory

from warmtenet.reports.blocks import Figure, Section
from warmtenet.reports.circuits import _governed
from warmtenet.reports.clock import Clock, coldest_week
from warmtenet.reports.flows import Link, Node, draw_flows
from warmtenet.reports.map_classes import quantities
from warmtenet.reports.map_geometry import Lanes, moved
from warmtenet.reports.number_text import energy, fixed, number
from warmtenet.reports.page import Page, render_page
from warmtenet.reports.svg import nice_range, path, ticks
from warmtenet.reports.tornado import written
from warmtenet.studies.worst_line import way_to


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (999.6, "1,000"), (0.0123, "0.0123"), (-1234.5, "−1,234"), (float("nan"), "–")],
)
def test_numbers_keep_three_figures_or_all_before_the_point(value: float, text: str) -> None:
    assert number(value) == text


def test_small_negative_numbers_do_not_become_minus_zero() -> None:
    assert fixed(-1e-9, 3) == "0.000"


def test_energy_changes_unit_at_a_gigawatt_hour() -> None:
    assert (energy(999.0), energy(1000.0)) == ("999\u00a0MWh", "1.00\u00a0GWh")


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-13.6, 31.4), (0.0, 1e6), (2.0, 2.0)])
def test_nice_range_covers_the_values_with_round_ticks(low: float, high: float) -> None:
    bottom, top = nice_range(low, high)

    assert bottom <= low
    assert top >= high
    marks = ticks(bottom, top)
    assert marks[0] == pytest.approx(bottom)
    assert marks[-1] == pytest.approx(top)


def test_a_line_stops_at_gaps() -> None:
    drawn = path([0.0, 1.0, 2.0, 3.0], [1.0, np.nan, 1.0, 2.0], "")

    assert drawn.count("M") == 2


def test_days_follow_the_calendar_also_when_a_run_starts_at_noon() -> None:
    times = pd.date_range("2025-01-01 12:00", periods=30, freq="h")
    starts = np.arange(30) * 3600.0
    clock = Clock(times, starts, np.full(30, 3600.0), starts)

    assert clock.day_starts.tolist() == [0, 12]


def test_monthly_energy_adds_up_to_the_year() -> None:
    times = pd.date_range("2025-01-01", periods=8760, freq="h")
    starts = np.arange(8760) * 3600.0
    clock = Clock(times, starts, np.full(8760, 3600.0), starts)
    power = np.linspace(0.0, 1e6, 8760)

    assert clock.monthly(power).sum() == pytest.approx(power.sum() * 3600.0)


def test_coldest_week_of_a_short_run_is_the_run() -> None:
    assert coldest_week(np.ones(50)) == slice(0, 50)


def test_way_to_a_consumer_starts_at_the_plant_and_adds_up() -> None:
    circuit = factory.tree("space")
    consumer = circuit.consumer_ids[-1]

    way = way_to(circuit, consumer)

    assert way is not None
    assert way.junctions[0] == circuit.producers.junction[0]
    assert way.junctions[-1] == circuit.consumers.junction[-1]
    assert way.distance[-1] == pytest.approx(circuit.pipes.length[way.pipes].sum())


def test_circuits_in_one_trench_are_drawn_apart() -> None:
    line = np.array([[0.0, 0.0], [10.0, 0.0]])
    lanes = Lanes({"a": [line], "b": [line[::-1]]})

    first, second = lanes.place("a", line), lanes.place("b", line[::-1])

    assert abs(first[0, 1] - second[0, 1]) > 3.0


def test_a_moved_line_keeps_its_distance_at_a_corner() -> None:
    corner = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]])

    assert moved(corner, 1.0)[1] == pytest.approx([9.0, 1.0])


def test_every_pipe_falls_in_one_of_six_classes() -> None:
    year = factory.year(factory.tree("space"), np.full(48, 1e6), 45.0, 29.0)

    for quantity in quantities([year], (2.0, 250.0), 8760 * 3600.0):
        assert len(quantity.edges) == 5
        assert list(quantity.edges) == sorted(quantity.edges)
        assert len(quantity.names) == len(quantity.colors) == 6
        assert set(quantity.classes.tolist()) <= set(range(6))


def test_flow_picture_leaves_out_nodes_without_energy() -> None:
    nodes = {"a": Node(0, "In", "red"), "b": Node(1, "Out", "blue"), "c": Node(1, "No", "blue")}

    drawn = draw_flows(nodes, [Link("a", "b", 5.0)])

    assert "Out" in drawn
    assert "No" not in drawn


def test_values_of_assumptions_are_written_plainly() -> None:
    assert (written("on_demand"), written(-6.0)) == ("on demand", "−6")


@pytest.mark.parametrize(
    ("governed", "told"),
    [
        (("heat", "heat"), "Heating governs every route."),
        (("cold", "cold"), "Cooling governs every route."),
        (("cold", "heat"), "Cooling governs 1 of 2 routes, heating the rest."),
    ],
)
def test_which_mode_governs_is_told_once(governed: tuple[str, ...], told: str) -> None:
    assert _governed(governed) == told


@pytest.mark.parametrize("spread", [0.0, 1e-15, 4e-11, 1e-9])
def test_values_that_differ_by_rounding_alone_have_a_range(spread: float) -> None:
    low, high = nice_range(-spread, spread)

    assert high - low == pytest.approx(1.0)


def test_numbers_that_json_has_no_word_for_are_null() -> None:
    data = {"x": [1.0, float("nan")], "<": {"y": float("inf")}}
    figure = Figure(id="f", title="F", svg="<svg></svg>", caption="", data=data)
    section = Section(id="s", title="S", blocks=(figure,))
    page = Page(title="", subtitle="", footer="", masthead=[], sections=[section])

    assert '{"f":{"x":[1.0,null],"\\u003c":{"y":null}}}' in render_page(page)
