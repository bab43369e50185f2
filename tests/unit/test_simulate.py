from pathlib import Path

import numpy as np
import pytest

import warmtenet.networks
from warmtenet.networks.load import load
from warmtenet.results.balance import balance
from warmtenet.solvers.simulate import simulate

TEMPLATE = Path(warmtenet.networks.__file__).parent / "template"


@pytest.fixture(scope="module")
def system():
    return load(TEMPLATE)


def test_stages_are_told_and_timed(system):
    told = []
    simulation = simulate(system, hours=(0, 24), progress=told.append)

    assert told == ["profiles", "circuits", "design", "plant", "reference"]
    assert list(simulation.seconds) == told
    assert len(simulation.profiles.duration) == 24


def test_every_hour_balances(system):
    found = balance(simulate(system, hours=(0, 240)))

    assert found.heat_relative < 1e-6
    assert found.mass_kg_s < 1e-9


def test_a_part_of_the_year_is_the_same_as_in_a_longer_part(system):
    short = simulate(system, hours=(100, 110)).cases["base"].circuits
    long = simulate(system, hours=(96, 120)).cases["base"].circuits

    for name, year in short.items():
        np.testing.assert_allclose(
            year.consumer_heat, long[name].consumer_heat[4:14], rtol=1e-6, atol=1e-3
        )


def test_an_instant_is_one_hour_with_its_fields(system):
    first = simulate(system, hours=(0, 1)).profiles.times[0]
    simulation = simulate(system, at=f"{first.year}-01-05T07:30", fields=True)

    assert str(simulation.profiles.times[0]) == f"{first.year}-01-05 07:00:00"
    for year in simulation.cases["base"].circuits.values():
        assert year.fields["pipe_mass_flow"].shape == (1, len(year.circuit.pipe_ids), 2)
