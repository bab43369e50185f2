"""Tanks of layers around a trip: filled as in the run before it, only drawn after it."""

from dataclasses import dataclass

import numpy as np

from ..model.scenario import Scenario
from ..networks.columns import BoolArray, FloatArray, IntArray
from ..solvers.kernels.plant_tables import PlantColumns, PlantRules, Tanks
from ..solvers.plant_columns import PlantLoad
from ..solvers.plant_run import run_plant
from ..solvers.plant_year import PlantYear
from ..solvers.tanks import deliverable_heat, make_tanks, plan_of_filling


@dataclass(frozen=True, slots=True, kw_only=True)
class LayersBefore:
    """Tanks of layers in the run without the trip.

    Parameters
    ----------
    tanks : Tanks
        As that run begins and ends, with its mean return, from which their content counts.
    filling : array of float, shape (steps, circuits)
        Heat made beyond the load in the run's hour of each step, negative where drawn. [W]
    fine : int
        First step that is shorter than the run's.
    """

    tanks: Tanks
    filling: FloatArray
    fine: int

    @property
    def has(self) -> BoolArray:
        """Whether a circuit has such a tank, shape (circuits,)."""
        return np.asarray(self.tanks.layers > 0)


def layers_before(
    scenario: Scenario,
    asked: PlantLoad,
    run: tuple[PlantYear, FloatArray],
    steps: tuple[IntArray, int],
) -> LayersBefore:
    """Return what a run without the trip tells of its tanks of layers.

    Parameters
    ----------
    scenario : Scenario
        With its buffers.
    asked : PlantLoad
        Of that run.
    run : (PlantYear, array of float, shape (rows,))
        Its plant, and the length of its rows [s].
    steps : (array of int, shape (steps,), int)
        Row of that run for each step, and the first step that is shorter than a row.
    """
    plant, duration = run
    tanks, filling = make_tanks(scenario, asked), np.zeros_like(asked.load)
    for name, layers in plant.buffer_layers.items():
        column, energy = asked.circuits.index(scenario.buffers[name].circuit), plant.buffer_energy
        tanks.now[column, : layers.shape[1]] = layers[-1]
        gained = np.diff(energy[name], prepend=energy[name][-1])
        filling[:, column] = _rate(gained, duration) + plant.buffer_loss[name]
    rows, fine = steps
    return LayersBefore(tanks=tanks, filling=filling[rows], fine=fine)


def tanks_around(
    scenario: Scenario, asked: PlantLoad, before: LayersBefore, is_out: BoolArray
) -> Tanks:
    """Return the tanks of layers as the steps begin; nothing charges them after the trip.

    Parameters
    ----------
    scenario : Scenario
        With its buffers.
    asked : PlantLoad
        Of the steps.
    before : LayersBefore
        As they begin.
    is_out : array of bool, shape (steps,)
        Whether the source is out.
    """
    tanks = make_tanks(scenario, asked)
    if not before.has.any():
        return tanks
    return before.tanks._replace(
        need=tanks.need,
        hot=np.where(is_out[:, None], -np.inf, tanks.hot),
        back=tanks.back,
        now=before.tanks.now.copy(),
        kept=tanks.kept,
    )


def plan_around(
    columns: PlantColumns, rules: PlantRules, tanks: Tanks, before: LayersBefore, is_out: BoolArray
) -> PlantColumns:
    """Return columns whose plan fills tanks of layers as the run does, and never after the trip.

    Parameters
    ----------
    columns : PlantColumns
        Of the steps.
    rules : PlantRules
        Of the plant.
    tanks : Tanks
        As the steps begin; written.
    before : LayersBefore
        What the run does.
    is_out : array of bool, shape (steps,)
        Whether the source is out.

    Notes
    -----
    What layers can deliver jumps as one of them becomes too cold. The run makes up for that
    within an hour; a plan of contents would do so within a step of minutes, with all the plant
    has. After the trip the plan is without end: what such a tank holds is never beyond it, so
    that only what is short is drawn, and there is no water that would charge it.
    """
    if not before.has.any():
        return columns
    planned = np.where(is_out[:, None] & before.has, np.inf, columns.planned_content)
    run_plant(columns, rules, tanks, rounds=1)
    trip = int(np.argmax(is_out))
    for circuit in np.flatnonzero(before.has):
        planned[before.fine : trip, circuit] = plan_of_filling(
            columns, tanks, int(circuit), before.filling, (before.fine, trip)
        )
    return columns._replace(planned_content=planned)


def usable_at(tanks: Tanks, content: FloatArray, step: int) -> FloatArray:
    """Return what tanks can deliver as a step begins, shape (circuits,). [J]

    Parameters
    ----------
    tanks : Tanks
        With the layers kept in each step.
    content : array of float, shape (steps + 1, circuits)
        Of all tanks: mixed ones deliver all of it. [J]
    step : int
        Which.
    """
    usable = content[step].copy()
    for circuit in np.flatnonzero(tanks.layers):
        usable[circuit] = deliverable_heat(tanks, int(circuit), step)
    return np.asarray(usable)


def _rate(gained: FloatArray, duration: FloatArray) -> FloatArray:
    return np.divide(gained, duration, out=np.zeros_like(gained), where=duration > 0.0)
