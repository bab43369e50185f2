"""The village behind a plant whose kiln trips."""

from pathlib import Path

from village import write_village

from warmtenet.networks.load import load
from warmtenet.networks.system import System

PLANT = """name = "village"
[sources.kiln]
kind = "waste_heat"
capacity = "50 kW"
temperature = 90
[sources.river]
kind = "effluent"
flow = "50 m3/h"
temperature = 10
[heat_pumps.pool]
source = "river"
units = 4
capacity = "25 kW"
circuits = ["heat"]
[plant]
producers = ["boiler"]
priorities = ["kiln", "river"]
"""
TANK = """[buffers.heat]
circuit = "heat"
volume = "6 m3"
temperature_difference = 30
"""
AT = "2029-03-01T07:00"


def village(folder: Path, toml: str = PLANT, **files: str) -> System:
    """Return the village of 80 kW behind a plant of a kiln and four heat pumps."""
    write_village(folder, **files)
    (folder / "scenario.toml").write_text(toml, encoding="utf-8")
    return load(folder)


def day_and_night() -> str:
    """Return 40 kW by night, 120 kW from six to nine, 80 kW by day."""
    rows = ["mill,farm,inn"]
    for hour in range(8760):
        share = 0.5 if hour % 24 < 6 else 1.5 if hour % 24 < 9 else 1.0
        rows.append(",".join(f"{share * power:.0f}" for power in (40e3, 30e3, 10e3)))
    return "\n".join(rows) + "\n"


def steady_heat(share: float) -> str:
    """Return a share of 80 kW in every hour."""
    row = ",".join(f"{share * power:.0f}" for power in (40e3, 30e3, 10e3))
    return "mill,farm,inn\n" + f"{row}\n" * 8760
