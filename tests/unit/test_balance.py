from dataclasses import replace

import numpy as np
import pytest
from factories import small_simulation, without_plant

from warmtenet.results.balance import balance


def test_a_balanced_run_has_no_residual():
    found = balance(small_simulation())

    assert found.heat_relative < 1e-12
    assert found.mass_kg_s == 1e-13
    assert found.plant_relative == 1e-12


def test_without_a_plant_there_is_no_plant_residual():
    assert balance(without_plant(small_simulation())).plant_relative is None


def test_heat_that_vanishes_in_one_hour_of_one_case_shows():
    simulation = small_simulation()
    case = simulation.cases["backup"]
    year = case.circuits["tap_water"]
    heat = year.producer_heat.copy()
    heat[7, 0] += 1_000.0
    circuits = {**case.circuits, "tap_water": replace(year, producer_heat=heat)}
    broken = replace(
        simulation, cases={**simulation.cases, "backup": replace(case, circuits=circuits)}
    )

    terms = 2.0 * (year.consumer_heat[7].sum() + 2_000.0) + 1_000.0
    assert balance(broken).heat_relative == pytest.approx(1_000.0 / terms)


def test_residuals_are_relative_to_a_kilowatt_at_least():
    simulation = without_plant(small_simulation())
    case = simulation.cases["base"]
    year = case.circuits["space"]
    idle = replace(
        year,
        consumer_heat=0.0 * year.consumer_heat,
        heat_loss=0.0 * year.heat_loss,
        producer_heat=np.full_like(year.producer_heat, 0.5),
    )
    broken = replace(simulation, cases={"base": replace(case, circuits={"space": idle})})

    assert balance(broken).heat_relative == pytest.approx(0.5 / 1_000.0)
