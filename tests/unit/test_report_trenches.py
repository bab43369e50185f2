"""What the report says of heat between circuits in shared trenches."""

import dataclasses

import numpy as np
import pytest
import report_factory as factory

from warmtenet.reports.energy import balance_section
from warmtenet.reports.material import Material
from warmtenet.reports.trenches import trench_blocks

GIVEN = 2_000.0
"""From tap water to space in every hour. [W]"""


@pytest.fixture(scope="module")
def apart() -> Material:
    solved = factory.simulation()
    return Material(solved, factory.summary(), factory.comparison(solved), ())


@pytest.fixture(scope="module")
def together(apart: Material) -> Material:
    simulation = apart.simulation
    given = np.full(len(simulation.profiles.duration), GIVEN)
    base = simulation.cases["base"]
    exchange = {"tap_water": {"space": -given}, "space": {"tap_water": given}}
    circuits = {
        name: dataclasses.replace(year, exchange_from=exchange.get(name, {}))
        for name, year in base.circuits.items()
    }
    cases = {**simulation.cases, "base": dataclasses.replace(base, circuits=circuits)}
    changed = dataclasses.replace(simulation, cases=cases)
    return Material(changed, apart.summary, apart.comparison, ())


def test_circuits_apart_have_nothing_to_tell(apart: Material) -> None:
    assert trench_blocks(apart) == []
    table = next(b for b in balance_section(apart).blocks if b.kind == "table")
    assert ">From other circuits" not in table.columns


def test_the_exchange_is_split_by_what_the_taker_does(together: Material) -> None:
    table, text = trench_blocks(together)

    (row,) = table.rows
    assert row[0] == "Tap water to space"
    total, *parts = (float(cell) for cell in row[1:])
    assert total == pytest.approx(GIVEN * 8760 / 1e6, abs=0.05)
    assert sum(parts) == pytest.approx(total, abs=0.15)
    assert all(part > 0.0 for part in (parts[0], parts[2]))
    assert "of cold from the circuits that cool" in text.paragraphs[0]
    assert "of heat-pump electricity" in text.paragraphs[-1]


def test_what_a_source_circuit_receives_is_told_as_such(together: Material) -> None:
    simulation = together.simulation
    base, given = simulation.cases["base"], np.full(len(simulation.profiles.duration), GIVEN)
    circuits = dict(base.circuits)
    for name, other, heat in (("tap_water", "effluent", -given), ("effluent", "tap_water", given)):
        exchange = {**circuits[name].exchange_from, other: heat}
        circuits[name] = dataclasses.replace(circuits[name], exchange_from=exchange)
    cases = {**simulation.cases, "base": dataclasses.replace(base, circuits=circuits)}
    changed = dataclasses.replace(simulation, cases=cases)
    table, text = trench_blocks(Material(changed, together.summary, together.comparison, ()))

    assert {row[0] for row in table.rows} == {"Tap water to space", "Tap water to effluent"}
    assert text.paragraphs[-1].endswith("not part of it, nor is what warmer sources bring.")
    assert trench_blocks(together)[1].paragraphs[-1].endswith("is not part of it.")


def test_the_exchange_is_a_term_of_each_circuit(together: Material) -> None:
    table = next(b for b in balance_section(together).blocks if b.kind == "table")
    place = table.columns.index(">From other circuits")
    terms = {row[0]: row[place] for row in table.rows}

    assert terms["Space"] == "17.5"
    assert terms["Tap water"] == "−17.5"
    assert terms["Effluent"] == "0.0"
