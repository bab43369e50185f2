"""Electricity of the network: compressors, all pumps, auxiliaries."""

from dataclasses import dataclass

import numpy as np

from ..networks.columns import FloatArray
from ..solvers.plant_year import Case, PlantYear


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkElectricity:
    """Electric power of one case; arrays have shape (hours,).

    Parameters
    ----------
    heat_pumps : array of float
        Compressors, on heating and on cooling duty. [W]
    pumps : array of float
        Of every circuit, source circuits included. [W]
    auxiliary : array of float
        Controls, lighting, intermediate loops. [W]
    """

    heat_pumps: FloatArray
    pumps: FloatArray
    auxiliary: FloatArray

    @property
    def total(self) -> FloatArray:
        """All together. [W]"""
        return self.heat_pumps + self.pumps + self.auxiliary


def network_electricity(case: Case) -> NetworkElectricity:
    """Return the electricity of one case, hour by hour.

    Parameters
    ----------
    case : Case
        Solved dispatch and circuits.

    Returns
    -------
    NetworkElectricity
        Its parts; without a plant only pumps are above zero.
    """
    pumps = sum(year.pump_electricity.sum(axis=1) for year in case.circuits.values())
    pumps = np.asarray(pumps, dtype=np.float64)
    if case.plant is None:
        nothing = np.zeros_like(pumps)
        return NetworkElectricity(heat_pumps=nothing, pumps=pumps, auxiliary=nothing)
    return NetworkElectricity(
        heat_pumps=compressor_electricity(case.plant),
        pumps=pumps,
        auxiliary=case.plant.auxiliary_electricity,
    )


def compressor_electricity(plant: PlantYear) -> FloatArray:
    """Return the compressors of a plant, heating and cooling, shape (hours,). [W]"""
    return sum(plant.heat_pump_electricity.values(), start=plant.chiller_electricity)
