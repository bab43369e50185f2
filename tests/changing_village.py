"""The village with a change-over between heat and cold, for tests of its events."""

from pathlib import Path

import numpy as np
from village import add_column, edit, write_village

HOURS = 24 * 6
TURN = 24 * 3
"""Hour of the village's change-over, a day after its first mode ends."""


def changing(folder: Path, *, first: str = "heat", pause: int = 24) -> Path:
    """Write a village that heats (or cools) for two days, stands for a pause, then turns.

    Demand does not know the mode: it is for heat, or cold, until the second day ends, then for
    the other.
    """
    rows = np.arange(HOURS)
    turns = rows >= TURN - 24
    warm = ~turns if first == "heat" else turns
    sign = np.where(warm, 1.0, -0.4)
    paused = turns & (rows < TURN - 24 + pause)
    shape = 1.0 + 0.5 * np.sin((rows - 1) * np.pi / 12.0)
    heat = "time,mill,farm,inn\n"
    mode = "time,all\n"
    for row in rows:
        time = f"2029-05-{1 + row // 24:02d}T{row % 24:02d}:00"
        power = sign[row] * shape[row]
        heat += f"{time},{30e3 * power:.0f},{20e3 * power:.0f},{10e3 * power:.0f}\n"
        mode += f"{time},{'off' if paused[row] else 'heat' if warm[row] else 'cold'}\n"
    write_village(folder, heat=heat, mode=mode)
    edit(folder, "consumers.csv", "heat,return_temperature", "return_temperature")
    for power in ("40 kW,", "30 kW,", "10 kW,"):
        edit(folder, "consumers.csv", power, "")
    add_column(folder, "consumers", "cooling_return_temperature", "22")
    add_column(folder, "producers", "cooling_supply_temperature", "16")
    with (folder / "scenario.toml").open("a", encoding="utf-8") as file:
        file.write('[mode]\ncircuits = ["heat"]\n')
    return folder
