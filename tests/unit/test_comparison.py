from dataclasses import replace

import numpy as np
import pytest
from factories import small_simulation, without_plant

from warmtenet.results.comparison import Variant
from warmtenet.results.electricity import network_electricity
from warmtenet.studies.comparison import compare, freed_dwellings


def test_electricity_is_compressors_all_pumps_and_auxiliaries():
    case = small_simulation().cases["base"]
    parts = network_electricity(case)

    assert case.plant is not None
    np.testing.assert_allclose(parts.heat_pumps, case.plant.need / 4.0)
    np.testing.assert_allclose(parts.pumps, 300.0)
    np.testing.assert_allclose(parts.total, case.plant.need / 4.0 + 350.0)


def test_freed_dwellings_follow_their_definitions():
    simulation = small_simulation()
    found = compare(simulation)
    network = {name: variant.peak for name, variant in found.network.items()}
    individual = found.reference["on_demand"].peak

    assert found.dwellings == 2
    for case, peak in network.items():
        assert found.by_definition[f"heat_pumps_{case}"] == pytest.approx(
            2.0 * (1.0 - peak / individual)
        )
        assert found.by_definition[f"dwelling_{case}"] == pytest.approx(
            (individual - peak) / (individual / 2.0 + 900.0)
        )


def test_the_headline_is_the_back_up_case_where_there_is_one():
    simulation = small_simulation()
    base = replace(simulation, cases={"base": simulation.cases["base"]})

    assert compare(simulation).definition == "heat_pumps_backup"
    assert compare(base).definition == "heat_pumps_base"
    assert compare(base).by_definition["dwelling_backup"] is None


def test_peak_ratio_belongs_to_the_headline():
    found = compare(small_simulation())

    assert found.peak_ratio == pytest.approx(
        found.network["backup"].peak / found.reference["on_demand"].peak
    )
    assert found.freed_dwellings == pytest.approx(2.0 * (1.0 - found.peak_ratio))


def test_common_hour_never_exceeds_the_own_peaks():
    found = compare(small_simulation())

    for case, common in found.common_hour.items():
        assert common.network <= found.network[case].peak
        assert common.reference <= found.reference["on_demand"].peak
        assert common.network_at_reference_peak <= found.network[case].peak


def test_every_strategy_has_its_own_freed_dwellings():
    found = compare(small_simulation())

    assert found.by_strategy["night"]["heat_pumps_base"] > found.by_definition["heat_pumps_base"]
    assert found.by_strategy["on_demand"] == found.by_definition


def test_load_duration_starts_at_the_peak():
    variant = Variant(
        name="base", electricity=np.array([1.0, 3.0, 2.0]), duration=np.full(3, 3600.0)
    )

    assert variant.load_duration.tolist() == [3.0, 2.0, 1.0]
    assert (variant.peak, variant.peak_row, variant.energy) == (3.0, 1, 21600.0)


def test_planning_figures_carry_their_marks():
    found = compare(small_simulation())

    assert found.planning
    assert {figure.mark for figure in found.planning} <= {"memo", "source", "assumed"}
    assert found.targets == ()


def test_without_dwellings_nothing_is_freed():
    found = compare(without_plant(small_simulation()))

    assert found.freed_dwellings is None
    assert found.peak_ratio is None
    assert freed_dwellings(1.0, 1.0, 0) is None
