"""Tanks of layers that make the peak of electricity worse are told, with what helps."""

from pathlib import Path

import pytest
from tripping_village import PLANT, TANK, day_and_night, village

from warmtenet.results.electricity import network_electricity
from warmtenet.solvers.simulate import simulate
from warmtenet.studies.limits import find_limits
from warmtenet.studies.tank_limits import tank_sentences


def told(folder: Path, tank: str) -> list[str]:
    """Return the sentences of three days of the village with a tank."""
    system = village(folder, PLANT + tank, heat=day_and_night())
    return find_limits(simulate(system, hours=(0, 72)))


def test_two_layers_are_told_with_the_peaks_of_both_plants(tmp_path: Path) -> None:
    text = day_and_night()
    few = village(tmp_path / "few", PLANT + TANK + "layers = 2\n", heat=text)
    simulation = simulate(few, hours=(0, 72))
    bare = simulate(village(tmp_path / "bare", PLANT, heat=text), hours=(0, 72))

    found = list(tank_sentences(simulation, simulation.cases["base"]))

    peaks = [network_electricity(each.cases["base"]).total.max() for each in (simulation, bare)]
    assert peaks[0] > 1.1 * peaks[1]
    assert len(found) == 1
    assert found[0].startswith(
        f"buffer 'heat', case 'base': electricity peaks at {peaks[0] / 1e3:.0f} kW at 2029-01-0"
    )
    assert f"and at {peaks[1] / 1e3:.0f} kW without the tank; of 2 layers" in found[0]
    assert found[0].endswith("more layers (50 are usual)")
    assert set(found) <= set(find_limits(simulation))


LARGE = TANK.replace("6 m3", "{} m3") + "layers = 50\nstanding_loss = 300\n"


@pytest.mark.parametrize("hours", [24, 48, 100])
def test_a_large_tank_in_a_short_run_begins_as_it_ends(hours: int, tmp_path: Path) -> None:
    """Runs one after the other would take hundreds: it loses 0.3 % of its heat in a day."""
    system = village(tmp_path, PLANT + LARGE.format(60), heat=day_and_night())
    plant = simulate(system, hours=(0, hours)).cases["base"].plant

    assert plant is not None
    gained = plant.buffer_energy["heat"][-1] - plant.buffer_start["heat"]
    assert abs(gained) / 3.6e6 < 0.001
    assert plant.residual.max() < 1e-9


def test_a_tank_that_does_not_end_as_it_begins_is_told_with_what_it_gains(tmp_path: Path) -> None:
    system = village(tmp_path, PLANT + LARGE.format(2000), heat=day_and_night())
    simulation = simulate(system, hours=(0, 24))
    plant = simulation.cases["base"].plant

    assert plant is not None
    gained = (plant.buffer_energy["heat"][-1] - plant.buffer_start["heat"]) / 3.6e6
    found = [line for line in find_limits(simulation) if "ends the run with" in line]
    assert abs(gained) > 1.0
    assert len(found) == 1
    assert f"it ends the run with {abs(gained):,.1f} kWh" in found[0]
    assert found[0].endswith("a longer run, or a smaller tank")


@pytest.mark.parametrize("tank", ["", TANK, TANK + "layers = 50\n"])
def test_tanks_that_help_are_not_told(tank: str, tmp_path: Path) -> None:
    assert told(tmp_path / "village", tank) == []


def test_a_loss_that_makes_the_peak_is_told_as_such(tmp_path: Path) -> None:
    cold = TANK + "layers = 50\nstanding_loss = 60000\n"

    found = [line for line in told(tmp_path / "village", cold) if line.startswith("buffer")]

    assert any("for its standing loss too: more insulation, or no tank" in line for line in found)


@pytest.mark.parametrize("layers", [2, 50])
def test_an_excess_that_shuts_out_waste_heat_is_told_as_such(layers: int, tmp_path: Path) -> None:
    """The kiln's 90 °C reach the circuit's 70, but not 95: heat pumps make all."""
    hot = TANK + f"layers = {layers}\ncharge_excess = 25\n"

    found = [line for line in told(tmp_path, hot) if line.startswith("buffer")]

    assert len(found) == 1
    assert "reach 25 K above the supply for it: a smaller charge_excess, or no tank" in found[0]
