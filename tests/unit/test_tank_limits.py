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


@pytest.mark.parametrize("tank", ["", TANK, TANK + "layers = 50\n"])
def test_tanks_that_help_are_not_told(tank: str, tmp_path: Path) -> None:
    assert told(tmp_path / "village", tank) == []


@pytest.mark.parametrize("layers", [2, 50])
def test_an_excess_that_shuts_out_waste_heat_is_told_as_such(layers: int, tmp_path: Path) -> None:
    """The kiln's 90 °C reach the circuit's 70, but not 95: heat pumps make all."""
    hot = TANK + f"layers = {layers}\ncharge_excess = 25\n"

    found = [line for line in told(tmp_path, hot) if line.startswith("buffer")]

    assert len(found) == 1
    assert "reach 25 K above the supply for it: a smaller charge_excess, or no tank" in found[0]
