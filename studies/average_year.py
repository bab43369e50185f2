"""What individual heat pumps use in the average year, from a run of the design year."""

import numpy as np

from ..profiles.filters import lagged
from ..solvers.individual import solve_individual
from ..solvers.simulation import Simulation
from .variation import has_whole_year, whole_days, with_space_heat

SAME_TEMPERATURE = 1e-3
"""Lagged outdoor temperatures closer than this ask for the same heat. [K]"""


def average_year_reference(simulation: Simulation) -> float | None:
    """Return the electricity of individual heat pumps in the average year.

    Parameters
    ----------
    simulation : Simulation
        A whole year, with or without the cold spell.

    Returns
    -------
    float or None
        Of all dwellings, in the scenario's own tap-water strategy; None without dwellings or
        without a whole year. [J]

    Notes
    -----
    The design year is the average year with one colder spell: only the days that it touches
    are solved again, with and without it.
    """
    profiles, scenario = simulation.profiles, simulation.system.scenario
    strategy = scenario.reference.tap_water
    if strategy not in simulation.reference or not has_whole_year(profiles):
        return None
    assert profiles.weather is not None, "has_whole_year was asked before"
    year = simulation.reference[strategy]
    here = float(year.electricity @ profiles.duration)
    average = profiles.weather.average_outdoor_temperature
    constant = scenario.demand.time_constant
    shift = lagged(profiles.weather.outdoor_temperature, constant) - lagged(average, constant)
    rows = whole_days(np.abs(shift) > SAME_TEMPERATURE)
    if not len(rows):
        return here
    spell = with_space_heat(profiles, scenario, rows)
    without = with_space_heat(profiles, scenario, rows, outdoor=average)
    saved = (
        solve_individual(spell, scenario, strategy).electricity
        - solve_individual(without, scenario, strategy).electricity
    )
    return here - float(saved @ spell.duration)
