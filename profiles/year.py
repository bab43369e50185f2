"""What comes from outside, hour by hour: the shapes of weather, demand, ground and sources."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..networks.columns import FloatArray, IntArray

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """Weather of a year, hour by hour, in CET without daylight saving.

    Parameters
    ----------
    name : str
        As shown beside every figure, e.g. ``"Maastricht design year"``.
    source : str
        Where it comes from, with credit and terms.
    times : DatetimeIndex, shape (hours,)
        Start of each hour, CET, naive.
    outdoor_temperature : array of float, shape (hours,)
        Air at 2 m. [°C]
    solar : array of float, shape (hours,)
        Global horizontal irradiance. [W/m2]
    relative_humidity : array of float, shape (hours,)
        Of the air; NaN where the file has none. [1]
    average_outdoor_temperature, average_solar : array of float, shape (hours,)
        The same without the cold spell: the year on which annual demand is scaled.
    """

    name: str
    source: str
    times: pd.DatetimeIndex
    outdoor_temperature: FloatArray
    solar: FloatArray
    relative_humidity: FloatArray
    average_outdoor_temperature: FloatArray
    average_solar: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What the dwellings ask for, aggregated where the engine needs it.

    Cold is negative, as everywhere.

    Parameters
    ----------
    dwellings : DataFrame, length dwellings
        ``building``, ``type``, ``class``, ``heat_loss_coefficient`` [W/K],
        ``balance_temperature`` [°C], ``space_heat_kwh``, ``tap_water_kwh``, ``cold_kwh``
        (this weather's year), ``design_space_heat`` [W at -10 °C].
    buildings : tuple of str
        Labels of the building axis.
    space_heat, tap_water, cold : array of float, shape (hours, buildings)
        Mean of each hour, in the whole year, whatever the mode; cold 0 or negative;
        ``tap_water`` includes riser losses of apartment blocks. [W]
    dwelling_space_heat, dwelling_tap_water, dwelling_cold : array of float32, (hours, dwellings)
        The same for each dwelling, without riser losses. [W]
    riser_loss : array of float, shape (buildings,)
        Part of ``tap_water`` in every hour. [W]
    """

    dwellings: pd.DataFrame
    buildings: tuple[str, ...]
    space_heat: FloatArray
    tap_water: FloatArray
    cold: FloatArray
    dwelling_space_heat: Float32Array
    dwelling_tap_water: Float32Array
    dwelling_cold: Float32Array
    riser_loss: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProfile:
    """What a source can give, hour by hour.

    Parameters
    ----------
    temperature : array of float, shape (hours,)
        Of the water it sends. [°C]
    capacity : array of float, shape (hours,)
        Most heat in the hour (waste heat), or infinite. [W]
    mass_flow : array of float, shape (hours,)
        Most flow in the hour (effluent), or infinite. [kg/s]
    """

    temperature: FloatArray
    capacity: FloatArray
    mass_flow: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """Everything the solvers need from outside.

    Parameters
    ----------
    weather : Weather or None
        None where the circuits are driven by series alone.
    demand : Demand or None
        None where heat series are given.
    mode : array of int, shape (hours,)
        1 heat, 0 off, -1 cold, for the circuits that the scenario's ``[mode]`` names.
    times : DatetimeIndex or None
        Start of each step, CET; None where the clock is ``time_s``.
    seconds : array of float, shape (hours,)
        Start of each step since the start of the run. [s]
    duration : array of float, shape (hours,)
        Length of each step; 0 for a row ``time_s = 0`` that holds since the row before. [s]
    instants : array of float, shape (hours,)
        By which each state is known, since the start of the run: on the clock ``time_s`` the
        row's own, with ``step`` the end of the step; else its start. [s]
    sources : mapping of str to SourceProfile
        By the id of the source.
    """

    weather: Weather | None
    demand: Demand | None
    mode: IntArray
    times: pd.DatetimeIndex | None
    seconds: FloatArray
    duration: FloatArray
    instants: FloatArray
    sources: Mapping[str, SourceProfile]
