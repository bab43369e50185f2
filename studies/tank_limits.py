"""Tanks of layers that raise the peak of electricity, or do not end a run as they begin it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from ..model.scenario import BufferSection
from ..networks.columns import FloatArray
from ..results.electricity import network_electricity
from ..solvers.arrival import arrival_temperatures
from ..solvers.plant import dispatch_power
from ..solvers.plant_year import Case, PlantYear
from ..solvers.simulation import Simulation
from .sentences import when
from .unserved import NOTHING

WORSE = 1.01
"""Peak over the peak without the tank, from which it is told. [1]"""

USUAL = 50
"""Layers that lose little to the boundary."""

NO_LOSS = {"standing_loss": 0.0, "heat_loss_coefficient": None, "insulation_thickness": None}
"""What a tank without loss differs in."""

SLIGHT = 1.0
"""A `charge_excess` that asks little of heat pumps. [K]"""

KW, KWH = 1e3, 3.6e6
"""Watts in a kW, joules in a kWh."""

ROUNDING = 0.05
"""A smaller difference between end and begin is not told. [kWh]"""


def tank_sentences(simulation: Simulation, case: Case) -> Iterator[str]:
    """Tell of tanks of layers that raise the peak of electricity, or do not end as they began.

    Parameters
    ----------
    simulation : Simulation
        What was solved.
    case : Case
        One of its cases.

    Notes
    -----
    The plant is run again without each such tank, on the same circuits and sources. Where more is
    unserved then, the peaks do not compare, and nothing is told.
    """
    for name in simulation.system.scenario.buffers:
        if case.plant is None or name not in case.plant.buffer_layers:
            continue
        yield from _open_end(case.plant, case.name, name)
        power = network_electricity(case).total
        bare, missing = _other(simulation, case, {name: None})
        row, most = int(np.argmax(power)), WORSE * float(bare.max())
        unserved = sum(np.abs(each) for each in case.plant.unserved.values())
        if power[row] > most and (missing <= unserved + NOTHING).all():
            yield (
                f"buffer '{name}', case '{case.name}': electricity peaks at "
                f"{power[row] / KW:,.0f} kW {when(simulation, row)}, and at "
                f"{bare.max() / KW:,.0f} kW without the tank; "
                f"{_cause(simulation, case, name, most)}"
            )


def _open_end(plant: PlantYear, case: str, name: str) -> Iterator[str]:
    """Tell of a tank whose content differs between the begin and the end of the run."""
    gained = float(plant.buffer_energy[name][-1] - plant.buffer_start[name]) / KWH
    if abs(gained) > ROUNDING:
        more, made = ("more", "beside") if gained > 0.0 else ("less", "less than")
        yield (
            f"buffer '{name}', case '{case}': it ends the run with {abs(gained):,.1f} kWh {more} "
            f"than it begins with, which the plant made {made} the loads: no start was found that "
            "comes back, as the tank is large beside what the run moves; a longer run, or a "
            "smaller tank"
        )


def _other(
    simulation: Simulation, case: Case, tanks: Mapping[str, BufferSection | None]
) -> tuple[FloatArray, FloatArray]:
    """Return electricity, and what is not served, of the case with some tanks changed. [W]"""
    system, plant = simulation.system, case.plant
    assert plant is not None, "tanks stand in a plant"
    scenario = system.scenario
    buffers = {key: tank for key, tank in {**scenario.buffers, **tanks}.items() if tank}
    changed = replace(system, scenario=scenario.model_copy(update={"buffers": buffers}))
    out = () if case.name == "base" else scenario.cases[case.name].out
    arrival = arrival_temperatures(system, simulation.profiles, case.circuits)
    power, missing = dispatch_power(
        changed, simulation.profiles, case.circuits, out=out, arrival_temperature=arrival
    )
    return power + network_electricity(case).pumps, missing


def _cause(simulation: Simulation, case: Case, name: str, most: float) -> str:
    """Return what makes the peak, and what helps; ``most`` [W] is none worth telling."""
    tank = simulation.system.scenario.buffers[name]

    def is_it(**changes: float | None) -> bool:
        """Return whether the peak goes with another tank."""
        other = tank.model_copy(update=changes)
        return other != tank and _other(simulation, case, {name: other})[0].max() <= most

    if tank.layers < USUAL and is_it(layers=USUAL):
        return (
            f"of {tank.layers} layers the top one mixes with return water as it is drawn, so that "
            f"it becomes too cold to deliver and is heated again within a step: more layers "
            f"({USUAL} are usual)"
        )
    if is_it(**NO_LOSS):
        return "heat is made for its standing loss too: more insulation, or no tank"
    slight = min(tank.charge_excess, SLIGHT)
    if is_it(charge_excess=slight, layers=max(tank.layers, USUAL)):
        return (
            f"heat pumps and waste heat reach {tank.charge_excess:g} K above the supply for it: a "
            "smaller charge_excess, or no tank"
        )
    return "it is charged beside the loads: a smaller tank, or none"
