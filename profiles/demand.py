"""What the dwellings of a system ask for in every hour: space heat, tap water, cold."""

import numpy as np
import pandas as pd

from ..networks.columns import FloatArray, IntArray
from ..networks.system import System
from .assumptions import read_rows
from .civil_time import civil_time
from .cold import cold, cold_needs, cooling_per_area
from .filters import lagged
from .households import Households, households
from .mode import COLD as COLD_MODE
from .space_heat import HeatLoss, heat_losses, space_heat
from .tap_water import tap_water
from .year import Demand, Float32Array, Weather

WATT_HOURS_PER_KWH = 1e3


def generate_demand(system: System, weather: Weather, average_mode: IntArray) -> Demand:
    """Return the demand of every dwelling and building of a system.

    Parameters
    ----------
    system : System
        With a table ``dwellings``; ``[demand]`` of its scenario says how much.
    weather : Weather
        A whole year.
    average_mode : array of int, shape (hours,)
        Mode of the average year: its cold mode is what the yearly cold is scaled to.

    Returns
    -------
    Demand
        The same bytes for the same seed.

    Notes
    -----
    The yearly means of the scenario hold in the average year; the design year, colder for a
    week, asks for more. Each service has random numbers of its own in every dwelling type.
    """
    section = system.scenario.demand
    homes = households(system)
    shape = space_heat_shape(weather.times)
    average = weather.average_outdoor_temperature
    loss = heat_losses(homes, section, lagged(average, section.time_constant), shape)
    heat = space_heat(loss, lagged(weather.outdoor_temperature, section.time_constant), shape)
    water = tap_water(homes, section.tap_water_kwh, weather.times)
    usual = cooling_per_area(average, weather.average_solar, weather.times, section)
    need = cold_needs(homes, section, usual, average_mode == COLD_MODE)
    now = cooling_per_area(weather.outdoor_temperature, weather.solar, weather.times, section)
    chill = cold(need, now)
    riser = riser_losses(homes, section.riser_loss)
    return Demand(
        dwellings=_table(homes, loss, (heat, water, chill)),
        buildings=homes.buildings,
        space_heat=homes.sum_by_building(heat),
        tap_water=_plus(homes.sum_by_building(water), riser),
        cold=homes.sum_by_building(chill),
        dwelling_space_heat=heat.T,
        dwelling_tap_water=water.T,
        dwelling_cold=chill.T,
        riser_loss=riser,
    )


def space_heat_shape(times: pd.DatetimeIndex) -> FloatArray:
    """Return space heat relative to the day's mean at each hour, by civil time. [1]"""
    rows = read_rows("hourly_shapes.csv")
    by_hour = np.array([float(row["space_heat"]) for row in rows])
    shape: FloatArray = by_hour[civil_time(times).hour]
    return shape


def riser_losses(homes: Households, loss: float) -> FloatArray:
    """Return the riser loss of each building: so much per apartment, shape (buildings,). [W]"""
    is_apartment = homes.figure("is_apartment")
    buildings = len(homes.buildings)
    apartments = np.bincount(homes.building_row, is_apartment, minlength=buildings)
    return np.asarray(loss * apartments, dtype=np.float64)


def _plus(hourly: FloatArray, constant: FloatArray) -> FloatArray:
    hourly += constant
    return hourly


def _table(
    homes: Households, loss: HeatLoss, hourly: tuple[Float32Array, Float32Array, Float32Array]
) -> pd.DataFrame:
    """Return one row per dwelling with its figures of the year."""
    heat, water, chill = (
        each.sum(axis=1, dtype=np.float64) / WATT_HOURS_PER_KWH for each in hourly
    )
    names = np.array([each.name for each in homes.types], dtype=object)
    classes = np.array([each.dwelling_class for each in homes.types], dtype=object)
    return pd.DataFrame(
        {
            "building": np.array(homes.buildings, dtype=object)[homes.building_row],
            "type": names[homes.type_row],
            "class": classes[homes.type_row],
            "heat_loss_coefficient": loss.coefficient,
            "balance_temperature": loss.balance_temperature,
            "space_heat_kwh": heat,
            "tap_water_kwh": water,
            "cold_kwh": chill,
            "design_space_heat": loss.design_load,
        }
    )
